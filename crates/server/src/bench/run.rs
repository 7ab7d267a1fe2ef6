//! Measures seeded folders: one server process each, requests over loopback, each figure beside its limit.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use foundation::App;
use foundation::access::Principal;
use foundation::access::keys::{self, NewKey, Scope};
use foundation::access::roles::{self, RoleBody};
use foundation::records::read::ListQuery;
use foundation::records::{Write as Wish, read, write};
use kernel::{Error, Id, Result, Value};
use serde_json::json;

use super::client::{Client, encode};
use super::{CITIES, GIVEN, Rng, seed, segments};

const ROUNDS: usize = 300;
/// Teams whose members' rows a list is limited to, and how many people are in each.
const TEAMS: usize = 10;
const TEAM_SIZE: usize = 20;

/// One line of the table, at one size.
pub(super) struct Line {
    pub what: &'static str,
    pub figure: f64,
    pub limit: Limit,
    pub unit: &'static str,
}

#[derive(Clone, Copy)]
pub(super) enum Limit {
    AtMost(f64),
    AtLeast(f64),
    /// Told beside the others; nothing was promised.
    None,
}

impl Line {
    fn is_kept(&self) -> bool {
        match self.limit {
            Limit::AtMost(limit) => self.figure <= limit,
            Limit::AtLeast(limit) => self.figure >= limit,
            Limit::None => true,
        }
    }

    fn figure(&self) -> String {
        let missed = if self.is_kept() { "" } else { " MISSED" };
        format!("{} {}{missed}", number(self.figure), self.unit)
    }

    fn limit(&self) -> String {
        match self.limit {
            Limit::AtMost(limit) => format!("<= {} {}", number(limit), self.unit),
            Limit::AtLeast(limit) => format!(">= {} {}", number(limit), self.unit),
            Limit::None => String::new(),
        }
    }
}

/// Whole where a tenth says nothing.
fn number(figure: f64) -> String {
    if figure >= 1000.0 || figure.fract() == 0.0 { format!("{figure:.0}") } else { format!("{figure:.1}") }
}

/// What was measured on one folder.
struct Measured {
    contacts: u64,
    lines: Vec<Line>,
}

/// Runs all measurements and prints the table; fails if a limit is missed.
pub fn measure(folders: &[PathBuf], import: bool) -> Result<()> {
    let measured = folders.iter().map(|data| measure_one(data, import)).collect::<Result<Vec<Measured>>>()?;
    print(&measured);
    if measured.iter().flat_map(|one| &one.lines).all(Line::is_kept) {
        Ok(())
    } else {
        Err(Error::internal("a limit was missed; see the table"))
    }
}

fn measure_one(data: &Path, with_import: bool) -> Result<Measured> {
    let program = std::env::current_exe().map_err(Error::internal)?;
    let key = new_key(&program, data)?;
    let (contacts, teams) = team_keys(data)?;
    println!("measuring {}: {contacts} contacts", data.display());
    let mut lines = Vec::new();

    let address = free_address()?;
    let started = Instant::now();
    let server = serve(&program, data, &address)?;
    let mut client = wait_ready(&address, &key)?;
    lines.push(at_most("ready after start", started.elapsed().as_secs_f64() * 1000.0, 1000.0, "ms"));
    std::thread::sleep(Duration::from_secs(3));
    lines.push(at_most("idle memory", rss_mb(server.0.id()), 150.0, "MB"));

    lists(&address, &teams, &mut lines)?;
    pages(&mut client, &mut lines)?;
    searches(&mut client, &mut lines)?;
    writes(&address, &key, &mut client, &mut lines)?;
    lines.push(at_most("memory after all this", rss_mb(server.0.id()), 400.0, "MB"));
    matches(&mut client, &mut lines)?;
    segments::measure(&mut client, &mut lines)?;
    drop(server);

    if with_import {
        import(&program, contacts, &mut lines)?;
    }
    Ok(Measured { contacts, lines })
}

