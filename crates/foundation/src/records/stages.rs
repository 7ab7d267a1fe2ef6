//! Stages: how long a record stood in each value of one field, read from the ledger's lines about its changes.

use std::collections::HashMap;
use std::sync::Arc;

use db::Arg;
use kernel::object::FieldType;
use kernel::{Error, Id, Result, Time, Value};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::catalogue::Object;
use super::figures;
use super::history;
use super::read;
use super::record::{CHUNK, Record, id_list};
use crate::access::Action;
use crate::ledger::{self, Line};
use crate::operation::Reader;

/// Records of one question.
const MOST: usize = 200;
/// The field that says after how many days something in a stage is stale.
const ROTTING: &str = "rotting_days";
const DAY_MS: f64 = 86_400_000.0;

/// Many records at once, for the cards of a board.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    pub ids: Vec<Id>,
    #[serde(default)]
    pub field: Option<String>,
}

/// A stretch in which a record stood in one value.
struct Stay {
    value: Json,
    entered_at: Time,
    left_at: Option<Time>,
}

impl Stay {
    fn days(&self, now: Time) -> f64 {
        days(self.left_at.unwrap_or(now).0 - self.entered_at.0)
    }
}

fn days(ms: i64) -> f64 {
    (ms.max(0) as f64 / DAY_MS * 10.0).round() / 10.0
}

/// What a value is called, and when something in it is stale.
#[derive(Default, Clone)]
struct Named {
    label: Option<String>,
    rotting_days: Option<i64>,
}

/// In which stages a record was, since when and for how long.
pub fn of_record(reader: &mut Reader, object: &Arc<Object>, id: Id, field: Option<&str>) -> Result<Json> {
    reader.who.need(&object.def.name, Action::Read)?;
    let record = read::get(reader, object, id)?;
    let position = position(reader, object, field)?;
    let name = object.field(position).map(|field| field.name.clone()).unwrap_or_default();
    let mut stays = stays(reader, object, std::slice::from_ref(&record), position)?.remove(&id).unwrap_or_default();
    stays.retain(|stay| !stay.value.is_null());
    let named = named(reader, object, position, stays.iter().map(|stay| &stay.value))?;
    let now = reader.now;
    let label = |value: &Json| named.get(&word(value)).and_then(|named| named.label.clone());

    let data: Vec<Json> = stays
        .iter()
        .map(|stay| {
            json!({ "value": stay.value, "label": label(&stay.value), "entered_at": stay.entered_at, "left_at": stay.left_at, "days": stay.days(now) })
        })
        .collect();
    let mut sums: Vec<(&Json, i64)> = Vec::new();
    for stay in &stays {
        let length = stay.left_at.unwrap_or(now).0 - stay.entered_at.0;
        match sums.iter_mut().find(|(value, _)| *value == &stay.value) {
            Some((_, sum)) => *sum += length,
            None => sums.push((&stay.value, length)),
        }
    }
    let per_value: Vec<Json> = sums
        .into_iter()
        .map(|(value, ms)| json!({ "value": value, "label": label(value), "days": days(ms) }))
        .collect();
    let current = stays.last().filter(|stay| stay.left_at.is_none()).map(|stay| {
        let mut current = standing(stay, &named, now);
        if let Some(current) = current.as_object_mut() {
            current.insert("label".into(), json!(label(&stay.value)));
        }
        current
    });
    Ok(json!({ "field": name, "data": data, "per_value": per_value, "current": current }))
}

/// Since when each of these records stands where it stands; those that may not be read are left out.
pub fn of_many(reader: &mut Reader, object: &Arc<Object>, asked: &Asked) -> Result<Json> {
    reader.who.need(&object.def.name, Action::Read)?;
    if asked.ids.len() > MOST {
        return Err(Error::TooLarge(format!("at most {MOST} records at once")));
    }
    let position = position(reader, object, asked.field.as_deref())?;
    let name = object.field(position).map(|field| field.name.clone()).unwrap_or_default();
    let records = read::get_many(reader, object, &asked.ids)?;
    let stays = stays(reader, object, &records, position)?;
    let last = |id: &Id| stays.get(id).and_then(|stays| stays.last()).filter(|stay| !stay.value.is_null());
    let named = named(reader, object, position, asked.ids.iter().filter_map(last).map(|stay| &stay.value))?;
    let now = reader.now;
    let data: Vec<Json> = asked
        .ids
        .iter()
        .filter_map(|id| {
            let mut standing = standing(last(id)?, &named, now);
            standing.as_object_mut()?.insert("id".into(), json!(id));
            Some(standing)
        })
        .collect();
    Ok(json!({ "field": name, "data": data }))
}

fn standing(stay: &Stay, named: &HashMap<String, Named>, now: Time) -> Json {
    let rotting = named.get(&word(&stay.value)).and_then(|named| named.rotting_days);
    let is_stale = rotting.is_some_and(|most| now.0 - stay.entered_at.0 > most.saturating_mul(86_400_000));
    json!({ "value": stay.value, "entered_at": stay.entered_at, "days": stay.days(now), "rotting_days": rotting, "is_stale": is_stale })
}

