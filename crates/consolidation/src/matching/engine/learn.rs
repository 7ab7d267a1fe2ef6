//! A model from the rows alone.
//!
//! How often a level occurs among different things is counted: for equal values from how often each value occurs, for
//! the other levels on random pairs. How often it occurs among the same things is learned by expectation and
//! maximisation, key by key, from what the key says nothing of: pairs that share a date of birth teach what names,
//! addresses and telephones do, and pairs that share a name teach what dates do. Taken all together, the pairs of the
//! commonest key would teach their own habit instead. Answers that people gave join as pairs that are known.

use std::collections::HashMap;

use super::blocking::{self, Key, Pairs};
use super::compare::{Comparer, Comparison, MISSING, NAMESAKE, SAME, SHARED};
use super::model::{Model, Rarity, Weighed, level, probability};
use super::similar::stir;
use super::table::{Role, Table};

/// Random pairs that the levels of different things are counted on.
const RANDOM: u64 = 400_000;
/// The same for a table of few rows, and for each row.
const RANDOM_FEW: u64 = 60_000;
const RANDOM_A_ROW: u64 = 20;
/// Rounds of expectation and maximisation at most; it stops when nothing moves by more than [`STILL`].
const ROUNDS: usize = 80;
const STILL: f64 = 1e-5;
/// Pairs of people of one name that their addresses are compared on.
const OF_ONE_NAME: usize = 100_000;
/// What a level is thought to have been seen, before anything was: no level is impossible.
const UNSEEN: f64 = 0.5;
/// A table of fewer rows says little of how often strangers agree.
const FEW_ROWS: u32 = 2_000;
/// What is usual among pairs that are the same weighs as much as so many of them.
const GUESSED: f64 = 20.0;
/// One answer weighs as much as so many pairs.
const ANSWER: f64 = 3.0;
/// A key teaches when at least so many of its pairs seem the same.
const ENOUGH: f64 = 5.0;

/// How many pairs have each pattern of levels, by the keys they share.
pub type Patterns = HashMap<(u64, u32), f64>;

/// What the learning starts from.
pub struct Sample<'a> {
    pub table: &'a Table,
    pub comparisons: Vec<Comparison>,
    pub keys: Vec<Key>,
    pub patterns: Patterns,
    /// The patterns of pairs that people decided: the same, or not.
    pub decided: Vec<(u64, bool)>,
}

/// Learns the model. The same rows give the same model, to the last bit.
pub fn learn(sample: &Sample) -> Model {
    let other = chances(sample.table, &sample.comparisons);
    let mut model = Model {
        prior: 0.0,
        weighed: sample
            .comparisons
            .iter()
            .zip(other)
            .map(|(&comparison, other)| Weighed { comparison, same: first_guess(comparison), other })
            .collect(),
        keys: sample.keys.clone(),
        rarity: Rarity::of(sample.table),
    };
    let mut patterns: Vec<((u64, u32), f64)> =
        sample.patterns.iter().map(|(&pattern, &count)| (pattern, count)).collect();
    patterns.sort_unstable_by_key(|(pattern, _)| *pattern);

    let mut taught: Vec<Vec<f64>> = model.weighed.iter().map(|one| vec![0.0; one.same.len()]).collect();
    let mut namesakes: Option<Vec<f64>> = None;
    for (at, key) in sample.keys.iter().enumerate().filter(|(_, key)| blocking::teaches(key)) {
        let free: Vec<bool> = model
            .weighed
            .iter()
            .map(|one| !key.iter().flat_map(|part| part.roles()).any(|role| one.comparison.reads(role)))
            .collect();
        let shared = patterns.iter().filter(|((_, keys), _)| keys & (1 << at) != 0);
        let shared: Vec<(u64, f64)> = shared.map(|((pattern, _), count)| (*pattern, *count)).collect();
        let learns_namesakes = namesakes.is_none() && *key == vec![blocking::Part::Names];
        let Some(lesson) = under_key(&model, &shared, &free, learns_namesakes) else { continue };
        for ((taught, counts), _) in taught.iter_mut().zip(&lesson.same).zip(&free).filter(|(_, free)| **free) {
            taught.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
        }
        if learns_namesakes {
            namesakes = Some(lesson.namesakes);
        }
    }
    for &(pattern, _) in sample.decided.iter().filter(|(_, same)| *same) {
        add(&mut taught, &model.comparisons(), pattern, ANSWER);
    }
    for (weighed, counts) in model.weighed.iter_mut().zip(&mut taught) {
        // What nothing taught stays as it was guessed.
        if counts.iter().sum::<f64>() >= ENOUGH {
            weighed.same = shares(weighed.comparison, counts, &weighed.same);
        }
        if let (Comparison::Email, Some(namesakes)) = (weighed.comparison, &namesakes) {
            for (place, share) in weighed.other.iter_mut().skip(usize::from(NAMESAKE) + 1).zip(namesakes) {
                *place = *share;
            }
        }
    }
    model.prior = prior(&model, sample, &patterns);
    correct(&mut model, &sample.decided);
    model
}

