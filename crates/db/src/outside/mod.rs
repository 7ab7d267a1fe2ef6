//! Databases of others, read once from front to back: a table or one query, every value as text. Nothing is ever written
//! there: files are opened read-only, sessions begin read-only transactions, and only one statement that selects is taken.

mod mysql;
mod postgres;
mod sqlite;

use std::net::SocketAddr;
use std::path::Path;

use kernel::{Error, Result};

pub use self::mysql::Mysql;
pub use self::postgres::Postgres;

/// Takes rows while it answers `true`. A cell that is null is none.
pub type Visit<'a> = dyn FnMut(&[Option<String>]) -> Result<bool> + 'a;

/// Called once with the names of the columns, before the first row.
pub type Columns<'a> = dyn FnMut(Vec<String>) -> Result<bool> + 'a;

/// Where a database's server is, of an address such as `postgres://user@host:5432/name`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    pub host: String,
    pub port: u16,
}

/// Reads a file of SQLite.
pub fn sqlite(path: &Path, asked: &str, columns: &mut Columns, visit: &mut Visit) -> Result<()> {
    self::sqlite::each(path, asked, columns, visit)
}

/// A server of PostgreSQL, of its address.
pub fn postgres(url: &str) -> Result<Postgres> {
    Postgres::parse(url)
}

/// A server of MySQL or MariaDB, of its address.
pub fn mysql(url: &str) -> Result<Mysql> {
    Mysql::parse(url)
}

/// The statement for what somebody asked for: a query as it is, or all of a table. `quote` is the database's own mark
/// around names.
fn statement(asked: &str, quote: char) -> Result<String> {
    let asked = asked.trim().trim_end_matches(';').trim_end();
    let first = asked.split(|ch: char| !ch.is_ascii_alphabetic()).next().unwrap_or_default().to_ascii_lowercase();
    let is_query = matches!(first.as_str(), "select" | "with" | "values") && asked.len() > first.len();
    if is_query {
        return Ok(asked.to_string());
    }
    if asked.is_empty() {
        return Err(Error::invalid("query", "required", "name a table, or give a query"));
    }
    let plain = |ch: char| ch.is_alphanumeric() || matches!(ch, '_' | '.' | '$' | '-' | ' ');
    if !asked.chars().all(plain) || asked.split('.').any(|part| part.trim().is_empty()) {
        return Err(Error::invalid("query", "not_a_query", "must be the name of a table, or one query that selects"));
    }
    let names: Vec<String> = asked.split('.').map(|part| format!("{quote}{}{quote}", part.trim())).collect();
    Ok(format!("select * from {}", names.join(".")))
}

/// The query could not be answered; its database says why.
fn refused(why: &str) -> Error {
    Error::conflict("source.query", format!("the database refused the query: {}", first_line(why)))
}

/// The server does not answer, or does not let us in.
fn unreachable(at: SocketAddr, why: &str) -> Error {
    Error::conflict("source.unreachable", format!("{at} cannot be read: {}", first_line(why)))
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().chars().take(300).collect()
}

/// Bytes as people read them: text where they are text, else hexadecimal digits.
fn text_of(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_string(),
        Err(_) => String::from_utf8_lossy(bytes).into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_quoted_and_a_query_is_taken_as_it_is() {
        assert_eq!(statement("customers", '"').unwrap(), "select * from \"customers\"");
        assert_eq!(statement("shop.order items", '`').unwrap(), "select * from `shop`.`order items`");
        assert_eq!(statement(" SELECT 1 ; ", '"').unwrap(), "SELECT 1");
        assert_eq!(statement("selected", '"').unwrap(), "select * from \"selected\"");
        assert_eq!(
            statement("with a as (select 1) select * from a", '"').unwrap(),
            "with a as (select 1) select * from a"
        );
    }

    #[test]
    fn what_is_neither_is_refused() {
        for asked in [
            "",
            "drop table a; --",
            "a\"b",
            "copy a to '/tmp/b'",
            "insert into a values (1)",
            "a..b",
            "attach 'x' as y",
        ] {
            assert!(statement(asked, '"').is_err(), "{asked}");
        }
    }

    #[test]
    fn addresses_are_taken_apart() {
        let at = postgres("postgres://ana@db.example:5433/shop").unwrap();
        assert_eq!(at.endpoint(), Endpoint { host: "db.example".into(), port: 5433 });
        let at = mysql("mariadb://ana@db.example/shop").unwrap();
        assert_eq!(at.endpoint(), Endpoint { host: "db.example".into(), port: 3306 });
        assert!(postgres("postgres://%2Fvar%2Frun/shop").is_err(), "a socket of this machine is no address");
        assert!(postgres("nonsense").is_err() && mysql("mysql://").is_err());
    }
}
