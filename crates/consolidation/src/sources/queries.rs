//! The tables of sources: secrets, runs, refusals, rows, files.

use std::collections::HashMap;

use db::{Arg, Kind, OnConflict, Row};
use foundation::records::Object;
use foundation::records::record::{CHUNK, id_list};
use foundation::{Operation, Reader};
use kernel::{Error, Id, Result, Time};
use serde_json::Value as Json;

use super::run::state::{Figures, Phase, Refusal, Run, State};
use super::said::{Hash, Stored};

// ------------------------------------------------------------------------------------------------------- secrets

/// The sealed secret of a source, and the address it is good for.
pub fn secret(reader: &mut Reader, source: Id) -> Result<Option<(Vec<u8>, String)>> {
    let row = reader.tx.one("select sealed, bound_to from source_secret where source = $1", &[source.into()])?;
    Ok(row.map(|row| (row.opt_bytes(0).unwrap_or_default().to_vec(), row.text(1).to_string())))
}

pub fn put_secret(op: &mut Operation, source: Id, sealed: Vec<u8>, bound_to: &str) -> Result<()> {
    let now = op.now;
    op.tx.execute(
        "insert into source_secret (source, sealed, bound_to, set_at) values ($1, $2, $3, $4) \
         on conflict (source) do update set sealed = excluded.sealed, bound_to = excluded.bound_to, set_at = excluded.set_at",
        &[source.into(), sealed.into(), bound_to.into(), now.into()],
    )?;
    Ok(())
}

pub fn drop_secret(op: &mut Operation, source: Id) -> Result<u64> {
    op.tx.execute("delete from source_secret where source = $1", &[source.into()])
}

// ---------------------------------------------------------------------------------------------------------- runs

const RUN: &str = "select r.id, r.source, r.started_by, r.state, r.phase, r.plan, r.fetched, r.settled_row, r.settled_key, r.figures, \
     r.code, r.detail, r.accepts_gone, r.job, r.change, r.owner, r.created_at, r.started_at, r.finished_at, j.state, j.result \
     from source_run r left join job j on j.id = r.job";

fn run(row: &Row) -> Result<Run> {
    let json = |column| row.opt_text(column).and_then(|text| serde_json::from_str::<Json>(text).ok());
    let mut run = Run {
        id: row.id(0),
        source: row.id(1),
        started_by: row.text(2).to_string(),
        state: State::parse(row.text(3)).ok_or_else(|| Error::internal("a run has no known state"))?,
        phase: Phase::parse(row.text(4)).unwrap_or(Phase::None),
        plan: json(5),
        fetched: json(6),
        settled_row: u64::try_from(row.int(7)).unwrap_or(0),
        settled_key: row.opt_bytes(8).map(<[u8]>::to_vec),
        figures: serde_json::from_str(row.text(9)).unwrap_or_default(),
        code: row.opt_text(10).map(str::to_string),
        detail: row.opt_text(11).map(str::to_string),
        accepts_gone: row.flag(12),
        job: row.opt_id(13),
        change: row.id(14),
        owner: row.opt_id(15),
        created_at: row.time(16),
        started_at: row.opt_time(17),
        finished_at: row.opt_time(18),
        is_abandoned: false,
    };
    // A job that was given up cannot say so here itself.
    if run.finished_at.is_none() && matches!(row.text(19), "failed" | "cancelled") {
        run.is_abandoned = true;
        run.state = if row.text(19) == "failed" { State::Failed } else { State::Cancelled };
        run.detail = json(20).and_then(|result| Some(result.get("detail")?.as_str()?.to_string())).or(run.detail);
    }
    Ok(run)
}

pub fn load_run(reader: &mut Reader, id: Id) -> Result<Run> {
    let row = reader.tx.one(&format!("{RUN} where r.id = $1"), &[id.into()])?;
    run(&row.ok_or(Error::NotFound)?)
}

/// The latest runs of a source, the newest first.
pub fn runs(reader: &mut Reader, source: Id, before: Option<Time>, limit: i64) -> Result<Vec<Run>> {
    let before = before.map_or(i64::MAX, |at| at.0);
    let sql = format!("{RUN} where r.source = $1 and r.created_at < $2 order by r.created_at desc, r.id desc limit $3");
    reader.tx.query(&sql, &[source.into(), before.into(), limit.into()])?.iter().map(run).collect()
}

