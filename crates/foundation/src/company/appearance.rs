//! How the company shows itself: name, logo, accent colour, languages, time zone.

use kernel::{Error, FieldError, Id, Result};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Value as Json, json};

use super::colour::{self, Hex};
use super::currencies;
use crate::access::audit::{self, action};
use crate::access::settings;
use crate::files;
use crate::operation::{Operation, Reader};

/// The name of the setting.
const NAME: &str = "company_profile";
/// Bytes of a logo.
const LARGEST: i64 = 1 << 20;
/// The languages that the product speaks.
pub const LANGUAGES: [&str; 4] = ["en", "ru", "zh", "ro"];

/// What is stored beside the name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Profile {
    /// In the order in which they are offered.
    pub languages: Vec<String>,
    /// Of those who chose none.
    pub language: String,
    pub time_zone: String,
    pub accent: Option<Hex>,
    pub logo: Option<Id>,
}

impl Default for Profile {
    fn default() -> Profile {
        Profile {
            languages: LANGUAGES.map(str::to_string).to_vec(),
            language: "en".into(),
            time_zone: "UTC".into(),
            accent: None,
            logo: None,
        }
    }
}

/// What is to change; what is left out stays, null takes away.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Patch {
    pub name: Option<String>,
    pub languages: Option<Vec<String>>,
    pub language: Option<String>,
    pub time_zone: Option<String>,
    #[serde(deserialize_with = "said")]
    pub accent: Option<Option<String>>,
    #[serde(deserialize_with = "said")]
    pub logo: Option<Option<Id>>,
}

/// Tells null from nothing said.
fn said<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> std::result::Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// The profile as it stands.
pub fn profile(tx: &mut db::Tx) -> Result<Profile> {
    let row = tx.one("select value from setting where name = $1", &[NAME.into()])?;
    Ok(row.and_then(|row| serde_json::from_str(row.text(0)).ok()).unwrap_or_default())
}

/// `{"name","languages","language","time_zone","currency","logo","accent"}`.
pub fn show(reader: &mut Reader) -> Result<Json> {
    let profile = profile(reader.tx)?;
    Ok(json!({
        "name": settings::company_in(reader.tx)?,
        "languages": profile.languages,
        "language": profile.language,
        "time_zone": profile.time_zone,
        "currency": currencies::used(reader.tx)?.company,
        "logo": logo_address(&profile),
        "accent": profile.accent.as_ref().map(colour::accent),
    }))
}

/// Another logo has another address, so that no browser shows the old one.
pub fn logo_address(profile: &Profile) -> Option<String> {
    profile.logo.map(|logo| format!("/api/v1/company/logo?v={logo}"))
}

/// The accent as pages take it.
pub fn accent(profile: &Profile) -> Option<Json> {
    profile.accent.as_ref().map(colour::accent)
}

/// Changes how the company shows itself.
pub fn change(op: &mut Operation, patch: &Patch) -> Result<Json> {
    op.who.need_admin()?;
    let before = profile(op.tx)?;
    let mut after = before.clone();
    let mut errors = Vec::new();
    let unknown = |at: &str| FieldError::new(at, "unknown_option", "must be one of en, ru, zh, ro");
    if let Some(languages) = &patch.languages {
        let mut kept: Vec<String> = Vec::new();
        for (n, language) in languages.iter().enumerate() {
            if !LANGUAGES.contains(&language.as_str()) {
                errors.push(unknown(&format!("/languages/{n}")));
            } else if !kept.contains(language) {
                kept.push(language.clone());
            }
        }
        if kept.is_empty() && errors.is_empty() {
            errors.push(FieldError::new("languages", "required", "at least one language is needed"));
        }
        after.languages = kept;
    }
    if let Some(language) = &patch.language {
        after.language.clone_from(language);
    } else if let Some(first) = after.languages.first().filter(|_| !after.languages.contains(&after.language)) {
        after.language = first.clone();
    }
    if errors.is_empty() && !after.languages.contains(&after.language) {
        errors.push(FieldError::new("language", "unknown_option", "must be one of the company's languages"));
    }
    if let Some(zone) = &patch.time_zone {
        if zone.trim().is_empty() || jiff::tz::TimeZone::get(zone.trim()).is_err() {
            errors.push(FieldError::new("time_zone", "unknown_option", "must be a zone such as Europe/Bucharest"));
        }
        after.time_zone = zone.trim().to_string();
    }
    if let Some(accent) = &patch.accent {
        after.accent = accent.as_deref().and_then(Hex::parse);
        if accent.is_some() && after.accent.is_none() {
            errors.push(FieldError::new("accent", "not_a_colour", "six digits such as #0a7cff"));
        }
    }
    if let Some(logo) = &patch.logo {
        after.logo = *logo;
        if let Some(fault) = logo.map(|logo| refuse_logo(op, logo)).transpose()?.flatten() {
            errors.push(fault);
        }
    }
    if patch.name.as_ref().is_some_and(|name| name.chars().count() > 200) {
        errors.push(FieldError::new("name", "too_long", "at most 200 characters"));
    }
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
    let named = settings::company_in(op.tx)?;
    if let Some(name) = patch.name.as_ref().filter(|name| name.trim() != named) {
        settings::name_company(op, name)?;
        let detail = json!({ "name": { "before": named, "after": name.trim() } });
        audit::write(op, action::COMPANY_CHANGED, None, None, detail)?;
    }
    if after != before {
        let text = serde_json::to_string(&after).map_err(Error::internal)?;
        op.tx.execute(
            "insert into setting (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value",
            &[NAME.into(), text.into()],
        )?;
        audit::write(op, action::COMPANY_CHANGED, None, None, json!({ "before": before, "after": after }))?;
    }
    show(op)
}

/// A logo is a picture of a kind that cannot carry a program, and not large.
fn refuse_logo(op: &mut Operation, logo: Id) -> Result<Option<FieldError>> {
    let stored = match files::find(op, logo) {
        Ok(stored) => stored,
        Err(Error::NotFound) => {
            return Ok(Some(FieldError::new("logo", "not_found", "there is no such file of yours; upload it first")));
        }
        Err(other) => return Err(other),
    };
    if stored.size_bytes > LARGEST {
        return Ok(Some(FieldError::new("logo", "too_large", format!("at most {LARGEST} bytes"))));
    }
    let content = files::content(op, &stored)?;
    Ok(picture(&content).is_none().then(|| FieldError::new("logo", "format", "must be a PNG, JPEG, WebP or GIF")))
}

/// What a picture is by its first bytes.
fn picture(content: &[u8]) -> Option<&'static str> {
    let webp = content.starts_with(b"RIFF") && content.get(8..12) == Some(b"WEBP");
    match content {
        _ if webp => Some("image/webp"),
        [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some("image/gif"),
        _ => None,
    }
}

/// The logo's bytes and what they are. Everybody may see it: the page of signing in shows it.
pub fn logo(tx: &mut db::Tx) -> Result<(Vec<u8>, &'static str)> {
    let logo = profile(tx)?.logo.ok_or(Error::NotFound)?;
    let row = tx.one("select hash from file where id = $1", &[logo.into()])?.ok_or(Error::NotFound)?;
    let hash = row.opt_bytes(0).unwrap_or_default().to_vec();
    let parts = tx.query("select content from file_part where hash = $1 order by part", &[hash.into()])?;
    let content: Vec<u8> = parts.iter().flat_map(|row| row.opt_bytes(0).unwrap_or_default().to_vec()).collect();
    let kind = picture(&content).ok_or(Error::NotFound)?;
    Ok((content, kind))
}
