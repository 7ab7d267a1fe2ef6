//! The tables `import`, `import_refusal` and `import_mapping`.

use db::{Arg, Kind, OnConflict, Row};
use foundation::{Operation, Reader};
use kernel::{Error, Id, Result, Time};
use serde_json::{Value as Json, json};

use super::batch::{Refusal, Tally};
use super::plan::Plan;
use super::{Import, State};

/// Refusals that are shown; all of them are in the file of refused rows.
pub const SHOWN: i64 = 1_000;

const SELECT: &str = "select i.id, i.object, i.name, i.size, i.state, i.plan, i.settled_row, i.rows, i.bytes, i.created, i.changed, \
     i.unchanged, i.wrong, i.detail, i.job, i.change, i.owner, i.created_at, i.started_at, i.finished_at, j.state, j.result \
     from import i left join job j on j.id = i.job";

fn import(row: &Row) -> Result<Import> {
    let count = |column| u64::try_from(row.int(column)).unwrap_or(0);
    let state = State::parse(row.text(4)).ok_or_else(|| Error::internal("an import has no known state"))?;
    let mut import = Import {
        id: row.id(0),
        object: row.text(1).to_string(),
        name: row.text(2).to_string(),
        size: count(3),
        state,
        plan: serde_json::from_str::<Plan>(row.text(5)).map_err(Error::internal)?,
        settled_row: count(6),
        rows: count(7),
        bytes: count(8),
        created: count(9),
        changed: count(10),
        unchanged: count(11),
        wrong: count(12),
        detail: row.opt_text(13).map(str::to_string),
        job: row.opt_id(14),
        change: row.opt_id(15),
        owner: row.id(16),
        created_at: row.time(17),
        started_at: row.opt_time(18),
        finished_at: row.opt_time(19),
    };
    // A job that was stopped, or given up, cannot say so here itself.
    if import.is_at_work() {
        match row.text(20) {
            "cancelled" => import.state = State::Cancelled,
            "failed" => {
                import.state = State::Failed;
                let result: Option<Json> = row.opt_text(21).and_then(|text| serde_json::from_str(text).ok());
                import.detail = result.and_then(|result| Some(result.get("detail")?.as_str()?.to_string()));
            }
            _ => {}
        }
    }
    Ok(import)
}

/// An import of the caller; an administrator sees all.
pub fn load(reader: &mut Reader, id: Id) -> Result<Import> {
    let row = reader.tx.one(&format!("{SELECT} where i.id = $1"), &[id.into()])?.ok_or(Error::NotFound)?;
    let import = import(&row)?;
    if import.owner == reader.who.id || reader.who.access.admin { Ok(import) } else { Err(Error::NotFound) }
}

/// The latest imports of the caller, or of all for an administrator.
pub fn latest(reader: &mut Reader, limit: i64) -> Result<Vec<Import>> {
    let all = i64::from(reader.who.access.admin);
    let sql = format!("{SELECT} where i.owner = $1 or $2 = 1 order by i.created_at desc, i.id desc limit $3");
    reader.tx.query(&sql, &[reader.who.id.into(), all.into(), limit.into()])?.iter().map(import).collect()
}

pub fn insert(op: &mut Operation, import: &Import) -> Result<()> {
    op.tx.execute(
        "insert into import (id, object, name, size, state, plan, settled_row, rows, bytes, created, changed, unchanged, wrong, owner, created_at) \
         values ($1, $2, $3, $4, $5, $6, 0, 0, 0, 0, 0, 0, 0, $7, $8)",
        &[
            import.id.into(),
            import.object.as_str().into(),
            import.name.as_str().into(),
            number(import.size),
            import.state.name().into(),
            plan_text(&import.plan)?,
            import.owner.into(),
            import.created_at.into(),
        ],
    )?;
    Ok(())
}

fn number(value: u64) -> Arg {
    Arg::Int(i64::try_from(value).unwrap_or(i64::MAX))
}

fn plan_text(plan: &Plan) -> Result<Arg> {
    Ok(serde_json::to_string(plan).map_err(Error::internal)?.into())
}

