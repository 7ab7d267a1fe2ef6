//! Matching: the same people are found, each pair says why, people decide, and what they said is remembered.

use serde_json::{Value, json};
use testkit::{Client, TestApp, eventually, on_both};

/// The job of a run, done.
async fn look(app: &TestApp, ana: &Client, object: &str) {
    let job = ana.send("POST", &format!("/matching/{object}/runs"), axum::body::Body::empty()).await.accepted();
    app.run_jobs().await;
    let job = ana.get(&format!("/jobs/{}", job["id"].as_str().unwrap())).await.ok();
    assert_eq!(job["state"], "done", "{job}");
}

/// People, some of whom came from two sources.
async fn people(ana: &Client) -> Vec<Value> {
    let rows = [
        ("Maria", "Anders", "maria@alfreds.example", "+49300074321", "1971-03-09"),
        ("Maria", "Anders", "Maria@Alfreds.example", "", "1971-03-09"),
        ("Anders", "Maria", "", "+49300074321", "1971-09-03"),
        ("Юлия", "Иванова", "yulia@bluebakery.example", "", "1990-01-02"),
        ("Yulia", "Ivanova", "", "+37369111222", "1990-01-02"),
        ("Thomas", "Hardy", "thomas@horn.example", "+441715557788", "1965-11-30"),
        ("Christina", "Berglund", "christina@berglunds.example", "+46921123465", "1980-07-17"),
        ("Hanna", "Moos", "hanna@delikatessen.example", "+49621084600", "1977-02-21"),
        ("Laurence", "Lebihan", "laurence@bonapp.example", "+33491244540", "1985-12-12"),
        ("Elizabeth", "Lincoln", "elizabeth@bottom.example", "+16045554729", "1959-05-05"),
    ];
    let mut made = Vec::new();
    for (first, last, email, phone, born) in rows {
        let body =
            json!({ "first_name": first, "last_name": last, "email": email, "phone": phone, "birth_date": born });
        made.push(ana.post("/contacts", body).await.created());
    }
    made
}

fn between<'p>(pairs: &'p Value, a: &Value, b: &Value) -> Option<&'p Value> {
    let ids =
        |pair: &Value| pair["records"].as_array().unwrap().iter().map(|one| one["id"].clone()).collect::<Vec<_>>();
    pairs["data"].as_array().unwrap().iter().find(|pair| {
        let ids = ids(pair);
        ids.contains(&a["id"]) && ids.contains(&b["id"])
    })
}

async fn open(ana: &Client) -> Value {
    ana.get("/matching/contacts/pairs?from=0.05&limit=100").await.ok()
}

