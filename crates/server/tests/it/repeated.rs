//! Calls that are repeated under an `Idempotency-Key`: the same answer, and nothing twice.

use serde_json::json;
use testkit::{TestApp, on_both};

on_both! {
    async fn a_repeated_call_gets_the_same_answer_and_does_nothing(app: TestApp) {
        let ana = app.ana().with("idempotency-key", "order-17");
        let first = ana.post("/contacts", json!({ "last_name": "Rusu" })).await;
        let change = first.change();
        let first = first.created();

        let second = ana.post("/contacts", json!({ "last_name": "Rusu" })).await;

        assert_eq!(second.change(), change);
        assert_eq!(second.header("etag"), Some("\"1\""));
        assert_eq!(second.created(), first);
        assert_eq!(app.ana().get("/contacts?count=exact").await.ok()["count"]["value"], 1);
    }

    async fn another_body_under_the_same_key_is_refused(app: TestApp) {
        let ana = app.ana().with("idempotency-key", "order-17");
        ana.post("/contacts", json!({ "last_name": "Rusu" })).await.created();

        ana.post("/contacts", json!({ "last_name": "Munteanu" })).await.refused_with(422, "idempotency_key_reused");

        assert_eq!(app.ana().get("/contacts?count=exact").await.ok()["count"]["value"], 1);
    }

    async fn a_key_is_its_callers_and_its_routes_own(app: TestApp) {
        let boris = app.colleague("Boris", json!({ "objects": { "contact": { "read": "all", "create": true } } })).await;
        let one = app.ana().with("idempotency-key", "1").post("/contacts", json!({ "last_name": "Rusu" })).await.created();
        let other = boris.with("idempotency-key", "1").post("/contacts", json!({ "last_name": "Rusu" })).await.created();
        let tag = app.ana().with("idempotency-key", "1").post("/tags", json!({ "name": "vip" })).await.created();

        assert_ne!(one["id"], other["id"]);
        assert_eq!(tag["object"], "tag");
    }

    async fn what_failed_is_tried_again(app: TestApp) {
        let ana = app.ana().with("idempotency-key", "1");
        ana.post("/tags", json!({})).await.refused(422);
        let tag = ana.post("/tags", json!({ "name": "vip" })).await.created();
        assert_eq!(tag["name"], "vip");
    }

    async fn after_three_days_a_key_is_free(app: TestApp) {
        let ana = app.program().await.with("idempotency-key", "1");
        ana.post("/contacts", json!({ "last_name": "Rusu" })).await.created();
        app.pass_ms(72 * 60 * 60 * 1000 + 1);
        ana.post("/contacts", json!({ "last_name": "Munteanu" })).await.created();
    }

    async fn twenty_at_once_make_one_record(app: TestApp) {
        let calls: Vec<_> = (0..20)
            .map(|_| {
                let ana = app.ana().with("idempotency-key", "at-once");
                tokio::spawn(async move { ana.post("/contacts", json!({ "last_name": "Rusu" })).await })
            })
            .collect();
        let mut ids = std::collections::BTreeSet::new();
        for call in calls {
            let answer = call.await.unwrap();
            if answer.status == 409 {
                answer.refused_with(409, "idempotency.in_flight");
            } else {
                ids.insert(answer.created()["id"].as_str().unwrap().to_string());
            }
        }
        assert_eq!(ids.len(), 1, "{ids:?}");
        assert_eq!(app.ana().get("/contacts?count=exact").await.ok()["count"]["value"], 1);
    }

    async fn a_bulk_call_and_a_batch_of_events_are_repeatable_too(app: TestApp) {
        let ana = app.ana().with("idempotency-key", "b");
        let body = json!({ "action": "create", "records": [{ "last_name": "Rusu" }, { "last_name": "Munteanu" }] });
        let first = ana.post("/contacts/bulk", body.clone()).await.ok();
        assert_eq!(ana.post("/contacts/bulk", body).await.ok(), first);
        let event = json!({ "kind": "page.viewed", "party": first["ids"][0] });
        assert_eq!(ana.post("/events", event.clone()).await.ok(), ana.post("/events", event).await.ok());
        let timeline = app.ana().get(&format!("/contacts/{}/timeline?kinds=page.*", first["ids"][0].as_str().unwrap())).await.ok();
        assert_eq!(timeline["data"].as_array().unwrap().len(), 1, "{timeline}");
    }

    async fn a_key_that_is_none_is_unreadable(app: TestApp) {
        let long = "x".repeat(256);
        app.ana().with("idempotency-key", &long).post("/contacts", json!({ "last_name": "Rusu" })).await.refused(400);
        app.ana().with("idempotency-key", "").post("/contacts", json!({ "last_name": "Rusu" })).await.refused(400);
    }
}
