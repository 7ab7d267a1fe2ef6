//! Records that became one. A merge is an edge: the record that was joined keeps its row, its id and all lines of the
//! ledger that were written under it; `party_alias` says who it is now. Links that said its id stand at who it is now
//! while that lasts, and remember what they said, so that they can be given back.
//!
//! A joined record is in no list and not in the bin; whoever names it is led on. What its fields say is for `consolidation`.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use db::{Arg, Kind, OnConflict};
use kernel::object::FieldType;
use kernel::{Error, FieldDef, Id, Result, Value};

use super::catalogue::Object;
use super::record::{CHUNK, Record, id_list};
use super::write::{self, Draft, What, Write};
use super::{columns, rollup};
use crate::operation::{Operation, Reader};

/// Before the id of a unique field, as the kind of an identity: a joined record is still found by its keys.
const KEY: &str = "key:";

/// Who these records are now; those that were not joined to others are left out.
pub fn now_of(reader: &mut Reader, ids: &[Id]) -> Result<HashMap<Id, Id>> {
    let mut found = HashMap::new();
    for chunk in ids.chunks(CHUNK) {
        let mut args = Vec::new();
        let list = id_list(chunk, &mut args);
        let sql = format!("select alias, party from party_alias where alias in ({list})");
        found.extend(reader.tx.query(&sql, &args)?.iter().map(|row| (row.id(0), row.id(1))));
    }
    Ok(found)
}

/// Whether any record was joined to another.
pub fn any(reader: &mut Reader) -> Result<bool> {
    Ok(reader.tx.one("select 1 from party_alias limit 1", &[])?.is_some())
}

/// Who this record is now: itself, or the one it was joined to.
pub fn now(reader: &mut Reader, id: Id) -> Result<Id> {
    let row = reader.tx.one("select party from party_alias where alias = $1", &[id.into()])?;
    Ok(row.map_or(id, |row| row.id(0)))
}

/// All ids that lead to a record, its own first.
pub fn ids_of(reader: &mut Reader, id: Id) -> Result<Vec<Id>> {
    let joined = joined_to(reader, id)?;
    Ok(std::iter::once(id).chain(joined.into_iter().map(|(alias, _)| alias)).collect())
}

/// Who was joined to a record, at any distance, each with the one it was joined to.
pub fn joined_to(reader: &mut Reader, id: Id) -> Result<Vec<(Id, Id)>> {
    let sql = "select alias, coalesce(into_id, party) from party_alias where party = $1 order by alias";
    Ok(reader.tx.query(sql, &[id.into()])?.iter().map(|row| (row.id(0), row.id(1))).collect())
}

/// `id` and all that was joined to it before it was joined itself.
fn branch(joined: &[(Id, Id)], id: Id) -> Vec<Id> {
    let mut branch = vec![id];
    let mut at = 0;
    while let Some(here) = branch.get(at).copied() {
        branch.extend(joined.iter().filter(|(_, into)| *into == here).map(|(alias, _)| *alias));
        at += 1;
    }
    branch
}

/// Joins a living record to another of the same object: it leaves the lists, links to it lead on, and figures follow.
pub fn join(op: &mut Operation, object: &Arc<Object>, survivor: Id, other: Id) -> Result<()> {
    write::apply_one(op, object, Write::Join { id: other, into: survivor })?;
    op.tx.execute("update party_alias set party = $1 where party = $2", &[survivor.into(), other.into()])?;
    op.tx.execute(
        "insert into party_alias (alias, party, into_id) values ($1, $2, $2)",
        &[other.into(), survivor.into()],
    )?;
    let mut args = Vec::new();
    let frozen = load_rows(op, object, &[other], &mut args)?;
    keep_keys(op, object, &frozen)?;
    for link in links_to(op, object) {
        if link.column.is_some() {
            move_links(op, &link, other, survivor)?
        } else {
            move_many(op, &link, other, survivor)?
        }
    }
    rollup::recount(op, object, &[survivor, other])
}

