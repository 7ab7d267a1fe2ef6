//! Sources: other systems that customers come from, again and again. Each story sets a source up as a person does, lets it
//! change, and reads it again.

use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};
use testkit::{Client, Program, TestApp, on_both};

/// Writes a file into the folder for files that come in, as if it had been there for a while.
pub(crate) fn put(app: &TestApp, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
    let path = app.folder().join("incoming").join(name);
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder is made");
    std::fs::write(&path, text).expect("a file is written");
    let file = std::fs::File::options().write(true).open(&path).expect("it is there");
    file.set_modified(SystemTime::now() - Duration::from_secs(3_600)).expect("its time is set");
    path
}

/// A source of contacts from a file.
pub(crate) async fn shop(ana: &Client, more: Value) -> String {
    let mut source = json!({ "name": "Shop", "kind": "file", "object_name": "contact", "place": "shop.csv" });
    for (name, value) in more.as_object().expect("an object") {
        source[name] = value.clone();
    }
    ana.post("/sources", source).await.created()["id"].as_str().expect("an id").to_string()
}

/// Reads a source to the end; the run.
pub(crate) async fn read(app: &TestApp, id: &str) -> Value {
    read_with(app, id, json!({})).await
}

async fn read_with(app: &TestApp, id: &str, how: Value) -> Value {
    let ana = app.ana();
    let run = ana.post(&format!("/sources/{id}/runs"), how).await.accepted();
    app.run_jobs().await;
    ana.get(&format!("/sources/{id}/runs/{}", run["id"].as_str().expect("an id"))).await.ok()
}

fn system() -> foundation::access::Principal {
    foundation::access::Principal::system("test")
}

/// The one contact of that last name.
pub(crate) async fn contact(ana: &Client, last_name: &str) -> Value {
    let found = ana.get(&format!("/contacts?filter=last_name = \"{last_name}\"")).await.ok();
    assert_eq!(found["data"].as_array().map(Vec::len), Some(1), "{last_name}: {found}");
    found["data"][0].clone()
}

pub(crate) async fn count(ana: &Client) -> usize {
    ana.get("/contacts?limit=200").await.ok()["data"].as_array().map_or(0, Vec::len)
}

pub(crate) fn figures(run: &Value, names: &[&str]) -> Vec<u64> {
    assert_eq!(run["state"], "done", "{run}");
    names.iter().map(|name| run["figures"][*name].as_u64().unwrap_or_default()).collect()
}

/// A database of another program: statements run in it. On a thread of its own, for drivers wait.
fn elsewhere(target: db::Target, sql: &str) {
    let sql = sql.to_string();
    let done = std::thread::spawn(move || db::Db::open(&target)?.write(move |tx| tx.batch(&sql)));
    done.join().expect("it does not panic").expect("the statements run");
}

/// A MariaDB of its own, gone when dropped.
struct MariaDb {
    server: Child,
    port: u16,
    _folder: tempfile::TempDir,
}

impl MariaDb {
    /// None where it is not installed.
    fn start(seed: &str) -> Option<MariaDb> {
        let there = |path: &&&str| Path::new(path).is_file();
        let server = ["/usr/sbin/mariadbd", "/usr/libexec/mariadbd", "/usr/bin/mariadbd"].iter().find(there)?;
        let folder = tempfile::Builder::new().prefix("rapport-mariadb-").tempdir().expect("a folder");
        let data = folder.path().join("data");
        let root = "--user=root";
        let made = Command::new("mariadb-install-db")
            .args(["--no-defaults", root, "--skip-test-db", "--auth-root-authentication-method=normal"])
            .arg(format!("--datadir={}", data.display()))
            .output()
            .ok()?;
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let first = folder.path().join("first.sql");
        std::fs::write(&first, seed).expect("the seed is written");
        let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port").port();
        let server = Command::new(server)
            .args(["--no-defaults", root, "--bind-address=127.0.0.1", "--innodb-buffer-pool-size=8M"])
            .arg("--character-set-server=utf8mb4")
            .arg(format!("--datadir={}", data.display()))
            .arg(format!("--socket={}", folder.path().join("s").display()))
            .arg(format!("--port={port}"))
            .arg(format!("--init-file={}", first.display()))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        let started = MariaDb { server, port, _folder: folder };
        let until = std::time::Instant::now() + Duration::from_secs(60);
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(std::time::Instant::now() < until, "MariaDB did not begin to listen");
            std::thread::sleep(Duration::from_millis(50));
        }
        Some(started)
    }
}

