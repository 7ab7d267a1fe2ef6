//! Who still orders as they used to, who slows down, and who has gone: each customer against their own rhythm.
//!
//! A silence is judged by how likely it would be for a customer who still orders. Gaps between orders are taken as Gamma
//! distributed with an unknown rate; with k own gaps of G days in all and two more of the length usual among all
//! customers, the chance of a gap longer than s days is, for regularity m, `sum over j < m of C(mK+j-1, j) u^j (1-u)^(mK)`
//! with K = k + 2, u = s / (s + G'). For m = 1 (orders at random) that is `(G' / (G' + s))^K`. A regular customer's
//! silence is thus noticed sooner than an irregular one's.
//!
//! A change in volume is judged in the last period against all time before: orders by their chance under the former rate
//! (a Poisson count whose rate is known from counts: negative binomial), money by its share of the usual.

use serde::{Deserialize, Serialize};

use super::orders::{OrderDay, Orders};

/// How a customer keeps their rhythm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    Active,
    Slowing,
    Lapsed,
}

/// Where lines are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rule {
    /// The last period, held against the time before.
    pub period_days: u32,
    /// A silence or a fall in orders no likelier than this is slowing: so many of those who are as active as ever are told
    /// to be slowing at any time.
    pub slowing: f64,
    /// Who is alive with a probability below this has lapsed.
    pub alive: f64,
    /// Money below this share of the usual is slowing.
    pub money: f64,
}

impl Default for Rule {
    fn default() -> Rule {
        Rule { period_days: 90, slowing: 0.10, alive: 0.20, money: 0.5 }
    }
}

/// Why a customer stands where they do, in figures.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum Reason {
    /// Nothing unusual.
    OnRhythm { days: u32, usual_gap_days: f64 },
    /// Nobody has ordered twice yet, so no rhythm is known.
    NoRhythmKnown { days: u32 },
    /// The last order is longer ago than fits; `chance` is that of such a silence for one who still orders.
    Silence { days: u32, usual_gap_days: f64, chance: f64 },
    /// Fewer orders in the last period than at the former rate; `chance` is that of so few.
    FewerOrders { orders: u32, expected: f64, chance: f64 },
    /// Less money in the last period than before; minor units.
    LessMoney { money: i64, usual: f64 },
    /// The model of repeat orders, or the silence itself, says that the customer has gone.
    ProbablyGone { p_alive: f64 },
}

/// One customer's standing.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Judgement {
    pub customer: u32,
    pub standing: Standing,
    pub silence_days: u32,
    /// The customer's own, drawn towards that of all while there are few of their own. Nothing while nobody has one.
    pub usual_gap_days: Option<f64>,
    /// The probability that the customer is gone: by the model of repeat orders where its answer was given, else by the
    /// silence, when someone with k repeat orders is thought to have left after the last one with a chance of 1/(k+2)
    /// (Laplace's rule of succession). BG/NBD holds all with one order for alive: better give MBG/NBD or Pareto/NBD.
    pub lost: f64,
    /// The strongest kind first; never empty.
    pub reasons: Vec<Reason>,
}

/// How many gaps of the usual length count beside a customer's own.
const BORROWED_GAPS: f64 = 2.0;
/// Own gaps from which regularity is read, and the most that is believed.
const GAPS_FOR_REGULARITY: usize = 4;
const MOST_REGULAR: f64 = 8.0;
/// Fewer orders before the last period tell no rate.
const ORDERS_FOR_RATE: usize = 3;

/// The standing of each customer with an order up to `as_of`, by rising number: the rows of `Orders::summarise` at that
/// day. `p_alive`, if given, has their probabilities of being alive in the same rows.
pub fn judge(orders: &Orders, as_of: i32, p_alive: Option<&[f64]>, rule: &Rule) -> Vec<Judgement> {
    let usual = usual_gap(orders, as_of);
    let mut all = Vec::new();
    orders.walk(as_of, |customer, days, _| {
        let alive = p_alive.and_then(|column| column.get(all.len())).copied();
        all.push(judge_one(customer, days, as_of, usual, alive, rule));
    });
    all
}

fn judge_one(
    customer: u32,
    days: &[OrderDay],
    as_of: i32,
    usual: Option<f64>,
    alive: Option<f64>,
    rule: &Rule,
) -> Judgement {
    let silence = days.last().map_or(0, |last| as_of.abs_diff(last.day));
    let rhythm = usual.map(|usual| Rhythm::of(days, usual));
    let chance = rhythm.as_ref().map_or(1.0, |rhythm| rhythm.chance_of(silence));
    let usual_gap_days = rhythm.as_ref().map(|rhythm| rhythm.days / rhythm.gaps);

    let leaves = 1.0 / (days.len() as f64 + 1.0);
    let left = leaves / (leaves + (1.0 - leaves) * chance);
    let p_alive = alive.unwrap_or(1.0 - left);
    let has_lapsed = p_alive < rule.alive;

    let mut standing = Standing::Active;
    let mut reasons = Vec::new();
    if has_lapsed {
        standing = Standing::Lapsed;
        reasons.push(Reason::ProbablyGone { p_alive });
    }
    let by_silence = chance <= rule.slowing || (has_lapsed && alive.is_none());
    if let Some(usual_gap_days) = usual_gap_days.filter(|_| by_silence) {
        standing = standing.max(Standing::Slowing);
        reasons.push(Reason::Silence { days: silence, usual_gap_days, chance });
    }
    for reason in changes(days, as_of, rule) {
        standing = standing.max(Standing::Slowing);
        reasons.push(reason);
    }
    if reasons.is_empty() {
        reasons.push(match usual_gap_days {
            Some(usual_gap_days) => Reason::OnRhythm { days: silence, usual_gap_days },
            None => Reason::NoRhythmKnown { days: silence },
        });
    }
    Judgement { customer, standing, silence_days: silence, usual_gap_days, lost: 1.0 - p_alive, reasons }
}

