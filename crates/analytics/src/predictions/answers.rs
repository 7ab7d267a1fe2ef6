//! What is told of predictions: how good they proved, when not to trust them, and why they say what they say.

use foundation::Reader;
use foundation::access::Action;
use foundation::records::{ask, read};
use kernel::{Error, Id, Result};
use serde_json::{Value as Json, json};

use super::store::{self, Version};
use super::{Prediction, learn};
use crate::sight;

/// All predictions of objects that the caller may read wholly, with how good they are.
pub fn list(reader: &mut Reader) -> Result<Json> {
    let mut shown = Vec::new();
    for prediction in store::all(reader)? {
        match show_one(reader, &prediction) {
            Err(Error::Forbidden(_) | Error::NotFound) => {}
            one => shown.push(one?),
        }
    }
    Ok(json!({ "data": shown }))
}

/// One prediction with its versions.
pub fn show(reader: &mut Reader, id: Id) -> Result<Json> {
    let prediction = store::one(reader, id)?;
    show_one(reader, &prediction)
}

fn show_one(reader: &mut Reader, prediction: &Prediction) -> Result<Json> {
    let object = reader.object(&prediction.object)?;
    // Figures of all records tell of each: they are for who may read them all, and every field that they are made of.
    sight::whole(reader, &[(&object.def.name, &[])])?;
    let versions = store::versions(reader, prediction.id)?;
    // By the definitions, not by what this reader sees of them.
    let is_broken = ask::check_text(&prediction.outcome, &object.def.name, &*reader.catalogue).is_err();
    let mut shown = prediction.to_json();
    shown["filled"] = json!(super::FILLED.map(|what| prediction.field(what)));
    shown["told"] = json!(store::count(reader, prediction.id)?);
    shown["job"] = json!(learn::under_way(reader, prediction.id)?.map(|job| job.to_json()));
    if let Some(newest) = versions.first() {
        let (mut trust, mut doubts) = trust(newest);
        if is_broken {
            trust = "poor";
            doubts.insert(0, json!({ "code": "not_understood_any_more" }));
        }
        let mut quality = newest.quality.clone();
        let hidden = &reader.who.access.on(&prediction.object).hidden_fields;
        for list in ["weights", "left_out"] {
            if let Some(list) = quality[list].as_array_mut() {
                list.retain(|one| !one["field"].as_str().is_some_and(|field| hidden.contains(field)));
            }
        }
        shown["version"] = json!(newest.version);
        shown["made_at"] = json!(newest.made_at);
        shown["quality"] = quality;
        shown["trust"] = json!(trust);
        shown["doubts"] = json!(doubts);
    }
    let versions = versions.iter().map(|one| {
        let held = &one.quality["held_out"][0]["measures"];
        json!({
            "version": one.version, "made_at": one.made_at, "rows": one.quality["rows"], "auc": held["auc"],
            "log_loss": held["log_loss"], "family": one.quality["family"],
        })
    });
    shown["versions"] = json!(versions.collect::<Vec<_>>());
    Ok(shown)
}

/// From these on the order it puts records in is good, or fair.
const GOOD: f64 = 0.75;
const FAIR: f64 = 0.65;
/// A slope of calibration outside of these says more, or less, than is so.
const CALIBRATED: std::ops::RangeInclusive<f64> = 0.8..=1.25;
/// Fewer records with the outcome than this leave the figures themselves uncertain.
const FEW: u64 = 100;
/// It does so much worse of later records that the world has changed.
const WORSE: f64 = 0.05;

fn trust(made: &Version) -> (&'static str, Vec<Json>) {
    let quality = &made.quality;
    let mut doubts = Vec::new();
    if quality["left_out"].as_array().is_some_and(|left| left.iter().any(|one| one["auc"].is_number())) {
        doubts.push(json!({ "code": "known_afterwards" }));
    }
    if quality["unfit"].is_object() {
        doubts.push(json!({ "code": "too_few_outcomes" }));
        return ("poor", doubts);
    }
    let held = &quality["held_out"][0]["measures"];
    let Some(auc) = held["auc"].as_f64() else {
        doubts.push(json!({ "code": "not_tested" }));
        return ("poor", doubts);
    };
    if quality["with"].as_u64().unwrap_or(0) < FEW {
        doubts.push(json!({ "code": "few_outcomes" }));
    }
    let is_calibrated = held["calibration_slope"].as_f64().is_some_and(|slope| CALIBRATED.contains(&slope));
    if !is_calibrated {
        doubts.push(json!({ "code": "badly_calibrated" }));
    }
    if quality["ahead"]["auc"].as_f64().is_some_and(|ahead| ahead < auc - WORSE) {
        doubts.push(json!({ "code": "worse_of_later_ones" }));
    }
    let is_of_use = held["log_loss"].as_f64() < held["log_loss_of_share"].as_f64();
    if !is_of_use {
        doubts.push(json!({ "code": "no_better_than_the_share" }));
    }
    match auc {
        auc if auc >= GOOD && is_calibrated && is_of_use => ("good", doubts),
        auc if auc >= FAIR && is_of_use => ("fair", doubts),
        _ => ("poor", doubts),
    }
}

/// What all predictions say of one record that the caller may read, and why.
pub fn of_record(reader: &mut Reader, plural: &str, id: Id) -> Result<Json> {
    let object = reader.object(plural)?;
    reader.who.need(&object.def.name, Action::Read)?;
    let record = read::get(reader, &object, id)?;
    let hidden = reader.who.access.on(&object.def.name).hidden_fields.clone();
    let mut shown = Vec::new();
    for said in store::said_of(reader, id)? {
        let Ok(prediction) = store::one(reader, said.prediction) else { continue };
        if prediction.object != object.def.name || hidden.contains(&prediction.field("probability")) {
            continue;
        }
        // Which way a hidden field points tells of what stands in it.
        let parts = said.parts.iter().filter(|(field, _)| !hidden.contains(field));
        let hides_reasons = hidden.contains(&prediction.field("reasons"));
        let reasons: Vec<Json> =
            parts.filter(|_| !hides_reasons).map(|(field, part)| json!({ "field": field, "part": part })).collect();
        shown.push(json!({
            "prediction": prediction.id, "name": prediction.name, "code": prediction.code, "version": said.version,
            "probability": said.probability, "reasons": reasons, "on": record.get(&object, &prediction.field("on")).to_json(),
        }));
    }
    Ok(json!({ "data": shown }))
}