/// Takes a joined record out again, with what was joined to it before: it stands in the lists as it was, and what was
/// linked to it, or came in under its id since, is its own again. Answers the fields whose value another record has by now.
pub fn part(op: &mut Operation, object: &Arc<Object>, other: Id) -> Result<Vec<String>> {
    let root = now(op, other)?;
    if root == other {
        return Err(Error::NotFound);
    }
    let joined = joined_to(op, root)?;
    let leaving = branch(&joined, other);
    let staying: Vec<Id> = joined.iter().map(|(alias, _)| *alias).filter(|alias| !leaving.contains(alias)).collect();
    let mut way = vec![root];
    let mut at = other;
    while let Some((_, into)) = joined.iter().find(|(alias, _)| *alias == at).filter(|(_, into)| *into != root) {
        way.push(*into);
        at = *into;
    }
    op.tx.execute("delete from party_alias where alias = $1", &[other.into()])?;
    let moved: Vec<Vec<Arg>> =
        leaving.iter().filter(|id| **id != other).map(|id| vec![Arg::Id(other), Arg::Id(*id)]).collect();
    op.tx.execute_many("update party_alias set party = $1 where alias = $2", &moved)?;
    let links = links_to(op, object);
    give_back(op, &links, other, &leaving)?;
    give_back_many(op, &links, &way, other, &leaving, &staying)?;
    let withheld = revive(op, object, root, other)?;
    rollup::recount(op, object, &[root, other])?;
    Ok(withheld)
}

/// Puts the row back among the living. A unique value that somebody else took meanwhile is theirs.
fn revive(op: &mut Operation, object: &Arc<Object>, root: Id, other: Id) -> Result<Vec<String>> {
    let mut withheld: Vec<String> = Vec::new();
    loop {
        let values = withheld.iter().filter_map(|name| object.def.position(name)).map(|at| (at, Value::Null)).collect();
        let taken = match write::apply_one(op, object, Write::Part { id: other, out_of: root, values }) {
            Err(Error::Conflict { code: "unique", details, .. }) => details,
            done => return done.map(|_| withheld),
        };
        let fields = taken.get("fields").and_then(serde_json::Value::as_object);
        let names: Vec<String> = fields.into_iter().flat_map(|fields| fields.keys().cloned()).collect();
        if names.is_empty() || names.iter().all(|name| withheld.contains(name)) {
            return Err(Error::conflict("unique", "a value of the record that comes back is another record's by now"));
        }
        withheld.extend(names);
    }
}

/// A field of some object that links to records of this one.
struct LinkTo {
    object: Arc<Object>,
    id: String,
    /// None for links to many.
    column: Option<String>,
}

fn links_to(op: &Operation, object: &Object) -> Vec<LinkTo> {
    let mut found = Vec::new();
    for other in op.catalogue.objects() {
        for (position, field) in other.def.fields.iter().enumerate() {
            if field.kind.target().is_some_and(|target| target == object.def.name || target == "any") {
                let column = other.columns_of(position).first().map(|column| column.name.clone());
                found.push(LinkTo { object: other.clone(), id: field.id.clone(), column });
            }
        }
    }
    found
}

/// Links of living records; those of the bin and of joined records are led on when they come back. A link of the survivor
/// to the one that becomes it leads nowhere; whoever decides its fields sees to that.
fn move_links(op: &mut Operation, link: &LinkTo, from: Id, to: Id) -> Result<()> {
    let (table, column) = (&link.object.def.table, link.column.as_deref().unwrap_or_default());
    let args: [Arg; 3] = [from.into(), to.into(), link.id.as_str().into()];
    // One that said another id before remembers that one.
    let sql = format!(
        "insert into alias_link (alias, field, from_id, added) select r.{column}, cast($3 as text), r.id, 1 from {table} r \
         where r.{column} = $1 and r.deleted_at is null and r.id <> $2 \
         and not exists (select 1 from alias_link l where l.from_id = r.id and l.field = cast($3 as text))"
    );
    op.tx.execute(&sql, &args)?;
    let sql = format!("update {table} set {column} = $2 where {column} = $1 and deleted_at is null and id <> $2");
    op.tx.execute(&sql, &[from.into(), to.into()])?;
    Ok(())
}

/// Rows of a link to many: who links, and the ids it said that stand at `at` now, with whether each brought the row.
type Standing = BTreeMap<Id, Vec<(Id, bool)>>;

fn standing(op: &mut Operation, link: &LinkTo, aliases: &[Id]) -> Result<Standing> {
    let mut standing = Standing::new();
    for chunk in aliases.chunks(CHUNK) {
        let mut args: Vec<Arg> = vec![link.id.as_str().into()];
        let list = id_list(chunk, &mut args);
        let sql = format!("select from_id, alias, added from alias_link where field = $1 and alias in ({list})");
        for row in op.tx.query(&sql, &args)? {
            standing.entry(row.id(0)).or_default().push((row.id(1), row.flag(2)));
        }
    }
    Ok(standing)
}

