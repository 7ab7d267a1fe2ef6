//! Held to scikit-learn 1.9 and LightGBM 4.7 on three public data sets, split as METHODS has it.

use super::leaks::{self, Why};
use super::measures::{Measures, auc};
use super::{Column, Family, LEAST, Model, Table, Unfit, fit, is_held_out};
use crate::fixtures;

/// A file with a heading as a table and whether each row has the outcome.
struct Set {
    table: Table,
    outcome: Vec<bool>,
}

impl Set {
    fn read(name: &str, outcome: (&str, &str), dropped: &[&str]) -> Option<Set> {
        let rows = fixtures::with_heading(name)?;
        let (heading, rows) = rows.split_first().unwrap();
        let mut set = Set { table: Table::default(), outcome: Vec::new() };
        for (at, name) in heading.iter().enumerate() {
            // A drop-down that nobody touched says "Select".
            let known =
                rows.iter().map(|row| Some(row[at].trim()).filter(|word| !word.is_empty() && *word != "Select"));
            if name == outcome.0 {
                set.outcome = known.map(|word| word == Some(outcome.1)).collect();
            } else if known.clone().flatten().all(|word| word.parse::<f64>().is_ok()) {
                let numbers = known.map(|word| word.map_or(f64::NAN, |word| word.parse().unwrap()));
                set.table.columns.push(Column::numbers(name, numbers.collect()));
            } else {
                set.table.columns.push(Column::words(name, known));
            }
        }
        set.table = set.table.without(dropped);
        Some(set)
    }

    fn part(&self, wanted: impl Fn(usize) -> bool) -> Set {
        let rows: Vec<usize> = (0..self.outcome.len()).filter(|row| wanted(*row)).collect();
        Set { table: self.table.of_rows(&rows), outcome: rows.iter().map(|row| self.outcome[*row]).collect() }
    }

    /// How a family does on the rows held out.
    fn tried(&self, family: Family) -> Measures {
        let learned = self.part(|row| !is_held_out(row));
        let model = Model::of(family, &learned.table, &learned.outcome).unwrap();
        let held = self.part(is_held_out);
        Measures::of(&model.probabilities(&held.table), &held.outcome).unwrap()
    }
}

fn telco() -> Option<Set> {
    Set::read("reference/scoring/telco_churn.csv.gz", ("churn", "Yes"), &[])
}

fn bank() -> Option<Set> {
    Set::read("campaigns/bank-telemarketing/bank-additional-full.csv.gz", ("y", "yes"), &[])
}

fn leads() -> Option<Set> {
    Set::read("b2b/lead-scoring/x_education_leads.csv.gz", ("Converted", "1"), &["Prospect ID", "Lead Number"])
}

/// Both families beside their peers' marks.
fn stands_beside_the_peers(set: &Set, name: &str) {
    let peers = fixtures::json("reference/scoring/expected.json").unwrap();
    let mark = |task: &str, figure: &str| {
        let of = peers.as_array().unwrap().iter().find(|peer| peer["task"] == format!("score-{task}-{name}")).unwrap();
        of["quality"][figure].as_f64().unwrap()
    };
    let linear = set.tried(Family::Logistic);
    assert_eq!((linear.rows as f64, linear.with as f64), (mark("gbm", "test_n"), mark("gbm", "test_pos")));
    assert!((linear.auc - mark("logistic", "auc")).abs() <= 0.001, "{linear:?}");
    assert!((linear.alift - mark("logistic", "alift")).abs() <= 0.001, "{linear:?}");
    let boosted = set.tried(Family::Boosting);
    assert!(boosted.auc >= mark("gbm", "auc") - 0.005, "{boosted:?}");
    assert!(boosted.log_loss <= mark("gbm", "logloss") + 0.005, "{boosted:?}");
    assert!((0.9..=1.1).contains(&boosted.calibration_slope.unwrap()), "{boosted:?}");
}

#[test]
fn subscribers_who_leave_are_told_as_well_as_by_the_peers() {
    let Some(set) = telco() else { return };
    stands_beside_the_peers(&set, "telco");
}

#[test]
fn who_says_yes_to_a_call_is_told_as_well_as_by_the_peers() {
    let Some(mut set) = bank() else { return };
    set.table = set.table.without(&["duration"]);
    stands_beside_the_peers(&set, "bank");
}

#[test]
fn who_buys_in_a_visit_is_told_as_well_as_by_the_peers() {
    let name = "web/online-shoppers/online_shoppers_intention.csv";
    let Some(set) = Set::read(name, ("Revenue", "TRUE"), &[]) else { return };
    stands_beside_the_peers(&set, "shoppers");
}

