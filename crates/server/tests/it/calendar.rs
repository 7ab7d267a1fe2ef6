//! The calendar: records by a date, a few for each day and how many more there are.

use serde_json::{Value, json};
use testkit::{TestApp, on_both};

fn days(answer: &Value) -> Vec<(String, i64, i64, Vec<String>)> {
    answer["days"]
        .as_array()
        .expect("days")
        .iter()
        .map(|day| {
            let titles =
                day["data"].as_array().unwrap().iter().map(|record| record["title"].as_str().unwrap().to_string());
            (
                day["date"].as_str().unwrap().to_string(),
                day["count"].as_i64().unwrap(),
                day["more"].as_i64().unwrap(),
                titles.collect(),
            )
        })
        .collect()
}

fn day(date: &str, count: i64, more: i64, titles: &[&str]) -> (String, i64, i64, Vec<String>) {
    (date.into(), count, more, titles.iter().map(|title| (*title).to_string()).collect())
}

async fn meetings(app: &TestApp) {
    let records = json!([
        { "subject": "Breakfast", "kind": "meeting", "starts_at": "2026-06-18T22:30:00Z", "ends_at": "2026-06-18T23:00:00Z" },
        { "subject": "Fair", "kind": "meeting", "starts_at": "2026-06-14T08:00:00Z", "ends_at": "2026-06-20T16:00:00Z" },
        { "subject": "Lunch", "kind": "meeting", "starts_at": "2026-06-19T10:00:00Z", "ends_at": "2026-06-19T11:00:00Z" },
        { "subject": "Coffee", "kind": "meeting", "starts_at": "2026-06-19T09:00:00Z", "ends_at": "2026-06-19T09:30:00Z" },
        { "subject": "Dinner", "kind": "meeting", "starts_at": "2026-06-19T18:00:00Z", "ends_at": "2026-06-19T19:00:00Z" },
        { "subject": "Later", "kind": "meeting", "starts_at": "2026-06-22T00:00:00Z" },
        { "subject": "Whenever", "kind": "task" },
    ]);
    let made = app.ana().post("/activities/bulk", json!({ "action": "create", "records": records })).await.ok();
    assert_eq!(made["done"], 7, "{made}");
}

on_both! {
    async fn a_day_shows_a_few_and_says_how_many_more(app: TestApp) {
        meetings(&app).await;
        let ana = app.ana();
        let week = json!({ "field": "starts_at", "from": "2026-06-15", "to": "2026-06-21", "per_day": 2 });

        let seen = ana.post("/activities/calendar", week.clone()).await.ok();
        assert_eq!(days(&seen), [day("2026-06-18", 1, 0, &["Breakfast"]), day("2026-06-19", 3, 1, &["Coffee", "Lunch"])], "{seen}");
        assert_eq!((&seen["zone"], &seen["exact"]), (&json!("UTC"), &json!(true)));

        // In Chișinău it is three hours later: the breakfast is on the 19th.
        ana.patch("/me", json!({ "time_zone": "Europe/Chisinau" })).await.ok();
        let seen = ana.post("/activities/calendar", week).await.ok();
        assert_eq!(days(&seen), [day("2026-06-19", 4, 2, &["Breakfast", "Coffee"])], "{seen}");
    }

    async fn what_began_before_and_is_not_over_stands_on_the_first_day(app: TestApp) {
        meetings(&app).await;
        let ana = app.ana();
        let asked = |from: &str, to: &str| json!({ "field": "starts_at", "end": "ends_at", "from": from, "to": to, "fields": ["ends_at"] });
        let seen = ana.post("/activities/calendar", asked("2026-06-15", "2026-06-18")).await.ok();
        assert_eq!(days(&seen), [day("2026-06-15", 1, 0, &["Fair"]), day("2026-06-18", 1, 0, &["Breakfast"])], "{seen}");
        let seen = ana.post("/activities/calendar", asked("2026-06-21", "2026-06-22")).await.ok();
        assert_eq!(days(&seen), [day("2026-06-22", 1, 0, &["Later"])], "{seen}");
    }

    async fn dates_and_the_day_of_creation_make_a_calendar_too(app: TestApp) {
        let ana = app.ana();
        ana.post("/deals", json!({ "name": "Oven", "expected_close_on": "2026-06-30" })).await.created();
        ana.post("/deals", json!({ "name": "Mixer", "expected_close_on": "2026-07-01" })).await.created();
        let june = json!({ "field": "expected_close_on", "from": "2026-06-01", "to": "2026-06-30" });
        assert_eq!(days(&ana.post("/deals/calendar", june).await.ok()), [day("2026-06-30", 1, 0, &["Oven"])]);
        let made = json!({ "field": "created_at", "from": "2026-06-19", "to": "2026-06-19", "filter": "name = \"Mixer\"" });
        assert_eq!(days(&ana.post("/deals/calendar", made).await.ok()), [day("2026-06-19", 1, 0, &["Mixer"])]);
    }

    async fn a_calendar_that_cannot_be_is_refused(app: TestApp) {
        let ana = app.ana();
        let ask = async |body: Value| ana.post("/activities/calendar", body).await;
        ask(json!({ "field": "subject", "from": "2026-06-01", "to": "2026-06-02" })).await.refused_with(422, "wrong_type");
        ask(json!({ "field": "nothing", "from": "2026-06-01", "to": "2026-06-02" })).await.refused_with(422, "unknown_field");
        ask(json!({ "field": "due_at", "from": "2026-06-02", "to": "2026-06-01" })).await.refused_with(422, "too_small");
        ask(json!({ "field": "due_at", "from": "2026-01-01", "to": "2026-12-31" })).await.refused_with(422, "too_large");
        ask(json!({ "field": "due_at", "from": "yesterday", "to": "2026-12-31" })).await.refused_with(422, "not_a_date");
        ask(json!({ "field": "due_at", "from": "-9999-01-01", "to": "9999-12-31" })).await.refused(422);
        ask(json!({ "field": "due_at", "from": "9999-12-30", "to": "9999-12-31" })).await.ok();
    }

    async fn rows_and_fields_out_of_reach_are_in_no_calendar(app: TestApp) {
        meetings(&app).await;
        let boris = app.colleague("Boris", json!({ "objects": { "activity": { "read": "where: subject = \"Lunch\"", "fields": { "due_at": "hidden" } } } })).await;
        let seen = boris.post("/activities/calendar", json!({ "field": "starts_at", "from": "2026-06-15", "to": "2026-06-21" })).await.ok();
        assert_eq!(days(&seen), [day("2026-06-19", 1, 0, &["Lunch"])]);
        assert!(!seen.to_string().contains("due_at"));
        boris.post("/activities/calendar", json!({ "field": "due_at", "from": "2026-06-15", "to": "2026-06-21" })).await.refused_with(422, "unknown_field");
    }
}
