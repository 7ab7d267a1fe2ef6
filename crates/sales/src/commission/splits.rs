//! Who else a deal is credited to.

use foundation::records::read;
use foundation::{Operation, Reader};
use kernel::{Error, FieldError, Id, Result};
use serde::Deserialize;
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};

use super::queries::{self, Split};
use super::terms::WHOLE;
use super::{DEAL, follow, settle};
use crate::rights;

/// People who share a deal.
const MOST: usize = 20;

/// One of those who share it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Share {
    pub person: Id,
    /// Hundredths of a per cent.
    pub share: i64,
    #[serde(default)]
    pub role: Option<String>,
}

/// All of those who share it besides its owner.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shares {
    pub splits: Vec<Share>,
}

pub fn show(reader: &mut Reader, deal: Id) -> Result<Json> {
    let deals = reader.object(DEAL)?;
    let record = read::get(reader, &deals, deal)?;
    let splits = queries::splits(reader, deal)?;
    let owner = record.get(&deals, "owner").as_link();
    let people = splits.iter().map(|split| split.person).chain(owner).collect();
    let titles = read::titles_of(reader, BTreeMap::from([("user".to_string(), people)]))?.0;
    let title = |id: Id| titles.get(&id).map(|(_, title)| title.clone());
    let data: Vec<Json> = splits
        .iter()
        .map(|split| {
            json!({ "person": { "id": split.person, "title": title(split.person) }, "share": split.share, "role": split.role })
        })
        .collect();
    let left = WHOLE - splits.iter().map(|split| split.share).sum::<i64>();
    let owner = owner.map(|owner| json!({ "id": owner, "title": title(owner) }));
    Ok(json!({ "owner": owner, "left": left, "splits": data }))
}

/// Says who shares it; whoever may change the deal may.
pub fn set(op: &mut Operation, deal: Id, shares: &Shares) -> Result<Json> {
    let deals = op.object(DEAL)?;
    rights::changeable(op, &deals, deal)?;
    let users = op.object("user")?;
    let mut faults = Vec::new();
    let mut seen = BTreeSet::new();
    for (place, one) in shares.splits.iter().enumerate() {
        let mut fault = |name: &str, code, detail: &str| {
            faults.push(FieldError::new(&format!("splits.{place}.{name}"), code, detail.to_string()));
        };
        if !(1..=WHOLE).contains(&one.share) {
            fault("share", "range", "from a hundredth of a per cent to 100 per cent");
        }
        if !seen.insert(one.person) {
            fault("person", "taken", "each shares it once");
        }
        if one.role.as_ref().is_some_and(|role| role.chars().count() > 80) {
            fault("role", "too_long", "at most 80 characters");
        }
        if read::load(op, &users, one.person)?.is_none() {
            fault("person", "unknown", "there is no such person");
        }
    }
    if shares.splits.len() > MOST || shares.splits.iter().map(|one| one.share.max(0)).sum::<i64>() > WHOLE {
        faults.push(FieldError::new("splits", "range", "shares come to 100 per cent at most"));
    }
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let splits: Vec<Split> = shares
        .splits
        .iter()
        .map(|one| Split { person: one.person, share: one.share, role: one.role.clone() })
        .collect();
    if splits != queries::splits(op, deal)? {
        queries::set_splits(op, deal, &splits)?;
        let deals = BTreeSet::from([deal]);
        rights::as_product(op, |op| {
            follow::begin(op)?;
            settle(op, &deals, &BTreeSet::new(), &BTreeSet::new())
        })?;
    }
    show(op, deal)
}
