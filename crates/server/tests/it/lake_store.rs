//! The lake in a store of objects: a real server that speaks as S3 does keeps its files, several machines read them through
//! copies of their own, and questions go on while the store is away. Without one (`RAPPORT_TEST_S3`, which `bin/test` sets)
//! the stories say so and pass.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use analytics::engine::Engine as _;
use analytics::lake::Lake;
use foundation::access::{Principal, Secret};
use foundation::ledger::{self, Entry};
use foundation::outbound::store::{ObjectStore, Objects};
use kernel::{Currency, Id, Money, Time};
use serde_json::json;
use testkit::{TestApp, eventually, on_both};

/// A server of objects that keeps them in memory. Killed when dropped.
struct Shelf {
    program: PathBuf,
    port: u16,
    child: Child,
}

impl Shelf {
    fn start() -> Option<Shelf> {
        let Some(program) = std::env::var_os("RAPPORT_TEST_S3").map(PathBuf::from) else {
            eprintln!("RAPPORT_TEST_S3 is not set: the lake is not tested in a store of objects");
            return None;
        };
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let child = started(&program, port);
        let shelf = Shelf { program, port, child };
        shelf.make_bucket();
        Some(shelf)
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}/company/lake", self.port)
    }

    fn at(&self) -> ObjectStore {
        let (region, key_id, secret) = ("us-east-1".into(), "rapport".into(), Secret::new("rapport"));
        ObjectStore { url: self.url(), region, key_id, secret }
    }

    fn objects(&self) -> Objects {
        Objects::new(&self.at()).unwrap()
    }

    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.objects().list().unwrap().into_iter().map(|one| one.name).collect();
        names.sort();
        names
    }

    /// A bucket is an object without a name.
    fn make_bucket(&self) {
        use std::io::{Read as _, Write as _};
        let mut line = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        let asked = format!(
            "PUT /company HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
            self.port
        );
        line.write_all(asked.as_bytes()).unwrap();
        let mut answer = String::new();
        line.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }

    fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// With nothing on it.
    fn start_again(&mut self) {
        self.child = started(&self.program, self.port);
        self.make_bucket();
    }
}

impl Drop for Shelf {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn started(program: &PathBuf, port: u16) -> Child {
    let child = Command::new(program)
        .args(["-H", "127.0.0.1", "-p", &port.to_string()])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the server of objects starts");
    let until = Instant::now() + Duration::from_secs(60);
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(Instant::now() < until, "the server of objects does not listen");
        std::thread::sleep(Duration::from_millis(50));
    }
    child
}

fn now<T>(work: impl FnOnce() -> T) -> T {
    tokio::task::block_in_place(work)
}

fn lake(app: &TestApp) -> Lake {
    Lake::of(app.app()).unwrap()
}

/// Purchases of a customer, one an hour.
async fn bought(app: &TestApp, party: Id, many: i64) {
    let entries: Vec<Entry> = (0..many)
        .map(|hour| Entry {
            kind: "shop.bought".into(),
            at: Some(Time(1_780_000_000_000 + hour * 3_600_000)),
            party: Some(party),
            amount: Some(Money::new(100 + hour, Currency::parse("EUR").unwrap())),
            personal: json!({ "words": "for my aunt" }).as_object().unwrap().clone(),
            ..Entry::default()
        })
        .collect();
    let who = Principal::system("test");
    app.app().write(&who, move |op| ledger::append(op, entries.clone())).await.unwrap();
}

async fn flushed(app: &TestApp) {
    eventually(async || {
        now(|| lake(app).flush()).unwrap();
        now(|| lake(app).open(None).unwrap().tail == 0)
    })
    .await;
}

/// How many purchases the lake shows, in files and behind them.
fn purchases(app: &TestApp) -> i64 {
    let events = now(|| lake(app).open(None)).unwrap();
    assert_eq!(events.missing, 0);
    events.engine.rows("select count(distinct id) from event where kind = 'shop.bought'", &[]).unwrap()[0][0].int()
}

fn copies(app: &TestApp) -> PathBuf {
    app.folder().join("lake/events")
}

fn throw_copies_away(app: &TestApp) {
    fs::remove_dir_all(copies(app)).unwrap();
}

