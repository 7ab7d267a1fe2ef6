//! The lake: every line of the ledger exactly once, in files or behind them, whatever happens to the files; the past as it
//! was; and nothing personal of whoever was erased.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use analytics::engine::{Cell, Engine};
use analytics::lake::Lake;
use analytics::lake::read::Events;
use analytics::lake::store::{Folder, Store};
use analytics::lake::walk::{Asked, Fold};
use axum::body::Body;
use foundation::App;
use foundation::access::Principal;
use foundation::ledger::{self, Entry, Position, subscribe};
use kernel::{Currency, Error, Id, Money, Result, Time};
use serde_json::json;
use testkit::{Client, Database, TestApp, eventually, on_both};

const DAY: i64 = 24 * 60 * 60 * 1000;

fn go_on() -> AtomicBool {
    AtomicBool::new(false)
}

/// Work with files waits; the runtime is told.
fn now<T>(work: impl FnOnce() -> T) -> T {
    tokio::task::block_in_place(work)
}

fn lake(app: &TestApp) -> Lake {
    Lake::of(app.app()).unwrap()
}

/// Writes all there is; on PostgreSQL lines settle once no older transaction runs.
async fn flushed(app: &TestApp) {
    eventually(async || {
        now(|| lake(app).flush()).unwrap();
        now(|| lake(app).open(None).unwrap().tail == 0)
    })
    .await;
}

async fn contact(client: &Client, name: &str) -> Id {
    let made = client.post("/contacts", json!({ "last_name": name })).await.created();
    Id::parse(made["id"].as_str().unwrap()).unwrap()
}

/// A purchase with a word that only the customer's key opens.
fn bought(party: Id, at: i64, amount: i64) -> Entry {
    Entry {
        kind: "shop.bought".into(),
        at: Some(Time(at)),
        party: Some(party),
        amount: Some(Money::new(amount, Currency::parse("EUR").unwrap())),
        personal: json!({ "words": "for my aunt" }).as_object().unwrap().clone(),
        ..Entry::default()
    }
}

async fn told(app: &TestApp, entries: Vec<Entry>) {
    let who = Principal::system("test");
    app.app().write(&who, move |op| ledger::append(op, entries.clone())).await.unwrap();
}

/// How many lines the ledger holds.
fn in_ledger(app: &App) -> i64 {
    now(|| app.db().read(|tx| Ok(tx.query("select count(*) from event", &[])?[0].int(0)))).unwrap()
}

fn figures(events: &Events, sql: &str) -> Vec<i64> {
    figures_of(&events.engine, sql)
}

fn figures_of(engine: &impl Engine, sql: &str) -> Vec<i64> {
    engine.rows(sql, &[]).unwrap()[0].iter().map(Cell::int).collect()
}

/// What the lake shows: lines, different ones, and the sum of their numbers.
fn shown(lake: &Lake, upto: Option<Position>) -> (i64, i64, i64) {
    let events = now(|| lake.open(upto)).unwrap();
    let figures = figures(&events, "select count(*), count(distinct id), coalesce(sum(seq), 0) from event");
    (figures[0], figures[1], figures[2])
}

fn whole(app: &TestApp) {
    let lines = now(|| {
        let rows = app.app().db().read(|tx| tx.query("select seq from event", &[])).unwrap();
        rows.iter().map(|row| row.int(0)).collect::<Vec<_>>()
    });
    let (count, sum) = (lines.len() as i64, lines.iter().sum::<i64>());
    assert_eq!(shown(&lake(app), None), (count, count, sum));
}

fn head(app: &TestApp) -> Position {
    now(|| app.app().db().read(subscribe::end)).unwrap()
}

