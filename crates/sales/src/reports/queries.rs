//! What reports read: deals under the reader's rights, and lines of the ledger about them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use db::{Arg, Row};
use foundation::Reader;
use foundation::access::Action;
use foundation::records::record::{CHUNK, id_list};
use foundation::records::{Object, ask, read};
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

/// What values of a field are called: titles of records that the reader may see, words of choices.
pub fn labels(
    reader: &mut Reader,
    object: &str,
    field: &str,
    keys: &BTreeSet<String>,
) -> Result<BTreeMap<String, String>> {
    let object = reader.object(object)?;
    let Some(field) = object.def.field(field) else { return Ok(BTreeMap::new()) };
    if let Some(options) = field.kind.options() {
        let language = reader.who.language.clone();
        let label = |option: &kernel::object::Choice| (option.value.clone(), option.label.get(&language).to_string());
        return Ok(options.iter().map(label).collect());
    }
    let Some(target) = field.kind.target() else { return Ok(BTreeMap::new()) };
    let ids: Vec<Id> = keys.iter().filter_map(|key| Id::parse(key)).collect();
    let titles = read::titles_of(reader, BTreeMap::from([(target.to_string(), ids)]))?;
    Ok(titles.0.into_iter().map(|(id, (_, title))| (id.to_string(), title)).collect())
}

/// An activity that was done.
pub struct Done {
    pub id: Id,
    pub owner: Option<Id>,
    pub kind: String,
    pub minutes: Option<i64>,
}

/// Whether the reader may be told what was done by whom and when.
pub fn tells_activities(reader: &Reader) -> bool {
    let access = reader.who.access.on("activity");
    access.allows(Action::Read)
        && !["owner", "kind", "is_done", "done_at"].iter().any(|field| access.hidden_fields.contains(*field))
}

/// Activities done between two moments, those of the filter that the reader may see.
pub fn activities_done(
    reader: &mut Reader,
    filter: &str,
    (from, over): (Time, Time),
    mut visit: impl FnMut(Done),
) -> Result<()> {
    let object = reader.object("activity")?;
    let hides_minutes = reader.who.access.on("activity").hidden_fields.contains("duration_minutes");
    let minutes = if hides_minutes { "null" } else { "r.duration_minutes" };
    let mut args = vec![from.into(), over.into()];
    let scope = Scope { filter }.sql(reader, &object, &mut args)?;
    let sql = format!(
        "select r.id, r.owner, r.kind, {minutes} from activity r \
         where r.done_at >= $1 and r.done_at < $2 and r.is_done = 1 and r.deleted_at is null and {scope}"
    );
    reader.tx.each(&sql, &args, |row| {
        visit(Done { id: row.id(0), owner: row.opt_id(1), kind: row.text(2).to_string(), minutes: row.opt_int(3) });
        Ok(true)
    })
}

/// A lead that came.
pub struct Lead {
    pub id: Id,
    pub created_at: Time,
    pub owner: Option<Id>,
    pub is_converted: bool,
    pub converted_at: Option<Time>,
    pub deal: Option<Id>,
    /// Of the field by which it is told.
    pub key: String,
}

/// Leads that came between two moments, those of the filter that the reader may see; `by` is a field of leads.
pub fn leads_arrived(
    reader: &mut Reader,
    filter: &str,
    (from, over): (Time, Time),
    by: &'static str,
    mut visit: impl FnMut(Lead),
) -> Result<()> {
    let object = reader.object("lead")?;
    let hidden = reader.who.access.on("lead").hidden_fields.clone();
    let column = |name: &str| if hidden.contains(name) { "null".to_string() } else { format!("r.{name}") };
    let columns = ["owner", "status", "converted_at", "deal", by].map(column).join(", ");
    // An id carries the moment it was made at, so leads of some days lie side by side.
    let ids = (Id::derived(from.0, &[0; 10]), Id::derived(over.0, &[0; 10]));
    let mut args = vec![ids.0.into(), ids.1.into(), from.into(), over.into()];
    let scope = Scope { filter }.sql(reader, &object, &mut args)?;
    let sql = format!(
        "select r.id, r.created_at, {columns} from lead r where r.id >= $1 and r.id < $2 and r.created_at >= $3 \
         and r.created_at < $4 and r.deleted_at is null and {scope}"
    );
    reader.tx.each(&sql, &args, |row| {
        visit(Lead {
            id: row.id(0),
            created_at: row.time(1),
            owner: row.opt_id(2),
            is_converted: row.text(3) == "converted",
            converted_at: row.opt_time(4),
            deal: row.opt_id(5),
            key: key(&row, 6),
        });
        Ok(true)
    })
}

/// A link or a word as the key of a row of a report; empty where there is nothing.
fn key(row: &Row, column: usize) -> String {
    match row.opt_id(column) {
        Some(id) => id.to_string(),
        None => row.text(column).to_string(),
    }
}

/// When the first activity with each of these leads was done, of those that the reader may see.
pub fn first_done(reader: &mut Reader, leads: &[Id]) -> Result<HashMap<Id, Time>> {
    let mut first = HashMap::new();
    if !tells_activities(reader) {
        return Ok(first);
    }
    let object = reader.object("activity")?;
    for chunk in leads.chunks(CHUNK) {
        let mut args = Vec::new();
        let list = id_list(chunk, &mut args);
        let rule = ask::rule_sql(reader, &object, Action::Read, &mut args)?;
        let sql = format!(
            "select r.lead, min(r.done_at) from activity r where r.lead in ({list}) and r.is_done = 1 \
             and r.done_at is not null and r.deleted_at is null and {rule} group by r.lead"
        );
        for row in reader.tx.query(&sql, &args)? {
            first.insert(row.id(0), row.time(1));
        }
    }
    Ok(first)
}

/// By a field's value, those of these deals that came of no lead.
pub fn keys_without_lead(reader: &mut Reader, deals: &[Id], by: &'static str) -> Result<HashMap<Id, String>> {
    let mut keys = HashMap::new();
    for chunk in deals.chunks(CHUNK) {
        let mut args = Vec::new();
        let list = id_list(chunk, &mut args);
        let sql = format!("select r.id, r.{by} from deal r where r.id in ({list}) and r.lead is null");
        for row in reader.tx.query(&sql, &args)? {
            keys.insert(row.id(0), key(&row, 1));
        }
    }
    Ok(keys)
}
