//! A manifest: files imported one after the other with mappings written down, as the demo company's. The words of a step are
//! those of an import made by hand; `demo/README.md` describes them.

use std::collections::BTreeMap;
use std::path::Path;

use foundation::App;
use foundation::access::Principal;
use kernel::{Error, Result};
use serde::Deserialize;

use super::plan::{Lines, Mode, Plan};
use super::run::{Progress, run_plan};
use super::{Import, Refusal, State, queries};
use crate::formats::{DateStyle, Detected, Wishes, examine};
use crate::mapping::{Case, Feed, From, Missing, Options, Template};

/// The list of steps.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    step: Vec<Step>,
}

/// One file into one object.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    file: String,
    object: String,
    #[serde(default = "external_id")]
    key: String,
    #[serde(default)]
    mode: Mode,
    encoding: Option<String>,
    delimiter: Option<char>,
    date_style: Option<DateStyle>,
    sheet: Option<String>,
    header: Option<bool>,
    #[serde(default, rename = "where")]
    only: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    replace: BTreeMap<String, BTreeMap<String, String>>,
    fields: BTreeMap<String, Source>,
    #[serde(default)]
    copy_from_link: BTreeMap<String, String>,
    group_by: Option<String>,
    lines: Option<StepLines>,
    rows: Option<u64>,
    records: Option<u64>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct StepLines {
    object: String,
    link: String,
    #[serde(default = "external_id")]
    key: String,
    #[serde(default)]
    copy_from_link: BTreeMap<String, String>,
    fields: BTreeMap<String, Source>,
}

fn external_id() -> String {
    "external_id".to_string()
}

/// Where a target's text comes from: a column's name, or more.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Source {
    Name(String),
    More(More),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct More {
    column: Option<String>,
    template: Option<String>,
    constant: Option<String>,
    #[serde(default)]
    values: BTreeMap<String, String>,
    case: Option<Case>,
    times: Option<u64>,
    currency: Option<String>,
    missing: Option<Missing>,
    #[serde(default)]
    lenient: bool,
}

/// How far a manifest is.
#[derive(Debug)]
pub struct StepProgress<'a> {
    pub step: usize,
    pub steps: usize,
    pub file: &'a str,
    pub object: &'a str,
    pub progress: &'a Progress,
}

/// A step that is done, with the first rows that were refused.
#[derive(Debug)]
pub struct StepDone {
    pub file: String,
    pub import: Import,
    pub refused: Vec<Refusal>,
    /// What the step's check figures (`rows`, `records`) say against the result.
    pub surprises: Vec<String>,
}

/// Imports all files of a manifest in their order. Stops at a fault of a file or the manifest; refused rows do not stop it.
pub fn load(
    app: &App,
    who: &Principal,
    manifest: &Path,
    progress: &mut dyn FnMut(&StepProgress),
) -> Result<Vec<StepDone>> {
    let text = std::fs::read_to_string(manifest).map_err(crate::formats::disk_error)?;
    let manifest_words: Manifest =
        toml::from_str(&text).map_err(|fault| Error::Unreadable(format!("the manifest: {fault}")))?;
    let folder = manifest.parent().unwrap_or(Path::new("."));
    let steps = manifest_words.step.len();
    let mut done = Vec::with_capacity(steps);
    for (index, step) in manifest_words.step.into_iter().enumerate() {
        let path = folder.join(&step.file);
        let told = |fault: Error| match fault {
            Error::Unreadable(why) => Error::Unreadable(format!("{}: {why}", step.file)),
            Error::TooLarge(why) => Error::TooLarge(format!("{}: {why}", step.file)),
            other => other,
        };
        let detected = examine(&path, &step.wishes()).map_err(told)?;
        let plan = step.plan(detected)?;
        let import = run_plan(app, who, &step.object, &step.file, plan, &path, &mut |now| {
            progress(&StepProgress { step: index + 1, steps, file: &step.file, object: &step.object, progress: now });
        })
        .map_err(told)?;
        let id = import.id;
        let refused = app.read_now(who, |reader| queries::refusals(reader, id, (0, -1), 20))?;
        let refused = refused.into_iter().map(|(_, refusal)| refusal).filter(|refusal| !refusal.warning).collect();
        done.push(StepDone { surprises: step.surprises(&import), file: step.file, import, refused });
    }
    Ok(done)
}

