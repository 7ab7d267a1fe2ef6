//! Bad input and faults, met at the door as they come: the answer is clear, nothing is half done, and everybody else goes
//! on. What is wrong with single values is in `bad_input.rs`, processes that are killed are in `program.rs`.

use std::convert::Infallible;

use axum::body::{Body, Bytes};
use serde_json::{Value, json};
use testkit::{Client, Database, TestApp, eventually, on_both};

/// `count` pieces of a megabyte each, made while they are sent.
fn megabytes(count: usize, before: &'static str) -> Body {
    let piece = Bytes::from(vec![b'x'; 1 << 20]);
    let pieces = std::iter::once(Bytes::from_static(before.as_bytes())).chain(std::iter::repeat_n(piece, count));
    Body::from_stream(tokio_stream::iter(pieces.map(Ok::<_, Infallible>)))
}

/// The most memory that this process ever had (Linux).
fn peak_megabytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kilobytes| kilobytes.parse::<u64>().ok()).unwrap_or(0) / 1024
}

fn files_in(app: &TestApp, folder: &str) -> usize {
    std::fs::read_dir(app.folder().join(folder)).map_or(0, Iterator::count)
}

async fn run(app: &TestApp, ana: &Client, query: &str, file: impl Into<Body>) -> (String, Value) {
    let import = ana.send("POST", &format!("/imports?{query}"), file.into()).await.created();
    let path = format!("/imports/{}", import["id"].as_str().unwrap());
    ana.post(&format!("{path}/run"), json!({})).await.accepted();
    app.run_jobs().await;
    let done = ana.get(&path).await.ok();
    (path, done)
}

/// Lets a runner try what waits, whatever comes of it.
async fn try_jobs(app: &TestApp) {
    let app = app.app().clone();
    let tried = tokio::task::spawn_blocking(move || {
        let runner = server::background::runner(&app);
        for _ in 0..3 {
            let _ = runner.run_next();
        }
    });
    tried.await.expect("a runner does not panic");
}

async fn contacts(ana: &Client, filter: &str) -> i64 {
    ana.get(&format!("/contacts?count=exact&limit=1&filter={filter}")).await.ok()["count"]["value"].as_i64().unwrap()
}

