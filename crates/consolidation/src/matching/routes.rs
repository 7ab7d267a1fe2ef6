//! Matching by HTTP: what is known, a run, the queue, answers, and many at once.

use std::collections::HashMap;

use axum::extract::State;
use foundation::access::Action;
use foundation::doors::body::Path;
use foundation::doors::{Body, Caller, Params, Reply, Right, Route, problem};
use foundation::records::input;
use foundation::{App, Reader};
use kernel::{Error, Id, Result};
use serde::Deserialize;
use serde_json::{Map, Value as Json, json};

use super::queries::{self, Order};
use super::review::{self, Answer, Asked};
use super::settings::{self, LEAST_JOINED};
use super::subject::Subject;
use super::{arrival, joining, run};

type Answered = problem::Result<Reply>;

pub fn routes() -> Vec<Route> {
    let update = Right::Named(Action::Update);
    vec![
        Route::get("/matching", Right::WhatOneMaySee, "Objects whose records are matched, with what waits.", objects),
        Route::get("/matching/{object}", Right::WhatOneMaySee, "Settings, model, chart and counts.", one),
        Route::patch("/matching/{object}", Right::Admin, "Changes the settings.", change),
        Route::post("/matching/{object}/runs", update, "Looks at all records anew.", start).bodiless(),
        Route::get("/matching/{object}/pairs", Right::WhatOneMaySee, "Pairs, those first that teach most.", pairs),
        Route::get("/matching/{object}/pairs/{id}", Right::WhatOneMaySee, "A pair with its evidence.", pair),
        Route::post("/matching/{object}/pairs/{id}/answer", update, "Same, different, skip, or open again.", answer),
        Route::get(
            "/matching/{object}/records/{id}/pairs",
            Right::WhatOneMaySee,
            "Open pairs of one record.",
            of_record,
        ),
        Route::post("/matching/{object}/candidates", Right::WhatOneMaySee, "Who typed values may already be.", typed),
        Route::get(
            "/matching/{object}/acceptance",
            Right::WhatOneMaySee,
            "What accepting above a line would do.",
            outlook,
        ),
        Route::post("/matching/{object}/acceptance", Right::Named(Action::Delete), "Joins all above a line.", accept),
    ]
}

fn subject(reader: &Reader, name: &str, action: Action) -> Result<Subject> {
    let object = reader.object(name)?;
    reader.who.need(&object.def.name, action)?;
    Subject::of(&object).ok_or(Error::NotFound)
}

fn id_of(text: &str) -> Result<Id> {
    Id::parse(text).ok_or(Error::NotFound)
}

async fn objects(State(app): State<App>, Caller(who): Caller) -> Answered {
    let data = app
        .read(&who, |reader| {
            let catalogue = reader.catalogue.clone();
            let mut data = Vec::new();
            for subject in catalogue.objects().iter().filter_map(Subject::of) {
                let def = &subject.object.def;
                if reader.who.access.on(&def.name).allows(Action::Read) {
                    data.push(overview(reader, &subject)?);
                }
            }
            Ok(data)
        })
        .await?;
    Ok(Reply::ok(json!({ "data": data })))
}

fn overview(reader: &mut Reader, subject: &Subject) -> Result<Json> {
    let def = &subject.object.def;
    let settings = queries::settings(reader, &def.name)?;
    let figures = queries::figures(reader, &def.name)?;
    let learned = queries::learned(reader, &def.name)?;
    let counts: Map<String, Json> = queries::counts(reader, &def.name, joining::bits(settings.review_from))?
        .into_iter()
        .map(|(state, count)| (state, json!(count)))
        .collect();
    let run = run::under_way(reader, &def.name)?;
    Ok(json!({
        "object": def.name, "plural": def.plural, "settings": settings, "figures": figures,
        "learned_at": learned.map(|(at, _)| at), "changes_since": learned.map(|(_, changes)| changes),
        "counts": counts, "run": run.map(|run| run.to_json()),
    }))
}

async fn one(State(app): State<App>, Caller(who): Caller, Path(object): Path<String>) -> Answered {
    let shown = app
        .read(&who, move |reader| {
            let subject = subject(reader, &object, Action::Read)?;
            let mut shown = overview(reader, &subject)?;
            let model = queries::model(reader, &subject.object.def.name)?.map(|(model, _)| {
                let comparisons: Vec<Json> = model
                    .weighed
                    .iter()
                    .map(|one| {
                        let levels: Vec<Json> = (1_u8..)
                            .zip(one.comparison.levels())
                            .map(|(level, name)| {
                                let share = |of: &[f64]| of.get(usize::from(level)).copied().unwrap_or(0.0);
                                json!({ "level": name, "same": share(&one.same), "other": share(&one.other), "bits": one.bits(level) })
                            })
                            .collect();
                        json!({ "comparison": one.comparison, "levels": levels })
                    })
                    .collect();
                json!({ "prior": model.prior, "comparisons": comparisons, "keys": model.keys })
            });
            if let Some(shown) = shown.as_object_mut() {
                shown.insert("model".into(), model.unwrap_or(Json::Null));
            }
            Ok(shown)
        })
        .await?;
    Ok(Reply::ok(shown))
}

async fn change(
    State(app): State<App>,
    Caller(who): Caller,
    Path(object): Path<String>,
    Body(changes): Body<Json>,
) -> Answered {
    let settings = app
        .write(&who, move |op| {
            let subject = subject(op, &object, Action::Read)?;
            settings::change(op, &subject.object.def.name, &changes)
        })
        .await?;
    Ok(Reply::ok(serde_json::to_value(settings).map_err(Error::internal)?))
}

