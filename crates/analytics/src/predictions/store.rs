//! The tables `prediction*`, and the fields of records that predictions fill.

use std::sync::Arc;

use db::{Arg, Kind, OnConflict, Row};
use events::NewEvent;
use events::marketing::AnalysisMade;
use foundation::access::Principal;
use foundation::ledger::{self, Entry};
use foundation::records::Object;
use foundation::records::erase::Copies;
use foundation::{App, Operation, Reader};
use kernel::{Error, Id, Result, Time};
use serde_json::{Value as Json, json};

use super::Prediction;
use methods::response::Model;

const ALL: &str = "select id, code, name, object, outcome, among, decided, starts, ends, fields, trusted, every_days, language, \
                   looked_to from prediction";

fn prediction(row: &Row) -> Prediction {
    let some = |column: usize| row.opt_text(column).map(str::to_string);
    let names = |column: usize| row.opt_text(column).and_then(|text| serde_json::from_str(text).ok());
    Prediction {
        id: row.id(0),
        code: row.text(1).to_string(),
        name: row.text(2).to_string(),
        object: row.text(3).to_string(),
        outcome: row.text(4).to_string(),
        among: some(5),
        decided: some(6),
        starts: some(7),
        ends: some(8),
        fields: names(9),
        trusted: names(10).unwrap_or_default(),
        every_days: row.int(11),
        language: row.text(12).to_string(),
        looked_to: row.int(13),
    }
}

pub fn all(reader: &mut Reader) -> Result<Vec<Prediction>> {
    Ok(reader.tx.query(&format!("{ALL} order by id"), &[])?.iter().map(prediction).collect())
}

/// Those that have no timer of this kind.
pub fn without_timer(reader: &mut Reader, kind: &str) -> Result<Vec<Prediction>> {
    let sql = format!(
        "{ALL} where not exists (select 1 from timer t where t.kind = $1 and t.subject = prediction.id) order by id"
    );
    Ok(reader.tx.query(&sql, &[kind.into()])?.iter().map(prediction).collect())
}

pub fn one(reader: &mut Reader, id: Id) -> Result<Prediction> {
    let row = reader.tx.one(&format!("{ALL} where id = $1"), &[id.into()])?;
    row.as_ref().map(prediction).ok_or(Error::NotFound)
}

/// Writes a prediction down, or writes it anew.
pub fn put(op: &mut Operation, prediction: &Prediction) -> Result<()> {
    let text = |text: &Option<String>| text.as_deref().map_or(Arg::Null, Arg::text);
    let (now, id) = (op.now, prediction.id);
    op.tx.execute("delete from prediction where id = $1", &[id.into()])?;
    op.tx.execute(
        "insert into prediction (id, code, name, object, outcome, among, decided, starts, ends, fields, trusted, every_days, \
         language, looked_to, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        &[
            id.into(),
            prediction.code.as_str().into(),
            prediction.name.as_str().into(),
            prediction.object.as_str().into(),
            prediction.outcome.as_str().into(),
            text(&prediction.among),
            text(&prediction.decided),
            text(&prediction.starts),
            text(&prediction.ends),
            text(&prediction.fields.as_ref().map(|fields| json!(fields).to_string())),
            json!(prediction.trusted).to_string().into(),
            prediction.every_days.into(),
            prediction.language.as_str().into(),
            prediction.looked_to.into(),
            now.into(),
        ],
    )?;
    Ok(())
}

/// Drops a prediction and all it said.
pub fn drop(op: &mut Operation, id: Id) -> Result<()> {
    for (table, column) in
        [("prediction_record", "prediction"), ("prediction_version", "prediction"), ("prediction", "id")]
    {
        op.tx.execute(&format!("delete from {table} where {column} = $1"), &[id.into()])?;
    }
    Ok(())
}

/// Records changed until this moment were looked at.
pub fn looked(op: &mut Operation, id: Id, to: i64) -> Result<()> {
    op.tx.execute("update prediction set looked_to = $2 where id = $1", &[id.into(), to.into()])?;
    Ok(())
}

/// Whether a record of the object was changed since a moment.
pub fn is_changed(reader: &mut Reader, object: &Object, since: i64) -> Result<bool> {
    let sql = format!(
        "select 1 from {} r where (r.deleted_at is null and r.updated_at > $1) or r.deleted_at > $1 limit 1",
        object.def.table
    );
    Ok(reader.tx.one(&sql, &[since.into()])?.is_some())
}

