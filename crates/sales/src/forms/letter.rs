//! The letter that asks whether it was really them.

use channels::{HeaderText, Letter, outbox};
use foundation::Operation;
use foundation::company::appearance;
use foundation::html::escaped;
use foundation::records::{Object, Record};
use kernel::Result;

use super::fields::Definition;
use super::{token, words};

/// Asks for a yes by mail; nothing is a lead before.
pub fn ask(op: &mut Operation, answers: &Object, form: &Definition, answer: &Record) -> Result<()> {
    let Some(email) = answer.get(answers, "email").as_text() else { return Ok(()) };
    let language = answer.get(answers, "language").as_text().unwrap_or("en").to_string();
    let company = appearance::show(op)?["name"].as_str().unwrap_or_default().to_string();
    let link = format!("{}/f/confirm/{}", op.app.config().origin, token::confirmation(op.app, answer.id)?);
    let title = form.words(&language).title;
    let about = if title.is_empty() { form.name.clone() } else { title };
    let says = words::of(&language);
    let letter = Letter {
        to_name: HeaderText::new(""),
        to: HeaderText::new(email),
        subject: HeaderText::new(&format!("{}: {about}", says.confirm_subject)),
        text: format!("{}\n\n{about}\n\n{link}\n\n{}\n\n{company}\n", says.confirm_lead, says.confirm_else),
        html: format!(
            "<p>{}</p><p><b>{}</b></p><p><a href=\"{link}\">{}</a></p><p>{}</p><p>{}</p>",
            escaped(says.confirm_lead),
            escaped(&about),
            escaped(says.confirm_button),
            escaped(says.confirm_else),
            escaped(&company)
        ),
        attachments: Vec::new(),
        written_at: op.now,
        sender: None,
    };
    outbox::put(op, "form", None, &letter).map(drop)
}