/// The median over customers of the mean days between their orders.
fn usual_gap(orders: &Orders, as_of: i32) -> Option<f64> {
    let mut means = Vec::new();
    orders.walk(as_of, |_, days, _| {
        if let [first, .., last] = days {
            means.push(f64::from(first.day.abs_diff(last.day)) / (days.len() - 1) as f64);
        }
    });
    let middle = means.len() / 2;
    (!means.is_empty()).then(|| *means.select_nth_unstable_by(middle, f64::total_cmp).1)
}

/// A customer's gaps between orders, with those borrowed.
struct Rhythm {
    gaps: f64,
    /// Of all gaps together.
    days: f64,
    /// 1 for orders at random, more for those at even gaps.
    regularity: u32,
}

impl Rhythm {
    fn of(days: &[OrderDay], usual: f64) -> Rhythm {
        let gaps = || days.windows(2).map(|pair| f64::from(pair[0].day.abs_diff(pair[1].day)));
        let (count, sum) = (days.len().saturating_sub(1), gaps().sum::<f64>());
        let mut regularity = 1;
        if count >= GAPS_FOR_REGULARITY {
            let mean = sum / count as f64;
            let variance = gaps().map(|gap| (gap - mean) * (gap - mean)).sum::<f64>() / (count - 1) as f64;
            regularity = (mean * mean / variance).clamp(1.0, MOST_REGULAR) as u32;
        }
        Rhythm { gaps: count as f64 + BORROWED_GAPS, days: sum + BORROWED_GAPS * usual, regularity }
    }

    /// The chance of a gap longer than this while the customer still orders.
    fn chance_of(&self, silence: u32) -> f64 {
        let silence = f64::from(silence);
        at_most(self.regularity - 1, f64::from(self.regularity) * self.gaps, silence / (silence + self.days))
    }
}

/// The chance of at most `count` by a negative binomial: successes of chance `share` before `stops` failures.
fn at_most(count: u32, stops: f64, share: f64) -> f64 {
    let mut term = (stops * (-share).ln_1p()).exp();
    let mut sum = term;
    for j in 1..=count {
        term *= (stops + f64::from(j) - 1.0) / f64::from(j) * share;
        sum += term;
    }
    sum.min(1.0)
}

/// What fell in the last period against all time before it, if that is long enough to compare.
fn changes(days: &[OrderDay], as_of: i32, rule: &Rule) -> Vec<Reason> {
    let begins = as_of.saturating_sub_unsigned(rule.period_days);
    let split = days.partition_point(|day| day.day <= begins);
    let (before, recent) = days.split_at(split);
    let Some(first) = before.first() else { return Vec::new() };
    let (watched, period) = (f64::from(begins.abs_diff(first.day)), f64::from(rule.period_days));
    if before.len() < ORDERS_FOR_RATE || watched < period {
        return Vec::new();
    }
    let mut found = Vec::new();
    // The first order began the watch; those after it tell the rate.
    let rate = (before.len() - 1) as f64;
    let expected = rate * period / watched;
    let orders = u32::try_from(recent.len()).unwrap_or(u32::MAX);
    let chance = at_most(orders, rate, period / (period + watched));
    if f64::from(orders) < expected && chance <= rule.slowing {
        found.push(Reason::FewerOrders { orders, expected, chance });
    }
    let sum = |days: &[OrderDay]| days.iter().fold(0_i64, |sum, day| sum.saturating_add(day.amount));
    let usual = sum(&before[1..]) as f64 * period / watched;
    let money = sum(recent);
    // Of one or two orders half may be missing by chance.
    if expected >= 3.0 && (money as f64) < rule.money * usual {
        found.push(Reason::LessMoney { money, usual });
    }
    found
}

/// A customer who may still be kept.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Alarm {
    /// The place of the customer in the judgements.
    pub row: usize,
    pub customer: u32,
    /// What the customer would bring by staying, in the caller's unit.
    pub at_stake: f64,
    pub lost: f64,
    /// The product of both, by which alarms are ordered.
    pub expected_loss: f64,
}

/// Those who slow down and have something at stake, the greatest expected loss first. Who has lapsed is past warning: they
/// are to be won back. `at_stake` has a value for each judgement, such as the money of the last year.
pub fn early_warning(judgements: &[Judgement], at_stake: &[f64]) -> Vec<Alarm> {
    let rows = judgements.iter().zip(at_stake).enumerate();
    let slowing = rows.filter(|(_, (judgement, stake))| judgement.standing == Standing::Slowing && **stake > 0.0);
    let mut alarms: Vec<Alarm> = slowing
        .map(|(row, (judgement, stake))| Alarm {
            row,
            customer: judgement.customer,
            at_stake: *stake,
            lost: judgement.lost,
            expected_loss: stake * judgement.lost,
        })
        .collect();
    alarms.sort_by(|a, b| b.expected_loss.total_cmp(&a.expected_loss).then(a.row.cmp(&b.row)));
    alarms
}

#[cfg(test)]
mod tests;
