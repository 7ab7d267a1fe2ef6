//! The page of one time: who they are, and the work that a doubtful browser does.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use foundation::doors::open::machines::{TRAP, WORK, WORK_BITS};
use foundation::html::{escaped, lines};
use kernel::Time;

use super::{Page, address};
use crate::bookings::take::Origin;
use crate::bookings::words;

/// What is typed into the page of one time.
pub struct Typing<'p> {
    pub at: Time,
    pub ends_at: Time,
    pub stamp: &'p str,
    pub origin: &'p Origin,
    pub typed: &'p BTreeMap<String, String>,
    /// Fields with what is wrong with each.
    pub faults: &'p BTreeMap<String, &'static str>,
}

impl Page<'_> {
    /// Who they are, for the time that they chose.
    pub fn ask(&self, asked: &Typing) -> String {
        let says = self.words();
        let texts = self.plan.words(self.language);
        let mut body = String::new();
        let back = address(&format!("/b/{}", self.plan.slug), &self.own(), &[]);
        let when = words::span(says, asked.at, asked.ends_at, self.zone);
        let _ = write!(
            body,
            "<p class=when><b>{}</b><a href=\"{back}\">{}</a></p>",
            escaped(&when),
            escaped(says.other_time)
        );
        if !asked.faults.is_empty() {
            let _ = write!(body, "<p class=fault role=alert>{}</p>", says.check);
        }
        let _ = write!(body, "<form method=post action=\"{back}\">");
        self.put_unseen(&mut body, asked);
        body.push_str("<div class=names>");
        let typed = |name: &str| asked.typed.get(name).map(String::as_str).unwrap_or_default();
        let input = |body: &mut String, name: &str, label: &str, kind: &str, complete: &str, required: bool| {
            let fault = asked.faults.get(name);
            let wrong = if fault.is_some() {
                format!(" aria-invalid=true aria-describedby=\"{name}-wrong\"")
            } else {
                String::new()
            };
            let must = if required { " required" } else { "" };
            let note = if required { String::new() } else { format!(" <small>{}</small>", escaped(says.optional)) };
            let value = escaped(typed(name));
            let control = match kind {
                "area" => format!(
                    "<textarea id=\"{name}\" name=\"{name}\" rows=3 maxlength=2000{must}{wrong}>{value}</textarea>"
                ),
                _ => format!(
                    "<input type={kind} id=\"{name}\" name=\"{name}\" value=\"{value}\" maxlength=300 autocomplete=\"{complete}\"{must}{wrong}>"
                ),
            };
            let said = fault
                .map_or(String::new(), |fault| format!("<p class=wrong id=\"{name}-wrong\">{}</p>", escaped(fault)));
            let _ = write!(body, "<div><label for=\"{name}\">{}{note}</label>{control}{said}</div>", escaped(label));
        };
        input(&mut body, "first_name", says.first_name, "text", "given-name", true);
        input(&mut body, "last_name", says.last_name, "text", "family-name", true);
        body.push_str("</div>");
        input(&mut body, "email", says.email, "email", "email", true);
        input(&mut body, "phone", says.phone, "tel", "tel", false);
        for (n, question) in self.plan.questions.iter().enumerate() {
            let kind = if question.long { "area" } else { "text" };
            input(&mut body, &format!("q{n}"), question.label(self.language), kind, "off", question.required);
        }
        // Machines fill in everything they find; people do not see this, and readers of screens are told to leave it.
        let _ = write!(
            body,
            "<div class=trap aria-hidden=true><label>{}<input name={TRAP} tabindex=-1 autocomplete=off></label></div>",
            escaped(says.trap)
        );
        if !texts.consent.is_empty() {
            let checked = if asked.typed.contains_key("consent") { " checked" } else { "" };
            let _ = write!(
                body,
                "<label class=tick><input type=checkbox name=consent value=on{checked} required><span>{}</span></label>",
                lines(&texts.consent)
            );
            if let Some(fault) = asked.faults.get("consent") {
                let _ = write!(body, "<p class=wrong>{}</p>", escaped(fault));
            }
        }
        let _ = write!(body, "<button>{}</button></form>", escaped(says.book));
        self.whole(&body, true, None)
    }

    /// A browser is asked to work for a moment; by the time somebody without scripts presses the button, they were no faster
    /// than people are.
    pub fn work(&self, asked: &Typing) -> String {
        let says = self.words();
        let action = address(&format!("/b/{}", self.plan.slug), &self.own(), &[]);
        let mut body = format!(
            "<p role=status>{}</p><form id=work method=post action=\"{action}\" data-bits={WORK_BITS}>",
            escaped(says.working)
        );
        self.put_unseen(&mut body, asked);
        for (name, text) in asked.typed {
            let _ = write!(body, "<input type=hidden name=\"{}\" value=\"{}\">", escaped(name), escaped(text));
        }
        let _ = write!(
            body,
            "<input type=hidden name=proof value=none><noscript><button>{}</button></noscript></form>",
            escaped(says.send_anyway)
        );
        self.whole(&body, true, Some(WORK))
    }

    pub(super) fn own(&self) -> Vec<(String, String)> {
        vec![("lang".into(), self.language.into()), ("tz".into(), self.zone_name().into())]
    }

    fn put_unseen(&self, body: &mut String, asked: &Typing) {
        let origin = serde_json::to_string(asked.origin).unwrap_or_default();
        let at = asked.at.to_string();
        for (name, text) in [("stamp", asked.stamp), ("origin", origin.as_str()), ("at", at.as_str())] {
            let _ = write!(body, "<input type=hidden name={name} value=\"{}\">", escaped(text));
        }
    }
}
