//! Letters that are written again and again: words with places for what is known of whom they go to.

use std::collections::BTreeMap;
use std::sync::Arc;

use foundation::access::Action;
use foundation::records::write::{Draft, Keeps};
use foundation::records::{Object as Definition, Record, read, record};
use foundation::{Operation, Reader};
use kernel::{Error, FieldError, Id, Result};
use macros::Object;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use crate::queries::{self, TemplateText};

/// The object's name.
pub const OBJECT: &str = "mail_template";
/// Records whose fields may stand in a template; `me` is who writes.
const KNOWN: [(&str, &str); 5] =
    [("contact", "contact"), ("lead", "lead"), ("company", "company"), ("deal", "deal"), ("me", "user")];
/// Places of one template.
const MOST: usize = 100;
/// Further languages of one template.
const MOST_LANGUAGES: usize = 20;

/// A letter that is written again and again.
#[derive(Debug, Clone, PartialEq, Object)]
#[object(
    plural = "mail_templates",
    title = "{name}",
    subtitle = "{subject}",
    area = "settings",
    icon = "file-text",
    owner = "owner",
    class = "internal",
    purpose = "sales",
    label(en = "Letter template", ru = "Шаблон письма", zh = "邮件模板", ro = "Șablon de scrisoare"),
    label_plural(en = "Letter templates", ru = "Шаблоны писем", zh = "邮件模板", ro = "Șabloane de scrisori")
)]
pub struct MailTemplate {
    #[field(required, searchable, max = 120, label(en = "Name", ru = "Название", zh = "名称", ro = "Denumire"))]
    pub name: String,
    /// With places such as {contact.first_name}, {company.name}, {deal.name}, {me.name}.
    #[field(
        searchable,
        max = 300,
        label(en = "Subject", ru = "Тема", zh = "主题", ro = "Subiect"),
        help(
            ru = "С местами вида {contact.first_name}, {company.name}, {deal.name}, {me.name}.",
            zh = "可使用 {contact.first_name}、{company.name}、{deal.name}、{me.name} 等占位符。",
            ro = "Cu locuri precum {contact.first_name}, {company.name}, {deal.name}, {me.name}."
        )
    )]
    pub subject: Option<String>,
    #[field(required, long_text, label(en = "Words", ru = "Текст", zh = "正文", ro = "Text"))]
    pub body: String,
    /// The language that it is written in, en, ru, zh, ro.
    #[field(
        max = 35,
        label(en = "Language", ru = "Язык", zh = "语言", ro = "Limbă"),
        help(
            ru = "Язык, на котором оно написано: en, ru, zh, ro.",
            zh = "编写所用语言：en、ru、zh、ro。",
            ro = "Limba în care este scris: en, ru, zh, ro."
        )
    )]
    pub language: Option<String>,
    #[field(link = "user", label(en = "Owner", ru = "Владелец", zh = "所有者", ro = "Proprietar"))]
    pub owner: Option<Id>,
}

/// A place in a text: where it stands, and what is to stand there.
struct Place<'a> {
    start: usize,
    end: usize,
    of: &'a str,
    field: &'a str,
}

/// `{contact.first_name}`; other braces are words.
fn places(text: &str) -> Vec<Place<'_>> {
    let mut found = Vec::new();
    for (start, _) in text.match_indices('{') {
        let Some(rest) = text.get(start + 1..) else { continue };
        let Some((inside, _)) = rest.split_once('}') else { continue };
        let Some((of, field)) = inside.split_once('.') else { continue };
        let is_name = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        if is_name(of) && is_name(field) {
            found.push(Place { start, end: start + inside.len() + 2, of, field });
        }
    }
    found
}

/// Looks at templates before they are kept: what nobody knows is refused by its name.
pub struct Templates;

impl Keeps for Templates {
    fn object(&self) -> &'static str {
        OBJECT
    }

    fn check(
        &self,
        op: &mut Operation,
        object: &Definition,
        drafts: &[Option<Draft>],
    ) -> Result<Vec<(usize, FieldError)>> {
        let mut faults = Vec::new();
        for (at, draft) in drafts.iter().enumerate() {
            let Some(draft) = draft else { continue };
            for name in ["subject", "body"] {
                let text = draft.after.get(object, name).as_text().unwrap_or_default();
                faults.extend(fault(op, text).map(|(code, why)| (at, FieldError::new(name, code, why))));
            }
        }
        Ok(faults)
    }

    fn follow(&self, _: &mut Operation, _: &[Draft]) -> Result<()> {
        Ok(())
    }
}

fn field_of(reader: &Reader, place: &Place) -> Option<(Arc<Definition>, usize)> {
    let (_, object) = KNOWN.iter().find(|(name, _)| *name == place.of)?;
    let object = reader.catalogue.named(object)?.clone();
    let position = object.def.position(place.field)?;
    Some((object, position))
}

