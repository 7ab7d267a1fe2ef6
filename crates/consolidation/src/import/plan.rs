//! How a file is to be imported: kept with the import as JSON, resolved against the definitions before it runs.

use std::collections::BTreeMap;
use std::sync::Arc;

use foundation::Operation;
use foundation::Reader;
use foundation::access::Principal;
use foundation::records::{Object, lacks_all};
use kernel::{Error, FieldError, FieldType, ObjectDef, Result, Value};
use serde::{Deserialize, Serialize};

use crate::formats::{Format, Wishes};
use crate::mapping::{Column, Feed, Recipe};
use crate::values::Style;

/// What happens with a row, depending on whether its record is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    #[default]
    Upsert,
    /// Rows whose record is there are passed over.
    Create,
    /// Rows whose record is not there are passed over.
    Update,
}

/// Everything that a person, a saved mapping or a manifest says about an import.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    #[serde(default)]
    pub wishes: Wishes,
    pub format: Format,
    /// Columns of the file and where they go.
    pub columns: Vec<Column>,
    /// Targets that are not one column: constants, columns put together.
    #[serde(default)]
    pub feeds: Vec<Feed>,
    /// Field by which a record is found again; none makes a record of every row.
    pub key: Option<String>,
    #[serde(default)]
    pub mode: Mode,
    /// Only rows whose cell in this column is one of these; `*` is any text.
    #[serde(default)]
    pub only: BTreeMap<usize, Vec<String>>,
    /// Corrections of whole cells of a column, before anything else looks at them.
    #[serde(default)]
    pub replace: BTreeMap<usize, BTreeMap<String, String>>,
    /// A new record's field takes the value of a linked record's field: `unit_price` ← `product.price`.
    #[serde(default)]
    pub copy_from_link: BTreeMap<String, String>,
    /// Rows next to each other with the same cell in this column are one record and its lines.
    #[serde(default)]
    pub group_by: Option<usize>,
    #[serde(default)]
    pub lines: Option<Lines>,
    /// Of phone numbers written nationally, where the row does not say.
    #[serde(default)]
    pub country: Option<String>,
    /// Of amounts that come without one.
    #[serde(default)]
    pub currency: Option<String>,
}

/// The child record that each row of a group makes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Lines {
    /// Name or plural of the child object.
    pub object: String,
    /// The child's field that points to the record.
    pub link: String,
    pub key: Option<String>,
    pub feeds: Vec<Feed>,
    #[serde(default)]
    pub copy_from_link: BTreeMap<String, String>,
}

/// A plan resolved against the definitions, for one principal.
pub struct Prepared {
    pub version: i64,
    pub main: Side,
    pub lines: Option<(Side, usize)>,
    pub mode: Mode,
}

/// One of the objects that an import writes.
pub struct Side {
    pub object: Arc<Object>,
    pub recipe: Recipe,
    /// Positions of the fields by which a record is found again: the chosen one, then the external key for rows without it.
    pub keys: Vec<usize>,
    pub copies: Vec<Copy>,
    /// Fields that a new record must have.
    pub required: Vec<usize>,
}

/// `field` of a new record takes `from` of the record that `link` points to.
pub struct Copy {
    pub field: usize,
    pub link: usize,
    pub target: Arc<Object>,
    pub from: usize,
}

/// An object's definition as the caller may write it: what is hidden or protected cannot be a target.
pub fn writable(who: &Principal, def: &ObjectDef) -> ObjectDef {
    let access = who.access.on(&def.name);
    let mut def = def.clone();
    for field in &mut def.fields {
        field.readonly |= access.hidden_fields.contains(&field.name) || access.readonly_fields.contains(&field.name);
        field.readonly |= matches!(field.kind, FieldType::File | FieldType::Json);
    }
    def
}

/// How the cells of this file are read.
pub fn style(reader: &Reader, plan: &Plan) -> Style {
    Style {
        country: plan.country.clone(),
        currency: plan.currency.as_deref().and_then(kernel::Currency::parse),
        today: reader.now.date(),
        ..Style::of(&plan.format)
    }
}

