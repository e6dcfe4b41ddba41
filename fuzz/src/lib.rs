//! What holds for whatever a parser makes of any bytes.

use model::{Mapped, Record, SampleBatch};
use std::io::{self, Cursor, Read};

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

/// The same of all that mapping gave, and that names are told of points that are there.
pub fn check_mapped(mapped: &Mapped) {
    check(&mapped.records);
    for batch in &mapped.names {
        let Some(Record::Samples(samples)) = mapped.records.get(batch.record) else { panic!("names of no samples") };
        assert_eq!(samples.points.len(), batch.names.len(), "a name for each point");
    }
}

/// Hands bytes out in pieces whose lengths follow from the bytes themselves, one and some more.
pub struct Chunks<T>(Cursor<T>);

impl<'a> Chunks<&'a [u8]> {
    /// Of borrowed bytes.
    pub fn of(bytes: &'a [u8]) -> Self {
        Self(Cursor::new(bytes))
    }
}

impl Chunks<Vec<u8>> {
    /// Of owned ones.
    pub fn of_owned(bytes: Vec<u8>) -> Self {
        Self(Cursor::new(bytes))
    }
}

impl<T: AsRef<[u8]>> Read for Chunks<T> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let at = usize::try_from(self.0.position()).unwrap_or_default();
        let next = self.0.get_ref().as_ref().get(at).copied().unwrap_or_default();
        let length = out.len().min(1 + usize::from(next % 32));
        self.0.read(out.get_mut(..length).unwrap_or_default())
    }
}
