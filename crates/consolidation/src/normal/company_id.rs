//! Numbers of companies: VAT, registers, tax, LEI, IBAN; each with its check digit where it has one.
//!
//! The rules are the published ones of each register (for VAT those the tax offices of the EU give to the VIES service).

use super::{Fault, Normal};

/// What a number is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Kind {
    #[default]
    Unknown,
    /// Value added tax: EU states, United Kingdom, Switzerland, Norway; the country stands in [`CompanyId::country`].
    Vat,
    /// Russia: tax number of a firm (10) or a person (12).
    Inn,
    /// Russia: register of firms (13) or of sole traders (15).
    Ogrn,
    /// Moldova.
    Idno,
    /// Germany: commercial register.
    Hrb,
    /// France: firm (9) and establishment (14).
    Siren,
    Siret,
    /// China: unified social credit code.
    Uscc,
    /// United States: employer's tax number.
    Ein,
    /// Legal entity identifier, ISO 17442.
    Lei,
    /// D-U-N-S: nine digits, no check digit in use.
    Duns,
    /// Bank account, ISO 13616.
    Iban,
}

/// A number in its normal form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CompanyId {
    pub kind: Kind,
    /// As it is kept and compared: capitals, without spaces and points; VAT with its country in front.
    pub number: String,
    /// ISO 3166-1 alpha-2, where the number tells.
    pub country: String,
}

/// Reads a number by what it says itself, else as of `country` (ISO alpha-2), else by its shape.
pub fn parse<'a>(text: &'a str, country: Option<&str>) -> Normal<'a, CompanyId> {
    let bare = bare(text);
    if bare.is_empty() {
        return Normal { raw: text, form: CompanyId::default(), faults: vec![Fault::Empty] };
    }
    let known = by_prefix(&bare).or_else(|| by_country(&bare, country)).or_else(|| by_shape(&bare));
    match known {
        Some((kind, country)) => checked(text, &bare, kind, &country),
        None => Normal {
            raw: text,
            form: CompanyId { number: bare, ..CompanyId::default() },
            faults: vec![Fault::IdUnknown],
        },
    }
}

/// Reads a number of which the kind is known; of VAT without its country in front, `country` says it.
pub fn check<'a>(kind: Kind, text: &'a str, country: Option<&str>) -> Normal<'a, CompanyId> {
    let bare = bare(text);
    if bare.is_empty() {
        return Normal { raw: text, form: CompanyId::default(), faults: vec![Fault::Empty] };
    }
    let own = match kind {
        Kind::Vat => match by_prefix(&bare) {
            Some((Kind::Vat, country)) => country,
            _ => country.unwrap_or_default().to_ascii_uppercase(),
        },
        kind => home(kind, &bare),
    };
    checked(text, &bare, kind, &own)
}

/// Capitals and digits only; Cyrillic letters that stand for `ИНН` and the like fall away with all other letters.
fn bare(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|ch| ch.to_ascii_uppercase()).collect()
}

fn home(kind: Kind, bare: &str) -> String {
    match kind {
        Kind::Inn | Kind::Ogrn => "RU".into(),
        Kind::Idno => "MD".into(),
        Kind::Hrb => "DE".into(),
        Kind::Siren | Kind::Siret => "FR".into(),
        Kind::Uscc => "CN".into(),
        Kind::Ein => "US".into(),
        Kind::Iban => bare.get(..2).unwrap_or("").to_string(),
        Kind::Vat | Kind::Lei | Kind::Duns | Kind::Unknown => String::new(),
    }
}

