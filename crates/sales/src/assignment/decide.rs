//! Who gets a lead, decided from what is known: nothing is read and nothing is written here.

use std::collections::BTreeMap;

use kernel::Id;
use serde::Serialize;

/// How a rule chooses among its people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// The first who is there.
    Person,
    /// Whose last turn is longest ago.
    Rotation,
    /// Who has least of what their weight gives them.
    Weighted,
    /// Who has the fewest leads and deals open.
    Capacity,
    /// Who owns the lead's territory; in turn where several do.
    Territory,
}

impl Method {
    pub fn of(word: &str) -> Method {
        match word {
            "person" => Method::Person,
            "weighted" => Method::Weighted,
            "capacity" => Method::Capacity,
            "territory" => Method::Territory,
            _ => Method::Rotation,
        }
    }
}

/// A rule with the people it may give to.
#[derive(Debug, Clone)]
pub struct Rule {
    pub id: Id,
    pub name: String,
    pub method: Method,
    /// In their order. With [`Method::Territory`] those of the lead's territories, given by the call.
    pub people: Vec<Id>,
    pub weights: BTreeMap<Id, i64>,
    pub most_open: Option<i64>,
}

/// What is known of a person.
#[derive(Debug, Clone, Default)]
pub struct Person {
    pub is_active: bool,
    pub is_away: bool,
    /// Who stands in while they are away.
    pub stands_in: Option<Id>,
    /// Open leads and deals.
    pub open: i64,
}

/// What a rule gave to somebody so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Turn {
    pub given: i64,
    /// Counts up with each lead that the rule gives; 0 is never.
    pub last: i64,
}

/// What stands in the way of somebody, or what they were compared by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// Gets it.
    Chosen,
    /// Gets it in place of somebody who is away.
    StandsIn,
    Inactive,
    Away,
    /// Has as many open as the rule allows.
    Full,
    /// Had a turn later than who gets it.
    LaterTurn,
    /// Has more of their share already.
    MoreOfShare,
    /// Has more open.
    Busier,
    /// Comes after who gets it in the rule's order.
    After,
}

/// One person of a rule, as the log tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Weighed {
    pub person: Id,
    pub why: Why,
    pub open: i64,
    pub given: i64,
}

/// What a rule said of a lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Said {
    /// It gave the lead to somebody.
    Gave,
    /// It is not for this lead.
    NotFor,
    /// It is for this lead, but nobody of its people can take it.
    Nobody,
    /// The lead lies in no territory that somebody owns.
    NoTerritory,
    /// Whether it is for the lead is known only when the lead is there.
    Unknown,
    /// Its question cannot be answered any more.
    Broken,
}

/// One rule, as the log tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Asked {
    pub rule: Id,
    pub name: String,
    pub said: Said,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<Weighed>,
}

