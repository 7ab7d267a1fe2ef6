//! One part of a run in one transaction: rows that say what they said are passed over, the others are read, find their
//! records, and each of their fields is decided by itself.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use foundation::ledger;
use foundation::records::record::Record;
use foundation::records::{Object, Outcome, Write, read, write};
use foundation::{Operation, Reader};
use kernel::{Address, FieldType, Id, Result, Value};
use serde_json::Value as Json;

use super::decide::{Answer, Other, Question, decide};
use super::queries::{self, NewRow};
use super::run::state::{Figures, Refusal};
use super::said::{self, Body, Hash, Speaking, Stored, Text};
use super::setup::Setup;
use super::{gone, origin};
use crate::formats::Row;
use crate::import::batch::{self, About};
use crate::import::links::{self, Known, Link, Resolved};
use crate::import::plan::{Prepared, Side};
use crate::mapping::Draft;

/// What all parts of a run share.
pub struct Context {
    pub setup: Setup,
    pub prepared: Prepared,
    pub fingerprint: Hash,
    pub known: Known,
}

/// A row of the spool, with what it is known by.
#[derive(Debug, Clone)]
pub struct Item {
    pub file: Option<Arc<str>>,
    pub key: String,
    pub key_hash: Hash,
    pub digest: Hash,
    pub row: Row,
}

/// Some hundred rows that are settled in one transaction.
#[derive(Debug, Default)]
pub struct Part {
    pub items: Vec<Item>,
    /// Rows that were refused before anything was looked up.
    pub refusals: Vec<Refusal>,
    pub refused: u64,
    pub repeated: u64,
    pub rows: u64,
    /// Place of the last line in it.
    pub last_place: u64,
}

/// What became of a part.
#[derive(Debug, Default)]
pub struct Tally {
    pub figures: Figures,
    pub refusals: Vec<Refusal>,
    pub resolved: Resolved,
}

/// A row that has something to say.
struct Said<'p> {
    item: &'p Item,
    draft: Draft,
    /// Values of fields, links included.
    values: Vec<(usize, Value)>,
    /// Fields of which this row says nothing that can be read: they stay as they are.
    mute: HashSet<usize>,
    stored: Option<Stored>,
}

/// Who a row is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Target {
    Record(Id),
    /// The n-th new record of this part.
    New(usize),
}

/// Settles a part.
pub fn settle(op: &mut Operation, context: &Context, part: &Part) -> Result<Tally> {
    let side = &context.prepared.main;
    let mut tally = Tally::default();
    tally.figures.rows = part.rows;
    tally.figures.refused = part.refused;
    tally.figures.repeated = part.repeated;
    tally.refusals.clone_from(&part.refusals);

    let keys: Vec<Hash> = part.items.iter().map(|item| item.key_hash).collect();
    let mut stored = queries::rows_by_key(op, context.setup.id, &keys)?;
    let mut said = Vec::new();
    for item in &part.items {
        let stored = stored.remove(item.key_hash.as_slice());
        if stored.as_ref().is_some_and(|row| row.digest == item.digest && row.gone_at.is_none()) {
            tally.figures.same += 1;
            continue;
        }
        let mut draft = Draft::default();
        side.recipe.apply(&item.row, &mut draft);
        note_faults(side, item, &draft, &mut tally);
        if draft.is_refused() {
            tally.figures.refused += 1;
            continue;
        }
        said.push(Said { item, draft, values: Vec::new(), mute: HashSet::new(), stored });
    }
    if said.is_empty() {
        return Ok(tally);
    }

    let drafts: Vec<&Draft> = said.iter().map(|row| &row.draft).collect();
    links::resolve(op, side, &drafts, &context.known, &mut tally.resolved)?;
    links::create_missing(op, side, &drafts, &mut tally.resolved)?;
    said.retain_mut(|row| fill(side, row, &mut tally));

    let targets = targets(op, context, &said)?;
    let mut records = Records::load(op, context, &targets)?;
    records.bring_back(op, context, &said, &targets, &mut tally)?;
    write_all(op, context, &said, &targets, &records, &mut tally)?;
    Ok(tally)
}

