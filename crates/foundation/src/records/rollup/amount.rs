//! What a child adds to a figure. Money of another currency than the figure's is converted at the rate of the child's own day,
//! so that the same child adds today what it takes away tomorrow.

use jiff::civil::Date;
use kernel::object::Aggregate;
use kernel::{Currency, Money, Result, Time, Value};

use super::super::catalogue::Feed;
use super::super::record::Record;
use crate::company::currencies::Rates;
use crate::operation::Reader;

/// A child's value for one figure, and the day whose rates hold for it: none unless it is money.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    pub value: Value,
    pub on: Option<Date>,
}

impl Part {
    /// Nothing but that there is one more: for counts.
    pub const ONE: Part = Part { value: Value::Null, on: None };

    /// The value of a child's field, as the feed dates it.
    pub fn of(feed: &Feed, child: &Record, value: &Value) -> Part {
        let on = matches!(value, Value::Money(_)).then(|| day(feed.on.map(|on| child.value(on)), child.created_at));
        Part { value: value.clone(), on }
    }
}

/// The day of a child: that of the field which the figure names, else the one on which it was made.
pub fn day(named: Option<&Value>, made: Time) -> Date {
    match named {
        Some(Value::Date(day)) => *day,
        Some(Value::Time(time)) => time.date(),
        _ => made.date(),
    }
}

/// The company's rates, read when the first amount needs one.
#[derive(Debug, Default)]
pub struct Purse(Option<Rates>);

impl Purse {
    /// The value as the figure counts it; nothing where no rate was valid by its day.
    pub fn value(&mut self, reader: &mut Reader, part: &Part, currency: Option<Currency>) -> Result<Value> {
        match (&part.value, currency, part.on) {
            (Value::Money(money), Some(currency), Some(on)) if money.currency != currency => {
                Ok(self.converted(reader, *money, currency, on)?.map_or(Value::Null, Value::Money))
            }
            _ => Ok(part.value.clone()),
        }
    }

    /// An amount in another currency at the rate of that day.
    pub fn converted(&mut self, reader: &mut Reader, money: Money, to: Currency, on: Date) -> Result<Option<Money>> {
        if self.0.is_none() {
            self.0 = Some(Rates::load(reader.tx)?);
        }
        Ok(self.0.as_ref().and_then(|rates| rates.converted(money, to, on)))
    }
}

/// The currency of an amount.
pub fn currency(value: &Value) -> Option<Currency> {
    if let Value::Money(money) = value { Some(money.currency) } else { None }
}

/// Exact addition. What cannot be added is left out: an amount that no rate converts.
pub fn plus(figure: &Value, value: &Value, sign: i64) -> Value {
    match (figure, value) {
        (Value::Null, Value::Money(m)) => Value::Money(Money::new(sign * m.amount, m.currency)),
        (Value::Money(a), Value::Money(b)) if a.currency == b.currency => {
            Value::Money(Money::new(a.amount.saturating_add(sign * b.amount), a.currency))
        }
        (Value::Null, Value::Int(n)) => Value::Int(sign * n),
        (Value::Int(a), Value::Int(b)) => Value::Int(a.saturating_add(sign * b)),
        (Value::Null, Value::Number(n)) => Value::Number(sign as f64 * n),
        (Value::Number(a), Value::Number(b)) => Value::Number(a + sign as f64 * b),
        _ => figure.clone(),
    }
}

/// Whether `a` lies beyond `b`, in the direction of the figure.
pub fn further(aggregate: Aggregate, a: &Value, b: &Value) -> bool {
    let order = match (a, b) {
        (Value::Int(a), Value::Int(b)) => a.cmp(b),
        (Value::Number(a), Value::Number(b)) => a.total_cmp(b),
        (Value::Date(a), Value::Date(b)) => a.cmp(b),
        (Value::Time(a), Value::Time(b)) => a.cmp(b),
        (Value::Money(a), Value::Money(b)) if a.currency == b.currency => a.amount.cmp(&b.amount),
        _ => return false,
    };
    if aggregate == Aggregate::Min { order.is_lt() } else { order.is_gt() }
}