/// A changed plan: what ran before counts no more.
pub fn replan(op: &mut Operation, id: Id, object: &str, plan: &Plan) -> Result<()> {
    op.tx.execute(
        "update import set object = $2, plan = $3, state = 'draft', settled_row = 0, rows = 0, bytes = 0, created = 0, changed = 0, \
         unchanged = 0, wrong = 0, detail = null, job = null, change = null, started_at = null, finished_at = null where id = $1",
        &[id.into(), object.into(), plan_text(plan)?],
    )?;
    forget_refusals(op, id)
}

pub fn forget_refusals(op: &mut Operation, id: Id) -> Result<()> {
    op.tx.execute("delete from import_refusal where import = $1", &[id.into()])?;
    Ok(())
}

/// Starts at the first row, all figures at zero.
pub fn start(op: &mut Operation, id: Id, state: State, job: Option<Id>, change: Option<Id>) -> Result<()> {
    let now = op.now;
    op.tx.execute(
        "update import set state = $2, job = $3, change = $4, started_at = $5, finished_at = null, settled_row = 0, rows = 0, bytes = 0, \
         created = 0, changed = 0, unchanged = 0, wrong = 0, detail = null where id = $1",
        &[id.into(), state.name().into(), job.into(), change.into(), now.into()],
    )?;
    forget_refusals(op, id)
}

/// Goes on behind the last settled row.
pub fn go_on(op: &mut Operation, id: Id, job: Option<Id>, change: Id) -> Result<()> {
    op.tx.execute(
        "update import set state = 'running', job = $2, change = $3, finished_at = null, detail = null where id = $1",
        &[id.into(), job.into(), change.into()],
    )?;
    Ok(())
}

/// Adds a settled part to the figures, in the transaction of its effect. Fails if the import does not run (any more).
pub fn advance(op: &mut Operation, id: Id, last_row: u64, rows: u64, bytes: u64, tally: &Tally) -> Result<()> {
    let changed = op.tx.execute(
        "update import set settled_row = $2, rows = rows + $3, bytes = $4, created = created + $5, changed = changed + $6, \
         unchanged = unchanged + $7, wrong = wrong + $8 where id = $1 and state in ('running', 'checking') and settled_row < $2",
        &[
            id.into(),
            number(last_row),
            number(rows),
            number(bytes),
            number(tally.created),
            number(tally.changed),
            number(tally.unchanged),
            number(tally.wrong),
        ],
    )?;
    if changed != 1 {
        return Err(foundation::jobs::stopped());
    }
    note_refusals(op, id, &tally.refusals)
}

fn note_refusals(op: &mut Operation, id: Id, refusals: &[Refusal]) -> Result<()> {
    let columns = [
        ("import", Kind::Id),
        ("file_row", Kind::Int),
        ("place", Kind::Int),
        ("column_index", Kind::Int),
        ("field", Kind::Text),
        ("code", Kind::Text),
        ("detail", Kind::Text),
        ("warning", Kind::Int),
    ];
    let mut places: std::collections::HashMap<u64, i64> = std::collections::HashMap::new();
    let mut rows = Vec::with_capacity(refusals.len());
    for refusal in refusals {
        let place = places.entry(refusal.row).or_insert(0);
        rows.push(vec![
            id.into(),
            number(refusal.row),
            Arg::Int(*place),
            refusal.column.and_then(|column| i64::try_from(column).ok()).into(),
            refusal.field.as_deref().into(),
            refusal.code.as_str().into(),
            refusal.detail.as_str().into(),
            refusal.warning.into(),
        ]);
        *place += 1;
    }
    op.tx.insert("import_refusal", &columns, rows, OnConflict::Skip)?;
    Ok(())
}

pub fn finish(op: &mut Operation, id: Id, state: State, detail: Option<&str>) -> Result<()> {
    let now = op.now;
    op.tx.execute(
        "update import set state = $2, detail = $3, finished_at = $4 where id = $1",
        &[id.into(), state.name().into(), detail.into(), now.into()],
    )?;
    Ok(())
}

/// How a file was to be imported, as it is stored.
pub fn plan_of(reader: &mut Reader, id: Id) -> Result<Option<Json>> {
    let row = reader.tx.one("select plan from import where id = $1", &[id.into()])?;
    row.map(|row| serde_json::from_str(row.text(0)).map_err(Error::internal)).transpose()
}

