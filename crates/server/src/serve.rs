//! `rapport serve`: one process for one data folder, from the lock at the start to the last finished request.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Json, Router, middleware};
use foundation::access::Principal;
use foundation::doors::live::Stopping;
use foundation::doors::{entrance, routes, table};
use foundation::{App, ledger};
use kernel::{Error, Result};
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate, SizeAbove};

use crate::background::Background;
use crate::metrics::{self, Metrics, Readings};
use crate::{connections, pages, queries, reference, setup_link};

/// How long finishing requests are waited for.
const FINISH: Duration = Duration::from_secs(10);

/// The table of all routes of the API.
pub fn api() -> Vec<table::Route> {
    let mut table = routes::all();
    table.extend(channels::routes());
    table.extend(consolidation::routes());
    table.extend(analytics::routes());
    table.extend(site::routes());
    table.extend(marketing::routes());
    table.extend(commerce::routes());
    table.extend(approvals::routes(commerce::subjects()));
    table.extend(sales::routes());
    table.extend(calendar::routes());
    table.extend(conversations::routes());
    table
}

/// Everything the server answers, as one service.
pub fn router(app: &App, stopping: watch::Receiver<bool>) -> Router {
    let metrics = Arc::new(Metrics::default());
    let table = Arc::new(api());
    let inner = table::router(app, &table)
        .route("/healthz", get(async || "ok"))
        .route("/readyz", get(ready))
        .route("/metrics", get(figures))
        .merge(reference::routes())
        .merge(site::router())
        .merge(commerce::quotes::router())
        .merge(sales::forms::router())
        .merge(calendar::bookings::router())
        .merge(calendar::dav::doors::router())
        .merge(conversations::doors())
        .fallback(pages::serve)
        .layer(Extension(metrics.clone()))
        .layer(Extension(table))
        .layer(Extension(Stopping(stopping)));
    // Streams of events are flushed line by line; packing them would hold lines back.
    let packed =
        CompressionLayer::new().compress_when(SizeAbove::new(512).and(NotForContentType::new("text/event-stream")));
    table::rendered(inner.layer(middleware::from_fn_with_state(app.clone(), entrance::layer)))
        .layer(middleware::from_fn_with_state(metrics, metrics::layer))
        .layer(packed)
        .with_state(app.clone())
}

/// Ready means that the records can be read.
async fn ready(State(app): State<App>) -> Response {
    let read = app.read(&Principal::system("health"), |reader| reader.tx.one("select 1", &[])).await;
    match read {
        Ok(_) => Json(json!({ "ready": true })).into_response(),
        Err(fault) => {
            tracing::error!(%fault, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "ready": false }))).into_response()
        }
    }
}

async fn figures(State(app): State<App>, Extension(metrics): Extension<Arc<Metrics>>) -> Response {
    let commits = *app.news().borrow();
    let read = app
        .read(&Principal::system("metrics"), |reader| {
            Ok((ledger::subscribe::lines(reader.tx)?, queries::jobs_waiting(reader.tx)?))
        })
        .await;
    let (ledger_head, jobs_waiting) = read.unwrap_or_default();
    let text = metrics.text(Readings { commits, ledger_head, jobs_waiting });
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response()
}

/// Serves until SIGTERM or SIGINT; requests under way are finished, jobs stop at the end of their batch.
pub fn run(app: App, data: &Path, listen: &str) -> Result<()> {
    let _lock = lock(data)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Error::internal)?;
    // The drivers of databases may not wait within the runtime: what waits is done before, and the last handle goes after.
    tracing::info!(database = app.db().version()?, "opened");
    let result = runtime.block_on(serve(app.clone(), listen));
    // What still runs on blocking threads is between two commits at worst; the next start goes on from there.
    runtime.shutdown_timeout(Duration::from_secs(2));
    drop(app);
    result
}

async fn serve(app: App, listen: &str) -> Result<()> {
    let listener = TcpListener::bind(listen)
        .await
        .map_err(|fault| Error::Unreadable(format!("cannot listen on {listen}: {fault}")))?;
    let address = listener.local_addr().map_err(Error::internal)?;
    let (stop, stopping) = watch::channel(false);
    let background = Background::start(&app, stopping.clone()).await?;
    tracing::info!(%address, "serving");
    setup_link::announce(&app, address).await?;

    let mut serving = tokio::spawn(connections::serve(listener, router(&app, stopping.clone()), stopping.clone()));

    tokio::select! {
        ended = &mut serving => return ended.map_err(Error::internal),
        () = asked_to_stop() => {}
    }
    tracing::info!("stopping: finishing the requests under way");
    let _ = stop.send(true);
    let ended = tokio::time::timeout(FINISH, &mut serving).await;
    background.finish(FINISH).await;
    match ended {
        Ok(ended) => ended.map_err(Error::internal)?,
        Err(_) => tracing::warn!("some requests did not finish in time"),
    }
    tracing::info!("stopped");
    Ok(())
}

async fn asked_to_stop() {
    let mut terminate = match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(signal) => signal,
        Err(fault) => {
            tracing::warn!(%fault, "SIGTERM cannot be listened for");
            let _ = tokio::signal::ctrl_c().await;
            return;
        }
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}

/// One serving process for one folder, held by the system's own lock: it is gone with the process, however that ends.
fn lock(data: &Path) -> Result<File> {
    std::fs::create_dir_all(data).map_err(|fault| Error::Unreadable(format!("{}: {fault}", data.display())))?;
    let path = data.join("serve.lock");
    let file = File::options().create(true).truncate(false).write(true).open(&path);
    let file = file.map_err(|fault| Error::Unreadable(format!("{}: {fault}", path.display())))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => {
            Err(Error::Unreadable(format!("another process serves {} already; stop it first", data.display())))
        }
        Err(std::fs::TryLockError::Error(fault)) => Err(Error::Unreadable(format!("{}: {fault}", path.display()))),
    }
}
