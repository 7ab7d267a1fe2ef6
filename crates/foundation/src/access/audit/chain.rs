//! The chain: h(n) = SHA-256(h(n-1) || row n).
//!
//! Rows are sealed in the background, in the order in which their transactions became visible: PostgreSQL's sequence
//! numbers may commit out of order, so a row's place in the chain is a number of its own. The head lies in `setting`, and
//! sealing goes on from there, not from the last row: whoever cuts the tail off leaves a gap for good. Against somebody
//! who rewrites the head too, it is anchored hourly in a file outside the database, each line under a keyed hash.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use db::{Arg, Row, Tx};
use kernel::{Error, Result, Time};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::access::secret::hex;
use crate::app::App;

/// Rows sealed in one transaction.
const BATCH: i64 = 500;
const ANCHOR_EVERY: Duration = Duration::from_secs(3600);
const LOOK_EVERY: Duration = Duration::from_secs(1);

const COLUMNS: &str = "seq, at, actor, actor_name, action, object, record, change, detail, place, hash";

type Hash = [u8; 32];

/// The last place of the chain and its hash; place 0 and zeros before the first row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Head {
    place: i64,
    hash: Hash,
}

/// Seals all rows there are; answers how many it sealed.
pub fn seal(app: &App) -> Result<usize> {
    let mut sealed = 0;
    loop {
        let part = app.db().write(seal_some)?;
        sealed += part;
        if part < BATCH as usize {
            return Ok(sealed);
        }
    }
}

fn seal_some(tx: &mut Tx) -> Result<usize> {
    let rows =
        tx.query(&format!("select {COLUMNS} from audit where hash is null order by seq limit $1"), &[BATCH.into()])?;
    if rows.is_empty() {
        return Ok(0);
    }
    let mut head = head(tx)?;
    let mut sets = Vec::with_capacity(rows.len());
    for row in &rows {
        head = Head { place: head.place + 1, hash: next(&head.hash, head.place + 1, row) };
        sets.push(vec![Arg::Int(head.place), Arg::Bytes(head.hash.to_vec()), Arg::Int(row.int(0))]);
    }
    tx.execute_many("update audit set place = $1, hash = $2 where seq = $3", &sets)?;
    tx.execute(
        "insert into setting (name, value) values ('audit_head', $1) on conflict (name) do update set value = excluded.value",
        &[format!("{} {}", head.place, hex(&head.hash)).into()],
    )?;
    Ok(rows.len())
}

fn head(tx: &mut Tx) -> Result<Head> {
    let Some(row) = tx.one("select value from setting where name = 'audit_head'", &[])? else {
        return Ok(Head { place: 0, hash: [0; 32] });
    };
    let mut parts = row.text(0).split(' ');
    let place = parts.next().and_then(|text| text.parse().ok());
    let hash = parts.next().and_then(unhex);
    match (place, hash) {
        (Some(place), Some(hash)) => Ok(Head { place, hash }),
        _ => Err(Error::internal("the head of the audit log is damaged")),
    }
}

/// The hash of a row after the one before it. The row is written as a JSON array of everything it holds.
fn next(before: &Hash, place: i64, row: &Row) -> Hash {
    let canonical = json!([
        place,
        row.int(0),
        row.int(1),
        row.opt_id(2),
        row.text(3),
        row.text(4),
        row.opt_text(5),
        row.opt_id(6),
        row.opt_id(7),
        row.text(8),
    ]);
    let mut hash = Sha256::new();
    hash.update(before);
    hash.update(canonical.to_string().as_bytes());
    hash.finalize().into()
}

/// Where the anchors are.
pub fn anchor_file(app: &App) -> PathBuf {
    app.config().folder.join("audit.anchor")
}

/// Seals, and adds the head to the file of anchors unless it is the last one there already.
pub fn anchor(app: &App) -> Result<()> {
    seal(app)?;
    let head = app.db().read(head)?;
    let path = anchor_file(app);
    let last = anchors(app)?.pop();
    if head.place == 0 || last.is_some_and(|last| (last.place, last.hash) == (head.place, head.hash)) {
        return Ok(());
    }
    let line = format!("{} {} {}", head.place, hex(&head.hash), app.now());
    let io = |e: std::io::Error| Error::internal(format!("{}: {e}", path.display()));
    let mut file = std::fs::OpenOptions::new().create(true).append(true).open(&path).map_err(io)?;
    writeln!(file, "{line} {}", mac(app, &line)?).map_err(io)?;
    file.sync_all().map_err(io)
}

fn mac(app: &App, line: &str) -> Result<String> {
    Ok(hex(&app.key().derive(b"audit anchor", line.as_bytes())?))
}

struct Anchor {
    place: i64,
    hash: Hash,
    genuine: bool,
}

