//! Measures merges: two customers with very many events each become one, and two again, on disk when the answer comes.

use std::path::Path;
use std::time::{Duration, Instant};

use consolidation::merging::{self, Order};
use db::{Arg, Kind, OnConflict};
use foundation::App;
use foundation::access::Principal;
use foundation::ledger::timeline::{self, TimelineQuery};
use foundation::records::{Write, write};
use kernel::{Currency, Error, Id, Money, Result, Value};

/// Pairs that are merged.
const PAIRS: usize = 40;
/// Changes that somebody made by hand to each customer, and deals of each.
const EDITS: u64 = 20;
const DEALS: u64 = 20;
/// What was promised for a merge.
const LIMIT_MS: f64 = 50.0;

/// Merges pairs of customers and prints how long the slowest took, beside the limit; fails if it is missed.
pub fn measure(data: &Path, events: u64) -> Result<()> {
    if data.exists() {
        return Err(Error::internal(format!("{} is there already", data.display())));
    }
    let measured = measure_in(data, events);
    std::fs::remove_dir_all(data).map_err(Error::internal)?;
    measured
}

fn measure_in(data: &Path, events: u64) -> Result<()> {
    let app = App::open(foundation::Config::folder(data), crate::assembly::domains())?;
    let who = Principal::system("bench");
    let (mut merges, mut reads, mut unmerges) = (Vec::new(), Vec::new(), Vec::new());
    for pair in 0..PAIRS {
        let (one, other) = (customer(&app, &who, pair, events)?, customer(&app, &who, pair, events)?);
        let order = Order { object: "contact".into(), survivor: Some(one), others: vec![other], ..Order::default() };
        let started = Instant::now();
        let merged = app.write_now(&who, move |op| merging::merge(op, &order))?;
        merges.push(started.elapsed());

        let started = Instant::now();
        let page = app.read_now(&who, |reader| {
            let object = reader.object("contact")?;
            timeline::page(reader, &object, one, &TimelineQuery { limit: 50, ..TimelineQuery::default() })
        })?;
        reads.push(started.elapsed());
        if page.get("next").is_none_or(serde_json::Value::is_null) {
            return Err(Error::internal("the timeline is not whole"));
        }

        let id = merged.merge.ok_or(Error::NotFound)?;
        let started = Instant::now();
        app.write_now(&who, move |op| merging::unmerge(op, id))?;
        unmerges.push(started.elapsed());
    }
    let kept = say(&format!("merge of two customers with {events} events each, p95"), merges, Some(LIMIT_MS));
    say("their timeline of 50 lines behind it, p95", reads, None);
    say("un-merge, p95", unmerges, None);
    if kept { Ok(()) } else { Err(Error::internal("a limit was missed; see above")) }
}

/// Prints a figure beside its limit; `false` if that is missed.
fn say(what: &str, mut took: Vec<Duration>, limit_ms: Option<f64>) -> bool {
    took.sort();
    let place = (took.len() * 95).div_ceil(100).saturating_sub(1);
    let figure = took.get(place).map_or(0.0, |took| took.as_secs_f64() * 1000.0);
    let kept = limit_ms.is_none_or(|limit| figure <= limit);
    let missed = if kept { "" } else { " MISSED" };
    let limit = limit_ms.map(|limit| format!("<= {limit:.0} ms")).unwrap_or_default();
    println!("{what:<64} {:>18} {limit:>12}", format!("{figure:.1} ms{missed}"));
    kept
}

/// A customer with a past: edited by hand, with deals, and seen on the site so many times.
fn customer(app: &App, who: &Principal, pair: usize, events: u64) -> Result<Id> {
    let id = app.write_now(who, move |op| {
        let (contact, deal) = (op.object("contact")?, op.object("deal")?);
        let field = |name: &str| contact.def.position(name).ok_or(Error::NotFound);
        let text = |text: String| Value::Text(text);
        let values = vec![
            (field("first_name")?, text("Ana".into())),
            (field("last_name")?, text(format!("Pop {pair}"))),
            (field("email")?, text(format!("p{}@example.com", Id::at(op.now.0)))),
        ];
        let id = write::apply_one(op, &contact, Write::Create { values })?.id;
        for n in 0..EDITS {
            let values =
                vec![(field("job_title")?, text(format!("{id} {n}"))), (field("department")?, text(format!("{n}")))];
            write::apply_one(op, &contact, Write::Update { id, version: None, values })?;
        }
        for n in 0..DEALS {
            let of = |name: &str| deal.def.position(name).ok_or(Error::NotFound);
            let amount = Value::Money(Money::new(i64::try_from(n).unwrap_or(0) * 100, Currency::EUR));
            let values = vec![
                (of("name")?, text(format!("Deal {n}"))),
                (of("contact")?, Value::Link(id)),
                (of("amount")?, amount),
            ];
            write::apply_one(op, &deal, Write::Create { values })?;
        }
        Ok(id)
    })?;
    let columns = [
        ("id", Kind::Id),
        ("kind", Kind::Text),
        ("at", Kind::Int),
        ("recorded_at", Kind::Int),
        ("party", Kind::Id),
        ("channel", Kind::Text),
    ];
    let now = app.now().0;
    let rows: Vec<Vec<Arg>> = (0..events)
        .map(|n| {
            let at = now - i64::try_from(n).unwrap_or(0) * 60_000;
            vec![Id::at(at).into(), "page.viewed".into(), at.into(), at.into(), id.into(), "web".into()]
        })
        .collect();
    app.db().write(move |tx| tx.insert("event", &columns, rows.clone(), OnConflict::Fail))?;
    Ok(id)
}
