//! Tells those who follow an alert that it began, turned or is over: a notice, and a letter where they wish one.

use channels::{HeaderText, Letter, outbox};
use foundation::access::people::{self, Person};
use foundation::workspace::notices;
use foundation::{App, Operation, html};
use kernel::{Currency, Error, Result};

use super::queries::{self, Follows, Stored};
use super::watched::{Judged, State, What};
use super::words::word;
use super::{ALERT, check};
use crate::scorecards::written;

const PURPOSE: &str = "analysis_alert";

/// Somebody who follows an alert and may be told what it watches.
#[derive(Debug, Clone)]
pub struct Follower {
    follows: Follows,
    person: Person,
}

/// Who is to be told: those who may see the figure today. The answer to a question is its owner's, as they asked it.
pub fn followers(app: &App, alert: &Stored) -> Result<Vec<Follower>> {
    let watch = check::watch(alert)?;
    let all = app.db().read(|tx| queries::followers(tx, alert.id, alert.owner))?;
    let mut told = Vec::with_capacity(all.len());
    for follows in all {
        if matches!(watch.what, What::Question(_)) && alert.owner != Some(follows.user) {
            continue;
        }
        let who = match people::acting(app, follows.user) {
            Ok(who) => who,
            Err(Error::Unauthorized) => continue,
            Err(fault) => return Err(fault),
        };
        let Some(person) = app.db().read(|tx| people::by_id(tx, follows.user))? else { continue };
        if check::may(app, &who, &watch)? {
            told.push(Follower { follows, person });
        }
    }
    Ok(told)
}

pub fn all(
    op: &mut Operation,
    alert: &Stored,
    judged: &Judged,
    currency: Option<Currency>,
    is_over: bool,
    followers: &[Follower],
    has_mail: bool,
) -> Result<()> {
    let object = op.object(ALERT)?;
    let kind = if is_over { notices::Kind::Calm } else { notices::Kind::Alert };
    for Follower { follows, person } in followers {
        // Who follows what they may not see any more is told nothing.
        if !notices::may_read(op, &object, person.id, alert.id)? {
            continue;
        }
        if follows.by_notice {
            notices::of_record(op, &object, person.id, kind, alert.id)?;
        }
        if follows.by_mail && has_mail && person.email.is_some() {
            let letter = letter(op, alert, judged, currency, is_over, person)?;
            outbox::put(op, PURPOSE, Some(person.id), &letter)?;
        }
    }
    Ok(())
}

fn letter(
    op: &mut Operation,
    alert: &Stored,
    judged: &Judged,
    currency: Option<Currency>,
    is_over: bool,
    person: &Person,
) -> Result<Letter> {
    let language = person.language.clone().unwrap_or_else(|| op.who.language.to_string());
    let watch = check::watch(alert)?;
    let (what, unit) = match watch.what {
        What::Kpi(kpi) => (kpi.name_in(&language).to_string(), Some(kpi.unit)),
        What::Question(_) => (alert.name.clone(), None),
    };
    let value = |value: Option<f64>| written::value(unit, value, currency, &language);
    let state = match (is_over, judged.state) {
        (true, _) => word("over", &language),
        (false, State::TooLow) => word("too_low", &language),
        (false, _) => word("too_high", &language),
    };
    let period = judged.point.period;
    let days =
        match (documents::written::day(&period.from(), &language), documents::written::day(&period.to(), &language)) {
            (from, to) if from == to => from,
            (from, to) => format!("{from} – {to}"),
        };
    let expected = match (judged.low, judged.high) {
        (Some(_), Some(_)) => format!("{} {} – {}", word("usual", &language), value(judged.low), value(judged.high)),
        (low, high) => format!("{} {}", word("line", &language), value(low.or(high))),
    };
    let (subject, link) =
        (format!("{}: {state}", alert.name), format!("{}/alerts?a={}", op.app.config().origin, alert.id));
    let said = format!("{what}, {days}: {}", value(judged.point.value));
    let text = format!("{subject}\n\n{said}\n{expected}\n\n{link}\n");
    let html = format!(
        "<!doctype html><html lang=\"{language}\"><head><meta charset=\"utf-8\"></head>\
         <body style=\"font:15px/1.5 sans-serif;max-width:36rem\"><p><strong>{}</strong></p>\
         <p>{}<br><span style=\"color:#555\">{}</span></p><p><a href=\"{link}\">{}</a></p></body></html>",
        html::escaped(&subject),
        html::escaped(&said),
        html::escaped(&expected),
        word("open", &language),
    );
    Ok(Letter {
        to_name: HeaderText::new(&person.name),
        to: HeaderText::new(person.email.as_deref().unwrap_or_default()),
        subject: HeaderText::new(&subject),
        text,
        html,
        attachments: Vec::new(),
        written_at: op.now,
        sender: None,
    })
}
