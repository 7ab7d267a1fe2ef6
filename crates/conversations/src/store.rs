//! Threads and messages as rows.

use db::{Arg, Row};
use foundation::{Operation, Reader};
use kernel::{Id, Result, Time};

/// A thread.
#[derive(Debug, Clone)]
pub struct Thread {
    pub id: Id,
    pub mailbox: Id,
    pub party: Option<Id>,
    pub party_object: Option<String>,
    pub deal: Option<Id>,
    pub holder: Id,
    pub sealed: Vec<u8>,
    pub messages: i64,
    pub unread: i64,
    pub has_answer: bool,
    pub last_at: Time,
    pub state: String,
    pub snoozed_until: Option<Time>,
    pub assigned: Option<Id>,
}

const THREAD: &str = "select t.id, t.mailbox, t.party, t.party_object, t.deal, t.holder, t.sealed, t.messages, t.unread, \
     t.has_answer, t.last_at, t.state, t.snoozed_until, t.assigned from mail_thread t";

fn thread(row: &Row) -> Thread {
    Thread {
        id: row.id(0),
        mailbox: row.id(1),
        party: row.opt_id(2),
        party_object: row.opt_text(3).map(str::to_string),
        deal: row.opt_id(4),
        holder: row.id(5),
        sealed: row.opt_bytes(6).unwrap_or_default().to_vec(),
        messages: row.int(7),
        unread: row.int(8),
        has_answer: row.int(9) != 0,
        last_at: row.time(10),
        state: row.text(11).to_string(),
        snoozed_until: row.opt_time(12),
        assigned: row.opt_id(13),
    }
}

pub fn thread_by_id(reader: &mut Reader, id: Id) -> Result<Option<Thread>> {
    Ok(reader.tx.one(&format!("{THREAD} where t.id = $1"), &[id.into()])?.as_ref().map(thread))
}

/// The thread in which one of these messages was heard of; the nearest reference first.
pub fn thread_by_references(reader: &mut Reader, mailbox: Id, keys: &[String]) -> Result<Option<Id>> {
    for key in keys {
        let sql = "select thread from mail_reference where mailbox = $1 and key = $2";
        if let Some(row) = reader.tx.one(sql, &[mailbox.into(), key.as_str().into()])? {
            return Ok(Some(row.id(0)));
        }
    }
    Ok(None)
}

/// The latest thread about the same with the same person, since.
pub fn thread_by_subject(reader: &mut Reader, mailbox: Id, key: &str, since: Time) -> Result<Option<Id>> {
    let sql = "select id from mail_thread where mailbox = $1 and subject_key = $2 and last_at >= $3 order by last_at desc limit 1";
    Ok(reader.tx.one(sql, &[mailbox.into(), key.into(), since.into()])?.map(|row| row.id(0)))
}

pub fn add_thread(op: &mut Operation, new: &Thread, subject_key: &str) -> Result<()> {
    op.tx.execute(
        "insert into mail_thread (id, mailbox, party, party_object, deal, subject_key, holder, sealed, messages, unread, has_answer, \
         last_at, state) values ($1, $2, $3, $4, $5, $6, $7, $8, 0, 0, 0, $9, 'open')",
        &[
            new.id.into(),
            new.mailbox.into(),
            new.party.map_or(Arg::Null, Arg::Id),
            new.party_object.as_deref().map_or(Arg::Null, Arg::text),
            new.deal.map_or(Arg::Null, Arg::Id),
            subject_key.into(),
            new.holder.into(),
            new.sealed.clone().into(),
            new.last_at.into(),
        ],
    )?;
    Ok(())
}

/// What one more message does to its thread: a new one from outside opens it again.
pub fn grow(
    op: &mut Operation,
    id: Id,
    at: Time,
    sealed: Option<Vec<u8>>,
    unread: bool,
    opens: bool,
    is_answer: bool,
) -> Result<()> {
    let sealed = sealed.map_or(Arg::Null, Arg::Bytes);
    op.tx.execute(
        "update mail_thread set messages = messages + 1, unread = unread + $3, \
         last_at = case when $2 > last_at then $2 else last_at end, sealed = coalesce($4, sealed), \
         state = case when $5 = 1 then 'open' else state end, \
         snoozed_until = case when $5 = 1 then null else snoozed_until end, \
         has_answer = case when $6 = 1 then 1 else has_answer end where id = $1",
        &[id.into(), at.into(), i64::from(unread).into(), sealed, i64::from(opens).into(), i64::from(is_answer).into()],
    )?;
    Ok(())
}

