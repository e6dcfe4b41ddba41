//! Archives and what is packed: their entries, read whole, read in part and passed over, as they come and in small pieces.
#![no_main]

use formats::{
    Notes,
    archive::{Budget, each_entry, gunzip},
};
use fuzz::Chunks;
use std::io::{self, Read};

/// An entry may unpack to hundreds of times what it takes; so much of each is enough.
const OF_EACH: u64 = 64 * 1024;

type Entries = Vec<(String, Vec<u8>)>;

/// The entries; of every third one only the beginning is read, so that the rest is passed over.
fn entries(input: impl Read) -> (bool, Entries, usize) {
    let (budget, mut notes, mut entries) = (Budget::default(), Notes::default(), Entries::new());
    let input = budget.count(input);
    let read = each_entry::<io::Error>(input, &budget, &mut notes, &mut |name, body, _| {
        let mut bytes = Vec::new();
        let wanted = if entries.len() % 3 == 2 { 7 } else { OF_EACH };
        let _ = body.take(wanted).read_to_end(&mut bytes);
        entries.push((name.to_owned(), bytes));
        Ok(entries.len() < 64)
    });
    (read.is_ok(), entries, notes.into_issues().len())
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    assert_eq!(entries(bytes), entries(Chunks::of(bytes)), "what an archive holds does not depend on how bytes arrive");
    let budget = Budget::default();
    let _ = io::copy(&mut gunzip(budget.count(bytes), &budget).take(OF_EACH), &mut io::sink());
});
