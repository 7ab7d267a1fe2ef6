//! What holds for quotes and their lines whatever door a change comes by: what a customer has in hands, or somebody is
//! asked to approve, is not changed; a line belongs to a quote that its editor may change; an approved quote that is
//! changed is a draft again.

use std::collections::BTreeSet;

use foundation::Operation;
use foundation::access::principal::Kind;
use foundation::records::write::{Draft, Keeps, What};
use foundation::records::{Object, read};
use kernel::{Currency, FieldError, Id, Result, Value};

use super::{LINE, QUOTE, Quote, QuoteLine, put, queries, state_of, text};

/// Fields that say how the quote is looked after, not what is offered.
const FREE: [&str; 4] = [Quote::OWNER, Quote::TAGS, Quote::DEAL, Quote::EXTERNAL_ID];

fn frozen(state: &str) -> Option<String> {
    (!matches!(state, "draft" | "approved")).then(|| format!("the quote is {}", state.replace('_', " ")))
}

/// Keeps quotes.
pub struct QuoteKeeper;

impl Keeps for QuoteKeeper {
    fn object(&self) -> &'static str {
        QUOTE
    }

    fn check(&self, op: &mut Operation, object: &Object, drafts: &[Option<Draft>]) -> Result<Vec<(usize, FieldError)>> {
        let mut faults = Vec::new();
        for (place, draft) in drafts.iter().enumerate() {
            let Some(draft) = draft.as_ref() else { continue };
            let currency = draft.after.get(object, Quote::CURRENCY).as_text();
            if currency.is_some_and(|code| Currency::parse(code).is_none()) {
                faults
                    .push((place, FieldError::new(Quote::CURRENCY, "unknown_currency", "must be a code such as EUR")));
            }
            let (What::Updated, Some(before)) = (draft.what, &draft.before) else { continue };
            if op.who.kind == Kind::System {
                continue;
            }
            let Some(why) = frozen(state_of(object, before)) else { continue };
            for position in &draft.changed {
                let Some(field) = object.field(*position) else { continue };
                if !field.kind.is_computed() && !FREE.contains(&field.name.as_str()) {
                    faults.push((place, FieldError::new(&field.name, "readonly_now", why.clone())));
                }
            }
        }
        Ok(faults)
    }

    fn follow(&self, op: &mut Operation, drafts: &[Draft]) -> Result<()> {
        if op.who.kind == Kind::System {
            return Ok(());
        }
        let object = op.object(QUOTE)?;
        let changes_offer = |draft: &&Draft| {
            draft.what == What::Updated
                && draft.changed.iter().filter_map(|position| object.field(*position)).any(|field| {
                    !field.kind.is_computed() && !FREE.contains(&field.name.as_str()) && field.name != Quote::STATE
                })
        };
        let reopened: Vec<Id> = drafts
            .iter()
            .filter(changes_offer)
            .filter(|draft| state_of(&object, &draft.after) == "approved")
            .map(|draft| draft.after.id)
            .collect();
        reopened.into_iter().try_for_each(|id| put(op, id, vec![(Quote::STATE, text("draft"))]))
    }
}

/// Keeps lines.
pub struct LineKeeper;

impl Keeps for LineKeeper {
    fn object(&self) -> &'static str {
        LINE
    }

    fn check(&self, op: &mut Operation, object: &Object, drafts: &[Option<Draft>]) -> Result<Vec<(usize, FieldError)>> {
        let quotes = of(object, drafts.iter().flatten());
        let quote_object = op.object(QUOTE)?;
        let by_product = op.who.kind == Kind::System;
        let mut faults = Vec::new();
        for id in quotes {
            let quote = op.as_product(|op| read::load(op, &quote_object, id))?;
            let fault = match &quote {
                None => Some(FieldError::new(QuoteLine::QUOTE, "not_found", "there is no such quote")),
                Some(_) if !by_product && !queries::may_update(op, &quote_object, id)? => {
                    Some(FieldError::new(QuoteLine::QUOTE, "not_found", "there is no such quote"))
                }
                Some(quote) if !by_product => frozen(state_of(&quote_object, quote))
                    .map(|why| FieldError::new(QuoteLine::QUOTE, "readonly_now", why)),
                Some(_) => None,
            };
            let currency = quote.as_ref().and_then(|quote| quote.get(&quote_object, Quote::CURRENCY).as_text());
            let currency = currency.and_then(Currency::parse);
            for (place, draft) in drafts.iter().enumerate() {
                let Some(draft) = draft.as_ref().filter(|draft| touches(object, draft, id)) else { continue };
                if let Some(fault) = &fault {
                    faults.push((place, fault.clone()));
                } else if let Value::Money(price) = draft.after.get(object, QuoteLine::UNIT_PRICE)
                    && currency.is_some_and(|currency| currency != price.currency)
                    && draft.after.deleted_at.is_none()
                {
                    let detail = "is in another currency than the quote";
                    faults.push((place, FieldError::new(QuoteLine::UNIT_PRICE, "unknown_currency", detail)));
                }
            }
        }
        Ok(faults)
    }

    fn follow(&self, op: &mut Operation, drafts: &[Draft]) -> Result<()> {
        if op.who.kind == Kind::System {
            return Ok(());
        }
        let object = op.object(LINE)?;
        let quote_object = op.object(QUOTE)?;
        for id in of(&object, drafts.iter()) {
            let quote = op.as_product(|op| read::load(op, &quote_object, id))?;
            if quote.is_some_and(|quote| state_of(&quote_object, &quote) == "approved") {
                put(op, id, vec![(Quote::STATE, text("draft"))])?;
            }
        }
        Ok(())
    }
}

/// The quotes that lines are, or were, of.
fn of<'d>(object: &Object, drafts: impl Iterator<Item = &'d Draft>) -> BTreeSet<Id> {
    let both = |draft: &'d Draft| [Some(&draft.after), draft.before.as_ref()];
    drafts.flat_map(both).flatten().filter_map(|line| line.get(object, QuoteLine::QUOTE).as_link()).collect()
}

fn touches(object: &Object, draft: &Draft, quote: Id) -> bool {
    of(object, std::iter::once(draft)).contains(&quote)
}
