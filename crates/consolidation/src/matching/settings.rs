//! What an object's administrators set of matching, and what is known of its pairs as a whole.

use foundation::Operation;
use kernel::{Error, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

/// See the module.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Pairs of at least this probability are shown to reviewers.
    pub review_from: f64,
    /// Pairs of at least this probability are joined without asking; none joins nothing by itself.
    pub join_from: Option<f64>,
    /// Two people must say the same before it is done.
    pub second_opinion: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { review_from: 0.2, join_from: None, second_opinion: false }
    }
}

/// Below this probability a pair is not kept at all.
pub const LEAST: f64 = 0.05;
/// Nothing is joined without asking below this.
pub const LEAST_JOINED: f64 = 0.9;

impl Settings {
    pub fn check(&self) -> Result<()> {
        if !(LEAST..=0.999).contains(&self.review_from) {
            return Err(Error::invalid("review_from", "range", "between 0.05 and 0.999"));
        }
        if self.join_from.is_some_and(|from| !(LEAST_JOINED..=1.0).contains(&from)) {
            return Err(Error::invalid("join_from", "range", "between 0.9 and 1, or null"));
        }
        Ok(())
    }

    /// These settings with some of them changed, each named member by itself.
    pub fn with(&self, changes: &Json) -> Result<Settings> {
        let mut all = serde_json::to_value(self).map_err(Error::internal)?;
        if let (Some(all), Some(changes)) = (all.as_object_mut(), changes.as_object()) {
            for (name, value) in changes {
                if !all.contains_key(name) {
                    return Err(Error::invalid(name, "unknown_field", "there is no such setting"));
                }
                all.insert(name.clone(), value.clone());
            }
        }
        let settings: Settings = serde_json::from_value(all).map_err(|fault| Error::Unreadable(fault.to_string()))?;
        settings.check()?;
        Ok(settings)
    }
}

/// Changes the settings.
pub fn change(op: &mut Operation, object: &str, changes: &Json) -> Result<Settings> {
    let settings = super::queries::settings(op, object)?.with(changes)?;
    super::queries::keep_settings(op, object, &settings)?;
    Ok(settings)
}

/// What a threshold would come to, expected from the probabilities themselves.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Step {
    pub threshold: f64,
    pub pairs: u64,
    /// The share of these pairs that are the same.
    pub precision: f64,
    /// The share of pairs that are the same which is among them.
    pub recall: f64,
}

/// What the last run found.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Figures {
    pub records: u64,
    /// Pairs that shared a key and were looked at.
    pub compared: u64,
    /// Expected pairs that are the same.
    pub expected: f64,
    /// Records that would go if all that is more likely than not were joined.
    pub surplus: u64,
    pub chart: Vec<Step>,
    pub took_ms: u64,
}
