//! The table of visits.

use db::{Arg, Kind, OnConflict, Row, Tx};
use foundation::{Operation, Reader};
use kernel::{Id, Result};

use super::{GAP_MS, Origin, Visit, Whence, With};

macro_rules! columns {
    () => {
        "v.id, v.origin, v.site, v.import, v.visitor, v.is_lasting, v.party, v.started, v.ended, v.medium, v.source, \
         v.phrase, v.campaign, v.campaign_medium, v.term, v.content, v.views, v.hits, v.errors, v.bytes, v.device, \
         v.browser, v.system, v.country, v.robot, v.is_robot, v.pages"
    };
}

const INTO: &[(&str, Kind)] = &[
    ("id", Kind::Id),
    ("origin", Kind::Text),
    ("site", Kind::Id),
    ("import", Kind::Id),
    ("visitor", Kind::Bytes),
    ("is_lasting", Kind::Int),
    ("party", Kind::Id),
    ("started", Kind::Int),
    ("ended", Kind::Int),
    ("medium", Kind::Text),
    ("source", Kind::Text),
    ("phrase", Kind::Text),
    ("campaign", Kind::Text),
    ("campaign_medium", Kind::Text),
    ("term", Kind::Text),
    ("content", Kind::Text),
    ("views", Kind::Int),
    ("hits", Kind::Int),
    ("errors", Kind::Int),
    ("bytes", Kind::Int),
    ("device", Kind::Text),
    ("browser", Kind::Text),
    ("system", Kind::Text),
    ("country", Kind::Text),
    ("robot", Kind::Text),
    ("is_robot", Kind::Int),
    ("pages", Kind::Text),
    ("month", Kind::Text),
    ("is_told", Kind::Int),
];

fn row(visit: &Visit) -> Vec<Arg> {
    let (from, with) = (&visit.from, &visit.with);
    let text = |text: &Option<String>| Arg::from(text.as_deref());
    vec![
        visit.id.into(),
        visit.origin.word().into(),
        visit.site.into(),
        visit.import.into(),
        visit.visitor.to_vec().into(),
        visit.is_lasting.into(),
        visit.party.into(),
        visit.started.into(),
        visit.ended.into(),
        from.medium.as_str().into(),
        from.name.as_str().into(),
        text(&from.phrase),
        text(&from.campaign),
        text(&from.campaign_medium),
        text(&from.term),
        text(&from.content),
        visit.views.into(),
        visit.hits.into(),
        visit.errors.into(),
        visit.bytes.into(),
        visit.with.device.as_str().into(),
        text(&with.browser),
        text(&with.system),
        text(&visit.country),
        text(&with.robot),
        visit.is_robot.into(),
        visit.pages_json().into(),
        visit.month().into(),
        Arg::Int(0),
    ]
}

fn visit(row: &Row) -> Visit {
    let text = |column: usize| row.opt_text(column).map(str::to_string);
    let visitor = row.opt_bytes(4).and_then(|bytes| <[u8; 16]>::try_from(bytes).ok());
    Visit {
        id: row.id(0),
        origin: if row.text(1) == "log" { Origin::Log } else { Origin::Tracker },
        site: row.opt_id(2),
        import: row.opt_id(3),
        visitor: visitor.unwrap_or_default(),
        is_lasting: row.flag(5),
        party: row.opt_id(6),
        started: row.int(7),
        ended: row.int(8),
        from: Whence {
            medium: row.text(9).to_string(),
            name: row.text(10).to_string(),
            phrase: text(11),
            campaign: text(12),
            campaign_medium: text(13),
            term: text(14),
            content: text(15),
        },
        with: With { device: row.text(20).to_string(), browser: text(21), system: text(22), robot: text(24) },
        country: text(23),
        is_robot: row.flag(25),
        views: row.int(16),
        hits: row.int(17),
        errors: row.int(18),
        bytes: row.int(19),
        pages: Visit::read_pages(row.int(7), row.text(26)),
    }
}

/// New visits.
pub(super) fn insert(tx: &mut Tx, visits: &[Visit]) -> Result<u64> {
    tx.insert("visit", INTO, visits.iter().map(row).collect(), OnConflict::Skip)
}

/// Visits as they are now.
pub(super) fn update(tx: &mut Tx, visits: &[Visit]) -> Result<()> {
    let sets: Vec<Vec<Arg>> = visits.iter().map(row).collect();
    tx.execute_many(
        "update visit set origin = $2, site = $3, import = $4, visitor = $5, is_lasting = $6, party = $7, started = $8, \
         ended = $9, medium = $10, source = $11, phrase = $12, campaign = $13, campaign_medium = $14, term = $15, \
         content = $16, views = $17, hits = $18, errors = $19, bytes = $20, device = $21, browser = $22, system = $23, \
         country = $24, robot = $25, is_robot = $26, pages = $27, month = $28, is_told = $29 where id = $1",
        &sets,
    )?;
    Ok(())
}

pub(super) fn delete(tx: &mut Tx, ids: &[Id]) -> Result<()> {
    let sets: Vec<Vec<Arg>> = ids.iter().map(|id| vec![(*id).into()]).collect();
    tx.execute_many("delete from visit where id = $1", &sets).map(drop)
}

/// Visits of these visitors that touch the time from one moment to another.
pub(super) fn touching(tx: &mut Tx, visitors: &[[u8; 16]], from: i64, to: i64) -> Result<Vec<Visit>> {
    let mut found = Vec::new();
    for chunk in visitors.chunks(500) {
        let mut args: Vec<Arg> = vec![from.saturating_sub(GAP_MS).into(), to.saturating_add(GAP_MS).into()];
        let mut places = Vec::with_capacity(chunk.len());
        for visitor in chunk {
            args.push(visitor.to_vec().into());
            places.push(format!("${}", args.len()));
        }
        let sql = format!(
            concat!(
                "select ",
                columns!(),
                " from visit v where v.ended >= $1 and v.started <= $2 and v.visitor in ({})"
            ),
            places.join(", ")
        );
        found.extend(tx.query(&sql, &args)?.iter().map(visit));
    }
    Ok(found)
}