/// Values with their links; `false` if a link leads nowhere and the row is refused for it.
fn fill(side: &Side, row: &mut Said, tally: &mut Tally) -> bool {
    row.values.clone_from(&row.draft.values);
    row.mute.extend(row.draft.faults.iter().filter_map(|fault| fault.field));
    let mut refused = false;
    for (index, detail) in links::fill(side, &row.draft, &tally.resolved, &mut row.values) {
        let Some(link) = row.draft.links.get(index) else { continue };
        refused |= !link.lenient;
        row.mute.insert(link.field);
        tally.refusals.push(Refusal {
            file: row.item.file.as_deref().map(str::to_string),
            row: row.item.row.number,
            column: link.column.and_then(|column| column_name(side, column)),
            field: side.object.field(link.field).map(|field| field.name.clone()),
            code: "unknown_link".into(),
            detail,
            warning: link.lenient,
        });
    }
    for link in &row.draft.links {
        if matches!(links::target(side, link, &tally.resolved), Link::Nothing) {
            row.mute.insert(link.field);
        }
    }
    if refused {
        tally.figures.refused += 1;
    }
    !refused
}

/// The name of a column is not known to a recipe; its place is what the run turns into a name.
fn column_name(_: &Side, column: usize) -> Option<String> {
    Some(format!("#{column}"))
}

fn note_faults(side: &Side, item: &Item, draft: &Draft, tally: &mut Tally) {
    for fault in &draft.faults {
        tally.refusals.push(Refusal {
            file: item.file.as_deref().map(str::to_string),
            row: item.row.number,
            column: fault.column.and_then(|column| column_name(side, column)),
            field: fault.field.and_then(|at| side.object.field(at)).map(|field| field.name.clone()),
            code: fault.error.code.to_string(),
            detail: fault.error.detail.clone(),
            warning: fault.lenient,
        });
    }
}

/// Whom each row is about: the record that it fed before, by the alias if that was merged; else one that its fields find.
fn targets(reader: &mut Reader, context: &Context, said: &[Said]) -> Result<Vec<Target>> {
    let fed: Vec<Id> = said.iter().filter_map(|row| row.stored.as_ref()).map(|row| row.record).collect();
    let survivors = queries::survivors(reader, &fed)?;
    let new: Vec<usize> =
        said.iter().enumerate().filter(|(_, row)| row.stored.is_none()).map(|(place, _)| place).collect();
    let values = new.iter().filter_map(|place| said.get(*place)).map(|row| row.values.clone()).collect();
    let about = batch::find(reader, &context.prepared.main, values)?;
    let mut of_new: HashMap<usize, Target> = HashMap::new();
    let mut count = 0;
    let mut by_order: Vec<Target> = Vec::with_capacity(about.len());
    for (place, about) in new.iter().zip(about) {
        let target = match about {
            About::Record(id) => Target::Record(id),
            About::New => {
                count += 1;
                Target::New(count - 1)
            }
            About::Row(earlier) => by_order.get(earlier).copied().unwrap_or(Target::New(count)),
        };
        by_order.push(target);
        of_new.insert(*place, target);
    }
    Ok(said
        .iter()
        .enumerate()
        .map(|(place, row)| match &row.stored {
            Some(stored) => Target::Record(survivors.get(&stored.record).copied().unwrap_or(stored.record)),
            None => of_new.get(&place).copied().unwrap_or(Target::New(count)),
        })
        .collect())
}

/// The records that rows are about, and what else is said of them.
struct Records {
    current: HashMap<Id, Record>,
    erased: HashSet<Id>,
    /// Everything that rows of any source say of a record: whose row it is, and what.
    others: HashMap<Id, Vec<Speaking>>,
}

