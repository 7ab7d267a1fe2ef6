//! The table of readings.

use db::{Row, Tx};
use kernel::{Id, Result, Time};
use serde_json::{Value as Json, json};

pub fn insert(tx: &mut Tx, id: Id, name: &str, job: Option<Id>, at: Time) -> Result<()> {
    tx.execute(
        "insert into weblog_import (id, name, state, job, started_at, figures) values ($1, $2, 'running', $3, $4, '{}')",
        &[id.into(), name.into(), job.into(), at.into()],
    )?;
    Ok(())
}

pub fn finish(tx: &mut Tx, id: Id, state: &str, at: Time, figures: &Json) -> Result<()> {
    tx.execute(
        "update weblog_import set state = $2, finished_at = $3, figures = $4 where id = $1",
        &[id.into(), state.into(), at.into(), figures.to_string().into()],
    )?;
    Ok(())
}

pub fn latest(tx: &mut Tx, most: i64) -> Result<Vec<Json>> {
    let sql = "select i.id, i.name, i.state, i.job, i.started_at, i.finished_at, i.figures, j.state, j.done, j.total \
               from weblog_import i left join job j on j.id = i.job order by i.id desc limit $1";
    Ok(tx.query(sql, &[most.into()])?.iter().map(show).collect())
}

pub fn one(tx: &mut Tx, id: Id) -> Result<Option<Json>> {
    let sql = "select i.id, i.name, i.state, i.job, i.started_at, i.finished_at, i.figures, j.state, j.done, j.total \
               from weblog_import i left join job j on j.id = i.job where i.id = $1";
    Ok(tx.one(sql, &[id.into()])?.as_ref().map(show))
}

/// A reading whose job was ended before it began says so itself.
fn show(row: &Row) -> Json {
    let state = match (row.text(2), row.opt_text(7)) {
        ("running", Some(ended @ ("cancelled" | "failed"))) => ended,
        (state, _) => state,
    };
    json!({
        "id": row.id(0), "name": row.text(1), "state": state, "job": row.opt_id(3),
        "started_at": row.time(4), "finished_at": row.opt_time(5),
        "figures": serde_json::from_str::<Json>(row.text(6)).unwrap_or_default(),
        "done": row.opt_int(8), "total": row.opt_int(9),
    })
}

/// The reading that a job does.
pub fn of_job(tx: &mut Tx, job: Id) -> Result<Option<Id>> {
    Ok(tx.one("select id from weblog_import where job = $1", &[job.into()])?.map(|row| row.id(0)))
}
