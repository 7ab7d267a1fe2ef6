//! Records as rows to learn from: which fields can serve, and what of them.

use std::collections::HashMap;

use db::{Arg, Row};
use foundation::Reader;
use foundation::records::{Object, ask};
use kernel::object::{Class, FieldType};
use kernel::{FieldDef, Id, Result};
use serde_json::{Value as Json, json};

use super::{Prediction, Questions};
use methods::day;
use methods::response::{Column, Table, Values};

const DAY_MS: i64 = 86_400_000;
/// A column of more different words is a name or a number in words: nothing to learn from.
const MOST_WORDS: usize = 2_000;

/// What stands in a column of the table, and where the database has it.
pub struct Source {
    pub field: String,
    from: String,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Number,
    /// In whole units of most currencies.
    Money,
    Word,
    Link,
    YesOrNo,
    /// Days from then until the end, or until now.
    Day,
    Moment,
}

/// A field that does not serve, and why.
#[derive(Debug, Clone)]
pub struct LeftOut {
    pub field: String,
    pub why: &'static str,
}

impl LeftOut {
    pub fn to_json(&self) -> Json {
        json!({ "field": self.field, "why": self.why })
    }
}

/// The records of an object, a row for each.
pub struct Rows {
    pub ids: Vec<Id>,
    /// When it began, in days; when it was made where that is not known.
    pub begun: Vec<i64>,
    pub outcome: Vec<bool>,
    /// Whether it is asked of this record at all.
    pub among: Vec<bool>,
    /// Whether it is decided, so that it can be learned from.
    pub decided: Vec<bool>,
    pub table: Table,
}

/// Whether something can be learned from a field at all. Personal fields are used only where they are named.
pub fn can_serve(field: &FieldDef, is_named: bool) -> bool {
    kind(field).is_some()
        && field.class < Class::Special
        && (is_named || field.class < Class::Personal)
        && field.purpose != "analysis"
        && !field.unique
        // What the product writes by itself follows the outcome, as a lead's conversion.
        && (!field.readonly || field.kind.is_computed())
}

fn kind(field: &FieldDef) -> Option<Kind> {
    Some(match field.kind.stored() {
        FieldType::Integer | FieldType::Number => Kind::Number,
        FieldType::Money => Kind::Money,
        FieldType::Boolean => Kind::YesOrNo,
        FieldType::Text { .. } | FieldType::Choice { .. } => Kind::Word,
        FieldType::Link { .. } => Kind::Link,
        FieldType::Date => Kind::Day,
        FieldType::Time => Kind::Moment,
        _ => return None,
    })
}

/// The columns to learn from, and the fields that do not serve.
pub fn sources(object: &Object, prediction: &Prediction, questions: &Questions) -> (Vec<Source>, Vec<LeftOut>) {
    let (mut sources, mut left_out) = (Vec::new(), Vec::new());
    for (position, field) in object.def.fields.iter().enumerate() {
        let is_named = prediction.fields.as_ref().is_none_or(|fields| fields.contains(&field.name));
        if !is_named || !can_serve(field, prediction.fields.is_some()) {
            continue;
        }
        let asked =
            |question: &question::Checked| question.reads().contains(&(object.def.name.clone(), field.name.clone()));
        let leave = |why| LeftOut { field: field.name.clone(), why };
        if asked(&questions.outcome) || questions.decided.as_deref().is_some_and(asked) {
            left_out.push(leave("is_asked_for"));
        } else if prediction.ends.as_deref() == Some(field.name.as_str()) {
            left_out.push(leave("is_the_end"));
        } else if let (Some(kind), Some(column)) = (kind(field), object.columns_of(position).first()) {
            sources.push(Source { field: field.name.clone(), from: column.name.clone(), kind });
        }
    }
    (sources, left_out)
}

/// A column as it is read.
enum Reading {
    Numbers(Vec<f64>),
    Words { places: HashMap<String, u32>, of_rows: Vec<Option<u32>> },
}

impl Reading {
    fn of(kind: Kind) -> Reading {
        match kind {
            Kind::Word | Kind::Link | Kind::YesOrNo => Reading::Words { places: HashMap::new(), of_rows: Vec::new() },
            _ => Reading::Numbers(Vec::new()),
        }
    }

    fn put(&mut self, row: &Row, at: usize, kind: Kind, until: i64) {
        let is_known = !row.get(at).is_null();
        match self {
            Reading::Numbers(numbers) => numbers.push(match kind {
                _ if !is_known => f64::NAN,
                Kind::Money => row.int(at) as f64 / 100.0,
                Kind::Day => day_of(row.text(at)).map_or(f64::NAN, |day| (until.div_euclid(DAY_MS) - day) as f64),
                Kind::Moment => (until - row.int(at)) as f64 / DAY_MS as f64,
                _ => match row.get(at) {
                    Arg::Int(number) => *number as f64,
                    _ => row.real(at),
                },
            }),
            Reading::Words { places, of_rows } => {
                let word = match kind {
                    _ if !is_known => None,
                    Kind::YesOrNo => Some(if row.flag(at) { "yes" } else { "no" }.to_string()),
                    Kind::Link => row.opt_id(at).map(|id| id.to_string()),
                    _ => Some(row.text(at).trim().to_string()).filter(|word| !word.is_empty()),
                };
                let next = u32::try_from(places.len()).unwrap_or(u32::MAX);
                of_rows.push(word.and_then(|word| match places.get(&word) {
                    Some(place) => Some(*place),
                    // Enough to know that there are too many.
                    None if places.len() > MOST_WORDS => None,
                    None => Some(*places.entry(word).or_insert(next)),
                }));
            }
        }
    }

