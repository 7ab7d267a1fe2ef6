//! Erasure: a person is gone, from the record and from every copy.
//!
//! In one transaction the personal values are emptied: the party's own, those of records that were merged into it or became
//! it (the lead of a contact), and those of what hangs on them (notes, tickets, attachments), files with them. Its identities are forgotten, the words that
//! only it had leave the vocabulary of search, stored answers that show it are thrown away, and its key is destroyed, so
//! that nothing sealed for it (old values in the ledger, back-ups, the lake) can be read again. What the accounts need
//! stays: ids, amounts, dates and counts. No undo and no restore brings it back.
//!
//! What lies outside of the database follows in a job: files of imports, and the list of the erased, by which a back-up
//! from before is erased again when it is restored.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use db::Arg;
use kernel::object::FieldType;
use kernel::{Error, FieldDef, Id, Result, Value};
use serde_json::{Map, Value as Json, json};

use super::catalogue::Object;
use super::record::{self, Record};
use super::{columns, merged, read, write};
use crate::access::Action;
use crate::access::audit;
use crate::app::App;
use crate::jobs::{self, Job, Work};
use crate::ledger::{self, Entry};
use crate::operation::Operation;
use crate::{files, search};

/// Records looked at in one go.
const PAGE: i64 = 500;
/// Beside the database: ids of the erased, one a line.
pub const LIST: &str = "erased.list";

/// Erases a party for good; `false` if that was done before.
pub fn erase(op: &mut Operation, object: &Arc<Object>, id: Id) -> Result<bool> {
    op.who.need_admin()?;
    op.who.need(&object.def.name, Action::Delete)?;
    if !object.def.party {
        return Err(Error::invalid(
            "",
            "not_a_party",
            "only people and organisations are erased; delete other records",
        ));
    }
    // Whoever was joined to another is that one: all of it goes.
    let id = merged::now(op, id)?;
    let record = read::get(op, object, id)?;
    if is_erased(op, object, id)? {
        return Ok(false);
    }
    let mut parties = vec![id];
    let mut gone = vec![(object.clone(), record)];
    for (alias, _) in merged::joined_to(op, id)? {
        parties.push(alias);
        gone.extend(read::load(op, object, alias)?.map(|merged| (object.clone(), merged)));
    }
    let mut of: Vec<(Arc<Object>, Id)> = parties.iter().map(|party| (object.clone(), *party)).collect();
    // Whoever became this one, as a lead becomes a contact, is the same person under another record.
    for party in &parties {
        became(op, object, *party, &mut of, &mut gone)?;
    }
    for (object, party) in &of {
        hanging_on(op, object, *party, &mut gone)?;
    }
    parties = of.into_iter().map(|(_, party)| party).collect();
    let catalogue = op.catalogue.clone();
    search::forget(op.tx, &catalogue, &gone)?;
    let mut entries = Vec::new();
    for (object, record) in &gone {
        entries.push(empty(op, object, record)?);
    }
    for party in &parties {
        op.tx.execute("delete from identity where party = $1", &[(*party).into()])?;
        op.tx.execute("delete from party_key where party = $1", &[(*party).into()])?;
    }
    for id in gone.iter().map(|(_, record)| record.id).chain(parties.iter().copied()) {
        forget_mentions(op, id)?;
    }
    ledger::append(op, entries)?;
    jobs::enqueue(op, ForgetWork::KIND, json!({ "parties": parties }), 0)?;
    let detail = json!({ "records": gone.len() });
    audit::write(op, audit::action::ERASED, Some(&object.def.name), Some(id), detail)?;
    Ok(true)
}

/// `true` if the party was erased: its key is gone, or the ledger tells so.
pub fn is_erased(op: &mut Operation, object: &Object, id: Id) -> Result<bool> {
    if !object.def.party {
        return Ok(false);
    }
    let kind = format!("{}.erased", object.def.name);
    let told = "select 1 from event where party = $1 and kind = $2 and record is null limit 1";
    Ok(op.tx.one("select 1 from party_key where party = $1", &[id.into()])?.is_none()
        || op.tx.one(told, &[id.into(), kind.into()])?.is_some())
}

