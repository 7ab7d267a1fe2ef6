//! Answers a checked question in memory, for one record.

use std::cmp::Ordering;

use kernel::{Currency, Id, Value};

use crate::ast::FigureKind;
use crate::checked::{
    Atom, Checked, Children, Cmp, Column, EventKinds, Events, Figure, Kind, Like, Link, Node, Part, Place, Scalar,
    Source, real,
};
use crate::moment::{Context, Window};

/// The values of one record's own fields.
pub trait Values {
    /// The value of the field at `place`; what every record has comes as said at [`crate::SystemField`].
    fn value(&self, place: &Place) -> Value;
}

impl<F: Fn(&Place) -> Value> Values for F {
    fn value(&self, place: &Place) -> Value {
        self(place)
    }
}

/// What a question may look at: one record, what it links to, what links to it, and what happened to it.
pub trait Facts: Values {
    /// The living records behind a link field of this record that the caller may see.
    fn linked(&self, link: &Link) -> Vec<Box<dyn Facts + '_>>;

    /// The living records whose field `link.place()` (of the object `link.object()`) links to this record and that the
    /// caller may see.
    fn children(&self, link: &Link) -> Vec<Box<dyn Facts + '_>>;

    /// Whether this record is a member of the segment now.
    fn is_member(&self, segment: Id) -> bool;

    /// Whether a row of the source that is still there speaks of this record, of a party under any id it ever had.
    fn is_fed_by(&self, source: Id) -> bool;

    /// A figure over the events of this record: of a party those under all ids it ever had and those it stands on
    /// besides, each once; of another record those on it.
    fn events(&self, asked: &EventsAsked) -> Value;
}

/// A figure over events: `Value::Int` for a count, for a sum and for the least or greatest amount (minor units, no
/// event: 0 for count and sum, else `Null`), `Value::Time` or `Null` for the first and last.
#[derive(Debug, Clone, PartialEq)]
pub struct EventsAsked {
    pub of: FigureKind,
    pub kinds: EventKinds,
    /// The event's party is this record; else the event is on this record.
    pub by_party: bool,
    /// Milliseconds; both ends belong to it.
    pub window: Option<(i64, i64)>,
    /// Amounts in other currencies do not count; `None` takes all.
    pub currency: Option<Currency>,
}

impl Checked {
    /// Whether the record answers yes.
    pub fn matches(&self, facts: &dyn Facts, context: &Context<'_>) -> bool {
        node(&self.root, facts, context)
    }

    /// Whether the record answers yes, for a question about the record alone; `None` if it asks for more
    /// (see [`Checked::is_about_record_alone`]).
    pub fn matches_alone(&self, values: &dyn Values, context: &Context<'_>) -> Option<bool> {
        own(&self.root, values, context)
    }
}

fn node(asked: &Node, facts: &dyn Facts, context: &Context<'_>) -> bool {
    match asked {
        Node::Always(answer) => *answer,
        Node::All(parts) => parts.iter().all(|part| node(part, facts, context)),
        Node::Any(parts) => parts.iter().any(|part| node(part, facts, context)),
        Node::Not(inner) => !node(inner, facts, context),
        Node::Own { column, test } => {
            atom_holds(&test.lower(column.kind, context), &part_of(column, facts.value(&column.place)))
        }
        Node::Pair { left, op, right } => {
            pair_holds(*op, &part_of(left, facts.value(&left.place)), &part_of(right, facts.value(&right.place)))
        }
        Node::Linked { link, node: inner } => {
            facts.linked(link).iter().any(|linked| node(inner, linked.as_ref(), context))
        }
        Node::Member(segment) => facts.is_member(*segment),
        Node::Fed { source, .. } => facts.is_fed_by(*source),
        Node::Exists(Source::Events(events)) => {
            let count = facts.events(&events_asked(events, FigureKind::Count, None, context));
            matches!(count, Value::Int(count) if count > 0)
        }
        Node::Exists(Source::Children(children)) => {
            facts.children(&children.link).iter().any(|child| counts(children, child.as_ref(), context))
        }
        Node::Figure { figure, test } => {
            atom_holds(&test.lower(figure_kind(figure), context), &figure_value(figure, facts, context))
        }
    }
}

