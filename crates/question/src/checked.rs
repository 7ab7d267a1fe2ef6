//! The tree of a question with every name looked up and every value of the right type.

use std::collections::BTreeSet;

use jiff::civil::Date;
use kernel::{Currency, Id, Money};

use crate::ast::{FigureKind, Period};
use crate::moment::{Context, Moment, When, Window};

/// A question that was checked against the definitions: it can be answered in memory or by either database.
#[derive(Debug, Clone)]
pub struct Checked {
    pub(crate) object: String,
    pub(crate) root: Node,
    pub(crate) cost: u32,
    pub(crate) reads: BTreeSet<(String, String)>,
}

impl Checked {
    /// The name of the object it asks about.
    pub fn object(&self) -> &str {
        &self.object
    }

    /// A rough measure of the work of answering; a checked question is never above [`crate::COST_BUDGET`].
    pub fn cost(&self) -> u32 {
        self.cost
    }

    /// The fields it reads, as (object's name, field's name).
    pub fn reads(&self) -> &BTreeSet<(String, String)> {
        &self.reads
    }

    /// Whether the record's own fields are enough to answer: no links followed, nothing counted.
    pub fn is_about_record_alone(&self) -> bool {
        self.root.is_own()
    }

    /// The constant answer, if it does not depend on the record.
    pub fn constant(&self) -> Option<bool> {
        match &self.root {
            Node::Always(answer) => Some(*answer),
            _ => None,
        }
    }
}

/// A field of a record, as the definitions place it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Place {
    pub of: PlaceOf,
    /// Name in questions and in the API.
    pub name: String,
    /// Column, or prefix of the columns of money and addresses.
    pub column: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum PlaceOf {
    /// A field of the definition: its position in `ObjectDef::fields` and its immutable id.
    Field { position: usize, id: String },
    /// What every record has.
    System(SystemField),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SystemField {
    /// `Value::Link`
    Id,
    /// `Value::Text`
    Title,
    /// `Value::Time`
    CreatedAt,
    /// `Value::Time`
    UpdatedAt,
    /// `Value::Link`, a user.
    CreatedBy,
    /// `Value::Int`
    Version,
}

impl SystemField {
    pub const ALL: [SystemField; 6] = [
        SystemField::Id,
        SystemField::Title,
        SystemField::CreatedAt,
        SystemField::UpdatedAt,
        SystemField::CreatedBy,
        SystemField::Version,
    ];

    /// Name and column.
    pub fn name(self) -> &'static str {
        match self {
            SystemField::Id => "id",
            SystemField::Title => "title",
            SystemField::CreatedAt => "created_at",
            SystemField::UpdatedAt => "updated_at",
            SystemField::CreatedBy => "created_by",
            SystemField::Version => "version",
        }
    }

    pub(crate) fn kind(self) -> Kind {
        match self {
            SystemField::Id | SystemField::CreatedBy => Kind::Link,
            SystemField::Title => Kind::Text,
            SystemField::CreatedAt | SystemField::UpdatedAt => Kind::Time,
            SystemField::Version => Kind::Integer,
        }
    }
}

/// What a column holds, as far as comparing goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Integer,
    Number,
    Money,
    Date,
    Time,
    Boolean,
    Link,
    Links,
    Choices,
    Address,
    Json,
}

/// A field, or one part of it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Column {
    pub place: Place,
    pub kind: Kind,
    pub part: Part,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Whole,
    Currency,
    /// Index into `Address::PARTS`.
    Address(usize),
}

impl Column {
    pub fn system(field: SystemField) -> Column {
        let place =
            Place { of: PlaceOf::System(field), name: field.name().to_string(), column: field.name().to_string() };
        Column { place, kind: field.kind(), part: Part::Whole }
    }

    /// Whether the column may hold an empty text where nothing is known.
    pub fn may_be_blank(&self) -> bool {
        matches!(self.part, Part::Address(_)) || self.place.of == PlaceOf::System(SystemField::Title)
    }
}

/// Another object's table.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Table {
    pub object: String,
    pub table: String,
}

/// A link field and whether it holds one record or many.
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    pub(crate) place: Place,
    pub(crate) many: bool,
    pub(crate) target: Table,
}

