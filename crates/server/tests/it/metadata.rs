//! Metadata as files: a company's definitions carried to another, planned and then applied.

use serde_json::{Value, json};
use testkit::{Program, TestApp, on_both};

/// A company with something of each kind.
async fn defined(app: &TestApp) {
    let ana = app.ana();
    let project = json!({
        "name": "project", "plural": "projects", "label": "Project", "label_plural": "Projects",
        "fields": [
            { "name": "name", "label": "Name", "type": "text", "required": true },
            { "name": "budget", "label": "Budget", "type": "money" },
            { "name": "customer", "label": "Customer", "type": "link", "target": "company" },
        ],
    });
    ana.post("/definitions", project).await.created();
    ana.post("/definitions/projects/fields", json!({ "name": "half", "label": "Half", "type": "formula", "formula": "budget * 0.5", "result": { "type": "money" } })).await.created();
    ana.post(
        "/definitions/company/fields",
        json!({ "name": "project_count", "label": "Projects", "type": "roll_up",
        "rollup": { "object": "project", "link": "customer", "aggregate": "count" }, "result": { "type": "integer" } }),
    )
    .await
    .created();
    ana.post("/definitions/contact/fields", json!({ "name": "shoe_size", "label": "Shoe size", "type": "integer" }))
        .await
        .created();
    ana.put("/definitions/project/fields/budget/conditions", json!({ "required_if": "customer is not empty" }))
        .await
        .ok();
    let body = json!({ "objects": { "project": { "read": "all", "fields": { "budget": "hidden" } } } });
    ana.post("/roles", json!({ "name": "Guests", "body": body })).await.created();
    ana.post("/views", json!({ "name": "Big ones", "object_name": "contact", "visibility": "everyone", "config": { "filter": "shoe_size > 40" } })).await.created();
    ana.put("/contacts/layout", json!({ "layout": { "facts": ["shoe_size"] } })).await.ok();
    ana.post("/calendars", json!({ "name": "Bakery", "time_zone": "Europe/Chisinau", "hours": { "sat": [["06:00", "12:00"]] }, "holidays": [{ "on": "2026-12-25", "name": "Christmas" }] })).await.created();
    ana.put("/currencies", json!({ "company": "MDL", "used": ["MDL", "EUR"] })).await.ok();
    let pipeline = ana.post("/pipelines", json!({ "name": "Wholesale" })).await.created();
    ana.post("/stages", json!({ "name": "Tasting", "pipeline": pipeline["id"], "position": 1, "probability": 30 }))
        .await
        .created();
}

async fn text_of(app: &TestApp) -> String {
    app.ana().get("/definitions/export").await.ok()["text"].as_str().unwrap().to_string()
}

