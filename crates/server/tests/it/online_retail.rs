//! A real wholesaler's year (Online Retail, D. Chen, UCI Machine Learning Repository, CC BY 4.0), imported as any company imports its
//! files, and what the analysis says of it beside figures that this file reckons by itself, in the plainest way.
//!
//! The file is not part of the source: where it is absent this story says nothing. One customer in forty is taken.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use consolidation::import::manifest;
use foundation::access::Principal;
use serde_json::{Value, json};
use testkit::{TestApp, on_both};

const MANIFEST: &str = r#"
[[step]]
file = "customers.csv"
object = "contacts"
[step.fields]
external_id = "CustomerID"
last_name = { template = "Customer {CustomerID}" }

[[step]]
file = "sales.csv"
object = "orders"
key = "number"
group_by = "InvoiceNo"
[step.fields]
number = "InvoiceNo"
"customer.external_id" = "CustomerID"
ordered_on = "InvoiceDate"
status = { constant = "placed" }
[step.lines]
object = "order_lines"
link = "order"
key = "external_id"
[step.lines.fields]
external_id = { template = "{InvoiceNo}-{Line}" }
name = "Description"
quantity = "Quantity"
unit_price = { column = "UnitPrice", currency = "GBP" }

[[step]]
file = "returns.csv"
object = "returns"
[step.fields]
number = { template = "{InvoiceNo}-{Line}" }
external_id = { template = "{InvoiceNo}-{Line}" }
"customer.external_id" = "CustomerID"
quantity = "Quantity"
amount = { column = "Amount", currency = "GBP" }
returned_on = "InvoiceDate"
"#;

fn source() -> Option<PathBuf> {
    let folder = match std::env::var_os("RAPPORT_TEST_DATA") {
        Some(folder) => PathBuf::from(folder),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
    };
    Some(folder.join("orders/online-retail/online_retail.csv.gz")).filter(|file| file.is_file())
}

/// A line of the file that counts: pence are negative where goods came back.
struct Line {
    invoice: String,
    customer: String,
    day: String,
    description: String,
    quantity: i64,
    price: String,
    pence: i64,
}

fn lines(file: &Path) -> Vec<Line> {
    let mut text = String::new();
    flate2::read::GzDecoder::new(std::fs::File::open(file).unwrap()).read_to_string(&mut text).unwrap();
    let mut lines: Vec<Line> = Vec::new();
    for row in text.lines().skip(1) {
        // Only the description, third of eight, may hold commas.
        let mut left = row.splitn(3, ',');
        let invoice = left.next().unwrap();
        let mut right = left.nth(1).unwrap().rsplitn(6, ',');
        let [_, customer, price, date, quantity, description] = std::array::from_fn(|_| right.next().unwrap());
        let quantity: i64 = quantity.parse().unwrap();
        let came_back = invoice.starts_with('C');
        if customer.is_empty() || customer.parse::<u32>().unwrap() % 40 != 0 || (!came_back && quantity <= 0) {
            continue;
        }
        // Prices are rounded to pence when they are read, amounts of what came back when they are written.
        let mills = (price.parse::<f64>().unwrap() * 1000.0).round() as i64;
        let half_up = |tenths: i64| (tenths + 5).div_euclid(10);
        let pence = if came_back { -half_up(-quantity * mills) } else { quantity * half_up(mills) };
        lines.push(Line {
            invoice: invoice.into(),
            customer: customer.into(),
            day: date[..10].into(),
            description: description.replace('"', ""),
            quantity: quantity.abs(),
            price: price.into(),
            pence,
        });
    }
    lines
}

/// The files that the manifest names.
fn write(folder: &Path, lines: &[Line]) {
    let customers: BTreeSet<&str> = lines.iter().map(|line| line.customer.as_str()).collect();
    let listed: String = customers.iter().map(|customer| format!("{customer}\n")).collect();
    std::fs::write(folder.join("customers.csv"), format!("CustomerID\n{listed}")).unwrap();
    let mut sales = String::from("InvoiceNo,Line,Description,Quantity,InvoiceDate,UnitPrice,CustomerID\n");
    let mut returns = String::from("InvoiceNo,Line,Quantity,Amount,InvoiceDate,CustomerID\n");
    for (number, line) in lines.iter().enumerate() {
        let Line { invoice, customer, day, description, quantity, price, pence } = line;
        if *pence < 0 || invoice.starts_with('C') {
            let amount = format!("{}.{:02}", -pence / 100, -pence % 100);
            writeln!(returns, "{invoice},{number},{quantity},{amount},{day},{customer}").unwrap();
        } else {
            writeln!(sales, "{invoice},{number},\"{description}\",{quantity},{day},{price},{customer}").unwrap();
        }
    }
    std::fs::write(folder.join("sales.csv"), sales).unwrap();
    std::fs::write(folder.join("returns.csv"), returns).unwrap();
    std::fs::write(folder.join("manifest.toml"), MANIFEST).unwrap();
}

