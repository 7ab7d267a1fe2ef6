//! What was known at a past moment: every change since is taken back.
//!
//! The ledger keeps each field's old value with its change, so a deal as it was is the deal as it is with the oldest of
//! the old values since then. Deals that came later do not count, those that were thrown away since do. What the reader
//! may see is decided by the deals as they are now.

use std::collections::BTreeMap;

use foundation::Reader;
use foundation::records::{Object, Record, columns, history, read};
use kernel::{Id, Money, Result, Time, Value};

use super::Category;
use super::asked::View;
use super::queries::{self, Group};

/// The deals of the period as they were, one group each, with the deals themselves.
pub fn groups(reader: &mut Reader, deals: &std::sync::Arc<Object>, view: &View, at: Time) -> Result<Vec<(Id, Group)>> {
    let ids = queries::candidates(reader, deals, view, at)?;
    let mut then: BTreeMap<Id, Record> = read::get_many(reader, deals, &ids)?
        .into_iter()
        .filter(|deal| deal.deleted_at.is_none_or(|deleted| deleted >= at))
        .map(|deal| (deal.id, deal))
        .collect();
    let changed: Vec<Id> = then.values().filter(|deal| deal.updated_at >= at).map(|deal| deal.id).collect();
    // The newest first, so that the oldest of the old values stays.
    for line in queries::changes_since(reader, &changed, at)?.into_iter().rev() {
        let changes = history::changes_of(reader, &line)?;
        let Some(deal) = line.about().and_then(|id| then.get_mut(&id)) else { continue };
        for (name, pair) in changes {
            let Some(position) = deals.def.position(&name) else { continue };
            let old = pair.get(0).and_then(|old| columns::from_json(deals.def.fields.get(position)?, old));
            if let Some(old) = old {
                deal.set(position, old);
            }
        }
    }
    let stages: BTreeMap<Id, String> = queries::stages(reader)?.into_iter().collect();
    Ok(then.values().filter_map(|deal| Some((deal.id, group(deals, deal, view, &stages)?))).collect())
}

/// Where a deal as it was stood in the period's forecast.
fn group(deals: &Object, deal: &Record, view: &View, stages: &BTreeMap<Id, String>) -> Option<Group> {
    let day = |field: &str| match deal.get(deals, field) {
        Value::Date(day) => Some(*day),
        _ => None,
    };
    let within = |field: &str| day(field).is_some_and(|day| day >= view.period.first() && day <= view.period.last());
    if view.pipeline.is_some_and(|pipeline| deal.get(deals, "pipeline").as_link() != Some(pipeline)) {
        return None;
    }
    let money: Option<Money> = match deal.get(deals, "amount") {
        Value::Money(money) => Some(*money),
        _ => None,
    };
    let probability = match deal.get(deals, "probability") {
        Value::Int(probability) => Some(*probability),
        _ => None,
    };
    let owner = deal.get(deals, "owner").as_link();
    let category = match deal.get(deals, "status").as_text() {
        Some("won") if within("closed_on") => None,
        Some("open") if within("expected_close_on") => {
            let stage = deal.get(deals, "stage").as_link().and_then(|stage| stages.get(&stage));
            Some(Category::of(deal.get(deals, "forecast").as_text(), stage.map(String::as_str), probability))
        }
        _ => return None,
    };
    let weighted = money.map_or(0, |money| money.amount.saturating_mul(probability.unwrap_or(0)));
    let day = if category.is_none() { day("closed_on") } else { None };
    Some(Group { owner, category, money, weighted, deals: 1, day })
}
