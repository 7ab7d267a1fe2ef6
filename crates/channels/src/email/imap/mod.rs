//! Reading mail by IMAP4rev1 (RFC 3501) with what makes it honest and quick where the server has it: UIDPLUS's stable ids
//! (UIDVALIDITY, UIDNEXT), IDLE (RFC 2177), SPECIAL-USE (RFC 6154), XOAUTH2. A small client that blocks: one command, its
//! answers, then the next. Folders are opened to be read only (`EXAMINE`): looking changes nothing at the server.

mod response;

use std::time::{Duration, Instant};

use foundation::access::Secret;
use foundation::access::encoding::base64;
use foundation::{App, access};
use kernel::limits;

use super::Trouble;
use super::wire::{PATIENCE, Server, Tls, Wire};
use response::{Answer, Item, quoted, utf7_decode};

/// Longest answer without its literals, and longest literal, in bytes.
const LONGEST_LINE: usize = 1 << 20;

/// What shows the server who we are.
#[derive(Debug, Clone)]
pub enum Proof {
    Password(Secret),
    /// A token by OAuth 2.
    Token(Secret),
}

/// A folder as the server lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    /// As the server wants it said.
    pub name: String,
    /// As people read it.
    pub shown: String,
    /// `inbox`, `sent`, `drafts`, `junk`, `trash`, `archive`, `all` or `other`.
    pub role: &'static str,
    pub can_be_opened: bool,
}

/// What an opened folder says of itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Opened {
    pub uid_validity: i64,
    pub uid_next: i64,
    pub exists: i64,
}

/// The envelope of a message that is not read yet.
#[derive(Debug, Clone, Default)]
pub struct Head {
    pub uid: i64,
    pub size: u64,
    pub is_seen: bool,
    /// The headers that were asked for, as they came.
    pub header: Vec<u8>,
}

/// A line to an IMAP server, signed in.
pub struct Imap {
    wire: Wire,
    held: Vec<u8>,
    number: u32,
    capabilities: Vec<String>,
}

type Outcome<T> = std::result::Result<T, Trouble>;

impl Imap {
    /// Connects and signs in.
    pub fn open(app: &App, server: &Server, user: &str, proof: &Proof) -> Outcome<Imap> {
        let wire = Wire::open(app, server)?;
        let mut imap = Imap { wire, held: Vec::new(), number: 0, capabilities: Vec::new() };
        let greeting = imap.answer()?;
        if !greeting.starts_with("* OK") && !greeting.starts_with("* PREAUTH") {
            return Err(Trouble::of("not_imap", &greeting.line()));
        }
        if server.tls == Tls::Start {
            imap.command("STARTTLS")?;
            // What came before TLS is nobody's word.
            imap.held.clear();
            imap.wire.start_tls()?;
        }
        imap.sign_in(user, proof)?;
        imap.capabilities = imap.read_capabilities()?;
        Ok(imap)
    }

    fn sign_in(&mut self, user: &str, proof: &Proof) -> Outcome<()> {
        let refused = |trouble: Trouble| if trouble.code == "refused" { trouble.coded("sign_in") } else { trouble };
        let done = match proof {
            Proof::Password(secret) => {
                let (user, password) = (self.literal_or_quoted(user)?, self.literal_or_quoted(secret.expose())?);
                self.command(&format!("LOGIN {user} {password}"))
            }
            Proof::Token(token) => {
                let said = format!("user={user}\x01auth=Bearer {}\x01\x01", token.expose());
                self.command(&format!("AUTHENTICATE XOAUTH2 {}", base64(said.as_bytes())))
            }
        };
        done.map(drop).map_err(refused)
    }

    /// Only text that a quoted string can hold; passwords of other letters go as they are in UTF-8, as servers take them.
    fn literal_or_quoted(&self, text: &str) -> Outcome<String> {
        if text.contains(['\r', '\n', '\0']) {
            return Err(Trouble::of("sign_in", "the name or the password holds a line break"));
        }
        Ok(quoted(text))
    }

    fn read_capabilities(&mut self) -> Outcome<Vec<String>> {
        let answers = self.command("CAPABILITY")?;
        let words = answers.iter().filter_map(|answer| answer.after("* CAPABILITY "));
        Ok(words.flat_map(|line| line.split(' ').map(str::to_ascii_uppercase).collect::<Vec<_>>()).collect())
    }

