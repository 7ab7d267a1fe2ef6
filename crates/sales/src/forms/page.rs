//! Pages of forms, as HTML. They work without scripts; a script helps where a browser has to show that it is one.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use foundation::doors::open::machines::{TRAP, WORK, WORK_BITS};
use foundation::html::{escaped, lines};
use foundation::records::Object;
use kernel::object::FieldType;
use kernel::{FieldDef, FieldError};

use super::fields::{self, Asked, Definition};
use super::take::Origin;
use super::words::{self, Words};

/// Everything that a page shows.
pub struct Page<'p> {
    pub company: &'p str,
    pub form: &'p Definition,
    pub leads: &'p Object,
    pub language: &'p str,
    /// Lets this page's script and style through.
    pub nonce: &'p str,
    pub is_embedded: bool,
}

/// What goes along with an answer unseen.
pub struct Unseen<'p> {
    pub stamp: &'p str,
    pub origin: &'p Origin,
}

const STYLE: &str = include_str!("page.css");
/// Tells the page around how high this one is.
const HEIGHT: &str = "const t=()=>parent.postMessage({rapportForm:document.documentElement.scrollHeight},'*');t();\
                      new ResizeObserver(t).observe(document.body)";

impl Page<'_> {
    fn words(&self) -> &'static Words {
        words::of(self.language)
    }

    fn title(&self) -> String {
        let title = self.form.words(self.language).title;
        if title.is_empty() { self.form.name.clone() } else { title }
    }

    /// The form, with what was typed and what is wrong with it.
    pub fn form(&self, unseen: &Unseen, typed: &BTreeMap<String, String>, faults: &[FieldError]) -> String {
        let texts = self.form.words(self.language);
        let mut body = String::new();
        if !texts.intro.is_empty() {
            let _ = write!(body, "<p class=intro>{}</p>", lines(&texts.intro));
        }
        if !faults.is_empty() {
            let _ = write!(body, "<p class=fault role=alert>{}</p>", self.words().check);
        }
        let action = self.action();
        let _ = write!(body, "<form method=post action=\"{action}\">");
        self.put_unseen(&mut body, unseen);
        for (asked, field) in self.form.shown(self.leads) {
            let fault = faults.iter().find(|fault| fault.pointer.trim_start_matches('/') == asked.field);
            self.put_field(&mut body, asked, field, typed, fault);
        }
        // Machines fill in everything they find; people do not see this, and readers of screens are told to leave it.
        let _ = write!(
            body,
            "<div class=trap aria-hidden=true><label>{}<input name={TRAP} tabindex=-1 autocomplete=off></label></div>",
            escaped(self.words().trap)
        );
        if !texts.consent.is_empty() {
            let is_checked = if typed.contains_key("consent") { " checked" } else { "" };
            let required = if self.form.needs_consent { " required" } else { "" };
            let _ = write!(
                body,
                "<label class=tick><input type=checkbox name=consent value=on{is_checked}{required}><span>{}</span></label>",
                lines(&texts.consent)
            );
            if let Some(fault) = faults.iter().find(|fault| fault.pointer == "/consent") {
                let _ = write!(body, "<p class=wrong>{}</p>", self.say(fault));
            }
        }
        let button = if texts.button.is_empty() { self.words().send } else { &texts.button };
        let _ = write!(body, "<button>{}</button></form>", escaped(button));
        self.whole(&body, None)
    }

    /// A browser is asked to work for a moment; without scripts somebody sends all the same, and is looked at.
    pub fn work(&self, unseen: &Unseen, typed: &BTreeMap<String, String>) -> String {
        let mut body = String::new();
        let words = self.words();
        let _ = write!(
            body,
            "<p role=status>{}</p><form id=work method=post action=\"{}\" data-bits={WORK_BITS}>",
            escaped(words.working),
            self.action()
        );
        self.put_unseen(&mut body, unseen);
        for (name, text) in typed {
            let _ = write!(body, "<input type=hidden name=\"{}\" value=\"{}\">", escaped(name), escaped(text));
        }
        let _ = write!(
            body,
            "<input type=hidden name=proof value=none><noscript><button>{}</button></noscript></form>",
            escaped(words.send_anyway)
        );
        self.whole(&body, Some(WORK))
    }

    /// What is said when it is done.
    pub fn said(&self, text: &str) -> String {
        self.whole(&format!("<p role=status class=done>{}</p>", lines(text)), None)
    }

    pub fn thanks(&self) -> String {
        let own = self.form.words(self.language).thanks;
        self.said(if own.is_empty() { self.words().thanks } else { &own })
    }

    /// Asks for the yes that a letter led to: only a press of the button says it, for programs open every link.
    pub fn confirm(&self, token: &str) -> String {
        let words = self.words();
        let body = format!(
            "<p>{}</p><form method=post action=\"/f/confirm/{}\"><button>{}</button></form><p class=intro>{}</p>",
            escaped(words.confirm_lead),
            escaped(token),
            escaped(words.confirm_button),
            escaped(words.confirm_else)
        );
        self.whole(&body, None)
    }

    fn action(&self) -> String {
        let embedded = if self.is_embedded { "&amp;embed=1" } else { "" };
        format!("/f/{}?lang={}{embedded}", escaped(&self.form.slug), escaped(self.language))
    }

    fn put_unseen(&self, body: &mut String, unseen: &Unseen) {
        let origin = serde_json::to_string(unseen.origin).unwrap_or_default();
        for (name, text) in [("stamp", unseen.stamp), ("origin", origin.as_str())] {
            let _ = write!(body, "<input type=hidden name={name} value=\"{}\">", escaped(text));
        }
    }

    fn put_field(
        &self,
        body: &mut String,
        asked: &Asked,
        field: &FieldDef,
        typed: &BTreeMap<String, String>,
        fault: Option<&FieldError>,
    ) {
        let label = escaped(fields::label(asked, field, self.language));
        let name = escaped(&field.name);
        let value = escaped(typed.get(&field.name).map(String::as_str).unwrap_or_default());
        let words = self.words();
        let required = if asked.required { " required" } else { "" };
        let wrong = if fault.is_some() {
            format!(" aria-invalid=true aria-describedby=\"{name}-wrong\"")
        } else {
            String::new()
        };
        let note = if asked.required { String::new() } else { format!(" <small>{}</small>", escaped(words.optional)) };
        let input = |kind: &str, complete: &str| {
            format!(
                "<input type={kind} id=\"{name}\" name=\"{name}\" value=\"{value}\" autocomplete=\"{complete}\"{required}{wrong}>"
            )
        };
        if matches!(field.kind, FieldType::Boolean) {
            let checked = if typed.contains_key(&field.name) { " checked" } else { "" };
            let _ = write!(
                body,
                "<label class=tick><input type=checkbox name=\"{name}\" value=on{checked}{required}><span>{label}</span></label>"
            );
        } else if matches!(field.kind, FieldType::Address) {
            let _ = write!(body, "<fieldset><legend>{label}{note}</legend>");
            let complete = ["street-address", "address-level2", "address-level1", "postal-code", "country-name"];
            for ((part, called), complete) in kernel::Address::PARTS.iter().zip(words.address).zip(complete) {
                let id = format!("{name}.{part}");
                let text = escaped(typed.get(&id).map(String::as_str).unwrap_or_default());
                let _ = write!(
                    body,
                    "<label for=\"{id}\">{}</label><input id=\"{id}\" name=\"{id}\" value=\"{text}\" autocomplete=\"{complete}\">",
                    escaped(called)
                );
            }
            body.push_str("</fieldset>");
        } else {
            let _ = write!(body, "<label for=\"{name}\">{label}{note}</label>");
            let control = match &field.kind {
                FieldType::LongText => {
                    format!("<textarea id=\"{name}\" name=\"{name}\" rows=4{required}{wrong}>{value}</textarea>")
                }
                FieldType::Choice { options } => {
                    let mut select = format!(
                        "<select id=\"{name}\" name=\"{name}\"{required}{wrong}><option value=\"\">{}</option>",
                        escaped(words.choose)
                    );
                    let chosen = typed.get(&field.name).map(String::as_str).unwrap_or_default();
                    for option in options {
                        let is = if option.value == chosen { " selected" } else { "" };
                        let _ = write!(
                            select,
                            "<option value=\"{}\"{is}>{}</option>",
                            escaped(&option.value),
                            escaped(option.label.get(self.language))
                        );
                    }
                    select.push_str("</select>");
                    select
                }
                FieldType::Email => input("email", "email"),
                FieldType::Phone => input("tel", "tel"),
                FieldType::Url => input("url", "url"),
                FieldType::Date => input("date", "off"),
                FieldType::Integer | FieldType::Number => input("number", "off"),
                _ => input("text", completion(&field.name)),
            };
            body.push_str(&control);
        }
        if let Some(fault) = fault {
            let _ = write!(body, "<p class=wrong id=\"{name}-wrong\">{}</p>", self.say(fault));
        }
    }

    fn say(&self, fault: &FieldError) -> &'static str {
        match fault.code {
            "required" if fault.pointer == "/consent" => self.words().needs_consent,
            "required" => self.words().required,
            _ => self.words().wrong,
        }
    }

    fn whole(&self, body: &str, script: Option<&str>) -> String {
        let (title, nonce) = (escaped(&self.title()), self.nonce);
        let mut scripts = String::new();
        for script in [script, self.is_embedded.then_some(HEIGHT)].into_iter().flatten() {
            let _ = write!(scripts, "<script nonce={nonce}>{script}</script>");
        }
        let class = if self.is_embedded { " class=embedded" } else { "" };
        format!(
            "<!doctype html><html lang={}{class}><head><meta charset=utf-8><title>{title}</title>\
             <meta name=viewport content=\"width=device-width,initial-scale=1\"><meta name=robots content=noindex>\
             <style nonce={nonce}>{STYLE}</style></head><body><main><p class=company>{}</p><h1>{title}</h1>{body}</main>{scripts}</body></html>",
            escaped(self.language),
            escaped(self.company)
        )
    }
}

/// What browsers know people by.
fn completion(field: &str) -> &'static str {
    match field {
        "first_name" => "given-name",
        "last_name" => "family-name",
        "company_name" => "organization",
        "job_title" => "organization-title",
        _ => "off",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_was_typed_becomes_markup() {
        assert_eq!(escaped("<b a=\"1\" c='2'>&"), "&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;");
    }
}
