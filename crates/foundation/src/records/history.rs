//! The history of a record's fields, read from the ledger's lines about its changes.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use db::Arg;
use kernel::{Class, Id, Result};
use serde_json::{Map, Value as Json, json};

use super::catalogue::Object;
use crate::access::audit::Look;
use crate::ledger::{self, Line};
use crate::operation::Reader;

/// The names of the fields that changed after `version`.
pub fn fields_changed_since(
    reader: &mut Reader,
    object: &Arc<Object>,
    id: Id,
    version: i64,
) -> Result<HashSet<String>> {
    let mut fields = HashSet::new();
    for line in updates(reader, object, id, None, 1000)? {
        if line.props.get("version").and_then(Json::as_i64).is_some_and(|v| v <= version) {
            break;
        }
        fields.extend(changes_of(reader, &line)?.keys().cloned());
    }
    Ok(fields)
}

/// The changes of single fields, newest first: who, when, from what, to what.
pub fn page(reader: &mut Reader, object: &Arc<Object>, id: Id, before: Option<Id>, limit: usize) -> Result<Json> {
    let lines = updates(reader, object, id, before, limit)?;
    let next = (lines.len() == limit).then(|| lines.last().map(|line| line.id)).flatten();
    let people = ledger::names(reader, lines.iter().filter_map(|line| line.actor))?;
    let mut data = Vec::new();
    let mut special = BTreeSet::new();
    for line in &lines {
        for (name, pair) in changes_of(reader, line)? {
            if !visible(reader, object, &name) {
                continue;
            }
            if object.def.field(&name).is_some_and(|field| field.class == Class::Special) {
                special.insert(name.clone());
            }
            data.push(json!({
                "at": line.at, "change": line.change, "channel": line.channel, "source": line.source,
                "actor": line.actor.map(|id| json!({ "id": id, "name": people.get(&id) })),
                "field": name, "old": pair.get(0), "new": pair.get(1),
            }));
        }
    }
    if !special.is_empty() {
        // What a field once said tells as much as what it says now.
        let fields = special.into_iter().collect();
        reader.looks.push(Look { object: object.def.name.clone(), fields, records: vec![id] });
    }
    Ok(json!({ "data": data, "next": next }))
}

fn visible(reader: &Reader, object: &Object, field: &str) -> bool {
    object.def.field(field).is_some()
        && !reader.who.access.on(&object.def.name).hidden_fields.contains(field)
        && !crate::workspace::views::hides_past(reader, &object.def.name, field)
}

/// The lines of a record's changes, newest first.
pub fn updates(
    reader: &mut Reader,
    object: &Arc<Object>,
    id: Id,
    before: Option<Id>,
    limit: usize,
) -> Result<Vec<Line>> {
    let kind = format!("{}.updated", object.def.name);
    let column = if object.def.party { "party" } else { "record" };
    let args = [
        id.into(),
        kind.into(),
        before.map_or(Arg::Id(Id(uuid::Uuid::max())), Arg::Id),
        i64::try_from(limit).unwrap_or(50).into(),
    ];
    // The last three are what the index of a party's own changes holds.
    let own = if object.def.party {
        "and e.record is null and e.object is not null and e.kind not like '%.created'"
    } else {
        ""
    };
    let sql = format!(
        "{} where e.{column} = $1 and e.kind = $2 and e.id < $3 {own} order by e.id desc limit $4",
        ledger::SELECT
    );
    Ok(reader.tx.query(&sql, &args)?.iter().map(Line::from_row).collect())
}

/// Field name to `[old, new]`, sealed ones opened; what was erased is absent.
pub fn changes_of(reader: &mut Reader, line: &Line) -> Result<Map<String, Json>> {
    let mut changes = line.props.get("changes").and_then(Json::as_object).cloned().unwrap_or_default();
    if let Some(personal) = ledger::open_sealed(reader, line)?
        && let Some(sealed) = personal.get("changes").and_then(Json::as_object)
    {
        changes.extend(sealed.clone());
    }
    Ok(changes)
}