impl Step {
    fn wishes(&self) -> Wishes {
        Wishes {
            encoding: self.encoding.clone(),
            delimiter: self.delimiter,
            date_style: self.date_style,
            decimal_style: None,
            sheet: self.sheet.clone(),
            header: self.header,
        }
    }

    fn plan(&self, detected: Detected) -> Result<Plan> {
        let columns = detected.format.columns.clone();
        let position = |name: &str| {
            let unknown = || Error::Unreadable(format!("{}: the file has no column \"{name}\"", self.file));
            columns.iter().position(|column| column == name).ok_or_else(unknown)
        };
        let mut only = BTreeMap::new();
        for (name, wanted) in &self.only {
            only.insert(position(name)?, wanted.clone());
        }
        let mut replace = BTreeMap::new();
        for (name, words) in &self.replace {
            replace.insert(position(name)?, words.clone());
        }
        let lines = match &self.lines {
            None => None,
            Some(lines) => Some(Lines {
                object: lines.object.clone(),
                link: lines.link.clone(),
                key: Some(lines.key.clone()),
                feeds: self.feeds(&lines.fields, &columns)?,
                copy_from_link: lines.copy_from_link.clone(),
            }),
        };
        Ok(Plan {
            wishes: self.wishes(),
            columns: Vec::new(),
            feeds: self.feeds(&self.fields, &columns)?,
            key: Some(self.key.clone()),
            mode: self.mode,
            only,
            replace,
            copy_from_link: self.copy_from_link.clone(),
            group_by: self.group_by.as_deref().map(position).transpose()?,
            lines,
            country: None,
            currency: None,
            format: detected.format,
        })
    }

    fn feeds(&self, fields: &BTreeMap<String, Source>, columns: &[String]) -> Result<Vec<Feed>> {
        fields.iter().map(|(target, source)| self.feed(target, source, columns)).collect()
    }

    fn feed(&self, target: &str, source: &Source, columns: &[String]) -> Result<Feed> {
        let fault = |what: String| Error::Unreadable(format!("{}, field {target}: {what}", self.file));
        let column = |name: &str| {
            let at = columns.iter().position(|column| column == name);
            at.map(From::Column).ok_or_else(|| fault(format!("the file has no column \"{name}\"")))
        };
        let (from, more) = match source {
            Source::Name(name) => (column(name)?, None),
            Source::More(more) => {
                let from = match (&more.column, &more.template, &more.constant) {
                    (Some(name), None, None) => column(name)?,
                    (None, Some(text), None) => From::Template(Template::parse(text, columns).map_err(fault)?),
                    (None, None, Some(text)) => From::Constant(text.clone()),
                    _ => return Err(fault("it needs one of column, template, constant".to_string())),
                };
                (from, Some(more))
            }
        };
        let options = Options {
            currency: more.and_then(|more| more.currency.clone()),
            missing: more.and_then(|more| more.missing),
            lenient: more.is_some_and(|more| more.lenient),
        };
        Ok(Feed {
            target: target.to_string(),
            from,
            values: more.map(|more| more.values.clone()).unwrap_or_default(),
            case: more.and_then(|more| more.case),
            times: more.and_then(|more| more.times),
            options,
        })
    }

    fn surprises(&self, import: &Import) -> Vec<String> {
        let mut surprises = Vec::new();
        if import.wrong > 0 {
            surprises.push(format!("{} rows were refused", import.wrong));
        }
        if import.state != State::Done {
            surprises.push(format!("it ended as {}", import.state.name()));
        }
        let records = import.created + import.changed + import.unchanged;
        if let Some(expected) = self.records.or(self.rows) {
            // Rows about one record are counted apart when they repeat it; there are never fewer than the records.
            if records < expected {
                surprises.push(format!("{records} records where {expected} were expected"));
            }
        }
        surprises
    }
}
