//! Assignment of leads: whoever brings a lead, the rules give it to somebody a moment later, and say why.

use serde_json::{Value, json};
use testkit::{Client, TestApp, on_both};

fn id(record: &Value) -> String {
    record["id"].as_str().expect("an id").to_string()
}

async fn seller(app: &TestApp, name: &str) -> String {
    let body = json!({ "name": name, "email": format!("{}@rapport.test", name.to_lowercase()) });
    id(&app.ana().post("/users", body).await.created())
}

async fn rule(app: &TestApp, body: Value) -> String {
    id(&app.ana().post("/assignment_rules", body).await.created())
}

/// What the server does in the background.
async fn given(app: &TestApp) {
    let app = app.app().clone();
    tokio::task::spawn_blocking(move || sales::assignment::due::catch_up(&app)).await.unwrap().unwrap();
}

/// A lead that nobody owns yet, as a program brings it, when the rules were asked.
async fn lead(app: &TestApp, name: &str, more: Value) -> Value {
    let made = made(&app.ana(), name, more).await;
    given(app).await;
    app.ana().get(&format!("/leads/{made}")).await.ok()
}

async fn made(client: &Client, name: &str, more: Value) -> String {
    let mut body = json!({ "last_name": name, "owner": null });
    for (field, value) in more.as_object().unwrap() {
        body[field] = value.clone();
    }
    id(&client.post("/leads", body).await.created())
}

async fn log(app: &TestApp, lead: &Value) -> Value {
    app.ana().get(&format!("/leads/{}/assignment", id(lead))).await.ok()["data"][0].clone()
}

