//! What pages ask of KPIs: values beside those of another period, series, groups, and what drove a change.

use std::collections::BTreeMap;

use foundation::access::Principal;
use foundation::records::read;
use foundation::{App, Reader};
use kernel::object::FieldType;
use kernel::{Id, Result};
use serde_json::{Value as Json, json};

use super::asked::{Asked, Window};
use super::base::Base;
use super::catalogue::{self, Better, Function, Kpi};
use super::drivers::{self, Driver};
use super::figures::{self, Figure, MOST_GROUPS, Sheet, Step};
use super::goals::{self, Goal};
use crate::period::Period;
use crate::sight;

/// The links among the dimensions, with the object they lead to; all others are choices.
const LINKS: &[(&str, &str)] = &[
    ("owner", "user"),
    ("team", "team"),
    ("pipeline", "pipeline"),
    ("campaign", "campaign"),
    ("territory", "territory"),
    ("product", "product"),
    ("product_line", "product_line"),
];

/// Whether the caller may be told a KPI.
pub fn may(reader: &Reader, kpi: &Kpi) -> bool {
    sight::whole(reader, &kpi.made_of()).is_ok()
}

/// The catalogue as the caller may use it.
pub fn list(reader: &Reader) -> Json {
    let language = &reader.who.language;
    let kpis: Vec<Json> = catalogue::all()
        .map(|kpi| {
            let tree = catalogue::tree(kpi.code).map(|tree| {
                let drivers: Vec<_> =
                    tree.drivers.iter().map(|(code, power)| json!({ "code": code, "power": power })).collect();
                json!({ "is_product": tree.is_product, "drivers": drivers })
            });
            json!({
                "code": kpi.code, "function": kpi.function.name(), "name": kpi.name_in(language),
                "meaning": catalogue::word(&kpi.meaning, language), "formula": kpi.formula,
                "unit": kpi.unit.name(), "better": kpi.better.name(), "adds": kpi.adds, "interval": kpi.interval(),
                "objects": objects(kpi), "dimensions": kpi.dimensions, "tree": tree, "allowed": may(reader, kpi),
            })
        })
        .collect();
    json!({ "data": kpis, "functions": Function::ALL.map(Function::name) })
}

/// The names of the objects a KPI is made of.
pub fn objects(kpi: &Kpi) -> Vec<&'static str> {
    let mut names: Vec<&str> = kpi.made_of().into_iter().map(|(object, _)| object).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Values of these KPIs, of those the caller may see.
