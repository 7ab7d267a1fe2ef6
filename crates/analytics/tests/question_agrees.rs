//! A question has one answer: the engine over the lake finds the same records as the evaluator in memory, for questions and
//! records made by chance. (Another test holds both databases to the same evaluator.)

#[path = "../../question/src/tests/asking.rs"]
mod asking;
#[path = "../../question/src/tests/cast.rs"]
mod cast;
#[path = "../../question/src/tests/world.rs"]
mod world;

/// What the files shared with the tests of the language call it.
mod language {
    pub use question::*;
}

use std::collections::BTreeSet;

use analytics::engine::embedded::Embedded;
use analytics::engine::{Cell, Engine as _};
use analytics::selected::{cell, select, show_events};
use kernel::object::FieldType;
use kernel::{FieldDef, Id, Time, Value};
use question::{Checked, Context, check, compile_lake, to_text};
use world::{Dice, Known, Live, NOW, Record, World};

const WORLDS: u64 = 3;
const QUESTIONS: usize = 150;
const ZONES: [&str; 3] = ["UTC", "Europe/Bucharest", "America/St_Johns"];

#[test]
fn the_engine_and_memory_agree() {
    for seed in 0..WORLDS {
        let mut dice = Dice(seed);
        let world = World::new(&mut dice, 80);
        let engine = engine(&world);
        for n in 0..QUESTIONS {
            let object = dice.pick(&["contact", "contact", "contact", "company", "order"]);
            let (text, checked) = asked(&world, object, &mut dice);
            let context = Context::new(Time(NOW), world.me).teams(&world.teams).zone(ZONES[n % ZONES.len()]);
            let expected = in_memory(&world, object, &[&checked], &context);
            assert_eq!(found(&engine, object, &[&checked], &context), expected, "world {seed}: {text}");
        }
    }
}

#[test]
fn several_questions_at_once_share_one_walk_over_the_events() {
    let mut dice = Dice(11);
    let world = World::new(&mut dice, 80);
    let engine = engine(&world);
    let context = Context::new(Time(NOW), world.me).teams(&world.teams);
    for _ in 0..100 {
        let (one, first) = asked(&world, "contact", &mut dice);
        let (other, second) = asked(&world, "contact", &mut dice);
        let both = [&first, &second];
        let expected = in_memory(&world, "contact", &both, &context);
        assert_eq!(found(&engine, "contact", &both, &context), expected, "{one} / {other}");
    }
    let known = Known(&world.schema);
    let ask = |text: &str| check(&question::parse(text).unwrap(), "contact", &known).unwrap();
    let many = [ask("count(events \"order.*\") > 1 or sum(events \"order.placed\") > 5 EUR"), ask("no events \"*\"")];
    let of = compile_lake(&[&many[0], &many[1]], &context, &mut Vec::new());
    assert_eq!(of.happened.unwrap().matches("party_event").count(), 1);
}

fn asked(world: &World, object: &str, dice: &mut Dice) -> (String, Checked) {
    let question = asking::question(world, object, 3, dice);
    let text = to_text(&question);
    let checked = check(&question, object, &Known(&world.schema)).unwrap_or_else(|error| panic!("{text}: {error}"));
    (text, checked)
}

/// Living records that answer all questions with yes.
fn in_memory(world: &World, object: &str, questions: &[&Checked], context: &Context<'_>) -> BTreeSet<Id> {
    let number = world.object(object);
    let living = world.records.iter().filter(|record| record.object == number && !record.deleted);
    let yes = living.filter(|record| questions.iter().all(|one| one.matches(&Live { world, record }, context)));
    yes.map(|record| record.id).collect()
}

fn found(engine: &Embedded, object: &str, questions: &[&Checked], context: &Context<'_>) -> BTreeSet<Id> {
    let mut args = Vec::new();
    let of = compile_lake(questions, context, &mut args);
    let sql = select(&of, object, "r.\"id\"");
    let args: Vec<Cell> = args.into_iter().map(cell).collect();
    let rows = engine.rows(&sql, &args).unwrap_or_else(|fault| panic!("{fault}\n{sql}\n{args:?}"));
    rows.iter().map(|row| row[0].id().unwrap()).collect()
}

// The tables, as they are filled for a question.

