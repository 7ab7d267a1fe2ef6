//! Customers that are the same though no key says so: exports of two products name a person alike but share no number, and
//! some of their rows have no e-mail address. A record is taken for the same when its title is, something else about it is too
//! (the company, a phone number), and its key does not say otherwise. Where two records fit, none is taken.

use std::collections::{HashMap, HashSet};

use db::Arg;
use foundation::Reader;
use foundation::access::Action;
use foundation::records::record::CHUNK;
use foundation::records::{Record, ask, columns};
use kernel::{FieldType, Id, Result, Value, fold};

use super::plan::Side;
use crate::mapping::natural_key;

/// A stored record of the same title.
struct Candidate {
    id: Id,
    has_key: bool,
    evidence: HashSet<String>,
}

/// What a row says, as far as it matters here.
pub struct Asked<'a> {
    pub values: &'a [(usize, Value)],
    /// The row has the key, and no record has it.
    pub has_key: bool,
}

/// Whether rows of this side may be matched so: customers, by a key that not every export carries.
pub fn applies(side: &Side) -> bool {
    let key = side.keys.first().and_then(|position| side.object.field(*position));
    side.object.def.party
        && key.is_some_and(|key| natural_key(&side.object.def).is_some() || matches!(key.kind, FieldType::Email))
}

/// For each of `asked` the record that it is about, where there is exactly one.
pub fn find(reader: &mut Reader, side: &Side, asked: &[Asked]) -> Result<Vec<Option<Id>>> {
    let titles: Vec<String> = asked.iter().map(|row| title_of(reader, side, row.values)).collect();
    let mut wanted: Vec<String> = titles.iter().filter(|title| !title.is_empty()).cloned().collect();
    wanted.sort_unstable();
    wanted.dedup();
    // The name of a company says enough; people share theirs.
    let name_is_enough = natural_key(&side.object.def).is_some();
    let stored =
        if name_is_enough { of_the_name(reader, side, &wanted)? } else { by_evidence(reader, side, asked, &wanted)? };
    let mut found = Vec::with_capacity(asked.len());
    for (row, title) in asked.iter().zip(&titles) {
        let evidence =
            evidence_of(side, |position| row.values.iter().find(|(at, _)| *at == position).map(|(_, value)| value));
        let fits = |candidate: &&Candidate| {
            !(row.has_key && candidate.has_key) && (name_is_enough || !candidate.evidence.is_disjoint(&evidence))
        };
        let mut fitting = stored.get(title).into_iter().flatten().filter(fits);
        found.push(match (fitting.next(), fitting.next()) {
            (Some(only), None) => Some(only.id),
            _ => None,
        });
    }
    Ok(found)
}

/// The title that a record with these values would have, folded.
fn title_of(reader: &Reader, side: &Side, values: &[(usize, Value)]) -> String {
    let mut record = Record::new(&side.object, Id::NIL, reader.now, None);
    let named: Vec<usize> = side.object.title.fields().collect();
    for (position, value) in values.iter().filter(|(position, _)| named.contains(position)) {
        record.set(*position, value.clone());
    }
    fold::fold(&record.fill(&side.object, &side.object.title))
}

/// Positions of the fields that tell customers of the same name apart.
fn telling(side: &Side) -> Vec<usize> {
    let def = &side.object.def;
    let fields = def.fields.iter().enumerate();
    fields
        .filter(|(_, field)| def.party_links.contains(&field.name) || matches!(field.kind, FieldType::Phone))
        .map(|(at, _)| at)
        .collect()
}

fn evidence_of<'v>(side: &Side, value: impl Fn(usize) -> Option<&'v Value>) -> HashSet<String> {
    let mut evidence = HashSet::new();
    for position in telling(side) {
        match value(position) {
            Some(Value::Link(id)) if !id.is_nil() => {
                evidence.insert(format!("{position}:{id}"));
            }
            // A number is the same whichever field it stands in, however it is written.
            Some(Value::Text(text)) => {
                evidence.insert(text.chars().filter(char::is_ascii_digit).collect());
            }
            _ => {}
        }
    }
    evidence
}

/// Candidates by their title.
type Found = HashMap<String, Vec<Candidate>>;

/// Those who bear one of these titles.
fn of_the_name(reader: &mut Reader, side: &Side, titles: &[String]) -> Result<Found> {
    let mut found = Found::new();
    let titles: Vec<Arg> = titles.iter().map(|title| Arg::text(title.as_str())).collect();
    for chunk in titles.chunks(CHUNK) {
        for (title, candidate) in candidates(reader, side, "", "r.sort_title", chunk, CROWD)? {
            found.entry(title).or_default().push(candidate);
        }
    }
    Ok(found)
}

