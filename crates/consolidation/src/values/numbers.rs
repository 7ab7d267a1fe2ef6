//! Numbers and amounts as people and spreadsheets write them.

use kernel::{Currency, Money};

use super::{CellError, CellResult, short};
use crate::formats::DecimalStyle;

/// A number in its plain form, `-1234.56`, exact; and what stood around it.
#[derive(Debug, PartialEq, Eq)]
struct Plain {
    digits: String,
    /// A currency sign or code that stood before or behind the number.
    unit: Option<Currency>,
}

pub fn integer(text: &str, style: DecimalStyle) -> CellResult<i64> {
    if let Ok(number) = text.parse::<i64>() {
        return Ok(number);
    }
    let plain = plain(text, style)?;
    let (whole, fraction) = plain.digits.split_once('.').unwrap_or((&plain.digits, ""));
    if fraction.bytes().any(|digit| digit != b'0') {
        return Err(CellError::new("not_whole", format!("\"{}\" is not a whole number", short(text))));
    }
    let whole = if whole.is_empty() || whole == "-" { "0" } else { whole };
    whole.parse().map_err(|_| CellError::new("too_large", format!("\"{}\" is too large a number", short(text))))
}

/// A percent sign is read as a unit: `12 %` is 12.
pub fn number(text: &str, style: DecimalStyle) -> CellResult<f64> {
    let exponent = text.contains(['e', 'E']) && text.bytes().all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b));
    let parsed = if exponent { text.parse::<f64>().ok() } else { plain(text, style)?.digits.parse::<f64>().ok() };
    parsed.filter(|number| number.is_finite()).ok_or_else(|| wrong(text))
}

/// An amount with its currency before or behind, or in `default`.
pub fn money(text: &str, style: DecimalStyle, default: Option<Currency>) -> CellResult<Money> {
    let plain = plain(text, style)?;
    let Some(currency) = plain.unit.or(default) else {
        return Err(CellError::new(
            "currency_missing",
            format!(
                "\"{}\" has no currency; choose the currency of this column or write \"{} EUR\"",
                short(text),
                plain.digits
            ),
        ));
    };
    amount(&plain.digits, currency).ok_or_else(|| {
        CellError::new("wrong_amount", format!("\"{}\" has more digits than {currency} can hold", short(text)))
    })
}

/// The exact amount; spreadsheets carry more decimals than a currency has (prices by piece), these are rounded half up.
fn amount(digits: &str, currency: Currency) -> Option<Money> {
    if let Some(money) = Money::from_decimal(digits, currency) {
        return Some(money);
    }
    let (whole, fraction) = digits.split_once('.')?;
    let decimals = usize::try_from(currency.decimals()).ok()?;
    let kept = fraction.get(..decimals)?;
    let up = fraction.as_bytes().get(decimals).is_some_and(|digit| *digit >= b'5');
    let cut = if decimals == 0 { whole.to_string() } else { format!("{whole}.{kept}") };
    let cut = Money::from_decimal(&cut, currency)?;
    let step = match (up, digits.starts_with('-')) {
        (false, _) => 0,
        (true, false) => 1,
        (true, true) => -1,
    };
    Some(Money::new(cut.amount.checked_add(step)?, currency))
}

fn wrong(text: &str) -> CellError {
    CellError::new("wrong_number", format!("\"{}\" is not a number", short(text)))
}

