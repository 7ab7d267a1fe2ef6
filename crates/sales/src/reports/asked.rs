//! For which days a report is asked, what it stands beside, and which deals it is about.

use foundation::Reader;
use foundation::company::appearance;
use jiff::ToSpan as _;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use kernel::{Error, Id, Result, Time};
use serde::Deserialize;

use super::queries;
use super::told::Days;

/// Where nothing happened for so many days the data ended, and reports are as of then.
const ENDED_DAYS: i32 = 90;

/// What a request says. Without days it is the quarter so far.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Asked {
    pub from: Option<String>,
    pub to: Option<String>,
    /// `previous` (usual), `year_before` or `none`.
    pub compare: Option<String>,
    pub pipeline: Option<String>,
    pub owner: Option<String>,
    pub team: Option<String>,
    pub territory: Option<String>,
    pub product_line: Option<String>,
    pub source: Option<String>,
    pub campaign: Option<String>,
    /// By what the rows of a table are.
    pub by: Option<String>,
    /// Only the part of the pipeline that was expected to close between these days.
    pub closing_from: Option<String>,
    pub closing_to: Option<String>,
    /// Of which figure the records are asked, and from which place on.
    pub figure: Option<String>,
    pub start: Option<usize>,
}

/// From the one day to the other, both belonging to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    pub from: Date,
    pub to: Date,
}

impl Period {
    pub fn has(&self, day: Date) -> bool {
        self.from <= day && day <= self.to
    }

    /// As a condition of the question language on a field.
    pub fn filter(&self, field: &str) -> String {
        format!("{field} in \"{}\" to \"{}\"", self.from, self.to)
    }

    /// The day before it begins: what stood then is what it opened with.
    pub fn eve(&self) -> Date {
        self.from.yesterday().unwrap_or(self.from)
    }

    pub fn told(self) -> Days {
        Days { from: self.from.to_string(), to: self.to.to_string() }
    }

    /// As many days just before; for whole months as many months.
    fn previous(&self) -> Option<Period> {
        let to = self.from.yesterday().ok()?;
        if self.from.day() == 1 && self.to == self.to.last_of_month() {
            let place = |day: Date| i32::from(day.year()) * 12 + i32::from(day.month());
            let months = place(self.to) - place(self.from) + 1;
            return Some(Period { from: self.from.checked_sub(months.months()).ok()?, to });
        }
        let days = self.to.since(self.from).ok()?.get_days();
        Some(Period { from: to.checked_sub(days.days()).ok()?, to })
    }

    fn year_before(&self) -> Option<Period> {
        let back = |day: Date| day.checked_sub(1.year()).ok();
        let to = back(self.to)?;
        let to = if self.to == self.to.last_of_month() { to.last_of_month() } else { to };
        Some(Period { from: back(self.from)?, to })
    }
}

/// The days of a report, in the company's zone.
#[derive(Debug, Clone)]
pub struct Window {
    pub period: Period,
    pub before: Option<Period>,
    /// Today, or the day after which nothing happened for long.
    pub as_of: Date,
    zone: TimeZone,
}

impl Window {
    /// The period and, if wanted, the one before.
    pub fn both(&self) -> impl Iterator<Item = Period> + use<> {
        [Some(self.period), self.before].into_iter().flatten()
    }

    /// The first day that has to do with it.
    pub fn first(&self) -> Date {
        self.both().map(|period| period.from).min().unwrap_or(self.period.from)
    }

    pub fn day(&self, at: Time) -> Date {
        day_in(&self.zone, at)
    }

    /// The first moment of a day.
    pub fn begins(&self, day: Date) -> Time {
        let zoned = day.to_zoned(self.zone.clone());
        zoned.map_or_else(|_| Time::midnight(day), |zoned| Time(zoned.timestamp().as_millisecond()))
    }

    /// The first moment after a day.
    pub fn over(&self, day: Date) -> Time {
        self.begins(day.tomorrow().unwrap_or(day))
    }
}

