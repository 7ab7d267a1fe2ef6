//! Where a visit comes from: a campaign, a search engine and its words, an assistant, a network, mail, another site.

use super::agents::entries;
use serde::Serialize;
use std::collections::HashMap;
use std::sync::OnceLock;

/// By what way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Medium {
    /// Without a referrer: typed in, a bookmark, or kept silent.
    Direct,
    Campaign,
    Search,
    Assistant,
    Social,
    Mail,
    /// Another site.
    Referral,
    /// From a page of one's own: the visit went on after a pause.
    Own,
}

/// The origin of a visit. Of a referrer only the host is kept: addresses of pages may hold what is private.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct Source {
    pub medium: Medium,
    /// The engine, network or assistant by its name; the host of another site; `utm_source` of a campaign.
    pub name: String,
    /// The words that were searched, where the engine tells them.
    pub phrase: Option<String>,
    pub campaign: Option<Campaign>,
}

/// What the address of the landing page says of the campaign (`utm_…`).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct Campaign {
    pub medium: Option<String>,
    pub name: Option<String>,
    pub term: Option<String>,
    pub content: Option<String>,
}

/// A longer name or phrase is cut.
const LONGEST: usize = 200;
/// Where engines put the phrase, if not where their list says.
const PHRASES: [&str; 6] = ["q", "query", "text", "kw", "wd", "p"];
/// What hosts of mail in a browser are called.
const MAIL: [&str; 5] = ["mail.", "webmail.", "email.", "zimbra.", "owa."];
/// Marks that advertising networks put on their links: parameter, network.
const CLICKS: [(&str, &str); 7] = [
    ("gclid", "google"),
    ("wbraid", "google"),
    ("gbraid", "google"),
    ("msclkid", "bing"),
    ("yclid", "yandex"),
    ("ttclid", "tiktok"),
    ("dclid", "google"),
];

impl Source {
    /// The source of a request for `target` with this referrer; `own_hosts` are one's own, lower case, without `www.`.
    pub fn of(referrer: &[u8], target: &[u8], own_hosts: &[String]) -> Source {
        if let Some(source) = campaign(target) {
            return source;
        }
        let referrer = String::from_utf8_lossy(referrer);
        let Some(address) = Address::of(&referrer) else { return Source::plain(Medium::Direct, "") };
        let is_own = |own: &String| {
            address.host == *own || address.host.strip_suffix(own.as_str()).is_some_and(|rest| rest.ends_with('.'))
        };
        if own_hosts.iter().any(is_own) {
            return Source::plain(Medium::Own, "");
        }
        match known(&address) {
            Some(site) => {
                let usual = if site.medium == Medium::Search { &PHRASES[..] } else { &[] };
                let phrase = site.parameters.iter().chain(usual).find_map(|name| parameter(address.query, name));
                Source { phrase, ..Source::plain(site.medium, site.name) }
            }
            None if MAIL.iter().any(|label| address.host.starts_with(label)) => {
                Source::plain(Medium::Mail, &address.host)
            }
            None => Source::plain(Medium::Referral, &address.host),
        }
    }

    fn plain(medium: Medium, name: &str) -> Source {
        Source { medium, name: shortened(name), phrase: None, campaign: None }
    }
}

fn campaign(target: &[u8]) -> Option<Source> {
    let at = memchr::memchr(b'?', target)?;
    let query = String::from_utf8_lossy(&target[at + 1..]);
    let tag = |name: &str| parameter(&query, name);
    let (source, name) = (tag("utm_source"), tag("utm_campaign"));
    if source.is_some() || name.is_some() {
        let campaign = Campaign { medium: tag("utm_medium"), name, term: tag("utm_term"), content: tag("utm_content") };
        return Some(Source {
            campaign: Some(campaign),
            ..Source::plain(Medium::Campaign, &source.unwrap_or_default())
        });
    }
    let (_, network) = CLICKS.iter().find(|(mark, _)| tag(mark).is_some())?;
    let campaign = Campaign { medium: Some("cpc".to_owned()), name: None, term: None, content: None };
    Some(Source { campaign: Some(campaign), ..Source::plain(Medium::Campaign, network) })
}

/// A referrer's parts: the host in lower case without `www.` and port, path without its first slash, query.
struct Address<'a> {
    host: String,
    path: &'a str,
    query: &'a str,
}

impl<'a> Address<'a> {
    fn of(referrer: &'a str) -> Option<Address<'a>> {
        let (scheme, rest) = referrer.trim().split_once("://")?;
        let (rest, fragment) = rest.split_once('#').unwrap_or((rest, ""));
        let (place, query) = rest.split_once('?').unwrap_or((rest, fragment));
        let (authority, path) = place.split_once('/').unwrap_or((place, ""));
        let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        let host = host.split_once(':').map_or(host, |(host, _)| host).trim_end_matches('.').to_ascii_lowercase();
        let host = match scheme {
            "android-app" => host,
            _ => host.strip_prefix("www.").map(str::to_owned).unwrap_or(host),
        };
        let is_host = !host.is_empty() && host.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_'));
        is_host.then_some(Address { host, path, query })
    }
}

/// The value of a query's parameter, decoded; empty values are none.
fn parameter(query: &str, name: &str) -> Option<String> {
    let value = query.split(['&', ';']).find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))?;
    let decoded = decoded(value);
    let text = shortened(decoded.trim());
    (!text.is_empty()).then_some(text)
}

fn shortened(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(LONGEST).collect()
}

