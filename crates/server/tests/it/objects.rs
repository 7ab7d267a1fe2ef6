//! The standard objects fit together across crates: links, roll-ups, formulas and filters name what is there.

use std::collections::BTreeSet;

use kernel::ObjectDef;
use kernel::object::FieldType;

/// All that an installation has.
fn standard_objects() -> Vec<ObjectDef> {
    let mut all = foundation::objects();
    all.extend(server::assembly::domains().objects);
    all
}

#[test]
fn names_and_tables_are_used_once() {
    let (mut names, mut tables) = (BTreeSet::new(), BTreeSet::new());
    for object in standard_objects() {
        assert!(names.insert(object.name.clone()), "{} is there twice", object.name);
        assert!(names.insert(object.plural.clone()), "{} is there twice", object.plural);
        assert!(tables.insert(object.table.clone()), "table {} is there twice", object.table);
        let mut columns = BTreeSet::new();
        for field in &object.fields {
            assert!(columns.insert(&field.column), "column {} of {} is there twice", field.column, object.name);
        }
    }
    // Indexes are named by table and column, among the tables.
    for object in standard_objects() {
        for field in &object.fields {
            let index = format!("{}_{}", object.table, field.column);
            assert!(!tables.contains(&index), "an index of {} would be named like the table {index}", object.name);
        }
    }
}

#[test]
fn every_label_is_there_in_four_languages() {
    for object in standard_objects() {
        let mut labels = vec![&object.label, &object.label_plural];
        for field in &object.fields {
            labels.push(&field.label);
            labels.extend(&field.help);
            labels.extend(field.kind.options().unwrap_or(&[]).iter().map(|option| &option.label));
            assert!(!field.purpose.is_empty(), "{} has no purpose", field.id);
        }
        for label in labels {
            for language in ["en", "ru", "zh", "ro"] {
                assert!(
                    label.0.get(language).is_some_and(|text| !text.is_empty()),
                    "{}: {label:?} in {language}",
                    object.name
                );
            }
        }
    }
}

#[test]
fn links_roll_ups_and_formulas_name_what_is_there() {
    let all = standard_objects();
    let find = |name: &str| all.iter().find(|object| object.name == name);
    for object in &all {
        for field in &object.fields {
            if let Some(target) = field.kind.target() {
                assert!(target == "any" || find(target).is_some(), "{} leads to no object: {target}", field.id);
            }
            match &field.kind {
                FieldType::Formula { formula, result } => {
                    let parsed =
                        question::parse_expr(formula).unwrap_or_else(|error| panic!("{}: {error:?}", field.id));
                    question::check_expr(&parsed, &object.name, &all, result)
                        .unwrap_or_else(|error| panic!("{}: {error:?}", field.id));
                }
                FieldType::RollUp(roll_up) => {
                    let child = find(&roll_up.of.object).unwrap_or_else(|| panic!("{}: no object", field.id));
                    let link = child.field(&roll_up.of.link).and_then(|link| link.kind.target());
                    assert_eq!(link, Some(object.name.as_str()), "{}", field.id);
                    if let Some(summed) = &roll_up.of.field {
                        let summed = child.field(summed).unwrap_or_else(|| panic!("{}: no field", field.id));
                        assert_eq!(summed.kind.stored().name(), roll_up.result.name(), "{}", field.id);
                    }
                    if let Some(filter) = &roll_up.of.filter {
                        let asked = question::parse(filter).unwrap_or_else(|error| panic!("{}: {error:?}", field.id));
                        let checked = question::check(&asked, &child.name, &all)
                            .unwrap_or_else(|error| panic!("{}: {error:?}", field.id));
                        assert!(checked.is_about_record_alone(), "{} looks beyond its record", field.id);
                    }
                }
                _ => {}
            }
        }
    }
}