#[test]
fn what_is_known_only_afterwards_is_named() {
    let Some(set) = bank() else { return };
    let found = leaks::find(&set.table, &set.outcome);
    let found: Vec<_> = found.iter().map(|leak| (leak.column.as_str(), leak.why)).collect();
    assert_eq!(found, [("duration", Why::TellsMoreThanTheRest)], "how long the call took that sold");
    let set = leads().unwrap();
    let found = leaks::find(&set.table, &set.outcome);
    let found: Vec<_> = found.iter().map(|leak| (leak.column.as_str(), leak.why)).collect();
    assert_eq!(found, [("Tags", Why::IsTheOutcome), ("Lead Quality", Why::FilledWithTheOutcome)]);
    let set = telco().unwrap();
    assert_eq!(leaks::find(&set.table, &set.outcome), [], "a subscriber's contract and tenure are known before");
}

#[test]
fn the_better_family_is_kept_and_says_why() {
    let Some(set) = telco() else { return };
    let order: Vec<i64> = (0..).take(set.outcome.len()).collect();
    let chosen = fit::<Unfit>(&set.table, &set.outcome, Some(&order), &|| Ok(())).unwrap();
    let [first, second] = &chosen.held_out[..] else { panic!("both were tried") };
    assert!(first.measures.log_loss <= second.measures.log_loss);
    assert_eq!(chosen.model.family(), first.family);
    assert!(chosen.ahead.unwrap().auc > 0.8, "also of rows that came later");
    for family in [Family::Logistic, Family::Boosting] {
        let model = Model::of(family, &set.table, &set.outcome).unwrap();
        let mut mean = 0.0;
        for row in (0..set.outcome.len()).step_by(97) {
            let (probability, parts) = model.explain(&set.table, row);
            let log_odds = (probability / (1.0 - probability)).ln();
            assert!((model.base() + parts.iter().sum::<f64>() - log_odds).abs() < 1e-9, "the parts are the whole");
            mean += probability;
        }
        assert!(mean > 0.0);
        // The first subscriber has been there for a month and may leave any month.
        let (_, parts) = model.explain(&set.table, 0);
        let contract = model.columns.iter().position(|name| name == "contract").unwrap();
        assert!(parts[contract] > 0.2, "month to month makes leaving likelier: {parts:?}");
        let kept: Model = serde_json::from_str(&serde_json::to_string(&model).unwrap()).unwrap();
        let (kept, said) = (kept.explain(&set.table, 5).0, model.explain(&set.table, 5).0);
        assert!((kept - said).abs() < 1e-12, "kept and read again it says the same: {kept} {said}");
    }
}

#[test]
fn a_word_never_seen_and_a_value_not_known_are_no_obstacle() {
    let size = 400;
    let outcome: Vec<bool> = (0..size).map(|row| row % 4 == 0 || row % 7 == 0).collect();
    let words = (0..size).map(|row| Some(if row % 4 == 0 { "often" } else { "seldom" }));
    let table = Table {
        columns: vec![
            Column::words("word", words),
            Column::numbers("number", (0..size).map(|row| f64::from(u8::from(row % 7 == 0))).collect()),
        ],
    };
    for family in [Family::Logistic, Family::Boosting] {
        let model = Model::of(family, &table, &outcome).unwrap();
        let asked = Table {
            columns: vec![
                Column::words("word", [Some("often"), Some("seldom"), Some("never heard"), None].into_iter()),
                Column::numbers("number", vec![f64::NAN, 0.0, f64::INFINITY, 0.0]),
            ],
        };
        let said = model.probabilities(&asked);
        assert!(said.iter().all(|one| (0.0..=1.0).contains(one)), "{said:?}");
        assert!(said[0] > said[1], "{said:?}");
        assert_eq!(model, Model::of(family, &table, &outcome).unwrap(), "the same rows, the same model");
    }
}

#[test]
fn nothing_is_learned_from_too_little() {
    let table = |rows: usize| Table { columns: vec![Column::numbers("n", vec![1.0; rows])] };
    let outcome: Vec<bool> = (0..100).map(|row| row < LEAST - 1).collect();
    let unfit = Model::of(Family::Boosting, &table(100), &outcome).unwrap_err();
    assert_eq!(unfit, Unfit::TooFew { with: LEAST - 1, without: 101 - LEAST });
    assert_eq!(Model::of(Family::Logistic, &table(99), &outcome).unwrap_err(), Unfit::RowsDiffer);
    let outcome: Vec<bool> = (0..100).map(|row| row % 2 == 0).collect();
    // A column that never differs tells nothing, which is no fault.
    let model = Model::of(Family::Boosting, &table(100), &outcome).unwrap();
    assert!((model.probabilities(&table(1))[0] - 0.5).abs() < 0.01);
}

#[test]
fn of_two_rows_the_area_is_the_chance_of_the_right_order() {
    let outcome = [true, false, true, false];
    assert_eq!(auc(&[0.9, 0.1, 0.8, 0.2], &outcome), Some(1.0));
    assert_eq!(auc(&[0.5; 4], &outcome), Some(0.5), "who is told nothing guesses");
    assert_eq!(auc(&[0.9, 0.8, 0.7, 0.1], &outcome), Some(0.75));
    assert_eq!(auc(&[0.9, 0.1], &[true, true]), None);
}
