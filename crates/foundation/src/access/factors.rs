//! Second factors: one-time codes with recovery codes, and passkeys. What a person has, sets up and takes away.
//!
//! A code is accepted once. Every try is counted like a guess of a password, for there are only a million codes.

use kernel::{Error, Id, Result, Time};
use serde_json::{Value as Json, json};

use super::audit::{self, action};
use super::guess::{self, Subject};
use super::{Principal, passkeys, people, rules, sessions, steps, totp};
use crate::app::App;
use crate::ledger::seal::random;
use crate::operation::{Operation, Reader};

/// Recovery codes made at once.
const CODES: usize = 10;
/// Letters that nobody takes for another.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
/// What a sealed secret is bound to, beside the user.
const SALT: &[u8] = b"second factor";

/// Whether the person has codes that are set up.
pub fn has_totp(tx: &mut db::Tx, user: Id) -> Result<bool> {
    let sql = "select 1 from totp where user_id = $1 and confirmed_at is not null";
    Ok(tx.one(sql, &[user.into()])?.is_some())
}

/// Whether the person has any second factor.
pub fn has_any(tx: &mut db::Tx, user: Id) -> Result<bool> {
    Ok(has_totp(tx, user)? || passkeys::has_any(tx, user)?)
}

/// By what a person may go on after their password; empty if that is enough.
pub fn second_step(reader: &mut Reader, user: Id) -> Result<Vec<&'static str>> {
    let codes = has_totp(reader.tx, user)?;
    let passkey = passkeys::has_any(reader.tx, user)?;
    let mut methods = Vec::new();
    if codes {
        methods.push("totp");
        if codes_left(reader.tx, user)? > 0 {
            methods.push("recovery");
        }
    }
    // Whoever has a passkey alone may use it instead of the password; beside it, it is asked for where the company says so.
    if passkey && (codes || rules::needs_second_factor(reader, user)?) {
        methods.push("passkey");
    }
    Ok(methods)
}

fn codes_left(tx: &mut db::Tx, user: Id) -> Result<i64> {
    let row = tx.one("select count(*) from recovery_code where user_id = $1 and used_at is null", &[user.into()])?;
    Ok(row.map_or(0, |row| row.int(0)))
}

/// A new secret, not used before it is confirmed: `{"secret","uri"}`. One that was begun before ends.
pub fn begin_totp(op: &mut Operation) -> Result<Json> {
    let user = oneself(op.who)?;
    if has_totp(op.tx, user)? {
        return Err(Error::conflict("totp.enabled", "codes are set up already; take them away first"));
    }
    let person = people::by_id(op.tx, user)?.ok_or(Error::NotFound)?;
    let company = super::settings::company_in(op.tx)?;
    let secret = totp::secret()?;
    let (now, sealed) = (op.now, op.app.key().seal(user, SALT, user, &secret)?);
    op.tx.execute(
        "insert into totp (user_id, secret, created_at, confirmed_at, last_step) values ($1, $2, $3, null, 0) \
         on conflict (user_id) do update set secret = excluded.secret, created_at = excluded.created_at, last_step = 0",
        &[user.into(), sealed.into(), now.into()],
    )?;
    let account = person.email.unwrap_or(person.name);
    Ok(json!({ "secret": super::encoding::base32(&secret), "uri": totp::uri(&company, &account, &secret) }))
}

/// The first code proves that the telephone has the secret: from now on codes are asked for. Answers the recovery codes,
/// which are shown this once. All other sessions end.
pub async fn confirm_totp(app: &App, who: &Principal, code: String) -> Result<Json> {
    let user = oneself(who)?;
    let subjects = vec![Subject::account(app, &format!("code {user}"))?];
    let (now, counted) = (app.now(), subjects.clone());
    app.db().write_async(move |tx| guess::count(tx, now, &counted)).await?;
    app.write(who, move |op| {
        if has_totp(op.tx, user)? {
            return Err(Error::conflict("totp.enabled", "codes are set up already; take them away first"));
        }
        use_totp(op, user, &code, false)?.then_some(()).ok_or_else(wrong_code)?;
        let now = op.now;
        op.tx.execute("update totp set confirmed_at = $2 where user_id = $1", &[user.into(), now.into()])?;
        guess::take_back(op.tx, now, &subjects)?;
        let codes = new_recovery_codes(op, user)?;
        sessions::end_all(op, user, op.who.session)?;
        op.app.gate().distrust();
        audit::write(op, action::TOTP_ENABLED, Some("user"), Some(user), json!({}))?;
        Ok(json!({ "recovery_codes": codes }))
    })
    .await
}

/// Takes one-time codes away.
pub fn remove_totp(op: &mut Operation) -> Result<()> {
    let user = oneself(op.who)?;
    if !has_totp(op.tx, user)? {
        return Err(Error::NotFound);
    }
    let is_last = !passkeys::has_any(op.tx, user)?;
    refuse_last(op, user, is_last)?;
    drop_totp(op, user)?;
    audit::write(op, action::TOTP_DISABLED, Some("user"), Some(user), json!({ "by": "self" }))
}

/// Fails if a person would be without a factor that their role needs.
pub(super) fn refuse_last(op: &mut Operation, user: Id, is_last: bool) -> Result<()> {
    if is_last && rules::needs_second_factor(op, user)? {
        return Err(Error::conflict("second_factor.required", "your role needs a second factor; set up another first"));
    }
    Ok(())
}

fn drop_totp(op: &mut Operation, user: Id) -> Result<()> {
    op.tx.execute("delete from totp where user_id = $1", &[user.into()])?;
    op.tx.execute("delete from recovery_code where user_id = $1", &[user.into()])?;
    op.app.gate().distrust();
    Ok(())
}

