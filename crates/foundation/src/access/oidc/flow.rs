//! The way to another house and back.
//!
//! What we send along (state, nonce, the proof of PKCE) comes from one random token and the master key, so nothing secret
//! has to be kept meanwhile. The browser that went keeps a cookie: nobody can be signed in by a link that another sent.

use kernel::{Error, Id, Result, Value, points};
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};

use super::fetch;
use super::providers::{self, Provider};
use super::word::{self, Expected, Said};
use crate::access::audit::{self, action};
use crate::access::encoding::base64url;
use crate::access::secret::hex;
use crate::access::sessions::{self, Halfway, Login, Origin, SignedIn};
use crate::access::steps::{self, Kind};
use crate::access::{Principal, Secret, factors, people, roles};
use crate::app::App;
use crate::html::coded;
use crate::operation::Operation;
use crate::records::write::{self, Write};

/// Where to go, and what the browser keeps until it is back.
pub struct Way {
    pub location: String,
    pub cookie: Secret,
}

/// The page to which a house sends people back.
pub fn back(app: &App) -> String {
    format!("{}/sign-in/callback", app.config().origin.trim_end_matches('/'))
}

/// Begins: asks the house where its door is.
pub async fn begin(app: &App, provider: Id, return_to: Option<String>) -> Result<Way> {
    let found = app.db().read_async(move |tx| providers::find(tx, provider)).await?;
    let issuer = found.issuer.clone();
    let described = blocking(move || fetch::description(&issuer)).await?;
    let (state, cookie) = (Secret::token("")?, Secret::token("")?);
    let (hash, kept) = (state.hash(), hex(&cookie.hash()));
    // Only within our own pages.
    let return_to = return_to.filter(|path| path.starts_with('/') && !path.starts_with("//") && !path.contains('\\'));
    let body = json!({ "provider": provider, "browser": kept, "return_to": return_to });
    app.write(&Principal::system("sign-in"), move |op| steps::begin(op, &hash, Kind::OtherHouse, None, &body)).await?;

    let challenge = base64url(&Sha256::digest(verifier(app, &state)?.expose().as_bytes()));
    let parameters = [
        ("response_type", "code"),
        ("client_id", &found.client_id),
        ("redirect_uri", &back(app)),
        ("scope", "openid email profile"),
        ("state", state.expose()),
        ("nonce", &nonce(app, &state)?),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ]
    .map(|(name, value)| format!("{name}={}", coded(value)));
    let joined = if described.authorization_endpoint.contains('?') { '&' } else { '?' };
    Ok(Way { location: format!("{}{joined}{}", described.authorization_endpoint, parameters.join("&")), cookie })
}

/// Comes back: the code is turned into the house's word, and the word into a session. Answers with it where to go on.
pub async fn finish(
    app: &App,
    code: String,
    state: Secret,
    cookie: Option<Secret>,
    from: &Origin,
) -> Result<(SignedIn, Option<String>)> {
    let hash = state.hash();
    // The way is walked once, whatever comes of it.
    let step = app.write(&Principal::system("sign-in"), move |op| steps::take(op, &hash, Kind::OtherHouse)).await?;
    let text = |name: &str| step.body.get(name).and_then(Json::as_str).map(str::to_string);
    if cookie.map(|cookie| hex(&cookie.hash())) != text("browser") {
        return refused(app, None, "browser").await;
    }
    let provider = text("provider").and_then(|id| Id::parse(&id)).ok_or(Error::Unauthorized)?;
    let provider = app.db().read_async(move |tx| providers::find(tx, provider)).await;
    let provider = provider.map_err(|_| Error::Unauthorized)?;

    let (asking, house) = (app.clone(), provider.clone());
    let (verifier, nonce) = (verifier(app, &state)?, nonce(app, &state)?);
    let (token, keys) = blocking(move || {
        let described = fetch::description(&house.issuer)?;
        let token = fetch::word(&asking, &house, &described, &code, &verifier, &back(&asking))?;
        Ok((token, fetch::keys(&described.jwks_uri)?))
    })
    .await?;
    let expected = Expected { issuer: &provider.issuer, client_id: &provider.client_id, nonce: &nonce, now: app.now() };
    let said = match word::heard(&token, &keys, &expected) {
        Ok(said) => said,
        Err(why) => return refused(app, Some(&provider), why).await,
    };
    let return_to = text("return_to");
    let (house, from) = (provider.clone(), from.clone());
    let entered = app
        .write(&Principal::system("sign-in"), move |op| {
            let Some(user) = who_is(op, &house, &said)? else { return Ok(None) };
            enter(op, user, &said, &from).map(Some)
        })
        .await?;
    match entered {
        Some(entered) => Ok((entered, return_to)),
        None => {
            note_refusal(app, Some(&provider), "nobody").await?;
            Err(Error::Forbidden("nobody here is known by this e-mail; an administrator can invite you"))
        }
    }
}

