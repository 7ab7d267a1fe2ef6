//! Letters of the outbox that go by somebody's own mailbox: handed to its server, then filed, then put into its folder of
//! what was sent.

use channels::email::account::{Submission, Written};
use channels::email::imap::Imap;
use channels::email::mime;
use channels::incoming::Person;
use channels::{Channel, Fault, Letter};
use foundation::App;
use foundation::access::Principal;
use foundation::ledger;
use kernel::{Error, Id, Result};

use crate::file::{self, Coming};
use crate::sequences::{queries as acts, run};
use crate::setup::{self, Setup};
use crate::writing::{self, Text};
use crate::{queries, secret, show, store, traces};

/// The name of the channel.
pub const NAME: &str = "mailbox";

/// See the module.
pub struct OwnMailbox {
    app: App,
}

impl OwnMailbox {
    pub fn new(app: &App) -> OwnMailbox {
        OwnMailbox { app: app.clone() }
    }

    fn prepared(&self, letter: &Letter, message_id: &str) -> Result<Option<Prepared>> {
        if letter.sender.is_some() {
            return self.of_product(letter, message_id);
        }
        let Some(draft) = writing::draft_of(message_id) else { return Ok(None) };
        self.app.read_now(&mail(), |reader| {
            let Some(draft) = queries::draft(reader, draft)? else { return Ok(None) };
            let mailbox = setup::known(reader, draft.mailbox)?;
            let proof = secret::open(reader, &mailbox)?;
            let text = writing::text_of(reader, &draft)?;
            let answered = answered(reader, &text)?;
            let plain = message_id.trim_start_matches('<').trim_end_matches('>').to_string();
            let written = Written {
                from: Person { name: mailbox.from_name.clone(), address: mailbox.address.clone() },
                to: text.to.clone(),
                cc: text.cc.clone(),
                bcc: text.bcc.clone(),
                subject: letter.subject.clone(),
                text: letter.text.clone(),
                html: letter.html.clone(),
                attachments: letter.attachments.clone(),
                message_id: plain,
                in_reply_to: answered.first().cloned(),
                references: answered.into_iter().rev().collect(),
                leave: run::leave_of(reader, draft.id)?,
                written_at: letter.written_at,
            };
            let is_counted = traces::is_counted(reader, draft.id)?;
            let (draft, thread) = (Some(draft.id), draft.thread);
            Ok(Some(Prepared { draft, thread, mailbox, proof, written, bcc: text.bcc, is_counted }))
        })
    }

    /// A letter that the product wrote in the name of the mailbox's owner, an invitation for one.
    fn of_product(&self, letter: &Letter, message_id: &str) -> Result<Option<Prepared>> {
        let Some(sender) = letter.sender.clone() else { return Ok(None) };
        self.app.read_now(&mail(), |reader| {
            let mailbox = setup::known(reader, sender.mailbox)?;
            let proof = secret::open(reader, &mailbox)?;
            let to = Person { name: letter.to_name.as_str().into(), address: letter.to.as_str().into() };
            let written = Written {
                from: Person { name: mailbox.from_name.clone(), address: mailbox.address.clone() },
                to: vec![to],
                cc: Vec::new(),
                bcc: Vec::new(),
                subject: letter.subject.clone(),
                text: letter.text.clone(),
                html: letter.html.clone(),
                attachments: letter.attachments.clone(),
                message_id: message_id.trim_start_matches('<').trim_end_matches('>').to_string(),
                in_reply_to: sender.answers.first().cloned(),
                references: sender.answers.iter().rev().cloned().collect(),
                leave: None,
                written_at: letter.written_at,
            };
            let bcc = Vec::new();
            Ok(Some(Prepared { draft: None, thread: None, mailbox, proof, written, bcc, is_counted: false }))
        })
    }
}

/// All that a letter needs to go.
struct Prepared {
    /// None where the product wrote it.
    draft: Option<Id>,
    thread: Option<Id>,
    mailbox: Setup,
    proof: Option<channels::email::imap::Proof>,
    written: Written,
    bcc: Vec<Person>,
    is_counted: bool,
}

fn mail() -> Principal {
    Principal::system("mail")
}

/// Ids of the message that is answered and of what that answered, the nearest first.
fn answered(reader: &mut foundation::Reader, text: &Text) -> Result<Vec<String>> {
    let Some(message) = text.answers else { return Ok(Vec::new()) };
    let Some(message) = store::message_by_id(reader, message)? else { return Ok(Vec::new()) };
    let Some(mail) = show::mail_of(reader, &message)? else { return Ok(Vec::new()) };
    let mut ids: Vec<String> = mail.message_id.into_iter().collect();
    ids.extend(mail.references.into_iter().take(20));
    Ok(ids)
}