fn move_many(op: &mut Operation, link: &LinkTo, from: Id, to: Id) -> Result<()> {
    let field = Arg::text(link.id.as_str());
    let sql = format!(
        "select l.from_id, case when exists (select 1 from link t where t.field = $1 and t.from_id = l.from_id and t.to_id = $3) \
         then 1 else 0 end from link l join {} r on r.id = l.from_id \
         where l.to_id = $2 and l.field = $1 and r.deleted_at is null and l.from_id <> $3",
        link.object.def.table
    );
    let rows = op.tx.query(&sql, &[field.clone(), from.into(), to.into()])?;
    if rows.is_empty() {
        return Ok(());
    }
    let before = branch(&joined_to(op, to)?, from);
    let known = standing(op, link, &before)?;
    let (mut said, mut brought, mut gone, mut come) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for row in rows {
        let (who, there) = (row.id(0), row.flag(1));
        // Was the row there only because of an id that was joined before?
        let bringer = known.get(&who).and_then(|ids| ids.iter().find(|(_, added)| *added)).map(|(alias, _)| *alias);
        match bringer {
            Some(alias) => brought.push(vec![Arg::from(!there), Arg::Id(alias), field.clone(), Arg::Id(who)]),
            None => said.push(vec![Arg::Id(from), field.clone(), Arg::Id(who), Arg::from(!there)]),
        }
        gone.push(vec![field.clone(), Arg::Id(who), Arg::Id(from)]);
        if !there {
            come.push(vec![field.clone(), Arg::Id(who), Arg::Id(to)]);
        }
    }
    remember(op, said)?;
    op.tx
        .execute_many("update alias_link set added = $1 where alias = $2 and field = $3 and from_id = $4", &brought)?;
    relink(op, &gone, come)
}

fn remember(op: &mut Operation, rows: Vec<Vec<Arg>>) -> Result<()> {
    let columns = [("alias", Kind::Id), ("field", Kind::Text), ("from_id", Kind::Id), ("added", Kind::Int)];
    op.tx.insert("alias_link", &columns, rows, OnConflict::Skip)?;
    Ok(())
}

fn relink(op: &mut Operation, gone: &[Vec<Arg>], come: Vec<Vec<Arg>>) -> Result<()> {
    op.tx.execute_many("delete from link where field = $1 and from_id = $2 and to_id = $3", gone)?;
    let columns = [("field", Kind::Text), ("from_id", Kind::Id), ("to_id", Kind::Id)];
    op.tx.insert("link", &columns, come, OnConflict::Skip)?;
    Ok(())
}

/// Links to one that said an id of the branch stand at its head again. Whoever changed such a link took its memory away, so
/// what is remembered holds.
fn give_back(op: &mut Operation, links: &[LinkTo], head: Id, leaving: &[Id]) -> Result<()> {
    for link in links {
        let Some(column) = &link.column else { continue };
        for chunk in leaving.chunks(CHUNK) {
            let mut args: Vec<Arg> = vec![head.into(), link.id.as_str().into()];
            let list = id_list(chunk, &mut args);
            let sql = format!(
                "update {} set {column} = $1 where id in \
                 (select l.from_id from alias_link l where l.field = $2 and l.alias in ({list}))",
                link.object.def.table
            );
            op.tx.execute(&sql, &args)?;
        }
        let args = [head.into(), link.id.as_str().into()];
        op.tx.execute("delete from alias_link where alias = $1 and field = $2", &args)?;
    }
    Ok(())
}

