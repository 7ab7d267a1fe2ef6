//! What shows a mailbox's servers who we are. It goes in and never comes out again; it is good for the servers and the name
//! it was given for, so that nobody who may change a mailbox can have its password sent elsewhere.

use channels::email::imap::Proof;
use foundation::access::Secret;
use foundation::access::audit::{self, action};
use foundation::{Operation, Reader};
use kernel::{Error, Id, Result};
use serde_json::json;

use crate::queries;
use crate::setup::{self, OBJECT, Setup};

const SALT: &[u8] = b"secret of a mailbox";

/// Keeps a secret; for whoever may change the mailbox.
pub fn put(op: &mut Operation, id: Id, secret: &Secret) -> Result<()> {
    let mailbox = setup::changeable(op, id)?;
    if secret.expose().is_empty() || secret.expose().len() > 8_000 {
        return Err(Error::invalid("secret", "required", "a secret of 1 to 8000 characters"));
    }
    let sealed = op.app.key().seal(id, SALT, id, secret.expose().as_bytes())?;
    queries::put_secret(op, id, sealed, &bound_to(&mailbox))?;
    queries::try_now(op, id)?;
    audit::write(op, action::MAILBOX_SECRET_SET, Some(OBJECT), Some(id), json!({ "mailbox": mailbox.address }))
}

/// Takes it away.
pub fn forget(op: &mut Operation, id: Id) -> Result<()> {
    let mailbox = setup::changeable(op, id)?;
    if queries::drop_secret(op, id)? == 0 {
        return Ok(());
    }
    audit::write(op, action::MAILBOX_SECRET_REMOVED, Some(OBJECT), Some(id), json!({ "mailbox": mailbox.address }))
}

/// Whether there is one that is good for the servers of now.
pub fn is_there(reader: &mut Reader, mailbox: &Setup) -> Result<bool> {
    Ok(queries::secret(reader, mailbox.id)?.is_some_and(|(_, bound)| bound == bound_to(mailbox)))
}

/// The secret, for the one place that uses it; none where there is none for these servers.
pub fn open(reader: &mut Reader, mailbox: &Setup) -> Result<Option<Proof>> {
    let Some((sealed, bound)) = queries::secret(reader, mailbox.id)? else { return Ok(None) };
    if bound != bound_to(mailbox) {
        return Ok(None);
    }
    let opened = reader.app.key().open(mailbox.id, SALT, mailbox.id, &sealed);
    let opened = opened.and_then(|bytes| String::from_utf8(bytes).ok());
    let opened = opened.ok_or_else(|| Error::internal("a mailbox's secret was sealed under another master key"))?;
    Ok(Some(proof(mailbox, Secret::new(opened))))
}

/// A secret as the mailbox shows it.
pub fn proof(mailbox: &Setup, secret: Secret) -> Proof {
    if mailbox.by_token { Proof::Token(secret) } else { Proof::Password(secret) }
}

fn bound_to(mailbox: &Setup) -> String {
    let place =
        |server: &channels::email::Server| format!("{}:{}:{:?}", server.host.to_lowercase(), server.port, server.tls);
    format!("{} {} {}", place(&mailbox.imap), place(&mailbox.smtp), mailbox.login)
}
