//! Reports by mail: what was asked for, when it was asked for, once, in the language of who gets it and with the rights of whose
//! report it is. The clock stands at noon of Friday 19 June 2026.

use serde_json::{Value, json};
use testkit::{Client, MailBox, TestApp, on_both};

const HOUR_MS: i64 = 60 * 60 * 1000;
const DAY_MS: i64 = 24 * HOUR_MS;

fn id(record: &Value) -> &str {
    record["id"].as_str().unwrap()
}

/// Rings what is due and does what it asks for; answers how many letters went.
async fn sent(app: &TestApp) -> usize {
    app.ring_timers().await;
    app.run_jobs().await;
    app.send_due().await
}

async fn won(client: &Client, name: &str) {
    let deal = json!({ "name": name, "status": "won", "engaged_on": "2026-06-08", "closed_on": "2026-06-10", "amount": { "amount": 500_000, "currency": "EUR" } });
    client.post("/deals", deal).await.created();
}

async fn runs(client: &Client, report: &Value) -> Vec<Value> {
    client.get(&format!("/analytics/reports/{}/runs", id(report))).await.ok()["data"].as_array().unwrap().clone()
}

on_both! {
    async fn a_report_goes_out_at_its_hour_once_with_the_figures_and_the_same_on_paper(app: TestApp) {
        let server = MailBox::new();
        let app = app.mailing_by(&server);
        let ana = app.ana();
        won(&ana, "Won").await;
        let report = json!({ "name": "Sales of the week", "what": "sales", "every": "week", "on_day": 1, "at_hour": 8, "zone": "Europe/Bucharest", "addresses": "board@example.com", "people": [app.ana_id()], "language": "ro" });
        let report = ana.post("/reports", report).await.created();
        assert_eq!(sent(&app).await, 0, "it is Friday");
        // Monday at eight in Bucharest is five in UTC while clocks there show summer time.
        app.pass_ms(2 * DAY_MS + 16 * HOUR_MS);
        assert_eq!(sent(&app).await, 0, "an hour before");
        app.pass_ms(HOUR_MS);
        assert_eq!(sent(&app).await, 2, "to a colleague and to an address outside");
        assert_eq!(sent(&app).await, 0, "once");
        let letters = server.taken();
        let to = |address: &str| letters.iter().find(|letter| letter.header("To").is_some_and(|to| to.contains(address))).unwrap();
        let (inside, outside) = (to("ana@rapport.test"), to("board@example.com"));
        assert!(inside.text.contains("15 Jun 2026"), "{}", inside.text);
        assert!(outside.text.contains("15.06.2026"), "in the language of who gets it: {}", outside.text);
        assert!(inside.text.contains("application/pdf") && inside.text.contains("JVBERi0"), "the paper goes with it");

        // Whoever was signed in is not any more after so many days.
        let app = app.mailing_by(&server);
        let seen = runs(&app.ana(), &report).await;
        assert_eq!((seen.len(), &seen[0]["state"], seen[0]["letters"].as_array().unwrap().len()), (1, &json!("sent"), 2), "{seen:?}");
        assert_eq!(seen[0]["letters"][0]["state"], "sent");
        let in_english = seen[0]["letters"].as_array().unwrap().iter().find(|letter| letter["language"] == "en").unwrap();
        assert!(in_english["body"].as_str().unwrap().contains("Deals closed"), "{seen:?}");
        app.pass_ms(7 * DAY_MS);
        assert_eq!(sent(&app).await, 2, "and a week later again");
        let app = app.mailing_by(&server);
        app.ana().patch(&format!("/reports/{}", id(&report)), json!({ "is_on": false })).await.ok();
        app.pass_ms(14 * DAY_MS);
        assert_eq!(sent(&app).await, 0, "it was turned off");
    }

    async fn a_report_says_what_its_owner_may_see_on_that_day(app: TestApp) {
        let server = MailBox::new();
        let app = app.mailing_by(&server);
        let ana = app.ana();
        won(&ana, "Large").await;
        let role = json!({ "objects": { "deal": { "read": "all" }, "contact": { "read": "all" }, "user": { "read": "all" }, "view": { "read": "all", "create": true }, "report": { "read": "all", "create": true, "update": "own" } } });
        let (boris, boris_id) = app.colleague_with_id("Boris", role).await;
        let view = json!({ "name": "Won deals", "object_name": "deal", "config": { "filter": "status = \"won\"", "columns": "amount,closed_on" } });
        let view = boris.post("/views", view).await.created();
        let report = json!({ "name": "Won", "what": "view", "saved_view": id(&view), "every": "day", "at_hour": 13, "people": [app.ana_id()], "addresses": "out@example.com", "visibility": "everyone" });
        let report = boris.post("/reports", report).await.created();
        app.pass_ms(HOUR_MS);
        assert_eq!(sent(&app).await, 1, "who may not export sends nothing outside");
        let seen = runs(&app.ana(), &report).await;
        assert_eq!(seen[0]["letters"][0]["body"], Value::Null, "what names records is not kept beside them");
        assert!(server.taken()[0].text.contains("Large"));

        let ana = app.ana();
        let roles = ana.get(&format!("/users/{boris_id}/roles")).await.ok();
        let role = roles["data"][0]["id"].as_str().unwrap();
        ana.patch(&format!("/roles/{role}"), json!({ "body": { "objects": { "report": { "read": "all" }, "view": { "read": "all" } } } })).await.ok();
        app.pass_ms(DAY_MS);
        assert_eq!(sent(&app).await, 0);
        let app = app.mailing_by(&server);
        assert_eq!(runs(&app.ana(), &report).await[0]["state"], "no_right", "what may not be seen any more is not sent any more");
    }

    async fn a_report_is_sent_now_and_printed_as_it_would_be_sent(app: TestApp) {
        let server = MailBox::new();
        let app = app.mailing_by(&server);
        let ana = app.ana();
        won(&ana, "Won").await;
        let config = json!({ "period": "last_30_days", "cards": [
            { "id": "a", "kind": "kpi", "kpi": "deals_closed", "x": 0, "y": 0, "w": 3, "h": 2 },
            { "id": "b", "kind": "groups", "kpi": "deals_closed", "by": "owner", "x": 0, "y": 2, "w": 4, "h": 5 },
            { "id": "c", "kind": "cohorts", "x": 4, "y": 2, "w": 4, "h": 5 },
        ] });
        let board = ana.post("/dashboards", json!({ "name": "Board", "config": config })).await.created();
        let report = ana.post("/reports", json!({ "name": "The board", "what": "dashboard", "dashboard": id(&board) })).await.created();
        let path = format!("/analytics/reports/{}", id(&report));
        let printed = ana.get(&format!("{path}/report.pdf")).await;
        assert_eq!(printed.header("content-type"), Some("application/pdf"));
        ana.post(&format!("{path}/letters"), json!({})).await.accepted();
        app.run_jobs().await;
        assert_eq!(app.send_due().await, 1, "to its owner where nobody is named");
        let letter = &server.taken()[0];
        assert!(letter.text.contains("shown on the page only"), "{}", letter.text);
        let boris = app.colleague("Boris", json!({ "objects": { "report": { "read": "all" } } })).await;
        boris.post(&format!("{path}/letters"), json!({})).await.refused(404);
    }

    async fn a_report_that_cannot_be_is_refused(app: TestApp) {
        let ana = app.ana();
        let refused = async |report: Value, code: &str| {
            ana.post("/reports", report).await.refused_with(422, code);
        };
        refused(json!({ "name": "No view", "what": "view" }), "required").await;
        refused(json!({ "name": "Hour", "at_hour": 24 }), "range").await;
        refused(json!({ "name": "Day", "every": "week", "on_day": 8 }), "range").await;
        refused(json!({ "name": "Zone", "zone": "Mars/Base" }), "unknown_option").await;
        refused(json!({ "name": "Address", "addresses": "nobody" }), "not_an_email").await;
        assert_eq!(ana.get("/reports").await.ok()["data"], json!([]), "nothing is written");
        let report = ana.post("/reports", json!({ "name": "No mail" })).await.created();
        ana.post(&format!("/analytics/reports/{}/letters", id(&report)), json!({})).await.refused_with(409, "mail.not_configured");
    }
}
