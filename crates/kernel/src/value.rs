//! The value of one field of one record.

use serde::{Deserialize, Serialize};

use crate::{Id, Money, Time};

/// A postal address, each part as the country writes it; `country` is an ISO 3166-1 alpha-2 code where it is known, else a name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Address {
    #[serde(skip_serializing_if = "String::is_empty")]
    pub street: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub city: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub region: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub postal_code: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub country: String,
}

impl Address {
    /// The parts in the order of their columns.
    pub const PARTS: [&'static str; 5] = ["street", "city", "region", "postal_code", "country"];

    pub fn parts(&self) -> [&str; 5] {
        [&self.street, &self.city, &self.region, &self.postal_code, &self.country]
    }

    pub fn is_empty(&self) -> bool {
        self.parts().iter().all(|part| part.is_empty())
    }
}

/// What a field holds. `Null` is "nothing known"; an empty text is stored as `Null`.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Value {
    #[default]
    Null,
    Bool(bool),
    Int(i64),
    Number(f64),
    /// Text, long text, choice, e-mail, phone (E.164), URL.
    Text(String),
    Date(jiff::civil::Date),
    Time(Time),
    Money(Money),
    /// A link to one record, or a file.
    Link(Id),
    /// Links to many records, sorted, without repeats.
    Links(Vec<Id>),
    /// Values of a multi-choice, in the order of its options.
    Choices(Vec<String>),
    /// Boxed, like the next: most values are small, and a record has many.
    Address(Box<Address>),
    /// Settings of the product's own objects (a view's columns).
    Json(Box<serde_json::Value>),
}

impl Value {
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    pub fn as_text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    pub fn as_link(&self) -> Option<Id> {
        match self {
            Value::Link(id) => Some(*id),
            _ => None,
        }
    }

    /// The value as the API shows it.
    pub fn to_json(&self) -> serde_json::Value {
        use serde_json::json;
        match self {
            Value::Null => serde_json::Value::Null,
            Value::Bool(v) => json!(v),
            Value::Int(v) => json!(v),
            Value::Number(v) => json!(v),
            Value::Text(v) => json!(v),
            Value::Date(v) => json!(v.to_string()),
            Value::Time(v) => json!(v),
            Value::Money(v) => json!(v),
            Value::Link(v) => json!(v),
            Value::Links(v) => json!(v),
            Value::Choices(v) => json!(v),
            Value::Address(v) => json!(v),
            Value::Json(v) => (**v).clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_small_because_a_record_has_a_hundred() {
        assert!(size_of::<Value>() <= 32, "{}", size_of::<Value>());
    }
}
