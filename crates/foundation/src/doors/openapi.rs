//! The description of the API as OpenAPI 3.1, made from the table of routes and the living definitions: a field added a
//! moment ago is in it. Who is not signed in sees what every company has; who is, what they may see.

use std::collections::BTreeSet;

use axum::http::Method;
use kernel::object::FieldType;
use kernel::{FieldDef, ObjectDef, limits};
use serde_json::{Map, Value, json};

use super::described;
use super::problem;
use super::table::{BASE, Reads, Right, Route};
use crate::access::{Action, Principal};
use crate::records::Catalogue;

/// The whole description. `who` is none for somebody who is not signed in.
pub fn describe(catalogue: &Catalogue, who: Option<&Principal>, routes: &[Route], language: &str) -> Value {
    let objects: Vec<ObjectDef> = catalogue.objects().iter().filter_map(|object| seen(&object.def, who)).collect();
    let mut paths = Map::new();
    let mut tags = Vec::new();
    for object in &objects {
        let tag = object.label_plural.get(language).to_string();
        tags.push(json!({ "name": tag, "description": format!("Records of {}.", object.plural) }));
        for route in routes.iter().filter(|route| route.path.starts_with("/{objects}")) {
            if route.path.ends_with("/erasure") && !object.party {
                continue;
            }
            let path = route.path.replacen("{objects}", &object.plural, 1);
            insert(&mut paths, &path, route, operation(route, Some(object), &tag));
        }
    }
    for route in routes.iter().filter(|route| !route.path.starts_with("/{objects}")) {
        let tag = tag_of(route.path);
        if !tags.iter().any(|known| known["name"] == tag) {
            tags.push(json!({ "name": tag }));
        }
        insert(&mut paths, route.path, route, operation(route, None, tag));
    }

    let mut schemas = common();
    for object in &objects {
        let name = &object.name;
        schemas.insert(name.clone(), read_shape(object, language));
        schemas.insert(format!("{name}.write"), write_shape(object, language));
        schemas.insert(
            format!("{name}.page"),
            json!({ "type": "object", "required": ["data", "next", "count"], "properties": {
                "data": { "type": "array", "items": reference(name) },
                "next": { "type": ["string", "null"], "description": "The cursor of the next page; null on the last." },
                "previous": { "type": ["string", "null"], "description": "With `back`: where the page before ends, and this one begins." },
                "count": { "oneOf": [reference("Count"), { "type": "null" }] },
            }}),
        );
    }
    let problems: Vec<Value> = problem::classes(language)
        .into_iter()
        .map(|(code, status, title)| json!({ "code": code, "status": status, "title": title }))
        .collect();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Rapport",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Everything a company knows about its customers. Objects made a moment ago are here too. \
                Send a key as `Authorization: Bearer rap_…`. Creating calls take an `Idempotency-Key`: repeated within 72 hours with \
                the same body they give the same answer and do nothing twice. Errors are RFC 9457 problems whose codes never change.",
        },
        "servers": [{ "url": BASE }],
        "security": [{ "key": [] }, { "session": [] }],
        "tags": tags,
        "paths": paths,
        "components": {
            "securitySchemes": {
                "key": { "type": "http", "scheme": "bearer", "description": "An API key, `rap_…`." },
                "session": { "type": "apiKey", "in": "cookie", "name": "rapport", "description": "The workspace's own cookie." },
            },
            "parameters": all_parameters(),
            "headers": headers(),
            "responses": responses(),
            "schemas": schemas,
        },
        "x-problems": problems,
    })
}

/// The object as the caller sees it; none if they may not know of it.
fn seen(def: &ObjectDef, who: Option<&Principal>) -> Option<ObjectDef> {
    let mut def = def.clone();
    match who {
        None if def.custom => return None,
        None => def.fields.retain(|field| !field.custom),
        Some(who) => {
            let access = who.access.on(&def.name);
            if !access.allows(Action::Read) {
                return None;
            }
            def.fields.retain(|field| !access.hidden_fields.contains(&field.name));
            for field in &mut def.fields {
                field.readonly |= access.readonly_fields.contains(&field.name);
            }
        }
    }
    Some(def)
}

