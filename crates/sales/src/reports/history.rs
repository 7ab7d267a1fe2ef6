//! What deals were at a moment: what they are now, with the ledger's lines since then taken back.

use std::collections::HashMap;

use foundation::Reader;
use jiff::civil::Date;
use kernel::{Currency, Id, Money, Result, Time};
use serde_json::Value as Json;

use super::queries;

/// How a deal ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    Open,
    Won,
    Lost,
}

impl Status {
    pub fn read(text: Option<&str>) -> Status {
        match text {
            Some("won") => Status::Won,
            Some("lost") => Status::Lost,
            _ => Status::Open,
        }
    }
}

/// What reports know of a deal at a moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct State {
    pub status: Status,
    pub amount: Option<Money>,
    pub engaged_on: Option<Date>,
    pub closed_on: Option<Date>,
    pub expected_on: Option<Date>,
    /// In the bin.
    pub is_gone: bool,
}

/// What one line of the ledger says that was before it.
#[derive(Debug, Clone, PartialEq)]
enum Before {
    Status(Status),
    Amount(Option<Money>),
    EngagedOn(Option<Date>),
    ClosedOn(Option<Date>),
    ExpectedOn(Option<Date>),
    Gone(bool),
}

impl Before {
    /// The place of the field among the kinds, so that only the first line of each is taken.
    fn place(&self) -> usize {
        match self {
            Before::Status(_) => 0,
            Before::Amount(_) => 1,
            Before::EngagedOn(_) => 2,
            Before::ClosedOn(_) => 3,
            Before::ExpectedOn(_) => 4,
            Before::Gone(_) => 5,
        }
    }

    fn put_back(&self, state: &mut State) {
        match self {
            Before::Status(status) => state.status = *status,
            Before::Amount(amount) => state.amount = *amount,
            Before::EngagedOn(day) => state.engaged_on = *day,
            Before::ClosedOn(day) => state.closed_on = *day,
            Before::ExpectedOn(day) => state.expected_on = *day,
            Before::Gone(is_gone) => state.is_gone = *is_gone,
        }
    }
}

/// The changes of deals since a moment, by deal, oldest first.
#[derive(Debug, Default)]
pub struct History {
    lines: HashMap<Id, Vec<(Time, Before)>>,
}

impl History {
    /// Reads what changed from that moment on. Fields that are hidden from the reader are not read back either.
    pub fn since(reader: &mut Reader, moment: Time) -> Result<History> {
        let hidden = reader.who.access.on(super::DEAL).hidden_fields.clone();
        let mut history = History::default();
        queries::lines_after(reader, "deal.updated", moment, |deal, at, props| {
            history.updated(deal, at, props, &|field| hidden.contains(field));
        })?;
        for (kind, was_gone) in [("deal.trashed", false), ("deal.restored", true)] {
            queries::lines_after(reader, kind, moment, |deal, at, _| {
                history.lines.entry(deal).or_default().push((at, Before::Gone(was_gone)));
            })?;
        }
        // Only the bin's lines came out of turn.
        history.lines.values_mut().for_each(|lines| lines.sort_by_key(|(at, _)| *at));
        Ok(history)
    }

    /// The deals that changed.
    pub fn ids(&self) -> impl Iterator<Item = &Id> {
        self.lines.keys()
    }

    fn updated(&mut self, deal: Id, at: Time, props: &str, is_hidden: &dyn Fn(&str) -> bool) {
        let Ok(props) = serde_json::from_str::<Json>(props) else { return };
        let Some(changes) = props["changes"].as_object() else { return };
        for (field, pair) in changes {
            if is_hidden(field) {
                continue;
            }
            let old = &pair[0];
            let before = match field.as_str() {
                "status" => Before::Status(Status::read(old.as_str())),
                "amount" => Before::Amount(money(old)),
                "engaged_on" => Before::EngagedOn(day(old)),
                "closed_on" => Before::ClosedOn(day(old)),
                "expected_close_on" => Before::ExpectedOn(day(old)),
                _ => continue,
            };
            self.lines.entry(deal).or_default().push((at, before));
        }
    }

    /// What a deal was at a moment: for each field, what the first line from then on says that was before it.
    pub fn at(&self, deal: Id, now: State, moment: Time) -> State {
        let mut state = now;
        let mut seen = [false; 6];
        for (at, before) in self.lines.get(&deal).map(Vec::as_slice).unwrap_or_default() {
            if *at >= moment
                && let Some(seen) = seen.get_mut(before.place())
                && !std::mem::replace(seen, true)
            {
                before.put_back(&mut state);
            }
        }
        state
    }
}

fn day(value: &Json) -> Option<Date> {
    value.as_str()?.parse().ok()
}

fn money(value: &Json) -> Option<Money> {
    Some(Money::new(value["amount"].as_i64()?, Currency::parse(value["currency"].as_str()?)?))
}

#[cfg(test)]
impl History {
    /// A line as the ledger keeps it.
    pub fn note(&mut self, deal: Id, at: Time, props: &str) {
        self.updated(deal, at, props, &|_| false);
    }

    pub fn note_bin(&mut self, deal: Id, at: Time, was_gone: bool) {
        self.lines.entry(deal).or_default().push((at, Before::Gone(was_gone)));
    }
}
