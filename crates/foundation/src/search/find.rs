//! Finding: candidates from the index, then each held against what the caller may see of the record as it is now.
//!
//! The index only proposes. A candidate is loaded under the caller's row rule and its visible fields are taken apart again;
//! what does not meet every need in them is not found. So neither a hidden field nor an index that is a moment behind can
//! show anything, and where a word stands needs no place in the index.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap, HashSet};

use db::Dialect;
use kernel::{Id, Result, Value};
use serde::Serialize;

use super::index::{self, Condition, Indexed};
use super::typed::{Need, Probe, Reading, Typed};
use super::typos;
use super::words::{self, Part, Tag, Word, mark};
use crate::access::{Action, ObjectAccess, Rule};
use crate::operation::Reader;
use crate::records::ask;
use crate::records::catalogue::Object;
use crate::records::merged;
use crate::records::record::{Record, plain};

/// Candidates fetched at once for a caller who may read everything, and for one who may not.
const PAGE: i64 = 80;
const PAGE_UNDER_RULE: i64 = 250;
/// Pages looked through for a caller whose rules leave few of the candidates.
const PAGES_UNDER_RULE: usize = 8;
/// Rights that reach the records of more people than this are not looked up by owner.
const OWNERS: usize = 64;
/// Fewer hits than this, and mistyped words are put right.
const FEW: usize = 3;
/// Hits for each object, at most.
pub const MOST: usize = 50;
/// Characters of a fragment.
const FRAGMENT: usize = 90;

/// What was found, by object, the object with the best hit first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Groups {
    pub groups: Vec<Group>,
    /// What was found instead of what was typed, if that was found nowhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub did_you_mean: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Group {
    /// Name of the object, `contact`.
    pub object: String,
    pub data: Vec<Found>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Found {
    pub id: Id,
    pub title: String,
    pub subtitle: String,
    /// Where it was found, if not in the title.
    #[serde(rename = "match", skip_serializing_if = "Option::is_none")]
    pub matched: Option<Match>,
}

/// The field that made a record be found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Match {
    pub field: String,
    /// In the caller's language.
    pub label: String,
    /// The value, or the part of a long one around what was found.
    pub text: String,
}

/// Everything the caller may read that fits what was typed: at most `limit` of each object.
pub fn find(reader: &mut Reader, text: &str, object: Option<&str>, limit: usize) -> Result<Groups> {
    let limit = limit.clamp(1, MOST);
    let typed = Typed::read(text);
    let all = searched(reader, object)?;
    settle(reader)?;
    if typed.is_empty() || all.is_empty() {
        return Ok(Groups::default());
    }
    let exact = hits(reader, &all, &typed, limit)?;
    let count: usize = exact.iter().map(|(_, hits)| hits.len()).sum();
    if count >= FEW {
        return Ok(grouped(reader, exact, limit, None));
    }
    let forgiving = typed.forgiving(|word| typos::meant(reader.tx, word))?;
    let Some(forgiving) = forgiving else { return Ok(grouped(reader, exact, limit, None)) };
    let mut found = exact;
    let mut meant = None;
    for (indexed, more) in hits(reader, &all, &forgiving, limit)? {
        if count == 0 && meant.is_none() {
            meant = more.first().and_then(|hit| hit.read_as(&forgiving));
        }
        match found.iter_mut().find(|(have, _)| have.number == indexed.number) {
            Some((_, hits)) => {
                let there: HashSet<Id> = hits.iter().map(|hit| hit.record.id).collect();
                hits.extend(more.into_iter().filter(|hit| !there.contains(&hit.record.id)));
            }
            None => found.push((indexed, more)),
        }
    }
    Ok(grouped(reader, found, limit, meant))
}

