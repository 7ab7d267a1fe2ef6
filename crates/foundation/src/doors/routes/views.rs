//! How records are looked at: saved views and which one opens first, layouts, and who looks at a record right now.

use axum::extract::State;
use kernel::{Error, Id};
use serde::Deserialize;

use crate::access::Action;
use crate::app::App;
use crate::doors::body::Path;
use crate::doors::{Body, Caller, Params, Reply, Right, Route, problem};
use crate::workspace::layouts::{self, NewLayout};
use crate::workspace::presence::{self, Page};
use crate::workspace::views::{self, NewDefault};

type Answer = problem::Result<Reply>;

pub fn routes() -> Vec<Route> {
    use Action::Read;
    vec![
        Route::get(
            "/{objects}/views",
            Right::On(Read),
            "The saved views of an object that the caller may see, and which one opens first.",
            list,
        ),
        Route::put(
            "/{objects}/views/default",
            Right::On(Read),
            "Sets which view opens first: for the caller, or by an administrator for a role or everyone.",
            set_default,
        ),
        Route::get("/{objects}/layout", Right::On(Read), "How the caller's pages and cards are laid out.", layout),
        Route::put("/{objects}/layout", Right::Admin, "Lays pages and cards out, for a role or for everyone.", lay_out),
        Route::delete(
            "/{objects}/layout",
            Right::Admin,
            "Takes the layout of a role away, or everyone's.",
            layout_removed,
        ),
        Route::get("/{objects}/layouts", Right::Admin, "All layouts of an object.", layouts_list),
        Route::post(
            "/{objects}/{id}/presence",
            Right::On(Read),
            "Says that the caller has a record open, and answers who else has.",
            present,
        ),
        Route::delete("/{objects}/{id}/presence", Right::On(Read), "Says that a page was closed.", absent),
    ]
}

async fn list(State(app): State<App>, Caller(who): Caller, Path(objects): Path<String>) -> Answer {
    let views = app.read(&who, move |reader| {
        let object = reader.object(&objects)?;
        views::of_object(reader, &object)
    });
    Ok(Reply::ok(views.await?))
}

async fn set_default(
    State(app): State<App>,
    Caller(who): Caller,
    Path(objects): Path<String>,
    Body(new): Body<NewDefault>,
) -> Answer {
    let set = app.write(&who, move |op| {
        let object = op.object(&objects)?;
        views::set_default(op, &object, &new)
    });
    Ok(Reply::ok(set.await?))
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct OfRole {
    role: Option<Id>,
}

async fn layout(
    State(app): State<App>,
    Caller(who): Caller,
    Path(objects): Path<String>,
    Params(of): Params<OfRole>,
) -> Answer {
    let layout = app.read(&who, move |reader| {
        let object = reader.object(&objects)?;
        layouts::effective(reader, &object, of.role)
    });
    Ok(Reply::ok(layout.await?))
}

async fn lay_out(
    State(app): State<App>,
    Caller(who): Caller,
    Path(objects): Path<String>,
    Body(new): Body<NewLayout>,
) -> Answer {
    let layout = app.write(&who, move |op| {
        let object = op.object(&objects)?;
        layouts::put(op, &object, &new)
    });
    Ok(Reply::ok(layout.await?))
}

async fn layout_removed(
    State(app): State<App>,
    Caller(who): Caller,
    Path(objects): Path<String>,
    Params(of): Params<OfRole>,
) -> Answer {
    let removed = app.write(&who, move |op| {
        let object = op.object(&objects)?;
        layouts::remove(op, &object, of.role)
    });
    removed.await?;
    Ok(Reply::nothing())
}

async fn layouts_list(State(app): State<App>, Caller(who): Caller, Path(objects): Path<String>) -> Answer {
    let all = app.read(&who, move |reader| {
        let object = reader.object(&objects)?;
        layouts::all(reader, &object)
    });
    Ok(Reply::ok(all.await?))
}

async fn present(
    State(app): State<App>,
    Caller(who): Caller,
    Path((objects, id)): Path<(String, String)>,
    Body(page): Body<Page>,
) -> Answer {
    let id = Id::parse(&id).ok_or(Error::NotFound)?;
    let (name, open) = (objects.clone(), page.clone());
    let (here, is_news) = app
        .read(&who, move |reader| {
            let object = reader.object(&name)?;
            presence::look(reader, &object, id, &open)
        })
        .await?;
    if !is_news {
        return Ok(Reply::ok(here));
    }
    let here = app.write(&who, move |op| {
        let object = op.object(&objects)?;
        presence::renew(op, &object, id, &page)
    });
    Ok(Reply::ok(here.await?))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Closed {
    tab: String,
}

async fn absent(
    State(app): State<App>,
    Caller(who): Caller,
    Path((objects, id)): Path<(String, String)>,
    Params(closed): Params<Closed>,
) -> Answer {
    let id = Id::parse(&id).ok_or(Error::NotFound)?;
    let left = app.write(&who, move |op| {
        op.object(&objects)?;
        presence::leave(op, id, &closed.tab)
    });
    left.await?;
    Ok(Reply::nothing())
}
