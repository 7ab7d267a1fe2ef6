//! The entrance, over a real socket: by which name the server is called, how much headers may say, and looking into the
//! past of special fields.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::time::Duration;

use serde_json::json;
use testkit::{Database, Program, TestApp, on_both};

fn binary() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_rapport"))
}

/// Sends these lines as they are; the status and the whole answer.
fn said(program: &Program, lines: &str) -> (u16, String) {
    let mut socket = TcpStream::connect(&program.address).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    socket.write_all(format!("{lines}connection: close\r\n\r\n").as_bytes()).unwrap();
    let mut answer = Vec::new();
    let _ = socket.read_to_end(&mut answer);
    let text = String::from_utf8_lossy(&answer).into_owned();
    let status = text.split_whitespace().nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    (status, text)
}

#[test]
fn who_calls_the_server_by_a_foreign_name_finds_nobody() {
    testkit::run(Database::Sqlite, |app: TestApp| async move {
        let mut serve = testkit::command(binary(), app.folder(), &app.target(), &["serve", "--listen", "127.0.0.1:0"]);
        serve.args(["--origin", "https://crm.example.com", "--hosts", "crm.internal,other.internal"]);
        let program = Program::started(serve);
        let port = program.address.rsplit_once(':').unwrap().1;
        for own in [
            "crm.example.com",
            "crm.internal:8080",
            "other.internal",
            &format!("127.0.0.1:{port}"),
            &format!("localhost:{port}"),
            "[::1]",
        ] {
            assert_eq!(said(&program, &format!("GET /healthz HTTP/1.1\r\nhost: {own}\r\n")).0, 200, "{own}");
        }
        for foreign in ["evil.example", &format!("evil.example:{port}"), "crm.example.com.evil.example", "10.0.0.1"] {
            for path in ["/healthz", "/", "/api/v1/setup", "/metrics"] {
                let (status, text) =
                    said(&program, &format!("GET {path} HTTP/1.1\r\nhost: {foreign}\r\naccept-language: ro\r\n"));
                assert_eq!(status, 421, "{foreign}{path}: {text}");
                assert!(text.contains("\"unknown_host\"") && text.contains("Acest server nu răspunde"), "{text}");
            }
        }
        // Two names, or another one in the request line, are no way round.
        assert_eq!(said(&program, "GET /healthz HTTP/1.1\r\nhost: localhost\r\nhost: evil.example\r\n").0, 421);
        assert_eq!(said(&program, "GET http://evil.example/healthz HTTP/1.1\r\nhost: localhost\r\n").0, 421);
    });
}

#[test]
fn headers_that_never_end_are_refused_and_the_server_goes_on() {
    testkit::run(Database::Sqlite, |app: TestApp| async move {
        let program = Program::serve(binary(), app.folder(), &app.target());
        let (status, text) = said(
            &program,
            &format!("GET /healthz HTTP/1.1\r\nhost: localhost\r\nx-long: {}\r\n", "x".repeat(33 << 10)),
        );
        assert_eq!(status, 431, "{text}");
        assert!(text.contains("\"headers_too_large\""), "{text}");
        let many: String = (0..300).map(|n| format!("x-{n}: {}\r\n", "y".repeat(200))).collect();
        assert_eq!(said(&program, &format!("GET /healthz HTTP/1.1\r\nhost: localhost\r\n{many}")).0, 431);
        assert_eq!(
            said(&program, &format!("GET /healthz HTTP/1.1\r\nhost: localhost\r\nx-long: {}\r\n", "x".repeat(2 << 20)))
                .0,
            431
        );
        assert_eq!(
            said(
                &program,
                &format!("GET /healthz HTTP/1.1\r\nhost: localhost\r\nx-long: {}\r\n", "x".repeat(30 << 10))
            )
            .0,
            200
        );
    });
}

#[test]
fn a_proxy_that_is_no_address_is_refused_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let target = db::Target::Folder(folder.path().to_path_buf());
    let started =
        Program::run(binary(), folder.path(), &target, &["serve", "--listen", "127.0.0.1:0", "--proxies", "somewhere"]);
    assert_eq!(started.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&started.stderr).contains("`somewhere` is no address"), "{started:?}");
}

on_both! {
    async fn whoever_reads_what_a_special_field_once_said_is_written_down(app: TestApp) {
        let ana = app.ana();
        let field = json!({ "name": "diet", "label": "Diet", "type": "text", "class": "special", "purpose": "service" });
        ana.post("/definitions/contact/fields", field).await.created();
        let path = format!("/contacts/{}", app.vlad().await["id"].as_str().unwrap());
        ana.patch(&path, json!({ "diet": "kosher" })).await.ok();
        ana.patch(&path, json!({ "diet": null })).await.ok();
        let looks = async || ana.get("/audit?action=field.special_read").await.ok()["data"].as_array().unwrap().len();
        let before = looks().await;

        assert!(ana.get(&format!("{path}/history")).await.text().contains("kosher"));
        assert_eq!(looks().await, before + 1);
        assert!(ana.get(&format!("{path}/timeline")).await.text().contains("kosher"));
        assert!(looks().await > before + 1);
        let log = ana.get("/audit?action=field.special_read").await.ok();
        assert_eq!(log["data"][0]["detail"]["fields"], json!(["diet"]), "{log}");
        assert!(!log.to_string().contains("kosher"), "the log tells that it was read, not what it said");

        // What shows no special field leaves no line.
        let quiet = looks().await;
        ana.get("/contacts?fields=title").await.ok();
        ana.get("/tags").await.ok();
        assert_eq!(looks().await, quiet);
    }
}
