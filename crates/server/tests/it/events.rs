//! The ledger: timelines, events from outside, and the live stream.

use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use axum::body::Body;
use foundation::Operation;
use foundation::access::Principal;
use foundation::ledger::{self, Entry, Position, subscribe};
use serde_json::{Value, json};
use testkit::{Database, TestApp, on_both};

on_both! {
    async fn a_deal_tells_what_was_noted_on_it_and_only_to_those_who_may_read_that(app: TestApp) {
        let ana = app.ana();
        let deal = ana.post("/deals", json!({ "name": "Rye for a year" })).await.created();
        let other = ana.post("/deals", json!({ "name": "Wheat for a year" })).await.created();
        ana.post("/notes", json!({ "body": "Wants a sample first", "deal": deal["id"] })).await.created();
        ana.post("/activities", json!({ "subject": "Send the sample", "deal": deal["id"] })).await.created();
        ana.post("/notes", json!({ "body": "Not here", "deal": other["id"] })).await.created();
        let path = format!("/deals/{}/timeline", deal["id"].as_str().unwrap());
        let kinds = |timeline: &Value| -> Vec<String> {
            timeline["data"].as_array().unwrap().iter().map(|line| line["kind"].as_str().unwrap().to_string()).collect()
        };

        let told = kinds(&ana.get(&path).await.ok());
        assert!(told.contains(&"note.added".to_string()) && told.contains(&"activity.planned".to_string()), "{told:?}");
        assert_eq!(told.iter().filter(|kind| *kind == "note.added").count(), 1, "{told:?}");

        let rights = json!({ "objects": { "deal": { "read": "all" } } });
        let told = kinds(&app.colleague("Boris", rights).await.get(&path).await.ok());
        assert!(told.iter().all(|kind| kind.starts_with("deal.")), "{told:?}");
        let rights = json!({ "objects": { "deal": { "read": "all" }, "note": { "read": "all", "fields": { "deal": "hidden" } } } });
        let told = kinds(&app.colleague("Carla", rights).await.get(&path).await.ok());
        assert!(told.iter().all(|kind| kind.starts_with("deal.")), "{told:?}");
    }

    async fn a_timeline_reads_like_a_story_newest_first(app: TestApp) {
        let ana = app.ana();
        let vlad = app.vlad().await;
        let path = format!("/contacts/{}", vlad["id"].as_str().unwrap());
        app.pass_ms(1000);
        ana.patch(&path, json!({ "job_title": "Buyer" })).await.ok();
        app.pass_ms(1000);
        ana.post("/notes", json!({ "body": "Wants rye bread", "contact": vlad["id"] })).await.created();

        let timeline = ana.get(&format!("{path}/timeline")).await.ok();

        let kinds: Vec<_> = timeline["data"].as_array().unwrap().iter().map(|line| line["kind"].as_str().unwrap()).collect();
        assert!(kinds.first().is_some_and(|kind| kind.starts_with("note.")), "{timeline}");
        assert!(kinds.ends_with(&["contact.updated", "contact.created"]), "{kinds:?}");
        let first = timeline["data"].as_array().unwrap().last().unwrap();
        assert_eq!(first["actor"], json!({ "id": app.ana_id(), "name": "Ana Pop" }), "{first}");
        assert!(first["text"].as_str().is_some_and(|text| !text.is_empty()), "{first}");
        assert_eq!(first["party"], vlad["id"]);

        let only = ana.get(&format!("{path}/timeline?kinds=contact.*")).await.ok();
        assert_eq!(only["data"].as_array().unwrap().len(), 2);
        let page = ana.get(&format!("{path}/timeline?limit=1")).await.ok();
        let next = ana.get(&format!("{path}/timeline?limit=1&cursor={}", page["next"].as_str().unwrap())).await.ok();
        assert_ne!(page["data"][0]["id"], next["data"][0]["id"]);
        let russian = ana.with("accept-language", "ru").get(&format!("{path}/timeline?limit=50")).await.ok();
        assert_ne!(russian["data"].as_array().unwrap().last().unwrap()["text"], first["text"]);
    }

    async fn events_come_in_once_however_often_they_are_sent(app: TestApp) {
        let ana = app.ana();
        let vlad = app.vlad().await;
        let batch = json!({ "events": [
            { "kind": "page.viewed", "at": "2026-06-01T10:00:00Z", "identity": { "kind": "email", "value": "VLAD@bluebakery.example" },
              "props": { "page": "/rye" }, "key": "v1" },
            { "kind": "cart.filled", "at": "2026-06-01T10:05:00Z", "party": vlad["id"], "amount": 1250, "currency": "EUR", "channel": "web", "key": "v2" },
        ]});

        assert_eq!(ana.post("/events", batch.clone()).await.ok(), json!({ "accepted": 2, "repeated": 0 }));
        assert_eq!(ana.post("/events", batch).await.ok(), json!({ "accepted": 0, "repeated": 2 }));

        let timeline = ana.get(&format!("/contacts/{}/timeline", vlad["id"].as_str().unwrap())).await.ok();
        let lines: Vec<_> = timeline["data"].as_array().unwrap().iter().filter(|line| line["at"].as_str().unwrap().starts_with("2026-06-01")).collect();
        assert_eq!(lines.len(), 2, "{timeline}");
        assert_eq!(lines[0]["amount"], json!({ "amount": 1250, "currency": "EUR" }));
        assert_eq!(lines[1]["props"]["page"], "/rye");
    }

    async fn a_batch_with_one_bad_event_is_refused_whole(app: TestApp) {
        let ana = app.ana();
        let vlad = app.vlad().await;
        let good = json!({ "kind": "page.viewed", "party": vlad["id"] });
        let bad = [
            (json!({ "kind": "PAGE" }), "wrong_type"),
            (json!({ "kind": "contact.created", "party": vlad["id"] }), "reserved"),
            (json!({ "kind": "page.viewed", "party": "01a2008b-b273-7000-8007-4758fe2cd633" }), "not_found"),
            (json!({ "kind": "page.viewed", "identity": { "kind": "email", "value": "nobody@example.com" } }), "not_found"),
            (json!({ "kind": "page.viewed", "at": "2099-01-01T00:00:00Z" }), "out_of_range"),
            (json!({ "kind": "page.viewed", "amount": 5 }), "required"),
            (json!({ "kind": "page.viewed", "colour": "red" }), "wrong_type"),
            (json!({ "at": "2026-06-01T10:00:00Z" }), "wrong_type"),
        ];
        for (event, code) in bad {
            let problem = ana.post("/events", json!({ "events": [good, event] })).await.refused_with(422, code);
            assert!(problem["errors"][0]["pointer"].as_str().unwrap().starts_with("/events/1"), "{problem}");
        }
        let timeline = ana.get(&format!("/contacts/{}/timeline?kinds=page.*", vlad["id"].as_str().unwrap())).await.ok();
        assert_eq!(timeline["data"], json!([]));
        let many: Vec<_> = (0..5001).map(|_| json!({ "kind": "a.b" })).collect();
        ana.post("/events", json!({ "events": many })).await.refused(413);
    }

    async fn the_ledger_is_read_on_from_a_position(app: TestApp) {
        let ana = app.ana();
        app.contacts(5).await;
        let mut seen = Vec::new();
        let mut at = "0".to_string();
        // On PostgreSQL a line is shown once no older transaction of anybody can still put one before it.
        testkit::eventually(async || {
            let page = ana.get(&format!("/events?after={at}&limit=2&kinds=contact.*")).await.ok();
            seen.extend(page["data"].as_array().unwrap().iter().map(|line| line["record"]["title"].clone()));
            at = page["next"].as_str().unwrap().to_string();
            seen.len() >= 5
        })
        .await;
        assert!(ana.get(&format!("/events?after={at}&kinds=contact.*")).await.ok()["data"].as_array().unwrap().is_empty());
        assert_eq!(seen.len(), 5, "{seen:?}");
        assert_eq!(seen[0], "Contact 001");
        for wrong in ["x", "-1", "1-2-3"] {
            ana.get(&format!("/events?after={wrong}")).await.refused(400);
            ana.get(&format!("/live?after={wrong}")).await.refused(400);
            ana.with("last-event-id", wrong).get("/live").await.refused(400);
        }
    }

    async fn a_line_that_is_committed_late_is_not_stepped_over(app: TestApp) {
        if app.database() == Database::Sqlite {
            return; // One writer: no line comes late.
        }
        let ana = app.ana();
        let read_on = async |at: &mut String, seen: &mut Vec<Value>| {
            let page = ana.get(&format!("/events?after={at}&kinds=parcel.*")).await.ok();
            seen.extend(page["data"].as_array().unwrap().iter().map(|line| line["kind"].clone()));
            *at = page["next"].as_str().unwrap().to_string();
        };
        let subscriber = |at: &mut Position, seen: &mut Vec<String>| {
            let db = app.app().db();
            for (position, line) in tokio::task::block_in_place(|| db.read(|tx| subscribe::after(tx, *at, 100))).unwrap() {
                *at = position;
                seen.extend(Some(line.kind).filter(|kind| kind.starts_with("parcel.")));
            }
        };
        let mut stream = Lines::of(ana.response("GET", "/live?kinds=parcel.*&after=0", Body::empty()).await);
        stream.next().await;

        // Older gets its transaction's number; younger gets the next one and writes its line; older writes a line with a
        // higher number, and commits before younger.
        let stage = Stage::default();
        let older = {
            let (app, stage) = (app.app().clone(), stage.clone());
            std::thread::spawn(move || {
                let told = stage.clone();
                let tell = move |op: &mut Operation| {
                    op.tx.one("select pg_current_xact_id()::text", &[])?;
                    told.reached(1);
                    told.wait_for(2);
                    ledger::append(op, vec![Entry { kind: "parcel.older".into(), ..Entry::default() }])
                };
                app.write_now(&Principal::system("test"), tell).unwrap();
                stage.reached(3);
            })
        };
        let younger = {
            let (app, stage) = (app.app().clone(), stage.clone());
            std::thread::spawn(move || {
                stage.wait_for(1);
                let tell = move |op: &mut Operation| {
                    ledger::append(op, vec![Entry { kind: "parcel.younger".into(), ..Entry::default() }])?;
                    stage.reached(2);
                    stage.wait_for(4);
                    Ok(())
                };
                app.write_now(&Principal::system("test"), tell).unwrap();
            })
        };
        let (mut outside, mut seen_outside) = ("0".to_string(), Vec::new());
        let (mut inside, mut seen_inside) = (Position::START, Vec::new());
        testkit::eventually(async || {
            read_on(&mut outside, &mut seen_outside).await;
            subscriber(&mut inside, &mut seen_inside);
            !seen_outside.is_empty() && !seen_inside.is_empty()
        })
        .await;
        stage.reached(4);
        tokio::task::block_in_place(|| older.join().and_then(|()| younger.join())).unwrap();

        let lines = "select kind, tx, seq from event where kind like 'parcel.%' order by kind";
        let lines = tokio::task::block_in_place(|| app.app().db().read(|tx| tx.query(lines, &[]))).unwrap();
        assert!(lines[0].int(1) < lines[1].int(1) && lines[0].int(2) > lines[1].int(2), "they were to cross: {lines:?}");
        testkit::eventually(async || {
            read_on(&mut outside, &mut seen_outside).await;
            subscriber(&mut inside, &mut seen_inside);
            seen_outside.len() >= 2 && seen_inside.len() >= 2
        })
        .await;
        assert_eq!(seen_outside, ["parcel.older", "parcel.younger"]);
        assert_eq!(seen_inside, ["parcel.older", "parcel.younger"]);
        for kind in ["parcel.older", "parcel.younger"] {
            let pushed = stream.next().await;
            assert!(pushed.contains(kind), "{pushed}");
        }
    }

    async fn a_ledger_that_came_from_another_cluster_is_read_on(app: TestApp) {
        if app.database() == Database::Sqlite {
            return;
        }
        // Its transactions had higher numbers than this cluster will reach for long.
        let base = |base: i64| {
            let sql = format!("create or replace function ledger_base() returns bigint language sql stable as 'select {base}::bigint'");
            tokio::task::block_in_place(|| app.app().db().write(move |tx| tx.batch(&sql))).unwrap();
        };
        base(1 << 40);
        app.contacts(2).await;
        base(0);
        assert_eq!(app.ana().get("/events?after=0&kinds=contact.*").await.ok()["data"], json!([]), "none of it seems settled");

        let app = app.reopened();
        let ana = app.ana();
        let first = ana.get("/events?after=0&kinds=contact.*").await.ok();
        assert_eq!(first["data"].as_array().unwrap().len(), 2);
        app.vlad().await;
        testkit::eventually(async || {
            let next = ana.get(&format!("/events?after={}&kinds=contact.*", first["next"].as_str().unwrap())).await.ok();
            next["data"].as_array().unwrap().len() == 1
        })
        .await;
    }

    async fn new_lines_are_pushed_and_a_listener_goes_on_where_it_stopped(app: TestApp) {
        let ana = app.ana();
        let response = ana.response("GET", "/live?kinds=contact.*", Body::empty()).await;
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        let mut stream = Lines::of(response);
        let ready = stream.next().await;
        assert!(ready.contains("event: ready"), "{ready}");

        let vlad = app.vlad().await;

        let pushed = stream.next().await;
        assert!(pushed.contains("event: ledger") && pushed.contains("contact.created") && pushed.contains(vlad["id"].as_str().unwrap()), "{pushed}");
        let id = pushed.lines().find_map(|line| line.strip_prefix("id: ")).unwrap().to_string();
        drop(stream);

        ana.patch(&format!("/contacts/{}", vlad["id"].as_str().unwrap()), json!({ "job_title": "Buyer" })).await.ok();
        let response = ana.with("last-event-id", &id).response("GET", "/live?kinds=contact.*", Body::empty()).await;
        let mut stream = Lines::of(response);
        stream.next().await;
        let missed = stream.next().await;
        assert!(missed.contains("contact.updated"), "{missed}");
    }

    async fn a_listener_hears_only_what_they_may_see(app: TestApp) {
        let boris = app.colleague("Boris", json!({ "objects": { "contact": { "read": "where: last_name = \"Munteanu\"" } } })).await;
        let mut stream = Lines::of(boris.response("GET", "/live", Body::empty()).await);
        stream.next().await;

        app.vlad().await;
        app.ana().post("/contacts", json!({ "last_name": "Munteanu" })).await.created();

        let pushed = stream.next().await;
        assert!(pushed.contains("Munteanu") && !pushed.contains("Rusu"), "{pushed}");
    }
}

