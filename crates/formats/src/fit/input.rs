//! Bytes of a FIT file in order, with the running checksum and a digest of all that was read.

use std::io::Read;

const BUFFER: usize = 8192;

/// The bytes end, or cannot be read on.
pub(super) struct Ended;

/// A reader with a buffer of its own, so that it can look ahead.
pub(super) struct Input<'r> {
    reader: &'r mut dyn Read,
    buffer: Box<[u8; BUFFER]>,
    at: usize,
    filled: usize,
    checksum: u16,
    digest: [u8; 16],
    position: u64,
}

impl<'r> Input<'r> {
    pub(super) fn new(reader: &'r mut dyn Read) -> Self {
        Self { reader, buffer: Box::new([0; BUFFER]), at: 0, filled: 0, checksum: 0, digest: [0; 16], position: 0 }
    }

    /// Fills the output or says that the bytes ended before it was full.
    pub(super) fn take(&mut self, out: &mut [u8]) -> Result<(), Ended> {
        let mut done = 0;
        while done < out.len() {
            let from = self.buffered();
            if from.is_empty() {
                if !self.refill() {
                    return Err(Ended);
                }
                continue;
            }
            let count = from.len().min(out.len() - done);
            if let (Some(to), Some(from)) = (out.get_mut(done..done + count), from.get(..count)) {
                to.copy_from_slice(from);
            }
            self.advance(count);
            done += count;
        }
        Ok(())
    }

    /// Passes over bytes.
    pub(super) fn skip(&mut self, count: u64) -> Result<(), Ended> {
        let mut left = count;
        while left > 0 {
            let available = self.buffered().len();
            if available == 0 {
                if !self.refill() {
                    return Err(Ended);
                }
                continue;
            }
            let step = usize::try_from(left).unwrap_or(usize::MAX).min(available);
            self.advance(step);
            left -= step as u64;
        }
        Ok(())
    }

    /// The next byte, left where it is.
    pub(super) fn peek(&mut self) -> Option<u8> {
        if self.buffered().is_empty() {
            self.refill();
        }
        self.buffered().first().copied()
    }

    /// The checksum of the bytes since [`Input::restart_checksum`].
    pub(super) fn checksum(&self) -> u16 {
        self.checksum
    }

    pub(super) fn restart_checksum(&mut self) {
        self.checksum = 0;
    }

    /// How many bytes were taken or skipped.
    pub(super) fn position(&self) -> u64 {
        self.position
    }

    /// Reads to the end and gives the digest of everything.
    pub(super) fn finish(mut self) -> [u8; 16] {
        loop {
            self.at = self.filled;
            if !self.refill() {
                return self.digest;
            }
        }
    }

    fn buffered(&self) -> &[u8] {
        self.buffer.get(self.at..self.filled).unwrap_or_default()
    }

    fn advance(&mut self, count: usize) {
        let end = (self.at + count).min(self.filled);
        let used = self.buffer.get(self.at..end).unwrap_or_default();
        self.checksum = used.iter().fold(self.checksum, |sum, byte| checksum_with(sum, *byte));
        self.position += used.len() as u64;
        self.at = end;
    }

    /// Whether so many bytes are left; at most a buffer's worth can be asked for.
    pub(super) fn has(&mut self, count: usize) -> bool {
        self.buffered().len() >= count || (self.refill() && self.buffered().len() >= count)
    }

    /// Moves what is left to the front and adds what follows; false when nothing does. Always fills the
    /// buffer as far as the bytes go, so that the digest does not depend on how the reader hands them out.
    fn refill(&mut self) -> bool {
        self.buffer.copy_within(self.at..self.filled, 0);
        self.filled -= self.at;
        self.at = 0;
        let kept = self.filled;
        while let Some(free) = self.buffer.get_mut(self.filled..).filter(|free| !free.is_empty()) {
            match self.reader.read(free) {
                Ok(0) => break,
                Ok(count) => self.filled = (self.filled + count).min(BUFFER),
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(_) => break,
            }
        }
        let added = self.buffer.get(kept..self.filled).unwrap_or_default();
        if added.is_empty() {
            return false;
        }
        self.digest = model::derived_id(&[&self.digest, added]).into_bytes();
        true
    }
}

/// CRC-16 with the reflected polynomial 0xA001, four bits at a time.
fn checksum_with(sum: u16, byte: u8) -> u16 {
    const TABLE: [u16; 16] = [
        0x0000, 0xCC01, 0xD801, 0x1400, 0xF001, 0x3C00, 0x2800, 0xE401, 0xA001, 0x6C00, 0x7800, 0xB401, 0x5000, 0x9C01,
        0x8801, 0x4400,
    ];
    let step = |sum: u16, bits: u16| (sum >> 4) ^ TABLE.get(usize::from((sum ^ bits) & 0xF)).copied().unwrap_or(0);
    step(step(sum, u16::from(byte)), u16::from(byte >> 4))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_crc_16_arc() {
        assert_eq!(b"123456789".iter().fold(0, |sum, byte| checksum_with(sum, *byte)), 0xBB3D);
    }

    #[test]
    fn the_digest_does_not_depend_on_how_bytes_are_handed_out() {
        struct Dribble<'a>(&'a [u8]);
        impl Read for Dribble<'_> {
            fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
                let count = self.0.len().min(out.len()).min(7);
                out[..count].copy_from_slice(&self.0[..count]);
                self.0 = &self.0[count..];
                Ok(count)
            }
        }
        let bytes: Vec<u8> = (0..20_000u32).map(|i| (i % 251) as u8).collect();
        let whole = Input::new(&mut bytes.as_slice()).finish();
        assert_eq!(Input::new(&mut Dribble(&bytes)).finish(), whole);
        assert_ne!(Input::new(&mut &bytes[1..]).finish(), whole);
    }
}
