//! Tests of one value: a column, or a figure.

use std::fmt::Write;

use kernel::{Id, Money};

use super::{Arg, Dialect, Subject, Writer, compare, field_id};
use crate::checked::{Atom, Cmp, Column, Kind, Like, Part};

impl Writer<'_, '_> {
    pub(super) fn atom(&mut self, subject: &Subject<'_>, atom: &Atom, strict: bool) {
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

    pub(super) fn atom_text(&mut self, subject: &Subject<'_>, atom: &Atom) {
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

    pub(super) fn currency(&mut self, subject: &Subject<'_>) {
        match subject {
            Subject::Column { alias, column } => {
                let currency = Column { part: Part::Currency, ..(*column).clone() };
                self.column(alias, &currency);
            }
            // A figure in money is a number of minor units; it never has an atom that asks for a currency.
            Subject::Figure { .. } => self.push("null"),
        }
    }

    pub(super) fn money(&mut self, subject: &Subject<'_>, op: Cmp, money: &Money) {
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

    pub(super) fn empty(&mut self, subject: &Subject<'_>, empty: bool) {
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

    pub(super) fn like(&mut self, subject: &Subject<'_>, like: Like, text: &str) {
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
                    Dialect::Postgres | Dialect::Lake => "right(",
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
    pub(super) fn has_any(&mut self, subject: &Subject<'_>, values: &[String]) {
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

    pub(super) fn links_any(&mut self, subject: &Subject<'_>, ids: &[Id]) {
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

    pub(super) fn pair(&mut self, left: &Column, op: Cmp, right: &Column, alias: &str, strict: bool) {
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

    pub(super) fn pair_side(&mut self, column: &Column, other: &Column, alias: &str) {
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
}
