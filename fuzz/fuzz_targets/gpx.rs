//! GPX files, as records of an upload.
#![no_main]

use formats::{gpx, track};
use model::ProviderName;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let file = gpx::read(&mut &*bytes);
    fuzz::check(&track::to_records(&file, ProviderName::from_static("file")));
});
