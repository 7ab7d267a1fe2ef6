//! Questions and rights as the engine asks them: checked against what the caller may see, compiled for the database.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use db::Arg;
use kernel::{Error, FieldDef, FieldError, Id, ObjectDef, Result, Value};
use question::{
    Checked, CompareOp, Context, Expr, ExprKind, Literal, Place, PlaceOf, Question, QuestionError, Schema, SegmentRef,
    Span, SystemField, Visible,
};

use super::catalogue::{Catalogue, Object};
use super::record::Record;
use super::{segments, sources};
use crate::access::{Access, Action, Principal, Rule};
use crate::operation::Reader;

/// Plain definitions, all of them visible: for the product's own questions (roll-ups, formulas, rules).
pub struct Defs<'a>(pub &'a [ObjectDef]);

impl Schema for Defs<'_> {
    fn object(&self, name: &str) -> Option<&ObjectDef> {
        self.0.iter().find(|def| def.name == name)
    }

    fn object_by_plural(&self, plural: &str) -> Option<&ObjectDef> {
        self.0.iter().find(|def| def.plural == plural)
    }
}

impl Schema for Catalogue {
    fn object(&self, name: &str) -> Option<&ObjectDef> {
        self.named(name).map(|object| &object.def)
    }

    fn object_by_plural(&self, plural: &str) -> Option<&ObjectDef> {
        self.objects().iter().find(|object| object.def.plural == plural).map(|object| &object.def)
    }

    fn segment(&self, name: &str) -> Option<SegmentRef> {
        self.segments.find(name).map(|segment| segment.known.clone())
    }

    fn source(&self, name: &str) -> Option<Id> {
        self.sources.find(name)
    }
}

/// The definitions as one caller sees them: what is hidden does not exist.
pub struct Seen<'a> {
    pub catalogue: &'a Catalogue,
    pub access: &'a Access,
}

impl Schema for Seen<'_> {
    fn object(&self, name: &str) -> Option<&ObjectDef> {
        self.catalogue.object(name).filter(|def| self.access.on(&def.name).allows(Action::Read))
    }

    fn object_by_plural(&self, plural: &str) -> Option<&ObjectDef> {
        self.catalogue.object_by_plural(plural).filter(|def| self.access.on(&def.name).allows(Action::Read))
    }

    fn may_see(&self, object: &ObjectDef, field: &FieldDef) -> bool {
        !self.access.on(&object.name).hidden_fields.contains(&field.name)
    }

    fn segment(&self, name: &str) -> Option<SegmentRef> {
        if !self.access.on("segment").allows(Action::Read) {
            return None;
        }
        let segment = self.catalogue.segments.find(name).filter(|segment| segments::may_name(segment, self))?;
        Some(segment.known.clone())
    }

    fn source(&self, name: &str) -> Option<Id> {
        // Who is shown some sources only does not ask by name: an answer would tell of the others.
        let access = self.access.on(sources::OBJECT);
        let sees_all = access.read.contains(&Rule::All) && access.restrictions.is_empty();
        if sees_all { self.catalogue.sources.find(name) } else { None }
    }
}

/// Reads and checks a caller's filter in text form.
pub fn filter(reader: &mut Reader, object: &Object, text: &str) -> Result<Arc<Checked>> {
    let question = question::parse(text).map_err(at_filter)?;
    let question = lead_on(reader, question)?;
    checked(reader, object, &question)
}

/// [`question_of`] somebody who asks now: an id that it names was perhaps joined to another since it was written down.
pub fn asked(reader: &mut Reader, asked: Option<&serde_json::Value>) -> Result<Option<Question>> {
    question_of(asked)?.map(|question| lead_on(reader, question)).transpose()
}

