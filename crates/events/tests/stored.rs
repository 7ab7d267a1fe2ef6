//! Every kind's stored shapes still parse, every kind reads in four languages, every name is used once.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde_json::{Map, Value};

fn stored_folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/stored")
}

#[test]
fn every_shape_ever_stored_still_parses() {
    for kind in events::catalogue() {
        let file = stored_folder().join(format!("{}.json", kind.kind));
        let text =
            std::fs::read_to_string(&file).unwrap_or_else(|_| panic!("{} has no file in tests/stored", kind.kind));
        let shapes: Vec<Value> = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", kind.kind));
        assert!(!shapes.is_empty(), "{} keeps no shape", kind.kind);
        for shape in &shapes {
            (kind.check)(shape).unwrap_or_else(|error| panic!("{} {shape}: {error}", kind.kind));
        }
        let fullest =
            shapes.iter().max_by_key(|shape| shape.as_object().map_or(0, Map::len)).and_then(Value::as_object);
        for property in &kind.properties {
            assert!(
                fullest.is_some_and(|shape| shape.contains_key(property.name)),
                "{} keeps no `{}`",
                kind.kind,
                property.name
            );
        }
    }
}

#[test]
fn no_stored_shape_is_of_a_kind_that_is_gone() {
    let known: BTreeSet<&str> = events::catalogue().iter().map(|kind| kind.kind).collect();
    for entry in std::fs::read_dir(stored_folder()).expect("the folder is there") {
        let path = entry.expect("an entry").path();
        let name = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default().to_string();
        assert!(known.contains(name.as_str()), "{name} is not in the catalogue any more");
    }
}

#[test]
fn kinds_are_unique_and_read_in_four_languages() {
    let mut seen = BTreeSet::new();
    for kind in events::catalogue() {
        assert!(seen.insert(kind.kind), "{} is there twice", kind.kind);
        assert!(
            events::records::Happening::parse(kind.kind).is_none(),
            "{} belongs to the records' families",
            kind.kind
        );
        assert!(!kind.about.is_empty());
        let labels: BTreeMap<String, String> =
            kind.properties.iter().map(|p| (p.name.to_string(), format!("<{}>", p.name))).collect();
        for language in ["en", "ru", "zh", "ro"] {
            assert!(kind.reads.0.contains_key(language), "{} does not read in {language}", kind.kind);
            let sentence = events::sentence(kind.kind, language, &Map::new(), &labels);
            assert!(!sentence.contains(['{', '[']), "{}: {sentence}", kind.kind);
        }
    }
}
