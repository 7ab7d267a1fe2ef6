//! The job that looks at all customers anew, and when it is due.

use std::sync::{Arc, Mutex, PoisonError};

use foundation::access::Principal;
use foundation::jobs::{self, Job, Status, Work};
use foundation::{App, Operation, Reader};
use kernel::{Id, Result};
use serde_json::{Value as Json, json};

use super::look::{self, Look, Purchases};
use super::offers::{Offers, Owned};
use super::overview;
use super::store::{self, Cluster, Moves, Profile, Version};
use crate::engine::Cell;
use crate::facts::{self, Facts};
use methods::day;

/// Customers written in one commit.
const PART: usize = 2_000;
/// However often something is bought, a look is taken no more often than this; and so many times what it took.
const REST_MS: i64 = 10 * 60 * 1000;
const REST_TIMES: i64 = 20;

/// Looks at all customers.
pub struct RefreshWork;

impl RefreshWork {
    pub const KIND: &'static str = "analysis.customers";
}

impl Work for RefreshWork {
    fn kind(&self) -> &'static str {
        Self::KIND
    }

    fn run(&self, app: &App, job: &Job) -> Result<Json> {
        // Whoever asks by hand may have changed what the ledger does not tell, a rate of a currency for one.
        let facts = if job.payload["by_hand"] == true { Facts::make(app)? } else { Facts::fresh(app)? };
        let mut done = Vec::new();
        let mut profiles: Vec<[Cell; 6]> = Vec::new();
        for object in super::OBJECTS {
            job.go_on()?;
            let made = refresh(app, job, &facts, object, &mut profiles)?;
            done.push(json!({ "object": object, "customers": made }));
        }
        facts.keep_profiles(app, profiles.into_iter())?;
        Ok(json!({ "looks": done }))
    }
}

/// Starts a look, for an administrator; answers with the one under way if there is one.
pub fn start(op: &mut Operation) -> Result<Status> {
    op.who.need_admin()?;
    queue(op, true)
}

fn queue(op: &mut Operation, by_hand: bool) -> Result<Status> {
    if let Some(running) = under_way(op)? {
        return Ok(running);
    }
    jobs::enqueue(op, RefreshWork::KIND, json!({ "of": "all", "by_hand": by_hand }), 0)
}

/// The look under way.
pub fn under_way(reader: &mut Reader) -> Result<Option<Status>> {
    jobs::under_way(reader, RefreshWork::KIND, "of", "all")
}

/// Queues a look if something was bought since the last one and that was long enough ago. For a thread that asks often.
pub fn keep_fresh(app: &App) -> Result<()> {
    let system = Principal::system("analysis");
    let now = app.now();
    let (last, first_is_due) = app.read_now(&system, |reader| {
        let mut last = None;
        for object in super::OBJECTS {
            last = last.max(store::last(reader, object)?.map(|made| {
                let took = made.quality["took_ms"].as_i64().unwrap_or(0);
                made.made_at.0 + REST_MS.max(took.saturating_mul(REST_TIMES))
            }));
        }
        // Before the first purchase there is nobody to look at.
        let first_is_due = last.is_none() && facts::is_anything_bought(reader)?;
        Ok((last, first_is_due))
    })?;
    let is_due = match last {
        Some(rested) => now.0 >= rested && Facts::are_old(app)?,
        None => first_is_due,
    };
    if !is_due {
        return Ok(());
    }
    app.write_now(&system, |op| queue(op, false).map(drop))
}

fn refresh(app: &App, job: &Job, facts: &Facts, object: &'static str, rows: &mut Vec<[Cell; 6]>) -> Result<usize> {
    let system = Principal::system("analysis");
    let began = std::time::Instant::now();
    let purchases = Purchases::read(facts, object)?;
    let before = app.read_now(&system, |reader| store::last(reader, object))?;
    let version = before.as_ref().map_or(1, |before| before.version + 1);
    if purchases.ids.is_empty() {
        nobody(app, job, facts, object, version)?;
        return Ok(0);
    }
    let look = Look::at(&purchases, &|| job.go_on())?;
    let offers = offers(facts, object, &look)?;
    job.go_on()?;
    let before = before.filter(|before| before.customers > 0);
    let kept = app.read_now(&system, |reader| store::clusters(reader, object))?;
    let clusters = super::clusters::named(app, object, version, &look, facts.note.currency, &kept);
    let profiles: Arc<[Profile]> = profiles(&purchases, &look, &clusters, &offers).into();
    for profile in profiles.iter() {
        rows.push([
            Cell::from(object),
            Cell::Text(profile.record.to_string()),
            Cell::from(profile.segment.as_str()),
            Cell::from(profile.value_class.as_str()),
            Cell::from(profile.activity.as_str()),
            profile.cluster.as_ref().map_or(Cell::Null, |(_, name)| Cell::from(name.as_str())),
        ]);
    }

    let as_of = day::text(look.as_of);
    let currency = facts.note.currency;
    let moves = Arc::new(Mutex::new(Moves::default()));
    let mut written = 0;
    while written < profiles.len() {
        job.go_on()?;
        let (part, lease, as_of) = (profiles.clone(), job.lease, as_of.clone());
        let to = (written + PART).min(profiles.len());
        let steps = app.write_now(&system, move |op| {
            jobs::advance(op, lease, object, i64::try_from(to).unwrap_or(0))?;
            store::put_profiles(op, object, version, &as_of, currency, part.get(written..to).unwrap_or_default())
        })?;
        moves.lock().unwrap_or_else(PoisonError::into_inner).add(steps);
        written = to;
    }

    let moves = moves.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let took = i64::try_from(began.elapsed().as_millis()).unwrap_or(i64::MAX);
    let made = Version {
        version,
        made_at: app.now(),
        as_of,
        customers: i64::try_from(profiles.len()).unwrap_or(0),
        currency,
        figures: overview::figures(facts, &look, before.as_ref(), &moves, &offers),
        parameters: overview::parameters(&look),
        quality: overview::quality(&look, took, &offers),
    };
    let lease = job.lease;
    app.write_now(&system, move |op| {
        jobs::must_hold(op, lease)?;
        store::put_clusters(op, object, &clusters)?;
        store::forget_others(op, object, version)?;
        store::put(op, object, &made)
    })?;
    Ok(profiles.len())
}

