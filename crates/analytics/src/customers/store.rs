//! The tables `analysis_*`, and the fields of contacts and companies that the models fill.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use db::{Arg, Kind, OnConflict, Row};
use events::NewEvent;
use events::marketing::AnalysisMade;
use foundation::access::Principal;
use foundation::ledger::{self, Entry};
use foundation::records::erase::Copies;
use foundation::{App, Operation, Reader};
use kernel::{Currency, Id, Money, Result, Time};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::offers::Offer;

/// What is said of one customer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    pub record: Id,
    pub segment: String,
    pub scores: [u8; 3],
    pub value_class: String,
    pub activity: String,
    /// Codes with their figures, as a page makes sentences of them.
    pub reasons: Vec<Json>,
    pub alive: Option<f64>,
    pub expected_orders: Option<f64>,
    /// Value of the year to come and its interval, in minor units.
    pub lifetime: Option<[i64; 3]>,
    pub revenue_12m: i64,
    pub revenue: i64,
    pub at_stake: i64,
    pub orders: i64,
    pub first_on: String,
    pub last_on: String,
    /// Days between two of its orders, on average.
    pub interval_days: Option<f64>,
    pub cluster: Option<(Id, String)>,
    /// What it may want next.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub offers: Vec<Offer>,
}

/// What one look found of the whole base.
#[derive(Debug, Clone)]
pub struct Version {
    pub version: i64,
    pub made_at: Time,
    pub as_of: String,
    pub customers: i64,
    pub currency: Currency,
    pub figures: Json,
    pub parameters: Json,
    pub quality: Json,
}

const VERSION: &str =
    "select version, made_at, as_of, customers, currency, figures, parameters, quality from analysis_model";

fn version(row: &Row) -> Version {
    let json = |column: usize| serde_json::from_str(row.text(column)).unwrap_or(Json::Null);
    Version {
        version: row.int(0),
        made_at: row.time(1),
        as_of: row.text(2).to_string(),
        customers: row.int(3),
        currency: Currency::parse(row.text(4)).unwrap_or(Currency::EUR),
        figures: json(5),
        parameters: json(6),
        quality: json(7),
    }
}

/// The last look at an object's customers, also one that found none.
pub fn last(reader: &mut Reader, object: &str) -> Result<Option<Version>> {
    let sql = format!("{VERSION} where object = $1 order by version desc limit 1");
    Ok(reader.tx.one(&sql, &[object.into()])?.as_ref().map(version))
}

/// What the last look found; none where it found no customers.
pub fn newest(reader: &mut Reader, object: &str) -> Result<Option<Version>> {
    Ok(last(reader, object)?.filter(|made| made.customers > 0))
}

/// The versions kept, newest first.
pub fn versions(reader: &mut Reader, object: &str) -> Result<Vec<Version>> {
    let sql = format!("{VERSION} where object = $1 and customers > 0 order by version desc limit 12");
    Ok(reader.tx.query(&sql, &[object.into()])?.iter().map(version).collect())
}

/// Writes a finished look down; from now on it is the newest. Old versions go.
pub fn put(op: &mut Operation, object: &str, made: &Version) -> Result<()> {
    op.tx.execute(
        "insert into analysis_model (object, version, made_at, as_of, customers, currency, figures, parameters, quality) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        &[
            object.into(),
            made.version.into(),
            made.made_at.into(),
            made.as_of.as_str().into(),
            made.customers.into(),
            made.currency.code().into(),
            made.figures.to_string().into(),
            made.parameters.to_string().into(),
            made.quality.to_string().into(),
        ],
    )?;
    op.tx.execute(
        "delete from analysis_model where object = $1 and version <= $2",
        &[object.into(), (made.version - KEPT).into()],
    )?;
    tell(op, object, made.customers)
}

/// One line tells that fields of many records say something else: they were written without a line for each.
fn tell(op: &mut Operation, object: &str, customers: i64) -> Result<()> {
    let event = NewEvent::of(AnalysisMade { of: object.to_string(), customers });
    ledger::append(op, vec![Entry { kind: event.kind, props: event.props, ..Entry::default() }])?;
    Ok(())
}