impl Channel for OwnMailbox {
    fn name(&self) -> &'static str {
        NAME
    }

    fn send(&self, letter: &Letter, message_id: &str) -> std::result::Result<(), Fault> {
        let later = |fault: Error| Fault::Later(fault.to_string());
        let Some(prepared) = self.prepared(letter, message_id).map_err(later)? else {
            return Err(Fault::Never("unreadable", String::new()));
        };
        let Some(proof) = &prepared.proof else {
            return Err(Fault::Later("the password must be given for these servers".into()));
        };
        let message = prepared.written.message()?;
        // What goes out differs from what is kept here and in the folder of what was sent: there it counts no reader.
        let counted = match prepared.draft.filter(|_| prepared.is_counted) {
            Some(draft) => {
                let html = traces::marked(&self.app, draft, &prepared.written.html).map_err(later)?;
                Some(Written { html, ..prepared.written.clone() }.message()?)
            }
            None => None,
        };
        let mailbox = &prepared.mailbox;
        let server = Submission::new(&self.app, &mailbox.smtp, &mailbox.login, Some(proof));
        let server = server.map_err(|trouble| Fault::Later(format!("{}: {}", trouble.code, trouble.detail)))?;
        server.send(counted.as_ref().unwrap_or(&message))?;
        // It has gone. Whatever fails from here on must not send it again.
        let raw = message.formatted();
        if let Err(fault) = self.filed(&prepared, &raw) {
            tracing::error!(%fault, "a letter went out and could not be filed; it is found in the folder of what was sent");
        }
        if let Err(trouble) = self.put_among_sent(&prepared, proof, &raw) {
            tracing::warn!(code = trouble.code, "a letter went out and could not be put among what was sent");
        }
        Ok(())
    }
}

impl OwnMailbox {
    fn filed(&self, prepared: &Prepared, raw: &[u8]) -> Result<()> {
        let Some(mut mail_sent) = mime::read(raw) else { return Err(Error::internal("our own letter is unreadable")) };
        // Who gets a copy in silence stands in no header that goes out.
        mail_sent.bcc.clone_from(&prepared.bcc);
        let (mailbox, thread, draft) = (prepared.mailbox.clone(), prepared.thread, prepared.draft);
        let author = match draft {
            Some(draft) => {
                self.app.read_now(&mail(), |reader| queries::draft(reader, draft))?.map(|draft| draft.author)
            }
            None => mailbox.owner,
        };
        let raw = raw.to_vec();
        let who = match author {
            // Who wrote it may have left since.
            Some(author) => foundation::access::people::acting(&self.app, author).unwrap_or_else(|_| mail()),
            None => mail(),
        };
        self.app.write_now(&who, move |op| {
            op.channel = "email";
            let coming = Coming {
                mail: &mail_sent,
                raw: draft.filter(|_| !mail_sent.enclosed.is_empty()),
                is_out: true,
                is_seen: true,
                state: "sent",
                came_at: op.now,
                thread,
                id: None,
            };
            let filed = op.as_product(|op| file::file(op, &mailbox, &[], &coming))?;
            let Some(draft) = draft else { return Ok(()) };
            if coming.raw.is_some() && !filed.is_known {
                let sealed = ledger::seal_bytes_for(op, filed.holder, draft, &raw)?;
                queries::put_own_raw(op, draft, mailbox.id, filed.holder, sealed)?;
            }
            acts::act_sent(op, draft)?;
            let party = store::thread_by_id(op, filed.thread)?.and_then(|thread| thread.party);
            traces::sent(op, draft, filed.message, party)?;
            queries::drop_draft(op, draft)
        })
    }

    /// Once, also where the server puts it there itself.
    fn put_among_sent(
        &self,
        prepared: &Prepared,
        proof: &channels::email::imap::Proof,
        raw: &[u8],
    ) -> std::result::Result<(), channels::email::Trouble> {
        let mailbox = &prepared.mailbox;
        let mut imap = Imap::open(&self.app, &mailbox.imap, &mailbox.login, proof)?;
        let folders = imap.folders()?;
        if let Some(sent) = folders.iter().find(|folder| folder.role == "sent" && folder.can_be_opened) {
            imap.examine(&sent.name)?;
            if !imap.holds(&prepared.written.message_id)? {
                imap.append(&sent.name, raw)?;
            }
        }
        imap.close();
        Ok(())
    }
}
