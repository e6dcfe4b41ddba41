//! Whatever the bytes, reading ends, gives something, and does not panic.

use crate::fit_writer::{FitWriter, run};
use formats::fit;
use model::{IssueCode, ProviderName};
use proptest::prelude::*;

fn everything(bytes: &[u8]) -> fit::FitFile {
    let file = fit::read(&mut { bytes });
    let provider = ProviderName::from_static("upload");
    let _ = fit::to_workout(&file, "x", fit::source_of(&file, provider.clone()));
    let _ = fit::to_records(&file, provider);
    file
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        everything(&bytes);
    }

    #[test]
    fn arbitrary_messages_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        let mut file = vec![12, 0x20, 0, 0];
        file.extend((bytes.len() as u32).to_le_bytes());
        file.extend(b".FIT");
        file.extend(&bytes);
        everything(&file);
    }

    #[test]
    fn a_file_with_wrong_bytes_never_panics(
        wrong in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20),
    ) {
        let mut bytes = run(20).bytes();
        for (index, byte) in wrong {
            let index = index.index(bytes.len());
            bytes[index] = byte;
        }
        everything(&bytes);
    }

    #[test]
    fn a_file_cut_anywhere_keeps_the_records_before_the_cut(cut in 0usize..1000) {
        let bytes = run(60).bytes();
        let cut = cut.min(bytes.len() - 1);
        let whole = everything(&bytes);
        let cut = everything(&bytes[..cut]);
        prop_assert!(cut.issues.iter().any(|issue| issue.code == IssueCode::Truncated));
        let (whole, part) = (whole.whole(), cut.whole());
        prop_assert!(part.record_count <= whole.record_count);
        let series = model::SeriesType::HEART_RATE;
        prop_assert_eq!(part.column(series), &whole.column(series)[..part.record_count as usize]);
    }
}

/// A definition of random fields for each kind of message that is looked into, then random values, so
/// that the mappers see what the arbitrary bytes above hardly ever reach.
fn arbitrary_file() -> impl Strategy<Value = Vec<u8>> {
    let kinds =
        prop::sample::select(vec![0u16, 12, 18, 19, 20, 21, 23, 30, 34, 55, 78, 101, 103, 132, 206, 216, 225, 227]);
    let number = prop_oneof![0u8..140, Just(253), Just(254)];
    let base = prop::sample::select(vec![0u8, 1, 2, 0x83, 0x84, 0x85, 0x86, 7, 0x88, 0x89, 10, 13, 0x8E, 0x8F]);
    let fields = proptest::collection::vec((number, 0u8..20, base), 0..12);
    let messages = proptest::collection::vec((kinds, fields, proptest::collection::vec(any::<u8>(), 0..400)), 1..12);
    messages.prop_map(|messages| {
        let mut file = FitWriter::default();
        for (kind, fields, bytes) in messages {
            let size: usize = fields.iter().map(|(_, size, _)| usize::from(*size)).sum();
            file.define(0, kind, &fields);
            for payload in bytes.chunks_exact(size.max(1)).filter(|_| size > 0) {
                file.data(0, &[payload]);
            }
        }
        file.bytes()
    })
}

proptest! {
    #[test]
    fn arbitrary_values_in_known_messages_never_panic_and_stay_finite(bytes in arbitrary_file()) {
        let file = everything(&bytes);
        for record in fit::to_records(&file, ProviderName::from_static("upload")) {
            let batches = match record {
                model::Record::Workout(workout) => workout.samples,
                model::Record::Samples(batch) => vec![batch],
                _ => Vec::new(),
            };
            let mut points = batches.iter().flat_map(|batch| &batch.points);
            prop_assert!(points.all(|point| point.value.is_finite()));
        }
    }
}
