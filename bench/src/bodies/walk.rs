//! Numbers as bodies give them: low at night, higher by day, never quite the same as a moment before.

/// Stirs a number so that near ones become far ones.
fn stir(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

/// A day of values, one every so many seconds, that wander between bounds.
pub(super) fn walk(seed: u64, every_s: i64, count: i64, low: f64, high: f64) -> impl Iterator<Item = (i64, f64)> {
    let mut value = low + (high - low) / 3.0;
    (0..count).map(move |index| {
        let second = index * every_s;
        let hour = (second / 3_600 % 24) as f64;
        // lowest at four in the morning
        let pull = low + (high - low) * (0.35 - 0.25 * ((hour - 4.0) / 24.0 * std::f64::consts::TAU).cos());
        let step = (stir(seed << 32 | index.unsigned_abs()) % 9) as f64 - 4.0;
        value = (value + (pull - value) * 0.05 + step).clamp(low, high);
        (second, value.round())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_walk_stays_within_its_bounds_and_moves() {
        let values: Vec<f64> = walk(1, 60, 1_440, 45.0, 160.0).map(|(_, value)| value).collect();
        assert!(values.iter().all(|value| (45.0..=160.0).contains(value)));
        assert!(values.windows(2).filter(|pair| pair[0] != pair[1]).count() > 1_000);
    }
}
