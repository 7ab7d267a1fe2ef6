//! Bad input: a clear answer, nothing written, and the server goes on.

use axum::body::Body;
use serde_json::json;
use testkit::{TestApp, on_both};

on_both! {
    async fn whatever_comes_in_gets_a_clear_answer_and_changes_nothing(app: TestApp) {
        let ana = app.ana().with("content-type", "application/json");
        let deep = format!("{{\"last_name\":{}1{}}}", "[".repeat(10_000), "]".repeat(10_000));
        let wide = format!("{{\"description\":\"{}\"}}", "x".repeat(2 << 20));
        let just_too_wide = format!("{{\"last_name\":\"Rusu\"}}{}", " ".repeat(1 << 20));
        let cases: Vec<(Body, u16)> = vec![
            (Body::from("{"), 400),
            (Body::from(""), 400),
            (Body::from("null"), 422),
            (Body::from("[]"), 422),
            (Body::from("\"text\""), 422),
            (Body::from("{\"last_name\":\"a\"} {}"), 400),
            (Body::from(&b"{\"last_name\":\"\xff\xfe\"}"[..]), 400),
            (Body::from(deep), 400),
            (Body::from(wide), 413),
            (Body::from(just_too_wide), 413),
            (Body::from("{\"last_name\": 17}"), 422),
            (Body::from("{\"last_name\": {\"a\": 1}}"), 422),
            (Body::from("{\"children\": 1e400}"), 422),
            (Body::from("{\"children\": 1.5}"), 422),
            (Body::from("{\"children\": 9223372036854775808}"), 422),
            (Body::from("{\"birth_date\": \"2017-02-30\"}"), 422),
            (Body::from("{\"annual_income\": {\"amount\": 1}}"), 422),
            (Body::from("{\"annual_income\": {\"amount\": 1.5, \"currency\": \"EUR\"}}"), 422),
            (Body::from("{\"annual_income\": \"1,5 EUR\"}"), 422),
            (Body::from("{\"lifecycle\": \"unicorn\"}"), 422),
            (Body::from("{\"address\": {\"planet\": \"Mars\"}}"), 422),
            (Body::from("{\"last_name\": \"a\\u0000b\"}"), 422),
            (Body::from(json!({ "last_name": "ж".repeat(1001) }).to_string()), 422),
            (Body::from(json!({ "description": "ж".repeat(40_000) }).to_string()), 422),
            (Body::from("{\"nobody_knows\": 1}"), 422),
        ];
        for (number, (body, status)) in cases.into_iter().enumerate() {
            let answer = ana.send("POST", "/contacts", body).await;
            assert_eq!(answer.status.as_u16(), status, "case {number}: {}", answer.text());
            answer.refused(status);
        }
        ana.send("POST", "/contacts/bulk", Body::from("{\"action\": 1}")).await.refused(422);
        assert_eq!(app.ana().get("/contacts?count=exact").await.ok()["count"]["value"], 0);
        app.vlad().await;
    }

    async fn a_body_must_say_that_it_is_json(app: TestApp) {
        let body = || Body::from("{\"last_name\":\"Rusu\"}");
        app.ana().with("content-type", "text/plain").send("POST", "/contacts", body()).await.refused(415);
        app.ana().with("content-type", "application/x-www-form-urlencoded").send("POST", "/contacts", body()).await.refused(415);
        app.ana().with("content-type", "application/json; charset=utf-8").send("POST", "/contacts", body()).await.created();
    }

    async fn a_long_or_deep_question_is_refused(app: TestApp) {
        let ana = app.ana();
        let deep = format!("{}children = 1{}", "(".repeat(500), ")".repeat(500));
        ana.post("/contacts/query", json!({ "filter": deep })).await.refused(422);
        let long = vec!["children = 1"; 300].join(" or ");
        ana.post("/contacts/query", json!({ "filter": long })).await.refused(422);
        let list = (0..1500).map(|n| n.to_string()).collect::<Vec<_>>().join(",");
        ana.post("/contacts/query", json!({ "filter": format!("children in ({list})") })).await.refused(422);
        ana.post("/contacts/query", json!({ "filter": "last_name = \"'; drop table contact; --\"" })).await.ok();
        ana.post("/contacts/query", json!({ "sort": "title; drop table contact" })).await.refused(422);
        app.vlad().await;
    }

    async fn nobody_learns_what_is_inside(app: TestApp) {
        let ana = app.ana();
        let answers = [
            ana.get("/contacts?filter=last_name = '").await.text(),
            ana.get("/contacts?sort=').await").await.text(),
            ana.get("/contacts/%00").await.text(),
            ana.get("/contacts/%FF").await.text(),
            ana.post("/contacts/bulk", json!({ "action": 1 })).await.text(),
            ana.post("/definitions", json!({ "name": 1 })).await.text(),
        ];
        for answer in answers {
            let lower = answer.to_lowercase();
            for inside in ["sqlite", "postgres", "select ", "panicked", ".rs", "rusqlite", "serde", "struct "] {
                assert!(!lower.contains(inside), "{inside}: {answer}");
            }
        }
    }

    async fn strange_texts_are_kept_as_they_are(app: TestApp) {
        let ana = app.ana();
        for text in ["=cmd|' /C calc'!A0", "<script>alert(1)</script>", "Robert'); drop table contact;--", "\u{202e}evil", "👩‍👩‍👧‍👦", "a\u{0301}"] {
            let made = ana.post("/contacts", json!({ "last_name": text })).await.created();
            assert_eq!(ana.get(&format!("/contacts/{}", made["id"].as_str().unwrap())).await.ok()["last_name"], text);
        }
    }
}
