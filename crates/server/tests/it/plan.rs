//! The plan: quotas as records, a year of them as a sheet, and a plan made of what was won.

use kernel::Id;
use serde_json::{Value, json};
use testkit::{Client, TestApp, on_both};

fn id(record: &Value) -> String {
    record["id"].as_str().expect("an id").to_string()
}

/// A seller's rights, and a manager's.
fn role(reach: &str) -> Value {
    let quota = match reach {
        "own" => json!({ "read": "where: owner = me or team in my teams" }),
        _ => json!({ "read": reach, "update": reach, "delete": reach, "create": true }),
    };
    json!({ "objects": { "quota": quota, "deal": { "read": reach, "update": reach, "create": true }, "user": { "read": "all" }, "team": { "read": "all" }, "stage": { "read": "all" } } })
}

/// Boris, who sells, and Dana, to whom he reports, in the team South that she leads.
async fn people(app: &TestApp) -> ((Client, Id), (Client, Id), String) {
    let ana = app.ana();
    let boris = app.colleague_with_id("Boris", role("own")).await;
    let dana = app.colleague_with_id("Dana", role("team")).await;
    let south = id(&ana.post("/teams", json!({ "name": "South", "manager": dana.1 })).await.created());
    ana.patch(&format!("/users/{}", boris.1), json!({ "manager": dana.1, "teams": [south] })).await.ok();
    (boris, dana, south)
}

async fn won(app: &TestApp, owner: Id, day: &str, cents: i64) {
    let body = json!({ "name": "Won", "owner": owner, "status": "won", "closed_on": day, "amount": { "amount": cents, "currency": "EUR" } });
    app.ana().post("/deals", body).await.created();
}

fn row<'v>(sheet: &'v Value, of: &impl ToString) -> &'v Value {
    let rows = sheet["rows"].as_array().unwrap();
    rows.iter().find(|row| row["id"] == of.to_string()).unwrap_or(&Value::Null)
}

fn cells(by: &str, unit: &str, cells: Value) -> Value {
    json!({ "by": by, "unit": unit, "measure": "revenue", "cells": cells })
}

