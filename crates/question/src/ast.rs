//! The tree of a question as it was written, names not yet looked up.

use kernel::Money;

use crate::error::Span;

/// A yes-or-no question about one record.
#[derive(Debug, Clone, PartialEq)]
pub enum Question {
    /// Yes for every record, or for none.
    Always(bool),
    All(Vec<Question>),
    Any(Vec<Question>),
    Not(Box<Question>),
    Compare {
        left: Expr,
        op: CompareOp,
        right: Expr,
        span: Span,
    },
    /// Both ends belong to it.
    Between {
        subject: Expr,
        low: Expr,
        high: Expr,
        span: Span,
    },
    In {
        subject: Expr,
        list: Vec<Expr>,
        span: Span,
    },
    /// `team in my teams`.
    InMyTeams {
        subject: Expr,
        span: Span,
    },
    /// `in segment "Best"`, of the record itself; `company in segment "Large"`, of a linked one.
    InSegment {
        subject: Expr,
        /// The segment's name, one that it had before, or its id.
        segment: String,
        span: Span,
    },
    /// `fed by "Old shop"`, of the record itself; `company fed by "Old shop"`, of a linked one.
    FedBy {
        subject: Expr,
        /// The source's name, or its id.
        source: String,
        span: Span,
    },
    /// `created_at in last 90 days`.
    During {
        subject: Expr,
        period: Period,
        span: Span,
    },
    Empty {
        subject: Expr,
        empty: bool,
        span: Span,
    },
    Exists {
        source: Source,
        span: Span,
    },
}

impl Question {
    /// Yes if all are; nothing to answer is yes.
    pub fn all(parts: Vec<Question>) -> Question {
        match <[Question; 1]>::try_from(parts) {
            Ok([one]) => one,
            Err(parts) if parts.is_empty() => Question::Always(true),
            Err(parts) => Question::All(parts),
        }
    }

    /// Yes if one is; nothing to answer is no.
    pub fn any(parts: Vec<Question>) -> Question {
        match <[Question; 1]>::try_from(parts) {
            Ok([one]) => one,
            Err(parts) if parts.is_empty() => Question::Always(false),
            Err(parts) => Question::Any(parts),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CompareOp {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    Contains,
    StartsWith,
    EndsWith,
}

impl CompareOp {
    pub const ALL: [CompareOp; 9] = [
        CompareOp::Eq,
        CompareOp::Ne,
        CompareOp::Lt,
        CompareOp::Le,
        CompareOp::Gt,
        CompareOp::Ge,
        CompareOp::Contains,
        CompareOp::StartsWith,
        CompareOp::EndsWith,
    ];

    /// As it is written in both forms.
    pub fn text(self) -> &'static str {
        match self {
            CompareOp::Eq => "=",
            CompareOp::Ne => "!=",
            CompareOp::Lt => "<",
            CompareOp::Le => "<=",
            CompareOp::Gt => ">",
            CompareOp::Ge => ">=",
            CompareOp::Contains => "contains",
            CompareOp::StartsWith => "starts with",
            CompareOp::EndsWith => "ends with",
        }
    }
}

/// A value, or how to find one.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    pub kind: ExprKind,
    pub span: Span,
}

impl Expr {
    pub fn new(kind: ExprKind) -> Expr {
        Expr { kind, span: Span::default() }
    }

    pub fn field(path: &str) -> Expr {
        Expr::new(ExprKind::Path(path.split('.').map(str::to_string).collect()))
    }

    pub fn literal(literal: Literal) -> Expr {
        Expr::new(ExprKind::Literal(literal))
    }

