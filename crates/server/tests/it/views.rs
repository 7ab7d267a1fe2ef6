//! Saved views: who sees them, what they may say, and which one opens first.

use serde_json::{Value, json};
use testkit::{Client, TestApp, on_both};

const VIEWS: &str = r#"where: owner = me or visibility = "everyone" or (visibility = "team" and team in my teams)"#;

fn sales() -> Value {
    json!({ "objects": {
        "contact": { "read": "all", "update": "all" }, "deal": { "read": "all" },
        "view": { "read": VIEWS, "create": true, "update": "own", "delete": "own" }, "team": { "read": "all" },
    } })
}

fn path(view: &Value) -> String {
    format!("/views/{}", view["id"].as_str().expect("an id"))
}

async fn names(who: &Client) -> Vec<String> {
    let views = who.get("/contacts/views").await.ok();
    views["data"].as_array().unwrap().iter().map(|view| view["name"].as_str().unwrap().to_string()).collect()
}

async fn view(who: &Client, name: &str, visibility: &str, config: Value) -> Value {
    let body = json!({ "name": name, "object_name": "contact", "visibility": visibility, "config": config });
    who.post("/views", body).await.created()
}

on_both! {
    async fn a_private_view_is_nobody_elses_business(app: TestApp) {
        let ana = app.ana();
        let boris = app.colleague("Boris", sales()).await;
        let mine = view(&boris, "Mine", "private", json!({})).await;
        view(&boris, "Ours", "everyone", json!({})).await;

        assert_eq!(names(&boris).await, ["Mine", "Ours"]);
        assert_eq!(names(&ana).await, ["Ours"]);
        // Not for an administrator either, through no door.
        ana.get(&path(&mine)).await.refused(404);
        ana.patch(&path(&mine), json!({ "name": "Not yours" })).await.refused(404);
        ana.delete(&path(&mine)).await.refused(404);
        assert_eq!(ana.get("/views?count=exact").await.ok()["count"]["value"], 1);
        assert_eq!(ana.get("/views/aggregate").await.ok()["count"], 1);
        assert_eq!(ana.get("/users?filter=exists(views by owner where name = \"Mine\")&count=exact").await.ok()["count"]["value"], 0);
        let events = ana.get("/events?limit=1000").await.ok().to_string();
        assert!(!events.contains("\"Mine\""), "{events}");
        assert_eq!(ana.get("/search?q=Mine").await.ok()["groups"], json!([]));
    }

    async fn a_teams_view_is_seen_by_its_members(app: TestApp) {
        let ana = app.ana();
        let team = ana.post("/teams", json!({ "name": "North" })).await.created()["id"].clone();
        let (boris, boris_id) = app.colleague_with_id("Boris", sales()).await;
        let (carla, carla_id) = app.colleague_with_id("Carla", sales()).await;
        let dan = app.colleague("Dan", sales()).await;
        for id in [boris_id, carla_id] {
            ana.patch(&format!("/users/{id}"), json!({ "teams": [team] })).await.ok();
        }
        testkit::eventually(async || {
            let asked = boris.post("/views", json!({ "name": "North", "object_name": "contact", "visibility": "team" })).await;
            asked.status == 201 && asked.json()["team"] == team
        }).await;

        testkit::eventually(async || names(&carla).await.contains(&"North".to_string())).await;
        assert!(names(&dan).await.is_empty() && names(&ana).await.is_empty());
        dan.post("/views", json!({ "name": "Nobody's", "object_name": "contact", "visibility": "team" })).await.refused_with(422, "required");
        let view = carla.get("/contacts/views").await.ok()["data"][0].clone();
        carla.patch(&path(&view), json!({ "name": "Hers" })).await.refused(403);
    }

    async fn what_a_view_says_is_checked_when_it_is_saved(app: TestApp) {
        let ana = app.ana();
        let save = async |config: Value| ana.post("/views", json!({ "name": "A view", "object_name": "contact", "config": config })).await;
        let faults = [
            (json!({ "filter": "city = " }), "/config/filter"),
            (json!({ "filter": "shoe_size > 40" }), "/config/filter"),
            (json!({ "columns": ["email", "shoe_size"] }), "/config/columns/1"),
            (json!({ "sort": "-shoe_size" }), "/config/sort"),
            (json!({ "group": "shoe_size" }), "/config/group"),
            (json!({ "board": { "field": "shoe_size" } }), "/config/board/field"),
            (json!({ "pivot": { "rows": [{ "field": "shoe_size", "unit": "month" }] } }), "/config/pivot/rows/0/field"),
            (json!({ "chart": { "by": ["job_title"], "measures": ["sum:shoe_size"] } }), "/config/chart/measures/0"),
            (json!({ "widths": "email:100,shoe_size:50" }), "/config/widths"),
            (json!({ "layout": "board_by:shoe_size" }), "/config/layout"),
            (json!({ "columns": 5 }), "/config/columns"),
            (json!([1]), "/config"),
        ];
        for (config, pointer) in faults {
            let problem = save(config.clone()).await.refused(422);
            assert_eq!(problem["errors"][0]["pointer"], pointer, "{config}: {problem}");
        }
        let whole = json!({
            "kind": "table", "filter": "address.city = \"Paris\" and created_at in last 90 days", "search": "x", "sort": "-created_at,title", "columns": ["title", "email", "address"],
            "widths": "email:200", "pinned": ["email"], "group": "company", "figures": "email:filled", "layout": "board_by:company,board_cards:email~address,calendar_on:birth_date,gallery_image:-,gallery_size:large",
            "pivot": { "rows": ["company"], "columns": [{ "field": "created_at", "unit": "month" }], "measures": ["count", { "op": "sum", "field": "annual_income" }] }, "mood": { "any": "thing" },
        });
        let saved = save(whole.clone()).await.created();
        assert_eq!((&saved["config"], &saved["warnings"]), (&whole, &json!([])));
        ana.post("/views", json!({ "name": "A view", "object_name": "unicorn" })).await.refused_with(422, "unknown_object");
        for kind in ["list", "board", "calendar", "gallery", "pivot", "chart"] {
            ana.post("/views", json!({ "name": kind, "object_name": "contact", "kind": kind })).await.created();
        }
    }

    async fn a_view_that_names_a_deleted_field_opens_and_says_so(app: TestApp) {
        let ana = app.ana();
        ana.post("/definitions/contact/fields", json!({ "name": "shoe_size", "label": "Shoe size", "type": "integer" })).await.created();
        let config = json!({ "filter": "shoe_size > 40 and address.city = \"Paris\"", "columns": ["email", "shoe_size"], "sort": "-shoe_size,title", "layout": "board_by:shoe_size" });
        let saved = view(&ana, "Big feet", "everyone", config).await;
        ana.delete("/definitions/contact/fields/shoe_size").await.nothing();

        let opened = ana.get(&path(&saved)).await.ok();

        assert_eq!(opened["config"], json!({ "filter": "address.city = \"Paris\"", "columns": ["email"], "sort": "title", "layout": "" }));
        let pointers: Vec<&str> = opened["warnings"].as_array().unwrap().iter().map(|warning| warning["pointer"].as_str().unwrap()).collect();
        assert_eq!(pointers, ["/config/columns/1", "/config/sort", "/config/layout", "/config/filter"], "{opened}");
        assert!(opened["warnings"][0]["detail"].as_str().unwrap().contains("shoe_size"));
        ana.post("/contacts/query", json!({ "filter": opened["config"]["filter"] })).await.ok();
        // It can be renamed as it is; its settings can be saved once they hold.
        ana.patch(&path(&saved), json!({ "name": "Paris" })).await.ok();
        let mended = ana.patch(&path(&saved), json!({ "config": opened["config"] })).await.ok();
        assert_eq!(mended["warnings"], json!([]));
    }

    async fn a_view_shows_nobody_a_field_that_is_hidden_from_them(app: TestApp) {
        let ana = app.ana();
        let config = json!({ "filter": "annual_income > 1 EUR and last_name = \"Rusu\"", "columns": ["email", "annual_income"], "sort": ["-annual_income"],
                             "widths": { "annual_income": 90 }, "group": "annual_income", "figures": "annual_income:avg", "layout": "card:annual_income,x_by:annual_income" });
        let rich = view(&ana, "Rich", "everyone", config).await;
        let mut role = sales();
        role["objects"]["contact"]["fields"] = json!({ "annual_income": "hidden" });
        let boris = app.colleague("Boris", role).await;

        for seen in [boris.get(&path(&rich)).await.ok(), boris.get("/contacts/views").await.ok(), boris.get("/views").await.ok(), boris.post("/views/groups", json!({ "by": ["kind"], "records": {} })).await.ok()] {
            assert!(!seen.to_string().contains("annual_income"), "{seen}");
        }
        let seen = boris.get(&path(&rich)).await.ok();
        assert_eq!(seen["config"]["filter"], "last_name = \"Rusu\"");
        assert!(!seen["warnings"].as_array().unwrap().is_empty());
        // Nor what it was before, while an administrator sees that.
        ana.patch(&path(&rich), json!({ "config": { "columns": ["annual_income"] } })).await.ok();
        for past in ["history", "timeline"] {
            assert!(!boris.get(&format!("{}/{past}", path(&rich))).await.ok().to_string().contains("annual_income"));
            assert!(ana.get(&format!("{}/{past}", path(&rich))).await.ok().to_string().contains("annual_income"));
        }
        testkit::eventually(async || ana.get("/events?kinds=view.updated").await.ok().to_string().contains("annual_income")).await;
        assert!(!boris.get("/events?limit=1000").await.ok().to_string().contains("annual_income"));
        // Nor does anybody see a view of an object that they may not read.
        let deal = json!({ "name": "Deals", "object_name": "deal", "visibility": "everyone", "config": { "columns": ["amount"] } });
        let deals = ana.post("/views", deal).await.created();
        let dan = app.colleague("Dan", json!({ "objects": { "view": { "read": "all" } } })).await;
        assert!(!dan.get(&path(&deals)).await.ok().to_string().contains("amount"));
    }

    async fn ones_own_default_goes_before_the_roles_and_that_before_everyones(app: TestApp) {
        let ana = app.ana();
        let (boris, boris_id) = app.colleague_with_id("Boris", sales()).await;
        let role = ana.get(&format!("/users/{boris_id}/roles")).await.ok()["data"][0]["id"].clone();
        let all = view(&ana, "All", "everyone", json!({})).await;
        let sold = view(&ana, "Sold", "everyone", json!({})).await;
        let mine = view(&boris, "Mine", "private", json!({})).await;
        let secret = view(&ana, "Secret", "private", json!({})).await;
        let first = async |who: &Client| who.get("/contacts/views").await.ok()["default"].clone();
        assert_eq!(first(&boris).await, json!({ "view": null, "from": null }));

        ana.put("/contacts/views/default", json!({ "view": all["id"], "for": "everyone" })).await.ok();
        assert_eq!(first(&boris).await, json!({ "view": all["id"], "from": "everyone" }));
        ana.put("/contacts/views/default", json!({ "view": sold["id"], "for": role })).await.ok();
        assert_eq!(first(&boris).await, json!({ "view": sold["id"], "from": "role" }));
        assert_eq!(first(&ana).await, json!({ "view": all["id"], "from": "everyone" }));
        boris.put("/contacts/views/default", json!({ "view": mine["id"], "for": "me" })).await.ok();
        assert_eq!(first(&boris).await, json!({ "view": mine["id"], "from": "user" }));

        boris.put("/contacts/views/default", json!({ "view": mine["id"], "for": "everyone" })).await.refused(403);
        boris.put("/contacts/views/default", json!({ "view": secret["id"], "for": "me" })).await.refused_with(422, "not_found");
        boris.put("/deals/views/default", json!({ "view": mine["id"], "for": "me" })).await.refused_with(422, "not_found");
        ana.put("/contacts/views/default", json!({ "view": secret["id"], "for": "everyone" })).await.refused_with(422, "not_for_everyone");
        ana.put("/contacts/views/default", json!({ "view": all["id"], "for": "nobody" })).await.refused_with(422, "not_found");

        boris.put("/contacts/views/default", json!({ "view": null, "for": "me" })).await.ok();
        ana.delete(&path(&sold)).await.nothing();
        assert_eq!(first(&boris).await, json!({ "view": all["id"], "from": "everyone" }));
    }
}
