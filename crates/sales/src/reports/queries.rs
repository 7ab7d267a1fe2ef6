//! What reports read: deals under the reader's rights, and lines of the ledger about them.

use db::{Arg, Row};
use foundation::Reader;
use foundation::access::Action;
use foundation::records::record::{CHUNK, id_list};
use foundation::records::{Object, ask};
use jiff::civil::Date;
use kernel::{Id, Result, Time};

use super::DEAL;

/// Which deals: a caller's question with the rows that they may see.
pub struct Scope<'q> {
    pub filter: &'q str,
}

impl Scope<'_> {
    /// As a condition on the alias `r`.
    pub fn sql(&self, reader: &mut Reader, object: &Object, args: &mut Vec<Arg>) -> Result<String> {
        let rule = ask::rule_sql(reader, object, Action::Read, args)?;
        if self.filter.is_empty() {
            return Ok(rule);
        }
        let checked = ask::filter(reader, object, self.filter)?;
        Ok(format!("{rule} and {}", ask::compile(reader, &checked, args)))
    }
}

/// The last day on which something is known of deals.
pub fn last_day(reader: &mut Reader) -> Result<Option<Date>> {
    let object = reader.object(DEAL)?;
    let mut last: Option<Date> = None;
    for column in ["closed_on", "engaged_on"] {
        if reader.who.access.on(DEAL).hidden_fields.contains(column) {
            continue;
        }
        let mut args = Vec::new();
        let rule = ask::rule_sql(reader, &object, Action::Read, &mut args)?;
        let sql = format!(
            "select r.{column} from deal r where r.{column} is not null and r.deleted_at is null and {rule} \
             order by r.{column} desc limit 1"
        );
        let found = reader.tx.one(&sql, &args)?;
        last = last.max(found.and_then(|row| row.text(0).parse().ok()));
    }
    Ok(last)
}

/// Deals for which one of these conditions holds, each once, row by row: the columns that [`super::ground`] reads. Values of
/// fields that are hidden from the reader are left out.
pub fn deals(
    reader: &mut Reader,
    scope: &Scope,
    any: &[(String, Vec<Arg>)],
    mut visit: impl FnMut(&Row) -> Result<()>,
) -> Result<()> {
    const FIELDS: [&str; 9] =
        ["status", "stage", "amount", "engaged_on", "closed_on", "expected_close_on", "owner", "source", "pipeline"];
    let object = reader.object(DEAL)?;
    let hidden = reader.who.access.on(DEAL).hidden_fields.clone();
    let columns: Vec<String> = FIELDS
        .iter()
        .map(|name| match (*name, hidden.contains(*name)) {
            ("amount", true) => "null, null".to_string(),
            ("amount", false) => "r.amount, r.amount_currency".to_string(),
            (_, true) => "null".to_string(),
            (name, false) => format!("r.{name}"),
        })
        .collect();
    let columns = columns.join(", ");
    for (condition, own) in any {
        let mut args = own.clone();
        let scope = scope.sql(reader, &object, &mut args)?;
        let sql =
            format!("select r.id, r.created_at, r.deleted_at, {columns} from deal r where {condition} and {scope}");
        reader.tx.each(&sql, &args, |row| {
            visit(&row)?;
            Ok(true)
        })?;
    }
    Ok(())
}

/// Conditions for deals by their ids, a part each.
pub fn among(ids: &[Id]) -> Vec<(String, Vec<Arg>)> {
    ids.chunks(CHUNK)
        .map(|chunk| {
            let mut args = Vec::new();
            let list = id_list(chunk, &mut args);
            (format!("r.id in ({list})"), args)
        })
        .collect()
}

/// Lines of one kind about deals after a moment, in the order in which they happened: the deal, when, and its properties.
pub fn lines_after(reader: &mut Reader, kind: &str, after: Time, mut visit: impl FnMut(Id, Time, &str)) -> Result<()> {
    let sql = "select e.record, e.at, e.props from event e where e.kind = $1 and e.at >= $2 and e.record is not null \
               order by e.at, e.id";
    reader.tx.each(sql, &[kind.into(), after.into()], |row| {
        visit(row.id(0), row.time(1), row.text(2));
        Ok(true)
    })
}

/// All lines of one kind about these deals, oldest first.
pub fn lines_of(reader: &mut Reader, kind: &str, ids: &[Id], mut visit: impl FnMut(Id, Time, &str)) -> Result<()> {
    for chunk in ids.chunks(CHUNK) {
        let mut args = vec![Arg::from(kind)];
        let list = id_list(chunk, &mut args);
        let sql = format!(
            "select e.record, e.at, e.props from event e where e.record in ({list}) and e.kind = $1 order by e.id"
        );
        reader.tx.each(&sql, &args, |row| {
            visit(row.id(0), row.time(1), row.text(2));
            Ok(true)
        })?;
    }
    Ok(())
}
