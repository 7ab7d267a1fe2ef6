//! Links that lead somewhere, and values that only one record may have.

use serde_json::json;
use testkit::{TestApp, on_both};

on_both! {
    async fn a_link_names_what_it_leads_to(app: TestApp) {
        let bakery = app.blue_bakery().await;

        let vlad = app.ana().post("/contacts", json!({ "last_name": "Rusu", "company": bakery["id"] })).await.created();

        assert_eq!(vlad["linked"]["company"], json!({ "id": bakery["id"], "object": "company", "title": "Blue Bakery" }));
        let related = app.ana().get(&format!("/companies/{}/related", bakery["id"].as_str().unwrap())).await.ok();
        let contacts = related["data"].as_array().unwrap().iter().find(|line| line["object"] == "contact" && line["field"] == "company");
        assert_eq!(contacts.expect("contacts are related")["count"], 1);
    }

    async fn a_link_to_nothing_is_refused(app: TestApp) {
        let ana = app.ana();
        let vlad = app.vlad().await;
        let bakery = app.blue_bakery().await;

        ana.post("/contacts", json!({ "last_name": "Rusu", "company": vlad["id"] })).await.refused_with(422, "not_found");
        ana.delete(&format!("/companies/{}", bakery["id"].as_str().unwrap())).await.nothing();
        ana.post("/contacts", json!({ "last_name": "Rusu", "company": bakery["id"] })).await.refused_with(422, "not_found");
        ana.post("/contacts", json!({ "last_name": "Rusu", "company": "nowhere" })).await.refused_with(422, "wrong_type");
    }

    async fn a_unique_value_belongs_to_one_living_record(app: TestApp) {
        let ana = app.ana();
        let first = ana.post("/contacts", json!({ "last_name": "Rusu", "external_id": "A-1" })).await.created();
        let path = format!("/contacts/{}", first["id"].as_str().unwrap());

        ana.post("/contacts", json!({ "last_name": "Munteanu", "external_id": "A-1" })).await.refused_with(409, "unique");
        ana.delete(&path).await.nothing();
        ana.post("/contacts", json!({ "last_name": "Munteanu", "external_id": "A-1" })).await.created();
        ana.post(&format!("{path}/restore"), json!({})).await.refused_with(409, "unique");
    }

    async fn two_of_one_batch_cannot_share_a_unique_value(app: TestApp) {
        let records = json!([{ "last_name": "Rusu", "external_id": "A-1" }, { "last_name": "Munteanu", "external_id": "A-1" }]);

        let answer = app.ana().post("/contacts/bulk", json!({ "action": "create", "records": records })).await.ok();

        assert_eq!(answer["done"], 1, "{answer}");
        assert_eq!(answer["errors"][0]["index"], 1, "{answer}");
    }

    async fn many_links_are_kept_as_a_set(app: TestApp) {
        let ana = app.ana();
        let one = ana.post("/tags", json!({ "name": "vip" })).await.created();
        let two = ana.post("/tags", json!({ "name": "wholesale" })).await.created();

        let vlad = ana.post("/contacts", json!({ "last_name": "Rusu", "tags": [two["id"], one["id"], two["id"]] })).await.created();

        assert_eq!(vlad["tags"].as_array().unwrap().len(), 2);
        let found = ana.get("/contacts?filter=tags contains \"vip\"").await.ok();
        assert_eq!(found["data"][0]["id"], vlad["id"], "{found}");
        let path = format!("/contacts/{}", vlad["id"].as_str().unwrap());
        assert_eq!(ana.patch(&path, json!({ "tags": [one["id"]] })).await.ok()["tags"], json!([one["id"]]));
    }
}
