//! API keys: how programs sign in. A key is shown once; the database holds its hash.
//!
//! A key with an owner may at most what its owner may; one without is the company's own and may at most what an
//! administrator may. Scopes narrow both, and never widen.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use db::Row;
use kernel::{Error, FieldError, Id, Result, Time};
use serde_json::{Value as Json, json};

use super::audit::{self, action};
use super::gate::Pass;
use super::people;
use super::principal::{Access, Kind, ObjectAccess, Principal};
use super::secret::{Secret, TokenHash};
use super::sessions;
use crate::app::App;
use crate::operation::{Operation, Reader};
use crate::records::Catalogue;

/// With which every key begins, so that it is known where it leaks.
pub const PREFIX: &str = "rap_";
const LENGTH: usize = PREFIX.len() + 64;
/// Keys of one owner.
const KEYS: i64 = 200;

/// One thing that a key is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Everything that its owner may.
    All,
    /// Reading records, events and definitions.
    Read,
    /// Reading one object's records, by plural.
    ReadOne(String),
    /// Reading and changing one object's records, by plural.
    WriteOne(String),
    /// Writing events of the outside world.
    EventsWrite,
    /// Importing files: reading, creating and updating records.
    Import,
    /// Reading records and taking them out as files.
    Export,
}

impl Scope {
    /// `all`, `read`, `contacts:read`, `contacts:write`, `events:write`, `import`, `export`.
    pub fn parse(text: &str) -> Option<Scope> {
        Some(match text.trim() {
            "all" => Scope::All,
            "read" => Scope::Read,
            "import" => Scope::Import,
            "export" => Scope::Export,
            "events:write" => Scope::EventsWrite,
            other => match other.split_once(':')? {
                (plural, "read") if !plural.is_empty() => Scope::ReadOne(plural.to_string()),
                (plural, "write") if !plural.is_empty() => Scope::WriteOne(plural.to_string()),
                _ => return None,
            },
        })
    }

    pub fn text(&self) -> String {
        match self {
            Scope::All => "all".into(),
            Scope::Read => "read".into(),
            Scope::ReadOne(plural) => format!("{plural}:read"),
            Scope::WriteOne(plural) => format!("{plural}:write"),
            Scope::EventsWrite => "events:write".into(),
            Scope::Import => "import".into(),
            Scope::Export => "export".into(),
        }
    }
}

/// Reads scopes separated by commas or spaces, as a command line has them.
pub fn parse_scopes<'a>(texts: impl IntoIterator<Item = &'a str>, catalogue: &Catalogue) -> Result<Vec<Scope>> {
    let (mut scopes, mut errors) = (Vec::new(), Vec::new());
    for (n, text) in
        texts.into_iter().flat_map(|text| text.split([',', ' '])).filter(|text| !text.is_empty()).enumerate()
    {
        let scope = Scope::parse(text).filter(|scope| match scope {
            Scope::ReadOne(plural) | Scope::WriteOne(plural) => {
                catalogue.find(plural).is_some_and(|object| object.def.plural == *plural)
            }
            Scope::All | Scope::Read | Scope::EventsWrite | Scope::Import | Scope::Export => true,
        });
        match scope {
            Some(scope) if !scopes.contains(&scope) => scopes.push(scope),
            Some(_) => {}
            None => {
                let detail = format!(
                    "`{text}` is none of all, read, import, export, events:write, <objects>:read, <objects>:write"
                );
                errors.push(FieldError::new(&format!("/scopes/{n}"), "unknown_option", detail));
            }
        }
    }
    if scopes.is_empty() && errors.is_empty() {
        errors.push(FieldError::new("scopes", "required", "say what the key is for"));
    }
    if errors.is_empty() { Ok(scopes) } else { Err(Error::Invalid(errors)) }
}

/// What scopes leave of an object's rights.
#[derive(Debug, Clone, Copy, Default)]
struct Mask {
    read: bool,
    create: bool,
    update: bool,
    delete: bool,
    import: bool,
    export: bool,
}

impl Mask {
    /// What the scopes allow on the object of that plural; on objects not named where there is none.
    fn of(scopes: &[Scope], plural: Option<&str>) -> Mask {
        let mut mask = Mask::default();
        for scope in scopes {
            match scope {
                Scope::All => {
                    mask = Mask { read: true, create: true, update: true, delete: true, import: true, export: true }
                }
                Scope::Read => mask.read = true,
                Scope::ReadOne(named) if plural == Some(named) => mask.read = true,
                Scope::WriteOne(named) if plural == Some(named) => {
                    mask = Mask { read: true, create: true, update: true, delete: true, ..mask };
                }
                Scope::Import => mask = Mask { read: true, create: true, update: true, import: true, ..mask },
                Scope::Export => mask = Mask { read: true, export: true, ..mask },
                Scope::ReadOne(_) | Scope::WriteOne(_) | Scope::EventsWrite => {}
            }
        }
        mask
    }

