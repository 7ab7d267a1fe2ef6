//! What the domains make of changes: values that follow at once, and lines that are told when the operation ends.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use events::{NewEvent, RecordView, Situation};
use kernel::{Id, Result, Time, Value};
use sha2::{Digest, Sha256};

use super::Entry;
use crate::operation::{Operation, Reader};
use crate::records::catalogue::Object;
use crate::records::record::{self, CHUNK, Record, id_list};

/// A record as facts see it.
struct View<'a> {
    object: &'a Object,
    record: &'a Record,
}

impl RecordView for View<'_> {
    fn id(&self) -> Id {
        self.record.id
    }

    fn value(&self, field: &str) -> &Value {
        self.record.get(self.object, field)
    }
}

/// A linked record that a domain looked at, kept for the operation.
pub struct Known {
    object: Arc<Object>,
    record: Record,
}

impl RecordView for Known {
    fn id(&self) -> Id {
        self.record.id
    }

    fn value(&self, field: &str) -> &Value {
        self.record.get(&self.object, field)
    }
}

/// Records whose change is told when the operation ends, as they were before it.
#[derive(Default)]
pub struct Touched {
    order: Vec<(Arc<Object>, Id, Option<Record>)>,
    seen: HashSet<Id>,
}

impl Touched {
    /// Notes a record the first time an operation touches it.
    pub fn note(&mut self, object: &Arc<Object>, id: Id, before: Option<&Record>) {
        if speaks(object) && self.seen.insert(id) {
            self.order.push((object.clone(), id, before.cloned()));
        }
    }
}

/// `true` if some domain has something to say about changes of the object.
fn speaks(object: &Object) -> bool {
    object.facts.iter().any(|facts| facts.concerns(&object.def.name))
}

/// `true` if the line that a record was created waits for the end of the operation: where a domain tells of the same
/// moment in its own words ("placed order SO45080"), one line on the customer's timeline is enough.
pub fn waits(object: &Object) -> bool {
    !object.def.party && speaks(object)
}

/// Linked records by object name and id; none for those that are not there.
pub type Looked = HashMap<(String, Id), Option<Known>>;

struct Around<'o, 'a, 'c> {
    reader: &'o mut Reader<'a, 'c>,
    looked: &'o mut Looked,
}

impl Situation for Around<'_, '_, '_> {
    fn now(&self) -> Time {
        self.reader.now
    }

    fn record(&mut self, object: &str, id: Id) -> Option<&dyn RecordView> {
        let key = (object.to_string(), id);
        if !self.looked.contains_key(&key) {
            let known = load(self.reader, object, id).ok().flatten();
            self.looked.insert(key.clone(), known);
        }
        self.looked.get(&key)?.as_ref().map(|known| known as &dyn RecordView)
    }
}

fn load(reader: &mut Reader, object: &str, id: Id) -> Result<Option<Known>> {
    let Some(object) = reader.catalogue.named(object).cloned() else { return Ok(None) };
    let sql = format!("select {} from {} r where r.id = $1", record::select_list(&object), object.def.table);
    let row = reader.tx.one(&sql, &[id.into()])?;
    Ok(row.map(|row| Known { record: Record::from_row(&object, &row), object }))
}

/// What the domains find wrong with a record.
pub fn faults(object: &Object, record: &Record) -> Vec<kernel::FieldError> {
    let concerned = object.facts.iter().filter(|facts| facts.concerns(&object.def.name));
    let found = concerned.flat_map(|facts| facts.faults(&object.def.name, &View { object, record }));
    found.map(|(field, code, detail)| kernel::FieldError::new(field, code, detail)).collect()
}

/// Sets what follows from a change, except what the caller set itself.
pub fn settle(op: &mut Operation, object: &Arc<Object>, before: Option<&Record>, after: &mut Record, set: &[usize]) {
    for facts in object.facts.iter().filter(|facts| facts.concerns(&object.def.name)) {
        let mut looked = std::mem::take(&mut op.looked);
        let old = before.map(|record| View { object, record });
        let new = View { object, record: after };
        let mut around = Around { reader: op, looked: &mut looked };
        let follows =
            facts.settle(&object.def.name, old.as_ref().map(|view| view as &dyn RecordView), &new, &mut around);
        op.looked = looked;
        for (name, value) in follows {
            if let Some(position) = object.def.position(name).filter(|position| !set.contains(position)) {
                after.set(position, value);
            }
        }
    }
}

