//! What was sold, what came back, and what was to be sold: from the records.

use db::Arg;
use foundation::Reader;
use foundation::records::record::{CHUNK, id_list};
use jiff::civil::Date;
use kernel::{Currency, Id, Money, Result};

use super::super::{DEAL, ORDER, RETURN};
use crate::plan::period::{Period, Unit};

/// Quotas of somebody's revenue that lie in or around a period.
pub fn quotas(reader: &mut Reader, person: Id, period: Period) -> Result<Vec<(Period, Money)>> {
    let Ok(quotas) = reader.object(crate::plan::QUOTA) else { return Ok(Vec::new()) };
    let year = Period::of(Unit::Year, period.first());
    let sql = format!(
        "select unit, starts_on, amount, amount_currency from {} where person = $1 and measure = 'revenue' \
         and starts_on >= $2 and starts_on <= $3 and amount is not null and deleted_at is null",
        quotas.def.table
    );
    let args = [person.into(), Arg::text(year.first().to_string()), Arg::text(year.last().to_string())];
    let read = |row: &db::Row| {
        let period = Period::of(Unit::named(row.text(0))?, row.text(1).parse().ok()?);
        Some((period, Money::new(row.int(2), Currency::parse(row.text(3))?)))
    };
    Ok(reader.tx.query(&sql, &args)?.iter().filter_map(read).collect())
}

/// Orders of deals, with those that were thrown away.
pub fn orders_of(reader: &mut Reader, deals: &[Id]) -> Result<Vec<Id>> {
    let Ok(orders) = reader.object(ORDER) else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for chunk in deals.chunks(CHUNK) {
        let mut args = Vec::new();
        let list = id_list(chunk, &mut args);
        let sql = format!("select id from {} where deal in ({list})", orders.def.table);
        found.extend(reader.tx.query(&sql, &args)?.iter().map(|row| row.id(0)));
    }
    Ok(found)
}

/// The product line of a line, what it comes to, what it costs.
pub type Sold = (Option<Id>, Option<Money>, Option<Money>);

/// Lines of a deal or an order.
pub fn sold(reader: &mut Reader, object: &str, record: Id) -> Result<Vec<Sold>> {
    let (lines, of, cost) = match object {
        DEAL => ("deal_line", "deal", "r.quantity, p.cost, p.cost_currency"),
        _ => ("order_line", "order_id", "cast(1 as double precision), r.line_cost, r.line_cost_currency"),
    };
    let (Ok(lines), Ok(products)) = (reader.object(lines), reader.object("product")) else { return Ok(Vec::new()) };
    let sql = format!(
        "select p.product_line, r.line_total, r.line_total_currency, {cost} from {} r left join {} p on p.id = r.product \
         where r.{of} = $1 and r.deleted_at is null order by r.id",
        lines.def.table, products.def.table
    );
    let money =
        |row: &db::Row, at: usize| Some(Money::new(row.opt_int(at)?, row.opt_text(at + 1).and_then(Currency::parse)?));
    let rows = reader.tx.query(&sql, &[record.into()])?;
    let cost = |row: &db::Row| {
        let one = money(row, 4)?;
        // Quantities have at most three digits behind the point.
        let thousandths = row.opt_real(3).map_or(1_000.0, |quantity| (quantity * 1_000.0).round());
        Some(Money::new(crate::plan::worth::share(one.amount, thousandths as i64, 1_000), one.currency))
    };
    Ok(rows.iter().map(|row| (row.opt_id(0), money(row, 1), cost(row))).collect())
}

/// The product line of a product.
pub fn product_line(reader: &mut Reader, product: Id) -> Result<Option<Id>> {
    let Ok(products) = reader.object("product") else { return Ok(None) };
    let sql = format!("select product_line from {} where id = $1", products.def.table);
    Ok(reader.tx.one(&sql, &[product.into()])?.and_then(|row| row.opt_id(0)))
}

/// What came back of an order: the day, the product line, how much is given back.
pub fn returned(reader: &mut Reader, order: Id) -> Result<Vec<(Option<Date>, Money)>> {
    let Ok(returns) = reader.object(RETURN) else { return Ok(Vec::new()) };
    let sql = format!(
        "select r.returned_on, r.amount, r.amount_currency from {} r where r.order_id = $1 and r.amount is not null \
         and (r.status is null or r.status <> 'rejected') and r.deleted_at is null order by r.id",
        returns.def.table
    );
    let read = |row: &db::Row| {
        let day = row.opt_text(0).and_then(|day| day.parse().ok());
        Some((day, Money::new(row.int(1), Currency::parse(row.text(2))?)))
    };
    Ok(reader.tx.query(&sql, &[order.into()])?.iter().filter_map(read).collect())
}

/// One field that links a line or a return to what it is of.
pub fn link_of(reader: &mut Reader, object: &str, column: &str, record: Id) -> Result<Option<Id>> {
    let Ok(object) = reader.object(object) else { return Ok(None) };
    let sql = format!("select {column} from {} where id = $1", object.def.table);
    Ok(reader.tx.one(&sql, &[record.into()])?.and_then(|row| row.opt_id(0)))
}

/// Whose a quota is, and a day of its period.
pub fn quota_of(reader: &mut Reader, quota: Id) -> Result<Option<(Id, Date)>> {
    let Ok(quotas) = reader.object(crate::plan::QUOTA) else { return Ok(None) };
    let sql = format!("select person, starts_on from {} where id = $1 and person is not null", quotas.def.table);
    let row = reader.tx.one(&sql, &[quota.into()])?;
    Ok(row.and_then(|row| Some((row.opt_id(0)?, row.text(1).parse().ok()?))))
}
