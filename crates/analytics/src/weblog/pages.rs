//! Which answers are pages.

use super::agents::entries;
use std::collections::HashSet;
use std::sync::OnceLock;

/// Whether an answer is a page somebody looks at, and no part of one.
pub fn is_page(method: &[u8], status: u16, path: &[u8]) -> bool {
    let is_read = method == b"GET" || method == b"POST";
    if !is_read || !(matches!(status, 304) || (200..300).contains(&status)) {
        return false;
    }
    let file = memchr::memrchr(b'/', path).map_or(path, |at| &path[at + 1..]);
    match memchr::memrchr(b'.', file) {
        Some(at) => !is_asset(&file[at + 1..]),
        None => true,
    }
}

/// Whether files with this ending are parts of pages, or downloads.
fn is_asset(ending: &[u8]) -> bool {
    static ENDINGS: OnceLock<HashSet<&'static [u8]>> = OnceLock::new();
    let endings = ENDINGS.get_or_init(|| {
        let lines = entries(include_str!("../../data/assets.txt"));
        lines.flat_map(str::split_ascii_whitespace).map(str::as_bytes).collect()
    });
    endings.contains(ending.to_ascii_lowercase().as_slice())
}

#[cfg(test)]
mod tests {
    use super::is_page;

    #[test]
    fn a_page_is_what_is_read_and_answered_and_no_part_of_another() {
        assert!(
            is_page(b"GET", 200, b"/")
                && is_page(b"GET", 304, b"/v1.2/guide.html")
                && is_page(b"POST", 200, b"/search")
        );
        assert!(!is_page(b"GET", 200, b"/style.CSS") && !is_page(b"GET", 301, b"/") && !is_page(b"HEAD", 200, b"/"));
        assert!(is_page(b"GET", 200, b"/a.css/page"), "only the last part of a path is a file");
    }
}
