//! From the columns of a source to a plan: which column feeds which field, and by what a row is known again.

use foundation::Reader;
use foundation::access::Action;
use kernel::{Error, ObjectDef, Result};
use serde::{Deserialize, Serialize};

use super::ready;
use super::setup::{MappedColumn, Mapping, Setup};
use crate::formats::{Detected, Format};
use crate::import::links;
use crate::import::plan::{self, Mode, Plan};
use crate::mapping::{self, Column, Feed, From, Options};

/// How the rows of one run are understood. It is kept with the run, so that a run that goes on understands them as it began.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Shape {
    pub plan: Plan,
    /// Columns by which a row is known again.
    pub keys: Vec<usize>,
    /// Whether a row without its key is refused; else its whole content is its key.
    pub key_is_needed: bool,
    /// Letters of the key are the same, large or small: an e-mail address.
    pub key_is_folded: bool,
}

impl Shape {
    /// The key of a row, as a text; none if the row has none.
    pub fn key(&self, row: &crate::formats::Row) -> Option<String> {
        let cells: Vec<&str> = self.keys.iter().map(|index| row.cell(*index).trim()).collect();
        if cells.is_empty() || cells.iter().any(|cell| cell.is_empty()) {
            if self.key_is_needed {
                return None;
            }
            return Some(format!("\u{1f}{}", self.content(row)));
        }
        let key = cells.join("\u{1f}");
        Some(if self.key_is_folded { key.to_lowercase() } else { key })
    }

    /// All that a row says that matters: the cells that feed something.
    pub fn content(&self, row: &crate::formats::Row) -> String {
        let mut text = String::with_capacity(row.bytes());
        for column in self.plan.columns.iter().filter(|column| column.field.is_some()) {
            text.push_str(row.cell(column.index).trim());
            text.push('\u{1f}');
        }
        text
    }

    /// What the mapping is, as a text: rows are settled again when it changes.
    pub fn mapping_text(&self) -> String {
        let columns: Vec<(&str, &Option<String>, &Options)> =
            self.plan.columns.iter().map(|column| (column.name.as_str(), &column.field, &column.options)).collect();
        let style = (&self.plan.country, &self.plan.currency, &self.plan.feeds);
        serde_json::to_string(&(columns, style)).unwrap_or_default()
    }
}

/// The names of the columns that a run needs: those of the mapping, and those of the key. None as long as nothing is mapped:
/// then all of the source's.
pub fn needed(setup: &Setup) -> Option<Vec<String>> {
    let mapping = setup.mapping.as_ref()?;
    let mut names: Vec<String> = mapping.columns.iter().map(|column| column.name.clone()).collect();
    for key in &setup.keys {
        if !names.iter().any(|name| same(name, key)) {
            names.push(key.clone());
        }
    }
    Some(names)
}

fn same(one: &str, other: &str) -> bool {
    one.trim() == other.trim()
}

/// Where each needed column stands among those that the source has now. A column that feeds a field or the key and is not
/// there stops the run before anything is written.
pub fn order(setup: &Setup, needed: &[String], there: &[String]) -> Result<Vec<Option<usize>>> {
    let mut missing = Vec::new();
    let mut order = Vec::with_capacity(needed.len());
    for (index, name) in needed.iter().enumerate() {
        // The second column of a name is the second one there.
        let before = needed.iter().take(index).filter(|earlier| same(earlier, name)).count();
        let place = there.iter().enumerate().filter(|(_, other)| same(other, name)).nth(before).map(|(place, _)| place);
        let mapped = setup.mapping.as_ref().and_then(|mapping| mapping.columns.get(index));
        let matters =
            mapped.is_none_or(|column| column.field.is_some()) || setup.keys.iter().any(|key| same(key, name));
        if place.is_none() && matters {
            missing.push(format!("\"{name}\""));
        }
        order.push(place);
    }
    if missing.is_empty() {
        return Ok(order);
    }
    let new: Vec<String> = there
        .iter()
        .filter(|name| !needed.iter().any(|needed| same(needed, name)))
        .take(20)
        .map(|name| format!("\"{name}\""))
        .collect();
    let new = if new.is_empty() { String::new() } else { format!("; new there: {}", new.join(", ")) };
    Err(Error::conflict(
        "source.columns_changed",
        format!(
            "the source has no column {} any more{new}. Nothing was written; map the columns again",
            missing.join(", ")
        ),
    ))
}