/// The same for links to many: a row stays where another id that is still joined said so too. `way` are the ids from the
/// head up to who it was until now: a record that is itself in the bin, or joined to another, may still say one between.
fn give_back_many(
    op: &mut Operation,
    links: &[LinkTo],
    way: &[Id],
    head: Id,
    leaving: &[Id],
    staying: &[Id],
) -> Result<()> {
    for link in links.iter().filter(|link| link.column.is_none()) {
        let back = standing(op, link, leaving)?;
        if back.is_empty() {
            continue;
        }
        let others = standing(op, link, staying)?;
        let field = Arg::text(link.id.as_str());
        let (mut gone, mut come, mut marks) = (Vec::new(), Vec::new(), Vec::new());
        for (who, ids) in &back {
            if ids.iter().any(|(_, added)| *added) {
                match others.get(who).and_then(|ids| ids.first()) {
                    Some((alias, _)) => {
                        marks.push(vec![Arg::from(true), Arg::Id(*alias), field.clone(), Arg::Id(*who)]);
                    }
                    None => gone.extend(way.iter().map(|id| vec![field.clone(), Arg::Id(*who), Arg::Id(*id)])),
                }
            }
            come.push(vec![field.clone(), Arg::Id(*who), Arg::Id(head)]);
            // The head said so itself, or the first of those that were joined to it did.
            let own = ids.iter().any(|(alias, _)| *alias == head);
            for (place, (alias, _)) in ids.iter().filter(|(alias, _)| *alias != head).enumerate() {
                let brings = !own && place == 0;
                marks.push(vec![Arg::from(brings), Arg::Id(*alias), field.clone(), Arg::Id(*who)]);
            }
        }
        op.tx.execute_many(
            "update alias_link set added = $1 where alias = $2 and field = $3 and from_id = $4",
            &marks,
        )?;
        let args = [head.into(), field.clone()];
        op.tx.execute("delete from alias_link where alias = $1 and field = $2", &args)?;
        relink(op, &gone, come)?;
    }
    Ok(())
}

/// Leads the links of a draft that name joined records on to who those are now, and notes what they said.
pub(super) fn lead_on(object: &Object, draft: &mut Draft, position: usize, to: &HashMap<Id, Id>) {
    let many = object.many.contains(&position);
    let before = draft.before.as_ref().map(|record| record.value(position).clone());
    let mut arrived = Vec::new();
    let led = match draft.after.value(position) {
        Value::Link(id) => match to.get(id) {
            Some(now) => {
                arrived.push((position, *id, true));
                Value::Link(*now)
            }
            None => return,
        },
        Value::Links(ids) => {
            let stood: HashSet<Id> = match &before {
                Some(Value::Links(old)) => old.iter().chain(ids).filter(|id| !to.contains_key(id)).copied().collect(),
                _ => ids.iter().filter(|id| !to.contains_key(id)).copied().collect(),
            };
            let mut led: Vec<Id> = Vec::with_capacity(ids.len());
            let mut brought = HashSet::new();
            for id in ids {
                let now = to.get(id).copied().unwrap_or(*id);
                if now != *id {
                    arrived.push((position, *id, !stood.contains(&now) && brought.insert(now)));
                }
                led.push(now);
            }
            led.sort_unstable();
            led.dedup();
            Value::Links(led)
        }
        _ => return,
    };
    if arrived.is_empty() {
        return;
    }
    debug_assert!(many || arrived.len() == 1);
    draft.after.set(position, led);
    draft.arrived.extend(arrived);
    let is_changed = before.as_ref().is_none_or(|before| before != draft.after.value(position));
    if !is_changed {
        draft.changed.retain(|at| *at != position);
    } else if !draft.changed.contains(&position) {
        draft.changed.push(position);
        draft.changed.sort_unstable();
    }
}

/// The links of records that come back, out of the bin or out of another record: who they name may have been joined since.
pub(super) fn lead_on_returning(op: &mut Operation, object: &Object, drafts: &mut [Option<Draft>]) -> Result<()> {
    let returns = |draft: &&mut Draft| matches!(draft.what, What::Restored | What::Parted(_));
    let links: Vec<usize> = (0..object.def.fields.len())
        .filter(|at| object.field(*at).is_some_and(|field| field.kind.target().is_some()))
        .collect();
    let mut named = Vec::new();
    for draft in drafts.iter_mut().flatten().filter(returns) {
        for position in &links {
            named.extend(ids_in(draft.after.value(*position)));
        }
    }
    let to = now_of(op, &named)?;
    if to.is_empty() {
        return Ok(());
    }
    for draft in drafts.iter_mut().flatten().filter(returns) {
        for position in &links {
            lead_on(object, draft, *position, &to);
        }
    }
    Ok(())
}

fn ids_in(value: &Value) -> &[Id] {
    match value {
        Value::Link(id) => std::slice::from_ref(id),
        Value::Links(ids) => ids,
        _ => &[],
    }
}

