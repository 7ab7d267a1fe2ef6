//! Sessions: signed in by password, passkey or another house's word, for 12 hours without use and 14 days at most. The
//! browser holds a random token, the database its hash. Every door that signs in ends in [`enter`].

use std::net::IpAddr;
use std::time::Instant;

use db::Row;
use kernel::{Error, Id, Result, Time, points};
use serde_json::{Value as Json, json};

use super::audit::action;
use super::gate::Pass;
use super::guess::{self, Subject};
use super::secret::{Secret, TokenHash};
use super::steps::{self, Kind, Step};
use super::{Access, Principal, audit, devices, factors, password, people, rules};
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
    /// The token that the browser keeps to be known again.
    pub browser: Option<Secret>,
}

/// A new session and the token that opens it.
#[derive(Debug)]
pub struct Opened {
    pub token: Secret,
    pub user: Id,
    /// For the browser to keep, if it is not known yet.
    pub browser: Option<Secret>,
}

/// What became of a password that was right.
#[derive(Debug)]
pub enum SignedIn {
    Opened(Opened),
    /// A second factor is missing.
    Halfway(Halfway),
}

/// The way to the second factor.
#[derive(Debug)]
pub struct Halfway {
    pub token: Secret,
    pub methods: Vec<&'static str>,
    pub expires_at: Time,
}

/// How and from where a session begins.
#[derive(Debug, Clone)]
pub struct Login {
    device: String,
    address: Option<String>,
    browser: Option<TokenHash>,
    method: &'static str,
}

impl Login {
    pub fn from(origin: &Origin, method: &'static str) -> Login {
        let address = origin.address.map(|address| address.to_canonical()).filter(|address| !address.is_loopback());
        Login {
            device: short(&origin.device),
            address: address.map(|address| address.to_string()),
            browser: origin.browser.as_ref().map(Secret::hash),
            method,
        }
    }
}

/// Signs in by password. A wrong e-mail and a wrong password get the same answer (`Unauthorized`) after the same time; too
/// many tries get `Busy` with the time to wait. The count is taken back only where no second factor is missing.
pub async fn sign_in(app: &App, email: &str, password: Secret, origin: &Origin) -> Result<SignedIn> {
    let email = points::email(email).unwrap_or_else(|| email.trim().to_lowercase());
    let mut subjects = vec![Subject::account(app, &email)?];
    subjects.extend(network(app, origin)?);
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
    let from = origin.clone();
    app.write(&who, move |op| {
        // The password may have been changed, or the user disabled, while it was being checked.
        let body = json!({ "changed_at": found.changed_at.0, "email": email });
        still_holds(op, &Step { user: Some(user), body: body.clone() }, user)?;
        let methods = factors::second_step(op, user)?;
        if methods.is_empty() {
            guess::take_back(op.tx, now, &subjects)?;
            return Ok(SignedIn::Opened(enter(op, user, &Login::from(&from, "password"))?));
        }
        let token = Secret::token("")?;
        let expires_at = steps::begin(op, &token.hash(), Kind::SecondFactor, Some(user), &body)?;
        Ok(SignedIn::Halfway(Halfway { token, methods, expires_at }))
    })
    .await
}

/// The second step by a code: one-time or recovery. The step stays open after a wrong one; guesses are counted.
pub async fn sign_in_by_code(app: &App, token: &Secret, code: String, origin: &Origin) -> Result<Opened> {
    let (now, hash) = (app.now(), token.hash());
    let step = app.db().read_async(move |tx| steps::look(tx, now, &hash, Kind::SecondFactor)).await?;
    let user = step.user.ok_or(Error::Unauthorized)?;
    let mut subjects = vec![Subject::account(app, &format!("code {user}"))?];
    subjects.extend(network(app, origin)?);
    let counted = subjects.clone();
    app.db().write_async(move |tx| guess::count(tx, now, &counted)).await?;
    // The password was right as well: its own count goes back with this one.
    if let Some(email) = step.body.get("email").and_then(Json::as_str) {
        subjects.push(Subject::account(app, email)?);
        subjects.extend(network(app, origin)?);
    }
    let who = app
        .read(&Principal::system("sign-in"), move |reader| people::principal(reader, user))
        .await?
        .ok_or(Error::Unauthorized)?;
    let from = origin.clone();
    let opened = app
        .write(&who, move |op| {
            let Some(by) = factors::use_code(op, user, &code)? else { return Ok(None) };
            let step = steps::take(op, &hash, Kind::SecondFactor)?;
            still_holds(op, &step, user)?;
            guess::take_back(op.tx, now, &subjects)?;
            let first = step.body.get("by").and_then(Json::as_str);
            let method = match (first, by) {
                (Some("oidc"), _) => "oidc+mfa",
                (_, "totp") => "password+totp",
                _ => "password+recovery",
            };
            enter(op, user, &Login::from(&from, method)).map(Some)
        })
        .await?;
    if let Some(opened) = opened {
        return Ok(opened);
    }
    audit::note(app, &who, action::CODE_REFUSED, Some("user"), Some(user), json!({})).await?;
    Err(factors::wrong_code())
}

