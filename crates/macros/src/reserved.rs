//! Words that SQLite or PostgreSQL reserve: a table or column of that name would have to be quoted everywhere.

const WORDS: &[&str] = &[
    "abort", "add", "all", "alter", "analyse", "analyze", "and", "any", "array", "as", "asc", "asymmetric", "authorization",
    "between", "binary", "both", "case", "cast", "check", "collate", "collation", "column", "commit", "concurrently",
    "constraint", "create", "cross", "current_catalog", "current_date", "current_role", "current_schema", "current_time",
    "current_timestamp", "current_user", "default", "deferrable", "delete", "desc", "distinct", "do", "drop", "else", "end",
    "escape", "except", "exists", "false", "fetch", "for", "foreign", "freeze", "from", "full", "grant", "group", "having",
    "ilike", "in", "index", "initially", "inner", "insert", "intersect", "into", "is", "isnull", "join", "lateral", "leading",
    "left", "like", "limit", "localtime", "localtimestamp", "natural", "not", "nothing", "notnull", "null", "offset", "on",
    "only", "or", "order", "outer", "overlaps", "placing", "primary", "references", "returning", "right", "select",
    "session_user", "set", "similar", "some", "symmetric", "system_user", "table", "tablesample", "then", "to", "trailing",
    "transaction", "true", "union", "unique", "update", "user", "using", "values", "variadic", "verbose", "view", "when", "where",
    "window", "with",
];

/// Columns every record has; a field may not take their names.
const SYSTEM: &[&str] =
    &["id", "object", "version", "title", "subtitle", "created_at", "updated_at", "deleted_at", "created_by", "updated_by", "linked"];

pub fn is_reserved(word: &str) -> bool {
    WORDS.contains(&word)
}

pub fn is_system_field(word: &str) -> bool {
    SYSTEM.contains(&word)
}
