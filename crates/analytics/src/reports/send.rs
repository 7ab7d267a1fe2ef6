//! Makes a report and leaves its letters in the outbox: once for each moment at which it is due.

use std::collections::BTreeMap;
use std::sync::Arc;

use channels::{Attachment, HeaderText, Letter, outbox};
use foundation::access::audit::{self, action};
use foundation::access::people::{self, Person};
use foundation::access::{Action, Principal};
use foundation::company::appearance;
use foundation::jobs::{self, Job, Status, Work};
use foundation::records::read;
use foundation::{App, Operation, Reader};
use kernel::{Error, Id, Result, Time};
use serde_json::{Value as Json, json};

use super::letter::Made;
use super::queries::{self, Sent, Stored};
use super::{REPORT, content, letter};

const PURPOSE: &str = "report";

/// The job that sends.
pub struct SendWork;

impl SendWork {
    pub const KIND: &'static str = "analysis.report";
}

/// Who gets it.
#[derive(Debug, Clone)]
struct Recipient {
    user: Option<Id>,
    name: String,
    address: String,
    language: String,
}

/// What came of making it.
enum Outcome {
    Ready(Vec<(Recipient, Arc<Made>)>, bool),
    Refused,
    Nobody,
}

impl Work for SendWork {
    fn kind(&self) -> &'static str {
        Self::KIND
    }

    fn run(&self, app: &App, job: &Job) -> Result<Json> {
        let Some(id) = job.payload["report"].as_str().and_then(Id::parse) else { return Ok(Json::Null) };
        let due_at = job.payload["due_at"].as_str().and_then(Time::parse).unwrap_or_else(|| app.now());
        let by_hand = job.payload["by_hand"] == true;
        let system = Principal::system("reports");
        let Some(report) = app.read_now(&system, |reader| queries::report(reader.tx, id))? else {
            return Ok(Json::Null);
        };
        let outcome = made(app, &report)?;
        let done = app.write_now(&system, move |op| leave(op, &report, due_at, by_hand, &outcome))?;
        Ok(json!({ "letters": done }))
    }
}

/// Under the rights that the owner has now, once in each language.
fn made(app: &App, report: &Stored) -> Result<Outcome> {
    let owner = match report.owner.map(|owner| people::acting(app, owner)) {
        Some(Ok(owner)) => owner,
        None | Some(Err(Error::Unauthorized)) => return Ok(Outcome::Refused),
        Some(Err(fault)) => return Err(fault),
    };
    let inside = inside(app, report)?;
    let outside: Vec<Recipient> = addresses(&report.addresses)
        .into_iter()
        .map(|address| Recipient { user: None, name: String::new(), address, language: report.language.clone() })
        .collect();
    let mut by_language: BTreeMap<String, (Arc<Made>, bool)> = BTreeMap::new();
    let mut ready = Vec::new();
    let mut names_records = false;
    for recipient in inside.into_iter().chain(outside) {
        let language = recipient.language.clone();
        if !by_language.contains_key(&language) {
            let who = Principal { language: language.as_str().into(), ..owner.clone() };
            let content = match content::of(app, &who, report) {
                Ok(content) => content,
                Err(Error::NotFound | Error::Forbidden(_) | Error::Invalid(_)) => return Ok(Outcome::Refused),
                Err(fault) => return Err(fault),
            };
            names_records |= content.names_records;
            let made = letter::make(app, &who, &report.name, &content)?;
            by_language.insert(language.clone(), (Arc::new(made), content::may_leave(&who, &content)));
        }
        // An address outside gets it only while the owner may export what it is made of.
        if let Some((made, may_leave)) = by_language.get(&language)
            && (recipient.user.is_some() || *may_leave)
        {
            ready.push((recipient, made.clone()));
        }
    }
    Ok(if ready.is_empty() { Outcome::Nobody } else { Outcome::Ready(ready, names_records) })
}

/// Users who work here and have an address; the owner where nobody is named at all.
fn inside(app: &App, report: &Stored) -> Result<Vec<Recipient>> {
    let mut users = report.people.clone();
    if users.is_empty() && addresses(&report.addresses).is_empty() {
        users.extend(report.owner);
    }
    let usual = app.db().read(|tx| Ok(appearance::profile(tx)?.language))?;
    let mut all = Vec::new();
    for user in users {
        let person: Option<Person> = app.db().read(|tx| people::by_id(tx, user))?;
        let Some(person) = person.filter(|person| person.active) else { continue };
        if let Some(address) = person.email {
            let language = person.language.unwrap_or_else(|| usual.clone());
            all.push(Recipient { user: Some(user), name: person.name, address, language });
        }
    }
    Ok(all)
}

