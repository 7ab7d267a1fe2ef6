//! Dashboards: records of their owner's, seen by who they say, one for each function from the beginning.

use serde_json::{Value, json};
use testkit::{TestApp, on_both};

fn names(answer: &Value) -> Vec<&str> {
    answer["data"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect()
}

on_both! {
    async fn a_dashboard_is_seen_by_who_it_says(app: TestApp) {
        let ana = app.ana();
        let role = json!({ "objects": { "dashboard": { "read": "all", "create": true, "update": "own", "delete": "own" } } });
        let boris = app.colleague("Boris", role.clone()).await;
        let config = json!({ "period": "last_30_days", "cards": [{ "id": "a", "kind": "kpi", "kpi": "revenue", "x": 0, "y": 0, "w": 3, "h": 2 }] });
        let mine = boris.post("/dashboards", json!({ "name": "Mine", "config": config })).await.created();
        assert_eq!((&mine["visibility"], &mine["config"]["cards"][0]["kpi"]), (&json!("private"), &json!("revenue")));
        boris.post("/dashboards", json!({ "name": "Ours", "visibility": "everyone" })).await.created();

        assert_eq!(names(&ana.get("/dashboards").await.ok()), ["Ours"], "a private one is private from administrators too");
        assert_eq!(names(&boris.get("/dashboards?sort=title").await.ok()), ["Mine", "Ours"]);
        let path = format!("/dashboards/{}", mine["id"].as_str().unwrap());
        ana.get(&path).await.refused(404);
        ana.patch(&path, json!({ "name": "Hers" })).await.refused(404);
        boris.post("/dashboards", json!({ "name": "Nobody's", "visibility": "team" })).await.refused_with(422, "required");
        app.stranger().get("/dashboards").await.refused(401);
    }

    async fn there_is_one_for_each_function_from_the_beginning(app: TestApp) {
        let seen = app.ana().with("accept-language", "ro").get("/analytics/dashboards/standard").await.ok();
        assert_eq!(names(&seen), ["Vânzări", "Marketing", "Service"]);
        for one in seen["data"].as_array().unwrap() {
            let cards = one["config"]["cards"].as_array().unwrap();
            assert_eq!(cards.iter().filter(|card| card["kind"] == "kpi").count(), 4, "{one}");
        }
    }
}
