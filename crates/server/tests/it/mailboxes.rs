//! Mailboxes, read by IMAP and written by SMTP: real letters over a real Dovecot and a real Exim. Once and in their place
//! whatever happens to the server, and only before the eyes they are for.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use kernel::Id;
use serde_json::{Value, json};
use testkit::{Answer, Client, PostOffice, Program, TestApp, on_both};

const MINUTE_MS: i64 = 60 * 1000;

fn letter(from: &str, id: &str, more: &str, subject: &str, text: &str) -> String {
    format!(
        "From: {from}\nTo: ana@rapport.test\nSubject: {subject}\nMessage-ID: <{id}@elsewhere.example>\n{more}\n{text}\n"
    )
}

fn body(office: &PostOffice, who: &str, owner: Id) -> Value {
    json!({
        "name": format!("Mail of {who}"), "address": format!("{who}@rapport.test"), "from_name": "Ana of Rapport", "owner": owner,
        "imap_host": "127.0.0.1", "imap_port": office.imap(), "imap_security": "none",
        "smtp_host": "127.0.0.1", "smtp_port": office.smtp(), "smtp_security": "none", "since": "2026-01-01",
    })
}

async fn mailbox(app: &TestApp, office: &PostOffice) -> String {
    let made = app.ana().post("/mailboxes", body(office, "ana", app.ana_id())).await.created();
    let id = made["id"].as_str().unwrap().to_string();
    app.ana().put(&format!("/mailboxes/{id}/secret"), json!({ "secret": "secret" })).await.nothing();
    id
}

async fn read(app: &TestApp) {
    app.pass_ms(2 * MINUTE_MS);
    app.read_mail().await;
}

/// A call without a body.
async fn press(who: &Client, path: &str) -> Answer {
    who.send("POST", path, axum::body::Body::empty()).await
}

async fn threads(who: &Client) -> Vec<Value> {
    who.get("/mail/threads?state=all").await.ok()["data"].as_array().cloned().unwrap()
}

async fn folder(app: &TestApp, name: &str) -> Value {
    let boxes = app.ana().get("/mail/mailboxes").await.ok();
    let folders = boxes["data"][0]["folders"].as_array().cloned().unwrap();
    folders.into_iter().find(|folder| folder["name"] == name).unwrap_or_else(|| panic!("{boxes}"))
}

