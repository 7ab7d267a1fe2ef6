//! Invitations by mail, over a real Dovecot and a real Exim: who is invited gets each change once, what they answer counts
//! once whenever it comes, and what others invite to stands in the calendar until it is answered.

use channels::email::mime;
use serde_json::{Value, json};
use testkit::{Client, PostOffice, TestApp, on_both};

const MINUTE_MS: i64 = 60 * 1000;

/// One invitation as calendars get it: the method, and its lines.
struct Got {
    method: String,
    subject: String,
    lines: Vec<String>,
}

impl Got {
    fn of(letter: &str) -> Option<Got> {
        let mail = mime::read(letter.as_bytes())?;
        let (text, method) = mail.calendar?;
        let text = text.replace("\r\n", "\n").replace("\n ", "");
        Some(Got { method, subject: mail.subject, lines: text.lines().map(str::to_string).collect() })
    }

    fn all(&self, name: &str) -> Vec<&str> {
        let is = |line: &&String| line.split([':', ';']).next() == Some(name);
        self.lines.iter().filter(is).map(String::as_str).collect()
    }

    /// The value of the last property of that name.
    fn value(&self, name: &str) -> &str {
        self.all(name).last().and_then(|line| line.rsplit_once(':')).map_or("", |(_, value)| value)
    }

    fn number(&self) -> i64 {
        self.value("SEQUENCE").parse().expect("a number")
    }
}

/// The letters that Ben got, in the order of their numbers.
fn got(office: &PostOffice) -> Vec<Got> {
    let mut all: Vec<Got> = office.letters("ben", "").iter().filter_map(|letter| Got::of(letter)).collect();
    all.sort_by_key(Got::number);
    all
}

async fn sent(app: &TestApp, office: &PostOffice, letters: usize) -> Vec<Got> {
    app.send_due().await;
    testkit::eventually(async || got(office).len() >= letters).await;
    let all = got(office);
    assert_eq!(all.len(), letters, "{:?}", all.iter().map(|got| &got.subject).collect::<Vec<_>>());
    all
}

async fn read(app: &TestApp) {
    app.pass_ms(2 * MINUTE_MS);
    app.read_mail().await;
}

async fn mailbox(app: &TestApp, office: &PostOffice) -> String {
    let made = app.ana().post("/mailboxes", json!({
        "name": "Mail of Ana", "address": "ana@rapport.test", "from_name": "Ana of Rapport", "owner": app.ana_id(),
        "imap_host": "127.0.0.1", "imap_port": office.imap(), "imap_security": "none",
        "smtp_host": "127.0.0.1", "smtp_port": office.smtp(), "smtp_security": "none", "since": "2026-01-01",
    })).await.created();
    let id = made["id"].as_str().unwrap().to_string();
    app.ana().put(&format!("/mailboxes/{id}/secret"), json!({ "secret": "secret" })).await.nothing();
    id
}

/// A letter that a calendar wrote.
fn letter(from: &str, id: &str, method: &str, event: &str) -> String {
    format!(
        "From: {from}\nTo: ana@rapport.test\nSubject: {method}\nMessage-ID: <{id}@elsewhere.example>\nMIME-Version: 1.0\n\
         Content-Type: multipart/alternative; boundary=\"x\"\n\n--x\nContent-Type: text/plain\n\nSee the calendar.\n--x\n\
         Content-Type: text/calendar; method={method}; charset=utf-8\n\nBEGIN:VCALENDAR\nVERSION:2.0\nMETHOD:{method}\n\
         BEGIN:VEVENT\n{event}\nEND:VEVENT\nEND:VCALENDAR\n--x--\n"
    )
}

fn reply(uid: &str, number: i64, stamp: &str, who: &str, said: &str, more: &str) -> String {
    format!(
        "UID:{uid}\nSEQUENCE:{number}\nDTSTAMP:{stamp}\nORGANIZER:mailto:ana@rapport.test\nATTENDEE;PARTSTAT={said}:mailto:{who}{more}"
    )
}

