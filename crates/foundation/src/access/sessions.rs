//! Sessions: signed in by password, for 12 hours without use and 14 days at most. The browser holds a random token, the
//! database its hash.

use std::net::IpAddr;
use std::time::Instant;

use db::Row;
use kernel::{Error, Id, Result, Time, points};
use serde_json::{Value as Json, json};

use super::audit::action;
use super::gate::Pass;
use super::guess::{self, Subject};
use super::secret::{Secret, TokenHash};
use super::{Principal, audit, password, people};
use crate::app::App;
use crate::ledger::{self, Entry};
use crate::operation::{Operation, Reader};

/// Without use it ends after this.
pub const IDLE_MS: i64 = 12 * 60 * 60 * 1000;
/// It ends after this, whatever happens.
pub const ABSOLUTE_MS: i64 = 14 * 24 * 60 * 60 * 1000;
/// So long after signing in, dangerous things do not ask for the password again.
pub const FRESH_MS: i64 = 15 * 60 * 1000;

/// Where a sign-in comes from.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    /// What the browser says it is, shown in the list of sessions.
    pub device: String,
    /// None where it did not come over a network.
    pub address: Option<IpAddr>,
}

/// A new session and the token that opens it.
#[derive(Debug)]
pub struct Opened {
    pub token: Secret,
    pub user: Id,
}

/// Signs in. A wrong e-mail and a wrong password get the same answer (`Unauthorized`) after the same time; too many tries
/// get `Busy` with the time to wait.
pub async fn sign_in(app: &App, email: &str, password: Secret, origin: &Origin) -> Result<Opened> {
    let email = points::email(email).unwrap_or_else(|| email.trim().to_lowercase());
    let mut subjects = vec![Subject::account(app, &email)?];
    // Behind a proxy of this machine all the world has one address: it would lock everybody out for one.
    if let Some(address) = origin.address.filter(|address| !address.to_canonical().is_loopback()) {
        subjects.push(Subject::network(app, address)?);
    }
    let (now, counted) = (app.now(), subjects.clone());
    app.db().write_async(move |tx| guess::count(tx, now, &counted)).await?;

    let asked = email.clone();
    let found = app.db().read_async(move |tx| credential_of(tx, &asked)).await?;
    let fits = password::verify(password, found.as_ref().map(|found| found.hash.clone())).await?;

    let Some(found) = found.filter(|_| fits) else {
        app.write(&Principal::system("sign-in"), move |op| {
            let user = people::by_email(op.tx, &email)?.map(|person| person.id);
            audit::write(op, action::SIGN_IN_REFUSED, Some("user"), user, json!({ "known": user.is_some() }))
        })
        .await?;
        return Err(Error::Unauthorized);
    };
    let user = found.user;
    let who = app
        .read(&Principal::system("sign-in"), move |reader| people::principal(reader, user))
        .await?
        .ok_or(Error::Unauthorized)?;
    let (token, device) = (Secret::token("")?, origin.device.clone());
    let hash = token.hash();
    app.write(&who, move |op| {
        // The password may have been changed, or the user disabled, while it was being checked.
        let current = op.tx.one("select changed_at from credential where user_id = $1", &[user.into()])?;
        let active = people::by_id(op.tx, user)?.is_some_and(|person| person.active);
        if !active || current.is_none_or(|row| row.time(0) != found.changed_at) {
            return Err(Error::Unauthorized);
        }
        guess::take_back(op.tx, now, &subjects)?;
        store(op, user, &hash, &device)?;
        audit::write(op, action::SIGNED_IN, Some("user"), Some(user), json!({ "device": short(&device) }))?;
        told(op, events::workspace::UserSignedIn { user }, user)
    })
    .await?;
    Ok(Opened { token, user })
}

struct Found {
    user: Id,
    hash: String,
    changed_at: Time,
}

fn credential_of(tx: &mut db::Tx, email: &str) -> Result<Option<Found>> {
    let sql = "select s.id, c.password, c.changed_at from staff s join credential c on c.user_id = s.id \
         where s.email = $1 and s.is_active = 1 and s.deleted_at is null";
    let row = tx.one(sql, &[email.into()])?;
    Ok(row.map(|row| Found { user: row.id(0), hash: row.text(1).to_string(), changed_at: row.time(2) }))
}

