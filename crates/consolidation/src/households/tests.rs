use kernel::Id;

use super::find::households;
use super::{Kind, Reason};

fn ids(count: i64) -> Vec<Id> {
    let mut ids: Vec<Id> = (0..count).map(Id::at).collect();
    ids.sort_unstable();
    ids
}

#[test]
fn a_door_and_a_phone_of_the_same_people_make_one_offer() {
    let people = ids(3);
    let doors = vec![(1, people[0]), (1, people[1]), (2, people[2])];
    let phones = vec![(9, people[0]), (9, people[1])];
    let found = households(doors, phones);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].reason, found[0].members.as_slice()), (Reason::AddressAndPhone, &people[..2]));
}

#[test]
fn a_part_of_a_household_is_not_offered_beside_it() {
    let people = ids(3);
    let doors = people.iter().map(|id| (1, *id)).collect();
    let phones = vec![(9, people[1]), (9, people[2])];
    let found = households(doors, phones);
    assert_eq!(found.iter().map(|offer| offer.members.len()).collect::<Vec<_>>(), [3]);
    assert_eq!(found[0].kind, Kind::Household);
}

#[test]
fn a_door_of_very_many_is_no_household() {
    let people = ids(100_000);
    assert_eq!(households(people.iter().map(|id| (1, *id)).collect(), Vec::new()), []);
}

#[test]
fn every_reason_is_said_in_four_languages() {
    for reason in Reason::ALL {
        let texts: Vec<&str> = ["en", "ru", "zh", "ro"].iter().map(|language| reason.words(language)).collect();
        assert!(texts.windows(2).all(|pair| !pair[0].is_empty() && pair[0] != pair[1]), "{reason:?}");
    }
}
