//! `/b/{slug}`: what anybody's browser reaches. Looking changes nothing; taking somebody's time is counted by address.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Instant;

use axum::extract::{ConnectInfo, DefaultBodyLimit, Form as Fields, Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};
use foundation::access::{Principal, Secret};
use foundation::company::appearance;
use foundation::doors::limiter::{Limiter, Rate, Subject};
use foundation::doors::problem::{Problem, Result};
use foundation::{App, Reader};
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use kernel::{Error, Id, Time};

use super::draw::{Choosing, Page, TRAP, Typing};
use super::guard::{self, Signs};
use super::letter::{self, Told};
use super::plan::Plan;
use super::slots::{self, Offer};
use super::take::{self, Origin, Wish};
use super::{PAGE, change, queries, token};
use crate::recurrence::{local, moment};

/// Bytes of what is sent.
const BYTES: usize = 64 * 1024;
/// Bookings of one address: a few at once, then one every five minutes, are nothing odd.
const USUAL: Rate = Rate { per_second: 1.0 / 300.0, burst: 4.0 };
/// More than this is refused, and so is looking more often than people do: each look reads calendars.
const MOST: Rate = Rate { per_second: 0.5, burst: 30.0 };
const LOOKS: Rate = Rate { per_second: 4.0, burst: 80.0 };
const LANGUAGES: [&str; 4] = ["en", "ru", "zh", "ro"];
/// What links of a page carry along.
const KEPT: [&str; 7] = ["lang", "visit", "utm_source", "utm_medium", "utm_campaign", "utm_term", "referrer"];

type Asked = BTreeMap<String, String>;

/// What all requests share.
#[derive(Default)]
struct Counted {
    usual: Limiter,
    most: Limiter,
    looks: Limiter,
}

/// The routes, beside those of the API: they are for everybody.
pub fn router() -> Router<App> {
    Router::new()
        .route("/b/{slug}", get(show).post(send))
        .route("/b/booked/{token}", get(booked).post(cancel))
        .route("/b/booked/{token}/times", get(times).post(shift))
        .route("/b/booked/{token}/meeting.ics", get(calendar))
        .layer(DefaultBodyLimit::max(BYTES))
        .layer(Extension(Arc::<Counted>::default()))
}

