//! The table of routes. The router is made from its lines and from nothing else.

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::http::Method;
use axum::middleware;
use axum::routing::{MethodFilter, MethodRouter, on};
use kernel::limits;

use super::guard::{self, Guard};
use super::problem::Problem;
use super::render;
use crate::access::Action;
use crate::app::App;

/// Under which all routes of a table lie.
pub const BASE: &str = "/api/v1";

/// The right that a route needs. Finer rights (which records, which fields) are in the query that the operation makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    /// None: the route serves those who are not signed in. Says why that is safe.
    Public(&'static str),
    /// To be signed in: the route shows or changes only what is the caller's own.
    Own,
    /// To be signed in: every line of the answer is one that the caller may read.
    WhatOneMaySee,
    /// This right on the object named in the path.
    On(Action),
    /// This right on the object named in the request; the operation checks it.
    Named(Action),
    /// To be an administrator.
    Admin,
}

/// Who reaches a route at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    Public,
    SignedIn,
    Admin,
}

/// What a route reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reads {
    Nothing,
    /// JSON up to the general limit.
    Json,
    /// A file, streamed to disk and counted there.
    Upload,
}

/// One line of the table.
#[derive(Clone)]
pub struct Route {
    pub method: Method,
    /// Below [`BASE`], `/{objects}/{id}`.
    pub path: &'static str,
    pub right: Right,
    pub reads: Reads,
    /// Takes an `Idempotency-Key`.
    pub repeatable: bool,
    /// Goes on for as long as the client listens; no time limit.
    pub streams: bool,
    /// What it does, for the reference.
    pub about: &'static str,
    handler: MethodRouter<App>,
}

impl Route {
    fn new<H, T>(
        method: Method,
        filter: MethodFilter,
        path: &'static str,
        right: Right,
        about: &'static str,
        handler: H,
    ) -> Route
    where
        H: Handler<T, App>,
        T: 'static,
    {
        let reads = if method == Method::GET || method == Method::DELETE { Reads::Nothing } else { Reads::Json };
        Route { method, path, right, reads, repeatable: false, streams: false, about, handler: on(filter, handler) }
    }

    pub fn get<H: Handler<T, App>, T: 'static>(
        path: &'static str,
        right: Right,
        about: &'static str,
        handler: H,
    ) -> Route {
        Route::new(Method::GET, MethodFilter::GET, path, right, about, handler)
    }

    pub fn post<H: Handler<T, App>, T: 'static>(
        path: &'static str,
        right: Right,
        about: &'static str,
        handler: H,
    ) -> Route {
        Route::new(Method::POST, MethodFilter::POST, path, right, about, handler)
    }

    pub fn put<H: Handler<T, App>, T: 'static>(
        path: &'static str,
        right: Right,
        about: &'static str,
        handler: H,
    ) -> Route {
        Route::new(Method::PUT, MethodFilter::PUT, path, right, about, handler)
    }

    pub fn patch<H: Handler<T, App>, T: 'static>(
        path: &'static str,
        right: Right,
        about: &'static str,
        handler: H,
    ) -> Route {
        Route::new(Method::PATCH, MethodFilter::PATCH, path, right, about, handler)
    }

    pub fn delete<H: Handler<T, App>, T: 'static>(
        path: &'static str,
        right: Right,
        about: &'static str,
        handler: H,
    ) -> Route {
        Route::new(Method::DELETE, MethodFilter::DELETE, path, right, about, handler)
    }

    /// Takes an `Idempotency-Key` (see [`super::Once`]).
    pub fn repeatable(self) -> Route {
        Route { repeatable: true, ..self }
    }

    /// Reads a file, which the handler streams and counts.
    pub fn uploads(self) -> Route {
        Route { reads: Reads::Upload, ..self }
    }

    /// Reads no body.
    pub fn bodiless(self) -> Route {
        Route { reads: Reads::Nothing, ..self }
    }

    /// Has no time limit: its answer goes on.
    pub fn streams(self) -> Route {
        Route { streams: true, ..self }
    }

    pub fn audience(&self) -> Audience {
        match self.right {
            Right::Public(_) => Audience::Public,
            Right::Admin => Audience::Admin,
            Right::Own | Right::WhatOneMaySee | Right::On(_) | Right::Named(_) => Audience::SignedIn,
        }
    }

    /// Bytes that a body may have; uploads count for themselves.
    pub fn body_limit(&self) -> usize {
        match self.reads {
            Reads::Nothing => 0,
            Reads::Json => limits::JSON_BYTES,
            Reads::Upload => usize::MAX,
        }
    }
}

/// The limit of the body of the route that a request met.
#[derive(Debug, Clone, Copy)]
pub struct BodyLimit(pub usize);

/// The router of a table. Each route stands behind its guard; [`rendered`] goes around all of them.
pub fn router(app: &App, routes: &[Route]) -> Router<App> {
    let guard = Guard::new(app);
    let mut router = Router::new();
    for route in routes {
        let guarded = Arc::new(guard.of(route));
        let handler: MethodRouter<App> =
            route.handler.clone().layer(middleware::from_fn_with_state(guarded, guard::layer));
        let handler: MethodRouter<App> = match route.reads {
            Reads::Upload => handler.layer(DefaultBodyLimit::disable()),
            Reads::Nothing | Reads::Json => handler.layer(DefaultBodyLimit::max(limits::JSON_BYTES)),
        };
        router = router.route(&format!("{BASE}{}", route.path), handler);
    }
    router.method_not_allowed_fallback(async || Problem::MethodNotAllowed)
}

/// Puts the outermost layer around a router: request ids, problems, careful headers.
pub fn rendered(router: Router<App>) -> Router<App> {
    router.layer(middleware::from_fn(render::layer))
}
