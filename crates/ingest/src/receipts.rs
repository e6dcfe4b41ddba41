//! Receipt numbers: microseconds, each higher than the one before.

use model::Clock;
use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

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

    pub(crate) fn next(&self) -> i64 {
        let now = self.clock.now().as_micros();
        let given = |last: i64| now.max(last.saturating_add(1));
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
        assert_eq!((receipts.next(), receipts.next()), (2_000_001, 2_000_002));
        let ahead = Receipts::after(5, Clock::fixed(model::Timestamp::from_seconds(1)));
        assert_eq!((ahead.next(), ahead.next()), (1_000_000, 1_000_001));
    }
}