/// The question with the ids of joined records replaced by who those are now.
fn lead_on(reader: &mut Reader, question: Question) -> Result<Question> {
    const LENGTH: usize = 36;
    let text = question::to_text(&question);
    let mut ids = Vec::new();
    for (start, _) in text.match_indices('"') {
        let quoted = text.get(start + 1..start + 1 + LENGTH);
        ids.extend(quoted.filter(|id| id.as_bytes().get(8) == Some(&b'-')).and_then(Id::parse));
    }
    if ids.is_empty() {
        return Ok(question);
    }
    let now = super::merged::now_of(reader, &ids)?;
    if now.is_empty() {
        return Ok(question);
    }
    let led = now.iter().fold(text, |text, (id, now)| text.replace(&id.to_string(), &now.to_string()));
    question::parse(&led).map_err(at_filter)
}

/// A caller's filter as text or in its JSON form; an empty one asks for everything.
pub fn question_of(asked: Option<&serde_json::Value>) -> Result<Option<Question>> {
    match asked {
        None | Some(serde_json::Value::Null) => Ok(None),
        Some(serde_json::Value::String(text)) if text.trim().is_empty() => Ok(None),
        Some(serde_json::Value::String(text)) => question::parse(text).map(Some).map_err(at_filter),
        Some(json) => question::from_json(json).map(Some).map_err(at_filter),
    }
}

/// Checks a caller's filter.
pub fn checked(reader: &Reader, object: &Object, question: &Question) -> Result<Arc<Checked>> {
    let seen = Seen { catalogue: &reader.catalogue, access: &reader.who.access };
    Ok(Arc::new(question::check(question, &object.def.name, &seen).map_err(at_filter)?))
}

/// A fault in a question as the API tells it: the place travels in the detail and the pointer.
pub fn at_filter(fault: QuestionError) -> Error {
    let pointer = match &fault.pointer {
        Some(pointer) => format!("/filter{pointer}"),
        None => "/filter".to_string(),
    };
    let place = if fault.line > 0 {
        format!(" (line {}, column {}, {} characters)", fault.line, fault.column, fault.length)
    } else {
        String::new()
    };
    Error::Invalid(vec![FieldError { pointer, code: fault.code, detail: format!("{}{place}", fault.message) }])
}

/// Checks one of the product's own questions against plain definitions.
pub fn check_text(text: &str, object: &str, schema: &dyn Schema) -> Result<Checked> {
    let question = question::parse(text).map_err(at_filter)?;
    question::check(&question, object, schema).map_err(at_filter)
}

/// A checked question as a condition on the alias `r`, in the reader's moment and under their rights on linked records.
pub fn compile(reader: &Reader, checked: &Checked, args: &mut Vec<Arg>) -> String {
    let rows = Rows::of(reader);
    let mut context = context(reader);
    if rows.limits {
        context.visible = Some(&rows);
    }
    write(reader, checked, &context, args)
}

fn write(reader: &Reader, checked: &Checked, context: &Context<'_>, args: &mut Vec<Arg>) -> String {
    let sql = with_own(args, |own| question::compile(checked, dialect(reader), context, own));
    format!("({sql})")
}

fn dialect(reader: &Reader) -> question::Dialect {
    match reader.tx.dialect() {
        db::Dialect::Sqlite => question::Dialect::Sqlite,
        db::Dialect::Postgres => question::Dialect::Postgres,
    }
}

/// Lets the question language add its arguments to those that are there.
fn with_own<T>(args: &mut Vec<Arg>, write: impl FnOnce(&mut Vec<question::Arg>) -> T) -> T {
    // The compiler numbers placeholders from the arguments that are there already.
    let before = args.len();
    let mut own: Vec<question::Arg> = vec![question::Arg::Int(0); before];
    let written = write(&mut own);
    args.extend(own.into_iter().skip(before).map(|arg| match arg {
        question::Arg::Int(v) => Arg::Int(v),
        question::Arg::Real(v) => Arg::Real(v),
        question::Arg::Text(v) => Arg::Text(v),
        question::Arg::Id(v) => Arg::Id(v),
    }));
    written
}

