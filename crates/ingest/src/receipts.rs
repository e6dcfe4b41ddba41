//! Receipt numbers: microseconds, each higher than the one before.

use model::Clock;
use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};
use store::NODES;

/// Gives out receipt numbers. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Receipts {
    last: Arc<AtomicI64>,
    clock: Clock,
}

impl Receipts {
    /// Goes on after the highest number given before.
    pub(crate) fn after(last: i64, clock: Clock) -> Self {
        Self { last: Arc::new(AtomicI64::new(last)), clock }
    }

    /// The next number; where processes share a store, one that no other process gives (`node` is this one's number).
    pub(crate) fn next(&self, node: Option<u8>) -> i64 {
        let now = self.clock.now().as_micros();
        let given = |last: i64| match node {
            None => now.max(last.saturating_add(1)),
            Some(node) => {
                let step = i64::from(NODES);
                let base = now.max(last.saturating_add(step));
                base - base.rem_euclid(step) + i64::from(node)
            }
        };
        match self.last.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |last| Some(given(last))) {
            Ok(last) | Err(last) => given(last),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_rise_also_when_the_clock_stands_still_or_went_back() {
        let receipts = Receipts::after(2_000_000, Clock::fixed(model::Timestamp::from_seconds(1)));
        assert_eq!((receipts.next(None), receipts.next(None)), (2_000_001, 2_000_002));
        let ahead = Receipts::after(5, Clock::fixed(model::Timestamp::from_seconds(1)));
        assert_eq!((ahead.next(None), ahead.next(None)), (1_000_000, 1_000_001));
    }

    #[test]
    fn processes_that_share_a_store_give_different_numbers_that_grow() {
        let at = |number| Receipts::after(0, Clock::fixed(model::Timestamp::from_seconds(number)));
        let (one, other) = (at(1), at(1));
        let mut seen = std::collections::BTreeSet::new();
        let mut last = 0;
        for _ in 0..1000 {
            let receipt = one.next(Some(3));
            assert!(receipt > last && receipt % i64::from(NODES) == 3);
            last = receipt;
            assert!(seen.insert(receipt) && seen.insert(other.next(Some(4))));
        }
    }
}
