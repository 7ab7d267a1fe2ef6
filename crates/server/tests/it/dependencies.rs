//! What others wrote and we build on keeps to `deny.toml`: licences that fit ours, no version with a known fault.
//!
//! `cargo deny` checks the same and more; these tests hold without it.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

#[test]
fn every_library_has_a_licence_that_fits() {
    let deny = deny();
    let allowed: Vec<&str> = texts(&deny["licenses"]["allow"]);
    let mut broken = Vec::new();
    for package in libraries()["packages"].as_array().into_iter().flatten() {
        let licence = package["license"].as_str().unwrap_or_default();
        if !fits(licence, &allowed) {
            broken.push(format!("{} {}: `{licence}`", package["name"], package["version"]));
        }
    }
    assert!(broken.is_empty(), "deny.toml does not allow the licence of\n{}", broken.join("\n"));
}

#[test]
fn no_library_is_below_the_version_that_mended_it() {
    let deny = deny();
    let mut broken = Vec::new();
    let libraries = libraries();
    for package in libraries["packages"].as_array().into_iter().flatten() {
        let name = package["name"].as_str().unwrap_or_default();
        let version = package["version"].as_str().unwrap_or_default();
        for banned in deny["bans"]["deny"].as_array().into_iter().flatten() {
            let rule = banned.as_str().or_else(|| banned["name"].as_str()).unwrap_or_default();
            // What a rule lets these use is banned for all others.
            let wrappers = texts(&banned["wrappers"]);
            let is_used = users(&libraries, &package["id"]).iter().any(|user| !wrappers.contains(user));
            if is_banned(name, version, rule) && is_used {
                broken.push(format!("{name} {version}: `{rule}`"));
            }
        }
    }
    assert!(broken.is_empty(), "deny.toml forbids\n{}", broken.join("\n"));
}

/// The names of the libraries that use this one themselves.
fn users<'a>(libraries: &'a Value, id: &Value) -> Vec<&'a str> {
    let packages = || libraries["packages"].as_array().into_iter().flatten();
    let nodes = libraries["resolve"]["nodes"].as_array().into_iter().flatten();
    let uses = |node: &&Value| node["dependencies"].as_array().into_iter().flatten().any(|one| one == id);
    let named = |node: &Value| packages().find(|package| package["id"] == node["id"])?["name"].as_str();
    nodes.filter(uses).filter_map(named).collect()
}

/// Is the library `name` at `version` what the rule `name`, or `name:<version`, forbids?
fn is_banned(name: &str, version: &str, rule: &str) -> bool {
    let parts = |text: &str| -> Vec<u64> {
        let plain = text.split(['-', '+']).next().unwrap_or_default();
        plain.split('.').map(|part| part.parse().unwrap_or(0)).collect()
    };
    match rule.split_once(":<") {
        Some((banned, fixed)) => name == banned && parts(version) < parts(fixed),
        None => name == rule,
    }
}

/// Does an SPDX expression leave us a way to keep to it? `A/B` is the old way to write `A OR B`.
fn fits(licence: &str, allowed: &[&str]) -> bool {
    let spaced = licence.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let (fits, rest) = either(&words, allowed);
    fits && rest.is_empty()
}

fn either<'a>(words: &'a [&'a str], allowed: &[&str]) -> (bool, &'a [&'a str]) {
    let (mut fits, mut rest) = both(words, allowed);
    while let Some((&"OR", after)) = rest.split_first() {
        let (other, next) = both(after, allowed);
        (fits, rest) = (fits || other, next);
    }
    (fits, rest)
}

fn both<'a>(words: &'a [&'a str], allowed: &[&str]) -> (bool, &'a [&'a str]) {
    let (mut fits, mut rest) = one(words, allowed);
    while let Some((&"AND", after)) = rest.split_first() {
        let (other, next) = one(after, allowed);
        (fits, rest) = (fits && other, next);
    }
    (fits, rest)
}

fn one<'a>(words: &'a [&'a str], allowed: &[&str]) -> (bool, &'a [&'a str]) {
    match words {
        ["(", inside @ ..] => {
            let (fits, rest) = either(inside, allowed);
            (fits, rest.strip_prefix(&[")"]).unwrap_or(rest))
        }
        [name, "WITH", exception, rest @ ..] => (allowed.contains(&format!("{name} WITH {exception}").as_str()), rest),
        [name, rest @ ..] => (allowed.contains(name), rest),
        [] => (false, &[]),
    }
}

fn root() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn deny() -> Value {
    let text = std::fs::read_to_string(root().join("deny.toml")).expect("deny.toml is there");
    toml::from_str(&text).expect("deny.toml is TOML")
}

fn texts(list: &Value) -> Vec<&str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

/// Everything that is built for this machine, ours included.
fn libraries() -> Value {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_string());
    let platform = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--filter-platform", &platform])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("cargo metadata prints JSON")
}

// ------------------------------------------------------------------------------- these rules can be broken

#[test]
fn a_licence_is_read_as_spdx_means_it() {
    let allowed = ["MIT", "Apache-2.0", "Unicode-3.0"];
    assert!(fits("MIT", &allowed));
    assert!(fits("GPL-3.0/MIT", &allowed));
    assert!(fits("(MIT OR GPL-3.0) AND Unicode-3.0", &allowed));
    assert!(!fits("(MIT OR Apache-2.0) AND GPL-3.0", &allowed));
    assert!(!fits("MIT AND (GPL-3.0 OR AGPL-3.0)", &allowed));
    assert!(!fits("Apache-2.0 WITH LLVM-exception", &allowed), "an exception is named on its own");
    assert!(!fits("", &allowed), "no licence is no right");
}

#[test]
fn a_version_below_the_mended_one_is_banned() {
    assert!(is_banned("quick-xml", "0.40.9", "quick-xml:<0.41.0"));
    assert!(!is_banned("quick-xml", "0.41.0", "quick-xml:<0.41.0"));
    assert!(!is_banned("quick-xml", "1.0.0-rc.1", "quick-xml:<0.41.0"));
    assert!(!is_banned("quick-xml-extra", "0.1.0", "quick-xml:<0.41.0"));
    assert!(is_banned("sqlx", "0.9.0", "sqlx"));
}
