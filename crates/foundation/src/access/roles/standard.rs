//! The roles that a company begins with. It may change all of them but the first.

use serde_json::{Value as Json, json};

/// The role that can do everything; there is always somebody who has it.
pub const ADMINISTRATOR: &str = "administrator";

/// Saved views: one's own, the team's, everybody's.
const VIEWS: &str = r#"where: owner = me or visibility = "everyone" or (visibility = "team" and team in my teams)"#;

/// Key, name and body of each.
pub fn roles() -> Vec<(&'static str, &'static str, Json)> {
    let read = json!({ "read": "all" });
    let all =
        json!({ "read": "all", "update": "all", "delete": "all", "create": true, "import": true, "export": true });
    let team =
        json!({ "read": "team", "update": "team", "delete": "team", "create": true, "import": true, "export": true });
    let own = json!({ "read": "own", "update": "own", "delete": "own", "create": true });
    let shared = json!({ "read": "all", "update": "all", "create": true });
    // A line of a quote is its owner's; that only a quote one may change is changed holds beside the role.
    let quote_lines = json!({ "read": "where: quote.owner = me", "update": "all", "delete": "all", "create": true });
    let views = json!({ "read": VIEWS, "update": "own", "delete": "own", "create": true });
    let tags = json!({ "read": "all", "create": true });
    // One's own plan, and that of one's team.
    let quotas = json!({ "read": "where: owner = me or team in my teams" });
    // Everybody sees what can be booked, and keeps pages of their own; who was booked sees by whom.
    let pages = json!({ "read": "all", "update": "own", "delete": "own", "create": true });
    let bookings = json!({ "read": "own", "update": "own" });
    // What hangs on a deal is its owner's.
    let lines = json!({ "read": "where: deal.owner = me", "update": "where: deal.owner = me", "delete": "where: deal.owner = me", "create": true });
    // Everybody sees who is away, and says so of themselves.
    let away = json!({ "read": "all", "update": "own", "delete": "own", "create": true });
    // One's own account of mail, and those of one's teams; whose it is says who reads it.
    let mailboxes =
        json!({ "read": "where: owner = me or team in my teams", "update": "own", "delete": "own", "create": true });
    let templates = json!({ "read": "all", "update": "own", "delete": "own", "create": true });
    vec![
        (ADMINISTRATOR, "Administrator", json!({ "admin": true, "events": true, "objects": { "*": all } })),
        (
            "manager",
            "Manager",
            json!({ "objects": {
                "*": { "read": "all", "export": true },
                "contact": all, "company": all, "lead": team, "deal": team, "deal_line": all, "deal_role": all, "competitor": all, "form": all, "form_answer": all, "activity": team, "booking_page": all, "booking": all, "quota": team, "note": all, "attachment": all, "order": { "read": "all", "update": "all", "create": true, "export": true },
                "order_line": shared, "return": shared, "quote": team, "quote_line": all, "ticket": all, "campaign": read, "segment": all, "tag": tags, "absence": all, "view": views, "dashboard": views, "sql_question": views, "alert": views, "report": views, "mailbox": mailboxes, "mail_template": templates, "mail_sequence": templates,
            } }),
        ),
        (
            "sales",
            "Sales",
            json!({ "objects": {
                "contact": { "read": "all", "update": "own", "create": true },
                "company": { "read": "all", "update": "own", "create": true },
                "lead": own, "deal": own, "deal_line": lines, "deal_role": lines, "competitor": shared, "form": read, "form_answer": read, "playbook_step": read, "activity": own, "booking_page": pages, "booking": bookings, "note": { "read": "all", "update": "own", "delete": "own", "create": true }, "attachment": { "read": "all", "update": "own", "delete": "own", "create": true },
                "territory": read, "pipeline": read, "stage": read, "product": read, "product_line": read, "price_list": read, "price": read, "discount": read, "bundle_part": read,
                "quote": own, "quote_line": quote_lines, "quota": quotas,
                "order": read, "order_line": read, "return": read, "ticket": read, "segment": read, "tag": tags, "view": views, "dashboard": views, "sql_question": views, "alert": views, "report": views, "user": read, "team": read, "absence": away, "mailbox": mailboxes, "mail_template": templates, "mail_sequence": templates,
            } }),
        ),
        (
            "marketing",
            "Marketing",
            json!({ "events": true, "objects": {
                "contact": { "read": "all", "update": "all", "create": true, "import": true, "export": true },
                "company": { "read": "all", "update": "all", "create": true, "import": true, "export": true },
                "lead": { "read": "all", "update": "all", "create": true, "import": true, "export": true },
                "campaign": all, "segment": all, "form": all, "form_answer": all, "activity": own, "booking_page": pages, "booking": bookings, "note": { "read": "all", "update": "own", "delete": "own", "create": true }, "attachment": { "read": "all", "update": "own", "delete": "own", "create": true },
                "deal": read, "product": read, "product_line": read, "price_list": read, "price": read, "order": read, "order_line": read, "return": read,
                "pipeline": read, "stage": read, "tag": tags, "view": views, "dashboard": views, "sql_question": views, "alert": views, "report": views, "user": read, "team": read, "absence": away, "mailbox": mailboxes, "mail_template": templates, "mail_sequence": templates,
            } }),
        ),
        (
            "service",
            "Service",
            json!({ "objects": {
                "contact": shared, "company": shared, "ticket": shared, "activity": own, "booking_page": pages, "booking": bookings,
                "note": { "read": "all", "update": "own", "delete": "own", "create": true }, "attachment": { "read": "all", "update": "own", "delete": "own", "create": true },
                "deal": read, "product": read, "product_line": read, "order": read, "order_line": read, "return": shared,
                "pipeline": read, "stage": read, "tag": tags, "view": views, "dashboard": views, "sql_question": views, "alert": views, "report": views, "user": read, "team": read, "absence": away, "mailbox": mailboxes, "mail_template": templates, "mail_sequence": templates,
            } }),
        ),
        (
            "read_only",
            "Read only",
            json!({ "objects": { "*": read, "view": views, "dashboard": views, "sql_question": views, "alert": views, "report": views } }),
        ),
    ]
}
