use db::Arg;
use jiff::civil::Date;

use super::PeriodUnit;
use super::pass::mentioned;
use super::ranges::round_width;

fn day(text: &str) -> Date {
    text.parse().expect("a date")
}

#[test]
fn periods_begin_and_end_where_calendars_say() {
    let cases = [
        (PeriodUnit::Day, "2026-06-19", "2026-06-19", "2026-06-20", "2026-06-19"),
        (PeriodUnit::Week, "2026-06-19", "2026-06-15", "2026-06-22", "2026-W25"),
        (PeriodUnit::Week, "2027-01-01", "2026-12-28", "2027-01-04", "2026-W53"),
        (PeriodUnit::Month, "2026-02-28", "2026-02-01", "2026-03-01", "2026-02"),
        (PeriodUnit::Quarter, "2026-06-19", "2026-04-01", "2026-07-01", "2026-Q2"),
        (PeriodUnit::Quarter, "2026-12-31", "2026-10-01", "2027-01-01", "2026-Q4"),
        (PeriodUnit::Year, "2024-02-29", "2024-01-01", "2025-01-01", "2024"),
    ];
    for (unit, of, first, next, label) in cases {
        let begins = unit.first(day(of));
        assert_eq!((begins, unit.next(begins), unit.label(begins).as_str()), (day(first), day(next), label), "{of}");
    }
    assert_eq!(PeriodUnit::Year.next(day("9999-01-01")), Date::MAX);
}

#[test]
fn widths_are_round() {
    let cases = [(0.7, 1.0), (1.0, 1.0), (1.2, 2.0), (30.0, 50.0), (51.0, 100.0), (0.012, 0.02), (0.0, 1.0)];
    for (width, expected) in cases {
        assert!((round_width(width) - expected).abs() < 1e-9, "{width}");
    }
}

#[test]
fn only_arguments_that_are_mentioned_are_sent() {
    let args = [Arg::Int(1), Arg::Int(2), Arg::Int(3)];
    assert_eq!(mentioned("a = $1 and b = $2", &args).len(), 2);
    assert_eq!(mentioned("a = $10", &args).len(), 0);
}
