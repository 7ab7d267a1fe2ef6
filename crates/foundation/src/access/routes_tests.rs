//! The routes of access as a browser and a program meet them, on both databases: PostgreSQL where `RAPPORT_TEST_POSTGRES`
//! says where it is.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use kernel::{Clock, Id, Time};
use serde_json::{Value as Json, json};
use tower::ServiceExt;

use super::setup;
use crate::app::{App, Config, Domains};
use crate::doors::table;

const PASSWORD: &str = "correct horse battery staple";

/// Runs a story on each database. Handles of a database must outlive the runtime, so they are made and dropped out here.
fn on_both(origin: &str, story: impl AsyncFn(&Server)) {
    for postgres in [Some(None), std::env::var("RAPPORT_TEST_POSTGRES").ok().map(Some)].into_iter().flatten() {
        let server = Server::start(origin, postgres);
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(story(&server));
        drop(runtime);
    }
}

struct Server {
    app: App,
    router: Router,
    clock: Clock,
    _folder: tempfile::TempDir,
}

struct Answer {
    status: StatusCode,
    cookie: Option<String>,
    body: Json,
    text: String,
}

impl Server {
    fn start(origin: &str, postgres: Option<String>) -> Server {
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config::folder(folder.path());
        if let Some(url) = postgres {
            let name = format!("r_{}", Id::at(0).to_string().replace('-', ""));
            let create = format!("create schema {name}");
            db::Db::open(&db::Target::Postgres(url.clone())).unwrap().write(move |tx| tx.batch(&create)).unwrap();
            let joint = if url.contains('?') { '&' } else { '?' };
            config.target = db::Target::Postgres(format!("{url}{joint}options=-c%20search_path%3D{name}"));
        }
        let clock = Clock::fixed(Time::parse("2026-11-21T12:00:00Z").unwrap());
        config.clock = clock.clone();
        config.origin = origin.into();
        let app = App::open(config, Domains::default()).unwrap();
        let router = table::rendered(table::router(&app, &super::routes::routes())).with_state(app.clone());
        Server { app, router, clock, _folder: folder }
    }

    async fn ask(&self, method: &str, path: &str, credential: Option<(&str, &str)>, body: Json) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("/api/v1{path}"))
            .header("user-agent", "a browser")
            .header("accept-language", "en-US,en;q=0.9");
        if let Some((name, value)) = credential {
            request = request.header(name, value);
        }
        let request = if body.is_null() {
            request.body(Body::empty())
        } else {
            request.header("content-type", "application/json").body(Body::from(body.to_string()))
        };
        let response = self.router.clone().oneshot(request.unwrap()).await.unwrap();
        let status = response.status();
        let cookie =
            response.headers().get(header::SET_COOKIE).and_then(|value| value.to_str().ok()).map(str::to_string);
        let bytes = to_bytes(response.into_body(), 1 << 20).await.unwrap();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        Answer { status, cookie, body: serde_json::from_str(&text).unwrap_or(Json::Null), text }
    }

    /// Sets up and answers the cookie to send.
    async fn set_up(&self) -> String {
        let app = self.app.clone();
        let link = tokio::task::spawn_blocking(move || setup::link(&app)).await.unwrap().unwrap().unwrap();
        let body = json!({ "token": link.token.expose(), "name": "Ana Pop", "email": "ana@bluebakery.example", "password": PASSWORD });
        let answer = self.ask("POST", "/setup", None, body).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
        let cookie = answer.cookie.unwrap();
        cookie.split(';').next().unwrap().to_string()
    }
}