/// What is written down of drafts whose links changed: a link that somebody set is theirs, and one that named a joined
/// record remembers that.
pub(super) fn follow_links(op: &mut Operation, object: &Object, drafts: &[Draft]) -> Result<()> {
    let (mut one, mut many) = (Vec::new(), Vec::new());
    for draft in drafts.iter().filter(|draft| draft.what == What::Updated) {
        let Some(before) = &draft.before else { continue };
        for position in &draft.changed {
            let Some(field) = object.field(*position) else { continue };
            let key = || vec![Arg::Id(draft.after.id), Arg::text(field.id.as_str())];
            match (&field.kind, before.value(*position)) {
                (FieldType::Link { .. }, Value::Link(_)) => one.push(key()),
                (FieldType::Links { .. }, Value::Links(old)) => {
                    let kept = ids_in(draft.after.value(*position));
                    for id in old.iter().filter(|id| !kept.contains(id)) {
                        let mut key = key();
                        key.push(Arg::Id(*id));
                        many.push(key);
                    }
                }
                _ => {}
            }
        }
    }
    let any = !(one.is_empty() && many.is_empty()) && op.tx.one("select 1 from alias_link limit 1", &[])?.is_some();
    if any {
        op.tx.execute_many("delete from alias_link where from_id = $1 and field = $2", &one)?;
        op.tx.execute_many(
            "delete from alias_link where from_id = $1 and field = $2 and alias in (select alias from party_alias where party = $3)",
            &many,
        )?;
    }
    for draft in drafts {
        for (position, alias, added) in &draft.arrived {
            let Some(field) = object.field(*position) else { continue };
            arrive(op, draft, field, *alias, *added)?;
        }
    }
    Ok(())
}

/// Notes that a link said the id of a joined record. What comes back may have said another one, which was joined to that
/// one before: then it said so.
fn arrive(op: &mut Operation, draft: &Draft, field: &FieldDef, alias: Id, added: bool) -> Result<()> {
    let from = draft.after.id;
    let key = [Arg::Id(from), Arg::text(field.id.as_str())];
    if matches!(draft.what, What::Restored | What::Parted(_)) {
        let sql = "select l.alias, l.added from alias_link l where l.from_id = $1 and l.field = $2 order by l.alias";
        let known = op.tx.query(sql, &key)?;
        if !known.is_empty() {
            let root = now(op, alias)?;
            let before = branch(&joined_to(op, root)?, alias);
            let bringer = known.iter().find(|row| row.flag(1) && before.contains(&row.id(0)) && row.id(0) != alias);
            if let Some(bringer) = bringer {
                let args = [Arg::from(added), bringer.id(0).into(), Arg::text(field.id.as_str()), from.into()];
                let sql = "update alias_link set added = $1 where alias = $2 and field = $3 and from_id = $4";
                return op.tx.execute(sql, &args).map(drop);
            }
        }
    } else if matches!(field.kind, FieldType::Link { .. }) {
        op.tx.execute("delete from alias_link where from_id = $1 and field = $2", &key)?;
    }
    remember(op, vec![vec![Arg::Id(alias), Arg::text(field.id.as_str()), from.into(), Arg::from(added)]])
}

/// Which id a link of a record said before it was led on; the link itself where that is what it said.
pub fn as_said(reader: &mut Reader, record: Id, field: &str, value: &Value) -> Result<Value> {
    let ids = ids_in(value);
    if ids.is_empty() {
        return Ok(value.clone());
    }
    let sql = "select l.alias, l.added, a.party from alias_link l join party_alias a on a.alias = l.alias \
               where l.from_id = $1 and l.field = $2 order by l.alias";
    let rows = reader.tx.query(sql, &[record.into(), field.into()])?;
    Ok(match value {
        Value::Link(id) => rows.iter().find(|row| row.id(2) == *id).map_or(value.clone(), |row| Value::Link(row.id(0))),
        _ => {
            let brought: HashSet<Id> = rows.iter().filter(|row| row.flag(1)).map(|row| row.id(2)).collect();
            let mut said: Vec<Id> = ids.iter().filter(|id| !brought.contains(id)).copied().collect();
            said.extend(rows.iter().filter(|row| ids.contains(&row.id(2))).map(|row| row.id(0)));
            said.sort_unstable();
            said.dedup();
            Value::Links(said)
        }
    })
}

