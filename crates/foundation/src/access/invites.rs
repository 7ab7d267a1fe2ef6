//! One-time links: the first set-up, invitations, new passwords. The link carries a random token in its fragment, which
//! browsers do not send anywhere; the database holds the hash. What a link opened is closed when it was used.

use kernel::{Error, Id, Result, Time};
use serde::Deserialize;
use serde_json::{Map, Value as Json, json};

use super::audit::{self, action};
use super::secret::Secret;
use super::sessions::{self, Login};
use super::{factors, password, people, roles, rules};
use crate::app::App;
use crate::operation::{Operation, Reader};
use crate::records::input;
use crate::records::write::{self, Write};

/// What a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The first administrator.
    Setup,
    /// A first password.
    Invite,
    /// A new password.
    Reset,
}

impl Purpose {
    fn text(self) -> &'static str {
        match self {
            Purpose::Setup => "setup",
            Purpose::Invite => "invite",
            Purpose::Reset => "reset",
        }
    }

    fn lasts_ms(self) -> i64 {
        const HOUR: i64 = 60 * 60 * 1000;
        match self {
            Purpose::Setup | Purpose::Reset => 24 * HOUR,
            Purpose::Invite => 7 * 24 * HOUR,
        }
    }
}

/// A link that was made.
#[derive(Debug)]
pub struct Link {
    pub purpose: Purpose,
    pub token: Secret,
    pub expires_at: Time,
}

impl Link {
    /// The address to open, `http://127.0.0.1:8080/invite#…`.
    pub fn address(&self, origin: &str) -> Secret {
        let page = if self.purpose == Purpose::Setup { "setup" } else { "invite" };
        Secret::new(format!("{}/{page}#{}", origin.trim_end_matches('/'), self.token.expose()))
    }
}

/// Makes a link, closing earlier ones for the same purpose and user.
pub(super) fn make(op: &mut Operation, purpose: Purpose, user: Option<Id>) -> Result<Link> {
    match user {
        Some(user) => op.tx.execute("delete from invite where user_id = $1", &[user.into()])?,
        None => op.tx.execute("delete from invite where kind = $1", &[purpose.text().into()])?,
    };
    let token = Secret::token("")?;
    let expires_at = Time(op.now.0 + purpose.lasts_ms());
    let by = op.who.user;
    let args =
        [token.hash().to_vec().into(), purpose.text().into(), user.into(), op.now.into(), expires_at.into(), by.into()];
    op.tx.execute(
        "insert into invite (token_hash, kind, user_id, created_at, expires_at, created_by) values ($1, $2, $3, $4, $5, $6)",
        &args,
    )?;
    Ok(Link { purpose, token, expires_at })
}

/// Takes a link: it opens once. `NotFound` if it was never there, was used, or is too old.
pub(super) fn take(op: &mut Operation, token: &Secret, purposes: &[Purpose]) -> Result<(Purpose, Option<Id>)> {
    let (now, hash) = (op.now, token.hash().to_vec());
    let sql = "select kind, user_id from invite where token_hash = $1 and expires_at > $2";
    let row = op.tx.one(sql, &[hash.clone().into(), now.into()])?.ok_or(Error::NotFound)?;
    let purpose = purposes.iter().copied().find(|purpose| purpose.text() == row.text(0)).ok_or(Error::NotFound)?;
    op.tx.execute("delete from invite where token_hash = $1", &[hash.into()])?;
    Ok((purpose, row.opt_id(1)))
}

/// A link by which a user sets a first or a new password. For administrators, who hand it over themselves.
pub fn invite(op: &mut Operation, user: Id) -> Result<Link> {
    op.who.need_admin()?;
    let person = people::by_id(op.tx, user)?.ok_or(Error::NotFound)?;
    if !person.active {
        return Err(Error::conflict("user.inactive", "somebody who does not work here any more cannot be invited"));
    }
    if person.email.is_none() {
        return Err(Error::invalid("email", "required", "a user without an e-mail cannot sign in; add one first"));
    }
    let has_password = op.tx.one("select 1 from credential where user_id = $1", &[user.into()])?.is_some();
    let purpose = if has_password { Purpose::Reset } else { Purpose::Invite };
    let link = make(op, purpose, Some(user))?;
    let what = if has_password { action::RESET_OFFERED } else { action::INVITED };
    audit::write(op, what, Some("user"), Some(user), json!({ "expires_at": link.expires_at }))?;
    if !has_password {
        sessions::told(op, events::workspace::UserInvited { user }, user)?;
    }
    Ok(link)
}

