//! The rules of "what may know what", read from Cargo's metadata and from the sources.
//!
//! A broken rule is reported as `file:line: what stands there, and which rule it breaks`. The rules are plain functions
//! over text, so the last tests of this file show on made-up crates that each of them can fail.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

/// Our crates, lowest first. A crate uses only those of a row above its own.
const ROWS: &[&[&str]] = &[
    &["kernel"],
    &["macros"],
    &["question"],
    &["events"],
    &["db"],
    &["foundation"],
    &["documents", "methods"],
    &["channels"],
    &["approvals"],
    &["consolidation"],
    &["calendar", "commerce", "conversations", "marketing", "sales", "service"],
    &["analytics"],
    &["site"],
    &["server"],
    &["testkit"],
];

/// Libraries that only the named crates may depend on.
const HEAVY: &[(&str, &[&str])] = &[
    ("rusqlite", &["db"]),
    ("libsqlite3-sys", &["db"]),
    ("postgres", &["db"]),
    ("mysql", &["db"]),
    ("tokio-postgres", &["db"]),
    ("sqlx", &[]),
    ("duckdb", &["analytics"]),
    ("arrow-flight", &["analytics"]),
    ("tonic", &["analytics"]),
    ("typst", &["documents"]),
    ("typst-as-lib", &["documents"]),
    ("typst-pdf", &["documents"]),
    ("calamine", &["consolidation"]),
    ("rust_xlsxwriter", &["documents", "consolidation"]),
    ("argon2", &["foundation"]),
    ("chacha20poly1305", &["foundation"]),
    ("ring", &["foundation"]),
    ("ureq", &["foundation"]),
    ("lettre", &["channels"]),
    ("mail-parser", &["channels"]),
    ("ammonia", &["channels"]),
    ("rustls", &["channels"]),
    (
        "axum",
        &[
            "foundation",
            "channels",
            "approvals",
            "consolidation",
            "calendar",
            "commerce",
            "conversations",
            "marketing",
            "sales",
            "service",
            "analytics",
            "site",
            "server",
            "testkit",
        ],
    ),
    ("tower-http", &["server"]),
    ("rust-embed", &["server"]),
    ("clap", &["server"]),
    (
        "tokio",
        &[
            "db",
            "foundation",
            "consolidation",
            "commerce",
            "conversations",
            "marketing",
            "sales",
            "service",
            "analytics",
            "site",
            "server",
            "testkit",
        ],
    ),
];

/// Crates in which SQL may be put together from parts: they take the parts from definitions, never from a request.
/// `consolidation` reads what a part of a file names in one go, by columns of the definition, under the caller's row rule;
/// `analytics` and `site` put figures and dimensions together, each a constant found by its name. `marketing` asks who belongs
/// to a segment, which is a compiled question over a table of the definitions. `commerce` names several products at once, and
/// `sales` asks of stages and forms what their definitions name, `calendar` of activities in a stretch of days, `conversations`
/// whose an address is.
const MAY_BUILD_SQL: &[&str] = &[
    "question",
    "db",
    "foundation",
    "consolidation",
    "analytics",
    "site",
    "marketing",
    "commerce",
    "sales",
    "calendar",
    "conversations",
];

/// Crates that speak both dialects: the database, and the compiler of questions below it.
const MAY_ASK_WHICH_DATABASE: &[&str] = &["question", "db", "testkit"];

/// Files elsewhere that ask all the same, each with its reason.
const ASKS_WHICH_DATABASE: &[(&str, &str)] = &[(
    "crates/foundation/src/ledger/position.rs",
    "a place in the ledger is written as each database counts, and read back as written",
)];

#[test]
fn each_crate_uses_only_those_above_it() {
    let metadata = metadata();
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    nothing_broken(broken_dependencies(&metadata, &read));
}

#[test]
fn every_crate_takes_the_lints_of_the_workspace() {
    let mut broken = Vec::new();
    for package in packages(&metadata()) {
        let manifest = package["manifest_path"].as_str().unwrap_or_default();
        let text = std::fs::read_to_string(manifest).unwrap_or_default();
        if !takes_workspace_lints(&text) {
            broken.push(format!("{}: `[lints] workspace = true` is missing", shorten(manifest)));
        }
    }
    nothing_broken(broken);
}

#[test]
fn every_module_says_what_it_is_for() {
    nothing_broken(sources().iter().flat_map(missing_module_docs).collect());
}

#[test]
fn http_stays_in_doors_and_routes() {
    nothing_broken(sources().iter().flat_map(misplaced_http).collect());
}

