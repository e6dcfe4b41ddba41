//! A reader that can be asked to hold some bytes in sight before they are taken.

use std::io::{self, BufRead, Error, ErrorKind, Read};

const BUFFER: usize = 128 * 1024;

/// What is still to be read of an archive.
pub(super) struct Front<R> {
    input: R,
    buffer: Vec<u8>,
    from: usize,
    to: usize,
    /// How much was taken in all.
    taken: u64,
    /// Why the input could not be read on, told when what came before it is taken.
    failure: Option<Error>,
}

impl<R: Read> Front<R> {
    pub(super) fn new(input: R) -> Self {
        Self { input, buffer: vec![0; BUFFER], from: 0, to: 0, taken: 0, failure: None }
    }

    pub(super) fn taken(&self) -> u64 {
        self.taken
    }

    /// What comes next: at least this much of it, unless it ends before. `wanted` is far below the buffer's size.
    pub(super) fn see(&mut self, wanted: usize) -> io::Result<&[u8]> {
        if self.to - self.from < wanted {
            self.fill();
            if self.to - self.from < wanted
                && let Some(failure) = self.failure.take()
            {
                return Err(failure);
            }
        }
        Ok(self.buffer.get(self.from..self.to).unwrap_or_default())
    }

    /// Reads until the buffer is full: how far a damaged entry can be unpacked must not hang on how the bytes came.
    fn fill(&mut self) {
        self.buffer.copy_within(self.from..self.to, 0);
        (self.from, self.to) = (0, self.to - self.from);
        // a reader that is given no room may say that as an error
        while self.failure.is_none() && self.to < self.buffer.len() {
            match self.input.read(self.buffer.get_mut(self.to..).unwrap_or_default()) {
                Ok(0) => break,
                Ok(count) => self.to += count,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => self.failure = Some(error),
            }
        }
    }

    /// Passes over so many bytes.
    pub(super) fn skip(&mut self, mut count: u64) -> io::Result<()> {
        while count > 0 {
            let seen = self.see(1)?.len();
            if seen == 0 {
                return Err(Error::from(ErrorKind::UnexpectedEof));
            }
            let step = seen.min(usize::try_from(count).unwrap_or(usize::MAX));
            self.consume(step);
            count -= step as u64;
        }
        Ok(())
    }
}

impl<R: Read> Read for Front<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.see(1)?.read(out)?;
        self.consume(count);
        Ok(count)
    }
}

impl<R: Read> BufRead for Front<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.see(1)
    }

    fn consume(&mut self, count: usize) {
        self.from = self.to.min(self.from + count);
        self.taken += count as u64;
    }
}
