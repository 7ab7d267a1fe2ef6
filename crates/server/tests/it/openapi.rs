//! The description of the API: whole, valid, of the living definitions, and no more than its reader may see.

use std::collections::{BTreeMap, BTreeSet};

use foundation::doors::openapi::objects_in;
use serde_json::{Value, json};
use testkit::{TestApp, on_both};

/// What is wrong with a description, by the rules of OpenAPI 3.1 and JSON Schema that matter to those who generate clients.
fn faults(api: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    if api["openapi"] != "3.1.0" || !api["info"]["title"].is_string() || !api["info"]["version"].is_string() {
        faults.push("the head is not that of OpenAPI 3.1".into());
    }
    let mut ids = BTreeMap::new();
    for (path, item) in api["paths"].as_object().expect("paths") {
        if !path.starts_with('/') {
            faults.push(format!("{path} does not begin with /"));
        }
        let wanted: BTreeSet<&str> =
            path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).collect();
        for (method, operation) in item.as_object().expect("a path item") {
            let name = format!("{method} {path}");
            if !["get", "post", "put", "patch", "delete"].contains(&method.as_str()) {
                faults.push(format!("{name} is no method"));
            }
            if let Some(other) =
                ids.insert(operation["operationId"].as_str().unwrap_or_default().to_string(), name.clone())
            {
                faults.push(format!("{name} and {other} have one id"));
            }
            let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
            let named: BTreeSet<&str> = parameters
                .iter()
                .filter(|p| p["in"] == "path" && p["required"] == true)
                .filter_map(|p| p["name"].as_str())
                .collect();
            if named != wanted {
                faults.push(format!("{name} declares {named:?} and needs {wanted:?}"));
            }
            let answers = operation["responses"].as_object().expect("responses");
            if !answers.keys().any(|status| status.starts_with('2')) {
                faults.push(format!("{name} has no answer"));
            }
            for (status, answer) in answers {
                if answer["$ref"].is_null() && !answer["description"].is_string() {
                    faults.push(format!("{name} {status} has no description"));
                }
            }
        }
    }
    walk(api, api, "#", &mut faults);
    faults
}

fn walk(api: &Value, node: &Value, place: &str, faults: &mut Vec<String>) {
    const TYPES: [&str; 7] = ["object", "array", "string", "integer", "number", "boolean", "null"];
    match node {
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(i, node)| walk(api, node, &format!("{place}/{i}"), faults))
        }
        Value::Object(object) => {
            if let Some(target) = object.get("$ref").and_then(Value::as_str)
                && target.strip_prefix('#').and_then(|pointer| api.pointer(pointer)).is_none()
            {
                faults.push(format!("{place} refers to {target}, which is not there"));
            }
            let is_schema =
                place.contains("/schema") && !place.ends_with("/properties") && !place.ends_with("/schemas");
            if is_schema && let Some(kind) = object.get("type") {
                let kinds: Vec<&str> = kind.as_array().map_or_else(
                    || vec![kind.as_str().unwrap_or("?")],
                    |kinds| kinds.iter().filter_map(Value::as_str).collect(),
                );
                if !kinds.iter().all(|kind| TYPES.contains(kind)) {
                    faults.push(format!("{place} has the type {kind}"));
                }
                if kinds.contains(&"array") && !object.contains_key("items") {
                    faults.push(format!("{place} is a list of nothing"));
                }
            }
            if let (Some(required), Some(properties)) =
                (object.get("required").and_then(Value::as_array), object.get("properties"))
            {
                for name in required.iter().filter(|name| properties.get(name.as_str().unwrap_or_default()).is_none()) {
                    faults.push(format!("{place} requires {name}, which it does not have"));
                }
            }
            object.iter().for_each(|(name, node)| walk(api, node, &format!("{place}/{name}"), faults));
        }
        _ => {}
    }
}

on_both! {
    async fn the_description_is_valid_and_speaks_of_every_route(app: TestApp) {
        let api = app.ana().get("/openapi.json").await.ok();
        let found = faults(&api);
        assert!(found.is_empty(), "{found:#?}");
        for route in server::serve::api() {
            let path = match route.path.strip_prefix("/{objects}") {
                Some(rest) => format!("/contacts{rest}"),
                None => route.path.to_string(),
            };
            let method = route.method.as_str().to_lowercase();
            assert!(!api["paths"][&path][&method].is_null(), "{method} {path} is not described");
        }
        let stranger = app.stranger().get("/openapi.json").await.ok();
        assert!(faults(&stranger).is_empty(), "{:#?}", faults(&stranger));
    }

    async fn a_record_is_as_its_description_says(app: TestApp) {
        let api = app.ana().get("/openapi.json").await.ok();
        let vlad = app.vlad().await;
        let described = &api["components"]["schemas"]["contact"]["properties"];
        for name in vlad.as_object().unwrap().keys() {
            assert!(!described[name].is_null(), "{name} is not described");
        }
        for name in described.as_object().unwrap().keys() {
            assert!(vlad.get(name).is_some(), "{name} is described and not there");
        }
        assert!(api["components"]["schemas"]["contact.write"]["properties"]["orders_total"].is_null());
    }

    async fn the_companys_own_objects_are_described_to_those_who_may_see_them(app: TestApp) {
        let ana = app.ana();
        ana.post("/definitions", json!({ "name": "bike", "plural": "bikes", "label": "Bike", "label_plural": "Bikes" })).await.created();
        ana.post("/definitions/contact/fields", json!({ "name": "shoe_size", "label": "Shoe size", "type": "integer" })).await.created();
        let boris = app.colleague("Boris", json!({ "objects": { "contact": { "read": "all", "fields": { "email": "hidden" } } } })).await;

        let full = ana.get("/openapi.json").await.ok();
        assert!(objects_in(&full).contains("bike") && full.to_string().contains("shoe_size"));
        let open = app.stranger().get("/openapi.json").await.ok();
        assert!(!objects_in(&open).contains("bike") && !open.to_string().contains("shoe_size"));
        let his = boris.get("/openapi.json").await.ok();
        assert_eq!(objects_in(&his).into_iter().collect::<Vec<_>>(), ["contact"]);
        assert!(his["components"]["schemas"]["contact"]["properties"]["email"].is_null());
    }

    async fn the_reference_page_needs_nothing_from_elsewhere(app: TestApp) {
        let stranger = app.stranger();
        let page = stranger.get("//api/reference").await.text();
        assert!(!page.contains("http://") && !page.contains("https://") && !page.contains("<script>"), "{page}");
        assert_eq!(stranger.get("//api/reference/reference.js").await.header("content-type"), Some("text/javascript; charset=utf-8"));
        assert_eq!(stranger.get("//api/reference/reference.css").await.status, 200);
    }
}
