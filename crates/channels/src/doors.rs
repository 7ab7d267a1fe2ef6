//! Who stands before one of our public pages or opens a letter: a person, or a machine. As far as a request tells: browsers
//! say that they navigate and which languages they speak; what scans mail and draws previews names itself or says neither.

use axum::http::HeaderMap;

/// Parts of user agents of what opens links without anybody reading: mail scanners, previews of chats, crawlers.
const MACHINES: [&str; 22] = [
    "bot",
    "crawl",
    "spider",
    "preview",
    "scan",
    "fetch",
    "monitor",
    "check",
    "curl",
    "wget",
    "python",
    "java/",
    "go-http",
    "okhttp",
    "httpclient",
    "headless",
    "slack",
    "whatsapp",
    "telegram",
    "facebookexternalhit",
    "barracuda",
    "proofpoint",
];

fn said(headers: &HeaderMap, name: &str) -> String {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("").to_lowercase()
}

fn is_ahead(headers: &HeaderMap) -> bool {
    said(headers, "purpose").contains("prefetch")
        || said(headers, "sec-purpose").contains("prefetch")
        || said(headers, "x-moz") == "prefetch"
}

/// Whether somebody sits before a page that is asked for.
pub fn is_person(headers: &HeaderMap) -> bool {
    let agent = said(headers, "user-agent");
    if agent.is_empty() || MACHINES.iter().any(|word| agent.contains(word)) || is_ahead(headers) {
        return false;
    }
    let mode = said(headers, "sec-fetch-mode");
    agent.contains("mozilla") && !said(headers, "accept-language").is_empty() && (mode.is_empty() || mode == "navigate")
}

/// Whether a picture of a letter is fetched before anybody looks at it. Programs of mail say little of themselves, so only
/// what says that it is a machine counts as one: scanners, and the proxy that fetches every picture of every letter as it
/// comes, which gives nothing but the first word of a browser's name.
pub fn fetches_unasked(headers: &HeaderMap) -> bool {
    let agent = said(headers, "user-agent");
    agent.is_empty() || agent == "mozilla/5.0" || MACHINES.iter().any(|word| agent.contains(word)) || is_ahead(headers)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    const BROWSER: &str =
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Safari/537.36";

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn people_and_machines_are_told_apart() {
        let person = [("user-agent", BROWSER), ("accept-language", "ro"), ("sec-fetch-mode", "navigate")];
        assert!(is_person(&headers(&person)));
        assert!(!is_person(&headers(&[("user-agent", BROWSER)])), "it speaks no language");
        assert!(!is_person(&headers(&[person[0], person[1], ("sec-purpose", "prefetch;prerender")])));
        for agent in ["Slackbot-LinkExpanding 1.0", "curl/8.5", "Barracuda Sentinel (EE)", ""] {
            assert!(!is_person(&headers(&[("user-agent", agent), ("accept-language", "en")])), "{agent}");
        }
    }

    #[test]
    fn a_picture_is_looked_at_unless_a_machine_says_who_it_is() {
        assert!(!fetches_unasked(&headers(&[("user-agent", BROWSER)])));
        let proxy = "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)";
        assert!(!fetches_unasked(&headers(&[("user-agent", proxy)])), "it fetches when somebody opens the letter");
        for agent in ["Mozilla/5.0", "Barracuda Sentinel (EE)", ""] {
            assert!(fetches_unasked(&headers(&[("user-agent", agent)])), "{agent}");
        }
    }
}
