//! The doors: everything that comes in by HTTP comes through here, and through nothing else.
//!
//! A route exists only as a line of a table ([`table::Route`]): the router is built from the lines, so a route that does
//! not say who may use it, how large its body may be and whether it may be repeated cannot be reached. Whoever calls the
//! server by a name that is not its own gets no further than the [`entrance`]. Before a handler runs, the guard has checked
//! the origin, found out who asks and counted the call ([`guard`]). A handler parses, makes
//! one call and answers; faults leave as RFC 9457 problems in the caller's language ([`problem`]).

pub mod body;
pub mod caller;
mod described;
pub mod entrance;
pub mod guard;
pub mod limiter;
pub mod live;
pub mod open;
pub mod openapi;
pub mod origin;
pub mod problem;
pub mod render;
pub mod reply;
pub mod routes;
pub mod table;
pub mod upload;
mod words;

pub use body::{Body, Once, Params};
pub use caller::Caller;
pub use problem::Problem;
pub use reply::Reply;
pub use table::{Right, Route};
