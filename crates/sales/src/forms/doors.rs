//! `/f/{slug}`: what anybody's browser reaches. Looking changes nothing; sending is counted by address.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Instant;

use axum::extract::{ConnectInfo, DefaultBodyLimit, Form as Fields, Path, Query, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};
use foundation::App;
use foundation::access::{Principal, Secret};
use foundation::company::appearance;
use foundation::doors::limiter::{Limiter, Rate, Subject};
use foundation::doors::open::machines::{self, TRAP};
use foundation::doors::problem::{Problem, Result};
use foundation::records::Object;
use kernel::{Error, FieldError};

use super::fields::{self, Definition};
use super::page::{Page, Unseen};
use super::suspicion::{self, Reason, Signs};
use super::take::{self, Became, Origin, Sent};
use super::{FORM, LEAD, queries, token, words};

/// Bytes of an answer.
const BYTES: usize = 64 * 1024;
/// Answers of one address: a few at once, then one every two minutes, are nothing odd.
const USUAL: Rate = Rate { per_second: 1.0 / 120.0, burst: 6.0 };
/// More than this is not even kept.
const MOST: Rate = Rate { per_second: 1.0, burst: 60.0 };
const EMBED: &str = include_str!("embed.js");
const LANGUAGES: [&str; 4] = ["en", "ru", "zh", "ro"];

/// What all requests share.
#[derive(Default)]
struct Counted {
    usual: Limiter,
    most: Limiter,
}

/// The routes, beside those of the API: they are for everybody.
pub fn router() -> Router<App> {
    Router::new()
        .route("/f/{slug}", get(show).post(send))
        .route("/f/{slug}/embed.js", get(embed))
        .route("/f/confirm/{token}", get(ask).post(confirm))
        .layer(DefaultBodyLimit::max(BYTES))
        .layer(Extension(Arc::<Counted>::default()))
}

/// A form with what its page needs to know.
struct Shown {
    form: Definition,
    leads: Arc<Object>,
    company: String,
}

fn product() -> Principal {
    Principal::system("forms")
}

async fn load(app: &App, slug: &str) -> kernel::Result<Shown> {
    let slug = slug.to_string();
    app.read(&product(), move |reader| {
        let forms = reader.object(FORM)?;
        let form = queries::by_slug(reader, &forms, &slug)?.ok_or(Error::NotFound)?;
        let company = appearance::show(reader)?["name"].as_str().unwrap_or_default().to_string();
        Ok(Shown { form: Definition::read(&forms, &form), leads: reader.object(LEAD)?, company })
    })
    .await
}

/// The language asked for, else the browser's, among those that the form speaks.
fn language(form: &Definition, asked: &BTreeMap<String, String>, headers: &HeaderMap) -> String {
    let speaks = |code: &str| form.texts.is_empty() && LANGUAGES.contains(&code) || form.texts.contains_key(code);
    let browser = text(headers, "accept-language");
    let wanted = asked.get("lang").map(String::as_str).into_iter().chain(browser.split(','));
    let codes = wanted.map(|tag| tag.trim().split(['-', ';', '_']).next().unwrap_or_default().to_ascii_lowercase());
    let found = codes.into_iter().find(|code| speaks(code));
    found.or_else(|| form.texts.keys().next().cloned()).unwrap_or_else(|| "en".into())
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> &'h str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

async fn show(
    State(app): State<App>,
    Path(slug): Path<String>,
    Query(asked): Query<BTreeMap<String, String>>,
    headers: HeaderMap,
) -> Result<Response> {
    let shown = load(&app, &slug).await?;
    let language = language(&shown.form, &asked, &headers);
    let origin = origin_of(&app, &asked, &headers, &slug);
    drawn(&shown, &language, asked.contains_key("embed"), |page| {
        if !shown.form.is_active {
            return Ok((StatusCode::GONE, page.said(words::of(&language).closed)));
        }
        let stamp = token::stamp(&app, shown.form.id, app.now().0)?;
        Ok((StatusCode::OK, page.form(&Unseen { stamp: &stamp, origin: &origin }, &BTreeMap::new(), &[])))
    })
}

/// Where somebody came from: what the page around says, what the address says, where the browser says it comes from.
fn origin_of(app: &App, asked: &BTreeMap<String, String>, headers: &HeaderMap, slug: &str) -> Origin {
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
        page: said("page").or_else(|| Some(format!("/f/{slug}"))),
    }
}

fn cut(text: &str) -> String {
    text.chars().take(500).collect()
}