fn insert(paths: &mut Map<String, Value>, path: &str, route: &Route, operation: Value) {
    let item = paths.entry(path.to_string()).or_insert_with(|| json!({}));
    if let Some(item) = item.as_object_mut() {
        item.insert(route.method.as_str().to_lowercase(), operation);
    }
}

fn tag_of(path: &str) -> &'static str {
    match path.split('/').nth(1).unwrap_or_default() {
        "setup" | "session" | "sessions" | "sign-in" | "invite" | "me" => "Signing in",
        "keys" | "roles" | "users" | "invites" | "audit" => "Access",
        "company" | "currencies" | "calendars" => "Company",
        "merges" | "merging" => "Merging",
        "definitions" | "openapi.json" => "Definitions",
        "imports" | "import-mappings" => "Imports",
        "events" | "live" | "changes" => "Ledger",
        "search" => "Search",
        "files" => "Files",
        "jobs" => "Jobs",
        _ => "Other",
    }
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn operation(route: &Route, object: Option<&ObjectDef>, tag: &str) -> Value {
    let path = object.map_or(route.path.to_string(), |object| route.path.replacen("{objects}", &object.plural, 1));
    let slug: String = path.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    let shape = shape(route, object);

    let mut parameters: Vec<Value> = path
        .split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
        .map(|name| {
            let uuid = matches!(name, "id" | "change");
            let schema = if uuid { json!({ "type": "string", "format": "uuid" }) } else { json!({ "type": "string" }) };
            json!({ "name": name, "in": "path", "required": true, "schema": schema })
        })
        .collect();
    parameters.extend(shape.query.iter().map(|name| json!({ "$ref": format!("#/components/parameters/{name}") })));
    if route.repeatable {
        parameters.push(json!({ "$ref": "#/components/parameters/idempotency_key" }));
    }
    if route.method == Method::PATCH && route.path == "/{objects}/{id}" {
        parameters.push(json!({ "$ref": "#/components/parameters/if_match" }));
    }

    let mut answers = Map::new();
    let content = shape.answer.map(|schema| json!({ shape.media: { "schema": schema } }));
    let mut success = json!({ "description": shape.says });
    if let (Some(success), Some(content)) = (success.as_object_mut(), content) {
        success.insert("content".into(), content);
    }
    if let Some(success) = success.as_object_mut()
        && object.is_some()
        && route.method != Method::GET
    {
        success
            .insert("headers".into(), json!({ "Rapport-Change": { "$ref": "#/components/headers/Rapport-Change" } }));
    }
    answers.insert(shape.status.into(), success);
    if shape.later {
        answers.insert(
            "202".into(),
            json!({ "description": "It is done in the background.", "content": {
                "application/json": { "schema": { "type": "object", "properties": { "job": reference("Job") } } },
            }}),
        );
    }
    let mut refusals = vec!["400", "421", "431"];
    let public = matches!(route.right, Right::Public(_));
    if !public {
        refusals.extend(["401", "403", "404"]);
    }
    if route.reads != Reads::Nothing {
        refusals.extend(["413", "415", "422"]);
    }
    if route.method != Method::GET {
        refusals.extend(["409", "507"]);
    }
    for status in refusals {
        answers.insert(status.into(), json!({ "$ref": format!("#/components/responses/{status}") }));
    }
    answers.insert("default".into(), json!({ "$ref": "#/components/responses/problem" }));

    let mut operation = json!({
        "operationId": format!("{}{slug}", route.method.as_str().to_lowercase()),
        "tags": [tag],
        "summary": route.about.trim_end_matches('.'),
        "description": needs(route),
        "responses": answers,
    });
    if let Some(operation) = operation.as_object_mut() {
        if !parameters.is_empty() {
            operation.insert("parameters".into(), parameters.into());
        }
        if public {
            operation.insert("security".into(), json!([]));
        }
        match route.reads {
            Reads::Nothing => {}
            Reads::Json => {
                let schema = shape.body.unwrap_or_else(|| json!({ "type": "object" }));
                operation.insert(
                    "requestBody".into(),
                    json!({ "required": true, "content": { "application/json": { "schema": schema } } }),
                );
            }
            Reads::Upload => {
                let schema = json!({ "type": "string", "format": "binary" });
                operation.insert(
                    "requestBody".into(),
                    json!({ "required": true, "content": { "application/octet-stream": { "schema": schema } } }),
                );
            }
        }
    }
    operation
}

