//! Whose word counts for one field: what a row of a source says now, against what it said before, what the record holds,
//! and what other sources say of the same record.

use serde_json::Value as Json;

/// What another row says of the same field.
#[derive(Debug, Clone, PartialEq)]
pub struct Other {
    /// 1 is trusted most.
    pub priority: i64,
    pub value: Json,
}

/// One field of one record.
#[derive(Debug, Clone)]
pub struct Question<'a> {
    /// What the row says; null is an empty cell.
    pub new: &'a Json,
    /// What the row said last time; none if it said nothing about this field.
    pub old: Option<&'a Json>,
    /// What the record holds.
    pub current: &'a Json,
    pub others: &'a [Other],
    pub priority: i64,
    /// The source stands above what people type.
    pub wins: bool,
    /// No two records may have it: a key of another system is not replaced by that of this one.
    pub unique: bool,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// Nothing: it says so already, or has nothing new to say.
    Same,
    /// Something else stands above it.
    Keep,
    Take(Json),
    /// It depends on whether a person put it there.
    TakeUnlessTyped,
}

/// Decides.
pub fn decide(asked: &Question) -> Answer {
    let Question { new, old, current, others, priority, .. } = asked;
    let unchanged = old.is_some_and(|old| old == *new) || (new.is_null() && old.is_none());
    if unchanged || new == current {
        return Answer::Same;
    }
    let untouched = old.is_some_and(|old| old == *current);
    if new.is_null() {
        // The source emptied it. What nobody touched since goes with it, unless somebody else still says something.
        let mut rest: Vec<&Other> = others.iter().filter(|other| !other.value.is_null()).collect();
        rest.sort_by_key(|other| other.priority);
        return match rest.first() {
            _ if !untouched => Answer::Keep,
            Some(other) if other.value == **current => Answer::Same,
            Some(other) => Answer::Take(other.value.clone()),
            None => Answer::Take(Json::Null),
        };
    }
    if current.is_null() {
        return Answer::Take((*new).clone());
    }
    if asked.unique && !untouched {
        return Answer::Keep;
    }
    if others.iter().any(|other| other.priority < *priority && !other.value.is_null()) {
        return Answer::Keep;
    }
    if untouched || others.iter().any(|other| other.value == **current) || (asked.wins && old.is_some()) {
        return Answer::Take((*new).clone());
    }
    Answer::TakeUnlessTyped
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn ask(new: Json, old: Option<Json>, current: Json, others: &[(i64, Json)], wins: bool) -> Answer {
        let others: Vec<Other> =
            others.iter().map(|(priority, value)| Other { priority: *priority, value: value.clone() }).collect();
        decide(&Question {
            new: &new,
            old: old.as_ref(),
            current: &current,
            others: &others,
            priority: 50,
            wins,
            unique: false,
        })
    }

    #[test]
    fn what_did_not_change_at_the_source_does_nothing() {
        assert_eq!(ask(json!("a"), Some(json!("a")), json!("typed"), &[], true), Answer::Same);
    }

    #[test]
    fn what_changed_at_the_source_and_nobody_touched_is_taken() {
        assert_eq!(ask(json!("b"), Some(json!("a")), json!("a"), &[], false), Answer::Take(json!("b")));
    }

    #[test]
    fn what_may_have_been_typed_is_asked_about_unless_the_source_wins() {
        assert_eq!(ask(json!("b"), Some(json!("a")), json!("typed"), &[], false), Answer::TakeUnlessTyped);
        assert_eq!(ask(json!("b"), Some(json!("a")), json!("typed"), &[], true), Answer::Take(json!("b")));
        assert_eq!(ask(json!("b"), None, json!("typed"), &[], true), Answer::TakeUnlessTyped);
    }

    #[test]
    fn a_more_trusted_source_stands_and_a_less_trusted_one_gives_way() {
        assert_eq!(ask(json!("b"), None, json!("x"), &[(10, json!("x"))], false), Answer::Keep);
        assert_eq!(ask(json!("b"), None, json!("x"), &[(90, json!("x"))], false), Answer::Take(json!("b")));
        assert_eq!(ask(json!("b"), None, Json::Null, &[(10, json!("x"))], false), Answer::Take(json!("b")));
        assert_eq!(
            ask(json!("b"), None, json!("x"), &[(10, Json::Null), (50, json!("x"))], false),
            Answer::Take(json!("b"))
        );
    }

    #[test]
    fn what_the_source_emptied_falls_back_to_the_next_best() {
        assert_eq!(ask(Json::Null, Some(json!("a")), json!("a"), &[], false), Answer::Take(Json::Null));
        let others = [(90, json!("far")), (60, json!("near"))];
        assert_eq!(ask(Json::Null, Some(json!("a")), json!("a"), &others, false), Answer::Take(json!("near")));
        assert_eq!(ask(Json::Null, Some(json!("a")), json!("typed"), &[], true), Answer::Keep);
        assert_eq!(ask(Json::Null, None, json!("a"), &[], true), Answer::Same);
    }

    fn word() -> impl Strategy<Value = Json> {
        prop_oneof![Just(Json::Null), Just(json!("a")), Just(json!("b")), Just(json!("c"))]
    }

    proptest! {
        /// Loading the same row again, whatever was decided the first time, never changes anything.
        #[test]
        fn a_repeated_row_never_changes_anything(new in word(), current in word(), other in word(), priority in 1i64..100, wins: bool) {
            prop_assert_eq!(ask(new.clone(), Some(new), current, &[(priority, other)], wins), Answer::Same);
        }

        /// A filled field is never emptied, but by the source that filled it.
        #[test]
        fn only_who_said_it_takes_it_back(old in proptest::option::of(word()), current in word(), other in word(), wins: bool) {
            prop_assume!(!current.is_null() && old.as_ref() != Some(&current));
            let taken = ask(Json::Null, old, current, &[(10, other)], wins);
            prop_assert_ne!(taken, Answer::Take(Json::Null));
        }

        /// Where a more trusted source says something and the field is filled, a less trusted one changes nothing.
        #[test]
        fn trust_stands(new in word(), old in proptest::option::of(word()), current in word(), wins: bool) {
            prop_assume!(!current.is_null() && !new.is_null());
            let taken = ask(new, old, current.clone(), &[(10, json!("trusted"))], wins);
            prop_assert!(matches!(taken, Answer::Keep | Answer::Same));
        }
    }
}