on_both! {
    async fn leads_go_round_and_the_log_says_why(app: TestApp) {
        let (boris, chen) = (seller(&app, "Boris").await, seller(&app, "Chen").await);
        rule(&app, json!({ "name": "Round", "method": "rotation", "people": [boris, chen], "position": 2 })).await;
        let named = rule(&app, json!({ "name": "Big", "method": "person", "person": chen, "position": 1, "question": "employees > 500" })).await;
        let ana = app.ana();
        let mut owners = Vec::new();
        for n in 0..4 {
            owners.push(lead(&app, &format!("Lead {n}"), json!({})).await["owner"].clone());
        }
        assert_eq!(owners, [json!(boris), json!(chen), json!(boris), json!(chen)]);

        let big = lead(&app, "Big", json!({ "employees": 900 })).await;
        assert_eq!(big["owner"], json!(chen));
        let why = log(&app, &big).await;
        assert_eq!((&why["rule"], &why["asked"][0]["said"], &why["owner"]["title"]), (&json!(named), &json!("gave"), &json!("Chen")));

        let small = lead(&app, "Small", json!({ "employees": 5 })).await;
        let why = log(&app, &small).await;
        assert_eq!((&why["asked"][0]["said"], &why["asked"][1]["said"]), (&json!("not_for"), &json!("gave")));
        let weighed = why["asked"][1]["people"].as_array().unwrap();
        assert_eq!((weighed[0]["why"].as_str(), weighed[1]["why"].as_str()), (Some("chosen"), Some("later_turn")));
        let told = ana.get(&format!("/leads/{}/timeline?kinds=lead.assigned", id(&small))).await.ok();
        assert_eq!(told["data"].as_array().unwrap().len(), 1, "told once: {told}");
    }

    async fn what_its_maker_says_stands_and_no_rules_change_nothing(app: TestApp) {
        let ana = app.ana();
        assert_eq!(lead(&app, "Nobody's", json!({})).await["owner"], Value::Null);
        let boris = seller(&app, "Boris").await;
        rule(&app, json!({ "name": "All", "method": "person", "person": boris })).await;
        let mine = ana.post("/leads", json!({ "last_name": "Mine" })).await.created();
        assert_eq!(mine["owner"], json!(app.ana_id()), "what a person makes is theirs");
        assert_eq!(lead(&app, "Done", json!({ "status": "unqualified" })).await["owner"], Value::Null, "a closed one is nobody's work");

        let old = ana.get("/leads?filter=last_name = \"Nobody's\"").await.ok()["data"][0].clone();
        let given = ana.post(&format!("/leads/{}/assignment", id(&old)), json!(null)).await.ok();
        assert_eq!(given["owner"]["id"], json!(boris));
    }

    async fn who_is_away_or_full_is_passed(app: TestApp) {
        let (boris, chen) = (seller(&app, "Boris").await, seller(&app, "Chen").await);
        rule(&app, json!({ "name": "Free", "method": "capacity", "people": [boris, chen], "most_open": 2 })).await;
        let ana = app.ana();
        let away = ana.post("/absences", json!({ "user": boris, "starts_on": "2026-01-01", "ends_on": "2030-01-01" })).await.created();
        for _ in 0..2 {
            assert_eq!(lead(&app, "A", json!({})).await["owner"], json!(chen));
        }
        let left = lead(&app, "Over", json!({})).await;
        assert_eq!(left["owner"], Value::Null);
        let why = log(&app, &left).await;
        assert_eq!(why["asked"][0]["said"], "nobody");
        let whys: Vec<&str> = why["asked"][0]["people"].as_array().unwrap().iter().map(|one| one["why"].as_str().unwrap()).collect();
        assert_eq!(whys, ["away", "full"]);

        ana.delete(&format!("/absences/{}", id(&away))).await;
        assert_eq!(lead(&app, "Back", json!({})).await["owner"], json!(boris));
    }

    async fn a_territory_gives_to_its_owner(app: TestApp) {
        let (boris, chen) = (seller(&app, "Boris").await, seller(&app, "Chen").await);
        let ana = app.ana();
        ana.post("/territories", json!({ "name": "Moldova", "country": "MD", "owner": boris })).await.created();
        let north = ana.post("/territories", json!({ "name": "Bălți", "country": "MD", "owner": chen, "leads": "address.city = \"Bălți\"" })).await.created();
        rule(&app, json!({ "name": "Where", "method": "territory" })).await;
        assert_eq!(lead(&app, "South", json!({ "address": { "city": "Cahul", "country": "MD" } })).await["owner"], json!(boris));
        let near = lead(&app, "North", json!({ "address": { "city": "Bălți", "country": "MD" } })).await;
        assert_eq!((&near["owner"], &near["territory"]), (&json!(chen), &north["id"]));
        let far = lead(&app, "Far", json!({ "address": { "country": "FR" } })).await;
        assert_eq!(log(&app, &far).await["asked"][0]["said"], "no_territory");
    }

    async fn a_dry_run_writes_nothing(app: TestApp) {
        let (boris, chen) = (seller(&app, "Boris").await, seller(&app, "Chen").await);
        rule(&app, json!({ "name": "Round", "method": "weighted", "people": [boris, chen], "weights": { boris.as_str(): 3 } })).await;
        let ana = app.ana();
        for _ in 0..2 {
            let tried = ana.post("/assignment/try", json!({ "values": { "last_name": "X", "employees": 3 } })).await.ok();
            assert_eq!((&tried["owner"]["id"], &tried["asked"][0]["said"]), (&json!(boris), &json!("gave")));
        }
        assert_eq!(ana.get("/leads").await.ok()["data"].as_array().unwrap().len(), 0);
    }

    async fn a_rule_that_cannot_be_asked_or_names_nobody_is_refused(app: TestApp) {
        let ana = app.ana();
        ana.post("/assignment_rules", json!({ "name": "A" })).await.refused_with(422, "required");
        let body = json!({ "name": "A", "method": "person", "person": app.ana_id(), "question": "no_such = 1" });
        ana.post("/assignment_rules", body).await.refused(422);
        let body = json!({ "name": "A", "method": "person", "person": app.ana_id(), "question": "owner = me" });
        ana.post("/assignment_rules", body).await.refused_with(422, "personal");
        let boris = app.colleague("Boris", json!({ "objects": { "lead": { "read": "all", "create": true } } })).await;
        boris.post("/assignment/try", json!({ "values": {} })).await.refused(404);
    }

    async fn leads_that_arrive_at_once_are_each_given_once(app: TestApp) {
        let (boris, chen) = (seller(&app, "Boris").await, seller(&app, "Chen").await);
        rule(&app, json!({ "name": "Round", "method": "rotation", "people": [boris, chen] })).await;
        let running: Vec<_> = (0..20)
            .map(|n| {
                let ana = app.ana();
                tokio::spawn(async move { made(&ana, &format!("L{n}"), json!({})).await })
            })
            .collect();
        for one in running {
            one.await.unwrap();
        }
        let (of_app, other) = (app.app().clone(), app.app().clone());
        let two = [of_app, other].map(|app| tokio::task::spawn_blocking(move || sales::assignment::due::catch_up(&app)));
        for one in two {
            one.await.unwrap().unwrap();
        }
        let leads = app.ana().get("/leads?limit=50").await.ok();
        let owners: Vec<&str> = leads["data"].as_array().unwrap().iter().map(|lead| lead["owner"].as_str().unwrap()).collect();
        assert_eq!((owners.len(), owners.iter().filter(|owner| **owner == boris).count()), (20, 10), "half each, however they came");
    }
}
