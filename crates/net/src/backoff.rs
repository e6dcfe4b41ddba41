//! Retry schedules as data: how long to wait after each failed attempt, and when to give up.

use model::Rng;
use std::time::Duration;

/// Waits between attempts, each stretched by a random share so that many callers do not return at once.
#[derive(Clone, Debug, PartialEq)]
pub struct Backoff {
    /// The wait after the first failure, the second, and so on; after the last there is no more attempt.
    pub steps: Vec<Duration>,
    /// The largest share by which a wait is stretched: `0.2` makes 10 s into 10 to 12 s.
    pub jitter: f64,
}

impl Backoff {
    /// For requests that somebody waits for: 1 s, 4 s, 15 s.
    #[must_use]
    pub fn brief() -> Self {
        Self { steps: [1, 4, 15].map(Duration::from_secs).to_vec(), jitter: 0.25 }
    }

    /// For webhook deliveries: 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h; over a day in all.
    #[must_use]
    pub fn deliveries() -> Self {
        let steps = [5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600];
        Self { steps: steps.map(Duration::from_secs).to_vec(), jitter: 0.2 }
    }

    /// How long to wait after failed attempt number `attempt`, counted from 0; `None` to give up.
    #[must_use]
    pub fn delay(&self, attempt: u32, rng: &Rng) -> Option<Duration> {
        let step = *self.steps.get(usize::try_from(attempt).ok()?)?;
        let share = if self.jitter.is_finite() { self.jitter.clamp(0.0, 1.0) } else { 0.0 };
        Some(
            step.saturating_add(
                Duration::try_from_secs_f64(step.as_secs_f64() * share * rng.unit()).unwrap_or_default(),
            ),
        )
    }

    /// As [`Backoff::delay`], but never earlier than the server asked for with `Retry-After`.
    #[must_use]
    pub fn delay_asked(&self, attempt: u32, asked: Option<Duration>, rng: &Rng) -> Option<Duration> {
        self.delay(attempt, rng).map(|delay| delay.max(asked.unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_follow_the_schedule_with_some_stretch_and_end() {
        let (backoff, rng) = (Backoff { steps: vec![Duration::from_secs(10); 2], jitter: 0.5 }, Rng::seeded(1));
        let waits: Vec<_> = (0..50).filter_map(|_| backoff.delay(1, &rng)).collect();
        assert!(waits.iter().all(|wait| (10.0..15.0).contains(&wait.as_secs_f64())), "{waits:?}");
        assert!(waits.iter().any(|wait| *wait != waits[0]));
        assert_eq!(backoff.delay(2, &rng), None);
        assert_eq!(backoff.delay(u32::MAX, &rng), None);
    }

    #[test]
    fn the_server_can_ask_for_more_patience_but_not_for_less() {
        let (backoff, rng) = (Backoff { steps: vec![Duration::from_secs(10)], jitter: 0.0 }, Rng::seeded(1));
        let ask = |seconds| backoff.delay_asked(0, Some(Duration::from_secs(seconds)), &rng);
        assert_eq!(ask(60), Some(Duration::from_secs(60)));
        assert_eq!(ask(1), Some(Duration::from_secs(10)));
        assert_eq!(backoff.delay_asked(1, Some(Duration::from_secs(60)), &rng), None);
    }

    #[test]
    fn absurd_jitter_and_steps_do_no_harm() {
        for jitter in [f64::NAN, f64::INFINITY, -1.0] {
            let backoff = Backoff { steps: vec![Duration::MAX], jitter };
            assert_eq!(backoff.delay(0, &Rng::seeded(1)), Some(Duration::MAX));
        }
    }
}
