//! A server of MySQL or MariaDB, read row by row within one read-only snapshot.

use std::net::SocketAddr;
use std::time::Duration;

use ::mysql::prelude::Queryable;
use ::mysql::{Conn, Opts, OptsBuilder, Value};
use kernel::{Error, Result};

use super::{Columns, Endpoint, Visit, refused, statement, text_of, unreachable};

pub struct Mysql {
    endpoint: Endpoint,
    user: Option<String>,
    database: Option<String>,
}

impl Mysql {
    pub(super) fn parse(url: &str) -> Result<Mysql> {
        let wrong =
            || Error::invalid("place", "not_a_url", "must be an address such as mysql://user@host:3306/database");
        let url = match url.split_once("://") {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("mariadb") => format!("mysql://{rest}"),
            _ => url.to_string(),
        };
        // Parameters could switch on what is not wanted here (files, sockets): only where it is is taken.
        let url = url.split(['?', '#']).next().unwrap_or_default();
        let opts = Opts::from_url(url).map_err(|_| wrong())?;
        let host = opts.get_ip_or_hostname().into_owned();
        let database = opts.get_db_name().map(str::to_string).filter(|name| !name.is_empty());
        if host.is_empty() || database.is_none() {
            return Err(wrong());
        }
        let endpoint = Endpoint { host, port: opts.get_tcp_port() };
        Ok(Mysql { endpoint, user: opts.get_user().map(str::to_string), database })
    }

    pub fn endpoint(&self) -> Endpoint {
        self.endpoint.clone()
    }

    /// Reads what was asked for; the connection goes to `at` and nowhere else.
    pub fn each(
        &self,
        at: SocketAddr,
        password: Option<&str>,
        asked: &str,
        columns: &mut Columns,
        visit: &mut Visit,
    ) -> Result<()> {
        let sql = statement(asked, '`')?;
        let words = sql.to_ascii_lowercase();
        if ["outfile", "dumpfile", "load_file"].iter().any(|word| words.contains(word)) {
            return Err(Error::invalid("query", "not_a_query", "a query that reads or writes files is not taken"));
        }
        let opts = OptsBuilder::new()
            .ip_or_hostname(Some(at.ip().to_string()))
            .tcp_port(at.port())
            .user(self.user.clone())
            .pass(password)
            .db_name(self.database.clone())
            .prefer_socket(false)
            .tcp_connect_timeout(Some(Duration::from_secs(15)))
            .read_timeout(Some(Duration::from_secs(300)))
            .write_timeout(Some(Duration::from_secs(60)));
        let mut conn = Conn::new(opts).map_err(|fault| unreachable(at, &told(&fault)))?;
        let failed = |fault: ::mysql::Error| match &fault {
            ::mysql::Error::MySqlError(_) => refused(&told(&fault)),
            _ => unreachable(at, &told(&fault)),
        };
        conn.query_drop("set names utf8mb4").map_err(failed)?;
        conn.query_drop("set time_zone = '+00:00'").map_err(failed)?;
        conn.query_drop("start transaction with consistent snapshot, read only").map_err(failed)?;
        // What is prepared is one statement, whatever is in it.
        let prepared = conn.prep(&sql).map_err(failed)?;
        let names: Vec<String> = prepared.columns().iter().map(|column| column.name_str().into_owned()).collect();
        if names.is_empty() {
            return Err(Error::invalid("query", "not_a_query", "must be one query that selects"));
        }
        let width = names.len();
        if !columns(names)? {
            return Ok(());
        }
        let mut rows = conn.exec_iter(&prepared, ()).map_err(failed)?;
        let mut cells: Vec<Option<String>> = vec![None; width];
        while let Some(set) = rows.iter() {
            for row in set {
                let row = row.map_err(failed)?;
                for (place, cell) in cells.iter_mut().enumerate() {
                    *cell = row.as_ref(place).and_then(text);
                }
                if !visit(&cells)? {
                    return Ok(());
                }
            }
        }
        Ok(())
    }
}

/// Why, without the name of the library.
fn told(fault: &::mysql::Error) -> String {
    match fault {
        ::mysql::Error::MySqlError(fault) => fault.message.clone(),
        ::mysql::Error::IoError(fault) => fault.to_string(),
        other => other.to_string(),
    }
}

fn text(value: &Value) -> Option<String> {
    Some(match value {
        Value::NULL => return None,
        Value::Bytes(bytes) => text_of(bytes),
        Value::Int(number) => number.to_string(),
        Value::UInt(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Double(number) => number.to_string(),
        // The zero date is how MySQL says that there is none.
        Value::Date(0, _, _, _, _, _, _) => return None,
        Value::Date(year, month, day, 0, 0, 0, 0) => format!("{year:04}-{month:02}-{day:02}"),
        Value::Date(year, month, day, hour, minute, second, _) => {
            format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
        }
        Value::Time(minus, days, hours, minutes, seconds, _) => {
            let sign = if *minus { "-" } else { "" };
            format!("{sign}{:02}:{minutes:02}:{seconds:02}", u64::from(*days) * 24 + u64::from(*hours))
        }
    })
}
