//! Sessions: the hits of one visitor with no pause of more than the gap between two neighbours, in whatever order they come.

use super::names::Hashed;
use std::collections::HashMap;

/// What is kept of the hits of a session; two parts of one session may be joined in any order.
pub trait Part {
    fn join(&mut self, other: Self);
}

/// A session from its first to its last hit, in seconds since 1970.
#[derive(Clone, Debug, PartialEq)]
pub struct Span<T> {
    pub visitor: u64,
    pub first: i64,
    pub last: i64,
    pub part: T,
}

/// The sessions that may still grow, by visitor.
pub struct Sessions<T> {
    gap_s: i64,
    open: HashMap<u64, Vec<Open<T>>, Hashed>,
}

struct Open<T> {
    first: i64,
    last: i64,
    part: T,
}

impl<T: Part> Sessions<T> {
    /// A pause of exactly `gap_s` does not end a session.
    pub fn new(gap_s: i64) -> Sessions<T> {
        Sessions { gap_s, open: HashMap::default() }
    }

    /// How many visitors have a session that may still grow.
    pub fn len(&self) -> usize {
        self.open.len()
    }

    /// Adds a hit: to the session it belongs to (`grow`), or as one of its own (`start`). A hit between two sessions that
    /// reaches both makes them one.
    pub fn add(&mut self, visitor: u64, at: i64, start: impl FnOnce() -> T, grow: impl FnOnce(&mut T)) {
        let gap = self.gap_s;
        let sessions = self.open.entry(visitor).or_insert_with(|| Vec::with_capacity(1));
        let reaches = |open: &Open<T>| at >= open.first.saturating_sub(gap) && at <= open.last.saturating_add(gap);
        let Some(found) = sessions.iter().position(reaches) else {
            sessions.push(Open { first: at, last: at, part: start() });
            return;
        };

        let grown = &mut sessions[found];
        grow(&mut grown.part);
        let stretched = at < grown.first || at > grown.last;
        grown.first = grown.first.min(at);
        grown.last = grown.last.max(at);
        if stretched
            && sessions.len() > 1
            && let Some(other) = (found + 1..sessions.len()).find(|index| reaches(&sessions[*index]))
        {
            let other = sessions.swap_remove(other);
            let grown = &mut sessions[found];
            grown.first = grown.first.min(other.first);
            grown.last = grown.last.max(other.last);
            grown.part.join(other.part);
        }
    }

    /// Takes out the sessions whose last hit is before `time`: nothing later can reach them. In order of start and visitor.
    pub fn ended_before(&mut self, time: i64) -> Vec<Span<T>> {
        let mut ended = Vec::new();
        self.open.retain(|visitor, sessions| {
            let mut index = 0;
            while index < sessions.len() {
                if sessions[index].last < time {
                    let open = sessions.swap_remove(index);
                    ended.push(Span { visitor: *visitor, first: open.first, last: open.last, part: open.part });
                } else {
                    index += 1;
                }
            }
            !sessions.is_empty()
        });
        ended.sort_by_key(|span| (span.first, span.visitor));
        ended
    }

    /// Takes out all.
    pub fn finish(&mut self) -> Vec<Span<T>> {
        self.ended_before(i64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    impl Part for u32 {
        fn join(&mut self, other: u32) {
            *self += other;
        }
    }

    fn of(hits: &[(u64, i64)]) -> Vec<Span<u32>> {
        let mut sessions = Sessions::new(1_800);
        for (visitor, at) in hits {
            sessions.add(*visitor, *at, || 1, |count| *count += 1);
        }
        sessions.finish()
    }

    #[test]
    fn exactly_the_gap_stays_and_a_second_more_is_a_new_session() {
        assert_eq!(of(&[(1, 0), (1, 1_800)]).len(), 1);
        assert_eq!(of(&[(1, 0), (1, 1_801)]).len(), 2);
        assert_eq!(of(&[(1, 0), (2, 1)]).len(), 2);
    }

    #[test]
    fn a_hit_in_between_joins_two() {
        let joined = of(&[(1, 0), (1, 3_000), (1, 1_500)]);
        assert_eq!(joined, [Span { visitor: 1, first: 0, last: 3_000, part: 3 }]);
    }

    #[test]
    fn only_what_ended_is_taken_out() {
        let mut sessions = Sessions::new(10);
        for at in [0, 100, 105] {
            sessions.add(7, at, || 1, |count| *count += 1);
        }
        assert_eq!(sessions.ended_before(50).len(), 1);
        assert_eq!(sessions.finish(), [Span { visitor: 7, first: 100, last: 105, part: 2 }]);
        assert_eq!(sessions.len(), 0);
    }

    proptest! {
        #[test]
        fn the_order_of_hits_changes_nothing(
            (hits, shuffled) in prop::collection::vec((0_u64..3, 0_i64..40_000), 0..80)
                .prop_flat_map(|hits| (Just(hits.clone()), Just(hits).prop_shuffle()))
        ) {
            prop_assert_eq!(of(&hits), of(&shuffled));
        }

        #[test]
        fn sessions_are_those_of_sorted_times(mut times in prop::collection::vec(0_i64..60_000, 1..60)) {
            let hits: Vec<(u64, i64)> = times.iter().map(|at| (1, *at)).collect();
            times.sort_unstable();
            let breaks = times.windows(2).filter(|pair| pair[1] - pair[0] > 1_800).count();
            prop_assert_eq!(of(&hits).len(), breaks + 1);
        }
    }
}
