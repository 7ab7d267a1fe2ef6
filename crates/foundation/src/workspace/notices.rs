//! Notices: what somebody is told because a colleague did it, that they are mentioned, made the owner of something, or
//! answered; or because an alert that they follow rang.
//!
//! A notice is written in the transaction of the change it tells of. It keeps no text: what it is about is read when it is
//! shown, under the rights that its reader has then. Nobody is told of their own acts, nor of what they may not read.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use db::Arg;
use kernel::object::FieldType;
use kernel::{Error, Id, Labels, Result, Value, mention};
use serde::Deserialize;
use serde_json::{Map, Value as Json, json};

use crate::access::principal::Kind as Caller;
use crate::access::{Action, people};
use crate::ledger;
use crate::operation::{Operation, Reader};
use crate::records::record::{CHUNK, Record, id_list};
use crate::records::write::{Draft, What};
use crate::records::{Object, ask, merged, read};

/// People told by one change: more is a mistake or mischief.
const MOST_TOLD: usize = 200;
/// Who wrote in a thread is looked for among so many of its latest notes.
const THREAD: i64 = 200;
/// Notices of one page.
const PAGE: usize = 100;
/// Unread ones are counted up to here.
const MOST_COUNTED: i64 = 1_000;
/// How long a notice is kept once it was read, and at all. What it tells of stays where it is.
const KEPT_READ_DAYS: i64 = 90;
const KEPT_DAYS: i64 = 365;
/// A link field that names who is meant beside the text.
const MENTIONS: &str = "mentions";
/// What notes hang on, the most particular first.
const THREADS: [&str; 6] = ["ticket", "deal", "order", "lead", "contact", "company"];

/// Why somebody is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Mention,
    Assigned,
    Reply,
    /// Their approval is asked for.
    Approval,
    /// A customer answered, or a decision was made that they asked for.
    News,
    /// What an alert watches is out of the ordinary.
    Alert,
    /// It is as usual again.
    Calm,
    /// Something of theirs has not moved for too long.
    Stale,
    /// What they wanted to be reminded of is soon.
    Reminder,
}

impl Kind {
    /// Those that people choose among.
    pub const ALL: [Kind; 7] =
        [Kind::Mention, Kind::Assigned, Kind::Reply, Kind::Approval, Kind::News, Kind::Alert, Kind::Reminder];

    pub fn text(self) -> &'static str {
        match self {
            Kind::Mention => "mention",
            Kind::Assigned => "assigned",
            Kind::Reply => "reply",
            Kind::Approval => "approval",
            Kind::News => "news",
            Kind::Alert => "alert",
            Kind::Calm => "calm",
            Kind::Stale => "stale",
            Kind::Reminder => "reminder",
        }
    }

    fn parse(text: &str) -> Option<Kind> {
        Kind::ALL.into_iter().chain([Kind::Calm, Kind::Stale]).find(|kind| kind.text() == text)
    }

    /// Whose choice it follows.
    fn chosen_as(self) -> Kind {
        match self {
            Kind::Calm => Kind::Alert,
            Kind::Stale => Kind::Reminder,
            other => other,
        }
    }

    /// The sentence, with the places `{actor}`, `{record}`, `{count}`.
    fn reads(self, many: bool) -> Labels {
        match (self, many) {
            (Kind::Mention, _) => Labels::four(
                "{actor} mentioned you: {record}",
                "{actor} упоминает вас: {record}",
                "{actor} 提到了您：{record}",
                "{actor} v-a menționat: {record}",
            ),
            (Kind::Assigned, false) => Labels::four(
                "{actor} made you responsible for {record}",
                "Вы теперь отвечаете за «{record}» ({actor})",
                "{actor} 让您负责 {record}",
                "{actor} v-a desemnat responsabil pentru {record}",
            ),
            (Kind::Assigned, true) => Labels::four(
                "{actor} made you responsible for {count} records",
                "Вы теперь отвечаете за записи: {count} ({actor})",
                "{actor} 让您负责 {count} 条记录",
                "{actor} v-a desemnat responsabil pentru {count} înregistrări",
            ),
            (Kind::Approval, _) => Labels::four(
                "Your approval is asked for: {record}",
                "Нужно ваше согласование: {record}",
                "需要您审批：{record}",
                "Se cere aprobarea dumneavoastră: {record}",
            ),
            (Kind::News, _) => {
                Labels::four("News: {record}", "Новости: {record}", "有新动态：{record}", "Noutăți: {record}")
            }
            (Kind::Reply, _) => Labels::four(
                "{actor} wrote on {record}",
                "{actor} пишет: {record}",
                "{actor} 在 {record} 中写了内容",
                "{actor} a scris la {record}",
            ),
            (Kind::Alert, _) => {
                Labels::four("Alarm: {record}", "Тревога: {record}", "预警：{record}", "Alarmă: {record}")
            }
            (Kind::Reminder, _) => {
                Labels::four("Soon: {record}", "Скоро: {record}", "即将开始：{record}", "În curând: {record}")
            }
            (Kind::Stale, _) => Labels::four(
                "Has not moved for long: {record}",
                "Давно без движения: {record}",
                "久未推进：{record}",
                "Stă pe loc de mult: {record}",
            ),
            (Kind::Calm, _) => Labels::four(
                "As usual again: {record}",
                "Снова как обычно: {record}",
                "已恢复正常：{record}",
                "Din nou ca de obicei: {record}",
            ),
        }
    }
}

