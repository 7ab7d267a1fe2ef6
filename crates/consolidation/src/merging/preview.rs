//! Merges as people see them: what one would do, and those that a record went through.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use foundation::Reader;
use foundation::ledger;
use foundation::records::{Object, merged, read};
use kernel::{Id, Result};
use serde_json::{Map, Value as Json, json};

use super::plan::{self, Asked, Decision, Found, Plan};
use super::queries::{self, Stored};

/// Lines of the ledger are counted up to here.
const MOST_LINES: i64 = 10_000;
/// Merges of one record that are shown.
const MOST_MERGES: i64 = 200;

/// What a merge would do, and nothing is written.
pub fn preview(reader: &mut Reader, object: &Arc<Object>, asked: &Asked) -> Result<Json> {
    let plan = match plan::make(reader, object, asked)? {
        Found::Several(plan) => plan,
        Found::One(now) => {
            let record = read::get(reader, object, now)?;
            let records = read::show(reader, object, &[record], None)?;
            return Ok(
                json!({ "object": object.def.name, "survivor": now, "one_already": true, "records": records, "fields": [] }),
            );
        }
    };
    let mut records = vec![plan.survivor.clone()];
    records.extend(plan.others.iter().cloned());
    let shown = read::show(reader, object, &records, None)?;
    let fields: Vec<Json> = plan.decisions.iter().filter_map(|decision| field(reader, &plan, decision)).collect();
    Ok(json!({
        "object": object.def.name, "survivor": plan.survivor.id, "one_already": false,
        "records": shown, "fields": fields, "follows": follows(reader, &plan)?, "lost": [],
    }))
}

/// A field as the caller may see it.
fn field(reader: &Reader, plan: &Plan, decision: &Decision) -> Option<Json> {
    let field = plan.object.field(decision.position)?;
    let access = reader.who.access.on(&plan.object.def.name);
    if access.hidden_fields.contains(&field.name) {
        return None;
    }
    let values: Vec<Json> = decision
        .said
        .iter()
        .map(|(record, value, at, source)| {
            let source = source.as_ref().map(|source| &source.name);
            json!({ "record": record, "value": value.to_json(), "at": at, "source": source })
        })
        .collect();
    let is_filled = decision.said.iter().any(|(_, value, ..)| !value.is_null());
    Some(json!({
        "field": field.name, "label": field.label.get(&reader.who.language), "type": field.kind.name(),
        "section": field.section, "rule": decision.rule, "picked": decision.picked, "differs": decision.differs,
        "filled": is_filled, "can_pick": super::rules::can_pick(field) && !access.readonly_fields.contains(&field.name),
        "winner": decision.kept.winner, "value": decision.kept.value.to_json(), "values": values,
    }))
}

/// What comes along with the others.
fn follows(reader: &mut Reader, plan: &Plan) -> Result<Json> {
    let object = &plan.object;
    let mut links: BTreeMap<(String, String), (Json, i64)> = BTreeMap::new();
    let mut all = Vec::new();
    for other in &plan.others {
        let related = read::related(reader, object, other.id)?;
        for line in related.get("data").and_then(Json::as_array).into_iter().flatten() {
            let text = |name: &str| line.get(name).and_then(Json::as_str).unwrap_or_default().to_string();
            let count = line.get("count").and_then(Json::as_i64).unwrap_or(0);
            let sum = links.entry((text("object"), text("field"))).or_insert_with(|| (line.clone(), 0));
            sum.1 += count;
        }
        all.extend(merged::ids_of(reader, other.id)?);
    }
    let files =
        links.iter().filter(|((object, _), _)| object == "attachment").map(|(_, (_, count))| count).sum::<i64>();
    let language = reader.who.language.to_string();
    let label = |line: &Json, name: &str| {
        let labels = line.get(name);
        let text = labels.and_then(|labels| labels.get(&language).or_else(|| labels.get("en")));
        text.and_then(Json::as_str).unwrap_or_default().to_string()
    };
    let links: Vec<Json> = links
        .into_iter()
        .filter(|(_, (_, count))| *count > 0)
        .map(|((object, field), (line, count))| {
            json!({
                "object": object, "plural": line.get("plural"), "label": label(&line, "label"),
                "field": field, "field_label": label(&line, "field_label"), "count": count,
            })
        })
        .collect();
    let lines = queries::lines(reader, &all, object.def.party, MOST_LINES)?;
    let hidden = &reader.who.access.on(&object.def.name).hidden_fields;
    let mut identities = BTreeSet::new();
    for (position, field) in object.def.fields.iter().enumerate() {
        if field.identity && !hidden.contains(&field.name) {
            identities.extend(plan.others.iter().filter_map(|other| other.value(position).as_text()));
        }
    }
    Ok(json!({
        "links": links, "files": files, "identities": identities, "merged_before": all.len() - plan.others.len(),
        "events": { "count": lines.min(MOST_LINES), "exact": lines < MOST_LINES },
    }))
}