/// Whom a rule gives a lead to, and why not the others.
pub fn choose(
    rule: &Rule,
    people: &[Id],
    known: &BTreeMap<Id, Person>,
    turns: &BTreeMap<(Id, Id), Turn>,
) -> (Option<Id>, Vec<Weighed>) {
    let of = |id: &Id| known.get(id).cloned().unwrap_or_default();
    let turn = |id: &Id| turns.get(&(rule.id, *id)).copied().unwrap_or_default();
    let weigh = |id: &Id, why: Why| Weighed { person: *id, why, open: of(id).open, given: turn(id).given };
    let is_full = |id: &Id| rule.most_open.is_some_and(|most| of(id).open >= most);

    let mut weighed: Vec<Weighed> = Vec::new();
    let mut free: Vec<(Id, Why)> = Vec::new();
    for id in people {
        let person = of(id);
        if !person.is_active {
            weighed.push(weigh(id, Why::Inactive));
        } else if person.is_away {
            weighed.push(weigh(id, Why::Away));
            let other = person.stands_in.filter(|other| of(other).is_active && !of(other).is_away && !is_full(other));
            if let Some(other) =
                other.filter(|other| !people.contains(other) && !free.iter().any(|(id, _)| id == other))
            {
                free.push((other, Why::StandsIn));
            }
        } else if is_full(id) {
            weighed.push(weigh(id, Why::Full));
        } else {
            free.push((*id, Why::Chosen));
        }
    }
    // Stands in only where nobody of the rule's own can take it: a holiday does not double a colleague's share.
    let own: Vec<(Id, Why)> = free.iter().copied().filter(|(_, why)| *why == Why::Chosen).collect();
    let free = if own.is_empty() { free } else { own };

    let share = |id: &Id| i128::from(rule.weights.get(id).copied().unwrap_or(1).max(1));
    let after = |a: &Id, b: &Id| match rule.method {
        Method::Person => std::cmp::Ordering::Equal,
        Method::Rotation | Method::Territory => turn(a).last.cmp(&turn(b).last),
        Method::Weighted => {
            // What each would have had after this one, for their weight; whole numbers, so that it is exact.
            let (a_next, b_next) = (i128::from(turn(a).given) + 1, i128::from(turn(b).given) + 1);
            (a_next * share(b)).cmp(&(b_next * share(a))).then(turn(a).last.cmp(&turn(b).last))
        }
        Method::Capacity => of(a).open.cmp(&of(b).open).then(turn(a).last.cmp(&turn(b).last)),
    };
    // The first of equals: the order of the rule decides where nothing else does.
    let chosen = free.iter().copied().reduce(|best, next| if after(&next.0, &best.0).is_lt() { next } else { best });
    let passed = match rule.method {
        Method::Person => Why::After,
        Method::Rotation | Method::Territory => Why::LaterTurn,
        Method::Weighted => Why::MoreOfShare,
        Method::Capacity => Why::Busier,
    };
    let Some((chosen, why)) = chosen else { return (None, weighed) };
    for (id, _) in free.iter().filter(|(id, _)| *id != chosen) {
        let is_equal = after(&chosen, id).is_eq();
        weighed.push(weigh(id, if is_equal { Why::After } else { passed }));
    }
    weighed.insert(0, weigh(&chosen, why));
    (Some(chosen), weighed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u8) -> Id {
        Id::derived(1, &[n; 10])
    }

    fn rule(method: Method) -> Rule {
        Rule {
            id: id(9),
            name: "r".into(),
            method,
            people: vec![id(1), id(2), id(3)],
            weights: BTreeMap::new(),
            most_open: None,
        }
    }

    fn there() -> BTreeMap<Id, Person> {
        (1..=4).map(|n| (id(n), Person { is_active: true, ..Person::default() })).collect()
    }

    /// Gives `count` leads one after the other; answers who got how many.
    fn given(rule: &Rule, known: &mut BTreeMap<Id, Person>, count: i64) -> Vec<i64> {
        let mut turns: BTreeMap<(Id, Id), Turn> = BTreeMap::new();
        for n in 1..=count {
            let (chosen, _) = choose(rule, &rule.people, known, &turns);
            let chosen = chosen.expect("somebody is there");
            let turn = turns.entry((rule.id, chosen)).or_default();
            *turn = Turn { given: turn.given + 1, last: n };
            known.entry(chosen).or_default().open += 1;
        }
        (1..=4).map(|n| turns.get(&(rule.id, id(n))).map_or(0, |turn| turn.given)).collect()
    }

    #[test]
    fn in_turn_everybody_gets_the_same() {
        assert_eq!(given(&rule(Method::Rotation), &mut there(), 9), [3, 3, 3, 0]);
        assert_eq!(given(&rule(Method::Rotation), &mut there(), 4), [2, 1, 1, 0]);
    }

    #[test]
    fn by_weight_each_gets_their_share() {
        let mut weighted = rule(Method::Weighted);
        weighted.weights = BTreeMap::from([(id(1), 3), (id(2), 2)]);
        assert_eq!(given(&weighted, &mut there(), 60), [30, 20, 10, 0]);
    }

    #[test]
    fn whoever_has_least_open_gets_it_and_nobody_above_the_limit() {
        let mut known = there();
        known.insert(id(1), Person { is_active: true, open: 5, ..Person::default() });
        let mut capacity = rule(Method::Capacity);
        assert_eq!(given(&capacity, &mut known.clone(), 4), [0, 2, 2, 0]);
        capacity.most_open = Some(1);
        let mut turns = BTreeMap::new();
        let (chosen, why) = choose(&capacity, &capacity.people, &known, &turns);
        assert_eq!((chosen, why.iter().filter(|one| one.why == Why::Full).count()), (Some(id(2)), 1));
        known.values_mut().for_each(|person| person.open = 1);
        turns.clear();
        assert_eq!(choose(&capacity, &capacity.people, &known, &turns).0, None, "all are full");
    }

    #[test]
    fn who_is_away_is_passed_and_stood_in_for_only_where_nobody_else_is_there() {
        let mut known = there();
        known.insert(id(1), Person { is_active: true, is_away: true, stands_in: Some(id(4)), open: 0 });
        assert_eq!(given(&rule(Method::Rotation), &mut known.clone(), 4), [0, 2, 2, 0]);
        let mut alone = rule(Method::Person);
        alone.people = vec![id(1)];
        let (chosen, why) = choose(&alone, &alone.people, &known, &BTreeMap::new());
        assert_eq!(chosen, Some(id(4)));
        assert_eq!(why.iter().map(|one| one.why).collect::<Vec<_>>(), [Why::StandsIn, Why::Away]);
    }
}
