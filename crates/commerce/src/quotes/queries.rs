//! Rows beside quotes: numbers, sent versions, and what was accepted.

use db::{Arg, Row};
use foundation::access::{Action, Principal};
use foundation::records::erase::Copies;
use foundation::records::{Object, ask};
use foundation::{App, Operation, Reader};
use kernel::{Id, Result, Time};

use super::document::Version;

pub(super) fn may_update(reader: &mut Reader, object: &Object, id: Id) -> Result<bool> {
    let mut args = vec![Arg::Id(id)];
    let rule = ask::rule_sql(reader, object, Action::Update, &mut args)?;
    let sql = format!("select 1 from {} r where r.id = $1 and r.deleted_at is null and {rule}", object.def.table);
    Ok(reader.tx.one(&sql, &args)?.is_some())
}

pub(super) fn lines(reader: &mut Reader, quote: Id) -> Result<Vec<Id>> {
    let sql = "select id from quote_line where quote = $1 and deleted_at is null order by position, id";
    Ok(reader.tx.query(sql, &[quote.into()])?.iter().map(|row| row.id(0)).collect())
}

/// The next number of a kind in a year.
pub(super) fn next_number(op: &mut Operation, kind: &str, year: i64) -> Result<i64> {
    let sql = "insert into document_number (kind, year, last) values ($1, $2, 1) \
               on conflict (kind, year) do update set last = document_number.last + 1 returning last";
    let row = op.tx.one(sql, &[kind.into(), year.into()])?;
    Ok(row.map_or(1, |row| row.int(0)))
}

pub(super) fn has_quote_number(op: &mut Operation, number: &str) -> Result<bool> {
    Ok(op.tx.one("select 1 from quote where number = $1", &[number.into()])?.is_some())
}

pub(super) fn has_order_number(op: &mut Operation, number: &str) -> Result<bool> {
    Ok(op.tx.one("select 1 from sales_order where number = $1", &[number.into()])?.is_some())
}

pub(super) fn setting(reader: &mut Reader, name: &str) -> Result<Option<String>> {
    let row = reader.tx.one("select value from setting where name = $1", &[name.into()])?;
    Ok(row.map(|row| row.text(0).to_string()))
}

pub(super) fn put_setting(op: &mut Operation, name: &str, value: &str) -> Result<()> {
    let sql =
        "insert into setting (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value";
    op.tx.execute(sql, &[name.into(), value.into()]).map(drop)
}

const VERSION: &str = "id, quote, revision, document, hash, sent_by, sent_at, read_at, reads, machine_reads";

fn version(row: &Row) -> Version {
    Version {
        id: row.id(0),
        quote: row.id(1),
        revision: row.int(2),
        document: row.text(3).into(),
        hash: row.opt_bytes(4).unwrap_or_default().to_vec(),
        sent_by: row.opt_id(5),
        sent_at: row.time(6),
        read_at: row.opt_time(7),
        reads: row.int(8),
        machine_reads: row.int(9),
    }
}

pub(super) fn versions(reader: &mut Reader, quote: Id) -> Result<Vec<Version>> {
    let sql = format!("select {VERSION} from quote_version where quote = $1 order by revision desc");
    Ok(reader.tx.query(&sql, &[quote.into()])?.iter().map(version).collect())
}

pub(super) fn version_by_id(reader: &mut Reader, id: Id) -> Result<Option<Version>> {
    let sql = format!("select {VERSION} from quote_version where id = $1");
    Ok(reader.tx.one(&sql, &[id.into()])?.as_ref().map(version))
}

pub(super) fn paper(reader: &mut Reader, version: Id) -> Result<Option<Vec<u8>>> {
    let row = reader.tx.one("select paper from quote_version where id = $1", &[version.into()])?;
    Ok(row.and_then(|row| row.opt_bytes(0).map(<[u8]>::to_vec)))
}

/// Keeps a version; `false` if that one is there already.
pub(super) fn put_version(op: &mut Operation, one: &Version, paper: Vec<u8>) -> Result<bool> {
    let added = op.tx.execute(
        "insert into quote_version (id, quote, revision, document, hash, paper, sent_by, sent_at, reads, machine_reads) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, 0, 0) on conflict (quote, revision) do nothing",
        &[
            one.id.into(),
            one.quote.into(),
            one.revision.into(),
            one.document.as_str().into(),
            one.hash.clone().into(),
            paper.into(),
            one.sent_by.into(),
            one.sent_at.into(),
        ],
    )?;
    Ok(added == 1)
}

/// Counts a look at the page; `true` for the first one by a person.
pub(super) fn count_read(op: &mut Operation, version: Id, is_person: bool) -> Result<bool> {
    let now = op.now;
    if !is_person {
        let sql = "update quote_version set machine_reads = machine_reads + 1 where id = $1";
        op.tx.execute(sql, &[version.into()])?;
        return Ok(false);
    }
    let sql = "update quote_version set reads = 1, read_at = $2 where id = $1 and read_at is null";
    if op.tx.execute(sql, &[version.into(), now.into()])? == 1 {
        return Ok(true);
    }
    op.tx.execute("update quote_version set reads = reads + 1 where id = $1", &[version.into()])?;
    Ok(false)
}

