//! What a person typed, read as needs that a record must meet.
//!
//! Every word is one need: some word of the record begins with it. What looks like a phone number is read a second way, as
//! one number in whatever writing; a record found by either reading is found.

use std::collections::BTreeSet;

use kernel::fold::{self, is_ideograph};

use super::words::{Tag, Word, cut, mark};

/// Characters and words of a question; the rest is not read.
const CHARS: usize = 200;
const WORDS: usize = 8;
/// Fewer digits in a row of several words are no phone number.
const PHONE_DIGITS: usize = 4;
/// So many last digits of a phone number find it.
const PHONE_END_DIGITS: usize = 5;

/// A word, or the beginning of one, in one of some kinds of places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    pub text: String,
    pub whole: bool,
    pub tags: &'static [Tag],
}

/// Met by a record that has a word for any of the probes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    pub probes: Vec<Probe>,
    /// The word as typed, if it is one.
    pub word: Option<String>,
}

/// One way to read what was typed: all needs must be met.
pub type Reading = Vec<Need>;

/// A question, read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Typed {
    /// Word by word; empty if nothing was typed that can be found.
    pub words: Reading,
    /// With a phone number in it.
    pub phone: Option<Reading>,
    /// The whole text, folded.
    pub folded: String,
}

/// Places where words as people write them stand.
const TEXTS: &[Tag] = &[Tag::Title, Tag::Text, Tag::Mailbox, Tag::Domain];
const TITLES_AND_TEXTS: &[Tag] = &[Tag::Title, Tag::Text];

impl Typed {
    pub fn read(text: &str) -> Typed {
        let text: String = text.chars().take(CHARS).collect();
        let words = needs_of(&text);
        let phone = with_phone(&text);
        Typed { words, phone, folded: fold::fold(text.trim()) }
    }

    pub fn is_empty(&self) -> bool {
        self.words.is_empty() && self.phone.is_none()
    }

    pub fn readings(&self) -> impl Iterator<Item = &Reading> {
        [&self.words].into_iter().filter(|reading| !reading.is_empty()).chain(&self.phone)
    }

    /// The same where each word may also be one of those that `meant` gives for it, and where the characters of a Chinese
    /// word need not stand side by side. None if that changes nothing.
    pub fn forgiving(
        &self,
        mut meant: impl FnMut(&str) -> kernel::Result<Vec<String>>,
    ) -> kernel::Result<Option<Typed>> {
        let mut words = Vec::new();
        let mut changed = false;
        for need in &self.words {
            let mut need = need.clone();
            if let Some(word) = &need.word {
                let pair: Vec<char> = word.chars().collect();
                if let ([first, second], true) = (pair.as_slice(), pair.iter().all(|ch| is_ideograph(*ch))) {
                    words.extend([need_of(first.to_string()), need_of(second.to_string())]);
                    changed = true;
                    continue;
                }
                for text in meant(word)? {
                    need.probes.push(Probe { text, whole: true, tags: TITLES_AND_TEXTS });
                    changed = true;
                }
            }
            words.push(need);
        }
        Ok(changed.then(|| Typed { words, phone: None, folded: self.folded.clone() }))
    }
}

impl Probe {
    /// `true` if the word is, or begins as, this probe asks.
    pub fn fits(&self, word: &Word) -> bool {
        self.tags.contains(&word.tag)
            && if self.whole { word.text == self.text } else { word.text.starts_with(&self.text) }
    }

    /// The entries of the index to look under, for the object of that number, within the kinds of places allowed.
    pub fn marked(&self, number: i64, allowed: &BTreeSet<Tag>) -> Vec<String> {
        let tags = self.tags.iter().filter(|tag| allowed.contains(tag));
        tags.map(|tag| format!("{}{}", mark(number, *tag), self.text)).collect()
    }
}

fn need_of(word: String) -> Need {
    let text = cut(word.clone());
    // Each ideograph and each pair is a word of the index: nothing needs to begin with it.
    let whole = word.chars().all(is_ideograph);
    Need { probes: vec![Probe { text, whole, tags: TEXTS }], word: Some(word) }
}

fn needs_of(text: &str) -> Reading {
    let mut words: Vec<String> = Vec::new();
    for word in fold::words(text) {
        if !words.contains(&word) {
            words.push(word);
        }
    }
    // A pair of ideographs says more than the two alone.
    let pairs: String = words
        .iter()
        .filter(|word| word.chars().all(is_ideograph) && word.chars().count() == 2)
        .map(String::as_str)
        .collect();
    words
        .retain(|word| !(word.chars().count() == 1 && word.chars().all(is_ideograph) && pairs.contains(word.as_str())));
    let mut needs: Vec<Need> = words.into_iter().take(WORDS).map(need_of).collect();
    if let [only] = needs.as_mut_slice()
        && let Some(digits) = only.word.clone().filter(|word| word.chars().all(|ch| ch.is_ascii_digit()))
    {
        only.probes.extend(phone_probes(&digits));
    }
    needs
}

