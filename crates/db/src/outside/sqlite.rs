//! A file of SQLite that another program writes.

use std::path::Path;
use std::time::Duration;

use kernel::{Error, Result};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};

use super::{Columns, Visit, refused, statement, text_of};

pub fn each(path: &Path, asked: &str, columns: &mut Columns, visit: &mut Visit) -> Result<()> {
    let sql = statement(asked, '"')?;
    let failed = |fault: rusqlite::Error| match fault.sqlite_error_code() {
        Some(rusqlite::ErrorCode::NotADatabase | rusqlite::ErrorCode::DatabaseCorrupt) => {
            Error::Unreadable("the file is not a database of SQLite, or it is damaged".into())
        }
        Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked) => {
            Error::conflict("source.unreachable", "another program is writing the database; it is read at the next run")
        }
        _ => refused(&fault.to_string()),
    };
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags).map_err(failed)?;
    conn.busy_timeout(Duration::from_secs(10)).map_err(failed)?;
    // Views and triggers in a file of others do not call functions that reach out of it.
    conn.execute_batch("pragma query_only = on; pragma trusted_schema = off").map_err(failed)?;
    let mut select = conn.prepare(&sql).map_err(failed)?;
    if !select.readonly() || select.column_count() == 0 {
        return Err(Error::invalid("query", "not_a_query", "must be one query that selects"));
    }
    let names: Vec<String> = select.column_names().map(str::to_string).collect();
    let width = names.len();
    if !columns(names)? {
        return Ok(());
    }
    let mut rows = select.query([]).map_err(failed)?;
    let mut cells = vec![None; width];
    while let Some(row) = rows.next().map_err(failed)? {
        for (place, cell) in cells.iter_mut().enumerate() {
            *cell = match row.get_ref(place).map_err(failed)? {
                ValueRef::Null => None,
                ValueRef::Integer(number) => Some(number.to_string()),
                ValueRef::Real(number) => Some(number.to_string()),
                ValueRef::Text(bytes) | ValueRef::Blob(bytes) => Some(text_of(bytes)),
            };
        }
        if !visit(&cells)? {
            break;
        }
    }
    Ok(())
}