/// Whether this is the user's password; counted as a try to guess it. For what asks for the password again.
pub async fn confirm(app: &App, who: &Principal, password: Secret) -> Result<bool> {
    let user = who.user.ok_or(Error::Forbidden("this needs a person"))?;
    let subjects = vec![Subject::account(app, &format!("user {user}"))?];
    let (now, counted) = (app.now(), subjects.clone());
    app.db().write_async(move |tx| guess::count(tx, now, &counted)).await?;
    let stored = app
        .db()
        .read_async(move |tx| {
            Ok(tx
                .one("select password from credential where user_id = $1", &[user.into()])?
                .map(|row| row.text(0).to_string()))
        })
        .await?;
    let fits = password::verify(password, stored).await?;
    if fits {
        app.db().write_async(move |tx| guess::take_back(tx, now, &subjects)).await?;
    }
    Ok(fits)
}

/// Fails unless the caller signed in a short while ago or shows the password again. Keys and the product pass: they have
/// no password, and what they may do is bounded by their scopes.
pub async fn need_fresh(app: &App, who: &Principal, password: Option<Secret>) -> Result<()> {
    let Some(signed_in_at) = who.signed_in_at else { return Ok(()) };
    if app.now().0 - signed_in_at.0 < FRESH_MS {
        return Ok(());
    }
    let Some(password) = password else {
        return Err(Error::invalid("password", "required", "please type your password again"));
    };
    if confirm(app, who, password).await? {
        Ok(())
    } else {
        Err(Error::invalid("password", "wrong_password", "this is not your password"))
    }
}

/// Opens a session for a user within an operation (set-up, accepted invitation).
pub fn open(op: &mut Operation, user: Id, device: &str, token: &Secret) -> Result<()> {
    store(op, user, &token.hash(), device)?;
    audit::write(op, action::SIGNED_IN, Some("user"), Some(user), json!({ "device": short(device) }))?;
    told(op, events::workspace::UserSignedIn { user }, user)
}

fn store(op: &mut Operation, user: Id, hash: &TokenHash, device: &str) -> Result<()> {
    let (now, id) = (op.now, Id::at(op.now.0));
    let sql = "insert into session (id, token_hash, user_id, device, created_at, seen_at, expires_at) values ($1, $2, $3, $4, $5, $5, $6)";
    let args =
        [id.into(), hash.to_vec().into(), user.into(), short(device).into(), now.into(), (now.0 + ABSOLUTE_MS).into()];
    op.tx.execute(sql, &args).map(drop)
}

/// A line on the ledger about a user.
pub(super) fn told<E: events::Event>(op: &mut Operation, event: E, user: Id) -> Result<()> {
    let props = match serde_json::to_value(&event) {
        Ok(Json::Object(props)) => props,
        _ => serde_json::Map::new(),
    };
    let entry =
        Entry { kind: E::KIND.to_string(), object: Some("user".into()), record: Some(user), props, ..Entry::default() };
    ledger::append(op, vec![entry]).map(drop)
}

/// Enough of the browser's name to know it again.
fn short(device: &str) -> String {
    device.chars().filter(|c| !c.is_control()).take(200).collect()
}

/// Who a token is; `Unauthorized` if it is not, or no longer, valid.
pub async fn principal(app: &App, token: &str) -> Result<Principal> {
    if token.len() != 64 {
        return Err(Error::Unauthorized);
    }
    let hash = Secret::new(token).hash();
    let pass = match app.gate().find(&hash) {
        Some(pass) => pass,
        None => {
            let found = app.read(&Principal::system("sign-in"), move |reader| pass(reader, &hash)).await?;
            let pass = found.ok_or(Error::Unauthorized)?;
            app.gate().keep(hash, pass.clone());
            pass
        }
    };
    let now = app.now();
    if !pass.is_valid(now) {
        return Err(Error::Unauthorized);
    }
    if pass.is_news(now) {
        app.gate().seen(&hash, now);
        let app = app.clone();
        // Not in the way of the request; if it is lost, the next one writes it.
        tokio::spawn(async move {
            let sql = "update session set seen_at = $1 where token_hash = $2 and seen_at < $1";
            app.db().write_async(move |tx| tx.execute(sql, &[now.into(), hash.to_vec().into()])).await
        });
    }
    Ok(pass.principal)
}