/// The shape of a source: as it is set up, or guessed where it is not. `format` holds the columns as they are spooled.
pub fn shape(reader: &mut Reader, setup: &Setup, format: &Format, samples: Vec<Vec<String>>) -> Result<Shape> {
    let object = reader.object(&setup.object).map_err(|_| {
        Error::invalid("object_name", "unknown_object", format!("there is no object \"{}\"", setup.object))
    })?;
    reader.who.need(&object.def.name, Action::Import)?;
    let def = plan::writable(reader.who, &object.def);
    let catalogue = reader.catalogue.clone();
    let targets: Vec<&ObjectDef> = catalogue.objects().iter().map(|object| &object.def).collect();
    let mut recognised = None;
    let columns: Vec<Column> = match &setup.mapping {
        Some(mapping) => {
            let of = |(index, name): (usize, &String)| {
                let mapped = mapping.columns.get(index);
                let field = mapped.and_then(|column| column.field.clone());
                let mut options = mapped.map(|column| column.options.clone()).unwrap_or_default();
                if options == Options::default()
                    && let Some(target) = field.as_deref().and_then(|word| mapping::Target::parse(word, &def))
                {
                    options = mapping::usual_options(&target, &def, &targets);
                }
                Column { index, name: name.clone(), samples: Vec::new(), field, confidence: 1.0, options }
            };
            format.columns.iter().enumerate().map(of).collect()
        }
        None => {
            let detected = Detected { format: format.clone(), samples };
            let mut columns = mapping::guess(&detected, &def, &targets);
            recognised = ready::apply(&mut columns, &def, &targets);
            links::follow_keys(reader, &def, &mut columns)?;
            columns
        }
    };
    let mut columns = columns;
    let (keys, key_is_needed) = keys(setup, &mut columns, recognised.as_ref().and_then(|found| found.key), &def)?;
    let match_by = match &setup.mapping {
        Some(mapping) => mapping.match_by.clone(),
        None => suggested_match(&columns, &def),
    };
    for column in &mut columns {
        column.samples.clear();
    }
    let mapping = setup.mapping.clone().unwrap_or_default();
    let feeds = mapping.constants.iter().map(|(target, text)| Feed {
        target: target.clone(),
        from: From::Constant(text.clone()),
        values: Default::default(),
        case: None,
        times: None,
        options: mapping::Target::parse(target, &def)
            .map(|target| mapping::usual_options(&target, &def, &targets))
            .unwrap_or_default(),
    });
    let mapped_to = |index: &usize| columns.get(*index).and_then(|column| column.field.clone());
    let is_email =
        |field: &String| def.field(field).is_some_and(|field| matches!(field.kind, kernel::FieldType::Email));
    let key_is_folded = keys.len() == 1 && keys.first().and_then(mapped_to).as_ref().is_some_and(is_email);
    let plan = Plan {
        wishes: mapping.wishes.clone(),
        format: Format {
            date_style: mapping.wishes.date_style.unwrap_or(format.date_style),
            decimal_style: mapping.wishes.decimal_style.unwrap_or(format.decimal_style),
            ..format.clone()
        },
        feeds: feeds.collect(),
        columns,
        key: match_by,
        mode: Mode::Upsert,
        only: Default::default(),
        replace: Default::default(),
        copy_from_link: Default::default(),
        group_by: None,
        lines: None,
        country: mapping.country,
        currency: mapping.currency,
    };
    plan::prepare(reader, &object.def.name, &plan)?;
    Ok(Shape { plan, keys, key_is_needed, key_is_folded })
}

