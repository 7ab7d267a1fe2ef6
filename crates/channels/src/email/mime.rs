//! A raw message read: MIME by `mail-parser`, and what sort of message it is. Whatever comes, something is told of it; what is
//! no message at all is refused.

use std::borrow::Cow;

use kernel::Time;
use mail_parser::{Address, HeaderValue, Message, MessageParser, MimeHeaders as _, PartType};

use super::bounce;
use crate::incoming::{Enclosed, Incoming, Person, Sort};

/// Longest text that is kept of a message, in characters; the rest stays in the raw message.
const LONGEST_TEXT: usize = 200_000;
const LONGEST_HTML: usize = 2_000_000;
const LONGEST_SUBJECT: usize = 500;
/// References that are followed.
const REFERENCES: usize = 50;
/// People of a header that are kept.
const PEOPLE: usize = 500;
/// Parts that are looked at.
const PARTS: usize = 1_000;

/// Reads a message; none where it is none: no header, no sender.
pub fn read(raw: &[u8]) -> Option<Incoming> {
    let message = MessageParser::default().parse(raw)?;
    if message.parts.len() > PARTS {
        return None;
    }
    let from = people(message.from()).into_iter().next();
    let from = from.or_else(|| people(message.sender()).into_iter().next());
    let subject = message.subject().unwrap_or_default();
    if from.is_none() && subject.is_empty() && message.message_id().is_none() && message.date().is_none() {
        return None;
    }
    let mut references = ids(message.in_reply_to());
    references.extend(ids(message.references()).into_iter().rev());
    // A bounce belongs where the letter that came back belongs.
    for part in &message.parts {
        if let PartType::Message(inner) = &part.body {
            references.extend(inner.message_id().map(id_text));
        }
    }
    let mut seen = std::collections::HashSet::new();
    references.retain(|id| seen.insert(id.clone()));
    references.truncate(REFERENCES);
    let (failed, is_bounce) = bounce::read(&message);
    let html = message.html_part(0).filter(|part| part.is_text_html()).and_then(|part| part.text_contents());
    let mut text = String::new();
    for (place, part) in message.text_bodies().enumerate() {
        match &part.body {
            PartType::Text(said) => {
                if place > 0 {
                    text.push('\n');
                }
                text.push_str(said);
            }
            PartType::Html(said) if text.is_empty() => text.push_str(&super::clean::text(said)),
            _ => {}
        }
        if text.len() > LONGEST_TEXT {
            break;
        }
    }
    let mut incoming = Incoming {
        message_id: message.message_id().map(id_text).filter(|id| !id.is_empty()),
        references,
        from: from.unwrap_or_default(),
        to: people(message.to()),
        cc: people(message.cc()),
        bcc: people(message.bcc()),
        reply_to: people(message.reply_to()).into_iter().next(),
        subject: one_line(subject, LONGEST_SUBJECT),
        sent_at: message.date().map(|date| Time(date.to_timestamp().saturating_mul(1_000))),
        text: text.chars().take(LONGEST_TEXT).filter(|c| *c != '\0').collect(),
        html: html.map(|html| html.chars().take(LONGEST_HTML).collect()),
        enclosed: enclosed(&message),
        sort: Sort::Letter,
        failed,
        calendar: calendar(&message),
        is_damaged: message.parts.iter().any(|part| part.is_encoding_problem),
    };
    incoming.sort = if is_bounce { Sort::Bounce } else { sort(&message, &incoming) };
    Some(incoming)
}

/// The bytes of a file in a message.
pub fn part(raw: &[u8], place: u32) -> Option<Vec<u8>> {
    let message = MessageParser::default().parse(raw)?;
    let part = message.part(place)?;
    Some(match &part.body {
        PartType::Message(inner) => inner.raw_message().to_vec(),
        _ => part.contents().to_vec(),
    })
}