/// What one person is told of one kind by one batch of writes.
#[derive(Default)]
struct Told {
    records: Vec<Id>,
    about: Option<(String, Id)>,
}

/// Writes down who is to be told of these changes.
pub fn follow(op: &mut Operation, object: &Arc<Object>, drafts: &[Draft]) -> Result<()> {
    // What a file or the product itself brings is nobody's message.
    if op.channel == "import" || op.who.kind == Caller::System || object.def.area == "settings" {
        return Ok(());
    }
    let writes = Writes::of(object);
    if writes.is_silent() {
        return Ok(());
    }
    let mut told: BTreeMap<(Id, Kind), Told> = BTreeMap::new();
    for draft in drafts.iter().filter(|draft| matches!(draft.what, What::Created | What::Updated)) {
        let mentioned = writes.mentioned(draft);
        let owner = writes.new_owner(draft);
        let thread = thread(object, &draft.after);
        let answered = match (&thread, writes.is_note && draft.what == What::Created) {
            (Some((link, _, about)), true) => writers(op, object, link, *about)?,
            _ => BTreeSet::new(),
        };
        let about = thread.map(|(_, name, id)| (name, id)).filter(|_| writes.is_note || !object.def.party);
        let told_by = |kind, users: BTreeSet<Id>| users.into_iter().map(move |user| (user, kind));
        let answered: BTreeSet<Id> = answered.difference(&mentioned).copied().collect();
        let all = told_by(Kind::Mention, mentioned)
            .chain(told_by(Kind::Assigned, owner.into_iter().collect()))
            .chain(told_by(Kind::Reply, answered));
        for (user, kind) in all {
            if op.who.user == Some(user) || (told.len() >= MOST_TOLD && !told.contains_key(&(user, kind))) {
                continue;
            }
            let told = told.entry((user, kind)).or_default();
            told.records.push(draft.after.id);
            told.about = told.about.take().or_else(|| about.clone());
        }
    }
    for ((user, kind), told) in told {
        tell(op, object, user, kind, told)?;
    }
    Ok(())
}

/// Tells a user something of one record that no change of it tells, if they may read it.
pub fn of_record(op: &mut Operation, object: &Arc<Object>, user: Id, kind: Kind, record: Id) -> Result<()> {
    tell(op, object, user, kind, Told { records: vec![record], about: None })
}

/// Whether a user may read a record as they are now.
pub fn may_read(reader: &mut Reader, object: &Arc<Object>, user: Id, record: Id) -> Result<bool> {
    Ok(!readable(reader, object, user, &[record])?.is_empty())
}

/// What of an object's fields may concern somebody.
struct Writes {
    texts: Vec<usize>,
    mentions: Option<usize>,
    owner: Option<usize>,
    /// Its records are words of their author.
    is_note: bool,
}

impl Writes {
    fn of(object: &Object) -> Writes {
        let fields = || object.def.fields.iter().enumerate();
        let is_text = |kind: &FieldType| matches!(kind, FieldType::LongText) || matches!(kind, FieldType::Text { .. });
        let is_note = object.def.owner.as_deref() == Some("author");
        Writes {
            texts: fields().filter(|(_, field)| is_text(&field.kind)).map(|(position, _)| position).collect(),
            mentions: fields()
                .find(|(_, field)| field.name == MENTIONS && field.kind.target() == Some("user"))
                .map(|(position, _)| position),
            owner: object.def.owner.as_deref().filter(|_| !is_note).and_then(|owner| object.def.position(owner)),
            is_note,
        }
    }

    fn is_silent(&self) -> bool {
        self.texts.is_empty() && self.mentions.is_none() && self.owner.is_none()
    }

