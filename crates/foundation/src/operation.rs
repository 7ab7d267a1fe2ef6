//! Who acts, when, and in which transaction. There is no other way to the data: what is read here is what the caller may
//! read, and what is not committed did not happen.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use db::Tx;
use kernel::{Error, Id, Result, Time};

use crate::access::Principal;
use crate::access::audit::{self, Look};
use crate::app::App;
use crate::ledger::facts::{Looked, Touched};
use crate::records::catalogue::{Catalogue, Object};

/// A snapshot of the data under one caller's rights.
pub struct Reader<'a, 'c> {
    pub tx: &'a mut Tx<'c>,
    pub who: &'a Principal,
    pub catalogue: Arc<Catalogue>,
    pub now: Time,
    pub app: &'a App,
    /// Fields of the special class that were shown; they are written down before the answer leaves.
    pub(crate) looks: Vec<Look>,
}

impl<'a, 'c> Reader<'a, 'c> {
    pub(crate) fn new(
        tx: &'a mut Tx<'c>,
        app: &'a App,
        who: &'a Principal,
        catalogue: Arc<Catalogue>,
    ) -> Reader<'a, 'c> {
        Reader { tx, who, catalogue, now: app.now(), app, looks: Vec::new() }
    }

    /// The object of that name or plural, if the caller may know of it.
    pub fn object(&self, name: &str) -> Result<Arc<Object>> {
        self.catalogue.find(name).ok_or(Error::NotFound)
    }
}

/// One business operation: reads records, decides, writes records and events; all of it commits together or not at all.
pub struct Operation<'a, 'c> {
    reader: Reader<'a, 'c>,
    /// Names everything this operation changes, so that it can be undone as a whole. A long job sets one for all its parts.
    pub change: Id,
    /// Where the change came from: `workspace`, `api`, `import`, `automation`.
    pub channel: &'static str,
    /// What within that channel: an import's name, a campaign.
    pub source: Option<String>,
    /// The merge that it is about to make or to take back: its lines say so, for the undo of the whole.
    pub merge: Option<Id>,
    /// Records whose change is told on the ledger when the operation ends.
    pub(crate) touched: Touched,
    /// Linked records that domains looked at while they settled changes.
    pub(crate) looked: Looked,
}

impl<'a, 'c> Operation<'a, 'c> {
    pub(crate) fn new(reader: Reader<'a, 'c>) -> Operation<'a, 'c> {
        let change = Id::at(reader.now.0);
        let channel = reader.who.channel();
        Operation {
            reader,
            change,
            channel,
            source: None,
            merge: None,
            touched: Touched::default(),
            looked: Looked::default(),
        }
    }

    /// Does what follows from the caller's act and is not theirs to be allowed: the product itself does it. What the operation
    /// tells at its end is still told of the caller.
    pub fn as_product<T>(&mut self, work: impl FnOnce(&mut Operation<'a, 'c>) -> Result<T>) -> Result<T> {
        let who = std::mem::replace(&mut self.reader.who, &crate::records::ask::PRODUCT);
        let result = work(self);
        self.reader.who = who;
        result
    }

    /// What is left to do before the commit: telling what the changes mean.
    pub(crate) fn finish(&mut self) -> Result<()> {
        crate::ledger::facts::tell(self)?;
        let looks = std::mem::take(&mut self.looks);
        audit::write_looks(self, &looks)
    }
}

impl<'a, 'c> Deref for Operation<'a, 'c> {
    type Target = Reader<'a, 'c>;
    fn deref(&self) -> &Reader<'a, 'c> {
        &self.reader
    }
}

impl<'a, 'c> DerefMut for Operation<'a, 'c> {
    fn deref_mut(&mut self) -> &mut Reader<'a, 'c> {
        &mut self.reader
    }
}
