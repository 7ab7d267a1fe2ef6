//! Reading, printing, checking, and what the messages say.

use kernel::{Id, Time};

use super::cast::schema;
use super::world::Known;
use crate::{Arg, Context, Dialect, QuestionError, check, compile, from_json, parse, parse_expr, to_json, to_text};

const ASKED: [&str; 41] = [
    "true",
    "city = \"Paris\" and (revenue > 10000.00 EUR or not tags contains \"vip\")",
    "city != \"Paris\" or city is empty or city is not empty",
    "company.city = \"Berlin\" and company.parent.staff >= 10",
    "address.city starts with \"Ber\" and revenue.currency = \"EUR\"",
    "born between \"1980-01-01\" and \"1989-12-31\"",
    "seen_at >= today - 30 days and seen_at < now",
    "seen_at in this month or seen_at in last 90 days or seen_at in next week or born in last year",
    "seen_at in \"2020-01-01\" to \"2020-03-31\"",
    "owner = me and team in my teams",
    "in segment \"Ушли\" and not in segment \"Best \\\"A\\\"\"",
    "company in segment \"Large\"",
    "fed by \"Old \\\"shop\\\"\" and not fed by \"Бухгалтерия\"",
    "company.parent fed by \"Бухгалтерия\" or not company fed by \"Бухгалтерия\"",
    "count(events \"order.placed\" in last 90 days) >= 3",
    "sum(events \"order.placed\" in last 365 days) > 500.00 EUR",
    "last(events \"email.opened\") < today - 30 days",
    "no events \"order.*\" in last 60 days",
    "exists(events \"*\" in last 24 hours)",
    "count(orders where status = \"shipped\") > 2",
    "exists(deals by buyer where stage = \"won\")",
    "not exists(campaigns)",
    "sum(orders.total where status = \"paid\") > 500.00 EUR",
    "min(orders.placed_on) < \"2020-01-01\" and max(orders.weight) > 1.5",
    "city in (\"Paris\", \"Berlin\")",
    "not city in (\"Paris\")",
    "`in` = \"x\"",
    "vip = true",
    "visits > 2.5 and score = -3 and visits = -9223372036854775808",
    "city contains \"a\\\"b\\\\c\\n\"",
    "not not vip = false",
    "interests contains \"чай\"",
    "interests in (\"bread\", \"cake\")",
    "tags.title = \"vip\"",
    "created_at > \"2020-01-01T10:00:00Z\"",
    "id in (\"018f0000-0000-7000-8000-000000000000\")",
    "title ends with \"son\"",
    "created_by.email = \"a@b.c\"",
    "born > since and revenue > cost and nick != city and visits < score",
    "seen_at between yesterday and tomorrow",
    "(vip = true and city = \"A\") or (vip = false and (city = \"B\" or city = \"C\"))",
];

fn fault(text: &str) -> QuestionError {
    match parse(text) {
        Ok(question) => check(&question, "contact", &schema()).unwrap_err(),
        Err(error) => error,
    }
}

#[test]
fn what_is_printed_reads_back_the_same() {
    for text in ASKED {
        let question = parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(to_text(&question), text);
        assert_eq!(parse(&to_text(&question)).unwrap(), question);
        assert_eq!(from_json(&to_json(&question)).unwrap(), question, "{}", to_json(&question));
        check(&question, "contact", &Known(&schema())).unwrap_or_else(|error| panic!("{text}: {error}"));
    }
}

#[test]
fn placeholders_stand_in_the_order_of_their_numbers() {
    for text in ASKED {
        let checked = check(&parse(text).unwrap(), "contact", &Known(&schema())).unwrap();
        for dialect in [Dialect::Sqlite, Dialect::Postgres] {
            let mut args = vec![Arg::Int(0); 3];
            let sql = compile(&checked, dialect, &Context::new(Time(1_600_000_000_000), Id::NIL), &mut args);
            println!("{text}\n    {sql}");
            let mut highest = 3;
            for piece in sql.split('$').skip(1) {
                let digits: String = piece.chars().take_while(char::is_ascii_digit).collect();
                let n: usize = digits.parse().unwrap();
                assert!(n <= highest + 1, "{sql}");
                highest = highest.max(n);
            }
            assert_eq!(highest, args.len(), "{sql}");
        }
    }
}

