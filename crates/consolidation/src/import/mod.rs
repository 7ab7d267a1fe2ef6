//! Imports: a file becomes records. First it is looked at and a mapping proposed, then a dry run says what would happen, then
//! it runs as a job that can be killed at any moment and goes on where it was; the whole can be undone as one change.

pub(crate) mod batch;
pub mod kept;
pub(crate) mod links;
pub mod manifest;
mod part;
pub mod plan;
mod queries;
mod refused;
pub mod routes;
mod run;
mod same;

use std::path::{Path, PathBuf};

use foundation::access::audit::{self, action};
use foundation::access::{Action, Principal};
use foundation::records::bulk;
use foundation::{App, Operation, Reader, jobs};
use kernel::{Error, Id, ObjectDef, Result, Time};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use crate::formats::{Detected, Wishes, examine};
use crate::mapping::{self, Column, Options};

pub use batch::Refusal;
pub use plan::{Mode, Plan};
pub use refused::write_refused;
pub use run::{CheckWork, Progress, RunWork, check_now, run_now};

/// How far an import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Draft,
    Checking,
    Checked,
    Running,
    Done,
    Cancelled,
    Failed,
    Undone,
}

impl State {
    const ALL: [(State, &'static str); 8] = [
        (State::Draft, "draft"),
        (State::Checking, "checking"),
        (State::Checked, "checked"),
        (State::Running, "running"),
        (State::Done, "done"),
        (State::Cancelled, "cancelled"),
        (State::Failed, "failed"),
        (State::Undone, "undone"),
    ];

    pub fn parse(name: &str) -> Option<State> {
        State::ALL.iter().find(|(_, known)| *known == name).map(|(state, _)| *state)
    }

    pub fn name(self) -> &'static str {
        State::ALL.iter().find(|(state, _)| *state == self).map_or("", |(_, name)| name)
    }
}

/// A file on its way to records.
#[derive(Debug, Clone)]
pub struct Import {
    pub id: Id,
    /// Name of the object, `contact`.
    pub object: String,
    /// As the file was called.
    pub name: String,
    pub size: u64,
    pub state: State,
    pub plan: Plan,
    /// Number of the last row whose effect is committed.
    pub settled_row: u64,
    pub rows: u64,
    pub bytes: u64,
    pub created: u64,
    pub changed: u64,
    pub unchanged: u64,
    pub wrong: u64,
    /// Why it failed.
    pub detail: Option<String>,
    pub job: Option<Id>,
    pub change: Option<Id>,
    pub owner: Id,
    pub created_at: Time,
    pub started_at: Option<Time>,
    pub finished_at: Option<Time>,
}

impl Import {
    pub fn is_at_work(&self) -> bool {
        matches!(self.state, State::Checking | State::Running)
    }
}

/// Where the files of imports lie.
pub fn folder(app: &App) -> PathBuf {
    app.config().folder.join("imports")
}

/// The file of an import that was uploaded.
pub fn file_of(app: &App, id: Id) -> PathBuf {
    folder(app).join(id.to_string())
}

/// The plan that a look at the file suggests: format, mapping, key. A saved mapping for the same columns stands above a guess.
pub fn propose(reader: &mut Reader, object: &str, detected: Detected, wishes: Wishes) -> Result<(String, Plan)> {
    let object = reader.object(object)?;
    reader.who.need(&object.def.name, Action::Import)?;
    let def = plan::writable(reader.who, &object.def);
    let catalogue = reader.catalogue.clone();
    let targets: Vec<&ObjectDef> = catalogue.objects().iter().map(|object| &object.def).collect();
    let mut columns = mapping::guess(&detected, &def, &targets);
    links::follow_keys(reader, &def, &mut columns)?;
    let key = mapping::suggested_key(&columns, &def);
    let mut plan = Plan {
        wishes,
        columns,
        key,
        mode: Mode::Upsert,
        format: detected.format,
        feeds: Vec::new(),
        only: Default::default(),
        replace: Default::default(),
        copy_from_link: Default::default(),
        group_by: None,
        lines: None,
        country: None,
        currency: None,
    };
    if let Some(kept) = queries::mapping_for(reader, &object.def.name, &plan.format.columns)?
        && let Ok(kept) = serde_json::from_value::<Revision>(kept)
    {
        apply_revision(&mut plan, &kept);
    }
    Ok((object.def.name.clone(), plan))
}