/// What the pairs of one key teach.
struct Lesson {
    /// Expected pairs that are the same, by comparison and level.
    same: Vec<Vec<f64>>,
    /// How often each level of an e-mail address occurs among different people of one name.
    namesakes: Vec<f64>,
}

fn under_key(model: &Model, patterns: &[(u64, f64)], free: &[bool], learns_namesakes: bool) -> Option<Lesson> {
    let comparisons = model.comparisons();
    let total: f64 = patterns.iter().map(|(_, count)| count).sum();
    if total < ENOUGH {
        return None;
    }
    let mut weighed = model.weighed.clone();
    let mut share = 0.2_f64;
    let mut counts: Vec<Vec<f64>> = Vec::new();
    let mut namesakes = vec![0.2; usize::from(NAMESAKE)];
    for _ in 0..ROUNDS {
        let bits: Vec<Vec<f64>> =
            weighed.iter().map(|one| (0..one.same.len()).map(|level| one.bits(level as u8)).collect()).collect();
        counts = weighed.iter().map(|one| vec![0.0; one.same.len()]).collect();
        let before = (share / (1.0 - share)).log2();
        let mut matches = 0.0;
        let mut apart = vec![UNSEEN; usize::from(NAMESAKE)];
        for &(pattern, count) in patterns {
            let evidence: f64 = bits
                .iter()
                .zip(free)
                .enumerate()
                .filter(|(_, (_, free))| **free)
                .filter_map(|(at, (bits, _))| bits.get(usize::from(level(pattern, at))))
                .sum();
            let same = count * probability(before + evidence);
            matches += same;
            add(&mut counts, &comparisons, pattern, same);
            if learns_namesakes {
                for (at, comparison) in comparisons.iter().enumerate() {
                    let level = usize::from(level(pattern, at));
                    // The places behind are those of people who share one name.
                    if *comparison == Comparison::Email
                        && let Some(place) = level.checked_sub(usize::from(NAMESAKE) + 1)
                        && let Some(sum) = apart.get_mut(place)
                    {
                        *sum += count - same;
                    }
                }
            }
        }
        let mut moved: f64 = 0.0;
        for (one, counts) in weighed.iter_mut().zip(&counts) {
            let now = shares(one.comparison, counts, &one.same);
            moved = one.same.iter().zip(&now).fold(moved, |moved, (old, new)| moved.max((old - new).abs()));
            one.same = now;
            if learns_namesakes && one.comparison == Comparison::Email {
                let sum: f64 = apart.iter().sum();
                namesakes = apart.iter().map(|count| count / sum).collect();
                for (place, share) in one.other.iter_mut().skip(usize::from(NAMESAKE) + 1).zip(&namesakes) {
                    *place = *share;
                }
            }
        }
        share = (matches / total).clamp(1e-6, 1.0 - 1e-6);
        if moved < STILL {
            break;
        }
    }
    (share * total >= ENOUGH).then_some(Lesson { same: counts, namesakes })
}

