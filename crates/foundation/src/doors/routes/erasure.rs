//! Erasure: the one act that nothing takes back.

use axum::extract::State;
use kernel::{Error, Id};

use crate::app::App;
use crate::doors::body::Path;
use crate::doors::problem;
use crate::doors::{Caller, Reply, Right, Route};
use crate::records::erase;

pub fn routes() -> Vec<Route> {
    vec![
        Route::post(
            "/{objects}/{id}/erasure",
            Right::Admin,
            "Erases a person or an organisation for good, with all that is kept on them; nothing brings it back.",
            erasure,
        )
        .bodiless(),
    ]
}

async fn erasure(
    State(app): State<App>,
    Caller(who): Caller,
    Path((objects, id)): Path<(String, String)>,
) -> problem::Result<Reply> {
    let id = Id::parse(&id).ok_or(Error::NotFound)?;
    app.write(&who, move |op| {
        let object = op.object(&objects)?;
        erase::erase(op, &object, id)
    })
    .await?;
    Ok(Reply::nothing())
}
