//! Whether a value is out of the ordinary, judged against its own past at a stated rate of false alarms.
//!
//! A straight line is laid through the past: the median of all slopes (Theil 1950, Sen 1968), with a season the median of
//! slopes between the same places of it (Hirsch, Slack and Smith 1982), and a level for each place of the season. The value
//! is compared with where these lead. How far off it may be is counted in the spread of the past around them (the median
//! absolute deviation), so that neither an old outlier nor a trend nor a Sunday raises an alarm or hides one.
//!
//! That quotient depends on neither level, slope, season nor scale. So the limit that it passes in one of so many cases is
//! found by drawing pasts in which nothing happens, as long as the one at hand. Counts are looked at by their square root and
//! amounts by their logarithm, on which scales noise is nearly normal and equally wide everywhere.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use super::value::special::normal_probability;

/// Fewer points say nothing.
pub const LEAST: usize = 8;
/// A season is taken out where the past holds it so many times, and at least [`LEAST_SEASONAL`] points.
pub const SEASONS: usize = 3;
const LEAST_SEASONAL: usize = 28;
/// Pasts drawn for a limit. What follows each is not drawn but reckoned, so that few are enough.
const DRAWS: usize = 600;
/// What lies beyond the limit of so many times the rate is worth watching.
const WATCHED_TIMES: f64 = 5.0;
/// Turns the median absolute deviation into a standard deviation, where noise is normal.
const TO_DEVIATION: f64 = 1.4826;

/// On which scale noise is even.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// Whole numbers of things that happen: the square root of Anscombe (1948), on which chance alone spreads by one.
    Counts,
    /// What is above zero and grows by parts: the logarithm. As it is where something is not above zero.
    Amounts,
    Plain,
}

/// Between what a value is ordinary.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Band {
    pub expected: f64,
    pub low: f64,
    pub high: f64,
    /// Beyond these it is worth watching.
    pub watch_low: f64,
    pub watch_high: f64,
}

/// How a value lies to its band.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lies {
    Within,
    Near,
    Below,
    Above,
}

impl Band {
    pub fn lies(&self, value: f64) -> Lies {
        match value {
            value if value < self.low => Lies::Below,
            value if value > self.high => Lies::Above,
            value if value < self.watch_low || value > self.watch_high => Lies::Near,
            _ => Lies::Within,
        }
    }
}

/// What the value behind these will be but for one false alarm in `one_in`. A value that does not exist is passed over.
/// None where the past is too short to say so.
///
/// `season` is how many steps bring the same again, 1 where nothing does.
pub fn band(past: &[Option<f64>], season: usize, scale: Scale, one_in: f64) -> Option<Band> {
    let scale = scale.fitting(past);
    let points: Vec<(usize, f64)> =
        past.iter().enumerate().filter_map(|(place, value)| Some((place, scale.to((*value)?)))).collect();
    if points.len() < LEAST || one_in <= 1.0 {
        return None;
    }
    let season = if points.len() >= LEAST_SEASONAL.max(season * SEASONS) { season.max(1) } else { 1 };
    let (expected, mut left) = ahead(&points, past.len(), season)?;
    let (least, most) = ends(&left);
    let spread = TO_DEVIATION * median_of_sizes(&mut left);
    let spread = if scale == Scale::Counts { spread.max(1.0) } else { spread };
    let (below, above, near_below, near_above) = if spread > 0.0 {
        let limits = Limits::of(points.len(), season);
        let (half, near) = (spread * limits.passed_in(1.0 / one_in), spread * limits.passed_in(WATCHED_TIMES / one_in));
        (half, half, near, near)
    } else if points.len() + 1 >= (2.0 * one_in).ceil() as usize {
        // More than half of the past says exactly the same: the next passes all of them, on either side, in no more than
        // two of as many cases as there are values.
        (-least, most, -least, most)
    } else {
        return None;
    };
    Some(Band {
        expected: scale.back(expected),
        low: scale.back(expected - below),
        high: scale.back(expected + above),
        watch_low: scale.back(expected - near_below),
        watch_high: scale.back(expected + near_above),
    })
}

impl Scale {
    fn fitting(self, past: &[Option<f64>]) -> Scale {
        let all = |holds: fn(f64) -> bool| past.iter().flatten().all(|value| holds(*value));
        match self {
            Scale::Counts if all(|value| value >= 0.0) => Scale::Counts,
            Scale::Amounts if all(|value| value > 0.0) => Scale::Amounts,
            _ => Scale::Plain,
        }
    }

    fn to(self, value: f64) -> f64 {
        match self {
            Scale::Counts => 2.0 * (value.max(0.0) + 0.375).sqrt(),
            Scale::Amounts => value.max(f64::MIN_POSITIVE).ln(),
            Scale::Plain => value,
        }
    }