/// Which right a route needs, in words.
fn needs(route: &Route) -> String {
    let verb = |action| match action {
        Action::Read => "read",
        Action::Create => "create",
        Action::Update => "change",
        Action::Delete => "delete",
        Action::Import => "import",
        Action::Export => "export",
    };
    let mut text = match route.right {
        Right::Public(why) => format!("Open to everybody: {why}."),
        Right::Own => "For whoever is signed in, about what is their own.".into(),
        Right::WhatOneMaySee => "For whoever is signed in; shows what they may see.".into(),
        Right::On(action) | Right::Named(action) => format!("Needs the right to {} these records.", verb(action)),
        Right::Admin => "Needs an administrator.".into(),
    };
    if route.repeatable {
        text.push_str(" Can be repeated under an `Idempotency-Key`.");
    }
    text
}

/// What a route takes and gives.
struct Shape {
    query: &'static [&'static str],
    body: Option<Value>,
    status: &'static str,
    says: &'static str,
    answer: Option<Value>,
    media: &'static str,
    later: bool,
}

fn shape(route: &Route, object: Option<&ObjectDef>) -> Shape {
    let of = |suffix: &str| reference(&format!("{}{suffix}", object.map_or("", |object| object.name.as_str())));
    let get = |query, answer| Shape {
        query,
        body: None,
        status: "200",
        says: "The answer.",
        answer: Some(answer),
        media: "application/json",
        later: false,
    };
    let takes = |body, answer| Shape { body: Some(body), ..get(&[], answer) };
    let anything = || json!({ "type": "object" });
    if let Some(known) = described::of(route.method.as_str(), route.path) {
        return Shape { body: known.body, ..get(known.query, known.answer) };
    }
    // An object of which at least these members are there.
    let asks = |members: &[&str]| json!({ "type": "object", "required": members });
    let list_of = |item| json!({ "type": "object", "required": ["data"], "properties": { "data": { "type": "array", "items": item } } });
    match (route.method.as_str(), route.path) {
        ("GET", "/{objects}") => {
            get(&["filter", "sort", "fields", "limit", "cursor", "back", "count", "trash"], of(".page"))
        }
        ("POST", "/{objects}/query") => takes(reference("Listing"), of(".page")),
        ("GET", "/{objects}/aggregate") => get(&["filter", "of", "trash", "in"], anything()),
        ("POST", "/{objects}") => Shape {
            query: &["duplicates"],
            status: "201",
            says: "The record that was made.",
            ..takes(of(".write"), of(""))
        },
        ("POST", "/{objects}/bulk") => Shape { later: true, ..takes(bulk(object), reference("Done")) },
        ("GET", "/{objects}/{id}") => get(&[], of("")),
        ("PATCH", "/{objects}/{id}") => takes(of(".write"), of("")),
        ("POST", "/{objects}/{id}/restore") => get(&[], of("")),
        ("POST", "/{objects}/{id}/erasure") => {
            Shape { status: "204", says: "They are erased; there is no body.", answer: None, ..get(&[], anything()) }
        }
        ("GET", "/{objects}/{id}/timeline") => get(&["kinds", "limit", "cursor"], reference("Timeline")),
        ("GET", "/{objects}/{id}/history") => get(&["limit", "cursor"], reference("History")),
        ("GET", "/{objects}/{id}/related") => get(&[], list_of(anything())),
        ("GET", "/{objects}/{id}/explain") => get(&["user"], anything()),
        ("GET", "/{objects}/suggest") => get(&["q", "limit"], list_of(reference("Found"))),
        ("GET", "/{objects}/export") => Shape {
            media: "application/octet-stream",
            ..get(&["format", "filter", "sort", "fields"], json!({ "type": "string", "format": "binary" }))
        },
        ("POST", "/changes/{change}/undo") => Shape { later: true, ..get(&[], reference("Undone")) },
        ("GET", "/search") => get(&["q", "limit", "object"], reference("Hits")),
        ("POST", "/events") => {
            takes(json!({ "oneOf": [reference("Event"), reference("Events")] }), reference("Accepted"))
        }
        ("GET", "/events") => get(&["after", "kinds", "limit"], reference("Timeline")),
        ("GET", "/live") => {
            Shape { media: "text/event-stream", ..get(&["kinds", "after"], json!({ "type": "string" })) }
        }
        ("GET", "/jobs/{id}") | ("POST", "/jobs/{id}/cancel") => get(&[], reference("Job")),
        ("GET", "/session") | ("POST", "/session") => Shape {
            body: Some(json!({ "type": "object", "required": ["email", "password"], "properties": {
                "email": { "type": "string" }, "password": { "type": "string", "format": "password" },
            }})),
            ..get(&[], reference("Session"))
        },
        ("POST", "/session/code") => takes(asks(&["token", "code"]), reference("Session")),
        ("POST", "/session/passkey") => takes(asks(&["credential"]), reference("Session")),
        ("POST", "/session/oidc") => takes(asks(&["code", "state"]), reference("Session")),
        ("POST", "/session/oidc/{provider}") => takes(asks(&[]), asks(&["location"])),
        ("POST", "/me/totp/confirmation") => takes(asks(&["code"]), asks(&["recovery_codes"])),
        ("POST", "/me/totp/removal") | ("POST", "/me/recovery-codes") => takes(asks(&["password"]), anything()),
        ("POST", "/me/passkeys") => takes(asks(&["name", "credential"]), anything()),
        ("POST", "/invites") => {
            Shape { status: "201", ..takes(asks(&["name", "email"]), asks(&["user", "link", "expires_at"])) }
        }
        ("POST", "/roles/{id}/preview") => takes(asks(&["body"]), asks(&["users", "looked_at", "admin", "objects"])),
        ("POST", "/users/{id}/roles/preview") => {
            takes(asks(&["roles"]), asks(&["users", "looked_at", "admin", "objects"]))
        }
        ("PUT", "/currencies") => takes(asks(&["company", "used"]), asks(&["company", "used"])),
        ("PUT", "/currencies/rates") => takes(asks(&["rates"]), asks(&["written"])),
        ("POST", "/currencies/rates/import") => takes(asks(&["csv"]), asks(&["written", "unchanged"])),
        ("GET", "/currencies/rates") => get(&["limit", "cursor"], list_of(asks(&["currency", "on", "rate"]))),
        ("GET", "/calendars") => get(&[], list_of(anything())),
        ("POST", "/calendars") => Shape { status: "201", ..takes(asks(&["name", "time_zone"]), anything()) },
        ("PUT", "/calendars/{id}") => takes(asks(&["name", "time_zone"]), anything()),
        ("GET", "/company/logo") => {
            Shape { media: "image/*", ..get(&[], json!({ "type": "string", "format": "binary" })) }
        }
        ("GET", "/definitions/export") => get(&[], asks(&["format", "text"])),
        ("POST", "/definitions/plan") => takes(asks(&["text"]), asks(&["hash", "changes", "kept"])),
        ("POST", "/definitions/apply") => takes(asks(&["text", "hash"]), asks(&["applied", "changes"])),
        ("POST", "/definitions/{object}/formula-test") => takes(asks(&["formula"]), asks(&["ok"])),
        ("GET", "/openapi.json") => get(&[], anything()),
        ("POST", "/imports") => Shape { status: "201", ..get(&["object", "name"], anything()) },
        ("POST", "/files") => Shape { status: "201", ..get(&["name"], anything()) },
        ("GET", "/files/{id}") => {
            Shape { media: "application/octet-stream", ..get(&[], json!({ "type": "string", "format": "binary" })) }
        }
        ("GET", "/imports/{id}/refused.csv") => Shape { media: "text/csv", ..get(&[], json!({ "type": "string" })) },
        ("POST", "/{objects}/merges/preview") => takes(reference("MergeAsked"), reference("MergePreview")),
        ("POST", "/{objects}/merges") => {
            Shape { status: "201", says: "The merge.", ..takes(reference("MergeAsked"), reference("Merged")) }
        }
        ("GET", "/{objects}/{id}/merges") => get(&[], list_of(reference("Merge"))),
        ("GET", "/merges/{id}") => get(&[], reference("Merge")),
        ("DELETE", "/merges/{id}") => get(&["record"], reference("Unmerged")),
        ("GET", "/merging/{object}/rules") => get(&[], reference("MergeRules")),
        ("PUT", "/merging/{object}/rules") => takes(reference("MergeRulesAsked"), reference("MergeRules")),
        ("DELETE", _) => Shape { status: "204", says: "Done; there is no body.", answer: None, ..get(&[], anything()) },
        _ => get(&[], anything()),
    }
}

