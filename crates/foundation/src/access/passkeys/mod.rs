//! Passkeys (WebAuthn): a key that a person's device keeps and uses for this house only, after a finger, a face or a PIN.
//! A passkey signs in without a password, and counts as a second factor beside one.

mod cbor;
#[cfg(test)]
mod tests;
pub mod verify;

use std::net::IpAddr;

use kernel::{Error, Id, Result, Time};
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};

use self::verify::{Answered, Assertion, NewCredential, PublicKey};
use super::audit::{self, action};
use super::encoding::base64url;
use super::factors::oneself;
use super::guess::{self, Subject};
use super::secret::TokenHash;
use super::sessions::{self, Login, Opened, Origin};
use super::steps::{self, Kind};
use super::{Principal, factors, people};
use crate::app::App;
use crate::ledger::seal::random;
use crate::operation::{Operation, Reader};

/// Passkeys of one person.
const MOST: i64 = 20;

/// For whom keys are: the host by which browsers know us, and the address of our pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct House {
    pub id: String,
    pub origin: String,
}

impl House {
    /// None where browsers refuse passkeys: without https, or at a bare address. This machine itself is `localhost`.
    pub fn of(origin: &str) -> Option<House> {
        let (scheme, rest) = origin.split_once("://")?;
        let authority = rest.split('/').next().unwrap_or_default();
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|c| c.is_ascii_digit()) => (host, format!(":{port}")),
            _ => (authority, String::new()),
        };
        if host == "localhost" || host.ends_with(".localhost") {
            return Some(House { id: host.into(), origin: origin.into() });
        }
        match host.trim_matches(['[', ']']).parse::<IpAddr>() {
            Ok(address) if address.is_loopback() => {
                Some(House { id: "localhost".into(), origin: format!("{scheme}://localhost{port}") })
            }
            Ok(_) => None,
            Err(_) => (scheme == "https").then(|| House { id: host.into(), origin: origin.into() }),
        }
    }

    fn needed(app: &App) -> Result<House> {
        let house = House::of(&app.config().origin);
        house.ok_or_else(|| Error::conflict("passkey.not_here", "browsers allow passkeys only at a name behind https"))
    }
}

/// Whether a person has any.
pub fn has_any(tx: &mut db::Tx, user: Id) -> Result<bool> {
    Ok(tx.one("select 1 from passkey where user_id = $1", &[user.into()])?.is_some())
}

/// The passkeys of a person, oldest first.
pub fn list(tx: &mut db::Tx, user: Id) -> Result<Vec<Json>> {
    let sql =
        "select id, name, created_at, last_used_at, transports, backed_up from passkey where user_id = $1 order by id";
    let rows = tx.query(sql, &[user.into()])?;
    Ok(rows.iter().map(shown).collect())
}

fn shown(row: &db::Row) -> Json {
    json!({
        "id": row.id(0),
        "name": row.text(1),
        "created_at": row.time(2),
        "last_used_at": row.opt_int(3).map(Time),
        "transports": row.text(4).split(' ').filter(|one| !one.is_empty()).collect::<Vec<_>>(),
        "backed_up": row.flag(5),
    })
}

fn one(reader: &mut Reader, user: Id, id: Id) -> Result<Json> {
    let sql =
        "select id, name, created_at, last_used_at, transports, backed_up from passkey where id = $1 and user_id = $2";
    let row = reader.tx.one(sql, &[id.into(), user.into()])?.ok_or(Error::NotFound)?;
    Ok(shown(&row))
}

/// What a browser needs to make a new key (`PublicKeyCredential.parseCreationOptionsFromJSON`).
pub fn begin_new(op: &mut Operation) -> Result<Json> {
    let user = oneself(op.who)?;
    let house = House::needed(op.app)?;
    let person = people::by_id(op.tx, user)?.ok_or(Error::NotFound)?;
    let company = super::settings::company_in(op.tx)?;
    let challenge = challenge()?;
    steps::begin(op, &hash(&challenge), Kind::NewPasskey, Some(user), &json!({}))?;
    let account = person.email.clone().unwrap_or_else(|| person.name.clone());
    Ok(json!({ "publicKey": {
        "rp": { "id": house.id, "name": if company.is_empty() { "Rapport".to_string() } else { company } },
        "user": { "id": base64url(user.0.as_bytes()), "name": account, "displayName": person.name },
        "challenge": base64url(&challenge),
        "pubKeyCredParams": [
            { "type": "public-key", "alg": verify::ES256 },
            { "type": "public-key", "alg": verify::ED25519_ALGORITHM },
        ],
        "timeout": 300_000,
        "excludeCredentials": described(op.tx, user)?,
        "authenticatorSelection": { "residentKey": "required", "requireResidentKey": true, "userVerification": "required" },
        "attestation": "none",
    } }))
}