fn print(measured: &[Measured]) {
    let widest = 56;
    print!("\n{:<widest$}", "measured");
    for one in measured {
        print!(" {:>18}", format!("{} contacts", one.contacts));
    }
    println!(" {:>16}", "limit");
    let mut told = BTreeSet::new();
    for line in measured.iter().flat_map(|one| &one.lines) {
        if !told.insert(line.what) {
            continue;
        }
        print!("{:<widest$}", line.what);
        let mut limit = String::new();
        for one in measured {
            let here = one.lines.iter().find(|other| other.what == line.what);
            print!(" {:>18}", here.map(Line::figure).unwrap_or_default());
            limit = here.map(Line::limit).unwrap_or(limit);
        }
        println!(" {limit:>16}");
    }
}

pub(super) fn at_most(what: &'static str, figure: f64, limit: f64, unit: &'static str) -> Line {
    Line { what, figure, limit: Limit::AtMost(limit), unit }
}

fn at_least(what: &'static str, figure: f64, limit: f64, unit: &'static str) -> Line {
    Line { what, figure, limit: Limit::AtLeast(limit), unit }
}

/// The 95th percentile in milliseconds.
pub(super) fn p95(mut took: Vec<Duration>) -> f64 {
    took.sort();
    let place = (took.len() * 95).div_ceil(100).saturating_sub(1);
    took.get(place).map_or(0.0, |took| took.as_secs_f64() * 1000.0)
}

/// Teams of the seeded people, made once, and a key of a member of each who may read what the team owns. Answers how many
/// contacts there are, and the keys.
fn team_keys(data: &Path) -> Result<(u64, Vec<String>)> {
    let app = App::open(foundation::Config::folder(data), crate::assembly::domains())?;
    let who = Principal::system("bench");
    let made = app.write_now(&who, |op| {
        let (contact, team, user) = (op.object("contact")?, op.object("team")?, op.object("user")?);
        let contacts = read::count_exact(op, &contact, &ListQuery::default())?.value;
        let body = RoleBody::read(&json!({ "objects": { "contact": { "read": "team" }, "user": { "read": "all" } } }))?;
        // A name of its own for each run: roles are kept, and their names are unique.
        let role = roles::create(op, &format!("Bench {}", Id::at(op.now.0)), &body)?;
        let query = ListQuery { sort: vec!["created_at".into()], limit: TEAMS * TEAM_SIZE, ..ListQuery::default() };
        let people: Vec<Id> = read::list(op, &user, &query)?.records.iter().map(|record| record.id).collect();
        let mut tokens = Vec::new();
        for members in people.chunks(TEAM_SIZE) {
            let (Some(name), Some(teams), Some(first)) =
                (team.def.position("name"), user.def.position("teams"), members.first())
            else {
                continue;
            };
            let values = vec![(name, Value::Text(format!("Bench {}", Id::at(op.now.0))))];
            let made = write::apply_one(op, &team, Wish::Create { values })?.id;
            for member in members {
                let values = vec![(teams, Value::Links(vec![made]))];
                write::apply_one(op, &user, Wish::Update { id: *member, version: None, values })?;
            }
            roles::assign(op, *first, &[role])?;
            let new = NewKey { name: "bench".into(), scopes: vec![Scope::All], owner: Some(*first), expires_at: None };
            tokens.push(keys::create(op, &new)?.1.expose().to_string());
        }
        Ok((u64::try_from(contacts).unwrap_or(0), tokens))
    })?;
    Ok(made)
}