/// The run of a source that has not ended.
pub fn open_run(reader: &mut Reader, source: Id) -> Result<Option<Run>> {
    let row = reader.tx.one(&format!("{RUN} where r.source = $1 and r.finished_at is null"), &[source.into()])?;
    row.as_ref().map(run).transpose()
}

/// When a source was last begun.
pub fn last_begun(reader: &mut Reader, source: Id) -> Result<Option<Time>> {
    let row = reader.tx.one("select max(created_at) from source_run where source = $1", &[source.into()])?;
    Ok(row.and_then(|row| row.opt_int(0)).map(Time))
}

/// Which runs these changes are of: change → source.
pub fn sources_of_changes(reader: &mut Reader, changes: &[Id]) -> Result<HashMap<Id, Id>> {
    let mut found = HashMap::new();
    for chunk in changes.chunks(CHUNK) {
        let mut args = Vec::new();
        let list = id_list(chunk, &mut args);
        for row in reader.tx.query(&format!("select change, source from source_run where change in ({list})"), &args)? {
            found.insert(row.id(0), row.id(1));
        }
    }
    Ok(found)
}

pub fn insert_run(op: &mut Operation, run: &Run) -> Result<()> {
    op.tx.execute(
        "insert into source_run (id, source, started_by, state, phase, settled_row, figures, accepts_gone, job, change, owner, created_at) \
         values ($1, $2, $3, $4, $5, 0, $6, $7, $8, $9, $10, $11)",
        &[
            run.id.into(),
            run.source.into(),
            run.started_by.as_str().into(),
            run.state.name().into(),
            run.phase.name().into(),
            figures(&run.figures)?,
            run.accepts_gone.into(),
            run.job.into(),
            run.change.into(),
            run.owner.into(),
            run.created_at.into(),
        ],
    )?;
    Ok(())
}

fn figures(figures: &Figures) -> Result<Arg> {
    Ok(serde_json::to_string(figures).map_err(Error::internal)?.into())
}

fn number(value: u64) -> Arg {
    Arg::Int(i64::try_from(value).unwrap_or(i64::MAX))
}

/// Moves a run that has not ended. Fails if it has: it was stopped.
pub fn enter(op: &mut Operation, id: Id, phase: Phase) -> Result<()> {
    let now = op.now;
    let moved = op.tx.execute(
        "update source_run set state = 'running', phase = $2, started_at = coalesce(started_at, $3) where id = $1 and finished_at is null",
        &[id.into(), phase.name().into(), now.into()],
    )?;
    if moved == 1 { Ok(()) } else { Err(foundation::jobs::stopped()) }
}

/// All rows are here; what was settled of others counts no more.
pub fn fetched(op: &mut Operation, id: Id, plan: &Json, fetched: &Json, new: &Figures) -> Result<()> {
    let moved = op.tx.execute(
        "update source_run set plan = $2, fetched = $3, settled_row = 0, settled_key = null, figures = $4 where id = $1 and finished_at is null",
        &[id.into(), plan.to_string().into(), fetched.to_string().into(), figures(new)?],
    )?;
    if moved == 1 { Ok(()) } else { Err(foundation::jobs::stopped()) }
}

/// Settles a part, in the transaction of its effect. Fails if the run was stopped, or another settled these rows.
pub fn advance(op: &mut Operation, id: Id, place: u64, new: &Figures, refusals: &[Refusal]) -> Result<()> {
    let moved = op.tx.execute(
        "update source_run set settled_row = $2, figures = $3 where id = $1 and finished_at is null and settled_row < $2",
        &[id.into(), number(place), figures(new)?],
    )?;
    if moved != 1 {
        return Err(foundation::jobs::stopped());
    }
    note_refusals(op, id, refusals)
}

/// Settles a part of the missing rows.
pub fn advance_gone(op: &mut Operation, id: Id, key: &[u8], new: &Figures) -> Result<()> {
    let moved = op.tx.execute(
        "update source_run set settled_key = $2, figures = $3 where id = $1 and finished_at is null",
        &[id.into(), key.to_vec().into(), figures(new)?],
    )?;
    if moved == 1 { Ok(()) } else { Err(foundation::jobs::stopped()) }
}

pub fn finish(
    op: &mut Operation,
    id: Id,
    state: State,
    code: Option<&str>,
    detail: Option<&str>,
    new: &Figures,
) -> Result<()> {
    let now = op.now;
    op.tx.execute(
        "update source_run set state = $2, code = $3, detail = $4, figures = $5, finished_at = $6, phase = 'none' where id = $1",
        &[id.into(), state.name().into(), code.into(), detail.into(), figures(new)?, now.into()],
    )?;
    Ok(())
}

