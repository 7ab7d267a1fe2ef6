//! Erasure: whoever was erased is in no list, no search, no history, no older change, no stored answer, no file and no
//! back-up any more; what the accounts need stays.

use std::path::Path;

use axum::body::Body;
use serde_json::{Value, json};
use testkit::{Client, Database, Program, TestApp, on_both};

/// Words that only the erased person's data has.
const WORDS: [&str; 5] = ["zaharescu", "quagmire", "vexillolog", "69123456", "odd.example"];

fn binary() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_rapport"))
}

/// Every row of every table as text, in small letters; bytes by their hexadecimal digits.
async fn everything_stored(app: &TestApp) -> String {
    let (db, database) = (app.app().db().clone(), app.database());
    let read = move || {
        db.read(|tx| {
            let tables = match database {
                Database::Sqlite => "select name from sqlite_master where type = 'table' and name not like 'search_index%'",
                Database::Postgres => "select table_name::text from information_schema.tables where table_schema = current_schema() and table_type = 'BASE TABLE'",
            };
            let mut all = String::new();
            for table in tx.query(tables, &[])? {
                let table = table.text(0).to_string();
                let row = match database {
                    Database::Sqlite => {
                        let columns: Vec<String> = tx.columns(&table)?.iter().map(|name| format!("quote(\"{name}\")")).collect();
                        format!("select {} from \"{table}\"", columns.join(" || ' ' || "))
                    }
                    Database::Postgres => format!("select t::text from {table} t"),
                };
                for row in tx.query(&row, &[])? {
                    all.push_str(&format!("{table}: {}\n", row.text(0).to_lowercase()));
                }
            }
            Ok(all)
        })
    };
    tokio::task::block_in_place(read).expect("all tables can be read")
}

/// Lines of a dump, and files of the folder, that hold one of the words.
fn traces(dump: &str, folder: &Path) -> Vec<String> {
    let hex = |word: &str| word.bytes().map(|byte| format!("{byte:02x}")).collect::<String>();
    let has = |text: &str| WORDS.iter().any(|word| text.contains(word) || text.contains(&hex(word)));
    let mut found: Vec<String> =
        dump.lines().filter(|line| has(line)).map(|line| line.chars().take(200).collect()).collect();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if !path.file_name().unwrap().to_string_lossy().starts_with("rapport.db")
                && has(&String::from_utf8_lossy(&std::fs::read(&path).unwrap()).to_lowercase())
            {
                found.push(path.display().to_string());
            }
        }
    }
    found
}

/// A customer with a past: imported, changed, written about, with an order, a ticket and a file. Answers the customer's id,
/// the change of an edit, the import and the order.
async fn customer(app: &TestApp, ana: &Client) -> (String, String, String, String) {
    let file = "First name,Last name,Email,Mobile\nIlinca,Zaharescu,ilinca@odd.example,+37369123456\nVlad,Rusu,vlad@bluebakery.example,\n,Nobody,zaharescu,\n";
    let import = ana
        .with("idempotency-key", "file")
        .send("POST", "/imports?object=contacts&name=people.csv", Body::from(file))
        .await
        .created();
    let import = import["id"].as_str().unwrap().to_string();
    ana.post(&format!("/imports/{import}/run"), json!({})).await.accepted();
    app.run_jobs().await;
    let id =
        ana.get("/contacts?filter=first_name = \"Ilinca\"").await.ok()["data"][0]["id"].as_str().unwrap().to_string();
    let path = format!("/contacts/{id}");
    let change =
        ana.patch(&path, json!({ "job_title": "Vexillologist", "description": "in a quagmire" })).await.change();
    ana.patch(&path, json!({ "job_title": "Buyer" })).await.ok();
    ana.with("idempotency-key", "note")
        .post("/notes", json!({ "body": "Zaharescu is in a quagmire", "contact": id }))
        .await
        .created();
    ana.post("/tickets", json!({ "subject": "A flag", "description": "Ms Zaharescu wants a flag", "contact": id }))
        .await
        .created();
    let kept = ana.send("POST", "/files?name=zaharescu.txt", Body::from("a quagmire")).await.created();
    ana.post("/attachments", json!({ "name": "zaharescu.txt", "file": kept["id"], "contact": id })).await.created();
    ana.post(
        "/contacts/bulk",
        json!({ "action": "update", "ids": [id], "set": { "description": "still in a quagmire" } }),
    )
    .await
    .ok();
    let order =
        ana.post("/orders", json!({ "number": "SO1", "customer": id, "ordered_on": "2026-06-01" })).await.created();
    ana.post("/order_lines", json!({ "name": "Flag", "order": order["id"], "quantity": 2, "unit_price": { "amount": 1500, "currency": "EUR" } })).await.created();
    ana.post(
        "/events",
        json!({ "kind": "page.viewed", "party": id, "props": { "url": "https://shop.example/?who=zaharescu" } }),
    )
    .await
    .ok();
    tokio::task::block_in_place(|| foundation::search::catch_up(app.app())).unwrap();
    (id, change, import, order["id"].as_str().unwrap().to_string())
}

