//! Mail that goes out: what is committed is sent, at least once and under one id; what is not is never sent; and the report of
//! data quality, which comes by it.

use std::path::Path;

use channels::{HeaderText, Letter, outbox};
use consolidation::quality::letters;
use foundation::access::Principal;
use kernel::{Error, Time};
use serde_json::{Value, json};
use testkit::{Database, MailBox, Program, TestApp, eventually, on_both};

const MINUTE_MS: i64 = 60 * 1000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;

/// The letters that are due by the hour are written; answers how many.
async fn write_due(app: &TestApp) -> usize {
    let app = app.app().clone();
    tokio::task::spawn_blocking(move || letters::queue_due(&app)).await.unwrap().unwrap()
}

async fn listed(app: &TestApp, state: &str) -> Vec<Value> {
    let program = app.program().await;
    program.get(&format!("/outbox?state={state}")).await.ok()["data"].as_array().cloned().unwrap()
}

fn letter(at: Time) -> Letter {
    Letter {
        to_name: HeaderText::new("Ana Pop"),
        to: HeaderText::new("ana@rapport.test"),
        subject: HeaderText::new("Hello"),
        text: "A word of mine".into(),
        html: "<p>A word of mine</p>".into(),
        attachments: Vec::new(),
        written_at: at,
        sender: None,
    }
}

async fn leave_a_letter(app: &TestApp) {
    let test = Principal::system("test");
    let put = app.app().write(&test, |op| {
        let letter = letter(op.now);
        outbox::put(op, "test", None, &letter)
    });
    put.await.unwrap();
}

