//! Letters that people write: kept as they are typed, sent by the mailbox's own server, taken back within seconds or before
//! their time.

use channels::email::mime::is_address;
use channels::incoming::Person;
use channels::{Attachment, HeaderText, Letter, outbox};
use foundation::html::escaped;
use foundation::{Operation, Reader, files, ledger};
use kernel::{Error, Id, Result, Time};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use crate::setup::{self, Setup};
use crate::store::{Message, Thread};
use crate::{parties, queries, show, store, traces};

/// How long a letter can be taken back after it was sent.
const SECOND_THOUGHTS_MS: i64 = 10 * 1000;
/// Latest moment that a letter can wait for.
const LATEST_MS: i64 = 366 * 24 * 60 * 60 * 1000;
const MOST_PEOPLE: usize = 100;
const LONGEST_TEXT: usize = 200_000;
/// Bytes of all files of a letter; in base64 that is what most servers take.
const MOST_BYTES: usize = 18 << 20;

/// A letter as its writer sees it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Text {
    pub to: Vec<Person>,
    pub cc: Vec<Person>,
    pub bcc: Vec<Person>,
    pub subject: String,
    /// Plain words; addresses in it become links.
    pub text: String,
    /// Uploaded files.
    pub files: Vec<Id>,
    /// The message that it answers.
    pub answers: Option<Id>,
    /// Whether it is counted if it is read; left out, as its mailbox does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub counted: Option<bool>,
}

/// What a draft is made of.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewDraft {
    pub mailbox: Id,
    #[serde(default)]
    pub thread: Option<Id>,
    pub letter: Text,
}

/// A letter in the table.
#[derive(Debug, Clone)]
pub struct Draft {
    pub id: Id,
    pub mailbox: Id,
    pub author: Id,
    pub thread: Option<Id>,
    pub sealed: Vec<u8>,
    /// draft, sending.
    pub state: String,
    pub letter: Option<Id>,
    pub send_at: Option<Time>,
    pub updated_at: Time,
}

/// Begins a letter.
pub fn begin(op: &mut Operation, new: &NewDraft) -> Result<Json> {
    setup::mine(op, new.mailbox)?;
    let author = op.who.user.ok_or(Error::Forbidden("writing letters needs a person"))?;
    if let Some(thread) = new.thread {
        let (thread, _, _) = show::seen(op, thread)?;
        if thread.mailbox != new.mailbox {
            return Err(Error::invalid("mailbox", "unknown_option", "a thread is answered by its own mailbox"));
        }
    }
    check(&new.letter)?;
    let id = Id::at(op.now.0);
    let sealed = ledger::seal_for(op, id, id, &json!(new.letter))?;
    let draft = Draft {
        id,
        mailbox: new.mailbox,
        author,
        thread: new.thread,
        sealed,
        state: "draft".into(),
        letter: None,
        send_at: None,
        updated_at: op.now,
    };
    queries::add_draft(op, &draft)?;
    told(op, &draft)
}

/// Writes on.
pub fn write(op: &mut Operation, id: Id, text: &Text) -> Result<Json> {
    let draft = own(op, id)?;
    not_sending(&draft)?;
    check(text)?;
    let sealed = ledger::seal_for(op, id, id, &json!(text))?;
    queries::write_draft(op, id, sealed)?;
    let draft = own(op, id)?;
    told(op, &draft)
}

/// Throws a letter away that has not gone.
pub fn discard(op: &mut Operation, id: Id) -> Result<()> {
    let draft = own(op, id)?;
    not_sending(&draft)?;
    queries::drop_draft(op, id)
}

/// The caller's letters that have not gone, the latest first.
pub fn mine(reader: &mut Reader) -> Result<Json> {
    let Some(user) = reader.who.user else { return Ok(json!({ "data": [] })) };
    let drafts = queries::drafts_of(reader, user)?;
    let data: Result<Vec<Json>> = drafts.iter().map(|draft| told(reader, draft)).collect();
    Ok(json!({ "data": data? }))
}

/// Letters of a thread that have not gone; only the caller's own.
pub fn of_thread(reader: &mut Reader, thread: &Thread) -> Result<Vec<Json>> {
    let user = reader.who.user;
    let drafts = queries::drafts_of_thread(reader, thread.id)?;
    drafts.iter().filter(|draft| Some(draft.author) == user).map(|draft| told(reader, draft)).collect()
}

