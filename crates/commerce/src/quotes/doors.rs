//! The public page of a quote, behind its signed link: to read, ask, choose, accept or refuse. It is whole without a script
//! and on a phone, and nothing on it is changed by opening it: what is chosen travels in the address until it is accepted.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use axum::extract::{ConnectInfo, DefaultBodyLimit, Path, RawForm, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Extension, Router};
use channels::doors as visitor;
use foundation::App;
use foundation::access::Principal;
use foundation::doors::limiter::{Limiter, Rate, Subject};
use foundation::doors::origin;
use kernel::{Error, Id, Result};

use super::answer::{self, Signed, Standing};
use super::document::{Choice, Document, Version};
use super::html::{self, Said};
use super::{link, queries, routes, talk, words};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");
/// Bytes of a form: a drawn signature is the most of it.
const FORM_BYTES: usize = 96 << 10;
/// One address; an office may be behind it.
const RATE: Rate = Rate { per_second: 10.0, burst: 400.0 };
/// The routes, beside those of the API: they are for whoever has a link.
pub fn router() -> Router<App> {
    Router::new()
        .route("/q/page.css", get(style))
        .route("/q/page.js", get(script))
        .route("/q/{token}", get(show))
        .route("/q/{token}/pdf", get(paper))
        .route("/q/{token}/accept", post(accept))
        .route("/q/{token}/refuse", post(refuse))
        .route("/q/{token}/ask", post(ask))
        .layer(DefaultBodyLimit::max(FORM_BYTES))
        .layer(Extension(Arc::<Limiter>::default()))
}

async fn style() -> Response {
    asset(STYLE, "text/css; charset=utf-8")
}

async fn script() -> Response {
    asset(SCRIPT, "text/javascript; charset=utf-8")
}

fn asset(text: &'static str, kind: &'static str) -> Response {
    let cached = HeaderValue::from_static("public, max-age=3600");
    ([(header::CONTENT_TYPE, HeaderValue::from_static(kind)), (header::CACHE_CONTROL, cached)], text).into_response()
}

/// Acts for whoever has the link; what they may do is in the link itself.
fn customer() -> Principal {
    Principal::system("quote page")
}

/// What every request of a page carries.
struct Asked {
    version: Id,
    token: String,
    address: String,
    agent: String,
    language: String,
}

fn asked(
    app: &App,
    token: String,
    peer: Option<&Extension<ConnectInfo<SocketAddr>>>,
    limiter: &Limiter,
    headers: &HeaderMap,
) -> std::result::Result<Asked, Box<Response>> {
    let said = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("");
    let language: String = said(header::ACCEPT_LANGUAGE).chars().take(2).collect();
    let address = peer.map(|Extension(ConnectInfo(peer))| peer.ip());
    if let Some(address) = address.filter(|address| !address.is_loopback())
        && limiter.take(Subject::Address(address), RATE, Instant::now()).is_err()
    {
        return Err(Box::new(plain(StatusCode::TOO_MANY_REQUESTS, words::of(&language).busy, &language)));
    }
    let Some(version) = link::version(app, &token) else {
        return Err(Box::new(plain(StatusCode::NOT_FOUND, words::of(&language).not_found, &language)));
    };
    let address = address.map(|address| address.to_string()).unwrap_or_default();
    Ok(Asked { version, token, address, agent: said(header::USER_AGENT).to_string(), language })
}

fn plain(status: StatusCode, text: &str, language: &str) -> Response {
    (status, page(html::notice(text, language))).into_response()
}

fn page(html: String) -> Response {
    let mut response = html.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    // The address is the key: it goes to nobody else, and into no search engine.
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert("x-robots-tag", HeaderValue::from_static("noindex, nofollow"));
    response
}

fn failed(fault: Error, language: &str) -> Response {
    let say = words::of(language);
    match fault {
        Error::NotFound => plain(StatusCode::NOT_FOUND, say.not_found, language),
        Error::Busy { .. } => plain(StatusCode::TOO_MANY_REQUESTS, say.busy, language),
        other => {
            tracing::error!(fault = %other, "the page of a quote failed");
            plain(StatusCode::INTERNAL_SERVER_ERROR, say.busy, language)
        }
    }
}

