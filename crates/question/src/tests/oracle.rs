//! A second, slow and simple way to answer a question, straight from its unresolved tree. It shares nothing with the
//! evaluator but the words, so that both agree only if both are right.

use std::cmp::Ordering;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use kernel::{Currency, Id, Time, Value};

use super::language::{Arithmetic, CompareOp, Expr, ExprKind, FigureKind, Literal, Period, Question, Source, Unit};
use super::world::{NOW, Record, SEGMENTS, SOURCES, World, segment_id};

pub struct Oracle<'w> {
    pub world: &'w World,
    pub zone: &'w str,
}

enum Said {
    Day(Date),
    At(i64),
    Value(Value),
}

impl Oracle<'_> {
    fn day_of(&self, ms: i64) -> Date {
        Timestamp::from_millisecond(ms).unwrap().in_tz(self.zone).unwrap().date()
    }

    fn today(&self) -> Date {
        self.day_of(NOW)
    }

    pub fn answer(&self, record: &Record, question: &Question) -> bool {
        match question {
            Question::Always(answer) => *answer,
            Question::All(parts) => !parts.iter().any(|part| !self.answer(record, part)),
            Question::Any(parts) => parts.iter().any(|part| self.answer(record, part)),
            Question::Not(inner) => !self.answer(record, inner),
            Question::Exists { source, .. } => self.rows(record, source) > 0,
            Question::Compare { left, op, right: Expr { kind: ExprKind::Path(path), .. }, .. } => {
                let (left, right) = (self.ends(record, left), self.own(record, path));
                let left = &left[0];
                match (blank(left), blank(&right)) {
                    (true, true) => false,
                    (true, false) | (false, true) => *op == CompareOp::Ne,
                    _ => match order(left, &right) {
                        Some(order) => decide(*op, order),
                        None => *op == CompareOp::Ne,
                    },
                }
            }
            Question::Compare { left, op, right, .. } => {
                if let (ExprKind::Path(path), Some(title)) = (&left.kind, titled(self.world, record, left, *op, right))
                {
                    return self.linked_ends(record, path).iter().any(|other| other.title.as_deref() == Some(title));
                }
                let money = matches!(right.kind, ExprKind::Literal(Literal::Money(_)));
                let currency = if money { currency_of(right) } else { None };
                self.subjects(record, left, currency).iter().any(|value| self.compare(value, *op, right))
            }
            Question::Between { subject, low, high, .. } => self
                .subjects(record, subject, currency_of(low))
                .iter()
                .any(|value| self.compare(value, CompareOp::Ge, low) && self.compare(value, CompareOp::Le, high)),
            Question::In { subject, list, .. } => {
                let currency = list.first().and_then(currency_of);
                self.subjects(record, subject, currency).iter().any(|value| {
                    list.iter().any(|item| match value {
                        Value::Choices(_) | Value::Links(_) => self.compare(value, CompareOp::Contains, item),
                        value => self.compare(value, CompareOp::Eq, item),
                    })
                })
            }
            Question::InMyTeams { subject, .. } => {
                self.subjects(record, subject, None).iter().any(|value| match value {
                    Value::Link(id) => self.world.teams.contains(id),
                    Value::Links(ids) => ids.iter().any(|id| self.world.teams.contains(id)),
                    _ => false,
                })
            }
            Question::InSegment { subject, segment, .. } => {
                let (_, segment, _) = SEGMENTS.into_iter().find(|(name, ..)| name == segment).unwrap();
                self.records_at(record, subject)
                    .iter()
                    .any(|end| self.world.members.contains(&(segment_id(segment), end.id, true)))
            }
            Question::FedBy { subject, source, .. } => {
                let (_, source) = SOURCES.into_iter().find(|(name, _)| name == source).unwrap();
                let rows = self.world.fed.iter().filter(|(by, _, is_there)| *by == segment_id(source) && *is_there);
                let speaks = |of: &Record| {
                    rows.clone().any(|(_, id, _)| *id == of.id || self.world.aliases.contains(&(*id, of.id)))
                };
                self.records_at(record, subject).into_iter().any(speaks)
            }
            Question::During { subject, period, .. } => {
                self.subjects(record, subject, None).iter().any(|value| match value {
                    Value::Date(day) => self.within_days(*day, period),
                    Value::Time(at) => self.within(at.millis(), period),
                    _ => false,
                })
            }
            Question::Empty { subject, empty, .. } => {
                self.subjects(record, subject, None).iter().any(|value| blank(value) == *empty)
            }
        }
    }

    /// The record itself, or those at the end of a path of links.
    fn records_at<'r>(&'r self, record: &'r Record, subject: &Expr) -> Vec<&'r Record> {
        let ExprKind::Path(path) = &subject.kind else { panic!("no path") };
        match path.strip_suffix(&["id".to_string()]).unwrap_or(path) {
            [] => vec![record],
            path => self.linked_ends(record, path),
        }
    }

    // Values.

    /// The values at the end of a path: one for an own field, one for each living linked record otherwise.
    fn subjects(&self, record: &Record, subject: &Expr, currency: Option<Currency>) -> Vec<Value> {
        match &subject.kind {
            ExprKind::Figure(figure) => vec![self.figure(record, figure.of, &figure.source, currency)],
            _ => self.ends(record, subject),
        }
    }

    fn ends(&self, record: &Record, subject: &Expr) -> Vec<Value> {
        let ExprKind::Path(path) = &subject.kind else { panic!("no path") };
        self.follow(record, path)
    }

    fn follow(&self, record: &Record, path: &[String]) -> Vec<Value> {
        let value = self.own(record, &path[..1]);
        if path.len() == 1 || matches!(value, Value::Money(_) | Value::Address(_)) {
            return vec![self.own(record, path)];
        }
        if matches!(path[1].as_str(), "currency" | "city" | "street" | "country")
            && !matches!(value, Value::Link(_) | Value::Links(_))
            && !self.is_link(record, &path[0])
        {
            return vec![Value::Null];
        }
        self.linked_ends(record, &path[..1]).iter().flat_map(|other| self.follow(other, &path[1..])).collect()
    }

    fn is_link(&self, record: &Record, name: &str) -> bool {
        name == "created_by"
            || self.world.schema[record.object].field(name).is_some_and(|field| field.kind.target().is_some())
    }

    /// The living records at the end of a path of links.
    fn linked_ends(&self, record: &Record, path: &[String]) -> Vec<&Record> {
        let mut here = vec![record];
        let mut next: Vec<&Record> = Vec::new();
        for name in path {
            next = here
                .iter()
                .flat_map(|from| {
                    let ids = match self.own(from, std::slice::from_ref(name)) {
                        Value::Link(id) => vec![id],
                        Value::Links(ids) => ids,
                        _ => vec![],
                    };
                    self.world.records.iter().filter(move |to| ids.contains(&to.id) && !to.deleted)
                })
                .collect();
            here = next.clone();
        }
        next
    }

    fn own(&self, record: &Record, path: &[String]) -> Value {
        let value = match self.world.schema[record.object].position(&path[0]) {
            Some(position) => record.values[position].clone(),
            None => match path[0].as_str() {
                "id" => Value::Link(record.id),
                "title" => record.title.clone().map_or(Value::Null, Value::Text),
                "created_at" => Value::Time(Time(record.created_at)),
                "updated_at" => Value::Time(Time(record.updated_at)),
                "created_by" => record.created_by.map_or(Value::Null, Value::Link),
                "version" => Value::Int(record.version),
                other => panic!("{other}"),
            },
        };
        match (value, path.get(1).map(String::as_str)) {
            (value, None) => value,
            (Value::Money(money), Some(_)) => Value::Text(money.currency.to_string()),
            (Value::Address(address), Some(part)) => Value::Text(match part {
                "street" => address.street,
                "city" => address.city,
                _ => address.country,
            }),
            _ => Value::Null,
        }
    }

    // Figures.

    fn kept(&self, record: &Record, source: &Source) -> (Vec<&super::world::Event>, Vec<&Record>) {
        match source {
            Source::Events { kind, period, .. } => {
                let kept = |event: &&super::world::Event| {
                    let named = kind == "*" && !event.kind.starts_with("segment.")
                        || *kind == event.kind
                        || kind
                            .strip_suffix('*')
                            .filter(|stem| !stem.is_empty())
                            .is_some_and(|stem| event.kind.starts_with(stem));
                    named
                        && self.world.concerns(event, record)
                        && period.as_ref().is_none_or(|period| self.within(event.at, period))
                };
                (self.world.events.iter().filter(kept).collect(), Vec::new())
            }
            Source::Records { plural, by, filter, .. } => {
                let object = self.world.schema.iter().position(|def| def.plural == *plural).unwrap();
                let by =
                    by.clone().unwrap_or_else(|| if plural == "orders" { "customer" } else { "members" }.to_string());
                let kept = |child: &&Record| {
                    child.object == object
                        && !child.deleted
                        && match self.own(child, std::slice::from_ref(&by)) {
                            Value::Link(id) => id == record.id,
                            Value::Links(ids) => ids.contains(&record.id),
                            _ => false,
                        }
                        && filter.as_ref().is_none_or(|filter| self.answer(child, filter))
                };
                (Vec::new(), self.world.records.iter().filter(kept).collect())
            }
        }
    }

    fn rows(&self, record: &Record, source: &Source) -> usize {
        let (events, children) = self.kept(record, source);
        events.len() + children.len()
    }

    fn figure(&self, record: &Record, of: FigureKind, source: &Source, currency: Option<Currency>) -> Value {
        if of == FigureKind::Count {
            return Value::Int(i64::try_from(self.rows(record, source)).unwrap());
        }
        let (events, children) = self.kept(record, source);
        let mut values: Vec<Value> = match source {
            Source::Events { .. } if matches!(of, FigureKind::First | FigureKind::Last) => {
                events.iter().map(|event| Value::Time(Time(event.at))).collect()
            }
            Source::Events { .. } => {
                events.iter().map(|event| event.amount.map_or(Value::Null, Value::Money)).collect()
            }
            Source::Records { field, .. } => {
                children.iter().map(|child| self.own(child, &[field.clone().unwrap()])).collect()
            }
        };
        values.retain(|value| match value {
            Value::Null => false,
            Value::Money(money) => currency.is_none_or(|currency| currency == money.currency),
            _ => true,
        });
        if of == FigureKind::Sum {
            let numbers: f64 =
                values.iter().map(|value| if let Value::Number(number) = value { *number } else { 0.0 }).sum();
            let amounts: i64 =
                values.iter().map(|value| if let Value::Money(money) = value { money.amount } else { 0 }).sum();
            return match (source, currency) {
                (Source::Records { field: Some(field), .. }, _) if field == "weight" => Value::Number(numbers),
                (_, Some(currency)) => Value::Money(kernel::Money::new(amounts, currency)),
                _ => Value::Null,
            };
        }
        let least = matches!(of, FigureKind::Min | FigureKind::First);
        let by = |a: &Value, b: &Value| order(a, b).unwrap_or(Ordering::Equal);
        if least { values.into_iter().min_by(by) } else { values.into_iter().max_by(by) }.unwrap_or_default()
    }

    // Comparing.

    fn said(&self, expr: &Expr, about: &Value) -> Said {
        match &expr.kind {
            ExprKind::Literal(literal) => match literal {
                Literal::Today => Said::Day(self.today()),
                Literal::Yesterday => Said::Day(self.today().yesterday().unwrap()),
                Literal::Tomorrow => Said::Day(self.today().tomorrow().unwrap()),
                Literal::Now => Said::At(NOW),
                Literal::Me => Said::Value(Value::Link(self.world.me)),
                Literal::Bool(value) => Said::Value(Value::Bool(*value)),
                Literal::Int(value) => Said::Value(Value::Int(*value)),
                Literal::Number(value) => Said::Value(Value::Number(*value)),
                Literal::Money(value) => Said::Value(Value::Money(*value)),
                Literal::Text(text) => match about {
                    Value::Date(_) | Value::Time(_) if text.len() == 10 => Said::Day(text.parse().unwrap()),
                    Value::Time(_) => Said::At(Time::parse(text).unwrap().millis()),
                    Value::Link(_) | Value::Links(_) => Said::Value(Value::Link(Id::parse(text).unwrap())),
                    _ => Said::Value(Value::Text(text.clone())),
                },
                Literal::Duration(..) => panic!("a span alone"),
            },
            ExprKind::Arithmetic(op, base, by) => {
                let ExprKind::Literal(Literal::Duration(count, unit)) = by.kind else { panic!("no span") };
                let count = if op == &Arithmetic::Sub { -count } else { count };
                let span = match unit {
                    Unit::Minute => count.minutes(),
                    Unit::Hour => count.hours(),
                    Unit::Day => count.days(),
                    Unit::Week => (7 * count).days(),
                    Unit::Month => count.months(),
                    Unit::Quarter => (3 * count).months(),
                    Unit::Year => (12 * count).months(),
                };
                match self.said(base, about) {
                    Said::Day(day) => Said::Day(day.checked_add(span).unwrap()),
                    Said::At(ms) => Said::At(
                        (&Timestamp::from_millisecond(ms).unwrap().in_tz(self.zone).unwrap() + span)
                            .timestamp()
                            .as_millisecond(),
                    ),
                    Said::Value(_) => panic!("no moment"),
                }
            }
            _ => panic!("no constant"),
        }
    }

    fn compare(&self, value: &Value, op: CompareOp, with: &Expr) -> bool {
        if blank(value) {
            return op == CompareOp::Ne;
        }
        let order = match (value, self.said(with, value)) {
            (Value::Text(text), Said::Value(Value::Text(part)))
                if matches!(op, CompareOp::Contains | CompareOp::StartsWith | CompareOp::EndsWith) =>
            {
                let (text, part) = (text.to_ascii_lowercase(), part.to_ascii_lowercase());
                return match op {
                    CompareOp::Contains => text.matches(&part).next().is_some(),
                    CompareOp::StartsWith => text.strip_prefix(&part).is_some(),
                    _ => text.strip_suffix(&part).is_some(),
                };
            }
            (Value::Choices(values), Said::Value(Value::Text(one))) => return values.contains(&one),
            (Value::Links(ids), Said::Value(Value::Link(id))) => return ids.contains(&id),
            // A moment compared with a day: its own day is what counts.
            (Value::Time(at), Said::Day(day)) => Some(self.day_of(at.millis()).cmp(&day)),
            (Value::Time(at), Said::At(ms)) => Some(at.millis().cmp(&ms)),
            (Value::Date(a), Said::Day(b)) => Some(a.cmp(&b)),
            (Value::Int(a), Said::Value(Value::Number(b))) => whole_against(*a, b),
            (value, Said::Value(other)) => order(value, &other),
            _ => None,
        };
        order.map_or(op == CompareOp::Ne, |order| decide(op, order))
    }

    // Periods.

    fn within(&self, at: i64, period: &Period) -> bool {
        match period {
            Period::Last(n, Unit::Minute) => at >= NOW - n * 60_000 && at <= NOW,
            Period::Last(n, Unit::Hour) => at >= NOW - n * 3_600_000 && at <= NOW,
            Period::Next(n, Unit::Minute) => at <= NOW + n * 60_000 && at >= NOW,
            Period::Next(n, Unit::Hour) => at <= NOW + n * 3_600_000 && at >= NOW,
            Period::Last(..) => at <= NOW && self.within_days(self.day_of(at), period),
            Period::Next(..) => at >= NOW && self.within_days(self.day_of(at), period),
            _ => self.within_days(self.day_of(at), period),
        }
    }

    fn within_days(&self, day: Date, period: &Period) -> bool {
        let today = self.today();
        let shift = |n: i64, unit: Unit| match unit {
            Unit::Week => today.saturating_add((7 * n).days()),
            Unit::Month => today.saturating_add(n.months()),
            Unit::Quarter => today.saturating_add((3 * n).months()),
            Unit::Year => today.saturating_add((12 * n).months()),
            _ => today.saturating_add(n.days()),
        };
        match period {
            Period::Last(n, unit) => day >= shift(-n, *unit) && day <= today,
            Period::Next(n, unit) => day >= today && day <= shift(*n, *unit),
            Period::This(unit) => number(day, *unit) == number(today, *unit),
            Period::Previous(unit) => number(day, *unit) == number(today, *unit) - 1,
            Period::Following(unit) => number(day, *unit) == number(today, *unit) + 1,
            Period::Dates(first, last) => *first <= day && day <= *last,
        }
    }
}

