//! Writes a checked question as a condition in SQL, for either database.
//!
//! Only tables and columns of the definitions reach the text (checked to be plain identifiers, quoted); every value a
//! user wrote is an argument. Conditions are written so that `column = $1`, ranges and `in` stay usable by an index;
//! where `not` needs a definite answer the condition is wrapped in `coalesce(…, false)`.
//! Placeholders appear in the order of their numbers.

use std::fmt::Write;

use kernel::{Id, Money};
use uuid::Uuid;

use crate::ast::FigureKind;
use crate::checked::{
    Atom, Checked, Children, Cmp, Column, EventKinds, Events, Figure, Kind, Like, Link, Node, OF_SEGMENTS, Part,
    Scalar, Source,
};
use crate::eval::{EventsAsked, events_asked, figure_kind};
use crate::moment::Context;

/// The database a condition is written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    Sqlite,
    Postgres,
}

/// An argument of a condition.
#[derive(Debug, Clone, PartialEq)]
pub enum Arg {
    Int(i64),
    Real(f64),
    Text(String),
    /// 16 bytes on SQLite, a uuid on PostgreSQL.
    Id(Id),
}

/// The condition a row of the object's table (under `context.alias`) must meet, for `where`. Its arguments are added to
/// `args`; the first placeholder is `$` + (arguments that were there before + 1).
///
/// Aliases inside begin with `q_`. The caller adds `deleted_at is null` for the record itself.
pub fn compile(checked: &Checked, dialect: Dialect, context: &Context<'_>, args: &mut Vec<Arg>) -> String {
    let mut writer =
        Writer { dialect, context, args, out: String::new(), aliases: 0, limited: context.visible.is_some() };
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
    let mut writer =
        Writer { dialect, context, args, out: String::new(), aliases: 0, limited: context.visible.is_some() };
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
}

