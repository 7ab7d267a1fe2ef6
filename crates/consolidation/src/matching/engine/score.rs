//! What a pair's likeness comes to, and why.

use super::compare::{Comparer, Comparison, SAME};
use super::model::{Model, level, probability};
use super::parallel;
use super::table::{Column, Role, Table};

/// Rarity moves a comparison's evidence by so many bits at most: a name met once in a million says much, not everything.
const MOST_RARITY: f64 = 8.0;

/// Weighs pairs of one table's rows by one model.
pub struct Scorer<'a> {
    model: &'a Model,
    comparer: Comparer<'a>,
    bits: Vec<Vec<f64>>,
    prior: f64,
    rarity: Vec<Vec<Rare<'a>>>,
}

/// A column with what each of its values adds when two rows share it.
struct Rare<'a> {
    column: &'a Column,
    bits: Vec<f32>,
}

/// One comparison's part in a decision.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Evidence {
    pub comparison: Comparison,
    /// The level's name, see [`Comparison::levels`]; nothing when a value is missing.
    pub level: Option<String>,
    /// For (positive) or against (negative), rarity counted in.
    pub bits: f64,
    /// Of them, what the value's rarity adds or takes.
    pub rarity: f64,
}

impl<'a> Scorer<'a> {
    pub fn new(table: &'a Table, model: &'a Model) -> Self {
        let bits =
            model.weighed.iter().map(|one| (0..one.same.len()).map(|level| one.bits(level as u8)).collect()).collect();
        let rare = |role: Role| {
            let column = table.column(role)?;
            let rarity = model.rarity.iter().find(|one| one.role == role)?;
            let values = column.values();
            let bits = (0..=values.len() as u32).map(|id| rarity.bits(values.text(id)) as f32).collect();
            Some(Rare { column, bits })
        };
        let rarity = parallel::each(&model.weighed, |one| {
            one.comparison.rarity().iter().filter_map(|role| rare(*role)).collect::<Vec<_>>()
        });
        Self { model, comparer: Comparer::new(table, model.comparisons()), bits, prior: model.prior_bits(), rarity }
    }

    /// The probability that two rows are the same, of levels already known.
    pub fn probability(&self, a: u32, b: u32, levels: u64) -> f64 {
        probability(self.bits(a, b, levels))
    }

    /// The whole evidence in bits, the prior in it.
    pub fn bits(&self, a: u32, b: u32, levels: u64) -> f64 {
        let mut sum = self.prior;
        for (at, bits) in self.bits.iter().enumerate() {
            let level = level(levels, at);
            sum += bits.get(usize::from(level)).copied().unwrap_or(0.0) + self.rarity(at, level, a, b);
        }
        sum
    }

    pub fn levels(&self, a: u32, b: u32) -> u64 {
        self.comparer.levels(a, b)
    }

    /// Why: each comparison's part, strongest first.
    pub fn why(&self, a: u32, b: u32) -> Vec<Evidence> {
        let levels = self.levels(a, b);
        let mut why: Vec<Evidence> = self
            .model
            .weighed
            .iter()
            .enumerate()
            .map(|(at, one)| {
                let level = level(levels, at);
                let rarity = self.rarity(at, level, a, b);
                Evidence {
                    comparison: one.comparison,
                    level: usize::from(level)
                        .checked_sub(1)
                        .and_then(|at| one.comparison.levels().get(at))
                        .map(|name| (*name).to_owned()),
                    bits: one.bits(level) + rarity,
                    rarity,
                }
            })
            .collect();
        why.sort_by(|a, b| b.bits.abs().total_cmp(&a.bits.abs()));
        why
    }

    /// What it adds that the shared value is rare, or takes that it is common.
    fn rarity(&self, at: usize, level: u8, a: u32, b: u32) -> f64 {
        let Some(one) = self.model.weighed.get(at) else { return 0.0 };
        let name = usize::from(level).checked_sub(1).and_then(|level| one.comparison.levels().get(level)).copied();
        let (Some(name), Some(columns)) = (name, self.rarity.get(at)) else { return 0.0 };
        let mut sum = 0.0;
        let mut area = false;
        for Rare { column, bits } in columns {
            let counts = match (one.comparison, column.role) {
                (Comparison::Place, Role::Street) => name.starts_with("house") || name.starts_with("street"),
                // One area is as rare as its rarest name, not as all of them together.
                (Comparison::Place, _) => !area && name.ends_with("area"),
                _ => level == SAME,
            };
            if !counts {
                continue;
            }
            if let Some(id) = column.row(a).iter().find(|id| **id != 0 && column.row(b).contains(id)) {
                sum += f64::from(bits.get(*id as usize).copied().unwrap_or(0.0));
                area |= column.role != Role::Street;
            }
        }
        sum.clamp(-MOST_RARITY, MOST_RARITY)
    }
}
