//! My day, in one answer.

use serde_json::{Value, json};
use testkit::{TestApp, on_both};

fn titles(part: &Value) -> Vec<&str> {
    part["data"].as_array().expect("records").iter().map(|record| record["title"].as_str().unwrap()).collect()
}

on_both! {
    async fn the_day_holds_what_is_overdue_due_and_next_and_nothing_of_others(app: TestApp) {
        let ana = app.ana();
        let (boris, boris_id) = app.colleague_with_id("Boris", json!({ "objects": { "deal": { "read": "all", "create": true, "update": "all" }, "activity": { "read": "all", "create": true }, "note": { "read": "all", "create": true } } })).await;
        let records = json!([
            { "subject": "Late", "due_at": "2026-06-18T23:59:59Z" },
            { "subject": "Later still", "due_at": "2026-05-01T08:00:00Z" },
            { "subject": "Late and done", "due_at": "2026-05-01T08:00:00Z", "is_done": true },
            { "subject": "Now", "due_at": "2026-06-19T00:00:00Z" },
            { "subject": "Tonight", "due_at": "2026-06-19T23:00:00Z" },
            { "subject": "Soon", "due_at": "2026-06-26T10:00:00Z" },
            { "subject": "Far", "due_at": "2026-06-27T10:00:00Z" },
            { "subject": "Meet", "kind": "meeting", "starts_at": "2026-06-19T15:00:00Z" },
            { "subject": "Met", "kind": "meeting", "starts_at": "2026-06-19T08:00:00Z", "is_done": true },
            { "subject": "Hers", "due_at": "2026-06-19T10:00:00Z", "owner": app.ana_id() },
        ]);
        boris.post("/activities/bulk", json!({ "action": "create", "records": records })).await.ok();
        let open = boris.post("/deals", json!({ "name": "Forgotten" })).await.created();
        boris.post("/deals", json!({ "name": "Planned", "next_step": "Call" })).await.created();
        let with_task = boris.post("/deals", json!({ "name": "With a task" })).await.created();
        boris.post("/activities", json!({ "subject": "Task", "deal": with_task["id"] })).await.created();
        boris.post("/deals", json!({ "name": "Won", "status": "won" })).await.created();
        ana.post("/deals", json!({ "name": "Hers" })).await.created();
        ana.post("/notes", json!({ "body": format!("@[Boris](user:{boris_id})?"), "deal": open["id"] })).await.created();

        let day = boris.get("/me/day").await.ok();

        assert_eq!((&day["date"], &day["zone"]), (&json!("2026-06-19"), &json!("UTC")));
        assert_eq!(titles(&day["overdue"]), ["Later still", "Late"]);
        assert_eq!(titles(&day["today"]), ["Now", "Tonight"]);
        assert_eq!(titles(&day["next"]), ["Soon"]);
        assert_eq!(titles(&day["agenda"]), ["Met", "Meet"]);
        assert_eq!(titles(&day["deals_without_next_step"]), ["Forgotten"]);
        assert_eq!((&day["overdue"]["count"], &day["mentions"]["unread"], &day["mentions"]["data"][0]["about"]["title"]), (&json!(2), &json!(1), &json!("Forgotten")), "{day}");
        assert_eq!(titles(&boris.get("/me/day?date=2026-06-27").await.ok()["today"]), ["Far"]);
        boris.get("/me/day?date=tomorrow").await.refused_with(422, "not_a_date");
    }

    async fn midnight_is_where_one_lives(app: TestApp) {
        let ana = app.ana();
        ana.post("/activities", json!({ "subject": "Late evening", "due_at": "2026-06-19T21:30:00Z" })).await.created();
        assert_eq!(titles(&ana.get("/me/day").await.ok()["today"]), ["Late evening"]);
        ana.patch("/me", json!({ "time_zone": "Europe/Chisinau" })).await.ok();
        let day = ana.get("/me/day").await.ok();
        assert_eq!((titles(&day["today"]), titles(&day["next"])), (vec![], vec!["Late evening"]), "{day}");
    }

    async fn what_one_may_not_read_is_no_part_of_the_day(app: TestApp) {
        app.ana().post("/activities", json!({ "subject": "Call" })).await.created();
        let boris = app.colleague("Boris", json!({ "objects": { "activity": { "read": "all", "fields": { "due_at": "hidden" } } } })).await;
        let day = boris.get("/me/day").await.ok();
        assert!(day["deals_without_next_step"].is_null() && day["overdue"].is_null(), "{day}");
        assert_eq!(day["agenda"]["count"], 0);
    }
}
