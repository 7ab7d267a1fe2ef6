//! What must stay apart. A mark speaks of two records as they were then; when they are joined to others, it goes with them.

use foundation::records::merged;
use foundation::{Operation, Reader};
use kernel::{Id, Result};

use super::queries;

/// Says that none of these records is the same as another of them. No run and no load joins them again; people can.
pub fn keep_apart(op: &mut Operation, object: &str, records: &[Id]) -> Result<()> {
    for (at, a) in records.iter().enumerate() {
        for b in records.iter().skip(at + 1).filter(|b| *b != a) {
            queries::mark_different(op, object, *a, *b)?;
        }
    }
    Ok(())
}

/// Whether a mark stands between two records, or between any that were joined to them.
pub fn kept_apart(reader: &mut Reader, a: Id, b: Id) -> Result<bool> {
    let (left, right) = (merged::ids_of(reader, a)?, merged::ids_of(reader, b)?);
    queries::is_any_different(reader, &left, &right)
}
