//! Whether a message says that a letter did not arrive, at which addresses, and whether it ever will (RFC 3464, 3463); also
//! for the many servers that say so in their own words.

use std::sync::LazyLock;

use mail_parser::{Message, MimeHeaders as _, PartType};

use super::mime::{is_address, raw_header};
use crate::incoming::Failed;

/// Text of one part that is looked through, in characters.
const LOOKED_AT: usize = 60_000;

/// The addresses, and whether it is such a message at all.
pub fn read(message: &Message) -> (Vec<Failed>, bool) {
    let mut failed = Vec::new();
    let mut is_report = false;
    for part in &message.parts {
        let Some(kind) = part.content_type() else { continue };
        let is = |kind: &mail_parser::ContentType, wanted: &str, sub: &str| {
            kind.ctype().eq_ignore_ascii_case(wanted) && kind.subtype().is_some_and(|s| s.eq_ignore_ascii_case(sub))
        };
        if is(kind, "multipart", "report")
            && kind.attribute("report-type").is_none_or(|report| report.eq_ignore_ascii_case("delivery-status"))
        {
            // Others are read receipts (RFC 8098) and complaints (RFC 5965).
            is_report = true;
        }
        if is(kind, "message", "delivery-status") {
            is_report = true;
            let text = String::from_utf8_lossy(part.contents()).into_owned();
            failed.extend(blocks(&text));
        }
    }
    if failed.is_empty() && (is_report || is_by_a_machine(message)) {
        failed = own_words(message);
    }
    dedup(&mut failed);
    let is_bounce = is_report || !failed.is_empty();
    (failed, is_bounce)
}

fn dedup(failed: &mut Vec<Failed>) {
    let mut seen = std::collections::HashSet::new();
    failed.retain(|one| seen.insert(one.address.clone()));
}

/// The blocks of a `message/delivery-status`: one of the server, then one for each recipient.
fn blocks(text: &str) -> Vec<Failed> {
    let plain = text.replace("\r\n", "\n");
    let mut found = Vec::new();
    for block in plain.split("\n\n") {
        let mut fields: Vec<(String, String)> = Vec::new();
        for line in block.lines() {
            match line.split_once(':') {
                Some((name, value)) if !line.starts_with([' ', '\t']) => {
                    fields.push((name.trim().to_lowercase(), value.trim().to_string()));
                }
                _ => {
                    if let Some((_, value)) = fields.last_mut() {
                        value.push(' ');
                        value.push_str(line.trim());
                    }
                }
            }
        }
        let field = |name: &str| fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        let recipient =
            field("original-recipient").and_then(typed).or_else(|| field("final-recipient").and_then(typed));
        let Some(address) = recipient else { continue };
        let action = field("action").unwrap_or_default().to_lowercase();
        let status = field("status").unwrap_or_default();
        let permanent = match action.split([' ', '(']).next().unwrap_or_default() {
            "failed" | "failure" => !status.starts_with("4."),
            "delayed" => false,
            "delivered" | "relayed" | "expanded" => continue,
            _ if status.starts_with('5') => true,
            _ if status.starts_with('4') => false,
            _ => continue,
        };
        let detail = field("diagnostic-code").unwrap_or(status);
        // What was tried for days and given up is given up, whatever the last try was told.
        let permanent = permanent || action.starts_with("fail");
        found.push(Failed { address, permanent, detail: detail.chars().take(300).collect() });
    }
    found
}

/// `rfc822;ana@example.com`.
fn typed(value: &str) -> Option<String> {
    let address = value.split_once(';').map_or(value, |(_, address)| address);
    let address = address.trim().trim_start_matches('<').trim_end_matches('>');
    let address = address.split_whitespace().next()?.to_lowercase();
    is_address(&address).then_some(address)
}

/// Whether it comes from where machines write from, or says that it does.
fn is_by_a_machine(message: &Message) -> bool {
    let from = raw_header(message, "From").unwrap_or_default();
    let subject = message.subject().unwrap_or_default().to_lowercase();
    let empty_path = raw_header(message, "Return-Path").is_some_and(|path| path == "<>");
    let names = ["mailer-daemon", "postmaster", "mail delivery", "mdaemon", "mailer_daemon", "mail-daemon"];
    names.iter().any(|name| from.contains(name))
        || raw_header(message, "X-Failed-Recipients").is_some()
        || SUBJECTS.iter().any(|words| subject.contains(words))
        || (empty_path && WORDS.iter().any(|(word, _)| subject.contains(word)))
}

const SUBJECTS: [&str; 18] = [
    "undeliver",
    "delivery status notification",
    "delivery failure",
    "delivery notification",
    "delivery report",
    "failure notice",
    "failed mail",
    "mail failed",
    "mail delivery failed",
    "mail system error",
    "message status",
    "mail failure",
    "message not delivered",
    "returned mail",
    "returned to sender",
    "nondeliverable",
    "non-deliverable",
    "delivery problem",
];

