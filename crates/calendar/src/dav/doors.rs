//! `/dav/…`: what phones and other calendars speak. Nobody is known here by a cookie, so no page of others can act.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use axum::{Extension, Router};
use foundation::App;
use foundation::access::encoding::from_base64url;
use foundation::access::{Principal, keys};
use foundation::doors::limiter::{Limiter, Rate, Subject};
use foundation::doors::problem::Problem;
use kernel::{Error, Id, Result};

use super::answers::{Answers, escaped, precondition};
use super::asked::{self, CALDAV, CARDDAV, DAV, Name, Properties, Report, SERVER};
use super::items::{self, Item};
use super::put::{self, Only};
use super::{Kind, free, queries};

/// Bytes of a body.
const BYTES: usize = 512 * 1024;
/// Wrong passwords of one address.
const WRONG: Rate = Rate { per_second: 0.2, burst: 20.0 };
const FOUND: &str = "1, 3, access-control, calendar-access, addressbook, extended-mkcol";
const METHODS: &str = "OPTIONS, GET, HEAD, PUT, DELETE, PROPFIND, REPORT";

#[derive(Default)]
struct Counted {
    wrong: Limiter,
}

/// The routes, beside those of the API.
pub fn router() -> Router<App> {
    Router::new()
        .route("/.well-known/caldav", any(well_known))
        .route("/.well-known/carddav", any(well_known))
        .route("/dav", any(well_known))
        .route("/dav/", any(answer))
        .route("/dav/{*path}", any(answer))
        .layer(Extension(Arc::<Counted>::default()))
}

async fn well_known() -> Response {
    (StatusCode::MOVED_PERMANENTLY, [(header::LOCATION, "/dav/")]).into_response()
}

