//! What of an object's records is compared: which field means what, and its values in their normal form.

use std::collections::HashMap;
use std::sync::Arc;

use db::Row;
use foundation::Reader;
use foundation::records::{Object, columns};
use kernel::object::FieldType;
use kernel::{Id, Result, Value};

use super::engine::similar::{fnv, stir};
use super::engine::table::{Column, Role, Table};
use crate::normal;

/// Records read at once.
pub const PART: i64 = 20_000;

/// What a field gives to matching.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gives {
    Given,
    Family,
    Name,
    Email,
    Phone,
    Date,
    Number,
    /// A site; its host.
    Site,
    /// A link to whom somebody belongs.
    Belongs,
    Address,
}

/// An object as matching sees it.
#[derive(Clone)]
pub struct Subject {
    pub object: Arc<Object>,
    fields: Vec<(usize, Gives)>,
    roles: Vec<(Role, usize)>,
}

impl Subject {
    /// None for an object whose records have nothing to be told apart by.
    pub fn of(object: &Arc<Object>) -> Option<Subject> {
        // Users are people too, but nobody's customers.
        if !(object.def.party || object.def.name == "lead" || object.def.custom) {
            return None;
        }
        let fields: Vec<(usize, Gives)> = object
            .def
            .fields
            .iter()
            .enumerate()
            .filter_map(|(position, field)| Some((position, gives(object, &field.name, &field.kind)?)))
            .collect();
        let has = |wanted: Gives| fields.iter().any(|(_, gives)| *gives == wanted);
        let is_named = has(Gives::Name) || (has(Gives::Given) && has(Gives::Family));
        let is_reached = has(Gives::Email) || has(Gives::Phone) || has(Gives::Number) || has(Gives::Address);
        if !is_named || !is_reached {
            return None;
        }
        let width = |wanted: Gives| fields.iter().filter(|(_, gives)| *gives == wanted).count();
        let mut roles = Vec::new();
        for (gives, of) in [
            (Gives::Given, &[Role::Given][..]),
            (Gives::Family, &[Role::Family]),
            (Gives::Name, &[Role::Name]),
            (Gives::Date, &[Role::Date]),
            (Gives::Email, &[Role::Email]),
            (Gives::Phone, &[Role::Phone]),
            (Gives::Number, &[Role::Number]),
            (Gives::Site, &[Role::Domain]),
            (Gives::Address, &[Role::Street, Role::House, Role::City, Role::Postcode, Role::Region]),
        ] {
            if width(gives) > 0 {
                roles.extend(of.iter().map(|role| (*role, width(gives))));
            }
        }
        // Whom somebody belongs to is compared as a site is: the same or not.
        if has(Gives::Belongs) && !has(Gives::Site) {
            roles.push((Role::Domain, 1));
        }
        Some(Subject { object: object.clone(), fields, roles })
    }

    /// An empty table for its records.
    pub fn table(&self) -> Table {
        Table::new(self.roles.iter().map(|(role, width)| Column::new(*role, *width)).collect())
    }

    /// The columns that [`Subject::push_row`] reads, from the alias `r`, behind the id.
    fn select(&self) -> String {
        let columns = self.fields.iter().flat_map(|(position, _)| self.object.columns_of(*position));
        columns.map(|column| format!(", r.{}", column.name)).collect()
    }

    /// Adds a row that [`Subject::select`] asked for.
    fn push_row(&self, table: &mut Table, row: &Row) {
        let mut from = 1;
        let mut values = Vec::with_capacity(self.fields.len());
        for (position, gives) in &self.fields {
            let Some(field) = self.object.field(*position) else { continue };
            values.push((*gives, columns::read(field, row, from)));
            from += self.object.columns_of(*position).len();
        }
        self.push(table, values);
    }

    /// Adds a row of values by field name, as somebody typed them.
    pub fn push_typed(&self, table: &mut Table, typed: &HashMap<String, Value>) {
        let values = self.fields.iter().filter_map(|(position, gives)| {
            let field = self.object.field(*position)?;
            Some((*gives, typed.get(&field.name)?.clone()))
        });
        self.push(table, values.collect());
    }

    fn push(&self, table: &mut Table, values: Vec<(Gives, Value)>) {
        let forms = Forms::of(&values);
        for column in &mut table.columns {
            let role = column.role;
            let texts = forms.0.iter().filter(|(of, _)| *of == role).map(|(_, text)| text.as_str());
            column.push(texts);
        }
        table.end_row();
    }

    /// Keys of different objects never meet.
    pub fn key(&self, hash: u64) -> i64 {
        stir(hash ^ fnv(self.object.def.id.as_bytes())).cast_signed()
    }

