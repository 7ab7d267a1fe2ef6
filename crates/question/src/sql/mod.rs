//! Writes a checked question as a condition in SQL, for either database and for the engine over the lake.
//!
//! Only tables and columns of the definitions reach the text (checked to be plain identifiers, quoted); every value a
//! user wrote is an argument. Conditions are written so that `column = $1`, ranges and `in` stay usable by an index;
//! where `not` needs a definite answer the condition is wrapped in `coalesce(…, false)`.
//! Placeholders appear in the order of their numbers.

mod atoms;
mod lake;
mod rows;

use std::fmt::Write;

use kernel::Id;
use uuid::Uuid;

use crate::checked::{Checked, Cmp, Column, Kind, Link, Node, Part, Scalar};
use crate::eval::figure_kind;
use crate::moment::Context;

pub use lake::{OfLake, compile_lake};

/// What a condition is written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    Sqlite,
    Postgres,
    /// DuckDB, over tables that were filled for the question: see [`compile_lake`].
    Lake,
}

/// An argument of a condition.
#[derive(Debug, Clone, PartialEq)]
pub enum Arg {
    Int(i64),
    Real(f64),
    Text(String),
    /// 16 bytes on SQLite, a uuid on PostgreSQL, text in the lake.
    Id(Id),
}

/// The condition a row of the object's table (under `context.alias`) must meet, for `where`. Its arguments are added to
/// `args`; the first placeholder is `$` + (arguments that were there before + 1).
///
/// Aliases inside begin with `q_`. The caller adds `deleted_at is null` for the record itself.
pub fn compile(checked: &Checked, dialect: Dialect, context: &Context<'_>, args: &mut Vec<Arg>) -> String {
    let mut writer = Writer::new(dialect, context, args);
    writer.node(&checked.root, context.alias, false);
    writer.out
}

/// What a condition tests ([`Checked::shape`]), as the columns of a `select` over the alias: one value, of a linked record that
/// of any. None where it tests no one value.
pub fn compile_value(
    checked: &Checked,
    dialect: Dialect,
    context: &Context<'_>,
    args: &mut Vec<Arg>,
) -> Option<String> {
    let mut writer = Writer::new(dialect, context, args);
    if writer.value(&checked.root, context.alias) { Some(writer.out) } else { None }
}

/// The least id of anything that happened at or after `at_ms`.
pub fn id_floor(at_ms: i64) -> Id {
    let ms = u128::try_from(at_ms.clamp(0, 0xffff_ffff_ffff)).unwrap_or(0);
    Id(Uuid::from_u128(ms << 80))
}

struct Writer<'a, 'c> {
    dialect: Dialect,
    context: &'a Context<'c>,
    args: &'a mut Vec<Arg>,
    out: String,
    aliases: usize,
    /// Whether row rights are added to other tables; not within row rights themselves.
    limited: bool,
    /// In the lake: what is counted of each party's events, in one walk for all of them.
    happened: Vec<lake::Counted>,
}

/// What an atom is asked of: a column, or the text of a sub-select.
enum Subject<'a> {
    Column { alias: &'a str, column: &'a Column },
    Figure { text: &'a str },
}

impl<'a, 'c> Writer<'a, 'c> {
    fn new(dialect: Dialect, context: &'a Context<'c>, args: &'a mut Vec<Arg>) -> Writer<'a, 'c> {
        let limited = context.visible.is_some();
        Writer { dialect, context, args, out: String::new(), aliases: 0, limited, happened: Vec::new() }
    }
}