/// Versions kept of each look.
const KEPT: i64 = 60;

/// Where a customer stood before: segment, class, activity.
pub type Standing = (String, String, String);

/// Where these customers stood when they were looked at last, by the fields of their records.
fn before(op: &mut Operation, object: &str, ids: &[Id]) -> Result<HashMap<Id, Standing>> {
    let mut args: Vec<Arg> = Vec::with_capacity(ids.len());
    let places: Vec<String> = ids
        .iter()
        .map(|id| {
            args.push((*id).into());
            format!("${}", args.len())
        })
        .collect();
    let sql = format!(
        "select id, coalesce(rfm_segment, ''), coalesce(value_class, ''), coalesce(activity, '') from {object} where id in ({})",
        places.join(", ")
    );
    let rows = op.tx.query(&sql, &args)?;
    let text = |row: &Row, column: usize| row.text(column).to_string();
    Ok(rows.iter().map(|row| (row.id(0), (text(row, 1), text(row, 2), text(row, 3)))).collect())
}

/// Writes what is said of some customers: their fields, their profiles, and a line of history for whom it changed. Answers
/// where each stood before. Doing it again changes nothing.
pub fn put_profiles(
    op: &mut Operation,
    object: &str,
    version: i64,
    as_of: &str,
    currency: Currency,
    profiles: &[Profile],
) -> Result<Vec<(String, String)>> {
    let ids: Vec<Id> = profiles.iter().map(|profile| profile.record).collect();
    let before = before(op, object, &ids)?;
    let gone: Vec<Vec<Arg>> = ids.iter().map(|id| vec![object.into(), (*id).into()]).collect();
    op.tx.execute_many("delete from analysis_profile where object = $1 and record = $2", &gone)?;
    let columns = [
        ("object", Kind::Text),
        ("record", Kind::Id),
        ("version", Kind::Int),
        ("at_stake", Kind::Int),
        ("orders", Kind::Int),
        ("first_on", Kind::Text),
        ("last_on", Kind::Text),
        ("profile", Kind::Text),
    ];
    let rows = profiles.iter().map(|profile| {
        vec![
            Arg::from(object),
            profile.record.into(),
            version.into(),
            profile.at_stake.into(),
            profile.orders.into(),
            profile.first_on.as_str().into(),
            profile.last_on.as_str().into(),
            json!(profile).to_string().into(),
        ]
    });
    op.tx.insert("analysis_profile", &columns, rows.collect(), OnConflict::Fail)?;

    let stands = |profile: &Profile| (profile.segment.clone(), profile.value_class.clone(), profile.activity.clone());
    let columns = [
        ("object", Kind::Text),
        ("record", Kind::Id),
        ("as_of", Kind::Text),
        ("segment", Kind::Text),
        ("value_class", Kind::Text),
        ("activity", Kind::Text),
        ("alive", Kind::Int),
    ];
    let changed = profiles.iter().filter(|profile| before.get(&profile.record) != Some(&stands(profile)));
    let rows = changed.map(|profile| {
        vec![
            Arg::from(object),
            profile.record.into(),
            as_of.into(),
            profile.segment.as_str().into(),
            profile.value_class.as_str().into(),
            profile.activity.as_str().into(),
            profile.alive.map_or(Arg::Null, |alive| Arg::Int((alive * PARTS).round() as i64)),
        ]
    });
    op.tx.insert("analysis_history", &columns, rows.collect(), OnConflict::Skip)?;

    let fields: Vec<Vec<Arg>> = profiles.iter().map(|profile| fields(profile, as_of, currency)).collect();
    op.tx.execute_many(
        &format!(
            "update {object} set rfm_segment = $2, recency_score = $3, frequency_score = $4, money_score = $5, value_class = $6, \
             activity = $7, alive_probability = $8, expected_orders = $9, lifetime_value = $10, lifetime_value_currency = $11, \
             cluster = $12, analysed_on = $13 where id = $1"
        ),
        &fields,
    )?;
    let was = |profile: &Profile| before.get(&profile.record).map(|before| before.0.clone()).unwrap_or_default();
    Ok(profiles.iter().map(|profile| (was(profile), profile.segment.clone())).collect())
}