fn load_rows(op: &mut Operation, object: &Object, ids: &[Id], args: &mut Vec<Arg>) -> Result<Vec<Record>> {
    let list = id_list(ids, args);
    let sql =
        format!("select {} from {} r where r.id in ({list})", super::record::select_list(object), object.def.table);
    Ok(op.tx.query(&sql, args)?.iter().map(|row| Record::from_row(object, row)).collect())
}

/// A joined record is still found by its unique values.
pub(super) fn keep_keys(op: &mut Operation, object: &Object, records: &[Record]) -> Result<()> {
    let mut rows = Vec::new();
    for record in records {
        for (position, field) in object.def.fields.iter().enumerate().filter(|(_, field)| field.unique) {
            if let Some(text) = record.value(position).as_text() {
                rows.push(vec![Arg::Text(format!("{KEY}{}", field.id)), Arg::text(text), Arg::Id(record.id)]);
            }
        }
    }
    let columns = [("kind", Kind::Text), ("value", Kind::Text), ("party", Kind::Id)];
    op.tx.insert("identity", &columns, rows, OnConflict::Skip)?;
    Ok(())
}

pub(super) fn forget_keys(op: &mut Operation, id: Id) -> Result<()> {
    // The next letter closes the range of kinds that begin so.
    let sql = "delete from identity where party = $1 and kind >= 'key:' and kind < 'key;'";
    op.tx.execute(sql, &[id.into()]).map(drop)
}

/// Who had these values of a unique field and was joined to another, each with who that is now.
pub fn by_key(reader: &mut Reader, field: &str, values: &[String]) -> Result<HashMap<String, Id>> {
    by_identity(reader, &format!("{KEY}{field}"), values)
}

/// The same of an e-mail, a phone or another identity.
pub fn by_identity(reader: &mut Reader, kind: &str, values: &[String]) -> Result<HashMap<String, Id>> {
    let mut found = HashMap::new();
    for chunk in values.chunks(CHUNK) {
        let width = [1, 8, 64, CHUNK].into_iter().find(|width| *width >= chunk.len()).unwrap_or(chunk.len());
        let mut args: Vec<Arg> = vec![kind.into()];
        args.extend(
            (0..width).filter_map(|n| chunk.get(n).or_else(|| chunk.last())).map(|text| Arg::text(text.as_str())),
        );
        let places: Vec<String> = (2..=args.len()).map(|n| format!("${n}")).collect();
        let sql = format!(
            "select i.value, a.party from identity i join party_alias a on a.alias = i.party \
             where i.kind = $1 and i.value in ({}) order by i.party desc",
            places.join(", ")
        );
        found.extend(reader.tx.query(&sql, &args)?.iter().map(|row| (row.text(0).to_string(), row.id(1))));
    }
    Ok(found)
}

/// Whoever is in the bin is not found, and neither is who was joined to it; out of the bin they are found again.
pub(super) fn follow_bin(op: &mut Operation, object: &Arc<Object>, drafts: &[Draft]) -> Result<()> {
    for draft in drafts.iter().filter(|draft| matches!(draft.what, What::Trashed | What::Restored)) {
        let joined: Vec<Id> = joined_to(op, draft.after.id)?.into_iter().map(|(alias, _)| alias).collect();
        for chunk in joined.chunks(CHUNK) {
            let mut args = Vec::new();
            if draft.what == What::Restored {
                let records = load_rows(op, object, chunk, &mut args)?;
                write::keep_identities(op, object, &records)?;
                keep_keys(op, object, &records)?;
            } else {
                let list = id_list(chunk, &mut args);
                op.tx.execute(&format!("delete from identity where party in ({list})"), &args)?;
            }
        }
    }
    Ok(())
}

/// Fails for a record that was joined to another: it is that one now.
pub fn refuse_joined(reader: &mut Reader, id: Id) -> Result<()> {
    let now = now(reader, id)?;
    if now == id {
        return Ok(());
    }
    Err(Error::Conflict {
        code: "record.merged",
        detail: "the record was merged into another; take it out of that one first".into(),
        details: serde_json::json!({ "into": now }),
    })
}

/// The value of a unique field as the text under which a joined record is found.
pub fn key_text(field: &FieldDef, value: &Value) -> Option<String> {
    let mut args = Vec::new();
    columns::write(field, value, &mut args);
    match args.into_iter().next() {
        Some(Arg::Text(text)) => Some(text),
        _ => None,
    }
}