#[test]
fn a_newcomer_sets_up_looks_around_signs_out_and_in() {
    on_both("http://127.0.0.1:8080", async |server| {
        assert_eq!(server.ask("GET", "/setup", None, Json::Null).await.body, json!({ "needed": true }));
        assert_eq!(server.ask("GET", "/session", None, Json::Null).await.status, StatusCode::UNAUTHORIZED);
        let cookie = server.set_up().await;
        assert_eq!(server.ask("GET", "/setup", None, Json::Null).await.body, json!({ "needed": false }));

        let me = server.ask("GET", "/session", Some(("cookie", &cookie)), Json::Null).await;
        assert_eq!(me.body["user"]["email"], "ana@bluebakery.example");
        assert_eq!(me.body["can"]["admin"], true);
        let open = server.ask("GET", "/sessions", Some(("cookie", &cookie)), Json::Null).await;
        assert_eq!(open.body["data"][0]["device"], "a browser");

        let out = server.ask("DELETE", "/session", Some(("cookie", &cookie)), Json::Null).await;
        assert_eq!(out.status, StatusCode::NO_CONTENT);
        assert!(out.cookie.unwrap().contains("Max-Age=0"));
        assert_eq!(
            server.ask("GET", "/session", Some(("cookie", &cookie)), Json::Null).await.status,
            StatusCode::UNAUTHORIZED
        );
        assert_eq!(
            server.ask("DELETE", "/session", Some(("cookie", &cookie)), Json::Null).await.status,
            StatusCode::NO_CONTENT
        );

        let wrong = json!({ "email": "ana@bluebakery.example", "password": "wrong horse battery staple" });
        let unknown = json!({ "email": "nobody@bluebakery.example", "password": PASSWORD });
        let (wrong, unknown) =
            (server.ask("POST", "/session", None, wrong).await, server.ask("POST", "/session", None, unknown).await);
        assert_eq!((wrong.status, unknown.status), (StatusCode::UNAUTHORIZED, StatusCode::UNAUTHORIZED));
        assert_eq!(wrong.body["code"], unknown.body["code"]);
        let right = server
            .ask("POST", "/session", None, json!({ "email": "ana@bluebakery.example", "password": PASSWORD }))
            .await;
        assert_eq!(right.status, StatusCode::OK);
        let cookie = right.cookie.unwrap();
        assert!(cookie.starts_with("rapport=") && cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"));
        assert!(!cookie.contains("Secure"));
    });
}

#[test]
fn behind_https_the_cookie_is_bound_to_the_host() {
    on_both("https://crm.bluebakery.example", async |server| {
        let cookie = server.set_up().await;
        assert!(cookie.starts_with("__Host-rapport="));
    });
}

#[test]
fn too_many_guesses_are_told_to_wait() {
    on_both("http://127.0.0.1:8080", async |server| {
        server.set_up().await;
        let guess = json!({ "email": "ana@bluebakery.example", "password": "wrong horse battery staple" });
        for _ in 0..5 {
            assert_eq!(server.ask("POST", "/session", None, guess.clone()).await.status, StatusCode::UNAUTHORIZED);
        }
        assert_eq!(server.ask("POST", "/session", None, guess).await.status, StatusCode::TOO_MANY_REQUESTS);
    });
}

#[test]
fn a_key_is_shown_once_works_and_is_revoked() {
    on_both("http://127.0.0.1:8080", async |server| {
        let cookie = server.set_up().await;
        let browser = Some(("cookie", cookie.as_str()));
        let body = json!({ "name": "shop", "scopes": ["read"] });
        let made = server.ask("POST", "/keys", browser, body.clone()).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
        let bearer = format!("Bearer {}", made.body["token"].as_str().unwrap());
        let program = Some(("authorization", bearer.as_str()));
        assert_eq!(server.ask("GET", "/session", program, Json::Null).await.status, StatusCode::OK);
        assert_eq!(server.ask("GET", "/roles", program, Json::Null).await.status, StatusCode::FORBIDDEN);
        let more = server.ask("POST", "/keys", program, body.clone()).await;
        assert_eq!(more.status, StatusCode::FORBIDDEN);
        let list = server.ask("GET", "/keys", browser, Json::Null).await;
        assert!(!list.text.contains(made.body["token"].as_str().unwrap()));
        let path = format!("/keys/{}", made.body["id"].as_str().unwrap());
        assert_eq!(server.ask("DELETE", &path, browser, Json::Null).await.status, StatusCode::NO_CONTENT);
        assert_eq!(server.ask("GET", "/session", program, Json::Null).await.status, StatusCode::UNAUTHORIZED);

        // A while after signing in the password is asked for again.
        server.clock.advance(super::sessions::FRESH_MS);
        let asked = server.ask("POST", "/keys", browser, body).await;
        assert_eq!(asked.body["errors"][0]["pointer"], "/password");
        let body = json!({ "name": "shop", "scopes": ["contacts:write", "nonsense"], "password": PASSWORD });
        let wrong = server.ask("POST", "/keys", browser, body).await;
        assert_eq!(
            (wrong.status, &wrong.body["errors"][0]["pointer"]),
            (StatusCode::UNPROCESSABLE_ENTITY, &json!("/scopes/1"))
        );
        let body = json!({ "name": "shop", "scopes": ["contacts:write"], "owner": "company", "password": PASSWORD });
        assert_eq!(server.ask("POST", "/keys", browser, body).await.status, StatusCode::CREATED);
    });
}

#[test]
fn an_administrator_makes_a_role_gives_it_and_invites() {
    on_both("http://127.0.0.1:8080", async |server| {
        let cookie = server.set_up().await;
        let browser = Some(("cookie", cookie.as_str()));
        let broken =
            json!({ "name": "Night", "body": { "objects": { "contact": { "read": "where: nonsense = 1" } } } });
        assert_eq!(server.ask("POST", "/roles", browser, broken).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let body = json!({ "name": "Night", "body": { "objects": { "contact": { "read": "own" } } } });
        let role = server.ask("POST", "/roles", browser, body).await;
        assert_eq!(role.status, StatusCode::CREATED, "{}", role.text);
        let path = format!("/roles/{}", role.body["id"].as_str().unwrap());
        let changed = server
            .ask("PATCH", &path, browser, json!({ "body": { "objects": { "contact": { "read": "all" } } } }))
            .await;
        assert_eq!(changed.body["body"]["objects"]["contact"]["read"], "all");

        let me =
            server.ask("GET", "/session", browser, Json::Null).await.body["user"]["id"].as_str().unwrap().to_string();
        let own = server.ask("GET", &format!("/users/{me}/roles"), browser, Json::Null).await;
        let administrator = own.body["data"][0]["id"].clone();
        let given = json!({ "roles": [administrator, role.body["id"]] });
        let roles = server.ask("PUT", &format!("/users/{me}/roles"), browser, given).await;
        assert_eq!(roles.body["data"].as_array().unwrap().len(), 2, "{}", roles.text);
        let none = server.ask("PUT", &format!("/users/{me}/roles"), browser, json!({ "roles": [] })).await;
        assert_eq!((none.status, &none.body["code"]), (StatusCode::CONFLICT, &json!("access.last_administrator")));

        let link = server.ask("POST", &format!("/users/{me}/invite"), browser, Json::Null).await;
        assert_eq!((link.status, &link.body["kind"]), (StatusCode::CREATED, &json!("reset")));
        let token = link.body["link"].as_str().unwrap().split('#').nth(1).unwrap().to_string();
        let preview = server.ask("POST", "/invite/preview", None, json!({ "token": token })).await;
        assert_eq!(preview.body["email"], "ana@bluebakery.example");
        let accepted = server
            .ask("POST", "/invite", None, json!({ "token": token, "password": "nobody guesses this kettle" }))
            .await;
        assert_eq!(accepted.status, StatusCode::CREATED);
        assert_eq!(server.ask("GET", "/session", browser, Json::Null).await.status, StatusCode::UNAUTHORIZED);

        let cookie = accepted.cookie.unwrap();
        let browser = Some(("cookie", cookie.split(';').next().unwrap()));
        let body = json!({ "current": "nobody guesses this kettle", "new": PASSWORD });
        assert_eq!(server.ask("PUT", "/me/password", browser, body).await.status, StatusCode::NO_CONTENT);
        assert_eq!(
            server.ask("PUT", "/company", browser, json!({ "name": "Blue Bakery" })).await.status,
            StatusCode::NO_CONTENT
        );
        let put = server.ask("PUT", "/me/settings", browser, json!({ "theme": "dark" })).await;
        assert_eq!((put.status, put.body), (StatusCode::OK, json!({ "theme": "dark" })));
        let me =
            server.ask("PATCH", "/me", browser, json!({ "language": "ru", "time_zone": "Europe/Bucharest" })).await;
        assert_eq!((me.status, &me.body["language"]), (StatusCode::OK, &json!("ru")), "{}", me.text);
        let session = server.ask("GET", "/session", browser, Json::Null).await;
        assert_eq!((&session.body["language"], &session.body["time_zone"]), (&json!("ru"), &json!("Europe/Bucharest")));
        for body in
            [json!({ "is_active": false }), json!({ "time_zone": "Mars/Olympus" }), json!({ "email": "x@y.example" })]
        {
            assert_eq!(server.ask("PATCH", "/me", browser, body).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        }
        let log = server.ask("GET", "/audit?limit=2", browser, Json::Null).await;
        assert_eq!(log.body["data"].as_array().unwrap().len(), 2);
        let next = log.body["next"].as_str().unwrap();
        let log = server.ask("GET", &format!("/audit?action=role.&cursor={next}"), browser, Json::Null).await;
        assert_eq!(log.body["data"][0]["action"], "role.changed");
        assert!(!log.text.contains("kettle"));
    });
}

#[test]
fn another_site_cannot_sign_anybody_in_or_out() {
    on_both("http://127.0.0.1:8080", async |server| {
        server.set_up().await;
        let body = json!({ "email": "ana@bluebakery.example", "password": PASSWORD });
        let foreign = server.ask("POST", "/session", Some(("sec-fetch-site", "cross-site")), body).await;
        assert_eq!(foreign.status, StatusCode::FORBIDDEN);
    });
}