on_both! {
    async fn a_letter_goes_out_once_and_its_words_are_not_kept(app: TestApp) {
        let mail = MailBox::new();
        let app = app.mailing_by(&mail);
        app.ana().post("/contacts", json!({ "last_name": "Rusu" })).await.created();
        app.ana().post("/quality/measure", json!({})).await.accepted();
        app.run_jobs().await;
        app.ana().post("/quality/letters", json!({})).await.accepted();
        assert!(mail.taken().is_empty(), "nothing goes out before somebody sends it");
        let waiting = listed(&app, "waiting").await;
        assert_eq!((&waiting[0]["to"], &waiting[0]["attempts"]), (&json!("ana@rapport.test"), &json!(0)), "{waiting:?}");

        let (one, other) = tokio::join!(app.send_due(), app.send_due());
        assert_eq!(one + other, 1, "two that send at once send it once");
        assert_eq!(app.send_due().await, 0);
        let taken = mail.taken();
        assert_eq!(taken.len(), 1);
        assert_eq!(taken[0].to, ["ana@rapport.test"]);
        assert_eq!(taken[0].header("From"), Some("Rapport <crm@rapport.test>"));
        assert_eq!(taken[0].header("Auto-Submitted"), Some("auto-generated"));
        let text = &taken[0].text;
        assert!(taken[0].header("Subject").is_some_and(|subject| subject.starts_with("Data quality: ")), "{text}");
        assert!(text.contains("Missing: Email: 1 / 1 (100.00 %)"), "as text: {text}");
        assert!(text.contains("<a href=\"http://rapport.test/o/contacts?f=email%20is%20empty\""), "with its rows: {text}");

        let sent = listed(&app, "sent").await;
        assert_eq!((&sent[0]["to"], &sent[0]["subject"], &sent[0]["attempts"]), (&Value::Null, &Value::Null, &json!(1)));
        let tidy = Principal::system("tidy");
        let left = app.app().read(&tidy, |reader| reader.tx.one("select 1 from outbox where sealed is not null", &[]));
        assert!(left.await.unwrap().is_none(), "what a letter said goes with it");
        app.pass_ms(31 * DAY_MS);
        app.app().write(&tidy, outbox::forget_old).await.unwrap();
        assert!(listed(&app, "sent").await.is_empty());
    }

    async fn what_is_rolled_back_is_never_sent(app: TestApp) {
        let mail = MailBox::new();
        let app = app.mailing_by(&mail);
        let test = Principal::system("test");
        let refused = app.app().write(&test, |op| {
            let letter = letter(op.now);
            outbox::put(op, "test", None, &letter)?;
            Err::<(), _>(Error::conflict("conflict", "something stood against it"))
        });
        assert!(refused.await.is_err());
        assert_eq!(app.send_due().await, 0);
        leave_a_letter(&app).await;
        assert_eq!(app.send_due().await, 1);
        assert_eq!(mail.taken().len(), 1);
    }

    async fn a_server_that_was_away_gets_its_letters_when_it_is_back(app: TestApp) {
        let mut mail = MailBox::new();
        let app = app.mailing_by(&mail);
        app.ana().post("/quality/letters", json!({})).await.accepted();
        mail.go_away();
        assert_eq!(app.send_due().await, 0);
        let waiting = listed(&app, "waiting").await;
        assert_eq!(waiting[0]["attempts"], 1);
        assert!(waiting[0]["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{waiting:?}");
        assert_eq!(app.send_due().await, 0);
        assert_eq!(listed(&app, "waiting").await[0]["attempts"], 1, "it is not knocked at without a pause");

        mail.come_back();
        app.pass_ms(2 * MINUTE_MS);
        assert_eq!(app.send_due().await, 1);
        assert_eq!(mail.taken().len(), 1);

        // One that stays away for days is given up, and can be tried again.
        leave_a_letter(&app).await;
        mail.go_away();
        app.send_due().await;
        app.pass_ms(3 * DAY_MS);
        app.send_due().await;
        let given_up = listed(&app, "given_up").await;
        assert_eq!((&given_up[0]["code"], &given_up[0]["attempts"]), (&json!("too_long"), &json!(2)), "{given_up:?}");
        mail.come_back();
        let program = app.program().await;
        let path = format!("/outbox/{}", given_up[0]["id"].as_str().unwrap());
        program.send("POST", &format!("{path}/retry"), axum::body::Body::empty()).await.nothing();
        assert_eq!(app.send_due().await, 1);
        program.delete(&path).await.refused(404);
    }

    async fn a_recipient_who_is_refused_is_given_up_with_a_reason_that_an_administrator_sees(app: TestApp) {
        let mail = MailBox::new();
        let app = app.mailing_by(&mail);
        mail.refuse("ana@rapport.test");
        app.ana().post("/quality/letters", json!({})).await.accepted();
        assert_eq!(app.send_due().await, 0);
        let shown = app.ana().get("/outbox").await.ok();
        let told = &shown["data"][0];
        assert_eq!((&told["state"], &told["code"]), (&json!("given_up"), &json!("refused")), "{shown}");
        assert!(told["detail"].as_str().is_some_and(|detail| detail.contains("there is nobody of that name")), "{shown}");
        assert_eq!(shown["counts"], json!({ "waiting": 0, "given_up": 1 }));
        assert!(!shown.to_string().contains("password"), "{shown}");
        let boris = app.colleague("Boris", json!({ "objects": { "contact": { "read": "all" } } })).await;
        boris.get("/outbox").await.refused(403);
        boris.delete(&format!("/outbox/{}", told["id"].as_str().unwrap())).await.refused(403);

        app.pass_ms(10 * DAY_MS);
        assert_eq!(app.send_due().await, 0, "it is not tried again by itself");
        let program = app.program().await;
        program.delete(&format!("/outbox/{}", told["id"].as_str().unwrap())).await.nothing();
        assert!(listed(&app, "given_up").await.is_empty());
    }

    async fn who_left_meanwhile_gets_nothing(app: TestApp) {
        let mail = MailBox::new();
        let app = app.mailing_by(&mail);
        let (boris, id) = app.colleague_with_id("Boris", json!({ "objects": { "contact": { "read": "all" } } })).await;
        boris.put("/quality/subscription", json!({ "every": "day", "hour": 13 })).await.ok();
        boris.post("/quality/letters", json!({})).await.accepted();
        app.ana().patch(&format!("/users/{id}"), json!({ "is_active": false })).await.ok();
        assert_eq!(app.send_due().await, 0);
        assert_eq!(listed(&app, "given_up").await[0]["code"], "left");
        app.pass_ms(DAY_MS);
        assert_eq!(write_due(&app).await, 0, "nor are letters written that they asked for");
        assert!(mail.taken().is_empty());
    }

    async fn a_letter_that_was_taken_but_not_noted_goes_again_under_the_same_id(app: TestApp) {
        let mail = MailBox::new();
        let app = app.mailing_by(&mail);
        app.ana().post("/quality/letters", json!({})).await.accepted();
        let started = || {
            let mut command = testkit::command(
                Path::new(env!("CARGO_BIN_EXE_rapport")),
                app.folder(),
                &app.target(),
                &["serve", "--listen", "127.0.0.1:0"],
            );
            command.env("RAPPORT_MAIL_URL", mail.url()).env("RAPPORT_MAIL_FROM", "Rapport <crm@rapport.test>");
            Program::started(command)
        };
        mail.be_silent(true);
        let program = started();
        eventually(async || mail.taken().len() == 1).await;
        program.kill();
        mail.be_silent(false);
        match app.database() {
            // The only server of a folder knows at its start that nobody holds a letter.
            Database::Sqlite => {
                let program = started();
                eventually(async || mail.taken().len() == 2).await;
                assert_eq!(program.stop(), Some(0));
            }
            // Of several servers another one takes it when the lease has ended.
            Database::Postgres => {
                assert_eq!(app.send_due().await, 0);
                app.pass_ms(20 * 366 * DAY_MS);
                assert_eq!(app.send_due().await, 1);
            }
        }
        let ids: Vec<String> = mail.taken().iter().map(|taken| taken.header("Message-ID").unwrap().to_string()).collect();
        assert_eq!(ids.len(), 2);
        assert_eq!(ids[0], ids[1], "whoever gets it twice keeps one");
        assert!(ids[0].ends_with("@rapport.test>"), "{ids:?}");
    }

    async fn the_report_comes_each_week_at_the_readers_hour_in_their_language_and_under_their_rights(app: TestApp) {
        let mail = MailBox::new();
        let app = app.mailing_by(&mail);
        app.ana().post("/contacts", json!({ "last_name": "Rusu" })).await.created();
        app.ana().post("/companies", json!({ "name": "Acme" })).await.created();
        app.ana().post("/quality/measure", json!({})).await.accepted();
        app.run_jobs().await;
        let (boris, id) = app.colleague_with_id("Boris", json!({ "objects": { "contact": { "read": "all", "fields": { "phone": "hidden" } } } })).await;
        app.ana().patch(&format!("/users/{id}"), json!({ "language": "ro", "time_zone": "Europe/Bucharest" })).await.ok();

        assert_eq!(boris.get("/quality/subscription").await.ok()["subscription"], Value::Null);
        let asked = boris.put("/quality/subscription", json!({ "every": "week", "weekday": 1, "hour": 8 })).await.ok();
        assert_eq!((&asked["mail"], &asked["zone"], &asked["email"]), (&json!(true), &json!("Europe/Bucharest"), &json!("boris@rapport.test")));
        assert_eq!(asked["subscription"]["next_at"], "2026-06-22T05:00:00.000Z", "eight in Bucharest: {asked}");
        boris.put("/quality/subscription", json!({ "every": "week", "weekday": 8, "hour": 8 })).await.refused_with(422, "range");
        boris.put("/quality/subscription", json!({ "every": "day", "hour": 24 })).await.refused_with(422, "range");
        assert_eq!(boris.get("/quality/subscription").await.ok(), asked, "what was refused changed nothing");

        app.pass_ms(2 * DAY_MS);
        assert_eq!(write_due(&app).await, 0, "it is Sunday");
        app.pass_ms(DAY_MS);
        let (one, other) = tokio::join!(write_due(&app), write_due(&app));
        assert_eq!(one + other, 1, "of two servers one writes it");
        app.send_due().await;
        let taken = mail.taken();
        assert_eq!(taken.len(), 1);
        let text = &taken[0].text;
        assert!(taken[0].header("Subject").is_some_and(|subject| subject.starts_with("Calitatea datelor")), "{text}");
        assert!(text.contains("o/contacts?f=email%20is%20empty"), "{text}");
        assert!(!text.contains("phone") && !text.contains("/o/companies"), "only what Boris may see: {text}");

        // However long the server was off, one letter makes up for it.
        app.pass_ms(30 * DAY_MS);
        assert_eq!(write_due(&app).await, 1);
        assert_eq!(write_due(&app).await, 0);
        app.send_due().await;
        assert_eq!(mail.taken().len(), 2);
    }

    async fn who_asked_for_letters_can_end_them(app: TestApp) {
        let mail = MailBox::new();
        let app = app.mailing_by(&mail);
        let ana = app.ana();
        ana.put("/quality/subscription", json!({ "every": "day", "hour": 13 })).await.ok();
        ana.delete("/quality/subscription").await.nothing();
        ana.delete("/quality/subscription").await.nothing();
        assert_eq!(ana.get("/quality/subscription").await.ok()["subscription"], Value::Null);
        app.pass_ms(DAY_MS);
        assert_eq!(write_due(&app).await, 0);
        app.stranger().get("/quality/subscription").await.refused(401);
        let program = app.program().await;
        program.put("/quality/subscription", json!({ "every": "day", "hour": 13 })).await.refused_with(409, "mail.no_address");
    }

    async fn without_mail_nothing_is_promised(app: TestApp) {
        let ana = app.ana();
        assert_eq!(ana.get("/quality/subscription").await.ok()["mail"], false);
        ana.put("/quality/subscription", json!({ "every": "day", "hour": 13 })).await.refused_with(409, "mail.not_configured");
        ana.post("/quality/letters", json!({})).await.refused_with(409, "mail.not_configured");
        let shown = ana.get("/outbox").await.ok();
        assert_eq!((&shown["channels"][0]["is_set_up"], &shown["data"]), (&json!(false), &json!([])));
    }

    async fn the_doctor_speaks_with_the_mail_server(app: TestApp) {
        let mut mail = MailBox::new();
        let ask = |url: &str, from: &str| {
            let arguments = ["doctor", "--mail-url", url, "--mail-from", from];
            let output = Program::run(Path::new(env!("CARGO_BIN_EXE_rapport")), app.folder(), &app.target(), &arguments);
            let said = [output.stdout, output.stderr].concat();
            (output.status.code(), String::from_utf8_lossy(&said).into_owned())
        };
        let from = "Rapport <crm@rapport.test>";
        let (code, said) = ask(&mail.url(), from);
        assert_eq!(code, Some(0), "{said}");
        assert!(said.contains("mail           smtp://127.0.0.1:") && !said.contains("a%20password"), "{said}");
        mail.go_away();
        let (code, said) = ask(&mail.url(), from);
        assert!(code == Some(1) && said.contains("no mail can go out"), "{said}");
        let (code, said) = ask(&mail.url().replace("a%20password", "another"), "nobody");
        assert!(code == Some(1) && said.contains("`from` must be an address") && !said.contains("another"), "{said}");
    }
}
