//! Records of any object, standard or made yesterday: the object is found at the moment of the request.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, header};
use kernel::{Error, Id, Result};
use serde::Deserialize;
use serde_json::{Map, Value as Json, json};

use crate::access::{self, Action, explain};
use crate::app::App;
use crate::doors::body::Path;
use crate::doors::problem;
use crate::doors::table::BASE;
use crate::doors::{Body, Caller, Once, Params, Reply, Right, Route};
use crate::idempotency;
use crate::ledger::timeline::{self, TimelineQuery};
use crate::operation::{Operation, Reader};
use crate::records::bulk::{self, Bulk};
use crate::records::figures::Asked;
use crate::records::read::{self, ListQuery};
use crate::records::{Object, Outcome, Write, Written, ask, duplicates, groups, history, input, merged, write};

type Answer = problem::Result<Reply>;

pub fn routes() -> Vec<Route> {
    use Action::{Create, Delete, Read, Update};
    vec![
        Route::get("/{objects}", Right::On(Read), "A page of records: filter, sort, fields, cursor, count.", list),
        Route::post(
            "/{objects}/query",
            Right::On(Read),
            "The same as a page, asked by a body: for long filters.",
            query,
        ),
        Route::get(
            "/{objects}/aggregate",
            Right::On(Read),
            "Figures over a whole filter: count, sum, avg, min, max, earliest, latest, filled, empty, distinct, weighted.",
            aggregate,
        ),
        Route::post("/{objects}", Right::On(Create), "Makes a record.", create).repeatable(),
        Route::post(
            "/{objects}/bulk",
            Right::On(Read),
            "Makes, changes, deletes or restores many records; more than 500 become a job.",
            bulk,
        )
        .repeatable(),
        Route::get("/{objects}/{id}", Right::On(Read), "One record.", one),
        Route::patch("/{objects}/{id}", Right::On(Update), "Changes the fields that are named.", update),
        Route::delete("/{objects}/{id}", Right::On(Delete), "Puts a record into the bin.", trash),
        Route::post("/{objects}/{id}/restore", Right::On(Delete), "Takes a record out of the bin.", restore).bodiless(),
        Route::get(
            "/{objects}/{id}/timeline",
            Right::On(Read),
            "Everything that happened with a record, newest first.",
            timeline,
        ),
        Route::get(
            "/{objects}/{id}/history",
            Right::On(Read),
            "Who changed which field when, from what to what.",
            history,
        ),
        Route::get(
            "/{objects}/{id}/related",
            Right::On(Read),
            "Which objects link to a record, and how many of each.",
            related,
        ),
        Route::get(
            "/{objects}/{id}/explain",
            Right::On(Read),
            "Why somebody may see and change a record, or not.",
            explained,
        ),
        Route::post("/changes/{change}/undo", Right::Own, "Takes a whole change back. Undo of an undo is redo.", undo)
            .bodiless(),
    ]
}

/// What a list is asked for: from the address, or from a body.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Listing {
    /// A question as text, or in its JSON form.
    filter: Option<Json>,
    sort: Words,
    fields: Words,
    limit: Option<usize>,
    cursor: Option<String>,
    /// Towards the beginning: the page that ends at the cursor, or the last one.
    back: bool,
    count: CountMode,
    trash: bool,
}

/// `a,b` or `["a", "b"]`.
#[derive(Debug, Default, Deserialize)]
#[serde(untagged)]
enum Words {
    #[default]
    None,
    Text(String),
    List(Vec<String>),
}

