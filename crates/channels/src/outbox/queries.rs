//! The table `outbox`.

use db::{Arg, Row};
use foundation::{Operation, Reader};
use kernel::{Id, Result, Time};
use serde_json::{Value as Json, json};

use super::{By, Held};

/// A letter as it is listed.
pub struct Line {
    pub id: Id,
    pub channel: String,
    pub purpose: String,
    pub state: String,
    pub recipient: Option<Id>,
    pub sealed: Option<Vec<u8>>,
    pub attempts: i64,
    pub code: Option<String>,
    pub detail: Option<String>,
    pub created_at: Time,
    pub next_at: Time,
    pub settled_at: Option<Time>,
}

pub fn put(op: &mut Operation, id: Id, by: &By, sealed: Vec<u8>) -> Result<()> {
    let now = op.now;
    op.tx.execute(
        "insert into outbox (id, channel, purpose, state, recipient, message_id, sealed, attempts, lease_until, next_at, tried_from, created_at) \
         values ($1, $2, $3, 'waiting', $4, $5, $6, 0, 0, $8, $8, $7)",
        &[
            id.into(),
            by.channel.into(),
            by.purpose.into(),
            by.recipient.map_or(Arg::Null, Arg::Id),
            by.message_id.into(),
            sealed.into(),
            now.into(),
            by.at.into(),
        ],
    )?;
    Ok(())
}

pub fn is_any_due(tx: &mut db::Tx, now: Time) -> Result<bool> {
    let sql = "select 1 from outbox where state = 'waiting' and next_at <= $1 and lease_until < $1 limit 1";
    Ok(tx.one(sql, &[now.into()])?.is_some())
}

/// Takes the letter that is due longest.
pub fn claim(op: &mut Operation, lease_ms: i64) -> Result<Option<Held>> {
    let now = op.now;
    let sql = "select id, channel, recipient, message_id, sealed, attempts, tried_from from outbox \
               where state = 'waiting' and next_at <= $1 and lease_until < $1 order by next_at, id limit 1";
    let Some(row) = op.tx.one(sql, &[now.into()])? else { return Ok(None) };
    let held = Held {
        id: row.id(0),
        channel: row.text(1).to_string(),
        recipient: row.opt_id(2),
        message_id: row.text(3).to_string(),
        sealed: row.opt_bytes(4).map(<[u8]>::to_vec).unwrap_or_default(),
        number: row.int(5) + 1,
        tried_from: row.time(6),
    };
    op.tx.execute(
        "update outbox set attempts = $2, lease_until = $3 where id = $1",
        &[held.id.into(), held.number.into(), (now.0 + lease_ms).into()],
    )?;
    Ok(Some(held))
}

/// What the letter said is not kept.
pub fn sent(op: &mut Operation, held: &Held) -> Result<()> {
    let now = op.now;
    op.tx.execute(
        "update outbox set state = 'sent', sealed = null, code = null, detail = null, lease_until = 0, settled_at = $3 \
         where id = $1 and attempts = $2 and state = 'waiting'",
        &[held.id.into(), held.number.into(), now.into()],
    )?;
    Ok(())
}

pub fn give_up(op: &mut Operation, held: &Held, code: &str, detail: &str) -> Result<()> {
    let now = op.now;
    op.tx.execute(
        "update outbox set state = 'given_up', code = $3, detail = $4, lease_until = 0, settled_at = $5 \
         where id = $1 and attempts = $2 and state = 'waiting'",
        &[held.id.into(), held.number.into(), code.into(), detail.into(), now.into()],
    )?;
    Ok(())
}

pub fn try_later(op: &mut Operation, held: &Held, pause_ms: i64, detail: &str) -> Result<()> {
    let next = op.now.0.saturating_add(pause_ms);
    op.tx.execute(
        "update outbox set next_at = $3, detail = $4, lease_until = 0 \
         where id = $1 and attempts = $2 and state = 'waiting'",
        &[held.id.into(), held.number.into(), next.into(), detail.into()],
    )?;
    Ok(())
}

pub fn try_again(op: &mut Operation, id: Id) -> Result<bool> {
    let now = op.now;
    let changed = op.tx.execute(
        "update outbox set state = 'waiting', next_at = $2, tried_from = $2, settled_at = null, code = null \
         where id = $1 and state in ('waiting', 'given_up') and sealed is not null",
        &[id.into(), now.into()],
    )?;
    Ok(changed == 1)
}

/// One that is just being sent is not taken back: nobody knows whether it went.
pub fn discard(op: &mut Operation, id: Id) -> Result<bool> {
    let now = op.now;
    let sql = "delete from outbox where id = $1 and state in ('waiting', 'given_up') and lease_until < $2";
    Ok(op.tx.execute(sql, &[id.into(), now.into()])? == 1)
}

pub fn state_of(reader: &mut Reader, id: Id) -> Result<Option<Json>> {
    let sql = "select state, attempts, code, detail, next_at from outbox where id = $1";
    Ok(reader.tx.one(sql, &[id.into()])?.map(|row| {
        json!({
            "state": row.text(0), "attempts": row.int(1), "code": row.opt_text(2), "detail": row.opt_text(3),
            "next_at": row.time(4),
        })
    }))
}

pub fn free_all(op: &mut Operation) -> Result<()> {
    op.tx.execute("update outbox set lease_until = 0 where state = 'waiting' and lease_until > 0", &[])?;
    Ok(())
}

pub fn counts(reader: &mut Reader) -> Result<Vec<(String, i64)>> {
    let sql = "select state, count(*) from outbox where state <> 'sent' group by state";
    Ok(reader.tx.query(sql, &[])?.iter().map(|row| (row.text(0).to_string(), row.int(1))).collect())
}

pub fn page(reader: &mut Reader, state: Option<&str>, before: Option<Id>, limit: usize) -> Result<Vec<Line>> {
    let sql = "select id, channel, purpose, state, recipient, sealed, attempts, code, detail, created_at, next_at, settled_at \
               from outbox where ($1 = '' or state = $1) and id < $2 order by id desc limit $3";
    let before = before.unwrap_or(Id(uuid::Uuid::max()));
    let args = [state.unwrap_or_default().into(), before.into(), i64::try_from(limit).unwrap_or(1).into()];
    Ok(reader.tx.query(sql, &args)?.iter().map(line).collect())
}

fn line(row: &Row) -> Line {
    let text = |column| row.opt_text(column).map(str::to_string);
    Line {
        id: row.id(0),
        channel: row.text(1).to_string(),
        purpose: row.text(2).to_string(),
        state: row.text(3).to_string(),
        recipient: row.opt_id(4),
        sealed: row.opt_bytes(5).map(<[u8]>::to_vec),
        attempts: row.int(6),
        code: text(7),
        detail: text(8),
        created_at: row.time(9),
        next_at: row.time(10),
        settled_at: row.opt_time(11),
    }
}

pub fn forget_before(op: &mut Operation, before: Time) -> Result<()> {
    op.tx.execute("delete from outbox where state <> 'waiting' and settled_at < $1", &[before.into()])?;
    Ok(())
}

pub fn forget_recipients(op: &mut Operation, recipients: &[Id]) -> Result<()> {
    let sets: Vec<Vec<Arg>> = recipients.iter().map(|id| vec![(*id).into()]).collect();
    op.tx.execute_many("delete from outbox where recipient = $1", &sets)?;
    Ok(())
}