#[test]
fn a_fault_names_its_place_and_the_remedy() {
    let says = |text: &str, part: &str| {
        let error = fault(text);
        assert!(error.message.contains(part), "{text}: {error}");
    };
    says("citty = \"Paris\"", "unknown field `citty`, did you mean `city`?");
    says("revenue > 100", "`revenue` is money: compare with an amount such as 100 EUR");
    says("visits = \"3\"", "`visits` is a whole number: compare with a number such as 3");
    says("level = \"gld\"", "`level` has no option \"gld\", did you mean `gold`?");
    says("born > \"31.12.2019\"", "compare with a date such as");
    says("born > now", "is a date without a time");
    says("city = Paris", "a text stands in quotes");
    says("city = \"\"", "is empty");
    says("interests = \"cake\"", "interests contains");
    says("company = \"Blue Bakery\"", "company.title");
    says("address = \"x\"", "address.city");
    says("address.town = \"x\"", "has no part `town`");
    says("vip > true", "has no order");
    says("vip = 1", "compare with `true` or `false`");
    says("3 < visits", "put the field first");
    says("visits * 2 > 3", "formula field");
    says("count(ordrs) > 1", "unknown records `ordrs`");
    says("count(deals) > 1", "`deals by buyer`");
    says("sum(orders) > 1", "`sum(orders.total)`");
    says("count(events \"order placed\") > 1", "a kind of event is written");
    says("count(orders) is empty", "never empty");
    says("about.city = \"x\"", "any object");
    says("seen_at in last days", "a period is written");
    says("born in last 3 hours", "in days or longer");
    says("city = \"a\" city = \"b\"", "join conditions with `and` or `or`");
    says("(city = \"a\"", "this `(` is never closed");
    says("city = \"a", "not closed");
    says("city = “a”", "straight quotes");
    says("city like \"a\"", "after a value comes one of");
    says("revenue > 1.005 EUR", "at most 2 digits");
    says("sum(orders.total) between 1 EUR and 2 USD", "in one currency");
    says("roundd(visits) > 1", "did you mean `round`?");
    let error = fault("vip and\n  citty = \"Paris\"");
    assert_eq!((error.code, error.offset, error.length, error.line, error.column), ("unknown_field", 10, 5, 2, 3));
    let error = from_json(&serde_json::json!({"and": [{"field": "vip", "op": "=", "value": true}, {"field": "city", "op": "~", "value": 1}]})).unwrap_err();
    assert_eq!(error.pointer.as_deref(), Some("/and/1/value"));
    let error = from_json(&serde_json::json!({"and": [true, {"field": "citty", "op": "=", "value": "x"}]})).unwrap();
    assert_eq!(check(&error, "contact", &schema()).unwrap_err().pointer.as_deref(), Some("/and/1"));
}

#[test]
fn a_hidden_field_is_an_unknown_field() {
    struct Reduced(Vec<kernel::ObjectDef>);
    impl crate::Schema for Reduced {
        fn object(&self, name: &str) -> Option<&kernel::ObjectDef> {
            self.0.as_slice().object(name)
        }
        fn object_by_plural(&self, plural: &str) -> Option<&kernel::ObjectDef> {
            self.0.as_slice().object_by_plural(plural)
        }
        fn may_see(&self, _: &kernel::ObjectDef, field: &kernel::FieldDef) -> bool {
            !matches!(field.id.as_str(), "contact.revenue" | "order.total" | "deal.adviser")
        }
    }
    let reduced = Reduced(schema());
    for text in [
        "revenue > 1 EUR",
        "revenue is empty",
        "sum(orders.total) > 1 EUR",
        "exists(deals by adviser)",
        "exists(orders where total is empty)",
        "visits > 0 and revenue > cost",
    ] {
        let error = check(&parse(text).unwrap(), "contact", &reduced).unwrap_err();
        assert_eq!(error.code, "unknown_field", "{text}: {error}");
    }
    // What remains is no longer ambiguous.
    assert!(check(&parse("exists(deals)").unwrap(), "contact", &reduced).is_ok());
    assert!(!check(&parse("revenu > 1 EUR").unwrap(), "contact", &reduced).unwrap_err().message.contains("revenue"));
}

