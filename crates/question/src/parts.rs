//! A question taken apart: its plain conditions, how they are joined, and the fewest of them whose answer must change so
//! that the whole answers otherwise.

use std::collections::BTreeSet;

use crate::ast::Question;

/// How the conditions of a question are joined; a condition is named by its number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    All(Vec<Part>),
    Any(Vec<Part>),
    Not(Box<Part>),
    Condition(usize),
}

/// A question as its parts and its conditions, none of which is there twice.
pub fn parts(question: &Question) -> (Part, Vec<Question>) {
    let mut conditions = Vec::new();
    let part = taken_apart(question, &mut conditions);
    (part, conditions)
}

fn taken_apart(question: &Question, conditions: &mut Vec<Question>) -> Part {
    let mut all = |parts: &[Question]| parts.iter().map(|part| taken_apart(part, conditions)).collect();
    match question {
        Question::All(parts) => Part::All(all(parts)),
        Question::Any(parts) => Part::Any(all(parts)),
        Question::Not(inner) => Part::Not(Box::new(taken_apart(inner, conditions))),
        condition => {
            let known = conditions.iter().position(|known| known == condition);
            Part::Condition(known.unwrap_or_else(|| {
                conditions.push(condition.clone());
                conditions.len() - 1
            }))
        }
    }
}

impl Part {
    /// The answer of the whole, where each condition answers as `holds` says.
    pub fn answer(&self, holds: &[bool]) -> bool {
        match self {
            Part::All(parts) => parts.iter().all(|part| part.answer(holds)),
            Part::Any(parts) => parts.iter().any(|part| part.answer(holds)),
            Part::Not(inner) => !inner.answer(holds),
            Part::Condition(number) => holds.get(*number).copied().unwrap_or(false),
        }
    }

    /// The fewest conditions that must answer otherwise for the whole to do so; none if no change of those that can
    /// change (`may_change`) is enough. Conditions are taken for independent of each other.
    pub fn smallest_change(&self, holds: &[bool], may_change: &[bool]) -> Option<BTreeSet<usize>> {
        let wanted = !self.answer(holds);
        let found = self.change_to(wanted, holds, may_change)?;
        if self.answer(&flipped(holds, &found)) == wanted {
            return Some(found);
        }
        // A condition stands in several places, and what helps in one of them harms in another.
        self.search(wanted, holds, may_change, found.len())
    }

    fn change_to(&self, wanted: bool, holds: &[bool], may_change: &[bool]) -> Option<BTreeSet<usize>> {
        if self.answer(holds) == wanted {
            return Some(BTreeSet::new());
        }
        match self {
            Part::Condition(number) => {
                may_change.get(*number).copied().unwrap_or(false).then(|| BTreeSet::from([*number]))
            }
            Part::Not(inner) => inner.change_to(!wanted, holds, may_change),
            // All that fail must change, or any one of them.
            Part::All(parts) | Part::Any(parts) if matches!(self, Part::All(_)) == wanted => {
                let mut all = BTreeSet::new();
                for part in parts {
                    all.extend(part.change_to(wanted, holds, may_change)?);
                }
                Some(all)
            }
            Part::All(parts) | Part::Any(parts) => {
                parts.iter().filter_map(|part| part.change_to(wanted, holds, may_change)).min_by_key(BTreeSet::len)
            }
        }
    }

    /// Tries all sets of up to four conditions, the smallest first.
    fn search(&self, wanted: bool, holds: &[bool], may_change: &[bool], least: usize) -> Option<BTreeSet<usize>> {
        const MOST: usize = 4;
        const TRIED: usize = 200_000;
        let free: Vec<usize> = (0..holds.len()).filter(|at| may_change.get(*at) == Some(&true)).collect();
        let mut tried = 0;
        for size in least.min(1)..=MOST.min(free.len()) {
            let mut chosen: Vec<usize> = (0..size).collect();
            loop {
                tried += 1;
                if tried > TRIED {
                    return None;
                }
                let set: BTreeSet<usize> = chosen.iter().filter_map(|at| free.get(*at).copied()).collect();
                if self.answer(&flipped(holds, &set)) == wanted {
                    return Some(set);
                }
                if !next(&mut chosen, free.len()) {
                    break;
                }
            }
        }
        None
    }
}

/// The answers with some of them turned round.
pub fn flipped(holds: &[bool], set: &BTreeSet<usize>) -> Vec<bool> {
    holds.iter().enumerate().map(|(at, holds)| *holds != set.contains(&at)).collect()
}

/// The next choice of as many out of `of`, in order; `false` behind the last.
fn next(chosen: &mut [usize], of: usize) -> bool {
    let size = chosen.len();
    for at in (0..size).rev() {
        let most = of - (size - at);
        if chosen.get(at).is_some_and(|place| *place < most) {
            let mut place = chosen.get(at).copied().unwrap_or(0);
            for later in chosen.iter_mut().skip(at) {
                place += 1;
                *later = place;
            }
            return true;
        }
    }
    false
}
