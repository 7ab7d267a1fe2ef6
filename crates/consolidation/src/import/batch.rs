//! One part of an import in one transaction: links and keys are looked up for all its rows at once, rows with the same key are
//! put together, then everything goes through the one way in which records are written.

use std::collections::{BTreeMap, HashMap};

use db::{Arg, Kind};
use foundation::access::Action;
use foundation::records::record::{CHUNK, id_list};
use foundation::records::{Outcome, Record, Write, ask, columns, merged, read, write};
use foundation::{Operation, Reader};
use kernel::{Error, FieldDef, FieldType, Id, Result, Value, fold};

use super::links::{self, Known, Resolved};
use super::part::{Group, Part};
use super::plan::{Mode, Prepared, Side};
use super::same::{self, Asked};
use crate::mapping::{Draft, natural_key};

/// A cell, or a whole row, that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub row: u64,
    pub column: Option<usize>,
    pub field: Option<String>,
    pub code: String,
    pub detail: String,
    /// The cell was left empty, the row went in.
    pub warning: bool,
}

/// What became of a part.
#[derive(Debug, Default)]
pub struct Tally {
    pub created: u64,
    pub changed: u64,
    pub unchanged: u64,
    pub wrong: u64,
    pub refusals: Vec<Refusal>,
    pub resolved: Resolved,
}

/// Rows of this part that a first try showed to be refused together with their group: row → what is wrong with it.
pub type Excluded = BTreeMap<u64, Refusal>;

/// The code of the error by which [`write_part`] asks to be called again with more rows excluded.
const AGAIN: &str = "import.again";

/// Rows that [`write_part`] wants excluded, if that is what its error says.
pub fn excluded_by(error: &Error) -> Option<Excluded> {
    let Error::Conflict { code: AGAIN, details, .. } = error else { return None };
    let mut excluded = Excluded::new();
    for item in details.as_array()? {
        let row = item.get("row")?.as_u64()?;
        let text = |name: &str| item.get(name).and_then(|value| value.as_str()).map(str::to_string);
        let refusal = Refusal {
            row: item.get("line").and_then(|line| line.as_u64()).unwrap_or(row),
            column: None,
            field: text("field"),
            code: text("code").unwrap_or_default(),
            detail: text("detail").unwrap_or_default(),
            warning: false,
        };
        excluded.insert(row, refusal);
    }
    Some(excluded)
}

/// What is to be written for one record.
struct Wish {
    /// Index of the first group it comes from, and of those with the same key behind it.
    groups: Vec<usize>,
    existing: Option<Id>,
    /// The first key the row has: its rank among the keys, and its value as a text to compare by.
    key: Option<(usize, String)>,
    values: Vec<(usize, Value)>,
}

impl Wish {
    fn new(side: &Side, group: usize, values: Vec<(usize, Value)>) -> Wish {
        let mut keys = side.keys.iter().enumerate();
        let key = keys.find_map(|(rank, position)| Some((rank, key_text(side, *position, &values)?)));
        Wish { groups: vec![group], existing: None, key, values }
    }

    /// How many rows (or groups of rows) of the file speak of it.
    fn rows(&self) -> u64 {
        u64::try_from(self.groups.len()).unwrap_or(0)
    }
}

/// What is known before anything is written.
struct Intent {
    wishes: Vec<Wish>,
    /// Rows that take no part because of the mode.
    passed_over: u64,
}

