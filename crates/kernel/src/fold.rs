//! One way to fold text for finding and ordering, the same on both databases:
//! compatibility form, lower case, without diacritics, Chinese and Japanese as overlapping pairs.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// `Ștefănescu` becomes `stefanescu`, `ЁЛКА` becomes `елка`. Keeps spaces and punctuation.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut out = String::with_capacity(text.len());
    for ch in text.nfkd() {
        if is_combining_mark(ch) {
            continue;
        }
        for lower in ch.to_lowercase() {
            match lower {
                // Letters that Unicode does not take apart.
                'ß' => out.push_str("ss"),
                'æ' => out.push_str("ae"),
                'œ' => out.push_str("oe"),
                'ø' => out.push('o'),
                'đ' | 'ð' => out.push('d'),
                'ł' => out.push('l'),
                'ı' => out.push('i'),
                'þ' => out.push_str("th"),
                other => out.push(other),
            }
        }
    }
    out
}

/// The words of a text, folded, for the search index: runs of letters and digits; each run of ideographs as single
/// characters and overlapping pairs, so that any two characters of a Chinese name find it.
pub fn words(text: &str) -> Vec<String> {
    let folded = fold(text);
    let mut words = Vec::new();
    let mut word = String::new();
    let mut run: Vec<char> = Vec::new();
    for ch in folded.chars().chain([' ']) {
        let ideograph = is_ideograph(ch);
        if !ideograph && !run.is_empty() {
            push_run(&mut words, &run);
            run.clear();
        }
        if (ideograph || !ch.is_alphanumeric()) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if ideograph {
            run.push(ch);
        } else if ch.is_alphanumeric() {
            word.push(ch);
        }
    }
    words
}

fn push_run(words: &mut Vec<String>, run: &[char]) {
    for ch in run {
        words.push(ch.to_string());
    }
    for pair in run.windows(2) {
        words.push(pair.iter().collect());
    }
}

/// Han, Hiragana, Katakana and Hangul: written without spaces between words, or so that pairs find better than words.
pub fn is_ideograph(ch: char) -> bool {
    matches!(u32::from(ch), 0x3040..=0x30ff | 0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xac00..=0xd7af | 0xf900..=0xfaff | 0x20000..=0x3134f)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn diacritics_and_case_do_not_matter() {
        assert_eq!(fold("Ștefănescu Jürgen"), "stefanescu jurgen");
        assert_eq!(fold("ŢURCANU"), fold("țurcanu"));
        assert_eq!(fold("Ёлка"), "елка");
        assert_eq!(fold("Straße"), "strasse");
    }

    #[test]
    fn chinese_is_cut_into_characters_and_pairs() {
        assert_eq!(words("李雨桐"), ["李", "雨", "桐", "李雨", "雨桐"]);
        assert_eq!(words("Acme 订单 42"), ["acme", "订", "单", "订单", "42"]);
    }
}