/// The mapping that a shape was guessed to be, for the record; and the names of its key columns.
pub fn as_mapping(shape: &Shape, product: Option<String>, setup: &Setup) -> (Mapping, Vec<String>) {
    let mut mapping = setup.mapping.clone().unwrap_or_default();
    mapping.columns = shape
        .plan
        .columns
        .iter()
        .map(|column| MappedColumn {
            name: column.name.clone(),
            field: column.field.clone(),
            options: column.options.clone(),
        })
        .collect();
    mapping.match_by = shape.plan.key.clone();
    mapping.product = product;
    let keys = if shape.key_is_needed {
        shape.keys.iter().filter_map(|index| shape.plan.columns.get(*index)).map(|column| column.name.clone()).collect()
    } else {
        Vec::new()
    };
    (mapping, keys)
}

/// The product whose export this is.
pub fn product(format: &Format, object: &ObjectDef) -> Option<String> {
    let column = |(index, name): (usize, &String)| Column {
        index,
        name: name.clone(),
        samples: Vec::new(),
        field: None,
        confidence: 0.0,
        options: Options::default(),
    };
    let mut columns: Vec<Column> = format.columns.iter().enumerate().map(column).collect();
    ready::apply(&mut columns, object, &[]).map(|found| found.product.to_string())
}

/// By which columns a row is known again: as somebody said, else the key of a known product, else a column that is taken for
/// the key of the other system, else what names a record here. A key of another system is kept with the row, not in the
/// record: two products may both have a customer 17.
fn keys(setup: &Setup, columns: &mut [Column], known: Option<usize>, def: &ObjectDef) -> Result<(Vec<usize>, bool)> {
    if !setup.keys.is_empty() {
        let mut keys = Vec::with_capacity(setup.keys.len());
        for key in &setup.keys {
            let found = columns.iter().find(|column| same(&column.name, key));
            let found = found.ok_or_else(|| {
                Error::invalid("key_columns", "unknown_field", format!("the source has no column \"{key}\""))
            })?;
            keys.push(found.index);
        }
        return Ok((keys, true));
    }
    let feeds = |columns: &[Column], field: &str| {
        columns.iter().find(|column| column.field.as_deref() == Some(field)).map(|column| column.index)
    };
    let is_id = |name: &str| {
        matches!(
            mapping::header_key(name).as_str(),
            "id" | "uuid" | "guid" | "key" | "recordid" | "externalid" | "rowid" | "编号"
        )
    };
    let by_name = columns.iter().find(|column| is_id(&column.name)).map(|column| column.index);
    let foreign = known.or_else(|| feeds(columns, "external_id")).or(by_name);
    if let Some(index) = foreign {
        // Where nobody mapped it, it stays with the row.
        if setup.mapping.is_none()
            && let Some(column) = columns.get_mut(index).filter(|column| column.field.as_deref() == Some("external_id"))
        {
            column.field = None;
        }
        return Ok((vec![index], true));
    }
    let unique = def.fields.iter().filter(|field| field.unique).map(|field| field.name.as_str());
    let email = def
        .fields
        .iter()
        .filter(|field| matches!(field.kind, kernel::FieldType::Email))
        .map(|field| field.name.as_str());
    let own = unique.chain(email.take(1)).chain(mapping::natural_key(def)).find_map(|field| feeds(columns, field));
    Ok((own.into_iter().collect(), false))
}

/// The field by which rows that are new find records that are there: never another system's key.
fn suggested_match(columns: &[Column], def: &ObjectDef) -> Option<String> {
    let own: Vec<Column> =
        columns.iter().filter(|column| column.field.as_deref() != Some("external_id")).cloned().collect();
    mapping::suggested_key(&own, def)
}
