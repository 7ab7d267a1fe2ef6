//! Names kept once, and never more of them than fit: a log may hold any number of made-up ones.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, DefaultHasher, Hash, Hasher};

/// Takes a number that is a hash already as it is.
#[derive(Clone, Copy, Debug, Default)]
pub struct AsItIs(u64);

impl Hasher for AsItIs {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

pub type Hashed = BuildHasherDefault<AsItIs>;

/// Things by number, each kept once; beyond the limit all are number 0.
#[derive(Debug)]
pub struct Names<T> {
    numbers: HashMap<u64, u32, Hashed>,
    names: Vec<T>,
    limit: usize,
}

/// What stands for all that found no room.
pub const OTHERS: u32 = 0;

impl<T> Names<T> {
    /// `others` is what stands at [`OTHERS`].
    pub fn new(limit: usize, others: T) -> Names<T> {
        Names { numbers: HashMap::default(), names: vec![others], limit }
    }

    /// The number of what has this hash, given now if it is new; `make` makes it then.
    pub fn number(&mut self, hash: u64, make: impl FnOnce() -> T) -> u32 {
        if let Some(number) = self.numbers.get(&hash) {
            return *number;
        }
        let Some(next) = u32::try_from(self.names.len()).ok().filter(|_| self.names.len() <= self.limit) else {
            return OTHERS;
        };
        self.names.push(make());
        self.numbers.insert(hash, next);
        next
    }

    pub fn name(&self, number: u32) -> &T {
        self.names.get(number as usize).unwrap_or(&self.names[0])
    }

    /// All names with their numbers, [`OTHERS`] first.
    pub fn all(&self) -> impl Iterator<Item = (u32, &T)> {
        (0..).zip(&self.names)
    }
}

/// Counts by number.
#[derive(Clone, Debug, Default)]
pub struct Tally(Vec<u64>);

impl Tally {
    pub fn add(&mut self, number: u32, count: u64) {
        let number = number as usize;
        if number >= self.0.len() {
            self.0.resize(number + 1, 0);
        }
        self.0[number] += count;
    }

    pub fn of(&self, number: u32) -> u64 {
        self.0.get(number as usize).copied().unwrap_or(0)
    }
}

/// A hash for what is only to be told apart: without a key, so that two runs agree.
pub fn hash(parts: &[&[u8]]) -> u64 {
    let mut hasher = DefaultHasher::new();
    for part in parts {
        hasher.write(part);
        hasher.write_u8(0xff);
    }
    hasher.finish()
}

/// The same of a value.
pub fn hash_of(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_beyond_the_limit_are_the_others() {
        let mut names: Names<&str> = Names::new(2, "(others)");
        let numbers: Vec<u32> = ["a", "b", "a", "c"].map(|name| names.number(hash_of(&name), || name)).to_vec();
        assert_eq!(numbers, [1, 2, 1, OTHERS]);
        assert_eq!((*names.name(2), *names.name(OTHERS)), ("b", "(others)"));
    }
}
