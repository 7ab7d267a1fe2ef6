//! The definitions the tests ask about: contacts of companies, their orders and tags.

use kernel::object::Choice;
use kernel::{FieldDef, FieldType, Labels, ObjectDef};

pub fn schema() -> Vec<ObjectDef> {
    let link = |target: &str| FieldType::Link { target: target.to_string() };
    let contact = object(
        "contact",
        "contacts",
        true,
        vec![
            field("contact", "name", FieldType::Text { max: 0 }),
            field("contact", "city", FieldType::Text { max: 0 }),
            field("contact", "email", FieldType::Email),
            field("contact", "level", FieldType::Choice { options: options(&["bronze", "silver", "gold"]) }),
            field(
                "contact",
                "interests",
                FieldType::MultiChoice { options: options(&["bread", "cake", "a\",\"b", "ceai", "чай"]) },
            ),
            field("contact", "visits", FieldType::Integer),
            field("contact", "score", FieldType::Number),
            field("contact", "revenue", FieldType::Money),
            field("contact", "born", FieldType::Date),
            field("contact", "seen_at", FieldType::Time),
            field("contact", "vip", FieldType::Boolean),
            field("contact", "address", FieldType::Address),
            field("contact", "company", link("company")),
            field("contact", "owner", link("user")),
            field("contact", "team", link("team")),
            field("contact", "tags", FieldType::Links { target: "tag".to_string() }),
            field("contact", "about", link("any")),
            field("contact", "settings", FieldType::Json),
            // A field may be called like a word of the language; its column is called otherwise.
            FieldDef { column: "in_words".to_string(), ..field("contact", "in", FieldType::Text { max: 0 }) },
            field("contact", "since", FieldType::Date),
            field("contact", "cost", FieldType::Money),
            field("contact", "nick", FieldType::Text { max: 0 }),
            field("contact", "limit_n", FieldType::Integer),
        ],
    );
    let company = object(
        "company",
        "companies",
        true,
        vec![
            field("company", "city", FieldType::Text { max: 0 }),
            field("company", "staff", FieldType::Integer),
            field("company", "parent", link("company")),
        ],
    );
    let order = object(
        "order",
        "orders",
        false,
        vec![
            field("order", "customer", link("contact")),
            field("order", "total", FieldType::Money),
            field("order", "pieces", FieldType::Integer),
            field("order", "weight", FieldType::Number),
            field("order", "placed_on", FieldType::Date),
            field("order", "status", FieldType::Choice { options: options(&["open", "shipped", "paid"]) }),
        ],
    );
    let deal = object(
        "deal",
        "deals",
        false,
        vec![
            field("deal", "buyer", link("contact")),
            field("deal", "adviser", link("contact")),
            field("deal", "stage", FieldType::Text { max: 0 }),
        ],
    );
    let campaign = object(
        "campaign",
        "campaigns",
        false,
        vec![field("campaign", "members", FieldType::Links { target: "contact".to_string() })],
    );
    let tag = object("tag", "tags", false, vec![field("tag", "hue", FieldType::Integer)]);
    let user = object("user", "users", false, vec![field("user", "email", FieldType::Email)]);
    let team = object("team", "teams", false, vec![field("team", "size", FieldType::Integer)]);
    vec![contact, company, order, deal, campaign, tag, user, team]
}

fn field(object: &str, name: &str, kind: FieldType) -> FieldDef {
    FieldDef::new(object, name, Labels::en(name), kind)
}

fn options(values: &[&str]) -> Vec<Choice> {
    values.iter().map(|value| Choice { value: (*value).to_string(), label: Labels::en(value), hue: None }).collect()
}

fn object(name: &str, plural: &str, party: bool, fields: Vec<FieldDef>) -> ObjectDef {
    ObjectDef {
        id: name.to_string(),
        name: name.to_string(),
        plural: plural.to_string(),
        table: name.to_string(),
        label: Labels::en(name),
        label_plural: Labels::en(plural),
        icon: String::new(),
        area: String::new(),
        party,
        custom: false,
        title: String::new(),
        subtitle: String::new(),
        party_links: Vec::new(),
        needs_any: Vec::new(),
        owner: None,
        fields,
    }
}