/// Whether a step that a right password began still counts: the same password, and the person works here.
pub(super) fn still_holds(op: &mut Operation, step: &Step, user: Id) -> Result<()> {
    let current = op.tx.one("select changed_at from credential where user_id = $1", &[user.into()])?;
    let same = current.map(|row| row.int(0)) == step.body.get("changed_at").and_then(Json::as_i64);
    let active = people::by_id(op.tx, user)?.is_some_and(|person| person.active);
    if same && active && step.user == Some(user) { Ok(()) } else { Err(Error::Unauthorized) }
}

/// The network that a try comes from. Behind a proxy of this machine all the world has one address: it would lock everybody
/// out for one.
pub(super) fn network(app: &App, origin: &Origin) -> Result<Vec<Subject>> {
    let address = origin.address.filter(|address| !address.to_canonical().is_loopback());
    address.map(|address| Subject::network(app, address)).into_iter().collect()
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

/// Whether the caller signed in, or confirmed that they are there, a short while ago. Keys and the product are: they have
/// no password, and what they may do is bounded by their scopes.
pub fn is_fresh(who: &Principal, now: Time) -> bool {
    who.signed_in_at.is_none_or(|at| now.0 - at.0 < FRESH_MS)
}

/// Fails unless the caller is fresh or shows the password again.
pub async fn need_fresh(app: &App, who: &Principal, password: Option<Secret>) -> Result<()> {
    if is_fresh(who, app.now()) {
        return Ok(());
    }
    let Some(password) = password else {
        return Err(Error::invalid("password", "required", "please type your password again"));
    };
    need_password(app, who, password).await
}

/// Fails unless this is the caller's password.
pub async fn need_password(app: &App, who: &Principal, password: Secret) -> Result<()> {
    if confirm(app, who, password).await? {
        Ok(())
    } else {
        Err(Error::invalid("password", "wrong_password", "this is not your password"))
    }
}

/// Whoever is signed in has just shown that they are still there.
pub fn make_fresh(op: &mut Operation) -> Result<()> {
    let session = op.who.session.ok_or(Error::Forbidden("this needs a person"))?;
    let now = op.now;
    op.tx.execute("update session set confirmed_at = $2 where id = $1", &[session.into(), now.into()])?;
    op.app.gate().distrust();
    Ok(())
}

/// Opens a session: the one end of every door that signs in. The caller has made sure who it is.
pub fn enter(op: &mut Operation, user: Id, login: &Login) -> Result<Opened> {
    let token = Secret::token("")?;
    let fresh = if login.browser.is_none() { Some(devices::token()?) } else { None };
    let browser = login.browser.or_else(|| fresh.as_ref().map(Secret::hash));
    let standing = match &browser {
        Some(browser) => devices::meet(op, user, browser)?,
        None => devices::Standing::Known,
    };
    let is_new = standing == devices::Standing::New;
    store(op, user, &token.hash(), login, is_new)?;
    let mut detail = json!({ "device": login.device, "method": login.method });
    if let Some(detail) = detail.as_object_mut().filter(|_| is_new) {
        detail.insert("new_device".into(), json!(true));
    }
    audit::write(op, action::SIGNED_IN, Some("user"), Some(user), detail)?;
    if is_new {
        audit::write(op, action::NEW_DEVICE, Some("user"), Some(user), json!({ "device": login.device }))?;
    }
    told(op, events::workspace::UserSignedIn { user }, user)?;
    Ok(Opened { token, user, browser: fresh })
}

/// Opens a session whose token is known already, past every door: for tests and commands.
pub fn open(op: &mut Operation, user: Id, device: &str, token: &Secret) -> Result<()> {
    let login = Login { device: short(device), address: None, browser: None, method: "link" };
    store(op, user, &token.hash(), &login, false)?;
    audit::write(op, action::SIGNED_IN, Some("user"), Some(user), json!({ "device": short(device) }))?;
    told(op, events::workspace::UserSignedIn { user }, user)
}

fn store(op: &mut Operation, user: Id, hash: &TokenHash, login: &Login, is_new: bool) -> Result<()> {
    let (now, id) = (op.now, Id::at(op.now.0));
    let sql = "insert into session (id, token_hash, user_id, device, created_at, seen_at, expires_at, address, method, new_device) \
         values ($1, $2, $3, $4, $5, $5, $6, $7, $8, $9)";
    let args = [
        id.into(),
        hash.to_vec().into(),
        user.into(),
        login.device.as_str().into(),
        now.into(),
        (now.0 + ABSOLUTE_MS).into(),
        login.address.clone().into(),
        login.method.into(),
        i64::from(is_new).into(),
    ];
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
    let sql =
        "select id, user_id, created_at, seen_at, expires_at, confirmed_at, method from session where token_hash = $1";
    let Some(row) = reader.tx.one(sql, &[hash.to_vec().into()])? else { return Ok(None) };
    let Some(mut principal) = people::principal(reader, row.id(1))? else { return Ok(None) };
    principal.session = Some(row.id(0));
    principal.signed_in_at = Some(row.opt_int(5).map_or(row.time(2), Time));
    // Two factors in one need no other.
    let is_strong = matches!(row.opt_text(6), Some("passkey" | "oidc+mfa"));
    if !is_strong && rules::must_enrol(reader, row.id(1))? {
        principal.must_enrol = true;
        principal.access = Access::default().into();
    }
    Ok(Some(Pass {
        principal,
        expires_at: Some(row.time(4)),
        idle_ms: Some(IDLE_MS),
        seen_at: Some(row.time(3)),
        looked_up: Instant::now(),
    }))
}

/// The open sessions of the caller, or of another for administrators: `{"data":[{"id","device","browser","system","address",
/// "method","created_at","seen_at","expires_at","new_device","current"}]}`.
pub fn list(reader: &mut Reader, user: Option<Id>) -> Result<Json> {
    let own = reader.who.user;
    let user = user.or(own).ok_or(Error::Forbidden("this needs a person"))?;
    if own != Some(user) {
        reader.who.need_admin()?;
    }
    let sql = "select id, device, created_at, seen_at, expires_at, address, method, new_device from session \
         where user_id = $1 and expires_at > $2 and seen_at > $3 order by seen_at desc, id desc";
    let rows = reader.tx.query(sql, &[user.into(), reader.now.into(), (reader.now.0 - IDLE_MS).into()])?;
    let current = reader.who.session;
    let show = |row: &Row| {
        let (browser, system) = devices::named(row.text(1));
        json!({
            "id": row.id(0),
            "device": row.text(1),
            "browser": browser,
            "system": system,
            "address": row.opt_text(5),
            "method": row.opt_text(6),
            "created_at": row.time(2),
            "seen_at": row.time(3),
            "expires_at": row.time(4),
            "new_device": row.opt_int(7) == Some(1),
            "current": current == Some(row.id(0)),
        })
    };
    Ok(json!({ "data": rows.iter().map(show).collect::<Vec<_>>() }))
}

/// Ends all of the caller's sessions but the one they ask with; answers how many.
pub fn end_others(op: &mut Operation) -> Result<u64> {
    let user = op.who.user.ok_or(Error::Forbidden("this needs a person"))?;
    end_all(op, user, op.who.session)
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
    end_all(op, user, op.who.session).map(drop)
}

/// Ends all sessions of a user but one, and what they have begun; answers how many.
pub fn end_all(op: &mut Operation, user: Id, but: Option<Id>) -> Result<u64> {
    steps::end_all(op, user)?;
    let ended = op.tx.execute(
        "delete from session where user_id = $1 and id <> $2",
        &[user.into(), but.unwrap_or(Id::NIL).into()],
    )?;
    op.app.gate().distrust();
    if ended > 0 {
        audit::write(op, action::SESSIONS_ENDED, Some("user"), Some(user), json!({ "sessions": ended }))?;
    }
    Ok(ended)
}

/// Removes what has ended: sessions, links, counts of guesses. To be done once a day.
pub fn tidy(app: &App) -> Result<()> {
    let now = app.now();
    app.db().write(move |tx| {
        tx.execute(
            "delete from session where expires_at <= $1 or seen_at <= $2",
            &[now.into(), (now.0 - IDLE_MS).into()],
        )?;
        // Shown for a month as ended, so that somebody can send them again.
        tx.execute("delete from invite where expires_at <= $1", &[(now.0 - 2 * ABSOLUTE_MS).into()])?;
        steps::tidy(tx, now)?;
        devices::tidy(tx, now)?;
        guess::tidy(tx, now).map(drop)
    })
}