impl Words {
    fn list(&self) -> Vec<String> {
        match self {
            Words::None => Vec::new(),
            Words::Text(text) => {
                text.split(',').map(str::trim).filter(|word| !word.is_empty()).map(str::to_string).collect()
            }
            Words::List(list) => list.clone(),
        }
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum CountMode {
    #[default]
    Estimate,
    Exact,
    None,
}

async fn list(
    State(app): State<App>,
    Caller(who): Caller,
    Path(objects): Path<String>,
    Params(asked): Params<Listing>,
) -> Answer {
    Ok(Reply::ok(app.read(&who, move |reader| page(reader, &objects, &asked)).await?))
}

async fn query(
    State(app): State<App>,
    Caller(who): Caller,
    Path(objects): Path<String>,
    Body(asked): Body<Listing>,
) -> Answer {
    Ok(Reply::ok(app.read(&who, move |reader| page(reader, &objects, &asked)).await?))
}

fn page(reader: &mut Reader, objects: &str, asked: &Listing) -> Result<Json> {
    let object = reader.object(objects)?;
    reader.who.need(&object.def.name, Action::Read)?;
    let only = positions(reader, &object, &asked.fields.list())?;
    let query = ListQuery {
        filter: filter(reader, &object, asked.filter.as_ref())?,
        sort: asked.sort.list(),
        limit: asked.limit.unwrap_or(50),
        cursor: asked.cursor.clone().filter(|cursor| !cursor.is_empty()),
        back: asked.back,
        trash: asked.trash,
    };
    let page = read::list(reader, &object, &query)?;
    let count = match asked.count {
        CountMode::Estimate => Some(read::count_estimate(reader, &object, &query, page.share)?),
        CountMode::Exact => Some(read::count_exact(reader, &object, &query)?),
        CountMode::None => None,
    };
    let data = read::show(reader, &object, &page.records, only.as_deref())?;
    let mut answer = json!({ "data": data, "next": page.next, "count": count });
    if let (true, Some(answer)) = (asked.back, answer.as_object_mut()) {
        answer.insert("previous".into(), json!(page.previous));
    }
    Ok(answer)
}

/// Positions of the fields that are asked for; none asked for is all.
fn positions(reader: &Reader, object: &Object, names: &[String]) -> Result<Option<Vec<usize>>> {
    if names.is_empty() {
        return Ok(None);
    }
    let mut positions = Vec::with_capacity(names.len());
    for name in names {
        match visible(reader, object, name) {
            Some(position) => positions.push(position),
            None if is_system(name) => {}
            None => return Err(Error::invalid("fields", "unknown_field", format!("there is no field `{name}`"))),
        }
    }
    Ok(Some(positions))
}

/// Always in the answer, so asking for them is no fault.
fn is_system(name: &str) -> bool {
    matches!(
        name,
        "id" | "object"
            | "version"
            | "title"
            | "subtitle"
            | "created_at"
            | "created_by"
            | "updated_at"
            | "updated_by"
            | "deleted_at"
    )
}

fn visible(reader: &Reader, object: &Object, name: &str) -> Option<usize> {
    let hidden = reader.who.access.on(&object.def.name).hidden_fields.contains(name);
    object.def.position(name).filter(|_| !hidden)
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Figures {
    filter: Option<Json>,
    of: Words,
    trash: bool,
    /// Sums of money as one amount of this currency as well.
    #[serde(rename = "in")]
    currency: Option<String>,
}

async fn aggregate(
    State(app): State<App>,
    Caller(who): Caller,
    Path(objects): Path<String>,
    Params(asked): Params<Figures>,
) -> Answer {
    let figures = app.read(&who, move |reader| {
        let object = reader.object(&objects)?;
        reader.who.need(&object.def.name, Action::Read)?;
        let query = ListQuery {
            filter: filter(reader, &object, asked.filter.as_ref())?,
            trash: asked.trash,
            ..ListQuery::default()
        };
        let currency = asked.currency;
        let asked: Vec<Asked> = asked.of.list().into_iter().map(Asked::Short).collect();
        let mut figures = groups::totals(reader, &object, &query, &asked)?;
        if let Some(currency) = currency {
            crate::company::currencies::in_one(reader, &mut figures, &currency)?;
        }
        Ok(figures)
    });
    Ok(Reply::ok(figures.await?))
}

async fn one(State(app): State<App>, Caller(who): Caller, Path((objects, id)): Path<(String, String)>) -> Answer {
    let reply = app.read(&who, move |reader| {
        let object = reader.object(&objects)?;
        let asked = record_id(&id)?;
        let now = merged::now(reader, asked)?;
        let reply = Reply::ok(show_one(reader, &object, now)?).tagged();
        // An old address goes on working; the header says which it is now.
        let found_at = (now != asked).then(|| format!("{BASE}/{}/{now}", object.def.plural));
        Ok(Reply { found_at, ..reply })
    });
    Ok(reply.await?)
}

fn show_one(reader: &mut Reader, object: &Arc<Object>, id: Id) -> Result<Json> {
    reader.who.need(&object.def.name, Action::Read)?;
    let record = read::get(reader, object, id)?;
    read::show(reader, object, &[record], None)?.pop().ok_or(Error::NotFound)
}

/// What is not an id names nothing.
fn record_id(text: &str) -> Result<Id> {
    Id::parse(text).ok_or(Error::NotFound)
}

/// The record that an id names; one that was joined to another is that one.
fn record_now(reader: &mut Reader, text: &str) -> Result<Id> {
    merged::now(reader, record_id(text)?)
}

/// What becomes of a new record that may be there already.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Duplicates {
    /// It is made all the same.
    #[default]
    Allow,
    /// It is refused, and the answer shows which it may be.
    Refuse,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Making {
    duplicates: Duplicates,
}

async fn create(
    State(app): State<App>,
    Caller(who): Caller,
    Path(objects): Path<String>,
    Params(making): Params<Making>,
    asked: Once<Map<String, Json>>,
) -> Answer {
    let reply = app.write(&who, move |op| {
        idempotency::once(op, asked.claim.as_ref(), |op| {
            let object = op.object(&objects)?;
            op.who.need(&object.def.name, Action::Create)?;
            let values = input::read(op, &object, &asked.value)?;
            if making.duplicates == Duplicates::Refuse {
                duplicates::refuse(op, &object, &values)?;
            }
            let written = write::apply_one(op, &object, Write::Create { values })?;
            let reply = wrote(op, &object, written)?;
            Ok(Reply { status: 201, ..reply }.at(format!("{BASE}/{}/{}", object.def.plural, written.id)))
        })
    });
    Ok(reply.await?)
}

/// The record after a write; what its writer may no longer see is not shown.
fn wrote(op: &mut Operation, object: &Arc<Object>, written: Written) -> Result<Reply> {
    let shown = match show_one(op, object, written.id) {
        Err(Error::NotFound) => json!({ "id": written.id, "object": object.def.name, "version": written.version }),
        shown => shown?,
    };
    let reply = Reply::ok(shown).tagged();
    Ok(if written.outcome == Outcome::Unchanged { reply } else { reply.change(op.change) })
}

async fn update(
    State(app): State<App>,
    Caller(who): Caller,
    Path((objects, id)): Path<(String, String)>,
    headers: HeaderMap,
    Body(body): Body<Map<String, Json>>,
) -> Answer {
    let version = version_named(&headers, &body)?;
    let reply = app.write(&who, move |op| {
        let object = op.object(&objects)?;
        let id = record_now(op, &id)?;
        read::get(op, &object, id)?;
        op.who.need(&object.def.name, Action::Update)?;
        let values = input::read(op, &object, &body)?;
        let written = write::apply_one(op, &object, Write::Update { id, version, values })?;
        wrote(op, &object, written)
    });
    Ok(reply.await?)
}

/// The version that the writer saw: `If-Match` goes before `version` in the body.
fn version_named(headers: &HeaderMap, body: &Map<String, Json>) -> Result<Option<i64>> {
    if let Some(header) = headers.get(header::IF_MATCH) {
        let text = header.to_str().unwrap_or_default().trim();
        if text == "*" {
            return Ok(None);
        }
        let number = text.trim_start_matches("W/").trim_matches('"').parse();
        return number.map(Some).map_err(|_| Error::Unreadable("If-Match: a version such as \"3\"".into()));
    }
    match body.get("version") {
        None | Some(Json::Null) => Ok(None),
        Some(version) => {
            version.as_i64().map(Some).ok_or_else(|| Error::invalid("version", "wrong_type", "must be a whole number"))
        }
    }
}

async fn trash(State(app): State<App>, Caller(who): Caller, Path((objects, id)): Path<(String, String)>) -> Answer {
    let change = flip(&app, &who, objects, id, false).await?.change;
    Ok(Reply { change, ..Reply::nothing() })
}

async fn restore(State(app): State<App>, Caller(who): Caller, Path((objects, id)): Path<(String, String)>) -> Answer {
    Ok(flip(&app, &who, objects, id, true).await?)
}

async fn flip(app: &App, who: &crate::access::Principal, objects: String, id: String, back: bool) -> Result<Reply> {
    app.write(who, move |op| {
        let object = op.object(&objects)?;
        let id = record_id(&id)?;
        read::get(op, &object, id)?;
        op.who.need(&object.def.name, Action::Delete)?;
        // Whoever deletes the one does not mean the other.
        merged::refuse_joined(op, id)?;
        let write = if back { Write::Restore { id } } else { Write::Trash { id } };
        let written = write::apply_one(op, &object, write)?;
        wrote(op, &object, written)
    })
    .await
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Walk {
    kinds: Words,
    limit: Option<usize>,
    cursor: Option<String>,
}

impl Walk {
    fn before(&self) -> Result<Option<Id>> {
        let cursor = self.cursor.as_deref().filter(|cursor| !cursor.is_empty());
        cursor
            .map(|text| Id::parse(text).ok_or_else(|| Error::Unreadable("the cursor is not one of this list".into())))
            .transpose()
    }

    fn limit(&self) -> usize {
        self.limit.unwrap_or(50).clamp(1, kernel::limits::PAGE)
    }
}

async fn timeline(
    State(app): State<App>,
    Caller(who): Caller,
    Path((objects, id)): Path<(String, String)>,
    Params(asked): Params<Walk>,
) -> Answer {
    let query = TimelineQuery { kinds: asked.kinds.list(), before: asked.before()?, limit: asked.limit() };
    let page = app.read(&who, move |reader| {
        let object = reader.object(&objects)?;
        reader.who.need(&object.def.name, Action::Read)?;
        let id = record_now(reader, &id)?;
        timeline::page(reader, &object, id, &query)
    });
    Ok(Reply::ok(page.await?))
}

async fn history(
    State(app): State<App>,
    Caller(who): Caller,
    Path((objects, id)): Path<(String, String)>,
    Params(asked): Params<Walk>,
) -> Answer {
    let before = asked.before()?;
    let page = app.read(&who, move |reader| {
        let object = reader.object(&objects)?;
        let id = record_now(reader, &id)?;
        read::get(reader, &object, id)?;
        history::page(reader, &object, id, before, asked.limit())
    });
    Ok(Reply::ok(page.await?))
}

async fn related(State(app): State<App>, Caller(who): Caller, Path((objects, id)): Path<(String, String)>) -> Answer {
    let related = app.read(&who, move |reader| {
        let object = reader.object(&objects)?;
        let id = record_now(reader, &id)?;
        read::related(reader, &object, id)
    });
    Ok(Reply::ok(related.await?))
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct About {
    user: Option<Id>,
}

async fn explained(
    State(app): State<App>,
    Caller(who): Caller,
    Path((objects, id)): Path<(String, String)>,
    Params(about): Params<About>,
) -> Answer {
    let id = record_id(&id)?;
    let (name, tree) = app
        .read(&who, move |reader| {
            let object = reader.object(&objects)?;
            let id = merged::now(reader, id)?;
            Ok((object.def.name.clone(), explain(reader, &object, id, about.user)?))
        })
        .await?;
    if let Some(user) = about.user.filter(|user| Some(*user) != who.user) {
        access::explain::noted(&app, &who, &name, id, user).await?;
    }
    Ok(Reply::ok(tree))
}

async fn bulk(State(app): State<App>, Caller(who): Caller, Path(objects): Path<String>, asked: Once<Bulk>) -> Answer {
    if asked.value.preview {
        return super::shapes::bulk_preview(&app, &who, objects, asked.value).await;
    }
    let reply = app.write(&who, move |op| {
        idempotency::once(op, asked.claim.as_ref(), |op| {
            let object = op.object(&objects)?;
            op.who.need(&object.def.name, Action::Read)?;
            let answer = bulk::start(op, &object, &asked.value)?;
            Ok(now_or_later(answer, op.change))
        })
    });
    Ok(reply.await?)
}

/// 202 with the job where there is too much for one request.
fn now_or_later(answer: Json, change: Id) -> Reply {
    if answer.get("job").is_some() { Reply::accepted(answer).change(change) } else { Reply::ok(answer).change(change) }
}

async fn undo(State(app): State<App>, Caller(who): Caller, Path(change): Path<String>) -> Answer {
    let reply = app.write(&who, move |op| {
        let answer = bulk::undo_change(op, record_id(&change)?)?;
        Ok(now_or_later(answer, op.change))
    });
    Ok(reply.await?)
}

/// A filter as text or in its JSON form; an empty one asks for everything.
fn filter(reader: &mut Reader, object: &Object, asked: Option<&Json>) -> Result<Option<Arc<question::Checked>>> {
    ask::asked(reader, asked)?.map(|question| ask::checked(reader, object, &question)).transpose()
}