impl Records {
    fn load(op: &mut Operation, context: &Context, targets: &[Target]) -> Result<Records> {
        let object = &context.prepared.main.object;
        let mut ids: Vec<Id> = targets
            .iter()
            .filter_map(|target| match target {
                Target::Record(id) => Some(*id),
                Target::New(_) => None,
            })
            .collect();
        ids.sort_unstable();
        ids.dedup();
        let current: HashMap<Id, Record> =
            read::get_many(op, object, &ids)?.into_iter().map(|record| (record.id, record)).collect();
        let mut erased = HashSet::new();
        if object.def.party {
            let salts = ledger::salts(op, &ids)?;
            erased.extend(ids.iter().copied().filter(|id| !salts.contains_key(id)));
        }
        let others = said::speaking(op, &ids)?;
        Ok(Records { current, erased, others })
    }

    /// Rows that were gone and are here again: records that went into the bin for it come out of it, marks go.
    fn bring_back(
        &mut self,
        op: &mut Operation,
        context: &Context,
        said: &[Said],
        targets: &[Target],
        tally: &mut Tally,
    ) -> Result<()> {
        let object = context.prepared.main.object.clone();
        let (mut restored, mut unmarked) = (Vec::new(), Vec::new());
        for (row, target) in said.iter().zip(targets) {
            let (Some(stored), Target::Record(id)) = (&row.stored, target) else { continue };
            if stored.gone_at.is_none() || self.erased.contains(id) {
                continue;
            }
            tally.figures.back += 1;
            let in_bin = self.current.get(id).is_some_and(|record| record.deleted_at.is_some());
            match stored.gone_as.as_deref() {
                Some("trashed") if in_bin && !restored.contains(id) => restored.push(*id),
                Some("marked") => unmarked.push(*id),
                _ => {}
            }
        }
        if !restored.is_empty() {
            let writes = restored.iter().map(|id| Write::Restore { id: *id }).collect();
            for result in write::apply(op, &object, writes)? {
                // What cannot come back is told below, where its row finds it in the bin.
                if let Err(error) = result {
                    batch::told(&error)?;
                }
            }
        }
        gone::unmark(op, &context.setup, &object, &unmarked)?;
        restored.extend(unmarked);
        if !restored.is_empty() {
            self.current.extend(read::get_many(op, &object, &restored)?.into_iter().map(|record| (record.id, record)));
        }
        Ok(())
    }
}

/// What is to be written for one record.
#[derive(Default)]
struct Wish {
    values: Vec<(usize, Value)>,
    /// Places of the rows in `said`.
    rows: Vec<usize>,
}