/// What was learned at one time.
pub struct Version {
    pub version: i64,
    pub made_at: Time,
    pub quality: Json,
    pub model: Option<Model>,
}

/// Versions kept of each prediction.
const KEPT: i64 = 24;

/// The versions of a prediction, newest first, without their models.
pub fn versions(reader: &mut Reader, id: Id) -> Result<Vec<Version>> {
    let sql = "select version, made_at, quality from prediction_version where prediction = $1 order by version desc";
    let version = |row: &Row| Version {
        version: row.int(0),
        made_at: row.time(1),
        quality: serde_json::from_str(row.text(2)).unwrap_or(Json::Null),
        model: None,
    };
    Ok(reader.tx.query(sql, &[id.into()])?.iter().map(version).collect())
}

/// The newest version with its model.
pub fn newest(reader: &mut Reader, id: Id) -> Result<Option<Version>> {
    let sql = "select version, made_at, quality, model from prediction_version where prediction = $1 \
               order by version desc limit 1";
    Ok(reader.tx.one(sql, &[id.into()])?.map(|row| Version {
        version: row.int(0),
        made_at: row.time(1),
        quality: serde_json::from_str(row.text(2)).unwrap_or(Json::Null),
        model: row.opt_text(3).and_then(|text| serde_json::from_str(text).ok()),
    }))
}

/// Writes a version down; it is the newest. Old ones go, and of the last but this one its model.
pub fn put_version(op: &mut Operation, id: Id, made: &Version) -> Result<()> {
    let model = made.model.as_ref().map(|model| json!(model).to_string());
    op.tx.execute(
        "delete from prediction_version where prediction = $1 and (version <= $2 or version = $3)",
        &[id.into(), (made.version - KEPT).into(), made.version.into()],
    )?;
    op.tx.execute("update prediction_version set model = null where prediction = $1", &[id.into()])?;
    op.tx.execute(
        "insert into prediction_version (prediction, version, made_at, quality, model) values ($1, $2, $3, $4, $5)",
        &[
            id.into(),
            made.version.into(),
            made.made_at.into(),
            made.quality.to_string().into(),
            model.map_or(Arg::Null, Arg::text),
        ],
    )?;
    Ok(())
}

/// What is said of one record.
#[derive(Debug, Clone)]
pub struct Told {
    pub record: Id,
    pub probability: f64,
    /// Fields and what they add to the log-odds, the weightiest first.
    pub parts: Vec<(String, f64)>,
    /// The same in words.
    pub reasons: String,
}

/// Writes what is said of some records, in their fields too. Doing it again changes nothing.
pub fn put_told(
    op: &mut Operation,
    object: &Object,
    prediction: &Prediction,
    version: i64,
    on: &str,
    told: &[Told],
) -> Result<()> {
    forget(op, prediction, told.iter().map(|one| one.record))?;
    let columns = [
        ("prediction", Kind::Id),
        ("record", Kind::Id),
        ("version", Kind::Int),
        ("probability", Kind::Real),
        ("reasons", Kind::Text),
    ];
    let rows = told.iter().map(|one| {
        vec![
            Arg::from(prediction.id),
            one.record.into(),
            version.into(),
            one.probability.into(),
            json!(one.parts).to_string().into(),
        ]
    });
    op.tx.insert("prediction_record", &columns, rows.collect(), OnConflict::Fail)?;
    let Some([probability, reasons, number, day]) = columns_of(object, prediction) else { return Ok(()) };
    let sql = format!(
        "update {} set {probability} = $2, {reasons} = $3, {number} = $4, {day} = $5 where id = $1",
        object.def.table
    );
    let sets: Vec<Vec<Arg>> = told
        .iter()
        .map(|one| {
            let reasons = Arg::text(one.reasons.as_str());
            vec![one.record.into(), one.probability.into(), reasons, version.into(), Arg::text(on)]
        })
        .collect();
    op.tx.execute_many(&sql, &sets)?;
    Ok(())
}

fn forget(op: &mut Operation, prediction: &Prediction, records: impl Iterator<Item = Id>) -> Result<()> {
    let gone: Vec<Vec<Arg>> = records.map(|record| vec![prediction.id.into(), record.into()]).collect();
    op.tx.execute_many("delete from prediction_record where prediction = $1 and record = $2", &gone)?;
    Ok(())
}