/// `+` and `%xx` as what they stand for. Bytes that are not UTF-8 become marks of replacement.
pub fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        let escaped = match (first, after) {
            (b'%', [high, low, tail @ ..]) => digit(*high).zip(digit(*low)).map(|(high, low)| (16 * high + low, tail)),
            _ => None,
        };
        match escaped {
            Some((byte, tail)) => {
                bytes.push(byte);
                rest = tail;
            }
            None => bytes.push(if *first == b'+' { b' ' } else { *first }),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A site the lists know.
#[derive(Clone, Debug)]
struct Site {
    name: &'static str,
    medium: Medium,
    parameters: Vec<&'static str>,
}

/// The site of this address: with its path first, then by host, by its higher domains, and by name under any country.
fn known(address: &Address<'_>) -> Option<&'static Site> {
    let sites = sites();
    let mut host = address.host.as_str();
    loop {
        let shapes = shapes(host);
        let mut path = address.path.trim_end_matches('/');
        while !path.is_empty() {
            let found = shapes.iter().flatten().find_map(|shape| sites.get(format!("{shape}/{path}").as_str()));
            if found.is_some() {
                return found;
            }
            path = path.rsplit_once('/').map_or("", |(before, _)| before);
        }
        if let Some(found) = shapes.iter().flatten().find_map(|shape| sites.get(shape.as_str())) {
            return Some(found);
        }
        host = host.split_once('.')?.1;
    }
}

/// A host as it is, and with `{}` for `com`, `de` or `co.uk`, and for a country in front.
fn shapes(host: &str) -> [Option<String>; 4] {
    let (before, top) = host.rsplit_once('.').unwrap_or((host, ""));
    let is_top = (2..=3).contains(&top.len());
    let any = is_top.then(|| format!("{before}.{{}}"));
    let any_second = before.rsplit_once('.').filter(|(_, second)| is_top && second.len() <= 3);
    let in_front = host.split_once('.').filter(|(first, _)| first.len() == 2);
    let country = any_second.map(|(name, _)| format!("{name}.{{}}"));
    [Some(host.to_owned()), any, country, in_front.map(|(_, rest)| format!("{{}}.{rest}"))]
}

fn sites() -> &'static HashMap<&'static str, Site> {
    static SITES: OnceLock<HashMap<&'static str, Site>> = OnceLock::new();
    SITES.get_or_init(|| {
        let lists = [
            (Medium::Assistant, include_str!("../../data/assistants.txt")),
            (Medium::Mail, include_str!("../../data/mailers.txt")),
            (Medium::Social, include_str!("../../data/social_networks.txt")),
            (Medium::Search, include_str!("../../data/search_engines.txt")),
        ];
        let mut sites = HashMap::new();
        for (medium, list) in lists {
            for line in entries(list) {
                let mut cells = line.split('\t');
                let (Some(name), Some(hosts)) = (cells.next(), cells.next()) else { continue };
                let parameters: Vec<&str> = cells.next().unwrap_or_default().split_whitespace().collect();
                for host in hosts.split_whitespace() {
                    let site = || Site { name, medium, parameters: parameters.clone() };
                    sites.entry(host).or_insert_with(site);
                }
            }
        }
        sites
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(referrer: &str) -> (Medium, String, Option<String>) {
        let source = Source::of(referrer.as_bytes(), b"/", &["shop.example".to_owned()]);
        (source.medium, source.name, source.phrase)
    }

    #[test]
    fn referrers_are_engines_networks_assistants_mail_or_other_sites() {
        let named = |medium, name: &str| (medium, name.to_owned(), None);
        assert_eq!(
            from("http://www.google.co.uk/search?hl=en&q=blue+tea%20pot&btn=1"),
            (Medium::Search, "Google".to_owned(), Some("blue tea pot".to_owned()))
        );
        assert_eq!(from("https://www.google.com/"), named(Medium::Search, "Google"));
        assert_eq!(from("https://chatgpt.com/c/1"), named(Medium::Assistant, "ChatGPT"));
        assert_eq!(from("https://gemini.google.com/app"), named(Medium::Assistant, "Gemini"));
        assert_eq!(from("https://m.facebook.com/x"), named(Medium::Social, "Facebook"));
        assert_eq!(from("https://mail.google.com/mail/u/0"), named(Medium::Mail, "Gmail"));
        assert_eq!(from("http://Blog.Example.org:8080/a?secret=1"), named(Medium::Referral, "blog.example.org"));
        assert_eq!(from("https://www.shop.example/basket"), named(Medium::Own, ""));
        assert_eq!(from("https://notshop.example/"), named(Medium::Referral, "notshop.example"));
        for nothing in ["", "-", "garbage", "://", "http://", "http://<script>/"] {
            assert_eq!(from(nothing), named(Medium::Direct, ""), "{nothing}");
        }
    }

    #[test]
    fn a_campaign_on_the_landing_page_wins_over_the_referrer() {
        let target = b"/spring?utm_source=letter&utm_medium=email&utm_campaign=April%20sale";
        let source = Source::of(b"https://mail.google.com/", target, &[]);
        assert_eq!((source.medium, source.name.as_str()), (Medium::Campaign, "letter"));
        let campaign = source.campaign.unwrap();
        assert_eq!((campaign.medium.as_deref(), campaign.name.as_deref()), (Some("email"), Some("April sale")));
        let paid = Source::of(b"https://www.google.com/", b"/?gclid=abc", &[]);
        assert_eq!((paid.medium, paid.name.as_str()), (Medium::Campaign, "google"));
    }

    #[test]
    fn escapes_that_are_none_are_left_as_they_stand() {
        assert_eq!(decoded("100%+%zz%4"), "100% %zz%4");
        assert_eq!(decoded("%D1%87%D0%B0%D0%B9"), "чай");
    }
}
