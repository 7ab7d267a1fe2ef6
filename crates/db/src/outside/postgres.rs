//! Another server of PostgreSQL, read by a cursor within one read-only snapshot.

use std::net::SocketAddr;
use std::time::Duration;

use ::postgres::SimpleQueryMessage;
use ::postgres::config::Host;
use ::postgres::types::Type;
use kernel::{Error, Result};

use super::{Columns, Endpoint, Visit, refused, statement, unreachable};
use crate::tls::Address;

/// Rows fetched at a time.
const FETCH: &str = "fetch 1000 from source_rows";

pub struct Postgres {
    address: Address,
    endpoint: Endpoint,
}

impl Postgres {
    pub(super) fn parse(url: &str) -> Result<Postgres> {
        let wrong =
            || Error::invalid("place", "not_a_url", "must be an address such as postgres://user@host:5432/database");
        // A file of this machine is nobody's to name from outside.
        if Address::names_a_file(url) {
            return Err(wrong());
        }
        let address = Address::parse(url).map_err(|_| wrong())?;
        let config = &address.config;
        let [Host::Tcp(host)] = config.get_hosts() else { return Err(wrong()) };
        if !config.get_hostaddrs().is_empty() || config.get_ports().len() > 1 {
            return Err(wrong());
        }
        let endpoint = Endpoint { host: host.clone(), port: config.get_ports().first().copied().unwrap_or(5432) };
        Ok(Postgres { address, endpoint })
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
        let sql = statement(asked, '"')?;
        let mut address = self.address.clone();
        let config = &mut address.config;
        config.hostaddr(at.ip()).connect_timeout(Duration::from_secs(15)).application_name("rapport");
        config.tcp_user_timeout(Duration::from_secs(60));
        if let Some(password) = password {
            config.password(password);
        }
        let describe = |fault: &::postgres::Error| match fault.as_db_error() {
            Some(db) => db.message().to_string(),
            None => {
                std::error::Error::source(fault).map_or_else(|| fault.to_string(), |cause| format!("{fault}: {cause}"))
            }
        };
        let mut client = address.connect().map_err(|fault| unreachable(at, &describe(&fault)))?;
        let failed = |fault: ::postgres::Error| {
            if fault.is_closed() { unreachable(at, &describe(&fault)) } else { refused(&describe(&fault)) }
        };
        client
            .batch_execute(
                "set statement_timeout = '300s'; set lock_timeout = '30s'; set datestyle = 'ISO, YMD'; set timezone = 'UTC'; \
                 set client_encoding = 'UTF8'; begin isolation level repeatable read read only",
            )
            .map_err(failed)?;
        // What is prepared is one statement, whatever is in it; what a cursor is declared for only selects.
        let prepared = client.prepare(&sql).map_err(failed)?;
        let kinds: Vec<Type> = prepared.columns().iter().map(|column| column.type_().clone()).collect();
        let names: Vec<String> = prepared.columns().iter().map(|column| column.name().to_string()).collect();
        if names.is_empty() {
            return Err(Error::invalid("query", "not_a_query", "must be one query that selects"));
        }
        let declare = client.prepare(&format!("declare source_rows no scroll cursor for {sql}")).map_err(failed)?;
        client.execute(&declare, &[]).map_err(failed)?;
        if !columns(names)? {
            return Ok(());
        }
        loop {
            let mut cells: Vec<Option<String>> = vec![None; kinds.len()];
            let mut seen = 0u64;
            for message in client.simple_query(FETCH).map_err(failed)? {
                let SimpleQueryMessage::Row(row) = message else { continue };
                seen += 1;
                for (place, (cell, kind)) in cells.iter_mut().zip(&kinds).enumerate() {
                    let text = row.try_get(place).map_err(failed)?;
                    *cell = text.map(|text| match text {
                        "t" if *kind == Type::BOOL => "true".to_string(),
                        "f" if *kind == Type::BOOL => "false".to_string(),
                        other => other.to_string(),
                    });
                }
                if !visit(&cells)? {
                    return Ok(());
                }
            }
            if seen == 0 {
                return Ok(());
            }
        }
    }
}
