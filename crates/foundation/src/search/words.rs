//! What a record is found by: folded words, each marked with the object and the kind of place it stands in.
//!
//! The mark is one sign of Unicode's private area in front of the word, so a word of contacts' titles, the same word in
//! their other texts, and the same word in deals are different entries of the index. A question therefore walks only the
//! list it is about: one object's, titles before the rest, and never a place that is hidden from the caller.

use std::collections::BTreeSet;

use kernel::object::FieldType;
use kernel::{FieldDef, Id, Value, fold};

use crate::records::catalogue::Object;
use crate::records::record::{Record, plain};

/// Longer words are cut; what begins alike for so long is the same.
const WORD_CHARS: usize = 32;
/// Words of one record, at most.
const WORDS: usize = 4_000;
/// Of a long title (a note without one) only the beginning counts as title.
const TITLE_WORDS: usize = 16;

/// The kind of place a word stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tag {
    /// A field of the title.
    Title,
    /// Any other text.
    Text,
    /// An e-mail address before the @.
    Mailbox,
    /// An e-mail address behind the @, a web address.
    Domain,
    /// A phone number: with its country code, and without.
    Phone,
    /// A phone number from its last digit to its first.
    PhoneEnd,
    /// The record's owner, for callers who see their own records only.
    Owner,
}

impl Tag {
    const ALL: [Tag; 7] = [Tag::Title, Tag::Text, Tag::Mailbox, Tag::Domain, Tag::Phone, Tag::PhoneEnd, Tag::Owner];

    fn place(self) -> u32 {
        match self {
            Tag::Title => 0,
            Tag::Text => 1,
            Tag::Mailbox => 2,
            Tag::Domain => 3,
            Tag::Phone => 4,
            Tag::PhoneEnd => 5,
            Tag::Owner => 6,
        }
    }
}

/// Objects that fit into the private area, eight marks each.
pub const OBJECTS: i64 = 6_400 / 8;

/// The sign in front of an object's words of one kind. `number` is the object's number in the index.
pub fn mark(number: i64, tag: Tag) -> char {
    let number = u32::try_from(number).unwrap_or(0);
    char::from_u32(0xe000 + number * 8 + tag.place()).unwrap_or('\u{e000}')
}

/// How a field's value is taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    Words,
    Email,
    Phone,
    Web,
}

/// One field that records are found by.
#[derive(Debug, Clone, Copy)]
pub struct Part {
    /// The field's place in its object.
    pub field: usize,
    title: bool,
    how: How,
}

/// The fields that records of an object are found by: those of the title and those marked searchable.
/// Empty for an object without a searchable field: its records are found through others.
pub fn parts(object: &Object) -> Vec<Part> {
    if !object.def.fields.iter().any(|field| field.searchable) {
        return Vec::new();
    }
    let titles: Vec<usize> = object.title.fields().collect();
    let mut parts = Vec::new();
    for (position, field) in object.def.fields.iter().enumerate() {
        let title = titles.contains(&position);
        if !title && !field.searchable {
            continue;
        }
        let how = match field.kind.stored() {
            FieldType::Email => How::Email,
            FieldType::Phone => How::Phone,
            FieldType::Url => How::Web,
            _ => How::Words,
        };
        parts.push(Part { field: position, title, how });
    }
    parts
}

/// Says which fields are taken apart how; when it changes, the object's records must be indexed again.
pub fn shape(object: &Object) -> String {
    let mut shape = String::from("4");
    for part in parts(object) {
        let Some(field) = object.field(part.field) else { continue };
        shape.push_str(if part.title { ";!" } else { ";" });
        shape.push_str(&field.id);
        shape.push(':');
        shape.push_str(field.kind.stored().name());
    }
    if let Some(owner) = &object.def.owner {
        shape.push('@');
        shape.push_str(owner);
    }
    shape
}

/// The kinds of places that a caller may look into: those with a field they may see.
pub fn tags(object: &Object, parts: &[Part], hidden: &dyn Fn(&FieldDef) -> bool) -> BTreeSet<Tag> {
    let mut tags = BTreeSet::new();
    for part in parts {
        let Some(field) = object.field(part.field).filter(|field| !hidden(field)) else { continue };
        match part.how {
            How::Words if part.title && !matches!(field.kind, FieldType::LongText) => tags.extend([Tag::Title]),
            How::Words if part.title => tags.extend([Tag::Title, Tag::Text]),
            How::Words => tags.extend([Tag::Text]),
            How::Email => tags.extend([Tag::Mailbox, Tag::Domain]),
            How::Phone => tags.extend([Tag::Phone, Tag::PhoneEnd]),
            How::Web => tags.extend([Tag::Domain]),
        }
    }
    // Titles longer than they should be spill over.
    if tags.contains(&Tag::Title) {
        tags.insert(Tag::Text);
    }
    tags
}

