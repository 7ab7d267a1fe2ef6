//! Reading, printing, checking, and what the messages say.

use kernel::{Id, Time};

use super::cast::schema;
use crate::{Arg, Context, Dialect, QuestionError, check, compile, from_json, parse, parse_expr, expr_to_text, to_json, to_text};

const ASKED: [&str; 37] = [
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
        check(&question, "contact", &schema()).unwrap_or_else(|error| panic!("{text}: {error}"));
    }
}

#[test]
fn placeholders_stand_in_the_order_of_their_numbers() {
    for text in ASKED {
        let checked = check(&parse(text).unwrap(), "contact", &schema()).unwrap();
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
