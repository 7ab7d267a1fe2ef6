//! The running company: its database, its definitions, its clock and its secret.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use db::{Db, Target};
use events::Facts;
use kernel::{Clock, Error, ObjectDef, Result};
use tokio::sync::watch;

use crate::access::{Gate, Principal, audit};
use crate::doors::entrance::Entrance;
use crate::ledger::seal::MasterKey;
use crate::operation::{Operation, Reader};
use crate::outbound::store::ObjectStore;
use crate::outbound::{Allowed, AnalysisCluster, MailServer};
use crate::records::calendar::Recurs;
use crate::records::catalogue::Catalogue;
use crate::records::counts::Counts;
use crate::records::erase::Copies;
use crate::records::undo::TakesBack;
use crate::records::write::Keeps;

/// What the domains bring: their objects, and what their changes mean on the ledger.
#[derive(Clone, Default)]
pub struct Domains {
    pub objects: Vec<ObjectDef>,
    pub facts: Vec<Arc<dyn Facts + Send + Sync>>,
    /// What holds text of customers outside of the records, for when somebody is erased.
    pub copies: Vec<Arc<dyn Copies>>,
    /// What is not undone field by field.
    pub own_ways: Vec<Arc<dyn TakesBack>>,
    /// What is kept beside records of some objects.
    pub keepers: Vec<Arc<dyn Keeps>>,
    /// Whose records stand for more than one day of a calendar.
    pub recurring: Vec<Arc<dyn Recurs>>,
    /// Who counts what is asked of many events.
    pub counts: Option<Arc<dyn Counts>>,
    /// Tables of crates above this one.
    pub migrations: Vec<db::Migration>,
}

/// Where a company's data is and how it runs.
#[derive(Clone)]
pub struct Config {
    pub target: Target,
    /// Holds the secret key, uploaded files and, on SQLite, the database.
    pub folder: PathBuf,
    pub clock: Clock,
    /// Where people reach the workspace, for links; `http://127.0.0.1:8080`.
    pub origin: String,
    /// By which other names it is reached, and through whom.
    pub entrance: Entrance,
    /// Which files and private addresses it may be pointed at.
    pub outside: Allowed,
    /// By which server mail goes out; none sends none.
    pub mail: Option<MailServer>,
    /// Which engine analytical questions go to; none is the one in this process.
    pub cluster: Option<AnalysisCluster>,
    /// Where the lake's files of events lie; none is the company's folder.
    pub lake: Option<ObjectStore>,
}

impl Config {
    /// Everything in one folder, the system's clock.
    pub fn folder(folder: &Path) -> Config {
        Config {
            target: Target::Folder(folder.to_path_buf()),
            folder: folder.to_path_buf(),
            clock: Clock::system(),
            origin: "http://127.0.0.1:8080".into(),
            entrance: Entrance::default(),
            outside: Allowed::default(),
            mail: None,
            cluster: None,
            lake: None,
        }
    }
}

/// A handle to the running company; cloning it is cheap.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    db: Db,
    config: Config,
    key: MasterKey,
    catalogue: RwLock<Arc<Catalogue>>,
    domains: Domains,
    gate: Gate,
    /// Counts commits: whoever waits for news on the ledger watches it.
    news: watch::Sender<u64>,
}

impl App {
    /// Opens the database, applies migrations, and brings the tables in step with the definitions.
    pub fn open(config: Config, mut domains: Domains) -> Result<App> {
        std::fs::create_dir_all(&config.folder)
            .map_err(|e| Error::internal(format!("{}: {e}", config.folder.display())))?;
        let mut objects = crate::objects();
        objects.append(&mut domains.objects);
        domains.objects = objects;
        let db = Db::open(&config.target)?;
        db.migrate(crate::MIGRATIONS)?;
        db.migrate(&domains.migrations)?;
        let key = MasterKey::load_or_create(&config.folder)?;
        let standard = domains.objects.clone();
        let facts = domains.facts.clone();
        let catalogue = db.write(move |tx| Catalogue::install(tx, &standard, &facts))?;
        let (news, _) = watch::channel(0);
        let app = App(Arc::new(Inner {
            db,
            config,
            key,
            catalogue: RwLock::new(Arc::new(catalogue)),
            domains,
            gate: Gate::default(),
            news,
        }));
        crate::access::roles::newer::give(&app)?;
        Ok(app)
    }

    pub fn db(&self) -> &Db {
        &self.0.db
    }

    pub fn config(&self) -> &Config {
        &self.0.config
    }

    pub fn key(&self) -> &MasterKey {
        &self.0.key
    }

