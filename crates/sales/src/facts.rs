//! What changes of deals, leads and notes mean.
//!
//! A deal follows its stage: in a won stage it is won, with the day it was closed on. What the caller says in the same
//! change stands.

use events::facts::has_changed;
use events::sales::{DealEngaged, DealLost, DealReopened, DealStageChanged, DealWon, LeadConverted, NoteAdded};
use events::{Facts, NewEvent, RecordView, Situation};
use kernel::Value;

use crate::{Deal, Lead, Note, Stage};

/// Characters of a note that its event carries.
const NOTE_CHARS: usize = 300;

/// The facts of sales.
pub struct SalesFacts;

impl Facts for SalesFacts {
    fn concerns(&self, object: &str) -> bool {
        matches!(object, "deal" | "lead" | "note" | "quota")
    }

    fn settle(
        &self,
        object: &str,
        before: Option<&dyn RecordView>,
        after: &dyn RecordView,
        situation: &mut dyn Situation,
    ) -> Vec<(&'static str, Value)> {
        match object {
            "deal" => settle_deal(before, after, situation),
            "quota" => crate::plan::settle(after, situation),
            _ => Vec::new(),
        }
    }

    fn on_change(
        &self,
        object: &str,
        before: Option<&dyn RecordView>,
        after: Option<&dyn RecordView>,
    ) -> Vec<NewEvent> {
        let Some(after) = after else { return Vec::new() };
        match object {
            "deal" => deal_facts(before, after),
            "lead" => lead_facts(before, after),
            "note" if before.is_none() => vec![note_added(after)],
            _ => Vec::new(),
        }
    }
}

fn settle_deal(
    before: Option<&dyn RecordView>,
    after: &dyn RecordView,
    situation: &mut dyn Situation,
) -> Vec<(&'static str, Value)> {
    let mut follows = Vec::new();
    let mut status = after.text(Deal::STATUS).unwrap_or("open").to_string();
    if let Some(stage) = after.link(Deal::STAGE)
        && has_changed(before, after, Deal::STAGE)
        && let Some(stage) = situation.record("stage", stage)
    {
        let kind = stage.text(Stage::KIND).unwrap_or("open").to_string();
        let probability = match (stage.value(Stage::PROBABILITY), kind.as_str()) {
            (Value::Null, "won") => Value::Int(100),
            (Value::Null, "lost") => Value::Int(0),
            (known, _) => known.clone(),
        };
        let pipeline = stage.value(Stage::PIPELINE).clone();
        if !probability.is_null() && is_untouched(before, after, Deal::PROBABILITY) {
            follows.push((Deal::PROBABILITY, probability));
        }
        if !pipeline.is_null() && *after.value(Deal::PIPELINE) != pipeline {
            follows.push((Deal::PIPELINE, pipeline));
        }
        if status != kind {
            status.clone_from(&kind);
            follows.push((Deal::STATUS, Value::Text(kind)));
        }
    }

    // Whatever moves stands no more.
    let is_moved = has_changed(before, after, Deal::STAGE) || status != "open";
    if is_moved && !after.value(Deal::STALE_SINCE).is_null() {
        follows.push((Deal::STALE_SINCE, Value::Null));
    }
    let was_closed = before.is_some_and(|before| is_closed(before.text(Deal::STATUS)));
    let is_closed = is_closed(Some(&status));
    if is_closed && !was_closed && after.value(Deal::CLOSED_ON).is_null() {
        follows.push((Deal::CLOSED_ON, Value::Date(situation.now().date())));
    }
    if !is_closed && was_closed && is_untouched(before, after, Deal::CLOSED_ON) {
        follows.push((Deal::CLOSED_ON, Value::Null));
    }
    follows
}

fn is_closed(status: Option<&str>) -> bool {
    matches!(status, Some("won" | "lost"))
}

/// The caller of this change said nothing about the field.
fn is_untouched(before: Option<&dyn RecordView>, after: &dyn RecordView, field: &str) -> bool {
    match before {
        Some(before) => before.value(field) == after.value(field),
        None => after.value(field).is_null(),
    }
}

fn deal_facts(before: Option<&dyn RecordView>, after: &dyn RecordView) -> Vec<NewEvent> {
    let deal = after.id();
    let mut told = Vec::new();
    let engaged_on = after.date(Deal::ENGAGED_ON);
    let was_engaged = before.is_some_and(|before| !before.value(Deal::ENGAGED_ON).is_null());
    if engaged_on.is_some() && !was_engaged {
        told.push(
            NewEvent::of(DealEngaged { deal }).on("deal", deal).on_day(engaged_on).once(format!("deal.engaged:{deal}")),
        );
    }

    if let Some(before) = before
        && before.value(Deal::STAGE) != after.value(Deal::STAGE)
    {
        let moved = DealStageChanged { deal, from: before.link(Deal::STAGE), to: after.link(Deal::STAGE) };
        told.push(NewEvent::of(moved).on("deal", deal));
    }

    let old = before.and_then(|before| before.text(Deal::STATUS));
    let new = after.text(Deal::STATUS);
    if old == new {
        return told;
    }
    match new {
        Some("won") => {
            let won = NewEvent::of(DealWon { deal }).on("deal", deal);
            told.push(won.on_day(after.date(Deal::CLOSED_ON)).worth(after.money(Deal::AMOUNT)));
        }
        Some("lost") => {
            let reason = after.text(Deal::LOSS_REASON).map(str::to_string);
            let lost = NewEvent::of(DealLost { deal, reason }).on("deal", deal);
            told.push(lost.on_day(after.date(Deal::CLOSED_ON)).worth(after.money(Deal::AMOUNT)));
        }
        _ if is_closed(old) => told.push(NewEvent::of(DealReopened { deal }).on("deal", deal)),
        _ => {}
    }
    told
}

