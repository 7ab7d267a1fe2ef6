//! What a question in SQL asks for, read by the engine's own parser before anything runs: it must be one `select`, over
//! tables that the reader has, with functions that only reckon.

use std::collections::BTreeSet;

use kernel::{Error, Result};
use serde_json::Value as Json;

use crate::engine::embedded::Embedded;
use crate::engine::{Cell, Engine as _};

/// Longest question, in bytes.
pub const LONGEST: usize = 20_000;

/// Functions that stand in place of a table and read nothing.
const ROWS: [&str; 4] = ["range", "generate_series", "unnest", "generate_subscripts"];
/// Beginnings of functions that tell of the engine, the machine or its files.
const TELLING: [&str; 22] = [
    "read_",
    "duckdb_",
    "pragma_",
    "parquet_",
    "sniff_",
    "glob",
    "getenv",
    "getvariable",
    "current_setting",
    "query",
    "json_execute",
    "json_serialize",
    "json_deserialize",
    "nextval",
    "currval",
    "set_",
    "current_database",
    "current_schema",
    "pg_",
    "write_",
    "which_secret",
    "in_search_path",
];

/// What a question names.
#[derive(Debug, Default, PartialEq)]
pub struct Named {
    pub tables: BTreeSet<String>,
    /// The last part of each column's name; none where all columns are asked for.
    pub columns: Option<BTreeSet<String>>,
}

/// Reads a question; `known` says which tables the reader has.
pub fn read(engine: &Embedded, sql: &str, known: &dyn Fn(&str) -> bool) -> Result<Named> {
    if sql.trim().is_empty() {
        return Err(Error::invalid("sql", "required", "type a question"));
    }
    if sql.len() > LONGEST {
        return Err(Error::TooLarge(format!("a question has at most {LONGEST} bytes")));
    }
    let rows = engine.rows("select json_serialize_sql(cast(? as varchar))", &[Cell::from(sql)])?;
    let text = rows.first().and_then(|row| row.first()).map(Cell::text).unwrap_or_default();
    let tree: Json = serde_json::from_str(text).map_err(Error::internal)?;
    if tree["error"] == true {
        let message = tree["error_message"].as_str().unwrap_or("it is no question");
        let detail = match tree["error_type"].as_str() {
            Some("not implemented") => "only one `select` can be asked here".to_string(),
            _ => message.chars().take(500).collect(),
        };
        return Err(fault(detail));
    }
    let statements = tree["statements"].as_array().map_or(0, Vec::len);
    if statements != 1 {
        return Err(fault("only one `select` can be asked here"));
    }
    let mut walk = Walk {
        named: Named { tables: BTreeSet::new(), columns: Some(BTreeSet::new()) },
        own: BTreeSet::new(),
        refused: None,
    };
    walk.own_names(&tree);
    walk.visit(&tree);
    if let Some(refused) = walk.refused {
        return Err(fault(refused));
    }
    if let Some(strange) = walk.named.tables.iter().find(|name| !known(name)) {
        return Err(fault(format!("there is no table `{}`", strange.chars().take(80).collect::<String>())));
    }
    Ok(walk.named)
}

pub fn fault(detail: impl Into<String>) -> Error {
    Error::invalid("sql", "not_understood", detail)
}

struct Walk {
    named: Named,
    /// Tables that the question makes itself.
    own: BTreeSet<String>,
    refused: Option<String>,
}

impl Walk {
    /// Names of `with`.
    fn own_names(&mut self, node: &Json) {
        match node {
            Json::Object(members) => {
                if let Some(map) = members.get("cte_map").and_then(|map| map["map"].as_array()) {
                    self.own.extend(map.iter().filter_map(|one| Some(one["key"].as_str()?.to_lowercase())));
                }
                members.values().for_each(|node| self.own_names(node));
            }
            Json::Array(nodes) => nodes.iter().for_each(|node| self.own_names(node)),
            _ => {}
        }
    }

