//! The last day of a quote: when it is over, nobody can accept it any more.

use foundation::Operation;
use foundation::timer::{Alarm, Due};
use jiff::civil::Date;
use kernel::{Result, Time, Value};

use super::{Quote, load, put, state_of, text};

/// The timer of a quote.
pub(super) const KIND: &str = "quote.expiry";

/// The moment behind the last day, in the company's zone.
pub(super) fn end_of(day: Date, zone: &str) -> Time {
    let zone = jiff::tz::TimeZone::get(zone).unwrap_or(jiff::tz::TimeZone::UTC);
    let next = day.tomorrow().unwrap_or(day);
    next.to_zoned(zone).map_or_else(|_| Time::midnight(next), |at| Time(at.timestamp().as_millisecond()))
}

/// See the module.
pub struct Expiry;

impl Alarm for Expiry {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn ring(&self, op: &mut Operation, due: &Due) -> Result<Option<Time>> {
        let (object, quote) = match op.as_product(|op| load(op, due.subject)) {
            Ok(found) => found,
            Err(kernel::Error::NotFound) => return Ok(None),
            Err(fault) => return Err(fault),
        };
        if matches!(state_of(&object, &quote), "sent" | "read") {
            let answered = Value::Time(op.now);
            put(op, due.subject, vec![(Quote::STATE, text("expired")), (Quote::ANSWERED_AT, answered)])?;
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_holds_until_its_last_day_is_over_where_the_company_is() {
        let day = "2026-06-30".parse().unwrap();
        assert_eq!(end_of(day, "Europe/Bucharest").to_string(), "2026-06-30T21:00:00.000Z");
        assert_eq!(end_of(day, "nowhere").to_string(), "2026-07-01T00:00:00.000Z");
    }
}
