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
    vec![
        (ADMINISTRATOR, "Administrator", json!({ "admin": true, "events": true, "objects": { "*": all } })),
        (
            "manager",
            "Manager",
            json!({ "objects": {
                "*": { "read": "all", "export": true },
                "contact": all, "company": all, "lead": team, "deal": team, "activity": team, "note": all, "attachment": all, "order": { "read": "all", "update": "all", "create": true, "export": true },
                "order_line": shared, "return": shared, "quote": team, "quote_line": all, "ticket": all, "campaign": read, "segment": all, "tag": tags, "view": views, "dashboard": views, "sql_question": views,
            } }),
        ),
        (
            "sales",
            "Sales",
            json!({ "objects": {
                "contact": { "read": "all", "update": "own", "create": true },
                "company": { "read": "all", "update": "own", "create": true },
                "lead": own, "deal": own, "activity": own, "note": { "read": "all", "update": "own", "delete": "own", "create": true }, "attachment": { "read": "all", "update": "own", "delete": "own", "create": true },
                "territory": read, "pipeline": read, "stage": read, "product": read, "product_line": read, "price_list": read, "price": read, "discount": read, "bundle_part": read,
                "quote": own, "quote_line": quote_lines,
                "order": read, "order_line": read, "return": read, "ticket": read, "segment": read, "tag": tags, "view": views, "dashboard": views, "sql_question": views, "user": read, "team": read,
            } }),
        ),
        (
            "marketing",
            "Marketing",
            json!({ "events": true, "objects": {
                "contact": { "read": "all", "update": "all", "create": true, "import": true, "export": true },
                "company": { "read": "all", "update": "all", "create": true, "import": true, "export": true },
                "lead": { "read": "all", "update": "all", "create": true, "import": true, "export": true },
                "campaign": all, "segment": all, "activity": own, "note": { "read": "all", "update": "own", "delete": "own", "create": true }, "attachment": { "read": "all", "update": "own", "delete": "own", "create": true },
                "deal": read, "product": read, "product_line": read, "price_list": read, "price": read, "order": read, "order_line": read, "return": read,
                "pipeline": read, "stage": read, "tag": tags, "view": views, "dashboard": views, "sql_question": views, "user": read, "team": read,
            } }),
        ),
        (
            "service",
            "Service",
            json!({ "objects": {
                "contact": shared, "company": shared, "ticket": shared, "activity": own,
                "note": { "read": "all", "update": "own", "delete": "own", "create": true }, "attachment": { "read": "all", "update": "own", "delete": "own", "create": true },
                "deal": read, "product": read, "product_line": read, "order": read, "order_line": read, "return": shared,
                "pipeline": read, "stage": read, "tag": tags, "view": views, "dashboard": views, "sql_question": views, "user": read, "team": read,
            } }),
        ),
        (
            "read_only",
            "Read only",
            json!({ "objects": { "*": read, "view": views, "dashboard": views, "sql_question": views } }),
        ),
    ]
}