fn engine(world: &World) -> Embedded {
    let engine = Embedded::sealed().unwrap();
    let mut links = Vec::new();
    for (number, def) in world.schema.iter().enumerate() {
        let declared: String =
            def.fields.iter().flat_map(columns).map(|(name, kind)| format!(", \"{name}\" {kind}")).collect();
        engine
            .run(&format!(
                "create table \"{}\" (id varchar, deleted_at bigint, title varchar, created_at bigint, updated_at bigint, \
                 created_by varchar, version bigint{declared})",
                def.table
            ))
            .unwrap();
        let living = world.records.iter().filter(|record| record.object == number && !record.deleted);
        fill(&engine, &def.table, living.map(|record| row_of(record, &def.fields, &mut links)));
    }
    engine
        .run(
            "create table link (field varchar, from_id varchar, to_id varchar); \
             create table segment_member (segment varchar, party varchar, until bigint); \
             create table source_row (source varchar, record varchar, gone_at bigint); \
             create table alias (alias varchar, party varchar); \
             create table q_also (party varchar, id uuid, main varchar); \
             create table line (id uuid, at_ms bigint, kind varchar, party varchar, record uuid, amount bigint, currency varchar); \
             create view event as select l.* replace (coalesce(a.party, l.party) as party), l.party as said \
             from line l left join alias a on a.alias = l.party",
        )
        .unwrap();
    fill(&engine, "link", links.into_iter());
    let still = world.members.iter().filter(|(.., is_still)| *is_still);
    fill(&engine, "segment_member", still.map(|(segment, party, _)| vec![id(*segment), id(*party), Cell::Null]));
    // Under the id that it had then, and the one it has now.
    let there = world.fed.iter().filter(|(.., is_there)| *is_there);
    let now = |old: Id| world.aliases.iter().find(|(alias, _)| *alias == old).map(|(_, party)| *party);
    let rows = there.flat_map(|(source, record, _)| {
        let ids = std::iter::once(*record).chain(now(*record));
        ids.map(|record| vec![id(*source), id(record), Cell::Null]).collect::<Vec<_>>()
    });
    fill(&engine, "source_row", rows);
    fill(&engine, "alias", world.aliases.iter().map(|(old, party)| vec![id(*old), id(*party)]));
    fill(&engine, "q_also", world.also.iter().map(|(party, event, main)| vec![id(*party), id(*event), id(*main)]));
    let events = world.events.iter().map(|event| {
        let party = if event.party.is_nil() { Cell::Null } else { id(event.party) };
        let amount = event.amount.map_or(Cell::Null, |amount| Cell::Int(amount.amount));
        let currency = event.amount.map_or(Cell::Null, |amount| Cell::from(amount.currency.code()));
        let record = event.record.map_or(Cell::Null, id);
        vec![id(event.id), Cell::Int(event.at), Cell::from(event.kind.as_str()), party, record, amount, currency]
    });
    fill(&engine, "line", events);
    show_events(&engine).unwrap();
    engine
}

fn fill(engine: &Embedded, table: &str, rows: impl Iterator<Item = Vec<Cell>>) {
    let mut filling = engine.fill(table).unwrap();
    for row in rows {
        filling.row(&row).unwrap();
    }
    filling.done().unwrap();
}

fn id(id: Id) -> Cell {
    Cell::Text(id.to_string())
}

fn columns(field: &FieldDef) -> Vec<(String, &'static str)> {
    let name = &field.column;
    match field.kind.stored() {
        FieldType::Integer | FieldType::Boolean | FieldType::Time => vec![(name.clone(), "bigint")],
        FieldType::Number => vec![(name.clone(), "double")],
        FieldType::Money => vec![(name.clone(), "bigint"), (format!("{name}_currency"), "varchar")],
        FieldType::Address => kernel::Address::PARTS.iter().map(|part| (format!("{name}_{part}"), "varchar")).collect(),
        FieldType::Links { .. } => vec![],
        _ => vec![(name.clone(), "varchar")],
    }
}

fn cells(field: &FieldDef, value: &Value) -> Vec<Cell> {
    match value {
        Value::Null => columns(field).iter().map(|_| Cell::Null).collect(),
        Value::Bool(value) => vec![Cell::Int(i64::from(*value))],
        Value::Int(value) => vec![Cell::Int(*value)],
        Value::Number(value) => vec![Cell::Real(*value)],
        Value::Text(value) => vec![Cell::from(value.as_str())],
        Value::Date(value) => vec![Cell::Text(value.to_string())],
        Value::Time(value) => vec![Cell::Int(value.millis())],
        Value::Money(value) => vec![Cell::Int(value.amount), Cell::from(value.currency.code())],
        Value::Link(value) => vec![id(*value)],
        Value::Links(_) => vec![],
        Value::Choices(values) => vec![Cell::Text(serde_json::to_string(values).unwrap())],
        Value::Address(address) => {
            address.parts().iter().map(|part| if part.is_empty() { Cell::Null } else { Cell::from(*part) }).collect()
        }
        Value::Json(value) => vec![Cell::Text(value.to_string())],
    }
}

fn row_of(record: &Record, fields: &[FieldDef], links: &mut Vec<Vec<Cell>>) -> Vec<Cell> {
    let mut row = vec![
        id(record.id),
        Cell::Null,
        record.title.as_deref().map_or(Cell::Null, Cell::from),
        Cell::Int(record.created_at),
        Cell::Int(record.updated_at),
        record.created_by.map_or(Cell::Null, id),
        Cell::Int(record.version),
    ];
    for (field, value) in fields.iter().zip(&record.values) {
        row.extend(cells(field, value));
        if let Value::Links(ids) = value {
            links.extend(ids.iter().map(|to| vec![Cell::from(field.id.as_str()), id(record.id), id(*to)]));
        }
    }
    row
}
