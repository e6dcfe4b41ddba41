//! FIT files: everything in them, as records of an upload and as one workout.
#![no_main]

use formats::fit;
use model::ProviderName;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let file = fit::read(&mut &*bytes);
    fuzz::check(&fit::to_records(&file, ProviderName::from_static("file")));
    let _ = fit::to_workout(&file, "1", fit::source_of(&file, ProviderName::from_static("file")));
});