on_both! {
    async fn a_line_of_two_hundred_megabytes_is_refused_and_memory_does_not_grow(app: TestApp) {
        let ana = app.ana();
        ana.send("POST", "/imports?object=contacts&name=warm.csv", Body::from("Last name\nRusu\n")).await.created();
        let before = peak_megabytes();

        let problem = ana.send("POST", "/imports?object=contacts&name=long.csv", megabytes(200, "Last name\n")).await.refused(413);

        assert!(problem["detail"].as_str().unwrap().contains("row 2 is longer than 1 MB"), "{problem}");
        let quoted = ana.send("POST", "/imports?object=contacts&name=quoted.csv", megabytes(8, "Last name\n\"")).await.refused(413);
        assert!(quoted["detail"].as_str().unwrap().contains("never closed"), "{quoted}");
        ana.send("POST", "/imports?object=contacts&name=one.json", megabytes(8, "[{\"last_name\":\"")).await.refused(400);
        if before > 0 {
            assert!(peak_megabytes() < before + 60, "{} MB, before {before} MB", peak_megabytes());
        }
        assert_eq!((files_in(&app, "uploads"), files_in(&app, "imports")), (0, 1));
        assert_eq!(contacts(&ana, "").await, 0);
    }

    async fn a_line_without_end_far_inside_a_file_ends_the_import_and_says_where(app: TestApp) {
        let ana = app.ana();
        let mut file = String::from("Last name,Email\n");
        for n in 0..3_000 {
            file.push_str(&format!("Pop {n},pop{n}@example.com\n"));
        }
        file.push_str(&"x".repeat(3 << 20));

        let import = ana.send("POST", "/imports?object=contacts&name=long.csv", Body::from(file)).await.created();
        let path = format!("/imports/{}", import["id"].as_str().unwrap());
        ana.post(&format!("{path}/run"), json!({})).await.accepted();
        app.run_jobs().await;

        let failed = ana.get(&path).await.ok();
        assert_eq!(failed["state"], "failed", "{failed}");
        assert!(failed["detail"].as_str().unwrap().contains("row 3002 is longer than 1 MB"), "{}", failed["detail"]);
        // What was settled before is told, is there, and can be taken back.
        assert_eq!(json!(contacts(&ana, "").await), failed["result"]["new"]);
        ana.post(&format!("{path}/undo"), json!({})).await.ok();
        assert_eq!(contacts(&ana, "").await, 0);
    }

    async fn broken_bytes_and_ragged_rows_are_taken_as_far_as_they_go_and_told(app: TestApp) {
        let ana = app.ana();
        let mut file = "First name,Last name,Email\nАна,Поп,ana@example.com\nBru".as_bytes().to_vec();
        file.push(0xe9);
        file.extend_from_slice(b"no,Rusu,bruno@example.com\n");
        // Too few cells, too many, none at all, and an address that is none.
        file.extend_from_slice(b"Carl\nDana,Ene,dana@example.com,more,and more\n,,\nEmil,Foc,nobody\n");

        let (path, done) = run(&app, &ana, "object=contacts&name=people.csv", file).await;

        assert_eq!((&done["state"], &done["result"]["new"], &done["result"]["wrong"]), (&json!("done"), &json!(4), &json!(1)), "{done}");
        assert_eq!(contacts(&ana, "first_name = \"Ана\"").await, 1);
        assert_eq!(contacts(&ana, "first_name = \"Bru\u{e9}no\"").await, 1);
        assert_eq!(contacts(&ana, "first_name = \"Carl\" and last_name is empty").await, 1);
        assert_eq!(contacts(&ana, "email = \"dana@example.com\"").await, 1);
        assert_eq!((&done["errors"][0]["row"], &done["errors"][0]["field"]), (&json!(7), &json!("email")), "{done}");
        let refused = ana.get(&format!("{path}/refused.csv")).await.text();
        assert!(refused.contains("Emil,Foc,nobody"), "{refused}");
    }

    async fn a_row_that_lacks_what_a_person_needs_is_refused_with_the_reason(app: TestApp) {
        let ana = app.ana().with("accept-language", "en");
        let file = "First name,Job title\nAna,Baker\n,Buyer\n";
        let import = ana.send("POST", "/imports?object=contacts&name=people.csv", Body::from(file)).await.created();
        let path = format!("/imports/{}", import["id"].as_str().unwrap());
        ana.post(&format!("{path}/dry-run"), json!({})).await.accepted();
        app.run_jobs().await;
        let checked = ana.get(&path).await.ok();
        assert_eq!((&checked["result"]["new"], &checked["result"]["wrong"]), (&json!(1), &json!(1)), "{checked}");
        assert_eq!((&checked["errors"][0]["code"], &checked["errors"][0]["row"]), (&json!("needs_any"), &json!(3)), "{checked}");

        ana.post(&format!("{path}/run"), json!({})).await.accepted();
        app.run_jobs().await;
        let done = ana.get(&path).await.ok();
        assert_eq!((&done["result"]["new"], &done["result"]["wrong"]), (&json!(1), &json!(1)), "{done}");
        assert!(done["errors"][0]["detail"].as_str().unwrap().contains("At least one of these is needed: First name"), "{done}");
    }

    async fn the_same_unique_value_twice_in_a_file_is_taken_once(app: TestApp) {
        let ana = app.ana();
        let object = json!({ "name": "bike", "plural": "bikes", "label": "Bike", "label_plural": "Bikes",
            "fields": [{ "name": "frame", "label": "Frame", "type": "text", "unique": true, "required": true }, { "name": "colour", "label": "Colour", "type": "text" }] });
        ana.post("/definitions", object).await.created();
        let import = ana.send("POST", "/imports?object=bikes&name=bikes.csv", Body::from("frame,colour\nA1,red\nA1,blue\nA2,green\n")).await.created();
        let path = format!("/imports/{}", import["id"].as_str().unwrap());
        ana.patch(&path, json!({ "key": null, "mode": "create" })).await.ok();
        ana.post(&format!("{path}/run"), json!({})).await.accepted();
        app.run_jobs().await;

        let done = ana.get(&path).await.ok();
        assert_eq!((&done["result"]["new"], &done["result"]["wrong"]), (&json!(2), &json!(1)), "{done}");
        assert_eq!((&done["errors"][0]["row"], &done["errors"][0]["code"]), (&json!(3), &json!("unique")), "{done}");
        assert_eq!(ana.get("/bikes?filter=frame = \"A1\"").await.ok()["data"][0]["colour"], "red");
    }

    async fn a_name_that_stands_twice_in_one_object_is_refused(app: TestApp) {
        let ana = app.ana().with("content-type", "application/json");
        for body in ["{\"last_name\":\"Rusu\",\"last_name\":\"Pop\"}", "{\"last_name\":\"Rusu\",\"address\":{\"city\":\"A\",\"city\":\"B\"}}"] {
            ana.send("POST", "/contacts", Body::from(body)).await.refused(400);
        }
        ana.send("POST", "/contacts/bulk", Body::from("{\"action\":\"create\",\"records\":[{\"last_name\":\"A\",\"last_name\":\"B\"}]}")).await.refused(400);
        ana.send("POST", "/events", Body::from("{\"kind\":\"page.viewed\",\"props\":{\"a\":1,\"a\":2}}")).await.refused(400);
        assert_eq!(contacts(&ana, "").await, 0);
    }

    async fn what_a_spreadsheet_could_compute_is_quoted_on_the_way_out_and_itself_on_the_way_in(app: TestApp) {
        let ana = app.ana();
        let names = ["=1+1", "+44", "-2+3", "@SUM(A1)", "\t=1", "'=x"];
        for name in names {
            ana.post("/tags", json!({ "name": name })).await.created();
        }
        let text = ana.get("/tags/export?format=csv&fields=name").await.text();
        for line in text.lines().skip(1) {
            let cell = line.trim_matches('"');
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t']) || cell.parse::<f64>().is_ok(), "{line}");
        }
        for tag in ana.get("/tags").await.ok()["data"].as_array().unwrap() {
            ana.delete(&format!("/tags/{}", tag["id"].as_str().unwrap())).await.nothing();
        }
        let (_, done) = run(&app, &ana, "object=tags&name=tags.csv", text).await;
        assert_eq!(done["state"], "done", "{done}");
        let mut back: Vec<String> = ana.get("/tags").await.ok()["data"].as_array().unwrap().iter().map(|tag| tag["name"].as_str().unwrap().to_string()).collect();
        back.sort();
        let mut sent: Vec<&str> = names.iter().map(|name| name.trim()).collect();
        sent.sort_unstable();
        assert_eq!(back, sent);
    }

    async fn an_upload_that_breaks_off_leaves_nothing_behind(app: TestApp) {
        let ana = app.ana();
        for path in ["/imports?object=contacts&name=half.csv", "/files?name=half"] {
            let half = tokio_stream::iter([Ok(Bytes::from_static(b"Last name\nRu")), Err(std::io::Error::other("the line went dead"))]);
            ana.send("POST", path, Body::from_stream(half)).await.refused(400);
        }
        assert_eq!((files_in(&app, "uploads"), files_in(&app, "imports")), (0, 0));
        assert_eq!(ana.get("/imports").await.ok()["data"], json!([]));
    }

    async fn an_upload_may_be_repeated_like_any_other_call(app: TestApp) {
        let ana = app.ana().with("idempotency-key", "upload-1");
        let file = || Body::from("Last name\nRusu\n");
        let first = ana.send("POST", "/imports?object=contacts&name=a.csv", file()).await.created();
        let again = ana.send("POST", "/imports?object=contacts&name=a.csv", file()).await.created();
        assert_eq!(again, first);
        assert_eq!((files_in(&app, "uploads"), files_in(&app, "imports")), (0, 1));
        ana.send("POST", "/imports?object=contacts&name=a.csv", Body::from("Last name\nPop\n")).await.refused_with(422, "idempotency_key_reused");
        ana.send("POST", "/imports?object=leads&name=a.csv", file()).await.refused_with(422, "idempotency_key_reused");

        let kept = ana.send("POST", "/files?name=a.txt", Body::from("text")).await.created();
        assert_eq!(ana.send("POST", "/files?name=a.txt", Body::from("text")).await.created(), kept);
        ana.send("POST", "/files?name=a.txt", Body::from("other")).await.refused_with(422, "idempotency_key_reused");
        app.ana().with("idempotency-key", "").send("POST", "/files?name=a.txt", Body::from("text")).await.refused(400);
        assert_eq!(files_in(&app, "uploads"), 0);
    }

    async fn a_full_disk_is_told_nothing_is_half_done_and_it_goes_on_by_itself(app: TestApp) {
        let ana = app.ana();
        let program = app.program().await;
        let vlad = app.vlad().await;
        app.contacts(600).await;
        let disk = Disk::of(&app);

        disk.fill().await;
        let story = "x".repeat(60_000);
        let (mut made, mut told) = (601, None);
        for n in 0..200 {
            let answer = program.with("idempotency-key", &n.to_string()).post("/contacts", json!({ "last_name": format!("Late {n}"), "description": story })).await;
            if answer.status != 201 {
                told = Some((n, answer));
                break;
            }
            made += 1;
        }
        let (n, answer) = told.expect("the disk is full at some point");
        answer.refused_with(507, "disk_full");

        // Reading goes on; of what was refused there is no trace, in records, in the ledger or in counts.
        assert_eq!(ana.get(&format!("/contacts/{}", vlad["id"].as_str().unwrap())).await.ok()["title"], "Vlad Rusu");
        assert_eq!(contacts(&ana, "").await, made);
        let bulk = json!({ "action": "create", "records": (0..40).map(|n| json!({ "last_name": format!("Many {n}"), "description": "y".repeat(20_000) })).collect::<Vec<_>>() });
        program.post("/contacts/bulk", bulk).await.refused_with(507, "disk_full");
        assert_eq!(contacts(&ana, "last_name starts with \"Many\"").await, 0);
        assert_eq!(contacts(&ana, &format!("last_name = \"Late {n}\"")).await, 0);

        // What waits in the background is not lost either, however often it meets the full disk.
        disk.free().await;
        let job = ana.post("/contacts/bulk", json!({ "action": "update", "filter": "description is empty", "set": { "description": "z".repeat(12_000) } })).await.accepted()["job"].clone();
        let state = || async { ana.get(&format!("/jobs/{}", job["id"].as_str().unwrap())).await.ok() };
        disk.fill().await;
        for _ in 0..5 {
            try_jobs(&app).await;
            app.pass_ms(120_000);
        }
        assert_ne!(state().await["state"], "failed", "{}", state().await);
        disk.free().await;
        eventually(async || {
            try_jobs(&app).await;
            app.pass_ms(120_000);
            state().await["state"] == "done"
        })
        .await;
        assert_eq!(contacts(&ana, "description is empty").await, 0);
        assert_eq!(state().await["done"], 601);
        program.with("idempotency-key", &n.to_string()).post("/contacts", json!({ "last_name": format!("Late {n}"), "description": story })).await.created();
        let faults = { let db = app.app().db().clone(); tokio::task::block_in_place(move || db.check()) };
        assert_eq!(faults.unwrap(), Vec::<String>::new());
    }
}

