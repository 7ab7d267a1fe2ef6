//! Sources at a web address: answers in JSON, page by page, however a server counts its pages.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use testkit::{Client, TestApp, on_both};

use crate::sources::{contact, count, figures, read, shop};

/// A shop's server on this machine: answers what it is given for each path, and remembers what it was asked.
struct Shop {
    address: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Shop {
    fn open(answer: impl Fn(usize, &str) -> (u16, String) + Send + 'static) -> Shop {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let remembered = asked.clone();
        std::thread::spawn(move || {
            for (count, stream) in listener.incoming().enumerate() {
                let Ok(mut stream) = stream else { return };
                let request = head_of(&mut stream);
                let path = request.split(' ').nth(1).unwrap_or_default().to_string();
                let (status, body) = answer(count, &path);
                remembered.lock().expect("nobody panics").push(request);
                let head = format!(
                    "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\nretry-after: 0\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                    body.len()
                );
                let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes()));
            }
        });
        Shop { address, asked }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("nobody panics").clone()
    }
}

fn head_of(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    let mut byte = [0u8; 1];
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|read| read == 1) {
        head.push(byte[0]);
    }
    String::from_utf8_lossy(&head).into_owned()
}

/// Five customers, from one on; a page of a server.
fn customers(from: u64, to: u64) -> Vec<Value> {
    let customer =
        |n| json!({ "id": n, "last_name": format!("Number{n}"), "email": format!("c{n}@bluebakery.example") });
    (from..=to.min(5)).map(customer).collect()
}

/// A source of contacts from that server, with these settings.
async fn of(ana: &Client, server: &Shop, path: &str, pages: Value) -> String {
    let place = format!("{}{path}", server.address);
    shop(ana, json!({ "kind": "http", "place": place, "settings": { "pages": pages } })).await
}

/// The paths that were asked for, in order.
fn paths(server: &Shop) -> Vec<String> {
    server.asked().iter().map(|asked| asked.split(' ').nth(1).unwrap_or_default().to_string()).collect()
}