fn own(asked: &Node, values: &dyn Values, context: &Context<'_>) -> Option<bool> {
    match asked {
        Node::Always(answer) => Some(*answer),
        Node::All(parts) => {
            let mut all = true;
            for part in parts {
                all &= own(part, values, context)?;
            }
            Some(all)
        }
        Node::Any(parts) => {
            let mut any = false;
            for part in parts {
                any |= own(part, values, context)?;
            }
            Some(any)
        }
        Node::Not(inner) => own(inner, values, context).map(|answer| !answer),
        Node::Own { column, test } => {
            Some(atom_holds(&test.lower(column.kind, context), &part_of(column, values.value(&column.place))))
        }
        Node::Pair { left, op, right } => Some(pair_holds(
            *op,
            &part_of(left, values.value(&left.place)),
            &part_of(right, values.value(&right.place)),
        )),
        Node::Linked { .. } | Node::Member(_) | Node::Fed { .. } | Node::Exists(_) | Node::Figure { .. } => None,
    }
}

/// Money in a figure is compared in minor units.
pub(crate) fn figure_kind(figure: &Figure) -> Kind {
    if figure.kind == Kind::Money { Kind::Integer } else { figure.kind }
}

fn counts(children: &Children, child: &dyn Facts, context: &Context<'_>) -> bool {
    children.filter.as_ref().is_none_or(|filter| node(filter, child, context))
}

pub(crate) fn events_asked(
    events: &Events,
    of: FigureKind,
    currency: Option<Currency>,
    context: &Context<'_>,
) -> EventsAsked {
    let window = events.period.as_ref().map(|period| {
        let window = Window::of(period, context);
        (window.from_ms, window.until_ms)
    });
    EventsAsked { of, kinds: events.kinds.clone(), by_party: events.party, window, currency }
}

fn figure_value(figure: &Figure, facts: &dyn Facts, context: &Context<'_>) -> Value {
    let children = match &figure.source {
        Source::Events(events) => return facts.events(&events_asked(events, figure.of, figure.currency, context)),
        Source::Children(children) => children,
    };
    let mut count = 0i64;
    let mut values = Vec::new();
    for child in facts.children(&children.link) {
        if !counts(children, child.as_ref(), context) {
            continue;
        }
        count += 1;
        if let Some(column) = &figure.column {
            values.push(child.value(&column.place));
        }
    }
    if figure.of == FigureKind::Count {
        return Value::Int(count);
    }
    if figure.kind == Kind::Money {
        values = values.into_iter().map(|value| minor_units(value, figure.currency)).collect();
    }
    values.retain(|value| !value.is_null());
    match figure.of {
        FigureKind::Sum if figure.kind == Kind::Number => Value::Number(values.iter().filter_map(number_of).sum()),
        FigureKind::Sum => {
            // A sum beyond 64 bits stays at the end of the range.
            let total: i128 = values.iter().filter_map(whole_of).map(i128::from).sum();
            let end = if total < 0 { i64::MIN } else { i64::MAX };
            Value::Int(i64::try_from(total).unwrap_or(end))
        }
        FigureKind::Min => values.into_iter().min_by(order).unwrap_or_default(),
        _ => values.into_iter().max_by(order).unwrap_or_default(),
    }
}

fn minor_units(value: Value, currency: Option<Currency>) -> Value {
    match value {
        Value::Money(money) if currency.is_none_or(|wanted| wanted == money.currency) => Value::Int(money.amount),
        _ => Value::Null,
    }
}

fn whole_of(value: &Value) -> Option<i64> {
    match value {
        Value::Int(whole) => Some(*whole),
        _ => None,
    }
}

fn number_of(value: &Value) -> Option<f64> {
    match value {
        Value::Int(whole) => Some(real(*whole)),
        Value::Number(number) => Some(*number),
        _ => None,
    }
}

fn order(a: &Value, b: &Value) -> Ordering {
    match (scalar(a), scalar(b)) {
        (Some(a), Some(b)) => order_scalars(&a, &b).unwrap_or(Ordering::Equal),
        _ => Ordering::Equal,
    }
}

/// The part of a field's value that a column means.
pub(crate) fn part_of(column: &Column, value: Value) -> Value {
    match (column.part, value) {
        (Part::Whole, value) => value,
        (Part::Currency, Value::Money(money)) => Value::Text(money.currency.code().to_string()),
        (Part::Address(part), Value::Address(address)) => match address.parts().get(part) {
            Some(text) if !text.is_empty() => Value::Text((*text).to_string()),
            _ => Value::Null,
        },
        _ => Value::Null,
    }
}

/// Nothing known: null, an empty text, list or address.
pub(crate) fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Text(text) => text.is_empty(),
        Value::Links(ids) => ids.is_empty(),
        Value::Choices(values) => values.is_empty(),
        Value::Address(address) => address.is_empty(),
        Value::Json(json) => json.is_null(),
        Value::Bool(_)
        | Value::Int(_)
        | Value::Number(_)
        | Value::Date(_)
        | Value::Time(_)
        | Value::Money(_)
        | Value::Link(_) => false,
    }
}