on_both! {
    async fn files_lie_in_the_store_and_are_read_through_copies(app: TestApp) {
        let Some(shelf) = Shelf::start() else { return };
        let someone = Id::parse(app.ana().post("/contacts", json!({ "last_name": "Arnaut" })).await.created()["id"].as_str().unwrap()).unwrap();
        // It began in the folder; named later, the store gets what there is.
        bought(&app, someone, 30).await;
        flushed(&app).await;
        let app = app.storing_in(&shelf.url());
        assert!(shelf.names().is_empty());
        assert!(now(|| lake(&app).settle()).unwrap() > 0);
        assert_eq!(now(|| lake(&app).settle()).unwrap(), 0, "again, there is nothing left to do");
        bought(&app, someone, 20).await;
        flushed(&app).await;
        let names = shelf.names();
        assert!(names.len() >= 2 && names.iter().all(|name| name.ends_with(".parquet")), "{names:?}");

        // Another machine, or this one with an empty disk.
        throw_copies_away(&app);
        assert_eq!(purchases(&app), 50);
        assert_eq!(fs::read_dir(copies(&app)).unwrap().count(), names.len(), "all were brought, and nothing half");

        // A copy that was cut is brought anew; an object that is gone is made again from the ledger.
        let first = copies(&app).join(&names[0]);
        fs::write(&first, b"PAR1 cut").unwrap();
        assert_eq!(purchases(&app), 50);
        let bytes = fs::metadata(&first).unwrap().len();
        let mut swapped = fs::read(&first).unwrap();
        let middle = swapped.len() / 2;
        swapped[middle] ^= 0xff;
        fs::write(&first, &swapped).unwrap();
        assert!(!now(|| lake(&app).examine()).unwrap(), "the object is good, only its copy was not");
        assert_eq!(fs::metadata(&first).unwrap().len(), bytes);
        now(|| shelf.objects().remove(&names[0])).unwrap();
        throw_copies_away(&app);
        let missing = now(|| lake(&app).open(None)).unwrap().missing;
        assert!(missing > 0, "what is missing is said");
        assert_eq!(now(|| lake(&app).repair(&AtomicBool::new(false))).unwrap(), 1);
        assert_eq!(purchases(&app), 50);

        // Erased, no personal text is left in any object.
        assert!(now(|| lake(&app).forget(&[someone])).unwrap() > 0);
        now(|| lake(&app).sweep(Duration::ZERO)).unwrap();
        throw_copies_away(&app);
        let events = now(|| lake(&app).open(None)).unwrap();
        let kept = "select count(*) from event where kind = 'shop.bought' and sealed is not null";
        assert_eq!(events.engine.rows(kept, &[]).unwrap()[0][0].int(), 0);
        assert_eq!(shelf.names().len(), fs::read_dir(copies(&app)).unwrap().count(), "what was replaced is gone");
        assert_eq!(purchases(&app), 50);
    }

    async fn a_store_that_goes_away_stops_no_question_and_loses_no_line(app: TestApp) {
        let Some(mut shelf) = Shelf::start() else { return };
        let app = app.storing_in(&shelf.url());
        let someone = Id::parse(app.ana().post("/contacts", json!({ "last_name": "Arnaut" })).await.created()["id"].as_str().unwrap()).unwrap();
        bought(&app, someone, 10).await;
        flushed(&app).await;
        shelf.kill();
        bought(&app, someone, 5).await;
        assert_eq!(purchases(&app), 15, "from the copies, and from behind them");
        let fault = now(|| lake(&app).flush()).unwrap_err().to_string();
        assert!(fault.contains("the store 127.0.0.1"), "{fault}");
        assert_eq!(purchases(&app), 15, "nothing was noted that is not there");
        assert_eq!(fs::read_dir(app.folder().join("lake/making")).unwrap().count(), 0, "and nothing is left lying");

        // It comes back empty, as one that was lost: what lies here goes there again.
        shelf.start_again();
        assert!(now(|| lake(&app).settle()).unwrap() > 0);
        flushed(&app).await;
        throw_copies_away(&app);
        assert_eq!(purchases(&app), 15);
        // With the store and the copies gone a question says so, instead of answering with less.
        shelf.kill();
        throw_copies_away(&app);
        assert!(now(|| lake(&app).open(None)).is_err());
    }
}
