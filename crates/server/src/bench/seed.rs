//! The generated company: the same people, firms, deals and events for the same seed, on every machine.

use std::path::Path;
use std::time::Instant;

use db::{Arg, Kind, OnConflict};
use foundation::App;
use foundation::access::Principal;
use foundation::records::{Write, write};
use kernel::{Address, Currency, Id, Money, Result, Value};

use super::{CITIES, FAMILY, GIVEN, Rng, SYLLABLES};

const BATCH: u64 = 5_000;
const EVENTS_EACH: u64 = 20;
const OWNERS: usize = 200;
const KINDS: [&str; 8] = [
    "page.viewed",
    "page.viewed",
    "page.viewed",
    "email.opened",
    "email.clicked",
    "cart.updated",
    "call.made",
    "order.placed",
];

/// Fills a new folder.
pub fn fill(data: &Path, contacts: u64, seed: u64) -> Result<()> {
    let started = Instant::now();
    let app = App::open(foundation::Config::folder(data), crate::assembly::domains())?;
    let who = Principal::system("bench");
    let owners = users(&app, &who)?;
    say(&started, &format!("{} users", owners.len()));
    let companies = many(
        &app,
        &who,
        "company",
        contacts * 3 / 10,
        |rng, n| {
            let city = city(rng);
            vec![
                (
                    "name",
                    text(&format!(
                        "{} {} {n}",
                        rng.pick(&FAMILY),
                        rng.pick(&["Bakery", "Works", "Trading", "Labs", "Foods", "Steel"])
                    )),
                ),
                ("address", city),
                ("owner", owner(rng, &owners)),
            ]
        },
        seed,
    )?;
    say(&started, &format!("{} companies", companies.len()));
    let people = many(
        &app,
        &who,
        "contact",
        contacts,
        |rng, n| {
            let family = family(rng);
            let given = rng.pick(&GIVEN);
            let lifecycle = rng.pick(&["lead", "customer", "customer", "subscriber"]);
            let mut values = vec![
                ("first_name", text(given)),
                ("last_name", text(&family)),
                (
                    "email",
                    text(&format!(
                        "{}.{n}@example{}.com",
                        kernel::fold::fold(&family).replace(|c: char| !c.is_ascii_alphanumeric(), ""),
                        n % 97
                    )),
                ),
                ("phone", text(&format!("+407{:08}", n % 100_000_000))),
                ("lifecycle", text(lifecycle)),
                ("address", city(rng)),
                ("owner", owner(rng, &owners)),
            ];
            if rng.below(2) == 0 {
                values.push(("company", pick(rng, &companies)));
            }
            values
        },
        seed + 1,
    )?;
    say(&started, &format!("{} contacts", people.len()));
    let deals = many(
        &app,
        &who,
        "deal",
        contacts / 2,
        |rng, n| {
            vec![
                ("name", text(&format!("{} order {n}", rng.pick(&["Spring", "Summer", "Autumn", "Winter"])))),
                ("contact", pick(rng, &people)),
                ("company", pick(rng, &companies)),
                ("amount", Value::Money(Money::new(i64::try_from(rng.below(5_000_000)).unwrap_or(0), Currency::EUR))),
                ("owner", owner(rng, &owners)),
            ]
        },
        seed + 2,
    )?;
    say(&started, &format!("{} deals", deals.len()));
    events(&app, &people, contacts * EVENTS_EACH, seed + 3, &started)?;
    app.db().tidy()?;
    say(&started, "planner's statistics");
    foundation::search::catch_up_and_join(&app)?;
    say(&started, "search index");
    Ok(())
}

fn say(started: &Instant, what: &str) {
    eprintln!("{:7.1} s  {what}", started.elapsed().as_secs_f64());
}

fn text(text: &str) -> Value {
    Value::Text(text.to_string())
}

fn owner(rng: &mut Rng, owners: &[Id]) -> Value {
    // One owner has a fifth of everything, as in real companies.
    if rng.below(5) == 0 { owners.first().map_or(Value::Null, |id| Value::Link(*id)) } else { pick(rng, owners) }
}

fn pick(rng: &mut Rng, ids: &[Id]) -> Value {
    let n = usize::try_from(rng.below(ids.len() as u64)).unwrap_or(0);
    ids.get(n).map_or(Value::Null, |id| Value::Link(*id))
}