/// Sends a letter after a moment for second thoughts, or at a moment of one's choice.
pub fn send(op: &mut Operation, id: Id, at: Option<Time>) -> Result<Json> {
    let draft = own(op, id)?;
    not_sending(&draft)?;
    let mailbox = setup::mine(op, draft.mailbox)?;
    let text = text_of(op, &draft)?;
    check(&text)?;
    if text.to.is_empty() && text.cc.is_empty() && text.bcc.is_empty() {
        return Err(Error::invalid("to", "required", "somebody must get it"));
    }
    for person in text.to.iter().chain(&text.cc).chain(&text.bcc) {
        if !is_address(&person.address) {
            return Err(Error::invalid("to", "not_an_email", format!("{} is no address", person.address)));
        }
    }
    let now = op.now;
    let earliest = now.0.saturating_add(SECOND_THOUGHTS_MS);
    let at = match at {
        Some(at) if at.0 > now.0.saturating_add(LATEST_MS) => {
            return Err(Error::invalid("at", "out_of_range", "at most a year from now"));
        }
        Some(at) => Time(at.0.max(earliest)),
        None => Time(earliest),
    };
    let mut attachments = Vec::new();
    let mut bytes = 0;
    for file in &text.files {
        let stored = files::find(op, *file)?;
        let content = files::content(op, &stored)?;
        bytes += content.len();
        if bytes > MOST_BYTES {
            return Err(Error::TooLarge(format!("the files of a letter may have {} MB", MOST_BYTES >> 20)));
        }
        attachments.push(Attachment::new(&stored.name, &stored.media_type, &content));
    }
    hand_over(op, id, &mailbox, text, attachments, at)?;
    let draft = own(op, id)?;
    told(op, &draft)
}

/// Into the outbox, in the transaction of whatever wants it there.
fn hand_over(
    op: &mut Operation,
    id: Id,
    mailbox: &Setup,
    text: Text,
    attachments: Vec<Attachment>,
    at: Time,
) -> Result<()> {
    let first = text.to.iter().chain(&text.cc).chain(&text.bcc).next().cloned().unwrap_or_default();
    if text.counted.unwrap_or(mailbox.counts_readers) {
        traces::begin(op, id, mailbox.id)?;
    } else {
        traces::end(op, id)?;
    }
    let letter = Letter {
        to_name: HeaderText::new(&first.name),
        to: HeaderText::new(&first.address),
        subject: HeaderText::new(&text.subject),
        html: html(&text.text),
        text: text.text,
        attachments,
        written_at: op.now,
        sender: None,
    };
    let message_id = format!("<{}>", message_id(op, mailbox, id)?);
    let by =
        outbox::By { channel: crate::sending::NAME, purpose: "mail", recipient: None, message_id: &message_id, at };
    let letter = outbox::put_by(op, &by, &letter)?;
    queries::draft_goes(op, id, letter, at)
}

/// A letter that nobody types: in whose name, by which mailbox, in which thread.
pub struct Machine<'a> {
    /// The id of its draft.
    pub letter: Id,
    pub author: Id,
    pub mailbox: &'a Setup,
    pub thread: Option<Id>,
}

/// Puts a letter on its way that nobody types.
pub fn put(op: &mut Operation, by: &Machine, text: Text) -> Result<()> {
    let sealed = ledger::seal_for(op, by.letter, by.letter, &json!(text))?;
    let draft = Draft {
        id: by.letter,
        mailbox: by.mailbox.id,
        author: by.author,
        thread: by.thread,
        sealed,
        state: "draft".into(),
        letter: None,
        send_at: None,
        updated_at: op.now,
    };
    queries::add_draft(op, &draft)?;
    let at = op.now;
    hand_over(op, by.letter, by.mailbox, text, Vec::new(), at)
}

/// The message that a letter of a mailbox became; none as long as it has not gone.
pub fn sent_as(reader: &mut Reader, mailbox: &Setup, letter: Id) -> Result<Option<Message>> {
    let id = message_id(reader, mailbox, letter)?;
    let key = parties::keyed(reader, b"mail message id", &id)?;
    store::message_by_key(reader, mailbox.id, &key)
}

/// Takes a letter back that has not gone: it is a draft again.
pub fn take_back(op: &mut Operation, id: Id) -> Result<Json> {
    let draft = own(op, id)?;
    let Some(letter) = draft.letter.filter(|_| draft.state == "sending") else {
        return Err(Error::conflict("mail.not_sending", "the letter waits for nothing"));
    };
    if !outbox::take_back(op, letter)? {
        return Err(Error::conflict("mail.gone", "the letter is on its way already"));
    }
    queries::draft_stays(op, id)?;
    let draft = own(op, id)?;
    told(op, &draft)
}