/// What servers say of an address, and whether that is for good.
static WORDS: LazyLock<Vec<(&'static str, bool)>> = LazyLock::new(|| {
    let never = [
        "user unknown",
        "unknown user",
        "no such user",
        "no such recipient",
        "unknown recipient",
        "not found",
        "does not exist",
        "doesn't exist",
        "doesn't have",
        "is not a known user",
        "not known here",
        "unknown address",
        "invalid recipient",
        "invalid final delivery",
        "not exactly match",
        "not recognized",
        "invalid mailbox",
        "invalid address",
        "invalid user",
        "bad address",
        "no mailbox",
        "mailbox unavailable",
        "mailbox not available",
        "mailbox is unavailable",
        "user not known",
        "not listed",
        "address rejected",
        "recipient rejected",
        "has been disabled",
        "is disabled",
        "account disabled",
        "inactive",
        "no longer",
        "permanent error",
        "permanent fatal",
        "fatal error",
        "could not be delivered",
        "cannot be delivered",
        "couldn't be delivered",
        "can't be delivered",
        "cannot deliver",
        "was undeliverable",
        "unable to deliver",
        "undeliverable",
        "not delivered",
        "delivery failed",
        "failed to deliver",
        "failed recipient",
        "did not reach",
        "following recipient",
        "following address",
        "following destination",
        "following local",
        "failed address",
        "host unknown",
        "unrouteable",
        "unknown domain",
        "quota",
        "mailbox full",
        "mailbox is full",
        "over limit",
        "exceed",
        "giving up",
        "550",
        "551",
        "552",
        "553",
        "554",
        "5.1.1",
        "5.7.1",
        "550-",
        "not accept",
        "undelivered",
        "rejected",
        "failed",
        "unknown",
        "failure",
        "returned",
        "refused",
        "could not be found",
        "wasn't able to deliver",
        "nicht",
        "non existant",
        "this is a list of",
        "recipients",
        "delivery to",
        "unavailable",
    ];
    let later = [
        "warning: could not send",
        "delayed",
        "has not yet been delivered",
        "not yet been delivered",
        "still being retried",
        "will be retried",
        "will continue to",
        "will keep trying",
        "temporary",
        "could not be delivered for the past",
        "do not need to resend",
        "warning message only",
        "this is a warning",
    ];
    never.into_iter().map(|word| (word, true)).chain(later.into_iter().map(|word| (word, false))).collect()
});

/// Addresses that stand where the server explains itself: near words of failure, before the letter that is sent back.
fn own_words(message: &Message) -> Vec<Failed> {
    if let Some(said) = raw_header(message, "X-Failed-Recipients") {
        let found: Vec<Failed> = said
            .split(',')
            .map(|address| address.trim().to_string())
            .filter(|address| is_address(address))
            .map(|address| Failed { address, permanent: true, detail: String::new() })
            .collect();
        if !found.is_empty() {
            return found;
        }
    }
    let in_headers = |names: &[&'static str]| -> Vec<String> {
        let values = names.iter().filter_map(|name| raw_header(message, name));
        values.flat_map(|value| addresses_of(&value)).collect()
    };
    let machines = in_headers(&["From", "Sender"]);
    let ours = in_headers(&["To", "Delivered-To"]);
    let mut text = String::new();
    for part in &message.parts {
        match &part.body {
            PartType::Text(said) => text.push_str(said),
            PartType::Html(said) => text.push_str(&super::clean::text(said)),
            _ => continue,
        }
        text.push('\n');
    }
    let text: String = text.chars().take(LOOKED_AT).collect();
    let explained = explanation(&text);
    // A report that is not marked as one.
    let reported = blocks(&text);
    if !reported.is_empty() {
        return reported;
    }
    let lower = explained.to_lowercase();
    let is_later = WORDS.iter().any(|(word, never)| !never && lower.contains(word));
    let lines: Vec<&str> = explained.lines().collect();
    let mut found = Vec::new();
    for (place, line) in lines.iter().enumerate() {
        let near = lines.get(place.saturating_sub(6)..(place + 5).min(lines.len())).unwrap_or_default().join(" ");
        let near = near.to_lowercase();
        let start = line.trim().to_lowercase();
        if ["subject:", "to:", "cc:", "from:", "with subject"].iter().any(|name| start.starts_with(name)) {
            continue;
        }
        if !WORDS.iter().any(|(word, _)| near.contains(word)) {
            continue;
        }
        for address in addresses_of(line) {
            let is_machine = ["mailer-daemon@", "postmaster@", "abuse@", "support@", "helpdesk@"];
            if machines.contains(&address) || is_machine.iter().any(|name| address.starts_with(name)) {
                continue;
            }
            found.push(Failed { address, permanent: !is_later, detail: line.trim().chars().take(300).collect() });
        }
    }
    // Ours stands there as the one who wrote, unless it stands there alone.
    if found.iter().any(|failed| !ours.contains(&failed.address)) {
        found.retain(|failed| !ours.contains(&failed.address));
    }
    found
}