/// Records that are about this party before any other: their personal text is the party's.
fn hanging_on(op: &mut Operation, party: &Arc<Object>, id: Id, gone: &mut Vec<(Arc<Object>, Record)>) -> Result<()> {
    for object in op.catalogue.clone().objects() {
        if object.def.party || !object.def.fields.iter().any(goes) {
            continue;
        }
        let mut before = Vec::new();
        for name in &object.def.party_links {
            let Some(position) = object.def.position(name) else { continue };
            let Some(field) = object.field(position).filter(|field| matches!(field.kind, FieldType::Link { .. }))
            else {
                continue;
            };
            let Some(column) = object.columns_of(position).first() else { continue };
            let leads_here = field.kind.target().is_some_and(|target| target == party.def.name || target == "any");
            if leads_here {
                pages_of(op, object, &column.name, &before, id, gone)?;
            }
            before.push(format!("r.{} is null", column.name));
        }
    }
    Ok(())
}

/// Parties that became this one before any other: by a link that only the product writes.
fn became(
    op: &mut Operation,
    party: &Arc<Object>,
    id: Id,
    of: &mut Vec<(Arc<Object>, Id)>,
    gone: &mut Vec<(Arc<Object>, Record)>,
) -> Result<()> {
    let catalogue = op.catalogue.clone();
    let is_party = |target: &str| catalogue.named(target).is_some_and(|object| object.def.party);
    for object in catalogue.objects().iter().filter(|object| object.def.party) {
        let mut before = Vec::new();
        for (position, field) in object.def.fields.iter().enumerate().filter(|(_, field)| field.readonly) {
            let FieldType::Link { .. } = field.kind else { continue };
            let Some(target) = field.kind.target().filter(|target| is_party(target)) else { continue };
            let Some(column) = object.columns_of(position).first() else { continue };
            if target == party.def.name {
                let first = gone.len();
                pages_of(op, object, &column.name, &before, id, gone)?;
                of.extend(gone.iter().skip(first).map(|(object, record)| (object.clone(), record.id)));
            }
            before.push(format!("r.{} is null", column.name));
        }
    }
    Ok(())
}

fn pages_of(
    op: &mut Operation,
    object: &Arc<Object>,
    link: &str,
    before: &[String],
    party: Id,
    gone: &mut Vec<(Arc<Object>, Record)>,
) -> Result<()> {
    let first: String = before.iter().map(|condition| format!("{condition} and ")).collect();
    let sql = format!(
        "select {} from {} r where r.{link} = $1 and {first}r.id > $2 order by r.id limit $3",
        record::select_list(object),
        object.def.table
    );
    let mut last = Id::NIL;
    loop {
        let rows = op.tx.query(&sql, &[party.into(), last.into(), PAGE.into()])?;
        let mut records: Vec<Record> = rows.iter().map(|row| Record::from_row(object, row)).collect();
        let Some(end) = records.last() else { return Ok(()) };
        last = end.id;
        record::load_many(op.tx, object, &mut records)?;
        gone.extend(records.into_iter().map(|record| (object.clone(), record)));
    }
}

/// What does not stay: personal values, and files, of which nobody knows what is in them.
fn goes(field: &FieldDef) -> bool {
    field.is_personal() || matches!(field.kind, FieldType::File)
}