fn bulk(object: Option<&ObjectDef>) -> Value {
    let write = reference(&format!("{}.write", object.map_or("", |object| object.name.as_str())));
    json!({ "type": "object", "required": ["action"], "additionalProperties": false, "properties": {
        "action": { "type": "string", "enum": ["create", "update", "delete", "restore"] },
        "records": { "type": "array", "items": write, "description": "For create." },
        "ids": { "type": "array", "items": { "type": "string", "format": "uuid" } },
        "filter": { "type": "string", "description": "A question: all records for which it answers yes; empty for every record." },
        "set": write,
        "preview": { "type": "boolean", "description": "Only says what would happen: how many, a few before and after, who refuses and why." },
    }})
}

/// A record as it is read.
fn read_shape(object: &ObjectDef, language: &str) -> Value {
    let time = json!({ "type": "string", "format": "date-time" });
    let id = json!({ "type": "string", "format": "uuid" });
    let mut properties = Map::new();
    properties.insert("id".into(), id);
    properties.insert("object".into(), json!({ "const": object.name }));
    properties
        .insert("version".into(), json!({ "type": "integer", "description": "Rises with each change; the ETag." }));
    properties.insert("title".into(), json!({ "type": "string", "description": "What the record is called." }));
    properties.insert("subtitle".into(), json!({ "type": "string" }));
    properties.insert("created_at".into(), time.clone());
    properties.insert("created_by".into(), json!({ "type": ["string", "null"], "format": "uuid" }));
    properties.insert("updated_at".into(), time);
    properties.insert("updated_by".into(), json!({ "type": ["string", "null"], "format": "uuid" }));
    properties.insert("deleted_at".into(), json!({ "type": ["string", "null"], "format": "date-time" }));
    let required: Vec<String> = properties.keys().cloned().collect();
    for field in &object.fields {
        properties.insert(field.name.clone(), field_shape(field, language, false));
    }
    properties.insert(
        "linked".into(),
        json!({ "type": "object", "description": "What linked records are called, by field." }),
    );
    json!({ "type": "object", "title": object.label.get(language), "required": required, "properties": properties })
}