/// On PostgreSQL the database is elsewhere and may go while somebody works. (SQLite is in the process: it goes with it.)
#[test]
fn sessions_that_the_database_ends_lose_nothing_and_do_nothing_twice() {
    testkit::run(Database::Postgres, |app| async move {
        let program = app.program().await;
        let make = |n: usize| {
            let program = program.with("idempotency-key", &format!("made-{n}"));
            async move { program.post("/contacts", json!({ "last_name": format!("Made {n}") })).await }
        };
        let at_once = |from: usize| {
            let all = (from..from + 12).map(|n| tokio::spawn(make(n)));
            all.collect::<Vec<_>>()
        };
        for one in at_once(0) {
            one.await.unwrap().created();
        }

        // All that lie in the pool are dead, as after a restart: who comes next does not notice.
        end_sessions(&app);
        for one in at_once(12) {
            one.await.unwrap().created();
        }

        // They are ended while they work, again and again: whoever was not answered asks again under the same key.
        let (still, ending) = (std::sync::Arc::new(std::sync::atomic::AtomicBool::new(true)), app.clone());
        let running = still.clone();
        let enemy = std::thread::spawn(move || {
            while running.load(std::sync::atomic::Ordering::Relaxed) {
                end_sessions(&ending);
                std::thread::sleep(std::time::Duration::from_millis(15));
            }
        });
        for n in 24..124 {
            for turn in 0.. {
                let answer = make(n).await;
                if answer.status == 201 {
                    break;
                }
                assert!(answer.status == 503 && turn < 200, "{}", answer.text());
            }
        }
        still.store(false, std::sync::atomic::Ordering::Relaxed);
        enemy.join().unwrap();

        let ana = app.ana();
        assert_eq!(contacts(&ana, "last_name starts with \"Made\"").await, 124);
        let lines = app.app().db().clone();
        let told = tokio::task::spawn_blocking(move || {
            lines.read(|tx| {
                Ok(tx
                    .one("select count(*) from event where kind = 'contact.created'", &[])?
                    .map_or(0, |row| row.int(0)))
            })
        });
        assert_eq!(told.await.unwrap().unwrap(), 124);
    });
}