#[test]
fn sql_stays_in_queries_and_is_never_put_together_elsewhere() {
    nothing_broken(sources().iter().flat_map(misplaced_sql).collect());
}

#[test]
fn only_the_database_crate_asks_which_database_it_is() {
    nothing_broken(sources().iter().flat_map(asks_for_the_database).collect());
}

// ------------------------------------------------------------------------------------------------ the rules

/// Every dependency line that breaks the order of crates or names a heavy library in the wrong crate.
/// `read` gives the text of a manifest, to find the line in.
fn broken_dependencies(metadata: &Value, read: &dyn Fn(&str) -> String) -> Vec<String> {
    let mut broken = Vec::new();
    for package in packages(metadata) {
        let name = package["name"].as_str().unwrap_or_default();
        let manifest = package["manifest_path"].as_str().unwrap_or_default();
        let Some(row) = row_of(name) else {
            broken.push(format!("{}: the crate `{name}` has no place in ROWS of architecture.rs", shorten(manifest)));
            continue;
        };
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            let used = dependency["name"].as_str().unwrap_or_default();
            let for_tests = dependency["kind"] == "dev";
            if let Some(rule) = broken_rule(name, row, used, for_tests) {
                broken
                    .push(format!("{}: `{name}` uses `{used}`, but {rule}", place_of(manifest, &read(manifest), used)));
            }
        }
    }
    broken
}

/// The rule that `name` breaks by using `used`.
fn broken_rule(name: &str, row: usize, used: &str, for_tests: bool) -> Option<String> {
    if let Some(used_row) = row_of(used) {
        // Tests of the server run it through the test kit, which therefore stands above it.
        if for_tests && used == "testkit" {
            return None;
        }
        if used_row == row {
            return Some("crates side by side never import each other: they meet in records, ids and events".into());
        }
        return (used_row > row).then(|| "a crate uses only those above it".into());
    }
    let (_, crates) = HEAVY.iter().find(|(library, _)| *library == used)?;
    let may = crates.contains(&name) || (for_tests && name == "server");
    (!may).then(|| match crates {
        [] => "nobody uses it (ARCHITECTURE.md says why)".into(),
        _ => format!("only {} may", crates.join(", ")),
    })
}

fn takes_workspace_lints(manifest: &str) -> bool {
    let mut lines = manifest.lines().map(str::trim).skip_while(|line| *line != "[lints]").skip(1);
    lines.any(|line| line.replace(' ', "") == "workspace=true") && manifest.contains("[lints]")
}

/// A file of tests needs no words: its tests are sentences.
fn missing_module_docs(source: &Source) -> Vec<String> {
    if source.is_tests() {
        return Vec::new();
    }
    let first = source.text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    if first.starts_with("//!") && first.trim_end().len() > "//! ".len() {
        return Vec::new();
    }
    vec![format!("{}:1: the module does not open with `//!` and what it is for", source.path)]
}

/// HTTP is spoken in `routes.rs`, in `doors`, and in the server that puts them together.
fn misplaced_http(source: &Source) -> Vec<String> {
    let may = matches!(source.krate(), "server" | "testkit")
        || source.is_tests()
        || source.file() == "routes.rs"
        || source.path.contains("/routes/")
        || source.path.contains("/doors/")
        || source.file() == "doors.rs";
    if may {
        return Vec::new();
    }
    let mut broken = Vec::new();
    for (line, code) in source.code().iter().enumerate() {
        if names(code, "axum") || names(code, "http") && code.contains("http::") {
            broken.push(format!("{}:{}: an HTTP type below the doors", source.path, line + 1));
        }
    }
    broken
}

/// A route holds no SQL; outside the crates that build SQL from definitions it is static text in `queries.rs`.
fn misplaced_sql(source: &Source) -> Vec<String> {
    let mut broken = Vec::new();
    let is_door = source.file() == "routes.rs" || source.path.contains("/routes/") || source.path.contains("/doors/");
    let builds = MAY_BUILD_SQL.contains(&source.krate());
    let is_tests = source.is_tests() || source.krate() == "testkit";
    let code = source.code();
    for (line, text) in source.texts() {
        if !is_sql(&text) {
            continue;
        }
        let place = format!("{}:{}", source.path, line + 1);
        let put_together = code.get(line).is_some_and(|code| code.contains("format!(") || code.contains("push_str("));
        if is_door {
            broken.push(format!("{place}: SQL in a route; routes call operations, operations call queries"));
        } else if put_together && !builds {
            broken.push(format!("{place}: SQL put together from parts outside {}", MAY_BUILD_SQL.join(" and ")));
        } else if !builds && !is_tests && source.file() != "queries.rs" && !source.path.contains("/bench") {
            broken.push(format!("{place}: SQL outside `queries.rs`"));
        }
    }
    broken
}