/// Checked questions about one object for the engine over the lake, over `r`, in the reader's moment; its tables hold only
/// what the reader may see.
pub fn compile_lake(reader: &Reader, questions: &[&Checked]) -> (question::OfLake, Vec<question::Arg>) {
    let mut args = Vec::new();
    let written = question::compile_lake(questions, &context(reader), &mut args);
    (written, args)
}

/// What a condition tests, as columns of a `select` over the alias `r`, under the reader's rights on linked records; see
/// [`question::Checked::shape`]. None where it tests no one value.
pub fn compile_value(reader: &Reader, checked: &Checked, args: &mut Vec<Arg>) -> Option<String> {
    let rows = Rows::of(reader);
    let mut context = context(reader);
    if rows.limits {
        context.visible = Some(&rows);
    }
    with_own(args, |own| question::compile_value(checked, dialect(reader), &context, own))
}

/// The ids of those from whom a question's way leads to changed records, as a `select`; see [`question::Reach::back`].
pub fn compile_back(reach: &question::Reach, root: &str, changed: &str, args: &mut Vec<Arg>) -> String {
    with_own(args, |own| reach.back(root, changed, own))
}

/// The nearest value with which a condition would answer otherwise, in the reader's moment.
pub fn nearest(reader: &Reader, checked: &Checked, has: &Value) -> Option<Value> {
    checked.nearest(has, &context(reader))
}

fn context<'r>(reader: &Reader<'r, '_>) -> Context<'r> {
    let who = reader.who;
    Context::new(reader.now, who.user.unwrap_or(who.id)).teams(&who.teams).zone(&who.zone)
}

/// The rows that the reader's rights reach on an object, as a condition on the alias `r`.
pub fn rule_sql(reader: &Reader, object: &Object, action: Action, args: &mut Vec<Arg>) -> Result<String> {
    match rule(reader, object, action)? {
        None => Ok("1 = 1".into()),
        Some(checked) => Ok(write(reader, &checked, &context(reader), args)),
    }
}

/// The same as a question; none if every row is reached.
pub fn rule(reader: &Reader, object: &Object, action: Action) -> Result<Option<Checked>> {
    let Some(question) = rule_question(reader, object, action)? else { return Ok(None) };
    Ok(Some(question::check(&question, &object.def.name, &*reader.catalogue).map_err(at_filter)?))
}

/// (any grant) and (all restrictions), as a question.
pub fn rule_question(reader: &Reader, object: &Object, action: Action) -> Result<Option<Question>> {
    let access = reader.who.access.on(&object.def.name);
    let grants = access.rules(action);
    let mut parts = Vec::new();
    if !grants.contains(&Rule::All) {
        let any = grants.iter().map(|grant| grant_question(reader, object, grant)).collect::<Result<Vec<_>>>()?;
        parts.push(Question::any(any));
    }
    for restriction in &access.restrictions {
        parts.push(question::parse(restriction).map_err(at_filter)?);
    }
    if let Some(restriction) = crate::workspace::views::restriction(reader.who, &object.def.name) {
        parts.push(question::parse(restriction).map_err(at_filter)?);
    }
    Ok(if parts.is_empty() { None } else { Some(Question::all(parts)) })
}

/// One grant as a question. Objects without an owner have no "own" records.
pub fn grant_question(reader: &Reader, object: &Object, grant: &Rule) -> Result<Question> {
    let owner = object.def.owner.as_deref();
    Ok(match (grant, owner) {
        (Rule::All, _) => Question::Always(true),
        (Rule::Where(text), _) => question::parse(text).map_err(at_filter)?,
        (Rule::Own | Rule::Team, None) => Question::Always(false),
        (Rule::Own, Some(owner)) => Question::Compare {
            left: Expr::field(owner),
            op: CompareOp::Eq,
            right: Expr::literal(Literal::Me),
            span: Span::default(),
        },
        (Rule::Team, Some(owner)) => {
            let people = reader
                .who
                .people
                .iter()
                .map(|id| Expr::new(ExprKind::Literal(Literal::Text(id.to_string()))))
                .collect();
            Question::In { subject: Expr::field(owner), list: people, span: Span::default() }
        }
    })
}

