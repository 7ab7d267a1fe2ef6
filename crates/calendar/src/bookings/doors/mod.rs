//! `/b/{slug}`: what anybody's browser reaches. Looking changes nothing; taking somebody's time is counted by address.

mod asked;
mod own;
mod typed;

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Instant;

use axum::extract::{ConnectInfo, DefaultBodyLimit, Form as Fields, Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};
use foundation::App;
use foundation::access::{Principal, Secret};
use foundation::doors::limiter::{Limiter, Rate, Subject};
use foundation::doors::open::machines::{self, TRAP};
use foundation::doors::problem::{Problem, Result};
use jiff::tz::TimeZone;
use kernel::{Error, Time};

use self::asked::{kept, language, load_plan, month_of, origin_of, zone};
use self::typed::read_wish;
use super::draw::{Choosing, Page, Typing};
use super::guard::{self, Signs};
use super::plan::Plan;
use super::take::{self, Origin};
use super::{slots, token};

/// Bytes of what is sent.
const BYTES: usize = 64 * 1024;
/// Bookings of one address: a few at once, then one every five minutes, are nothing odd.
const USUAL: Rate = Rate { per_second: 1.0 / 300.0, burst: 4.0 };
/// More than this is refused, and so is looking more often than people do: each look reads calendars.
const MOST: Rate = Rate { per_second: 0.5, burst: 30.0 };
const LOOKS: Rate = Rate { per_second: 4.0, burst: 80.0 };
const LANGUAGES: [&str; 4] = ["en", "ru", "zh", "ro"];

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
        .route("/b/booked/{token}", get(own::booked).post(own::cancel))
        .route("/b/booked/{token}/times", get(own::times).post(own::shift))
        .route("/b/booked/{token}/meeting.ics", get(own::calendar))
        .layer(DefaultBodyLimit::max(BYTES))
        .layer(Extension(Arc::<Counted>::default()))
}

fn product() -> Principal {
    Principal::system("bookings")
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
    let links = said.values().map(|text| machines::links(text)).sum();
    let signs = Signs { shown_at, now: app.now().0, is_often, links };
    if guard::is_doubtful(&signs) && !machines::is_worked(&stamp, &proof) {
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
