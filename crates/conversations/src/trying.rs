//! Trying a mailbox's servers before anything is saved: each says for itself whether it lets us in, in a word that people
//! understand and in its own.

use channels::email::account::Submission;
use channels::email::imap::{Imap, Proof};
use channels::email::{Server, Tls, Trouble};
use foundation::App;
use foundation::access::{Action, Principal, Secret};
use kernel::{Error, Id, Result};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use crate::setup::{self, OBJECT};
use crate::{queries, secret};

/// What is tried.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tried {
    /// Whose secret is used where none is given.
    #[serde(default)]
    mailbox: Option<Id>,
    imap_host: String,
    imap_port: u16,
    imap_security: String,
    smtp_host: String,
    smtp_port: u16,
    smtp_security: String,
    login: String,
    #[serde(default)]
    by_token: bool,
    #[serde(default)]
    secret: Option<Secret>,
}

/// Speaks with both servers; on a thread that may wait.
pub fn try_out(app: &App, who: &Principal, tried: &Tried) -> Result<Json> {
    let server = |host: &str, port: u16, security: &str, field: &str| -> Result<Server> {
        let tls =
            Tls::parse(security).ok_or_else(|| Error::invalid(field, "unknown_option", "tls, starttls or none"))?;
        Ok(Server { host: host.trim().to_string(), port, tls })
    };
    let imap = server(&tried.imap_host, tried.imap_port, &tried.imap_security, "imap_security")?;
    let smtp = server(&tried.smtp_host, tried.smtp_port, &tried.smtp_security, "smtp_security")?;
    let proof = app.read_now(who, |reader| {
        match (&tried.secret, tried.mailbox) {
            (Some(secret), _) => {
                reader.who.need(OBJECT, Action::Create)?;
                let secret = secret.clone();
                Ok(Some(if tried.by_token { Proof::Token(secret) } else { Proof::Password(secret) }))
            }
            // A secret that is kept is shown to the servers it was given for and to no other.
            (None, Some(id)) => {
                let object = reader.object(OBJECT)?;
                foundation::records::read::get(reader, &object, id)?;
                if !queries::may_update(reader, &object, id)? {
                    return Err(Error::NotFound);
                }
                let known = setup::known(reader, id)?;
                let is_same = known.imap == imap && known.smtp == smtp && known.login == tried.login;
                if is_same { secret::open(reader, &known) } else { Ok(None) }
            }
            (None, None) => Ok(None),
        }
    })?;
    let Some(proof) = proof else {
        return Err(Error::invalid("secret", "required", "the password must be given for these servers"));
    };
    let incoming = match Imap::open(app, &imap, &tried.login, &proof) {
        Ok(mut line) => {
            let has_news = line.can("IDLE");
            let folders = line.folders();
            line.close();
            folders.map(|folders| {
                let folders: Vec<Json> = folders
                    .iter()
                    .filter(|folder| folder.can_be_opened)
                    .map(|folder| json!({ "name": folder.name, "shown": folder.shown, "role": folder.role }))
                    .collect();
                json!({ "ok": true, "idle": has_news, "folders": folders })
            })
        }
        Err(trouble) => Err(trouble),
    };
    let outgoing = Submission::new(app, &smtp, &tried.login, Some(&proof)).and_then(|server| server.check());
    Ok(json!({
        "imap": incoming.unwrap_or_else(|trouble| said(&trouble)),
        "smtp": outgoing.map(|()| json!({ "ok": true })).unwrap_or_else(|trouble| said(&trouble)),
    }))
}

fn said(trouble: &Trouble) -> Json {
    json!({ "ok": false, "code": trouble.code, "detail": trouble.detail })
}
