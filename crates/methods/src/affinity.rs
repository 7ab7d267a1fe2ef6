//! What is bought together: associations between products, or lines of products, and what to offer next.
//!
//! Support, confidence and lift as in Agrawal, Imielinski & Swami 1993; an association counts only if so many baskets with
//! both would hardly come about by chance (Fisher's exact test), with the share of false ones among all that are told held
//! down (Benjamini & Hochberg 1995).

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

use super::value::special::ln_gamma;

/// Products in baskets, each once in each. A basket is an order, or all that a customer ever bought.
#[derive(Clone, Debug, Default)]
pub struct Baskets {
    /// Sorted by basket and product.
    items: Vec<(u32, u32)>,
}

/// What is looked at and what is told.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Limits {
    /// Baskets with both below which nothing is told.
    pub least_together: u32,
    /// The share of false associations among those told.
    pub false_share: f64,
    /// Larger baskets are passed over: who buys everything says nothing about what goes with what.
    pub largest_basket: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { least_together: 5, false_share: 0.01, largest_basket: 300 }
    }
}

/// Who has `from` also has `to`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Rule {
    pub from: u32,
    pub to: u32,
    /// Baskets with both.
    pub together: u32,
    /// Their share of all baskets.
    pub support: f64,
    /// Their share of the baskets with `from`.
    pub confidence: f64,
    /// How many times more often than if both had nothing to do with each other.
    pub lift: f64,
    /// The chance of so many if they had not.
    pub p_value: f64,
}

/// What goes with what, the surest first.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Associations {
    pub rules: Vec<Rule>,
    /// Baskets looked at, and those passed over as too large.
    pub baskets: usize,
    pub passed_over: usize,
    /// The rules of each product, as places in `rules`.
    #[serde(skip)]
    of: HashMap<u32, Vec<usize>>,
}

/// A product to offer.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Suggestion {
    pub product: u32,
    /// The rule that speaks for it most.
    pub rule: Rule,
}

/// A product to offer to a group.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct GroupSuggestion {
    pub product: u32,
    /// Members who do not have it but something it goes with.
    pub members: usize,
    /// How many of them would have it if they were like others with the same things.
    pub expected_buyers: f64,
    /// Members who have it already.
    pub owners: usize,
}

impl Baskets {
    /// Row `i` says that a basket held a product; rows may repeat and come in any order. Nothing when the columns differ in
    /// length.
    pub fn new(basket: &[u32], product: &[u32]) -> Option<Baskets> {
        let mut items: Vec<(u32, u32)> = basket.iter().copied().zip(product.iter().copied()).collect();
        items.sort_unstable();
        items.dedup();
        (basket.len() == product.len()).then_some(Baskets { items })
    }

    fn each(&self) -> impl Iterator<Item = &[(u32, u32)]> {
        self.items.chunk_by(|a, b| a.0 == b.0)
    }
}

/// The associations in baskets.
pub fn associate(baskets: &Baskets, limits: &Limits) -> Associations {
    let mut found = Associations::default();
    let mut counts: HashMap<u32, u32> = HashMap::new();
    for basket in baskets.each() {
        if basket.len() > limits.largest_basket {
            found.passed_over += 1;
            continue;
        }
        found.baskets += 1;
        for (_, product) in basket {
            *counts.entry(*product).or_default() += 1;
        }
    }
    let count = |product: u32| counts.get(&product).copied().unwrap_or(0);
    let mut together: HashMap<(u32, u32), u32> = HashMap::new();
    let mut common: Vec<u32> = Vec::new();
    for basket in baskets.each().filter(|basket| basket.len() <= limits.largest_basket) {
        common.clear();
        common.extend(basket.iter().map(|item| item.1).filter(|product| count(*product) >= limits.least_together));
        for (i, a) in common.iter().enumerate() {
            for b in &common[i + 1..] {
                *together.entry((*a, *b)).or_default() += 1;
            }
        }
    }

    let mut pairs: Vec<(f64, u32, u32, u32)> = together
        .into_iter()
        .filter(|(_, both)| *both >= limits.least_together.max(1))
        .map(|((a, b), both)| (chance_of_so_many(both, count(a), count(b), found.baskets), a, b, both))
        .collect();
    pairs.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let tested = pairs.len() as f64;
    let passes =
        |(rank, pair): (usize, &(f64, u32, u32, u32))| pair.0 <= limits.false_share * (rank + 1) as f64 / tested;
    let told = pairs.iter().enumerate().rposition(passes).map_or(0, |last| last + 1);
    for &(p_value, a, b, both) in &pairs[..told] {
        let all = found.baskets as f64;
        for (from, to) in [(a, b), (b, a)] {
            let confidence = f64::from(both) / f64::from(count(from));
            let lift = confidence * all / f64::from(count(to));
            let support = f64::from(both) / all;
            found.rules.push(Rule { from, to, together: both, support, confidence, lift, p_value });
        }
    }
    found.rules.sort_by(|a, b| b.confidence.total_cmp(&a.confidence).then((a.from, a.to).cmp(&(b.from, b.to))));
    for (at, rule) in found.rules.iter().enumerate() {
        found.of.entry(rule.from).or_default().push(at);
    }
    found
}