/// What stands before the letter that is sent back.
fn explanation(text: &str) -> String {
    let ends = [
        "original message",
        "copy of the message",
        "copy of your message",
        "returned message",
        "message headers",
        "message header",
        "message text follows",
        "message follows",
        "your message:",
        "unsent message",
        "text of the message",
        "headers of the",
        "included below",
        "undelivered message",
    ];
    let mut kept = Vec::new();
    let mut headers = 0;
    let mut has_address = false;
    for line in text.lines() {
        let lower = line.trim().to_lowercase();
        let quoted = lower.trim_start_matches(['>', '|', ' ', '-', '*', '=']);
        let is_header = [
            "received:",
            "return-path:",
            "message-id:",
            "mime-version:",
            "x-mailer:",
            "content-type:",
            "delivered-to:",
        ]
        .iter()
        .any(|name| quoted.starts_with(name));
        headers += usize::from(is_header);
        if has_address && (headers > 0 || ends.iter().any(|end| quoted.contains(end) && quoted.len() < 90)) {
            break;
        }
        if headers > 0 {
            continue;
        }
        has_address = has_address || !addresses_of(line).is_empty();
        kept.push(line);
    }
    kept.join("\n")
}

fn addresses_of(line: &str) -> Vec<String> {
    let is_break = |c: char| {
        c.is_whitespace() || matches!(c, '<' | '>' | '(' | ')' | '[' | ']' | '"' | '\'' | ',' | ';' | ':' | '|' | '`')
    };
    let line = line.replace("...", " ").replace("SMTP=", " ").replace("smtp=", " ");
    let words = line.split(is_break).filter(|word| word.contains('@'));
    let words = words.map(|word| word.trim_matches(['.', '!', '?', '*', '-', '=', '\\']).to_lowercase());
    words
        .filter(|word| is_address(word) && word.rsplit('@').next().is_some_and(|domain| domain.contains('.')))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::PathBuf;

    /// Real bounces of some forty mail systems, with the addresses that failed (data of flufl.bounce).
    fn real() -> Option<PathBuf> {
        let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
        let data = std::env::var_os("RAPPORT_TEST_DATA").map_or_else(beside, PathBuf::from);
        Some(data.join("mail/bounces")).filter(|folder| folder.is_dir())
    }

    #[test]
    fn real_bounces_name_their_addresses() {
        let Some(folder) = real() else { return eprintln!("skipped: the real bounces are not there") };
        let mut expected: BTreeMap<String, Vec<(String, bool)>> = BTreeMap::new();
        for line in std::fs::read_to_string(folder.join("expected.csv")).unwrap().lines().skip(1) {
            let cells: Vec<&str> = line.split(',').collect();
            let one = expected.entry(cells[0].to_string()).or_default();
            if cells[2] != "not-listed" {
                one.push((cells[1].to_lowercase(), cells[2] == "permanent"));
            }
        }
        let (mut right, mut wrong) = (0, 0);
        for (file, addresses) in expected.iter().filter(|(_, addresses)| !addresses.is_empty()) {
            let raw = std::fs::read(folder.join(file)).unwrap();
            let mail = super::super::mime::read(&raw).unwrap_or_else(|| panic!("{file} is a message"));
            let found: BTreeMap<&str, bool> =
                mail.failed.iter().map(|failed| (failed.address.as_str(), failed.permanent)).collect();
            let wanted: BTreeMap<&str, bool> =
                addresses.iter().map(|(a, permanent)| (a.as_str(), *permanent)).collect();
            if found == wanted {
                right += 1;
            } else {
                wrong += 1;
                eprintln!("{file}: found {found:?}, wanted {wanted:?}");
            }
        }
        eprintln!("{right} of {} real bounces read exactly", right + wrong);
        assert!(right >= 97, "{right} of {}", right + wrong);
        let taken_for_letters: Vec<&String> = expected
            .keys()
            .filter(|file| {
                let raw = std::fs::read(folder.join(file)).unwrap();
                super::super::mime::read(&raw).unwrap().sort == crate::incoming::Sort::Letter
            })
            .collect();
        let all = expected.len();
        assert!(taken_for_letters.len() <= 7, "of {all} taken for letters that people write: {taken_for_letters:?}");
    }
}