/// What a customer did: days with an order, and the money of all.
#[derive(Default)]
struct Customer {
    days: BTreeSet<String>,
    pence: i64,
}

fn reckoned(lines: &[Line]) -> BTreeMap<&str, Customer> {
    let mut all: BTreeMap<&str, Customer> = BTreeMap::new();
    for line in lines {
        let customer = all.entry(&line.customer).or_default();
        customer.pence += line.pence;
        if !line.invoice.starts_with('C') {
            customer.days.insert(line.day.clone());
        }
    }
    // Who only sent back never bought.
    all.retain(|_, customer| !customer.days.is_empty());
    all
}

async fn contacts(app: &TestApp) -> BTreeMap<String, Value> {
    let ana = app.ana();
    let (mut all, mut path) = (BTreeMap::new(), "/contacts?limit=200".to_string());
    loop {
        let page = ana.get(&path).await.ok();
        for record in page["data"].as_array().unwrap() {
            all.insert(record["external_id"].as_str().unwrap_or_default().to_string(), record.clone());
        }
        match page["next"].as_str() {
            Some(next) => path = format!("/contacts?limit=200&cursor={next}"),
            None => return all,
        }
    }
}

on_both! {
    async fn a_real_years_figures_are_those_that_anybody_can_reckon(app: TestApp) {
        let Some(file) = source() else { return };
        let lines = lines(&file);
        let expected = reckoned(&lines);
        let folder = app.folder().join("online-retail");
        std::fs::create_dir_all(&folder).unwrap();
        write(&folder, &lines);
        let (of_app, plan) = (app.app().clone(), folder.join("manifest.toml"));
        let loaded = tokio::task::spawn_blocking(move || manifest::load(&of_app, &Principal::system("import"), &plan, &mut |_| {}));
        for step in loaded.await.unwrap().unwrap() {
            assert_eq!(step.import.wrong, 0, "{}: {:?}", step.file, step.refused);
        }
        let ana = app.ana();
        ana.post("/analytics/customers/refresh", json!({})).await.accepted();
        app.run_jobs().await;

        let seen = ana.get("/analytics/customers").await.ok();
        let (money, orders) = expected.values().fold((0, 0), |(money, orders), one| (money + one.pence, orders + one.days.len()));
        assert_eq!(seen["buyers"], expected.len(), "{}", seen["buyers"]);
        assert_eq!((&seen["orders"], &seen["revenue"]["amount"]), (&json!(orders), &json!(money)), "to the penny");

        // Fifths by frequency and money: whoever has more never has a lower score, and each fifth is a fifth.
        let records = contacts(&app).await;
        let score = |id: &str, field: &str| records[id][field].as_i64().unwrap();
        for (field, value) in [("frequency_score", (|one: &Customer| one.days.len() as i64) as fn(&Customer) -> i64), ("money_score", |one| one.pence)] {
            let mut sorted: Vec<(&&str, &Customer)> = expected.iter().collect();
            sorted.sort_by_key(|(id, one)| (value(one), score(id, field)));
            assert!(sorted.windows(2).all(|pair| score(pair[0].0, field) <= score(pair[1].0, field)), "{field}");
            for fifth in 1..=5 {
                let count = sorted.iter().filter(|(id, _)| score(id, field) == fifth).count();
                assert!(count.abs_diff(expected.len() / 5) <= 1, "{field} {fifth}: {count}");
            }
        }

        // Classes: the largest down to 80 % and 95 % of what all brought.
        let mut largest: Vec<(&&str, i64)> = expected.iter().map(|(id, one)| (id, one.pence.max(0))).collect();
        largest.sort_by_key(|(_, pence)| -pence);
        let whole: i64 = largest.iter().map(|(_, pence)| pence).sum();
        let mut sum = 0;
        for (id, pence) in largest {
            sum += pence;
            let class = if sum * 100 <= whole * 80 { "a" } else if sum * 100 <= whole * 95 { "b" } else { "c" };
            assert_eq!(records[*id]["value_class"], class, "{id} with {pence}");
        }

        // Cohorts: who came first in a month, and how many of them were there so many months later.
        let month = |day: &str| day[..4].parse::<i32>().unwrap() * 12 + day[5..7].parse::<i32>().unwrap();
        let cohorts = ana.get("/analytics/cohorts").await.ok();
        let mut cells = 0;
        for cohort in cohorts["cohorts"].as_array().unwrap() {
            let first = month(cohort["from"].as_str().unwrap());
            for (later, told) in (0..).zip(cohort["cells"].as_array().unwrap()) {
                let came = |one: &&Customer| {
                    let mut months = one.days.iter().map(|day| month(day));
                    months.next() == Some(first) && (later == 0 || months.any(|at| at == first + later))
                };
                assert_eq!(*told, expected.values().filter(came).count(), "{} + {later}", cohort["from"]);
                cells += 1;
            }
        }
        assert!(cells > 50, "{cells}");
    }
}
