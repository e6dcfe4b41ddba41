//! What is kept of many points to answer for them as one number; tallies of neighbouring spans add up.

use model::{Aggregation, Timestamp};

/// How much time the instants of a minute stand for, microseconds.
const MINUTE_US: i64 = 60_000_000;

/// The sums, extremes and weights of the points in a span of time.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Tally {
    /// How many points touch the span.
    pub count: u32,
    /// The lowest value of a point that touches it.
    pub min: f64,
    /// The highest value of a point that touches it.
    pub max: f64,
    /// The value of the last point (by start, then duration) that touches it.
    pub last: f64,
    /// How many of the points are instants.
    pub instants: u32,
    /// The sum of the instants' values.
    pub instant_sum: f64,
    /// How many minutes (UTC) have instants.
    pub minutes: u32,
    /// The sum of these minutes' averages.
    pub minute_sum: f64,
    /// The intervals' values, each shared by the part of it that lies in the span.
    pub shared_sum: f64,
    /// How long the intervals' parts in the span last together, microseconds.
    pub covered_us: f64,
    /// The intervals' values times how long each lasts in the span, microseconds.
    pub weighted_sum: f64,
}

impl Tally {
    /// Counts an instant.
    pub(crate) fn add_instant(&mut self, value: f64) {
        self.touch(value);
        self.instants = self.instants.saturating_add(1);
        self.instant_sum += value;
    }

    /// Counts a minute that has instants, all of them counted before.
    pub(crate) fn add_minute(&mut self, mean: f64) {
        self.minutes = self.minutes.saturating_add(1);
        self.minute_sum += mean;
    }

    /// Counts the part of an interval that lies in the span.
    pub(crate) fn add_part(&mut self, value: f64, part_us: f64, duration_us: f64) {
        self.touch(value);
        self.shared_sum += share(value, part_us, duration_us);
        self.covered_us += part_us;
        self.weighted_sum += value * part_us;
    }

    /// Adds the tally of the span that follows. A point that touches both is counted in both.
    pub fn add(&mut self, later: &Tally) {
        if later.count == 0 {
            return;
        }
        if self.count == 0 {
            *self = *later;
            return;
        }
        self.count = self.count.saturating_add(later.count);
        self.min = self.min.min(later.min);
        self.max = self.max.max(later.max);
        self.last = later.last;
        self.instants = self.instants.saturating_add(later.instants);
        self.instant_sum += later.instant_sum;
        self.minutes = self.minutes.saturating_add(later.minutes);
        self.minute_sum += later.minute_sum;
        self.shared_sum += later.shared_sum;
        self.covered_us += later.covered_us;
        self.weighted_sum += later.weighted_sum;
    }

    fn touch(&mut self, value: f64) {
        self.min = if self.count == 0 { value } else { self.min.min(value) };
        self.max = if self.count == 0 { value } else { self.max.max(value) };
        self.last = value;
        self.count = self.count.saturating_add(1);
    }

    /// The amount in the span: instants whole, intervals by the part that lies in it.
    #[must_use]
    pub fn sum(&self) -> f64 {
        finite(self.instant_sum + self.shared_sum)
    }

    /// The average level by time: intervals weigh by their time in the span, and every minute that has
    /// instants weighs one minute with the average of these, however many they are.
    #[must_use]
    pub fn mean(&self) -> f64 {
        let minutes = f64::from(self.minutes);
        if self.covered_us <= 0.0 {
            return if self.minutes == 0 { 0.0 } else { finite(self.minute_sum / minutes) };
        }
        let minute_us = MINUTE_US as f64;
        finite((self.weighted_sum + self.minute_sum * minute_us) / (self.covered_us + minutes * minute_us))
    }

    /// The one number for the span.
    #[must_use]
    pub fn value(&self, aggregation: Aggregation) -> f64 {
        match aggregation {
            Aggregation::Sum => self.sum(),
            Aggregation::Mean => self.mean(),
            Aggregation::Max => self.max,
            Aggregation::Last => self.last,
        }
    }
}

/// The instants of one minute, gathered until the next minute begins.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Minute {
    count: u32,
    sum: f64,
}

impl Minute {
    /// Which minute (UTC, since 1970) holds an instant.
    pub(crate) fn number(at: Timestamp) -> i64 {
        at.as_micros().div_euclid(MINUTE_US)
    }

    pub(crate) fn add(&mut self, value: f64) {
        self.count = self.count.saturating_add(1);
        self.sum += value;
    }

    /// Their average, if there are any; none are left.
    pub(crate) fn take(&mut self) -> Option<f64> {
        let Self { count, sum } = std::mem::take(self);
        (count > 0).then(|| sum / f64::from(count))
    }
}

/// The share of an amount that falls to a part of its time. Multiplies first, which keeps whole amounts
/// exact, unless that would overflow.
pub(crate) fn share(amount: f64, part_us: f64, whole_us: f64) -> f64 {
    let product = amount * part_us;
    match product.is_finite() {
        _ if part_us >= whole_us => amount,
        true => product / whole_us,
        false => amount * (part_us / whole_us),
    }
}

/// Sums of values near the largest number may overflow; what is answered stays finite.
fn finite(value: f64) -> f64 {
    if value.is_nan() { 0.0 } else { value.clamp(f64::MIN, f64::MAX) }
}