fn write_all(
    op: &mut Operation,
    context: &Context,
    said: &[Said],
    targets: &[Target],
    records: &Records,
    tally: &mut Tally,
) -> Result<()> {
    let side = &context.prepared.main;
    let object = &side.object;
    let mut updates: BTreeMap<Id, Wish> = BTreeMap::new();
    let mut creates: BTreeMap<usize, Wish> = BTreeMap::new();
    let mut typed: HashMap<Id, HashSet<String>> = HashMap::new();
    let holders: Vec<Id> = said.iter().filter_map(|row| row.stored.as_ref()).map(|row| row.holder).collect();
    let salts = ledger::salts(op, &holders)?;
    let mut before: HashMap<usize, Body> = HashMap::new();
    for (place, (row, target)) in said.iter().zip(targets).enumerate() {
        let id = match target {
            Target::New(n) => {
                let wish = creates.entry(*n).or_default();
                merge(&mut wish.values, row.values.clone());
                wish.rows.push(place);
                continue;
            }
            Target::Record(id) => *id,
        };
        let Some(current) = records.current.get(&id) else {
            // Erased, or out of the caller's sight: it stays out.
            tally.figures.out += 1;
            continue;
        };
        if current.deleted_at.is_some() || records.erased.contains(&id) {
            tally.figures.out += 1;
            continue;
        }
        let old = row.stored.as_ref().and_then(|stored| stored.open(op, &salts)).unwrap_or_default();
        let mut kept = false;
        let wish = updates.entry(id).or_default();
        wish.rows.push(place);
        for position in side.recipe.fields() {
            if row.mute.contains(&position) {
                continue;
            }
            let others = records.others.get(&id).map_or(&[] as &[_], Vec::as_slice);
            let asked = Asked { context, row, position, current, old: &old, others };
            let mut answer = asked.decide();
            if answer == Taken::UnlessTyped {
                if let std::collections::hash_map::Entry::Vacant(free) = typed.entry(id) {
                    free.insert(origin::typed(op, object, id)?);
                }
                let name = object.field(position).map(|field| field.name.as_str()).unwrap_or_default();
                let is_typed = typed.get(&id).is_some_and(|fields| fields.contains(name));
                answer = if is_typed { Taken::Kept } else { Taken::Value(asked.new_value()) };
            }
            match answer {
                Taken::Value(value) => merge(&mut wish.values, vec![(position, value)]),
                Taken::Kept => kept = true,
                Taken::Nothing | Taken::UnlessTyped => {}
            }
        }
        tally.figures.kept += u64::from(kept);
        before.insert(place, old);
    }

    let mut done: Vec<(usize, Id)> = Vec::new();
    let writes = updates
        .iter()
        .map(|(id, wish)| Write::Update { id: *id, version: None, values: wish.values.clone() })
        .chain(creates.values().map(|wish| Write::Create { values: wish.values.clone() }))
        .collect();
    let results = write::apply(op, object, writes)?;
    for (wish, result) in updates.values().chain(creates.values()).zip(results) {
        match result {
            Ok(written) => {
                let rows = u64::try_from(wish.rows.len()).unwrap_or(0);
                match written.outcome {
                    Outcome::Created => {
                        tally.figures.new += 1;
                        tally.figures.same += rows.saturating_sub(1);
                    }
                    Outcome::Changed => {
                        tally.figures.changed += 1;
                        tally.figures.same += rows.saturating_sub(1);
                    }
                    Outcome::Unchanged => tally.figures.same += rows,
                }
                done.extend(wish.rows.iter().map(|place| (*place, written.id)));
            }
            Err(error) => {
                for (field, code, detail) in batch::told(&error)? {
                    for row in wish.rows.iter().filter_map(|place| said.get(*place)) {
                        let position = field.as_deref().and_then(|field| object.def.position(field));
                        tally.refusals.push(Refusal {
                            file: row.item.file.as_deref().map(str::to_string),
                            row: row.item.row.number,
                            column: position
                                .and_then(|at| side.recipe.column_of(at))
                                .and_then(|column| column_name(side, column)),
                            field: field.clone(),
                            code: code.clone(),
                            detail: detail.clone(),
                            warning: false,
                        });
                    }
                }
                tally.figures.refused += u64::try_from(wish.rows.len()).unwrap_or(0);
            }
        }
    }
    done.sort_unstable();
    keep_rows(op, context, said, &done, records, &before)
}

/// Adds values to a wish: of two rows about one record the later one stands.
fn merge(values: &mut Vec<(usize, Value)>, more: Vec<(usize, Value)>) {
    for (position, mut value) in more {
        match values.iter_mut().find(|(at, _)| *at == position) {
            Some((_, before)) => {
                batch::join(&mut value, before, None);
                *before = value;
            }
            None => values.push((position, value)),
        }
    }
}

/// What is to be done with one field.
#[derive(Debug, Clone, PartialEq)]
enum Taken {
    Nothing,
    Kept,
    Value(Value),
    UnlessTyped,
}

/// One field of one row against its record.
struct Asked<'a, 'p> {
    context: &'a Context,
    row: &'a Said<'p>,
    position: usize,
    current: &'a Record,
    old: &'a Body,
    others: &'a [Speaking],
}

