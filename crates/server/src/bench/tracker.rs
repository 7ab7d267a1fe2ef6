//! Measures the tracker's door: hits acknowledged a second, each on disk, and what staff's pages take meanwhile. Then the
//! server is killed, and every acknowledged hit must be there.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use foundation::App;
use foundation::access::Principal;
use kernel::{Error, Result};

use super::client::Client;
use super::run::{free_address, new_key, p95, serve, wait_ready};

/// What was promised for hits that come in batches.
const HITS_PER_SECOND: f64 = 20_000.0;
/// How much longer a page of staff may take meanwhile, in milliseconds: what the machine's own work hides.
const SLACK_MS: f64 = 20.0;
const FOR: Duration = Duration::from_secs(5);
const CONNECTIONS: usize = 16;
/// Hits that one page sends at once when it is left.
const BATCH: usize = 20;
const LOOKS: usize = 200;

/// Measures on a seeded folder, to which the visits are added.
pub fn measure(data: &Path) -> Result<()> {
    let program = std::env::current_exe().map_err(Error::internal)?;
    let key = new_key(&program, data)?;
    let address = free_address()?;
    let server = serve(&program, data, &address)?;
    let mut client = wait_ready(&address, &key)?;
    drop(client.post("/api/v1/sites", &serde_json::json!({ "name": "Bench", "domains": "bench.example" }))?);
    let quiet = staff(&mut client)?;
    let single = load(&address, 1, &mut client)?;
    let batched = load(&address, BATCH, &mut client)?;
    // Killed, not stopped: what was acknowledged must be there.
    drop(server);

    let kept = kept(data)?;
    let told = single.hits + batched.hits;
    println!("hits one by one: {:.0}/s, staff's list p95 {:.1} ms", single.per_second, single.staff_ms);
    println!("hits {BATCH} at once: {:.0}/s, staff's list p95 {:.1} ms", batched.per_second, batched.staff_ms);
    println!("staff's list without hits, p95: {quiet:.1} ms");
    println!("acknowledged {told}, found after a kill {kept}");
    let is_fast = batched.per_second >= HITS_PER_SECOND && batched.staff_ms <= quiet + SLACK_MS;
    println!("  promised: {HITS_PER_SECOND:.0}/s, staff's pages as before{}", if is_fast { "" } else { "   MISSED" });
    if kept < told {
        return Err(Error::internal("acknowledged hits were lost"));
    }
    if is_fast { Ok(()) } else { Err(Error::internal("a promise was not kept; see the lines")) }
}

struct Loaded {
    hits: u64,
    per_second: f64,
    staff_ms: f64,
}

fn staff(client: &mut Client) -> Result<f64> {
    let mut took = Vec::with_capacity(LOOKS);
    for _ in 0..LOOKS {
        took.push(client.get("/api/v1/contacts?limit=50&sort=last_name")?.ok()?.took);
    }
    Ok(p95(took))
}

fn load(address: &str, batch: usize, client: &mut Client) -> Result<Loaded> {
    let (stop, hits) = (AtomicBool::new(false), AtomicU64::new(0));
    std::thread::scope(|scope| {
        let begun = Instant::now();
        let senders: Vec<_> = (0..CONNECTIONS)
            .map(|number| {
                scope.spawn({
                    let (stop, hits) = (&stop, &hits);
                    move || send(address, number, batch, stop, hits)
                })
            })
            .collect();
        let mut took = Vec::new();
        let mut failed = None;
        while begun.elapsed() < FOR && failed.is_none() {
            match client.get("/api/v1/contacts?limit=50&sort=last_name").and_then(super::client::Answer::ok) {
                Ok(answer) => took.push(answer.took),
                Err(fault) => failed = Some(fault),
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        stop.store(true, Ordering::SeqCst);
        let seconds = begun.elapsed().as_secs_f64();
        for sender in senders {
            sender.join().map_err(|_| Error::internal("a sender panicked"))??;
        }
        let hits = hits.load(Ordering::SeqCst);
        match failed {
            Some(fault) => Err(fault),
            None => Ok(Loaded { hits, per_second: hits as f64 / seconds, staff_ms: p95(took) }),
        }
    })
}

/// One connection that sends and waits for the answer, again and again.
fn send(address: &str, number: usize, batch: usize, stop: &AtomicBool, hits: &AtomicU64) -> Result<()> {
    let mut stream = BufReader::new(TcpStream::connect(address).map_err(Error::internal)?);
    stream.get_ref().set_nodelay(true).map_err(Error::internal)?;
    let mut page = number;
    while !stop.load(Ordering::SeqCst) {
        page += 1;
        let one = |at: usize| {
            format!(
                "{{\"u\":\"https://bench.example/page/{}\",\"r\":\"https://www.google.com/\",\"a\":{at}}}",
                (page + at) % 500
            )
        };
        let body = format!("{{\"h\":[{}]}}", (0..batch).map(one).collect::<Vec<_>>().join(","));
        // Another browser is another visitor.
        let agent =
            format!("Mozilla/5.0 (X11; Linux x86_64; rv:{}.0) Gecko/20100101 Firefox/{}.0", page % 400, page % 400);
        let request = format!(
            "POST /t HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: https://bench.example\r\nUser-Agent: {agent}\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.get_mut().write_all(request.as_bytes()).map_err(Error::internal)?;
        let mut line = String::new();
        stream.read_line(&mut line).map_err(Error::internal)?;
        if !line.contains(" 204") {
            return Err(Error::internal(format!("a hit was answered with {line}")));
        }
        while line.trim() != "" {
            line.clear();
            stream.read_line(&mut line).map_err(Error::internal)?;
        }
        hits.fetch_add(u64::try_from(batch).unwrap_or(0), Ordering::SeqCst);
    }
    Ok(())
}

/// The hits of all visits of the tracker, once everything in the inbox is in visits.
fn kept(data: &Path) -> Result<u64> {
    let app = App::open(foundation::Config::folder(data), crate::assembly::domains())?;
    site::tracker::step(&app)?;
    let sql = "select coalesce(sum(hits), 0) from visit where origin = 'tracker'";
    let row = app.read_now(&Principal::system("bench"), |reader| reader.tx.one(sql, &[]))?;
    Ok(row.and_then(|row| u64::try_from(row.int(0)).ok()).unwrap_or(0))
}