/// A word and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Word {
    pub tag: Tag,
    pub text: String,
}

/// What one field of a record is found by.
pub fn of_field(object: &Object, part: &Part, value: &Value, out: &mut Vec<Word>) {
    let Some(field) = object.field(part.field) else { return };
    match (part.how, value) {
        (_, Value::Null | Value::Link(_) | Value::Links(_) | Value::Json(_) | Value::Bool(_)) => {}
        (How::Email, Value::Text(text)) => email(text, out),
        (How::Phone, Value::Text(text)) => phone(text, out),
        (How::Web, Value::Text(text)) => web(text, out),
        (_, Value::Text(text)) if field.kind.options().is_none() => in_text(part, text, out),
        (_, Value::Text(choice)) => in_choices(field, part, std::slice::from_ref(choice), out),
        (_, Value::Choices(choices)) => in_choices(field, part, choices, out),
        (
            _,
            Value::Int(_) | Value::Number(_) | Value::Date(_) | Value::Time(_) | Value::Money(_) | Value::Address(_),
        ) => {
            in_text(part, &plain(object, part.field, value), out);
        }
    }
}

fn in_text(part: &Part, text: &str, out: &mut Vec<Word>) {
    for (n, text) in fold::words(text).into_iter().take(WORDS).enumerate() {
        let tag = if part.title && n < TITLE_WORDS { Tag::Title } else { Tag::Text };
        out.push(Word { tag, text: cut(text) });
    }
}

/// A choice is found by its label in any language.
fn in_choices(field: &FieldDef, part: &Part, chosen: &[String], out: &mut Vec<Word>) {
    for value in chosen {
        let option = field.kind.options().and_then(|options| options.iter().find(|option| option.value == *value));
        match option {
            Some(option) => option.label.0.values().for_each(|label| in_text(part, label, out)),
            None => in_text(part, value, out),
        }
    }
}

fn email(text: &str, out: &mut Vec<Word>) {
    let (mailbox, domain) = text.rsplit_once('@').unwrap_or((text, ""));
    out.extend(fold::words(mailbox).into_iter().map(|text| Word { tag: Tag::Mailbox, text: cut(text) }));
    web(domain, out);
}

fn web(text: &str, out: &mut Vec<Word>) {
    for text in fold::words(text).into_iter().take(TITLE_WORDS) {
        if !matches!(text.as_str(), "http" | "https" | "www") {
            out.push(Word { tag: Tag::Domain, text: cut(text) });
        }
    }
}

fn phone(text: &str, out: &mut Vec<Word>) {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let international = text.trim_start().starts_with('+') || digits.starts_with("00");
    let significant = digits.trim_start_matches('0');
    if significant.is_empty() {
        return;
    }
    out.push(Word { tag: Tag::Phone, text: cut(significant.to_string()) });
    if let Some(national) = without_country(significant).filter(|_| international) {
        out.push(Word { tag: Tag::Phone, text: cut(national.to_string()) });
    }
    let end = if international { significant } else { &digits };
    out.push(Word { tag: Tag::PhoneEnd, text: cut(end.chars().rev().collect()) });
}

/// The number behind the country's calling code (ITU-T E.164: no code is the beginning of another).
fn without_country(digits: &str) -> Option<&str> {
    let two = digits.get(..2)?;
    let length = match two.as_bytes() {
        [b'1' | b'7', _] => 1,
        b"20" | b"27" | b"30" | b"31" | b"32" | b"33" | b"34" | b"36" | b"39" | b"40" | b"41" | b"43" | b"44"
        | b"45" | b"46" | b"47" | b"48" | b"49" | b"51" | b"52" | b"53" | b"54" | b"55" | b"56" | b"57" | b"58"
        | b"60" | b"61" | b"62" | b"63" | b"64" | b"65" | b"66" | b"81" | b"82" | b"84" | b"86" | b"90" | b"91"
        | b"92" | b"93" | b"94" | b"95" | b"98" => 2,
        _ => 3,
    };
    digits.get(length..).filter(|rest| !rest.is_empty())
}

/// A word no longer than the index keeps.
pub fn cut(word: String) -> String {
    match word.char_indices().nth(WORD_CHARS) {
        Some((end, _)) => word.get(..end).unwrap_or_default().to_string(),
        None => word,
    }
}