/// For whom a template is filled in.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct About {
    /// A contact, a lead, a company, a deal.
    pub object: Option<String>,
    pub id: Option<Id>,
    /// In this language rather than the receiver's.
    pub language: Option<String>,
}

/// A template's words for somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Filled {
    /// Of these words.
    pub language: String,
    pub subject: String,
    pub text: String,
    /// Places for which nothing is known.
    pub missing: Vec<String>,
}

/// The words of a template for somebody, in their language. Under the caller's rights: what they may not see is not known.
pub fn fill(reader: &mut Reader, id: Id, about: &About) -> Result<Json> {
    let me = reader.who.user;
    let filled = filled(reader, id, about, me)?.ok_or(Error::NotFound)?;
    Ok(json!(filled))
}

/// [`fill`] in somebody's name; none where the template is gone.
pub fn filled(reader: &mut Reader, id: Id, about: &About, me: Option<Id>) -> Result<Option<Filled>> {
    let object = reader.object(OBJECT)?;
    let Some(template) = read::load(reader, &object, id)?.filter(|template| template.deleted_at.is_none()) else {
        return Ok(None);
    };
    let known = known(reader, about, me)?;
    let text = |name: &str| template.get(&object, name).as_text().unwrap_or_default().to_string();
    let own = TemplateText { language: text("language"), subject: text("subject"), body: text("body") };
    let texts = queries::template_texts(reader, id)?;
    let wanted = about.language.clone().or_else(|| language_of(&known)).unwrap_or_default();
    let words = chosen(&own, &texts, &wanted);
    let mut missing = Vec::new();
    let mut filled = |text: &str| {
        let mut out = String::with_capacity(text.len());
        let mut done = 0;
        for place in places(text) {
            out.push_str(text.get(done..place.start).unwrap_or_default());
            match value(reader, &known, &place) {
                Some(value) => out.push_str(&value),
                None => missing.push(format!("{}.{}", place.of, place.field)),
            }
            done = place.end;
        }
        out.push_str(text.get(done..).unwrap_or_default());
        out
    };
    let (subject, text) = (filled(&words.subject), filled(&words.body));
    missing.sort();
    missing.dedup();
    Ok(Some(Filled { language: words.language.clone(), subject, text, missing }))
}

/// The language of whom the letter goes to: the person's before the firm's.
fn language_of(known: &Known) -> Option<String> {
    ["contact", "lead", "company"].into_iter().find_map(|of| {
        let (object, record) = known.get(of)?;
        let said = record.value(object.def.position("language")?).as_text()?.trim().to_string();
        Some(said).filter(|said| !said.is_empty())
    })
}

/// Words of just that language before those of the same tongue (`pt` for `pt-BR`), and before the template's own.
fn chosen<'a>(own: &'a TemplateText, texts: &'a [TemplateText], wanted: &str) -> &'a TemplateText {
    let tongue = |code: &str| code.split(['-', '_']).next().unwrap_or_default().to_lowercase();
    let all = || std::iter::once(own).chain(texts);
    if wanted.is_empty() {
        return own;
    }
    let just = all().find(|text| text.language.eq_ignore_ascii_case(wanted));
    just.or_else(|| all().find(|text| tongue(&text.language) == tongue(wanted))).unwrap_or(own)
}

/// The words of a template in further languages.
pub fn texts(reader: &mut Reader, id: Id) -> Result<Json> {
    let object = reader.object(OBJECT)?;
    read::get(reader, &object, id)?;
    Ok(json!({ "data": queries::template_texts(reader, id)? }))
}

/// Words in one language, as they are said.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Said {
    pub language: String,
    #[serde(default)]
    pub subject: String,
    pub body: String,
}