async fn attendees(who: &Client, id: &str) -> Vec<Value> {
    who.get(&format!("/activities/{id}/invitation")).await.ok()["attendees"].as_array().cloned().unwrap()
}

async fn state(who: &Client, id: &str) -> String {
    attendees(who, id).await[0]["state"].as_str().unwrap_or_default().to_string()
}

async fn told(who: &Client, id: &str, kind: &str) -> usize {
    let line = who.get(&format!("/activities/{id}/timeline")).await.ok();
    line["data"].as_array().unwrap().iter().filter(|line| line["kind"] == kind).count()
}

fn meeting(app: &TestApp, contact: &Value) -> Value {
    json!({
        "subject": "Oak tables", "kind": "meeting", "owner": app.ana_id(), "contact": contact["id"], "location": "Office 4",
        "starts_at": "2026-06-22T09:00:00Z", "ends_at": "2026-06-22T10:00:00Z", "invites": true,
        "description": "They pay late: mention it.",
    })
}

on_both! {
    async fn guests_hear_of_each_change_of_time_or_place_and_of_nothing_else(app: TestApp) {
        let Some(office) = PostOffice::open() else { return };
        let ana = app.ana();
        mailbox(&app, &office).await;
        let ben = ana.post("/contacts", json!({ "first_name": "Ben", "last_name": "Rusu", "email": "Ben@rapport.test", "language": "ro" })).await.created();
        let made = ana.post("/activities", meeting(&app, &ben)).await.created();
        let id = made["id"].as_str().unwrap();
        let place = format!("/activities/{id}");
        let all = sent(&app, &office, 1).await;
        assert_eq!((all[0].method.as_str(), all[0].value("UID"), all[0].value("DTSTART"), all[0].value("LOCATION")),
            ("REQUEST", id, "20260622T090000Z", "Office 4"));
        assert_eq!((all[0].value("ORGANIZER"), all[0].value("ATTENDEE"), all[0].number()), ("ana@rapport.test", "ben@rapport.test", 0));
        assert!(all[0].subject.starts_with("Invitație: Oak tables, Luni, 22 iunie"), "{}", all[0].subject);
        let whole = &office.letters("ben", "")[0];
        assert!(!whole.contains("pay late") && whole.contains("From: \"Ana of Rapport\" <ana@rapport.test>"), "{whole}");
        assert_eq!(state(&ana, id).await, "waiting");
        assert_eq!(office.letters("ana", "Sent").len(), 1, "it lies among what she sent");
        assert_eq!(told(&ana, id, "meeting.invited").await, 1);

        ana.patch(&place, json!({ "subject": "Oak chairs", "description": "x" })).await.ok();
        assert_eq!(app.send_due().await, 0, "what is called otherwise is no news");
        ana.patch(&place, json!({ "starts_at": "2026-06-22T11:00:00Z", "ends_at": "2026-06-22T12:00:00Z" })).await.ok();
        let all = sent(&app, &office, 2).await;
        assert_eq!((all[1].method.as_str(), all[1].number(), all[1].value("DTSTART")), ("REQUEST", 1, "20260622T110000Z"));
        assert!(all[1].subject.starts_with("Modificat"), "{}", all[1].subject);
        ana.patch(&place, json!({ "location": "Office 5" })).await.ok();
        assert_eq!(sent(&app, &office, 3).await[2].value("LOCATION"), "Office 5");
        // Who comes later hears of it alone; who is left out is told so.
        let eve = ana.post("/contacts", json!({ "last_name": "Eve", "email": "eve@bakery.example" })).await.created();
        ana.patch(&place, json!({ "participants": [eve["id"]] })).await.ok();
        assert_eq!(app.send_due().await, 1);
        assert_eq!(attendees(&ana, id).await.len(), 2);
        ana.patch(&place, json!({ "contact": null })).await.ok();
        let all = sent(&app, &office, 4).await;
        assert_eq!((all[3].method.as_str(), all[3].value("STATUS")), ("CANCEL", "CANCELLED"));
        assert_eq!(attendees(&ana, id).await.len(), 1);
        ana.delete(&place).await.nothing();
        assert_eq!(app.send_due().await, 1, "Eve is told");

        // What cannot be is refused, and nothing goes.
        let mut task = meeting(&app, &ben);
        task["kind"] = json!("task");
        assert_eq!(ana.post("/activities", task).await.refused(422)["errors"][0]["code"], "invitation.no_time");
        let mut nobody = meeting(&app, &ben);
        nobody["owner"] = Value::Null;
        let refused = ana.post("/activities", nobody).await;
        if refused.status == 422 {
            assert_eq!(refused.refused(422)["errors"][0]["code"], "invitation.no_owner");
        }
        let (_, eve_id) = app.colleague_with_id("Eve", json!({ "objects": {} })).await;
        let mut other = meeting(&app, &ben);
        other["owner"] = json!(eve_id);
        assert_eq!(ana.post("/activities", other).await.refused(422)["errors"][0]["code"], "invitation.no_mail");
        // What was is over.
        let mut past = meeting(&app, &ben);
        past["starts_at"] = json!("2026-06-01T09:00:00Z");
        past["ends_at"] = json!("2026-06-01T10:00:00Z");
        ana.post("/activities", past).await.created();
        app.send_due().await;
        assert_eq!(got(&office).iter().filter(|got| got.value("DTSTART").starts_with("202606010")).count(), 0);
    }

    async fn an_answer_counts_once_whenever_it_comes_and_only_from_who_was_invited(app: TestApp) {
        let Some(office) = PostOffice::open() else { return };
        let ana = app.ana();
        mailbox(&app, &office).await;
        let ben = ana.post("/contacts", json!({ "last_name": "Rusu", "email": "ben@rapport.test" })).await.created();
        let made = ana.post("/activities", meeting(&app, &ben)).await.created();
        let id = made["id"].as_str().unwrap();
        let post = |from: &str, name: &str, method: &str, event: &str| office.post("ana", &letter(from, name, method, event));
        post("ben@rapport.test", "a", "REPLY", &reply(id, 0, "20260619T120200Z", "Ben@rapport.test", "TENTATIVE", "\nCOMMENT:If the train runs"));
        read(&app).await;
        let one = attendees(&ana, id).await[0].clone();
        assert_eq!((&one["state"], &one["comment"]), (&json!("tentative"), &json!("If the train runs")));
        // Out of order: written before the one that came first.
        post("ben@rapport.test", "b", "REPLY", &reply(id, 0, "20260619T120100Z", "ben@rapport.test", "DECLINED", ""));
        // Twice, as two letters of one answer.
        post("ben@rapport.test", "c", "REPLY", &reply(id, 0, "20260619T120200Z", "ben@rapport.test", "TENTATIVE", ""));
        read(&app).await;
        assert_eq!(state(&ana, id).await, "tentative");
        assert_eq!((told(&ana, id, "meeting.considered").await, told(&ana, id, "meeting.declined").await), (1, 0));
        post("ben@rapport.test", "d", "REPLY", &reply(id, 0, "20260619T120300Z", "ben@rapport.test", "ACCEPTED", ""));
        read(&app).await;
        assert_eq!(state(&ana, id).await, "accepted");
        // Forged: somebody who was not invited, and somebody who speaks for another.
        post("mallory@nowhere.example", "e", "REPLY", &reply(id, 0, "20260619T120400Z", "mallory@nowhere.example", "DECLINED", ""));
        post("mallory@nowhere.example", "f", "REPLY", &reply(id, 0, "20260619T120400Z", "ben@rapport.test", "DECLINED", ""));
        read(&app).await;
        let shown = ana.get(&format!("/activities/{id}/invitation")).await.ok();
        assert_eq!((&shown["attendees"][0]["state"], &shown["ignored"]), (&json!("accepted"), &json!(2)), "{shown}");
        assert_eq!(told(&ana, id, "meeting.answer_ignored").await, 2);
        // Another time: they are asked again, and what they said of the old one comes too late.
        ana.patch(&format!("/activities/{id}"), json!({ "starts_at": "2026-06-23T09:00:00Z", "ends_at": "2026-06-23T10:00:00Z" })).await.ok();
        assert_eq!(state(&ana, id).await, "waiting");
        post("ben@rapport.test", "g", "REPLY", &reply(id, 0, "20260619T120500Z", "ben@rapport.test", "ACCEPTED", ""));
        read(&app).await;
        assert_eq!(state(&ana, id).await, "waiting");
        post("ben@rapport.test", "h", "COUNTER", &reply(id, 1, "20260619T120600Z", "ben@rapport.test", "TENTATIVE", "\nDTSTART:20260624T090000Z\nDTEND:20260624T100000Z"));
        read(&app).await;
        let one = attendees(&ana, id).await[0].clone();
        assert_eq!((&one["state"], &one["proposed"]["starts_at"]), (&json!("waiting"), &json!("2026-06-24T09:00:00.000Z")), "{one}");
        // A letter that is no calendar is still a letter.
        office.post("ana", "From: ben@rapport.test\nTo: ana@rapport.test\nSubject: Broken\nMessage-ID: <z@x>\nMIME-Version: 1.0\nContent-Type: text/calendar; method=REPLY\n\nBEGIN:VCALENDAR\nhello");
        read(&app).await;
        let threads = ana.get("/mail/threads?state=all").await.ok();
        assert!(threads["data"].as_array().unwrap().iter().any(|thread| thread["subject"] == "Broken"), "{threads}");
        // Whoever is erased is not known as a guest either.
        ana.delete(&format!("/contacts/{}", ben["id"].as_str().unwrap())).await.nothing();
    }

    async fn a_series_tells_of_its_single_moments(app: TestApp) {
        let Some(office) = PostOffice::open() else { return };
        let ana = app.ana();
        mailbox(&app, &office).await;
        let ben = ana.post("/contacts", json!({ "last_name": "Rusu", "email": "ben@rapport.test" })).await.created();
        let mut weekly = meeting(&app, &ben);
        weekly["repeats"] = json!("FREQ=WEEKLY;COUNT=5");
        weekly["time_zone"] = json!("Europe/Chisinau");
        let made = ana.post("/activities", weekly).await.created();
        let id = made["id"].as_str().unwrap();
        let all = sent(&app, &office, 1).await;
        assert_eq!((all[0].value("RRULE"), all[0].all("DTSTART").last().copied()), ("FREQ=WEEKLY;COUNT=5", Some("DTSTART;TZID=Europe/Chisinau:20260622T120000")));
        assert!(all[0].lines.iter().any(|line| line == "BEGIN:VTIMEZONE"));
        // One moment is moved, one is taken out.
        let moment = |at: &str| format!("/activities/{id}/occurrences/{at}");
        let moved = ana.patch(&moment("2026-06-29T09:00:00Z"), json!({ "reach": "this", "values": { "starts_at": "2026-06-29T13:00:00Z", "ends_at": "2026-06-29T14:00:00Z" } })).await.ok();
        let all = sent(&app, &office, 2).await;
        assert_eq!((all[1].method.as_str(), all[1].value("UID"), all[1].all("RECURRENCE-ID"), all[1].value("RRULE")),
            ("REQUEST", id, vec!["RECURRENCE-ID;TZID=Europe/Chisinau:20260629T120000"], ""));
        ana.delete(&moment("2026-07-06T09:00:00Z")).await.ok();
        let all = sent(&app, &office, 3).await;
        assert_eq!((all[2].method.as_str(), all[2].all("RECURRENCE-ID")), ("CANCEL", vec!["RECURRENCE-ID;TZID=Europe/Chisinau:20260706T120000"]));
        // What is said of one moment is said of it alone.
        let own = moved["id"].as_str().unwrap();
        office.post("ana", &letter("ben@rapport.test", "m", "REPLY", &reply(id, 1, "20260619T120100Z", "ben@rapport.test", "DECLINED", "\nRECURRENCE-ID:20260629T090000Z")));
        read(&app).await;
        assert_eq!((state(&ana, own).await, state(&ana, id).await), ("declined".into(), "waiting".into()));
        // The moment goes back, and then all of it is off: one letter each.
        ana.delete(&format!("/activities/{own}")).await.nothing();
        let all = sent(&app, &office, 4).await;
        assert_eq!((all[3].method.as_str(), all[3].all("RECURRENCE-ID").len()), ("CANCEL", 1));
        ana.delete(&format!("/activities/{id}")).await.nothing();
        let all = sent(&app, &office, 5).await;
        assert_eq!((all[4].method.as_str(), all[4].all("RECURRENCE-ID").len()), ("CANCEL", 0));
    }

    async fn an_invitation_of_others_waits_in_the_calendar_for_its_answer(app: TestApp) {
        let Some(office) = PostOffice::open() else { return };
        let ana = app.ana();
        let id = mailbox(&app, &office).await;
        let ben = ana.post("/contacts", json!({ "last_name": "Rusu", "email": "ben@rapport.test" })).await.created();
        let event = |number: i64, stamp: &str, start: &str, more: &str| format!(
            "UID:abc@elsewhere\nSEQUENCE:{number}\nDTSTAMP:{stamp}\nSUMMARY:Show round\nLOCATION:Bakery\nDTSTART:{start}\nDURATION:PT1H\n\
             ORGANIZER;CN=Ben Rusu:mailto:ben@rapport.test\nATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:Ana@rapport.test{more}"
        );
        let post = |from: &str, name: &str, method: &str, event: &str| office.post("ana", &letter(from, name, method, event));
        post("ben@rapport.test", "a", "REQUEST", &event(0, "20260619T110000Z", "20260623T090000Z", ""));
        read(&app).await;
        let calendar = ana.get("/calendar?from=2026-06-22&to=2026-06-28").await.ok();
        let record = calendar["data"][0]["record"].clone();
        assert_eq!((&record["subject"], &record["location"], &record["answer"], &record["contact"], &record["kind"]),
            (&json!("Show round"), &json!("Bakery"), &json!("waiting"), &ben["id"], &json!("meeting")), "{calendar}");
        let place = format!("/activities/{}", record["id"].as_str().unwrap());
        let shown = ana.get(&format!("{place}/invitation")).await.ok();
        assert_eq!((&shown["side"], &shown["organizer"]["address"], &shown["mine"]), (&json!("guest"), &json!("ben@rapport.test"), &json!(true)), "{shown}");

        // A phone that read the same letter finds it there, and does not put it there once more.
        let key = ana.post("/keys", json!({ "name": "Phone", "scopes": ["activities:write", "contacts:write", "companies:read"] })).await.created();
        let me = ana.get("/session").await.ok();
        let secret = format!("{}:{}", me["user"]["email"].as_str().unwrap(), key["token"].as_str().unwrap());
        let phone = app.stranger().with("authorization", &format!("Basic {}", foundation::access::encoding::base64(secret.as_bytes())));
        let events = format!("//dav/calendars/{}/events", me["user"]["id"].as_str().unwrap());
        let own = format!("{events}/{}.ics", record["id"].as_str().unwrap());
        assert!(phone.get(&own).await.text().contains("UID:abc@elsewhere"));
        let put = "BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nUID:abc@elsewhere\nDTSTART:20260623T090000Z\nSUMMARY:Show round\nEND:VEVENT\nEND:VCALENDAR";
        let again = phone.send("PUT", &format!("{events}/again.ics"), axum::body::Body::from(put)).await;
        assert!(again.status.is_client_error(), "{}", again.status);

        ana.post(&format!("{place}/invitation/answer"), json!({ "answer": "accepted" })).await.ok();
        ana.post(&format!("{place}/invitation/answer"), json!({ "answer": "accepted" })).await.ok();
        let all = sent(&app, &office, 1).await;
        assert_eq!((all[0].method.as_str(), all[0].value("UID"), all[0].number()), ("REPLY", "abc@elsewhere", 0));
        assert!(all[0].all("ATTENDEE")[0].contains("PARTSTAT=ACCEPTED") && all[0].value("ATTENDEE") == "ana@rapport.test");
        assert!(office.letters("ben", "")[0].contains("In-Reply-To: <a@elsewhere.example>"));
        // Moved by its organiser: to be answered again. An older letter and somebody else's change nothing.
        post("ben@rapport.test", "b", "REQUEST", &event(1, "20260619T113000Z", "20260624T090000Z", ""));
        post("ben@rapport.test", "c", "REQUEST", &event(0, "20260619T112000Z", "20260625T090000Z", ""));
        post("mallory@nowhere.example", "d", "REQUEST", &event(9, "20260619T114000Z", "20260626T090000Z", ""));
        read(&app).await;
        let record = ana.get(&place).await.ok();
        assert_eq!((&record["starts_at"], &record["answer"]), (&json!("2026-06-24T09:00:00.000Z"), &json!("waiting")));
        ana.post(&format!("{place}/invitation/answer"), json!({ "answer": "declined", "comment": "On holiday" })).await.ok();
        let all = sent(&app, &office, 2).await;
        assert_eq!((all[1].value("COMMENT"), all[1].number()), ("On holiday", 1));
        assert_eq!(ana.get(&place).await.ok()["outcome"], "cancelled");
        // Forged and then real: called off.
        post("mallory@nowhere.example", "e", "CANCEL", &event(9, "20260619T115000Z", "20260624T090000Z", ""));
        read(&app).await;
        ana.post(&format!("{place}/invitation/answer"), json!({ "answer": "accepted" })).await.ok();
        assert_eq!(ana.get(&place).await.ok()["outcome"], Value::Null);
        post("ben@rapport.test", "f", "CANCEL", &event(2, "20260619T115500Z", "20260624T090000Z", ""));
        read(&app).await;
        assert_eq!(ana.get(&place).await.ok()["outcome"], "cancelled");
        ana.post(&format!("{place}/invitation/answer"), json!({ "answer": "accepted" })).await.refused_with(409, "invitation.cancelled");
        // A colleague answers for nobody else, and nothing comes of letters that invite nobody here.
        let role = json!({ "objects": { "activity": { "read": "all", "update": "all" }, "contact": { "read": "all" } } });
        let cy = app.colleague("Cy", role).await;
        cy.post(&format!("{place}/invitation/answer"), json!({ "answer": "accepted" })).await.refused(403);
        let before = ana.get("/activities?limit=50").await.ok()["data"].as_array().unwrap().len();
        post("ben@rapport.test", "g", "REQUEST", "UID:other\nDTSTART:20260623T090000Z\nORGANIZER:mailto:ben@rapport.test\nATTENDEE:mailto:zed@rapport.test");
        post("ben@rapport.test", "h", "REQUEST", "UID:series\nDTSTAMP:20260619T110000Z\nDTSTART:20260623T090000Z\nDTEND:20260622T090000Z\nRRULE:FREQ=NEVER\nORGANIZER:mailto:ben@rapport.test\nATTENDEE:mailto:ana@rapport.test");
        read(&app).await;
        let after = ana.get("/activities?limit=50").await.ok()["data"].as_array().unwrap().len();
        assert_eq!(after, before + 1, "what cannot be is left out of it");
        ana.delete(&format!("/mailboxes/{id}")).await.nothing();
    }
}
