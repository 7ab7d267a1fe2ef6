//! Looks up every name and gives every value its type. What passes here can be answered by all evaluators alike.

use std::collections::BTreeSet;

use kernel::{Currency, FieldDef, FieldType, Id, Money, ObjectDef, Time};

use crate::ast::{Arithmetic, CompareOp, Expr, ExprKind, FigureKind, Literal, Period, Question, Source};
use crate::checked::{
    Checked, Children, Cmp, Column, Const, EventKinds, Events, Figure, Kind, Like, Link, Node, Part, Place, PlaceOf,
    SystemField, Table, Test,
};
use crate::error::{QuestionError, Result, Span, did_you_mean};
use crate::moment::{Base, Moment, day};
use crate::schema::Schema;
use crate::{checked, print};

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
        let ExprKind::Path(path) = &subject.kind else {
            return Err(QuestionError::wrong_type(span, "only a record can be in a segment: name a link, or nothing"));
        };
        let mut path = path.clone();
        if path.last().map(String::as_str) != Some("id") {
            path.push("id".to_string());
        }
        let target = self.path(&path, object, &subject.span)?;
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

    // Paths.

    /// Follows a path from `object` to a field or to a part of one.
    pub fn path(&mut self, path: &[String], object: &'s ObjectDef, span: &Span) -> Result<Target> {
        let mut object = object;
        let mut hops: Vec<Link> = Vec::new();
        let mut names = path.iter();
        while let Some(name) = names.next() {
            let (place, field) = self.field(object, name, span)?;
            self.reads.insert((object.name.clone(), name.clone()));
            let kind = kind_of(field.stored());
            let rest = names.as_slice();
            let Some(next) = rest.first() else {
                return Ok(Target { hops, column: Column { place, kind, part: Part::Whole }, field });
            };
            match kind {
                Kind::Money if rest.len() == 1 && next == "currency" => {
                    return Ok(Target {
                        hops,
                        column: Column { place, kind: Kind::Text, part: Part::Currency },
                        field: FieldType::Text { max: 3 },
                    });
                }
                Kind::Money => return Err(unknown_part(name, next, &["currency"], span)),
                Kind::Address => {
                    let part = kernel::Address::PARTS.iter().position(|part| part == next);
                    let Some(part) = part.filter(|_| rest.len() == 1) else {
                        return Err(unknown_part(name, next, &kernel::Address::PARTS, span));
                    };
                    return Ok(Target {
                        hops,
                        column: Column { place, kind: Kind::Text, part: Part::Address(part) },
                        field: FieldType::Text { max: 0 },
                    });
                }
                Kind::Link | Kind::Links => {
                    let target = field.stored().target().unwrap_or("any");
                    let Some(def) = self.schema.object(target) else {
                        let message = if target == "any" {
                            format!(
                                "`{name}` may link to any object, so its fields are not known: compare `{name}` with an id"
                            )
                        } else {
                            format!("nothing can be asked about what `{name}` links to")
                        };
                        return Err(QuestionError::new("unknown_field", span, message));
                    };
                    check_identifier(&def.table, span)?;
                    if hops.len() >= HOPS {
                        return Err(QuestionError::new("too_deep", span, format!("a path may follow {HOPS} links")));
                    }
                    hops.push(Link {
                        place,
                        many: kind == Kind::Links,
                        target: Table { object: def.name.clone(), table: def.table.clone() },
                    });
                    object = def;
                }
                _ => {
                    return Err(QuestionError::new(
                        "unknown_field",
                        span,
                        format!("`{name}` is {} and has no part `{next}`", holds(kind)),
                    ));
                }
            }
        }
        Err(QuestionError::syntax(span, "a field belongs here"))
    }

    /// A field of `object` that the caller may see, or one that every record has.
    fn field(&self, object: &'s ObjectDef, name: &str, span: &Span) -> Result<(Place, FieldType)> {
        if let Some(position) = object.position(name)
            && let Some(field) = object.field(name)
            && self.schema.may_see(object, field)
        {
            let column = if field.column.is_empty() { &field.name } else { &field.column };
            check_identifier(column, span)?;
            let of = PlaceOf::Field { position, id: field.id.clone() };
            return Ok((Place { of, name: field.name.clone(), column: column.clone() }, field.kind.clone()));
        }
        if let Some(field) = SystemField::ALL.into_iter().find(|field| field.name() == name) {
            let kind = match field {
                SystemField::CreatedBy => FieldType::Link { target: "user".to_string() },
                SystemField::Id => FieldType::Link { target: object.name.clone() },
                SystemField::Title => FieldType::Text { max: 0 },
                SystemField::CreatedAt | SystemField::UpdatedAt => FieldType::Time,
                SystemField::Version => FieldType::Integer,
            };
            return Ok((Column::system(field).place, kind));
        }
        let known =
            object.fields.iter().filter(|field| self.schema.may_see(object, field)).map(|field| field.name.as_str());
        let hint = did_you_mean(name, known.chain(SystemField::ALL.map(SystemField::name)));
        Err(QuestionError::new("unknown_field", span, format!("unknown field `{name}`{hint}")))
    }

    // Figures.

    fn figure(&mut self, figure: &crate::ast::Figure, object: &'s ObjectDef, span: &Span) -> Result<(Figure, u32)> {
        let (asked, cost) = self.source(&figure.source, object)?;
        let name = figure.of.text();
        let column = match (&asked.source, asked.column) {
            (checked::Source::Events(_), _) => None,
            (checked::Source::Children(_), column) => column,
        };
        let is_events = matches!(asked.source, checked::Source::Events(_));
        let kind = match (figure.of, is_events, &column) {
            (FigureKind::Count, _, None) => Kind::Integer,
            (FigureKind::Count, ..) => {
                return Err(QuestionError::wrong_type(
                    span,
                    format!("`count` counts whole records: leave `.{}` away", asked.field_asked.unwrap_or_default()),
                ));
            }
            (FigureKind::First | FigureKind::Last, true, _) => Kind::Time,
            (FigureKind::First | FigureKind::Last, false, _) => {
                return Err(QuestionError::wrong_type(
                    span,
                    format!(
                        "`{name}` is for events: for records say `{}(orders.created_at)`",
                        if figure.of == FigureKind::First { "min" } else { "max" }
                    ),
                ));
            }
            (FigureKind::Sum | FigureKind::Min | FigureKind::Max, true, _) => Kind::Money,
            (_, false, None) => {
                return Err(QuestionError::wrong_type(span, format!("`{name}` needs a field: `{name}(orders.total)`")));
            }
            (FigureKind::Sum, false, Some(column)) => match column.kind {
                kind @ (Kind::Integer | Kind::Number | Kind::Money) => kind,
                kind => {
                    return Err(QuestionError::wrong_type(
                        span,
                        format!("`{}` is {} and cannot be summed", column.place.name, holds(kind)),
                    ));
                }
            },
            (FigureKind::Min | FigureKind::Max, false, Some(column)) => match column.kind {
                kind @ (Kind::Integer | Kind::Number | Kind::Money | Kind::Date | Kind::Time) => kind,
                kind => {
                    return Err(QuestionError::wrong_type(
                        span,
                        format!("`{}` is {}: `{name}` is for numbers, money and dates", column.place.name, holds(kind)),
                    ));
                }
            },
        };
        Ok((Figure { of: figure.of, source: asked.source, column, currency: None, kind }, cost))
    }

    fn source(&mut self, source: &Source, object: &'s ObjectDef) -> Result<(AskedSource, u32)> {
        match source {
            Source::Events { kind, period, span } => {
                let kinds = event_kinds(kind, span)?;
                let cost = if kinds == EventKinds::All { 25 } else { 15 };
                let events = Events { kinds, period: period.clone(), party: object.party };
                Ok((
                    AskedSource {
                        source: checked::Source::Events(events),
                        column: None,
                        field_asked: None,
                        span: span.clone(),
                    },
                    cost,
                ))
            }
            Source::Records { plural, field, by, filter, span } => {
                let Some(child) = self.schema.object_by_plural(plural) else {
                    return Err(QuestionError::new(
                        "unknown_object",
                        span,
                        format!("unknown records `{plural}`: say the plural of an object, such as `orders`"),
                    ));
                };
                check_identifier(&child.table, span)?;
                let link = self.link_to(object, child, by.as_deref(), span)?;
                let column = match field {
                    None => None,
                    Some(name) => {
                        let (place, kind) = self.field(child, name, span)?;
                        self.reads.insert((child.name.clone(), name.clone()));
                        Some(Column { place, kind: kind_of(kind.stored()), part: Part::Whole })
                    }
                };
                let (filter, inner) = match filter {
                    None => (None, 0),
                    Some(filter) => {
                        let (node, cost) = self.node(filter, child)?;
                        (Some(Box::new(node)), cost)
                    }
                };
                let children = checked::Source::Children(Children { link, filter });
                let cost = inner.saturating_mul(5).saturating_add(10);
                Ok((AskedSource { source: children, column, field_asked: field.clone(), span: span.clone() }, cost))
            }
        }
    }

    /// The field of `child` that links to `object`.
    fn link_to(&mut self, object: &ObjectDef, child: &'s ObjectDef, by: Option<&str>, span: &Span) -> Result<Link> {
        let links_here = |field: &&FieldDef, target: &str| {
            self.schema.may_see(child, field) && field.kind.stored().target() == Some(target)
        };
        let exact: Vec<&FieldDef> = child.fields.iter().filter(|field| links_here(field, &object.name)).collect();
        let open: Vec<&FieldDef> = child.fields.iter().filter(|field| links_here(field, "any")).collect();
        let plural = &child.plural;
        let name = match (by, exact.as_slice(), open.as_slice()) {
            (Some(by), ..) => match exact.iter().chain(&open).find(|field| field.name == by) {
                Some(field) => &field.name,
                None => {
                    let hint = did_you_mean(by, exact.iter().chain(&open).map(|field| field.name.as_str()));
                    return Err(QuestionError::new(
                        "unknown_field",
                        span,
                        format!("`{by}` of {plural} does not link to a {}{hint}", object.name),
                    ));
                }
            },
            (None, [one], _) | (None, [], [one]) => &one.name,
            (None, [], []) => {
                return Err(QuestionError::new(
                    "unknown_field",
                    span,
                    format!("no field of {plural} links to a {}", object.name),
                ));
            }
            (None, many, any) => {
                let names: Vec<&str> = many.iter().chain(any).map(|field| field.name.as_str()).collect();
                return Err(QuestionError::new(
                    "unknown_field",
                    span,
                    format!(
                        "{plural} link here in several ways: say which, `{plural} by {}` (one of {})",
                        names.first().unwrap_or(&""),
                        names.join(", ")
                    ),
                ));
            }
        };
        let (place, kind) = self.field(child, name, span)?;
        self.reads.insert((child.name.clone(), name.clone()));
        let many = kind_of(kind.stored()) == Kind::Links;
        Ok(Link { place, many, target: Table { object: child.name.clone(), table: child.table.clone() } })
    }
}

