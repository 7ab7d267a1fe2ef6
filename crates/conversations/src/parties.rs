//! Who an address is: a contact before a lead before a firm, and the open deal that mail with them belongs to.

use foundation::access::people;
use foundation::records::merged;
use foundation::{Operation, Reader};
use kernel::{Error, Id, Result};

/// Whom a thread is with: the object's name and the id.
pub type Party = (String, Id);

/// Objects that mail is filed under, the most particular first.
const PARTIES: [&str; 3] = ["contact", "lead", "company"];

/// The first of these addresses that is somebody's.
pub fn find<'a>(reader: &mut Reader, addresses: impl Iterator<Item = &'a str>) -> Result<Option<Party>> {
    for address in addresses {
        if let Some(party) = of_address(reader, address)? {
            return Ok(Some(party));
        }
    }
    Ok(None)
}

fn of_address(reader: &mut Reader, address: &str) -> Result<Option<Party>> {
    for name in PARTIES {
        let Some(object) = reader.catalogue.named(name).cloned() else { continue };
        // The newest of several, as lists begin with it; a lead that was converted leads on to its contact.
        let sql = format!(
            "select r.id from identity i join {} r on r.id = i.party where i.kind = 'email' and i.value = $1 \
             and r.deleted_at is null order by r.id desc limit 1",
            object.def.table
        );
        if let Some(row) = reader.tx.one(&sql, &[address.into()])? {
            return Ok(Some((name.to_string(), row.id(0))));
        }
    }
    let joined = merged::by_identity(reader, "email", &[address.to_string()])?;
    let Some(id) = joined.get(address) else { return Ok(None) };
    object_of(reader, *id)
}

/// Of which object a party is.
pub fn object_of(reader: &mut Reader, id: Id) -> Result<Option<Party>> {
    for name in PARTIES {
        let Some(object) = reader.catalogue.named(name).cloned() else { continue };
        let sql = format!("select 1 from {} where id = $1", object.def.table);
        if reader.tx.one(&sql, &[id.into()])?.is_some() {
            return Ok(Some((name.to_string(), id)));
        }
    }
    Ok(None)
}

/// The newest open deal with them.
pub fn open_deal(reader: &mut Reader, party: &Party) -> Result<Option<Id>> {
    let column = match party.0.as_str() {
        "contact" => "contact",
        "company" => "company",
        _ => return Ok(None),
    };
    let Some(deals) = reader.catalogue.named("deal").cloned() else { return Ok(None) };
    let sql = format!(
        "select id from {} where {column} = $1 and status = 'open' and deleted_at is null order by id desc limit 1",
        deals.def.table
    );
    Ok(reader.tx.one(&sql, &[party.1.into()])?.map(|row| row.id(0)))
}

/// Whether the address is a colleague's.
pub fn is_colleague(reader: &mut Reader, address: &str) -> Result<bool> {
    Ok(people::by_email(reader.tx, address)?.is_some())
}

/// What an address and a Message-ID are looked up by: a keyed hash, of which neither can be read.
pub fn keyed(op: &Reader, what: &'static [u8], text: &str) -> Result<String> {
    let mac = op.app.key().derive(text.as_bytes(), what).map_err(|fault| Error::internal(fault.to_string()))?;
    Ok(mac.iter().take(16).map(|byte| format!("{byte:02x}")).collect())
}

/// A name as a lead needs one: what the sender is called, else the address's first part.
pub fn named(name: &str, address: &str) -> (Option<String>, String) {
    let name = name.trim().trim_matches(['"', '\'']);
    let cut = |text: &str| text.chars().take(100).collect::<String>();
    match name.rsplit_once(' ') {
        Some((first, last)) if !name.contains('@') => (Some(cut(first.trim())), cut(last)),
        _ if !name.is_empty() && !name.contains('@') => (None, cut(name)),
        _ => (None, cut(address.split('@').next().unwrap_or(address))),
    }
}

/// The campaign of that name, if there is just one.
pub fn campaign(op: &mut Operation, name: &str) -> Result<Option<Id>> {
    let Some(campaigns) = op.catalogue.named("campaign").cloned() else { return Ok(None) };
    let sql = format!("select id from {} where lower(name) = $1 and deleted_at is null limit 2", campaigns.def.table);
    let rows = op.tx.query(&sql, &[name.to_lowercase().into()])?;
    Ok(rows.first().filter(|_| rows.len() == 1).map(|row| row.id(0)))
}
