//! `rapport backup` and `rapport restore`: a copy that was opened and counted before it is called one, and a restore that
//! looks before it writes.

use std::collections::BTreeMap;
use std::io::BufRead;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use db::{Db, Target};
use foundation::access::{Principal, audit};
use foundation::records::erase;
use foundation::{App, ledger};
use kernel::{Error, Result};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::config::{self, Place};
use crate::{cli, logs};

/// What a back-up says about itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Manifest {
    rapport: String,
    made_at: String,
    database: String,
    /// Number of the last line of the ledger, and lines in it.
    ledger_head: i64,
    /// Living records and those in the bin, by object.
    records: BTreeMap<String, i64>,
}

const MANIFEST: &str = "manifest.json";
const SECRET: &str = "secret.key";

/// Files beside the database that belong to the company.
const KEPT_FILES: &[&str] = &[SECRET, "audit.anchor", erase::LIST];

#[derive(Debug, Args)]
pub struct Backup {
    #[command(flatten)]
    place: Place,
    /// The new folder for the copy.
    #[arg(value_name = "FOLDER")]
    into: PathBuf,
}

impl Backup {
    pub fn run(&self) -> Result<ExitCode> {
        let app = cli::open(&self.place)?;
        must_be_empty(&self.into)?;
        std::fs::create_dir_all(&self.into).map_err(|fault| io(&self.into, &fault))?;
        app.write_now(&Principal::system("backup"), |op| {
            audit::write(op, audit::action::BACKED_UP, None, None, json!({}))
        })?;
        // The files first: an anchor or an erasure that the database does not know yet would look like tampering.
        for name in KEPT_FILES {
            copy_private(&self.place.data.join(name), &self.into.join(name))?;
        }
        app.db().backup(&self.into)?;

        // The copy is opened and counted: what cannot be opened is no back-up.
        let manifest = match app.config().target {
            Target::Folder(_) => {
                let copy = Db::open(&Target::Folder(self.into.clone()))?;
                let faults = copy.check()?;
                if let Some(fault) = faults.first() {
                    return Err(Error::Internal(format!("the copy is damaged: {fault}")));
                }
                count(&app, Some(&copy))?
            }
            Target::Postgres(_) => read_copy(&app, &self.into)?,
        };
        let text = serde_json::to_string_pretty(&manifest).map_err(Error::internal)?;
        let path = self.into.join(MANIFEST);
        std::fs::write(&path, text).map_err(|fault| io(&path, &fault))?;
        let records: i64 = manifest.records.values().sum();
        eprintln!(
            "{records} records and {} lines of the ledger are in {}",
            manifest.ledger_head,
            config::shown(&self.into)
        );
        eprintln!("It holds {SECRET}, which opens everybody's personal text: keep it as safe as the data.");
        Ok(ExitCode::SUCCESS)
    }
}

#[derive(Debug, Args)]
pub struct Restore {
    #[command(flatten)]
    place: Place,
    /// The folder that `rapport backup` wrote.
    #[arg(value_name = "FOLDER")]
    from: PathBuf,
    /// The erased.list of the company's data folder, where it is still there: whoever was erased since the back-up was
    /// made is erased from it again. May be given several times.
    #[arg(long, value_name = "FILE")]
    erased: Vec<PathBuf>,
}

impl Restore {
    pub fn run(&self) -> Result<ExitCode> {
        let settings = self.place.settings()?;
        logs::start(settings.log.as_deref(), "warn");
        let path = self.from.join(MANIFEST);
        let text = std::fs::read_to_string(&path).map_err(|fault| io(&path, &fault))?;
        let manifest: Manifest =
            serde_json::from_str(&text).map_err(|fault| Error::Unreadable(format!("{}: {fault}", path.display())))?;
        must_be_empty(&self.place.data)?;
        if let Some(list) = self.erased.iter().find(|list| !list.is_file()) {
            return Err(Error::Unreadable(format!("there is no file {}", list.display())));
        }
        if self.from.join("rapport.db").exists() {
            let faults = Db::open(&Target::Folder(self.from.clone()))?.check()?;
            if let Some(fault) = faults.first() {
                return Err(Error::Unreadable(format!("the back-up is damaged: {fault}")));
            }
        }
        let target = self.place.target(&settings);
        let fits = self.from.join("rapport.db").exists() == matches!(target, Target::Folder(_));
        if !fits {
            return Err(Error::Unreadable(format!("the back-up is one of {}; restore it there", manifest.database)));
        }
        std::fs::create_dir_all(&self.place.data).map_err(|fault| io(&self.place.data, &fault))?;
        for name in KEPT_FILES {
            copy_private(&self.from.join(name), &self.place.data.join(name))?;
        }
        if matches!(target, Target::Postgres(_)) {
            self.make_tables(&target)?;
        }
        Db::restore(&target, &self.from)?;

        let app = cli::open(&self.place)?;
        let restored = count(&app, None)?;
        if restored.records != manifest.records || restored.ledger_head != manifest.ledger_head {
            return Err(Error::Internal("what was restored is not what was backed up; do not use it".into()));
        }
        let made_at = manifest.made_at.clone();
        let who = Principal::system("restore");
        app.write_now(&who, move |op| {
            audit::write(op, audit::action::RESTORED, None, None, json!({ "made_at": made_at }))
        })?;
        let mut lists = self.erased.clone();
        lists.push(self.place.data.join(erase::LIST));
        let erased = erase::again(&app, &who, &lists)?;
        if erased > 0 {
            eprintln!("{erased} who were erased after the back-up are erased from it again");
        }
        let records: i64 = restored.records.values().sum();
        eprintln!(
            "{records} records and {} lines of the ledger are back, from {}",
            restored.ledger_head, manifest.made_at
        );
        Ok(ExitCode::SUCCESS)
    }
}

