//! `rapport definitions`: what a company has defined as a text to keep, to compare and to carry over. The text goes to
//! standard output, what would change goes there too, one line each.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};
use foundation::access::Principal;
use foundation::metadata::{self, Plan};
use kernel::{Error, Result, limits};

use crate::cli;
use crate::config::Place;

#[derive(Debug, Subcommand)]
pub enum Definitions {
    /// Print the definitions: objects, fields, conditions, roles, layouts, views, pipelines.
    Export(Export),
    /// Print what a text of definitions would change, and the hash of the plan.
    Plan(Planned),
    /// Make the definitions as a text says.
    Apply(Apply),
}

#[derive(Debug, Args)]
pub struct Export {
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Args)]
pub struct Planned {
    #[command(flatten)]
    place: Place,
    /// The text; - reads it from standard input.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Take away what the text does not name. Objects with their records always stay.
    #[arg(long)]
    remove: bool,
}

#[derive(Debug, Args)]
pub struct Apply {
    #[command(flatten)]
    planned: Planned,
    /// Apply only if the plan still has this hash.
    #[arg(long, value_name = "HASH")]
    hash: Option<String>,
}

impl Definitions {
    pub fn run(&self) -> Result<ExitCode> {
        let who = Principal::system("command");
        match self {
            Definitions::Export(asked) => {
                print!("{}", cli::open(&asked.place)?.read_now(&who, metadata::export)?);
            }
            Definitions::Plan(asked) => {
                let (app, text) = (cli::open(&asked.place)?, read(&asked.file)?);
                let plan = app.read_now(&who, |reader| metadata::plan(reader, &text, asked.remove))?;
                show(&plan);
                println!("hash {}", plan.hash);
            }
            Definitions::Apply(Apply { planned, hash }) => {
                let (app, text) = (cli::open(&planned.place)?, read(&planned.file)?);
                let (hash, remove) = (hash.clone(), planned.remove);
                let plan = app.write_now(&who, move |op| metadata::apply(op, &text, remove, hash.as_deref()))?;
                show(&plan);
                println!("applied {}", plan.changes.len());
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// `create field contact.shoe_size`, with the rows it touches where there are any.
fn show(plan: &Plan) {
    for change in &plan.changes {
        let word = |json: serde_json::Result<serde_json::Value>| {
            json.ok().and_then(|json| json.as_str().map(str::to_string)).unwrap_or_default()
        };
        let (what, kind) = (word(serde_json::to_value(change.what)), word(serde_json::to_value(change.key.kind)));
        let dot = if change.key.of.is_empty() { "" } else { "." };
        let rows = match change.rows_are {
            Some(how) if change.rows > 0 => format!(" ({} rows, {how})", change.rows),
            _ => String::new(),
        };
        println!("{what} {kind} {}{dot}{}{rows}", change.key.of, change.key.name);
    }
}

fn read(file: &Path) -> Result<String> {
    let fault = |fault: std::io::Error| Error::Unreadable(format!("{}: {fault}", file.display()));
    let mut text = String::new();
    let most = u64::try_from(limits::JSON_BYTES).unwrap_or(u64::MAX) + 1;
    if file.as_os_str() == "-" {
        std::io::stdin().take(most).read_to_string(&mut text).map_err(fault)?;
    } else {
        std::fs::File::open(file).map_err(fault)?.take(most).read_to_string(&mut text).map_err(fault)?;
    }
    if text.len() > limits::JSON_BYTES {
        return Err(Error::TooLarge(format!("{}: at most {} bytes", file.display(), limits::JSON_BYTES)));
    }
    Ok(text)
}
