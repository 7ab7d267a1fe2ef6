//! Measures a seeded folder: one server process, requests over loopback, each figure beside its limit.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use kernel::{Error, Result};
use serde_json::json;

use super::client::{Client, encode};
use super::{CITIES, GIVEN, Rng, seed};

const ROUNDS: usize = 300;

/// One line of the table.
struct Line {
    what: String,
    measured: String,
    limit: String,
    kept: bool,
}

/// Runs all measurements and prints the table; fails if a limit is missed.
pub fn measure(data: &Path, import_rows: u64) -> Result<()> {
    let program = std::env::current_exe().map_err(Error::internal)?;
    let key = new_key(&program, data)?;
    let mut lines = Vec::new();

    let address = free_address()?;
    let started = Instant::now();
    let server = serve(&program, data, &address)?;
    let mut client = wait_ready(&address, &key)?;
    lines.push(at_most("ready after start", started.elapsed().as_secs_f64() * 1000.0, 1000.0, "ms"));
    std::thread::sleep(Duration::from_secs(3));
    lines.push(at_most("idle memory", rss_mb(server.0.id()), 150.0, "MB"));

    let counted = client.get("/api/v1/contacts?limit=1&count=estimate")?.ok()?.json();
    println!("contacts in this folder: about {}", counted["count"]["value"]);

    lists(&mut client, &mut lines)?;
    pages(&mut client, &mut lines)?;
    searches(&mut client, &mut lines)?;
    writes(&address, &key, &mut client, &mut lines)?;
    lines.push(at_most("memory after all this", rss_mb(server.0.id()), 400.0, "MB"));
    drop(server);

    if import_rows > 0 {
        import(&program, import_rows, &mut lines)?;
    }
    print(&lines);
    if lines.iter().all(|line| line.kept) { Ok(()) } else { Err(Error::internal("a limit was missed; see the table")) }
}

fn print(lines: &[Line]) {
    println!("\n{:<58} {:>22} {:>22}", "measured", "figure", "limit");
    for line in lines {
        println!(
            "{:<58} {:>22} {:>22} {}",
            line.what,
            line.measured,
            line.limit,
            if line.kept { "" } else { "MISSED" }
        );
    }
}

fn at_most(what: &str, figure: f64, limit: f64, unit: &str) -> Line {
    Line {
        what: what.into(),
        measured: format!("{figure:.1} {unit}"),
        limit: format!("<= {limit:.0} {unit}"),
        kept: figure <= limit,
    }
}

fn at_least(what: &str, figure: f64, limit: f64, unit: &str) -> Line {
    Line {
        what: what.into(),
        measured: format!("{figure:.0} {unit}"),
        limit: format!(">= {limit:.0} {unit}"),
        kept: figure >= limit,
    }
}

/// The 95th percentile in milliseconds.
fn p95(mut took: Vec<Duration>) -> f64 {
    took.sort();
    let place = (took.len() * 95).div_ceil(100).saturating_sub(1);
    took.get(place).map_or(0.0, |took| took.as_secs_f64() * 1000.0)
}

fn lists(client: &mut Client, lines: &mut Vec<Line>) -> Result<()> {
    let mut rng = Rng(11);
    // The row rule of a sales role: what the owner's team owns. A key of the company has none, so the filter carries it.
    let owners = client.get("/api/v1/users?limit=200&count=none")?.ok()?.json();
    let ids: Vec<String> = owners["data"]
        .as_array()
        .map(|list| list.iter().filter_map(|user| user["id"].as_str().map(str::to_string)).collect())
        .unwrap_or_default();
    let mut took = Vec::new();
    for round in 0..ROUNDS {
        let (city, _) = CITIES.get(round % CITIES.len()).copied().unwrap_or(("", ""));
        let team: Vec<String> = (0..20)
            .map(|_| {
                format!(
                    "{:?}",
                    ids.get(usize::try_from(rng.below(ids.len() as u64)).unwrap_or(0)).cloned().unwrap_or_default()
                )
            })
            .collect();
        let filter = format!("address.city = \"{city}\" and owner in ({})", team.join(", "));
        let sort = rng.pick(&["title", "-updated_at", "-created_at", "-title"]);
        let path = format!("/api/v1/contacts?limit=50&sort={sort}&filter={}", encode(&filter));
        took.push(client.get(&path)?.ok()?.took);
    }
    lines.push(at_most("list of 50, filter + sort + row rule, p95", p95(took), 25.0, "ms"));
    Ok(())
}

