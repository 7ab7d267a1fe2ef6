use jiff::civil::Date;
use jiff::tz::TimeZone;
use kernel::Time;

use super::super::{Course, Rule};
use super::{Days, local, moment};

fn course(rule: &str, start: &str, zone: &str) -> Course {
    let zone = TimeZone::get(zone).expect("a zone");
    let start = moment(start.parse().expect("a local time"), &zone);
    Course::new(Rule::parse(rule).expect("a rule"), start, zone)
}

fn times(course: &Course, from: &str, count: usize) -> Vec<String> {
    course.from(Time::parse(from).expect("a time")).take(count).map(|at| at.to_string()).collect()
}

/// Rules at random, with what python-dateutil says of them (`reference.py`).
#[test]
fn days_are_those_that_another_implementation_names() {
    let mut compared = 0;
    for line in include_str!("reference.txt").lines() {
        let mut parts = line.split('|');
        let (start, rule, wanted) = (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap());
        let course = course(rule, &format!("{start}T09:30"), "UTC");
        let is_over = |day: &Date| course.at(day.to_datetime(course.start.time())).is_some() && day.year() < 2200;
        let found: Vec<String> =
            Days::new(&course, None).take_while(is_over).take(6).map(|day| day.to_string()).collect();
        assert_eq!(found.join(" "), wanted, "{line}");
        compared += 1;
    }
    assert!(compared > 300, "{compared} rules were compared");
}

/// Rules by the hour at random, with what python-dateutil says of them (`reference_hours.py`).
#[test]
fn hours_are_those_that_another_implementation_names() {
    let mut compared = 0;
    for line in include_str!("reference_hours.txt").lines() {
        let mut parts = line.split('|');
        let (start, rule, wanted) = (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap());
        let course = course(rule, start, "UTC");
        let found = course.from(Time(i64::MIN)).take(8).map(|at| local(at, &TimeZone::UTC));
        let found: Vec<String> =
            found.take_while(|at| at.year() < 2033).map(|at| at.strftime("%Y-%m-%dT%H:%M").to_string()).collect();
        assert_eq!(found.join(" "), wanted, "{line}");
        let from = Time::parse("2026-05-05T11:00:00Z").unwrap();
        let near: Vec<Time> = course.from(from).take(3).collect();
        let walked = course.from(Time(i64::MIN)).skip_while(|at| *at < from).take(3);
        assert_eq!(near, walked.collect::<Vec<_>>(), "{line}");
        compared += 1;
    }
    assert!(compared > 250, "{compared} rules were compared");
}

#[test]
fn an_hour_that_a_clock_leaves_out_is_not_there_twice() {
    let hourly = course("FREQ=HOURLY", "2026-03-29T01:00", "Europe/Berlin");
    assert_eq!(
        times(&hourly, "2026-03-29T00:00:00Z", 3),
        ["2026-03-29T00:00:00.000Z", "2026-03-29T01:00:00.000Z", "2026-03-29T02:00:00.000Z"]
    );
}

#[test]
fn to_begin_near_a_day_finds_the_same_days() {
    for line in include_str!("reference.txt").lines() {
        let mut parts = line.split('|');
        let (start, rule) = (parts.next().unwrap(), parts.next().unwrap());
        let course = course(rule, &format!("{start}T09:30"), "Europe/Chisinau");
        let from = Time::parse("2029-05-05T00:00:00Z").unwrap();
        let near: Vec<Time> = course.from(from).take(3).collect();
        let walked = course.from(Time(i64::MIN)).skip_while(|at| *at < from).take(3);
        assert_eq!(near, walked.collect::<Vec<_>>(), "{line}");
    }
}

#[test]
fn nine_in_the_morning_stays_nine_in_the_morning_when_clocks_change() {
    let weekly = course("FREQ=WEEKLY", "2026-10-18T09:00", "Europe/Chisinau");
    assert_eq!(
        times(&weekly, "2026-10-18T00:00:00Z", 3),
        ["2026-10-18T06:00:00.000Z", "2026-10-25T07:00:00.000Z", "2026-11-01T07:00:00.000Z"]
    );
}

#[test]
fn an_hour_that_is_left_out_is_later_and_one_that_comes_twice_is_the_first() {
    let daily = course("FREQ=DAILY", "2026-03-28T02:30", "Europe/Berlin");
    assert_eq!(
        times(&daily, "2026-03-28T00:00:00Z", 3),
        ["2026-03-28T01:30:00.000Z", "2026-03-29T01:30:00.000Z", "2026-03-30T00:30:00.000Z"]
    );
    let daily = course("FREQ=DAILY", "2026-10-24T02:30", "Europe/Berlin");
    assert_eq!(times(&daily, "2026-10-24T00:00:00Z", 2), ["2026-10-24T00:30:00.000Z", "2026-10-25T00:30:00.000Z"]);
}

#[test]
fn a_course_knows_its_moments_and_its_end() {
    let counted = course("FREQ=MONTHLY;COUNT=3;BYMONTHDAY=31", "2026-01-31T10:00", "UTC");
    let at = |text: &str| Time::parse(text).unwrap();
    assert_eq!(counted.last(), Some(at("2026-05-31T10:00:00Z")));
    assert!(counted.names(at("2026-03-31T10:00:00Z")) && !counted.names(at("2026-04-30T10:00:00Z")));
    assert_eq!(counted.before(at("2026-05-31T10:00:00Z")), 2);
    assert_eq!(course("FREQ=DAILY", "2026-01-31T10:00", "UTC").last(), None);
}

#[test]
fn a_rule_that_names_no_day_ends() {
    let never = course("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "2026-01-31T10:00", "UTC");
    assert_eq!(never.from(Time(0)).next(), None);
    let never = course("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "2026-01-31T10:00", "UTC");
    assert_eq!(never.from(Time(0)).next(), None);
    let far = course("FREQ=DAILY", "2026-01-31T10:00", "UTC");
    assert_eq!(far.from(Time(i64::MAX)).next(), None);
    assert_eq!(local(Time(i64::MAX), &TimeZone::UTC).year(), 9999);
}
