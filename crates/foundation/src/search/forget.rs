//! Words of whoever is erased leave the vocabulary, unless somebody else has them too.

use std::collections::BTreeSet;
use std::sync::Arc;

use db::Tx;
use kernel::{Id, Result};

use super::words::{self, Tag, mark};
use super::{index, typos};
use crate::records::catalogue::{Catalogue, Object};
use crate::records::record::Record;

/// Forgets the words of these records that no other record has. Called before they are emptied: what they say is not
/// written down anywhere for it.
pub fn forget(tx: &mut Tx, catalogue: &Catalogue, gone: &[(Arc<Object>, Record)]) -> Result<()> {
    let mut found = Vec::new();
    for (object, record) in gone {
        for part in words::parts(object) {
            words::of_field(object, &part, record.value(part.field), &mut found);
        }
    }
    let said: BTreeSet<String> = found
        .into_iter()
        .filter(|word| matches!(word.tag, Tag::Title | Tag::Text) && typos::is_vocabulary(&word.text))
        .map(|word| word.text)
        .collect();
    let records: BTreeSet<Id> = gone.iter().map(|(_, record)| record.id).collect();
    let indexed = index::indexed(catalogue, &index::numbers(tx)?);
    let enough = i64::try_from(records.len()).unwrap_or(i64::MAX).saturating_add(1);
    let dialect = tx.dialect();
    for word in said {
        let places: Vec<String> = indexed
            .iter()
            .flat_map(|indexed| [Tag::Title, Tag::Text].map(|tag| mark(indexed.number, tag)))
            .map(|mark| dialect.search_word(&format!("{mark}{word}"), true))
            .collect();
        let has = match places.is_empty() {
            true => Vec::new(),
            false => index::matching(tx, &dialect.search_any(&places), i64::MAX, enough)?,
        };
        if has.iter().all(|(record, _)| records.contains(record)) {
            typos::forget(tx, &word)?;
        }
    }
    Ok(())
}