/// The addresses that a text names, each once.
pub fn addresses(text: &str) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for address in text.split([',', ';', '\n']).map(str::trim).filter(|address| !address.is_empty()) {
        if !all.iter().any(|known| known.eq_ignore_ascii_case(address)) {
            all.push(address.to_string());
        }
    }
    all
}

/// The letters and the line that says so, in one transaction: whoever comes second finds the line and leaves nothing.
fn leave(op: &mut Operation, report: &Stored, due_at: Time, by_hand: bool, outcome: &Outcome) -> Result<usize> {
    let run = Id::at(op.now.0);
    let (state, letters, names_records): (_, &[_], _) = match outcome {
        Outcome::Refused => ("no_right", &[], false),
        Outcome::Nobody => ("nobody", &[], false),
        Outcome::Ready(letters, names_records) => ("sent", letters, *names_records),
    };
    if !outbox::has_mail(op.app) {
        return Err(Error::conflict("mail.not_configured", "no outgoing mail is set up (mail.url and mail.from)"));
    }
    if !queries::begin(op, run, report.id, due_at, by_hand, state)? {
        return Ok(0);
    }
    for (recipient, made) in letters {
        let letter = Letter {
            to_name: HeaderText::new(&recipient.name),
            to: HeaderText::new(&recipient.address),
            subject: HeaderText::new(&made.subject),
            text: made.text.clone(),
            html: made.html.clone(),
            attachments: vec![Attachment::new(&format!("{}.pdf", report.name), "application/pdf", &made.pdf)],
            written_at: op.now,
            sender: None,
        };
        let letter = outbox::put(op, PURPOSE, recipient.user, &letter)?;
        let body = (!names_records).then_some(made.text.as_str());
        let sent =
            Sent { letter, user: recipient.user, address: &recipient.address, language: &recipient.language, body };
        queries::sent(op, run, &sent)?;
    }
    let outside = letters.iter().filter(|(recipient, _)| recipient.user.is_none()).count();
    if outside > 0 {
        let told = json!({ "report": report.name, "addresses": outside });
        audit::write(op, action::EXPORTED, Some(REPORT), Some(report.id), told)?;
    }
    Ok(letters.len())
}

/// One more letter to all, now; for who may change the report.
pub fn now(op: &mut Operation, id: Id) -> Result<Status> {
    may(op, id, Action::Update)?;
    if !outbox::has_mail(op.app) {
        return Err(Error::conflict("mail.not_configured", "no outgoing mail is set up (mail.url and mail.from)"));
    }
    let due_at = op.now;
    jobs::enqueue(op, SendWork::KIND, json!({ "report": id, "due_at": due_at, "by_hand": true }), 1)
}

/// What was sent of a report, for who may see it.
pub fn history(reader: &mut Reader, id: Id) -> Result<Json> {
    may(reader, id, Action::Read)?;
    Ok(json!({ "mail": outbox::has_mail(reader.app), "data": queries::runs(reader.tx, id)? }))
}

/// The report as it would be sent now to whoever asks, under their own rights.
pub fn on_paper(app: &App, who: &Principal, id: Id) -> Result<Vec<u8>> {
    let report = app.read_now(who, |reader| {
        may(reader, id, Action::Read)?;
        queries::report(reader.tx, id)?.ok_or(Error::NotFound)
    })?;
    let content = content::of(app, who, &report)?;
    Ok(letter::make(app, who, &report.name, &content)?.pdf)
}

fn may(reader: &mut Reader, id: Id, action: Action) -> Result<()> {
    let object = reader.object(REPORT)?;
    let record = read::get(reader, &object, id)?;
    reader.who.need(REPORT, action)?;
    let owner = record.get(&object, "owner").as_link();
    if action == Action::Update && owner != reader.who.user && !reader.who.access.admin {
        return Err(Error::Forbidden("only its owner sends a report"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_apart_and_each_is_written_to_once() {
        assert_eq!(addresses("ana@a.ro, b@b.ro;\n ANA@a.ro ,,"), ["ana@a.ro", "b@b.ro"]);
        assert!(addresses(" \n").is_empty());
    }
}
