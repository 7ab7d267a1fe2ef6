//! E-mail addresses, phone numbers and web addresses.

use kernel::points;

use super::{CellError, CellResult, several, short};

/// An address in lower case, taken out of `mailto:`, `Ana Pop <ana@x.ro>` or `Ana Pop (ana@x.ro)`.
/// Of several the first one counts; [`emails`] gives all.
pub fn email(text: &str) -> CellResult<String> {
    let text = text.trim();
    // Nearly every cell is a plain address.
    if let Some(address) = points::email(text).filter(|_| !text.contains(';')) {
        return Ok(address);
    }
    let first = several(text).next().unwrap_or(text);
    if let Some(address) = points::email(bare_email(first)) {
        return Ok(address);
    }
    Err(CellError::new(
        "wrong_email",
        format!("\"{}\" is not an e-mail address; it needs the form name@company.com", short(text)),
    ))
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
    bare.trim_matches(|ch: char| {
        ch.is_whitespace() || matches!(ch, '"' | '\'' | ',' | ';' | '.' | '\u{200b}' | '\u{feff}')
    })
}

/// Whether a text is an address and nothing else.
pub fn is_email(text: &str) -> bool {
    text.contains('@') && !text.contains(['<', ':']) && points::email(text).is_some()
}

/// A number in E.164, read as of `country` (ISO alpha-2) when it is written nationally. A number that cannot be made
/// international but could be dialled (five digits or more) stays as it is typed.
pub fn phone(text: &str, country: Option<&str>) -> CellResult<String> {
    let text = text.trim();
    let first = text.split(super::JOINT.trim()).next().unwrap_or(text);
    let first = first.split([';', '\n', '|']).next().unwrap_or(first).trim();
    let first = first.strip_prefix("tel:").unwrap_or(first);
    // Spreadsheets turn long numbers into 4.0721E+10; what is lost cannot be brought back.
    if first.contains("E+") {
        return Err(CellError::new(
            "wrong_phone",
            format!("phone \"{}\" lost its digits in a spreadsheet; format the column as text", short(first)),
        ));
    }
    let digits = first.chars().filter(char::is_ascii_digit).count();
    if digits < 5 {
        return Err(CellError::new("too_short", format!("phone \"{}\" is too short", short(first))));
    }
    if digits > 20 {
        return Err(CellError::new(
            "too_long",
            format!("phone \"{}\" is too long for one number; separate numbers by a semicolon", short(first)),
        ));
    }
    points::phone(first, country).ok_or_else(|| {
        CellError::new(
            "wrong_phone",
            format!("\"{}\" is not a phone number; write it like +40 721 123 456", short(first)),
        )
    })
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
    let inner =
        several(inner).find(|part| part.contains('.')).filter(|_| inner.contains(super::JOINT.trim())).unwrap_or(inner);
    // A fragment alone, an address of mail and the like have a host without a point.
    points::url(inner).filter(|_| !inner.contains('@') && inner.contains('.')).ok_or_else(|| {
        CellError::new(
            "wrong_url",
            format!("\"{}\" is not a web address; it needs the form https://company.com", short(text)),
        )
    })
}