    fn visit(&mut self, node: &Json) {
        match node {
            Json::Object(members) => {
                let text = |name: &str| members.get(name).and_then(Json::as_str).unwrap_or_default();
                match text("type") {
                    "BASE_TABLE" => self.table(text("catalog_name"), text("schema_name"), text("table_name")),
                    "TABLE_FUNCTION" => {
                        let name = members.get("function").and_then(|function| function["function_name"].as_str());
                        let name = name.unwrap_or_default().to_lowercase();
                        if !ROWS.contains(&name.as_str()) {
                            self.refuse(format!("`{name}` cannot be asked for rows here"));
                        }
                    }
                    "SHOW_REF" => self.refuse("only a `select` can be asked here".into()),
                    _ => {}
                }
                match text("class") {
                    "FUNCTION" | "WINDOW" => {
                        let name = text("function_name").to_lowercase();
                        if TELLING.iter().any(|start| name.starts_with(start)) || name == "version" {
                            self.refuse(format!("`{name}` cannot be used here"));
                        }
                    }
                    // `columns(…)` and `*` name no column one by one.
                    "STAR" => self.named.columns = None,
                    "COLUMN_REF" => {
                        let names = members.get("column_names").and_then(Json::as_array);
                        let names = names.into_iter().flatten().filter_map(Json::as_str).map(str::to_lowercase);
                        if let Some(columns) = &mut self.named.columns {
                            columns.extend(names);
                        }
                    }
                    _ => {}
                }
                // A join by `using`, or a natural one, names columns as plain texts.
                if let Some(columns) = members.get("using_columns").and_then(Json::as_array)
                    && let Some(held) = &mut self.named.columns
                {
                    held.extend(columns.iter().filter_map(Json::as_str).map(str::to_lowercase));
                }
                if text("ref_type") == "NATURAL" || text("type") == "PIVOT" {
                    self.named.columns = None;
                }
                members.values().for_each(|node| self.visit(node));
            }
            Json::Array(nodes) => nodes.iter().for_each(|node| self.visit(node)),
            _ => {}
        }
    }

    fn table(&mut self, catalog: &str, schema: &str, name: &str) {
        let name = name.to_lowercase();
        if !catalog.is_empty() || !(schema.is_empty() || schema.eq_ignore_ascii_case("main")) {
            self.refuse(format!("there is no table `{schema}.{name}`"));
        } else if !self.own.contains(&name) {
            self.named.tables.insert(name);
        }
    }

    fn refuse(&mut self, why: String) {
        self.refused.get_or_insert(why);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(sql: &str) -> Result<Named> {
        read(&Embedded::sealed().unwrap(), sql, &|name| ["deals", "contacts"].contains(&name))
    }

    #[test]
    fn a_question_says_which_tables_and_columns_it_needs() {
        let asked = named(
            "with won as (select owner_id, amount from Deals d where d.status = 'won') \
             select c.last_name, sum(w.amount) over () from won w join contacts c using (id) -- all",
        );
        let asked = asked.unwrap();
        assert_eq!(asked.tables, BTreeSet::from(["deals".to_string(), "contacts".to_string()]));
        let columns = asked.columns.unwrap();
        for name in ["owner_id", "amount", "status", "last_name", "id"] {
            assert!(columns.contains(name), "{name}: {columns:?}");
        }
        assert_eq!(named("select * from deals").unwrap().columns, None);
        assert_eq!(named("from deals").unwrap().columns, None);
        assert!(named("select 1 + 1; ").unwrap().tables.is_empty());
    }

    #[test]
    fn nothing_but_one_select_over_ones_own_tables_is_read() {
        for refused in [
            "",
            "drop table deals",
            "select 1; select 2",
            "insert into deals values (1)",
            "copy deals to 'x.csv'",
            "attach 'x' as y",
            "set memory_limit = '9GB'",
            "pragma version",
            "install httpfs",
            "call duckdb_settings()",
            "select * from read_csv('/etc/passwd')",
            "select * from '/etc/passwd'",
            "select * from \"x.parquet\"",
            "select * from duckdb_settings()",
            "select * from information_schema.tables",
            "select * from staff",
            "select current_setting('temp_directory')",
            "select getenv('HOME')",
            "select * from glob('/*')",
            "select * from query('select 1')",
            "describe deals",
            "show tables",
            "select * from main.secrets",
            "explain select 1",
            "with x as (select * from read_text('/etc/passwd')) select * from x",
            "select (select content from read_text('/etc/passwd'))",
            "select read_text('/etc/passwd')",
            "create table x as select 1",
            "select * from pg_catalog.pg_class",
            "export database 'x'",
            "selec 1",
        ] {
            assert!(named(refused).is_err(), "{refused}");
        }
    }
}
