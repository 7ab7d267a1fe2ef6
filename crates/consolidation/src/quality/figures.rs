//! What was counted, as pages and reports show it: scored, in the caller's language, each figure with the way to its rows.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use foundation::Reader;
use foundation::access::Action;
use foundation::records::{Object, ask, read};
use kernel::{Error, Id, Result, Time};
use serde_json::{Value as Json, json};

use super::measure::OPEN_PAIRS;
use super::measures::{self, Found, Measure, Severity};
use super::queries::{self, Figure, Only};
use super::rules::OwnRule;
use super::{reads_all, words};
use crate::normal::Fault;

/// Records that a filter names one by one.
const NAMED: i64 = 100;
/// Days that a trend goes back.
const TREND_DAYS: usize = 30;

/// Everything that was counted on the last day, as the caller may know it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Report {
    /// None if nothing was measured yet.
    pub day: Option<String>,
    pub measured_at: Option<Time>,
    pub score: Option<f64>,
    /// The score on the earliest day of the last thirty.
    pub before: Option<f64>,
    pub objects: Vec<OfObject>,
}

/// The figures of one object.
#[derive(Debug, Clone, PartialEq)]
pub struct OfObject {
    pub object: String,
    pub plural: String,
    pub label: String,
    pub records: i64,
    pub score: Option<f64>,
    pub before: Option<f64>,
    pub trend: Vec<(String, f64)>,
    pub figures: Vec<Shown>,
    /// Score by where records came from.
    pub sources: Vec<(String, String, f64)>,
}

/// One figure.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    pub key: String,
    pub kind: String,
    pub field: Option<String>,
    pub label: String,
    pub field_label: Option<String>,
    pub looked: i64,
    pub faulty: i64,
    pub weight: i64,
    pub severity: Severity,
    /// Code, text, count.
    pub faults: Vec<(String, String, i64)>,
    /// A question whose answer are the records at fault; where only a look at the values tells, it names the first hundred.
    pub filter: Option<String>,
    /// Whether the filter finds all of them.
    pub is_whole: bool,
    pub mend: Json,
}

/// Builds the report; `source` narrows it to records that came from there.
pub fn report(reader: &mut Reader, object: Option<&str>, source: &str) -> Result<Report> {
    let days = queries::days(reader, 1)?;
    let Some((day, measured_at, _)) = days.into_iter().next() else { return Ok(Report::default()) };
    let rules = queries::rules(reader)?;
    let wanted = object.map(|name| reader.object(name)).transpose()?.map(|object| object.def.name.clone());
    let trends = trends(reader, &day)?;
    let mut by_object: BTreeMap<String, Vec<Figure>> = BTreeMap::new();
    for figure in queries::figures(reader, &day)? {
        by_object.entry(figure.object.clone()).or_default().push(figure);
    }
    let mut objects = Vec::new();
    for object in reader.catalogue.clone().objects() {
        let Some(all) = by_object.remove(&object.def.name) else { continue };
        if Id::parse(source).is_some() && source_label(reader, object, source, "en")?.is_none() {
            return Err(Error::NotFound);
        }
        let is_wanted = wanted.as_ref().is_none_or(|name| *name == object.def.name);
        if is_wanted && reads_all(reader.who, object) {
            objects.push(of_object(reader, object, &rules, all, source, &trends)?);
        }
    }
    let score = mean(objects.iter().filter_map(|object| Some((object.score?, 1.0))));
    let before = mean(objects.iter().filter_map(|object| Some((object.before?, 1.0))));
    Ok(Report { day: Some(day), measured_at: Some(measured_at), score, before, objects })
}