struct AskedSource {
    source: checked::Source,
    column: Option<Column>,
    field_asked: Option<String>,
    span: Span,
}

/// "At least one" and "none" are asked by existence, which stops at the first.
fn figure_node(figure: Figure, test: Test) -> Node {
    if figure.of != FigureKind::Count {
        return Node::Figure { figure, test };
    }
    match test {
        Test::Compare(Cmp::Ge, Const::Int(1)) | Test::Compare(Cmp::Gt, Const::Int(0)) => Node::Exists(figure.source),
        Test::Compare(Cmp::Lt, Const::Int(1)) | Test::Compare(Cmp::Le | Cmp::Eq, Const::Int(0)) => {
            Node::Not(Box::new(Node::Exists(figure.source)))
        }
        test => Node::Figure { figure, test },
    }
}

/// Only such names reach SQL.
fn check_identifier(name: &str, span: &Span) -> Result<()> {
    let plain = name.bytes().next().is_some_and(|b| b.is_ascii_lowercase())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if plain && name.len() <= 63 {
        return Ok(());
    }
    Err(QuestionError::new("not_here", span, "this field or object has no usable column or table"))
}

fn unknown_part(name: &str, part: &str, parts: &[&str], span: &Span) -> QuestionError {
    let hint = did_you_mean(part, parts.iter().copied());
    QuestionError::new(
        "unknown_field",
        span,
        format!("`{name}` has no part `{part}`{hint}; it has {}", parts.join(", ")),
    )
}