/// An interval whose end is beyond this, in minor units, has none: the largest whole number that every reader of JSON keeps.
pub const ENDLESS: i64 = 9_007_199_254_740_991;

/// A probability is kept in millionths.
const PARTS: f64 = 1_000_000.0;

fn fields(profile: &Profile, as_of: &str, currency: Currency) -> Vec<Arg> {
    let [recency, frequency, money] = profile.scores.map(i64::from);
    let number = |value: Option<f64>| value.map_or(Arg::Null, Arg::Real);
    vec![
        profile.record.into(),
        profile.segment.as_str().into(),
        recency.into(),
        frequency.into(),
        money.into(),
        profile.value_class.as_str().into(),
        profile.activity.as_str().into(),
        number(profile.alive),
        number(profile.expected_orders),
        profile.lifetime.map_or(Arg::Null, |[value, _, _]| Arg::Int(value)),
        profile.lifetime.map_or(Arg::Null, |_| currency.code().into()),
        profile.cluster.as_ref().map_or(Arg::Null, |(_, name)| name.as_str().into()),
        as_of.into(),
    ]
}

/// Empties the fields of those who are no customers any more, and drops what was said of them.
pub fn forget_others(op: &mut Operation, object: &str, version: i64) -> Result<()> {
    op.tx.execute(
        "delete from analysis_profile where object = $1 and version <> $2",
        &[object.into(), version.into()],
    )?;
    op.tx.execute(
        &format!(
            "update {object} set rfm_segment = null, recency_score = null, frequency_score = null, money_score = null, value_class = null, \
             activity = null, alive_probability = null, expected_orders = null, lifetime_value = null, lifetime_value_currency = null, \
             cluster = null, analysed_on = null where analysed_on is not null \
             and not exists (select 1 from analysis_profile a where a.object = $1 and a.record = {object}.id)"
        ),
        &[object.into()],
    )?;
    Ok(())
}

/// A customer's profile, with the version it is of.
pub fn profile(reader: &mut Reader, object: &str, id: Id) -> Result<Option<(i64, Profile)>> {
    let row = reader.tx.one(
        "select version, profile from analysis_profile where object = $1 and record = $2",
        &[object.into(), id.into()],
    )?;
    Ok(row.and_then(|row| Some((row.int(0), serde_json::from_str(row.text(1)).ok()?))))
}

/// Where a customer stood, oldest first.
pub fn history(reader: &mut Reader, object: &str, id: Id) -> Result<Vec<Json>> {
    let rows = reader.tx.query(
        "select as_of, segment, value_class, activity, alive from analysis_history where object = $1 and record = $2 order by as_of",
        &[object.into(), id.into()],
    )?;
    let line = |row: &Row| {
        json!({
            "on": row.text(0), "segment": row.text(1), "value_class": row.text(2), "activity": row.text(3),
            "alive_probability": row.opt_int(4).map(|parts| parts as f64 / PARTS),
        })
    };
    Ok(rows.iter().map(line).collect())
}

/// Those about to leave, most at stake first, after a place in that order.
pub fn leaving(reader: &mut Reader, object: &str, after: Option<(i64, Id)>, limit: i64) -> Result<Vec<Profile>> {
    let (stake, id) = after.unwrap_or((i64::MAX, Id::NIL));
    let rows = reader.tx.query(
        "select profile from analysis_profile where object = $1 and at_stake > 0 \
         and (at_stake < $2 or (at_stake = $2 and record > $3)) order by at_stake desc, record limit $4",
        &[object.into(), stake.into(), id.into(), limit.into()],
    )?;
    Ok(rows.iter().filter_map(|row| serde_json::from_str(row.text(0)).ok()).collect())
}

