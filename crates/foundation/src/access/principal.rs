//! Who asks, and what that lets them do.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use kernel::{Error, Id, Result, Time};
use serde::{Deserialize, Serialize};

/// What one may do with an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    Read,
    Create,
    Update,
    Delete,
    Import,
    Export,
}

/// Which records of an object a grant reaches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// Every record.
    All,
    /// Records owned by the caller.
    Own,
    /// Records owned by the caller, those who report to them, and members of their teams.
    Team,
    /// Records for which a question of the question language answers yes.
    Where(String),
}

/// What all of a caller's roles together allow on one object.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ObjectAccess {
    /// Any of these lets a record be read. Empty: none.
    pub read: Vec<Rule>,
    pub update: Vec<Rule>,
    pub delete: Vec<Rule>,
    pub create: bool,
    pub import: bool,
    pub export: bool,
    /// Every one of these must hold, for reading and changing alike (question text).
    pub restrictions: Vec<String>,
    pub hidden_fields: BTreeSet<String>,
    pub readonly_fields: BTreeSet<String>,
}

impl ObjectAccess {
    /// Everything, as an administrator has it.
    pub fn full() -> ObjectAccess {
        ObjectAccess {
            read: vec![Rule::All],
            update: vec![Rule::All],
            delete: vec![Rule::All],
            create: true,
            import: true,
            export: true,
            ..ObjectAccess::default()
        }
    }

    pub fn allows(&self, action: Action) -> bool {
        match action {
            Action::Read => !self.read.is_empty(),
            Action::Update => !self.update.is_empty(),
            Action::Delete => !self.delete.is_empty(),
            Action::Create => self.create,
            Action::Import => self.import,
            Action::Export => self.export,
        }
    }

    pub fn rules(&self, action: Action) -> &[Rule] {
        match action {
            Action::Update => &self.update,
            Action::Delete => &self.delete,
            Action::Read | Action::Create | Action::Import | Action::Export => &self.read,
        }
    }
}

/// The rights of a caller, all roles resolved.
#[derive(Debug, Clone, Default)]
pub struct Access {
    /// May change definitions, users, roles and keys.
    pub admin: bool,
    /// May write events of the outside world to the ledger.
    pub events: bool,
    /// By object name.
    pub objects: BTreeMap<String, ObjectAccess>,
    /// For objects that no role names.
    pub otherwise: ObjectAccess,
}

impl Access {
    /// Everything.
    pub fn full() -> Access {
        Access { admin: true, events: true, objects: BTreeMap::new(), otherwise: ObjectAccess::full() }
    }

    pub fn on(&self, object: &str) -> &ObjectAccess {
        self.objects.get(object).unwrap_or(&self.otherwise)
    }
}

/// What kind of caller it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A person in the workspace.
    User,
    /// A program with an API key.
    Key,
    /// The product itself, in the name of a stated part of it.
    System,
}

/// Who asks: a person, a key, or a named part of the product. Resolved once, cheap to clone.
#[derive(Debug, Clone)]
pub struct Principal {
    /// The user, or the key.
    pub id: Id,
    pub name: Arc<str>,
    pub kind: Kind,
    /// The user behind it; none for a key of the company itself and for the product.
    pub user: Option<Id>,
    /// The caller, those who report to them (at any depth), and members of their teams: the reach of [`Rule::Team`].
    pub people: Arc<Vec<Id>>,
    pub teams: Arc<Vec<Id>>,
    pub access: Arc<Access>,
    /// Language of answers, ISO 639-1.
    pub language: Arc<str>,
    /// IANA zone for relative dates.
    pub zone: Arc<str>,
    /// The session it came with; none for keys and for the product.
    pub session: Option<Id>,
    /// When that session began: what is dangerous asks for the password again after a while.
    pub signed_in_at: Option<Time>,
    /// The company's rules want a second factor that is not set up yet; until it is, nothing but that can be done.
    pub must_enrol: bool,
}

impl Principal {
    /// The product itself, acting as `part` ("demo", "import"), with every right.
    pub fn system(part: &str) -> Principal {
        Principal {
            id: Id::NIL,
            name: part.into(),
            kind: Kind::System,
            user: None,
            people: Arc::default(),
            teams: Arc::default(),
            access: Arc::new(Access::full()),
            language: "en".into(),
            zone: "UTC".into(),
            session: None,
            signed_in_at: None,
            must_enrol: false,
        }
    }

    /// The ledger's actor: nobody for the product itself.
    pub fn actor(&self) -> Option<Id> {
        (!self.id.is_nil()).then_some(self.id)
    }

    /// The channel of what it writes unless the operation says otherwise.
    pub fn channel(&self) -> &'static str {
        match self.kind {
            Kind::User => "workspace",
            Kind::Key => "api",
            Kind::System => "system",
        }
    }

    /// Fails unless some grant reaches `action` on the object: an object one may not read at all is not there.
    pub fn need(&self, object: &str, action: Action) -> Result<()> {
        let access = self.access.on(object);
        if !access.allows(Action::Read) {
            return Err(Error::NotFound);
        }
        if access.allows(action) {
            return Ok(());
        }
        Err(Error::Forbidden(match action {
            Action::Read => "reading these records",
            Action::Create => "creating these records",
            Action::Update => "changing these records",
            Action::Delete => "deleting these records",
            Action::Import => "importing these records",
            Action::Export => "exporting these records",
        }))
    }

    /// Fails unless it may write events of the outside world.
    pub fn need_events(&self) -> Result<()> {
        if self.access.events { Ok(()) } else { Err(Error::Forbidden("writing events")) }
    }

    /// Fails unless it is an administrator.
    pub fn need_admin(&self) -> Result<()> {
        if self.access.admin { Ok(()) } else { Err(Error::Forbidden("this needs an administrator")) }
    }
}