/// Where the two databases differ, `db::dialect` has a named function. A line that turns the one crate's dialect into the
/// other's only hands it on.
fn asks_for_the_database(source: &Source) -> Vec<String> {
    let excepted = ASKS_WHICH_DATABASE.iter().any(|(path, _)| *path == source.path);
    if MAY_ASK_WHICH_DATABASE.contains(&source.krate()) || excepted || source.is_tests() {
        return Vec::new();
    }
    let mut broken = Vec::new();
    for (line, code) in source.code().iter().enumerate() {
        let named = code.matches("Dialect::Sqlite").count() + code.matches("Dialect::Postgres").count();
        if named == 1 || ["is_postgres()", "is_sqlite()"].iter().any(|question| code.contains(question)) {
            broken.push(format!(
                "{}:{}: asks which database it is; name the difference in `db::dialect`",
                source.path,
                line + 1
            ));
        }
    }
    broken
}

/// Does this text of a program look like a statement of SQL?
fn is_sql(text: &str) -> bool {
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    let has = |word: &str| words.iter().any(|w| w.trim_start_matches('(') == word);
    match words.first().map(String::as_str) {
        Some("select" | "with") => has("from") && has("select"),
        Some("insert") => has("into") && (has("values") || has("select") || words.len() > 3),
        Some("delete") => has("from") && words.get(1).is_some_and(|w| w == "from"),
        Some("update") => has("set"),
        Some("create" | "alter" | "drop") => has("table") || has("index"),
        _ => false,
    }
}

// ------------------------------------------------------------------------------------------- reading the project

/// One source file of ours.
struct Source {
    /// From the project's root, with `/`.
    path: String,
    text: String,
}

impl Source {
    fn krate(&self) -> &str {
        self.path.split('/').nth(1).unwrap_or_default()
    }

    fn file(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    fn is_tests(&self) -> bool {
        self.file().ends_with("tests.rs") || self.path.contains("/tests/")
    }

    /// The lines with comments and the insides of string literals blanked; not those of the file's own tests.
    fn code(&self) -> Vec<String> {
        let mut lines = self.scan().0;
        lines.truncate(own_tests(&lines));
        lines
    }

    /// The string literals, each with the index of the line on which it begins; not those of the file's own tests.
    fn texts(&self) -> Vec<(usize, String)> {
        let (lines, mut texts) = self.scan();
        let tests = own_tests(&lines);
        texts.retain(|(line, _)| *line < tests);
        texts
    }

    /// A small scanner of Rust: enough to tell code from comments and literals.
    fn scan(&self) -> (Vec<String>, Vec<(usize, String)>) {
        let chars: Vec<char> = self.text.chars().collect();
        let at = |i: usize| chars.get(i).copied().unwrap_or('\0');
        let (mut lines, mut texts) = (vec![String::new()], Vec::new());
        let mut i = 0;
        while i < chars.len() {
            let line = lines.len() - 1;
            let hashes = (i + 1..).take_while(|&j| at(j) == '#').count();
            let end = match (at(i), at(i + 1)) {
                ('/', '/') => (i..chars.len()).find(|&j| at(j) == '\n').unwrap_or(chars.len()),
                ('/', '*') => {
                    (i + 2..chars.len()).find(|&j| at(j) == '*' && at(j + 1) == '/').map_or(chars.len(), |j| j + 2)
                }
                ('r', _)
                    if at(i + 1 + hashes) == '"' && !(i > 0 && (at(i - 1).is_alphanumeric() || at(i - 1) == '_')) =>
                {
                    let start = i + 2 + hashes;
                    let closes = |j: &usize| at(*j) == '"' && (1..=hashes).all(|h| at(j + h) == '#');
                    let stop = (start..chars.len()).find(closes).unwrap_or(chars.len());
                    texts.push((line, chars.get(start..stop).unwrap_or_default().iter().collect()));
                    stop + 1 + hashes
                }
                ('"', _) => {
                    let mut j = i + 1;
                    while j < chars.len() && at(j) != '"' {
                        j += if at(j) == '\\' { 2 } else { 1 };
                    }
                    texts
                        .push((line, chars.get(i + 1..j).unwrap_or_default().iter().filter(|c| **c != '\\').collect()));
                    j + 1
                }
                ('\'', '\\') => (i + 3..chars.len()).find(|&j| at(j) == '\'').map_or(chars.len(), |j| j + 1),
                ('\'', _) if at(i + 2) == '\'' => i + 3,
                (c, _) => {
                    match c {
                        '\n' => lines.push(String::new()),
                        c => lines.last_mut().into_iter().for_each(|line| line.push(c)),
                    }
                    i += 1;
                    continue;
                }
            };
            for &c in chars.get(i..end.min(chars.len())).unwrap_or_default() {
                if c == '\n' {
                    lines.push(String::new());
                }
            }
            i = end;
        }
        (lines, texts)
    }
}

/// The line from which on a file tests itself: `#[cfg(test)]` with `mod tests {` under it.
fn own_tests(lines: &[String]) -> usize {
    let begins = |two: &[String]| matches!(two, [mark, module] if mark.trim() == "#[cfg(test)]" && module.trim_end().ends_with('{'));
    lines.windows(2).position(begins).unwrap_or(lines.len())
}

/// Does the code use `word` as a whole word?
fn names(code: &str, word: &str) -> bool {
    code.split(|c: char| !c.is_alphanumeric() && c != '_').any(|part| part == word)
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap_or_default()
}

/// What Cargo says about our crates.
fn metadata() -> Value {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_string());
    let output = Command::new(cargo)
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("cargo metadata prints JSON")
}

