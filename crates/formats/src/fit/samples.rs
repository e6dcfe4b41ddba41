//! The samples of a part as the model has them: one batch a series, cadence in the series of its sport,
//! and a strap's memory where the records have no heart rate.

use super::{file::FitPart, timeline::Timeline};
use model::{Context, Point, SampleBatch, SeriesType, Timestamp, WorkoutRecord};

/// A strap's memory fills gaps of the records' heart rate that are longer than this.
const STRAP_GAP_US: i64 = 2_000_000;

/// The samples in groups by their time, with the source and offset of `origin`.
pub(super) fn samples(
    part: &FitPart,
    timeline: &Timeline,
    origin: &WorkoutRecord,
    groups: usize,
    group_of: impl Fn(Timestamp) -> usize,
) -> Vec<Vec<SampleBatch>> {
    let mut batches = Batches { origin, groups: vec![Vec::new(); groups] };
    for column in &part.columns {
        for point in column.points.iter().filter(|point| !timeline.is_stray(point.start)) {
            // A heart rate of zero means that there was no sensor.
            if column.series == SeriesType::HEART_RATE && point.value <= 0.0 {
                continue;
            }
            let (series, worth) = match column.series {
                SeriesType::CADENCE => timeline.sport_at(point.start).cadence(),
                same => (same, 1.0),
            };
            batches.push(group_of(point.start), series, Point { value: point.value * worth, ..*point });
        }
    }
    for point in gaps_filled(part).filter(|point| !timeline.is_stray(point.start)) {
        batches.push(group_of(point.start), SeriesType::HEART_RATE, point);
    }
    batches.groups
}

struct Batches<'a> {
    origin: &'a WorkoutRecord,
    groups: Vec<Vec<SampleBatch>>,
}

impl Batches<'_> {
    fn push(&mut self, group: usize, series: SeriesType, point: Point) {
        let Some(batches) = self.groups.get_mut(group).filter(|_| point.value.is_finite()) else { return };
        if let Some(batch) = batches.iter_mut().find(|batch| batch.series == series) {
            return batch.points.push(point);
        }
        let (source, offset) = (self.origin.source.clone(), self.origin.offset);
        let points = vec![point];
        batches.push(SampleBatch { series, source, context: Context::SAMPLES, rank: 0, offset, points });
    }
}

/// What the strap remembered where the records have no heart rate near.
fn gaps_filled(part: &FitPart) -> impl Iterator<Item = Point> {
    let measured = part.column(SeriesType::HEART_RATE).iter().filter(|point| point.value > 0.0);
    let mut taken: Vec<Timestamp> = measured.map(|point| point.start).collect();
    taken.sort_unstable();
    let near = |at: Timestamp, other: Option<&Timestamp>| {
        other.is_some_and(|other| other.micros_since(at).saturating_abs() <= STRAP_GAP_US)
    };
    let lonely = move |at: Timestamp| {
        let next = taken.partition_point(|other| *other < at);
        let before = next.checked_sub(1).and_then(|before| taken.get(before));
        !near(at, taken.get(next)) && !near(at, before)
    };
    part.strap_heart_rate.iter().filter(move |point| lonely(point.start)).copied()
}