/// Writes a part.
pub fn write_part(
    op: &mut Operation,
    prepared: &Prepared,
    part: &Part,
    known: &Known,
    excluded: &Excluded,
) -> Result<Tally> {
    let mut tally = Tally::default();
    refuse_unreadable(prepared, part, excluded, &mut tally);
    let groups = good_groups(part, excluded);
    let (main, lines) = all_drafts(&groups);
    links::resolve(op, &prepared.main, &main, known, &mut tally.resolved)?;
    links::create_missing(op, &prepared.main, &main, &mut tally.resolved)?;
    if let Some((side, _)) = &prepared.lines {
        links::resolve(op, side, &lines, known, &mut tally.resolved)?;
        links::create_missing(op, side, &lines, &mut tally.resolved)?;
    }
    let mut intent =
        intend(op, &prepared.main, prepared.mode, &groups, |group| &group.draft, &mut tally, prepared.lines.as_ref())?;
    copy_from_links(op, &prepared.main, &mut intent.wishes)?;

    let writes = intent.wishes.iter_mut().map(as_write).collect();
    let results = write::apply(op, &prepared.main.object, writes)?;
    let mut owners: HashMap<usize, Id> = HashMap::new();
    tally.unchanged += intent.passed_over;
    for (wish, result) in intent.wishes.iter().zip(results) {
        match result {
            Ok(written) => {
                owners.extend(wish.groups.iter().map(|at| (*at, written.id)));
                let rows = wish.rows();
                match written.outcome {
                    Outcome::Created => tally.created += 1,
                    Outcome::Changed => tally.changed += 1,
                    Outcome::Unchanged => tally.unchanged += 1,
                }
                // Further rows of the file that say the same of this record.
                if prepared.lines.is_none() {
                    tally.unchanged += rows.saturating_sub(1);
                }
            }
            Err(error) => refuse_groups(prepared, &prepared.main, &groups, &wish.groups, &error, &mut tally)?,
        }
    }
    if let Some((side, link)) = &prepared.lines {
        write_lines(op, side, *link, &groups, &owners, &tally)?;
    }
    Ok(tally)
}

/// Says what writing a part would do, without writing.
pub fn try_part(
    reader: &mut Reader,
    prepared: &Prepared,
    part: &Part,
    known: &Known,
    new_keys: &mut dyn FnMut(&str) -> bool,
) -> Result<Tally> {
    let mut tally = Tally::default();
    let excluded = Excluded::new();
    refuse_unreadable(prepared, part, &excluded, &mut tally);
    let groups = good_groups(part, &excluded);
    let (main, lines) = all_drafts(&groups);
    links::resolve(reader, &prepared.main, &main, known, &mut tally.resolved)?;
    links::promise_missing(&prepared.main, &main, &mut tally.resolved);
    if let Some((side, _)) = &prepared.lines {
        links::resolve(reader, side, &lines, known, &mut tally.resolved)?;
        links::promise_missing(side, &lines, &mut tally.resolved);
    }
    let intent = intend(
        reader,
        &prepared.main,
        prepared.mode,
        &groups,
        |group| &group.draft,
        &mut tally,
        prepared.lines.as_ref(),
    )?;
    tally.unchanged += intent.passed_over;
    let ids: Vec<Id> = intent.wishes.iter().filter_map(|wish| wish.existing).collect();
    let current: HashMap<Id, Record> =
        read::get_many(reader, &prepared.main.object, &ids)?.into_iter().map(|record| (record.id, record)).collect();
    for wish in &intent.wishes {
        let rows = wish.rows();
        let Some(record) = wish.existing.and_then(|id| current.get(&id)) else {
            if wish.key.as_ref().is_some_and(|(rank, key)| !new_keys(&format!("{rank}:{key}"))) {
                // An earlier row of the file makes this record.
                tally.unchanged += 1;
                continue;
            }
            match prepared.main.lacks(reader.who, &wish.values) {
                Some(fault) => refuse_groups(
                    prepared,
                    &prepared.main,
                    &groups,
                    &wish.groups,
                    &Error::Invalid(vec![fault]),
                    &mut tally,
                )?,
                None => {
                    tally.created += 1;
                    tally.unchanged += if prepared.lines.is_none() { rows.saturating_sub(1) } else { 0 };
                }
            }
            continue;
        };
        if wish.values.iter().any(|(at, value)| record.value(*at) != value) {
            tally.changed += 1;
        } else {
            tally.unchanged += 1;
        }
        if prepared.lines.is_none() {
            tally.unchanged += rows.saturating_sub(1);
        }
    }
    Ok(tally)
}

/// The write of a wish, which is left without its values.
fn as_write(wish: &mut Wish) -> Write {
    let values = std::mem::take(&mut wish.values);
    match wish.existing {
        Some(id) => Write::Update { id, version: None, values },
        None => Write::Create { values },
    }
}

/// Groups of which nothing is known to be wrong, with their places in the part.
fn good_groups<'p>(part: &'p Part, excluded: &Excluded) -> Vec<(usize, &'p Group)> {
    let good = |group: &Group| {
        !group.draft.is_refused()
            && !group.lines.iter().any(Draft::is_refused)
            && !excluded.contains_key(&group.draft.row)
    };
    part.groups.iter().enumerate().filter(|(_, group)| good(group)).collect()
}