fn packages(metadata: &Value) -> Vec<&Value> {
    metadata["packages"].as_array().into_iter().flatten().collect()
}

fn row_of(name: &str) -> Option<usize> {
    ROWS.iter().position(|row| row.contains(&name))
}

/// `crates/sales/Cargo.toml:16`, the line on which a manifest names a dependency.
fn place_of(manifest: &str, text: &str, dependency: &str) -> String {
    let names_it = |line: &str| {
        let rest = line.trim().strip_prefix(dependency);
        rest.is_some_and(|rest| rest.trim_start().starts_with(['.', '=']))
    };
    match text.lines().position(names_it) {
        Some(line) => format!("{}:{}", shorten(manifest), line + 1),
        None => shorten(manifest),
    }
}

/// A path from the project's root.
fn shorten(path: &str) -> String {
    let root = root();
    Path::new(path).strip_prefix(&root).unwrap_or(Path::new(path)).to_string_lossy().replace('\\', "/")
}

/// Every Rust file under `crates/*/src`.
fn sources() -> Vec<Source> {
    let mut folders = Vec::new();
    for krate in std::fs::read_dir(root().join("crates")).expect("the folder of crates").flatten() {
        folders.push(krate.path().join("src"));
    }
    let mut sources = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).expect("a source file is UTF-8");
                sources.push(Source { path: shorten(&path.to_string_lossy()), text });
            }
        }
    }
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(sources.len() > ROWS.len(), "the sources were not found");
    sources
}

#[track_caller]
fn nothing_broken(broken: Vec<String>) {
    assert!(broken.is_empty(), "{} broken:\n{}", broken.len(), broken.join("\n"));
}

// ------------------------------------------------------------------------------- these rules can be broken

fn one_crate(name: &str, dependency: &str, kind: Option<&str>) -> Value {
    json!({"packages": [{
        "name": name,
        "manifest_path": format!("crates/{name}/Cargo.toml"),
        "dependencies": [{"name": dependency, "kind": kind}],
    }]})
}

fn broken_in(name: &str, dependency: &str, kind: Option<&str>) -> Vec<String> {
    let manifest = format!("[package]\nname = \"{name}\"\n\n[dependencies]\n{dependency}.workspace = true\n");
    broken_dependencies(&one_crate(name, dependency, kind), &|_| manifest.clone())
}

fn source(path: &str, text: &str) -> Source {
    Source { path: path.into(), text: text.into() }
}

#[test]
fn a_broken_dependency_is_named_with_its_line() {
    assert_eq!(
        broken_in("sales", "commerce", None),
        ["crates/sales/Cargo.toml:5: `sales` uses `commerce`, but crates side by side never import each other: \
          they meet in records, ids and events"]
    );
    assert_eq!(
        broken_in("kernel", "foundation", None),
        ["crates/kernel/Cargo.toml:5: `kernel` uses `foundation`, but a crate uses only those above it"]
    );
    assert_eq!(
        broken_in("sales", "rusqlite", None),
        ["crates/sales/Cargo.toml:5: `sales` uses `rusqlite`, but only db may"]
    );
    assert_eq!(broken_in("events", "axum", Some("dev")).len(), 1);
    assert_eq!(broken_in("loyalty", "kernel", None).len(), 1, "a crate without a place in the order");
}

