//! The doors: every route says who may use it, and nobody gets further than they may.

use std::collections::BTreeSet;

use foundation::doors::table::{Audience, Reads, Right};
use serde_json::json;
use testkit::{Database, TestApp, on_both};

#[test]
fn every_route_says_what_it_does_and_why_it_may_be_public() {
    let mut seen = BTreeSet::new();
    for route in server::serve::api() {
        let name = format!("{} {}", route.method, route.path);
        assert!(seen.insert(name.clone()), "{name} is there twice");
        assert!(route.about.len() > 5, "{name} does not say what it does");
        assert!(route.path.starts_with('/'), "{name}");
        if let Right::Public(why) = route.right {
            assert!(why.len() > 10, "{name} is public and does not say why that is safe");
        }
        if route.repeatable {
            assert_eq!(route.method, "POST", "{name}");
            assert_ne!(route.reads, Reads::Nothing, "{name}");
        }
    }
    assert!(seen.len() > 40, "{seen:?}");
}

/// A path that fits a route, with ids of nothing.
fn filled(path: &str) -> String {
    let nothing = "01a2008b-b273-7000-8007-4758fe2cd633";
    path.replace("{objects}", "contacts")
        .replace("{object}", "contact")
        .replace("{field}", "email")
        .replace("{change}", nothing)
        .replace("{id}", nothing)
}

#[test]
fn without_credentials_every_route_that_is_not_public_answers_401() {
    testkit::run(Database::Sqlite, |app: TestApp| async move {
        for route in server::serve::api() {
            let path = filled(route.path);
            let body = axum::body::Body::from("{}");
            let asked = app.stranger().with("content-type", "application/json");
            if route.audience() == Audience::Public {
                continue;
            }
            asked.send(route.method.as_str(), &path, body).await.refused(401);
            let forged = app.stranger().with("authorization", &format!("Bearer rap_{}", "0".repeat(64)));
            forged.send(route.method.as_str(), &path, axum::body::Body::empty()).await.refused(401);
        }
    });
}

#[test]
fn whoever_has_no_rights_changes_nothing_by_any_route() {
    testkit::run(Database::Sqlite, |app: TestApp| async move {
        let boris = app.colleague("Boris", json!({ "objects": {} })).await;
        for route in server::serve::api() {
            if route.audience() == Audience::Public
                || route.streams
                || route.right == Right::Own
                || route.right == Right::WhatOneMaySee
            {
                continue;
            }
            let path = filled(route.path);
            let asked = boris.with("content-type", "application/json");
            let answer = asked.send(route.method.as_str(), &path, axum::body::Body::from("{}")).await;
            let status = answer.status.as_u16();
            assert!(matches!(status, 403 | 404 | 422), "{} {path}: {status} {}", route.method, answer.text());
        }
    });
}

on_both! {
    async fn answers_carry_the_headers_that_keep_browsers_careful(app: TestApp) {
        for path in ["/contacts", "//", "//healthz", "//api/reference", "/nothing"] {
            let answer = app.ana().get(path).await;
            let policy = answer.header("content-security-policy").unwrap_or_default().to_string();
            assert!(policy.contains("default-src 'self'") && policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
            assert!(!policy.contains("unsafe"), "{path}: {policy}");
            assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
            assert!(answer.header("x-request-id").is_some_and(|id| id.starts_with("req_")), "{path}");
            assert!(answer.header("referrer-policy").is_some(), "{path}");
        }
    }

    async fn a_problem_speaks_the_callers_language_and_names_the_request(app: TestApp) {
        let answer = app.ana().with("accept-language", "ro-MD,ro;q=0.9,en;q=0.5").get("/unicorns").await;
        let id = answer.header("x-request-id").unwrap().to_string();
        let problem = answer.refused(404);
        assert_eq!(problem["title"], "Nu există așa ceva aici");
        assert_eq!(problem["instance"], id);
    }

    async fn pages_of_other_sites_cannot_act_with_the_browsers_cookie(app: TestApp) {
        let foreign = app.stranger().with("cookie", "rapport=0000").with("sec-fetch-site", "cross-site");
        foreign.post("/contacts", json!({})).await.refused_with(403, "foreign_origin");
        let foreign = app.stranger().with("cookie", "rapport=0000").with("origin", "https://evil.example").with("host", "rapport.test");
        foreign.post("/contacts", json!({})).await.refused_with(403, "foreign_origin");
        // A key is sent on purpose, so it may come from anywhere.
        app.program().await.with("sec-fetch-site", "cross-site").post("/contacts", json!({ "last_name": "Rusu" })).await.created();
    }

    async fn what_is_not_there_and_what_cannot_be_done_there_differ(app: TestApp) {
        let ana = app.ana();
        ana.get("/unicorns").await.refused(404);
        ana.get("/contacts/not-an-id").await.refused(404);
        ana.get("/contacts/01a2008b-b273-7000-8007-4758fe2cd633").await.refused(404);
        ana.get("/a/b/c/d/e").await.refused(404);
        ana.get("//api/v2/contacts").await.refused(404);
        ana.put("/contacts", json!({})).await.refused(405);
        ana.delete("/session/now").await.refused(404);
    }

    async fn somebody_who_never_stops_asking_is_told_to_wait(app: TestApp) {
        let ana = app.ana();
        let mut told = None;
        // Many more than the limit: on a slow machine some of it comes back while they are sent.
        for _ in 0..10_000 {
            let answer = ana.get("/me/settings").await;
            if answer.status == 429 {
                told = Some(answer);
                break;
            }
        }
        let told = told.expect("there is a limit");
        assert!(told.header("retry-after").is_some());
        told.refused_with(429, "rate_limited");
        // Programs move whole companies through the API.
        let program = app.program().await;
        for _ in 0..1_500 {
            assert_eq!(program.get("/me/settings").await.status, 200);
        }
    }

    async fn large_answers_are_packed_for_those_who_can_unpack(app: TestApp) {
        app.contacts(50).await;
        let packed = app.ana().with("accept-encoding", "gzip").get("/contacts").await;
        assert_eq!(packed.header("content-encoding"), Some("gzip"));
        assert!(packed.bytes.len() < app.ana().get("/contacts").await.bytes.len() / 4);
    }

    async fn the_server_says_how_it_is(app: TestApp) {
        assert_eq!(app.stranger().get("//healthz").await.status, 200);
        assert_eq!(app.stranger().get("//readyz").await.ok(), json!({ "ready": true }));
        app.vlad().await;
        let figures = app.stranger().get("//metrics").await.text();
        assert!(figures.contains("rapport_http_request_seconds_count{method=\"POST\",route=\"/api/v1/{objects}\",status=\"201\"} 1"), "{figures}");
        assert!(figures.contains("rapport_ledger_head "), "{figures}");
    }

    async fn the_workspace_is_served_wherever_one_is_in_it(app: TestApp) {
        let home = app.stranger().get("//").await;
        assert_eq!(home.header("content-type"), Some("text/html; charset=utf-8"));
        let deep = app.stranger().get("//contacts/01a2008b-b273-7000-8007-4758fe2cd633").await;
        assert_eq!(deep.bytes, home.bytes);
        assert_eq!(app.stranger().get("//assets/missing.js").await.status, 404);
        let again = app.stranger().with("if-none-match", home.header("etag").unwrap()).get("//").await;
        assert_eq!(again.status, 304);
    }
}