/// `RO12345678`, `CHE-123.456.789 MWST`, `HRB 1234 B`, an IBAN or a LEI, which carry checks of their own.
fn by_prefix(bare: &str) -> Option<(Kind, String)> {
    if is_iban(bare) {
        return Some((Kind::Iban, home(Kind::Iban, bare)));
    }
    if bare.len() == 20 && mod97(bare) == Some(1) {
        return Some((Kind::Lei, String::new()));
    }
    if let Some(rest) = bare.strip_prefix("HRB").or_else(|| bare.strip_prefix("HRA"))
        && rest.starts_with(|ch: char| ch.is_ascii_digit())
    {
        return Some((Kind::Hrb, "DE".into()));
    }
    if bare.starts_with("CHE") {
        return Some((Kind::Vat, "CH".into()));
    }
    let country = bare.get(..2)?;
    let country = if country == "EL" { "GR" } else { country };
    let rest = bare.get(2..)?;
    let has_digits = rest.bytes().filter(u8::is_ascii_digit).count() >= 2;
    (VAT_COUNTRIES.contains(&country) && has_digits && rest.len() <= 12).then(|| (Kind::Vat, country.to_string()))
}

fn by_country(bare: &str, country: Option<&str>) -> Option<(Kind, String)> {
    let country = country?.to_ascii_uppercase();
    let digits = bare.bytes().all(|byte| byte.is_ascii_digit());
    let kind = match (country.as_str(), bare.len()) {
        ("RU", 10 | 12) if digits => Kind::Inn,
        ("RU", 13 | 15) if digits => Kind::Ogrn,
        ("MD", 13) if digits => Kind::Idno,
        ("FR", 9) if digits => Kind::Siren,
        ("FR", 14) if digits => Kind::Siret,
        ("CN", 18) => Kind::Uscc,
        ("US", 9) if digits => Kind::Ein,
        (country, _) if VAT_COUNTRIES.contains(&country) => Kind::Vat,
        _ => return None,
    };
    Some((kind, country))
}

/// Only shapes that carry enough check digits not to be met by chance.
fn by_shape(bare: &str) -> Option<(Kind, String)> {
    let found = match bare.len() {
        18 if uscc(bare) => Kind::Uscc,
        15 | 13 if ogrn(bare) => Kind::Ogrn,
        13 if idno(bare) => Kind::Idno,
        14 if luhn(bare) => Kind::Siret,
        12 if inn(bare) => Kind::Inn,
        _ => return None,
    };
    Some((found, home(found, bare)))
}

fn checked<'a>(raw: &'a str, bare: &str, kind: Kind, country: &str) -> Normal<'a, CompanyId> {
    let digits_only =
        |lengths: &[usize]| lengths.contains(&bare.len()) && bare.bytes().all(|byte| byte.is_ascii_digit());
    let (number, has_form, is_right) = match kind {
        Kind::Vat => {
            let rest = vat_rest(bare, country);
            let (has_form, is_right) = vat(country, &rest);
            let front = match country {
                "GR" => "EL",
                "CH" => "CHE",
                country => country,
            };
            (format!("{front}{rest}"), has_form, is_right)
        }
        Kind::Inn => (bare.to_string(), digits_only(&[10, 12]), inn(bare)),
        Kind::Ogrn => (bare.to_string(), digits_only(&[13, 15]), ogrn(bare)),
        Kind::Idno => (bare.to_string(), digits_only(&[13]), idno(bare)),
        Kind::Siren => (bare.to_string(), digits_only(&[9]), luhn(bare)),
        Kind::Siret => (bare.to_string(), digits_only(&[14]), siret(bare)),
        Kind::Uscc => (bare.to_string(), bare.len() == 18, uscc(bare)),
        Kind::Ein => (ein_written(bare), digits_only(&[9]), ein(bare)),
        Kind::Lei => (bare.to_string(), bare.len() == 20, mod97(bare) == Some(1)),
        Kind::Duns => (bare.to_string(), digits_only(&[9]), true),
        Kind::Iban => (bare.to_string(), iban_length(bare) == Some(bare.len()), mod97_moved(bare) == Some(1)),
        Kind::Hrb => {
            let (register, rest) = bare.split_at_checked(3).unwrap_or((bare, ""));
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            let letters = rest.len() - digits;
            (format!("{register} {rest}"), (1..=7).contains(&digits) && letters <= 4, true)
        }
        Kind::Unknown => (bare.to_string(), false, false),
    };
    let faults = match (has_form, is_right) {
        (false, _) => vec![Fault::IdForm],
        (true, false) => vec![Fault::IdCheckDigit],
        (true, true) => Vec::new(),
    };
    Normal { raw, form: CompanyId { kind, number, country: country.to_string() }, faults }
}