fn changes(plan: &Value) -> Vec<(String, String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
    plan["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|change| (text(&change["what"]), text(&change["kind"]), text(&change["name"])))
        .collect()
}

on_both! {
    async fn definitions_are_carried_to_another_company_whole(app: TestApp) {
        defined(&app).await;
        let text = text_of(&app).await;
        let plan = app.ana().post("/definitions/plan", json!({ "text": text })).await.ok();
        assert_eq!(plan["changes"], json!([]), "its own text changes nothing: {plan}");

        let other = TestApp::new(app.database());
        let ana = other.ana();
        let plan = ana.post("/definitions/plan", json!({ "text": text })).await.ok();
        let made = changes(&plan);
        for kind in ["object", "field", "conditions", "role", "layout", "pipeline", "stage", "view", "calendar"] {
            assert!(made.iter().any(|(what, of, _)| what == "create" && of == kind), "{kind}: {made:?}");
        }
        assert!(made.contains(&("change".into(), "currencies".into(), "*".into())), "{made:?}");
        assert_eq!(ana.get("/projects").await.refused(404)["code"], "not_found", "a plan changes nothing");
        let applied = ana.post("/definitions/apply", json!({ "text": text, "hash": plan["hash"] })).await.ok();
        assert_eq!(applied["applied"], made.len());
        assert_eq!(text_of(&other).await, text, "and the other company says the same");

        let company = other.blue_bakery().await;
        ana.post("/projects", json!({ "name": "A", "customer": company["id"] })).await.refused_with(422, "required");
        let project = ana.post("/projects", json!({ "name": "A", "customer": company["id"], "budget": "10.00 EUR" })).await.created();
        assert_eq!(project["half"]["amount"], 500);
        let shown = ana.get(&format!("/companies/{}", company["id"].as_str().unwrap())).await.ok();
        assert_eq!(shown["project_count"], 1);
        let audit = ana.get("/audit?action=definitions.applied").await.ok();
        assert_eq!(audit["data"].as_array().unwrap().len(), 1);
    }

    async fn a_plan_says_what_differs_and_how_many_rows_it_touches(app: TestApp) {
        defined(&app).await;
        let ana = app.ana();
        for size in [38, 41] {
            ana.post("/contacts", json!({ "last_name": "A", "shoe_size": size })).await.created();
        }
        ana.post("/contacts", json!({ "last_name": "B" })).await.created();
        let mut document: Value = serde_json::from_str(&text_of(&app).await).unwrap();
        document["fields"]["contact"][0]["required"] = json!(true);
        document["fields"]["contact"][0]["label"] = json!({ "en": "Size of shoes", "ro": "Mărimea pantofilor" });
        document["pipelines"]["Wholesale"]["stages"]["Tasting"]["probability"] = json!(40);
        document["fields"]["contact"].as_array_mut().unwrap().push(json!({ "name": "double", "label": "Double", "type": "formula", "formula": "shoe_size * 2", "result": { "type": "number" } }));
        let text = document.to_string();
        let plan = ana.post("/definitions/plan", json!({ "text": text })).await.ok();
        let rows: Vec<(&str, i64, &str)> = plan["changes"].as_array().unwrap().iter().map(|change| (change["name"].as_str().unwrap(), change["rows"].as_i64().unwrap(), change["rows_are"].as_str().unwrap_or_default())).collect();
        assert_eq!(rows, [("shoe_size", 1, "lacking"), ("double", 3, "computed"), ("Tasting", 0, "")], "{plan}");
        assert_eq!(plan["changes"][0]["before"]["label"], json!({ "en": "Shoe size" }));
        assert_eq!(plan["changes"][2]["after"], json!({ "probability": 40 }));

        ana.post("/definitions/apply", json!({ "text": text, "hash": plan["hash"] })).await.ok();
        ana.post("/contacts", json!({ "last_name": "C" })).await.refused_with(422, "required");
        let contact = ana.post("/contacts", json!({ "last_name": "C", "shoe_size": 20 })).await.created();
        assert_eq!(contact["double"], 40.0);
        ana.post("/definitions/apply", json!({ "text": text, "hash": plan["hash"] })).await.refused_with(409, "definitions.plan_stale");
    }

    async fn working_hours_and_currencies_stand_in_the_text(app: TestApp) {
        defined(&app).await;
        let ana = app.ana();
        ana.post("/calendars", json!({ "name": "Shop", "time_zone": "UTC" })).await.created();
        let mut document: Value = serde_json::from_str(&text_of(&app).await).unwrap();
        assert_eq!((&document["calendars"]["Bakery"]["is_default"], &document["currencies"]), (&json!(true), &json!({ "company": "MDL", "used": ["MDL", "EUR"] })));
        document["calendars"]["Bakery"]["hours"]["sun"] = json!([["08:00", "10:00"]]);
        document["calendars"].as_object_mut().unwrap().remove("Shop");
        document["currencies"]["used"] = json!(["eur", "USD"]);
        let text = document.to_string();
        let asked = json!({ "text": text, "remove": true });
        let plan = ana.post("/definitions/plan", asked.clone()).await.ok();
        let expected = [("change", "calendar", "Bakery"), ("change", "currencies", "*"), ("remove", "calendar", "Shop")];
        assert_eq!(changes(&plan), expected.map(|(a, b, c)| (a.to_string(), b.to_string(), c.to_string())));

        ana.post("/definitions/apply", json!({ "text": text, "remove": true, "hash": plan["hash"] })).await.ok();

        let calendars = ana.get("/calendars").await.ok();
        assert_eq!((&calendars["data"][0]["hours"]["sun"], &calendars["data"][0]["holidays"][0]["name"], calendars["data"].as_array().unwrap().len()), (&json!([["08:00", "10:00"]]), &json!("Christmas"), 1), "{calendars}");
        let used: Vec<Value> = ana.get("/currencies").await.ok()["used"].as_array().unwrap().iter().map(|one| one["code"].clone()).collect();
        assert_eq!(used, [json!("MDL"), json!("EUR"), json!("USD")]);
        assert_eq!(ana.post("/definitions/plan", asked).await.ok()["changes"], json!([]), "what was applied is so");

        document["calendars"] = json!({});
        let kept = ana.post("/definitions/plan", json!({ "text": document.to_string(), "remove": true })).await.ok();
        assert_eq!(kept["changes"], json!([]), "there is always a default calendar");
        document["calendars"] = json!({ "Bakery": { "time_zone": "Mars/Olympus" } });
        ana.post("/definitions/plan", json!({ "text": document.to_string() })).await.refused(422);
        document["calendars"] = json!({});
        document["currencies"]["company"] = json!("rubles");
        ana.post("/definitions/plan", json!({ "text": document.to_string() })).await.refused(422);
    }

    async fn what_a_text_leaves_out_stays_unless_it_is_to_go(app: TestApp) {
        defined(&app).await;
        let ana = app.ana();
        ana.post("/contacts", json!({ "last_name": "A", "shoe_size": 38 })).await.created();
        let mut document: Value = serde_json::from_str(&text_of(&app).await).unwrap();
        document["fields"].as_object_mut().unwrap().remove("contact");
        document["views"] = json!({});
        document["layouts"] = json!({});
        document["roles"].as_object_mut().unwrap().remove("Guests");
        document["objects"] = json!({});
        document["conditions"] = json!({});
        let text = document.to_string();
        let plan = ana.post("/definitions/plan", json!({ "text": text })).await.ok();
        assert_eq!(plan["changes"], json!([]));
        let kept: Vec<&str> = plan["kept"].as_array().unwrap().iter().filter_map(|key| key["name"].as_str()).collect();
        assert!(kept.contains(&"shoe_size") && kept.contains(&"project") && kept.contains(&"Guests"), "{plan}");

        let mut document: Value = serde_json::from_str(&text_of(&app).await).unwrap();
        document["fields"].as_object_mut().unwrap().remove("contact");
        document["views"] = json!({});
        document["layouts"] = json!({});
        document["roles"].as_object_mut().unwrap().remove("Guests");
        let text = document.to_string();
        let plan = ana.post("/definitions/plan", json!({ "text": text, "remove": true })).await.ok();
        let gone = changes(&plan);
        let expected = [("remove", "view", "Big ones"), ("remove", "layout", "*"), ("remove", "role", "Guests"), ("remove", "field", "shoe_size")];
        assert_eq!(gone, expected.map(|(a, b, c)| (a.to_string(), b.to_string(), c.to_string())));
        assert_eq!(plan["changes"][3]["rows"], 1);
        ana.post("/definitions/apply", json!({ "text": text, "hash": plan["hash"], "remove": true })).await.ok();
        let after: Value = serde_json::from_str(&text_of(&app).await).unwrap();
        assert_eq!(after, document);
    }

    async fn what_the_product_alone_writes_stays_so_where_it_is_carried_to(app: TestApp) {
        defined(&app).await;
        let ana = app.ana();
        let mut document: Value = serde_json::from_str(&text_of(&app).await).unwrap();
        let score = json!({ "name": "score", "label": { "en": "Score" }, "type": "number", "readonly": true });
        document["fields"]["contact"].as_array_mut().unwrap().push(score.clone());
        document["objects"]["project"]["fields"].as_array_mut().unwrap().push(score);
        let text = document.to_string();
        let plan = ana.post("/definitions/plan", json!({ "text": text })).await.ok();
        ana.post("/definitions/apply", json!({ "text": text, "hash": plan["hash"] })).await.ok();
        ana.post("/contacts", json!({ "last_name": "A", "score": 1 })).await.refused_with(422, "readonly");
        assert_eq!(text_of(&app).await.matches("\"readonly\": true").count(), 2);

        // A whole company, where the object is made with its fields.
        let other = TestApp::new(app.database());
        let plan = other.ana().post("/definitions/plan", json!({ "text": text })).await.ok();
        other.ana().post("/definitions/apply", json!({ "text": text, "hash": plan["hash"] })).await.ok();
        other.ana().post("/projects", json!({ "name": "A", "score": 1 })).await.refused_with(422, "readonly");
        assert_eq!(text_of(&other).await, text_of(&app).await);
        document["fields"]["contact"][1]["readonly"] = json!(false);
        other.ana().post("/definitions/plan", json!({ "text": document.to_string() })).await.refused_with(422, "fixed");
    }

    async fn a_text_that_cannot_be_changes_nothing_and_says_where(app: TestApp) {
        defined(&app).await;
        let ana = app.ana();
        let before = text_of(&app).await;
        let plan = |text: String| { let ana = ana.clone(); async move { ana.post("/definitions/plan", json!({ "text": text })).await } };
        plan("not json".into()).await.refused_with(422, "format");
        plan("{}".into()).await.refused_with(422, "format");
        plan("[".repeat(200)).await.refused(422);
        let mut document: Value = serde_json::from_str(&before).unwrap();
        document["fields"]["contact"][0]["type"] = json!("text");
        let fixed = plan(document.to_string()).await.refused_with(422, "fixed");
        assert_eq!(fixed["errors"][0]["pointer"], "/fields/contact/0/type");
        document = serde_json::from_str(&before).unwrap();
        document["roles"]["Guests"]["objects"]["project"]["read"] = json!("sometimes");
        plan(document.to_string()).await.refused(422);
        document["roles"] = json!({ "Administrator": { "admin": true } });
        plan(document.to_string()).await.refused_with(422, "reserved");

        // A fault that only shows while it is carried out undoes what went before it.
        document = serde_json::from_str(&before).unwrap();
        document["fields"]["contact"].as_array_mut().unwrap().push(json!({ "name": "fine", "label": "Fine", "type": "text" }));
        document["roles"]["Strange"] = json!({ "objects": { "contact": { "read": "where: nonsense = 1" } } });
        let text = document.to_string();
        let made = plan(text.clone()).await.ok();
        let refused = ana.post("/definitions/apply", json!({ "text": text, "hash": made["hash"] })).await.refused(422);
        assert_eq!(refused["errors"][0]["pointer"], "/roles/Strange/objects/contact/read", "{refused}");
        assert_eq!(text_of(&app).await, before);
        let boris = app.colleague("Boris", json!({ "objects": { "*": { "read": "all" } } })).await;
        boris.get("/definitions/export").await.refused(403);
        boris.post("/definitions/plan", json!({ "text": before })).await.refused(403);
    }

    async fn the_command_line_exports_plans_and_applies(app: TestApp) {
        defined(&app).await;
        let binary = std::path::Path::new(env!("CARGO_BIN_EXE_rapport"));
        let run = |arguments: &[&str]| {
            let output = Program::run(binary, app.folder(), &app.target(), arguments);
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            (output.status.code(), text(&output.stdout), text(&output.stderr))
        };
        let (code, text, told) = run(&["definitions", "export"]);
        assert_eq!((code, &text), (Some(0), &text_of(&app).await), "{told}");
        let mut document: Value = serde_json::from_str(&text).unwrap();
        document["fields"]["contact"].as_array_mut().unwrap().push(json!({ "name": "hat_size", "label": "Hat size", "type": "integer" }));
        let file = app.folder().join("definitions.json");
        std::fs::write(&file, document.to_string()).unwrap();
        let file = file.to_str().unwrap();

        let (code, planned, told) = run(&["definitions", "plan", file]);
        assert_eq!(code, Some(0), "{told}");
        let (first, rest) = planned.split_once('\n').unwrap();
        assert_eq!(first, "create field contact.hat_size");
        let hash = rest.trim().strip_prefix("hash ").unwrap();
        let (code, _, told) = run(&["definitions", "apply", file, "--hash", "another"]);
        assert_eq!(code, Some(1), "{told}");
        let (code, applied, told) = run(&["definitions", "apply", file, "--hash", hash]);
        assert_eq!((code, applied.as_str()), (Some(0), "create field contact.hat_size\napplied 1\n"), "{told}");
        app.ana().post("/contacts", json!({ "last_name": "A", "hat_size": 57 })).await.created();
        std::fs::write(file, "{").unwrap();
        let (code, _, told) = run(&["definitions", "plan", file]);
        assert_eq!((code, told.lines().count()), (Some(1), 1), "{told}");
    }
}
