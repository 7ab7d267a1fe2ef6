//! Groups: the records of a filter put together by fields, with figures for each and for all.

use serde_json::{Value, json};
use testkit::{Client, TestApp, on_both};

/// A pipeline with three stages, and deals in two of them.
pub async fn deals(app: &TestApp) -> (Value, Vec<Value>) {
    let ana = app.ana();
    let pipeline = ana.post("/pipelines", json!({ "name": "New business" })).await.created()["id"].clone();
    let mut stages = Vec::new();
    // Made out of order: the field `position` says how they stand.
    for (name, position) in [("Offer", 2), ("Talk", 1), ("Contract", 3)] {
        let stage = json!({ "name": name, "pipeline": pipeline, "position": position, "rotting_days": 10 });
        stages.push(ana.post("/stages", stage).await.created()["id"].clone());
    }
    stages.swap(0, 1);
    let deal = |name: &str, stage: usize, amount: i64, currency: &str, probability: Value, closes: Value| {
        json!({ "name": name, "stage": stages[stage], "pipeline": pipeline, "probability": probability, "expected_close_on": closes,
                "amount": { "amount": amount, "currency": currency } })
    };
    let records = json!([
        deal("One", 0, 10_000, "EUR", json!(10), json!("2026-06-01")),
        deal("Two", 0, 5_050, "EUR", json!(50), json!("2026-06-30")),
        deal("Three", 1, 70_000, "USD", json!(20), json!("2026-07-01")),
        deal("Four", 1, 1, "EUR", json!(33), json!("2026-12-31")),
        { "name": "Five" },
    ]);
    let made = ana.post("/deals/bulk", json!({ "action": "create", "records": records })).await.ok();
    assert_eq!(made["done"], 5, "{made}");
    (pipeline, stages)
}

async fn groups(who: &Client, body: Value) -> Value {
    who.post("/deals/groups", body).await.ok()
}

/// `label: count` of each group, in order.
fn counts(answer: &Value) -> Vec<String> {
    let groups = answer["groups"].as_array().expect("groups");
    groups
        .iter()
        .map(|group| {
            let labels: Vec<&str> = group["keys"]
                .as_array()
                .expect("keys")
                .iter()
                .map(|key| key["label"].as_str().unwrap_or("-"))
                .collect();
            format!("{}: {}", labels.join("/"), group["values"]["count"])
        })
        .collect()
}

