//! Numbers by lot that are the same in each run (SplitMix64: Steele, Lea & Flood 2014).

pub struct Lot(u64);

impl Lot {
    pub fn of(seed: u64) -> Lot {
        Lot(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// From 0 up to 1, which it never is.
    pub fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// One of `count` places, which are one at least.
    pub fn place(&mut self, count: usize) -> usize {
        ((self.share() * count as f64) as usize).min(count.saturating_sub(1))
    }

    /// So many different rows of all, rising; all of them where there are no more.
    pub fn rows(&mut self, all: usize, wanted: usize) -> Vec<u32> {
        let mut left = wanted.min(all);
        let mut rows = Vec::with_capacity(left);
        for row in 0..all {
            // Knuth's selection: each row with the chance that leaves the right number.
            if self.share() * ((all - row) as f64) < left as f64 {
                rows.push(u32::try_from(row).unwrap_or(u32::MAX));
                left -= 1;
            }
        }
        rows
    }
}