impl Asked<'_, '_> {
    fn object(&self) -> &Object {
        &self.context.prepared.main.object
    }

    fn said(&self) -> &Value {
        static NOTHING: Value = Value::Null;
        self.row.values.iter().find(|(at, _)| *at == self.position).map_or(&NOTHING, |(_, value)| value)
    }

    /// The parts of an address that the mapping fills; none where it is the whole.
    fn parts(&self) -> Option<[bool; 5]> {
        self.context.prepared.main.recipe.parts_of(self.position)
    }

    /// The value that the record gets if the row's is taken.
    fn new_value(&self) -> Value {
        let mut value = self.said().clone();
        if let Some(parts) = self.parts() {
            let mut whole = match &value {
                Value::Address(address) => Value::Address(address.clone()),
                _ => Value::Address(Box::default()),
            };
            batch::join(&mut whole, self.current.value(self.position), Some(&parts));
            value = whole;
        }
        match &value {
            Value::Address(address) if address.is_empty() => Value::Null,
            _ => value,
        }
    }

    fn decide(&self) -> Taken {
        let Some(field) = self.object().field(self.position) else { return Taken::Nothing };
        let current = self.current.value(self.position);
        let old = self.old.fields.get(&field.name).map(|text| &text.value);
        if let Some(taken) = lists(self.said(), old, current) {
            return taken;
        }
        let parts = self.parts();
        let new = self.said().to_json();
        let shown = part_of(current, parts);
        let own = (self.context.setup.id, self.row.item.key_hash.as_slice());
        let others: Vec<Other> = self
            .others
            .iter()
            .filter(|other| (other.source, other.key_hash.as_slice()) != own)
            .filter_map(|other| {
                Some(Other { priority: other.priority, value: other.body.fields.get(&field.name)?.value.clone() })
            })
            .collect();
        let answer = decide(&Question {
            new: &new,
            old,
            current: &shown,
            others: &others,
            priority: self.context.setup.priority,
            wins: self.context.setup.wins,
            unique: field.unique,
        });
        match answer {
            Answer::Same => Taken::Nothing,
            Answer::Keep => Taken::Kept,
            Answer::TakeUnlessTyped => Taken::UnlessTyped,
            Answer::Take(Json::Null) if field.required => Taken::Kept,
            Answer::Take(json) if json == new => Taken::Value(self.new_value()),
            Answer::Take(json) => foundation::records::input::value(field, &json).map_or(Taken::Kept, Taken::Value),
        }
    }
}

/// The parts of a value that a mapping fills, as JSON.
fn part_of(value: &Value, parts: Option<[bool; 5]>) -> Json {
    let (Value::Address(address), Some(parts)) = (value, parts) else { return value.to_json() };
    let mut part: Address = (**address).clone();
    let slots = [&mut part.street, &mut part.city, &mut part.region, &mut part.postal_code, &mut part.country];
    for (slot, known) in slots.into_iter().zip(parts) {
        if !known {
            slot.clear();
        }
    }
    if part.is_empty() { Json::Null } else { Value::Address(Box::new(part)).to_json() }
}

