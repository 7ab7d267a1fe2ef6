//! Whose membership a line of the ledger may change: worked out from what a segment's question depends on.
//!
//! A question reaches records of the customer itself, of what it links to, and of what links to it. A line is about one
//! record; the way from the customer to such records, walked backwards, leads to the customers whose answer may be
//! another. That is asked of the database for all lines of a batch at once. Too many may be found, none may be missed: who
//! is found is looked at, and only a difference is written.

use std::collections::{BTreeMap, BTreeSet};

use db::Arg;
use foundation::Reader;
use foundation::ledger::Line;
use foundation::records::catalogue::Catalogue;
use foundation::records::record::{CHUNK, id_list};
use foundation::records::{Object, ask, merged};
use jiff::tz::TimeZone;
use kernel::object::FieldType;
use kernel::{Id, Result, Time};
use question::{Checked, Reach};

use super::definition::{Definition, Members};
use super::queries;

/// Kinds of lines that tell of segments themselves.
pub const MOVES: [&str; 2] = ["segment.entered", "segment.left"];
/// The models wrote into records what they found, without a line for each.
pub const ANALYSED: &str = "analysis.made";

/// Everything that a question depends on: what it reads, and what figures and formulas that it reads are made of.
pub fn reaches(catalogue: &Catalogue, checked: &Checked) -> Vec<Reach> {
    let mut found = checked.reaches();
    let mut at = 0;
    // Figures of figures: an order line feeds an order, an order its customer.
    while at < found.len() && found.len() < 64 {
        let Some(reach) = found.get(at).cloned() else { break };
        at += 1;
        let Some(object) = catalogue.named(&reach.object) else { continue };
        let mut fields: Vec<String> = reach.fields.iter().cloned().collect();
        let mut seen: BTreeSet<String> = reach.fields.clone();
        while let Some(name) = fields.pop() {
            for read in inputs(object, &name) {
                if seen.insert(read.clone()) {
                    fields.push(read);
                }
            }
            for deeper in rolled_up(catalogue, object, &name) {
                let way = reach.way.iter().cloned().chain(deeper.way.iter().cloned()).collect::<Vec<_>>();
                match found.iter_mut().find(|known| known.way == way) {
                    Some(known) => known.fields.extend(deeper.fields),
                    None => found.push(Reach { way, ..deeper }),
                }
            }
        }
        if let Some(reach) = found.get_mut(at - 1) {
            reach.fields = seen;
        }
    }
    found
}

/// The fields that a formula reads.
fn inputs(object: &Object, name: &str) -> Vec<String> {
    let position = object.def.position(name);
    let formula = object.formulas.iter().find(|formula| Some(formula.field) == position);
    formula.map(|formula| formula.reads().iter().cloned().collect()).unwrap_or_default()
}

/// The records that a roll-up counts, as seen from the record that shows it.
fn rolled_up(catalogue: &Catalogue, object: &Object, name: &str) -> Vec<Reach> {
    let Some(FieldType::RollUp(rollup)) = object.def.field(name).map(|field| &field.kind) else { return Vec::new() };
    let Some(child) = catalogue.named(&rollup.of.object) else { return Vec::new() };
    let filter = rollup.of.filter.as_ref().map(|filter| format!(" where {filter}")).unwrap_or_default();
    let text = format!("exists({} by {}{filter})", child.def.plural, rollup.of.link);
    let Ok(checked) = ask::check_text(&text, &object.def.name, catalogue) else { return Vec::new() };
    let mut reaches = checked.reaches();
    reaches.retain(|reach| !reach.way.is_empty());
    if let Some(first) = reaches.first_mut() {
        first.fields.extend(rollup.of.field.clone());
    }
    reaches
}

/// Whether a question reads fields of an object that models fill.
pub fn reads_models(catalogue: &Catalogue, reaches: &[Reach], object: &str) -> bool {
    let Some(def) = catalogue.named(object).map(|object| &object.def) else { return false };
    reaches
        .iter()
        .filter(|reach| reach.object == object)
        .flat_map(|reach| &reach.fields)
        .any(|name| def.field(name).is_some_and(|field| field.purpose == "analysis"))
}

/// What lines tell, read once for all segments.
pub struct News {
    lines: Vec<Line>,
    /// The customers that records of lines concern.
    parties: BTreeMap<Id, Vec<Id>>,
}

impl News {
    pub fn read(reader: &mut Reader, lines: Vec<Line>) -> Result<News> {
        let mut records: BTreeMap<String, BTreeSet<Id>> = BTreeMap::new();
        for line in &lines {
            if let (Some(object), Some(record)) = (&line.object, line.record) {
                records.entry(object.clone()).or_default().insert(record);
            }
        }
        let mut parties = BTreeMap::new();
        for (name, ids) in records {
            let Some(object) = reader.catalogue.named(&name).cloned() else { continue };
            let ids: Vec<Id> = ids.into_iter().collect();
            parties.extend(queries::parties_of(reader, &object, &ids)?);
        }
        Ok(News { lines, parties })
    }

    /// Objects whose models found out something new.
    pub fn analysed(&self) -> BTreeSet<&str> {
        let made = self.lines.iter().filter(|line| line.kind == ANALYSED);
        made.filter_map(|line| line.props.get("of")?.as_str()).collect()
    }

