//! Which records mean the same person or firm: found, explained, judged.
//!
//! - [`engine`] is the method: pure, rows in, pairs with their probability out.
//! - [`subject`] says what of an object's records is compared, and reads it.
//! - [`run`] looks at all records of an object: it learns the model, finds the pairs, and keeps the keys.
//! - [`arrival`] looks at a record that comes or changes, in milliseconds, by the keys.
//! - [`review`] is the queue for people: the pairs most worth an answer first, and what an answer does.
//! - [`marks`] remembers what must stay apart.

pub mod arrival;
pub mod engine;
pub mod joining;
pub mod marks;
mod queries;
pub mod review;
pub mod routes;
pub mod run;
pub mod settings;
pub mod subject;

use std::sync::Arc;

use foundation::App;
use foundation::access::Principal;
use foundation::records::erase::Copies;
use kernel::{Id, Result};

/// What matching keeps of customers, for when somebody is erased.
pub struct Pairs;

impl Copies for Pairs {
    fn forget(&self, app: &App, parties: &[Id]) -> Result<()> {
        let parties: Arc<[Id]> = parties.into();
        app.write_now(&Principal::system("erase"), move |op| queries::forget(op, &parties))
    }
}
