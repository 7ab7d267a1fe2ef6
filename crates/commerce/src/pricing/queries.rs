//! What price lists, discounts and bundles say.

use db::{Arg, Row};
use foundation::Reader;
use jiff::civil::Date;
use kernel::{Currency, Id, Money, Result};

use super::{Discount, List, Part, Product, Tier};

fn many(ids: &[Id]) -> (String, Vec<Arg>) {
    let mut args = Vec::new();
    let places = foundation::records::record::id_list(ids, &mut args);
    (places, args)
}

fn day(row: &Row, column: usize) -> Option<Date> {
    row.opt_text(column).and_then(|text| text.parse().ok())
}

fn money(row: &Row, column: usize) -> Option<Money> {
    Some(Money::new(row.opt_int(column)?, Currency::parse(row.opt_text(column + 1)?)?))
}

/// Ids that one statement names.
const AT_ONCE: usize = 500;

pub(crate) fn products(reader: &mut Reader, ids: &[Id]) -> Result<Vec<Product>> {
    let mut found = Vec::new();
    for part in ids.chunks(AT_ONCE) {
        let (places, args) = many(part);
        let sql = format!(
            "select r.id, r.name, r.product_line, r.price, r.price_currency, r.cost, r.cost_currency, r.tax_percent, r.unit, \
             r.is_active, case when exists (select 1 from bundle_part p where p.bundle = r.id and p.deleted_at is null) then 1 else 0 end \
             from product r where r.deleted_at is null and r.id in ({places})"
        );
        found.extend(reader.tx.query(&sql, &args)?.iter().map(|row| Product {
            id: row.id(0),
            name: row.text(1).into(),
            line: row.opt_id(2),
            price: money(row, 3),
            cost: money(row, 5),
            tax_percent: row.opt_real(7),
            unit: row.opt_text(8).map(str::to_string),
            is_active: row.opt_int(9) != Some(0),
            is_bundle: row.flag(10),
        }));
    }
    Ok(found)
}

pub(crate) fn parts(reader: &mut Reader, bundles: &[Id]) -> Result<Vec<Part>> {
    let mut found = Vec::new();
    for part in bundles.chunks(AT_ONCE) {
        let (places, args) = many(part);
        let sql = format!(
            "select bundle, product, quantity, is_optional from bundle_part where deleted_at is null and bundle in ({places}) \
             order by bundle, position, id"
        );
        found.extend(reader.tx.query(&sql, &args)?.iter().map(|row| Part {
            bundle: row.id(0),
            product: row.id(1),
            quantity: row.opt_real(2).unwrap_or(1.0),
            is_optional: row.opt_int(3) == Some(1),
        }));
    }
    Ok(found)
}

/// A list or discount, and whom it is for.
pub(crate) struct Meant<T> {
    pub what: T,
    /// `everybody`, or which object answers the question.
    pub holds: String,
    pub question: Option<String>,
}

fn meant<T>(what: T, row: &Row, column: usize) -> Meant<T> {
    let holds = row.opt_text(column).unwrap_or("everybody").to_string();
    Meant { what, holds, question: row.opt_text(column + 1).map(str::to_string) }
}

/// Lists in use, with whom they are for.
pub(crate) fn lists(reader: &mut Reader) -> Result<Vec<Meant<List>>> {
    let sql = "select id, name, currency, starts_on, ends_on, rank, is_default, holds, question from price_list \
               where deleted_at is null and (is_active is null or is_active = 1)";
    let rows = reader.tx.query(sql, &[])?;
    Ok(rows
        .iter()
        .map(|row| {
            let list = List {
                id: row.id(0),
                name: row.text(1).into(),
                currency: row.opt_text(2).and_then(Currency::parse),
                starts_on: day(row, 3),
                ends_on: day(row, 4),
                rank: row.opt_int(5).unwrap_or(0),
                is_default: row.opt_int(6) == Some(1),
            };
            meant(list, row, 7)
        })
        .collect())
}

pub(crate) fn discounts(reader: &mut Reader) -> Result<Vec<Meant<Discount>>> {
    let sql = "select id, name, percent, product, product_line, minimum_quantity, starts_on, ends_on, holds, question from discount \
               where deleted_at is null and (is_active is null or is_active = 1)";
    let rows = reader.tx.query(sql, &[])?;
    Ok(rows
        .iter()
        .map(|row| {
            let discount = Discount {
                id: row.id(0),
                name: row.text(1).into(),
                percent: row.opt_real(2).unwrap_or(0.0),
                product: row.opt_id(3),
                line: row.opt_id(4),
                from: row.opt_real(5).unwrap_or(0.0),
                starts_on: day(row, 6),
                ends_on: day(row, 7),
            };
            meant(discount, row, 8)
        })
        .collect())
}

pub(crate) fn tiers(reader: &mut Reader, products: &[Id]) -> Result<Vec<Tier>> {
    let mut found = Vec::new();
    for part in products.chunks(AT_ONCE) {
        let (places, args) = many(part);
        let sql = format!(
            "select id, price_list, product, amount, amount_currency, minimum_quantity, starts_on, ends_on from price \
             where deleted_at is null and product in ({places})"
        );
        for row in reader.tx.query(&sql, &args)? {
            let Some(amount) = money(&row, 3) else { continue };
            found.push(Tier {
                id: row.id(0),
                list: row.id(1),
                product: row.id(2),
                amount,
                from: row.opt_real(5).unwrap_or(0.0),
                starts_on: day(&row, 6),
                ends_on: day(&row, 7),
            });
        }
    }
    Ok(found)
}
