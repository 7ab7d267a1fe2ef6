//! How good it would have been: learned as of past days, held to what came.

use super::{Deal, Month, Outlook, Total};

/// What was foretold of a month, and what came.
#[derive(Clone, Debug)]
pub struct Held {
    pub as_of: i32,
    pub month: Month,
    pub deals: Total,
    pub deals_came: f64,
    pub amount: Total,
    pub amount_came: f64,
    /// Deals as many as in a usual one of the three months before: what anybody would have said.
    pub naive: f64,
    /// Deals as many as three months before: a guess that knows the rhythm of quarters.
    pub rhythm: f64,
}

/// All of them together.
#[derive(Clone, Debug, Default)]
pub struct BackTest {
    pub held: Vec<Held>,
}

impl BackTest {
    fn share(&self, of: impl Fn(&Held) -> bool) -> f64 {
        self.held.iter().filter(|held| of(held)).count() as f64 / self.held.len().max(1) as f64
    }

    fn mean(&self, of: impl Fn(&Held) -> f64) -> f64 {
        self.held.iter().map(of).sum::<f64>() / self.held.len().max(1) as f64
    }

    /// How often the interval held how many deals were won; it is made to do so eight times of ten.
    pub fn deals_covered(&self) -> f64 {
        self.share(|held| held.deals.low <= held.deals_came && held.deals_came <= held.deals.high)
    }

    /// The same of what they brought.
    pub fn amounts_covered(&self) -> f64 {
        self.share(|held| held.amount.low <= held.amount_came && held.amount_came <= held.amount.high)
    }

    /// By which share of what came it was wrong on average.
    pub fn deals_error(&self) -> f64 {
        self.mean(|held| (held.deals.expected - held.deals_came).abs() / held.deals_came.max(1.0))
    }

    pub fn amounts_error(&self) -> f64 {
        self.mean(|held| (held.amount.expected - held.amount_came).abs() / held.amount_came.max(1.0))
    }

    /// By which share the plain guess was.
    pub fn naive_error(&self) -> f64 {
        self.mean(|held| (held.naive - held.deals_came).abs() / held.deals_came.max(1.0))
    }

    /// By which share the guess was that knows the rhythm of quarters.
    pub fn rhythm_error(&self) -> f64 {
        self.mean(|held| (held.rhythm - held.deals_came).abs() / held.deals_came.max(1.0))
    }
}

/// Learns as of the end of each of these months and foretells up to three months behind it, none behind `until`.
pub fn back_test(deals: &[Deal], origins: &[Month], until: Month, runs: usize, seed: u64) -> BackTest {
    let mut test = BackTest::default();
    for origin in origins {
        let as_of = origin.last_day();
        let Some(outlook) = Outlook::learn(deals, as_of) else { continue };
        let ahead = usize::try_from(origin.until(until)).unwrap_or(0).min(3);
        for coming in outlook.simulate(ahead, runs, seed) {
            let won = |month: Month| {
                let of = move |deal: &&Deal| deal.ended.is_some_and(|(day, won)| won && Month::of(day) == month);
                deals.iter().filter(of)
            };
            let before = (0..3).map(|back| won(origin.after(-back)).count() as f64);
            test.held.push(Held {
                as_of,
                month: coming.month,
                deals: coming.deals,
                deals_came: won(coming.month).count() as f64,
                amount: coming.amount,
                amount_came: won(coming.month).filter_map(|deal| deal.amount).map(|amount| amount as f64).sum(),
                naive: before.sum::<f64>() / 3.0,
                rhythm: won(coming.month.after(-3)).count() as f64,
            });
        }
    }
    test
}