    /// Users that the record mentions and did not mention before.
    fn mentioned(&self, draft: &Draft) -> BTreeSet<Id> {
        let of = |record: &Record| -> BTreeSet<Id> {
            let texts = self.texts.iter().filter_map(|position| record.value(*position).as_text());
            let in_texts = texts.flat_map(mention::users);
            let named = match self.mentions.map(|position| record.value(position)) {
                Some(Value::Links(ids)) => ids.as_slice(),
                _ => &[],
            };
            in_texts.chain(named.iter().copied()).collect()
        };
        let touched = draft.changed.iter().any(|at| self.texts.contains(at) || self.mentions == Some(*at));
        if !touched {
            return BTreeSet::new();
        }
        let before = draft.before.as_ref().map(of).unwrap_or_default();
        of(&draft.after).difference(&before).copied().collect()
    }

    fn new_owner(&self, draft: &Draft) -> Option<Id> {
        let owner = self.owner.filter(|owner| draft.changed.contains(owner))?;
        draft.after.value(owner).as_link()
    }
}

/// On what a record hangs: the column of the link, the object and the record.
fn thread(object: &Object, record: &Record) -> Option<(String, String, Id)> {
    if THREADS.contains(&object.def.name.as_str()) {
        return None;
    }
    for target in THREADS {
        let links = object
            .def
            .fields
            .iter()
            .enumerate()
            .filter(|(_, field)| matches!(&field.kind, FieldType::Link { target: to } if to == target));
        for (position, _) in links {
            if let (Some(id), Some(column)) = (record.value(position).as_link(), object.columns_of(position).first()) {
                return Some((column.name.clone(), target.to_string(), id));
            }
        }
    }
    None
}

/// Who takes part in a thread: those who wrote there, and those who were mentioned there.
fn writers(op: &mut Operation, object: &Object, link: &str, about: Id) -> Result<BTreeSet<Id>> {
    let author = object.def.position("author").and_then(|position| object.columns_of(position).first());
    let Some(author) = author else { return Ok(BTreeSet::new()) };
    let sql = format!(
        "select {} from {} where {link} = $1 and deleted_at is null order by id desc limit {THREAD}",
        author.name, object.def.table
    );
    let mut found: BTreeSet<Id> = op.tx.query(&sql, &[about.into()])?.iter().filter_map(|row| row.opt_id(0)).collect();
    let sql = format!("select user_id from notification where about = $1 and kind = 'mention' limit {THREAD}");
    found.extend(op.tx.query(&sql, &[about.into()])?.iter().map(|row| row.id(0)));
    Ok(found)
}

/// Tells one person of one record: not of their own acts, nor of what they may not read.
pub fn tell_one(op: &mut Operation, object: &Arc<Object>, record: Id, user: Id, kind: Kind) -> Result<()> {
    if op.who.user == Some(user) {
        return Ok(());
    }
    tell(op, object, user, kind, Told { records: vec![record], about: None })
}

fn tell(op: &mut Operation, object: &Arc<Object>, user: Id, kind: Kind, told: Told) -> Result<()> {
    let off = "select 1 from notification_off where user_id = $1 and kind = $2";
    if op.tx.one(off, &[user.into(), kind.chosen_as().text().into()])?.is_some() {
        return Ok(());
    }
    let readable = readable(op, object, user, &told.records)?;
    let Some(first) = told.records.iter().find(|id| readable.contains(id)) else { return Ok(()) };
    let count = i64::try_from(readable.len()).unwrap_or(i64::MAX);
    let (about_object, about) = told.about.unzip();
    let (now, change, actor) = (op.now, op.change, op.who.actor());
    // Parts of one large change are one notice.
    op.tx.execute(
        "insert into notification (id, user_id, kind, object, record, about_object, about, actor, change, count, at) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) \
         on conflict (user_id, change, kind, object) do update set count = notification.count + excluded.count",
        &[
            Id::at(now.0).into(),
            user.into(),
            kind.text().into(),
            object.def.name.as_str().into(),
            (*first).into(),
            about_object.into(),
            about.into(),
            actor.into(),
            change.into(),
            count.into(),
            now.into(),
        ],
    )?;
    Ok(())
}

/// Which of these records a user may read; none if they do not work here any more.
fn readable(reader: &mut Reader, object: &Arc<Object>, user: Id, ids: &[Id]) -> Result<BTreeSet<Id>> {
    let Some(who) = people::principal(reader, user)? else { return Ok(BTreeSet::new()) };
    if !who.access.on(&object.def.name).allows(Action::Read) {
        return Ok(BTreeSet::new());
    }
    let (app, catalogue) = (reader.app, reader.catalogue.clone());
    let theirs = Reader::new(reader.tx, app, &who, catalogue);
    let mut found = BTreeSet::new();
    for chunk in ids.chunks(CHUNK) {
        let mut args = Vec::new();
        let rule = ask::rule_sql(&theirs, object, Action::Read, &mut args)?;
        let list = id_list(chunk, &mut args);
        let sql = format!("select r.id from {} r where r.id in ({list}) and {rule}", object.def.table);
        found.extend(theirs.tx.query(&sql, &args)?.iter().map(|row| row.id(0)));
    }
    Ok(found)
}

