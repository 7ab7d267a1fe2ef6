//! Contacts as vCards (3.0, which every phone reads), and back.

use foundation::records::{Object, Record, input};
use kernel::{Address, Error, Result, Value};
use serde_json::json;

use crate::ics::{Component, Property, escaped, unescaped, utc};

/// What a contact's card says beside its fields.
pub struct Card<'r> {
    pub record: &'r Record,
    pub uid: &'r str,
    pub company: Option<String>,
}

/// Writes a contact into a card: a new one, or the one that a client put.
pub fn write(object: &Object, card: &Card, raw: Option<Component>) -> Component {
    let mut into = raw.filter(|raw| raw.name == "VCARD").unwrap_or_else(|| {
        let mut into = Component::new("VCARD");
        into.properties = vec![Property::new("VERSION", "3.0"), Property::new("PRODID", "-//Rapport//CRM//EN")];
        into
    });
    let record = card.record;
    let text = |field| record.get(object, field).as_text().unwrap_or_default();
    if into.get("UID").is_none() {
        into.properties.push(Property::new("UID", escaped(card.uid)));
    }
    into.replace("REV", [Property::new("REV", utc(record.updated_at))]);
    let known = names(&into);
    if known.as_deref() != Some(&[text("last_name"), text("first_name"), text("prefix")].map(str::to_string)[..]) {
        let name =
            format!("{};{};;{};", escaped(text("last_name")), escaped(text("first_name")), escaped(text("prefix")));
        into.replace("N", [Property::new("N", name)]);
        into.replace("FN", [Property::new("FN", escaped(&record.title))]);
    } else if into.get("FN").is_none() {
        into.properties.push(Property::new("FN", escaped(&record.title)));
    }
    one(&mut into, object, record, "email", "EMAIL", None, "INTERNET");
    one(&mut into, object, record, "phone", "TEL", Some(false), "WORK");
    one(&mut into, object, record, "mobile", "TEL", Some(true), "CELL");
    one(&mut into, object, record, "website", "URL", None, "WORK");
    plain(&mut into, "TITLE", text("job_title"));
    plain(&mut into, "NOTE", text("description"));
    if let Some(company) = &card.company
        && into.text("ORG").map(|org| unescaped(org.split(';').next().unwrap_or_default())) != Some(company.clone())
    {
        into.replace("ORG", [Property::new("ORG", escaped(company))]);
    }
    let address =
        if let Value::Address(address) = record.get(object, "address") { Some((**address).clone()) } else { None };
    if read_address(&into) != address {
        let line = address.map(|address| {
            let parts = address.parts().map(escaped);
            Property::new("ADR", format!(";;{}", parts.join(";"))).with("TYPE", "WORK")
        });
        into.replace("ADR", line);
    }
    let born = if let Value::Date(day) = record.get(object, "birth_date") { Some(day.to_string()) } else { None };
    if read_day(&into) != born {
        into.replace("BDAY", born.map(|day| Property::new("BDAY", day)));
    }
    into
}

fn plain(into: &mut Component, name: &str, text: &str) {
    if into.text(name).unwrap_or_default().trim() != text {
        into.replace(name, (!text.is_empty()).then(|| Property::new(name, escaped(text))));
    }
}

/// Of several e-mails or phones the first is ours; the others are the client's own.
fn one(
    into: &mut Component,
    object: &Object,
    record: &Record,
    field: &str,
    name: &str,
    mobile: Option<bool>,
    kind: &str,
) {
    let text = record.get(object, field).as_text().unwrap_or_default();
    let place = into.properties.iter().position(|property| property.is(name) && fits(property, mobile));
    let known = place.and_then(|place| into.properties.get(place)).map(|known| value(object, field, &known.text()));
    if known.flatten().as_ref().and_then(Value::as_text).unwrap_or_default() == text {
        return;
    }
    match (place, text.is_empty()) {
        (Some(place), true) => drop(into.properties.remove(place)),
        (Some(place), false) => {
            if let Some(property) = into.properties.get_mut(place) {
                property.value = escaped(text);
            }
        }
        (None, _) => into.properties.push(Property::new(name, escaped(text)).with("TYPE", kind)),
    }
}

