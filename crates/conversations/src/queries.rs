//! The tables of mail.

use db::{Arg, Row};
use foundation::access::Action;
use foundation::records::{Object, ask};
use foundation::{Operation, Reader};
use kernel::{Id, Result, Time};

use crate::writing::Draft;

/// Whether the caller's rights let them change a record.
pub fn may_update(reader: &mut Reader, object: &Object, id: Id) -> Result<bool> {
    let mut args = vec![Arg::Id(id)];
    let rule = ask::rule_sql(reader, object, Action::Update, &mut args)?;
    let sql = format!("select 1 from {} r where r.id = $1 and {rule}", object.def.table);
    Ok(reader.tx.one(&sql, &args)?.is_some())
}

/// The next ids of an object's living records that meet a condition on `r`, in their order. `$1` is the id behind which.
pub fn ids_of(
    reader: &mut Reader,
    object: &Object,
    condition: &str,
    mut args: Vec<Arg>,
    limit: usize,
) -> Result<Vec<Id>> {
    args.push(Arg::Int(i64::try_from(limit).unwrap_or(1)));
    let sql = format!(
        "select r.id from {} r where r.id > $1 and r.deleted_at is null and {condition} order by r.id limit ${}",
        object.def.table,
        args.len()
    );
    Ok(reader.tx.query(&sql, &args)?.iter().map(|row| row.id(0)).collect())
}

// ----------------------------------------------------------------------------------------------- mailboxes

/// Mailboxes of a user and of these teams, living, by name.
pub fn mailboxes_of(reader: &mut Reader, object: &Object, user: Option<Id>, teams: &[Id]) -> Result<Vec<Id>> {
    let mut args = vec![user.map_or(Arg::Null, Arg::Id)];
    let mut owner = "owner = $1".to_string();
    for team in teams {
        args.push((*team).into());
        owner.push_str(&format!(" or team = ${}", args.len()));
    }
    let sql = format!("select id from {} where deleted_at is null and ({owner}) order by title, id", object.def.table);
    Ok(reader.tx.query(&sql, &args)?.iter().map(|row| row.id(0)).collect())
}

/// Mailboxes with a secret that nobody reads now and that have something to read.
pub fn due(reader: &mut Reader, object: &Object) -> Result<Vec<Id>> {
    let now = reader.now;
    let sql = format!(
        "select m.id from {} m join mail_secret s on s.mailbox = m.id left join mail_lease l on l.mailbox = m.id \
         where m.deleted_at is null and m.paused = $2 and coalesce(l.until, 0) < $1 \
         and (not exists (select 1 from mail_folder f where f.mailbox = m.id and f.chosen = 1) \
         or exists (select 1 from mail_folder f where f.mailbox = m.id and f.chosen = 1 and f.next_at <= $1)) order by m.id",
        object.def.table
    );
    Ok(reader.tx.query(&sql, &[now.into(), false.into()])?.iter().map(|row| row.id(0)).collect())
}

pub fn put_secret(op: &mut Operation, mailbox: Id, sealed: Vec<u8>, bound_to: &str) -> Result<()> {
    let now = op.now;
    op.tx.execute(
        "insert into mail_secret (mailbox, sealed, bound_to, set_at) values ($1, $2, $3, $4) \
         on conflict (mailbox) do update set sealed = excluded.sealed, bound_to = excluded.bound_to, set_at = excluded.set_at",
        &[mailbox.into(), sealed.into(), bound_to.into(), now.into()],
    )?;
    Ok(())
}

pub fn secret(reader: &mut Reader, mailbox: Id) -> Result<Option<(Vec<u8>, String)>> {
    let row = reader.tx.one("select sealed, bound_to from mail_secret where mailbox = $1", &[mailbox.into()])?;
    Ok(row.map(|row| (row.opt_bytes(0).unwrap_or_default().to_vec(), row.text(1).to_string())))
}