fn day_in(zone: &TimeZone, at: Time) -> Date {
    let at = jiff::Timestamp::from_millisecond(at.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    at.to_zoned(zone.clone()).date()
}

impl Asked {
    pub fn window(&self, reader: &mut Reader) -> Result<Window> {
        let zone = appearance::profile(reader.tx)?.time_zone;
        let zone = TimeZone::get(&zone).unwrap_or(TimeZone::UTC);
        let today = day_in(&zone, reader.now);
        let last = queries::last_day(reader)?.filter(|last| *last < today);
        let ended = last.filter(|last| today.since(*last).is_ok_and(|span| span.get_days() > ENDED_DAYS));
        let as_of = ended.unwrap_or(today);
        let (from, to) = (day("from", self.from.as_deref())?, day("to", self.to.as_deref())?);
        let period = match (from, to) {
            (None, None) => Period { from: quarter(as_of), to: as_of },
            (from, to) => {
                let to = to.unwrap_or(as_of);
                Period { from: from.unwrap_or_else(|| quarter(to)), to }
            }
        };
        if period.to < period.from {
            return Err(Error::invalid("to", "before_from", "a period ends on or after the day it begins"));
        }
        let before = match self.compare.as_deref().filter(|text| !text.is_empty()).unwrap_or("previous") {
            "previous" => period.previous(),
            "year_before" => period.year_before(),
            "none" => None,
            other => {
                let detail = format!("`{other}` is not one of previous, year_before, none");
                return Err(Error::invalid("compare", "unknown", detail));
            }
        };
        Ok(Window { period, before, as_of, zone })
    }

    /// Between which days deals are expected to close; none is whenever.
    pub fn closing(&self) -> Result<Option<Period>> {
        let from = day("closing_from", self.closing_from.as_deref())?;
        let to = day("closing_to", self.closing_to.as_deref())?;
        match (from, to) {
            (None, None) => Ok(None),
            (from, to) => {
                let period = Period { from: from.unwrap_or(Date::MIN), to: to.unwrap_or(Date::MAX) };
                if period.to < period.from {
                    return Err(Error::invalid("closing_to", "before_from", "it ends on or after the day it begins"));
                }
                Ok(Some(period))
            }
        }
    }

    /// Which deals it is about, as a question; empty for all.
    pub fn filter(&self) -> Result<String> {
        let links = [
            ("pipeline", "pipeline", &self.pipeline),
            ("territory", "territory", &self.territory),
            ("product_line", "product.product_line", &self.product_line),
            ("campaign", "campaign", &self.campaign),
        ];
        Ok(joined([self.people()?, narrowed(&links)?, self.of_source()?]))
    }

    /// The same of leads, as far as they have it.
    pub fn of_leads(&self) -> Result<String> {
        let links = [
            ("territory", "territory", &self.territory),
            ("product_line", "product.product_line", &self.product_line),
            ("campaign", "campaign", &self.campaign),
        ];
        Ok(joined([self.people()?, narrowed(&links)?, self.of_source()?]))
    }

    /// Whose records: of whatever has an owner.
    pub fn people(&self) -> Result<String> {
        let own = narrowed(&[("owner", "owner", &self.owner)])?;
        let Some(team) = self.team.as_deref().filter(|team| !team.is_empty()) else { return Ok(own) };
        let team = Id::parse(team).ok_or_else(|| Error::invalid("team", "not_an_id", "must be an id"))?;
        Ok(joined([own, format!("owner.teams contains \"{team}\""), String::new()]))
    }

    fn of_source(&self) -> Result<String> {
        let Some(source) = self.source.as_deref().filter(|source| !source.is_empty()) else { return Ok(String::new()) };
        if !source.chars().all(|ch| ch.is_ascii_alphanumeric() || ch == '_') {
            return Err(Error::invalid("source", "unknown", "must be a source of deals"));
        }
        Ok(format!("source = \"{source}\""))
    }
}

/// Links that are named, each equal to what is named.
fn narrowed(links: &[(&'static str, &str, &Option<String>)]) -> Result<String> {
    let mut parts = Vec::new();
    for (name, path, value) in links {
        if let Some(value) = value.as_deref().filter(|value| !value.is_empty()) {
            let id = Id::parse(value).ok_or_else(|| Error::invalid(name, "not_an_id", "must be an id"))?;
            parts.push(format!("{path} = \"{id}\""));
        }
    }
    Ok(parts.join(" and "))
}

fn joined(parts: [String; 3]) -> String {
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(" and ")
}

fn quarter(of: Date) -> Date {
    let month = (of.month() - 1) / 3 * 3 + 1;
    Date::new(of.year(), month, 1).unwrap_or(of)
}

fn day(field: &'static str, text: Option<&str>) -> Result<Option<Date>> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(None) };
    let wrong = |_| Error::invalid(field, "not_a_date", format!("`{text}` is not a day like 2026-01-31"));
    text.parse::<Date>().map(Some).map_err(wrong)
}