impl Drop for MariaDb {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

const SHOP: &str = "id,first_name,last_name,email,phone,city\n\
    17,Vlad,Ionescu,vlad@bluebakery.example,+40 721 000 001,Cluj\n\
    18,Mara,Dinu,mara@bluebakery.example,+40 721 000 002,Iași\n";

on_both! {
    async fn a_file_is_loaded_once_and_again_does_nothing(app: TestApp) {
        let ana = app.ana();
        put(&app, "shop.csv", SHOP);
        let id = shop(&ana, json!({})).await;

        let first = read(&app, &id).await;
        assert_eq!(figures(&first, &["rows", "new", "changed", "same", "refused"]), [2, 2, 0, 0, 0]);
        let vlad = contact(&ana, "Ionescu").await;
        assert_eq!(vlad["email"], "vlad@bluebakery.example");
        assert_eq!(vlad["external_id"], Value::Null, "the shop's key stays with its row");

        let again = read(&app, &id).await;
        assert_eq!(figures(&again, &["rows", "new", "changed", "same"]), [2, 0, 0, 2]);
        assert_eq!(contact(&ana, "Ionescu").await["version"], vlad["version"]);
        let source = ana.get(&format!("/sources/{id}")).await.ok();
        assert_eq!((&source["state"], &source["row_count"]), (&json!("done"), &json!(2)));
        assert_eq!(source["key_columns"], "id");
        assert_eq!(source["mapping"]["match"], "email");
        assert_eq!(ana.get(&format!("/sources/{id}/runs")).await.ok()["data"].as_array().map(Vec::len), Some(2));
        assert!(std::fs::read_dir(app.folder().join("sources")).unwrap().next().is_none(), "no rows are left on disk");
    }

    async fn only_what_changed_at_the_source_is_changed_and_what_a_person_typed_stands(app: TestApp) {
        let ana = app.ana();
        put(&app, "shop.csv", SHOP);
        let id = shop(&ana, json!({})).await;
        read(&app, &id).await;
        let vlad = contact(&ana, "Ionescu").await;
        let path = format!("/contacts/{}", vlad["id"].as_str().unwrap());
        ana.patch(&path, json!({ "phone": "+40 721 999 999", "job_title": "Baker" })).await.ok();

        // The shop has a new city and an old phone: the city comes, the phone that was typed stays.
        put(&app, "shop.csv", SHOP.replace("Cluj", "Turda"));
        let run = read(&app, &id).await;
        assert_eq!(figures(&run, &["new", "changed", "same"]), [0, 1, 1]);
        let vlad = ana.get(&path).await.ok();
        assert_eq!((&vlad["address"]["city"], &vlad["phone"], &vlad["job_title"]), (&json!("Turda"), &json!("+40721999999"), &json!("Baker")));

        // Now the phone changes at the shop too: what was typed stands, unless the source is set to win.
        put(&app, "shop.csv", SHOP.replace("Cluj", "Turda").replace("000 001", "000 111"));
        let run = read(&app, &id).await;
        assert_eq!(figures(&run, &["changed", "kept"]), [0, 1]);
        assert_eq!(ana.get(&path).await.ok()["phone"], "+40721999999");
        ana.patch(&format!("/sources/{id}"), json!({ "wins": true })).await.ok();
        put(&app, "shop.csv", SHOP.replace("Cluj", "Turda").replace("000 001", "000 222"));
        read(&app, &id).await;
        assert_eq!(ana.get(&path).await.ok()["phone"], "+40721000222");
    }

    async fn a_more_trusted_source_is_not_overwritten_by_one_behind_it(app: TestApp) {
        let ana = app.ana();
        put(&app, "shop.csv", SHOP);
        put(&app, "mail.csv", "id,email,first_name,last_name,city,job_title\na,vlad@bluebakery.example,Vladimir,Ionescu,Arad,Baker\n");
        let first = shop(&ana, json!({ "priority": 10 })).await;
        let second = shop(&ana, json!({ "name": "Mail tool", "place": "mail.csv", "priority": 60 })).await;
        read(&app, &first).await;
        let run = read(&app, &second).await;
        assert_eq!(figures(&run, &["new", "changed", "kept"]), [0, 1, 1]);
        let vlad = contact(&ana, "Ionescu").await;
        assert_eq!((&vlad["first_name"], &vlad["address"]["city"], &vlad["job_title"]), (&json!("Vlad"), &json!("Cluj"), &json!("Baker")));

        // The other way round: the trusted one replaces what the other said.
        put(&app, "mail.csv", "id,email,first_name,last_name,city,job_title\nb,new@bluebakery.example,Ion,Pop,Arad,Baker\n");
        read_with(&app, &second, json!({ "accept_gone": true })).await;
        put(&app, "shop.csv", format!("{SHOP}19,Ioan,Pop,new@bluebakery.example,,Deva\n"));
        read(&app, &first).await;
        let ion = contact(&ana, "Pop").await;
        assert_eq!((&ion["first_name"], &ion["address"]["city"]), (&json!("Ioan"), &json!("Deva")));

        let path = format!("/contacts/{}/lineage", ion["id"].as_str().unwrap());
        let lineage = ana.get(&path).await.ok();
        let of = |name: &str| lineage["fields"].as_array().unwrap().iter().find(|field| field["field"] == name).unwrap().clone();
        assert_eq!((&of("first_name")["from"]["name"], &of("first_name")["from"]["raw"], &of("first_name")["from"]["key"]), (&json!("Shop"), &json!("Ioan"), &json!("19")));
        assert_eq!((&of("first_name")["others"][0]["name"], &of("first_name")["others"][0]["value"], &of("first_name")["others"][0]["agrees"]), (&json!("Mail tool"), &json!("Ion"), &json!(false)));
        assert_eq!(of("job_title")["from"]["name"], "Mail tool");
        assert_eq!(of("owner")["from"]["kind"], "source", "the run itself filled it: {}", of("owner"));
        ana.patch(&format!("/contacts/{}", ion["id"].as_str().unwrap()), json!({ "job_title": "Pastry chef" })).await.ok();
        let lineage = ana.get(&path).await.ok();
        let title = lineage["fields"].as_array().unwrap().iter().find(|field| field["field"] == "job_title").unwrap();
        assert_eq!((&title["from"]["kind"], &title["from"]["actor"]["name"]), (&json!("person"), &json!("Ana Pop")), "{title}");
        assert_eq!(title["others"][0]["value"], "Baker");

        let role = json!({ "objects": { "contact": { "read": "all", "fields": { "job_title": "hidden" } } } });
        let seen = app.colleague("Boris", role).await.get(&path).await.ok();
        assert!(!seen.to_string().contains("Pastry") && !seen.to_string().contains("Baker"), "{seen}");
        assert!(seen.to_string().contains("Ioan"));
    }

    async fn rows_that_are_gone_are_kept_marked_or_thrown_away_by_choice_and_come_back(app: TestApp) {
        let ana = app.ana();
        let many: String = (1..=10).map(|n| format!("{n},Client,Number{n},c{n}@bluebakery.example\n")).collect();
        let whole = format!("id,first_name,last_name,email\n{many}");
        put(&app, "shop.csv", &whole);
        let id = shop(&ana, json!({ "when_gone": "trash" })).await;
        read(&app, &id).await;
        assert_eq!(count(&ana).await, 10);

        put(&app, "shop.csv", whole.replace("10,Client,Number10,c10@bluebakery.example\n", ""));
        assert_eq!(figures(&read(&app, &id).await, &["same", "gone"]), [9, 1]);
        assert_eq!(count(&ana).await, 9);
        assert_eq!(figures(&read(&app, &id).await, &["same", "gone"]), [9, 0], "what is gone is gone once");

        put(&app, "shop.csv", &whole);
        assert_eq!(figures(&read(&app, &id).await, &["new", "back"]), [0, 1]);
        assert_eq!(count(&ana).await, 10, "the record came out of the bin");

        ana.patch(&format!("/sources/{id}"), json!({ "when_gone": "mark" })).await.ok();
        put(&app, "shop.csv", whole.replace("10,Client,Number10,c10@bluebakery.example\n", ""));
        read(&app, &id).await;
        let marked = contact(&ana, "Number10").await;
        assert_eq!(marked["linked"]["tags"][0]["title"], "Gone from Shop", "{marked}");
        put(&app, "shop.csv", &whole);
        read(&app, &id).await;
        assert_eq!(contact(&ana, "Number10").await["tags"], json!(null));

        // What a person threw away stays there, though the shop still has it.
        let ninth = contact(&ana, "Number9").await["id"].as_str().unwrap().to_string();
        ana.delete(&format!("/contacts/{ninth}")).await;
        put(&app, "shop.csv", whole.replace("Client,Number9", "Customer,Number9"));
        assert_eq!(figures(&read(&app, &id).await, &["new", "out"]), [0, 1]);
        assert_eq!(count(&ana).await, 9);
    }

    async fn half_a_file_never_throws_half_the_customers_away(app: TestApp) {
        let ana = app.ana();
        let many: String = (1..=10).map(|n| format!("{n},Client,Number{n},c{n}@bluebakery.example\n")).collect();
        let whole = format!("id,first_name,last_name,email\n{many}");
        put(&app, "shop.csv", &whole);
        let id = shop(&ana, json!({ "when_gone": "trash" })).await;
        read(&app, &id).await;

        put(&app, "shop.csv", &whole[..whole.len() / 2]);
        let run = read(&app, &id).await;
        assert_eq!(figures(&run, &["gone"]), [0]);
        assert_eq!(run["figures"]["notes"][0]["code"], "gone_held", "{run}");
        assert!(ana.get(&format!("/sources/{id}")).await.ok()["message"].as_str().unwrap().contains("are not there any more"));
        assert_eq!(count(&ana).await, 10);
        put(&app, "shop.csv", "id,first_name,last_name,email\n");
        read(&app, &id).await;
        assert_eq!(count(&ana).await, 10, "an empty file throws nobody away");

        let run = read_with(&app, &id, json!({ "accept_gone": true })).await;
        assert_eq!(figures(&run, &["gone"]), [10]);
        assert_eq!(count(&ana).await, 0);
        let path = format!("/sources/{id}/runs/{}/undo", run["id"].as_str().unwrap());
        ana.post(&path, json!(null)).await.ok();
        assert_eq!(count(&ana).await, 10, "and there is a way back");
    }

    async fn changed_columns_stop_a_run_before_anything_is_written(app: TestApp) {
        let ana = app.ana();
        put(&app, "shop.csv", SHOP);
        let id = shop(&ana, json!({})).await;
        read(&app, &id).await;
        put(&app, "shop.csv", "id,first_name,last_name,mail,phone,city\n17,Other,Name,a@b.example,,Turda\n");
        let run = read(&app, &id).await;
        assert_eq!((&run["state"], &run["code"]), (&json!("failed"), &json!("source.columns_changed")));
        let told = run["detail"].as_str().unwrap();
        assert!(told.contains("\"email\"") && told.contains("\"mail\""), "{told}");
        assert_eq!(contact(&ana, "Ionescu").await["first_name"], "Vlad");
        assert_eq!(ana.get(&format!("/sources/{id}")).await.ok()["state"], "failed");

        // Their order may change, and there may be more of them.
        put(&app, "shop.csv", "city,phone,extra,email,last_name,first_name,id\nTurda,+40 721 000 001,x,vlad@bluebakery.example,Ionescu,Vlad,17\n");
        assert_eq!(figures(&read(&app, &id).await, &["changed"]), [1]);
        assert_eq!(contact(&ana, "Ionescu").await["address"]["city"], "Turda");
    }

    async fn a_repeated_key_is_told_and_the_last_row_counts_or_all_are_refused(app: TestApp) {
        let ana = app.ana();
        put(&app, "shop.csv", format!("{SHOP}17,Vladimir,Ionescu,vlad@bluebakery.example,,Deva\n,No,Key,nokey@bluebakery.example,,\n20,Bad,Mail,not an address,,\n"));
        let id = shop(&ana, json!({ "key_columns": "id" })).await;
        let run = read(&app, &id).await;
        assert_eq!(figures(&run, &["rows", "new", "repeated", "refused"]), [5, 2, 1, 2]);
        assert_eq!(contact(&ana, "Ionescu").await["first_name"], "Vladimir");
        let refusals: Vec<(&str, u64)> = run["refusals"].as_array().unwrap().iter().map(|r| (r["code"].as_str().unwrap(), r["row"].as_u64().unwrap())).collect();
        assert_eq!(refusals, [("repeated_key", 2), ("key_missing", 5), ("wrong_email", 6)], "{run}");
        assert_eq!(run["refusals"][2]["column"], "email");

        let strict = shop(&ana, json!({ "name": "Strict", "key_columns": "id", "when_repeated": "refuse" })).await;
        let run = read(&app, &strict).await;
        assert_eq!(figures(&run, &["refused", "repeated"]), [4, 0]);
    }

    async fn a_lie_about_the_encoding_is_told_and_nothing_is_written(app: TestApp) {
        let ana = app.ana();
        let cyrillic = "id;Имя;Фамилия;Email\n1;Анна;Иванова;anna@bluebakery.example\n2;Пётр;Сидоров;petr@bluebakery.example\n";
        // As windows-1251 writes it.
        let old: Vec<u8> = cyrillic.chars().map(|ch| match ch {
            'А'..='я' => u8::try_from(u32::from(ch) - 0x410 + 0xc0).unwrap(),
            'ё' => 0xb8,
            other => u8::try_from(u32::from(other)).unwrap(),
        }).collect();
        put(&app, "shop.csv", old);
        let mapping = |encoding: &str| json!({ "encoding": encoding, "columns": [
            { "name": "id" }, { "name": "Имя", "field": "first_name" }, { "name": "Фамилия", "field": "last_name" }, { "name": "Email", "field": "email" },
        ], "match": "email" });
        let id = shop(&ana, json!({ "mapping": mapping("UTF-8") })).await;
        let run = read(&app, &id).await;
        assert_eq!((&run["state"], &run["code"]), (&json!("failed"), &json!("source.encoding")), "{run}");
        assert_eq!(count(&ana).await, 0);
        ana.patch(&format!("/sources/{id}"), json!({ "mapping": mapping("windows-1251") })).await.ok();
        assert_eq!(figures(&read(&app, &id).await, &["new"]), [2]);
        assert_eq!(contact(&ana, "Сидоров").await["first_name"], "Пётр");
    }

    async fn whoever_was_erased_stays_out_and_nothing_of_them_is_left(app: TestApp) {
        let ana = app.ana();
        put(&app, "shop.csv", SHOP.replace("Ionescu", "Zaharescu"));
        let id = shop(&ana, json!({})).await;
        read(&app, &id).await;
        let gone = contact(&ana, "Zaharescu").await["id"].as_str().unwrap().to_string();
        ana.post(&format!("/contacts/{gone}/erasure"), json!(null)).await;
        app.run_jobs().await;
        put(&app, "shop.csv", SHOP.replace("Ionescu", "Zaharescu").replace("Cluj", "Turda"));
        let run = read(&app, &id).await;
        assert_eq!(figures(&run, &["new", "same", "out"]), [0, 1, 1]);
        assert_eq!(count(&ana).await, 1);
        let system = system();
        let left = app.app().read(&system, |reader| {
            Ok(reader.tx.one("select count(*) from source_row where said is null", &[])?.map_or(0, |row| row.int(0)))
        });
        assert_eq!(left.await.unwrap(), 1);
    }

    async fn a_row_of_a_merged_record_finds_the_survivor(app: TestApp) {
        let ana = app.ana();
        put(&app, "shop.csv", SHOP);
        let id = shop(&ana, json!({})).await;
        read(&app, &id).await;
        let (vlad, mara) = (contact(&ana, "Ionescu").await, contact(&ana, "Dinu").await);
        let ids = [vlad["id"].as_str().unwrap().to_string(), mara["id"].as_str().unwrap().to_string()];
        let (survivor, other) = (kernel::Id::parse(&ids[0]).unwrap(), kernel::Id::parse(&ids[1]).unwrap());
        ana.delete(&format!("/contacts/{}", ids[1])).await;
        let system = system();
        let merged = app.app().write(&system, move |op| {
            op.tx.execute("insert into party_alias (alias, party) values ($1, $2)", &[other.into(), survivor.into()])
        });
        merged.await.unwrap();

        put(&app, "shop.csv", SHOP.replace("000 002", "000 333"));
        assert_eq!(figures(&read(&app, &id).await, &["new", "changed", "out"]), [0, 1, 0]);
        assert_eq!(ana.get(&format!("/contacts/{}", ids[0])).await.ok()["phone"], "+40721000333");
        assert_eq!(count(&ana).await, 1);
        let told = app.app().read(&system, move |reader| consolidation::sources::told(reader, &[survivor]));
        let told = told.await.unwrap();
        assert_eq!(told.iter().map(|told| (told.key.as_str(), told.record)).collect::<Vec<_>>(), [("17", survivor), ("18", survivor)]);
        assert_eq!(told[1].fields["first_name"].value, "Mara");
        let lineage = ana.get(&format!("/contacts/{}/lineage", ids[0])).await.ok();
        assert_eq!(lineage["sources"].as_array().map(Vec::len), Some(2));
    }

    async fn two_loads_of_one_source_never_run_at_once_and_one_can_be_stopped(app: TestApp) {
        let ana = app.ana();
        put(&app, "shop.csv", SHOP);
        let id = shop(&ana, json!({})).await;
        let run = ana.post(&format!("/sources/{id}/runs"), json!({})).await.accepted();
        let refused = ana.post(&format!("/sources/{id}/runs"), json!({})).await.refused_with(409, "source.at_work");
        assert_eq!(refused["conflict"]["details"]["run"], run["id"], "{refused}");
        let stopped = ana.post(&format!("/sources/{id}/runs/{}/cancel", run["id"].as_str().unwrap()), json!(null)).await.ok();
        assert_eq!(stopped["state"], "cancelled");
        app.run_jobs().await;
        assert_eq!(count(&ana).await, 0);
        assert_eq!(figures(&read(&app, &id).await, &["new"]), [2]);
    }

    async fn a_source_is_run_by_a_command_that_says_what_became_of_its_rows(app: TestApp) {
        let ana = app.ana();
        put(&app, "shop.csv", SHOP);
        let id = shop(&ana, json!({})).await;
        let run = |arguments: &[&str]| {
            let binary = Path::new(env!("CARGO_BIN_EXE_rapport"));
            let output = Program::run(binary, app.folder(), &app.target(), &[&["source", "run"], arguments].concat());
            let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
            (output.status.code(), text(output.stdout), text(output.stderr))
        };
        let (code, said, _) = run(&["Shop"]);
        assert_eq!((code, said.as_str()), (Some(0), "2 rows: 2 new, 0 changed, 0 the same, 0 refused, 0 gone\n"));
        put(&app, "shop.csv", SHOP.replace("Mara,Dinu", "Mara,Dima"));
        let (code, said, _) = run(&["Shop"]);
        assert_eq!((code, said.as_str()), (Some(0), "2 rows: 0 new, 1 changed, 1 the same, 0 refused, 0 gone\n"));
        assert_eq!(contact(&ana, "Dima").await["email"], "mara@bluebakery.example");
        let runs = ana.get(&format!("/sources/{id}/runs")).await.ok();
        assert_eq!(runs["data"].as_array().map(Vec::len), Some(2), "the page shows what the command did: {runs}");
        assert_eq!(runs["data"][0]["started_by"], "command", "{runs}");
        let found = ana.get("/search?q=dima").await.ok();
        assert_eq!(found["groups"][0]["data"][0]["title"], "Mara Dima", "and it can be found at once: {found}");

        let (code, said, fault) = run(&["Nobody's"]);
        assert!(code == Some(1) && said.is_empty() && !fault.is_empty(), "{fault}");
        std::fs::remove_file(app.folder().join("incoming").join("shop.csv")).unwrap();
        let (code, said, fault) = run(&["Shop"]);
        assert!(code == Some(1) && said.is_empty() && fault.contains("shop.csv"), "one line that says why: {fault}");
        assert_eq!(count(&ana).await, 2, "and nobody is thrown away");
    }

    async fn a_source_runs_by_the_clock_until_it_is_paused(app: TestApp) {
        let ana = app.ana();
        put(&app, "shop.csv", SHOP);
        let id = shop(&ana, json!({ "schedule": "minutes", "every": 15 })).await;
        let due = async || app.ring_timers().await;
        assert_eq!(due().await, 0);
        app.pass_ms(16 * 60_000);
        assert_eq!(due().await, 1);
        assert_eq!(due().await, 0, "it is not queued twice");
        // Due again while it is still being read: it waits for its end.
        app.pass_ms(16 * 60_000);
        assert_eq!((due().await, due().await), (1, 0));
        assert_eq!(ana.get(&format!("/sources/{id}/runs")).await.ok()["data"].as_array().map(Vec::len), Some(1));
        app.run_jobs().await;
        assert_eq!(count(&ana).await, 2);
        assert_eq!(ana.get(&format!("/sources/{id}/runs")).await.ok()["data"][0]["started_by"], "clock");
        let state = ana.get(&format!("/sources/{id}/state")).await.ok();
        assert_eq!((&state["has_secret"], &state["run"], &state["rows"]), (&json!(false), &json!(null), &json!(2)));
        assert!(state["next_run_at"].is_string());
        ana.patch(&format!("/sources/{id}"), json!({ "paused": true })).await.ok();
        app.pass_ms(16 * 60_000);
        assert_eq!(due().await, 0);
        assert_eq!(ana.get(&format!("/sources/{id}/state")).await.ok()["next_run_at"], json!(null));
        // One that was made before there were timers gets its own at the next start.
        ana.patch(&format!("/sources/{id}"), json!({ "paused": false })).await.ok();
        app.app().write(&system(), |op| op.tx.execute("delete from timer", &[])).await.unwrap();
        assert_eq!(due().await, 0);
        let of_app = app.app().clone();
        tokio::task::spawn_blocking(move || consolidation::sources::schedule::wind(&of_app)).await.unwrap().unwrap();
        assert_eq!(due().await, 1);
        app.run_jobs().await;
        assert_eq!(ana.get(&format!("/sources/{id}/runs")).await.ok()["data"].as_array().map(Vec::len), Some(2));
    }

    async fn a_path_outside_of_what_is_allowed_is_refused(app: TestApp) {
        let ana = app.ana();
        let outside = app.folder().join("secret.csv");
        std::fs::write(&outside, "id,email\n1,a@b.example\n").unwrap();
        put(&app, "inside.csv", SHOP);
        std::os::unix::fs::symlink(&outside, app.folder().join("incoming/link.csv")).unwrap();
        let up = format!("{}", outside.display());
        for place in ["../secret.csv", up.as_str(), "/etc/passwd", "link.csv", "/etc/nothing-like-that"] {
            let id = shop(&ana, json!({ "name": place, "place": place })).await;
            ana.post(&format!("/sources/{id}/test"), json!(null)).await.refused_with(422, "not_allowed_here");
            let run = read(&app, &id).await;
            assert_eq!((&run["state"], &run["code"]), (&json!("failed"), &json!("not_allowed_here")), "{place}");
        }
        let id = shop(&ana, json!({ "name": "Missing", "place": "missing.csv" })).await;
        ana.post(&format!("/sources/{id}/test"), json!(null)).await.refused_with(422, "not_found");
    }

    async fn sources_are_for_those_who_may_and_secrets_never_come_out(app: TestApp) {
        let ana = app.ana();
        let every = json!({ "objects": { "*": { "read": "all", "update": "all", "create": true, "import": true } } });
        let boris = app.colleague("Boris", every).await;
        boris.post("/sources", json!({ "name": "Mine", "kind": "file", "object_name": "contact", "place": "a.csv" })).await.refused(403);
        put(&app, "shop.csv", SHOP);
        let id = shop(&ana, json!({})).await;
        for path in ["test", "runs"] {
            boris.post(&format!("/sources/{id}/{path}"), json!({})).await.refused(403);
        }
        boris.put(&format!("/sources/{id}/secret"), json!({ "secret": "x" })).await.refused(403);

        ana.put(&format!("/sources/{id}/secret"), json!({ "secret": "correct horse" })).await.nothing();
        assert_eq!(ana.get(&format!("/sources/{id}/state")).await.ok()["has_secret"], true);
        for path in [format!("/sources/{id}"), format!("/sources/{id}/state"), format!("/sources/{id}/history"), "/audit".into()] {
            assert!(!ana.get(&path).await.text().contains("correct horse"), "{path}");
        }
        ana.delete(&format!("/sources/{id}/secret")).await.nothing();
        assert_eq!(ana.get(&format!("/sources/{id}/state")).await.ok()["has_secret"], false);

        for place in ["postgres://u:pass@127.0.0.1/db", "postgres://127.0.0.1/db?password=x"] {
            ana.post("/sources", json!({ "name": "P", "kind": "postgres", "object_name": "contact", "place": place })).await.refused_with(422, "holds_secret");
        }
        ana.post("/sources", json!({ "name": "P", "kind": "http", "object_name": "contact", "place": "ftp://x.example" })).await.refused_with(422, "not_a_url");
        ana.post("/sources", json!({ "name": "P", "kind": "file", "object_name": "contact", "place": "a", "schedule": "daily", "daily_at": "25:00" })).await.refused_with(422, "not_a_time");
        ana.post("/sources", json!({ "name": "P", "kind": "file", "object_name": "contact", "place": "a", "mapping": { "colums": [] } })).await.refused_with(422, "wrong_type");
    }

    async fn a_watched_folder_reads_each_file_once_and_waits_for_those_still_written(app: TestApp) {
        let ana = app.ana();
        put(&app, "drop/one.csv", SHOP);
        let id = shop(&ana, json!({ "kind": "folder", "place": "drop", "settings": { "files": "*.csv" } })).await;
        let run = read(&app, &id).await;
        assert_eq!(figures(&run, &["rows", "new"]), [2, 2]);
        assert_eq!(figures(&read(&app, &id).await, &["rows", "same"]), [0, 0], "a file is read once");

        // A new file with its columns in another order, one that is still growing, and things that are none.
        put(&app, "drop/two.csv", "email,id,last_name,first_name,city,phone\nmara@bluebakery.example,18,Dinu,Maria,Arad,\nnew@bluebakery.example,19,Nou,Ion,Deva,\n");
        put(&app, "drop/three.csv.part", SHOP);
        put(&app, "drop/notes.txt", "nothing");
        std::fs::write(app.folder().join("incoming/drop/four.csv"), format!("{SHOP}99,Half,Writ")).unwrap();
        let run = read(&app, &id).await;
        assert_eq!(figures(&run, &["rows", "new", "changed"]), [2, 1, 1]);
        assert_eq!(contact(&ana, "Dinu").await["first_name"], "Maria");
        assert_eq!(count(&ana).await, 3);
        put(&app, "drop/four.csv", format!("{SHOP}99,Whole,Written,w@bluebakery.example,,\n"));
        assert_eq!(figures(&read(&app, &id).await, &["rows", "new"]), [3, 1]);
        let wrong = put(&app, "drop/five.csv", "a,b\n1,2\n");
        let run = read(&app, &id).await;
        assert!(run["detail"].as_str().unwrap().starts_with("five.csv: "), "{run}");
        std::fs::remove_file(wrong).unwrap();
    }

    async fn a_try_shows_columns_guess_and_sample_and_writes_nothing(app: TestApp) {
        let ana = app.ana();
        put(&app, "shop.csv", SHOP);
        let id = shop(&ana, json!({})).await;
        let tried = ana.post(&format!("/sources/{id}/test"), json!(null)).await.ok();
        assert_eq!(tried["columns"][3]["field"], "email");
        assert_eq!((&tried["rows"][0]["cells"][1], &tried["key_columns"], &tried["match"]), (&json!("Vlad"), &json!(["id"]), &json!("email")));
        assert_eq!(count(&ana).await, 0);
        assert_eq!(ana.get(&format!("/sources/{id}")).await.ok()["mapping"], json!(null));
    }

    async fn a_run_is_taken_back_and_its_rows_may_come_again(app: TestApp) {
        let ana = app.ana();
        put(&app, "shop.csv", SHOP);
        let id = shop(&ana, json!({})).await;
        let run = read(&app, &id).await;
        ana.post(&format!("/sources/{id}/runs/{}/undo", run["id"].as_str().unwrap()), json!(null)).await.ok();
        assert_eq!(count(&ana).await, 0);
        assert_eq!(figures(&read(&app, &id).await, &["new"]), [2]);
    }

    async fn a_database_of_sqlite_is_read_and_never_written(app: TestApp) {
        let ana = app.ana();
        let folder = app.folder().join("incoming/shop");
        elsewhere(
            db::Target::Folder(folder.clone()),
            "create table customers (id integer primary key, first_name text, last_name text, email text, revenue real, note blob); \
             insert into customers values (1, 'Vlad', 'Ionescu', 'vlad@bluebakery.example', 12.5, null), (2, 'Mara', 'Dinu', 'mara@bluebakery.example', null, x'ff00')",
        );
        let id = shop(&ana, json!({ "kind": "sqlite", "place": "shop/rapport.db", "query": "customers" })).await;
        assert_eq!(figures(&read(&app, &id).await, &["rows", "new"]), [2, 2]);
        assert_eq!(contact(&ana, "Dinu").await["email"], "mara@bluebakery.example");

        elsewhere(db::Target::Folder(folder), "update customers set first_name = 'Maria' where id = 2; delete from customers where id = 1");
        let all = json!({ "query": "select * from customers where id > 0", "when_gone": "trash", "gone_limit": 60 });
        ana.patch(&format!("/sources/{id}"), all).await.ok();
        assert_eq!(figures(&read(&app, &id).await, &["changed", "gone"]), [1, 1]);
        assert_eq!((contact(&ana, "Dinu").await["first_name"].as_str(), count(&ana).await), (Some("Maria"), 1));

        for query in ["delete from customers", "select 1; drop table customers", "pragma user_version = 3", "attach database '/etc/x' as y", "nothing"] {
            ana.patch(&format!("/sources/{id}"), json!({ "query": query })).await.ok();
            let refused = ana.post(&format!("/sources/{id}/test"), json!(null)).await;
            assert!(refused.status.is_client_error(), "{query}: {}", refused.text());
        }
        put(&app, "no.db", "this is no database, though it is long enough to be looked at as if it were one");
        ana.patch(&format!("/sources/{id}"), json!({ "place": "no.db", "query": "customers" })).await.ok();
        assert_eq!(read(&app, &id).await["code"], "source.unreadable");
    }

    async fn a_server_of_postgresql_is_read_with_a_secret_and_never_written(app: TestApp) {
        let Ok(server) = std::env::var("RAPPORT_TEST_POSTGRES") else {
            eprintln!("skipped: RAPPORT_TEST_POSTGRES does not name a PostgreSQL to read from");
            return;
        };
        let ana = app.ana();
        let schema = format!("shop_{}", kernel::Id::at(1).to_string().replace('-', ""));
        let target = || db::Target::Postgres(server.clone());
        elsewhere(
            target(),
            &format!(
                "create schema {schema}; create table {schema}.customers (id bigint primary key, \"Full name\" text, email text, active boolean, since date, seen timestamptz); \
                 insert into {schema}.customers select n, 'Client Number' || n, 'c' || n || '@bluebakery.example', n % 2 = 0, '2020-01-01'::date + n, now() from generate_series(1, 2500) n"
            ),
        );
        // The password does not stand in the address.
        let taken_apart = server.split_once("://").and_then(|(scheme, rest)| {
            let (who, host) = rest.split_once('@')?;
            let (user, password) = who.split_once(':')?;
            Some((format!("{scheme}://{user}@{host}"), password.to_string()))
        });
        let place = taken_apart.as_ref().map_or(server.as_str(), |(place, _)| place);
        let id = shop(&ana, json!({ "kind": "postgres", "place": place, "query": format!("{schema}.customers") })).await;
        if let Some((_, password)) = &taken_apart {
            ana.put(&format!("/sources/{id}/secret"), json!({ "secret": password })).await.nothing();
        }
        let run = read(&app, &id).await;
        assert_eq!(figures(&run, &["rows", "new", "refused"]), [2500, 2500, 0]);
        assert_eq!(contact(&ana, "Number2500").await["email"], "c2500@bluebakery.example");
        elsewhere(target(), &format!("update {schema}.customers set email = 'new@bluebakery.example' where id = 7"));
        assert_eq!(figures(&read(&app, &id).await, &["changed", "same"]), [1, 2499]);
        let evil = [
            format!("delete from {schema}.customers"),
            format!("select 1; drop table {schema}.customers"),
            format!("with gone as (delete from {schema}.customers returning *) select * from gone"),
        ];
        for query in evil {
            ana.patch(&format!("/sources/{id}"), json!({ "query": query })).await.ok();
            let refused = ana.post(&format!("/sources/{id}/test"), json!(null)).await;
            assert!(refused.status.is_client_error(), "{query}: {}", refused.text());
        }
        ana.patch(&format!("/sources/{id}"), json!({ "query": format!("{schema}.nothing") })).await.ok();
        assert_eq!(read(&app, &id).await["code"], "source.query");
        ana.delete(&format!("/sources/{id}/secret")).await.nothing();
        ana.patch(&format!("/sources/{id}"), json!({ "place": "postgres://ana@127.0.0.1:1/shop" })).await.ok();
        assert_eq!(read(&app, &id).await["code"], "source.unreachable");
        ana.patch(&format!("/sources/{id}"), json!({ "place": "postgres://ana@127.0.0.2:5432/shop" })).await.ok();
        assert_eq!(read(&app, &id).await["code"], "address_refused");
        elsewhere(target(), &format!("drop schema {schema} cascade"));
    }

    async fn a_server_of_mariadb_is_read_with_a_secret_and_never_written(app: TestApp) {
        let seed = [
            "set sql_mode = '';",
            "set names utf8mb4;",
            "create database shop character set utf8mb4;",
            "create table shop.customers (id int primary key, first_name varchar(80), last_name varchar(80), email varchar(200), since date, seen datetime, is_active tinyint);",
            "insert into shop.customers values (1, 'Vlad', 'Ionescu', 'vlad@bluebakery.example', '2020-02-03', '2020-02-03 04:05:06', 1);",
            "insert into shop.customers values (2, '韩雪', 'Ștefănescu', 'han@bluebakery.example', null, '0000-00-00 00:00:00', 0);",
            "create user ana identified by 'correct horse';",
            "grant all on shop.* to ana;",
        ];
        let Some(server) = MariaDb::start(&(seed.join("\n") + "\n")) else {
            eprintln!("skipped: mariadbd is not installed");
            return;
        };
        let ana = app.ana();
        let place = format!("mysql://ana@127.0.0.1:{}/shop", server.port);
        let id = shop(&ana, json!({ "kind": "mysql", "place": place, "query": "customers" })).await;
        assert_eq!(read(&app, &id).await["code"], "source.unreachable", "without the secret");
        ana.put(&format!("/sources/{id}/secret"), json!({ "secret": "correct horse" })).await.nothing();
        let run = read(&app, &id).await;
        assert_eq!(figures(&run, &["rows", "new", "refused"]), [2, 2, 0], "{run}");
        assert_eq!(contact(&ana, "Ștefănescu").await["first_name"], "韩雪");
        assert_eq!(figures(&read(&app, &id).await, &["same"]), [2]);
        for query in ["delete from customers", "select 1; drop table customers", "select * from customers into outfile '/tmp/x'"] {
            ana.patch(&format!("/sources/{id}"), json!({ "query": query })).await.ok();
            let refused = ana.post(&format!("/sources/{id}/test"), json!(null)).await;
            assert!(refused.status.is_client_error(), "{query}: {}", refused.text());
        }
        let second = json!({ "query": "select id, first_name, last_name, email from customers where id = 2" });
        ana.patch(&format!("/sources/{id}"), second).await.ok();
        let tried = ana.post(&format!("/sources/{id}/test"), json!(null)).await.ok();
        assert_eq!(tried["rows"].as_array().map(Vec::len), Some(1));
        // The secret was given for this server: it is shown to no other.
        ana.patch(&format!("/sources/{id}"), json!({ "place": "mysql://ana@127.0.0.1:1/shop" })).await.ok();
        assert_eq!(read(&app, &id).await["code"], "source.secret_elsewhere");
    }

    async fn a_run_killed_in_the_middle_goes_on_where_it_was_and_nothing_is_double(app: TestApp) {
        let mut file = String::from("id,first_name,last_name,email\n");
        for n in 0..6_000 {
            file.push_str(&format!("{n},Client,Number{n},c{n}@bluebakery.example\n"));
        }
        put(&app, "shop.csv", file);
        let id = shop(&app.ana(), json!({})).await;
        let new = foundation::access::keys::NewKey { name: "reader".into(), scopes: vec![foundation::access::keys::Scope::All], owner: None, expires_at: None };
        let system = system();
        let (_, key) = app.app().write(&system, move |op| foundation::access::keys::create(op, &new)).await.expect("a key is made");
        let key = key.expose().to_string();
        let (folder, target) = (app.folder().to_path_buf(), app.target());
        let ended = tokio::task::spawn_blocking(move || {
            let binary = Path::new(env!("CARGO_BIN_EXE_rapport"));
            let program = Program::serve(binary, &folder, &target);
            let (status, run) = program.ask("POST", &format!("/api/v1/sources/{id}/runs"), &key, "{}").expect("it answers");
            assert_eq!(status, 202, "{run}");
            let path = format!("/api/v1/sources/{id}/runs/{}", run["id"].as_str().expect("an id"));
            let state = |program: &Program| program.ask("GET", &path, &key, "").expect("it answers").1;
            // Killed as soon as some of it is done.
            while state(&program)["figures"]["rows"].as_u64().unwrap_or(0) == 0 {
                std::thread::sleep(Duration::from_millis(5));
            }
            program.kill();
            let program = Program::serve(binary, &folder, &target);
            let until = std::time::Instant::now() + Duration::from_secs(240);
            while state(&program)["finished_at"].is_null() {
                assert!(std::time::Instant::now() < until, "{}", state(&program));
                std::thread::sleep(Duration::from_millis(50));
            }
            let ended = state(&program);
            assert_eq!(program.stop(), Some(0));
            ended
        });
        let ended = ended.await.expect("it does not panic");
        assert_eq!(figures(&ended, &["rows", "new", "same", "refused"]), [6_000, 6_000, 0, 0]);
        let counted = app.app().read(&system, |reader| {
            let rows = reader.tx.one("select count(*) from source_row", &[])?.map_or(0, |row| row.int(0));
            let people = reader.tx.one("select count(*) from contact", &[])?.map_or(0, |row| row.int(0));
            Ok((rows, people))
        });
        assert_eq!(counted.await.expect("they are counted"), (6_000, 6_000));
    }

    async fn exports_of_other_products_are_known_by_their_headers(app: TestApp) {
        let ana = app.ana();
        let exports = [
            ("Salesforce", "Id,IsDeleted,LastName,FirstName,AccountId,MailingCity,Email,SystemModstamp\n003A,0,Ionescu,Vlad,001A,Cluj,v1@bluebakery.example,2026-01-01\n", "Id"),
            ("HubSpot", "Record ID,First Name,Last Name,Email,Lifecycle Stage,City,Primary company\n77,Vlad,Ionescu,v2@bluebakery.example,Customer,Cluj,Blue Bakery\n", "Record ID"),
            ("Pipedrive", "Person - ID,Person - Name,Person - Email - Work,Person - Phone - Work,Person - Organization\n5,Vlad Ionescu,v3@bluebakery.example,+40 721 000 001,Blue Bakery\n", "Person - ID"),
            ("Google", "First Name,Last Name,Organization Name,E-mail 1 - Label,E-mail 1 - Value,Address 1 - City\nVlad,Ionescu,Blue Bakery,* Work,v4@bluebakery.example,Cluj\n", ""),
            ("Outlook", "First Name,Last Name,Company,E-mail Address,Business Street,Business City\nVlad,Ionescu,Blue Bakery,v5@bluebakery.example,Main 1,Cluj\n", ""),
            ("Odoo", "id,name,is_company,email,street,city,zip,country_id,parent_id\nbase.a,Vlad Ionescu,False,v6@bluebakery.example,Main 1,Cluj,400001,Romania,Blue Bakery\n", "id"),
            ("EspoCRM", "id,firstName,lastName,emailAddress,phoneNumber,accountId,accountName,addressCity,assignedUserName\n64a,Vlad,Ionescu,v7@bluebakery.example,+40721000001,9,Blue Bakery,Cluj,Ana\n", "id"),
            ("SuiteCRM", "id,first_name,last_name,email_address,primary_address_street,primary_address_city,account_name,assigned_user_id\n1-a,Vlad,Ionescu,v8@bluebakery.example,Main 1,Cluj,Blue Bakery,1\n", "id"),
        ];
        for (product, text, key) in exports {
            put(&app, &format!("{product}.csv"), text);
            let id = shop(&ana, json!({ "name": product, "place": format!("{product}.csv") })).await;
            let tried = ana.post(&format!("/sources/{id}/test"), json!(null)).await.ok();
            assert_eq!(tried["product"], product, "{tried}");
            let fed: Vec<&str> = tried["columns"].as_array().unwrap().iter().filter_map(|column| column["field"].as_str()).collect();
            assert!(fed.contains(&"email"), "{product}: {fed:?}");
            assert!(product == "Pipedrive" || fed.contains(&"address.city"), "{product}: {fed:?}");
            assert!(fed.contains(&"name") || fed.contains(&"last_name"), "{product}: {fed:?}");
            assert!(fed.iter().any(|field| field.starts_with("company")), "{product}: {fed:?}");
            let keys: Vec<&str> = tried["key_columns"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
            assert_eq!(keys.join(","), key, "{product}");
            let run = read(&app, &id).await;
            assert_eq!(figures(&run, &["new", "refused"]), [1, 0], "{product}: {run}");
            assert_eq!(ana.get(&format!("/sources/{id}")).await.ok()["mapping"]["product"], product);
        }
        assert_eq!(count(&ana).await, 8);
    }

    async fn an_order_finds_its_customer_by_the_key_of_the_row_that_made_it(app: TestApp) {
        let ana = app.ana();
        put(&app, "shop.csv", SHOP);
        put(&app, "orders.csv", "order_id,customer_id,order_date\nSO-1,18,2026-05-01\n");
        let people = shop(&ana, json!({})).await;
        read(&app, &people).await;
        let columns = json!([{ "name": "order_id", "field": "number" }, { "name": "customer_id", "field": "customer.external_id" }, { "name": "order_date", "field": "ordered_on" }]);
        let mapping = json!({ "columns": columns, "match": "number" });
        let orders = shop(&ana, json!({ "name": "Orders", "object_name": "order", "place": "orders.csv", "key_columns": "order_id", "mapping": mapping })).await;
        let run = read(&app, &orders).await;
        assert_eq!(figures(&run, &["new", "refused"]), [1, 0], "{run}");
        let order = ana.get("/orders").await.ok()["data"][0].clone();
        assert_eq!(order["customer"], contact(&ana, "Dinu").await["id"], "{order}");
    }
}
