//! What somebody keeps at hand: favourites and what they opened last.

use serde_json::{Value, json};
use testkit::{Client, TestApp, on_both};

async fn titles(who: &Client, path: &str) -> Vec<String> {
    let list = who.get(path).await.ok();
    list["data"].as_array().unwrap().iter().map(|one| one["title"].as_str().unwrap().to_string()).collect()
}

on_both! {
    async fn favourites_are_ones_own_and_in_ones_own_order(app: TestApp) {
        let ana = app.ana();
        let vlad = app.vlad().await;
        let bakery = app.blue_bakery().await;
        let view = ana.post("/views", json!({ "name": "Big deals", "object_name": "deal", "visibility": "everyone" })).await.created();
        let path = |objects: &str, record: &Value| format!("/me/favourites/{objects}/{}", record["id"].as_str().unwrap());
        for (objects, record) in [("contacts", &vlad), ("companies", &bakery), ("views", &view), ("contacts", &vlad)] {
            ana.send("PUT", &path(objects, record), axum::body::Body::empty()).await.ok();
        }
        assert_eq!(titles(&ana, "/me/favourites").await, ["Vlad Rusu", "Blue Bakery", "Big deals"]);
        let list = ana.get("/me/favourites").await.ok();
        assert_eq!((&list["data"][0]["plural"], &list["data"][2]["view_of"]), (&json!("contacts"), &json!("deals")), "{list}");

        ana.put("/me/favourites", json!({ "order": [{ "object": "view", "id": view["id"] }, { "object": "contact", "id": vlad["id"] }] })).await.ok();
        assert_eq!(titles(&ana, "/me/favourites").await, ["Big deals", "Vlad Rusu", "Blue Bakery"]);
        ana.delete(&path("contacts", &vlad)).await.nothing();
        assert_eq!(titles(&ana, "/me/favourites").await, ["Big deals", "Blue Bakery"]);

        let boris = app.colleague("Boris", json!({ "objects": { "contact": { "read": "own" } } })).await;
        assert_eq!(titles(&boris, "/me/favourites").await, Vec::<String>::new());
        boris.send("PUT", &path("contacts", &vlad), axum::body::Body::empty()).await.refused(404);
        boris.send("PUT", &path("deals", &vlad), axum::body::Body::empty()).await.refused(404);
    }

    async fn a_favourite_out_of_reach_is_not_shown(app: TestApp) {
        let ana = app.ana();
        let vlad = app.vlad().await;
        let boris = app.colleague("Boris", json!({ "objects": { "contact": { "read": "where: last_name = \"Rusu\"" } } })).await;
        boris.send("PUT", &format!("/me/favourites/contacts/{}", vlad["id"].as_str().unwrap()), axum::body::Body::empty()).await.ok();
        boris.post("/me/recents", json!({ "object": "contact", "id": vlad["id"] })).await.nothing();
        ana.patch(&format!("/contacts/{}", vlad["id"].as_str().unwrap()), json!({ "last_name": "Secret" })).await.ok();
        assert_eq!(boris.get("/me/favourites").await.ok()["data"], json!([]));
        assert_eq!(boris.get("/me/recents").await.ok()["data"], json!([]));
    }

    async fn what_was_opened_last_comes_first_and_once(app: TestApp) {
        let ana = app.ana();
        let ids = app.contacts(120).await;
        let bakery = app.blue_bakery().await;
        for id in ids.iter().chain([&ids[5]]) {
            app.pass_ms(10);
            ana.post("/me/recents", json!({ "object": "contact", "id": id })).await.nothing();
        }
        app.pass_ms(10);
        ana.post("/me/recents", json!({ "object": "companies", "id": bakery["id"] })).await.nothing();
        assert_eq!(titles(&ana, "/me/recents?limit=3").await, ["Blue Bakery", "Contact 006", "Contact 120"]);
        assert_eq!(titles(&ana, "/me/recents?limit=1&object=contact").await, ["Contact 006"]);
        assert_eq!(titles(&ana, "/me/recents?limit=200").await.len(), 100);
        ana.post("/me/recents", json!({ "object": "unicorn", "id": bakery["id"] })).await.refused(404);
        ana.post("/me/recents", json!({ "object": "contact", "id": bakery["id"] })).await.refused(404);
    }
}
