//! The amount of a deal with products is the sum of its lines.

use std::collections::{BTreeMap, BTreeSet};

use foundation::Operation;
use foundation::records::write::{self, Draft, Keeps, What, Write};
use foundation::records::{Object, read};
use kernel::{FieldError, Id, Result, Value};

use super::{DEAL, LINE};
use crate::{queries, rights};

/// Lines of deals.
pub struct Lines;

impl Keeps for Lines {
    fn object(&self) -> &'static str {
        LINE
    }

    fn check(&self, op: &mut Operation, object: &Object, drafts: &[Option<Draft>]) -> Result<Vec<(usize, FieldError)>> {
        let deals = op.object(DEAL)?;
        let mut known: BTreeMap<Id, bool> = BTreeMap::new();
        let mut faults = Vec::new();
        for (place, draft) in drafts.iter().enumerate() {
            let Some(draft) = draft else { continue };
            // Lines change what a deal comes to: that is for whoever may change the deal.
            let before = draft.before.as_ref().and_then(|before| before.get(object, "deal").as_link());
            let own: BTreeSet<Id> = before.into_iter().chain(draft.after.get(object, "deal").as_link()).collect();
            let is_said = matches!(draft.what, What::Created | What::Updated);
            for deal in own.into_iter().filter(|_| is_said) {
                let may = match known.get(&deal) {
                    Some(may) => *may,
                    None => {
                        let may = queries::may_update(op, &deals, deal)?;
                        known.insert(deal, may);
                        may
                    }
                };
                if !may {
                    let detail = "the products of this deal are for whoever may change it";
                    faults.push((place, FieldError::new("deal", "not_allowed", detail)));
                }
            }
            let number = |field: &str| match draft.after.get(object, field) {
                Value::Number(number) => Some(*number),
                _ => None,
            };
            if number("quantity").is_some_and(|quantity| quantity < 0.0) {
                faults.push((place, FieldError::new("quantity", "below_minimum", "not below 0")));
            }
            if number("discount_percent").is_some_and(|percent| !(0.0..=100.0).contains(&percent)) {
                faults.push((place, FieldError::new("discount_percent", "range", "0 to 100 per cent")));
            }
        }
        Ok(faults)
    }

    fn follow(&self, op: &mut Operation, drafts: &[Draft]) -> Result<()> {
        let object = op.object(LINE)?;
        let mut touched: BTreeSet<Id> = BTreeSet::new();
        for draft in drafts {
            touched.extend(draft.after.get(&object, "deal").as_link());
            touched.extend(draft.before.as_ref().and_then(|before| before.get(&object, "deal").as_link()));
        }
        let deals = op.object(DEAL)?;
        let (Some(amount), ids) = (deals.def.position("amount"), touched.into_iter().collect::<Vec<_>>()) else {
            return Ok(());
        };
        // Whoever may change the lines changes what they come to.
        rights::as_product(op, |op| {
            let mut writes = Vec::new();
            for deal in read::get_many(op, &deals, &ids)? {
                let has_lines = matches!(deal.get(&deals, "lines_count"), Value::Int(count) if *count > 0);
                let total = deal.get(&deals, "lines_amount").clone();
                if has_lines && !total.is_null() && deal.deleted_at.is_none() && *deal.value(amount) != total {
                    writes.push(Write::Update { id: deal.id, version: None, values: vec![(amount, total)] });
                }
            }
            for written in write::apply(op, &deals, writes)? {
                written?;
            }
            Ok(())
        })
    }
}
