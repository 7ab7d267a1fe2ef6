//! What the data says about customers: patterns, classes, activity and value as fields and as pages; figures of the cube
//! that equal what the records say; and who may see them. The clock stands at noon of 19 June 2026.

use jiff::civil::{Date, date};
use jiff::{Span, ToSpan};
use serde_json::{Value, json};
use testkit::{Client, TestApp, on_both};

const TODAY: Date = date(2026, 6, 19);

async fn contact(client: &Client, name: &str) -> String {
    let made = client.post("/contacts", json!({ "last_name": name })).await.created();
    made["id"].as_str().unwrap().to_string()
}

/// An order of one line, so many days ago.
async fn buys(client: &Client, contact: &str, days_ago: i32, cents: i64) -> String {
    let day = TODAY.checked_sub(Span::new().days(days_ago)).unwrap();
    let number = format!("{contact}-{days_ago}-{cents}");
    let order = json!({ "number": number, "customer": contact, "ordered_on": day.to_string(), "status": "paid" });
    let order = client.post("/orders", order).await.created()["id"].as_str().unwrap().to_string();
    let line = json!({
        "name": "Goods", "order": order, "quantity": 1, "unit_price": { "amount": cents, "currency": "EUR" },
        "unit_cost": { "amount": cents / 2, "currency": "EUR" },
    });
    client.post("/order_lines", line).await.created();
    order
}

async fn looked(app: &TestApp) -> Value {
    app.ana().post("/analytics/customers/refresh", json!({})).await.accepted();
    app.run_jobs().await;
    app.ana().get("/analytics/customers").await.ok()
}

/// One who buys every two weeks, one who did so until half a year ago, and eight who bought once or twice.
async fn a_base(ana: &Client) -> (String, String) {
    let (steady, gone) = (contact(ana, "Steady").await, contact(ana, "Gone").await);
    for turn in 0..20 {
        buys(ana, &steady, 5 + turn * 14, 10_000).await;
        buys(ana, &gone, 190 + turn * 14, 8_000).await;
    }
    for number in 0..8 {
        let once = contact(ana, &format!("Once {number}")).await;
        buys(ana, &once, 30 + number * 40, 2_000 + i64::from(number) * 100).await;
        if number % 3 == 0 {
            buys(ana, &once, 200 + number * 30, 1_500).await;
        }
    }
    (steady, gone)
}

fn figure<'v>(rows: &'v Value, member: &str, name: &str) -> &'v Value {
    rows.as_array().unwrap().iter().find(|row| row[member] == name).unwrap_or(&Value::Null)
}