/// A value as the databases hold it in one column.
fn scalar(value: &Value) -> Option<Scalar> {
    match value {
        Value::Bool(value) => Some(Scalar::Int(i64::from(*value))),
        Value::Int(value) => Some(Scalar::Int(*value)),
        Value::Number(value) => Some(Scalar::Real(*value)),
        Value::Text(value) if !value.is_empty() => Some(Scalar::Text(value.clone())),
        Value::Date(value) => Some(Scalar::Text(value.to_string())),
        Value::Time(value) => Some(Scalar::Int(value.millis())),
        Value::Link(value) => Some(Scalar::Id(*value)),
        _ => None,
    }
}

/// Texts by their bytes, whole numbers exactly, a whole number and a fraction as fractions.
fn order_scalars(a: &Scalar, b: &Scalar) -> Option<Ordering> {
    match (a, b) {
        (Scalar::Int(a), Scalar::Int(b)) => Some(a.cmp(b)),
        (Scalar::Real(a), Scalar::Real(b)) => a.partial_cmp(b),
        (Scalar::Int(a), Scalar::Real(b)) => real(*a).partial_cmp(b),
        (Scalar::Real(a), Scalar::Int(b)) => a.partial_cmp(&real(*b)),
        (Scalar::Text(a), Scalar::Text(b)) => Some(a.as_bytes().cmp(b.as_bytes())),
        (Scalar::Id(a), Scalar::Id(b)) => Some(a.cmp(b)),
        _ => None,
    }
}

/// Two values of the same record. Two empty values are the same; otherwise an empty value differs from every other.
pub(crate) fn pair_holds(op: Cmp, left: &Value, right: &Value) -> bool {
    if is_empty(left) || is_empty(right) {
        return op == Cmp::Ne && is_empty(left) != is_empty(right);
    }
    if let (Value::Money(left), Value::Money(right)) = (left, right) {
        let same = left.currency == right.currency;
        return if op == Cmp::Ne {
            !same || left.amount != right.amount
        } else {
            same && op.holds(left.amount.cmp(&right.amount))
        };
    }
    match (scalar(left), scalar(right)) {
        (Some(left), Some(right)) => order_scalars(&left, &right).is_some_and(|order| op.holds(order)),
        _ => false,
    }
}

pub(crate) fn like_holds(like: Like, text: &str, wanted_lower: &str) -> bool {
    let text = text.to_ascii_lowercase();
    match like {
        Like::Contains => text.contains(wanted_lower),
        Like::StartsWith => text.starts_with(wanted_lower),
        Like::EndsWith => text.ends_with(wanted_lower),
    }
}

/// Whether a value passes.
pub(crate) fn atom_holds(atom: &Atom, value: &Value) -> bool {
    let compares = |op: Cmp, with: &Scalar| {
        scalar(value).and_then(|value| order_scalars(&value, with)).is_some_and(|order| op.holds(order))
    };
    match atom {
        Atom::Always => true,
        Atom::Never => false,
        Atom::Empty => is_empty(value),
        Atom::NotEmpty => !is_empty(value),
        Atom::Cmp(Cmp::Ne, with) => !compares(Cmp::Eq, with),
        Atom::Cmp(op, with) => compares(*op, with),
        Atom::Range(low, high) => compares(Cmp::Ge, low) && compares(Cmp::Le, high),
        Atom::Outside(low, high) => !(compares(Cmp::Ge, low) && compares(Cmp::Le, high)),
        Atom::OneOf(list) => list.iter().any(|with| compares(Cmp::Eq, with)),
        Atom::Like(like, wanted) => matches!(value, Value::Text(text) if like_holds(*like, text, wanted)),
        Atom::Money(op, with) => match value {
            Value::Money(money) if money.currency == with.currency => op.holds(money.amount.cmp(&with.amount)),
            _ => *op == Cmp::Ne,
        },
        Atom::MoneyRange(low, high, currency) => {
            matches!(value, Value::Money(money) if money.currency == *currency && (*low..=*high).contains(&money.amount))
        }
        Atom::HasAny(wanted) => matches!(value, Value::Choices(values) if wanted.iter().any(|w| values.contains(w))),
        Atom::LinksAny(wanted) => matches!(value, Value::Links(ids) if wanted.iter().any(|w: &Id| ids.contains(w))),
        Atom::Or(parts) => parts.iter().any(|part| atom_holds(part, value)),
    }
}
