//! Where the two databases differ, by name. Nothing outside this crate asks which database it is talking to,
//! except to hand the dialect on.

/// Which of the two databases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    Sqlite,
    Postgres,
}

impl Dialect {
    /// Column type of an id.
    pub fn id(self) -> &'static str {
        match self {
            Dialect::Sqlite => "blob",
            Dialect::Postgres => "uuid",
        }
    }

    /// Column type of a text. PostgreSQL compares it by bytes, as SQLite does, so both order alike.
    pub fn text(self) -> &'static str {
        match self {
            Dialect::Sqlite => "text",
            Dialect::Postgres => "text collate \"C\"",
        }
    }

    /// Column type of an integer, a boolean or a time.
    pub fn int(self) -> &'static str {
        match self {
            Dialect::Sqlite => "integer",
            Dialect::Postgres => "bigint",
        }
    }

    pub fn real(self) -> &'static str {
        match self {
            Dialect::Sqlite => "real",
            Dialect::Postgres => "double precision",
        }
    }

    pub fn bytes(self) -> &'static str {
        match self {
            Dialect::Sqlite => "blob",
            Dialect::Postgres => "bytea",
        }
    }

    /// What follows the closing bracket of `create table`.
    pub fn strict(self) -> &'static str {
        match self {
            Dialect::Sqlite => " strict",
            Dialect::Postgres => "",
        }
    }

    /// The same for a table that is its own primary key index.
    pub fn clustered(self) -> &'static str {
        match self {
            Dialect::Sqlite => " strict, without rowid",
            Dialect::Postgres => "",
        }
    }

    /// The sequence number column of a ledger: strictly rising, with what a reader needs to see late commits.
    pub fn sequence(self) -> &'static str {
        match self {
            Dialect::Sqlite => "seq integer primary key autoincrement",
            Dialect::Postgres => {
                "seq bigint generated always as identity unique, tx bigint not null default (pg_current_xact_id()::text::bigint)"
            }
        }
    }

    /// A condition that leaves out rows whose transaction may still have an unfinished predecessor: a reader by
    /// cursor must not step over an event that commits late. On SQLite there is one writer, so order is commit order.
    pub fn settled(self) -> &'static str {
        match self {
            Dialect::Sqlite => "1 = 1",
            Dialect::Postgres => "tx < pg_snapshot_xmin(pg_current_snapshot())::text::bigint",
        }
    }

    /// Locks the selected rows until the transaction ends, leaving out rows that others hold.
    pub fn skip_locked(self) -> &'static str {
        match self {
            Dialect::Sqlite => "",
            Dialect::Postgres => " for update skip locked",
        }
    }

    /// Expands `{id}`, `{text}`, `{int}`, `{real}`, `{bytes}`, `{strict}`, `{clustered}`, `{sequence}` in DDL.
    pub fn ddl(self, sql: &str) -> String {
        sql.replace("{id}", self.id())
            .replace("{text}", self.text())
            .replace("{int}", self.int())
            .replace("{real}", self.real())
            .replace("{bytes}", self.bytes())
            .replace("{strict}", self.strict())
            .replace("{clustered}", self.clustered())
            .replace("{sequence}", self.sequence())
    }
}
