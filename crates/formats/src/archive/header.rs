//! What stands before an entry and what may stand behind it.

use super::front::Front;
use std::io::{self, BufRead, Error, ErrorKind, Read};

const ENTRY: u32 = 0x0403_4b50;
pub(super) const DESCRIPTOR: u32 = 0x0807_4b50;
/// What stands behind the last entry: the directory, or what may stand before it or in its place.
const ENDS: [u32; 4] = [0x0201_4b50, 0x0608_4b50, 0x0606_4b50, 0x0605_4b50];
const WIDE: u32 = u32::MAX;
/// Names are shown, so a long one is cut.
const LONGEST_NAME: usize = 1000;

/// What an entry's header says.
pub(super) struct Header {
    flags: u16,
    pub(super) method: u16,
    pub(super) crc: u32,
    pub(super) packed: u64,
    pub(super) name: String,
}

impl Header {
    /// The next entry's header; none where the entries end.
    pub(super) fn read(input: &mut Front<impl Read>) -> io::Result<Option<Self>> {
        let mark = u32::from_le_bytes(bytes(input)?);
        if ENDS.contains(&mark) {
            return Ok(None);
        }
        if mark != ENTRY {
            return Err(Error::new(ErrorKind::InvalidData, "no entry begins here"));
        }
        let fixed: [u8; 26] = bytes(input)?;
        let short = |at: usize| fixed.get(at..at + 2).map_or(0, |two| u16::from_le_bytes([two[0], two[1]]));
        let long = |at: usize| u32::from(short(at)) | u32::from(short(at + 2)) << 16;
        let name = take(input, short(22))?;
        let extra = take(input, short(24))?;
        let (packed, unpacked) = (long(14), long(18));
        Ok(Some(Self {
            flags: short(2),
            method: short(4),
            crc: long(10),
            packed: match wide_sizes(&extra) {
                Some((_, size)) if packed == WIDE || unpacked == WIDE => size,
                _ => u64::from(packed),
            },
            name: shown(&name),
        }))
    }

    /// Whether sizes and checksum stand behind the entry.
    pub(super) fn is_open(&self) -> bool {
        self.flags & 8 != 0
    }

    pub(super) fn is_encrypted(&self) -> bool {
        self.flags & 1 != 0
    }
}

/// A name as it can be shown: a terminal must not obey it.
fn shown(name: &[u8]) -> String {
    let plain = |mark: char| if mark.is_control() { char::REPLACEMENT_CHARACTER } else { mark };
    String::from_utf8_lossy(name).chars().take(LONGEST_NAME).map(plain).collect()
}

/// The sizes before and after packing in a header's extra fields.
fn wide_sizes(mut extra: &[u8]) -> Option<(u64, u64)> {
    while let [id1, id2, length1, length2, rest @ ..] = extra {
        let length = usize::from(u16::from_le_bytes([*length1, *length2]));
        let field = rest.get(..length)?;
        if [*id1, *id2] == [1, 0] {
            let size = |at: usize| field.get(at..at + 8)?.try_into().ok().map(u64::from_le_bytes);
            return Some((size(0).unwrap_or_default(), size(8).unwrap_or_default()));
        }
        extra = rest.get(length..)?;
    }
    None
}

/// The checksum behind an entry of so many bytes. It may have a mark before it, and sizes of four or of eight bytes
/// behind it: which it is shows by what follows, else by the size.
pub(super) fn descriptor(input: &mut Front<impl Read>, unpacked: u64) -> io::Result<u32> {
    let seen = input.see(28)?;
    let long = |at: usize| seen.get(at..at + 4)?.try_into().ok().map(u32::from_le_bytes);
    let marked = if long(0) == Some(DESCRIPTOR) { 4 } else { 0 };
    let crc = long(marked).ok_or(ErrorKind::UnexpectedEof)?;
    let follows = |length: usize| long(marked + length).is_some_and(|mark| mark == ENTRY || ENDS.contains(&mark));
    let length = match (follows(12), follows(20)) {
        (true, false) => 12,
        (false, true) => 20,
        _ if long(marked + 8).map(u64::from) == Some(unpacked) => 12,
        _ => 20,
    };
    if seen.len() < marked + length {
        return Err(ErrorKind::UnexpectedEof.into());
    }
    input.consume(marked + length);
    Ok(crc)
}

fn bytes<const N: usize>(input: &mut impl Read) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    input.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn take(input: &mut impl Read, length: u16) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; usize::from(length)];
    input.read_exact(&mut bytes)?;
    Ok(bytes)
}
