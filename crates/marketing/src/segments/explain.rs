//! Why somebody is in a segment or not: each condition with the value it looks at, and the fewest changes by which it would
//! be otherwise.

use db::Arg;
use foundation::Reader;
use foundation::records::{Record, ask, read};
use kernel::{Currency, Id, Money, Result, Time, Value};
use question::{Checked, Part, Question, Shape};
use serde_json::{Value as Json, json};

use super::definition::{Definition, Members};
use super::queries;

/// One condition, for one record.
struct Condition {
    question: Question,
    checked: Checked,
    holds: bool,
    has: Option<Value>,
}

/// Fails unless the caller may see the record.
pub fn must_see(reader: &mut Reader, definition: &Definition, party: Id) -> Result<Record> {
    read::get(reader, &definition.object, party)
}

/// Whether the caller sees all rows that a question may look at; else values that look beyond the record are not told.
pub fn sees_everything(reader: &Reader, definition: &Definition) -> Result<bool> {
    let objects = reader.catalogue.objects().to_vec();
    let named: Vec<String> = definition
        .asked()
        .map(|checked| checked.reaches().into_iter().map(|reach| reach.object).collect())
        .unwrap_or_default();
    for object in objects.iter().filter(|object| named.contains(&object.def.name)) {
        if object.def.name != definition.object.def.name
            && ask::rule_question(reader, object, foundation::access::Action::Read)?.is_some()
        {
            return Ok(false);
        }
    }
    Ok(true)
}

/// `{"is_member", "belongs", "since", "tree", "changes": [{"condition", "has", "needs", "by"}]}`. Asked as the product, for
/// membership is the same whoever looks; `all` says whether the caller may know values from beyond the record.
pub fn explain(reader: &mut Reader, definition: &Definition, party: Id, all: bool) -> Result<Json> {
    let since = queries::since(reader, definition.id, party)?;
    let base = json!({ "segment": definition.id, "party": party, "is_member": since.is_some(), "since": since });
    let Members::Asked(_) = &definition.members else {
        return Ok(joined(base, json!({ "by_hand": true, "tree": null, "changes": null })));
    };
    let question = question::parse(definition.text.as_deref().unwrap_or_default()).map_err(ask::at_filter)?;
    let (part, questions) = question::parts(&question);
    let record = read::get(reader, &definition.object, party)?;
    let conditions = questions
        .into_iter()
        .map(|question| condition(reader, definition, &record, question))
        .collect::<Result<Vec<_>>>()?;
    let holds: Vec<bool> = conditions.iter().map(|condition| condition.holds).collect();
    let may_change: Vec<bool> = conditions.iter().map(|condition| condition.checked.constant().is_none()).collect();
    let lives = record.deleted_at.is_none();
    let belongs = lives && part.answer(&holds);
    let changes = part.smallest_change(&holds, &may_change).filter(|_| lives).map(|numbers| {
        let told = numbers.iter().filter_map(|number| conditions.get(*number).map(|one| (number, one)));
        told.map(|(number, one)| change(reader, *number, one, all)).collect::<Vec<Json>>()
    });
    let shown: Vec<Json> = conditions.iter().map(|one| show(one, all)).collect();
    let tree = tree(&part, &holds, &shown);
    Ok(joined(base, json!({ "by_hand": false, "belongs": belongs, "tree": tree, "changes": changes })))
}

fn joined(mut base: Json, more: Json) -> Json {
    if let (Some(base), Json::Object(more)) = (base.as_object_mut(), more) {
        base.extend(more);
    }
    base
}

/// Answers one condition for one record, with the value that it tests.
fn condition(reader: &mut Reader, definition: &Definition, record: &Record, question: Question) -> Result<Condition> {
    let object = definition.object.clone();
    let checked = question::check(&question, &object.def.name, &*reader.catalogue).map_err(ask::at_filter)?;
    let mut args = vec![Arg::Id(record.id)];
    let asked = ask::compile(reader, &checked, &mut args);
    let sql = format!("select 1 from {} r where r.id = $1 and {asked}", object.def.table);
    let holds = reader.tx.one(&sql, &args)?.is_some();
    let own = checked.own_value(&|place: &question::Place| ask::value_at(&object, record, place));
    let has = match own {
        Some(value) => Some(value),
        None => far_value(reader, definition, record.id, &checked)?,
    };
    Ok(Condition { question, checked, holds, has })
}

