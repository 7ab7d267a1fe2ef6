//! What was said with whom, by which channel: threads, messages, and the accounts they come by. Mail is the first.
//!
//! - [`Mailbox`] is an account, somebody's own or a team's: a record like any other, with a secret beside it.
//! - [`reading`] brings mail here: kept as it came, then taken apart and [filed](file) under whom it is with.
//! - [`show`] tells threads and messages under two rights at once: those on the record, and what the mailbox shows colleagues.
//! - [`MailTemplate`] is a letter that is written again and again.
//! - [`sequences`] are letters in a row that stop when somebody answers; [`traces`] says whether letters are read.
//! - [`writing`] is drafts and letters, which go out by the mailbox's own server through the outbox.

mod file;
mod mailbox;
mod parties;
mod queries;
pub mod reading;
mod routes;
mod secret;
mod sending;
pub mod sequences;
mod setup;
mod show;
mod store;
mod template;
mod traces;
mod trying;
mod writing;

use std::sync::Arc;

use channels::Channel;
use events::Facts;
use foundation::App;
use foundation::access::Principal;
use foundation::doors::Route;
use foundation::jobs::Work;
use foundation::records::erase::Copies;
use foundation::records::write::Keeps;
use foundation::timer::Alarm;
use kernel::object::Object;
use kernel::{Id, ObjectDef, Result};

pub use mailbox::Mailbox;
pub use sequences::MailSequence;
pub use template::MailTemplate;
pub use traces::doors::router as doors;

/// Tables of this crate.
pub const MIGRATIONS: &[db::Migration] = &[
    db::Migration { name: "202611230200_mail", sql: include_str!("../../../migrations/202611230200_mail.sql") },
    db::Migration {
        name: "202611250300_sequences",
        sql: include_str!("../../../migrations/202611250300_sequences.sql"),
    },
];

/// The objects of this crate.
pub fn objects() -> Vec<ObjectDef> {
    vec![Mailbox::def(), MailTemplate::def(), MailSequence::def()]
}

/// What must hold for them.
pub fn facts() -> Arc<dyn Facts + Send + Sync> {
    Arc::new(setup::MailFacts)
}

/// What is kept beside records of these objects.
pub fn keepers() -> Vec<Arc<dyn Keeps>> {
    vec![Arc::new(setup::MailboxKeeper), Arc::new(template::Templates), Arc::new(sequences::SequenceKeeper)]
}

/// Ways by which letters of the outbox go out.
pub fn channels(app: &App) -> Vec<Box<dyn Channel>> {
    vec![Box::new(sending::OwnMailbox::new(app))]
}

/// What rings here: a thread that slept long enough, a step of a sequence, looks at a letter that are to be judged.
pub fn alarms() -> Vec<Arc<dyn Alarm>> {
    vec![Arc::new(show::Awake), Arc::new(sequences::run::StepDue), Arc::new(traces::Judge)]
}

/// Kinds of jobs of this crate.
pub fn works() -> Vec<Arc<dyn Work>> {
    vec![Arc::new(sequences::enrol::EnrolWork)]
}

/// What of customers is kept here, for when somebody is erased.
pub fn copies() -> Vec<Arc<dyn Copies>> {
    vec![Arc::new(Mail)]
}

/// Routes of this crate.
pub fn routes() -> Vec<Route> {
    [routes::routes(), sequences::routes::routes()].concat()
}

/// Mail with somebody who is erased.
struct Mail;

impl Copies for Mail {
    fn forget(&self, app: &App, parties: &[Id]) -> Result<()> {
        let parties: Arc<[Id]> = parties.into();
        app.write_now(&Principal::system("erase"), move |op| {
            sequences::queries::forget(op, &parties)?;
            store::forget_parties(op, &parties)
        })
    }
}
