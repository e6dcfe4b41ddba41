//! Leases: how long a claimed message is ours. They guard real work, so they last in real time, whatever
//! the clock's speed.

use model::{Clock, Timestamp};
use std::time::Duration;

/// The instant that `clock` will show after `real` has really passed.
pub(crate) fn after_real(clock: &Clock, real: Duration) -> Timestamp {
    let speed = clock.anchor().map_or(1.0, |anchor| anchor.speed).max(0.0);
    clock.now().plus_micros((real.as_secs_f64() * speed * 1e6) as i64)
}

/// How much real time passed between an earlier instant of this clock and now.
pub(crate) fn real_since(clock: &Clock, earlier: Timestamp) -> Duration {
    let shown = clock.now().micros_since(earlier).max(0).unsigned_abs();
    clock.real_wait(Duration::from_micros(shown))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lease_lasts_as_long_in_real_time_on_a_fast_clock() {
        let clock = Clock::scaled(Timestamp::from_seconds(0), 1000.0);
        let end = after_real(&clock, Duration::from_mins(1));
        assert!(end >= Timestamp::from_seconds(60_000) && end < Timestamp::from_seconds(90_000));
        assert!(clock.real_wait_until(end) > Duration::from_secs(50));
    }
}
