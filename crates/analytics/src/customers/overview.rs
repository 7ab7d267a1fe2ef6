//! What a look found of the whole base, as the pages show it.

use foundation::Reader;
use kernel::{Currency, Id, Result};
use serde_json::{Map, Value as Json, json};

use super::look::{self, Look};
use super::offers::Offers;
use super::refresh::{self, word};
use super::store::{self, Moves, Version, money};
use crate::facts::Facts;
use crate::sight::Sight;
use methods::rfm::Segment;
use methods::rhythm::Standing;

/// Among the figures: the best offer of each class in each line. The page of classes and products shows them.
const OFFERS: &str = "offers";

/// The best offer of each class in each line, for who may read products.
pub fn offers(reader: &mut Reader, object: &str) -> Result<Vec<Json>> {
    let made = store::newest(reader, object)?;
    let mut offers = made.and_then(|made| made.figures[OFFERS].as_array().cloned()).unwrap_or_default();
    let id = |offer: &Json| offer["id"].as_str().and_then(Id::parse);
    let titles = super::titles_of(reader, "product", &offers.iter().filter_map(id).collect::<Vec<_>>())?;
    offers.retain_mut(|offer| match id(offer).and_then(|id| titles.get(&id)) {
        Some(title) => {
            offer["title"] = json!(title);
            true
        }
        None => false,
    });
    Ok(offers)
}

/// The summary of an object's customers, as the newest look left it.
pub fn show(reader: &mut Reader, object: &str, sight: Sight) -> Result<Json> {
    let running = refresh::under_way(reader)?;
    let last = store::last(reader, object)?;
    let state = match (&running, &last) {
        (Some(_), _) => "running",
        (None, Some(_)) => "ready",
        (None, None) => "never",
    };
    let made = last.filter(|made| made.customers > 0);
    let mut shown = made.as_ref().map_or_else(|| json!({}), |made| made.figures.clone());
    if let Some(figures) = shown.as_object_mut() {
        figures.shift_remove(OFFERS);
    }
    shown["state"] = json!(state);
    shown["object"] = json!(object);
    shown["job"] = json!(running.map(|job| job.to_json()));
    if let Some(made) = made {
        shown["as_of"] = json!(made.as_of);
        shown["made_at"] = json!(made.made_at);
        shown["version"] = json!(made.version);
        shown["currency"] = json!(made.currency);
        shown["customers"] = json!(made.customers);
        if !sight.margins {
            shown["margin"] = Json::Null;
        }
    }
    Ok(shown)
}

/// The figures of a look; `before` is the one before it.
pub(super) fn figures(facts: &Facts, look: &Look, before: Option<&Version>, moves: &Moves, offers: &Offers) -> Json {
    let currency = facts.note.currency;
    let customers = look.summaries.len();
    let revenue: i64 = look.summaries.total.iter().sum();
    let orders: i64 = look.summaries.orders.iter().map(|orders| i64::from(*orders)).sum();
    let again = look.summaries.orders.iter().filter(|orders| **orders > 1).count();
    let names: Vec<String> = Segment::ALL.iter().map(word).collect();
    let mut warnings = look::warnings(look);
    if facts.note.left_out > 0 {
        warnings.push(json!({ "code": "currencies_left_out", "count": facts.note.left_out }));
    }
    json!({
        "base": "revenue", "buyers": customers, "orders": orders, "revenue": money(revenue, currency),
        "per_order": (orders > 0).then(|| money(revenue / orders.max(1), currency)),
        "repeat_share": share(again as f64, customers as f64),
        "segments": segments(look, currency, before),
        "grid": grid(look),
        "classes": classes(look, currency),
        "gini": look.classes.gini, "top_20_share": look.classes.top_fifth_share,
        "curve": curve(&look.summaries.total),
        "activity": activity(look, currency),
        "value": value(look, currency),
        "migration": before.map(|before| {
            let mut moved = moves.to_json(&names);
            moved["from"] = json!(before.as_of);
            moved
        }),
        "warnings": warnings,
        OFFERS: offers.of_classes,
    })
}

