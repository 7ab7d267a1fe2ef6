//! One sale from the first sign of interest to the order, through every part that has a hand in it: the form, points,
//! assignment, mail, a phone's calendar, the quote, whose authority it is, the customer's page, forecast and leaderboard.

use axum::body::Body;
use kernel::Id;
use serde_json::{Value, json};
use testkit::{Answer, Client, PostOffice, TestApp, eventually, on_both};

const MINUTE: i64 = 60_000;

fn id(record: &Value) -> String {
    record["id"].as_str().expect("an id").to_string()
}

fn eur(cents: i64) -> Value {
    json!({ "amount": cents, "currency": "EUR" })
}

/// What stands in a hidden field of a page.
fn hidden(page: &str, name: &str) -> String {
    let (_, rest) = page.split_once(&format!("name={name} value=\"")).expect("the field is there");
    rest.split('"').next().unwrap_or_default().replace("&quot;", "\"").replace("&amp;", "&").replace("&#39;", "'")
}

fn encoded(fields: &[(&str, &str)]) -> String {
    let safe = |text: &str| text.bytes().map(|byte| format!("%{byte:02x}")).collect::<String>();
    fields.iter().map(|(name, value)| format!("{}={}", safe(name), safe(value))).collect::<Vec<_>>().join("&")
}

/// Somebody without an account, at a browser.
fn visitor(app: &TestApp) -> Client {
    app.stranger().with("content-type", "application/x-www-form-urlencoded").with("user-agent", "Firefox")
}

async fn sent(app: &TestApp, path: &str, fields: &str) -> Answer {
    visitor(app).send("POST", path, Body::from(fields.to_string())).await
}

/// Boris, who sells, and Mara, whom he reports to and who may give discounts.
async fn people(app: &TestApp) -> ((Client, Id), (Client, Id)) {
    let own = json!({ "read": "own", "update": "own", "create": true });
    let all = json!({ "read": "all" });
    let role = json!({ "objects": {
        "lead": own, "deal": own, "quote": own, "contact": { "read": "all", "update": "all", "create": true },
        "quote_line": { "read": "where: quote.owner = me", "update": "all", "delete": "all", "create": true },
        "activity": { "read": "own", "update": "own", "create": true, "delete": "own" }, "mailbox": own,
        "company": { "read": "all", "create": true }, "product": all, "user": all, "team": all, "stage": all, "pipeline": all,
        "quota": own, "order": all,
    } });
    let boris = app.colleague_with_id("Boris", role.clone()).await;
    let mara = app.colleague_with_id("Mara", role).await;
    app.ana().patch(&format!("/users/{}", mara.1), json!({ "authority_level": 5 })).await.ok();
    app.ana().patch(&format!("/users/{}", boris.1), json!({ "manager": mara.1 })).await.ok();
    (boris, mara)
}

