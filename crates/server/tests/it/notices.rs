//! Notices: mentions, records given to somebody, answers. And the stream that tells of them at once.

use axum::body::Body;
use serde_json::{Value, json};
use testkit::{Client, TestApp, on_both};

use crate::events::Lines;

fn staff() -> Value {
    json!({ "objects": { "contact": { "read": "all", "update": "all", "create": true }, "deal": { "read": "all", "update": "all", "create": true },
                         "note": { "read": "all", "create": true, "update": "all" }, "activity": { "read": "all", "create": true } } })
}

/// Kind and sentence of each, newest first.
async fn told(who: &Client) -> Vec<(String, String)> {
    let list = who.get("/me/notifications").await.ok();
    list["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["kind"].as_str().unwrap().to_string(), one["text"].as_str().unwrap().to_string()))
        .collect()
}

fn pair(kind: &str, text: &str) -> (String, String) {
    (kind.into(), text.into())
}

on_both! {
    async fn a_mention_tells_whoever_is_meant_once(app: TestApp) {
        let ana = app.ana();
        let (boris, boris_id) = app.colleague_with_id("Boris", staff()).await;
        let deal = ana.post("/deals", json!({ "name": "Ovens" })).await.created();
        let body = format!("Please call, @[Boris](user:{boris_id})! And @[Ana Pop](user:{}) too.", app.ana_id());
        let note = ana.post("/notes", json!({ "body": body, "deal": deal["id"] })).await.created();

        assert!(note["title"].as_str().unwrap().starts_with("Please call, @Boris! And @Ana Pop too."), "{note}");
        assert_eq!(told(&boris).await, [pair("mention", "Ana Pop mentioned you: Ovens")]);
        assert_eq!(told(&ana).await, []);
        let list = boris.get("/me/notifications").await.ok();
        let one = &list["data"][0];
        assert_eq!((&one["record"]["id"], &one["about"]["id"], &one["about"]["plural"], &list["unread"]), (&note["id"], &deal["id"], &json!("deals"), &json!(1)), "{list}");
        assert_eq!(one["actor"]["name"], "Ana Pop");
        // Only who was not mentioned before is told when the text is changed.
        ana.patch(&format!("/notes/{}", note["id"].as_str().unwrap()), json!({ "body": format!("{body} Today.") })).await.ok();
        assert_eq!(told(&boris).await.len(), 1);
        assert_eq!(boris.with("accept-language", "ru").get("/me/notifications").await.ok()["data"][0]["text"], "Ana Pop упоминает вас: Ovens");
    }

    async fn what_was_read_long_ago_is_forgotten_and_what_nobody_reads_later(app: TestApp) {
        let ana = app.ana();
        let (boris, boris_id) = app.colleague_with_id("Boris", staff()).await;
        for body in ["First", "Second"] {
            ana.post("/notes", json!({ "body": body, "mentions": [boris_id] })).await.created();
        }
        let first = boris.get("/me/notifications").await.ok()["data"][1]["id"].clone();
        boris.put("/me/notifications/read", json!({ "ids": [first] })).await.ok();
        let day = 86_400_000;
        let (app_, tidy) = (app.app().clone(), foundation::access::Principal::system("tidy"));
        let forget = || app_.write(&tidy, foundation::workspace::notices::forget_old);

        app.pass_ms(80 * day);
        assert_eq!(forget().await.unwrap(), 0);
        app.pass_ms(11 * day);
        assert_eq!(forget().await.unwrap(), 1);
        app.pass_ms(275 * day);
        assert_eq!(forget().await.unwrap(), 1, "a year is enough for anybody");
        assert_eq!(forget().await.unwrap(), 0);
    }

    async fn those_named_beside_the_text_are_told_too(app: TestApp) {
        let ana = app.ana();
        let mut role = staff();
        role["objects"]["note"] = json!({ "read": "all" });
        let (boris, boris_id) = app.colleague_with_id("Boris", role).await;
        let note = ana.post("/notes", json!({ "body": "Look at this", "mentions": [boris_id] })).await.created();
        assert_eq!(told(&boris).await, [pair("mention", "Ana Pop mentioned you: Look at this")]);
        ana.patch(&format!("/notes/{}", note["id"].as_str().unwrap()), json!({ "is_pinned": true })).await.ok();
        assert_eq!(told(&boris).await.len(), 1);
    }

    async fn many_at_once_lose_no_notice(app: TestApp) {
        let ana = app.ana();
        let (boris, boris_id) = app.colleague_with_id("Boris", staff()).await;
        let writes = (0..20).map(|n| {
            let ana = ana.clone();
            tokio::spawn(async move { ana.post("/deals", json!({ "name": format!("Deal {n}"), "owner": boris_id })).await.created() })
        });
        for write in writes.collect::<Vec<_>>() {
            write.await.unwrap();
        }
        assert_eq!(boris.get("/me/notifications").await.ok()["unread"], 20);
    }

    async fn who_is_given_something_is_told_and_many_are_one_notice(app: TestApp) {
        let ana = app.ana();
        let (boris, boris_id) = app.colleague_with_id("Boris", staff()).await;
        let deal = ana.post("/deals", json!({ "name": "Ovens", "owner": boris_id })).await.created();
        assert_eq!(told(&boris).await, [pair("assigned", "Ana Pop made you responsible for Ovens")]);
        ana.patch(&format!("/deals/{}", deal["id"].as_str().unwrap()), json!({ "name": "Ovens and more" })).await.ok();
        boris.post("/deals", json!({ "name": "His own" })).await.created();
        assert_eq!(told(&boris).await.len(), 1);

        app.contacts(620).await;
        ana.post("/contacts/bulk", json!({ "action": "update", "filter": "last_name starts with \"Contact\"", "set": { "owner": boris_id } })).await.accepted();
        app.run_jobs().await;
        let list = boris.get("/me/notifications").await.ok();
        assert_eq!((&list["data"][0]["count"], list["data"].as_array().unwrap().len()), (&json!(620), 2), "{list}");
        assert_eq!(list["data"][0]["text"], "Ana Pop made you responsible for 620 records");
    }

    async fn an_answer_is_told_to_those_who_take_part(app: TestApp) {
        let ana = app.ana();
        let (boris, _) = app.colleague_with_id("Boris", staff()).await;
        let (carla, carla_id) = app.colleague_with_id("Carla", staff()).await;
        let dan = app.colleague("Dan", staff()).await;
        let deal = ana.post("/deals", json!({ "name": "Ovens" })).await.created()["id"].clone();
        let company = app.blue_bakery().await["id"].clone();
        boris.post("/notes", json!({ "body": format!("What do you say, @[Carla](user:{carla_id})?"), "deal": deal })).await.created();
        dan.post("/notes", json!({ "body": "Elsewhere", "company": company })).await.refused(422);
        assert_eq!(told(&boris).await, []);

        ana.post("/notes", json!({ "body": "I say yes.", "deal": deal })).await.created();

        assert_eq!(told(&boris).await, [pair("reply", "Ana Pop wrote on Ovens")]);
        assert_eq!(told(&carla).await.iter().map(|(kind, _)| kind.as_str()).collect::<Vec<_>>(), ["reply", "mention"]);
        assert_eq!(told(&ana).await, []);
        assert_eq!(told(&dan).await, []);
    }

    async fn nobody_is_told_of_what_they_may_not_read(app: TestApp) {
        let ana = app.ana();
        let (boris, boris_id) = app.colleague_with_id("Boris", json!({ "objects": { "note": { "read": "own" }, "deal": { "read": "where: name = \"Ovens\"" } } })).await;
        ana.post("/notes", json!({ "body": format!("@[Boris](user:{boris_id}) must not know") })).await.created();
        ana.post("/deals", json!({ "name": "Secret", "owner": boris_id })).await.created();
        assert_eq!(told(&boris).await, []);

        let deal = ana.post("/deals", json!({ "name": "Ovens", "owner": boris_id })).await.created();
        assert_eq!(told(&boris).await.len(), 1);
        // A right that is taken away later takes the name away too.
        ana.patch(&format!("/deals/{}", deal["id"].as_str().unwrap()), json!({ "name": "Top secret" })).await.ok();
        let list = boris.get("/me/notifications").await.ok();
        assert!(list["data"][0]["record"].is_null() && !list.to_string().contains("Top secret"), "{list}");
    }

    async fn a_refused_write_tells_nobody(app: TestApp) {
        let (boris, boris_id) = app.colleague_with_id("Boris", staff()).await;
        app.ana().post("/notes", json!({ "body": format!("@[Boris](user:{boris_id})"), "deal": "00000000-0000-7000-8000-000000000001" })).await.refused(422);
        assert_eq!(told(&boris).await, []);
    }

    async fn notices_are_read_in_pages_and_marked(app: TestApp) {
        let ana = app.ana();
        let (boris, boris_id) = app.colleague_with_id("Boris", staff()).await;
        for n in 0..7 {
            ana.post("/deals", json!({ "name": format!("Deal {n}"), "owner": boris_id })).await.created();
        }
        let mut seen = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = boris.get(&format!("/me/notifications?limit=3&cursor={cursor}")).await.ok();
            assert_eq!(page["unread"], 7);
            seen.extend(page["data"].as_array().unwrap().iter().map(|one| one["record"]["title"].as_str().unwrap().to_string()));
            match page["next"].as_str() {
                Some(next) => cursor = next.to_string(),
                None => break,
            }
        }
        assert_eq!(seen, ["Deal 6", "Deal 5", "Deal 4", "Deal 3", "Deal 2", "Deal 1", "Deal 0"]);
        let first = boris.get("/me/notifications?limit=1").await.ok()["data"][0]["id"].clone();
        assert_eq!(boris.put("/me/notifications/read", json!({ "ids": [first] })).await.ok()["unread"], 6);
        assert_eq!(boris.get("/me/notifications?unread=true").await.ok()["data"].as_array().unwrap().len(), 6);
        assert_eq!(boris.put("/me/notifications/read", json!({ "ids": [first], "read": false })).await.ok()["unread"], 7);
        // Another's are not there.
        assert_eq!(ana.put("/me/notifications/read", json!({ "ids": [first] })).await.ok()["unread"], 0);
        assert_eq!(boris.get("/me/notifications").await.ok()["unread"], 7);
        assert_eq!(boris.put("/me/notifications/read", json!({ "all": true })).await.ok()["unread"], 0);
        boris.get("/me/notifications?cursor=x").await.refused(400);
    }

    async fn who_does_not_want_to_be_told_is_not(app: TestApp) {
        let ana = app.ana();
        let (boris, boris_id) = app.colleague_with_id("Boris", staff()).await;
        let all = json!({ "mention": true, "assigned": true, "reply": true, "approval": true, "news": true, "alert": true, "reminder": true });
        assert_eq!(boris.get("/me/notifications/preferences").await.ok(), all);
        boris.put("/me/notifications/preferences", json!({ "assigned": false })).await.ok();
        ana.post("/deals", json!({ "name": "Ovens", "owner": boris_id })).await.created();
        assert_eq!(told(&boris).await, []);
        boris.put("/me/notifications/preferences", json!({ "assigned": true })).await.ok();
        ana.post("/deals", json!({ "name": "Mixers", "owner": boris_id })).await.created();
        assert_eq!(told(&boris).await.len(), 1);
        boris.put("/me/notifications/preferences", json!({ "gossip": true })).await.refused_with(422, "unknown_option");
        boris.put("/me/notifications/preferences", json!({ "reply": "maybe" })).await.refused_with(422, "wrong_type");
    }

    async fn an_open_page_hears_at_once(app: TestApp) {
        let ana = app.ana();
        let (boris, boris_id) = app.colleague_with_id("Boris", staff()).await;
        let mut stream = Lines::of(boris.response("GET", "/live?kinds=nothing", Body::empty()).await);
        stream.next().await;

        ana.post("/deals", json!({ "name": "Ovens", "owner": boris_id })).await.created();

        let heard = stream.next().await;
        assert!(heard.contains("event: notifications") && heard.contains("\"unread\":1") && heard.contains("responsible for Ovens"), "{heard}");
        boris.put("/me/notifications/read", json!({ "all": true })).await.ok();
        assert!(stream.next().await.contains("\"unread\":0"));
    }
}