    fn narrow(self, access: &ObjectAccess) -> ObjectAccess {
        let keep = |allowed: bool, rules: &Vec<_>| if allowed { rules.clone() } else { Vec::new() };
        ObjectAccess {
            read: keep(self.read, &access.read),
            update: keep(self.update, &access.update),
            delete: keep(self.delete, &access.delete),
            create: self.create && access.create,
            import: self.import && access.import,
            export: self.export && access.export,
            restrictions: access.restrictions.clone(),
            hidden_fields: access.hidden_fields.clone(),
            readonly_fields: access.readonly_fields.clone(),
        }
    }
}

/// What is left of the owner's rights within the scopes.
pub fn narrow(owner: &Access, scopes: &[Scope], catalogue: &Catalogue) -> Access {
    let all = scopes.contains(&Scope::All);
    let mut objects = BTreeMap::new();
    for object in catalogue.objects() {
        let mask = Mask::of(scopes, Some(&object.def.plural));
        objects.insert(object.def.name.clone(), mask.narrow(owner.on(&object.def.name)));
    }
    Access {
        admin: owner.admin && all,
        events: owner.events && (all || scopes.contains(&Scope::EventsWrite)),
        objects,
        otherwise: Mask::of(scopes, None).narrow(&owner.otherwise),
    }
}

/// A key to be made.
#[derive(Debug, Clone)]
pub struct NewKey {
    pub name: String,
    pub scopes: Vec<Scope>,
    /// Whose rights are its ceiling; none for a key of the company itself, which only an administrator makes.
    pub owner: Option<Id>,
    pub expires_at: Option<Time>,
}

/// Makes a key; its token is shown this once.
pub fn create(op: &mut Operation, new: &NewKey) -> Result<(Id, Secret)> {
    if op.who.kind == Kind::Key {
        return Err(Error::Forbidden("a key cannot make keys"));
    }
    if op.who.must_enrol {
        return Err(Error::Forbidden("first a second factor has to be set up"));
    }
    match new.owner {
        Some(owner) if op.who.user == Some(owner) => {}
        Some(_) if op.who.kind == Kind::System => {}
        Some(_) => return Err(Error::Forbidden("making keys in the name of others")),
        None => op.who.need_admin()?,
    }
    let name = new.name.trim();
    let mut errors = Vec::new();
    if name.is_empty() {
        errors.push(FieldError::new("name", "required", "a key needs a name"));
    }
    if name.chars().count() > 120 {
        errors.push(FieldError::new("name", "too_long", "at most 120 characters"));
    }
    if new.expires_at.is_some_and(|at| at <= op.now) {
        errors.push(FieldError::new("expires_at", "too_small", "must be later than now"));
    }
    if new.scopes.is_empty() {
        errors.push(FieldError::new("scopes", "required", "say what the key is for"));
    }
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
    let sql = match new.owner {
        Some(_) => "select count(*) from api_key where revoked_at is null and user_id = $1",
        None => "select count(*) from api_key where revoked_at is null and user_id is null",
    };
    let args: &[db::Arg] = &new.owner.map(|owner| vec![owner.into()]).unwrap_or_default();
    if op.tx.one(sql, args)?.is_some_and(|row| row.int(0) >= KEYS) {
        return Err(Error::conflict(
            "key.too_many",
            format!("there are {KEYS} keys already; revoke those that are not used"),
        ));
    }
    let (id, token) = (Id::at(op.now.0), Secret::token(PREFIX)?);
    let scopes: Vec<String> = new.scopes.iter().map(Scope::text).collect();
    let args = [
        id.into(),
        name.into(),
        token.hash().to_vec().into(),
        new.owner.into(),
        scopes.join(" ").into(),
        op.now.into(),
        new.expires_at.into(),
    ];
    let sql = "insert into api_key (id, name, token_hash, user_id, scopes, created_at, expires_at) values ($1, $2, $3, $4, $5, $6, $7)";
    op.tx.execute(sql, &args)?;
    audit::write(
        op,
        action::KEY_CREATED,
        Some("key"),
        Some(id),
        json!({ "name": name, "scopes": scopes, "owner": new.owner }),
    )?;
    if let Some(user) = new.owner.or(op.who.user) {
        sessions::told(op, events::workspace::KeyIssued { name: name.to_string() }, user)?;
    }
    Ok((id, token))
}

/// Ends a key at once. The owner may, and an administrator.
pub fn revoke(op: &mut Operation, id: Id) -> Result<()> {
    let row = op
        .tx
        .one("select name, user_id, revoked_at from api_key where id = $1", &[id.into()])?
        .ok_or(Error::NotFound)?;
    let owner = row.opt_id(1);
    let is_own = owner.is_some() && owner == op.who.user;
    if !is_own && !op.who.access.admin {
        return Err(Error::NotFound);
    }
    if row.opt_int(2).is_some() {
        return Ok(());
    }
    let now = op.now;
    op.tx.execute("update api_key set revoked_at = $1 where id = $2", &[now.into(), id.into()])?;
    op.app.gate().distrust();
    let name = row.text(0).to_string();
    audit::write(op, action::KEY_REVOKED, Some("key"), Some(id), json!({ "name": name }))?;
    match owner.or(op.who.user) {
        Some(user) => sessions::told(op, events::workspace::KeyRevoked { name }, user),
        None => Ok(()),
    }
}

