//! What a visitor typed, with what is wrong with it.

use std::collections::BTreeMap;

use kernel::Time;

use super::Asked;
use crate::bookings::draw::Page;
use crate::bookings::plan::Plan;
use crate::bookings::take::{Origin, Wish};

/// Why something that was typed cannot stand.
#[derive(Debug, Clone, Copy)]
pub enum Why {
    Required,
    Wrong,
    Consent,
}

impl Why {
    pub fn say(self, page: &Page) -> &'static str {
        match self {
            Why::Required => page.words().required,
            Why::Wrong => page.words().wrong,
            Why::Consent => page.words().needs_consent,
        }
    }
}

/// What was typed, with what is wrong with it by field.
pub fn read_wish(
    plan: &Plan,
    said: &Asked,
    (at, language, time_zone): (Time, &str, &str),
    origin: &Origin,
    stamp: &str,
) -> (Wish, BTreeMap<String, Why>) {
    let mut faults = BTreeMap::new();
    let typed = |name: &str| said.get(name).map(|text| text.trim().to_string()).unwrap_or_default();
    let mut wish = Wish {
        at,
        first_name: typed("first_name"),
        last_name: typed("last_name"),
        email: String::new(),
        phone: None,
        answers: Vec::new(),
        time_zone: time_zone.into(),
        language: language.into(),
        consent: None,
        origin: origin.clone(),
        stamp: stamp.into(),
    };
    for (name, text) in [("first_name", &wish.first_name), ("last_name", &wish.last_name)] {
        if text.is_empty() {
            faults.insert(name.to_string(), Why::Required);
        }
    }
    let email = typed("email");
    match kernel::points::email(&email) {
        Some(email) => wish.email = email,
        None => {
            faults.insert("email".into(), if email.is_empty() { Why::Required } else { Why::Wrong });
        }
    }
    let phone = typed("phone");
    if !phone.is_empty() {
        match kernel::points::phone(&phone, None) {
            Some(phone) => wish.phone = Some(phone),
            None => {
                faults.insert("phone".into(), Why::Wrong);
            }
        }
    }
    for (n, question) in plan.questions.iter().enumerate() {
        let answer: String = typed(&format!("q{n}")).chars().take(2_000).collect();
        if answer.is_empty() && question.required {
            faults.insert(format!("q{n}"), Why::Required);
        } else if !answer.is_empty() {
            wish.answers.push((question.label(language).to_string(), answer));
        }
    }
    let consent = plan.words(language).consent;
    if !consent.is_empty() {
        if said.contains_key("consent") {
            wish.consent = Some(consent);
        } else {
            faults.insert("consent".into(), Why::Consent);
        }
    }
    (wish, faults)
}