/// The running number of the calendar unit a day lies in.
fn number(day: Date, unit: Unit) -> i64 {
    let (year, month) = (i64::from(day.year()), i64::from(day.month()));
    // 5 January 1970 was a Monday.
    let days = i64::from((day - jiff::civil::date(1970, 1, 5)).get_days());
    match unit {
        Unit::Year => year,
        Unit::Quarter => year * 4 + (month - 1) / 3,
        Unit::Month => year * 12 + month,
        Unit::Week => days.div_euclid(7),
        _ => days,
    }
}

fn titled<'q>(world: &World, record: &Record, left: &Expr, op: CompareOp, right: &'q Expr) -> Option<&'q str> {
    let (ExprKind::Path(path), CompareOp::Contains, ExprKind::Literal(Literal::Text(text))) =
        (&left.kind, op, &right.kind)
    else {
        return None;
    };
    let mut object = &world.schema[record.object];
    for (i, name) in path.iter().enumerate() {
        let target =
            if name == "created_by" { Some("user") } else { object.field(name).and_then(|field| field.kind.target()) };
        if i + 1 == path.len() {
            let many = object.field(name).is_some_and(|field| field.kind.name() == "links");
            return (many && Id::parse(text).is_none()).then_some(text.as_str());
        }
        object = world
            .schema
            .iter()
            .find(|def| Some(def.name.as_str()) == target || (name == "id" && def.name == object.name))?;
    }
    None
}

