//! Who is asked gets a letter, in their language, where mail is set up.

use channels::{HeaderText, Letter, outbox};
use foundation::Operation;
use foundation::access::people as staff;
use foundation::html::escaped;
use kernel::{Id, Result};

use crate::request::Approval;

const PURPOSE: &str = "approval";

struct Words {
    subject: &'static str,
    asks: &'static str,
    rule: &'static str,
    open: &'static str,
}

fn words(language: &str) -> Words {
    match language {
        "ru" => Words {
            subject: "Нужно ваше согласование",
            asks: "просит согласовать",
            rule: "Правило",
            open: "Решить здесь",
        },
        "zh" => Words { subject: "需要您审批", asks: "请您审批", rule: "规则", open: "在此处理" },
        "ro" => Words {
            subject: "Este nevoie de aprobarea dumneavoastră",
            asks: "cere aprobarea pentru",
            rule: "Regula",
            open: "Decideți aici",
        },
        _ => Words {
            subject: "Your approval is needed",
            asks: "asks for your approval of",
            rule: "Rule",
            open: "Decide here",
        },
    }
}

/// Leaves the letter in the operation's transaction; nothing where no mail goes out or the person has no address.
pub fn put(op: &mut Operation, approval: &Approval, user: Id) -> Result<()> {
    if !outbox::has_mail(op.app) {
        return Ok(());
    }
    let Some(person) = staff::by_id(op.tx, user)?.filter(|person| person.active) else { return Ok(()) };
    let Some(email) = person.email.clone() else { return Ok(()) };
    let from = staff::by_id(op.tx, approval.requested_by)?.map(|person| person.name).unwrap_or_default();
    let said = words(person.language.as_deref().unwrap_or("en"));
    let address = format!("{}/approvals", op.app.config().origin);
    let amount = approval.amount.map(|amount| format!(", {amount}")).unwrap_or_default();
    let mut lines = vec![
        format!("{from} {} {}{amount}.", said.asks, approval.title),
        format!("{}: {}", said.rule, approval.rule_name),
    ];
    lines.extend(approval.note.iter().map(|note| format!("“{note}”")));
    let text = format!("{}\n\n{}: {address}\n", lines.join("\n"), said.open);
    let paragraphs: Vec<String> = lines.iter().map(|line| format!("<p>{}</p>", escaped(line))).collect();
    let html = format!(
        "<!doctype html><html><head><meta charset=\"utf-8\"></head><body style=\"font:15px/1.5 sans-serif\">{}\
         <p><a href=\"{}\">{}</a></p></body></html>",
        paragraphs.join(""),
        escaped(&address),
        said.open
    );
    let letter = Letter {
        to_name: HeaderText::new(&person.name),
        to: HeaderText::new(&email),
        subject: HeaderText::new(&format!("{}: {}", said.subject, approval.title)),
        text,
        html,
        attachments: Vec::new(),
        written_at: op.now,
        sender: None,
    };
    outbox::put(op, PURPOSE, Some(person.id), &letter).map(drop)
}