#[test]
fn both_forms_can_be_written_by_people() {
    let same = |text: &str, canonical: &str| assert_eq!(to_text(&parse(text).unwrap()), canonical);
    same("", "true");
    same("vip AND NOT city == 'Paris'", "vip = true and not city = \"Paris\"");
    same("city not in ('a') or city <> 'b'", "not city in (\"a\") or city != \"b\"");
    same("born after yesterday", "born > yesterday");
    same("((city = 'a'))", "city = \"a\"");
    same("a and (b and c)", "a = true and (b = true and c = true)");
    same("- 3 < x", "-3 < x");
    // A field called like a word of the language needs no backticks where only a field can stand.
    same(
        "events = 1 and no = 2 and between between 1 and 2",
        "`events` = 1 and `no` = 2 and `between` between 1 and 2",
    );
    let json = |value: serde_json::Value, text: &str| assert_eq!(to_text(&from_json(&value).unwrap()), text, "{value}");
    json(serde_json::json!(null), "true");
    json(serde_json::json!("city = 'x'"), "city = \"x\"");
    json(serde_json::json!({"and": []}), "true");
    json(serde_json::json!({"or": []}), "false");
    json(serde_json::json!({"and": [{"field": "city", "op": "=", "value": "Paris"}]}), "city = \"Paris\"");
    json(
        serde_json::json!({"count": {"events": "order.placed", "in": "last 90 days"}, "op": ">=", "value": 3}),
        "count(events \"order.placed\" in last 90 days) >= 3",
    );
    json(
        serde_json::json!({"field": "born", "op": "<", "value": {"word": "today", "plus": [-30, "days"]}}),
        "born < today - 30 days",
    );
    json(
        serde_json::json!({"field": "born", "op": "<", "value": {"expr": "today - 1 month"}}),
        "born < today - 1 month",
    );
    json(serde_json::json!({"field": "city", "op": "not in", "value": ["a"]}), "not city in (\"a\")");
    json(serde_json::json!({"field": "team", "op": "in", "value": {"word": "my teams"}}), "team in my teams");
}

#[test]
fn nothing_nests_too_deep_or_grows_too_large() {
    let code = |text: &str| parse(text).unwrap_err().code;
    assert_eq!(code(&format!("{}vip{}", "(".repeat(10_000), ")".repeat(10_000))), "too_deep");
    assert_eq!(code(&"(".repeat(10_000)), "syntax");
    assert_eq!(code(&format!("{}vip", "not ".repeat(10_000))), "too_deep");
    assert_eq!(code(&format!("x = {}1", "- ".repeat(10_000))), "too_deep");
    assert_eq!(code(&format!("{}1{} > 1", "if(vip, 1, ".repeat(5_000), ")".repeat(5_000))), "too_deep");
    assert_eq!(
        code(&format!("exists({}orders{})", "orders where exists(".repeat(3_000), ")".repeat(3_000))),
        "too_deep"
    );
    assert_eq!(code(&vec!["vip"; 1_000].join(" and ")), "too_many_parts");
    assert_eq!(code(&format!("x = {}", vec!["1"; 5_000].join(" + "))), "too_many_parts");
    assert_eq!(code(&format!("x in ({})", vec!["1"; 1_001].join(","))), "too_long");
    assert_eq!(code(&" ".repeat(70_000)), "too_long");
    assert!(parse(&format!("x in ({})", vec!["1"; 1_000].join(","))).is_ok());
    assert!(parse_expr(&vec!["1"; 60].join(" + ")).is_ok());
    let mut json = serde_json::json!(true);
    for _ in 0..500 {
        json = serde_json::json!({ "not": json });
    }
    assert_eq!(from_json(&json).unwrap_err().code, "too_deep");
    let mut json = serde_json::json!(true);
    for _ in 0..20 {
        json = serde_json::json!({ "not": json });
    }
    assert_eq!(from_json(&json).unwrap_err().code, "too_deep");
    let costly = vec!["count(events \"*\") > 2"; 25].join(" or ");
    assert_eq!(fault(&costly).code, "too_costly");
    let nested = "exists(orders where customer.visits > 1 and count(events \"a\") > 2 and count(events \"b\") > 2 and count(events \"c\") > 2 and exists(events \"d\") and exists(events \"e\") and exists(events \"f\") and exists(events \"g\"))";
    assert_eq!(fault(nested).code, "too_costly");
}

