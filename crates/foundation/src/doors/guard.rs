//! What stands before every handler: the origin, who asks, how often, whether the right is there at all, and how long.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::{ConnectInfo, RawPathParams, Request, State};
use axum::http::header;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use kernel::{Error, limits};

use super::caller::{self, Caller, Credential};
use super::limiter::{self, Limiter, Subject};
use super::origin;
use super::problem::{Problem, Result};
use super::render::{self, Speaks};
use super::table::{Audience, BodyLimit, Right, Route};
use crate::access::{Principal, principal};
use crate::app::App;

/// What the guards of all routes share.
pub struct Guard {
    app: App,
    limiter: Arc<Limiter>,
}

/// The guard of one route.
pub struct Guarded {
    app: App,
    limiter: Arc<Limiter>,
    right: Right,
    audience: Audience,
    body_limit: usize,
    streams: bool,
}

impl Guard {
    pub fn new(app: &App) -> Guard {
        Guard { app: app.clone(), limiter: Arc::default() }
    }

    pub fn of(&self, route: &Route) -> Guarded {
        Guarded {
            app: self.app.clone(),
            limiter: self.limiter.clone(),
            right: route.right,
            audience: route.audience(),
            body_limit: route.body_limit(),
            streams: route.streams || route.body_limit() == usize::MAX,
        }
    }
}

/// See the module.
pub async fn layer(
    State(guard): State<Arc<Guarded>>,
    path: RawPathParams,
    mut request: Request,
    next: Next,
) -> Response {
    let language = match admit(&guard, &path, &mut request).await {
        Ok(language) => language,
        Err(problem) => return problem.into_response(),
    };
    request.extensions_mut().insert(BodyLimit(guard.body_limit));
    let answer = next.run(request);
    let mut response = if guard.streams {
        answer.await
    } else {
        let limit = Duration::from_secs(limits::REQUEST_SECONDS);
        tokio::time::timeout(limit, answer).await.unwrap_or_else(|_| Problem::TimedOut.into_response())
    };
    if let Some(language) = language {
        response.extensions_mut().insert(Speaks(language));
    }
    response
}

/// Lets the request through, with its caller beside it; answers the caller's language.
async fn admit(guard: &Guarded, path: &RawPathParams, request: &mut Request) -> Result<Option<String>> {
    let public_origin = &guard.app.config().origin;
    let credential = caller::credential(request.headers(), caller::cookie_name(public_origin));
    if !matches!(credential, Some(Credential::Key(_)))
        && !origin::is_ours(request.method(), request.headers(), public_origin)
    {
        return Err(Problem::ForeignOrigin);
    }
    let declared = request.headers().get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()?.parse::<usize>().ok());
    if guard.body_limit > 0 && declared.is_some_and(|length| length > guard.body_limit) {
        return Err(Error::TooLarge(format!("a body here may have {} bytes", guard.body_limit)).into());
    }

    let address = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(address)| address.ip());
    let known = match &credential {
        Some(credential) => match caller::resolve(&guard.app, credential).await {
            Ok(principal) => Some(principal),
            Err(Error::Unauthorized) => None,
            Err(other) => return Err(other.into()),
        },
        None => None,
    };
    let Some(mut who) = known else {
        if let Some(address) = address {
            count(guard, Subject::Address(address), limiter::STRANGER)?;
        }
        return if guard.audience == Audience::Public { Ok(None) } else { Err(Error::Unauthorized.into()) };
    };
    if who.kind == principal::Kind::User {
        count(guard, Subject::Caller(who.id), limiter::PERSON)?;
    }
    if let Some(asked) = render::language_asked(request.headers()) {
        who.language = asked.into();
    }
    decide(guard, path, &who)?;
    let language = who.language.to_string();
    request.extensions_mut().insert(Caller(who));
    Ok(Some(language))
}

fn count(guard: &Guarded, subject: Subject, rate: limiter::Rate) -> Result<()> {
    let taken = guard.limiter.take(subject, rate, Instant::now());
    taken.map_err(|retry_after_s| Problem::RateLimited { retry_after_s })
}

/// Decides as early as can be; the operation decides again, record by record, in its transaction.
fn decide(guard: &Guarded, path: &RawPathParams, who: &Principal) -> Result<()> {
    match guard.right {
        Right::Admin => Ok(who.need_admin()?),
        Right::On(action) => {
            let named = path.iter().find(|(name, _)| matches!(*name, "objects" | "object")).map(|(_, value)| value);
            // An object that this process does not know yet may have just been made: the operation looks again.
            let object = named.and_then(|name| guard.app.catalogue().find(name));
            object.map_or(Ok(()), |object| Ok(who.need(&object.def.name, action)?))
        }
        Right::Public(_) | Right::Own | Right::WhatOneMaySee | Right::Named(_) => Ok(()),
    }
}
