//! Totals of coming months by simulation.

use std::collections::BTreeMap;

use super::months::Month;
use super::{BEGUN, LOST, Outlook, PRIOR_DAYS, WON, band_of};
use crate::clusters::random::Lot;

/// A sum with the interval that is to hold it eight times of ten.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Total {
    pub expected: f64,
    pub low: f64,
    pub high: f64,
}

/// What a coming month brings, and all up to its end.
#[derive(Clone, Debug)]
pub struct Coming {
    pub month: Month,
    pub amount: Total,
    pub deals: Total,
    pub amount_so_far: Total,
    pub deals_so_far: Total,
}

/// Rates of winning and losing on each day to come and at each age, in one possible world.
struct World {
    rates: Vec<[f64; 2]>,
    won: Vec<f64>,
    lost: Vec<f64>,
    /// The place of each coming day's month.
    months: Vec<usize>,
}

impl World {
    /// The chance to end so in each coming month, of a deal that has an age on a coming day.
    fn chances(&self, age: i32, day: usize, favour: f64, end: usize, out: &mut [f64]) {
        out.fill(0.0);
        let mut open = 1.0;
        for (passed, month) in self.months.iter().enumerate().skip(day) {
            let age = age + i32::try_from(passed - day).unwrap_or(0);
            let [win, lose] = self.rates.get(band_of(age)).copied().unwrap_or([0.0; 2]);
            let win = win * favour * self.won.get(*month).copied().unwrap_or(1.0);
            let lose = lose * self.lost.get(*month).copied().unwrap_or(1.0);
            let all = win + lose;
            let ends = 1.0 - (-all).exp();
            if all > 0.0
                && let Some(chance) = out.get_mut(*month)
            {
                *chance += open * ends * if end == WON { win } else { lose } / all;
            }
            open *= 1.0 - ends;
        }
    }
}

impl Outlook {
    /// What the next whole months bring.
    pub fn simulate(&self, months: usize, runs: usize, seed: u64) -> Vec<Coming> {
        let from = Month::of(self.as_of + 1);
        let coming: Vec<Month> = (0..months).map(|at| from.after(i32::try_from(at).unwrap_or(0))).collect();
        let last = from.after(i32::try_from(months).unwrap_or(0)).first_day();
        let days: Vec<usize> = (self.as_of + 1..last).filter_map(|day| from.place(day)).collect();
        let mut lot = Lot::of(seed);
        let usual = self.amounts.iter().sum::<i64>() as f64 / self.amounts.len().max(1) as f64;
        // Deals of an age and a favour end alike.
        let mut open: BTreeMap<(i32, i32), Vec<f64>> = BTreeMap::new();
        for deal in &self.open {
            let favour = (self.favour(deal).ln() * 10.0).round() as i32;
            let like_it = || deal.groups.last().and_then(|group| self.worth.get(group)).copied().unwrap_or(usual);
            let worth = deal.amount.map_or_else(like_it, |amount| amount as f64);
            open.entry((self.as_of + 1 - deal.begun, favour)).or_default().push(worth);
        }
        let expected = self.expected(&coming, &days, &open);
        let mut amounts = vec![Vec::with_capacity(runs); months];
        let mut counts = vec![Vec::with_capacity(runs); months];
        let mut chances = vec![0.0; months];
        for _ in 0..runs {
            let world = World {
                rates: self.drawn_rates(&mut lot),
                won: self.effects[WON].drawn(&coming, &expected[WON], &mut lot),
                lost: self.effects[LOST].drawn(&coming, &expected[LOST], &mut lot),
                months: days.clone(),
            };
            let begun = self.effects[BEGUN].drawn(&coming, &vec![self.level.exp(); months], &mut lot);
            let (mut amount, mut count) = (vec![0.0; months], vec![0.0; months]);
            for ((age, favour), worths) in &open {
                world.chances(*age, 0, (f64::from(*favour) / 10.0).exp(), WON, &mut chances);
                for worth in worths {
                    let mut at = lot.share();
                    for (month, chance) in chances.iter().enumerate() {
                        at -= chance;
                        if at < 0.0 {
                            amount[month] += worth;
                            count[month] += 1.0;
                            break;
                        }
                    }
                }
            }
            for (day, mean) in self.arrivals(&coming, &days, &begun) {
                world.chances(0, day, 1.0, WON, &mut chances);
                for (month, chance) in chances.iter().enumerate() {
                    let won = lot.poisson(mean * chance);
                    count[month] += won;
                    for _ in 0..won as usize {
                        amount[month] += self.amounts.get(lot.place(self.amounts.len())).copied().unwrap_or(0) as f64;
                    }
                }
            }
            for month in 0..months {
                amounts[month].push(amount[month]);
                counts[month].push(count[month]);
            }
        }
        let so_far = |of: &[Vec<f64>], upto: usize| -> Vec<f64> {
            (0..runs).map(|run| of.iter().take(upto + 1).filter_map(|month| month.get(run)).sum()).collect()
        };
        coming
            .iter()
            .enumerate()
            .map(|(at, month)| Coming {
                month: *month,
                amount: total(amounts.get(at).cloned().unwrap_or_default()),
                deals: total(counts.get(at).cloned().unwrap_or_default()),
                amount_so_far: total(so_far(&amounts, at)),
                deals_so_far: total(so_far(&counts, at)),
            })
            .collect()
    }