/// The levels' shares among pairs that are the same. Of an e-mail address they are those of a namesake's too.
fn shares(comparison: Comparison, counts: &[f64], before: &[f64]) -> Vec<f64> {
    // A few pairs do not overturn what is usual.
    let guess = first_guess(comparison);
    let mut counts: Vec<f64> = counts.iter().zip(&guess).map(|(count, guess)| count + GUESSED * guess).collect();
    let mut levels = before.len() - 1;
    if comparison == Comparison::Email {
        fold_namesakes(&mut counts);
        levels = usize::from(NAMESAKE);
    }
    let known: f64 = counts.iter().skip(1).take(levels).sum();
    let mut shares: Vec<f64> = counts.iter().skip(1).take(levels).map(|count| count / known).collect();
    let most = comparison.most_other();
    if let Some(other) = shares.last().copied().filter(|other| *other > most) {
        let rest = (1.0 - most) / (1.0 - other).max(1e-9);
        shares.iter_mut().for_each(|share| *share *= rest);
        if let Some(last) = shares.last_mut() {
            *last = most;
        }
    }
    std::iter::once(0.0).chain(shares.iter().cycle().take(before.len() - 1).copied()).collect()
}

/// The levels of an e-mail address under each of its three circumstances become the sum of all three.
fn fold_namesakes(counts: &mut [f64]) {
    let levels = usize::from(NAMESAKE);
    for level in 1..=levels {
        let places = [level, level + levels, level + levels * 2];
        let sum = places.iter().filter_map(|place| counts.get(*place)).sum();
        for place in places {
            if let Some(count) = counts.get_mut(place) {
                *count = sum;
            }
        }
    }
}

/// The share of all pairs that is the same: what the model's own judgement of the pairs comes to.
fn prior(model: &Model, sample: &Sample, patterns: &[((u64, u32), f64)]) -> f64 {
    let rows = f64::from(sample.table.rows());
    let all = (rows * (rows - 1.0) / 2.0).max(1.0);
    // One in ten rows has another that is the same.
    let mut prior = (0.2 / rows.max(2.0)).clamp(1e-12, 0.1);
    let evidence: Vec<(f64, f64)> = patterns
        .iter()
        .map(|((pattern, _), count)| {
            let bits = model.weighed.iter().enumerate().map(|(at, one)| one.bits(level(*pattern, at))).sum();
            (bits, *count)
        })
        .collect();
    for _ in 0..30 {
        let before = (prior / (1.0 - prior)).log2();
        let same: f64 = evidence.iter().map(|(bits, count)| count * probability(before + bits)).sum();
        prior = (same / all).clamp(1e-12, 0.5);
    }
    prior
}

/// Answers that the model would not have given move what it believes beforehand, a few a little, many the whole way.
fn correct(model: &mut Model, decided: &[(u64, bool)]) {
    if !decided.iter().any(|(_, same)| !same) {
        return;
    }
    let evidence =
        |pattern: u64| -> f64 { model.weighed.iter().enumerate().map(|(at, one)| one.bits(level(pattern, at))).sum() };
    let scored: Vec<f64> = decided.iter().map(|(pattern, _)| evidence(*pattern)).collect();
    let wanted = decided.iter().filter(|(_, same)| *same).count() as f64;
    let before = model.prior_bits();
    let believed = |shift: f64| -> f64 { scored.iter().map(|bits| probability(before + shift + bits)).sum() };
    let (mut low, mut high) = (-10.0, 10.0);
    for _ in 0..40 {
        let middle = (low + high) / 2.0;
        if believed(middle) > wanted { high = middle } else { low = middle }
    }
    let trust = scored.len() as f64 / (scored.len() as f64 + 20.0);
    model.prior = probability(before + (low + high) / 2.0 * trust).clamp(1e-12, 0.5);
}

fn add(counts: &mut [Vec<f64>], comparisons: &[Comparison], pattern: u64, weight: f64) {
    for (at, (counts, _)) in counts.iter_mut().zip(comparisons).enumerate() {
        let level = level(pattern, at);
        if level != MISSING
            && let Some(count) = counts.get_mut(usize::from(level))
        {
            *count += weight;
        }
    }
}

/// How often each level occurs among random pairs.
fn chances(table: &Table, comparisons: &[Comparison]) -> Vec<Vec<f64>> {
    let comparer = Comparer::new(table, comparisons.to_vec());
    let mut counts: Vec<Vec<f64>> =
        comparisons.iter().map(|comparison| vec![UNSEEN; comparison.levels().len() + 1]).collect();
    for (pattern, count) in random_patterns(table, &comparer) {
        add(&mut counts, comparisons, pattern, count);
    }
    let mut chances: Vec<Vec<f64>> =
        counts.iter().zip(comparisons).map(|(counts, comparison)| chance(table, *comparison, counts)).collect();
    let at = comparisons.iter().position(|comparison| *comparison == Comparison::Email);
    if let (Some(email), Some(one_name)) = (at.and_then(|at| chances.get_mut(at)), of_one_name(table, &comparer)) {
        // What namesakes' addresses are like is learned from them; until then, as those of people who share a name.
        for from in [NAMESAKE, SHARED] {
            for (place, share) in email.iter_mut().skip(usize::from(from) + 1).zip(&one_name) {
                *place = *share;
            }
        }
    }
    chances
}

