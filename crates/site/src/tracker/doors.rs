//! `/t.js`, `/t` and `/t/visit`: what visitors' browsers reach. Only pages of sites that were set up are heard.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{ConnectInfo, DefaultBodyLimit, Query, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};
use foundation::App;
use foundation::access::Principal;
use foundation::doors::limiter::{Limiter, Rate, Subject};
use foundation::doors::problem::{Problem, Result};
use kernel::{Error, Id};
use serde::Deserialize;
use serde_json::json;

use super::hit::{Hit, POST_BYTES, Posted};
use super::inbox::Inbox;
use super::salt::{self, Salts};
use super::sites::{self, Known};
use super::token;
use crate::countries::{self, Countries};

/// The script as it is served, without its comments and indents.
const SCRIPT: &str = include_str!("t.js");
/// What is known of sites may be so old; a name that is not among them is looked for again.
const FRESH: Duration = Duration::from_secs(5);
const LOOK_AGAIN: Duration = Duration::from_millis(200);
/// One address: a whole office may be behind it. This machine's own is not counted, it is a proxy's.
const RATE: Rate = Rate { per_second: 50.0, burst: 500.0 };
/// Characters of a user agent.
const AGENT: usize = 512;

/// What all requests share.
#[derive(Default)]
struct Tracker {
    inbox: Inbox,
    salts: Salts,
    limiter: Limiter,
    setup: Mutex<Option<(Instant, Arc<Setup>)>>,
}

/// The sites, and where addresses are.
struct Setup {
    sites: Vec<Known>,
    countries: Arc<Countries>,
}

/// The routes, beside those of the API: they are for everybody and answer other origins.
pub fn router() -> Router<App> {
    Router::new()
        .route("/t.js", get(script))
        .route("/t", get(nothing).post(take).options(asked_before))
        .route("/t/visit", get(visit).options(asked_before))
        .layer(DefaultBodyLimit::max(POST_BYTES))
        .layer(Extension(Arc::<Tracker>::default()))
}

async fn script() -> Response {
    let lines = SCRIPT.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//"));
    let text: Vec<&str> = lines.collect();
    let mut response = text.join("\n").into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/javascript; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600"));
    headers.insert(FOREIGN, HeaderValue::from_static("cross-origin"));
    response
}

const FOREIGN: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

async fn nothing() -> Problem {
    Problem::MethodNotAllowed
}

