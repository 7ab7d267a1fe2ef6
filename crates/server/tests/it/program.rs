//! The program as a process: restarts, signals, a second process on the same data, back-up and restore.

use std::path::Path;

use serde_json::{Value, json};
use testkit::{Program, TestApp, on_both};

fn binary() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_rapport"))
}

/// A key for the company, made by the command.
fn key(app: &TestApp) -> String {
    let made =
        Program::run(binary(), app.folder(), &app.target(), &["key", "create", "--name", "test", "--scope", "all"]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let key = String::from_utf8(made.stdout).unwrap();
    let line = key.strip_suffix('\n').expect("one line");
    assert!(line.starts_with("rap_") && !line.contains(char::is_whitespace), "the key stands alone: {key:?}");
    line.to_string()
}

fn contacts(program: &Program, key: &str, filter: &str) -> i64 {
    let path =
        format!("/api/v1/contacts?count=exact&limit=1&filter={}", filter.replace(' ', "%20").replace('"', "%22"));
    let (status, page) = program.ask("GET", &path, key, "").expect("an answer");
    assert_eq!(status, 200, "{page}");
    page["count"]["value"].as_i64().unwrap()
}

fn run(app: &TestApp, arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = Program::run(binary(), app.folder(), &app.target(), arguments);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

on_both! {
    async fn what_was_written_is_there_after_a_restart(app: TestApp) {
        let key = key(&app);
        let program = Program::serve(binary(), app.folder(), &app.target());
        let (status, made) = program.ask("POST", "/api/v1/contacts", &key, "{\"last_name\":\"Rusu\"}").unwrap();
        assert_eq!(status, 201, "{made}");
        assert_eq!(program.stop(), Some(0));

        let program = Program::serve(binary(), app.folder(), &app.target());
        let (status, seen) = program.ask("GET", &format!("/api/v1/contacts/{}", made["id"].as_str().unwrap()), &key, "").unwrap();
        assert_eq!((status, seen), (200, made));
        program.kill();
    }

    async fn a_server_that_is_asked_to_stop_ends_its_streams_and_says_goodbye(app: TestApp) {
        use std::io::{Read, Write};
        let key = key(&app);
        let program = Program::serve(binary(), app.folder(), &app.target());
        let mut listening = std::net::TcpStream::connect(&program.address).unwrap();
        write!(listening, "GET /api/v1/live HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {key}\r\n\r\n").unwrap();
        let mut begun = [0u8; 15];
        listening.read_exact(&mut begun).unwrap();
        assert_eq!(&begun, b"HTTP/1.1 200 OK");

        let started = std::time::Instant::now();
        assert_eq!(program.stop(), Some(0));
        assert!(started.elapsed() < std::time::Duration::from_secs(8), "{:?}", started.elapsed());
    }

    async fn a_key_made_while_the_server_runs_opens_it_at_once(app: TestApp) {
        let program = Program::serve(binary(), app.folder(), &app.target());
        let key = key(&app);
        assert_eq!(program.ask("GET", "/api/v1/contacts", &key, "").unwrap().0, 200);
        assert_eq!(program.ask("GET", "/api/v1/contacts", &format!("rap_{}", "0".repeat(64)), "").unwrap().0, 401);
    }

    async fn a_second_server_on_the_same_folder_is_refused_with_a_reason(app: TestApp) {
        let _program = Program::serve(binary(), app.folder(), &app.target());
        let (code, _, said) = run(&app, &["serve", "--listen", "127.0.0.1:0"]);
        assert_eq!(code, Some(1));
        assert!(said.contains("another process serves"), "{said}");
    }

    async fn a_bulk_edit_killed_in_the_middle_is_finished_after_the_restart(app: TestApp) {
        let key = key(&app);
        let program = Program::serve(binary(), app.folder(), &app.target());
        for part in 0..6 {
            let records: Vec<Value> = (0..1000).map(|n| json!({ "last_name": format!("Contact {part} {n}") })).collect();
            let (status, answer) = program.ask("POST", "/api/v1/contacts/bulk", &key, &json!({ "action": "create", "records": records }).to_string()).unwrap();
            assert_eq!((status, &answer["done"]), (200, &json!(1000)));
        }
        let body = json!({ "action": "update", "filter": "job_title is empty", "set": { "job_title": "Buyer" } }).to_string();
        let (status, answer) = program.ask("POST", "/api/v1/contacts/bulk", &key, &body).unwrap();
        assert_eq!(status, 202, "{answer}");
        let job = answer["job"]["id"].as_str().unwrap().to_string();

        // Killed as soon as some of it is done.
        let state = |program: &Program| program.ask("GET", &format!("/api/v1/jobs/{job}"), &key, "").unwrap().1;
        while state(&program)["done"] == 0 {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        program.kill();

        let program = Program::serve(binary(), app.folder(), &app.target());
        let until = std::time::Instant::now() + std::time::Duration::from_secs(150);
        while state(&program)["state"] != "done" {
            assert!(std::time::Instant::now() < until, "{}", state(&program));
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        assert_eq!(contacts(&program, &key, "job_title = \"Buyer\""), 6000);
        assert_eq!(state(&program)["done"], 6000);
        // Each record was changed once, and the ledger tells it once.
        let (_, figures) = program.ask("GET", "/api/v1/contacts/aggregate?filter=version%20%3D%202", &key, "").unwrap();
        assert_eq!(figures["count"], 6000, "{figures}");
        assert_eq!(program.stop(), Some(0));
        let (code, said, _) = run(&app, &["verify"]);
        assert_eq!(code, Some(0), "{said}");
    }

    async fn a_killed_server_leaves_a_merge_whole_or_undone(app: TestApp) {
        use std::io::{Read, Write};
        let key = key(&app);
        let program = Program::serve(binary(), app.folder(), &app.target());
        let records: Vec<Value> = (0..16).map(|n| json!({ "last_name": format!("Pop {}", n / 2), "job_title": format!("{n}") })).collect();
        let (_, made) = program.ask("POST", "/api/v1/contacts/bulk", &key, &json!({ "action": "create", "records": records }).to_string()).unwrap();
        let ids: Vec<&str> = made["ids"].as_array().unwrap().iter().map(|id| id.as_str().unwrap()).collect();
        let deals: Vec<Value> = ids.iter().map(|id| json!({ "name": "Deal", "contact": id })).collect();
        let (status, _) = program.ask("POST", "/api/v1/deals/bulk", &key, &json!({ "action": "create", "records": deals }).to_string()).unwrap();
        assert_eq!(status, 200);

        // All at once; killed as soon as one of them is answered, be it that there is too much at once.
        let ask = |pair: &[&str]| {
            let body = json!({ "records": pair, "survivor": pair[0] }).to_string();
            let mut socket = std::net::TcpStream::connect(&program.address).unwrap();
            write!(
                socket,
                "POST /api/v1/contacts/merges HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {key}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                body.len()
            )
            .unwrap();
            socket
        };
        let mut asked: Vec<std::net::TcpStream> = ids.chunks(2).map(ask).collect();
        let mut begun = [0u8; 12];
        asked[0].read_exact(&mut begun).unwrap();
        assert!([b"HTTP/1.1 201", b"HTTP/1.1 503"].contains(&&begun), "{}", String::from_utf8_lossy(&begun));
        program.kill();
        let mut answered = vec![&begun == b"HTTP/1.1 201"];
        for socket in &mut asked[1..] {
            let mut begun = [0u8; 12];
            answered.push(socket.read_exact(&mut begun).is_ok() && &begun == b"HTTP/1.1 201");
        }

        let program = Program::serve(binary(), app.folder(), &app.target());
        for (pair, answered) in ids.chunks(2).zip(answered) {
            let ask = |path: String| program.ask("GET", &path, &key, "").unwrap().1;
            let now = ask(format!("/api/v1/contacts/{}", pair[1]))["id"] == json!(pair[0]);
            assert!(now || !answered, "what was answered holds");
            let deals = ask(format!("/api/v1/contacts/{}", pair[0]))["open_deals_count"].clone();
            assert_eq!(deals, if now { 2 } else { 1 });
            let merges = ask(format!("/api/v1/contacts/{}/merges", pair[0]))["data"].as_array().unwrap().len();
            assert_eq!(merges, usize::from(now));
        }
        assert_eq!(program.stop(), Some(0));
        let (code, said, _) = run(&app, &["verify"]);
        assert_eq!(code, Some(0), "{said}");
    }

    async fn an_import_killed_in_the_middle_goes_on_where_it_was_and_is_undone_as_one(app: TestApp) {
        let key = key(&app);
        let program = Program::serve(binary(), app.folder(), &app.target());
        let mut file = String::from("First name,Last name,Email\n");
        for n in 0..8_000 {
            file.push_str(&format!("Ana,Pop {n},ana{n}@example.com\n"));
        }
        let (status, import) = program.ask("POST", "/api/v1/imports?object=contacts&name=people.csv", &key, &file).unwrap();
        assert_eq!(status, 201, "{import}");
        let path = format!("/api/v1/imports/{}", import["id"].as_str().unwrap());
        let state = |program: &Program| program.ask("GET", &path, &key, "").unwrap().1;
        let (status, answer) = program.ask("POST", &format!("{path}/run"), &key, "").unwrap();
        assert!(status < 300, "{answer}");

        // Killed as soon as some of it is done.
        while state(&program)["progress"]["rows"].as_i64().unwrap_or(0) == 0 {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        program.kill();

        let program = Program::serve(binary(), app.folder(), &app.target());
        let wait = |path: &str| {
            let until = std::time::Instant::now() + std::time::Duration::from_secs(240);
            let state = || program.ask("GET", path, &key, "").unwrap().1;
            while state()["state"] != "done" {
                assert!(std::time::Instant::now() < until, "{}", state());
                std::thread::sleep(std::time::Duration::from_millis(50));
            }
        };
        wait(&path);
        assert_eq!(state(&program)["result"]["new"], 8_000);
        assert_eq!(contacts(&program, &key, "first_name = \"Ana\""), 8_000);
        let (_, undone) = program.ask("POST", &format!("{path}/undo"), &key, "").unwrap();
        wait(&format!("/api/v1/jobs/{}", undone["job"]["id"].as_str().unwrap()));
        assert_eq!(contacts(&program, &key, "first_name = \"Ana\""), 0);
        assert_eq!(program.stop(), Some(0));
        let (code, said, _) = run(&app, &["verify"]);
        assert_eq!(code, Some(0), "{said}");
    }

    async fn a_person_added_on_the_command_line_signs_in(app: TestApp) {
        let mut add = testkit::command(binary(), app.folder(), &app.target(), &["user", "add", "--email", "maria@rapport.test", "--name", "Maria"]);
        let added = add.env("RAPPORT_PASSWORD", "correct horse battery staple").output().unwrap();
        assert!(added.status.success(), "{}", String::from_utf8_lossy(&added.stderr));
        let stranger = app.stranger();
        let mail = "maria@rapport.test";

        stranger.post("/session", json!({ "email": mail, "password": "incorrect horse battery staple" })).await.refused(401);
        let signed_in = stranger.post("/session", json!({ "email": mail, "password": "correct horse battery staple" })).await;
        let cookie = signed_in.header("set-cookie").expect("a cookie").split(';').next().unwrap().to_string();
        assert_eq!(signed_in.ok()["can"]["admin"], true);

        let maria = app.stranger().with("cookie", &cookie);
        assert_eq!(maria.get("/session").await.ok()["user"]["name"], "Maria");
        maria.with("sec-fetch-site", "same-origin").post("/contacts", json!({ "last_name": "Rusu" })).await.created();
        maria.delete("/session").await.nothing();
        maria.get("/session").await.refused(401);
    }

    async fn a_back_up_is_checked_and_brings_everything_back(app: TestApp) {
        if app.database() == testkit::Database::Postgres {
            // The cluster it comes from has seen more transactions than the one it goes to.
            let sql = "create or replace function ledger_base() returns bigint language sql stable as 'select 1099511627776'";
            tokio::task::block_in_place(|| app.app().db().write(move |tx| tx.batch(sql))).unwrap();
        }
        let vlad = app.vlad().await;
        let mut read = Value::Null;
        testkit::eventually(async || {
            read = app.ana().get("/events?kinds=contact.*").await.ok();
            read["data"].as_array().unwrap().len() == 1
        })
        .await;
        tokio::task::block_in_place(|| foundation::search::catch_up(app.app())).unwrap();
        let indexed_to = |app: &TestApp| {
            tokio::task::block_in_place(|| app.app().db().read(|tx| foundation::ledger::subscribe::cursor(tx, "search"))).unwrap()
        };
        let copies = tempfile::tempdir().unwrap();
        let copy = copies.path().join("copy");

        let (code, _, said) = run(&app, &["backup", copy.to_str().unwrap()]);
        assert_eq!(code, Some(0), "{said}");
        assert!(copy.join("manifest.json").exists());
        let (code, _, said) = run(&app, &["backup", copy.to_str().unwrap()]);
        assert_eq!(code, Some(1), "{said}");
        assert!(said.contains("not empty"), "{said}");

        let other = testkit::Place::new(app.database());
        let restore = |from: &Path| Program::run(binary(), other.folder(), &other.target(), &["restore", from.to_str().unwrap()]);
        let back = restore(&copy);
        assert!(back.status.success(), "{}", String::from_utf8_lossy(&back.stderr));
        let again = restore(&copy);
        assert_eq!(again.status.code(), Some(1), "a company that is there is never overwritten");

        let restored = TestApp::in_place(other);
        let seen = restored.ana().get(&format!("/contacts/{}/timeline", vlad["id"].as_str().unwrap())).await.ok();
        assert_eq!(seen["data"][0]["kind"], "contact.created");
        assert_eq!(restored.ana().get(&format!("/contacts/{}", vlad["id"].as_str().unwrap())).await.ok(), vlad);

        // Who read the ledger before goes on behind what they read: nothing comes twice, nothing new is missed.
        assert_eq!(indexed_to(&restored), indexed_to(&app));
        let ana = restored.ana();
        ana.post("/contacts", json!({ "last_name": "Munteanu" })).await.created();
        let mut news = Value::Null;
        testkit::eventually(async || {
            news = ana.get(&format!("/events?kinds=contact.*&after={}", read["next"].as_str().unwrap())).await.ok();
            news["data"].as_array().unwrap().len() == 1
        })
        .await;
        assert_eq!(news["data"][0]["record"]["title"], "Munteanu", "{news}");
    }

    async fn verify_finds_what_was_changed_behind_its_back(app: TestApp) {
        let vlad = app.vlad().await;
        app.ana().post("/orders", json!({ "number": "SO1", "customer": vlad["id"] })).await.created();
        let (code, said, _) = run(&app, &["verify"]);
        assert_eq!(code, Some(0), "{said}");

        let db = app.app().db().clone();
        let spoil = || db.write(|tx| tx.execute("update contact set orders_count = 7", &[]));
        tokio::task::block_in_place(spoil).unwrap();

        let (code, said, _) = run(&app, &["verify"]);
        assert_eq!(code, Some(1), "{said}");
        assert!(said.contains("roll-up contact.orders_count"), "{said}");
    }
}

#[test]
fn a_wrong_call_ends_with_two_and_an_empty_folder_with_one() {
    let folder = tempfile::tempdir().unwrap();
    let target = db::Target::Folder(folder.path().to_path_buf());
    let code = |arguments: &[&str]| Program::run(binary(), folder.path(), &target, arguments).status.code();
    assert_eq!(code(&["fly"]), Some(2));
    assert_eq!(code(&["verify", "--colour"]), Some(2));
    assert_eq!(code(&["verify"]), Some(1));
    assert_eq!(code(&["export", "--object", "contacts"]), Some(1));
}

#[test]
fn the_first_start_prints_a_link_that_makes_the_administrator_once() {
    let folder = tempfile::tempdir().unwrap();
    let target = db::Target::Folder(folder.path().to_path_buf());
    let program = Program::serve(binary(), folder.path(), &target);
    let said = program.said();
    let token = said
        .split_once("/setup#")
        .map(|(_, rest)| rest.split_whitespace().next().unwrap_or_default().to_string())
        .expect("a link");
    assert!(said.contains(&format!("http://{}/setup#", program.address)), "{said}");
    assert_eq!(program.ask("GET", "/api/v1/setup", "", "").unwrap().1, json!({ "needed": true }));

    let body = json!({ "token": token, "name": "Ana", "email": "ana@rapport.test", "password": "correct horse battery staple" }).to_string();
    assert_eq!(program.ask("POST", "/api/v1/setup", "", &body).unwrap().0, 201);
    assert_eq!(program.ask("POST", "/api/v1/setup", "", &body).unwrap().0, 404);
    assert_eq!(program.ask("GET", "/api/v1/setup", "", "").unwrap().1, json!({ "needed": false }));
}
