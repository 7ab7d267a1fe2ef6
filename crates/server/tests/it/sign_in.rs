//! Signing in: passwords, one-time codes, recovery codes, sessions, invitations, and the company's rules of all of it.

use foundation::access::{Secret, password};
use kernel::{Id, Time};
use ring::hmac;
use serde_json::{Value, json};
use testkit::{Answer, Client, Program, TestApp, on_both};

pub const PASSWORD: &str = "correct horse battery staple";

/// Gives somebody a password past every door, so that no session ends by it.
pub async fn give_password(app: &TestApp, user: Id) {
    let stored = password::hash_now(&Secret::new(PASSWORD)).unwrap();
    let now = app.app().now();
    let sql = "insert into credential (user_id, password, changed_at) values ($1, $2, $3)";
    let given =
        app.app().db().write_async(move |tx| tx.execute(sql, &[user.into(), stored.as_str().into(), now.into()]));
    given.await.unwrap();
}

/// Ana with a password, signed in by it anew; also what a browser keeps.
pub async fn ana_by_password(app: &TestApp) -> Client {
    give_password(app, app.ana_id()).await;
    entered(app, sign_in(app).await)
}

pub async fn sign_in(app: &TestApp) -> Answer {
    app.stranger().post("/session", json!({ "email": "ana@rapport.test", "password": PASSWORD })).await
}

/// A client with the cookies of an answer that signed in.
pub fn entered(app: &TestApp, answer: Answer) -> Client {
    let cookies: Vec<String> = answer
        .headers
        .get_all("set-cookie")
        .iter()
        .map(|cookie| cookie.to_str().unwrap().split(';').next().unwrap().to_string())
        .collect();
    assert!(!cookies.is_empty(), "{}", answer.text());
    app.stranger().with("cookie", &cookies.join("; "))
}

/// The code that a telephone shows (RFC 6238), reckoned here on its own.
fn code(secret: &str, at: Time) -> String {
    let mut bits = String::new();
    for letter in secret.chars() {
        let digit = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".find(letter).unwrap();
        bits.push_str(&format!("{digit:05b}"));
    }
    let bytes: Vec<u8> = bits
        .as_bytes()
        .chunks_exact(8)
        .map(|byte| u8::from_str_radix(std::str::from_utf8(byte).unwrap(), 2).unwrap())
        .collect();
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &bytes);
    let tag = hmac::sign(&key, &(at.0 / 30_000).to_be_bytes());
    let offset = usize::from(tag.as_ref()[19] & 15);
    let number = u32::from_be_bytes(tag.as_ref()[offset..offset + 4].try_into().unwrap()) & 0x7fff_ffff;
    format!("{:06}", number % 1_000_000)
}

/// Sets codes up; answers the secret and the recovery codes.
async fn enrol(app: &TestApp, who: &Client) -> (String, Vec<String>) {
    let begun = who.post("/me/totp", json!({})).await.created();
    let secret = begun["secret"].as_str().unwrap().to_string();
    assert!(begun["uri"].as_str().unwrap().contains(&secret));
    let confirmed = who.post("/me/totp/confirmation", json!({ "code": code(&secret, app.app().now()) })).await.ok();
    let codes: Vec<String> =
        confirmed["recovery_codes"].as_array().unwrap().iter().map(|code| code.as_str().unwrap().to_string()).collect();
    assert_eq!(codes.len(), 10);
    (secret, codes)
}

async fn halfway(app: &TestApp) -> (String, Value) {
    let answer = sign_in(app).await;
    assert!(answer.headers.get("set-cookie").is_none(), "half way there is no session");
    let way = answer.accepted();
    assert_eq!(way["next"], "second_factor");
    (way["token"].as_str().unwrap().to_string(), way["methods"].clone())
}

async fn audited(ana: &Client, action: &str) -> Vec<Value> {
    let page = ana.get(&format!("/audit?action={action}")).await.ok();
    page["data"].as_array().unwrap().clone()
}