/// Row rights on linked and related records.
struct Rows {
    limits: bool,
    by_object: HashMap<String, Checked>,
}

impl Rows {
    fn of(reader: &Reader) -> Rows {
        let access = &reader.who.access;
        let all =
            |access: &crate::access::ObjectAccess| access.read.contains(&Rule::All) && access.restrictions.is_empty();
        let is_product = reader.who.kind == crate::access::principal::Kind::System;
        if is_product && all(&access.otherwise) && access.objects.values().all(all) {
            return Rows { limits: false, by_object: HashMap::new() };
        }
        let reads_all = all(&access.otherwise) && access.objects.values().all(all);
        let mut by_object = HashMap::new();
        for object in reader.catalogue.objects() {
            // Where roles limit nothing, what an object limits by itself still does.
            if reads_all && crate::workspace::views::restriction(reader.who, &object.def.name).is_none() {
                continue;
            }
            // A rule that cannot be read grants nothing.
            if let Some(checked) = rule(reader, object, Action::Read).unwrap_or_else(|_| nothing(reader, object)) {
                by_object.insert(object.def.name.clone(), checked);
            }
        }
        Rows { limits: true, by_object }
    }
}

fn nothing(reader: &Reader, object: &Object) -> Option<Checked> {
    question::check(&Question::Always(false), &object.def.name, &*reader.catalogue).ok()
}

impl Visible for Rows {
    fn rows(&self, object: &str) -> Option<&Checked> {
        self.by_object.get(object)
    }
}

/// Answers a question that asks about the record's own fields only.
pub fn matches_own(reader: &Reader, checked: &Checked, object: &Object, record: &Record) -> bool {
    let values = |place: &Place| value_at(object, record, place);
    checked.matches_alone(&values, &context(reader)).unwrap_or(false)
}

/// Whether a record answers a question with yes, whatever the question reaches; one that is not there does not.
pub fn holds_for(reader: &mut Reader, checked: &Checked, id: Id) -> Result<bool> {
    let object = reader.object(checked.object())?;
    let mut args = vec![Arg::Id(id)];
    let filter = compile(reader, checked, &mut args);
    let sql = format!("select 1 from {} r where r.id = $1 and {filter}", object.def.table);
    Ok(reader.tx.one(&sql, &args)?.is_some())
}

/// Reads as the product itself: what is the same whoever asks, such as a price, does not depend on what they may see.
pub fn as_product<T>(reader: &mut Reader, work: impl FnOnce(&mut Reader) -> Result<T>) -> Result<T> {
    let who = std::mem::replace(&mut reader.who, &PRODUCT);
    let result = work(reader);
    reader.who = who;
    result
}

/// Who acts where the product does what follows from somebody's act.
pub(crate) static PRODUCT: LazyLock<Principal> = LazyLock::new(|| Principal::system("product"));

/// The value of a place in a record.
pub fn value_at(_object: &Object, record: &Record, place: &Place) -> Value {
    let link = |id: Option<Id>| id.map_or(Value::Null, Value::Link);
    match &place.of {
        PlaceOf::Field { position, .. } => record.value(*position).clone(),
        PlaceOf::System(SystemField::Id) => Value::Link(record.id),
        PlaceOf::System(SystemField::Title) => Value::Text(record.title.clone()),
        PlaceOf::System(SystemField::CreatedAt) => Value::Time(record.created_at),
        PlaceOf::System(SystemField::UpdatedAt) => Value::Time(record.updated_at),
        PlaceOf::System(SystemField::CreatedBy) => link(record.created_by),
        PlaceOf::System(SystemField::Version) => Value::Int(record.version),
    }
}
