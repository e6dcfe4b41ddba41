//! Sums, averages and heights of a stretch of a workout.

use super::{WorkoutPlan, sport::Rhythm, workout::Sample};

/// What was measured over a stretch.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Totals {
    pub(crate) clock: u32,
    pub(crate) timer: u32,
    pub(crate) moving: u32,
    pub(crate) distance_cm: Option<u32>,
    pub(crate) average_heart_rate: u8,
    pub(crate) max_heart_rate: u8,
    /// Millimetres a second.
    pub(crate) average_speed_mm: Option<u32>,
    pub(crate) max_speed_mm: Option<u32>,
    pub(crate) average_cadence: Option<u16>,
    pub(crate) max_cadence: Option<u16>,
    pub(crate) average_power: Option<u16>,
    pub(crate) max_power: Option<u16>,
    /// Meters.
    pub(crate) ascent: Option<u16>,
    pub(crate) descent: Option<u16>,
    pub(crate) kilocalories: u16,
    pub(crate) steps: Option<u32>,
    pub(crate) pushes: Option<u32>,
}

impl Totals {
    /// Adds what is counted and takes the higher of what is highest. Averages are left alone.
    pub(super) fn add(&mut self, leg: &Totals) {
        fn sum<T: std::ops::Add<Output = T>>(one: Option<T>, other: Option<T>) -> Option<T> {
            match (one, other) {
                (Some(one), Some(other)) => Some(one + other),
                (one, other) => one.or(other),
            }
        }
        self.clock += leg.clock;
        self.timer += leg.timer;
        self.moving += leg.moving;
        self.kilocalories += leg.kilocalories;
        self.distance_cm = sum(self.distance_cm, leg.distance_cm);
        self.ascent = sum(self.ascent, leg.ascent);
        self.descent = sum(self.descent, leg.descent);
        self.steps = sum(self.steps, leg.steps);
        self.max_heart_rate = self.max_heart_rate.max(leg.max_heart_rate);
        self.max_speed_mm = self.max_speed_mm.max(leg.max_speed_mm);
        self.max_power = self.max_power.max(leg.max_power);
    }
}

/// Average of a column, each value weighing as long as it holds.
fn weighted(samples: &[Sample], value: impl Fn(&Sample) -> Option<f64>) -> Option<f64> {
    let (mut sum, mut weight) = (0.0, 0.0);
    for (index, sample) in samples.iter().enumerate() {
        let until = samples.get(index + 1).map_or(sample.timer + 1, |next| next.timer);
        let held = f64::from(until.saturating_sub(sample.timer).max(1));
        if let Some(value) = value(sample) {
            sum += value * held;
            weight += held;
        }
    }
    (weight > 0.0).then(|| sum / weight)
}

/// Climbed and descended meters; a turn counts when it is more than a meter.
fn climbing(samples: &[Sample]) -> Option<(u16, u16)> {
    let mut heights = samples.iter().filter_map(|sample| sample.altitude_fifths);
    let mut reference = heights.next()?;
    let (mut up, mut down) = (0, 0);
    for height in heights {
        let change = height - reference;
        if change.abs() >= 5 {
            if change > 0 {
                up += change
            } else {
                down -= change
            }
            reference = height;
        }
    }
    Some(((up / 5) as u16, (down / 5) as u16))
}

pub(super) fn totals(
    plan: &WorkoutPlan,
    weight_kg: f64,
    all: &[Sample],
    stretch: (usize, usize),
    from: u32,
    to: u32,
    pause: Option<(u32, u32)>,
) -> Totals {
    let samples = all.get(stretch.0..stretch.1).unwrap_or_default();
    let Some(last) = samples.last() else { return Totals::default() };
    // A stretch begins where the one before it ended, so that stretches add up to the whole.
    let before = all.get(..stretch.0).unwrap_or_default();
    let start_cm = before.iter().rev().find_map(|sample| sample.distance_cm).unwrap_or(0);
    let moved = before.last().map_or(0, |sample| sample.moving);
    let clock = to - from;
    let paused = pause.map_or(0, |(begin, end)| end.min(to).saturating_sub(begin.max(from)));
    let timer = clock - paused;
    let distance_cm = last.distance_cm.map(|end| end.saturating_sub(start_cm));
    let average_heart_rate = weighted(samples, |s| Some(f64::from(s.heart_rate))).unwrap_or(0.0);
    let average = |column: fn(&Sample) -> Option<u16>| {
        weighted(samples, |s| column(s).filter(|v| *v > 0).map(f64::from)).map(|v| v.round() as u16)
    };
    let average_cadence = average(|s| s.cadence);
    let minutes = f64::from(timer) / 60.0;
    let burned = (-55.1 + 0.63 * average_heart_rate + 0.199 * weight_kg + 7.0) / 4.184;
    let counted = |wanted| {
        let cadence = average_cadence.filter(|_| plan.sport.rhythm() == Some(wanted));
        cadence.map(|cadence| (f64::from(cadence) * minutes) as u32)
    };
    Totals {
        clock,
        timer,
        moving: timer.min(last.moving.saturating_sub(moved)),
        distance_cm,
        average_heart_rate: average_heart_rate.round() as u8,
        max_heart_rate: samples.iter().map(|s| s.heart_rate).max().unwrap_or(0),
        average_speed_mm: distance_cm.map(|cm| (f64::from(cm) * 10.0 / f64::from(timer.max(1))).round() as u32),
        max_speed_mm: samples.iter().filter_map(|s| s.speed_mm).max(),
        average_cadence,
        max_cadence: samples.iter().filter_map(|s| s.cadence).max(),
        average_power: average(|s| s.power),
        max_power: samples.iter().filter_map(|s| s.power).max(),
        ascent: climbing(samples).map(|(up, _)| up),
        descent: climbing(samples).map(|(_, down)| down),
        kilocalories: (burned.max(1.6) * minutes).round() as u16,
        steps: counted(Rhythm::Steps),
        pushes: counted(Rhythm::Pushes),
    }
}
