//! Segments as the question language knows them: by which names, of which object, and what each reads. What a segment is and
//! who is in it is `marketing`'s; that `in segment "…"` can be asked everywhere is the engine's.

use std::collections::{BTreeMap, BTreeSet};

use db::Tx;
use kernel::{Id, Result};
use question::{Schema, SegmentRef};

use super::catalogue::Catalogue;

/// Fields as (object's name, field's name).
type Fields = BTreeSet<(String, String)>;

/// A segment that may be named in questions.
#[derive(Debug, Clone)]
pub struct Known {
    pub known: SegmentRef,
    /// The fields that its question reads, those of segments within it included.
    pub reads: Fields,
    /// Segments that its question names, at any distance.
    pub within: BTreeSet<Id>,
}

/// All segments, by name and by id.
#[derive(Debug, Default)]
pub struct Segments {
    all: BTreeMap<Id, Known>,
    names: BTreeMap<String, Id>,
}

impl Segments {
    /// By a name that it has or had, or by its id.
    pub fn find(&self, name: &str) -> Option<&Known> {
        let id = self.names.get(name).copied().or_else(|| Id::parse(name))?;
        self.all.get(&id)
    }

    /// By id.
    pub fn get(&self, id: Id) -> Option<&Known> {
        self.all.get(&id)
    }

    /// Reads the segments and what each of them reads. One whose question does not hold any more reads nothing.
    pub(super) fn load(tx: &mut Tx, catalogue: &mut Catalogue) -> Result<()> {
        let mut questions = BTreeMap::new();
        let mut segments = Segments::default();
        for row in tx.query("select segment, object, question from segment_ref order by segment", &[])? {
            let known = SegmentRef { id: row.id(0), object: row.text(1).to_string() };
            if let Some(text) = row.opt_text(2) {
                questions.insert(known.id, (known.object.clone(), text.to_string()));
            }
            segments.all.insert(known.id, Known { known, reads: BTreeSet::new(), within: BTreeSet::new() });
        }
        for row in tx.query("select name, segment from segment_alias", &[])? {
            segments.names.insert(row.text(0).to_string(), row.id(1));
        }
        // Questions name other segments, so all have to be known before the first is read.
        catalogue.segments = segments;
        let mut reads: BTreeMap<Id, (Fields, BTreeSet<Id>)> = BTreeMap::new();
        for (id, (object, text)) in questions {
            let checked = question::parse(&text).and_then(|question| question::check(&question, &object, &*catalogue));
            let Ok(checked) = checked else { continue };
            let named = checked.reaches().into_iter().flat_map(|reach| reach.segments).collect();
            reads.insert(id, (checked.reads().clone(), named));
        }
        for (id, known) in &mut catalogue.segments.all {
            let mut next = vec![*id];
            while let Some(at) = next.pop() {
                let Some((fields, named)) = reads.get(&at) else { continue };
                known.reads.extend(fields.iter().cloned());
                next.extend(named.iter().copied().filter(|segment| known.within.insert(*segment)));
            }
        }
        Ok(())
    }
}

/// Whether a caller may ask who is in a segment: not if its question reads what they may not see, for its members would
/// tell of it.
pub fn may_name(known: &Known, schema: &dyn Schema) -> bool {
    known.reads.iter().all(|(object, field)| {
        schema.object(object).is_some_and(|def| def.field(field).is_none_or(|field| schema.may_see(def, field)))
    })
}
