//! Text as it may stand in pages, letters and addresses.

use std::fmt::Write as _;

/// A text within HTML, in an element or in quotes.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// The same, with its lines.
pub fn lines(text: &str) -> String {
    escaped(text).replace('\n', "<br>")
}

/// A text within an address (RFC 3986).
pub fn coded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            byte => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_becomes_markup_or_another_address() {
        assert_eq!(escaped("<a & \"b\" 'c'>"), "&lt;a &amp; &quot;b&quot; &#39;c&#39;&gt;");
        assert_eq!(lines("a\n<b>"), "a<br>&lt;b&gt;");
        assert_eq!(coded("a b&c=é/~"), "a%20b%26c%3D%C3%A9%2F~");
    }
}