/// A merge as the caller may see it.
pub fn show(reader: &mut Reader, id: Id) -> Result<Json> {
    let merge = queries::merge(reader, id)?.ok_or(kernel::Error::NotFound)?;
    let object = reader.object(&merge.object)?;
    super::readable(reader, &object, merge.survivor)?;
    Ok(shown(reader, &object, vec![merge])?.pop().unwrap_or_default())
}

/// The merges that a record went through, newest first.
pub fn of_record(reader: &mut Reader, object: &Arc<Object>, id: Id) -> Result<Json> {
    let now = super::readable(reader, object, id)?;
    let ids = merged::ids_of(reader, now)?;
    let merges = queries::merges_of(reader, &ids, MOST_MERGES)?;
    Ok(json!({ "data": shown(reader, object, merges)? }))
}

fn shown(reader: &mut Reader, object: &Arc<Object>, merges: Vec<Stored>) -> Result<Vec<Json>> {
    let actors = merges.iter().flat_map(|merge| {
        merge.actor.into_iter().chain(merge.parts.iter().filter_map(|part| part.left_by)).collect::<Vec<_>>()
    });
    let names = ledger::names(reader, actors)?;
    let ids = merges.iter().flat_map(|merge| {
        std::iter::once(merge.survivor).chain(merge.parts.iter().map(|part| part.record)).collect::<Vec<_>>()
    });
    let titles = read::titles_of(reader, BTreeMap::from([(object.def.name.clone(), ids.collect())]))?.0;
    let named = |id: Id| json!({ "id": id, "title": titles.get(&id).map(|(_, title)| title) });
    let person = |id: Option<Id>| id.map(|id| json!({ "id": id, "name": names.get(&id) }));
    let mut out = Vec::with_capacity(merges.len());
    for merge in merges {
        let told = merge.open(reader)?;
        let records: Vec<Json> = merge
            .parts
            .iter()
            .map(|part| {
                let mut record = named(part.record);
                if let Some(record) = record.as_object_mut() {
                    record.insert("left_at".into(), json!(part.left_at));
                    record.insert("left_by".into(), json!(person(part.left_by)));
                }
                record
            })
            .collect();
        let standing = merge.standing().len();
        let state = match standing {
            0 => "undone",
            n if n == merge.parts.len() => "standing",
            _ => "partly_undone",
        };
        out.push(json!({
            "id": merge.id, "object": merge.object, "at": merge.at, "actor": person(merge.actor), "change": merge.change,
            "state": state, "survivor": named(merge.survivor), "records": records,
            "why": told.as_ref().and_then(|told| told.get("why")), "fields": winners(reader, object, told.as_ref()),
        }));
    }
    Ok(out)
}

/// Who won in which field, as far as the caller may see the fields.
fn winners(reader: &Reader, object: &Object, told: Option<&Json>) -> Vec<Json> {
    let hidden = &reader.who.access.on(&object.def.name).hidden_fields;
    let fields = told.and_then(|told| told.get("fields")).and_then(Json::as_array);
    let mut out = Vec::new();
    for told in fields.into_iter().flatten().filter_map(Json::as_object) {
        let id = told.get("field").and_then(Json::as_str).unwrap_or_default();
        let Some(field) = object.def.fields.iter().find(|field| field.id == id) else { continue };
        if hidden.contains(&field.name) {
            continue;
        }
        let mut line = Map::new();
        line.insert("field".into(), json!(field.name));
        line.insert("label".into(), json!(field.label.get(&reader.who.language)));
        line.insert("rule".into(), told.get("rule").cloned().unwrap_or_default());
        line.insert("winner".into(), told.get("winner").cloned().unwrap_or_default());
        out.push(line.into());
    }
    out
}