impl Link {
    /// The link field, of the record asked about or, for children, of the child.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// Whether it links to many records (rows of the table `link`).
    pub fn is_many(&self) -> bool {
        self.many
    }

    /// The name of the object on the other side: the linked one, or for children the child.
    pub fn object(&self) -> &str {
        &self.target.object
    }
}

#[derive(Debug, Clone)]
pub(crate) enum Node {
    Always(bool),
    All(Vec<Node>),
    Any(Vec<Node>),
    Not(Box<Node>),
    Own {
        column: Column,
        test: Test,
    },
    /// Two fields of the same record.
    Pair {
        left: Column,
        op: Cmp,
        right: Column,
    },
    /// There is a living linked record that answers yes.
    Linked {
        link: Link,
        node: Box<Node>,
    },
    /// The record is a member of the segment now.
    Member(Id),
    /// A row of the source that is still there speaks of the record; of a party under any id it ever had.
    Fed {
        source: Id,
        party: bool,
    },
    Exists(Source),
    Figure {
        figure: Figure,
        test: Test,
    },
}

impl Node {
    fn is_own(&self) -> bool {
        match self {
            Node::Always(_) | Node::Own { .. } | Node::Pair { .. } => true,
            Node::All(parts) | Node::Any(parts) => parts.iter().all(Node::is_own),
            Node::Not(inner) => inner.is_own(),
            Node::Linked { .. } | Node::Member(_) | Node::Fed { .. } | Node::Exists(_) | Node::Figure { .. } => false,
        }
    }
}

#[derive(Debug, Clone)]
pub(crate) enum Source {
    Events(Events),
    Children(Children),
}

#[derive(Debug, Clone)]
pub(crate) struct Events {
    pub kinds: EventKinds,
    pub period: Option<Period>,
    /// Events of the party, else events on the record.
    pub party: bool,
}

/// That somebody entered or left a segment is not something the customer did: `*` does not mean it. Else a segment of whom
/// nothing happened with would end by its own entry.
pub(crate) const OF_SEGMENTS: &str = "segment.";

/// Which kinds of events are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventKinds {
    /// Everything but the entries and exits of segments.
    All,
    /// `order.placed`
    One(String),
    /// `order.*`: kinds that begin with this text, its point included.
    Under(String),
}