/// What an address means.
#[derive(Debug, Clone, PartialEq)]
enum Place {
    Root,
    Principal,
    /// Where the collections of a kind of thing are.
    Home(&'static str),
    Collection(Kind),
    Item(Kind, String),
}

/// The place of a path, for a caller; what is others' is not there.
fn place(path: &str, user: Id) -> Option<Place> {
    let path = path.strip_prefix("/dav").unwrap_or(path);
    let parts: Vec<String> = path.split('/').filter(|part| !part.is_empty()).map(decoded).collect::<Option<_>>()?;
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let own = user.to_string();
    let home = |name: &str, kind: Kind| match name {
        "calendars" => kind != Kind::Contacts,
        _ => kind == Kind::Contacts,
    };
    Some(match parts.as_slice() {
        [] => Place::Root,
        ["principals", id] if *id == own => Place::Principal,
        ["calendars", id] if *id == own => Place::Home("calendars"),
        ["books", id] if *id == own => Place::Home("books"),
        [name @ ("calendars" | "books"), id, kind] if *id == own => {
            Place::Collection(Kind::parse(kind).filter(|kind| home(name, *kind))?)
        }
        [name @ ("calendars" | "books"), id, kind, item] if *id == own && item.len() <= 300 => {
            Place::Item(Kind::parse(kind).filter(|kind| home(name, *kind))?, (*item).to_string())
        }
        _ => return None,
    })
}

fn decoded(part: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let pair = [rest.next()?, rest.next()?];
            bytes.push(u8::from_str_radix(std::str::from_utf8(&pair).ok()?, 16).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok().filter(|text| !text.contains(['/', '\0']))
}

fn encoded(name: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~' | b'@');
    name.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

fn collection_href(kind: Kind, user: Id) -> String {
    let home = if kind == Kind::Contacts { "books" } else { "calendars" };
    format!("/dav/{home}/{user}/{}/", kind.name())
}

fn item_href(kind: Kind, user: Id, name: &str) -> String {
    format!("{}{}", collection_href(kind, user), encoded(name))
}

async fn answer(
    State(app): State<App>,
    Extension(counted): Extension<Arc<Counted>>,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    if parts.method == Method::OPTIONS {
        return ([("dav", FOUND), ("allow", METHODS)], "").into_response();
    }
    let who = match signed_in(&app, &parts.headers).await {
        Ok(who) => who,
        Err(Error::Unauthorized) => {
            let address = peer.map(|Extension(ConnectInfo(peer))| peer.ip());
            if let Some(address) = address
                && let Err(retry_after_s) = counted.wrong.take(Subject::Address(address), WRONG, Instant::now())
            {
                return Problem::RateLimited { retry_after_s }.into_response();
            }
            let asks = [(header::WWW_AUTHENTICATE, "Basic realm=\"Rapport\", charset=\"UTF-8\"")];
            return (StatusCode::UNAUTHORIZED, asks).into_response();
        }
        Err(fault) => return Problem::Of(fault).into_response(),
    };
    let Some(user) = who.user else { return StatusCode::FORBIDDEN.into_response() };
    let Ok(bytes) = to_bytes(body, BYTES).await else { return StatusCode::PAYLOAD_TOO_LARGE.into_response() };
    let Ok(text) = String::from_utf8(bytes.to_vec()) else { return StatusCode::BAD_REQUEST.into_response() };
    let Some(place) = place(parts.uri.path(), user) else { return StatusCode::NOT_FOUND.into_response() };
    let call = Call { app, who, user, place, headers: parts.headers, body: text };
    let done = match parts.method.as_str() {
        "PROPFIND" => call.propfind().await,
        "REPORT" => call.report().await,
        "GET" | "HEAD" => call.get().await,
        "PUT" => call.put().await,
        "DELETE" => call.delete().await,
        _ => return (StatusCode::METHOD_NOT_ALLOWED, [("allow", METHODS), ("dav", FOUND)]).into_response(),
    };
    done.unwrap_or_else(refused)
}

/// Who has a key of their own; the name beside it is their address.
async fn signed_in(app: &App, headers: &HeaderMap) -> Result<Principal> {
    let header = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).ok_or(Error::Unauthorized)?;
    let (scheme, token) = header.split_once(' ').ok_or(Error::Unauthorized)?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return Err(Error::Unauthorized);
    }
    let plain = token.trim().trim_end_matches('=').replace('+', "-").replace('/', "_");
    let bytes = from_base64url(&plain).ok_or(Error::Unauthorized)?;
    let pair = String::from_utf8(bytes).map_err(|_| Error::Unauthorized)?;
    let (name, key) = pair.split_once(':').ok_or(Error::Unauthorized)?;
    let who = keys::principal(app, key).await?;
    let user = who.user.ok_or(Error::Unauthorized)?;
    let known = app.read(&Principal::system("dav"), move |reader| queries::address(reader, user)).await?;
    let is_theirs = known.is_some_and(|address| address.eq_ignore_ascii_case(name.trim()));
    if is_theirs { Ok(who) } else { Err(Error::Unauthorized) }
}

/// What a client is told where it cannot be.
fn refused(fault: Error) -> Response {
    let xml = |status: StatusCode, space: &str, name: &str| {
        (status, [(header::CONTENT_TYPE, "application/xml; charset=utf-8")], precondition(space, name)).into_response()
    };
    match fault {
        fault if put::is_moved(&fault) => StatusCode::PRECONDITION_FAILED.into_response(),
        Error::Conflict { code, .. } if code == put::DOUBLE => xml(StatusCode::FORBIDDEN, CALDAV, "no-uid-conflict"),
        Error::Invalid(_) => xml(StatusCode::FORBIDDEN, CALDAV, "valid-calendar-data"),
        Error::Unreadable(_) => StatusCode::BAD_REQUEST.into_response(),
        Error::TooLarge(_) => xml(StatusCode::FORBIDDEN, CALDAV, "max-resource-size"),
        Error::NotFound => StatusCode::NOT_FOUND.into_response(),
        Error::Forbidden(_) => xml(StatusCode::FORBIDDEN, DAV, "need-privileges"),
        other => Problem::Of(other).into_response(),
    }
}

fn multi_status(answers: Answers) -> Response {
    let status = StatusCode::MULTI_STATUS;
    let headers = [(header::CONTENT_TYPE, "application/xml; charset=utf-8"), (header::CACHE_CONTROL, "no-store")];
    (status, headers, [("dav", FOUND)], answers.end()).into_response()
}

/// One request of somebody who is known.
struct Call {
    app: App,
    who: Principal,
    user: Id,
    place: Place,
    headers: HeaderMap,
    body: String,
}

impl Call {
    fn header(&self, name: &str) -> Option<String> {
        self.headers.get(name).and_then(|value| value.to_str().ok()).map(|text| text.trim().to_string())
    }