on_both! {
    async fn the_same_people_are_found_also_in_another_alphabet_and_with_names_swapped(app: TestApp) {
        let ana = app.ana();
        let people = people(&ana).await;
        look(&app, &ana, "contacts").await;
        let pairs = open(&ana).await;
        for (a, b) in [(0, 1), (0, 2), (3, 4)] {
            let pair = between(&pairs, &people[a], &people[b]).unwrap_or_else(|| panic!("{a} and {b}: {pairs}"));
            let why = pair["why"].as_array().unwrap();
            let sum: f64 = why.iter().map(|one| one["bits"].as_f64().unwrap()).sum();
            let whole = sum + pair["prior_bits"].as_f64().unwrap();
            assert!((whole - pair["bits"].as_f64().unwrap()).abs() < 0.01, "evidence adds up: {pair}");
            assert!(pair["probability"].as_f64().unwrap() > 0.5, "{pair}");
        }
        assert!(between(&pairs, &people[5], &people[6]).is_none());
        let overview = ana.get("/matching/contacts").await.ok();
        assert_eq!(overview["figures"]["records"], 10);
        assert!(overview["learned_at"].is_string() && overview["model"]["comparisons"].is_array());
        let again = ana.get("/matching/contacts/pairs?limit=1").await.ok();
        assert_eq!(again["data"].as_array().unwrap().len(), 1);
        let next = ana.get(&format!("/matching/contacts/pairs?limit=1&cursor={}", again["next"].as_str().unwrap())).await.ok();
        assert_ne!(again["data"][0]["id"], next["data"][0]["id"]);
    }

    async fn what_was_said_to_be_different_is_not_asked_again(app: TestApp) {
        let ana = app.ana();
        let people = people(&ana).await;
        look(&app, &ana, "contacts").await;
        let pairs = open(&ana).await;
        let pair = between(&pairs, &people[3], &people[4]).unwrap();
        let path = format!("/matching/contacts/pairs/{}/answer", pair["id"].as_str().unwrap());
        let answered = ana.post(&path, json!({ "verdict": "different" })).await.ok();
        assert_eq!(answered["state"], "different");
        look(&app, &ana, "contacts").await;
        assert!(between(&open(&ana).await, &people[3], &people[4]).is_none());
        let told = ana.get("/matching/contacts/pairs?state=different").await.ok();
        assert!(between(&told, &people[3], &people[4]).is_some());
        let answered = ana.post(&path, json!({ "verdict": "reopen" })).await.ok();
        assert_eq!(answered["state"], "open");
    }

    async fn the_same_by_one_answer_and_apart_again_by_another(app: TestApp) {
        let ana = app.ana();
        let people = people(&ana).await;
        look(&app, &ana, "contacts").await;
        let pairs = open(&ana).await;
        let pair = between(&pairs, &people[0], &people[1]).unwrap();
        let path = format!("/matching/contacts/pairs/{}/answer", pair["id"].as_str().unwrap());
        let answered = ana.post(&path, json!({ "verdict": "same", "survivor": people[0]["id"] })).await.ok();
        assert_eq!(answered["state"], "same", "{answered}");
        let merge = answered["merge"].as_str().unwrap().to_string();
        assert_eq!(ana.get("/contacts?limit=50").await.ok()["data"].as_array().unwrap().len(), 9);
        ana.post(&path, json!({ "verdict": "different" })).await.refused_with(409, "match.joined");

        // A wrong merge is taken back, and neither a run nor an accepting of many brings it again.
        ana.delete(&format!("/merges/{merge}")).await.ok();
        look(&app, &ana, "contacts").await;
        assert!(between(&open(&ana).await, &people[0], &people[1]).is_none());
        ana.post("/matching/contacts/acceptance", json!({ "at_least": 0.9 })).await.accepted();
        app.run_jobs().await;
        let (one, other) = (people[0]["id"].as_str().unwrap(), people[1]["id"].as_str().unwrap());
        assert_ne!(ana.get(&format!("/contacts/{one}")).await.ok()["id"], ana.get(&format!("/contacts/{other}")).await.ok()["id"]);
    }

    async fn all_above_a_line_are_joined_at_once_and_can_be_taken_back(app: TestApp) {
        let ana = app.ana();
        people(&ana).await;
        look(&app, &ana, "contacts").await;
        ana.get("/matching/contacts/acceptance?at_least=0.5").await.refused_with(422, "range");
        let outlook = ana.get("/matching/contacts/acceptance?at_least=0.9").await.ok();
        assert!(outlook["entities"].as_u64().unwrap() >= 1, "{outlook}");
        let job = ana.post("/matching/contacts/acceptance", json!({ "at_least": 0.9 })).await;
        let change = job.change();
        job.accepted();
        app.run_jobs().await;
        let left = ana.get("/contacts?limit=50").await.ok()["data"].as_array().unwrap().len();
        let gone = outlook["records"].as_u64().unwrap() - outlook["entities"].as_u64().unwrap();
        assert_eq!(left as u64, 10 - gone);
        ana.post(&format!("/changes/{change}/undo"), json!({})).await;
        app.run_jobs().await;
        assert_eq!(ana.get("/contacts?limit=50").await.ok()["data"].as_array().unwrap().len(), 10);
    }

    async fn two_people_must_say_the_same_where_that_is_set(app: TestApp) {
        let ana = app.ana();
        let people = people(&ana).await;
        let boris = app.colleague("Boris", json!({ "objects": { "contact": { "read": "all", "update": "all", "delete": "all" } } })).await;
        boris.patch("/matching/contacts", json!({ "second_opinion": true })).await.refused(403);
        ana.patch("/matching/contacts", json!({ "second_opinion": true })).await.ok();
        ana.patch("/matching/contacts", json!({ "fourth_opinion": true })).await.refused_with(422, "unknown_field");
        look(&app, &ana, "contacts").await;
        let pairs = open(&ana).await;
        let pair = between(&pairs, &people[0], &people[1]).unwrap();
        let path = format!("/matching/contacts/pairs/{}/answer", pair["id"].as_str().unwrap());
        assert_eq!(ana.post(&path, json!({ "verdict": "same" })).await.ok()["state"], "second");
        assert_eq!(ana.post(&path, json!({ "verdict": "same" })).await.ok()["state"], "second", "one is not two");
        assert_eq!(boris.post(&path, json!({ "verdict": "different" })).await.ok()["state"], "open", "they disagree");
        boris.post(&path, json!({ "verdict": "same" })).await.ok();
        assert_eq!(ana.post(&path, json!({ "verdict": "same" })).await.ok()["state"], "same");
    }

    async fn who_is_typed_may_be_there_already(app: TestApp) {
        let ana = app.ana();
        let people = people(&ana).await;
        look(&app, &ana, "contacts").await;
        let typed = json!({ "values": { "first_name": "Tomas", "last_name": "Hardy", "phone": "+44 171 555 7788" } });
        let found = ana.post("/matching/contacts/candidates", typed.clone()).await.ok();
        assert_eq!(found["data"][0]["record"]["id"], people[5]["id"], "{found}");
        let nobody = json!({ "values": { "first_name": "Nobody", "last_name": "Atall", "phone": "+4" } });
        assert_eq!(ana.post("/matching/contacts/candidates", nobody).await.ok()["data"], json!([]));
        let boris = app.colleague("Boris", json!({ "objects": { "contact": { "read": "own", "create": true } } })).await;
        assert_eq!(boris.post("/matching/contacts/candidates", typed).await.ok()["data"], json!([]));
    }

    async fn a_record_that_comes_is_matched_without_a_run(app: TestApp) {
        let ana = app.ana();
        let people = people(&ana).await;
        look(&app, &ana, "contacts").await;
        let twin = ana.post("/contacts", json!({ "first_name": "Hanna", "last_name": "Moss", "birth_date": "1977-02-21", "email": "hanna@delikatessen.example" })).await.created();
        // On PostgreSQL a line may not be read yet while another transaction could still precede it.
        eventually(async || {
            let of_app = app.app().clone();
            tokio::task::spawn_blocking(move || consolidation::matching::arrival::catch_up(&of_app)).await.unwrap().unwrap();
            let pairs = ana.get(&format!("/matching/contacts/records/{}/pairs", twin["id"].as_str().unwrap())).await.ok();
            between(&pairs, &twin, &people[7]).is_some()
        })
        .await;
    }

    async fn nobody_is_shown_pairs_of_records_out_of_reach(app: TestApp) {
        let ana = app.ana();
        people(&ana).await;
        look(&app, &ana, "contacts").await;
        let boris = app.colleague("Boris", json!({ "objects": { "contact": { "read": "own", "update": "own" } } })).await;
        assert_eq!(boris.get("/matching/contacts/pairs?from=0.05").await.ok()["data"], json!([]));
        let blind = app.colleague("Carla", json!({ "objects": { "contact": { "read": "all", "fields": { "birth_date": "hidden" } } } })).await;
        let pairs = blind.get("/matching/contacts/pairs?from=0.05").await.ok();
        for pair in pairs["data"].as_array().unwrap() {
            assert!(pair["why"].as_array().unwrap().iter().all(|one| one["comparison"] != "date"), "{pair}");
        }
        app.stranger().get("/matching/contacts/pairs").await.refused(401);
    }
}