/// The chance of `both` or more baskets with two products that have nothing to do with each other.
fn chance_of_so_many(both: u32, a: u32, b: u32, all: usize) -> f64 {
    let (a, b, all) = (f64::from(a), f64::from(b), all as f64);
    let ln_choose = |n: f64, k: f64| ln_gamma(n + 1.0) - ln_gamma(k + 1.0) - ln_gamma(n - k + 1.0);
    let first = f64::from(both);
    let mut term = (ln_choose(a, first) + ln_choose(all - a, b - first) - ln_choose(all, b)).exp();
    let (mut sum, mut k) = (term, first);
    while k < a.min(b) && term > sum * 1e-16 {
        term *= (a - k) * (b - k) / ((k + 1.0) * (all - a - b + k + 1.0));
        sum += term;
        k += 1.0;
    }
    // Below the expected number the tail is most of the whole, and rounding may carry it over.
    sum.min(1.0)
}

impl Associations {
    /// What to offer to who has these products, the surest first.
    pub fn next_for(&self, owned: &[u32]) -> Vec<Suggestion> {
        let has: HashSet<u32> = owned.iter().copied().collect();
        let mut best: HashMap<u32, usize> = HashMap::new();
        for at in owned.iter().filter_map(|product| self.of.get(product)).flatten() {
            let to = self.rules[*at].to;
            if !has.contains(&to) {
                // Rules are in order of confidence.
                best.entry(to).and_modify(|known| *known = (*known).min(*at)).or_insert(*at);
            }
        }
        let mut places: Vec<usize> = best.into_values().collect();
        places.sort_unstable();
        places.into_iter().map(|at| Suggestion { product: self.rules[at].to, rule: self.rules[at] }).collect()
    }

    /// What to offer to a group of customers, whose baskets hold all they have, the most expected buyers first.
    pub fn next_for_group(&self, group: &Baskets) -> Vec<GroupSuggestion> {
        let mut found: HashMap<u32, GroupSuggestion> = HashMap::new();
        let mut owners: HashMap<u32, usize> = HashMap::new();
        for member in group.each() {
            let owned: Vec<u32> = member.iter().map(|item| item.1).collect();
            for product in &owned {
                *owners.entry(*product).or_default() += 1;
            }
            for suggestion in self.next_for(&owned) {
                let product = suggestion.product;
                let empty = GroupSuggestion { product, members: 0, expected_buyers: 0.0, owners: 0 };
                let total = found.entry(product).or_insert(empty);
                total.members += 1;
                total.expected_buyers += suggestion.rule.confidence;
            }
        }
        let mut all: Vec<GroupSuggestion> = found.into_values().collect();
        for suggestion in &mut all {
            suggestion.owners = owners.get(&suggestion.product).copied().unwrap_or(0);
        }
        all.sort_by(|a, b| b.expected_buyers.total_cmp(&a.expected_buyers).then(a.product.cmp(&b.product)));
        all
    }
}

#[cfg(test)]
pub(super) mod tests;
