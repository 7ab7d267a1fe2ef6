//! The report by mail: to whom it goes and when, under their rights, in their language and zone.
//!
//! A letter is put into the outbox in the transaction that moves the hour of the next one, so that of several servers one
//! writes it, and once.

use channels::{HeaderText, Letter, outbox};
use foundation::access::Principal;
use foundation::access::people::{self, Person};
use foundation::company::appearance;
use foundation::{App, Operation, Reader};
use kernel::{Error, Id, Result, Time};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::{figures, queries, report};
use foundation::jobs::clock::Schedule;

/// What the letters are about, as the outbox says it.
const PURPOSE: &str = "quality_report";

/// How often.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Every {
    Day,
    Week,
}

impl Every {
    pub fn text(self) -> &'static str {
        match self {
            Every::Day => "day",
            Every::Week => "week",
        }
    }

    pub fn parse(text: &str) -> Every {
        if text == "day" { Every::Day } else { Every::Week }
    }
}

/// What somebody asks for.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wish {
    pub every: Every,
    /// Monday is 1; only of a week.
    #[serde(default = "monday")]
    pub weekday: i64,
    /// Of the day, in the reader's zone.
    pub hour: i64,
    /// The zone of somebody whose profile names none.
    #[serde(default)]
    pub zone: Option<String>,
}

fn monday() -> i64 {
    1
}

/// Who gets the report, and when.
#[derive(Debug, Clone, PartialEq)]
pub struct Subscription {
    pub user: Id,
    pub every: Every,
    pub weekday: i64,
    pub hour: i64,
    pub language: String,
    pub zone: String,
    pub next_at: Time,
}

impl Subscription {
    /// The first moment behind `after` at which a letter is due.
    fn next(&self, after: Time, zone: &str) -> Result<Time> {
        let small = |number: i64| i8::try_from(number).unwrap_or(0);
        let schedule = match self.every {
            Every::Day => Schedule::Daily(small(self.hour), 0),
            Every::Week => Schedule::Weekly(small(self.weekday), small(self.hour), 0),
        };
        schedule.next(after, zone).ok_or_else(|| Error::internal("a schedule without a next time"))
    }
}

/// What the caller asked for: `{"mail","email","zone","subscription"}`.
pub fn mine(reader: &mut Reader) -> Result<Json> {
    let mail = outbox::has_mail(reader.app);
    let Some(person) = person(reader)? else {
        return Ok(json!({ "mail": mail, "email": null, "zone": null, "subscription": null }));
    };
    let held = queries::subscription(reader, person.id)?;
    let zone = match (&person.zone, &held) {
        (Some(zone), _) => zone.clone(),
        (None, Some(held)) => held.zone.clone(),
        (None, None) => appearance::profile(reader.tx)?.time_zone,
    };
    let shown = held.map(|held| {
        json!({ "every": held.every.text(), "weekday": held.weekday, "hour": held.hour, "next_at": held.next_at })
    });
    Ok(json!({ "mail": mail, "email": person.email, "zone": zone, "subscription": shown }))
}

/// Asks for letters, or for others than before.
pub fn subscribe(op: &mut Operation, wish: &Wish) -> Result<Json> {
    let person = who_gets_mail(op)?;
    if !(1..=7).contains(&wish.weekday) {
        return Err(Error::invalid("weekday", "range", "1, which is Monday, to 7"));
    }
    if !(0..24).contains(&wish.hour) {
        return Err(Error::invalid("hour", "range", "an hour of the day, 0 to 23"));
    }
    let zone = match person.zone.clone().or_else(|| wish.zone.clone()) {
        Some(zone) if jiff::tz::TimeZone::get(&zone).is_ok() => zone,
        Some(_) => return Err(Error::invalid("zone", "unknown_option", "must be a zone such as Europe/Bucharest")),
        None => appearance::profile(op.tx)?.time_zone,
    };
    let language = person.language.clone().unwrap_or_else(|| op.who.language.to_string());
    let (every, weekday, hour) = (wish.every, wish.weekday, wish.hour);
    let mut wanted = Subscription { user: person.id, every, weekday, hour, language, zone, next_at: op.now };
    wanted.next_at = wanted.next(op.now, &wanted.zone)?;
    queries::put_subscription(op, &wanted)?;
    mine(op)
}

/// No more letters.
pub fn unsubscribe(op: &mut Operation) -> Result<()> {
    match op.who.user {
        Some(user) => queries::drop_subscription(op, user),
        None => Ok(()),
    }
}

/// One letter now, to the caller.
pub fn send_now(op: &mut Operation) -> Result<Json> {
    let person = who_gets_mail(op)?;
    let language = person.language.clone().unwrap_or_else(|| op.who.language.to_string());
    let id = put(op, &person, &language)?;
    Ok(json!({ "id": id }))
}

fn person(reader: &mut Reader) -> Result<Option<Person>> {
    match reader.who.user {
        Some(user) => people::by_id(reader.tx, user),
        None => Ok(None),
    }
}

/// The caller, if they can be written to.
fn who_gets_mail(op: &mut Operation) -> Result<Person> {
    if !outbox::has_mail(op.app) {
        return Err(Error::conflict("mail.not_configured", "no outgoing mail is set up (mail.url and mail.from)"));
    }
    person(op)?
        .filter(|person| person.email.is_some())
        .ok_or_else(|| Error::conflict("mail.no_address", "the caller is nobody with an e-mail address"))
}

fn put(op: &mut Operation, person: &Person, language: &str) -> Result<Id> {
    let made = figures::report(op, None, "")?;
    let origin = op.app.config().origin.clone();
    let letter = Letter {
        to_name: HeaderText::new(&person.name),
        to: HeaderText::new(person.email.as_deref().unwrap_or_default()),
        subject: HeaderText::new(&report::subject(&made, language)),
        text: report::text(&made, language, &origin),
        html: report::html(&made, language, &origin),
        attachments: Vec::new(),
        written_at: op.now,
        sender: None,
    };
    outbox::put(op, PURPOSE, Some(person.id), &letter)
}

/// Writes the letters that are due; answers how many. Where no mail is set up they wait.
pub fn queue_due(app: &App) -> Result<usize> {
    if !outbox::has_mail(app) {
        return Ok(0);
    }
    let mut written = 0;
    for due in app.read_now(&Principal::system("quality"), queries::due_subscriptions)? {
        let mut who = match people::acting(app, due.user) {
            Ok(who) => who,
            // Who left gets no more letters; who comes back asks again.
            Err(Error::Unauthorized) => {
                app.write_now(&Principal::system("quality"), move |op| queries::drop_subscription(op, due.user))?;
                continue;
            }
            Err(fault) => return Err(fault),
        };
        let chosen = app.db().read(|tx| people::by_id(tx, due.user))?.and_then(|person| person.language);
        who.language = chosen.unwrap_or_else(|| due.language.clone()).into();
        written += usize::from(app.write_now(&who, move |op| write_if_due(op, &due))?);
    }
    Ok(written)
}

fn write_if_due(op: &mut Operation, due: &Subscription) -> Result<bool> {
    let Some(person) = people::by_id(op.tx, due.user)? else { return Ok(false) };
    // However many hours passed meanwhile, one letter makes up for them.
    let next = due.next(op.now, person.zone.as_deref().unwrap_or(&due.zone))?;
    if !queries::move_on(op, due, next)? {
        return Ok(false);
    }
    if person.email.is_none() {
        tracing::warn!(user = %due.user, "somebody who asked for letters has no address any more");
        return Ok(false);
    }
    let language = op.who.language.to_string();
    put(op, &person, &language)?;
    Ok(true)
}
