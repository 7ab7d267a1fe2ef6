//! What open deals will bring, and those that are not there yet: totals of months to come, with intervals.
//!
//! Winning and losing are competing ends of the time a deal is open. How often each happens on a day is learned by age in
//! weeks from all deals, those still open among them (Aalen & Johansen 1978, Scandinavian Journal of Statistics 5:141-150),
//! with each group a deal belongs to (its owner, its product) drawn towards the whole as far as it has seen little.
//!
//! Deals do not end independently of each other: a month is good or bad for all of them. Its effect on each rate is a season's
//! (the place of the month in its quarter, of longer histories in its year) and its own, both normal on the log scale; how
//! large they are is learned on a grid of their standard deviations, so that a short history says itself how little it knows
//! ([`months`]). New deals arrive month by month by the same model, around the level of the last months. Totals come by
//! simulation ([`simulate`]): each run draws deviations, effects and rates anew, then the ends of deals.

mod backtest;
mod lots;
mod months;
mod simulate;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

pub use backtest::{BackTest, Held, back_test};
pub use months::Month;
use months::{Effects, Seen};
pub use simulate::{Coming, Total};

/// A deal as it stood on a day; days are numbers of the calendar (1970-01-01 is 0).
#[derive(Clone, Debug, PartialEq)]
pub struct Deal {
    /// The day it was begun in earnest.
    pub begun: i32,
    /// The day it was closed, and whether it was won.
    pub ended: Option<(i32, bool)>,
    /// In minor units; none where it is not known.
    pub amount: Option<i64>,
    /// Numbers of the groups it belongs to: one for each way to group, in the same order for all.
    pub groups: Vec<u32>,
}

/// Days of age that share their rates.
const BAND: i32 = 7;
/// Deals older than this share the rates of the oldest.
const BANDS: usize = 104;
/// Days that a band is thought to have seen beside its own, with everybody's rates.
const PRIOR_DAYS: f64 = 14.0;
/// Ends that a group is thought to have seen beside its own, as many as were expected of it.
const PRIOR_ENDS: f64 = 30.0;

/// What happened at an age.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Band {
    days: f64,
    ends: [f64; 2],
}

/// What is known on a day.
pub struct Outlook {
    as_of: i32,
    bands: Vec<Band>,
    /// The daily rates of winning and of losing, by band.
    rates: Vec<[f64; 2]>,
    /// How much more than others each group wins, by way to group.
    groups: Vec<BTreeMap<u32, f64>>,
    /// Effects of months on winning, on losing and on how many begin.
    effects: [Effects; 3],
    /// Deals that began in a usual month lately, as a logarithm.
    level: f64,
    /// What was won brought.
    amounts: Vec<i64>,
    /// What a won deal of each group brings, by the last way to group.
    worth: BTreeMap<u32, f64>,
    open: Vec<Deal>,
}
const WON: usize = 0;
const LOST: usize = 1;
const BEGUN: usize = 2;

/// Won deals of a group from which on what they brought says something of its others.
const WORTH_FROM: f64 = 5.0;
/// Months that are learned from: what was long ago is another company's.
const HISTORY_MONTHS: i32 = 36;
/// Months that the level of new deals is taken from.
const LEVEL_MONTHS: usize = 6;