fn pass(reader: &mut Reader, hash: &TokenHash) -> Result<Option<Pass>> {
    let sql = "select id, user_id, created_at, seen_at, expires_at from session where token_hash = $1";
    let Some(row) = reader.tx.one(sql, &[hash.to_vec().into()])? else { return Ok(None) };
    let Some(mut principal) = people::principal(reader, row.id(1))? else { return Ok(None) };
    principal.session = Some(row.id(0));
    principal.signed_in_at = Some(row.time(2));
    Ok(Some(Pass {
        principal,
        expires_at: Some(row.time(4)),
        idle_ms: Some(IDLE_MS),
        seen_at: Some(row.time(3)),
        looked_up: Instant::now(),
    }))
}

/// The caller's open sessions, `{"data":[{"id","device","created_at","seen_at","expires_at","current"}]}`.
pub fn list(reader: &mut Reader) -> Result<Json> {
    let user = reader.who.user.ok_or(Error::Forbidden("this needs a person"))?;
    let sql = "select id, device, created_at, seen_at, expires_at from session \
         where user_id = $1 and expires_at > $2 and seen_at > $3 order by seen_at desc";
    let rows = reader.tx.query(sql, &[user.into(), reader.now.into(), (reader.now.0 - IDLE_MS).into()])?;
    let current = reader.who.session;
    let show = |row: &Row| {
        json!({
            "id": row.id(0),
            "device": row.text(1),
            "created_at": row.time(2),
            "seen_at": row.time(3),
            "expires_at": row.time(4),
            "current": current == Some(row.id(0)),
        })
    };
    Ok(json!({ "data": rows.iter().map(show).collect::<Vec<_>>() }))
}

/// Ends one of the caller's sessions.
pub fn end(op: &mut Operation, session: Id) -> Result<()> {
    let user = op.who.user.ok_or(Error::Forbidden("this needs a person"))?;
    if op.tx.execute("delete from session where id = $1 and user_id = $2", &[session.into(), user.into()])? == 0 {
        return Err(Error::NotFound);
    }
    op.app.gate().distrust();
    audit::write(
        op,
        action::SIGNED_OUT,
        Some("user"),
        Some(user),
        json!({ "current": op.who.session == Some(session) }),
    )?;
    told(op, events::workspace::UserSignedOut { user }, user)
}

/// Signs a user out everywhere. For administrators: a lost telephone cannot wait for its owner.
pub fn end_all_of(op: &mut Operation, user: Id) -> Result<()> {
    op.who.need_admin()?;
    people::by_id(op.tx, user)?.ok_or(Error::NotFound)?;
    end_all(op, user, op.who.session)
}

/// Ends all sessions of a user but one.
pub fn end_all(op: &mut Operation, user: Id, but: Option<Id>) -> Result<()> {
    let ended = op.tx.execute(
        "delete from session where user_id = $1 and id <> $2",
        &[user.into(), but.unwrap_or(Id::NIL).into()],
    )?;
    op.app.gate().distrust();
    if ended == 0 {
        return Ok(());
    }
    audit::write(op, action::SESSIONS_ENDED, Some("user"), Some(user), json!({ "sessions": ended }))
}

/// Removes what has ended: sessions, links, counts of guesses. To be done once a day.
pub fn tidy(app: &App) -> Result<()> {
    let now = app.now();
    app.db().write(move |tx| {
        tx.execute(
            "delete from session where expires_at <= $1 or seen_at <= $2",
            &[now.into(), (now.0 - IDLE_MS).into()],
        )?;
        tx.execute("delete from invite where expires_at <= $1", &[now.into()])?;
        guess::tidy(tx, now).map(drop)
    })
}
