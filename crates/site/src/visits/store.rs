//! How visits of logs come into the table: again and again the same ones, in parts, in any order.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use foundation::access::Principal;
use foundation::records::erase::Copies;
use foundation::{App, Operation};
use kernel::{Id, Result};
use serde::Serialize;

use super::{Visit, columns, queries};

/// What became of visits that were put in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Put {
    pub new: u64,
    /// Known ones that grew, or became one with another.
    pub changed: u64,
    pub same: u64,
}

impl Put {
    pub fn add(&mut self, other: Put) {
        self.new += other.new;
        self.changed += other.changed;
        self.same += other.same;
    }
}

/// Puts visits in. One that touches a known visit of the same visitor is that visit, seen from another file.
pub fn put(op: &mut Operation, visits: &[Visit]) -> Result<Put> {
    let (Some(from), Some(to)) = (visits.iter().map(|v| v.started).min(), visits.iter().map(|v| v.ended).max()) else {
        return Ok(Put::default());
    };
    let visitors: BTreeSet<[u8; 16]> = visits.iter().map(|visit| visit.visitor).collect();
    let visitors: Vec<[u8; 16]> = visitors.into_iter().collect();
    let mut known: HashMap<[u8; 16], Vec<Visit>> = HashMap::new();
    for visit in queries::touching(op.tx, &visitors, from, to)? {
        known.entry(visit.visitor).or_default().push(visit);
    }

    let mut done = Put::default();
    let (mut new, mut grown, mut gone) = (Vec::new(), BTreeMap::new(), Vec::new());
    for visit in visits {
        let near = known.entry(visit.visitor).or_default();
        let (touching, apart): (Vec<Visit>, Vec<Visit>) =
            std::mem::take(near).into_iter().partition(|other| other.touches(visit));
        *near = apart;
        let mut touching = touching.into_iter();
        let Some(first) = touching.next() else {
            new.push(visit.clone());
            continue;
        };
        let mut joined = first.clone();
        for other in touching {
            grown.remove(&other.id);
            gone.push(other.id);
            joined.join(other);
        }
        joined.join(visit.clone());
        if joined == first {
            done.same += 1;
        } else {
            done.changed += 1;
            grown.insert(joined.id, joined.clone());
        }
        near.push(joined);
    }
    let months: BTreeSet<String> = new.iter().chain(grown.values()).map(Visit::month).collect();
    // Two sessions of one second: the log's reader makes them one, but another reading may have brought the same row.
    done.new = queries::insert(op.tx, &new)?;
    done.same += new.len() as u64 - done.new;
    let grown: Vec<Visit> = grown.into_values().collect();
    queries::update(op.tx, &grown)?;
    queries::delete(op.tx, &gone)?;
    if done.new + done.changed > 0 {
        queries::raise(op.tx, months.into_iter())?;
    }
    Ok(done)
}

/// The visits of whoever was erased: they stay as figures, of nobody.
pub struct Visits;

impl Copies for Visits {
    fn forget(&self, app: &App, parties: &[Id]) -> Result<()> {
        let parties = parties.to_vec();
        let months = app.write_now(&Principal::system("erasure"), move |op| {
            let mut months = BTreeSet::new();
            for party in &parties {
                months.extend(queries::forget(op.tx, *party)?);
            }
            Ok(months)
        })?;
        columns::discard(app, &months)
    }
}