/// Notes a file that is there; what it is has been found out by [`examine`].
pub fn begin(
    op: &mut Operation,
    id: Id,
    object: &str,
    name: &str,
    size: u64,
    detected: Detected,
    wishes: Wishes,
) -> Result<Import> {
    let (object, plan) = propose(op, object, detected, wishes)?;
    let name: String = name.chars().filter(|ch| !ch.is_control()).take(200).collect();
    let import = Import {
        id,
        object,
        name,
        size,
        state: State::Draft,
        plan,
        settled_row: 0,
        rows: 0,
        bytes: 0,
        created: 0,
        changed: 0,
        unchanged: 0,
        wrong: 0,
        detail: None,
        job: None,
        change: None,
        owner: op.who.id,
        created_at: op.now,
        started_at: None,
        finished_at: None,
    };
    queries::insert(op, &import)?;
    Ok(import)
}

/// What a person changes about an import; also the shape of a saved mapping.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Revision {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub columns: Option<Vec<ColumnRevision>>,
    /// `null` is "no key".
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub key: Option<Option<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<Mode>,
    /// How the file is to be read.
    #[serde(flatten)]
    pub wishes: Wishes,
    /// ISO 3166-1 alpha-2, of phone numbers written nationally.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// Of amounts without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnRevision {
    pub index: usize,
    /// In saved mappings, to know the file again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    pub field: Option<String>,
    #[serde(default)]
    pub options: Options,
}

/// Tells an absent member from one that is `null`.
fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Option<Option<String>>, D::Error> {
    Option::<String>::deserialize(deserializer).map(Some)
}

impl Revision {
    /// Whether the file must be looked at again.
    fn looks_again(&self) -> bool {
        let Wishes { encoding, delimiter, sheet, header, date_style: _, decimal_style: _ } = &self.wishes;
        encoding.is_some() || delimiter.is_some() || sheet.is_some() || header.is_some() || self.object.is_some()
    }
}

fn apply_revision(plan: &mut Plan, revision: &Revision) {
    for change in revision.columns.iter().flatten() {
        if let Some(column) = plan.columns.iter_mut().find(|column| column.index == change.index) {
            column.field = change.field.clone();
            column.options = change.options.clone();
            column.confidence = 1.0;
        }
    }
    if let Some(key) = &revision.key {
        plan.key = key.clone();
    }
    if let Some(mode) = revision.mode {
        plan.mode = mode;
    }
    if let Some(style) = revision.wishes.date_style {
        plan.wishes.date_style = Some(style);
        plan.format.date_style = style;
    }
    if let Some(style) = revision.wishes.decimal_style {
        plan.wishes.decimal_style = Some(style);
        plan.format.decimal_style = style;
    }
    plan.country = revision.country.clone().or(plan.country.take());
    plan.currency = revision.currency.clone().or(plan.currency.take());
    // A key whose column was taken away is no key.
    let mapped = |key: &String| plan.columns.iter().any(|column| column.field.as_ref() == Some(key));
    if revision.key.is_none() && plan.feeds.is_empty() && plan.key.as_ref().is_some_and(|key| !mapped(key)) {
        plan.key = None;
    }
}

/// The mapping of an import as it is kept for the next file.
fn mapping_of(import: &Import) -> Revision {
    let plan = &import.plan;
    let column = |column: &Column| ColumnRevision {
        index: column.index,
        name: Some(column.name.clone()),
        field: column.field.clone(),
        options: column.options.clone(),
    };
    Revision {
        columns: Some(plan.columns.iter().map(column).collect()),
        key: Some(plan.key.clone()),
        mode: Some(plan.mode),
        wishes: Wishes {
            date_style: plan.wishes.date_style,
            decimal_style: plan.wishes.decimal_style,
            ..Wishes::default()
        },
        country: plan.country.clone(),
        currency: plan.currency.clone(),
        ..Revision::default()
    }
}

/// What must be looked at again before [`revise`]: the wishes for the file.
pub fn wishes_after(import: &Import, revision: &Revision) -> Option<Wishes> {
    if !revision.looks_again() {
        return None;
    }
    Some(revision.wishes.clone().or(import.plan.wishes.clone()))
}

/// Changes the mapping or the way the file is read. `again` is what a new look at the file found, where one was needed.
pub fn revise(op: &mut Operation, id: Id, revision: &Revision, again: Option<(Detected, Wishes)>) -> Result<Import> {
    let mut import = queries::load(op, id)?;
    need_rest(&import)?;
    if matches!(import.state, State::Done | State::Undone) {
        return Err(Error::conflict(
            "import.done",
            "this import has run; bring the file again to import it in another way",
        ));
    }
    if let Some((detected, wishes)) = again {
        let object = revision.object.clone().unwrap_or_else(|| import.object.clone());
        let (object, mut plan) = propose(op, &object, detected, wishes)?;
        plan.mode = import.plan.mode;
        plan.country = import.plan.country.clone();
        plan.currency = import.plan.currency.clone();
        let same = plan.format.columns == import.plan.format.columns && object == import.object;
        if same {
            plan.columns = std::mem::take(&mut import.plan.columns)
                .into_iter()
                .zip(plan.columns)
                .map(|(old, new)| Column { samples: new.samples, ..old })
                .collect();
            plan.key = import.plan.key.clone();
        }
        import.object = object;
        import.plan = plan;
    }
    apply_revision(&mut import.plan, revision);
    let object = op.object(&import.object)?;
    let catalogue = op.catalogue.clone();
    let targets: Vec<&ObjectDef> = catalogue.objects().iter().map(|object| &object.def).collect();
    for column in import.plan.columns.iter_mut().filter(|column| column.options == Options::default()) {
        if let Some(target) = column.field.as_deref().and_then(|word| mapping::Target::parse(word, &object.def)) {
            column.options = mapping::usual_options(&target, &object.def, &targets);
        }
    }
    op.who.need(&object.def.name, Action::Import)?;
    // Faults of the mapping are told now, except that nothing is mapped yet.
    if import.plan.columns.iter().any(|column| column.field.is_some()) {
        plan::prepare(op, &import.object, &import.plan)?;
    }
    queries::replan(op, id, &import.object, &import.plan)?;
    queries::load(op, id)
}