/// Writes down that there are no customers, so that nobody looks again until something is bought.
fn nobody(app: &App, job: &Job, facts: &Facts, object: &'static str, version: i64) -> Result<()> {
    let made = Version {
        version,
        made_at: app.now(),
        as_of: day::text(day::at(app.now())),
        customers: 0,
        currency: facts.note.currency,
        figures: json!({}),
        parameters: json!({}),
        quality: json!({}),
    };
    let lease = job.lease;
    app.write_now(&Principal::system("analysis"), move |op| {
        jobs::must_hold(op, lease)?;
        store::put_clusters(op, object, &[])?;
        store::forget_others(op, object, version)?;
        store::put(op, object, &made)
    })
}

/// What goes with what everybody has.
fn offers(facts: &Facts, object: &str, look: &Look) -> Result<Offers> {
    let owned = Owned::read(facts, object, &look::buyers(object), look.as_of)?;
    let classes = look.summaries.customer.iter().zip(&look.classes.class);
    let classes = classes.map(|(customer, class)| (*customer, word(class).to_lowercase())).collect();
    Ok(Offers::find(&owned, &classes, look.as_of, look::TESTED_DAYS))
}

/// A profile for each customer.
fn profiles(purchases: &Purchases, look: &Look, clusters: &[Cluster], offers: &Offers) -> Vec<Profile> {
    let model = look.model.as_ref().ok();
    let number = |values: Option<&Vec<f64>>, row: usize| values.and_then(|values| values.get(row)).copied();
    let minor = |value: f64| value.round() as i64;
    let segments: Vec<_> = look.scores.segments().collect();
    (0..look.summaries.len())
        .filter_map(|row| {
            let summaries = &look.summaries;
            let customer = usize::try_from(*summaries.customer.get(row)?).ok()?;
            let judgement = look.judgements.get(row)?;
            let worth = model.and_then(|model| model.worth.as_ref());
            let lifetime = worth.and_then(|worth| {
                Some([minor(*worth.value.get(row)?), minor(*worth.low.get(row)?), minor(*worth.high.get(row)?)])
            });
            let (first, last, orders) =
                (*summaries.first.get(row)?, *summaries.last.get(row)?, *summaries.orders.get(row)?);
            let label = look.groups.as_ref().and_then(|groups| groups.labels.get(row)).map(|label| usize::from(*label));
            Some(Profile {
                record: *purchases.ids.get(customer)?,
                segment: word(segments.get(row)?),
                scores: [
                    *look.scores.recency.get(row)?,
                    *look.scores.frequency.get(row)?,
                    *look.scores.money.get(row)?,
                ],
                value_class: word(look.classes.class.get(row)?).to_lowercase(),
                activity: word(&judgement.standing),
                reasons: judgement.reasons.iter().map(|reason| json!(reason)).collect(),
                alive: number(model.map(|model| &model.predictions.p_alive), row),
                expected_orders: number(model.map(|model| &model.predictions.orders), row),
                lifetime,
                revenue_12m: *look.recent.get(row)?,
                revenue: *summaries.total.get(row)?,
                at_stake: *look.at_stake.get(row)?,
                orders: i64::from(orders),
                first_on: day::text(first),
                last_on: day::text(last),
                interval_days: (orders > 1).then(|| f64::from(last - first) / f64::from(orders - 1)),
                cluster: label.and_then(|label| clusters.get(label)).map(|cluster| (cluster.id, cluster.name.clone())),
                offers: summaries
                    .customer
                    .get(row)
                    .and_then(|customer| offers.of.get(customer))
                    .cloned()
                    .unwrap_or_default(),
            })
        })
        .collect()
}

/// The name of a variant as it is stored.
pub(super) fn word(variant: &impl serde::Serialize) -> String {
    json!(variant).as_str().unwrap_or_default().to_string()
}

/// An id for something new.
pub(super) fn new_id(app: &App) -> Id {
    Id::at(app.now().0)
}
