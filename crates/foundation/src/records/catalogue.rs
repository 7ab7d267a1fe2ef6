//! The living definitions: standard objects from code, custom objects and fields from the database, and the tables that
//! follow them.
//!
//! A custom field is a nullable column added online; nothing is rewritten and nothing restarts. Every process compares the
//! stored version with its own before each operation, so a new field is there for the next request everywhere.

use std::collections::HashMap;
use std::sync::Arc;

use db::{Dialect, Kind, Tx};
use events::Facts;
use kernel::object::{Aggregate, FieldType};
use kernel::{Error, FieldDef, ObjectDef, Result};

use super::columns::{self, Column};
use super::conditions::{self, Conditions};
use super::formula::Formula;
use super::segments::Segments;
use super::sources::Sources;

/// An object as the engine uses it: its definition and what is worked out from it once.
pub struct Object {
    pub def: ObjectDef,
    /// All value columns, in the order of the fields.
    pub columns: Vec<Column>,
    /// For each field, its first column; the last entry is the number of columns.
    pub first_column: Vec<usize>,
    /// Positions of the fields that are links to many, kept in the table `link`.
    pub many: Vec<usize>,
    /// Formulas in the order in which they can be computed.
    pub formulas: Vec<Formula>,
    /// Roll-ups on other objects that count records of this one.
    pub feeds: Vec<Feed>,
    /// Link fields of all objects that point here: `(object, field position)` by name.
    pub inward: Vec<(String, String)>,
    /// Fields that name a record, taken from the title template.
    pub title: Template,
    pub subtitle: Template,
    /// The title holds personal text.
    pub personal_title: bool,
    pub facts: Vec<Arc<dyn Facts + Send + Sync>>,
    /// When fields are shown, needed or locked.
    pub conditions: Vec<Conditions>,
}

/// A roll-up that a change to a record of this object must carry on.
#[derive(Clone)]
pub struct Feed {
    /// The object that shows the figure, and the position of its field.
    pub parent: String,
    pub field: usize,
    /// This object's link field that points to the parent.
    pub link: usize,
    pub aggregate: Aggregate,
    /// This object's field that is summed or compared.
    pub of: Option<usize>,
    /// This object's field whose day says which rates convert an amount.
    pub on: Option<usize>,
    pub filter: Option<Arc<question::Checked>>,
}

/// `{first_name} {last_name}`: field positions and the text between.
#[derive(Clone, Default)]
pub struct Template(pub Vec<Piece>);

#[derive(Clone)]
pub enum Piece {
    Text(String),
    Field(usize),
}

impl Template {
    fn parse(text: &str, def: &ObjectDef) -> Template {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            if !before.is_empty() {
                pieces.push(Piece::Text(before.to_string()));
            }
            let (name, after) = after.split_once('}').unwrap_or((after, ""));
            if let Some(position) = def.position(name) {
                pieces.push(Piece::Field(position));
            }
            rest = after;
        }
        if !rest.is_empty() {
            pieces.push(Piece::Text(rest.to_string()));
        }
        Template(pieces)
    }

    pub fn fields(&self) -> impl Iterator<Item = usize> + '_ {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Field(position) => Some(*position),
            Piece::Text(_) => None,
        })
    }
}

impl Object {
    pub fn field(&self, position: usize) -> Option<&FieldDef> {
        self.def.fields.get(position)
    }

    /// The columns of one field.
    pub fn columns_of(&self, position: usize) -> &[Column] {
        let from = self.first_column.get(position).copied().unwrap_or(0);
        let to = self.first_column.get(position + 1).copied().unwrap_or(from);
        self.columns.get(from..to).unwrap_or(&[])
    }
}

/// All objects, at one version.
pub struct Catalogue {
    pub version: i64,
    /// Fields whose conditions do not hold together, `deal.reason`.
    pub broken_conditions: Vec<String>,
    /// Segments that questions may name.
    pub segments: Segments,
    /// Sources that questions may name.
    pub sources: Sources,
    objects: Vec<Arc<Object>>,
    by_name: HashMap<String, usize>,
    by_plural: HashMap<String, usize>,
}

