//! What must hold for a form before it is written.

use foundation::Operation;
use foundation::records::Object;
use foundation::records::write::{Draft, Keeps, What};
use kernel::{FieldError, Result, Value};

use super::{FORM, LEAD, fields};

/// Forms ask for what a lead has, under an address that can be one.
pub struct Forms;

impl Keeps for Forms {
    fn object(&self) -> &'static str {
        FORM
    }

    fn check(&self, op: &mut Operation, object: &Object, drafts: &[Option<Draft>]) -> Result<Vec<(usize, FieldError)>> {
        let Some(leads) = op.catalogue.named(LEAD).cloned() else { return Ok(Vec::new()) };
        let mut faults = Vec::new();
        for (place, draft) in drafts.iter().enumerate() {
            let Some(draft) = draft.as_ref().filter(|draft| matches!(draft.what, What::Created | What::Updated)) else {
                continue;
            };
            let asked = match draft.after.get(object, "fields") {
                Value::Json(json) => Some(&**json),
                _ => None,
            };
            faults.extend(fields::faults(&leads, asked).into_iter().map(|fault| (place, fault)));
            if let Value::Json(texts) = draft.after.get(object, "texts")
                && let Err(wrong) =
                    serde_json::from_value::<std::collections::BTreeMap<String, fields::Texts>>((**texts).clone())
            {
                faults.push((place, FieldError::new("texts", "wrong_type", wrong.to_string())));
            }
            let slug = draft.after.get(object, "slug").as_text().unwrap_or_default();
            let is_plain = slug.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
            if !slug.is_empty() && (!is_plain || slug == "confirm") {
                let detail = "an address has small letters a to z, digits and hyphens";
                faults.push((place, FieldError::new("slug", "format", detail)));
            }
        }
        Ok(faults)
    }

    fn follow(&self, _: &mut Operation, _: &[Draft]) -> Result<()> {
        Ok(())
    }
}