fn share(part: f64, whole: f64) -> f64 {
    if whole == 0.0 { 0.0 } else { part / whole }
}

fn segments(look: &Look, currency: Currency, before: Option<&Version>) -> Vec<Json> {
    let totals = look.scores.totals(&look.summaries);
    let (all, money_of_all) = (look.summaries.len() as f64, look.summaries.total.iter().sum::<i64>() as f64);
    let mut silence = vec![0_i64; Segment::ALL.len()];
    for (segment, days) in look.scores.segments().zip(look.summaries.recency_days()) {
        if let Some(place) = Segment::ALL.iter().position(|one| *one == segment).and_then(|at| silence.get_mut(at)) {
            *place += i64::from(days);
        }
    }
    let was = |name: &str| {
        let before = before?.figures["segments"].as_array()?;
        before.iter().find(|segment| segment["segment"] == name)?["customers"].as_i64()
    };
    let shown = |(at, segment): (usize, &Segment)| {
        let of = totals.iter().find(|total| total.segment == *segment);
        let (customers, spent) = of.map_or((0, 0), |total| (total.customers, total.money));
        let name = word(segment);
        let count = i64::try_from(customers).unwrap_or(0);
        json!({
            "segment": name, "customers": customers, "share": share(customers as f64, all),
            "revenue": money(spent, currency), "revenue_share": share(spent as f64, money_of_all),
            "per_customer": (count > 0).then(|| money(spent / count.max(1), currency)),
            "recency_days": (count > 0).then(|| silence.get(at).copied().unwrap_or(0) / count.max(1)),
            "filter": format!("rfm_segment = {}", json!(name)), "was": was(&name),
        })
    };
    Segment::ALL.iter().enumerate().map(shown).collect()
}

/// Customers by recency (5 first) and frequency (1 first).
fn grid(look: &Look) -> Vec<Vec<usize>> {
    let mut grid = vec![vec![0; 5]; 5];
    for cell in look.scores.cells() {
        let place = (usize::from(5_u8.saturating_sub(cell.recency)), usize::from(cell.frequency.saturating_sub(1)));
        if let Some(count) = grid.get_mut(place.0).and_then(|row: &mut Vec<usize>| row.get_mut(place.1)) {
            *count += cell.customers;
        }
    }
    grid
}

fn classes(look: &Look, currency: Currency) -> Vec<Json> {
    let (all, money_of_all) = (look.summaries.len() as f64, look.summaries.total.iter().sum::<i64>() as f64);
    let of = |(at, name): (usize, &str)| {
        let customers = look.classes.customers.get(at).copied().unwrap_or(0);
        let spent = look.classes.money.get(at).copied().unwrap_or(0);
        json!({
            "class": name, "customers": customers, "share": share(customers as f64, all), "revenue": money(spent, currency),
            "revenue_share": share(spent as f64, money_of_all), "filter": format!("value_class = {}", json!(name)),
        })
    };
    ["a", "b", "c"].into_iter().enumerate().map(of).collect()
}

/// Which share of the revenue the largest customers bring, at each hundredth of the customers.
fn curve(totals: &[i64]) -> Vec<f64> {
    let mut sorted: Vec<i64> = totals.iter().map(|total| (*total).max(0)).collect();
    sorted.sort_unstable_by(|one, other| other.cmp(one));
    let all: f64 = sorted.iter().map(|total| *total as f64).sum();
    let (mut sum, mut at) = (0.0, 0);
    (0..=100)
        .map(|hundredth| {
            let until = sorted.len() * hundredth / 100;
            sum += sorted.get(at..until).unwrap_or_default().iter().map(|total| *total as f64).sum::<f64>();
            at = until;
            share(sum, all)
        })
        .collect()
}

