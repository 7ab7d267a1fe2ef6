//! What a page sends, and what is kept of it.

use kernel::{Error, Id, Result};
use serde::{Deserialize, Serialize};

/// Bytes of what a page sends at once.
pub const POST_BYTES: usize = 64 << 10;
/// Hits in it.
const MOST: usize = 50;
/// Characters of an address; more of it is cut.
const LONGEST: usize = 2_048;
/// Characters of a path, of an event's name.
const LONGEST_PATH: usize = 500;
const LONGEST_NAME: usize = 100;
/// A page that waited longer with what it had to tell tells it as of then.
const OLDEST_MS: i64 = 30 * 60 * 1000;

/// What a page sends.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Posted {
    #[serde(rename = "h")]
    hits: Vec<Told>,
    /// 1: the visitor agreed.
    #[serde(rename = "c", default)]
    consent: u8,
    /// With consent: the id kept on the visitor's device.
    #[serde(rename = "i", default)]
    id: Option<String>,
    /// With consent: who it is, as the site's server says.
    #[serde(rename = "k", default)]
    who: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    /// The page's address.
    #[serde(rename = "u")]
    url: String,
    #[serde(rename = "r", default)]
    referrer: String,
    /// An event's name; none for a page that was looked at.
    #[serde(rename = "n", default)]
    name: Option<String>,
    /// How many milliseconds ago: a span, so that the visitor's clock does not matter.
    #[serde(rename = "a", default)]
    age_ms: f64,
}

/// What the visitor's browser and consent allow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowed {
    pub id: Option<String>,
    pub who: Option<String>,
}

/// One hit as it waits in the inbox.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Hit {
    pub site: Id,
    /// Hexadecimal digits.
    pub visitor: String,
    pub lasting: bool,
    /// Milliseconds since 1970, by the server's clock.
    pub at: i64,
    pub path: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub referrer: String,
    /// With its question mark.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub query: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub agent: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party: Option<Id>,
}

impl Posted {
    pub fn parse(body: &[u8]) -> Result<Posted> {
        let posted: Posted =
            serde_json::from_slice(body).map_err(|_| Error::Unreadable("this is not what the tracker sends".into()))?;
        if posted.hits.is_empty() || posted.hits.len() > MOST {
            return Err(Error::invalid("h", "out_of_range", format!("1 to {MOST} hits at once")));
        }
        Ok(posted)
    }