    fn back(self, value: f64) -> f64 {
        match self {
            Scale::Counts => (value.max(0.0).powi(2) / 4.0 - 0.375).max(0.0),
            Scale::Amounts => value.exp(),
            Scale::Plain => value,
        }
    }
}

/// Where line and season lead at `next`, and what is left of each point beside them.
fn ahead(points: &[(usize, f64)], next: usize, season: usize) -> Option<(f64, Vec<f64>)> {
    let mut slopes = Vec::with_capacity(points.len() * points.len() / (2 * season) + 1);
    for (at, (place, value)) in points.iter().enumerate() {
        let later = points.iter().skip(at + 1).filter(|(later, _)| (later - place) % season == 0);
        slopes.extend(later.map(|(later, other)| (other - value) / (later - place) as f64));
    }
    let slope = median(&mut slopes)?;
    let mut levels: Vec<Vec<f64>> = vec![Vec::new(); season];
    for (place, value) in points {
        levels.get_mut(place % season)?.push(value - slope * *place as f64);
    }
    let levels: Vec<Option<f64>> = levels.iter_mut().map(|level| median(level)).collect();
    let level = |place: usize| levels.get(place % season).copied().flatten();
    let left =
        points.iter().filter_map(|(place, value)| Some(value - slope * *place as f64 - level(*place)?)).collect();
    Some((slope * next as f64 + level(next)?, left))
}

fn ends(left: &[f64]) -> (f64, f64) {
    left.iter().fold((0.0, 0.0), |(least, most): (f64, f64), value| (least.min(*value), most.max(*value)))
}

fn median_of_sizes(left: &mut [f64]) -> f64 {
    left.iter_mut().for_each(|value| *value = value.abs());
    median(left).unwrap_or(0.0)
}

fn median(values: &mut [f64]) -> Option<f64> {
    let (half, is_odd) = (values.len() / 2, values.len() % 2 == 1);
    if values.is_empty() {
        return None;
    }
    let (below, middle, _) = values.select_nth_unstable_by(half, f64::total_cmp);
    let middle = *middle;
    if is_odd {
        return Some(middle);
    }
    let below = below.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    Some((below + middle) / 2.0)
}

/// How often a value passes which limit where nothing happens: where the line through each drawn past leads, and its spread.
struct Limits {
    drawn: Vec<(f64, f64)>,
    /// Limits found before, by the bits of their rate: there are a few rates, and many values are judged by each.
    found: Mutex<HashMap<u64, f64>>,
}

impl Limits {
    fn of(points: usize, season: usize) -> Arc<Limits> {
        type Known = Mutex<HashMap<(usize, usize), Arc<Limits>>>;
        static KNOWN: LazyLock<Known> = LazyLock::new(Mutex::default);
        let known = || KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(limits) = known().get(&(points, season)) {
            return limits.clone();
        }
        let mut noise = Noise::new(0x5eed_0fa1_a5a1_a0d5);
        let drawn = (0..DRAWS).filter_map(|_| {
            let past: Vec<(usize, f64)> = (0..points).map(|place| (place, noise.normal())).collect();
            let (expected, mut left) = ahead(&past, points, season)?;
            Some((expected, TO_DEVIATION * median_of_sizes(&mut left)))
        });
        let limits = Arc::new(Limits { drawn: drawn.collect(), found: Mutex::default() });
        known().insert((points, season), limits.clone());
        limits
    }

    /// How often the next value is farther from where the line leads than `limit` times the spread.
    fn rate(&self, limit: f64) -> f64 {
        let passes = |(expected, spread): &(f64, f64)| {
            normal_probability(expected - limit * spread) + normal_probability(-expected - limit * spread)
        };
        self.drawn.iter().map(passes).sum::<f64>() / self.drawn.len().max(1) as f64
    }

    /// The limit that is passed so often.
    fn passed_in(&self, rate: f64) -> f64 {
        let found = || self.found.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(limit) = found().get(&rate.to_bits()) {
            return *limit;
        }
        let limit = self.search(rate);
        found().insert(rate.to_bits(), limit);
        limit
    }

    fn search(&self, rate: f64) -> f64 {
        let (mut below, mut above) = (0.0_f64, 1000.0_f64);
        while above - below > 1e-4 {
            let middle = (below + above) / 2.0;
            if self.rate(middle) > rate { below = middle } else { above = middle }
        }
        above
    }
}

/// Numbers that look random and are the same each time (SplitMix64; Box and Muller 1958).
pub struct Noise(u64);

impl Noise {
    pub fn new(seed: u64) -> Noise {
        Noise(seed)
    }

    /// Between 0 and 1, neither of them.
    pub fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        ((mixed >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    pub fn normal(&mut self) -> f64 {
        (-2.0 * self.uniform().ln()).sqrt() * (std::f64::consts::TAU * self.uniform()).cos()
    }
}

#[cfg(test)]
mod tests;
