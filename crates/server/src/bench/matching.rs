//! Matching beside its peer: files with known answers go through the engine, and through Splink on the same machine in
//! the same run (`bin/peers/splink_match.py`, whose line of JSON is read here).

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use consolidation::formats::{self, Found, Reader, Row, Wishes};
use consolidation::matching::engine::clusters::{Link, clusters};
use consolidation::matching::engine::table::{Column, Role, Table};
use consolidation::matching::run;
use kernel::{Error, Result};
use serde_json::Value as Json;

/// A table and the true entity of each row.
struct Known {
    table: Table,
    truth: Vec<String>,
}

/// How well pairs were found: over all true pairs, those that nothing brought together among them.
#[derive(Clone, Copy)]
struct Quality {
    precision: f64,
    recall: f64,
    f1: f64,
}

struct Measured {
    rows: u64,
    seconds: f64,
    peak_mb: f64,
    pairs: Quality,
    entities: Quality,
}

/// Measures each file, beside the peer when there is one; fails if the peer is better or a limit is missed.
pub fn measure(files: &[PathBuf], peer: Option<&Path>) -> Result<()> {
    println!(
        "{:<22} {:>9} {:>22} {:>24} {:>24} {:>16} {:>16}",
        "file",
        "rows",
        "F1 pairs / entities",
        "P / R of entities",
        "Splink F1 at 0.5 / best",
        "seconds (peer)",
        "MB (peer)"
    );
    let mut kept = true;
    for file in files {
        // Each in a process of its own, so that the peak of memory is its own.
        let program = std::env::current_exe().map_err(Error::internal)?;
        let said = Command::new(program).args(["bench", "match-one"]).arg(file).output().map_err(Error::internal)?;
        let ours = parsed(&said.stdout, &said.stderr)?;
        let theirs = match peer {
            Some(python) => {
                let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../bin/peers/splink_match.py");
                let said = Command::new(python).arg(script).arg(file).output().map_err(Error::internal)?;
                Some(parsed(&said.stdout, &said.stderr)?)
            }
            None => None,
        };
        kept &= line(file, &ours, theirs.as_ref());
    }
    if kept { Ok(()) } else { Err(Error::internal("a limit was missed; see the table")) }
}

fn parsed(stdout: &[u8], stderr: &[u8]) -> Result<Json> {
    let text = String::from_utf8_lossy(stdout);
    let line = text.lines().rev().find(|line| line.starts_with('{'));
    line.and_then(|line| serde_json::from_str(line).ok())
        .ok_or_else(|| Error::internal(format!("no answer: {}", String::from_utf8_lossy(stderr))))
}

fn line(file: &Path, ours: &Json, theirs: Option<&Json>) -> bool {
    let figure = |json: &Json, path: &str| json.pointer(path).and_then(Json::as_f64).unwrap_or(0.0);
    let mine = |path: &str| figure(ours, path);
    let peer = |path: &str| theirs.map(|theirs| figure(theirs, path));
    let is_million = mine("/rows") >= 1e6;
    let best = peer("/best/f1").unwrap_or(0.0);
    let mut faults = Vec::new();
    if mine("/entities/f1") < best {
        faults.push("F1 below the peer's");
    }
    if is_million && (mine("/entities/f1") < 0.990 || mine("/entities/precision") < 0.996) {
        faults.push("F1 0.990, precision 0.996");
    }
    if is_million && mine("/peak_mb") >= 1024.0 {
        faults.push("1 GB");
    }
    let times = peer("/seconds").map(|seconds| seconds / mine("/seconds").max(1e-6));
    if is_million && times.is_some_and(|times| times < 5.0) {
        faults.push("5x the peer's speed");
    }
    println!(
        "{:<22} {:>9} {:>22} {:>24} {:>24} {:>16} {:>16} {}{}",
        file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
        mine("/rows"),
        format!("{:.4} / {:.4}", mine("/pairs/f1"), mine("/entities/f1")),
        format!("{:.4} / {:.4}", mine("/entities/precision"), mine("/entities/recall")),
        theirs.map(|_| format!("{:.4} / {best:.4}", peer("/at_half/f1").unwrap_or(0.0))).unwrap_or_default(),
        format!("{:.2} ({})", mine("/seconds"), peer("/seconds").map_or("-".into(), |seconds| format!("{seconds:.1}"))),
        format!("{:.0} ({})", mine("/peak_mb"), peer("/peak_mb").map_or("-".into(), |mb| format!("{mb:.0}"))),
        times.map(|times| format!("{times:.0}x")).unwrap_or_default(),
        if faults.is_empty() { String::new() } else { format!(" MISSED {}", faults.join(", ")) },
    );
    faults.is_empty()
}