fn all_drafts<'p>(groups: &[(usize, &'p Group)]) -> (Vec<&'p Draft>, Vec<&'p Draft>) {
    (
        groups.iter().map(|(_, group)| &group.draft).collect(),
        groups.iter().flat_map(|(_, group)| &group.lines).collect(),
    )
}

/// Rows whose cells could not be read.
fn refuse_unreadable(prepared: &Prepared, part: &Part, excluded: &Excluded, tally: &mut Tally) {
    for bad in &part.bad {
        tally.wrong += 1;
        tally.refusals.push(Refusal {
            row: bad.number,
            column: None,
            field: None,
            code: bad.code.into(),
            detail: bad.detail.clone(),
            warning: false,
        });
    }
    for group in &part.groups {
        let before = tally.refusals.len();
        note_faults(&prepared.main, &group.draft, &mut tally.refusals);
        if let Some((side, _)) = &prepared.lines {
            for line in &group.lines {
                note_faults(side, line, &mut tally.refusals);
            }
        }
        if let Some(refusal) = excluded.get(&group.draft.row) {
            tally.refusals.push(refusal.clone());
        }
        if tally.refusals.iter().skip(before).any(|refusal| !refusal.warning) {
            tally.wrong += group.rows;
        }
    }
}

fn note_faults(side: &Side, draft: &Draft, refusals: &mut Vec<Refusal>) {
    for fault in &draft.faults {
        let field = fault.field.and_then(|at| side.object.field(at)).map(|field| field.name.clone());
        refusals.push(Refusal {
            row: draft.row,
            column: fault.column,
            field,
            code: fault.error.code.to_string(),
            detail: fault.error.detail.clone(),
            warning: fault.lenient,
        });
    }
}

/// What is wished for each record: links filled in, existing records found, rows with the same key put together.
fn intend(
    reader: &mut Reader,
    side: &Side,
    mode: Mode,
    groups: &[(usize, &Group)],
    draft_of: fn(&Group) -> &Draft,
    tally: &mut Tally,
    lines: Option<&(Side, usize)>,
) -> Result<Intent> {
    let drafts: Vec<(usize, u64, &Draft)> =
        groups.iter().map(|(at, group)| (*at, group.rows, draft_of(group))).collect();
    let mut wishes: Vec<Wish> = Vec::with_capacity(drafts.len());
    for ((at, rows, draft), (_, group)) in drafts.iter().zip(groups) {
        let mut values = draft.values.clone();
        let mut unknown = unknown_links(side, draft, tally, &mut values);
        if let Some((line_side, _)) = lines {
            for line in &group.lines {
                unknown |= unknown_links(line_side, line, tally, &mut Vec::new());
            }
        }
        if unknown {
            tally.wrong += rows;
            continue;
        }
        wishes.push(Wish::new(side, *at, values));
    }
    find_existing(reader, side, &mut wishes)?;
    let parts: HashMap<usize, &[(usize, [bool; 5])]> = drafts
        .iter()
        .filter(|(_, _, draft)| !draft.address_parts.is_empty())
        .map(|(at, _, draft)| (*at, draft.address_parts.as_slice()))
        .collect();
    join_with_stored(reader, side, &mut wishes, &parts)?;
    let mut wishes = put_together(side, wishes);
    let before = wishes.len();
    match mode {
        Mode::Upsert => {}
        Mode::Create => wishes.retain(|wish| wish.existing.is_none()),
        Mode::Update => wishes.retain(|wish| wish.existing.is_some()),
    }
    let passed_over = u64::try_from(before - wishes.len()).unwrap_or(0);
    Ok(Intent { wishes, passed_over })
}

/// Fills links in; tells those that lead nowhere. `true` if the row is refused for it.
fn unknown_links(side: &Side, draft: &Draft, tally: &mut Tally, values: &mut Vec<(usize, Value)>) -> bool {
    let mut refused = false;
    for (index, detail) in links::fill(side, draft, &tally.resolved, values) {
        let Some(link) = draft.links.get(index) else { continue };
        refused |= !link.lenient;
        tally.refusals.push(Refusal {
            row: draft.row,
            column: link.column,
            field: side.object.field(link.field).map(|field| field.name.clone()),
            code: "unknown_link".into(),
            detail,
            warning: link.lenient,
        });
    }
    refused
}

