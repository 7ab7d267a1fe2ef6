//! Events from outside: a shop's page views, a phone system's calls. A batch is taken whole or refused whole.

use std::collections::{HashMap, HashSet};

use db::Arg;
use kernel::{Currency, Error, FieldError, Id, Money, Result, Time, limits};
use serde::Deserialize;
use serde_json::{Map, Value as Json};

use super::Entry;
use super::facts::{derived_id, split_personal};
use crate::operation::Operation;
use crate::records::record::{CHUNK, id_list};

/// One event as it is sent.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Incoming {
    /// `noun.fact`, in lower case.
    pub kind: String,
    #[serde(default)]
    pub at: Option<Time>,
    #[serde(default)]
    pub party: Option<Id>,
    /// How the party is found when its id is not known.
    #[serde(default)]
    pub identity: Option<Identity>,
    #[serde(default)]
    pub record: Option<About>,
    /// Minor units.
    #[serde(default)]
    pub amount: Option<i64>,
    #[serde(default)]
    pub currency: Option<String>,
    #[serde(default)]
    pub channel: Option<String>,
    #[serde(default)]
    pub source: Option<String>,
    #[serde(default)]
    pub props: Map<String, Json>,
    /// The same key with the same moment is recorded once, however often it is sent.
    #[serde(default)]
    pub key: Option<String>,
}

#[derive(Debug, Clone, Deserialize, PartialEq, Eq, Hash)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    /// `email`, `phone` or `external`.
    pub kind: String,
    pub value: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    pub object: String,
    pub id: Id,
}

/// How many were recorded, and how many had been before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Accepted {
    pub accepted: u64,
    pub repeated: u64,
}

/// Records a batch.
pub fn accept(op: &mut Operation, events: &[Incoming]) -> Result<Accepted> {
    op.who.need_events()?;
    if events.len() > limits::EVENT_BATCH {
        return Err(Error::TooLarge(format!("at most {} events in one batch", limits::EVENT_BATCH)));
    }
    let identities = find_identities(op, events)?;
    let parties = existing_parties(op, events)?;
    let mut errors = Vec::new();
    let mut entries = Vec::with_capacity(events.len());
    for (place, event) in events.iter().enumerate() {
        match entry(op, event, &identities, &parties) {
            Ok(entry) => entries.push(entry),
            Err((field, code, detail)) => {
                errors.push(FieldError::new(&format!("/events/{place}/{field}"), code, detail))
            }
        }
        if errors.len() >= 100 {
            break;
        }
    }
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
    let sent = events.len() as u64;
    let repeated = super::append(op, entries)?;
    Ok(Accepted { accepted: sent - repeated, repeated })
}

type Fault = (&'static str, &'static str, String);

fn entry(
    op: &Operation,
    event: &Incoming,
    identities: &HashMap<Identity, Id>,
    parties: &HashSet<Id>,
) -> Result<Entry, Fault> {
    check_kind(op, &event.kind)?;
    let at = event.at.unwrap_or(op.now);
    let day_ms = 24 * 60 * 60 * 1000;
    if at.0 > op.now.0 + day_ms || at.0 < 0 {
        return Err(("at", "out_of_range", "must lie between 1970 and tomorrow".into()));
    }
    if event.key.is_some() && event.at.is_none() {
        return Err((
            "at",
            "required",
            "an event with a key needs its moment, or a repetition cannot be told from a new one".into(),
        ));
    }
    let party = match (&event.party, &event.identity) {
        (Some(id), _) => Some(*parties.get(id).ok_or(("party", "not_found", format!("there is no party {id}")))?),
        (None, Some(identity)) => {
            let found = identities.get(&normal(identity));
            Some(*found.ok_or(("identity", "not_found", "nobody is known by this identity".to_string()))?)
        }
        (None, None) => None,
    };
    let amount = match (event.amount, &event.currency) {
        (None, None) => None,
        (Some(amount), Some(code)) => {
            let currency =
                Currency::parse(code).ok_or(("currency", "wrong_type", "must be an ISO 4217 code".to_string()))?;
            Some(Money { amount, currency })
        }
        _ => return Err(("amount", "required", "amount and currency go together".into())),
    };
    for (name, text) in [("channel", &event.channel), ("source", &event.source), ("key", &event.key)] {
        if text.as_ref().is_some_and(|text| text.chars().count() > 200) {
            return Err((name, "too_long", "at most 200 characters".into()));
        }
    }
    let props_bytes = serde_json::to_string(&event.props).map_or(0, |text| text.len());
    if props_bytes > 16 << 10 {
        return Err(("props", "too_long", "at most 16 kB".into()));
    }
    let mut entry = Entry { kind: event.kind.clone(), at: Some(at), party, amount, ..Entry::default() };
    if let Some(about) = &event.record {
        let object =
            op.catalogue.find(&about.object).ok_or(("record", "not_found", "there is no such object".to_string()))?;
        entry.object = Some(object.def.name.clone());
        entry.record = Some(about.id).filter(|id| Some(*id) != party);
    }
    entry.channel = event.channel.clone();
    entry.source = event.source.clone();
    if let Some(key) = &event.key {
        entry.id = Some(derived_id(at, &event.kind, key));
    }
    split_personal(&event.kind, event.props.clone(), &mut entry);
    Ok(entry)
}

