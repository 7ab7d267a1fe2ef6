//! Which forecast is asked for.

use foundation::Reader;
use jiff::civil::Date;
use kernel::{Error, Id, Result, Time};
use serde::Deserialize;

use super::queries;
use crate::plan::period::{Period, Unit};

/// `?unit=quarter&on=2026-11-22&pipeline=…&as_of=2026-10-01`; without anything the quarter in which it is asked, or where
/// all deals lie in the past, as in a company whose history was imported, the last one that has any.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Asked {
    pub unit: Option<String>,
    /// A day of the period.
    pub on: Option<String>,
    pub pipeline: Option<String>,
    /// The end of which day: what was known then.
    pub as_of: Option<String>,
}

/// The same, read.
#[derive(Debug, Clone, Copy)]
pub struct View {
    pub period: Period,
    pub pipeline: Option<Id>,
    pub as_of: Option<Time>,
    /// The day from which it is looked at.
    pub today: Date,
}

impl Asked {
    pub fn read(&self, reader: &mut Reader) -> Result<View> {
        let day = |field: &str, text: &str| {
            text.parse::<Date>().map_err(|_| Error::invalid(field, "not_a_date", "must be a day like 2026-01-31"))
        };
        let today = reader.now.date();
        let unit = self.unit.as_deref().filter(|unit| !unit.is_empty()).unwrap_or("quarter");
        let unit = Unit::named(unit).ok_or_else(|| Error::invalid("unit", "unknown", "month, quarter or year"))?;
        let on = self.on.as_deref().filter(|on| !on.is_empty());
        let on = on.map(|text| day("on", text)).transpose()?;
        let pipeline = self.pipeline.as_deref().filter(|id| !id.is_empty());
        let pipeline =
            pipeline.map(|id| Id::parse(id).ok_or_else(|| Error::invalid("pipeline", "unknown", "no such pipeline")));
        let as_of = self.as_of.as_deref().filter(|day| !day.is_empty()).map(|text| day("as_of", text)).transpose()?;
        if as_of.is_some_and(|as_of| as_of > today) {
            return Err(Error::invalid("as_of", "out_of_range", "nobody knows yet what will be known then"));
        }
        let on = match on {
            Some(on) => on,
            None if as_of.is_some() => today,
            None => queries::last_day(reader)?.map_or(today, |last| last.min(today)),
        };
        let past = as_of.filter(|as_of| *as_of < today);
        Ok(View {
            period: Period::of(unit, on),
            pipeline: pipeline.transpose()?,
            as_of: past.and_then(|day| day.tomorrow().ok()).map(Time::midnight),
            today: past.unwrap_or(today),
        })
    }
}
