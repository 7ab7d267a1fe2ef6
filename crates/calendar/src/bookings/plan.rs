//! A booking page as it is worked with, and what is wrong with one.

use std::collections::BTreeMap;

use foundation::Reader;
use foundation::company::calendars::{self, Calendar};
use foundation::records::{Object, Record};
use kernel::{Error, FieldError, Id, Result, Value};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::busy::queries as people;

/// Questions of one page.
const MOST_QUESTIONS: usize = 20;
/// People of one page.
pub const MOST_HOSTS: usize = 50;
const MINUTE_MS: i64 = 60_000;

/// One question.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Question {
    /// By language.
    pub labels: BTreeMap<String, String>,
    pub required: bool,
    /// Room for more than a line.
    pub long: bool,
}

impl Question {
    pub fn label(&self, language: &str) -> &str {
        let own = self.labels.get(language).or_else(|| self.labels.get("en")).or_else(|| self.labels.values().next());
        own.map(String::as_str).unwrap_or_default()
    }
}

/// The words of a page in one language.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Texts {
    pub title: String,
    pub intro: String,
    pub thanks: String,
    pub consent: String,
}

/// Somebody who can be booked.
#[derive(Debug, Clone, PartialEq)]
pub struct Host {
    pub id: Id,
    pub name: String,
    pub email: Option<String>,
}

/// See the module.
#[derive(Debug, Clone)]
pub struct Plan {
    pub id: Id,
    pub name: String,
    pub slug: String,
    pub is_active: bool,
    pub kind: String,
    pub hosts: Vec<Host>,
    pub is_for_all: bool,
    pub minutes: i64,
    pub step: i64,
    pub before_ms: i64,
    pub after_ms: i64,
    pub notice_ms: i64,
    pub horizon_days: i64,
    pub per_day: Option<i64>,
    pub calendar: Calendar,
    pub location: Option<String>,
    pub questions: Vec<Question>,
    pub texts: BTreeMap<String, Texts>,
    pub becomes: String,
    pub campaign: Option<Id>,
}

impl Plan {
    pub fn read(reader: &mut Reader, object: &Object, page: &Record) -> Result<Plan> {
        let int = |field: &str, otherwise: i64| match page.get(object, field) {
            Value::Int(number) => *number,
            _ => otherwise,
        };
        let text = |field: &str| page.get(object, field).as_text().unwrap_or_default().to_string();
        let json = |field: &str| match page.get(object, field) {
            Value::Json(json) => Some((**json).clone()),
            _ => None,
        };
        let mut users = match page.get(object, "hosts") {
            Value::Links(hosts) => hosts.clone(),
            _ => Vec::new(),
        };
        if let Some(team) = page.get(object, "team").as_link() {
            users.extend(people::members(reader, team)?);
        }
        if users.is_empty() {
            users.extend(page.get(object, "owner").as_link());
        }
        users.sort_unstable();
        users.dedup();
        users.truncate(MOST_HOSTS);
        let hosts = people::working(reader, &users)?;
        let calendar = match calendars::load(reader.tx, Id::parse(&text("calendar"))) {
            // The calendar was taken away since: the company's own stands in.
            Err(Error::NotFound) => calendars::load(reader.tx, None)?,
            read => read?,
        };
        let minutes = int("duration_minutes", 30).clamp(5, 24 * 60);
        Ok(Plan {
            id: page.id,
            name: text("name"),
            slug: text("slug"),
            is_active: *page.get(object, "is_active") == Value::Bool(true) && page.deleted_at.is_none(),
            kind: Some(text("kind")).filter(|kind| !kind.is_empty()).unwrap_or_else(|| "meeting".into()),
            hosts: hosts.into_iter().map(|(id, name, email)| Host { id, name, email }).collect(),
            is_for_all: text("assignment") == "all",
            minutes,
            step: int("step_minutes", minutes).clamp(5, 24 * 60),
            before_ms: int("buffer_before", 0).clamp(0, 24 * 60) * MINUTE_MS,
            after_ms: int("buffer_after", 0).clamp(0, 24 * 60) * MINUTE_MS,
            notice_ms: int("notice_hours", 0).clamp(0, 24 * 365) * 60 * MINUTE_MS,
            horizon_days: int("horizon_days", 30).clamp(1, 365),
            per_day: Some(int("per_day", 0)).filter(|most| *most > 0),
            calendar,
            location: Some(text("location")).filter(|text| !text.is_empty()),
            questions: json("questions").and_then(|json| serde_json::from_value(json).ok()).unwrap_or_default(),
            texts: json("texts").and_then(|json| serde_json::from_value(json).ok()).unwrap_or_default(),
            becomes: text("becomes"),
            campaign: page.get(object, "campaign").as_link(),
        })
    }

    /// The words in a language, else in English, else in any.
    pub fn words(&self, language: &str) -> Texts {
        let found = self.texts.get(language).or_else(|| self.texts.get("en")).or_else(|| self.texts.values().next());
        found.cloned().unwrap_or_default()
    }

    /// What it is called in a language.
    pub fn title(&self, language: &str) -> String {
        Some(self.words(language).title).filter(|title| !title.is_empty()).unwrap_or_else(|| self.name.clone())
    }
}

/// What is wrong with a page that is about to be written.
pub fn faults(object: &Object, page: &Record) -> Vec<FieldError> {
    let mut faults = Vec::new();
    let bounds = [
        ("duration_minutes", 5, 24 * 60),
        ("step_minutes", 5, 24 * 60),
        ("buffer_before", 0, 24 * 60),
        ("buffer_after", 0, 24 * 60),
        ("notice_hours", 0, 24 * 365),
        ("horizon_days", 1, 365),
        ("per_day", 1, 100),
    ];
    for (field, least, most) in bounds {
        if let Value::Int(number) = page.get(object, field)
            && !(least..=most).contains(number)
        {
            let code = if *number < least { "too_small" } else { "too_large" };
            faults.push(FieldError::new(field, code, format!("{least} to {most}")));
        }
    }
    let slug = page.get(object, "slug").as_text().unwrap_or_default();
    let is_plain = slug.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    if !slug.is_empty() && (!is_plain || slug == "booked") {
        faults.push(FieldError::new("slug", "format", "an address has small letters a to z, digits and hyphens"));
    }
    if let Value::Links(hosts) = page.get(object, "hosts")
        && hosts.len() > MOST_HOSTS
    {
        faults.push(FieldError::new("hosts", "too_many", format!("at most {MOST_HOSTS}")));
    }
    let json = |field: &str| match page.get(object, field) {
        Value::Json(json) => (**json).clone(),
        _ => Json::Null,
    };
    match serde_json::from_value::<Option<Vec<Question>>>(json("questions")) {
        Err(wrong) => faults.push(FieldError::new("questions", "wrong_type", wrong.to_string())),
        Ok(Some(asked)) if asked.len() > MOST_QUESTIONS => {
            faults.push(FieldError::new("questions", "too_many", format!("at most {MOST_QUESTIONS}")));
        }
        Ok(Some(asked)) if asked.iter().any(|one| one.label("en").trim().is_empty()) => {
            faults.push(FieldError::new("questions", "required", "each question says something"));
        }
        Ok(_) => {}
    }
    if let Err(wrong) = serde_json::from_value::<Option<BTreeMap<String, Texts>>>(json("texts")) {
        faults.push(FieldError::new("texts", "wrong_type", wrong.to_string()));
    }
    faults
}
