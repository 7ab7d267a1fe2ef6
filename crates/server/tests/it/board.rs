//! Boards: where a record stands, since when, and whether it is stale.

use serde_json::{Value, json};
use testkit::{TestApp, on_both};

use crate::groups::deals;

const DAY_MS: i64 = 86_400_000;

on_both! {
    async fn the_strip_tells_how_long_a_deal_was_in_each_stage(app: TestApp) {
        // A session would end meanwhile, a key does not.
        let ana = app.program().await;
        let (_, stages) = deals(&app).await;
        let deal = ana.get("/deals?filter=name = \"One\"").await.ok()["data"][0]["id"].as_str().unwrap().to_string();
        for (days, stage) in [(2, 1), (3, 0), (4, 2)] {
            app.pass_ms(days * DAY_MS);
            ana.patch(&format!("/deals/{deal}"), json!({ "stage": stages[stage] })).await.ok();
        }
        app.pass_ms(DAY_MS / 2);

        let strip = ana.get(&format!("/deals/{deal}/stages")).await.ok();

        let told: Vec<(&str, f64)> = strip["data"].as_array().unwrap().iter().map(|stay| (stay["label"].as_str().unwrap(), stay["days"].as_f64().unwrap())).collect();
        assert_eq!(told, [("Talk", 2.0), ("Offer", 3.0), ("Talk", 4.0), ("Contract", 0.5)], "{strip}");
        let sums: Vec<(&str, f64)> = strip["per_value"].as_array().unwrap().iter().map(|stay| (stay["label"].as_str().unwrap(), stay["days"].as_f64().unwrap())).collect();
        assert_eq!(sums, [("Talk", 6.0), ("Offer", 3.0), ("Contract", 0.5)]);
        assert_eq!((&strip["current"]["label"], &strip["current"]["rotting_days"], &strip["current"]["is_stale"]), (&json!("Contract"), &json!(10), &json!(false)));
        assert_eq!(strip["data"][0]["left_at"], strip["data"][1]["entered_at"]);

        app.pass_ms(10 * DAY_MS);
        let cards = ana.post("/deals/stages", json!({ "ids": [deal] })).await.ok();
        assert_eq!((&cards["data"][0]["id"], &cards["data"][0]["is_stale"], &cards["data"][0]["days"]), (&json!(deal), &json!(true), &json!(10.5)), "{cards}");
    }

    async fn what_is_won_is_not_stale(app: TestApp) {
        // A session would end meanwhile, a key does not.
        let ana = app.program().await;
        let won = ana.post("/stages", json!({ "name": "Won", "kind": "won", "rotting_days": 1 })).await.created();
        let deal = ana.post("/deals", json!({ "name": "Done", "stage": won["id"] })).await.created();
        app.pass_ms(30 * DAY_MS);
        let strip = ana.get(&format!("/deals/{}/stages", deal["id"].as_str().unwrap())).await.ok();
        assert_eq!((&strip["current"]["is_stale"], &strip["current"]["rotting_days"]), (&json!(false), &Value::Null), "{strip}");
    }

    async fn any_choice_tells_its_stages_also_of_a_customer(app: TestApp) {
        // A session would end meanwhile, a key does not.
        let ana = app.program().await;
        let lead = ana.post("/leads", json!({ "last_name": "Munteanu" })).await.created();
        let path = format!("/leads/{}", lead["id"].as_str().unwrap());
        app.pass_ms(DAY_MS);
        let options = ana.get("/definitions").await.ok();
        let status = options["objects"].as_array().unwrap().iter().find(|object| object["name"] == "lead").unwrap()["fields"].as_array().unwrap().iter().find(|field| field["name"] == "status").unwrap().clone();
        let other = status["options"].as_array().unwrap().iter().map(|option| option["value"].clone()).find(|value| *value != lead["status"] && *value != "converted").unwrap();
        ana.patch(&path, json!({ "status": other })).await.ok();

        let strip = ana.get(&format!("{path}/stages?field=status")).await.ok();
        assert_eq!((strip["data"].as_array().unwrap().len(), &strip["current"]["value"]), (2, &other), "{strip}");
        ana.get(&format!("{path}/stages?field=last_name")).await.refused_with(422, "wrong_type");
        ana.get(&format!("{path}/stages?field=nothing")).await.refused_with(422, "unknown_field");
    }

    async fn stages_are_under_the_rights_of_whoever_asks(app: TestApp) {
        let (_, _) = deals(&app).await;
        let ids: Vec<Value> = app.ana().get("/deals?sort=title").await.ok()["data"].as_array().unwrap().iter().map(|deal| deal["id"].clone()).collect();
        let boris = app.colleague("Boris", json!({ "objects": { "deal": { "read": "where: name = \"One\"" } } })).await;
        let blind = app.colleague("Carla", json!({ "objects": { "deal": { "read": "all", "fields": { "stage": "hidden" } } } })).await;

        let seen = boris.post("/deals/stages", json!({ "ids": ids })).await.ok();
        assert_eq!(seen["data"].as_array().unwrap().len(), 1, "{seen}");
        let mut refused = 0;
        for id in &ids {
            refused += usize::from(boris.get(&format!("/deals/{}/stages", id.as_str().unwrap())).await.status == 404);
        }
        assert_eq!(refused, 4);
        blind.post("/deals/stages", json!({ "ids": ids, "field": "stage" })).await.refused_with(422, "unknown_field");
        let status = blind.post("/deals/stages", json!({ "ids": ids })).await.ok();
        assert_eq!(status["field"], "status");
        let too_many: Vec<Value> = (0..201).map(|_| ids[0].clone()).collect();
        boris.post("/deals/stages", json!({ "ids": too_many })).await.refused(413);
    }

    async fn a_column_is_walked_card_by_card_without_repetition(app: TestApp) {
        let ana = app.ana();
        let stage = ana.post("/stages", json!({ "name": "Talk" })).await.created()["id"].clone();
        for part in 0..3 {
            let records: Vec<Value> = (0..300).map(|n| json!({ "name": format!("Deal {part} {n:03}"), "stage": stage, "amount": { "amount": n % 7, "currency": "EUR" } })).collect();
            ana.post("/deals/bulk", json!({ "action": "create", "records": records })).await.ok();
        }
        for sort in [json!(["-amount"]), json!(["created_at"]), json!(["-updated_at"])] {
            let body = json!({ "by": ["stage"], "records": { "limit": 50, "sort": sort, "fields": ["name"] } });
            let column = ana.post("/deals/groups", body).await.ok()["groups"][0].clone();
            let mut seen: Vec<String> = column["records"]["data"].as_array().unwrap().iter().map(|card| card["id"].to_string()).collect();
            let mut cursor = column["records"]["next"].clone();
            while !cursor.is_null() {
                let page = ana.post("/deals/query", json!({ "filter": column["filter"], "sort": sort, "cursor": cursor, "limit": 200, "count": "none" })).await.ok();
                seen.extend(page["data"].as_array().unwrap().iter().map(|card| card["id"].to_string()));
                cursor = page["next"].clone();
            }
            assert_eq!(seen.len(), 900, "{sort}");
            seen.sort();
            seen.dedup();
            assert_eq!(seen.len(), 900, "{sort}");
        }
    }
}
