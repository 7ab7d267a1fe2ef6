//! Looks up every name and gives every value its type. What passes here can be answered by all evaluators alike.

mod kinds;
mod lookup;
mod subject;

use std::collections::BTreeSet;

use kernel::{FieldType, Id, ObjectDef};

use crate::ast::{CompareOp, Expr, ExprKind, Literal, Question};
use crate::checked::{Checked, Cmp, Column, Const, Kind, Link, Node, SystemField, Test};
use crate::error::{QuestionError, Result, Span};
use crate::print;
use crate::schema::Schema;

pub(crate) use self::kinds::{holds, kind_of, like_op, moment, money_of, order_op};
use self::lookup::{check_identifier, figure_node};
use self::subject::Subject;

/// The most work one question may ask for, in the units of [`Checked::cost`]: about 500 plain comparisons, or 30
/// counts of events.
pub const COST_BUDGET: u32 = 500;

/// Links in one path.
const HOPS: usize = 3;

/// Checks a question about records of `object`.
pub fn check(question: &Question, object: &str, schema: &dyn Schema) -> Result<Checked> {
    let mut checker = Checker { schema, reads: BTreeSet::new() };
    let def = checker.object(object, &Span::default())?;
    let (root, cost) = checker.node(question, def)?;
    if cost > COST_BUDGET {
        return Err(QuestionError::new(
            "too_costly",
            &Span::default(),
            format!(
                "this question asks for too much work ({cost} of {COST_BUDGET}): count fewer events or related records"
            ),
        ));
    }
    Ok(Checked { object: object.to_string(), root, cost, reads: checker.reads })
}

pub(crate) struct Checker<'s> {
    pub schema: &'s dyn Schema,
    pub reads: BTreeSet<(String, String)>,
}

/// Where a path ends.
pub(crate) struct Target {
    pub hops: Vec<Link>,
    pub column: Column,
    pub field: FieldType,
}

impl Target {
    fn wrap(hops: Vec<Link>, node: Node) -> (Node, u32) {
        let cost = 4 * u32::try_from(hops.len()).unwrap_or(u32::MAX);
        let wrapped = hops.into_iter().rev().fold(node, |node, link| Node::Linked { link, node: Box::new(node) });
        (wrapped, cost)
    }
}

