//! What the routes of the workspace take and give, for the description of the API.

use serde_json::{Map, Value, json};

/// The parameters, body and answer of one route.
pub struct Described {
    pub query: &'static [&'static str],
    pub body: Option<Value>,
    pub answer: Value,
}

/// None for routes that are described elsewhere.
pub fn of(method: &str, path: &str) -> Option<Described> {
    let asks = |query, answer: &str| Described { query, body: None, answer: refer(answer) };
    let takes = |body: &str, answer: &str| Described { query: &[], body: Some(refer(body)), answer: refer(answer) };
    Some(match (method, path) {
        ("POST", "/{objects}/groups") => takes("Grouping", "Groups"),
        ("POST", "/{objects}/calendar") => takes("CalendarAsked", "Calendar"),
        ("POST", "/{objects}/stages") => takes("StagesAsked", "Standing"),
        ("GET", "/{objects}/{id}/stages") => asks(&["field"], "Stages"),
        ("GET", "/{objects}/duplicates") => asks(&["except"], "Duplicates"),
        ("GET", "/{objects}/views") => asks(&[], "Views"),
        ("PUT", "/{objects}/views/default") => takes("DefaultAsked", "Default"),
        ("GET", "/{objects}/layout") => asks(&["role"], "LaidOut"),
        ("PUT", "/{objects}/layout") => takes("LayoutAsked", "LaidOut"),
        ("GET", "/{objects}/layouts") => asks(&[], "Layouts"),
        ("POST", "/{objects}/{id}/presence") => takes("Page", "Present"),
        ("GET", "/me/day") => asks(&["date"], "Day"),
        ("GET", "/me/notifications") => asks(&["unread", "limit", "cursor"], "Notifications"),
        ("PUT", "/me/notifications/read") => takes("Mark", "Unread"),
        ("GET", "/me/notifications/preferences") => asks(&[], "Preferences"),
        ("PUT", "/me/notifications/preferences") => takes("Preferences", "Preferences"),
        ("GET", "/me/favourites") | ("PUT", "/me/favourites/{object}/{id}") => asks(&[], "Kept"),
        ("PUT", "/me/favourites") => takes("Order", "Kept"),
        ("GET", "/me/recents") => asks(&["limit", "object"], "Kept"),
        ("POST", "/me/recents") => Described { query: &[], body: Some(refer("Which")), answer: json!({}) },
        _ => return None,
    })
}