fn activity(look: &Look, currency: Currency) -> Vec<Json> {
    let worth = look.model.as_ref().ok().and_then(|model| model.worth.as_ref());
    let of = |standing: Standing| {
        let rows: Vec<usize> = (0..look.judgements.len())
            .filter(|row| look.judgements.get(*row).is_some_and(|one| one.standing == standing))
            .collect();
        let sum = |values: &[i64]| rows.iter().filter_map(|row| values.get(*row)).sum::<i64>();
        let lifetime = worth.map(|worth| rows.iter().filter_map(|row| worth.value.get(*row)).sum::<f64>());
        let name = word(&standing);
        json!({
            "activity": name, "customers": rows.len(), "share": share(rows.len() as f64, look.judgements.len() as f64),
            "revenue_12m": money(sum(&look.recent), currency), "at_stake": money(sum(&look.at_stake), currency),
            "lifetime_value": lifetime.map(|value| money(value.round() as i64, currency)),
            "filter": format!("activity = {}", json!(name)),
        })
    };
    [Standing::Active, Standing::Slowing, Standing::Lapsed].into_iter().map(of).collect()
}

/// What is expected of all customers together. The interval is of the expectation: how well the model is known.
fn value(look: &Look, currency: Currency) -> Json {
    let Ok(model) = &look.model else { return Json::Null };
    let sum = |values: &[f64]| money(values.iter().sum::<f64>().round() as i64, currency);
    // A likelihood that is flat says nothing of how well it is known: then there is no interval, rather than one without end.
    let known = model.worth.as_ref().filter(|worth| worth.high.iter().sum::<f64>() < store::ENDLESS as f64);
    json!({
        "model": model.orders.model.family, "horizon_weeks": look::WEEKS,
        "expected_orders": model.predictions.orders.iter().sum::<f64>(),
        "lifetime_value": model.worth.as_ref().map(|worth| sum(&worth.value)),
        "low": known.map(|worth| sum(&worth.low)),
        "high": known.map(|worth| sum(&worth.high)),
    })
}

/// What the models learned, by name.
pub(super) fn parameters(look: &Look) -> Json {
    let Ok(model) = &look.model else { return json!({ "unfit": look.model.as_ref().err() }) };
    let names = model.orders.model.family.parameter_names();
    let errors = model.orders.standard_errors();
    let of_orders: Map<String, Json> = names
        .iter()
        .zip(model.orders.model.parameters)
        .enumerate()
        .map(|(at, (name, value))| {
            (name.to_string(), json!({ "value": value, "error": errors.and_then(|errors| errors.get(at).copied()) }))
        })
        .collect();
    json!({
        "family": model.orders.model.family, "log_likelihood": model.orders.log_likelihood, "orders": of_orders,
        "spend": model.spend.as_ref().ok().map(|spend| spend.model),
        "clusters": look.groups.as_ref().map(|groups| json!({
            "k": groups.k, "silhouette": groups.silhouette(), "stability": groups.stability(), "tried": groups.tried,
            "warnings": groups.warnings,
        })),
    })
}

/// How good the model proved on orders it had not seen.
pub(super) fn quality(look: &Look, took_ms: i64, offers: &Offers) -> Json {
    let test = look.model.as_ref().ok().and_then(|model| model.test.as_ref());
    json!({
        "took_ms": took_ms,
        "test": test.map(|test| json!({
            "weeks": test.weeks, "customers": test.customers, "predicted": test.predicted, "actual": test.actual,
            "total_error": test.total_error, "mae": test.mean_absolute_error,
            "mae_of_own_rate": test.mean_absolute_error_of_own_rate, "mae_of_mean": test.mean_absolute_error_of_mean,
            "correlation": test.correlation, "calibration": test.calibration,
        })),
        "warnings": look::warnings(look),
        "next": offers.quality,
    })
}

