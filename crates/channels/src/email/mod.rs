//! Mail by SMTP (RFC 5321) to the one server that the settings of the machine name.
//!
//! `smtps://` speaks TLS from the first byte. `smtp://` turns to TLS where the server offers it, and demands it before it
//! shows a password, but for a server on this machine.

pub mod account;
mod bounce;
pub mod clean;
pub mod imap;
pub mod mime;
mod wire;

use std::error::Error as _;
use std::time::{Duration, SystemTime};

use foundation::outbound::MailServer;
use kernel::{Error, Result, Time};
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart, SinglePart};
use lettre::transport::smtp::{self, SmtpTransport};
use lettre::{Address, Transport as _};

use crate::{Attachment, Channel, Fault, Letter};

pub use wire::{Server, Tls};

/// Why a server of somebody's mailbox could not be spoken with: a code that people are told in their language, and the other
/// side's own words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    pub code: &'static str,
    pub detail: String,
}

impl Trouble {
    pub fn of(code: &'static str, detail: &str) -> Trouble {
        let plain: String = detail.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        Trouble {
            code,
            detail: plain.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(LONGEST_REASON).collect(),
        }
    }

    fn coded(self, code: &'static str) -> Trouble {
        Trouble { code, ..self }
    }
}

/// The name of the channel.
pub const NAME: &str = "email";

/// A server that says nothing for so long is away.
const PATIENCE: Duration = Duration::from_secs(30);
/// Longest reason that is kept, in characters.
const LONGEST_REASON: usize = 300;
/// Replies that speak of us and not of the letter: who we are, and how we show it (RFC 4954).
const SIGN_IN: [u16; 4] = [530, 534, 535, 538];

/// See the module.
pub struct Email {
    transport: SmtpTransport,
    from: Mailbox,
}

impl Email {
    /// Reads the settings; says which of them is wrong.
    pub fn new(server: &MailServer) -> Result<Email> {
        let wrong = |what: &str| Error::Unreadable(format!("mail: {what}"));
        let from: Mailbox =
            server.from.parse().map_err(|_| wrong("`from` must be an address, Rapport <crm@example.com>"))?;
        let form = "`url` must be smtp://user:password@host:587 or smtps://user:password@host:465";
        let place = Place::parse(server.url.expose()).ok_or_else(|| wrong(form))?;
        // The fault of the library would repeat the password.
        let transport = SmtpTransport::from_url(&place.for_transport()).map_err(|_| wrong(form))?;
        Ok(Email { transport: transport.timeout(Some(PATIENCE)).build(), from })
    }

    /// Speaks with the server as far as one can without a letter.
    pub fn check(&self) -> Result<()> {
        match self.transport.test_connection() {
            Ok(true) => Ok(()),
            Ok(false) => Err(Error::Unreadable("the mail server does not answer as one".into())),
            Err(fault) => Err(Error::Unreadable(format!("the mail server: {}", words(&fault)))),
        }
    }

    fn message(&self, letter: &Letter, message_id: &str) -> std::result::Result<Message, Fault> {
        let never = |code: &'static str, fault: String| Fault::Never(code, fault);
        let to: Address = letter.to.as_str().parse().map_err(|_| never("address", letter.to.as_str().to_string()))?;
        let name = Some(letter.to_name.as_str().to_string()).filter(|name| !name.is_empty());
        // A machine wrote it: nothing that answers by itself answers (RFC 3834).
        let whole = body(&letter.text, &letter.html, &letter.attachments)?;
        let by_itself = HeaderName::new_from_ascii_str("Auto-Submitted");
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(name, to))
            .subject(letter.subject.as_str())
            .message_id(Some(message_id.to_string()))
            .date(moment(letter.written_at))
            .raw_header(HeaderValue::new(by_itself, "auto-generated".into()))
            .multipart(whole)
            .map_err(|fault| never("unreadable", fault.to_string()))
    }
}

