//! A web address that answers in JSON, page by page. All pages are fetched before the first row is given: only then is it
//! known which columns there are, for an answer leaves out what is empty.

use std::collections::HashSet;
use std::io::{BufRead, BufReader, BufWriter, Seek, Write};
use std::time::Duration;

use foundation::access::Secret;
use foundation::html::coded;
use foundation::outbound::Client;
use foundation::{App, outbound};
use kernel::{Error, Result};
use serde_json::{Map, Value as Json};

use super::{Rows, Segment, plain};
use crate::formats::{Found, Row, disk_error};
use crate::sources::setup::{Pages, Setup};
use crate::values::JOINT;

/// Bytes of one page.
const PAGE_BYTES: u64 = 50 << 20;
/// Pages of one run.
const MOST_PAGES: u64 = 100_000;
/// Columns that rows may have together.
const MOST_COLUMNS: usize = 2_000;
/// Tries of one page, with pauses that double.
const TRIES: u32 = 5;
/// What a server may ask to wait.
const MOST_WAIT_S: u64 = 60;
/// How deep objects are taken apart.
const DEPTH: usize = 6;

pub struct HttpRows {
    columns: Option<Vec<String>>,
    names: Vec<String>,
    lines: BufReader<std::fs::File>,
    line: String,
    number: u64,
}

impl HttpRows {
    pub fn open(app: &App, setup: &Setup, secret: Option<&Secret>, only_first: bool) -> Result<HttpRows> {
        let file = tempfile::tempfile().map_err(disk_error)?;
        let mut fetched = Fetched { out: BufWriter::new(file), names: Vec::new(), known: HashSet::new() };
        fetch(app, setup, secret, only_first, &mut fetched)?;
        let mut file = fetched.out.into_inner().map_err(|fault| disk_error(fault.into_error()))?;
        file.rewind().map_err(disk_error)?;
        // An answer without a row has the columns that it always had.
        let names = match (&setup.mapping, fetched.names.is_empty()) {
            (Some(_), true) => crate::sources::shape::needed(setup).unwrap_or_default(),
            _ => fetched.names,
        };
        Ok(HttpRows {
            columns: Some(names.clone()),
            names,
            lines: BufReader::new(file),
            line: String::new(),
            number: 0,
        })
    }
}

impl Rows for HttpRows {
    fn next_segment(&mut self) -> Result<Option<Segment>> {
        Ok(self.columns.take().map(|columns| Segment { name: None, format: plain(columns) }))
    }

    fn next(&mut self, row: &mut Row) -> Result<Found> {
        self.line.clear();
        if self.lines.read_line(&mut self.line).map_err(disk_error)? == 0 {
            return Ok(Found::End);
        }
        let cells: Map<String, Json> = serde_json::from_str(&self.line).map_err(Error::internal)?;
        self.number += 1;
        row.clear();
        row.number = self.number;
        for name in &self.names {
            row.push(cells.get(name).and_then(Json::as_str).unwrap_or_default());
        }
        Ok(Found::Row)
    }
}

struct Fetched {
    out: BufWriter<std::fs::File>,
    /// In the order in which they were met.
    names: Vec<String>,
    known: HashSet<String>,
}

impl Fetched {
    fn take(&mut self, item: &Json) -> Result<()> {
        let mut cells = Map::new();
        match item {
            Json::Object(_) => flatten("", item, 0, &mut cells),
            other => {
                cells.insert("value".into(), Json::String(text(other)));
            }
        }
        for name in cells.keys() {
            if self.known.len() < MOST_COLUMNS && self.known.insert(name.clone()) {
                self.names.push(name.clone());
            }
        }
        let line = Json::Object(cells).to_string();
        self.out.write_all(line.as_bytes()).and_then(|()| self.out.write_all(b"\n")).map_err(disk_error)
    }
}

fn fetch(app: &App, setup: &Setup, secret: Option<&Secret>, only_first: bool, fetched: &mut Fetched) -> Result<()> {
    let settings = &setup.settings;
    let timeout = Duration::from_secs(settings.timeout_s.unwrap_or(30).clamp(1, 300));
    let mut client = Client::new(app, timeout);
    let mut headers: Vec<(String, String)> = vec![("accept".into(), "application/json".into())];
    headers.extend(settings.headers.iter().map(|(name, value)| (name.clone(), value.clone())));
    if let Some(secret) = secret {
        let name = settings.secret_header.clone().unwrap_or_else(|| "Authorization".into());
        headers.push((name, secret.expose().to_string()));
    }
    let plain = |text: &str| !text.is_empty() && !text.contains(['\r', '\n', '\0']);
    if headers.iter().any(|(name, value)| !plain(name) || !plain(value)) {
        return Err(Error::invalid("settings", "wrong_type", "a header is one line of text"));
    }
    let mut address = first_address(setup);
    let mut asked: HashSet<String> = HashSet::new();
    let mut rows = 0u64;
    for page in 0..MOST_PAGES {
        if !asked.insert(address.clone()) {
            return Err(refused("its pages lead in a circle"));
        }
        let body = page_of(&mut client, &address, &headers)?;
        let answer: Json = serde_json::from_slice(&body).map_err(|fault| not_json(&body, &fault))?;
        let items = rows_of(&answer, settings.rows.as_deref())?;
        for item in items {
            fetched.take(item)?;
        }
        let count = u64::try_from(items.len()).unwrap_or(0);
        rows += count;
        if only_first {
            return Ok(());
        }
        match next(setup, &address, &answer, page, rows, count)? {
            Some(next) => address = next,
            None => return Ok(()),
        }
    }
    Err(refused("it has too many pages"))
}