fn lists(address: &str, teams: &[String], lines: &mut Vec<Line>) -> Result<()> {
    let mut rng = Rng(11);
    let mut clients = teams.iter().map(|key| Client::connect(address, key)).collect::<Result<Vec<Client>>>()?;
    let mut took = Vec::new();
    for round in 0..ROUNDS {
        let (city, _) = CITIES.get(round % CITIES.len()).copied().unwrap_or(("", ""));
        let filter = format!("address.city = \"{city}\"");
        let sort = rng.pick(&["title", "-updated_at", "-created_at", "-title"]);
        let path = format!("/api/v1/contacts?limit=50&sort={sort}&filter={}", encode(&filter));
        let count = clients.len().max(1);
        let Some(client) = clients.get_mut(round % count) else { continue };
        took.push(client.get(&path)?.ok()?.took);
    }
    lines.push(at_most("list of 50, filter, sort, role of a team, p95", p95(took), 25.0, "ms"));
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

/// A look at everybody, then who a person who comes may be already.
fn matches(client: &mut Client, lines: &mut Vec<Line>) -> Result<()> {
    let mut job = client.post("/api/v1/matching/contacts/runs", &json!(null))?.ok()?.json();
    let begun = Instant::now();
    while !matches!(job["state"].as_str(), Some("done" | "failed" | "cancelled")) {
        std::thread::sleep(Duration::from_millis(200));
        let id = job["id"].as_str().unwrap_or_default().to_string();
        job = client.get(&format!("/api/v1/jobs/{id}"))?.ok()?.json();
    }
    let whole = begun.elapsed().as_secs_f64();
    lines.push(Line { what: "duplicates looked for among all contacts", figure: whole, limit: Limit::None, unit: "s" });
    let mut rng = Rng(17);
    let mut took = Vec::new();
    for round in 0..ROUNDS {
        let body = json!({ "values": {
            "first_name": rng.pick(&GIVEN), "last_name": rng.pick(&super::FAMILY),
            "email": format!("person{}@example{}.test", rng.below(900_000), round % 7),
            "phone": format!("+4072{:07}", rng.below(10_000_000)),
        } });
        let begun = Instant::now();
        client.post("/api/v1/matching/contacts/candidates", &body)?.ok()?;
        took.push(begun.elapsed());
    }
    lines.push(at_most("who a new contact may be already, p95", p95(took), 10.0, "ms"));
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
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(Error::internal)?;
    // It says what it did when all is stored, and ends when all can be found by search.
    let says = child.stdout.take().ok_or_else(|| Error::internal("the import says nothing"))?;
    let stored = std::thread::spawn(move || {
        let mut line = String::new();
        BufReader::new(says).read_line(&mut line).map(|_| (started.elapsed().as_secs_f64(), line))
    });
    let mut most = 0.0f64;
    let status = loop {
        most = most.max(rss_mb(child.id()));
        match child.try_wait().map_err(Error::internal)? {
            Some(status) => break status,
            None => std::thread::sleep(Duration::from_millis(50)),
        }
    };
    let whole = started.elapsed().as_secs_f64();
    let told = stored.join().map_err(|_| Error::internal("the import could not be listened to"))?;
    let (ours, said) = told.map_err(Error::internal)?;
    if !status.success() || !said.starts_with(&format!("{rows} rows: {rows} new")) {
        return Err(Error::internal(format!("the import failed: {said}")));
    }
    let limit = 90.0 * rows as f64 / 1_000_000.0;
    lines.push(at_most("import of as many, upsert key and identities", ours, limit, "s"));
    lines.push(Line { what: "the same until each is found by search", figure: whole, limit: Limit::None, unit: "s" });
    if let Some(peer) = peer {
        lines.push(at_most("import as a multiple of sqlite3's bare .import", ours / peer, 6.0, "x"));
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
pub(super) struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub(super) fn serve(program: &Path, data: &Path, address: &str) -> Result<Server> {
    let child = Command::new(program)
        .args(["serve", "--data"])
        .arg(data)
        .args(["--listen", address])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    child.map(Server).map_err(Error::internal)
}

pub(super) fn new_key(program: &Path, data: &Path) -> Result<String> {
    let made = Command::new(program)
        .args(["key", "create", "--data"])
        .arg(data)
        .args(["--name", "bench", "--scope", "all"])
        .output()
        .map_err(Error::internal)?;
    Ok(String::from_utf8_lossy(&made.stdout).trim().to_string())
}

pub(super) fn free_address() -> Result<String> {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").map_err(Error::internal)?;
    Ok(listener.local_addr().map_err(Error::internal)?.to_string())
}

pub(super) fn wait_ready(address: &str, key: &str) -> Result<Client> {
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
