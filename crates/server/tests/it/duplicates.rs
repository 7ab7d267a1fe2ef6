//! Hints of duplicates while a form is filled in.

use serde_json::{Value, json};
use testkit::{TestApp, on_both};

fn told(answer: &Value) -> Vec<(String, bool, Value)> {
    let hints = answer["data"].as_array().expect("hints");
    hints
        .iter()
        .map(|hint| (hint["title"].as_str().unwrap().to_string(), hint["certain"] == true, hint["reasons"].clone()))
        .collect()
}

on_both! {
    async fn an_address_names_its_contact_and_a_name_makes_one_likely(app: TestApp) {
        let ana = app.ana();
        let vlad = app.vlad().await;
        ana.post("/contacts", json!({ "first_name": "Vladislav", "last_name": "Rusu" })).await.created();

        let hints = ana.get("/contacts/duplicates?email=VLAD@bluebakery.example&phone=&last_name=").await.ok();
        assert_eq!(told(&hints), [("Vlad Rusu".to_string(), true, json!(["email"]))], "{hints}");
        let hints = ana.get("/contacts/duplicates?phone=%2B373 22 123456&email=vlad@bluebakery.example").await.ok();
        assert_eq!(told(&hints), [("Vlad Rusu".to_string(), true, json!(["email", "phone"]))], "{hints}");
        let hints = ana.get("/contacts/duplicates?first_name=vlad&last_name=rusu").await.ok();
        let named: Vec<String> = told(&hints).into_iter().map(|(title, certain, reasons)| { assert!(!certain && reasons == json!(["name"])); title }).collect();
        assert!(named.contains(&"Vlad Rusu".to_string()), "{hints}");
        let itself = ana.get(&format!("/contacts/duplicates?email=vlad@bluebakery.example&first_name=Vlad&last_name=Rusu&except={}", vlad["id"].as_str().unwrap())).await.ok();
        assert!(!told(&itself).iter().any(|(title, ..)| title == "Vlad Rusu"), "{itself}");
    }

    async fn whoever_asks_is_refused_what_may_be_there_already_and_shown_which(app: TestApp) {
        let ana = app.ana();
        let vlad = app.vlad().await;
        let new = json!({ "first_name": "V.", "last_name": "Rusu", "email": "vlad@bluebakery.example" });

        let refused = ana.post("/contacts?duplicates=refuse", new.clone()).await.refused_with(409, "duplicate");

        let candidate = &refused["conflict"]["details"]["candidates"][0];
        assert_eq!((&candidate["id"], &candidate["reasons"], &candidate["certain"]), (&vlad["id"], &json!(["email"]), &json!(true)), "{refused}");
        assert_eq!(ana.get("/contacts").await.ok()["count"]["value"], 1, "nothing was made");
        let blind = app.colleague("Carla", json!({ "objects": { "contact": { "read": "own", "create": true } } })).await;
        blind.post("/contacts?duplicates=refuse", new.clone()).await.created();
        ana.post("/contacts", new).await.created();
        ana.post("/contacts?duplicates=refuse", json!({ "last_name": "Nobody Else" })).await.created();
        ana.post("/contacts?duplicates=perhaps", json!({ "last_name": "Nobody Else" })).await.refused(400);
    }

    async fn half_an_address_is_no_fault(app: TestApp) {
        app.vlad().await;
        let ana = app.ana();
        assert_eq!(ana.get("/contacts/duplicates?email=vlad@&phone=%2B3&last_name=R").await.ok()["data"], json!([]));
        assert_eq!(ana.get("/contacts/duplicates").await.ok()["data"], json!([]));
        ana.get("/contacts/duplicates?nothing=x").await.refused_with(422, "unknown_field");
    }

    async fn a_unique_value_names_a_record_of_any_object(app: TestApp) {
        let ana = app.ana();
        ana.post("/products", json!({ "name": "Bread", "external_id": "P1" })).await.created();
        let hints = ana.get("/products/duplicates?external_id=P1").await.ok();
        assert_eq!(told(&hints), [("Bread".to_string(), true, json!(["external_id"]))], "{hints}");
    }

    async fn nobody_is_told_of_what_they_may_not_read(app: TestApp) {
        app.vlad().await;
        let boris = app.colleague("Boris", json!({ "objects": { "contact": { "read": "own", "create": true } } })).await;
        let blind = app.colleague("Carla", json!({ "objects": { "contact": { "read": "all", "fields": { "email": "hidden" } } } })).await;
        assert_eq!(boris.get("/contacts/duplicates?email=vlad@bluebakery.example&first_name=Vlad&last_name=Rusu").await.ok()["data"], json!([]));
        blind.get("/contacts/duplicates?email=vlad@bluebakery.example").await.refused_with(422, "unknown_field");
    }

    async fn a_record_in_the_bin_is_no_duplicate(app: TestApp) {
        let vlad = app.vlad().await;
        let ana = app.ana();
        ana.delete(&format!("/contacts/{}", vlad["id"].as_str().unwrap())).await.nothing();
        assert_eq!(ana.get("/contacts/duplicates?email=vlad@bluebakery.example&phone=%2B37322123456").await.ok()["data"], json!([]));
    }
}
