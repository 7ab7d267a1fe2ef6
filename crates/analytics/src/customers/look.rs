//! One look at all customers: columns of purchases in, a row for each customer out. Nothing here knows of a database.

use kernel::{Id, Result};
use serde_json::{Value as Json, json};

use crate::engine::Cell;
use crate::facts::Facts;
use methods::abc::{self, Borders, Classes};
use methods::clusters::{self, Portrait, Table, Tried};
use methods::orders::{Orders, Summaries};
use methods::rfm::{self, Scores};
use methods::rhythm::{self, Judgement};
use methods::value::{
    self, BackTest, Family, FittedOrders, FittedSpend, Histories, LifetimeValues, Predictions, Terms, Unfit,
};

/// How far the models look ahead.
pub const WEEKS: f64 = 52.0;
const YEAR: i32 = 365;
/// Without a purchase for so long the company has stopped selling, or its data ended: then customers are looked at as of
/// the day after the last purchase, or all of them would seem lost.
const STILL: i32 = 90;
/// The back-test foretells a quarter of the time that is known, and no more than this.
pub(super) const TESTED_DAYS: i32 = 182;
/// Fewer customers than this do not fall into groups.
const ENOUGH_FOR_CLUSTERS: usize = 50;
/// Amounts are told apart in whole units of most currencies.
const MINOR_UNITS: u32 = 100;
/// Results repeat.
const SEED: u64 = 1;

/// The purchases of all customers of an object, sorted by customer and day.
pub struct Purchases {
    pub ids: Vec<Id>,
    customer: Vec<u32>,
    day: Vec<i32>,
    amount: Vec<i64>,
    pub as_of: i32,
}

/// The named query `buyer` in front of a question: every customer with a place, by its id.
pub fn buyers(object: &str) -> String {
    format!(
        "with buyer as (select row_number() over (order by d.id) - 1 as n, d.id as id \
         from (select distinct {object} as id from purchase where {object} is not null and kind <> 'return') d)"
    )
}

impl Purchases {
    pub fn read(facts: &Facts, object: &str) -> Result<Purchases> {
        let buyers = buyers(object);
        let mut ids = Vec::new();
        facts.engine.each(&format!("{buyers} select cast(id as string) from buyer order by n"), &[], &mut |row| {
            // What is no id was never written.
            ids.push(row.first().and_then(Cell::id).unwrap_or(Id::NIL));
            Ok(())
        })?;
        let (mut customer, mut day, mut amount) = (Vec::new(), Vec::new(), Vec::new());
        let sql = format!(
            "{buyers} select b.n, p.day - date '1970-01-01', coalesce(p.revenue, 0) from purchase p join buyer b on b.id = p.{object} \
             where p.kind <> 'return' or p.revenue < 0 order by 1, 2, 3"
        );
        facts.engine.each(&sql, &[], &mut |row| {
            let int = |at: usize| row.get(at).map_or(0, Cell::int);
            customer.push(u32::try_from(int(0)).unwrap_or(u32::MAX));
            day.push(i32::try_from(int(1)).unwrap_or(i32::MAX));
            amount.push(int(2));
            Ok(())
        })?;
        let made = methods::day::at(facts.note.made_at);
        let last = day.iter().copied().filter(|day| *day <= made).max().unwrap_or(made);
        let as_of = if made - last <= STILL { made } else { last + 1 };
        Ok(Purchases { ids, customer, day, amount, as_of })
    }

    pub fn orders(&self) -> Orders<'_> {
        // The three columns are filled together.
        Orders::new(&self.customer, &self.day, &self.amount).unwrap_or_else(|| unreachable!("columns of one length"))
    }
}

/// What was found: every column has a row for each customer of `summaries`.
pub struct Look {
    pub as_of: i32,
    pub summaries: Summaries,
    pub scores: Scores,
    pub classes: Classes,
    pub recent: Vec<i64>,
    pub model: Result<Model, Unfit>,
    pub judgements: Vec<Judgement>,
    /// What is expected to be lost, in minor units; 0 for who is not leaving.
    pub at_stake: Vec<i64>,
    pub groups: Option<Groups>,
}

/// What was learned of how customers come back, and what it says of each.
pub struct Model {
    pub orders: FittedOrders,
    pub spend: Result<FittedSpend, Unfit>,
    pub predictions: Predictions,
    pub worth: Option<LifetimeValues>,
    pub test: Option<BackTest>,
}

/// The groups customers fall into.
pub struct Groups {
    pub k: usize,
    /// For each customer its group.
    pub labels: Vec<u8>,
    /// Where each group lies, in the units of the table it was found in.
    pub centres: Vec<Vec<f64>>,
    pub portraits: Vec<Portrait>,
    pub tried: Vec<Tried>,
    pub warnings: Vec<clusters::Warning>,
}

impl Groups {
    fn chosen(&self) -> Option<&Tried> {
        self.tried.iter().find(|tried| tried.k == self.k)
    }

    pub fn silhouette(&self) -> Option<f64> {
        self.chosen().map(|tried| tried.silhouette)
    }

    pub fn stability(&self) -> Option<f64> {
        self.chosen().map(|tried| tried.stability)
    }
}