on_both! {
    async fn a_year_is_planned_in_a_sheet_beside_what_was_won(app: TestApp) {
        let ((_, boris), (_, dana), south) = people(&app).await;
        won(&app, boris, "2026-02-10", 50_000).await;
        won(&app, boris, "2025-02-10", 40_000).await;
        let ana = app.ana();
        let empty = ana.get("/plan?year=2026").await.ok();
        assert_eq!((&empty["is_empty"], &empty["currency"]), (&json!(true), &json!("EUR")));
        assert_eq!(empty["periods"][11], json!({ "name": "2026-12", "first": "2026-12-01", "last": "2026-12-31" }));
        let feb = &row(&empty, &boris)["cells"][1];
        assert_eq!((&feb["quota"], &feb["won"], &feb["before"]), (&Value::Null, &json!(50_000), &json!(40_000)));

        let wanted = json!([
            { "of": boris, "starts_on": "2026-01-01", "value": 100_000 }, { "of": boris, "starts_on": "2026-02-17", "value": 200_000 },
            { "of": boris, "starts_on": "2026-03-01", "value": 300_001 }, { "of": dana, "starts_on": "2026-01-01", "value": 7_000 },
        ]);
        assert_eq!(ana.put("/plan/cells", cells("person", "month", wanted.clone())).await.ok()["written"], 4);
        assert_eq!(ana.put("/plan/cells", cells("person", "month", wanted)).await.ok()["written"], 0, "the same again changes nothing");
        let sheet = ana.get("/plan?year=2026").await.ok();
        assert_eq!(row(&sheet, &boris)["cells"][2]["quota"], 300_001);
        assert_eq!((&row(&sheet, &boris)["depth"], &row(&sheet, &dana)["cells"][0]["below"]), (&json!(1), &json!(100_000)));
        assert_eq!((&sheet["sums"][0]["quota"], &sheet["sums"][1]["won"]), (&json!(107_000), &json!(50_000)));
        let quarters = ana.get("/plan?year=2026&unit=quarter").await.ok();
        let first = &row(&quarters, &boris)["cells"][0];
        assert_eq!((&first["quota"], &first["derived"]), (&json!(600_001), &json!(true)), "a quarter is its months");

        // A team's plan beside what its people are planned to sell.
        ana.put("/plan/cells", cells("team", "quarter", json!([{ "of": south, "starts_on": "2026-01-01", "value": 650_000 }]))).await.ok();
        let teams = ana.get("/plan?year=2026&unit=quarter&by=team").await.ok();
        let of_team = &row(&teams, &south)["cells"][0];
        assert_eq!((&of_team["quota"], &of_team["below"], &of_team["won"]), (&json!(650_000), &json!(600_001), &json!(50_000)));

        // Taken away again, and undone as one change.
        let none = ana.put("/plan/cells", cells("person", "month", json!([{ "of": boris, "starts_on": "2026-01-01", "value": null }]))).await;
        let change = none.change();
        none.ok();
        assert_eq!(row(&ana.get("/plan?year=2026").await.ok(), &boris)["cells"][0]["quota"], Value::Null);
        ana.post(&format!("/changes/{change}/undo"), json!({})).await.ok();
        assert_eq!(row(&ana.get("/plan?year=2026").await.ok(), &boris)["cells"][0]["quota"], 100_000);
    }

    async fn a_plan_is_made_of_last_years_wins_in_one_press(app: TestApp) {
        let ((_, boris), _, _) = people(&app).await;
        won(&app, boris, "2025-02-10", 123_456).await;
        won(&app, boris, "2025-03-10", 100_000).await;
        let ana = app.ana();
        let copy = |of: &str, from: i16, year: i16, per_mille: i64| json!({ "by": "person", "unit": "month", "measure": "revenue", "year": year, "from_year": from, "of": of, "per_mille": per_mille });
        assert_eq!(ana.post("/plan/copies", copy("won", 2025, 2026, 50)).await.ok()["written"], 2);
        let sheet = ana.get("/plan?year=2026").await.ok();
        assert_eq!(row(&sheet, &boris)["cells"][1]["quota"], 129_600, "five per cent more, in whole euros");
        assert_eq!(ana.post("/plan/copies", copy("won", 2025, 2026, 500)).await.ok()["written"], 0, "what is planned stays");
        assert_eq!(ana.post("/plan/copies", copy("quotas", 2026, 2027, 100)).await.ok()["written"], 2);
        let next = ana.get("/plan?year=2027&unit=quarter").await.ok();
        assert_eq!(row(&next, &boris)["cells"][0]["quota"], 142_600 + 115_500);
        ana.post("/plan/copies", copy("hopes", 2025, 2026, 0)).await.refused_with(422, "unknown");
    }

    async fn calls_and_visits_are_planned_beside_what_was_done(app: TestApp) {
        let ((_, boris), (_, dana), south) = people(&app).await;
        let ana = app.ana();
        ana.patch(&format!("/users/{}", app.ana_id()), json!({ "time_zone": "Europe/Chisinau" })).await.ok();
        let done = async |owner: Id, kind: &str, at: &str| {
            let body = json!({ "subject": "Oak", "kind": kind, "owner": owner, "is_done": true, "done_at": at });
            id(&ana.post("/activities", body).await.created())
        };
        done(boris, "call", "2026-02-10T10:00:00Z").await;
        let gone = done(boris, "call", "2026-02-11T10:00:00Z").await;
        // Half past one in the morning of March, where Ana lives.
        done(boris, "call", "2026-02-28T23:30:00Z").await;
        done(boris, "visit", "2026-02-12T10:00:00Z").await;
        done(boris, "task", "2026-02-12T10:00:00Z").await;
        done(dana, "call", "2025-02-12T10:00:00Z").await;
        ana.post("/activities", json!({ "subject": "Not yet", "kind": "call", "owner": boris, "due_at": "2026-02-12T10:00:00Z" })).await.created();
        ana.delete(&format!("/activities/{gone}")).await.nothing();
        let of = |measure: &str, by: &str, more: Value| json!({ "by": by, "unit": "month", "measure": measure, "cells": more });
        let february = json!([{ "of": boris, "starts_on": "2026-02-01", "value": 20 }, { "of": dana, "starts_on": "2026-02-01", "value": 5 }]);
        assert_eq!(ana.put("/plan/cells", of("calls", "person", february)).await.ok()["written"], 2);
        let sheet = ana.get("/plan?year=2026&measure=calls").await.ok();
        let cells = &row(&sheet, &boris)["cells"];
        assert_eq!((&cells[1]["quota"], &cells[1]["won"], &cells[2]["won"]), (&json!(20), &json!(1), &json!(1)), "{cells}");
        assert_eq!(row(&sheet, &dana)["cells"][1]["before"], 1);
        let all = ana.get("/plan?year=2026&measure=activities").await.ok();
        let cell = &row(&all, &boris)["cells"][1];
        assert_eq!((&cell["quota"], &cell["won"]), (&Value::Null, &json!(2)), "a call and a visit; what is planned of calls is planned of calls");
        let question = format!("is_done and kind in (\"call\") and done_at in \"2026-02-01\" to \"2026-02-28\" and owner in (\"{boris}\")");
        let behind = ana.post("/activities/query", json!({ "filter": question })).await.ok();
        assert_eq!(behind["data"].as_array().unwrap().len(), 1, "the records of a figure are as many as it says");

        ana.put("/plan/cells", of("calls", "team", json!([{ "of": south, "starts_on": "2026-02-01", "value": 30 }]))).await.ok();
        let teams = ana.get("/plan?year=2026&measure=calls&by=team").await.ok();
        let south_row = row(&teams, &south);
        assert_eq!((&south_row["cells"][1]["quota"], &south_row["cells"][1]["won"], &south_row["cells"][1]["below"], &south_row["people"]),
            (&json!(30), &json!(1), &json!(20), &json!([boris])), "{south_row}");
        // What last year's calls were is this year's plan in one press.
        let copy = json!({ "by": "person", "unit": "month", "measure": "calls", "year": 2027, "from_year": 2026, "of": "won", "per_mille": 1000 });
        assert_eq!(ana.post("/plan/copies", copy).await.ok()["written"], 2);
        assert_eq!(row(&ana.get("/plan?year=2027&measure=calls").await.ok(), &boris)["cells"][1]["quota"], 2);
        ana.get("/plan?measure=calls&by=territory").await.refused_with(422, "unknown_option");
        let line = id(&ana.post("/product_lines", json!({ "name": "Oak" })).await.created());
        ana.post("/quotas", json!({ "unit": "month", "starts_on": "2026-05-01", "measure": "visits", "deals": 3, "product_line": line })).await.refused_with(422, "unknown_option");
        // Who may not read activities sees what is planned, and nothing done.
        let eve = app.colleague("Eve", json!({ "objects": { "quota": { "read": "all" }, "user": { "read": "all" } } })).await;
        let cell = row(&eve.get("/plan?year=2026&measure=calls").await.ok(), &boris)["cells"][1].clone();
        assert_eq!((&cell["quota"], &cell["won"]), (&json!(20), &json!(0)));
    }

    async fn a_company_that_never_said_its_currency_plans_in_that_of_its_deals(app: TestApp) {
        let ana = app.ana();
        let (boris, dollars) = (app.ana_id(), json!({ "amount": 700, "currency": "USD" }));
        let body = json!({ "name": "Won", "owner": boris, "status": "won", "closed_on": "2025-02-10", "amount": dollars });
        ana.post("/deals", body).await.created();
        let sheet = ana.get("/plan?year=2026").await.ok();
        assert_eq!((&sheet["currency"], &row(&sheet, &boris)["cells"][1]["before"], &sheet["without_rate"]), (&json!("USD"), &json!(700), &json!(0)));
        won(&app, boris, "2025-03-10", 500).await;
        let sheet = ana.get("/plan?year=2026").await.ok();
        assert_eq!((&sheet["currency"], &sheet["without_rate"]), (&json!("EUR"), &json!(1)), "what has no rate is left out and counted");
    }

    async fn a_seller_sees_their_plan_and_a_manager_the_teams(app: TestApp) {
        let ((boris, boris_id), (dana, dana_id), south) = people(&app).await;
        let (_, chen) = app.colleague_with_id("Chen", role("own")).await;
        let ana = app.ana();
        for person in [boris_id, dana_id, chen] {
            ana.post("/quotas", json!({ "unit": "quarter", "starts_on": "2026-05-05", "person": person, "amount": { "amount": 100, "currency": "EUR" } })).await.created();
        }
        ana.post("/quotas", json!({ "unit": "quarter", "starts_on": "2026-04-01", "team": south, "amount": { "amount": 900, "currency": "EUR" } })).await.created();
        let seen = |answer: Value| answer["data"].as_array().unwrap().len();
        assert_eq!((seen(boris.get("/quotas").await.ok()), seen(dana.get("/quotas").await.ok()), seen(ana.get("/quotas").await.ok())), (2, 3, 4));
        let sheet = boris.get("/plan?year=2026&unit=quarter&all=true").await.ok();
        assert_eq!((sheet["rows"].as_array().unwrap().len(), &sheet["rows"][0]["cells"][1]["quota"]), (1, &json!(100)));
        assert_eq!((&sheet["rows"][0]["may_change"], &sheet["may_plan"]), (&json!(false), &json!(false)));

        let mine = json!([{ "of": boris_id, "starts_on": "2026-07-01", "value": 1 }]);
        boris.put("/plan/cells", cells("person", "quarter", mine.clone())).await.refused(403);
        dana.put("/plan/cells", cells("person", "quarter", mine)).await.ok();
        let theirs = json!([{ "of": chen, "starts_on": "2026-07-01", "value": 1 }, { "of": boris_id, "starts_on": "2026-10-01", "value": 1 }]);
        let refused = dana.put("/plan/cells", cells("person", "quarter", theirs)).await.refused_with(422, "not_allowed");
        assert_eq!(refused["errors"].as_array().unwrap().len(), 1, "{refused}");
        assert_eq!(row(&ana.get("/plan?year=2026&unit=quarter").await.ok(), &boris_id)["cells"][3]["quota"], Value::Null, "all or none");
        app.stranger().get("/plan").await.refused(401);
    }

    async fn a_quota_that_says_nothing_or_twice_is_refused(app: TestApp) {
        let ana = app.ana();
        let me = app.ana_id();
        let with = |more: Value| {
            let mut body = json!({ "unit": "month", "starts_on": "2026-05-20", "person": me, "amount": { "amount": 100, "currency": "EUR" } });
            more.as_object().unwrap().iter().for_each(|(name, value)| body[name] = value.clone());
            body
        };
        let made = ana.post("/quotas", with(json!({}))).await.created();
        assert_eq!((&made["period"], &made["owner"]), (&json!("2026-05"), &json!(me)));
        assert_eq!(row(&ana.get("/plan?year=2026").await.ok(), &me)["cells"][4]["quota"], 100);
        ana.post("/quotas", with(json!({}))).await.refused_with(422, "taken");
        ana.post("/quotas", with(json!({ "person": null }))).await.refused_with(422, "required");
        let team = id(&ana.post("/teams", json!({ "name": "Two" })).await.created());
        ana.post("/quotas", with(json!({ "team": team }))).await.refused_with(422, "required");
        ana.post("/quotas", with(json!({ "measure": "deals" }))).await.refused_with(422, "required");
        ana.post("/quotas", with(json!({ "starts_on": "2026-06-01", "amount": { "amount": -1, "currency": "EUR" } }))).await.refused(422);
        ana.post("/quotas", with(json!({ "measure": "deals", "deals": 3 }))).await.created();
        ana.get("/plan?unit=week").await.refused_with(422, "unknown");
        ana.get("/plan?year=1").await.refused_with(422, "out_of_range");
    }
}