on_both! {
    async fn a_code_is_asked_for_after_the_password_and_counts_once(app: TestApp) {
        let ana = ana_by_password(&app).await;
        let (secret, _) = enrol(&app, &ana).await;
        app.pass_ms(60_000);

        let (token, methods) = halfway(&app).await;
        assert_eq!(methods, json!(["totp", "recovery"]));
        let stranger = app.stranger();
        stranger.post("/session/code", json!({ "token": token, "code": "000000" })).await.refused_with(422, "wrong_code");
        let now = code(&secret, app.app().now());
        let answer = stranger.post("/session/code", json!({ "token": token, "code": now })).await;
        let again = entered(&app, answer);
        assert_eq!(again.get("/session").await.ok()["user"]["email"], "ana@rapport.test");

        let (token, _) = halfway(&app).await;
        stranger.post("/session/code", json!({ "token": token, "code": now })).await.refused_with(422, "wrong_code");
        app.pass_ms(30_000);
        let next = code(&secret, app.app().now());
        stranger.post("/session/code", json!({ "token": token, "code": next })).await.ok();
        stranger.post("/session/code", json!({ "token": token, "code": next })).await.refused(401);
        assert_eq!(audited(&ana, "totp.enabled").await.len(), 1);
    }

    async fn a_secret_that_was_not_confirmed_asks_for_nothing(app: TestApp) {
        let ana = ana_by_password(&app).await;
        let begun = ana.post("/me/totp", json!({})).await.created();
        ana.post("/me/totp/confirmation", json!({ "code": "123" })).await.refused_with(422, "wrong_code");
        sign_in(&app).await.ok();
        assert_eq!(ana.get("/me/security").await.ok()["totp"]["enabled"], false);
        let stored = app.app().db().read_async(|tx| Ok(tx.one("select secret from totp", &[])?.unwrap().opt_bytes(0).unwrap().to_vec()));
        let stored = stored.await.unwrap();
        assert!(stored.len() > 20, "the secret is sealed: {begun}");
    }

    async fn a_recovery_code_opens_once(app: TestApp) {
        let ana = ana_by_password(&app).await;
        let (_, codes) = enrol(&app, &ana).await;
        let (token, _) = halfway(&app).await;
        let stranger = app.stranger();
        let shouted = codes[3].to_uppercase().replace('-', " ");
        let answer = stranger.post("/session/code", json!({ "token": token, "code": shouted })).await;
        let entered = entered(&app, answer);
        assert_eq!(entered.get("/me/security").await.ok()["totp"]["recovery_codes_left"], 9);

        let (token, _) = halfway(&app).await;
        stranger.post("/session/code", json!({ "token": token, "code": codes[3] })).await.refused_with(422, "wrong_code");
        assert_eq!(audited(&ana, "recovery_code.used").await.len(), 1);

        let renewed = entered.post("/me/recovery-codes", json!({ "password": PASSWORD })).await.ok();
        stranger.post("/session/code", json!({ "token": token, "code": codes[4] })).await.refused_with(422, "wrong_code");
        stranger.post("/session/code", json!({ "token": token, "code": renewed["recovery_codes"][0] })).await.ok();
    }

    async fn guessing_codes_gets_slower_whatever_password_is_right(app: TestApp) {
        let ana = ana_by_password(&app).await;
        let (secret, _) = enrol(&app, &ana).await;
        app.pass_ms(60_000);
        let stranger = app.stranger();
        let (token, _) = halfway(&app).await;
        let mut waits = false;
        for guess in 0..8 {
            let answer = stranger.post("/session/code", json!({ "token": token, "code": format!("{guess:06}") })).await;
            waits |= answer.status.as_u16() == 429;
        }
        assert!(waits, "guesses are counted");
        let right = json!({ "token": token, "code": code(&secret, app.app().now()) });
        assert!(stranger.post("/session/code", right).await.header("retry-after").is_some(), "even the right one waits");
        assert!(!audited(&ana, "session.code_refused").await.is_empty());
    }

    async fn whose_role_needs_a_second_factor_sees_nothing_before_it_is_set_up(app: TestApp) {
        let (boris, id) = app.colleague_with_id("Boris", json!({ "objects": { "contact": { "read": "all" } } })).await;
        boris.get("/contacts").await.ok();
        let roles = app.ana().get(&format!("/users/{id}/roles")).await.ok();
        let rule = json!({ "second_factor": { "roles": [roles["data"][0]["id"]] } });
        boris.patch("/company/sign-in", rule.clone()).await.refused(403);
        app.ana().patch("/company/sign-in", rule).await.ok();

        boris.get("/contacts").await.refused(404);
        assert_eq!(boris.get("/session").await.ok()["must"], json!(["second_factor"]));
        boris.post("/keys", json!({ "name": "way round", "scopes": ["all"] })).await.refused(403);
        app.ana().get("/contacts").await.ok();

        give_password(&app, id).await;
        let email = json!({ "email": "boris@rapport.test", "password": PASSWORD });
        let boris = entered(&app, app.stranger().post("/session", email).await);
        let (_, _) = enrol(&app, &boris).await;
        boris.get("/contacts").await.ok();
        assert_eq!(boris.get("/session").await.ok()["must"], json!([]));
        boris.post("/me/totp/removal", json!({ "password": PASSWORD })).await.refused_with(409, "second_factor.required");
        assert_eq!(audited(&app.ana(), "sign_in.rules_changed").await.len(), 1);
    }

    async fn codes_are_taken_away_by_the_password_or_by_an_administrator(app: TestApp) {
        let boris = app.colleague("Boris", json!({ "objects": { "*": { "read": "all" } } })).await;
        let ana = ana_by_password(&app).await;
        enrol(&app, &ana).await;
        ana.post("/me/totp/removal", json!({ "password": "something else entirely" })).await.refused_with(422, "wrong_password");
        ana.post("/me/totp/removal", json!({ "password": PASSWORD })).await.nothing();
        sign_in(&app).await.ok();

        app.pass_ms(60_000);
        enrol(&app, &ana).await;
        let path = format!("/users/{}/second-factors", app.ana_id());
        boris.delete(&path).await.refused(403);
        ana.delete(&path).await.nothing();
        sign_in(&app).await.ok();
        assert_eq!(audited(&ana, "user.factors_reset").await.len(), 1);
    }

    async fn what_is_dangerous_asks_for_the_password_again_after_a_while(app: TestApp) {
        let ana = ana_by_password(&app).await;
        app.pass_ms(16 * 60_000);
        assert_eq!(ana.get("/me/security").await.ok()["fresh"], false);
        ana.post("/me/totp", json!({})).await.refused_with(422, "required");
        ana.patch("/company/sign-in", json!({ "password": { "shortest": 20 } })).await.refused_with(422, "required");
        ana.post("/session/confirmation", json!({ "password": "not mine, whoever you are" })).await.refused_with(422, "wrong_password");
        ana.post("/session/confirmation", json!({ "password": PASSWORD })).await.nothing();
        assert_eq!(ana.get("/me/security").await.ok()["fresh"], true);
        ana.patch("/company/sign-in", json!({ "password": { "shortest": 20 } })).await.ok();
    }

    async fn sessions_say_where_they_are_from_and_end(app: TestApp) {
        give_password(&app, app.ana_id()).await;
        let from = |device: &str| app.stranger().with("user-agent", device);
        let body = || json!({ "email": "ana@rapport.test", "password": PASSWORD });
        let chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36";
        let first = entered(&app, from(chrome).post("/session", body()).await);
        let phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1 Safari/604.1";
        app.pass_ms(1000);
        entered(&app, from(phone).post("/session", body()).await);

        let list = first.get("/sessions").await.ok();
        let shown: Vec<(&str, &str, &str, bool, bool)> = list["data"].as_array().unwrap().iter().filter(|line| line["method"] == "password").map(|line| (
            line["browser"].as_str().unwrap(), line["system"].as_str().unwrap(), line["method"].as_str().unwrap(),
            line["new_device"].as_bool().unwrap(), line["current"].as_bool().unwrap(),
        )).collect();
        assert_eq!(shown, [("Safari", "iPhone", "password", true, false), ("Chrome", "Linux", "password", false, true)]);
        assert_eq!(audited(&first, "session.new_device").await.len(), 1);

        // The same browser comes back with what it kept: it is no news.
        let kept = from(chrome).post("/session", body()).await;
        let cookies: Vec<_> = kept.headers.get_all("set-cookie").iter().filter_map(|c| c.to_str().ok()).map(str::to_string).collect();
        let browser = cookies.iter().find(|cookie| cookie.starts_with("rapport-browser=")).unwrap();
        assert!(browser.contains("HttpOnly") && browser.contains("SameSite=Lax"), "{browser}");
        let known = from(chrome).with("cookie", browser.split(';').next().unwrap());
        let answer = known.post("/session", body()).await;
        assert_eq!(answer.headers.get_all("set-cookie").iter().count(), 1, "it has its token already");
        assert_eq!(audited(&first, "session.new_device").await.len(), 2);

        // All but the one that asks: the test's own, the telephone, and the two of the browser that came back.
        let ended = first.delete("/sessions").await.ok();
        assert_eq!(ended["ended"], 4);
        assert_eq!(first.get("/sessions").await.ok()["data"].as_array().unwrap().len(), 1);
        app.ana().get("/session").await.refused(401);
    }

    async fn invitations_are_listed_sent_again_and_taken_back(app: TestApp) {
        let ana = app.ana();
        let role = ana.get("/roles").await.ok()["data"].as_array().unwrap().iter().find(|role| role["key"] == "sales").unwrap()["id"].clone();
        let body = json!({ "name": "Ion Popescu", "email": "ion@rapport.test", "roles": [role], "language": "ro" });
        let made = ana.post("/invites", body).await.created();
        let user = made["user"]["id"].as_str().unwrap().to_string();
        let token = |link: &Value| link["link"].as_str().unwrap().split_once('#').unwrap().1.to_string();
        let list = ana.get("/invites").await.ok();
        assert_eq!((&list["data"][0]["user"]["email"], &list["data"][0]["open"], &list["data"][0]["by"]["name"]), (&json!("ion@rapport.test"), &json!(true), &json!("Ana Pop")));

        let again = ana.post(&format!("/users/{user}/invite"), json!({})).await.created();
        let stranger = app.stranger();
        stranger.post("/invite/preview", json!({ "token": token(&made) })).await.refused(404);
        stranger.post("/invite/preview", json!({ "token": token(&again) })).await.ok();
        app.pass_ms(8 * 24 * 3_600_000);
        // The week has ended Ana's session too.
        let ana = app.reopened().ana();
        assert_eq!(ana.get("/invites").await.ok()["data"][0]["open"], false);
        ana.delete(&format!("/users/{user}/invite")).await.nothing();
        assert_eq!(ana.get("/invites").await.ok()["data"], json!([]));
        ana.delete(&format!("/users/{user}/invite")).await.refused(404);

        let third = ana.post(&format!("/users/{user}/invite"), json!({})).await.created();
        let answer = stranger.post("/invite", json!({ "token": token(&third), "password": PASSWORD })).await;
        let ion = entered(&app, answer);
        assert_eq!(ion.get("/session").await.ok()["language"], "ro");
        ana.post("/invites", json!({ "name": "Ion", "email": "ion@rapport.test" })).await.refused(409);
        ana.post("/invites", json!({ "name": "Ion", "email": "nowhere" })).await.refused_with(422, "not_an_email");
        ion.get("/invites").await.refused(403);
    }

    async fn the_company_says_what_a_password_has_to_be(app: TestApp) {
        let ana = ana_by_password(&app).await;
        let change = |new: &str| { let (ana, new) = (ana.clone(), new.to_string()); async move { ana.put("/me/password", json!({ "current": PASSWORD, "new": new })).await } };
        change("short but own").await.refused_with(422, "too_short");
        ana.patch("/company/sign-in", json!({ "password": { "shortest": 10 } })).await.ok();
        assert_eq!(app.stranger().get("/sign-in").await.ok()["password"]["shortest"], 10);
        change("passwordpassword").await.refused_with(422, "too_weak");
        change("anapop ana pop").await.refused_with(422, "too_weak");
        ana.patch("/company/sign-in", json!({ "password": { "shortest": 7 } })).await.refused_with(422, "too_small");
        ana.patch("/company/sign-in", json!({ "second_factor": { "roles": [app.ana_id()] } })).await.refused_with(422, "not_found");
        ana.patch("/company/sign-in", json!({ "password": { "longest": 7 } })).await.refused(422);
        change("short but own").await.nothing();
    }

    async fn whoever_has_the_machine_takes_lost_factors_away(app: TestApp) {
        let ana = ana_by_password(&app).await;
        enrol(&app, &ana).await;
        halfway(&app).await;
        let binary = std::path::Path::new(env!("CARGO_BIN_EXE_rapport"));
        let run = |email: &str| {
            let arguments = ["user", "reset-factors", "--email", email];
            Program::run(binary, app.folder(), &app.target(), &arguments).status.code()
        };
        assert_eq!(run("nobody@rapport.test"), Some(1));
        assert_eq!(run("Ana@rapport.test"), Some(0));
        sign_in(&app).await.ok();
    }
}
