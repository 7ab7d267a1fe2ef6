//! What the tests of this crate share: a contact's definition, files made on the spot, and the real files where they are.

use std::io::Write;
use std::path::PathBuf;

use kernel::object::Choice;
use kernel::{FieldDef, FieldType, Labels, ObjectDef};

use crate::formats::{Detected, Found, Reader, Row, Wishes, examine};

fn options(values: &[(&str, &str)]) -> Vec<Choice> {
    values
        .iter()
        .map(|(value, label)| Choice { value: value.to_string(), label: Labels::four(label, "", "", ""), hue: None })
        .collect()
}

pub fn object(name: &str, plural: &str, title: &str, fields: Vec<(&str, Labels, FieldType)>) -> ObjectDef {
    ObjectDef {
        id: name.to_string(),
        name: name.to_string(),
        plural: plural.to_string(),
        table: name.to_string(),
        label: Labels::en(name),
        label_plural: Labels::en(plural),
        icon: String::new(),
        area: String::new(),
        party: true,
        custom: false,
        title: title.to_string(),
        subtitle: String::new(),
        party_links: Vec::new(),
        needs_any: Vec::new(),
        owner: None,
        fields: fields.into_iter().map(|(field, label, kind)| FieldDef::new(name, field, label, kind)).collect(),
    }
}

/// A contact much as the product defines it.
pub fn contact() -> ObjectDef {
    let text = || FieldType::Text { max: 200 };
    let link = |target: &str| FieldType::Link { target: target.to_string() };
    let gender = options(&[("female", "Female"), ("male", "Male"), ("other", "Other")]);
    let marital = options(&[
        ("single", "Single"),
        ("married", "Married"),
        ("divorced", "Divorced"),
        ("widowed", "Widowed"),
        ("partnership", "Partnership"),
    ]);
    let education = options(&[
        ("partial_high_school", "Some high school"),
        ("high_school", "High school"),
        ("partial_college", "Some college"),
        ("bachelor", "Bachelor's degree"),
        ("graduate", "Graduate degree"),
    ]);
    let mut def = object(
        "contact",
        "contacts",
        "{first_name} {last_name}",
        vec![
            ("prefix", Labels::en("Prefix"), text()),
            ("first_name", Labels::four("First name", "Имя", "名", "Prenume"), text()),
            ("last_name", Labels::four("Last name", "Фамилия", "姓", "Nume de familie"), text()),
            ("email", Labels::four("Email", "Эл. почта", "电子邮箱", "E-mail"), FieldType::Email),
            ("phone", Labels::four("Phone", "Телефон", "电话", "Telefon"), FieldType::Phone),
            ("mobile", Labels::four("Mobile", "Мобильный", "手机", "Mobil"), FieldType::Phone),
            ("company", Labels::four("Company", "Компания", "公司", "Companie"), link("company")),
            ("job_title", Labels::en("Job title"), text()),
            ("department", Labels::en("Department"), text()),
            ("owner", Labels::en("Owner"), link("user")),
            ("tags", Labels::en("Tags"), FieldType::Links { target: "tag".to_string() }),
            ("address", Labels::en("Address"), FieldType::Address),
            ("website", Labels::en("Website"), FieldType::Url),
            ("birth_date", Labels::en("Birthday"), FieldType::Date),
            ("gender", Labels::en("Gender"), FieldType::Choice { options: gender }),
            ("marital_status", Labels::en("Marital status"), FieldType::Choice { options: marital }),
            ("annual_income", Labels::en("Annual income"), FieldType::Money),
            ("children", Labels::en("Children"), FieldType::Integer),
            ("education", Labels::en("Education"), FieldType::Choice { options: education }),
            ("occupation", Labels::en("Occupation"), text()),
            ("home_owner", Labels::en("Owns a home"), FieldType::Boolean),
            ("do_not_call", Labels::en("Do not call"), FieldType::Boolean),
            ("do_not_email", Labels::en("Do not email"), FieldType::Boolean),
            ("description", Labels::en("Description"), FieldType::LongText),
            ("external_id", Labels::en("External key"), text()),
        ],
    );
    for field in &mut def.fields {
        field.unique = field.name == "external_id";
    }
    def
}

pub fn company() -> ObjectDef {
    let text = || FieldType::Text { max: 200 };
    object(
        "company",
        "companies",
        "{name}",
        vec![
            ("name", Labels::en("Name"), text()),
            ("phone", Labels::en("Phone"), FieldType::Phone),
            ("website", Labels::en("Website"), FieldType::Url),
            ("address", Labels::en("Address"), FieldType::Address),
            ("external_id", Labels::en("External key"), text()),
        ],
    )
}

/// A file with these bytes.
pub fn file(bytes: &[u8]) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    file.flush().unwrap();
    file
}

pub fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

/// A file of this crate's tests.
pub fn excerpt(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/files").join(name)
}

/// A file of the shared data sets, which are not part of the source: `RAPPORT_TEST_DATA` names their folder.
/// Tests on them say nothing where it is absent.
pub fn shared(name: &str) -> Option<PathBuf> {
    let folder = match std::env::var_os("RAPPORT_TEST_DATA") {
        Some(folder) => PathBuf::from(folder),
        None => PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
    };
    Some(folder.join(name)).filter(|path| path.exists())
}

/// What a file is, and all its rows.
pub fn read(path: &std::path::Path) -> (Detected, Vec<Row>, Reader) {
    let detected = examine(path, &Wishes::default()).unwrap();
    let mut reader = Reader::open(path, &detected.format).unwrap();
    let rows = rows(&mut reader);
    (detected, rows, reader)
}

pub fn rows(reader: &mut Reader) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut row = Row::default();
    loop {
        match reader.next(&mut row).unwrap() {
            Found::Row => rows.push(row.clone()),
            Found::Bad(bad) => panic!("row {} {}", bad.number, bad.detail),
            Found::End => return rows,
        }
    }
}

/// The cell of a row under a column's name.
pub fn cell<'a>(detected: &Detected, row: &'a Row, column: &str) -> &'a str {
    let index = detected.format.columns.iter().position(|name| name == column);
    row.cell(index.unwrap_or_else(|| panic!("no column {column}")))
}
