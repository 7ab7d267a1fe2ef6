//! What is the caller's own: their day, what they were told, what they keep at hand.

use axum::extract::State;
use kernel::{Error, Id};
use serde_json::{Map, Value as Json};

use crate::app::App;
use crate::doors::body::Path;
use crate::doors::{Body, Caller, Params, Reply, Right, Route, problem};
use crate::workspace::kept::{self, AskedRecents, Order, Which};
use crate::workspace::{day, notices};

type Answer = problem::Result<Reply>;

pub fn routes() -> Vec<Route> {
    use Right::Own;
    vec![
        Route::get(
            "/me/day",
            Own,
            "The caller's day: overdue, today, next, agenda, mentions, deals without a next step.",
            day_of,
        ),
        Route::get("/me/notifications", Own, "What the caller was told, newest first.", told),
        Route::put("/me/notifications/read", Own, "Marks notifications as read, or as new again.", mark),
        Route::get("/me/notifications/preferences", Own, "Of which kinds the caller is told.", preferences),
        Route::put("/me/notifications/preferences", Own, "Says of which kinds the caller is told.", prefer),
        Route::get("/me/favourites", Own, "The caller's favourites, in their order.", favourites),
        Route::put("/me/favourites", Own, "Puts the caller's favourites into another order.", arrange),
        Route::put("/me/favourites/{object}/{id}", Own, "Adds a favourite at the end.", add).bodiless(),
        Route::delete("/me/favourites/{object}/{id}", Own, "Takes a favourite away.", remove),
        Route::get("/me/recents", Own, "What the caller opened last.", recents),
        Route::post("/me/recents", Own, "Says that the caller opened a record.", opened),
    ]
}

async fn day_of(State(app): State<App>, Caller(who): Caller, Params(asked): Params<day::Asked>) -> Answer {
    Ok(Reply::ok(app.read(&who, move |reader| day::day(reader, &asked)).await?))
}

async fn told(State(app): State<App>, Caller(who): Caller, Params(asked): Params<notices::Asked>) -> Answer {
    Ok(Reply::ok(app.read(&who, move |reader| notices::list(reader, &asked)).await?))
}

async fn mark(State(app): State<App>, Caller(who): Caller, Body(mark): Body<notices::Mark>) -> Answer {
    Ok(Reply::ok(app.write(&who, move |op| notices::mark(op, &mark)).await?))
}

async fn preferences(State(app): State<App>, Caller(who): Caller) -> Answer {
    Ok(Reply::ok(app.read(&who, notices::preferences).await?))
}

async fn prefer(State(app): State<App>, Caller(who): Caller, Body(wanted): Body<Map<String, Json>>) -> Answer {
    Ok(Reply::ok(app.write(&who, move |op| notices::prefer(op, &wanted)).await?))
}

async fn favourites(State(app): State<App>, Caller(who): Caller) -> Answer {
    Ok(Reply::ok(app.read(&who, kept::favourites).await?))
}

async fn arrange(State(app): State<App>, Caller(who): Caller, Body(order): Body<Order>) -> Answer {
    Ok(Reply::ok(app.write(&who, move |op| kept::arrange(op, &order)).await?))
}

async fn add(State(app): State<App>, Caller(who): Caller, Path((objects, id)): Path<(String, String)>) -> Answer {
    let id = Id::parse(&id).ok_or(Error::NotFound)?;
    Ok(Reply::ok(app.write(&who, move |op| kept::add(op, &objects, id)).await?))
}

async fn remove(State(app): State<App>, Caller(who): Caller, Path((objects, id)): Path<(String, String)>) -> Answer {
    let id = Id::parse(&id).ok_or(Error::NotFound)?;
    app.write(&who, move |op| kept::remove(op, &objects, id)).await?;
    Ok(Reply::nothing())
}

async fn recents(State(app): State<App>, Caller(who): Caller, Params(asked): Params<AskedRecents>) -> Answer {
    Ok(Reply::ok(app.read(&who, move |reader| kept::recents(reader, &asked)).await?))
}

async fn opened(State(app): State<App>, Caller(who): Caller, Body(which): Body<Which>) -> Answer {
    app.write(&who, move |op| kept::opened(op, &which)).await?;
    Ok(Reply::nothing())
}