/// Shows in the source's record how its last run went. No event: a source that runs every minute would fill the ledger.
pub fn show_state(op: &mut Operation, source: Id, state: &str, detail: Option<&str>, rows: Option<u64>) -> Result<()> {
    let now = op.now;
    let done = i64::from(state == "done");
    let Some(object) = op.catalogue.named(super::setup::OBJECT).cloned() else { return Ok(()) };
    let sql = format!(
        "update {} set state = $2, message = $3, last_run_at = $4, row_count = coalesce($5, row_count), \
         last_done_at = case when $6 = 1 then $4 else last_done_at end where id = $1",
        object.def.table
    );
    let rows = rows.map(|rows| i64::try_from(rows).unwrap_or(i64::MAX));
    op.tx.execute(&sql, &[source.into(), state.into(), detail.into(), now.into(), rows.into(), done.into()])?;
    Ok(())
}

/// The ids of living sources that are not paused and run by themselves, but have no timer of this kind.
pub fn without_timer(reader: &mut Reader, kind: &str) -> Result<Vec<Id>> {
    let Some(object) = reader.catalogue.named(super::setup::OBJECT).cloned() else { return Ok(Vec::new()) };
    let sql = format!(
        "select r.id from {} r where r.deleted_at is null and coalesce(r.paused, 0) = 0 and r.schedule <> 'none' \
         and not exists (select 1 from timer t where t.kind = $1 and t.subject = r.id) order by r.id",
        object.def.table
    );
    Ok(reader.tx.query(&sql, &[kind.into()])?.iter().map(|row| row.id(0)).collect())
}

/// The id of the living source of that name.
pub fn named(reader: &mut Reader, name: &str) -> Result<Option<Id>> {
    let object = reader.object(super::setup::OBJECT)?;
    let sql = format!("select r.id from {} r where r.name = $1 and r.deleted_at is null", object.def.table);
    Ok(reader.tx.one(&sql, &[name.into()])?.map(|row| row.id(0)))
}

// ------------------------------------------------------------------------------------------------------ refusals

fn note_refusals(op: &mut Operation, run: Id, refusals: &[Refusal]) -> Result<()> {
    if refusals.is_empty() {
        return Ok(());
    }
    let first = op
        .tx
        .one("select coalesce(max(place), 0) from source_refusal where run = $1", &[run.into()])?
        .map_or(0, |row| row.int(0));
    // Beyond what anybody reads, the figures say how many there are.
    let room = usize::try_from(super::run::SHOWN_REFUSALS.saturating_sub(first)).unwrap_or(0);
    let columns = [
        ("run", Kind::Id),
        ("place", Kind::Int),
        ("file_name", Kind::Text),
        ("file_row", Kind::Int),
        ("column_name", Kind::Text),
        ("field", Kind::Text),
        ("code", Kind::Text),
        ("detail", Kind::Text),
        ("warning", Kind::Int),
    ];
    let mut rows = Vec::new();
    for (place, refusal) in (first + 1..).zip(refusals.iter().take(room)) {
        rows.push(vec![
            run.into(),
            Arg::Int(place),
            refusal.file.as_deref().into(),
            number(refusal.row),
            refusal.column.as_deref().into(),
            refusal.field.as_deref().into(),
            refusal.code.as_str().into(),
            refusal.detail.as_str().into(),
            refusal.warning.into(),
        ]);
    }
    op.tx.insert("source_refusal", &columns, rows, OnConflict::Skip)?;
    Ok(())
}

pub fn forget_refusals(op: &mut Operation, run: Id) -> Result<()> {
    op.tx.execute("delete from source_refusal where run = $1", &[run.into()])?;
    Ok(())
}

/// Refusals of a run, the first ones.
pub fn refusals(reader: &mut Reader, run: Id, limit: i64) -> Result<Vec<Refusal>> {
    let sql = "select file_name, file_row, column_name, field, code, detail, warning from source_refusal where run = $1 order by place limit $2";
    let rows = reader.tx.query(sql, &[run.into(), limit.into()])?;
    let text = |row: &Row, column| row.opt_text(column).map(str::to_string);
    Ok(rows
        .iter()
        .map(|row| Refusal {
            file: text(row, 0),
            row: u64::try_from(row.int(1)).unwrap_or(0),
            column: text(row, 2),
            field: text(row, 3),
            code: row.text(4).to_string(),
            detail: row.text(5).to_string(),
            warning: row.flag(6),
        })
        .collect())
}

