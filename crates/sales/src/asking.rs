//! Questions that records of sales hold: rules, exit criteria, playbooks.

use foundation::access::principal::Kind;
use foundation::records::ask;
use foundation::records::write::{Draft, What};
use foundation::records::{Object, Record};
use foundation::{Operation, Reader};
use kernel::{Error, FieldError, Result};
use question::Checked;

/// A question as the product itself asks it.
pub fn of_product(reader: &Reader, object: &str, text: &str) -> Result<Checked> {
    ask::check_text(text, object, &*reader.catalogue)
}

/// What is wrong with the question that a draft holds in a field, about records of `object`: what its editor may not see
/// does not exist for it, and it may not ask who looks, for it is the product that asks.
pub fn fault(op: &Operation, own: &Object, draft: &Draft, field: &str, object: &str) -> Option<FieldError> {
    let position = own.def.position(field)?;
    let is_touched = draft.what == What::Created || draft.what == What::Updated && draft.changed.contains(&position);
    let text = draft.after.value(position).as_text().filter(|text| is_touched && !text.trim().is_empty())?;
    let checked = if op.who.kind == Kind::System {
        ask::check_text(text, object, &*op.catalogue)
    } else {
        ask::check_text(text, object, &ask::Seen { catalogue: &op.catalogue, access: &op.who.access })
    };
    match checked {
        Ok(checked) if checked.asks_who_asks() => {
            let detail = "this is asked for everybody: leave `me` and `my teams` out";
            Some(FieldError::new(field, "personal", detail))
        }
        Ok(_) => None,
        Err(Error::Invalid(faults)) => {
            faults.into_iter().next().map(|fault| FieldError { pointer: format!("/{field}"), ..fault })
        }
        Err(other) => Some(FieldError::new(field, "syntax", other.to_string())),
    }
}

/// The text of a field that has one.
pub fn text<'r>(object: &Object, record: &'r Record, field: &str) -> Option<&'r str> {
    record.get(object, field).as_text().filter(|text| !text.trim().is_empty())
}