/// Ends every session of this test but the one that says so.
fn end_sessions(app: &TestApp) {
    let db = app.app().db().clone();
    let sql = "select count(pg_terminate_backend(pid)) from pg_stat_activity \
               where application_name = current_setting('application_name') and pid <> pg_backend_pid()";
    let ended = std::thread::spawn(move || db.read(|tx| tx.query(sql, &[]).map(drop))).join();
    drop(ended.expect("the thread does not panic"));
}

/// The disk of a test, which can be full: SQLite's own bound on the file, and on PostgreSQL the fault that it answers when
/// a file of its own cannot grow.
struct Disk(TestApp);

impl Disk {
    fn of(app: &TestApp) -> Disk {
        Disk(app.clone())
    }

    async fn fill(&self) {
        match self.0.database() {
            Database::Sqlite => {
                let pages = self.ask("pragma page_count").await + 40;
                self.ask(&format!("pragma max_page_count = {pages}")).await;
            }
            Database::Postgres => {
                self.batch(
                    "create sequence if not exists room minvalue 0 start 0; select setval('room', 0);
                     create or replace function is_full() returns trigger language plpgsql as $$ begin
                       if nextval('room') > 5 then raise exception 'could not extend file: No space left on device' using errcode = '53100'; end if;
                       return new; end $$;
                     create trigger full_disk before insert or update on contact for each row when (length(new.description) > 10000) execute function is_full()",
                )
                .await;
            }
        }
    }

    async fn free(&self) {
        match self.0.database() {
            Database::Sqlite => drop(self.ask("pragma max_page_count = 1000000").await),
            Database::Postgres => self.batch("drop trigger full_disk on contact").await,
        }
    }

    async fn ask(&self, sql: &str) -> i64 {
        let (db, sql) = (self.0.app().db().clone(), sql.to_string());
        db.write_async(move |tx| Ok(tx.one(&sql, &[])?.map_or(0, |row| row.int(0)))).await.expect("the pragma is taken")
    }

    async fn batch(&self, sql: &'static str) {
        self.0.app().db().write_async(move |tx| tx.batch(sql)).await.expect("the database takes it");
    }
}