fn chance(table: &Table, comparison: Comparison, counts: &[f64]) -> Vec<f64> {
    let mut counts = counts.to_vec();
    if comparison == Comparison::Email {
        // Until the pairs of one name say otherwise, a namesake's address is as any other's.
        counts.iter_mut().skip(usize::from(NAMESAKE) + 1).for_each(|count| *count -= UNSEEN);
        fold_namesakes(&mut counts);
    }
    let known: f64 = match comparison {
        Comparison::Email => counts.iter().skip(1).take(usize::from(NAMESAKE)).sum(),
        _ => counts.iter().skip(1).sum(),
    };
    let mut chance: Vec<f64> =
        counts.iter().enumerate().map(|(at, count)| if at == 0 { 0.0 } else { count / known }).collect();
    // In a table of few rows it is the duplicates themselves that agree.
    let few = table.rows() < FEW_ROWS;
    let agreement = |role| {
        let counted = table.column(role)?.chance_of_agreement().max(1e-9);
        Some(if few { counted.min(usual_chance(role)) } else { counted })
    };
    if comparison == Comparison::Place {
        return place_chance(&chance, agreement);
    }
    // Equal values are counted, not drawn.
    if let ([role], Some(same)) = (comparison.rarity(), chance.get_mut(usize::from(SAME)))
        && let Some(exact) = agreement(*role)
    {
        *same = exact;
    }
    if comparison == Comparison::Email {
        let same = chance.get(1).copied().unwrap_or(0.0);
        for circumstance in [NAMESAKE, SHARED] {
            if let Some(place) = chance.get_mut(usize::from(circumstance) + 1) {
                *place = same;
            }
        }
    }
    chance
}

/// How the e-mail addresses of people compare who share one name and not the other: addresses are made of names.
fn of_one_name(table: &Table, comparer: &Comparer) -> Option<Vec<f64>> {
    let email = comparer.comparisons.iter().position(|comparison| *comparison == Comparison::Email)?;
    let mut counts = vec![UNSEEN; usize::from(NAMESAKE)];
    let mut seen = 0.0;
    for (role, other) in [(Role::Given, Comparison::Family), (Role::Family, Comparison::Given)] {
        let column = table.column(role)?;
        let other_at = comparer.comparisons.iter().position(|comparison| *comparison == other)?;
        let otherwise = u8::try_from(other.levels().len()).unwrap_or(u8::MAX);
        let mut rows: Vec<(u32, u64, u32)> = (0..table.rows())
            .map(|row| (column.first(row), stir(u64::from(row)), row))
            .filter(|row| row.0 != 0)
            .collect();
        rows.sort_unstable();
        let pairs = rows.windows(2).filter_map(|pair| match pair {
            [a, b] if a.0 == b.0 => Some((a.2, b.2)),
            _ => None,
        });
        for (a, b) in pairs.take(OF_ONE_NAME) {
            let levels = comparer.levels(a, b);
            let place = usize::from(level(levels, email)).checked_sub(usize::from(SHARED) + 1);
            if level(levels, other_at) == otherwise
                && let Some(count) = place.and_then(|place| counts.get_mut(place))
            {
                *count += 1.0;
                seen += 1.0;
            }
        }
    }
    let sum: f64 = counts.iter().sum();
    (seen >= ENOUGH).then(|| counts.iter().map(|count| count / sum).collect())
}

/// How often two strangers agree on it, in a country's worth of people: orders of magnitude.
fn usual_chance(role: Role) -> f64 {
    match role {
        Role::Email | Role::Phone | Role::Number => 1e-5,
        Role::Date | Role::Name | Role::Domain | Role::Street => 1e-3,
        Role::Family | Role::Postcode | Role::House => 1e-2,
        Role::Given | Role::City => 3e-2,
        Role::Region | Role::Text => 0.2,
    }
}