    /// On which coming days how many begin: those of a week on its middle day.
    fn arrivals(&self, coming: &[Month], days: &[usize], factors: &[f64]) -> Vec<(usize, f64)> {
        let mut arrivals = Vec::new();
        for (place, (month, factor)) in coming.iter().zip(factors).enumerate() {
            let own = days.iter().filter(|at| **at == place).count();
            let first = days.iter().position(|at| *at == place).unwrap_or(0);
            let whole = f64::from(month.last_day() - month.first_day() + 1);
            let weeks = own.div_ceil(7);
            let each = self.level.exp() * factor * own as f64 / whole / weeks.max(1) as f64;
            arrivals.extend((0..weeks).map(|week| (first + (week * 7 + 3).min(own.saturating_sub(1)), each)));
        }
        arrivals
    }

    /// How many would be won and lost in the coming months if these were like any other.
    fn expected(&self, coming: &[Month], days: &[usize], open: &BTreeMap<(i32, i32), Vec<f64>>) -> [Vec<f64>; 2] {
        let even = vec![1.0; coming.len()];
        let world = World { rates: self.rates.clone(), won: even.clone(), lost: even.clone(), months: days.to_vec() };
        let arrivals = self.arrivals(coming, days, &even);
        let mut chances = vec![0.0; coming.len()];
        [WON, LOST].map(|end| {
            let mut sums = vec![0.0; coming.len()];
            let old = open.iter().map(|((age, _), worths)| (*age, 0, worths.len() as f64));
            for (age, day, count) in old.chain(arrivals.iter().map(|(day, mean)| (0, *day, *mean))) {
                world.chances(age, day, 1.0, end, &mut chances);
                sums.iter_mut().zip(&chances).for_each(|(sum, chance)| *sum += count * chance);
            }
            sums
        })
    }

    /// Rates as they may just as well be: counts of ends are Poisson, so their rates are gamma given what was seen.
    fn drawn_rates(&self, lot: &mut Lot) -> Vec<[f64; 2]> {
        self.rates
            .iter()
            .zip(&self.bands)
            .map(|(rates, band)| {
                let seen = band.days + PRIOR_DAYS;
                rates.map(|rate| lot.gamma(rate * seen + 1e-6) / seen)
            })
            .collect()
    }
}

fn total(mut runs: Vec<f64>) -> Total {
    runs.sort_unstable_by(f64::total_cmp);
    let at = |share: f64| runs.get(((runs.len() as f64 - 1.0) * share).round() as usize).copied().unwrap_or(0.0);
    Total { expected: runs.iter().sum::<f64>() / runs.len().max(1) as f64, low: at(0.1), high: at(0.9) }
}
