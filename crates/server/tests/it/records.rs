//! Records: made, read, changed, put into the bin and taken out of it.

use serde_json::json;
use testkit::{TestApp, on_both};

on_both! {
    async fn a_contact_is_made_read_and_changed(app: TestApp) {
        let ana = app.ana();

        let made = ana.post("/contacts", json!({ "first_name": "Vlad", "last_name": "Rusu", "email": "Vlad@BlueBakery.example" })).await;
        assert_eq!(made.header("etag"), Some("\"1\""));
        let location = made.header("location").expect("a location").to_string();
        let made = made.created();
        assert_eq!(made["title"], "Vlad Rusu");
        assert_eq!(made["email"], "vlad@bluebakery.example");
        assert_eq!(made["created_by"], json!(app.ana_id()));
        assert_eq!(location, format!("/api/v1/contacts/{}", made["id"].as_str().unwrap()));

        let path = format!("/contacts/{}", made["id"].as_str().unwrap());
        assert_eq!(ana.get(&path).await.ok(), made);

        let changed = ana.patch(&path, json!({ "job_title": "Buyer" })).await;
        assert_eq!(changed.header("etag"), Some("\"2\""));
        let changed = changed.ok();
        assert_eq!(changed["job_title"], "Buyer");
        assert_eq!(changed["email"], made["email"]);
        assert_eq!(ana.get(&path).await.ok(), changed);
    }

    async fn a_change_of_nothing_is_no_change(app: TestApp) {
        let ana = app.ana();
        let vlad = app.vlad().await;
        let path = format!("/contacts/{}", vlad["id"].as_str().unwrap());

        let answer = ana.patch(&path, json!({ "first_name": "Vlad" })).await;

        assert_eq!(answer.header("rapport-change"), None);
        assert_eq!(answer.ok()["version"], 1);
    }

    async fn what_goes_into_the_bin_can_be_taken_out(app: TestApp) {
        let ana = app.ana();
        let vlad = app.vlad().await;
        let path = format!("/contacts/{}", vlad["id"].as_str().unwrap());

        ana.delete(&path).await.nothing();

        assert_eq!(ana.get("/contacts?count=exact").await.ok()["count"]["value"], 0);
        assert_eq!(ana.get("/contacts?trash=true").await.ok()["data"][0]["id"], vlad["id"]);
        assert!(ana.get(&path).await.ok()["deleted_at"].is_string());
        ana.patch(&path, json!({ "job_title": "Buyer" })).await.refused_with(409, "record.trashed");

        let back = ana.send("POST", &format!("{path}/restore"), axum::body::Body::empty()).await.ok();
        assert!(back["deleted_at"].is_null());
        assert_eq!(ana.get("/contacts?count=exact").await.ok()["count"]["value"], 1);
    }

    async fn every_type_of_value_comes_back_as_it_was_sent(app: TestApp) {
        let ana = app.ana();
        let fields = json!([
            { "name": "words", "label": "Words", "type": "text" },
            { "name": "story", "label": "Story", "type": "long_text" },
            { "name": "whole", "label": "Whole", "type": "integer" },
            { "name": "share", "label": "Share", "type": "number" },
            { "name": "price", "label": "Price", "type": "money" },
            { "name": "day", "label": "Day", "type": "date" },
            { "name": "moment", "label": "Moment", "type": "time" },
            { "name": "colour", "label": "Colour", "type": "choice", "options": [{ "value": "red", "label": { "en": "Red" } }] },
            { "name": "sizes", "label": "Sizes", "type": "multi_choice",
              "options": [{ "value": "s", "label": { "en": "S" } }, { "value": "l", "label": { "en": "L" } }] },
            { "name": "ready", "label": "Ready", "type": "boolean" },
            { "name": "mail", "label": "Mail", "type": "email" },
            { "name": "call", "label": "Call", "type": "phone" },
            { "name": "site", "label": "Site", "type": "url" },
            { "name": "place", "label": "Place", "type": "address" },
            { "name": "buyer", "label": "Buyer", "type": "link", "target": "contact" },
            { "name": "friends", "label": "Friends", "type": "links", "target": "contact" },
        ]);
        let object = json!({ "name": "sample", "plural": "samples", "label": "Sample", "label_plural": "Samples", "title": "{words}", "fields": fields });
        ana.post("/definitions", object).await.created();
        let vlad = app.vlad().await;

        let sent = json!({
            "words": "Zăpadă 雪 снег", "story": "one\ntwo", "whole": -9_007_199_254_740_993_i64, "share": 0.25,
            "price": { "amount": 120_450, "currency": "EUR" }, "day": "2017-06-30", "moment": "2017-06-30T12:00:00.000Z",
            "colour": "red", "sizes": ["s", "l"], "ready": false, "mail": "a@b.example", "call": "+37322123456",
            "site": "https://bluebakery.example/", "place": { "city": "Chișinău", "country": "MD" },
            "buyer": vlad["id"], "friends": [vlad["id"]],
        });
        let made = ana.post("/samples", sent.clone()).await.created();
        let read = ana.get(&format!("/samples/{}", made["id"].as_str().unwrap())).await.ok();

        for (name, value) in sent.as_object().unwrap() {
            assert_eq!(read[name], *value, "{name}");
        }
        assert_eq!(read["linked"]["buyer"]["title"], "Vlad Rusu");
        assert_eq!(read["linked"]["friends"][0]["object"], "contact");

        // Money may come as a person writes it, and every value may be taken away again.
        let path = format!("/samples/{}", made["id"].as_str().unwrap());
        assert_eq!(ana.patch(&path, json!({ "price": "1204.50 EUR" })).await.ok()["price"], sent["price"]);
        let nothing: serde_json::Map<_, _> = sent.as_object().unwrap().keys().filter(|name| *name != "words").map(|name| (name.clone(), json!(null))).collect();
        let emptied = ana.patch(&path, json!(nothing)).await.ok();
        for name in nothing.keys() {
            assert!(emptied[name].is_null(), "{name}: {}", emptied[name]);
        }
    }

    async fn all_faults_of_a_record_are_told_at_once(app: TestApp) {
        let body = json!({ "email": "nobody", "phone": "12", "birth_date": "yesterday", "colour": "red", "orders_count": 5, "id": "x" });

        let problem = app.ana().post("/contacts", body).await.refused(422);

        let mut codes: Vec<(&str, &str)> =
            problem["errors"].as_array().unwrap().iter().map(|e| (e["pointer"].as_str().unwrap(), e["code"].as_str().unwrap())).collect();
        codes.sort_unstable();
        assert_eq!(
            codes,
            [
                ("/birth_date", "wrong_type"),
                ("/colour", "unknown_field"),
                ("/email", "not_an_email"),
                ("/id", "readonly"),
                ("/orders_count", "readonly"),
                ("/phone", "not_a_phone"),
            ]
        );
        assert_eq!(app.ana().get("/contacts?count=exact").await.ok()["count"]["value"], 0);
    }

    async fn a_person_has_a_name_or_a_way_to_be_reached(app: TestApp) {
        let ana = app.ana();
        let problem = ana.post("/contacts", json!({})).await.refused_with(422, "needs_any");
        let said = problem["errors"][0].clone();
        assert_eq!(said["pointer"], "/first_name");
        assert_eq!(said["detail"], "At least one of these is needed: First name, Last name, Email, Phone, Mobile, External ID");
        let in_russian = ana.with("accept-language", "ru").post("/leads", json!({ "job_title": "Buyer" })).await.refused_with(422, "needs_any");
        assert!(in_russian["errors"][0]["detail"].as_str().unwrap().starts_with("Нужно хотя бы одно из этих полей: Имя, Фамилия"), "{in_russian}");
        assert_eq!(ana.get("/contacts?count=exact").await.ok()["count"]["value"], 0);

        // The last of them is not taken away either, by nobody and in no crowd.
        let path = format!("/contacts/{}", ana.post("/contacts", json!({ "phone": "+37322123456" })).await.created()["id"].as_str().unwrap());
        ana.patch(&path, json!({ "phone": null })).await.refused_with(422, "needs_any");
        ana.patch(&path, json!({ "phone": null, "last_name": "Rusu" })).await.ok();
        let bulk = ana.post("/contacts/bulk", json!({ "action": "create", "records": [{ "job_title": "Buyer" }, { "last_name": "Pop" }] })).await.ok();
        assert_eq!((&bulk["done"], &bulk["errors"][0]["errors"][0]["code"]), (&json!(1), &json!("needs_any")), "{bulk}");

        // Forms learn it from the definition; so do those who read the description of the API.
        let objects = ana.get("/definitions").await.ok()["objects"].clone();
        let contact = objects.as_array().unwrap().iter().find(|object| object["name"] == "contact").unwrap().clone();
        assert_eq!(contact["needs_any"][0], "first_name");
        let described = ana.get("/openapi.json").await.ok();
        assert!(described["components"]["schemas"]["contact.write"]["description"].as_str().unwrap().contains("at least one of first_name"));
    }

    async fn an_object_of_the_companys_own_says_what_it_needs_one_of(app: TestApp) {
        let ana = app.ana();
        let fields = json!([{ "name": "plate", "label": "Plate", "type": "text" }, { "name": "frame", "label": "Frame", "type": "text" }]);
        let object = |needs: serde_json::Value| json!({ "name": "bike", "plural": "bikes", "label": "Bike", "label_plural": "Bikes", "title": "{plate} {frame}", "fields": fields, "needs_any": needs });
        ana.post("/definitions", object(json!(["plate", "colour"]))).await.refused_with(422, "unknown_field");
        ana.post("/definitions", object(json!(["plate", "frame"]))).await.created();

        ana.post("/bikes", json!({})).await.refused_with(422, "needs_any");
        ana.patch("/definitions/bike/fields/plate", json!({ "name": "licence" })).await.ok();
        assert_eq!(ana.post("/bikes", json!({ "licence": "C 123" })).await.created()["title"], "C 123");
        ana.delete("/definitions/bike/fields/licence").await.nothing();
        assert_eq!(ana.post("/bikes", json!({ "frame": "WTU" })).await.created()["title"], "WTU");
    }

    async fn only_the_fields_that_are_asked_for_come(app: TestApp) {
        app.vlad().await;

        let page = app.ana().get("/contacts?fields=email,title").await.ok();

        assert_eq!(page["data"][0]["email"], "vlad@bluebakery.example");
        assert!(page["data"][0].get("phone").is_none());
        app.ana().get("/contacts?fields=secret").await.refused_with(422, "unknown_field");
    }
}