/// Of a place, street and area are counted each by itself and multiplied: together they are too rare to be met.
fn place_chance(drawn: &[f64], agreement: impl Fn(Role) -> Option<f64>) -> Vec<f64> {
    let names = Comparison::Place.levels();
    let split: Vec<(&str, &str)> = names.iter().filter_map(|name| name.split_once('.')).collect();
    let sum = |wanted: &dyn Fn(&(&str, &str)) -> bool| -> f64 {
        split.iter().zip(drawn.iter().skip(1)).filter(|(name, _)| wanted(name)).map(|(_, share)| share).sum()
    };
    let street = |name: &str| {
        let (street, house) = (agreement(Role::Street), agreement(Role::House).unwrap_or(1.0));
        match (name, street) {
            ("house", Some(street)) => street * house,
            ("street", Some(street)) => (street * (1.0 - house)).max(1e-9),
            _ => sum(&|(street, _)| *street == name),
        }
    };
    let area = |name: &str| match (name, agreement(Role::Postcode).or_else(|| agreement(Role::City))) {
        ("area", Some(same)) => same,
        _ => sum(&|(_, area)| *area == name),
    };
    std::iter::once(0.0).chain(split.iter().map(|(s, a)| (street(s) * area(a)).max(1e-12))).collect()
}

/// Patterns of random pairs, the same ones every time.
fn random_patterns(table: &Table, comparer: &Comparer) -> Vec<(u64, f64)> {
    let rows = u64::from(table.rows());
    if rows < 2 {
        return Vec::new();
    }
    let drawn = RANDOM.min(RANDOM_FEW.max(rows * RANDOM_A_ROW)).min(rows * rows);
    let half = drawn / 2;
    let mut patterns: Vec<(u64, f64)> = std::thread::scope(|scope| {
        let threads: Vec<_> = [0, half]
            .into_iter()
            .map(|from| {
                scope.spawn(move || {
                    let mut seen: HashMap<u64, f64> = HashMap::new();
                    for at in from..from + half {
                        let (a, b) = (stir(at * 2 + 1) % rows, stir(at * 2 + 2) % rows);
                        if a != b {
                            *seen.entry(comparer.levels(a as u32, b as u32)).or_default() += 1.0;
                        }
                    }
                    seen
                })
            })
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap_or_default()).collect()
    });
    // Sums of fractions depend on their order.
    patterns.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    patterns
}

/// Equal most often, each further level less; an e-mail address the same whatever the names are.
fn first_guess(comparison: Comparison) -> Vec<f64> {
    let levels = comparison.levels().len();
    let distinct = if comparison == Comparison::Email { usize::from(NAMESAKE) } else { levels };
    let share = |at: usize| if at == 0 { 4.0 } else { 0.5_f64.powi(at as i32).max(0.01) };
    let sum: f64 = (0..distinct).map(share).sum();
    std::iter::once(0.0).chain((0..levels).map(|at| share(at % distinct) / sum)).collect()
}

/// The patterns of these pairs, counted; and each pair's own.
pub fn patterns(table: &Table, comparisons: &[Comparison], pairs: &Pairs) -> (Patterns, Vec<u64>) {
    let comparer = Comparer::new(table, comparisons.to_vec());
    let mut levels = vec![0_u64; pairs.pairs.len()];
    let half = pairs.pairs.len().div_ceil(2).max(1);
    let counted = std::thread::scope(|scope| {
        let comparer = &comparer;
        let parts = pairs.pairs.chunks(half).zip(pairs.keys.chunks(half)).zip(levels.chunks_mut(half));
        let threads: Vec<_> = parts
            .map(|((pairs, keys), levels)| {
                scope.spawn(move || {
                    let mut counted = Patterns::new();
                    for ((pair, keys), place) in pairs.iter().zip(keys).zip(levels) {
                        let (a, b) = blocking::rows(*pair);
                        *place = comparer.levels(a, b);
                        *counted.entry((*place, *keys)).or_default() += 1.0;
                    }
                    counted
                })
            })
            .collect();
        let mut counted = Patterns::new();
        for (pattern, count) in threads.into_iter().flat_map(|thread| thread.join().unwrap_or_default()) {
            *counted.entry(pattern).or_default() += count;
        }
        counted
    });
    (counted, levels)
}