async fn erased(app: &TestApp, ana: &Client, id: &str) {
    ana.send("POST", &format!("/contacts/{id}/erasure"), Body::empty()).await.nothing();
    app.run_jobs().await;
    tokio::task::block_in_place(|| foundation::search::catch_up(app.app())).unwrap();
}

on_both! {
    async fn whoever_was_erased_is_in_no_copy_and_nothing_brings_them_back(app: TestApp) {
        let ana = app.ana();
        let (id, change, import, order) = customer(&app, &ana).await;
        let before = ana.get(&format!("/orders/{order}")).await.ok();
        assert!(traces(&everything_stored(&app).await, app.folder()).len() > 5, "the story leaves traces to begin with");
        assert!(ana.get("/search?q=zaharescu").await.text().contains(&id));

        erased(&app, &ana, &id).await;

        let path = format!("/contacts/{id}");
        for asked in [
            path.clone(),
            format!("{path}/timeline"),
            format!("{path}/history"),
            format!("{path}/related"),
            "/search?q=zaharescu".into(),
            "/search?q=zaharescy".into(),
            "/search?q=quagmire".into(),
            "/search?q=69123456".into(),
            "/contacts?trash=true".into(),
            "/contacts/export?format=csv&trash=true".into(),
            "/notes".into(),
            "/notes/export?format=jsonl".into(),
            "/tickets".into(),
            "/attachments".into(),
            "/events?after=0&limit=200".into(),
            format!("/imports/{import}"),
            "/audit".into(),
        ] {
            let told = ana.get(&asked).await.text().to_lowercase();
            for word in WORDS.iter().filter(|word| !asked.contains(*word)) {
                assert!(!told.contains(word), "{asked} tells {word}: {told}");
            }
        }
        assert_eq!(ana.get("/search?q=zaharescu").await.ok()["groups"], json!([]));

        // No older change brings it back: not an edit, not a bulk edit, not the import, not the bin.
        ana.post(&format!("/changes/{change}/undo"), json!({})).await;
        ana.post(&format!("/imports/{import}/undo"), json!({})).await;
        app.run_jobs().await;
        ana.post(&format!("{path}/restore"), json!({})).await.refused_with(409, "record.erased");
        ana.patch(&path, json!({ "last_name": "Back" })).await.refused_with(409, "record.trashed");
        ana.get(&format!("/imports/{import}/refused.csv")).await.refused_with(409, "import.file_gone");
        ana.with("idempotency-key", "note").post("/notes", json!({ "body": "another", "contact": Value::Null })).await.created();

        tokio::task::block_in_place(|| foundation::search::catch_up(app.app())).unwrap();
        let left = traces(&everything_stored(&app).await, app.folder());
        assert!(left.is_empty(), "{left:#?}");

        // The accounts keep what they need.
        let after = ana.get(&format!("/orders/{order}")).await.ok();
        for kept in ["number", "customer", "ordered_on", "total", "lines_count"] {
            assert_eq!(after[kept], before[kept], "{kept}");
        }
        let log = ana.get("/audit?action=record.erased").await.ok();
        assert_eq!((&log["data"][0]["record"], log["data"].as_array().unwrap().len()), (&json!(id), 1), "{log}");
        let verified = app.app().clone();
        let system = foundation::access::Principal::system("test");
        let findings = tokio::task::spawn_blocking(move || {
            let mut findings = verified.read_now(&system, foundation::verify::links)?;
            findings.extend(verified.read_now(&system, foundation::verify::rollups)?);
            Ok::<_, kernel::Error>(findings)
        });
        for finding in findings.await.unwrap().unwrap() {
            assert_eq!(finding.faults, 0, "{}", finding.what);
        }
    }

    async fn the_lead_that_a_contact_was_goes_with_it(app: TestApp) {
        let ana = app.ana();
        let lead = ana.post("/leads", json!({ "last_name": "Zaharescu", "email": "zaharescu@flags.example", "company_name": "Flags" })).await.created();
        let lead = lead["id"].as_str().unwrap();
        ana.post("/notes", json!({ "body": "a quagmire", "lead": lead })).await.created();
        let other = ana.post("/leads", json!({ "last_name": "Rusu" })).await.created();
        let made = ana.post(&format!("/leads/{lead}/conversion"), json!({ "contact": { "new": {} }, "company": { "new": {} } })).await.created();
        tokio::task::block_in_place(|| foundation::search::catch_up(app.app())).unwrap();
        assert!(everything_stored(&app).await.contains("zaharescu"));

        erased(&app, &ana, made["contact"].as_str().unwrap()).await;
        let left = everything_stored(&app).await;
        assert_eq!(traces(&left, app.folder()), Vec::<String>::new(), "nothing of the lead is left");
        ana.get(&format!("/leads/{lead}/timeline")).await.ok();
        assert_eq!(ana.get(&format!("/leads/{}", other["id"].as_str().unwrap())).await.ok()["last_name"], "Rusu");
        let company = ana.get(&format!("/companies/{}", made["company"].as_str().unwrap())).await.ok();
        assert_eq!(company["name"], "Flags", "the company is nobody's personal text");
    }

    async fn only_an_administrator_erases_and_only_people_and_organisations(app: TestApp) {
        let ana = app.ana();
        let vlad = app.vlad().await;
        let path = format!("/contacts/{}/erasure", vlad["id"].as_str().unwrap());
        let boris = app.colleague("Boris", json!({ "objects": { "contact": { "read": "all", "update": "all", "delete": "all" } } })).await;
        boris.post(&path, json!({})).await.refused(403);
        let tag = ana.post("/tags", json!({ "name": "vip" })).await.created();
        ana.post(&format!("/tags/{}/erasure", tag["id"].as_str().unwrap()), json!({})).await.refused_with(422, "not_a_party");
        ana.post("/contacts/01a2008b-b273-7000-8007-4758fe2cd633/erasure", json!({})).await.refused(404);
        assert_eq!(ana.get(&format!("/contacts/{}", vlad["id"].as_str().unwrap())).await.ok()["title"], "Vlad Rusu");

        ana.post(&path, json!({})).await.nothing();
        ana.post(&path, json!({})).await.nothing();
        app.run_jobs().await;
        assert_eq!(ana.get("/audit?action=record.erased").await.ok()["data"].as_array().unwrap().len(), 1);
    }

    async fn what_others_have_in_common_with_the_erased_stays(app: TestApp) {
        let ana = app.ana();
        let (id, ..) = customer(&app, &ana).await;
        ana.post("/contacts", json!({ "first_name": "Dan", "last_name": "Zaharescu" })).await.created();
        tokio::task::block_in_place(|| foundation::search::catch_up(app.app())).unwrap();

        erased(&app, &ana, &id).await;

        // Also with a typing error: the word is still one that occurs.
        for typed in ["zaharescu", "zaharescy"] {
            let found = ana.get(&format!("/search?q={typed}")).await.ok();
            assert_eq!(found["groups"][0]["data"][0]["title"], "Dan Zaharescu", "{found}");
        }
        assert_eq!(ana.get("/contacts?filter=last_name = \"Rusu\"").await.ok()["data"].as_array().unwrap().len(), 1);
    }

    async fn a_back_up_from_before_is_erased_again_when_it_is_restored(app: TestApp) {
        let ana = app.ana();
        let (id, ..) = customer(&app, &ana).await;
        let copies = tempfile::tempdir().unwrap();
        let copy = copies.path().join("copy");
        let made = Program::run(binary(), app.folder(), &app.target(), &["backup", copy.to_str().unwrap()]);
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        assert_eq!(ana.get("/audit?action=system.backed_up").await.ok()["data"].as_array().unwrap().len(), 1);
        erased(&app, &ana, &id).await;
        let list = app.folder().join("erased.list");

        let other = testkit::Place::new(app.database());
        let arguments = ["restore", copy.to_str().unwrap(), "--erased", list.to_str().unwrap()];
        let back = Program::run(binary(), other.folder(), &other.target(), &arguments);
        assert!(back.status.success(), "{}", String::from_utf8_lossy(&back.stderr));

        let restored = TestApp::in_place(other);
        assert_eq!(restored.ana().get("/audit?action=system.restored").await.ok()["data"].as_array().unwrap().len(), 1);
        // The command ran by the clock of the machine, which is ahead of that of the test.
        restored.pass_ms(10 * 365 * 24 * 60 * 60 * 1000);
        restored.run_jobs().await;
        tokio::task::block_in_place(|| foundation::search::catch_up(restored.app())).unwrap();
        let left = traces(&everything_stored(&restored).await, restored.folder());
        assert!(left.is_empty(), "{left:#?}");
    }

    async fn the_file_of_an_import_goes_after_a_month_and_at_once_when_it_is_asked_for(app: TestApp) {
        let ana = app.program().await;
        let file = || Body::from("Last name,Department,Email\n,Zaharescu,\nRusu,,\n");
        let mut imports = Vec::new();
        for _ in 0..2 {
            let import = ana.send("POST", "/imports?object=contacts&name=people.csv", file()).await.created();
            let path = format!("/imports/{}", import["id"].as_str().unwrap());
            ana.post(&format!("{path}/run"), json!({})).await.accepted();
            app.run_jobs().await;
            assert!(ana.get(&format!("{path}/refused.csv")).await.text().contains("Zaharescu"));
            imports.push(path);
        }
        let boris = app.colleague("Boris", json!({ "objects": { "contact": { "read": "all", "import": true } } })).await;
        boris.delete(&format!("{}/file", imports[0])).await.refused(404);

        ana.delete(&format!("{}/file", imports[0])).await.nothing();
        ana.delete(&format!("{}/file", imports[0])).await.nothing();
        ana.get(&format!("{}/refused.csv", imports[0])).await.refused_with(409, "import.file_gone");
        let tidy = |app: &TestApp| { let app = app.app().clone(); tokio::task::spawn_blocking(move || consolidation::import::kept::forget_old(&app)) };
        app.pass_ms(29 * 24 * 60 * 60 * 1000);
        tidy(&app).await.unwrap().unwrap();
        assert!(ana.get(&format!("{}/refused.csv", imports[1])).await.text().contains("Zaharescu"));
        app.pass_ms(2 * 24 * 60 * 60 * 1000);
        tidy(&app).await.unwrap().unwrap();
        ana.get(&format!("{}/refused.csv", imports[1])).await.refused_with(409, "import.file_gone");

        let left = traces(&everything_stored(&app).await, app.folder());
        assert!(left.is_empty(), "{left:#?}");
        assert_eq!(ana.get(&imports[1]).await.ok()["result"]["wrong"], 1);
    }
}
