//! Access: (any grant) and (all restrictions), nothing granted by default.
//!
//! A [`Principal`] is resolved once per request, from a session ([`sessions`]) or an API key ([`keys`]), into plain sets;
//! the same rules are compiled into every query (`records::ask`) and explained from the same tree ([`explain()`]).
//! Passwords and tokens are kept as hashes only, and everything that matters is in the [`audit`] log.

pub mod audit;
mod common;
mod devices;
pub mod encoding;
pub mod explain;
pub mod factors;
pub mod gate;
pub mod guess;
pub mod invites;
pub mod keys;
pub mod oidc;
pub mod passkeys;
pub mod password;
pub mod people;
pub mod principal;
pub mod roles;
pub mod routes;
#[cfg(test)]
mod routes_tests;
pub mod rules;
pub mod secret;
pub mod sessions;
pub mod settings;
pub mod setup;
mod steps;
#[cfg(test)]
mod tests;
mod totp;
pub mod users;

pub use explain::explain;
pub use gate::Gate;
pub use principal::{Access, Action, ObjectAccess, Principal, Rule};
pub use secret::Secret;
