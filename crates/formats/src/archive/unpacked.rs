//! What an entry unpacks to, with its checksum, within a budget.

use super::budget::Budget;
use flate2::{Crc, read::MultiGzDecoder};
use std::io::{self, Error, ErrorKind, Read};

/// What is unpacked. What once failed stays failed, so that whoever reads on to the end learns of it too.
pub(super) struct Unpacked<'r> {
    body: Box<dyn Read + 'r>,
    budget: &'r Budget,
    crc: Crc,
    count: u64,
    failure: Option<(ErrorKind, String)>,
}

impl<'r> Unpacked<'r> {
    pub(super) fn new(body: Box<dyn Read + 'r>, budget: &'r Budget) -> Self {
        Self { body, budget, crc: Crc::new(), count: 0, failure: None }
    }

    /// The checksum of what was read.
    pub(super) fn sum(&self) -> u32 {
        self.crc.sum()
    }

    /// How much was read.
    pub(super) fn count(&self) -> u64 {
        self.count
    }

    fn next(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.body.read(out)?;
        self.count += count as u64;
        self.budget.add_given(count)?;
        self.crc.update(out.get(..count).unwrap_or_default());
        Ok(count)
    }
}

impl Read for Unpacked<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if let Some((kind, text)) = &self.failure {
            return Err(Error::new(*kind, text.clone()));
        }
        let read = self.next(out);
        if let Err(error) = &read
            && error.kind() != ErrorKind::Interrupted
        {
            self.failure = Some((error.kind(), error.to_string()));
        }
        read
    }
}

/// What a file that is packed by itself unpacks to. That it is damaged is an error of [`super::is_damage`].
pub fn gunzip<'r>(input: impl Read + 'r, budget: &'r Budget) -> impl Read + 'r {
    Unpacked::new(Box::new(MultiGzDecoder::new(input)), budget)
}
