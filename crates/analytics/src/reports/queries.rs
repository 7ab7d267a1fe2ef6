//! Reports as they are stored, and what was sent when to whom.

use db::{Arg, Row, Tx};
use foundation::Operation;
use kernel::{Id, Result, Time};
use serde_json::{Value as Json, json};

/// A report as it is stored.
#[derive(Debug, Clone)]
pub struct Stored {
    pub id: Id,
    pub owner: Option<Id>,
    pub name: String,
    pub what: String,
    pub dashboard: Option<Id>,
    pub view: Option<Id>,
    pub question: Option<Id>,
    pub every: String,
    pub on_day: i64,
    pub at_hour: i64,
    pub zone: Option<String>,
    pub addresses: String,
    pub language: String,
    pub is_on: bool,
    pub people: Vec<Id>,
}

pub fn report(tx: &mut Tx, id: Id) -> Result<Option<Stored>> {
    let sql = "select id, owner, name, what, dashboard, saved_view, question, every, on_day, at_hour, zone, addresses, language, is_on \
               from report where id = $1 and deleted_at is null";
    let Some(row) = tx.one(sql, &[id.into()])? else { return Ok(None) };
    let mut report = stored(&row);
    let people = tx.query(
        "select to_id from link where field = $1 and from_id = $2 order by to_id",
        &["report.people".into(), id.into()],
    )?;
    report.people = people.iter().map(|row| row.id(0)).collect();
    Ok(Some(report))
}

fn stored(row: &Row) -> Stored {
    Stored {
        id: row.id(0),
        owner: row.opt_id(1),
        name: row.text(2).to_string(),
        what: row.text(3).to_string(),
        dashboard: row.opt_id(4),
        view: row.opt_id(5),
        question: row.opt_id(6),
        every: row.text(7).to_string(),
        on_day: row.int(8),
        at_hour: row.int(9),
        zone: row.opt_text(10).filter(|zone| !zone.is_empty()).map(str::to_string),
        addresses: row.opt_text(11).unwrap_or_default().to_string(),
        language: row.text(12).to_string(),
        is_on: row.flag(13),
        people: Vec::new(),
    }
}

/// Writes down that a report was sent for a moment; `false` where it was already.
pub fn begin(op: &mut Operation, run: Id, report: Id, due_at: Time, by_hand: bool, state: &str) -> Result<bool> {
    let now = op.now;
    let written = op.tx.execute(
        "insert into report_run (id, report, due_at, made_at, by_hand, state) values ($1, $2, $3, $4, $5, $6) \
         on conflict (report, due_at) do nothing",
        &[run.into(), report.into(), due_at.into(), now.into(), by_hand.into(), state.into()],
    )?;
    if written == 1 && state == "sent" {
        op.tx.execute("update report set sent_at = $2 where id = $1", &[report.into(), now.into()])?;
    }
    Ok(written == 1)
}

/// A letter of a run: to whom, in which language, and what it said where that names no customer.
pub struct Sent<'a> {
    pub letter: Id,
    pub user: Option<Id>,
    pub address: &'a str,
    pub language: &'a str,
    pub body: Option<&'a str>,
}

pub fn sent(op: &mut Operation, run: Id, sent: &Sent) -> Result<()> {
    op.tx.execute(
        "insert into report_letter (run, letter, user_id, address, language, body) values ($1, $2, $3, $4, $5, $6)",
        &[
            run.into(),
            sent.letter.into(),
            sent.user.into(),
            sent.address.into(),
            sent.language.into(),
            sent.body.map_or(Arg::Null, Arg::text),
        ],
    )?;
    Ok(())
}

/// The last runs of a report, newest first, with the letters of each and what became of them.
pub fn runs(tx: &mut Tx, report: Id) -> Result<Vec<Json>> {
    let sql =
        "select id, due_at, made_at, by_hand, state from report_run where report = $1 order by due_at desc limit 30";
    let rows = tx.query(sql, &[report.into()])?;
    let mut runs = Vec::with_capacity(rows.len());
    for row in &rows {
        // A letter that the outbox has forgotten went long ago.
        let sql = "select l.user_id, l.address, l.language, l.body, coalesce(o.state, 'sent'), o.code from report_letter l \
                   left join outbox o on o.id = l.letter where l.run = $1 order by l.letter";
        let letters = tx.query(sql, &[row.id(0).into()])?;
        let shown = |row: &Row| {
            json!({
                "user": row.opt_id(0), "address": row.text(1), "language": row.text(2), "body": row.opt_text(3),
                "state": row.text(4), "code": row.opt_text(5),
            })
        };
        runs.push(json!({
            "due_at": row.time(1), "made_at": row.time(2), "by_hand": row.flag(3), "state": row.text(4),
            "letters": letters.iter().map(shown).collect::<Vec<_>>(),
        }));
    }
    Ok(runs)
}
