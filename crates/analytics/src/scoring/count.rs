//! Counts points.

use std::collections::HashMap;
use std::sync::Arc;

use events::NewEvent;
use events::marketing::AnalysisMade;
use foundation::access::Principal;
use foundation::jobs::{self, Job};
use foundation::ledger::{self, Entry};
use foundation::{App, Reader};
use kernel::{Id, Result};

use super::rules::Rule;
use super::{DAY_MS, OBJECT, queries};
use methods::day;

/// Leads written in one commit.
const PART: usize = 2_000;
/// Points that faded to less than a hundredth of a half-life's count are nothing.
const HALF_LIVES: i64 = 10;
/// Characters of reasons that are kept.
const LONGEST: usize = 900;

/// Counts the points of all leads and writes those that changed; answers how many.
pub fn all(app: &App, job: &Job) -> Result<usize> {
    let system = Principal::system("analysis");
    let (lead, changed) = app.read_now(&system, |reader| {
        let lead = reader.object(OBJECT)?;
        let has_rules = !queries::all(reader)?.is_empty();
        let counted = counted(reader, &lead)?;
        let mut changed = Vec::new();
        for (id, (points, reasons)) in queries::standing(reader, &lead)? {
            let (new, why) = match counted.get(&id).map(Points::told) {
                Some((points, why)) => (Some(points), why),
                // Without rules there are no points, rather than none.
                None => (has_rules.then_some(0), String::new()),
            };
            // What somebody typed stays where nothing is counted.
            if (points != new || reasons != why) && (has_rules || !reasons.is_empty()) {
                changed.push((id, new, why));
            }
        }
        // In an order of its own a map would hand them out differently each time.
        changed.sort();
        Ok((lead, changed))
    })?;
    let on = day::text(day::at(app.now()));
    let (changed, mut written): (Arc<[_]>, usize) = (changed.into(), 0);
    while written < changed.len() {
        job.go_on()?;
        let to = (written + PART).min(changed.len());
        let (lease, lead, part, on) = (job.lease, lead.clone(), changed.clone(), on.clone());
        app.write_now(&system, move |op| {
            jobs::advance(op, lease, "counted", i64::try_from(to).unwrap_or(0))?;
            queries::write(op, &lead, &on, part.get(written..to).unwrap_or_default())
        })?;
        written = to;
    }
    if written > 0 {
        let customers = i64::try_from(written).unwrap_or(i64::MAX);
        app.write_now(&system, move |op| {
            let event = NewEvent::of(AnalysisMade { of: OBJECT.to_string(), customers });
            ledger::append(op, vec![Entry { kind: event.kind, props: event.props, ..Entry::default() }])?;
            Ok(())
        })?;
    }
    Ok(written)
}

/// The points of one lead, by rule.
#[derive(Default)]
struct Points(Vec<(usize, String, f64)>);

impl Points {
    fn add(&mut self, at: usize, rule: &Rule, points: f64) {
        match self.0.iter_mut().find(|(place, ..)| *place == at) {
            Some((.., sum)) => *sum += points,
            None => self.0.push((at, rule.name.clone(), points)),
        }
        let most = rule.most.map_or(f64::INFINITY, |most| most as f64);
        if let Some((.., sum)) = self.0.iter_mut().find(|(place, ..)| *place == at) {
            *sum = sum.clamp(-most, most);
        }
    }

    /// The sum, and what it is made of: the most weighty first.
    fn told(&self) -> (i64, String) {
        let sum: f64 = self.0.iter().map(|(.., points)| points).sum();
        let mut parts: Vec<(i64, usize, &str)> =
            self.0.iter().map(|(at, name, points)| (points.round() as i64, *at, name.as_str())).collect();
        parts.retain(|(points, ..)| *points != 0);
        parts.sort_by_key(|(points, at, _)| (std::cmp::Reverse(points.abs()), *at));
        let mut told = String::new();
        for (points, _, name) in parts {
            let part = format!("{}{name} {points:+}", if told.is_empty() { "" } else { " · " });
            if told.chars().count() + part.chars().count() > LONGEST {
                break;
            }
            told.push_str(&part);
        }
        (sum.round() as i64, told)
    }
}

fn counted(reader: &mut Reader, lead: &foundation::records::Object) -> Result<HashMap<Id, Points>> {
    let now = reader.now.0;
    let mut counted: HashMap<Id, Points> = HashMap::new();
    for (at, rule) in queries::all(reader)?.iter().enumerate() {
        let worth = |since: Option<i64>| match (rule.half_life_days, since) {
            (Some(days), Some(since)) => {
                // What is dated later than now is as of now.
                let age = (now - since).max(0) as f64 / DAY_MS as f64;
                rule.points as f64 * 0.5_f64.powf(age / days as f64)
            }
            _ => rule.points as f64,
        };
        let mut add = |id: Id, since: Option<i64>| counted.entry(id).or_default().add(at, rule, worth(since));
        match (&rule.question, &rule.event) {
            (Some(question), _) => queries::answered(reader, lead, question, rule.since.as_deref(), &mut add)?,
            (None, Some(kind)) => {
                let since = rule.half_life_days.map_or(i64::MIN, |days| now - days * HALF_LIVES * DAY_MS);
                queries::happened(reader, lead, kind, since, |id, moment| add(id, Some(moment)))?;
            }
            (None, None) => {}
        }
    }
    Ok(counted)
}
