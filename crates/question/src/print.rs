//! Writes a question or formula in text form; reading it again gives the same tree.

use std::fmt::Write;

use crate::ast::{Arithmetic, CompareOp, Expr, ExprKind, Literal, Period, Question, Source, Unit};
use crate::parse::is_reserved;

/// `id` alone: the record itself, which `in segment` need not name.
fn is_own_id(subject: &Expr) -> bool {
    matches!(&subject.kind, ExprKind::Path(path) if matches!(path.as_slice(), [only] if only == "id"))
}

/// The question in text form.
pub fn question(question: &Question) -> String {
    let mut out = String::new();
    write_question(&mut out, question);
    out
}

/// The formula in text form.
pub fn expr(expr: &Expr) -> String {
    let mut out = String::new();
    write_expr(&mut out, expr);
    out
}

/// The period in text form, `last 90 days`.
pub fn period(period: &Period) -> String {
    let mut out = String::new();
    write_period(&mut out, period);
    out
}

fn write_question(out: &mut String, question: &Question) {
    match question {
        Question::Always(answer) => out.push_str(if *answer { "true" } else { "false" }),
        Question::All(parts) => write_parts(out, parts, " and ", "true"),
        Question::Any(parts) => write_parts(out, parts, " or ", "false"),
        Question::Not(inner) => match inner.as_ref() {
            Question::Exists { source: source @ Source::Events { .. }, .. } => {
                out.push_str("no ");
                write_source(out, source);
            }
            inner => {
                out.push_str("not ");
                write_part(out, inner);
            }
        },
        Question::Compare { left, op, right, .. } => {
            write_expr(out, left);
            write_op(out, *op);
            write_expr(out, right);
        }
        Question::Between { subject, low, high, .. } => {
            write_expr(out, subject);
            out.push_str(" between ");
            write_expr(out, low);
            out.push_str(" and ");
            write_expr(out, high);
        }
        Question::In { subject, list, .. } => {
            write_expr(out, subject);
            out.push_str(" in (");
            write_list(out, list);
            out.push(')');
        }
        Question::InMyTeams { subject, .. } => {
            write_expr(out, subject);
            out.push_str(" in my teams");
        }
        Question::InSegment { subject, segment, .. } => {
            if !is_own_id(subject) {
                write_expr(out, subject);
                out.push(' ');
            }
            out.push_str("in segment ");
            write_expr(out, &Expr::literal(Literal::Text(segment.clone())));
        }
        Question::FedBy { subject, source, .. } => {
            if !is_own_id(subject) {
                write_expr(out, subject);
                out.push(' ');
            }
            out.push_str("fed by ");
            write_expr(out, &Expr::literal(Literal::Text(source.clone())));
        }
        Question::During { subject, period, .. } => {
            write_expr(out, subject);
            out.push_str(" in ");
            write_period(out, period);
        }
        Question::Empty { subject, empty, .. } => {
            write_expr(out, subject);
            out.push_str(if *empty { " is empty" } else { " is not empty" });
        }
        Question::Exists { source, .. } => {
            out.push_str("exists(");
            write_source(out, source);
            out.push(')');
        }
    }
}

fn write_parts(out: &mut String, parts: &[Question], join: &str, none: &str) {
    for (i, part) in parts.iter().enumerate() {
        if i > 0 {
            out.push_str(join);
        }
        write_part(out, part);
    }
    if parts.is_empty() {
        out.push_str(none);
    }
}

/// A part of a larger question: in parentheses if it is an `and` or an `or`.
fn write_part(out: &mut String, part: &Question) {
    if !matches!(part, Question::All(_) | Question::Any(_)) {
        return write_question(out, part);
    }
    out.push('(');
    write_question(out, part);
    out.push(')');
}

fn write_op(out: &mut String, op: CompareOp) {
    out.push(' ');
    out.push_str(op.text());
    out.push(' ');
}

fn write_list(out: &mut String, list: &[Expr]) {
    for (i, item) in list.iter().enumerate() {
        if i > 0 {
            out.push_str(", ");
        }
        write_expr(out, item);
    }
}

