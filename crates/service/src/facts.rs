//! What changes of tickets mean.

use events::facts::has_changed;
use events::service::{TicketClosed, TicketOpened, TicketRated, TicketReopened, TicketSolved};
use events::{Facts, NewEvent, RecordView, Situation};
use kernel::Value;

use crate::Ticket;

/// The facts of service.
pub struct ServiceFacts;

impl Facts for ServiceFacts {
    fn concerns(&self, object: &str) -> bool {
        matches!(object, "ticket")
    }

    fn settle(
        &self,
        object: &str,
        before: Option<&dyn RecordView>,
        after: &dyn RecordView,
        situation: &mut dyn Situation,
    ) -> Vec<(&'static str, Value)> {
        if object != "ticket" || !has_changed(before, after, Ticket::STATUS) {
            return Vec::new();
        }
        let now = Value::Time(situation.now());
        let mut follows = Vec::new();
        let (is_solved, is_closed) = (is_over(after), after.text(Ticket::STATUS) == Some("closed"));
        if is_solved && after.value(Ticket::SOLVED_AT).is_null() {
            follows.push((Ticket::SOLVED_AT, now.clone()));
        }
        if is_closed && after.value(Ticket::CLOSED_AT).is_null() {
            follows.push((Ticket::CLOSED_AT, now));
        }
        if !is_solved && before.is_some_and(is_over) {
            follows.push((Ticket::SOLVED_AT, Value::Null));
            follows.push((Ticket::CLOSED_AT, Value::Null));
        }
        follows
    }

    fn on_change(
        &self,
        object: &str,
        before: Option<&dyn RecordView>,
        after: Option<&dyn RecordView>,
    ) -> Vec<NewEvent> {
        let Some(after) = after.filter(|_| object == "ticket") else { return Vec::new() };
        let ticket = after.id();
        let mut told = Vec::new();
        if before.is_none() {
            let priority = after.text(Ticket::PRIORITY).map(str::to_string);
            told.push(NewEvent::of(TicketOpened { ticket, priority }));
        }
        let old = before.and_then(|before| before.text(Ticket::STATUS));
        let new = after.text(Ticket::STATUS);
        if old != new {
            let mut event = match new {
                Some("solved") => Some((NewEvent::of(TicketSolved { ticket }), Ticket::SOLVED_AT)),
                Some("closed") => Some((NewEvent::of(TicketClosed { ticket }), Ticket::CLOSED_AT)),
                _ if before.is_some_and(is_over) => Some((NewEvent::of(TicketReopened { ticket }), "")),
                _ => None,
            };
            if let Some((event, at)) = event.take() {
                told.push(NewEvent { at: after.time(at), ..event });
            }
        }
        if let Value::Int(rating) = after.value(Ticket::RATING)
            && has_changed(before, after, Ticket::RATING)
        {
            told.push(NewEvent::of(TicketRated { ticket, rating: *rating }));
        }
        told.into_iter().map(|event| event.on("ticket", ticket)).collect()
    }
}

fn is_over(ticket: &dyn RecordView) -> bool {
    matches!(ticket.text(Ticket::STATUS), Some("solved" | "closed"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use kernel::{Id, Time};

    use super::*;

    struct Record(BTreeMap<&'static str, Value>);

    impl RecordView for Record {
        fn id(&self) -> Id {
            Id::derived(1, &[7; 10])
        }

        fn value(&self, field: &str) -> &Value {
            self.0.get(field).unwrap_or(&events::facts::NOTHING)
        }
    }

    struct Noon;

    impl Situation for Noon {
        fn now(&self) -> Time {
            Time(43_200_000)
        }

        fn record(&mut self, _object: &str, _id: Id) -> Option<&dyn RecordView> {
            None
        }
    }

    fn ticket(status: &str) -> Record {
        Record(BTreeMap::from([("status", Value::Text(status.into()))]))
    }

    fn kinds(before: Option<&dyn RecordView>, after: &dyn RecordView) -> Vec<String> {
        ServiceFacts.on_change("ticket", before, Some(after)).into_iter().map(|event| event.kind).collect()
    }

    #[test]
    fn a_ticket_is_opened_solved_and_reopened() {
        let (new, solved) = (ticket("new"), ticket("solved"));
        assert_eq!(kinds(None, &new), ["ticket.opened"]);
        assert_eq!(kinds(Some(&new), &solved), ["ticket.solved"]);
        assert_eq!(kinds(Some(&solved), &ticket("open")), ["ticket.reopened"]);
    }

    #[test]
    fn closing_sets_both_times() {
        let follows = ServiceFacts.settle("ticket", Some(&ticket("open")), &ticket("closed"), &mut Noon);
        assert_eq!(follows.iter().map(|(field, _)| *field).collect::<Vec<_>>(), ["solved_at", "closed_at"]);
    }
}