impl EventKinds {
    pub fn holds(&self, kind: &str) -> bool {
        match self {
            EventKinds::All => !kind.starts_with(OF_SEGMENTS),
            EventKinds::One(one) => kind == one,
            EventKinds::Under(prefix) => kind.starts_with(prefix.as_str()),
        }
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Children {
    /// The child's link and the child's table.
    pub link: Link,
    pub filter: Option<Box<Node>>,
}

#[derive(Debug, Clone)]
pub(crate) struct Figure {
    pub of: FigureKind,
    pub source: Source,
    /// The children's field that is summed or compared.
    pub column: Option<Column>,
    /// For money: amounts in other currencies do not count; the figure is in minor units.
    pub currency: Option<Currency>,
    pub kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cmp {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
}

impl Cmp {
    pub fn holds(self, order: std::cmp::Ordering) -> bool {
        match self {
            Cmp::Eq => order.is_eq(),
            Cmp::Ne => order.is_ne(),
            Cmp::Lt => order.is_lt(),
            Cmp::Le => order.is_le(),
            Cmp::Gt => order.is_gt(),
            Cmp::Ge => order.is_ge(),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Like {
    Contains,
    StartsWith,
    EndsWith,
}

/// What is asked of one value.
#[derive(Debug, Clone)]
pub(crate) enum Test {
    Compare(Cmp, Const),
    /// The text is lower case already (ASCII).
    Like(Like, String),
    OneOf(Vec<Const>),
    Between(Const, Const),
    During(Period),
    InMyTeams,
    Empty(bool),
    /// A multi-choice has one of these.
    HasAny(Vec<String>),
    /// Links hold one of these.
    LinksAny(Vec<Const>),
}

#[derive(Debug, Clone)]
pub(crate) enum Const {
    Text(String),
    Int(i64),
    Number(f64),
    Bool(bool),
    Money(Money),
    Moment(Moment),
    Id(Id),
    Me,
}

/// A value as both databases hold it: dates are ISO texts, moments are milliseconds, booleans 0 and 1.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Scalar {
    Int(i64),
    Real(f64),
    Text(String),
    Id(Id),
}

/// A test once it is known who asks and when: what the evaluator decides and the databases are asked.
///
/// Every atom is false for an empty value, except `Empty`, `Always`, `Outside` and anything with `Cmp::Ne`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Atom {
    Always,
    Never,
    Empty,
    NotEmpty,
    Cmp(Cmp, Scalar),
    /// Both ends belong to it.
    Range(Scalar, Scalar),
    Outside(Scalar, Scalar),
    OneOf(Vec<Scalar>),
    Like(Like, String),
    Money(Cmp, Money),
    MoneyRange(i64, i64, Currency),
    HasAny(Vec<String>),
    LinksAny(Vec<Id>),
    Or(Vec<Atom>),
}

impl Atom {
    /// The answer, if it does not depend on the value.
    pub fn constant(&self) -> Option<bool> {
        match self {
            Atom::Always => Some(true),
            Atom::Never => Some(false),
            Atom::OneOf(list) if list.is_empty() => Some(false),
            Atom::HasAny(list) if list.is_empty() => Some(false),
            Atom::LinksAny(list) if list.is_empty() => Some(false),
            Atom::Or(parts) if parts.iter().any(|part| part.constant() == Some(true)) => Some(true),
            Atom::Or(parts) if parts.iter().all(|part| part.constant() == Some(false)) => Some(false),
            _ => None,
        }
    }
}

impl Test {
    /// The test on a column of this kind, for this asker at this moment.
    pub fn lower(&self, kind: Kind, context: &Context<'_>) -> Atom {
        match self {
            Test::Compare(op, value) => compare(kind, *op, value, context),
            Test::Like(like, text) => Atom::Like(*like, text.clone()),
            Test::OneOf(values) => one_of(kind, values, context),
            Test::Between(low, high) => between(kind, low, high, context),
            Test::During(period) => {
                let window = Window::of(period, context);
                match kind {
                    Kind::Date => Atom::Range(iso(window.first), iso(window.last)),
                    _ => Atom::Range(Scalar::Int(window.from_ms), Scalar::Int(window.until_ms)),
                }
            }
            Test::InMyTeams => match kind {
                Kind::Links => Atom::LinksAny(context.teams.to_vec()),
                _ => Atom::OneOf(context.teams.iter().map(|id| Scalar::Id(*id)).collect()),
            },
            Test::Empty(true) => Atom::Empty,
            Test::Empty(false) => Atom::NotEmpty,
            Test::HasAny(values) => Atom::HasAny(values.clone()),
            Test::LinksAny(ids) => Atom::LinksAny(ids.iter().filter_map(|id| id_of(id, context)).collect()),
        }
    }
}

fn iso(day: Date) -> Scalar {
    Scalar::Text(day.to_string())
}

fn id_of(value: &Const, context: &Context<'_>) -> Option<Id> {
    match value {
        Const::Id(id) => Some(*id),
        Const::Me => Some(context.me),
        _ => None,
    }
}

fn compare(kind: Kind, op: Cmp, value: &Const, context: &Context<'_>) -> Atom {
    match value {
        Const::Text(text) => Atom::Cmp(op, Scalar::Text(text.clone())),
        Const::Bool(value) => Atom::Cmp(op, Scalar::Int(i64::from(*value))),
        Const::Int(whole) if kind == Kind::Number => Atom::Cmp(op, Scalar::Real(real(*whole))),
        Const::Int(whole) => Atom::Cmp(op, Scalar::Int(*whole)),
        Const::Number(number) if kind == Kind::Integer => compare_whole(op, *number),
        Const::Number(number) => Atom::Cmp(op, Scalar::Real(*number)),
        Const::Money(money) => Atom::Money(op, *money),
        Const::Id(id) => Atom::Cmp(op, Scalar::Id(*id)),
        Const::Me => Atom::Cmp(op, Scalar::Id(context.me)),
        Const::Moment(moment) => compare_moment(kind, op, moment.resolve(context), context),
    }
}

fn compare_moment(kind: Kind, op: Cmp, when: When, context: &Context<'_>) -> Atom {
    let day = match when {
        When::At(ms) => return Atom::Cmp(op, Scalar::Int(ms)),
        When::Day(day) if kind == Kind::Date => return Atom::Cmp(op, iso(day)),
        When::Day(day) => day,
    };
    // A moment compared with a day: the day is all its milliseconds.
    let (start, end) = (Scalar::Int(context.start_of(day)), Scalar::Int(context.end_of(day)));
    match op {
        Cmp::Eq => Atom::Range(start, end),
        Cmp::Ne => Atom::Outside(start, end),
        Cmp::Lt => Atom::Cmp(Cmp::Lt, start),
        Cmp::Le => Atom::Cmp(Cmp::Le, end),
        Cmp::Gt => Atom::Cmp(Cmp::Gt, end),
        Cmp::Ge => Atom::Cmp(Cmp::Ge, start),
    }
}

/// A whole number compared with one that may have a fraction, as a comparison of whole numbers: both databases then agree.
fn compare_whole(op: Cmp, number: f64) -> Atom {
    let (below, above) = (whole(number.floor()), whole(number.ceil()));
    match (op, below, above) {
        (op, Some(below), Some(above)) if below == above => Atom::Cmp(op, Scalar::Int(below)),
        (Cmp::Eq, ..) => Atom::Never,
        (Cmp::Ne, ..) => Atom::Always,
        (Cmp::Lt | Cmp::Le, Some(below), _) => Atom::Cmp(Cmp::Le, Scalar::Int(below)),
        (Cmp::Gt | Cmp::Ge, _, Some(above)) => Atom::Cmp(Cmp::Ge, Scalar::Int(above)),
        (Cmp::Lt | Cmp::Le, None, _) => {
            if number > 0.0 {
                Atom::NotEmpty
            } else {
                Atom::Never
            }
        }
        (Cmp::Gt | Cmp::Ge, _, None) => {
            if number > 0.0 {
                Atom::Never
            } else {
                Atom::NotEmpty
            }
        }
    }
}

/// The nearest float; exact up to 2^53.
#[allow(clippy::cast_precision_loss)]
pub(crate) fn real(whole: i64) -> f64 {
    whole as f64
}

/// The whole number, if it is one and fits.
#[allow(clippy::cast_possible_truncation)]
pub(crate) fn whole(number: f64) -> Option<i64> {
    let fits = number.fract() == 0.0 && (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&number);
    fits.then_some(number as i64)
}

fn one_of(kind: Kind, values: &[Const], context: &Context<'_>) -> Atom {
    let mut scalars = Vec::new();
    let mut others = Vec::new();
    for value in values {
        match compare(kind, Cmp::Eq, value, context) {
            Atom::Cmp(_, scalar) => scalars.push(scalar),
            other => others.push(other),
        }
    }
    if others.is_empty() {
        return Atom::OneOf(scalars);
    }
    if !scalars.is_empty() {
        others.push(Atom::OneOf(scalars));
    }
    Atom::Or(others)
}

fn between(kind: Kind, low: &Const, high: &Const, context: &Context<'_>) -> Atom {
    if let (Const::Money(low), Const::Money(high)) = (low, high) {
        return if low.currency == high.currency {
            Atom::MoneyRange(low.amount, high.amount, low.currency)
        } else {
            Atom::Never
        };
    }
    match (compare(kind, Cmp::Ge, low, context), compare(kind, Cmp::Le, high, context)) {
        (Atom::Cmp(_, low), Atom::Cmp(_, high)) => Atom::Range(low, high),
        (Atom::Never, _) | (_, Atom::Never) => Atom::Never,
        (Atom::Cmp(_, low), _) => Atom::Cmp(Cmp::Ge, low),
        (_, Atom::Cmp(_, high)) => Atom::Cmp(Cmp::Le, high),
        _ => Atom::NotEmpty,
    }
}
