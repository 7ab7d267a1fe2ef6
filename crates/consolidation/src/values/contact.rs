//! E-mail addresses, phone numbers and web addresses.

use std::str::FromStr;

use super::{CellError, CellResult, several, short};

/// An address in lower case, taken out of `mailto:`, `Ana Pop <ana@x.ro>` or `Ana Pop (ana@x.ro)`.
/// Of several the first one counts; [`emails`] gives all.
pub fn email(text: &str) -> CellResult<String> {
    let text = text.trim();
    // Nearly every cell is a plain address.
    if is_email(text) {
        return Ok(text.to_lowercase());
    }
    let first = several(text).next().unwrap_or(text);
    let bare = bare_email(first);
    if is_email(bare) {
        return Ok(bare.to_lowercase());
    }
    Err(CellError::new("wrong_email", format!("\"{}\" is not an e-mail address; it needs the form name@company.com", short(text))))
}

/// All addresses of a cell that holds several.
pub fn emails(text: &str) -> CellResult<Vec<String>> {
    let mut found = Vec::new();
    for part in several(text) {
        let address = email(part)?;
        if !found.contains(&address) {
            found.push(address);
        }
    }
    Ok(found)
}

fn bare_email(text: &str) -> &str {
    let inner = |open: char, close: char| {
        let start = text.rfind(open)?;
        let rest = text.get(start + 1..)?;
        rest.split(close).next().filter(|inside| inside.contains('@'))
    };
    let bare = inner('<', '>').or_else(|| inner('(', ')')).unwrap_or(text).trim();
    let bare = match bare.get(..7) {
        Some(scheme) if scheme.eq_ignore_ascii_case("mailto:") => bare.get(7..).unwrap_or(bare),
        _ => bare,
    };
    let bare = bare.split('?').next().unwrap_or(bare);
    bare.trim_matches(|ch: char| ch.is_whitespace() || matches!(ch, '"' | '\'' | ',' | ';' | '.' | '\u{200b}' | '\u{feff}'))
}

/// The shape that mail servers accept in practice: one `@`, a domain with a point, no spaces, at most 254 bytes (RFC 5321).
pub fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    if text.len() > 254 || local.is_empty() || local.len() > 64 || local.starts_with('.') || local.ends_with('.') {
        return false;
    }
    let local_fits = |ch: char| ch.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(ch);
    let label_fits = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|ch| ch.is_alphanumeric() || ch == '-' || ch == '_')
    };
    let last = domain.rsplit('.').next().unwrap_or("");
    local.chars().all(local_fits)
        && domain.contains('.')
        && domain.split('.').all(label_fits)
        && last.chars().count() >= 2
        && !last.chars().all(|ch| ch.is_ascii_digit())
}

/// A number in E.164, read as of `country` (ISO alpha-2) when it is written nationally. A number that cannot be made
/// international but could be dialled (five digits or more) stays as it is typed.
pub fn phone(text: &str, country: Option<&str>) -> CellResult<String> {
    let text = text.trim();
    if is_e164(text) {
        return Ok(text.to_string());
    }
    let first = text.split(super::JOINT.trim()).next().unwrap_or(text);
    let first = first.split([';', '\n', '|']).next().unwrap_or(first).trim();
    let first = first.strip_prefix("tel:").unwrap_or(first);
    // Spreadsheets turn long numbers into 4.0721E+10; what is lost cannot be brought back.
    if first.contains("E+") {
        return Err(CellError::new("wrong_phone", format!("phone \"{}\" lost its digits in a spreadsheet; format the column as text", short(first))));
    }
    let digits = first.chars().filter(char::is_ascii_digit).count();
    if digits < 5 {
        return Err(CellError::new("too_short", format!("phone \"{}\" is too short", short(first))));
    }
    if digits > 20 {
        return Err(CellError::new("too_long", format!("phone \"{}\" is too long for one number; separate numbers by a semicolon", short(first))));
    }
    let country = country.and_then(|code| phonenumber::country::Id::from_str(code).ok());
    let international = first.starts_with('+') || first.starts_with("00");
    let dialled;
    let number = match first.strip_prefix("00") {
        Some(rest) if country.is_none() => {
            dialled = format!("+{rest}");
            &dialled
        }
        _ => first,
    };
    if (international || country.is_some())
        && let Ok(parsed) = phonenumber::parse(country, number)
            && parsed.is_valid() {
                return Ok(parsed.format().mode(phonenumber::Mode::E164).to_string());
            }
    Ok(first.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// All numbers of a cell that holds several.
pub fn phones(text: &str, country: Option<&str>) -> CellResult<Vec<String>> {
    let mut found = Vec::new();
    let parts = text.split(super::JOINT.trim()).flat_map(|part| part.split([';', '\n', '|']));
    for part in parts.map(str::trim).filter(|part| !part.is_empty()) {
        let number = phone(part, country)?;
        if !found.contains(&number) {
            found.push(number);
        }
    }
    Ok(found)
}

/// `+` and 8 to 15 digits (ITU-T E.164), nothing else.
fn is_e164(text: &str) -> bool {
    let Some(digits) = text.strip_prefix('+') else { return false };
    (8..=15).contains(&digits.len()) && !digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit())
}

/// A web address; `https://` is added where the scheme is missing. Access writes `text#address#`.
pub fn url(text: &str) -> CellResult<String> {
    let text = text.trim();
    let inner = match text.split_once('#') {
        Some((shown, rest)) if text.ends_with('#') => {
            let target = rest.trim_end_matches('#').split('#').next().unwrap_or("").trim();
            if target.is_empty() { shown.trim() } else { target }
        }
        _ => text,
    };
    let inner = several(inner).find(|part| part.contains('.')).filter(|_| inner.contains(super::JOINT.trim())).unwrap_or(inner);
    let wrong = || CellError::new("wrong_url", format!("\"{}\" is not a web address; it needs the form https://company.com", short(text)));
    let lower = inner.get(..8.min(inner.len())).unwrap_or("").to_ascii_lowercase();
    let full = if lower.starts_with("http://") || lower.starts_with("https://") {
        inner.to_string()
    } else if inner.contains("://") || inner.contains('@') || lower.starts_with("javascri") || lower.starts_with("data:") {
        return Err(wrong());
    } else {
        format!("https://{inner}")
    };
    let host = full.split_once("://").map_or("", |(_, rest)| rest).split(['/', '?', '#', ':']).next().unwrap_or("");
    let host_fits = host.contains('.') && !host.starts_with('.') && host.chars().all(|ch| ch.is_alphanumeric() || matches!(ch, '.' | '-' | '_'));
    let rest_fits = !full.chars().any(|ch| ch.is_whitespace() || ch.is_control()) && full.len() <= 2_000;
    if host_fits && rest_fits { Ok(full) } else { Err(wrong()) }
}