/// `noun.fact`; what happens to records themselves is told by the product alone.
fn check_kind(op: &Operation, kind: &str) -> Result<(), Fault> {
    let word = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_lowercase())
            && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
    };
    let fits = kind.len() <= 64 && kind.split('.').count() >= 2 && kind.split('.').all(word);
    if !fits {
        return Err(("kind", "wrong_type", "must be two words such as `page.viewed`".into()));
    }
    if let Some((object, _)) = events::records::Happening::parse(kind)
        && op.catalogue.named(object).is_some()
    {
        return Err(("kind", "reserved", format!("`{kind}` is told by the system itself")));
    }
    Ok(())
}

fn normal(identity: &Identity) -> Identity {
    let value = match identity.kind.as_str() {
        "email" => kernel::points::email(&identity.value),
        "phone" => kernel::points::phone(&identity.value, None),
        _ => None,
    };
    Identity { kind: identity.kind.clone(), value: value.unwrap_or_else(|| identity.value.trim().to_string()) }
}

/// Who is behind the identities; the longest known where several share one.
fn find_identities(op: &mut Operation, events: &[Incoming]) -> Result<HashMap<Identity, Id>> {
    let mut wanted: Vec<Identity> = events
        .iter()
        .filter(|event| event.party.is_none())
        .filter_map(|event| event.identity.as_ref().map(normal))
        .collect();
    wanted.sort_by(|a, b| (&a.kind, &a.value).cmp(&(&b.kind, &b.value)));
    wanted.dedup();
    let mut found = HashMap::with_capacity(wanted.len());
    for identity in wanted {
        // Told under the id that the identity belongs to: should that be taken out of a merge again, it takes this along.
        let sql = "select i.party from identity i left join party_alias a on a.alias = i.party where i.kind = $1 and i.value = $2 \
                   order by coalesce(a.party, i.party), case when a.party is null then 0 else 1 end, i.party limit 1";
        if let Some(row) = op.tx.one(sql, &[identity.kind.as_str().into(), identity.value.as_str().into()])? {
            found.insert(identity, row.id(0));
        }
    }
    Ok(found)
}

/// The parties that there are. A line is told under the id it names, also where that one was joined to another.
fn existing_parties(op: &mut Operation, events: &[Incoming]) -> Result<HashSet<Id>> {
    let mut ids: Vec<Id> = events.iter().filter_map(|event| event.party).collect();
    ids.sort();
    ids.dedup();
    let mut found = HashSet::with_capacity(ids.len());
    for chunk in ids.chunks(CHUNK) {
        let mut args: Vec<Arg> = Vec::new();
        let list = id_list(chunk, &mut args);
        let sql = format!("select k.party from party_key k where k.party in ({list})");
        found.extend(op.tx.query(&sql, &args)?.iter().map(|row| row.id(0)));
    }
    Ok(found)
}