/// Keeps a new key under a name that its owner gave it.
pub fn add(op: &mut Operation, name: &str, credential: &NewCredential) -> Result<Json> {
    let user = oneself(op.who)?;
    let name = checked_name(name)?;
    let house = House::needed(op.app)?;
    let step = steps::take(op, &hash(&verify::challenge_of_new(credential)?), Kind::NewPasskey)
        .map_err(|fault| if matches!(fault, Error::Unauthorized) { verify::refused() } else { fault })?;
    if step.user != Some(user) {
        return Err(verify::refused());
    }
    let made = verify::made(&house, credential)?;
    let held = op.tx.one("select count(*) from passkey where user_id = $1", &[user.into()])?;
    if held.map_or(0, |row| row.int(0)) >= MOST {
        return Err(Error::conflict("passkey.too_many", format!("at most {MOST} passkeys")));
    }
    if op.tx.one("select 1 from passkey where credential = $1", &[made.credential.clone().into()])?.is_some() {
        return Err(Error::conflict("passkey.known", "this passkey is here already"));
    }
    let (now, id) = (op.now, Id::at(op.now.0));
    op.tx.execute(
        "insert into passkey (id, user_id, name, credential, algorithm, public_key, sign_count, transports, backed_up, created_at, last_used_at) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, null)",
        &[
            id.into(),
            user.into(),
            name.as_str().into(),
            made.credential.into(),
            made.key.algorithm.into(),
            made.key.bytes.into(),
            i64::from(made.count).into(),
            made.transports.join(" ").into(),
            i64::from(made.backed_up).into(),
            now.into(),
        ],
    )?;
    op.app.gate().distrust();
    audit::write(op, action::PASSKEY_ADDED, Some("user"), Some(user), json!({ "passkey": id, "name": name }))?;
    one(op, user, id)
}

/// Gives a key of the caller another name.
pub fn rename(op: &mut Operation, id: Id, name: &str) -> Result<Json> {
    let user = oneself(op.who)?;
    let name = checked_name(name)?;
    let sql = "update passkey set name = $3 where id = $1 and user_id = $2";
    if op.tx.execute(sql, &[id.into(), user.into(), name.as_str().into()])? == 0 {
        return Err(Error::NotFound);
    }
    one(op, user, id)
}

/// Takes a key of the caller away.
pub fn remove(op: &mut Operation, id: Id) -> Result<()> {
    let user = oneself(op.who)?;
    if op.tx.execute("delete from passkey where id = $1 and user_id = $2", &[id.into(), user.into()])? == 0 {
        return Err(Error::NotFound);
    }
    let is_last = !factors::has_any(op.tx, user)?;
    factors::refuse_last(op, user, is_last)?;
    op.app.gate().distrust();
    audit::write(op, action::PASSKEY_REMOVED, Some("user"), Some(user), json!({ "passkey": id }))
}

fn checked_name(name: &str) -> Result<String> {
    let name = name.trim();
    if name.is_empty() {
        return Err(Error::invalid("name", "required", "give the passkey a name by which you know it again"));
    }
    if name.chars().count() > 80 {
        return Err(Error::invalid("name", "too_long", "at most 80 characters"));
    }
    Ok(name.to_string())
}

/// What a browser needs to answer with a key (`PublicKeyCredential.parseRequestOptionsFromJSON`). With the token of a second
/// step the keys of that person are named; without, the browser offers those it has for this house.
pub fn begin(op: &mut Operation, second: Option<&TokenHash>) -> Result<Json> {
    let house = House::needed(op.app)?;
    let now = op.now;
    let user = match second {
        Some(token) => steps::look(op.tx, now, token, Kind::SecondFactor)?.user,
        None => None,
    };
    let allowed = match user {
        Some(user) => described(op.tx, user)?,
        None => Vec::new(),
    };
    let challenge = challenge()?;
    steps::begin(op, &hash(&challenge), Kind::Passkey, user, &json!({}))?;
    Ok(json!({ "publicKey": {
        "challenge": base64url(&challenge),
        "rpId": house.id,
        "timeout": 300_000,
        "userVerification": "required",
        "allowCredentials": allowed,
    } }))
}

