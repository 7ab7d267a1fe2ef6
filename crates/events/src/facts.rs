//! What a change of a record means: what follows in the record itself, and what is told on the ledger.
//!
//! The records engine asks each domain twice for every record it writes. [`Facts::settle`] before the values are
//! checked: a deal that moved to a won stage becomes won. [`Facts::on_change`] once at the end of the operation, with
//! the record as it was before the operation and as it is after it, roll-ups included: an order imported together with its
//! lines is told once, with its real total.

use kernel::{Id, Money, Time, Value};

use crate::NewEvent;

/// The value of a field that is not there.
pub static NOTHING: Value = Value::Null;

/// A record as facts see it: values by field name.
pub trait RecordView {
    fn id(&self) -> Id;

    /// The value; [`NOTHING`] when there is no such field.
    fn value(&self, field: &str) -> &Value;
}

/// Words that facts need often.
impl dyn RecordView + '_ {
    pub fn text(&self, field: &str) -> Option<&str> {
        self.value(field).as_text()
    }

    pub fn link(&self, field: &str) -> Option<Id> {
        self.value(field).as_link()
    }

    pub fn money(&self, field: &str) -> Option<Money> {
        match self.value(field) {
            Value::Money(money) => Some(*money),
            _ => None,
        }
    }

    pub fn date(&self, field: &str) -> Option<jiff::civil::Date> {
        match self.value(field) {
            Value::Date(date) => Some(*date),
            _ => None,
        }
    }

    pub fn time(&self, field: &str) -> Option<Time> {
        match self.value(field) {
            Value::Time(time) => Some(*time),
            _ => None,
        }
    }

    pub fn number(&self, field: &str) -> Option<f64> {
        match self.value(field) {
            Value::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// Says yes; nothing known is no.
    pub fn is(&self, field: &str) -> bool {
        matches!(self.value(field), Value::Bool(true))
    }
}

/// What a domain may look at while it settles a record.
pub trait Situation {
    fn now(&self) -> Time;

    /// A record that this one links to; `None` when it is not there. Kept for the operation, so asking again costs nothing.
    fn record(&mut self, object: &str, id: Id) -> Option<&dyn RecordView>;
}

/// What a domain knows about changes of its objects.
pub trait Facts {
    /// Whether this domain has anything to say about changes of the object; others are not shown to it.
    fn concerns(&self, object: &str) -> bool;

    /// Values that follow from a change, by field name; they are set before the record is checked and written. `before` is
    /// none for a new record. A domain never overrides what the caller set in the same change.
    fn settle(
        &self,
        object: &str,
        before: Option<&dyn RecordView>,
        after: &dyn RecordView,
        situation: &mut dyn Situation,
    ) -> Vec<(&'static str, Value)> {
        let _ = (object, before, after, situation);
        Vec::new()
    }

    /// What must hold for a record beyond its fields, before it is written: field, code and what is wrong.
    fn faults(&self, object: &str, after: &dyn RecordView) -> Vec<(&'static str, &'static str, String)> {
        let _ = (object, after);
        Vec::new()
    }

    /// What is told on the ledger about a change, beside `<object>.created` and its kin. `before` is none for a new
    /// record, `after` for one that left (trash, erasure).
    fn on_change(&self, object: &str, before: Option<&dyn RecordView>, after: Option<&dyn RecordView>)
    -> Vec<NewEvent>;
}

/// The field's value differs between the two, or there was no record before.
pub fn has_changed(before: Option<&dyn RecordView>, after: &dyn RecordView, field: &str) -> bool {
    before.is_none_or(|before| before.value(field) != after.value(field))
}
