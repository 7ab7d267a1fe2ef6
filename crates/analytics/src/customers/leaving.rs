//! The early-warning list: who is about to leave, most at stake first, each with the reasons.

use std::collections::BTreeMap;

use foundation::Reader;
use foundation::records::read;
use kernel::{Error, Id, Result};
use serde_json::{Value as Json, json};

use super::profile::reasons;
use super::store::{self, money};

const MOST: i64 = 200;

/// A page of the list; `after` is the `next` of the page before.
pub fn page(reader: &mut Reader, object: &str, after: Option<&str>, limit: i64) -> Result<Json> {
    let after = after.filter(|text| !text.is_empty()).map(place).transpose()?;
    let limit = limit.clamp(1, MOST);
    let Some(version) = store::newest(reader, object)? else {
        return Ok(json!({ "data": [], "next": null, "as_of": null }));
    };
    let mut found = store::leaving(reader, object, after, limit + 1)?;
    let more = found.len() > usize::try_from(limit).unwrap_or(0);
    found.truncate(usize::try_from(limit).unwrap_or(0));
    let next = found.last().filter(|_| more).map(|last| format!("{}-{}", last.at_stake, last.record));
    let ids: Vec<Id> = found.iter().map(|profile| profile.record).collect();
    let titles = read::titles_of(reader, BTreeMap::from([(object.to_string(), ids)]))?;
    let data: Vec<Json> = found
        .iter()
        .map(|profile| {
            json!({
                "id": profile.record, "title": titles.0.get(&profile.record).map(|(_, title)| title),
                "segment": profile.segment, "value_class": profile.value_class, "activity": profile.activity,
                "alive_probability": profile.alive, "at_stake": money(profile.at_stake, version.currency),
                "revenue_12m": money(profile.revenue_12m, version.currency), "last_order": profile.last_on,
                "orders": profile.orders, "reasons": reasons(profile, version.currency),
            })
        })
        .collect();
    Ok(json!({ "data": data, "next": next, "as_of": version.as_of, "currency": version.currency }))
}

fn place(text: &str) -> Result<(i64, Id)> {
    let read = text.split_once('-').and_then(|(stake, id)| Some((stake.parse().ok()?, Id::parse(id)?)));
    read.ok_or_else(|| Error::Unreadable("`after` is not the `next` of a page".into()))
}