impl<'s> Checker<'s> {
    fn object(&self, name: &str, span: &Span) -> Result<&'s ObjectDef> {
        let object = self.schema.object(name);
        let object =
            object.ok_or_else(|| QuestionError::new("unknown_object", span, format!("unknown object `{name}`")))?;
        check_identifier(&object.table, span)?;
        Ok(object)
    }

    fn node(&mut self, question: &Question, object: &'s ObjectDef) -> Result<(Node, u32)> {
        match question {
            Question::Always(answer) => Ok((Node::Always(*answer), 1)),
            Question::All(parts) => {
                let (nodes, cost) = self.parts(parts, object)?;
                Ok((Node::All(nodes), cost))
            }
            Question::Any(parts) => {
                let (nodes, cost) = self.parts(parts, object)?;
                Ok((Node::Any(nodes), cost))
            }
            Question::Not(inner) => {
                let (node, cost) = self.node(inner, object)?;
                Ok((Node::Not(Box::new(node)), cost))
            }
            Question::Exists { source, .. } => {
                let (source, cost) = self.source(source, object)?;
                if let Some(name) = source.field_asked {
                    return Err(QuestionError::new(
                        "not_here",
                        &source.span,
                        format!("`exists` asks about whole records: leave `.{name}` away"),
                    ));
                }
                Ok((Node::Exists(source.source), cost))
            }
            Question::Compare { left, op, right, .. } => self.compare(left, *op, right, object),
            Question::Between { subject, low, high, .. } => self.test(subject, object, |subject| {
                subject.must_order("between")?;
                Ok((Test::Between(subject.constant(low)?, subject.constant(high)?), 1))
            }),
            Question::In { subject, list, .. } => self.test(subject, object, |subject| subject.one_of(list)),
            Question::InMyTeams { subject, span } => self.test(subject, object, |subject| match subject.kind {
                Kind::Link | Kind::Links => Ok((Test::InMyTeams, 1)),
                _ => Err(QuestionError::wrong_type(
                    span,
                    format!("`{}` is {}: only a link to a team can be in `my teams`", subject.name, subject.holds()),
                )),
            }),
            Question::InSegment { subject, segment, span } => self.member(subject, segment, span, object),
            Question::FedBy { subject, source, span } => self.fed(subject, source, span, object),
            Question::During { subject, period, span } => {
                self.test(subject, object, |subject| subject.during(period, span))
            }
            Question::Empty { subject, empty, .. } => self.test(subject, object, |subject| {
                if subject.never_empty {
                    return Err(QuestionError::wrong_type(
                        subject.span,
                        format!("`{}` is a number and never empty: compare it, `= 0`", subject.name),
                    ));
                }
                Ok((Test::Empty(*empty), 1))
            }),
        }
    }

    fn parts(&mut self, parts: &[Question], object: &'s ObjectDef) -> Result<(Vec<Node>, u32)> {
        let mut nodes = Vec::new();
        let mut total = 0u32;
        for part in parts {
            let (node, cost) = self.node(part, object)?;
            nodes.push(node);
            total = total.saturating_add(cost);
        }
        Ok((nodes, total))
    }

    /// A test on a field, at the end of a path, or on a figure.
    fn test(
        &mut self,
        subject: &Expr,
        object: &'s ObjectDef,
        test: impl FnOnce(&mut Subject<'_>) -> Result<(Test, u32)>,
    ) -> Result<(Node, u32)> {
        let name = print::expr(subject);
        match &subject.kind {
            ExprKind::Path(path) => {
                let target = self.path(path, object, &subject.span)?;
                let mut about = Subject::of_field(&name, &subject.span, &target);
                let (test, cost) = test(&mut about)?;
                let (node, hops) = Target::wrap(target.hops, Node::Own { column: target.column, test });
                Ok((node, cost + hops))
            }
            ExprKind::Figure(figure) => {
                let (mut figure, cost) = self.figure(figure, object, &subject.span)?;
                let mut about = Subject::of_figure(&name, &subject.span, &figure);
                let (test, extra) = test(&mut about)?;
                figure.currency = about.currency;
                Ok((figure_node(figure, test), cost.saturating_add(extra)))
            }
            ExprKind::Literal(_) => Err(QuestionError::new(
                "not_here",
                &subject.span,
                format!("`{name}` is a value: put the field first and the value last"),
            )),
            _ => Err(QuestionError::new(
                "not_here",
                &subject.span,
                format!("`{name}` is a calculation: add it to the object as a formula field and compare that field"),
            )),
        }
    }

    fn compare(&mut self, left: &Expr, op: CompareOp, right: &Expr, object: &'s ObjectDef) -> Result<(Node, u32)> {
        if let (ExprKind::Path(left_path), ExprKind::Path(right_path)) = (&left.kind, &right.kind) {
            return self.pair(left_path, op, right_path, left, right, object);
        }
        if let (ExprKind::Path(path), CompareOp::Contains, ExprKind::Literal(Literal::Text(title))) =
            (&left.kind, op, &right.kind)
        {
            let target = self.path(path, object, &left.span)?;
            if target.column.kind == Kind::Links && Id::parse(title).is_none() {
                return self.titled(path, title, left, object);
            }
        }
        self.test(left, object, |subject| subject.compare(op, right))
    }

    /// `tags contains "vip"`: a linked record has this title.
    fn titled(&mut self, path: &[String], title: &str, left: &Expr, object: &'s ObjectDef) -> Result<(Node, u32)> {
        let mut path = path.to_vec();
        path.push("id".to_string());
        let target = self.path(&path, object, &left.span)?;
        let test = Test::Compare(Cmp::Eq, Const::Text(title.to_string()));
        let (node, cost) = Target::wrap(target.hops, Node::Own { column: Column::system(SystemField::Title), test });
        Ok((node, cost + 1))
    }

    /// Two fields of the same record.
    fn pair(
        &mut self,
        left: &[String],
        op: CompareOp,
        right: &[String],
        left_expr: &Expr,
        right_expr: &Expr,
        object: &'s ObjectDef,
    ) -> Result<(Node, u32)> {
        let a = self.path(left, object, &left_expr.span)?;
        let b = self.path(right, object, &right_expr.span).map_err(|mut error| {
            if error.code == "unknown_field" && right.len() == 1 {
                error.message.push_str("; a text stands in quotes");
            }
            error
        })?;
        let cmp = order_op(op);
        let same = a.column.kind == b.column.kind
            || matches!((a.column.kind, b.column.kind), (Kind::Integer | Kind::Number, Kind::Integer | Kind::Number));
        let ordered = !matches!(a.column.kind, Kind::Link | Kind::Boolean) || matches!(cmp, Some(Cmp::Eq | Cmp::Ne));
        let simple = !matches!(a.column.kind, Kind::Links | Kind::Choices | Kind::Address | Kind::Json);
        let span = left_expr.span.to(&right_expr.span);
        if !a.hops.is_empty() || !b.hops.is_empty() {
            return Err(QuestionError::new(
                "not_here",
                &span,
                "two fields can be compared only if both are of this record, not of a linked one",
            ));
        }
        let Some(op) = cmp.filter(|_| same && ordered && simple) else {
            return Err(QuestionError::wrong_type(
                &span,
                format!(
                    "`{}` is {} and `{}` is {}: `{}` cannot compare them",
                    print::expr(left_expr),
                    holds(a.column.kind),
                    print::expr(right_expr),
                    holds(b.column.kind),
                    op.text()
                ),
            ));
        };
        Ok((Node::Pair { left: a.column, op, right: b.column }, 1))
    }

    /// The record, or one it links to, is a member of a segment.
    fn member(&mut self, subject: &Expr, name: &str, span: &Span, object: &'s ObjectDef) -> Result<(Node, u32)> {
        let target = self.record(subject, object, || {
            QuestionError::wrong_type(span, "only a record can be in a segment: name a link, or nothing")
        })?;
        let of = target.hops.last().map_or(object.name.as_str(), Link::object);
        let Some(segment) = self.schema.segment(name) else {
            return Err(QuestionError::new("unknown_segment", span, format!("there is no segment `{name}`")));
        };
        if segment.object != of {
            return Err(QuestionError::wrong_type(
                span,
                format!("the segment `{name}` holds records of `{}`, not of `{of}`", segment.object),
            ));
        }
        let (node, cost) = Target::wrap(target.hops, Node::Member(segment.id));
        Ok((node, cost + 3))
    }

    /// A source speaks of the record, or of one it links to.
    fn fed(&mut self, subject: &Expr, name: &str, span: &Span, object: &'s ObjectDef) -> Result<(Node, u32)> {
        let target = self.record(subject, object, || {
            QuestionError::wrong_type(span, "only a record can be fed by a source: name a link, or nothing")
        })?;
        let of = target.hops.last().map_or(Some(object), |link| self.schema.object(link.object()));
        let party = of.is_some_and(|of| of.party);
        let Some(source) = self.schema.source(name) else {
            return Err(QuestionError::new("unknown_source", span, format!("there is no source `{name}`")));
        };
        let (node, cost) = Target::wrap(target.hops, Node::Fed { source, party });
        Ok((node, cost + 3))
    }

    /// The record itself (`id`), or the one at the end of a path of links.
    fn record(
        &mut self,
        subject: &Expr,
        object: &'s ObjectDef,
        otherwise: impl FnOnce() -> QuestionError,
    ) -> Result<Target> {
        let ExprKind::Path(path) = &subject.kind else { return Err(otherwise()) };
        let mut path = path.clone();
        if path.last().map(String::as_str) != Some("id") {
            path.push("id".to_string());
        }
        self.path(&path, object, &subject.span)
    }

    // Paths.
}