fn not_json(body: &[u8], fault: &serde_json::Error) -> Error {
    if std::str::from_utf8(body).is_err() {
        return Error::conflict(
            "source.encoding",
            "the answer is not UTF-8, which JSON has to be; nothing was written",
        );
    }
    refused(&format!("its answer is not JSON, or only half of it ({fault})"))
}

fn refused(why: &str) -> Error {
    Error::conflict("source.refused", format!("the source cannot be read: {why}"))
}

/// One page. What passes by itself (too many requests, a server that is down) is tried again.
fn page_of(client: &mut Client, address: &str, headers: &[(String, String)]) -> Result<Vec<u8>> {
    let mut pause_s = 1;
    for attempt in 1..=TRIES {
        let answer = client.get(address, headers, PAGE_BYTES);
        let (fault, wait_s) = match answer {
            Ok(answer) if (200..300).contains(&answer.status) => return Ok(answer.body),
            Ok(answer) if answer.status == 429 || answer.status >= 500 => {
                (refused(&format!("it answered {}", answer.status)), answer.retry_after_s)
            }
            Ok(answer) if matches!(answer.status, 401 | 403) => {
                return Err(refused(&format!("it answered {}: the secret is missing or not accepted", answer.status)));
            }
            Ok(answer) if (300..400).contains(&answer.status) => {
                return Err(refused(&format!(
                    "it answered {} and sends elsewhere; give the address it sends to",
                    answer.status
                )));
            }
            Ok(answer) => return Err(refused(&format!("it answered {}", answer.status))),
            Err(fault @ Error::Conflict { code: "source.unreachable", .. }) => (fault, None),
            Err(fault) => return Err(fault),
        };
        if attempt == TRIES {
            return Err(fault);
        }
        std::thread::sleep(Duration::from_secs(wait_s.unwrap_or(pause_s).min(MOST_WAIT_S)));
        pause_s *= 2;
    }
    Err(outbound::unreachable(address, 0, "it does not answer"))
}

/// The rows of an answer: where somebody said that they are, else where they usually are.
fn rows_of<'a>(answer: &'a Json, path: Option<&str>) -> Result<&'a Vec<Json>> {
    let found = match path.filter(|path| !path.trim().is_empty()) {
        Some(path) => at(answer, path),
        None => match answer {
            Json::Object(object) => ["data", "items", "results", "records", "value", "rows", "list"]
                .iter()
                .find_map(|name| object.get(*name).filter(|value| value.is_array())),
            other => Some(other),
        },
    };
    found.and_then(Json::as_array).ok_or_else(|| {
        Error::invalid(
            "settings",
            "not_found",
            "the answer has no list of rows there; say where they are, as in data.items",
        )
    })
}

/// The value at a path such as `paging.next.link`.
fn at<'a>(answer: &'a Json, path: &str) -> Option<&'a Json> {
    path.split('.').filter(|name| !name.is_empty()).try_fold(answer, |json, name| match json {
        Json::Array(list) => list.get(name.parse::<usize>().ok()?),
        other => other.get(name),
    })
}

fn first_address(setup: &Setup) -> String {
    let place = setup.place.clone();
    match &setup.settings.pages {
        Some(Pages::Offset { parameter, size, limit }) => {
            let place = with_limit(&place, limit.as_deref(), *size);
            with_parameter(&place, parameter, "0")
        }
        Some(Pages::Number { parameter, first, size, limit }) => {
            let place = with_limit(&place, limit.as_deref(), *size);
            with_parameter(&place, parameter, &first.to_string())
        }
        Some(Pages::Next { .. } | Pages::Cursor { .. }) | None => place,
    }
}

fn with_limit(place: &str, limit: Option<&str>, size: u64) -> String {
    match limit {
        Some(limit) if size > 0 => with_parameter(place, limit, &size.to_string()),
        _ => place.to_string(),
    }
}

/// The address of the next page; none behind the last one.
fn next(setup: &Setup, address: &str, answer: &Json, page: u64, rows: u64, count: u64) -> Result<Option<String>> {
    match &setup.settings.pages {
        None => Ok(None),
        Some(Pages::Next { path }) => match at(answer, path).and_then(Json::as_str).filter(|next| !next.is_empty()) {
            Some(next) => followed(address, next).map(Some),
            None => Ok(None),
        },
        Some(Pages::Cursor { path, parameter }) => {
            let cursor = at(answer, path).filter(|cursor| !cursor.is_null()).map(text);
            let cursor = cursor.filter(|cursor| !cursor.is_empty() && cursor != "false");
            Ok(cursor.map(|cursor| with_parameter(address, parameter, &cursor)))
        }
        Some(Pages::Offset { parameter, size, .. }) => {
            let more = count > 0 && count >= *size;
            Ok(more.then(|| with_parameter(address, parameter, &rows.to_string())))
        }
        Some(Pages::Number { parameter, first, size, .. }) => {
            let more = count > 0 && (*size == 0 || count >= *size);
            Ok(more.then(|| with_parameter(address, parameter, &(first + page + 1).to_string())))
        }
    }
}