/// The words in both forms, what calendars read beside them (RFC 6047), and files behind them.
fn body(text: &str, html: &str, attachments: &[Attachment]) -> std::result::Result<MultiPart, Fault> {
    let mut words = MultiPart::alternative_plain_html(text.to_string(), html.to_string());
    let (calendars, files): (Vec<_>, Vec<_>) = attachments.iter().partition(|one| one.is_for_calendars());
    let read = |attachment: &Attachment| {
        let content = attachment.content();
        let content = content.ok_or_else(|| Fault::Never("unreadable", attachment.name.as_str().into()))?;
        let kind = ContentType::parse(&attachment.kind);
        Ok((content, kind.map_err(|fault| Fault::Never("unreadable", fault.to_string()))?))
    };
    for calendar in calendars {
        let (content, kind) = read(calendar)?;
        words = words.singlepart(SinglePart::builder().header(kind).body(content));
    }
    if files.is_empty() {
        return Ok(words);
    }
    let mut whole = MultiPart::mixed().multipart(words);
    for file in files {
        let (content, kind) = read(file)?;
        whole = whole.singlepart(lettre::message::Attachment::new(file.name.as_str().into()).body(content, kind));
    }
    Ok(whole)
}

impl Channel for Email {
    fn name(&self) -> &'static str {
        NAME
    }

    fn send(&self, letter: &Letter, message_id: &str) -> std::result::Result<(), Fault> {
        let message = self.message(letter, message_id)?;
        self.transport.send(&message).map(drop).map_err(|fault| why(&fault))
    }
}

/// The domain that letters come from, for ids of letters.
pub fn domain(server: &MailServer) -> Option<String> {
    server.from.parse::<Mailbox>().ok().map(|from| from.email.domain().to_string())
}

/// The server without who signs in there: `smtp://host:587`.
pub fn shown(server: &MailServer) -> String {
    Place::parse(server.url.expose()).map_or(String::new(), |place| format!("{}://{}", place.scheme, place.host))
}

fn why(fault: &smtp::Error) -> Fault {
    let code = fault.status().map(u16::from);
    let is_ours = code.is_some_and(|code| SIGN_IN.contains(&code));
    if fault.is_permanent() && !is_ours { Fault::Never("refused", words(fault)) } else { Fault::Later(words(fault)) }
}

/// What went wrong, with its causes, as one line.
fn words(fault: &smtp::Error) -> String {
    let mut text = fault.to_string();
    let mut cause = fault.source();
    while let Some(deeper) = cause {
        let said = deeper.to_string();
        if !text.contains(&said) {
            text = format!("{text}: {said}");
        }
        cause = deeper.source();
    }
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(LONGEST_REASON).collect()
}

fn moment(at: Time) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_millis(u64::try_from(at.0).unwrap_or(0))
}

/// An address of a mail server, taken apart.
struct Place {
    scheme: &'static str,
    /// `user:password`, escaped as in an address.
    account: Option<String>,
    /// With its port, if it names one.
    host: String,
}

impl Place {
    fn parse(url: &str) -> Option<Place> {
        let (scheme, rest) = url.trim().split_once("://")?;
        let scheme = ["smtp", "smtps"].into_iter().find(|known| *known == scheme)?;
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        if rest.contains(['/', '?', '#']) {
            return None;
        }
        let (account, host) = match rest.rsplit_once('@') {
            Some((account, host)) => (Some(account.to_string()), host),
            None => (None, rest),
        };
        let is_whole = !host.is_empty() && account.as_deref().is_none_or(|account| account.contains(':'));
        is_whole.then(|| Place { scheme, account, host: host.to_string() })
    }

    fn is_this_machine(&self) -> bool {
        ["localhost", "127.0.0.1", "[::1]"]
            .iter()
            .any(|own| self.host.strip_prefix(own).is_some_and(|rest| rest.is_empty() || rest.starts_with(':')))
    }

    fn for_transport(&self) -> String {
        let tls = match (self.scheme, &self.account) {
            ("smtps", _) => "",
            (_, Some(_)) if !self.is_this_machine() => "?tls=required",
            _ => "?tls=opportunistic",
        };
        let account = self.account.as_ref().map_or(String::new(), |account| format!("{account}@"));
        format!("{}://{account}{}{tls}", self.scheme, self.host)
    }
}

#[cfg(test)]
mod tests;
