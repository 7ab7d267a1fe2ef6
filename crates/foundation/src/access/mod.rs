//! Access: (any grant) and (all restrictions), nothing granted by default.
//!
//! A [`Principal`] is resolved once per request, from a session or an API key, into plain sets; the same rule is compiled
//! into every query ([`rules`]) and explained from the same tree.

pub mod principal;

pub use principal::{Access, Action, ObjectAccess, Principal, Rule};
