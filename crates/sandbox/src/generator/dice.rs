//! Random draws of the generator, named by what they decide, so that one more draw in one place does not
//! change anything elsewhere.

use model::Rng;

/// A stream of draws that belongs to one person and one purpose.
pub(crate) struct Dice(Rng);

impl Dice {
    /// The stream for `parts` (person, date, purpose) under a seed.
    pub(crate) fn of(seed: u64, parts: &[&str]) -> Self {
        Self(Rng::fork(seed, &parts.join("\u{1f}")))
    }

    /// A number from `0` to `1`.
    pub(crate) fn unit(&self) -> f64 {
        self.0.unit()
    }

    /// An even draw between two numbers.
    pub(crate) fn range(&self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.0.unit()
    }

    /// A whole number, `high` excluded.
    pub(crate) fn whole(&self, low: i64, high: i64) -> i64 {
        self.0.between(low, high)
    }

    /// True with this probability.
    pub(crate) fn chance(&self, probability: f64) -> bool {
        self.0.unit() < probability
    }

    /// Around `mean`, bell-shaped (sum of four even draws), never further than two and a bit spreads.
    pub(crate) fn around(&self, mean: f64, spread: f64) -> f64 {
        let sum: f64 = (0..4).map(|_| self.0.unit()).sum();
        mean + (sum - 2.0) * 1.732 * spread
    }
}
