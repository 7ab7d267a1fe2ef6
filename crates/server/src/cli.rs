//! The command line. What a command answers goes to standard output, everything else to standard error.
//! The program ends with 0 when it did what was asked, 1 with one clear line when it could not, 2 for a wrong call.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use foundation::App;
use kernel::{Error, Result};

use crate::config::{self, Place};
use crate::{assembly, bench, commands, logs, serve};

#[derive(Debug, Parser)]
#[command(name = "rapport", version, about = "A company's customers, whole on one page.", max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the workspace and the API.
    Serve {
        #[command(flatten)]
        place: Place,
        /// Address and port to listen on [default: 127.0.0.1:8080]
        #[arg(long, value_name = "ADDR", env = "RAPPORT_LISTEN")]
        listen: Option<String>,
        /// Where people reach the workspace, when that is not the address it listens on: https://crm.example.com
        #[arg(long, value_name = "URL", env = "RAPPORT_ORIGIN")]
        origin: Option<String>,
        /// Further names by which it is called, with commas
        #[arg(long, value_name = "NAMES", env = "RAPPORT_HOSTS", value_delimiter = ',')]
        hosts: Vec<String>,
        /// Proxies in front of it, with commas: only their X-Forwarded-For is believed
        #[arg(long, value_name = "NETWORKS", env = "RAPPORT_PROXIES", value_delimiter = ',')]
        proxies: Vec<String>,
    },
    /// Fill a new folder with the demo company.
    Demo(commands::demo::Demo),
    /// Import a file: CSV, XLSX, JSON lines or vCard, its columns mapped by their names.
    Import(commands::transfer::Import),
    /// Read the logs of the company's sites into visits.
    Weblog(commands::weblog::Weblog),
    /// Export the records of an object.
    Export(commands::transfer::Export),
    /// Write a verified copy of everything into a new folder, while the server may be running.
    Backup(commands::backup::Backup),
    /// Fill an empty folder or database from a back-up.
    Restore(commands::backup::Restore),
    /// Check that everything stored holds together; ends with 1 if something does not.
    Verify(commands::verify::Verify),
    /// Say how this installation is set up, and what should be better.
    Doctor(commands::doctor::Doctor),
    /// Other systems that records come from.
    #[command(subcommand)]
    Source(commands::source::Source),
    /// The company's own people.
    #[command(subcommand)]
    User(commands::user::User),
    /// Keys for programs.
    #[command(subcommand)]
    Key(commands::key::Key),
    /// What the company has defined, as a text: export, plan, apply.
    #[command(subcommand)]
    Definitions(commands::definitions::Definitions),
    /// Fill a folder of any size and measure every promise of speed on it.
    Bench(bench::BenchArgs),
}

/// Runs the program.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli.command) {
        Ok(code) => code,
        Err(fault) => {
            eprintln!("rapport: {}", line(&fault));
            ExitCode::from(1)
        }
    }
}

fn run(command: Command) -> Result<ExitCode> {
    match command {
        Command::Serve { place, listen, origin, hosts, proxies } => {
            let settings = place.settings()?;
            logs::start(settings.log.as_deref(), "info");
            let listen = listen.or_else(|| settings.listen.clone()).unwrap_or_else(|| config::LISTEN.into());
            let origin = origin.or_else(|| settings.origin.clone()).unwrap_or_else(|| config::origin_of(&listen));
            let hosts = if hosts.is_empty() { settings.hosts.clone() } else { hosts };
            let proxies = if proxies.is_empty() { settings.proxies.clone() } else { proxies };
            let entrance = config::entrance(hosts, &proxies, &listen)?;
            let company = place.company(&settings, origin.trim_end_matches('/').to_string(), entrance)?;
            let app = App::open(company, assembly::domains())?;
            serve::run(app, &place.data, &listen).map(|()| ExitCode::SUCCESS)
        }
        Command::Demo(command) => command.run(),
        Command::Import(command) => command.run(),
        Command::Weblog(command) => command.run(),
        Command::Export(command) => command.run(),
        Command::Backup(command) => command.run(),
        Command::Restore(command) => command.run(),
        Command::Verify(command) => command.run(),
        Command::Doctor(command) => command.run(),
        Command::Source(command) => command.run(),
        Command::User(command) => command.run(),
        Command::Key(command) => command.run(),
        Command::Definitions(command) => command.run(),
        Command::Bench(args) => bench::main(args).map(|()| ExitCode::SUCCESS),
    }
}

/// Opens the company that a command works on; there must be one.
pub fn open(place: &Place) -> Result<App> {
    let settings = place.settings()?;
    logs::start(settings.log.as_deref(), "warn");
    place.must_exist(&settings)?;
    open_or_make(place)
}

/// Opens the company, or makes an empty one.
pub fn open_or_make(place: &Place) -> Result<App> {
    let settings = place.settings()?;
    logs::start(settings.log.as_deref(), "warn");
    let origin = settings
        .origin
        .clone()
        .unwrap_or_else(|| config::origin_of(settings.listen.as_deref().unwrap_or(config::LISTEN)));
    App::open(place.company(&settings, origin, Default::default())?, assembly::domains())
}

/// Runs asynchronous work of a command.
pub fn wait<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::internal)?;
    runtime.block_on(work)
}

/// A fault as one line for a person at a terminal. Here the cause of a fault of ours may be shown: it is their machine.
pub fn line(fault: &Error) -> String {
    let text = match fault {
        Error::Unreadable(why) | Error::TooLarge(why) => why.clone(),
        Error::Internal(cause) => cause.clone(),
        Error::Conflict { detail, .. } => detail.clone(),
        Error::Invalid(faults) => {
            let faults: Vec<String> = faults
                .iter()
                .map(|fault| format!("{} {}", fault.pointer.trim_start_matches('/'), fault.detail).trim().to_string())
                .collect();
            faults.join("; ")
        }
        other => other.to_string(),
    };
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_fault_is_one_line() {
        assert_eq!(line(&Error::Unreadable("a\nb".into())), "a b");
        assert_eq!(line(&Error::invalid("email", "taken", "is taken")), "email is taken");
    }
}