/// Records of one object for a link picker: those whose title begins as typed, then those with words of the title that
/// begin so; the last changed if nothing is typed.
pub fn suggest_links(reader: &mut Reader, object: &str, text: &str, limit: usize) -> Result<Vec<Found>> {
    let limit = limit.clamp(1, MOST);
    let object = reader.object(object)?;
    reader.who.need(&object.def.name, Action::Read)?;
    let numbers = index::numbers(reader.tx)?;
    let number = numbers.get(&object.def.id).copied();
    let indexed = Indexed { parts: words::parts(&object).into(), number: number.unwrap_or(0), object };
    let mut view = View::of(reader, &indexed)?;
    let typed = Typed::read(text);
    settle(reader)?;
    let rows = i64::try_from(limit).unwrap_or(1);
    let shown = view.shown.clone();
    let mut records = if typed.is_empty() {
        index::latest(reader.tx, &indexed, &shown, &view.rule, rows)?
    } else if view.title_hidden {
        Vec::new()
    } else {
        // Straight from the records, so that one made this moment is there.
        index::titled(reader.tx, &indexed, &typed.folded, &shown, &view.rule, rows)?
    };
    if records.len() < limit && !typed.is_empty() && number.is_some() && !indexed.parts.is_empty() {
        view.allowed.retain(|tag| *tag == Tag::Title);
        let mut hits = view.hits(reader, &indexed, &typed, limit)?;
        hits.sort_by_key(Hit::rank);
        let there: HashSet<Id> = records.iter().map(|record| record.id).collect();
        records.extend(hits.into_iter().map(|hit| hit.record).filter(|record| !there.contains(&record.id)));
    }
    records.truncate(limit);
    Ok(records.into_iter().map(|record| view.found(&indexed.object, record, None)).collect())
}

/// What the database is to be told before it is asked.
fn settle(reader: &mut Reader) -> Result<()> {
    match reader.tx.dialect().search_settings() {
        Some(settings) => reader.tx.batch(settings),
        None => Ok(()),
    }
}

/// The objects to look in: those that the caller may read.
fn searched(reader: &mut Reader, object: Option<&str>) -> Result<Vec<Indexed>> {
    let only = match object {
        Some(name) => {
            let object = reader.object(name)?;
            reader.who.need(&object.def.name, Action::Read)?;
            Some(object.def.id.clone())
        }
        None => None,
    };
    let numbers = index::numbers(reader.tx)?;
    let mut all = index::indexed(&reader.catalogue, &numbers);
    all.retain(|indexed| {
        only.as_ref().is_none_or(|only| *only == indexed.object.def.id)
            && reader.who.access.on(&indexed.object.def.name).allows(Action::Read)
    });
    Ok(all)
}

fn hits(reader: &mut Reader, all: &[Indexed], typed: &Typed, limit: usize) -> Result<Vec<(Indexed, Vec<Hit>)>> {
    let mut found = Vec::new();
    for indexed in all {
        let view = View::of(reader, indexed)?;
        let mut hits = view.hits(reader, indexed, typed, limit)?;
        if !hits.is_empty() {
            hits.sort_by_key(Hit::rank);
            found.push((indexed.clone(), hits));
        }
    }
    found.sort_by_key(|(_, hits)| hits.first().map(Hit::rank));
    Ok(found)
}

fn grouped(reader: &Reader, found: Vec<(Indexed, Vec<Hit>)>, limit: usize, did_you_mean: Option<String>) -> Groups {
    let mut groups = Vec::new();
    for (indexed, mut hits) in found {
        hits.truncate(limit);
        let hidden = hidden_titles(reader, &indexed.object);
        let data = hits.into_iter().map(|hit| show(&indexed.object, hidden, hit.record, hit.matched)).collect();
        groups.push(Group { object: indexed.object.def.name.clone(), data });
    }
    Groups { groups, did_you_mean }
}