    /// Minus this; a written number becomes a negative number rather than a node.
    pub(crate) fn negated(self) -> Expr {
        let folded = match &self.kind {
            ExprKind::Literal(Literal::Int(n)) => n.checked_neg().map(Literal::Int),
            ExprKind::Literal(Literal::Number(n)) => Some(Literal::Number(-n)),
            ExprKind::Literal(Literal::Money(m)) => {
                m.amount.checked_neg().map(|amount| Literal::Money(Money::new(amount, m.currency)))
            }
            ExprKind::Literal(Literal::Duration(n, unit)) => n.checked_neg().map(|n| Literal::Duration(n, *unit)),
            _ => None,
        };
        let span = self.span.clone();
        match folded {
            Some(literal) => Expr { kind: ExprKind::Literal(literal), span },
            None => Expr { kind: ExprKind::Negative(Box::new(self)), span },
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum ExprKind {
    Literal(Literal),
    /// A field, or a field of a linked record: `company.city`.
    Path(Vec<String>),
    Figure(Box<Figure>),
    Negative(Box<Expr>),
    Arithmetic(Arithmetic, Box<Expr>, Box<Expr>),
    Call(Function, Vec<Expr>),
    If(Box<Question>, Box<Expr>, Box<Expr>),
}

#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    Bool(bool),
    Int(i64),
    /// Always finite.
    Number(f64),
    /// Also dates, times and ids: what it means is decided by what it is compared with.
    Text(String),
    Money(Money),
    Duration(i64, Unit),
    Today,
    Yesterday,
    Tomorrow,
    Now,
    Me,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unit {
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

impl Unit {
    pub const ALL: [Unit; 7] =
        [Unit::Minute, Unit::Hour, Unit::Day, Unit::Week, Unit::Month, Unit::Quarter, Unit::Year];

    pub fn text(self) -> &'static str {
        match self {
            Unit::Minute => "minute",
            Unit::Hour => "hour",
            Unit::Day => "day",
            Unit::Week => "week",
            Unit::Month => "month",
            Unit::Quarter => "quarter",
            Unit::Year => "year",
        }
    }

    /// `day` or `days`, in any case.
    pub fn parse(word: &str) -> Option<Unit> {
        let word = word.to_ascii_lowercase();
        let single = word.strip_suffix('s').unwrap_or(&word);
        Unit::ALL.into_iter().find(|unit| unit.text() == single)
    }

    /// Shorter than a day, so meaningless on a date.
    pub fn is_within_day(self) -> bool {
        matches!(self, Unit::Minute | Unit::Hour)
    }
}

/// A stretch of time, relative to the moment and zone of the asker.
#[derive(Debug, Clone, PartialEq)]
pub enum Period {
    /// `last 90 days`: from midnight 90 days before today until now; for hours and minutes from exactly then.
    Last(i64, Unit),
    /// `next 7 days`: from now until the end of the seventh day after today.
    Next(i64, Unit),
    /// `this month`: the whole of it.
    This(Unit),
    /// `last month`: the whole calendar month before this one. Weeks begin on Monday.
    Previous(Unit),
    /// `next month`.
    Following(Unit),
    /// `"2020-01-01" to "2020-03-31"`: both days belong to it.
    Dates(jiff::civil::Date, jiff::civil::Date),
}

/// A figure over events or related records.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    pub of: FigureKind,
    pub source: Source,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FigureKind {
    Count,
    Sum,
    Min,
    Max,
    /// The moment of the first event.
    First,
    /// The moment of the last event.
    Last,
}

impl FigureKind {
    pub const ALL: [FigureKind; 6] =
        [FigureKind::Count, FigureKind::Sum, FigureKind::Min, FigureKind::Max, FigureKind::First, FigureKind::Last];

    pub fn text(self) -> &'static str {
        match self {
            FigureKind::Count => "count",
            FigureKind::Sum => "sum",
            FigureKind::Min => "min",
            FigureKind::Max => "max",
            FigureKind::First => "first",
            FigureKind::Last => "last",
        }
    }
}

/// What is counted.
#[derive(Debug, Clone, PartialEq)]
pub enum Source {
    /// Events of the record: `events "order.placed" in last 90 days`. The kind may end in `.*`, or be `*`.
    Events { kind: String, period: Option<Period>, span: Span },
    /// Records that link here: `orders.total by customer where status = "shipped"`.
    Records { plural: String, field: Option<String>, by: Option<String>, filter: Option<Box<Question>>, span: Span },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arithmetic {
    Add,
    Sub,
    Mul,
    Div,
}

impl Arithmetic {
    pub const ALL: [Arithmetic; 4] = [Arithmetic::Add, Arithmetic::Sub, Arithmetic::Mul, Arithmetic::Div];

    pub fn text(self) -> &'static str {
        match self {
            Arithmetic::Add => "+",
            Arithmetic::Sub => "-",
            Arithmetic::Mul => "*",
            Arithmetic::Div => "/",
        }
    }
}

/// The functions of formulas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Function {
    Concat,
    Round,
    Coalesce,
    DaysBetween,
    Year,
    Month,
    Day,
    Lower,
    Upper,
    Trim,
    Length,
    Abs,
    Min,
    Max,
}

impl Function {
    pub const ALL: [Function; 14] = [
        Function::Concat,
        Function::Round,
        Function::Coalesce,
        Function::DaysBetween,
        Function::Year,
        Function::Month,
        Function::Day,
        Function::Lower,
        Function::Upper,
        Function::Trim,
        Function::Length,
        Function::Abs,
        Function::Min,
        Function::Max,
    ];

    pub fn text(self) -> &'static str {
        match self {
            Function::Concat => "concat",
            Function::Round => "round",
            Function::Coalesce => "coalesce",
            Function::DaysBetween => "days_between",
            Function::Year => "year",
            Function::Month => "month",
            Function::Day => "day",
            Function::Lower => "lower",
            Function::Upper => "upper",
            Function::Trim => "trim",
            Function::Length => "length",
            Function::Abs => "abs",
            Function::Min => "min",
            Function::Max => "max",
        }
    }

    /// Least and most arguments.
    pub fn arity(self) -> (usize, usize) {
        match self {
            Function::Concat => (1, 50),
            Function::Round => (1, 2),
            Function::Coalesce | Function::Min | Function::Max => (2, 50),
            Function::DaysBetween => (2, 2),
            Function::Year | Function::Month | Function::Day => (1, 1),
            Function::Lower | Function::Upper | Function::Trim | Function::Length | Function::Abs => (1, 1),
        }
    }
}