/// Which notices.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Asked {
    pub unread: bool,
    pub limit: Option<usize>,
    pub cursor: Option<String>,
}

/// The caller's notices, newest first, and how many are unread.
pub fn list(reader: &mut Reader, asked: &Asked) -> Result<Json> {
    let limit = asked.limit.unwrap_or(50).clamp(1, PAGE);
    let before = match asked.cursor.as_deref().filter(|cursor| !cursor.is_empty()) {
        None => Id(uuid::Uuid::max()),
        Some(text) => Id::parse(text).ok_or_else(|| Error::Unreadable("the cursor is not one of this list".into()))?,
    };
    let (data, last) = page(reader, asked.unread, None, before, limit)?;
    let next = last.filter(|_| data.len() == limit);
    Ok(json!({ "data": data, "next": next, "unread": unread(reader)? }))
}

/// Unread mentions of the caller, for their day.
pub fn mentions(reader: &mut Reader, limit: usize) -> Result<Json> {
    let (data, _) = page(reader, true, Some(Kind::Mention), Id(uuid::Uuid::max()), limit)?;
    Ok(json!({ "data": data, "unread": unread(reader)? }))
}

fn page(
    reader: &mut Reader,
    unread: bool,
    kind: Option<Kind>,
    before: Id,
    limit: usize,
) -> Result<(Vec<Json>, Option<Id>)> {
    let mut only = if unread { " and read_at is null".to_string() } else { String::new() };
    if let Some(kind) = kind {
        only.push_str(&format!(" and kind = '{}'", kind.text()));
    }
    let sql = format!(
        "select id, kind, object, record, about_object, about, actor, count, at, read_at from notification \
         where user_id = $1 and id < $2{only} order by id desc limit $3"
    );
    let most = i64::try_from(limit).unwrap_or(50);
    let rows = reader.tx.query(&sql, &[whose(reader).into(), before.into(), most.into()])?;
    let ids: Vec<Id> = rows.iter().flat_map(|row| [Some(row.id(3)), row.opt_id(5)]).flatten().collect();
    let now = merged::now_of(reader, &ids)?;
    let now = |id: Id| now.get(&id).copied().unwrap_or(id);
    let mut wanted: BTreeMap<String, Vec<Id>> = BTreeMap::new();
    for row in &rows {
        wanted.entry(row.text(2).to_string()).or_default().push(now(row.id(3)));
        if let (Some(object), Some(id)) = (row.opt_text(4), row.opt_id(5)) {
            wanted.entry(object.to_string()).or_default().push(now(id));
        }
    }
    wanted.retain(|object, _| reader.who.access.on(object).allows(Action::Read));
    let titles = read::titles_of(reader, wanted)?.0;
    let names = ledger::names(reader, rows.iter().filter_map(|row| row.opt_id(6)))?;
    let language = reader.who.language.clone();
    let named = |object: &str, id: Id| {
        let plural = reader.catalogue.named(object).map(|object| object.def.plural.clone());
        titles.get(&id).map(|(_, title)| json!({ "object": object, "plural": plural, "id": id, "title": title }))
    };
    let data = rows
        .iter()
        .map(|row| {
            let record = named(row.text(2), now(row.id(3)));
            let about = row.opt_text(4).zip(row.opt_id(5)).and_then(|(object, id)| named(object, now(id)));
            let kind = Kind::parse(row.text(1));
            let actor = row.opt_id(6).map(|id| json!({ "id": id, "name": names.get(&id) }));
            let text = kind.map(|kind| {
                let title = |named: &Option<Json>| {
                    named.as_ref().and_then(|named| named.get("title")).and_then(Json::as_str).map(str::to_string)
                };
                let record = title(&about).or_else(|| title(&record)).unwrap_or_else(|| "…".into());
                let actor = row.opt_id(6).and_then(|id| names.get(&id)).cloned().unwrap_or_else(|| "Rapport".into());
                let sentence = kind.reads(row.int(7) > 1);
                sentence
                    .get(&language)
                    .replace("{count}", &row.int(7).to_string())
                    .replace("{actor}", &actor)
                    .replace("{record}", &record)
            });
            json!({
                "id": row.id(0), "kind": row.text(1), "at": row.time(8), "read_at": row.opt_time(9), "actor": actor,
                "record": record, "about": about, "count": row.int(7), "text": text,
            })
        })
        .collect();
    Ok((data, rows.last().map(|row| row.id(0))))
}

