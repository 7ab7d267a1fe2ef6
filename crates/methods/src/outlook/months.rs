//! Months of the calendar, and what each does to all deals alike.

use jiff::civil::Date;

use crate::clusters::random::Lot;
use crate::day;

/// A month of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month(i32);

impl Month {
    /// The one in which a day lies.
    pub fn of(number: i32) -> Month {
        let day = day::of(number);
        Month(i32::from(day.year()) * 12 + i32::from(day.month()) - 1)
    }

    pub fn first_day(self) -> i32 {
        let (year, month) = (i16::try_from(self.0.div_euclid(12)), i8::try_from(self.0.rem_euclid(12) + 1));
        let first = year.ok().zip(month.ok()).and_then(|(year, month)| Date::new(year, month, 1).ok());
        first.map_or(i32::MAX, day::number)
    }

    pub fn last_day(self) -> i32 {
        self.after(1).first_day() - 1
    }

    /// So many months later, or earlier.
    pub fn after(self, months: i32) -> Month {
        Month(self.0.saturating_add(months))
    }

    pub fn until(self, other: Month) -> i32 {
        other.0 - self.0
    }

    /// How many months after this one a day lies; none before it.
    pub fn place(self, day: i32) -> Option<usize> {
        usize::try_from(self.until(Month::of(day))).ok()
    }

    /// Its place in the quarter or in the year.
    fn phase(self, of: i32) -> usize {
        usize::try_from(self.0.rem_euclid(of)).unwrap_or(0)
    }
}

/// How a month went, beside what was to be expected: the logarithm of their ratio, and how sure that is.
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    month: Month,
    log_ratio: f64,
    /// The logarithm of what was to be expected.
    log_expected: f64,
    variance: f64,
}

impl Seen {
    /// Half an end more on both sides, so that a month without any is no infinity.
    pub fn of(month: Month, seen: f64, expected: f64) -> Seen {
        Seen {
            month,
            log_ratio: ((seen + 0.5) / (expected + 0.5)).ln(),
            log_expected: (expected + 0.5).ln(),
            variance: 1.0 / (seen + 0.5),
        }
    }
}

/// Effects of months, learned: a grid of how much seasons and single months deviate, each with its weight.
#[derive(Clone, Debug)]
pub struct Effects {
    period: i32,
    grid: Vec<Point>,
    seen: Vec<Seen>,
    /// The logarithm of what was to be expected in a usual month.
    usual: f64,
}

#[derive(Clone, Copy, Debug)]
struct Point {
    /// Standard deviations between seasons and between months of a season.
    season: f64,
    own: f64,
    /// How much more ends where twice as much could: 1 as much more, 0 nothing, for people have only so much time.
    elasticity: f64,
    weight: f64,
}

/// From so many months on a season is the month of the year, before the place in the quarter.
const YEARLY_FROM: usize = 24;
/// Standard deviations that are thought of; a factor of e is a lot.
const SEASONS: [f64; 8] = [0.02, 0.08, 0.15, 0.25, 0.35, 0.5, 0.7, 1.0];
const OWN: [f64; 8] = [0.03, 0.06, 0.1, 0.16, 0.24, 0.35, 0.5, 0.8];
/// How large deviations are thought to be before anything is seen: half-normal of this scale.
const SCALE: f64 = 0.4;
/// Of the mean that months lie around; rates by age have it already, or nearly.
const MEAN: f64 = 0.15;
const ELASTICITIES: [f64; 5] = [0.0, 0.25, 0.5, 0.75, 1.0];

impl Effects {
    pub fn learn(seen: &[Seen]) -> Effects {
        let period = if seen.len() >= YEARLY_FROM { 12 } else { 3 };
        let usual = seen.iter().map(|seen| seen.log_expected).sum::<f64>() / seen.len().max(1) as f64;
        let mut effects = Effects { period, grid: Vec::new(), seen: seen.to_vec(), usual };
        let mut grid: Vec<Point> = Vec::new();
        for season in SEASONS {
            for own in OWN {
                let prior = -0.5 * (season / SCALE).powi(2) - 0.5 * (own / SCALE).powi(2);
                for elasticity in ELASTICITIES {
                    let mut point = Point { season, own, elasticity, weight: 0.0 };
                    point.weight = effects.log_likelihood(&point) + prior;
                    grid.push(point);
                }
            }
        }
        let most = grid.iter().map(|point| point.weight).fold(f64::NEG_INFINITY, f64::max);
        // Points lie further apart where deviations are large.
        for point in &mut grid {
            point.weight = (point.weight - most).exp() * point.season * point.own;
        }
        let sum: f64 = grid.iter().map(|point| point.weight).sum();
        grid.iter_mut().for_each(|point| point.weight /= sum);
        effects.grid = grid;
        effects
    }

    /// Months of a season share its effect: each season's months together are normal, with that in common.
    fn log_likelihood(&self, point: &Point) -> f64 {
        let (season, own) = (point.season, point.own);
        (0..self.period)
            .map(|phase| {
                let months: Vec<&Seen> = self.of_phase(phase).collect();
                let shared = season * season + MEAN * MEAN;
                // One by one: what is left to be seen of the shared effect after each.
                let (mut mean, mut left, mut sum) = (0.0, shared, 0.0);
                for month in months {
                    let noise = own * own + month.variance;
                    let total = left + noise;
                    let off = self.off(month, point) - mean;
                    sum += -0.5 * (off * off / total + total.ln());
                    let gain = left / total;
                    mean += gain * off;
                    left *= 1.0 - gain;
                }
                sum
            })
            .sum()
    }

    /// What is left of a month's ratio when it is said how much there was to end.
    fn off(&self, month: &Seen, point: &Point) -> f64 {
        month.log_ratio - (point.elasticity - 1.0) * (month.log_expected - self.usual)
    }

    fn of_phase(&self, phase: i32) -> impl Iterator<Item = &Seen> {
        let phase = usize::try_from(phase).unwrap_or(0);
        self.seen.iter().filter(move |seen| seen.month.phase(self.period) == phase)
    }

    /// The factors of coming months in one possible world.
    pub fn drawn(&self, months: &[Month], expected: &[f64], lot: &mut Lot) -> Vec<f64> {
        let mut at = lot.share();
        let point = self
            .grid
            .iter()
            .find(|point| {
                at -= point.weight;
                at <= 0.0
            })
            .or(self.grid.last());
        let Some(point) = point else { return vec![1.0; months.len()] };
        let seasons: Vec<f64> = (0..self.period)
            .map(|phase| {
                let (mut mean, mut left) = (0.0, point.season * point.season + MEAN * MEAN);
                for month in self.of_phase(phase) {
                    let gain = left / (left + point.own * point.own + month.variance);
                    mean += gain * (self.off(month, point) - mean);
                    left *= 1.0 - gain;
                }
                mean + left.sqrt() * lot.normal()
            })
            .collect();
        months
            .iter()
            .zip(expected)
            .map(|(month, expected)| {
                let season = seasons.get(month.phase(self.period)).copied().unwrap_or(0.0);
                let more = (point.elasticity - 1.0) * ((expected + 0.5).ln() - self.usual);
                (season + more + point.own * lot.normal()).exp()
            })
            .collect()
    }
}