on_both! {
    async fn a_visitor_becomes_a_customer(app: TestApp) {
        let ana = app.ana();
        let ((boris, boris_id), (mara, _)) = people(&app).await;

        // Boris brings his phone.
        let key = json!({ "name": "Phone", "scopes": ["activities:write"] });
        let key = boris.post("/keys", key).await.created()["token"].as_str().expect("a token").to_string();
        let me = boris.get("/session").await.ok()["user"]["email"].as_str().unwrap().to_string();
        let basic = format!("Basic {}", foundation::access::encoding::base64(format!("{me}:{key}").as_bytes()));
        let phone = app.stranger().with("authorization", &basic);

        // The company's side: how deals go, what is sold, who gets leads, what needs whose word.
        let pipeline = id(&ana.post("/pipelines", json!({ "name": "New business", "is_default": true })).await.created());
        for (position, (name, kind)) in [("Talk", "open"), ("Won", "won"), ("Lost", "lost")].into_iter().enumerate() {
            let stage = json!({ "name": name, "kind": kind, "pipeline": pipeline, "position": position, "probability": 40 });
            ana.post("/stages", stage).await.created();
        }
        let bike = json!({ "name": "Bike", "price": eur(100_000), "cost": eur(60_000), "tax_percent": 19 });
        let bike = id(&ana.post("/products", bike).await.created());
        ana.post("/assignment_rules", json!({ "name": "From the site", "method": "person", "person": boris_id, "position": 1, "question": "source = \"web\"" })).await.created();
        let points = json!({ "rules": [{ "name": "Came by the site", "points": 25, "question": "source = \"web\"" }] });
        ana.put("/analytics/score-rules", points).await.ok();
        ana.post("/approval_rules", json!({ "name": "Large discounts", "question": "discount_percent > 10", "level": 3 })).await.created();
        ana.post("/quotas", json!({ "unit": "quarter", "starts_on": "2026-04-01", "person": boris_id, "amount": eur(300_000) })).await.created();
        let form = json!({
            "name": "Talk to us", "slug": "talk",
            "fields": [{ "field": "last_name" }, { "field": "email", "required": true }],
            "texts": { "en": { "title": "Talk to us", "thanks": "We call you." } },
        });
        ana.post("/forms", form).await.created();

        // A visitor who searched for something fills in the form.
        let page = visitor(&app).get("//f/talk?utm_source=google&utm_medium=cpc&utm_term=red%20bike").await.text();
        app.pass_ms(MINUTE);
        let (stamp, origin) = (hidden(&page, "stamp"), hidden(&page, "origin"));
        let fields = encoded(&[("stamp", &stamp), ("origin", &origin), ("last_name", "Rusu"), ("email", "vlad@bakery.example")]);
        assert!(sent(&app, "//f/talk?lang=en", &fields).await.text().contains("We call you."));

        // The lead has its points and its owner, and knows the phrase.
        let background = app.app().clone();
        tokio::task::spawn_blocking(move || sales::assignment::due::catch_up(&background)).await.unwrap().unwrap();
        app.run_jobs().await;
        let lead = boris.get("/leads").await.ok()["data"][0].clone();
        assert_eq!((&lead["last_name"], &lead["origin_phrase"], &lead["owner"]), (&json!("Rusu"), &json!("red bike"), &json!(boris_id)), "{lead}");
        app.pass_ms(2 * 60 * MINUTE);
        eventually(async || {
            let background = app.app().clone();
            tokio::task::spawn_blocking(move || analytics::scoring::keep_fresh(&background)).await.unwrap().unwrap();
            app.run_jobs().await;
            boris.get(&format!("/leads/{}", id(&lead))).await.ok()["score"] == 25
        })
        .await;

        // It becomes a contact and a deal.
        let body = json!({ "contact": { "new": {} }, "deal": { "new": { "name": "Bikes for the bakery" } } });
        let made = boris.post(&format!("/leads/{}/conversion", id(&lead)), body).await.created();
        let (contact, deal) = (made["contact"].as_str().unwrap().to_string(), made["deal"].as_str().unwrap().to_string());
        boris.patch(&format!("/deals/{deal}"), json!({ "expected_close_on": "2026-06-26", "amount": eur(300_000) })).await.ok();
        let before = boris.get("/forecast").await.ok();

        // They write; the letter finds the person and the deal.
        if let Some(office) = PostOffice::open() {
            let mailbox = json!({
                "name": "Mail of Boris", "address": "ana@rapport.test", "owner": boris_id, "since": "2026-01-01",
                "imap_host": "127.0.0.1", "imap_port": office.imap(), "imap_security": "none",
                "smtp_host": "127.0.0.1", "smtp_port": office.smtp(), "smtp_security": "none",
            });
            let mailbox = id(&boris.post("/mailboxes", mailbox).await.created());
            boris.put(&format!("/mailboxes/{mailbox}/secret"), json!({ "secret": "secret" })).await.nothing();
            office.post("ana", "From: Vlad <vlad@bakery.example>\nTo: ana@rapport.test\nSubject: Bikes\nMessage-ID: <a@bakery.example>\n\nThree, please.\n");
            app.pass_ms(2 * MINUTE);
            app.read_mail().await;
            let threads = boris.get(&format!("/deals/{deal}/mail")).await.ok();
            assert_eq!((threads["data"].as_array().unwrap().len(), &threads["data"][0]["subject"]), (1, &json!("Bikes")), "{threads}");
        }

        // A meeting is agreed; the phone has it, moves it, and the record follows.
        let meeting = json!({
            "subject": "Show the bikes", "kind": "meeting", "owner": boris_id, "contact": contact, "deal": deal,
            "starts_at": "2026-06-22T09:00:00Z", "ends_at": "2026-06-22T10:00:00Z",
        });
        let meeting = boris.post("/activities", meeting).await.created();
        let home = format!("//dav/calendars/{boris_id}/events/");
        let listed = phone.with("depth", "1").send("PROPFIND", &home, Body::empty()).await.text();
        let href = listed.split("<d:href>").filter_map(|part| part.split("</d:href>").next()).find(|href| href.ends_with(".ics"));
        let href = format!("/{}", href.unwrap_or_else(|| panic!("the meeting is on the phone: {listed}")));
        let event = phone.get(&href).await.text();
        assert!(event.contains("SUMMARY:Show the bikes"), "{event}");
        let moved = event.replace("T090000", "T110000").replace("T100000", "T120000").replace("T120000\r\nDTEND", "T110000\r\nDTEND");
        let put = phone.send("PUT", &href, Body::from(moved)).await;
        assert!([200, 201, 204].contains(&put.status.as_u16()), "{}", put.text());
        let now = boris.get(&format!("/activities/{}", id(&meeting))).await.ok();
        assert_ne!(now["starts_at"], meeting["starts_at"], "{now}");
        assert_eq!((&now["deal"], &now["contact"]), (&json!(deal), &json!(contact)), "what it is about stays");

        // A quote over his authority: Mara agrees, the customer accepts, once.
        let sheet = boris.post("/quotes/drafts", json!({ "deal": deal })).await.created();
        let quote = id(&sheet["quote"]);
        let lines = json!([{ "product": bike, "quantity": 3, "discount_percent": 15, "is_chosen": true }]);
        boris.put(&format!("/quotes/{quote}/sheet"), json!({ "stamp": sheet["stamp"], "lines": lines })).await.ok();
        boris.post(&format!("/quotes/{quote}/sending"), json!({})).await.refused_with(409, "quote.needs_approval");
        boris.post(&format!("/quotes/{quote}/submission"), json!({ "note": "our first bakery" })).await.ok();
        let asked = mara.get("/approvals").await.ok()["waiting"][0].clone();
        mara.post(&format!("/approvals/{}/decision", id(&asked)), json!({ "approve": true })).await.ok();
        let link = boris.post(&format!("/quotes/{quote}/sending"), json!({})).await.ok()["link"].as_str().unwrap().to_string();
        let page = format!("//q/{}", link.split_once("/q/").expect("a link").1);
        assert!(visitor(&app).get(&page).await.text().contains("Bike"));
        for _ in 0..2 {
            sent(&app, &format!("{page}/accept"), "name=Vlad+Rusu&agree=1").await;
        }
        let orders = ana.get("/orders").await.ok();
        assert_eq!((orders["data"].as_array().unwrap().len(), &orders["data"][0]["total"]), (1, &eur(255_000)), "{orders}");

        // The deal is won, forecast and leaderboard have moved.
        let won = boris.get(&format!("/deals/{deal}")).await.ok();
        assert_eq!((&won["status"], &won["linked"]["stage"]["title"]), (&json!("won"), &json!("Won")));
        let own = |forecast: &Value| {
            let rows = forecast["rows"].as_array().unwrap();
            rows.iter().find(|row| row["id"] == boris_id.to_string()).expect("his row")["own"].clone()
        };
        let after = boris.get("/forecast").await.ok();
        assert_eq!((&own(&before)["closed"], &own(&before)["quota"]), (&json!(0), &json!(300_000)));
        assert!(own(&after)["closed"].as_i64().unwrap() > 0, "{after}");
        let board = ana.get("/sales/reports/leaders").await.ok();
        let people = board["tables"].as_array().unwrap().iter().find(|table| table["name"] == "people").expect("people");
        let first = &people["rows"][0];
        assert_eq!((&first["key"], &first["cells"][1]["value"]["value"]), (&json!(boris_id.to_string()), &json!(1)), "{board}");

        // All of it is one customer's story.
        eventually(async || {
            let told = ana.get(&format!("/contacts/{contact}/timeline?limit=100")).await.ok();
            let kinds: Vec<&str> = told["data"].as_array().unwrap().iter().filter_map(|line| line["kind"].as_str()).collect();
            let wanted = ["form.submitted", "lead.converted", "activity.planned", "quote.sent", "quote.accepted", "order.placed"];
            wanted.iter().all(|kind| kinds.contains(kind))
        })
        .await;
    }
}