/// The field that is asked about, or the one that says where a record stands.
fn position(reader: &Reader, object: &Object, asked: Option<&str>) -> Result<usize> {
    let stands = |position: &usize| {
        let stored = object.field(*position).map(|field| field.kind.stored());
        matches!(stored, Some(FieldType::Link { .. } | FieldType::Choice { .. }))
    };
    if let Some(name) = asked {
        let position = figures::visible(reader, object, name, "/field")?;
        return if stands(&position) {
            Ok(position)
        } else {
            Err(Error::invalid("/field", "wrong_type", format!("`{name}` is neither a choice nor a link")))
        };
    }
    let known = ["stage", "status"].into_iter();
    let found = known.filter_map(|name| figures::visible(reader, object, name, "").ok()).find(stands);
    found.ok_or_else(|| Error::invalid("/field", "required", "say which field tells the stages"))
}

/// The stays of each record, oldest first. The first began when the record was made.
fn stays(
    reader: &mut Reader,
    object: &Arc<Object>,
    records: &[Record],
    position: usize,
) -> Result<HashMap<Id, Vec<Stay>>> {
    let Some(name) = object.field(position).map(|field| field.name.clone()) else { return Ok(HashMap::new()) };
    let mut moves: HashMap<Id, Vec<(Time, Json, Json)>> = HashMap::new();
    let ids: Vec<Id> = records.iter().map(|record| record.id).collect();
    figures::looked(reader, object, std::iter::once(name.as_str()), &ids);
    let column = if object.def.party { "party" } else { "record" };
    let own = if object.def.party { " and (e.record is null or e.record = e.party)" } else { "" };
    for chunk in ids.chunks(CHUNK) {
        let mut args = vec![Arg::Text(format!("{}.updated", object.def.name))];
        let list = id_list(chunk, &mut args);
        let sql = format!("{} where e.{column} in ({list}) and e.kind = $1{own} order by e.id", ledger::SELECT);
        let lines: Vec<Line> = reader.tx.query(&sql, &args)?.iter().map(Line::from_row).collect();
        for line in lines {
            let Some(id) = line.about() else { continue };
            if let Some(pair) = history::changes_of(reader, &line)?.get(&name) {
                let side = |n: usize| pair.get(n).cloned().unwrap_or(Json::Null);
                moves.entry(id).or_default().push((line.at, side(0), side(1)));
            }
        }
    }
    let mut all = HashMap::with_capacity(records.len());
    for record in records {
        let moves = moves.remove(&record.id).unwrap_or_default();
        let first = moves.first().map_or_else(|| record.value(position).to_json(), |(_, old, _)| old.clone());
        let mut stays = vec![Stay { value: first, entered_at: record.created_at, left_at: None }];
        for (at, _, new) in moves {
            if let Some(last) = stays.last_mut() {
                last.left_at = Some(at);
            }
            stays.push(Stay { value: new, entered_at: at, left_at: None });
        }
        all.insert(record.id, stays);
    }
    Ok(all)
}

fn word(value: &Json) -> String {
    value.as_str().unwrap_or_default().to_string()
}

fn named<'v>(
    reader: &mut Reader,
    object: &Object,
    position: usize,
    values: impl Iterator<Item = &'v Json>,
) -> Result<HashMap<String, Named>> {
    let mut values: Vec<String> = values.map(word).collect();
    values.sort();
    values.dedup();
    let Some(field) = object.field(position) else { return Ok(HashMap::new()) };
    if let Some(options) = field.kind.options() {
        let language = reader.who.language.clone();
        let label = |value: &String| options.iter().find(|option| option.value == *value);
        return Ok(values
            .into_iter()
            .map(|value| {
                let label = label(&value).map(|option| option.label.get(&language).to_string());
                (value, Named { label, rotting_days: None })
            })
            .collect());
    }
    let Some(target) = field.kind.target().and_then(|target| reader.catalogue.named(target).cloned()) else {
        return Ok(HashMap::new());
    };
    if !reader.who.access.on(&target.def.name).allows(Action::Read) {
        return Ok(HashMap::new());
    }
    let ids: Vec<Id> = values.iter().filter_map(|value| Id::parse(value)).collect();
    let mut found = HashMap::new();
    let visible = |name: &str| figures::visible(reader, &target, name, "").is_ok();
    let (tells_rotting, tells_kind) = (visible(ROTTING), visible("kind"));
    for record in read::get_many(reader, &target, &ids)? {
        // Won is not stale, nor is lost.
        let is_over = tells_kind && matches!(record.get(&target, "kind").as_text(), Some("won" | "lost"));
        let rotting_days = match record.get(&target, ROTTING) {
            Value::Int(days) if tells_rotting && *days > 0 && !is_over => Some(*days),
            _ => None,
        };
        found.insert(record.id.to_string(), Named { label: Some(record.title.clone()), rotting_days });
    }
    Ok(found)
}
