//! What somebody keeps at hand: favourites in an order of their own, and what they opened last.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use kernel::{Error, Id, Result};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use crate::access::Action;
use crate::operation::{Operation, Reader};
use crate::records::record::Record;
use crate::records::{Object, merged, read};

/// Favourites of one person.
const MOST_FAVOURITES: i64 = 500;
/// Opened records that are remembered for one person.
const MOST_RECENTS: usize = 100;

/// A record by its object and id.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Which {
    pub object: String,
    pub id: Id,
}

fn whose(reader: &Reader) -> Id {
    reader.who.user.unwrap_or(reader.who.id)
}

/// The caller's favourites, in their order; those that may not be read any more are left out.
pub fn favourites(reader: &mut Reader) -> Result<Json> {
    let sql = format!(
        "select object, record, 0 from favourite where user_id = $1 order by position, record limit {MOST_FAVOURITES}"
    );
    let rows = reader.tx.query(&sql, &[whose(reader).into()])?;
    Ok(json!({ "data": named(reader, &rows, false)? }))
}

/// Rows of object, id and moment as people know them.
fn named(reader: &mut Reader, rows: &[db::Row], with_time: bool) -> Result<Vec<Json>> {
    // What was joined to another record is that one, once.
    let ids: Vec<Id> = rows.iter().map(|row| row.id(1)).collect();
    let now = merged::now_of(reader, &ids)?;
    let mut told = BTreeSet::new();
    let rows: Vec<(&db::Row, Id)> = rows
        .iter()
        .map(|row| (row, now.get(&row.id(1)).copied().unwrap_or(row.id(1))))
        .filter(|(_, id)| told.insert(*id))
        .collect();
    let mut wanted: BTreeMap<String, Vec<Id>> = BTreeMap::new();
    for (row, id) in &rows {
        wanted.entry(row.text(0).to_string()).or_default().push(*id);
    }
    let mut found: BTreeMap<Id, (Arc<Object>, Record)> = BTreeMap::new();
    for (name, ids) in wanted {
        let Some(object) = reader.catalogue.named(&name).cloned() else { continue };
        if !reader.who.access.on(&name).allows(Action::Read) {
            continue;
        }
        for record in read::get_many(reader, &object, &ids)? {
            if record.deleted_at.is_none() {
                found.insert(record.id, (object.clone(), record));
            }
        }
    }
    let mut out = Vec::with_capacity(rows.len());
    for (row, id) in rows {
        let Some((object, record)) = found.get(&id) else { continue };
        let hidden = &reader.who.access.on(&object.def.name).hidden_fields;
        let subtitle = record.fill_seen(object, &object.subtitle, &|field| !hidden.contains(field));
        let mut item = json!({
            "object": object.def.name, "plural": object.def.plural, "id": record.id, "title": record.title,
            "subtitle": subtitle, "icon": object.def.icon,
        });
        if let Some(item) = item.as_object_mut() {
            if with_time {
                item.insert("at".into(), json!(row.time(2)));
            }
            let of = record.get(object, "object_name").as_text().filter(|_| object.def.name == super::views::VIEW);
            if let Some(of) = of.and_then(|of| reader.catalogue.named(of)) {
                item.insert("view_of".into(), json!(of.def.plural));
            }
        }
        out.push(item);
    }
    Ok(out)
}

/// Adds a record at the end. Adding it again changes nothing.
pub fn add(op: &mut Operation, objects: &str, id: Id) -> Result<Json> {
    let object = op.object(objects)?;
    op.who.need(&object.def.name, Action::Read)?;
    let id = merged::now(op, id)?;
    read::get(op, &object, id)?;
    let user = whose(op);
    let row =
        op.tx.one("select count(*), coalesce(max(position), 0) from favourite where user_id = $1", &[user.into()])?;
    let (count, last) = row.map_or((0, 0), |row| (row.int(0), row.int(1)));
    if count >= MOST_FAVOURITES {
        return Err(Error::TooLarge(format!("at most {MOST_FAVOURITES} favourites")));
    }
    op.tx.execute(
        "insert into favourite (user_id, object, record, position) values ($1, $2, $3, $4) on conflict (user_id, object, record) do nothing",
        &[user.into(), object.def.name.as_str().into(), id.into(), (last + 1).into()],
    )?;
    favourites(op)
}