/// The stored form of a key's value, as a text to compare by.
fn key_text(side: &Side, position: usize, values: &[(usize, Value)]) -> Option<String> {
    let (_, value) = values.iter().find(|(at, value)| *at == position && !value.is_null())?;
    if let Value::Text(text) = value {
        return Some(text.clone());
    }
    let mut args = Vec::new();
    columns::write(side.object.field(position)?, value, &mut args);
    args.first().filter(|arg| !arg.is_null()).map(links::name_of)
}

/// The index by which records are found by a field.
enum How {
    Title,
    Identity(&'static str),
    Column,
}

fn how_to_find(side: &Side, field: &FieldDef) -> How {
    if field.unique {
        return How::Column;
    }
    // Names are the same whatever their case and accents.
    if natural_key(&side.object.def) == Some(field.name.as_str()) {
        return How::Title;
    }
    match field.kind {
        _ if field.indexed => How::Column,
        FieldType::Email if field.identity && side.object.def.party => How::Identity("email"),
        FieldType::Phone if field.identity && side.object.def.party => How::Identity("phone"),
        _ => How::Column,
    }
}

fn find_existing(reader: &mut Reader, side: &Side, wishes: &mut [Wish]) -> Result<()> {
    for (rank, position) in side.keys.iter().enumerate() {
        let (Some(column), Some(field)) = (side.object.columns_of(*position).first(), side.object.field(*position))
        else {
            continue;
        };
        let how = how_to_find(side, field);
        let text_of = |text: &str| if matches!(how, How::Title) { fold::fold(text) } else { text.to_string() };
        let asked = |wish: &Wish| wish.key.as_ref().filter(|(of, _)| *of == rank).map(|(_, text)| text_of(text));
        let mut texts: Vec<String> = wishes.iter().filter_map(asked).collect();
        // In the order of the index; equal ones once.
        texts.sort_unstable();
        texts.dedup();
        if texts.is_empty() {
            continue;
        }
        let kind = if matches!(how, How::Title) { Kind::Text } else { column.kind };
        let args: Vec<Arg> = texts.into_iter().filter_map(|text| arg_of(kind, text)).collect();
        let found = match how {
            How::Title => links::find(reader, &side.object, "sort_title", &args)?,
            How::Identity(kind) => links::find_by_identity(reader, &side.object, kind, &column.name, &args)?,
            How::Column => links::find(reader, &side.object, &column.name, &args)?,
        };
        for wish in wishes.iter_mut() {
            if let Some(text) = asked(wish) {
                wish.existing = found.get(&text).copied();
            }
        }
        // Who was merged into another is that one now, and keeps the key that it has.
        let missing = |wish: &Wish| asked(wish).filter(|_| wish.existing.is_none());
        let texts: Vec<String> = wishes.iter().filter_map(missing).collect();
        let joined = links::find_joined(reader, &side.object, field, &texts)?;
        for wish in wishes.iter_mut() {
            if let Some(id) = missing(wish).and_then(|text| joined.get(&text).copied()) {
                wish.existing = Some(id);
                wish.values.retain(|(at, _)| at != position);
            }
        }
    }
    if same::applies(side) {
        find_same(reader, side, wishes)?;
    }
    leave_keys(reader, side, wishes)
}

/// A row of a record that was merged into another changes that other one, but not the key by which it is known itself.
fn leave_keys(reader: &mut Reader, side: &Side, wishes: &mut [Wish]) -> Result<()> {
    if !merged::any(reader)? {
        return Ok(());
    }
    for (position, field) in side.object.def.fields.iter().enumerate().filter(|(_, field)| field.unique) {
        let key = |wish: &Wish| {
            let (_, value) = wish.values.iter().find(|(at, _)| *at == position && wish.existing.is_some())?;
            merged::key_text(field, value)
        };
        let texts: Vec<String> = wishes.iter().filter_map(key).collect();
        let joined = merged::by_key(reader, &field.id, &texts)?;
        for wish in wishes.iter_mut() {
            if key(wish).is_some_and(|text| joined.get(&text).copied() == wish.existing) {
                wish.values.retain(|(at, _)| *at != position);
            }
        }
    }
    Ok(())
}

/// Customers that no key found may be there all the same.
fn find_same(reader: &mut Reader, side: &Side, wishes: &mut [Wish]) -> Result<()> {
    let places: Vec<usize> =
        wishes.iter().enumerate().filter(|(_, wish)| wish.existing.is_none()).map(|(place, _)| place).collect();
    let asked: Vec<Asked> = places
        .iter()
        .filter_map(|place| wishes.get(*place))
        .map(|wish| Asked { values: &wish.values, has_key: wish.key.as_ref().is_some_and(|(rank, _)| *rank == 0) })
        .collect();
    let found = same::find(reader, side, &asked)?;
    for (place, id) in places.into_iter().zip(found) {
        if let Some(wish) = wishes.get_mut(place) {
            wish.existing = id;
        }
    }
    Ok(())
}

/// What a row that was not seen before is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    Record(Id),
    New,
    /// The same as the row at this place, which is new.
    Row(usize),
}

