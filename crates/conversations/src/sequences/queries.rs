//! The tables of sequences.

use db::{Arg, Row};
use foundation::ledger::Position;
use foundation::{Operation, Reader, timer};
use kernel::{Id, Result, Time};

use super::steps::{Does, Step, Unit};

// --------------------------------------------------------------------------------------------------- steps

const STEP: &str = "select id, place, kind, wait, unit, template, subject from sequence_step";

fn step(row: &Row) -> Step {
    let does = match row.opt_id(5).filter(|_| row.text(2) == "mail") {
        Some(template) => Does::Mail { template },
        None => Does::Task { subject: row.opt_text(6).unwrap_or_default().to_string() },
    };
    let unit = if row.text(4) == "hours" { Unit::Hours } else { Unit::Days };
    Step { id: row.id(0), place: row.int(1), wait: row.int(3), unit, does }
}

/// The steps of a sequence, in order.
pub fn steps(reader: &mut Reader, sequence: Id) -> Result<Vec<Step>> {
    let sql = format!("{STEP} where sequence = $1 and removed = 0 order by place, id");
    Ok(reader.tx.query(&sql, &[sequence.into()])?.iter().map(step).collect())
}

/// The ids of all steps that a sequence ever had, in order; those taken out behind the one they stand behind.
pub fn steps_ever(reader: &mut Reader, sequence: Id) -> Result<Vec<Id>> {
    let sql = "select id from sequence_step where sequence = $1 order by place, removed, id";
    Ok(reader.tx.query(sql, &[sequence.into()])?.iter().map(|row| row.id(0)).collect())
}

/// The step behind the one done last.
pub fn next_step(reader: &mut Reader, sequence: Id, last: Option<Id>) -> Result<Option<Step>> {
    let place = match last {
        Some(last) => {
            let sql = "select place from sequence_step where id = $1";
            reader.tx.one(sql, &[last.into()])?.map_or(-1, |row| row.int(0))
        }
        None => -1,
    };
    let sql = format!("{STEP} where sequence = $1 and removed = 0 and place > $2 order by place, id limit 1");
    Ok(reader.tx.one(&sql, &[sequence.into(), place.into()])?.as_ref().map(step))
}

pub fn put_step(op: &mut Operation, sequence: Id, step: &Step) -> Result<()> {
    let (template, subject) = match &step.does {
        Does::Mail { template } => (Arg::Id(*template), Arg::Null),
        Does::Task { subject } => (Arg::Null, Arg::text(subject)),
    };
    op.tx.execute(
        "insert into sequence_step (id, sequence, place, kind, wait, unit, template, subject, removed) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, 0) \
         on conflict (id) do update set place = excluded.place, kind = excluded.kind, wait = excluded.wait, \
         unit = excluded.unit, template = excluded.template, subject = excluded.subject, removed = 0",
        &[
            step.id.into(),
            sequence.into(),
            step.place.into(),
            step.does.word().into(),
            step.wait.into(),
            step.unit.word().into(),
            template,
            subject,
        ],
    )?;
    Ok(())
}

pub fn remove_step(op: &mut Operation, id: Id, place: i64) -> Result<()> {
    let sql = "update sequence_step set removed = 1, place = $2 where id = $1";
    op.tx.execute(sql, &[id.into(), place.into()]).map(drop)
}

// ---------------------------------------------------------------------------------------------- enrolments

/// Somebody on a sequence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrolment {
    pub id: Id,
    pub sequence: Id,
    pub object: String,
    pub record: Id,
    pub mailbox: Id,
    pub author: Id,
    /// running, paused, done, stopped.
    pub state: String,
    pub reason: Option<String>,
    /// The step done last.
    pub step: Option<Id>,
    pub due_at: Option<Time>,
    pub started_at: Time,
    pub ended_at: Option<Time>,
}

const ENROLMENT: &str = "select id, sequence, object, record, mailbox, author, state, reason, step, due_at, started_at, ended_at \
     from sequence_enrolment";