/// Runs that changed nothing are forgotten after a while: of a source that runs every minute there are many. Those that did
/// something stay, for they say where values came from.
pub fn forget_idle_runs_before(op: &mut Operation, before: Time) -> Result<u64> {
    let idle = r#"%"new":0,"changed":0,%"#;
    let still = r#"%"gone":0,"back":0,%"#;
    op.tx.execute(
        "delete from source_run where finished_at < $1 and figures like $2 and figures like $3",
        &[before.into(), idle.into(), still.into()],
    )
}

/// Refusals quote cells, so they do not stay for ever.
pub fn forget_refusals_before(op: &mut Operation, before: Time) -> Result<u64> {
    op.tx.execute(
        "delete from source_refusal where run in (select id from source_run where finished_at < $1)",
        &[before.into()],
    )
}

// ---------------------------------------------------------------------------------------------------------- rows

const ROW: &str = "select w.source, w.key_hash, w.record, w.holder, w.digest, w.said, w.changed_at, w.gone_at, w.gone_as from source_row w";

fn stored(row: &Row) -> Stored {
    Stored {
        source: row.id(0),
        key_hash: row.opt_bytes(1).unwrap_or_default().to_vec(),
        record: row.id(2),
        holder: row.id(3),
        digest: row.opt_bytes(4).unwrap_or_default().to_vec(),
        said: row.opt_bytes(5).map(<[u8]>::to_vec),
        changed_at: row.time(6),
        gone_at: row.opt_time(7),
        gone_as: row.opt_text(8).map(str::to_string),
    }
}

/// The rows of a source by their keys.
pub fn rows_by_key(reader: &mut Reader, source: Id, keys: &[Hash]) -> Result<HashMap<Vec<u8>, Stored>> {
    let mut found = HashMap::with_capacity(keys.len());
    for chunk in keys.chunks(CHUNK) {
        let width = [1, 8, 64, CHUNK].into_iter().find(|width| *width >= chunk.len()).unwrap_or(chunk.len());
        let mut args: Vec<Arg> = vec![source.into()];
        args.extend(
            (0..width).filter_map(|n| chunk.get(n).or_else(|| chunk.last())).map(|key| Arg::Bytes(key.to_vec())),
        );
        let places: Vec<String> = (2..=args.len()).map(|n| format!("${n}")).collect();
        let sql = format!("{ROW} where w.source = $1 and w.key_hash in ({})", places.join(", "));
        for row in reader.tx.query(&sql, &args)? {
            let row = stored(&row);
            found.insert(row.key_hash.clone(), row);
        }
    }
    Ok(found)
}

/// The rows that fed these records, of all sources.
pub fn rows_of(reader: &mut Reader, records: &[Id]) -> Result<Vec<Stored>> {
    let mut found = Vec::new();
    for chunk in records.chunks(CHUNK) {
        let mut args = Vec::new();
        let list = id_list(chunk, &mut args);
        found.extend(reader.tx.query(&format!("{ROW} where w.record in ({list})"), &args)?.iter().map(stored));
    }
    Ok(found)
}

/// A page of the rows of a source that are not known to be gone, by their keys.
pub fn page_of_keys(reader: &mut Reader, source: Id, after: &[u8], limit: i64) -> Result<Vec<(Vec<u8>, Id)>> {
    let sql = "select key_hash, record from source_row where source = $1 and gone_at is null and key_hash > $2 order by key_hash limit $3";
    let rows = reader.tx.query(sql, &[source.into(), after.to_vec().into(), limit.into()])?;
    Ok(rows.iter().map(|row| (row.opt_bytes(0).unwrap_or_default().to_vec(), row.id(1))).collect())
}

/// Which of these records other rows still speak of: rows that are not gone, of any source.
pub fn spoken_of(reader: &mut Reader, records: &[Id]) -> Result<Vec<(Id, Id, Vec<u8>)>> {
    let mut found = Vec::new();
    for chunk in records.chunks(CHUNK) {
        let mut args = Vec::new();
        let list = id_list(chunk, &mut args);
        let sql =
            format!("select record, source, key_hash from source_row where record in ({list}) and gone_at is null");
        let rows = reader.tx.query(&sql, &args)?;
        found.extend(rows.iter().map(|row| (row.id(0), row.id(1), row.opt_bytes(2).unwrap_or_default().to_vec())));
    }
    Ok(found)
}

