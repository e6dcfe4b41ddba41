//! TCX files, as records of an upload.
#![no_main]

use formats::{tcx, track};
use model::ProviderName;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let file = tcx::read(&mut &*bytes);
    fuzz::check(&track::to_records(&file, ProviderName::from_static("file")));
});
