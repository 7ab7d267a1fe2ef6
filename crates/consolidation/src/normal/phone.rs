//! Phone numbers: E.164 by country, mobile or fixed, and the extension.

use phonenumber::{Mode, Type, country};

use super::{Fault, Normal};

/// A number taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Phone {
    /// `+40721123456`, with ` ext. 12` behind if it has an extension: what is kept. Empty where no country is known.
    pub e164: String,
    /// As it is dialled inside its country: `0721 123 456`.
    pub national: String,
    /// ISO 3166-1 alpha-2, where the number says it.
    pub country: String,
    pub extension: String,
    pub kind: Kind,
    /// The last nine digits: what numbers are compared by when one of them has no country.
    pub tail: String,
}

/// What a number reaches.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Kind {
    #[default]
    Unknown,
    Mobile,
    Fixed,
    /// As in North America, where the number does not tell.
    MobileOrFixed,
    /// Free of charge, premium, shared cost, over the internet: nobody's own.
    Special,
}

/// Takes a number apart; `country` (ISO alpha-2) is whose habits it is written by when it does not say so itself.
pub fn parse<'a>(text: &'a str, country: Option<&str>) -> Normal<'a, Phone> {
    let trimmed = text.trim();
    let bare = trimmed.strip_prefix("tel:").unwrap_or(trimmed);
    let (number, extension) = without_extension(bare);
    let digits: String =
        number.chars().filter_map(|ch| ch.to_digit(10)).filter_map(|d| char::from_digit(d, 10)).collect();
    let tail = digits.get(digits.len().saturating_sub(9)..).unwrap_or("").to_string();
    let unknown = |fault: Fault| Normal {
        raw: text,
        form: Phone { tail: tail.clone(), ..Phone::default() },
        faults: vec![fault],
    };
    if trimmed.is_empty() {
        return unknown(Fault::Empty);
    }
    if !(5..=18).contains(&digits.len()) || number.chars().filter(|ch| ch.is_alphabetic()).count() > 0 {
        return unknown(Fault::PhoneForm);
    }
    if is_placeholder(&digits) {
        return unknown(Fault::PhonePlaceholder);
    }
    let international = number.strip_prefix("00").map(|rest| format!("+{rest}"));
    let number = international.as_deref().unwrap_or(number);
    let id = country.and_then(|code| code.to_ascii_uppercase().parse::<country::Id>().ok());
    if id.is_none() && !number.starts_with(['+', '＋']) {
        return unknown(Fault::PhoneWithoutCountry);
    }
    let Ok(parsed) = phonenumber::parse(id, number) else { return unknown(Fault::PhoneForm) };
    if !phonenumber::is_valid(&parsed) {
        return unknown(Fault::PhoneNotOfCountry);
    }
    let plain = parsed.format().mode(Mode::E164).to_string();
    let kind = match parsed.number_type(&phonenumber::metadata::DATABASE) {
        Type::Mobile => Kind::Mobile,
        Type::FixedLine => Kind::Fixed,
        Type::FixedLineOrMobile => Kind::MobileOrFixed,
        Type::Unknown => Kind::Unknown,
        _ => Kind::Special,
    };
    let form = Phone {
        e164: if extension.is_empty() { plain } else { format!("{plain} ext. {extension}") },
        national: parsed.format().mode(Mode::National).to_string(),
        country: parsed.country().id().map(|id| id.as_ref().to_string()).unwrap_or_default(),
        extension,
        kind,
        tail,
    };
    Normal { raw: text, form, faults: Vec::new() }
}

/// The form to compare by: E.164 without the extension, or the last nine digits where the country is not known.
pub fn compared(text: &str, country: Option<&str>) -> Option<String> {
    let form = parse(text, country).form;
    match form.e164.split(' ').next().filter(|number| !number.is_empty()) {
        Some(number) => Some(number.to_string()),
        None => (form.tail.len() >= 7).then_some(form.tail),
    }
}

/// `+40 21 123 4567 ext. 12`, `… x12`, `… доб. 12`, `… int. 12`, `… 转 12`, `…;ext=12`.
fn without_extension(text: &str) -> (&str, String) {
    const MARKS: [&str; 15] = [
        ";ext=",
        "extension",
        "ext.",
        "ext",
        "доб.",
        "доб",
        "interior",
        "int.",
        "int",
        "вн.",
        "转",
        "分机",
        "durchwahl",
        "#",
        "x",
    ];
    let lower = text.to_lowercase();
    // Lower case may change the length of letters no phone number has; then nothing is cut.
    if lower.len() != text.len() {
        return (text, String::new());
    }
    for mark in MARKS {
        let Some(at) = lower.find(mark) else { continue };
        let behind = lower.get(at + mark.len()..).unwrap_or("").trim_matches([' ', '.', ':', ')', '№']);
        let before = text.get(..at).unwrap_or("").trim_end_matches([' ', ',', '(', ';']);
        let enough = before.chars().filter(char::is_ascii_digit).count() >= 5;
        if enough && !behind.is_empty() && behind.len() <= 7 && behind.bytes().all(|byte| byte.is_ascii_digit()) {
            return (before, behind.to_string());
        }
    }
    (text, String::new())
}

/// `0000000`, `1111111`, `1234567`: typed to fill the field.
fn is_placeholder(digits: &str) -> bool {
    let bytes = digits.as_bytes();
    let run = bytes.get(bytes.len().saturating_sub(7)..).unwrap_or(bytes);
    let equal = run.windows(2).all(|pair| pair.first() == pair.last());
    equal || matches!(digits, "1234567" | "12345678" | "123456789" | "1234567890" | "0123456789" | "12345" | "123456")
}