impl Look {
    /// `go_on` is asked between two steps, each of which takes seconds for a million customers.
    pub fn at(purchases: &Purchases, go_on: &dyn Fn() -> Result<()>) -> Result<Look> {
        let as_of = purchases.as_of;
        let orders = purchases.orders();
        let summaries = orders.summarise(as_of);
        let scores = rfm::score(&summaries);
        let classes = abc::classify(&summaries.total, Borders::default());
        let recent = recent(&orders, &summaries, as_of);
        go_on()?;
        let model = Model::of(&orders, &summaries, as_of);
        go_on()?;
        let alive = model.as_ref().ok().map(|model| model.predictions.p_alive.as_slice());
        let judgements = rhythm::judge(&orders, as_of, alive, &rhythm::Rule::default());
        let at_stake = at_stake(&judgements, &recent);
        let groups = groups(&summaries, go_on)?;
        Ok(Look { as_of, summaries, scores, classes, recent, model, judgements, at_stake, groups })
    }
}

/// What each customer spent in the year before the day.
fn recent(orders: &Orders, summaries: &Summaries, as_of: i32) -> Vec<i64> {
    let mut recent = vec![0_i64; summaries.len()];
    let mut row = 0;
    orders.walk(as_of, |customer, days, _| {
        while summaries.customer.get(row).is_some_and(|at| *at < customer) {
            row += 1;
        }
        if summaries.customer.get(row) == Some(&customer) {
            let year: i64 = days.iter().filter(|one| one.day > as_of - YEAR).map(|one| one.amount).sum();
            if let Some(place) = recent.get_mut(row) {
                *place = year;
            }
        }
    });
    recent
}

impl Model {
    /// The family in which one who bought once may be gone as well: in the other nobody is lost before the second order.
    fn of(orders: &Orders, summaries: &Summaries, as_of: i32) -> Result<Model, Unfit> {
        let histories = Histories::of(summaries)?;
        let fitted = value::fit(Family::MbgNbd, &histories).or_else(|_| value::fit(Family::BgNbd, &histories))?;
        let predictions = fitted.model.predict(&histories, WEEKS);
        let (means, repeats) = (summaries.repeat_means(), repeats(summaries));
        let spend = value::fit_spend(&repeats, &means);
        let worth = spend
            .as_ref()
            .ok()
            .and_then(|spend| value::lifetime_value(&fitted, spend, &histories, &means, &Terms::default()).ok());
        let first = summaries.first.iter().copied().min().unwrap_or(as_of);
        let ahead = ((as_of - first) / 4).min(TESTED_DAYS);
        let test =
            (ahead > 0).then(|| value::back_test(fitted.model.family, orders, as_of - ahead, as_of).ok()).flatten();
        Ok(Model { orders: fitted, spend, predictions, worth, test })
    }
}

fn repeats(summaries: &Summaries) -> Vec<u32> {
    summaries.orders.iter().map(|orders| orders.saturating_sub(1)).collect()
}

/// A year's revenue times the probability that it does not come again.
fn at_stake(judgements: &[Judgement], recent: &[i64]) -> Vec<i64> {
    let of = |(judgement, spent): (&Judgement, &i64)| match judgement.standing {
        rhythm::Standing::Active => 0,
        rhythm::Standing::Slowing | rhythm::Standing::Lapsed => {
            ((*spent).max(0) as f64 * judgement.lost).round() as i64
        }
    };
    judgements.iter().zip(recent).map(of).collect()
}

fn groups(summaries: &Summaries, go_on: &dyn Fn() -> Result<()>) -> Result<Option<Groups>> {
    if summaries.len() < ENOUGH_FOR_CLUSTERS {
        return Ok(None);
    }
    let table = Table::of_rfm(summaries, MINOR_UNITS);
    let Some(found) = clusters::choose(&table.clone().scaled(), 2..=8, SEED) else { return Ok(None) };
    go_on()?;
    let labels = found.clusters.labels;
    let own = summaries
        .recency_days()
        .zip(&summaries.orders)
        .zip(&summaries.total)
        .flat_map(|((days, orders), total)| [f64::from(days), f64::from(*orders), *total as f64]);
    let Some(own) = Table::new(super::clusters::COLUMNS.len(), own.collect()) else { return Ok(None) };
    Ok(Some(Groups {
        k: found.clusters.centres.len(),
        centres: centres(&table, &labels, found.clusters.centres.len()),
        portraits: clusters::describe(&own, &labels, &summaries.total),
        labels,
        tried: found.tried,
        warnings: found.warnings,
    }))
}

/// The mean of each group in the table's own units: what two looks can be compared by.
fn centres(table: &Table, labels: &[u8], k: usize) -> Vec<Vec<f64>> {
    let mut sums = vec![(vec![0.0; table.columns()], 0.0_f64); k];
    for (row, label) in table.rows().zip(labels) {
        if let Some((sum, count)) = sums.get_mut(usize::from(*label)) {
            sum.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
            *count += 1.0;
        }
    }
    sums.into_iter().map(|(sum, count)| sum.into_iter().map(|value| value / count.max(1.0)).collect()).collect()
}

/// The warnings of all models, each once.
pub fn warnings(look: &Look) -> Vec<Json> {
    let mut warnings: Vec<Json> = look
        .scores
        .ties
        .iter()
        .map(|ties| json!({ "code": "heavy_ties", "measure": ties.measure, "share": ties.share }))
        .collect();
    if let Ok(model) = &look.model {
        let of_spend = model.spend.iter().flat_map(|spend| &spend.warnings);
        for warning in model.orders.warnings.iter().chain(of_spend) {
            let mut json = json!(warning);
            json["code"] = json["warning"].take();
            if !warnings.contains(&json) {
                warnings.push(json);
            }
        }
    }
    let left_out = look.summaries.left_out;
    if left_out.lines_after > 0 {
        warnings.push(json!({ "code": "future_orders_left_out", "count": left_out.lines_after }));
    }
    warnings
}