    async fn propfind(self) -> Result<Response> {
        let wanted = asked::propfind(&self.body)?;
        let depth = self.header("depth").unwrap_or_else(|| "infinity".into());
        let (user, place) = (self.user, self.place.clone());
        let answers = self.app.read(&self.who, move |reader| {
            let mut answers = Answers::new();
            let wants_text = wants_text(&wanted);
            let mut places = vec![place.clone()];
            if depth != "0" {
                match &place {
                    Place::Root => places.push(Place::Principal),
                    Place::Home("calendars") => places.extend([Kind::Events, Kind::Tasks].map(Place::Collection)),
                    Place::Home(_) => places.push(Place::Collection(Kind::Contacts)),
                    Place::Principal | Place::Collection(_) | Place::Item(..) => {}
                }
            }
            for place in &places {
                match place {
                    Place::Item(kind, name) => {
                        let (_, item) = items::get(reader, *kind, name)?;
                        item_found(&mut answers, *kind, user, &item, &wanted);
                    }
                    place => place_found(&mut answers, reader, place, user, &wanted)?,
                }
            }
            if let (Place::Collection(kind), true) = (&place, depth != "0") {
                for (_, item) in items::list(reader, *kind, None, wants_text)? {
                    item_found(&mut answers, *kind, user, &item, &wanted);
                }
            }
            Ok(answers)
        });
        Ok(multi_status(answers.await?))
    }

    async fn report(self) -> Result<Response> {
        let (report, wanted) = asked::report(&self.body)?;
        let kind = match &self.place {
            Place::Collection(kind) | Place::Item(kind, _) => *kind,
            _ => return Err(Error::Forbidden("this report is for collections")),
        };
        let user = self.user;
        if let Report::Busy(window) = report {
            if kind == Kind::Contacts {
                return Err(Error::Forbidden("this report is for collections of a calendar"));
            }
            let text = self.app.read(&self.who, move |reader| free::told(reader, user, window)).await?;
            let kind = [(header::CONTENT_TYPE, kind.media()), (header::CACHE_CONTROL, "no-store")];
            return Ok((kind, text).into_response());
        }
        let is_sync = matches!(report, Report::Sync(_));
        let answers = self.app.read(&self.who, move |reader| {
            let mut answers = Answers::new();
            match &report {
                Report::Multiget(hrefs) => {
                    let named: Vec<Option<String>> = hrefs
                        .iter()
                        .map(|href| match place(path_of(href), user) {
                            Some(Place::Item(of, name)) if of == kind => Some(name),
                            _ => None,
                        })
                        .collect();
                    let names: Vec<String> = named.iter().flatten().cloned().collect();
                    let mut found = items::many(reader, kind, &names)?.into_iter();
                    for (href, name) in hrefs.iter().zip(&named) {
                        let item = name.as_ref().and_then(|_| found.next()).and_then(|(_, item)| item);
                        match item {
                            Some(item) => item_found(&mut answers, kind, user, &item, &wanted),
                            None => answers.gone(href),
                        }
                    }
                }
                Report::Query(filter) => {
                    for item in items::query(reader, kind, filter)? {
                        item_found(&mut answers, kind, user, &item, &wanted);
                    }
                }
                Report::Busy(_) => {}
                Report::Sync(since) => {
                    if kind == Kind::Contacts {
                        return Err(Error::Forbidden("this collection is read whole"));
                    }
                    let changes = items::changes(reader, kind, since.as_deref(), wants_text(&wanted))?;
                    for item in &changes.here {
                        item_found(&mut answers, kind, user, item, &wanted);
                    }
                    changes.gone.iter().for_each(|name| answers.gone(&item_href(kind, user, name)));
                    answers.token(&changes.token);
                }
            }
            Ok(answers)
        });
        match answers.await {
            Ok(answers) => Ok(multi_status(answers)),
            Err(Error::Unreadable(_)) if is_sync => {
                let body = precondition(DAV, "valid-sync-token");
                let kind = [(header::CONTENT_TYPE, "application/xml; charset=utf-8")];
                Ok((StatusCode::FORBIDDEN, kind, body).into_response())
            }
            Err(fault) => Err(fault),
        }
    }