fn lead_facts(before: Option<&dyn RecordView>, after: &dyn RecordView) -> Vec<NewEvent> {
    let was_converted = before.is_some_and(|before| before.text(Lead::STATUS) == Some("converted"));
    if was_converted || after.text(Lead::STATUS) != Some("converted") {
        return Vec::new();
    }
    let lead = after.id();
    let converted = LeadConverted {
        lead,
        contact: after.link(Lead::CONTACT),
        company: after.link(Lead::COMPANY),
        deal: after.link(Lead::DEAL),
    };
    // It stands on the timeline of who the lead became, and on its own.
    let mut event = NewEvent::of(converted).on("lead", lead).of_party(after.link(Lead::CONTACT));
    event.at = after.time(Lead::CONVERTED_AT);
    vec![event]
}

fn note_added(after: &dyn RecordView) -> NewEvent {
    let text: String = after.text(Note::BODY).unwrap_or_default().chars().take(NOTE_CHARS).collect();
    NewEvent::of(NoteAdded { note: after.id(), text }).on("note", after.id())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use kernel::{Currency, Id, Money, Time};

    use super::*;

    struct Record {
        id: Id,
        values: BTreeMap<&'static str, Value>,
    }

    impl RecordView for Record {
        fn id(&self) -> Id {
            self.id
        }

        fn value(&self, field: &str) -> &Value {
            self.values.get(field).unwrap_or(&events::facts::NOTHING)
        }
    }

    fn record<const N: usize>(values: [(&'static str, Value); N]) -> Record {
        Record { id: Id::derived(1, &[7; 10]), values: BTreeMap::from(values) }
    }

    struct Around {
        stage: Record,
    }

    impl Situation for Around {
        fn now(&self) -> Time {
            Time::parse("2026-11-21").expect("a date")
        }

        fn record(&mut self, _object: &str, _id: Id) -> Option<&dyn RecordView> {
            Some(&self.stage)
        }
    }

    fn text(word: &str) -> Value {
        Value::Text(word.into())
    }

    #[test]
    fn a_deal_in_a_won_stage_is_won_today() {
        let mut around = Around { stage: record([("kind", text("won"))]) };
        let before = record([("status", text("open")), ("probability", Value::Int(30))]);
        let after = record([
            ("status", text("open")),
            ("probability", Value::Int(30)),
            ("stage", Value::Link(Id::derived(2, &[1; 10]))),
        ]);
        let follows = SalesFacts.settle("deal", Some(&before), &after, &mut around);
        let day = "2026-11-21".parse().expect("a date");
        assert_eq!(
            follows,
            [("probability", Value::Int(100)), ("status", text("won")), ("closed_on", Value::Date(day))]
        );
    }

    #[test]
    fn what_the_file_says_about_a_closed_deal_stands() {
        let mut around = Around { stage: record([("kind", text("lost"))]) };
        let day = "2017-03-01".parse().expect("a date");
        let after = record([
            ("status", text("lost")),
            ("stage", Value::Link(Id::derived(2, &[1; 10]))),
            ("closed_on", Value::Date(day)),
        ]);
        assert_eq!(SalesFacts.settle("deal", None, &after, &mut around), [("probability", Value::Int(0))]);
    }

    #[test]
    fn a_deal_that_arrives_won_is_told_at_its_own_dates() {
        let after = record([
            ("status", text("won")),
            ("engaged_on", Value::Date("2016-10-20".parse().expect("a date"))),
            ("closed_on", Value::Date("2017-03-01".parse().expect("a date"))),
            ("amount", Value::Money(Money::new(105_400, Currency::USD))),
        ]);
        let told = SalesFacts.on_change("deal", None, Some(&after));
        let seen: Vec<(String, String)> =
            told.iter().map(|event| (event.kind.clone(), event.at.expect("a date").to_string())).collect();
        assert_eq!(
            seen,
            [
                ("deal.engaged".to_string(), "2016-10-20T12:00:00.000Z".to_string()),
                ("deal.won".to_string(), "2017-03-01T12:00:00.000Z".to_string())
            ]
        );
        assert_eq!(told.last().and_then(|event| event.amount).map(|amount| amount.amount), Some(105_400));
        assert!(SalesFacts.on_change("deal", Some(&after), Some(&after)).is_empty());
    }

    #[test]
    fn a_won_deal_can_be_reopened() {
        let mut around = Around { stage: record([("kind", text("open")), ("probability", Value::Int(20))]) };
        let day = Value::Date("2017-03-01".parse().expect("a date"));
        let before = record([("status", text("won")), ("closed_on", day.clone())]);
        let after =
            record([("status", text("won")), ("closed_on", day), ("stage", Value::Link(Id::derived(2, &[1; 10])))]);
        let follows = SalesFacts.settle("deal", Some(&before), &after, &mut around);
        assert_eq!(follows, [("probability", Value::Int(20)), ("status", text("open")), ("closed_on", Value::Null)]);
    }
}
