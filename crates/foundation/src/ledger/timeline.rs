//! Timelines: the lines of a party or a record, newest first, each told in a sentence, under the reader's rights.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use db::Arg;
use kernel::object::FieldType;
use kernel::{Class, Id, Result};
use serde_json::{Map, Value as Json, json};

use super::{Line, Position, SELECT, subscribe};
use crate::access::Action;
use crate::access::audit::Look;
use crate::operation::Reader;
use crate::records::catalogue::Object;
use crate::records::{merged, read};

/// Which lines.
#[derive(Debug, Default, Clone)]
pub struct TimelineQuery {
    /// Kinds, each whole or ending in `.*`; empty for all.
    pub kinds: Vec<String>,
    /// Lines before this one.
    pub before: Option<Id>,
    pub limit: usize,
}

/// A page of a record's timeline, as the API shows it.
pub fn page(reader: &mut Reader, object: &Arc<Object>, id: Id, query: &TimelineQuery) -> Result<Json> {
    read::get(reader, object, id)?;
    let limit = query.limit.clamp(1, kernel::limits::PAGE);
    let mut lines = Vec::new();
    if object.def.party {
        for party in merged::ids_of(reader, id)? {
            lines.extend(walk(reader, "e.party = $1", "", party, query, limit)?);
            lines.extend(walk(reader, "a.party = $1", "a.", party, query, limit)?);
        }
        lines.sort_by_key(|line| std::cmp::Reverse(line.id));
        lines.dedup_by_key(|line| line.id);
    } else {
        for record in merged::ids_of(reader, id)? {
            lines.extend(walk(reader, "e.record = $1", "", record, query, limit)?);
        }
        for hanging in hanging(reader, object) {
            lines.extend(walk(reader, &hanging, "", id, query, limit)?);
        }
        lines.sort_by_key(|line| std::cmp::Reverse(line.id));
        lines.dedup_by_key(|line| line.id);
    }
    lines.truncate(limit);
    let next = (lines.len() == limit).then(|| lines.last().map(|line| line.id)).flatten();
    let data = show(reader, &lines)?;
    Ok(json!({ "data": data, "next": next }))
}

/// What happened to records that hang on this one belongs to its story: a note on a deal, the return of an order. Only
/// among records that concern a customer: a stage or a product is linked from far more than anybody reads at once.
fn hanging(reader: &Reader, object: &Object) -> Vec<String> {
    if object.def.party_links.is_empty() {
        return Vec::new();
    }
    let mut conditions = Vec::new();
    for other in reader.catalogue.objects().iter().filter(|other| !other.def.party && !other.def.party_links.is_empty())
    {
        let hidden = &reader.who.access.on(&other.def.name).hidden_fields;
        for (place, field) in other.def.fields.iter().enumerate() {
            let links_here = matches!(&field.kind, FieldType::Link { target } if *target == object.def.name)
                && !hidden.contains(&field.name);
            let Some(column) = other.columns_of(place).first().filter(|_| links_here) else { continue };
            // What lies in the bin is told no more, and the indexes of links know only what does not.
            let (table, link) = (&other.def.table, &column.name);
            conditions
                .push(format!("e.record in (select r.id from {table} r where r.{link} = $1 and r.deleted_at is null)"));
        }
    }
    conditions
}

fn walk(
    reader: &mut Reader,
    condition: &str,
    also: &str,
    id: Id,
    query: &TimelineQuery,
    limit: usize,
) -> Result<Vec<Line>> {
    let mut args = vec![Arg::Id(id), Arg::Id(query.before.unwrap_or(Id(uuid::Uuid::max())))];
    let kinds = kinds_sql(&query.kinds, &mut args);
    args.push(Arg::Int(i64::try_from(limit).unwrap_or(50)));
    let place = args.len();
    let sql = if also.is_empty() {
        format!("{SELECT} where {condition} and e.id < $2 and {kinds} order by e.id desc limit ${place}")
    } else {
        format!(
            "{SELECT} join event_also a on a.main = e.party and a.id = e.id where {condition} and a.id < $2 and {kinds} \
             order by a.id desc limit ${place}"
        )
    };
    Ok(reader.tx.query(&sql, &args)?.iter().map(Line::from_row).collect())
}

/// A condition on `e.kind`; a pattern `order.*` is a range of the alphabet.
pub fn kinds_sql(kinds: &[String], args: &mut Vec<Arg>) -> String {
    if kinds.is_empty() || kinds.iter().any(|kind| kind == "*") {
        return "1 = 1".into();
    }
    let mut any = Vec::new();
    for kind in kinds.iter().take(50) {
        match kind.strip_suffix(".*") {
            Some(family) => {
                args.push(Arg::Text(format!("{family}.")));
                args.push(Arg::Text(format!("{family}/")));
                any.push(format!("(e.kind >= ${} and e.kind < ${})", args.len() - 1, args.len()));
            }
            None => {
                args.push(Arg::text(kind.as_str()));
                any.push(format!("e.kind = ${}", args.len()));
            }
        }
    }
    format!("({})", any.join(" or "))
}

