//! Reading mailboxes: one thread each, of one server of all. Every folder has a state of its own; what fails is tried again,
//! each time later, and stops no other. A message is kept as it came in the same commit in which its folder is read past it;
//! it is taken apart afterwards, and one that cannot be is put aside after three tries, where people see it.

mod sync;
mod take;

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use channels::email::Trouble;
use channels::email::imap::Imap;
use channels::incoming::ReadsMail;
use db::Target;
use foundation::App;
use foundation::access::Principal;
use kernel::{Error, Id, Result, Time};

use crate::setup::{self, OBJECT, Setup};
use crate::{queries, secret};

/// Whoever took a mailbox and said nothing for so long is taken for dead.
const LEASE_MS: i64 = 3 * 60 * 1000;
/// How often mailboxes are looked for.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// How often a folder is read that nobody tells of.
const EVERY_MS: i64 = 60 * 1000;
/// How long it is waited for news at a time.
const WAITING: Duration = Duration::from_secs(55);
const FIRST_PAUSE_MS: i64 = 60 * 1000;
const LONGEST_PAUSE_MS: i64 = 60 * 60 * 1000;
/// A refused password is not tried as often: servers lock accounts.
const FIRST_PAUSE_OF_SIGN_IN_MS: i64 = 10 * 60 * 1000;
/// Mailboxes that one server reads at a time.
const AT_ONCE: usize = 200;

/// Who wants to see what comes in.
pub type Readers = Arc<Vec<Arc<dyn ReadsMail>>>;

fn reading() -> Principal {
    Principal::system("mail")
}

/// Reads what is due until stopped.
pub fn keep_reading(app: &App, readers: Vec<Arc<dyn ReadsMail>>, stop: &Arc<AtomicBool>) {
    let readers: Readers = Arc::new(readers);
    // Of a folder this is the only process: what was in somebody's hands is in nobody's any more.
    if matches!(app.config().target, Target::Folder(_))
        && let Err(fault) = app.write_now(&reading(), queries::free_all)
    {
        tracing::error!(%fault, "mailboxes of the last run wait for their lease to end");
    }
    let busy: Arc<Mutex<HashSet<Id>>> = Arc::default();
    let mut threads: Vec<std::thread::JoinHandle<()>> = Vec::new();
    while !stop.load(Ordering::SeqCst) {
        threads.retain(|thread| !thread.is_finished());
        match due(app) {
            Ok(due) => {
                for mailbox in due {
                    let is_new =
                        threads.len() < AT_ONCE && busy.lock().unwrap_or_else(PoisonError::into_inner).insert(mailbox);
                    if !is_new {
                        continue;
                    }
                    let (app, readers, stop, busy) = (app.clone(), readers.clone(), stop.clone(), busy.clone());
                    let work = move || {
                        if let Err(fault) = read(&app, &readers, mailbox, &stop, true) {
                            tracing::error!(%fault, %mailbox, "a mailbox could not be read; it is tried again");
                        }
                        busy.lock().unwrap_or_else(PoisonError::into_inner).remove(&mailbox);
                    };
                    match std::thread::Builder::new().name("mailbox".into()).spawn(work) {
                        Ok(thread) => threads.push(thread),
                        Err(fault) => tracing::error!(%fault, "a thread could not be started"),
                    }
                }
            }
            Err(fault) => tracing::error!(%fault, "mailboxes could not be looked for; it is tried again"),
        }
        let until = Instant::now() + LOOK_EVERY;
        while Instant::now() < until && !stop.load(Ordering::SeqCst) {
            std::thread::sleep(Duration::from_millis(50));
        }
    }
    for thread in threads {
        let _ = thread.join();
    }
}

/// Reads every mailbox that is due once, without waiting for news; answers how many were looked at.
pub fn read_due(app: &App, readers: &Readers, stop: &AtomicBool) -> Result<usize> {
    let due = due(app)?;
    for mailbox in &due {
        read(app, readers, *mailbox, stop, false)?;
    }
    Ok(due.len())
}

fn due(app: &App) -> Result<Vec<Id>> {
    app.read_now(&reading(), |reader| {
        let object = reader.object(OBJECT)?;
        queries::due(reader, &object)
    })
}

/// One mailbox in somebody's hands.
struct Held<'a> {
    app: &'a App,
    readers: &'a Readers,
    mailbox: Id,
    number: i64,
    stop: &'a AtomicBool,
}

impl Held<'_> {
    /// Says that it is still being read; fails if somebody else does.
    fn go_on(&self) -> Result<()> {
        let (mailbox, number) = (self.mailbox, self.number);
        let is_ours = self.app.write_now(&reading(), move |op| queries::keep_lease(op, mailbox, number, LEASE_MS))?;
        if is_ours { Ok(()) } else { Err(Error::conflict("mail.taken", "another server reads this mailbox now")) }
    }

    fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::SeqCst)
    }
}

/// Reads one mailbox; with `waits`, as long as it has something to wait for.
fn read(app: &App, readers: &Readers, mailbox: Id, stop: &AtomicBool, waits: bool) -> Result<()> {
    let Some(number) = app.write_now(&reading(), move |op| queries::take_lease(op, mailbox, LEASE_MS))? else {
        return Ok(());
    };
    let held = Held { app, readers, mailbox, number, stop };
    let result = look(&held, waits);
    app.write_now(&reading(), move |op| queries::free_lease(op, mailbox, number))?;
    result
}

