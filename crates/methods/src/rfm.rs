//! Recency, frequency and money: five scores each, and the segments that marketers call by name.

use serde::{Deserialize, Serialize};

use super::orders::Summaries;

/// Segments by the scores of recency and frequency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Segment {
    Champions,
    Loyal,
    PotentialLoyal,
    New,
    Promising,
    NeedAttention,
    AboutToSleep,
    AtRisk,
    CannotLose,
    Hibernating,
}

impl Segment {
    /// The best first.
    pub const ALL: [Segment; 10] = [
        Segment::Champions,
        Segment::Loyal,
        Segment::PotentialLoyal,
        Segment::New,
        Segment::Promising,
        Segment::NeedAttention,
        Segment::AboutToSleep,
        Segment::AtRisk,
        Segment::CannotLose,
        Segment::Hibernating,
    ];

    /// By scores from 1 to 5; what lies outside is taken to lie at the edge.
    pub fn of(recency: u8, frequency: u8) -> Segment {
        match (recency, frequency) {
            (0..=2, 0..=2) => Segment::Hibernating,
            (0..=2, 3..=4) => Segment::AtRisk,
            (0..=2, 5..) => Segment::CannotLose,
            (3, 0..=2) => Segment::AboutToSleep,
            (3, 3) => Segment::NeedAttention,
            (3..=4, 4..) => Segment::Loyal,
            (4, 0..=1) => Segment::Promising,
            (5.., 0..=1) => Segment::New,
            (4.., 2..=3) => Segment::PotentialLoyal,
            (5.., 4..) => Segment::Champions,
        }
    }
}

/// What is scored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    Recency,
    Frequency,
    Money,
}

/// So many customers have the same value that they spread over several scores, which then say little about them: who got
/// which was decided by their ids.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct HeavyTies {
    pub measure: Measure,
    /// Days, orders or minor units.
    pub value: i64,
    /// Of all customers.
    pub share: f64,
    pub lowest_score: u8,
    pub highest_score: u8,
}

/// Scores from 1 to 5, five being best; a row for each customer, in the order of the summaries.
#[derive(Clone, Debug, Serialize)]
pub struct Scores {
    pub recency: Vec<u8>,
    pub frequency: Vec<u8>,
    pub money: Vec<u8>,
    pub ties: Vec<HeavyTies>,
}

/// Where one score ends and the next begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cuts {
    /// The last day since the last order that still has score 5, 4, 3, 2; rising.
    pub recency_days: [u32; 4],
    /// The least orders that have score 2, 3, 4, 5; rising.
    pub orders: [u32; 4],
    /// The least minor units that have score 2, 3, 4, 5; rising.
    pub money: [i64; 4],
}

/// A segment's customers and their money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct SegmentTotals {
    pub segment: Segment,
    pub customers: usize,
    /// Minor units.
    pub money: i64,
}

/// Customers with the same three scores.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Cell {
    pub recency: u8,
    pub frequency: u8,
    pub money: u8,
    pub customers: usize,
}

/// Ties heavier than this are told: with five scores, one score's worth of customers.
const HEAVY: f64 = 0.2;

/// Scores by rank, a fifth of the customers for each score. Ties are split by customer number.
pub fn score(summaries: &Summaries) -> Scores {
    let mut ties = Vec::new();
    let mut by_rank = |measure, values: &mut dyn Iterator<Item = i64>, reverse: bool| {
        let (tiles, tie) = tiles(values, 5);
        let score = |tile: u8| if reverse { 6 - tile } else { tile };
        if let Some(Tie { value, count, first, last }) = tie {
            let share = count as f64 / tiles.len() as f64;
            let (a, b) = (score(first), score(last));
            let (lowest_score, highest_score) = (a.min(b), a.max(b));
            if share >= HEAVY {
                ties.push(HeavyTies { measure, value, share, lowest_score, highest_score });
            }
        }
        tiles.into_iter().map(score).collect()
    };
    let recency = by_rank(Measure::Recency, &mut summaries.recency_days().map(i64::from), true);
    let frequency = by_rank(Measure::Frequency, &mut summaries.orders.iter().map(|orders| i64::from(*orders)), false);
    let money = by_rank(Measure::Money, &mut summaries.total.iter().copied(), false);
    Scores { recency, frequency, money, ties }
}

