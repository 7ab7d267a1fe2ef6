//! What has to hold for a report before it is written, and its timer, in one transaction with its record.

use foundation::records::write::{Draft, Keeps, What};
use foundation::records::{Object, Record};
use foundation::{Operation, timer};
use kernel::{FieldError, Result, Value};

use super::{REPORT, clock, send};

/// Addresses outside at most.
const MOST: usize = 50;

/// See the module.
pub struct Keeper;

impl Keeps for Keeper {
    fn object(&self) -> &'static str {
        REPORT
    }

    fn check(&self, _: &mut Operation, object: &Object, drafts: &[Option<Draft>]) -> Result<Vec<(usize, FieldError)>> {
        let written = drafts.iter().enumerate().filter_map(|(place, draft)| Some((place, draft.as_ref()?)));
        let written = written.filter(|(_, draft)| matches!(draft.what, What::Created | What::Updated));
        Ok(written.filter_map(|(place, draft)| Some((place, fault(object, &draft.after)?))).collect())
    }

    fn follow(&self, op: &mut Operation, drafts: &[Draft]) -> Result<()> {
        for draft in drafts {
            match draft.after.deleted_at {
                Some(_) => timer::clear(op, clock::KIND, draft.after.id)?,
                None => clock::set(op, draft.after.id)?,
            }
        }
        Ok(())
    }
}

fn fault(object: &Object, record: &Record) -> Option<FieldError> {
    let text = |field: &str| record.get(object, field).as_text().unwrap_or_default();
    let number = |field: &str| match record.get(object, field) {
        Value::Int(number) => *number,
        _ => 0,
    };
    let links = [("dashboard", "dashboard"), ("view", "saved_view"), ("question", "question")];
    let link = links.into_iter().find(|(what, _)| *what == text("what")).map(|(_, link)| link);
    if let Some(link) = link.filter(|link| record.get(object, link).is_null()) {
        return Some(FieldError::new(link, "required", "say which one is sent"));
    }
    if !(0..24).contains(&number("at_hour")) {
        return Some(FieldError::new("at_hour", "range", "an hour of the day, 0 to 23"));
    }
    let days = if text("every") == "month" { 1..=31 } else { 1..=7 };
    if text("every") != "day" && !days.contains(&number("on_day")) {
        return Some(FieldError::new("on_day", "range", "a day of the week, 1 is Monday, or of the month"));
    }
    let zone = text("zone");
    if !zone.is_empty() && jiff::tz::TimeZone::get(zone).is_err() {
        return Some(FieldError::new("zone", "unknown_option", "must be a zone such as Europe/Bucharest"));
    }
    let addresses = send::addresses(text("addresses"));
    if let Some(wrong) = addresses.iter().find(|address| !is_address(address)) {
        return Some(FieldError::new("addresses", "not_an_email", format!("`{wrong}` is not an e-mail address")));
    }
    (addresses.len() > MOST).then(|| FieldError::new("addresses", "too_many", format!("at most {MOST}")))
}

/// Whether it looks like one; the server that takes the letter knows.
fn is_address(text: &str) -> bool {
    let Some((name, domain)) = text.rsplit_once('@') else { return false };
    let plain = |part: &str| {
        !part.is_empty() && !part.chars().any(|c| c.is_whitespace() || c.is_control() || "<>,;\"".contains(c))
    };
    plain(name) && plain(domain) && domain.contains('.') && !domain.starts_with('.') && !domain.ends_with('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_no_address_is_none() {
        assert!(is_address("ana@example.com") && is_address("ana.pop+crm@mail.example.co.uk"));
        for wrong in ["ana", "@example.com", "ana@", "ana@example", "a b@example.com", "a@b@.com", "<a@example.com>"] {
            assert!(!is_address(wrong), "{wrong}");
        }
    }
}