fn files(app: &TestApp) -> Vec<PathBuf> {
    let entries = fs::read_dir(app.folder().join("lake/events")).unwrap();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

/// Those whose lines count.
fn live(app: &TestApp) -> Vec<PathBuf> {
    let folder = app.folder().join("lake/events");
    now(|| lake(app).open(None)).unwrap().files.iter().map(|file| folder.join(&file.name)).collect()
}

/// A folder whose disk is full, or whose server dies once a file lies there.
struct Failing {
    folder: Folder,
    keeps: bool,
}

impl Store for Failing {
    fn place(&self, name: &str) -> PathBuf {
        self.folder.place(name)
    }
    fn put(&self, made: &Path, name: &str) -> Result<()> {
        if self.keeps {
            self.folder.put(made, name)?;
        }
        Err(Error::internal("no space left on device"))
    }
    fn has(&self, name: &str, bytes: u64, checksum: &str) -> Result<bool> {
        self.folder.has(name, bytes, checksum)
    }
    fn remove(&self, name: &str) -> Result<()> {
        self.folder.remove(name)
    }
    fn names(&self, older_than: Duration) -> Result<Vec<String>> {
        self.folder.names(older_than)
    }
}

fn failing(app: &TestApp, keeps: bool) -> Lake {
    let folder = Folder(app.folder().join("lake/events"));
    Lake::stored(app.app(), Arc::new(Failing { folder, keeps })).unwrap()
}

/// Sums of each customer, with a fault where lines come in another order than they happened.
#[derive(Default)]
struct Sums(BTreeMap<String, (usize, i64)>);

impl Fold for Sums {
    fn party(&mut self, party: &str, at: &[i64], columns: &[&[i64]]) {
        assert!(at.is_sorted(), "oldest first");
        let before = self.0.insert(party.into(), (at.len(), columns[0].iter().sum()));
        assert_eq!(before, None, "everybody comes once");
    }
}

fn walked(app: &TestApp, upto: Option<Position>) -> BTreeMap<String, (usize, i64)> {
    walked_for(app, upto, false)
}

fn walked_for(app: &TestApp, upto: Option<Position>, with_amount: bool) -> BTreeMap<String, (usize, i64)> {
    now(|| {
        let lake = lake(app);
        let events = lake.open(upto).unwrap();
        let asked = Asked { columns: &["coalesce(amount, 0)"], lines: None, with_amount };
        let parts = lake.walk(&events, asked, Sums::default).unwrap();
        parts.into_iter().flat_map(|part| part.0).collect()
    })
}

fn asked(app: &TestApp, upto: Option<Position>) -> BTreeMap<String, (usize, i64)> {
    now(|| {
        let events = lake(app).open(upto).unwrap();
        let sql = "select party, count(*), sum(coalesce(amount, 0)) from event where party is not null group by party";
        let rows = events.engine.rows(sql, &[]).unwrap();
        rows.iter().map(|row| (row[0].text().into(), (row[1].int() as usize, row[2].int()))).collect()
    })
}

/// What was bought, by customer: asked of all lines.
fn bought_by(app: &TestApp) -> BTreeMap<String, (usize, i64)> {
    now(|| {
        let events = lake(app).open(None).unwrap();
        let sql = "select party, count(*), sum(amount) from event where party is not null and amount is not null group by party";
        let rows = events.engine.rows(sql, &[]).unwrap();
        rows.iter().map(|row| (row[0].text().into(), (row[1].int() as usize, row[2].int()))).collect()
    })
}

/// The files that hold lines with an amount once more.
fn with_amounts(app: &TestApp) -> Vec<PathBuf> {
    files(app).into_iter().filter(|file| file.to_string_lossy().ends_with(".money.parquet")).collect()
}

on_both! {
    async fn what_was_bought_stands_by_itself_beside_a_large_file(app: TestApp) {
        let ana = app.ana();
        let people = [contact(&ana, "One").await, contact(&ana, "Two").await, contact(&ana, "Three").await];
        let begun = app.app().now().0;
        let looked = |n: i64| {
            let who = people[n as usize % 3];
            let line = bought(who, begun - n * 1000, n);
            if n % 16 == 0 { line } else { Entry { kind: "shop.looked".into(), amount: None, ..line } }
        };
        told(&app, (0..9_000).map(looked).collect()).await;
        flushed(&app).await;
        assert_eq!(with_amounts(&app).len(), 1);
        let bytes = |path: &PathBuf| fs::metadata(path).unwrap().len();
        assert!(live(&app).iter().all(|file| bytes(file) > 4 * bytes(&with_amounts(&app)[0])), "a part of the whole");
        assert_eq!(walked_for(&app, None, true), bought_by(&app));
        assert_eq!(bought_by(&app).values().map(|sums| sums.0).sum::<usize>(), 563);

        // What is behind the files and what stands in small ones is counted with it; the past is not.
        let then = head(&app);
        let before = bought_by(&app);
        told(&app, (9_000..9_100).map(looked).collect()).await;
        assert_eq!(walked_for(&app, None, true), bought_by(&app));
        flushed(&app).await;
        assert_eq!(walked_for(&app, None, true), bought_by(&app));
        assert_eq!(walked_for(&app, Some(then), true), before);

        // Cut or gone, it is made again with the file it belongs to.
        fs::write(&with_amounts(&app)[0], b"PAR1").unwrap();
        assert!(now(|| lake(&app).open(None)).unwrap().missing >= 9_000, "it is said that lines are missing");
        assert_eq!(now(|| lake(&app).repair(&false.into())).unwrap(), 1);
        assert_eq!(walked_for(&app, None, true), bought_by(&app));
        whole(&app);

        // Personal text of whoever is erased leaves both.
        now(|| lake(&app).forget(&people[..1])).unwrap();
        now(|| lake(&app).sweep(std::time::Duration::ZERO)).unwrap();
        assert_eq!(with_amounts(&app).len(), 1);
        let sealed = now(|| {
            let engine = lake(&app).open(None).unwrap().engine;
            let place = with_amounts(&app)[0].to_string_lossy().replace('\'', "''");
            figures_of(&engine, &format!("select count(sealed) filter (party = '{}'), count(sealed) from read_parquet('{place}')", people[0]))
        });
        assert!(sealed[0] == 0 && sealed[1] > 300, "{sealed:?}");
        assert_eq!(walked_for(&app, None, true), bought_by(&app));
    }

    async fn every_line_is_seen_once_whether_it_is_in_a_file_yet_or_not(app: TestApp) {
        let ana = app.ana();
        let one = contact(&ana, "One").await;
        whole(&app);
        flushed(&app).await;
        whole(&app);
        told(&app, (0..300).map(|n| bought(one, app.app().now().0 - n * DAY, n)).collect()).await;
        whole(&app);
        assert!(now(|| lake(&app).open(None).unwrap().tail) >= 300, "the last lines are behind the files");
        flushed(&app).await;
        whole(&app);
        assert_eq!(now(|| lake(&app).flush()).unwrap(), 0, "nothing is written twice");
        assert!(files(&app).len() > 10, "a file for each month");
    }

    async fn a_line_that_is_committed_late_is_not_missed(app: TestApp) {
        // On SQLite there is one writer, and nothing is late.
        if app.database() == Database::Sqlite {
            return;
        }
        let one = contact(&app.ana(), "One").await;
        let (go, wait) = std::sync::mpsc::channel::<()>();
        let wait = std::sync::Mutex::new(wait);
        let (late, at) = (app.app().clone(), app.app().now().0);
        let late = tokio::task::spawn_blocking(move || late.db().write(move |tx| {
            tx.execute(
                "insert into event (id, kind, at, recorded_at, party) values ($1, 'shop.late', $2, $2, $3)",
                &[Id::at(at).into(), at.into(), one.into()],
            )?;
            let _ = wait.lock().unwrap().recv();
            Ok(())
        }));
        tokio::time::sleep(Duration::from_millis(200)).await;
        told(&app, vec![bought(one, at, 5)]).await;
        now(|| lake(&app).flush()).unwrap();
        let of = |kind: &str| now(|| figures(&lake(&app).open(None).unwrap(), &format!("select count(*) from event where kind = '{kind}'"))[0]);
        assert_eq!((of("shop.bought"), of("shop.late")), (1, 0));
        go.send(()).unwrap();
        late.await.unwrap().unwrap();
        assert_eq!((of("shop.bought"), of("shop.late")), (1, 1));
        flushed(&app).await;
        assert_eq!((of("shop.bought"), of("shop.late")), (1, 1));
        whole(&app);
    }

    async fn a_server_killed_between_file_and_manifest_leaves_only_what_is_swept(app: TestApp) {
        let one = contact(&app.ana(), "One").await;
        told(&app, (0..50).map(|n| bought(one, app.app().now().0, n)).collect()).await;
        let dying = failing(&app, true);
        eventually(async || now(|| dying.flush()).is_err()).await;
        assert_eq!(files(&app).len(), 1);
        whole(&app);
        flushed(&app).await;
        whole(&app);
        let before = files(&app).len();
        assert_eq!(now(|| lake(&app).sweep(Duration::from_secs(3600))).unwrap(), 0, "somebody may be about to note it");
        let swept = now(|| lake(&app).sweep(Duration::ZERO)).unwrap();
        assert!(swept >= 1 && files(&app).len() == before - swept);
        whole(&app);
    }

    async fn the_past_is_shown_as_it_was(app: TestApp) {
        let one = contact(&app.ana(), "One").await;
        let at = app.app().now().0;
        let mut past = Vec::new();
        for turn in 0..10 {
            told(&app, (0..20).map(|n| bought(one, at - n * 7 * DAY, turn)).collect()).await;
            past.push((head(&app), shown(&lake(&app), None), asked(&app, None)));
            if turn % 3 != 2 {
                flushed(&app).await;
            }
        }
        flushed(&app).await;
        now(|| lake(&app).compact(&go_on())).unwrap();
        for (position, then, sums) in &past {
            assert_eq!(shown(&lake(&app), Some(*position)), *then);
            assert_eq!((&asked(&app, Some(*position)), &walked(&app, Some(*position))), (sums, sums));
        }
        assert_eq!(shown(&lake(&app), Some(Position::START)).0, 0);
    }

    async fn small_files_become_one_and_a_reader_in_between_keeps_its_own(app: TestApp) {
        let one = contact(&app.ana(), "One").await;
        let at = app.app().now().0;
        for turn in 0..8 {
            told(&app, vec![bought(one, at, turn), bought(one, at - 400 * DAY, turn)]).await;
            flushed(&app).await;
        }
        let reader = now(|| lake(&app).open(None)).unwrap();
        assert!(now(|| lake(&app).compact(&go_on())).unwrap() >= 8);
        let after = now(|| lake(&app).open(None)).unwrap();
        assert!(after.files.len() < reader.files.len());
        assert!(after.files.iter().any(|file| file.period.to_string() == "2025-Q2"), "a quarter that is over is one file");
        assert_eq!(now(|| lake(&app).sweep(analytics::lake::compact::GRACE)).unwrap(), 0);
        assert_eq!(figures(&reader, "select count(*) from event"), figures(&after, "select count(*) from event"));
        whole(&app);
        app.pass_ms(DAY);
        assert!(now(|| lake(&app).sweep(analytics::lake::compact::GRACE)).unwrap() >= 8);
        whole(&app);
        // A year later the rest of the year is one as well.
        app.pass_ms(900 * DAY);
        now(|| lake(&app).compact(&go_on())).unwrap();
        let periods: Vec<String> = now(|| lake(&app).open(None)).unwrap().files.iter().map(|file| file.period.to_string()).collect();
        assert_eq!(periods, ["2025", "2026"]);
        whole(&app);
        assert_eq!(walked(&app, None), asked(&app, None));
    }

    async fn a_disk_that_is_full_while_files_are_merged_costs_nothing(app: TestApp) {
        let one = contact(&app.ana(), "One").await;
        for turn in 0..9 {
            told(&app, vec![bought(one, app.app().now().0, turn)]).await;
            flushed(&app).await;
        }
        let before = files(&app);
        let fault = now(|| failing(&app, false).compact(&go_on())).unwrap_err();
        assert!(format!("{fault:?}").contains("no space left"), "{fault:?}");
        assert_eq!(files(&app), before);
        assert_eq!(fs::read_dir(app.folder().join("lake/making")).unwrap().count(), 0, "nothing half-made is left");
        whole(&app);
        assert!(now(|| lake(&app).compact(&go_on())).unwrap() > 0, "with room again it goes on");
        whole(&app);
    }

    async fn a_file_that_was_cut_deleted_or_changed_is_made_again(app: TestApp) {
        let one = contact(&app.ana(), "One").await;
        let at = app.app().now().0;
        for turn in 0..3 {
            told(&app, (0..40).map(|n| bought(one, at - n * 20 * DAY, turn)).collect()).await;
            flushed(&app).await;
        }
        now(|| lake(&app).compact(&go_on())).unwrap();
        let sums = asked(&app, None);
        let all = live(&app);
        let long = fs::metadata(&all[0]).unwrap().len();
        fs::OpenOptions::new().write(true).open(&all[0]).unwrap().set_len(long / 2).unwrap();
        fs::remove_file(&all[1]).unwrap();
        let damaged = now(|| lake(&app).open(None)).unwrap();
        assert!(damaged.missing > 0, "the answer says that it is not whole");
        assert_eq!(figures(&damaged, "select count(*) from event")[0] + damaged.missing, in_ledger(app.app()));
        let state = app.ana().get("/analytics/lake").await.ok();
        assert_eq!(state["damaged"], 2, "{state}");
        assert_eq!(now(|| lake(&app).repair(&go_on())).unwrap(), 2);
        whole(&app);
        assert_eq!((asked(&app, None), walked(&app, None)), (sums.clone(), sums.clone()));

        // A changed byte keeps the length: the checksum tells.
        let changed = live(&app).into_iter().next_back().unwrap();
        let mut bytes = fs::read(&changed).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(&changed, bytes).unwrap();
        assert!(now(|| lake(&app).examine()).unwrap());
        assert_eq!(now(|| lake(&app).repair(&go_on())).unwrap(), 1);
        whole(&app);
        assert_eq!(asked(&app, None), sums);
    }

    async fn whoever_is_erased_leaves_no_sealed_text_in_the_files(app: TestApp) {
        let ana = app.ana();
        let (gone, stays) = (contact(&ana, "Gone").await, contact(&ana, "Stays").await);
        let at = app.app().now().0;
        told(&app, (0..20).flat_map(|n| [bought(gone, at - n * DAY, 1), bought(stays, at, 1)]).collect()).await;
        flushed(&app).await;
        told(&app, vec![bought(gone, at, 1)]).await;
        let sealed = |party: Id| {
            let sql = format!("select count(sealed), count(*) filter (where kind = 'shop.bought'), sum(amount) from event where party = '{party}'");
            now(|| figures(&lake(&app).open(None).unwrap(), &sql))
        };
        assert_eq!((sealed(gone), sealed(stays)), (vec![21, 21, 21], vec![20, 20, 20]));
        let old = files(&app);
        ana.send("POST", &format!("/contacts/{gone}/erasure"), Body::empty()).await.nothing();
        app.run_jobs().await;
        assert_eq!((sealed(gone), sealed(stays)), (vec![0, 21, 21], vec![20, 20, 20]), "figures stay");
        flushed(&app).await;
        assert_eq!(sealed(gone), [0, 21, 21], "and what was written later has none either");
        whole(&app);
        app.pass_ms(DAY);
        now(|| lake(&app).sweep(analytics::lake::compact::GRACE)).unwrap();
        assert!(old.iter().any(|file| !file.exists()), "the files from before are gone");
        whole(&app);
    }

    async fn whoever_was_joined_to_another_is_that_one_when_it_is_read(app: TestApp) {
        let ana = app.ana();
        let (one, other, third) = (contact(&ana, "One").await, contact(&ana, "Other").await, contact(&ana, "Third").await);
        let at = app.app().now().0;
        told(&app, (0..30).map(|n| bought([one, other, third][n as usize % 3], at - n * DAY, 10)).collect()).await;
        flushed(&app).await;
        let merge = json!({ "records": [one.to_string(), other.to_string()], "survivor": one.to_string() });
        ana.post("/contacts/merges", merge).await.created();
        let sums = asked(&app, None);
        assert_eq!(sums[&one.to_string()].1, 200, "{sums:?}");
        assert_eq!((sums.get(&other.to_string()), sums[&third.to_string()].1), (None, 100));
        assert_eq!(walked(&app, None), sums);
        flushed(&app).await;
        assert_eq!((&walked(&app, None), &asked(&app, None)), (&sums, &sums));
    }

    async fn broken_clocks_and_one_customer_with_half_of_all_events_are_no_trouble(app: TestApp) {
        let ana = app.ana();
        let mut few = Vec::new();
        for n in 0..5 {
            few.push(contact(&ana, &format!("Few {n}")).await);
        }
        let whale = contact(&ana, "Whale").await;
        let today = app.app().now().0;
        // From the beginning of time, from the future, and nothing for twenty years between.
        let clocks = [0, 1, -5 * DAY, i64::MIN / 4, today, today - 20 * 365 * DAY, today + DAY, today + 80 * 365 * DAY, i64::MAX / 4];
        let mut entries: Vec<Entry> = (0..900).map(|n| bought(whale, today - i64::from(n) * 3_600_000, -1)).collect();
        for (n, at) in clocks.iter().enumerate() {
            let mut entry = bought(few[n % 5], *at, 0);
            entry.id = Some(Id::derived(today, &[n as u8; 10]));
            entries.push(entry);
        }
        told(&app, entries).await;
        flushed(&app).await;
        whole(&app);
        assert_eq!(asked(&app, None)[&whale.to_string()].1, -900, "negative amounts count");
        assert_eq!(walked(&app, None), asked(&app, None));
        let events = now(|| lake(&app).open(None)).unwrap();
        assert_eq!(figures(&events, "select count(*) from event where at_ms >= 1577836800000 and at_ms < 1580515200000"), [0], "an empty month");
    }

    async fn whatever_happens_in_whatever_order_the_lake_shows_the_list(app: TestApp) {
        let ana = app.ana();
        let mut parties = Vec::new();
        for n in 0..6 {
            parties.push(contact(&ana, &format!("Customer {n}")).await);
        }
        let at = app.app().now().0;
        let mut list: Vec<(Id, i64)> = Vec::new();
        let mut erased: Vec<Id> = Vec::new();
        let mut marks: Vec<(Position, i64)> = Vec::new();
        let mut dice = 0x9e37_79b9_u64;
        let mut roll = |below: u64| {
            dice ^= dice << 13;
            dice ^= dice >> 7;
            dice ^= dice << 17;
            dice % below
        };
        for turn in 0..40 {
            match roll(10) {
                0..=3 => {
                    let living: Vec<Id> = parties.iter().filter(|id| !erased.contains(id)).copied().collect();
                    let new: Vec<(Id, i64)> = (0..1 + roll(30)).map(|_| {
                        (living[roll(living.len() as u64) as usize], at - i64::try_from(roll(800)).unwrap() * DAY)
                    }).collect();
                    told(&app, new.iter().map(|(party, at)| bought(*party, *at, 1)).collect()).await;
                    list.extend(new);
                    marks.push((head(&app), list.len() as i64));
                }
                4 | 5 => { now(|| lake(&app).flush()).unwrap(); }
                6 => { now(|| lake(&app).compact(&go_on())).unwrap(); }
                7 => {
                    now(|| lake(&app).sweep(analytics::lake::compact::GRACE)).unwrap();
                    app.pass_ms(31 * 60 * 1000);
                }
                8 if erased.len() < 4 && turn > 10 => {
                    let gone = parties[erased.len()];
                    ana.send("POST", &format!("/contacts/{gone}/erasure"), Body::empty()).await.nothing();
                    app.run_jobs().await;
                    erased.push(gone);
                }
                _ => {
                    let all = live(&app);
                    if !all.is_empty() {
                        let which = roll(all.len() as u64) as usize;
                        fs::write(&all[which], "cut").unwrap();
                        now(|| lake(&app).open(None)).unwrap();
                        now(|| lake(&app).repair(&go_on())).unwrap();
                    }
                }
            }
            let events = now(|| lake(&app).open(None)).unwrap();
            let mut sums: BTreeMap<String, (i64, i64)> = BTreeMap::new();
            for (party, at) in &list {
                let sum = sums.entry(party.to_string()).or_default();
                *sum = (sum.0 + 1, sum.1 + at / DAY);
            }
            let rows = events.engine.rows(
                "select party, count(*), sum(at_ms // 86400000), count(sealed) from event where kind = 'shop.bought' group by party", &[],
            ).unwrap();
            for row in &rows {
                let is_erased = erased.iter().any(|id| id.to_string() == row[0].text());
                assert_eq!(row[3].int(), if is_erased { 0 } else { row[1].int() }, "turn {turn}: sealed text of {:?}", row[0]);
            }
            let seen: BTreeMap<String, (i64, i64)> =
                rows.iter().map(|row| (row[0].text().to_string(), (row[1].int(), row[2].int()))).collect();
            assert_eq!(seen, sums, "turn {turn}");
            if let Some((position, count)) = marks.get(roll(marks.len().max(1) as u64) as usize) {
                let then = now(|| lake(&app).open(Some(*position))).unwrap();
                assert_eq!(figures(&then, "select count(*) from event where kind = 'shop.bought'"), [*count], "turn {turn}: the past");
            }
        }
        now(|| lake(&app).repair(&go_on())).unwrap();
        whole(&app);
        assert_eq!(walked(&app, None), asked(&app, None));
    }
}
