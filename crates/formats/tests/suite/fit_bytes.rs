//! Whatever the bytes, reading ends, gives something, and does not panic.

use crate::fit_writer::run;
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
