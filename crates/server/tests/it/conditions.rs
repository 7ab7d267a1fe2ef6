//! Conditions of fields, and formulas tried before they are fields.

use serde_json::json;
use testkit::{TestApp, on_both};

async fn lead_reason(app: &TestApp) {
    let ana = app.ana();
    let reason = json!({ "name": "reason", "label": "Reason", "type": "text" });
    ana.post("/definitions/lead/fields", reason).await.created();
    let grade = json!({ "name": "grade", "label": "Grade", "type": "choice", "options": [
        { "value": "open", "label": { "en": "Open" } }, { "value": "lost", "label": { "en": "Lost" } },
    ] });
    ana.post("/definitions/lead/fields", grade).await.created();
}

on_both! {
    async fn a_field_is_needed_where_its_condition_holds(app: TestApp) {
        lead_reason(&app).await;
        let ana = app.ana();
        let old = ana.post("/leads", json!({ "last_name": "Old", "grade": "lost" })).await.created();
        let path = "/definitions/lead/fields/reason/conditions";
        let set = ana.put(path, json!({ "required_if": "grade = \"lost\"", "show_if": "grade = \"lost\"" })).await.ok();
        assert_eq!(set["conditions"]["required_if"]["text"], "grade = \"lost\"");
        assert!(set["conditions"]["show_if"]["question"].is_object());

        ana.post("/leads", json!({ "last_name": "A", "grade": "lost" })).await.refused_with(422, "required");
        ana.post("/leads", json!({ "last_name": "A", "grade": "open" })).await.created();
        let lead = ana.post("/leads", json!({ "last_name": "B", "grade": "lost", "reason": "Price" })).await.created();
        let at = format!("/leads/{}", lead["id"].as_str().unwrap());
        ana.patch(&at, json!({ "reason": null })).await.refused_with(422, "required");
        // What was there before the condition is let be until somebody touches it.
        let old = format!("/leads/{}", old["id"].as_str().unwrap());
        ana.patch(&old, json!({ "last_name": "Older" })).await.ok();
        ana.patch(&old, json!({ "grade": "open" })).await.ok();
        ana.patch(&old, json!({ "grade": "lost" })).await.refused_with(422, "required");

        ana.put(path, json!({ "required_if": null })).await.ok();
        ana.patch(&old, json!({ "grade": "lost" })).await.ok();
        let audit = ana.get("/audit?action=definition.changed").await.ok();
        assert_eq!(audit["data"][0]["detail"]["before"]["required_if"], "grade = \"lost\"");
    }

    async fn a_field_is_locked_by_what_is_stored_not_by_what_is_sent(app: TestApp) {
        lead_reason(&app).await;
        let ana = app.ana();
        ana.put("/definitions/lead/fields/reason/conditions", json!({ "read_only_if": "grade = \"lost\"" })).await.ok();
        let lead = ana.post("/leads", json!({ "last_name": "B", "grade": "open", "reason": "None" })).await.created();
        let at = format!("/leads/{}", lead["id"].as_str().unwrap());
        ana.patch(&at, json!({ "grade": "lost", "reason": "Price" })).await.ok();
        ana.patch(&at, json!({ "reason": "Time" })).await.refused_with(422, "readonly_now");
        ana.patch(&at, json!({ "grade": "open", "reason": "Time" })).await.refused_with(422, "readonly_now");
        ana.patch(&at, json!({ "grade": "open" })).await.ok();
        ana.patch(&at, json!({ "reason": "Time" })).await.ok();
        let bulk = json!({ "action": "update", "ids": [lead["id"]], "set": { "reason": "Other" } });
        assert_eq!(ana.post("/leads/bulk", bulk).await.ok()["done"], 1);
    }

    async fn a_field_that_is_not_shown_may_be_empty_though_it_is_needed(app: TestApp) {
        lead_reason(&app).await;
        let ana = app.ana();
        ana.patch("/definitions/lead/fields/reason", json!({ "required": true })).await.ok();
        ana.post("/leads", json!({ "last_name": "A", "grade": "open" })).await.refused_with(422, "required");
        ana.put("/definitions/lead/fields/reason/conditions", json!({ "show_if": "grade = \"lost\"" })).await.ok();
        ana.post("/leads", json!({ "last_name": "A", "grade": "open" })).await.created();
        ana.post("/leads", json!({ "last_name": "A", "grade": "lost" })).await.refused_with(422, "required");
    }

    async fn a_condition_that_cannot_be_answered_is_refused_with_its_place(app: TestApp) {
        lead_reason(&app).await;
        let ana = app.ana();
        let path = "/definitions/lead/fields/reason/conditions";
        let fault = ana.put(path, json!({ "show_if": "grade = lost and grd = 1" })).await.refused(422);
        assert_eq!(fault["errors"][0]["pointer"], "/show_if", "{fault}");
        let fault = ana.put(path, json!({ "required_if": "nothing = 1" })).await.refused_with(422, "unknown_field");
        assert!(fault["errors"][0]["detail"].as_str().unwrap().contains("line 1, column 1"), "{fault}");
        ana.put(path, json!({ "required_if": "owner.name = \"Ana\"" })).await.refused_with(422, "not_here");
        ana.put(path, json!({ "show_if": "reason is not empty" })).await.refused_with(422, "circular");
        ana.put(path, json!({ "showif": "grade = \"lost\"" })).await.refused(422);
        let boris = app.colleague("Boris", json!({ "objects": { "*": { "read": "all" } } })).await;
        boris.put(path, json!({ "required_if": null })).await.refused(403);
    }

    async fn a_condition_follows_a_new_name_and_stands_against_removal(app: TestApp) {
        lead_reason(&app).await;
        let ana = app.ana();
        ana.put("/definitions/lead/fields/reason/conditions", json!({ "required_if": "grade = \"lost\"" })).await.ok();
        ana.patch("/definitions/lead/fields/grade", json!({ "name": "outcome" })).await.ok();
        ana.post("/leads", json!({ "last_name": "A", "outcome": "lost" })).await.refused_with(422, "required");
        ana.delete("/definitions/lead/fields/outcome").await.refused_with(409, "definition.in_use");
        ana.put("/definitions/lead/fields/reason/conditions", json!({ "required_if": null })).await.ok();
        ana.delete("/definitions/lead/fields/outcome").await.nothing();
    }

    async fn whoever_may_not_see_a_field_is_not_told_what_is_asked_of_it(app: TestApp) {
        lead_reason(&app).await;
        app.ana().put("/definitions/lead/fields/reason/conditions", json!({ "required_if": "grade = \"lost\"" })).await.ok();
        let grant = json!({ "objects": { "lead": { "read": "all", "update": "all", "create": true, "fields": { "grade": "hidden" } } } });
        let boris = app.colleague("Boris", grant).await;
        let definitions = boris.get("/definitions").await.ok();
        let lead = definitions["objects"].as_array().unwrap().iter().find(|object| object["name"] == "lead").unwrap();
        let reason = lead["fields"].as_array().unwrap().iter().find(|field| field["name"] == "reason").unwrap();
        assert!(reason.get("conditions").is_none(), "{reason}");
        assert!(!definitions.to_string().contains("grade"));
    }

    async fn a_formula_is_tried_on_a_record_before_it_is_a_field(app: TestApp) {
        let ana = app.ana();
        let deal = ana.post("/deals", json!({ "name": "Ovens", "amount": { "amount": 120_000, "currency": "EUR" } })).await.created();
        let asked = json!({ "formula": "amount * 0.5", "record": deal["id"] });
        let tried = ana.post("/definitions/deal/formula-test", asked).await.ok();
        assert_eq!((&tried["ok"], &tried["type"], &tried["value"]["amount"], &tried["uses"]), (&json!(true), &json!("money"), &json!(60_000), &json!(["amount"])));
        let asked = json!({ "formula": "amount * 2", "values": { "amount": { "amount": 5, "currency": "USD" } } });
        assert_eq!(ana.post("/definitions/deals/formula-test", asked).await.ok()["value"], json!({ "amount": 10, "currency": "USD" }));
        let wrong = ana.post("/definitions/deal/formula-test", json!({ "formula": "amount * ammount" })).await.ok();
        assert_eq!((&wrong["ok"], &wrong["error"]["code"], &wrong["error"]["column"]), (&json!(false), &json!("unknown_field"), &json!(10)));
        let wrong = ana.post("/definitions/deal/formula-test", json!({ "formula": "amount +" })).await.ok();
        assert_eq!(wrong["error"]["code"], "syntax");
        ana.post("/definitions/deal/formula-test", json!({ "formula": "1", "values": { "amount": "much" } })).await.refused(422);
        ana.post("/definitions/nothing/formula-test", json!({ "formula": "1" })).await.refused(404);
        let boris = app.colleague("Boris", json!({ "objects": { "*": { "read": "all" } } })).await;
        boris.post("/definitions/deal/formula-test", json!({ "formula": "1" })).await.refused(403);
    }

    async fn a_roll_up_is_added_by_the_api_and_counts_what_is_there(app: TestApp) {
        let ana = app.ana();
        let company = app.blue_bakery().await;
        let deal = json!({ "name": "Ovens", "company": company["id"], "amount": { "amount": 500, "currency": "EUR" } });
        ana.post("/deals", deal).await.created();
        let field = json!({
            "name": "deal_sum", "label": "Sum of deals", "type": "roll_up",
            "rollup": { "object": "deal", "link": "company", "aggregate": "sum", "field": "amount" }, "result": { "type": "money" },
        });
        ana.post("/definitions/company/fields", field).await.created();
        let path = format!("/companies/{}", company["id"].as_str().unwrap());
        assert_eq!(ana.get(&path).await.ok()["deal_sum"], json!({ "amount": 500, "currency": "EUR" }));
        let more = json!({ "name": "Mixers", "company": company["id"], "amount": { "amount": 250, "currency": "EUR" } });
        ana.post("/deals", more).await.created();
        assert_eq!(ana.get(&path).await.ok()["deal_sum"]["amount"], 750);
    }
}