/// Every change of a month's visits makes its version rise.
pub(super) fn raise(tx: &mut Tx, months: impl Iterator<Item = String>) -> Result<()> {
    let sets: Vec<Vec<Arg>> = months.map(|month| vec![month.into()]).collect();
    tx.execute_many(
        "insert into visit_month (month, version) values ($1, 1) \
         on conflict (month) do update set version = visit_month.version + 1",
        &sets,
    )?;
    Ok(())
}

/// The months there are visits of, with their versions, between two months.
pub fn months(reader: &mut Reader, from: &str, to: &str) -> Result<Vec<(String, i64)>> {
    let sql = "select month, version from visit_month where month >= $1 and month <= $2 order by month";
    let rows = reader.tx.query(sql, &[from.into(), to.into()])?;
    Ok(rows.iter().map(|row| (row.text(0).to_string(), row.int(1))).collect())
}

/// When the first and the last visit began. Ids are made of their starts, so the index by month gives both.
pub fn span(reader: &mut Reader) -> Result<Option<(i64, i64)>> {
    let first = "select started from visit where month = (select min(month) from visit_month) order by id limit 1";
    let last = "select started from visit where month = (select max(month) from visit_month) order by id desc limit 1";
    let first = reader.tx.one(first, &[])?.map(|row| row.int(0));
    Ok(first.zip(reader.tx.one(last, &[])?.map(|row| row.int(0))))
}

/// Hands over a month's visits; whoever was joined to another stands there as that one.
pub(super) fn of_month(reader: &mut Reader, month: &str, mut take: impl FnMut(Visit) -> Result<()>) -> Result<()> {
    let sql = concat!(
        "select ",
        columns!(),
        ", a.party from visit v left join party_alias a on a.alias = v.party where v.month = $1 order by v.id"
    );
    reader.tx.each(sql, &[month.into()], |row| {
        let mut visit = visit(&row);
        visit.party = row.opt_id(27).or(visit.party);
        take(visit)?;
        Ok(true)
    })
}

/// The visits of these visitors that a hit at `at` may go on with.
pub fn open_of(tx: &mut Tx, visitors: &[[u8; 16]], from: i64, to: i64) -> Result<Vec<Visit>> {
    touching(tx, visitors, from, to)
}

/// Writes visits that grew, and new ones.
pub fn put_open(tx: &mut Tx, new: &[Visit], grown: &[Visit]) -> Result<()> {
    insert(tx, new)?;
    update(tx, grown)?;
    let months: std::collections::BTreeSet<String> = new.iter().chain(grown).map(Visit::month).collect();
    raise(tx, months.into_iter())
}

/// Visits of known people that ended before a moment and are not on the ledger yet.
pub fn ended_of_parties(tx: &mut Tx, before: i64, most: i64) -> Result<Vec<Visit>> {
    let sql = concat!(
        "select ",
        columns!(),
        " from visit v where v.party is not null and v.is_told = 0 and v.ended < $1 order by v.ended, v.id limit $2"
    );
    Ok(tx.query(sql, &[before.into(), most.into()])?.iter().map(visit).collect())
}

/// Their lines stand on the ledger.
pub fn mark_told(op: &mut Operation, ids: &[Id]) -> Result<()> {
    let sets: Vec<Vec<Arg>> = ids.iter().map(|id| vec![(*id).into()]).collect();
    op.tx.execute_many("update visit set is_told = 1 where id = $1", &sets).map(drop)
}

/// The latest visits of a party.
pub fn of_party(tx: &mut Tx, party: Id, most: i64) -> Result<Vec<Visit>> {
    let sql = concat!(
        "select ",
        columns!(),
        " from visit v where v.party = $1 or v.party in (select a.alias from party_alias a where a.party = $1) \
         order by v.started desc limit $2"
    );
    Ok(tx.query(sql, &[party.into(), most.into()])?.iter().map(visit).collect())
}

/// The visit that a visitor was on at a moment.
pub fn visit_at(tx: &mut Tx, visitor: &[u8; 16], at: i64) -> Result<Option<Visit>> {
    let sql = concat!(
        "select ",
        columns!(),
        " from visit v where v.visitor = $1 and v.started <= $2 and v.ended >= $3 order by v.started desc limit 1"
    );
    let row = tx.one(sql, &[visitor.to_vec().into(), (at + 60_000).into(), (at - GAP_MS).into()])?;
    Ok(row.as_ref().map(visit))
}

/// Nobody is behind these visits any more, and they cannot be told to be of one visitor.
pub(super) fn forget(tx: &mut Tx, party: Id) -> Result<Vec<String>> {
    let months = "select distinct month from visit where party = $1";
    let months: Vec<String> = tx.query(months, &[party.into()])?.iter().map(|row| row.text(0).to_string()).collect();
    let ids = tx.query("select id from visit where party = $1", &[party.into()])?;
    for row in ids {
        let unknown = row.id(0).0.as_bytes().to_vec();
        let sql =
            "update visit set party = null, visitor = $2, is_lasting = 0, phrase = null, pages = '[]' where id = $1";
        tx.execute(sql, &[row.id(0).into(), unknown.into()])?;
    }
    raise(tx, months.iter().cloned())?;
    Ok(months)
}