async fn show(
    State(app): State<App>,
    Extension(limiter): Extension<Arc<Limiter>>,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    method: Method,
    headers: HeaderMap,
    Path(token): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let asked = match asked(&app, token, peer.as_ref(), &limiter, &headers) {
        Ok(asked) => asked,
        Err(refusal) => return *refusal,
    };
    let fields = fields(query.as_deref().unwrap_or_default());
    let (standing, version, document, talk) = match standing(&app, asked.version).await {
        Ok(found) => found,
        Err(fault) => return failed(fault, &asked.language),
    };
    // Whoever chooses on the page has opened it before.
    if fields.is_empty() && method == Method::GET {
        let (id, person) = (version.id, visitor::is_person(&headers));
        if let Err(fault) = app.write(&customer(), move |op| answer::seen(op, id, person)).await {
            tracing::error!(%fault, "a look at a quote was not counted");
        }
    }
    let said = match fields.iter().find(|(name, _)| name == "said").map(|(_, value)| value.as_str()) {
        Some("asked") => Said::Asked,
        Some("incomplete") => Said::Incomplete,
        _ => Said::Nothing,
    };
    let choice = choice(&fields);
    match document.reckon(&choice) {
        Ok(reckoned) => page(html::quote(&document, &reckoned, standing, &asked.token, said, &talk)),
        Err(_) => match document.reckon(&Choice::default()) {
            Ok(reckoned) => page(html::quote(&document, &reckoned, standing, &asked.token, Said::Cannot, &talk)),
            Err(fault) => failed(fault, &asked.language),
        },
    }
}

async fn standing(app: &App, version: Id) -> Result<(Standing, Version, Document, Vec<talk::Said>)> {
    app.read(&customer(), move |reader| {
        let version = queries::version_by_id(reader, version)?.ok_or(Error::NotFound)?;
        let (standing, _, _) = answer::standing(reader, &version)?;
        let document = version.document()?;
        let talk = talk::shown(reader, version.quote)?;
        Ok((standing, version, document, talk))
    })
    .await
}

async fn paper(
    State(app): State<App>,
    Extension(limiter): Extension<Arc<Limiter>>,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
    Path(token): Path<String>,
) -> Response {
    let asked = match asked(&app, token, peer.as_ref(), &limiter, &headers) {
        Ok(asked) => asked,
        Err(refusal) => return *refusal,
    };
    let version = asked.version;
    let who = customer();
    let read = app.read(&who, move |reader| {
        let version = queries::version_by_id(reader, version)?.ok_or(Error::NotFound)?;
        let number = version.document()?.number;
        Ok((queries::paper(reader, version.id)?.ok_or(Error::NotFound)?, number))
    });
    match read.await {
        Ok((paper, number)) => routes::pdf(paper, &number),
        Err(fault) => failed(fault, &asked.language),
    }
}

/// What a form of the page was sent with.
macro_rules! form {
    ($app:ident, $limiter:ident, $peer:ident, $headers:ident, $token:ident, $form:ident) => {{
        let asked = match asked(&$app, $token, $peer.as_ref(), &$limiter, &$headers) {
            Ok(asked) => asked,
            Err(refusal) => return *refusal,
        };
        if !origin::is_ours(&Method::POST, &$headers, &$app.config().origin) {
            return plain(StatusCode::FORBIDDEN, words::of(&asked.language).not_found, &asked.language);
        }
        let fields = fields(&String::from_utf8_lossy(&$form));
        (asked, fields)
    }};
}

