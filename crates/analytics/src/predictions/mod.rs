//! What is foretold of records: who will leave, which lead will convert.
//!
//! A company says what is to be foretold as a question (`churned = true`), of which object, and from which fields;
//! [`learn`] learns it from the records of which it is decided ([`rows`]) by [`methods::response`], and writes what it
//! says of the others into fields of theirs. [`answers`] tells how good it proved and why it says what it says.

pub mod answers;
mod learn;
pub mod routes;
mod rows;
mod store;

use std::sync::Arc;

use foundation::records::{Object, ask, definitions};
use foundation::{Operation, Reader, timer};
use kernel::object::{Class, FieldType};
use kernel::{Error, FieldDef, Id, Result};
use question::Checked;
use serde::Deserialize;
use serde_json::{Value as Json, json};

pub use learn::{Again, LearnWork, keep_fresh, start, wind};
pub use store::Foretold;

/// What is to be foretold.
#[derive(Debug, Clone, PartialEq)]
pub struct Prediction {
    pub id: Id,
    /// The beginning of the names of the fields it fills.
    pub code: String,
    pub name: String,
    /// The object's name.
    pub object: String,
    /// What is foretold, as a question.
    pub outcome: String,
    /// Of whom at all; of everybody where none.
    pub among: Option<String>,
    /// Of whom it is decided; where none, of everybody: who has not the outcome yet may still come to it.
    pub decided: Option<String>,
    /// The day it began: rows are put in its order to see whether what was learned holds later.
    pub starts: Option<String>,
    /// The day it ended: other days are counted back from it.
    pub ends: Option<String>,
    /// What is learned from; all that can serve where none.
    pub fields: Option<Vec<String>>,
    /// Fields not suspected of being known only afterwards.
    pub trusted: Vec<String>,
    pub every_days: i64,
    pub language: String,
    pub looked_to: i64,
}

/// A prediction as it is asked for.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    pub name: String,
    /// Small Latin letters, digits and _; stays as it is first said.
    pub code: String,
    pub object: String,
    pub outcome: String,
    #[serde(default)]
    pub among: Option<String>,
    #[serde(default)]
    pub decided: Option<String>,
    #[serde(default)]
    pub starts: Option<String>,
    #[serde(default)]
    pub ends: Option<String>,
    #[serde(default)]
    pub fields: Option<Vec<String>>,
    #[serde(default)]
    pub trusted: Vec<String>,
    /// Learned again after so many days where something changed; a week unless said otherwise.
    #[serde(default)]
    pub every_days: Option<i64>,
}

const LONGEST: usize = 80;
/// Predictions of a company at most.
const MOST: usize = 40;
const WEEK: i64 = 7;

/// The fields that a prediction fills, behind its code.
const FILLED: [&str; 4] = ["probability", "reasons", "version", "on"];

impl Prediction {
    /// The name of a field that it fills.
    pub fn field(&self, what: &str) -> String {
        format!("{}_{what}", self.code)
    }

    fn to_json(&self) -> Json {
        json!({
            "id": self.id, "code": self.code, "name": self.name, "object": self.object, "outcome": self.outcome,
            "among": self.among, "decided": self.decided, "starts": self.starts, "ends": self.ends, "fields": self.fields,
            "trusted": self.trusted, "every_days": self.every_days,
        })
    }

    /// Its questions, checked for the reader.
    fn questions(&self, reader: &mut Reader, object: &Object) -> Result<Questions> {
        let mut checked = |text: &Option<String>, member: &str| match text {
            Some(text) => question_of(reader, object, text, member).map(Some),
            None => Ok(None),
        };
        let outcome = checked(&Some(self.outcome.clone()), "outcome")?;
        let (among, decided) = (checked(&self.among, "among")?, checked(&self.decided, "decided")?);
        let outcome = outcome.ok_or(Error::NotFound)?;
        Ok(Questions { outcome, among, decided })
    }
}

/// The questions of a prediction.
pub struct Questions {
    pub outcome: Arc<Checked>,
    pub among: Option<Arc<Checked>>,
    pub decided: Option<Arc<Checked>>,
}

fn question_of(reader: &mut Reader, object: &Object, text: &str, member: &str) -> Result<Arc<Checked>> {
    let checked = ask::filter(reader, object, text).map_err(|fault| match fault {
        Error::Invalid(mut faults) => {
            for fault in &mut faults {
                fault.pointer = format!("/{member}");
            }
            Error::Invalid(faults)
        }
        other => other,
    })?;
    if checked.asks_who_asks() || checked.constant().is_some() {
        return Err(Error::invalid(member, "not_understood", "must ask about the record, and not about who asks"));
    }
    Ok(checked)
}

/// Writes a prediction down, adds the fields it fills, and has it learned.
pub fn create(op: &mut Operation, asked: Asked) -> Result<Json> {
    op.who.need_admin()?;
    if store::all(op)?.len() >= MOST {
        return Err(Error::TooLarge(format!("at most {MOST} predictions")));
    }
    let prediction = Prediction {
        id: Id::at(op.now.0),
        code: asked.code.clone(),
        name: String::new(),
        object: asked.object.clone(),
        outcome: String::new(),
        among: None,
        decided: None,
        starts: None,
        ends: None,
        fields: None,
        trusted: Vec::new(),
        every_days: WEEK,
        language: op.who.language.to_string(),
        looked_to: 0,
    };
    let prediction = settled(op, prediction, asked)?;
    if store::all(op)?.iter().any(|other| other.object == prediction.object && other.code == prediction.code) {
        return Err(Error::invalid("code", "taken", "another prediction of this object has this code"));
    }
    make_fields(op, &prediction)?;
    store::put(op, &prediction)?;
    let job = learn::enqueue(op, &prediction, true)?;
    let mut shown = prediction.to_json();
    shown["job"] = job.to_json();
    Ok(shown)
}

