//! The questions: those that follow each customer through time walk through the lake, the others are SQL.

use std::collections::{BTreeMap, HashMap};

use analytics::engine::{Cell, Engine as _};
use analytics::lake::period::Period;
use analytics::lake::walk::{Asked, Fold};
use analytics::selected;
use kernel::{Id, Result, Time};
use question::{Context, compile_lake};
use serde_json::{Value as Json, json};

use super::{BEGIN, DAY, END, JULY, Open, Rows, SOMEBODY};

const PURCHASES: Option<&str> = Some("kind = 'purchase'");

fn walk<F: Fold>(open: &Open, columns: &[&str], lines: Option<&str>, start: impl Fn() -> F + Sync) -> Result<Vec<F>> {
    // Purchases are the lines that have an amount.
    open.lake.walk(&open.walking, Asked { columns, lines, with_amount: lines == PURCHASES }, start)
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
pub fn rfm(open: &Open) -> Result<Rows> {
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

pub fn funnel(open: &Open) -> Result<Rows> {
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

pub fn cohort(open: &Open) -> Result<Rows> {
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

pub fn top_products(open: &Open) -> Result<Rows> {
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

pub fn daily_active(open: &Open) -> Result<Rows> {
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

pub fn sessions(open: &Open) -> Result<Rows> {
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

pub fn segment_filter(open: &Open) -> Result<Rows> {
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

pub fn customer_360(open: &Open) -> Result<Rows> {
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
pub const SEGMENT: &str = "count(events \"view\" in last 90 days) >= 3 and sum(events \"purchase\" in last 90 days) > 100 EUR \
     and exists(events \"*\" in last 30 days)";

/// The segment, from the question to its answer.
pub fn segment(open: &Open) -> Result<Rows> {
    let context = Context::new(Time(END), Id::NIL);
    let mut args = Vec::new();
    let of = compile_lake(&[&open.segment], &context, &mut args);
    let args: Vec<Cell> = args.into_iter().map(selected::cell).collect();
    Ok(numbers(open.asking.engine.rows(&selected::select(&of, "contact", "count(*)"), &args)?))
}

/// What models want to know of one customer.
pub fn features(open: &Open) -> Result<Rows> {
    let sql = format!(
        "select count(*), min(at_ms), max(at_ms), coalesce(sum(amount), 0), count(amount), count(distinct channel), \
         count(distinct at_ms // {DAY}), count(*) filter (where kind = 'view'), count(*) filter (where kind = 'cart') \
         from event where party = '{}'",
        somebody()
    );
    Ok(numbers(asked(open, &sql)?))
}
