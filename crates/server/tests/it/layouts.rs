//! Layouts of pages and cards, for everybody and for single roles.

use serde_json::{Value, json};
use testkit::{TestApp, on_both};

fn fields(layout: &Value) -> Vec<String> {
    let sections = layout["layout"]["sections"].as_array().expect("sections");
    sections
        .iter()
        .flat_map(|section| section["fields"].as_array().unwrap())
        .map(|name| name.as_str().unwrap().to_string())
        .collect()
}

on_both! {
    async fn without_one_the_definition_lays_out_every_field_once(app: TestApp) {
        let ana = app.ana();
        let layout = ana.get("/deals/layout").await.ok();
        assert_eq!((&layout["from"], &layout["role"], &layout["warnings"]), (&json!("definition"), &Value::Null, &json!([])));
        let mut laid_out = fields(&layout);
        laid_out.sort();
        let all = ana.get("/definitions").await.ok();
        let deal = all["objects"].as_array().unwrap().iter().find(|object| object["name"] == "deal").unwrap();
        let mut defined: Vec<String> = deal["fields"].as_array().unwrap().iter().map(|field| field["name"].as_str().unwrap().to_string()).collect();
        defined.sort();
        assert_eq!(laid_out, defined);
        assert_eq!(layout["layout"]["facts"], json!(["stage", "status", "owner", "amount"]));
        assert!(layout["layout"]["related"].as_array().unwrap().contains(&json!("activities")), "{layout}");
    }

    async fn a_roles_layout_goes_before_everyones(app: TestApp) {
        let ana = app.ana();
        let (boris, id) = app.colleague_with_id("Boris", json!({ "objects": { "deal": { "read": "all" } } })).await;
        let role = ana.get(&format!("/users/{id}/roles")).await.ok()["data"][0]["id"].clone();
        let all = json!({ "facts": ["amount"], "sections": [{ "name": "main", "fields": ["name", "amount"] }], "card": ["amount"], "related": ["notes"] });
        let theirs = json!({ "facts": ["owner"], "sections": [{ "name": "first", "label": { "en": "First", "ro": "Întâi" }, "fields": ["stage"], "collapsed": true }], "hidden": ["external_id"] });
        ana.put("/deals/layout", json!({ "layout": all })).await.ok();
        let kept = ana.put("/deals/layout", json!({ "role": role, "layout": theirs })).await.ok();
        assert_eq!((&kept["from"], &kept["role"]), (&json!("role"), &role));

        let seen = boris.get("/deals/layout").await.ok();
        assert_eq!(seen["layout"]["facts"], json!(["owner"]));
        assert_eq!(seen["layout"]["sections"][0], json!({ "name": "first", "label": { "en": "First", "ro": "Întâi" }, "fields": ["stage"], "collapsed": true }));
        // What the layout does not name is not lost, what it hides is.
        assert!(fields(&seen).contains(&"amount".to_string()) && !fields(&seen).contains(&"external_id".to_string()), "{seen}");
        assert_eq!(ana.get("/deals/layout").await.ok()["from"], "everyone");
        assert_eq!(ana.get("/deals/layouts").await.ok()["data"].as_array().unwrap().len(), 2);
        assert_eq!(ana.get(&format!("/deals/layout?role={}", role.as_str().unwrap())).await.ok()["layout"], seen["layout"]);

        ana.delete(&format!("/deals/layout?role={}", role.as_str().unwrap())).await.nothing();
        assert_eq!(boris.get("/deals/layout").await.ok()["from"], "everyone");
        ana.delete("/deals/layout").await.nothing();
        ana.delete("/deals/layout").await.refused(404);
        assert_eq!(boris.get("/deals/layout").await.ok()["from"], "definition");
    }

    async fn a_field_made_or_deleted_later_is_in_its_place_or_said_to_be_gone(app: TestApp) {
        let ana = app.ana();
        ana.post("/definitions/deal/fields", json!({ "name": "colour", "label": "Colour", "type": "text" })).await.created();
        ana.put("/deals/layout", json!({ "layout": { "sections": [{ "name": "main", "fields": ["colour", "name"] }], "card": ["colour"] } })).await.ok();
        ana.delete("/definitions/deal/fields/colour").await.nothing();
        ana.post("/definitions/deal/fields", json!({ "name": "shape", "label": "Shape", "type": "text" })).await.created();
        let layout = ana.get("/deals/layout").await.ok();
        assert!(fields(&layout).contains(&"shape".to_string()) && !fields(&layout).contains(&"colour".to_string()));
        assert_eq!(layout["layout"]["card"], json!([]));
        assert_eq!(layout["warnings"].as_array().unwrap().len(), 2, "{layout}");
    }

    async fn only_administrators_arrange_and_only_what_is_there(app: TestApp) {
        let ana = app.ana();
        let boris = app.colleague("Boris", json!({ "objects": { "deal": { "read": "all", "update": "all", "fields": { "amount": "hidden" } } } })).await;
        boris.put("/deals/layout", json!({ "layout": {} })).await.refused(403);
        boris.get("/deals/layouts").await.refused(403);
        boris.delete("/deals/layout").await.refused(403);
        let bad = [
            (json!({ "facts": ["nothing"] }), "unknown_field"),
            (json!({ "sections": [{ "name": "", "fields": [] }] }), "required"),
            (json!({ "sections": [{ "name": "a", "fields": ["amount"] }], "hidden": ["amount"] }), "taken_twice"),
            (json!({ "sections": [{ "name": "a", "label": 5 }] }), "wrong_type"),
            (json!({ "related": ["unicorns"] }), "unknown_object"),
        ];
        for (layout, code) in bad {
            ana.put("/deals/layout", json!({ "layout": layout })).await.refused_with(422, code);
        }
        ana.put("/deals/layout", json!({ "role": "00000000-0000-7000-8000-000000000001", "layout": {} })).await.refused_with(422, "not_found");
        ana.put("/deals/layout", json!({ "layout": { "facts": ["amount"], "sections": [{ "name": "main", "fields": ["amount"] }], "card": ["amount"] } })).await.ok();
        let seen = boris.get("/deals/layout").await.ok();
        assert!(!seen.to_string().contains("\"amount\""), "{seen}");
    }
}
