//! Logs: for people on a terminal, as JSON lines with `RAPPORT_LOG=json`. They carry ids, never bodies, names or secrets.
//! Everything goes to standard error: standard output belongs to the answers of commands.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

/// Sets the logs up, once. `filter` is the setting `log`; `RAPPORT_LOG_FILTER` goes before it.
pub fn start(filter: Option<&str>, usual: &str) {
    let wanted = std::env::var("RAPPORT_LOG_FILTER").ok().or_else(|| filter.map(str::to_string));
    let filter = EnvFilter::try_new(wanted.as_deref().unwrap_or(usual)).unwrap_or_else(|_| EnvFilter::new(usual));
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false);
    // Starting twice (tests) keeps the first.
    let _ = if std::env::var("RAPPORT_LOG").is_ok_and(|kind| kind == "json") {
        logs.json().flatten_event(true).try_init()
    } else {
        logs.compact().with_ansi(std::io::stderr().is_terminal()).try_init()
    };
}
