//! What a visitor's browser asks for: the language, the zone, the month, where they come from.

use axum::http::HeaderMap;
use foundation::company::appearance;
use foundation::{App, Reader};
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use kernel::{Error, Id, Time};

use super::{Asked, LANGUAGES};
use crate::bookings::plan::Plan;
use crate::bookings::slots::{self, Offer};
use crate::bookings::take::Origin;
use crate::bookings::{PAGE, queries};
use crate::recurrence::{local, moment};

/// What links of a page carry along.
const KEPT: [&str; 7] = ["lang", "visit", "utm_source", "utm_medium", "utm_campaign", "utm_term", "referrer"];

fn text<'h>(headers: &'h HeaderMap, name: &str) -> &'h str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

fn cut(text: &str) -> String {
    text.chars().take(500).collect()
}

pub fn load_plan(reader: &mut Reader, slug: &str) -> kernel::Result<(Plan, String)> {
    let pages = reader.object(PAGE)?;
    let page = queries::by_slug(reader, &pages, slug)?.ok_or(Error::NotFound)?;
    let company = appearance::show(reader)?["name"].as_str().unwrap_or_default().to_string();
    Ok((Plan::read(reader, &pages, &page)?, company))
}

/// The language asked for, else the browser's.
pub fn language(asked: &Asked, headers: &HeaderMap, otherwise: &str) -> String {
    let browser = text(headers, "accept-language");
    let wanted = asked.get("lang").map(String::as_str).into_iter().chain(browser.split(','));
    let mut codes = wanted.map(|tag| tag.trim().split(['-', ';', '_']).next().unwrap_or_default().to_ascii_lowercase());
    codes.find(|code| LANGUAGES.contains(&code.as_str())).unwrap_or_else(|| otherwise.to_string())
}

pub fn zone(asked: &Asked, otherwise: &TimeZone) -> (TimeZone, bool) {
    match asked.get("tz").and_then(|name| TimeZone::get(name).ok()) {
        Some(zone) if zone.iana_name().is_some() => (zone, true),
        _ => (otherwise.clone(), false),
    }
}

/// The month that is asked for, within what can be offered, and the chosen day.
pub struct Stretch {
    pub month: Date,
    pub day: Option<Date>,
    pub first: Date,
    pub last: Date,
    pub from: Time,
    pub to: Time,
}

fn stretch(plan: &Plan, asked: &Asked, zone: &TimeZone, now: Time) -> Stretch {
    let reach = slots::reach(plan, now);
    let begin = |day: Date| day.first_of_month();
    let (first, last) = (begin(local(reach.0, zone).date()), begin(local(reach.1, zone).date()));
    let day: Option<Date> = asked.get("day").and_then(|day| day.parse().ok());
    let named = asked.get("month").and_then(|month| format!("{month}-01").parse::<Date>().ok());
    let month = day.map(begin).or(named).unwrap_or(first).clamp(first, last.max(first));
    let after = month.saturating_add(1.month());
    Stretch {
        month,
        day,
        first,
        last,
        from: moment(month.at(0, 0, 0, 0), zone),
        to: moment(after.at(0, 0, 0, 0), zone),
    }
}

/// Offers of the month; where nobody named one and it is used up, of the next that has some.
pub fn month_of(
    reader: &mut Reader,
    plan: &Plan,
    asked: &Asked,
    zone: &TimeZone,
    moving: Option<Id>,
) -> kernel::Result<(Stretch, Vec<Offer>)> {
    let mut shown = stretch(plan, asked, zone, reader.now);
    let mut found = slots::offers(reader, plan, (shown.from, shown.to), moving)?;
    let is_named = asked.contains_key("day") || asked.contains_key("month");
    if found.is_empty() && !is_named && shown.month < shown.last {
        let next = shown.month.saturating_add(1.month());
        let asked = [("month".to_string(), next.strftime("%Y-%m").to_string())].into_iter().collect();
        shown = stretch(plan, &asked, zone, reader.now);
        found = slots::offers(reader, plan, (shown.from, shown.to), moving)?;
    }
    let days: Vec<Date> = found.iter().map(|offer| local(offer.at, zone).date()).collect();
    shown.day = shown.day.filter(|day| days.contains(day)).or(days.first().copied());
    Ok((shown, found))
}

pub fn kept(asked: &Asked, zone: &TimeZone, referrer: Option<&str>) -> Vec<(String, String)> {
    let mut kept: Vec<(String, String)> = Vec::new();
    for name in KEPT {
        let said = asked.get(name).map(|said| cut(said));
        let said = said.or_else(|| (name == "referrer").then(|| referrer.map(cut)).flatten());
        kept.extend(said.filter(|said| !said.is_empty()).map(|said| (name.to_string(), said)));
    }
    kept.push(("tz".into(), zone.iana_name().unwrap_or("UTC").into()));
    kept
}

pub fn origin_of(app: &App, asked: &Asked, headers: &HeaderMap) -> Origin {
    let said = |name: &str| asked.get(name).map(|text| cut(text)).filter(|text| !text.is_empty());
    let own = app.config().origin.as_str();
    let referrer = said("referrer").or_else(|| Some(cut(text(headers, "referer"))));
    Origin {
        visit: said("visit"),
        source: said("utm_source"),
        medium: said("utm_medium"),
        campaign: said("utm_campaign"),
        term: said("utm_term"),
        // Only the page, not what was asked of it: addresses carry what is nobody's business.
        referrer: referrer
            .map(|text| text.split(['?', '#']).next().unwrap_or_default().to_string())
            .filter(|text| text.starts_with("http") && !text.starts_with(own)),
    }
}