/// Whose notices a caller reads: a key without an owner has its own, which are none.
fn whose(reader: &Reader) -> Id {
    reader.who.user.unwrap_or(reader.who.id)
}

/// Unread notices of the caller, counted up to a thousand.
pub fn unread(reader: &mut Reader) -> Result<i64> {
    let sql = format!(
        "select count(*) from (select 1 from notification where user_id = $1 and read_at is null limit {MOST_COUNTED}) x"
    );
    Ok(reader.tx.one(&sql, &[whose(reader).into()])?.map_or(0, |row| row.int(0)))
}

/// What the caller's open pages are to know: how many are unread and which notice is the latest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct State {
    unread: i64,
    latest: Option<Id>,
}

impl State {
    pub fn has_unread(self) -> bool {
        self.unread > 0
    }
}

pub fn state(reader: &mut Reader) -> Result<State> {
    let sql = "select id from notification where user_id = $1 order by id desc limit 1";
    let latest = reader.tx.one(sql, &[whose(reader).into()])?.map(|row| row.id(0));
    Ok(State { unread: unread(reader)?, latest })
}

/// A state as the live stream tells it.
pub fn told(reader: &mut Reader, state: State) -> Result<Json> {
    let latest = page(reader, false, None, Id(uuid::Uuid::max()), 1)?.0.pop();
    Ok(json!({ "unread": state.unread, "latest": latest }))
}

/// Which notices were read, or are to be new again.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Mark {
    pub ids: Vec<Id>,
    pub all: bool,
    pub read: Option<bool>,
}

pub fn mark(op: &mut Operation, mark: &Mark) -> Result<Json> {
    let user = whose(op);
    let read = mark.read.unwrap_or(true);
    let at = if read { Arg::from(op.now) } else { Arg::Null };
    if mark.all {
        if !read {
            return Err(Error::invalid("read", "wrong_type", "all of them can only be marked as read"));
        }
        op.tx.execute(
            "update notification set read_at = $2 where user_id = $1 and read_at is null",
            &[user.into(), at],
        )?;
    } else {
        if mark.ids.len() > kernel::limits::BULK_NOW {
            return Err(Error::TooLarge(format!("at most {} at once", kernel::limits::BULK_NOW)));
        }
        let which = if read { " and read_at is null" } else { "" };
        let sql = format!("update notification set read_at = $3 where id = $1 and user_id = $2{which}");
        for id in &mark.ids {
            op.tx.execute(&sql, &[(*id).into(), user.into(), at.clone()])?;
        }
    }
    Ok(json!({ "unread": unread(op)? }))
}

/// Forgets what was read long ago, and what nobody has read for so long that nobody will.
pub fn forget_old(op: &mut Operation) -> Result<u64> {
    let before = |days: i64| op.now.0.saturating_sub(days * 86_400_000);
    let args = [before(KEPT_READ_DAYS).into(), before(KEPT_DAYS).into()];
    op.tx.execute("delete from notification where read_at < $1 or at < $2", &args)
}

/// Of which kinds the caller is told.
pub fn preferences(reader: &mut Reader) -> Result<Json> {
    let rows = reader.tx.query("select kind from notification_off where user_id = $1", &[whose(reader).into()])?;
    let off: BTreeSet<&str> = rows.iter().map(|row| row.text(0)).collect();
    Ok(Kind::ALL
        .into_iter()
        .map(|kind| (kind.text().to_string(), json!(!off.contains(kind.text()))))
        .collect::<Map<_, _>>()
        .into())
}

/// Changes the kinds that are named.
pub fn prefer(op: &mut Operation, wanted: &Map<String, Json>) -> Result<Json> {
    let user = whose(op);
    for (name, wanted) in wanted {
        let kind = Kind::ALL
            .into_iter()
            .find(|kind| kind.text() == name)
            .ok_or_else(|| Error::invalid(name, "unknown_option", "is none of mention, assigned, reply, alert"))?;
        let wanted = wanted.as_bool().ok_or_else(|| Error::invalid(name, "wrong_type", "must be true or false"))?;
        let args = [user.into(), kind.text().into()];
        op.tx.execute("delete from notification_off where user_id = $1 and kind = $2", &args)?;
        if !wanted {
            op.tx.execute("insert into notification_off (user_id, kind) values ($1, $2)", &args)?;
        }
    }
    preferences(op)
}
