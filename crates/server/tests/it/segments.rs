//! Segments: who belongs to them enters within a moment of what happened, leaves as soon as it does not hold any more, and
//! can be told why. The clock stands at noon of 19 June 2026 until a test moves it.

use std::future::Future;
use std::time::{Duration, Instant};

use kernel::Id;
use marketing::segments;
use serde_json::{Value, json};
use testkit::{Client, TestApp, eventually, on_both};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

fn id(record: &Value) -> String {
    record["id"].as_str().expect("an id").to_string()
}

async fn contact(ana: &Client, name: &str, city: &str) -> String {
    let body = json!({ "last_name": name, "email": format!("{}@x.example", name.to_lowercase()), "address": { "city": city } });
    id(&ana.post("/contacts", body).await.created())
}

/// A segment of contacts by a question; everybody who belongs to it now is in it.
async fn segment(app: &TestApp, name: &str, question: &str) -> String {
    let made = app.ana().post("/segments", json!({ "name": name, "question": question })).await.created();
    followed(app).await;
    id(&made)
}

async fn by_hand(app: &TestApp, name: &str) -> String {
    let made = app.ana().post("/segments", json!({ "name": name, "kind": "fixed" })).await.created();
    followed(app).await;
    id(&made)
}

/// What the server does in the background, until nothing is left to do.
pub(crate) async fn followed(app: &TestApp) {
    for _ in 0..3 {
        let of_app = app.app().clone();
        tokio::task::spawn_blocking(move || segments::follow::catch_up(&of_app)).await.unwrap().unwrap();
        app.run_jobs().await;
    }
}

/// The titles of those whom a question finds, in their order.
async fn found(client: &Client, question: &str) -> Vec<String> {
    let page =
        client.post("/contacts/query", json!({ "filter": question, "sort": ["title"], "limit": 100 })).await.ok();
    page["data"].as_array().unwrap().iter().map(|one| one["title"].as_str().unwrap().to_string()).collect()
}

/// Waits until exactly these are in a segment: on PostgreSQL a line counts only when no older transaction runs.
#[track_caller]
pub(crate) fn has<'a>(app: &'a TestApp, segment: &'a str, names: &'a [&'a str]) -> impl Future<Output = ()> + 'a {
    has_by(app, app.ana(), segment, names)
}

/// [`has`], read by somebody else than Ana, whose session ends with the day.
#[track_caller]
fn has_by<'a>(
    app: &'a TestApp,
    client: Client,
    segment: &'a str,
    names: &'a [&'a str],
) -> impl Future<Output = ()> + 'a {
    let place = std::panic::Location::caller();
    async move {
        let until = Instant::now() + Duration::from_secs(20);
        let question = format!("in segment \"{segment}\"");
        followed(app).await;
        while found(&client, &question).await != names && Instant::now() < until {
            tokio::time::sleep(Duration::from_millis(50)).await;
            followed(app).await;
        }
        assert_eq!(found(&client, &question).await, names, "{place}: in {segment}");
    }
}

/// How often somebody entered and left, by their timeline.
async fn moves(client: &Client, contact: &str) -> Vec<String> {
    let page = client.get(&format!("/contacts/{contact}/timeline?limit=100")).await.ok();
    let lines = page["data"].as_array().unwrap().iter().map(|line| line["kind"].as_str().unwrap().to_string());
    lines.filter(|kind| kind.starts_with("segment.")).collect()
}

async fn buys(client: &Client, contact: &str, cents: i64) -> String {
    let number = format!("{}-{cents}", Id::at(0));
    let order = json!({ "number": number, "customer": contact, "ordered_on": "2026-06-19", "status": "placed" });
    let order = id(&client.post("/orders", order).await.created());
    let line =
        json!({ "name": "Goods", "order": order, "quantity": 1, "unit_price": { "amount": cents, "currency": "EUR" } });
    client.post("/order_lines", line).await.created();
    order
}

async fn merged(ana: &Client, survivor: &str, other: &str) -> String {
    let body = json!({ "records": [survivor, other], "survivor": survivor, "picks": { "last_name": survivor } });
    id(&ana.post("/contacts/merges", body).await.created()["merge"])
}

