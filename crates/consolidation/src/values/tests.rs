use kernel::object::Choice;
use kernel::{Labels, Money, Time};
use proptest::prelude::*;

use super::*;

fn style() -> Style {
    Style { today: Date::constant(2026, 11, 21), currency: Some(Currency::EUR), ..Style::default() }
}

fn reader(name: &str, kind: FieldType, style: &Style) -> CellReader {
    CellReader::new(&FieldDef::new("thing", name, Labels::en(name), kind), style)
}

fn read(kind: FieldType, text: &str) -> CellResult<Value> {
    reader("field", kind, &style()).read(text, None)
}

#[test]
fn numbers_are_read_as_spreadsheets_write_them() {
    let number = |text: &str| match read(FieldType::Number, text) {
        Ok(Value::Number(number)) => Some(number),
        _ => None,
    };
    assert_eq!(number("60,000 "), Some(60_000.0));
    assert_eq!(number("1,234.56"), Some(1234.56));
    assert_eq!(number("1.234,56"), Some(1234.56));
    assert_eq!(number("1 234,5"), Some(1234.5));
    assert_eq!(number("1'234.5"), Some(1234.5));
    assert_eq!(number("(3.50)"), Some(-3.5));
    assert_eq!(number("3.50-"), Some(-3.5));
    assert_eq!(number("12 %"), Some(12.0));
    assert_eq!(number("12,34,567.8"), Some(1_234_567.8));
    assert_eq!(number("1.5e3"), Some(1500.0));
    assert_eq!(number("0.125"), Some(0.125));
    for wrong in ["abc", "1,2,3", "1.2.3", "12 apples", "--", "NaN", "inf", "1,23,4"] {
        assert_eq!(number(wrong), None, "{wrong}");
    }
    assert_eq!(read(FieldType::Integer, "1,250.00"), Ok(Value::Int(1250)));
    assert_eq!(read(FieldType::Integer, "3.5").unwrap_err().code, "not_whole");
}

#[test]
fn one_mark_with_three_digits_is_what_the_file_says() {
    let comma = Style { decimal: DecimalStyle::Comma, ..style() };
    assert_eq!(reader("n", FieldType::Number, &comma).read("1.234", None), Ok(Value::Number(1234.0)));
    assert_eq!(read(FieldType::Number, "1.234"), Ok(Value::Number(1.234)));
    assert_eq!(reader("n", FieldType::Number, &comma).read("1,234", None), Ok(Value::Number(1.234)));
    assert_eq!(read(FieldType::Number, "1,234"), Ok(Value::Number(1234.0)));
}

#[test]
fn amounts_are_exact_with_and_without_a_currency() {
    let money = |text: &str| match read(FieldType::Money, text) {
        Ok(Value::Money(money)) => Some(money.to_string()),
        _ => None,
    };
    assert_eq!(money("60,000 ").as_deref(), Some("60000.00 EUR"));
    assert_eq!(money("$1,204.50").as_deref(), Some("1204.50 USD"));
    assert_eq!(money("1.204,50 €").as_deref(), Some("1204.50 EUR"));
    assert_eq!(money("-$ 3").as_deref(), Some("-3.00 USD"));
    assert_eq!(money("$ (3.50)").as_deref(), Some("-3.50 USD"));
    assert_eq!(money(" $-   ").as_deref(), Some("0.00 USD"));
    assert_eq!(money("JPY 500").as_deref(), Some("500 JPY"));
    assert_eq!(money("500 lei").as_deref(), Some("500.00 RON"));
    assert_eq!(money("13.0863").as_deref(), Some("13.09 EUR"));
    assert_eq!(money("ten"), None);
    let bare = Style { currency: None, ..style() };
    assert_eq!(reader("m", FieldType::Money, &bare).read("5", None).unwrap_err().code, "currency_missing");
    assert_eq!(read(FieldType::Money, "0.07"), Ok(Value::Money(Money::new(7, Currency::EUR))));
}

#[test]
fn dates_of_one_order_are_read_with_any_marks() {
    let american = Style { date: DateStyle::Mdy, ..style() };
    let birth = reader("birth_date", FieldType::Date, &american);
    let date = |text: &str| match birth.read(text, None) {
        Ok(Value::Date(date)) => date.to_string(),
        Ok(other) => format!("{other:?}"),
        Err(error) => error.code.to_string(),
    };
    assert_eq!(date("04-08-1966"), "1966-04-08");
    assert_eq!(date("5/14/1965"), "1965-05-14");
    assert_eq!(date("5/14/65"), "1965-05-14");
    assert_eq!(date("1965-05-14"), "1965-05-14");
    assert_eq!(date("1965-05-14 00:00:00"), "1965-05-14");
    assert_eq!(date("0/0/00"), "Null");
    assert_eq!(date("0000-00-00 00:00:00"), "Null");
    assert_eq!(date("19650514"), "1965-05-14");
    assert_eq!(date("43831"), "2020-01-01");
    assert_eq!(date("May 14, 1965"), "1965-05-14");
    assert_eq!(date("14-May-65"), "1965-05-14");
    assert_eq!(date("14 мая 1965 г."), "1965-05-14");
    assert_eq!(date("14 mai 1965"), "1965-05-14");
    assert_eq!(date("1965年5月14日"), "1965-05-14");
    assert_eq!(date("25/12/2020"), "wrong_date");
    assert_eq!(date("soon"), "wrong_date");
    assert_eq!(date("2/30/2020"), "wrong_date");
    let detail = birth.read("25/12/2020", None).unwrap_err().detail;
    assert!(detail.contains("month, day, year"), "{detail}");
}

