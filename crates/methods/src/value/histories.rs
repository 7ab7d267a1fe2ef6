//! Customers as the models of repeat orders see them, equal ones put together.

use super::Unfit;
use crate::orders::Summaries;

/// All that the models know of a customer. Times are weeks since the first order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct History {
    /// Distinct days with an order after the first: x.
    pub repeats: u32,
    /// The last order: t_x. Zero without a repeat order.
    pub recency: f64,
    /// How long the customer has been watched: T.
    pub age: f64,
}

impl History {
    /// A customer of whom nothing is known but that they exist.
    pub const NEW: History = History { repeats: 0, recency: 0.0, age: 0.0 };

    fn is_sound(&self) -> bool {
        let in_order = 0.0 <= self.recency && self.recency <= self.age && self.age.is_finite();
        in_order && (self.repeats > 0 || self.recency == 0.0)
    }
}

/// Many customers: equal histories are held once, by rising age, repeats and recency.
#[derive(Clone, Debug)]
pub struct Histories {
    pub(super) groups: Vec<Group>,
    /// The group of each customer, in the caller's order.
    pub(super) group_of: Vec<u32>,
    /// Each number of repeats that occurs, rising.
    pub(super) repeats: Vec<Repeats>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Group {
    pub history: History,
    pub customers: u32,
    /// Where its number of repeats stands in `Histories::repeats`.
    pub repeats_at: u32,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Repeats {
    pub repeats: u32,
    pub customers: f64,
}

impl Histories {
    pub fn of(summaries: &Summaries) -> Result<Histories, Unfit> {
        Histories::new(summaries.histories())
    }

    /// Refuses a history that cannot be, naming its row.
    pub fn new(histories: impl IntoIterator<Item = History>) -> Result<Histories, Unfit> {
        let mut keys: Vec<(u64, u64, u32, u32)> = Vec::new();
        for (row, history) in histories.into_iter().enumerate() {
            let Some(at) = u32::try_from(row).ok().filter(|_| history.is_sound()) else {
                return Err(Unfit::NotAHistory { row });
            };
            // The bits of positive numbers sort as the numbers do; adding zero makes one of the two zeros.
            let bits = |x: f64| (x + 0.0).to_bits();
            keys.push((bits(history.age), bits(history.recency), history.repeats, at));
        }
        keys.sort_unstable_by_key(|&(age, recency, repeats, _)| (age, repeats, recency));
        let mut groups: Vec<Group> = Vec::new();
        let mut group_of = vec![0; keys.len()];
        let mut before = None;
        for (age, recency, repeats, at) in keys {
            if before != Some((age, recency, repeats)) {
                before = Some((age, recency, repeats));
                let history = History { repeats, recency: f64::from_bits(recency), age: f64::from_bits(age) };
                groups.push(Group { history, customers: 0, repeats_at: 0 });
            }
            if let (Some(group), Some(of)) = (groups.last_mut(), group_of.get_mut(at as usize)) {
                group.customers += 1;
                *of = u32::try_from(groups.len() - 1).unwrap_or(u32::MAX);
            }
        }
        let repeats = index_repeats(&mut groups);
        Ok(Histories { groups, group_of, repeats })
    }

    /// Every so many-th group, to learn from first. They are sorted by age, so all ages are in it.
    pub(super) fn sample(&self, groups: usize) -> Histories {
        let step = self.groups.len().div_ceil(groups.max(1)).max(1);
        let mut groups: Vec<Group> = self.groups.iter().step_by(step).copied().collect();
        let repeats = index_repeats(&mut groups);
        Histories { groups, group_of: Vec::new(), repeats }
    }

    /// How many customers there are.
    pub fn len(&self) -> usize {
        self.group_of.len()
    }

    pub fn is_empty(&self) -> bool {
        self.group_of.is_empty()
    }

    /// Customers with a repeat order.
    pub fn repeaters(&self) -> usize {
        self.groups.iter().filter(|group| group.history.repeats > 0).map(|group| group.customers as usize).sum()
    }

    pub(super) fn customers(&self) -> f64 {
        self.repeats.iter().map(|repeats| repeats.customers).sum()
    }

    /// A column over customers from a column over groups.
    pub(super) fn spread(&self, column: &[f64]) -> Vec<f64> {
        self.group_of.iter().map(|group| column.get(*group as usize).copied().unwrap_or(f64::NAN)).collect()
    }
}

fn index_repeats(groups: &mut [Group]) -> Vec<Repeats> {
    let mut distinct: Vec<u32> = Vec::new();
    // Runs of equal repeats are long, so most are dropped before they are sorted.
    for group in groups.iter() {
        if distinct.last() != Some(&group.history.repeats) {
            distinct.push(group.history.repeats);
        }
    }
    distinct.sort_unstable();
    distinct.dedup();
    let mut repeats: Vec<Repeats> = distinct.iter().map(|&repeats| Repeats { repeats, customers: 0.0 }).collect();
    for group in groups {
        let at = distinct.partition_point(|repeats| *repeats < group.history.repeats);
        group.repeats_at = u32::try_from(at).unwrap_or(u32::MAX);
        if let Some(repeats) = repeats.get_mut(at) {
            repeats.customers += f64::from(group.customers);
        }
    }
    repeats
}
