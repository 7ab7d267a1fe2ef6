//! Definitions: objects and fields of the company's own, there at once and without a restart.

use serde_json::{Value, json};
use testkit::{TestApp, on_both};

async fn bikes(app: &TestApp) -> Value {
    let object = json!({
        "name": "bike", "plural": "bikes", "label": { "en": "Bike", "ru": "Велосипед" }, "label_plural": "Bikes", "title": "{frame}",
        "fields": [
            { "name": "frame", "label": "Frame number", "type": "text", "required": true, "unique": true, "searchable": true },
            { "name": "owner_contact", "label": "Owner", "type": "link", "target": "contact" },
        ],
    });
    app.ana().post("/definitions", object).await.created()
}

on_both! {
    async fn an_object_of_the_companys_own_works_like_any_other(app: TestApp) {
        let ana = app.ana();
        let vlad = app.vlad().await;
        let bike = bikes(&app).await;
        assert_eq!((&bike["custom"], &bike["can"]["create"]), (&json!(true), &json!(true)));

        ana.post("/bikes", json!({})).await.refused_with(422, "required");
        let made = ana.post("/bikes", json!({ "frame": "WTU-1", "owner_contact": vlad["id"] })).await.created();

        assert_eq!(made["title"], "WTU-1");
        assert_eq!(ana.get("/bikes?filter=owner_contact.email = \"vlad@bluebakery.example\"").await.ok()["data"][0]["id"], made["id"]);
        let timeline = ana.get(&format!("/contacts/{}/timeline", vlad["id"].as_str().unwrap())).await.ok();
        assert_eq!(timeline["data"][0]["kind"], "bike.created", "{timeline}");
        let names: Vec<_> = ana.get("/definitions").await.ok()["objects"].as_array().unwrap().iter().map(|o| o["name"].clone()).collect();
        assert!(names.contains(&json!("bike")) && names.contains(&json!("contact")));
    }

    async fn a_new_field_is_there_for_the_next_request(app: TestApp) {
        let ana = app.ana();
        let path = format!("/contacts/{}", app.vlad().await["id"].as_str().unwrap());
        let before = ana.get("/definitions").await.ok()["version"].as_i64().unwrap();

        let field = json!({ "name": "shoe_size", "label": { "en": "Shoe size", "ro": "Mărime" }, "type": "integer" });
        let field = ana.post("/definitions/contact/fields", field).await.created();

        assert_eq!(field["custom"], true);
        assert!(ana.get("/definitions").await.ok()["version"].as_i64().unwrap() > before);
        assert!(ana.get(&path).await.ok()["shoe_size"].is_null());
        assert_eq!(ana.patch(&path, json!({ "shoe_size": 43 })).await.ok()["shoe_size"], 43);
        assert_eq!(ana.get("/contacts?filter=shoe_size > 42").await.ok()["data"].as_array().unwrap().len(), 1);
    }

    async fn an_object_takes_other_words_and_keeps_its_fields_and_records(app: TestApp) {
        let ana = app.ana();
        bikes(&app).await;
        ana.post("/definitions/bike/fields", json!({ "name": "gears", "label": "Gears", "type": "integer" })).await.created();
        ana.post("/bikes", json!({ "frame": "WTU-1", "gears": 7 })).await.created();

        let told = ana.patch("/definitions/bike", json!({ "label": { "en": "Cargo bike", "ro": "Bicicletă" }, "label_plural": "Cargo bikes", "icon": "truck", "area": "service" })).await.ok();

        assert_eq!((&told["label"]["ro"], &told["label_plural"]["en"], &told["icon"], &told["area"]), (&json!("Bicicletă"), &json!("Cargo bikes"), &json!("truck"), &json!("service")));
        assert_eq!((&told["name"], &told["plural"]), (&json!("bike"), &json!("bikes")), "what stands in addresses stays");
        assert_eq!(told["fields"].as_array().unwrap().iter().filter(|field| field["name"] == "gears").count(), 1);
        assert_eq!(ana.get("/bikes").await.ok()["data"][0]["gears"], 7);
        let reopened = app.reopened();
        assert_eq!(reopened.ana().get("/bikes?filter=gears = 7").await.ok()["data"][0]["frame"], "WTU-1");

        ana.patch("/definitions/bike", json!({ "label": "" })).await.refused_with(422, "required");
        ana.patch("/definitions/bike", json!({ "icon": "no icon!" })).await.refused_with(422, "wrong_type");
        ana.patch("/definitions/bike", json!({ "plural": "velos" })).await.refused(422);
        ana.patch("/definitions/contact", json!({ "label": "Person" })).await.refused_with(422, "reserved");
        ana.patch("/definitions/unicorn", json!({ "label": "Unicorn" })).await.refused(404);
        let boris = app.colleague("Boris", json!({ "objects": { "*": { "read": "all", "create": true, "update": "all" } } })).await;
        boris.patch("/definitions/bike", json!({ "label": "Mine" })).await.refused(403);
        assert_eq!(ana.get("/definitions").await.ok()["objects"].as_array().unwrap().iter().find(|object| object["name"] == "bike").unwrap()["label"]["en"], "Cargo bike");
    }

    async fn a_renamed_field_keeps_its_values(app: TestApp) {
        let ana = app.ana();
        let path = format!("/contacts/{}", app.vlad().await["id"].as_str().unwrap());
        ana.post("/definitions/contact/fields", json!({ "name": "size", "label": "Size", "type": "integer" })).await.created();
        ana.patch(&path, json!({ "size": 43 })).await.ok();

        ana.patch("/definitions/contact/fields/size", json!({ "name": "shoe_size", "label": "Shoe size" })).await.ok();

        let vlad = ana.get(&path).await.ok();
        assert_eq!((&vlad["shoe_size"], vlad.get("size")), (&json!(43), None));
        ana.patch(&path, json!({ "size": 44 })).await.refused_with(422, "unknown_field");
    }

    async fn a_deleted_field_is_gone_and_standard_fields_stay(app: TestApp) {
        let ana = app.ana();
        ana.post("/definitions/contact/fields", json!({ "name": "size", "label": "Size", "type": "integer" })).await.created();

        ana.delete("/definitions/contact/fields/size").await.nothing();

        ana.post("/contacts", json!({ "last_name": "Rusu", "size": 4 })).await.refused_with(422, "unknown_field");
        ana.delete("/definitions/contact/fields/email").await.refused(404);
    }

    async fn a_definition_that_does_not_hold_together_is_refused(app: TestApp) {
        let ana = app.ana();
        bikes(&app).await;
        let field = |field: Value| { let ana = ana.clone(); async move { ana.post("/definitions/contact/fields", field).await } };

        ana.post("/definitions", json!({ "name": "bike", "plural": "bikes2", "label": "B", "label_plural": "B" })).await.refused_with(422, "taken");
        ana.post("/definitions", json!({ "name": "x", "plural": "search", "label": "B", "label_plural": "B" })).await.refused_with(422, "taken");
        field(json!({ "name": "Bad Name", "label": "B", "type": "text" })).await.refused_with(422, "wrong_type");
        field(json!({ "name": "email", "label": "B", "type": "text" })).await.refused_with(422, "taken");
        field(json!({ "name": "version", "label": "B", "type": "integer" })).await.refused_with(422, "taken");
        field(json!({ "name": "f", "label": "B", "type": "link", "target": "unicorn" })).await.refused_with(422, "not_found");
        field(json!({ "name": "f", "label": "B", "type": "miracle" })).await.refused(422);
        field(json!({ "name": "f", "label": "B", "type": "choice", "options": [] })).await.refused(422);
        field(json!({ "name": "f", "label": "B", "type": "integer", "colour": "red" })).await.refused(422);
        field(json!({ "name": "f", "label": "B", "type": "integer", "options": [] })).await.refused(422);
        ana.post("/definitions", json!({ "name": "x", "plural": "xs", "label": "B", "label_plural": "B", "fields": [{ "name": "f", "label": "B", "type": "text", "requird": true }] })).await.refused(422);
        field(json!({ "name": "f", "label": "B", "type": "formula", "formula": "1 +", "result": { "type": "number" } })).await.refused(422);
        assert_eq!(ana.get("/contacts").await.ok()["data"], json!([]));
    }

    async fn only_an_administrator_changes_definitions(app: TestApp) {
        let boris = app.colleague("Boris", json!({ "objects": { "*": { "read": "all", "create": true, "update": "all" } } })).await;

        boris.post("/definitions/contact/fields", json!({ "name": "size", "label": "Size", "type": "integer" })).await.refused(403);
        boris.get("/definitions").await.ok();
    }

    async fn another_process_sees_a_new_object_without_a_restart(app: TestApp) {
        let other = app.reopened();
        bikes(&app).await;

        other.ana().post("/bikes", json!({ "frame": "WTU-2" })).await.created();

        assert_eq!(app.ana().get("/bikes").await.ok()["data"][0]["frame"], "WTU-2");
    }
}
