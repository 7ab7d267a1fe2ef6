//! Forms by the API. Forms and answers are records; what is more than a record is here.

use axum::extract::State;
use foundation::App;
use foundation::access::Action;
use foundation::doors::body::Path;
use foundation::doors::{Body, Caller, Once, Reply, Right, Route, problem};
use foundation::idempotency;
use foundation::records::read;
use kernel::{Error, Id, Result};
use serde::Deserialize;
use serde_json::{Map, Value as Json, json};

use super::fields::Definition;
use super::take::{self, Became, Origin, Sent};
use super::{ANSWER, FORM, LEAD, fields};
use crate::rights;

type Answer = problem::Result<Reply>;

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/form-fields", Right::WhatOneMaySee, "The fields of a lead that a form can ask for.", askable),
        Route::post(
            "/forms/{id}/answers",
            Right::Named(Action::Create),
            "Takes an answer that came by another way than the form's page, with where it came from.",
            answer,
        )
        .repeatable(),
        Route::post(
            "/form_answers/{id}/decision",
            Right::Named(Action::Update),
            "Lets an answer that was held back go its way, or refuses it.",
            decide,
        ),
    ]
}

fn id_of(text: &str) -> Result<Id> {
    Id::parse(text).ok_or(Error::NotFound)
}

async fn askable(State(app): State<App>, Caller(who): Caller) -> Answer {
    let shown = app.read(&who, |reader| {
        reader.who.need(FORM, Action::Read)?;
        let leads = reader.object(LEAD)?;
        let hidden = &reader.who.access.on(LEAD).hidden_fields;
        let fields = leads.def.fields.iter().filter(|field| fields::is_askable(field) && !hidden.contains(&field.name));
        let names: Vec<&str> = fields.map(|field| field.name.as_str()).collect();
        Ok(json!({ "data": names, "needs_any": leads.def.needs_any }))
    });
    Ok(Reply::ok(shown.await?))
}

/// An answer by a program: it vouches for it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    values: Map<String, Json>,
    #[serde(default)]
    origin: Origin,
    /// The words that were agreed to.
    #[serde(default)]
    consent: Option<String>,
    #[serde(default)]
    language: Option<String>,
}

async fn answer(State(app): State<App>, Caller(who): Caller, Path(id): Path<String>, asked: Once<Told>) -> Answer {
    let id = id_of(&id)?;
    let done = app.write(&who, move |op| {
        idempotency::once(op, asked.claim.as_ref(), |op| {
            let (forms, leads) = (op.object(FORM)?, op.object(LEAD)?);
            op.who.need(LEAD, Action::Create)?;
            let form = Definition::read(&forms, &read::get(op, &forms, id)?);
            if !form.is_active {
                return Err(Error::conflict("form.closed", "this form is closed"));
            }
            let told = &asked.value;
            let unknown = told.values.keys().find(|name| !form.fields.iter().any(|field| field.field == **name));
            if let Some(name) = unknown {
                return Err(Error::invalid(&format!("values/{name}"), "unknown_field", "the form does not ask for it"));
            }
            fields::values(&leads, &told.values)?;
            let sent = Sent {
                values: told.values.clone(),
                language: told.language.clone().unwrap_or_else(|| "en".into()),
                consent: told.consent.clone(),
                origin: told.origin.clone(),
                ..Sent::default()
            };
            let (answer, became) = rights::as_product(op, |op| take::take(op, &form, &sent))?;
            let state = match became {
                Became::Accepted => "accepted",
                Became::Waiting => "waiting",
                Became::Held => "held",
            };
            let answers = op.object(ANSWER)?;
            let lead = rights::as_product(op, |op| read::get(op, &answers, answer))?.get(&answers, "lead").as_link();
            Ok(Reply::created(json!({ "id": answer, "state": state, "lead": lead })).change(op.change))
        })
    });
    Ok(done.await?)
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
struct Decision {
    accept: bool,
}

async fn decide(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<String>,
    Body(asked): Body<Decision>,
) -> Answer {
    let id = id_of(&id)?;
    let done = app.write(&who, move |op| {
        let decided = take::decide(op, id, asked.accept)?;
        Ok(Reply::ok(decided).change(op.change))
    });
    Ok(done.await?)
}