/// `order.placed`, `order.*` or `*`.
fn event_kinds(kind: &str, span: &Span) -> Result<EventKinds> {
    if kind == "*" {
        return Ok(EventKinds::All);
    }
    let (stem, open) = match kind.strip_suffix(".*") {
        Some(stem) => (stem, true),
        None => (kind, false),
    };
    let plain = !stem.is_empty()
        && stem.len() <= 100
        && stem.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'.');
    if !plain {
        return Err(QuestionError::syntax(
            span,
            "a kind of event is written `\"order.placed\"`, all kinds of a thing `\"order.*\"`, all `\"*\"`",
        ));
    }
    Ok(if open { EventKinds::Under(format!("{stem}.")) } else { EventKinds::One(stem.to_string()) })
}

pub(crate) fn kind_of(field: &FieldType) -> Kind {
    match field {
        FieldType::Text { .. }
        | FieldType::LongText
        | FieldType::Choice { .. }
        | FieldType::Email
        | FieldType::Phone
        | FieldType::Url => Kind::Text,
        FieldType::Integer => Kind::Integer,
        FieldType::Number => Kind::Number,
        FieldType::Money => Kind::Money,
        FieldType::Date => Kind::Date,
        FieldType::Time => Kind::Time,
        FieldType::MultiChoice { .. } => Kind::Choices,
        FieldType::Boolean => Kind::Boolean,
        FieldType::Address => Kind::Address,
        FieldType::File | FieldType::Link { .. } => Kind::Link,
        FieldType::Links { .. } => Kind::Links,
        FieldType::Json => Kind::Json,
        FieldType::Formula { result, .. } => kind_of(result),
        FieldType::RollUp(field) => kind_of(&field.result),
    }
}

