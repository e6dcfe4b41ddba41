//! What an activity as a whole was, where the file does not say it: from its points.

use super::{file::Activity, sport};
use model::{SeriesType, WorkoutDetail};

/// Fills what the file did not tell, and gives cadence the series of the sport.
pub(super) fn complete(activity: &mut Activity, length_m: f64) {
    give_cadence(activity);
    let seconds = |micros: i64| micros as f64 / 1e6;
    let elapsed = activity.start.zip(activity.end).map(|(start, end)| seconds(end.micros_since(start)));
    let paused: i64 = activity.detail.pauses.iter().map(|(from, to)| to.micros_since(*from)).sum();
    let odometer = activity.column(SeriesType::TOTAL_DISTANCE).last().map(|point| point.value);
    let ground = (activity.counts.positions > 1).then_some(length_m);
    let heart = Spread::of(activity, SeriesType::HEART_RATE);
    let elevation = Spread::of(activity, SeriesType::ELEVATION);
    let derived = WorkoutDetail {
        elapsed_s: elapsed,
        timer_s: elapsed.map(|elapsed| (elapsed - seconds(paused)).max(0.0)),
        distance_m: odometer.or(ground),
        heart_rate_avg_bpm: heart.map(|heart| heart.mean),
        heart_rate_max_bpm: heart.map(|heart| heart.highest),
        heart_rate_min_bpm: heart.map(|heart| heart.lowest),
        elevation_max_m: elevation.map(|elevation| elevation.highest),
        elevation_min_m: elevation.map(|elevation| elevation.lowest),
        ..WorkoutDetail::default()
    };
    let detail = &mut activity.detail;
    detail.fill_from(&derived);
    detail.duration_s = detail.duration_s.or(detail.timer_s);
}

/// Where both are told, a plain cadence is not that of the feet.
fn give_cadence(activity: &mut Activity) {
    let (series, worth) = sport::cadence(activity.detail.workout_type);
    if activity.columns.iter().any(|column| column.series == series) {
        return;
    }
    if let Some(column) = activity.columns.iter_mut().find(|column| column.series == SeriesType::CADENCE) {
        column.series = series;
        column.points.iter_mut().for_each(|point| point.value *= worth);
    }
}

/// The values of a series at a glance.
#[derive(Clone, Copy)]
struct Spread {
    lowest: f64,
    highest: f64,
    mean: f64,
}

impl Spread {
    fn of(activity: &Activity, series: SeriesType) -> Option<Self> {
        let points = activity.column(series);
        let values = || points.iter().map(|point| point.value);
        let lowest = values().reduce(f64::min)?;
        let highest = values().reduce(f64::max)?;
        Some(Self { lowest, highest, mean: values().sum::<f64>() / points.len() as f64 })
    }
}