/// Lists (tags, several options) are not replaced: what the row adds is added, what it took back is taken out.
fn lists(new: &Value, old: Option<&Json>, current: &Value) -> Option<Taken> {
    let texts = |json: Option<&Json>| -> Vec<String> {
        let list = json.and_then(Json::as_array).cloned().unwrap_or_default();
        list.iter().filter_map(Json::as_str).map(str::to_string).collect()
    };
    let is_list = |value: &Value| matches!(value, Value::Links(_) | Value::Choices(_));
    if !is_list(new) && !is_list(current) && !old.is_some_and(Json::is_array) {
        return None;
    }
    let (new_list, old_list) = (texts(Some(&new.to_json())), texts(old));
    let before = texts(Some(&current.to_json()));
    let taken_back = |item: &String| old_list.contains(item) && !new_list.contains(item);
    let mut after: Vec<String> = before.iter().filter(|item| !taken_back(item)).cloned().collect();
    after.extend(new_list.iter().filter(|item| !old_list.contains(item) && !before.contains(item)).cloned());
    if after == before {
        return Some(Taken::Nothing);
    }
    let is_links = matches!(new, Value::Links(_)) || matches!(current, Value::Links(_));
    Some(Taken::Value(if after.is_empty() {
        Value::Null
    } else if is_links {
        let mut ids: Vec<Id> = after.iter().filter_map(|text| Id::parse(text)).collect();
        ids.sort_unstable();
        ids.dedup();
        Value::Links(ids)
    } else {
        Value::Choices(after)
    }))
}

/// Keeps what the rows said, for the next time.
fn keep_rows(
    op: &mut Operation,
    context: &Context,
    said: &[Said],
    done: &[(usize, Id)],
    records: &Records,
    before: &HashMap<usize, Body>,
) -> Result<()> {
    let side = &context.prepared.main;
    let object = &side.object;
    let holder_of = |row: &Said, id: Id| match (&row.stored, records.current.get(&id)) {
        (Some(stored), _) => stored.holder,
        (None, Some(record)) => said::holder(object, record),
        (None, None) => {
            let mut record = Record::new(object, id, op.now, None);
            row.values.iter().for_each(|(position, value)| record.set(*position, value.clone()));
            said::holder(object, &record)
        }
    };
    let rows: Vec<(usize, &Said, Id, Id)> = done
        .iter()
        .filter_map(|(place, id)| Some((*place, said.get(*place)?, *id)))
        .map(|(place, row, id)| (place, row, id, holder_of(row, id)))
        .collect();
    let mut holders: Vec<Id> = rows.iter().map(|(_, _, _, holder)| *holder).collect();
    holders.sort_unstable();
    holders.dedup();
    let salts = said::salts(op, object, &holders)?;
    let (mut new, mut known) = (Vec::new(), Vec::new());
    for (place, row, id, holder) in rows {
        let body = body(side, row, before.get(&place));
        let text = serde_json::to_vec(&body).map_err(kernel::Error::internal)?;
        let sealed = match salts.get(&holder) {
            Some(salt) => Some(op.app.key().seal(holder, salt, context.setup.id, &text)?),
            None => None,
        };
        let record = row.stored.as_ref().map_or(id, |stored| stored.record);
        let kept = NewRow {
            source: context.setup.id,
            key_hash: row.item.key_hash,
            object: object.def.name.clone(),
            record,
            holder,
            digest: row.item.digest,
            said: sealed,
        };
        if row.stored.is_some() { &mut known } else { &mut new }.push(kept);
    }
    queries::put_rows(op, new, known)
}

/// What a row says, by field; where it says nothing that can be read, what it said before.
fn body(side: &Side, row: &Said, before: Option<&Body>) -> Body {
    let mut body = Body { key: row.item.key.clone(), fields: BTreeMap::new() };
    let raw = side.recipe.raw(&row.item.row);
    for position in side.recipe.fields() {
        let Some(field) = side.object.field(position) else { continue };
        if row.mute.contains(&position) {
            if let Some(text) = before.and_then(|before| before.fields.get(&field.name)) {
                body.fields.insert(field.name.clone(), text.clone());
            }
            continue;
        }
        let Some((_, value)) = row.values.iter().find(|(at, value)| *at == position && !value.is_null()) else {
            continue;
        };
        let raw = raw.iter().find(|(at, _)| *at == position).map(|(_, text)| text.clone()).unwrap_or_default();
        let json = if matches!(field.kind, FieldType::Address) {
            part_of(value, side.recipe.parts_of(position))
        } else {
            value.to_json()
        };
        body.fields.insert(field.name.clone(), Text { raw, value: json });
    }
    body
}