#[test]
fn an_allowed_dependency_is_not_named() {
    assert!(broken_in("sales", "foundation", None).is_empty());
    assert!(broken_in("db", "rusqlite", None).is_empty());
    assert!(broken_in("server", "testkit", Some("dev")).is_empty());
    assert_eq!(broken_in("server", "testkit", None).len(), 1, "the program itself never holds the test kit");
}

#[test]
fn sql_is_found_in_a_route_and_not_in_prose() {
    let text =
        "//! Deals.\nfn page() {\n    // select a deal from the list\n    let sql = \"select id\n from deal\";\n}\n";
    assert_eq!(
        misplaced_sql(&source("crates/sales/src/deals/routes.rs", text)),
        ["crates/sales/src/deals/routes.rs:4: SQL in a route; routes call operations, operations call queries"]
    );
    assert!(misplaced_sql(&source("crates/sales/src/deals/queries.rs", text)).is_empty());
    assert!(
        misplaced_sql(&source("crates/sales/src/deals/routes.rs", "let a = \"select a deal\"; let b = 'x';"))
            .is_empty()
    );

    let together = "let sql = format!(\"delete from deal where {rule}\");";
    assert_eq!(misplaced_sql(&source("crates/service/src/tickets/queries.rs", together)).len(), 1);
    assert!(misplaced_sql(&source("crates/foundation/src/records/queries.rs", together)).is_empty());
    let of_a_test = format!("//! Deals.\n#[cfg(test)]\nmod tests {{\n{together}\n}}\n");
    assert!(misplaced_sql(&source("crates/sales/src/deals/routes.rs", &of_a_test)).is_empty());
}

#[test]
fn an_exception_that_is_none_any_more_is_found() {
    for (path, _) in ASKS_WHICH_DATABASE {
        let text = std::fs::read_to_string(root().join(path)).unwrap_or_default();
        let elsewhere = source("crates/sales/src/deals/mod.rs", &text);
        assert!(!asks_for_the_database(&elsewhere).is_empty(), "{path} keeps the rule: take it out of the exceptions");
    }
}

#[test]
fn an_http_type_below_the_doors_is_found() {
    let text = "//! Deals.\nuse axum::Json;\n// axum::Json is fine in a comment\nlet a = \"axum::Json\";\n";
    assert_eq!(
        misplaced_http(&source("crates/sales/src/deals/mod.rs", text)),
        ["crates/sales/src/deals/mod.rs:2: an HTTP type below the doors"]
    );
    assert!(misplaced_http(&source("crates/sales/src/deals/routes.rs", text)).is_empty());
    assert!(misplaced_http(&source("crates/foundation/src/doors/mod.rs", text)).is_empty());
}

#[test]
fn a_question_which_database_it_is_is_found() {
    let asks = "//! Deals.\nlet bytes = if tx.dialect() == Dialect::Sqlite { 1 } else { 2 };\n";
    assert_eq!(
        asks_for_the_database(&source("crates/sales/src/deals/queries.rs", asks)),
        ["crates/sales/src/deals/queries.rs:2: asks which database it is; name the difference in `db::dialect`"]
    );
    let hands_on = "//! Deals.\nDialect::Sqlite => question::Dialect::Sqlite,\n";
    assert!(asks_for_the_database(&source("crates/foundation/src/records/ask.rs", hands_on)).is_empty());
    assert!(asks_for_the_database(&source("crates/db/src/tx.rs", asks)).is_empty());
}

#[test]
fn a_module_without_a_word_is_found() {
    assert_eq!(missing_module_docs(&source("crates/sales/src/lib.rs", "pub mod deals;\n")).len(), 1);
    assert_eq!(missing_module_docs(&source("crates/sales/src/lib.rs", "//!\npub mod deals;\n")).len(), 1);
    assert!(missing_module_docs(&source("crates/sales/src/lib.rs", "//! Sales.\n")).is_empty());
    assert!(missing_module_docs(&source("crates/sales/src/deals/tests.rs", "use super::*;\n")).is_empty());
}

#[test]
fn lints_that_are_not_taken_are_found() {
    assert!(takes_workspace_lints("[package]\n[lints]\nworkspace = true\n"));
    assert!(!takes_workspace_lints("[package]\nversion.workspace = true\n"));
    assert!(!takes_workspace_lints("[lints.clippy]\ntodo = \"deny\"\n[dependencies]\n"));
}