/// The text with its longest run of phone-like pieces as one number; none if there is no such run of two pieces or more.
fn with_phone(text: &str) -> Option<Reading> {
    let pieces: Vec<&str> = text.split_whitespace().collect();
    let is_phone = |piece: &str| {
        piece.chars().any(|ch| ch.is_ascii_digit())
            && piece.chars().all(|ch| ch.is_ascii_digit() || "+()-./".contains(ch))
    };
    let mut best: (usize, usize) = (0, 0);
    let mut from = 0;
    for (n, piece) in pieces.iter().enumerate() {
        let joins = is_phone(piece) || matches!(*piece, "-" | "/" | "+");
        if !joins {
            from = n + 1;
        } else if n + 1 - from > best.1 - best.0 {
            best = (from, n + 1);
        }
    }
    let run = pieces.get(best.0..best.1)?.concat().replace("(0)", "");
    let digits: String = run.chars().filter(char::is_ascii_digit).collect();
    // A single run of digits is read as a word and a number at once, see `needs_of`.
    let plain = pieces.len() == 1 && run == digits;
    if plain || digits.len() < PHONE_DIGITS {
        return None;
    }
    let before = pieces.get(..best.0)?.join(" ");
    let after = pieces.get(best.1..)?.join(" ");
    let mut reading = needs_of(&format!("{before} {after}"));
    reading.push(Need { probes: phone_probes(&digits), word: None });
    Some(reading)
}

/// A number may be typed from its country code, from its area code with or without the zero in front (the 8 in Russia),
/// or by its last digits.
fn phone_probes(digits: &str) -> Vec<Probe> {
    let mut probes = Vec::new();
    let significant = digits.trim_start_matches('0');
    let mut beginnings = vec![significant];
    if digits.len() > 6
        && let Some(rest) = digits.strip_prefix('8')
    {
        beginnings.push(rest);
    }
    for text in beginnings.into_iter().filter(|text| text.len() >= 2) {
        probes.push(Probe { text: cut(text.to_string()), whole: false, tags: &[Tag::Phone] });
    }
    if digits.len() >= PHONE_END_DIGITS {
        probes.push(Probe { text: cut(digits.chars().rev().collect()), whole: false, tags: &[Tag::PhoneEnd] });
    }
    probes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed_words(text: &str) -> Vec<String> {
        Typed::read(text).words.into_iter().filter_map(|need| need.word).collect()
    }

    #[test]
    fn words_are_folded_and_taken_once() {
        assert_eq!(typed_words("  Ștefan  stefan POP "), ["stefan", "pop"]);
        assert!(Typed::read(" .,- ").is_empty());
    }

    #[test]
    fn a_chinese_name_is_read_in_pairs() {
        assert_eq!(typed_words("李雨桐"), ["李雨", "雨桐"]);
        assert_eq!(typed_words("李"), ["李"]);
    }

    #[test]
    fn a_phone_in_pieces_is_one_number() {
        for text in ["0040 721 234 567", "+40-721-234-567", "+40 (0)721 234567", "0721.234.567", "0721/234 567"] {
            let reading = Typed::read(text).phone.unwrap_or_default();
            let [Need { probes, word: None }] = reading.as_slice() else { panic!("{text}: {reading:?}") };
            assert!(matches!(probes[0].text.as_str(), "40721234567" | "721234567"), "{text}: {probes:?}");
        }
    }

    #[test]
    fn a_name_beside_a_phone_stays_a_name() {
        let reading = Typed::read("Ana 0721 234").phone.unwrap_or_default();
        assert_eq!(reading[0].word.as_deref(), Some("ana"));
        assert_eq!(reading[1].probes[0].text, "721234");
    }

    #[test]
    fn a_plain_number_is_a_word_and_a_phone() {
        let typed = Typed::read("234567");
        assert!(typed.phone.is_none());
        assert_eq!(typed.words[0].probes.len(), 3);
    }

    #[test]
    fn too_much_text_is_cut() {
        let typed = Typed::read(&"word ".repeat(1_000));
        assert_eq!(typed.words.len(), 1);
        let many: String = (0..1_000).map(|n| format!("w{n} ")).collect();
        assert_eq!(Typed::read(&many).words.len(), WORDS);
    }
}
