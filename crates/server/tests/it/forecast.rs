//! The forecast: categories of deals by person and manager, what is said instead, and what was known on a past day.

use kernel::Id;
use serde_json::{Value, json};
use testkit::{Client, TestApp, eventually, on_both};

const DAY: i64 = 86_400_000;

fn id(record: &Value) -> String {
    record["id"].as_str().expect("an id").to_string()
}

fn role(reach: &str) -> Value {
    json!({ "objects": {
        "quota": { "read": reach }, "deal": { "read": reach, "update": reach, "create": true },
        "user": { "read": "all" }, "team": { "read": "all" }, "stage": { "read": "all" }, "pipeline": { "read": "all" },
    } })
}

/// Boris, who sells and reports to Dana.
async fn people(app: &TestApp) -> ((Client, Id), (Client, Id)) {
    let boris = app.colleague_with_id("Boris", role("own")).await;
    let dana = app.colleague_with_id("Dana", role("team")).await;
    app.ana().patch(&format!("/users/{}", boris.1), json!({ "manager": dana.1 })).await.ok();
    (boris, dana)
}

async fn deal(app: &TestApp, owner: Id, cents: i64, more: Value) -> Value {
    let mut body = json!({ "name": "Deal", "owner": owner, "expected_close_on": "2026-06-25", "amount": { "amount": cents, "currency": "EUR" } });
    more.as_object().unwrap().iter().for_each(|(name, value)| body[name] = value.clone());
    app.ana().post("/deals", body).await.created()
}

fn row(forecast: &Value, of: Id) -> &Value {
    let rows = forecast["rows"].as_array().unwrap();
    rows.iter().find(|row| row["id"] == of.to_string()).unwrap_or(&Value::Null)
}

/// How many deals a question of the forecast opens.
async fn opened(client: &Client, question: &str) -> usize {
    let filter =
        question.replace(' ', "%20").replace('"', "%22").replace('>', "%3E").replace('<', "%3C").replace('=', "%3D");
    client.get(&format!("/deals?limit=50&filter={filter}")).await.ok()["data"].as_array().unwrap().len()
}

