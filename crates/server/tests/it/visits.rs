//! Visits: read from the logs of servers, told by the tracker, tied to who agreed, and asked for by pages. The clock
//! stands at noon of 19 June 2026; the log is of May 2015.

use std::path::{Path, PathBuf};

use axum::body::Body;
use serde_json::{Value, json};
use testkit::{Client, Program, TestApp, eventually, on_both};

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const MINUTE: i64 = 60_000;

fn binary() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_rapport"))
}

/// The real log, which is not part of the source.
fn log() -> Option<PathBuf> {
    let folder = match std::env::var_os("RAPPORT_TEST_DATA") {
        Some(folder) => PathBuf::from(folder),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
    };
    let log = folder.join("web/access-logs/apache_combined_2015-05.log.gz");
    if !log.exists() {
        eprintln!("skipped: there is no {}", log.display());
    }
    Some(log).filter(|log| log.exists())
}

fn weblog(app: &TestApp, arguments: &[&str]) -> (String, String) {
    let arguments = [&["weblog"], arguments].concat();
    let output = Program::run(binary(), app.folder(), &app.target(), &arguments);
    let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{}", said(&output.stderr));
    (said(&output.stdout), said(&output.stderr))
}

/// Puts hits into visits, as the server does in the background.
async fn gathered(app: &TestApp) {
    let app = app.app().clone();
    let step = tokio::task::spawn_blocking(move || site::tracker::step(&app));
    step.await.expect("gathering does not panic").expect("hits are gathered");
}

/// A browser on a page of the shop.
fn browser(app: &TestApp) -> Client {
    app.stranger().with("origin", "https://shop.example").with("user-agent", FIREFOX)
}

async fn tells(browser: &Client, told: Value) {
    browser.send("POST", "//t", Body::from(told.to_string())).await.nothing();
}

fn page(path: &str) -> Value {
    json!({ "h": [{ "u": format!("https://shop.example{path}"), "a": 0 }] })
}

async fn a_shop(app: &TestApp) -> String {
    let made = app.ana().post("/sites", json!({ "name": "Shop", "domains": "shop.example, www.shop.example" })).await;
    made.created()["id"].as_str().unwrap().to_string()
}

async fn overview(app: &TestApp) -> Value {
    app.ana().get("/analytics/web").await.ok()
}

fn lines(texts: &[&str]) -> String {
    texts.iter().map(|text| format!("{text}\n")).collect()
}

fn hit(address: &str, clock: &str, path: &str, agent: &str) -> String {
    format!("{address} - - [17/May/2015:{clock} +0000] \"GET {path} HTTP/1.1\" 200 10 \"-\" \"{agent}\"")
}

