//! Measures the forecast of 200 people on 500,000 deals beside its limit, and how good the outlook on months to come would
//! have been on a public set of deals whose end is known: what was foretold, what came, and how often the intervals held it.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use consolidation::formats::{self, Found, Reader, Row, Wishes};
use foundation::App;
use foundation::access::keys::{self, NewKey, Scope};
use foundation::access::{Principal, roles};
use foundation::records::{Write, write};
use jiff::ToSpan;
use jiff::civil::Date;
use kernel::{Currency, Error, Id, Money, Result, Value};
use methods::day;
use methods::outlook::{Deal, Month, back_test};

use super::Rng;
use super::quotes::say;
use super::run::{free_address, serve, wait_ready};

const PEOPLE: u64 = 200;
const BATCH: u64 = 5_000;
const ASKED: usize = 40;
/// What was promised.
const LIMIT_MS: f64 = 200.0;
/// How often intervals are to hold what came, and how far few of them may lie from it.
const COVERED: std::ops::RangeInclusive<f64> = 0.6..=1.0;
const RUNS: usize = 1_000;

/// Measures both; the company is made where it is not there. Fails if a limit is missed.
pub fn measure(data: &Path, deals: u64, pipeline: Option<&Path>) -> Result<()> {
    let key_file = data.join("key");
    if !key_file.exists() {
        let app = App::open(foundation::Config::folder(data), crate::assembly::domains())?;
        let key = fill(&app, deals)?;
        app.db().tidy()?;
        std::fs::write(&key_file, key).map_err(Error::internal)?;
    }
    let key = std::fs::read_to_string(&key_file).map_err(Error::internal)?;
    let program = std::env::current_exe().map_err(Error::internal)?;
    let address = free_address()?;
    let server = serve(&program, data, &address)?;
    let mut client = wait_ready(&address, key.trim())?;
    let mut kept = true;
    for unit in ["month", "quarter", "year"] {
        let mut took: Vec<Duration> = Vec::new();
        for _ in 0..ASKED {
            took.push(client.get(&format!("/api/v1/forecast?unit={unit}"))?.ok()?.took);
        }
        let limit = (unit != "year").then_some(LIMIT_MS);
        kept &= say(&format!("forecast of a {unit}, {PEOPLE} people, {deals} deals, p95"), took, limit);
    }
    drop(server);
    if let Some(file) = pipeline {
        kept &= tested(file)?;
    }
    if kept { Ok(()) } else { Err(Error::internal("a limit was missed; see above")) }
}

/// 200 people under 20 managers under one, and their deals of two years around now; answers a key of an administrator's.
fn fill(app: &App, deals: u64) -> Result<String> {
    let who = Principal::system("bench");
    let (people, key) = app.write_now(&who, |op| {
        let users = op.object("user")?;
        let at = |field: &str| users.def.position(field).ok_or(Error::NotFound);
        let mut people: Vec<Id> = Vec::new();
        for n in 0..PEOPLE {
            let above = if n == 0 {
                None
            } else {
                people.get(usize::try_from(if n <= 20 { 0 } else { n % 20 + 1 }).unwrap_or(0))
            };
            let email = format!("staff{n}@example.com");
            let mut values =
                vec![(at("name")?, Value::Text(format!("Seller {n}"))), (at("email")?, Value::Text(email))];
            values.extend(above.map(|above| at("manager").map(|manager| (manager, Value::Link(*above)))).transpose()?);
            people.push(write::apply_one(op, &users, Write::Create { values })?.id);
        }
        let owner = people.first().copied().ok_or(Error::NotFound)?;
        let administrator = roles::install_standard(op)?;
        roles::assign(op, owner, &[administrator])?;
        let new = NewKey { name: "bench".into(), scopes: vec![Scope::All], owner: Some(owner), expires_at: None };
        let (_, key) = keys::create(op, &new)?;
        Ok((people, key.expose().to_string()))
    })?;
    let today = app.now().date();
    let mut rng = Rng(5);
    let mut made = 0;
    while made < deals {
        let count = BATCH.min(deals - made);
        let drawn: Vec<(Id, i64, Date, u64)> = (0..count)
            .map(|_| {
                let person = people.get(usize::try_from(rng.below(PEOPLE)).unwrap_or(0)).copied().unwrap_or(Id::NIL);
                let days = i64::try_from(rng.below(730)).unwrap_or(0) - 365;
                let on = today.checked_add(days.days()).unwrap_or(today);
                (person, i64::try_from(rng.below(5_000_000)).unwrap_or(0), on, rng.below(100))
            })
            .collect();
        app.write_now(&who, move |op| {
            let object = op.object("deal")?;
            let at = |field: &str| object.def.position(field).ok_or(Error::NotFound);
            let mut writes = Vec::with_capacity(drawn.len());
            for (person, cents, on, lot) in &drawn {
                // What was to close in the past mostly did, half of it won.
                let status = match (*on < today, lot % 10) {
                    (true, 0..=4) => "won",
                    (true, 5..=8) => "lost",
                    _ => "open",
                };
                let mut values = vec![
                    (at("name")?, Value::Text(format!("Deal {cents}"))),
                    (at("owner")?, Value::Link(*person)),
                    (at("amount")?, Value::Money(Money::new(*cents, Currency::EUR))),
                    (at("expected_close_on")?, Value::Date(*on)),
                    (at("status")?, Value::Text(status.into())),
                    (at("probability")?, Value::Int(i64::try_from(*lot).unwrap_or(0))),
                ];
                if status != "open" {
                    values.push((at("closed_on")?, Value::Date(*on)));
                }
                writes.push(Write::Create { values });
            }
            for written in write::apply(op, &object, writes)? {
                written?;
            }
            Ok(())
        })?;
        made += count;
    }
    Ok(key)
}