fn need_rest(import: &Import) -> Result<()> {
    if import.is_at_work() {
        return Err(Error::conflict("import.at_work", "this import is at work; stop it first"));
    }
    Ok(())
}

/// Queues the dry run.
pub fn queue_check(op: &mut Operation, id: Id) -> Result<Import> {
    let import = queries::load(op, id)?;
    need_rest(&import)?;
    if matches!(import.state, State::Done | State::Undone) {
        return Err(Error::conflict("import.done", "this import has run already"));
    }
    plan::prepare(op, &import.object, &import.plan)?;
    let job = jobs::enqueue(op, CheckWork::KIND, json!({ "import": id }), 0)?;
    queries::start(op, id, State::Checking, Some(job.id), None)?;
    queries::load(op, id)
}

/// Queues the import; one that was stopped or failed goes on behind its last settled row.
pub fn queue_run(op: &mut Operation, id: Id) -> Result<Import> {
    let import = queries::load(op, id)?;
    need_rest(&import)?;
    let object = op.object(&import.object)?;
    op.who.need(&object.def.name, Action::Import)?;
    plan::prepare(op, &import.object, &import.plan)?;
    note_start(op, &import)?;
    match import.state {
        State::Done | State::Undone => return Err(Error::conflict("import.done", "this import has run already")),
        State::Cancelled | State::Failed if import.settled_row > 0 && import.change.is_some() => {
            // The rest belongs to the same change, so that all of it can be undone at once.
            if let Some(change) = import.change {
                op.change = change;
            }
            let job = jobs::enqueue(op, RunWork::KIND, json!({ "import": id }), 0)?;
            let change = op.change;
            queries::go_on(op, id, Some(job.id), change)?;
        }
        _ => {
            let job = jobs::enqueue(op, RunWork::KIND, json!({ "import": id }), 0)?;
            let change = op.change;
            queries::start(op, id, State::Running, Some(job.id), Some(change))?;
        }
    }
    queries::load(op, id)
}

/// Who brought what into the house is kept.
fn note_start(op: &mut Operation, import: &Import) -> Result<()> {
    let detail = json!({ "import": import.id, "file": import.name, "bytes": import.size, "key": import.plan.key, "mode": import.plan.mode });
    audit::write(op, action::IMPORTED, Some(&import.object), None, detail)
}

/// Stops it behind the part in hand; what is settled stays and can be undone.
pub fn cancel(op: &mut Operation, id: Id) -> Result<Import> {
    let import = queries::load(op, id)?;
    if import.is_at_work() {
        if let Some(job) = import.job {
            jobs::cancel(op, job)?;
        }
        queries::finish(op, id, State::Cancelled, None)?;
    }
    queries::load(op, id)
}

/// Takes back all that the import did. Large imports are undone by a job, named in the answer.
pub fn undo(op: &mut Operation, id: Id) -> Result<Json> {
    let import = queries::load(op, id)?;
    need_rest(&import)?;
    let change = import
        .change
        .filter(|_| matches!(import.state, State::Done | State::Cancelled | State::Failed))
        .ok_or_else(|| Error::conflict("import.not_done", "there is nothing to take back"))?;
    let undone = bulk::undo_change(op, change)?;
    queries::finish(op, id, State::Undone, None)?;
    Ok(undone)
}