/// How far two that wait for each other have come.
#[derive(Clone, Default)]
struct Stage(Arc<(Mutex<u8>, Condvar)>);

impl Stage {
    fn reached(&self, stage: u8) {
        let mut at = self.0.0.lock().unwrap();
        *at = stage.max(*at);
        self.0.1.notify_all();
    }

    fn wait_for(&self, stage: u8) {
        let at = self.0.0.lock().unwrap();
        let (_at, late) = self.0.1.wait_timeout_while(at, Duration::from_secs(30), |at| *at < stage).unwrap();
        assert!(!late.timed_out(), "stage {stage} was never reached");
    }
}

/// The blocks of a stream of server-sent events.
pub(crate) struct Lines {
    body: Body,
    rest: String,
}

impl Lines {
    pub(crate) fn of(response: axum::http::Response<Body>) -> Lines {
        Lines { body: response.into_body(), rest: String::new() }
    }

    pub(crate) async fn next(&mut self) -> String {
        use tokio_stream::StreamExt;
        loop {
            if let Some((block, rest)) = self.rest.split_once("\n\n") {
                let (block, rest) = (block.to_string(), rest.to_string());
                self.rest = rest;
                if !block.starts_with(':') {
                    return block;
                }
                continue;
            }
            let body = std::mem::replace(&mut self.body, Body::empty());
            let mut stream = body.into_data_stream();
            let part =
                tokio::time::timeout(std::time::Duration::from_secs(20), stream.next()).await.expect("a line in time");
            let part = part.expect("the stream goes on").expect("the stream is whole");
            self.rest.push_str(&String::from_utf8_lossy(&part));
            self.body = Body::from_stream(stream);
        }
    }
}
