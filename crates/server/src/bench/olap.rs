//! The lake beside its peer: fifty million events of a million customers, eight questions, the same answers.
//!
//! Events come from a seeded generator and go into the lake by the code that writes every file of it, as they would lie
//! there at the beginning of 2026: a year that rests and the quarters of the last. Questions that follow each customer
//! through time walk through the lake; the others are SQL. The peer is DuckDB from PyPI over the file as it was made.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use analytics::engine::{Cell, Engine as _};
use analytics::lake::Lake;
use analytics::lake::period::Period;
use analytics::lake::read::Events;
use analytics::lake::walk::{Asked, Fold};
use foundation::{App, Config};
use kernel::{Error, Result};
use serde_json::{Value as Json, json};

const DAY: i64 = 24 * 60 * 60 * 1000;
/// 1 January 2024 and 2026, 1 July 2025, in milliseconds.
const BEGIN: i64 = 1_704_067_200_000;
const END: i64 = 1_767_225_600_000;
const JULY: i64 = 1_751_328_000_000;

/// Which customer of the generator is asked about.
const SOMEBODY: i64 = 4_711;

/// What a question answers.
type Rows = Vec<Vec<Json>>;
type Question = (&'static str, f64, fn(&Open) -> Result<Rows>);

/// Each with how much faster than the peer it has to be.
const QUESTIONS: [Question; 8] = [
    ("rfm", 3.0, rfm),
    ("funnel_7d", 3.0, funnel),
    ("cohort", 1.0, cohort),
    ("top_products", 1.0, top_products),
    ("daily_active", 1.0, daily_active),
    ("sessions_30m", 3.0, sessions),
    ("segment_filter", 1.0, segment_filter),
    ("customer_360", 3.0, customer_360),
];

/// The lake open for both ways, each with two threads: those that walk bring their own.
struct Open {
    lake: Lake,
    walking: Events,
    asking: Events,
}

/// Loads the events unless that was done, asks both, and prints a line for each question.
pub fn measure(app: impl FnOnce(Config) -> Result<App>, data: &Path, events: &Path, peer: Option<&Path>) -> Result<()> {
    let app = app(Config::folder(data))?;
    let lake = Lake::of(&app)?;
    load(&lake, events)?;
    let mut theirs: HashMap<String, Json> = HashMap::new();
    if let Some(python) = peer {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../bin/peers/olap_duckdb.py");
        let said = Command::new(python).arg(script).arg(events).output().map_err(Error::internal)?;
        for line in String::from_utf8_lossy(&said.stdout).lines() {
            let line: Json = serde_json::from_str(line).map_err(Error::internal)?;
            theirs.insert(line["task"].as_str().unwrap_or_default().to_string(), line);
        }
        if theirs.is_empty() {
            return Err(Error::internal(format!("no answer: {}", String::from_utf8_lossy(&said.stderr))));
        }
    }
    let open = Open { walking: lake.open_with(None, 1)?, asking: lake.open_with(None, 2)?, lake };
    println!(
        "{:<16} {:>10} {:>10} {:>10} {:>10} {:>8}  answer",
        "question", "CPU s", "(peer)", "seconds", "(peer)", "times"
    );
    let (mut kept, mut product, mut compared) = (true, 1.0, 0);
    for (name, times, ask) in QUESTIONS {
        let (cpu, wall, rows) = best_of_two(|| ask(&open))?;
        let theirs = theirs.get(name);
        let figure = |member: &str| theirs.and_then(|line| line[member].as_f64());
        let faster = figure("cpu").map(|peer| peer / cpu.max(0.001));
        let is_same = theirs.is_none_or(|line| same(name, &rows, &line["rows"]));
        let is_kept = is_same && faster.is_none_or(|faster| faster >= times);
        kept &= is_kept;
        if let Some(faster) = faster {
            product *= faster;
            compared += 1;
        }
        let shown = |value: Option<f64>| value.map_or("-".into(), |value| format!("{value:.2}"));
        println!(
            "{name:<16} {cpu:>10.2} {:>10} {wall:>10.2} {:>10} {:>8}  {}{}",
            shown(figure("cpu")),
            shown(figure("wall")),
            shown(faster),
            if is_same { format!("{} rows, the same", rows.len()) } else { "ANOTHER".into() },
            if is_kept { String::new() } else { format!("  MISSED {times}x") },
        );
    }
    if compared > 0 {
        println!("{:<16} {:>53.2}", "geometric mean", f64::powf(product, 1.0 / f64::from(compared)));
    }
    kept &= promise("segment of three conditions", 300.0, || segment(&open))?;
    kept &= promise("features of one customer", 20.0, || features(&open))?;
    let peak = super::matching::peak_mb();
    kept &= peak < 2_560.0;
    let peer = theirs.get("peak").and_then(|line| line["mb"].as_f64());
    println!("{:<32} {peak:.0} MB ({})", "peak memory", peer.map_or("-".into(), |mb| format!("{mb:.0}")));
    if kept { Ok(()) } else { Err(Error::internal("a limit was missed; see the table")) }
}

fn load(lake: &Lake, events: &Path) -> Result<()> {
    if !lake.open(None)?.files.is_empty() {
        return Ok(());
    }
    let begun = (cpu(), Instant::now());
    let mut lines = 0;
    let periods = [Period::Year(2024)].into_iter().chain((1..=4).map(|quarter| Period::Quarter(2025, quarter)));
    for period in periods {
        let (from, to) = period.span();
        let select = format!(
            "select printf('%08x-%04x-7000-8000-%012x', epoch_ms(ts) >> 16, epoch_ms(ts) & 65535, event_id)::uuid as id, \
             0::bigint as tx, event_id as seq, epoch_ms(ts) as at_ms, epoch_ms(ts) as recorded_ms, kind::varchar as kind, \
             p.party as party, 'product' as object, printf('00000000-0000-7000-8000-%012x', product_id)::uuid as record, \
             null::uuid as actor, 'system' as actor_kind, channel::varchar as channel, null::varchar as source, \
             case when kind = 'purchase' then round(amount * 100)::bigint end as amount, \
             case when kind = 'purchase' then 'EUR' end as currency, null::varchar as props, null::blob as sealed \
             from read_parquet({{events}}) join (select n, \
             printf('%08x-%04x-7000-8000-%012x', ({BEGIN} + n * 1000) >> 16, ({BEGIN} + n * 1000) & 65535, n) as party \
             from (select distinct customer_id::bigint as n from read_parquet({{events}}))) p on p.n = customer_id \
             where epoch_ms(ts) >= {from} and epoch_ms(ts) < {to}"
        );
        let brought = lake.bring(events, &select, period)?;
        lines += brought.map_or(0, |file| file.lines);
    }
    println!("loaded {lines} events: {:.1} CPU s, {:.1} s", cpu() - begun.0, begun.1.elapsed().as_secs_f64());
    Ok(())
}

// ------------------------------------------------------------------------------------------------ customer by customer

const PURCHASES: Option<&str> = Some("kind = 'purchase'");

fn walk<F: Fold>(open: &Open, columns: &[&str], lines: Option<&str>, start: impl Fn() -> F + Sync) -> Result<Vec<F>> {
    open.lake.walk(&open.walking, Asked { columns, lines }, start)
}

fn count(many: usize) -> i64 {
    i64::try_from(many).unwrap_or(i64::MAX)
}

/// Minor units as the peer's rounded sums.
fn euros(cents: i64) -> Json {
    json!(cents as f64 / 100.0)
}

/// Day of the last purchase, purchases, cents; in the order of customers.
#[derive(Default)]
struct Buyers(Vec<[i64; 3]>);

impl Fold for Buyers {
    fn party(&mut self, _: &str, at: &[i64], columns: &[&[i64]]) {
        let last = at.last().copied().unwrap_or(0).div_euclid(DAY);
        self.0.push([last, count(at.len()), columns.first().map_or(0, |cents| cents.iter().sum())]);
    }
}

/// Fifths by rank, ties in the order of customers.
fn rfm(open: &Open) -> Result<Rows> {
    let buyers: Vec<[i64; 3]> =
        walk(open, &["amount"], PURCHASES, Buyers::default)?.into_iter().flat_map(|part| part.0).collect();
    let fifths = |of: &dyn Fn(&[i64; 3]) -> i64| {
        let mut ranks: Vec<(i64, u32)> = buyers.iter().map(of).zip(0u32..).collect();
        ranks.sort_unstable();
        let mut fifths = vec![0u8; ranks.len()];
        let (size, longer) = (ranks.len() / 5, ranks.len() % 5);
        let mut rank = ranks.iter();
        for fifth in 0..5u8 {
            let many = size + usize::from(usize::from(fifth) < longer);
            for (_, place) in rank.by_ref().take(many) {
                if let Some(score) = usize::try_from(*place).ok().and_then(|place| fifths.get_mut(place)) {
                    *score = fifth;
                }
            }
        }
        fifths
    };
    let recency = fifths(&|buyer| END / DAY - buyer[0]);
    let (frequency, money) = (fifths(&|buyer| buyer[1]), fifths(&|buyer| buyer[2]));
    let mut cells = [[0i64; 2]; 125];
    for (((late, often), much), buyer) in recency.iter().zip(&frequency).zip(&money).zip(&buyers) {
        let place = usize::from(4 - late) * 25 + usize::from(*often) * 5 + usize::from(*much);
        if let Some([customers, cents]) = cells.get_mut(place) {
            *customers += 1;
            *cents += buyer[2];
        }
    }
    let scored = cells.iter().enumerate().filter(|(_, [customers, _])| *customers > 0);
    let row = |(n, [customers, cents]): (usize, &[i64; 2])| {
        vec![json!(n / 25 + 1), json!(n / 5 % 5 + 1), json!(n % 5 + 1), json!(customers), euros(*cents)]
    };
    Ok(scored.map(row).collect())
}

/// Who looked first, put into the cart within a week, and bought within that week after that.
#[derive(Default)]
struct Funnel([i64; 3]);

impl Fold for Funnel {
    fn party(&mut self, _: &str, at: &[i64], columns: &[&[i64]]) {
        let Some(steps) = columns.first() else { return };
        let mut lines = at.iter().zip(*steps);
        let Some((first, _)) = lines.by_ref().find(|(_, step)| **step == 1) else { return };
        self.0[0] += 1;
        let mut within = lines.take_while(|(at, _)| **at <= first + 7 * DAY);
        let Some((carted, _)) = within.by_ref().find(|(at, step)| **step == 2 && *at > first) else { return };
        self.0[1] += 1;
        self.0[2] += i64::from(within.any(|(at, step)| *step == 3 && at > carted));
    }
}

fn funnel(open: &Open) -> Result<Rows> {
    let step = "case kind when 'view' then 1 when 'cart' then 2 when 'purchase' then 3 else 0 end";
    let parts = walk(open, &[step], None, Funnel::default)?;
    let sum = |n: usize| parts.iter().filter_map(|part| part.0.get(n)).sum::<i64>();
    Ok(vec![(0..3).map(|n| json!(sum(n))).collect()])
}

/// Customers by the month of their first purchase and the months until another.
struct Cohorts(BTreeMap<(i64, i64), i64>, Vec<i64>);

impl Cohorts {
    fn start() -> Cohorts {
        let months = (2024..2026).flat_map(|year| (1..=12).map(move |month| Period::Month(year, month).span().0));
        Cohorts(BTreeMap::new(), months.collect())
    }

    /// The month's number among those there are.
    fn month(&self, at: i64) -> i64 {
        count(self.1.partition_point(|begin| *begin <= at)) - 1
    }
}

impl Fold for Cohorts {
    fn party(&mut self, _: &str, at: &[i64], _: &[&[i64]]) {
        let first = at.first().map_or(0, |at| self.month(*at));
        let mut before = None;
        for at in at {
            let now = self.month(*at);
            if before != Some(now) {
                *self.0.entry((first, now - first)).or_default() += 1;
                before = Some(now);
            }
        }
    }
}

fn cohort(open: &Open) -> Result<Rows> {
    let mut all: BTreeMap<(i64, i64), i64> = BTreeMap::new();
    for part in walk(open, &[], PURCHASES, Cohorts::start)? {
        for (cell, customers) in part.0 {
            *all.entry(cell).or_default() += customers;
        }
    }
    Ok(all
        .into_iter()
        .map(|((cohort, later), customers)| vec![json!(cohort), json!(later), json!(customers)])
        .collect())
}

/// Cents, purchases and buyers of each product by channel; with the last buyer, to count each once.
#[derive(Default)]
struct Products(HashMap<(i64, i64), [i64; 4]>, i64);

impl Fold for Products {
    fn party(&mut self, _: &str, _: &[i64], columns: &[&[i64]]) {
        let [channels, products, cents] = columns else { return };
        self.1 += 1;
        for ((channel, product), cents) in channels.iter().zip(*products).zip(*cents) {
            let sums = self.0.entry((*channel, *product)).or_default();
            let is_new = i64::from(sums[3] != self.1);
            *sums = [sums[0] + cents, sums[1] + 1, sums[2] + is_new, self.1];
        }
    }
}

const CHANNELS: [&str; 5] = ["ads", "app", "email", "store", "web"];

fn top_products(open: &Open) -> Result<Rows> {
    let channel = "case channel when 'ads' then 0 when 'app' then 1 when 'email' then 2 when 'store' then 3 else 4 end";
    let columns = [channel, "('0x' || right(record::varchar, 12))", "amount"];
    let mut all: HashMap<(i64, i64), [i64; 3]> = HashMap::new();
    for part in walk(open, &columns, PURCHASES, Products::default)? {
        for (product, sums) in part.0 {
            let all = all.entry(product).or_default();
            *all = [all[0] + sums[0], all[1] + sums[1], all[2] + sums[2]];
        }
    }
    let mut rows = Vec::new();
    for (number, channel) in (0i64..).zip(CHANNELS) {
        let mut products: Vec<(i64, i64, i64, i64)> = all
            .iter()
            .filter(|((of, _), _)| *of == number)
            .map(|((_, product), [cents, purchases, buyers])| (-cents, *product, *purchases, *buyers))
            .collect();
        products.sort_unstable();
        let row = |(cents, product, purchases, buyers): &(i64, i64, i64, i64)| {
            vec![json!(channel), json!(product), euros(-cents), json!(purchases), json!(buyers)]
        };
        rows.extend(products.iter().take(20).map(row));
    }
    Ok(rows)
}

/// Events and customers of each day.
#[derive(Default)]
struct Days(Vec<[i64; 2]>);

impl Fold for Days {
    fn party(&mut self, _: &str, at: &[i64], _: &[&[i64]]) {
        let mut before = usize::MAX;
        for at in at {
            let day = usize::try_from((at - BEGIN) / DAY).unwrap_or(0);
            if day >= self.0.len() {
                self.0.resize(day + 1, [0, 0]);
            }
            if let Some([events, customers]) = self.0.get_mut(day) {
                *events += 1;
                *customers += i64::from(day != before);
            }
            before = day;
        }
    }
}

fn daily_active(open: &Open) -> Result<Rows> {
    let mut all: BTreeMap<i64, [i64; 2]> = BTreeMap::new();
    for part in walk(open, &[], None, Days::default)? {
        for (day, [events, customers]) in (0i64..).zip(part.0) {
            let all = all.entry(day).or_default();
            *all = [all[0] + events, all[1] + customers];
        }
    }
    let day = |day: i64| json!(kernel::Time(BEGIN + day * DAY).date().to_string());
    let some = all.into_iter().filter(|(_, [events, _])| *events > 0);
    Ok(some.map(|(n, [events, customers])| vec![day(n), json!(events), json!(customers)]).collect())
}

/// Visits, ended by half an hour of silence, and events.
#[derive(Default)]
struct Sessions([i64; 2]);

impl Fold for Sessions {
    fn party(&mut self, _: &str, at: &[i64], _: &[&[i64]]) {
        let pauses = at.iter().zip(at.iter().skip(1)).filter(|(one, next)| *next - *one > 30 * 60 * 1000).count();
        self.0[0] += count(pauses) + 1;
        self.0[1] += count(at.len());
    }
}

fn sessions(open: &Open) -> Result<Rows> {
    let parts = walk(open, &[], None, Sessions::default)?;
    let sum = |n: usize| parts.iter().filter_map(|part| part.0.get(n)).sum::<i64>();
    Ok(vec![vec![json!(sum(0)), json!(sum(1))]])
}

// --------------------------------------------------------------------------------------------------------- by SQL

fn asked(open: &Open, sql: &str) -> Result<Vec<Vec<Cell>>> {
    open.asking.engine.rows(sql, &[])
}

fn numbers(rows: Vec<Vec<Cell>>) -> Rows {
    rows.iter().map(|row| row.iter().map(|cell| json!(cell.int())).collect()).collect()
}

fn segment_filter(open: &Open) -> Result<Rows> {
    let sql = format!(
        "select count(*) from (select party from event where at_ms >= {JULY} group by party \
         having sum(amount) > 10000 and count(*) filter (where kind = 'open') >= 2)"
    );
    Ok(numbers(asked(open, &sql)?))
}

fn somebody() -> String {
    let at = BEGIN + SOMEBODY * 1000;
    format!("{:08x}-{:04x}-7000-8000-{SOMEBODY:012x}", at >> 16, at & 65535)
}

fn customer_360(open: &Open) -> Result<Rows> {
    let sql = format!(
        "select kind, count(*), strftime(epoch_ms(max(at_ms)), '%Y-%m-%d %H:%M:%S'), coalesce(sum(amount), 0) \
         from event where party = '{}' group by kind order by kind",
        somebody()
    );
    let row = |row: &Vec<Cell>| match row.as_slice() {
        [kind, many, last, cents] => {
            vec![json!(kind.text()), json!(many.int()), json!(last.text()), euros(cents.int())]
        }
        _ => Vec::new(),
    };
    Ok(asked(open, &sql)?.iter().map(row).collect())
}

/// Who looked at least thrice and bought for more than a hundred in the last ninety days, and was there in the last thirty.
fn segment(open: &Open) -> Result<Rows> {
    let sql = format!(
        "select count(*) from (select party from event where at_ms >= {} group by party having sum(amount) > 10000 \
         and count(*) filter (where kind = 'view') >= 3 and max(at_ms) >= {})",
        END - 90 * DAY,
        END - 30 * DAY
    );
    Ok(numbers(asked(open, &sql)?))
}

/// What models want to know of one customer.
fn features(open: &Open) -> Result<Rows> {
    let sql = format!(
        "select count(*), min(at_ms), max(at_ms), coalesce(sum(amount), 0), count(amount), count(distinct channel), \
         count(distinct at_ms // {DAY}), count(*) filter (where kind = 'view'), count(*) filter (where kind = 'cart') \
         from event where party = '{}'",
        somebody()
    );
    Ok(numbers(asked(open, &sql)?))
}

// ------------------------------------------------------------------------------------------------------ measuring

/// CPU seconds, seconds and the answer of the better of two runs.
fn best_of_two(ask: impl Fn() -> Result<Rows>) -> Result<(f64, f64, Rows)> {
    let once = || {
        let begun = (cpu(), Instant::now());
        let rows = ask()?;
        Ok::<_, Error>((cpu() - begun.0, begun.1.elapsed().as_secs_f64(), rows))
    };
    let (first, second) = (once()?, once()?);
    Ok(if first.0 <= second.0 { first } else { second })
}

/// The best of five against its limit in milliseconds.
fn promise(name: &str, limit: f64, ask: impl Fn() -> Result<Rows>) -> Result<bool> {
    let mut best = f64::MAX;
    for _ in 0..5 {
        let begun = Instant::now();
        ask()?;
        best = best.min(begun.elapsed().as_secs_f64() * 1000.0);
    }
    println!("{name:<32} {best:.0} ms, limit {limit:.0}{}", if best < limit { "" } else { "  MISSED" });
    Ok(best < limit)
}

/// The same rows. Sums of money are doubles at the peer, so they are the same to a cent. Of ranks a part may differ: doubles
/// order equal sums otherwise than cents do, which moves a few customers to the next fifth.
fn same(name: &str, ours: &Rows, theirs: &Json) -> bool {
    let part = if name == "rfm" { 5e-4 } else { 0.0 };
    let Some(theirs) = theirs.as_array().filter(|theirs| theirs.len() == ours.len()) else { return false };
    let near = |one: &Json, other: &Json| match (one.as_f64(), other.as_f64()) {
        (Some(one), Some(other)) => (one - other).abs() <= 0.011 + other.abs() * part,
        _ => one == other,
    };
    ours.iter().zip(theirs).all(|(one, other)| {
        other.as_array().is_some_and(|other| other.len() == one.len() && one.iter().zip(other).all(|(a, b)| near(a, b)))
    })
}

/// Seconds that the processor worked for this process.
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |place: usize| fields.get(place).and_then(|text| text.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(11) + ticks(12)) / 100.0
}