    pub fn can(&self, capability: &str) -> bool {
        self.capabilities.iter().any(|known| known == capability)
    }

    /// The folders of the account.
    pub fn folders(&mut self) -> Outcome<Vec<Folder>> {
        let answers = self.command("LIST \"\" \"*\"")?;
        Ok(answers.iter().filter_map(|answer| answer.items("* LIST ")).filter_map(|items| folder(&items)).collect())
    }

    /// Opens a folder to be read.
    pub fn examine(&mut self, folder: &str) -> Outcome<Opened> {
        let answers = self.command(&format!("EXAMINE {}", quoted(folder)))?;
        let mut opened = Opened::default();
        for answer in &answers {
            let line = answer.line();
            let upper = line.to_ascii_uppercase();
            let number = |mark: &str| {
                let rest = upper.split_once(mark)?.1;
                rest.split(|c: char| !c.is_ascii_digit()).next()?.parse::<i64>().ok()
            };
            opened.uid_validity = number("[UIDVALIDITY ").unwrap_or(opened.uid_validity);
            opened.uid_next = number("[UIDNEXT ").unwrap_or(opened.uid_next);
            if let Some(count) = upper.strip_prefix("* ").and_then(|rest| rest.strip_suffix(" EXISTS")) {
                opened.exists = count.parse().unwrap_or(0);
            }
        }
        if opened.uid_validity == 0 {
            return Err(Trouble::of("no_stable_ids", "the folder has no UIDVALIDITY"));
        }
        Ok(opened)
    }

    /// Ids in the opened folder from `first` on of messages that came since a day, `1-Nov-2026`; the lowest first.
    pub fn since(&mut self, first: i64, day: &str) -> Outcome<Vec<i64>> {
        self.search(&format!("UID {first}:* SINCE {day}"), first)
    }

    /// Whether the opened folder holds a message of this id.
    pub fn holds(&mut self, message_id: &str) -> Outcome<bool> {
        Ok(!self.search(&format!("HEADER Message-ID {}", quoted(message_id)), 1)?.is_empty())
    }

    fn search(&mut self, what: &str, first: i64) -> Outcome<Vec<i64>> {
        let answers = self.command(&format!("UID SEARCH {what}"))?;
        let lines = answers.iter().filter_map(|answer| answer.after("* SEARCH").map(str::to_string));
        let mut found: Vec<i64> =
            lines.flat_map(|line| line.split(' ').filter_map(|n| n.parse().ok()).collect::<Vec<i64>>()).collect();
        // `n:*` names the last message even where its id is smaller.
        found.retain(|uid| *uid >= first);
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }

    /// Sizes and the headers that decide whether to read on.
    pub fn heads(&mut self, uids: &[i64]) -> Outcome<Vec<Head>> {
        if uids.is_empty() {
            return Ok(Vec::new());
        }
        let list = uids.iter().map(i64::to_string).collect::<Vec<_>>().join(",");
        let asked = "UID RFC822.SIZE FLAGS BODY.PEEK[HEADER.FIELDS (FROM TO CC MESSAGE-ID)]";
        let answers = self.command(&format!("UID FETCH {list} ({asked})"))?;
        Ok(answers.iter().filter_map(head).filter(|head| uids.contains(&head.uid)).collect())
    }

    /// The whole message, as it is; none if it is gone.
    pub fn message(&mut self, uid: i64) -> Outcome<Option<Vec<u8>>> {
        let answers = self.command(&format!("UID FETCH {uid} (UID BODY.PEEK[])"))?;
        Ok(answers.iter().find_map(|answer| {
            let head = head(answer)?;
            (head.uid == uid).then_some(head.header)
        }))
    }

    /// Puts a message into a folder, as read.
    pub fn append(&mut self, folder: &str, message: &[u8]) -> Outcome<()> {
        let tag = self.next_tag();
        self.send(format!("{tag} APPEND {} (\\Seen) {{{}}}\r\n", quoted(folder), message.len()).as_bytes())?;
        let asked = self.answer()?;
        if !asked.starts_with("+") {
            return Err(Trouble::of("refused", &asked.line()));
        }
        self.send(message)?;
        self.send(b"\r\n")?;
        self.finish(&tag).map(drop)
    }

