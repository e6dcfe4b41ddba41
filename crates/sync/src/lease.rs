//! Leases guard real work, so they last in real time, whatever the clock's speed.

use model::{Clock, Timestamp};
use std::time::Duration;

/// The instant that `clock` will show after `real` has really passed.
pub(crate) fn after_real(clock: &Clock, real: Duration) -> Timestamp {
    let speed = clock.anchor().map_or(1.0, |anchor| anchor.speed).max(0.0);
    clock.now().plus_micros((real.as_secs_f64() * speed * 1e6) as i64)
}

/// This much earlier on the clock.
pub(crate) fn before(then: Timestamp, wait: Duration) -> Timestamp {
    then.plus_micros(-i64::try_from(wait.as_micros()).unwrap_or(i64::MAX))
}

/// This much later on the clock.
pub(crate) fn after(now: Timestamp, wait: Duration) -> Timestamp {
    now.plus_micros(i64::try_from(wait.as_micros()).unwrap_or(i64::MAX))
}