pub fn drop_secret(op: &mut Operation, mailbox: Id) -> Result<u64> {
    op.tx.execute("delete from mail_secret where mailbox = $1", &[mailbox.into()])
}

/// Takes a mailbox to read it, as the number-th to do so; none if somebody has it.
pub fn take_lease(op: &mut Operation, mailbox: Id, lease_ms: i64) -> Result<Option<i64>> {
    let now = op.now;
    let row = op.tx.one("select number, until from mail_lease where mailbox = $1", &[mailbox.into()])?;
    let number = match row {
        Some(row) if row.int(1) >= now.0 => return Ok(None),
        Some(row) => row.int(0) + 1,
        None => 1,
    };
    op.tx.execute(
        "insert into mail_lease (mailbox, number, until) values ($1, $2, $3) \
         on conflict (mailbox) do update set number = excluded.number, until = excluded.until",
        &[mailbox.into(), number.into(), (now.0 + lease_ms).into()],
    )?;
    Ok(Some(number))
}

/// Says that it is still there; `false` if somebody else took over.
pub fn keep_lease(op: &mut Operation, mailbox: Id, number: i64, lease_ms: i64) -> Result<bool> {
    let until = op.now.0 + lease_ms;
    let sql = "update mail_lease set until = $3 where mailbox = $1 and number = $2";
    Ok(op.tx.execute(sql, &[mailbox.into(), number.into(), until.into()])? == 1)
}

pub fn free_lease(op: &mut Operation, mailbox: Id, number: i64) -> Result<()> {
    let sql = "update mail_lease set until = 0 where mailbox = $1 and number = $2";
    op.tx.execute(sql, &[mailbox.into(), number.into()]).map(drop)
}

pub fn free_all(op: &mut Operation) -> Result<()> {
    op.tx.execute("update mail_lease set until = 0 where until > 0", &[]).map(drop)
}

// ------------------------------------------------------------------------------------------------- folders

/// A folder and how far it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    pub name: String,
    pub shown: String,
    pub role: String,
    pub chosen: bool,
    pub uid_validity: i64,
    pub uid_next: i64,
    pub taken: i64,
    pub skipped: i64,
    pub last_at: Option<Time>,
    pub code: Option<String>,
    pub detail: Option<String>,
    pub tries: i64,
    pub next_at: Time,
}

pub fn folders(reader: &mut Reader, mailbox: Id) -> Result<Vec<Folder>> {
    let sql = "select name, shown, role, chosen, uid_validity, uid_next, taken, skipped, last_at, code, detail, tries, next_at \
               from mail_folder where mailbox = $1 order by chosen desc, role, name";
    Ok(reader.tx.query(sql, &[mailbox.into()])?.iter().map(folder).collect())
}

fn folder(row: &Row) -> Folder {
    let text = |column| row.opt_text(column).map(str::to_string);
    Folder {
        name: row.text(0).to_string(),
        shown: row.text(1).to_string(),
        role: row.text(2).to_string(),
        chosen: row.int(3) != 0,
        uid_validity: row.int(4),
        uid_next: row.int(5),
        taken: row.int(6),
        skipped: row.int(7),
        last_at: row.opt_time(8),
        code: text(9),
        detail: text(10),
        tries: row.int(11),
        next_at: row.time(12),
    }
}

pub fn put_folder(op: &mut Operation, mailbox: Id, name: &str, shown: &str, role: &str, chosen: bool) -> Result<()> {
    op.tx.execute(
        "insert into mail_folder (mailbox, name, shown, role, chosen, uid_validity, uid_next, taken, skipped, tries, next_at) \
         values ($1, $2, $3, $4, $5, 0, 1, 0, 0, 0, 0) \
         on conflict (mailbox, name) do update set shown = excluded.shown, role = excluded.role",
        &[mailbox.into(), name.into(), shown.into(), role.into(), i64::from(chosen).into()],
    )?;
    Ok(())
}