/// Takes signs, currency, percent, brackets and separators off.
fn plain(text: &str, style: DecimalStyle) -> CellResult<Plain> {
    let mut negative = false;
    let mut unit: Option<Currency> = None;
    let mut body = text.trim();
    if let Some(inner) = body.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        negative = true;
        body = inner.trim();
    }
    // Sign and currency come in any order: "-$3", "$ -3", "3.50-", "EUR -3".
    loop {
        let start = body;
        for (sign, minus) in [('-', true), ('−', true), ('–', true), ('+', false)] {
            if let Some(rest) = body.strip_prefix(sign).or_else(|| body.strip_suffix(sign)) {
                negative |= minus;
                body = rest.trim();
            }
        }
        if let Some(inner) = body.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
            negative = true;
            body = inner.trim();
        }
        body = body.trim_end_matches('%').trim();
        if unit.is_none()
            && let Some((currency, rest)) = currency_of(body)
        {
            unit = Some(currency);
            body = rest.trim();
        }
        if body.len() == start.len() {
            break;
        }
    }
    // Accounting formats write nothing as "-".
    if body.is_empty() && (negative || unit.is_some()) && text.chars().any(|ch| "-−–".contains(ch)) {
        return Ok(Plain { digits: "0".to_string(), unit });
    }

    let decimal = decimal_mark(body, style);
    let mut digits = String::with_capacity(body.len() + 1);
    if negative {
        digits.push('-');
    }
    let mut any = false;
    for (at, ch) in body.char_indices() {
        match ch {
            '0'..='9' => {
                any = true;
                digits.push(ch);
            }
            '.' | ',' if decimal == Some(at) => digits.push('.'),
            '.' | ',' | '\'' | '’' | '_' if any => {}
            ch if ch.is_whitespace() => {}
            _ => return Err(wrong(text)),
        }
    }
    if !any || !well_grouped(body, decimal) {
        return Err(wrong(text));
    }
    Ok(Plain { digits, unit })
}

/// The place of the decimal mark. Two different marks decide by themselves: the last is the decimal one. One mark alone, with
/// exactly three digits behind, is what the file's style says; a mark that occurs twice groups.
fn decimal_mark(body: &str, style: DecimalStyle) -> Option<usize> {
    let last_point = body.rfind('.');
    let last_comma = body.rfind(',');
    let (at, mark) = match (last_point, last_comma) {
        (None, None) => return None,
        (Some(point), Some(comma)) => return Some(point.max(comma)),
        (Some(point), None) => (point, '.'),
        (None, Some(comma)) => (comma, ','),
    };
    if body.matches(mark).count() > 1 {
        return None;
    }
    let behind = body.len() - at - 1;
    let by_style = (mark == '.') == (style == DecimalStyle::Point);
    let groups = behind == 3 && at > 0 && at <= 3 && !body.starts_with('0');
    (by_style || !groups).then_some(at)
}

/// Groups of thousands have three digits, or two in Indian numbers: `1,2` is not a thousand.
fn well_grouped(body: &str, decimal: Option<usize>) -> bool {
    let whole = decimal.and_then(|at| body.get(..at)).unwrap_or(body);
    let mut groups = whole.split(['.', ',', '\'', '’']).map(|group| group.chars().filter(char::is_ascii_digit).count());
    groups.next();
    let mut groups: Vec<usize> = groups.collect();
    let Some(last) = groups.pop() else { return true };
    last == 3 && groups.iter().all(|len| *len == 3 || *len == 2)
}

/// A currency before or behind, and the rest.
fn currency_of(body: &str) -> Option<(Currency, &str)> {
    const SIGNS: [(&str, &str); 19] = [
        ("US$", "USD"),
        ("CA$", "CAD"),
        ("A$", "AUD"),
        ("HK$", "HKD"),
        ("R$", "BRL"),
        ("$", "USD"),
        ("€", "EUR"),
        ("£", "GBP"),
        ("¥", "CNY"),
        ("￥", "CNY"),
        ("₽", "RUB"),
        ("руб.", "RUB"),
        ("руб", "RUB"),
        ("lei", "RON"),
        ("元", "CNY"),
        ("₴", "UAH"),
        ("₹", "INR"),
        ("zł", "PLN"),
        ("Kč", "CZK"),
    ];
    for (sign, code) in SIGNS {
        if let Some(rest) = body.strip_prefix(sign).or_else(|| body.strip_suffix(sign)) {
            return Some((Currency::parse(code)?, rest));
        }
    }
    let letters = |text: &str| text.bytes().all(|b| b.is_ascii_alphabetic());
    let start =
        body.get(..3).filter(|code| letters(code)).and_then(|code| Some((Currency::parse(code)?, body.get(3..)?)));
    let end = || {
        let at = body.len().checked_sub(3)?;
        let code = body.get(at..).filter(|code| letters(code))?;
        Some((Currency::parse(code)?, body.get(..at)?))
    };
    start.or_else(end)
}