impl Restore {
    /// PostgreSQL is filled table by table, so the tables must be there: first those that every company has, then, with
    /// the definitions read back, the company's own.
    fn make_tables(&self, target: &Target) -> Result<()> {
        let app = cli::open_or_make(&self.place)?;
        let empty = count(&app, None)?;
        if empty.ledger_head > 0 || empty.records.values().any(|records| *records > 0) {
            return Err(Error::Unreadable("there is a company in that database already; name an empty one".into()));
        }
        let definitions = self.place.data.join("restore.definitions");
        std::fs::create_dir_all(&definitions).map_err(|fault| io(&definitions, &fault))?;
        for name in ["definition.copy", "setting.copy"] {
            copy_private(&self.from.join(name), &definitions.join(name))?;
        }
        Db::restore(target, &definitions)?;
        std::fs::remove_dir_all(&definitions).map_err(|fault| io(&definitions, &fault))?;
        cli::open_or_make(&self.place).map(drop)
    }
}

/// Counts in a copy of a PostgreSQL database by reading it: each line of a file is a row.
fn read_copy(app: &App, folder: &Path) -> Result<Manifest> {
    let lines = |table: &str, visit: &mut dyn FnMut(&str)| -> Result<()> {
        let path = folder.join(format!("{table}.copy"));
        let file = std::fs::File::open(&path).map_err(|fault| io(&path, &fault))?;
        for line in std::io::BufReader::new(file).lines() {
            visit(&line.map_err(|fault| io(&path, &fault))?);
        }
        Ok(())
    };
    let mut records = BTreeMap::new();
    for object in app.catalogue().objects() {
        let mut rows = 0;
        lines(&object.def.table, &mut |_| rows += 1)?;
        records.insert(object.def.name.clone(), rows);
    }
    let mut ledger_head = 0;
    lines("event", &mut |line| {
        let seq = line.split('\t').next().and_then(|seq| seq.parse().ok()).unwrap_or(0);
        ledger_head = ledger_head.max(seq);
    })?;
    manifest(app, ledger_head, records)
}

fn manifest(app: &App, ledger_head: i64, records: BTreeMap<String, i64>) -> Result<Manifest> {
    Ok(Manifest {
        rapport: env!("CARGO_PKG_VERSION").into(),
        made_at: app.now().to_string(),
        database: app.db().version()?,
        ledger_head,
        records,
    })
}

/// Counts in the company itself, or in a copy of its database.
fn count(app: &App, copy: Option<&Db>) -> Result<Manifest> {
    let catalogue = app.catalogue();
    let work = |tx: &mut db::Tx| {
        let mut records = BTreeMap::new();
        for object in catalogue.objects() {
            records.insert(object.def.name.clone(), foundation::verify::count_all(tx, object)?);
        }
        Ok((ledger::subscribe::lines(tx)?, records))
    };
    let (ledger_head, records) = match copy {
        Some(copy) => copy.read(work)?,
        None => app.read_now(&Principal::system("backup"), |reader| work(reader.tx))?,
    };
    manifest(app, ledger_head, records)
}

fn must_be_empty(folder: &Path) -> Result<()> {
    match std::fs::read_dir(folder) {
        Ok(mut entries) => match entries.next() {
            Some(_) => Err(Error::Unreadable(format!("{} is not empty; name a new folder", folder.display()))),
            None => Ok(()),
        },
        Err(missing) if missing.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(fault) => Err(io(folder, &fault)),
    }
}

/// Copies a file that only its owner may read; one that is not there is left out.
fn copy_private(from: &Path, to: &Path) -> Result<()> {
    use std::os::unix::fs::OpenOptionsExt;
    let bytes = match std::fs::read(from) {
        Ok(bytes) => bytes,
        Err(missing) if missing.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(fault) => return Err(io(from, &fault)),
    };
    let mut file =
        std::fs::File::options().write(true).create_new(true).mode(0o600).open(to).map_err(|fault| io(to, &fault))?;
    std::io::Write::write_all(&mut file, &bytes).and_then(|()| file.sync_all()).map_err(|fault| io(to, &fault))
}

fn io(path: &Path, fault: &std::io::Error) -> Error {
    Error::Unreadable(format!("{}: {fault}", path.display()))
}