on_both! {
    async fn a_web_address_is_read_page_by_page_with_its_secret(app: TestApp) {
        let ana = app.ana();
        let customer = |n: u64| json!({ "id": n, "first_name": "Client", "last_name": format!("Number{n}"), "email": format!("c{n}@bluebakery.example"), "address": { "city": "Cluj" } });
        let server = Shop::open(move |count, path| {
            let page = |from: u64, to: u64| (from..=to).map(customer).collect::<Vec<_>>();
            match path {
                _ if count == 0 => (503, "try again".into()),
                "/customers" => (200, json!({ "data": { "items": page(1, 3) }, "links": { "next": "/customers?page=2" } }).to_string()),
                "/customers?page=2" => (200, json!({ "data": { "items": page(4, 5) }, "links": { "next": null } }).to_string()),
                _ => (404, "{}".into()),
            }
        });
        let settings = json!({ "rows": "data.items", "secret_header": "X-Key", "pages": { "by": "next", "path": "links.next" } });
        let id = shop(&ana, json!({ "kind": "http", "place": format!("{}/customers", server.address), "settings": settings })).await;
        ana.put(&format!("/sources/{id}/secret"), json!({ "secret": "correct horse" })).await.nothing();
        let run = read(&app, &id).await;
        assert_eq!(figures(&run, &["rows", "new"]), [5, 5]);
        assert_eq!(contact(&ana, "Number5").await["address"]["city"], "Cluj");
        let asked = server.asked();
        assert_eq!(asked.len(), 3);
        assert!(asked.iter().all(|request| request.to_lowercase().contains("x-key: correct horse")), "{asked:?}");
    }

    async fn a_web_address_that_leads_away_or_sends_half_writes_nothing(app: TestApp) {
        let ana = app.ana();
        let one = json!([{ "id": 1, "email": "a@bluebakery.example" }]);
        let server = Shop::open(move |_, path| match path {
            "/away" => (200, json!({ "data": one, "next": "https://evil.example/x" }).to_string()),
            "/circle" => (200, json!({ "data": one, "next": "/circle" }).to_string()),
            "/half" => (200, "{\"data\":[{\"id\":1,\"email\":\"a@blue".into()),
            "/denied" => (401, "{}".into()),
            "/moved" => (302, String::new()),
            _ => (200, "[]".into()),
        });
        let pages = json!({ "pages": { "by": "next", "path": "next" } });
        for (path, told) in [("/away", "another server"), ("/circle", "circle"), ("/half", "half of it"), ("/denied", "secret"), ("/moved", "elsewhere")] {
            let place = format!("{}{path}", server.address);
            let id = shop(&ana, json!({ "name": path, "kind": "http", "place": place, "settings": pages })).await;
            let run = read(&app, &id).await;
            assert_eq!((&run["state"], &run["code"]), (&json!("failed"), &json!("source.refused")), "{run}");
            assert!(run["detail"].as_str().unwrap().contains(told), "{run}");
        }
        assert_eq!(count(&ana).await, 0);
        for place in ["http://127.0.0.2/x", "http://[::1]/x", "http://169.254.169.254/latest", "http://10.0.0.1/"] {
            let id = shop(&ana, json!({ "name": place, "kind": "http", "place": place })).await;
            assert_eq!(read(&app, &id).await["code"], "address_refused", "{place}");
        }
    }

    async fn pages_by_cursor_are_followed_to_the_one_without(app: TestApp) {
        let ana = app.ana();
        let server = Shop::open(|_, path| match path {
            "/c?shop=1" => (200, json!({ "data": customers(1, 2), "paging": { "after": "a/b 2" } }).to_string()),
            "/c?shop=1&after=a%2Fb%202" => (200, json!({ "data": customers(3, 4), "paging": { "after": 4 } }).to_string()),
            "/c?shop=1&after=4" => (200, json!({ "data": customers(5, 5), "paging": { "after": null } }).to_string()),
            _ => (404, "{}".into()),
        });
        let id = of(&ana, &server, "/c?shop=1", json!({ "by": "cursor", "path": "paging.after", "parameter": "after" })).await;
        assert_eq!(figures(&read(&app, &id).await, &["rows", "new"]), [5, 5]);
        assert_eq!(paths(&server), ["/c?shop=1", "/c?shop=1&after=a%2Fb%202", "/c?shop=1&after=4"]);
        assert_eq!(figures(&read(&app, &id).await, &["rows", "same", "gone"]), [5, 5, 0], "and again does nothing");

        // A server that never comes to an end is not followed for ever.
        let round = Shop::open(|_, _| (200, json!({ "data": customers(1, 1), "next": "same" }).to_string()));
        let id = shop(&ana, json!({ "name": "Round", "kind": "http", "place": format!("{}/c", round.address),
            "settings": { "pages": { "by": "cursor", "path": "next", "parameter": "after" } } })).await;
        let run = read(&app, &id).await;
        assert_eq!((&run["state"], &run["code"]), (&json!("failed"), &json!("source.refused")), "{run}");
        assert_eq!(round.asked().len(), 2);
        assert_eq!(count(&ana).await, 5);
    }

    async fn pages_by_offset_end_with_the_one_that_is_not_full(app: TestApp) {
        let ana = app.ana();
        let server = Shop::open(|_, path| match path {
            "/c?limit=2&start=0" => (200, json!({ "items": customers(1, 2) }).to_string()),
            "/c?limit=2&start=2" => (200, json!({ "items": customers(3, 4) }).to_string()),
            "/c?limit=2&start=4" => (200, json!({ "items": customers(5, 6) }).to_string()),
            _ => (404, "{}".into()),
        });
        let id = of(&ana, &server, "/c", json!({ "by": "offset", "parameter": "start", "size": 2, "limit": "limit" })).await;
        assert_eq!(figures(&read(&app, &id).await, &["rows", "new"]), [5, 5]);
        assert_eq!(paths(&server), ["/c?limit=2&start=0", "/c?limit=2&start=2", "/c?limit=2&start=4"]);
        assert_eq!(contact(&ana, "Number5").await["email"], "c5@bluebakery.example");

        // One page that fails fails the whole: half of the customers throws nobody away.
        let half = Shop::open(|_, path| match path {
            "/c?start=0" => (200, json!({ "items": customers(1, 2) }).to_string()),
            _ => (404, "{}".into()),
        });
        let id = shop(&ana, json!({ "name": "Half", "kind": "http", "place": format!("{}/c", half.address),
            "settings": { "pages": { "by": "offset", "parameter": "start", "size": 2 } } })).await;
        assert_eq!(read(&app, &id).await["code"], "source.refused");
        assert_eq!(count(&ana).await, 5);
    }

    async fn pages_by_number_end_with_the_first_empty_one(app: TestApp) {
        let ana = app.ana();
        let server = Shop::open(|_, path| match path {
            "/c?page=1" => (200, json!(customers(1, 3)).to_string()),
            "/c?page=2" => (200, json!(customers(4, 5)).to_string()),
            "/c?page=3" => (200, "[]".into()),
            "/z?per=3&p=0" => (200, json!(customers(1, 3)).to_string()),
            "/z?per=3&p=1" => (200, json!(customers(4, 5)).to_string()),
            _ => (404, "{}".into()),
        });
        let id = of(&ana, &server, "/c?page=7", json!({ "by": "number", "parameter": "page" })).await;
        assert_eq!(figures(&read(&app, &id).await, &["rows", "new"]), [5, 5]);
        assert_eq!(paths(&server), ["/c?page=1", "/c?page=2", "/c?page=3"], "a page in the address is not taken for the first");

        // Told how many a page holds, it does not ask for an empty one; some count from nought.
        let from_nought = json!({ "by": "number", "parameter": "p", "first": 0, "size": 3, "limit": "per" });
        let id = shop(&ana, json!({ "name": "Nought", "kind": "http", "place": format!("{}/z", server.address), "settings": { "pages": from_nought } })).await;
        assert_eq!(figures(&read(&app, &id).await, &["rows"]), [5]);
        let asked = paths(&server).split_off(3);
        assert!(asked.len() == 2 && asked.iter().all(|path| path.contains("per=3")), "{asked:?}");
    }
}