/// What one caller sees of one object.
struct View {
    access: ObjectAccess,
    /// The row rule, living records only.
    rule: Condition,
    /// The rule leaves out some records.
    ruled: bool,
    /// Whose records are reached, if the rule is no more than that.
    owners: Option<Vec<String>>,
    /// Kinds of places with a visible field.
    allowed: BTreeSet<Tag>,
    /// Fields shown with a hit, besides those it is found by.
    shown: Vec<usize>,
    title_hidden: bool,
    language: String,
}

impl View {
    fn of(reader: &Reader, indexed: &Indexed) -> Result<View> {
        let object = &indexed.object;
        let access = reader.who.access.on(&object.def.name).clone();
        let mut args = Vec::new();
        let rule = ask::rule_sql(reader, object, Action::Read, &mut args)?;
        let ruled = !access.read.contains(&Rule::All) || !access.restrictions.is_empty();
        let allowed = words::tags(object, &indexed.parts, &|field| access.hidden_fields.contains(&field.name));
        Ok(View {
            rule: Condition { sql: format!("r.deleted_at is null and {rule}"), args },
            ruled,
            owners: owners(reader, object, &access),
            allowed,
            shown: object.title.fields().chain(object.subtitle.fields()).collect(),
            title_hidden: hidden_titles(reader, object),
            language: reader.who.language.to_string(),
            access,
        })
    }

    /// Hits of one object, not in order: from whole words in titles on to anything, until there are enough.
    fn hits(&self, reader: &mut Reader, indexed: &Indexed, typed: &Typed, limit: usize) -> Result<Vec<Hit>> {
        let mut hits: Vec<Hit> = Vec::new();
        let mut seen: HashSet<Id> = HashSet::new();
        let hides = !self.access.hidden_fields.is_empty();
        let (page, pages) = if self.ruled || hides { (PAGE_UNDER_RULE, PAGES_UNDER_RULE) } else { (PAGE, 1) };
        let mut asked: Vec<String> = Vec::new();
        for place in [Place::TitleWhole, Place::Title, Place::AnyWhole, Place::Any] {
            for cut in [true, false] {
                let Some(expression) = self.expression(reader.tx.dialect(), indexed, typed, place, cut) else {
                    continue;
                };
                if asked.contains(&expression) {
                    continue;
                }
                let mut below = indexed.end();
                let mut all = false;
                for _ in 0..pages {
                    let candidates = index::matching(reader.tx, &expression, below, page)?;
                    all = i64::try_from(candidates.len()).unwrap_or(0) < page;
                    below = candidates.last().map_or(below, |(_, doc)| *doc);
                    let new: Vec<Id> = candidates.into_iter().map(|(id, _)| id).filter(|id| seen.insert(*id)).collect();
                    let mut absent: HashSet<Id> = new.iter().copied().collect();
                    let mut unmet: Vec<Record> = Vec::new();
                    for record in index::load(reader.tx, indexed, &new, &self.shown, &self.rule)? {
                        absent.remove(&record.id);
                        match self.judge(indexed, typed, &record, &[]) {
                            Some((hit, _)) => hits.push(hit),
                            None => unmet.push(record),
                        }
                    }
                    hits.extend(self.together(reader, indexed, typed, &unmet)?);
                    for hit in self.joined(reader, indexed, typed, &absent)? {
                        if hits.iter().all(|have| have.record.id != hit.record.id) {
                            seen.insert(hit.record.id);
                            hits.push(hit);
                        }
                    }
                    if all || hits.len() >= limit {
                        break;
                    }
                }
                if hits.len() >= limit {
                    return Ok(hits);
                }
                asked.push(expression);
                if all {
                    // Whatever the uncut words find was among these.
                    break;
                }
            }
        }
        Ok(hits)
    }

    /// Records that do not meet what was typed by themselves, but do with the words of those who were joined to them.
    fn together(&self, reader: &mut Reader, indexed: &Indexed, typed: &Typed, records: &[Record]) -> Result<Vec<Hit>> {
        if records.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<Id> = records.iter().map(|record| record.id).collect();
        let others = index::joined_to(reader.tx, indexed, &ids)?;
        let hits = records.iter().filter_map(|record| {
            let (hit, first) = self.judge(indexed, typed, record, others.get(&record.id)?)?;
            // Behind those who say so themselves.
            Some(Hit { quality: hit.quality + 2, begins: false, matched: hit.matched.or(first), ..hit })
        });
        Ok(hits.collect())
    }