fn write_source(out: &mut String, source: &Source) {
    match source {
        Source::Events { kind, period, .. } => {
            out.push_str("events ");
            write_text(out, kind);
            if let Some(period) = period {
                out.push_str(" in ");
                write_period(out, period);
            }
        }
        Source::Records { plural, field, by, filter, .. } => {
            write_name(out, plural);
            if let Some(field) = field {
                out.push('.');
                write_name(out, field);
            }
            if let Some(by) = by {
                out.push_str(" by ");
                write_name(out, by);
            }
            if let Some(filter) = filter {
                out.push_str(" where ");
                write_question(out, filter);
            }
        }
    }
}

fn write_period(out: &mut String, period: &Period) {
    match period {
        Period::Last(count, unit) => {
            out.push_str("last ");
            write_count(out, *count, *unit);
        }
        Period::Next(count, unit) => {
            out.push_str("next ");
            write_count(out, *count, *unit);
        }
        Period::This(unit) => out.extend(["this ", unit.text()]),
        Period::Previous(unit) => out.extend(["last ", unit.text()]),
        Period::Following(unit) => out.extend(["next ", unit.text()]),
        Period::Dates(first, last) => out.extend(["\"", &first.to_string(), "\" to \"", &last.to_string(), "\""]),
    }
}

fn write_count(out: &mut String, count: i64, unit: Unit) {
    let plural = if count == 1 { "" } else { "s" };
    out.extend([&count.to_string(), " ", unit.text(), plural]);
}

fn write_expr(out: &mut String, expr: &Expr) {
    match &expr.kind {
        ExprKind::Literal(literal) => write_literal(out, literal),
        ExprKind::Path(path) => {
            for (i, name) in path.iter().enumerate() {
                if i > 0 {
                    out.push('.');
                }
                write_name(out, name);
            }
        }
        ExprKind::Figure(figure) => {
            out.push_str(figure.of.text());
            out.push('(');
            write_source(out, &figure.source);
            out.push(')');
        }
        ExprKind::Negative(inner) => {
            out.push('-');
            write_operand(out, inner, 3);
        }
        ExprKind::Arithmetic(op, left, right) => {
            let strength = strength(expr);
            write_operand(out, left, strength);
            out.extend([" ", op.text(), " "]);
            write_operand(out, right, strength + 1);
        }
        ExprKind::Call(function, arguments) => {
            out.push_str(function.text());
            out.push('(');
            write_list(out, arguments);
            out.push(')');
        }
        ExprKind::If(condition, then, otherwise) => {
            out.push_str("if(");
            write_question(out, condition);
            out.push_str(", ");
            write_expr(out, then);
            out.push_str(", ");
            write_expr(out, otherwise);
            out.push(')');
        }
    }
}

/// How tightly an expression holds together.
fn strength(expr: &Expr) -> u8 {
    match &expr.kind {
        ExprKind::Arithmetic(Arithmetic::Add | Arithmetic::Sub, ..) => 1,
        ExprKind::Arithmetic(Arithmetic::Mul | Arithmetic::Div, ..) => 2,
        ExprKind::Negative(_) => 3,
        _ => 4,
    }
}

fn write_operand(out: &mut String, operand: &Expr, least: u8) {
    if strength(operand) >= least {
        return write_expr(out, operand);
    }
    out.push('(');
    write_expr(out, operand);
    out.push(')');
}

fn write_literal(out: &mut String, literal: &Literal) {
    match literal {
        Literal::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Literal::Int(value) => out.push_str(&value.to_string()),
        Literal::Number(value) => {
            let text = value.to_string();
            out.push_str(&text);
            if !text.contains('.') {
                out.push_str(".0");
            }
        }
        Literal::Text(text) => write_text(out, text),
        Literal::Money(money) => {
            // Writing to a String cannot fail.
            let _ = write!(out, "{money}");
        }
        Literal::Duration(count, unit) => write_count(out, *count, *unit),
        Literal::Today => out.push_str("today"),
        Literal::Yesterday => out.push_str("yesterday"),
        Literal::Tomorrow => out.push_str("tomorrow"),
        Literal::Now => out.push_str("now"),
        Literal::Me => out.push_str("me"),
    }
}

fn write_text(out: &mut String, text: &str) {
    out.push('"');
    for ch in text.chars() {
        match ch {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            other => out.push(other),
        }
    }
    out.push('"');
}

fn write_name(out: &mut String, name: &str) {
    let plain = name.chars().next().is_some_and(|c| c.is_alphabetic() || c == '_') && !is_reserved(name);
    if plain {
        return out.push_str(name);
    }
    out.extend(["`", name, "`"]);
}
