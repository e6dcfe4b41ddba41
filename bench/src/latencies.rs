//! Durations of many calls, and their percentiles.

/// Milliseconds, one for each call.
#[derive(Default)]
pub(crate) struct Latencies(Vec<f64>);

impl Latencies {
    pub(crate) fn add(&mut self, milliseconds: f64) {
        self.0.push(milliseconds);
    }

    pub(crate) fn merge(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    /// The value that so many percent of the calls did not exceed; nothing where there were none.
    pub(crate) fn percentile(&mut self, percent: usize) -> Option<f64> {
        self.0.sort_by(f64::total_cmp);
        let rank = (self.0.len() * percent).div_ceil(100).max(1);
        self.0.get(rank - 1).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_a_value_that_was_measured() {
        let mut latencies = Latencies::default();
        assert_eq!(latencies.percentile(50), None);
        (1..=100).rev().for_each(|n| latencies.add(f64::from(n)));
        assert_eq!([50, 99, 100].map(|percent| latencies.percentile(percent)), [Some(50.0), Some(99.0), Some(100.0)]);
        latencies.add(1_000.0);
        assert_eq!(latencies.percentile(99), Some(100.0));
    }
}