/// A link to the next page stays with the same server: whoever it leads to would be shown the secret.
fn followed(address: &str, next: &str) -> Result<String> {
    let end = address.find("://").map_or(0, |at| at + 3);
    let length = address.get(end..).and_then(|rest| rest.find(['/', '?', '#'])).map_or(address.len(), |at| end + at);
    let origin = address.get(..length).unwrap_or(address);
    let path = address.split(['?', '#']).next().unwrap_or(address);
    if let Some(rest) = next.strip_prefix('/').filter(|rest| !rest.starts_with('/')) {
        return Ok(format!("{origin}/{rest}"));
    }
    if next.starts_with('?') {
        return Ok(format!("{path}{next}"));
    }
    let rest =
        next.get(..origin.len()).filter(|start| start.eq_ignore_ascii_case(origin)).and(next.get(origin.len()..));
    match rest {
        Some(rest) if rest.is_empty() || rest.starts_with(['/', '?']) => Ok(next.to_string()),
        _ => Err(refused("its next page leads to another server")),
    }
}

/// The address with a parameter set.
fn with_parameter(address: &str, name: &str, value: &str) -> String {
    let address = address.split('#').next().unwrap_or(address);
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let name = coded(name);
    let others = query.split('&').filter(|pair| !pair.is_empty() && pair.split('=').next() != Some(name.as_str()));
    let mut pairs: Vec<String> = others.map(str::to_string).collect();
    pairs.push(format!("{name}={}", coded(value)));
    format!("{path}?{}", pairs.join("&"))
}

/// An object's members as cells: `address.city`. A list of texts is one cell.
fn flatten(before: &str, json: &Json, depth: usize, cells: &mut Map<String, Json>) {
    let Json::Object(object) = json else { return };
    for (name, value) in object {
        let name = if before.is_empty() { name.clone() } else { format!("{before}.{name}") };
        match value {
            Json::Object(_) if depth < DEPTH => flatten(&name, value, depth + 1, cells),
            other => {
                cells.insert(name, Json::String(text(other)));
            }
        }
    }
}

fn text(json: &Json) -> String {
    match json {
        Json::Null => String::new(),
        Json::Bool(is) => is.to_string(),
        Json::Number(number) => number.to_string(),
        Json::String(text) => text.clone(),
        Json::Array(list) if list.iter().all(|item| !item.is_object() && !item.is_array()) => {
            list.iter().map(text).collect::<Vec<_>>().join(JOINT)
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_parameter_is_set_once_and_coded() {
        assert_eq!(with_parameter("https://x.example/a", "page", "2"), "https://x.example/a?page=2");
        assert_eq!(
            with_parameter("https://x.example/a?page=1&b=c#d", "page", "a b/="),
            "https://x.example/a?b=c&page=a%20b%2F%3D"
        );
    }

    #[test]
    fn a_next_page_stays_with_its_server() {
        let here = "https://shop.example/api/customers?page=1";
        assert_eq!(followed(here, "/api/customers?page=2").unwrap(), "https://shop.example/api/customers?page=2");
        assert_eq!(followed(here, "?page=2").unwrap(), "https://shop.example/api/customers?page=2");
        assert_eq!(followed(here, "https://SHOP.example/x").unwrap(), "https://SHOP.example/x");
        for next in [
            "https://evil.example/",
            "//evil.example/",
            "https://shop.example.evil.example/",
            "https://shop.example@evil.example/",
            "http://shop.example/",
        ] {
            assert!(followed(here, next).is_err(), "{next}");
        }
    }

    #[test]
    fn objects_become_cells() {
        let mut cells = Map::new();
        flatten(
            "",
            &json!({ "id": 7, "address": { "city": "Cluj" }, "tags": ["a", "b"], "more": [{ "x": 1 }], "no": null }),
            0,
            &mut cells,
        );
        assert_eq!(
            Json::Object(cells),
            json!({ "id": "7", "address.city": "Cluj", "tags": "a ::: b", "more": "[{\"x\":1}]", "no": "" })
        );
    }

    #[test]
    fn rows_are_found_where_they_usually_are() {
        assert_eq!(rows_of(&json!([1]), None).unwrap().len(), 1);
        assert_eq!(rows_of(&json!({ "meta": 1, "results": [1, 2] }), None).unwrap().len(), 2);
        assert_eq!(rows_of(&json!({ "a": { "b": [1] } }), Some("a.b")).unwrap().len(), 1);
        assert!(rows_of(&json!({ "a": 1 }), None).is_err() && rows_of(&json!({ "a": 1 }), Some("b")).is_err());
    }
}
