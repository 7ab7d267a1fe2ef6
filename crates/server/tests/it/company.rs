//! The company: its look, its currencies, its working hours.

use serde_json::{Value, json};
use testkit::{TestApp, on_both};

/// The smallest picture that is one.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00";

async fn uploaded(app: &TestApp, name: &str, bytes: &[u8]) -> Value {
    let body = axum::body::Body::from(bytes.to_vec());
    app.ana().send("POST", &format!("/files?name={name}"), body).await.created()["id"].clone()
}

on_both! {
    async fn the_page_of_signing_in_shows_the_companys_look(app: TestApp) {
        let ana = app.ana();
        let logo = uploaded(&app, "logo.png", PNG).await;
        let look = ana.patch("/company", json!({ "name": "Blue Bakery", "accent": "#FFE100", "logo": logo, "languages": ["ro", "en"], "language": "ro", "time_zone": "Europe/Chisinau" })).await.ok();
        assert_eq!((&look["name"], &look["accent"]["chosen"], &look["accent"]["corrected"]), (&json!("Blue Bakery"), &json!("#ffe100"), &json!(true)));

        let stranger = app.stranger();
        let page = stranger.get("/sign-in").await.ok();
        assert_eq!((&page["company"]["name"], &page["language"], &page["languages"]), (&json!("Blue Bakery"), &json!("ro"), &json!(["ro", "en"])));
        let address = page["company"]["logo"].as_str().unwrap().strip_prefix("/api/v1").unwrap().to_string();
        let picture = stranger.get(&address).await;
        assert_eq!((picture.header("content-type"), picture.bytes.as_slice()), (Some("image/png"), PNG));
        assert_eq!(picture.header("x-content-type-options"), Some("nosniff"));

        ana.patch("/company", json!({ "logo": null, "accent": null })).await.ok();
        stranger.get(&address).await.refused(404);
        assert_eq!(ana.get("/company").await.ok()["accent"], Value::Null);
        assert_eq!(ana.get("/audit?action=company.changed").await.ok()["data"].as_array().unwrap().len(), 3);
    }

    async fn a_look_that_cannot_be_is_refused_whole(app: TestApp) {
        let ana = app.ana();
        let page = uploaded(&app, "logo.svg", b"<svg onload=alert(1)>").await;
        let body = json!({ "accent": "red", "logo": page, "languages": ["en", "fr"], "time_zone": "Mars/Olympus", "name": "New" });
        let problem = ana.patch("/company", body).await.refused(422);
        let codes: Vec<&str> = problem["errors"].as_array().unwrap().iter().map(|error| error["pointer"].as_str().unwrap()).collect();
        assert_eq!(codes, ["/languages/1", "/time_zone", "/accent", "/logo"]);
        assert_eq!(ana.get("/company").await.ok()["name"], "");
        ana.patch("/company", json!({ "language": "ru", "languages": ["en"] })).await.refused_with(422, "unknown_option");
        ana.patch("/company", json!({ "logo": app.ana_id() })).await.refused_with(422, "not_found");
        let boris = app.colleague("Boris", json!({ "objects": {} })).await;
        boris.patch("/company", json!({ "name": "Mine" })).await.refused(403);
        boris.get("/company").await.ok();
    }

    async fn amounts_are_converted_at_the_rate_of_their_day(app: TestApp) {
        let ana = app.ana();
        let set = ana.put("/currencies", json!({ "company": "ron", "used": ["EUR", "USD", "EUR"] })).await.ok();
        assert_eq!((&set["company"], set["used"].as_array().unwrap().len()), (&json!("RON"), 3));
        let rates = json!({ "rates": [
            { "currency": "EUR", "on": "2026-01-01", "rate": "4.97" }, { "currency": "EUR", "on": "2026-06-01", "rate": "5.0712" },
            { "currency": "USD", "on": "2026-01-01", "rate": "4.5" },
        ] });
        assert_eq!(ana.put("/currencies/rates", rates.clone()).await.ok()["written"], 3);
        assert_eq!(ana.put("/currencies/rates", rates).await.ok()["written"], 0, "the same again is nothing new");
        let convert = |query: &str| { let (ana, query) = (ana.clone(), query.to_string()); async move { ana.get(&format!("/currencies/convert?{query}")).await } };
        assert_eq!(convert("amount=10000&from=EUR&on=2026-05-31").await.ok(), json!({ "amount": 49_700, "currency": "RON", "rate": "4.97", "on": "2026-01-01" }));
        assert_eq!(convert("amount=10000&from=EUR").await.ok()["amount"], 50_712, "today is the 19th of June");
        assert_eq!(convert("amount=49700&from=RON&to=EUR&on=2026-05-31").await.ok()["amount"], 10_000);
        assert_eq!(convert("amount=9000&from=USD&to=EUR&on=2026-02-01").await.ok()["amount"], 8_149, "by way of the company's own");
        convert("amount=1&from=GBP").await.refused_with(422, "no_rate");
        convert("amount=1&from=EUR&on=2025-12-31").await.refused_with(422, "no_rate");

        let page = ana.get("/currencies/rates?limit=2").await.ok();
        assert_eq!(page["data"][0], json!({ "currency": "EUR", "on": "2026-06-01", "rate": "5.0712" }));
        let next = ana.get(&format!("/currencies/rates?limit=2&cursor={}", page["next"].as_str().unwrap())).await.ok();
        assert_eq!((&next["data"][0]["currency"], &next["next"]), (&json!("USD"), &Value::Null));
        ana.delete("/currencies/rates/EUR/2026-06-01").await.nothing();
        ana.delete("/currencies/rates/EUR/2026-06-01").await.refused(404);
        assert_eq!(convert("amount=10000&from=EUR").await.ok()["amount"], 49_700);
        let program = app.colleague("Boris", json!({ "objects": {} })).await;
        program.get("/currencies").await.ok();
        program.put("/currencies/rates", json!({ "rates": [] })).await.refused(403);
        app.run_jobs().await;
    }

    async fn rates_come_from_a_table_or_not_at_all(app: TestApp) {
        let ana = app.ana();
        let table = "\u{feff}Date;Currency;Rate\n2026-01-02;USD;0,92\n2026-01-03;USD;0.93\n\n";
        assert_eq!(ana.post("/currencies/rates/import", json!({ "csv": table })).await.ok(), json!({ "written": 2, "unchanged": 0 }));
        let wrong = "currency,date,rate\nUSD,2026-01-04,0.94\nUS,2026-13-01,-1\nEUR,2026-01-01,1\n";
        let problem = ana.post("/currencies/rates/import", json!({ "csv": wrong })).await.refused(422);
        let pointers: Vec<&str> = problem["errors"].as_array().unwrap().iter().map(|error| error["pointer"].as_str().unwrap()).collect();
        assert_eq!(pointers, ["/csv/3/currency", "/csv/3/on", "/csv/3/rate", "/csv/4/currency"]);
        assert_eq!(ana.get("/currencies/rates").await.ok()["data"].as_array().unwrap().len(), 2, "all or none");
        ana.post("/currencies/rates/import", json!({ "csv": "a,b\n1,2" })).await.refused_with(422, "unknown_field");
        ana.put("/currencies", json!({ "company": "EURO", "used": [] })).await.refused_with(422, "unknown_currency");
        app.run_jobs().await;
    }

    async fn working_time_is_counted_by_the_companys_calendar(app: TestApp) {
        let ana = app.ana();
        let day = json!([["09:00", "17:00"]]);
        let body = json!({ "name": "Office", "time_zone": "Europe/Bucharest", "hours": { "mon": day, "tue": day, "wed": day, "thu": day, "fri": day },
            "holidays": [{ "on": "2026-06-22", "name": "A day off" }] });
        let office = ana.post("/calendars", body.clone()).await.created();
        assert_eq!((&office["is_default"], &office["hours"]["sat"]), (&json!(true), &json!([])), "the first is the company's");
        let path = format!("/calendars/{}", office["id"].as_str().unwrap());
        // Friday, 15:00 in Bucharest: two hours are left, Monday is a holiday.
        let add = ana.get(&format!("{path}/add?from=2026-06-19T12:00:00Z&minutes=180")).await.ok();
        assert_eq!(add["at"], "2026-06-23T07:00:00.000Z");
        let between = ana.get(&format!("{path}/between?from=2026-06-19T12:00:00Z&to=2026-06-23T07:00:00Z")).await.ok();
        assert_eq!(between["minutes"], 180);
        ana.get(&format!("{path}/add?from=2026-06-19T12:00:00Z&minutes=-1")).await.refused_with(422, "too_small");

        let mut night = body.clone();
        night["name"] = json!("Night");
        night["is_default"] = json!(true);
        ana.post("/calendars", night).await.created();
        let list = ana.get("/calendars").await.ok();
        let names: Vec<(&str, bool)> = list["data"].as_array().unwrap().iter().map(|one| (one["name"].as_str().unwrap(), one["is_default"].as_bool().unwrap())).collect();
        assert_eq!(names, [("Night", true), ("Office", false)]);
        ana.delete(&path).await.nothing();
        let last = format!("/calendars/{}", list["data"][0]["id"].as_str().unwrap());
        ana.delete(&last).await.refused_with(409, "calendar.default");

        let wrong = json!({ "name": "", "time_zone": "Nowhere", "hours": { "mon": [["09:00", "12:00"], ["11:00", "13:00"], ["9", "10:00"]], "day": [] }, "holidays": [{ "on": "soon" }] });
        let problem = ana.put(&last, wrong).await.refused(422);
        assert_eq!(problem["errors"].as_array().unwrap().len(), 6, "{problem}");
        let boris = app.colleague("Boris", json!({ "objects": {} })).await;
        boris.post("/calendars", body).await.refused(403);
    }

    async fn sums_of_several_currencies_are_one_amount_where_that_is_asked(app: TestApp) {
        let ana = app.ana();
        ana.put("/currencies/rates", json!({ "rates": [{ "currency": "USD", "on": "2026-01-01", "rate": "0.9" }] })).await.ok();
        for (amount, currency) in [(10_000, "EUR"), (5_000, "USD"), (700, "GBP")] {
            ana.post("/deals", json!({ "name": currency, "amount": { "amount": amount, "currency": currency } })).await.created();
        }
        let figures = ana.get("/deals/aggregate?of=count,sum:amount&in=company").await.ok();
        let sums = &figures["converted"];
        assert_eq!(sums.as_object().unwrap().len(), 1, "{figures}");
        let sum = sums.as_object().unwrap().values().next().unwrap();
        assert_eq!(*sum, json!({ "amount": 14_500, "currency": "EUR", "missing": ["GBP"] }));
        assert!(ana.get("/deals/aggregate?of=sum:amount").await.ok().get("converted").is_none());
        ana.get("/deals/aggregate?of=sum:amount&in=euros").await.refused(400);
        app.run_jobs().await;
    }
}