fn sort(message: &Message, incoming: &Incoming) -> Sort {
    let header = |name: &'static str| raw_header(message, name);
    let auto = header("Auto-Submitted").unwrap_or_default();
    let auto = auto.split(';').next().unwrap_or_default().trim().to_string();
    let precedence = header("Precedence").unwrap_or_default();
    let subject = incoming.subject.to_lowercase();
    let answers_itself = auto == "auto-replied"
        || ["X-Autoreply", "X-Autorespond", "X-Autoresponder"].iter().any(|name| header(name).is_some())
        || matches!(precedence.as_str(), "auto_reply" | "auto-reply")
        || AUTO_SUBJECTS.iter().any(|start| subject.starts_with(start));
    if answers_itself {
        return Sort::AutoReply;
    }
    let is_bulk = (!auto.is_empty() && auto != "no")
        || matches!(precedence.as_str(), "bulk" | "list" | "junk")
        || ["List-Id", "List-Unsubscribe", "Feedback-ID"].iter().any(|name| header(name).is_some());
    if is_bulk { Sort::Bulk } else { Sort::Letter }
}

/// How programs that answer by themselves begin their subjects.
const AUTO_SUBJECTS: [&str; 12] = [
    "automatic reply:",
    "auto reply:",
    "auto-reply:",
    "autoreply:",
    "out of office",
    "out of the office",
    "автоответ",
    "автоматический ответ",
    "自动回复",
    "自动答复",
    "răspuns automat",
    "abwesenheitsnotiz",
];

/// A header as one line in lower case.
pub fn raw_header(message: &Message, name: &'static str) -> Option<String> {
    let found = message.headers_raw().find(|(known, _)| known.eq_ignore_ascii_case(name));
    found.map(|(_, value)| value.trim().to_lowercase())
}

fn calendar(message: &Message) -> Option<(String, String)> {
    message.parts.iter().find_map(|part| {
        let kind = part.content_type()?;
        if !kind.ctype().eq_ignore_ascii_case("text")
            || !kind.subtype().is_some_and(|kind| kind.eq_ignore_ascii_case("calendar"))
        {
            return None;
        }
        let text = part.text_contents()?.to_string();
        let said = text.lines().find_map(|line| line.trim().strip_prefix("METHOD:").map(str::to_string));
        let method = kind.attribute("method").map(str::to_string).or(said)?;
        Some((text, method.trim().to_uppercase()))
    })
}

fn enclosed(message: &Message) -> Vec<Enclosed> {
    let places = message.attachments.iter().filter_map(|place| Some((*place, message.part(*place)?)));
    places
        .map(|(place, part)| {
            let kind = part.content_type().map_or_else(
                || "application/octet-stream".to_string(),
                |kind| format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or("octet-stream")).to_lowercase(),
            );
            let fallback = if part.is_message() { "message.eml" } else { "file" };
            Enclosed {
                part: place,
                name: one_line(part.attachment_name().unwrap_or(fallback), 200),
                kind: one_line(&kind, 100),
                bytes: part.len(),
                content_id: part.content_id().map(id_text),
            }
        })
        .collect()
}

fn people(addresses: Option<&Address>) -> Vec<Person> {
    let Some(addresses) = addresses else { return Vec::new() };
    let people = addresses.iter().filter_map(|known| {
        let address = known.address()?.trim().to_lowercase();
        let name = one_line(known.name().unwrap_or_default(), 200);
        (is_address(&address)).then_some(Person { name, address })
    });
    people.take(PEOPLE).collect()
}

/// Whether it can be one: a name, an at sign, a domain, and nothing that a header or a page could stumble over.
pub fn is_address(text: &str) -> bool {
    let Some((name, domain)) = text.rsplit_once('@') else { return false };
    !name.is_empty()
        && !domain.is_empty()
        && text.len() <= 320
        && !text.chars().any(|c| c.is_control() || c.is_whitespace() || matches!(c, '<' | '>' | '"' | ',' | ';'))
}

