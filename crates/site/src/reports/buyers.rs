//! Which searches, sources and campaigns bring buyers: visits beside the orders that came of them.
//!
//! An order's origin was written into it when it was made, so these figures do not change when somebody comes back by
//! another way. Amounts are in the company's currency, at the rate of the order's day.

use std::collections::{BTreeMap, BTreeSet};

use analytics::engine::Engine as _;
use analytics::sight::Sight;
use foundation::App;
use foundation::access::Principal;
use foundation::company::currencies::Rates;
use kernel::{Currency, Id, Result};
use serde_json::{Value as Json, json};

use super::queries::{self, Sold};
use super::{Period, by};

/// What orders may be asked by.
const SIDES: [&str; 4] = ["phrase", "medium", "source", "campaign"];
/// Rows of each.
const MOST: usize = 100;

#[derive(Default)]
struct Row {
    visits: i64,
    visitors: i64,
    orders: i64,
    revenue: i64,
    buyers: BTreeSet<Id>,
}

/// `{"period","currency","phrase":[{"key","visits","visitors","orders","buyers","revenue"}],"medium":…,"source":…,
/// "campaign":…,"left_out"}`, what brought most first. Revenue only for who may see all purchases.
pub fn answer(app: &App, who: &Principal, period: &Period) -> Result<Json> {
    let (from, to) = (period.from.to_string(), period.to.to_string());
    let (sold, rates, sees) = app.read_now(who, |reader| {
        // Who may not see everybody's purchases is told visits only.
        let sees = Sight::of(reader).is_ok();
        let sold = if sees { queries::sold(reader.tx, &from, &to)? } else { Vec::new() };
        Ok((sold, Rates::load(reader.tx)?, sees))
    })?;
    let currency = currency(&sold, &rates);
    let columns = period.columns(app)?;
    let mut told = json!({ "period": period.to_json(), "currency": currency.code(), "sees_orders": sees });
    let mut left_out = 0;
    for side in SIDES {
        let (column, has) = by::dimension(side)?;
        let sql = format!(
            "select {column}, count(*), count(distinct v.visitor) from visit v \
             where v.is_robot = 0 and {has} and {} group by 1",
            period.condition()
        );
        let mut rows: BTreeMap<String, Row> = BTreeMap::new();
        for row in columns.engine.rows(&sql, &period.args())? {
            let [key, visits, visitors] = row.as_slice() else { continue };
            let counted = Row { visits: visits.int(), visitors: visitors.int(), ..Row::default() };
            rows.insert(key.text().to_string(), counted);
        }
        for one in sold.iter().filter(|one| !key(side, one).is_empty()) {
            let row = rows.entry(key(side, one).to_string()).or_default();
            row.orders += 1;
            row.buyers.extend(one.customer);
            match one.total.zip(one.day.parse().ok()).map(|(total, on)| rates.converted(total, currency, on)) {
                Some(Some(amount)) => row.revenue = row.revenue.saturating_add(amount.amount),
                // Every order has a medium: there each is counted once.
                Some(None) => left_out += i64::from(side == "medium"),
                None => {}
            }
        }
        told[side] = ranked(rows);
    }
    told["left_out"] = json!(left_out);
    Ok(told)
}

/// The company's currency, or that of the first order where nothing can be turned into the company's.
fn currency(sold: &[Sold], rates: &Rates) -> Currency {
    let company = rates.company.company;
    let turns = |one: &Sold| one.total.zip(one.day.parse().ok()).map(|(total, on)| rates.converted(total, company, on));
    match sold.iter().any(|one| matches!(turns(one), Some(Some(_)))) {
        true => company,
        false => sold.iter().find_map(|one| one.total.map(|total| total.currency)).unwrap_or(company),
    }
}

fn key<'s>(side: &str, sold: &'s Sold) -> &'s str {
    match side {
        "phrase" => &sold.phrase,
        "medium" => &sold.medium,
        "source" => &sold.source,
        _ if sold.campaign.is_empty() && sold.medium == "campaign" => &sold.source,
        _ => &sold.campaign,
    }
}

fn ranked(rows: BTreeMap<String, Row>) -> Json {
    let mut rows: Vec<(String, Row)> = rows.into_iter().collect();
    rows.sort_by(|(a, one), (b, two)| {
        (two.revenue, two.orders, two.visits).cmp(&(one.revenue, one.orders, one.visits)).then_with(|| a.cmp(b))
    });
    let told = |(key, row): &(String, Row)| {
        json!({
            "key": key, "visits": row.visits, "visitors": row.visitors, "orders": row.orders,
            "buyers": row.buyers.len(), "revenue": row.revenue,
        })
    };
    Json::Array(rows.iter().take(MOST).map(told).collect())
}