fn fits(property: &Property, mobile: Option<bool>) -> bool {
    let types: Vec<String> = property
        .parameters
        .iter()
        .filter(|(name, _)| name == "TYPE")
        .flat_map(|(_, value)| value.trim_matches('"').split(',').map(str::to_uppercase).collect::<Vec<_>>())
        .collect();
    let is_fax = types.iter().any(|kind| kind == "FAX" || kind == "PAGER");
    let is_mobile = types.iter().any(|kind| kind == "CELL" || kind == "IPHONE");
    !is_fax && mobile.is_none_or(|mobile| mobile == is_mobile)
}

/// A value as the field keeps it; none where it cannot.
fn value(object: &Object, field: &str, text: &str) -> Option<Value> {
    let text = text.trim().trim_start_matches("tel:");
    let position = object.def.position(field)?;
    input::value(object.field(position)?, &json!(text)).ok().filter(|value| !value.is_null())
}

fn structured(value: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        let Some(last) = parts.last_mut() else { break };
        match c {
            '\\' => {
                last.push(c);
                last.extend(chars.next());
            }
            ';' => parts.push(String::new()),
            c => last.push(c),
        }
    }
    parts.iter().map(|part| unescaped(part).trim().to_string()).collect()
}

/// Last name, first name, prefix.
fn names(card: &Component) -> Option<Vec<String>> {
    let parts = structured(&card.get("N")?.value);
    let part = |place: usize| parts.get(place).cloned().unwrap_or_default();
    Some(vec![part(0), part(1), part(3)])
}

fn read_address(card: &Component) -> Option<Address> {
    let parts = structured(&card.get("ADR")?.value);
    let part = |place: usize| parts.get(place).cloned().unwrap_or_default();
    let address = Address { street: part(2), city: part(3), region: part(4), postal_code: part(5), country: part(6) };
    Some(address).filter(|address| !address.is_empty())
}

fn read_day(card: &Component) -> Option<String> {
    let text = card.text("BDAY")?;
    let digits: String = text.split('T').next()?.chars().filter(char::is_ascii_digit).collect();
    let day = jiff::civil::Date::strptime("%Y%m%d", if digits.len() == 8 { digits } else { return None }).ok()?;
    Some(day.to_string())
}

/// The UID and the values that a card says. What a field cannot hold stays in the card alone.
pub fn read(card: &Component, object: &Object) -> Result<(String, Vec<(usize, Value)>)> {
    if card.name != "VCARD" {
        return Err(Error::invalid("", "dav.component", "a VCARD is expected"));
    }
    let uid = card.text("UID").ok_or_else(|| Error::invalid("", "dav.uid", "a UID is missing"))?;
    let mut said: Vec<(&str, Option<Value>)> = Vec::new();
    let text = |field: &str, text: &str| value(object, field, text);
    let names = names(card).unwrap_or_default();
    let name = |place: usize| names.get(place).map(String::as_str).unwrap_or_default();
    if name(0).is_empty() && name(1).is_empty() {
        let whole = card.text("FN").unwrap_or_default();
        said.push(("last_name", text("last_name", &whole)));
        said.push(("first_name", None));
    } else {
        said.push(("last_name", text("last_name", name(0))));
        said.push(("first_name", text("first_name", name(1))));
    }
    said.push(("prefix", text("prefix", name(2))));
    let first = |name: &str, mobile: Option<bool>| {
        card.properties.iter().find(|property| property.is(name) && fits(property, mobile)).map(Property::text)
    };
    for (field, name, mobile) in [
        ("email", "EMAIL", None),
        ("phone", "TEL", Some(false)),
        ("mobile", "TEL", Some(true)),
        ("website", "URL", None),
    ] {
        match first(name, mobile) {
            None => said.push((field, None)),
            // What is no e-mail or phone to us is kept as it is, and nothing is forgotten for it.
            Some(found) => said.extend(text(field, &found).map(|value| (field, Some(value)))),
        }
    }
    said.push(("job_title", card.text("TITLE").and_then(|title| text("job_title", &title))));
    said.push(("description", card.text("NOTE").and_then(|note| text("description", &note))));
    said.push(("address", read_address(card).map(|address| Value::Address(Box::new(address)))));
    said.push(("birth_date", read_day(card).and_then(|day| text("birth_date", &day))));
    let values = said.into_iter().filter_map(|(field, value)| {
        object.def.position(field).map(|position| (position, value.unwrap_or(Value::Null)))
    });
    Ok((uid, values.collect()))
}
