//! Files: kept by content in the database, so that a backup is whole and every server process sees them.
//!
//! What a file is, is told by its first bytes and never by its name; everything is handed out as a download.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use kernel::object::FieldType;
use kernel::{Error, Id, Result, limits};
use serde_json::{Value as Json, json};

use crate::access::Action;
use crate::operation::{Operation, Reader};
use crate::records::ask;

const PART_BYTES: usize = 256 << 10;

/// A stored file.
#[derive(Debug, Clone)]
pub struct Stored {
    pub id: Id,
    pub name: String,
    pub media_type: String,
    pub size_bytes: i64,
    hash: Vec<u8>,
}

impl Stored {
    pub fn to_json(&self) -> Json {
        json!({ "id": self.id, "name": self.name, "media_type": self.media_type, "size_bytes": self.size_bytes })
    }
}

/// Keeps the file at `path`, whose content has this hash; the same content is kept once.
pub fn keep(op: &mut Operation, name: &str, path: &Path, hash: &[u8]) -> Result<Stored> {
    let mut content = File::open(path).map_err(Error::internal)?;
    let is_there =
        op.tx.one("select 1 from file_part where hash = $1 and part = 0", &[hash.to_vec().into()])?.is_some();
    let (mut part, mut size_bytes, mut kind) = (0i64, 0u64, "");
    loop {
        let mut bytes = Vec::with_capacity(PART_BYTES);
        let room = u64::try_from(PART_BYTES).unwrap_or(0);
        size_bytes +=
            u64::try_from(content.by_ref().take(room).read_to_end(&mut bytes).map_err(Error::internal)?).unwrap_or(0);
        if size_bytes > limits::FILE_BYTES {
            return Err(Error::TooLarge(format!("a file may have {} MB", limits::FILE_BYTES >> 20)));
        }
        if bytes.is_empty() {
            break;
        }
        if part == 0 {
            kind = media_type(&bytes);
        }
        if !is_there {
            let args = [hash.to_vec().into(), part.into(), bytes.into()];
            op.tx.execute("insert into file_part (hash, part, content) values ($1, $2, $3)", &args)?;
        }
        part += 1;
    }
    if part == 0 {
        return Err(Error::invalid("file", "required", "the file is empty"));
    }
    let stored = Stored {
        id: Id::at(op.now.0),
        name: plain_name(name),
        media_type: kind.into(),
        size_bytes: i64::try_from(size_bytes).unwrap_or(i64::MAX),
        hash: hash.to_vec(),
    };
    let args = [
        stored.id.into(),
        stored.hash.clone().into(),
        stored.name.as_str().into(),
        stored.media_type.as_str().into(),
        stored.size_bytes.into(),
        op.who.actor().into(),
        op.now.into(),
    ];
    let sql = "insert into file (id, hash, name, media_type, size_bytes, created_by, created_at) values ($1, $2, $3, $4, $5, $6, $7)";
    op.tx.execute(sql, &args)?;
    Ok(stored)
}

/// A file that the caller uploaded, or that hangs on a record which the caller may read.
pub fn find(reader: &mut Reader, id: Id) -> Result<Stored> {
    let sql = "select id, name, media_type, size_bytes, hash, created_by from file where id = $1";
    let row = reader.tx.one(sql, &[id.into()])?.ok_or(Error::NotFound)?;
    let own = row.opt_id(5).is_some() && row.opt_id(5) == reader.who.actor();
    if !own && !hangs_in_reach(reader, id)? {
        return Err(Error::NotFound);
    }
    Ok(Stored {
        id,
        name: row.text(1).into(),
        media_type: row.text(2).into(),
        size_bytes: row.int(3),
        hash: row.opt_bytes(4).unwrap_or_default().to_vec(),
    })
}

fn hangs_in_reach(reader: &mut Reader, id: Id) -> Result<bool> {
    for object in reader.catalogue.clone().objects() {
        let access = reader.who.access.on(&object.def.name).clone();
        if !access.allows(Action::Read) {
            continue;
        }
        for (position, field) in object.def.fields.iter().enumerate() {
            if !matches!(field.kind, FieldType::File) || access.hidden_fields.contains(&field.name) {
                continue;
            }
            let Some(column) = object.columns_of(position).first() else { continue };
            let mut args = vec![id.into()];
            let rule = ask::rule_sql(reader, object, Action::Read, &mut args)?;
            let sql = format!("select 1 from {} r where r.{} = $1 and {rule} limit 1", object.def.table, column.name);
            if reader.tx.one(&sql, &args)?.is_some() {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// The bytes of a file.
pub fn content(reader: &mut Reader, stored: &Stored) -> Result<Vec<u8>> {
    let mut content = Vec::new();
    reader.tx.each(
        "select content from file_part where hash = $1 order by part",
        &[stored.hash.clone().into()],
        |row| {
            content.extend_from_slice(row.opt_bytes(0).unwrap_or_default());
            Ok(true)
        },
    )?;
    Ok(content)
}

/// Forgets a file that hung on a record which is erased. Its content goes too, unless another file has the same.
pub fn forget(op: &mut Operation, id: Id) -> Result<()> {
    let Some(row) = op.tx.one("select hash from file where id = $1", &[id.into()])? else { return Ok(()) };
    let hash = row.opt_bytes(0).unwrap_or_default().to_vec();
    op.tx.execute("delete from file where id = $1", &[id.into()])?;
    op.tx.execute(
        "delete from file_part where hash = $1 and not exists (select 1 from file where hash = $1)",
        &[hash.into()],
    )?;
    Ok(())
}

/// A name without folders, quotes or control characters.
fn plain_name(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain: String = name.chars().filter(|c| !c.is_control() && !"\"<>|:*?".contains(*c)).take(200).collect();
    if plain.trim().is_empty() { "file".into() } else { plain.trim().into() }
}

/// What the first bytes say it is; everything else is just bytes.
fn media_type(content: &[u8]) -> &'static str {
    let signs: [(&[u8], &str); 6] = [
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"GIF87a", "image/gif"),
        (b"GIF89a", "image/gif"),
        (b"%PDF-", "application/pdf"),
        (b"PK\x03\x04", "application/zip"),
    ];
    signs.iter().find(|(sign, _)| content.starts_with(sign)).map_or("application/octet-stream", |(_, kind)| kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_never_leaves_its_folder_and_a_type_is_told_by_content() {
        assert_eq!(plain_name("../../etc/passwd"), "passwd");
        assert_eq!(plain_name("a\"b\r\n.png"), "ab.png");
        assert_eq!(plain_name(".."), "..");
        assert_eq!(media_type(b"<svg onload=alert(1)>"), "application/octet-stream");
        assert_eq!(media_type(b"%PDF-1.7"), "application/pdf");
    }
}