/// A record as it is written; only the fields that are named are changed.
fn write_shape(object: &ObjectDef, language: &str) -> Value {
    let mut properties = Map::new();
    for field in object.fields.iter().filter(|field| !field.readonly && !field.kind.is_computed()) {
        properties.insert(field.name.clone(), field_shape(field, language, true));
    }
    properties.insert(
        "version".into(),
        json!({ "type": "integer", "description": "The version that the writer saw, as If-Match." }),
    );
    let needed: Vec<&str> = object
        .fields
        .iter()
        .filter(|field| field.required && field.default.is_none() && properties.contains_key(&field.name))
        .map(|field| field.name.as_str())
        .collect();
    let any: Vec<&str> =
        object.needs_any.iter().map(String::as_str).filter(|name| properties.contains_key(*name)).collect();
    let mut description =
        if needed.is_empty() { String::new() } else { format!("A new record needs {}.", needed.join(", ")) };
    if !any.is_empty() {
        description.push_str(&format!(" A record has at least one of {}.", any.join(", ")));
    }
    let description = description.trim_start();
    json!({
        "type": "object", "title": object.label.get(language), "description": description,
        "additionalProperties": false, "properties": properties,
    })
}

fn field_shape(field: &FieldDef, language: &str, write: bool) -> Value {
    let text = |max: usize| json!({ "type": ["string", "null"], "maxLength": max });
    let formatted = |format: &str| json!({ "type": ["string", "null"], "format": format });
    let or_null = |schema: Value| json!({ "oneOf": [schema, { "type": "null" }] });
    let values =
        |options: &[kernel::object::Choice]| options.iter().map(|option| json!(option.value)).collect::<Vec<_>>();
    let mut shape = match field.kind.stored() {
        FieldType::Text { max } => text(if *max == 0 { limits::TEXT_CHARS } else { *max }),
        FieldType::LongText => text(limits::LONG_TEXT_BYTES),
        FieldType::Integer => json!({ "type": ["integer", "null"] }),
        FieldType::Number => json!({ "type": ["number", "null"] }),
        FieldType::Boolean => json!({ "type": ["boolean", "null"] }),
        FieldType::Money if write => {
            json!({ "oneOf": [reference("Money"), { "type": "string", "examples": ["1204.50 EUR"] }, { "type": "null" }] })
        }
        FieldType::Money => or_null(reference("Money")),
        FieldType::Date => formatted("date"),
        FieldType::Time => formatted("date-time"),
        FieldType::Choice { options } => {
            let mut values = values(options);
            values.push(Value::Null);
            json!({ "type": ["string", "null"], "enum": values })
        }
        FieldType::MultiChoice { options } => {
            json!({ "type": ["array", "null"], "items": { "type": "string", "enum": values(options) } })
        }
        FieldType::Email => formatted("email"),
        FieldType::Phone => json!({ "type": ["string", "null"], "description": "E.164" }),
        FieldType::Url => formatted("uri"),
        FieldType::Address => or_null(reference("Address")),
        FieldType::Link { .. } | FieldType::File => formatted("uuid"),
        FieldType::Links { .. } => {
            json!({ "type": ["array", "null"], "items": { "type": "string", "format": "uuid" } })
        }
        FieldType::Json | FieldType::Formula { .. } | FieldType::RollUp(_) => json!({}),
    };
    if let Some(shape) = shape.as_object_mut() {
        shape.insert("title".into(), json!(field.label.get(language)));
        if let Some(help) = &field.help {
            shape.insert("description".into(), json!(help.get(language)));
        } else if let Some(target) = field.kind.target() {
            shape.insert("description".into(), json!(format!("Link to {target}.")));
        }
        if !write && (field.readonly || field.kind.is_computed()) {
            shape.insert("readOnly".into(), json!(true));
        }
        if let Some(default) = field.default.as_ref().filter(|_| write) {
            shape.insert("default".into(), default.clone());
        }
    }
    shape
}