fn city(rng: &mut Rng) -> Value {
    let n = usize::try_from(rng.below(CITIES.len() as u64)).unwrap_or(0);
    let (city, country) = CITIES.get(n).copied().unwrap_or(("", ""));
    Value::Address(Box::new(Address { city: city.into(), country: country.into(), ..Address::default() }))
}

/// A known family name, or one of some 300,000 made from syllables.
pub fn family(rng: &mut Rng) -> String {
    if rng.below(3) == 0 {
        return rng.pick(&FAMILY).to_string();
    }
    let made: String = (0..4).map(|_| rng.pick(&SYLLABLES)).collect();
    let mut letters = made.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn users(app: &App, who: &Principal) -> Result<Vec<Id>> {
    let wanted = u64::try_from(OWNERS).unwrap_or(0);
    many(
        app,
        who,
        "user",
        wanted,
        |rng, n| {
            vec![
                ("name", text(&format!("{} {}", rng.pick(&GIVEN), rng.pick(&FAMILY)))),
                ("email", text(&format!("staff{n}@example.com"))),
            ]
        },
        7,
    )
}

fn many(
    app: &App,
    who: &Principal,
    object: &'static str,
    count: u64,
    make: impl Fn(&mut Rng, u64) -> Vec<(&'static str, Value)>,
    seed: u64,
) -> Result<Vec<Id>> {
    let mut rng = Rng(seed);
    let mut ids = Vec::with_capacity(usize::try_from(count).unwrap_or(0));
    let catalogue = app.catalogue();
    let Some(known) = catalogue.named(object) else { return Ok(ids) };
    let mut n = 0;
    while n < count {
        let mut writes = Vec::new();
        while n < count && (writes.len() as u64) < BATCH {
            let values = make(&mut rng, n)
                .into_iter()
                .filter_map(|(name, value)| known.def.position(name).map(|position| (position, value)))
                .collect();
            writes.push(Write::Create { values });
            n += 1;
        }
        let written = app.write_now(who, move |op| {
            let object = op.object(object)?;
            write::apply(op, &object, writes.clone())?
                .into_iter()
                .map(|result| result.map(|written| written.id))
                .collect::<Result<Vec<Id>>>()
        })?;
        ids.extend(written);
    }
    Ok(ids)
}

/// Events of two years, a few parties with very many, written straight into the ledger in the order of their moments.
fn events(app: &App, people: &[Id], count: u64, seed: u64, started: &Instant) -> Result<()> {
    let columns = [
        ("id", Kind::Id),
        ("kind", Kind::Text),
        ("at", Kind::Int),
        ("recorded_at", Kind::Int),
        ("party", Kind::Id),
        ("channel", Kind::Text),
        ("amount", Kind::Int),
        ("currency", Kind::Text),
    ];
    let mut rng = Rng(seed);
    let now = app.now().0;
    let span = 2 * 365 * 24 * 60 * 60 * 1000i64;
    let mut n = 0;
    while n < count {
        let mut rows = Vec::new();
        while n < count && rows.len() < 50_000 {
            let at = now - span
                + i64::try_from(u128::from(n) * u128::try_from(span).unwrap_or(0) / u128::from(count)).unwrap_or(0);
            let kind = rng.pick(&KINDS);
            let spread = rng.below(1_000_000);
            // The lower half of the list has three quarters of the events.
            let place =
                if rng.below(2) == 0 { rng.below(people.len() as u64 / 2 + 1) } else { spread % people.len() as u64 };
            let party = people.get(usize::try_from(place).unwrap_or(0)).copied().unwrap_or(Id::NIL);
            let amount = (kind == "order.placed").then(|| i64::try_from(rng.below(50_000)).unwrap_or(0));
            rows.push(vec![
                Arg::Id(Id::at(at)),
                Arg::from(kind),
                Arg::Int(at),
                Arg::Int(at),
                Arg::Id(party),
                Arg::from("web"),
                Arg::from(amount),
                Arg::from(amount.map(|_| "EUR".to_string())),
            ]);
            n += 1;
        }
        app.db().write(move |tx| tx.insert("event", &columns, rows.clone(), OnConflict::Fail))?;
        if n % 2_000_000 == 0 {
            say(started, &format!("{n} events"));
        }
    }
    say(started, &format!("{n} events"));
    Ok(())
}
