//! What formulas compute.

use kernel::{Currency, FieldType, Money, Time, Value};
use proptest::prelude::*;

use super::cast::schema;
use crate::{CheckedExpr, Place, QuestionError, check_expr, eval_expr, expr_to_text, parse_expr};

fn formula(text: &str, expected: &FieldType) -> Result<CheckedExpr, QuestionError> {
    let expr = parse_expr(text)?;
    assert_eq!(parse_expr(&expr_to_text(&expr)).as_ref(), Ok(&expr));
    check_expr(&expr, "contact", &schema(), expected)
}

/// Ana: 3 visits, score 1.5, revenue 100.05 EUR, cost 20.00 USD, born on 29 February 2000.
fn ana(place: &Place) -> Value {
    match place.name.as_str() {
        "name" => Value::Text("Ana Pop".to_string()),
        "city" => Value::Text("Бельцы".to_string()),
        "level" => Value::Text("gold".to_string()),
        "interests" => Value::Choices(vec!["bread".to_string(), "cake".to_string()]),
        "visits" => Value::Int(3),
        "score" => Value::Number(1.5),
        "revenue" => Value::Money(Money::new(10_005, Currency::EUR)),
        "cost" => Value::Money(Money::new(2_000, Currency::USD)),
        "born" => Value::Date(jiff::civil::date(2000, 2, 29)),
        "seen_at" => Value::Time(Time(1_600_000_000_000)),
        "vip" => Value::Bool(true),
        _ => Value::Null,
    }
}

fn text(formula_text: &str) -> Value {
    eval_expr(
        &formula(formula_text, &FieldType::Text { max: 0 }).unwrap_or_else(|error| panic!("{formula_text}: {error}")),
        &ana,
    )
}

fn number(formula_text: &str) -> Option<f64> {
    match eval_expr(
        &formula(formula_text, &FieldType::Number).unwrap_or_else(|error| panic!("{formula_text}: {error}")),
        &ana,
    ) {
        Value::Number(number) => Some(number),
        _ => None,
    }
}

fn euros(formula_text: &str) -> Option<i64> {
    match eval_expr(
        &formula(formula_text, &FieldType::Money).unwrap_or_else(|error| panic!("{formula_text}: {error}")),
        &ana,
    ) {
        Value::Money(money) => Some(money.amount),
        _ => None,
    }
}

#[test]
fn numbers() {
    assert_eq!(number("visits * 2 + score / 3 - 1"), Some(5.5));
    assert_eq!(number("(visits + 1) * -score"), Some(-6.0));
    assert_eq!(number("visits / 0"), None);
    assert_eq!(number("visits / (score - 1.5)"), None);
    assert_eq!(number("visits + limit_n"), None);
    assert_eq!(number("coalesce(limit_n, visits, 9)"), Some(3.0));
    assert_eq!(number("round(2.675, 2)"), Some(2.68));
    assert_eq!(number("round(-2.5)"), Some(-3.0));
    assert_eq!(number("round(1e300, 2)"), Some(1e300));
    assert_eq!(number("1e308 * 10"), None);
    assert_eq!(number("min(visits, score, limit_n) + max(1, 2) + abs(-4)"), Some(7.5));
    assert_eq!(number("length(city) + length(nick)"), None);
    assert_eq!(number("length(city)"), Some(6.0));
    let whole = formula("visits / 2", &FieldType::Integer).unwrap();
    assert_eq!(eval_expr(&whole, &ana), Value::Int(2));
}

#[test]
fn money_is_exact_and_of_one_currency() {
    assert_eq!(euros("revenue * 1.19"), Some(11_906)); // 119.0595
    assert_eq!(euros("revenue * 0.1 + 0.01 EUR"), Some(1_002));
    assert_eq!(euros("revenue / 3"), Some(3_335));
    assert_eq!(euros("-revenue / 2"), Some(-5_003)); // -50.025, half away from zero
    assert_eq!(euros("revenue + cost"), None);
    assert_eq!(euros("max(revenue, cost)"), None);
    assert_eq!(euros("max(revenue, 1 EUR)"), Some(10_005));
    assert_eq!(euros("round(revenue, 0)"), Some(10_000));
    assert_eq!(euros("revenue / 0"), None);
    assert_eq!(euros("revenue * 1e300"), None);
    assert_eq!(euros("92233720368547758.07 EUR + 0.01 EUR"), None);
    assert_eq!(number("revenue / 50.00 EUR"), Some(2.001));
    assert_eq!(number("revenue / cost"), None);
}

