//! What is learned of an outcome beside scikit-learn and LightGBM, on the same rows in the same run
//! (`bin/peers/scoring_peers.py`, whose lines of JSON are read here).

use std::path::{Path, PathBuf};
use std::process::Command;

use consolidation::formats::{self, Found, Reader, Row, Wishes};
use kernel::{Error, Result};
use methods::response::measures::Measures;
use methods::response::{Column, Family, Model, Table, is_held_out, leaks};
use serde_json::Value as Json;

use super::olap::cpu;

/// A file: what is foretold, and columns that are no fields.
struct Set {
    name: &'static str,
    outcome: &'static str,
    yes: &'static str,
    keys: &'static [&'static str],
    /// Whether columns that are known only afterwards are looked for and left out, at the peers too.
    leaks: bool,
}

const SETS: [Set; 4] = [
    Set { name: "telco", outcome: "churn", yes: "Yes", keys: &[], leaks: true },
    Set { name: "bank", outcome: "y", yes: "yes", keys: &[], leaks: true },
    // The marks of this one are with every column.
    Set { name: "shoppers", outcome: "Revenue", yes: "TRUE", keys: &[], leaks: false },
    Set { name: "leads", outcome: "Converted", yes: "1", keys: &["Prospect ID", "Lead Number"], leaks: true },
];

/// Measures each file of the folder; fails if a goal beside the peers is missed.
pub fn measure(folder: &Path, peer: Option<&Path>) -> Result<()> {
    println!(
        "{:<10} {:<9} {:>8} {:>16} {:>16} {:>12} {:>6} {:>7} {:>14}",
        "data", "family", "rows", "AUC (peer)", "log-loss (peer)", "calibration", "ALIFT", "top 10%", "CPU s (peer)"
    );
    let mut kept = true;
    for set in &SETS {
        let file = folder.join(format!("{}.csv", set.name));
        if !file.exists() {
            println!("{:<10} is not here", set.name);
            continue;
        }
        let (mut table, outcome) = read(&file, set)?;
        let mut dropped: Vec<String> = set.keys.iter().map(|key| (*key).to_string()).collect();
        if set.leaks {
            let found = leaks::find(&table, &outcome);
            for leak in &found {
                println!("{:<10} known afterwards, left out: {} (alone {:.3})", set.name, leak.column, leak.auc);
            }
            table = table.without(&found.iter().map(|leak| leak.column.as_str()).collect::<Vec<_>>());
            dropped.extend(found.into_iter().map(|leak| leak.column));
        }
        let theirs = peer.map(|python| asked(python, &file, set, &dropped)).transpose()?.unwrap_or_default();
        for family in [Family::Logistic, Family::Boosting] {
            kept &= line(set, family, &table, &outcome, &theirs)?;
        }
    }
    if kept { Ok(()) } else { Err(Error::internal("a goal was missed; see the table")) }
}

fn line(set: &Set, family: Family, table: &Table, outcome: &[bool], theirs: &[Json]) -> Result<bool> {
    let (held, learned): (Vec<usize>, Vec<usize>) = (0..table.rows()).partition(|row| is_held_out(*row));
    let of = |rows: &[usize]| rows.iter().filter_map(|row| outcome.get(*row)).copied().collect::<Vec<bool>>();
    let (of_learned, of_held) = (table.of_rows(&learned), table.of_rows(&held));
    let begun = cpu();
    let model = Model::of(family, &of_learned, &of(&learned)).map_err(|unfit| Error::internal(format!("{unfit:?}")))?;
    let took = cpu() - begun;
    let measures = Measures::of(&model.probabilities(&of_held), &of(&held));
    let measures = measures.ok_or_else(|| Error::internal("all rows have the same outcome"))?;
    let name = serde_json::to_value(family).map_err(Error::internal)?;
    let peer = theirs.iter().find(|line| line["family"] == name);
    let figure = |member: &str| peer.and_then(|line| line[member].as_f64());
    let shown = |value: Option<f64>, digits: usize| value.map_or("-".into(), |value| format!("{value:.digits$}"));
    let mut faults = Vec::new();
    if figure("auc").is_some_and(|auc| measures.auc < auc - if family == Family::Logistic { 0.001 } else { 0.005 }) {
        faults.push("AUC");
    }
    if family == Family::Boosting && figure("log_loss").is_some_and(|loss| measures.log_loss > loss + 0.005) {
        faults.push("log-loss");
    }
    let is_calibrated = measures.calibration_slope.is_some_and(|slope| (0.9..=1.1).contains(&slope));
    if family == Family::Boosting && !is_calibrated {
        faults.push("calibration 0.9 to 1.1");
    }
    println!(
        "{:<10} {:<9} {:>8} {:>16} {:>16} {:>12} {:>6.3} {:>7.2} {:>14}{}",
        set.name,
        name.as_str().unwrap_or_default(),
        of_learned.rows(),
        format!("{:.4} ({})", measures.auc, shown(figure("auc"), 4)),
        format!("{:.4} ({})", measures.log_loss, shown(figure("log_loss"), 4)),
        shown(measures.calibration_slope, 3),
        measures.alift,
        measures.lift_of_top_tenth,
        format!("{took:.2} ({})", shown(figure("cpu"), 2)),
        if faults.is_empty() { String::new() } else { format!("  MISSED {}", faults.join(", ")) },
    );
    Ok(faults.is_empty())
}

fn asked(python: &Path, file: &Path, set: &Set, dropped: &[String]) -> Result<Vec<Json>> {
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../bin/peers/scoring_peers.py");
    let mut command = Command::new(python);
    command.arg(script).arg(file).args([set.outcome, set.yes]).arg(dropped.join(","));
    let said = command.output().map_err(Error::internal)?;
    let lines = String::from_utf8_lossy(&said.stdout);
    let lines: Vec<Json> = lines.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    match lines.is_empty() {
        true => Err(Error::internal(format!("no answer: {}", String::from_utf8_lossy(&said.stderr)))),
        false => Ok(lines),
    }
}

fn read(file: &Path, set: &Set) -> Result<(Table, Vec<bool>)> {
    let detected = formats::examine(file, &Wishes::default())?;
    let names: Vec<String> = detected.format.columns.iter().map(|name| name.trim().to_string()).collect();
    let mut cells: Vec<Vec<String>> = vec![Vec::new(); names.len()];
    let mut reader = Reader::open(file, &detected.format)?;
    let mut row = Row::default();
    loop {
        match reader.next(&mut row)? {
            Found::End => break,
            Found::Bad(_) => continue,
            Found::Row => {}
        }
        for (at, column) in cells.iter_mut().enumerate() {
            column.push(row.cell(at).trim().to_string());
        }
    }
    let (mut table, mut outcome) = (Table::default(), Vec::new());
    for (name, cells) in names.iter().zip(cells) {
        if name == set.outcome {
            outcome = cells.iter().map(|cell| cell == set.yes).collect();
            continue;
        }
        if set.keys.contains(&name.as_str()) {
            continue;
        }
        // A drop-down that nobody touched says "Select".
        let known = cells.iter().map(|cell| Some(cell.as_str()).filter(|cell| !cell.is_empty() && *cell != "Select"));
        let is_number = known.clone().flatten().all(|cell| cell.parse::<f64>().is_ok());
        table.columns.push(match is_number {
            true => Column::numbers(
                name,
                known.map(|cell| cell.and_then(|cell| cell.parse().ok()).unwrap_or(f64::NAN)).collect(),
            ),
            false => Column::words(name, known),
        });
    }
    Ok((table, outcome))
}