on_both! {
    async fn a_forecast_opens_at_the_last_period_that_has_deals(app: TestApp) {
        let ana = app.ana();
        assert_eq!(ana.get("/forecast").await.ok()["period"]["name"], "2026-Q2", "today's where there is none");
        let won = json!({ "name": "Old", "status": "won", "closed_on": "2017-12-20", "amount": { "amount": 100, "currency": "EUR" } });
        ana.post("/deals", won).await.created();
        let told = ana.get("/forecast").await.ok();
        assert_eq!((&told["period"]["name"], &told["all"]["closed"]), (&json!("2017-Q4"), &json!(100)), "{told}");
        assert_eq!(ana.get("/forecast?unit=year").await.ok()["period"]["name"], "2017");
        assert_eq!(ana.get("/forecast?on=2026-06-19").await.ok()["period"]["name"], "2026-Q2", "asked for is asked for");
        let open = json!({ "name": "New", "expected_close_on": "2027-02-01", "amount": { "amount": 100, "currency": "EUR" } });
        ana.post("/deals", open).await.created();
        assert_eq!(ana.get("/forecast").await.ok()["period"]["name"], "2026-Q2", "what is to come is seen from today");
    }

    async fn deals_stand_in_their_categories_and_roll_up_to_managers(app: TestApp) {
        let ((_, boris), (_, dana)) = people(&app).await;
        let ana = app.ana();
        let stage = id(&ana.post("/stages", json!({ "name": "Signing", "forecast": "commit", "probability": 50 })).await.created());
        deal(&app, boris, 10_000, json!({ "stage": stage })).await;
        deal(&app, boris, 20_000, json!({ "probability": 45 })).await;
        deal(&app, boris, 40_000, json!({})).await;
        deal(&app, boris, 80_000, json!({ "probability": 90, "forecast": "omitted" })).await;
        deal(&app, boris, 5_000, json!({ "status": "won", "closed_on": "2026-05-03" })).await;
        deal(&app, dana, 1_000, json!({ "probability": 80 })).await;
        deal(&app, boris, 77_000, json!({ "expected_close_on": "2026-07-01" })).await;
        ana.post("/quotas", json!({ "unit": "year", "starts_on": "2026-01-01", "person": boris, "amount": { "amount": 100_000, "currency": "EUR" } })).await.created();

        let told = ana.get("/forecast").await.ok();
        assert_eq!((&told["period"]["name"], &told["currency"]), (&json!("2026-Q2"), &json!("EUR")));
        let own = &row(&told, boris)["own"];
        assert_eq!((&own["closed"], &own["commit"], &own["best_case"], &own["pipeline"], &own["omitted"]), (&json!(5_000), &json!(10_000), &json!(20_000), &json!(40_000), &json!(80_000)));
        assert_eq!((&own["weighted"], &own["call"], &own["quota"], &own["gap"]), (&json!(5_000 + 5_000 + 9_000), &json!(15_000), &json!(25_000), &json!(10_000)));
        // 80 of 91 days are over.
        assert_eq!(own["run_rate"], 5_688);
        let (of_dana, all) = (&row(&told, dana)["team"], &told["all"]);
        assert_eq!((&of_dana["commit"], &all["commit"], &row(&told, dana)["own"]["commit"]), (&json!(11_000), &json!(11_000), &json!(1_000)));
        assert_eq!((&row(&told, boris)["depth"], &row(&told, dana)["leads"]), (&json!(1), &json!(true)));
        let course = told["course"].as_array().unwrap();
        assert_eq!((course.len(), &course[31]["closed"], &course[32]["closed"], &course[90]["closed"]), (91, &json!(0), &json!(5_000), &Value::Null));

        // Every figure opens its deals.
        for (which, count) in [("closed", 1), ("open", 5), ("commit", 2), ("best_case", 1), ("pipeline", 1), ("omitted", 1)] {
            assert_eq!(opened(&ana, told["questions"][which].as_str().unwrap()).await, count, "{which}: {}", told["questions"][which]);
        }
        let next = ana.get("/forecast?unit=month&on=2026-07-20").await.ok();
        assert_eq!((&row(&next, boris)["own"]["pipeline"], &row(&next, boris)["own"]["run_rate"]), (&json!(77_000), &Value::Null));
    }

    async fn what_a_manager_says_replaces_what_follows_and_its_history_stays(app: TestApp) {
        let ((boris, boris_id), (dana, dana_id)) = people(&app).await;
        deal(&app, boris_id, 10_000, json!({ "probability": 90 })).await;
        deal(&app, dana_id, 3_000, json!({ "probability": 90 })).await;
        let say = |person: Id, of: &str, amount: Value, reason: &str| json!({ "unit": "quarter", "on": "2026-06-19", "person": person, "of": of, "amount": amount, "reason": reason });
        boris.post("/forecast/overrides", say(boris_id, "own", json!(12_000), "One more by mouth")).await.ok();
        let told = dana.get("/forecast").await.ok();
        assert_eq!((&row(&told, boris_id)["own"]["call"], &row(&told, dana_id)["team"]["call"]), (&json!(12_000), &json!(15_000)));
        assert_eq!(row(&told, boris_id)["said"]["own"]["reason"], "One more by mouth");

        app.pass_ms(1_000);
        dana.post("/forecast/overrides", say(dana_id, "team", json!(9_000), "Boris hopes")).await.ok();
        let told = dana.get("/forecast").await.ok();
        assert_eq!((&row(&told, dana_id)["team"]["call"], &told["all"]["call"], &row(&told, boris_id)["own"]["call"]), (&json!(9_000), &json!(9_000), &json!(12_000)));

        app.pass_ms(1_000);
        let history = boris.post("/forecast/overrides", say(boris_id, "own", Value::Null, "It fell through")).await.ok();
        assert_eq!(history["data"].as_array().unwrap().len(), 2);
        assert_eq!((&history["data"][0]["amount"], &history["data"][1]["amount"]["amount"], &history["data"][1]["by"]["title"]), (&Value::Null, &json!(12_000), &json!("Boris")));
        assert_eq!(row(&dana.get("/forecast").await.ok(), boris_id)["own"]["call"], 10_000);

        for (body, code) in [(say(boris_id, "own", json!(1), " "), "required"), (say(boris_id, "all", json!(1), "x"), "unknown"), (say(boris_id, "own", json!(-1), "x"), "below_minimum")] {
            dana.post("/forecast/overrides", body).await.refused_with(422, code);
        }
        boris.post("/forecast/overrides", say(dana_id, "own", json!(1), "x")).await.refused(403);
        boris.get(&format!("/forecast/overrides/{dana_id}?unit=quarter")).await.refused(404);
    }

    async fn what_was_known_on_a_past_day_is_told_again(app: TestApp) {
        let ((_, boris_id), _) = people(&app).await;
        // Days pass: a key does not end as a session does.
        let program = app.program().await;
        let make = async |cents: i64| {
            let body = json!({ "name": "Deal", "owner": boris_id, "expected_close_on": "2026-06-25", "probability": 90, "amount": { "amount": cents, "currency": "EUR" } });
            format!("/deals/{}", id(&program.post("/deals", body).await.created()))
        };
        let (one, gone) = (make(10_000).await, make(500).await);
        app.pass_ms(2 * DAY);
        program.patch(&one, json!({ "amount": { "amount": 7_000, "currency": "EUR" } })).await.ok();
        app.pass_ms(2 * DAY);
        program.patch(&one, json!({ "expected_close_on": "2026-09-01" })).await.ok();
        program.delete(&gone).await;
        make(333).await;
        let commit = async |as_of: &str| {
            let told = program.get(&format!("/forecast?on=2026-06-19&as_of={as_of}")).await.ok();
            (row(&told, boris_id)["own"]["commit"].clone(), told["as_of"].clone())
        };
        eventually(async || commit("2026-06-19").await.0 == 10_500).await;
        assert_eq!(commit("2026-06-22").await, (json!(7_500), json!("2026-06-22")));
        assert_eq!(commit("2026-06-23").await, (json!(333), Value::Null), "today is now");
        assert_eq!(commit("2026-06-18").await.0, Value::Null, "nothing was there yet");
        program.get("/forecast?as_of=2027-01-01").await.refused_with(422, "out_of_range");
    }

    async fn a_seller_sees_their_own_forecast_and_a_manager_the_teams(app: TestApp) {
        let ((boris, boris_id), (dana, dana_id)) = people(&app).await;
        let chen = app.colleague_with_id("Chen", role("own")).await;
        for (owner, cents) in [(boris_id, 1), (dana_id, 10), (chen.1, 100)] {
            deal(&app, owner, cents, json!({ "status": "won", "closed_on": "2026-06-01" })).await;
        }
        let all = async |client: &Client| client.get("/forecast").await.ok()["all"]["closed"].clone();
        assert_eq!((all(&boris).await, all(&dana).await, all(&chen.0).await, all(&app.ana()).await), (json!(1), json!(11), json!(100), json!(111)));
        let blind = app.colleague("Vera", json!({ "objects": { "deal": { "read": "all", "fields": { "amount": "hidden" } }, "user": { "read": "all" } } })).await;
        blind.get("/forecast").await.refused(422);
        app.stranger().get("/forecast").await.refused(401);
        app.colleague("Nobody", json!({ "objects": { "user": { "read": "all" } } })).await.get("/forecast").await.refused(404);
    }
}
