//! The outlook on deals: what the company's own past says of those that are open, and of months to come.
//!
//! Once a day all deals are learned from ([`methods::outlook`]): the chance of each open one and the day it would be won
//! become fields of it, and totals of coming months with their intervals a row of the table `outlook`, which is kept, so that
//! what was foretold stays to be seen. Beside them stands how good the same would have been in months that are over: how far
//! it would have been off, and how often its intervals would have held what came.

mod queries;
mod routes;

use foundation::access::Principal;
use foundation::jobs::{self, Job, Status, Work};
use foundation::{App, Operation, Reader};
use jiff::civil::Date;
use kernel::{Id, Result};
use serde_json::{Value as Json, json};

use crate::sight;
use methods::day;
use methods::outlook::{BackTest, Coming, Deal, Month, Outlook, Total, back_test};

pub use routes::routes;

/// What it is made of; whoever may not read all of it is told nothing.
const MADE_OF: &[(&str, &[&str])] = &[("deal", &["amount", "status", "owner", "closed_on", "engaged_on", "product"])];
/// Months that are foretold.
const AHEAD: usize = 6;
/// Months that are over, as of whose ends it is tested.
const TESTED: i32 = 6;
/// Worlds that are drawn: fewer where there are very many deals.
const RUNS: usize = 600;
const LEAST_RUNS: usize = 200;
const DRAWS: usize = 20_000_000;
const TEST_RUNS: usize = 200;
/// Days within which a deal is to be won, for its chance.
const DAYS: i32 = 365;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// Learns from all deals.
pub struct OutlookWork;

impl OutlookWork {
    pub const KIND: &'static str = "outlook.learn";
}

impl Work for OutlookWork {
    fn kind(&self) -> &'static str {
        Self::KIND
    }

    fn run(&self, app: &App, _: &Job) -> Result<Json> {
        let system = Principal::system("analysis");
        let (currency, deals) = app.read_now(&system, queries::deals)?;
        let today = app.now().date();
        let found = look(&deals.iter().map(|(_, deal)| deal.clone()).collect::<Vec<_>>(), today);
        let open: Vec<(Id, Option<Told>)> = deals
            .iter()
            .filter(|(_, deal)| deal.ended.is_none())
            .map(|(id, deal)| (*id, found.as_ref().map(|found| told_of(&found.outlook, deal))))
            .collect();
        let changed = app.write_now(&system, move |op| {
            queries::put(op, currency, today, found.as_ref())?;
            queries::tell(op, &open)
        })?;
        Ok(json!({ "deals": deals.len(), "changed": changed }))
    }
}

/// What was found in deals as they stand.
pub struct FoundOut {
    outlook: Outlook,
    coming: Vec<Coming>,
    test: BackTest,
}

fn look(deals: &[Deal], today: Date) -> Option<FoundOut> {
    let as_of = day::number(today) - 1;
    let outlook = Outlook::learn(deals, as_of)?;
    let open = deals.iter().filter(|deal| deal.ended.is_none()).count().max(1);
    let coming = outlook.simulate(AHEAD, (DRAWS / open).clamp(LEAST_RUNS, RUNS), 7);
    let over = Month::of(as_of + 1).after(-1);
    let origins: Vec<Month> = (1..=TESTED).rev().map(|back| over.after(-back)).collect();
    let test = back_test(deals, &origins, over, TEST_RUNS, 11);
    Some(FoundOut { outlook, coming, test })
}

/// The chance of a deal in per cent, and the day by which half of it is used up.
type Told = (i64, Option<Date>);

fn told_of(outlook: &Outlook, deal: &Deal) -> Told {
    let (chance, on) = outlook.foretell(deal, DAYS);
    ((chance * 100.0).round() as i64, on.map(day::of))
}

impl FoundOut {
    /// `[{"month", "amount": {"expected", "low", "high"}, "deals", "amount_so_far", "deals_so_far"}]`, money in minor units.
    fn months(&self) -> Json {
        let total = |total: &Total| json!({ "expected": total.expected.round() as i64, "low": total.low.round() as i64, "high": total.high.round() as i64 });
        let of = |coming: &Coming| {
            json!({
                "month": day::text(coming.month.first_day()), "last": day::text(coming.month.last_day()),
                "amount": total(&coming.amount), "deals": total(&coming.deals),
                "amount_so_far": total(&coming.amount_so_far), "deals_so_far": total(&coming.deals_so_far),
            })
        };
        Json::Array(self.coming.iter().map(of).collect())
    }

    /// How good it would have been; none where too little is over.
    fn quality(&self) -> Json {
        if self.test.held.is_empty() {
            return Json::Null;
        }
        let percent = |share: f64| (share * 100.0).round() as i64;
        json!({
            "tested": self.test.held.len(), "made_to_hold": 80,
            "deals_held": percent(self.test.deals_covered()), "amounts_held": percent(self.test.amounts_covered()),
            "deals_error": percent(self.test.deals_error()), "amounts_error": percent(self.test.amounts_error()),
            "plain_error": percent(self.test.naive_error()),
        })
    }
}

/// The newest outlook, or the newest that was known at the end of a day.
pub fn show(reader: &mut Reader, as_of: Option<Date>) -> Result<Json> {
    sight::whole(reader, MADE_OF)?;
    let job = jobs::under_way(reader, OutlookWork::KIND, "of", "deal")?;
    let mut told = queries::newest(reader, as_of)?.unwrap_or_else(|| json!({ "state": "none" }));
    if let Some(told) = told.as_object_mut() {
        told.insert("job".into(), json!(job.map(|job| job.to_json())));
    }
    Ok(told)
}

/// Queues a look at all deals, unless one waits already.
pub fn start(op: &mut Operation) -> Result<Status> {
    sight::whole(op, MADE_OF)?;
    if let Some(waiting) = jobs::under_way(op, OutlookWork::KIND, "of", "deal")? {
        return Ok(waiting);
    }
    jobs::enqueue(op, OutlookWork::KIND, json!({ "of": "deal" }), 0)
}

/// Queues a look once a day where there are deals. For a thread that asks often.
pub fn keep_fresh(app: &App) -> Result<()> {
    let system = Principal::system("analysis");
    let now = app.now().0;
    let is_due = app.read_now(&system, |reader| {
        let last = queries::last(reader)?;
        Ok(last.is_none_or(|at| now >= at + DAY_MS) && queries::is_any_closed(reader)?)
    })?;
    if is_due {
        app.write_now(&system, |op| start(op).map(drop))?;
    }
    Ok(())
}
