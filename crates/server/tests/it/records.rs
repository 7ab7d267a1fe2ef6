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

    async fn only_the_fields_that_are_asked_for_come(app: TestApp) {
        app.vlad().await;

        let page = app.ana().get("/contacts?fields=email,title").await.ok();

        assert_eq!(page["data"][0]["email"], "vlad@bluebakery.example");
        assert!(page["data"][0].get("phone").is_none());
        app.ana().get("/contacts?fields=secret").await.refused_with(422, "unknown_field");
    }
}