#[test]
fn texts_and_dates() {
    assert_eq!(
        text("concat(name, \", \", visits, \" \", revenue, nick, \" \", born, \" \", vip)"),
        Value::Text("Ana Pop, 3 100.05 EUR 2000-02-29 true".to_string())
    );
    assert_eq!(text("upper(city)"), Value::Text("БЕЛЬЦЫ".to_string()));
    assert_eq!(text("trim(\"  \")"), Value::Null);
    assert_eq!(text("if(visits > 2 and level = \"gold\", \"a\", \"b\")"), Value::Text("a".to_string()));
    assert_eq!(
        text("if(born < \"2000-03-01\" and seen_at > \"2020-01-01\", \"a\", \"b\")"),
        Value::Text("a".to_string())
    );
    assert_eq!(
        text("if(interests contains \"cake\" and not nick != \"\", \"a\", \"b\")"),
        Value::Text("a".to_string())
    );
    assert_eq!(
        text("if(nick is empty or company = \"018f0000-0000-7000-8000-000000000000\", \"a\", \"b\")"),
        Value::Text("a".to_string())
    );
    assert_eq!(
        text("if(visits in (1, 3) and visits between 1 and 3 and revenue >= 100.05 EUR, \"a\", \"b\")"),
        Value::Text("a".to_string())
    );
    assert_eq!(text("if(name starts with \"ana\", coalesce(nick, name), \"\")"), Value::Text("Ana Pop".to_string()));
    assert_eq!(number("days_between(\"2020-01-01\", \"2020-03-01\")"), Some(60.0));
    assert_eq!(number("days_between(seen_at, \"2020-09-14\")"), Some(1.0));
    assert_eq!(number("year(born) * 10000 + month(born) * 100 + day(born)"), Some(20_000_229.0));
    let date = formula("born + 1 year - 1 day", &FieldType::Date).unwrap();
    assert_eq!(eval_expr(&date, &ana), Value::Date(jiff::civil::date(2001, 2, 27)));
    let later = formula("seen_at + 2 hours", &FieldType::Time).unwrap();
    assert_eq!(eval_expr(&later, &ana), Value::Time(Time(1_600_007_200_000)));
}

#[test]
fn a_formula_says_what_it_reads_and_what_is_wrong() {
    let reads =
        formula("if(vip, concat(name, revenue.currency), upper(address.city))", &FieldType::Text { max: 0 }).unwrap();
    assert_eq!(reads.reads().iter().map(String::as_str).collect::<Vec<_>>(), ["address", "name", "revenue", "vip"]);
    let says = |text: &str, expected: FieldType, part: &str| {
        let error = formula(text, &expected).map(|_| ()).unwrap_err();
        assert!(error.message.contains(part), "{text}: {error}");
    };
    says("visits + 1", FieldType::Money, "yields a number, but the field holds money");
    says("name + city", FieldType::Text { max: 0 }, "concat");
    says("born - since", FieldType::Number, "days_between");
    says("revenue + 1", FieldType::Money, "say the currency");
    says("company.staff + 1", FieldType::Number, "own fields only");
    says("days_between(born, today)", FieldType::Number, "changes without the record changing");
    says("count(orders)", FieldType::Number, "roll-up");
    says("if(vip, 1, \"a\")", FieldType::Number, "must be of one kind");
    says("concat(visit)", FieldType::Text { max: 0 }, "did you mean `visits`?");
    says("round(score, visits)", FieldType::Number, "0 to 10");
    says("30 days", FieldType::Number, "span of time");
}

const WORDS: [&str; 44] = [
    "visits",
    "score",
    "revenue",
    "cost",
    "born",
    "seen_at",
    "name",
    "vip",
    "interests",
    "nick",
    "+",
    "-",
    "*",
    "/",
    "(",
    ")",
    ",",
    "1",
    "0",
    "2.5",
    "1e300",
    "100 EUR",
    "7 USD",
    "30 days",
    "100000 years",
    "99999 months",
    "\"x\"",
    "\"2020-01-01\"",
    "if(",
    "round(",
    "concat(",
    "coalesce(",
    "days_between(",
    "year(",
    "upper(",
    "length(",
    "abs(",
    "min(",
    "max(",
    "=",
    ">",
    "is empty",
    "and",
    "not",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_formula_can_break_the_evaluator(words in proptest::collection::vec(0usize..WORDS.len(), 0..14)) {
        let text: Vec<&str> = words.iter().filter_map(|word| WORDS.get(*word).copied()).collect();
        let mut text = text.join(" ");
        let open = text.matches('(').count().saturating_sub(text.matches(')').count());
        text.push_str(&")".repeat(open));
        let Ok(expr) = parse_expr(&text) else { return Ok(()) };
        for expected in [FieldType::Text { max: 0 }, FieldType::Number, FieldType::Integer, FieldType::Money, FieldType::Date, FieldType::Time, FieldType::Boolean] {
            if let Ok(formula) = check_expr(&expr, "contact", &schema(), &expected) {
                let value = eval_expr(&formula, &ana);
                prop_assert_eq!(&value, &eval_expr(&formula, &ana));
                if let Value::Number(number) = value {
                    prop_assert!(number.is_finite());
                }
            }
        }
    }
}
