//! Figures: formulas and roll-ups, exact after every change.

use serde_json::{Value, json};
use testkit::{TestApp, on_both};

/// An order of Vlad's with two lines, 3 × 10.00 EUR and 1 × 5.50 EUR.
async fn order(app: &TestApp, customer: &Value) -> (String, Vec<Value>) {
    let ana = app.ana();
    let order = ana
        .post("/orders", json!({ "number": "SO1", "customer": customer["id"], "ordered_on": "2026-06-01" }))
        .await
        .created();
    let mut lines = Vec::new();
    for (quantity, price) in [(3, 1000), (1, 550)] {
        let line = json!({ "order": order["id"], "name": "Bread", "quantity": quantity, "unit_price": { "amount": price, "currency": "EUR" } });
        lines.push(ana.post("/order_lines", line).await.created()["id"].clone());
    }
    (format!("/orders/{}", order["id"].as_str().unwrap()), lines)
}

async fn no_faults(app: &TestApp) {
    let app = app.app().clone();
    let said = tokio::task::spawn_blocking(move || {
        let mut said = Vec::new();
        let faults = server::commands::verify::check(&app, &mut |line| said.push(line.to_string())).unwrap();
        (faults, said)
    });
    let (faults, said) = said.await.unwrap();
    assert_eq!(faults, 0, "{said:#?}");
}

