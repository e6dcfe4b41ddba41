//! The bytes of an XML file: a digest of all of them, text that is always UTF-8, and a limit on how many
//! one tag or text may take.

use std::io::{BufRead, Error, ErrorKind, Read, Result};

const BUFFER: usize = 8192;

/// A buffered reader. Bytes that are no UTF-8 are read as question marks: what they stood for is lost,
/// what is around them is not.
pub(super) struct Input<'r> {
    reader: &'r mut dyn Read,
    buffer: Box<[u8; BUFFER]>,
    at: usize,
    /// Up to here the buffer holds whole characters.
    ready: usize,
    filled: usize,
    allowed: usize,
    digest: [u8; 16],
}

impl<'r> Input<'r> {
    pub(super) fn new(reader: &'r mut dyn Read) -> Self {
        Self { reader, buffer: Box::new([0; BUFFER]), at: 0, ready: 0, filled: 0, allowed: 0, digest: [0; 16] }
    }

    /// How many bytes may be taken until this is said again; a buffer's worth more can be.
    pub(super) fn allow(&mut self, count: usize) {
        self.allowed = count;
    }

    /// Reads to the end and gives the digest of everything.
    pub(super) fn finish(mut self) -> [u8; 16] {
        loop {
            self.at = self.ready;
            if !self.refill() {
                return self.digest;
            }
        }
    }

    /// Moves what is left to the front and adds what follows; false when nothing does. Always fills the
    /// buffer as far as the bytes go, so that the digest does not depend on how the reader hands them out.
    fn refill(&mut self) -> bool {
        self.buffer.copy_within(self.at..self.filled, 0);
        self.filled -= self.at;
        self.at = 0;
        let kept = self.filled;
        let mut ended = false;
        while let Some(free) = self.buffer.get_mut(self.filled..).filter(|free| !free.is_empty()) {
            match self.reader.read(free) {
                Ok(count) if count > 0 => self.filled = (self.filled + count).min(BUFFER),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Ok(_) | Err(_) => {
                    ended = true;
                    break;
                }
            }
        }
        let added = self.buffer.get(kept..self.filled).unwrap_or_default();
        if !added.is_empty() {
            self.digest = model::derived_id(&[&self.digest, added]).into_bytes();
        }
        self.make_text(ended);
        self.ready > 0
    }

    /// Replaces what is no UTF-8, and keeps back a character that goes on behind the buffer.
    fn make_text(&mut self, ended: bool) {
        let mut from = 0;
        while let Some(Err(error)) = self.buffer.get(from..self.filled).map(std::str::from_utf8) {
            let wrong = from + error.valid_up_to();
            let end = match error.error_len() {
                Some(length) => wrong + length,
                None if ended => self.filled,
                None => {
                    self.ready = wrong;
                    return;
                }
            };
            if let Some(bytes) = self.buffer.get_mut(wrong..end) {
                bytes.fill(b'?');
            }
            from = end;
        }
        self.ready = self.filled;
    }
}

impl Read for Input<'_> {
    fn read(&mut self, out: &mut [u8]) -> Result<usize> {
        let count = self.fill_buf()?.read(out)?;
        self.consume(count);
        Ok(count)
    }
}

impl BufRead for Input<'_> {
    fn fill_buf(&mut self) -> Result<&[u8]> {
        if self.allowed == 0 {
            return Err(Error::new(ErrorKind::InvalidInput, "longer than is read"));
        }
        if self.at == self.ready {
            self.refill();
        }
        Ok(self.buffer.get(self.at..self.ready).unwrap_or_default())
    }

    fn consume(&mut self, count: usize) {
        self.at = (self.at + count).min(self.ready);
        self.allowed = self.allowed.saturating_sub(count);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Dribble<'a>(&'a [u8]);

    impl Read for Dribble<'_> {
        fn read(&mut self, out: &mut [u8]) -> Result<usize> {
            let count = self.0.len().min(out.len()).min(7);
            out[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            Ok(count)
        }
    }

    fn text(bytes: &[u8]) -> String {
        let mut reader = Dribble(bytes);
        let mut input = Input::new(&mut reader);
        input.allow(1 << 20);
        let mut text = String::new();
        input.read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn the_digest_does_not_depend_on_how_bytes_are_handed_out() {
        let bytes: Vec<u8> = (0..20_000u32).map(|i| (i % 251) as u8).collect();
        let whole = Input::new(&mut bytes.as_slice()).finish();
        assert_eq!(Input::new(&mut Dribble(&bytes)).finish(), whole);
        assert_ne!(Input::new(&mut &bytes[1..]).finish(), whole);
    }

    #[test]
    fn characters_across_the_buffers_edge_stay_whole_and_wrong_bytes_are_marked() {
        for before in [BUFFER - 2, BUFFER - 1, BUFFER] {
            let long = format!("{}€ü{}", "x".repeat(before), "y".repeat(BUFFER));
            assert_eq!(text(long.as_bytes()), long);
        }
        assert_eq!(text(b"Z\xFCrich"), "Z?rich");
        assert_eq!(text(b"cut \xE2\x82"), "cut ??");
    }

    #[test]
    fn more_than_is_allowed_is_refused() {
        let bytes = vec![b'x'; 3 * BUFFER];
        let mut reader = bytes.as_slice();
        let mut input = Input::new(&mut reader);
        input.allow(BUFFER + 1);
        assert!(input.read_to_end(&mut Vec::new()).is_err());
    }
}
