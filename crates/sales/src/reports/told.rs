//! What a report tells: figures and tables of typed values, each with the records behind it; in words that are ready to read.

use jiff::civil::Date;
use kernel::{Currency, Id, Money};
use serde::Serialize;

/// A report, as the API shows it.
#[derive(Debug, Clone, Serialize)]
pub struct Told {
    pub report: &'static str,
    pub title: String,
    pub from: String,
    pub to: String,
    /// The period it stands beside.
    pub before: Option<Days>,
    pub as_of: String,
    pub figures: Vec<Figure>,
    pub tables: Vec<Table>,
    /// What to know before believing it, in whole sentences.
    pub notes: Vec<String>,
}

#[derive(Debug, Clone, Serialize)]
pub struct Days {
    pub from: String,
    pub to: String,
}

#[derive(Debug, Clone, Serialize)]
pub struct Figure {
    pub name: String,
    pub label: String,
    /// What it is made of, in a sentence.
    pub about: String,
    #[serde(flatten)]
    pub cell: Cell,
    /// Whether more of it is better; none where neither is.
    pub more_is_better: Option<bool>,
}

#[derive(Debug, Clone, Serialize)]
pub struct Table {
    pub name: &'static str,
    pub title: String,
    pub about: String,
    /// How it is drawn beside the numbers.
    pub chart: Option<Chart>,
    pub columns: Vec<Column>,
    pub rows: Vec<Row>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Chart {
    /// Bars that hang on each other, from an opening to a closing; the second column.
    Waterfall,
    /// Bars that grow shorter; the first column.
    Funnel,
}

#[derive(Debug, Clone, Serialize)]
pub struct Column {
    pub name: &'static str,
    pub label: String,
}

#[derive(Debug, Clone, Serialize)]
pub struct Row {
    pub key: String,
    pub label: String,
    /// One for each column behind the label.
    pub cells: Vec<Cell>,
    /// A sum of rows, or where a waterfall begins and ends.
    pub is_total: bool,
}

/// A value, what it was in the period before, and where its records are.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Cell {
    pub value: Value,
    pub before: Value,
    pub opens: Option<Opens>,
}

impl Cell {
    pub fn of(value: Value) -> Cell {
        Cell { value, ..Cell::default() }
    }

    pub fn beside(self, before: Value) -> Cell {
        Cell { before, ..self }
    }

    pub fn opening(self, opens: Opens) -> Cell {
        Cell { opens: Some(opens), ..self }
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
#[serde(tag = "kind", content = "value", rename_all = "snake_case")]
pub enum Value {
    #[default]
    None,
    Count(i64),
    Money(Money),
    /// 0 to 1, or beyond.
    Share(f64),
    Days(f64),
    Hours(f64),
}

impl Value {
    pub fn share(part: i64, whole: i64) -> Value {
        if whole == 0 { Value::None } else { Value::Share(part as f64 / whole as f64) }
    }

    pub fn days(days: Option<f64>) -> Value {
        days.map_or(Value::None, Value::Days)
    }

    /// As a plain number, money in its minor unit.
    pub fn number(self) -> Option<f64> {
        match self {
            Value::None => None,
            Value::Count(count) => Some(count as f64),
            Value::Money(money) => Some(money.amount as f64),
            Value::Share(number) | Value::Days(number) | Value::Hours(number) => Some(number),
        }
    }
}

/// The records behind a value.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "as", rename_all = "snake_case")]
pub enum Opens {
    /// A list by a question.
    List { object: &'static str, filter: String },
    /// The set itself, where history decides who belongs to it.
    Rows { figure: String },
}

impl Opens {
    pub fn list(object: &'static str, parts: &[&str]) -> Opens {
        let parts: Vec<&str> = parts.iter().copied().filter(|part| !part.is_empty()).collect();
        Opens::List { object, filter: parts.join(" and ") }
    }

    pub fn rows(figure: impl Into<String>) -> Opens {
        Opens::Rows { figure: figure.into() }
    }
}

/// One record behind a figure.
#[derive(Debug, Clone, PartialEq)]
pub struct Behind {
    pub id: Id,
    pub was: Option<Money>,
    pub is: Option<Money>,
    /// What it adds to the figure.
    pub part: Option<Money>,
    pub days: Option<f64>,
}

impl Behind {
    pub fn of(id: Id) -> Behind {
        Behind { id, was: None, is: None, part: None, days: None }
    }

    /// By what the largest come first.
    pub fn weight(&self) -> i64 {
        let money = self.part.or(self.is).or(self.was).map(|money| money.amount.saturating_abs());
        money.unwrap_or_else(|| self.days.map_or(0, |days| days as i64))
    }
}

/// Takes the records of one figure while a report is made; of none where nobody asked.
pub struct Gather {
    wanted: Option<String>,
    pub object: &'static str,
    pub rows: Vec<Behind>,
}

impl Gather {
    pub fn nothing() -> Gather {
        Gather { wanted: None, object: "deal", rows: Vec::new() }
    }

    pub fn of(figure: String) -> Gather {
        Gather { wanted: Some(figure), ..Gather::nothing() }
    }

    /// Notes a record where its figure is the wanted one.
    pub fn put(&mut self, figure: &str, row: impl FnOnce() -> Behind) {
        if self.wanted.as_deref() == Some(figure) {
            self.rows.push(row());
        }
    }

    /// The same for records of another object.
    pub fn put_of(&mut self, object: &'static str, figure: &str, row: impl FnOnce() -> Behind) {
        if self.wanted.as_deref() == Some(figure) {
            self.object = object;
            self.rows.push(row());
        }
    }
}

/// Sums of several currencies in one, at the rates of a day.
#[derive(Debug, Clone)]
pub struct Purse {
    pub currency: Currency,
    pub on: Date,
    rates: foundation::company::currencies::Rates,
}

/// Amounts by currency, exact.
pub type Amounts = std::collections::BTreeMap<Currency, i64>;

impl Purse {
    pub fn new(reader: &mut foundation::Reader, on: Date) -> kernel::Result<Purse> {
        let currency = foundation::company::currencies::used(reader.tx)?.company;
        Ok(Purse { currency, on, rates: foundation::company::currencies::Rates::load(reader.tx)? })
    }

    /// In one currency where everything is in one, else in the company's; what has no rate is left out.
    pub fn settle(&mut self, all: &std::collections::BTreeSet<Currency>) {
        if let (1, Some(only)) = (all.len(), all.first()) {
            self.currency = *only;
        }
    }

    pub fn sum(&self, amounts: &Amounts) -> Money {
        let converted = amounts.iter().filter_map(|(currency, amount)| self.one(Money::new(*amount, *currency)));
        Money::new(converted.fold(0i64, |sum, money| sum.saturating_add(money.amount)), self.currency)
    }

    pub fn one(&self, money: Money) -> Option<Money> {
        self.rates.converted(money, self.currency, self.on)
    }
}
