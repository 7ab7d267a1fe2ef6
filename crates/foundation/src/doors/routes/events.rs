//! The ledger from outside: events that come in, the lines that were written, and the live stream.

use axum::Extension;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use kernel::{Error, limits};
use serde::Deserialize;
use serde_json::json;

use crate::access::Action;
use crate::app::App;
use crate::doors::caller::{self, Caller};
use crate::doors::live::{self, Stopping};
use crate::doors::problem;
use crate::doors::{Once, Params, Reply, Right, Route};
use crate::idempotency;
use crate::ledger::ingest::{self, Incoming};
use crate::ledger::{Position, timeline};

pub fn routes() -> Vec<Route> {
    vec![
        Route::post(
            "/events",
            Right::Named(Action::Create),
            "Records one event, or up to 5,000 at once; all or none.",
            record,
        )
        .repeatable(),
        Route::get(
            "/events",
            Right::WhatOneMaySee,
            "The lines of the ledger after a position, in order; `next` is where to go on.",
            after,
        ),
        Route::get(
            "/live",
            Right::WhatOneMaySee,
            "New lines of the ledger as server-sent events; `Last-Event-ID` goes on.",
            live,
        )
        .streams(),
    ]
}

async fn record(State(app): State<App>, Caller(who): Caller, asked: Once<serde_json::Value>) -> problem::Result<Reply> {
    let sent = read(asked.value)?;
    let claim = asked.claim;
    let reply = app.write(&who, move |op| {
        idempotency::once(op, claim.as_ref(), |op| {
            let accepted = ingest::accept(op, &sent)?;
            Ok(Reply::ok(json!(accepted)).change(op.change))
        })
    });
    Ok(reply.await?)
}

/// Says which event of a batch cannot be read, not only that one cannot.
fn read(body: serde_json::Value) -> kernel::Result<Vec<Incoming>> {
    let serde_json::Value::Object(mut fields) = body else {
        return Err(Error::invalid("", "wrong_type", "must be an event or {\"events\": […]}"));
    };
    let Some(events) = fields.remove("events") else {
        let event = serde_json::from_value(serde_json::Value::Object(fields));
        return event.map(|event| vec![event]).map_err(|fault| Error::invalid("", "wrong_type", fault.to_string()));
    };
    if let Some(name) = fields.keys().next() {
        return Err(Error::invalid(name, "unknown_field", "beside `events` there is nothing"));
    }
    let serde_json::Value::Array(events) = events else {
        return Err(Error::invalid("events", "wrong_type", "must be a list of events"));
    };
    if events.len() > limits::EVENT_BATCH {
        return Err(Error::TooLarge(format!("at most {} events in one batch", limits::EVENT_BATCH)));
    }
    let mut read = Vec::with_capacity(events.len());
    for (place, event) in events.into_iter().enumerate() {
        let event = serde_json::from_value(event);
        read.push(event.map_err(|fault| Error::invalid(&format!("/events/{place}"), "wrong_type", fault.to_string()))?);
    }
    Ok(read)
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct After {
    after: Option<String>,
    kinds: Option<String>,
    limit: Option<usize>,
}

fn kinds(text: Option<&str>) -> Vec<String> {
    text.unwrap_or_default().split(',').map(str::trim).filter(|kind| !kind.is_empty()).map(str::to_string).collect()
}

/// A position that a client kept.
fn position(app: &App, name: &str, text: &str) -> kernel::Result<Position> {
    Position::parse(text, app.db().dialect())
        .map_err(|_| Error::Unreadable(format!("{name}: must be a position that an earlier answer gave, or 0")))
}

async fn after(State(app): State<App>, Caller(who): Caller, Params(asked): Params<After>) -> problem::Result<Reply> {
    let kinds = kinds(asked.kinds.as_deref());
    let limit = asked.limit.unwrap_or(100);
    let from = asked.after.as_deref().map_or(Ok(Position::START), |text| position(&app, "after", text))?;
    let told = app.read(&who, move |reader| timeline::after(reader, from, &kinds, limit)).await?;
    let data: Vec<serde_json::Value> = told.lines.into_iter().map(|(_, line)| line).collect();
    Ok(Reply::ok(json!({ "data": data, "next": told.next.to_string() })))
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Listen {
    kinds: Option<String>,
    after: Option<String>,
}

async fn live(
    State(app): State<App>,
    Caller(who): Caller,
    headers: HeaderMap,
    Params(asked): Params<Listen>,
    stopping: Option<Extension<Stopping>>,
) -> problem::Result<Response> {
    let credential =
        caller::credential(&headers, caller::cookie_name(&app.config().origin)).ok_or(Error::Unauthorized)?;
    let seen = match headers.get("last-event-id") {
        Some(id) => Some(position(&app, "Last-Event-ID", id.to_str().unwrap_or_default())?),
        None => asked.after.as_deref().map(|text| position(&app, "after", text)).transpose()?,
    };
    let stopping = stopping.map(|Extension(stopping)| stopping);
    Ok(live::stream(app, who, credential, seen, kinds(asked.kinds.as_deref()), stopping))
}