/// Lines as the API shows them. What the reader may not see is left out: lines about records out of their reach, hidden
/// fields among changes, and lines of parties they may not read.
pub fn show(reader: &mut Reader, lines: &[Line]) -> Result<Vec<Json>> {
    let opened = super::open_all(reader, lines)?;
    let names = super::names(reader, lines.iter().filter_map(|line| line.actor))?;
    let now = now_of(reader, lines)?;
    let titles = titles(reader, lines, &now)?;
    let parties = visible_parties(reader, lines, &now)?;
    let language = reader.who.language.clone();
    let mut data = Vec::with_capacity(lines.len());
    for line in lines {
        let object = line.object.as_deref().and_then(|name| reader.catalogue.named(name).cloned());
        // Who sees the record that another became sees what happened with that one.
        let about = line.about().map(|id| now.get(&id).copied().unwrap_or(id));
        if let (Some(object), Some(about)) = (&object, about) {
            let access = reader.who.access.on(&object.def.name);
            if !access.allows(Action::Read) || !titles.contains_key(&about) {
                continue;
            }
        } else if line.party.is_some_and(|party| !parties.contains(now.get(&party).unwrap_or(&party))) {
            continue;
        }
        let mut props = line.props.clone();
        if let Some(personal) = opened.get(&line.id) {
            merge(&mut props, personal);
        }
        if let Some(object) = &object {
            hide(reader, object, &mut props);
            look(reader, object, about, &props);
        }
        let labels = labels(&language, line, object.as_deref(), &props, &titles);
        let text = events::sentence(&line.kind, &language, &props, &labels);
        data.push(json!({
            "id": line.id,
            "seq": line.seq,
            "at": line.at,
            "kind": line.kind,
            "text": text,
            "actor": line.actor.map(|id| json!({ "id": id, "name": names.get(&id) })),
            "channel": line.channel,
            "source": line.source,
            "party": line.party,
            "record": about.zip(line.object.as_ref()).map(|(id, name)| json!({
                "object": name, "id": id, "title": titles.get(&id).map(|(_, title)| title).or(line.label.as_ref()),
            })),
            "amount": line.amount,
            "props": props,
            "change": line.change,
        }));
    }
    Ok(data)
}

/// Titles of all records that the lines name, those that the reader may read.
fn titles(reader: &mut Reader, lines: &[Line], now: &HashMap<Id, Id>) -> Result<HashMap<Id, (String, String)>> {
    let mut wanted: BTreeMap<String, Vec<Id>> = BTreeMap::new();
    for line in lines {
        if let (Some(object), Some(id)) = (&line.object, line.about()) {
            let ids = wanted.entry(object.clone()).or_default();
            ids.push(id);
            ids.extend(now.get(&id));
        }
        for (name, value) in &line.props {
            if let Some(id) = value.as_str().and_then(Id::parse) {
                for object in targets(reader, line, name) {
                    wanted.entry(object).or_default().push(id);
                }
            }
        }
    }
    Ok(read::titles_of(reader, wanted)?.0)
}

/// Who the records and parties of the lines are now, where they were joined to others.
fn now_of(reader: &mut Reader, lines: &[Line]) -> Result<HashMap<Id, Id>> {
    let mut ids: Vec<Id> = lines.iter().flat_map(|line| line.about().into_iter().chain(line.party)).collect();
    ids.sort();
    ids.dedup();
    merged::now_of(reader, &ids)
}

/// What a property that holds an id may point to: the object of that name, or the target of the record's link field.
fn targets(reader: &Reader, line: &Line, property: &str) -> Vec<String> {
    if reader.catalogue.named(property).is_some() {
        return vec![property.to_string()];
    }
    let object = line.object.as_deref().and_then(|name| reader.catalogue.named(name));
    let field = object.and_then(|object| object.def.field(property));
    if let Some(target) = field.and_then(|field| field.kind.target()) {
        return vec![target.to_string()];
    }
    match property.rsplit_once('_') {
        Some((_, last)) if reader.catalogue.named(last).is_some() => vec![last.to_string()],
        _ => match property {
            "customer" | "person" => vec!["contact".into()],
            "author" | "assignee" | "agent" => vec!["user".into()],
            "from" | "to" => vec!["stage".into()],
            // Who a record was joined to, or taken out of, is of its own kind.
            "into" | "out_of" => line.object.clone().into_iter().collect(),
            _ => Vec::new(),
        },
    }
}