/// The id that a draft's letter goes out under, without brackets; nobody makes one up who knows the draft's id.
fn message_id(op: &Reader, mailbox: &Setup, draft: Id) -> Result<String> {
    let mac = parties::keyed(op, b"id of a letter", &draft.to_string())?;
    let domain = mailbox.address.rsplit_once('@').map_or("localhost", |(_, domain)| domain);
    Ok(format!("{draft}.{mac}@{domain}"))
}

/// Which draft a letter's id names.
pub fn draft_of(message_id: &str) -> Option<Id> {
    Id::parse(message_id.trim_start_matches('<').split('.').next()?)
}

fn own(reader: &mut Reader, id: Id) -> Result<Draft> {
    let draft = queries::draft(reader, id)?.ok_or(Error::NotFound)?;
    if reader.who.user == Some(draft.author) { Ok(draft) } else { Err(Error::NotFound) }
}

fn not_sending(draft: &Draft) -> Result<()> {
    if draft.state == "draft" {
        return Ok(());
    }
    Err(Error::conflict("mail.sending", "the letter is about to go; take it back first"))
}

/// What a letter says.
pub fn text_of(reader: &mut Reader, draft: &Draft) -> Result<Text> {
    let text = ledger::open_for(reader, draft.id, draft.id, &draft.sealed)?;
    Ok(text.and_then(|text| serde_json::from_value(text).ok()).unwrap_or_default())
}

fn told(reader: &mut Reader, draft: &Draft) -> Result<Json> {
    let text = text_of(reader, draft)?;
    let state = match draft.letter {
        Some(letter) => outbox::state_of(reader, letter)?,
        None => None,
    };
    // Addresses at which something did not arrive are named before it is tried again.
    let mut failing = Vec::new();
    for person in text.to.iter().chain(&text.cc).chain(&text.bcc) {
        let key = parties::keyed(reader, b"mail address", &person.address.to_lowercase())?;
        if let Some(permanent) = store::failed(reader, &key)? {
            failing.push(json!({ "address": person.address, "permanent": permanent }));
        }
    }
    Ok(json!({
        "id": draft.id, "mailbox": draft.mailbox, "thread": draft.thread, "state": draft.state, "send_at": draft.send_at,
        "updated_at": draft.updated_at, "letter": state, "failing": failing,
        "to": text.to, "cc": text.cc, "bcc": text.bcc, "subject": text.subject, "text": text.text, "files": text.files,
        "answers": text.answers, "counted": text.counted,
    }))
}

fn check(text: &Text) -> Result<()> {
    if text.to.len() + text.cc.len() + text.bcc.len() > MOST_PEOPLE {
        return Err(Error::invalid("to", "too_many", format!("at most {MOST_PEOPLE} people")));
    }
    if text.text.chars().count() > LONGEST_TEXT {
        return Err(Error::invalid("text", "too_long", format!("at most {LONGEST_TEXT} characters")));
    }
    Ok(())
}

/// Plain words as a page: paragraphs, line breaks, links.
pub fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 100);
    out.push_str("<div>");
    for (place, line) in text.lines().enumerate() {
        if place > 0 {
            out.push_str("<br>\n");
        }
        for (place, word) in line.split(' ').enumerate() {
            if place > 0 {
                out.push(' ');
            }
            let safe = escaped(word);
            let bare = safe.trim_end_matches(['.', ',', ')', '!', '?']);
            if word.starts_with("https://") || word.starts_with("http://") {
                let rest = safe.get(bare.len()..).unwrap_or_default();
                out.push_str(&format!("<a href=\"{bare}\">{bare}</a>{rest}"));
            } else {
                out.push_str(&safe);
            }
        }
    }
    out.push_str("</div>");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_become_a_page_that_is_only_words() {
        assert_eq!(
            html("Hi <b>\nsee https://x.example/a?b=1&c=\"2."),
            "<div>Hi &lt;b&gt;<br>\nsee <a href=\"https://x.example/a?b=1&amp;c=&quot;2\">https://x.example/a?b=1&amp;c=&quot;2</a>.</div>"
        );
    }

    #[test]
    fn a_letter_is_known_by_its_id() {
        let id = Id::at(1_000);
        assert_eq!(draft_of(&format!("<{id}.abc@x.example>")), Some(id));
        assert_eq!(draft_of("<nobody@x.example>"), None);
    }
}