/// The lines of the file; one that cannot be read counts as not genuine.
fn anchors(app: &App) -> Result<Vec<Anchor>> {
    let path = anchor_file(app);
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(missing) if missing.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(other) => return Err(Error::internal(format!("{}: {other}", path.display()))),
    };
    let mut found = Vec::new();
    for line in text.lines() {
        let read = || {
            let (said, mac) = line.rsplit_once(' ')?;
            let mut parts = said.split(' ');
            Some((said, mac, parts.next()?.parse().ok()?, unhex(parts.next()?)?))
        };
        found.push(match read() {
            Some((said, given, place, hash)) => Anchor { place, hash, genuine: given == mac(app, said)? },
            None => Anchor { place: 0, hash: [0; 32], genuine: false },
        });
    }
    Ok(found)
}

/// What was found by walking the whole chain.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Report {
    pub sealed: i64,
    /// Rows of the last second, not sealed yet.
    pub waiting: i64,
    pub anchors: usize,
    /// Empty: nothing was cut, edited, swapped or truncated.
    pub faults: Vec<String>,
}

/// Faults reported at most; a rewritten log would give one for each row.
const FAULTS: usize = 50;

/// Walks the chain from the first row and compares it with the head and the anchors.
pub fn verify(app: &App) -> Result<Report> {
    let anchors = anchors(app)?;
    app.db().read(|tx| walk(tx, &anchors))
}

fn walk(tx: &mut Tx, anchors: &[Anchor]) -> Result<Report> {
    let mut report = Report { anchors: anchors.len(), ..Report::default() };
    let mut by_place: BTreeMap<i64, Vec<Hash>> = BTreeMap::new();
    for (n, anchor) in anchors.iter().enumerate() {
        if anchor.genuine {
            by_place.entry(anchor.place).or_default().push(anchor.hash);
        } else {
            report.faults.push(format!("line {} of audit.anchor was not written by this system", n + 1));
        }
    }
    let mut at = Head { place: 0, hash: [0; 32] };
    let sql = format!("select {COLUMNS} from audit where place is not null order by place");
    let faults = &mut report.faults;
    tx.each(&sql, &[], |row| {
        let place = row.int(9);
        if place != at.place + 1 {
            faults.push(format!("rows {} to {} are missing", at.place + 1, place - 1));
        }
        let stored: Hash = row.opt_bytes(10).and_then(|bytes| bytes.try_into().ok()).unwrap_or([0; 32]);
        if next(&at.hash, place, &row) != stored && place == at.place + 1 {
            faults.push(format!("row {place} is not what was written ({} at {})", row.text(4), Time(row.int(1))));
        }
        for anchored in by_place.remove(&place).unwrap_or_default() {
            if anchored != stored {
                faults.push(format!("row {place} is not the one that was anchored"));
            }
        }
        at = Head { place, hash: stored };
        Ok(faults.len() < FAULTS)
    })?;
    report.sealed = at.place;
    if report.faults.len() < FAULTS {
        if let Some(last) = by_place.keys().next_back().filter(|last| **last > at.place) {
            report.faults.push(format!("the log ends at row {}, but row {last} was anchored", at.place));
        }
        let head = head(tx)?;
        if head != at {
            report.faults.push(format!("the log ends at row {}, but its head is row {}", at.place, head.place));
        }
    }
    report.waiting = tx.one("select count(*) from audit where hash is null", &[])?.map_or(0, |row| row.int(0));
    Ok(report)
}

/// Seals what was written, once a second, and anchors the head, once an hour and at the end; until it is stopped.
pub fn keep_sealed(app: &App, stop: &AtomicBool) {
    let mut news = app.news();
    let mut anchored: Option<Instant> = None;
    let mut looks: u32 = 0;
    while !stop.load(Ordering::SeqCst) {
        looks = looks.wrapping_add(1);
        let anchor_now = anchored.is_none_or(|at| at.elapsed() >= ANCHOR_EVERY);
        // Other processes write too; their rows are looked for now and then.
        let seal_now = news.has_changed().unwrap_or(false) || looks.is_multiple_of(10);
        news.mark_unchanged();
        let done = match (anchor_now, seal_now) {
            (true, _) => anchor(app).inspect(|()| anchored = Some(Instant::now())),
            (false, true) => seal(app).map(drop),
            (false, false) => Ok(()),
        };
        if let Err(error) = done {
            tracing::error!(%error, "the audit log could not be sealed");
        }
        let until = Instant::now() + LOOK_EVERY;
        while Instant::now() < until && !stop.load(Ordering::SeqCst) {
            std::thread::sleep(Duration::from_millis(50));
        }
    }
    if let Err(error) = anchor(app) {
        tracing::error!(%error, "the audit log could not be anchored");
    }
}

fn unhex(text: &str) -> Option<Hash> {
    let mut bytes = [0u8; 32];
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    for (i, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(i * 2..i * 2 + 2)?, 16).ok()?;
    }
    Some(bytes)
}