fn all_parameters() -> Value {
    let mut all = parameters();
    if let Some(all) = all.as_object_mut() {
        all.extend(described::parameters());
    }
    all
}

fn parameters() -> Value {
    let query = |name: &str, schema: Value, about: &str| json!({ "name": name, "in": "query", "schema": schema, "description": about });
    let text = || json!({ "type": "string" });
    json!({
        "filter": query("filter", text(), "A question such as `city = \"Paris\" and (revenue > 10000 EUR or not tags contains \"vip\")`."),
        "sort": query("sort", text(), "Fields with commas, a leading - for descending: `-amount,title`."),
        "fields": query("fields", text(), "Only these fields, with commas."),
        "limit": query("limit", json!({ "type": "integer", "minimum": 1, "maximum": limits::PAGE }), "Lines of a page."),
        "cursor": query("cursor", text(), "`next` of the page before."),
        "back": query("back", json!({ "type": "boolean", "default": false }), "The page that ends where the cursor stands, or without a cursor the last one."),
        "count": query("count", json!({ "type": "string", "enum": ["estimate", "exact", "none"], "default": "estimate" }), "How to count."),
        "trash": query("trash", json!({ "type": "boolean", "default": false }), "The bin instead of the living."),
        "of": query("of", text(), "Figures with commas: `count,sum:amount,avg:amount,min:…,max:…,earliest:…,latest:…,filled:…,empty:…,distinct:…,weighted:amount:probability`."),
        "in": query("in", text(), "Sums of money as one amount of this currency too, beside the figures as `converted`: `EUR`, or `company` for the company's own."),
        "kinds": query("kinds", text(), "Kinds of events with commas; `order.*` is a family."),
        "after": query("after", text(), "Lines after this position: the `next` of an earlier answer, or 0."),
        "q": query("q", text(), "What was typed."),
        "object": query("object", text(), "Only this object."),
        "name": query("name", text(), "What the file is called."),
        "user": query("user", json!({ "type": "string", "format": "uuid" }), "About this user; administrators only."),
        "format": query("format", json!({ "type": "string", "enum": ["csv", "xlsx", "jsonl"] }), "Kind of file."),
        "idempotency_key": {
            "name": "Idempotency-Key", "in": "header", "schema": { "type": "string", "minLength": 1, "maxLength": 255 },
            "description": "Makes the call repeatable for 72 hours: same body, same answer, nothing twice.",
        },
        "if_match": {
            "name": "If-Match", "in": "header", "schema": { "type": "string", "examples": ["\"3\""] },
            "description": "The version that the writer saw. Writes to different fields both hold; a write to a field that somebody changed since is a conflict.",
        },
    })
}

