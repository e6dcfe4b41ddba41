//! Goes through a zip, entry by entry. Sizes are believed only where there is nothing better.

use super::{
    behind::Behind,
    budget::Budget,
    front::Front,
    header::{Header, descriptor},
    unpacked::Unpacked,
};
use crate::Notes;
use flate2::bufread::DeflateDecoder;
use model::IssueCode;
use std::io::{self, Error, ErrorKind, Read};

const STORED: u16 = 0;
const DEFLATED: u16 = 8;

/// Whether an error speaks of the bytes themselves, not of how they are read.
#[must_use]
pub fn is_damage(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::InvalidData | ErrorKind::InvalidInput | ErrorKind::UnexpectedEof)
}

/// Takes an entry by its name and what it unpacks to; whether there is to be another.
pub type Visiting<'v, E> = dyn FnMut(&str, &mut dyn Read, &mut Notes) -> Result<bool, E> + 'v;

/// Tells `visit` of each entry, by its name and what it unpacks to, until it returns false. What is wrong with the
/// archive is noted.
///
/// # Errors
/// The input could not be read, or `visit` failed.
pub fn each_entry<E: From<Error>>(
    input: impl Read,
    budget: &Budget,
    notes: &mut Notes,
    visit: &mut Visiting<'_, E>,
) -> Result<(), E> {
    let mut input = Front::new(input);
    loop {
        let header = match Header::read(&mut input).and_then(|header| budget.add_entry().and(Ok(header))) {
            Ok(Some(header)) => header,
            // the directory of entries follows, which says nothing more
            Ok(None) => return Ok(()),
            Err(error) => return ended(error, "archive", budget, notes),
        };
        let passed = match unreadable(&header) {
            Some(what) => {
                notes.add(IssueCode::Unknown, &header.name, what);
                pass_over(&mut input, &header)
            }
            None => {
                let begin = input.taken();
                let mut body = Unpacked::new(packed(&mut input, &header), budget);
                if !visit(&header.name, &mut body, notes)? {
                    return Ok(());
                }
                let drained = io::copy(&mut body, &mut io::sink());
                let (sum, count) = (body.sum(), body.count());
                drop(body);
                match drained {
                    Ok(_) => check(&mut input, &header, (sum, count), notes),
                    Err(error) => skip_damage(&mut input, &header, begin, error, budget, notes),
                }
            }
        };
        if let Err(error) = passed {
            return ended(error, &header.name, budget, notes);
        }
    }
}

/// Why an entry cannot be read, if so.
fn unreadable(header: &Header) -> Option<&'static str> {
    match header.method {
        _ if header.is_encrypted() => Some("entries are encrypted, and were left out"),
        STORED | DEFLATED => None,
        _ => Some("entries are packed in a way that is not read, and were left out"),
    }
}

fn packed<'f>(input: &'f mut Front<impl Read>, header: &Header) -> Box<dyn Read + 'f> {
    match header.method {
        DEFLATED => Box::new(DeflateDecoder::new(input)),
        _ if header.is_open() => Box::new(Behind::new(input)),
        _ => Box::new(input.take(header.packed)),
    }
}

/// Passes over an entry that is not read.
fn pass_over(input: &mut Front<impl Read>, header: &Header) -> io::Result<()> {
    if !header.is_open() {
        return input.skip(header.packed);
    }
    io::copy(&mut Behind::new(input), &mut io::sink())?;
    descriptor(input, u64::MAX).map(drop)
}

/// Compares an entry that was read to its end with its checksum.
fn check(input: &mut Front<impl Read>, header: &Header, (sum, count): (u32, u64), notes: &mut Notes) -> io::Result<()> {
    let told = if header.is_open() { descriptor(input, count)? } else { header.crc };
    if told != sum {
        notes.add(IssueCode::Damaged, &header.name, "entries are not what their checksum says");
    }
    Ok(())
}

/// An entry that cannot be unpacked costs only itself where its size was told before it.
fn skip_damage(
    input: &mut Front<impl Read>,
    header: &Header,
    begin: u64,
    error: Error,
    budget: &Budget,
    notes: &mut Notes,
) -> io::Result<()> {
    let taken = input.taken() - begin;
    let known = !header.is_open() && taken <= header.packed && error.kind() != ErrorKind::UnexpectedEof;
    if !is_damage(&error) || budget.is_spent() || !known {
        return Err(error);
    }
    notes.add(IssueCode::Damaged, &header.name, "entries cannot be unpacked to their end");
    input.skip(header.packed - taken)
}

/// Why an archive was not read to its end: noted if it is the archive's fault.
fn ended<E: From<Error>>(error: Error, path: &str, budget: &Budget, notes: &mut Notes) -> Result<(), E> {
    if !is_damage(&error) {
        return Err(error.into());
    }
    let (code, what) = match error.kind() {
        _ if budget.is_spent() => (IssueCode::Damaged, "time, the archive unpacks to more than is read"),
        ErrorKind::UnexpectedEof => (IssueCode::Truncated, "time, the archive breaks off"),
        _ => (IssueCode::Damaged, "time, the archive is damaged and cannot be read further"),
    };
    notes.add(code, path, what);
    Ok(())
}
