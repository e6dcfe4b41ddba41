//! The only source of randomness: the operating system's in production, a seed in tests and generators.

use rand::{Rng as _, RngCore, SeedableRng, rngs::StdRng};
use std::sync::{Arc, Mutex, PoisonError};

/// A source of randomness fit for secrets. Cheap to clone; clones share one stream.
#[derive(Clone, Debug)]
pub struct Rng(Arc<Mutex<StdRng>>);

impl Rng {
    /// Seeded by the operating system.
    #[must_use]
    pub fn from_os() -> Self {
        Self(Arc::new(Mutex::new(StdRng::from_os_rng())))
    }

    /// The same numbers for the same seed. Not for secrets.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(StdRng::seed_from_u64(seed))))
    }

    fn with<T>(&self, f: impl FnOnce(&mut StdRng) -> T) -> T {
        f(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Random bytes.
    #[must_use]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0u8; N];
        self.with(|rng| rng.fill_bytes(&mut bytes));
        bytes
    }

    /// A number from `0` to `1`, `1` excluded.
    #[must_use]
    pub fn unit(&self) -> f64 {
        self.with(|rng| rng.random::<f64>())
    }

    /// A number from `low` to `high`, `high` excluded; `low` when the range is empty.
    #[must_use]
    pub fn between(&self, low: i64, high: i64) -> i64 {
        if low >= high { low } else { self.with(|rng| rng.random_range(low..high)) }
    }

    /// A new source whose numbers depend only on this one's seed and `name`, not on what was drawn since.
    #[must_use]
    pub fn fork(seed: u64, name: &str) -> Self {
        let id = crate::derived_id(&[&seed.to_be_bytes(), name.as_bytes()]);
        Self::seeded(id.as_u64_pair().0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_repeat_and_forks_differ() {
        assert_eq!(Rng::seeded(7).bytes::<8>(), Rng::seeded(7).bytes::<8>());
        assert_ne!(Rng::fork(7, "a").bytes::<8>(), Rng::fork(7, "b").bytes::<8>());
        assert_eq!(Rng::seeded(1).between(3, 3), 3);
        assert!((0.0..1.0).contains(&Rng::seeded(1).unit()));
    }
}
