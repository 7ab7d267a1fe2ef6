//! Who is meant by a question, asked of the engine: events from the lake, each record live from the database.
//!
//! A question is the same everywhere ([`question`]); here what it asks of events is counted for everybody in one walk over
//! files of columns. So it pays where much happened and everybody is looked at: counting a segment exactly, figures of
//! those who answer a question. For one record, or a list by pages, the database with its indexes is the faster one.
//! The engine's tables are filled for the question: the columns that it reads, of the records that its asker may see.

mod queries;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use db::Kind;
use foundation::access::Principal;
use foundation::records::columns::Column;
use foundation::records::counts::{Counted, Counts};
use foundation::records::{Object, ask};
use foundation::{App, Reader};
use kernel::object::FieldType;
use kernel::{Id, Result};
use question::{Arg, Checked, OfLake, Reach};

use crate::engine::embedded::Embedded;
use crate::engine::{Cell, Engine as _};
use crate::lake::{FOLDER, Lake};

/// With fewer events the database answers at once.
const MANY_EVENTS: i64 = 500_000;
/// So many lines of events on further timelines are read for a question; where there are more the database is asked.
const MOST_ALSO: i64 = 3_000_000;

/// Questions about one object, ready to be answered by the engine.
pub struct Selected {
    engine: Embedded,
    of: OfLake,
    args: Vec<Cell>,
    table: String,
}

/// Whether the engine is the faster way: much is asked of what happened with those asked about.
pub fn pays(reader: &mut Reader, questions: &[&Checked]) -> Result<bool> {
    let is_of_events =
        |question: &&Checked| question.reaches().iter().any(|reach| reach.way.is_empty() && !reach.events.is_empty());
    Ok(questions.iter().any(is_of_events)
        && reader.tx.estimate("event")? >= MANY_EVENTS
        && !queries::has_many_also(reader, MOST_ALSO)?)
}

/// Those of an object whom the caller may see and who answer with yes, by the faster way.
pub fn ids(app: &App, who: &Principal, object: &Arc<Object>, checked: &Checked) -> Result<Vec<Id>> {
    let pays = app.read_now(who, |reader| pays(reader, &[checked]))?;
    match pays {
        true => Selected::open(app, who, object, &[checked])?.ids(),
        false => app.read_now(who, |reader| queries::ids(reader, object, checked)),
    }
}

impl Selected {
    /// Fills the engine with all that the questions read.
    pub fn open(app: &App, who: &Principal, object: &Arc<Object>, questions: &[&Checked]) -> Result<Selected> {
        let reaches: Vec<Reach> = questions.iter().flat_map(|question| question.reaches()).collect();
        let asks_events = reaches.iter().any(|reach| !reach.events.is_empty());
        let engine = match asks_events {
            true => Lake::of(app)?.open(None)?.engine,
            false => Embedded::open(&app.config().folder.join(FOLDER))?,
        };
        let (of, args) = app.read_now(who, |reader| {
            if asks_events {
                engine.run("create table q_also (party varchar, id uuid, main varchar)")?;
                let mut filling = engine.fill("q_also")?;
                queries::also(reader, &mut filling)?;
                filling.done()?;
            }
            fill(reader, &engine, object, &reaches)?;
            Ok(ask::compile_lake(reader, questions))
        })?;
        if asks_events {
            show_events(&engine)?;
        }
        Ok(Selected { engine, of, args: args.into_iter().map(cell).collect(), table: object.def.table.clone() })
    }

    /// Who answers all of the questions with yes.
    pub fn ids(&self) -> Result<Vec<Id>> {
        let mut ids = Vec::new();
        let sql = format!("{} order by 1", select(&self.of, &self.table, "r.\"id\""));
        self.engine.each(&sql, &self.args, &mut |row| {
            ids.extend(row.first().and_then(Cell::id));
            Ok(())
        })?;
        Ok(ids)
    }

    /// How many there are, how many meet the first question, the first two of the first `steps`, and so on; and of those
    /// that meet all of them, how many meet each of the rest.
    pub fn counted(&self, steps: usize) -> Result<Counted> {
        let (with, from) = self.of.from(&self.table, "r");
        let (steps, ways) = self.of.conditions.split_at(steps.min(self.of.conditions.len()));
        let mut depth = String::from("case");
        for (met, step) in steps.iter().enumerate() {
            depth.push_str(&format!(" when not coalesce(({step}), false) then {met}"));
        }
        let depth = if steps.is_empty() { "0".into() } else { format!("{depth} else {} end", steps.len()) };
        let flags: String = (0..ways.len())
            .zip(ways)
            .map(|(at, way)| format!(", case when ({way}) then 1 else 0 end as w{at}"))
            .collect();
        let sums: String = (0..ways.len()).map(|at| format!(", sum(w{at})")).collect();
        let sql = format!(
            "{with}select depth, count(*){sums} from (select {depth} as depth{flags} from {from}) group by depth"
        );
        let rows = self.engine.rows(&sql, &self.args)?;
        let int = |row: &Vec<Cell>, at: usize| row.get(at).map_or(0, Cell::int);
        let at_least =
            |depth: usize| rows.iter().filter(|row| int(row, 0) >= count(depth)).map(|row| int(row, 1)).sum::<i64>();
        let whole = rows.iter().find(|row| int(row, 0) == count(steps.len()));
        Ok(Counted {
            of: at_least(0),
            steps: (1..=steps.len()).map(at_least).collect(),
            ways: (0..ways.len()).map(|at| whole.map_or(0, |row| int(row, at + 2))).collect(),
        })
    }
}

/// Counts by the lake where that is the faster way.
pub struct ByLake;

