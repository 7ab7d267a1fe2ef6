//! Survivorship: of the values that several records have in one field, the one that stays. Pure: no database here.

use std::collections::HashMap;

use kernel::{FieldDef, Id, Time, Value, fold};

use super::rules::Rule;

/// What one record says in a field, and what speaks for it.
#[derive(Debug, Clone)]
pub struct Candidate {
    pub record: Id,
    pub value: Value,
    /// Since when it says so.
    pub at: Time,
    /// How much its source is trusted, more is more; none where no source says so.
    pub trust: Option<i64>,
}

/// What a field keeps, and whose it was; nobody's where it is several records' together, or empty.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    pub value: Value,
    pub winner: Option<Id>,
}

/// Chooses. The first candidate is the survivor; where nothing else decides, the newer goes before the older and the
/// survivor before the others.
pub fn choose(field: &FieldDef, rule: Rule, candidates: &[Candidate]) -> Kept {
    let filled: Vec<&Candidate> = candidates.iter().filter(|candidate| !candidate.value.is_null()).collect();
    let Some(first) = filled.first() else { return Kept { value: Value::Null, winner: None } };
    let survivor = candidates.first().map(|candidate| candidate.record);
    let best = match rule {
        Rule::Union => return union(field, &filled),
        Rule::Survivor if Some(first.record) == survivor => Some(*first),
        Rule::Survivor | Rule::Newest => best(&filled, |_| 0),
        Rule::Oldest => best(&filled, |candidate| -candidate.at.0),
        Rule::Source => best(&filled, |candidate| candidate.trust.unwrap_or(i64::MIN)),
        Rule::MostComplete => best(&filled, |candidate| completeness(&candidate.value)),
        Rule::MostFrequent => {
            let mut counts: HashMap<String, i64> = HashMap::new();
            for candidate in &filled {
                *counts.entry(form(&candidate.value)).or_default() += 1;
            }
            best(&filled, |candidate| counts.get(&form(&candidate.value)).copied().unwrap_or(0))
        }
        Rule::YesWins => strict(&filled, true),
        Rule::NoWins => strict(&filled, false),
    };
    let best = best.unwrap_or(first);
    Kept { value: best.value.clone(), winner: Some(best.record) }
}

/// The highest by `worth`, then the newest, then the first.
fn best<'c>(candidates: &[&'c Candidate], worth: impl Fn(&Candidate) -> i64) -> Option<&'c Candidate> {
    let mut best: Option<&Candidate> = None;
    for candidate in candidates {
        let beats = best.is_none_or(|best| (worth(candidate), candidate.at) > (worth(best), best.at));
        if beats {
            best = Some(candidate);
        }
    }
    best
}

fn strict<'c>(candidates: &[&'c Candidate], says: bool) -> Option<&'c Candidate> {
    candidates.iter().find(|candidate| candidate.value == Value::Bool(says)).copied()
}

/// How much a value says: parts of an address before their letters, letters of a text.
fn completeness(value: &Value) -> i64 {
    let letters = |text: &str| i64::try_from(text.trim().chars().count()).unwrap_or(i64::MAX);
    match value {
        Value::Address(address) => {
            let parts = address.parts();
            let filled = parts.iter().filter(|part| !part.trim().is_empty()).count();
            i64::try_from(filled).unwrap_or(0) * 100_000
                + parts.iter().map(|part| letters(part).min(10_000)).sum::<i64>()
        }
        Value::Text(text) => letters(text),
        _ => 1,
    }
}

/// Values that are spelt alike are the same.
pub fn form(value: &Value) -> String {
    match value {
        Value::Text(text) => fold::fold(text),
        Value::Address(address) => {
            address.parts().iter().map(|part| fold::fold(part)).collect::<Vec<_>>().join("\u{1f}")
        }
        other => other.to_json().to_string(),
    }
}

fn union(field: &FieldDef, candidates: &[&Candidate]) -> Kept {
    let (mut links, mut chosen) = (Vec::new(), Vec::new());
    for candidate in candidates {
        match &candidate.value {
            Value::Links(ids) => links.extend(ids.iter().copied()),
            Value::Choices(values) => chosen.extend(values.iter().cloned()),
            _ => {}
        }
    }
    let value = if !links.is_empty() {
        links.sort_unstable();
        links.dedup();
        Value::Links(links)
    } else if !chosen.is_empty() {
        Value::Choices(in_order(field, &chosen))
    } else {
        Value::Null
    };
    Kept { value, winner: None }
}

/// Chosen values in the order of the options; one that is no option any more comes last.
pub fn in_order(field: &FieldDef, chosen: &[String]) -> Vec<String> {
    let options = field.kind.options().unwrap_or_default();
    let mut ordered: Vec<String> =
        options.iter().map(|option| &option.value).filter(|value| chosen.contains(value)).cloned().collect();
    for value in chosen {
        if !ordered.contains(value) {
            ordered.push(value.clone());
        }
    }
    ordered
}

#[cfg(test)]
mod tests {
    use kernel::object::{Choice, FieldType};
    use kernel::{Address, Labels};