/// The telephone is lost: all factors of a user end, and their sessions. For administrators.
pub fn reset(op: &mut Operation, user: Id) -> Result<()> {
    op.who.need_admin()?;
    people::by_id(op.tx, user)?.ok_or(Error::NotFound)?;
    let codes = has_totp(op.tx, user)?;
    drop_totp(op, user)?;
    let keys = op.tx.execute("delete from passkey where user_id = $1", &[user.into()])?;
    steps::end_all(op, user)?;
    sessions::end_all(op, user, op.who.session)?;
    audit::write(op, action::FACTORS_RESET, Some("user"), Some(user), json!({ "totp": codes, "passkeys": keys }))
}

/// New recovery codes; earlier ones end.
pub fn renew_recovery_codes(op: &mut Operation) -> Result<Json> {
    let user = oneself(op.who)?;
    if !has_totp(op.tx, user)? {
        return Err(Error::NotFound);
    }
    let codes = new_recovery_codes(op, user)?;
    audit::write(op, action::RECOVERY_RENEWED, Some("user"), Some(user), json!({}))?;
    Ok(json!({ "recovery_codes": codes }))
}

fn new_recovery_codes(op: &mut Operation, user: Id) -> Result<Vec<String>> {
    op.tx.execute("delete from recovery_code where user_id = $1", &[user.into()])?;
    let mut codes = Vec::with_capacity(CODES);
    for _ in 0..CODES {
        let code = recovery_code()?;
        let hash = hash_of(op.app, user, &code)?;
        op.tx.execute(
            "insert into recovery_code (user_id, code_hash, used_at) values ($1, $2, null)",
            &[user.into(), hash.into()],
        )?;
        codes.push(code);
    }
    Ok(codes)
}

/// Ten letters, fifty bits: `abcde-fghij`.
fn recovery_code() -> Result<String> {
    let mut bytes = [0u8; 10];
    random(&mut bytes)?;
    let letters: String =
        bytes.iter().map(|byte| char::from(LETTERS.get(usize::from(byte & 31)).copied().unwrap_or(b'a'))).collect();
    let (one, other) = letters.split_at(5);
    Ok(format!("{one}-{other}"))
}

/// Keyed, so that the table alone does not let anybody try them all.
fn hash_of(app: &App, user: Id, code: &str) -> Result<Vec<u8>> {
    let plain: String = code.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    Ok(app.key().derive(b"recovery code", format!("{user} {plain}").as_bytes())?.to_vec())
}

/// Uses a code, one-time or recovery; `false` if it is none of this person's. Each counts once, also when two try at once.
pub(super) fn use_code(op: &mut Operation, user: Id, code: &str) -> Result<Option<&'static str>> {
    if use_totp(op, user, code, true)? {
        return Ok(Some("totp"));
    }
    let (now, hash) = (op.now, hash_of(op.app, user, code)?);
    let sql = "update recovery_code set used_at = $3 where user_id = $1 and code_hash = $2 and used_at is null";
    if op.tx.execute(sql, &[user.into(), hash.into(), now.into()])? == 0 {
        return Ok(None);
    }
    let left = codes_left(op.tx, user)?;
    audit::write(op, action::RECOVERY_USED, Some("user"), Some(user), json!({ "left": left }))?;
    Ok(Some("recovery"))
}

fn use_totp(op: &mut Operation, user: Id, code: &str, confirmed: bool) -> Result<bool> {
    let row = op.tx.one("select secret, last_step, confirmed_at from totp where user_id = $1", &[user.into()])?;
    let Some(row) = row.filter(|row| row.opt_int(2).is_some() == confirmed) else { return Ok(false) };
    let sealed = row.opt_bytes(0).unwrap_or_default();
    let secret = op.app.key().open(user, SALT, user, sealed);
    let secret = secret.ok_or_else(|| Error::internal("a second factor was sealed under another master key"))?;
    let Some(step) = totp::accepted(&secret, code, op.now, row.int(1)) else { return Ok(false) };
    let sql = "update totp set last_step = $2 where user_id = $1 and last_step < $2";
    Ok(op.tx.execute(sql, &[user.into(), step.into()])? == 1)
}

pub(super) fn wrong_code() -> Error {
    Error::invalid("code", "wrong_code", "this code does not fit; the next one may")
}

/// The caller's own user, where they are signed in.
pub fn oneself(who: &Principal) -> Result<Id> {
    who.user.filter(|_| who.session.is_some()).ok_or(Error::Forbidden("this needs a person"))
}

/// What a person has set up, for themselves and for administrators.
pub fn show(reader: &mut Reader, user: Id) -> Result<Json> {
    if reader.who.user != Some(user) {
        reader.who.need_admin()?;
    }
    people::by_id(reader.tx, user)?.ok_or(Error::NotFound)?;
    let changed = reader.tx.one("select changed_at from credential where user_id = $1", &[user.into()])?;
    let totp = reader.tx.one("select confirmed_at from totp where user_id = $1", &[user.into()])?;
    let since = totp.and_then(|row| row.opt_int(0)).map(Time);
    let fresh = sessions::is_fresh(reader.who, reader.now);
    Ok(json!({
        "password": { "changed_at": changed.map(|row| row.time(0)) },
        "totp": { "enabled": since.is_some(), "since": since, "recovery_codes_left": codes_left(reader.tx, user)? },
        "passkeys": passkeys::list(reader.tx, user)?,
        "second_factor_required": rules::needs_second_factor(reader, user)?,
        "passkeys_possible": passkeys::House::of(&reader.app.config().origin).is_some(),
        "fresh": fresh,
    }))
}