// ------------------------------------------------------------------------------------------------------------- VAT

/// Countries whose VAT numbers are checked; Greece writes `EL`.
pub const VAT_COUNTRIES: [&str; 30] = [
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "GR", "ES", "FI", "FR", "HR", "HU", "IE", "IT", "LT", "LU", "LV",
    "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK", "GB", "CH", "NO",
];

/// Without the country in front and the word behind.
fn vat_rest(bare: &str, country: &str) -> String {
    let front: &[&str] = match country {
        "GR" => &["EL", "GR"],
        "CH" => &["CHE", "CH"],
        _ => &[],
    };
    let own = [country];
    let rest = front
        .iter()
        .chain(&own)
        .find_map(|front| bare.strip_prefix(front).filter(|_| !front.is_empty()))
        .unwrap_or(bare);
    let behind: &[&str] = match country {
        "CH" => &["MWST", "TVA", "IVA"],
        "NO" => &["MVA"],
        _ => &[],
    };
    let rest = behind.iter().find_map(|behind| rest.strip_suffix(behind)).unwrap_or(rest);
    // Belgium's old numbers have nine digits.
    if country == "BE" && rest.len() == 9 { format!("0{rest}") } else { rest.to_string() }
}

/// Whether a number has the form its country writes, and whether its check digit fits.
fn vat(country: &str, rest: &str) -> (bool, bool) {
    let d: Vec<u32> = rest.chars().filter_map(|ch| ch.to_digit(10)).collect();
    let plain = d.len() == rest.len();
    let n = d.len();
    let at = |at: usize| d.get(at).copied().unwrap_or(0);
    let number = |from: usize, to: usize| {
        d.get(from..to).unwrap_or_default().iter().fold(0u64, |sum, d| sum * 10 + u64::from(*d))
    };
    let last = d.last().copied().unwrap_or(0);
    let sum = |weights: &[u32]| weighted(&d, weights);
    match country {
        "AT" => {
            let (has_u, d) = (rest.starts_with('U'), &d);
            let doubled: u32 =
                [1, 3, 5].iter().map(|at| d.get(*at).copied().unwrap_or(0) * 2).map(|d| d / 10 + d % 10).sum();
            let odd: u32 = [0, 2, 4, 6].iter().map(|at| d.get(*at).copied().unwrap_or(0)).sum();
            (has_u && n == 8 && rest.len() == 9, (10 - (doubled + odd + 4) % 10) % 10 == last)
        }
        "BE" => (plain && n == 10 && at(0) <= 1, 97 - number(0, 8) % 97 == number(8, 10)),
        "BG" => {
            let nine = || match sum(&[1, 2, 3, 4, 5, 6, 7, 8]) % 11 {
                10 => sum(&[3, 4, 5, 6, 7, 8, 9, 10]) % 11 % 10,
                rest => rest,
            };
            let ten = || {
                let person = sum(&[2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11 % 10 == last;
                let foreigner = sum(&[21, 19, 17, 13, 11, 9, 7, 3, 1]) % 10 == last;
                person || foreigner || (11 - sum(&[4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11) % 11 == last
            };
            (plain && matches!(n, 9 | 10), if n == 9 { nine() == last } else { ten() })
        }
        "CY" => {
            let letter = rest.chars().next_back().filter(char::is_ascii_uppercase);
            let odd: u32 = [0, 2, 4, 6]
                .iter()
                .map(|i| [1, 0, 5, 7, 9, 13, 15, 17, 19, 21].get(at(*i) as usize).copied().unwrap_or(0))
                .sum();
            let even: u32 = [1, 3, 5, 7].iter().map(|i| at(*i)).sum();
            let right = letter.is_some_and(|letter| u32::from(letter) - u32::from('A') == (odd + even) % 26);
            (n == 8 && rest.len() == 9 && letter.is_some(), right)
        }
        "CZ" => {
            let eight = || {
                matches!((11 - sum(&[8, 7, 6, 5, 4, 3, 2]) % 11, last), (10, 0) | (11, 1))
                    || 11 - sum(&[8, 7, 6, 5, 4, 3, 2]) % 11 == last
            };
            let right = match n {
                8 => eight(),
                10 => number(0, 10).is_multiple_of(11),
                // Of persons born before 1954, which have no check digit.
                _ => true,
            };
            (plain && matches!(n, 8..=10), right)
        }
        "DE" | "HR" => (plain && n == if country == "DE" { 9 } else { 11 }, mod11_10(&d)),
        "DK" => (plain && n == 8, sum(&[2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11)),
        "EE" => (plain && n == 9, (10 - sum(&[3, 7, 1, 3, 7, 1, 3, 7]) % 10) % 10 == last),
        "GR" => (plain && n == 9, sum(&[256, 128, 64, 32, 16, 8, 4, 2]) % 11 % 10 == last),
        "ES" => spanish(rest),
        "FI" => (plain && n == 8, sum(&[7, 9, 10, 5, 8, 4, 2, 1]).is_multiple_of(11)),
        "FR" => {
            let siren = rest.get(2..).unwrap_or("");
            let key = rest.get(..2).unwrap_or("");
            let value = siren.parse::<u64>().unwrap_or(0);
            let fits = key.parse::<u64>().map_or(key.len() == 2, |key| key == (12 + 3 * (value % 97)) % 97);
            // Monaco's numbers are no SIREN.
            let is_siren = siren.starts_with("000") || luhn(siren);
            (siren.len() == 9 && siren.bytes().all(|byte| byte.is_ascii_digit()), fits && is_siren)
        }
        "HU" => (plain && n == 8, (10 - sum(&[9, 7, 3, 1, 9, 7, 3]) % 10) % 10 == last),
        "IE" => irish(rest),
        "IT" => (plain && n == 11, luhn(rest)),
        "LT" => {
            let weights = |start: u32| -> Vec<u32> {
                (0..u32::try_from(n).unwrap_or(1).saturating_sub(1)).map(|i| (start + i - 1) % 9 + 1).collect()
            };
            let check = match sum(&weights(1)) % 11 {
                10 => sum(&weights(3)) % 11 % 10,
                rest => rest,
            };
            (plain && matches!(n, 9 | 12), check == last)
        }
        "LU" => (plain && n == 8, number(0, 6) % 89 == number(6, 8)),
        "LV" => {
            let rest11 = sum(&[9, 1, 4, 8, 3, 10, 2, 5, 7, 6]) % 11;
            // Of persons the first digit is that of a day.
            let right = at(0) <= 3 || (14 - rest11) % 11 == last && rest11 != 4 || rest11 == 4 && last == 10;
            (plain && n == 11, right)
        }
        "MT" => (plain && n == 8, u64::from(37 - sum(&[3, 4, 6, 7, 8, 9]) % 37) == number(6, 8)),
        "NL" => {
            let (first, branch) = rest.split_once('B').unwrap_or((rest, ""));
            let has_form = first.len() == 9 && branch.len() == 2 && n == 11;
            let old = sum(&[9, 8, 7, 6, 5, 4, 3, 2]) % 11 == at(8);
            (has_form, old || mod97(&format!("NL{rest}")) == Some(1))
        }
        "PL" => (plain && n == 10, sum(&[6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11 == last),
        "PT" => (plain && n == 9, (11 - sum(&[9, 8, 7, 6, 5, 4, 3, 2]) % 11) % 11 % 10 == last),
        "RO" => {
            let weights = [7, 5, 3, 2, 1, 7, 5, 3, 2];
            let body = d.get(..n.saturating_sub(1)).unwrap_or_default();
            let weights = weights.get(weights.len().saturating_sub(body.len())..).unwrap_or_default();
            (plain && matches!(n, 2..=10), weighted(body, weights) * 10 % 11 % 10 == last)
        }
        "SE" => (plain && n == 12, luhn(rest.get(..10).unwrap_or("")) && (1..=94).contains(&number(10, 12))),
        "SI" => (plain && n == 8, {
            let check = 11 - sum(&[8, 7, 6, 5, 4, 3, 2]) % 11;
            check != 11 && check % 10 == last
        }),
        "SK" => (plain && n == 10, number(0, 10).is_multiple_of(11)),
        "GB" => {
            let total = u64::from(sum(&[8, 7, 6, 5, 4, 3, 2])) + number(7, 9);
            (plain && matches!(n, 9 | 12), total.is_multiple_of(97) || (total + 55).is_multiple_of(97))
        }
        "CH" => (plain && n == 9, (11 - sum(&[5, 4, 3, 2, 7, 6, 5, 4]) % 11) % 11 == last),
        "NO" => (plain && n == 9, (11 - sum(&[3, 2, 7, 6, 5, 4, 3, 2]) % 11) % 11 == last),
        _ => (false, false),
    }
}

/// NIF of persons, NIE of foreigners, CIF of firms.
fn spanish(rest: &str) -> (bool, bool) {
    const LETTERS: &str = "TRWAGMYFPDXBNJZSQVHLCKE";
    let chars: Vec<char> = rest.chars().collect();
    let [first, middle @ .., last] = chars.as_slice() else { return (false, false) };
    let digits: Vec<u32> = middle.iter().filter_map(|ch| ch.to_digit(10)).collect();
    if chars.len() != 9 || digits.len() != 7 {
        return (false, false);
    }
    let body = digits.iter().fold(0u32, |sum, d| sum * 10 + d);
    let letter = |number: u32| LETTERS.chars().nth(usize::try_from(number % 23).unwrap_or(0));
    match first {
        '0'..='9' => {
            (last.is_ascii_uppercase(), letter(first.to_digit(10).unwrap_or(0) * 10_000_000 + body) == Some(*last))
        }
        'X' | 'Y' | 'Z' => {
            (last.is_ascii_uppercase(), letter((u32::from(*first) - u32::from('X')) * 10_000_000 + body) == Some(*last))
        }
        'K' | 'L' | 'M' => (last.is_ascii_uppercase(), letter(body) == Some(*last)),
        'A'..='W' => {
            let odd: u32 = digits.iter().step_by(2).map(|d| d * 2).map(|d| d / 10 + d % 10).sum();
            let even: u32 = digits.iter().skip(1).step_by(2).sum();
            let check = (10 - (odd + even) % 10) % 10;
            let as_letter = "JABCDEFGHI".chars().nth(usize::try_from(check).unwrap_or(0));
            (true, last.to_digit(10) == Some(check) || as_letter == Some(*last))
        }
        _ => (false, false),
    }
}

fn irish(rest: &str) -> (bool, bool) {
    const LETTERS: &str = "WABCDEFGHIJKLMNOPQRSTUV";
    let (digits, letters) = rest.split_at_checked(7).unwrap_or((rest, ""));
    let d: Vec<u32> = digits.chars().filter_map(|ch| ch.to_digit(10)).collect();
    let mut letters = letters.chars();
    let (Some(check), second, None) = (letters.next(), letters.next(), letters.next()) else { return (false, false) };
    if d.len() != 7 || !check.is_ascii_uppercase() || second.is_some_and(|ch| !ch.is_ascii_uppercase()) {
        // The old form (`1S23456L`) has a letter or sign in the second place and no more bearers.
        return (false, false);
    }
    let extra = second.and_then(|ch| LETTERS.find(ch)).and_then(|at| u32::try_from(at).ok()).unwrap_or(0);
    let sum = weighted(&d, &[8, 7, 6, 5, 4, 3, 2]) + 9 * extra;
    (true, LETTERS.chars().nth(usize::try_from(sum % 23).unwrap_or(0)) == Some(check))
}

// ------------------------------------------------------------------------------------------------- other registers

fn inn(bare: &str) -> bool {
    let d = digits(bare);
    match d.as_slice() {
        [.., last] if d.len() == 10 => weighted(&d, &[2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11 % 10 == *last,
        [.., before, last] if d.len() == 12 => {
            weighted(&d, &[7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11 % 10 == *before
                && weighted(&d, &[3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11 % 10 == *last
        }
        _ => false,
    }
}

fn ogrn(bare: &str) -> bool {
    let Some((body, last)) = bare.split_at_checked(bare.len().saturating_sub(1)) else { return false };
    let (Ok(body), Ok(last)) = (body.parse::<u64>(), last.parse::<u64>()) else { return false };
    match bare.len() {
        13 => body % 11 % 10 == last,
        15 => body % 13 % 10 == last,
        _ => false,
    }
}

fn idno(bare: &str) -> bool {
    let d = digits(bare);
    d.len() == 13 && weighted(&d, &[7, 3, 1, 7, 3, 1, 7, 3, 1, 7, 3, 1]) % 10 == d.last().copied().unwrap_or(0)
}

fn siret(bare: &str) -> bool {
    // The post office's establishments outnumber what Luhn allows: their digits sum to a multiple of five.
    luhn(bare) || bare.starts_with("356000000") && digits(bare).iter().sum::<u32>().is_multiple_of(5)
}

fn uscc(bare: &str) -> bool {
    const LETTERS: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    let values: Vec<u32> =
        bare.chars().filter_map(|ch| LETTERS.find(ch)).filter_map(|at| u32::try_from(at).ok()).collect();
    let weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
    values.len() == 18
        && bare.len() == 18
        && (31 - weighted(&values, &weights) % 31) % 31 == values.last().copied().unwrap_or(0)
}

/// The first two digits name the office that gave it out; some were never given.
fn ein(bare: &str) -> bool {
    let never = [0, 7, 8, 9, 17, 18, 19, 28, 29, 49, 69, 70, 78, 79, 89, 96, 97];
    bare.get(..2).and_then(|front| front.parse::<u32>().ok()).is_some_and(|front| !never.contains(&front))
}

fn ein_written(bare: &str) -> String {
    bare.split_at_checked(2)
        .filter(|_| bare.len() == 9)
        .map_or_else(|| bare.to_string(), |(front, rest)| format!("{front}-{rest}"))
}

fn is_iban(bare: &str) -> bool {
    iban_length(bare) == Some(bare.len()) && mod97_moved(bare) == Some(1)
}

fn iban_length(bare: &str) -> Option<usize> {
    const LENGTHS: &str = "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 ES24 \
        FI18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 \
        LV21 LY25 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 \
        SK24 SM27 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20";
    let country = bare.get(..2)?;
    LENGTHS.split_whitespace().find_map(|entry| entry.strip_prefix(country)?.parse().ok())
}

// ------------------------------------------------------------------------------------------------------ arithmetic

fn digits(bare: &str) -> Vec<u32> {
    if bare.bytes().all(|byte| byte.is_ascii_digit()) {
        bare.chars().filter_map(|ch| ch.to_digit(10)).collect()
    } else {
        Vec::new()
    }
}

/// The sum of digits times weights, as far as both go.
fn weighted(digits: &[u32], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(digit, weight)| digit * weight).sum()
}

fn luhn(bare: &str) -> bool {
    let d = digits(bare);
    let total: u32 =
        d.iter().rev().enumerate().map(|(at, d)| if at % 2 == 1 { d * 2 / 10 + d * 2 % 10 } else { *d }).sum();
    !d.is_empty() && total.is_multiple_of(10)
}

/// ISO 7064 MOD 11,10.
fn mod11_10(d: &[u32]) -> bool {
    let Some((last, body)) = d.split_last() else { return false };
    let product = body.iter().fold(10, |product, d| {
        let sum = (d + product) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    (11 - product) % 10 == *last
}

/// ISO 7064 MOD 97,10: letters count from 10; `None` for anything else.
fn mod97(bare: &str) -> Option<u32> {
    bare.chars().try_fold(0u32, |rest, ch| {
        let value = ch.to_digit(36)?;
        Some((if value < 10 { rest * 10 } else { rest * 100 } + value) % 97)
    })
}

/// As of an IBAN, whose country and check digits are counted last.
fn mod97_moved(bare: &str) -> Option<u32> {
    let (front, rest) = bare.split_at_checked(4)?;
    mod97(&format!("{rest}{front}"))
}
