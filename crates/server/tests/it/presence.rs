//! Presence: who has a record open, told to those who have it open too.

use axum::body::Body;
use serde_json::{Value, json};
use testkit::{TestApp, on_both};

use crate::events::Lines;

fn names(answer: &Value) -> Vec<String> {
    answer["people"].as_array().expect("people").iter().map(|one| one["name"].as_str().unwrap().to_string()).collect()
}

on_both! {
    async fn two_who_have_a_record_open_see_each_other(app: TestApp) {
        let ana = app.ana();
        let boris = app.colleague("Boris", json!({ "objects": { "contact": { "read": "all", "fields": { "annual_income": "hidden" } } } })).await;
        let path = format!("/contacts/{}/presence", app.vlad().await["id"].as_str().unwrap());

        assert_eq!(names(&ana.post(&path, json!({ "tab": "a" })).await.ok()), Vec::<String>::new());
        assert_eq!(names(&boris.post(&path, json!({ "tab": "b" })).await.ok()), ["Ana Pop"]);
        let seen = ana.post(&path, json!({ "tab": "a", "editing": "last_name" })).await.ok();
        assert_eq!((names(&seen), &seen["ttl_s"]), (vec!["Boris".to_string()], &json!(45)), "{seen}");
        assert_eq!(boris.post(&path, json!({ "tab": "b" })).await.ok()["people"][0]["editing"], "last_name");
        // In what field, only to those who may know of it.
        ana.post(&path, json!({ "tab": "a", "editing": "annual_income" })).await.ok();
        assert!(boris.post(&path, json!({ "tab": "b" })).await.ok()["people"][0]["editing"].is_null());
        boris.post(&path, json!({ "tab": "b", "editing": "annual_income" })).await.refused_with(422, "unknown_field");

        // A second page of the same person is no second person.
        ana.post(&path, json!({ "tab": "c" })).await.ok();
        assert_eq!(names(&boris.post(&path, json!({ "tab": "b" })).await.ok()), ["Ana Pop"]);
        ana.delete(&format!("{path}?tab=a")).await.nothing();
        assert_eq!(names(&boris.post(&path, json!({ "tab": "b" })).await.ok()), ["Ana Pop"]);
        ana.delete(&format!("{path}?tab=c")).await.nothing();
        assert_eq!(names(&boris.post(&path, json!({ "tab": "b" })).await.ok()), Vec::<String>::new());
    }

    async fn a_page_that_says_nothing_any_more_is_closed(app: TestApp) {
        let ana = app.ana();
        let boris = app.colleague("Boris", json!({ "objects": { "contact": { "read": "all" } } })).await;
        let path = format!("/contacts/{}/presence", app.vlad().await["id"].as_str().unwrap());
        boris.post(&path, json!({ "tab": "b" })).await.ok();
        app.pass_ms(30_000);
        assert_eq!(names(&ana.post(&path, json!({ "tab": "a" })).await.ok()), ["Boris"]);
        app.pass_ms(20_000);
        assert_eq!(names(&ana.post(&path, json!({ "tab": "a" })).await.ok()), Vec::<String>::new());
    }

    async fn an_open_page_hears_who_comes_and_goes(app: TestApp) {
        let ana = app.ana();
        let boris = app.colleague("Boris", json!({ "objects": { "contact": { "read": "all" } } })).await;
        let vlad = app.vlad().await;
        let path = format!("/contacts/{}/presence", vlad["id"].as_str().unwrap());
        ana.post(&path, json!({ "tab": "a" })).await.ok();
        let mut stream = Lines::of(ana.response("GET", "/live?kinds=nothing", Body::empty()).await);
        stream.next().await;

        boris.post(&path, json!({ "tab": "b" })).await.ok();
        let heard = stream.next().await;
        assert!(heard.contains("event: presence") && heard.contains("Boris") && heard.contains(vlad["id"].as_str().unwrap()), "{heard}");
        boris.delete(&format!("{path}?tab=b")).await.nothing();
        assert!(stream.next().await.contains("\"people\":[]"));
    }

    async fn who_may_not_read_a_record_is_not_there(app: TestApp) {
        let boris = app.colleague("Boris", json!({ "objects": { "contact": { "read": "own" } } })).await;
        let path = format!("/contacts/{}/presence", app.vlad().await["id"].as_str().unwrap());
        boris.post(&path, json!({ "tab": "b" })).await.refused(404);
        app.ana().post(&path, json!({ "tab": "" })).await.refused(422);
        app.ana().post(&path, json!({ "tab": "x".repeat(65) })).await.refused(422);
        app.program().await.post(&path, json!({ "tab": "b" })).await.refused(403);
        app.stranger().post(&path, json!({ "tab": "b" })).await.refused(401);
    }
}
