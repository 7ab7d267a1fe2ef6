//! What a merge would do: who goes on, and what each field says then. The preview shows this, the merge does it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use db::Arg;
use foundation::Reader;
use foundation::access::Action;
use foundation::records::record::id_list;
use foundation::records::{Object, Record, ask, merged, read};
use kernel::{Error, FieldError, Id, Result, Time, Value};
use serde::Deserialize;
use serde_json::Value as Json;

use super::own::{ids_in, led};
use super::rules::{self, Rule, Rules, Survivor};
use super::survivorship::{Kept, choose, form};
use super::weigh::{self, Source};

/// Records of one merge.
pub const MOST: usize = 50;

/// Bytes of a reason.
const MOST_WHY: usize = 16 << 10;

/// What somebody asks for.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    pub records: Vec<Id>,
    /// Who goes on; none leaves it to the rule.
    #[serde(default)]
    pub survivor: Option<Id>,
    /// By field: the record whose value is kept.
    #[serde(default)]
    pub picks: BTreeMap<String, Id>,
    /// Why, for whoever asks later.
    #[serde(default)]
    pub why: Json,
}

/// One field of a merge.
#[derive(Debug)]
pub struct Decision {
    pub position: usize,
    pub rule: Rule,
    pub picked: bool,
    pub kept: Kept,
    /// The records say different things.
    pub differs: bool,
    /// What each record says, since when, and by which source.
    pub said: Vec<(Id, Value, Time, Option<Source>)>,
}

/// What a merge would do.
pub struct Plan {
    pub object: Arc<Object>,
    pub survivor: Record,
    pub others: Vec<Record>,
    pub decisions: Vec<Decision>,
    /// Who the records that values link to are now.
    pub led: HashMap<Id, Id>,
}

/// Two or more records to be merged, or one that all of them are already.
pub enum Found {
    Several(Box<Plan>),
    One(Id),
}

/// Objects of which a company collects many records, some of them twice. Its own people, and what it is set up by, are not
/// merged.
pub fn is_mergeable(object: &Object) -> bool {
    let def = &object.def;
    let set_up = ["user", "team", "view", "pipeline", "stage", "source"].contains(&def.name.as_str());
    !set_up && (def.party || def.custom || def.owner.is_some() || def.name == "tag")
}

pub fn make(reader: &mut Reader, object: &Arc<Object>, asked: &Asked) -> Result<Found> {
    for action in [Action::Update, Action::Delete] {
        reader.who.need(&object.def.name, action)?;
    }
    if !is_mergeable(object) {
        return Err(Error::invalid("/records", "not_mergeable", format!("{} are not merged", object.def.plural)));
    }
    let records = load(reader, object, &asked.records, &asked.why)?;
    if let [one] = records.as_slice() {
        return Ok(Found::One(one.id));
    }
    let rules = rules::load(reader, object)?;
    let survivor = match asked.survivor {
        Some(id) => merged::now(reader, id)?,
        None => survivor(object, rules.survivor, &records),
    };
    let Some(place) = records.iter().position(|record| record.id == survivor) else {
        return Err(Error::invalid("/survivor", "not_found", "the survivor is one of the records"));
    };
    let mut others = records;
    let survivor = others.remove(place);
    let picks = picks(reader, object, asked, &survivor, &others)?;
    let (decisions, led) = decide(reader, object, &rules, &picks, &survivor, &others)?;
    Ok(Found::Several(Box::new(Plan { object: object.clone(), survivor, others, decisions, led })))
}

/// The records, each as who it is now, in the order in which they were made.
fn load(reader: &mut Reader, object: &Arc<Object>, ids: &[Id], why: &Json) -> Result<Vec<Record>> {
    let asked: BTreeSet<Id> = ids.iter().copied().collect();
    if asked.len() < 2 {
        return Err(Error::invalid("/records", "too_few", "two or more records are merged"));
    }
    if why.to_string().len() > MOST_WHY {
        return Err(Error::TooLarge("at most 16 kB say why".into()));
    }
    if asked.len() > MOST {
        return Err(Error::TooLarge(format!("at most {MOST} records in one merge")));
    }
    let asked: Vec<Id> = asked.into_iter().collect();
    let to = merged::now_of(reader, &asked)?;
    let now: BTreeSet<Id> = asked.iter().map(|id| to.get(id).copied().unwrap_or(*id)).collect();
    let now: Vec<Id> = now.into_iter().collect();
    let mut records = read::get_many(reader, object, &now)?;
    if records.len() < now.len() {
        return Err(Error::NotFound);
    }
    // Whoever merges could do by hand, to each of them, what the merge does.
    let mut args: Vec<Arg> = Vec::new();
    let update = ask::rule_sql(reader, object, Action::Update, &mut args)?;
    let delete = ask::rule_sql(reader, object, Action::Delete, &mut args)?;
    let list = id_list(&now, &mut args);
    let sql = format!("select count(*) from {} r where r.id in ({list}) and {update} and {delete}", object.def.table);
    let allowed = reader.tx.one(&sql, &args)?.map_or(0, |row| row.int(0));
    if usize::try_from(allowed).unwrap_or(0) < now.len() {
        return Err(Error::Forbidden("changing and deleting each of these records"));
    }
    if records.iter().any(|record| record.deleted_at.is_some()) {
        return Err(Error::conflict("record.trashed", "a record is in the bin; restore it first"));
    }
    records.sort_by_key(|record| record.id);
    Ok(records)
}