fn of_object(
    reader: &mut Reader,
    object: &Object,
    rules: &[OwnRule],
    figures: Vec<Figure>,
    source: &str,
    trends: &BTreeMap<String, Vec<(String, f64)>>,
) -> Result<OfObject> {
    let measures = measures::of(object, rules);
    let language = reader.who.language.to_string();
    let hidden = reader.who.access.on(&object.def.name).hidden_fields.clone();
    let mut shown = Vec::new();
    let mut records = 0;
    let mut by_source: BTreeMap<String, Vec<&Figure>> = BTreeMap::new();
    let from = if source.is_empty() { String::new() } else { came_from(reader, object, source)? };
    for figure in &figures {
        let Some(measure) = measures.iter().find(|measure| measure.key == figure.measure) else { continue };
        if is_hidden(reader, object, measure, &hidden) {
            continue;
        }
        if !figure.source.is_empty() {
            by_source.entry(figure.source.clone()).or_default().push(figure);
        }
        if figure.source == source {
            records = records.max(figure.looked);
            shown.push(one(reader, object, measure, rules, figure, &from, &language)?);
        }
    }
    let counted: Vec<&Figure> = figures
        .iter()
        .filter(|figure| figure.source == source && shown.iter().any(|shown| shown.key == figure.measure))
        .collect();
    // The worst first: what weighs most in the score.
    shown.sort_by(|a, b| loss(b).total_cmp(&loss(a)).then_with(|| a.key.cmp(&b.key)));
    let trend =
        trends.get(&object.def.name).filter(|_| source.is_empty() && hidden.is_empty()).cloned().unwrap_or_default();
    let mut sources = Vec::new();
    for (source, figures) in by_source {
        let Some(label) = source_label(reader, object, &source, &language)? else { continue };
        sources.extend(score(figures.into_iter()).map(|score| (source, label, score)));
    }
    Ok(OfObject {
        object: object.def.name.clone(),
        plural: object.def.plural.clone(),
        label: object.def.label_plural.get(&language).to_string(),
        records,
        score: score(counted.into_iter()),
        before: trend.first().map(|(_, score)| *score),
        trend,
        figures: shown,
        sources,
    })
}

/// What a source is called: a choice of the field, or a source that feeds records; none if the caller may not read it.
fn source_label(reader: &mut Reader, object: &Object, source: &str, language: &str) -> Result<Option<String>> {
    if let Some(id) = Id::parse(source) {
        let Ok(sources) = reader.object("source") else { return Ok(None) };
        if !reader.who.access.on(&sources.def.name).allows(Action::Read) {
            return Ok(None);
        }
        return Ok(read::get_many(reader, &sources, &[id])?.pop().map(|record| record.title));
    }
    let field = object.def.position("source").and_then(|position| object.field(position));
    let options = field.and_then(|field| field.kind.options()).unwrap_or(&[]);
    let option = options.iter().find(|option| option.value == source);
    Ok(Some(option.map_or(source, |option| option.label.get(language)).to_string()))
}

/// A figure about a field, or a rule over one, that the caller may not see does not exist.
fn is_hidden(
    reader: &mut Reader,
    object: &Object,
    measure: &Measure,
    hidden: &std::collections::BTreeSet<String>,
) -> bool {
    match &measure.found {
        Found::Question(text) => ask::filter(reader, object, text).is_err(),
        Found::BrokenLink(position) | Found::Looking(position, _) => {
            object.field(*position).is_none_or(|field| hidden.contains(&field.name))
        }
        Found::Pairs => false,
    }
}

fn one(
    reader: &mut Reader,
    object: &Object,
    measure: &Measure,
    rules: &[OwnRule],
    figure: &Figure,
    from: &str,
    language: &str,
) -> Result<Shown> {
    let (kind, rest) = measure.key.split_once(':').unwrap_or((&measure.key, ""));
    let field = object.def.position(rest).and_then(|position| object.field(position));
    let rule = rules.iter().find(|rule| kind == "rule" && rule.id.to_string() == rest);
    let (filter, is_whole) = match &measure.found {
        Found::Question(text) if figure.source.is_empty() => (Some(text.clone()), true),
        Found::Question(text) => (Some(format!("({text}) and {from}")), true),
        Found::BrokenLink(_) | Found::Looking(..) | Found::Pairs if figure.faulty > 0 => {
            let only = Only { fault: None, source: Id::parse(&figure.source) };
            let first = queries::findings(reader, &object.def.name, &measure.key, only, Id::NIL, NAMED + 1)?;
            let is_of_choice = !figure.source.is_empty() && only.source.is_none();
            let is_whole = i64::try_from(first.len()).unwrap_or(i64::MAX) <= NAMED;
            let ids: Vec<String> = first.iter().take(100).map(|(id, _)| format!("\"{id}\"")).collect();
            let mut filter = format!("id in ({})", ids.join(", "));
            if is_of_choice {
                let _ = write!(filter, " and {from}");
            }
            ((!ids.is_empty()).then_some(filter), is_whole)
        }
        _ => (None, false),
    };
    let counts: BTreeMap<String, i64> =
        figure.detail.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    let mut faults: Vec<(String, String, i64)> = counts
        .into_iter()
        .map(|(code, count)| {
            let text = fault_text(&code, language).to_string();
            (code, text, count)
        })
        .collect();
    faults.sort_by(|a, b| b.2.cmp(&a.2).then_with(|| a.0.cmp(&b.0)));
    Ok(Shown {
        key: measure.key.clone(),
        kind: kind.to_string(),
        field: field.map(|field| field.name.clone()),
        label: rule.map_or_else(|| words::measure(kind, language).to_string(), |rule| rule.name.clone()),
        field_label: field.map(|field| field.label.get(language).to_string()),
        looked: figure.looked,
        faulty: figure.faulty,
        weight: figure.weight,
        severity: figure.severity,
        faults,
        filter,
        is_whole,
        mend: measures::mend(&object.def.name, &measure.key),
    })
}

