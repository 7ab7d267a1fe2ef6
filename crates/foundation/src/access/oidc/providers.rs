//! The houses whose word counts, as administrators set them up.

use kernel::{Error, FieldError, Id, Result};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Value as Json, json};

use crate::access::audit::{self, action};
use crate::access::{Secret, roles};
use crate::operation::{Operation, Reader};

/// Houses of one company.
const MOST: i64 = 10;
/// What a sealed secret is bound to, beside the house.
const SALT: &[u8] = b"client secret";

/// People of these domains join by themselves, with these roles.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Joining {
    pub domains: Vec<String>,
    pub roles: Vec<Id>,
}

/// A house, its secret sealed.
#[derive(Debug, Clone)]
pub struct Provider {
    pub id: Id,
    pub name: String,
    /// `https://login.example.com/realms/staff`; what it says of itself begins there.
    pub issuer: String,
    pub client_id: String,
    pub joining: Joining,
    sealed: Option<Vec<u8>>,
}

/// What is made or changed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ProviderPatch {
    pub name: Option<String>,
    pub issuer: Option<String>,
    pub client_id: Option<String>,
    /// Null takes it away.
    #[serde(deserialize_with = "said")]
    pub client_secret: Option<Option<Secret>>,
    pub join: Option<Joining>,
}

/// Tells null from nothing said.
fn said<'de, D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Option<Option<Secret>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

impl Provider {
    fn from_row(row: &db::Row) -> Result<Provider> {
        Ok(Provider {
            id: row.id(0),
            name: row.text(1).to_string(),
            issuer: row.text(2).to_string(),
            client_id: row.text(3).to_string(),
            sealed: row.opt_bytes(4).map(<[u8]>::to_vec),
            joining: serde_json::from_str(row.text(5)).map_err(Error::internal)?,
        })
    }

    /// What we say to the house to prove that it is us, if it wants to know.
    pub fn client_secret(&self, app: &crate::App) -> Result<Option<Secret>> {
        let Some(sealed) = &self.sealed else { return Ok(None) };
        let opened = app.key().open(self.id, SALT, self.id, sealed).and_then(|bytes| String::from_utf8(bytes).ok());
        let opened = opened.ok_or_else(|| Error::internal("a client's secret was sealed under another master key"))?;
        Ok(Some(Secret::new(opened)))
    }

    fn to_json(&self) -> Json {
        json!({
            "id": self.id, "name": self.name, "issuer": self.issuer, "client_id": self.client_id,
            "has_secret": self.sealed.is_some(), "join": self.joining,
        })
    }
}

const SELECT: &str = "select id, name, issuer, client_id, client_secret, joining from identity_provider";

/// The houses as the page of signing in offers them: `[{"id","name"}]`.
pub fn offered(tx: &mut db::Tx) -> Result<Vec<Json>> {
    let rows = tx.query("select id, name from identity_provider order by name", &[])?;
    Ok(rows.iter().map(|row| json!({ "id": row.id(0), "name": row.text(1) })).collect())
}

/// The houses as administrators see them, never with a secret.
pub fn list(reader: &mut Reader) -> Result<Vec<Json>> {
    reader.who.need_admin()?;
    let rows = reader.tx.query(&format!("{SELECT} order by name"), &[])?;
    rows.iter().map(|row| Ok(Provider::from_row(row)?.to_json())).collect()
}

pub(super) fn find(tx: &mut db::Tx, id: Id) -> Result<Provider> {
    let row = tx.one(&format!("{SELECT} where id = $1"), &[id.into()])?;
    Provider::from_row(&row.ok_or(Error::NotFound)?)
}

/// Sets a house up.
pub fn create(op: &mut Operation, new: &ProviderPatch) -> Result<Json> {
    op.who.need_admin()?;
    let held = op.tx.one("select count(*) from identity_provider", &[])?.map_or(0, |row| row.int(0));
    if held >= MOST {
        return Err(Error::TooLarge(format!("at most {MOST} providers")));
    }
    let blank = Provider {
        id: Id::at(op.now.0),
        name: String::new(),
        issuer: String::new(),
        client_id: String::new(),
        joining: Joining::default(),
        sealed: None,
    };
    save(op, blank, new, action::PROVIDER_ADDED)
}

/// Changes a house; what is left out stays.
pub fn update(op: &mut Operation, id: Id, patch: &ProviderPatch) -> Result<Json> {
    op.who.need_admin()?;
    let before = find(op.tx, id)?;
    save(op, before, patch, action::PROVIDER_CHANGED)
}