/// A group that the data fell into.
#[derive(Debug, Clone)]
pub struct Cluster {
    pub id: Id,
    pub object: String,
    pub version: i64,
    pub name: String,
    pub is_named: bool,
    pub portrait: Json,
}

pub fn clusters(reader: &mut Reader, object: &str) -> Result<Vec<Cluster>> {
    let rows = reader.tx.query(
        "select id, object, version, name, is_named, portrait from analysis_cluster where object = $1 order by id",
        &[object.into()],
    )?;
    Ok(rows.iter().map(cluster).collect())
}

pub fn cluster_of(reader: &mut Reader, id: Id) -> Result<Option<Cluster>> {
    let row = reader.tx.one(
        "select id, object, version, name, is_named, portrait from analysis_cluster where id = $1",
        &[id.into()],
    )?;
    Ok(row.as_ref().map(cluster))
}

fn cluster(row: &Row) -> Cluster {
    Cluster {
        id: row.id(0),
        object: row.text(1).to_string(),
        version: row.int(2),
        name: row.text(3).to_string(),
        is_named: row.flag(4),
        portrait: serde_json::from_str(row.text(5)).unwrap_or(Json::Null),
    }
}

/// The groups of the newest look; those of earlier ones that no longer exist go.
pub fn put_clusters(op: &mut Operation, object: &str, clusters: &[Cluster]) -> Result<()> {
    op.tx.execute("delete from analysis_cluster where object = $1", &[object.into()])?;
    for cluster in clusters {
        op.tx.execute(
            "insert into analysis_cluster (id, object, version, name, is_named, portrait) values ($1, $2, $3, $4, $5, $6)",
            &[
                cluster.id.into(),
                object.into(),
                cluster.version.into(),
                cluster.name.as_str().into(),
                i64::from(cluster.is_named).into(),
                cluster.portrait.to_string().into(),
            ],
        )?;
    }
    Ok(())
}

/// Gives a group another name, also in the records of its members.
pub fn rename(op: &mut Operation, cluster: &Cluster, name: &str) -> Result<()> {
    op.tx.execute(
        "update analysis_cluster set name = $2, is_named = 1 where id = $1",
        &[cluster.id.into(), name.into()],
    )?;
    op.tx.execute(
        &format!("update {} set cluster = $2 where cluster = $1", cluster.object),
        &[cluster.name.as_str().into(), name.into()],
    )?;
    tell(op, &cluster.object, 0)
}

/// Money as the API shows it.
pub fn money(amount: i64, currency: Currency) -> Json {
    json!(Money::new(amount, currency))
}

/// What is said of somebody goes when they are erased.
pub struct Profiles;

impl Copies for Profiles {
    fn forget(&self, app: &App, parties: &[Id]) -> Result<()> {
        let parties: Arc<[Id]> = parties.into();
        app.write_now(&Principal::system("erase"), move |op| {
            let sets: Vec<Vec<Arg>> = parties.iter().map(|id| vec![(*id).into()]).collect();
            op.tx.execute_many("delete from analysis_profile where record = $1", &sets)?;
            op.tx.execute_many("delete from analysis_history where record = $1", &sets)?;
            Ok(())
        })
    }
}

/// How many went from which segment to which, between two looks.
#[derive(Debug, Clone, Default)]
pub struct Moves(pub BTreeMap<(String, String), i64>);

impl Moves {
    pub fn add(&mut self, moves: Vec<(String, String)>) {
        for step in moves {
            *self.0.entry(step).or_default() += 1;
        }
    }

    /// Rows from, columns to; the last of each is "not a customer then".
    pub fn to_json(&self, names: &[String]) -> Json {
        let count = |from: &str, to: &str| self.0.get(&(from.to_string(), to.to_string())).copied().unwrap_or(0);
        let froms = names.iter().map(String::as_str).chain([""]);
        let rows: Vec<Vec<i64>> = froms.map(|from| names.iter().map(|to| count(from, to)).collect()).collect();
        json!({ "segments": names, "counts": rows })
    }
}
