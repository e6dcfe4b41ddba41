//! How long something took. Nothing here says what time it is.

use std::time::{Duration, Instant};

#[derive(Clone, Copy)]
pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    #[expect(clippy::disallowed_methods, reason = "the bench measures durations and has no runtime")]
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }

    pub(crate) fn elapsed(self) -> Duration {
        self.0.elapsed()
    }

    pub(crate) fn seconds(self) -> f64 {
        self.elapsed().as_secs_f64()
    }

    pub(crate) fn milliseconds(self) -> f64 {
        self.seconds() * 1e3
    }

    pub(crate) fn passed(self, limit: Duration) -> bool {
        self.elapsed() >= limit
    }
}
