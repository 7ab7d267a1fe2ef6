//! Sign-in by another house: a provider on this machine that the test runs itself, with real HTTP and real signatures.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::extract::{Form, State};
use axum::http::HeaderMap;
use axum::routing::{get, post};
use axum::{Json, Router};
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair, RsaPublicKeyComponents,
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use testkit::{Client, TestApp, on_both};

use crate::passkeys::base64url;
use crate::sign_in::entered;

/// A key of the tests and of nothing else.
const RSA: &[u8] = include_bytes!("keys/issuer.pk8");
const SECRET: &str = "a secret & with: signs";

/// What the provider says, and what it was asked.
struct House {
    issuer: String,
    ec: EcdsaKeyPair,
    rsa: RsaKeyPair,
    random: SystemRandom,
    said: Mutex<Said>,
}

#[derive(Default)]
struct Said {
    /// Claims that go before the usual ones.
    claims: Value,
    algorithm: &'static str,
    /// What the last way to it carried.
    asked: HashMap<String, String>,
    /// The forms that came for a code.
    forms: Vec<(HashMap<String, String>, Option<String>)>,
    now_s: i64,
}

impl House {
    async fn open(app: &TestApp) -> Arc<House> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let random = SystemRandom::new();
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        let ec = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, document.as_ref(), &random).unwrap();
        let house = Arc::new(House {
            issuer: format!("http://{}", listener.local_addr().unwrap()),
            ec,
            rsa: RsaKeyPair::from_pkcs8(RSA).unwrap(),
            random,
            said: Mutex::new(Said {
                claims: json!({}),
                algorithm: "RS256",
                now_s: app.app().now().0 / 1000,
                ..Said::default()
            }),
        });
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(describe))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .with_state(house.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        house
    }

    fn says(&self, claims: Value) {
        self.said.lock().unwrap().claims = claims;
    }

    fn signed(&self, claims: &Value) -> String {
        let algorithm = self.said.lock().unwrap().algorithm;
        let head = json!({ "alg": algorithm, "kid": algorithm, "typ": "JWT" });
        let part = |json: &Value| base64url(json.to_string().as_bytes());
        let message = format!("{}.{}", part(&head), part(claims));
        let signature = if algorithm == "RS256" {
            let mut signature = vec![0; self.rsa.public().modulus_len()];
            self.rsa.sign(&RSA_PKCS1_SHA256, &self.random, message.as_bytes(), &mut signature).unwrap();
            signature
        } else {
            self.ec.sign(&self.random, message.as_bytes()).unwrap().as_ref().to_vec()
        };
        format!("{message}.{}", base64url(&signature))
    }

    /// Somebody goes there and comes back with a code, as a browser does. Answers what to post and the cookie to post it with.
    async fn visit(&self, who: &Client, provider: &str) -> (Value, String) {
        let answer = who.post(&format!("/session/oidc/{provider}"), json!({ "return_to": "/contacts" })).await;
        let cookie = answer.header("set-cookie").unwrap().split(';').next().unwrap().to_string();
        let location = answer.ok()["location"].as_str().unwrap().to_string();
        let (place, query) = location.split_once('?').unwrap();
        assert_eq!(place, format!("{}/authorize", self.issuer));
        let asked: HashMap<String, String> = query
            .split('&')
            .map(|pair| pair.split_once('=').unwrap())
            .map(|(name, value)| (name.into(), unescaped(value)))
            .collect();
        assert_eq!(asked["redirect_uri"], "http://rapport.test/sign-in/callback");
        assert_eq!((asked["response_type"].as_str(), asked["code_challenge_method"].as_str()), ("code", "S256"));
        let state = asked["state"].clone();
        self.said.lock().unwrap().asked = asked;
        (json!({ "code": "a code", "state": state }), cookie)
    }
}

fn unescaped(text: &str) -> String {
    let (mut out, mut bytes) = (Vec::new(), text.bytes());
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let digits = [bytes.next().unwrap(), bytes.next().unwrap()];
            out.push(u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap());
        } else {
            out.push(byte);
        }
    }
    String::from_utf8(out).unwrap()
}

async fn describe(State(house): State<Arc<House>>) -> Json<Value> {
    let at = |path: &str| format!("{}{path}", house.issuer);
    Json(json!({
        "issuer": house.issuer, "authorization_endpoint": at("/authorize"), "token_endpoint": at("/token"), "jwks_uri": at("/keys"),
    }))
}

async fn keys(State(house): State<Arc<House>>) -> Json<Value> {
    let point = house.ec.public_key().as_ref();
    let RsaPublicKeyComponents::<Vec<u8>> { n, e } = house.rsa.public().into();
    Json(json!({ "keys": [
        { "kty": "EC", "crv": "P-256", "kid": "ES256", "x": base64url(&point[1..33]), "y": base64url(&point[33..]) },
        { "kty": "RSA", "alg": "RS256", "use": "sig", "kid": "RS256", "n": base64url(&n), "e": base64url(&e) },
    ] }))
}