/// What a customer signed.
#[derive(Debug, Clone)]
pub(super) struct Acceptance {
    pub quote: Id,
    pub version: Id,
    pub at: Time,
    pub name: String,
    pub address: String,
    pub agent: String,
    pub document_hash: Vec<u8>,
    /// `typed` or `drawn`.
    pub signature_kind: &'static str,
    pub signature_hash: Vec<u8>,
    pub signature: String,
    /// What was chosen, as JSON.
    pub chosen: String,
}

/// The one acceptance of a quote; `false` if there is one.
pub(super) fn put_acceptance(op: &mut Operation, one: &Acceptance) -> Result<bool> {
    let added = op.tx.execute(
        "insert into quote_acceptance (quote, version, at, name, address, agent, document_hash, signature_kind, signature_hash, \
         signature, chosen) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict (quote) do nothing",
        &[
            one.quote.into(),
            one.version.into(),
            one.at.into(),
            one.name.as_str().into(),
            one.address.as_str().into(),
            one.agent.as_str().into(),
            one.document_hash.clone().into(),
            one.signature_kind.into(),
            one.signature_hash.clone().into(),
            one.signature.as_str().into(),
            one.chosen.as_str().into(),
        ],
    )?;
    Ok(added == 1)
}

/// The evidence of an acceptance: when, name, address, agent, hash of the document, kind and hash of the signature, the
/// signature, what was chosen.
pub(super) fn acceptance(reader: &mut Reader, quote: Id) -> Result<Option<Row>> {
    let sql = "select at, name, address, agent, document_hash, signature_kind, signature_hash, signature, chosen, version \
               from quote_acceptance where quote = $1";
    reader.tx.one(sql, &[quote.into()])
}

/// What a customer wrote on the page of a version in the last hour.
pub(super) fn count_question(op: &mut Operation, version: Id) -> Result<i64> {
    let now = op.now;
    op.tx.execute("insert into quote_question (version, at) values ($1, $2)", &[version.into(), now.into()])?;
    let since = Time(now.0.saturating_sub(60 * 60 * 1000));
    let sql = "select count(*) from quote_question where version = $1 and at > $2";
    Ok(op.tx.one(sql, &[version.into(), since.into()])?.map_or(0, |row| row.int(0)))
}

/// A turn of what was said about a quote.
pub(super) struct Turn {
    pub id: Id,
    pub author: Option<Id>,
    pub holder: Id,
    pub sealed: Vec<u8>,
    pub at: Time,
}

pub(super) fn say(op: &mut Operation, turn: &Turn, quote: Id) -> Result<()> {
    op.tx.execute(
        "insert into quote_said (id, quote, author, holder, sealed, at) values ($1, $2, $3, $4, $5, $6)",
        &[
            turn.id.into(),
            quote.into(),
            turn.author.into(),
            turn.holder.into(),
            turn.sealed.clone().into(),
            turn.at.into(),
        ],
    )?;
    Ok(())
}

/// What was said about a quote, the oldest first.
pub(super) fn said(reader: &mut Reader, quote: Id) -> Result<Vec<Turn>> {
    let sql = "select id, author, holder, sealed, at from quote_said where quote = $1 order by at, id limit 500";
    let turn = |row: &Row| Turn {
        id: row.id(0),
        author: row.opt_id(1),
        holder: row.id(2),
        sealed: row.opt_bytes(3).unwrap_or_default().to_vec(),
        at: row.time(4),
    };
    Ok(reader.tx.query(sql, &[quote.into()])?.iter().map(turn).collect())
}

/// The first stage of a pipeline in which a deal is won.
pub(super) fn won_stage(op: &mut Operation, pipeline: Id) -> Result<Option<Id>> {
    let sql = "select id from stage where pipeline = $1 and kind = 'won' and deleted_at is null order by position, id limit 1";
    Ok(op.tx.one(sql, &[pipeline.into()])?.map(|row| row.id(0)))
}

/// What versions and signatures say of people goes when these are erased; hashes and amounts stay.
pub struct Versions;

impl Copies for Versions {
    fn forget(&self, app: &App, parties: &[Id]) -> Result<()> {
        let parties = parties.to_vec();
        app.write_now(&Principal::system("erase"), move |op| {
            for party in &parties {
                let of = "(select id from quote where contact = $1 or company = $1)";
                op.tx.execute(&format!("delete from quote_said where quote in {of}"), &[(*party).into()])?;
                op.tx.execute(
                    &format!("update quote_version set document = '', paper = null where quote in {of}"),
                    &[(*party).into()],
                )?;
                op.tx.execute(
                    &format!(
                        "update quote_acceptance set name = '', address = '', agent = '', signature = '' where quote in {of}"
                    ),
                    &[(*party).into()],
                )?;
            }
            Ok(())
        })
    }
}