/// Takes a record out, also one that is not there any more.
pub fn remove(op: &mut Operation, objects: &str, id: Id) -> Result<()> {
    let name = op.object(objects)?.def.name.clone();
    let args = [whose(op).into(), name.into(), id.into()];
    op.tx.execute("delete from favourite where user_id = $1 and object = $2 and record = $3", &args)?;
    // It was perhaps kept under the id of a record that was joined to it.
    let [user, name, _] = args;
    let sql = "delete from favourite where user_id = $1 and object = $2 and record in (select alias from party_alias where party = $3)";
    op.tx.execute(sql, &[user, name, id.into()])?;
    Ok(())
}

/// An order of favourites; those that it does not name follow as they stood.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    pub order: Vec<Which>,
}

pub fn arrange(op: &mut Operation, order: &Order) -> Result<Json> {
    if order.order.len() as i64 > MOST_FAVOURITES {
        return Err(Error::TooLarge(format!("at most {MOST_FAVOURITES} favourites")));
    }
    let user = whose(op);
    let sql = "select object, record from favourite where user_id = $1 order by position, record";
    let rows = op.tx.query(sql, &[user.into()])?;
    let place = |row: &db::Row| {
        let here = |which: &Which| which.id == row.id(1) && which.object == row.text(0);
        order.order.iter().position(here).unwrap_or(usize::MAX)
    };
    let mut rows: Vec<&db::Row> = rows.iter().collect();
    rows.sort_by_key(|row| place(row));
    for (position, row) in (1i64..).zip(rows) {
        op.tx.execute(
            "update favourite set position = $4 where user_id = $1 and object = $2 and record = $3",
            &[user.into(), row.text(0).into(), row.id(1).into(), position.into()],
        )?;
    }
    favourites(op)
}

/// Which of the last records.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AskedRecents {
    pub limit: Option<usize>,
    pub object: Option<String>,
}

/// What the caller opened last.
pub fn recents(reader: &mut Reader, asked: &AskedRecents) -> Result<Json> {
    let limit = asked.limit.unwrap_or(20).clamp(1, MOST_RECENTS);
    let rows = reader.tx.query(
        "select object, record, at from recent where user_id = $1 order by at desc, record desc",
        &[whose(reader).into()],
    )?;
    let of = |row: &db::Row| asked.object.as_deref().is_none_or(|object| row.text(0) == object);
    let rows: Vec<db::Row> = rows.into_iter().filter(of).collect();
    let mut data = named(reader, &rows, true)?;
    data.truncate(limit);
    Ok(json!({ "data": data }))
}

/// Remembers that a record was opened.
pub fn opened(op: &mut Operation, which: &Which) -> Result<()> {
    let object = op.object(&which.object)?;
    op.who.need(&object.def.name, Action::Read)?;
    let id = merged::now(op, which.id)?;
    read::get(op, &object, id)?;
    let (user, now) = (whose(op), op.now);
    op.tx.execute(
        "insert into recent (user_id, object, record, at) values ($1, $2, $3, $4) \
         on conflict (user_id, object, record) do update set at = excluded.at",
        &[user.into(), object.def.name.as_str().into(), id.into(), now.into()],
    )?;
    let sql = format!("select at from recent where user_id = $1 order by at desc limit 1 offset {MOST_RECENTS}");
    if let Some(row) = op.tx.one(&sql, &[user.into()])? {
        op.tx.execute("delete from recent where user_id = $1 and at <= $2", &[user.into(), row.time(0).into()])?;
    }
    Ok(())
}