    async fn get(self) -> Result<Response> {
        let Place::Item(kind, name) = self.place.clone() else {
            return Ok(StatusCode::METHOD_NOT_ALLOWED.into_response());
        };
        let (_, item) = self.app.read(&self.who, move |reader| items::get(reader, kind, &name)).await?;
        let mut response = Response::new(Body::from(item.text.unwrap_or_default()));
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind.media()));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        // What somebody put is never a page of ours.
        headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment"));
        headers.extend(HeaderValue::from_str(&format!("\"{}\"", item.tag)).map(|tag| (header::ETAG, tag)));
        Ok(response)
    }

    async fn put(self) -> Result<Response> {
        let Place::Item(kind, name) = self.place.clone() else {
            return Ok(StatusCode::METHOD_NOT_ALLOWED.into_response());
        };
        let only = Only {
            matching: self.header("if-match"),
            new: self.header("if-none-match").is_some_and(|tags| tags == "*"),
        };
        let body = self.body;
        let done = self.app.write(&self.who, move |op| put::thing(op, kind, &name, &body, &only));
        let done = done.await?;
        let status = if done.is_new { StatusCode::CREATED } else { StatusCode::NO_CONTENT };
        Ok((status, [(header::ETAG, format!("\"{}\"", done.tag))]).into_response())
    }

    async fn delete(self) -> Result<Response> {
        let Place::Item(kind, name) = self.place.clone() else { return Err(Error::Forbidden("deleting a collection")) };
        let only = Only { matching: self.header("if-match"), new: false };
        let done = self.app.write(&self.who, move |op| put::delete(op, kind, &name, &only));
        done.await?;
        Ok(StatusCode::NO_CONTENT.into_response())
    }
}

fn path_of(href: &str) -> &str {
    match href.split_once("://") {
        Some((_, rest)) => rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/"),
        None => href,
    }
}

fn wants_text(wanted: &Properties) -> bool {
    match wanted {
        Properties::Usual => false,
        Properties::Named(names) => {
            names.iter().any(|(_, name)| matches!(name.as_str(), "calendar-data" | "address-data"))
        }
    }
}

/// What is told of a resource that nobody asked more precisely about.
const USUAL: [(&str, &str); 4] =
    [(DAV, "resourcetype"), (DAV, "displayname"), (DAV, "getetag"), (DAV, "getcontenttype")];

fn names(wanted: &Properties) -> Vec<Name> {
    match wanted {
        Properties::Usual => USUAL.iter().map(|(space, name)| ((*space).into(), (*name).into())).collect(),
        Properties::Named(names) => names.clone(),
    }
}

fn found(answers: &mut Answers, href: &str, wanted: &Properties, value: impl Fn(&str, &str) -> Option<String>) {
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for (space, name) in names(wanted) {
        let prefix = match space.as_str() {
            DAV => "d",
            CALDAV => "c",
            CARDDAV => "a",
            SERVER => "s",
            _ => {
                unknown.push((space, name));
                continue;
            }
        };
        match value(&space, &name) {
            Some(value) => known.push(format!("<{prefix}:{name}>{value}</{prefix}:{name}>")),
            None => unknown.push((space, name)),
        }
    }
    if *wanted == Properties::Usual {
        unknown.clear();
    }
    answers.found(href, &known, &unknown);
}

fn item_found(answers: &mut Answers, kind: Kind, user: Id, item: &Item, wanted: &Properties) {
    found(answers, &item_href(kind, user, &item.name), wanted, |_, name| match name {
        "resourcetype" => Some(String::new()),
        "getetag" => Some(escaped(&format!("\"{}\"", item.tag))),
        "getcontenttype" => Some(match kind {
            Kind::Contacts => kind.media().to_string(),
            _ => format!("{}; component={}", kind.media(), kind.component()),
        }),
        "getlastmodified" => Some(modified(item.updated_at)),
        "calendar-data" | "address-data" => item.text.as_deref().map(escaped),
        "displayname" => Some(escaped(&item.name)),
        "current-user-principal" | "owner" => Some(href(&format!("/dav/principals/{user}/"))),
        _ => None,
    });
}

