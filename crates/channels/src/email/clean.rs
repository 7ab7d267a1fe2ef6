//! HTML by others, made harmless: an allow-list by `ammonia` without scripts, forms, styles, SVG or MathML. What it shows from
//! elsewhere is named and left out until somebody asks for it: a picture that is fetched tells its sender who read when.

use std::collections::HashSet;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use ammonia::{Builder, UrlRelative};

/// Cleaned HTML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cleaned {
    pub html: String,
    /// Pictures from elsewhere that it wanted to show.
    pub remote: usize,
}

static BASE: LazyLock<HashSet<&'static str>> = LazyLock::new(|| HashSet::from(["http", "https", "mailto", "tel"]));

/// Cleans a message's HTML. Pictures from elsewhere are shown only if that is wanted; those that came with it keep
/// their `cid:`, which whoever shows it fills in.
pub fn html(source: &str, shows_remote: bool) -> Cleaned {
    let remote = Arc::new(Mutex::new(0usize));
    let counted = remote.clone();
    let mut builder = Builder::default();
    builder
        .url_schemes(BASE.iter().copied().chain(["cid"]).collect())
        .url_relative(UrlRelative::Deny)
        .rm_tags(["map", "area"])
        .add_tags(["font"])
        .add_tag_attributes("font", ["color", "face", "size"])
        .add_generic_attributes(["dir", "align", "valign", "width", "height", "bgcolor", "cellpadding", "cellspacing"])
        .link_rel(Some("noopener noreferrer nofollow"))
        .set_tag_attribute_value("a", "target", "_blank")
        .attribute_filter(move |tag, attribute, value| {
            let value_lower = value.trim().to_ascii_lowercase();
            match (tag, attribute) {
                ("img", "src") if value_lower.starts_with("cid:") => Some(value.into()),
                ("img", "src") => {
                    *counted.lock().unwrap_or_else(PoisonError::into_inner) += 1;
                    shows_remote.then(|| value.into())
                }
                // Only what a person follows by a press may name a place.
                (_, "src" | "cite" | "background" | "longdesc") => None,
                (_, "href") if value_lower.starts_with("cid:") => None,
                _ => Some(value.into()),
            }
        });
    let html = builder.clean(source).to_string();
    let remote = *remote.lock().unwrap_or_else(PoisonError::into_inner);
    Cleaned { html, remote }
}

/// Kinds of pictures that a page may hold; none of them can run.
pub fn is_picture(kind: &str) -> bool {
    matches!(kind, "image/png" | "image/jpeg" | "image/gif" | "image/webp")
}

/// The words of HTML: paragraphs and line breaks stay.
pub fn text(source: &str) -> String {
    let mut builder = Builder::default();
    builder.tags(HashSet::from(["p", "br", "div", "tr", "li", "h1", "h2", "h3", "blockquote"]));
    builder.generic_attributes(HashSet::new()).link_rel(None);
    let html = builder.clean(source).to_string();
    let mut out = String::with_capacity(html.len());
    let mut rest = html.as_str();
    while let Some((before, after)) = rest.split_once('<') {
        out.push_str(before);
        let (tag, tail) = after.split_once('>').unwrap_or((after, ""));
        if !tag.starts_with('/') || !matches!(tag, "/br") {
            out.push('\n');
        }
        rest = tail;
    }
    out.push_str(rest);
    let plain = out.replace("&nbsp;", " ").replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    let plain = plain.replace('\u{a0}', " ").replace("&amp;", "&");
    let lines: Vec<&str> = plain.lines().map(str::trim).collect();
    let mut kept: Vec<&str> = Vec::new();
    for line in lines {
        if !line.is_empty() || kept.last().is_some_and(|last| !last.is_empty()) {
            kept.push(line);
        }
    }
    kept.join("\n").trim().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_runs_nothing_is_sent_and_nothing_is_fetched() {
        let evil = r##"<svg onload=alert(1)><script>1</script></svg><form action="https://x.example"><input></form>
            <p onclick="x()" style="background:url(https://x.example/a.gif)">Hello <b>you</b></p>
            <img src="https://x.example/pixel.gif?u=7"><img src="data:text/html,x"><img src="cid:logo">
            <a href="javascript:alert(1)">a</a><a href="https://ok.example/b">b</a>
            <table background="https://x.example/t.gif"><tr><td>c</td></tr></table><base href="https://x.example"><meta http-equiv=refresh content="0;url=https://x.example">
            <iframe src="https://x.example"></iframe><math><mtext></mtext></math><style>@import url(https://x.example)</style>"##;
        let clean = html(evil, false);
        for word in
            ["script", "svg", "form", "onclick", "style", "javascript", "x.example", "iframe", "meta", "math", "data:"]
        {
            assert!(!clean.html.contains(word), "{word}: {}", clean.html);
        }
        assert!(clean.html.contains("https://ok.example/b") && clean.html.contains("cid:logo"), "{}", clean.html);
        assert!(clean.html.contains("noopener noreferrer"), "{}", clean.html);
        assert_eq!(clean.remote, 1);
        let shown = html(evil, true);
        assert!(shown.html.contains("pixel.gif") && !shown.html.contains("data:"), "{}", shown.html);
    }

    #[test]
    fn the_words_of_a_page_are_read() {
        assert_eq!(
            text("<p>One &amp; <b>two</b></p><p>three<br>four</p><style>x{}</style>"),
            "One & two\n\nthree\nfour"
        );
    }
}
