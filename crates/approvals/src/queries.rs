//! Rules, decisions that are asked for, and who stands in for whom.

use db::Row;
use foundation::{Operation, Reader};
use kernel::{Currency, Id, Money, Result, Time};

use crate::request::Approval;

/// A rule as it is applied.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    pub id: Id,
    pub name: String,
    pub question: String,
    pub step: i64,
    pub level: Option<i64>,
    pub escalate_after: Option<i64>,
    pub escalate_to: Option<Id>,
    pub approvers: Vec<Id>,
}

pub fn rules(reader: &mut Reader, subject: &str) -> Result<Vec<Rule>> {
    let rows = reader.tx.query(
        "select id, name, question, step, level, escalate_after, escalate_to from approval_rule \
         where subject = $1 and deleted_at is null and (is_active is null or is_active = 1) order by step, name, id",
        &[subject.into()],
    )?;
    Ok(rows
        .iter()
        .map(|row| Rule {
            id: row.id(0),
            name: row.text(1).into(),
            question: row.text(2).into(),
            step: row.opt_int(3).unwrap_or(1),
            level: row.opt_int(4),
            escalate_after: row.opt_int(5),
            escalate_to: row.opt_id(6),
            approvers: Vec::new(),
        })
        .collect())
}

/// What is read of an approval, with the rest of the statement behind it.
macro_rules! approvals {
    ($rest:literal) => {
        concat!(
            "select id, request, object, record, title, amount, amount_currency, rule, rule_name, question, step, state, \
             measures, note, requested_by, requested_at, due_at, escalated_at, decided_by, decided_for, decided_at, comment \
             from approval ",
            $rest
        )
    };
}

fn approval(row: &Row) -> Approval {
    let amount = row.opt_int(5).zip(row.opt_text(6).and_then(Currency::parse));
    Approval {
        id: row.id(0),
        request: row.id(1),
        object: row.text(2).into(),
        record: row.id(3),
        title: row.text(4).into(),
        amount: amount.map(|(amount, currency)| Money::new(amount, currency)),
        rule: row.id(7),
        rule_name: row.text(8).into(),
        question: row.text(9).into(),
        step: row.int(10),
        state: row.text(11).into(),
        measures: serde_json::from_str(row.text(12)).unwrap_or_default(),
        note: row.opt_text(13).map(str::to_string),
        requested_by: row.id(14),
        requested_at: row.time(15),
        due_at: row.opt_time(16),
        escalated_at: row.opt_time(17),
        decided_by: row.opt_id(18),
        decided_for: row.opt_id(19),
        decided_at: row.opt_time(20),
        comment: row.opt_text(21).map(str::to_string),
    }
}

pub fn by_id(reader: &mut Reader, id: Id) -> Result<Option<Approval>> {
    let sql = approvals!("where id = $1");
    Ok(reader.tx.one(sql, &[id.into()])?.as_ref().map(approval))
}

/// Everything that was ever asked about a record, the latest first.
pub fn of_record(reader: &mut Reader, record: Id) -> Result<Vec<Approval>> {
    let sql = approvals!("where record = $1 order by id desc limit 200");
    Ok(reader.tx.query(sql, &[record.into()])?.iter().map(approval).collect())
}

pub fn of_request(reader: &mut Reader, request: Id) -> Result<Vec<Approval>> {
    let sql = approvals!("where request = $1 order by step, id");
    Ok(reader.tx.query(sql, &[request.into()])?.iter().map(approval).collect())
}

/// What waits for one of these people, the oldest first.
pub fn waiting_for(reader: &mut Reader, user: Id) -> Result<Vec<Approval>> {
    let sql = approvals!(
        "where state = 'waiting' and id in (select approval from approval_decider where user_id = $1) order by id limit 200"
    );
    Ok(reader.tx.query(sql, &[user.into()])?.iter().map(approval).collect())
}

