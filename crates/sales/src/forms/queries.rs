//! Forms and answers by what they are looked for.

use foundation::Reader;
use foundation::records::{Object, Record, record};
use kernel::{Id, Result};

/// A form by its address.
pub fn by_slug(reader: &mut Reader, object: &Object, slug: &str) -> Result<Option<Record>> {
    let sql = format!(
        "select {} from {} r where r.slug = $1 and r.deleted_at is null",
        record::select_list(object),
        object.def.table
    );
    Ok(reader.tx.one(&sql, &[slug.into()])?.map(|row| Record::from_row(object, &row)))
}

/// The answer that a page sent before.
pub fn by_stamp(reader: &mut Reader, object: &Object, stamp: &str) -> Result<Option<Record>> {
    let sql = format!(
        "select {} from {} r where r.stamp = $1 order by r.id limit 1",
        record::select_list(object),
        object.def.table
    );
    Ok(reader.tx.one(&sql, &[stamp.into()])?.map(|row| Record::from_row(object, &row)))
}

/// The newest open lead with this address.
pub fn open_lead(reader: &mut Reader, leads: &Object, email: &str) -> Result<Option<Id>> {
    let sql = format!(
        "select r.id from identity i join {} r on r.id = i.party where i.kind = 'email' and i.value = $1 \
         and r.deleted_at is null and r.status in ('new', 'contacted', 'qualified') order by r.id desc limit 1",
        leads.def.table
    );
    Ok(reader.tx.one(&sql, &[email.into()])?.map(|row| row.id(0)))
}
