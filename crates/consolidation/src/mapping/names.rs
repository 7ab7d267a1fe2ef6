//! A person's whole name taken apart for an import: `Dr. Ana Maria Pop`, `Pop, Ana`, `Ludwig van Beethoven`, `欧阳雨桐`.
//! Words stay as they are written; which of them is what, [`person`] says.

use crate::normal::person;

/// Parts of a name; what is not known is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PersonName {
    pub prefix: String,
    pub first: String,
    pub last: String,
}

/// Whether a text is a form of address and nothing else.
pub fn is_prefix(text: &str) -> bool {
    person::is_title(text)
}

/// Takes a whole name apart. One word alone is a family name.
pub fn split_name(text: &str) -> PersonName {
    let name = person::parse(text).form;
    let nickname = if name.nickname.is_empty() { String::new() } else { format!("\"{}\"", name.nickname) };
    PersonName {
        prefix: name.titles.join(" "),
        first: joined([&name.given, &name.middle, &nickname]),
        last: joined([&name.particle, &name.family, &name.second_family, &name.suffix]),
    }
}

fn joined<const N: usize>(parts: [&String; N]) -> String {
    parts.into_iter().filter(|part| !part.is_empty()).map(String::as_str).collect::<Vec<_>>().join(" ")
}