/// Finds for each of these rows the record that it is about, by the keys of the mapping.
pub fn find(reader: &mut Reader, side: &Side, rows: Vec<Vec<(usize, Value)>>) -> Result<Vec<About>> {
    let mut wishes: Vec<Wish> = rows.into_iter().enumerate().map(|(at, values)| Wish::new(side, at, values)).collect();
    find_existing(reader, side, &mut wishes)?;
    let mut first: HashMap<(usize, String), usize> = HashMap::new();
    let mut found = Vec::with_capacity(wishes.len());
    for (at, wish) in wishes.into_iter().enumerate() {
        found.push(match (wish.existing, wish.key) {
            (Some(id), _) => About::Record(id),
            (None, None) => About::New,
            (None, Some(key)) => match first.entry(key) {
                std::collections::hash_map::Entry::Occupied(earlier) => About::Row(*earlier.get()),
                std::collections::hash_map::Entry::Vacant(free) => {
                    free.insert(at);
                    About::New
                }
            },
        });
    }
    Ok(found)
}

/// A key's text as the value that its column holds.
fn arg_of(kind: Kind, text: String) -> Option<Arg> {
    match kind {
        Kind::Text => Some(Arg::Text(text)),
        Kind::Int => text.parse().ok().map(Arg::Int),
        Kind::Real => text.parse().ok().map(Arg::Real),
        Kind::Id => Id::parse(&text).map(Arg::Id),
        Kind::Bytes => None,
    }
}

/// Parts of an address and tags that the file does not mention stay as they are stored.
fn join_with_stored(
    reader: &mut Reader,
    side: &Side,
    wishes: &mut [Wish],
    parts: &HashMap<usize, &[(usize, [bool; 5])]>,
) -> Result<()> {
    let joins = |wish: &Wish| {
        let address = wish
            .groups
            .iter()
            .any(|at| parts.get(at).is_some_and(|all| all.iter().any(|(_, known)| known.contains(&false))));
        address || wish.values.iter().any(|(_, value)| matches!(value, Value::Links(_) | Value::Choices(_)))
    };
    let ids: Vec<Id> = wishes.iter().filter(|wish| joins(wish)).filter_map(|wish| wish.existing).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let stored = stored_parts(reader, side, &ids)?;
    for wish in wishes {
        let Some(record) = wish.existing.and_then(|id| stored.get(&id)) else { continue };
        let known: Vec<(usize, [bool; 5])> =
            wish.groups.iter().filter_map(|at| parts.get(at)).flat_map(|all| all.iter().copied()).collect();
        for (position, value) in &mut wish.values {
            let Some((_, before)) = record.iter().find(|(at, _)| at == position) else { continue };
            join(value, before, known.iter().find(|(at, _)| at == position).map(|(_, parts)| parts));
        }
    }
    Ok(())
}