/// What somebody asked for, the latest first.
pub fn asked_by(reader: &mut Reader, user: Id) -> Result<Vec<Approval>> {
    let sql = approvals!("where requested_by = $1 order by id desc limit 50");
    Ok(reader.tx.query(sql, &[user.into()])?.iter().map(approval).collect())
}

pub fn put(op: &mut Operation, one: &Approval) -> Result<()> {
    let measures = serde_json::to_string(&one.measures).map_err(kernel::Error::internal)?;
    op.tx.execute(
        "insert into approval (id, request, object, record, title, amount, amount_currency, rule, rule_name, question, step, \
         state, measures, note, requested_by, requested_at) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
        &[
            one.id.into(),
            one.request.into(),
            one.object.as_str().into(),
            one.record.into(),
            one.title.as_str().into(),
            one.amount.map(|amount| amount.amount).into(),
            one.amount.map(|amount| amount.currency.code().to_string()).into(),
            one.rule.into(),
            one.rule_name.as_str().into(),
            one.question.as_str().into(),
            one.step.into(),
            one.state.as_str().into(),
            measures.into(),
            one.note.clone().into(),
            one.requested_by.into(),
            one.requested_at.into(),
        ],
    )?;
    Ok(())
}

pub fn put_decider(op: &mut Operation, approval: Id, user: Id, asked_by: &str) -> Result<bool> {
    let sql = "insert into approval_decider (approval, user_id, asked_by) values ($1, $2, $3) on conflict do nothing";
    Ok(op.tx.execute(sql, &[approval.into(), user.into(), asked_by.into()])? == 1)
}

pub fn deciders(reader: &mut Reader, approval: Id) -> Result<Vec<Id>> {
    let sql = "select user_id from approval_decider where approval = $1 order by user_id";
    Ok(reader.tx.query(sql, &[approval.into()])?.iter().map(|row| row.id(0)).collect())
}

/// Begins to wait for a decision.
pub fn open(op: &mut Operation, approval: Id, due_at: Option<Time>) -> Result<()> {
    let sql = "update approval set state = 'waiting', due_at = $2 where id = $1 and state = 'pending'";
    op.tx.execute(sql, &[approval.into(), due_at.into()])?;
    Ok(())
}

/// One decision; `false` if somebody was faster.
pub fn decide(
    op: &mut Operation,
    approval: Id,
    state: &str,
    by: Id,
    place_of: Option<Id>,
    comment: Option<&str>,
) -> Result<bool> {
    let now = op.now;
    let changed = op.tx.execute(
        "update approval set state = $2, decided_by = $3, decided_for = $4, decided_at = $5, comment = $6 \
         where id = $1 and state = 'waiting'",
        &[approval.into(), state.into(), by.into(), place_of.into(), now.into(), comment.map(str::to_string).into()],
    )?;
    Ok(changed == 1)
}

/// Takes back what of a request is not decided yet.
pub fn withdraw(op: &mut Operation, request: Id) -> Result<u64> {
    let now = op.now;
    op.tx.execute(
        "update approval set state = 'withdrawn', decided_at = $2 where request = $1 and state in ('pending', 'waiting')",
        &[request.into(), now.into()],
    )
}

pub fn escalated(op: &mut Operation, approval: Id) -> Result<()> {
    let now = op.now;
    op.tx.execute("update approval set escalated_at = $2 where id = $1", &[approval.into(), now.into()])?;
    Ok(())
}

/// A colleague as approvals see them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colleague {
    pub id: Id,
    pub manager: Option<Id>,
    pub level: i64,
}

/// Everybody who works here.
pub fn colleagues(reader: &mut Reader) -> Result<Vec<Colleague>> {
    let sql = "select id, manager, authority_level from staff where deleted_at is null and (is_active is null or is_active = 1) order by id";
    let rows = reader.tx.query(sql, &[])?;
    Ok(rows
        .iter()
        .map(|row| Colleague { id: row.id(0), manager: row.opt_id(1), level: row.opt_int(2).unwrap_or(0) })
        .collect())
}
