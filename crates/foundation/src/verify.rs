//! Whether what is stored holds together: figures against the records they count, links against their targets, joined
//! records against who they are now. Each check reads the whole company; it is for a person who asks, not for requests.

use db::{Arg, Tx};
use kernel::object::{Aggregate, FieldType};
use kernel::{Id, Result};

use crate::operation::Reader;
use crate::records::catalogue::{Feed, Object};
use crate::records::record::{CHUNK, Record, id_list, select_list};
use crate::records::{ask, rollup};

/// What one check looked at and found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// `roll-up company.revenue`.
    pub what: String,
    /// Records that are not as they should be.
    pub faults: i64,
}

/// All records of an object, the bin included.
pub fn count_all(tx: &mut Tx, object: &Object) -> Result<i64> {
    number(tx, &format!("select count(*) from {}", object.def.table), &[])
}

/// Every roll-up figure against its children, counted anew.
pub fn rollups(reader: &mut Reader) -> Result<Vec<Finding>> {
    let catalogue = reader.catalogue.clone();
    let mut findings = Vec::new();
    for child in catalogue.objects() {
        for feed in &child.feeds {
            let Some(parent) = catalogue.named(&feed.parent) else { continue };
            let Some(field) = parent.field(feed.field) else { continue };
            let what = format!("roll-up {}.{}", parent.def.name, field.name);
            let faults = match rollup_sql(reader, parent, child, feed) {
                Some((sql, args)) => number(reader.tx, &sql, &args)?,
                None => 0,
            } + mixed(reader, parent, child, feed)?;
            findings.push(Finding { what, faults });
        }
    }
    Ok(findings)
}

/// Counts the parents whose figure differs, of those whose children are of one currency, the figure's own.
fn rollup_sql(reader: &Reader, parent: &Object, child: &Object, feed: &Feed) -> Option<(String, Vec<Arg>)> {
    let link = child.columns_of(feed.link).first()?;
    let figure = parent.columns_of(feed.field).first()?;
    let mut args = Vec::new();
    let filter = match &feed.filter {
        Some(filter) => ask::compile(reader, filter, &mut args),
        None => "1 = 1".into(),
    };
    let of = feed.of.and_then(|of| child.columns_of(of).first());
    let is_money =
        feed.of.and_then(|of| child.field(of)).is_some_and(|field| matches!(field.kind.stored(), FieldType::Money));
    let is_real = parent.field(feed.field).is_some_and(|field| matches!(field.kind.stored(), FieldType::Number));
    let value = match (feed.aggregate, of) {
        (Aggregate::Count, _) => "count(*)".to_string(),
        (Aggregate::Sum, Some(of)) if is_real => format!("sum(r.{})", of.name),
        (Aggregate::Sum, Some(of)) => format!("cast(sum(r.{}) as bigint)", of.name),
        (Aggregate::Min, Some(of)) => format!("min(r.{})", of.name),
        (Aggregate::Max, Some(of)) => format!("max(r.{})", of.name),
        (Aggregate::Sum | Aggregate::Min | Aggregate::Max, None) => return None,
    };
    let filled = of
        .filter(|_| feed.aggregate != Aggregate::Count)
        .map_or(String::new(), |of| format!(" and r.{} is not null", of.name));
    let (currencies, of_one) = match (is_money, of) {
        (true, Some(of)) => (
            format!(", min(r.{0}_currency) as lowest, max(r.{0}_currency) as highest", of.name),
            format!(
                "(c.lowest is null or (c.lowest = c.highest and c.lowest = coalesce(p.{}_currency, c.lowest))) and ",
                figure.name
            ),
        ),
        _ => (String::new(), String::new()),
    };
    let differs = match feed.aggregate {
        Aggregate::Sum if is_real => {
            format!("abs(coalesce(p.{0}, 0) - coalesce(c.v, 0)) > 0.000001 * (1 + abs(coalesce(c.v, 0)))", figure.name)
        }
        Aggregate::Count | Aggregate::Sum => format!("coalesce(p.{}, 0) <> coalesce(c.v, 0)", figure.name),
        Aggregate::Min | Aggregate::Max => format!("((p.{0} is null) <> (c.v is null) or p.{0} <> c.v)", figure.name),
    };
    let sql = format!(
        "select count(*) from {} p left join (select r.{2} as k, {value} as v{currencies} from {1} r \
         where r.{2} is not null and r.deleted_at is null and {filter}{filled} group by r.{2}) c on c.k = p.id \
         where {of_one}{differs}",
        parent.def.table, child.def.table, link.name
    );
    Some((sql, args))
}