/// Takes back what was said of records of whom it is not asked any more.
pub fn take_back(op: &mut Operation, object: &Object, prediction: &Prediction, records: &[Id]) -> Result<()> {
    forget(op, prediction, records.iter().copied())?;
    let Some(emptied) = emptied(object, prediction) else { return Ok(()) };
    let sets: Vec<Vec<Arg>> = records.iter().map(|record| vec![(*record).into()]).collect();
    op.tx.execute_many(&format!("update {} set {emptied} where id = $1", object.def.table), &sets)?;
    Ok(())
}

/// Takes back what earlier versions said and this one does not.
pub fn take_back_others(op: &mut Operation, object: &Object, prediction: &Prediction, version: i64) -> Result<()> {
    op.tx.execute(
        "delete from prediction_record where prediction = $1 and version <> $2",
        &[prediction.id.into(), version.into()],
    )?;
    let (Some(emptied), Some([.., day])) = (emptied(object, prediction), columns_of(object, prediction)) else {
        return Ok(());
    };
    op.tx.execute(
        &format!(
            "update {0} set {emptied} where {day} is not null and not exists \
             (select 1 from prediction_record p where p.prediction = $1 and p.record = {0}.id)",
            object.def.table
        ),
        &[prediction.id.into()],
    )?;
    Ok(())
}

/// Empties the fields of all records.
pub fn empty(op: &mut Operation, object: &Object, prediction: &Prediction) -> Result<()> {
    let (Some(emptied), Some([.., day])) = (emptied(object, prediction), columns_of(object, prediction)) else {
        return Ok(());
    };
    op.tx.execute(&format!("update {} set {emptied} where {day} is not null", object.def.table), &[])?;
    Ok(())
}

fn emptied(object: &Object, prediction: &Prediction) -> Option<String> {
    let columns = columns_of(object, prediction)?;
    Some(columns.map(|column| format!("{column} = null")).join(", "))
}

/// Where the fields lie; none where one of them was taken out of the object.
fn columns_of(object: &Object, prediction: &Prediction) -> Option<[String; 4]> {
    let column = |what: &str| {
        let position = object.def.position(&prediction.field(what))?;
        Some(object.columns_of(position).first()?.name.clone())
    };
    let [probability, reasons, version, on] = super::FILLED;
    Some([column(probability)?, column(reasons)?, column(version)?, column(on)?])
}

/// One line tells that fields of many records say something else: they were written without a line for each.
pub fn tell(op: &mut Operation, object: &str, records: usize) -> Result<()> {
    let customers = i64::try_from(records).unwrap_or(i64::MAX);
    let event = NewEvent::of(AnalysisMade { of: object.to_string(), customers });
    ledger::append(op, vec![Entry { kind: event.kind, props: event.props, ..Entry::default() }])?;
    Ok(())
}

/// What is said of a record: of which prediction, by which version, and why.
pub struct Said {
    pub prediction: Id,
    pub version: i64,
    pub probability: f64,
    pub parts: Vec<(String, f64)>,
}

pub fn said_of(reader: &mut Reader, record: Id) -> Result<Vec<Said>> {
    let sql =
        "select prediction, version, probability, reasons from prediction_record where record = $1 order by prediction";
    let said = |row: &Row| Said {
        prediction: row.id(0),
        version: row.int(1),
        probability: row.real(2),
        parts: serde_json::from_str(row.text(3)).unwrap_or_default(),
    };
    Ok(reader.tx.query(sql, &[record.into()])?.iter().map(said).collect())
}

/// How many records something is said of.
pub fn count(reader: &mut Reader, id: Id) -> Result<i64> {
    let row = reader.tx.one("select count(*) from prediction_record where prediction = $1", &[id.into()])?;
    Ok(row.map_or(0, |row| row.int(0)))
}

/// What is said of somebody goes when they are erased.
pub struct Foretold;

impl Copies for Foretold {
    fn forget(&self, app: &App, parties: &[Id]) -> Result<()> {
        let parties: Arc<[Id]> = parties.into();
        app.write_now(&Principal::system("erase"), move |op| {
            let sets: Vec<Vec<Arg>> = parties.iter().map(|id| vec![(*id).into()]).collect();
            op.tx.execute_many("delete from prediction_record where record = $1", &sets)?;
            Ok(())
        })
    }
}