/// Changes a prediction and has it learned anew. Its object and its code stay.
pub fn change(op: &mut Operation, id: Id, asked: Asked) -> Result<Json> {
    op.who.need_admin()?;
    let before = store::one(op, id)?;
    if before.object != asked.object || before.code != asked.code {
        return Err(Error::invalid("code", "readonly", "object and code stay as they were first said"));
    }
    let prediction = settled(op, before, asked)?;
    store::put(op, &prediction)?;
    let job = learn::enqueue(op, &prediction, true)?;
    let mut shown = prediction.to_json();
    shown["job"] = job.to_json();
    Ok(shown)
}

/// Drops a prediction with what it said. The fields that were added for it go; their columns stay, as those of all fields.
pub fn remove(op: &mut Operation, id: Id) -> Result<()> {
    op.who.need_admin()?;
    let prediction = store::one(op, id)?;
    let object = op.object(&prediction.object)?;
    store::empty(op, &object, &prediction)?;
    store::drop(op, id)?;
    timer::clear(op, learn::Again::KIND, id)?;
    for what in FILLED {
        let name = prediction.field(what);
        if object.def.field(&name).is_some_and(|field| field.custom) {
            definitions::delete_field(op, &prediction.object, &name)?;
        }
    }
    Ok(())
}

fn settled(op: &mut Operation, mut prediction: Prediction, asked: Asked) -> Result<Prediction> {
    let some = |text: Option<String>| text.map(|text| text.trim().to_string()).filter(|text| !text.is_empty());
    let object = op.object(&asked.object).map_err(|_| unknown("object", &asked.object))?;
    prediction.object.clone_from(&object.def.name);
    prediction.name = asked.name.trim().to_string();
    if prediction.name.is_empty() || prediction.name.chars().count() > LONGEST {
        return Err(Error::invalid("name", "length", format!("a name has 1 to {LONGEST} characters")));
    }
    prediction.outcome = asked.outcome.trim().to_string();
    (prediction.among, prediction.decided) = (some(asked.among), some(asked.decided));
    (prediction.starts, prediction.ends) = (some(asked.starts), some(asked.ends));
    (prediction.fields, prediction.trusted) = (asked.fields.filter(|fields| !fields.is_empty()), asked.trusted);
    prediction.every_days = asked.every_days.unwrap_or(WEEK);
    if !(1..=366).contains(&prediction.every_days) {
        return Err(Error::invalid("every_days", "out_of_range", "must be 1 to 366 days"));
    }
    prediction.questions(op, &object)?;
    for (member, name) in [("starts", &prediction.starts), ("ends", &prediction.ends)] {
        let Some(name) = name else { continue };
        let field = object.def.field(name).ok_or_else(|| unknown(member, name))?;
        if !matches!(field.kind.stored(), FieldType::Date | FieldType::Time) {
            return Err(Error::invalid(member, "wrong_type", "must be a field with a day or a time"));
        }
    }
    let named = prediction.fields.iter().flatten().map(|name| ("fields", name));
    for (member, name) in named.chain(prediction.trusted.iter().map(|name| ("trusted", name))) {
        let field = object.def.field(name).ok_or_else(|| unknown(member, name))?;
        if !rows::can_serve(field, true) {
            return Err(Error::invalid(member, "wrong_type", format!("nothing can be learned from `{name}`")));
        }
    }
    Ok(prediction)
}

fn unknown(member: &str, name: &str) -> Error {
    Error::invalid(member, "unknown", format!("there is no `{}`", name.chars().take(80).collect::<String>()))
}

/// The fields that the prediction fills: those that stand in the object already, as a lead's, and new ones.
fn make_fields(op: &mut Operation, prediction: &Prediction) -> Result<()> {
    let object = op.object(&prediction.object)?;
    let is_ours = |field: &FieldDef| field.readonly && !field.custom && field.section == SECTION;
    for what in FILLED {
        let name = prediction.field(what);
        match object.def.field(&name) {
            Some(field) if is_ours(field) => {}
            Some(_) => return Err(Error::invalid("code", "taken", format!("the object has a field `{name}`"))),
            None => {
                let field = serde_json::from_value(described(prediction, what, &name)).map_err(Error::internal)?;
                definitions::create_readonly_field(op, &prediction.object, field)?;
            }
        }
    }
    Ok(())
}

/// The heading of what models say in a record.
pub const SECTION: &str = "analysis";

fn described(prediction: &Prediction, what: &str, name: &str) -> Json {
    let title = &prediction.name;
    let (kind, [en, ru, zh, ro]) = match what {
        "probability" => ("number", ["probability", "вероятность", "概率", "probabilitate"]),
        "reasons" => ("text", ["reasons", "причины", "原因", "motive"]),
        "version" => ("integer", ["version of the model", "версия модели", "模型版本", "versiunea modelului"]),
        _ => ("date", ["as of", "на дату", "截至", "la data"]),
    };
    let label = json!({
        "en": format!("{title}: {en}"), "ru": format!("{title}: {ru}"), "zh": format!("{title}：{zh}"),
        "ro": format!("{title}: {ro}"),
    });
    let mut field = json!({
        "name": name, "type": kind, "label": label, "section": SECTION, "purpose": "analysis", "class": Class::Internal,
    });
    if what == "probability" {
        field["indexed"] = json!(true);
    }
    field
}