impl Counts for ByLake {
    fn count(
        &self,
        app: &App,
        who: &Principal,
        object: &Arc<Object>,
        steps: &[Arc<Checked>],
        ways: &[Arc<Checked>],
    ) -> Result<Option<Counted>> {
        let questions: Vec<&Checked> = steps.iter().chain(ways).map(|checked| &**checked).collect();
        if !app.read_now(who, |reader| pays(reader, &questions))? {
            return Ok(None);
        }
        Selected::open(app, who, object, &questions)?.counted(steps.len()).map(Some)
    }
}

/// A `select` of those of a table who answer all of the questions with yes.
pub fn select(of: &OfLake, table: &str, what: &str) -> String {
    let (with, from) = of.from(table, "r");
    let conditions: Vec<String> = of.conditions.iter().map(|condition| format!("({condition})")).collect();
    let condition = if conditions.is_empty() { "true".into() } else { conditions.join(" and ") };
    format!("{with}select {what} from {from} where {condition}")
}

/// The argument of a question as the engine takes it.
pub fn cell(arg: Arg) -> Cell {
    match arg {
        Arg::Int(value) => Cell::Int(value),
        Arg::Real(value) => Cell::Real(value),
        Arg::Text(text) => Cell::Text(text),
        Arg::Id(id) => Cell::Text(id.to_string()),
    }
}

/// Events as questions ask for them: by record, and by each party on whose timeline they stand, as that is who it is now.
/// The engine has `event` and `alias` of the lake and a table `q_also` of further timelines.
pub fn show_events(engine: &Embedded) -> Result<()> {
    let has_also = !engine.rows("select 1 from q_also limit 1", &[])?.is_empty();
    let also = "union all select a.party, e.id, e.at_ms, e.kind, e.amount, e.currency from \
         (select distinct coalesce(l.party, o.party) as party, o.id, o.main from q_also o left join alias l on l.alias = o.party) a \
         join event e on e.id = a.id and e.said = a.main where a.party is distinct from e.party";
    engine.run(&format!(
        "create view party_event as select party, id, at_ms as at, kind, amount, currency from event where party is not null {}; \
         create view record_event as select record::varchar as record, id, at_ms as at, kind, amount, currency from event \
         where record is not null",
        if has_also { also } else { "" }
    ))
}

fn fill(reader: &mut Reader, engine: &Embedded, object: &Arc<Object>, reaches: &[Reach]) -> Result<()> {
    let mut fields: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::from([(object.def.name.as_str(), BTreeSet::new())]);
    for reach in reaches {
        fields.entry(&reach.object).or_default().extend(reach.fields.iter().map(String::as_str));
    }
    let mut many: BTreeSet<String> = BTreeSet::new();
    for (name, fields) in fields {
        let object = reader.object(name)?;
        let (columns, links) = columns(&object, &fields);
        many.extend(links);
        let declared: String =
            columns.iter().map(|column| format!(", \"{}\" {}", column.name, kind(column.kind))).collect();
        engine.run(&format!("create table \"{}\" (id varchar, deleted_at bigint{declared})", object.def.table))?;
        let mut filling = engine.fill(&object.def.table)?;
        queries::records(reader, &object, &columns, &mut filling)?;
        filling.done()?;
    }
    engine.run(
        "create table link (field varchar, from_id varchar, to_id varchar); \
         create table segment_member (segment varchar, party varchar, until bigint); \
         create table source_row (source varchar, record varchar, gone_at bigint)",
    )?;
    let mut filling = engine.fill("link")?;
    for field in &many {
        queries::links(reader, field, &mut filling)?;
    }
    filling.done()?;
    let segments: BTreeSet<Id> = reaches.iter().flat_map(|reach| reach.segments.iter().copied()).collect();
    let mut filling = engine.fill("segment_member")?;
    queries::members(reader, &segments, &mut filling)?;
    filling.done()?;
    let sources: BTreeSet<Id> = reaches.iter().flat_map(|reach| reach.sources.iter().copied()).collect();
    let mut filling = engine.fill("source_row")?;
    queries::fed(reader, &sources, &mut filling)?;
    filling.done()
}

/// The columns of these fields, and the ids of those among them that link to many.
fn columns(object: &Object, fields: &BTreeSet<&str>) -> (Vec<Column>, Vec<String>) {
    // What every record has beside its id.
    const OWN: [(&str, Kind); 5] = [
        ("title", Kind::Text),
        ("created_at", Kind::Int),
        ("updated_at", Kind::Int),
        ("created_by", Kind::Id),
        ("version", Kind::Int),
    ];
    let (mut columns, mut links): (Vec<Column>, Vec<String>) = (Vec::new(), Vec::new());
    for name in fields {
        if let Some(position) = object.def.position(name) {
            columns.extend(
                object
                    .columns_of(position)
                    .iter()
                    .map(|column| Column { name: column.name.clone(), kind: column.kind }),
            );
            let field = object.def.fields.get(position).filter(|field| matches!(field.kind, FieldType::Links { .. }));
            links.extend(field.map(|field| field.id.clone()));
        }
        let own = OWN.into_iter().find(|(own, _)| own == name);
        columns.extend(own.map(|(name, kind)| Column { name: name.into(), kind }));
    }
    let mut seen = BTreeSet::new();
    columns.retain(|column| seen.insert(column.name.clone()));
    (columns, links)
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Int => "bigint",
        Kind::Real => "double",
        Kind::Text | Kind::Id => "varchar",
        Kind::Bytes => "blob",
    }
}

fn count(many: usize) -> i64 {
    i64::try_from(many).unwrap_or(i64::MAX)
}
