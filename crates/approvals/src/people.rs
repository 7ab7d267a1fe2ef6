//! Who may decide: by name, by authority, and in whose place.

use std::collections::BTreeSet;

use foundation::Reader;
use foundation::company::appearance;
use foundation::workspace::absence;
use kernel::{Id, Result};

use crate::queries::{Colleague, Rule};

/// Substitutes of substitutes: longer chains end.
const LONGEST: usize = 8;

/// Whom a rule asks where this person wants something. None where the person needs nobody.
pub fn asked(rule: &Rule, requester: Option<Id>, colleagues: &[Colleague]) -> Option<Vec<Id>> {
    let find = |id: Id| colleagues.iter().find(|colleague| colleague.id == id);
    let own = requester.and_then(find);
    if let (Some(level), Some(own)) = (rule.level, own)
        && own.level >= level
    {
        return None;
    }
    let mut asked: Vec<Id> =
        rule.approvers.iter().copied().filter(|id| Some(*id) != requester && find(*id).is_some()).collect();
    if let Some(level) = rule.level.filter(|_| asked.is_empty()) {
        let mut next = own.and_then(|own| own.manager);
        let mut seen = BTreeSet::new();
        while let Some(manager) = next.filter(|manager| seen.insert(*manager)).and_then(find) {
            if manager.level >= level && Some(manager.id) != requester {
                asked.push(manager.id);
                break;
            }
            next = manager.manager;
        }
        if asked.is_empty() {
            let may = |colleague: &&Colleague| colleague.level >= level && Some(colleague.id) != requester;
            asked.extend(colleagues.iter().filter(may).map(|colleague| colleague.id));
        }
    }
    if asked.is_empty() {
        asked.extend(rule.escalate_to.filter(|id| Some(*id) != requester && find(*id).is_some()));
    }
    Some(asked)
}

/// Who is away today and who decides for them.
pub struct Away(Vec<(Id, Id)>);

impl Away {
    pub fn today(reader: &mut Reader) -> Result<Away> {
        let zone = appearance::profile(reader.tx)?.time_zone;
        let zone = jiff::tz::TimeZone::get(&zone).unwrap_or(jiff::tz::TimeZone::UTC);
        let now = jiff::Timestamp::from_millisecond(reader.now.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        Ok(Away(absence::stand_ins(reader, now.to_zoned(zone).date())?))
    }

    /// Whose place this person takes, themselves first.
    pub fn places_of(&self, user: Id) -> Vec<Id> {
        let mut places = vec![user];
        let mut at = 0;
        while let Some(place) = places.get(at).copied().filter(|_| at < LONGEST) {
            for (who, substitute) in &self.0 {
                if *substitute == place && !places.contains(who) {
                    places.push(*who);
                }
            }
            at += 1;
        }
        places
    }

    /// Who acts in this person's place today: they themselves, or who stands in for them.
    pub fn acting_for(&self, user: Id) -> Id {
        let mut acting = user;
        for _ in 0..LONGEST {
            match self.0.iter().find(|(who, _)| *who == acting) {
                Some((_, substitute)) if *substitute != user => acting = *substitute,
                _ => break,
            }
        }
        acting
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u8) -> Id {
        Id::derived(1, &[n; 10])
    }

    fn rule(level: Option<i64>, approvers: &[u8]) -> Rule {
        Rule {
            id: id(99),
            name: "rule".into(),
            question: "id is not empty".into(),
            step: 1,
            level,
            escalate_after: None,
            escalate_to: Some(id(9)),
            approvers: approvers.iter().map(|n| id(*n)).collect(),
        }
    }

    fn staff() -> Vec<Colleague> {
        let one = |n: u8, manager: Option<u8>, level| Colleague { id: id(n), manager: manager.map(id), level };
        vec![one(1, Some(2), 0), one(2, Some(3), 1), one(3, None, 5), one(4, None, 5), one(9, None, 0)]
    }

    #[test]
    fn the_next_manager_with_the_authority_is_asked() {
        assert_eq!(asked(&rule(Some(1), &[]), Some(id(1)), &staff()), Some(vec![id(2)]));
        assert_eq!(asked(&rule(Some(2), &[]), Some(id(1)), &staff()), Some(vec![id(3)]));
        assert_eq!(asked(&rule(Some(5), &[]), Some(id(3)), &staff()), None, "their own authority is enough");
    }

    #[test]
    fn nobody_is_asked_for_their_own_wish() {
        assert_eq!(asked(&rule(None, &[3, 4]), Some(id(3)), &staff()), Some(vec![id(4)]));
        assert_eq!(asked(&rule(None, &[3]), Some(id(3)), &staff()), Some(vec![id(9)]), "then the one behind is asked");
    }

    #[test]
    fn whoever_stands_in_decides_also_for_a_chain_of_the_absent_and_a_circle_ends() {
        let away = Away(vec![(id(1), id(2)), (id(2), id(3)), (id(4), id(4))]);
        assert_eq!(away.places_of(id(3)), [id(3), id(2), id(1)]);
        assert_eq!((away.acting_for(id(1)), away.acting_for(id(5)), away.acting_for(id(4))), (id(3), id(5), id(4)));
        let circle = Away(vec![(id(1), id(2)), (id(2), id(1))]);
        assert_eq!(circle.places_of(id(1)), [id(1), id(2)]);
    }
}
