//! Many databases become one: the same people as seven products export them, and a wholesaler's own list, end as one set of
//! customers; a wrong join is found, taken back, and stays taken back.
//!
//! The files are not part of the source: where they are absent these stories say nothing.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use axum::body::Body;
use serde_json::{Value, json};
use testkit::{Client, TestApp, on_both};

/// People of the exports; two small ones hold addresses without a name besides.
const PEOPLE: usize = 120;

const FILES: [(&str, i64); 9] = [
    ("import/salesforce_data_export_Contact.csv", 1),
    ("import/hubspot-crm-exports-all-contacts.csv", 2),
    ("import/salesforce_report_contacts.csv", 3),
    ("import/google_contacts.csv", 4),
    ("import/outlook_desktop.csv", 5),
    ("import/gmail.csv", 6),
    ("import/outlook.csv", 7),
    // Without an e-mail address: met by name, phone and place.
    ("b2b/northwind/customers.csv", 8),
    ("b2b/northwind/suppliers.csv", 9),
];

fn shared() -> Option<PathBuf> {
    let folder = match std::env::var_os("RAPPORT_TEST_DATA") {
        Some(folder) => PathBuf::from(folder),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
    };
    Some(folder).filter(|folder| folder.join("import").is_dir())
}

/// Puts a file where files come in, as if it had been there for a while.
fn put(app: &TestApp, from: &Path, name: &str) {
    let to = app.folder().join("incoming").join(name);
    std::fs::create_dir_all(to.parent().unwrap()).unwrap();
    std::fs::write(&to, std::fs::read(from).unwrap()).unwrap();
    let file = std::fs::File::options().write(true).open(&to).unwrap();
    file.set_modified(SystemTime::now() - Duration::from_secs(3_600)).unwrap();
}

async fn load(app: &TestApp, source: &str) -> Value {
    let ana = app.ana();
    let run = ana.post(&format!("/sources/{source}/runs"), json!({})).await.accepted();
    app.run_jobs().await;
    let run = ana.get(&format!("/sources/{source}/runs/{}", run["id"].as_str().unwrap())).await.ok();
    assert_eq!(run["state"], "done", "{run}");
    run
}

/// Every file as a source of its own. Rows that share an e-mail address meet at once, the others are for matching.
async fn all_sources(app: &TestApp, folder: &Path) -> Vec<String> {
    let ana = app.ana();
    let mut ids = Vec::new();
    for (file, priority) in FILES {
        let name = file.rsplit('/').next().unwrap();
        put(app, &folder.join(file), name);
        let source =
            json!({ "name": name, "kind": "file", "object_name": "contact", "place": name, "priority": priority });
        let source = ana.post("/sources", source).await.created();
        ids.push(source["id"].as_str().unwrap().to_string());
    }
    for id in &ids {
        load(app, id).await;
    }
    ids
}

async fn contacts(ana: &Client) -> Vec<Value> {
    let mut all = Vec::new();
    let mut path = "/contacts?limit=200".to_string();
    loop {
        let page = ana.get(&path).await.ok();
        all.extend(page["data"].as_array().unwrap().iter().cloned());
        match page["next"].as_str() {
            Some(next) => path = format!("/contacts?limit=200&cursor={next}"),
            None => return all,
        }
    }
}

async fn look(app: &TestApp) {
    app.ana().send("POST", "/matching/contacts/runs", Body::empty()).await.accepted();
    app.run_jobs().await;
}

fn name(record: &Value) -> String {
    format!("{} {}", record["first_name"].as_str().unwrap_or(""), record["last_name"].as_str().unwrap_or(""))
}

on_both! {
    async fn seven_exports_and_a_wholesalers_list_become_one_set_of_customers(app: TestApp) {
        let Some(folder) = shared() else { return };
        let ana = app.ana();
        let sources = all_sources(&app, &folder).await;
        look(&app).await;
        ana.post("/matching/contacts/acceptance", json!({ "at_least": 0.9 })).await.accepted();
        app.run_jobs().await;
        let now = contacts(&ana).await;
        let mut names: Vec<String> = now.iter().map(name).filter(|name| name.trim() != "").collect();
        names.sort();
        let twice: Vec<&String> = names.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| &pair[0]).collect();
        assert!(twice.is_empty(), "twice: {twice:?}");
        assert_eq!(names.len(), PEOPLE, "{names:?}");

        // Another load of everything changes nothing.
        for source in &sources {
            let run = load(&app, source).await;
            assert_eq!(run["figures"]["new"].as_u64().unwrap_or(0), 0, "{run}");
        }
        look(&app).await;
        assert_eq!(contacts(&ana).await.len(), now.len());

        // Each field says where it is from.
        let maria = now.iter().find(|record| name(record) == "Maria Anders").expect("Maria Anders");
        let lineage = ana.get(&format!("/contacts/{}/lineage", maria["id"].as_str().unwrap())).await.ok();
        let filled = lineage["fields"].as_array().unwrap().iter().filter(|field| !field["value"].is_null());
        for field in filled {
            assert!(field["from"]["name"].is_string() || field["from"]["kind"].is_string(), "{field}");
        }
        assert!(lineage["sources"].as_array().unwrap().len() >= 4, "{lineage}");
    }

    async fn a_wrong_join_is_found_taken_back_and_does_not_come_again(app: TestApp) {
        let Some(folder) = shared() else { return };
        let ana = app.ana();
        let sources = all_sources(&app, &folder).await;
        look(&app).await;
        ana.post("/matching/contacts/acceptance", json!({ "at_least": 0.9 })).await.accepted();
        app.run_jobs().await;
        let before = contacts(&ana).await;
        let (one, other) = (before[0]["id"].as_str().unwrap(), before[1]["id"].as_str().unwrap());
        let merged = ana.post("/contacts/merges", json!({ "records": [one, other], "survivor": one })).await.created();
        assert_eq!(contacts(&ana).await.len(), before.len() - 1);

        // Somebody sees on the record what it was made of, and takes it apart.
        let merges = ana.get(&format!("/contacts/{one}/merges")).await.ok();
        assert!(!merges["data"].as_array().unwrap().is_empty());
        ana.delete(&format!("/merges/{}", merged["merge"]["id"].as_str().unwrap())).await.ok();
        assert_eq!(contacts(&ana).await.len(), before.len());
        for source in &sources {
            load(&app, source).await;
        }
        look(&app).await;
        ana.post("/matching/contacts/acceptance", json!({ "at_least": 0.9 })).await.accepted();
        app.run_jobs().await;
        let after = contacts(&ana).await;
        assert!([one, other].iter().all(|id| after.iter().any(|record| record["id"] == *id)));
        for id in [one, other] {
            let (was, is) = (before.iter().find(|record| record["id"] == id), after.iter().find(|record| record["id"] == id));
            assert_eq!(was.map(name), is.map(name));
        }
    }
}