/// The groups of the newest look, with how their number was chosen.
pub fn clusters(reader: &mut Reader, object: &str) -> Result<Json> {
    let made = store::newest(reader, object)?;
    let shown: Vec<Json> = store::clusters(reader, object)?
        .into_iter()
        .map(|cluster| {
            let mut shown = cluster.portrait;
            shown["id"] = json!(cluster.id);
            shown["name"] = json!(super::clusters::called(&cluster.name, cluster.is_named, &reader.who.language));
            shown["is_named"] = json!(cluster.is_named);
            shown["filter"] = json!(format!("cluster = {}", json!(cluster.name)));
            shown
        })
        .collect();
    let mut answer = made.as_ref().map_or_else(|| json!({}), |made| made.parameters["clusters"].clone());
    if !answer.is_object() {
        answer = json!({});
    }
    answer["object"] = json!(object);
    answer["clusters"] = json!(shown);
    answer["as_of"] = json!(made.as_ref().map(|made| &made.as_of));
    answer["currency"] = json!(made.as_ref().map(|made| made.currency));
    Ok(answer)
}

/// Every model with how good it is and when not to trust it.
pub fn models(reader: &mut Reader) -> Result<Json> {
    let mut models = Vec::new();
    for object in super::OBJECTS {
        let versions = store::versions(reader, object)?;
        let Some(made) = versions.first() else { continue };
        let (trust, doubts) = trust(made);
        models.push(json!({
            "model": "customers.value", "object": object, "version": made.version, "made_at": made.made_at, "as_of": made.as_of,
            "customers": made.customers, "state": "ready", "parameters": made.parameters, "quality": made.quality,
            "trust": trust, "doubts": doubts,
            "versions": versions.iter().map(|one| json!({
                "version": one.version, "made_at": one.made_at, "as_of": one.as_of, "customers": one.customers,
                "total_error": one.quality["test"]["total_error"], "mae": one.quality["test"]["mae"],
            })).collect::<Vec<_>>(),
        }));
        models.push(next_model(object, made));
    }
    let running = refresh::under_way(reader)?;
    Ok(json!({ "models": models, "job": running.map(|job| job.to_json()) }))
}

/// How good the offers are, beside offering everybody what sells most.
fn next_model(object: &str, made: &Version) -> Json {
    let quality = &made.quality["next"];
    let (own, popular) = (quality["hit_rate"].as_f64(), quality["hit_rate_of_popular"].as_f64());
    let (trust, doubt) = match own.zip(popular) {
        None => ("poor", Some("not_tested")),
        Some((own, popular)) if own > popular => ("good", None),
        Some(_) => ("poor", Some("no_better_than_popular")),
    };
    json!({
        "model": "customers.next", "object": object, "version": made.version, "made_at": made.made_at, "as_of": made.as_of,
        "customers": made.customers, "state": "ready", "parameters": {}, "quality": quality, "trust": trust,
        "doubts": doubt.map(|code| json!({ "code": code })).into_iter().collect::<Vec<_>>(), "versions": [],
    })
}

/// A total foretold within a tenth is good, within a quarter fair.
const GOOD: f64 = 0.10;
const FAIR: f64 = 0.25;

fn trust(made: &Version) -> (&'static str, Vec<Json>) {
    let mut doubts: Vec<Json> = made.quality["warnings"].as_array().cloned().unwrap_or_default();
    let test = &made.quality["test"];
    let Some(error) = test["total_error"].as_f64().map(f64::abs) else {
        doubts.push(json!({ "code": "not_tested" }));
        return ("poor", doubts);
    };
    let beats_mean = test["mae"].as_f64() < test["mae_of_mean"].as_f64();
    if !beats_mean {
        doubts.push(json!({ "code": "no_better_than_the_mean" }));
    }
    match error {
        error if error <= GOOD && beats_mean => ("good", doubts),
        error if error <= FAIR => ("fair", doubts),
        _ => ("poor", doubts),
    }
}
