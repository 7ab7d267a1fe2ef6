//! Prices: lists by segment, currency and day, tiers, bundles and discounts, with the reasons.

use serde_json::{Value, json};
use testkit::{TestApp, on_both};

fn eur(amount: i64) -> Value {
    json!({ "amount": amount, "currency": "EUR" })
}

fn codes(line: &Value) -> Vec<&str> {
    line["reasons"].as_array().unwrap().iter().map(|reason| reason["code"].as_str().unwrap()).collect()
}

on_both! {
    async fn a_customer_of_a_segment_buys_by_its_list_and_everybody_is_told_why(app: TestApp) {
        let ana = app.ana();
        let bakery = app.blue_bakery().await;
        let segment = json!({ "name": "Wholesale", "holds": "company", "question": "name contains \"Bakery\"" });
        ana.post("/segments", segment).await.created();
        app.run_jobs().await;
        let bike = ana.post("/products", json!({ "name": "Bike", "price": eur(1_000), "tax_percent": 19 })).await.created();
        let list = json!({ "name": "Wholesale 2026", "currency": "EUR", "holds": "company", "question": "in segment \"Wholesale\"", "rank": 5 });
        let list = ana.post("/price_lists", list).await.created();
        for (from, amount) in [(1, 900), (10, 800)] {
            let price = json!({ "product": bike["id"], "price_list": list["id"], "amount": eur(amount), "minimum_quantity": from });
            ana.post("/prices", price).await.created();
        }
        let discount = json!({ "name": "Summer", "percent": 5, "minimum_quantity": 20, "ends_on": "2026-06-30" });
        ana.post("/discounts", discount).await.created();

        let ask = async |company: &Value, day: &str| {
            let lines: Vec<Value> = [1, 10, 20].map(|n| json!({ "product": bike["id"], "quantity": n })).into();
            let asked = json!({ "company": company, "day": day, "currency": "EUR", "lines": lines });
            ana.post("/prices/asked", asked).await.ok()["lines"].clone()
        };
        let theirs = ask(&bakery["id"], "2026-06-19").await;
        let amounts: Vec<&Value> = theirs.as_array().unwrap().iter().map(|line| &line["unit_price"]["amount"]).collect();
        assert_eq!(amounts, [900, 800, 800]);
        assert_eq!(theirs[2]["net"], eur(15_200), "twenty at 8.00 less 5 %");
        assert_eq!(theirs[2]["tax"], eur(2_888));
        assert_eq!(codes(&theirs[2]), ["list", "discount"]);
        assert_eq!(ask(&bakery["id"], "2026-07-01").await[2]["net"], eur(16_000), "the discount is over");

        let others = ask(&Value::Null, "2026-06-19").await;
        assert_eq!((&others[0]["unit_price"], codes(&others[0])), (&eur(1_000), vec!["product"]));
    }

    async fn a_bundle_costs_its_parts_and_who_may_not_see_a_product_learns_no_price(app: TestApp) {
        let ana = app.ana();
        let product = async |name: &str, price: Value| ana.post("/products", json!({ "name": name, "price": price })).await.created();
        let (bike, pump) = (product("Bike", eur(1_000)).await, product("Pump", eur(150)).await);
        let set = product("Set", Value::Null).await;
        for (part, quantity) in [(&bike, 1), (&pump, 2)] {
            let part = json!({ "bundle": set["id"], "product": part["id"], "quantity": quantity });
            assert_ne!(ana.post("/bundle_parts", part).await.created()["name"], Value::Null, "named as its product");
        }
        let asked = json!({ "currency": "EUR", "lines": [{ "product": set["id"], "quantity": 3 }] });
        let priced = ana.post("/prices/asked", asked.clone()).await.ok();
        assert_eq!((&priced["lines"][0]["unit_price"], &priced["lines"][0]["net"]), (&eur(1_300), &eur(3_900)));

        let blind = app.colleague("Boris", json!({ "objects": { "contact": { "read": "all" } } })).await;
        blind.post("/prices/asked", asked.clone()).await.refused(404);
        app.stranger().post("/prices/asked", asked).await.refused(401);
        let wrong = json!({ "currency": "EUR", "lines": [{ "product": set["id"], "quantity": 0 }] });
        ana.post("/prices/asked", wrong).await.refused_with(422, "too_small");
    }
}