    /// The id and the word about who it is, as far as the visitor agreed and the browser does not say no.
    pub fn allowed(&self, says_no: bool) -> Allowed {
        let agreed = self.consent == 1 && !says_no;
        let id = |id: &&String| (16..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
        Allowed {
            id: self.id.as_ref().filter(id).filter(|_| agreed).cloned(),
            who: self.who.clone().filter(|_| agreed),
        }
    }

    /// The addresses of the pages.
    pub fn urls(&self) -> impl Iterator<Item = &str> {
        self.hits.iter().map(|hit| hit.url.as_str())
    }

    /// The hits, each made of `like`.
    pub fn hits(self, like: &Hit) -> Vec<Hit> {
        let now = like.at;
        let hit = |told: Told| {
            let url: String = told.url.chars().take(LONGEST).collect();
            let rest = url.split_once("://").map_or("", |(_, rest)| rest);
            let place = rest.find(['/', '?', '#']).and_then(|at| rest.get(at..)).unwrap_or("/");
            let (place, _) = place.split_once('#').unwrap_or((place, ""));
            let (path, query) = place.split_once('?').unwrap_or((place, ""));
            let age = if told.age_ms.is_finite() { told.age_ms.clamp(0.0, OLDEST_MS as f64) as i64 } else { 0 };
            Hit {
                at: now - age,
                path: clean_path(if path.is_empty() { "/" } else { path }),
                event: told.name.map(|name| shortened(&name, LONGEST_NAME)).filter(|name| !name.is_empty()),
                referrer: shortened(&told.referrer, LONGEST),
                query: if query.is_empty() { String::new() } else { format!("?{query}") },
                ..like.clone()
            }
        };
        self.hits.into_iter().map(hit).collect()
    }
}

fn shortened(text: &str, most: usize) -> String {
    text.chars().filter(|sign| !sign.is_control()).take(most).collect()
}

/// A path without what may be private in it: parts that hold an e-mail address, a long number or a key are a star.
pub fn clean_path(path: &str) -> String {
    let path = shortened(path, LONGEST_PATH);
    if !path.split('/').any(is_private) {
        return path;
    }
    let parts: Vec<&str> = path.split('/').map(|part| if is_private(part) { "*" } else { part }).collect();
    parts.join("/")
}

fn is_private(part: &str) -> bool {
    let digits = part.bytes().filter(u8::is_ascii_digit).count();
    let has_address = part.contains('@') || part.contains("%40");
    let is_number = digits >= 9 && part.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b' '));
    let letters = part.bytes().filter(u8::is_ascii_alphabetic).count();
    let is_key =
        part.len() >= 24 && digits >= 4 && letters >= 4 && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    has_address || is_number || is_key
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn posted(body: &str) -> Posted {
        Posted::parse(body.as_bytes()).unwrap()
    }

    fn like() -> Hit {
        Hit {
            site: Id::at(1),
            visitor: String::new(),
            lasting: false,
            at: 10_000_000,
            path: String::new(),
            event: None,
            referrer: String::new(),
            query: String::new(),
            agent: String::new(),
            country: None,
            party: None,
        }
    }

    #[test]
    fn the_servers_time_counts_and_an_age_is_only_a_span() {
        let hits = posted(
            r#"{"h":[{"u":"https://s.example/a?utm_source=x#y","a":500},{"u":"https://s.example","a":-9e9},{"u":"https://s.example?q","a":9e18}]}"#,
        )
        .hits(&like());
        let seen: Vec<(i64, &str, &str)> = hits.iter().map(|h| (h.at, h.path.as_str(), h.query.as_str())).collect();
        assert_eq!(seen, [(9_999_500, "/a", "?utm_source=x"), (10_000_000, "/", ""), (8_200_000, "/", "?q")]);
    }

    #[test]
    fn without_consent_or_with_a_no_of_the_browser_nobody_is_known() {
        let told = |consent: u8| {
            posted(&format!(
                r#"{{"h":[{{"u":"https://s.example/"}}],"c":{consent},"i":"abcdefghijklmnop","k":"word"}}"#
            ))
        };
        let nobody = Allowed { id: None, who: None };
        assert_eq!(told(0).allowed(false), nobody);
        assert_eq!(told(1).allowed(true), nobody);
        assert_eq!(told(1).allowed(false), Allowed { id: Some("abcdefghijklmnop".into()), who: Some("word".into()) });
    }

    #[test]
    fn what_is_not_of_the_tracker_is_refused() {
        for body in ["", "[]", "{\"h\":[]}", "{\"h\":[{\"u\":1}]}", "{\"h\":[{\"u\":\"x\",\"email\":\"a@b.c\"}]}"] {
            assert!(Posted::parse(body.as_bytes()).is_err(), "{body}");
        }
    }

    #[test]
    fn paths_lose_what_may_be_private_and_keep_the_rest() {
        for (path, kept) in [
            ("/shop/blue-tea-2024", "/shop/blue-tea-2024"),
            ("/u/ana@example.com/edit", "/u/*/edit"),
            ("/u/ana%40example.com", "/u/*"),
            ("/call/+40723456789", "/call/*"),
            ("/reset/9f8a7b6c5d4e3f2a1b0c9d8e7f6a5b4c", "/reset/*"),
            ("/order/12345678", "/order/12345678"),
            ("/a-very-long-title-of-an-article-from-2024-11-22", "/a-very-long-title-of-an-article-from-2024-11-22"),
        ] {
            assert_eq!(clean_path(path), kept);
        }
    }

    /// What strangers may put where the tracker puts text: addresses in part, signs that mean something, and anything.
    fn told() -> impl Strategy<Value = String> {
        let part = prop_oneof![
            Just("https://shop.example".to_string()),
            Just("/".to_string()),
            Just("?utm_source=a&q=ana@shop.example".to_string()),
            Just("#top".to_string()),
            Just("ana@shop.example".to_string()),
            Just("+37369123456".to_string()),
            Just("Кишинёв/北京".to_string()),
            "\\PC{0,30}",
        ];
        proptest::collection::vec(part, 0..6).prop_map(|parts| parts.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_bytes_break_the_reader(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = Posted::parse(&bytes);
        }

        #[test]
        fn whatever_is_told_is_kept_short_without_addresses_of_people_and_not_in_the_future(
            url in told(), referrer in told(), name in proptest::option::of(told()), age in any::<f64>(),
        ) {
            let age = if age.is_finite() { age } else { 0.0 };
            let body = serde_json::json!({ "h": [{ "u": url, "r": referrer, "n": name, "a": age }] }).to_string();
            let like = like();
            for hit in posted(&body).hits(&like) {
                prop_assert!(hit.path.starts_with('/') && hit.path.chars().count() <= LONGEST_PATH, "{}", hit.path);
                prop_assert!(!hit.path.contains('@') && !hit.path.contains(['?', '#']), "{}", hit.path);
                prop_assert!(hit.query.is_empty() || hit.query.starts_with('?'));
                prop_assert!(hit.query.chars().count() <= LONGEST && hit.referrer.chars().count() <= LONGEST);
                prop_assert!(hit.event.is_none_or(|name| !name.is_empty() && name.chars().count() <= LONGEST_NAME));
                prop_assert!((like.at - OLDEST_MS..=like.at).contains(&hit.at));
            }
        }
    }
}
