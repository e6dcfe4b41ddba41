//! Values by local day and heart rate by the minute: what is not plausible is passed over, what was told more
//! than once is averaged, and the order of what came in does not matter.

use crate::{DayValue, HeartMinute, HrvKind, HrvValue};
use model::LocalDate;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

pub(crate) const RESTING_BPM: RangeInclusive<f64> = 20.0..=150.0;
pub(crate) const HEART_BPM: RangeInclusive<f64> = 20.0..=250.0;
const HRV_MS: RangeInclusive<f64> = 1.0..=400.0;

/// One value for each day.
pub(crate) type Days = BTreeMap<LocalDate, f64>;

/// The plausible values of each day, averaged.
pub(crate) fn by_day(values: &[DayValue], plausible: &RangeInclusive<f64>) -> Days {
    let pairs = values.iter().filter(|it| plausible.contains(&it.value)).map(|it| (it.date, it.value));
    averaged(pairs).collect()
}

/// The plausible values of one kind of heart-rate variability, averaged by day.
pub(crate) fn hrv_by_day(values: &[HrvValue], kind: HrvKind) -> Days {
    let of_kind = values.iter().filter(|it| it.kind == kind && HRV_MS.contains(&it.ms));
    averaged(of_kind.map(|it| (it.date, it.ms))).collect()
}

/// Minutes since 1970 with their heart rate, in order.
pub(crate) fn by_minute(minutes: &[HeartMinute]) -> Vec<(i64, f64)> {
    let plausible = minutes.iter().filter(|it| HEART_BPM.contains(&it.bpm));
    averaged(plausible.map(|it| (it.at.as_seconds().div_euclid(60), it.bpm))).collect()
}

/// The values of the `count` days that end with `last`.
pub(crate) fn window(days: &Days, last: LocalDate, count: i32) -> Vec<f64> {
    days.range(last.plus_days(1 - count)..=last).map(|(_, value)| *value).collect()
}

/// The mean of the values of each key. They are added in order of size, so that rounding does not depend on theirs.
fn averaged<K: Ord + Copy>(pairs: impl Iterator<Item = (K, f64)>) -> impl Iterator<Item = (K, f64)> {
    let mut sorted: Vec<(K, f64)> = pairs.collect();
    sorted.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let mut groups: Vec<(K, f64, u32)> = Vec::new();
    for (key, value) in sorted {
        match groups.last_mut() {
            Some(last) if last.0 == key => (last.1, last.2) = (last.1 + value, last.2 + 1),
            _ => groups.push((key, value, 1)),
        }
    }
    groups.into_iter().map(|(key, sum, count)| (key, sum / f64::from(count)))
}
