//! Company names: the legal form told apart, and what is left to compare by.

use std::collections::HashMap;
use std::sync::OnceLock;

use kernel::fold::fold;

use super::latin::{latin, mixes_alphabets};
use super::legal_forms::{FORMS, LegalForm, UNSPACED};
use super::{Fault, Normal};

/// A company's name taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Company {
    /// Without legal form, quotes and superfluous spaces; as it is written otherwise.
    pub name: String,
    /// The legal forms as they are written properly, the innermost first: `["GmbH & Co. KG"]`, `["SC", "S.r.l."]`.
    pub forms: Vec<&'static str>,
    /// What kind of company the forms say it is: `limited`, `public`, `partnership` …; empty if none says so.
    pub kind: &'static str,
    /// A branch or a department, where brackets or the text say so: `Acme (Bucharest)`.
    pub branch: String,
}

/// Takes a company's name apart.
pub fn parse(text: &str) -> Normal<'_, Company> {
    let mut faults = Vec::new();
    let trimmed = text.trim();
    if !trimmed.chars().any(char::is_alphanumeric) {
        faults.push(if trimmed.is_empty() { Fault::Empty } else { Fault::NotAName });
        return Normal { raw: text, form: Company::default(), faults };
    }
    if trimmed.contains('@') || trimmed.contains("://") {
        faults.push(Fault::NotAName);
    }
    if mixes_alphabets(trimmed) {
        faults.push(Fault::MixedAlphabets);
    }
    if is_placeholder(trimmed) {
        faults.push(Fault::Placeholder);
    }
    let (without_branch, branch) = without_branch(trimmed);
    let mut form = Company { name: unquoted(&without_branch), branch, ..Company::default() };
    // Two forms at most stand around a name: `SC Petrom SA`, `ООО «Фирма» Ltd`.
    while form.forms.len() < 3 && take_form(&mut form) {}
    Normal { raw: text, form, faults }
}

impl Company {
    /// The whole, tidily: name, then form.
    pub fn full(&self) -> String {
        match self.forms.first() {
            Some(form) => format!("{} {form}", self.name),
            None => self.name.clone(),
        }
    }

    /// The form to compare by: Latin letters, lower case, without "and", articles and punctuation.
    pub fn compared(&self) -> String {
        let words: Vec<String> = latin(&anded(&self.name)).split(' ').map(str::to_string).collect();
        let kept: Vec<&str> = words.iter().map(String::as_str).filter(|word| !is_dropped(word)).collect();
        // A name made of nothing else (`The And`) keeps its words.
        if kept.is_empty() { words.join(" ") } else { kept.join(" ") }
    }

    /// Its initials, if it has at least two words: `International Business Machines` is `ibm`.
    pub fn acronym(&self) -> Option<String> {
        let compared = self.compared();
        let words: Vec<&str> = compared.split(' ').filter(|word| !word.is_empty()).collect();
        (words.len() >= 2).then(|| words.iter().filter_map(|word| word.chars().next()).collect())
    }
}

/// Whether two names may be one company's: equal to compare, or one the other's initials (of three letters or more).
pub fn may_be_same(one: &Company, other: &Company) -> bool {
    let (one_compared, other_compared) = (one.compared(), other.compared());
    if one_compared.is_empty() || other_compared.is_empty() {
        return false;
    }
    let is_acronym_of = |short: &str, long: &Company| {
        let short: String = short.split(' ').collect();
        short.len() >= 3 && long.acronym().is_some_and(|acronym| acronym == short)
    };
    one_compared == other_compared
        || one_compared.replace(' ', "") == other_compared.replace(' ', "")
        || is_acronym_of(&one_compared, other)
        || is_acronym_of(&other_compared, one)
}

fn is_placeholder(text: &str) -> bool {
    matches!(
        fold(text).as_str(),
        "test"
            | "n/a"
            | "na"
            | "none"
            | "unknown"
            | "company"
            | "private"
            | "self"
            | "self employed"
            | "no company"
            | "-"
            | "тест"
            | "нет"
            | "частное лицо"
            | "физлицо"
            | "физическое лицо"
            | "无"
            | "个人"
            | "测试"
            | "persoana fizica"
            | "fara"
            | "privat"
            | "freelance"
            | "freelancer"
            | "xxx"
            | "asdf"
    )
}

/// `Acme (Bucharest)`: what stands in brackets at the end. `上海华为（深圳）有限公司` has them in the middle: a place likewise.
fn without_branch(text: &str) -> (String, String) {
    for (open, close) in [('(', ')'), ('（', '）'), ('[', ']')] {
        let Some(start) = text.find(open) else { continue };
        let after = text.get(start + open.len_utf8()..).unwrap_or("");
        let Some(end) = after.find(close) else { continue };
        let inside = after.get(..end).unwrap_or("").trim();
        let before = text.get(..start).unwrap_or("");
        let behind = after.get(end + close.len_utf8()..).unwrap_or("");
        let is_form = matches!(inside, "株" | "주" | "haftungsbeschränkt" | "publ") || inside.contains([open, close]);
        let spaced = if before.chars().next_back().is_some_and(kernel::fold::is_ideograph) { "" } else { " " };
        let rest = format!("{}{spaced}{}", before.trim_end(), behind.trim_start());
        if !is_form && !inside.is_empty() && rest.chars().any(char::is_alphanumeric) {
            return (rest.trim().to_string(), inside.to_string());
        }
    }
    (text.to_string(), String::new())
}