fn ids(value: &HeaderValue) -> Vec<String> {
    let texts: Vec<Cow<str>> = match value {
        HeaderValue::Text(text) => vec![text.clone()],
        HeaderValue::TextList(texts) => texts.clone(),
        _ => Vec::new(),
    };
    texts.iter().map(|text| id_text(text)).filter(|id| !id.is_empty()).collect()
}

fn id_text(text: &str) -> String {
    one_line(text.trim().trim_start_matches('<').trim_end_matches('>'), 500)
}

fn one_line(text: &str, most: usize) -> String {
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(most).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Incoming {
        read(text.replace('\n', "\r\n").as_bytes()).unwrap()
    }

    #[test]
    fn a_reply_says_what_it_answers_the_nearest_first() {
        let mail = of(
            "From: =?utf-8?q?Ana_Pop=C4=83?= <ANA@Example.com>\nTo: x@y.example, Z <z@y.example>\nSubject: Re: =?utf-8?b?0KHRh9GR0YI=?=\nMessage-ID: <c@x>\nIn-Reply-To: <b@x>\nReferences: <a@x> <b@x>\nDate: Fri, 19 Jun 2026 12:00:00 +0300\n\nYes.\n",
        );
        assert_eq!(mail.from, Person { name: "Ana Popă".into(), address: "ana@example.com".into() });
        assert_eq!(mail.references, ["b@x", "a@x"]);
        assert_eq!((mail.subject.as_str(), mail.text.trim()), ("Re: Счёт", "Yes."));
        assert_eq!(mail.sent_at, Time::parse("2026-06-19T09:00:00Z"));
        assert_eq!(mail.to.len(), 2);
    }

    #[test]
    fn machines_are_told_from_people() {
        let with =
            |header: &str, subject: &str| of(&format!("From: a@b.example\nSubject: {subject}\n{header}\n\nx\n")).sort;
        assert_eq!(with("X-Nothing: 1", "Hello"), Sort::Letter);
        assert_eq!(with("Auto-Submitted: auto-replied", "Re: Hello"), Sort::AutoReply);
        assert_eq!(with("Auto-Submitted: no", "Re: Hello"), Sort::Letter);
        assert_eq!(with("X-Nothing: 1", "Автоответ: Hello"), Sort::AutoReply);
        assert_eq!(with("List-Id: <x.example>", "News"), Sort::Bulk);
        assert_eq!(with("Auto-Submitted: auto-generated", "Your ticket"), Sort::Bulk);
    }

    #[test]
    fn an_answer_to_an_invitation_is_found() {
        let mail = of(
            "From: a@b.example\nSubject: Accepted\nMIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=x\n\n--x\nContent-Type: text/plain\n\nyes\n--x\nContent-Type: text/calendar; method=REPLY; charset=utf-8\n\nBEGIN:VCALENDAR\nMETHOD:REPLY\nEND:VCALENDAR\n--x--\n",
        );
        assert_eq!(mail.calendar.map(|(_, method)| method).as_deref(), Some("REPLY"));
    }

    #[test]
    fn what_is_no_message_is_refused_and_nothing_stops_the_reader() {
        assert!(read(b"").is_none());
        assert!(read(b"\r\n\r\nonly words").is_none());
        for broken in [
            &b"From: a@b\r\nContent-Type: multipart/mixed; boundary=\"x\"\r\n\r\n--x\r\nContent-Type: multipart/mixed; boundary=\"x\"\r\n\r\n--x"[..],
            b"From: \xff\xfe <a@b>\r\nSubject: =?utf-8?b?////\r\n\r\n\x00\x00",
            b"From: a@b\r\nContent-Transfer-Encoding: base64\r\nContent-Type: text/html; charset=uft-8\r\n\r\n!!!!",
        ] {
            read(broken).unwrap();
        }
        let deep: String =
            (0..300).map(|n| format!("Content-Type: multipart/mixed; boundary=\"b{n}\"\r\n\r\n--b{n}\r\n")).collect();
        read(format!("From: a@b\r\n{deep}").as_bytes());
    }
}