/// What an atom is asked of: a column, or the text of a sub-select.
enum Subject<'a> {
    Column { alias: &'a str, column: &'a Column },
    Figure { text: &'a str },
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
            Node::Exists(source) => {
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

    /// The column as lower case; only A to Z change, on both databases.
    fn lower(&mut self, subject: &Subject<'_>) {
        self.push("lower(");
        self.subject(subject);
        self.push(match self.dialect {
            Dialect::Sqlite => ")",
            Dialect::Postgres => " collate \"C\")",
        });
    }

    fn instr(&self) -> &'static str {
        match self.dialect {
            Dialect::Sqlite => "instr(",
            Dialect::Postgres => "strpos(",
        }
    }

    // Atoms.

    fn atom(&mut self, subject: &Subject<'_>, atom: &Atom, strict: bool) {
        if let Some(answer) = atom.constant() {
            return self.push(if answer { "true" } else { "false" });
        }
        let definite = matches!(
            atom,
            Atom::Always
                | Atom::Never
                | Atom::Empty
                | Atom::NotEmpty
                | Atom::Cmp(Cmp::Ne, _)
                | Atom::Money(Cmp::Ne, _)
                | Atom::Outside(..)
                | Atom::LinksAny(_)
        );
        if strict && !definite {
            self.push("coalesce(");
            self.atom_text(subject, atom);
            self.push(", false)");
        } else {
            self.atom_text(subject, atom);
        }
    }

    fn atom_text(&mut self, subject: &Subject<'_>, atom: &Atom) {
        let typed = matches!(subject, Subject::Figure { .. });
        match atom {
            Atom::Always => self.push("true"),
            Atom::Never => self.push("false"),
            Atom::Empty => self.empty(subject, true),
            Atom::NotEmpty => self.empty(subject, false),
            Atom::Cmp(op, with) => {
                // Where a column may hold '' for nothing, '' must not count as smaller than every text.
                let blank = matches!(subject, Subject::Column { column, .. } if column.may_be_blank() && column.kind == Kind::Text);
                if blank && matches!(op, Cmp::Lt | Cmp::Le) {
                    self.push("nullif(");
                    self.subject(subject);
                    self.push(", '')");
                } else {
                    self.subject(subject);
                }
                self.push(compare(*op));
                self.scalar(with, typed);
            }
            Atom::Range(low, high) => {
                self.subject(subject);
                self.push(" between ");
                self.scalar(low, typed);
                self.push(" and ");
                self.scalar(high, typed);
            }
            Atom::Outside(low, high) => {
                self.push("not coalesce(");
                self.atom_text(subject, &Atom::Range(low.clone(), high.clone()));
                self.push(", false)");
            }
            Atom::OneOf(list) => {
                self.subject(subject);
                self.push(" in (");
                for (i, scalar) in list.iter().enumerate() {
                    if i > 0 {
                        self.push(", ");
                    }
                    self.scalar(scalar, typed);
                }
                self.push(")");
            }
            Atom::Like(like, text) => self.like(subject, *like, text),
            Atom::Money(op, money) => self.money(subject, *op, money),
            Atom::MoneyRange(low, high, currency) => {
                self.push("(");
                self.subject(subject);
                self.push(" between ");
                self.arg(Arg::Int(*low));
                self.push(" and ");
                self.arg(Arg::Int(*high));
                self.push(" and ");
                self.currency(subject);
                self.push(" = ");
                self.arg(Arg::Text(currency.code().to_string()));
                self.push(")");
            }
            Atom::HasAny(values) => self.has_any(subject, values),
            Atom::LinksAny(ids) => self.links_any(subject, ids),
            Atom::Or(parts) => {
                self.push("(");
                for (i, part) in parts.iter().enumerate() {
                    if i > 0 {
                        self.push(" or ");
                    }
                    self.atom_text(subject, part);
                }
                if parts.is_empty() {
                    self.push("false");
                }
                self.push(")");
            }
        }
    }

    fn currency(&mut self, subject: &Subject<'_>) {
        match subject {
            Subject::Column { alias, column } => {
                let currency = Column { part: Part::Currency, ..(*column).clone() };
                self.column(alias, &currency);
            }
            // A figure in money is a number of minor units; it never has an atom that asks for a currency.
            Subject::Figure { .. } => self.push("null"),
        }
    }

    fn money(&mut self, subject: &Subject<'_>, op: Cmp, money: &Money) {
        let join = if op == Cmp::Ne { " or " } else { " and " };
        let same = if op == Cmp::Ne { compare(Cmp::Ne) } else { " = " };
        self.push("(");
        self.subject(subject);
        self.push(compare(op));
        self.arg(Arg::Int(money.amount));
        self.push(join);
        self.currency(subject);
        self.push(same);
        self.arg(Arg::Text(money.currency.code().to_string()));
        self.push(")");
    }

    fn empty(&mut self, subject: &Subject<'_>, empty: bool) {
        let Subject::Column { alias, column } = subject else {
            self.subject(subject);
            return self.push(if empty { " is null" } else { " is not null" });
        };
        match column.kind {
            Kind::Links => {
                self.push(if empty {
                    "not exists (select 1 from \"link\" q_l where q_l.\"field\" = "
                } else {
                    "exists (select 1 from \"link\" q_l where q_l.\"field\" = "
                });
                self.arg(Arg::Text(field_id(column)));
                self.push(" and q_l.\"from_id\" = ");
                self.named(alias, "id");
                self.push(")");
            }
            Kind::Choices => {
                self.push("coalesce(");
                self.subject(subject);
                self.push(if empty { ", '[]') = '[]'" } else { ", '[]') <> '[]'" });
            }
            Kind::Address => {
                self.push("(");
                for part in 0..kernel::Address::PARTS.len() {
                    if part > 0 {
                        self.push(if empty { " and " } else { " or " });
                    }
                    let part = Column { part: Part::Address(part), ..(*column).clone() };
                    self.push("coalesce(");
                    self.column(alias, &part);
                    self.push(if empty { ", '') = ''" } else { ", '') <> ''" });
                }
                self.push(")");
            }
            _ if column.may_be_blank() && column.kind == Kind::Text => {
                self.push("coalesce(");
                self.subject(subject);
                self.push(if empty { ", '') = ''" } else { ", '') <> ''" });
            }
            _ => {
                self.subject(subject);
                self.push(if empty { " is null" } else { " is not null" });
            }
        }
    }

    fn like(&mut self, subject: &Subject<'_>, like: Like, text: &str) {
        let characters = text.chars().count();
        match like {
            Like::Contains => {
                let instr = self.instr();
                self.push(instr);
                self.lower(subject);
                self.push(", ");
                self.arg(Arg::Text(text.to_string()));
                self.push(") > 0");
            }
            Like::StartsWith => {
                self.push("substr(");
                self.lower(subject);
                let _ = write!(self.out, ", 1, {characters}) = ");
                self.arg(Arg::Text(text.to_string()));
            }
            Like::EndsWith => {
                self.push(match self.dialect {
                    Dialect::Sqlite => "substr(",
                    Dialect::Postgres => "right(",
                });
                self.lower(subject);
                let sign = if self.dialect == Dialect::Sqlite { "-" } else { "" };
                let _ = write!(self.out, ", {sign}{characters}) = ");
                self.arg(Arg::Text(text.to_string()));
            }
        }
    }

    /// A multi-choice is stored as `["a","b"]`. A quote inside a value is escaped, so `["a"` and `,"a"` occur only where
    /// the value stands itself.
    fn has_any(&mut self, subject: &Subject<'_>, values: &[String]) {
        self.push("(");
        for (i, value) in values.iter().enumerate() {
            let quoted = serde_json::Value::String(value.clone()).to_string();
            for (j, before) in ["[", ","].iter().enumerate() {
                if i > 0 || j > 0 {
                    self.push(" or ");
                }
                let instr = self.instr();
                self.push(instr);
                self.subject(subject);
                self.push(", ");
                self.arg(Arg::Text(format!("{before}{quoted}")));
                self.push(") > 0");
            }
        }
        if values.is_empty() {
            self.push("false");
        }
        self.push(")");
    }

    fn links_any(&mut self, subject: &Subject<'_>, ids: &[Id]) {
        let Subject::Column { alias, column } = subject else { return self.push("false") };
        if ids.is_empty() {
            return self.push("false");
        }
        self.push("exists (select 1 from \"link\" q_l where q_l.\"field\" = ");
        self.arg(Arg::Text(field_id(column)));
        self.push(" and q_l.\"from_id\" = ");
        self.named(alias, "id");
        self.push(" and q_l.\"to_id\" in (");
        for (i, id) in ids.iter().enumerate() {
            if i > 0 {
                self.push(", ");
            }
            self.arg(Arg::Id(*id));
        }
        self.push("))");
    }

    fn pair(&mut self, left: &Column, op: Cmp, right: &Column, alias: &str, strict: bool) {
        let strict = strict && op != Cmp::Ne;
        self.push(if strict { "coalesce(" } else { "(" });
        self.pair_side(left, right, alias);
        self.push(compare(op));
        self.pair_side(right, left, alias);
        if left.kind == Kind::Money {
            self.push(if op == Cmp::Ne { " or " } else { " and " });
            let left = Column { part: Part::Currency, ..left.clone() };
            let right = Column { part: Part::Currency, ..right.clone() };
            self.column(alias, &left);
            self.push(if op == Cmp::Ne { compare(Cmp::Ne) } else { " = " });
            self.column(alias, &right);
        }
        self.push(if strict { ", false)" } else { ")" });
    }

    fn pair_side(&mut self, column: &Column, other: &Column, alias: &str) {
        let (before, after) = if column.kind == Kind::Integer && other.kind == Kind::Number {
            ("cast(", " as double precision)")
        } else if column.kind == Kind::Text && (column.may_be_blank() || other.may_be_blank()) {
            ("nullif(", ", '')")
        } else {
            ("", "")
        };
        self.push(before);
        self.column(alias, column);
        self.push(after);
    }

    // Other tables.

    fn linked(&mut self, link: &Link, node: &Node, alias: &str) {
        let target = self.alias();
        self.push("exists (select 1 from ");
        self.linked_rows(link, alias, &target);
        self.group(node, &target);
        self.push(")");
    }

    /// The living records behind a link that the caller may see, followed by `and`.
    fn linked_rows(&mut self, link: &Link, alias: &str, target: &str) {
        if link.many {
            let via = self.alias();
            let _ = write!(
                self.out,
                "\"link\" {via} cross join \"{}\" {target} where {via}.\"field\" = ",
                link.target.table
            );
            self.arg(Arg::Text(place_id(link)));
            let _ = write!(self.out, " and {via}.\"from_id\" = {alias}.\"id\" and {target}.\"id\" = {via}.\"to_id\"");
        } else {
            let _ = write!(
                self.out,
                "\"{}\" {target} where {target}.\"id\" = {alias}.\"{}\"",
                link.target.table, link.place.column
            );
        }
        let _ = write!(self.out, " and {target}.\"deleted_at\" is null and ");
        self.visible(&link.target.object, target);
    }

    /// A condition that others stand beside.
    fn group(&mut self, node: &Node, alias: &str) {
        self.push("(");
        self.node(node, alias, false);
        self.push(")");
    }

    /// The caller's row rights on another object, followed by `and`.
    fn visible(&mut self, object: &str, alias: &str) {
        let Some(visible) = self.context.visible.filter(|_| self.limited) else { return };
        let Some(rows) = visible.rows(object) else { return };
        self.limited = false;
        self.group(&rows.root, alias);
        self.limited = true;
        self.push(" and ");
    }

    /// `from … where …` of a source. With `amounts`, the alias of the rows is chosen by the caller.
    fn source(&mut self, source: &Source, alias: &str, rows: Option<(&str, &Figure)>) {
        let name = match rows {
            Some((name, _)) => name.to_string(),
            None => self.alias(),
        };
        match source {
            Source::Events(events) => self.events(events, alias, &name, rows.map(|(_, figure)| figure)),
            Source::Children(children) => self.children(children, alias, &name, rows.map(|(_, figure)| figure)),
        }
    }

    fn children(&mut self, children: &Children, alias: &str, child: &str, figure: Option<&Figure>) {
        let link = &children.link;
        if link.many {
            let via = self.alias();
            let _ = write!(
                self.out,
                "from \"link\" {via} cross join \"{}\" {child} where {via}.\"field\" = ",
                link.target.table
            );
            self.arg(Arg::Text(place_id(link)));
            let _ = write!(self.out, " and {via}.\"to_id\" = {alias}.\"id\" and {child}.\"id\" = {via}.\"from_id\"");
        } else {
            let _ = write!(
                self.out,
                "from \"{}\" {child} where {child}.\"{}\" = {alias}.\"id\"",
                link.target.table, link.place.column
            );
        }
        let _ = write!(self.out, " and {child}.\"deleted_at\" is null");
        if let Some(Figure { currency: Some(currency), column: Some(column), .. }) = figure {
            self.push(" and ");
            let currency_column = Column { part: Part::Currency, ..column.clone() };
            self.column(child, &currency_column);
            self.push(" = ");
            self.arg(Arg::Text(currency.code().to_string()));
        }
        if self.limited && self.context.visible.is_some_and(|visible| visible.rows(&link.target.object).is_some()) {
            self.push(" and ");
            self.visible(&link.target.object, child);
            self.push("true");
        }
        if let Some(filter) = &children.filter {
            self.push(" and ");
            self.group(filter, child);
        }
    }

    /// Events on a record: a range of the index (record, id). Events of a party: ranges of (party, id) under each id the
    /// party ever had, and of the lines it stands on besides (`event_also`); each event once.
    fn events(&mut self, events: &Events, alias: &str, event: &str, figure: Option<&Figure>) {
        let of = figure.map_or(FigureKind::Count, |figure| figure.of);
        let asked = events_asked(events, of, figure.and_then(|figure| figure.currency), self.context);
        if !events.party {
            let _ = write!(self.out, "from \"event\" {event} where {event}.\"record\" = {alias}.\"id\"");
            let ids = self.event_ids(&asked);
            self.event_conditions(event, event, &ids, &asked);
            return;
        }
        let (party, own, also) = (self.alias(), self.alias(), self.alias());
        let ids = self.event_ids(&asked);
        let before = self.args.len();
        let _ = write!(self.out, "from (select {own}.\"id\", {own}.\"at\", {own}.\"amount\" from ");
        self.party_ids(alias, &party);
        let _ = write!(self.out, " cross join \"event\" {own} where {own}.\"party\" = {party}.\"party\"");
        self.event_conditions(own.as_str(), own.as_str(), &ids, &asked);
        // For existence one is enough; a figure counts each event once.
        self.push(if figure.is_some() { " union " } else { " union all " });
        let _ = write!(self.out, "select {own}.\"id\", {own}.\"at\", {own}.\"amount\" from ");
        self.party_ids(alias, &party);
        let _ = write!(
            self.out,
            " cross join \"event_also\" {also} cross join \"event\" {own} where {also}.\"party\" = {party}.\"party\" \
             and {own}.\"party\" = {also}.\"main\" and {own}.\"id\" = {also}.\"id\""
        );
        // The same conditions with the same arguments again.
        self.args.truncate(before);
        self.event_conditions(own.as_str(), also.as_str(), &ids, &asked);
        let _ = write!(self.out, ") {event}");
    }

    /// The ids a party ever had, walked before the events so that their index by party is used.
    fn party_ids(&mut self, alias: &str, party: &str) {
        let _ = write!(
            self.out,
            "(select {alias}.\"id\" as \"party\" union all select q_a.\"alias\" from \"party_alias\" q_a where q_a.\"party\" = {alias}.\"id\") {party}"
        );
    }

    /// An event's id begins with its moment: the window as a range of ids makes it a range of the index.
    fn event_ids(&self, asked: &EventsAsked) -> (Option<Id>, Option<Id>) {
        match asked.window {
            None => (None, None),
            Some((from, until)) => {
                ((from > 0).then(|| id_floor(from)), (until >= 0).then(|| id_floor(until.saturating_add(1))))
            }
        }
    }

    fn event_conditions(&mut self, event: &str, ids_of: &str, ids: &(Option<Id>, Option<Id>), asked: &EventsAsked) {
        // A plus keeps SQLite from walking the index by kind and time instead of the one by party or record.
        let plus = if self.dialect == Dialect::Sqlite { "+" } else { "" };
        match &asked.kinds {
            EventKinds::All => {
                let _ = write!(self.out, " and not ({plus}{event}.\"kind\" >= ");
                self.arg(Arg::Text(OF_SEGMENTS.to_string()));
                let _ = write!(self.out, " and {plus}{event}.\"kind\" < ");
                self.arg(Arg::Text(format!("{}/", OF_SEGMENTS.trim_end_matches('.'))));
                self.push(")");
            }
            EventKinds::One(kind) => {
                let _ = write!(self.out, " and {plus}{event}.\"kind\" = ");
                self.arg(Arg::Text(kind.clone()));
            }
            EventKinds::Under(prefix) => {
                let _ = write!(self.out, " and {plus}{event}.\"kind\" >= ");
                self.arg(Arg::Text(prefix.clone()));
                // The sign after the point closes the range.
                let _ = write!(self.out, " and {plus}{event}.\"kind\" < ");
                self.arg(Arg::Text(format!("{}/", prefix.trim_end_matches('.'))));
            }
        }
        if let Some(id) = ids.0 {
            let _ = write!(self.out, " and {ids_of}.\"id\" >= ");
            self.arg(Arg::Id(id));
        }
        if let Some(id) = ids.1 {
            let _ = write!(self.out, " and {ids_of}.\"id\" < ");
            self.arg(Arg::Id(id));
        }
        if let Some((from, until)) = asked.window {
            let _ = write!(self.out, " and {plus}{event}.\"at\" between ");
            self.arg(Arg::Int(from));
            self.push(" and ");
            self.arg(Arg::Int(until));
        }
        if let Some(currency) = asked.currency {
            let _ = write!(self.out, " and {event}.\"currency\" = ");
            self.arg(Arg::Text(currency.code().to_string()));
        }
    }

    /// The sub-select of a figure, as text; its arguments are added.
    fn figure(&mut self, figure: &Figure, alias: &str) -> String {
        let outer = std::mem::take(&mut self.out);
        let rows = self.alias();
        let (value, with_default) = match (figure.of, &figure.source) {
            (FigureKind::Count, _) => ("count(*)".to_string(), false),
            (of, source) => {
                let column = match (source, &figure.column) {
                    (Source::Children(_), Some(column)) => column.place.column.as_str(),
                    (Source::Events(_), _) if matches!(of, FigureKind::First | FigureKind::Last) => "at",
                    _ => "amount",
                };
                let whole = figure_kind(figure) == Kind::Integer;
                let function = match of {
                    // SQLite refuses a `sum` of whole numbers beyond 64 bits; `total` goes on, exact up to 2^53.
                    FigureKind::Sum if whole && self.dialect == Dialect::Sqlite => "total",
                    FigureKind::Sum => "sum",
                    FigureKind::Min | FigureKind::First => "min",
                    FigureKind::Max | FigureKind::Last | FigureKind::Count => "max",
                };
                (format!("{function}({rows}.\"{column}\")"), of == FigureKind::Sum)
            }
        };
        self.push(if with_default { "coalesce((select " } else { "(select " });
        self.push(&value);
        self.push(" ");
        self.source(&figure.source, alias, Some((&rows, figure)));
        self.push(if with_default { "), 0)" } else { ")" });
        std::mem::replace(&mut self.out, outer)
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
