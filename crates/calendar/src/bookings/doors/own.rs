//! A visitor's own booking, for whoever holds its link: seen, moved, cancelled, taken into a calendar.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Form as Fields, Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use foundation::App;
use foundation::doors::problem::Result;
use jiff::tz::TimeZone;
use kernel::{Error, Id, Time};

use super::asked::{kept, language, month_of, zone};
use super::{Asked, Counted, LANGUAGES, Peer, Shown, drawn, ip, product, see_other};
use crate::bookings::draw::Choosing;
use crate::bookings::letter::{self, Told};
use crate::bookings::{change, token};

async fn load_booking(app: &App, word: &str) -> Result<(Id, Told)> {
    let id = token::booking(app, word).ok_or(Error::NotFound)?;
    let told = app.read(&product(), move |reader| letter::told(reader, id)).await?;
    Ok((id, told))
}

/// Whoever holds the link sees their booking; looking changes nothing, for programs open every link.
pub async fn booked(State(app): State<App>, Path(word): Path<String>, Query(asked): Query<Asked>) -> Result<Response> {
    let (_, told) = load_booking(&app, &word).await?;
    let (here, _) = zone(&asked, &told.zone);
    let spoken = language(&asked, &HeaderMap::new(), &told.language);
    let is_over = told.starts_at <= app.now();
    let shown = Shown { company: &told.company, plan: &told.plan, language: &spoken, zone: &here };
    drawn(&shown, |page| (StatusCode::OK, page.booked(&told, &word, is_over)))
}

pub async fn cancel(
    State(app): State<App>,
    Path(word): Path<String>,
    Query(asked): Query<Asked>,
    Fields(said): Fields<Asked>,
) -> Result<Response> {
    let id = token::booking(&app, &word).ok_or(Error::NotFound)?;
    if said.get("action").map(String::as_str) == Some("cancel") {
        app.write(&product(), move |op| {
            op.channel = "web";
            change::cancel(op, id)
        })
        .await?;
    }
    Ok(see_other(&back(&word, &asked)))
}

fn back(word: &str, asked: &Asked) -> String {
    let lang = asked.get("lang").map(String::as_str).filter(|code| LANGUAGES.contains(code));
    let tz = asked.get("tz").and_then(|name| TimeZone::get(name).ok());
    let tz = tz.as_ref().and_then(|zone| zone.iana_name()).map(|name| name.replace('/', "%2F"));
    let asks: Vec<String> =
        lang.map(|code| format!("lang={code}")).into_iter().chain(tz.map(|name| format!("tz={name}"))).collect();
    let asks = if asks.is_empty() { String::new() } else { format!("?{}", asks.join("&")) };
    format!("/b/booked/{word}{asks}")
}

pub async fn times(
    State(app): State<App>,
    Extension(counted): Extension<Arc<Counted>>,
    peer: Peer,
    Path(word): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    counted.look(ip(&peer))?;
    times_of(&app, &word, &asked, None).await
}

async fn times_of(app: &App, word: &str, asked: &Asked, fault: Option<StatusCode>) -> Result<Response> {
    let (id, told) = load_booking(app, word).await?;
    if !told.is_booked || told.starts_at <= app.now() {
        return Ok(see_other(&back(word, asked)));
    }
    let (here, _) = zone(asked, &told.zone);
    let spoken = language(asked, &HeaderMap::new(), &told.language);
    let (plan, asks, zone) = (told.plan.clone(), asked.clone(), here.clone());
    let found = app.read(&product(), move |reader| month_of(reader, &plan, &asks, &zone, Some(id))).await?;
    let (shown, offers) = found;
    let with = Shown { company: &told.company, plan: &told.plan, language: &spoken, zone: &here };
    drawn(&with, |page| {
        let html = page.choose(&Choosing {
            month: shown.month,
            day: shown.day,
            offers: &offers,
            first: shown.first,
            last: shown.last,
            path: &format!("/b/booked/{word}/times"),
            kept: &kept(asked, &here, None),
            moves: true,
            says_zone: true,
            fault: fault.map(|_| page.words().taken),
        });
        (fault.unwrap_or(StatusCode::OK), html)
    })
}

pub async fn shift(
    State(app): State<App>,
    Extension(counted): Extension<Arc<Counted>>,
    peer: Peer,
    Path(word): Path<String>,
    Query(asked): Query<Asked>,
    Fields(said): Fields<Asked>,
) -> Result<Response> {
    counted.is_often(ip(&peer))?;
    let (id, told) = load_booking(&app, &word).await?;
    let Some(at) = said.get("at").and_then(|at| Time::parse(at)) else {
        return times_of(&app, &word, &asked, Some(StatusCode::UNPROCESSABLE_ENTITY)).await;
    };
    let plan = told.plan;
    let moved = app
        .write(&product(), move |op| {
            op.channel = "web";
            change::shift(op, &plan, id, at)
        })
        .await;
    match moved {
        Ok(()) => Ok(see_other(&back(&word, &asked))),
        Err(Error::Conflict { code: "booking.taken", .. }) => {
            times_of(&app, &word, &asked, Some(StatusCode::CONFLICT)).await
        }
        Err(Error::Conflict { code: "booking.over", .. }) => Ok(see_other(&back(&word, &asked))),
        Err(fault) => Err(fault.into()),
    }
}

pub async fn calendar(State(app): State<App>, Path(word): Path<String>) -> Result<Response> {
    let (_, told) = load_booking(&app, &word).await?;
    let link = format!("{}/b/booked/{word}", app.config().origin);
    let text = letter::calendar(&told, !told.is_booked, app.now(), &link);
    let headers = [
        (header::CONTENT_TYPE, "text/calendar; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"meeting.ics\""),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, text).into_response())
}