/// Measures one file in this process and prints a line of JSON.
pub fn measure_one(file: &Path) -> Result<()> {
    let begun = Instant::now();
    let known = read(file)?;
    let findings = run::find(&known.table, Vec::new());
    let links: Vec<Link> = run::links_of(&findings).collect();
    let entities = clusters(&links, 0.0, &HashSet::new());
    let seconds = begun.elapsed().as_secs_f64();
    let pairs = links.iter().filter(|link| link.bits >= 0.0).map(|link| (link.a, link.b));
    let among = |cluster: &Vec<u32>| -> Vec<(u32, u32)> {
        let all = cluster.iter().enumerate();
        all.flat_map(|(at, a)| cluster.iter().skip(at + 1).map(|b| (*a, *b))).collect()
    };
    let measured = Measured {
        rows: u64::from(known.table.rows()),
        seconds,
        peak_mb: peak_mb(),
        pairs: quality(&known, pairs),
        entities: quality(&known, entities.iter().flat_map(among)),
    };
    let shown = |quality: Quality| serde_json::json!({ "precision": quality.precision, "recall": quality.recall, "f1": quality.f1 });
    println!(
        "{}",
        serde_json::json!({
            "rows": measured.rows, "seconds": measured.seconds, "peak_mb": measured.peak_mb,
            "pairs": shown(measured.pairs), "entities": shown(measured.entities),
        })
    );
    Ok(())
}

fn quality(known: &Known, found: impl Iterator<Item = (u32, u32)>) -> Quality {
    let mut sizes: BTreeMap<&str, u64> = BTreeMap::new();
    known.truth.iter().for_each(|truth| *sizes.entry(truth).or_default() += 1);
    let all: u64 = sizes.values().map(|size| size * (size - 1) / 2).sum();
    let of = |row: u32| known.truth.get(row as usize);
    let (mut hits, mut said) = (0_u64, 0_u64);
    for (a, b) in found {
        said += 1;
        hits += u64::from(of(a) == of(b));
    }
    let (precision, recall) = (hits as f64 / said.max(1) as f64, hits as f64 / all.max(1) as f64);
    Quality { precision, recall, f1: 2.0 * precision * recall / (precision + recall).max(1e-9) }
}

/// The most memory this process ever held.
pub(super) fn peak_mb() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let kb = line.and_then(|line| line.split_whitespace().nth(1)).and_then(|kb| kb.parse::<f64>().ok());
    kb.unwrap_or(0.0) / 1024.0
}

/// Columns as FEBRL, Splink's demo data and the seeded generator call them.
fn role(name: &str) -> Option<Role> {
    Some(match name {
        "given_name" | "first_name" => Role::Given,
        "surname" => Role::Family,
        "street_number" => Role::House,
        "address" | "address_1" => Role::Street,
        "suburb" | "city" => Role::City,
        "postcode" => Role::Postcode,
        "state" => Role::Region,
        "date_of_birth" | "dob" => Role::Date,
        "soc_sec_id" => Role::Number,
        "email" => Role::Email,
        "phone" => Role::Phone,
        _ => return None,
    })
}

fn read(file: &Path) -> Result<Known> {
    let detected = formats::examine(file, &Wishes::default())?;
    let names: Vec<&str> = detected.format.columns.iter().map(|name| name.trim()).collect();
    let columns: Vec<(usize, Role)> =
        names.iter().enumerate().filter_map(|(at, name)| Some((at, role(name)?))).collect();
    let truth = names.iter().position(|name| *name == "cluster");
    let truth = truth.or_else(|| names.iter().position(|name| *name == "rec_id"));
    let truth = truth.ok_or_else(|| Error::internal("no column cluster or rec_id"))?;
    let mut known =
        Known { table: Table::new(columns.iter().map(|(_, role)| Column::new(*role, 1)).collect()), truth: Vec::new() };
    let mut reader = Reader::open(file, &detected.format)?;
    // One reads the next rows while the other puts away those before.
    let (give, take) = std::sync::mpsc::sync_channel::<Vec<Vec<String>>>(4);
    std::thread::scope(|scope| {
        let reading = scope.spawn(move || -> Result<()> {
            let mut row = Row::default();
            let mut rows = Vec::new();
            loop {
                match reader.next(&mut row)? {
                    Found::Bad(_) => continue,
                    Found::End => {
                        drop(give.send(rows));
                        return Ok(());
                    }
                    Found::Row => {}
                }
                let cells = columns.iter().map(|(at, role)| normal(row.cell(*at).trim(), *role));
                rows.push(cells.chain([row.cell(truth).trim().to_owned()]).collect());
                if rows.len() == ROWS && give.send(std::mem::take(&mut rows)).is_err() {
                    return Ok(());
                }
            }
        });
        for mut row in take.into_iter().flatten() {
            let cell = row.pop().unwrap_or_default();
            for (cell, column) in row.iter().zip(&mut known.table.columns) {
                column.push([cell.as_str()]);
            }
            known.table.end_row();
            let truth = cell.strip_prefix("rec-").and_then(|rest| rest.split('-').next()).map(str::to_owned);
            known.truth.push(truth.unwrap_or(cell));
        }
        reading.join().unwrap_or_else(|_| Err(Error::internal("the reading panicked")))
    })?;
    Ok(known)
}

/// Rows read at a time.
const ROWS: usize = 1_000;

/// A cell as it is compared.
fn normal(cell: &str, role: Role) -> String {
    match role {
        Role::Date => cell.chars().filter(char::is_ascii_digit).collect(),
        _ => cell.to_lowercase(),
    }
}
