//! What the mobile SDKs send: a body is cut by its lists, and each list is mapped by every phone's provider.
#![no_main]

#[path = "../../crates/ingest/src/quotes.rs"]
mod quotes;
#[path = "../../crates/ingest/src/split/scanner.rs"]
#[allow(dead_code)] // other bodies are cut by other targets
mod scanner;

use fuzz::Chunks;
use model::PartMeta;
use providers::find;
use scanner::{Items, ScanError, Scanner};
use std::{collections::BTreeMap, io};

/// What a receiver of items fails with; none here does.
#[derive(Debug, thiserror::Error)]
#[error("an item could not be kept")]
pub struct IngestError;

/// The items of each list.
#[derive(Default, PartialEq, Debug)]
struct Lists {
    items: BTreeMap<String, Vec<Vec<u8>>>,
    open: Vec<u8>,
}

impl Items for Lists {
    fn begin(&mut self, _: &str) -> Result<(), ScanError> {
        self.open.clear();
        Ok(())
    }

    fn bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.open.extend_from_slice(bytes);
        Ok(())
    }

    fn end(&mut self, list: &str, _: Option<&str>) -> Result<(), ScanError> {
        self.items.entry(list.to_owned()).or_default().push(std::mem::take(&mut self.open));
        Ok(())
    }
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let size = bytes.len() as u64;
    let (mut whole, mut in_chunks) = (Lists::default(), Lists::default());
    let ended = Scanner::new(bytes, size, "").lists_within("data", &mut whole).is_ok();
    let again = Scanner::new(Chunks::of(bytes), size, "").lists_within("data", &mut in_chunks).is_ok();
    assert_eq!((ended, &whole.items), (again, &in_chunks.items), "the cut does not depend on how bytes arrive");
    for (list, items) in whole.items {
        let body = [b"[".to_vec(), items.join(&b','), b"]".to_vec()].concat();
        for phone in ["apple", "samsung", "google"] {
            let map = || find(phone).unwrap().map(&list, &PartMeta::default(), &mut body.as_slice());
            let mapped = map();
            fuzz::check_mapped(&mapped);
            assert_eq!(mapped, map(), "mapping twice gives the same");
        }
    }
});