pub fn choose_folder(op: &mut Operation, mailbox: Id, name: &str, chosen: bool) -> Result<bool> {
    let sql = "update mail_folder set chosen = $3, code = null, detail = null, tries = 0, next_at = 0 \
               where mailbox = $1 and name = $2 and chosen <> $3";
    Ok(op.tx.execute(sql, &[mailbox.into(), name.into(), i64::from(chosen).into()])? == 1)
}

/// How far a folder is read now.
pub fn advance(
    op: &mut Operation,
    mailbox: Id,
    name: &str,
    validity: i64,
    next: i64,
    taken: i64,
    skipped: i64,
) -> Result<()> {
    let now = op.now;
    op.tx.execute(
        "update mail_folder set uid_validity = $3, uid_next = $4, taken = taken + $5, skipped = skipped + $6, last_at = $7 \
         where mailbox = $1 and name = $2",
        &[mailbox.into(), name.into(), validity.into(), next.into(), taken.into(), skipped.into(), now.into()],
    )?;
    Ok(())
}

pub fn folder_is_well(op: &mut Operation, mailbox: Id, name: &str, next_at: Time) -> Result<()> {
    let now = op.now;
    op.tx.execute(
        "update mail_folder set code = null, detail = null, tries = 0, next_at = $3, last_at = $4 \
         where mailbox = $1 and name = $2",
        &[mailbox.into(), name.into(), next_at.into(), now.into()],
    )?;
    Ok(())
}

pub fn folder_failed(
    op: &mut Operation,
    mailbox: Id,
    name: &str,
    code: &str,
    detail: &str,
    next_at: Time,
) -> Result<()> {
    op.tx.execute(
        "update mail_folder set code = $3, detail = $4, tries = tries + 1, next_at = $5 where mailbox = $1 and name = $2",
        &[mailbox.into(), name.into(), code.into(), detail.into(), next_at.into()],
    )?;
    Ok(())
}

/// Whatever waits behind a failure is tried at once.
pub fn try_now(op: &mut Operation, mailbox: Id) -> Result<()> {
    op.tx.execute("update mail_folder set next_at = 0, tries = 0 where mailbox = $1", &[mailbox.into()]).map(drop)
}

// ----------------------------------------------------------------------------------------------------- raw

/// A message as it came.
#[derive(Debug, Clone)]
pub struct Raw {
    pub id: Id,
    pub mailbox: Id,
    pub role: String,
    pub is_seen: bool,
    pub holder: Id,
    pub content: Option<Vec<u8>>,
    pub state: String,
    pub tries: i64,
    pub taken_at: Time,
}

/// Where in a folder a message stands.
pub struct Spot<'a> {
    pub mailbox: Id,
    pub folder: &'a str,
    pub role: &'a str,
    pub validity: i64,
    pub uid: i64,
    pub is_seen: bool,
}

/// Keeps a message before it is read; `false` if it is here already.
pub fn put_raw(op: &mut Operation, id: Id, spot: &Spot, sealed: Vec<u8>, size: i64) -> Result<bool> {
    let now = op.now;
    let added = op.tx.execute(
        "insert into mail_raw (id, mailbox, folder, role, uid_validity, uid, is_seen, holder, content, size, state, tries, taken_at) \
         values ($1, $2, $3, $4, $5, $6, $7, $2, $8, $9, 'new', 0, $10) on conflict (mailbox, folder, uid_validity, uid) do nothing",
        &[
            id.into(),
            spot.mailbox.into(),
            spot.folder.into(),
            spot.role.into(),
            spot.validity.into(),
            spot.uid.into(),
            i64::from(spot.is_seen).into(),
            sealed.into(),
            size.into(),
            now.into(),
        ],
    )?;
    Ok(added == 1)
}

const RAW: &str = "select id, mailbox, role, is_seen, holder, content, state, tries, taken_at from mail_raw";

