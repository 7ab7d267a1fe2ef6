//! What a question reads of the database, row by row, for the engine: living records that the reader may see, in the columns
//! that are asked for.

use std::collections::BTreeSet;

use db::{Arg, Kind, Row};
use foundation::Reader;
use foundation::access::Action;
use foundation::records::columns::Column;
use foundation::records::{Object, ask};
use kernel::{Id, Result};

use crate::engine::Cell;
use crate::engine::embedded::Filling;

/// The records of an object: id, an empty moment of deletion, and these columns.
pub fn records(reader: &mut Reader, object: &Object, columns: &[Column], filling: &mut Filling) -> Result<()> {
    let mut args = Vec::new();
    let rule = ask::rule_sql(reader, object, Action::Read, &mut args)?;
    let names: String = columns.iter().map(|column| format!(", r.\"{}\"", column.name)).collect();
    let sql = format!("select r.id{names} from {} r where r.deleted_at is null and {rule}", object.def.table);
    let mut cells = Vec::with_capacity(columns.len() + 2);
    reader.tx.each(&sql, &args, |row| {
        cells.clear();
        cells.extend([id(&row, 0), Cell::Null]);
        cells.extend(columns.iter().enumerate().map(|(at, column)| cell(&row, at + 1, column.kind)));
        filling.row(&cells)?;
        Ok(true)
    })
}

/// The ids of those who answer a question with yes, asked of the database.
pub fn ids(reader: &mut Reader, object: &Object, checked: &question::Checked) -> Result<Vec<Id>> {
    let mut args = Vec::new();
    let rule = ask::rule_sql(reader, object, Action::Read, &mut args)?;
    let condition = ask::compile(reader, checked, &mut args);
    let table = &object.def.table;
    let sql = format!("select r.id from {table} r where r.deleted_at is null and {rule} and {condition}");
    let mut ids = Vec::new();
    reader.tx.each(&sql, &args, |row| {
        ids.push(row.id(0));
        Ok(true)
    })?;
    Ok(ids)
}

/// Links of a field to many records.
pub fn links(reader: &mut Reader, field: &str, filling: &mut Filling) -> Result<()> {
    reader.tx.each("select from_id, to_id from link where field = $1", &[field.into()], |row| {
        filling.row(&[Cell::from(field), id(&row, 0), id(&row, 1)])?;
        Ok(true)
    })
}

/// Who is in these segments.
pub fn members(reader: &mut Reader, segments: &BTreeSet<Id>, filling: &mut Filling) -> Result<()> {
    for segment in segments {
        let sql = "select party from segment_member where segment = $1 and until is null";
        reader.tx.each(sql, &[Arg::Id(*segment)], |row| {
            filling.row(&[Cell::Text(segment.to_string()), id(&row, 0), Cell::Null])?;
            Ok(true)
        })?;
    }
    Ok(())
}

/// Of which records these sources speak: under the id that they had then, and under the one they have now.
pub fn fed(reader: &mut Reader, sources: &BTreeSet<Id>, filling: &mut Filling) -> Result<()> {
    for source in sources {
        let sql = "select s.record, a.party from source_row s left join party_alias a on a.alias = s.record \
                   where s.source = $1 and s.record is not null and s.gone_at is null";
        reader.tx.each(sql, &[Arg::Id(*source)], |row| {
            for at in [0, 1] {
                if row.opt_id(at).is_some() {
                    filling.row(&[Cell::Text(source.to_string()), id(&row, at), Cell::Null])?;
                }
            }
            Ok(true)
        })?;
    }
    Ok(())
}

/// On which timelines events stand besides their own party's.
pub fn also(reader: &mut Reader, filling: &mut Filling) -> Result<()> {
    reader.tx.each("select party, id, main from event_also", &[], |row| {
        filling.row(&[id(&row, 0), id(&row, 1), id(&row, 2)])?;
        Ok(true)
    })
}

/// Whether so many events stand on further timelines.
pub fn has_many_also(reader: &mut Reader, many: i64) -> Result<bool> {
    let sql = "select count(*) from (select 1 from event_also limit $1) a";
    Ok(reader.tx.one(sql, &[many.into()])?.is_some_and(|row| row.int(0) >= many))
}

fn id(row: &Row, at: usize) -> Cell {
    row.opt_id(at).map_or(Cell::Null, |id| Cell::Text(id.to_string()))
}

fn cell(row: &Row, at: usize, kind: Kind) -> Cell {
    if row.get(at).is_null() {
        return Cell::Null;
    }
    match kind {
        Kind::Id => id(row, at),
        Kind::Int => Cell::Int(row.int(at)),
        Kind::Real => Cell::Real(row.real(at)),
        Kind::Text => Cell::from(row.text(at)),
        Kind::Bytes => row.opt_bytes(at).map_or(Cell::Null, |bytes| Cell::Bytes(bytes.to_vec())),
    }
}
