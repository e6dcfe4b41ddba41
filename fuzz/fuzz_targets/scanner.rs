//! Bodies of webhooks: their scanner, which cuts them into items. It is private to its crate, which needs a
//! store to build, so its file is taken as it is.
#![no_main]

#[path = "../../crates/ingest/src/quotes.rs"]
mod quotes;
#[path = "../../crates/ingest/src/split/scanner.rs"]
#[allow(dead_code)] // bodies of phones are cut by another target
mod scanner;

use scanner::{Items, ScanError, Scanner};
use std::io::{self, Read};

/// What a receiver of items fails with; none here does.
#[derive(Debug, thiserror::Error)]
#[error("an item could not be kept")]
pub struct IngestError;

/// What was cut: list, account and bytes of each item.
#[derive(Default, PartialEq, Debug)]
struct Cut {
    items: Vec<(String, Option<String>, Vec<u8>)>,
    open: Vec<u8>,
}

impl Items for Cut {
    fn begin(&mut self, _: &str) -> Result<(), ScanError> {
        self.open.clear();
        Ok(())
    }

    fn bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.open.extend_from_slice(bytes);
        Ok(())
    }

    fn end(&mut self, list: &str, account: Option<&str>) -> Result<(), ScanError> {
        self.items.push((list.to_owned(), account.map(str::to_owned), std::mem::take(&mut self.open)));
        Ok(())
    }
}

/// Hands bytes out one at a time.
struct Dribble<'a>(&'a [u8]);

impl Read for Dribble<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = out.len().min(1);
        (&mut self.0).take(count as u64).read(out)
    }
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let size = bytes.len() as u64;
    let (mut whole, mut dribbled) = (Cut::default(), Cut::default());
    let ended = Scanner::new(bytes, size, "userId").object_of_lists(&mut whole).is_ok();
    let again = Scanner::new(Dribble(bytes), size, "userId").object_of_lists(&mut dribbled).is_ok();
    assert_eq!((ended, &whole.items), (again, &dribbled.items), "the cut does not depend on how bytes arrive");
    assert!(whole.items.iter().map(|item| item.2.len()).sum::<usize>() <= bytes.len());
    let _ = Scanner::new(bytes, size, "userId").bare_list("list", &mut Cut::default());
});
