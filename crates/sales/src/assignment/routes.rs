//! Assignment by HTTP. The rules themselves are records like any other.

use axum::extract::State;
use foundation::access::Action;
use foundation::doors::body::Path;
use foundation::doors::{Body, Caller, Reply, Right, Route, problem};
use foundation::records::{Record, input, read};
use foundation::{App, Operation, Reader};
use kernel::{Error, Id, Result};
use serde::Deserialize;
use serde_json::{Map, Value as Json};

use super::{LEAD, RULE, give, keeper, log};

type Answer = problem::Result<Reply>;

pub fn routes() -> Vec<Route> {
    vec![
        Route::post(
            "/assignment/try",
            Right::WhatOneMaySee,
            "Who would get a lead, one that is there or one with these values, and why; nothing is written.",
            try_out,
        ),
        Route::get("/leads/{id}/assignment", Right::WhatOneMaySee, "Why a lead went to whom, newest first.", of_lead),
        Route::post(
            "/leads/{id}/assignment",
            Right::Named(Action::Update),
            "Gives a lead by the rules, as if it came now.",
            assign,
        )
        .bodiless(),
    ]
}

/// One lead: that of an id, or one with these values.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Asked {
    id: Option<Id>,
    values: Map<String, Json>,
}

async fn try_out(State(app): State<App>, Caller(who): Caller, Body(asked): Body<Asked>) -> Answer {
    Ok(Reply::ok(app.read(&who, move |reader| tried(reader, &asked)).await?))
}

fn tried(reader: &mut Reader, asked: &Asked) -> Result<Json> {
    let object = reader.object(LEAD)?;
    reader.who.need(LEAD, Action::Read)?;
    reader.who.need(RULE, Action::Read)?;
    let given = match asked.id {
        Some(id) => {
            let lead = read::get(reader, &object, id)?;
            give::try_out(reader, &lead, true)?
        }
        None => {
            let mut lead = Record::new(&object, Id::at(reader.now.0), reader.now, reader.who.actor());
            for (position, field) in object.def.fields.iter().enumerate() {
                let value = field.default.as_ref().and_then(|default| input::value(field, default).ok());
                value.into_iter().for_each(|value| lead.set(position, value));
            }
            for (position, value) in input::read(reader, &object, &asked.values)? {
                lead.set(position, value);
            }
            give::try_out(reader, &lead, false)?
        }
    };
    log::tried(reader, &given)
}

async fn of_lead(State(app): State<App>, Caller(who): Caller, Path(id): Path<String>) -> Answer {
    let id = Id::parse(&id).ok_or(Error::NotFound)?;
    Ok(Reply::ok(app.read(&who, move |reader| log::of_lead(reader, id)).await?))
}

async fn assign(State(app): State<App>, Caller(who): Caller, Path(id): Path<String>) -> Answer {
    let id = Id::parse(&id).ok_or(Error::NotFound)?;
    let done = app.write(&who, move |op| {
        let given = given(op, id)?;
        Ok(Reply::ok(given).change(op.change))
    });
    Ok(done.await?)
}

/// Whoever may give the lead to somebody may let the rules do it.
fn given(op: &mut Operation, id: Id) -> Result<Json> {
    let object = op.object(LEAD)?;
    let lead = crate::rights::changeable(op, &object, id)?;
    if !keeper::is_open(&object, &lead) {
        return Err(Error::conflict("lead.closed", "only an open lead is given to somebody"));
    }
    let given = give::give_all(op, std::slice::from_ref(&lead))?.pop().unwrap_or_default();
    log::tried(op, &given)
}