fn enrolment(row: &Row) -> Enrolment {
    Enrolment {
        id: row.id(0),
        sequence: row.id(1),
        object: row.text(2).to_string(),
        record: row.id(3),
        mailbox: row.id(4),
        author: row.id(5),
        state: row.text(6).to_string(),
        reason: row.opt_text(7).map(str::to_string),
        step: row.opt_id(8),
        due_at: row.opt_time(9),
        started_at: row.time(10),
        ended_at: row.opt_time(11),
    }
}

pub fn enrolment_by_id(reader: &mut Reader, id: Id) -> Result<Option<Enrolment>> {
    Ok(reader.tx.one(&format!("{ENROLMENT} where id = $1"), &[id.into()])?.as_ref().map(enrolment))
}

/// What a record is or was on, the latest first.
pub fn enrolments_of(reader: &mut Reader, record: Id, limit: i64) -> Result<Vec<Enrolment>> {
    let sql = format!("{ENROLMENT} where record = $1 order by started_at desc, id desc limit $2");
    Ok(reader.tx.query(&sql, &[record.into(), limit.into()])?.iter().map(enrolment).collect())
}

/// Those on a sequence in one state, the latest first, behind `before`.
pub fn enrolments_in(
    reader: &mut Reader,
    sequence: Id,
    state: &str,
    before: (Time, Id),
    limit: i64,
) -> Result<Vec<Enrolment>> {
    let sql = format!(
        "{ENROLMENT} where sequence = $1 and state = $2 and (started_at < $3 or (started_at = $3 and id < $4)) \
         order by started_at desc, id desc limit $5"
    );
    let args = [sequence.into(), state.into(), before.0.into(), before.1.into(), limit.into()];
    Ok(reader.tx.query(&sql, &args)?.iter().map(enrolment).collect())
}

/// Puts somebody on a sequence; `false` if they are on it already.
pub fn add_enrolment(op: &mut Operation, new: &Enrolment) -> Result<bool> {
    let added = op.tx.execute(
        "insert into sequence_enrolment (id, sequence, object, record, mailbox, author, state, due_at, started_at) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing",
        &[
            new.id.into(),
            new.sequence.into(),
            new.object.as_str().into(),
            new.record.into(),
            new.mailbox.into(),
            new.author.into(),
            new.state.as_str().into(),
            new.due_at.map_or(Arg::Null, Arg::from),
            new.started_at.into(),
        ],
    )?;
    Ok(added == 1)
}

pub fn moved(op: &mut Operation, id: Id, step: Option<Id>, due: Time) -> Result<()> {
    let sql = "update sequence_enrolment set step = $2, due_at = $3 where id = $1";
    op.tx.execute(sql, &[id.into(), step.map_or(Arg::Null, Arg::Id), due.into()]).map(drop)
}

pub fn set_state(op: &mut Operation, id: Id, state: &str) -> Result<()> {
    op.tx.execute("update sequence_enrolment set state = $2 where id = $1", &[id.into(), state.into()]).map(drop)
}

pub fn ended(op: &mut Operation, id: Id, state: &str, reason: &str, step: Option<Id>) -> Result<()> {
    let now = op.now;
    op.tx.execute(
        "update sequence_enrolment set state = $2, reason = $3, ended_at = $4, due_at = null, step = coalesce($5, step) \
         where id = $1 and ended_at is null",
        &[id.into(), state.into(), reason.into(), now.into(), step.map_or(Arg::Null, Arg::Id)],
    )?;
    Ok(())
}

/// How many are in each state, and why those that were stopped were.
pub fn states(reader: &mut Reader, sequence: Id) -> Result<Vec<(String, Option<String>, i64)>> {
    let sql = "select state, reason, count(*) from sequence_enrolment where sequence = $1 group by state, reason";
    let rows = reader.tx.query(sql, &[sequence.into()])?;
    Ok(rows.iter().map(|row| (row.text(0).to_string(), row.opt_text(1).map(str::to_string), row.int(2))).collect())
}

