//! From which day to which, of which site, and beside what.

use analytics::engine::Cell;
use foundation::App;
use foundation::access::Principal;
use jiff::civil::Date;
use jiff::{Span, ToSpan as _};
use kernel::{Error, Id, Result};
use serde_json::{Value as Json, json};

use crate::visits::{self, columns};

/// Days of the company's zone, both belonging to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Period {
    pub from: Date,
    pub to: Date,
    pub site: Option<Id>,
    /// The period that it is compared with.
    before: Option<(Date, Date)>,
}

/// Without days: so many up to the last visit.
const USUAL: i32 = 30;

impl Period {
    /// What a request asks for: `compare` is `previous` (as many days just before), `year_before` or nothing.
    pub fn asked(
        app: &App,
        from: Option<&str>,
        to: Option<&str>,
        compare: Option<&str>,
        site: Option<Id>,
    ) -> Result<Period> {
        let read = |field: &'static str, text: &str| {
            text.parse::<Date>()
                .map_err(|_| Error::invalid(field, "not_a_date", format!("`{text}` is not a day like 2026-01-31")))
        };
        let chosen = |field: &'static str, text: Option<&str>| {
            text.filter(|text| !text.is_empty()).map(|text| read(field, text)).transpose()
        };
        let to = match chosen("to", to)? {
            Some(day) => day,
            None => last_day(app)?,
        };
        let back = |day: Date, days: i32| day.checked_sub(Span::new().days(days)).unwrap_or(Date::MIN);
        let from = chosen("from", from)?.unwrap_or_else(|| back(to, USUAL - 1));
        if from > to {
            return Err(Error::invalid("to", "before_from", "a period ends on or after the day it begins"));
        }
        let days = to.since(from).map_or(0, |span| span.get_days()) + 1;
        let before = match compare {
            None | Some("" | "none") => None,
            Some("previous") => Some((back(from, days), back(from, 1))),
            Some("year_before") => from.checked_sub(1.year()).ok().zip(to.checked_sub(1.year()).ok()),
            Some(other) => {
                let why = format!("`{other}` is not previous, year_before or none");
                return Err(Error::invalid("compare", "unknown_option", why));
            }
        };
        Ok(Period { from, to, site, before })
    }

    /// The period beside this one.
    pub fn before(&self) -> Option<Period> {
        self.before.map(|(from, to)| Period { from, to, site: self.site, before: None })
    }

    /// The months of the period, a day more at either end: days begin at other moments in other zones.
    pub fn columns(&self, app: &App) -> Result<columns::Columns> {
        let ms = |day: Date, days: i64| kernel::Time::midnight(day).0.saturating_add(days * 24 * 60 * 60 * 1000);
        columns::Columns::open(app, ms(self.from, -1), ms(self.to, 2))
    }

    /// A condition on `visit v`.
    pub fn condition(&self) -> &'static str {
        match self.site {
            None => "v.day between cast(? as date) and cast(? as date)",
            Some(_) => "v.day between cast(? as date) and cast(? as date) and v.site = cast(? as uuid)",
        }
    }

    /// The arguments of [`Period::condition`].
    pub fn args(&self) -> Vec<Cell> {
        let mut args = vec![Cell::Text(self.from.to_string()), Cell::Text(self.to.to_string())];
        args.extend(self.site.map(|site| Cell::Text(site.to_string())));
        args
    }

    pub fn to_json(&self) -> Json {
        json!({ "from": self.from.to_string(), "to": self.to.to_string() })
    }
}

/// The day of the last visit, today where there is none.
fn last_day(app: &App) -> Result<Date> {
    let (zone, span) =
        app.read_now(&Principal::system("analysis"), |reader| Ok((columns::zone_of(reader)?, visits::span(reader)?)))?;
    let last = span.map_or(app.now().0, |(_, last)| last);
    Ok(jiff::Timestamp::from_millisecond(last).unwrap_or_default().to_zoned(zone).date())
}