    /// Waits until something happens in the opened folder, `true`, or until then, `false`; asks `stop` now and then.
    pub fn idle(&mut self, at_most: Duration, stop: &dyn Fn() -> bool) -> Outcome<bool> {
        let tag = self.next_tag();
        self.send(format!("{tag} IDLE\r\n").as_bytes())?;
        let asked = self.answer()?;
        if !asked.starts_with("+") {
            return Err(Trouble::of("refused", &asked.line()));
        }
        let until = Instant::now() + at_most;
        let mut has_news = false;
        self.wire.set_patience(Duration::from_millis(200))?;
        while !has_news && Instant::now() < until && !stop() {
            match self.take() {
                Ok(Some(answer)) => {
                    has_news = answer.line().ends_with(" EXISTS");
                    if answer.starts_with("* BYE") {
                        return Err(Trouble::of("unreachable", &answer.line()));
                    }
                }
                Ok(None) => {}
                Err(trouble) => return Err(trouble),
            }
        }
        self.wire.set_patience(PATIENCE)?;
        self.send(b"DONE\r\n")?;
        self.finish(&tag)?;
        Ok(has_news)
    }

    /// Says good-bye.
    pub fn close(mut self) {
        let _ = self.command("LOGOUT");
    }

    // ------------------------------------------------------------------------------------------------ the line

    fn next_tag(&mut self) -> String {
        self.number = self.number.wrapping_add(1);
        format!("r{}", self.number)
    }

    /// A command and the answers that came before its end.
    fn command(&mut self, command: &str) -> Outcome<Vec<Answer>> {
        let tag = self.next_tag();
        self.send(format!("{tag} {command}\r\n").as_bytes())?;
        self.finish(&tag)
    }

    fn finish(&mut self, tag: &str) -> Outcome<Vec<Answer>> {
        let mut answers = Vec::new();
        loop {
            let answer = self.answer()?;
            let Some(outcome) = answer.after(tag).map(str::trim_start) else {
                if answer.starts_with("+") {
                    // A server that asks back in the middle of signing in says what is wrong and waits for an empty line.
                    self.send(b"\r\n")?;
                }
                answers.push(answer);
                continue;
            };
            let word = outcome.split(' ').next().unwrap_or_default().to_ascii_uppercase();
            return match word.as_str() {
                "OK" => Ok(answers),
                _ => Err(Trouble::of("refused", outcome)),
            };
        }
    }

    fn send(&mut self, bytes: &[u8]) -> Outcome<()> {
        self.wire.write(bytes).map_err(|fault| Trouble::of("unreachable", &fault.to_string()))
    }

    /// The next whole answer; being silent for too long is a trouble.
    fn answer(&mut self) -> Outcome<Answer> {
        match self.take()? {
            Some(answer) => Ok(answer),
            None => Err(Trouble::of("silent", "the server says nothing any more")),
        }
    }

    /// The next whole answer; none if the server is silent for longer than the patience of the line.
    fn take(&mut self) -> Outcome<Option<Answer>> {
        loop {
            let longest = usize::try_from(limits::FILE_BYTES).unwrap_or(usize::MAX).saturating_add(LONGEST_LINE);
            match Answer::split(&mut self.held, longest) {
                Ok(Some(answer)) => return Ok(Some(answer)),
                Ok(None) => {}
                Err(what) => return Err(Trouble::of("not_imap", what)),
            }
            let mut part = [0u8; 16 << 10];
            match self.wire.read(&mut part) {
                Ok(0) => return Err(Trouble::of("unreachable", "the server closed the line")),
                Ok(count) => self.held.extend_from_slice(part.get(..count).unwrap_or_default()),
                Err(fault) => match fault.kind() {
                    std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut => return Ok(None),
                    std::io::ErrorKind::Interrupted => {}
                    _ => return Err(Trouble::of("unreachable", &fault.to_string())),
                },
            }
        }
    }
}