/// Notes that the file is gone, and with it stored answers that show what was in it.
pub fn forget_file(op: &mut Operation, id: Id, plan: &Json) -> Result<()> {
    let now = op.now;
    op.tx.execute(
        "update import set plan = $2, forgotten_at = $3 where id = $1",
        &[id.into(), plan.to_string().into(), now.into()],
    )?;
    op.tx.execute("delete from idempotency where answer like $1", &[format!("%{id}%").into()])?;
    Ok(())
}

/// Imports that are at rest, ended (or were begun and never ran) before a moment, and still have something to forget.
pub fn ended_before(reader: &mut Reader, before: i64) -> Result<Vec<Id>> {
    let sql = "select id from import where forgotten_at is null and coalesce(finished_at, created_at) < $1 \
               and state not in ('running', 'checking')";
    Ok(reader.tx.query(sql, &[before.into()])?.iter().map(|row| row.id(0)).collect())
}

/// Imports that brought or changed a party, or what hangs on it.
pub fn that_touched(reader: &mut Reader, party: Id) -> Result<Vec<Id>> {
    let sql = "select distinct i.id from event e join import i on i.change = e.change \
               where e.party = $1 and e.change is not null and i.forgotten_at is null";
    Ok(reader.tx.query(sql, &[party.into()])?.iter().map(|row| row.id(0)).collect())
}

/// Refusals behind `(row, place)`, in the order of the file.
pub fn refusals(reader: &mut Reader, id: Id, after: (u64, i64), limit: i64) -> Result<Vec<(i64, Refusal)>> {
    let sql = "select file_row, place, column_index, field, code, detail, warning from import_refusal \
               where import = $1 and (file_row > $2 or (file_row = $2 and place > $3)) order by file_row, place limit $4";
    let rows = reader.tx.query(sql, &[id.into(), number(after.0), after.1.into(), limit.into()])?;
    Ok(rows
        .iter()
        .map(|row| {
            let refusal = Refusal {
                row: u64::try_from(row.int(0)).unwrap_or(0),
                column: row.opt_int(2).and_then(|column| usize::try_from(column).ok()),
                field: row.opt_text(3).map(str::to_string),
                code: row.text(4).to_string(),
                detail: row.text(5).to_string(),
                warning: row.flag(6),
            };
            (row.int(1), refusal)
        })
        .collect())
}

/// Saved mappings for an object, or for all.
pub fn mappings(reader: &mut Reader, object: Option<&str>) -> Result<Vec<Json>> {
    let sql = "select id, name, object, body, created_at from import_mapping where object = $1 or $1 is null order by name, id limit 500";
    let rows = reader.tx.query(sql, &[object.into()])?;
    Ok(rows
        .iter()
        .map(|row| {
            let body: Json = serde_json::from_str(row.text(3)).unwrap_or_default();
            json!({ "id": row.id(0), "name": row.text(1), "object": row.text(2), "mapping": body, "created_at": Time(row.int(4)) })
        })
        .collect())
}

/// Keeps a mapping under a name; one of the same name and object is replaced.
pub fn keep_mapping(op: &mut Operation, name: &str, object: &str, body: &Json) -> Result<Id> {
    op.tx.execute("delete from import_mapping where name = $1 and object = $2", &[name.into(), object.into()])?;
    let (id, owner, now) = (Id::at(op.now.0), op.who.id, op.now);
    op.tx.execute(
        "insert into import_mapping (id, name, object, body, owner, created_at) values ($1, $2, $3, $4, $5, $6)",
        &[id.into(), name.into(), object.into(), body.to_string().into(), owner.into(), now.into()],
    )?;
    Ok(id)
}

/// A mapping whose columns are the file's, whoever kept it; the latest first.
pub fn mapping_for(reader: &mut Reader, object: &str, columns: &[String]) -> Result<Option<Json>> {
    let sql = "select body from import_mapping where object = $1 order by created_at desc limit 100";
    for row in reader.tx.query(sql, &[object.into()])? {
        let body: Json = serde_json::from_str(row.text(0)).unwrap_or_default();
        let names: Vec<&str> = body
            .get("columns")
            .and_then(Json::as_array)
            .map(|all| all.iter().filter_map(|c| c.get("name")?.as_str()).collect())
            .unwrap_or_default();
        if names == columns.iter().map(String::as_str).collect::<Vec<_>>() {
            return Ok(Some(body));
        }
    }
    Ok(None)
}