/// What a kind is called in messages.
pub(crate) fn holds(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "text",
        Kind::Integer => "a whole number",
        Kind::Number => "a number",
        Kind::Money => "money",
        Kind::Date => "a date",
        Kind::Time => "a time",
        Kind::Boolean => "yes or no",
        Kind::Link => "a link",
        Kind::Links => "links",
        Kind::Choices => "a multiple choice",
        Kind::Address => "an address",
        Kind::Json => "a setting",
    }
}

/// What to compare such a value with.
fn remedy(kind: Kind, name: &str) -> String {
    match kind {
        Kind::Text => "compare with a text such as \"Paris\"".to_string(),
        Kind::Integer => "compare with a number such as 3".to_string(),
        Kind::Number => "compare with a number such as 3.5".to_string(),
        Kind::Money => "compare with an amount such as 100 EUR".to_string(),
        Kind::Date => "compare with a date such as \"2020-01-31\" or `today - 30 days`".to_string(),
        Kind::Time => {
            "compare with a date such as \"2020-01-31\", a time such as \"2020-01-31T12:00:00Z\" or `now - 3 hours`"
                .to_string()
        }
        Kind::Boolean => "compare with `true` or `false`".to_string(),
        Kind::Link => format!("compare with an id or `me`, or ask for a field of it, `{name}.title = \"…\"`"),
        Kind::Links => format!("say `{name} contains \"…\"`, or ask for a field, `{name}.title = \"…\"`"),
        Kind::Choices => format!("say `{name} contains \"…\"` or `{name} in (\"…\", \"…\")`"),
        Kind::Address => format!("ask for a part of it, `{name}.city = \"…\"`"),
        Kind::Json => format!("only `{name} is empty` can be asked"),
    }
}