on_both! {
    async fn totals_follow_their_lines_up_to_the_customer(app: TestApp) {
        let ana = app.ana();
        let vlad = app.vlad().await;
        let customer = format!("/contacts/{}", vlad["id"].as_str().unwrap());
        let (order, lines) = order(&app, &vlad).await;

        let seen = ana.get(&order).await.ok();
        assert_eq!(seen["total"], json!({ "amount": 3550, "currency": "EUR" }), "{seen}");
        let seen = ana.get(&customer).await.ok();
        assert_eq!((&seen["orders_count"], &seen["orders_total"]), (&json!(1), &json!({ "amount": 3550, "currency": "EUR" })), "{seen}");

        ana.patch(&format!("/order_lines/{}", lines[0].as_str().unwrap()), json!({ "quantity": 5 })).await.ok();
        assert_eq!(ana.get(&customer).await.ok()["orders_total"]["amount"], 5550);

        let gone = ana.delete(&format!("/order_lines/{}", lines[1].as_str().unwrap())).await.change();
        assert_eq!(ana.get(&customer).await.ok()["orders_total"]["amount"], 5000);
        ana.post(&format!("/changes/{gone}/undo"), json!({})).await.ok();
        assert_eq!(ana.get(&customer).await.ok()["orders_total"]["amount"], 5550);
        no_faults(&app).await;
    }

    async fn amounts_of_other_currencies_add_at_the_rate_of_their_own_day(app: TestApp) {
        let ana = app.ana();
        let vlad = app.vlad().await;
        ana.put("/currencies", json!({ "company": "EUR", "used": ["USD", "RON"] })).await.ok();
        let rate = |on: &str, rate: &str| json!({ "rates": [{ "currency": "USD", "on": on, "rate": rate }] });
        ana.put("/currencies/rates", rate("2026-01-01", "0.5")).await.ok();
        ana.put("/currencies/rates", rate("2026-06-01", "0.8")).await.ok();
        let ordered = |number: &'static str, on: &'static str, amount: i64, currency: &'static str| {
            let (ana, customer) = (ana.clone(), vlad["id"].clone());
            async move {
                let order = ana.post("/orders", json!({ "number": number, "customer": customer, "ordered_on": on })).await.created();
                let line = json!({ "order": order["id"], "name": "Bread", "quantity": 1, "unit_price": { "amount": amount, "currency": currency } });
                let line = ana.post("/order_lines", line).await.created();
                (format!("/orders/{}", order["id"].as_str().unwrap()), format!("/order_lines/{}", line["id"].as_str().unwrap()))
            }
        };
        let total = || {
            let (ana, path) = (ana.clone(), format!("/contacts/{}", vlad["id"].as_str().unwrap()));
            async move { ana.get(&path).await.ok()["orders_total"].clone() }
        };
        let euros = |amount: i64| json!({ "amount": amount, "currency": "EUR" });
        let (euro_order, euro_line) = ordered("SO1", "2026-05-01", 1000, "EUR").await;
        let (dollar_order, _) = ordered("SO2", "2026-05-01", 333, "USD").await;
        assert_eq!(total().await, euros(1167), "3.33 dollars at 0.5, rounded as on invoices");

        ana.patch(&dollar_order, json!({ "ordered_on": "2026-07-01" })).await.ok();
        assert_eq!(total().await, euros(1266), "another day, another rate");
        let (_, leu_line) = ordered("SO3", "2026-07-01", 500, "RON").await;
        assert_eq!(total().await, euros(1266), "what has no rate is left out");
        no_faults(&app).await;

        ana.put("/currencies/rates", json!({ "rates": [{ "currency": "RON", "on": "2026-07-01", "rate": "0.2" }] })).await.ok();
        ana.put("/currencies/rates", rate("2026-06-01", "0.9")).await.ok();
        app.run_jobs().await;
        assert_eq!(total().await, euros(1400), "rates that come or change are counted in");
        ana.delete(&leu_line).await.change();
        assert_eq!(total().await, euros(1300));
        no_faults(&app).await;

        ana.patch(&euro_line, json!({ "unit_price": { "amount": 2000, "currency": "USD" } })).await.ok();
        assert_eq!(ana.get(&euro_order).await.ok()["total"], json!({ "amount": 2000, "currency": "USD" }), "an order that changes its currency whole");
        assert_eq!(total().await, euros(1300), "20 dollars of May at 0.5 are what the 10 euros were");
        ana.delete(&dollar_order).await.change();
        ana.delete(&euro_order).await.change();
        assert_eq!(total().await["amount"], 0);
        ordered("SO4", "2026-07-02", 700, "USD").await;
        assert_eq!(total().await, json!({ "amount": 700, "currency": "USD" }), "a figure that was empty takes the currency that comes");
        no_faults(&app).await;
    }

    async fn a_new_sum_counts_several_currencies(app: TestApp) {
        let ana = app.ana();
        let vlad = app.vlad().await;
        ana.put("/currencies", json!({ "company": "EUR", "used": ["USD"] })).await.ok();
        ana.put("/currencies/rates", json!({ "rates": [{ "currency": "USD", "on": "2026-01-01", "rate": "0.5" }] })).await.ok();
        app.run_jobs().await;
        let fee = json!({ "name": "fee", "label": "Fee", "type": "money" });
        ana.post("/definitions/note/fields", fee).await.created();
        for (amount, currency) in [(0, "EUR"), (500, "USD"), (100, "EUR")] {
            ana.post("/notes", json!({ "body": "Fee", "contact": vlad["id"], "fee": { "amount": amount, "currency": currency } })).await.created();
        }
        let of = |aggregate: &str, on: &str| json!({ "name": format!("fees_{aggregate}"), "label": "Fees", "type": "roll_up",
            "rollup": { "object": "note", "link": "contact", "aggregate": aggregate, "field": "fee", "on": on }, "result": { "type": "money" } });
        ana.post("/definitions/contact/fields", of("sum", "body")).await.refused_with(422, "wrong_type");
        for aggregate in ["sum", "max", "min"] {
            let mut field = of(aggregate, "");
            field["rollup"].as_object_mut().unwrap().remove("on");
            ana.post("/definitions/contact/fields", field).await.created();
        }
        let seen = ana.get(&format!("/contacts/{}", vlad["id"].as_str().unwrap())).await.ok();
        let amounts: Vec<_> = ["sum", "max", "min"].iter().map(|aggregate| seen[format!("fees_{aggregate}")]["amount"].as_i64()).collect();
        assert_eq!(amounts, [Some(350), Some(250), Some(0)], "{seen}");
        no_faults(&app).await;
    }

    async fn a_record_that_moves_takes_its_figures_along(app: TestApp) {
        let ana = app.ana();
        let vlad = app.vlad().await;
        let (order, _) = order(&app, &vlad).await;
        let maria = ana.post("/contacts", json!({ "last_name": "Maria" })).await.created();

        ana.patch(&order, json!({ "customer": maria["id"] })).await.ok();

        let of = |id: &Value| { let (ana, path) = (ana.clone(), format!("/contacts/{}", id.as_str().unwrap())); async move { ana.get(&path).await.ok() } };
        assert_eq!(of(&vlad["id"]).await["orders_count"], 0);
        assert_eq!(of(&maria["id"]).await["orders_total"]["amount"], 3550);
        no_faults(&app).await;
    }

    async fn another_formula_is_carried_to_every_record_and_to_what_is_reckoned_from_it(app: TestApp) {
        let ana = app.ana();
        ana.post("/definitions", json!({ "name": "shelf", "plural": "shelves", "label": "Shelf", "label_plural": "Shelves" })).await.created();
        let crates = json!({ "name": "crate", "plural": "crates", "label": "Crate", "label_plural": "Crates", "title": "{name} ({worth})", "fields": [
            { "name": "name", "label": "Name", "type": "text", "required": true },
            { "name": "count", "label": "Count", "type": "integer" },
            { "name": "shelf", "label": "Shelf", "type": "link", "target": "shelf" },
            { "name": "worth", "label": "Worth", "type": "formula", "formula": "count * 2", "result": { "type": "integer" } },
        ] });
        ana.post("/definitions", crates).await.created();
        let after = json!({ "name": "twice", "label": "Twice", "type": "formula", "formula": "worth * 2", "result": { "type": "integer" } });
        ana.post("/definitions/crate/fields", after).await.created();
        let sum = json!({ "name": "worth", "label": "Worth", "type": "roll_up", "rollup": { "object": "crate", "link": "shelf", "aggregate": "sum", "field": "worth" }, "result": { "type": "integer" } });
        ana.post("/definitions/shelf/fields", sum).await.created();
        let shelf = ana.post("/shelves", json!({ "name": "Left" })).await.created();
        for count in [3, 4] {
            ana.post("/crates", json!({ "name": "Apples", "count": count, "shelf": shelf["id"] })).await.created();
        }
        let told = || async { (ana.get("/crates?sort=count").await.ok()["data"].clone(), ana.get(&format!("/shelves/{}", shelf["id"].as_str().unwrap())).await.ok()["worth"].clone()) };
        assert_eq!(told().await.1, 14);

        ana.patch("/definitions/crate/fields/worth", json!({ "formula": "count * 10" })).await.ok();

        let (rows, worth) = told().await;
        let of = |row: usize, field: &str| rows[row][field].clone();
        assert_eq!((of(0, "worth"), of(0, "twice"), of(0, "title"), of(1, "worth")), (json!(30), json!(60), json!("Apples (30)"), json!(40)));
        assert_eq!(worth, 70, "the shelf counts what its crates are worth now");
        assert_eq!(ana.get("/crates?filter=worth = 40").await.ok()["data"].as_array().unwrap().len(), 1);

        ana.patch("/definitions/crate/fields/worth", json!({ "formula": "count *" })).await.refused(422);
        ana.patch("/definitions/crate/fields/worth", json!({ "formula": "twice + 1" })).await.refused_with(422, "circular");
        ana.patch("/definitions/crate/fields/worth", json!({ "formula": "name" })).await.refused(422);
        ana.patch("/definitions/crate/fields/count", json!({ "formula": "1 + 1" })).await.refused_with(422, "wrong_type");
        assert_eq!(told().await.1, 70, "what is refused changes nothing");
        no_faults(&app).await;
    }

    async fn a_new_formula_and_a_new_roll_up_count_what_is_there_already(app: TestApp) {
        let ana = app.ana();
        let vlad = app.vlad().await;
        ana.patch(&format!("/contacts/{}", vlad["id"].as_str().unwrap()), json!({ "children": 3 })).await.ok();
        for n in 0..3 {
            ana.post("/notes", json!({ "body": format!("Note {n}"), "contact": vlad["id"] })).await.created();
        }

        let formula = json!({ "name": "beds", "label": "Beds", "type": "formula", "formula": "children + 2", "result": { "type": "integer" } });
        ana.post("/definitions/contact/fields", formula).await.created();
        let rollup = json!({ "name": "notes_count", "label": "Notes", "type": "roll_up",
            "rollup": { "object": "note", "link": "contact", "aggregate": "count" }, "result": { "type": "integer" } });
        ana.post("/definitions/contact/fields", rollup).await.created();

        let seen = ana.get(&format!("/contacts/{}", vlad["id"].as_str().unwrap())).await.ok();
        assert_eq!((&seen["beds"], &seen["notes_count"]), (&json!(5), &json!(3)), "{seen}");
        ana.post("/notes", json!({ "body": "One more", "contact": vlad["id"] })).await.created();
        let seen = ana.patch(&format!("/contacts/{}", vlad["id"].as_str().unwrap()), json!({ "children": 4 })).await.ok();
        assert_eq!((&seen["beds"], &seen["notes_count"]), (&json!(6), &json!(4)), "{seen}");
        no_faults(&app).await;
    }
}
