//! Values of KPIs as readers of a language write them, for letters and paper.

use documents::written;
use kernel::{Currency, Money};

use super::catalogue::{Unit, Words, word};

/// A value in its unit; a dash where there is none. Without a unit it is a number.
pub fn value(unit: Option<Unit>, value: Option<f64>, currency: Option<Currency>, language: &str) -> String {
    let Some(value) = value else { return "–".into() };
    let with =
        |words: &Words, digits| format!("{}\u{a0}{}", written::number(value, digits, language), word(words, language));
    match (unit, currency) {
        (Some(unit), Some(currency)) if unit.is_money() => {
            written::money(Money::new(value.round() as i64, currency), language)
        }
        (Some(Unit::Share), _) => written::share(value, language),
        (Some(Unit::Count), _) => written::number(value, 0, language),
        (Some(Unit::Days), _) => with(&["days", "дн.", "天", "zile"], 1),
        (Some(Unit::Hours), _) => with(&["h", "ч", "小时", "h"], 1),
        _ => written::number(value, 2, language),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_written_in_its_unit() {
        let euro = Currency::parse("EUR");
        assert_eq!(value(Some(Unit::Money), Some(123_456.0), euro, "en"), "€1,235");
        assert_eq!(value(Some(Unit::Share), Some(0.372), None, "en"), "37%");
        assert_eq!(value(Some(Unit::Hours), Some(2.25), None, "ru"), "2,2\u{a0}ч");
        assert_eq!(value(None, None, None, "en"), "–");
    }
}