/// Empties a record; the line that tells so.
fn empty(op: &mut Operation, object: &Arc<Object>, record: &Record) -> Result<Entry> {
    let mut after = record.clone();
    let mut written: BTreeSet<usize> = BTreeSet::new();
    for (position, field) in object.def.fields.iter().enumerate() {
        if goes(field) && !field.kind.is_computed() && !after.value(position).is_null() {
            if let (FieldType::File, Value::Link(file)) = (&field.kind, after.value(position)) {
                files::forget(op, *file)?;
            }
            after.set(position, Value::Null);
            written.insert(position);
        }
    }
    write::complete(object, &mut after);
    after.version += 1;
    let mut args: Vec<Arg> = vec![
        record.id.into(),
        after.version.into(),
        op.now.into(),
        Arg::text(after.title.as_str()),
        Arg::Text(kernel::fold::fold(&after.title)),
    ];
    let mut assignments = String::new();
    for (position, field) in object.def.fields.iter().enumerate() {
        let is_formula = matches!(field.kind, FieldType::Formula { .. });
        if !is_formula && !written.contains(&position) {
            continue;
        }
        let first = args.len();
        columns::write(field, after.value(position), &mut args);
        for (n, column) in object.columns_of(position).iter().enumerate() {
            assignments.push_str(&format!(", {} = ${}", column.name, first + n + 1));
        }
        if object.many.contains(&position) {
            op.tx.execute(
                "delete from link where field = $1 and from_id = $2",
                &[field.id.as_str().into(), record.id.into()],
            )?;
        }
    }
    let bin = if object.def.party { ", deleted_at = coalesce(deleted_at, $3)" } else { "" };
    let sql = format!(
        "update {} set version = $2, updated_at = $3, title = $4, sort_title = $5{bin}{assignments} where id = $1",
        object.def.table
    );
    op.tx.execute(&sql, &args)?;
    let mut props = Map::new();
    props.insert("version".into(), json!(after.version));
    let mut entry = Entry::about(op, object, &after, &format!("{}.erased", object.def.name), op.now);
    entry.label = None;
    entry.props = props;
    Ok(entry)
}

/// Stored answers and finished jobs that speak of the record.
fn forget_mentions(op: &mut Operation, id: Id) -> Result<()> {
    let mention = format!("%{id}%");
    op.tx.execute("delete from idempotency where answer like $1", &[mention.as_str().into()])?;
    op.tx.execute(
        "update job set payload = '{}', result = null where state in ('done', 'failed', 'cancelled') and payload like $1",
        &[mention.into()],
    )?;
    Ok(())
}

/// What holds text of customers outside of records and ledger: files of imports.
pub trait Copies: Send + Sync {
    /// Removes what speaks of these parties. Called again until it succeeds.
    fn forget(&self, app: &App, parties: &[Id]) -> Result<()>;
}

/// The job that removes copies of whoever was erased.
pub struct ForgetWork;

impl ForgetWork {
    pub const KIND: &'static str = "erase.copies";
}

impl Work for ForgetWork {
    fn kind(&self) -> &'static str {
        Self::KIND
    }

    fn run(&self, app: &App, job: &Job) -> Result<Json> {
        let parties: Vec<Id> =
            serde_json::from_value(job.payload.get("parties").cloned().unwrap_or_default()).map_err(Error::internal)?;
        note(&app.config().folder, &parties)?;
        for copies in app.copies() {
            job.go_on()?;
            copies.forget(app, &parties)?;
        }
        Ok(json!({ "parties": parties.len() }))
    }
}

/// Writes down, outside of the database, who was erased. Writing somebody down twice does no harm.
fn note(folder: &Path, parties: &[Id]) -> Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(folder.join(LIST)).map_err(Error::internal)?;
    let lines: String = parties.iter().map(|id| format!("{id}\n")).collect();
    file.write_all(lines.as_bytes()).and_then(|()| file.sync_all()).map_err(Error::internal)
}

/// Erases again whoever stands in these lists: a back-up from before their erasure has been restored. Answers how many.
pub fn again(app: &App, who: &crate::access::Principal, lists: &[PathBuf]) -> Result<usize> {
    let mut listed: BTreeSet<Id> = BTreeSet::new();
    for list in lists {
        match std::fs::read_to_string(list) {
            Ok(text) => listed.extend(text.lines().filter_map(|line| Id::parse(line.trim()))),
            Err(missing) if missing.kind() == std::io::ErrorKind::NotFound => {}
            Err(fault) => return Err(Error::Unreadable(format!("{}: {fault}", list.display()))),
        }
    }
    let mut erased = 0;
    for id in listed {
        let done = app.write_now(who, move |op| {
            for object in op.catalogue.clone().objects().iter().filter(|object| object.def.party) {
                if read::load(op, object, id)?.is_some() {
                    return erase(op, object, id);
                }
            }
            Ok(false)
        })?;
        erased += usize::from(done);
    }
    Ok(erased)
}