fn visible_parties(reader: &mut Reader, lines: &[Line], now: &HashMap<Id, Id>) -> Result<HashSet<Id>> {
    let parties = lines.iter().filter(|line| line.object.is_none()).filter_map(|line| line.party);
    let ids: Vec<Id> = parties.map(|id| now.get(&id).copied().unwrap_or(id)).collect();
    if ids.is_empty() {
        return Ok(HashSet::new());
    }
    let parties: Vec<String> =
        reader.catalogue.objects().iter().filter(|o| o.def.party).map(|o| o.def.name.clone()).collect();
    let readable = parties.into_iter().filter(|name| reader.who.access.on(name).allows(Action::Read));
    let wanted = readable.map(|name| (name, ids.clone())).collect();
    Ok(read::titles_of(reader, wanted)?.0.into_keys().collect())
}

fn merge(props: &mut Map<String, Json>, personal: &Map<String, Json>) {
    for (name, value) in personal {
        match (props.get_mut(name).and_then(Json::as_object_mut), value.as_object()) {
            (Some(open), Some(sealed)) => open.extend(sealed.clone()),
            _ => drop(props.insert(name.clone(), value.clone())),
        }
    }
}

fn hide(reader: &Reader, object: &Object, props: &mut Map<String, Json>) {
    let hidden = &reader.who.access.on(&object.def.name).hidden_fields;
    props.retain(|name, _| !hidden.contains(name));
    if let Some(changes) = props.get_mut("changes").and_then(Json::as_object_mut) {
        let hides_past = |name: &str| crate::workspace::views::hides_past(reader, &object.def.name, name);
        changes.retain(|name, _| !hidden.contains(name) && !hides_past(name));
    }
}

/// Changes of special fields that are shown are looked at as the fields themselves are.
fn look(reader: &mut Reader, object: &Object, about: Option<Id>, props: &Map<String, Json>) {
    let changes = props.get("changes").and_then(Json::as_object);
    let is_special = |name: &&String| object.def.field(name).is_some_and(|field| field.class == Class::Special);
    let fields: Vec<String> =
        changes.into_iter().flat_map(|changes| changes.keys()).filter(is_special).cloned().collect();
    if !fields.is_empty() {
        reader.looks.push(Look { object: object.def.name.clone(), fields, records: about.into_iter().collect() });
    }
}

fn labels(
    language: &str,
    line: &Line,
    object: Option<&Object>,
    props: &Map<String, Json>,
    titles: &HashMap<Id, (String, String)>,
) -> BTreeMap<String, String> {
    let mut labels = BTreeMap::new();
    let title = |id: Id| titles.get(&id).map(|(_, title)| title.clone());
    if let Some(object) = object {
        labels.insert("object".to_string(), object.def.label.get(language).to_lowercase());
        if let Some(changes) = props.get("changes").and_then(Json::as_object) {
            let fields: Vec<&str> = changes
                .keys()
                .filter_map(|name| object.def.field(name))
                .map(|field| field.label.get(language))
                .collect();
            labels.insert("fields".to_string(), fields.join(", ").to_lowercase());
        }
    }
    if let Some(name) = line.about().and_then(title).or_else(|| line.label.clone()) {
        labels.insert("record".to_string(), name);
    }
    if let Some(name) = line.party.and_then(title) {
        labels.insert("party".to_string(), name);
    }
    if let Some(amount) = line.amount {
        labels.insert("amount".to_string(), events::amount(&amount, language));
    }
    for (name, value) in props {
        if let Some(name_of) = value.as_str().and_then(Id::parse).and_then(title) {
            labels.insert(name.clone(), name_of);
        }
    }
    labels
}

/// Lines of the ledger as outside readers and the live stream get them.
#[derive(Debug)]
pub struct Told {
    /// Each line with the position behind it.
    pub lines: Vec<(Position, Json)>,
    /// Where to go on from.
    pub next: Position,
    /// More may be there already.
    pub more: bool,
}

/// Lines of any party in the order of their positions.
pub fn after(reader: &mut Reader, position: Position, kinds: &[String], limit: usize) -> Result<Told> {
    let limit = limit.clamp(1, 1000);
    let most = i64::try_from(limit).unwrap_or(1000);
    let read = subscribe::chosen_after(reader.tx, position, most, |args| kinds_sql(kinds, args))?;
    let more = read.len() == limit;
    let next = match read.last() {
        Some((last, _)) if more => *last,
        // All that is settled was looked through: none of it need be again.
        _ => subscribe::head(reader.tx)?.max(position),
    };
    let positions: HashMap<i64, Position> = read.iter().map(|(position, line)| (line.seq, *position)).collect();
    let lines: Vec<Line> = read.into_iter().map(|(_, line)| line).collect();
    let place = |line: &Json| line.get("seq").and_then(Json::as_i64).and_then(|seq| positions.get(&seq).copied());
    let lines = show(reader, &lines)?.into_iter().map(|line| (place(&line).unwrap_or(next), line)).collect();
    Ok(Told { lines, next, more })
}