fn save(op: &mut Operation, before: Provider, patch: &ProviderPatch, what: &str) -> Result<Json> {
    let mut after = before.clone();
    let part = |new: &Option<String>, old: String| new.as_ref().map_or(old, |text| text.trim().to_string());
    after.name = part(&patch.name, after.name);
    after.issuer = part(&patch.issuer, after.issuer);
    after.client_id = part(&patch.client_id, after.client_id);
    after.joining = patch.join.clone().unwrap_or(after.joining);
    for domain in &mut after.joining.domains {
        *domain = domain.trim().trim_start_matches('@').to_lowercase();
    }
    if let Some(secret) = &patch.client_secret {
        let seal = |secret: &Secret| op.app.key().seal(after.id, SALT, after.id, secret.expose().as_bytes());
        after.sealed = secret.as_ref().filter(|secret| !secret.expose().is_empty()).map(seal).transpose()?;
    }
    refuse_faulty(op, &after)?;
    let (now, joining) = (op.now, json!(after.joining).to_string());
    op.tx.execute(
        "insert into identity_provider (id, name, issuer, client_id, client_secret, joining, created_at) values ($1, $2, $3, $4, $5, $6, $7) \
         on conflict (id) do update set name = excluded.name, issuer = excluded.issuer, client_id = excluded.client_id, \
         client_secret = excluded.client_secret, joining = excluded.joining",
        &[
            after.id.into(),
            after.name.as_str().into(),
            after.issuer.as_str().into(),
            after.client_id.as_str().into(),
            after.sealed.clone().into(),
            joining.into(),
            now.into(),
        ],
    )?;
    let detail =
        json!({ "before": before.to_json(), "after": after.to_json(), "secret": patch.client_secret.is_some() });
    audit::write(op, what, None, None, detail)?;
    Ok(after.to_json())
}

fn refuse_faulty(op: &mut Operation, provider: &Provider) -> Result<()> {
    let mut errors = Vec::new();
    for (field, text) in [("name", &provider.name), ("issuer", &provider.issuer), ("client_id", &provider.client_id)] {
        if text.is_empty() {
            errors.push(FieldError::new(field, "required", "is needed"));
        }
        if text.chars().count() > 500 {
            errors.push(FieldError::new(field, "too_long", "at most 500 characters"));
        }
    }
    if !provider.issuer.is_empty() && !is_safe_address(&provider.issuer) {
        errors.push(FieldError::new("issuer", "not_a_url", "an address behind https, without a question mark"));
    }
    let holder = op.tx.one("select id from identity_provider where name = $1", &[provider.name.as_str().into()])?;
    if holder.is_some_and(|row| row.id(0) != provider.id) {
        errors.push(FieldError::new("name", "unique", "another provider has this name already"));
    }
    for (n, domain) in provider.joining.domains.iter().enumerate() {
        let is_domain = domain.contains('.') && domain.chars().all(|c| c.is_alphanumeric() || c == '.' || c == '-');
        if !is_domain {
            errors.push(FieldError::new(&format!("/join/domains/{n}"), "format", "a domain such as example.com"));
        }
    }
    for (n, role) in provider.joining.roles.iter().enumerate() {
        match roles::get(op, *role) {
            Ok(role) if role.body.admin => {
                let detail = "nobody becomes an administrator by another house's word";
                errors.push(FieldError::new(&format!("/join/roles/{n}"), "reserved", detail));
            }
            Ok(_) => {}
            Err(Error::NotFound) => {
                errors.push(FieldError::new(&format!("/join/roles/{n}"), "not_found", "there is no such role"));
            }
            Err(other) => return Err(other),
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(Error::Invalid(errors)) }
}

/// Behind https; without it only on this machine itself, where nobody stands between.
pub(super) fn is_safe_address(address: &str) -> bool {
    let plain = |text: &str| !text.contains(['?', '#', '@', ' ', '\\']) && text.is_ascii();
    if let Some(rest) = address.strip_prefix("https://") {
        return plain(rest) && !rest.is_empty();
    }
    let Some(rest) = address.strip_prefix("http://") else { return false };
    let authority = rest.split('/').next().unwrap_or_default();
    let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
    plain(rest) && matches!(host, "localhost" | "127.0.0.1" | "[::1]")
}

/// Takes a house away, and what it said of people.
pub fn delete(op: &mut Operation, id: Id) -> Result<()> {
    op.who.need_admin()?;
    let provider = find(op.tx, id)?;
    op.tx.execute("delete from identity_provider where id = $1", &[id.into()])?;
    let others = op.tx.one("select 1 from identity_provider where issuer = $1", &[provider.issuer.as_str().into()])?;
    if others.is_none() {
        op.tx.execute("delete from outside_identity where issuer = $1", &[provider.issuer.as_str().into()])?;
    }
    audit::write(op, action::PROVIDER_REMOVED, None, None, json!({ "before": provider.to_json() }))
}