    /// Whoever was joined to another is found as that one: by what it said itself, in the fields that the caller sees, under
    /// the right to see who it is now.
    fn joined(&self, reader: &mut Reader, indexed: &Indexed, typed: &Typed, absent: &HashSet<Id>) -> Result<Vec<Hit>> {
        if !indexed.object.def.party || absent.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<Id> = absent.iter().copied().collect();
        let now = merged::now_of(reader, &ids)?;
        if now.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<Id> = now.keys().copied().collect();
        let said = index::load(reader.tx, indexed, &ids, &[], &Condition::none())?;
        let said: Vec<(Hit, Option<Match>)> =
            said.iter().filter_map(|record| self.judge(indexed, typed, record, &[])).collect();
        let mut ids: Vec<Id> = said.iter().filter_map(|(hit, _)| now.get(&hit.record.id).copied()).collect();
        ids.sort_unstable();
        ids.dedup();
        let survivors = index::load(reader.tx, indexed, &ids, &self.shown, &self.rule)?;
        let survivors: HashMap<Id, Record> = survivors.into_iter().map(|record| (record.id, record)).collect();
        let hits = said.into_iter().filter_map(|(hit, first)| {
            let record = survivors.get(now.get(&hit.record.id)?)?.clone();
            Some(Hit {
                // Behind those who say so themselves.
                quality: hit.quality + 2,
                begins: false,
                length: kernel::fold::fold(&record.title).chars().count(),
                read: hit.read,
                matched: hit.matched.or(first),
                record,
            })
        });
        Ok(hits.collect())
    }

    /// What to ask the index; none if no place that the caller may see can meet it. With `cut`, beginnings are cut to what
    /// the index keeps lists for: more may be found than asked, but the first is there at once however common the word is.
    fn expression(
        &self,
        dialect: Dialect,
        indexed: &Indexed,
        typed: &Typed,
        place: Place,
        cut: bool,
    ) -> Option<String> {
        let needs = |reading| self.needs(dialect, indexed, reading, place, cut);
        let readings: Vec<String> = match place {
            Place::AnyWhole | Place::Any => typed.readings().filter_map(needs).collect(),
            Place::TitleWhole | Place::Title => [&typed.words].into_iter().filter_map(needs).collect(),
        };
        if readings.is_empty() {
            return None;
        }
        let mut all = vec![dialect.search_any(&readings)];
        if let Some(owners) = &self.owners {
            let owner = mark(indexed.number, Tag::Owner);
            let owners: Vec<String> =
                owners.iter().map(|id| dialect.search_word(&format!("{owner}{id}"), true)).collect();
            all.push(dialect.search_any(&owners));
        }
        Some(dialect.search_all(&all))
    }

    fn needs(&self, dialect: Dialect, indexed: &Indexed, reading: &Reading, place: Place, cut: bool) -> Option<String> {
        let title = BTreeSet::from([Tag::Title]);
        let (allowed, whole) = match place {
            Place::AnyWhole => (&self.allowed, true),
            Place::Any => (&self.allowed, false),
            Place::TitleWhole | Place::Title if !self.allowed.contains(&Tag::Title) => return None,
            Place::TitleWhole => (&title, true),
            Place::Title => (&title, false),
        };
        let mut all = Vec::new();
        for need in reading {
            let mut any: Vec<String> = Vec::new();
            for probe in &need.probes {
                let whole = whole || probe.whole;
                for word in probe.marked(indexed.number, allowed) {
                    let kept =
                        if cut && !whole { word.chars().take(1 + Dialect::SEARCH_BEGINNING).collect() } else { word };
                    any.push(dialect.search_word(&kept, whole));
                }
            }
            if any.is_empty() {
                return None;
            }
            all.push(dialect.search_any(&any));
        }
        if all.is_empty() { None } else { Some(dialect.search_all(&all)) }
    }

