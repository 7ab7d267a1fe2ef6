//! Links by the text of the linked record, for a whole part at once: one question for each linked object and field.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use db::Arg;
use foundation::access::Action;
use foundation::records::record::CHUNK;
use foundation::records::{Object, Write, ask, columns, merged, read, write};
use foundation::{Operation, Reader};
use kernel::{FieldDef, FieldType, Id, ObjectDef, Result, Value, fold};

use super::plan::Side;
use crate::mapping::{Column, Draft, LinkText, Missing, Target, natural_key};
use crate::values::{CellReader, Style};

/// Texts of links that have been found, kept over the parts of an import. Bounded: beyond that they are looked up again.
const REMEMBERED: usize = 100_000;

/// The field that holds a record's key in the system it came from.
const EXTERNAL_ID: &str = "external_id";

/// Which object's which field a text is looked up in.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Slot {
    object: String,
    by: Option<String>,
}

/// What has been found so far, shared by the parts of one import; only what is committed gets in.
#[derive(Debug, Default)]
pub struct Known(Mutex<HashMap<(Slot, String), Id>>);

/// What one part found.
#[derive(Debug, Default)]
pub struct Resolved {
    found: HashMap<(Slot, String), Id>,
    /// Texts for which a record would be made; filled in a dry run.
    pub promised: usize,
}

impl Known {
    /// Takes over what a committed part found.
    pub fn learn(&self, resolved: Resolved) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() + resolved.found.len() > REMEMBERED {
            known.clear();
        }
        known.extend(resolved.found);
    }

    fn get(&self, key: &(Slot, String)) -> Option<Id> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(key).copied()
    }
}

fn slot_of(side: &Side, link: &LinkText) -> Option<Slot> {
    let target = side.object.field(link.field)?.kind.target()?;
    Some(Slot { object: target.to_string(), by: link.by.clone() })
}

/// Keys lead where their records are: an order's `customer_id` may be the key of a person or of a company, and only the
/// records that are there tell. A guessed link none of whose examples is found goes to another one where some are.
pub fn follow_keys(reader: &mut Reader, def: &ObjectDef, columns: &mut [Column]) -> Result<()> {
    let taken: BTreeSet<String> =
        columns.iter().filter_map(|column| column.field.as_deref()?.split('.').next().map(str::to_string)).collect();
    let catalogue = reader.catalogue.clone();
    for column in columns.iter_mut() {
        let Some(Target::Link { field, by: Some(by) }) =
            column.field.as_deref().and_then(|target| Target::parse(target, def))
        else {
            continue;
        };
        if by != EXTERNAL_ID || column.samples.is_empty() {
            continue;
        }
        let texts: Vec<String> = column.samples.iter().map(|text| key_of(text)).collect();
        let mut found_in = |position: usize| -> Result<bool> {
            let target = def.fields.get(position).and_then(|field| catalogue.named(field.kind.target()?));
            match target {
                Some(target) => Ok(!look_up(reader, target, Some(EXTERNAL_ID), &texts)?.is_empty()),
                None => Ok(false),
            }
        };
        if found_in(field)? {
            continue;
        }
        let others = def
            .fields
            .iter()
            .enumerate()
            .filter(|(_, other)| matches!(other.kind, FieldType::Link { .. }) && !taken.contains(&other.name));
        for (position, other) in others {
            if found_in(position)? {
                column.field = Some(format!("{}.{EXTERNAL_ID}", other.name));
                break;
            }
        }
    }
    Ok(())
}