on_both! {
    async fn servers_are_tried_before_anything_is_kept(app: TestApp) {
        let Some(office) = PostOffice::open() else { return };
        let mut asked = json!({
            "imap_host": "127.0.0.1", "imap_port": office.imap(), "imap_security": "none",
            "smtp_host": "127.0.0.1", "smtp_port": office.smtp(), "smtp_security": "none",
            "login": "ana@rapport.test", "secret": "secret",
        });
        let said = app.ana().post("/mail/try", asked.clone()).await.ok();
        assert_eq!((&said["imap"]["ok"], &said["imap"]["idle"], &said["smtp"]["ok"]), (&json!(true), &json!(true), &json!(true)), "{said}");
        let roles: Vec<&str> = said["imap"]["folders"].as_array().unwrap().iter().filter_map(|f| f["role"].as_str()).collect();
        assert!(roles.contains(&"inbox") && roles.contains(&"sent"), "{said}");

        asked["secret"] = json!("wrong");
        let said = app.ana().post("/mail/try", asked.clone()).await.ok();
        assert_eq!((&said["imap"]["code"], &said["smtp"]["code"]), (&json!("sign_in"), &json!("sign_in")), "{said}");
        asked["imap_security"] = json!("tls");
        asked["smtp_port"] = json!(1);
        let said = app.ana().post("/mail/try", asked.clone()).await.ok();
        assert_eq!((&said["imap"]["code"], &said["smtp"]["code"]), (&json!("tls"), &json!("unreachable")), "{said}");
        asked["imap_host"] = json!("10.0.0.1");
        let said = app.ana().post("/mail/try", asked).await.ok();
        assert_eq!(said["imap"]["code"], "address_refused", "not every address of the network is asked: {said}");
    }

    async fn a_letter_finds_its_customer_its_deal_and_its_thread(app: TestApp) {
        let Some(office) = PostOffice::open() else { return };
        let ana = app.ana();
        let vlad = ana.post("/contacts", json!({ "last_name": "Rusu", "email": "vlad@bakery.example" })).await.created();
        let deal = ana.post("/deals", json!({ "name": "Oven", "contact": vlad["id"] })).await.created();
        mailbox(&app, &office).await;
        office.post("ana", &letter("Vlad <Vlad@Bakery.example>", "one", "", "The oven", "How much is it?"));
        read(&app).await;
        office.post("ana", &letter("vlad@bakery.example", "two", "In-Reply-To: <one@elsewhere.example>\n", "Re: The oven", "And when?"));
        office.post("ana", &letter("vlad@bakery.example", "three", "", "Re: The oven", "Hello?"));
        office.post("ana", &letter("stranger@nowhere.example", "four", "", "Hello", "Who are you?"));
        read(&app).await;

        let all = threads(&ana).await;
        assert_eq!(all.len(), 2, "{all:?}");
        let thread = all.iter().find(|thread| thread["subject"] == "The oven").unwrap();
        assert_eq!((&thread["messages"], &thread["unread"]), (&json!(3), &json!(3)), "{thread}");
        assert_eq!((&thread["party"]["id"], &thread["deal"]["id"]), (&vlad["id"], &deal["id"]), "{thread}");
        let whole = ana.get(&format!("/mail/threads/{}", thread["id"].as_str().unwrap())).await.ok();
        let texts: Vec<&str> = whole["data"].as_array().unwrap().iter().filter_map(|m| m["text"].as_str()).map(str::trim).collect();
        assert_eq!(texts, ["How much is it?", "And when?", "Hello?"], "{whole}");
        for place in [format!("/contacts/{}", vlad["id"].as_str().unwrap()), format!("/deals/{}", deal["id"].as_str().unwrap())] {
            assert_eq!(ana.get(&format!("{place}/mail")).await.ok()["data"].as_array().unwrap().len(), 1, "{place}");
            testkit::eventually(async || {
                let told = ana.get(&format!("{place}/timeline")).await.ok();
                told["data"].as_array().unwrap().iter().filter(|line| line["kind"] == "mail.received").count() == 3
            })
            .await;
        }
        // A stranger is nobody until somebody says who they are.
        let stranger = all.iter().find(|thread| thread["subject"] == "Hello").unwrap();
        assert_eq!(stranger["party"], Value::Null);
        let place = format!("/mail/threads/{}", stranger["id"].as_str().unwrap());
        let lead = ana.post(&format!("{place}/party"), json!({ "new_lead": true })).await.ok();
        assert_eq!(ana.get(&place).await.ok()["party"]["id"], lead["id"]);
        let lead = ana.get(&format!("/leads/{}", lead["id"].as_str().unwrap())).await.ok();
        assert_eq!((&lead["email"], &lead["origin_medium"]), (&json!("stranger@nowhere.example"), &json!("mail")), "{lead}");
        ana.post(&format!("{place}/party"), json!({ "new_lead": true })).await.refused(409);
    }

    async fn the_same_letter_is_one_whatever_the_server_does(app: TestApp) {
        let Some(mut office) = PostOffice::open() else { return };
        mailbox(&app, &office).await;
        let first = letter("x@a.example", "one", "", "One", "1");
        office.post("ana", &first);
        office.post("ana", &first);
        read(&app).await;
        assert_eq!(threads(&app.ana()).await.len(), 1, "the same Message-ID twice");

        // Away for hours: each folder says so, is asked less and less, and goes on where it was.
        office.close();
        read(&app).await;
        let inbox = folder(&app, "INBOX").await;
        assert_eq!((&inbox["code"], &inbox["tries"]), (&json!("unreachable"), &json!(1)), "{inbox}");
        assert_eq!(app.read_mail().await, 0, "it is not knocked at without a pause");
        for _ in 0..4 {
            app.pass_ms(60 * MINUTE_MS);
            app.read_mail().await;
        }
        assert_eq!(folder(&app, "INBOX").await["tries"], 5);
        office.open_again();
        office.post("ana", &letter("x@a.example", "two", "", "Two", "2"));
        app.pass_ms(60 * MINUTE_MS);
        app.read_mail().await;
        assert_eq!(threads(&app.ana()).await.len(), 2);
        let inbox = folder(&app, "INBOX").await;
        assert_eq!((&inbox["code"], &inbox["next_at"], &inbox["taken"]), (&Value::Null, &Value::Null, &json!(3)), "{inbox}");

        // The server was moved: its ids mean other messages. What is known stays once, what is new comes.
        office.close();
        office.renumber("ana");
        office.open_again();
        office.post("ana", &letter("x@a.example", "three", "", "Three", "3"));
        read(&app).await;
        assert_eq!(threads(&app.ana()).await.len(), 3, "{}", office.log());
        assert_eq!(folder(&app, "INBOX").await["taken"], 4, "what is known is not fetched again");
    }

    async fn a_letter_that_nobody_can_read_is_put_aside_and_stops_none(app: TestApp) {
        let Some(office) = PostOffice::open() else { return };
        mailbox(&app, &office).await;
        office.drop_in("ana", "a", b"\n\nonly words, no header at all");
        office.drop_in("ana", "b", b"From: b@a.example\nSubject: =?utf-8?b?////\nContent-Type: multipart/mixed; boundary=\"x\"\n\n--x\nContent-Type: text/plain; charset=uft-8\nContent-Transfer-Encoding: base64\n\n!!!!\n--x");
        office.drop_in("ana", "c", letter("c@a.example", "fine", "", "Fine", "c").as_bytes());
        for _ in 0..3 {
            read(&app).await;
        }
        let boxes = app.ana().get("/mail/mailboxes").await.ok();
        let aside = boxes["data"][0]["aside"].as_array().cloned().unwrap();
        assert_eq!(aside.len(), 1, "{boxes}");
        assert_eq!(aside[0]["code"], "unreadable");
        assert_eq!(threads(&app.ana()).await.len(), 2, "those beside it are there");
        press(&app.ana(), &format!("/mail/aside/{}", aside[0]["id"].as_str().unwrap())).await.nothing();
        assert_eq!(app.ana().get("/mail/mailboxes").await.ok()["data"][0]["aside"], json!([]));
    }

    async fn who_reads_what_is_for_the_owner_to_say(app: TestApp) {
        let Some(office) = PostOffice::open() else { return };
        let ana = app.ana();
        let role = json!({ "objects": { "contact": { "read": "all" }, "mailbox": { "read": "own", "update": "own", "create": true } } });
        let (ben, ben_id) = app.colleague_with_id("Ben", role).await;
        let eve = app.colleague("Eve", json!({ "objects": { "deal": { "read": "all" } } })).await;
        let vlad = ana.post("/contacts", json!({ "last_name": "Rusu", "email": "vlad@bakery.example" })).await.created();
        let id = mailbox(&app, &office).await;
        office.post("ana", &letter("vlad@bakery.example", "one", "", "A secret", "Between us."));
        read(&app).await;
        let thread = threads(&ana).await[0]["id"].as_str().unwrap().to_string();
        let record = format!("/contacts/{}/mail", vlad["id"].as_str().unwrap());
        let message = ana.get(&format!("/mail/threads/{thread}")).await.ok()["data"][0]["id"].as_str().unwrap().to_string();
        assert!(threads(&ben).await.is_empty(), "an inbox is one's own");
        for (level, subject, text) in [("metadata", false, false), ("subject", true, false), ("all", true, true)] {
            ana.patch(&format!("/mailboxes/{id}"), json!({ "privacy": level })).await.ok();
            let line = ben.get(&record).await.ok()["data"][0].clone();
            assert_eq!((line["subject"].is_string(), line["words"].is_string()), (subject, text), "{level}: {line}");
            assert_eq!(line["with"]["address"], "vlad@bakery.example");
            let shown = ben.get(&format!("/mail/threads/{thread}")).await.ok();
            assert_eq!((shown["data"][0]["subject"].is_string(), shown["data"][0]["text"].is_string()), (subject, text), "{level}: {shown}");
            let page = ben.get(&format!("/mail/messages/{message}/html")).await;
            assert_eq!(page.status == 200, text, "{level}");
        }
        eve.get(&format!("/mail/threads/{thread}")).await.refused(404);
        eve.get(&record).await.refused(404);
        ben.patch(&format!("/mail/threads/{thread}"), json!({ "state": "done" })).await.refused(404);
        // Not even an administrator takes it for their own.
        let other = ben.post("/mailboxes", json!({
            "name": "Ben's", "address": "ben@rapport.test", "owner": ben_id,
            "imap_host": "127.0.0.1", "imap_port": office.imap(), "imap_security": "none",
            "smtp_host": "127.0.0.1", "smtp_port": office.smtp(), "smtp_security": "none",
        })).await.created();
        let place = format!("/mailboxes/{}", other["id"].as_str().unwrap());
        let refused = ana.patch(&place, json!({ "owner": app.ana_id() })).await.refused(422);
        assert_eq!(refused["errors"][0]["code"], "readonly_now", "{refused}");
        ana.patch(&place, json!({ "paused": true })).await.ok();
    }

    async fn a_reply_goes_by_ones_own_server_once_and_can_be_taken_back(app: TestApp) {
        let Some(office) = PostOffice::open() else { return };
        let ana = app.ana();
        ana.post("/contacts", json!({ "last_name": "Rusu", "email": "ben@rapport.test" })).await.created();
        let id = mailbox(&app, &office).await;
        office.post("ana", &letter("ben@rapport.test", "one", "", "The oven", "How much?"));
        read(&app).await;
        let thread = threads(&ana).await[0].clone();
        let place = format!("/mail/threads/{}", thread["id"].as_str().unwrap());
        let answered = ana.get(&place).await.ok()["data"][0]["id"].clone();
        let draft = json!({ "mailbox": id, "thread": thread["id"], "letter": {
            "to": [{ "address": "ben@rapport.test" }], "subject": "Re: The oven", "text": "Nine hundred.", "answers": answered,
        } });
        let draft = ana.post("/mail/drafts", draft).await.created();
        let letter = format!("/mail/drafts/{}", draft["id"].as_str().unwrap());
        assert_eq!(ana.get(&place).await.ok()["drafts"].as_array().unwrap().len(), 1, "kept as it is typed");
        ana.post(&format!("{letter}/send"), json!({})).await.ok();
        assert_eq!(app.send_due().await, 0, "there is a moment for second thoughts");
        press(&ana, &format!("{letter}/take-back")).await.ok();
        app.pass_ms(MINUTE_MS);
        assert_eq!(app.send_due().await, 0, "what is taken back does not go");
        ana.post(&format!("{letter}/send"), json!({})).await.ok();
        ana.put(&letter, json!({ "subject": "x" })).await.refused(409);
        app.pass_ms(11_000);
        let (one, other) = tokio::join!(app.send_due(), app.send_due());
        assert_eq!(one + other, 1);
        press(&ana, &format!("{letter}/take-back")).await.refused(404);

        let sent = office.letters("ana", "Sent");
        assert_eq!(sent.len(), 1, "{}", office.log());
        assert!(sent[0].contains("In-Reply-To: <one@elsewhere.example>") && sent[0].contains("From: \"Ana of Rapport\" <ana@rapport.test>"), "{}", sent[0]);
        testkit::eventually(async || office.letters("ben", "").len() == 1).await;
        read(&app).await;
        let shown = ana.get(&place).await.ok();
        assert_eq!((&shown["messages"], &shown["drafts"]), (&json!(2), &json!([])), "what lies in Sent is the same letter: {shown}");
        assert_eq!((&shown["data"][1]["direction"], &shown["data"][1]["state"]), (&json!("out"), &json!("sent")));
    }

    async fn machines_answer_nothing_and_what_comes_back_marks_its_address(app: TestApp) {
        let Some(office) = PostOffice::open() else { return };
        let ana = app.ana();
        let vlad = ana.post("/contacts", json!({ "last_name": "Rusu", "email": "vlad@bakery.example" })).await.created();
        let id = mailbox(&app, &office).await;
        office.post("ana", &letter("vlad@bakery.example", "away", "Auto-Submitted: auto-replied\n", "Automatic reply: Oven", "I am away."));
        office.post("ana", "From: mailer-daemon@bakery.example\nTo: ana@rapport.test\nSubject: Undelivered\nMessage-ID: <b@x.example>\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=\"x\"\n\n--x\nContent-Type: text/plain\n\nSorry.\n--x\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x.example\n\nFinal-Recipient: rfc822; vlad@bakery.example\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 no such user\n\n--x--\n");
        read(&app).await;
        let threads = threads(&ana).await;
        assert!(threads.iter().all(|thread| thread["has_answer"] == false), "{threads:?}");
        let draft = json!({ "mailbox": id, "letter": { "to": [{ "address": "vlad@bakery.example" }], "subject": "Oven", "text": "Hello" } });
        let draft = ana.post("/mail/drafts", draft).await.created();
        assert_eq!(draft["failing"], json!([{ "address": "vlad@bakery.example", "permanent": true }]), "{draft}");
        let place = format!("/contacts/{}/timeline", vlad["id"].as_str().unwrap());
        testkit::eventually(async || {
            let told = ana.get(&place).await.ok();
            told["data"].as_array().unwrap().iter().any(|line| line["kind"] == "mail.bounced")
        })
        .await;
    }

    async fn what_is_never_read_is_never_fetched_and_new_senders_may_become_leads(app: TestApp) {
        let Some(office) = PostOffice::open() else { return };
        let ana = app.ana();
        let id = mailbox(&app, &office).await;
        let campaign = ana.post("/campaigns", json!({ "name": "Spring" })).await.created();
        ana.patch(&format!("/mailboxes/{id}"), json!({ "never_reads": "bank.example, doctor@clinic.example", "new_senders": "lead" })).await.ok();
        office.post("ana", &letter("alerts@mail.bank.example", "one", "", "Your account", "-5"));
        office.post("ana", &letter("doctor@clinic.example", "two", "", "Results", "Fine"));
        let tagged = letter("Mia Lang <mia@shop.example>", "three", "", "Chairs", "Forty, please.");
        office.post("ana+spring", &tagged.replace("To: ana@", "To: ana+spring@"));
        read(&app).await;
        let all = threads(&ana).await;
        assert_eq!(all.len(), 1, "{all:?}");
        assert_eq!(folder(&app, "INBOX").await["skipped"], 2);
        let lead = ana.get(&format!("/leads/{}", all[0]["party"]["id"].as_str().unwrap())).await.ok();
        assert_eq!((&lead["first_name"], &lead["last_name"], &lead["campaign"]), (&json!("Mia"), &json!("Lang"), &campaign["id"]), "{lead}");
        assert_eq!((&lead["origin_phrase"], &lead["origin_campaign"]), (&json!("Chairs"), &json!("spring")), "{lead}");
    }

    async fn a_letter_is_there_at_once_where_the_server_tells_of_it(app: TestApp) {
        let Some(office) = PostOffice::open() else { return };
        mailbox(&app, &office).await;
        let stop = Arc::new(AtomicBool::new(false));
        let reading = {
            let (app, stop) = (app.app().clone(), stop.clone());
            std::thread::spawn(move || conversations::reading::keep_reading(&app, Vec::new(), &stop))
        };
        testkit::eventually(async || {
            let boxes = app.ana().get("/mail/mailboxes").await.ok();
            boxes["data"][0]["folders"].as_array().unwrap().iter().any(|folder| !folder["last_at"].is_null())
        })
        .await;
        // The clock stands still, so nothing is due: only the server's word brings it.
        for name in ["one", "two"] {
            office.post("ana", &letter("x@a.example", name, "", name, "Now"));
            testkit::eventually(async || threads(&app.ana()).await.iter().any(|thread| thread["subject"] == name)).await;
        }
        stop.store(true, Ordering::SeqCst);
        reading.join().unwrap();
    }

    async fn a_server_that_is_killed_while_it_reads_loses_no_letter_and_doubles_none(app: TestApp) {
        let Some(office) = PostOffice::open() else { return };
        mailbox(&app, &office).await;
        const LETTERS: i64 = 120;
        for n in 0..LETTERS {
            let one = letter("x@a.example", &format!("n{n}"), "", &format!("Letter {n}"), "Words");
            office.drop_in("ana", &format!("n{n}"), one.as_bytes());
        }
        // The program's clock is another than the story's: whoever looks signs in anew.
        let taken = async || {
            let boxes = app.reopened().ana().get("/mail/mailboxes").await.ok();
            let folders = boxes["data"][0]["folders"].as_array().cloned().unwrap();
            folders.iter().find(|folder| folder["name"] == "INBOX").map_or(0, |folder| folder["taken"].as_i64().unwrap())
        };
        std::fs::write(app.folder().join("rapport.toml"), "source_hosts = [\"127.0.0.1\"]\n").unwrap();
        let program = Program::started({
            let place = ["serve", "--listen", "127.0.0.1:0"];
            testkit::command(Path::new(env!("CARGO_BIN_EXE_rapport")), app.folder(), &app.target(), &place)
        });
        testkit::eventually(async || taken().await > 10).await;
        program.kill();
        let before = taken().await;
        // Another takes over when the lease of the dead one has ended.
        app.pass_ms(20 * 366 * 24 * 60 * MINUTE_MS);
        let app = app.reopened();
        app.read_mail().await;
        assert_eq!(taken().await, LETTERS, "{before} were there when it was killed");
        let mut seen = Vec::new();
        let mut next = String::new();
        loop {
            let page = app.ana().get(&format!("/mail/threads?limit=50{next}")).await.ok();
            seen.extend(page["data"].as_array().unwrap().iter().map(|thread| thread["subject"].as_str().unwrap().to_string()));
            match page["next"].as_str() {
                Some(place) => next = format!("&before={place}"),
                None => break,
            }
        }
        assert_eq!(i64::try_from(seen.len()).unwrap(), LETTERS);
        seen.sort();
        seen.dedup();
        assert_eq!(i64::try_from(seen.len()).unwrap(), LETTERS, "each once");
    }

    async fn a_template_says_what_its_reader_may_know_and_names_what_is_missing(app: TestApp) {
        let ana = app.ana();
        let firm = ana.post("/companies", json!({ "name": "Bakery" })).await.created();
        let vlad = json!({ "first_name": "Vlad", "last_name": "Rusu", "company": firm["id"] });
        let vlad = ana.post("/contacts", vlad).await.created();
        let deal = ana.post("/deals", json!({ "name": "Oven", "contact": vlad["id"] })).await.created();
        let body = "Dear {contact.first_name} of {company.name}, {deal.name}: {contact.job_title}. {me.name} {x}";
        ana.post("/mail_templates", json!({ "name": "Wrong", "body": "Dear {contact.nobody}" })).await.refused_with(422, "unknown_field");
        let made = ana.post("/mail_templates", json!({ "name": "Oven", "subject": "On {deal.name}", "body": body })).await.created();
        let place = format!("/mail_templates/{}/fill", made["id"].as_str().unwrap());
        let filled = ana.post(&place, json!({ "object": "deal", "id": deal["id"] })).await.ok();
        assert_eq!(filled["subject"], "On Oven");
        assert!(filled["text"].as_str().unwrap().starts_with("Dear Vlad of Bakery, Oven: . "), "{filled}");
        assert!(filled["text"].as_str().unwrap().ends_with(" {x}"), "other braces are words: {filled}");
        assert_eq!(filled["missing"], json!(["contact.job_title"]), "{filled}");
        let role = json!({ "objects": { "mail_template": { "read": "all" }, "deal": { "read": "all" }, "contact": { "read": "all", "fields": { "first_name": "hidden" } } } });
        let ben = app.colleague("Ben", role).await;
        let filled = ben.post(&place, json!({ "object": "deal", "id": deal["id"] })).await.ok();
        let text = filled["text"].as_str().unwrap();
        assert!(!text.contains("Vlad") && !text.contains("Bakery"), "{filled}");
        ben.post(&place, json!({ "object": "order", "id": deal["id"] })).await.refused(422);
        let eve = app.colleague("Eve", json!({ "objects": { "mail_template": { "read": "all" } } })).await;
        eve.post(&place, json!({ "object": "deal", "id": deal["id"] })).await.refused(404);
    }

    async fn a_page_of_others_runs_nothing_and_fetches_nothing_unasked(app: TestApp) {
        let Some(office) = PostOffice::open() else { return };
        mailbox(&app, &office).await;
        let picture = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
        let page = "<p onclick=\"x()\">Hello</p><script>x()</script><img src=\"https://tracker.example/p.gif\"><img src=\"cid:logo\">";
        let more = "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=\"x\"\n\n--x\nContent-Type: text/html\n\n";
        let rest = "\n--x\nContent-Type: image/png\nContent-ID: <logo>\nContent-Disposition: inline; filename=\"logo.png\"\nContent-Transfer-Encoding: base64\n\n";
        office.post("ana", &format!("From: x@a.example\nTo: ana@rapport.test\nSubject: Page\nMessage-ID: <p@a.example>\n{more}{page}{rest}{picture}\n--x--"));
        read(&app).await;
        let ana = app.ana();
        let thread = threads(&ana).await[0]["id"].as_str().unwrap().to_string();
        let message = ana.get(&format!("/mail/threads/{thread}")).await.ok()["data"][0].clone();
        assert_eq!(message["text"].as_str().map(str::trim), Some("Hello"), "{message}");
        let place = format!("/mail/messages/{}", message["id"].as_str().unwrap());
        assert_eq!(ana.get(&format!("{place}/html")).await.ok()["remote"], 1);
        let shown = ana.get(&format!("{place}/page")).await;
        let text = shown.text();
        assert!(!text.contains("onclick") && !text.contains("script") && !text.contains("tracker"), "{text}");
        assert!(text.contains(&format!("data:image/png;base64,{picture}")), "what came with it is in its place: {text}");
        let policy = shown.header("content-security-policy").unwrap();
        assert!(policy.contains("default-src 'none'") && policy.contains("sandbox") && !policy.contains("https:"), "{policy}");
        let shown = ana.get(&format!("{place}/page?remote=true")).await;
        assert!(shown.text().contains("https://tracker.example/p.gif"), "{}", shown.text());
        let part = message["enclosed"][0]["part"].as_u64().unwrap();
        let file = ana.get(&format!("{place}/files/{part}")).await;
        assert_eq!((file.header("content-type"), file.bytes.starts_with(b"\x89PNG")), (Some("application/octet-stream"), true));
        app.colleague("Eve", json!({ "objects": { "deal": { "read": "all" } } })).await.get(&format!("{place}/page")).await.refused(404);
    }
}
