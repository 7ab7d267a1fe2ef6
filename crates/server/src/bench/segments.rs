//! A segment of three conditions, one of them an aggregate of events: how long it is counted, how long until everybody is in
//! it, and how long from an event to the entry that follows from it.

use std::time::{Duration, Instant};

use kernel::{Error, Result};
use serde_json::json;

use super::CITIES;
use super::client::{Client, encode};
use super::run::{Limit, Line, at_most, p95};

/// Counts whose times are compared.
const COUNTS: usize = 5;
/// Events whose entries are waited for.
const ENTRIES: usize = 20;

/// See the module.
pub(super) fn measure(client: &mut Client, lines: &mut Vec<Line>) -> Result<()> {
    let city = CITIES.first().map_or("Paris", |city| city.0);
    let question = format!(
        "address.city = \"{city}\" and email is not empty and count(events \"order.placed\" in last 365 days) >= 2"
    );
    let mut counted = |exact: bool| -> Result<f64> {
        let mut took = Vec::new();
        for _ in 0..COUNTS {
            let body = json!({ "holds": "contact", "question": question, "exact": exact });
            let begun = Instant::now();
            client.post("/api/v1/segments/count", &body)?.ok()?;
            took.push(begun.elapsed());
        }
        Ok(p95(took))
    };
    lines.push(at_most("segment of three conditions, about", counted(false)?, 300.0, "ms"));
    let exactly = counted(true)?;
    lines.push(Line { what: "the same, counted exactly", figure: exactly, limit: Limit::None, unit: "ms" });

    // A name of its own: a run that broke off has left its segment behind.
    let name = format!("Bench {}", kernel::Clock::system().now().0);
    let begun = Instant::now();
    let made = client.post("/api/v1/segments", &json!({ "name": name, "question": question }))?.ok()?.json();
    let id = made["id"].as_str().unwrap_or_default().to_string();
    wait(client, &format!("/api/v1/segments/{id}/state"), Duration::from_secs(600), |state| state["settled"] == true)?;
    let filled = begun.elapsed().as_secs_f64();
    lines.push(Line {
        what: "the same as a segment, everybody looked at",
        figure: filled,
        limit: Limit::None,
        unit: "s",
    });

    let outside = format!("address.city = \"{city}\" and email is not empty and not in segment \"{name}\"");
    let path = format!("/api/v1/contacts?limit={ENTRIES}&count=none&fields=id&filter={}", encode(&outside));
    let page = client.get(&path)?.ok()?.json();
    let mut took = Vec::new();
    for record in page["data"].as_array().into_iter().flatten() {
        let Some(party) = record["id"].as_str().map(str::to_string) else { continue };
        let event = json!({ "kind": "order.placed", "party": party, "channel": "web" });
        client.post("/api/v1/events", &json!({ "events": [event, event] }))?.ok()?;
        let begun = Instant::now();
        let path = format!("/api/v1/segments/of/contacts/{party}");
        wait(client, &path, Duration::from_secs(20), |told| !told["data"].as_array().is_none_or(Vec::is_empty))?;
        took.push(begun.elapsed());
    }
    lines.push(at_most("from an event to the entry, p95", p95(took), 1000.0, "ms"));
    client.send("DELETE", &format!("/api/v1/segments/{id}"), b"")?.ok()?;
    Ok(())
}

/// Asks until it is so.
fn wait(client: &mut Client, path: &str, at_most: Duration, is_so: impl Fn(&serde_json::Value) -> bool) -> Result<()> {
    let begun = Instant::now();
    loop {
        if is_so(&client.get(path)?.ok()?.json()) {
            return Ok(());
        }
        if begun.elapsed() > at_most {
            return Err(Error::internal(format!("{path}: it did not become so")));
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}
