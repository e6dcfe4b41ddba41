//! Blocks of series, their columns and their hours, as a store or a file could hand them back damaged.
#![no_main]

use series::{Block, Columns, decode_hourly};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = decode_hourly(bytes);
    let columns = Columns::decode(bytes);
    if let Ok(block) = Block::decode(bytes) {
        let columns = columns.map(|columns| columns.points().len());
        assert_eq!(columns.ok(), Some(block.points().len()), "what a whole block holds, its columns hold");
    }
});