/// That a record came from there, as a question: a source feeds it, or its field says so.
fn came_from(reader: &mut Reader, object: &Object, source: &str) -> Result<String> {
    let Some(id) = Id::parse(source) else { return Ok(format!("source = {}", quoted(source))) };
    // By its name it reads well; one in the bin, or called as another is, has its id alone.
    let name =
        source_label(reader, object, source, "en")?.filter(|name| reader.catalogue.sources.find(name) == Some(id));
    Ok(format!("fed by {}", quoted(name.as_deref().unwrap_or(source))))
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

impl Report {
    pub fn to_json(&self) -> Json {
        let objects: Vec<Json> = self.objects.iter().map(OfObject::to_json).collect();
        json!({
            "day": self.day, "measured_at": self.measured_at.map(|at| at.to_string()), "score": self.score, "before": self.before,
            "objects": objects,
        })
    }
}

impl OfObject {
    fn to_json(&self) -> Json {
        let figures: Vec<Json> = self.figures.iter().map(Shown::to_json).collect();
        let trend: Vec<Json> = self.trend.iter().map(|(day, score)| json!({ "day": day, "score": score })).collect();
        let sources: Vec<Json> = self
            .sources
            .iter()
            .map(|(source, label, score)| json!({ "source": source, "label": label, "score": score }))
            .collect();
        json!({
            "object": self.object, "plural": self.plural, "label": self.label, "records": self.records, "score": self.score,
            "before": self.before, "trend": trend, "sources": sources, "figures": figures,
        })
    }
}

impl Shown {
    fn to_json(&self) -> Json {
        let faults: Vec<Json> = self
            .faults
            .iter()
            .map(|(code, text, count)| json!({ "code": code, "text": text, "count": count }))
            .collect();
        json!({
            "measure": self.key, "kind": self.kind, "field": self.field, "label": self.label, "field_label": self.field_label,
            "looked": self.looked, "faulty": self.faulty, "share": share(self.faulty, self.looked), "weight": self.weight,
            "severity": self.severity, "faults": faults, "filter": self.filter, "whole": self.is_whole, "mend": self.mend,
        })
    }
}

/// Scores of each object on the days before, the earliest first.
fn trends(reader: &mut Reader, today: &str) -> Result<BTreeMap<String, Vec<(String, f64)>>> {
    let days = queries::days(reader, i64::try_from(TREND_DAYS).unwrap_or(30))?;
    let since = days.last().map_or(today, |(day, ..)| day.as_str()).to_string();
    let mut trends: BTreeMap<String, Vec<(String, f64)>> = BTreeMap::new();
    for ((day, object), figures) in by_day(queries::history(reader, &since)?) {
        if let Some(score) = score(figures.iter()) {
            trends.entry(object).or_default().push((day, score));
        }
    }
    Ok(trends)
}

fn by_day(figures: Vec<Figure>) -> BTreeMap<(String, String), Vec<Figure>> {
    let mut by_day: BTreeMap<(String, String), Vec<Figure>> = BTreeMap::new();
    for figure in figures {
        by_day.entry((figure.day.clone(), figure.object.clone())).or_default().push(figure);
    }
    by_day
}

/// How it went: scores by day, of one object or all, and one figure's counts if it is named.
pub fn history(reader: &mut Reader, object: Option<&str>, measure: Option<&str>, days: i64) -> Result<Json> {
    let wanted = object.map(|name| reader.object(name)).transpose()?.map(|object| object.def.name.clone());
    let first = queries::days(reader, days.clamp(1, 400))?;
    let Some((since, ..)) = first.last().cloned() else { return Ok(json!({ "data": [] })) };
    let rules = queries::rules(reader)?;
    let mut seen: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for object in reader.catalogue.clone().objects() {
        if wanted.as_ref().is_none_or(|name| *name == object.def.name) && reads_all(reader.who, object) {
            let hidden = reader.who.access.on(&object.def.name).hidden_fields.clone();
            let all = measures::of(object, &rules);
            let keys = all.iter().filter(|measure| !is_hidden(reader, object, measure, &hidden));
            seen.insert(object.def.name.clone(), keys.map(|measure| measure.key.clone()).collect());
        }
    }
    let mut data: BTreeMap<String, Vec<Json>> = BTreeMap::new();
    for ((day, object), mut figures) in by_day(queries::history(reader, &since)?) {
        let Some(keys) = seen.get(&object) else { continue };
        figures.retain(|figure| keys.contains(&figure.measure));
        let mut line = json!({ "object": object, "score": score(figures.iter()) });
        if let (Some(key), Some(line)) = (measure, line.as_object_mut()) {
            let Some(figure) = figures.iter().find(|figure| figure.measure == key) else { continue };
            line.insert("looked".into(), json!(figure.looked));
            line.insert("faulty".into(), json!(figure.faulty));
            line.insert("share".into(), json!(share(figure.faulty, figure.looked)));
        }
        data.entry(day).or_default().push(line);
    }
    let data: Vec<Json> = data
        .into_iter()
        .map(|(day, objects)| {
            let score = mean(objects.iter().filter_map(|line| Some((line.get("score")?.as_f64()?, 1.0))));
            json!({ "day": day, "score": score, "objects": objects })
        })
        .collect();
    Ok(json!({ "data": data }))
}

/// The records behind a figure that only a look at the values tells, page by page.
pub fn rows(
    reader: &mut Reader,
    object: &str,
    measure: &str,
    only: Only<'_>,
    after: Option<Id>,
    limit: i64,
) -> Result<Json> {
    let object = reader.object(object)?;
    let rules = queries::rules(reader)?;
    let hidden = reader.who.access.on(&object.def.name).hidden_fields.clone();
    let known = measures::of(&object, &rules).into_iter().find(|known| known.key == measure).ok_or(Error::NotFound)?;
    if !reads_all(reader.who, &object) || is_hidden(reader, &object, &known, &hidden) {
        return Err(Error::NotFound);
    }
    if let Some(source) = only.source
        && source_label(reader, &object, &source.to_string(), "en")?.is_none()
    {
        return Err(Error::NotFound);
    }
    let limit = limit.clamp(1, queries::PAGE);
    let found = queries::findings(reader, &object.def.name, measure, only, after.unwrap_or(Id::NIL), limit + 1)?;
    let more = i64::try_from(found.len()).unwrap_or(0) > limit;
    let page: Vec<(Id, String)> = found.into_iter().take(usize::try_from(limit).unwrap_or(1)).collect();
    let ids: Vec<Id> = page.iter().map(|(id, _)| *id).collect();
    let next = ids.last().filter(|_| more).copied();
    let language = reader.who.language.to_string();
    let mut data = Vec::new();
    for record in read::get_many(reader, &object, &ids)? {
        if record.deleted_at.is_some() {
            continue;
        }
        let code = page.iter().find(|(id, _)| *id == record.id).map_or("", |(_, fault)| fault.as_str());
        let text = fault_text(code, &language);
        data.push(json!({ "id": record.id, "title": record.title, "fault": code, "text": text }));
    }
    Ok(json!({ "data": data, "next": next }))
}

/// What is wrong, in words.
fn fault_text(code: &str, language: &str) -> &'static str {
    match Fault::of(code) {
        Some(fault) => words::fault(fault, language),
        None if code == OPEN_PAIRS => words::report("open_pairs", language),
        None => "",
    }
}

