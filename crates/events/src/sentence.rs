//! An event as a sentence, in the reader's language.

use std::collections::BTreeMap;

use kernel::Money;
use serde_json::{Map, Value};

use crate::records::Happening;

/// Names that a caller may give in `labels` beside the properties' own: the object's label, the record's title, the
/// party's title, the event's amount as text, and the labels of the changed fields.
pub const KNOWN_LABELS: [&str; 5] = ["object", "record", "party", "amount", "fields"];

/// How an event reads behind its actor's name: `placed order SO45080 for 3,578.27 USD`.
///
/// `labels` holds what only the caller knows: titles of linked records by property (`deal` → `Oak table`) and
/// [`KNOWN_LABELS`]. Without a label, a property that is a link is unknown; other properties are written as they are.
/// The property named like the kind's noun reads as `record`. A kind that is not in the catalogue reads as its words.
pub fn sentence(kind: &str, language: &str, props: &Map<String, Value>, labels: &BTreeMap<String, String>) -> String {
    if let Some(known) = crate::kind(kind) {
        let look_up = |name: &str| {
            if let Some(label) = labels.get(name) {
                return said(label);
            }
            if name == known.noun()
                && let Some(title) = labels.get("record")
            {
                return said(title);
            }
            let is_link =
                known.properties.iter().any(|property| property.name == name && matches!(property.kind, "id" | "ids"));
            if is_link { None } else { props.get(name).and_then(|value| plain(value, language)) }
        };
        return fill(known.reads.get(language), &look_up);
    }
    if let Some((object, happening)) = Happening::parse(kind) {
        let look_up = |name: &str| match name {
            "object" => Some(lower_first(labels.get("object").map_or(&object.replace('_', " "), |label| label))),
            _ => labels
                .get(name)
                .and_then(|label| said(label))
                .or_else(|| props.get(name).and_then(|value| plain(value, language))),
        };
        return fill(happening.reads().get(language), &look_up);
    }
    kind.replace(['.', '_'], " ")
}

/// An amount as the language writes it: `1,054.00 USD`, `1 054,00 USD` (Russian, with spaces that do not break), `1.054,00 USD`.
pub fn amount(money: &Money, language: &str) -> String {
    let (thousands, point) = match language {
        "ru" => ('\u{a0}', ','),
        "ro" => ('.', ','),
        _ => (',', '.'),
    };
    let decimal = money.to_decimal();
    let (sign, digits) = decimal.strip_prefix('-').map_or(("", decimal.as_str()), |digits| ("-", digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let mut out = String::from(sign);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && whole.len().saturating_sub(at) % 3 == 0 {
            out.push(thousands);
        }
        out.push(digit);
    }
    if !fraction.is_empty() {
        out.push(point);
        out.push_str(fraction);
    }
    format!("{out}\u{a0}{}", money.currency)
}

fn said(text: &str) -> Option<String> {
    (!text.trim().is_empty()).then(|| text.to_string())
}

/// `Order line` → `order line`, `SKU` stays.
fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    let Some(first) = chars.next() else { return String::new() };
    if chars.clone().next().is_some_and(char::is_uppercase) {
        return text.to_string();
    }
    first.to_lowercase().chain(chars).collect()
}

/// A property as it is written when nobody gave a label for it.
fn plain(value: &Value, language: &str) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => said(text),
        Value::Bool(_) => None,
        Value::Number(number) => Some(number.as_f64().map_or_else(|| number.to_string(), |n| n.to_string())),
        Value::Array(items) => {
            let words: Vec<String> = items.iter().filter_map(|item| plain(item, language)).collect();
            (!words.is_empty()).then(|| words.join(", "))
        }
        Value::Object(_) => serde_json::from_value::<Money>(value.clone()).ok().map(|money| amount(&money, language)),
    }
}

/// Fills `{names}`; a `[part]` is left out when one of its names is unknown, an unknown name elsewhere leaves a gap that is closed.
fn fill(pattern: &str, look_up: &dyn Fn(&str) -> Option<String>) -> String {
    let mut out = String::new();
    let mut rest = pattern;
    while let Some(start) = rest.find('[') {
        let (before, after) = rest.split_at(start);
        out.push_str(&fill_plain(before, look_up).0);
        let Some((part, tail)) = after.strip_prefix('[').and_then(|after| after.split_once(']')) else {
            rest = after;
            break;
        };
        let (text, whole) = fill_plain(part, look_up);
        if whole {
            out.push_str(&text);
        }
        rest = tail;
    }
    out.push_str(&fill_plain(rest, look_up).0);
    let mut tidy = out.trim().to_string();
    while tidy.contains("  ") {
        tidy = tidy.replace("  ", " ");
    }
    tidy
}

