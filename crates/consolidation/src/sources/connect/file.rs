//! One file, of any format that imports read.

use std::path::Path;

use foundation::{App, outbound};
use kernel::{Error, Result};

use super::{Rows, Segment};
use crate::formats::{Detected, Found, Notes, Reader, Row, Wishes, examine};
use crate::sources::setup::Setup;

pub struct FileRows {
    format: Option<crate::formats::Format>,
    reader: Reader,
}

impl FileRows {
    pub fn open(app: &App, setup: &Setup) -> Result<FileRows> {
        let path = outbound::path(app, &setup.place)?;
        if !path.is_file() {
            return Err(Error::invalid("place", "not_a_file", "this is not a file"));
        }
        let wishes = setup.mapping.as_ref().map(|mapping| mapping.wishes.clone()).unwrap_or_default();
        let found = look(&path, &wishes)?;
        let reader = Reader::open(&path, &found.format)?;
        Ok(FileRows { format: Some(found.format), reader })
    }
}

/// Looks at a file, and refuses one that is not what it was said to be: a text in another encoding than the one given.
pub fn look(path: &Path, wishes: &Wishes) -> Result<Detected> {
    let found = examine(path, wishes)?;
    let is_text = found.format.kind != crate::formats::Kind::Xlsx;
    if wishes.encoding.is_some()
        && is_text
        && let Ok(own) = examine(path, &Wishes { encoding: None, ..wishes.clone() })
    {
        // Old encodings are told apart by habit only, but whether a text is UTF-8 or UTF-16 can be seen.
        let sure = |detected: &Detected| {
            let name = detected.format.encoding.as_str();
            if name.starts_with("UTF-") { name.to_string() } else { String::new() }
        };
        if sure(&own) != sure(&found) && own.samples != found.samples {
            return Err(Error::conflict(
                "source.encoding",
                format!(
                    "the file is said to be {}, but it is written in {}; nothing was written",
                    found.format.encoding, own.format.encoding
                ),
            ));
        }
    }
    Ok(found)
}

impl Rows for FileRows {
    fn next_segment(&mut self) -> Result<Option<Segment>> {
        Ok(self.format.take().map(|format| Segment { name: None, format }))
    }

    fn next(&mut self, row: &mut Row) -> Result<Found> {
        self.reader.next(row)
    }

    fn notes(&self) -> Notes {
        self.reader.notes()
    }
}