    fn finish(self, name: &str) -> Column {
        match self {
            Reading::Numbers(numbers) => Column::numbers(name, numbers),
            Reading::Words { places, of_rows } => {
                let mut words = vec![""; places.len()];
                for (word, place) in &places {
                    if let Some(slot) = usize::try_from(*place).ok().and_then(|place| words.get_mut(place)) {
                        *slot = word;
                    }
                }
                let word = |place: &Option<u32>| words.get(usize::try_from((*place)?).ok()?).copied();
                Column::words(name, of_rows.iter().map(word))
            }
        }
    }
}

/// Reads the living records, those that were changed since a moment where one is named.
pub fn read(
    reader: &mut Reader,
    object: &Object,
    prediction: &Prediction,
    questions: &Questions,
    sources: &[Source],
    since: Option<i64>,
) -> Result<Rows> {
    let mut args = Vec::new();
    let outcome = ask::compile(reader, &questions.outcome, &mut args);
    let mut flag = |question: &Option<std::sync::Arc<question::Checked>>| match question {
        Some(question) => ask::compile(reader, question, &mut args),
        None => "1 = 1".to_string(),
    };
    let (among, decided) = (flag(&questions.among), flag(&questions.decided));
    let column_of = |name: &Option<String>| {
        let position = object.def.position(name.as_deref()?)?;
        Some((object.columns_of(position).first()?.name.clone(), kind(object.field(position)?)?))
    };
    let (starts, ends) = (column_of(&prediction.starts), column_of(&prediction.ends));
    let text_of =
        |column: &Option<(String, Kind)>| column.as_ref().map_or("null".into(), |(name, _)| format!("r.{name}"));
    let mut columns = vec!["r.id".to_string(), "r.created_at".to_string()];
    columns.extend([outcome, among, decided].map(|asked| format!("case when {asked} then 1 else 0 end")));
    columns.extend([text_of(&starts), text_of(&ends)]);
    let first = columns.len();
    columns.extend(sources.iter().map(|source| format!("r.{}", source.from)));
    let mut sql = format!("select {} from {} r where r.deleted_at is null", columns.join(", "), object.def.table);
    if let Some(since) = since {
        args.push(since.into());
        sql.push_str(&format!(" and r.updated_at > ${}", args.len()));
    }
    sql.push_str(" order by r.id");

    let now = reader.now.0;
    let mut rows = Rows {
        ids: Vec::new(),
        begun: Vec::new(),
        outcome: Vec::new(),
        among: Vec::new(),
        decided: Vec::new(),
        table: Table::default(),
    };
    let mut readings: Vec<Reading> = sources.iter().map(|source| Reading::of(source.kind)).collect();
    reader.tx.each(&sql, &args, |row| {
        let happened = row.flag(2);
        rows.ids.push(row.id(0));
        rows.outcome.push(happened);
        rows.among.push(row.flag(3));
        rows.decided.push(row.flag(4));
        rows.begun.push(moment(&row, 5, &starts).unwrap_or(row.int(1)));
        // Who has left is seen as of the day they left, or their days would tell that they did.
        let until = moment(&row, 6, &ends).filter(|_| happened).unwrap_or(now);
        for (at, (reading, source)) in readings.iter_mut().zip(sources).enumerate() {
            reading.put(&row, first + at, source.kind, until);
        }
        Ok(true)
    })?;
    rows.table.columns = readings.into_iter().zip(sources).map(|(one, source)| one.finish(&source.field)).collect();
    Ok(rows)
}

fn day_of(text: &str) -> Option<i64> {
    text.parse().ok().map(|day| i64::from(day::number(day)))
}

/// Milliseconds of a day or a moment.
fn moment(row: &Row, at: usize, column: &Option<(String, Kind)>) -> Option<i64> {
    if row.get(at).is_null() {
        return None;
    }
    match column.as_ref()?.1 {
        Kind::Day => day_of(row.text(at)).map(|day| day * DAY_MS),
        _ => Some(row.int(at)),
    }
}

/// The fields of these rows that tell nothing: the same everywhere, or another everywhere.
pub fn idle(table: &Table) -> Vec<LeftOut> {
    let why = |column: &Column| match &column.values {
        Values::Numbers(numbers) => {
            let first = numbers.first()?;
            numbers.iter().all(|one| one == first || one.is_nan() && first.is_nan()).then_some("is_always_the_same")
        }
        Values::Words { words, places } => {
            let first = places.first()?;
            match () {
                () if places.iter().all(|place| place == first) => Some("is_always_the_same"),
                () if words.len() > MOST_WORDS || words.len() * 2 > places.len() => Some("has_too_many_values"),
                () => None,
            }
        }
    };
    let idle = |column: &Column| Some(LeftOut { field: column.name.clone(), why: why(column)? });
    table.columns.iter().filter_map(idle).collect()
}
