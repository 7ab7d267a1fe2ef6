//! Sites, salts, the inbox, and orders that wait for their origin.

use db::{Arg, Tx};
use kernel::{Id, Result, Time};

use crate::visits::Visit;

/// Sites that are counted, with their domains.
pub fn sites(tx: &mut Tx) -> Result<Vec<(Id, String)>> {
    let sql = "select id, domains from site where deleted_at is null and is_counted = 1 order by id";
    Ok(tx.query(sql, &[])?.iter().map(|row| (row.id(0), row.text(1).to_string())).collect())
}

/// The salt of a day; `fresh` is it if there was none.
pub fn salt_of(tx: &mut Tx, day: &str, fresh: &[u8; 32]) -> Result<Vec<u8>> {
    let put = "insert into site_salt (day, salt) values ($1, $2) on conflict (day) do nothing";
    tx.execute(put, &[day.into(), fresh.to_vec().into()])?;
    let row = tx.one("select salt from site_salt where day = $1", &[day.into()])?;
    Ok(row.and_then(|row| row.opt_bytes(0).map(<[u8]>::to_vec)).unwrap_or_default())
}

pub fn has_old_salts(tx: &mut Tx, today: &str) -> Result<bool> {
    Ok(tx.one("select 1 from site_salt where day < $1 limit 1", &[today.into()])?.is_some())
}

pub fn forget_salts(tx: &mut Tx, today: &str) -> Result<()> {
    tx.execute("delete from site_salt where day < $1", &[today.into()]).map(drop)
}

/// Hits that came together, as a JSON list.
pub fn keep(tx: &mut Tx, id: Id, hits: &str) -> Result<()> {
    tx.execute("insert into site_inbox (id, hits) values ($1, $2)", &[id.into(), hits.into()]).map(drop)
}

pub fn has_any(tx: &mut Tx) -> Result<bool> {
    Ok(tx.one("select 1 from site_inbox limit 1", &[])?.is_some())
}

/// The oldest group in the inbox, which nobody else is at.
pub fn oldest(tx: &mut Tx) -> Result<Option<(Id, String)>> {
    let sql = format!("select id, hits from site_inbox order by id limit 1{}", tx.dialect().skip_locked());
    Ok(tx.one(&sql, &[])?.map(|row| (row.id(0), row.text(1).to_string())))
}

pub fn done(tx: &mut Tx, id: Id) -> Result<()> {
    tx.execute("delete from site_inbox where id = $1", &[id.into()]).map(drop)
}

/// Those of the parties that are there.
pub fn there(tx: &mut Tx, parties: &[Id]) -> Result<Vec<Id>> {
    let mut found = Vec::new();
    for party in parties {
        if tx.one("select 1 from party_key where party = $1", &[(*party).into()])?.is_some() {
            found.push(*party);
        }
    }
    Ok(found)
}

/// Orders made since `since` that name a visit and have no origin yet.
pub fn orders_without_origin(tx: &mut Tx, since: Id, most: i64) -> Result<Vec<(Id, String, Time)>> {
    let sql = "select id, visit, created_at from sales_order \
               where id > $1 and visit is not null and origin_medium is null order by id limit $2";
    let rows = tx.query(sql, &[since.into(), most.into()])?;
    Ok(rows.iter().map(|row| (row.id(0), row.text(1).to_string(), row.time(2))).collect())
}

/// An order's origin, once for all.
pub fn freeze(tx: &mut Tx, order: Id, visit: &Visit) -> Result<()> {
    let from = &visit.from;
    let text = |text: &Option<String>| Arg::from(text.as_deref());
    tx.execute(
        "update sales_order set origin_medium = $2, origin_source = $3, origin_phrase = $4, origin_campaign = $5, \
         origin_page = $6 where id = $1 and origin_medium is null",
        &[
            order.into(),
            from.medium.as_str().into(),
            Some(from.name.as_str()).filter(|name| !name.is_empty()).into(),
            text(&from.phrase),
            text(&from.campaign),
            visit.pages.iter().find(|page| !page.is_event).map(|page| page.path.as_str()).into(),
        ],
    )?;
    Ok(())
}

/// Leads that came since `since`, name a visit and do not have its pages yet.
pub fn leads_without_origin(tx: &mut Tx, since: Id, most: i64) -> Result<Vec<(Id, String, Time)>> {
    let sql = "select id, visit, created_at from lead \
               where id > $1 and visit is not null and origin_path is null order by id limit $2";
    let rows = tx.query(sql, &[since.into(), most.into()])?;
    Ok(rows.iter().map(|row| (row.id(0), row.text(1).to_string(), row.time(2))).collect())
}

/// A lead's origin, once for all: what its form was told of a campaign stays, the visit says the rest.
pub fn freeze_lead(tx: &mut Tx, lead: Id, visit: &Visit) -> Result<()> {
    const PATH: usize = 50;
    let from = &visit.from;
    let text = |text: &Option<String>| Arg::from(text.as_deref());
    let pages: Vec<&str> = visit.pages.iter().filter(|page| !page.is_event).map(|page| page.path.as_str()).collect();
    let path = pages.iter().take(PATH).copied().collect::<Vec<_>>().join("\n");
    tx.execute(
        "update lead set origin_medium = coalesce(origin_medium, $2), origin_source = coalesce(origin_source, $3), \
         origin_phrase = coalesce(origin_phrase, $4), origin_campaign = coalesce(origin_campaign, $5), \
         origin_page = coalesce($6, origin_page), origin_path = $7 where id = $1 and origin_path is null",
        &[
            lead.into(),
            from.medium.as_str().into(),
            Some(from.name.as_str()).filter(|name| !name.is_empty()).into(),
            text(&from.phrase),
            text(&from.campaign),
            pages.first().copied().into(),
            path.as_str().into(),
        ],
    )?;
    Ok(())
}

/// A lead whose visit nobody knows.
pub fn lead_without_origin(tx: &mut Tx, lead: Id) -> Result<()> {
    let sql = "update lead set origin_medium = coalesce(origin_medium, 'unknown'), origin_path = '' \
               where id = $1 and origin_path is null";
    tx.execute(sql, &[lead.into()]).map(drop)
}

/// An order whose visit nobody knows.
pub fn without_origin(tx: &mut Tx, order: Id) -> Result<()> {
    let sql = "update sales_order set origin_medium = 'unknown' where id = $1 and origin_medium is null";
    tx.execute(sql, &[order.into()]).map(drop)
}
