//! Who asks: a browser on a device, or a robot. A small recogniser whose lists are files in `data/`.

use serde::Serialize;
use std::collections::HashMap;
use std::sync::OnceLock;

/// What a user agent says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Agent {
    pub browser: Option<&'static str>,
    /// The first part of the browser's version.
    pub version: Option<u32>,
    pub system: Option<&'static str>,
    pub device: Device,
    /// The name of the robot, if it is one.
    pub bot: Option<Box<str>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Device {
    Desktop,
    Mobile,
    Tablet,
    Tv,
    Console,
    Watch,
    Unknown,
}

impl Agent {
    /// Recognises a user agent. Bytes that are no text, and what nobody knows, are unknown, never an error.
    pub fn of(agent: &[u8]) -> Agent {
        let text = String::from_utf8_lossy(&agent[..agent.len().min(LONGEST)]);
        let lists = lists();
        let browser = lists.browsers.iter().find(|rule| text.contains(rule.part));
        let system = lists.systems.iter().find(|rule| text.contains(rule.part));
        let bot = bot(&text, lists, browser.is_some() || system.is_some());
        Agent {
            browser: browser.map(|rule| rule.name),
            version: browser.and_then(|rule| version(&text, rule.detail)),
            system: system.map(|rule| rule.name),
            device: system.map_or(Device::Unknown, |rule| device(&text, rule)),
            bot,
        }
    }
}

/// More of a user agent is not looked at.
const LONGEST: usize = 1_024;
/// A robot's name is cut here.
const LONGEST_NAME: usize = 40;
/// What only robots call themselves.
const GIVEAWAYS: [&str; 6] = ["bot", "crawl", "spider", "slurp", "+http", "archiver"];

fn bot(text: &str, lists: &Lists, is_known: bool) -> Option<Box<str>> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Some("(none)".into());
    }
    if let Some(pattern) = lists.bots.find(text) {
        return Some(pattern.trim_matches([' ', '/', '^', '(']).into());
    }
    let low = text.to_ascii_lowercase();
    for word in GIVEAWAYS {
        // Cubot makes telephones.
        for (at, _) in low.match_indices(word) {
            // Cubot makes telephones, Caboto was a bank.
            if !(word == "bot" && (low[..at].ends_with("cu") || low[at..].starts_with("boto"))) {
                return Some(named(text, at, word));
            }
        }
    }
    // A program that is neither a browser nor on a system that browsers name.
    let is_program = !is_known && !["Mozilla/", "Opera/", "Dalvik/"].iter().any(|start| trimmed.starts_with(start));
    let has_contact = !is_known && (low.contains("http://") || low.contains("https://") || low.contains('@'));
    (is_program || has_contact).then(|| product(trimmed))
}

/// A robot's name, which holds the giveaway unless that stands in its address.
fn named(text: &str, at: usize, word: &str) -> Box<str> {
    let name = around(text, at);
    let bare = ["bot", "bots", "robot", "robots", "spider", "spiders", "crawler", "crawlers"];
    if word == "+http" || bare.contains(&name.to_ascii_lowercase().as_str()) {
        let product = product(text.trim());
        return if &*product == "Mozilla" { name } else { product };
    }
    name
}

/// The word that holds this place.
fn around(text: &str, at: usize) -> Box<str> {
    let inside = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '!');
    let start = text[..at]
        .rfind(|c| !inside(c))
        .map_or(0, |before| before + text[before..].chars().next().map_or(1, char::len_utf8));
    let end = text[at..].find(|c| !inside(c)).map_or(text.len(), |after| at + after);
    shortened(&text[start..end])
}

/// The first product's name, without its version; of `Mozilla/5.0 (compatible; Name/1.0; …)` the one in brackets.
fn product(text: &str) -> Box<str> {
    let named = match text.split_once("compatible;") {
        Some((_, rest)) => rest,
        None => text,
    };
    shortened(named.trim().split(['/', ';', '(', ' ', ')']).find(|word| !word.is_empty()).unwrap_or("(unnamed)"))
}

fn shortened(name: &str) -> Box<str> {
    name.chars().take(LONGEST_NAME).collect::<String>().into_boxed_str()
}

fn version(text: &str, after: &str) -> Option<u32> {
    let (_, rest) = text.split_once(after)?;
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    rest[..digits].parse().ok()
}

fn device(text: &str, rule: &Rule) -> Device {
    match rule.detail {
        "desktop" => Device::Desktop,
        "mobile" => Device::Mobile,
        "tablet" => Device::Tablet,
        "tv" => Device::Tv,
        "console" => Device::Console,
        "watch" => Device::Watch,
        _ if ["TV", "BRAVIA", "AFT", "Web0S"].iter().any(|part| text.contains(part)) => Device::Tv,
        _ if text.contains("Chromebook") || text.contains("Pixelbook") => Device::Desktop,
        _ if text.contains("Tablet") => Device::Tablet,
        _ if text.contains("Mobi") || rule.name != "Android" && rule.name != "HarmonyOS" => Device::Mobile,
        // apps, and Opera on telephones, leave the word out
        _ if text.contains("Opera Mini") || text.starts_with("Dalvik/") => Device::Mobile,
        _ => Device::Tablet,
    }
}