fn product() -> Principal {
    Principal::system("bookings")
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> &'h str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

fn cut(text: &str) -> String {
    text.chars().take(500).collect()
}

fn load_plan(reader: &mut Reader, slug: &str) -> kernel::Result<(Plan, String)> {
    let pages = reader.object(PAGE)?;
    let page = queries::by_slug(reader, &pages, slug)?.ok_or(Error::NotFound)?;
    let company = appearance::show(reader)?["name"].as_str().unwrap_or_default().to_string();
    Ok((Plan::read(reader, &pages, &page)?, company))
}

/// The language asked for, else the browser's.
fn language(asked: &Asked, headers: &HeaderMap, otherwise: &str) -> String {
    let browser = text(headers, "accept-language");
    let wanted = asked.get("lang").map(String::as_str).into_iter().chain(browser.split(','));
    let mut codes = wanted.map(|tag| tag.trim().split(['-', ';', '_']).next().unwrap_or_default().to_ascii_lowercase());
    codes.find(|code| LANGUAGES.contains(&code.as_str())).unwrap_or_else(|| otherwise.to_string())
}

fn zone(asked: &Asked, otherwise: &TimeZone) -> (TimeZone, bool) {
    match asked.get("tz").and_then(|name| TimeZone::get(name).ok()) {
        Some(zone) if zone.iana_name().is_some() => (zone, true),
        _ => (otherwise.clone(), false),
    }
}

/// The month that is asked for, within what can be offered, and the chosen day.
struct Stretch {
    month: Date,
    day: Option<Date>,
    first: Date,
    last: Date,
    from: Time,
    to: Time,
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
fn month_of(
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

fn kept(asked: &Asked, zone: &TimeZone, referrer: Option<&str>) -> Vec<(String, String)> {
    let mut kept: Vec<(String, String)> = Vec::new();
    for name in KEPT {
        let said = asked.get(name).map(|said| cut(said));
        let said = said.or_else(|| (name == "referrer").then(|| referrer.map(cut)).flatten());
        kept.extend(said.filter(|said| !said.is_empty()).map(|said| (name.to_string(), said)));
    }
    kept.push(("tz".into(), zone.iana_name().unwrap_or("UTC").into()));
    kept
}

fn origin_of(app: &App, asked: &Asked, headers: &HeaderMap) -> Origin {
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

impl Counted {
    fn look(&self, address: Option<IpAddr>) -> Result<()> {
        let Some(address) = address.filter(|address| !address.is_loopback()) else { return Ok(()) };
        let taken = self.looks.take(Subject::Address(address), LOOKS, Instant::now());
        taken.map_err(|retry_after_s| Problem::RateLimited { retry_after_s }).map(drop)
    }

    /// Whether an address books often; far too often is refused. This machine's own is a proxy's.
    fn is_often(&self, address: Option<IpAddr>) -> Result<bool> {
        let Some(address) = address.filter(|address| !address.is_loopback()) else { return Ok(false) };
        let (subject, now) = (Subject::Address(address), Instant::now());
        self.most.take(subject, MOST, now).map_err(|retry_after_s| Problem::RateLimited { retry_after_s })?;
        Ok(self.usual.take(subject, USUAL, now).is_err())
    }
}

type Peer = Option<Extension<ConnectInfo<SocketAddr>>>;

fn ip(peer: &Peer) -> Option<IpAddr> {
    peer.as_ref().map(|Extension(ConnectInfo(peer))| peer.ip())
}

async fn show(
    State(app): State<App>,
    Extension(counted): Extension<Arc<Counted>>,
    peer: Peer,
    Path(slug): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Response> {
    counted.look(ip(&peer))?;
    choose(&app, &slug, &asked, &headers, None).await
}

/// The page of a time where one is chosen and still free, else that of the month.
async fn choose(
    app: &App,
    slug: &str,
    asked: &Asked,
    headers: &HeaderMap,
    fault: Option<StatusCode>,
) -> Result<Response> {
    let (wanted, asks) = (slug.to_string(), asked.clone());
    let at = asked.get("at").and_then(|at| Time::parse(at)).filter(|_| fault.is_none());
    let (plan, company, here, says_zone, found, offer) = app
        .read(&product(), move |reader| {
            let (plan, company) = load_plan(reader, &wanted)?;
            let (here, says_zone) = zone(&asks, plan.calendar.zone());
            let offer = match at {
                Some(at) => slots::at(reader, &plan, at, None)?,
                None => None,
            };
            let found = match offer {
                Some(_) => None,
                None => Some(month_of(reader, &plan, &asks, &here, None)?),
            };
            Ok((plan, company, here, says_zone, found, offer))
        })
        .await?;
    let spoken = language(asked, headers, "en");
    let origin = origin_of(app, asked, headers);
    let stamp = token::stamp(app, plan.id, app.now().0)?;
    drawn(&Shown { company: &company, plan: &plan, language: &spoken, zone: &here }, |page| {
        if !plan.is_active {
            return (StatusCode::GONE, page.said(page.words().closed));
        }
        if let Some(offer) = &offer {
            let (typed, faults) = (BTreeMap::new(), BTreeMap::new());
            let asked = Typing {
                at: offer.at,
                ends_at: offer.ends_at,
                stamp: &stamp,
                origin: &origin,
                typed: &typed,
                faults: &faults,
            };
            return (StatusCode::OK, page.ask(&asked));
        }
        let Some((shown, offers)) = &found else { return (StatusCode::OK, page.said(page.words().closed)) };
        let is_gone = fault.is_some() || at.is_some();
        let html = page.choose(&Choosing {
            month: shown.month,
            day: shown.day,
            offers,
            first: shown.first,
            last: shown.last,
            path: &format!("/b/{}", plan.slug),
            kept: &kept(asked, &here, origin.referrer.as_deref()),
            moves: false,
            says_zone,
            fault: is_gone.then(|| page.words().taken),
        });
        (fault.unwrap_or(StatusCode::OK), html)
    })
}

async fn send(
    State(app): State<App>,
    Extension(counted): Extension<Arc<Counted>>,
    peer: Peer,
    Path(slug): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    Fields(mut said): Fields<Asked>,
) -> Result<Response> {
    let is_often = counted.is_often(ip(&peer))?;
    let wanted = slug.clone();
    let (plan, company) = app.read(&product(), move |reader| load_plan(reader, &wanted)).await?;
    let (here, _) = zone(&asked, plan.calendar.zone());
    let spoken = language(&asked, &headers, "en");
    let shown = Shown { company: &company, plan: &plan, language: &spoken, zone: &here };
    if !plan.is_active {
        return drawn(&shown, |page| (StatusCode::GONE, page.said(page.words().closed)));
    }
    let mut unseen = |name: &str| said.remove(name).unwrap_or_default();
    let (stamp, proof, trap, at) = (unseen("stamp"), unseen("proof"), unseen(TRAP), unseen("at"));
    let origin: Origin = serde_json::from_str(&unseen("origin")).unwrap_or_default();
    if !trap.is_empty() {
        tracing::info!(page = %plan.id, "a field that nobody sees was filled in");
        return drawn(&shown, |page| (StatusCode::UNPROCESSABLE_ENTITY, page.said(page.words().refused)));
    }
    let Some(at) = Time::parse(&at) else {
        return choose(&app, &slug, &asked, &headers, Some(StatusCode::UNPROCESSABLE_ENTITY)).await;
    };
    let shown_at = token::shown_at(&app, plan.id, &stamp);
    // What is shown again is signed anew only where its signature was not ours.
    let stamp = if shown_at.is_some() { stamp } else { token::stamp(&app, plan.id, app.now().0)? };
    let ends_at = Time(at.0.saturating_add(plan.minutes * 60_000));
    let zone_name = here.iana_name().unwrap_or("UTC");
    let (wish, faults) = read_wish(&plan, &said, (at, &spoken, zone_name), &origin, &stamp);
    let none = BTreeMap::new();
    if !faults.is_empty() {
        return drawn(&shown, |page| {
            let marked = faults.iter().map(|(name, why)| (name.clone(), why.say(page))).collect();
            let typing = Typing { at, ends_at, stamp: &stamp, origin: &origin, typed: &said, faults: &marked };
            (StatusCode::UNPROCESSABLE_ENTITY, page.ask(&typing))
        });
    }
    let links = said.values().map(|text| guard::links(text)).sum();
    let signs = Signs { shown_at, now: app.now().0, is_often, links };
    if guard::is_doubtful(&signs) && !guard::is_worked(&stamp, &proof) {
        let typing = Typing { at, ends_at, stamp: &stamp, origin: &origin, typed: &said, faults: &none };
        return drawn(&shown, |page| (StatusCode::OK, page.work(&typing)));
    }
    let taken = app
        .write(&product(), move |op| {
            op.channel = "web";
            take::take(op, &plan, &wish)
        })
        .await;
    match taken {
        Ok(booking) => {
            let token = token::of_booking(&app, booking)?;
            let name = zone_name.replace('/', "%2F");
            Ok(see_other(&format!("/b/booked/{token}?lang={spoken}&tz={name}")))
        }
        Err(Error::Conflict { code: "booking.taken", .. }) => {
            choose(&app, &slug, &asked, &headers, Some(StatusCode::CONFLICT)).await
        }
        Err(fault) => Err(fault.into()),
    }
}

fn see_other(to: &str) -> Response {
    let place = HeaderValue::from_str(to).unwrap_or_else(|_| HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(header::LOCATION, place)]).into_response()
}

/// Why something that was typed cannot stand.
#[derive(Debug, Clone, Copy)]
enum Why {
    Required,
    Wrong,
    Consent,
}

impl Why {
    fn say(self, page: &Page) -> &'static str {
        match self {
            Why::Required => page.words().required,
            Why::Wrong => page.words().wrong,
            Why::Consent => page.words().needs_consent,
        }
    }
}

/// What was typed, with what is wrong with it by field.
fn read_wish(
    plan: &Plan,
    said: &Asked,
    (at, language, time_zone): (Time, &str, &str),
    origin: &Origin,
    stamp: &str,
) -> (Wish, BTreeMap<String, Why>) {
    let mut faults = BTreeMap::new();
    let typed = |name: &str| said.get(name).map(|text| text.trim().to_string()).unwrap_or_default();
    let mut wish = Wish {
        at,
        first_name: typed("first_name"),
        last_name: typed("last_name"),
        email: String::new(),
        phone: None,
        answers: Vec::new(),
        time_zone: time_zone.into(),
        language: language.into(),
        consent: None,
        origin: origin.clone(),
        stamp: stamp.into(),
    };
    for (name, text) in [("first_name", &wish.first_name), ("last_name", &wish.last_name)] {
        if text.is_empty() {
            faults.insert(name.to_string(), Why::Required);
        }
    }
    let email = typed("email");
    match kernel::points::email(&email) {
        Some(email) => wish.email = email,
        None => {
            faults.insert("email".into(), if email.is_empty() { Why::Required } else { Why::Wrong });
        }
    }
    let phone = typed("phone");
    if !phone.is_empty() {
        match kernel::points::phone(&phone, None) {
            Some(phone) => wish.phone = Some(phone),
            None => {
                faults.insert("phone".into(), Why::Wrong);
            }
        }
    }
    for (n, question) in plan.questions.iter().enumerate() {
        let answer: String = typed(&format!("q{n}")).chars().take(2_000).collect();
        if answer.is_empty() && question.required {
            faults.insert(format!("q{n}"), Why::Required);
        } else if !answer.is_empty() {
            wish.answers.push((question.label(language).to_string(), answer));
        }
    }
    let consent = plan.words(language).consent;
    if !consent.is_empty() {
        if said.contains_key("consent") {
            wish.consent = Some(consent);
        } else {
            faults.insert("consent".into(), Why::Consent);
        }
    }
    (wish, faults)
}

async fn load_booking(app: &App, word: &str) -> Result<(Id, Told)> {
    let id = token::booking(app, word).ok_or(Error::NotFound)?;
    let told = app.read(&product(), move |reader| letter::told(reader, id)).await?;
    Ok((id, told))
}

/// Whoever holds the link sees their booking; looking changes nothing, for programs open every link.
async fn booked(State(app): State<App>, Path(word): Path<String>, Query(asked): Query<Asked>) -> Result<Response> {
    let (_, told) = load_booking(&app, &word).await?;
    let (here, _) = zone(&asked, &told.zone);
    let spoken = language(&asked, &HeaderMap::new(), &told.language);
    let is_over = told.starts_at <= app.now();
    let shown = Shown { company: &told.company, plan: &told.plan, language: &spoken, zone: &here };
    drawn(&shown, |page| (StatusCode::OK, page.booked(&told, &word, is_over)))
}

async fn cancel(
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

async fn times(
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

async fn shift(
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

async fn calendar(State(app): State<App>, Path(word): Path<String>) -> Result<Response> {
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

/// What a page is drawn with.
struct Shown<'p> {
    company: &'p str,
    plan: &'p Plan,
    language: &'p str,
    zone: &'p TimeZone,
}

/// A page with the headers that let only itself run.
fn drawn(shown: &Shown, draw: impl FnOnce(&Page) -> (StatusCode, String)) -> Result<Response> {
    let nonce = Secret::token("")?;
    let nonce = nonce.expose();
    let page = Page { company: shown.company, plan: shown.plan, language: shown.language, zone: shown.zone, nonce };
    let (status, html) = draw(&page);
    let policy = format!(
        "default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; form-action 'self'; base-uri 'none'; \
         frame-ancestors 'none'"
    );
    let mut response = (status, html).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    Ok(response)
}