    /// Everybody whose membership the lines may have changed.
    pub fn concerned(&self, reader: &mut Reader, definition: &Definition) -> Result<BTreeSet<Id>> {
        let object = definition.object.clone();
        let mut found = BTreeSet::new();
        match &definition.members {
            Members::Unknown => return Ok(found),
            // Who was put in leaves and comes with the record, and when it is joined to another.
            Members::ByHand => {
                for line in self.lines.iter().filter(|line| is_of_being(line, &object.def.name)) {
                    found.extend(self.all_of(line));
                }
            }
            Members::Asked(checked) => {
                let reaches = reaches(&reader.catalogue, checked);
                for reach in &reaches {
                    let (changed, before) = self.changed(reader, reach);
                    found.extend(led_back(reader, reach, &object, changed)?);
                    // Who was linked before the change, one step nearer to the customer.
                    if !before.is_empty() {
                        let way = reach.way.split_last().map(|(_, way)| way.to_vec()).unwrap_or_default();
                        found.extend(led_back(reader, &Reach::new(way, ""), &object, before)?);
                    }
                }
            }
        }
        let ids: Vec<Id> = found.iter().copied().collect();
        found.extend(merged::now_of(reader, &ids)?.into_values());
        Ok(found)
    }

    /// The records at the end of a way that lines tell of, and those that were one step nearer before.
    fn changed(&self, reader: &Reader, reach: &Reach) -> (BTreeSet<Id>, BTreeSet<Id>) {
        let (mut now, mut before) = (BTreeSet::new(), BTreeSet::new());
        let is_party = reader.catalogue.named(&reach.object).is_some_and(|object| object.def.party);
        let by = reach.way.last().filter(|step| step.is_back).map(|step| step.link.place().name.as_str());
        for line in &self.lines {
            if MOVES.contains(&line.kind.as_str()) {
                if line.record.is_some_and(|segment| reach.segments.contains(&segment)) {
                    now.extend(line.party);
                }
                continue;
            }
            if line.object.as_deref() == Some(reach.object.as_str()) && reads_change(line, reach) {
                now.extend(line.about());
                now.extend(others(line));
                if let Some(by) = by {
                    before.extend(was(line, by));
                }
            }
            if reach.events.iter().any(|kinds| kinds.holds(&line.kind)) {
                if is_party {
                    now.extend(self.all_of(line));
                } else {
                    now.extend(line.record);
                }
            }
        }
        (now, before)
    }

    /// Every customer on whose timeline a line stands.
    fn all_of(&self, line: &Line) -> BTreeSet<Id> {
        let linked = line.record.and_then(|record| self.parties.get(&record)).into_iter().flatten().copied();
        line.party.into_iter().chain(linked).chain(others(line)).collect()
    }
}

/// Lines by which a record itself comes, goes, or becomes another.
fn is_of_being(line: &Line, object: &str) -> bool {
    line.object.as_deref() == Some(object)
        && ["created", "trashed", "restored", "merged", "unmerged", "erased"]
            .iter()
            .any(|verb| line.kind.strip_prefix(object).and_then(|rest| rest.strip_prefix('.')) == Some(verb))
}

/// With whom a record was joined, or out of whom it came.
fn others(line: &Line) -> impl Iterator<Item = Id> + '_ {
    ["into", "out_of"].into_iter().filter_map(|name| Id::parse(line.props.get(name)?.as_str()?))
}

/// Whether a line may change what is read: an update that names other fields only does not.
fn reads_change(line: &Line, reach: &Reach) -> bool {
    // A source that speaks of a record since today may have changed anything of it, or nothing.
    if !line.kind.ends_with(".updated") || line.sealed.is_some() || !reach.sources.is_empty() {
        return true;
    }
    let Some(changes) = line.props.get("changes").and_then(|changes| changes.as_object()) else { return true };
    // The title and the time of the change follow from other fields.
    let follows = ["title", "updated_at", "version"].iter().any(|name| reach.fields.contains(*name));
    follows || changes.keys().any(|name| reach.fields.contains(name))
}

/// What a link said before a change.
fn was(line: &Line, field: &str) -> Vec<Id> {
    let change = line.props.get("changes").and_then(|changes| changes.get(field)).and_then(|pair| pair.get(0));
    match change {
        Some(serde_json::Value::String(id)) => Id::parse(id).into_iter().collect(),
        Some(serde_json::Value::Array(ids)) => ids.iter().filter_map(|id| Id::parse(id.as_str()?)).collect(),
        _ => Vec::new(),
    }
}

/// Walks a way backwards, from records at its end to customers.
fn led_back(reader: &mut Reader, reach: &Reach, object: &Object, changed: BTreeSet<Id>) -> Result<BTreeSet<Id>> {
    if reach.way.is_empty() || changed.is_empty() {
        return Ok(changed);
    }
    let changed: Vec<Id> = changed.into_iter().collect();
    let mut found = BTreeSet::new();
    for chunk in changed.chunks(CHUNK) {
        let mut args: Vec<Arg> = Vec::new();
        let list = id_list(chunk, &mut args);
        let select = ask::compile_back(reach, &object.def.table, &list, &mut args);
        found.extend(queries::ids(reader, &select, &args)?);
    }
    Ok(found)
}

/// The day of a moment in a zone, `2026-06-19`.
pub fn day(at: Time, zone: &str) -> String {
    zoned(at, zone).date().to_string()
}

/// The first moment of the next day in a zone.
pub fn next_midnight(at: Time, zone: &str) -> Time {
    let today = zoned(at, zone);
    let next = today.date().tomorrow().and_then(|day| day.to_zoned(today.time_zone().clone()));
    next.map_or(Time(at.0 + 86_400_000), |next| Time(next.timestamp().as_millisecond()))
}

fn zoned(at: Time, zone: &str) -> jiff::Zoned {
    let stamp = jiff::Timestamp::from_millisecond(at.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    stamp.to_zoned(TimeZone::get(zone).unwrap_or(TimeZone::UTC))
}