on_both! {
    async fn a_board_has_its_columns_in_order_with_sums_of_each_currency(app: TestApp) {
        let (pipeline, stages) = deals(&app).await;
        let within = format!("pipeline = {pipeline}");
        let answer = groups(&app.ana(), json!({
            "by": [{ "field": "stage", "within": within }],
            "measures": ["count", "sum:amount", { "op": "weighted", "field": "amount", "by": "probability", "as": "weighted" }],
        })).await;

        assert_eq!(counts(&answer), ["Talk: 2", "Offer: 2", "Contract: 0", "-: 1"], "{answer}");
        let talk = &answer["groups"][0];
        assert_eq!(talk["keys"][0]["value"], stages[0]);
        assert_eq!(talk["values"]["sum:amount"], json!([{ "amount": 15_050, "currency": "EUR" }]));
        // 10 % of 100.00 and half of 50.50.
        assert_eq!(talk["values"]["weighted"], json!([{ "amount": 3_525, "currency": "EUR" }]));
        let offer = &answer["groups"][1]["values"];
        assert_eq!(offer["sum:amount"], json!([{ "amount": 1, "currency": "EUR" }, { "amount": 70_000, "currency": "USD" }]));
        assert_eq!(offer["weighted"], json!([{ "amount": 0, "currency": "EUR" }, { "amount": 14_000, "currency": "USD" }]));
        assert_eq!(answer["groups"][2]["values"], json!({ "count": 0, "sum:amount": [], "weighted": [] }));
        let totals = json!({ "count": 5, "sum:amount": [{ "amount": 15_051, "currency": "EUR" }, { "amount": 70_000, "currency": "USD" }],
                             "weighted": [{ "amount": 3_525, "currency": "EUR" }, { "amount": 14_000, "currency": "USD" }] });
        assert_eq!(answer["totals"], totals);
    }

    async fn a_groups_filter_names_exactly_its_records(app: TestApp) {
        deals(&app).await;
        let ana = app.ana();
        let kinds = [
            json!(["stage"]),
            json!(["status"]),
            json!([{ "field": "expected_close_on", "unit": "week" }]),
            json!([{ "field": "expected_close_on", "unit": "quarter" }, "stage"]),
            json!([{ "field": "amount", "edges": [0, 5_000, 20_000] }]),
            json!([{ "field": "probability", "width": 25 }]),
            json!([{ "field": "created_at", "unit": "day" }]),
            json!(["created_by"]),
            json!(["name"]),
        ];
        for by in kinds {
            let answer = groups(&ana, json!({ "by": by })).await;
            let mut sum = 0;
            for group in answer["groups"].as_array().unwrap() {
                let asked = json!({ "filter": group["filter"], "count": "exact" });
                let listed = ana.post("/deals/query", asked).await.ok();
                assert_eq!(listed["count"]["value"], group["values"]["count"], "{by}: {group}");
                sum += group["values"]["count"].as_i64().unwrap();
            }
            assert_eq!(sum, 5, "{by}: {answer}");
            assert_eq!(answer["groups_total"], answer["groups"].as_array().unwrap().len());
        }
    }

    async fn days_become_periods_in_the_zone_of_whoever_asks(app: TestApp) {
        deals(&app).await;
        let ana = app.ana();
        let by = |unit: &str| json!({ "by": [{ "field": "expected_close_on", "unit": unit }] });
        assert_eq!(counts(&groups(&ana, by("day")).await), ["2026-06-01: 1", "2026-06-30: 1", "2026-07-01: 1", "2026-12-31: 1", "-: 1"]);
        assert_eq!(counts(&groups(&ana, by("week")).await), ["2026-W23: 1", "2026-W27: 2", "2026-W53: 1", "-: 1"]);
        assert_eq!(counts(&groups(&ana, by("month")).await), ["2026-06: 2", "2026-07: 1", "2026-12: 1", "-: 1"]);
        assert_eq!(counts(&groups(&ana, by("quarter")).await), ["2026-Q2: 2", "2026-Q3: 1", "2026-Q4: 1", "-: 1"]);
        assert_eq!(counts(&groups(&ana, by("year")).await), ["2026: 4", "-: 1"]);
        let all = json!({ "by": [{ "field": "expected_close_on", "unit": "quarter", "all": true }], "filter": "expected_close_on is not empty and expected_close_on != \"2026-07-01\"" });
        assert_eq!(counts(&groups(&ana, all).await), ["2026-Q2: 2", "2026-Q3: 0", "2026-Q4: 1"]);

        // Half past midnight in Kathmandu (5:45 ahead) is the evening before in Greenwich.
        ana.post("/activities", json!({ "subject": "Late", "due_at": "2026-06-19T18:45:00Z" })).await.created();
        let by = json!({ "by": [{ "field": "due_at", "unit": "day" }], "measures": ["count", "latest:due_at", "distinct:due_at"] });
        let seen = ana.post("/activities/groups", by.clone()).await.ok();
        assert_eq!(seen["groups"][0]["keys"][0]["value"], "2026-06-19", "{seen}");
        ana.patch("/me", json!({ "time_zone": "Asia/Kathmandu" })).await.ok();
        let seen = ana.post("/activities/groups", by).await.ok();
        assert_eq!(seen["groups"][0]["keys"][0]["value"], "2026-06-20", "{seen}");
        assert_eq!(seen["groups"][0]["values"], json!({ "count": 1, "latest:due_at": "2026-06-19T18:45:00.000Z", "distinct:due_at": 1 }));
        let filter = json!({ "filter": seen["groups"][0]["filter"], "count": "exact" });
        assert_eq!(ana.post("/activities/query", filter).await.ok()["count"]["value"], 1);
    }

    async fn a_pivot_has_a_cell_for_each_pair(app: TestApp) {
        deals(&app).await;
        let ana = app.ana();
        let by = json!(["stage", { "field": "expected_close_on", "unit": "year" }]);
        let answer = groups(&ana, json!({ "by": by, "measures": ["count", "distinct:probability", "filled:amount", "empty:stage"] })).await;
        assert_eq!(counts(&answer), ["Talk/2026: 2", "Offer/2026: 2", "-/-: 1"]);
        assert_eq!(answer["groups"][0]["values"]["distinct:probability"], 2);
        assert_eq!(answer["totals"], json!({ "count": 5, "distinct:probability": 4, "filled:amount": 4, "empty:stage": 1 }));
        let full = groups(&ana, json!({ "by": ["stage", { "field": "status", "all": true }] })).await;
        assert_eq!(counts(&full), ["Talk/Open: 2", "Talk/Won: 0", "Talk/Lost: 0", "Offer/Open: 2", "Offer/Won: 0", "Offer/Lost: 0", "-/Open: 1", "-/Won: 0", "-/Lost: 0"]);
    }

    async fn a_record_stands_in_each_of_its_groups_and_once_in_the_totals(app: TestApp) {
        let ana = app.ana();
        let tag = async |name: &str| ana.post("/tags", json!({ "name": name })).await.created()["id"].clone();
        let (vip, wholesale) = (tag("vip").await, tag("wholesale").await);
        tag("nobody's").await;
        let sizes = json!({ "name": "sizes", "label": "Sizes", "type": "multi_choice",
            "options": [{ "value": "s", "label": { "en": "Small" } }, { "value": "l", "label": { "en": "Large" } }] });
        ana.post("/definitions/contact/fields", sizes).await.created();
        let records = json!([
            { "last_name": "Albu", "children": 1, "tags": [vip, wholesale], "sizes": ["s", "l"] },
            { "last_name": "Bradu", "children": 2, "tags": [vip], "sizes": ["l"] },
            { "last_name": "Cernea", "children": 4 },
        ]);
        ana.post("/contacts/bulk", json!({ "action": "create", "records": records })).await.ok();
        let groups = async |by: Value| {
            let body = json!({ "by": by, "measures": ["count", "sum:children", "distinct:last_name"] });
            ana.post("/contacts/groups", body).await.ok()
        };

        let told = groups(json!(["tags"])).await;
        assert_eq!(counts(&told), ["vip: 2", "wholesale: 1", "-: 1"], "{told}");
        assert_eq!((&told["overlap"], &told["totals"]), (&json!(true), &json!({ "count": 3, "sum:children": 7, "distinct:last_name": 3 })));
        assert_eq!(told["groups"][0]["values"], json!({ "count": 2, "sum:children": 3, "distinct:last_name": 2 }));
        assert_eq!(counts(&groups(json!([{ "field": "tags", "all": true }])).await), ["nobody's: 0", "vip: 2", "wholesale: 1", "-: 1"]);
        assert_eq!(counts(&groups(json!(["sizes"])).await), ["Small: 1", "Large: 2", "-: 1"]);
        let both = groups(json!(["tags", "sizes"])).await;
        assert_eq!(counts(&both), ["vip/Small: 1", "vip/Large: 2", "wholesale/Small: 1", "wholesale/Large: 1", "-/-: 1"]);
        assert_eq!(both["groups"][1]["values"]["distinct:last_name"], 2, "{both}");
        assert_eq!(both["totals"]["count"], 3);
        for answer in [told, both, groups(json!(["sizes", { "field": "children", "edges": [2] }])).await] {
            for group in answer["groups"].as_array().unwrap() {
                let listed = ana.post("/contacts/query", json!({ "filter": group["filter"], "count": "exact" })).await.ok();
                assert_eq!(listed["count"]["value"], group["values"]["count"], "{group}");
            }
        }
        assert_eq!(groups(json!(["children"])).await["overlap"], false);
    }

    async fn groups_are_ordered_by_what_is_asked_and_told_in_pages(app: TestApp) {
        deals(&app).await;
        let ana = app.ana();
        let body = |sort: &str, cursor: Value| json!({ "by": ["stage"], "measures": ["count", "avg:probability"], "sort": sort, "limit": 1, "cursor": cursor });
        let mut seen = Vec::new();
        let mut cursor = Value::Null;
        for _ in 0..5 {
            let page = groups(&ana, body("-avg:probability", cursor)).await;
            seen.extend(counts(&page));
            cursor = page["next"].clone();
            if cursor.is_null() {
                break;
            }
        }
        // 30 on average in Talk, 26.5 in Offer; what has none comes last.
        assert_eq!(seen, ["Talk: 2", "Offer: 2", "-: 1"]);
        assert_eq!(counts(&groups(&ana, json!({ "by": ["stage"], "sort": "-key" })).await), ["Offer: 2", "Talk: 2", "-: 1"]);
        ana.post("/deals/groups", json!({ "by": ["stage"], "measures": ["sum:amount"], "sort": "sum:amount" })).await.refused_with(422, "not_sortable");
        ana.post("/deals/groups", json!({ "by": ["stage"], "sort": "weight" })).await.refused_with(422, "unknown_figure");
        ana.post("/deals/groups", json!({ "by": ["stage"], "cursor": "zz" })).await.refused(400);
    }

    async fn the_first_records_of_a_group_come_with_it_and_the_others_after_them(app: TestApp) {
        deals(&app).await;
        let ana = app.ana();
        let records = json!({ "limit": 1, "sort": ["-amount"], "fields": ["name"] });
        let answer = groups(&ana, json!({ "by": ["stage"], "filter": "stage is not empty", "records": records })).await;
        let talk = &answer["groups"][0];
        assert_eq!(talk["records"]["data"][0]["name"], "One", "{talk}");
        assert!(talk["records"]["data"][0].get("amount").is_none());
        let filter = format!("(stage is not empty) and ({})", talk["filter"].as_str().unwrap());
        let more = json!({ "filter": filter, "sort": ["-amount"], "cursor": talk["records"]["next"], "limit": 1, "count": "none" });
        let more = ana.post("/deals/query", more).await.ok();
        assert_eq!((&more["data"][0]["name"], &more["next"]), (&json!("Two"), &Value::Null), "{more}");
    }

    async fn numbers_are_put_into_ranges_and_money_never_mixed(app: TestApp) {
        deals(&app).await;
        let ana = app.ana();
        let answer = groups(&ana, json!({ "by": [{ "field": "amount", "edges": [0, 10_000] }] })).await;
        assert_eq!(counts(&answer), ["0.00 – 100.00 EUR: 2", "≥ 100.00 EUR: 1", "≥ 100.00 USD: 1", "-: 1"], "{answer}");
        assert_eq!(answer["groups"][0]["keys"][0]["currency"], "EUR");
        let answer = groups(&ana, json!({ "by": [{ "field": "probability", "width": 20 }] })).await;
        assert_eq!(counts(&answer), ["0 – 20: 1", "20 – 40: 2", "40 – 60: 1", "-: 1"], "{answer}");
        let answer = groups(&ana, json!({ "by": ["probability"] })).await;
        assert_eq!(counts(&answer), ["10 – 15: 1", "20 – 25: 1", "30 – 35: 1", "50 – 55: 1", "-: 1"], "{answer}");
        for bad in [json!({ "field": "probability", "width": 0 }), json!({ "field": "probability", "edges": [5, 1] }), json!({ "field": "probability", "edges": [] }), json!({ "field": "amount", "width": 0.001 })] {
            ana.post("/deals/groups", json!({ "by": [bad] })).await.refused(422);
        }
    }

    async fn what_cannot_be_grouped_or_counted_is_refused_by_name(app: TestApp) {
        let ana = app.ana();
        for field in ["description", "origin_path"] {
            let problem = ana.post("/deals/groups", json!({ "by": [field] })).await.refused_with(422, "not_groupable");
            assert_eq!(problem["errors"][0]["pointer"], "/by/0");
        }
        ana.post("/deals/groups", json!({ "by": ["status", "stage", "owner"] })).await.refused(413);
        ana.post("/deals/groups", json!({ "measures": ["sum:name"] })).await.refused_with(422, "wrong_type");
        ana.post("/deals/groups", json!({ "measures": ["weighted:amount"] })).await.refused_with(422, "required");
        ana.post("/deals/groups", json!({ "measures": ["sum:amount", "sum:amount"] })).await.refused_with(422, "taken_twice");
        ana.post("/deals/groups", json!({ "measures": ["median:amount"] })).await.refused_with(422, "unknown_figure");
        ana.post("/deals/groups", json!({ "by": ["nothing"] })).await.refused_with(422, "unknown_field");
        let in_russian = ana.with("accept-language", "ru").post("/deals/groups", json!({ "by": ["description"] })).await.refused_with(422, "not_groupable");
        assert!(in_russian["errors"][0]["detail"].as_str().unwrap().contains("группир"), "{in_russian}");
    }

    async fn a_hidden_field_and_a_row_out_of_reach_are_in_no_group(app: TestApp) {
        let (_, stages) = deals(&app).await;
        let boris = app.colleague("Boris", json!({ "objects": {
            "deal": { "read": "where: name != \"One\"", "fields": { "amount": "hidden", "weighted_amount": "hidden", "lines_amount": "hidden" } }, "stage": { "read": "where: name = \"Talk\"" },
        } })).await;

        let answer = groups(&boris, json!({ "by": ["stage"] })).await;
        // Of the other stage he knows that deals are in it, not what it is called.
        assert_eq!(counts(&answer), ["Talk: 1", "-: 2", "-: 1"], "{answer}");
        assert_eq!(answer["totals"]["count"], 4);
        assert_eq!(answer["groups"][1]["keys"][0]["value"], stages[1]);
        for body in [json!({ "by": ["amount"] }), json!({ "measures": ["sum:amount"] }), json!({ "filter": "amount > 1 EUR" }), json!({ "measures": ["weighted:probability:amount"] }), json!({ "by": ["stage"], "records": { "fields": ["amount"] } })] {
            boris.post("/deals/groups", body).await.refused_with(422, "unknown_field");
        }
        let all = groups(&boris, json!({ "by": [{ "field": "stage", "all": true }], "records": {} })).await.to_string();
        assert!(!all.contains("amount") && !all.contains("Offer") && !all.contains("One"), "{all}");
        app.colleague("Carla", json!({ "objects": { "contact": { "read": "all" } } })).await.post("/deals/groups", json!({})).await.refused(404);
    }

    async fn a_look_at_special_fields_through_figures_is_written_down(app: TestApp) {
        let ana = app.ana();
        ana.post("/definitions/contact/fields", json!({ "name": "allergies", "label": "Allergies", "type": "choice", "class": "special", "options": [{ "value": "nuts", "label": { "en": "Nuts" } }] })).await.created();
        ana.post("/contacts", json!({ "last_name": "Rusu", "allergies": "nuts" })).await.created();
        let looks = async || ana.get("/audit?action=field.special_read").await.ok()["data"].as_array().unwrap().len();
        let before = looks().await;
        ana.post("/contacts/groups", json!({ "by": ["allergies"] })).await.ok();
        assert_eq!(looks().await, before + 1);
        ana.get("/contacts/aggregate?of=distinct:allergies").await.ok();
        assert_eq!(looks().await, before + 2);
        ana.post("/contacts/groups", json!({ "by": ["last_name"] })).await.ok();
        assert_eq!(looks().await, before + 2);
    }

    async fn sums_are_exact_beyond_what_one_number_holds(app: TestApp) {
        let ana = app.ana();
        let large = 9_000_000_000_000_000_000i64;
        for name in ["A", "B"] {
            let deal = json!({ "name": name, "probability": 50, "amount": { "amount": large, "currency": "EUR" } });
            ana.post("/deals", deal).await.created();
        }
        ana.post("/deals", json!({ "name": "C", "probability": 50, "amount": { "amount": -large, "currency": "EUR" } })).await.created();
        let answer = groups(&ana, json!({ "measures": ["sum:amount", "avg:amount", "weighted:amount:probability"] })).await;
        assert_eq!(answer["totals"]["sum:amount"], json!([{ "amount": large, "currency": "EUR" }]));
        assert_eq!(answer["totals"]["avg:amount"], json!([{ "amount": large / 3, "currency": "EUR" }]));
        assert_eq!(answer["totals"]["weighted:amount:probability"], json!([{ "amount": large / 2, "currency": "EUR" }]));
    }

    async fn figures_of_a_list_and_totals_of_groups_are_the_same(app: TestApp) {
        deals(&app).await;
        let ana = app.ana();
        let names = ["count", "sum:amount", "avg:probability", "min:expected_close_on", "latest:expected_close_on", "filled:contacts", "distinct:stage", "empty:amount", "max:created_at"];
        let figures = ana.get(&format!("/deals/aggregate?of={}", names.join(","))).await.ok();
        let totals = groups(&ana, json!({ "measures": names })).await["totals"].clone();
        assert_eq!(figures, totals);
        assert_eq!((&figures["latest:expected_close_on"], &figures["distinct:stage"], &figures["filled:contacts"]), (&json!("2026-12-31"), &json!(2), &json!(0)), "{figures}");
    }
}
