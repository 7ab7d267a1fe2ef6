//! A client that reads like a user: it asks, and says in the test what it expects.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, Response, StatusCode, header};
use serde_json::Value;
use tower::ServiceExt;

/// Somebody who calls the API.
#[derive(Clone)]
pub struct Client {
    router: Router,
    headers: Vec<(String, String)>,
}

impl Client {
    pub fn with_key(router: Router, key: String) -> Client {
        Client { router, headers: vec![("authorization".into(), format!("Bearer {key}"))] }
    }

    /// Somebody in the workspace.
    pub fn signed_in(router: Router, token: &str) -> Client {
        Client { router, headers: vec![("cookie".into(), format!("rapport={token}"))] }
    }

    pub fn without_key(router: Router) -> Client {
        Client { router, headers: Vec::new() }
    }

    /// The same caller with one header more.
    pub fn with(&self, name: &str, value: &str) -> Client {
        let mut client = self.clone();
        client.headers.push((name.into(), value.into()));
        client
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, Body::empty()).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.json("POST", path, body).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.json("PUT", path, body).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.json("PATCH", path, body).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send("DELETE", path, Body::empty()).await
    }

    async fn json(&self, method: &str, path: &str, body: Value) -> Answer {
        let caller = if self.headers.iter().any(|(name, _)| name == "content-type") {
            self.clone()
        } else {
            self.with("content-type", "application/json")
        };
        caller.send(method, path, Body::from(body.to_string())).await
    }

    /// Any method, any body. Paths are below `/api/v1` unless they say `//path`; spaces and the like are escaped here.
    pub async fn send(&self, method: &str, path: &str, body: Body) -> Answer {
        let response = self.response(method, path, body).await;
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = axum::body::to_bytes(response.into_body(), 64 << 20).await.expect("the body arrives");
        Answer { asked: format!("{method} {path}"), status, headers, bytes: bytes.to_vec() }
    }

    /// The answer as it begins, for streams.
    pub async fn response(&self, method: &str, path: &str, body: Body) -> Response<Body> {
        let uri = match path.strip_prefix("//") {
            Some(outside) => format!("/{outside}"),
            None => format!("/api/v1{path}"),
        };
        let mut request = Request::builder().method(method).uri(escaped(&uri));
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let request = request.body(body).expect("a request");
        self.router.clone().oneshot(request).await.expect("routers answer")
    }
}

/// Escapes what may not stand in an address; what is escaped already stays.
fn escaped(uri: &str) -> String {
    let mut out = String::with_capacity(uri.len());
    for byte in uri.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => out.push(char::from(byte)),
            b'/' | b'?' | b'&' | b'=' | b'-' | b'_' | b'.' | b'~' | b'%' | b',' | b':' | b'*' | b'{' | b'}' => {
                out.push(char::from(byte))
            }
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    asked: String,
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Answer {
    /// The body, whatever the status.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or(Value::Null)
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The change that can be undone.
    #[track_caller]
    pub fn change(&self) -> String {
        self.header("rapport-change").unwrap_or_else(|| panic!("{}: no change in the answer", self.asked)).to_string()
    }

    #[track_caller]
    fn expect(self, status: u16) -> Answer {
        assert_eq!(self.status.as_u16(), status, "{}: {}", self.asked, self.text());
        self
    }

    /// 200, and its body.
    #[track_caller]
    pub fn ok(self) -> Value {
        self.expect(200).json()
    }

    #[track_caller]
    pub fn created(self) -> Value {
        self.expect(201).json()
    }

    #[track_caller]
    pub fn accepted(self) -> Value {
        self.expect(202).json()
    }

    #[track_caller]
    pub fn nothing(self) {
        self.expect(204);
    }

    /// A problem with that status, well formed; its body.
    #[track_caller]
    pub fn refused(self, status: u16) -> Value {
        let asked = self.asked.clone();
        let answer = self.expect(status);
        assert_eq!(answer.header(header::CONTENT_TYPE.as_str()), Some("application/problem+json"), "{asked}");
        let problem = answer.json();
        assert_eq!(problem["status"], status, "{asked}: {problem}");
        for member in ["type", "title", "code", "instance"] {
            assert!(
                problem[member].as_str().is_some_and(|text| !text.is_empty()),
                "{asked}: {member} is missing in {problem}"
            );
        }
        problem
    }

    /// A problem, its code and the codes of its fields by pointer: enough for most refusals.
    #[track_caller]
    pub fn refused_with(self, status: u16, code: &str) -> Value {
        let asked = self.asked.clone();
        let problem = self.refused(status);
        let in_field =
            problem["errors"].as_array().is_some_and(|errors| errors.iter().any(|error| error["code"] == code));
        assert!(problem["code"] == code || in_field, "{asked}: no {code} in {problem}");
        problem
    }
}