pub fn add_reference(op: &mut Operation, mailbox: Id, key: &str, thread: Id) -> Result<()> {
    op.tx.execute(
        "insert into mail_reference (mailbox, key, thread) values ($1, $2, $3) on conflict (mailbox, key) do nothing",
        &[mailbox.into(), key.into(), thread.into()],
    )?;
    Ok(())
}

/// What a list of threads is asked for.
pub struct Asked {
    pub mailboxes: Vec<Id>,
    /// open, done, snoozed; none for all.
    pub state: Option<&'static str>,
    pub unread: bool,
    pub assigned: Option<Id>,
    /// Behind this one.
    pub before: Option<(Time, Id)>,
    pub limit: i64,
}

/// Threads of mailboxes, the latest first.
pub fn page(reader: &mut Reader, asked: &Asked) -> Result<Vec<Thread>> {
    let (at, id) = asked.before.unwrap_or((Time(i64::MAX), Id::NIL));
    let mut found = Vec::new();
    // One walk of the index for each mailbox and state; a person has a handful.
    for mailbox in &asked.mailboxes {
        for state in
            ["open", "done", "snoozed"].into_iter().filter(|state| asked.state.is_none_or(|wanted| wanted == *state))
        {
            let mut args: Vec<Arg> = vec![(*mailbox).into(), state.into(), at.into(), id.into(), asked.limit.into()];
            let mut more = String::new();
            if asked.unread {
                more.push_str(" and t.unread > 0");
            }
            if let Some(user) = asked.assigned {
                args.push(user.into());
                more.push_str(" and t.assigned = $6");
            }
            let sql = format!(
                "{THREAD} where t.mailbox = $1 and t.state = $2 and (t.last_at < $3 or (t.last_at = $3 and t.id < $4)){more} \
                 order by t.last_at desc, t.id desc limit $5"
            );
            found.extend(reader.tx.query(&sql, &args)?.iter().map(thread));
        }
    }
    found.sort_by_key(|thread| std::cmp::Reverse((thread.last_at, thread.id)));
    found.truncate(usize::try_from(asked.limit).unwrap_or(0));
    Ok(found)
}

/// Threads with a party, or of a deal, the latest first.
pub fn threads_of(reader: &mut Reader, is_deal: bool, id: Id, limit: i64) -> Result<Vec<Thread>> {
    let column = if is_deal { "t.deal" } else { "t.party" };
    let sql = format!("{THREAD} where {column} = $1 order by t.last_at desc, t.id desc limit $2");
    Ok(reader.tx.query(&sql, &[id.into(), limit.into()])?.iter().map(thread).collect())
}

/// Unread threads that are open, of mailboxes.
pub fn unread(reader: &mut Reader, mailboxes: &[Id]) -> Result<i64> {
    let mut count = 0;
    for mailbox in mailboxes {
        let sql = "select count(*) from mail_thread where mailbox = $1 and state = 'open' and unread > 0";
        count += reader.tx.one(sql, &[(*mailbox).into()])?.map_or(0, |row| row.int(0));
    }
    Ok(count)
}

pub fn set_state(op: &mut Operation, id: Id, state: &str, until: Option<Time>) -> Result<()> {
    op.tx.execute(
        "update mail_thread set state = $2, snoozed_until = $3 where id = $1",
        &[id.into(), state.into(), until.map_or(Arg::Null, Arg::from)],
    )?;
    Ok(())
}

pub fn set_assigned(op: &mut Operation, id: Id, user: Option<Id>) -> Result<()> {
    let user = user.map_or(Arg::Null, Arg::Id);
    op.tx.execute("update mail_thread set assigned = $2 where id = $1", &[id.into(), user]).map(drop)
}

pub fn set_read(op: &mut Operation, id: Id, is_read: bool) -> Result<()> {
    op.tx
        .execute("update mail_thread set unread = $2 where id = $1", &[id.into(), i64::from(!is_read).into()])
        .map(drop)
}

/// A thread is with somebody now.
pub fn give(op: &mut Operation, thread: Id, party: (&str, Id), deal: Option<Id>, sealed: Vec<u8>) -> Result<()> {
    op.tx.execute(
        "update mail_thread set party = $2, party_object = $3, deal = $4, holder = $2, sealed = $5 where id = $1",
        &[thread.into(), party.1.into(), party.0.into(), deal.map_or(Arg::Null, Arg::Id), sealed.into()],
    )?;
    Ok(())
}

// ------------------------------------------------------------------------------------------------ messages

/// A message.
#[derive(Debug, Clone)]
pub struct Message {
    pub id: Id,
    pub mailbox: Id,
    pub thread: Id,
    pub raw: Option<Id>,
    pub direction: String,
    pub sort: String,
    pub state: String,
    pub at: Time,
    pub party: Option<Id>,
    pub holder: Id,
    pub sealed: Vec<u8>,
}

