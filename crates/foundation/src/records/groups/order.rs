//! The order of groups, and where a page of them ends.

use std::collections::{BTreeSet, HashMap};

use kernel::{Error, Result};
use serde_json::json;

use super::by::By;
use super::keys::Key;
use crate::records::figures::{Measures, Sums};

/// Where a group stands among the others. The empty come last, whatever the direction.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rank {
    pub(super) is_empty: bool,
    pub(super) number: i64,
    pub(super) text: String,
    pub(super) key: Key,
}

pub(super) struct Sort {
    pub(super) by: SortBy,
    pub(super) descending: bool,
}

pub(super) enum SortBy {
    Key,
    Figure(usize),
}

impl Sort {
    pub(super) fn read(measures: &Measures, text: Option<&str>) -> Result<Sort> {
        let text = text.unwrap_or("key");
        let (name, descending) = text.strip_prefix('-').map_or((text, false), |name| (name, true));
        let by = match measures.place(name) {
            Some(place) => SortBy::Figure(place),
            None if name == "key" => SortBy::Key,
            None => {
                let detail = format!("`{name}` is neither `key` nor the name of a figure asked for");
                return Err(Error::invalid("/sort", "unknown_figure", detail));
            }
        };
        Ok(Sort { by, descending })
    }

    pub(super) fn order(
        &self,
        measures: &Measures,
        by: &[By],
        found: HashMap<Vec<Key>, Sums>,
    ) -> Result<Vec<(Vec<Key>, Sums)>> {
        let ranks = |keys: &Vec<Key>| by.iter().zip(keys).map(|(by, key)| by.rank(key)).collect::<Vec<Rank>>();
        let mut groups: Vec<(Vec<Rank>, Vec<Key>, Sums)> =
            found.into_iter().map(|(keys, sums)| (ranks(&keys), keys, sums)).collect();
        match self.by {
            SortBy::Key => groups.sort_by(|(a, ..), (b, ..)| self.by_key(a, b)),
            SortBy::Figure(place) => {
                let currencies: BTreeSet<&String> =
                    groups.iter().flat_map(|(_, _, sums)| sums.currencies(place)).collect();
                if currencies.len() > 1 {
                    let detail = "amounts of several currencies have no order; filter by one, or group by it";
                    return Err(Error::invalid("/sort", "not_sortable", detail));
                }
                groups.sort_by(|(a, _, a_sums), (b, _, b_sums)| {
                    match (a_sums.number(measures, place), b_sums.number(measures, place)) {
                        (Some(a_figure), Some(b_figure)) => {
                            let order = a_figure.total_cmp(&b_figure);
                            if self.descending { order.reverse() } else { order }
                        }
                        (a_figure, b_figure) => a_figure.is_none().cmp(&b_figure.is_none()),
                    }
                    .then_with(|| a.cmp(b))
                });
            }
        }
        Ok(groups.into_iter().map(|(_, keys, sums)| (keys, sums)).collect())
    }

    pub(super) fn by_key(&self, a: &[Rank], b: &[Rank]) -> std::cmp::Ordering {
        for (a, b) in a.iter().zip(b) {
            let order = match (a.is_empty, b.is_empty) {
                (false, false) if self.descending => b.cmp(a),
                _ => a.cmp(b),
            };
            if order.is_ne() {
                return order;
            }
        }
        std::cmp::Ordering::Equal
    }
}

/// Where a page of groups ended: the last group, and its place in case it is gone.
pub(super) struct Cursor {
    keys: Vec<String>,
    place: usize,
}

impl Cursor {
    pub(super) fn after(by: &[By], keys: &[Key], place: usize) -> Cursor {
        Cursor { keys: Cursor::names(by, keys), place }
    }

    pub(super) fn names(by: &[By], keys: &[Key]) -> Vec<String> {
        by.iter().zip(keys).map(|(by, key)| question::to_text(&by.question(key))).collect()
    }

    pub(super) fn write(&self) -> String {
        json!([self.place, self.keys]).to_string().bytes().map(|b| format!("{b:02x}")).collect()
    }

    pub(super) fn read(text: &str) -> Result<Cursor> {
        let bad = || Error::Unreadable("the cursor is not one of this list".into());
        let bytes: Option<Vec<u8>> = (0..text.len() / 2)
            .map(|i| text.get(i * 2..i * 2 + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok()))
            .collect();
        let (place, keys): (usize, Vec<String>) = serde_json::from_slice(&bytes.ok_or_else(bad)?).map_err(|_| bad())?;
        Ok(Cursor { keys, place })
    }

    /// Where to go on among the groups as they are now.
    pub(super) fn place(&self, by: &[By], groups: &[(Vec<Key>, Sums)]) -> usize {
        let here = groups.iter().position(|(keys, _)| Cursor::names(by, keys) == self.keys);
        here.map_or(self.place, |place| place + 1)
    }
}