/// The value of a figure, or of a linked record.
fn far_value(reader: &mut Reader, definition: &Definition, id: Id, checked: &Checked) -> Result<Option<Value>> {
    let Some(shape) = checked.shape().filter(|shape| *shape != Shape::Other && *shape != Shape::Money) else {
        return Ok(None);
    };
    let mut args = vec![Arg::Id(id)];
    let Some(sql) = ask::compile_value(reader, checked, &mut args) else { return Ok(None) };
    let sql = format!("select {} from {} r where r.id = $1", whole(shape, &sql), definition.object.def.table);
    let Some(row) = reader.tx.one(&sql, &args)? else { return Ok(None) };
    Ok(Some(match shape {
        Shape::Text => row.opt_text(0).map_or(Value::Null, |text| Value::Text(text.to_string())),
        Shape::Date => row.opt_text(0).and_then(|day| day.parse().ok()).map_or(Value::Null, Value::Date),
        Shape::Number => {
            if row.get(0).is_null() {
                Value::Null
            } else {
                Value::Number(row.real(0))
            }
        }
        Shape::Integer => row.opt_int(0).map_or(Value::Null, Value::Int),
        Shape::Minor(currency) => row
            .opt_int(0)
            .map_or(Value::Null, |amount| Value::Money(Money::new(amount, currency.unwrap_or(Currency::EUR)))),
        Shape::Time => row.opt_int(0).map_or(Value::Null, |at| Value::Time(Time(at))),
        Shape::Boolean => row.opt_int(0).map_or(Value::Null, |value| Value::Bool(value != 0)),
        Shape::Money | Shape::Other => Value::Null,
    }))
}

/// Sums come as fractions or as long numbers, by database; whole ones are read as such.
fn whole(shape: Shape, sql: &str) -> String {
    match shape {
        Shape::Integer | Shape::Minor(_) | Shape::Time => format!("cast({sql} as bigint)"),
        _ => sql.to_string(),
    }
}

fn told(condition: &Condition, all: bool) -> Option<&Value> {
    condition.has.as_ref().filter(|_| all || condition.checked.is_about_record_alone())
}

fn show(condition: &Condition, all: bool) -> Json {
    json!({
        "text": question::to_text(&condition.question), "question": question::to_json(&condition.question),
        "holds": condition.holds, "has": told(condition, all).map(Value::to_json),
        "is_own": condition.checked.is_about_record_alone(),
    })
}

/// What would have to be otherwise, with the nearest value that would do and how far it is.
fn change(reader: &Reader, number: usize, condition: &Condition, all: bool) -> Json {
    let has = told(condition, all);
    let needs = has.and_then(|has| ask::nearest(reader, &condition.checked, has));
    let by = has.zip(needs.as_ref()).and_then(|(has, needs)| by(has, needs));
    json!({
        "condition": number, "text": question::to_text(&condition.question), "to": !condition.holds,
        "question": question::to_json(&condition.question),
        "has": has.map(Value::to_json), "needs": needs.as_ref().map(Value::to_json), "by": by,
    })
}

/// How far one value is from another: a number, an amount, days.
fn by(has: &Value, needs: &Value) -> Option<Json> {
    Some(match (has, needs) {
        (Value::Int(has), Value::Int(needs)) => json!(needs.checked_sub(*has)?),
        (Value::Number(has), Value::Number(needs)) => json!(needs - has),
        (Value::Money(has), Value::Money(needs)) if has.currency == needs.currency => {
            json!(Money::new(needs.amount.checked_sub(has.amount)?, has.currency))
        }
        (Value::Date(has), Value::Date(needs)) => json!(needs.since((jiff::Unit::Day, *has)).ok()?.get_days()),
        _ => return None,
    })
}

fn tree(part: &Part, holds: &[bool], shown: &[Json]) -> Json {
    let all = |parts: &[Part]| parts.iter().map(|part| tree(part, holds, shown)).collect::<Vec<_>>();
    let answer = part.answer(holds);
    match part {
        Part::All(parts) => json!({ "all": all(parts), "holds": answer }),
        Part::Any(parts) => json!({ "any": all(parts), "holds": answer }),
        Part::Not(inner) => json!({ "not": tree(inner, holds, shown), "holds": answer }),
        Part::Condition(number) => {
            let mut condition = shown.get(*number).cloned().unwrap_or(Json::Null);
            condition["condition"] = json!(number);
            condition
        }
    }
}