impl Catalogue {
    pub fn objects(&self) -> &[Arc<Object>] {
        &self.objects
    }

    /// By name or plural.
    pub fn find(&self, name: &str) -> Option<Arc<Object>> {
        let position = self.by_plural.get(name).or_else(|| self.by_name.get(name))?;
        self.objects.get(*position).cloned()
    }

    pub fn named(&self, name: &str) -> Option<&Arc<Object>> {
        self.by_name.get(name).and_then(|position| self.objects.get(*position))
    }

    /// The version of the stored definitions.
    pub fn stored_version(tx: &mut Tx) -> Result<i64> {
        let row = tx.one("select value from setting where name = 'definitions'", &[])?;
        Ok(row.and_then(|row| row.text(0).parse().ok()).unwrap_or(0))
    }

    /// Says that definitions have changed, to every process.
    pub fn raise_version(tx: &mut Tx) -> Result<()> {
        let next = Catalogue::stored_version(tx)? + 1;
        tx.execute(
            "insert into setting (name, value) values ('definitions', $1) on conflict (name) do update set value = excluded.value",
            &[next.to_string().into()],
        )?;
        Ok(())
    }

    /// At start: reads the definitions and brings the tables in step with them.
    pub fn install(tx: &mut Tx, standard: &[ObjectDef], facts: &[Arc<dyn Facts + Send + Sync>]) -> Result<Catalogue> {
        let catalogue = Catalogue::load(tx, standard, facts)?;
        for object in &catalogue.objects {
            sync_table(tx, &catalogue, object)?;
        }
        Ok(catalogue)
    }

    /// Reads custom objects and fields and joins them to the standard ones.
    pub fn load(tx: &mut Tx, standard: &[ObjectDef], facts: &[Arc<dyn Facts + Send + Sync>]) -> Result<Catalogue> {
        let version = Catalogue::stored_version(tx)?;
        let mut defs = standard.to_vec();
        for def in &mut defs {
            if def.table.is_empty() {
                def.table = def.name.clone();
            }
        }
        let rows = tx.query("select kind, object, body, id from definition order by case kind when 'object' then 0 when 'field' then 1 else 2 end, position", &[])?;
        for row in rows {
            let body = row.text(2);
            let broken = |e: serde_json::Error| Error::internal(format!("definition {} is damaged: {e}", row.text(3)));
            match row.text(0) {
                "object" => {
                    let mut def: ObjectDef = serde_json::from_str(body).map_err(broken)?;
                    def.table = format!("co_{}", def.id.replace('-', "_"));
                    for field in &mut def.fields {
                        field.column = custom_column(&field.id);
                    }
                    defs.push(def);
                }
                "field" => {
                    let mut field: FieldDef = serde_json::from_str(body).map_err(broken)?;
                    field.column = custom_column(&field.id);
                    if let Some(def) = defs.iter_mut().find(|def| def.id == row.text(1)) {
                        def.fields.push(field);
                    }
                }
                conditions::KIND => {
                    let stored: conditions::Stored = serde_json::from_str(body).map_err(broken)?;
                    let def = defs.iter_mut().find(|def| def.id == row.text(1));
                    if let Some(field) =
                        def.and_then(|def| def.fields.iter_mut().find(|field| field.id == stored.field))
                    {
                        field.conditions = stored.is;
                    }
                }
                _ => {}
            }
        }
        let mut catalogue = Catalogue::build(version, defs, facts)?;
        // Questions of segments name sources.
        catalogue.sources = Sources::load(tx, &catalogue)?;
        Segments::load(tx, &mut catalogue)?;
        Ok(catalogue)
    }