/// Foretells months of 2017 as of the ends of months before them.
fn tested(file: &Path) -> Result<bool> {
    let deals = read(file)?;
    let month = |text: &str| text.parse::<Date>().map(|day| Month::of(day::number(day))).map_err(Error::internal);
    let (first, until) = (month("2017-06-01")?, month("2017-12-01")?);
    let origins: Vec<Month> = (0..6).map(|at| first.after(at)).collect();
    let test = back_test(&deals, &origins, until, RUNS, 7);
    println!();
    println!(
        "{:<12} {:<8} {:>26} {:>6} {:>34} {:>9}",
        "known until", "month", "deals [8 of 10]", "came", "amount [8 of 10]", "came"
    );
    for held in &test.held {
        let thousands = |cents: f64| format!("{:.0}k", cents / 100_000.0);
        println!(
            "{:<12} {:<8} {:>26} {:>6} {:>34} {:>9}",
            day::text(held.as_of),
            day::text(held.month.first_day()).get(..7).unwrap_or_default(),
            format!("{:.0} [{:.0}, {:.0}]", held.deals.expected, held.deals.low, held.deals.high),
            held.deals_came,
            format!(
                "{} [{}, {}]",
                thousands(held.amount.expected),
                thousands(held.amount.low),
                thousands(held.amount.high)
            ),
            thousands(held.amount_came),
        );
    }
    let percent = |share: f64| format!("{:.0}%", share * 100.0);
    println!(
        "error {} of deals, {} of amounts (as many as lately: {}, as many as three months before: {}); \
         intervals made to hold 80% held {} and {}",
        percent(test.deals_error()),
        percent(test.amounts_error()),
        percent(test.naive_error()),
        percent(test.rhythm_error()),
        percent(test.deals_covered()),
        percent(test.amounts_covered()),
    );
    let is_honest = COVERED.contains(&test.deals_covered()) && COVERED.contains(&test.amounts_covered());
    let is_better = test.deals_error() < test.naive_error();
    if !is_honest || !is_better {
        println!("MISSED: intervals that hold what came, and an error below that of the plain guess");
    }
    Ok(is_honest && is_better)
}

/// Deals that were begun in earnest, of `sales_pipeline.csv`: grouped by who sold and what.
fn read(file: &Path) -> Result<Vec<Deal>> {
    let detected = formats::examine(file, &Wishes::default())?;
    let place = |name: &str| {
        let found = detected.format.columns.iter().position(|column| column.trim() == name);
        found.ok_or_else(|| Error::internal(format!("{} has no column {name}", file.display())))
    };
    let columns = [place("engage_date")?, place("close_date")?, place("deal_stage")?, place("close_value")?];
    let ways = [place("sales_agent")?, place("product")?];
    let mut known: [BTreeMap<String, u32>; 2] = [BTreeMap::new(), BTreeMap::new()];
    let mut reader = Reader::open(file, &detected.format)?;
    let (mut row, mut deals) = (Row::default(), Vec::new());
    loop {
        match reader.next(&mut row)? {
            Found::End => return Ok(deals),
            Found::Bad(_) => continue,
            Found::Row => {}
        }
        let [begun, closed, stage, value] = columns.map(|column| row.cell(column).trim().to_string());
        let Ok(begun) = begun.parse::<Date>() else { continue };
        let groups = ways.iter().zip(&mut known).map(|(column, known)| {
            let next = u32::try_from(known.len()).unwrap_or(0);
            *known.entry(row.cell(*column).trim().to_string()).or_insert(next)
        });
        let groups = groups.collect();
        let ended = closed.parse::<Date>().ok().map(|day| (day::number(day), stage == "Won"));
        let amount = Money::from_decimal(&value, Currency::USD).map(|money| money.amount);
        deals.push(Deal { begun: day::number(begun), ended, amount: amount.filter(|_| stage == "Won"), groups });
    }
}