/// Says the words of a template in all further languages anew.
pub fn put_texts(op: &mut Operation, id: Id, said: &[Said]) -> Result<Json> {
    op.who.need(OBJECT, Action::Update)?;
    let object = op.object(OBJECT)?;
    let template = read::get(op, &object, id)?;
    if !queries::may_update(op, &object, id)? {
        return Err(Error::Forbidden("changing this record"));
    }
    let own = template.get(&object, "language").as_text().unwrap_or_default().to_lowercase();
    let mut faults = Vec::new();
    let mut texts: Vec<TemplateText> = Vec::new();
    if said.len() > MOST_LANGUAGES {
        faults.push(FieldError::new("texts", "too_many", format!("at most {MOST_LANGUAGES} languages")));
    }
    for (place, one) in said.iter().enumerate().take(MOST_LANGUAGES) {
        let language = one.language.trim().to_lowercase();
        let is_code =
            (2..=35).contains(&language.len()) && language.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        let at = |name: &str| format!("texts/{place}/{name}");
        if !is_code {
            faults.push(FieldError::new(&at("language"), "unknown_option", "a code such as ro or pt-br"));
        }
        if language == own || texts.iter().any(|text| text.language == language) {
            faults.push(FieldError::new(&at("language"), "taken", "each language once"));
        }
        for (name, text, most) in [("subject", &one.subject, 300), ("body", &one.body, 100_000)] {
            if text.chars().count() > most {
                faults.push(FieldError::new(&at(name), "too_long", format!("at most {most} characters")));
            }
            faults.extend(fault(op, text).map(|(code, why)| FieldError::new(&at(name), code, why)));
        }
        if one.body.trim().is_empty() {
            faults.push(FieldError::new(&at("body"), "required", "words"));
        }
        texts.push(TemplateText { language, subject: one.subject.clone(), body: one.body.clone() });
    }
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    queries::put_template_texts(op, id, &texts)?;
    self::texts(op, id)
}

/// What is wrong with the places of a text.
fn fault(reader: &Reader, text: &str) -> Option<(&'static str, String)> {
    let all = places(text);
    if all.len() > MOST {
        return Some(("too_many", format!("at most {MOST} places")));
    }
    let unknown = all.iter().find(|place| field_of(reader, place).is_none())?;
    Some(("unknown_field", format!("nobody knows {{{}.{}}}", unknown.of, unknown.field)))
}

type Known = BTreeMap<&'static str, (Arc<Definition>, Record)>;

/// Who and what a letter is about: the record itself, and those it links to.
fn known(reader: &mut Reader, about: &About, me: Option<Id>) -> Result<Known> {
    let mut known = Known::new();
    if let Some(user) = me
        && let Ok(users) = reader.object("user")
        && let Ok(me) = read::get(reader, &users, user)
    {
        known.insert("me", (users, me));
    }
    let (Some(name), Some(id)) = (&about.object, about.id) else { return Ok(known) };
    let mut next: Vec<(String, Id, bool)> = vec![(name.clone(), id, true)];
    while let Some((name, id, is_asked)) = next.pop() {
        let Some((place, _)) = KNOWN.iter().find(|(place, object)| *object == name && *place != "me") else {
            return Err(Error::invalid("object", "unknown_option", "contact, lead, company or deal"));
        };
        let object = reader.object(&name)?;
        if known.contains_key(place) || !(is_asked || reader.who.access.on(&name).allows(Action::Read)) {
            continue;
        }
        let record = match read::get(reader, &object, id) {
            Ok(record) => record,
            Err(Error::NotFound) if !is_asked => continue,
            Err(fault) => return Err(fault),
        };
        for link in ["contact", "company"] {
            let hidden = reader.who.access.on(&name).hidden_fields.contains(link);
            if let Some(id) = record.get(&object, link).as_link().filter(|_| !hidden) {
                next.push((link.to_string(), id, false));
            }
        }
        known.insert(place, (object, record));
    }
    Ok(known)
}

fn value(reader: &Reader, known: &Known, place: &Place) -> Option<String> {
    // A lead is addressed as the contact it may become.
    let asked = if place.of == "contact" && !known.contains_key("contact") { "lead" } else { place.of };
    let (object, record) = known.get(asked)?;
    if reader.who.access.on(&object.def.name).hidden_fields.contains(place.field) {
        return None;
    }
    let position = object.def.position(place.field)?;
    let value = record.value(position);
    let text = if value.is_null() { String::new() } else { record::plain(object, position, value) };
    Some(text).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_receivers_language_is_chosen_and_the_templates_own_where_there_is_none() {
        let text =
            |language: &str| TemplateText { language: language.into(), subject: String::new(), body: language.into() };
        let (own, texts) = (text("en"), [text("pt"), text("ro"), text("zh-cn")]);
        for (wanted, given) in [("ro", "ro"), ("RO", "ro"), ("pt-BR", "pt"), ("zh", "zh-cn"), ("", "en"), ("fr", "en")]
        {
            assert_eq!(chosen(&own, &texts, wanted).body, given, "{wanted}");
        }
    }

    #[test]
    fn only_a_name_with_a_field_is_a_place() {
        let text = "Dear {contact.first_name}, {not one} {a.b.c} {x.} {deal.name}{";
        let found: Vec<(&str, &str)> = places(text).iter().map(|place| (place.of, place.field)).collect();
        assert_eq!(found, [("contact", "first_name"), ("deal", "name")]);
        let first = &places(text)[0];
        assert_eq!(text.get(first.start..first.end), Some("{contact.first_name}"));
    }
}
