//! The groups that customers fall into: what they are called, and that they keep their names.

use foundation::{App, Operation};
use kernel::{Currency, Error, FieldError, Id, Result};
use serde_json::{Value as Json, json};

use super::look::{Groups, Look};
use super::store::{self, Cluster, money};
use methods::clusters::{self as method, Portrait};

/// What the columns of the table are.
pub const COLUMNS: [&str; 3] = ["recency_days", "orders", "revenue"];
const LONGEST: usize = 80;

/// The groups of a look, in the order of their labels. Those that are the same as before keep id and name.
pub fn named(app: &App, object: &str, version: i64, look: &Look, currency: Currency, kept: &[Cluster]) -> Vec<Cluster> {
    let Some(groups) = &look.groups else { return Vec::new() };
    let before: Vec<Vec<f64>> = kept.iter().map(|cluster| centre(&cluster.portrait)).collect();
    let is_whole = before.iter().all(|centre| centre.len() == COLUMNS.len());
    let continues = if is_whole { method::by_centres(&before, &groups.centres) } else { Vec::new() };
    let mut clusters: Vec<Cluster> = Vec::new();
    for (label, portrait) in groups.portraits.iter().enumerate() {
        let earlier = continues.get(label).copied().flatten().and_then(|at| kept.get(usize::from(at)));
        let name = match earlier {
            Some(earlier) if earlier.is_named => earlier.name.clone(),
            _ => unused(portrait, &clusters),
        };
        clusters.push(Cluster {
            id: earlier.map_or_else(|| super::refresh::new_id(app), |earlier| earlier.id),
            object: object.to_string(),
            version,
            name,
            is_named: earlier.is_some_and(|earlier| earlier.is_named),
            portrait: picture(portrait, groups, label, currency),
        });
    }
    clusters
}

fn centre(portrait: &Json) -> Vec<f64> {
    portrait["place"].as_array().map(|place| place.iter().filter_map(Json::as_f64).collect()).unwrap_or_default()
}

fn picture(portrait: &Portrait, groups: &Groups, label: usize, currency: Currency) -> Json {
    let amount = |column: usize, value: f64| match COLUMNS.get(column) {
        Some(&"revenue") => money(value.round() as i64, currency),
        _ => json!(value),
    };
    let traits: Vec<Json> = portrait
        .marks
        .iter()
        .map(|mark| {
            json!({
                "measure": COLUMNS.get(mark.column), "mean": amount(mark.column, mark.mean),
                "overall": amount(mark.column, mark.overall), "z": mark.deviations,
            })
        })
        .collect();
    json!({
        "customers": portrait.customers, "share": portrait.share_of_customers, "revenue": money(portrait.money, currency),
        "revenue_share": portrait.share_of_money, "traits": traits, "place": groups.centres.get(label),
    })
}

/// A name made of what stands out most, until a person gives a better one.
fn described(portrait: &Portrait, marks: usize) -> String {
    let word = |mark: &method::Mark| match (mark.column, mark.deviations > 0.0) {
        (0, true) => "long silent",
        (0, false) => "recent",
        (1, true) => "frequent",
        (1, false) => "rare",
        (_, true) => "big spenders",
        (_, false) => "small spenders",
    };
    let words: Vec<&str> = portrait.marks.iter().take(marks).map(word).collect();
    let name = if words.is_empty() { "average".to_string() } else { words.join(", ") };
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// What a group that nobody has named is made of, in words: as it is stored, and in Russian, Chinese and Romanian.
const WORDS: [[&str; 4]; 7] = [
    ["long silent", "давно молчат", "久未购买", "tăcuți de mult"],
    ["recent", "недавние", "近期购买", "recenți"],
    ["frequent", "частые", "购买频繁", "frecvenți"],
    ["rare", "редкие", "购买稀少", "rari"],
    ["big spenders", "тратят много", "消费高", "cheltuie mult"],
    ["small spenders", "тратят мало", "消费低", "cheltuie puțin"],
    ["average", "средние", "一般", "obișnuiți"],
];

/// The name of a group as its reader is told it: what a person gave it stays.
pub fn called(name: &str, is_named: bool, language: &str) -> String {
    let Some(place) = ["ru", "zh", "ro"].iter().position(|known| *known == language).filter(|_| !is_named) else {
        return name.to_string();
    };
    let known = |part: &str| WORDS.iter().find(|words| words[0] == part.to_lowercase()).map(|words| words[place + 1]);
    let mut parts = Vec::new();
    let mut number = String::new();
    for part in name.split(", ") {
        let (word, rest) = match part.rsplit_once(' ') {
            Some((word, rest)) if rest.bytes().all(|digit| digit.is_ascii_digit()) => (word, rest),
            _ => (part, ""),
        };
        let Some(word) = known(word) else { return name.to_string() };
        parts.push(word);
        number = rest.to_string();
    }
    let said = format!("{} {number}", parts.join(if language == "zh" { "、" } else { ", " }));
    let mut letters = said.trim_end().chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Two marks, a third where two do not tell it from another group, and then a number.
fn unused(portrait: &Portrait, taken: &[Cluster]) -> String {
    let is_free = |name: &String| !taken.iter().any(|cluster| cluster.name == *name);
    let whole = described(portrait, COLUMNS.len());
    let numbered = (2..).map(|number| format!("{whole} {number}"));
    [described(portrait, 2), whole.clone()].into_iter().chain(numbered).find(is_free).unwrap_or_default()
}

/// Gives a group another name.
pub fn rename(op: &mut Operation, id: Id, name: &str) -> Result<Json> {
    op.who.need_admin()?;
    let name = name.trim();
    if name.is_empty() || name.chars().count() > LONGEST {
        let fault = FieldError::new("name", "length", format!("a name has 1 to {LONGEST} characters"));
        return Err(Error::Invalid(vec![fault]));
    }
    let cluster = store::cluster_of(op, id)?.ok_or(Error::NotFound)?;
    if store::clusters(op, &cluster.object)?.iter().any(|other| other.id != id && other.name == name) {
        return Err(Error::invalid("name", "taken", "another group has this name"));
    }
    store::rename(op, &cluster, name)?;
    Ok(json!({ "id": id, "name": name }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_called_in_the_readers_language_until_somebody_names_it() {
        assert_eq!(called("Recent, frequent", false, "ro"), "Recenți, frecvenți");
        assert_eq!(called("Long silent, rare, small spenders 2", false, "ru"), "Давно молчат, редкие, тратят мало 2");
        assert_eq!(called("Average", false, "zh"), "一般");
        assert_eq!(called("Recent, frequent", true, "ru"), "Recent, frequent");
        assert_eq!(called("Our best", false, "ru"), "Our best");
        assert_eq!(called("Recent, frequent", false, "en"), "Recent, frequent");
    }
}