    use super::*;

    fn field(kind: FieldType) -> FieldDef {
        FieldDef::new("contact", "x", Labels::en("X"), kind)
    }

    fn text() -> FieldDef {
        field(FieldType::Text { max: 0 })
    }

    /// Candidates in the order of `values`, each set at its number of milliseconds.
    fn said(values: &[(&str, i64)]) -> Vec<Candidate> {
        let value = |text: &str| if text.is_empty() { Value::Null } else { Value::Text(text.into()) };
        let one = |(at, (text, set)): (usize, &(&str, i64))| Candidate {
            record: Id::derived(at as i64, &[7; 10]),
            value: value(text),
            at: Time(*set),
            trust: None,
        };
        values.iter().enumerate().map(one).collect()
    }

    fn chosen(rule: Rule, values: &[(&str, i64)]) -> String {
        choose(&text(), rule, &said(values)).value.as_text().unwrap_or_default().to_string()
    }

    #[test]
    fn nothing_said_keeps_nothing_and_nobody_wins() {
        assert_eq!(
            choose(&text(), Rule::Newest, &said(&[("", 1), ("", 2)])),
            Kept { value: Value::Null, winner: None }
        );
    }

    #[test]
    fn an_empty_value_never_wins() {
        for rule in [Rule::Newest, Rule::Oldest, Rule::MostComplete, Rule::MostFrequent, Rule::Survivor, Rule::Source] {
            assert_eq!(chosen(rule, &[("", 9), ("a", 5), ("", 0)]), "a", "{rule:?}");
        }
    }

    #[test]
    fn each_rule_chooses_what_it_says() {
        let values = [("Ion", 5), ("Ion-Andrei", 1), ("Ivan", 9), ("ION", 2)];
        assert_eq!(chosen(Rule::Newest, &values), "Ivan");
        assert_eq!(chosen(Rule::Oldest, &values), "Ion-Andrei");
        assert_eq!(chosen(Rule::MostComplete, &values), "Ion-Andrei");
        assert_eq!(chosen(Rule::MostFrequent, &values), "Ion", "two spell it alike, and the newer of them is kept");
        assert_eq!(chosen(Rule::Survivor, &values), "Ion");
    }

    #[test]
    fn of_equals_the_newer_and_then_the_survivor_is_kept() {
        assert_eq!(chosen(Rule::MostComplete, &[("Ana", 1), ("Ina", 2)]), "Ina");
        assert_eq!(chosen(Rule::MostComplete, &[("Ana", 2), ("Ina", 2)]), "Ana");
        assert_eq!(chosen(Rule::MostFrequent, &[("Ana", 1), ("Ina", 2)]), "Ina");
    }

    #[test]
    fn the_source_that_is_trusted_most_wins_and_no_source_is_trusted_least() {
        let mut candidates = said(&[("a", 9), ("b", 1), ("c", 2)]);
        candidates[1].trust = Some(10);
        candidates[2].trust = Some(1);
        assert_eq!(choose(&text(), Rule::Source, &candidates).value, Value::Text("b".into()));
    }

    #[test]
    fn an_address_stays_whole() {
        let address = |street: &str, city: &str, country: &str| {
            let (street, city, country) = (street.to_string(), city.to_string(), country.to_string());
            Value::Address(Box::new(Address { street, city, country, ..Address::default() }))
        };
        let mut candidates = said(&[("x", 1), ("x", 2)]);
        candidates[0].value = address("A very long name of a street in the middle of nowhere", "", "");
        candidates[1].value = address("Str. 1", "Cluj", "RO");
        let kept = choose(&field(FieldType::Address), Rule::MostComplete, &candidates);
        assert_eq!(kept.value, address("Str. 1", "Cluj", "RO"));
    }

    #[test]
    fn the_stricter_consent_wins() {
        let mut candidates = said(&[("x", 9), ("x", 1)]);
        candidates[0].value = Value::Bool(false);
        candidates[1].value = Value::Bool(true);
        let kept = choose(&field(FieldType::Boolean), Rule::YesWins, &candidates);
        assert_eq!((kept.value, kept.winner), (Value::Bool(true), Some(candidates[1].record)));
        let kept = choose(&field(FieldType::Boolean), Rule::NoWins, &candidates);
        assert_eq!((kept.value, kept.winner), (Value::Bool(false), Some(candidates[0].record)));
    }

    #[test]
    fn what_holds_many_holds_all_in_the_order_of_the_options() {
        let option = |value: &str| Choice { value: value.into(), label: Labels::en(value), hue: None };
        let many = field(FieldType::MultiChoice { options: vec![option("a"), option("b"), option("c")] });
        let mut candidates = said(&[("x", 1), ("x", 2)]);
        candidates[0].value = Value::Choices(vec!["c".into()]);
        candidates[1].value = Value::Choices(vec!["a".into(), "c".into()]);
        let kept = choose(&many, Rule::Union, &candidates);
        assert_eq!(kept.value, Value::Choices(vec!["a".into(), "c".into()]));
    }
}