fn pages(client: &mut Client, lines: &mut Vec<Line>) -> Result<()> {
    let mut rng = Rng(12);
    let mut ids = Vec::new();
    for _ in 0..20 {
        let path = format!(
            "/api/v1/contacts?limit=50&count=none&sort=title&filter={}",
            encode(&format!("title starts with \"{}\"", rng.pick(&GIVEN)))
        );
        let page = client.get(&path)?.ok()?.json();
        ids.extend(
            page["data"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|record| record["id"].as_str().map(str::to_string)),
        );
    }
    let mut took = Vec::new();
    for id in ids.iter().cycle().take(ROUNDS) {
        let record = client.get(&format!("/api/v1/contacts/{id}"))?.ok()?;
        let timeline = client.get(&format!("/api/v1/contacts/{id}/timeline?limit=50"))?.ok()?;
        took.push(record.took + timeline.took);
    }
    lines.push(at_most("record with 50 timeline lines, p95", p95(took), 15.0, "ms"));
    Ok(())
}

fn searches(client: &mut Client, lines: &mut Vec<Line>) -> Result<()> {
    let mut rng = Rng(13);
    let mut took = Vec::new();
    for _ in 0..ROUNDS / 5 {
        let family = seed::family(&mut rng);
        let whole = format!("{} {family}", rng.pick(&GIVEN));
        for length in [2, 3, 5, 7, 9] {
            let typed: String = whole.chars().take(length).collect();
            took.push(client.get(&format!("/api/v1/search?q={}", encode(&typed)))?.ok()?.took);
        }
    }
    lines.push(at_most("search as you type, p95", p95(took), 30.0, "ms"));
    Ok(())
}

fn writes(address: &str, key: &str, client: &mut Client, lines: &mut Vec<Line>) -> Result<()> {
    let page = client.get("/api/v1/contacts?limit=200&count=none")?.ok()?.json();
    let ids: Vec<String> = page["data"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|record| record["id"].as_str().map(str::to_string))
        .collect();
    let done = AtomicU64::new(0);
    let started = Instant::now();
    let span = Duration::from_secs(8);
    std::thread::scope(|scope| {
        for worker in 0..32usize {
            let (ids, done) = (&ids, &done);
            scope.spawn(move || -> Result<()> {
                let mut client = Client::connect(address, key)?;
                let mut n = worker;
                while started.elapsed() < span {
                    let id = ids.get(n % ids.len().max(1)).cloned().unwrap_or_default();
                    client
                        .post("/api/v1/events", &json!({ "kind": "page.viewed", "party": id, "channel": "web" }))?
                        .ok()?;
                    done.fetch_add(1, Ordering::Relaxed);
                    n += 32;
                }
                Ok(())
            });
        }
    });
    let rate = done.load(Ordering::Relaxed) as f64 / started.elapsed().as_secs_f64();
    lines.push(at_least("durable single events, 32 connections", rate, 5_000.0, "/s"));

    let mut sent = 0u64;
    let started = Instant::now();
    while started.elapsed() < span {
        let events: Vec<serde_json::Value> = (0..1000usize)
            .map(|n| json!({ "kind": "page.viewed", "party": ids.get(n % ids.len().max(1)), "channel": "web" }))
            .collect();
        client.post("/api/v1/events", &json!({ "events": events }))?.ok()?;
        sent += 1000;
    }
    lines.push(at_least(
        "durable events in batches of 1,000, one connection",
        sent as f64 / started.elapsed().as_secs_f64(),
        30_000.0,
        "/s",
    ));
    Ok(())
}