on_both! {
    async fn a_real_log_becomes_the_visits_that_others_count_in_it(app: TestApp) {
        let Some(log) = log() else { return };
        let log = log.to_str().unwrap();
        let (said, _) = weblog(&app, &[log]);
        assert_eq!(said, "10000 lines: 10000 read, 0 damaged\n3224 visits: 3224 new, 0 changed, 0 the same; 1512 of robots\n");

        let ana = app.ana();
        let readings = ana.get("/analytics/web/logs").await.ok();
        let figures = &readings["data"][0]["figures"];
        for (name, count) in [
            ("addresses", 1_753), ("agents", 559), ("pairs", 1_862), ("sessions", 3_224), ("visitors", 2_144),
            ("visitors_answered", 2_095), ("damaged", 0),
        ] {
            assert_eq!(figures[name], count, "{name}");
        }
        assert_eq!(figures["bytes"], 2_747_282_740_u64);
        assert_eq!((&figures["statuses"]["200"], &figures["statuses"]["404"]), (&json!(9_126), &json!(213)));

        let seen = ana.get("/analytics/web?from=2015-05-01&to=2015-05-31").await.ok();
        assert_eq!(seen["figures"]["visits"], 3_224 - 1_512, "{}", seen["figures"]);
        assert_eq!(seen["robots"]["visits"], 1_512);
        let by_day: i64 = seen["course"].as_array().unwrap().iter().map(|day| day["visits"].as_i64().unwrap()).sum();
        assert_eq!(json!(by_day), seen["figures"]["visits"], "the days add up");
        let searched = ana.get("/analytics/web/by/phrase?from=2015-05-01&to=2015-05-31").await.ok();
        assert!(searched["total"]["visits"].as_i64().unwrap() > 20, "{searched}");
        let buyers = ana.get("/analytics/web/buyers?from=2015-05-01&to=2015-05-31").await.ok();
        assert_eq!(buyers["phrase"].as_array().unwrap().len(), searched["rows"].as_array().unwrap().len().min(100));

        let (again, _) = weblog(&app, &[log]);
        assert!(again.contains("3224 visits: 0 new, 0 changed, 3224 the same"), "{again}");
        assert_eq!(ana.get("/analytics/web?from=2015-05-01&to=2015-05-31").await.ok()["figures"], seen["figures"]);
    }

    async fn parts_of_a_log_make_the_visits_of_the_whole_in_any_order(app: TestApp) {
        let folder = tempfile::tempdir().unwrap();
        let whole = [
            hit("192.0.2.1", "10:00:00", "/", FIREFOX),
            hit("192.0.2.1", "10:10:00", "/a", FIREFOX),
            "this is no line".to_string(),
            hit("192.0.2.1", "10:20:00", "/b", FIREFOX),
            hit("192.0.2.2", "10:21:00", "/", FIREFOX),
            hit("192.0.2.1", "10:55:00", "/late", FIREFOX),
        ];
        let parts = [("late.log", &whole[3..]), ("early.log", &whole[..2]), ("whole.log", &whole[..])];
        let mut said = Vec::new();
        for (name, lines) in parts {
            let path = folder.path().join(name);
            std::fs::write(&path, lines.iter().map(|line| format!("{line}\n")).collect::<String>()).unwrap();
            said.push(weblog(&app, &[path.to_str().unwrap()]));
        }
        assert!(said[0].0.contains("3 visits: 3 new"), "{}", said[0].0);
        assert!(said[1].0.contains("1 visits: 0 new, 1 changed"), "the earlier half joins the later one: {}", said[1].0);
        assert!(said[2].0.contains("6 lines: 5 read, 1 damaged\n3 visits: 0 new, 0 changed, 3 the same"), "{}", said[2].0);
        assert!(said[2].1.contains("whole.log:3: no_time"), "{}", said[2].1);
        let seen = app.ana().get("/analytics/web?from=2015-05-17&to=2015-05-17").await.ok();
        let figures = &seen["figures"];
        assert_eq!((&figures["visits"], &figures["visitors"], &figures["views"]), (&json!(3), &json!(2), &json!(5)), "{seen}");
        assert_eq!((&figures["bounces"], &figures["seconds"]), (&json!(2), &json!(20 * 60)));
        let paths = app.ana().get("/analytics/web/paths?page=/a&from=2015-05-17&to=2015-05-17").await.ok();
        assert_eq!((&paths["before"][0]["path"], &paths["after"][0]["path"]), (&json!("/"), &json!("/b")), "{paths}");
    }

    async fn a_log_is_given_to_a_page_and_read_by_a_job(app: TestApp) {
        let ana = app.ana();
        let text = lines(&[
            &hit("192.0.2.1", "10:00:00", "/", FIREFOX), "broken", &hit("198.51.100.7", "10:00:00", "/x", "Googlebot/2.1"),
        ]);
        let table = "first,last,country\n192.0.2.0,192.0.2.255,RO\n";
        ana.send("POST", "/analytics/web/countries?name=ranges.csv", Body::from(table)).await.ok();
        let upload = |body: String| ana.send("POST", "/analytics/web/logs?name=access.log", Body::from(body));
        let queued = upload(text.clone()).await.accepted();
        app.run_jobs().await;
        let id = queued["id"].as_str().unwrap();
        let read = ana.get(&format!("/analytics/web/logs/{id}")).await.ok();
        assert_eq!((&read["state"], &read["figures"]["new"], &read["figures"]["damaged"]), (&json!("done"), &json!(2), &json!(1)), "{read}");
        assert_eq!(read["figures"]["damaged_lines"][0], json!({ "stream": "access.log", "line": 2, "damage": "no_time" }));
        assert_eq!(std::fs::read_dir(app.folder().join("weblogs")).unwrap().count(), 0, "a log that was read is gone");
        let countries = ana.get("/analytics/web/by/country?from=2015-05-17&to=2015-05-17").await.ok();
        assert_eq!((&countries["rows"][0]["key"], &countries["table"]["ranges"]), (&json!("RO"), &json!(1)), "{countries}");

        let queued = upload(text).await.accepted();
        ana.post(&format!("/analytics/web/logs/{}/cancel", queued["id"].as_str().unwrap()), json!({})).await.ok();
        app.run_jobs().await;
        let stopped = ana.get(&format!("/analytics/web/logs/{}", queued["id"].as_str().unwrap())).await.ok();
        assert_eq!(stopped["state"], "cancelled");
        upload(String::new()).await.refused_with(422, "empty");
        ana.send("POST", "/analytics/web/countries?name=x", Body::from("a\nb\n")).await.refused_with(422, "not_a_range");
        let clerk = app.colleague("Radu", json!({ "objects": { "contact": { "read": "all" } } })).await;
        clerk.send("POST", "/analytics/web/logs?name=x", Body::from("x")).await.refused(403);
    }

    async fn a_hit_of_a_page_becomes_part_of_a_visit(app: TestApp) {
        a_shop(&app).await;
        let shop = browser(&app);
        assert_eq!(overview(&app).await["state"], "empty");
        let first = json!({ "h": [{
            "u": "https://www.shop.example/tea?utm_source=letter&utm_medium=email&utm_campaign=May",
            "r": "https://mail.example/inbox", "a": 2000,
        }] });
        let answer = shop.send("POST", "//t", Body::from(first.to_string())).await;
        assert_eq!(answer.header("access-control-allow-origin"), Some("https://shop.example"));
        answer.nothing();
        gathered(&app).await;
        app.pass_ms(5 * MINUTE);
        tells(&shop, json!({ "h": [
            { "u": "https://shop.example/basket?email=ana@example.com", "a": 0 },
            { "u": "https://shop.example/basket", "n": "ordered", "a": 0 },
        ] })).await;
        let robot = app.stranger().with("origin", "https://shop.example").with("user-agent", "Googlebot/2.1");
        tells(&robot, page("/tea")).await;
        gathered(&app).await;
        app.pass_ms(31 * MINUTE);
        tells(&shop, page("/u/ana@example.com")).await;
        gathered(&app).await;

        let seen = overview(&app).await;
        let figures = &seen["figures"];
        assert_eq!((&figures["visits"], &figures["visitors"], &figures["views"]), (&json!(2), &json!(1), &json!(3)), "{seen}");
        assert_eq!((&figures["of_a_day"], &seen["robots"]["visits"]), (&json!(2), &json!(1)));
        let pages = app.ana().get("/analytics/web/pages").await.ok();
        let mut paths: Vec<&str> = pages["rows"].as_array().unwrap().iter().map(|row| row["path"].as_str().unwrap()).collect();
        paths.sort_unstable();
        assert_eq!(paths, ["/basket", "/tea", "/u/*"], "nobody's address is kept");
        let campaigns = app.ana().get("/analytics/web/by/campaign").await.ok();
        assert_eq!((&campaigns["rows"][0]["key"], &campaigns["rows"][0]["visits"]), (&json!("May"), &json!(1)));

        let ana = app.ana();
        ana.post("/goals", json!({ "name": "Ordered", "kind": "event", "pattern": "ordered" })).await.created();
        ana.post("/goals", json!({ "name": "Tea", "pattern": "/te*" })).await.created();
        let goals = ana.get("/analytics/web/goals").await.ok();
        let of = |name: &str| goals["goals"].as_array().unwrap().iter().find(|goal| goal["name"] == name).unwrap().clone();
        assert_eq!((&of("Ordered")["visits"], &of("Tea")["visits"], &goals["visits"]), (&json!(1), &json!(1), &json!(2)), "{goals}");
        assert_eq!(of("Ordered")["sources"][0]["source"], "letter");
        ana.post("/funnels", json!({ "name": "Sale", "steps": "/te*\n/basket\n/thanks" })).await.created();
        let funnels = ana.get("/analytics/web/funnels").await.ok();
        let reached: Vec<&Value> = funnels["funnels"][0]["steps"].as_array().unwrap().iter().map(|step| &step["visits"]).collect();
        assert_eq!(reached, [1, 1, 0], "{funnels}");
    }

    async fn only_pages_of_sites_that_were_set_up_are_heard(app: TestApp) {
        a_shop(&app).await;
        let post = |client: Client, body: String| async move { client.send("POST", "//t", Body::from(body)).await };
        let refused = [
            (app.stranger().with("user-agent", FIREFOX), page("/")),
            (app.stranger().with("origin", "https://evil.example"), page("/")),
            (app.stranger().with("origin", "null"), page("/")),
            (browser(&app), json!({ "h": [{ "u": "https://evil.example/" }] })),
        ];
        for (client, body) in refused {
            post(client, body.to_string()).await.refused(403);
        }
        for body in ["", "{}", "[1]", r#"{"h":[{"u":"https://shop.example/","who":"ana"}]}"#] {
            let refused = post(browser(&app), body.to_string()).await;
            assert!(matches!(refused.status.as_u16(), 400 | 422), "{body}: {}", refused.text());
        }
        post(browser(&app), format!("{{\"h\":[{{\"u\":\"{}\"}}]}}", "x".repeat(100_000))).await.refused(413);
        gathered(&app).await;
        assert_eq!(overview(&app).await["state"], "empty", "nothing was written");
        let script = app.stranger().get("//t.js").await;
        assert_eq!(script.header("cross-origin-resource-policy"), Some("cross-origin"));
        assert!(script.bytes.len() < 2_048, "{} bytes", script.bytes.len());
    }

    async fn a_visit_is_of_somebody_only_by_consent_and_the_servers_word(app: TestApp) {
        a_shop(&app).await;
        let ana = app.ana();
        let maria = ana.post("/contacts", json!({ "last_name": "Maria" })).await.created()["id"].as_str().unwrap().to_string();
        let word = ana.post("/site-identities", json!({ "contact": maria })).await.ok()["token"].as_str().unwrap().to_string();
        let told = |consent: u8, word: &str| json!({
            "h": [{ "u": "https://shop.example/", "r": "https://www.google.com/search?q=blue+tea", "a": 0 }],
            "c": consent, "i": "abcdefghijklmnop", "k": word,
        });
        let shop = browser(&app);
        // Without consent, with a no of the browser, and with a word that is not ours: nobody.
        tells(&shop, told(0, &word)).await;
        tells(&shop.with("sec-gpc", "1"), told(1, &word)).await;
        tells(&shop.with("dnt", "1"), told(1, &word)).await;
        tells(&shop, told(1, &word.replace('0', "1"))).await;
        gathered(&app).await;
        assert_eq!(overview(&app).await["figures"]["known"], 0);
        tells(&shop, told(1, &word)).await;
        gathered(&app).await;
        eventually(async || overview(&app).await["figures"]["known"] == 1).await;
        app.pass_ms(31 * MINUTE);
        gathered(&app).await;
        gathered(&app).await;

        let people = ana.get("/analytics/web/people?by=phrase&key=blue tea").await.ok();
        assert_eq!((&people["rows"][0]["title"], &people["rows"][0]["key"]), (&json!("Maria"), &json!(maria)), "{people}");
        eventually(async || {
            let timeline = ana.get(&format!("/contacts/{maria}/timeline")).await.ok();
            let visited: Vec<&Value> =
                timeline["data"].as_array().unwrap().iter().filter(|line| line["kind"] == "site.visited").collect();
            assert!(visited.len() <= 1, "told once: {visited:?}");
            visited.first().is_some_and(|line| line["text"].as_str().unwrap_or_default().contains("blue tea"))
        }).await;

        // Who may not see contacts makes no words, and an old word is none.
        let clerk = app.colleague("Radu", json!({ "objects": { "site": { "read": "all" } } })).await;
        clerk.post("/site-identities", json!({ "contact": maria })).await.refused(403);
        clerk.get("/analytics/web").await.refused(404);
        ana.post(&format!("/contacts/{maria}/erasure"), json!({})).await.nothing();
        app.run_jobs().await;
        let people = ana.get("/analytics/web/people").await.ok();
        assert_eq!(people["rows"], json!([]), "the visits of who was erased are nobody's");
    }

    async fn an_order_keeps_the_origin_of_its_visit(app: TestApp) {
        a_shop(&app).await;
        let shop = browser(&app);
        tells(&shop, json!({ "h": [{ "u": "https://shop.example/tea", "r": "https://www.google.com/search?q=green+tea", "a": 0 }] })).await;
        let word = shop.get("//t/visit").await.ok()["visit"].as_str().unwrap().to_string();
        let ana = app.ana();
        let maria = ana.post("/contacts", json!({ "last_name": "Maria" })).await.created()["id"].clone();
        let order = ana.post("/orders", json!({ "number": "1", "status": "paid", "ordered_on": "2026-06-19", "customer": maria, "visit": word })).await.created();
        let id = order["id"].as_str().unwrap();
        ana.post("/order_lines", json!({ "name": "Tea", "order": id, "quantity": 1, "unit_price": { "amount": 900, "currency": "EUR" } })).await.created();
        gathered(&app).await;
        let order = ana.get(&format!("/orders/{id}")).await.ok();
        assert_eq!((&order["origin_medium"], &order["origin_phrase"], &order["origin_page"]), (&json!("search"), &json!("green tea"), &json!("/tea")), "{order}");

        // The next visit is another one; what is written stays, and nobody writes it by hand.
        app.pass_ms(40 * MINUTE);
        tells(&shop, json!({ "h": [{ "u": "https://shop.example/pay", "r": "https://pay.example/", "a": 0 }] })).await;
        gathered(&app).await;
        assert_eq!(ana.get(&format!("/orders/{id}")).await.ok()["origin_phrase"], "green tea");
        ana.patch(&format!("/orders/{id}"), json!({ "origin_phrase": "other" })).await.refused(422);
        let buyers = ana.get("/analytics/web/buyers").await.ok();
        let tea = &buyers["phrase"][0];
        assert_eq!((&tea["key"], &tea["orders"], &tea["buyers"], &tea["revenue"]), (&json!("green tea"), &json!(1), &json!(1), &json!(900)), "{buyers}");

        let made_up = ana.post("/orders", json!({ "number": "2", "visit": "made up" })).await.created();
        gathered(&app).await;
        let made_up = ana.get(&format!("/orders/{}", made_up["id"].as_str().unwrap())).await.ok();
        assert_eq!(made_up["origin_medium"], "unknown");
    }

    async fn what_was_acknowledged_survives_a_kill(app: TestApp) {
        a_shop(&app).await;
        let program = Program::serve(binary(), app.folder(), &app.target());
        let mut told = 0;
        for number in 0..40 {
            let body = page(&format!("/page-{number}")).to_string();
            let head = format!("POST /t HTTP/1.1\r\nhost: {}\r\norigin: https://shop.example\r\nuser-agent: {FIREFOX}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", program.address, body.len());
            told += i64::from(says_no_content(&program.address, &head));
        }
        program.kill();
        assert_eq!(told, 40);
        let again = app.reopened();
        gathered(&again).await;
        let pages = again.ana().get("/analytics/web/pages?limit=100").await.ok();
        assert_eq!(pages["total"]["views"], 40, "{pages}");
        assert_eq!(pages["total"]["pages"], 40);
    }
}

/// A plain request over a socket; whether it was acknowledged.
fn says_no_content(address: &str, request: &str) -> bool {
    use std::io::{Read, Write};
    let mut socket = std::net::TcpStream::connect(address).expect("somebody listens");
    socket.write_all(request.as_bytes()).expect("it is sent");
    let mut answer = String::new();
    socket.read_to_string(&mut answer).expect("it is answered");
    answer.starts_with("HTTP/1.1 204")
}