/// Counts the parents whose figure differs, of those to which amounts of another currency add.
fn mixed(reader: &mut Reader, parent: &Object, child: &Object, feed: &Feed) -> Result<i64> {
    let (mut faults, mut after, mut purse) = (0, Id::NIL, rollup::Purse::default());
    loop {
        let ids = rollup::mixed(reader, child, feed, after, CHUNK)?;
        let Some(last) = ids.last() else { return Ok(faults) };
        after = *last;
        let mut args = Vec::new();
        let list = id_list(&ids, &mut args);
        let sql = format!("select {} from {} r where r.id in ({list})", select_list(parent), parent.def.table);
        for row in reader.tx.query(&sql, &args)? {
            let record = Record::from_row(parent, &row);
            let stored = record.value(feed.field);
            let counted = rollup::of_children(reader, &mut purse, child, feed, record.id, stored)?;
            faults += i64::from(counted != *stored);
        }
    }
}

/// Every link against its target; a target in the bin is still there.
pub fn links(reader: &mut Reader) -> Result<Vec<Finding>> {
    let catalogue = reader.catalogue.clone();
    let mut findings = Vec::new();
    for object in catalogue.objects() {
        for (position, field) in object.def.fields.iter().enumerate() {
            let Some(target) = field.kind.target().and_then(|target| catalogue.named(target)) else { continue };
            let (table, target) = (&object.def.table, &target.def.table);
            let (sql, args) = match object.columns_of(position).first() {
                Some(column) => (
                    format!(
                        "select count(*) from {table} r where r.{0} is not null and not exists (select 1 from {target} t where t.id = r.{0})",
                        column.name
                    ),
                    Vec::new(),
                ),
                None => (
                    format!(
                        "select count(*) from link l where l.field = $1 and (not exists (select 1 from {target} t where t.id = l.to_id) \
                         or not exists (select 1 from {table} r where r.id = l.from_id))"
                    ),
                    vec![Arg::text(field.id.as_str())],
                ),
            };
            let faults = number(reader.tx, &sql, &args)?;
            findings.push(Finding { what: format!("link {}.{}", object.def.name, field.name), faults });
        }
    }
    Ok(findings)
}

/// Joined records: each leads in one step to one that is there, is itself in no list, and no living record links to it.
pub fn aliases(reader: &mut Reader) -> Result<Vec<Finding>> {
    let catalogue = reader.catalogue.clone();
    let mut checks = vec![
        (
            "each leads in one step".to_string(),
            "select count(*) from party_alias a where a.alias = a.party or exists (select 1 from party_alias b where b.alias = a.party)"
                .to_string(),
        ),
        (
            "each was joined by a merge that still stands".to_string(),
            "select count(*) from party_alias a where not exists (select 1 from merge_part p join merge m on m.id = p.merge \
             where p.record = a.alias and p.left_at is null and m.survivor = coalesce(a.into_id, a.party))"
                .to_string(),
        ),
        (
            "each merge that stands leads on".to_string(),
            "select count(*) from merge_part p where p.left_at is null and not exists (select 1 from party_alias a where a.alias = p.record)"
                .to_string(),
        ),
        (
            "links to be given back are those of joined records".to_string(),
            "select count(*) from alias_link l where not exists (select 1 from party_alias a where a.alias = l.alias)".to_string(),
        ),
    ];
    for object in catalogue.objects() {
        checks.push((
            format!("no joined {} is in a list", object.def.name),
            format!(
                "select count(*) from party_alias a join {} r on r.id = a.alias where r.deleted_at is null",
                object.def.table
            ),
        ));
        for (position, field) in object.def.fields.iter().enumerate().filter(|(_, field)| field.kind.target().is_some())
        {
            let sql = match object.columns_of(position).first() {
                Some(column) => format!(
                    "select count(*) from party_alias a join {} r on r.{} = a.alias where r.deleted_at is null",
                    object.def.table, column.name
                ),
                None => format!(
                    "select count(*) from party_alias a join link l on l.to_id = a.alias and l.field = '{}' \
                     join {} r on r.id = l.from_id where r.deleted_at is null",
                    field.id.replace('\'', "''"),
                    object.def.table
                ),
            };
            checks.push((format!("link {}.{} leads to nobody who was joined", object.def.name, field.name), sql));
        }
    }
    let mut findings = Vec::with_capacity(checks.len());
    for (what, sql) in checks {
        findings.push(Finding { what, faults: number(reader.tx, &sql, &[])? });
    }
    Ok(findings)
}

fn number(tx: &mut Tx, sql: &str, args: &[Arg]) -> Result<i64> {
    Ok(tx.one(sql, args)?.map_or(0, |row| row.int(0)))
}
