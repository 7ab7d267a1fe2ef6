//! What proves to a source that it is us. It goes in and never comes out again; it is good for one address only, so that
//! nobody who may change a source can have its secret sent elsewhere.

use foundation::access::Secret;
use foundation::access::audit::{self, action};
use foundation::{Operation, Reader};
use kernel::{Error, Id, Result};
use serde_json::json;

use super::queries;
use super::setup::{self, Kind, Setup};

/// What a sealed secret is bound to, beside the source.
const SALT: &[u8] = b"secret of a source";

/// Keeps a secret; only for administrators.
pub fn put(op: &mut Operation, id: Id, secret: &Secret) -> Result<()> {
    op.who.need_admin()?;
    let source = setup::load_to_run(op, id)?;
    if secret.expose().is_empty() || secret.expose().len() > 8_000 {
        return Err(Error::invalid("secret", "required", "a secret of 1 to 8000 characters"));
    }
    let sealed = op.app.key().seal(id, SALT, id, secret.expose().as_bytes())?;
    queries::put_secret(op, id, sealed, &bound_to(&source))?;
    audit::write(op, action::SOURCE_SECRET_SET, Some(setup::OBJECT), Some(id), json!({ "source": source.name }))
}

/// Takes the secret away.
pub fn forget(op: &mut Operation, id: Id) -> Result<()> {
    op.who.need_admin()?;
    let source = setup::load(op, id)?;
    if queries::drop_secret(op, id)? == 0 {
        return Ok(());
    }
    audit::write(op, action::SOURCE_SECRET_REMOVED, Some(setup::OBJECT), Some(id), json!({ "source": source.name }))
}

/// Whether there is one that is good for where the source points now.
pub fn is_there(reader: &mut Reader, source: &Setup) -> Result<bool> {
    Ok(queries::secret(reader, source.id)?.is_some_and(|(_, bound)| bound == bound_to(source)))
}

/// The secret, for the one place that uses it.
pub fn open(reader: &mut Reader, source: &Setup) -> Result<Option<Secret>> {
    let Some((sealed, bound)) = queries::secret(reader, source.id)? else { return Ok(None) };
    if bound != bound_to(source) {
        return Err(Error::conflict(
            "source.secret_elsewhere",
            "the secret was given for another address; give it again for this one",
        ));
    }
    let opened = reader.app.key().open(source.id, SALT, source.id, &sealed);
    let opened = opened.and_then(|bytes| String::from_utf8(bytes).ok());
    let opened = opened.ok_or_else(|| Error::internal("a source's secret was sealed under another master key"))?;
    Ok(Some(Secret::new(opened)))
}

/// Whom the secret is shown to: scheme, host and port, and the header that it goes into.
fn bound_to(source: &Setup) -> String {
    let whole = source.place.to_ascii_lowercase();
    let host = whole.split_once("://").map_or(whole.as_str(), |(_, rest)| rest);
    let host = host.split(['/', '?', '#']).next().unwrap_or_default();
    let scheme = whole.split_once("://").map_or("", |(scheme, _)| scheme);
    let header = match source.kind {
        Kind::Http => source.settings.secret_header.clone().unwrap_or_default().to_ascii_lowercase(),
        Kind::File | Kind::Folder | Kind::Sqlite | Kind::Postgres | Kind::Mysql => String::new(),
    };
    format!("{:?} {scheme} {host} {header}", source.kind)
}