/// An import as the API shows it.
pub fn show(reader: &mut Reader, import: &Import, full: bool) -> Result<Json> {
    let format = &import.plan.format;
    let ran_ms = import.started_at.map_or(0, |at| import.finished_at.unwrap_or(reader.now).0 - at.0);
    let per_second = if ran_ms > 0 { import.rows as f64 * 1000.0 / ran_ms as f64 } else { 0.0 };
    let left = if import.is_at_work() && import.bytes > 0 && ran_ms > 0 {
        let rest = import.size.saturating_sub(import.bytes) as f64;
        Some((rest * ran_ms as f64 / import.bytes as f64 / 1000.0).ceil())
    } else {
        None
    };
    let object = reader.catalogue.named(&import.object).cloned();
    let plural = object.as_ref().map_or(import.object.as_str(), |object| object.def.plural.as_str());
    let mut state = json!({
        "id": import.id, "object": plural, "name": import.name, "size": import.size, "state": import.state.name(), "detail": import.detail,
        "format": {
            "kind": format.kind, "encoding": format.encoding, "delimiter": format.delimiter, "date_style": format.date_style,
            "decimal_style": format.decimal_style, "header": format.header, "sheet": format.sheet, "sheets": format.sheets,
        },
        "key": import.plan.key, "mode": import.plan.mode, "country": import.plan.country, "currency": import.plan.currency,
        "progress": {
            "rows": import.rows, "bytes": import.bytes, "total_bytes": import.size, "rows_per_second": per_second.round(), "seconds_left": left,
        },
        "result": { "new": import.created, "changed": import.changed, "unchanged": import.unchanged, "wrong": import.wrong },
        "job": import.job, "change": import.change, "created_at": import.created_at,
    });
    if !full {
        return Ok(state);
    }
    let fields: Vec<Json> = object.iter().flat_map(|object| targets(reader, &object.def)).collect();
    let errors = queries::refusals(reader, import.id, (0, -1), queries::SHOWN)?;
    let errors: Vec<Json> = errors
        .into_iter()
        .map(|(_, refusal)| {
            let column = refusal.column.and_then(|index| format.columns.get(index));
            json!({
                "row": refusal.row, "column": column, "field": refusal.field, "code": refusal.code, "detail": refusal.detail,
                "warning": refusal.warning,
            })
        })
        .collect();
    if let Some(state) = state.as_object_mut() {
        state.insert("columns".into(), json!(import.plan.columns));
        state.insert("fields".into(), fields.into());
        state.insert("errors".into(), errors.into());
    }
    Ok(state)
}

/// The targets that a column may be given, for the caller.
pub(crate) fn targets(reader: &Reader, def: &ObjectDef) -> Vec<Json> {
    let def = plan::writable(reader.who, def);
    let mut targets = Vec::new();
    if mapping::Target::parse("name", &def) == Some(mapping::Target::Name) {
        let label = kernel::Labels::four("Full name", "Полное имя", "全名", "Nume complet");
        targets.push(json!({ "name": "name", "label": label, "type": "text" }));
    }
    for field in def.fields.iter().filter(|field| !field.readonly && !field.kind.is_computed()) {
        targets.push(json!({ "name": field.name, "label": field.label, "type": field.kind.name(), "required": field.required, "unique": field.unique }));
        let parts: &[&str] = match field.kind {
            kernel::FieldType::Address => &kernel::Address::PARTS,
            kernel::FieldType::Money => &["currency"],
            _ => &[],
        };
        for part in parts {
            targets.push(
                json!({ "name": format!("{}.{part}", field.name), "label": field.label, "part": part, "type": "text" }),
            );
        }
        let linked = field.kind.target().and_then(|target| reader.catalogue.named(target));
        for key in ["external_id", "name", "email", "sku", "number"] {
            if linked.is_some_and(|linked| linked.def.field(key).is_some()) {
                targets.push(json!({ "name": format!("{}.{key}", field.name), "label": field.label, "part": key, "type": "text" }));
            }
        }
    }
    targets
}

/// Imports a file from the command line: looked at, mapped by a guess (or a saved mapping), run at once on this thread.
/// `key` stands above the guess; `progress` is told after each part.
pub fn import_file(
    app: &App,
    who: &Principal,
    object: &str,
    key: Option<&str>,
    path: &Path,
    revision: &Revision,
    progress: &mut dyn FnMut(&Progress),
) -> Result<Import> {
    let wishes = revision.wishes.clone();
    let detected = examine(path, &wishes)?;
    let size = path.metadata().map_err(crate::formats::disk_error)?.len();
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let id = Id::at(app.now().0);
    let revision = Revision { key: key.map(|key| Some(key.to_string())).or(revision.key.clone()), ..revision.clone() };
    let object = object.to_string();
    let import = app.write_now(who, move |op| {
        let mut import = begin(op, id, &object, &name, size, detected.clone(), wishes.clone())?;
        apply_revision(&mut import.plan, &revision);
        plan::prepare(op, &import.object, &import.plan)?;
        queries::replan(op, id, &import.object, &import.plan)?;
        let change = op.change;
        note_start(op, &import)?;
        queries::start(op, id, State::Running, None, Some(change))?;
        queries::load(op, id)
    })?;
    run_now(app, who, &import, path, None, progress)
}

#[cfg(test)]
mod tests;
