//! What the models say of one customer.

use foundation::Reader;
use foundation::records::read;
use kernel::{Currency, Error, Id, Result};
use serde_json::{Value as Json, json};

use super::offers::Offer;
use super::store::{self, Profile, money};

/// The profile of a record that the caller may read; not found for who never bought.
pub fn show(reader: &mut Reader, plural: &str, id: Id) -> Result<Json> {
    let object = reader.object(plural)?;
    read::get(reader, &object, id)?;
    let name = object.def.name.clone();
    let (Some((_, profile)), Some(version)) = (store::profile(reader, &name, id)?, store::newest(reader, &name)?)
    else {
        return Err(Error::NotFound);
    };
    // Whoever may not see an amount in the record is not told it here.
    let hidden = reader.who.access.on(&name).hidden_fields.clone();
    let amount =
        |field: &str, minor: i64| if hidden.contains(field) { Json::Null } else { money(minor, version.currency) };
    let lifetime = profile.lifetime.filter(|_| !hidden.contains("lifetime_value")).map(|[value, low, high]| {
        let ends = (high < store::ENDLESS).then(|| [low, high].map(|minor| money(minor, version.currency)));
        let [low, high] = ends.map_or([Json::Null, Json::Null], |ends| ends);
        json!({ "value": money(value, version.currency), "low": low, "high": high })
    });
    let told = |field: &str, value: Json| if hidden.contains(field) { Json::Null } else { value };
    // Reasons and the past tell of all of these.
    let hides_any = ["rfm_segment", "value_class", "activity", "alive_probability", "orders_total"];
    let scores = if hidden.contains("rfm_segment") { Vec::new() } else { profile.scores.to_vec() };
    let is_whole = !hides_any.iter().any(|field| hidden.contains(*field));
    let history = if is_whole { store::history(reader, &name, id)? } else { Vec::new() };
    let reasons = if is_whole { reasons(&profile, version.currency) } else { Vec::new() };
    let offers = if hidden.contains("orders_total") { Vec::new() } else { offers(reader, &profile)? };
    Ok(json!({
        "id": id, "segment": told("rfm_segment", json!(profile.segment)),
        "scores": scores, "value_class": told("value_class", json!(profile.value_class)),
        "activity": told("activity", json!(profile.activity)), "reasons": reasons,
        "alive_probability": told("alive_probability", json!(profile.alive)),
        "expected_orders": told("expected_orders", json!(profile.expected_orders.map(|value| json!({ "value": value })))),
        "lifetime_value": lifetime, "revenue": amount("orders_total", profile.revenue),
        "revenue_12m": amount("orders_total", profile.revenue_12m), "at_stake": amount("lifetime_value", profile.at_stake),
        "orders": profile.orders, "first_order": profile.first_on, "last_order": profile.last_on,
        "interval_days": profile.interval_days,
        "tenure_days": tenure(&profile, &version.as_of),
        "cluster": told("cluster", json!(profile.cluster.as_ref().map(|(id, name)| json!({ "id": id, "name": name })))),
        "next_products": offers, "history": history, "as_of": version.as_of, "currency": version.currency,
        "model": { "version": version.version, "made_at": version.made_at },
    }))
}

/// What it may want next, for who may read products.
fn offers(reader: &mut Reader, profile: &Profile) -> Result<Vec<Json>> {
    let ids: Vec<Id> = profile.offers.iter().flat_map(|offer| [offer.id, offer.because]).collect();
    let titles = super::titles_of(reader, "product", &ids)?;
    let shown = |offer: &Offer| {
        Some(json!({
            "id": offer.id, "title": titles.get(&offer.id)?, "confidence": offer.confidence, "lift": offer.lift,
            "because": titles.get(&offer.because),
        }))
    };
    Ok(profile.offers.iter().filter_map(shown).collect())
}

fn tenure(profile: &Profile, as_of: &str) -> Option<i32> {
    let day = |text: &str| text.parse().ok().map(methods::day::number);
    Some(day(as_of)? - day(&profile.first_on)?)
}

/// Reasons with their code and their amounts as money.
pub fn reasons(profile: &Profile, currency: Currency) -> Vec<Json> {
    let shown = |reason: &Json| {
        let mut reason = reason.clone();
        reason["code"] = reason["reason"].take();
        if reason["code"] == "less_money" {
            for field in ["money", "usual"] {
                reason[field] = money(reason[field].as_f64().unwrap_or(0.0).round() as i64, currency);
            }
        }
        if let Some(members) = reason.as_object_mut() {
            members.shift_remove("reason");
        }
        reason
    };
    profile.reasons.iter().map(shown).collect()
}