pub fn note_gone(op: &mut Operation, source: Id, keys: &[(Vec<u8>, &'static str)]) -> Result<()> {
    let now = op.now;
    let sets: Vec<Vec<Arg>> =
        keys.iter().map(|(key, how)| vec![source.into(), Arg::Bytes(key.clone()), now.into(), (*how).into()]).collect();
    op.tx
        .execute_many("update source_row set gone_at = $3, gone_as = $4 where source = $1 and key_hash = $2", &sets)?;
    Ok(())
}

/// A row to be stored.
pub struct NewRow {
    pub source: Id,
    pub key_hash: Hash,
    pub object: String,
    pub record: Id,
    pub holder: Id,
    pub digest: Hash,
    pub said: Option<Vec<u8>>,
}

/// Stores what rows say now: new ones, and those that are there.
pub fn put_rows(op: &mut Operation, new: Vec<NewRow>, known: Vec<NewRow>) -> Result<()> {
    let columns = [
        ("source", Kind::Id),
        ("key_hash", Kind::Bytes),
        ("object", Kind::Text),
        ("record", Kind::Id),
        ("holder", Kind::Id),
        ("digest", Kind::Bytes),
        ("said", Kind::Bytes),
        ("made_by", Kind::Id),
        ("changed_at", Kind::Int),
    ];
    let (change, now) = (op.change, op.now);
    let args = |row: NewRow| -> Vec<Arg> {
        vec![
            row.source.into(),
            row.key_hash.to_vec().into(),
            row.object.into(),
            row.record.into(),
            row.holder.into(),
            row.digest.to_vec().into(),
            row.said.into(),
            change.into(),
            now.into(),
        ]
    };
    op.tx.insert("source_row", &columns, new.into_iter().map(args).collect(), OnConflict::Fail)?;
    let sets: Vec<Vec<Arg>> = known
        .into_iter()
        .map(|row| {
            vec![
                row.source.into(),
                row.key_hash.to_vec().into(),
                row.record.into(),
                row.holder.into(),
                row.digest.to_vec().into(),
                row.said.into(),
                now.into(),
            ]
        })
        .collect();
    op.tx.execute_many(
        "update source_row set record = $3, holder = $4, digest = $5, said = $6, changed_at = $7, gone_at = null, gone_as = null \
         where source = $1 and key_hash = $2",
        &sets,
    )?;
    Ok(())
}

/// How many rows of a source are not gone.
pub fn living_rows(reader: &mut Reader, source: Id) -> Result<u64> {
    let row =
        reader.tx.one("select count(*) from source_row where source = $1 and gone_at is null", &[source.into()])?;
    Ok(row.map_or(0, |row| u64::try_from(row.int(0)).unwrap_or(0)))
}

/// Rows that a run made: their records were taken back with it, so they may come again.
pub fn forget_made_by(op: &mut Operation, change: Id) -> Result<u64> {
    op.tx.execute("delete from source_row where made_by = $1", &[change.into()])
}

/// Rows about a party become empty; what was refused of their sources goes.
pub fn forget(op: &mut Operation, party: Id) -> Result<()> {
    op.tx.execute(
        "delete from source_refusal where run in (select r.id from source_run r where r.source in \
         (select w.source from source_row w where w.record = $1 or w.holder = $1))",
        &[party.into()],
    )?;
    op.tx.execute("update source_row set said = null where record = $1 or holder = $1", &[party.into()])?;
    Ok(())
}

/// Who these records are now, where they were merged into others.
pub fn survivors(reader: &mut Reader, records: &[Id]) -> Result<HashMap<Id, Id>> {
    let mut now: HashMap<Id, Id> = HashMap::new();
    let mut asked: Vec<Id> = records.to_vec();
    // A survivor may have been merged again; nobody is merged a hundred times over.
    for _ in 0..100 {
        asked.sort_unstable();
        asked.dedup();
        let mut found: HashMap<Id, Id> = HashMap::new();
        for chunk in asked.chunks(CHUNK) {
            let mut args = Vec::new();
            let list = id_list(chunk, &mut args);
            for row in
                reader.tx.query(&format!("select alias, party from party_alias where alias in ({list})"), &args)?
            {
                found.insert(row.id(0), row.id(1));
            }
        }
        if found.is_empty() {
            break;
        }
        for survivor in now.values_mut() {
            if let Some(next) = found.get(survivor) {
                *survivor = *next;
            }
        }
        asked = found.values().copied().collect();
        for (alias, party) in found {
            now.entry(alias).or_insert(party);
        }
    }
    Ok(now)
}

/// The ids that were merged into these records.
pub fn aliases(reader: &mut Reader, records: &[Id]) -> Result<Vec<(Id, Id)>> {
    let mut all: Vec<(Id, Id)> = Vec::new();
    let mut asked: Vec<(Id, Id)> = records.iter().map(|id| (*id, *id)).collect();
    for _ in 0..100 {
        let mut found = Vec::new();
        for chunk in asked.chunks(CHUNK) {
            let mut args = Vec::new();
            let ids: Vec<Id> = chunk.iter().map(|(id, _)| *id).collect();
            let list = id_list(&ids, &mut args);
            for row in
                reader.tx.query(&format!("select alias, party from party_alias where party in ({list})"), &args)?
            {
                if let Some((_, of)) = chunk.iter().find(|(id, _)| *id == row.id(1)) {
                    found.push((row.id(0), *of));
                }
            }
        }
        found.retain(|pair| !all.contains(pair));
        if found.is_empty() {
            break;
        }
        all.extend(found.iter().copied());
        asked = found;
    }
    Ok(all)
}

/// `true` if the id is the record's own, of an object that is no party: then a key may be made for it.
pub fn is_no_party(reader: &mut Reader, object: &Object, id: Id) -> Result<bool> {
    let sql = format!("select 1 from {} where id = $1", object.def.table);
    Ok(!object.def.party && reader.tx.one(&sql, &[id.into()])?.is_some())
}

pub fn insert_salts(op: &mut Operation, rows: Vec<Vec<Arg>>) -> Result<()> {
    op.tx.insert("party_key", &[("party", Kind::Id), ("salt", Kind::Bytes)], rows, OnConflict::Skip)?;
    Ok(())
}

/// Name and priority of sources, also of those in the bin.
pub fn names(reader: &mut Reader, ids: &[Id]) -> Result<HashMap<Id, (String, i64, String)>> {
    let mut found = HashMap::new();
    let Some(object) = reader.catalogue.named(super::setup::OBJECT).cloned() else { return Ok(found) };
    for chunk in ids.chunks(CHUNK) {
        let mut args = Vec::new();
        let list = id_list(chunk, &mut args);
        let sql = format!(
            "select r.id, r.name, coalesce(r.priority, 50), coalesce(r.when_gone, 'keep') from {} r where r.id in ({list})",
            object.def.table
        );
        for row in reader.tx.query(&sql, &args)? {
            found.insert(row.id(0), (row.text(1).to_string(), row.int(2), row.text(3).to_string()));
        }
    }
    Ok(found)
}

/// Sources that make records of this object: id.
pub fn sources_of(reader: &mut Reader, object: &Object) -> Result<Vec<Id>> {
    let Some(sources) = reader.catalogue.named(super::setup::OBJECT).cloned() else { return Ok(Vec::new()) };
    let sql = format!(
        "select r.id from {} r where r.object_name = $1 or r.object_name = $2 order by r.id",
        sources.def.table
    );
    let args = [object.def.name.as_str().into(), object.def.plural.as_str().into()];
    Ok(reader.tx.query(&sql, &args)?.iter().map(|row| row.id(0)).collect())
}

// --------------------------------------------------------------------------------------------------------- files

/// Files of a folder that were read: name → size and time of change.
pub fn files(reader: &mut Reader, source: Id) -> Result<HashMap<String, (i64, i64)>> {
    let rows =
        reader.tx.query("select name, size_bytes, modified_at from source_file where source = $1", &[source.into()])?;
    Ok(rows.iter().map(|row| (row.text(0).to_string(), (row.int(1), row.int(2)))).collect())
}

pub fn note_file(op: &mut Operation, source: Id, name: &str, size: i64, modified: i64, run: Id) -> Result<()> {
    let now = op.now;
    op.tx.execute(
        "insert into source_file (source, name, size_bytes, modified_at, run, read_at) values ($1, $2, $3, $4, $5, $6) \
         on conflict (source, name) do update set size_bytes = excluded.size_bytes, modified_at = excluded.modified_at, \
         run = excluded.run, read_at = excluded.read_at",
        &[source.into(), name.into(), size.into(), modified.into(), run.into(), now.into()],
    )?;
    Ok(())
}

/// Files that were first read by a run may come again.
pub fn forget_files(op: &mut Operation, run: Id) -> Result<u64> {
    op.tx.execute("delete from source_file where run = $1", &[run.into()])
}