/// A million contacts with an upsert key against the bare `.import` of the sqlite3 shell, same file, same run.
fn import(program: &Path, rows: u64, lines: &mut Vec<Line>) -> Result<()> {
    let folder = std::env::temp_dir().join(format!("rapport-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).map_err(Error::internal)?;
    let file = folder.join("people.csv");
    write_people(&file, rows)?;

    let bare = folder.join("bare.db");
    let started = Instant::now();
    let peer =
        Command::new("sqlite3").arg(&bare).arg(".mode csv").arg(format!(".import {} people", file.display())).status();
    let peer = peer.map(|status| status.success().then(|| started.elapsed().as_secs_f64())).unwrap_or(None);

    let data = folder.join("data");
    let started = Instant::now();
    let mut child = Command::new(program)
        .args(["import", "--data"])
        .arg(&data)
        .args(["--object", "contacts", "--key", "email"])
        .arg(&file)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(Error::internal)?;
    let mut most = 0.0f64;
    let status = loop {
        most = most.max(rss_mb(child.id()));
        match child.try_wait().map_err(Error::internal)? {
            Some(status) => break status,
            None => std::thread::sleep(Duration::from_millis(50)),
        }
    };
    let ours = started.elapsed().as_secs_f64();
    if !status.success() {
        return Err(Error::internal("the import failed"));
    }
    lines.push(at_most(
        &format!("import of {rows} contacts with upsert key"),
        ours,
        90.0 * rows as f64 / 1_000_000.0,
        "s",
    ));
    if let Some(peer) = peer {
        lines.push(at_most("the same as a multiple of sqlite3's bare .import", ours / peer, 6.0, "x"));
    }
    lines.push(at_most("memory of the import", most, 300.0, "MB"));
    let _ = std::fs::remove_dir_all(&folder);
    Ok(())
}

fn write_people(path: &PathBuf, rows: u64) -> Result<()> {
    let mut out = BufWriter::new(File::create(path).map_err(Error::internal)?);
    let mut rng = Rng(21);
    writeln!(out, "First name,Last name,Email,Phone,Job title,City,Country,Birth date").map_err(Error::internal)?;
    for n in 0..rows {
        let family = seed::family(&mut rng);
        let (city, country) = CITIES.get(usize::try_from(rng.below(20)).unwrap_or(0)).copied().unwrap_or(("", ""));
        let title = rng.pick(&["Buyer", "Owner", "Manager", "Engineer", "Teacher"]);
        writeln!(
            out,
            "{},{family},p{n}@mail{}.example,+407{:08},{title},{city},{country},{}-{:02}-{:02}",
            rng.pick(&GIVEN),
            n % 50,
            n % 100_000_000,
            1940 + rng.below(65),
            1 + rng.below(12),
            1 + rng.below(28)
        )
        .map_err(Error::internal)?;
    }
    out.flush().map_err(Error::internal)
}

/// A server that is stopped when the measuring ends.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn serve(program: &Path, data: &Path, address: &str) -> Result<Server> {
    let child = Command::new(program)
        .args(["serve", "--data"])
        .arg(data)
        .args(["--listen", address])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    child.map(Server).map_err(Error::internal)
}

fn new_key(program: &Path, data: &Path) -> Result<String> {
    let made = Command::new(program)
        .args(["key", "create", "--data"])
        .arg(data)
        .args(["--name", "bench", "--scope", "all"])
        .output()
        .map_err(Error::internal)?;
    Ok(String::from_utf8_lossy(&made.stdout).trim().to_string())
}

fn free_address() -> Result<String> {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").map_err(Error::internal)?;
    Ok(listener.local_addr().map_err(Error::internal)?.to_string())
}

fn wait_ready(address: &str, key: &str) -> Result<Client> {
    let started = Instant::now();
    while started.elapsed() < Duration::from_secs(30) {
        if let Ok(mut client) = Client::connect(address, key)
            && client.get("/readyz").is_ok_and(|answer| answer.status == 200)
        {
            return Ok(client);
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    Err(Error::internal("the server did not become ready"))
}

fn rss_mb(process: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()).and_then(|kb| kb.parse::<f64>().ok()).unwrap_or(0.0) / 1024.0
}
