use kernel::{Currency, Money, Time};
use proptest::prelude::*;
use serde_json::json;

use super::calendars::{Body, Calendar};
use super::currencies::{Rate, Rates};

fn office(zone: &str) -> Calendar {
    let day = json!([["09:00", "12:00"], ["13:00", "17:00"]]);
    let body: Body = serde_json::from_value(json!({
        "name": "Office", "time_zone": zone,
        "hours": { "mon": day, "tue": day, "wed": day, "thu": day, "fri": day },
        "holidays": [{ "on": "2026-12-25", "name": "Christmas" }],
    }))
    .unwrap();
    Calendar::read(&body).unwrap()
}

fn at(text: &str) -> Time {
    Time::parse(text).unwrap()
}

const HOUR: i64 = 3_600_000;

#[test]
fn working_time_leaves_out_noon_nights_weekends_and_holidays() {
    let office = office("UTC");
    assert_eq!(office.add(at("2026-11-23T10:00:00Z"), HOUR), Some(at("2026-11-23T11:00:00Z")));
    assert_eq!(office.add(at("2026-11-23T11:30:00Z"), HOUR), Some(at("2026-11-23T13:30:00Z")));
    assert_eq!(office.add(at("2026-11-27T16:00:00Z"), 2 * HOUR), Some(at("2026-11-30T10:00:00Z")));
    assert_eq!(office.add(at("2026-12-24T16:00:00Z"), 2 * HOUR), Some(at("2026-12-28T10:00:00Z")));
    assert_eq!(office.add(at("2026-11-28T03:00:00Z"), 0), Some(at("2026-11-30T09:00:00Z")));
    assert_eq!(office.add(at("2026-11-23T16:00:00Z"), HOUR), Some(at("2026-11-23T17:00:00Z")));
}

#[test]
fn the_clock_is_read_where_people_work() {
    let office = office("Europe/Bucharest");
    assert_eq!(
        office.add(at("2026-11-23T06:00:00Z"), 0),
        Some(at("2026-11-23T07:00:00Z")),
        "winter is two hours ahead"
    );
    assert_eq!(office.add(at("2026-07-06T05:00:00Z"), 0), Some(at("2026-07-06T06:00:00Z")), "summer three");
    assert!(office.is_open(at("2026-11-23T07:00:00Z")));
    assert!(!office.is_open(at("2026-11-23T10:30:00Z")), "that is half past noon there");
}

#[test]
fn a_night_in_which_the_clock_leaps_is_as_long_as_it_is() {
    let body: Body = serde_json::from_value(json!({
        "name": "Night", "time_zone": "Europe/Berlin", "hours": { "sun": [["00:00", "06:00"]] },
    }))
    .unwrap();
    let night = Calendar::read(&body).unwrap();
    // On 29 March 2026 the clock goes from two to three, on 25 October from three to two.
    assert_eq!(night.between(at("2026-03-28T12:00:00Z"), at("2026-03-29T12:00:00Z")), 5 * HOUR);
    assert_eq!(night.between(at("2026-10-24T12:00:00Z"), at("2026-10-25T12:00:00Z")), 7 * HOUR);
    assert_eq!(night.add(at("2026-03-28T12:00:00Z"), 5 * HOUR), Some(at("2026-03-29T04:00:00Z")));
}

#[test]
fn a_calendar_in_which_nobody_works_never_comes_to_an_end() {
    let body: Body = serde_json::from_value(json!({ "name": "None", "time_zone": "UTC" })).unwrap();
    let none = Calendar::read(&body).unwrap();
    assert_eq!(none.add(at("2026-11-23T10:00:00Z"), 1), None);
    assert_eq!(none.between(at("2026-11-23T10:00:00Z"), at("2027-11-23T10:00:00Z")), 0);
}

proptest! {
    /// What was added is what lies between.
    #[test]
    fn adding_and_counting_agree(from in 1_700_000_000_000i64..1_900_000_000_000, minutes in 0i64..100_000) {
        let office = office("Europe/Bucharest");
        let from = Time(from);
        let due = office.add(from, minutes * 60_000).unwrap();
        prop_assert!(due >= from);
        prop_assert_eq!(office.between(from, due), minutes * 60_000);
    }
}

fn currency(code: &str) -> Currency {
    Currency::parse(code).unwrap()
}

fn rates(list: &[(&str, &str, &str, &str)]) -> Rates {
    let mut rates = Rates::default();
    for (base, of, on, rate) in list {
        rates.set(currency(base), currency(of), on.parse().unwrap(), Rate::parse(rate).unwrap());
    }
    rates
}

fn converted(rates: &Rates, amount: i64, from: &str, to: &str, on: &str) -> Option<i64> {
    rates.converted(Money::new(amount, currency(from)), currency(to), on.parse().unwrap()).map(|money| money.amount)
}

#[test]
fn an_amount_is_converted_at_the_rate_of_its_day() {
    let rates = rates(&[("EUR", "USD", "2026-01-01", "0.9"), ("EUR", "USD", "2026-02-01", "0.8")]);
    assert_eq!(converted(&rates, 10_000, "USD", "EUR", "2026-01-31"), Some(9_000));
    assert_eq!(converted(&rates, 10_000, "USD", "EUR", "2026-02-01"), Some(8_000));
    assert_eq!(converted(&rates, 10_000, "USD", "EUR", "2025-12-31"), None, "no rate was valid yet");
    assert_eq!(converted(&rates, 9_000, "EUR", "USD", "2026-01-31"), Some(10_000), "and turned round");
    assert_eq!(converted(&rates, 10_000, "GBP", "EUR", "2026-01-31"), None);
    assert_eq!(converted(&rates, 123, "GBP", "GBP", "1999-01-01"), Some(123));
}

#[test]
fn currencies_with_other_minor_units_and_through_the_base_are_exact() {
    let rates = rates(&[
        ("EUR", "JPY", "2026-01-01", "0.0061"),
        ("EUR", "KWD", "2026-01-01", "3"),
        ("EUR", "USD", "2026-01-01", "0.9"),
    ]);
    assert_eq!(converted(&rates, 1_000, "JPY", "EUR", "2026-01-01"), Some(610), "1000 yen are 6.10 euro");
    assert_eq!(converted(&rates, 610, "EUR", "JPY", "2026-01-01"), Some(1_000));
    assert_eq!(converted(&rates, 1_500, "KWD", "EUR", "2026-01-01"), Some(450), "1.500 dinar are 4.50 euro");
    assert_eq!(converted(&rates, 900, "KWD", "USD", "2026-01-01"), Some(300), "0.900 dinar are 3.00 dollars");
    assert_eq!(converted(&rates, i64::MAX, "JPY", "KWD", "2026-01-01"), None, "too large is none, never wrong");
}

#[test]
fn rounding_is_half_away_from_zero() {
    let rates = rates(&[("EUR", "USD", "2026-01-01", "0.5")]);
    assert_eq!(converted(&rates, 1, "USD", "EUR", "2026-01-01"), Some(1));
    assert_eq!(converted(&rates, -1, "USD", "EUR", "2026-01-01"), Some(-1));
    assert_eq!(converted(&rates, 3, "USD", "EUR", "2026-01-01"), Some(2));
}

#[test]
fn rates_are_read_exactly_or_not_at_all() {
    for text in ["0.9213", "1", "123456789.0123456789", "0.0000000001"] {
        assert_eq!(Rate::parse(text).unwrap().text(), text);
    }
    for wrong in ["0", "-1", "1e5", "0.00000000001", "", ".5", "1,5", "1000000000"] {
        assert!(Rate::parse(wrong).is_none(), "{wrong}");
    }
}
