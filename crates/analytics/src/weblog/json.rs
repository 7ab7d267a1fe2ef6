//! A JSON object a line, under the names that nginx, Apache, Caddy, Traefik, CDNs and their users give to fields.

use super::line::{Damage, Line, count_of, is_address, present, split_request, status_of};
use super::moment;
use serde_json::Value;
use std::borrow::Cow;

const ADDRESS: &[&str] = &[
    "remote_addr",
    "remote_ip",
    "client_ip",
    "clientip",
    "ClientIP",
    "ClientHost",
    "client",
    "ip",
    "c_ip",
    "host",
    "addr",
];
const FORWARDED: &[&str] = &["http_x_forwarded_for", "x_forwarded_for", "forwarded_for", "X-Forwarded-For"];
const TIME: &[&str] = &[
    "time_iso8601",
    "@timestamp",
    "timestamp",
    "time_local",
    "time",
    "ts",
    "msec",
    "date",
    "StartUTC",
    "EdgeStartTimestamp",
];
const REQUEST: &[&str] = &["request", "request_line"];
const METHOD: &[&str] = &["request_method", "method", "verb", "RequestMethod", "ClientRequestMethod"];
const TARGET: &[&str] = &["request_uri", "uri", "url", "path", "RequestPath", "ClientRequestURI"];
const STATUS: &[&str] = &["status", "status_code", "response", "DownstreamStatus", "EdgeResponseStatus"];
const BYTES: &[&str] =
    &["body_bytes_sent", "bytes_sent", "bytes", "size", "DownstreamContentSize", "EdgeResponseBytes"];
const REFERRER: &[&str] =
    &["http_referer", "http_referrer", "referer", "referrer", "Referer", "request_Referer", "ClientRequestReferer"];
const AGENT: &[&str] = &[
    "http_user_agent",
    "user_agent",
    "agent",
    "useragent",
    "User-Agent",
    "request_User-Agent",
    "ClientRequestUserAgent",
];

/// Reads a line; what a program nests under `request` and its `headers` is found there too.
pub fn line(text: &[u8], forwarded: bool) -> Result<Line<'static>, Damage> {
    let value: Value = serde_json::from_slice(text).map_err(|_| Damage::NotJson)?;
    if !value.is_object() {
        return Err(Damage::NotJson);
    }
    let found = |names: &[&str]| {
        let places = [Some(&value), value.get("request"), value.pointer("/request/headers"), value.get("headers")];
        let each = places.into_iter().flatten().flat_map(|place| names.iter().map(move |name| place.get(name)));
        each.flatten().map(first).find(|value| matches!(value, Value::String(_) | Value::Number(_)))
    };
    let text = |names: &[&str]| found(names).map(words).unwrap_or_default();

    let mut address = text(ADDRESS);
    if forwarded {
        let chain = text(FORWARDED);
        let nearest = chain.split(|byte| *byte == b',').next().unwrap_or_default().trim_ascii();
        if is_address(nearest) {
            address = nearest.to_vec();
        }
    }
    if present(&address).is_empty() {
        return Err(Damage::NoAddress);
    }
    let at = found(TIME).and_then(time).ok_or(Damage::NoTime)?;
    let request = text(REQUEST);
    let (method, target) = split_request(&request);
    let (mut method, mut target) = (method.to_vec(), target.to_vec());
    if method.is_empty() {
        method = text(METHOD);
    }
    if target.is_empty() {
        target = text(TARGET);
    }
    if target.is_empty() && request.is_empty() {
        return Err(Damage::NoRequest);
    }
    Ok(Line {
        address: Cow::Owned(address),
        at,
        method: Cow::Owned(method),
        target: Cow::Owned(target),
        status: status_of(&text(STATUS)).ok_or(Damage::NoStatus)?,
        bytes: count_of(&text(BYTES)).ok_or(Damage::NoStatus)?,
        referrer: Cow::Owned(present(&text(REFERRER)).to_vec()),
        agent: Cow::Owned(present(&text(AGENT)).to_vec()),
        is_cut: false,
    })
}

/// Headers are lists in some logs.
fn first(value: &Value) -> &Value {
    value.get(0).unwrap_or(value)
}

fn words(value: &Value) -> Vec<u8> {
    match value {
        Value::String(text) => text.clone().into_bytes(),
        other => other.to_string().into_bytes(),
    }
}

fn time(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => moment::since_1970(number.as_f64()?),
        Value::String(text) => {
            let bytes = text.trim_matches(['[', ']']).as_bytes();
            let counted = || moment::since_1970(text.parse().ok()?);
            moment::iso(bytes).or_else(|| moment::common(bytes)).or_else(counted)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_under_the_names_of_several_servers() {
        let nginx =
            br#"{"time_iso8601":"2015-05-17T12:05:03+02:00","remote_addr":"1.2.3.4","request":"GET /a HTTP/1.1",
            "status":"200","body_bytes_sent":"12","http_referer":"-","http_user_agent":"say \"hi\""}"#;
        let caddy = br#"{"ts":1431857103.25,"request":{"remote_ip":"1.2.3.4","method":"GET","uri":"/a",
            "headers":{"User-Agent":["say \"hi\""]}},"status":200,"size":12}"#;
        for text in [&nginx[..], caddy] {
            let line = line(text, false).unwrap();
            assert_eq!((&*line.address, line.at, line.status), (&b"1.2.3.4"[..], 1_431_857_103, 200));
            assert_eq!((&*line.method, &*line.target, line.bytes), (&b"GET"[..], &b"/a"[..], 12));
            assert_eq!((&*line.agent, line.referrer.len()), (&b"say \"hi\""[..], 0));
        }
    }

    #[test]
    fn what_is_damaged_is_named() {
        assert_eq!(line(b"{\"status\":", false), Err(Damage::NotJson));
        assert_eq!(line(b"[]", false), Err(Damage::NotJson));
        assert_eq!(line(b"{}", false), Err(Damage::NoAddress));
        assert_eq!(line(br#"{"ip":"::1","time":"soon"}"#, false), Err(Damage::NoTime));
        assert_eq!(line(br#"{"ip":"::1","time":1}"#, false), Err(Damage::NoRequest));
        assert_eq!(line(br#"{"ip":"::1","time":1,"url":"/"}"#, false), Err(Damage::NoStatus));
    }
}
