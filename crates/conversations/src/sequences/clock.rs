//! When a step is due: so much working time of ours after the last, and then within the hours in which the receiver may be
//! written to, on a day of work, by their own clock.

use std::collections::BTreeMap;

use foundation::company::calendars::{Body, Calendar};
use foundation::company::{appearance, calendars};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use kernel::{Error, Result, Time};

use super::steps::{Step, Unit};

const HOUR_MS: i64 = 60 * 60 * 1000;

/// Our hours of work, and theirs of being written to.
pub struct Hours {
    ours: Calendar,
    theirs: Calendar,
}

impl Hours {
    /// `zone` is the receiver's; one that nobody knows is the company's.
    pub fn load(tx: &mut db::Tx, zone: Option<&str>, from: &str, until: &str) -> Result<Hours> {
        let ours = calendars::load(tx, None)?;
        let body = calendars::all(tx)?.into_iter().map(|(_, body)| body).find(|body| body.is_default);
        let known = zone.map(str::trim).filter(|zone| !zone.is_empty() && TimeZone::get(zone).is_ok());
        let zone = match known {
            Some(zone) => zone.to_string(),
            None => appearance::profile(tx)?.time_zone,
        };
        Ok(Hours { ours, theirs: theirs(body.as_ref(), &zone, from, until)? })
    }

    /// When a step is due whose predecessor was done then; none where nobody ever works.
    pub fn due(&self, step: &Step, from: Time) -> Option<Time> {
        match step.unit {
            Unit::Hours => self.next(self.ours.add(from, step.wait.max(0).saturating_mul(HOUR_MS))?),
            Unit::Days => (0..step.wait.max(0)).try_fold(from, |at, _| self.next_day(at)).and_then(|at| self.next(at)),
        }
    }

    /// The first moment from then on at which they may be written to.
    pub fn next(&self, at: Time) -> Option<Time> {
        self.theirs.add(at, 0)
    }

    /// The next day of work, at the same time of the day where that is one of their hours.
    pub fn next_day(&self, at: Time) -> Option<Time> {
        let zone = self.theirs.zone();
        let now = Timestamp::from_millisecond(at.0).ok()?.to_zoned(zone.clone());
        let midnight = now.date().tomorrow().ok()?.to_zoned(zone.clone()).ok()?.timestamp().as_millisecond();
        let opens = self.next(Time(midnight))?;
        let day = Timestamp::from_millisecond(opens.0).ok()?.to_zoned(zone.clone()).date();
        let same = day.to_datetime(now.time()).to_zoned(zone.clone()).ok()?.timestamp().as_millisecond();
        Some(if self.theirs.is_open(Time(same)) { Time(same) } else { opens })
    }

    /// Which day it is for us, `2026-06-19`.
    pub fn day(&self, at: Time) -> String {
        let zone = self.ours.zone().clone();
        Timestamp::from_millisecond(at.0).map_or_else(|_| String::new(), |at| at.to_zoned(zone).date().to_string())
    }

    /// The first of their hours tomorrow.
    pub fn tomorrow(&self, at: Time) -> Option<Time> {
        let zone = self.theirs.zone();
        let now = Timestamp::from_millisecond(at.0).ok()?.to_zoned(zone.clone());
        let midnight = now.date().checked_add(1.day()).ok()?.to_zoned(zone.clone()).ok()?;
        self.next(Time(midnight.timestamp().as_millisecond()))
    }
}

/// Our days of work and holidays with the hours of letters, read in their zone.
fn theirs(ours: Option<&Body>, zone: &str, from: &str, until: &str) -> Result<Calendar> {
    let span = vec![(from.to_string(), until.to_string())];
    let works = |day: &str| match ours {
        Some(body) => body.hours.get(day).is_some_and(|hours| !hours.is_empty()),
        None => day != "sat" && day != "sun",
    };
    let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let hours: BTreeMap<String, Vec<(String, String)>> =
        days.into_iter().filter(|day| works(day)).map(|day| (day.to_string(), span.clone())).collect();
    let body = Body {
        name: String::new(),
        time_zone: zone.to_string(),
        hours,
        holidays: ours.map(|body| body.holidays.clone()).unwrap_or_default(),
        is_default: false,
    };
    Calendar::read(&body).map_err(|fault| Error::internal(format!("the hours of a sequence: {fault}")))
}

#[cfg(test)]
mod tests {
    use kernel::Id;

    use super::*;
    use crate::sequences::steps::Does;

    fn at(text: &str) -> Time {
        Time::parse(text).unwrap()
    }

    fn step(wait: i64, unit: Unit) -> Step {
        Step { id: Id::NIL, place: 0, wait, unit, does: Does::Task { subject: String::new() } }
    }

    fn hours(zone: &str) -> Hours {
        Hours { ours: Calendar::usual(), theirs: theirs(None, zone, "09:00", "17:00").unwrap() }
    }

    #[test]
    fn a_letter_goes_in_the_receivers_hours() {
        let (bucharest, tokyo) = (hours("Europe/Bucharest"), hours("Asia/Tokyo"));
        // A Friday at noon in UTC is three in the afternoon there, and nine in the evening in Tokyo.
        let noon = at("2026-06-19T12:00:00Z");
        assert_eq!(bucharest.due(&step(0, Unit::Days), noon), Some(noon));
        assert_eq!(tokyo.due(&step(0, Unit::Days), noon), Some(at("2026-06-22T00:00:00Z")), "on Monday at nine there");
    }

    #[test]
    fn days_are_days_of_work_at_the_same_time_of_the_day() {
        let bucharest = hours("Europe/Bucharest");
        let friday = at("2026-06-19T12:00:00Z");
        assert_eq!(bucharest.due(&step(1, Unit::Days), friday), Some(at("2026-06-22T12:00:00Z")));
        assert_eq!(bucharest.due(&step(3, Unit::Days), friday), Some(at("2026-06-24T12:00:00Z")));
        // Late in the evening: the morning of the day after.
        let late = at("2026-06-19T20:00:00Z");
        assert_eq!(bucharest.due(&step(1, Unit::Days), late), Some(at("2026-06-22T06:00:00Z")));
        // The clocks are put back on the 25th of October; two in the afternoon stays two in the afternoon.
        assert_eq!(bucharest.due(&step(1, Unit::Days), at("2026-10-23T11:00:00Z")), Some(at("2026-10-26T12:00:00Z")));
    }

    #[test]
    fn hours_are_hours_of_work() {
        let usual = hours("UTC");
        assert_eq!(usual.due(&step(4, Unit::Hours), at("2026-06-19T15:00:00Z")), Some(at("2026-06-22T11:00:00Z")));
    }
}
