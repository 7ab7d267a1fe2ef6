//! A field to group by, looked up: which columns the database groups, and what the linked records are called.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use db::Arg;
use kernel::object::{Choice, FieldType};
use kernel::{Error, Id, Result};

use super::keys::Key;
use super::ranges::{Edge, edges};
use super::{AskedBy, AskedField, PeriodUnit};
use crate::access::Action;
use crate::operation::Reader;
use crate::records::catalogue::Object;
use crate::records::read::{self, ListQuery};
use crate::records::record::{CHUNK, id_list};
use crate::records::{ask, columns, figures};

/// Linked records that are groups even when nothing links to them.
const MOST_LISTED: usize = 200;
/// Moments are grouped by the database in parts of this many milliseconds: offsets of zones are multiples of it.
const QUARTER_HOUR_MS: i64 = 900_000;

/// A field to group by, looked up.
pub(super) struct By {
    pub(super) name: String,
    pub(super) kind: Kind,
    /// Expressions over the alias `r`, or over that of the join; one or two.
    pub(super) columns: Vec<String>,
    /// The field whose links are joined to the records, where a record links to many.
    pub(super) join: Option<Join>,
    pub(super) all: bool,
}

/// Rows of the table of links, beside the records that have them.
pub(super) struct Join {
    alias: String,
    field: String,
}

impl Join {
    /// Who links to nothing stays, with nothing.
    pub(super) fn sql(&self) -> String {
        let Join { alias, field } = self;
        format!(" left join link {alias} on {alias}.from_id = r.id and {alias}.field = '{field}'")
    }
}

pub(super) enum Kind {
    Choice(Vec<Choice>),
    /// Several choices of one record, as the column holds them.
    Choices(Vec<Choice>),
    Bool,
    Text,
    Link {
        target: Arc<Object>,
        /// Groups that are there in any case.
        listed: Vec<Id>,
        known: HashMap<Id, Linked>,
    },
    Day {
        unit: PeriodUnit,
    },
    Range {
        edges: Vec<Edge>,
        /// Nothing lies before the first edge nor behind the last.
        is_closed: bool,
        is_money: bool,
    },
}

pub(super) struct Linked {
    pub(super) title: String,
    pub(super) sort_title: String,
    pub(super) position: i64,
}

/// Looks a field up and says how it is grouped by.
pub(super) fn by(
    reader: &mut Reader,
    object: &Arc<Object>,
    asked: &AskedBy,
    at: &str,
    conditions: &str,
    args: &mut Vec<Arg>,
) -> Result<By> {
    let asked = match asked {
        AskedBy::Field(field) => AskedField { field: field.clone(), ..AskedField::default() },
        AskedBy::Long(long) => long.clone(),
    };
    let name = asked.field.clone();
    let unit = asked.unit.unwrap_or(PeriodUnit::Month);
    let all = asked.all || asked.within.is_some();
    let time = |column: &str| {
        let part = format!("({column} - (({column} % {QUARTER_HOUR_MS}) + {QUARTER_HOUR_MS}) % {QUARTER_HOUR_MS})");
        By { name: asked.field.clone(), kind: Kind::Day { unit }, columns: vec![part], join: None, all }
    };
    if let Some(column) = figures::system_time(&name) {
        return Ok(time(column));
    }
    if name == "created_by" {
        let user = reader.catalogue.named("user").cloned().ok_or(Error::NotFound)?;
        return linked(reader, name, "r.created_by".into(), user, &asked, at);
    }
    let position = figures::visible(reader, object, &name, at)?;
    let field = object.field(position).ok_or(Error::NotFound)?;
    let not_groupable =
        || Error::invalid(at, "not_groupable", format!("records cannot be grouped by `{}`", asked.field));
    if let FieldType::Links { target } = field.kind.stored() {
        let target = reader.catalogue.named(target).cloned().ok_or_else(not_groupable)?;
        // An alias of its own for each of the two fields. Ids of fields are made of letters, digits, dots and dashes.
        let alias = format!("l{}", at.bytes().filter(u8::is_ascii_digit).map(char::from).collect::<String>());
        let field = field.id.chars().filter(|c| c.is_ascii_alphanumeric() || "._-".contains(*c)).collect();
        let by = linked(reader, name, format!("{alias}.to_id"), target, &asked, at)?;
        return Ok(By { join: Some(Join { alias, field }), ..by });
    }
    let column = object.columns_of(position).first().map(|column| format!("r.{}", column.name));
    let column = column.ok_or_else(not_groupable)?;
    let plain = |kind| By { name: asked.field.clone(), kind, columns: vec![column.clone()], join: None, all };
    Ok(match field.kind.stored() {
        FieldType::Choice { options } => plain(Kind::Choice(options.clone())),
        FieldType::MultiChoice { options } => plain(Kind::Choices(options.clone())),
        FieldType::Boolean => plain(Kind::Bool),
        FieldType::Text { .. } | FieldType::Email | FieldType::Phone | FieldType::Url => plain(Kind::Text),
        FieldType::Date => plain(Kind::Day { unit }),
        FieldType::Time => time(&column),
        FieldType::Link { target } => {
            let target = reader.catalogue.named(target).cloned().ok_or_else(not_groupable)?;
            linked(reader, name, column, target, &asked, at)?
        }
        stored @ (FieldType::Integer | FieldType::Number | FieldType::Money) => {
            let is_money = matches!(stored, FieldType::Money);
            let is_real = matches!(stored, FieldType::Number);
            let edges = edges(reader, object, &column, is_real, &asked, at, conditions, args)?;
            let mut cases = String::new();
            for (range, edge) in edges.iter().enumerate() {
                args.push(match edge {
                    Edge::Whole(edge) => Arg::Int(*edge),
                    Edge::Real(edge) => Arg::Real(*edge),
                });
                cases.push_str(&format!(" when {column} < ${} then {range}", args.len()));
            }
            let range = format!("cast(case when {column} is null then null{cases} else {} end as bigint)", edges.len());
            let currency = is_money.then(|| format!("{column}_currency"));
            By {
                name,
                kind: Kind::Range { edges, is_closed: asked.edges.is_none(), is_money },
                columns: std::iter::once(range).chain(currency).collect(),
                join: None,
                all,
            }
        }
        FieldType::LongText
        | FieldType::Address
        | FieldType::File
        | FieldType::Links { .. }
        | FieldType::Json
        | FieldType::Formula { .. }
        | FieldType::RollUp(_) => return Err(not_groupable()),
    })
}