/// Whether anybody was ever put on any sequence: else nobody needs to follow what happens.
pub fn is_any(tx: &mut db::Tx) -> Result<bool> {
    Ok(tx.one("select 1 from sequence_enrolment limit 1", &[])?.is_some())
}

/// Whether the ledger tells something of somebody behind a position, be it settled or not.
pub fn is_told_after(tx: &mut db::Tx, position: Position, condition: &str, party: Id) -> Result<bool> {
    let after = tx.dialect().position_after(1);
    let [at, seq] = position.args();
    let args = [at, seq, party.into()];
    let of_them = format!("select 1 from event e where e.party = $3 and {after} and ({condition}) limit 1");
    if tx.one(&of_them, &args)?.is_some() {
        return Ok(true);
    }
    let deals = format!("select 1 from event e where e.kind in ('deal.won', 'deal.lost') and {after} limit 1");
    let [at, seq, _] = args;
    Ok(tx.one(&deals, &[at, seq])?.is_some())
}

// ---------------------------------------------------------------------------------------------------- acts

/// What a step did.
pub struct Act<'a> {
    pub id: Id,
    pub enrolment: &'a Enrolment,
    pub step: Id,
    pub kind: &'a str,
}

pub fn add_act(op: &mut Operation, act: &Act) -> Result<()> {
    let now = op.now;
    let sent = if act.kind == "task" { Arg::from(now) } else { Arg::Null };
    op.tx.execute(
        "insert into sequence_act (id, enrolment, sequence, step, object, record, kind, at, sent_at) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        &[
            act.id.into(),
            act.enrolment.id.into(),
            act.enrolment.sequence.into(),
            act.step.into(),
            act.enrolment.object.as_str().into(),
            act.enrolment.record.into(),
            act.kind.into(),
            now.into(),
            sent,
        ],
    )?;
    Ok(())
}

/// The letter of a sequence went.
pub fn act_sent(op: &mut Operation, letter: Id) -> Result<()> {
    let now = op.now;
    let sql = "update sequence_act set sent_at = $2 where id = $1 and sent_at is null";
    op.tx.execute(sql, &[letter.into(), now.into()]).map(drop)
}

/// The last letter of an enrolment, and when it went.
pub fn last_letter(reader: &mut Reader, enrolment: Id) -> Result<Option<(Id, Option<Time>)>> {
    let sql =
        "select id, sent_at from sequence_act where enrolment = $1 and kind = 'mail' order by at desc, id desc limit 1";
    Ok(reader.tx.one(sql, &[enrolment.into()])?.map(|row| (row.id(0), row.opt_time(1))))
}

/// Letters of a record that wait to go by sequences.
pub fn waiting_letters(reader: &mut Reader, enrolment: Id) -> Result<Vec<Id>> {
    let sql = "select id from sequence_act where enrolment = $1 and kind = 'mail' and sent_at is null";
    Ok(reader.tx.query(sql, &[enrolment.into()])?.iter().map(|row| row.id(0)).collect())
}

/// The enrolment and the sequence that a letter is of.
pub fn enrolment_of_letter(reader: &mut Reader, letter: Id) -> Result<Option<(Id, Id)>> {
    let row = reader.tx.one("select enrolment, sequence from sequence_act where id = $1", &[letter.into()])?;
    Ok(row.map(|row| (row.id(0), row.id(1))))
}

pub fn drop_act(op: &mut Operation, id: Id) -> Result<()> {
    op.tx.execute("delete from sequence_act where id = $1", &[id.into()]).map(drop)
}

/// An answer, or a bounce, belongs to the last letter that went before it. `column` is `replied_at` or `bounced_at`.
pub fn mark_last(op: &mut Operation, record: Id, is_bounce: bool, at: Time) -> Result<()> {
    let column = if is_bounce { "bounced_at" } else { "replied_at" };
    let sql = "select id from sequence_act where record = $1 and kind = 'mail' and sent_at is not null order by at desc, id desc limit 1";
    let Some(last) = op.tx.one(sql, &[record.into()])?.map(|row| row.id(0)) else { return Ok(()) };
    let sql = format!("update sequence_act set {column} = $2 where id = $1 and {column} is null");
    op.tx.execute(&sql, &[last.into(), at.into()]).map(drop)
}