    /// Works out what the engine needs from plain definitions; fails on a broken formula, roll-up or link.
    pub fn build(version: i64, defs: Vec<ObjectDef>, facts: &[Arc<dyn Facts + Send + Sync>]) -> Result<Catalogue> {
        let schema = super::ask::Defs(&defs);
        let mut objects = Vec::with_capacity(defs.len());
        let mut broken_conditions = Vec::new();
        for def in &defs {
            let mut columns = Vec::new();
            let mut first_column = Vec::with_capacity(def.fields.len() + 1);
            let mut many = Vec::new();
            for (position, field) in def.fields.iter().enumerate() {
                first_column.push(columns.len());
                if matches!(field.kind, FieldType::Links { .. }) {
                    many.push(position);
                }
                columns.extend(columns::of(field));
            }
            first_column.push(columns.len());
            let title = Template::parse(&def.title, def);
            let personal_title =
                title.fields().any(|position| def.fields.get(position).is_some_and(FieldDef::is_personal));
            let formulas = super::formula::compile_all(def, &schema)?;
            objects.push(Object {
                columns,
                first_column,
                many,
                formulas,
                feeds: feeds_of(def, &defs, &schema)?,
                inward: inward(def, &defs),
                subtitle: Template::parse(&def.subtitle, def),
                title,
                personal_title,
                facts: facts.to_vec(),
                conditions: conditions::compile_all(def, &schema, &mut broken_conditions),
                def: def.clone(),
            });
        }
        let by_name = objects.iter().enumerate().map(|(i, o)| (o.def.name.clone(), i)).collect();
        let by_plural = objects.iter().enumerate().map(|(i, o)| (o.def.plural.clone(), i)).collect();
        if !broken_conditions.is_empty() {
            tracing::warn!(fields = ?broken_conditions, "conditions of fields ask for what is not there; they are left out");
        }
        Ok(Catalogue {
            version,
            broken_conditions,
            segments: Segments::default(),
            sources: Sources::default(),
            objects: objects.into_iter().map(Arc::new).collect(),
            by_name,
            by_plural,
        })
    }
}

/// The column of a custom field: made from its immutable id, so that no name a person chose reaches SQL.
pub fn custom_column(id: &str) -> String {
    format!("cf_{}", id.replace('-', "_").to_ascii_lowercase())
}

fn feeds_of(child: &ObjectDef, defs: &[ObjectDef], schema: &super::ask::Defs) -> Result<Vec<Feed>> {
    let mut feeds = Vec::new();
    for parent in defs {
        for (position, field) in parent.fields.iter().enumerate() {
            let FieldType::RollUp(rollup) = &field.kind else { continue };
            if rollup.of.object != child.name {
                continue;
            }
            let broken = |what: &str| Error::internal(format!("roll-up {}: {what}", field.id));
            let link = child.position(&rollup.of.link).ok_or_else(|| broken("the child has no such link"))?;
            let place = |name: &Option<String>| match name {
                Some(name) => child.position(name).map(Some).ok_or_else(|| broken("the child has no such field")),
                None => Ok(None),
            };
            let (of, on) = (place(&rollup.of.field)?, place(&rollup.of.on)?);
            let filter = match &rollup.of.filter {
                Some(text) => Some(Arc::new(super::ask::check_text(text, &child.name, schema)?)),
                None => None,
            };
            feeds.push(Feed {
                parent: parent.name.clone(),
                field: position,
                link,
                aggregate: rollup.of.aggregate,
                of,
                on,
                filter,
            });
        }
    }
    Ok(feeds)
}

fn inward(target: &ObjectDef, defs: &[ObjectDef]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for def in defs {
        for field in &def.fields {
            if field.kind.target() == Some(&target.name) {
                found.push((def.name.clone(), field.name.clone()));
            }
        }
    }
    found
}