async fn token(
    State(house): State<Arc<House>>,
    headers: HeaderMap,
    Form(form): Form<HashMap<String, String>>,
) -> Json<Value> {
    let mut claims = {
        let mut said = house.said.lock().unwrap();
        let challenge = base64url(&Sha256::digest(form["code_verifier"].as_bytes()));
        assert_eq!(Some(&challenge), said.asked.get("code_challenge"), "whoever brings the code is whoever went");
        said.forms.push((form, headers.get("authorization").map(|value| value.to_str().unwrap().to_string())));
        let mut claims = json!({
            "iss": house.issuer, "aud": "rapport", "sub": "42", "iat": said.now_s, "exp": said.now_s + 300,
            "nonce": said.asked["nonce"], "email": "ana@rapport.test", "email_verified": true, "name": "Ana Pop",
        });
        for (name, value) in said.claims.as_object().unwrap() {
            claims[name] = value.clone();
        }
        claims
    };
    claims["at_hash"] = json!("ignored");
    Json(json!({ "access_token": "x", "token_type": "Bearer", "id_token": house.signed(&claims) }))
}

async fn provider(app: &TestApp, house: &House, join: Value) -> String {
    let body = json!({ "name": "The directory", "issuer": house.issuer, "client_id": "rapport", "client_secret": SECRET, "join": join });
    let made = app.ana().post("/company/providers", body).await.created();
    assert_eq!((&made["has_secret"], made.to_string().contains(SECRET)), (&json!(true), false));
    made["id"].as_str().unwrap().to_string()
}

async fn come_back(app: &TestApp, (body, cookie): (Value, String)) -> testkit::Answer {
    app.stranger().with("cookie", &cookie).post("/session/oidc", body).await
}

