//! What a model knows: how often each level of likeness occurs among pairs that are the same and among pairs that are not.

use std::collections::BTreeMap;

use super::blocking::Key;
use super::compare::{Comparison, MISSING};
use super::table::{Role, Table};

/// Values of a column whose frequency a model keeps.
const COMMON: usize = 2_000;
/// A value met less often is not common, and might name a person.
const LEAST_COMMON: u32 = 5;

/// Everything needed to weigh a pair, and to say why. It is kept as JSON.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Model {
    /// The share of all pairs of rows that are the same: what is believed of a pair before it is looked at.
    pub prior: f64,
    pub weighed: Vec<Weighed>,
    pub keys: Vec<Key>,
    pub rarity: Vec<Rarity>,
}

/// How common the values of a column are. Only common values are kept: what few people have is as good as unique.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Rarity {
    pub role: Role,
    /// How likely two rows have the same value by chance.
    pub chance: f64,
    /// The share of rows that a value not listed has, on average.
    pub rest: f64,
    /// The share of rows that each common value has.
    pub common: BTreeMap<String, f64>,
}

impl Rarity {
    /// Counts the values of a table's columns.
    pub fn of(table: &Table) -> Vec<Rarity> {
        table
            .columns
            .iter()
            .filter(|column| !matches!(column.role, Role::Text | Role::House | Role::Region))
            .map(|column| {
                let values = column.values();
                let mut counted: Vec<(u32, u32)> =
                    (1..=values.len() as u32).map(|id| (values.counted(id), id)).collect();
                counted.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
                let common: BTreeMap<String, f64> = counted
                    .iter()
                    .take(COMMON)
                    .take_while(|(count, _)| *count >= LEAST_COMMON)
                    .map(|(_, id)| (values.text(*id).to_owned(), column.share(*id)))
                    .collect();
                let known: f64 = common.values().sum();
                let others = values.len().saturating_sub(common.len()).max(1);
                Rarity {
                    role: column.role,
                    chance: column.chance_of_agreement().max(1e-9),
                    rest: ((1.0 - known) / others as f64).max(1e-9),
                    common,
                }
            })
            .collect()
    }

    /// What it adds, in bits, that two rows share this very value and not just any: the chance of agreement on any in
    /// place of the chance of this one (Winkler's frequency-based matching).
    pub fn bits(&self, text: &str) -> f64 {
        (self.chance / self.common.get(text).unwrap_or(&self.rest)).log2()
    }
}

/// A comparison with what its levels are worth. Place 0 of `same` and `other` is [`MISSING`]: it says nothing.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Weighed {
    pub comparison: Comparison,
    /// How often each level occurs among pairs that are the same (Fellegi and Sunter's m).
    pub same: Vec<f64>,
    /// How often each level occurs among pairs that are not (their u).
    pub other: Vec<f64>,
}

impl Weighed {
    /// The evidence of a level, in bits: positive speaks for the same, negative against, before rarity.
    pub fn bits(&self, level: u8) -> f64 {
        if level == MISSING {
            return 0.0;
        }
        match (self.same.get(usize::from(level)), self.other.get(usize::from(level))) {
            (Some(same), Some(other)) if *same > 0.0 && *other > 0.0 => (same / other).log2(),
            _ => 0.0,
        }
    }
}

/// The level of the comparison with this place in a pair's packed levels.
pub fn level(levels: u64, at: usize) -> u8 {
    (levels >> (at * 5) & 31) as u8
}

impl Model {
    pub fn comparisons(&self) -> Vec<Comparison> {
        self.weighed.iter().map(|weighed| weighed.comparison).collect()
    }

    /// What is believed before a look, in bits.
    pub fn prior_bits(&self) -> f64 {
        (self.prior / (1.0 - self.prior)).log2()
    }
}

/// The probability that so many bits of evidence stand for.
pub fn probability(bits: f64) -> f64 {
    1.0 / (1.0 + (-bits * std::f64::consts::LN_2).exp())
}
