//! What all of sales asks of the database.

use db::Arg;
use foundation::Reader;
use foundation::access::Action;
use foundation::records::{Object, ask};
use kernel::{Id, Result};

/// Whether the caller's rights let them change a record.
pub fn may_update(reader: &mut Reader, object: &Object, id: Id) -> Result<bool> {
    let mut args = vec![Arg::Id(id)];
    let rule = ask::rule_sql(reader, object, Action::Update, &mut args)?;
    let sql = format!("select 1 from {} r where r.id = $1 and {rule}", object.def.table);
    Ok(reader.tx.one(&sql, &args)?.is_some())
}
