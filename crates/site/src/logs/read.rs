//! One reading of files from beginning to end.

use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use analytics::weblog::{Addresses, Options, Reading, examine};
use foundation::App;
use foundation::access::Principal;
use kernel::{Error, Id, Result};
use sha2::{Digest, Sha256};

use super::writer::{self, Held};
use super::{Asked, Figures};
use crate::countries::{self, Countries};
use crate::tracker;

/// Lines by which a log is known.
const FIRST_LOOK: u64 = 20_000;

/// Where a log comes from.
#[derive(Debug, Clone)]
pub enum Input {
    File(PathBuf),
    /// Standard input.
    Standard,
}

/// Visitors by keyed hash, and where their addresses are.
pub struct Visitors {
    key: [u8; 32],
    countries: Arc<Countries>,
}

impl Visitors {
    pub fn of(app: &App) -> Result<Visitors> {
        let countries = app.read_now(&Principal::system("weblog"), |reader| countries::current(app, reader))?;
        Ok(Visitors { key: super::key(app)?, countries })
    }
}

impl Addresses for Visitors {
    fn pseudonym(&self, address: &[u8], agent: &[u8]) -> [u8; 16] {
        keyed(&self.key, &[address, agent])
    }

    fn country(&self, address: &[u8]) -> Option<[u8; 2]> {
        if self.countries.is_empty() { None } else { self.countries.of(std::str::from_utf8(address).ok()?) }
    }
}

/// The first half of SHA-256 over a key of fixed length and the parts, each with its length.
pub fn keyed(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 16] {
    let mut hasher = Sha256::new_with_prefix(key);
    for part in parts {
        hasher.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        hasher.update(part);
    }
    let mut half = [0; 16];
    half.iter_mut().zip(hasher.finalize()).for_each(|(to, from)| *to = from);
    half
}

/// How the files are read, the site's own names among it.
pub fn options(app: &App, inputs: &[Input], asked: &Asked) -> Result<Options> {
    let mut own_hosts: Vec<String> = asked.hosts.iter().map(|host| tracker::bare_host(host)).collect();
    if own_hosts.is_empty() {
        own_hosts = app.read_now(&Principal::system("weblog"), tracker::all_domains)?;
        for input in inputs {
            let Input::File(path) = input else { continue };
            let survey = examine(opened(path)?, FIRST_LOOK).map_err(unreadable(path))?;
            own_hosts.extend(survey.own_host);
        }
    }
    own_hosts.sort_unstable();
    own_hosts.dedup();
    Ok(Options { format: asked.format, own_hosts, forwarded: asked.forwarded, ..Options::default() })
}

pub fn opened(path: &PathBuf) -> Result<File> {
    File::open(path).map_err(unreadable(path))
}

pub fn unreadable(path: &std::path::Path) -> impl Fn(io::Error) -> Error {
    move |fault| Error::Unreadable(format!("{}: {fault}", path.display()))
}

/// Reads files, one after the other, as one log. `progress` tells the bytes read.
pub fn read(app: &App, import: Id, inputs: &[(String, Input)], asked: &Asked, held: Option<Held>) -> Result<Figures> {
    let sources: Vec<Input> = inputs.iter().map(|(_, input)| input.clone()).collect();
    let options = options(app, &sources, asked)?;
    let visitors = Visitors::of(app)?;
    let bytes = held.as_ref().map_or_else(Arc::default, |held| held.done.clone());
    std::thread::scope(|scope| {
        let (mut sessions, writer) = writer::start(scope, app, import, held);
        let mut reading = Reading::new(options, &visitors, &mut sessions);
        let mut fed = Ok(());
        for (name, input) in inputs {
            fed = match input {
                Input::File(path) => reading.feed(name, Counted { inner: opened(path)?, bytes: bytes.clone() }),
                Input::Standard => reading.feed(name, io::stdin().lock()),
            };
            if fed.is_err() {
                break;
            }
        }
        let totals = fed.and_then(|()| reading.finish());
        drop(sessions);
        // Where the writer failed, its reason is the one that matters.
        let put = writer::joined(writer)?;
        Ok(Figures::of(&totals.map_err(Error::internal)?, put))
    })
}

/// Counts what is read.
struct Counted {
    inner: File,
    bytes: Arc<AtomicI64>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.bytes.fetch_add(i64::try_from(read).unwrap_or(0), Ordering::Relaxed);
        Ok(read)
    }
}
