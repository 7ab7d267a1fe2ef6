//! Where the two databases differ, by name. Nothing outside this crate asks which database it is talking to,
//! except to hand the dialect on.

use crate::value::Arg;

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

    /// What the ledger (`event`) has to be read by position: on PostgreSQL an index, and numbers of transactions that go on
    /// rising when the ledger is moved to another cluster, whose own begin anew (see [`Dialect::ledger_base`]).
    pub fn ledger_order(self) -> String {
        match self {
            Dialect::Sqlite => String::new(),
            Dialect::Postgres => format!(
                "{}; alter table event alter column tx set default (ledger_base() + pg_current_xact_id()::text::bigint); \
                 create index event_position on event (tx, seq);",
                Dialect::ledger_base("0")
            ),
        }
    }

    /// What PostgreSQL adds to a transaction's own number to get the one that the ledger keeps.
    pub(crate) fn ledger_base(base: &str) -> String {
        format!(
            "create or replace function ledger_base() returns bigint language sql stable parallel safe as 'select {base}::bigint'"
        )
    }

    /// A condition on `e` (a row of the ledger) that leaves out rows whose transaction may still have an unfinished
    /// predecessor: a reader by position must not step over a line that is committed late. On SQLite there is one writer,
    /// so numbers are in the order of commits.
    pub fn settled(self) -> &'static str {
        match self {
            Dialect::Sqlite => "1 = 1",
            Dialect::Postgres => "e.tx < ledger_base() + pg_snapshot_xmin(pg_current_snapshot())::text::bigint",
        }
    }

    /// The column of `e` that comes before `e.seq` in a position; always 0 on SQLite.
    pub fn position_tx(self) -> &'static str {
        match self {
            Dialect::Sqlite => "0",
            Dialect::Postgres => "e.tx",
        }
    }

    /// A condition on `e`: lines after the position that the arguments `$first` (tx) and the next one (seq) name.
    pub fn position_after(self, first: usize) -> String {
        self.position_is(">", first)
    }

    /// A condition on `e`: lines up to a position, that one included.
    pub fn position_upto(self, first: usize) -> String {
        self.position_is("<=", first)
    }

    fn position_is(self, how: &str, first: usize) -> String {
        match self {
            Dialect::Sqlite => format!("e.seq {how} ${}", first + 1),
            Dialect::Postgres => format!("(e.tx, e.seq) {how} (${first}::bigint, ${}::bigint)", first + 1),
        }
    }

    /// The order of positions, a walk along an index; `backwards` for the latest first.
    pub fn position_order(self, backwards: bool) -> &'static str {
        match (self, backwards) {
            (Dialect::Sqlite, false) => "e.seq",
            (Dialect::Sqlite, true) => "e.seq desc",
            (Dialect::Postgres, false) => "e.tx, e.seq",
            (Dialect::Postgres, true) => "e.tx desc, e.seq desc",
        }
    }

    /// Behind a table (alias `r`) in `from`: read it in the order of this index, or of its ids where none is named.
    /// PostgreSQL's planner weighs the limit of a list by itself.
    pub fn walking(self, table: &str, index: Option<&str>) -> String {
        match self {
            Dialect::Sqlite => match index {
                Some(index) => format!(" indexed by {index}"),
                None => format!(" indexed by sqlite_autoindex_{table}_1"),
            },
            Dialect::Postgres => String::new(),
        }
    }

    /// Whether a walk over an index tests conditions on columns of the index before it fetches the row. PostgreSQL does only
    /// where it needs no row at all.
    pub fn filters_in_index(self) -> bool {
        self == Dialect::Sqlite
    }

    /// About so many rows spread over a table, to stand in `from` under the alias `r`; `rows` is about how many it has.
    pub fn spread(self, table: &str, rows: i64, wanted: i64) -> String {
        match self {
            Dialect::Sqlite => {
                // Rows that lie side by side are read together: many short stretches, each one step down the tree.
                const WINDOWS: i64 = 250;
                let length = (wanted / WINDOWS).max(1);
                let starts: Vec<String> = (0..WINDOWS).map(|at| format!("({})", 1 + at * rows / WINDOWS)).collect();
                format!(
                    "(with w(a) as (values {}) select r.* from w cross join {table} r on r.rowid >= w.a and r.rowid < w.a + {length}) r",
                    starts.join(", ")
                )
            }
            Dialect::Postgres => {
                let share = (wanted as f64 * 100.0 / rows.max(1) as f64).min(100.0);
                format!("{table} r tablesample system ({share})")
            }
        }
    }

    /// Locks the selected rows until the transaction ends, leaving out rows that others hold.
    pub fn skip_locked(self) -> &'static str {
        match self {
            Dialect::Sqlite => "",
            Dialect::Postgres => " for update skip locked",
        }
    }

    /// Letters behind the mark of a word for whose beginnings the search index keeps lists.
    pub const SEARCH_BEGINNING: usize = 6;

    /// The table of the search index: a document number and the words to find it by, without their order.
    pub fn search_index(self) -> &'static str {
        match self {
            // Words come folded and marked by one sign, so nothing is left to cut or fold here. Beginnings of up to six
            // letters behind the mark have an index of their own: without one, all matches are gathered before the first
            // is given out (measured: 0.13 ms for each thousand). What one transaction puts is gathered in memory, up to
            // 32 MB, and becomes one part of the index.
            Dialect::Sqlite => {
                "create virtual table search_index using \
                 fts5(words, content='', contentless_delete=1, detail=none, tokenize='ascii', prefix='2 3 4 5 6 7'); \
                 insert into search_index (search_index, rank) values ('hashsize', 33554432)"
            }
            Dialect::Postgres => {
                "create table search_index (doc bigint primary key, words tsvector not null); \
                 create index search_index_words on search_index using gin (words)"
            }
        }
    }

    /// Puts documents into the search index, or other words in place of theirs: the statement and its sets of arguments.
    /// Words are letters, digits and signs of the private areas, separated by spaces.
    pub fn search_put(self, docs: Vec<(i64, String)>) -> (&'static str, Vec<Vec<Arg>>) {
        match self {
            Dialect::Sqlite => (
                "insert or replace into search_index (rowid, words) values ($1, $2)",
                docs.into_iter().map(|(doc, words)| vec![Arg::Int(doc), Arg::Text(words)]).collect(),
            ),
            Dialect::Postgres => {
                let lines: Vec<String> = docs.into_iter().map(|(doc, words)| format!("{doc} {words}")).collect();
                (
                    "insert into search_index (doc, words) \
                     select (string_to_array(line, ' '))[1]::bigint, array_to_tsvector((string_to_array(line, ' '))[2:]) \
                     from unnest(string_to_array($1::text, chr(10))) line \
                     on conflict (doc) do update set words = excluded.words",
                    if lines.is_empty() { Vec::new() } else { vec![vec![Arg::Text(lines.join("\n"))]] },
                )
            }
        }
    }

    /// Takes the document `$1` out of the search index.
    pub fn search_forget(self) -> &'static str {
        match self {
            Dialect::Sqlite => "delete from search_index where rowid = $1",
            Dialect::Postgres => "delete from search_index where doc = $1",
        }
    }

    /// Empties the search index.
    pub fn search_clear(self) -> &'static str {
        match self {
            Dialect::Sqlite => "insert into search_index (search_index) values ('delete-all')",
            Dialect::Postgres => "delete from search_index",
        }
    }

    /// One step of joining the parts of the search index, a few milliseconds long; done when it changes nothing
    /// (`select total_changes()` moves by less than two). The first step is told that all parts are to become one.
    pub fn search_merge(self, first: bool) -> Option<&'static str> {
        match (self, first) {
            (Dialect::Sqlite, true) => Some("insert into search_index (search_index, rank) values ('merge', -200)"),
            (Dialect::Sqlite, false) => Some("insert into search_index (search_index, rank) values ('merge', 200)"),
            (Dialect::Postgres, _) => None,
        }
    }

    /// Finds documents: record and document number, later documents first. `$1` is an expression made by the three
    /// functions below, `$2` the document number to stay below, `$3` how many.
    pub fn search_match(self) -> &'static str {
        match self {
            Dialect::Sqlite => {
                "select d.record, d.doc from search_index i cross join search_doc d on d.doc = i.rowid \
                 where i.search_index match $1 and i.rowid < $2 order by i.rowid desc limit $3"
            }
            Dialect::Postgres => {
                // Gathered by the words alone, and no more than can be sorted at once: a planner that counts on the order
                // of documents would walk the table backwards for a rare word.
                "with found as materialized (select doc from search_index where words @@ ($1::text)::tsquery limit 2000), \
                 latest as (select doc from found where doc < $2 order by doc desc limit $3) \
                 select d.record, d.doc from latest l join search_doc d on d.doc = l.doc order by l.doc desc"
            }
        }
    }

    /// Set for the rest of a reading transaction before [`Dialect::search_match`].
    pub fn search_settings(self) -> Option<&'static str> {
        match self {
            Dialect::Sqlite => None,
            // A limit makes reading the whole table look cheap; for a word that hardly occurs it is not.
            Dialect::Postgres => Some("set local enable_seqscan = off"),
        }
    }

    /// A word, or the beginning of one, in an expression of [`Dialect::search_match`]. Signs that no word has
    /// are left out.
    pub fn search_word(self, word: &str, whole: bool) -> String {
        let private = |ch: char| matches!(ch, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{ffffd}');
        let word: String = word.chars().filter(|ch| ch.is_alphanumeric() || private(*ch)).collect();
        match (self, whole) {
            (Dialect::Sqlite, true) => format!("\"{word}\""),
            (Dialect::Sqlite, false) => format!("\"{word}\" *"),
            (Dialect::Postgres, true) => format!("'{word}'"),
            (Dialect::Postgres, false) => format!("'{word}':*"),
        }
    }

    /// Every one of the parts; there must be at least one.
    pub fn search_all(self, parts: &[String]) -> String {
        self.search_join(parts, " AND ", " & ")
    }

    /// Any of the parts; there must be at least one.
    pub fn search_any(self, parts: &[String]) -> String {
        self.search_join(parts, " OR ", " | ")
    }

    fn search_join(self, parts: &[String], sqlite: &str, postgres: &str) -> String {
        match parts {
            [one] => one.clone(),
            _ => format!("({})", parts.join(if self == Dialect::Sqlite { sqlite } else { postgres })),
        }
    }

    /// Expands `{id}`, `{text}`, `{int}`, `{real}`, `{bytes}`, `{strict}`, `{clustered}`, `{sequence}`,
    /// `{ledger_order}`, `{search_index}` in DDL.
    pub fn ddl(self, sql: &str) -> String {
        sql.replace("{id}", self.id())
            .replace("{text}", self.text())
            .replace("{int}", self.int())
            .replace("{real}", self.real())
            .replace("{bytes}", self.bytes())
            .replace("{strict}", self.strict())
            .replace("{clustered}", self.clustered())
            .replace("{sequence}", self.sequence())
            .replace("{ledger_order}", &self.ledger_order())
            .replace("{search_index}", self.search_index())
    }
}
