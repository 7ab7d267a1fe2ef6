//! A question has one answer: in memory, on SQLite, and on PostgreSQL (where `RAPPORT_TEST_POSTGRES` names one) it finds
//! the same records, for questions and records made by chance.

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

use db::{Arg, Db, Dialect, Kind, OnConflict, Target, Tx};
use kernel::object::FieldType;
use kernel::{FieldDef, Id, ObjectDef, Result, Time, Value};
use question::{Checked, Context, Visible, check, compile, parse, to_text};
use world::{Dice, Known, Live, NOW, Record, World};

/// Worlds, and questions asked in each.
const WORLDS: u64 = 4;
const QUESTIONS: usize = 150;

#[test]
fn sqlite_and_memory_agree() {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(&Target::Folder(folder.path().to_path_buf())).unwrap();
    for seed in 0..WORLDS {
        agree(&db, seed);
    }
}

#[test]
fn postgres_and_memory_agree() {
    let Ok(url) = std::env::var("RAPPORT_TEST_POSTGRES") else { return };
    let db = Db::open(&Target::Postgres(url)).unwrap();
    db.write(|tx| tx.batch("drop schema if exists question_agrees cascade; create schema question_agrees")).unwrap();
    for seed in 0..WORLDS {
        agree(&db, seed);
    }
    db.write(|tx| tx.batch("drop schema if exists question_agrees cascade")).unwrap();
}

#[test]
fn a_sum_beyond_64_bits_is_an_answer_not_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(&Target::Folder(folder.path().to_path_buf())).unwrap();
    // Pieces are often the largest whole number there is.
    let world = World::new(&mut Dice(3), 120);
    let rows = rows_of(&world, db.dialect());
    db.write(move |tx| fill(tx, &rows)).unwrap();
    let checked = check(&parse("sum(orders.pieces) > 9000000000000000000").unwrap(), "contact", &world.schema).unwrap();
    assert!(!found(&db, "contact", &checked, &Context::new(Time(NOW), world.me)).is_empty());
}

