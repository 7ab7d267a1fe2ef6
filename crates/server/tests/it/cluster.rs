//! Every analytical question asked twice: the engine in the process, and a cluster of Sail with two workers over the same
//! files. The answers are the same text, byte by byte, also when the cluster dies in the middle. Without a Sail
//! (`RAPPORT_TEST_SAIL`, which `bin/test` sets) the stories say so and pass.

use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use jiff::Span;
use jiff::civil::{Date, date};
use serde_json::{Value, json};
use testkit::{Client, Database, TestApp, on_both};

const TODAY: Date = date(2026, 6, 19);

/// `sail flight server` as a cluster with two workers. Killed when dropped.
struct Sail {
    program: PathBuf,
    port: u16,
    child: Child,
}

impl Sail {
    fn start() -> Option<Sail> {
        let Some(program) = std::env::var_os("RAPPORT_TEST_SAIL").map(PathBuf::from) else {
            eprintln!("RAPPORT_TEST_SAIL is not set: the cluster is not tested");
            return None;
        };
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let child = started(&program, port);
        Some(Sail { program, port, child })
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    fn start_again(&mut self) {
        self.child = started(&self.program, self.port);
    }
}

impl Drop for Sail {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn started(program: &PathBuf, port: u16) -> Child {
    let child = Command::new(program)
        .args(["flight", "server", "--ip", "127.0.0.1", "--port", &port.to_string()])
        .env("SAIL_MODE", "local-cluster")
        .env("SAIL_CLUSTER__WORKER_INITIAL_COUNT", "2")
        .env("SAIL_CLUSTER__WORKER_MAX_COUNT", "2")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("Sail starts");
    let until = Instant::now() + Duration::from_secs(60);
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(Instant::now() < until, "Sail does not listen");
        std::thread::sleep(Duration::from_millis(50));
    }
    child
}

/// Forty customers with a few hundred purchases of two lines, returns, a firm that won deals, and nobody in particular.
async fn a_base(ana: &Client) {
    let mut products = Vec::new();
    for (line, goods) in [("Bread", ["Rye", "Wheat"]), ("Cake \\ 'fine'", ["Torte", "Éclair 餅"])] {
        let line = ana.post("/product_lines", json!({ "name": line })).await.created();
        for name in goods {
            let product = ana.post("/products", json!({ "name": name, "product_line": line["id"] })).await.created();
            products.push(product["id"].clone());
        }
    }
    for customer in 0..40_i64 {
        let country = ["FR", "DE", "RO"][customer as usize % 3];
        let who = json!({ "last_name": format!("Customer {customer}"), "address": { "country": country } });
        let who = ana.post("/contacts", who).await.created()["id"].clone();
        for turn in 0..=(customer * 7 % 11) {
            let ago = i32::try_from((customer * 37 + turn * (17 + customer)) % 900).unwrap();
            let day = TODAY.checked_sub(Span::new().days(ago)).unwrap();
            let order = ana
                .post(
                    "/orders",
                    json!({
                        "number": format!("{customer}-{turn}"), "customer": who, "ordered_on": day.to_string(),
                        "status": "paid", "channel": (turn % 2 == 0).then_some("online"),
                    }),
                )
                .await
                .created()["id"]
                .clone();
            let line = json!({
                "name": "Goods", "order": order, "product": products[(customer + turn) as usize % 4],
                "quantity": 0.1 * (turn + 1) as f64, "unit_price": { "amount": 1_000 + customer * 333, "currency": "EUR" },
                "unit_cost": if turn % 3 == 0 { Value::Null } else { json!({ "amount": 700 + customer * 100, "currency": "EUR" }) },
            });
            ana.post("/order_lines", line).await.created();
            if turn == 4 {
                let back = json!({
                    "order": order, "customer": who, "returned_on": TODAY.yesterday().unwrap().to_string(), "quantity": 0.1,
                    "amount": { "amount": 55, "currency": "EUR" },
                });
                ana.post("/returns", back).await.created();
            }
        }
    }
}

/// Every question the pages ask, with each dimension, measure and comparison at least once.
fn questions() -> Vec<String> {
    let measures = "measures=orders,customers,revenue,margin,margin_share,quantity,per_order,returns,return_share";
    let mut asked = Vec::new();
    for rows in [
        "segment",
        "value_class",
        "activity",
        "cluster",
        "product_line",
        "product",
        "channel",
        "territory",
        "country",
        "month",
        "quarter",
        "year",
        "customer",
        "kind",
    ] {
        asked.push(format!("/analytics/cube?rows={rows}&{measures}&compare=year_before&limit=20"));
        asked.push(format!("/analytics/cube?rows={rows}&columns=year&{measures}&limit=5"));
    }
    asked.push(format!("/analytics/cube?rows=country&{measures}&where=product:no%27%5C%20one"));
    for by in ["month", "quarter"] {
        for measure in ["customers", "revenue"] {
            asked.push(format!("/analytics/cohorts?by={by}&measure={measure}"));
        }
    }
    asked.push("/analytics/matrix".into());
    for of in ["all", "value_class:a", "rfm_segment:champions"] {
        asked.push(format!("/analytics/sheet?of={of}&compare=previous"));
    }
    for measure in ["revenue", "orders", "buyers", "quantity"] {
        for by in ["week", "month", "quarter"] {
            asked.push(format!("/analytics/forecast?measure={measure}&by={by}&object=all"));
        }
    }
    asked
}

async fn answers(ana: &Client) -> Vec<(String, String)> {
    let mut answers = Vec::new();
    for question in questions() {
        let answer = ana.get(&question).await.ok();
        answers.push((question, answer.to_string()));
    }
    answers
}

async fn looked(app: &TestApp) -> Value {
    app.ana().post("/analytics/customers/refresh", json!({})).await.accepted();
    app.run_jobs().await;
    let mut seen = app.ana().get("/analytics/customers").await.ok();
    // Each look has its number; the second knows where everybody stood in the first.
    for moving in ["version", "migration", "segments"] {
        seen.as_object_mut().unwrap().remove(moving);
    }
    seen
}

on_both! {
    async fn a_cluster_gives_the_same_answers_to_the_byte(app: TestApp) {
        if app.database() == Database::Postgres {
            // The cluster reads files, which are the same whatever database they were made of.
            return;
        }
        let Some(mut sail) = Sail::start() else { return };
        a_base(&app.ana()).await;
        let here = looked(&app).await;
        let expected = answers(&app.ana()).await;
        assert!(expected.iter().all(|(_, answer)| answer.len() > 100));

        let there = app.asking(&sail.url());
        for ((question, here), (_, there)) in expected.iter().zip(answers(&there.ana()).await) {
            assert_eq!(*here, there, "{question}");
        }
        assert_eq!(here, looked(&there).await, "a look at all customers finds the same");

        // Killed with a question in its hands, and started again a while later.
        let question = expected[0].0.clone();
        let ana = there.ana();
        let asking = tokio::spawn(async move {
            let mut all = Vec::new();
            for _ in 0..30 {
                let begun = Instant::now();
                all.push((ana.get(&question).await.ok().to_string(), begun.elapsed()));
            }
            all
        });
        tokio::time::sleep(Duration::from_millis(150)).await;
        sail.kill();
        tokio::time::sleep(Duration::from_millis(700)).await;
        sail.start_again();
        let said = asking.await.unwrap();
        assert_eq!(said.len(), 30);
        let expected = answers(&there.ana()).await.remove(0).1;
        assert!(said.iter().all(|(one, _)| *one == expected), "nobody noticed");
        let longest = said.iter().map(|(_, took)| *took).max().unwrap();
        assert!(longest > Duration::from_millis(500), "one of them was asked while there was nobody to answer");
    }
}