on_both! {
    async fn a_user_known_by_a_verified_address_signs_in_by_the_companys_directory(app: TestApp) {
        let house = House::open(&app).await;
        let id = provider(&app, &house, json!({})).await;
        assert_eq!(app.stranger().get("/sign-in").await.ok()["providers"], json!([{ "id": id, "name": "The directory" }]));
        for algorithm in ["RS256", "ES256"] {
            house.said.lock().unwrap().algorithm = algorithm;
            let way = house.visit(&app.stranger(), &id).await;
            let answer = come_back(&app, way.clone()).await;
            assert_eq!(answer.header("content-location"), Some("/contacts"));
            let ana = entered(&app, answer);
            assert_eq!(ana.get("/session").await.ok()["user"]["id"], app.ana_id().to_string());
            assert_eq!(ana.get("/sessions").await.ok()["data"][0]["method"], "oidc");
            come_back(&app, way).await.refused(401);
        }
        let forms = std::mem::take(&mut house.said.lock().unwrap().forms);
        assert_eq!((forms.len(), forms[0].0["grant_type"].as_str()), (2, "authorization_code"));
        assert!(forms[0].1.as_ref().unwrap().starts_with("Basic "), "the house learns that it is us");
        assert!(!forms[0].0.contains_key("client_secret"));
        // From now on it is the subject that counts: another address of the same person is no matter.
        house.says(json!({ "email": "ana.pop@elsewhere.example" }));
        let way = house.visit(&app.stranger(), &id).await;
        entered(&app, come_back(&app, way).await);
    }

    async fn a_word_that_is_not_for_us_or_not_now_opens_nothing(app: TestApp) {
        let house = House::open(&app).await;
        let id = provider(&app, &house, json!({})).await;
        for (wrong, because) in [
            (json!({ "iss": "https://evil.example" }), "issuer"),
            (json!({ "aud": "another" }), "audience"),
            (json!({ "exp": 1 }), "time"),
            (json!({ "nonce": "of another way" }), "nonce"),
        ] {
            house.says(wrong);
            let way = house.visit(&app.stranger(), &id).await;
            come_back(&app, way).await.refused(401);
            let audit = app.ana().get("/audit?action=session.refused").await.ok();
            assert_eq!(audit["data"][0]["detail"]["because"], because);
        }
        house.says(json!({}));
        let (body, _) = house.visit(&app.stranger(), &id).await;
        app.stranger().post("/session/oidc", body.clone()).await.refused(401);
        let (_, cookie) = house.visit(&app.stranger(), &id).await;
        come_back(&app, (body, cookie)).await.refused(401);
        let late = house.visit(&app.stranger(), &id).await;
        app.pass_ms(11 * 60_000);
        come_back(&app, late).await.refused(401);
    }

    async fn nobody_is_let_in_whom_the_company_does_not_know(app: TestApp) {
        let house = House::open(&app).await;
        let id = provider(&app, &house, json!({})).await;
        house.says(json!({ "sub": "7", "email": "ion@rapport.test" }));
        let way = house.visit(&app.stranger(), &id).await;
        come_back(&app, way).await.refused(403);
        house.says(json!({ "sub": "7", "email_verified": false }));
        let way = house.visit(&app.stranger(), &id).await;
        come_back(&app, way).await.refused(403);
        // The first whom the house calls Ana is Ana; a second one is somebody else.
        house.says(json!({}));
        let way = house.visit(&app.stranger(), &id).await;
        come_back(&app, way).await.ok();
        house.says(json!({ "sub": "7" }));
        let way = house.visit(&app.stranger(), &id).await;
        come_back(&app, way).await.refused(403);
        app.ana().patch(&format!("/users/{}", app.ana_id()), json!({ "is_active": true })).await.ok();
    }

    async fn people_of_a_domain_join_where_an_administrator_said_so(app: TestApp) {
        let house = House::open(&app).await;
        let role = app.ana().post("/roles", json!({ "name": "Newcomer", "body": { "objects": { "contact": { "read": "all" } } } })).await.created();
        let id = provider(&app, &house, json!({ "domains": ["@Rapport.Test"], "roles": [role["id"]] })).await;
        house.says(json!({ "sub": "8", "email": "Ion@rapport.test", "name": "Ion Popescu" }));
        let way = house.visit(&app.stranger(), &id).await;
        let ion = entered(&app, come_back(&app, way).await);
        assert_eq!(ion.get("/session").await.ok()["user"]["name"], "Ion Popescu");
        ion.get("/contacts").await.ok();
        ion.get("/deals").await.refused(404);
        assert_eq!(app.ana().get("/audit?action=user.joined").await.ok()["data"].as_array().unwrap().len(), 1);
        house.says(json!({ "sub": "9", "email": "eve@rapport.test.evil.example" }));
        let way = house.visit(&app.stranger(), &id).await;
        come_back(&app, way).await.refused(403);
        let users = app.ana().get("/users?filter=name = \"Ion Popescu\"").await.ok();
        let user = users["data"][0]["id"].as_str().unwrap().to_string();
        app.ana().patch(&format!("/users/{user}"), json!({ "is_active": false })).await.ok();
        house.says(json!({ "sub": "8" }));
        let way = house.visit(&app.stranger(), &id).await;
        come_back(&app, way).await.refused(403);
    }

    async fn a_second_factor_of_ours_is_asked_for_unless_the_house_asked(app: TestApp) {
        let house = House::open(&app).await;
        let id = provider(&app, &house, json!({})).await;
        let role = app.ana().get(&format!("/users/{}/roles", app.ana_id())).await.ok()["data"][0]["id"].clone();
        app.ana().patch("/company/sign-in", json!({ "second_factor": { "roles": [role] } })).await.ok();
        let way = house.visit(&app.stranger(), &id).await;
        let ana = entered(&app, come_back(&app, way).await);
        assert_eq!(ana.get("/session").await.ok()["must"], json!(["second_factor"]));
        house.says(json!({ "amr": ["pwd", "mfa"] }));
        let way = house.visit(&app.stranger(), &id).await;
        let ana = entered(&app, come_back(&app, way).await);
        assert_eq!(ana.get("/session").await.ok()["must"], json!([]));
        ana.get("/contacts").await.ok();
    }

    async fn a_house_that_is_away_or_unsafe_is_said_to_be_so(app: TestApp) {
        let ana = app.ana();
        let away = json!({ "name": "Away", "issuer": "http://127.0.0.1:9", "client_id": "rapport" });
        let made = ana.post("/company/providers", away).await.created();
        let id = made["id"].as_str().unwrap();
        app.stranger().post(&format!("/session/oidc/{id}"), json!({})).await.refused(503);
        for wrong in ["http://login.example.com", "https://login.example.com/?x=1", "file:///etc/passwd", ""] {
            let body = json!({ "name": "Wrong", "issuer": wrong, "client_id": "rapport" });
            ana.post("/company/providers", body).await.refused(422);
        }
        let admin = ana.get("/roles").await.ok()["data"].as_array().unwrap().iter().find(|role| role["key"] == "administrator").unwrap()["id"].clone();
        let path = format!("/company/providers/{id}");
        ana.patch(&path, json!({ "join": { "domains": ["rapport.test"], "roles": [admin] } })).await.refused_with(422, "reserved");
        let boris = app.colleague("Boris", json!({ "objects": {} })).await;
        boris.get("/company/providers").await.refused(403);
        boris.delete(&path).await.refused(403);
        ana.delete(&path).await.nothing();
        app.stranger().post(&format!("/session/oidc/{id}"), json!({})).await.refused(404);
    }
}
