//! Invitations by the API: who answered what, and one's own answer.

use axum::extract::State;
use foundation::App;
use foundation::access::Action;
use foundation::doors::body::Path;
use foundation::doors::{Body, Caller, Reply, Right, Route, problem};
use kernel::{Error, Id};

use super::answer::{self, Answer};
use super::page;

type Answered = problem::Result<Reply>;

pub fn routes() -> Vec<Route> {
    vec![
        Route::get(
            "/activities/{id}/invitation",
            Right::Named(Action::Read),
            "Who is invited to an activity by mail and what they answered, or who invites to it.",
            show,
        ),
        Route::post(
            "/activities/{id}/invitation/answer",
            Right::Named(Action::Update),
            "Answers an invitation that came by mail: `answer` is `accepted`, `tentative` or `declined`, with an optional \
             `comment`. The organiser gets it by mail.",
            say,
        ),
    ]
}

fn parsed(id: &str) -> kernel::Result<Id> {
    Id::parse(id).ok_or(Error::NotFound)
}

async fn show(State(app): State<App>, Caller(who): Caller, Path(id): Path<String>) -> Answered {
    let id = parsed(&id)?;
    Ok(Reply::ok(app.read(&who, move |reader| page::show(reader, id)).await?))
}

async fn say(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<String>,
    Body(said): Body<Answer>,
) -> Answered {
    let id = parsed(&id)?;
    let done = app.write(&who, move |op| {
        answer::answer(op, id, &said)?;
        Ok(Reply::ok(page::show(op, id)?).change(op.change))
    });
    Ok(done.await?)
}
