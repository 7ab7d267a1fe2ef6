//! One line of a log as its fields, whatever the format.

use super::moment;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// A request as a line tells it. Bytes as they stand in the log: nobody promises UTF-8.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Line<'a> {
    pub address: Cow<'a, [u8]>,
    /// Seconds since 1970, UTC.
    pub at: i64,
    pub method: Cow<'a, [u8]>,
    /// Path and query.
    pub target: Cow<'a, [u8]>,
    pub status: u16,
    pub bytes: u64,
    /// Empty where the log has none.
    pub referrer: Cow<'a, [u8]>,
    /// Empty where the log has none.
    pub agent: Cow<'a, [u8]>,
    /// The line ends within its last field.
    pub is_cut: bool,
}

/// What is wrong with a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Damage {
    TooLong,
    NoAddress,
    NoTime,
    NoRequest,
    NoStatus,
    NotJson,
    /// A line of the W3C format before its `#Fields`, or with another number of fields.
    OtherFields,
}

/// How a log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Common or combined, with or without the virtual host before or further fields after.
    Combined,
    /// The W3C's extended format with its `#Fields` line.
    W3c,
    /// A JSON object a line.
    Json,
}

impl Format {
    /// The format of a log by one of its first lines.
    pub fn of(line: &[u8]) -> Format {
        match line.trim_ascii_start().first() {
            Some(b'{') => Format::Json,
            Some(b'#') => Format::W3c,
            _ => Format::Combined,
        }
    }
}

/// Reads a line of the common or the combined format:
/// `[host] address identity user [time] "request" status bytes ["referrer" "agent" …]`.
///
/// Quotes within a field are escaped by a backslash. A last quote that is missing is accepted and marked. With
/// `forwarded` the first address of a further quoted field (X-Forwarded-For, from one's own proxy) is the visitor's.
pub fn combined(line: &[u8], forwarded: bool) -> Result<Line<'_>, Damage> {
    let opening = memchr::memchr(b'[', line).ok_or(Damage::NoTime)?;
    let address = address(&line[..opening]).ok_or(Damage::NoAddress)?;
    let rest = &line[opening + 1..];
    let closing = memchr::memchr(b']', rest).ok_or(Damage::NoTime)?;
    let at = moment::common(&rest[..closing]).ok_or(Damage::NoTime)?;

    let (request, rest) = match quoted(&rest[closing + 1..]) {
        Some((request, rest, false)) => (request, rest),
        _ => return Err(Damage::NoRequest),
    };
    let (method, target) = split_request(request);
    let (status, rest) = word(rest);
    let status = status_of(status).ok_or(Damage::NoStatus)?;
    let (bytes, rest) = word(rest);
    let bytes = count_of(bytes).ok_or(Damage::NoStatus)?;

    let mut line = Line {
        address: address.into(),
        at,
        method: method.into(),
        target: target.into(),
        status,
        bytes,
        ..Line::default()
    };
    let Some((referrer, rest, cut)) = quoted(rest) else { return Ok(line) };
    line.referrer = present(referrer).into();
    line.is_cut = cut;
    let Some((agent, rest, cut)) = quoted(rest) else { return Ok(line) };
    line.agent = present(agent).into();
    line.is_cut |= cut;
    if forwarded
        && let Some((chain, _, _)) = quoted(rest)
        && let Some(first) = chain.split(|byte| *byte == b',').next().map(<[u8]>::trim_ascii)
        && is_address(first)
    {
        line.address = first.into();
    }
    Ok(line)
}

/// The visitor's address in what stands before the time.
fn address(head: &[u8]) -> Option<&[u8]> {
    let (first, rest) = word(head);
    let (second, _) = word(rest);
    // Only where a virtual host stands first is the second word an address.
    let found = if is_address(second) && !is_address(first) { second } else { first };
    (!found.is_empty() && found != b"-").then_some(found)
}

/// Whether this can be an IPv4 or IPv6 address.
pub fn is_address(word: &[u8]) -> bool {
    std::str::from_utf8(word).is_ok_and(|word| word.parse::<std::net::IpAddr>().is_ok())
}

/// The next field in quotes, what comes after it, and whether its closing quote is missing.
fn quoted(text: &[u8]) -> Option<(&[u8], &[u8], bool)> {
    let text = text.trim_ascii_start();
    let inside = text.strip_prefix(b"\"")?;
    let mut from = 0;
    while let Some(at) = memchr::memchr(b'"', &inside[from..]) {
        let end = from + at;
        let escapes = inside[..end].iter().rev().take_while(|byte| **byte == b'\\').count();
        if escapes % 2 == 0 {
            return Some((&inside[..end], &inside[end + 1..], false));
        }
        from = end + 1;
    }
    Some((inside, &[], true))
}

/// The next word, and what comes after it.
fn word(text: &[u8]) -> (&[u8], &[u8]) {
    let text = text.trim_ascii_start();
    let end = memchr::memchr2(b' ', b'\t', text).unwrap_or(text.len());
    text.split_at(end)
}