fn headers() -> Value {
    json!({ "Rapport-Change": {
        "schema": { "type": "string", "format": "uuid" },
        "description": "Names the change, for `POST /changes/{change}/undo`.",
    }})
}

fn responses() -> Value {
    let problem = |about: &str| json!({ "description": about, "content": { "application/problem+json": { "schema": reference("Problem") } } });
    json!({
        "400": problem("It cannot be read."),
        "401": problem("Nobody is signed in, or the key is not valid."),
        "403": problem("The rights do not reach that far."),
        "404": problem("It is not there, or not for this caller."),
        "409": problem("Something else stands against it; `conflict` shows what."),
        "413": problem("More than is allowed."),
        "421": problem("The server was called by a name that is not its own."),
        "431": problem("The headers are too long."),
        "507": problem("The disk is full; nothing was saved."),
        "415": problem("The body is of another media type."),
        "422": problem("Some values cannot be accepted; `errors` says which."),
        "problem": problem("Anything else that went wrong."),
    })
}

/// Shapes that do not depend on the definitions. Their names begin with a capital, those of objects never do.
fn common() -> Map<String, Value> {
    let text = || json!({ "type": "string" });
    let id = || json!({ "type": "string", "format": "uuid" });
    let object = |required: &[&str], properties: Value| json!({ "type": "object", "required": required, "properties": properties });
    let list = |item: &str| json!({ "type": "array", "items": reference(item) });
    let whole = || json!({ "type": "integer" });
    let shapes = [
        (
            "Money",
            object(
                &["amount", "currency"],
                json!({
                    "amount": { "type": "integer", "description": "Minor units: 120450 is 1204.50." },
                    "currency": { "type": "string", "pattern": "^[A-Z]{3}$", "description": "ISO 4217." },
                }),
            ),
        ),
        (
            "Address",
            object(
                &[],
                json!({ "street": text(), "city": text(), "region": text(), "postal_code": text(), "country": text() }),
            ),
        ),
        ("Count", object(&["value", "exact"], json!({ "value": whole(), "exact": { "type": "boolean" } }))),
        (
            "Problem",
            object(
                &["type", "title", "status", "code", "instance"],
                json!({
                    "type": text(), "title": text(), "status": whole(), "code": text(), "detail": text(),
                    "instance": { "type": "string", "description": "The request's id, for whoever looks into the log." },
                    "errors": list("FieldProblem"), "conflict": { "type": "object" },
                }),
            ),
        ),
        (
            "FieldProblem",
            object(&["pointer", "code", "detail"], json!({ "pointer": text(), "code": text(), "detail": text() })),
        ),
        (
            "Listing",
            object(
                &[],
                json!({
                    "filter": { "description": "A question as text, or in its JSON form." }, "sort": text(), "fields": text(), "limit": whole(),
                    "cursor": text(), "back": { "type": "boolean" }, "count": { "type": "string", "enum": ["estimate", "exact", "none"] }, "trash": { "type": "boolean" },
                }),
            ),
        ),
        (
            "Done",
            object(
                &["change", "done", "errors"],
                json!({
                    "change": id(), "done": whole(), "ids": { "type": "array", "items": id() }, "errors": { "type": "array", "items": { "type": "object" } },
                }),
            ),
        ),
        (
            "Undone",
            object(
                &["change", "undone", "skipped"],
                json!({
                    "change": id(), "undone": whole(), "skipped": { "type": "array", "items": { "type": "object" } },
                }),
            ),
        ),
        (
            "Line",
            object(
                &["id", "seq", "at", "kind", "text"],
                json!({
                    "id": id(), "seq": whole(), "at": { "type": "string", "format": "date-time" }, "kind": text(),
                    "text": { "type": "string", "description": "The sentence, in the caller's language." },
                    "actor": { "type": ["object", "null"] }, "channel": { "type": ["string", "null"] }, "source": { "type": ["string", "null"] },
                    "party": { "type": ["string", "null"] }, "record": { "type": ["object", "null"] },
                    "amount": { "oneOf": [reference("Money"), { "type": "null" }] }, "props": { "type": "object" }, "change": { "type": ["string", "null"] },
                }),
            ),
        ),
        ("Timeline", object(&["data", "next"], json!({ "data": list("Line"), "next": {} }))),
        (
            "History",
            object(
                &["data", "next"],
                json!({
                    "data": { "type": "array", "items": { "type": "object" } }, "next": { "type": ["string", "null"] },
                }),
            ),
        ),
        (
            "Event",
            object(
                &["kind"],
                json!({
                    "kind": { "type": "string", "examples": ["page.viewed"] }, "at": { "type": "string", "format": "date-time" }, "party": id(),
                    "identity": object(&["kind", "value"], json!({ "kind": text(), "value": text() })),
                    "record": object(&["object", "id"], json!({ "object": text(), "id": id() })),
                    "amount": whole(), "currency": text(), "channel": text(), "source": text(), "props": { "type": "object" },
                    "key": { "type": "string", "description": "The same key at the same moment is recorded once." },
                }),
            ),
        ),
        (
            "Events",
            object(
                &["events"],
                json!({ "events": { "type": "array", "items": reference("Event"), "maxItems": limits::EVENT_BATCH } }),
            ),
        ),
        ("Accepted", object(&["accepted", "repeated"], json!({ "accepted": whole(), "repeated": whole() }))),
        (
            "Job",
            object(
                &["id", "kind", "state", "done", "total"],
                json!({
                    "id": id(), "kind": text(), "state": { "type": "string", "enum": ["queued", "running", "done", "failed", "cancelled"] },
                    "done": whole(), "total": whole(), "result": {},
                }),
            ),
        ),
        (
            "Found",
            object(
                &["id", "title"],
                json!({ "id": id(), "title": text(), "subtitle": text(), "match": { "type": "object" } }),
            ),
        ),
        (
            "Hits",
            object(
                &["groups"],
                json!({
                    "groups": { "type": "array", "items": object(&["object", "data"], json!({ "object": text(), "data": list("Found") })) },
                    "did_you_mean": text(),
                }),
            ),
        ),
        (
            "Session",
            object(
                &["user", "language", "can"],
                json!({
                    "user": object(&["id", "name"], json!({ "id": id(), "name": text(), "email": { "type": ["string", "null"] } })),
                    "language": text(), "company": text(), "can": { "type": "object" },
                }),
            ),
        ),
    ];
    shapes.into_iter().chain(described::shapes()).map(|(name, shape)| (name.to_string(), shape)).collect()
}

/// Names of the objects that a description speaks of, for tests.
pub fn objects_in(description: &Value) -> BTreeSet<String> {
    let schemas = description.pointer("/components/schemas").and_then(Value::as_object);
    let names = schemas.into_iter().flat_map(|schemas| schemas.keys());
    names.filter_map(|name| name.strip_suffix(".page")).map(str::to_string).collect()
}