async fn accept(
    State(app): State<App>,
    Extension(limiter): Extension<Arc<Limiter>>,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
    Path(token): Path<String>,
    RawForm(form): RawForm,
) -> Response {
    let (asked, fields) = form!(app, limiter, peer, headers, token, form);
    let field =
        |name: &str| fields.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone()).unwrap_or_default();
    let back = |said: &str| Redirect::to(&format!("/q/{}?said={said}", asked.token)).into_response();
    if field("agree").is_empty() {
        return back("incomplete");
    }
    // A path and nothing else: it is only ever drawn.
    let drawing = field("drawing");
    let is_path = drawing.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'M' | b'L' | b' ' | b'-' | b'.'));
    let signed = Signed {
        name: field("name"),
        address: asked.address.clone(),
        agent: asked.agent.clone(),
        drawing: if is_path { drawing } else { String::new() },
        choice: choice(&fields),
    };
    let version = asked.version;
    match app.write(&customer(), move |op| answer::accept(op, version, &signed)).await {
        Ok(_) => Redirect::to(&format!("/q/{}", asked.token)).into_response(),
        Err(Error::Invalid(faults)) if faults.iter().any(|fault| fault.code == "required") => back("incomplete"),
        Err(Error::Invalid(_)) => back("cannot"),
        Err(fault) => failed(fault, &asked.language),
    }
}

async fn refuse(
    State(app): State<App>,
    Extension(limiter): Extension<Arc<Limiter>>,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
    Path(token): Path<String>,
    RawForm(form): RawForm,
) -> Response {
    let (asked, fields) = form!(app, limiter, peer, headers, token, form);
    let reason = fields.iter().find(|(name, _)| name == "reason").map(|(_, value)| value.clone()).unwrap_or_default();
    let version = asked.version;
    match app.write(&customer(), move |op| answer::refuse(op, version, &reason)).await {
        Ok(_) => Redirect::to(&format!("/q/{}", asked.token)).into_response(),
        Err(fault) => failed(fault, &asked.language),
    }
}

async fn ask(
    State(app): State<App>,
    Extension(limiter): Extension<Arc<Limiter>>,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
    Path(token): Path<String>,
    RawForm(form): RawForm,
) -> Response {
    let (asked, fields) = form!(app, limiter, peer, headers, token, form);
    let words = fields.iter().find(|(name, _)| name == "question").map(|(_, value)| value.clone()).unwrap_or_default();
    let version = asked.version;
    match app.write(&customer(), move |op| answer::ask(op, version, &words)).await {
        Ok(()) => Redirect::to(&format!("/q/{}?said=asked", asked.token)).into_response(),
        Err(Error::Invalid(_)) => Redirect::to(&format!("/q/{}", asked.token)).into_response(),
        Err(fault) => failed(fault, &asked.language),
    }
}

/// Fields of a form or of an address, in their order.
fn fields(text: &str) -> Vec<(String, String)> {
    let pairs = text.split('&').filter(|pair| !pair.is_empty()).take(2_000);
    pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decoded(name), decoded(value))
        })
        .collect()
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let mut ahead = rest.clone();
                let digit = |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16));
                match (digit(ahead.next()), digit(ahead.next())) {
                    (Some(high), Some(low)) => {
                        bytes.push(u8::try_from(high * 16 + low).unwrap_or(b'?'));
                        rest = ahead;
                    }
                    _ => bytes.push(b'%'),
                }
            }
            byte => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// `chooses=1` and `o=<line>` for each optional line wanted, `n_<line>=<quantity>`.
fn choice(fields: &[(String, String)]) -> Choice {
    let mut choice = Choice::default();
    if fields.iter().any(|(name, _)| name == "chooses") {
        let wanted = fields.iter().filter(|(name, _)| name == "o").filter_map(|(_, value)| Id::parse(value));
        choice.chosen = Some(wanted.collect::<BTreeSet<Id>>());
    }
    for (name, value) in fields {
        let Some(line) = name.strip_prefix("n_").and_then(Id::parse) else { continue };
        if let Ok(quantity) = value.trim().replace(',', ".").parse::<f64>() {
            choice.quantities.insert(line, quantity);
        }
    }
    choice
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_read_as_browsers_write_them() {
        let read = fields("name=Ion+%C8%98tef&question=100%25%&n_01=2&x");
        assert_eq!(read[0].1, "Ion Ștef");
        assert_eq!(read[1].1, "100%%");
        let id = Id::derived(1, &[1; 10]);
        let chosen = choice(&fields(&format!("chooses=1&o={id}&n_{id}=2,5&n_{id}x=9")));
        assert_eq!((chosen.chosen, chosen.quantities), (Some([id].into()), [(id, 2.5)].into()));
    }
}
