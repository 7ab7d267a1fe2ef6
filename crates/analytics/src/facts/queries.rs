//! The records that purchases are made of.

use db::{Row, Tx};
use foundation::Reader;
use foundation::company::currencies::Rates;
use foundation::ledger::{Position, subscribe};
use jiff::civil::Date;
use kernel::{Currency, Money, Result};

use super::{PARTS, Table, Wallet};
use crate::engine::Cell;
use crate::engine::embedded::Filling;
use methods::day;

pub const TABLES: &[Table] = &[
    Table {
        name: "purchase",
        columns: "kind varchar, document uuid, contact uuid, company uuid, day date, product uuid, quantity bigint, \
                  revenue bigint, cost bigint, channel varchar, territory uuid",
        order: "contact, company, day, document, product, revenue",
        read: purchases,
    },
    Table { name: "product", columns: "id uuid, title varchar, line uuid", order: "id", read: products },
    Table { name: "line", columns: "id uuid, title varchar, parent uuid", order: "id", read: lines },
    Table { name: "territory", columns: "id uuid, title varchar", order: "id", read: territories },
    Table {
        name: "customer",
        columns: "object varchar, id uuid, country varchar, since date",
        order: "object, id",
        read: customers,
    },
];

/// Orders line by line. An order without lines is a purchase of an unknown amount.
const ORDER_LINES: &str = "select o.id, o.customer, o.company, o.ordered_on, l.product, l.quantity, \
     l.line_total, l.line_total_currency, l.line_cost, l.line_cost_currency, o.channel, o.territory \
     from sales_order o left join order_line l on l.order_id = o.id and l.deleted_at is null \
     where o.deleted_at is null and o.ordered_on is not null and o.status <> 'cancelled' \
     and (o.customer is not null or o.company is not null)";

/// Won deals that no order was made of.
const DEALS: &str = "select d.id, d.contact, d.company, d.closed_on, d.product, null, d.amount, d.amount_currency, \
     null, null, null, d.territory from deal d \
     where d.deleted_at is null and d.status = 'won' and d.closed_on is not null \
     and (d.contact is not null or d.company is not null) \
     and not exists (select 1 from sales_order o where o.deal = d.id and o.deleted_at is null)";

/// What came back, taken off. Its customer is the order's where it has none of its own.
const RETURNS: &str = "select r.id, coalesce(r.customer, o.customer), coalesce(r.company, o.company), r.returned_on, r.product, r.quantity, \
     r.amount, r.amount_currency, null, null, o.channel, coalesce(r.territory, o.territory) \
     from goods_return r left join sales_order o on o.id = r.order_id and o.deleted_at is null \
     where r.deleted_at is null and r.returned_on is not null";

fn purchases(reader: &mut Reader, wallet: &mut Wallet, filling: &mut Filling) -> Result<()> {
    for (kind, sql, sign) in [("order", ORDER_LINES, 1_i32), ("deal", DEALS, 1), ("return", RETURNS, -1)] {
        reader.tx.each(sql, &[], |row| {
            let day = row.opt_text(3).and_then(|text| text.parse::<Date>().ok());
            let taken =
                |cell: Cell| if let Cell::Int(amount) = cell { Cell::Int(amount * i64::from(sign)) } else { cell };
            let revenue = wallet.amount(money(&row, 6), day);
            let cost = wallet.amount(money(&row, 8), day);
            let quantity = row.get(5);
            filling.row(&[
                Cell::from(kind),
                id(&row, 0),
                id(&row, 1),
                id(&row, 2),
                text(&row, 3),
                id(&row, 4),
                if quantity.is_null() {
                    Cell::Null
                } else {
                    Cell::Int((row.real(5) * PARTS).round() as i64 * i64::from(sign))
                },
                taken(revenue),
                taken(cost),
                text(&row, 10),
                id(&row, 11),
            ])?;
            Ok(true)
        })?;
    }
    Ok(())
}