fn unquoted(text: &str) -> String {
    let marks = ['"', '«', '»', '“', '”', '„', '‟', '《', '》', '\u{feff}'];
    let plain: String = text.chars().map(|ch| if marks.contains(&ch) { ' ' } else { ch }).collect();
    let joined = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    joined.trim_matches([',', ';', ' ', '-', '–', '—']).to_string()
}

/// Takes one legal form off the name, from behind or from the front; `false` if there is none, or nothing would be left.
fn take_form(company: &mut Company) -> bool {
    for (written, form, kind) in UNSPACED {
        let rest = company.name.strip_suffix(written).or_else(|| company.name.strip_prefix(written));
        if let Some(rest) = rest.map(|rest| rest.trim_matches([' ', ',', '\u{3000}'])).filter(|rest| has_letters(rest))
        {
            (company.name, company.kind) = (rest.to_string(), first_kind(company.kind, kind));
            company.forms.push(form);
            return true;
        }
    }
    let words = pieces(&company.name);
    let most = words.len().min(6);
    for count in (1..=most).rev() {
        for from_front in [false, true] {
            let taken = if from_front { words.get(..count) } else { words.get(words.len() - count..) };
            let rest = if from_front { words.get(count..) } else { words.get(..words.len() - count) };
            let (Some(taken), Some(rest)) = (taken, rest) else { continue };
            let written: Vec<&str> =
                taken.iter().filter(|piece| !piece.key.is_empty()).map(|piece| piece.key.as_str()).collect();
            let Some(form) = by_writing().get(&written.join(" ")).copied() else { continue };
            if from_front && !form.leads() {
                continue;
            }
            let (Some(first), Some(last)) = (rest.first(), rest.last()) else { continue };
            let left =
                company.name.get(first.start..last.end).unwrap_or("").trim_matches([',', ';', ' ', '-', '&', '.']);
            if !has_letters(left) {
                continue;
            }
            (company.name, company.kind) = (left.to_string(), first_kind(company.kind, form.kind));
            company.forms.push(form.name);
            return true;
        }
    }
    false
}

fn has_letters(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}

fn first_kind(known: &'static str, found: &'static str) -> &'static str {
    // `company` and `branch` say less than any other.
    if known.is_empty() || known == "company" { found } else { known }
}

fn by_writing() -> &'static HashMap<String, &'static LegalForm> {
    static BY_WRITING: OnceLock<HashMap<String, &'static LegalForm>> = OnceLock::new();
    BY_WRITING.get_or_init(|| {
        let mut by_writing = HashMap::new();
        for form in FORMS {
            for written in form.variants() {
                // Folding takes the breve off `й`, here as in the name.
                by_writing.entry(fold(written)).or_insert(form);
            }
        }
        by_writing
    })
}

/// A word of a name, where it stands, and what it is when forms are looked for.
struct Piece {
    start: usize,
    end: usize,
    key: String,
}

fn pieces(name: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut start = None;
    for (at, ch) in name.char_indices().chain([(name.len(), ' ')]) {
        let parts = ch.is_whitespace() || ch == ',' || ch == '&';
        match (start, parts) {
            (None, false) => start = Some(at),
            (Some(from), true) => {
                let word = name.get(from..at).unwrap_or("");
                pieces.push(Piece { start: from, end: at, key: key(word) });
                start = None;
            }
            _ => {}
        }
        if ch == '&' {
            pieces.push(Piece { start: at, end: at + 1, key: "&".to_string() });
        }
    }
    pieces
}

fn key(word: &str) -> String {
    let folded: String = fold(word).chars().filter(|ch| ch.is_alphanumeric() || matches!(ch, '/' | '&')).collect();
    if is_and(&folded) { "&".to_string() } else { folded }
}

fn is_and(word: &str) -> bool {
    matches!(word, "&" | "and" | "und" | "et" | "y" | "и" | "та" | "si" | "och" | "og" | "ja" | "ve" | "en" | "+")
}

fn is_dropped(word: &str) -> bool {
    matches!(word, "" | "and" | "the")
}

/// "And" of every language as one word, so that it is dropped once and alike.
fn anded(name: &str) -> String {
    let spaced = name.replace(['&', '+'], " and ");
    let words = spaced.split_whitespace().map(|word| if is_and(&fold(word)) { "and" } else { word });
    words.collect::<Vec<_>>().join(" ")
}
