//! Work on two processors: what is found is the same, in the same order, as on one.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A search is not all that a machine has to do.
const THREADS: usize = 2;

/// Does something with each and answers in their order.
pub fn each<T: Sync, R: Send>(items: &[T], one: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, R)>> = Mutex::new(Vec::with_capacity(items.len()));
    std::thread::scope(|scope| {
        for _ in 0..THREADS.min(items.len()) {
            scope.spawn(|| {
                while let Some((at, item)) =
                    Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|at| Some((at, items.get(at)?)))
                {
                    let answer = one(item);
                    done.lock().unwrap_or_else(PoisonError::into_inner).push((at, answer));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_unstable_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, answer)| answer).collect()
}

/// Sorts, each half by itself and then both into one.
pub fn sort<T: Ord + Copy + Send>(all: &mut [T]) {
    let half = all.len() / 2;
    let (left, right) = all.split_at_mut(half);
    std::thread::scope(|scope| {
        scope.spawn(|| left.sort_unstable());
        right.sort_unstable();
    });
    // Two runs that are in order are merged, not sorted again.
    all.sort();
}

#[cfg(test)]
mod tests {
    use super::{each, sort};

    #[test]
    fn answers_come_in_the_order_of_what_was_asked() {
        let squares = each(&(0..1000_u64).collect::<Vec<_>>(), |n| n * n);
        assert_eq!(squares, (0..1000).map(|n| n * n).collect::<Vec<_>>());
        assert!(each(&[] as &[u8], |n| *n).is_empty());
    }

    #[test]
    fn two_halves_become_one_order() {
        let mut all: Vec<u64> = (0..999).map(|n| n * 7919 % 1009).collect();
        let mut expected = all.clone();
        expected.sort_unstable();
        sort(&mut all);
        assert_eq!(all, expected);
        sort::<u64>(&mut []);
    }
}
