//! What holds for whatever a parser makes of any bytes.

use model::{Record, SampleBatch};

/// Every number that goes on is finite: sums and blocks rely on it.
pub fn check(records: &[Record]) {
    for record in records {
        let batches: &[SampleBatch] = match record {
            Record::Workout(workout) => &workout.samples,
            Record::Sleep(sleep) => &sleep.samples,
            Record::Daily(day) => &day.samples,
            Record::Samples(batch) => std::slice::from_ref(batch),
            _ => &[],
        };
        for point in batches.iter().flat_map(|batch| &batch.points) {
            assert!(point.value.is_finite() && point.duration_us >= 0);
        }
    }
}
