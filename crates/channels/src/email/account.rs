//! Mail that goes out by somebody's own mailbox: its SMTP server, under its address, as the same bytes that are kept in its
//! folder of what was sent.

use std::time::Duration;

use foundation::App;
use foundation::access::Secret;
use kernel::Time;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::SmtpTransport;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{Tls as Security, TlsParameters};
use lettre::{Address, Transport as _};

use super::imap::Proof;
use super::wire::{Server, Tls, addresses};
use super::{Trouble, body, moment, why, words};
use crate::incoming::Person;
use crate::{Attachment, Fault, HeaderText};

const PATIENCE: Duration = Duration::from_secs(30);

/// A letter that a person wrote.
#[derive(Debug, Clone, PartialEq)]
pub struct Written {
    pub from: Person,
    pub to: Vec<Person>,
    pub cc: Vec<Person>,
    pub bcc: Vec<Person>,
    pub subject: HeaderText,
    pub text: String,
    pub html: String,
    pub attachments: Vec<Attachment>,
    /// Without angle brackets.
    pub message_id: String,
    pub in_reply_to: Option<String>,
    /// The oldest first.
    pub references: Vec<String>,
    /// Where its receiver says that they want no more of it; mail programs show a button (RFC 2369, RFC 8058).
    pub leave: Option<String>,
    pub written_at: Time,
}

impl Written {
    /// The message as it goes out.
    pub fn message(&self) -> Result<Message, Fault> {
        let never = |code: &'static str, fault: String| Fault::Never(code, fault);
        let mut builder = Message::builder()
            .from(mailbox(&self.from)?)
            .subject(self.subject.as_str())
            .message_id(Some(format!("<{}>", self.message_id)))
            .date(moment(self.written_at));
        for to in &self.to {
            builder = builder.to(mailbox(to)?);
        }
        for cc in &self.cc {
            builder = builder.cc(mailbox(cc)?);
        }
        for bcc in &self.bcc {
            builder = builder.bcc(mailbox(bcc)?);
        }
        let id = |id: &String| format!("<{}>", HeaderText::new(id).as_str().replace(['<', '>', ' '], ""));
        if let Some(answered) = &self.in_reply_to {
            builder = builder.in_reply_to(id(answered));
        }
        if !self.references.is_empty() {
            let line = self.references.iter().map(id).collect::<Vec<_>>().join(" ");
            let name = HeaderName::new_from_ascii_str("References");
            builder = builder.raw_header(HeaderValue::new(name, line));
        }
        if let Some(leave) = &self.leave {
            let header = |name, value: String| HeaderValue::new(HeaderName::new_from_ascii_str(name), value);
            builder = builder
                .raw_header(header("List-Unsubscribe", format!("<{leave}>")))
                .raw_header(header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".into()));
        }
        let whole = body(&self.text, &self.html, &self.attachments)?;
        builder.multipart(whole).map_err(|fault| never("unreadable", fault.to_string()))
    }
}

fn mailbox(person: &Person) -> Result<Mailbox, Fault> {
    let address: Address =
        person.address.parse().map_err(|_| Fault::Never("address", person.address.chars().take(300).collect()))?;
    let name = HeaderText::new(&person.name).as_str().to_string();
    Ok(Mailbox::new(Some(name).filter(|name| !name.is_empty()), address))
}

/// An SMTP server and who we are there.
pub struct Submission {
    transport: SmtpTransport,
}

impl Submission {
    pub fn new(app: &App, server: &Server, user: &str, proof: Option<&Proof>) -> Result<Submission, Trouble> {
        let at = addresses(app, server)?.into_iter().next();
        let at = at.ok_or_else(|| Trouble::of("unreachable", "the server has no address"))?;
        let parameters =
            || TlsParameters::new(server.host.clone()).map_err(|fault| Trouble::of("tls", &fault.to_string()));
        let security = match server.tls {
            Tls::Whole => Security::Wrapper(parameters()?),
            Tls::Start => Security::Required(parameters()?),
            Tls::Plain => Security::None,
        };
        let mut builder = SmtpTransport::builder_dangerous(at.ip().to_string())
            .port(server.port)
            .tls(security)
            .timeout(Some(PATIENCE));
        let secret = |secret: &Secret| Credentials::new(user.to_string(), secret.expose().to_string());
        builder = match proof {
            Some(Proof::Password(password)) => {
                builder.credentials(secret(password)).authentication(vec![Mechanism::Plain, Mechanism::Login])
            }
            Some(Proof::Token(token)) => builder.credentials(secret(token)).authentication(vec![Mechanism::Xoauth2]),
            None => builder,
        };
        Ok(Submission { transport: builder.build() })
    }

    /// Signs in and says good-bye.
    pub fn check(&self) -> Result<(), Trouble> {
        match self.transport.test_connection() {
            Ok(true) => Ok(()),
            Ok(false) => Err(Trouble::of("not_smtp", "the server does not answer as a mail server")),
            Err(fault) => {
                let code = match fault.status().map(u16::from) {
                    Some(535 | 534 | 530 | 538) => "sign_in",
                    Some(_) => "refused",
                    None if fault.is_tls() => "tls",
                    None => "unreachable",
                };
                Err(Trouble::of(code, &words(&fault)))
            }
        }
    }

    pub fn send(&self, message: &Message) -> Result<(), Fault> {
        self.transport.send(message).map(drop).map_err(|fault| why(&fault))
    }
}
