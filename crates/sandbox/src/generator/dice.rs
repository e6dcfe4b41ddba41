//! Random draws of the generator, named by what they decide, so that one more draw in one place does not
//! change anything elsewhere. No source of randomness: each draw is a hash of what it decides, equal on every
//! machine and cheap to begin anew for each slice of a day.

use std::cell::Cell;

/// A stream of draws that belongs to one person and one purpose.
pub(crate) struct Dice(Cell<u64>);

impl Dice {
    /// The stream of a person for a date or instant and a purpose, under a seed.
    pub(crate) fn of(seed: u64, person: &str, at: i64, purpose: &str) -> Self {
        // FNV-1a over all of it; the draws mix what it leaves unmixed.
        let numbers = seed.to_le_bytes().into_iter().chain(at.to_le_bytes());
        let named = numbers.chain(person.bytes()).chain([0x1F]).chain(purpose.bytes());
        Self(Cell::new(
            named.fold(0xCBF2_9CE4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)),
        ))
    }

    /// SplitMix64.
    fn next(&self) -> u64 {
        let state = self.0.get().wrapping_add(0x9E37_79B9_7F4A_7C15);
        self.0.set(state);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from `0` to `1`, `1` excluded.
    pub(crate) fn unit(&self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// An even draw between two numbers.
    pub(crate) fn range(&self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// A whole number, `high` excluded; `low` when the range is empty.
    pub(crate) fn whole(&self, low: i64, high: i64) -> i64 {
        if high <= low { low } else { low + (self.unit() * (high - low) as f64) as i64 }
    }

    /// True with this probability.
    pub(crate) fn chance(&self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// Around `mean`, bell-shaped (sum of four even draws), never further than two and a bit spreads.
    pub(crate) fn around(&self, mean: f64, spread: f64) -> f64 {
        let sum: f64 = (0..4).map(|_| self.unit()).sum();
        mean + (sum - 2.0) * 1.732 * spread
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_repeat_and_differ_by_what_they_decide() {
        let draws = |at, purpose| {
            let dice = Dice::of(1, "somebody", at, purpose);
            (dice.unit(), dice.whole(0, 1000))
        };
        assert_eq!(draws(5, "walk"), draws(5, "walk"));
        assert_ne!(draws(5, "walk"), draws(6, "walk"));
        assert_ne!(draws(5, "walk"), draws(5, "sleep"));
        let mean = (0..10_000).map(|at| Dice::of(1, "a", at, "x").unit()).sum::<f64>() / 10_000.0;
        assert!((0.48..0.52).contains(&mean), "{mean}");
    }
}