on_both! {
    async fn what_the_models_say_becomes_fields_that_lists_can_ask_for(app: TestApp) {
        let ana = app.ana();
        assert_eq!(ana.get("/analytics/customers").await.ok()["state"], "never");
        let (steady, gone) = a_base(&ana).await;
        contact(&ana, "Never bought").await;
        let seen = looked(&app).await;

        assert_eq!((&seen["state"], &seen["buyers"], &seen["orders"]), (&json!("ready"), &json!(10), &json!(51)), "{seen}");
        assert_eq!(seen["as_of"], "2026-06-19");
        let customers: i64 = seen["segments"].as_array().unwrap().iter().map(|one| one["customers"].as_i64().unwrap()).sum();
        assert_eq!(customers, 10, "everybody is in one segment, who never bought in none");
        let of_classes: i64 = seen["classes"].as_array().unwrap().iter().map(|one| one["revenue"]["amount"].as_i64().unwrap()).sum();
        assert_eq!(json!(of_classes), seen["revenue"]["amount"]);

        let one = ana.get(&format!("/contacts/{steady}")).await.ok();
        assert_eq!((&one["activity"], &one["value_class"], &one["frequency_score"]), (&json!("active"), &json!("a"), &json!(5)), "{one}");
        let segment = figure(&seen["segments"], "segment", one["rfm_segment"].as_str().unwrap());
        let filter = segment["filter"].as_str().unwrap().replace(' ', "%20").replace('"', "%22");
        let listed = ana.get(&format!("/contacts?filter={filter}&count=exact")).await.ok();
        assert_eq!(listed["count"]["value"], segment["customers"], "a figure opens its customers");
        ana.patch(&format!("/contacts/{steady}"), json!({ "value_class": "c" })).await.refused_with(422, "readonly");

        let other = ana.get(&format!("/contacts/{gone}")).await.ok();
        assert_ne!(other["activity"], "active", "{other}");
        let leaving = ana.get("/analytics/customers/leaving").await.ok();
        let first = &leaving["data"][0];
        assert_eq!((&first["id"], &first["last_order"]), (&json!(gone), &json!("2025-12-11")), "{leaving}");
        let silence = figure(&first["reasons"], "code", "silence");
        assert_eq!(silence["days"], 190, "it says why: {leaving}");
        assert!(figure(&leaving["data"], "id", &steady).is_null(), "who buys as ever is not leaving");
    }

    async fn a_look_is_versioned_and_what_changes_shows_in_the_next(app: TestApp) {
        let ana = app.ana();
        let (steady, gone) = a_base(&ana).await;
        looked(&app).await;
        let before = ana.get(&format!("/analytics/profiles/contacts/{gone}")).await.ok();
        buys(&ana, &gone, 1, 90_000).await;
        let seen = looked(&app).await;
        assert_eq!((&seen["version"], &seen["orders"]), (&json!(2), &json!(52)), "what was bought since is in it");
        let after = ana.get(&format!("/analytics/profiles/contacts/{gone}")).await.ok();
        assert_eq!((&before["orders"], &after["orders"], &after["last_order"]), (&json!(20), &json!(21), &json!("2026-06-18")));
        assert_eq!(after["revenue"]["amount"], 20 * 8_000 + 90_000);
        let moved: i64 = seen["migration"]["counts"].as_array().unwrap().iter()
            .flat_map(|row| row.as_array().unwrap()).map(|count| count.as_i64().unwrap()).sum();
        assert_eq!(moved, 10, "everybody went from a segment to one: {}", seen["migration"]);

        // Whoever has no order left is no customer any more.
        let orders = ana.get(&format!("/orders?filter=customer=%22{steady}%22&limit=50")).await.ok();
        for order in orders["data"].as_array().unwrap() {
            ana.delete(&format!("/orders/{}", order["id"].as_str().unwrap())).await.nothing();
        }
        assert_eq!(looked(&app).await["buyers"], 9);
        assert_eq!(ana.get(&format!("/contacts/{steady}")).await.ok()["rfm_segment"], Value::Null);
        ana.get(&format!("/analytics/profiles/contacts/{steady}")).await.refused(404);
    }

    async fn who_has_the_one_is_offered_what_goes_with_it(app: TestApp) {
        let ana = app.ana();
        let mut products = Vec::new();
        for name in ["Bicycle", "Helmet", "Bottle"] {
            products.push(ana.post("/products", json!({ "name": name })).await.created()["id"].clone());
        }
        let mut cyclist = String::new();
        for number in 0..60 {
            let who = contact(&ana, &format!("Number {number}")).await;
            let bought: &[usize] = match number % 4 {
                0 => &[0, 1],
                1 => &[0],
                _ => &[2],
            };
            for product in bought {
                let order = buys(&ana, &who, 10 + number, 1_000 + product.pow(2) as i64).await;
                let lines = ana.get(&format!("/order_lines?filter=order=%22{order}%22")).await.ok();
                let line = lines["data"][0]["id"].as_str().unwrap().to_string();
                ana.patch(&format!("/order_lines/{line}"), json!({ "product": products[*product] })).await.ok();
            }
            if number % 4 == 1 {
                cyclist = who;
            }
        }
        looked(&app).await;
        let profile = ana.get(&format!("/analytics/profiles/contacts/{cyclist}")).await.ok();
        let next = &profile["next_products"];
        assert_eq!((&next[0]["title"], &next[0]["because"], &next[0]["confidence"]), (&json!("Helmet"), &json!("Bicycle"), &json!(0.5)), "{next}");
        assert_eq!(next.as_array().unwrap().len(), 1, "a bottle goes with nothing: {next}");
        let matrix = ana.get("/analytics/matrix").await.ok();
        let offered = matrix["rows"].as_array().unwrap().iter().flat_map(|row| row["cells"].as_array().unwrap())
            .filter(|cell| cell["next"]["title"] == "Helmet").count();
        assert!(offered > 0, "{matrix}");
        let models = ana.get("/analytics/models").await.ok();
        assert_eq!(figure(&models["models"], "model", "customers.next")["trust"], "poor", "nobody bought anything new to test it on");

        // Who may not read products is not told of them.
        let narrow = app.colleague("Boris", json!({ "objects": { "*": { "read": "all" }, "product": { "read": "none" } } })).await;
        let profile = narrow.get(&format!("/analytics/profiles/contacts/{cyclist}")).await.ok();
        assert_eq!(profile["next_products"], json!([]));
    }

    async fn a_fact_sheet_is_a_document_too(app: TestApp) {
        let ana = app.ana();
        a_base(&ana).await;
        looked(&app).await;
        for asked in ["of=all&compare=previous", "of=value_class:a", "of=all&from=2001-01-01&to=2001-12-31"] {
            let paper = ana.get(&format!("/analytics/sheet.pdf?{asked}")).await;
            assert_eq!((paper.status.as_u16(), paper.headers["content-type"].to_str().unwrap()), (200, "application/pdf"), "{asked}");
            assert!(paper.bytes.starts_with(b"%PDF-") && paper.bytes.len() > 5_000, "{asked}: {}", paper.bytes.len());
        }
        ana.get("/analytics/sheet.pdf?of=nonsense").await.refused_with(422, "unknown");
        let own = app.colleague("Boris", json!({ "objects": { "*": { "read": "all" }, "contact": { "read": "own" } } })).await;
        own.get("/analytics/sheet.pdf?of=all").await.refused(403);
    }

    async fn figures_of_the_cube_are_the_sums_of_the_records(app: TestApp) {
        let ana = app.ana();
        let line = ana.post("/product_lines", json!({ "name": "Bread" })).await.created();
        let bread = ana.post("/products", json!({ "name": "Rye", "product_line": line["id"] })).await.created();
        let (one, other) = (contact(&ana, "One").await, contact(&ana, "Other").await);
        for (who, day, cents, channel) in [
            (&one, "2026-01-31", 1_000, "online"), (&one, "2026-02-01", 2_000, "store"), (&other, "2026-02-10", 4_000, "online"),
            (&other, "2025-02-10", 8_000, "online"),
        ] {
            let order = json!({ "number": format!("{day}{cents}"), "customer": who, "ordered_on": day, "channel": channel, "status": "paid" });
            let order = ana.post("/orders", order).await.created();
            let line = json!({
                "name": "Rye", "product": bread["id"], "order": order["id"], "quantity": 2,
                "unit_price": { "amount": cents / 2, "currency": "EUR" }, "unit_cost": { "amount": cents / 8, "currency": "EUR" },
            });
            ana.post("/order_lines", line).await.created();
        }
        ana.post("/returns", json!({ "name": "Stale", "customer": one, "product": bread["id"], "quantity": 1, "returned_on": "2026-02-20",
            "amount": { "amount": 500, "currency": "EUR" } })).await.created();
        let cancelled = json!({ "number": "X", "customer": one, "ordered_on": "2026-02-11", "status": "cancelled" });
        ana.post("/orders", cancelled).await.created();

        let asked = "rows=month&columns=channel&measures=revenue,orders,customers,margin,margin_share,returns&from=2026-01-01&to=2026-02-28&compare=year_before";
        let cube = ana.get(&format!("/analytics/cube?{asked}")).await.ok();
        let total = &cube["total"]["values"];
        assert_eq!(total["revenue"], json!({ "amount": 6_500, "currency": "EUR" }), "less what came back: {cube}");
        assert_eq!((&total["orders"], &total["customers"], &total["returns"]), (&json!(3), &json!(2), &json!(1.0)));
        assert_eq!((&total["margin"]["amount"], &total["margin_share"]), (&json!(5_250), &json!(0.75)));
        assert_eq!(cube["total"]["before"]["revenue"]["amount"], 8_000, "the year before stands beside it");
        let months: Vec<&str> = cube["rows"].as_array().unwrap().iter().map(|row| row["key"].as_str().unwrap()).collect();
        assert_eq!(months, ["2026-01", "2026-02"]);
        let february = figure(&cube["rows"], "key", "2026-02");
        assert_eq!(february["total"]["before"]["revenue"]["amount"], 8_000, "a month stands beside that of the year before");
        assert_eq!(figure(&february["cells"], "column", "online")["values"]["revenue"]["amount"], 4_000);

        let lines = ana.get("/analytics/cube?rows=product_line&from=2026-01-01&to=2026-12-31").await.ok();
        assert_eq!((&lines["rows"][0]["title"], &lines["rows"][0]["total"]["values"]["orders"]), (&json!("Bread"), &json!(3)));
        let sheet = ana.get(&format!("/analytics/sheet?of=contact:{one}&from=2026-01-01&to=2026-12-31")).await.ok();
        assert_eq!((&sheet["title"], &figure(&sheet["figures"], "measure", "revenue")["value"]["amount"]), (&json!("One"), &json!(2_500)));
        for (bad, field) in [("rows=colour", "rows"), ("rows=month&measures=joy", "measures"), ("rows=month&from=soon", "from"),
            ("rows=month&from=2026-02-01&to=2026-01-01", "to"), ("rows=month&where=colour:red", "where")] {
            let refused = ana.get(&format!("/analytics/cube?{bad}")).await.refused(422);
            assert_eq!(refused["errors"][0]["pointer"], format!("/{field}"), "{refused}");
        }
    }

    async fn what_is_odd_is_left_out_and_said(app: TestApp) {
        let ana = app.ana();
        a_base(&ana).await;
        let early = contact(&ana, "From the future").await;
        buys(&ana, &early, -400, 5_000).await;
        let stranger = contact(&ana, "Pays in pesos").await;
        let order = json!({ "number": "PESO", "customer": stranger, "ordered_on": "2026-06-01", "status": "paid" });
        let order = ana.post("/orders", order).await.created();
        ana.post("/order_lines", json!({ "name": "Goods", "order": order["id"], "quantity": 1, "unit_price": { "amount": 70_000, "currency": "MXN" } }))
            .await.created();
        let giver = contact(&ana, "Gets money back").await;
        buys(&ana, &giver, 3, -4_000).await;
        buys(&ana, &giver, 2, 0).await;

        let seen = looked(&app).await;
        let codes: Vec<&str> = seen["warnings"].as_array().unwrap().iter().map(|warning| warning["code"].as_str().unwrap()).collect();
        assert!(codes.contains(&"future_orders_left_out") && codes.contains(&"currencies_left_out"), "{codes:?}");
        assert_eq!(seen["revenue"]["currency"], "EUR");
        ana.get(&format!("/analytics/profiles/contacts/{early}")).await.refused(404);
        assert_eq!(ana.get(&format!("/analytics/profiles/contacts/{stranger}")).await.ok()["revenue"]["amount"], 0);
    }

    async fn a_file_of_the_lake_that_is_cut_or_gone_is_made_again(app: TestApp) {
        let ana = app.ana();
        a_base(&ana).await;
        let whole = looked(&app).await["revenue"].clone();
        let files = || {
            let folders = std::fs::read_dir(app.folder().join("lake")).unwrap().map(|entry| entry.unwrap().path());
            folders.map(|folder| folder.join("purchase.parquet")).filter(|file| file.exists()).collect::<Vec<_>>()
        };
        for harm in [|file: &std::path::Path| std::fs::write(file, b"PAR1 cut").unwrap(), |file: &std::path::Path| std::fs::remove_file(file).unwrap()] {
            files().iter().for_each(|file| harm(file));
            let cube = ana.get("/analytics/cube?rows=year&from=2020-01-01&to=2030-01-01").await.ok();
            assert_eq!(cube["total"]["values"]["revenue"], whole, "the records are still there, and it is made of them");
        }
    }

    async fn figures_of_all_are_for_who_may_see_all(app: TestApp) {
        let ana = app.ana();
        let (steady, _) = a_base(&ana).await;
        looked(&app).await;
        let own = app.colleague("Boris", json!({ "objects": { "*": { "read": "all" }, "contact": { "read": "own" } } })).await;
        for path in ["customers", "customers/leaving", "cohorts", "matrix", "clusters", "forecast", "cube?rows=month", "sheet", "models"] {
            own.get(&format!("/analytics/{path}")).await.refused(403);
        }
        own.get(&format!("/analytics/profiles/contacts/{steady}")).await.refused(404);
        own.post("/analytics/customers/refresh", json!({})).await.refused(403);

        let reader = app.colleague("Carla", json!({ "objects": { "*": { "read": "all" } } })).await;
        assert_eq!(reader.get("/analytics/customers").await.ok()["buyers"], 10);
        let hides = json!({ "*": { "read": "all" }, "contact": { "read": "all", "fields": { "activity": "hidden", "orders_total": "hidden" } } });
        let discreet = app.colleague("Eva", json!({ "objects": hides })).await;
        let told = discreet.get(&format!("/analytics/profiles/contacts/{steady}")).await.ok();
        assert_eq!((&told["activity"], &told["revenue"], &told["reasons"]), (&Value::Null, &Value::Null, &json!([])), "{told}");
        assert_eq!(told["value_class"], "a", "what is not hidden is told");
        let no_costs = json!({ "objects": { "*": { "read": "all" }, "order_line": { "read": "all", "fields": { "unit_cost": "hidden", "line_cost": "hidden" } } } });
        let careful = app.colleague("Dan", no_costs).await;
        careful.get("/analytics/cube?rows=month&measures=margin").await.refused(403);
        let sheet = careful.get("/analytics/sheet").await.ok();
        assert!(figure(&sheet["figures"], "measure", "margin").is_null(), "{sheet}");
        assert!(!figure(&sheet["figures"], "measure", "revenue").is_null());
    }

    async fn whoever_was_erased_is_said_nothing_of(app: TestApp) {
        let ana = app.ana();
        let (_, gone) = a_base(&ana).await;
        looked(&app).await;
        ana.post(&format!("/contacts/{gone}/erasure"), json!({})).await.nothing();
        app.run_jobs().await;
        let leaving = ana.get("/analytics/customers/leaving").await.ok();
        assert!(figure(&leaving["data"], "id", &gone).is_null(), "{leaving}");
    }

    async fn cohorts_and_forecasts_are_told_of_whole_periods(app: TestApp) {
        let ana = app.ana();
        let steady = contact(&ana, "Steady").await;
        for month in 0..30 {
            let day = TODAY.first_of_month().checked_sub((month + 1).months()).unwrap();
            let days_ago = day.until(TODAY).unwrap().get_days();
            buys(&ana, &steady, days_ago, 10_000).await;
        }
        buys(&ana, &steady, 2, 10_000).await;
        let cohorts = ana.get("/analytics/cohorts?by=month").await.ok();
        assert_eq!((&cohorts["cohorts"][0]["from"], &cohorts["cohorts"][0]["size"]), (&json!("2023-12"), &json!(1)), "{cohorts}");
        assert_eq!(cohorts["cohorts"][0]["cells"].as_array().unwrap().len(), 31);
        assert_eq!(cohorts["overall"][1], 1.0);

        let ahead = ana.get("/analytics/forecast?measure=revenue&by=month&horizon=3").await.ok();
        assert_eq!(ahead["past"].as_array().unwrap().len(), 30, "June is not over: {ahead}");
        assert_eq!(ahead["ahead"][0]["from"], "2026-06-01");
        let next = ahead["ahead"][0]["value"]["amount"].as_i64().unwrap();
        assert!((9_000..=11_000).contains(&next), "what came every month comes again: {ahead}");
        let short = ana.get("/analytics/forecast?by=year").await.ok();
        assert_eq!((&short["model"], &short["refused"]["code"]), (&Value::Null, &json!("too_short")), "{short}");
    }
}
