//! How the company offers: for how long, under which terms, with which letterhead, and what follows an acceptance.

use std::collections::BTreeMap;

use foundation::{Operation, Reader};
use kernel::{Error, Result};
use serde::{Deserialize, Serialize};

use super::queries;

const NAME: &str = "quotes";
/// Characters of terms in one language.
const LONGEST: usize = 20_000;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Days that a new quote is valid.
    pub validity_days: i64,
    pub payment_days: i64,
    /// Terms that a new quote begins with, by language.
    pub terms: BTreeMap<String, String>,
    /// Lines of the letterhead below the company's name: address, telephone, registration.
    pub letterhead: String,
    /// What stands at the foot of each page: bank, tax number.
    pub footer: String,
    /// A deal is won when its quote is accepted.
    pub accepting_wins: bool,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            validity_days: 30,
            payment_days: 14,
            terms: BTreeMap::new(),
            letterhead: String::new(),
            footer: String::new(),
            accepting_wins: true,
        }
    }
}

pub(super) fn get(reader: &mut Reader) -> Result<Settings> {
    let stored = queries::setting(reader, NAME)?;
    Ok(stored.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
}

pub(super) fn set(op: &mut Operation, wanted: &Settings) -> Result<Settings> {
    op.who.need_admin()?;
    for (field, days) in [("validity_days", wanted.validity_days), ("payment_days", wanted.payment_days)] {
        if !(0..=3650).contains(&days) {
            return Err(Error::invalid(field, "too_large", "0 to 3650 days"));
        }
    }
    let texts = wanted.terms.values().chain([&wanted.letterhead, &wanted.footer]);
    if texts.map(|text| text.chars().count()).max().unwrap_or(0) > LONGEST {
        return Err(Error::invalid("terms", "too_long", format!("at most {LONGEST} characters")));
    }
    let text = serde_json::to_string(wanted).map_err(Error::internal)?;
    queries::put_setting(op, NAME, &text)?;
    get(op)
}
