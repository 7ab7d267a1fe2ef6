//! Numbers, amounts and days as readers of a language write them: English, Russian, Chinese, Romanian.

use kernel::Money;

/// Spaces that do not break a line.
const NARROW: char = '\u{202f}';
const FIXED: char = '\u{a0}';

struct Habits {
    thousands: char,
    decimal: char,
    /// `€1,234` or `1.234 €`.
    is_sign_first: bool,
    is_percent_apart: bool,
}

fn habits(language: &str) -> Habits {
    match language.get(..2) {
        Some("ru") => Habits { thousands: FIXED, decimal: ',', is_sign_first: false, is_percent_apart: true },
        Some("ro") => Habits { thousands: '.', decimal: ',', is_sign_first: false, is_percent_apart: true },
        _ => Habits { thousands: ',', decimal: '.', is_sign_first: true, is_percent_apart: false },
    }
}

/// `1,234.5` with so many digits behind the point, none of them a zero at the end.
pub fn number(value: f64, most_digits: usize, language: &str) -> String {
    let text = format!("{:.most_digits$}", value.abs());
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    put_together(
        value < 0.0 && text.bytes().any(|sign| sign.is_ascii_digit() && sign != b'0'),
        whole,
        part.trim_end_matches('0'),
        language,
    )
}

/// `37 %`; one digit behind the point below ten percent.
pub fn share(share: f64, language: &str) -> String {
    let percent = share * 100.0;
    let digits = usize::from(percent.abs() < 9.95 && percent != 0.0);
    let space = if habits(language).is_percent_apart { FIXED.to_string() } else { String::new() };
    format!("{}{space}%", number(percent, digits, language))
}

/// [`share`] with its sign: how much more or less than before.
pub fn change(change: f64, language: &str) -> String {
    let sign = if change > 0.0 { "+" } else { "" };
    format!("{sign}{}", share(change, language))
}

/// `$1,234.56`; from a thousand on nobody reads the cents of a report.
pub fn money(money: Money, language: &str) -> String {
    let habits = habits(language);
    let mut amount = money.amount.saturating_abs();
    let unit = 10_i64.pow(money.currency.decimals());
    let is_large = amount >= 1_000 * unit;
    if is_large {
        amount = amount.saturating_add(unit / 2) / unit * unit;
    }
    let text = Money::new(amount, money.currency).to_decimal();
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    let part = if is_large { "" } else { part };
    let amount = put_together(false, whole, part, language);
    let minus = if money.amount < 0 { "−" } else { "" };
    match (sign(money.currency.code()), habits.is_sign_first) {
        (Some(sign), true) => format!("{minus}{sign}{amount}"),
        (Some(sign), false) => format!("{minus}{amount}{FIXED}{sign}"),
        (None, _) => format!("{minus}{amount}{FIXED}{}", money.currency.code()),
    }
}

/// Money to its last minor unit, whatever it comes to: for what is agreed rather than looked at.
pub fn exact(money: Money, language: &str) -> String {
    let habits = habits(language);
    let text = Money::new(money.amount.saturating_abs(), money.currency).to_decimal();
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    let amount = put_together(false, whole, part, language);
    let minus = if money.amount < 0 { "−" } else { "" };
    match (sign(money.currency.code()), habits.is_sign_first) {
        (Some(sign), true) => format!("{minus}{sign}{amount}"),
        (Some(sign), false) => format!("{minus}{amount}{FIXED}{sign}"),
        (None, _) => format!("{minus}{amount}{FIXED}{}", money.currency.code()),
    }
}

fn sign(currency: &str) -> Option<&'static str> {
    Some(match currency {
        "EUR" => "€",
        "USD" => "$",
        "GBP" => "£",
        "JPY" | "CNY" => "¥",
        "RUB" => "₽",
        _ => return None,
    })
}

fn put_together(is_negative: bool, whole: &str, part: &str, language: &str) -> String {
    let habits = habits(language);
    let mut out = String::from(if is_negative { "−" } else { "" });
    for (at, digit) in whole.chars().enumerate() {
        // Four digits are read without a space in Russian print, but columns want them all alike.
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            out.push(if habits.thousands == FIXED { NARROW } else { habits.thousands });
        }
        out.push(digit);
    }
    if !part.is_empty() {
        out.push(habits.decimal);
        out.push_str(part);
    }
    out
}

/// A day `2017-06-30` as `30 Jun 2017`, `30.06.2017` or `2017年6月30日`; what is no day stays as it is.
pub fn day(text: &str, language: &str) -> String {
    let mut parts = text.splitn(3, '-');
    let (Some(year), Some(month), Some(day)) = (parts.next(), parts.next(), parts.next()) else { return text.into() };
    let (Ok(number), plain) = (month.parse::<usize>(), day.trim_start_matches('0')) else { return text.into() };
    match language.get(..2) {
        Some("ru" | "ro") => format!("{day}.{month}.{year}"),
        Some("zh") => format!("{year}年{number}月{plain}日"),
        _ => format!("{plain} {} {year}", MONTHS.get(number.wrapping_sub(1)).unwrap_or(&month)),
    }
}

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

#[cfg(test)]
mod tests {
    use kernel::Currency;

    use super::*;

    #[test]
    fn amounts_are_written_as_their_readers_do() {
        let money = |amount, language| money(Money::new(amount, Currency::EUR), language);
        assert_eq!(money(123_456_789, "en"), "€1,234,568");
        assert_eq!(money(12_345, "en"), "€123.45");
        assert_eq!(money(-12_345, "ro"), "−123,45\u{a0}€");
        assert_eq!(money(1_234_500, "ru"), "12\u{202f}345\u{a0}€");
        let yen = Money::new(1_234, Currency::parse("JPY").unwrap());
        assert_eq!(super::money(yen, "zh"), "¥1,234");
        assert_eq!(super::exact(Money::new(123_456_789, Currency::EUR), "ru"), "1\u{202f}234\u{202f}567,89\u{a0}€");
        let lei = Money::new(99, Currency::parse("RON").unwrap());
        assert_eq!(super::money(lei, "ro"), "0,99\u{a0}RON");
    }

    #[test]
    fn shares_numbers_and_days_are_written_as_their_readers_do() {
        assert_eq!(
            (share(0.3712, "en"), share(0.0712, "en"), share(0.0, "ru")),
            ("37%".into(), "7.1%".into(), "0\u{a0}%".into())
        );
        assert_eq!((change(0.5, "en"), change(-0.05, "ro")), ("+50%".into(), "−5\u{a0}%".into()));
        assert_eq!((number(1_234.50, 2, "en"), number(-0.001, 1, "en")), ("1,234.5".into(), "0".into()));
        let day = |language| day("2017-06-05", language);
        assert_eq!(
            (day("en"), day("ru"), day("zh")),
            ("5 Jun 2017".into(), "05.06.2017".into(), "2017年6月5日".into())
        );
        assert_eq!(super::day("soon", "en"), "soon");
    }
}
