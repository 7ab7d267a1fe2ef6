//! Pages of other sites may not act in the name of whoever is signed in: for every unsafe method that comes with a cookie,
//! the browser's own word on where the request started is checked. Keys are never sent by a browser on its own.

use axum::http::{HeaderMap, Method, header};

/// Whether the request may use the cookie that it carries.
pub fn is_ours(method: &Method, headers: &HeaderMap, public_origin: &str) -> bool {
    if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return true;
    }
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match text("sec-fetch-site") {
        Some("same-origin" | "none") => return true,
        Some(_) => return false,
        None => {}
    }
    // Browsers without fetch metadata send the origin with every unsafe method; programs send neither.
    let Some(origin) = text(header::ORIGIN.as_str()) else { return true };
    if origin == public_origin {
        return true;
    }
    let host = text(header::HOST.as_str()).unwrap_or_default();
    let named = origin.split_once("://").map_or("", |(_, host)| host);
    !host.is_empty() && named == host
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn another_site_may_look_but_not_act() {
        let foreign = headers(&[("sec-fetch-site", "cross-site")]);
        assert!(is_ours(&Method::GET, &foreign, "http://crm.example"));
        assert!(!is_ours(&Method::POST, &foreign, "http://crm.example"));
        let sibling = headers(&[("sec-fetch-site", "same-site")]);
        assert!(!is_ours(&Method::DELETE, &sibling, "http://crm.example"));
    }

    #[test]
    fn without_fetch_metadata_the_origin_decides() {
        let foreign = headers(&[("origin", "http://evil.example"), ("host", "crm.example")]);
        assert!(!is_ours(&Method::POST, &foreign, "http://crm.example"));
        let own = headers(&[("origin", "http://crm.example"), ("host", "inside:8080")]);
        assert!(is_ours(&Method::POST, &own, "http://crm.example"));
        let same_host = headers(&[("origin", "http://10.0.0.5:8080"), ("host", "10.0.0.5:8080")]);
        assert!(is_ours(&Method::POST, &same_host, "http://127.0.0.1:8080"));
        let null = headers(&[("origin", "null"), ("host", "crm.example")]);
        assert!(!is_ours(&Method::POST, &null, "http://crm.example"));
    }
}
