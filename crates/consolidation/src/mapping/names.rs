//! A person's whole name taken apart: `Dr. Ana Maria Pop`, `Pop, Ana`, `Ludwig van Beethoven`, `欧阳雨桐`.

use kernel::fold::is_ideograph;

/// Parts of a name; what is not known is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PersonName {
    pub prefix: String,
    pub first: String,
    pub last: String,
}

const PREFIXES: [&str; 40] = [
    "mr",
    "mrs",
    "ms",
    "miss",
    "mx",
    "dr",
    "prof",
    "rev",
    "sir",
    "dame",
    "herr",
    "frau",
    "m",
    "mme",
    "mlle",
    "sr",
    "sra",
    "srta",
    "sig",
    "г-н",
    "г-жа",
    "господин",
    "госпожа",
    "dl",
    "dna",
    "d-na",
    "dl.",
    "dra",
    "ing",
    "phd",
    "mag",
    "dipl",
    "hr",
    "fr",
    "don",
    "doña",
    "д-р",
    "проф",
    "domnul",
    "doamna",
];
/// Belong to the family name that follows.
const PARTICLES: [&str; 22] = [
    "van", "von", "der", "den", "de", "del", "della", "di", "da", "dos", "das", "du", "la", "le", "bin", "ibn", "al",
    "el", "ter", "ten", "zu", "st.",
];
const SUFFIXES: [&str; 8] = ["jr", "sr", "ii", "iii", "iv", "phd", "md", "esq"];
const TITLES_BEHIND: [&str; 6] = ["先生", "女士", "小姐", "太太", "博士", "教授"];
/// Family names of two characters.
const DOUBLE_FAMILY: [&str; 14] =
    ["欧阳", "司马", "上官", "诸葛", "夏侯", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "宇文", "长孙", "司徒"];

/// Whether a text is a form of address and nothing else.
pub fn is_prefix(text: &str) -> bool {
    let lower = text.trim().trim_end_matches('.').to_lowercase();
    PREFIXES.contains(&lower.as_str()) || TITLES_BEHIND.contains(&lower.as_str())
}

/// Takes a whole name apart. One word alone is a family name.
pub fn split_name(text: &str) -> PersonName {
    let text = text.trim().trim_matches('"').trim();
    if let Some(name) = chinese(text) {
        return name;
    }
    if let Some((last, rest)) = text.split_once(',') {
        let suffix = rest.trim().trim_end_matches('.').to_lowercase();
        if !SUFFIXES.contains(&suffix.as_str()) {
            let (prefix, first) = without_prefix(rest);
            return PersonName { prefix, first, last: joined(last.split_whitespace()) };
        }
    }
    let (prefix, rest) = without_prefix(text);
    let words: Vec<&str> = rest.split_whitespace().collect();
    // The family name is the last word, with its particles before it and its suffix behind.
    let is_suffix = |word: &&str| SUFFIXES.contains(&word.trim_matches(['.', ',']).to_lowercase().as_str());
    let tail = words.iter().rev().take_while(|word| is_suffix(word)).count();
    let mut start = words.len().saturating_sub(1 + tail);
    while start > 1 && words.get(start - 1).is_some_and(|word| PARTICLES.contains(&word.to_lowercase().as_str())) {
        start -= 1;
    }
    let (first, last) = words.split_at(start.min(words.len()));
    PersonName { prefix, first: joined(first.iter().copied()), last: joined(last.iter().copied()) }
}

fn without_prefix(text: &str) -> (String, String) {
    let words: Vec<&str> = text.split_whitespace().collect();
    // A name needs at least one word besides its forms of address.
    let most = words.len().saturating_sub(1);
    let count = words.iter().take(most).take_while(|word| is_prefix(word)).count();
    let (prefix, rest) = words.split_at(count);
    (joined(prefix.iter().copied()), joined(rest.iter().copied()))
}

fn joined<'a>(words: impl Iterator<Item = &'a str>) -> String {
    words.collect::<Vec<_>>().join(" ")
}

/// Chinese names are written without a space, the family name first.
fn chinese(text: &str) -> Option<PersonName> {
    if text.is_empty() || !text.chars().all(is_ideograph) {
        return None;
    }
    let (name, prefix) = TITLES_BEHIND
        .iter()
        .find_map(|title| text.strip_suffix(title).map(|name| (name, *title)))
        .unwrap_or((text, ""));
    let length = name.chars().count();
    let family = if length >= 3 && DOUBLE_FAMILY.iter().any(|double| name.starts_with(double)) { 2 } else { 1 };
    let cut = name.char_indices().nth(family).map_or(name.len(), |(at, _)| at);
    let (last, first) = name.split_at(cut);
    Some(PersonName { prefix: prefix.to_string(), first: first.to_string(), last: last.to_string() })
}
