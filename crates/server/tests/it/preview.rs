//! A bulk change says what it would do before it does it.

use serde_json::{Value, json};
use testkit::{TestApp, on_both};

on_both! {
    async fn a_preview_tells_the_effect_and_writes_nothing(app: TestApp) {
        let ana = app.ana();
        app.contacts(20).await;
        let first = ana.get("/contacts?sort=title&limit=1").await.ok()["data"][0].clone();
        ana.patch(&format!("/contacts/{}", first["id"].as_str().unwrap()), json!({ "job_title": "Buyer" })).await.ok();
        let updates = async || ana.get("/events?kinds=contact.updated&limit=1000").await.ok()["data"].as_array().unwrap().len();
        testkit::eventually(async || updates().await == 1).await;
        let body = json!({ "action": "update", "filter": "", "set": { "job_title": "Buyer" }, "preview": true });

        let told = ana.post("/contacts/bulk", body.clone()).await;
        assert!(told.header("rapport-change").is_none());
        let told = told.ok();

        assert_eq!((&told["count"], &told["checked"], &told["changed"], &told["unchanged"]), (&json!(20), &json!(20), &json!(19), &json!(1)), "{told}");
        assert_eq!((&told["refused"], &told["as_job"]), (&json!([]), &json!(false)));
        let sample = told["sample"].as_array().unwrap();
        assert_eq!(sample.len(), 5);
        assert_eq!((&sample[0]["before"]["job_title"], &sample[0]["after"]["job_title"]), (&Value::Null, &json!("Buyer")), "{told}");
        assert_eq!(ana.get("/contacts?filter=job_title = \"Buyer\"&count=exact").await.ok()["count"]["value"], 1);
        assert_eq!(updates().await, 1);

        let mut done = body;
        done["preview"] = json!(false);
        assert_eq!(ana.post("/contacts/bulk", done).await.ok()["done"], told["changed"]);
    }

    async fn those_that_would_refuse_are_counted_by_reason(app: TestApp) {
        let ana = app.ana();
        app.contacts(12).await;
        let boris = app.colleague("Boris", json!({ "objects": { "contact": { "read": "all", "update": "where: last_name >= \"Contact 010\"", "delete": "all" } } })).await;

        let told = boris.post("/contacts/bulk", json!({ "action": "update", "filter": "last_name starts with \"Contact\"", "set": { "job_title": "Buyer" }, "preview": true })).await.ok();
        assert_eq!((&told["count"], &told["changed"]), (&json!(12), &json!(3)), "{told}");
        assert_eq!((&told["refused"][0]["code"], &told["refused"][0]["count"]), (&json!("forbidden"), &json!(9)));

        let ids: Vec<Value> = ana.get("/contacts?sort=title").await.ok()["data"].as_array().unwrap().iter().map(|contact| contact["id"].clone()).collect();
        let told = boris.with("accept-language", "ro").post("/contacts/bulk", json!({ "action": "update", "ids": ids, "set": { "external_id": "one" }, "preview": true })).await.ok();
        let refused: Vec<(&str, i64)> = told["refused"].as_array().unwrap().iter().map(|refused| (refused["code"].as_str().unwrap(), refused["count"].as_i64().unwrap())).collect();
        // One of the three may have the value; the second of them already may not.
        assert_eq!(refused, [("forbidden", 9), ("unique", 2)], "{told}");
        assert!(told["refused"][1]["detail"].as_str().unwrap().contains("valoare"), "{told}");
    }

    async fn bins_and_returns_have_a_preview_too(app: TestApp) {
        let ana = app.ana();
        let ids = app.contacts(3).await;
        let told = ana.post("/contacts/bulk", json!({ "action": "delete", "ids": ids, "preview": true })).await.ok();
        assert_eq!((&told["count"], &told["changed"]), (&json!(3), &json!(3)), "{told}");
        assert!(told["sample"][0]["before"]["deleted_at"].is_null() && told["sample"][0]["after"]["deleted_at"].is_string(), "{told}");
        assert_eq!(ana.get("/contacts?count=exact").await.ok()["count"]["value"], 3);
        ana.post("/contacts/bulk", json!({ "action": "create", "records": [], "preview": true })).await.refused(422);
        ana.post("/contacts/bulk", json!({ "action": "update", "ids": ids, "set": { "nothing": 1 }, "preview": true })).await.refused_with(422, "unknown_field");
    }

    async fn records_that_bring_their_own_values_are_previewed_each(app: TestApp) {
        let ana = app.ana();
        let ids = app.contacts(2).await;
        let records = json!([{ "id": ids[0], "job_title": "Buyer" }, { "id": ids[1], "email": "nobody" }]);
        let told = ana.post("/contacts/bulk", json!({ "action": "update", "records": records, "preview": true })).await.ok();
        assert_eq!((&told["count"], &told["changed"], &told["refused"][0]["code"]), (&json!(2), &json!(1), &json!("not_an_email")), "{told}");
        assert_eq!(told["sample"][0]["after"]["job_title"], "Buyer");
    }

    async fn a_large_one_says_that_it_becomes_a_job_and_how_much_was_looked_at(app: TestApp) {
        let ana = app.ana();
        app.contacts(620).await;
        let told = ana.post("/contacts/bulk", json!({ "action": "update", "filter": "job_title is empty", "set": { "job_title": "Buyer" }, "preview": true })).await.ok();
        assert_eq!((&told["count"], &told["checked"], &told["as_job"]), (&json!(620), &json!(500), &json!(true)), "{told}");
        assert_eq!(app.ana().get("/contacts?filter=job_title = \"Buyer\"&count=exact").await.ok()["count"]["value"], 0);
    }

    async fn a_hidden_field_is_in_no_sample(app: TestApp) {
        let ana = app.ana();
        ana.post("/contacts", json!({ "last_name": "Rich", "annual_income": { "amount": 100, "currency": "EUR" } })).await.created();
        let boris = app.colleague("Boris", json!({ "objects": { "contact": { "read": "all", "update": "all", "fields": { "annual_income": "hidden" } } } })).await;
        let told = boris.post("/contacts/bulk", json!({ "action": "update", "filter": "", "set": { "job_title": "Buyer" }, "preview": true })).await.ok();
        assert!(!told.to_string().contains("income"), "{told}");
        boris.post("/contacts/bulk", json!({ "action": "update", "filter": "", "set": { "annual_income": null }, "preview": true })).await.refused_with(422, "unknown_field");
    }
}