fn refer(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// Parameters that only these routes have.
pub fn parameters() -> Map<String, Value> {
    let query = |name: &str, schema: Value, about: &str| {
        let parameter = json!({ "name": name, "in": "query", "schema": schema, "description": about });
        (name.to_string(), parameter)
    };
    let id = || json!({ "type": "string", "format": "uuid" });
    Map::from_iter([
        query("field", json!({ "type": "string" }), "The choice or link that tells the stages."),
        query("except", id(), "A record that is not told of: the one being changed. Beside it any field by its name."),
        query("role", id(), "What this role would get; administrators only."),
        query("date", json!({ "type": "string", "format": "date" }), "Which day, in the caller's zone; today."),
        query("record", id(), "Only this one of the records."),
        query(
            "duplicates",
            json!({ "type": "string", "enum": ["allow", "refuse"], "default": "allow" }),
            "`refuse`: if the record may be there already, nothing is made, and a 409 with the code `duplicate` shows which it may be, in `conflict.details.candidates`.",
        ),
        query("unread", json!({ "type": "boolean", "default": false }), "Only those that were not read."),
    ])
}

/// Shapes of these routes.
pub fn shapes() -> Vec<(&'static str, Value)> {
    let text = || json!({ "type": "string" });
    let or_null = |kind: &str| json!({ "type": [kind, "null"] });
    let id = || json!({ "type": "string", "format": "uuid" });
    let id_or_null = || json!({ "type": ["string", "null"], "format": "uuid" });
    let time = || json!({ "type": "string", "format": "date-time" });
    let whole = || json!({ "type": "integer" });
    let flag = || json!({ "type": "boolean" });
    let anything = || json!({ "type": "object" });
    let list = |item: Value| json!({ "type": "array", "items": item });
    let object = |required: &[&str], properties: Value| json!({ "type": "object", "required": required, "properties": properties });
    let data = |item: Value| object(&["data"], json!({ "data": list(item) }));
    let filter = || json!({ "description": "A question as text or in its JSON form." });
    let named = || json!({ "type": ["object", "null"], "properties": { "object": text(), "plural": text(), "id": id(), "title": text() } });
    let records = || object(&["data", "count"], json!({ "data": list(anything()), "count": whole() }));
    let part = || json!({ "oneOf": [records(), { "type": "null" }] });
    let stay = json!({ "value": or_null("string"), "label": or_null("string"), "entered_at": time(), "left_at": { "type": ["string", "null"], "format": "date-time" }, "days": { "type": "number" } });
    let standing = json!({ "id": id(), "value": or_null("string"), "label": or_null("string"), "entered_at": time(), "days": { "type": "number" }, "rotting_days": or_null("integer"), "is_stale": flag() });
    let layout = object(
        &[],
        json!({
            "facts": list(text()), "hidden": list(text()), "card": list(text()), "related": list(text()),
            "sections": list(object(&["name", "fields"], json!({ "name": text(), "label": {}, "fields": list(text()), "collapsed": flag() }))),
        }),
    );
    let hint = json!({ "object": text(), "id": id(), "title": text(), "subtitle": text(), "reasons": list(text()), "certain": flag() });
    let kept = json!({ "object": text(), "plural": text(), "id": id(), "title": text(), "subtitle": text(), "icon": text(), "view_of": text(), "at": time() });
    let fault = json!({ "pointer": text(), "code": text(), "detail": text() });
    let page = json!({ "data": list(anything()), "next": or_null("string") });
    vec![
        (
            "Grouping",
            object(
                &[],
                json!({
                    "filter": filter(), "trash": flag(), "sort": text(), "limit": whole(), "cursor": or_null("string"),
                    "by": { "type": "array", "maxItems": 2, "items": { "oneOf": [text(), refer("GroupBy")] } },
                    "measures": { "type": "array", "items": { "oneOf": [text(), refer("Measure")] } },
                    "records": object(&[], json!({ "limit": whole(), "sort": list(text()), "fields": list(text()) })),
                }),
            ),
        ),
        (
            "GroupBy",
            object(
                &["field"],
                json!({
                    "field": text(), "unit": { "type": "string", "enum": ["day", "week", "month", "quarter", "year"] },
                    "width": { "type": "number" }, "edges": list(json!({ "type": "number" })), "within": filter(), "all": flag(),
                }),
            ),
        ),
        (
            "Measure",
            object(
                &["op"],
                json!({
                    "op": { "type": "string", "enum": ["count", "sum", "avg", "min", "max", "earliest", "latest", "filled", "empty", "distinct", "weighted"] },
                    "field": text(), "by": text(), "as": text(),
                }),
            ),
        ),
        (
            "Groups",
            object(
                &["groups", "totals", "groups_total", "next"],
                json!({
                    "groups": list(object(&["keys", "filter", "values"], json!({ "keys": list(anything()), "filter": text(), "values": anything(), "records": object(&["data", "next"], page) }))),
                    "totals": anything(), "groups_total": whole(), "next": or_null("string"),
                }),
            ),
        ),
        (
            "CalendarAsked",
            object(
                &["field", "from", "to"],
                json!({
                    "field": text(), "end": text(), "from": { "type": "string", "format": "date" },
                    "to": { "type": "string", "format": "date" }, "filter": filter(), "fields": list(text()), "per_day": whole(),
                }),
            ),
        ),
        (
            "Calendar",
            object(
                &["zone", "exact", "days"],
                json!({
                    "zone": text(), "exact": flag(),
                    "days": list(object(&["date", "count", "more", "data"], json!({ "date": text(), "count": whole(), "more": whole(), "data": list(anything()) }))),
                }),
            ),
        ),
        ("StagesAsked", object(&["ids"], json!({ "ids": list(id()), "field": text() }))),
        (
            "Standing",
            object(&["field", "data"], json!({ "field": text(), "data": list(object(&["id"], standing.clone())) })),
        ),
        (
            "Stages",
            object(
                &["field", "data", "per_value", "current"],
                json!({
                    "field": text(), "data": list(object(&[], stay.clone())), "per_value": list(object(&[], stay)),
                    "current": { "oneOf": [object(&[], standing), { "type": "null" }] },
                }),
            ),
        ),
        ("Duplicates", data(object(&["id", "title", "certain"], hint))),
        ("Views", object(&["data", "default"], json!({ "data": list(anything()), "default": refer("DefaultView") }))),
        ("DefaultView", object(&["view", "from"], json!({ "view": id_or_null(), "from": or_null("string") }))),
        ("Default", object(&["default"], json!({ "default": refer("DefaultView") }))),
        (
            "DefaultAsked",
            object(
                &["view", "for"],
                json!({ "view": id_or_null(), "for": { "type": "string", "description": "`me`, `everyone` or the id of a role." } }),
            ),
        ),
        ("Layout", layout),
        ("LayoutAsked", object(&["layout"], json!({ "role": id_or_null(), "layout": refer("Layout") }))),
        (
            "LaidOut",
            object(
                &["layout", "from", "role", "warnings"],
                json!({
                    "layout": refer("Layout"), "from": { "type": "string", "enum": ["role", "everyone", "definition"] },
                    "role": id_or_null(), "warnings": list(object(&[], fault)),
                }),
            ),
        ),
        (
            "Layouts",
            data(object(
                &["role", "layout"],
                json!({ "role": id_or_null(), "role_name": or_null("string"), "layout": refer("Layout"), "updated_at": time(), "updated_by": id_or_null() }),
            )),
        ),
        ("Page", object(&["tab"], json!({ "tab": text(), "editing": or_null("string") }))),
        (
            "Present",
            object(
                &["ttl_s", "people"],
                json!({
                    "ttl_s": whole(),
                    "people": list(object(&["id", "name"], json!({ "id": id(), "name": or_null("string"), "editing": or_null("string"), "since": time() }))),
                }),
            ),
        ),
        (
            "Day",
            object(
                &["date", "zone", "overdue", "today", "next", "agenda", "mentions", "deals_without_next_step"],
                json!({
                    "date": text(), "zone": text(), "overdue": part(), "today": part(), "next": part(), "agenda": part(),
                    "mentions": object(&["data", "unread"], json!({ "data": list(refer("Notification")), "unread": whole() })),
                    "deals_without_next_step": part(),
                }),
            ),
        ),
        (
            "Notification",
            object(
                &["id", "kind", "at", "read_at", "count"],
                json!({
                    "id": id(), "kind": { "type": "string", "enum": ["mention", "assigned", "reply"] }, "at": time(),
                    "read_at": { "type": ["string", "null"], "format": "date-time" }, "actor": { "type": ["object", "null"] },
                    "record": named(), "about": named(), "count": whole(), "text": or_null("string"),
                }),
            ),
        ),
        (
            "Notifications",
            object(
                &["data", "next", "unread"],
                json!({ "data": list(refer("Notification")), "next": id_or_null(), "unread": whole() }),
            ),
        ),
        ("Mark", object(&[], json!({ "ids": list(id()), "all": flag(), "read": flag() }))),
        ("Unread", object(&["unread"], json!({ "unread": whole() }))),
        ("Preferences", object(&[], json!({ "mention": flag(), "assigned": flag(), "reply": flag() }))),
        ("Which", object(&["object", "id"], json!({ "object": text(), "id": id() }))),
        ("Order", object(&["order"], json!({ "order": list(refer("Which")) }))),
        ("Kept", data(object(&["object", "id", "title"], kept))),
        (
            "MergeAsked",
            object(
                &["records"],
                json!({
                    "records": { "type": "array", "items": id(), "minItems": 2, "maxItems": 50 }, "survivor": id_or_null(),
                    "picks": { "type": "object", "additionalProperties": id(), "description": "By field: the record whose value stays." },
                    "why": { "description": "Why, for whoever asks later." },
                }),
            ),
        ),
        (
            "MergePreview",
            object(
                &["object", "survivor", "one_already", "records", "fields"],
                json!({
                    "object": text(), "survivor": id(), "one_already": flag(), "records": list(anything()), "follows": anything(),
                    "lost": { "type": "array", "description": "Always empty: who is joined keeps what it says.", "items": {} },
                    "fields": list(object(
                        &["field", "rule", "value", "values"],
                        json!({
                            "field": text(), "label": text(), "type": text(), "section": text(), "rule": text(), "picked": flag(),
                            "differs": flag(), "filled": flag(), "can_pick": flag(), "winner": id_or_null(), "value": {},
                            "values": list(object(&["record", "value"], json!({ "record": id(), "value": {}, "at": time(), "source": or_null("string") }))),
                        }),
                    )),
                }),
            ),
        ),
        (
            "Merge",
            object(
                &["id", "object", "at", "state", "survivor", "records", "fields"],
                json!({
                    "id": id(), "object": text(), "at": time(), "actor": { "type": ["object", "null"] }, "change": id(),
                    "state": { "type": "string", "enum": ["standing", "partly_undone", "undone"] }, "survivor": named(),
                    "records": list(object(&["id"], json!({ "id": id(), "title": or_null("string"), "left_at": { "type": ["string", "null"], "format": "date-time" }, "left_by": { "type": ["object", "null"] } }))),
                    "why": {}, "fields": list(object(&["field", "rule"], json!({ "field": text(), "label": text(), "rule": text(), "winner": id_or_null() }))),
                }),
            ),
        ),
        (
            "Merged",
            object(
                &["survivor", "joined", "unchanged", "merge"],
                json!({
                    "survivor": id(), "joined": list(id()), "unchanged": { "type": "boolean", "description": "They were one already." },
                    "merge": { "oneOf": [refer("Merge"), { "type": "null" }] },
                }),
            ),
        ),
        (
            "Unmerged",
            object(
                &["survivor", "left", "withheld", "merge"],
                json!({
                    "survivor": id(), "left": list(id()), "merge": refer("Merge"),
                    "withheld": list(object(&["record", "field"], json!({ "record": id(), "field": text() }))),
                }),
            ),
        ),
        (
            "MergeRules",
            object(
                &["object", "survivor", "fields"],
                json!({
                    "object": text(), "survivor": text(), "survivors": list(text()),
                    "fields": list(object(&["field", "rule", "default", "choices"], json!({ "field": text(), "label": text(), "type": text(), "rule": text(), "default": text(), "choices": list(text()) }))),
                }),
            ),
        ),
        (
            "MergeRulesAsked",
            object(
                &[],
                json!({
                    "survivor": { "type": "string", "enum": ["most_complete", "oldest", "newest"] },
                    "fields": { "type": "object", "additionalProperties": { "type": ["string", "null"], "enum": ["source", "newest", "oldest", "most_complete", "most_frequent", "survivor", "yes_wins", "no_wins", "union", null] }, "description": "Null is the rule of the beginning again." },
                }),
            ),
        ),
    ]
}
