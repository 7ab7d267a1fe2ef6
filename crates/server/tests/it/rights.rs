//! Rights: what one may not see does not exist, by whichever door one asks.

use serde_json::{Value, json};
use testkit::{Client, TestApp, on_both};

async fn boris(app: &TestApp, contact: Value) -> (Client, String) {
    let (boris, id) =
        app.colleague_with_id("Boris", json!({ "objects": { "contact": contact, "tag": { "read": "all" } } })).await;
    (boris, id.to_string())
}

on_both! {
    async fn a_record_out_of_reach_is_not_there(app: TestApp) {
        let (boris, id) = boris(&app, json!({ "read": "own", "update": "own", "delete": "own", "create": true })).await;
        let ana = app.ana();
        let his = ana.post("/contacts", json!({ "last_name": "His", "owner": id })).await.created();
        let hers = ana.post("/contacts", json!({ "last_name": "Hers" })).await.created();
        let hidden = format!("/contacts/{}", hers["id"].as_str().unwrap());

        let list = boris.get("/contacts?count=exact").await.ok();
        assert_eq!((list["data"].as_array().unwrap().len(), &list["data"][0]["id"]), (1, &his["id"]));
        assert_eq!(list["count"]["value"], 1);
        assert_eq!(boris.get("/contacts/aggregate").await.ok()["count"], 1);
        boris.get(&hidden).await.refused(404);
        boris.get(&format!("{hidden}/timeline")).await.refused(404);
        boris.get(&format!("{hidden}/history")).await.refused(404);
        boris.get(&format!("{hidden}/related")).await.refused(404);
        boris.get(&format!("{hidden}/explain")).await.refused(404);
        boris.patch(&hidden, json!({ "last_name": "X" })).await.refused(404);
        boris.delete(&hidden).await.refused(404);
        boris.post(&format!("{hidden}/restore"), json!({})).await.refused(404);
        let bulk = boris.post("/contacts/bulk", json!({ "action": "delete", "ids": [hers["id"], his["id"]] })).await.ok();
        assert_eq!(bulk["done"], 1, "{bulk}");
        assert!(ana.get(&hidden).await.ok()["deleted_at"].is_null());
    }

    async fn an_object_that_one_may_not_read_is_not_there(app: TestApp) {
        let (boris, _) = boris(&app, json!({ "read": "all" })).await;

        boris.get("/companies").await.refused(404);
        boris.post("/companies", json!({ "name": "X" })).await.refused(404);
        let seen: Vec<Value> = boris.get("/definitions").await.ok()["objects"].as_array().unwrap().iter().map(|o| o["name"].clone()).collect();
        assert!(!seen.contains(&json!("company")), "{seen:?}");
        boris.get("/contacts?filter=company.name = \"x\"").await.refused(422);
    }

    async fn what_one_may_read_but_not_change_says_so(app: TestApp) {
        let path = format!("/contacts/{}", app.vlad().await["id"].as_str().unwrap());
        let (boris, _) = boris(&app, json!({ "read": "all" })).await;

        boris.get(&path).await.ok();
        boris.patch(&path, json!({ "last_name": "X" })).await.refused(403);
        boris.delete(&path).await.refused(403);
        boris.post("/contacts", json!({ "last_name": "X" })).await.refused(403);
        boris.post("/contacts/bulk", json!({ "action": "update", "ids": [], "set": { "last_name": "X" } })).await.refused(403);
        let can = boris.get("/definitions").await.ok()["objects"].as_array().unwrap().iter().find(|o| o["name"] == "contact").unwrap()["can"].clone();
        assert_eq!(can, json!({ "read": true, "create": false, "update": false, "delete": false, "import": false, "export": false }));
    }

    async fn a_hidden_field_does_not_exist_anywhere(app: TestApp) {
        let ana = app.ana();
        let rich = ana
            .post("/contacts", json!({ "last_name": "Rich", "annual_income": { "amount": 100, "currency": "EUR" }, "email": "rich@example.com" }))
            .await
            .created();
        let path = format!("/contacts/{}", rich["id"].as_str().unwrap());
        ana.patch(&path, json!({ "annual_income": { "amount": 200, "currency": "EUR" } })).await.ok();
        let (boris, _) = boris(&app, json!({ "read": "all", "update": "all", "create": true, "fields": { "annual_income": "hidden" } })).await;

        let mut seen = vec![
            boris.get(&path).await.ok(),
            boris.get("/contacts").await.ok(),
            boris.get("/definitions").await.ok(),
            boris.get(&format!("{path}/timeline")).await.ok(),
            boris.get(&format!("{path}/history")).await.ok(),
            boris.get("/events").await.ok(),
            boris.get("/openapi.json").await.ok(),
        ];
        seen.push(boris.patch(&path, json!({ "first_name": "Very" })).await.ok());
        for answer in seen {
            assert!(!answer.to_string().contains("annual_income"), "{answer}");
        }
        boris.get("/contacts?filter=annual_income > 1 EUR").await.refused_with(422, "unknown_field");
        boris.get("/contacts?sort=annual_income").await.refused_with(422, "unknown_field");
        boris.get("/contacts?fields=annual_income").await.refused_with(422, "unknown_field");
        boris.get("/contacts/aggregate?of=sum:annual_income").await.refused_with(422, "unknown_field");
        boris.patch(&path, json!({ "annual_income": null })).await.refused_with(422, "unknown_field");
        boris.post("/contacts", json!({ "last_name": "X", "annual_income": null })).await.refused_with(422, "unknown_field");
        assert_eq!(ana.get(&path).await.ok()["annual_income"]["amount"], 200);
    }

    async fn a_read_only_field_is_seen_and_not_changed(app: TestApp) {
        let path = format!("/contacts/{}", app.vlad().await["id"].as_str().unwrap());
        let (boris, _) = boris(&app, json!({ "read": "all", "update": "all", "fields": { "email": "readonly" } })).await;

        assert_eq!(boris.get(&path).await.ok()["email"], "vlad@bluebakery.example");
        boris.patch(&path, json!({ "email": "x@example.com" })).await.refused_with(422, "readonly");
        boris.patch(&path, json!({ "job_title": "Buyer" })).await.ok();
    }

    async fn a_row_rule_holds_in_every_list_and_count(app: TestApp) {
        let ana = app.ana();
        for (name, city) in [("Albu", "Paris"), ("Bradu", "Berlin"), ("Cernea", "Paris")] {
            ana.post("/contacts", json!({ "last_name": name, "address": { "city": city } })).await.created();
        }
        let (boris, _) = boris(&app, json!({ "read": "where: address.city = \"Paris\"", "update": "where: address.city = \"Paris\"" })).await;

        assert_eq!(boris.get("/contacts?count=exact").await.ok()["count"]["value"], 2);
        assert_eq!(boris.get("/contacts?filter=address.city = \"Berlin\"").await.ok()["data"], json!([]));
        let told = |lines: &Value| lines["data"].as_array().unwrap().iter().filter(|line| line["kind"] == "contact.created").count();
        testkit::eventually(async || told(&ana.get("/events?limit=100").await.ok()) == 3).await;
        let lines = boris.get("/events?limit=100").await.ok();
        assert_eq!(told(&lines), 2, "{lines}");
    }

    async fn a_link_may_not_lead_out_of_ones_reach(app: TestApp) {
        let bakery = app.blue_bakery().await;
        let (boris, _) = boris(&app, json!({ "read": "all", "create": true })).await;

        boris.post("/contacts", json!({ "last_name": "X", "company": bakery["id"] })).await.refused(422);
        let vlad = app.ana().post("/contacts", json!({ "last_name": "Rusu", "company": bakery["id"] })).await.created();
        let seen = boris.get(&format!("/contacts/{}", vlad["id"].as_str().unwrap())).await.ok();
        assert!(!seen.to_string().contains("Blue Bakery"), "{seen}");
    }

    async fn rights_taken_away_are_gone_with_the_next_request(app: TestApp) {
        let (boris, id) = boris(&app, json!({ "read": "all" })).await;
        boris.get("/contacts").await.ok();

        app.ana().put(&format!("/users/{id}/roles"), json!({ "roles": [] })).await.ok();

        // Who loses rights is signed out: the next session begins with what is left.
        boris.get("/contacts").await.refused(401);
    }

    async fn an_undo_does_not_reach_further_than_its_caller(app: TestApp) {
        let ana = app.ana();
        let path = format!("/contacts/{}", app.vlad().await["id"].as_str().unwrap());
        let change = ana.patch(&path, json!({ "job_title": "Buyer" })).await.change();
        let (boris, _) = boris(&app, json!({ "read": "all" })).await;

        let _ = boris.post(&format!("/changes/{change}/undo"), json!({})).await;

        assert_eq!(ana.get(&path).await.ok()["job_title"], "Buyer");
    }
}
