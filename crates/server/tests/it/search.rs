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

    async fn whoever_was_joined_to_another_is_found_as_that_one_until_they_part(app: TestApp) {
        let ana = app.ana();
        let kept = ana.post("/contacts", json!({ "first_name": "Maria", "last_name": "Anders", "email": "maria@alfreds.example" })).await.created();
        let joined = ana.post("/contacts", json!({ "first_name": "Mitzi", "last_name": "Oldenburg", "email": "mitzi@oldmail.example" })).await.created();
        // Hand-picked, so that nothing of the other is left to be found in the one.
        let picks = json!({ "first_name": kept["id"], "last_name": kept["id"], "email": kept["id"] });
        let order = json!({ "records": [kept["id"], joined["id"]], "survivor": kept["id"], "picks": picks });
        let merged = ana.post("/contacts/merges", order.clone()).await.created();
        testkit::eventually(async || {
            indexed(&app).await;
            titles(&ana, "Oldenburg").await == ["Maria Anders"]
        })
        .await;
        // Also by a word of the one together with a word of the other.
        for typed in ["mitzi", "oldmail", "mitzi oldenb", "maria oldenburg", "oldenburg alfreds", "anders oldmail"] {
            assert_eq!(titles(&ana, typed).await, ["Maria Anders"], "{typed}");
        }
        let found = ana.get("/search?q=oldenburg").await.ok();
        assert_eq!(found["groups"][0]["data"][0]["id"], kept["id"]);
        assert_eq!(found["groups"][0]["data"][0]["match"]["text"], "Oldenburg", "it says why: {found}");
        assert_eq!(titles(&ana, "maria").await, ["Maria Anders"], "once");
        assert_eq!(ana.get("/contacts/suggest?q=Mitzi").await.ok()["data"][0]["id"], kept["id"]);

        // Under the rights to who they are now: hidden fields do not tell, and what one may not see is not found.
        let blind = app.colleague("Carla", json!({ "objects": { "contact": { "read": "all", "fields": { "email": "hidden" } } } })).await;
        assert_eq!(titles(&blind, "oldmail").await, Vec::<String>::new());
        assert_eq!(titles(&blind, "oldenburg").await, ["Maria Anders"]);
        assert_eq!(titles(&blind, "maria oldmail").await, Vec::<String>::new());
        let (boris, id) = app.colleague_with_id("Boris", json!({ "objects": { "contact": { "read": "own" } } })).await;
        assert_eq!(titles(&boris, "oldenburg").await, Vec::<String>::new());
        ana.patch(&format!("/contacts/{}", kept["id"].as_str().unwrap()), json!({ "owner": id })).await.ok();
        assert_eq!(titles(&boris, "oldenburg").await, ["Maria Anders"], "whoever owns the one owns what it was made of");

        ana.delete(&format!("/merges/{}", merged["merge"]["id"].as_str().unwrap())).await.ok();
        testkit::eventually(async || {
            indexed(&app).await;
            titles(&ana, "Oldenburg").await == ["Mitzi Oldenburg"]
        })
        .await;
        assert_eq!(titles(&ana, "oldmail").await, ["Mitzi Oldenburg"]);
        assert_eq!(titles(&ana, "maria").await, ["Maria Anders"]);
        testkit::eventually(async || titles(&ana, "maria oldenburg").await.is_empty()).await;
        assert_eq!(titles(&ana, "anders oldmail").await, Vec::<String>::new(), "words go back with whom they came");

        // And leaves with an erasure.
        ana.post("/contacts/merges", order).await.created();
        testkit::eventually(async || {
            indexed(&app).await;
            titles(&ana, "Oldenburg").await == ["Maria Anders"]
        })
        .await;
        let erasure = format!("/contacts/{}/erasure", kept["id"].as_str().unwrap());
        ana.send("POST", &erasure, axum::body::Body::empty()).await.nothing();
        app.run_jobs().await;
        assert_eq!(titles(&ana, "oldenburg").await, Vec::<String>::new());
        assert_eq!(titles(&ana, "mitzi").await, Vec::<String>::new());
        indexed(&app).await;
        let test = foundation::access::Principal::system("test");
        let left = app.app().read(&test, |reader| {
            reader.tx.one("select 1 from search_word where word in ('oldenburg', 'mitzi')", &[])
        });
        assert!(left.await.unwrap().is_none(), "nor do its words stay to put mistyped ones right");
    }
}
