//! Letters of quotes: the offer to its customer, and news from the customer to whoever looks after it.

use channels::{HeaderText, Letter, outbox};
use foundation::Operation;
use foundation::access::people as staff;
use foundation::html::escaped;
use foundation::records::{Object, Record, ask, read};
use kernel::{Error, Id, Money, Result};

use super::document::Document;
use super::{Quote, words};

/// Sends the link to the quote's contact.
pub(super) fn offer(
    op: &mut Operation,
    object: &Object,
    quote: &Record,
    document: &Document,
    address: &str,
    message: Option<&str>,
) -> Result<()> {
    if !outbox::has_mail(op.app) {
        return Err(Error::conflict("mail.not_configured", "no outgoing mail is set up (mail.url and mail.from)"));
    }
    let Some((recipient, name, email)) = recipient(op, object, quote)? else {
        return Err(Error::conflict("mail.no_address", "the quote has no contact with an e-mail address"));
    };
    let say = words::of(&document.language);
    let fill = |text: &str| text.replace("{number}", &document.number).replace("{company}", &document.seller.name);
    let message = approvals::request::words(message).unwrap_or_else(|| fill(say.mail_body));
    let letter = letter(op, &name, &email, &fill(say.mail_subject), &message, address, say.quote);
    outbox::put(op, "quote", Some(recipient), &letter).map(drop)
}

/// Who gets letters about a quote: id, name and address.
fn recipient(op: &mut Operation, object: &Object, quote: &Record) -> Result<Option<(Id, String, String)>> {
    let contact = quote.get(object, Quote::CONTACT).as_link();
    let company = quote.get(object, Quote::COMPANY).as_link();
    for (party, id) in [("contact", contact), ("company", company)] {
        let Some(id) = id else { continue };
        let found = ask::as_product(op, |reader| {
            let of = reader.object(party)?;
            let record = read::load(reader, &of, id)?;
            Ok(record.and_then(|record| {
                Some((id, record.title.clone(), record.get(&of, "email").as_text().map(str::to_string)?))
            }))
        })?;
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

/// Sends the customer what was answered, where mail goes out and they have an address; it stands on the page in any case.
pub(super) fn answer(op: &mut Operation, object: &Object, quote: &Record, address: &str, words: &str) -> Result<()> {
    if !outbox::has_mail(op.app) {
        return Ok(());
    }
    let Some((recipient, name, email)) = recipient(op, object, quote)? else { return Ok(()) };
    let say = words::of(quote.get(object, Quote::LANGUAGE).as_text().unwrap_or("en"));
    let subject = say.answer_subject.replace("{number}", &quote.title);
    let letter = letter(op, &name, &email, &subject, words, address, say.quote);
    outbox::put(op, "quote", Some(recipient), &letter).map(drop)
}

/// What a customer did.
pub(super) enum News<'a> {
    Accepted(&'a Money),
    Refused(&'a str),
    Asked(&'a str),
}

/// Tells the owner by mail, where mail goes out.
pub(super) fn news(op: &mut Operation, object: &Object, quote: &Record, news: News) -> Result<()> {
    let Some(owner) = quote.get(object, Quote::OWNER).as_link().filter(|_| outbox::has_mail(op.app)) else {
        return Ok(());
    };
    let Some(person) = staff::by_id(op.tx, owner)?.filter(|person| person.active) else { return Ok(()) };
    let Some(email) = person.email.clone() else { return Ok(()) };
    let language = person.language.clone().unwrap_or_else(|| "en".into());
    let say = words::of(&language);
    let (subject, text) = match news {
        News::Accepted(amount) => {
            (say.news_accepted.replace("{amount}", &documents::written::exact(*amount, &language)), String::new())
        }
        News::Refused(reason) => (say.news_refused.to_string(), reason.to_string()),
        News::Asked(question) => (say.news_asked.to_string(), question.to_string()),
    };
    let subject = subject.replace("{number}", &quote.title);
    let address = format!("{}/quotes/{}", op.app.config().origin, quote.id);
    let letter = letter(op, &person.name, &email, &subject, &text, &address, say.news_open);
    outbox::put(op, "quote", Some(person.id), &letter).map(drop)
}

fn letter(op: &Operation, name: &str, email: &str, subject: &str, text: &str, address: &str, link: &str) -> Letter {
    let paragraphs: String = text
        .split('\n')
        .filter(|line| !line.trim().is_empty())
        .map(|line| format!("<p style=\"margin:0 0 12px\">{}</p>", escaped(line)))
        .collect();
    let html = format!(
        "<!doctype html><html><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"></head>\
         <body style=\"margin:0;padding:24px 16px;font:15px/1.5 sans-serif;color:#1f1f1e\"><div style=\"max-width:600px;margin:0 auto\">\
         <h1 style=\"font-size:18px\">{}</h1>{paragraphs}<p><a href=\"{}\">{}</a></p></div></body></html>",
        escaped(subject),
        escaped(address),
        escaped(link)
    );
    Letter {
        to_name: HeaderText::new(name),
        to: HeaderText::new(email),
        subject: HeaderText::new(subject),
        text: format!("{text}\n\n{address}\n").trim_start().to_string(),
        html,
        attachments: Vec::new(),
        written_at: op.now,
        sender: None,
    }
}
