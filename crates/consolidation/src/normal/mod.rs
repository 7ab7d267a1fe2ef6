//! Normal forms: what a name, an address or a number means, whoever wrote it and however it was written.
//!
//! Pure functions, no I/O. Each takes text as it stands in a record and gives it back unchanged ([`Normal::raw`]) beside
//! its form, and says what is wrong with it ([`Fault`]); nothing is ever guessed into a record by itself. Two kinds of
//! forms come out: one to *keep* (`+40721123456`, `ACME GmbH`) and one to *compare* by (`acme`): Latin letters, lower
//! case, no diacritics, so that `Юлия`, `Yulia` and `Julia` stand near each other.

pub mod address;
pub mod company;
pub mod company_id;
pub mod date;
pub mod email;
mod fault;
pub mod latin;
mod legal_forms;
mod nicknames;
pub mod person;
pub mod phone;
mod postal;
#[cfg(test)]
mod tests;

pub use fault::Fault;

/// A text, what it means, and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Normal<'a, T> {
    /// As it was written; never changed.
    pub raw: &'a str,
    /// What it means; empty parts where that is not known.
    pub form: T,
    /// What is wrong with it; empty if nothing is.
    pub faults: Vec<Fault>,
}

impl<T> Normal<'_, T> {
    /// Whether nothing is wrong.
    pub fn is_sound(&self) -> bool {
        self.faults.is_empty()
    }
}

/// Words of a table written as `key word word …` a line.
fn table(text: &'static str) -> impl Iterator<Item = (&'static str, std::str::SplitWhitespace<'static>)> {
    text.lines().filter_map(|line| {
        let mut words = line.split_whitespace();
        words.next().map(|key| (key, words))
    })
}