fn currency_of(expr: &Expr) -> Option<Currency> {
    match &expr.kind {
        ExprKind::Literal(Literal::Money(money)) => Some(money.currency),
        _ => None,
    }
}

fn blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Text(text) => text.is_empty(),
        Value::Address(address) => address.is_empty(),
        Value::Choices(values) => values.is_empty(),
        Value::Links(ids) => ids.is_empty(),
        _ => false,
    }
}

fn decide(op: CompareOp, order: Ordering) -> bool {
    match op {
        CompareOp::Eq => order == Ordering::Equal,
        CompareOp::Ne => order != Ordering::Equal,
        CompareOp::Lt => order == Ordering::Less,
        CompareOp::Le => order != Ordering::Greater,
        CompareOp::Gt => order == Ordering::Greater,
        CompareOp::Ge => order != Ordering::Less,
        CompareOp::Contains | CompareOp::StartsWith | CompareOp::EndsWith => false,
    }
}

/// A whole number against a number, exactly.
fn whole_against(a: i64, b: f64) -> Option<Ordering> {
    if b >= 9.3e18 {
        return Some(Ordering::Less);
    }
    if b <= -9.3e18 {
        return Some(Ordering::Greater);
    }
    #[allow(clippy::cast_possible_truncation)]
    let below = b.floor() as i128;
    Some(i128::from(a).cmp(&below).then(if b.fract() == 0.0 { Ordering::Equal } else { Ordering::Less }))
}

#[allow(clippy::cast_precision_loss)]
fn order(a: &Value, b: &Value) -> Option<Ordering> {
    match (a, b) {
        (Value::Text(a), Value::Text(b)) => Some(a.cmp(b)),
        (Value::Int(a), Value::Int(b)) => Some(a.cmp(b)),
        (Value::Number(a), Value::Number(b)) => a.partial_cmp(b),
        (Value::Number(a), Value::Int(b)) => a.partial_cmp(&(*b as f64)),
        (Value::Int(a), Value::Number(b)) => (*a as f64).partial_cmp(b),
        (Value::Bool(a), Value::Bool(b)) => Some(a.cmp(b)),
        (Value::Date(a), Value::Date(b)) => Some(a.cmp(b)),
        (Value::Time(a), Value::Time(b)) => Some(a.cmp(b)),
        (Value::Link(a), Value::Link(b)) => Some(a.cmp(b)),
        (Value::Money(a), Value::Money(b)) => (a.currency == b.currency).then(|| a.amount.cmp(&b.amount)),
        _ => None,
    }
}