/// What these records hold in the fields that a file may fill in part: addresses, lists, links to many.
fn stored_parts(reader: &mut Reader, side: &Side, ids: &[Id]) -> Result<HashMap<Id, Vec<(usize, Value)>>> {
    let filled = side.recipe.fields();
    let in_parts = |position: &usize| {
        let kind = side.object.field(*position).map(|field| &field.kind);
        matches!(kind, Some(FieldType::Address | FieldType::MultiChoice { .. } | FieldType::Links { .. }))
    };
    let positions: Vec<usize> = filled.into_iter().filter(in_parts).collect();
    if positions.iter().any(|position| side.object.many.contains(position)) {
        let records = read::get_many(reader, &side.object, ids)?;
        return Ok(records
            .into_iter()
            .map(|record| (record.id, positions.iter().map(|at| (*at, record.value(*at).clone())).collect()))
            .collect());
    }
    let mut stored = HashMap::with_capacity(ids.len());
    let columns: Vec<String> = positions
        .iter()
        .flat_map(|at| side.object.columns_of(*at))
        .map(|column| format!(", r.{}", column.name))
        .collect();
    for chunk in ids.chunks(CHUNK) {
        let mut args = Vec::new();
        let rule = ask::rule_sql(reader, &side.object, Action::Read, &mut args)?;
        let list = id_list(chunk, &mut args);
        let sql = format!(
            "select r.id{} from {} r where r.id in ({list}) and {rule}",
            columns.concat(),
            side.object.def.table
        );
        for row in reader.tx.query(&sql, &args)? {
            let mut from = 1;
            let mut values = Vec::with_capacity(positions.len());
            for at in &positions {
                let Some(field) = side.object.field(*at) else { continue };
                values.push((*at, columns::read(field, &row, from)));
                from += side.object.columns_of(*at).len();
            }
            stored.insert(row.id(0), values);
        }
    }
    Ok(stored)
}

pub fn join(value: &mut Value, stored: &Value, known: Option<&[bool; 5]>) {
    match (value, stored) {
        (Value::Links(new), Value::Links(old)) => {
            new.extend(old);
            new.sort_unstable();
            new.dedup();
        }
        (Value::Choices(new), Value::Choices(old)) => {
            let added: Vec<String> = new.iter().filter(|choice| !old.contains(choice)).cloned().collect();
            *new = old.iter().cloned().chain(added).collect();
        }
        (Value::Address(new), Value::Address(old)) => {
            let Some(known) = known else { return };
            let slots = [&mut new.street, &mut new.city, &mut new.region, &mut new.postal_code, &mut new.country];
            for ((slot, old), known) in slots.into_iter().zip(old.parts()).zip(known) {
                if !known {
                    *slot = old.to_string();
                }
            }
        }
        _ => {}
    }
}

/// Rows of this part about the same record become one wish; what a later row says stands.
fn put_together(side: &Side, wishes: Vec<Wish>) -> Vec<Wish> {
    if side.keys.is_empty() {
        return wishes;
    }
    let mut together: Vec<Wish> = Vec::with_capacity(wishes.len());
    let mut by_id: HashMap<Id, usize> = HashMap::with_capacity(wishes.len());
    let mut by_key: HashMap<(usize, String), usize> = HashMap::with_capacity(wishes.len());
    for wish in wishes {
        let place = together.len();
        let earlier = match (wish.existing, &wish.key) {
            (Some(id), _) => Some(*by_id.entry(id).or_insert(place)),
            (None, Some(key)) => Some(*by_key.entry(key.clone()).or_insert(place)),
            (None, None) => None,
        };
        let earlier = earlier.and_then(|at| together.get_mut(at));
        let Some(first) = earlier else {
            together.push(wish);
            continue;
        };
        first.groups.extend(wish.groups);
        for (position, mut value) in wish.values {
            match first.values.iter_mut().find(|(at, _)| *at == position) {
                Some((_, before)) => {
                    join(&mut value, before, None);
                    *before = value;
                }
                None => first.values.push((position, value)),
            }
        }
    }
    together
}

/// New records take what their linked records say where the file says nothing.
fn copy_from_links(reader: &mut Reader, side: &Side, wishes: &mut [Wish]) -> Result<()> {
    let mut by_target: BTreeMap<String, Vec<&super::plan::Copy>> = BTreeMap::new();
    for copy in &side.copies {
        by_target.entry(copy.target.def.name.clone()).or_default().push(copy);
    }
    for copies in by_target.values() {
        let Some(target) = copies.first().map(|copy| copy.target.clone()) else { continue };
        let linked = |wish: &Wish, link: usize| match wish.values.iter().find(|(at, _)| *at == link) {
            Some((_, Value::Link(id))) => Some(*id),
            _ => None,
        };
        let mut ids: Vec<Id> = wishes
            .iter()
            .filter(|wish| wish.existing.is_none())
            .flat_map(|wish| copies.iter().filter_map(|copy| linked(wish, copy.link)))
            .collect();
        ids.sort_unstable();
        ids.dedup();
        let records: HashMap<Id, Record> =
            read::get_many(reader, &target, &ids)?.into_iter().map(|record| (record.id, record)).collect();
        for wish in wishes.iter_mut().filter(|wish| wish.existing.is_none()) {
            for copy in copies {
                if wish.values.iter().any(|(at, _)| *at == copy.field) {
                    continue;
                }
                let Some(record) = linked(wish, copy.link).and_then(|id| records.get(&id)) else { continue };
                let value = record.value(copy.from);
                if !value.is_null() {
                    wish.values.push((copy.field, value.clone()));
                }
            }
        }
    }
    Ok(())
}