/// Scores by fixed cuts, so that equal customers score alike and a score means the same next year.
pub fn score_by(summaries: &Summaries, cuts: &Cuts) -> Scores {
    let days = summaries.recency_days();
    Scores {
        recency: days.map(|days| 5 - passed(cuts.recency_days.iter().map(|last| days > *last))).collect(),
        frequency: summaries.orders.iter().map(|n| 1 + passed(cuts.orders.iter().map(|least| n >= least))).collect(),
        money: summaries.total.iter().map(|sum| 1 + passed(cuts.money.iter().map(|least| sum >= least))).collect(),
        ties: Vec::new(),
    }
}

fn passed(cuts: impl Iterator<Item = bool>) -> u8 {
    cuts.map(u8::from).sum()
}

impl Scores {
    pub fn len(&self) -> usize {
        self.recency.len()
    }

    pub fn is_empty(&self) -> bool {
        self.recency.is_empty()
    }

    /// The segment of each customer.
    pub fn segments(&self) -> impl Iterator<Item = Segment> {
        self.recency.iter().zip(&self.frequency).map(|(recency, frequency)| Segment::of(*recency, *frequency))
    }

    /// The segments that somebody is in, the best first.
    pub fn totals(&self, summaries: &Summaries) -> Vec<SegmentTotals> {
        let mut all = Segment::ALL.map(|segment| SegmentTotals { segment, customers: 0, money: 0 });
        for (segment, money) in self.segments().zip(&summaries.total) {
            let totals = &mut all[segment as usize];
            totals.customers += 1;
            totals.money = totals.money.saturating_add(*money);
        }
        all.into_iter().filter(|totals| totals.customers > 0).collect()
    }

    /// How many customers have which three scores, rising.
    pub fn cells(&self) -> Vec<Cell> {
        let mut counts = [0_usize; 125];
        let place = |score: u8| usize::from(score.clamp(1, 5) - 1);
        for ((recency, frequency), money) in self.recency.iter().zip(&self.frequency).zip(&self.money) {
            counts[place(*recency) * 25 + place(*frequency) * 5 + place(*money)] += 1;
        }
        let scores = (1..=5).flat_map(|r| (1..=5).flat_map(move |f| (1..=5).map(move |m| (r, f, m))));
        let cells = scores.zip(counts).filter(|(_, customers)| *customers > 0);
        cells.map(|((recency, frequency, money), customers)| Cell { recency, frequency, money, customers }).collect()
    }
}

/// The tile from 1 to `tiles` of each value by rank, ties split by place; the first tiles are larger by one where the
/// values do not divide evenly. As `ntile` of SQL over (value, place).
pub fn ntile(values: impl IntoIterator<Item = i64>, tiles: u8) -> Vec<u8> {
    self::tiles(values.into_iter(), tiles).0
}

/// A value that lies in several tiles.
struct Tie {
    value: i64,
    count: usize,
    first: u8,
    last: u8,
}

/// The tiles, and the most common value that lies in more than one.
fn tiles(values: impl Iterator<Item = i64>, tiles: u8) -> (Vec<u8>, Option<Tie>) {
    let mut sorted: Vec<(i64, u32)> = values.zip(0_u32..).collect();
    sorted.sort_unstable();
    let tiles = usize::from(tiles.max(1));
    let (size, larger) = (sorted.len() / tiles, sorted.len() % tiles);
    let tile_at = |rank: usize| {
        let in_larger = larger * (size + 1);
        let tile = if rank < in_larger { rank / (size + 1) } else { larger + (rank - in_larger) / size.max(1) };
        u8::try_from(tile + 1).unwrap_or(u8::MAX)
    };
    let mut found = vec![0; sorted.len()];
    let mut heaviest: Option<Tie> = None;
    let mut rank = 0;
    for run in sorted.chunk_by(|a, b| a.0 == b.0) {
        let tie = Tie { value: run[0].0, count: run.len(), first: tile_at(rank), last: tile_at(rank + run.len() - 1) };
        for (_, place) in run {
            found[*place as usize] = tile_at(rank);
            rank += 1;
        }
        if tie.first != tie.last && heaviest.as_ref().is_none_or(|heaviest| tie.count > heaviest.count) {
            heaviest = Some(tie);
        }
    }
    (found, heaviest)
}

#[cfg(test)]
pub(super) mod tests;