/// A line of `LIST`: its attributes, the separator, and the name.
fn folder(items: &[Item]) -> Option<Folder> {
    let [Item::List(attributes), _, name, ..] = items else { return None };
    let name = name.text()?;
    let has = |wanted: &str| attributes.iter().any(|item| item.text().is_some_and(|a| a.eq_ignore_ascii_case(wanted)));
    let shown = utf7_decode(&name);
    let role = match () {
        () if name.eq_ignore_ascii_case("INBOX") => "inbox",
        () if has("\\Sent") => "sent",
        () if has("\\Drafts") => "drafts",
        () if has("\\Junk") => "junk",
        () if has("\\Trash") => "trash",
        () if has("\\Archive") => "archive",
        () if has("\\All") => "all",
        // Servers without special use: what clients have called it for decades.
        () => match shown.rsplit(['.', '/']).next().unwrap_or_default().to_lowercase().as_str() {
            "sent" | "sent items" | "sent messages" | "отправленные" | "已发送" | "trimise" => "sent",
            "drafts" | "черновики" | "草稿" | "schițe" => "drafts",
            "junk" | "spam" | "спам" => "junk",
            "trash" | "deleted items" | "корзина" => "trash",
            _ => "other",
        },
    };
    let can_be_opened = !has("\\Noselect") && !has("\\NonExistent");
    Some(Folder { name, shown, role, can_be_opened })
}

/// A line of `FETCH`; what was asked for of the message is its only literal.
fn head(answer: &Answer) -> Option<Head> {
    let items = answer.items("* ")?;
    let [_, Item::Word(word), Item::List(said), ..] = items.as_slice() else { return None };
    if !word.eq_ignore_ascii_case("FETCH") {
        return None;
    }
    let mut head = Head::default();
    let mut rest = said.iter();
    while let Some(name) = rest.next() {
        let name = name.text().unwrap_or_default().to_ascii_uppercase();
        match name.as_str() {
            "UID" => head.uid = rest.next()?.text()?.parse().ok()?,
            "RFC822.SIZE" => head.size = rest.next()?.text()?.parse().ok()?,
            "FLAGS" => {
                let Some(Item::List(flags)) = rest.next() else { return None };
                head.is_seen = flags.iter().any(|f| f.text().is_some_and(|f| f.eq_ignore_ascii_case("\\Seen")));
            }
            name if name.starts_with("BODY[") => head.header = rest.next()?.bytes()?.to_vec(),
            _ => {}
        }
    }
    (head.uid > 0).then_some(head)
}

/// A secret as text for whoever writes it down nowhere.
pub fn password(text: &str) -> Proof {
    Proof::Password(access::Secret::new(text.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Answer {
        let mut held = text.as_bytes().to_vec();
        Answer::split(&mut held, 1 << 20).unwrap().unwrap()
    }

    #[test]
    fn a_folder_is_known_by_its_attribute_or_by_its_name() {
        let read = |text: &str| folder(&split(text).items("* LIST ").unwrap()).unwrap();
        let sent = read("* LIST (\\HasNoChildren \\Sent) \"/\" \"Gesendet\"\r\n");
        assert_eq!((sent.role, sent.can_be_opened), ("sent", true));
        assert_eq!(read("* LIST () \".\" INBOX\r\n").role, "inbox");
        let russian = read("* LIST () \"/\" \"&BB4EQgQ,BEAEMAQyBDsENQQ9BD0ESwQ1-\"\r\n");
        assert_eq!((russian.shown.as_str(), russian.role), ("Отправленные", "sent"));
        assert!(!read("* LIST (\\Noselect) \"/\" \"[Gmail]\"\r\n").can_be_opened);
        assert_eq!(read("* LIST () \"/\" {5}\r\nA \"b\"\r\n").name, "A \"b\"");
    }

    #[test]
    fn a_message_comes_as_a_literal_whatever_it_holds() {
        let answer = split("* 7 FETCH (UID 42 RFC822.SIZE 9 FLAGS (\\Seen) BODY[] {9}\r\nA: b)\r\n\r\n)\r\n");
        let head = head(&answer).unwrap();
        assert_eq!((head.uid, head.size, head.is_seen), (42, 9, true));
        assert_eq!(head.header, b"A: b)\r\n\r\n");
    }
}
