//! Sign-in by another house (OpenID Connect Core 1.0): the company's own directory says who somebody is.
//!
//! Authorization code with PKCE, state and nonce; the signature, issuer, audience and times of its word are checked. A person
//! is (issuer, subject). The first time a verified e-mail ties that to a user of ours, or makes one where an administrator
//! said that people of that domain join.

mod fetch;
mod flow;
mod providers;
mod word;

pub use flow::{Way, begin, finish};
pub use providers::{Provider, ProviderPatch, create, delete, list, offered, update};