fn raw(row: &Row) -> Raw {
    Raw {
        id: row.id(0),
        mailbox: row.id(1),
        role: row.text(2).to_string(),
        is_seen: row.int(3) != 0,
        holder: row.id(4),
        content: row.opt_bytes(5).map(<[u8]>::to_vec),
        state: row.text(6).to_string(),
        tries: row.int(7),
        taken_at: row.time(8),
    }
}

pub fn raw_by_id(reader: &mut Reader, id: Id) -> Result<Option<Raw>> {
    Ok(reader.tx.one(&format!("{RAW} where id = $1"), &[id.into()])?.as_ref().map(raw))
}

/// The oldest message of a mailbox behind `after` that nobody has read.
pub fn next_raw(reader: &mut Reader, mailbox: Id, after: Id) -> Result<Option<Id>> {
    let sql = "select id from mail_raw where mailbox = $1 and state = 'new' and id > $2 order by id limit 1";
    Ok(reader.tx.one(sql, &[mailbox.into(), after.into()])?.map(|row| row.id(0)))
}

pub fn count_try(op: &mut Operation, id: Id) -> Result<()> {
    op.tx.execute("update mail_raw set tries = tries + 1 where id = $1", &[id.into()]).map(drop)
}

pub fn raw_state(op: &mut Operation, id: Id, state: &str, code: Option<&str>) -> Result<()> {
    op.tx.execute(
        "update mail_raw set state = $2, code = $3, tries = case when $2 = 'new' then 0 else tries end where id = $1",
        &[id.into(), state.into(), code.map_or(Arg::Null, Arg::text)],
    )?;
    Ok(())
}

/// The message was read, and is kept under the key of whom it is about; without content where nothing hangs on it.
pub fn raw_read(op: &mut Operation, id: Id, holder: Id, sealed: Option<Vec<u8>>) -> Result<()> {
    op.tx.execute(
        "update mail_raw set state = 'read', code = null, holder = $2, content = $3 where id = $1",
        &[id.into(), holder.into(), sealed.map_or(Arg::Null, Arg::Bytes)],
    )?;
    Ok(())
}

/// A message that was put aside.
#[derive(Debug, serde::Serialize)]
pub struct Aside {
    pub id: Id,
    pub folder: String,
    pub bytes: i64,
    pub code: String,
    pub at: Time,
}

/// Messages put aside, the last first.
pub fn aside(reader: &mut Reader, mailbox: Id) -> Result<Vec<Aside>> {
    let sql = "select id, folder, size, code, taken_at from mail_raw where mailbox = $1 and state = 'aside' order by id desc limit 100";
    let rows = reader.tx.query(sql, &[mailbox.into()])?;
    let line = |row: &Row| Aside {
        id: row.id(0),
        folder: row.text(1).to_string(),
        bytes: row.int(2),
        code: row.opt_text(3).unwrap_or_default().to_string(),
        at: row.time(4),
    };
    Ok(rows.iter().map(line).collect())
}

/// A letter of ours that has files, as it went out.
pub fn put_own_raw(op: &mut Operation, id: Id, mailbox: Id, holder: Id, sealed: Vec<u8>) -> Result<()> {
    let now = op.now;
    op.tx.execute(
        "insert into mail_raw (id, mailbox, folder, role, uid_validity, uid, is_seen, holder, content, size, state, tries, taken_at) \
         values ($1, $2, $3, 'sent', 0, 0, 1, $4, $5, $6, 'read', 0, $7) on conflict do nothing",
        &[
            id.into(),
            mailbox.into(),
            format!("own {id}").into(),
            holder.into(),
            sealed.clone().into(),
            i64::try_from(sealed.len()).unwrap_or(i64::MAX).into(),
            now.into(),
        ],
    )?;
    Ok(())
}

// -------------------------------------------------------------------------------------------------- drafts

const DRAFT: &str = "select id, mailbox, author, thread, sealed, state, letter, send_at, updated_at from mail_draft";