fn products(reader: &mut Reader, _: &mut Wallet, filling: &mut Filling) -> Result<()> {
    titled(reader.tx, "select id, name, product_line from product", filling)
}

fn lines(reader: &mut Reader, _: &mut Wallet, filling: &mut Filling) -> Result<()> {
    titled(reader.tx, "select id, name, parent from product_line", filling)
}

fn territories(reader: &mut Reader, _: &mut Wallet, filling: &mut Filling) -> Result<()> {
    reader.tx.each("select id, name from territory", &[], |row| {
        filling.row(&[id(&row, 0), text(&row, 1)])?;
        Ok(true)
    })
}

fn titled(tx: &mut Tx, sql: &str, filling: &mut Filling) -> Result<()> {
    tx.each(sql, &[], |row| {
        filling.row(&[id(&row, 0), text(&row, 1), id(&row, 2)])?;
        Ok(true)
    })
}

fn customers(reader: &mut Reader, _: &mut Wallet, filling: &mut Filling) -> Result<()> {
    for (object, sql) in [
        ("contact", "select id, address_country, created_at from contact where deleted_at is null"),
        ("company", "select id, address_country, created_at from company where deleted_at is null"),
    ] {
        reader.tx.each(sql, &[], |row| {
            let since = day::text(day::at(row.time(2)));
            filling.row(&[Cell::from(object), id(&row, 0), text(&row, 1), Cell::Text(since)])?;
            Ok(true)
        })?;
    }
    Ok(())
}

/// The company's own currency; where nothing was sold in it and nothing can be converted to it, the one most is sold in.
pub fn currency(reader: &mut Reader, rates: &Rates) -> Result<Currency> {
    let own = rates.company.company;
    let rows = reader.tx.query(
        "select line_total_currency, count(*) from order_line where line_total_currency is not null and deleted_at is null group by 1 \
         union all \
         select amount_currency, count(*) from deal where amount_currency is not null and status = 'won' and deleted_at is null group by 1",
        &[],
    )?;
    let mut sold = std::collections::BTreeMap::<Currency, i64>::new();
    for row in &rows {
        if let Some(currency) = Currency::parse(row.text(0)) {
            *sold.entry(currency).or_default() += row.int(1);
        }
    }
    let today = day::of(day::at(reader.now));
    let reckons = |currency: &Currency| rates.converted(Money::new(1, *currency), own, today).is_some();
    if sold.is_empty() || sold.keys().any(reckons) {
        return Ok(own);
    }
    Ok(sold.into_iter().max_by_key(|(_, lines)| *lines).map_or(own, |(currency, _)| currency))
}

/// Whether anything was ever bought.
pub fn is_anything_bought(reader: &mut Reader) -> Result<bool> {
    for sql in
        ["select 1 from sales_order limit 1", "select 1 from deal where status = 'won' and deleted_at is null limit 1"]
    {
        if reader.tx.one(sql, &[])?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether a record of these objects changed behind that place of the ledger.
pub fn changed_after(reader: &mut Reader, position: &str) -> Result<bool> {
    let Ok(position) = Position::parse(position, reader.tx.dialect()) else { return Ok(true) };
    subscribe::any_after(
        reader.tx,
        position,
        "e.object in ('order', 'order_line', 'return', 'deal', 'product', 'product_line', 'territory') \
         or e.kind in ('contact.created', 'company.created', 'contact.merged', 'company.merged', 'contact.unmerged', 'company.unmerged')",
    )
}

pub(crate) fn id(row: &Row, column: usize) -> Cell {
    row.opt_id(column).map_or(Cell::Null, |id| Cell::Text(id.to_string()))
}

pub(crate) fn text(row: &Row, column: usize) -> Cell {
    row.opt_text(column).map_or(Cell::Null, Cell::from)
}

pub(crate) fn money(row: &Row, column: usize) -> Option<Money> {
    let currency = Currency::parse(row.opt_text(column + 1)?)?;
    Some(Money::new(row.opt_int(column)?, currency))
}