/// Method and target of `GET /path HTTP/1.1`; a request that is none (a scan's bytes, `-`) has no method.
pub fn split_request(request: &[u8]) -> (&[u8], &[u8]) {
    let Some(first) = memchr::memchr(b' ', request) else { return (&[], present(request)) };
    let (method, rest) = (&request[..first], &request[first + 1..]);
    if method.is_empty() || method.len() > 20 || !method.iter().all(u8::is_ascii_uppercase) {
        return (&[], request);
    }
    // A target may hold blanks; the protocol is what stands after the last one.
    match memchr::memrchr(b' ', rest) {
        Some(last) if rest[last + 1..].starts_with(b"HTTP/") => (method, &rest[..last]),
        _ => (method, rest),
    }
}

/// A status of three digits.
pub fn status_of(digits: &[u8]) -> Option<u16> {
    match digits {
        [a @ b'1'..=b'9', b @ b'0'..=b'9', c @ b'0'..=b'9'] => {
            Some(u16::from(a - b'0') * 100 + u16::from(b - b'0') * 10 + u16::from(c - b'0'))
        }
        _ => None,
    }
}

/// A number of bytes; `-` or nothing is none.
pub fn count_of(digits: &[u8]) -> Option<u64> {
    if matches!(digits, b"" | b"-") {
        return Some(0);
    }
    digits.iter().try_fold(0_u64, |sum, digit| {
        if !digit.is_ascii_digit() {
            return None;
        }
        sum.checked_mul(10)?.checked_add(u64::from(digit - b'0'))
    })
}

/// A field that says something: `-` says nothing.
pub fn present(field: &[u8]) -> &[u8] {
    if field == b"-" { &[] } else { field }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = r#"83.149.9.216 - frank [17/May/2015:10:05:03 +0000] "GET /a?q=1 HTTP/1.1" 200 203023 "http://semicomplete.com/" "Mozilla/5.0""#;

    #[test]
    fn a_combined_line_is_its_fields() {
        let line = combined(LINE.as_bytes(), false).unwrap();
        assert_eq!(&*line.address, b"83.149.9.216");
        assert_eq!((line.at, line.status, line.bytes), (1_431_857_103, 200, 203_023));
        assert_eq!((&*line.method, &*line.target), (&b"GET"[..], &b"/a?q=1"[..]));
        assert_eq!((&*line.referrer, &*line.agent), (&b"http://semicomplete.com/"[..], &b"Mozilla/5.0"[..]));
    }

    #[test]
    fn a_common_line_has_no_referrer_and_no_bytes_may_be_a_dash() {
        let line = combined(br#"::1 - - [17/May/2015:10:05:03 +0000] "GET / HTTP/1.0" 304 -"#, false).unwrap();
        assert_eq!((&*line.address, line.bytes, line.agent.len()), (&b"::1"[..], 0, 0));
    }

    #[test]
    fn quotes_in_fields_are_escaped_and_a_missing_last_quote_is_accepted() {
        let text = br#"1.2.3.4 - - [17/May/2015:10:05:03 +0000] "GET /\"x\" HTTP/1.1" 200 5 "-" "say \"hi\" \\" "9.9.9.9, 10.0.0.1""#;
        let line = combined(text, false).unwrap();
        assert_eq!((&*line.target, &*line.agent), (&br#"/\"x\""#[..], &br#"say \"hi\" \\"#[..]));
        assert_eq!(&*combined(text, true).unwrap().address, b"9.9.9.9");

        let cut = combined(&LINE.as_bytes()[..LINE.len() - 4], false).unwrap();
        assert!(cut.is_cut && &*cut.agent == b"Mozilla/");
    }

    #[test]
    fn the_virtual_host_before_the_address_is_passed_over() {
        let text = format!("shop.example:443 {LINE}");
        let line = combined(text.as_bytes(), false).unwrap();
        assert_eq!(&*line.address, b"83.149.9.216");
    }

    #[test]
    fn what_is_damaged_is_named() {
        let damage = |text: &str| combined(text.as_bytes(), false).unwrap_err();
        assert_eq!(damage("nothing of the kind"), Damage::NoTime);
        assert_eq!(damage("- - - [17/May/2015:10:05:03 +0000] \"GET / HTTP/1.1\" 200 1"), Damage::NoAddress);
        assert_eq!(damage(&LINE.replace("May", "Mai")), Damage::NoTime);
        assert_eq!(damage("1.2.3.4 - - [17/May/2015:10:05:03 +0000] \"GET / HT"), Damage::NoRequest);
        assert_eq!(damage(&LINE.replace(" 200 ", " 2x0 ")), Damage::NoStatus);
        assert_eq!(damage(&LINE.replace("203023", "99999999999999999999")), Damage::NoStatus);
    }

    #[test]
    fn a_request_that_is_none_keeps_its_bytes_and_has_no_method() {
        assert_eq!(split_request(br"\x16\x03\x01"), (&b""[..], &br"\x16\x03\x01"[..]));
        assert_eq!(split_request(b"-"), (&b""[..], &b""[..]));
        assert_eq!(split_request(b"GET /a b c HTTP/1.1"), (&b"GET"[..], &b"/a b c"[..]));
        assert_eq!(split_request(b"GET /old"), (&b"GET"[..], &b"/old"[..]));
    }
}