fn look(held: &Held, waits: bool) -> Result<()> {
    // What a killed process kept is taken apart before more is fetched.
    take::all(held)?;
    let (setup, proof) = held.app.read_now(&reading(), |reader| {
        let setup = setup::known(reader, held.mailbox)?;
        let proof = secret::open(reader, &setup)?;
        Ok((setup, proof))
    })?;
    if setup.paused || setup.deleted {
        return Ok(());
    }
    let mailbox = held.mailbox;
    held.app.write_now(&reading(), move |op| queries::put_folder(op, mailbox, "INBOX", "INBOX", "inbox", true))?;
    let Some(proof) = proof else {
        return all_failed(held, &Trouble::of("no_secret", "the password must be given for these servers"));
    };
    let mut imap = match Imap::open(held.app, &setup.imap, &setup.login, &proof) {
        Ok(imap) => imap,
        Err(trouble) => return all_failed(held, &trouble),
    };
    if let Err(trouble) = sync::list(held, &mut imap) {
        return all_failed(held, &trouble);
    }
    let until = Instant::now() + Duration::from_secs(20 * 60);
    loop {
        if !read_folders(held, &setup, &mut imap)? || !waits || held.is_stopped() || Instant::now() > until {
            break;
        }
        if !imap.can("IDLE") {
            break;
        }
        match wait(held, &mut imap) {
            Ok(true) => {}
            Ok(false) => break,
            Err(trouble) => {
                all_failed(held, &trouble)?;
                return Ok(());
            }
        }
        // Somebody may have changed or paused it meanwhile.
        let now = held.app.read_now(&reading(), |reader| setup::known(reader, mailbox))?;
        if now.paused || now.deleted || now.imap != setup.imap || now.login != setup.login {
            break;
        }
    }
    imap.close();
    Ok(())
}

/// Waits for news in the inbox; `false` when it is asked to stop.
fn wait(held: &Held, imap: &mut Imap) -> std::result::Result<bool, Trouble> {
    let gone = |fault: Error| Trouble::of("internal", &fault.to_string());
    imap.examine("INBOX")?;
    held.go_on().map_err(gone)?;
    imap.idle(WAITING, &|| held.is_stopped())?;
    let mailbox = held.mailbox;
    if held.is_stopped() {
        return Ok(false);
    }
    held.app
        .write_now(&reading(), move |op| {
            let now = op.now;
            queries::folder_is_well(op, mailbox, "INBOX", now)
        })
        .map_err(gone)?;
    Ok(true)
}

/// Reads the folders that are due; `false` when the line broke.
fn read_folders(held: &Held, setup: &Setup, imap: &mut Imap) -> Result<bool> {
    let mailbox = held.mailbox;
    let folders = held.app.read_now(&reading(), |reader| queries::folders(reader, mailbox))?;
    let now = held.app.now();
    for folder in folders.into_iter().filter(|folder| folder.chosen && folder.next_at <= now) {
        if held.is_stopped() {
            return Ok(false);
        }
        held.go_on()?;
        match sync::folder(held, setup, imap, &folder) {
            Ok(()) => {
                let (name, next) = (folder.name.clone(), Time(now.0 + EVERY_MS));
                held.app.write_now(&reading(), move |op| queries::folder_is_well(op, mailbox, &name, next))?;
            }
            Err(sync::Stop::Trouble(trouble)) => {
                failed(held, &folder, &trouble)?;
                if matches!(trouble.code, "unreachable" | "silent" | "not_imap") {
                    // What else there is waits for the next connection.
                    take::all(held)?;
                    return Ok(false);
                }
            }
            Err(sync::Stop::Fault(fault)) => return Err(fault),
        }
        take::all(held)?;
    }
    Ok(true)
}

fn all_failed(held: &Held, trouble: &Trouble) -> Result<()> {
    let mailbox = held.mailbox;
    let folders = held.app.read_now(&reading(), |reader| queries::folders(reader, mailbox))?;
    folders.iter().filter(|folder| folder.chosen).try_for_each(|folder| failed(held, folder, trouble))
}

fn failed(held: &Held, folder: &queries::Folder, trouble: &Trouble) -> Result<()> {
    tracing::warn!(mailbox = %held.mailbox, code = trouble.code, "a folder could not be read; it is tried again");
    let next = Time(held.app.now().0 + pause_ms(trouble.code, folder.tries));
    let (mailbox, name, trouble) = (held.mailbox, folder.name.clone(), trouble.clone());
    held.app.write_now(&reading(), move |op| {
        queries::folder_failed(op, mailbox, &name, trouble.code, &trouble.detail, next)
    })
}

/// Twice as long with each failure, up to an hour.
fn pause_ms(code: &str, tries: i64) -> i64 {
    let first = if code == "sign_in" { FIRST_PAUSE_OF_SIGN_IN_MS } else { FIRST_PAUSE_MS };
    let doubled = u32::try_from(tries.clamp(0, 10)).unwrap_or(0);
    first.saturating_mul(1_i64 << doubled).min(LONGEST_PAUSE_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_is_away_is_asked_less_and_less_often() {
        assert_eq!(pause_ms("unreachable", 0), 60_000);
        assert_eq!(pause_ms("unreachable", 3), 480_000);
        assert_eq!(pause_ms("unreachable", 1_000), LONGEST_PAUSE_MS);
        assert_eq!(pause_ms("sign_in", 0), 600_000);
    }
}