/// How an owner is written as a word: one sign, so that it has no beginnings to be indexed. Two owners may share it, for
/// the row rule has the last word.
pub fn owner(id: Id) -> String {
    let sign = id.0.as_bytes().iter().fold(0_u32, |sum, byte| (sum * 31 + u32::from(*byte)) % 0xfffd);
    char::from_u32(0xf_0000 + sign).map(String::from).unwrap_or_default()
}

/// In the place of the owner of a record that was joined to another, a sign that no owner has: who may see it is decided by
/// who it is now.
pub const JOINED: char = '\u{ffffd}';

/// A record as the index holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    pub record: Id,
    pub version: i64,
    /// Marked words, separated by spaces; empty for a record in the bin.
    pub words: String,
    /// Digest of the words; 0 if there are none.
    pub fingerprint: i64,
    /// Words that a mistyped word may have meant.
    pub vocabulary: Vec<String>,
}

impl Document {
    /// `number` is the object's number in the index; the record needs the fields of `parts`, and the owner. One in the bin
    /// has no words, unless it lies there because it was joined to another: it leads to that one. A
    /// living one is found by words of `others`, who were joined to it, beside its own.
    pub fn of(
        object: &Object,
        parts: &[Part],
        number: i64,
        record: &Record,
        joined: bool,
        others: &[Record],
    ) -> Document {
        let mut document = Document {
            record: record.id,
            version: record.version,
            words: String::new(),
            fingerprint: 0,
            vocabulary: Vec::new(),
        };
        if record.deleted_at.is_some() && !joined {
            return document;
        }
        let mut words = Vec::new();
        let others = if joined { &[] } else { others };
        for record in std::iter::once(record).chain(others) {
            for part in parts {
                of_field(object, part, record.value(part.field), &mut words);
            }
        }
        let owner_field = object.def.owner.as_deref().map(|name| record.get(object, name));
        match owner_field {
            _ if joined && words.is_empty() => {}
            _ if joined => words.push(Word { tag: Tag::Owner, text: JOINED.into() }),
            Some(Value::Link(id)) => words.push(Word { tag: Tag::Owner, text: owner(*id) }),
            _ => {}
        }
        words.sort();
        words.dedup();
        words.truncate(WORDS);
        let marks = Tag::ALL.map(|tag| (tag, mark(number, tag)));
        for word in &words {
            if !document.words.is_empty() {
                document.words.push(' ');
            }
            if let Some((_, mark)) = marks.iter().find(|(tag, _)| *tag == word.tag) {
                document.words.push(*mark);
            }
            document.words.push_str(&word.text);
        }
        document.fingerprint = if words.is_empty() { 0 } else { fingerprint(&document.words) };
        document.vocabulary = words
            .into_iter()
            .filter(|word| matches!(word.tag, Tag::Title | Tag::Text) && super::typos::is_vocabulary(&word.text))
            .map(|word| word.text)
            .collect();
        document
    }
}

/// FNV-1a of 64 bits, never 0.
fn fingerprint(text: &str) -> i64 {
    let hash = text
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    hash.max(1).cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(words: &[Word], tag: Tag) -> Vec<&str> {
        words.iter().filter(|word| word.tag == tag).map(|word| word.text.as_str()).collect()
    }

    #[test]
    fn a_phone_is_found_with_and_without_its_country_and_from_its_end() {
        let mut words = Vec::new();
        phone("+40 721 234 567", &mut words);
        assert_eq!(texts(&words, Tag::Phone), ["40721234567", "721234567"]);
        assert_eq!(texts(&words, Tag::PhoneEnd), ["76543212704"]);

        let mut words = Vec::new();
        phone("0721 234 567", &mut words);
        assert_eq!(texts(&words, Tag::Phone), ["721234567"]);
    }

    #[test]
    fn calling_codes_are_cut_off() {
        assert_eq!(without_country("12025550100"), Some("2025550100"));
        assert_eq!(without_country("373221234"), Some("221234"));
        assert_eq!(without_country("8613800138000"), Some("13800138000"));
    }

    #[test]
    fn an_address_is_found_by_its_parts() {
        let mut words = Vec::new();
        email("ana.pop@blue-bakery.example", &mut words);
        assert_eq!(texts(&words, Tag::Mailbox), ["ana", "pop"]);
        assert_eq!(texts(&words, Tag::Domain), ["blue", "bakery", "example"]);
    }

    #[test]
    fn marks_of_objects_do_not_meet() {
        let mut seen = BTreeSet::new();
        for number in 0..OBJECTS {
            for tag in Tag::ALL {
                let mark = mark(number, tag);
                assert!(('\u{e000}'..='\u{f8ff}').contains(&mark));
                assert!(seen.insert(mark));
            }
        }
    }
}