    /// Holds a candidate, and those who were joined to it, against what was typed, in the fields that the caller sees. Beside
    /// the hit where the first word was met, be it in the title.
    fn judge(
        &self,
        indexed: &Indexed,
        typed: &Typed,
        record: &Record,
        others: &[Record],
    ) -> Option<(Hit, Option<Match>)> {
        let object = &indexed.object;
        let mut records: Vec<Record> = std::iter::once(record).chain(others).cloned().collect();
        for (position, field) in object.def.fields.iter().enumerate() {
            if self.access.hidden_fields.contains(&field.name) {
                records.iter_mut().for_each(|record| record.set(position, Value::Null));
            }
        }
        let mut words: Vec<Stands> = Vec::new();
        let mut of_part = Vec::new();
        for record in &records {
            for part in indexed.parts.iter() {
                words::of_field(object, part, record.value(part.field), &mut of_part);
                words.extend(of_part.drain(..).map(|word| Stands { record, part, word }));
            }
        }
        let (quality, met) =
            typed.readings().filter_map(|reading| meets(reading, &words)).min_by_key(|(quality, _)| *quality)?;
        let matched =
            met.iter().find(|met| met.at.word.tag != Tag::Title).and_then(|met| self.matched(object, record, met));
        let first = met.first().and_then(|met| self.met_in(object, met));
        let read = met.iter().map(|met| met.probe.text.clone()).collect();
        let record = records.first()?.clone();
        let folded = kernel::fold::fold(&record.title);
        let hit = Hit {
            quality,
            begins: !self.title_hidden && folded.starts_with(&typed.folded),
            length: folded.chars().count(),
            read,
            matched,
            record,
        };
        Some((hit, first))
    }

    /// Where a word was met, if that does not say what the title says.
    fn matched(&self, object: &Object, record: &Record, met: &Met) -> Option<Match> {
        self.met_in(object, met).filter(|matched| matched.text != record.title || self.title_hidden)
    }

    fn met_in(&self, object: &Object, met: &Met) -> Option<Match> {
        let Stands { record, part, .. } = met.at;
        let field = object.field(part.field)?;
        let value = record.value(part.field);
        let choice = value.as_text().and_then(|text| field.kind.options()?.iter().find(|option| option.value == text));
        let text = match choice {
            Some(option) => option.label.get(&self.language).to_string(),
            None => plain(object, part.field, value),
        };
        let text = fragment(&text, &met.probe.text);
        Some(Match { field: field.name.clone(), label: field.label.get(&self.language).to_string(), text })
    }

    fn found(&self, object: &Object, mut record: Record, matched: Option<Match>) -> Found {
        for (position, field) in object.def.fields.iter().enumerate() {
            if self.access.hidden_fields.contains(&field.name) {
                record.set(position, Value::Null);
            }
        }
        show(object, self.title_hidden, record, matched)
    }
}

/// Where to look: in titles or in any field, for whole words or for beginnings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    TitleWhole,
    Title,
    AnyWhole,
    Any,
}

/// Whose records a caller reaches, as words of the index; none if the rights are not (only) a matter of owners.
fn owners(reader: &Reader, object: &Object, access: &ObjectAccess) -> Option<Vec<String>> {
    object.def.owner.as_ref()?;
    let mut owners: BTreeSet<Id> = BTreeSet::new();
    for rule in &access.read {
        match rule {
            Rule::All | Rule::Where(_) => return None,
            Rule::Own => owners.extend(reader.who.user),
            Rule::Team => owners.extend(reader.who.people.iter().copied()),
        }
    }
    if owners.is_empty() || owners.len() > OWNERS {
        return None;
    }
    let joined = object.def.party.then(|| words::JOINED.to_string());
    Some(owners.into_iter().map(words::owner).chain(joined).collect())
}

