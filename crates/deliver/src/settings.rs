//! How sending is paced. The retry schedule is data.

use net::Backoff;
use std::time::Duration;

/// How messages are sent.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Attempts under way at once, over all endpoints.
    pub concurrency: usize,
    /// Attempts under way at once to one endpoint.
    pub per_endpoint: usize,
    /// Claimed messages that may wait for their endpoint, over all endpoints.
    pub waiting: usize,
    /// How long an endpoint may take to answer, in real time.
    pub timeout: Duration,
    /// The waits between attempts.
    pub retry: Backoff,
    /// The longest wait that an endpoint can ask for with `Retry-After`.
    pub retry_after_cap: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            concurrency: 64,
            per_endpoint: 8,
            waiting: 1024,
            timeout: Duration::from_secs(15),
            retry: retry_schedule(),
            retry_after_cap: Duration::from_hours(24),
        }
    }
}

/// The waits after failed attempts: 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h, each up to a
/// fifth longer. The tenth failure is the last.
#[must_use]
pub fn retry_schedule() -> Backoff {
    const MINUTE: u64 = 60;
    const HOUR: u64 = 60 * MINUTE;
    let steps = [5, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR];
    Backoff { steps: steps.map(Duration::from_secs).to_vec(), jitter: 0.2 }
}
