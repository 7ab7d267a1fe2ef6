use jiff::civil::date;
use kernel::{Address, Currency, Money, ObjectDef, Time, Value};
use proptest::prelude::*;

use super::*;
use crate::fixtures::{contact, file, read};
use crate::mapping::{Draft, Recipe, guess};
use crate::values::Style;

const FIELDS: [&str; 12] = [
    "first_name",
    "last_name",
    "email",
    "phone",
    "address",
    "birth_date",
    "gender",
    "annual_income",
    "children",
    "home_owner",
    "description",
    "external_id",
];

fn text(text: &str) -> Value {
    Value::Text(text.to_string())
}

fn ana() -> Vec<Value> {
    let address = Address {
        street: "Main 5\nFloor 2".into(),
        city: "Cluj".into(),
        region: String::new(),
        postal_code: "007".into(),
        country: "RO".into(),
    };
    vec![
        text("=cmd|' /C calc'!A0"),
        text("Pop, \"the\" 1st; -x"),
        text("ana@x.ro"),
        text("+40721000111"),
        Value::Address(Box::new(address)),
        Value::Date(date(1990, 4, 12)),
        text("female"),
        Value::Money(Money::new(-120_450, Currency::EUR)),
        Value::Int(-2),
        Value::Bool(true),
        text("-5 + @home\nsecond line"),
        text("'=x"),
    ]
}

fn empty() -> Vec<Value> {
    let mut values = vec![Value::Null; FIELDS.len()];
    values[11] = text("007");
    values
}

fn exported(kind: FileKind, object: &ObjectDef, rows: &[Vec<Value>]) -> Vec<u8> {
    let headings = FIELDS.iter().map(|name| Heading::of(object.field(name).unwrap())).collect();
    write_all(kind, Vec::new(), headings, "Contacts", rows.iter().cloned().map(Ok)).unwrap()
}

/// Reads an export as an import does, mapping guessed.
fn imported(bytes: &[u8], object: &ObjectDef) -> Vec<Vec<Value>> {
    let file = file(bytes);
    let (detected, rows, _) = read(file.path());
    let columns = guess(&detected, object, &[]);
    let style = Style { currency: Some(Currency::USD), ..Style::of(&detected.format) };
    let recipe = Recipe::new(&columns, object, &style).unwrap();
    let mut draft = Draft::default();
    rows.iter()
        .map(|row| {
            recipe.apply(row, &mut draft);
            assert!(draft.faults.is_empty(), "{:?}", draft.faults);
            FIELDS
                .iter()
                .map(|name| draft.value(object.position(name).unwrap()).cloned().unwrap_or(Value::Null))
                .collect()
        })
        .collect()
}

#[test]
fn what_goes_out_comes_in_again_in_every_format() {
    let object = contact();
    let rows = vec![ana(), empty()];
    for kind in [FileKind::Csv, FileKind::Xlsx, FileKind::Jsonl] {
        assert_eq!(imported(&exported(kind, &object, &rows), &object), rows, "{kind:?}");
    }
}

#[test]
fn cells_that_could_compute_are_quoted_and_numbers_are_not() {
    let object = contact();
    let csv = String::from_utf8(exported(FileKind::Csv, &object, &[ana()])).unwrap();
    assert!(csv.starts_with("\u{feff}first_name,last_name,email,phone,address.street,address.city"));
    assert!(csv.contains("\"'=cmd|' /C calc'!A0\""));
    assert!(csv.contains(",-1204.50,EUR,-2,true,"));
    assert!(csv.contains(",+40721000111,"));
    assert!(csv.contains("\"'-5 + @home\nsecond line\""));
    assert!(csv.contains("\"''=x\""));
}

#[test]
fn a_workbook_has_real_dates_and_numbers_and_no_formulas() {
    let field = |name: &str, kind: FieldType| FieldDef::new("thing", name, kernel::Labels::en(name), kind);
    let headings = vec![
        Heading::named("id"),
        Heading::of(&field("at", FieldType::Time)),
        Heading::of(&field("on", FieldType::Date)),
        Heading::of(&field("big", FieldType::Integer)),
        Heading::of(&field("share", FieldType::Number)),
    ];
    let row = vec![
        text("=1+1"),
        Value::Time(Time::parse("2026-11-21T09:41:30Z").unwrap()),
        Value::Date(date(2020, 2, 29)),
        Value::Int(i64::MAX),
        Value::Number(0.3),
    ];
    let bytes = write_all(FileKind::Xlsx, Vec::new(), headings, "a/b: [c]", std::iter::once(Ok(row))).unwrap();
    let file = file(&bytes);
    let (detected, rows, _) = read(file.path());
    assert_eq!(detected.format.sheets, ["ab c"]);
    assert_eq!(
        rows[0].cells().collect::<Vec<_>>(),
        ["=1+1", "2026-11-21 09:41:30", "2020-02-29", "9223372036854775807", "0.3"]
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_text_survives_the_way_out_and_in(first in "[^\0\r]{0,20}", second in "[=+@'\t-]{0,2}[^\0\r]{0,10}") {
        let object = contact();
        let expected = |text: &str| {
            let trimmed = text.trim();
            crate::values::restored(trimmed) == trimmed && !trimmed.is_empty()
        };
        prop_assume!(expected(&first) && expected(&second));
        let mut values = empty();
        values[10] = text(first.trim());
        let mut other = empty();
        other[10] = text(second.trim());
        let rows = vec![values, other];
        let csv = String::from_utf8(exported(FileKind::Csv, &object, &rows)).unwrap();
        for line_start in ["\r\n=", "\r\n@", ",=", ",@", ",\"=", ",\"@"] {
            let risky = csv.split("\",").any(|cell| cell.starts_with(line_start));
            prop_assert!(!risky);
        }
        let file = file(csv.as_bytes());
        let (_, back, _) = read(file.path());
        // The description is column 14 of the file: five for the address, two for the amount.
        let texts: Vec<String> = back.iter().map(|row| crate::values::restored(row.cell(15)).to_string()).collect();
        prop_assert_eq!(texts, vec![first.trim().to_string(), second.trim().to_string()]);
    }
}
