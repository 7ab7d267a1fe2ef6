//! The tables `conversion` and `conversion_line`, the setting `lead_mapping`, and what hangs on a lead.

use std::collections::BTreeMap;

use db::{Arg, Kind, OnConflict};
use foundation::records::Object;
use foundation::{Operation, Reader};
use kernel::{Error, Id, Result};

use super::mapping::Settings;

const MAPPING: &str = "lead_mapping";

pub fn settings(reader: &mut Reader) -> Result<Settings> {
    let row = reader.tx.one("select value from setting where name = $1", &[MAPPING.into()])?;
    Ok(row.and_then(|row| serde_json::from_str(row.text(0)).ok()).unwrap_or_default())
}

pub fn put_settings(op: &mut Operation, settings: &Settings) -> Result<()> {
    let text = serde_json::to_string(settings).map_err(Error::internal)?;
    op.tx.execute(
        "insert into setting (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value",
        &[MAPPING.into(), text.as_str().into()],
    )?;
    Ok(())
}

/// Living records of an object whose link `column` names a lead.
pub fn hanging(reader: &mut Reader, object: &Object, column: &str, lead: Id) -> Result<Vec<Id>> {
    let sql = format!("select r.id from {} r where r.{column} = $1 and r.deleted_at is null", object.def.table);
    Ok(reader.tx.query(&sql, &[lead.into()])?.iter().map(|row| row.id(0)).collect())
}

/// By which change a lead was converted.
pub fn change_of(reader: &mut Reader, lead: Id) -> Result<Option<Id>> {
    let row = reader.tx.one("select change from conversion where lead = $1", &[lead.into()])?;
    Ok(row.map(|row| row.id(0)))
}

pub fn put(op: &mut Operation, lead: Id) -> Result<()> {
    let (at, change) = (op.now, op.change);
    op.tx.execute(
        "insert into conversion (lead, change, at) values ($1, $2, $3) \
         on conflict (lead) do update set change = excluded.change, at = excluded.at",
        &[lead.into(), change.into(), at.into()],
    )?;
    Ok(())
}

/// Puts the lines of a lead onto the timeline of what it became, and remembers which were not there before.
pub fn share_lines(op: &mut Operation, lead: Id, party: Id) -> Result<()> {
    let of_lead: [Arg; 1] = [lead.into()];
    let mut lines: BTreeMap<Id, Id> = BTreeMap::new();
    for row in op.tx.query("select e.id, e.party from event e where e.party = $1", &of_lead)? {
        lines.insert(row.id(0), row.id(1));
    }
    for row in op.tx.query("select a.id, a.main from event_also a where a.party = $1", &of_lead)? {
        lines.insert(row.id(0), row.id(1));
    }
    lines.retain(|_, main| *main != party);
    for row in op.tx.query("select a.id from event_also a where a.party = $1", &[party.into()])? {
        lines.remove(&row.id(0));
    }
    let also = lines.iter().map(|(id, main)| vec![Arg::Id(party), Arg::Id(*id), Arg::Id(*main)]).collect();
    let kept = lines.keys().map(|id| vec![Arg::Id(lead), Arg::Id(party), Arg::Id(*id)]).collect();
    let columns = [("party", Kind::Id), ("id", Kind::Id), ("main", Kind::Id)];
    op.tx.insert("event_also", &columns, also, OnConflict::Skip)?;
    let columns = [("lead", Kind::Id), ("party", Kind::Id), ("id", Kind::Id)];
    op.tx.insert("conversion_line", &columns, kept, OnConflict::Skip)?;
    Ok(())
}

/// Takes them off again.
pub fn take_lines(op: &mut Operation, lead: Id) -> Result<()> {
    let args: [Arg; 1] = [lead.into()];
    op.tx.execute(
        "delete from event_also where exists (select 1 from conversion_line c where c.lead = $1 \
         and c.party = event_also.party and c.id = event_also.id)",
        &args,
    )?;
    op.tx.execute("delete from conversion_line where lead = $1", &args)?;
    op.tx.execute("delete from conversion where lead = $1", &args)?;
    Ok(())
}

/// The stage in which a deal begins: the first of the usual pipeline, or of the one named.
pub fn first_stage(reader: &mut Reader, pipeline: Option<Id>) -> Result<Option<Id>> {
    let table = |name: &str| reader.catalogue.named(name).map(|object| object.def.table.clone());
    let (Some(pipelines), Some(stages)) = (table("pipeline"), table("stage")) else { return Ok(None) };
    let mut args: Vec<Arg> = Vec::new();
    let of_pipeline = match pipeline {
        Some(pipeline) => {
            args.push(pipeline.into());
            "p.id = $1"
        }
        None => "1 = 1",
    };
    let sql = format!(
        "select s.id from {stages} s join {pipelines} p on p.id = s.pipeline \
         where s.deleted_at is null and p.deleted_at is null and s.kind = 'open' and {of_pipeline} \
         order by p.is_default desc, coalesce(p.position, 1000000), p.id, coalesce(s.position, 1000000), s.id limit 1"
    );
    Ok(reader.tx.one(&sql, &args)?.map(|row| row.id(0)))
}