#[test]
fn years_of_two_digits_lie_near_today() {
    let year = |field: &str, text: &str| match reader(field, FieldType::Date, &style()).read(text, None) {
        Ok(Value::Date(date)) => date.year(),
        _ => 0,
    };
    assert_eq!(year("due_on", "01.02.45"), 2045);
    assert_eq!(year("due_on", "01.02.47"), 1947);
    assert_eq!(year("birth_date", "01.02.45"), 1945);
    assert_eq!(year("birth_date", "01.02.26"), 2026);
}

#[test]
fn moments_are_read_with_and_without_zone() {
    let american = Style { date: DateStyle::Mdy, ..style() };
    let at = reader("at", FieldType::Time, &american);
    let time = |text: &str| match at.read(text, None) {
        Ok(Value::Time(time)) => time.to_string(),
        other => format!("{other:?}"),
    };
    assert_eq!(time("2025-01-01 09:30"), "2025-01-01T09:30:00.000Z");
    assert_eq!(time("11/21/2026, 9:41 PM"), "2026-11-21T21:41:00.000Z");
    assert_eq!(time("2025-01-01T09:30:00+02:00"), "2025-01-01T07:30:00.000Z");
    assert_eq!(time("1735724400"), Time(1_735_724_400_000).to_string());
    assert_eq!(time("12/31/2025"), "2025-12-31T00:00:00.000Z");
}

#[test]
fn yes_and_no_in_four_languages() {
    for yes in ["Y", "yes", "TRUE", "1", "да", "Да", "是", "da", "x"] {
        assert_eq!(read(FieldType::Boolean, yes), Ok(Value::Bool(true)), "{yes}");
    }
    for no in ["N", "No", "false", "0", "нет", "否", "nu"] {
        assert_eq!(read(FieldType::Boolean, no), Ok(Value::Bool(false)), "{no}");
    }
    assert_eq!(read(FieldType::Boolean, "maybe").unwrap_err().code, "wrong_boolean");
}

#[test]
fn options_are_found_by_value_label_and_initial() {
    let option = |value: &str, en: &str, ru: &str| Choice {
        value: value.into(),
        label: Labels::four(en, ru, "", ""),
        hue: None,
    };
    let options = vec![
        option("single", "Single", "Не в браке"),
        option("married", "Married", "В браке"),
        option("in_progress", "In progress", ""),
    ];
    let choice = |text: &str| read(FieldType::Choice { options: options.clone() }, text);
    for text in ["married", "MARRIED", "В браке", "M"] {
        assert_eq!(choice(text), Ok(Value::Text("married".into())), "{text}");
    }
    assert_eq!(choice("In Progress"), Ok(Value::Text("in_progress".into())));
    let error = choice("divorced").unwrap_err();
    assert!(error.code == "unknown_option" && error.detail.contains("Single, Married"), "{error:?}");
    let many = read(FieldType::MultiChoice { options: options.clone() }, "Married; single ::: Married");
    assert!(many.is_err(), "two kinds of joints in one cell are not guessed at");
    let many = read(FieldType::MultiChoice { options }, "Married ::: single");
    assert_eq!(many, Ok(Value::Choices(vec!["single".into(), "married".into()])));
}

#[test]
fn addresses_of_mail_are_freed_from_what_is_around_them() {
    let email = |text: &str| contact::email(text);
    assert_eq!(email(" MARIA.ANDERS@Alfreds.EXAMPLE ").as_deref(), Ok("maria.anders@alfreds.example"));
    assert_eq!(email("mailto:a@b.com").as_deref(), Ok("a@b.com"));
    assert_eq!(email("Ana Pop <ana@x.ro>").as_deref(), Ok("ana@x.ro"));
    assert_eq!(email("Maria Anders (maria.anders@a.example)").as_deref(), Ok("maria.anders@a.example"));
    assert_eq!(email("ana@пример.рф").as_deref(), Ok("ana@пример.рф"));
    assert_eq!(contact::emails("info@a.ro ::: sales@a.ro"), Ok(vec!["info@a.ro".into(), "sales@a.ro".into()]));
    for wrong in ["ana", "a@b", "a b@c.ro", "@x.ro", "ana@x..ro", "a@-x.ro"] {
        assert_eq!(email(wrong).unwrap_err().code, "wrong_email", "{wrong}");
    }
}