/// The text and whether every name in it was known.
fn fill_plain(pattern: &str, look_up: &dyn Fn(&str) -> Option<String>) -> (String, bool) {
    let mut out = String::new();
    let mut whole = true;
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((name, tail)) = after.split_once('}') else {
            rest = "";
            break;
        };
        match look_up(name) {
            Some(text) => out.push_str(&text),
            None => whole = false,
        }
        rest = tail;
    }
    out.push_str(rest);
    (out, whole)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn props(value: Value) -> Map<String, Value> {
        value.as_object().cloned().unwrap_or_default()
    }

    fn labels(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(name, label)| (name.to_string(), label.to_string())).collect()
    }

    #[test]
    fn a_won_deal_reads_in_four_languages() {
        let labels = labels(&[("record", "Oak table"), ("amount", "1,054.00 USD")]);
        let props = props(json!({"deal": "0158e5f0-0000-7000-8000-000000000001"}));
        assert_eq!(sentence("deal.won", "en", &props, &labels), "won deal Oak table for 1,054.00 USD");
        assert_eq!(sentence("deal.won", "ru", &props, &labels), "выиграна сделка Oak table на 1,054.00 USD");
        assert_eq!(sentence("deal.won", "zh", &props, &labels), "赢得商机 Oak table，金额 1,054.00 USD");
        assert_eq!(sentence("deal.won", "ro", &props, &labels), "a câștigat oportunitatea Oak table de 1,054.00 USD");
        assert_eq!(sentence("deal.won", "de", &props, &labels), "won deal Oak table for 1,054.00 USD");
    }

    #[test]
    fn what_is_unknown_is_left_out() {
        let props = props(json!({"deal": "0158e5f0-0000-7000-8000-000000000001"}));
        assert_eq!(sentence("deal.won", "en", &props, &labels(&[("record", "Oak table")])), "won deal Oak table");
        assert_eq!(sentence("deal.won", "en", &props, &labels(&[])), "won deal");
    }

    #[test]
    fn every_object_has_the_same_five_sentences() {
        let labels = labels(&[("object", "Contact"), ("record", "Ana Pop"), ("fields", "Email, Phone")]);
        let none = Map::new();
        assert_eq!(sentence("contact.created", "en", &none, &labels), "added contact Ana Pop");
        assert_eq!(sentence("contact.updated", "en", &none, &labels), "changed Email, Phone of contact Ana Pop");
        assert_eq!(sentence("contact.trashed", "ro", &none, &labels), "a mutat în coș contact Ana Pop");
        assert_eq!(sentence("order_line.erased", "en", &none, &BTreeMap::new()), "erased order line for good");
    }

    #[test]
    fn a_kind_of_the_companys_own_reads_as_its_words() {
        assert_eq!(sentence("webinar.attended_twice", "ru", &Map::new(), &BTreeMap::new()), "webinar attended twice");
    }

    #[test]
    fn numbers_and_money_are_written_plainly() {
        let props = props(
            json!({"goods": "Sport-100 Helmet", "quantity": 2.0, "goods_return": "0158e5f0-0000-7000-8000-000000000001"}),
        );
        assert_eq!(sentence("order.returned", "en", &props, &BTreeMap::new()), "returned 2 × Sport-100 Helmet");
    }

    #[test]
    fn an_amount_is_written_as_the_language_does() {
        let money = Money::new(-123_456_789, kernel::Currency::USD);
        assert_eq!(amount(&money, "en"), "-1,234,567.89\u{a0}USD");
        assert_eq!(amount(&money, "ru"), "-1\u{a0}234\u{a0}567,89\u{a0}USD");
        assert_eq!(amount(&money, "ro"), "-1.234.567,89\u{a0}USD");
        let yen = Money::new(500, kernel::Currency::parse("JPY").expect("a code"));
        assert_eq!(amount(&yen, "zh"), "500\u{a0}JPY");
    }

    #[test]
    fn a_broken_pattern_never_panics() {
        for pattern in ["{", "[", "a [b {c", "}", "]", "[{x}", "{x}[", "é{é}é["] {
            fill(pattern, &|_| None);
        }
    }
}
