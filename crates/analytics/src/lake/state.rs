//! How the lake stands, for whoever runs the company.

use foundation::Reader;
use foundation::ledger::subscribe;
use kernel::Result;
use serde_json::{Value as Json, json};

use super::manifest::{self, CURSOR, State};

/// Files, lines and bytes by period, and how far the ledger was read.
pub fn show(reader: &mut Reader) -> Result<Json> {
    let files = manifest::files(reader.tx)?;
    let position = subscribe::cursor(reader.tx, CURSOR)?;
    let behind = manifest::behind(reader.tx, position)?;
    let mut periods: Vec<Json> = Vec::new();
    let mut at = 0;
    while let Some(first) = files.get(at) {
        let same: Vec<_> = files.iter().skip(at).take_while(|file| file.period == first.period).collect();
        at += same.len();
        periods.push(json!({
            "period": first.period.to_string(),
            "files": same.len(),
            "lines": same.iter().map(|file| file.lines).sum::<i64>(),
            "bytes": same.iter().map(|file| file.bytes).sum::<i64>(),
        }));
    }
    Ok(json!({
        "files": files.len(),
        "lines": files.iter().map(|file| file.lines).sum::<i64>(),
        "bytes": files.iter().map(|file| file.bytes).sum::<i64>(),
        "damaged": files.iter().filter(|file| file.state == State::Damaged).count(),
        "position": position.to_string(),
        "behind": behind,
        "periods": periods,
    }))
}