/// The weighted mean of what is right, in percent with one decimal.
fn score<'f>(figures: impl Iterator<Item = &'f Figure>) -> Option<f64> {
    mean(figures.filter(|figure| figure.looked > 0).map(|figure| {
        let right = figure.looked.saturating_sub(figure.faulty);
        (100.0 * ratio(right, figure.looked), ratio(figure.weight, 1))
    }))
}

fn mean(parts: impl Iterator<Item = (f64, f64)>) -> Option<f64> {
    let (sum, weight) = parts.fold((0.0, 0.0), |(sum, all), (value, weight)| (sum + value * weight, all + weight));
    (weight > 0.0).then(|| (sum / weight * 10.0).round() / 10.0)
}

/// Percent with two decimals.
fn share(faulty: i64, looked: i64) -> f64 {
    if looked == 0 { 0.0 } else { (ratio(faulty, looked) * 10_000.0).round() / 100.0 }
}

#[expect(clippy::cast_precision_loss, reason = "counts of records stay far below 2^52")]
fn ratio(part: i64, whole: i64) -> f64 {
    part as f64 / whole as f64
}

/// What a figure takes off the score.
fn loss(shown: &Shown) -> f64 {
    share(shown.faulty, shown.looked) * ratio(shown.weight, 1)
}