pub(crate) fn order_op(op: CompareOp) -> Option<Cmp> {
    match op {
        CompareOp::Eq => Some(Cmp::Eq),
        CompareOp::Ne => Some(Cmp::Ne),
        CompareOp::Lt => Some(Cmp::Lt),
        CompareOp::Le => Some(Cmp::Le),
        CompareOp::Gt => Some(Cmp::Gt),
        CompareOp::Ge => Some(Cmp::Ge),
        CompareOp::Contains | CompareOp::StartsWith | CompareOp::EndsWith => None,
    }
}

pub(crate) fn like_op(op: CompareOp) -> Option<Like> {
    match op {
        CompareOp::Contains => Some(Like::Contains),
        CompareOp::StartsWith => Some(Like::StartsWith),
        CompareOp::EndsWith => Some(Like::EndsWith),
        _ => None,
    }
}

/// The field or figure that a test is about.
struct Subject<'a> {
    name: &'a str,
    span: &'a Span,
    kind: Kind,
    /// The values it may have, for a choice.
    options: Option<Vec<String>>,
    never_empty: bool,
    /// A figure over money is compared in minor units of the currency it is compared with.
    is_figure: bool,
    currency: Option<Currency>,
}

impl<'a> Subject<'a> {
    fn of_field(name: &'a str, span: &'a Span, target: &Target) -> Subject<'a> {
        let options = target.field.options().map(|options| options.iter().map(|option| option.value.clone()).collect());
        Subject { name, span, kind: target.column.kind, options, never_empty: false, is_figure: false, currency: None }
    }

    fn of_figure(name: &'a str, span: &'a Span, figure: &Figure) -> Subject<'a> {
        let never_empty = matches!(figure.of, FigureKind::Count | FigureKind::Sum);
        Subject { name, span, kind: figure.kind, options: None, never_empty, is_figure: true, currency: None }
    }

    fn holds(&self) -> &'static str {
        holds(self.kind)
    }

    fn wrong(&self, span: &Span) -> QuestionError {
        let holds = if self.options.is_some() && self.kind == Kind::Text { "a choice" } else { self.holds() };
        QuestionError::wrong_type(span, format!("`{}` is {holds}: {}", self.name, remedy(self.kind, self.name)))
    }

    fn compare(&mut self, op: CompareOp, right: &Expr) -> Result<(Test, u32)> {
        if let Some(like) = like_op(op) {
            return self.like(op, like, right);
        }
        let Some(cmp) = order_op(op) else { return Err(self.wrong(&right.span)) };
        if !matches!(cmp, Cmp::Eq | Cmp::Ne) {
            self.must_order(op.text())?;
        }
        if matches!(self.kind, Kind::Choices | Kind::Links) {
            return Err(self.wrong(&right.span));
        }
        Ok((Test::Compare(cmp, self.constant(right)?), 1))
    }

    fn like(&mut self, op: CompareOp, like: Like, right: &Expr) -> Result<(Test, u32)> {
        match (self.kind, like, &right.kind) {
            (Kind::Text, _, ExprKind::Literal(Literal::Text(text))) if text.is_empty() => {
                Err(QuestionError::wrong_type(&right.span, "this text is empty: ask `is empty` or `is not empty`"))
            }
            (Kind::Text, _, ExprKind::Literal(Literal::Text(text))) => {
                Ok((Test::Like(like, text.to_ascii_lowercase()), 3))
            }
            (Kind::Choices | Kind::Links, Like::Contains, _) => self.one_of(std::slice::from_ref(right)),
            (Kind::Text, ..) => Err(self.wrong(&right.span)),
            _ => Err(QuestionError::wrong_type(
                self.span,
                format!(
                    "`{}` is {}: `{}` is for texts; {}",
                    self.name,
                    self.holds(),
                    op.text(),
                    remedy(self.kind, self.name)
                ),
            )),
        }
    }

    fn must_order(&self, op: &str) -> Result<()> {
        if matches!(self.kind, Kind::Text | Kind::Integer | Kind::Number | Kind::Money | Kind::Date | Kind::Time) {
            return Ok(());
        }
        Err(QuestionError::wrong_type(
            self.span,
            format!(
                "`{}` is {} and has no order for `{op}`: {}",
                self.name,
                self.holds(),
                remedy(self.kind, self.name)
            ),
        ))
    }

    fn one_of(&mut self, list: &[Expr]) -> Result<(Test, u32)> {
        let cost = 1 + u32::try_from(list.len() / 20).unwrap_or(u32::MAX);
        match self.kind {
            Kind::Choices => {
                let mut values = Vec::new();
                for item in list {
                    match self.constant(item)? {
                        Const::Text(text) => values.push(text),
                        _ => return Err(self.wrong(&item.span)),
                    }
                }
                Ok((Test::HasAny(values), cost + 2))
            }
            Kind::Links => {
                let ids = list.iter().map(|item| self.constant(item)).collect::<Result<Vec<_>>>()?;
                Ok((Test::LinksAny(ids), cost + 2))
            }
            _ => {
                let values = list.iter().map(|item| self.constant(item)).collect::<Result<Vec<_>>>()?;
                Ok((Test::OneOf(values), cost))
            }
        }
    }

    fn during(&self, period: &Period, span: &Span) -> Result<(Test, u32)> {
        match self.kind {
            Kind::Time => Ok((Test::During(period.clone()), 1)),
            Kind::Date => match period {
                Period::Last(_, unit) | Period::Next(_, unit) if unit.is_within_day() => {
                    Err(QuestionError::wrong_type(
                        span,
                        format!("`{}` is a date without a time: ask in days or longer", self.name),
                    ))
                }
                _ => Ok((Test::During(period.clone()), 1)),
            },
            _ => Err(QuestionError::wrong_type(
                span,
                format!(
                    "`{}` is {} and cannot be in a period: {}",
                    self.name,
                    self.holds(),
                    remedy(self.kind, self.name)
                ),
            )),
        }
    }

    /// The value that this is compared with.
    fn constant(&mut self, expr: &Expr) -> Result<Const> {
        let span = &expr.span;
        let wrong = || Err(self.wrong(span));
        let literal = match &expr.kind {
            ExprKind::Literal(literal) => Some(literal),
            ExprKind::Path(path) if path.len() == 1 => {
                let hint = if self.kind == Kind::Text { "; a text stands in quotes" } else { "" };
                return Err(QuestionError::new(
                    "not_here",
                    span,
                    format!("a field cannot stand here: {}{hint}", remedy(self.kind, self.name)),
                ));
            }
            _ => None,
        };
        match (self.kind, literal) {
            (Kind::Text, Some(Literal::Text(text))) => {
                if text.is_empty() {
                    return Err(QuestionError::wrong_type(
                        span,
                        "this text is empty: ask `is empty` or `is not empty`",
                    ));
                }
                self.check_option(text, span)?;
                Ok(Const::Text(text.clone()))
            }
            (Kind::Choices, Some(Literal::Text(text))) => {
                self.check_option(text, span)?;
                Ok(Const::Text(text.clone()))
            }
            (Kind::Integer | Kind::Number, Some(Literal::Int(whole))) => Ok(Const::Int(*whole)),
            (Kind::Integer | Kind::Number, Some(Literal::Number(number))) => match checked::whole(*number) {
                Some(whole) if self.kind == Kind::Integer => Ok(Const::Int(whole)),
                _ => Ok(Const::Number(*number)),
            },
            (Kind::Money, Some(Literal::Money(money))) => self.money(*money, span),
            (Kind::Money, Some(Literal::Text(text))) => match money_of(text) {
                Some(money) => self.money(money, span),
                None => wrong(),
            },
            (Kind::Boolean, Some(Literal::Bool(value))) => Ok(Const::Bool(*value)),
            (Kind::Link | Kind::Links, Some(Literal::Me)) => Ok(Const::Me),
            (Kind::Link | Kind::Links, Some(Literal::Text(text))) => match Id::parse(text) {
                Some(id) => Ok(Const::Id(id)),
                None => wrong(),
            },
            (Kind::Date | Kind::Time, _) => match moment(expr)? {
                None => wrong(),
                Some(moment) if self.kind == Kind::Date && !moment.is_day() => Err(QuestionError::wrong_type(
                    span,
                    format!(
                        "`{}` is a date without a time: compare with a date such as \"2020-01-31\" or `today`",
                        self.name
                    ),
                )),
                Some(moment) => Ok(Const::Moment(moment)),
            },
            _ => wrong(),
        }
    }

    fn money(&mut self, money: Money, span: &Span) -> Result<Const> {
        if !self.is_figure {
            return Ok(Const::Money(money));
        }
        if self.currency.is_some_and(|currency| currency != money.currency) {
            return Err(QuestionError::wrong_type(
                span,
                format!("`{}` is summed in one currency: say all amounts in the same", self.name),
            ));
        }
        self.currency = Some(money.currency);
        Ok(Const::Int(money.amount))
    }

    fn check_option(&self, value: &str, span: &Span) -> Result<()> {
        let Some(options) = &self.options else { return Ok(()) };
        if options.is_empty() || options.iter().any(|option| option == value) {
            return Ok(());
        }
        let hint = did_you_mean(value, options.iter().map(String::as_str));
        let hint = if hint.is_empty() {
            let shown: Vec<&str> = options.iter().take(8).map(String::as_str).collect();
            let more = if options.len() > 8 { ", …" } else { "" };
            format!(": one of {}{more}", shown.join(", "))
        } else {
            hint
        };
        Err(QuestionError::new("unknown_option", span, format!("`{}` has no option \"{value}\"{hint}", self.name)))
    }
}

