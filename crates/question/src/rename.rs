//! A field gets another name: stored questions and formulas follow it.

use kernel::ObjectDef;

use crate::ast::{Expr, ExprKind, Figure, Question, Source};
use crate::schema::Schema;

/// A field's old and new name.
#[derive(Debug, Clone, Copy)]
pub struct Rename<'a> {
    /// Name of the object that has the field.
    pub object: &'a str,
    pub from: &'a str,
    pub to: &'a str,
}

/// The question about `object` with the new name wherever the field is meant, on paths and in related records too.
/// `schema` still has the old name. What it does not know stays as it is.
pub fn renamed(question: &Question, object: &str, schema: &dyn Schema, rename: Rename<'_>) -> Question {
    Renaming { schema, rename }.question(question, schema.object(object))
}

/// The same for a formula of `object`.
pub fn renamed_expr(expr: &Expr, object: &str, schema: &dyn Schema, rename: Rename<'_>) -> Expr {
    Renaming { schema, rename }.expr(expr, schema.object(object))
}

struct Renaming<'a> {
    schema: &'a dyn Schema,
    rename: Rename<'a>,
}

impl<'a> Renaming<'a> {
    fn question(&self, question: &Question, object: Option<&'a ObjectDef>) -> Question {
        let expr = |expr: &Expr| self.expr(expr, object);
        match question.clone() {
            Question::Always(answer) => Question::Always(answer),
            Question::All(parts) => Question::All(parts.iter().map(|part| self.question(part, object)).collect()),
            Question::Any(parts) => Question::Any(parts.iter().map(|part| self.question(part, object)).collect()),
            Question::Not(inner) => Question::Not(Box::new(self.question(&inner, object))),
            Question::Compare { left, op, right, span } => {
                Question::Compare { left: expr(&left), op, right: expr(&right), span }
            }
            Question::Between { subject, low, high, span } => {
                Question::Between { subject: expr(&subject), low: expr(&low), high: expr(&high), span }
            }
            Question::In { subject, list, span } => {
                Question::In { subject: expr(&subject), list: list.iter().map(expr).collect(), span }
            }
            Question::InMyTeams { subject, span } => Question::InMyTeams { subject: expr(&subject), span },
            Question::InSegment { subject, segment, span } => {
                Question::InSegment { subject: expr(&subject), segment, span }
            }
            Question::FedBy { subject, source, span } => Question::FedBy { subject: expr(&subject), source, span },
            Question::During { subject, period, span } => Question::During { subject: expr(&subject), period, span },
            Question::Empty { subject, empty, span } => Question::Empty { subject: expr(&subject), empty, span },
            Question::Exists { source, span } => Question::Exists { source: self.source(source), span },
        }
    }

    fn expr(&self, expr: &Expr, object: Option<&'a ObjectDef>) -> Expr {
        let inner = |expr: &Expr| Box::new(self.expr(expr, object));
        let kind = match &expr.kind {
            ExprKind::Literal(literal) => ExprKind::Literal(literal.clone()),
            ExprKind::Path(path) => ExprKind::Path(self.path(path, object)),
            ExprKind::Figure(figure) => {
                ExprKind::Figure(Box::new(Figure { of: figure.of, source: self.source(figure.source.clone()) }))
            }
            ExprKind::Negative(operand) => ExprKind::Negative(inner(operand)),
            ExprKind::Arithmetic(op, left, right) => ExprKind::Arithmetic(*op, inner(left), inner(right)),
            ExprKind::Call(function, arguments) => {
                ExprKind::Call(*function, arguments.iter().map(|argument| self.expr(argument, object)).collect())
            }
            ExprKind::If(condition, then, otherwise) => {
                ExprKind::If(Box::new(self.question(condition, object)), inner(then), inner(otherwise))
            }
        };
        Expr { kind, span: expr.span.clone() }
    }

    fn path(&self, path: &[String], object: Option<&'a ObjectDef>) -> Vec<String> {
        let mut object = object;
        let mut renamed = Vec::with_capacity(path.len());
        for name in path {
            renamed.push(self.name(name, object));
            object = object.and_then(|def| self.next(def, name));
        }
        renamed
    }

    /// The object behind a link.
    fn next(&self, object: &'a ObjectDef, name: &str) -> Option<&'a ObjectDef> {
        match object.field(name) {
            Some(field) => self.schema.object(field.kind.stored().target()?),
            None if name == "id" => Some(object),
            None if name == "created_by" => self.schema.object("user"),
            None => None,
        }
    }

    fn name(&self, name: &str, object: Option<&ObjectDef>) -> String {
        let is_meant = name == self.rename.from && object.is_some_and(|def| def.name == self.rename.object);
        if is_meant { self.rename.to.to_string() } else { name.to_string() }
    }

    fn source(&self, source: Source) -> Source {
        let Source::Records { plural, field, by, filter, span } = source else { return source };
        let child = self.schema.object_by_plural(&plural);
        Source::Records {
            field: field.map(|field| self.name(&field, child)),
            by: by.map(|by| self.name(&by, child)),
            filter: filter.map(|filter| Box::new(self.question(&filter, child))),
            plural,
            span,
        }
    }
}
