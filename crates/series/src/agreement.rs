//! How alike two recordings of heart rate are. Both are read off on one grid, with a line between two measurements
//! that are near enough, and compared at several lags, as clocks and ways of measuring run some seconds behind.

use model::{HeartAgreement, Point};

/// How close the grid is, seconds.
const STEP_S: i64 = 5;
/// Every third place of the grid is compared: neighbours tell nothing of their own.
const STRIDE: usize = 3;
/// Up to how many steps one may run behind the other: a minute.
const MOST_LAG: i64 = 12;
/// Between measurements further apart than this nothing is known.
const MOST_GAP_US: i64 = 90_000_000;
/// How many places both must tell of: five minutes.
const LEAST_MOMENTS: usize = 20;
/// A heart that varies less than this many beats a minute has no course that could be alike.
const LEAST_DEVIATION: f64 = 2.0;
/// The longest recording that is looked at, in steps: four days.
const MOST_STEPS: i64 = 4 * 86_400 / STEP_S;

/// How alike two recordings are, each in order of time; `shift_us` is by how much the clock of the second is ahead.
/// None where they have too little in common, half of the shorter at least, or one hardly varies.
#[must_use]
pub fn heart_agreement(one: &[Point], other: &[Point], shift_us: i64) -> Option<HeartAgreement> {
    let origin = one.first()?.start.as_micros();
    let (one, from) = grid(one, origin)?;
    let (other, other_from) = grid(other, origin.saturating_add(shift_us))?;
    let ahead = other_from - from;
    let told = |grid: &[Option<f64>]| grid.iter().flatten().count();
    let least = LEAST_MOMENTS.max(told(&one).min(told(&other)) / STRIDE / 2);
    let at = |lag: i64| compare(&one, &other, ahead + lag, least);
    let found = (-MOST_LAG..=MOST_LAG).filter_map(at);
    found.max_by(|one, other| one.correlation.total_cmp(&other.correlation))
}

/// The values on a grid of time that goes through `origin`, and at which of its places the first of them stands.
fn grid(points: &[Point], origin: i64) -> Option<(Vec<Option<f64>>, i64)> {
    let sound: Vec<(i64, f64)> = points
        .iter()
        .filter(|point| point.value.is_finite() && point.value > 0.0)
        .map(|point| (point.start.as_micros().saturating_sub(origin), point.value))
        .collect();
    let ((first, _), (last, _)) = (*sound.first()?, *sound.last()?);
    let step = STEP_S * 1_000_000;
    let (from, to) = (first.div_euclid(step), last.div_euclid(step));
    if to.checked_sub(from)? > MOST_STEPS {
        return None;
    }
    let mut values = Vec::new();
    let mut next = 0;
    for place in from..=to {
        let at = place.saturating_mul(step);
        while sound.get(next).is_some_and(|(start, _)| *start < at) {
            next += 1;
        }
        let before = next.checked_sub(1).and_then(|before| sound.get(before));
        values.push(between(before, sound.get(next), at));
    }
    Some((values, from))
}

fn between(before: Option<&(i64, f64)>, after: Option<&(i64, f64)>, at: i64) -> Option<f64> {
    let (end, value) = *after?;
    if end == at {
        return Some(value);
    }
    let (start, earlier) = *before?;
    let gap = end.saturating_sub(start);
    let share = (at - start) as f64 / gap as f64;
    (gap <= MOST_GAP_US).then_some(earlier + (value - earlier) * share)
}

/// Compares two grids of which the second begins `ahead` places after the first.
fn compare(one: &[Option<f64>], other: &[Option<f64>], ahead: i64, least: usize) -> Option<HeartAgreement> {
    let (mine, theirs) = (usize::try_from(ahead).unwrap_or(0), usize::try_from(-ahead).unwrap_or(0));
    let pairs = one.iter().skip(mine).zip(other.iter().skip(theirs)).step_by(STRIDE);
    let pairs: Vec<(f64, f64)> = pairs.filter_map(|(one, other)| Some(((*one)?, (*other)?))).collect();
    if pairs.len() < least {
        return None;
    }
    let count = pairs.len() as f64;
    let mean = |of: fn(&(f64, f64)) -> f64| pairs.iter().map(of).sum::<f64>() / count;
    let (mean_one, mean_other) = (mean(|pair| pair.0), mean(|pair| pair.1));
    let (mut one, mut other, mut both) = (0.0, 0.0, 0.0);
    for (x, y) in &pairs {
        let (x, y) = (x - mean_one, y - mean_other);
        (one, other, both) = (one + x * x, other + y * y, both + x * y);
    }
    let varies = |squares: f64| (squares / count).sqrt() >= LEAST_DEVIATION;
    let correlation = (both / (one.sqrt() * other.sqrt())).clamp(-1.0, 1.0);
    (varies(one) && varies(other) && correlation.is_finite()).then(|| HeartAgreement {
        correlation,
        mean_difference_bpm: pairs.iter().map(|(x, y)| (x - y).abs()).sum::<f64>() / count,
        moments: u32::try_from(pairs.len()).unwrap_or(u32::MAX),
    })
}
