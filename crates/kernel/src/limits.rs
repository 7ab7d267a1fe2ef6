//! Every limit on what comes in, in one place.

/// A JSON body.
pub const JSON_BYTES: usize = 1 << 20;
/// All headers of a request together.
pub const HEADER_BYTES: usize = 32 << 10;
/// Nesting of a JSON body.
pub const JSON_DEPTH: usize = 32;
/// An uploaded file, streamed to disk.
pub const UPLOAD_BYTES: u64 = 2 << 30;
/// A file field.
pub const FILE_BYTES: u64 = 50 << 20;
/// Records on one page.
pub const PAGE: usize = 200;
/// Nodes in one question.
pub const QUESTION_NODES: usize = 200;
/// Nesting of one question.
pub const QUESTION_DEPTH: usize = 12;
/// Values in one `in` list.
pub const QUESTION_LIST: usize = 1_000;
/// Characters in a text field unless the field says less.
pub const TEXT_CHARS: usize = 1_000;
/// Bytes in a long text.
pub const LONG_TEXT_BYTES: usize = 64 << 10;
/// One row of an imported file.
pub const IMPORT_ROW_BYTES: usize = 1 << 20;
/// Columns of an imported file.
pub const IMPORT_COLUMNS: usize = 1_000;
/// Bytes that an archive (XLSX) may unpack to.
pub const ARCHIVE_BYTES: u64 = 200 << 20;
/// Unpacked bytes for each packed one.
pub const ARCHIVE_RATIO: u64 = 100;
/// Entries in an archive.
pub const ARCHIVE_ENTRIES: usize = 1_000;
/// Records written in one request; more becomes a job.
pub const BULK_NOW: usize = 500;
/// Events in one batch.
pub const EVENT_BATCH: usize = 5_000;
/// Custom fields on one object.
pub const CUSTOM_FIELDS: usize = 300;
/// Custom objects.
pub const CUSTOM_OBJECTS: usize = 200;
/// Seconds a request may take.
pub const REQUEST_SECONDS: u64 = 30;
