//! Search: one box over everything, as one types, forgiving, in any of the company's languages.
//!
//! The index is derived data. A subscriber of the ledger ([`keep_in_step`]) feeds it within milliseconds of a change; it can be
//! made anew ([`rebuild`]) and held against the records ([`verify`]), and nothing that matters depends on it.
//!
//! - **Words** ([`words`]) are folded by `kernel::fold`, the same for both databases: without case and diacritics, Chinese
//!   as single characters and pairs. E-mail addresses fall into their parts; phone numbers are kept with and without their
//!   country code and from their end, so that any writing of them is found.
//! - **Each word carries a mark** for its object and the kind of place it stands in. One index then answers "contacts whose
//!   title has a word that begins so" by walking one list, newest record first, and stopping after a page; a mark instead
//!   of a column keeps the lists half as long and makes the two databases alike.
//! - **The index only proposes** ([`find`](find())): every candidate is loaded under the caller's row rule and its visible fields are
//!   taken apart again, so nothing hidden can be found and nothing stale be shown. The owner is a word too: who sees only
//!   their own thousand among a million gets them without walking the million.
//! - **Whoever was joined to another** keeps a document of its own and is found as who it is now, for as long as that lasts:
//!   an old name or address leads on, and leaves with the un-merge or the erasure. Their words stand at who they are now
//!   as well, so that a word of one together with a word of the other finds them.
//! - **Ranking** is done on at most a page of candidates for each object: whole words in the title, then beginnings in the
//!   title, then other fields; a statistic over all matches would cost more than the time a person waits.
//! - **Mistyped words** ([`typos`]) are put right when little was found, from the words that occur; only what then leads to
//!   records that the caller may see is ever told.
//!
//! On PostgreSQL the index has no order of its own: of a beginning that thousands of records have, two thousand are
//! looked at, not the newest of all.
//! Words of an erased record leave the vocabulary with its erasure ([`forget`](forget())), unless others have them too, and
//! the file of the index when its parts are next joined.

mod feed;
mod find;
mod forget;
mod index;
mod rebuild;
#[cfg(test)]
mod tests;
mod typed;
mod typos;
mod words;

pub use feed::{catch_up, catch_up_and_join, keep_in_step};
pub use find::{Found, Group, Groups, MOST, Match, find, suggest_links};
pub use forget::forget;
pub use rebuild::{Faults, Report, rebuild, verify};