#[test]
fn user_words_never_reach_the_sql() {
    let text = "city = \"x'; drop table contact; --\" and city contains \"x'; drop\" and interests contains \"bread\" and count(events \"drop.x\") > 7";
    let checked = check(&parse(text).unwrap(), "contact", &schema()).unwrap();
    let mut args = Vec::new();
    let sql = compile(&checked, Dialect::Postgres, &Context::new(Time(0), Id::NIL), &mut args);
    assert!(!sql.contains("drop") && !sql.contains("bread") && !sql.contains('7'), "{sql}");
    let mut evil = schema();
    if let Some(field) = evil
        .iter_mut()
        .find(|def| def.name == "contact")
        .and_then(|def| def.fields.iter_mut().find(|field| field.name == "city"))
    {
        field.column = "city\" or 1=1 --".to_string();
    }
    assert_eq!(check(&parse("city = 'x'").unwrap(), "contact", &evil).unwrap_err().code, "not_here");
}

#[test]
fn equality_stays_usable_by_an_index() {
    let sql = |text: &str| {
        let checked = check(&parse(text).unwrap(), "contact", &schema()).unwrap();
        compile(&checked, Dialect::Sqlite, &Context::new(Time(1_600_000_000_000), Id::NIL), &mut Vec::new())
    };
    assert_eq!(
        sql("city = 'a' and visits in (1, 2) and born > '2020-01-01'"),
        "r.\"city\" = $1 and r.\"visits\" in ($2, $3) and r.\"born\" > $4"
    );
    assert_eq!(sql("not city = 'a'"), "not (coalesce(r.\"city\" = $1, false))");
    assert_eq!(sql("city != 'a'"), "r.\"city\" is distinct from $1");
    assert_eq!(
        sql("count(orders) = 0"),
        "not (exists (select 1 from \"order\" q_1 where q_1.\"customer\" = r.\"id\" and q_1.\"deleted_at\" is null))"
    );
}

#[test]
fn what_a_question_reads_is_known() {
    let checked = check(
        &parse("city = 'a' and company.parent.staff > 1 and exists(orders where total > 1 EUR)").unwrap(),
        "contact",
        &schema(),
    )
    .unwrap();
    let reads: Vec<String> = checked.reads().iter().map(|(object, field)| format!("{object}.{field}")).collect();
    assert_eq!(
        reads,
        ["company.parent", "company.staff", "contact.city", "contact.company", "order.customer", "order.total"]
    );
    assert!(!checked.is_about_record_alone());
}

#[test]
fn stored_questions_follow_a_renamed_field() {
    let follow = |text: &str, object: &str, from: &str, to: &str| {
        to_text(&crate::renamed(&parse(text).unwrap(), "contact", &schema(), crate::Rename { object, from, to }))
    };
    let text = "city = \"a\" and company.city = \"b\" and exists(deals by buyer where buyer.city = \"c\")";
    assert_eq!(
        follow(text, "contact", "city", "town"),
        "town = \"a\" and company.city = \"b\" and exists(deals by buyer where buyer.town = \"c\")"
    );
    assert_eq!(
        follow(text, "company", "city", "town"),
        "city = \"a\" and company.town = \"b\" and exists(deals by buyer where buyer.city = \"c\")"
    );
    assert_eq!(
        follow(text, "deal", "buyer", "client"),
        "city = \"a\" and company.city = \"b\" and exists(deals by client where client.city = \"c\")"
    );
    assert_eq!(follow("sum(orders.total) > 1 EUR", "order", "total", "in"), "sum(orders.`in`) > 1.00 EUR");
    let formula = parse_expr("if(city = \"x\", address.city, upper(city))").unwrap();
    let formula = crate::renamed_expr(
        &formula,
        "contact",
        &schema(),
        crate::Rename { object: "contact", from: "city", to: "town" },
    );
    assert_eq!(crate::expr_to_text(&formula), "if(town = \"x\", address.city, upper(town))");
}