/// Other objects' rows that the asker may see.
struct Rights(Vec<(&'static str, Checked)>);

impl Visible for Rights {
    fn rows(&self, object: &str) -> Option<&Checked> {
        self.0.iter().find(|(name, _)| *name == object).map(|(_, rows)| rows)
    }
}

fn agree(db: &Db, seed: u64) {
    let mut dice = Dice(seed);
    let world = World::new(&mut dice, 80);
    let rows = rows_of(&world, db.dialect());
    db.write(move |tx| fill(tx, &rows)).unwrap();
    let zones = ["UTC", "Europe/Bucharest", "America/St_Johns"];
    for n in 0..QUESTIONS {
        let object = dice.pick(&["contact", "contact", "contact", "company", "order"]);
        let question = asking::question(&world, object, 3, &mut dice);
        let text = to_text(&question);
        let checked = check(&question, object, &Known(&world.schema)).unwrap_or_else(|error| panic!("{text}: {error}"));
        let context = Context::new(Time(NOW), world.me).teams(&world.teams).zone(zones[n % zones.len()]);
        let number = world.object(object);
        let expected: BTreeSet<Id> = world
            .records
            .iter()
            .filter(|record| record.object == number && checked.matches(&Live { world: &world, record }, &context))
            .map(|record| record.id)
            .collect();
        assert_eq!(found(db, object, &checked, &context), expected, "world {seed}: {text}");
    }
}

#[test]
fn rows_that_may_not_be_seen_are_not_counted() {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(&Target::Folder(folder.path().to_path_buf())).unwrap();
    let mut dice = Dice(7);
    let world = World::new(&mut dice, 120);
    let rows = rows_of(&world, db.dialect());
    db.write(move |tx| fill(tx, &rows)).unwrap();
    let rule =
        |object: &'static str, text: &str| (object, check(&parse(text).unwrap(), object, &world.schema).unwrap());
    let rights = Rights(vec![rule("order", "status = \"paid\""), rule("company", "not staff > 1")]);
    let pairs = [
        ("count(orders) >= 1", "count(orders where status = \"paid\") >= 1"),
        ("not exists(orders where pieces > 1)", "not exists(orders where pieces > 1 and status = \"paid\")"),
        ("sum(orders.total) > 1 EUR", "sum(orders.total where status = \"paid\") > 1 EUR"),
    ];
    for (asked, same) in pairs {
        let context = Context::new(Time(NOW), world.me);
        let limited = found(
            &db,
            "contact",
            &check(&parse(asked).unwrap(), "contact", &world.schema).unwrap(),
            &context.clone().visible(&rights),
        );
        let plain = found(&db, "contact", &check(&parse(same).unwrap(), "contact", &world.schema).unwrap(), &context);
        assert_eq!(limited, plain, "{asked}");
    }
    let context = Context::new(Time(NOW), world.me);
    let staffed = check(&parse("company.staff > 1").unwrap(), "contact", &world.schema).unwrap();
    assert!(!found(&db, "contact", &staffed, &context).is_empty());
    assert!(found(&db, "contact", &staffed, &context.visible(&rights)).is_empty());
}

#[test]
fn events_of_a_party_are_found_by_their_index() {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(&Target::Folder(folder.path().to_path_buf())).unwrap();
    let world = World::new(&mut Dice(1), 30);
    let rows = rows_of(&world, db.dialect());
    db.write(move |tx| fill(tx, &rows)).unwrap();
    let context = Context::new(Time(NOW), world.me);
    for (object, text, index) in [
        ("contact", "count(events \"order.placed\" in last 90 days) >= 3", "event_party"),
        ("contact", "no events \"order.*\"", "event_party"),
        ("order", "exists(events \"order.placed\" in last 90 days)", "event_record"),
    ] {
        let checked = check(&parse(text).unwrap(), object, &world.schema).unwrap();
        let plan = plan(&db, object, &checked, &context);
        assert!(plan.contains(index), "{text}: {plan}");
        assert!(
            !plan.contains("event_kind") && !plan.contains("SCAN q_3") && !plan.contains("AUTOMATIC"),
            "{text}: {plan}"
        );
    }
}

#[test]
fn who_is_fed_by_a_source_is_found_by_an_index() {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(&Target::Folder(folder.path().to_path_buf())).unwrap();
    let world = World::new(&mut Dice(1), 30);
    let rows = rows_of(&world, db.dialect());
    db.write(move |tx| fill(tx, &rows)).unwrap();
    let context = Context::new(Time(NOW), world.me);
    for object in ["contact", "order"] {
        let checked = check(&parse("fed by \"Бухгалтерия\"").unwrap(), object, &Known(&world.schema)).unwrap();
        let plan = plan(&db, object, &checked, &context);
        assert!(plan.contains("source_row_by_record") && !plan.contains("AUTOMATIC"), "{object}: {plan}");
    }
}

fn plan(db: &Db, object: &str, checked: &Checked, context: &Context<'_>) -> String {
    let (sql, args) = select(db, object, checked, context);
    let rows = db.read(|tx| tx.query(&format!("explain query plan {sql}"), &args)).unwrap();
    rows.iter().map(|row| format!("{}\n", row.text(3))).collect()
}

fn select(db: &Db, object: &str, checked: &Checked, context: &Context<'_>) -> (String, Vec<Arg>) {
    let dialect = match db.dialect() {
        Dialect::Sqlite => question::Dialect::Sqlite,
        Dialect::Postgres => question::Dialect::Postgres,
    };
    let mut args = vec![question::Arg::Int(1)];
    let condition = compile(checked, dialect, context, &mut args);
    let args = args
        .into_iter()
        .map(|arg| match arg {
            question::Arg::Int(value) => Arg::Int(value),
            question::Arg::Real(value) => Arg::Real(value),
            question::Arg::Text(value) => Arg::Text(value),
            question::Arg::Id(value) => Arg::Id(value),
        })
        .collect();
    (format!("select r.id from {} r where r.created_at > $1 and ({condition})", table(db.dialect(), object)), args)
}

fn found(db: &Db, object: &str, checked: &Checked, context: &Context<'_>) -> BTreeSet<Id> {
    let (sql, args) = select(db, object, checked, context);
    let rows = db.read(|tx| {
        use_schema(tx)?;
        tx.query(&sql, &args)
    });
    let rows = rows.unwrap_or_else(|error| panic!("{error}\n{sql}\n{args:?}"));
    rows.iter().map(|row| row.id(0)).collect()
}

// The tables, as the records engine and the migrations make them.

/// On PostgreSQL the test has a schema of its own.
fn use_schema(tx: &mut Tx) -> Result<()> {
    match tx.dialect() {
        Dialect::Sqlite => Ok(()),
        Dialect::Postgres => tx.batch("set search_path to question_agrees"),
    }
}

fn table(_: Dialect, name: &str) -> String {
    format!("\"{name}\"")
}

struct Rows {
    ddl: String,
    tables: Vec<Table>,
}

/// Name, columns, rows.
type Table = (String, Vec<(String, Kind)>, Vec<Vec<Arg>>);

fn fill(tx: &mut Tx, rows: &Rows) -> Result<()> {
    use_schema(tx)?;
    tx.batch(&rows.ddl)?;
    for (table, columns, rows) in &rows.tables {
        let columns: Vec<(&str, Kind)> = columns.iter().map(|(name, kind)| (name.as_str(), *kind)).collect();
        tx.insert(&format!("\"{table}\""), &columns, rows.clone(), OnConflict::Fail)?;
    }
    Ok(())
}

fn columns(field: &FieldDef) -> Vec<(String, Kind)> {
    let name = &field.column;
    match field.kind.stored() {
        FieldType::Integer | FieldType::Boolean | FieldType::Time => vec![(name.clone(), Kind::Int)],
        FieldType::Number => vec![(name.clone(), Kind::Real)],
        FieldType::Money => vec![(name.clone(), Kind::Int), (format!("{name}_currency"), Kind::Text)],
        FieldType::Address => {
            kernel::Address::PARTS.iter().map(|part| (format!("{name}_{part}"), Kind::Text)).collect()
        }
        FieldType::Link { .. } | FieldType::File => vec![(name.clone(), Kind::Id)],
        FieldType::Links { .. } => vec![],
        _ => vec![(name.clone(), Kind::Text)],
    }
}

fn cells(field: &FieldDef, value: &Value) -> Vec<Arg> {
    match value {
        Value::Null => columns(field).iter().map(|_| Arg::Null).collect(),
        Value::Bool(value) => vec![Arg::from(*value)],
        Value::Int(value) => vec![Arg::Int(*value)],
        Value::Number(value) => vec![Arg::Real(*value)],
        Value::Text(value) => vec![Arg::text(value.as_str())],
        Value::Date(value) => vec![Arg::Text(value.to_string())],
        Value::Time(value) => vec![Arg::Int(value.millis())],
        Value::Money(value) => vec![Arg::Int(value.amount), Arg::text(value.currency.code())],
        Value::Link(value) => vec![Arg::Id(*value)],
        Value::Links(_) => vec![],
        Value::Choices(values) => vec![Arg::Text(serde_json::to_string(values).unwrap())],
        Value::Address(address) => {
            address.parts().iter().map(|part| if part.is_empty() { Arg::Null } else { Arg::text(*part) }).collect()
        }
        Value::Json(value) => vec![Arg::Text(value.to_string())],
    }
}

fn rows_of(world: &World, dialect: Dialect) -> Rows {
    let mut ddl = String::new();
    let mut tables = Vec::new();
    let kind_name = |kind: Kind| match kind {
        Kind::Int => dialect.int(),
        Kind::Real => dialect.real(),
        Kind::Text => dialect.text(),
        Kind::Id => dialect.id(),
        Kind::Bytes => dialect.bytes(),
    };
    let mut links = Vec::new();
    for (number, def) in world.schema.iter().enumerate() {
        let mut all: Vec<(String, Kind)> = ["id", "created_by"].map(|name| (name.to_string(), Kind::Id)).to_vec();
        all.push(("title".to_string(), Kind::Text));
        all.extend(["created_at", "updated_at", "version", "deleted_at"].map(|name| (name.to_string(), Kind::Int)));
        all.extend(def.fields.iter().flat_map(columns));
        let lines: Vec<String> = all
            .iter()
            .map(|(name, kind)| {
                format!("\"{name}\" {}{}", kind_name(*kind), if name == "id" { " primary key" } else { "" })
            })
            .collect();
        ddl.push_str(&format!(
            "drop table if exists \"{0}\"; create table \"{0}\" ({1}){2};\n",
            def.table,
            lines.join(", "),
            dialect.strict()
        ));
        let records = world.records.iter().filter(|record| record.object == number);
        tables.push((def.table.clone(), all, records.map(|record| row_of(record, def, &mut links)).collect()));
    }
    let (id, text, int) = (dialect.id(), dialect.text(), dialect.int());
    ddl.push_str(&format!(
        "drop table if exists event; drop table if exists event_also; drop table if exists link; drop table if exists party_alias; drop table if exists segment_member; drop table if exists source_row;
         create table event ({}, id {id} not null, kind {text} not null, at {int} not null, party {id} not null, record {id}, amount {int}, currency {text}){};
         create unique index event_party on event (party, id);
         create index event_record on event (record, id) where record is not null;
         create index event_kind on event (kind, at);
         create table event_also (party {id} not null, id {id} not null, main {id} not null, primary key (party, id)){};
         create table link (field {text} not null, from_id {id} not null, to_id {id} not null, primary key (field, from_id, to_id)){};
         create index link_back on link (to_id, field, from_id);
         create table party_alias (alias {id} primary key, party {id} not null){};
         create index party_alias_party on party_alias (party);
         create table segment_member (segment {id} not null, party {id} not null, since {int} not null, until {int}, primary key (segment, party, since)){};
         create table source_row (source {id} not null, record {id} not null, gone_at {int});
         create index source_row_by_record on source_row (record);",
        dialect.sequence(),
        dialect.strict(),
        dialect.clustered(),
        dialect.clustered(),
        dialect.clustered(),
        dialect.clustered(),
    ));
    let named =
        |columns: &[(&str, Kind)]| columns.iter().map(|(name, kind)| ((*name).to_string(), *kind)).collect::<Vec<_>>();
    tables.push((
        "link".to_string(),
        named(&[("field", Kind::Text), ("from_id", Kind::Id), ("to_id", Kind::Id)]),
        links,
    ));
    let events = world.events.iter().map(|event| {
        vec![
            Arg::Id(event.id),
            Arg::text(event.kind.as_str()),
            Arg::Int(event.at),
            Arg::Id(event.party),
            event.record.into(),
            event.amount.map(|amount| amount.amount).into(),
            event.amount.map(|amount| amount.currency.code().to_string()).into(),
        ]
    });
    let columns = named(&[
        ("id", Kind::Id),
        ("kind", Kind::Text),
        ("at", Kind::Int),
        ("party", Kind::Id),
        ("record", Kind::Id),
        ("amount", Kind::Int),
        ("currency", Kind::Text),
    ]);
    tables.push(("event".to_string(), columns, events.collect()));
    let also = world.also.iter().map(|(party, event, main)| vec![Arg::Id(*party), Arg::Id(*event), Arg::Id(*main)]);
    tables.push((
        "event_also".to_string(),
        named(&[("party", Kind::Id), ("id", Kind::Id), ("main", Kind::Id)]),
        also.collect(),
    ));
    let aliases = world.aliases.iter().map(|(old, party)| vec![Arg::Id(*old), Arg::Id(*party)]);
    tables.push(("party_alias".to_string(), named(&[("alias", Kind::Id), ("party", Kind::Id)]), aliases.collect()));
    let members = world.members.iter().map(|(segment, party, is_still)| {
        vec![Arg::Id(*segment), Arg::Id(*party), Arg::Int(1), if *is_still { Arg::Null } else { Arg::Int(2) }]
    });
    let columns = named(&[("segment", Kind::Id), ("party", Kind::Id), ("since", Kind::Int), ("until", Kind::Int)]);
    tables.push(("segment_member".to_string(), columns, members.collect()));
    let fed = world.fed.iter().map(|(source, record, is_there)| {
        vec![Arg::Id(*source), Arg::Id(*record), if *is_there { Arg::Null } else { Arg::Int(2) }]
    });
    let columns = named(&[("source", Kind::Id), ("record", Kind::Id), ("gone_at", Kind::Int)]);
    tables.push(("source_row".to_string(), columns, fed.collect()));
    Rows { ddl, tables }
}

fn row_of(record: &Record, def: &ObjectDef, links: &mut Vec<Vec<Arg>>) -> Vec<Arg> {
    let mut row = vec![
        Arg::Id(record.id),
        record.created_by.into(),
        record.title.clone().into(),
        Arg::Int(record.created_at),
        Arg::Int(record.updated_at),
        Arg::Int(record.version),
        if record.deleted { Arg::Int(NOW) } else { Arg::Null },
    ];
    for (field, value) in def.fields.iter().zip(&record.values) {
        row.extend(cells(field, value));
        if let Value::Links(ids) = value {
            links.extend(ids.iter().map(|to| vec![Arg::text(field.id.as_str()), Arg::Id(record.id), Arg::Id(*to)]));
        }
    }
    row
}
