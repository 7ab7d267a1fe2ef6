//! Presence: who has a record open, and in which field they are at work.
//!
//! Each open page renews its row while it is open; a row that is not renewed is over. The rows lie in the database, so that
//! it does not matter which process a colleague is connected to.

use std::sync::Arc;

use kernel::{Error, Id, Result, Time};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use crate::access::Action;
use crate::ledger;
use crate::operation::{Operation, Reader};
use crate::records::record::{CHUNK, id_list};
use crate::records::{Object, figures, merged, read};

/// How long a page counts as open after it said so.
pub const TTL_MS: i64 = 45_000;
/// A page that says the same again so soon is not written down again.
const FRESH_MS: i64 = 15_000;
/// Pages of one person.
const MOST_PAGES: i64 = 50;

/// A page that has a record open.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Page {
    /// Tells the pages of one person apart; made by the page.
    pub tab: String,
    /// The field in which somebody types.
    #[serde(default)]
    pub editing: Option<String>,
}

fn whose(reader: &Reader) -> Result<Id> {
    reader.who.user.ok_or(Error::Forbidden("being seen: a key is not a person"))
}

/// Answers who the record is now: a page may still be open on one that was joined to another.
fn check(reader: &mut Reader, object: &Arc<Object>, id: Id, page: &Page) -> Result<Id> {
    reader.who.need(&object.def.name, Action::Read)?;
    if page.tab.is_empty() || page.tab.len() > 64 {
        return Err(Error::invalid("tab", "too_long", "1 to 64 characters"));
    }
    if let Some(editing) = &page.editing {
        figures::visible(reader, object, editing, "/editing")?;
    }
    let id = merged::now(reader, id)?;
    read::get(reader, object, id).map(|_| id)
}

/// Who else is here, and whether the row of this page must be written anew.
pub fn look(reader: &mut Reader, object: &Arc<Object>, id: Id, page: &Page) -> Result<(Json, bool)> {
    let id = check(reader, object, id, page)?;
    let user = whose(reader)?;
    let sql = "select editing, expires_at from presence where record = $1 and user_id = $2 and tab = $3";
    let row = reader.tx.one(sql, &[id.into(), user.into(), page.tab.as_str().into()])?;
    let is_fresh = row
        .is_some_and(|row| row.opt_text(0) == page.editing.as_deref() && row.int(1) > reader.now.0 + TTL_MS - FRESH_MS);
    Ok((here(reader, object, id)?, !is_fresh))
}

/// Writes down that a page is open, and answers who else is here.
pub fn renew(op: &mut Operation, object: &Arc<Object>, id: Id, page: &Page) -> Result<Json> {
    let id = check(op, object, id, page)?;
    let (user, now) = (whose(op)?, op.now);
    op.tx.execute("delete from presence where expires_at <= $1", &[now.into()])?;
    let sql = format!(
        "select expires_at from presence where user_id = $1 order by expires_at desc limit 1 offset {}",
        MOST_PAGES - 1
    );
    if let Some(row) = op.tx.one(&sql, &[user.into()])? {
        let args = [user.into(), row.time(0).into()];
        op.tx.execute("delete from presence where user_id = $1 and expires_at <= $2", &args)?;
    }
    op.tx.execute(
        "insert into presence (record, user_id, tab, object, editing, since, expires_at) values ($1, $2, $3, $4, $5, $6, $7) \
         on conflict (record, user_id, tab) do update set editing = excluded.editing, expires_at = excluded.expires_at",
        &[
            id.into(),
            user.into(),
            page.tab.as_str().into(),
            object.def.name.as_str().into(),
            page.editing.clone().into(),
            now.into(),
            Time(now.0 + TTL_MS).into(),
        ],
    )?;
    here(op, object, id)
}

/// A page was closed.
pub fn leave(op: &mut Operation, id: Id, tab: &str) -> Result<()> {
    let user = whose(op)?;
    let args = [merged::now(op, id)?.into(), user.into(), tab.into()];
    op.tx.execute("delete from presence where record = $1 and user_id = $2 and tab = $3", &args)?;
    Ok(())
}

fn here(reader: &mut Reader, object: &Arc<Object>, id: Id) -> Result<Json> {
    let people = others(reader, &[(object.clone(), id)])?.pop().map_or_else(|| json!([]), |(_, _, people)| people);
    Ok(json!({ "ttl_s": TTL_MS / 1000, "people": people }))
}

/// Records that the caller has open, by object, each with the others who have it open too. Whether the caller may still read
/// one is for whoever tells.
pub fn around(reader: &mut Reader) -> Result<Vec<(Arc<Object>, Id, Json)>> {
    let Some(user) = reader.who.user else { return Ok(Vec::new()) };
    let sql = "select object, record from presence where user_id = $1 and expires_at > $2 group by object, record";
    let rows = reader.tx.query(sql, &[user.into(), reader.now.into()])?;
    let known = |row: &db::Row| Some((reader.catalogue.named(row.text(0)).cloned()?, row.id(1)));
    let open: Vec<(Arc<Object>, Id)> = rows.iter().filter_map(known).collect();
    others(reader, &open)
}

fn others(reader: &mut Reader, open: &[(Arc<Object>, Id)]) -> Result<Vec<(Arc<Object>, Id, Json)>> {
    let user = reader.who.user.unwrap_or(reader.who.id);
    let mut out = Vec::with_capacity(open.len());
    for chunk in open.chunks(CHUNK) {
        let mut args = vec![user.into(), reader.now.into()];
        let ids: Vec<Id> = chunk.iter().map(|(_, id)| *id).collect();
        let list = id_list(&ids, &mut args);
        // One person with two pages is one person, at work in the field that any of the two names.
        let sql = format!(
            "select record, user_id, min(since), max(editing) from presence \
             where record in ({list}) and user_id <> $1 and expires_at > $2 group by record, user_id order by 3, 2"
        );
        let rows = reader.tx.query(&sql, &args)?;
        let names = ledger::names(reader, rows.iter().map(|row| row.id(1)))?;
        for (object, id) in chunk {
            let here = rows.iter().filter(|row| row.id(0) == *id);
            let people: Vec<Json> = here
                .map(|row| {
                    let editing = row.opt_text(3).filter(|field| figures::visible(reader, object, field, "").is_ok());
                    json!({ "id": row.id(1), "name": names.get(&row.id(1)), "editing": editing, "since": row.time(2) })
                })
                .collect();
            out.push((object.clone(), *id, people.into()));
        }
    }
    Ok(out)
}