/// A text in the form in which it is compared.
fn key_of(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Looks up all links of these drafts.
pub fn resolve(
    reader: &mut Reader,
    side: &Side,
    drafts: &[&Draft],
    known: &Known,
    resolved: &mut Resolved,
) -> Result<()> {
    let mut wanted: BTreeMap<Slot, BTreeMap<String, ()>> = BTreeMap::new();
    for link in drafts.iter().flat_map(|draft| &draft.links) {
        let Some(slot) = slot_of(side, link) else { continue };
        let key = (slot, key_of(&link.text));
        if resolved.found.contains_key(&key) {
            continue;
        }
        match known.get(&key) {
            Some(id) => {
                resolved.found.insert(key, id);
            }
            None => {
                wanted.entry(key.0).or_default().insert(key.1, ());
            }
        }
    }
    for (slot, texts) in wanted {
        let Some(target) = reader.catalogue.named(&slot.object).cloned() else { continue };
        let texts: Vec<String> = texts.into_keys().collect();
        for (text, id) in look_up(reader, &target, slot.by.as_deref(), &texts)? {
            resolved.found.insert((slot.clone(), text), id);
        }
    }
    Ok(())
}

/// Records by the text of a field, or by whatever names them: id, external key, title, e-mail.
fn look_up(
    reader: &mut Reader,
    target: &Arc<Object>,
    by: Option<&str>,
    texts: &[String],
) -> Result<HashMap<String, Id>> {
    let mut found = HashMap::new();
    match by {
        Some(field) if Some(field) == natural_key(&target.def) => by_title(reader, target, texts, &mut found)?,
        Some(field) => {
            by_field(reader, target, field, texts, &mut found)?;
            // A source keeps the keys of its rows beside the records that they became.
            if field == EXTERNAL_ID {
                let rest = rest_of(texts, &found);
                found.extend(crate::sources::by_key(reader, target, &rest)?);
            }
            // What a file calls the key of an order was perhaps taken for its number.
            let number = natural_key(&target.def).and_then(|name| target.def.field(name));
            if field == EXTERNAL_ID && number.is_some_and(|number| number.unique) {
                let rest = rest_of(texts, &found);
                by_title(reader, target, &rest, &mut found)?;
            }
        }
        None => {
            by_id(reader, target, texts, &mut found)?;
            for field in [EXTERNAL_ID, "email"] {
                let rest = rest_of(texts, &found);
                by_field(reader, target, field, &rest, &mut found)?;
            }
            let rest = rest_of(texts, &found);
            by_title(reader, target, &rest, &mut found)?;
        }
    }
    Ok(found)
}

fn rest_of(texts: &[String], found: &HashMap<String, Id>) -> Vec<String> {
    texts.iter().filter(|text| !found.contains_key(*text)).cloned().collect()
}

fn by_id(reader: &mut Reader, target: &Arc<Object>, texts: &[String], found: &mut HashMap<String, Id>) -> Result<()> {
    let ids: Vec<(Id, &String)> = texts.iter().filter_map(|text| Some((Id::parse(text)?, text))).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let only: Vec<Id> = ids.iter().map(|(id, _)| *id).collect();
    let now = merged::now_of(reader, &only)?;
    let now = |id: &Id| now.get(id).copied().unwrap_or(*id);
    let there = read::get_many(reader, target, &only.iter().map(now).collect::<Vec<_>>())?;
    for record in there.iter().filter(|record| record.deleted_at.is_none()) {
        found.extend(ids.iter().filter(|(id, _)| now(id) == record.id).map(|(_, text)| ((*text).clone(), record.id)));
    }
    Ok(())
}

/// Living records that the caller may read, by a unique value or an identity of one that was merged into them.
pub fn find_joined(
    reader: &mut Reader,
    object: &Arc<Object>,
    field: &FieldDef,
    texts: &[String],
) -> Result<HashMap<String, Id>> {
    if texts.is_empty() || !(field.unique || field.identity) {
        return Ok(HashMap::new());
    }
    let mut found = if field.unique { merged::by_key(reader, &field.id, texts)? } else { HashMap::new() };
    if field.identity {
        let kind = match field.kind {
            FieldType::Email => "email",
            FieldType::Phone => "phone",
            _ => "external",
        };
        found.extend(merged::by_identity(reader, kind, texts)?);
    }
    if found.is_empty() {
        return Ok(found);
    }
    let ids: Vec<Id> = found.values().copied().collect();
    let there: BTreeSet<Id> = read::get_many(reader, object, &ids)?
        .into_iter()
        .filter(|record| record.deleted_at.is_none())
        .map(|record| record.id)
        .collect();
    found.retain(|_, id| there.contains(id));
    Ok(found)
}

/// Titles are compared folded: the column and its index are there for every object.
fn by_title(
    reader: &mut Reader,
    target: &Arc<Object>,
    texts: &[String],
    found: &mut HashMap<String, Id>,
) -> Result<()> {
    let args: Vec<Arg> = texts.iter().map(|text| Arg::Text(fold::fold(text))).collect();
    let ids = find(reader, target, "sort_title", &args)?;
    for text in texts {
        if let Some(id) = ids.get(&fold::fold(text)) {
            found.insert(text.clone(), *id);
        }
    }
    Ok(())
}

/// By a field, whose type says in which form the text is stored.
fn by_field(
    reader: &mut Reader,
    target: &Arc<Object>,
    field: &str,
    texts: &[String],
    found: &mut HashMap<String, Id>,
) -> Result<()> {
    let Some(position) = target.def.position(field).filter(|_| !texts.is_empty()) else { return Ok(()) };
    if reader.who.access.on(&target.def.name).hidden_fields.contains(field) {
        return Ok(());
    }
    let (Some(def), [column]) = (target.field(position), target.columns_of(position)) else { return Ok(()) };
    let cells = CellReader::new(def, &Style { quoted: false, ..Style::default() });
    let mut args = Vec::new();
    let mut asked = Vec::new();
    for text in texts {
        let Ok(value) = cells.read(text, None) else { continue };
        let before = args.len();
        if !value.is_null() {
            columns::write(def, &value, &mut args);
        }
        if let Some(arg) = args.get(before) {
            asked.push((text, name_of(arg)));
        }
    }
    let ids = find(reader, target, &column.name, &args)?;
    let missing: Vec<String> =
        asked.iter().map(|(_, name)| name).filter(|name| !ids.contains_key(*name)).cloned().collect();
    let joined = find_joined(reader, target, def, &missing)?;
    for (text, name) in asked {
        if let Some(id) = ids.get(&name).or_else(|| joined.get(&name)) {
            found.insert(text.clone(), *id);
        }
    }
    Ok(())
}

/// Living records that the caller may read by the values of one column; of several with the same value the oldest.
pub fn find(reader: &mut Reader, object: &Arc<Object>, column: &str, values: &[Arg]) -> Result<HashMap<String, Id>> {
    let mut found = HashMap::with_capacity(values.len());
    for chunk in values.chunks(CHUNK) {
        // Few lengths, so that few statements are prepared; the last value fills the list up.
        let width = [1, 8, 64, CHUNK].into_iter().find(|width| *width >= chunk.len()).unwrap_or(chunk.len());
        let mut args: Vec<Arg> = (0..width).filter_map(|n| chunk.get(n).or_else(|| chunk.last())).cloned().collect();
        let places: Vec<String> = (1..=args.len()).map(|n| format!("${n}")).collect();
        let rule = ask::rule_sql(reader, object, Action::Read, &mut args)?;
        let sql = format!(
            "select r.id, r.{column} from {} r where r.{column} in ({}) and r.deleted_at is null and {rule} order by r.id desc",
            object.def.table,
            places.join(", ")
        );
        for row in reader.tx.query(&sql, &args)? {
            found.insert(name_of(row.get(1)), row.id(0));
        }
    }
    Ok(found)
}

/// Parties by an identity (e-mail, phone), which has an index of its own. Checked against the field, for an identity
/// may stand in another field of the same kind.
pub fn find_by_identity(
    reader: &mut Reader,
    object: &Arc<Object>,
    kind: &str,
    column: &str,
    values: &[Arg],
) -> Result<HashMap<String, Id>> {
    let mut found = HashMap::with_capacity(values.len());
    for chunk in values.chunks(CHUNK) {
        let width = [1, 8, 64, CHUNK].into_iter().find(|width| *width >= chunk.len()).unwrap_or(chunk.len());
        let mut args: Vec<Arg> = vec![kind.into()];
        args.extend((0..width).filter_map(|n| chunk.get(n).or_else(|| chunk.last())).cloned());
        let places: Vec<String> = (2..=args.len()).map(|n| format!("${n}")).collect();
        let rule = ask::rule_sql(reader, object, Action::Read, &mut args)?;
        let sql = format!(
            "select r.id, r.{column} from identity i join {} r on r.id = i.party where i.kind = $1 and i.value in ({}) \
             and r.{column} = i.value and r.deleted_at is null and {rule} order by r.id desc",
            object.def.table,
            places.join(", ")
        );
        for row in reader.tx.query(&sql, &args)? {
            found.insert(name_of(row.get(1)), row.id(0));
        }
    }
    Ok(found)
}

/// A stored value as a text to compare by.
pub fn name_of(arg: &Arg) -> String {
    match arg {
        Arg::Text(text) => text.clone(),
        Arg::Int(number) => number.to_string(),
        Arg::Real(number) => number.to_string(),
        Arg::Id(id) => id.to_string(),
        Arg::Bytes(_) | Arg::Null => String::new(),
    }
}

/// Makes the records that are named, not there, and to be made: a company, a tag.
pub fn create_missing(op: &mut Operation, side: &Side, drafts: &[&Draft], resolved: &mut Resolved) -> Result<()> {
    let mut wanted: BTreeMap<Slot, BTreeMap<String, String>> = BTreeMap::new();
    for (slot, text) in missing(side, drafts, resolved) {
        // Two spellings that fold to the same name are one record.
        wanted.entry(slot).or_default().entry(fold::fold(&text)).or_insert(text);
    }
    for (slot, texts) in wanted {
        let Some(target) = op.catalogue.named(&slot.object).cloned() else { continue };
        let Some(position) = natural_key(&target.def).and_then(|key| target.def.position(key)) else { continue };
        let Some(field) = target.field(position) else { continue };
        let cells = CellReader::new(field, &Style { quoted: false, ..Style::default() });
        let (mut writes, mut names) = (Vec::new(), Vec::new());
        for (folded, text) in texts {
            let Ok(value) = cells.read(&text, None) else { continue };
            writes.push(Write::Create { values: vec![(position, value)] });
            names.push(folded);
        }
        let mut made: HashMap<String, Id> = HashMap::new();
        for (name, result) in names.into_iter().zip(write::apply(op, &target, writes)?) {
            // One that cannot be made leaves its link unfound, and that is told where the link is.
            if let Ok(written) = result {
                made.insert(name, written.id);
            }
        }
        for (slot, text) in missing(side, drafts, resolved) {
            if slot.object == target.def.name
                && let Some(id) = made.get(&fold::fold(&text))
            {
                resolved.found.insert((slot, text), *id);
            }
        }
    }
    Ok(())
}

/// Counts what [`create_missing`] would make.
pub fn promise_missing(side: &Side, drafts: &[&Draft], resolved: &mut Resolved) {
    let texts = missing(side, drafts, resolved);
    resolved.promised += texts.len();
    for key in texts {
        resolved.found.insert(key, Id::NIL);
    }
}

fn missing(side: &Side, drafts: &[&Draft], resolved: &Resolved) -> Vec<(Slot, String)> {
    let links = drafts.iter().filter(|draft| !draft.is_refused()).flat_map(|draft| &draft.links);
    let mut texts: Vec<(Slot, String)> = links
        .filter(|link| link.missing == Missing::Create)
        .filter_map(|link| Some((slot_of(side, link)?, key_of(&link.text))))
        .filter(|key| !resolved.found.contains_key(key))
        .collect();
    texts.sort();
    texts.dedup();
    texts
}

/// What a link came to.
pub enum Link {
    To(Id),
    /// Not there, and the field stays empty.
    Nothing,
    /// Not there, and the row is refused with this.
    Unknown(String),
}

/// The record that a link names.
pub fn target(side: &Side, link: &LinkText, resolved: &Resolved) -> Link {
    let Some(slot) = slot_of(side, link) else { return Link::Nothing };
    let name = slot.object.replace('_', " ");
    let by = slot.by.clone();
    if let Some(id) = resolved.found.get(&(slot, key_of(&link.text))) {
        return Link::To(*id);
    }
    if link.missing == Missing::Empty {
        return Link::Nothing;
    }
    let text = crate::values::short(&link.text);
    let by = by.map_or_else(String::new, |by| format!(" by {by}"));
    Link::Unknown(format!("there is no {name} \"{text}\"{by}; import it first, or choose to leave the field empty"))
}

/// Values of link fields, joined with what else the draft says.
pub fn fill(side: &Side, draft: &Draft, resolved: &Resolved, values: &mut Vec<(usize, Value)>) -> Vec<(usize, String)> {
    let mut unknown = Vec::new();
    for (index, link) in draft.links.iter().enumerate() {
        let id = match target(side, link, resolved) {
            Link::To(id) => id,
            Link::Nothing => continue,
            Link::Unknown(detail) => {
                unknown.push((index, detail));
                continue;
            }
        };
        let many = side.object.many.contains(&link.field);
        match values.iter_mut().find(|(at, _)| *at == link.field) {
            Some((_, Value::Links(ids))) => {
                ids.push(id);
                ids.sort_unstable();
                ids.dedup();
            }
            Some((_, value)) => *value = Value::Link(id),
            None => values.push((link.field, if many { Value::Links(vec![id]) } else { Value::Link(id) })),
        }
    }
    unknown
}