/// A field of the title is hidden from the caller: the title is made anew from what is not.
fn hidden_titles(reader: &Reader, object: &Object) -> bool {
    let hidden = &reader.who.access.on(&object.def.name).hidden_fields;
    !hidden.is_empty()
        && object.title.fields().filter_map(|position| object.field(position)).any(|field| hidden.contains(&field.name))
}

fn show(object: &Object, title_hidden: bool, record: Record, matched: Option<Match>) -> Found {
    let title = if title_hidden { record.make_title(object) } else { record.title.clone() };
    Found { id: record.id, title, subtitle: record.fill(object, &object.subtitle), matched }
}

/// A record that was found, and how well.
struct Hit {
    record: Record,
    quality: u32,
    /// The title begins with all that was typed.
    begins: bool,
    /// Characters of the title.
    length: usize,
    /// What each word was read as.
    read: Vec<String>,
    matched: Option<Match>,
}

impl Hit {
    /// Best first: whole words in the title, beginnings in the title, other fields; then titles that begin as typed, short
    /// titles, and the last changed.
    fn rank(&self) -> (u32, bool, usize, Reverse<i64>, Id) {
        (self.quality, !self.begins, self.length, Reverse(self.record.updated_at.0), self.record.id)
    }

    /// What was typed, with the words that were meant; none if they are the same.
    fn read_as(&self, typed: &Typed) -> Option<String> {
        let meant = self.read.join(" ");
        let typed: Vec<&str> = typed.words.iter().filter_map(|need| need.word.as_deref()).collect();
        (meant != typed.join(" ") && typed.len() == self.read.len()).then_some(meant)
    }
}

/// A word, and where it stands.
struct Stands<'a> {
    record: &'a Record,
    part: &'a Part,
    word: Word,
}

/// How a need was met.
struct Met<'a> {
    probe: &'a Probe,
    at: &'a Stands<'a>,
}

/// How well words meet a reading; none if some need is not met.
fn meets<'a>(reading: &'a [Need], words: &'a [Stands<'a>]) -> Option<(u32, Vec<Met<'a>>)> {
    let mut total = 0;
    let mut all = Vec::with_capacity(reading.len());
    for need in reading {
        let mut best: Option<(u32, Met)> = None;
        for probe in &need.probes {
            for at in words.iter().filter(|at| probe.fits(&at.word)) {
                let place = if at.word.tag == Tag::Title { 0 } else { 2 };
                let quality = place + u32::from(at.word.text != probe.text);
                if best.as_ref().is_none_or(|(have, _)| quality < *have) {
                    best = Some((quality, Met { probe, at }));
                }
            }
        }
        let (quality, met) = best?;
        total += quality;
        all.push(met);
    }
    Some((total, all))
}

/// The part of a long text around the first word that begins as asked.
fn fragment(text: &str, beginning: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= FRAGMENT {
        return line;
    }
    let mut before = 0;
    for piece in line.split(' ') {
        if kernel::fold::words(piece).iter().any(|word| word.starts_with(beginning)) {
            break;
        }
        before += piece.chars().count() + 1;
    }
    let from = before.saturating_sub(FRAGMENT / 3);
    let cut: String = line.chars().skip(from).take(FRAGMENT).collect();
    let (start, end) = (if from > 0 { "…" } else { "" }, if line.chars().count() > from + FRAGMENT { "…" } else { "" });
    format!("{start}{}{end}", cut.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fragment_shows_what_was_found() {
        let text = format!("{} the Ștefănescu order {}", "before ".repeat(40), "after ".repeat(40));
        let shown = fragment(&text, "stefan");
        assert!(shown.starts_with('…') && shown.ends_with('…') && shown.contains("Ștefănescu"), "{shown}");
        assert_eq!(fragment("short  text", "x"), "short text");
    }
}