pub fn values(app: &App, who: &Principal, kpis: &[&'static Kpi], asked: &Asked, series: &str) -> Result<Json> {
    let (allowed, goals) = app.read_now(who, |reader| {
        Ok((kpis.iter().map(|kpi| may(reader, kpi)).collect::<Vec<_>>(), goals::all(reader)?))
    })?;
    let base = Base::recent(app)?;
    let window = asked.window(app, &base)?;
    let step = match series {
        "" | "none" => None,
        "auto" => Some(Step::for_period(window.period)),
        name => Some(Step::named(name)?),
    };
    let mut data = Vec::with_capacity(kpis.len());
    for (kpi, allowed) in kpis.iter().zip(allowed) {
        data.push(match allowed {
            true => one(app, who, &base, kpi, &window, step, &goals)?,
            false => json!({ "code": kpi.code, "allowed": false }),
        });
    }
    Ok(json!({
        "from": window.period.from(), "to": window.period.to(), "as_of": window.as_of.to_string(),
        "compare": window.before.map(|before| json!({ "from": before.from(), "to": before.to() })),
        "step": step.map(Step::name), "currency": base.currency(), "made_at": base.made_at, "data": data,
    }))
}

fn one(
    app: &App,
    who: &Principal,
    base: &Base,
    kpi: &'static Kpi,
    window: &Window,
    step: Option<Step>,
    goals: &[Goal],
) -> Result<Json> {
    let cut = |period: Option<Period>| match (step, period) {
        (Some(step), Some(period)) => step.within(period),
        _ => Ok(Vec::new()),
    };
    let (points, past) = (cut(Some(window.period))?, cut(window.before)?);
    let mut periods = vec![window.period];
    periods.extend(window.before);
    let first = periods.len();
    periods.extend(points.iter().chain(&past));
    let sheet = figures::of(&base.engine, kpi, &periods, None)?;
    let at = |place: usize| sheet.get(&(place, String::new())).copied().unwrap_or_default();
    let currency = base.currency();
    let told = |value: Option<f64>| figures::told(kpi, value, currency);
    let line = |from: usize, steps: &[Period]| -> Vec<Json> {
        steps
            .iter()
            .enumerate()
            .map(|(place, step)| json!({ "from": step.from(), "to": step.to(), "value": told(at(from + place).value) }))
            .collect()
    };
    let now = at(0);
    let before = window.before.map(|_| at(1));
    let goal = goals::target(goals, kpi, window.period, currency).map(|target| {
        let light = now.value.map(|value| goals::light(kpi, value, target).name());
        json!({ "value": told(Some(target.value)), "amber": target.amber, "derived": target.derived, "light": light })
    });
    Ok(json!({
        "code": kpi.code, "allowed": true,
        "value": told(now.value), "low": told(now.range.map(|range| range.0)), "high": told(now.range.map(|range| range.1)),
        "cases": now.cases, "before": before.map(|before| told(before.value)),
        "change": before.and_then(|before| change(now, before)), "good": before.and_then(|before| is_good(kpi, now, before)),
        "points": line(first, &points), "points_before": line(first + points.len(), &past),
        "goal": goal, "behind": behind(app, who, kpi, window.period, None)?,
    }))
}

/// By how much it changed, as a share of what it was.
fn change(now: Figure, before: Figure) -> Option<f64> {
    let (now, before) = (now.value?, before.value?);
    (before != 0.0).then(|| (now - before) / before.abs())
}

fn is_good(kpi: &Kpi, now: Figure, before: Figure) -> Option<bool> {
    let (now, before) = (now.value?, before.value?);
    (now != before).then_some((now > before) == (kpi.better == Better::More))
}

/// The list that opens the records behind a figure, of one group if it is told by which.
fn behind(app: &App, who: &Principal, kpi: &Kpi, period: Period, group: Option<(&str, &str)>) -> Result<Option<Json>> {
    let Some(behind) = kpi.behind else { return Ok(None) };
    app.read_now(who, |reader| {
        let object = reader.object(behind.object)?;
        let mut filter = behind.filter.replace("{from}", &period.from()).replace("{to}", &period.to());
        if let Some((field, key)) = group {
            if object.def.position(field).is_none() {
                return Ok(None);
            }
            let condition = match key {
                "" => format!("{field} is empty"),
                key => format!("{field} = \"{}\"", key.replace('\\', "\\\\").replace('"', "\\\"")),
            };
            filter = format!("({filter}) and {condition}");
        }
        Ok(Some(json!({ "object": object.def.name, "plural": object.def.plural, "filter": filter })))
    })
}

/// A KPI by one of its dimensions, the largest first.
pub fn groups(app: &App, who: &Principal, kpi: &'static Kpi, asked: &Asked, by: &str) -> Result<Json> {
    let Some(by) = kpi.dimensions.iter().find(|name| **name == by) else {
        let detail = format!("`{by}` is not one of {}", kpi.dimensions.join(", "));
        return Err(kernel::Error::invalid("by", "unknown", detail));
    };
    app.read_now(who, |reader| sight::whole(reader, &kpi.made_of()))?;
    let base = Base::recent(app)?;
    let window = asked.window(app, &base)?;
    let periods: Vec<Period> = [window.period].into_iter().chain(window.before).collect();
    let sheet = figures::of(&base.engine, kpi, &periods, Some(by))?;
    let mut keys: Vec<(String, Figure)> = now(&sheet);
    let value = |figure: &Figure| figure.value.unwrap_or(f64::NEG_INFINITY);
    keys.sort_by(|(one, a), (other, b)| value(b).total_cmp(&value(a)).then_with(|| one.cmp(other)));
    let more = keys.len() > MOST_GROUPS;
    keys.truncate(MOST_GROUPS);
    let titles = app.read_now(who, |reader| titles(reader, kpi, by, keys.iter().map(|(key, _)| key.as_str())))?;
    let currency = base.currency();
    let mut rows = Vec::with_capacity(keys.len());
    for (key, figure) in &keys {
        let before = window.before.map(|_| sheet.get(&(1, key.clone())).copied().unwrap_or_default());
        let told = |value: Option<f64>| figures::told(kpi, value, currency);
        rows.push(json!({
            "key": key, "title": titles.get(key), "value": told(figure.value),
            "low": told(figure.range.map(|range| range.0)), "high": told(figure.range.map(|range| range.1)),
            "cases": figure.cases, "before": before.map(|before| told(before.value)),
            "change": before.and_then(|before| change(*figure, before)),
            "behind": behind(app, who, kpi, window.period, Some((by, key)))?,
        }));
    }
    Ok(json!({
        "code": kpi.code, "by": by, "from": window.period.from(), "to": window.period.to(),
        "compare": window.before.map(|before| json!({ "from": before.from(), "to": before.to() })),
        "currency": currency, "rows": rows, "more": more,
    }))
}

fn now(sheet: &Sheet) -> Vec<(String, Figure)> {
    sheet.iter().filter(|((place, _), _)| *place == 0).map(|((_, key), figure)| (key.clone(), *figure)).collect()
}

/// What keys are called: titles of records, labels of choices.
fn titles<'k>(
    reader: &mut Reader,
    kpi: &Kpi,
    by: &str,
    keys: impl Iterator<Item = &'k str>,
) -> Result<BTreeMap<String, String>> {
    if let Some((_, object)) = LINKS.iter().find(|(name, _)| *name == by) {
        let ids: Vec<Id> = keys.filter_map(Id::parse).collect();
        let titles = read::titles_of(reader, BTreeMap::from([(object.to_string(), ids)]))?;
        return Ok(titles.0.into_iter().map(|(id, (_, title))| (id.to_string(), title)).collect());
    }
    let made_of = kpi.made_of();
    let names = made_of.iter().map(|(object, _)| *object);
    let language = reader.who.language.clone();
    let mut labels = BTreeMap::new();
    // Of purchases the channel is the order's.
    let preferred = names.clone().find(|name| *name == "order").or_else(|| names.clone().next());
    let Some(object) = preferred.and_then(|name| reader.catalogue.named(name)) else { return Ok(labels) };
    if let Some(field) = object.def.position(by).and_then(|position| object.def.fields.get(position))
        && let FieldType::Choice { options, .. } = &field.kind
    {
        for option in options {
            labels.insert(option.value.clone(), option.label.get(&language).to_string());
        }
    }
    Ok(labels)
}