/// Resolves a plan; all faults at once.
pub fn prepare(reader: &Reader, object: &str, plan: &Plan) -> Result<Prepared> {
    let style = style(reader, plan);
    let mut feeds: Vec<Feed> = plan.columns.iter().filter_map(Feed::of).collect();
    feeds.extend(plan.feeds.iter().cloned());
    let main = side(reader, object, &feeds, plan.key.as_deref(), &plan.copy_from_link, &style)?;
    if main.keys.is_empty() && plan.mode == Mode::Update {
        return Err(Error::invalid(
            "key",
            "required",
            "choose the field by which records are found, or the mode that makes new ones",
        ));
    }
    let lines = match &plan.lines {
        None => None,
        Some(lines) => {
            let side = side(reader, &lines.object, &lines.feeds, lines.key.as_deref(), &lines.copy_from_link, &style)?;
            let link = side.object.def.position(&lines.link);
            let link = link.filter(|at| {
                side.object.field(*at).and_then(|field| field.kind.target()) == Some(&main.object.def.name)
            });
            let link = link.ok_or_else(|| {
                Error::invalid("lines", "unknown_field", format!("{} has no link \"{}\"", lines.object, lines.link))
            })?;
            Some((side, link))
        }
    };
    Ok(Prepared { version: reader.catalogue.version, main, lines, mode: plan.mode })
}

fn side(
    reader: &Reader,
    object: &str,
    feeds: &[Feed],
    key: Option<&str>,
    copy_from_link: &BTreeMap<String, String>,
    style: &Style,
) -> Result<Side> {
    let object = reader.object(object)?;
    let def = writable(reader.who, &object.def);
    let recipe = Recipe::of(feeds, &def, style).map_err(Error::Invalid)?;
    let filled = recipe.fields();
    if filled.is_empty() {
        return Err(Error::invalid("columns", "required", "no column is mapped to a field"));
    }
    let mut keys = Vec::new();
    if let Some(key) = key {
        let position = def.position(key).filter(|at| filled.contains(at));
        let position = position.ok_or_else(|| {
            Error::invalid("key", "unknown_field", format!("no column is mapped to the key \"{key}\""))
        })?;
        keys.push(position);
        keys.extend(def.position("external_id").filter(|at| *at != position && filled.contains(at)));
    }
    let mut copies = Vec::new();
    for (field, path) in copy_from_link {
        copies.push(copy(reader, &def, field, path)?);
    }
    let required = def.fields.iter().enumerate();
    let required = required
        .filter(|(_, field)| field.required && field.default.is_none() && !field.kind.is_computed())
        .map(|(at, _)| at);
    Ok(Side { recipe, keys, copies, required: required.collect(), object })
}

fn copy(reader: &Reader, def: &ObjectDef, field: &str, path: &str) -> Result<Copy> {
    let unknown =
        || Error::invalid("copy_from_link", "unknown_field", format!("\"{field}\" cannot be copied from \"{path}\""));
    let (link, from) = path.split_once('.').ok_or_else(unknown)?;
    let field = def.position(field).ok_or_else(unknown)?;
    let link = def.position(link).ok_or_else(unknown)?;
    let target = def.fields.get(link).and_then(|field| field.kind.target()).ok_or_else(unknown)?;
    let target = reader.object(target)?;
    let from = target.def.position(from).ok_or_else(unknown)?;
    Ok(Copy { field, link, target, from })
}

impl Side {
    /// Refuses what a new record would lack, by field.
    pub fn lacks(&self, who: &Principal, values: &[(usize, Value)]) -> Option<FieldError> {
        let filled = |at: usize| values.iter().any(|(position, value)| *position == at && !value.is_null());
        let Some(missing) = self.required.iter().find(|at| !filled(**at)) else {
            return lacks_all(who, &self.object.def, filled);
        };
        let field = self.object.field(*missing)?;
        Some(FieldError::new(&field.name, "required", format!("{} is required", field.label.get("en"))))
    }
}

/// The rights that an import needs besides those for each record.
pub fn need(op: &Operation, object: &Object) -> Result<()> {
    op.who.need(&object.def.name, foundation::access::Action::Import)
}