/// `1204.50 EUR`
pub(crate) fn money_of(text: &str) -> Option<Money> {
    let (amount, currency) = text.trim().rsplit_once(' ')?;
    Money::from_decimal(amount, Currency::parse(currency)?)
}

/// A moment written as a text, a word, or one of these plus or minus spans of time.
pub(crate) fn moment(expr: &Expr) -> Result<Option<Moment>> {
    let base = match &expr.kind {
        ExprKind::Literal(Literal::Today) => Base::Today(0),
        ExprKind::Literal(Literal::Yesterday) => Base::Today(-1),
        ExprKind::Literal(Literal::Tomorrow) => Base::Today(1),
        ExprKind::Literal(Literal::Now) => Base::Now,
        ExprKind::Literal(Literal::Text(text)) => match (day(text), Time::parse(text)) {
            (Some(day), _) => Base::Day(day),
            (None, Some(at)) if text.contains(':') => Base::At(at.millis()),
            _ => return Ok(None),
        },
        ExprKind::Arithmetic(op @ (Arithmetic::Add | Arithmetic::Sub), left, right) => {
            let Some(mut moment) = moment(left)? else { return Ok(None) };
            let ExprKind::Literal(Literal::Duration(count, unit)) = &right.kind else {
                return Err(QuestionError::wrong_type(
                    &right.span,
                    "to a date only a span of time is added, such as `30 days`",
                ));
            };
            if unit.is_within_day() && moment.is_day() {
                return Err(QuestionError::wrong_type(
                    &right.span,
                    "a date moves by days or longer; for hours and minutes begin with `now`",
                ));
            }
            moment.shifts.push((if *op == Arithmetic::Sub { count.saturating_neg() } else { *count }, *unit));
            return Ok(Some(moment));
        }
        _ => return Ok(None),
    };
    Ok(Some(Moment { base, shifts: Vec::new() }))
}
