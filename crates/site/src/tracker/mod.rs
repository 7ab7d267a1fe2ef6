//! The tracker: a script for the pages of a site, and what becomes of its hits.
//!
//! A hit is acknowledged when it is on disk ([`inbox`]: hits that come together are committed together), and becomes part
//! of a visit within a second ([`gather`]). Nothing is kept on the visitor's device and no address is kept here: a visitor
//! is a hash under the day's salt ([`salt`]), which is thrown away. Only with consent there is an id that lasts, and only
//! with consent and a word of the site's own server ([`token`]) a visit is of somebody. A browser that says no (`Sec-GPC`,
//! `DNT`) is heard here, whatever the page says.

pub mod doors;
mod gather;
mod hit;
mod inbox;
mod queries;
mod salt;
mod sites;
pub mod token;

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use foundation::{App, Reader};
use kernel::Result;

pub use gather::{freeze_leads, freeze_origins, gather, tell_ended};
pub use hit::{Posted, clean_path};
pub use sites::bare_host;

/// How often the inbox is looked at.
const LOOK: Duration = Duration::from_millis(500);

/// The domains of all sites.
pub fn all_domains(reader: &mut Reader) -> Result<Vec<String>> {
    Ok(sites::load(reader.tx)?.into_iter().flat_map(|site| site.domains).collect())
}

/// Puts hits into visits, tells ended visits of known people on the ledger, and gives orders their origin, until stopped.
pub fn keep_gathering(app: &App, stop: &AtomicBool) {
    while !stop.load(Ordering::SeqCst) {
        if let Err(fault) = step(app) {
            tracing::error!(%fault, "hits could not be put into visits; it is tried again");
            std::thread::sleep(Duration::from_secs(2));
        }
        std::thread::sleep(LOOK);
    }
}

/// Everything there is to do now.
pub fn step(app: &App) -> Result<()> {
    while gather(app)? {}
    tell_ended(app)?;
    freeze_origins(app)?;
    freeze_leads(app)?;
    salt::forget_old(app)
}
