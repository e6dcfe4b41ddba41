//! Which format a file's bytes are in, told from their beginning.

use model::FileFormat;
use std::io::{Chain, Cursor, Read};

const ENOUGH: usize = 1024;

/// The beginning of a body, and the whole body again.
pub(crate) struct Sniffed<'a> {
    /// The format, if the bytes show one.
    pub(crate) format: Option<FileFormat>,
    /// Whether the body is a JSON list or object.
    pub(crate) json: bool,
    /// The whole body.
    pub(crate) body: Chain<Cursor<Vec<u8>>, &'a mut dyn Read>,
}

/// Looks at the beginning. A body that cannot be read looks empty.
pub(crate) fn sniff(body: &mut dyn Read) -> Sniffed<'_> {
    let mut head = Vec::with_capacity(ENOUGH);
    // An error shows again when the body is read on.
    let _ = body.take(ENOUGH as u64).read_to_end(&mut head);
    let first = head.iter().copied().find(|byte| !byte.is_ascii_whitespace());
    Sniffed { format: format(&head), json: matches!(first, Some(b'[' | b'{')), body: Cursor::new(head).chain(body) }
}

fn format(head: &[u8]) -> Option<FileFormat> {
    let has = |mark: &[u8]| head.windows(mark.len()).any(|window| window.eq_ignore_ascii_case(mark));
    if head.get(8..12) == Some(b".FIT") {
        Some(FileFormat::Fit)
    } else if has(b"<TrainingCenterDatabase") {
        Some(FileFormat::Tcx)
    } else if has(b"<gpx") {
        Some(FileFormat::Gpx)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn looks(mut bytes: &[u8]) -> (Option<FileFormat>, bool, Vec<u8>) {
        let mut sniffed = sniff(&mut bytes);
        let mut all = Vec::new();
        sniffed.body.read_to_end(&mut all).unwrap();
        (sniffed.format, sniffed.json, all)
    }

    #[test]
    fn a_format_shows_at_the_beginning_and_nothing_of_the_body_is_lost() {
        let long = [b"<?xml version='1.0'?>\n<gpx>".as_slice(), &[b'x'; 5000]].concat();
        assert_eq!(looks(&long), (Some(FileFormat::Gpx), false, long.clone()));
        assert_eq!(looks(b"\x0e\x10\0\0\0\0\0\0.FIT").0, Some(FileFormat::Fit));
        assert_eq!(looks(b"<x><TrainingCenterDatabase ").0, Some(FileFormat::Tcx));
        assert_eq!(looks(b" [1]"), (None, true, b" [1]".to_vec()));
        assert_eq!(looks(b""), (None, false, vec![]));
    }
}