/// Creates the table of an object, or adds the columns and indexes it lacks. Never drops anything.
pub fn sync_table(tx: &mut Tx, catalogue: &Catalogue, object: &Object) -> Result<()> {
    let dialect = tx.dialect();
    let table = &object.def.table;
    let carried: String = if dialect.filters_in_index() {
        carried(catalogue, object).map(|name| format!(", {name}")).collect()
    } else {
        String::new()
    };
    if !tx.has_table(table)? {
        let mut lines = vec![
            format!("id {} primary key", dialect.id()),
            format!("version {} not null", dialect.int()),
            format!("title {}", dialect.text()),
            format!("sort_title {}", dialect.text()),
            format!("created_at {} not null", dialect.int()),
            format!("created_by {}", dialect.id()),
            format!("updated_at {} not null", dialect.int()),
            format!("updated_by {}", dialect.id()),
            format!("deleted_at {}", dialect.int()),
        ];
        lines.extend(
            object.columns.iter().map(|column| format!("{} {}", column.name, column_type(dialect, column.kind))),
        );
        tx.batch(&format!("create table {table} ({}){}", lines.join(", "), dialect.strict()))?;
        tx.batch(&format!("create index {table}_trash on {table} (deleted_at, id) where deleted_at is not null"))?;
    } else {
        let existing = tx.columns(table)?;
        for column in &object.columns {
            if !existing.contains(&column.name) {
                tx.batch(&format!(
                    "alter table {table} add column {} {}",
                    column.name,
                    column_type(dialect, column.kind)
                ))?;
            }
        }
    }
    for (name, column) in [("by_title", "sort_title"), ("by_update", "updated_at")] {
        let sql = format!("create index {table}_{name} on {table} ({column}, id{carried}) where deleted_at is null");
        make_index(tx, &format!("{table}_{name}"), &sql)?;
    }
    for (position, field) in object.def.fields.iter().enumerate() {
        let Some(column) = object.columns_of(position).first() else { continue };
        let name = format!("{table}_{}", column.name);
        let is_link = matches!(field.kind, FieldType::Link { .. });
        if field.unique {
            let sql = format!("create unique index {name} on {table} ({}) where deleted_at is null", column.name);
            make_index(tx, &name, &sql)?;
        } else if field.indexed || is_link {
            let sorts = matches!(column.kind, Kind::Int | Kind::Real)
                || matches!(field.kind, FieldType::Date | FieldType::Time);
            let carried = if sorts { carried.as_str() } else { "" };
            let sql = format!(
                "create index {name} on {table} ({0}, id{carried}) where {0} is not null and deleted_at is null",
                column.name
            );
            make_index(tx, &name, &sql)?;
        }
    }
    Ok(())
}

/// Makes an index, or makes it anew where a newer version of the program carries other columns in it.
fn make_index(tx: &mut Tx, name: &str, sql: &str) -> Result<()> {
    match tx.index_sql(name)? {
        Some(there) if there.eq_ignore_ascii_case(sql) => Ok(()),
        Some(_) if tx.dialect().filters_in_index() => tx.batch(&format!("drop index {name}; {sql}")),
        Some(_) => Ok(()),
        // PostgreSQL cuts long names, so that one may be there under another.
        None => tx.batch(&sql.replacen("index ", "index if not exists ", 1)),
    }
}

/// Columns that lists are narrowed by and that have few values, carried in the indexes that lists are sorted by: a walk in
/// the order of the list then passes over what the filter leaves out without fetching it from its place in the table,
/// which for a million records is most of the work. A link to one of many records needs no carrying: it has an index of
/// its own that finds few.
pub fn carried<'c>(catalogue: &'c Catalogue, object: &'c Object) -> impl Iterator<Item = &'c str> {
    let place = |name: &str| ["_city", "_region", "_country"].iter().any(|end| name.ends_with(end));
    // A company's own fields come while it works, when no index of a million rows is made anew.
    let standard = object.def.fields.iter().enumerate().filter(|(_, field)| !field.custom && !object.def.custom);
    standard.flat_map(move |(position, field)| {
        object.columns_of(position).iter().map(|column| column.name.as_str()).filter(move |name| match &field.kind {
            FieldType::Choice { .. } | FieldType::Boolean => true,
            FieldType::Address => place(name),
            FieldType::Link { target } => catalogue.named(target).is_some_and(|target| is_few(&target.def)),
            _ => false,
        })
    })
}

/// Objects that a company sets up (teams, pipelines, products) rather than collects: nobody's, and no customers.
fn is_few(def: &ObjectDef) -> bool {
    def.owner.is_none() && !def.party
}

fn column_type(dialect: Dialect, kind: Kind) -> &'static str {
    match kind {
        Kind::Int => dialect.int(),
        Kind::Real => dialect.real(),
        Kind::Text => dialect.text(),
        Kind::Id => dialect.id(),
        Kind::Bytes => dialect.bytes(),
    }
}
