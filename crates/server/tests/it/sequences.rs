//! Letters in a row: they go in the receiver's hours, each once, and stop when somebody answers, leaves, or buys; and whether
//! they were read, by a person or by a machine.

use std::path::Path;

use channels::email::mime;
use serde_json::{Value, json};
use testkit::{Client, PostOffice, Program, TestApp, on_both};

const HOUR_MS: i64 = 60 * 60 * 1000;
const DAY_MS: i64 = 24 * HOUR_MS;
const BROWSER: &str =
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Safari/537.36";

fn id(record: &Value) -> String {
    record["id"].as_str().unwrap_or_else(|| panic!("{record}")).to_string()
}

/// A mailbox whose servers are these ports of this machine.
async fn mailbox(app: &TestApp, imap: u16, smtp: u16) -> String {
    let body = json!({
        "name": "Mail of Ana", "address": "ana@rapport.test", "from_name": "Ana", "owner": app.ana_id(), "since": "2026-01-01",
        "imap_host": "127.0.0.1", "imap_port": imap, "imap_security": "none",
        "smtp_host": "127.0.0.1", "smtp_port": smtp, "smtp_security": "none",
    });
    let made = id(&app.ana().post("/mailboxes", body).await.created());
    app.ana().put(&format!("/mailboxes/{made}/secret"), json!({ "secret": "secret" })).await.nothing();
    made
}

async fn template(ana: &Client, subject: &str, body: &str) -> String {
    id(&ana
        .post("/mail_templates", json!({ "name": subject, "subject": subject, "body": body, "language": "en" }))
        .await
        .created())
}

/// A sequence of a letter now, a task on the next day of work, and a letter two days of work later.
async fn sequence(ana: &Client) -> String {
    let first = template(
        ana,
        "Bread",
        "Dear {contact.first_name}, see https://bakery.example/bread?a=1&b=2 or https://bakery.example/oven",
    )
    .await;
    let second =
        id(&ana.post("/mail_templates", json!({ "name": "Again", "body": "Did you see it?" })).await.created());
    let made = id(&ana.post("/mail_sequences", json!({ "name": "Spring" })).await.created());
    let steps = json!({ "steps": [
        { "kind": "mail", "template": first },
        { "kind": "task", "subject": "Call them", "wait": 1 },
        { "kind": "mail", "template": second, "wait": 2 },
    ] });
    ana.put(&format!("/mail_sequences/{made}/steps"), steps).await.ok();
    made
}

async fn follow(app: &TestApp) {
    let app = app.app().clone();
    tokio::task::spawn_blocking(move || conversations::sequences::follow::catch_up(&app)).await.unwrap().unwrap();
}

async fn go_on(app: &TestApp) -> usize {
    follow(app).await;
    while app.ring_timers().await > 0 {
        follow(app).await;
        app.pass_ms(1);
    }
    app.send_due().await
}

async fn of(who: &Client, contact: &str) -> Value {
    who.get(&format!("/contacts/{contact}/sequences")).await.ok()["data"][0].clone()
}

