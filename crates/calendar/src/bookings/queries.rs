//! Booking pages and bookings by what they are looked for.

use std::collections::HashMap;

use foundation::Reader;
use foundation::records::{Object, Record, record};
use kernel::{Id, Result, Time};

use super::BOOKING;
use crate::activities::ACTIVITY;
use crate::busy::Span;

/// A page by its address, with its links.
pub fn by_slug(reader: &mut Reader, object: &Object, slug: &str) -> Result<Option<Record>> {
    one(reader, object, "r.slug = $1 and r.deleted_at is null", slug)
}

/// The booking that a page sent before.
pub fn by_stamp(reader: &mut Reader, object: &Object, stamp: &str) -> Result<Option<Record>> {
    one(reader, object, "r.stamp = $1", stamp)
}

fn one(reader: &mut Reader, object: &Object, condition: &str, is: &str) -> Result<Option<Record>> {
    let sql = format!("select {} from {} r where {condition} limit 1", record::select_list(object), object.def.table);
    let row = reader.tx.one(&sql, &[is.into()])?;
    let mut found: Vec<Record> = row.iter().map(|row| Record::from_row(object, row)).collect();
    record::load_many(reader.tx, object, &mut found)?;
    Ok(found.pop())
}

/// The activities of a booking that are not thrown away, each with whose it is.
pub fn activities(reader: &mut Reader, booking: Id) -> Result<Vec<(Id, Option<Id>)>> {
    let object = reader.object(ACTIVITY)?;
    let sql = format!(
        "select r.id, r.owner from {} r where r.booking = $1 and r.deleted_at is null order by r.id",
        object.def.table
    );
    Ok(reader.tx.query(&sql, &[booking.into()])?.iter().map(|row| (row.id(0), row.opt_id(1))).collect())
}

/// How often each was booked by a page of late, and when last.
pub fn turns(reader: &mut Reader, page: Id, since: Time) -> Result<HashMap<Id, (i64, Time)>> {
    let object = reader.object(BOOKING)?;
    let sql = format!(
        "select r.host, count(*), max(r.created_at) from {} r where r.booking_page = $1 and r.state = 'booked' \
         and r.created_at >= $2 and r.deleted_at is null and r.host is not null group by r.host",
        object.def.table
    );
    let rows = reader.tx.query(&sql, &[page.into(), since.into()])?;
    Ok(rows.iter().map(|row| (row.id(0), (row.int(1), row.time(2)))).collect())
}

/// Who is booked by a page when, within a window; of those who are booked together, each.
pub fn booked(reader: &mut Reader, page: Id, (from, to): Span, except: Option<Id>) -> Result<Vec<(Id, Time)>> {
    let (bookings, activities) = (reader.object(BOOKING)?, reader.object(ACTIVITY)?);
    let sql = format!(
        "select a.owner, b.starts_at from {} b join {} a on a.booking = b.id where b.booking_page = $1 and b.state = 'booked' \
         and b.starts_at >= $2 and b.starts_at < $3 and b.id <> $4 and b.deleted_at is null and a.deleted_at is null \
         and a.owner is not null",
        bookings.def.table, activities.def.table
    );
    let except = except.unwrap_or(Id::NIL);
    let rows = reader.tx.query(&sql, &[page.into(), from.into(), to.into(), except.into()])?;
    Ok(rows.iter().map(|row| (row.id(0), row.time(1))).collect())
}

/// The newest record of an object with this address; of leads one that is open.
pub fn known(reader: &mut Reader, object: &Object, email: &str) -> Result<Option<Id>> {
    let open = if object.def.name == "lead" { "and r.status in ('new', 'contacted', 'qualified')" } else { "" };
    let sql = format!(
        "select r.id from identity i join {} r on r.id = i.party where i.kind = 'email' and i.value = $1 \
         and r.deleted_at is null {open} order by r.id desc limit 1",
        object.def.table
    );
    Ok(reader.tx.one(&sql, &[email.into()])?.map(|row| row.id(0)))
}