/// Tells, once at the end of an operation, what its changes mean; records are seen as they are now, roll-ups included.
pub fn tell(op: &mut Operation) -> Result<()> {
    let touched = std::mem::take(&mut op.touched).order;
    let mut by_object: BTreeMap<String, (Arc<Object>, Vec<Id>)> = BTreeMap::new();
    for (object, id, _) in &touched {
        by_object.entry(object.def.name.clone()).or_insert_with(|| (object.clone(), Vec::new())).1.push(*id);
    }
    let mut after: HashMap<Id, Record> = HashMap::new();
    for (object, ids) in by_object.values() {
        for chunk in ids.chunks(CHUNK) {
            let mut args = Vec::new();
            let list = id_list(chunk, &mut args);
            let sql =
                format!("select {} from {} r where r.id in ({list})", record::select_list(object), object.def.table);
            after.extend(
                op.tx
                    .query(&sql, &args)?
                    .iter()
                    .map(|row| Record::from_row(object, row))
                    .map(|record| (record.id, record)),
            );
        }
    }
    let mut entries = Vec::new();
    for (object, id, before) in &touched {
        let Some(now) = after.get(id) else { continue };
        let living = |record: &&Record| record.deleted_at.is_none();
        let old = before.as_ref().filter(living).map(|record| View { object, record });
        let new = Some(now).filter(living).map(|record| View { object, record });
        let first = entries.len();
        for facts in object.facts.iter().filter(|facts| facts.concerns(&object.def.name)) {
            let told = facts.on_change(
                &object.def.name,
                old.as_ref().map(|view| view as &dyn RecordView),
                new.as_ref().map(|view| view as &dyn RecordView),
            );
            entries.extend(told.into_iter().map(|event| entry(op, object, now, event)));
        }
        if before.is_none() && waits(object) {
            let mut created = Entry::about(op, object, now, &format!("{}.created", object.def.name), op.now);
            created.props.insert("version".into(), serde_json::json!(1));
            // That a file brought a record is no event in its customer's life.
            if entries.len() > first || op.channel == "import" {
                created.party = None;
                created.also.clear();
            }
            entries.insert(first, created);
        }
    }
    super::append(op, entries).map(|_| ())
}

/// A domain's event as a line about the record it follows from.
fn entry(op: &Operation, object: &Object, record: &Record, event: NewEvent) -> Entry {
    let at = event.at.unwrap_or(op.now);
    let mut entry = Entry::about(op, object, record, &event.kind, at);
    if let Some((name, id)) = event.record.filter(|(_, id)| *id != record.id) {
        entry.object = Some(name);
        entry.record = Some(id);
        entry.label = None;
    }
    if let Some(party) = event.party {
        // A line about one party on the timeline of another names the record that it is about.
        if entry.record.is_none() {
            entry.record = entry.party.filter(|own| *own != party && *own == record.id);
        }
        entry.also.extend(entry.party.filter(|old| *old != party));
        entry.party = Some(party);
        entry.also.retain(|other| *other != party);
    }
    if let Some(key) = &event.key {
        entry.id = Some(derived_id(at, &event.kind, key));
    }
    entry.amount = event.amount;
    entry.channel = event.channel;
    entry.source = event.source;
    split_personal(&event.kind, event.props, &mut entry);
    entry
}

/// The same id for the same kind, key and moment, whoever tells it.
pub fn derived_id(at: Time, kind: &str, key: &str) -> Id {
    let digest = Sha256::new().chain_update(kind.as_bytes()).chain_update([0]).chain_update(key.as_bytes()).finalize();
    let mut bytes = [0u8; 10];
    for (to, from) in bytes.iter_mut().zip(digest.iter()) {
        *to = *from;
    }
    Id::derived(at.0, &bytes)
}

/// Personal properties are sealed: those the catalogue names, and every text of a kind that it does not know.
pub fn split_personal(kind: &str, props: serde_json::Map<String, serde_json::Value>, entry: &mut Entry) {
    let known = events::kind(kind);
    for (name, value) in props {
        let personal = match known {
            Some(known) => {
                known.personal().any(|property| property.name == name)
                    || (!known.properties.iter().any(|p| p.name == name) && !is_figure(&value))
            }
            None => !is_figure(&value),
        };
        if personal { &mut entry.personal } else { &mut entry.props }.insert(name, value);
    }
}

fn is_figure(value: &serde_json::Value) -> bool {
    matches!(value, serde_json::Value::Null | serde_json::Value::Bool(_) | serde_json::Value::Number(_))
}
