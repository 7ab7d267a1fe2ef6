//! Files of another product that point at each other by its own keys come in as they are: nothing is mapped by hand.

use axum::body::Body;
use serde_json::{Value as Json, json};
use testkit::{Client, TestApp, on_both};

const CUSTOMERS: &str = "\
customer_id,company_name,contact_name,city,country
ALFKI,Alfreds Futterkiste,Maria Anders,Berlin,Germany
VINET,Vins et alcools Chevalier,Paul Henriot,Reims,France
";
const ORDERS: &str = "\
order_id,customer_id,order_date,freight,ship_city
10248,VINET,1996-07-04,32.38,Reims
10643,ALFKI,1997-08-25,29.46,Berlin
";
const PRODUCTS: &str = "\
product_id,product_name,quantity_per_unit,unit_price,discontinued
11,Queso Cabrales,1 kg pkg.,21,0
28,Rössle Sauerkraut,25 - 825 g cans,45.6,1
42,Singaporean Hokkien Fried Mee,32 - 1 kg pkgs.,14,1
";
const LINES: &str = "\
order_id,product_id,unit_price,quantity,discount
10248,11,14,12,0
10248,42,9.8,10,0
10643,28,45.6,15,0
";

/// Uploads a file, runs what was guessed, and answers what became of its rows.
async fn import(app: &TestApp, ana: &Client, object: &str, file: &'static str) -> Json {
    let path = format!("/imports?object={object}&name={object}.csv");
    let import = ana.send("POST", &path, Body::from(file)).await.created();
    let path = format!("/imports/{}", import["id"].as_str().unwrap());
    ana.patch(&path, json!({ "currency": "USD" })).await.ok();
    ana.post(&format!("{path}/run"), json!({})).await.accepted();
    app.run_jobs().await;
    let refused = ana.get(&format!("{path}/refused.csv")).await.text();
    let mut result = ana.get(&path).await.ok()["result"].clone();
    result["refused"] = refused.into();
    result
}

on_both! {
    async fn orders_find_their_company_and_lines_find_their_order_by_the_keys_of_the_old_system(app: TestApp) {
        let ana = app.ana();
        let customers = import(&app, &ana, "companies", CUSTOMERS).await;
        assert_eq!(customers["new"], 2, "{customers}");

        let products = import(&app, &ana, "products", PRODUCTS).await;
        assert_eq!(products["new"], 3, "{products}");

        let orders = import(&app, &ana, "orders", ORDERS).await;
        assert_eq!((&orders["new"], &orders["wrong"]), (&json!(2), &json!(0)), "{orders}");
        let lines = import(&app, &ana, "order_lines", LINES).await;
        assert_eq!((&lines["new"], &lines["wrong"]), (&json!(3), &json!(0)), "{lines}");

        let list = ana.get("/orders?sort=number&fields=number,company,total").await.ok();
        let first = &list["data"][0];
        assert_eq!(first["number"], "10248");
        assert_eq!(first["linked"]["company"]["title"], "Vins et alcools Chevalier", "{list}");
        assert_eq!(first["total"], json!({ "amount": 26600, "currency": "USD" }), "{list}");
    }
}