fn modified(at: kernel::Time) -> String {
    let stamp = jiff::Timestamp::from_millisecond(at.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    stamp.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

fn href(path: &str) -> String {
    format!("<d:href>{}</d:href>", escaped(path))
}

fn place_found(
    answers: &mut Answers,
    reader: &mut foundation::Reader,
    place: &Place,
    user: Id,
    wanted: &Properties,
) -> Result<()> {
    let principal = format!("/dav/principals/{user}/");
    let path = match place {
        Place::Root => "/dav/".to_string(),
        Place::Principal => principal.clone(),
        Place::Home(name) => format!("/dav/{name}/{user}/"),
        Place::Collection(kind) => collection_href(*kind, user),
        Place::Item(..) => return Ok(()),
    };
    let (state, token) = match place {
        Place::Collection(kind) => {
            reader.who.need(kind.object(), foundation::access::Action::Read)?;
            let object = reader.object(kind.object())?;
            (queries::state(reader, &object, *kind, user)?, items::token(reader))
        }
        _ => (String::new(), String::new()),
    };
    let address = queries::address(reader, user)?.unwrap_or_default();
    let title = match place {
        Place::Collection(kind) => kind.words(&reader.who.language).to_string(),
        _ => reader.who.name.to_string(),
    };
    found(answers, &path, wanted, |_, name| match (name, place) {
        ("resourcetype", Place::Principal) => Some("<d:collection/><d:principal/>".into()),
        ("resourcetype", Place::Collection(Kind::Contacts)) => Some("<d:collection/><a:addressbook/>".into()),
        ("resourcetype", Place::Collection(_)) => Some("<d:collection/><c:calendar/>".into()),
        ("resourcetype", _) => Some("<d:collection/>".into()),
        ("displayname", _) => Some(escaped(&title)),
        ("current-user-principal" | "principal-URL" | "owner", _) => Some(href(&principal)),
        ("principal-collection-set", _) => Some(href("/dav/principals/")),
        ("calendar-home-set", Place::Root | Place::Principal) => Some(href(&format!("/dav/calendars/{user}/"))),
        ("addressbook-home-set", Place::Root | Place::Principal) => Some(href(&format!("/dav/books/{user}/"))),
        ("calendar-user-address-set", Place::Root | Place::Principal) => Some(href(&format!("mailto:{address}"))),
        ("supported-report-set", Place::Collection(kind)) => Some(reports(*kind)),
        ("supported-calendar-component-set", Place::Collection(kind)) if *kind != Kind::Contacts => {
            Some(format!("<c:comp name=\"{}\"/>", kind.component()))
        }
        ("supported-calendar-data", Place::Collection(kind)) if *kind != Kind::Contacts => {
            Some("<c:calendar-data content-type=\"text/calendar\" version=\"2.0\"/>".into())
        }
        ("supported-address-data", Place::Collection(Kind::Contacts)) => {
            Some("<a:address-data-type content-type=\"text/vcard\" version=\"3.0\"/>".into())
        }
        ("max-resource-size", Place::Collection(_)) => Some(BYTES.to_string()),
        ("getctag", Place::Collection(_)) => Some(escaped(&state)),
        ("sync-token", Place::Collection(kind)) if *kind != Kind::Contacts => Some(escaped(&token)),
        ("current-user-privilege-set", _) => Some(privileges()),
        _ => None,
    });
    Ok(())
}

fn reports(kind: Kind) -> String {
    let known: &[&str] = match kind {
        Kind::Contacts => &["<a:addressbook-multiget/>", "<a:addressbook-query/>"],
        _ => &["<c:calendar-multiget/>", "<c:calendar-query/>", "<c:free-busy-query/>", "<d:sync-collection/>"],
    };
    known
        .iter()
        .map(|report| format!("<d:supported-report><d:report>{report}</d:report></d:supported-report>"))
        .collect()
}

fn privileges() -> String {
    let one = |name: &str| format!("<d:privilege><d:{name}/></d:privilege>");
    ["read", "write", "write-content", "bind", "unbind", "read-current-user-privilege-set"]
        .into_iter()
        .map(one)
        .collect()
}