/// Hits. The answer comes when they are on disk.
async fn take(
    State(app): State<App>,
    Extension(tracker): Extension<Arc<Tracker>>,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
    body: std::result::Result<Bytes, BytesRejection>,
) -> Result<Response> {
    let body = body.map_err(|_| Error::TooLarge(format!("a page tells {} kB at once", POST_BYTES >> 10)))?;
    let address = tracker.admit(peer.as_ref())?;
    let origin = text(&headers, "origin");
    let (setup, site) = tracker.site(&app, origin).await?;
    let posted = Posted::parse(&body)?;
    let is_own = |url: &str| sites::of(&setup.sites, url).is_some_and(|of| of.id == site);
    if !posted.urls().all(is_own) {
        return Err(Problem::ForeignOrigin);
    }
    let allowed = posted.allowed(says_no(&headers));
    let agent: String = text(&headers, "user-agent").chars().take(AGENT).collect();
    let visitor = tracker.visitor(&app, site, &address, &agent, allowed.id.as_deref()).await?;
    let like = Hit {
        site,
        visitor: crate::visits::hex(&visitor),
        lasting: allowed.id.is_some(),
        at: app.now().0,
        path: String::new(),
        event: None,
        referrer: String::new(),
        query: String::new(),
        agent,
        country: setup.countries.of(&address).map(|code| String::from_utf8_lossy(&code).into_owned()),
        party: allowed.who.as_deref().and_then(|word| token::party(&app, word)),
    };
    tracker.inbox.keep(&app, &posted.hits(&like)).await?;
    Ok(open_to(StatusCode::NO_CONTENT.into_response(), origin))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Device {
    /// The id on the device of a visitor who agreed.
    #[serde(default)]
    i: Option<String>,
}

/// A word for the visit that somebody is on, which an order may carry.
async fn visit(
    State(app): State<App>,
    Extension(tracker): Extension<Arc<Tracker>>,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
    Query(device): Query<Device>,
) -> Result<Response> {
    let address = tracker.admit(peer.as_ref())?;
    let origin = text(&headers, "origin");
    let (_, site) = tracker.site(&app, origin).await?;
    let agent: String = text(&headers, "user-agent").chars().take(AGENT).collect();
    let id = device.i.filter(|_| !says_no(&headers));
    let visitor = tracker.visitor(&app, site, &address, &agent, id.as_deref()).await?;
    let word = token::visit(&app, &visitor, app.now().0)?;
    let mut response = json!({ "visit": word }).to_string().into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(open_to(response, origin))
}

/// A browser asks whether a page may ask.
async fn asked_before(
    State(app): State<App>,
    Extension(tracker): Extension<Arc<Tracker>>,
    headers: HeaderMap,
) -> Result<Response> {
    let origin = text(&headers, "origin");
    tracker.site(&app, origin).await?;
    let mut response = open_to(StatusCode::NO_CONTENT.into_response(), origin);
    for (name, value) in [
        (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST"),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, "content-type"),
        (header::ACCESS_CONTROL_MAX_AGE, "86400"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    Ok(response)
}

/// Lets pages of this origin, which is one of ours, read the answer.
fn open_to(mut response: Response, origin: &str) -> Response {
    let headers = response.headers_mut();
    if let Ok(origin) = HeaderValue::from_str(origin) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    }
    headers.insert(header::VARY, HeaderValue::from_static("origin"));
    headers.insert(FOREIGN, HeaderValue::from_static("cross-origin"));
    response
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> &'h str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// The browser says that its user is not to be followed.
fn says_no(headers: &HeaderMap) -> bool {
    text(headers, "sec-gpc") == "1" || text(headers, "dnt") == "1"
}

impl Tracker {
    /// Who asks, unless that one asks too often.
    fn admit(&self, peer: Option<&Extension<ConnectInfo<SocketAddr>>>) -> Result<String> {
        let Some(address) = peer.map(|Extension(ConnectInfo(peer))| peer.ip()) else { return Ok(String::new()) };
        if !address.is_loopback() {
            let taken = self.limiter.take(Subject::Address(address), RATE, Instant::now());
            taken.map_err(|retry_after_s| Problem::RateLimited { retry_after_s })?;
        }
        Ok(address.to_string())
    }

    /// The site of an origin.
    async fn site(&self, app: &App, origin: &str) -> Result<(Arc<Setup>, Id)> {
        let mut setup = self.setup(app, FRESH).await?;
        if sites::of(&setup.sites, origin).is_none() {
            setup = self.setup(app, LOOK_AGAIN).await?;
        }
        let site = sites::of(&setup.sites, origin).map(|site| site.id).ok_or(Problem::ForeignOrigin)?;
        Ok((setup, site))
    }

    async fn setup(&self, app: &App, fresh: Duration) -> Result<Arc<Setup>> {
        let kept = self.setup.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((at, setup)) = kept
            && at.elapsed() < fresh
        {
            return Ok(setup);
        }
        let of = app.clone();
        let system = Principal::system("site");
        let read = app.read(&system, move |reader| {
            Ok(Setup { sites: sites::load(reader.tx)?, countries: countries::current(&of, reader)? })
        });
        let setup = Arc::new(read.await?);
        *self.setup.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), setup.clone()));
        Ok(setup)
    }

    async fn visitor(&self, app: &App, site: Id, address: &str, agent: &str, id: Option<&str>) -> Result<[u8; 16]> {
        Ok(match id {
            Some(id) => salt::lasting(app, id).map_err(Error::internal)?,
            None => salt::of_day(&self.salts.today(app).await?, site, address, agent),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::SCRIPT;

    #[test]
    fn the_script_is_smaller_than_two_kilobytes() {
        let sent: usize =
            SCRIPT.lines().map(str::trim).filter(|line| !line.starts_with("//")).map(|line| line.len() + 1).sum();
        assert!(sent < 2_048, "{sent} bytes");
    }
}