async fn send(
    State(app): State<App>,
    Extension(counted): Extension<Arc<Counted>>,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    Path(slug): Path<String>,
    Query(asked): Query<BTreeMap<String, String>>,
    headers: HeaderMap,
    Fields(mut said): Fields<BTreeMap<String, String>>,
) -> Result<Response> {
    let address = peer.map(|Extension(ConnectInfo(peer))| peer.ip());
    let is_often = counted.is_often(address)?;
    let shown = load(&app, &slug).await?;
    let form = &shown.form;
    let language = language(form, &asked, &headers);
    let is_embedded = asked.contains_key("embed");
    if !form.is_active {
        return drawn(&shown, &language, is_embedded, |page| {
            Ok((StatusCode::GONE, page.said(words::of(&language).closed)))
        });
    }
    let mut unseen = |name: &str| said.remove(name).unwrap_or_default();
    let (stamp, proof, trap) = (unseen("stamp"), unseen("proof"), unseen(TRAP));
    let origin: Origin = serde_json::from_str(&unseen("origin")).unwrap_or_default();
    let shown_at = token::shown_at(&app, form.id, &stamp);
    // What is shown again is signed anew only where its signature was not ours.
    let fresh = match shown_at {
        Some(_) => stamp.clone(),
        None => token::stamp(&app, form.id, app.now().0)?,
    };
    let again = Unseen { stamp: &fresh, origin: &origin };

    let texts = form.words(&language);
    let agrees = said.contains_key("consent") && !texts.consent.is_empty();
    let read = fields::read(form, &shown.leads, &said);
    let mut faults: Vec<FieldError> = read.as_ref().err().cloned().unwrap_or_default();
    if form.needs_consent && !texts.consent.is_empty() && !agrees {
        faults.push(FieldError::new("consent", "required", "agreement is needed"));
    }
    let values = match read {
        Ok(values) if faults.is_empty() => values,
        _ => {
            return drawn(&shown, &language, is_embedded, |page| {
                Ok((StatusCode::UNPROCESSABLE_ENTITY, page.form(&again, &said, &faults)))
            });
        }
    };

    let links = said.values().map(|text| machines::links(text)).sum();
    let signs = Signs { shown_at, now: app.now().0, trap_is_filled: !trap.is_empty(), is_often, links };
    let mut reasons = suspicion::reasons(&signs);
    if machines::is_worked(&stamp, &proof) {
        reasons.retain(|reason| !reason.is_cleared_by_work());
    }
    let may_work = !reasons.is_empty() && reasons.iter().all(|reason| reason.is_cleared_by_work());
    if may_work && proof.is_empty() {
        return drawn(&shown, &language, is_embedded, |page| Ok((StatusCode::OK, page.work(&again, &said))));
    }
    let sent = Sent {
        values,
        reasons: reasons.clone(),
        language: language.clone(),
        consent: agrees.then_some(texts.consent),
        origin,
        agent: Some(cut(text(&headers, "user-agent"))).filter(|agent| !agent.is_empty()),
        stamp: shown_at.map(|_| stamp),
    };
    if reasons.contains(&Reason::Trap) {
        tracing::info!(form = %form.id, "a field that nobody sees was filled in");
    }
    let of = shown.form.clone();
    let (_, became) = app
        .write(&product(), move |op| {
            op.channel = "web";
            take::take(op, &of, &sent)
        })
        .await?;
    drawn(&shown, &language, is_embedded, |page| {
        let text = match became {
            Became::Accepted => page.thanks(),
            Became::Waiting => page.said(words::of(&language).waiting),
            Became::Held => page.said(words::of(&language).held),
        };
        Ok((StatusCode::OK, text))
    })
}

impl Counted {
    /// Whether an address sends many answers; far too many are refused. This machine's own is a proxy's.
    fn is_often(&self, address: Option<IpAddr>) -> Result<bool> {
        let Some(address) = address.filter(|address| !address.is_loopback()) else { return Ok(false) };
        let (subject, now) = (Subject::Address(address), Instant::now());
        self.most.take(subject, MOST, now).map_err(|retry_after_s| Problem::RateLimited { retry_after_s })?;
        Ok(self.usual.take(subject, USUAL, now).is_err())
    }
}

/// The page of a letter's link: it only asks.
async fn ask(State(app): State<App>, Path(word): Path<String>, headers: HeaderMap) -> Result<Response> {
    let answer = token::confirmed(&app, &word).ok_or(Error::NotFound)?;
    let (shown, language) = of_answer(&app, answer, &headers).await?;
    drawn(&shown, &language, false, |page| Ok((StatusCode::OK, page.confirm(&word))))
}

async fn confirm(State(app): State<App>, Path(word): Path<String>, headers: HeaderMap) -> Result<Response> {
    let answer = token::confirmed(&app, &word).ok_or(Error::NotFound)?;
    app.write(&product(), move |op| {
        op.channel = "web";
        take::confirm(op, answer).map(drop)
    })
    .await?;
    let (shown, language) = of_answer(&app, answer, &headers).await?;
    drawn(&shown, &language, false, |page| Ok((StatusCode::OK, page.thanks())))
}

async fn of_answer(app: &App, answer: kernel::Id, headers: &HeaderMap) -> Result<(Shown, String)> {
    let (slug, spoken) = app
        .read(&product(), move |reader| {
            let (answers, forms) = (reader.object(super::ANSWER)?, reader.object(FORM)?);
            let record = foundation::records::read::get(reader, &answers, answer)?;
            let form = record.get(&answers, "form").as_link().ok_or(Error::NotFound)?;
            let form = foundation::records::read::get(reader, &forms, form)?;
            let slug = form.get(&forms, "slug").as_text().unwrap_or_default().to_string();
            Ok((slug, record.get(&answers, "language").as_text().map(str::to_string)))
        })
        .await?;
    let shown = load(app, &slug).await?;
    let asked = spoken.map(|language| ("lang".to_string(), language)).into_iter().collect();
    let language = language(&shown.form, &asked, headers);
    Ok((shown, language))
}

/// A page with the headers that let only itself run.
fn drawn(
    shown: &Shown,
    language: &str,
    is_embedded: bool,
    draw: impl FnOnce(&Page) -> kernel::Result<(StatusCode, String)>,
) -> Result<Response> {
    let nonce = Secret::token("")?;
    let nonce = nonce.expose();
    let page = Page { company: &shown.company, form: &shown.form, leads: &shown.leads, language, nonce, is_embedded };
    let (status, html) = draw(&page)?;
    let frames = if is_embedded { "*" } else { "'none'" };
    let policy = format!(
        "default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; form-action 'self'; base-uri 'none'; \
         frame-ancestors {frames}"
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

/// The script that puts a form into a page of another site.
async fn embed() -> Response {
    let mut response = EMBED.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/javascript; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600"));
    headers.insert(HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("cross-origin"));
    response
}
