//! What relative dates mean, in the asker's zone.

use kernel::{Id, Time, Value};

use super::cast::schema;
use crate::{Arg, Context, Dialect, Place, check, compile, id_floor, parse};

/// 30 March 2025, 00:30 in Bucharest, where the clocks go forward at 03:00; still 29 March in UTC.
const NOW: &str = "2025-03-29T22:30:00Z";

fn context() -> Context<'static> {
    Context::new(Time::parse(NOW).unwrap(), Id::NIL).zone("Europe/Bucharest")
}

/// The two ends of the range that a condition asks for.
fn range(text: &str) -> (String, String) {
    let checked = check(&parse(text).unwrap(), "contact", &schema()).unwrap();
    let mut args = Vec::new();
    compile(&checked, Dialect::Sqlite, &context(), &mut args);
    let said = |arg: &Arg| match arg {
        Arg::Int(ms) => Time(*ms).to_string().replace(":00.000Z", "Z"),
        Arg::Text(text) => text.clone(),
        other => panic!("{other:?}"),
    };
    (said(&args[0]), said(&args[1]))
}

fn pair(first: &str, last: &str) -> (String, String) {
    (first.to_string(), last.to_string())
}

#[test]
fn periods_follow_the_calendar_of_the_zone() {
    assert_eq!(range("born in last 90 days"), pair("2024-12-30", "2025-03-30"));
    assert_eq!(range("born in next 1 month"), pair("2025-03-30", "2025-04-30"));
    assert_eq!(range("born in this week"), pair("2025-03-24", "2025-03-30"));
    assert_eq!(range("born in last month"), pair("2025-02-01", "2025-02-28"));
    assert_eq!(range("born in next quarter"), pair("2025-04-01", "2025-06-30"));
    assert_eq!(range("born in last year"), pair("2024-01-01", "2024-12-31"));
    assert_eq!(range("born in last day"), pair("2025-03-29", "2025-03-29"));
    // The day has 23 hours: it ends at 21:00 UTC.
    assert_eq!(range("seen_at in this day"), pair("2025-03-29T22:00Z", "2025-03-30T20:59:59.999Z"));
    assert_eq!(range("seen_at = today"), pair("2025-03-29T22:00Z", "2025-03-30T20:59:59.999Z"));
    assert_eq!(range("seen_at in last 7 days"), pair("2025-03-22T22:00Z", "2025-03-29T22:30Z"));
    assert_eq!(range("seen_at in last 24 hours"), pair("2025-03-28T22:30Z", "2025-03-29T22:30Z"));
    assert_eq!(range("seen_at between yesterday and tomorrow"), pair("2025-03-28T22:00Z", "2025-03-31T20:59:59.999Z"));
    // A day later is the same hour by the clock on the wall.
    assert_eq!(range("seen_at between now and now + 1 day"), pair("2025-03-29T22:30Z", "2025-03-30T21:30Z"));
}

#[test]
fn far_dates_stay_within_the_calendar() {
    assert_eq!(range("born between today - 100000 years and today + 100000 months"), pair("0001-01-01", "9999-12-30"));
    assert_eq!(
        range("born between \"0001-01-01\" - 1 day and \"9999-12-30\" + 100000 weeks"),
        pair("0001-01-01", "9999-12-30")
    );
    range("seen_at between now - 100000 years and now + 100000 quarters");
    range("seen_at in last 100000 years or seen_at in next 100000 months");
}

#[test]
fn a_window_is_a_range_of_event_ids() {
    let floor = id_floor(1_600_000_000_000);
    assert!(floor <= Id::at(1_600_000_000_000) && floor > Id::at(1_599_999_999_999));
    assert_eq!(id_floor(-5), Id::NIL);
    let checked = check(&parse("exists(events \"a.b\" in last 24 hours)").unwrap(), "contact", &schema()).unwrap();
    let mut args = Vec::new();
    compile(&checked, Dialect::Postgres, &context(), &mut args);
    let now = context().now.millis();
    assert!(args.contains(&Arg::Id(id_floor(now - 86_400_000))) && args.contains(&Arg::Id(id_floor(now + 1))));
}

#[test]
fn one_record_is_answered_from_its_own_fields() {
    let born =
        |place: &Place| if place.name == "born" { Value::Date(jiff::civil::date(2025, 3, 30)) } else { Value::Null };
    let asked =
        |text: &str| check(&parse(text).unwrap(), "contact", &schema()).unwrap().matches_alone(&born, &context());
    assert_eq!(asked("born = today and city != \"Paris\" and not city = \"Paris\""), Some(true));
    assert_eq!(asked("born < today or city = \"Paris\""), Some(false));
    assert_eq!(asked("born = today or exists(orders)"), None);
}
