//! The packed bytes of an entry whose size stands behind it, where the packing does not say its end: up to the
//! descriptor that names just as many bytes as were read.

use super::front::Front;
use memchr::memmem;
use std::io::{self, BufRead, Error, ErrorKind, Read};

const MARK: &[u8] = b"PK\x07\x08";
/// A descriptor with sizes of eight bytes.
const LONGEST: usize = 24;

pub(super) struct Behind<'f, R> {
    input: &'f mut Front<R>,
    count: u64,
}

impl<'f, R> Behind<'f, R> {
    pub(super) fn new(input: &'f mut Front<R>) -> Self {
        Self { input, count: 0 }
    }
}

impl<R: Read> Read for Behind<'_, R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let seen = self.input.see(LONGEST)?;
        if seen.is_empty() {
            return Err(Error::from(ErrorKind::UnexpectedEof));
        }
        if ends(seen, self.count) {
            return Ok(0);
        }
        let content = match memmem::find(seen.get(1..).unwrap_or_default(), MARK) {
            Some(at) => at + 1,
            // a mark may begin in the last bytes
            None if seen.len() >= LONGEST => seen.len() - MARK.len() + 1,
            None => seen.len(),
        };
        let count = seen.get(..content).unwrap_or_default().read(out)?;
        self.input.consume(count);
        self.count += count as u64;
        Ok(count)
    }
}

/// Whether these bytes begin with the descriptor of an entry of so many.
fn ends(seen: &[u8], count: u64) -> bool {
    let short = |at: usize| seen.get(at..at + 4)?.try_into().ok().map(u32::from_le_bytes).map(u64::from);
    let long = |at: usize| seen.get(at..at + 8)?.try_into().ok().map(u64::from_le_bytes);
    seen.starts_with(MARK) && (short(8) == Some(count) || long(8) == Some(count))
}
