//! The outbox by HTTP, for administrators: what goes out by what, what waits, what was given up and why.

use axum::extract::State;
use foundation::App;
use foundation::doors::body::Path;
use foundation::doors::{Caller, Params, Reply, Right, Route, problem};
use kernel::{Error, Id, Result, limits};
use serde::Deserialize;

use super::{discard, list, try_again};

type Answer = problem::Result<Reply>;

pub fn routes() -> Vec<Route> {
    vec![
        Route::get(
            "/outbox",
            Right::Admin,
            "How mail goes out, and the letters that wait, went or were given up.",
            show,
        ),
        Route::post("/outbox/{id}/retry", Right::Admin, "Tries a letter again that waits or was given up.", retry)
            .bodiless(),
        Route::delete("/outbox/{id}", Right::Admin, "Takes a letter out that has not gone.", remove),
    ]
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    #[serde(default)]
    state: Option<Kept>,
    #[serde(default)]
    before: Option<Id>,
    #[serde(default)]
    limit: Option<usize>,
}

/// Of which state.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kept {
    Waiting,
    Sent,
    GivenUp,
}

impl Kept {
    fn text(self) -> &'static str {
        match self {
            Kept::Waiting => "waiting",
            Kept::Sent => "sent",
            Kept::GivenUp => "given_up",
        }
    }
}

async fn show(State(app): State<App>, Caller(who): Caller, Params(asked): Params<Asked>) -> Answer {
    let limit = asked.limit.unwrap_or(50).clamp(1, limits::PAGE);
    let shown = app.read(&who, move |reader| list(reader, asked.state.map(Kept::text), asked.before, limit));
    Ok(Reply::ok(shown.await?))
}

fn id_of(text: &str) -> Result<Id> {
    Id::parse(text).ok_or(Error::NotFound)
}

async fn retry(State(app): State<App>, Caller(who): Caller, Path(id): Path<String>) -> Answer {
    let id = id_of(&id)?;
    Ok(app.write(&who, move |op| try_again(op, id).map(|()| Reply::nothing())).await?)
}

async fn remove(State(app): State<App>, Caller(who): Caller, Path(id): Path<String>) -> Answer {
    let id = id_of(&id)?;
    Ok(app.write(&who, move |op| discard(op, id).map(|()| Reply::nothing())).await?)
}