impl Writer<'_, '_> {
    fn push(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn arg(&mut self, arg: Arg) {
        self.args.push(arg);
        // Writing to a String cannot fail.
        let _ = write!(self.out, "${}", self.args.len());
    }

    fn scalar(&mut self, scalar: &Scalar, typed: bool) {
        let (arg, kind) = match scalar {
            Scalar::Int(value) => (Arg::Int(*value), "bigint"),
            Scalar::Real(value) => (Arg::Real(*value), "double precision"),
            Scalar::Text(value) => return self.arg(Arg::Text(value.clone())),
            Scalar::Id(value) => return self.arg(Arg::Id(*value)),
        };
        if !typed {
            return self.arg(arg);
        }
        self.push("cast(");
        self.arg(arg);
        self.push(" as ");
        self.push(kind);
        self.push(")");
    }

    fn alias(&mut self) -> String {
        self.aliases += 1;
        format!("q_{}", self.aliases)
    }

    /// `strict`: the condition must be true or false, never null.
    fn node(&mut self, node: &Node, alias: &str, strict: bool) {
        match node {
            Node::Always(answer) => self.push(if *answer { "true" } else { "false" }),
            Node::All(parts) => self.parts(parts, " and ", "true", alias, strict),
            Node::Any(parts) => self.parts(parts, " or ", "false", alias, strict),
            Node::Not(inner) => {
                self.push("not ");
                self.push("(");
                self.node(inner, alias, true);
                self.push(")");
            }
            Node::Own { column, test } => {
                let atom = test.lower(column.kind, self.context);
                self.atom(&Subject::Column { alias, column }, &atom, strict);
            }
            Node::Pair { left, op, right } => self.pair(left, *op, right, alias, strict),
            Node::Linked { link, node } => self.linked(link, node, alias),
            Node::Member(segment) => {
                self.push("exists (select 1 from \"segment_member\" q_m where q_m.\"segment\" = ");
                self.arg(Arg::Id(*segment));
                self.push(" and q_m.\"party\" = ");
                self.named(alias, "id");
                self.push(" and q_m.\"until\" is null)");
            }
            Node::Fed { source, party } => self.fed(*source, *party, alias),
            Node::Exists(source) => {
                if let Some(count) = self.exists_in_lake(source, alias) {
                    return self.push(&count);
                }
                self.push("exists (select 1 ");
                self.source(source, alias, None);
                self.push(")");
            }
            Node::Figure { figure, test } => {
                let atom = test.lower(figure_kind(figure), self.context);
                if let Some(answer) = atom.constant() {
                    return self.push(if answer { "true" } else { "false" });
                }
                let text = self.figure(figure, alias);
                self.atom(&Subject::Figure { text: &text }, &atom, strict);
            }
        }
    }

    fn parts(&mut self, parts: &[Node], join: &str, none: &str, alias: &str, strict: bool) {
        if parts.is_empty() {
            return self.push(none);
        }
        for (i, part) in parts.iter().enumerate() {
            if i > 0 {
                self.push(join);
            }
            let group = matches!(part, Node::All(_) | Node::Any(_));
            if group {
                self.push("(");
            }
            self.node(part, alias, strict);
            if group {
                self.push(")");
            }
        }
    }

    /// The value that a condition tests; `false` if there is none.
    fn value(&mut self, node: &Node, alias: &str) -> bool {
        match node {
            Node::Own { column, .. } => {
                if matches!(column.kind, Kind::Links | Kind::Address) && column.part == Part::Whole {
                    return false;
                }
                self.column(alias, column);
                true
            }
            Node::Figure { figure, .. } => {
                let text = self.figure(figure, alias);
                self.push(&text);
                true
            }
            Node::Exists(source) => {
                self.push("(select count(*) ");
                self.source(source, alias, None);
                self.push(")");
                true
            }
            Node::Not(inner) if matches!(inner.as_ref(), Node::Exists(_)) => self.value(inner, alias),
            Node::Linked { link, node } => {
                let target = self.alias();
                let before = (self.out.len(), self.args.len());
                self.push("(select ");
                if !self.value(node, &target) {
                    self.out.truncate(before.0);
                    self.args.truncate(before.1);
                    return false;
                }
                self.push(" from ");
                self.linked_rows(link, alias, &target);
                self.push("true limit 1)");
                true
            }
            _ => false,
        }
    }

    // Columns.

    fn column(&mut self, alias: &str, column: &Column) {
        let base = &column.place.column;
        let name = match column.part {
            Part::Whole => base.clone(),
            Part::Currency => format!("{base}_currency"),
            Part::Address(part) => format!("{base}_{}", kernel::Address::PARTS.get(part).unwrap_or(&"street")),
        };
        let _ = write!(self.out, "{alias}.\"{name}\"");
    }

    fn named(&mut self, alias: &str, name: &str) {
        let _ = write!(self.out, "{alias}.\"{name}\"");
    }

    fn subject(&mut self, subject: &Subject<'_>) {
        match subject {
            Subject::Column { alias, column } => self.column(alias, column),
            Subject::Figure { text } => self.push(text),
        }
    }

    /// The column as lower case; only A to Z change, everywhere.
    fn lower(&mut self, subject: &Subject<'_>) {
        self.push(match self.dialect {
            Dialect::Sqlite | Dialect::Postgres => "lower(",
            Dialect::Lake => "translate(",
        });
        self.subject(subject);
        self.push(match self.dialect {
            Dialect::Sqlite => ")",
            Dialect::Postgres => " collate \"C\")",
            Dialect::Lake => ", 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz')",
        });
    }

    fn instr(&self) -> &'static str {
        match self.dialect {
            Dialect::Sqlite => "instr(",
            Dialect::Postgres | Dialect::Lake => "strpos(",
        }
    }
}

fn compare(op: Cmp) -> &'static str {
    match op {
        Cmp::Eq => " = ",
        // True for an empty value too.
        Cmp::Ne => " is distinct from ",
        Cmp::Lt => " < ",
        Cmp::Le => " <= ",
        Cmp::Gt => " > ",
        Cmp::Ge => " >= ",
    }
}

fn field_id(column: &Column) -> String {
    id_of(&column.place.of)
}

fn place_id(link: &Link) -> String {
    id_of(&link.place.of)
}

/// The id under which rows of the table `link` name their field.
fn id_of(of: &crate::checked::PlaceOf) -> String {
    match of {
        crate::checked::PlaceOf::Field { id, .. } => id.clone(),
        crate::checked::PlaceOf::System(field) => field.name().to_string(),
    }
}