/// Those who bear one of these titles and share a number or a link with a row. They are looked up by what is shared: half a
/// million people may be called alike, and each part of a file would read all of them again.
fn by_evidence(reader: &mut Reader, side: &Side, asked: &[Asked], titles: &[String]) -> Result<Found> {
    let titles: HashSet<&str> = titles.iter().map(String::as_str).collect();
    let mut met: HashSet<Id> = HashSet::new();
    let mut found = Found::new();
    let mut meet = |sharing: Vec<(String, Candidate)>| {
        for (title, candidate) in sharing {
            if titles.contains(title.as_str()) && met.insert(candidate.id) {
                found.entry(title).or_default().push(candidate);
            }
        }
    };
    let values = || asked.iter().flat_map(|row| row.values);
    let positions = telling(side);
    let numbers: Vec<Arg> = distinct(values().filter_map(|(at, value)| match value {
        Value::Text(number) if positions.contains(at) => Some(number.as_str()),
        _ => None,
    }));
    for chunk in numbers.chunks(CHUNK) {
        let numbered = "join identity i on i.party = r.id and i.kind = 'phone'";
        meet(candidates(reader, side, numbered, "i.value", chunk, CROWD)?);
    }
    for position in positions {
        let Some(column) = side.object.columns_of(position).first() else { continue };
        let mut links: Vec<Id> = values()
            .filter_map(|(at, value)| match value {
                Value::Link(id) if *at == position && !id.is_nil() => Some(*id),
                _ => None,
            })
            .collect();
        links.sort_unstable();
        links.dedup();
        let links: Vec<Arg> = links.into_iter().map(Arg::Id).collect();
        for chunk in links.chunks(CHUNK) {
            let by = format!("r.{}", column.name);
            let sharing = candidates(reader, side, "", &by, chunk, CROWD + 1)?;
            // A firm of that many says nothing of who somebody in it is.
            if sharing.len() <= CROWD {
                meet(sharing);
            }
        }
    }
    Ok(found)
}

/// People of some firms that are still looked at one by one.
const CROWD: usize = 20_000;

fn distinct<'v>(texts: impl Iterator<Item = &'v str>) -> Vec<Arg> {
    let mut texts: Vec<&str> = texts.collect();
    texts.sort_unstable();
    texts.dedup();
    texts.into_iter().map(Arg::text).collect()
}

/// Stored records with their titles, found by an indexed column that holds one of `values`; at most `limit`.
fn candidates(
    reader: &mut Reader,
    side: &Side,
    joined: &str,
    column: &str,
    values: &[Arg],
    limit: usize,
) -> Result<Vec<(String, Candidate)>> {
    let Some(key) = side.keys.first() else { return Ok(Vec::new()) };
    let positions: Vec<usize> = std::iter::once(*key).chain(telling(side)).collect();
    let names: Vec<String> = positions
        .iter()
        .flat_map(|at| side.object.columns_of(*at))
        .map(|column| format!(", r.{}", column.name))
        .collect();
    let width = [1, 8, 64, CHUNK].into_iter().find(|width| *width >= values.len()).unwrap_or(values.len());
    let mut args: Vec<Arg> = (0..width).filter_map(|n| values.get(n).or_else(|| values.last())).cloned().collect();
    let places: Vec<String> = (1..=args.len()).map(|n| format!("${n}")).collect();
    let rule = ask::rule_sql(reader, &side.object, Action::Read, &mut args)?;
    let sql = format!(
        "select r.id, r.sort_title{} from {} r {joined} where {column} in ({}) and r.deleted_at is null and {rule} \
         limit {limit}",
        names.concat(),
        side.object.def.table,
        places.join(", ")
    );
    let mut found = Vec::new();
    for row in reader.tx.query(&sql, &args)? {
        let mut from = 2;
        let mut values: Vec<(usize, Value)> = Vec::with_capacity(positions.len());
        for at in &positions {
            let Some(field) = side.object.field(*at) else { continue };
            values.push((*at, columns::read(field, &row, from)));
            from += side.object.columns_of(*at).len();
        }
        let value = |position: usize| values.iter().find(|(at, _)| *at == position).map(|(_, value)| value);
        let candidate = Candidate {
            id: row.id(0),
            has_key: value(*key).is_some_and(|value| !value.is_null()),
            evidence: evidence_of(side, value),
        };
        found.push((row.text(1).to_string(), candidate));
    }
    Ok(found)
}