on_both! {
    async fn a_sequence_goes_on_until_somebody_answers(app: TestApp) {
        let Some(office) = PostOffice::open() else { return };
        let ana = app.ana();
        mailbox(&app, office.imap(), office.smtp()).await;
        let spring = sequence(&ana).await;
        let ben = id(&ana.post("/contacts", json!({ "first_name": "Ben", "last_name": "Rusu", "email": "ben@rapport.test" })).await.created());
        let people = format!("/mail_sequences/{spring}/people");
        let put = ana.post(&people, json!({ "object": "contact", "ids": [ben] })).await.ok();
        assert_eq!((&put["enrolled"], &put["skipped"]), (&json!(1), &json!([])), "{put}");
        let again = ana.post(&people, json!({ "object": "contact", "ids": [ben] })).await.ok();
        assert_eq!(again["skipped"][0]["code"], "already_on_it", "{again}");

        // It is a Friday at noon: the first letter goes at once.
        assert_eq!(go_on(&app).await, 1);
        testkit::eventually(async || office.letters("ben", "").len() == 1).await;
        let first = office.letters("ben", "").remove(0);
        assert!(first.contains("List-Unsubscribe: <") && first.contains("List-Unsubscribe=One-Click"), "{first}");
        let read = mime::read(first.as_bytes()).unwrap();
        assert_eq!(read.subject, "Bread");
        assert!(read.text.starts_with("Dear Ben, see https://bakery.example/bread?a=1&b=2 or"), "{}", read.text);
        let known = of(&ana, &ben).await;
        assert_eq!((&known["state"], &known["done"], &known["steps"]), (&json!("running"), &json!(1), &json!(3)), "{known}");
        assert_eq!(known["due_at"], "2026-06-22T12:00:00.000Z", "a Monday: {known}");

        // On Monday there is a task, on Wednesday the second letter, in the thread of the first.
        app.pass_ms(3 * DAY_MS);
        let app = app.reopened();
        let ana = app.ana();
        assert_eq!(go_on(&app).await, 0);
        let tasks = ana.get("/activities?filter=kind%20%3D%20%22task%22").await.ok();
        assert_eq!((&tasks["data"][0]["subject"], &tasks["data"][0]["contact"]), (&json!("Call them: Ben Rusu"), &json!(ben)), "{tasks}");
        app.pass_ms(2 * DAY_MS);
        let app = app.reopened();
        let ana = app.ana();
        assert_eq!(go_on(&app).await, 1);
        testkit::eventually(async || office.letters("ben", "").len() == 2).await;
        let letters: Vec<_> = office.letters("ben", "").iter().map(|raw| mime::read(raw.as_bytes()).unwrap()).collect();
        let second = letters.iter().find(|mail| mail.subject == "Re: Bread").unwrap_or_else(|| panic!("{letters:?}"));
        assert_eq!(second.references.first(), read.message_id.as_ref(), "in the thread of the first");
        let threads = ana.get(&format!("/contacts/{ben}/mail")).await.ok();
        assert_eq!((threads["data"].as_array().unwrap().len(), &threads["data"][0]["messages"]), (1, &json!(2)), "{threads}");
        assert_eq!(of(&ana, &ben).await["reason"], "finished");

        // Whoever answers in between is not written to again.
        let put = ana.post(&people, json!({ "object": "contact", "ids": [ben] })).await.ok();
        assert_eq!(put["enrolled"], 1, "{put}");
        assert_eq!(go_on(&app).await, 1);
        app.pass_ms(HOUR_MS);
        office.post("ana", "From: Ben <ben@rapport.test>\nTo: ana@rapport.test\nSubject: Re: Bread\nMessage-ID: <answer@elsewhere.example>\nDate: Wed, 24 Jun 2026 13:00:00 +0000\n\nYes, please.\n");
        app.pass_ms(2 * 60 * 1000);
        app.read_mail().await;
        // The timer rings before the ledger was followed: what was said comes first.
        app.pass_ms(DAY_MS);
        let app = app.reopened();
        let ana = app.ana();
        app.ring_timers().await;
        assert_eq!(go_on(&app).await, 0, "who answered gets no further letter");
        let known = of(&ana, &ben).await;
        assert_eq!((&known["state"], &known["reason"]), (&json!("stopped"), &json!("replied")), "{known}");
        let figures = ana.get(&format!("/mail_sequences/{spring}/figures")).await.ok();
        let first = &figures["steps"][0];
        assert_eq!((&first["sent"], &first["replied"], &first["bounced"]), (&json!(2), &json!(1), &json!(0)), "{figures}");
        assert_eq!((&figures["states"]["done"], &figures["reasons"]["replied"]), (&json!(1), &json!(1)), "{figures}");
        let behind = ana.get(&format!("{people}?step={}&what=replied", id(first))).await.ok();
        assert_eq!((&behind["data"][0]["id"], &behind["data"][0]["title"]), (&json!(ben), &json!("Ben Rusu")), "{behind}");
    }

    async fn whatever_ends_a_sequence_ends_it_and_nobody_is_written_to_against_their_will(app: TestApp) {
        let ana = app.ana();
        mailbox(&app, 1, 1).await;
        let spring = sequence(&ana).await;
        let people = format!("/mail_sequences/{spring}/people");
        let mut all = Vec::new();
        for name in ["meeting", "won", "lost", "unsubscribed", "by_hand", "hidden", "record_removed"] {
            let body = json!({ "last_name": name, "email": format!("{name}@bakery.example"), "time_zone": "Asia/Tokyo" });
            all.push((name, id(&ana.post("/contacts", body).await.created())));
        }
        let never = id(&ana.post("/contacts", json!({ "last_name": "Never", "email": "never@bakery.example", "do_not_email": true })).await.created());
        let none = id(&ana.post("/contacts", json!({ "last_name": "None" })).await.created());
        let ids: Vec<&str> = all.iter().map(|(_, id)| id.as_str()).chain([never.as_str(), none.as_str()]).collect();
        let put = ana.post(&people, json!({ "object": "contact", "ids": ids })).await.ok();
        let codes: Vec<&str> = put["skipped"].as_array().unwrap().iter().filter_map(|one| one["code"].as_str()).collect();
        assert_eq!((&put["enrolled"], codes), (&json!(7), vec!["unsubscribed", "no_address"]), "{put}");
        let who = |name: &str| all.iter().find(|(known, _)| *known == name).unwrap().1.clone();
        // Noon on a Friday is nine in the evening in Tokyo: it waits for Monday at nine there.
        assert_eq!(of(&ana, &who("won")).await["due_at"], "2026-06-22T00:00:00.000Z");
        app.pass_ms(1000);

        ana.post("/activities", json!({ "subject": "Talk", "kind": "meeting", "contact": who("meeting"), "starts_at": "2026-06-25T10:00:00Z" })).await.created();
        for name in ["won", "lost"] {
            let deal = id(&ana.post("/deals", json!({ "name": name, "contact": who(name) })).await.created());
            ana.patch(&format!("/deals/{deal}"), json!({ "status": name })).await.ok();
        }
        ana.patch(&format!("/contacts/{}", who("unsubscribed")), json!({ "do_not_email": true })).await.ok();
        ana.delete(&format!("/contacts/{}", who("record_removed"))).await;
        let place = |enrolment: &Value| format!("/mail_sequences/enrolments/{}/state", enrolment["enrolment"].as_str().unwrap());
        let by_hand = place(&of(&ana, &who("by_hand")).await);
        assert_eq!(ana.post(&by_hand, json!({ "to": "pause" })).await.ok()["state"], "paused");
        assert_eq!(ana.post(&by_hand, json!({ "to": "resume" })).await.ok()["state"], "running");
        assert_eq!(ana.post(&by_hand, json!({ "to": "stop" })).await.ok()["reason"], "by_hand");
        ana.post(&by_hand, json!({ "to": "resume" })).await.refused_with(409, "sequence.ended");
        // Who may not read a contact puts them on nothing and sees nothing of it.
        let eve = app.colleague("Eve", json!({ "objects": { "mail_sequence": { "read": "all" }, "contact": { "read": "own" } } })).await;
        eve.get(&format!("/contacts/{}/sequences", who("hidden"))).await.refused(404);
        assert_eq!(eve.get(&people).await.ok()["data"], json!([]));
        eve.post(&people, json!({ "object": "contact", "ids": [who("hidden")] })).await.refused(422);

        app.pass_ms(3 * DAY_MS);
        let app = app.reopened();
        let ana = app.ana();
        // Held for the whole house: nothing goes.
        ana.patch(&format!("/mail_sequences/{spring}"), json!({ "paused": true })).await.ok();
        follow(&app).await;
        app.ring_timers().await;
        let figures = ana.get(&format!("/mail_sequences/{spring}/figures")).await.ok();
        assert_eq!(figures["steps"][0]["begun"], 0, "{figures}");
        ana.patch(&format!("/mail_sequences/{spring}"), json!({ "paused": false })).await.ok();
        // At noon on a Monday it is night in Tokyo again; at midnight it is nine in the morning there.
        app.pass_ms(12 * HOUR_MS);
        let app = app.reopened();
        let ana = app.ana();
        follow(&app).await;
        app.ring_timers().await;
        for (name, contact) in all.iter().filter(|(name, _)| *name != "hidden" && *name != "record_removed") {
            let known = of(&ana, contact).await;
            assert_eq!((&known["state"], &known["reason"]), (&json!("stopped"), &json!(name)), "{name}: {known}");
        }
        let figures = ana.get(&format!("/mail_sequences/{spring}/figures")).await.ok();
        assert_eq!((&figures["steps"][0]["begun"], &figures["states"]["stopped"]), (&json!(1), &json!(6)), "{figures}");
        assert_eq!(figures["reasons"]["record_removed"], 1, "{figures}");
        testkit::eventually(async || {
            let told = ana.get(&format!("/contacts/{}/timeline", who("won"))).await.ok();
            let kinds: Vec<&str> = told["data"].as_array().unwrap().iter().filter_map(|line| line["kind"].as_str()).collect();
            kinds.contains(&"sequence.started") && kinds.contains(&"sequence.ended")
        })
        .await;
    }

    async fn a_mailbox_sends_no_more_a_day_than_it_may_and_wrong_steps_leave_no_trace(app: TestApp) {
        let ana = app.ana();
        let own = mailbox(&app, 1, 1).await;
        ana.patch(&format!("/mailboxes/{own}"), json!({ "sequence_letters": 0 })).await.refused_with(422, "out_of_range");
        ana.patch(&format!("/mailboxes/{own}"), json!({ "sequence_letters": 2 })).await.ok();
        let spring = sequence(&ana).await;
        let steps = format!("/mail_sequences/{spring}/steps");
        let wrong = json!({ "steps": [{ "kind": "letter" }, { "kind": "mail" }, { "kind": "task", "subject": " " }, { "kind": "task", "subject": "x", "wait": -1 }] });
        assert_eq!(ana.put(&steps, wrong).await.refused(422)["errors"].as_array().unwrap().len(), 4);
        let kept = ana.get(&steps).await.ok();
        assert_eq!(kept["data"].as_array().unwrap().len(), 3, "{kept}");
        ana.patch(&format!("/mail_sequences/{spring}"), json!({ "sends_from": "18:00", "sends_until": "9:00" })).await.refused(422);
        let empty = id(&ana.post("/mail_sequences", json!({ "name": "Empty" })).await.created());
        ana.post(&format!("/mail_sequences/{empty}/people"), json!({ "object": "contact", "ids": [] })).await.refused_with(409, "sequence.empty");

        for n in 0..5 {
            ana.post("/contacts", json!({ "last_name": format!("C{n}"), "email": format!("c{n}@bakery.example") })).await.created();
        }
        let people = format!("/mail_sequences/{spring}/people");
        let put = ana.post(&people, json!({ "object": "contact", "filter": "email contains \"bakery\"" })).await.ok();
        assert_eq!(put["enrolled"], 5, "{put}");
        follow(&app).await;
        app.ring_timers().await;
        let begun = async |app: &TestApp| app.ana().get(&format!("/mail_sequences/{spring}/figures")).await.ok()["steps"][0]["begun"].as_i64().unwrap();
        assert_eq!(begun(&app).await, 2, "today");
        // The next day of work.
        app.pass_ms(3 * DAY_MS);
        let app = app.reopened();
        app.ring_timers().await;
        assert_eq!(begun(&app).await, 4);
        // A step in between goes to those who did not come as far; nobody gets the first letter twice.
        let ana = app.ana();
        let mut said = kept["data"].as_array().unwrap().clone();
        for step in &mut said {
            step.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        }
        said.remove(1);
        said.insert(1, json!({ "kind": "task", "subject": "Look them up", "wait": 1 }));
        let now = ana.put(&steps, json!({ "steps": said })).await.ok();
        assert_eq!(now["data"][1]["subject"], "Look them up", "{now}");
        assert_eq!(now["data"][0]["id"], kept["data"][0]["id"], "it is the same step");
    }

    async fn who_reads_a_letter_is_told_apart_from_what_reads_it(app: TestApp) {
        let Some(office) = PostOffice::open() else { return };
        let ana = app.ana();
        let own = mailbox(&app, office.imap(), office.smtp()).await;
        ana.patch(&format!("/mailboxes/{own}"), json!({ "privacy": "all" })).await.ok();
        let ben = id(&ana.post("/contacts", json!({ "last_name": "Rusu", "email": "ben@rapport.test" })).await.created());
        let write = async |counted: Option<bool>| {
            let mut letter = json!({ "to": [{ "address": "ben@rapport.test" }], "subject": "Bread", "text": "See https://bakery.example/a?x=1&y=2 and https://bakery.example/b" });
            if let Some(counted) = counted {
                letter["counted"] = json!(counted);
            }
            let draft = id(&ana.post("/mail/drafts", json!({ "mailbox": own, "letter": letter })).await.created());
            ana.post(&format!("/mail/drafts/{draft}/send"), json!({})).await.ok();
            app.pass_ms(11_000);
            app.send_due().await;
        };
        write(Some(false)).await;
        testkit::eventually(async || office.letters("ben", "").len() == 1).await;
        let html_of = |raw: &String| mime::read(raw.as_bytes()).and_then(|mail| mail.html).unwrap_or_default();
        assert!(!html_of(&office.letters("ben", "")[0]).contains("/m/"), "who does not want it counted counts nothing");
        write(None).await;
        testkit::eventually(async || office.letters("ben", "").len() == 2).await;
        let letters = office.letters("ben", "");
        let html = letters.iter().map(html_of).find(|html| html.contains("/m/o/")).unwrap();
        let places: Vec<String> = html.split(['"', ' ']).filter_map(|part| part.split_once("/m/").map(|(_, place)| format!("//m/{}", place.replace("&amp;", "&")))).collect();
        let (one, other, picture) = (&places[0], &places[1], &places[2]);
        assert!(one.starts_with("//m/l/") && other.starts_with("//m/l/") && picture.starts_with("//m/o/"), "{places:?}");
        // What lies here and in the folder of what was sent counts nothing.
        assert!(office.letters("ana", "Sent").iter().all(|raw| !html_of(raw).contains("/m/")));

        let site = |agent: &str| app.stranger().with("user-agent", agent).with("accept-language", "ro");
        let look = async |who: Client, place: &str| who.response("GET", place, axum::body::Body::empty()).await;
        // A scanner, before anybody could have read it, and all links at once.
        look(site("Barracuda Sentinel (EE)"), picture).await;
        look(site(BROWSER), one).await;
        look(site(BROWSER), other).await;
        app.pass_ms(61_000);
        app.ring_timers().await;
        let readers = async || {
            let thread = id(&ana.get(&format!("/contacts/{ben}/mail")).await.ok()["data"][0]);
            let whole = ana.get(&format!("/mail/threads/{thread}")).await.ok();
            whole["data"].as_array().unwrap().last().unwrap()["readers"].clone()
        };
        let known = readers().await;
        assert_eq!((&known["opened_at"], &known["machine_opens"], &known["machine_clicks"]), (&Value::Null, &json!(1), &json!(2)), "{known}");
        // Somebody, later.
        look(site(BROWSER), picture).await;
        app.pass_ms(5_000);
        let led = look(site(BROWSER), one).await;
        assert_eq!((led.status().as_u16(), led.headers()["location"].to_str().unwrap()), (302, "https://bakery.example/a?x=1&y=2"));
        let head = site(BROWSER).response("HEAD", other, axum::body::Body::empty()).await;
        assert_eq!(head.status().as_u16(), 302);
        app.pass_ms(61_000);
        app.ring_timers().await;
        let known = readers().await;
        // The one that only asked for the head came in the same breath as the click: both are a machine's.
        assert_eq!((&known["opens"], &known["clicks"], &known["machine_clicks"]), (&json!(1), &json!(0), &json!(4)), "{known}");
        look(site(BROWSER), one).await;
        app.pass_ms(61_000);
        app.ring_timers().await;
        let known = readers().await;
        assert_eq!((&known["clicks"], &known["links"]), (&json!(1), &json!(["https://bakery.example/a?x=1&y=2"])), "{known}");
        // No door to anywhere: neither another target nor a word that is not ours.
        for place in [one.replace("bakery", "evil"), one.replace("?to=", "0?to="), "//m/l/x?to=https://evil.example".into()] {
            assert_eq!(look(site(BROWSER), &place).await.status().as_u16(), 404, "{place}");
        }
        assert_eq!(look(site(BROWSER), "//m/o/nothing").await.status().as_u16(), 200, "a picture tells nobody which letters there are");
        testkit::eventually(async || {
            let told = ana.get(&format!("/contacts/{ben}/timeline")).await.ok();
            let kinds: Vec<&str> = told["data"].as_array().unwrap().iter().filter_map(|line| line["kind"].as_str()).collect();
            ["mail.opened", "mail.clicked", "mail.scanned"].iter().all(|kind| kinds.iter().filter(|known| *known == kind).count() == 1)
        })
        .await;
    }

    async fn whoever_leaves_a_sequence_is_left_alone(app: TestApp) {
        let Some(office) = PostOffice::open() else { return };
        let ana = app.ana();
        mailbox(&app, office.imap(), office.smtp()).await;
        let spring = sequence(&ana).await;
        let ben = id(&ana.post("/contacts", json!({ "first_name": "Ben", "email": "ben@rapport.test", "language": "ro" })).await.created());
        ana.post(&format!("/mail_sequences/{spring}/people"), json!({ "object": "contact", "ids": [ben] })).await.ok();
        assert_eq!(go_on(&app).await, 1);
        testkit::eventually(async || office.letters("ben", "").len() == 1).await;
        let mail = mime::read(office.letters("ben", "")[0].as_bytes()).unwrap();
        let place = mail.text.split_whitespace().find_map(|word| word.split_once("/m/u/").map(|(_, token)| format!("//m/u/{token}"))).unwrap_or_else(|| panic!("{}", mail.text));
        let page = app.stranger().with("accept-language", "ro").response("GET", &place, axum::body::Body::empty()).await;
        assert_eq!(page.status().as_u16(), 200);
        assert_eq!(of(&ana, &ben).await["state"], "running", "asking changes nothing");
        let done = app.stranger().response("POST", &place, axum::body::Body::empty()).await;
        assert_eq!(done.status().as_u16(), 200);
        assert_eq!(of(&ana, &ben).await["reason"], "unsubscribed");
        assert_eq!(ana.get(&format!("/contacts/{ben}")).await.ok()["do_not_email"], true);
        let done = app.stranger().response("POST", &place, axum::body::Body::empty()).await;
        assert_eq!(done.status().as_u16(), 200, "a second time changes nothing");
        let wrong = app.stranger().response("POST", &format!("{place}0"), axum::body::Body::empty()).await;
        assert_eq!(wrong.status().as_u16(), 404);
        let told = ana.get(&format!("/contacts/{ben}/timeline")).await.ok();
        assert_eq!(told["data"].as_array().unwrap().iter().filter(|line| line["kind"] == "email.unsubscribed").count(), 1, "{told}");
    }

    async fn a_killed_server_writes_each_letter_once(app: TestApp) {
        let Some(office) = PostOffice::open() else { return };
        let ana = app.ana();
        let day = json!([["00:00", "24:00"]]);
        let hours = json!({ "mon": day, "tue": day, "wed": day, "thu": day, "fri": day, "sat": day, "sun": day });
        ana.post("/calendars", json!({ "name": "Always", "time_zone": "UTC", "hours": hours, "is_default": true })).await.created();
        let own = mailbox(&app, office.imap(), office.smtp()).await;
        ana.patch(&format!("/mailboxes/{own}"), json!({ "sequence_letters": 2000 })).await.ok();
        let words = template(&ana, "Bread", "Fresh.").await;
        let spring = id(&ana.post("/mail_sequences", json!({ "name": "Spring", "sends_from": "00:00", "sends_until": "24:00" })).await.created());
        ana.put(&format!("/mail_sequences/{spring}/steps"), json!({ "steps": [{ "kind": "mail", "template": words }, { "kind": "task", "subject": "Call" }] })).await.ok();
        const PEOPLE: usize = 40;
        for n in 0..PEOPLE {
            ana.post("/contacts", json!({ "last_name": format!("C{n}"), "email": format!("ben+{n}@rapport.test") })).await.created();
        }
        let put = ana.post(&format!("/mail_sequences/{spring}/people"), json!({ "object": "contact", "filter": "email contains \"ben\"" })).await.ok();
        assert_eq!(put["enrolled"], PEOPLE, "{put}");
        std::fs::write(app.folder().join("rapport.toml"), "source_hosts = [\"127.0.0.1\"]\n").unwrap();
        let start = || {
            let place = ["serve", "--listen", "127.0.0.1:0"];
            Program::started(testkit::command(Path::new(env!("CARGO_BIN_EXE_rapport")), app.folder(), &app.target(), &place))
        };
        for until in [5, 15] {
            let program = start();
            testkit::eventually(async || office.letters("ben", "").len() >= until).await;
            program.kill();
        }
        // Whatever a dead one held is free when its lease has ended.
        app.pass_ms(20 * 366 * DAY_MS);
        let app = app.reopened();
        go_on(&app).await;
        testkit::eventually(async || office.letters("ben", "").len() >= PEOPLE).await;
        // The tasks behind the letters that had not gone.
        app.pass_ms(11 * 60 * 1000);
        go_on(&app).await;
        let mut letters: Vec<(String, String)> = office
            .letters("ben", "")
            .iter()
            .filter_map(|raw| mime::read(raw.as_bytes()))
            .map(|mail| (mail.to[0].address.clone(), mail.message_id.unwrap()))
            .collect();
        // Handed over and killed before it was noted, a letter goes again under its id; programs of mail keep one.
        letters.sort();
        letters.dedup();
        assert_eq!(letters.len(), PEOPLE, "one letter for each");
        let mut people: Vec<&String> = letters.iter().map(|(to, _)| to).collect();
        people.dedup();
        assert_eq!(people.len(), PEOPLE, "each somebody else's");
        let tasks = app.ana().get("/activities?limit=200").await.ok();
        assert_eq!(tasks["data"].as_array().unwrap().len(), PEOPLE, "{tasks}");
    }

    async fn a_letter_is_in_its_receivers_language_and_a_thread_is_somebodys_to_answer(app: TestApp) {
        let Some(office) = PostOffice::open() else { return };
        let ana = app.ana();
        let words = template(&ana, "Bread", "Dear {contact.first_name}").await;
        let texts = format!("/mail_templates/{words}/texts");
        ana.put(&texts, json!({ "texts": [{ "language": "ro", "subject": "Pâine", "body": "{contact.nobody}" }] })).await.refused_with(422, "unknown_field");
        ana.put(&texts, json!({ "texts": [{ "language": "en", "body": "x" }] })).await.refused_with(422, "taken");
        ana.put(&texts, json!({ "texts": [{ "language": "ro", "subject": "Pâine", "body": "Dragă {contact.first_name}" }, { "language": "zh", "subject": "面包", "body": "{contact.first_name}，您好" }] })).await.ok();
        let fill = format!("/mail_templates/{words}/fill");
        for (language, subject) in [(Some("ro"), "Pâine"), (Some("zh-CN"), "面包"), (Some("fr"), "Bread"), (None, "Bread")] {
            let person = id(&ana.post("/contacts", json!({ "first_name": "Ion", "language": language })).await.created());
            let filled = ana.post(&fill, json!({ "object": "contact", "id": person })).await.ok();
            assert_eq!(filled["subject"], subject, "{language:?}: {filled}");
        }
        assert_eq!(ana.post(&fill, json!({ "language": "ro" })).await.ok()["subject"], "Pâine", "a look at it in a language of one's choice");

        let (ben, ben_id) = app.colleague_with_id("Ben", json!({ "objects": { "contact": { "read": "all" } } })).await;
        let team = id(&ana.post("/teams", json!({ "name": "Sales" })).await.created());
        for user in [app.ana_id(), ben_id] {
            ana.patch(&format!("/users/{user}"), json!({ "teams": [team] })).await.ok();
        }
        let own = mailbox(&app, office.imap(), office.smtp()).await;
        let vlad = id(&ana.post("/contacts", json!({ "last_name": "Rusu", "email": "vlad@bakery.example" })).await.created());
        office.post("ana", "From: vlad@bakery.example\nTo: ana@rapport.test\nSubject: Oven\nMessage-ID: <one@elsewhere.example>\n\nHow much?\n");
        app.pass_ms(2 * 60 * 1000);
        app.read_mail().await;
        let thread = id(&ana.get(&format!("/contacts/{vlad}/mail")).await.ok()["data"][0]);
        let place = format!("/mail/threads/{thread}");
        ana.patch(&place, json!({ "assigned": ben_id })).await.refused_with(422, "unknown_option");
        ana.patch(&format!("/mailboxes/{own}"), json!({ "team": team })).await.ok();
        ana.patch(&place, json!({ "assigned": ben_id })).await.nothing();
        assert_eq!(ana.get(&place).await.ok()["assigned"]["id"], ben_id.to_string());
        let told = ben.get("/me/notifications").await.ok();
        assert!(told["data"].as_array().unwrap().iter().any(|notice| notice["kind"] == "assigned" && notice["record"]["id"] == vlad), "{told}");
        assert_eq!(ben.get("/mail/threads?mine=true").await.ok()["data"].as_array().unwrap().len(), 1);
        ben.patch(&place, json!({ "assigned": null })).await.nothing();
        assert_eq!(ana.get(&place).await.ok()["assigned"], Value::Null);
    }
}