const MESSAGE: &str = "select m.id, m.mailbox, m.thread, m.raw, m.direction, m.sort, m.state, m.at, m.party, m.holder, m.sealed from mail_message m";

fn message(row: &Row) -> Message {
    Message {
        id: row.id(0),
        mailbox: row.id(1),
        thread: row.id(2),
        raw: row.opt_id(3),
        direction: row.text(4).to_string(),
        sort: row.text(5).to_string(),
        state: row.text(6).to_string(),
        at: row.time(7),
        party: row.opt_id(8),
        holder: row.id(9),
        sealed: row.opt_bytes(10).unwrap_or_default().to_vec(),
    }
}

pub fn message_by_id(reader: &mut Reader, id: Id) -> Result<Option<Message>> {
    Ok(reader.tx.one(&format!("{MESSAGE} where m.id = $1"), &[id.into()])?.as_ref().map(message))
}

pub fn message_by_key(reader: &mut Reader, mailbox: Id, key: &str) -> Result<Option<Message>> {
    let sql = format!("{MESSAGE} where m.mailbox = $1 and m.key = $2");
    Ok(reader.tx.one(&sql, &[mailbox.into(), key.into()])?.as_ref().map(message))
}

/// The messages of a thread, the oldest first.
pub fn messages(reader: &mut Reader, thread: Id) -> Result<Vec<Message>> {
    let sql = format!("{MESSAGE} where m.thread = $1 order by m.at, m.id limit 500");
    Ok(reader.tx.query(&sql, &[thread.into()])?.iter().map(message).collect())
}

/// Whether a letter of ours stands in the thread.
pub fn has_sent(reader: &mut Reader, thread: Id) -> Result<bool> {
    let sql = "select 1 from mail_message where thread = $1 and direction = 'out' limit 1";
    Ok(reader.tx.one(sql, &[thread.into()])?.is_some())
}

pub fn add_message(op: &mut Operation, new: &Message, key: &str) -> Result<()> {
    op.tx.execute(
        "insert into mail_message (id, mailbox, thread, key, raw, direction, sort, state, at, party, holder, sealed) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        &[
            new.id.into(),
            new.mailbox.into(),
            new.thread.into(),
            key.into(),
            new.raw.map_or(Arg::Null, Arg::Id),
            new.direction.as_str().into(),
            new.sort.as_str().into(),
            new.state.as_str().into(),
            new.at.into(),
            new.party.map_or(Arg::Null, Arg::Id),
            new.holder.into(),
            new.sealed.clone().into(),
        ],
    )?;
    Ok(())
}

pub fn give_message(op: &mut Operation, id: Id, party: Id, sealed: Vec<u8>) -> Result<()> {
    op.tx.execute(
        "update mail_message set party = $2, holder = $2, sealed = $3 where id = $1",
        &[id.into(), party.into(), sealed.into()],
    )?;
    Ok(())
}

pub fn message_state(op: &mut Operation, id: Id, state: &str) -> Result<()> {
    op.tx.execute("update mail_message set state = $2 where id = $1", &[id.into(), state.into()]).map(drop)
}

// --------------------------------------------------------------------------------------- addresses that fail

/// A letter did not arrive at this address, given as a keyed hash.
pub fn mark_failed(op: &mut Operation, address: &str, permanent: bool) -> Result<()> {
    let now = op.now;
    op.tx.execute(
        "insert into mail_failed (address, permanent, count, last_at) values ($1, $2, 1, $3) \
         on conflict (address) do update set permanent = case when excluded.permanent = 1 then 1 else mail_failed.permanent end, \
         count = mail_failed.count + 1, last_at = excluded.last_at",
        &[address.into(), i64::from(permanent).into(), now.into()],
    )?;
    Ok(())
}

/// Whether letters to this address did not arrive, and whether for good.
pub fn failed(reader: &mut Reader, address: &str) -> Result<Option<bool>> {
    let row = reader.tx.one("select permanent from mail_failed where address = $1", &[address.into()])?;
    Ok(row.map(|row| row.int(0) != 0))
}

/// Mail with somebody who is erased.
pub fn forget_parties(op: &mut Operation, parties: &[Id]) -> Result<()> {
    let each: Vec<Vec<Arg>> = parties.iter().map(|id| vec![(*id).into()]).collect();
    for sql in [
        "delete from mail_reference where thread in (select id from mail_thread where party = $1)",
        "delete from mail_draft where thread in (select id from mail_thread where party = $1)",
        "delete from mail_raw where holder = $1",
        "delete from mail_message where party = $1",
        "delete from mail_thread where party = $1",
    ] {
        op.tx.execute_many(sql, &each)?;
    }
    Ok(())
}
