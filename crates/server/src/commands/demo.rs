//! `rapport demo`: a new folder with the demo company, loaded as a user would load it, from files within the program.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use clap::Args;
use consolidation::import::manifest::{self, StepProgress};
use foundation::access::{self, Principal};
use foundation::company::currencies;
use foundation::{ledger, search};
use kernel::{Error, Result};
use rust_embed::RustEmbed;

use crate::cli;
use crate::config::Place;

/// The demo company's files; the program alone is enough.
#[derive(RustEmbed)]
#[folder = "../../demo"]
struct Files;

#[derive(Debug, Args)]
pub struct Demo {
    #[command(flatten)]
    place: Place,
    /// Take the files from this folder (it holds a manifest.toml) instead of those within the program.
    #[arg(long, value_name = "FOLDER")]
    files: Option<PathBuf>,
}

impl Demo {
    pub fn run(&self) -> Result<ExitCode> {
        let app = cli::open_or_make(&self.place)?;
        let who = Principal::system("demo");
        if app.read_now(&who, |reader| ledger::subscribe::lines(reader.tx))? > 0 {
            return Err(Error::Unreadable(format!(
                "there is a company in {} already; name a new folder",
                self.place.data.display()
            )));
        }
        let started = Instant::now();
        let unpacked = match &self.files {
            Some(folder) => Unpacked { folder: folder.clone(), is_ours: false },
            None => unpack(&self.place.data.join("demo.files"))?,
        };
        app.write_now(&who, |op| {
            access::settings::name_company(op, "Adventure Works Cycles")?;
            currencies::set(op, &currencies::Wanted { company: "USD".into(), used: Vec::new() })
        })?;
        let mut line = Line::default();
        let file = unpacked.folder.join("manifest.toml");
        let done = app.db().in_bulk(|| manifest::load(&app, &who, &file, &mut |at| line.show(at)))?;
        line.end();
        drop(unpacked);

        let mut surprises = 0;
        for step in &done {
            for refusal in &step.refused {
                eprintln!("{}: row {}: {}", step.file, refusal.row, refusal.detail);
            }
            for surprise in &step.surprises {
                eprintln!("{}: {surprise}", step.file);
                surprises += 1;
            }
        }
        eprintln!("making the search index");
        app.db().in_bulk(|| search::catch_up_and_join(&app))?;
        app.db().tidy()?;
        let rows: u64 = done.iter().map(|step| step.import.rows).sum();
        eprintln!("{rows} rows of {} files in {:.1} s", done.len(), started.elapsed().as_secs_f64());
        if surprises > 0 {
            return Err(Error::Internal("the demo company is not what its files say it should be".into()));
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Files on disk for as long as they are read; those we put there are taken away again.
struct Unpacked {
    folder: PathBuf,
    is_ours: bool,
}

impl Drop for Unpacked {
    fn drop(&mut self) {
        if self.is_ours {
            let _ = std::fs::remove_dir_all(&self.folder);
        }
    }
}

fn unpack(folder: &Path) -> Result<Unpacked> {
    let io = |path: &Path, fault: std::io::Error| Error::Unreadable(format!("{}: {fault}", path.display()));
    let unpacked = Unpacked { folder: folder.to_path_buf(), is_ours: true };
    for name in Files::iter() {
        let Some(file) = Files::get(&name) else { continue };
        let path = folder.join(name.as_ref());
        let parent = path.parent().unwrap_or(folder);
        std::fs::create_dir_all(parent).map_err(|fault| io(parent, fault))?;
        std::fs::write(&path, file.data).map_err(|fault| io(&path, fault))?;
    }
    Ok(unpacked)
}

/// One line that says how far it is: rewritten on a terminal, once for each file elsewhere.
#[derive(Default)]
pub struct Line {
    last: String,
    open: bool,
}

impl Line {
    fn show(&mut self, at: &StepProgress) {
        let name = format!("{}/{} {}", at.step, at.steps, at.file);
        self.tell(&name, at.progress);
    }

    /// `name` and how many rows of it are done.
    pub fn tell(&mut self, name: &str, at: &consolidation::import::Progress) {
        let mut out = std::io::stderr();
        if out.is_terminal() {
            if self.open && self.last != name {
                let _ = writeln!(out);
            }
            let _ = write!(
                out,
                "\r{name}: {} rows, {} new, {} changed, {} refused ",
                at.rows, at.created, at.changed, at.wrong
            );
            let _ = out.flush();
            self.open = true;
        } else if self.last != name {
            let _ = writeln!(out, "{name}");
        }
        self.last = name.to_string();
    }

    pub fn end(&mut self) {
        if self.open {
            eprintln!();
        }
        self.open = false;
    }
}
