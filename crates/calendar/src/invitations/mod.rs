//! Invitations by mail (RFC 5546 over mail, RFC 6047).
//!
//! Who an activity with *Invitations by mail* is with gets a letter that calendars understand, another when its time or place
//! changes, and a last one when it is called off: [`tell`] says which letters follow from a change, in its transaction.
//! What comes back is read from mailboxes ([`read`]): an [`reply`] once, whenever and however often it comes; somebody
//! else's [`request`] becomes a meeting of the mailbox's owner, who [`answer`]s it.

pub mod answer;
mod guests;
mod kept;
mod letter;
mod page;
mod queries;
mod read;
mod reply;
mod request;
mod routes;
mod tell;
mod words;

pub use guests::faults;
pub use queries::Forgets;
pub use read::Reads;
pub use routes::routes;
pub use tell::follow;

use foundation::Reader;
use kernel::{Error, Id, Result, Time};

/// What somebody who is invited said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Waiting,
    Accepted,
    Tentative,
    Declined,
    /// They are invited no more.
    Off,
}

impl State {
    /// `waiting`, `accepted`, `tentative`, `declined`, `off`.
    pub fn word(self) -> &'static str {
        match self {
            State::Waiting => "waiting",
            State::Accepted => "accepted",
            State::Tentative => "tentative",
            State::Declined => "declined",
            State::Off => "off",
        }
    }

    fn parse(word: &str) -> State {
        match word {
            "accepted" => State::Accepted,
            "tentative" => State::Tentative,
            "declined" => State::Declined,
            "off" => State::Off,
            _ => State::Waiting,
        }
    }

    /// As calendars write it; none where nothing was said.
    fn said(partstat: &str) -> Option<State> {
        match partstat.to_ascii_uppercase().as_str() {
            "ACCEPTED" => Some(State::Accepted),
            "TENTATIVE" => Some(State::Tentative),
            "DECLINED" => Some(State::Declined),
            _ => None,
        }
    }

    fn partstat(self) -> &'static str {
        match self {
            State::Accepted => "ACCEPTED",
            State::Tentative => "TENTATIVE",
            State::Declined => "DECLINED",
            State::Waiting | State::Off => "NEEDS-ACTION",
        }
    }
}

/// Who invites whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Host,
    Guest,
}

/// A meeting to which people are invited by mail.
#[derive(Debug, Clone)]
pub struct Meeting {
    pub activity: Id,
    pub side: Side,
    pub uid: String,
    pub sequence: i64,
    pub stamped: Time,
    pub mailbox: Option<Id>,
    /// Of others' meetings the organiser, sealed under this holder's key.
    pub sealed: Option<(Id, Vec<u8>)>,
    pub ignored: i64,
}

/// Somebody who is invited.
#[derive(Debug, Clone)]
pub struct Attendee {
    /// None is the whole of a series, or what does not repeat.
    pub moment: Option<Time>,
    pub address: String,
    pub party: Id,
    pub sealed: Vec<u8>,
    pub state: State,
    pub asked: i64,
    pub answered: i64,
    pub stamped: Time,
    pub proposed: Option<(Time, Option<Time>)>,
}

/// What an address is looked up by: a keyed hash, of which it cannot be read.
fn keyed(reader: &Reader, address: &str) -> Result<String> {
    let mac = reader.app.key().derive(address.to_lowercase().as_bytes(), b"address of an invitation");
    let mac = mac.map_err(|fault| Error::internal(fault.to_string()))?;
    Ok(mac.iter().take(16).map(|byte| format!("{byte:02x}")).collect())
}

/// The address of `mailto:ana@example.com`, in lower case.
fn address_of(value: &str) -> Option<String> {
    let value = value.trim();
    let is_mail = value.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("mailto:"));
    let address = if is_mail { value.get(7..)? } else { value };
    let address = address.split('?').next().unwrap_or_default().trim().to_lowercase();
    channels::email::mime::is_address(&address).then_some(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_however_they_are_written() {
        assert_eq!(address_of("MAILTO:Ana@Example.com").as_deref(), Some("ana@example.com"));
        assert_eq!(address_of("mailto:a@b.example?subject=x").as_deref(), Some("a@b.example"));
        assert_eq!(address_of("urn:uuid:1"), None);
        assert_eq!(address_of("é"), None);
    }

    #[test]
    fn only_an_answer_is_an_answer() {
        assert_eq!(State::said("accepted"), Some(State::Accepted));
        for word in ["NEEDS-ACTION", "DELEGATED", "X-MAYBE", ""] {
            assert_eq!(State::said(word), None, "{word}");
        }
    }
}