/// The caller's keys, and for administrators all: `{"data":[{"id","name","scopes","owner","created_at","expires_at","last_used_at"}]}`.
pub fn list(reader: &mut Reader) -> Result<Json> {
    let user = reader.who.user.unwrap_or(Id::NIL);
    let (condition, args): (_, Vec<db::Arg>) =
        if reader.who.access.admin { ("", Vec::new()) } else { ("and k.user_id = $1", vec![user.into()]) };
    let sql = format!(
        "select k.id, k.name, k.scopes, k.user_id, s.name, k.created_at, k.expires_at, k.last_used_at from api_key k \
         left join staff s on s.id = k.user_id where k.revoked_at is null {condition} order by k.created_at desc, k.id desc"
    );
    let rows = reader.tx.query(&sql, &args)?;
    let show = |row: &Row| {
        json!({
            "id": row.id(0),
            "name": row.text(1),
            "scopes": row.text(2).split(' ').collect::<Vec<_>>(),
            "owner": row.opt_id(3).map(|id| json!({ "id": id, "name": row.text(4) })),
            "created_at": row.time(5),
            "expires_at": row.opt_time(6),
            "last_used_at": row.opt_time(7),
        })
    };
    Ok(json!({ "data": rows.iter().map(show).collect::<Vec<_>>() }))
}

/// Who a key is; `Unauthorized` if it is not, or no longer, valid.
pub async fn principal(app: &App, token: &str) -> Result<Principal> {
    if token.len() != LENGTH || !token.starts_with(PREFIX) {
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
        let (app, who) = (app.clone(), pass.principal.clone());
        // Not in the way of the request; if it is lost, the next one writes it.
        tokio::spawn(async move { app.write(&who, used).await });
    }
    Ok(pass.principal)
}

/// Notes the use of the key that acts, the first one in the audit log.
fn used(op: &mut Operation) -> Result<()> {
    let (now, key) = (op.now, op.who.id);
    let first = op.tx.execute(
        "update api_key set last_used_at = $1 where id = $2 and last_used_at is null",
        &[now.into(), key.into()],
    )?;
    if first > 0 {
        let name = op.who.name.to_string();
        return audit::write(op, action::KEY_FIRST_USED, Some("key"), Some(key), json!({ "name": name }));
    }
    op.tx.execute(
        "update api_key set last_used_at = $1 where id = $2 and last_used_at < $1",
        &[now.into(), key.into()],
    )?;
    Ok(())
}

const SELECT: &str = "select id, name, user_id, scopes, expires_at, last_used_at from api_key";

fn pass(reader: &mut Reader, hash: &TokenHash) -> Result<Option<Pass>> {
    let row =
        reader.tx.one(&format!("{SELECT} where token_hash = $1 and revoked_at is null"), &[hash.to_vec().into()])?;
    let Some(row) = row else { return Ok(None) };
    let Some(principal) = of_row(reader, &row)? else { return Ok(None) };
    let (expires_at, seen_at) = (row.opt_time(4), row.opt_time(5));
    Ok(Some(Pass { principal, expires_at, idle_ms: None, seen_at, looked_up: Instant::now() }))
}

/// The key of that id; none if it is not, or no longer, valid.
pub(super) fn by_id(reader: &mut Reader, id: Id) -> Result<Option<Principal>> {
    let sql = format!("{SELECT} where id = $1 and revoked_at is null and (expires_at is null or expires_at > $2)");
    let now = reader.now;
    match reader.tx.one(&sql, &[id.into(), now.into()])? {
        Some(row) => of_row(reader, &row),
        None => Ok(None),
    }
}

/// The principal that a key is; none if its owner may not act any more.
fn of_row(reader: &mut Reader, row: &Row) -> Result<Option<Principal>> {
    let owner = match row.opt_id(2) {
        None => None,
        Some(user) => match people::principal(reader, user)? {
            None => return Ok(None),
            owner => owner,
        },
    };
    // A scope of an object that is no more simply allows nothing.
    let scopes: Vec<Scope> = row.text(3).split(' ').filter_map(Scope::parse).collect();
    let ceiling = owner.as_ref().map_or_else(Access::full, |owner| (*owner.access).clone());
    let of_owner = owner.unwrap_or_else(|| Principal::system("key"));
    Ok(Some(Principal {
        id: row.id(0),
        name: row.text(1).into(),
        kind: Kind::Key,
        access: Arc::new(narrow(&ceiling, &scopes, &reader.catalogue)),
        ..of_owner
    }))
}