/// The lines of all groups that were written.
fn write_lines(
    op: &mut Operation,
    side: &Side,
    link: usize,
    groups: &[(usize, &Group)],
    owners: &HashMap<usize, Id>,
    tally: &Tally,
) -> Result<()> {
    let mut wishes = Vec::new();
    for (at, group) in groups {
        let Some(owner) = owners.get(at) else { continue };
        for line in &group.lines {
            let mut values = line.values.clone();
            links::fill(side, line, &tally.resolved, &mut values);
            values.push((link, Value::Link(*owner)));
            wishes.push((line.row, Wish::new(side, *at, values)));
        }
    }
    let (rows, mut wishes): (Vec<u64>, Vec<Wish>) = wishes.into_iter().unzip();
    find_existing(op, side, &mut wishes)?;
    copy_from_links(op, side, &mut wishes)?;
    let results = write::apply(op, &side.object, wishes.iter_mut().map(as_write).collect())?;
    // A line that is refused takes its whole group along: nothing of this try is kept, and the next leaves the group out.
    let mut again = Vec::new();
    for ((wish, row), result) in wishes.iter().zip(rows).zip(results) {
        let Err(error) = result else { continue };
        let group = wish.groups.first().and_then(|at| groups.iter().find(|(index, _)| index == at));
        let Some((_, group)) = group else { continue };
        for (field, code, detail) in told(&error)? {
            again.push(serde_json::json!({ "row": group.draft.row, "line": row, "field": field, "code": code, "detail": detail }));
        }
    }
    if again.is_empty() {
        return Ok(());
    }
    Err(Error::Conflict { code: AGAIN, detail: "lines were refused".into(), details: again.into() })
}

/// A write that was refused, told of every row it came from.
fn refuse_groups(
    prepared: &Prepared,
    side: &Side,
    groups: &[(usize, &Group)],
    at: &[usize],
    error: &Error,
    tally: &mut Tally,
) -> Result<()> {
    let faults = told(error)?;
    for (_, group) in groups.iter().filter(|(index, _)| at.contains(index)) {
        tally.wrong += if prepared.lines.is_some() { group.rows } else { 1 };
        for (field, code, detail) in &faults {
            let position = field.as_deref().and_then(|field| side.object.def.position(field));
            tally.refusals.push(Refusal {
                row: group.draft.row,
                column: position.and_then(|at| side.recipe.column_of(at)),
                field: field.clone(),
                code: code.clone(),
                detail: detail.clone(),
                warning: false,
            });
        }
    }
    Ok(())
}

/// What an error says of fields; a fault that is not the row's own ends the import.
pub fn told(error: &Error) -> Result<Vec<(Option<String>, String, String)>> {
    match error {
        Error::Invalid(fields) => Ok(fields
            .iter()
            .map(|fault| {
                let name = fault.pointer.trim_start_matches('/').split('/').next().unwrap_or("").to_string();
                (Some(name).filter(|name| !name.is_empty()), fault.code.to_string(), fault.detail.clone())
            })
            .collect()),
        Error::Conflict { code, detail, details } => {
            let field = details
                .get("fields")
                .and_then(|fields| fields.as_object())
                .and_then(|fields| fields.keys().next().cloned());
            Ok(vec![(field, (*code).to_string(), detail.clone())])
        }
        Error::NotFound => Ok(vec![(None, "not_found".into(), "the record is not there any more".into())]),
        Error::Forbidden(what) => Ok(vec![(None, "forbidden".into(), format!("not allowed: {what}"))]),
        Error::TooLarge(what) => Ok(vec![(None, "too_large".into(), what.clone())]),
        Error::Unreadable(what) => Ok(vec![(None, "unreadable".into(), what.clone())]),
        Error::Busy { retry_after_s } => Err(Error::Busy { retry_after_s: *retry_after_s }),
        Error::DiskFull => Err(Error::DiskFull),
        Error::Internal(cause) => Err(Error::Internal(cause.clone())),
        Error::Unauthorized | Error::VersionMissing => Err(Error::internal(error)),
    }
}