/// A letter more of this mailbox on that day; `false` if it has had as many as it may.
pub fn count_letter(op: &mut Operation, mailbox: Id, day: &str, limit: i64) -> Result<bool> {
    let counted = op.tx.execute(
        "insert into sequence_day (mailbox, day, count) values ($1, $2, 1) \
         on conflict (mailbox, day) do update set count = sequence_day.count + 1 where sequence_day.count < $3",
        &[mailbox.into(), day.into(), limit.into()],
    )?;
    Ok(counted == 1)
}

/// What each step came to: the step, and how many letters or tasks, sent, opened by people, by machines alone, followed,
/// answered, come back.
pub fn figures(reader: &mut Reader, sequence: Id) -> Result<Vec<(Id, [i64; 7])>> {
    let sql = "select a.step, count(*), count(a.sent_at), \
         sum(case when t.opened_at is not null or t.clicked_at is not null then 1 else 0 end), \
         sum(case when t.opened_at is null and t.clicked_at is null and t.machine_opens + t.machine_clicks > 0 then 1 else 0 end), \
         count(t.clicked_at), count(a.replied_at), count(a.bounced_at) \
         from sequence_act a left join mail_trace t on t.letter = a.id where a.sequence = $1 group by a.step";
    let rows = reader.tx.query(sql, &[sequence.into()])?;
    Ok(rows.iter().map(|row| (row.id(0), [1, 2, 3, 4, 5, 6, 7].map(|column| row.int(column)))).collect())
}

/// Whose figure it is: records of a step with what happened to its letter.
pub fn behind_figure(
    reader: &mut Reader,
    sequence: Id,
    step: Id,
    what: &str,
    before: (Time, Id),
    limit: i64,
) -> Result<Vec<(Id, String, Id, Time)>> {
    let condition = match what {
        "sent" => "a.sent_at is not null",
        "opened" => "(t.opened_at is not null or t.clicked_at is not null)",
        "machine" => "t.opened_at is null and t.clicked_at is null and t.machine_opens + t.machine_clicks > 0",
        "clicked" => "t.clicked_at is not null",
        "replied" => "a.replied_at is not null",
        "bounced" => "a.bounced_at is not null",
        _ => "1 = 1",
    };
    let sql = format!(
        "select a.id, a.object, a.record, a.at from sequence_act a left join mail_trace t on t.letter = a.id \
         where a.sequence = $1 and a.step = $2 and {condition} and (a.at < $3 or (a.at = $3 and a.id < $4)) \
         order by a.at desc, a.id desc limit $5"
    );
    let args = [sequence.into(), step.into(), before.0.into(), before.1.into(), limit.into()];
    let rows = reader.tx.query(&sql, &args)?;
    Ok(rows.iter().map(|row| (row.id(0), row.text(1).to_string(), row.id(2), row.time(3))).collect())
}

/// Somebody is erased.
pub fn forget(op: &mut Operation, records: &[Id]) -> Result<()> {
    for record in records {
        let sql = "select id from sequence_enrolment where record = $1";
        for row in op.tx.query(sql, &[(*record).into()])? {
            timer::clear(op, super::STEP_DUE, row.id(0))?;
        }
    }
    let each: Vec<Vec<Arg>> = records.iter().map(|id| vec![(*id).into()]).collect();
    for sql in [
        "delete from mail_draft where id in (select id from sequence_act where record = $1)",
        "delete from sequence_act where record = $1",
        "delete from sequence_enrolment where record = $1",
        "delete from mail_look where letter in (select letter from mail_trace where party = $1)",
        "delete from mail_trace where party = $1",
    ] {
        op.tx.execute_many(sql, &each)?;
    }
    Ok(())
}
