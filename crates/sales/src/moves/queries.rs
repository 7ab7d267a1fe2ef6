//! What moves need of other records.

use db::{Arg, Kind, OnConflict};
use foundation::records::{Object, Record, ask, record};
use foundation::{Operation, Reader};
use kernel::{Id, Result, Time};
use question::Checked;

/// A record whoever asks: rules hold for stages that somebody may not see too.
pub fn any(reader: &mut Reader, object: &Object, id: Id) -> Result<Option<Record>> {
    let sql = format!("select {} from {} r where r.id = $1", record::select_list(object), object.def.table);
    Ok(reader.tx.one(&sql, &[id.into()])?.map(|row| Record::from_row(object, &row)))
}

/// Whether a deal, as it is stored, answers a question with yes.
pub fn fits(reader: &mut Reader, object: &Object, checked: &Checked, id: Id) -> Result<bool> {
    let mut args = vec![Arg::Id(id)];
    let asked = ask::compile(reader, checked, &mut args);
    let sql = format!("select 1 from {} r where r.id = $1 and {asked}", object.def.table);
    Ok(reader.tx.one(&sql, &args)?.is_some())
}

/// What is to be done in a stage, in its order.
pub fn steps(reader: &mut Reader, object: &Object, stage: Id) -> Result<Vec<Record>> {
    let sql = format!(
        "select {} from {} r where r.stage = $1 and r.deleted_at is null and r.is_active = 1 \
         order by coalesce(r.position, 1000000), r.id",
        record::select_list(object),
        object.def.table
    );
    Ok(reader.tx.query(&sql, &[stage.into()])?.iter().map(|row| Record::from_row(object, row)).collect())
}

/// Notes that a step is planned for a deal; `false` if it was before.
pub fn plan_once(op: &mut Operation, deal: Id, step: Id) -> Result<bool> {
    let row = vec![vec![Arg::Id(deal), Arg::Id(step)]];
    let columns = [("deal", Kind::Id), ("step", Kind::Id)];
    Ok(op.tx.insert("playbook_planned", &columns, row, OnConflict::Skip)? == 1)
}

/// Stages that say how many days are too long, and how many.
pub fn limits(reader: &mut Reader, stages: &Object) -> Result<Vec<(Id, i64)>> {
    let sql = format!(
        "select r.id, r.rotting_days from {} r where r.rotting_days > 0 and r.deleted_at is null order by r.id",
        stages.def.table
    );
    Ok(reader.tx.query(&sql, &[])?.iter().map(|row| (row.id(0), row.int(1))).collect())
}

/// Open deals of a stage for which no clock of this kind runs and that do not say that they stand too long, with since when
/// they stand there; so many of them.
pub fn without_clock(
    reader: &mut Reader,
    object: &Object,
    stage: Id,
    kind: &str,
    most: i64,
) -> Result<Vec<(Id, Time)>> {
    let sql = format!(
        "select r.id, coalesce((select max(e.at) from event e where e.record = r.id and e.kind = 'deal.stage_changed'), \
         r.created_at) from {} r where r.stage = $1 and r.status = 'open' and r.deleted_at is null \
         and r.stale_since is null and not exists (select 1 from timer t where t.kind = $2 and t.subject = r.id) limit $3",
        object.def.table
    );
    let args = [stage.into(), kind.into(), most.into()];
    Ok(reader.tx.query(&sql, &args)?.iter().map(|row| (row.id(0), row.time(1))).collect())
}

/// The open deals of a stage: since when each stands there, and whether it says that it stands too long.
pub fn standing(reader: &mut Reader, object: &Object, stage: Id) -> Result<Vec<(Id, Time, bool)>> {
    let sql = format!(
        "select r.id, coalesce((select max(e.at) from event e where e.record = r.id and e.kind = 'deal.stage_changed'), \
         r.created_at), case when r.stale_since is not null then 1 else 0 end from {} r \
         where r.stage = $1 and r.status = 'open' and r.deleted_at is null",
        object.def.table
    );
    Ok(reader.tx.query(&sql, &[stage.into()])?.iter().map(|row| (row.id(0), row.time(1), row.flag(2))).collect())
}
