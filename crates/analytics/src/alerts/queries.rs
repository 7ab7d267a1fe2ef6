//! Alerts as they are stored, who follows them, and what came of looking at them.

use db::{Arg, Row, Tx};
use foundation::Operation;
use kernel::{Id, Result, Time};
use serde_json::{Value as Json, json};

use super::watched::{Judged, State};

/// An alert as it is stored.
#[derive(Debug, Clone)]
pub struct Stored {
    pub id: Id,
    pub owner: Option<Id>,
    pub name: String,
    pub kpi: Option<String>,
    pub question: Option<Id>,
    pub kind: String,
    pub line: Option<f64>,
    pub every: String,
    pub false_alarms: String,
    pub muted_until: Option<Time>,
    pub state: Option<State>,
}

pub fn alert(tx: &mut Tx, id: Id) -> Result<Option<Stored>> {
    let sql = "select id, owner, name, kpi, question, kind, line, every, false_alarms, muted_until, state from alert \
               where id = $1 and deleted_at is null";
    Ok(tx.one(sql, &[id.into()])?.as_ref().map(stored))
}

fn stored(row: &Row) -> Stored {
    Stored {
        id: row.id(0),
        owner: row.opt_id(1),
        name: row.text(2).to_string(),
        kpi: row.opt_text(3).map(str::to_string),
        question: row.opt_id(4),
        kind: row.text(5).to_string(),
        line: real(row, 6),
        every: row.text(7).to_string(),
        false_alarms: row.text(8).to_string(),
        muted_until: row.opt_time(9),
        state: row.opt_text(10).and_then(State::named),
    }
}

fn real(row: &Row, column: usize) -> Option<f64> {
    (!row.get(column).is_null()).then(|| row.real(column))
}

fn arg(value: Option<f64>) -> Arg {
    value.map_or(Arg::Null, Arg::Real)
}

/// Writes down what came of a look; `false` where that step was looked at before.
pub fn put(op: &mut Operation, alert: Id, judged: &Judged) -> Result<bool> {
    let (period, now) = (judged.point.period, op.now);
    let written = op.tx.execute(
        "insert into alert_check (alert, since, until, checked_at, value, low, expected, high, state, told) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0) on conflict (alert, since) do nothing",
        &[
            alert.into(),
            period.from().into(),
            period.to().into(),
            now.into(),
            arg(judged.point.value),
            arg(judged.low),
            arg(judged.expected),
            arg(judged.high),
            judged.state.name().into(),
        ],
    )?;
    Ok(written == 1)
}

/// That somebody was told of a look.
pub fn told(op: &mut Operation, alert: Id, since: &str) -> Result<()> {
    op.tx.execute("update alert_check set told = 1 where alert = $1 and since = $2", &[alert.into(), since.into()])?;
    Ok(())
}

/// How the alert stands from now on.
pub fn stands(op: &mut Operation, alert: Id, state: State) -> Result<()> {
    let now = op.now;
    op.tx.execute(
        "update alert set state = $2, state_since = $3 where id = $1",
        &[alert.into(), state.name().into(), now.into()],
    )?;
    if state.is_alarm() {
        op.tx.execute("update alert set alarmed_at = $2 where id = $1", &[alert.into(), now.into()])?;
    }
    Ok(())
}

/// What was said of the last step said something of another watch: it is looked at anew.
pub fn begin_again(op: &mut Operation, alert: Id) -> Result<()> {
    op.tx.execute(
        "delete from alert_check where alert = $1 and since = (select max(since) from alert_check where alert = $1)",
        &[alert.into()],
    )?;
    op.tx.execute("update alert set state = null, state_since = null where id = $1", &[alert.into()])?;
    Ok(())
}

/// Values that earlier looks found, oldest first: the first and the last day of each step and its value.
pub fn values(tx: &mut Tx, alert: Id) -> Result<Vec<(String, String, Option<f64>)>> {
    let sql = "select since, until, value from alert_check where alert = $1 order by since";
    let rows = tx.query(sql, &[alert.into()])?;
    Ok(rows.iter().map(|row| (row.text(0).to_string(), row.text(1).to_string(), real(row, 2))).collect())
}

/// The looks that were told, newest first.
pub fn told_of(tx: &mut Tx, alert: Id) -> Result<Vec<Json>> {
    let sql = "select checked_at, since, until, value, low, high, state from alert_check \
               where alert = $1 and told = 1 order by since desc limit 30";
    let shown = |row: &Row| {
        json!({
            "at": row.time(0), "from": row.text(1), "to": row.text(2), "value": real(row, 3), "low": real(row, 4),
            "high": real(row, 5), "state": row.text(6),
        })
    };
    Ok(tx.query(sql, &[alert.into()])?.iter().map(shown).collect())
}

/// How somebody follows an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Follows {
    pub user: Id,
    pub by_notice: bool,
    pub by_mail: bool,
}

/// Who follows an alert: its owner, unless they said otherwise, and who asked to.
pub fn followers(tx: &mut Tx, alert: Id, owner: Option<Id>) -> Result<Vec<Follows>> {
    let sql = "select user_id, by_notice, by_mail from alert_follower where alert = $1 order by user_id";
    let mut all: Vec<Follows> = tx
        .query(sql, &[alert.into()])?
        .iter()
        .map(|row| Follows { user: row.id(0), by_notice: row.flag(1), by_mail: row.flag(2) })
        .collect();
    if let Some(owner) = owner.filter(|owner| all.iter().all(|one| one.user != *owner)) {
        all.push(Follows { user: owner, by_notice: true, by_mail: false });
    }
    Ok(all)
}

pub fn follow(op: &mut Operation, alert: Id, follows: Follows) -> Result<()> {
    op.tx.execute(
        "insert into alert_follower (alert, user_id, by_notice, by_mail) values ($1, $2, $3, $4) \
         on conflict (alert, user_id) do update set by_notice = excluded.by_notice, by_mail = excluded.by_mail",
        &[alert.into(), follows.user.into(), follows.by_notice.into(), follows.by_mail.into()],
    )?;
    Ok(())
}