    pub fn copies(&self) -> &[Arc<dyn Copies>] {
        &self.0.domains.copies
    }

    pub fn keepers(&self) -> &[Arc<dyn Keeps>] {
        &self.0.domains.keepers
    }

    /// Who knows the days of an object's records that recur, if they can.
    pub fn recurs(&self, object: &str) -> Option<&Arc<dyn Recurs>> {
        self.0.domains.recurring.iter().find(|recurs| recurs.object() == object)
    }

    /// Who counts what is asked of many events, if anybody does.
    pub fn counts(&self) -> Option<&Arc<dyn Counts>> {
        self.0.domains.counts.as_ref()
    }

    pub fn own_ways(&self) -> &[Arc<dyn TakesBack>] {
        &self.0.domains.own_ways
    }

    /// Who was let in a moment ago; whatever changes rights tells it.
    pub fn gate(&self) -> &Gate {
        &self.0.gate
    }

    pub fn now(&self) -> kernel::Time {
        self.0.config.clock.now()
    }

    /// The definitions as last seen by this process.
    pub fn catalogue(&self) -> Arc<Catalogue> {
        self.0.catalogue.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Reads the definitions again if somebody changed them. A cheap question of one row.
    pub fn refresh(&self, tx: &mut db::Tx) -> Result<Arc<Catalogue>> {
        let current = self.catalogue();
        if Catalogue::stored_version(tx)? == current.version {
            return Ok(current);
        }
        let fresh = Arc::new(Catalogue::load(tx, &self.0.domains.objects, &self.0.domains.facts)?);
        *self.0.catalogue.write().unwrap_or_else(PoisonError::into_inner) = fresh.clone();
        Ok(fresh)
    }

    /// Reads the definitions as this transaction sees them.
    pub(crate) fn load_catalogue(&self, tx: &mut db::Tx) -> Result<Catalogue> {
        Catalogue::load(tx, &self.0.domains.objects, &self.0.domains.facts)
    }

    /// Runs an operation: one transaction, on disk when this returns. See [`Operation`].
    pub async fn write<T, F>(&self, who: &Principal, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Operation) -> Result<T> + Send + 'static,
    {
        let result = self.0.db.write_async(self.operation(who, work)).await;
        self.announce();
        result
    }

    /// [`App::write`] for callers on a thread of their own (commands, jobs).
    pub fn write_now<T, F>(&self, who: &Principal, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Operation) -> Result<T> + Send + 'static,
    {
        let result = self.0.db.write(self.operation(who, work));
        self.announce();
        result
    }

    /// Reads in one snapshot under the rights of `who`.
    pub async fn read<T, F>(&self, who: &Principal, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Reader) -> Result<T> + Send + 'static,
    {
        let (app, as_whom) = (self.clone(), who.clone());
        let db = self.0.db.clone();
        let (value, looks) = db
            .read_async(move |tx| {
                let catalogue = app.refresh(tx)?;
                let mut reader = Reader::new(tx, &app, &as_whom, catalogue);
                let value = work(&mut reader)?;
                Ok((value, reader.looks))
            })
            .await?;
        if !looks.is_empty() {
            self.write(who, move |op| audit::write_looks(op, &looks)).await?;
        }
        Ok(value)
    }

    /// [`App::read`] for callers on a thread of their own.
    pub fn read_now<T>(&self, who: &Principal, work: impl FnOnce(&mut Reader) -> Result<T>) -> Result<T> {
        let (value, looks) = self.0.db.read(|tx| {
            let catalogue = self.refresh(tx)?;
            let mut reader = Reader::new(tx, self, who, catalogue);
            let value = work(&mut reader)?;
            Ok((value, reader.looks))
        })?;
        if !looks.is_empty() {
            self.write_now(who, move |op| audit::write_looks(op, &looks))?;
        }
        Ok(value)
    }

    fn operation<T, F>(&self, who: &Principal, work: F) -> impl Fn(&mut db::Tx) -> Result<T> + Send + 'static
    where
        F: Fn(&mut Operation) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        let (app, who) = (self.clone(), who.clone());
        move |tx| {
            let catalogue = app.refresh(tx)?;
            let mut op = Operation::new(Reader::new(tx, &app, &who, catalogue));
            let value = work(&mut op)?;
            op.finish()?;
            Ok(value)
        }
    }

    /// Wakes those who wait for news on the ledger.
    fn announce(&self) {
        self.0.news.send_modify(|count| *count += 1);
    }

    /// A watch that changes after each write of this process. Other processes' writes are found by asking now and then.
    pub fn news(&self) -> watch::Receiver<u64> {
        self.0.news.subscribe()
    }
}
