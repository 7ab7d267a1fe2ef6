//! Reading the reference data sets, which are not part of the source.

use std::collections::HashMap;
use std::io::Read;
use std::path::PathBuf;

use serde_json::Value;

/// A file of the shared data sets: `RAPPORT_TEST_DATA` names their folder. Where it is absent a test says so and passes.
pub fn shared(name: &str) -> Option<PathBuf> {
    let folder = match std::env::var_os("RAPPORT_TEST_DATA") {
        Some(folder) => PathBuf::from(folder),
        None => PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
    };
    let path = folder.join(name);
    if !path.exists() {
        eprintln!("{name} is not here: nothing compared");
        return None;
    }
    Some(path)
}

pub fn json(name: &str) -> Option<Value> {
    let path = shared(name)?;
    Some(serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap())
}

/// The text of a plain or packed file.
fn text(name: &str) -> Option<String> {
    let path = shared(name)?;
    let mut text = String::new();
    let bytes = std::fs::read(&path).unwrap();
    if path.extension().is_some_and(|extension| extension == "gz") {
        flate2::read::GzDecoder::new(&bytes[..]).read_to_string(&mut text).unwrap();
    } else {
        text = String::from_utf8(bytes).unwrap();
    }
    Some(text)
}

/// The rows of a file of comma-separated values without quotes, without its heading.
pub fn rows(name: &str) -> Option<Vec<Vec<String>>> {
    let row = |line: &str| line.split(',').map(str::to_owned).collect();
    Some(text(name)?.lines().skip(1).map(row).collect())
}

/// The rows of a file with its heading; values may be quoted, and stand between semicolons where the heading has them.
pub fn with_heading(name: &str) -> Option<Vec<Vec<String>>> {
    let text = text(name)?;
    let between = if text.lines().next()?.contains(';') { ';' } else { ',' };
    let row = |line: &str| {
        let (mut row, mut is_quoted) = (vec![String::new()], false);
        for letter in line.chars() {
            match letter {
                '"' => is_quoted = !is_quoted,
                letter if letter == between && !is_quoted => row.push(String::new()),
                letter => row.last_mut().unwrap().push(letter),
            }
        }
        row
    };
    Some(text.lines().map(row).collect())
}

/// Order lines of a data set.
#[derive(Default)]
pub struct Lines {
    pub customer: Vec<u32>,
    pub day: Vec<i32>,
    pub amount: Vec<i64>,
    /// What was ordered: places in `names`.
    pub product: Vec<u32>,
    pub invoice: Vec<u32>,
    pub names: Vec<String>,
}

impl Lines {
    pub fn orders(&self) -> super::orders::Orders<'_> {
        super::orders::Orders::new(&self.customer, &self.day, &self.amount).unwrap()
    }
}

pub fn number(text: &str) -> f64 {
    text.parse().unwrap()
}

/// Days since 1970-01-01 of `YYYY-MM-DD`.
pub fn day(text: &str) -> i32 {
    let date: jiff::civil::Date = text[..10].parse().unwrap();
    (date - jiff::civil::date(1970, 1, 1)).get_days()
}

/// The CDNOW 1/10 sample: 2,357 customers of a music shop.
pub fn cdnow() -> Option<Lines> {
    let mut lines = Lines::default();
    for row in rows("reference/clv/cdnow_sample_transactions.csv")? {
        lines.customer.push(row[1].parse().unwrap());
        lines.day.push(day(&row[2]));
        lines.amount.push((number(&row[4]) * 100.0).round() as i64);
    }
    Some(lines)
}

/// Online Retail, cleaned as `rfm/online_retail_expected.json` has it. Amounts are in tenths of a penny, in which the
/// set's unit prices are whole.
pub fn online_retail() -> Option<Lines> {
    let mut lines = Lines::default();
    let (mut products, mut invoices) = (HashMap::new(), HashMap::new());
    let text = text("orders/online-retail/online_retail.csv.gz")?;
    let mut known = ("", 0);
    for line in text.lines().skip(1) {
        // Only the description, third of eight, may hold commas.
        let mut from_left = line.splitn(3, ',');
        let (invoice, product) = (from_left.next().unwrap(), from_left.next().unwrap());
        let mut from_right = from_left.next().unwrap().rsplitn(6, ',');
        let [_, customer, price, date, quantity, description] = std::array::from_fn(|_| from_right.next().unwrap());
        let (quantity, price): (i64, f64) = (quantity.parse().unwrap(), number(price));
        if customer.is_empty() || quantity <= 0 || price <= 0.0 || invoice.starts_with('C') {
            continue;
        }
        if known.0 != &date[..10] {
            known = (&date[..10], day(date));
        }
        let next = u32::try_from(products.len()).unwrap();
        lines.product.push(*products.entry(product).or_insert_with(|| {
            lines.names.push(description.to_owned());
            next
        }));
        let next = u32::try_from(invoices.len()).unwrap();
        lines.invoice.push(*invoices.entry(invoice).or_insert(next));
        lines.customer.push(number(customer) as u32);
        lines.day.push(known.1);
        lines.amount.push(quantity * (price * 1000.0).round() as i64);
    }
    Some(lines)
}

/// Within a share of what is expected.
#[track_caller]
pub fn near(found: f64, expected: f64, share: f64) {
    let off = (found - expected).abs();
    assert!(off <= share * expected.abs().max(1e-12), "{found} is not {expected} within a share of {share}");
}
