//! A mailbox as the rest of this crate uses it, and what must hold for one.

use channels::email::mime::is_address;
use channels::email::{Server, Tls};
use events::{Facts, NewEvent, RecordView};
use foundation::access::Action;
use foundation::records::write::{Draft, Keeps};
use foundation::records::{Object, Record, ask, read};
use foundation::{Operation, Reader};
use jiff::civil::Date;
use kernel::{Error, FieldError, Id, Result, Time, Value};

use crate::queries;

/// The object's name.
pub const OBJECT: &str = "mailbox";

/// What colleagues of a mailbox's owner see of it. The order is from little to much.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sight {
    Metadata,
    Subject,
    All,
}

impl Sight {
    /// `metadata`, `subject`, `all`.
    pub fn word(self) -> &'static str {
        match self {
            Sight::Metadata => "metadata",
            Sight::Subject => "subject",
            Sight::All => "all",
        }
    }
}

/// See the module.
#[derive(Debug, Clone)]
pub struct Setup {
    pub id: Id,
    pub name: String,
    pub address: String,
    pub from_name: String,
    pub owner: Option<Id>,
    pub team: Option<Id>,
    pub imap: Server,
    pub smtp: Server,
    pub login: String,
    pub by_token: bool,
    pub since: Option<Date>,
    pub privacy: Sight,
    never_reads: Vec<String>,
    pub makes_leads: bool,
    pub signature: String,
    pub counts_readers: bool,
    /// Letters of sequences that it sends on one day, at least one.
    pub sequence_letters: i64,
    pub paused: bool,
    pub deleted: bool,
    pub created_at: Time,
}

impl Setup {
    pub fn of(object: &Object, record: &Record) -> Result<Setup> {
        let text = |name: &str| record.get(object, name).as_text().unwrap_or_default().trim().to_string();
        let server = |host: &str, port: &str, security: &str| -> Result<Server> {
            let number = match record.get(object, port) {
                Value::Int(number) => u16::try_from(*number).ok().filter(|number| *number > 0),
                _ => None,
            };
            Ok(Server {
                host: text(host),
                port: number.ok_or_else(|| Error::invalid(port, "out_of_range", "a port is 1 to 65535"))?,
                tls: Tls::parse(&text(security)).unwrap_or(Tls::Whole),
            })
        };
        let address = text("address").to_lowercase();
        let login = text("login");
        let never = text("never_reads").to_lowercase();
        let never = never.split([',', ';', '\n', ' ']).map(|word| word.trim().trim_start_matches('@').to_string());
        Ok(Setup {
            id: record.id,
            name: text("name"),
            login: if login.is_empty() { address.clone() } else { login },
            address,
            from_name: text("from_name"),
            owner: record.get(object, "owner").as_link(),
            team: record.get(object, "team").as_link(),
            imap: server("imap_host", "imap_port", "imap_security")?,
            smtp: server("smtp_host", "smtp_port", "smtp_security")?,
            by_token: text("signs_in_by") == "token",
            since: match record.get(object, "since") {
                Value::Date(date) => Some(*date),
                _ => None,
            },
            privacy: match text("privacy").as_str() {
                "all" => Sight::All,
                "subject" => Sight::Subject,
                _ => Sight::Metadata,
            },
            never_reads: never.filter(|word| !word.is_empty()).collect(),
            makes_leads: text("new_senders") == "lead",
            signature: text("signature"),
            counts_readers: *record.get(object, "counts_readers") == Value::Bool(true),
            sequence_letters: match record.get(object, "sequence_letters") {
                Value::Int(letters) => (*letters).max(1),
                _ => 1,
            },
            paused: *record.get(object, "paused") == Value::Bool(true),
            deleted: record.deleted_at.is_some(),
            created_at: record.created_at,
        })
    }

    /// Whether mail of this address is none of ours.
    pub fn never_reads(&self, address: &str) -> bool {
        let domain = address.rsplit_once('@').map_or("", |(_, domain)| domain);
        self.never_reads.iter().any(|never| {
            never == address
                || never == domain
                || domain.strip_suffix(never.as_str()).is_some_and(|sub| sub.ends_with('.'))
        })
    }

    /// How much of this mailbox the reader sees: its owner and its team everything, others as its owner says. Nobody is
    /// an exception, administrators neither.
    pub fn sight(&self, reader: &Reader) -> Sight {
        if self.is_mine(reader) { Sight::All } else { self.privacy }
    }