on_both! {
    async fn who_answers_yes_is_in_it_and_the_timeline_tells_since_when(app: TestApp) {
        let ana = app.ana();
        let (first, second) = (contact(&ana, "Arnaut", "Paris").await, contact(&ana, "Botnaru", "Berlin").await);
        let paris = segment(&app, "Paris", "address.city = \"Paris\"").await;
        has(&app, "Paris", &["Arnaut"]).await;
        assert_eq!(moves(&ana, &first).await, ["segment.entered"]);
        assert_eq!(ana.get(&format!("/segments/{paris}")).await.ok()["size"], 1);

        app.pass_ms(1000);
        ana.patch(&format!("/contacts/{second}"), json!({ "address": { "city": "Paris" } })).await.ok();
        ana.patch(&format!("/contacts/{first}"), json!({ "address": { "city": "Rome" } })).await.ok();
        has(&app, "Paris", &["Botnaru"]).await;
        assert_eq!(moves(&ana, &first).await, ["segment.left", "segment.entered"]);
        let told = ana.get(&format!("/segments/of/contacts/{first}")).await.ok();
        assert_eq!((&told["data"][0]["name"], &told["data"][0]["until"]), (&json!("Paris"), &json!("2026-06-19T12:00:01.000Z")), "{told}");
        let left = ana.get(&format!("/segments/{paris}/members?which=left")).await.ok();
        assert_eq!(left["data"][0]["title"], "Arnaut");
        let days = ana.get(&format!("/segments/{paris}/days")).await.ok();
        assert_eq!(days["days"], json!([{ "day": "2026-06-19", "entered": 2, "left": 1, "size": 1 }]));
    }

    async fn an_order_brings_its_customer_in_by_itself(app: TestApp) {
        let ana = app.ana();
        let (buyer, _) = (contact(&ana, "Arnaut", "Paris").await, contact(&ana, "Botnaru", "Paris").await);
        let made = ana.post("/segments", json!({
            "name": "Buyers", "question": "address.city = \"Paris\" and count(events \"order.placed\" in last 90 days) >= 1 and orders_total > 50 EUR",
        })).await.created();
        followed(&app).await;
        has(&app, "Buyers", &[]).await;
        let (of_app, stop) = (app.app().clone(), std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false)));
        let stopped = stop.clone();
        let thread = std::thread::spawn(move || segments::follow::keep_in_step(&of_app, &stopped));

        buys(&ana, &buyer, 9_000).await;
        eventually(async || !found(&ana, "in segment \"Buyers\"").await.is_empty()).await;
        stop.store(true, std::sync::atomic::Ordering::SeqCst);
        thread.join().unwrap();
        assert_eq!(moves(&ana, &buyer).await, ["segment.entered"]);
        assert_eq!(ana.get(&format!("/segments/{}", id(&made))).await.ok()["size"], 1);
        followed(&app).await;
    }

    async fn figures_and_linked_records_take_their_customers_along(app: TestApp) {
        let ana = app.ana();
        let firm = id(&ana.post("/companies", json!({ "name": "Bakery", "industry": "retail" })).await.created());
        let (one, other) = (contact(&ana, "Arnaut", "Paris").await, contact(&ana, "Botnaru", "Paris").await);
        ana.patch(&format!("/contacts/{one}"), json!({ "company": firm })).await.ok();
        segment(&app, "Spenders", "orders_total > 50 EUR").await;
        segment(&app, "Of large firms", "company.name starts with \"Big\"").await;
        segment(&app, "With open orders", "exists(orders where status = \"placed\")").await;
        has(&app, "Spenders", &[]).await;

        let order = buys(&ana, &one, 9_000).await;
        has(&app, "Spenders", &["Arnaut"]).await;
        has(&app, "With open orders", &["Arnaut"]).await;
        // The order turns out to be somebody else's: one leaves, the other enters.
        ana.patch(&format!("/orders/{order}"), json!({ "customer": other })).await.ok();
        has(&app, "Spenders", &["Botnaru"]).await;
        has(&app, "With open orders", &["Botnaru"]).await;
        ana.delete(&format!("/orders/{order}")).await.nothing();
        has(&app, "Spenders", &[]).await;
        has(&app, "With open orders", &[]).await;

        ana.patch(&format!("/companies/{firm}"), json!({ "name": "Big Bakery" })).await.ok();
        has(&app, "Of large firms", &["Arnaut"]).await;
        ana.delete(&format!("/companies/{firm}")).await.nothing();
        has(&app, "Of large firms", &[]).await;
    }

    async fn the_clock_alone_takes_out_who_was_in_for_a_time(app: TestApp) {
        let ana = app.ana();
        ana.patch("/company", json!({ "time_zone": "Europe/Bucharest" })).await.ok();
        let program = app.program().await;
        let one = contact(&ana, "Arnaut", "Paris").await;
        let made = segment(&app, "New", "created_at in last 1 day").await;
        segment(&app, "Just now", "created_at > now - 30 minutes").await;
        has_by(&app, program.clone(), "New", &["Arnaut"]).await;
        has_by(&app, program.clone(), "Just now", &["Arnaut"]).await;
        let state = ana.get(&format!("/segments/{made}/state")).await.ok();
        assert_eq!(state["due_at"], "2026-06-19T21:00:00.000Z", "midnight in Bucharest: {state}");

        app.pass_ms(31 * 60 * 1000);
        has_by(&app, program.clone(), "Just now", &[]).await;
        app.pass_ms(DAY_MS);
        has_by(&app, program.clone(), "New", &["Arnaut"]).await;
        app.pass_ms(DAY_MS);
        has_by(&app, program.clone(), "New", &[]).await;
        assert_eq!(moves(&program, &one).await.iter().filter(|kind| *kind == "segment.left").count(), 2);
        // Nothing happened with somebody who only entered and left segments.
        program.post("/segments", json!({ "name": "Quiet", "question": "no events \"*\" in last 1 day" })).await.created();
        followed(&app).await;
        has_by(&app, program.clone(), "Quiet", &["Arnaut"]).await;
        has_by(&app, program.clone(), "Quiet", &["Arnaut"]).await;
    }

    async fn people_are_put_in_and_taken_out_by_hand(app: TestApp) {
        let ana = app.ana();
        let (one, other) = (contact(&ana, "Arnaut", "Paris").await, contact(&ana, "Botnaru", "Berlin").await);
        contact(&ana, "Cebotari", "Berlin").await;
        let friends = by_hand(&app, "Friends").await;
        let path = format!("/segments/{friends}/members");
        assert_eq!(ana.post(&path, json!({ "ids": [one] })).await.ok()["entered"], 1);
        assert_eq!(ana.post(&path, json!({ "ids": [one] })).await.ok()["entered"], 0, "once is enough");
        assert_eq!(found(&ana, "in segment \"Friends\"").await, ["Arnaut"], "at once");
        let listed = ana.post(&path, json!({ "emails": ["Botnaru@X.example ", "nobody@x.example"] })).await.ok();
        assert_eq!((&listed["entered"], &listed["unknown"]), (&json!(1), &json!(["nobody@x.example"])));
        ana.post(&path, json!({ "filter": "address.city = \"Berlin\"" })).await.ok();
        has(&app, "Friends", &["Arnaut", "Botnaru", "Cebotari"]).await;
        ana.post(&format!("{path}/remove"), json!({ "ids": [other] })).await.ok();
        has(&app, "Friends", &["Arnaut", "Cebotari"]).await;
        ana.delete(&format!("/contacts/{one}")).await.nothing();
        has(&app, "Friends", &["Cebotari"]).await;
        ana.send("POST", &format!("/contacts/{one}/restore"), axum::body::Body::empty()).await.ok();
        has(&app, "Friends", &["Arnaut", "Cebotari"]).await;

        let dynamic = segment(&app, "All", "email is not empty").await;
        ana.post(&format!("/segments/{dynamic}/members"), json!({ "ids": [one] })).await.refused_with(409, "segment.dynamic");
    }

    async fn a_merge_takes_membership_along_and_an_unmerge_gives_it_back(app: TestApp) {
        let ana = app.ana();
        let (one, other) = (contact(&ana, "Arnaut", "Paris").await, contact(&ana, "Botnaru", "Berlin").await);
        let friends = by_hand(&app, "Friends").await;
        ana.post(&format!("/segments/{friends}/members"), json!({ "ids": [other] })).await.ok();
        buys(&ana, &other, 9_000).await;
        segment(&app, "Buyers", "exists(events \"order.placed\")").await;
        has(&app, "Buyers", &["Botnaru"]).await;

        let merge = merged(&ana, &one, &other).await;
        has(&app, "Friends", &["Arnaut"]).await;
        has(&app, "Buyers", &["Arnaut"]).await;
        ana.delete(&format!("/merges/{merge}")).await.ok();
        has(&app, "Friends", &["Botnaru"]).await;
        has(&app, "Buyers", &["Botnaru"]).await;
        assert_eq!(ana.get(&format!("/segments/{friends}")).await.ok()["size"], 1);
    }

    async fn who_is_erased_is_in_no_segment_and_in_no_past_of_one(app: TestApp) {
        let ana = app.ana();
        let one = contact(&ana, "Arnaut", "Paris").await;
        contact(&ana, "Botnaru", "Paris").await;
        let paris = segment(&app, "Paris", "address.city = \"Paris\"").await;
        has(&app, "Paris", &["Arnaut", "Botnaru"]).await;
        ana.send("POST", &format!("/contacts/{one}/erasure"), axum::body::Body::empty()).await.nothing();
        has(&app, "Paris", &["Botnaru"]).await;
        assert_eq!(ana.get(&format!("/segments/{paris}")).await.ok()["size"], 1);
        let rows = tokio::task::block_in_place(|| app.app().db().read(|tx| {
            let one = Id::parse(&one).unwrap();
            Ok(tx.one("select count(*) from segment_member where party = $1", &[one.into()])?.map(|row| row.int(0)))
        }));
        assert_eq!(rows.unwrap(), Some(0));
    }

    async fn a_process_that_was_killed_tells_no_entry_twice(app: TestApp) {
        let ana = app.ana();
        let one = contact(&ana, "Arnaut", "Paris").await;
        segment(&app, "Paris", "address.city = \"Paris\"").await;
        has(&app, "Paris", &["Arnaut"]).await;
        // It dies behind the entry and before its place in the ledger is kept: it reads the same lines again.
        let of_app = app.app().clone();
        tokio::task::spawn_blocking(move || of_app.db().write(|tx| {
            tx.execute("delete from subscriber where name = 'segments'", &[]).map(drop)
        })).await.unwrap().unwrap();
        has(&app, "Paris", &["Arnaut"]).await;
        ana.post("/segments", json!({ "name": "Paris again", "question": "in segment \"Paris\"" })).await.created();
        let restarted = app.reopened();
        has(&restarted, "Paris again", &["Arnaut"]).await;
        assert_eq!(moves(&ana, &one).await.len(), 2, "one entry into each");
    }

    async fn another_definition_is_looked_at_by_a_job_and_only_the_difference_moves(app: TestApp) {
        let ana = app.ana();
        let (one, other) = (contact(&ana, "Arnaut", "Paris").await, contact(&ana, "Botnaru", "Berlin").await);
        contact(&ana, "Cebotari", "Rome").await;
        let made = segment(&app, "Cities", "address.city in (\"Paris\", \"Berlin\")").await;
        has(&app, "Cities", &["Arnaut", "Botnaru"]).await;
        ana.patch(&format!("/segments/{made}"), json!({ "question": "address.city in (\"Rome\", \"Berlin\")" })).await.ok();
        let state = ana.get(&format!("/segments/{made}/state")).await.ok();
        assert_eq!((&state["settled"], &state["look"]["state"]), (&json!(false), &json!("queued")), "{state}");
        has(&app, "Cities", &["Botnaru", "Cebotari"]).await;
        assert_eq!(moves(&ana, &one).await, ["segment.left", "segment.entered"]);
        assert_eq!(moves(&ana, &other).await, ["segment.entered"], "who stays is not told");
        assert_eq!(ana.get(&format!("/segments/{made}/state")).await.ok()["settled"], true);

        ana.patch(&format!("/segments/{made}"), json!({ "state": "paused" })).await.ok();
        ana.patch(&format!("/contacts/{other}"), json!({ "address": { "city": "Oslo" } })).await.ok();
        has(&app, "Cities", &["Botnaru", "Cebotari"]).await;
        ana.patch(&format!("/segments/{made}"), json!({ "state": "active" })).await.ok();
        has(&app, "Cities", &["Cebotari"]).await;
    }

    async fn segments_name_each_other_but_not_in_a_circle(app: TestApp) {
        let ana = app.ana();
        let (one, _) = (contact(&ana, "Arnaut", "Paris").await, contact(&ana, "Botnaru", "Berlin").await);
        let paris = segment(&app, "Paris", "address.city = \"Paris\"").await;
        segment(&app, "Elsewhere", "not in segment \"Paris\"").await;
        has(&app, "Elsewhere", &["Botnaru"]).await;
        ana.patch(&format!("/contacts/{one}"), json!({ "address": { "city": "Rome" } })).await.ok();
        has(&app, "Elsewhere", &["Arnaut", "Botnaru"]).await;

        let circle = json!({ "question": "not in segment \"Elsewhere\"" });
        ana.patch(&format!("/segments/{paris}"), circle).await.refused_with(422, "segment_circle");
        let itself = json!({ "question": "in segment \"Paris\"" });
        ana.patch(&format!("/segments/{paris}"), itself).await.refused_with(422, "segment_circle");
        for (question, code) in [
            ("in segment \"Nowhere\"", "unknown_segment"), ("owner = me", "personal"),
            ("exists(events \"segment.entered\")", "not_here"), ("city = ", "syntax"), ("", "required"),
        ] {
            let body = json!({ "name": "Wrong", "question": question });
            ana.post("/segments", body).await.refused_with(422, code);
        }
        assert!(ana.get("/segments?filter=name=%22Wrong%22").await.ok()["data"].as_array().unwrap().is_empty());

        // Another name, and what was written with the old one still means it.
        ana.patch(&format!("/segments/{paris}"), json!({ "name": "Lutetia" })).await.ok();
        assert_eq!(found(&ana, "not in segment \"Paris\" and not in segment \"Lutetia\"").await, ["Arnaut", "Botnaru"]);
        followed(&app).await;
    }

    async fn it_is_told_why_somebody_is_in_it_and_what_would_change_that(app: TestApp) {
        let ana = app.ana();
        let (one, other) = (contact(&ana, "Arnaut", "Paris").await, contact(&ana, "Botnaru", "Berlin").await);
        buys(&ana, &one, 9_000).await;
        let made = segment(&app, "Good", "count(events \"order.placed\") >= 3 and (address.city = \"Paris\" or orders_total > 500 EUR)").await;
        has(&app, "Good", &[]).await;
        let why = ana.get(&format!("/segments/{made}/why/{one}")).await.ok();
        assert_eq!((&why["is_member"], &why["belongs"]), (&json!(false), &json!(false)), "{why}");
        let conditions = &why["tree"]["all"];
        assert_eq!((&conditions[0]["holds"], &conditions[0]["has"]), (&json!(false), &json!(1)));
        assert_eq!((&conditions[1]["holds"], &conditions[1]["any"][0]["has"]), (&json!(true), &json!("Paris")));
        assert_eq!(conditions[1]["any"][1]["has"], json!({ "amount": 9_000, "currency": "EUR" }));
        let change = &why["changes"];
        assert_eq!(change.as_array().unwrap().len(), 1, "{why}");
        assert_eq!((&change[0]["has"], &change[0]["needs"], &change[0]["by"]), (&json!(1), &json!(3), &json!(2)));
        // Two would have to change for the other one; one of them is as near as the other.
        let other = ana.get(&format!("/segments/{made}/why/{other}")).await.ok();
        assert_eq!(other["changes"].as_array().unwrap().len(), 2);

        // What is said is true.
        buys(&ana, &one, 1_000).await;
        buys(&ana, &one, 1_000).await;
        has(&app, "Good", &["Arnaut"]).await;
        let why = ana.get(&format!("/segments/{made}/why/{one}")).await.ok();
        assert_eq!((&why["belongs"], &why["changes"][0]["to"]), (&json!(true), &json!(false)), "{why}");
    }

    async fn every_piece_of_an_overlap_finds_exactly_its_members(app: TestApp) {
        let ana = app.ana();
        for (name, city) in [("Arnaut", "Paris"), ("Botnaru", "Paris"), ("Cebotari", "Berlin"), ("Dabija", "Rome")] {
            contact(&ana, name, city).await;
        }
        let paris = segment(&app, "Paris", "address.city = \"Paris\"").await;
        let early = segment(&app, "A to C", "last_name < \"D\"").await;
        let north = segment(&app, "The \"north\"", "address.city in (\"Paris\", \"Berlin\") and last_name > \"B\"").await;
        has(&app, "The \\\"north\\\"", &["Botnaru", "Cebotari"]).await;
        let overlap = ana.post("/segments/overlap", json!({ "segments": [paris, early, north] })).await.ok();
        assert_eq!(overlap["segments"][1], json!({ "id": early, "name": "A to C", "size": 3 }));
        let pieces = overlap["pieces"].as_array().unwrap();
        assert_eq!(pieces.len(), 3, "Arnaut, Botnaru and Cebotari are each in others: {overlap}");
        for piece in pieces {
            let asked = piece["question"].as_str().unwrap();
            assert_eq!(json!(found(&ana, asked).await.len()), piece["count"], "{asked}");
        }
        ana.post("/segments/overlap", json!({ "segments": [paris] })).await.refused_with(422, "too_many");
        ana.post("/segments/overlap", json!({ "segments": [paris, paris] })).await.refused_with(422, "repeated");
    }

    async fn while_a_question_is_written_its_conditions_are_counted(app: TestApp) {
        let ana = app.ana();
        for (name, city) in [("Arnaut", "Paris"), ("Botnaru", "Paris"), ("Cebotari", "Berlin")] {
            contact(&ana, name, city).await;
        }
        let quiet = contact(&ana, "Dabija", "Paris").await;
        ana.patch(&format!("/contacts/{quiet}"), json!({ "do_not_email": true })).await.ok();
        let asked = json!({ "holds": "contact", "question": "address.city = \"Paris\" and last_name > \"B\"" });
        let counted = ana.post("/segments/count", asked).await.ok();
        assert_eq!(counted["count"], json!({ "value": 2, "exact": true }));
        assert_eq!((&counted["of"], &counted["steps"][0]["left"], &counted["steps"][1]["left"]), (&json!(4), &json!(3), &json!(2)));
        assert_eq!(counted["reachable"], json!({ "email": 1, "phone": 0, "letter": 2 }));
        let all = ana.post("/segments/count", json!({ "holds": "contact" })).await.ok();
        assert_eq!(all["count"]["value"], 4);
        ana.post("/segments/count", json!({ "holds": "order" })).await.refused_with(422, "unknown_option");
        ana.post("/segments/count", json!({ "holds": "contact", "question": "citty = 1" })).await.refused_with(422, "unknown_field");
    }

    async fn who_may_not_see_a_field_learns_nothing_of_it_from_a_segment(app: TestApp) {
        let ana = app.ana();
        let (one, ana_id) = (contact(&ana, "Arnaut", "Paris").await, app.ana_id());
        contact(&ana, "Botnaru", "Berlin").await;
        let secret = segment(&app, "Parisians", "address.city = \"Paris\"").await;
        segment(&app, "Open", "last_name is not empty").await;
        has(&app, "Open", &["Arnaut", "Botnaru"]).await;
        let boris = app.colleague("Boris", json!({ "objects": {
            "contact": { "read": "all", "fields": { "address": "hidden" } }, "segment": { "read": "all", "create": true, "update": "all" },
        } })).await;
        let filter = json!({ "filter": "in segment \"Parisians\"" });
        boris.post("/contacts/query", filter).await.refused_with(422, "unknown_segment");
        boris.get(&format!("/segments/{secret}/members")).await.refused(403);
        boris.get(&format!("/segments/{secret}/why/{one}")).await.refused(403);
        boris.post("/segments", json!({ "name": "B", "question": "address.city = \"Paris\"" })).await.refused_with(422, "unknown_field");
        assert!(boris.get(&format!("/segments/of/contacts/{one}")).await.ok()["data"].as_array().unwrap()
            .iter().all(|told| told["name"] != "Parisians"));
        assert_eq!(found(&boris, "in segment \"Open\"").await, ["Arnaut", "Botnaru"]);

        // Whoever sees some records counts and lists those.
        let vera = app.colleague("Vera", json!({ "objects": { "contact": { "read": "own" }, "segment": { "read": "all" } } })).await;
        assert_eq!(vera.post("/segments/count", json!({ "holds": "contact" })).await.ok()["count"]["value"], 0);
        let open = ana.get("/segments?filter=name=%22Open%22").await.ok()["data"][0].clone();
        assert!(vera.get(&format!("/segments/{}/members", id(&open))).await.ok()["data"].as_array().unwrap().is_empty());
        vera.get(&format!("/segments/{}/why/{one}", id(&open))).await.refused(404);
        vera.get(&format!("/segments/{}/days", id(&open))).await.refused(403);
        vera.post(&format!("/segments/{}/members", id(&open)), json!({ "ids": [ana_id] })).await.refused(403);
    }

    async fn what_the_models_write_moves_people_as_well(app: TestApp) {
        let ana = app.ana();
        let one = contact(&ana, "Arnaut", "Paris").await;
        for cents in [9_000, 8_000] {
            buys(&ana, &one, cents).await;
        }
        segment(&app, "Class A", "value_class = \"a\"").await;
        has(&app, "Class A", &[]).await;
        ana.post("/analytics/customers/refresh", json!({})).await.accepted();
        has(&app, "Class A", &["Arnaut"]).await;
    }
}
