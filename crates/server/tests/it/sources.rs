//! Sources: other systems that customers come from, again and again. Each story sets a source up as a person does, lets it
//! change, and reads it again.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};
use testkit::{Client, TestApp, on_both};

/// Writes a file into the folder for files that come in, as if it had been there for a while.
fn put(app: &TestApp, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
    let path = app.folder().join("incoming").join(name);
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder is made");
    std::fs::write(&path, text).expect("a file is written");
    let file = std::fs::File::options().write(true).open(&path).expect("it is there");
    file.set_modified(SystemTime::now() - Duration::from_secs(3_600)).expect("its time is set");
    path
}

/// A source of contacts from a file.
async fn shop(ana: &Client, more: Value) -> String {
    let mut source = json!({ "name": "Shop", "kind": "file", "object_name": "contact", "place": "shop.csv" });
    for (name, value) in more.as_object().expect("an object") {
        source[name] = value.clone();
    }
    ana.post("/sources", source).await.created()["id"].as_str().expect("an id").to_string()
}

/// Reads a source to the end; the run.
async fn read(app: &TestApp, id: &str) -> Value {
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
async fn contact(ana: &Client, last_name: &str) -> Value {
    let found = ana.get(&format!("/contacts?filter=last_name = \"{last_name}\"")).await.ok();
    assert_eq!(found["data"].as_array().map(Vec::len), Some(1), "{last_name}: {found}");
    found["data"][0].clone()
}

async fn count(ana: &Client) -> usize {
    ana.get("/contacts?limit=200").await.ok()["data"].as_array().map_or(0, Vec::len)
}

fn figures(run: &Value, names: &[&str]) -> Vec<u64> {
    assert_eq!(run["state"], "done", "{run}");
    names.iter().map(|name| run["figures"][*name].as_u64().unwrap_or_default()).collect()
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

    async fn a_source_runs_by_the_clock_until_it_is_paused(app: TestApp) {
        let ana = app.ana();
        put(&app, "shop.csv", SHOP);
        let id = shop(&ana, json!({ "schedule": "minutes", "every": 15 })).await;
        let due = || { let app = app.app().clone(); async move { tokio::task::spawn_blocking(move || consolidation::sources::schedule::queue_due(&app)).await.unwrap().unwrap() } };
        assert_eq!(due().await, 0);
        app.pass_ms(16 * 60_000);
        assert_eq!(due().await, 1);
        assert_eq!(due().await, 0, "it is not queued twice");
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
}
