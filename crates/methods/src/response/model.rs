//! Both families learned, compared on rows that neither saw, and the better one kept.

use serde::{Deserialize, Serialize};

use super::boosting::{self, Boosted};
use super::logistic::Logistic;
use super::measures::Measures;
use super::table::{Table, is_held_out};
use super::{Unfit, check, probability};

/// The names of the families.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    Logistic,
    Boosting,
}

/// A model that was learned, with the columns it asks for in their order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Model {
    pub columns: Vec<String>,
    learned: Learned,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Learned {
    Logistic(Logistic),
    Boosting(Boosted),
}

impl Model {
    /// Learns from rows whose outcome is known.
    pub fn of(family: Family, table: &Table, outcome: &[bool]) -> Result<Model, Unfit> {
        let learned = match family {
            Family::Logistic => Learned::Logistic(Logistic::fit(table, outcome)?),
            Family::Boosting => Learned::Boosting(Boosted::fit(table, outcome, &boosting::Terms::default())?),
        };
        Ok(Model { columns: table.columns.iter().map(|column| column.name.clone()).collect(), learned })
    }

    pub fn family(&self) -> Family {
        match self.learned {
            Learned::Logistic(_) => Family::Logistic,
            Learned::Boosting(_) => Family::Boosting,
        }
    }

    /// The log-odds of an average row.
    pub fn base(&self) -> f64 {
        match &self.learned {
            Learned::Logistic(model) => model.base(),
            Learned::Boosting(model) => model.base(),
        }
    }

    /// The probability of a row, and what each column adds to [`Model::base`]. The table has the model's columns, in their
    /// order.
    pub fn explain(&self, table: &Table, row: usize) -> (f64, Vec<f64>) {
        let mut parts = vec![0.0; self.columns.len()];
        match &self.learned {
            Learned::Logistic(model) => model.parts(table, row, &mut parts),
            Learned::Boosting(model) => model.parts(table, row, &mut parts),
        }
        (probability(self.base() + parts.iter().sum::<f64>()), parts)
    }

    /// The probability of every row.
    pub fn probabilities(&self, table: &Table) -> Vec<f64> {
        (0..table.rows()).map(|row| self.explain(table, row).0).collect()
    }

    /// How much each column moves the log-odds, on average over the rows.
    pub fn weights(&self, table: &Table) -> Vec<f64> {
        let mut weights = vec![0.0; self.columns.len()];
        for row in 0..table.rows() {
            for (weight, part) in weights.iter_mut().zip(self.explain(table, row).1) {
                *weight += part.abs() / table.rows() as f64;
            }
        }
        weights
    }
}

/// How a family did on the rows held out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Held {
    pub family: Family,
    pub measures: Measures,
}

/// What was chosen.
#[derive(Clone, Debug)]
pub struct Chosen {
    /// Learned from all rows.
    pub model: Model,
    /// The better family first, each learned from seven tenths of the rows and tried on the others.
    pub held_out: Vec<Held>,
    /// The chosen family learned from the earlier rows and tried on the later: none where the order is not known.
    pub ahead: Option<Measures>,
}

/// Learns both families and keeps the one with the lower log-loss on rows held out. `order` says for each row when it was,
/// in any unit, where that is known: then the chosen one is also learned from the first seven tenths of the time.
/// `go_on` is asked between two fits.
pub fn fit<E: From<Unfit>>(
    table: &Table,
    outcome: &[bool],
    order: Option<&[i64]>,
    go_on: &dyn Fn() -> Result<(), E>,
) -> Result<Chosen, E> {
    check(table, outcome)?;
    let (learned, held): (Vec<usize>, Vec<usize>) = (0..table.rows()).partition(|row| !is_held_out(*row));
    let mut held_out = Vec::new();
    for family in [Family::Boosting, Family::Logistic] {
        go_on()?;
        if let Some(measures) = tried(family, table, outcome, &learned, &held) {
            held_out.push(Held { family, measures });
        }
    }
    held_out.sort_by(|one, other| one.measures.log_loss.total_cmp(&other.measures.log_loss));
    let family = held_out.first().map_or(Family::Logistic, |held| held.family);
    go_on()?;
    let ahead = order.and_then(|order| {
        let mut rows: Vec<usize> = (0..table.rows()).collect();
        rows.sort_by_key(|row| (order.get(*row).copied(), *row));
        let (earlier, later) = rows.split_at(rows.len() * 7 / 10);
        tried(family, table, outcome, earlier, later)
    });
    go_on()?;
    Ok(Chosen { model: Model::of(family, table, outcome)?, held_out, ahead })
}

fn tried(family: Family, table: &Table, outcome: &[bool], learned: &[usize], held: &[usize]) -> Option<Measures> {
    let of = |rows: &[usize]| rows.iter().map(|row| outcome[*row]).collect::<Vec<bool>>();
    let model = Model::of(family, &table.of_rows(learned), &of(learned)).ok()?;
    Measures::of(&model.probabilities(&table.of_rows(held)), &of(held))
}
