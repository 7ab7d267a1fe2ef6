//! Which times a page has to offer, and with whom.

use std::collections::{BTreeSet, HashMap};

use foundation::Reader;
use jiff::civil::Date;
use kernel::{Id, Result, Time};

use super::plan::Plan;
use super::queries;
use crate::busy::{self, Span};
use crate::recurrence::local;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// Times of one answer: more than a month of quarters of an hour.
const MOST: usize = 4_000;

/// A time with who is free then, in the order in which it is their turn.
#[derive(Debug, Clone, PartialEq)]
pub struct Offer {
    pub at: Time,
    pub ends_at: Time,
    pub hosts: Vec<Id>,
}

/// The first and the last moment that can be offered at all.
pub fn reach(plan: &Plan, now: Time) -> Span {
    (Time(now.0.saturating_add(plan.notice_ms)), Time(now.0.saturating_add(plan.horizon_days * DAY_MS)))
}

/// What can be booked within a window. `moving` is a booking whose own time is no hindrance.
pub fn offers(reader: &mut Reader, plan: &Plan, window: Span, moving: Option<Id>) -> Result<Vec<Offer>> {
    let (first, last) = reach(plan, reader.now);
    let window = (window.0.max(first), window.1.min(last));
    if window.0 >= window.1 || plan.hosts.is_empty() || !plan.is_active {
        return Ok(Vec::new());
    }
    let users: Vec<Id> = plan.hosts.iter().map(|host| host.id).collect();
    let own: BTreeSet<Id> = match moving {
        Some(booking) => queries::activities(reader, booking)?.into_iter().map(|(id, _)| id).collect(),
        None => BTreeSet::new(),
    };
    let around = (Time(window.0.0 - DAY_MS), Time(window.1.0 + DAY_MS));
    let busy = busy::of(reader, &users, around, &own)?;
    let full = full_days(reader, plan, around, moving)?;
    let turns = queries::turns(reader, plan.id, Time(reader.now.0.saturating_sub(30 * DAY_MS)))?;
    let mut order = users.clone();
    // Who was booked least; among equals who was longest ago, then whoever came first.
    order.sort_by_key(|user| (turns.get(user).copied().unwrap_or((0, Time(0))), *user));
    let mut found = Vec::new();
    for (at, ends_at) in busy::starts(&plan.calendar, window, plan.minutes, plan.step) {
        let with_room = (Time(at.0 - plan.before_ms), Time(ends_at.0 + plan.after_ms));
        let day = local(at, plan.calendar.zone()).date();
        let is_free = |user: &Id| {
            !full.contains(&(*user, day)) && busy.get(user).is_some_and(|busy| busy::is_free(busy, with_room))
        };
        let hosts: Vec<Id> = order.iter().filter(|user| is_free(user)).copied().collect();
        if hosts.is_empty() || (plan.is_for_all && hosts.len() < users.len()) {
            continue;
        }
        // Working hours of two spans of one day may name a moment twice.
        if found.last().is_some_and(|last: &Offer| last.at >= at) {
            continue;
        }
        found.push(Offer { at, ends_at, hosts });
        if found.len() >= MOST {
            break;
        }
    }
    Ok(found)
}

/// The offer that begins at a moment, if there still is one.
pub fn at(reader: &mut Reader, plan: &Plan, at: Time, moving: Option<Id>) -> Result<Option<Offer>> {
    let window = (at, Time(at.0.saturating_add(plan.minutes * 60_000)));
    Ok(offers(reader, plan, window, moving)?.into_iter().find(|offer| offer.at == at))
}

/// Who has as many as they may on which days.
fn full_days(reader: &mut Reader, plan: &Plan, window: Span, moving: Option<Id>) -> Result<BTreeSet<(Id, Date)>> {
    let Some(most) = plan.per_day else { return Ok(BTreeSet::new()) };
    let mut counted: HashMap<(Id, Date), i64> = HashMap::new();
    for (user, at) in queries::booked(reader, plan.id, window, moving)? {
        *counted.entry((user, local(at, plan.calendar.zone()).date())).or_default() += 1;
    }
    Ok(counted.into_iter().filter(|(_, count)| *count >= most).map(|(key, _)| key).collect())
}