/// What drove the change of a KPI, as far as its tree tells. Contributions sum to the change exactly.
pub fn driven(app: &App, who: &Principal, kpi: &'static Kpi, asked: &Asked) -> Result<Json> {
    let Some(tree) = catalogue::tree(kpi.code) else {
        return Err(kernel::Error::invalid("kpi", "no_tree", "this KPI has no drivers"));
    };
    let members: Vec<(&'static Kpi, i32)> =
        tree.drivers.iter().filter_map(|(code, power)| Some((catalogue::named(code)?, *power))).collect();
    app.read_now(who, |reader| {
        sight::whole(reader, &kpi.made_of())?;
        members.iter().try_for_each(|(member, _)| sight::whole(reader, &member.made_of()))
    })?;
    let base = Base::recent(app)?;
    let compare = asked.compare.clone().filter(|name| name != "none").or_else(|| Some("previous".into()));
    let window = Asked { compare, ..asked.clone() }.window(app, &base)?;
    let Some(before) = window.before else {
        return Err(kernel::Error::invalid("compare", "range", "there is no period to compare with"));
    };
    let periods = [before, window.period];
    let both = |kpi: &'static Kpi| -> Result<(Option<f64>, Option<f64>)> {
        let sheet = figures::of(&base.engine, kpi, &periods, None)?;
        let at = |place: usize| sheet.get(&(place, String::new())).and_then(|figure| figure.value);
        Ok((at(0), at(1)))
    };
    let whole = both(kpi)?;
    let values: Vec<(Option<f64>, Option<f64>)> =
        members.iter().map(|(member, _)| both(member)).collect::<Result<_>>()?;
    let currency = base.currency();
    let contributions = contributions(kpi, tree.is_product, whole, &members, &values);
    let told = |kpi: &Kpi, value: Option<f64>| figures::told(kpi, value, currency);
    let change = whole.0.zip(whole.1).map(|(before, after)| after - before);
    let rows: Vec<Json> = members
        .iter()
        .zip(&values)
        .enumerate()
        .map(|(place, ((member, power), (before, after)))| {
            let part = contributions.as_ref().and_then(|parts| parts.get(place)).copied();
            let share = part.zip(change).filter(|(_, change)| *change != 0.0).map(|(part, change)| part / change);
            json!({
                "code": member.code, "power": power, "before": told(member, *before), "after": told(member, *after),
                "contribution": told(kpi, part), "share": share, "has_tree": catalogue::tree(member.code).is_some(),
            })
        })
        .collect();
    Ok(json!({
        "code": kpi.code, "is_product": tree.is_product, "from": window.period.from(), "to": window.period.to(),
        "compare": { "from": before.from(), "to": before.to() }, "currency": currency,
        "before": told(kpi, whole.0), "after": told(kpi, whole.1), "change": told(kpi, change),
        "explained": contributions.is_some(), "drivers": rows,
    }))
}

/// Money in whole minor units, so that what is shown sums too.
fn contributions(
    kpi: &Kpi,
    is_product: bool,
    whole: (Option<f64>, Option<f64>),
    members: &[(&'static Kpi, i32)],
    values: &[(Option<f64>, Option<f64>)],
) -> Option<Vec<f64>> {
    let (before, after) = (whole.0?, whole.1?);
    let drivers: Vec<Driver> = members
        .iter()
        .zip(values)
        .map(|((_, power), (before, after))| Some(Driver { before: (*before)?, after: (*after)?, power: *power }))
        .collect::<Option<_>>()?;
    let parts = if is_product { drivers::product(&drivers)? } else { drivers::sum(&drivers) };
    if !kpi.unit.is_money() {
        return Some(parts);
    }
    let total = after.round() as i64 - before.round() as i64;
    Some(drivers::whole(&parts, total).into_iter().map(|part| part as f64).collect())
}
