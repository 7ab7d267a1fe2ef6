//! Goals and funnels as they are set up, and orders with their origin.

use std::collections::BTreeMap;

use db::Tx;
use kernel::{Currency, Id, Money, Result};

/// Id, name, steps (a line each) and minutes of the funnels among `seen`.
pub fn funnels(tx: &mut Tx, seen: &BTreeMap<Id, ()>) -> Result<Vec<(Id, String, String, i64)>> {
    let sql = "select id, name, steps, minutes from site_funnel where deleted_at is null order by name, id";
    let text = |row: &db::Row, column: usize| row.text(column).to_string();
    let rows = tx.query(sql, &[])?;
    let rows = rows.iter().filter(|row| seen.contains_key(&row.id(0)));
    Ok(rows.map(|row| (row.id(0), text(row, 1), text(row, 2), row.int(3))).collect())
}

/// Id, name, kind and pattern of the goals among `seen`.
pub fn goals(tx: &mut Tx, seen: &BTreeMap<Id, ()>) -> Result<Vec<(Id, String, String, String)>> {
    let sql = "select id, name, kind, pattern from site_goal where deleted_at is null order by name, id";
    let text = |row: &db::Row, column: usize| row.text(column).to_string();
    let rows = tx.query(sql, &[])?;
    let rows = rows.iter().filter(|row| seen.contains_key(&row.id(0)));
    Ok(rows.map(|row| (row.id(0), text(row, 1), text(row, 2), text(row, 3))).collect())
}

/// An order that came of a visit.
pub struct Sold {
    pub customer: Option<Id>,
    pub medium: String,
    pub source: String,
    pub phrase: String,
    pub campaign: String,
    pub day: String,
    pub total: Option<Money>,
}

/// Orders with an origin between two days.
pub fn sold(tx: &mut Tx, from: &str, to: &str) -> Result<Vec<Sold>> {
    let sql = "select o.customer, o.company, o.origin_medium, o.origin_source, o.origin_phrase, o.origin_campaign, \
               o.ordered_on, o.total, o.total_currency from sales_order o \
               where o.deleted_at is null and o.origin_medium is not null and o.origin_medium <> 'unknown' \
               and o.status <> 'cancelled' and o.ordered_on >= $1 and o.ordered_on <= $2 order by o.id";
    let rows = tx.query(sql, &[from.into(), to.into()])?;
    let sold = |row: &db::Row| Sold {
        customer: row.opt_id(0).or(row.opt_id(1)),
        medium: row.text(2).to_string(),
        source: row.text(3).to_string(),
        phrase: row.text(4).to_string(),
        campaign: row.text(5).to_string(),
        day: row.text(6).to_string(),
        total: row
            .opt_int(7)
            .zip(row.opt_text(8).and_then(Currency::parse))
            .map(|(amount, currency)| Money { amount, currency }),
    };
    Ok(rows.iter().map(sold).collect())
}
