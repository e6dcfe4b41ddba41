//! Goes through a zip from front to back, entry by entry, without seeking: what is uploaded lies compressed, where
//! there is no going back. Sizes are believed only where there is nothing better; names never reach a file system.

use super::{notes::Notes, pieces::is_damage};
use flate2::{Crc, bufread::DeflateDecoder};
use model::IssueCode;
use std::{
    cell::Cell,
    io::{self, BufRead, Error, ErrorKind, Read},
};

const ENTRY: u32 = 0x0403_4b50;
const DESCRIPTOR: u32 = 0x0807_4b50;
const WIDE: u32 = u32::MAX;
/// What all entries may unpack to.
const MOST_BYTES: u64 = 64 << 30;
const MOST_ENTRIES: u64 = 1_000_000;
/// Text unpacks to some dozens of times its size. Beyond this, and beyond some megabytes, it is a trap.
const MOST_TIMES: u64 = 500;
const HARMLESS: u64 = 64 << 20;

/// What an entry's header says.
struct Header {
    flags: u16,
    method: u16,
    crc: u32,
    packed: u64,
    name: String,
}

impl Header {
    /// Whether sizes and checksum stand behind the entry.
    fn is_open(&self) -> bool {
        self.flags & 8 != 0
    }

    fn is_encrypted(&self) -> bool {
        self.flags & 1 != 0
    }
}

/// Tells `visit` of each entry, by its name and what it unpacks to, until it returns false. What is wrong with the
/// archive is noted and ends it.
///
/// # Errors
/// The input could not be read, or `visit` failed.
pub(super) fn each<E: From<Error>>(
    mut input: impl BufRead,
    notes: &mut Notes,
    mut visit: impl FnMut(&str, &mut dyn Read, &mut Notes) -> Result<bool, E>,
) -> Result<(), E> {
    let mut unpacked = 0;
    for _ in 0..MOST_ENTRIES {
        let header = match header(&mut input) {
            Ok(Some(header)) => header,
            // the directory of entries follows, which says nothing more
            Ok(None) => return Ok(()),
            Err(error) => return damaged(error, "archive", notes),
        };
        let taken = Cell::new(0);
        let body: Box<dyn Read + '_> = match header.method {
            _ if header.is_encrypted() => {
                notes.add(IssueCode::Unknown, &header.name, "entries are encrypted, and nothing behind them is read");
                return Ok(());
            }
            0 if !header.is_open() => Box::new(Packed { input: &mut input, taken: &taken }.take(header.packed)),
            8 => Box::new(DeflateDecoder::new(Packed { input: &mut input, taken: &taken })),
            _ => {
                notes.add(IssueCode::Unknown, &header.name, "entries are packed in a way that is not read");
                return Ok(());
            }
        };
        let mut body = Unpacked { body, crc: Crc::new(), count: 0, before: unpacked, taken: &taken };
        let go_on = visit(&header.name, &mut body, notes)?;
        if !go_on {
            return Ok(());
        }
        if let Err(error) = io::copy(&mut body, &mut io::sink()) {
            return damaged(error, &header.name, notes);
        }
        unpacked = body.before + body.count;
        let (sum, count) = (body.crc.sum(), body.count);
        drop(body);
        let told = if header.is_open() { descriptor(&mut input, count) } else { Ok(header.crc) };
        match told {
            Ok(told) if told != sum => {
                notes.add(IssueCode::Damaged, &header.name, "entries are not what their checksum says");
            }
            Ok(_) => {}
            Err(error) => return damaged(error, &header.name, notes),
        }
    }
    notes.add(IssueCode::Truncated, "archive", "time, there are more entries than are read");
    Ok(())
}

fn damaged<E: From<Error>>(error: Error, path: &str, notes: &mut Notes) -> Result<(), E> {
    if !is_damage(&error) {
        return Err(error.into());
    }
    let (code, what) = match error.kind() {
        ErrorKind::UnexpectedEof => (IssueCode::Truncated, "time, the archive breaks off"),
        _ => (IssueCode::Damaged, "time, the archive is damaged and cannot be read further"),
    };
    notes.add(code, path, what);
    Ok(())
}

/// What is packed, counted.
struct Packed<'r, R> {
    input: &'r mut R,
    taken: &'r Cell<u64>,
}

impl<R: BufRead> Read for Packed<'_, R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(out)?;
        self.taken.set(self.taken.get() + count as u64);
        Ok(count)
    }
}

impl<R: BufRead> BufRead for Packed<'_, R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.input.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        self.taken.set(self.taken.get() + count as u64);
        self.input.consume(count);
    }
}

/// What is unpacked, with its checksum, up to what is no trap.
struct Unpacked<'r> {
    body: Box<dyn Read + 'r>,
    crc: Crc,
    count: u64,
    before: u64,
    taken: &'r Cell<u64>,
}

impl Read for Unpacked<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.body.read(out)?;
        self.crc.update(out.get(..count).unwrap_or_default());
        self.count += count as u64;
        let too_far = self.count > HARMLESS && self.count / self.taken.get().max(1) > MOST_TIMES;
        if too_far || self.before + self.count > MOST_BYTES {
            return Err(Error::new(ErrorKind::InvalidData, "unpacks to more than is read"));
        }
        Ok(count)
    }
}

/// The next entry's header; none where the entries end.
fn header(input: &mut impl Read) -> io::Result<Option<Header>> {
    if u32::from_le_bytes(bytes(input)?) != ENTRY {
        return Ok(None);
    }
    let fixed: [u8; 26] = bytes(input)?;
    let short = |at: usize| fixed.get(at..at + 2).map_or(0, |two| u16::from_le_bytes([two[0], two[1]]));
    let long = |at: usize| u32::from(short(at)) | u32::from(short(at + 2)) << 16;
    let name = take(input, short(22))?;
    let extra = take(input, short(24))?;
    let (packed, unpacked) = (long(14), long(18));
    let wide = wide_sizes(&extra);
    Ok(Some(Header {
        flags: short(2),
        method: short(4),
        crc: long(10),
        packed: match wide {
            Some((_, size)) if packed == WIDE || unpacked == WIDE => size,
            _ => u64::from(packed),
        },
        name: String::from_utf8_lossy(&name).into_owned(),
    }))
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

/// The checksum behind an entry. Sizes of four or of eight bytes follow it, which only their value tells apart.
fn descriptor(input: &mut impl Read, count: u64) -> io::Result<u32> {
    let mut crc = u32::from_le_bytes(bytes(input)?);
    if crc == DESCRIPTOR {
        crc = u32::from_le_bytes(bytes(input)?);
    }
    let sizes: [u8; 8] = bytes(input)?;
    let [.., a, b, c, d] = sizes;
    if u64::from(u32::from_le_bytes([a, b, c, d])) != count {
        let _: [u8; 8] = bytes(input)?;
    }
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
