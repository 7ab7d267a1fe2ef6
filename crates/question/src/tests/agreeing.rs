//! The evaluator and the oracle agree, and what is printed reads back, for questions and records made by chance.

use kernel::{Id, Time};
use proptest::prelude::*;

use super::asking;
use super::oracle::Oracle;
use super::world::{Dice, Known, Live, NOW, World};
use crate::{Context, check, from_json, parse, to_json, to_text};

proptest! {
    #![proptest_config(ProptestConfig { cases: 30, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_evaluator_and_the_oracle_agree(seed in any::<u64>()) {
        let mut dice = Dice(seed);
        let world = World::new(&mut dice, 25);
        for _ in 0..40 {
            let question = asking::question(&world, "contact", 3, &mut dice);
            let text = to_text(&question);
            let checked = check(&question, "contact", &Known(&world.schema)).unwrap_or_else(|error| panic!("{text}: {error}"));
            for zone in ["UTC", "Europe/Bucharest"] {
                let context = Context::new(Time(NOW), world.me).teams(&world.teams).zone(zone);
                let oracle = Oracle { world: &world, zone };
                for record in world.records.iter().filter(|record| record.object == 0) {
                    let said = checked.matches(&Live { world: &world, record }, &context);
                    prop_assert_eq!(said, oracle.answer(record, &question), "{} in {} of {:?}", &text, zone, record);
                }
            }
        }
    }

    #[test]
    fn text_and_json_read_back_the_same(seed in any::<u64>()) {
        let mut dice = Dice(seed);
        let world = World::new(&mut dice, 4);
        for _ in 0..100 {
            let question = asking::question(&world, "contact", 4, &mut dice);
            let text = to_text(&question);
            prop_assert_eq!(&parse(&text).unwrap(), &question, "{}", &text);
            let json = to_json(&question);
            prop_assert_eq!(&from_json(&json).unwrap(), &question, "{}", &json);
            let stored = serde_json::to_string(&question).unwrap();
            prop_assert_eq!(serde_json::from_str::<crate::Question>(&stored).unwrap(), question);
        }
    }

    #[test]
    fn no_text_can_break_the_reader(text in "\\PC{0,80}", bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = parse(&text);
        let _ = crate::parse_expr(&text);
        let _ = parse(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn no_order_of_words_can_break_the_reader(words in proptest::collection::vec(0usize..WORDS.len(), 0..40)) {
        let text: Vec<&str> = words.iter().filter_map(|word| WORDS.get(*word).copied()).collect();
        let text = text.join(" ");
        if let Ok(question) = parse(&text) {
            prop_assert_eq!(&parse(&to_text(&question)).unwrap(), &question, "{}", &text);
            prop_assert_eq!(&from_json(&to_json(&question)).unwrap(), &question, "{}", &text);
            if let Ok(checked) = check(&question, "contact", &super::cast::schema()) {
                let context = Context::new(Time(NOW), Id::NIL);
                let sql = crate::compile(&checked, crate::Dialect::Sqlite, &context, &mut Vec::new());
                prop_assert!(!sql.is_empty());
            }
        }
        if let Ok(expr) = crate::parse_expr(&text) {
            prop_assert_eq!(&crate::parse_expr(&crate::expr_to_text(&expr)).unwrap(), &expr, "{}", &text);
            prop_assert_eq!(&crate::expr_from_json(&crate::expr_to_json(&expr)).unwrap(), &expr, "{}", &text);
        }
    }
}

const WORDS: [&str; 64] = [
    "fed",
    "segment",
    "city",
    "revenue",
    "and",
    "or",
    "not",
    "(",
    ")",
    "=",
    "!=",
    "<",
    "contains",
    "starts",
    "with",
    "in",
    "my",
    "teams",
    "between",
    "is",
    "empty",
    "\"x\"",
    "'y'",
    "3",
    "-",
    "-4.5",
    "EUR",
    "days",
    "today",
    "now",
    "me",
    "last",
    "next",
    "this",
    "month",
    "count",
    "sum",
    "events",
    "\"order.placed\"",
    "orders",
    "where",
    "by",
    "exists",
    "no",
    ".",
    ",",
    "+",
    "*",
    "/",
    "if",
    "round",
    "min",
    "max",
    "true",
    "false",
    "company",
    "tags",
    "`in`",
    "to",
    "\"2020-01-01\"",
    "9223372036854775808",
    "1e300",
    "customer",
    "interests",
];
