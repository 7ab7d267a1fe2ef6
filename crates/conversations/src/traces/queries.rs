//! The tables of traces.

use db::{Arg, Row};
use foundation::{Operation, Reader};
use kernel::{Id, Result, Time};

/// What is known of a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    pub letter: Id,
    pub mailbox: Id,
    pub message: Option<Id>,
    pub party: Option<Id>,
    pub sent_at: Option<Time>,
    pub opened_at: Option<Time>,
    pub opens: i64,
    pub clicked_at: Option<Time>,
    pub clicks: i64,
    pub machine_opens: i64,
    pub machine_clicks: i64,
}

const TRACE: &str = "select letter, mailbox, message, party, sent_at, opened_at, opens, clicked_at, clicks, machine_opens, \
     machine_clicks from mail_trace";

fn trace_row(row: &Row) -> Trace {
    Trace {
        letter: row.id(0),
        mailbox: row.id(1),
        message: row.opt_id(2),
        party: row.opt_id(3),
        sent_at: row.opt_time(4),
        opened_at: row.opt_time(5),
        opens: row.int(6),
        clicked_at: row.opt_time(7),
        clicks: row.int(8),
        machine_opens: row.int(9),
        machine_clicks: row.int(10),
    }
}

pub fn trace(reader: &mut Reader, letter: Id) -> Result<Option<Trace>> {
    Ok(reader.tx.one(&format!("{TRACE} where letter = $1"), &[letter.into()])?.as_ref().map(trace_row))
}

pub fn traces_of(reader: &mut Reader, messages: &[Id]) -> Result<Vec<Trace>> {
    let mut found = Vec::new();
    for part in messages.chunks(200) {
        let mut args = Vec::new();
        let list = foundation::records::record::id_list(part, &mut args);
        found.extend(reader.tx.query(&format!("{TRACE} where message in ({list})"), &args)?.iter().map(trace_row));
    }
    Ok(found)
}

pub fn begin(op: &mut Operation, letter: Id, mailbox: Id) -> Result<()> {
    op.tx.execute(
        "insert into mail_trace (letter, mailbox, opens, clicks, machine_opens, machine_clicks) values ($1, $2, 0, 0, 0, 0) \
         on conflict (letter) do nothing",
        &[letter.into(), mailbox.into()],
    )?;
    Ok(())
}

pub fn end(op: &mut Operation, letter: Id) -> Result<()> {
    op.tx.execute("delete from mail_trace where letter = $1", &[letter.into()]).map(drop)
}

pub fn sent(op: &mut Operation, letter: Id, message: Id, party: Option<Id>) -> Result<()> {
    let now = op.now;
    op.tx.execute(
        "update mail_trace set sent_at = coalesce(sent_at, $2), message = $3, party = $4 where letter = $1",
        &[letter.into(), now.into(), message.into(), party.map_or(Arg::Null, Arg::Id)],
    )?;
    Ok(())
}

pub fn put(op: &mut Operation, trace: &Trace) -> Result<()> {
    op.tx.execute(
        "update mail_trace set opened_at = $2, opens = $3, clicked_at = $4, clicks = $5, machine_opens = $6, machine_clicks = $7 \
         where letter = $1",
        &[
            trace.letter.into(),
            trace.opened_at.map_or(Arg::Null, Arg::from),
            trace.opens.into(),
            trace.clicked_at.map_or(Arg::Null, Arg::from),
            trace.clicks.into(),
            trace.machine_opens.into(),
            trace.machine_clicks.into(),
        ],
    )?;
    Ok(())
}

/// A look that waits for being judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    pub id: Id,
    pub at: Time,
    pub link: i64,
    pub sealed: Option<Vec<u8>>,
    /// It said so itself.
    pub is_machine: bool,
}

pub fn add_look(
    op: &mut Operation,
    id: Id,
    letter: Id,
    link: i64,
    sealed: Option<Vec<u8>>,
    is_machine: bool,
) -> Result<()> {
    let now = op.now;
    let state = if is_machine { "machine_waits" } else { "waits" };
    op.tx.execute(
        "insert into mail_look (id, letter, at, link, sealed, state) values ($1, $2, $3, $4, $5, $6)",
        &[id.into(), letter.into(), now.into(), link.into(), sealed.map_or(Arg::Null, Arg::Bytes), state.into()],
    )?;
    Ok(())
}

pub fn looks_count(reader: &mut Reader, letter: Id) -> Result<i64> {
    let sql = "select count(*) from mail_look where letter = $1";
    Ok(reader.tx.one(sql, &[letter.into()])?.map_or(0, |row| row.int(0)))
}

pub fn is_waiting(reader: &mut Reader, letter: Id) -> Result<bool> {
    let sql = "select 1 from mail_look where letter = $1 and state in ('waits', 'machine_waits') limit 1";
    Ok(reader.tx.one(sql, &[letter.into()])?.is_some())
}

/// In the order of time.
pub fn waiting(reader: &mut Reader, letter: Id) -> Result<Vec<Look>> {
    let sql = "select id, at, link, sealed, state from mail_look where letter = $1 and state in ('waits', 'machine_waits') \
               order by at, id";
    let look = |row: &Row| Look {
        id: row.id(0),
        at: row.time(1),
        link: row.int(2),
        sealed: row.opt_bytes(3).map(<[u8]>::to_vec),
        is_machine: row.text(4) == "machine_waits",
    };
    Ok(reader.tx.query(sql, &[letter.into()])?.iter().map(look).collect())
}

/// Links that a person followed before.
pub fn followed(reader: &mut Reader, letter: Id) -> Result<Vec<i64>> {
    let sql = "select distinct link from mail_look where letter = $1 and state = 'person' and link > 0";
    Ok(reader.tx.query(sql, &[letter.into()])?.iter().map(|row| row.int(0)).collect())
}

/// Where the links led that a person followed.
pub fn links(reader: &mut Reader, letter: Id) -> Result<Vec<(Id, Vec<u8>)>> {
    let sql =
        "select id, sealed from mail_look where letter = $1 and state = 'person' and link > 0 order by at, id limit 50";
    let rows = reader.tx.query(sql, &[letter.into()])?;
    Ok(rows.iter().map(|row| (row.id(0), row.opt_bytes(1).unwrap_or_default().to_vec())).collect())
}

/// Only what a person followed is worth keeping one by one.
pub fn judged(op: &mut Operation, id: Id, is_person: bool) -> Result<()> {
    if is_person {
        op.tx.execute("update mail_look set state = 'person' where id = $1", &[id.into()])?;
    } else {
        op.tx.execute("delete from mail_look where id = $1", &[id.into()])?;
    }
    Ok(())
}
