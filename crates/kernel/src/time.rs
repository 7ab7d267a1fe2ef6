//! Moments and who tells them. Code that needs the time asks a [`Clock`], so that tests own it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A moment, in milliseconds since 1970 UTC. In JSON it is RFC 3339 (`2017-06-30T12:00:00.000Z`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(pub i64);

impl Time {
    pub fn millis(self) -> i64 {
        self.0
    }

    /// RFC 3339 with a zone, or a date (midnight UTC), or a date and time without zone (taken as UTC).
    pub fn parse(text: &str) -> Option<Time> {
        let text = text.trim();
        if let Ok(stamp) = text.parse::<Timestamp>() {
            return Some(Time(stamp.as_millisecond()));
        }
        if let Ok(civil) = text.parse::<jiff::civil::DateTime>() {
            return civil.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|z| Time(z.timestamp().as_millisecond()));
        }
        let date = text.parse::<jiff::civil::Date>().ok()?;
        Some(Time::midnight(date))
    }

    /// The first moment of a day, UTC.
    pub fn midnight(date: jiff::civil::Date) -> Time {
        let zoned = date.to_zoned(jiff::tz::TimeZone::UTC);
        Time(zoned.map(|z| z.timestamp().as_millisecond()).unwrap_or(0))
    }

    /// The day of this moment, UTC.
    pub fn date(self) -> jiff::civil::Date {
        let stamp = Timestamp::from_millisecond(self.0).unwrap_or(Timestamp::UNIX_EPOCH);
        stamp.to_zoned(jiff::tz::TimeZone::UTC).date()
    }
}

impl std::fmt::Display for Time {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let stamp = Timestamp::from_millisecond(self.0).unwrap_or(Timestamp::UNIX_EPOCH);
        write!(f, "{stamp:.3}")
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Time, D::Error> {
        let text = String::deserialize(deserializer)?;
        Time::parse(&text).ok_or_else(|| serde::de::Error::custom("not an RFC 3339 time"))
    }
}

/// Who tells the time: the system, or a test.
#[derive(Clone, Default)]
pub struct Clock {
    fixed: Option<Arc<AtomicI64>>,
}

impl Clock {
    pub fn system() -> Clock {
        Clock { fixed: None }
    }

    /// A clock that stands until it is moved.
    pub fn fixed(at: Time) -> Clock {
        Clock { fixed: Some(Arc::new(AtomicI64::new(at.0))) }
    }

    pub fn now(&self) -> Time {
        match &self.fixed {
            Some(fixed) => Time(fixed.load(Ordering::SeqCst)),
            None => Time(Timestamp::now().as_millisecond()),
        }
    }

    /// Moves a fixed clock; the system's clock cannot be moved.
    pub fn advance(&self, by_ms: i64) {
        if let Some(fixed) = &self.fixed {
            fixed.fetch_add(by_ms, Ordering::SeqCst);
        }
    }
}
