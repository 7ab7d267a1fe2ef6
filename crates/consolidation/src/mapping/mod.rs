//! Which column of a file feeds which field of an object: guessed from names and content, changed by people, applied to rows.
//!
//! A target is written as one word: a field (`email`), a part of one (`address.city`, `amount.currency`), a linked record
//! by one of its fields (`company.name`, `customer.external_id`; `company` alone tries id, external key and name), or the
//! whole name of a person (`name`, where the object has `first_name` and `last_name`).

mod feed;
mod guess;
mod names;
mod recipe;
mod synonyms;

use kernel::{FieldType, ObjectDef};
use serde::{Deserialize, Serialize};

pub use feed::{Case, Feed, From, Template};
pub use guess::guess;
pub use names::{PersonName, split_name};
pub use recipe::{Draft, Fault, LinkText, Recipe};
pub use synonyms::key as header_key;

/// What happens to a cell that names a linked record which is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Missing {
    /// A record of that name is made.
    Create,
    /// The field stays empty.
    Empty,
    /// The row is refused.
    Refuse,
}

/// What a person may say about a column beyond its target.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    /// Of amounts that come without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<Missing>,
    /// A cell that cannot be read stays empty, instead of refusing its row.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub lenient: bool,
}

/// One column of the file and where it goes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Column {
    pub index: usize,
    pub name: String,
    #[serde(default)]
    pub samples: Vec<String>,
    /// The target as a word; `None` is not imported.
    pub field: Option<String>,
    /// 0 to 1; 1 when a person chose.
    #[serde(default)]
    pub confidence: f32,
    #[serde(default)]
    pub options: Options,
}

/// A target resolved against an object's definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// The field at this position takes the cell's value.
    Field(usize),
    /// Part 0–4 of the address at this position.
    AddressPart(usize, usize),
    /// The currency of the amount at this position.
    Currency(usize),
    /// The link at this position, to the record whose field `by` holds the text.
    Link { field: usize, by: Option<String> },
    /// First and last name (and prefix, where there is one) from one text.
    Name,
}

impl Target {
    /// Reads a target's word. `None` where the object has no such field or it may not be written.
    pub fn parse(word: &str, object: &ObjectDef) -> Option<Target> {
        let (name, part) = match word.split_once('.') {
            Some((name, part)) => (name, Some(part)),
            None => (word, None),
        };
        let Some(position) = object.position(name) else {
            let whole =
                word == "name" && object.position("first_name").is_some() && object.position("last_name").is_some();
            return whole.then_some(Target::Name);
        };
        let field = object.fields.get(position)?;
        if field.readonly || field.kind.is_computed() {
            return None;
        }
        match (&field.kind, part) {
            (FieldType::Address, Some(part)) => {
                let part = kernel::Address::PARTS.iter().position(|known| *known == part)?;
                Some(Target::AddressPart(position, part))
            }
            (FieldType::Money, Some("currency")) => Some(Target::Currency(position)),
            (FieldType::Money, Some("amount")) => Some(Target::Field(position)),
            (FieldType::Link { .. } | FieldType::Links { .. }, by) => {
                Some(Target::Link { field: position, by: by.map(str::to_string) })
            }
            (_, None) => Some(Target::Field(position)),
            _ => None,
        }
    }

    /// The field the target belongs to; none for a whole name.
    pub fn position(&self) -> Option<usize> {
        match self {
            Target::Field(at) | Target::AddressPart(at, _) | Target::Currency(at) | Target::Link { field: at, .. } => {
                Some(*at)
            }
            Target::Name => None,
        }
    }

    /// Several columns may feed it: their texts are put together.
    pub fn takes_several(&self, object: &ObjectDef) -> bool {
        match self {
            Target::AddressPart(_, part) => *part == 0,
            Target::Link { field, .. } => {
                matches!(object.fields.get(*field).map(|f| &f.kind), Some(FieldType::Links { .. }))
            }
            Target::Field(at) => {
                matches!(
                    object.fields.get(*at).map(|f| &f.kind),
                    Some(FieldType::MultiChoice { .. } | FieldType::LongText)
                )
            }
            Target::Currency(_) | Target::Name => false,
        }
    }
}

/// What is meant when nobody says otherwise. `targets` are the definitions of the objects that `object` links to.
pub fn usual_options(target: &Target, object: &ObjectDef, targets: &[&ObjectDef]) -> Options {
    // Another product's word for a stage is no reason to lose the person.
    let kind = target.position().and_then(|at| object.fields.get(at)).map(|field| &field.kind);
    let lenient = matches!(kind, Some(FieldType::Choice { .. } | FieldType::MultiChoice { .. }));
    Options { currency: None, missing: missing_of(target, object, targets), lenient }
}

/// A company or a tag that is not there yet is made; a record known only by another system's key is not waited for.
fn missing_of(target: &Target, object: &ObjectDef, targets: &[&ObjectDef]) -> Option<Missing> {
    let Target::Link { field, by } = target else { return None };
    let name = object.fields.get(*field)?.kind.target()?;
    let linked = targets.iter().find(|def| def.name == name)?;
    let by_name = by.as_deref().is_none_or(|by| Some(by) == natural_key(linked));
    match (name, by_name) {
        ("company" | "tag", true) => Some(Missing::Create),
        ("company" | "user" | "contact", _) => Some(Missing::Empty),
        _ => None,
    }
}

/// The field by which a record of this object is looked up when a file names it: its title when that is one field.
pub fn natural_key(object: &ObjectDef) -> Option<&str> {
    let name = object.title.strip_prefix('{')?.strip_suffix('}')?;
    (!name.contains('{')).then_some(())?;
    object.field(name).map(|field| field.name.as_str())
}

/// The upsert key that a mapping suggests: for parties the e-mail address, which other products' exports share; then an external
/// key, any unique field, the title.
pub fn suggested_key(columns: &[Column], object: &ObjectDef) -> Option<String> {
    let mapped =
        |name: &str| columns.iter().any(|column| column.field.as_deref() == Some(name) && !column.samples.is_empty());
    let unique = object.fields.iter().filter(|field| field.unique).map(|field| field.name.as_str());
    let is_party_email = |field: &&kernel::FieldDef| {
        object.party && matches!(field.kind, FieldType::Email) && natural_key(object).is_none()
    };
    let email = object.fields.iter().filter(is_party_email).map(|field| field.name.as_str());
    email.chain(["external_id"]).chain(unique).chain(natural_key(object)).find(|name| mapped(name)).map(str::to_string)
}

#[cfg(test)]
mod tests;