#[test]
fn numbers_become_international_where_the_country_is_known() {
    let phone = |text: &str, country: Option<&str>| contact::phone(text, country);
    assert_eq!(phone("+40721000111", None).as_deref(), Ok("+40721000111"));
    assert_eq!(phone("0721 000 111", Some("RO")).as_deref(), Ok("+40721000111"));
    assert_eq!(phone("(206) 555-9857", Some("US")).as_deref(), Ok("+12065559857"));
    assert_eq!(phone("+49 30 0074321", None).as_deref(), Ok("+49300074321"));
    assert_eq!(phone("0049 30 901820", None).as_deref(), Ok("+4930901820"));
    assert_eq!(phone("8 (495) 123-45-67", Some("RU")).as_deref(), Ok("+74951234567"));
    assert_eq!(phone("030-0074321", None).as_deref(), Ok("030-0074321"));
    let error = phone("12", None).unwrap_err();
    assert_eq!(error.detail, "phone \"12\" is too short");
    assert!(phone("4.0721E+10", None).unwrap_err().detail.contains("spreadsheet"));
    assert_eq!(contact::phones("030-0074321 ::: 030-0076545", None).map(|all| all.len()), Ok(2));
}

#[test]
fn web_addresses_are_completed_and_taken_out_of_access_links() {
    assert_eq!(contact::url("www.x.ro/a?b=1").as_deref(), Ok("https://www.x.ro/a?b=1"));
    assert_eq!(
        contact::url("G'day Mate (on the World Wide Web)#http://www.microsoft.com/accessdev/sampleapps/gdaymate.htm#")
            .as_deref(),
        Ok("http://www.microsoft.com/accessdev/sampleapps/gdaymate.htm")
    );
    for wrong in ["javascript:alert(1)", "ftp://x.ro", "not a url", "#CAJUN.HTM#x", "a@b.com"] {
        assert!(contact::url(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn countries_are_known_by_their_names() {
    for (name, code) in [
        ("UK", "GB"),
        ("Germany", "DE"),
        ("США", "US"),
        ("中国", "CN"),
        ("România", "RO"),
        ("de", "DE"),
        ("USA", "US"),
        ("EIRE", "IE"),
    ] {
        assert_eq!(countries::code_of(name), Some(code), "{name}");
    }
    assert_eq!(countries::stored("Philipines"), "Philipines");
}

#[test]
fn cells_that_an_export_made_harmless_are_restored() {
    assert_eq!(restored("'=1+1"), "=1+1");
    assert_eq!(restored("'@home"), "@home");
    assert_eq!(restored("=\"007\""), "007");
    assert_eq!(restored("'tis"), "'tis");
    assert_eq!(restored("it's"), "it's");
    assert_eq!(read(FieldType::Text { max: 0 }, "'=HYPERLINK(1)"), Ok(Value::Text("=HYPERLINK(1)".into())));
}

#[test]
fn texts_are_bounded_and_their_lines_joined() {
    assert_eq!(read(FieldType::Text { max: 5 }, "șțăîâ"), Ok(Value::Text("șțăîâ".into())));
    assert_eq!(read(FieldType::Text { max: 5 }, "abcdef").unwrap_err().code, "too_long");
    assert_eq!(read(FieldType::Text { max: 0 }, " a \n b "), Ok(Value::Text("a b".into())));
    assert_eq!(read(FieldType::LongText, "a\r\nb"), Ok(Value::Text("a\nb".into())));
    assert_eq!(read(FieldType::Text { max: 0 }, "#REF!").unwrap_err().code, "cell_error");
}

proptest! {
    #[test]
    fn no_cell_panics(text in any::<String>(), digits in "[-+0-9.,/: ()%$€eE]{0,24}") {
        let options = vec![Choice { value: "a".into(), label: Labels::en("A"), hue: None }];
        let kinds = [
            FieldType::Text { max: 3 }, FieldType::LongText, FieldType::Integer, FieldType::Number, FieldType::Money, FieldType::Date,
            FieldType::Time, FieldType::Boolean, FieldType::Email, FieldType::Phone, FieldType::Url, FieldType::Address, FieldType::Json,
            FieldType::Choice { options: options.clone() }, FieldType::MultiChoice { options },
            FieldType::Link { target: "x".into() }, FieldType::Links { target: "x".into() },
        ];
        for kind in kinds {
            let reader = reader("birth_date", kind, &style());
            let _ = reader.read(&text, Some("RO"));
            let _ = reader.read(&digits, Some("RO"));
            let _ = reader.read(&digits, None);
        }
    }

    #[test]
    fn an_amount_written_comes_back(amount in any::<i32>()) {
        let money = Money::new(i64::from(amount), Currency::EUR);
        prop_assert_eq!(read(FieldType::Money, &money.to_string()), Ok(Value::Money(money)));
        prop_assert_eq!(read(FieldType::Money, &money.to_decimal()), Ok(Value::Money(money)));
    }
}