    /// Whether it is the reader's own or their team's.
    pub fn is_mine(&self, reader: &Reader) -> bool {
        let own = self.owner.is_some() && self.owner == reader.who.user;
        own || self.team.is_some_and(|team| reader.who.teams.contains(&team)) || reader.who.actor().is_none()
    }
}

/// The mailbox of that id, as the product itself knows it.
pub fn known(reader: &mut Reader, id: Id) -> Result<Setup> {
    let object = reader.catalogue.named(OBJECT).cloned().ok_or(Error::NotFound)?;
    // What a mailbox shows of its mail is known to the product, whoever asks and whatever they may see of the mailbox.
    let record = ask::as_product(reader, |reader| read::load(reader, &object, id))?.ok_or(Error::NotFound)?;
    Setup::of(&object, &record)
}

/// The mailbox of that id, of those who may read its mail.
pub fn mine(reader: &mut Reader, id: Id) -> Result<Setup> {
    let setup = known(reader, id)?;
    if setup.deleted || !setup.is_mine(reader) { Err(Error::NotFound) } else { Ok(setup) }
}

/// The mailbox of that id, for those who may change it.
pub fn changeable(op: &mut Operation, id: Id) -> Result<Setup> {
    op.who.need(OBJECT, Action::Update)?;
    let object = op.object(OBJECT)?;
    let record = read::get(op, &object, id)?;
    if !queries::may_update(op, &object, id)? {
        return Err(Error::Forbidden("changing this record"));
    }
    let setup = Setup::of(&object, &record)?;
    if setup.deleted {
        return Err(Error::conflict("record.trashed", "the record is in the bin; restore it first"));
    }
    Ok(setup)
}

/// Only those whose mailbox it is say who reads it: nobody makes themselves the owner of somebody's letters.
pub struct MailboxKeeper;

impl Keeps for MailboxKeeper {
    fn object(&self) -> &'static str {
        OBJECT
    }

    fn check(&self, op: &mut Operation, object: &Object, drafts: &[Option<Draft>]) -> Result<Vec<(usize, FieldError)>> {
        let mut faults = Vec::new();
        for (place, draft) in drafts.iter().enumerate() {
            let Some(Draft { before: Some(before), changed, .. }) = draft else { continue };
            if Setup::of(object, before)?.is_mine(op) {
                continue;
            }
            for field in changed.iter().filter_map(|position| object.field(*position)) {
                if ["owner", "team", "privacy"].contains(&field.name.as_str()) {
                    let why = "only those whose mailbox it is say who reads it";
                    faults.push((place, FieldError::new(&field.name, "readonly_now", why)));
                }
            }
        }
        Ok(faults)
    }

    fn follow(&self, _: &mut Operation, _: &[Draft]) -> Result<()> {
        Ok(())
    }
}

/// What must hold for a mailbox beyond its fields.
pub struct MailFacts;

impl Facts for MailFacts {
    fn concerns(&self, object: &str) -> bool {
        object == OBJECT
    }

    fn faults(&self, _: &str, after: &dyn RecordView) -> Vec<(&'static str, &'static str, String)> {
        let mut faults = Vec::new();
        for (field, value) in [("imap_port", after.value("imap_port")), ("smtp_port", after.value("smtp_port"))] {
            if !matches!(value, Value::Int(1..=65_535)) {
                faults.push((field, "out_of_range", "a port is 1 to 65535".to_string()));
            }
        }
        if !matches!(after.value("sequence_letters"), Value::Int(1..=2_000)) {
            faults.push(("sequence_letters", "out_of_range", "1 to 2000 letters a day".to_string()));
        }
        for (field, value) in [("imap_host", after.text("imap_host")), ("smtp_host", after.text("smtp_host"))] {
            let host = value.unwrap_or_default();
            if host.contains(['/', ' ', '@']) || host.contains("://") {
                faults.push((field, "not_a_host", "only the server's name, mail.example.com".to_string()));
            }
        }
        let address = after.text("address").unwrap_or_default().trim().to_lowercase();
        if !address.is_empty() && !is_address(&address) {
            faults.push(("address", "not_an_email", "must be an address such as ana@example.com".to_string()));
        }
        if after.link("owner").is_none() && after.link("team").is_none() {
            faults.push(("owner", "required", "a mailbox is somebody's or a team's".to_string()));
        }
        faults
    }

    fn on_change(&self, _: &str, _: Option<&dyn RecordView>, _: Option<&dyn RecordView>) -> Vec<NewEvent> {
        Vec::new()
    }
}