fn draft_row(row: &Row) -> Draft {
    Draft {
        id: row.id(0),
        mailbox: row.id(1),
        author: row.id(2),
        thread: row.opt_id(3),
        sealed: row.opt_bytes(4).unwrap_or_default().to_vec(),
        state: row.text(5).to_string(),
        letter: row.opt_id(6),
        send_at: row.opt_time(7),
        updated_at: row.time(8),
    }
}

pub fn add_draft(op: &mut Operation, draft: &Draft) -> Result<()> {
    op.tx.execute(
        "insert into mail_draft (id, mailbox, author, thread, sealed, state, updated_at) values ($1, $2, $3, $4, $5, 'draft', $6)",
        &[
            draft.id.into(),
            draft.mailbox.into(),
            draft.author.into(),
            draft.thread.map_or(Arg::Null, Arg::Id),
            draft.sealed.clone().into(),
            draft.updated_at.into(),
        ],
    )?;
    Ok(())
}

pub fn draft(reader: &mut Reader, id: Id) -> Result<Option<Draft>> {
    Ok(reader.tx.one(&format!("{DRAFT} where id = $1"), &[id.into()])?.as_ref().map(draft_row))
}

pub fn drafts_of(reader: &mut Reader, author: Id) -> Result<Vec<Draft>> {
    let sql = format!("{DRAFT} where author = $1 order by updated_at desc, id limit 200");
    Ok(reader.tx.query(&sql, &[author.into()])?.iter().map(draft_row).collect())
}

pub fn drafts_of_thread(reader: &mut Reader, thread: Id) -> Result<Vec<Draft>> {
    let sql = format!("{DRAFT} where thread = $1 order by id limit 50");
    Ok(reader.tx.query(&sql, &[thread.into()])?.iter().map(draft_row).collect())
}

pub fn write_draft(op: &mut Operation, id: Id, sealed: Vec<u8>) -> Result<()> {
    let now = op.now;
    let sql = "update mail_draft set sealed = $2, updated_at = $3 where id = $1";
    op.tx.execute(sql, &[id.into(), sealed.into(), now.into()]).map(drop)
}

pub fn draft_goes(op: &mut Operation, id: Id, letter: Id, at: Time) -> Result<()> {
    let sql = "update mail_draft set state = 'sending', letter = $2, send_at = $3 where id = $1";
    op.tx.execute(sql, &[id.into(), letter.into(), at.into()]).map(drop)
}

pub fn draft_stays(op: &mut Operation, id: Id) -> Result<()> {
    let sql = "update mail_draft set state = 'draft', letter = null, send_at = null where id = $1";
    op.tx.execute(sql, &[id.into()]).map(drop)
}

pub fn drop_draft(op: &mut Operation, id: Id) -> Result<()> {
    op.tx.execute("delete from mail_draft where id = $1", &[id.into()]).map(drop)
}

// ----------------------------------------------------------------------------------------------- templates

/// The words of a template in one further language.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct TemplateText {
    pub language: String,
    pub subject: String,
    pub body: String,
}

pub fn template_texts(reader: &mut Reader, template: Id) -> Result<Vec<TemplateText>> {
    let sql = "select language, subject, body from mail_template_text where template = $1 order by language";
    let text = |row: &Row| TemplateText {
        language: row.text(0).to_string(),
        subject: row.text(1).to_string(),
        body: row.text(2).to_string(),
    };
    Ok(reader.tx.query(sql, &[template.into()])?.iter().map(text).collect())
}

pub fn put_template_texts(op: &mut Operation, template: Id, texts: &[TemplateText]) -> Result<()> {
    op.tx.execute("delete from mail_template_text where template = $1", &[template.into()])?;
    for text in texts {
        op.tx.execute(
            "insert into mail_template_text (template, language, subject, body) values ($1, $2, $3, $4)",
            &[template.into(), text.language.as_str().into(), text.subject.as_str().into(), text.body.as_str().into()],
        )?;
    }
    Ok(())
}