fn linked(
    reader: &mut Reader,
    name: String,
    column: String,
    target: Arc<Object>,
    asked: &AskedField,
    at: &str,
) -> Result<By> {
    let mut known = HashMap::new();
    let mut listed = Vec::new();
    if (asked.all || asked.within.is_some()) && reader.who.access.on(&target.def.name).allows(Action::Read) {
        let within = match ask::asked(reader, asked.within.as_ref())? {
            Some(question) => Some(ask::checked(reader, &target, &question)?),
            None => None,
        };
        let query = ListQuery { filter: within, ..ListQuery::default() };
        let (conditions, args) = read::conditions(reader, &target, &query)?;
        let sql = format!(
            "select {} from {} r where {conditions} limit {}",
            linked_columns(&target),
            target.def.table,
            MOST_LISTED + 1
        );
        for row in reader.tx.query(&sql, &args)? {
            listed.push(row.id(0));
            known.insert(row.id(0), Linked::of(&row));
        }
        if listed.len() > MOST_LISTED {
            let detail =
                format!("more than {MOST_LISTED} {} would be groups; say which, with `within`", target.def.plural);
            return Err(Error::invalid(at, "too_many", detail));
        }
    }
    Ok(By {
        name,
        kind: Kind::Link { target, listed, known },
        columns: vec![column],
        join: None,
        all: asked.all || asked.within.is_some(),
    })
}

/// Id, title, order of the title, and the place that the record itself names.
fn linked_columns(target: &Object) -> String {
    let position = target.def.position("position").filter(|position| {
        target.field(*position).is_some_and(|field| matches!(field.kind.stored(), FieldType::Integer))
    });
    let position = position.and_then(|position| target.columns_of(position).first());
    let position = position.map_or("0".to_string(), |column: &columns::Column| format!("r.{}", column.name));
    format!("r.id, r.title, r.sort_title, cast({position} as bigint)")
}

impl By {
    /// Whether a record may stand in several of the groups.
    pub(super) fn is_many(&self) -> bool {
        self.join.is_some() || matches!(self.kind, Kind::Choices(_))
    }
}

impl Linked {
    fn of(row: &db::Row) -> Linked {
        Linked {
            title: row.text(1).to_string(),
            sort_title: row.text(2).to_string(),
            position: row.opt_int(3).unwrap_or(i64::MAX),
        }
    }
}

/// Learns what the linked records of these groups are called, those that the caller may read.
pub(super) fn know<'k>(
    reader: &mut Reader,
    by: &mut [By],
    keys: impl Iterator<Item = &'k Vec<Key>> + Clone,
) -> Result<()> {
    for (place, by) in by.iter_mut().enumerate() {
        let Kind::Link { target, known, .. } = &mut by.kind else { continue };
        let ids: BTreeSet<Id> = keys
            .clone()
            .filter_map(|keys| match keys.get(place) {
                Some(Key::Id(id)) if !known.contains_key(id) => Some(*id),
                _ => None,
            })
            .collect();
        let ids: Vec<Id> = ids.into_iter().collect();
        if !reader.who.access.on(&target.def.name).allows(Action::Read) {
            continue;
        }
        for chunk in ids.chunks(CHUNK) {
            let mut args = Vec::new();
            let rule = ask::rule_sql(reader, target, Action::Read, &mut args)?;
            let list = id_list(chunk, &mut args);
            let sql = format!(
                "select {} from {} r where r.id in ({list}) and {rule}",
                linked_columns(target),
                target.def.table
            );
            for row in reader.tx.query(&sql, &args)? {
                known.insert(row.id(0), Linked::of(&row));
            }
        }
    }
    Ok(())
}
