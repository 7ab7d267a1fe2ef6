//! The tables of a reader: one for each object they may read, with the fields that they may see.

use std::sync::Arc;

use foundation::Reader;
use foundation::access::Action;
use foundation::records::Object;
use kernel::object::{Class, FieldType};
use serde_json::{Value as Json, json};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    Id,
    Int,
    Real,
    Bool,
    Date,
    Time,
    /// Whole units with three decimals, read from minor ones; its currency lies in the next column.
    Money,
}

impl Kind {
    /// As the engine declares it.
    pub fn declared(self) -> &'static str {
        match self {
            Kind::Text | Kind::Id => "varchar",
            Kind::Int => "bigint",
            Kind::Real => "double",
            Kind::Bool => "boolean",
            Kind::Date => "date",
            Kind::Time => "timestamp",
            Kind::Money => "decimal(22, 3)",
        }
    }
}

/// A column of a reader's table.
#[derive(Debug, Clone)]
pub struct Column {
    /// In the question.
    pub name: String,
    /// In the database.
    pub from: String,
    pub kind: Kind,
    /// Of money: where its currency lies.
    pub currency: Option<String>,
}

/// A reader's table.
pub struct Table {
    pub object: Arc<Object>,
    pub columns: Vec<Column>,
}

impl Table {
    pub fn called(&self) -> &str {
        &self.object.def.plural
    }
}

/// All tables of the reader, by name.
pub fn all(reader: &Reader) -> Vec<Table> {
    let readable =
        reader.catalogue.objects().iter().filter(|object| reader.who.access.on(&object.def.name).allows(Action::Read));
    let mut tables: Vec<Table> =
        readable.map(|object| Table { object: object.clone(), columns: columns(reader, object) }).collect();
    tables.sort_by(|one, other| one.called().cmp(other.called()));
    tables
}

/// Fields that are seen and hold one value; what is special or secret is looked at record by record, never here.
fn columns(reader: &Reader, object: &Object) -> Vec<Column> {
    let hidden = &reader.who.access.on(&object.def.name).hidden_fields;
    let plain = |name: &str, kind| Column { name: name.into(), from: name.into(), kind, currency: None };
    let mut columns = vec![plain("id", Kind::Id)];
    for (position, field) in object.def.fields.iter().enumerate() {
        if hidden.contains(&field.name) || field.class > Class::Personal {
            continue;
        }
        let lies = object.columns_of(position);
        let Some(first) = lies.first() else { continue };
        let one = |name: String, kind| Column { name, from: first.name.clone(), kind, currency: None };
        match field.kind.stored() {
            FieldType::Integer => columns.push(one(field.name.clone(), Kind::Int)),
            FieldType::Number => columns.push(one(field.name.clone(), Kind::Real)),
            FieldType::Boolean => columns.push(one(field.name.clone(), Kind::Bool)),
            FieldType::Date => columns.push(one(field.name.clone(), Kind::Date)),
            FieldType::Time => columns.push(one(field.name.clone(), Kind::Time)),
            FieldType::Link { .. } => columns.push(one(format!("{}_id", field.name), Kind::Id)),
            FieldType::Money => {
                let Some(second) = lies.get(1) else { continue };
                let money = Column { currency: Some(second.name.clone()), ..one(field.name.clone(), Kind::Money) };
                columns.push(money);
                let currency =
                    Column { from: second.name.clone(), ..one(format!("{}_currency", field.name), Kind::Text) };
                columns.push(currency);
            }
            FieldType::Address => columns.extend(lies.iter().map(|part| {
                let name = part.name.replacen(&field.column, &field.name, 1);
                Column { name, from: part.name.clone(), kind: Kind::Text, currency: None }
            })),
            FieldType::Links { .. } | FieldType::File | FieldType::Json => {}
            _ => columns.push(one(field.name.clone(), Kind::Text)),
        }
    }
    columns.push(plain("created_at", Kind::Time));
    columns.push(plain("updated_at", Kind::Time));
    columns
}

/// What can be asked, for the side of the page.
pub fn to_json(reader: &Reader) -> Json {
    let language = reader.who.language.clone();
    let tables: Vec<Json> = all(reader)
        .iter()
        .map(|table| {
            let columns: Vec<Json> = table
                .columns
                .iter()
                .map(|column| json!({ "name": column.name, "type": column.kind.declared() }))
                .collect();
            json!({ "name": table.called(), "label": table.object.def.label_plural.get(&language), "columns": columns })
        })
        .collect();
    json!({ "data": tables })
}