fn described(tx: &mut db::Tx, user: Id) -> Result<Vec<Json>> {
    let rows = tx.query("select credential, transports from passkey where user_id = $1 order by id", &[user.into()])?;
    let one = |row: &db::Row| {
        let transports: Vec<&str> = row.text(1).split(' ').filter(|one| !one.is_empty()).collect();
        json!({ "type": "public-key", "id": base64url(row.opt_bytes(0).unwrap_or_default()), "transports": transports })
    };
    Ok(rows.iter().map(one).collect())
}

/// Signs in by passkey, alone or as the second step of `second`. `Unauthorized` for whatever does not fit.
pub async fn sign_in(app: &App, assertion: &Assertion, second: Option<TokenHash>, from: &Origin) -> Result<Opened> {
    let house = House::needed(app)?;
    let answer = verify::answered(&house, assertion).map_err(|_| Error::Unauthorized)?;
    let subjects = sessions::network(app, from)?;
    let (now, counted) = (app.now(), subjects.clone());
    app.db().write_async(move |tx| guess::count(tx, now, &counted)).await?;
    let from = from.clone();
    let used = app
        .write(&Principal::system("sign-in"), move |op| {
            let user = accept(op, &answer)?;
            let mut method = "passkey";
            if let Some(token) = second {
                let step = steps::take(op, &token, Kind::SecondFactor)?;
                sessions::still_holds(op, &step, user)?;
                method = "password+passkey";
            }
            guess::take_back(op.tx, now, &subjects)?;
            sessions::enter(op, user, &Login::from(&from, method))
        })
        .await;
    match used {
        // Written down outside of the operation, which is undone.
        Err(Error::Conflict { code: COPIED, .. }) => {
            audit::note(app, &Principal::system("sign-in"), action::PASSKEY_COPIED, None, None, json!({})).await?;
            Err(Error::Unauthorized)
        }
        other => other,
    }
}

const COPIED: &str = "passkey.copied";

/// Confirms that whoever is signed in is still there.
pub async fn confirm(app: &App, who: &Principal, assertion: &Assertion) -> Result<()> {
    let user = oneself(who)?;
    let house = House::needed(app)?;
    let answer = verify::answered(&house, assertion)?;
    let subjects = vec![Subject::account(app, &format!("passkey {user}"))?];
    let (now, counted) = (app.now(), subjects.clone());
    app.db().write_async(move |tx| guess::count(tx, now, &counted)).await?;
    app.write(who, move |op| {
        let by = accept(op, &answer).map_err(|fault| match fault {
            Error::Unauthorized | Error::Conflict { .. } => verify::refused(),
            other => other,
        })?;
        if by != user {
            return Err(verify::refused());
        }
        guess::take_back(op.tx, now, &subjects)?;
        sessions::make_fresh(op)
    })
    .await
}

/// Takes an answer: its challenge is open and ends, its key is known and signed it, its counter went on. Answers whose it is.
fn accept(op: &mut Operation, answer: &Answered) -> Result<Id> {
    let step = steps::take(op, &hash(&answer.challenge), Kind::Passkey)?;
    let sql = "select user_id, algorithm, public_key, sign_count, id from passkey where credential = $1";
    let row = op.tx.one(sql, &[answer.credential.clone().into()])?.ok_or(Error::Unauthorized)?;
    let user = row.id(0);
    let key = PublicKey { algorithm: row.int(1), bytes: row.opt_bytes(2).unwrap_or_default().to_vec() };
    let whose = answer.user_handle.as_ref().is_none_or(|handle| handle == user.0.as_bytes());
    if !answer.by(&key) || !whose || step.user.is_some_and(|asked| asked != user) {
        return Err(Error::Unauthorized);
    }
    let (now, before, count) = (op.now, row.int(3), i64::from(answer.count));
    // A counter that stands still or goes back: two devices have the same key. Those that do not count stay at zero.
    if (before > 0 || count > 0) && count <= before {
        return Err(Error::Conflict { code: COPIED, detail: String::new(), details: Json::Null });
    }
    op.tx.execute(
        "update passkey set sign_count = $2, last_used_at = $3, backed_up = $4 where id = $1",
        &[row.id(4).into(), count.into(), now.into(), i64::from(answer.backed_up).into()],
    )?;
    Ok(user)
}

fn challenge() -> Result<[u8; 32]> {
    let mut bytes = [0u8; 32];
    random(&mut bytes)?;
    Ok(bytes)
}

fn hash(challenge: &[u8]) -> TokenHash {
    Sha256::digest(challenge).into()
}