struct Rule {
    part: &'static str,
    name: &'static str,
    detail: &'static str,
}

struct Lists {
    browsers: Vec<Rule>,
    systems: Vec<Rule>,
    bots: Parts,
}

fn lists() -> &'static Lists {
    static LISTS: OnceLock<Lists> = OnceLock::new();
    LISTS.get_or_init(|| Lists {
        browsers: rules(include_str!("../../data/browsers.txt")),
        systems: rules(include_str!("../../data/systems.txt")),
        bots: Parts::of(entries(include_str!("../../data/bots.txt"))),
    })
}

/// The lines of a list but its comments.
pub(super) fn entries(list: &'static str) -> impl Iterator<Item = &'static str> {
    list.lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
}

fn rules(list: &'static str) -> Vec<Rule> {
    let rule = |line: &'static str| {
        let mut cells = line.split('\t');
        Some(Rule { part: cells.next()?, name: cells.next()?, detail: cells.next()? })
    };
    entries(list).filter_map(rule).collect()
}

/// Many parts looked for at once, by their first three bytes.
struct Parts {
    anchored: Vec<&'static str>,
    by_head: HashMap<[u8; 3], Vec<&'static str>>,
}

impl Parts {
    fn of(patterns: impl Iterator<Item = &'static str>) -> Parts {
        let mut parts = Parts { anchored: Vec::new(), by_head: HashMap::new() };
        for pattern in patterns {
            if pattern.starts_with('^') {
                parts.anchored.push(pattern);
            } else if let Some(head) = pattern.as_bytes().first_chunk::<3>() {
                parts.by_head.entry(*head).or_default().push(pattern);
            }
        }
        parts
    }

    fn find(&self, text: &str) -> Option<&'static str> {
        if let Some(found) = self.anchored.iter().find(|pattern| text.starts_with(&pattern[1..])) {
            return Some(found);
        }
        let bytes = text.as_bytes();
        (0..bytes.len()).find_map(|at| {
            let rest = &bytes[at..];
            let candidates = self.by_head.get(rest.first_chunk::<3>()?)?;
            candidates.iter().find(|pattern| rest.starts_with(pattern.as_bytes())).copied()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(agent: &str) -> (Option<&'static str>, Option<u32>, Option<&'static str>, Device) {
        let agent = Agent::of(agent.as_bytes());
        assert_eq!(agent.bot, None, "{agent:?}");
        (agent.browser, agent.version, agent.system, agent.device)
    }

    #[test]
    fn browsers_are_told_from_what_they_pretend_to_be() {
        let windows = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36";
        assert_eq!(seen(windows), (Some("Chrome"), Some(120), Some("Windows"), Device::Desktop));
        assert_eq!(
            seen(&format!("{windows} Edg/120.0.1")),
            (Some("Edge"), Some(120), Some("Windows"), Device::Desktop)
        );
        assert_eq!(
            seen(
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.1 Mobile/15E148 Safari/604.1"
            ),
            (Some("Safari"), Some(17), Some("iOS"), Device::Mobile)
        );
        assert_eq!(
            seen(
                "Mozilla/5.0 (Linux; Android 13; SM-X200) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/119.0 Safari/537.36"
            ),
            (Some("Chrome"), Some(119), Some("Android"), Device::Tablet)
        );
        assert_eq!(
            seen("Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1; Trident/5.0)"),
            (Some("Internet Explorer"), Some(9), Some("Windows"), Device::Desktop)
        );
        assert_eq!(
            seen("Mozilla/5.0 (Linux; Android 9; CUBOT_X19) Chrome/90.0 Mobile Safari/537.36").3,
            Device::Mobile
        );
    }

    #[test]
    fn robots_have_names() {
        let named = |agent: &str| Agent::of(agent.as_bytes()).bot.map(|name| name.to_string());
        assert_eq!(
            named("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)").as_deref(),
            Some("Googlebot")
        );
        assert_eq!(named("Mozilla/5.0 (compatible; Yahoo! Slurp; http://help.yahoo.com/)").as_deref(), Some("Slurp"));
        assert_eq!(named("Mozilla/5.0 (compatible; Foo/1.0; http://foo.example/bots)").as_deref(), Some("Foo"));
        assert_eq!(named("curl/8.4.0").as_deref(), Some("curl"));
        assert_eq!(
            named("UniversalFeedParser/4.2-pre-314-svn +http://feedparser.org/").as_deref(),
            Some("UniversalFeedParser")
        );
        assert_eq!(named("SomethingNew/0.1").as_deref(), Some("SomethingNew"));
        assert_eq!(named("").as_deref(), Some("(none)"));
        assert_eq!(named("Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/115.0"), None);
    }

    #[test]
    fn bytes_of_any_kind_and_length_are_looked_at_without_harm() {
        Agent::of(&[0xff, 0xfe, b'b', b'o', b't', 0xc3]);
        Agent::of("é".repeat(9_000).as_bytes());
        Agent::of("ébotİ".as_bytes());
    }
}