async fn refused<T>(app: &App, provider: Option<&Provider>, why: &'static str) -> Result<T> {
    note_refusal(app, provider, why).await?;
    Err(Error::Unauthorized)
}

async fn note_refusal(app: &App, provider: Option<&Provider>, why: &'static str) -> Result<()> {
    let detail = json!({ "provider": provider.map(|provider| &provider.name), "because": why });
    audit::note(app, &Principal::system("sign-in"), action::SIGN_IN_REFUSED, None, None, detail).await
}

/// The user whom a house speaks of: known from before, by a verified e-mail, or joining by its domain.
fn who_is(op: &mut Operation, house: &Provider, said: &Said) -> Result<Option<Id>> {
    let sql = "select user_id from outside_identity where issuer = $1 and subject = $2";
    let args = [house.issuer.as_str().into(), said.subject.as_str().into()];
    let known = op.tx.one(sql, &args)?.map(|row| row.id(0));
    if let Some(user) = known {
        return Ok(people::by_id(op.tx, user)?.filter(|person| person.active).map(|person| person.id));
    }
    let Some(email) = said.email.as_deref().and_then(points::email) else { return Ok(None) };
    let user = match people::by_email(op.tx, &email)? {
        Some(person) if !person.active => return Ok(None),
        Some(person) => {
            // The address has gone to somebody else over there: that is another person.
            let sql = "select 1 from outside_identity where issuer = $1 and user_id = $2";
            if op.tx.one(sql, &[house.issuer.as_str().into(), person.id.into()])?.is_some() {
                return Ok(None);
            }
            person.id
        }
        None => match joining(op, house, said, &email)? {
            Some(user) => user,
            None => return Ok(None),
        },
    };
    let now = op.now;
    op.tx.execute(
        "insert into outside_identity (issuer, subject, user_id, created_at) values ($1, $2, $3, $4)",
        &[house.issuer.as_str().into(), said.subject.as_str().into(), user.into(), now.into()],
    )?;
    Ok(Some(user))
}

fn joining(op: &mut Operation, house: &Provider, said: &Said, email: &str) -> Result<Option<Id>> {
    let domain = email.rsplit_once('@').map_or("", |(_, domain)| domain);
    if !house.joining.domains.iter().any(|known| known == domain) {
        return Ok(None);
    }
    let object = op.object("user")?;
    let local = email.split('@').next().unwrap_or_default();
    let name: String =
        said.name.as_deref().map_or(local, str::trim).chars().filter(|c| !c.is_control()).take(200).collect();
    let name = if name.is_empty() { local.to_string() } else { name };
    let values = [("name", Value::Text(name)), ("email", Value::Text(email.into())), ("is_active", Value::Bool(true))];
    let values = values.into_iter().filter_map(|(name, value)| Some((object.def.position(name)?, value))).collect();
    let user = write::apply_one(op, &object, Write::Create { values })?.id;
    // A role that was deleted since is given to nobody.
    let mut given = Vec::new();
    for role in &house.joining.roles {
        if roles::get(op, *role).is_ok_and(|role| !role.body.admin) {
            given.push(*role);
        }
    }
    roles::assign(op, user, &given)?;
    audit::write(op, action::JOINED, Some("user"), Some(user), json!({ "provider": house.name, "domain": domain }))?;
    Ok(Some(user))
}

/// Into a session; by way of our own second factor where there is one and the house asked for none.
fn enter(op: &mut Operation, user: Id, said: &Said, from: &Origin) -> Result<SignedIn> {
    if said.with_second_factor {
        return Ok(SignedIn::Opened(sessions::enter(op, user, &Login::from(from, "oidc+mfa"))?));
    }
    let methods = factors::second_step(op, user)?;
    if methods.is_empty() {
        return Ok(SignedIn::Opened(sessions::enter(op, user, &Login::from(from, "oidc"))?));
    }
    let changed = op.tx.one("select changed_at from credential where user_id = $1", &[user.into()])?;
    let token = Secret::token("")?;
    let body = json!({ "changed_at": changed.map(|row| row.int(0)), "by": "oidc" });
    let expires_at = steps::begin(op, &token.hash(), Kind::SecondFactor, Some(user), &body)?;
    Ok(SignedIn::Halfway(Halfway { token, methods, expires_at }))
}

/// The proof of PKCE (RFC 7636): 64 letters that only we can make from the state.
fn verifier(app: &App, state: &Secret) -> Result<Secret> {
    Ok(Secret::new(hex(&app.key().derive(b"oidc verifier", state.expose().as_bytes())?)))
}

fn nonce(app: &App, state: &Secret) -> Result<String> {
    Ok(hex(&app.key().derive(b"oidc nonce", state.expose().as_bytes())?))
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)?
}
