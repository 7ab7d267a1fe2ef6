//! Search: what was written a moment ago is found, as one types it, under one's own rights.

use serde_json::json;
use testkit::{Client, TestApp, on_both};

/// Brings the index in step, as the server does in the background.
async fn indexed(app: &TestApp) {
    let app = app.app().clone();
    tokio::task::spawn_blocking(move || foundation::search::catch_up(&app)).await.unwrap().unwrap();
}

async fn titles(who: &Client, typed: &str) -> Vec<String> {
    let found = who.get(&format!("/search?q={typed}")).await.ok();
    let groups = found["groups"].as_array().unwrap().clone();
    groups
        .iter()
        .flat_map(|group| group["data"].as_array().unwrap())
        .map(|hit| hit["title"].as_str().unwrap().to_string())
        .collect()
}

on_both! {
    async fn a_person_is_found_however_their_name_is_typed(app: TestApp) {
        let ana = app.ana();
        ana.post("/contacts", json!({ "first_name": "Ștefania", "last_name": "Țurcanu", "email": "st@bluebakery.example", "phone": "+37322123456" })).await.created();
        ana.post("/contacts", json!({ "first_name": "Ольга", "last_name": "Орлова" })).await.created();
        ana.post("/contacts", json!({ "last_name": "王小明" })).await.created();
        testkit::eventually(async || {
            indexed(&app).await;
            titles(&app.ana(), "王小").await == ["王小明"]
        })
        .await;

        for typed in ["stefania", "Țurc", "turcanu stef", "bluebakery", "22 12 34 56", "%2B373 22 123456"] {
            assert_eq!(titles(&ana, typed).await, ["Ștefania Țurcanu"], "{typed}");
        }
        assert_eq!(titles(&ana, "орл").await, ["Ольга Орлова"]);
        assert_eq!(titles(&ana, "zzzz").await, Vec::<String>::new());
        assert_eq!(ana.get("/search?q=").await.ok()["groups"], json!([]));
        assert_eq!(ana.get("/contacts/suggest?q=Ște").await.ok()["data"][0]["title"], "Ștefania Țurcanu");
    }

    async fn what_one_may_not_see_is_not_found(app: TestApp) {
        app.vlad().await;
        app.blue_bakery().await;
        let boris = app.colleague("Boris", json!({ "objects": { "contact": { "read": "all", "fields": { "email": "hidden" } } } })).await;
        testkit::eventually(async || {
            indexed(&app).await;
            titles(&app.ana(), "bluebakery").await.len() == 2
        })
        .await;

        assert_eq!(titles(&boris, "vlad").await, ["Vlad Rusu"]);
        assert_eq!(titles(&boris, "bluebakery").await, Vec::<String>::new());
        assert_eq!(titles(&boris, "Blue").await, Vec::<String>::new());
        boris.get("/companies/suggest?q=Blue").await.refused(404);
    }
}