fn survivor(object: &Object, rule: Survivor, records: &[Record]) -> Id {
    let filled = |record: &Record| {
        let decided = object.def.fields.iter().zip(&record.values).filter(|(field, _)| rules::is_decided(field));
        decided.filter(|(_, value)| !value.is_null()).count()
    };
    // The records come in the order in which they were made; of equals the first is kept.
    let best = match rule {
        Survivor::Oldest => records.first(),
        Survivor::Newest => records.last(),
        Survivor::MostComplete => records.iter().rev().max_by_key(|record| filled(record)),
    };
    best.map_or(Id::NIL, |record| record.id)
}

/// Picks by field position. A field that may not be seen does not exist; one that may not be changed is not picked.
fn picks(
    reader: &mut Reader,
    object: &Object,
    asked: &Asked,
    survivor: &Record,
    others: &[Record],
) -> Result<HashMap<usize, Id>> {
    let to = merged::now_of(reader, &asked.picks.values().copied().collect::<Vec<_>>())?;
    let access = reader.who.access.on(&object.def.name);
    let (mut picks, mut errors) = (HashMap::new(), Vec::new());
    for (name, id) in &asked.picks {
        let at = format!("/picks/{name}");
        let known = object.def.position(name).filter(|_| !access.hidden_fields.contains(name));
        let Some((position, field)) = known.and_then(|at| Some((at, object.field(at)?))) else {
            let detail = format!("there is no field `{name}` on {}", object.def.plural);
            errors.push(FieldError::new(&at, "unknown_field", detail));
            continue;
        };
        if !rules::is_decided(field) || access.readonly_fields.contains(name) {
            errors.push(FieldError::new(&at, "readonly", format!("`{name}` cannot be changed here")));
        } else if !rules::can_pick(field) {
            errors.push(FieldError::new(&at, "stricter_consent", "the stricter consent wins"));
        } else {
            let id = to.get(id).copied().unwrap_or(*id);
            if id == survivor.id || others.iter().any(|record| record.id == id) {
                picks.insert(position, id);
            } else {
                errors.push(FieldError::new(&at, "not_found", "must be one of the records"));
            }
        }
    }
    if errors.is_empty() { Ok(picks) } else { Err(Error::Invalid(errors)) }
}

fn decide(
    reader: &mut Reader,
    object: &Arc<Object>,
    rules: &Rules,
    picks: &HashMap<usize, Id>,
    survivor: &Record,
    others: &[Record],
) -> Result<(Vec<Decision>, HashMap<Id, Id>)> {
    let decided: Vec<usize> =
        (0..object.def.fields.len()).filter(|at| object.field(*at).is_some_and(rules::is_decided)).collect();
    let mut records: Vec<Record> = std::iter::once(survivor).chain(others).cloned().collect();
    let named: Vec<Id> = decided.iter().flat_map(|at| records.iter().flat_map(|r| ids_in(r.value(*at)))).collect();
    let to = merged::now_of(reader, &named)?;
    // A link from one of them to another would lead from the record to itself.
    let members: Vec<Id> = records.iter().map(|record| record.id).collect();
    for record in &mut records {
        for position in &decided {
            let value = led(record.value(*position), &to, &members);
            record.set(*position, value);
        }
    }
    let differs = |position: usize| {
        let filled = records.iter().map(|record| record.value(position)).filter(|value| !value.is_null());
        filled.map(form).collect::<BTreeSet<String>>().len() > 1
    };
    let differing: BTreeSet<usize> = decided.iter().copied().filter(|position| differs(*position)).collect();
    let told = weigh::told(reader, object, &records)?;
    let mut ages = Vec::with_capacity(records.len());
    for record in &records {
        ages.push(weigh::ages(reader, object, record, &differing)?);
    }
    let mut decisions = Vec::with_capacity(decided.len());
    for position in decided {
        let Some(field) = object.field(position) else { continue };
        let candidates: Vec<_> = records
            .iter()
            .zip(&ages)
            .map(|(record, ages)| {
                let at = ages.get(&position).copied().unwrap_or(record.created_at);
                weigh::candidate(record, position, at, &told)
            })
            .collect();
        let rule = rules.of(object, field);
        let pick = picks.get(&position).and_then(|id| candidates.iter().find(|one| one.record == *id)).cloned();
        let kept = match &pick {
            Some(picked) => Kept { value: picked.value.clone(), winner: Some(picked.record) },
            None => choose(field, rule, &candidates),
        };
        let said = candidates
            .into_iter()
            .map(|one| {
                let source = told.get(&(one.record, position)).cloned();
                (one.record, one.value, one.at, source)
            })
            .collect();
        let differs = differing.contains(&position);
        decisions.push(Decision { position, rule, picked: pick.is_some(), kept, differs, said });
    }
    Ok((decisions, to))
}
