//! The only place that asks the operating system for the time.
//!
//! In development the clock can start elsewhere and run faster; server and sandbox share one anchor,
//! so a year of backfill is tested in minutes. In tests it stands still until it is moved.

use crate::Timestamp;
use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// The source of time. Cheap to clone; passed in, never global.
#[derive(Clone, Debug)]
pub struct Clock(Arc<Kind>);

#[derive(Debug)]
enum Kind {
    System,
    Scaled(ClockAnchor),
    Fixed(AtomicI64),
}

/// Where a scaled clock began: written beside the data so that a restart goes on with the same time.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct ClockAnchor {
    /// The real instant at which the scaled clock was started.
    pub real: Timestamp,
    /// What the scaled clock showed at that instant.
    pub shown: Timestamp,
    /// How many scaled seconds pass in a real one.
    pub speed: f64,
}

fn system_now() -> Timestamp {
    #[allow(clippy::disallowed_methods)] // this is the one place
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}

impl Clock {
    /// Real time.
    #[must_use]
    pub fn system() -> Self {
        Self(Arc::new(Kind::System))
    }

    /// Time that starts at `shown` now and runs `speed` times as fast.
    #[must_use]
    pub fn scaled(shown: Timestamp, speed: f64) -> Self {
        Self::resumed(ClockAnchor { real: system_now(), shown, speed })
    }

    /// Scaled time that began earlier, as its anchor says.
    #[must_use]
    pub fn resumed(anchor: ClockAnchor) -> Self {
        Self(Arc::new(Kind::Scaled(anchor)))
    }

    /// Time that stands still until [`Clock::set`] or [`Clock::advance`].
    #[must_use]
    pub fn fixed(at: Timestamp) -> Self {
        Self(Arc::new(Kind::Fixed(AtomicI64::new(at.as_micros()))))
    }

    /// The anchor of a scaled clock.
    #[must_use]
    pub fn anchor(&self) -> Option<ClockAnchor> {
        match &*self.0 {
            Kind::Scaled(anchor) => Some(*anchor),
            _ => None,
        }
    }

    /// The time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        match &*self.0 {
            Kind::System => system_now(),
            Kind::Scaled(anchor) => {
                let passed = system_now().micros_since(anchor.real) as f64 * anchor.speed;
                anchor.shown.plus_micros(passed as i64)
            }
            Kind::Fixed(micros) => Timestamp::from_micros(micros.load(Ordering::SeqCst)),
        }
    }

    /// How long to really wait for `wanted` of this clock's time to pass.
    #[must_use]
    pub fn real_wait(&self, wanted: Duration) -> Duration {
        match &*self.0 {
            Kind::Scaled(anchor) if anchor.speed > 0.0 => wanted.div_f64(anchor.speed),
            _ => wanted,
        }
    }

    /// How long to really wait until this clock shows `at`; zero when it already has.
    #[must_use]
    pub fn real_wait_until(&self, at: Timestamp) -> Duration {
        let micros = at.micros_since(self.now()).max(0);
        self.real_wait(Duration::from_micros(micros.unsigned_abs()))
    }

    /// Moves a fixed clock; other clocks do not move.
    pub fn set(&self, at: Timestamp) {
        if let Kind::Fixed(micros) = &*self.0 {
            micros.store(at.as_micros(), Ordering::SeqCst);
        }
    }

    /// Moves a fixed clock on; other clocks do not move.
    pub fn advance(&self, by: Duration) {
        if let Kind::Fixed(micros) = &*self.0 {
            micros.fetch_add(i64::try_from(by.as_micros()).unwrap_or(i64::MAX), Ordering::SeqCst);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scaled_clock_starts_where_told_and_shortens_waits() {
        let clock = Clock::scaled(Timestamp::from_seconds(1_000_000), 60.0);
        assert!(clock.now() >= Timestamp::from_seconds(1_000_000));
        assert!(clock.now() < Timestamp::from_seconds(1_000_000 + 3600));
        assert_eq!(clock.real_wait(Duration::from_mins(1)), Duration::from_secs(1));
        let again = Clock::resumed(clock.anchor().unwrap());
        assert!(again.now() >= Timestamp::from_seconds(1_000_000));
    }

    #[test]
    fn a_fixed_clock_moves_only_when_moved() {
        let clock = Clock::fixed(Timestamp::from_seconds(5));
        let same = clock.clone();
        clock.advance(Duration::from_secs(2));
        assert_eq!(same.now(), Timestamp::from_seconds(7));
    }
}