    /// A part of the records behind `after`, by id: their ids, and their rows added to the table.
    pub fn read_part(&self, reader: &mut Reader, table: &mut Table, after: Id) -> Result<Vec<Id>> {
        let sql = format!(
            "select r.id{} from {} r where r.id > $1 and r.deleted_at is null order by r.id limit $2",
            self.select(),
            self.object.def.table
        );
        let mut ids = Vec::new();
        reader.tx.each(&sql, &[after.into(), PART.into()], |row| {
            ids.push(row.id(0));
            self.push_row(table, &row);
            Ok(true)
        })?;
        Ok(ids)
    }

    /// These records, those of them that live: their ids in the order of the rows added to the table.
    pub fn read_some(&self, reader: &mut Reader, table: &mut Table, wanted: &[Id]) -> Result<Vec<Id>> {
        use foundation::records::record::{CHUNK, id_list};
        let mut ids = Vec::new();
        for chunk in wanted.chunks(CHUNK) {
            let mut args = Vec::new();
            let list = id_list(chunk, &mut args);
            let sql = format!(
                "select r.id{} from {} r where r.id in ({list}) and r.deleted_at is null order by r.id",
                self.select(),
                self.object.def.table
            );
            reader.tx.each(&sql, &args, |row| {
                ids.push(row.id(0));
                self.push_row(table, &row);
                Ok(true)
            })?;
        }
        Ok(ids)
    }
}

fn gives(object: &Object, name: &str, kind: &FieldType) -> Option<Gives> {
    let is_person = object.def.field("first_name").is_some() && object.def.field("last_name").is_some();
    Some(match (name, kind) {
        ("first_name", FieldType::Text { .. }) => Gives::Given,
        ("last_name", FieldType::Text { .. }) => Gives::Family,
        ("name" | "legal_name", FieldType::Text { .. }) if !is_person => Gives::Name,
        ("tax_id" | "registration_number" | "vat_number" | "passport" | "insurance_number", FieldType::Text { .. }) => {
            Gives::Number
        }
        ("domain", _) | (_, FieldType::Url) if !is_person => Gives::Site,
        ("company", FieldType::Link { .. }) if is_person => Gives::Belongs,
        ("birth_date" | "date_of_birth", FieldType::Date) => Gives::Date,
        (_, FieldType::Email) => Gives::Email,
        (_, FieldType::Phone) => Gives::Phone,
        (_, FieldType::Address) => Gives::Address,
        _ => return None,
    })
}

/// A row's values in their normal form, by what they mean.
struct Forms(Vec<(Role, String)>);

impl Forms {
    fn of(values: &[(Gives, Value)]) -> Forms {
        let mut forms = Forms(Vec::with_capacity(values.len() + 4));
        let text = |wanted: Gives| {
            values.iter().find(|(gives, _)| *gives == wanted).and_then(|(_, value)| value.as_text()).unwrap_or("")
        };
        let (given, family) = (text(Gives::Given), text(Gives::Family));
        if !given.is_empty() || !family.is_empty() {
            let name = normal::person::of_fields(given, family).compared();
            forms.put(Role::Given, &name.given);
            forms.put(Role::Family, &name.family);
        }
        for (gives, value) in values {
            forms.add(*gives, value);
        }
        forms
    }

    fn put(&mut self, role: Role, text: &str) {
        if !text.is_empty() {
            self.0.push((role, text.to_owned()));
        }
    }

    fn add(&mut self, gives: Gives, value: &Value) {
        match (gives, value) {
            (Gives::Name, Value::Text(text)) => self.put(Role::Name, &normal::company::parse(text).form.compared()),
            (Gives::Email, Value::Text(text)) => {
                self.put(Role::Email, &normal::email::mailbox(text).unwrap_or_default());
            }
            (Gives::Phone, Value::Text(text)) => {
                self.put(Role::Phone, &normal::phone::compared(text, None).unwrap_or_default());
            }
            (Gives::Number, Value::Text(text)) => {
                self.put(Role::Number, &normal::company_id::parse(text, None).form.number);
            }
            (Gives::Site, Value::Text(text)) => {
                let url = if text.contains("://") { text.clone() } else { format!("http://{text}") };
                self.put(Role::Domain, &normal::email::site_domain(&url).unwrap_or_default());
            }
            (Gives::Belongs, Value::Link(id)) => self.put(Role::Domain, &id.to_string()),
            (Gives::Date, Value::Date(date)) => self.put(Role::Date, &date.strftime("%Y%m%d").to_string()),
            (Gives::Address, Value::Address(address)) => {
                let place = normal::address::parse(address, None).form;
                let compared = place.compared();
                self.put(Role::Street, &compared.street);
                self.put(Role::House, &compared.house);
                self.put(Role::City, &compared.city);
                self.put(Role::Postcode, &compared.postal_code);
                let region = normal::latin::latin(&place.region);
                self.put(Role::Region, if region.is_empty() { &compared.country } else { &region });
            }
            _ => {}
        }
    }
}