async fn start(State(app): State<App>, Caller(who): Caller, Path(object): Path<String>) -> Answered {
    let job = app
        .write(&who, move |op| {
            let subject = subject(op, &object, Action::Update)?;
            run::start(op, &subject.object.def.name)
        })
        .await?;
    Ok(Reply::accepted(job.to_json()))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Queue {
    #[serde(default = "open")]
    state: String,
    /// `ask` (most to learn first) or `likely`.
    #[serde(default)]
    order: Option<String>,
    #[serde(default)]
    from: Option<f64>,
    #[serde(default)]
    cursor: Option<String>,
    #[serde(default)]
    limit: Option<i64>,
}

fn open() -> String {
    "open".into()
}

async fn pairs(
    State(app): State<App>,
    Caller(who): Caller,
    Path(object): Path<String>,
    Params(queue): Params<Queue>,
) -> Answered {
    let after = match queue.cursor.as_deref() {
        None => None,
        Some(cursor) => {
            let read = cursor.split_once('.').and_then(|(place, id)| Some((place.parse().ok()?, Id::parse(id)?)));
            Some(read.ok_or_else(|| Error::Unreadable("the cursor is not one of this list".into()))?)
        }
    };
    let order = match queue.order.as_deref() {
        None | Some("ask") => Order::Ask,
        Some("likely") => Order::Likely,
        Some(_) => return Err(Error::Unreadable("order is ask or likely".into()).into()),
    };
    if !matches!(queue.state.as_str(), "open" | "second" | "same" | "different") {
        return Err(Error::Unreadable("state is open, second, same or different".into()).into());
    }
    let asked =
        Asked { state: queue.state, order, from: queue.from, after, limit: queue.limit.unwrap_or(20).clamp(1, 100) };
    let shown = app
        .read(&who, move |reader| {
            let subject = subject(reader, &object, Action::Read)?;
            review::queue(reader, &subject, &asked)
        })
        .await?;
    Ok(Reply::ok(shown))
}

async fn pair(State(app): State<App>, Caller(who): Caller, Path((object, id)): Path<(String, String)>) -> Answered {
    let id = id_of(&id)?;
    let shown = app
        .read(&who, move |reader| {
            let subject = subject(reader, &object, Action::Read)?;
            review::one(reader, &subject, id)
        })
        .await?;
    Ok(Reply::ok(shown))
}

async fn answer(
    State(app): State<App>,
    Caller(who): Caller,
    Path((object, id)): Path<(String, String)>,
    Body(answer): Body<Answer>,
) -> Answered {
    let id = id_of(&id)?;
    let (shown, change) = app
        .write(&who, move |op| {
            let subject = subject(op, &object, Action::Update)?;
            Ok((review::answer(op, &subject, id, &answer)?, op.change))
        })
        .await?;
    Ok(Reply::ok(shown).change(change))
}

async fn of_record(
    State(app): State<App>,
    Caller(who): Caller,
    Path((object, id)): Path<(String, String)>,
) -> Answered {
    let id = id_of(&id)?;
    let shown = app
        .read(&who, move |reader| {
            let subject = subject(reader, &object, Action::Read)?;
            review::of_record(reader, &subject, id)
        })
        .await?;
    Ok(Reply::ok(shown))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Typed {
    values: Map<String, Json>,
    /// Least probability of a candidate.
    #[serde(default)]
    at_least: Option<f64>,
}

async fn typed(
    State(app): State<App>,
    Caller(who): Caller,
    Path(object): Path<String>,
    Body(typed): Body<Typed>,
) -> Answered {
    let data = app
        .read(&who, move |reader| {
            let subject = subject(reader, &object, Action::Read)?;
            let mut values = HashMap::new();
            for (name, json) in &typed.values {
                // Half a number is no fault while it is being typed.
                let field = subject.object.def.field(name);
                if let Some(value) = field.and_then(|field| input::value(field, json).ok()) {
                    values.insert(name.clone(), value);
                }
            }
            arrival::candidates(reader, &subject, &values, typed.at_least.unwrap_or(0.5))
        })
        .await?;
    Ok(Reply::ok(json!({ "data": data })))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    at_least: f64,
}

fn checked(line: &Line) -> Result<f64> {
    if (LEAST_JOINED..=1.0).contains(&line.at_least) {
        Ok(line.at_least)
    } else {
        Err(Error::invalid("at_least", "range", "between 0.9 and 1"))
    }
}

async fn outlook(
    State(app): State<App>,
    Caller(who): Caller,
    Path(object): Path<String>,
    Params(line): Params<Line>,
) -> Answered {
    let at_least = checked(&line)?;
    let outlook = app
        .read(&who, move |reader| {
            let subject = subject(reader, &object, Action::Read)?;
            joining::outlook(reader, &subject.object.def.name, at_least)
        })
        .await?;
    Ok(Reply::ok(serde_json::to_value(outlook).map_err(Error::internal)?))
}

async fn accept(
    State(app): State<App>,
    Caller(who): Caller,
    Path(object): Path<String>,
    Body(line): Body<Line>,
) -> Answered {
    let at_least = checked(&line)?;
    let (job, change) = app
        .write(&who, move |op| {
            let subject = subject(op, &object, Action::Delete)?;
            Ok((joining::start(op, &subject.object.def.name, at_least)?, op.change))
        })
        .await?;
    Ok(Reply::accepted(job.to_json()).change(change))
}
