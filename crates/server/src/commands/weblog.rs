//! `rapport weblog`: the logs of the company's sites become visits. What was read before changes nothing.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::{Args, ValueEnum};
use foundation::access::Principal;
use kernel::{Error, Result};
use site::logs::{self, Asked, Figures, Input};

use crate::cli;
use crate::config::Place;

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// Common or combined, as Apache and nginx write it.
    Combined,
    /// The W3C's extended format, as IIS writes it.
    W3c,
    /// A JSON object a line.
    Json,
}

#[derive(Debug, Args)]
pub struct Weblog {
    #[command(flatten)]
    place: Place,
    /// How the logs are written; without it their first line tells.
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// The site's own names, with commas: a referrer from them is no source.
    #[arg(long, value_name = "HOSTS", value_delimiter = ',')]
    host: Vec<String>,
    /// The logs are written behind a proxy of ours: the visitor is the first address of X-Forwarded-For.
    #[arg(long)]
    forwarded: bool,
    /// Follow the one file named, until interrupted.
    #[arg(long)]
    tail: bool,
    /// Logs, plain or gzip; - for standard input. Several are read as one log.
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
}

/// Damaged lines that are told one by one.
const DAMAGED_TOLD: usize = 20;

impl Weblog {
    pub fn run(&self) -> Result<ExitCode> {
        let inputs: Vec<(String, Input)> = self.files.iter().map(|path| input(path)).collect();
        for (name, input) in &inputs {
            if matches!(input, Input::File(path) if !path.exists()) {
                return Err(Error::Unreadable(format!("there is no file {name}")));
            }
        }
        let app = cli::open_or_make(&self.place)?;
        let asked = Asked {
            format: self.format.map(|format| match format {
                Format::Combined => analytics::weblog::Format::Combined,
                Format::W3c => analytics::weblog::Format::W3c,
                Format::Json => analytics::weblog::Format::Json,
            }),
            hosts: self.host.clone(),
            forwarded: self.forwarded,
        };
        let names: Vec<&str> = inputs.iter().map(|(name, _)| name.as_str()).collect();
        let named = names.join(", ");
        let import = app.write_now(&Principal::system("weblog"), move |op| logs::begin(op, &named, None))?;
        let read = match (self.tail, inputs.as_slice()) {
            (false, inputs) => logs::read(&app, import, inputs, &asked, None),
            (true, [(_, Input::File(path))]) => {
                let stop = interrupted()?;
                logs::follow(&app, import, path, &asked, &stop)
            }
            (true, _) => Err(Error::Unreadable("one file can be followed at a time, and not standard input".into())),
        };
        let (state, figures) = match &read {
            Ok(figures) => ("done", figures.clone()),
            Err(_) => ("failed", Figures::default()),
        };
        app.write_now(&Principal::system("weblog"), move |op| logs::finish(op, import, state, &figures))?;
        tell(&read?);
        Ok(ExitCode::SUCCESS)
    }
}

fn input(path: &Path) -> (String, Input) {
    match path.to_str() {
        Some("-") => ("standard input".into(), Input::Standard),
        _ => (path.display().to_string(), Input::File(path.to_path_buf())),
    }
}

fn tell(figures: &Figures) {
    let put = figures.put;
    println!("{} lines: {} read, {} damaged", figures.lines, figures.parsed, figures.damaged);
    println!(
        "{} visits: {} new, {} changed, {} the same; {} of robots",
        figures.totals["sessions"], put.new, put.changed, put.same, figures.totals["sessions_of_robots"]
    );
    let damaged = figures.totals["damaged_lines"].as_array().map_or(&[][..], Vec::as_slice);
    for line in damaged.iter().take(DAMAGED_TOLD) {
        eprintln!(
            "{}:{}: {}",
            line["stream"].as_str().unwrap_or_default(),
            line["line"],
            line["damage"].as_str().unwrap_or_default()
        );
    }
    for broken in figures.totals["broken"].as_array().into_iter().flatten() {
        eprintln!("{} broke off: {}", broken[0].as_str().unwrap_or_default(), broken[1].as_str().unwrap_or_default());
    }
}

/// Rises when somebody presses Ctrl-C or the system asks to stop.
fn interrupted() -> Result<Arc<AtomicBool>> {
    let stop: Arc<AtomicBool> = Arc::default();
    let told = stop.clone();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::internal)?;
    std::thread::spawn(move || {
        runtime.block_on(async {
            let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()).ok();
            let terminated = async {
                match &mut terminate {
                    Some(terminate) => drop(terminate.recv().await),
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                () = terminated => {}
            }
        });
        told.store(true, Ordering::SeqCst);
    });
    Ok(stop)
}