/// For whom a link is, so that the page can greet them: name and e-mail. Opens nothing.
pub async fn preview(app: &App, token: Secret) -> Result<(String, Option<String>)> {
    let now = app.now();
    let hash = token.hash().to_vec();
    app.db()
        .read_async(move |tx| {
            let sql = "select user_id from invite where token_hash = $1 and expires_at > $2 and user_id is not null";
            let row = tx.one(sql, &[hash.into(), now.into()])?.ok_or(Error::NotFound)?;
            let person = people::by_id(tx, row.id(0))?.filter(|person| person.active).ok_or(Error::NotFound)?;
            Ok((person.name, person.email))
        })
        .await
}

/// Accepts an invitation or a reset: sets the password, ends all sessions, signs in; none where a second factor is missing,
/// which signing in asks for.
pub async fn accept(
    app: &App,
    token: Secret,
    password: Secret,
    from: sessions::Origin,
) -> Result<Option<sessions::Opened>> {
    let (name, email) = preview(app, token.clone()).await?;
    let company = super::settings::company(app).await?;
    let rules = app.db().read_async(rules::get).await?;
    password::check_by(&rules.password, &password, &[&name, email.as_deref().unwrap_or(""), &company])?;
    let stored = password::hash(password).await?;
    app.write(&super::Principal::system("invitation"), move |op| {
        let (purpose, user) = take(op, &token, &[Purpose::Invite, Purpose::Reset])?;
        let user = user.ok_or(Error::NotFound)?;
        if !people::by_id(op.tx, user)?.is_some_and(|person| person.active) {
            return Err(Error::NotFound);
        }
        super::users::set_password(op, user, &stored, None)?;
        let what = if purpose == Purpose::Invite { action::INVITE_ACCEPTED } else { action::PASSWORD_CHANGED };
        audit::write(op, what, Some("user"), Some(user), json!({ "by": "link" }))?;
        // A link proves the mailbox, not the telephone: whoever has a second factor is asked for it.
        if !factors::second_step(op, user)?.is_empty() {
            return Ok(None);
        }
        sessions::enter(op, user, &Login::from(&from, "link")).map(Some)
    })
    .await
}

/// The links that are out, newest first: `{"data":[{"user":{"id","name","email"},"kind","created_at","expires_at","open","by"}]}`.
/// For administrators.
pub fn list(reader: &mut Reader) -> Result<Json> {
    reader.who.need_admin()?;
    let sql = "select i.user_id, s.name, s.email, i.kind, i.created_at, i.expires_at, i.created_by, b.name \
         from invite i join staff s on s.id = i.user_id left join staff b on b.id = i.created_by \
         where s.deleted_at is null order by i.created_at desc limit 1000";
    let now = reader.now;
    let rows = reader.tx.query(sql, &[])?;
    let show = |row: &db::Row| {
        let by = row.opt_id(6).map(|id| json!({ "id": id, "name": row.opt_text(7) }));
        json!({
            "user": { "id": row.id(0), "name": row.text(1), "email": row.opt_text(2) },
            "kind": row.text(3),
            "created_at": row.time(4),
            "expires_at": row.time(5),
            "open": row.time(5) > now,
            "by": by,
        })
    };
    Ok(json!({ "data": rows.iter().map(show).collect::<Vec<_>>() }))
}

/// Takes a user's link back. For administrators.
pub fn revoke(op: &mut Operation, user: Id) -> Result<()> {
    op.who.need_admin()?;
    if op.tx.execute("delete from invite where user_id = $1", &[user.into()])? == 0 {
        return Err(Error::NotFound);
    }
    audit::write(op, action::INVITE_REVOKED, Some("user"), Some(user), json!({}))
}

/// Somebody who is to be invited.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Newcomer {
    pub name: String,
    pub email: String,
    #[serde(default)]
    pub roles: Vec<Id>,
    #[serde(default)]
    pub language: Option<String>,
}

/// Makes a user with roles, and their link. For administrators.
pub fn invite_newcomer(op: &mut Operation, new: &Newcomer) -> Result<(Id, Link)> {
    op.who.need_admin()?;
    let object = op.object("user")?;
    let mut body = Map::new();
    body.insert("name".into(), new.name.trim().into());
    body.insert("email".into(), new.email.trim().into());
    if let Some(language) = &new.language {
        body.insert("language".into(), language.as_str().into());
    }
    let values = input::read(op, &object, &body)?;
    let user = write::apply_one(op, &object, Write::Create { values })?.id;
    roles::assign(op, user, &new.roles)?;
    let link = invite(op, user)?;
    Ok((user, link))
}
