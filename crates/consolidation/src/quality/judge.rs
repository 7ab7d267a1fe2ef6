//! Whether a value is what its field asks for, by the normal forms; and what it would be when mended.

use jiff::civil::Date;
use kernel::object::FieldType;
use kernel::{FieldDef, Value, points};

use crate::normal::{Fault, address, company, company_id, date, email, person, phone};

/// What is looked at in a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Looks {
    Email,
    Phone,
    Url,
    Address,
    PastDate,
    PersonName,
    CompanyName,
    CompanyId,
}

/// How the values of a field are judged; none for fields that hold whatever they hold.
pub fn looks(object: &str, field: &FieldDef) -> Option<Looks> {
    if field.kind.is_computed() || field.readonly {
        return None;
    }
    Some(match &field.kind {
        FieldType::Email => Looks::Email,
        FieldType::Phone => Looks::Phone,
        FieldType::Url => Looks::Url,
        FieldType::Address => Looks::Address,
        FieldType::Date if matches!(field.name.as_str(), "birth_date" | "birthday" | "founded_on") => Looks::PastDate,
        FieldType::Text { .. } => match field.name.as_str() {
            "first_name" | "last_name" | "middle_name" => Looks::PersonName,
            "name" | "legal_name" if object == "company" => Looks::CompanyName,
            "company_name" => Looks::CompanyName,
            "tax_id" | "vat_id" | "registration_number" | "iban" | "lei" => Looks::CompanyId,
            _ => return None,
        },
        _ => return None,
    })
}

/// What else of the record says how to read a value.
#[derive(Debug, Clone, Copy)]
pub struct Around<'a> {
    /// ISO alpha-2, or whatever the record's address says.
    pub country: &'a str,
    pub today: Date,
}

/// What is wrong with a value, and what it would be when mended; none if mending changes nothing or is for people.
pub fn judge(looks: Looks, value: &Value, around: Around<'_>) -> (Vec<Fault>, Option<Value>) {
    let country = address::country(around.country);
    let (faults, mended) = match (looks, value) {
        (_, Value::Null) => return (Vec::new(), None),
        (Looks::Email, Value::Text(text)) => {
            let read = email::parse(text);
            let mended = match email::suggestion(&read.form.domain) {
                Some(meant) => format!("{}@{meant}", read.form.local),
                None => read.form.address,
            };
            (read.faults, Value::Text(mended))
        }
        (Looks::Phone, Value::Text(text)) => {
            let read = phone::parse(text, country);
            // The field keeps a number alone; what stands behind it is for people to move.
            let mended = if read.form.extension.is_empty() { read.form.e164 } else { String::new() };
            (read.faults, Value::Text(mended))
        }
        (Looks::Url, Value::Text(text)) => {
            let read = points::url(text);
            (Vec::new(), Value::Text(read.unwrap_or_default()))
        }
        (Looks::Address, Value::Address(written)) => {
            let read = address::parse(written, None);
            // Streets stay as they are written: only what a country writes in one way is mended.
            let mut mended = (**written).clone();
            if country.is_some() {
                mended.country = read.form.country;
            }
            mended.postal_code = read.form.postal_code;
            mended.city = read.form.city;
            (read.faults, Value::Address(Box::new(mended)))
        }
        (Looks::PastDate, Value::Date(day)) => (date::look(*day, around.today, true), Value::Null),
        (Looks::PersonName, Value::Text(text)) => {
            let faults = person::faults(text);
            let is_name = !faults.iter().any(|fault| matches!(fault, Fault::NotAName | Fault::Placeholder));
            let mended = if is_name {
                text.split_whitespace().map(person::proper).collect::<Vec<_>>().join(" ")
            } else {
                String::new()
            };
            (faults, Value::Text(mended))
        }
        (Looks::CompanyName, Value::Text(text)) => {
            let squeezed = text.split_whitespace().collect::<Vec<_>>().join(" ");
            (company::parse(text).faults, Value::Text(squeezed))
        }
        (Looks::CompanyId, Value::Text(text)) => {
            let read = company_id::parse(text, country);
            // A number of no known kind is no fault: there are more registers than we know.
            if read.faults.contains(&Fault::IdUnknown) {
                return (Vec::new(), None);
            }
            let mended = if read.is_sound() { read.form.number } else { String::new() };
            (read.faults, Value::Text(mended))
        }
        _ => return (Vec::new(), None),
    };
    let says_something = !matches!(&mended, Value::Null) && mended.as_text() != Some("");
    let mended = (says_something && mended != *value).then_some(mended);
    (faults, mended)
}