impl Outlook {
    /// Learns from deals as they stood at the end of a day: what ended later is not known yet, what began later is not there.
    /// None where less than two months with wins are over.
    pub fn learn(deals: &[Deal], as_of: i32) -> Option<Outlook> {
        let known: Vec<Deal> = deals
            .iter()
            .filter(|deal| deal.begun <= as_of)
            .map(|deal| match deal.ended {
                // What it brought was not known before it ended.
                Some((day, _)) if day > as_of => Deal { ended: None, amount: None, ..deal.clone() },
                _ => deal.clone(),
            })
            .collect();
        // Before the first end nothing is known of how deals end: such files hold only what was open then.
        let first = known.iter().filter_map(|deal| deal.ended).map(|(day, _)| day).min()?;
        let to = Month::of(as_of + 1).after(-1);
        let from = Month::of(first).max(to.after(1 - HISTORY_MONTHS));
        let months = usize::try_from(from.until(to) + 1).ok().filter(|months| *months >= 2)?;
        let start = from.first_day();

        let mut bands = vec![Band::default(); BANDS];
        for deal in &known {
            let last = deal.ended.map_or(as_of, |(day, _)| day);
            for day in deal.begun.max(start)..=last {
                if let Some(band) = bands.get_mut(band_of(day - deal.begun)) {
                    band.days += 1.0;
                }
            }
            if let Some((day, won)) = deal.ended.filter(|(day, _)| *day >= start)
                && let Some(band) = bands.get_mut(band_of(day - deal.begun))
            {
                band.ends[if won { WON } else { LOST }] += 1.0;
            }
        }
        let all = bands.iter().fold(Band::default(), |sum, band| Band {
            days: sum.days + band.days,
            ends: [sum.ends[0] + band.ends[0], sum.ends[1] + band.ends[1]],
        });
        if all.ends[WON] < 1.0 {
            return None;
        }
        let rates: Vec<[f64; 2]> = bands
            .iter()
            .map(|band| {
                [WON, LOST]
                    .map(|end| (band.ends[end] + PRIOR_DAYS * all.ends[end] / all.days) / (band.days + PRIOR_DAYS))
            })
            .collect();

        // The month of each day, once: deals have very many days.
        let places: Vec<Option<usize>> = (start..=as_of).map(|day| from.place(day)).collect();
        let place = |day: i32| usize::try_from(day - start).ok().and_then(|at| places.get(at).copied().flatten());

        // What was seen in each month beside what its deals' ages led to expect.
        let mut seen = vec![[0.0; 2]; months];
        let mut expected = vec![[0.0; 2]; months];
        let mut begun = vec![0.0; months];
        let mut of_group: Vec<BTreeMap<u32, [f64; 2]>> = Vec::new();
        for deal in &known {
            let last = deal.ended.map_or(as_of, |(day, _)| day);
            let mut wins = 0.0;
            for day in deal.begun.max(start)..=last {
                let Some(rate) = rates.get(band_of(day - deal.begun)) else { continue };
                wins += rate[WON];
                if let Some(month) = place(day).and_then(|at| expected.get_mut(at)) {
                    month[WON] += rate[WON];
                    month[LOST] += rate[LOST];
                }
            }
            let end = deal.ended.filter(|(day, _)| *day >= start);
            if let Some((day, won)) = end
                && let Some(month) = place(day).and_then(|at| seen.get_mut(at))
            {
                month[if won { WON } else { LOST }] += 1.0;
            }
            if let Some(month) = place(deal.begun).and_then(|at| begun.get_mut(at)) {
                *month += 1.0;
            }
            of_group.resize_with(of_group.len().max(deal.groups.len()), Default::default);
            for (group, sums) in deal.groups.iter().zip(&mut of_group) {
                let sums = sums.entry(*group).or_insert([0.0; 2]);
                sums[0] += f64::from(u8::from(end.is_some_and(|(_, won)| won)));
                sums[1] += wins;
            }
        }
        let groups = of_group
            .into_iter()
            .map(|sums| {
                sums.into_iter().map(|(group, [won, of])| (group, (won + PRIOR_ENDS) / (of + PRIOR_ENDS))).collect()
            })
            .collect();

        let ends = |end: usize| -> Vec<Seen> {
            seen.iter()
                .zip(&expected)
                .enumerate()
                .map(|(at, (seen, expected))| {
                    Seen::of(from.after(i32::try_from(at).unwrap_or(0)), seen[end], expected[end])
                })
                .collect()
        };
        let lately = begun.get(months.saturating_sub(LEVEL_MONTHS)..).unwrap_or(&[]);
        let usual = lately.iter().sum::<f64>() / lately.len().max(1) as f64;
        let level = usual.max(0.5).ln();
        let begun: Vec<Seen> = begun
            .iter()
            .enumerate()
            .skip(months.saturating_sub(24))
            .map(|(at, begun)| Seen::of(from.after(i32::try_from(at).unwrap_or(0)), *begun, usual.max(0.5)))
            .collect();
        let won = known.iter().filter(|deal| deal.ended.is_some_and(|(_, won)| won));
        let won: Vec<(Option<u32>, i64)> =
            won.filter_map(|deal| Some((deal.groups.last().copied(), deal.amount?))).collect();
        let mut of_groups: BTreeMap<u32, (f64, f64)> = BTreeMap::new();
        for (group, amount) in &won {
            let sums = group.map(|group| of_groups.entry(group).or_default());
            sums.into_iter().for_each(|sums| *sums = (sums.0 + *amount as f64, sums.1 + 1.0));
        }
        let seen_enough = of_groups.into_iter().filter(|(_, (_, deals))| *deals >= WORTH_FROM);
        let worth = seen_enough.map(|(group, (sum, deals))| (group, sum / deals)).collect();
        let amounts = won.into_iter().map(|(_, amount)| amount).collect();
        let open = known.into_iter().filter(|deal| deal.ended.is_none()).collect();
        Some(Outlook {
            as_of,
            bands,
            rates,
            groups,
            effects: [Effects::learn(&ends(WON)), Effects::learn(&ends(LOST)), Effects::learn(&begun)],
            level,
            amounts,
            worth,
            open,
        })
    }

    /// What becomes of a deal that is open: its chance to be won within so many days, and the day by which half of that chance
    /// is used up.
    pub fn foretell(&self, deal: &Deal, days: i32) -> (f64, Option<i32>) {
        let favour = self.favour(deal);
        let (mut open, mut won, mut course) = (1.0, 0.0, Vec::new());
        for passed in 1..=days.max(0) {
            let [win, lose] = self.rates[band_of(self.as_of + passed - deal.begun)];
            let (win, all) = (win * favour, win * favour + lose);
            let ends = 1.0 - (-all).exp();
            if all > 0.0 {
                won += open * ends * win / all;
            }
            open *= 1.0 - ends;
            course.push(won);
        }
        let half = course.iter().position(|so_far| *so_far >= won / 2.0).filter(|_| won > 0.0);
        (won, half.and_then(|at| i32::try_from(at + 1).ok()).map(|after| self.as_of + after))
    }

    /// How much likelier than others a deal is won, by its groups.
    fn favour(&self, deal: &Deal) -> f64 {
        deal.groups
            .iter()
            .zip(&self.groups)
            .map(|(group, of)| of.get(group).copied().unwrap_or(1.0))
            .product::<f64>()
            .clamp(0.25, 4.0)
    }
}

fn band_of(age: i32) -> usize {
    usize::try_from(age.max(0) / BAND).unwrap_or(0).min(BANDS - 1)
}
