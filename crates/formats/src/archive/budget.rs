//! What may be unpacked of one upload.

use std::{
    cell::Cell,
    io::{self, Error, ErrorKind, Read},
};

/// What all entries may unpack to.
const MOST_BYTES: u64 = 64 << 30;
const MOST_ENTRIES: u64 = 1_000_000;
/// Text unpacks to some dozens of times its size. Beyond this, and beyond some megabytes, it is a trap.
const MOST_TIMES: u64 = 500;
const HARMLESS: u64 = 64 << 20;

/// Counts what an upload takes and gives, archives within archives together: what unpacks to little at each of several
/// levels is as much of a trap as what unpacks to much at one.
#[derive(Debug, Default)]
pub struct Budget {
    taken: Cell<u64>,
    given: Cell<u64>,
    entries: Cell<u64>,
    spent: Cell<bool>,
}

impl Budget {
    /// The upload itself, counted.
    pub fn count<R: Read>(&self, input: R) -> impl Read + use<'_, R> {
        Counted { budget: self, input }
    }

    /// Whether it is used up: nothing more is unpacked.
    #[must_use]
    pub fn is_spent(&self) -> bool {
        self.spent.get()
    }

    /// One more entry.
    pub(super) fn add_entry(&self) -> io::Result<()> {
        self.entries.set(self.entries.get() + 1);
        self.check()
    }

    /// So much more was unpacked.
    pub(super) fn add_given(&self, count: usize) -> io::Result<()> {
        self.given.set(self.given.get().saturating_add(count as u64));
        self.check()
    }

    fn check(&self) -> io::Result<()> {
        let (taken, given) = (self.taken.get().max(1), self.given.get());
        let too_much = given > MOST_BYTES || (given > HARMLESS && given / taken > MOST_TIMES);
        if self.spent.get() || too_much || self.entries.get() > MOST_ENTRIES {
            self.spent.set(true);
            return Err(Error::new(ErrorKind::InvalidData, "unpacks to more than is read"));
        }
        Ok(())
    }
}

struct Counted<'b, R> {
    budget: &'b Budget,
    input: R,
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(out)?;
        self.budget.taken.set(self.budget.taken.get() + count as u64);
        Ok(count)
    }
}
