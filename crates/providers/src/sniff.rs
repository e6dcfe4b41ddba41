//! What a file is, told from its beginning alone: names and endings are anyone's guess.

use crate::registry;
use formats::archive::{is_gzip, is_zip};
use model::{FileFormat, ProviderName};
use std::io::{Chain, Cursor, Read};

/// How many bytes are enough to tell.
pub const BEGINNING: usize = 4096;

/// What a handed-in file holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recognised {
    /// Whose file it is; `file` where the format says nothing of that.
    pub provider: ProviderName,
    /// Which of that provider's types it holds.
    pub part_type: &'static str,
    /// Its format, if it is a workout's file.
    pub format: Option<FileFormat>,
}

/// What a file is whose first [`BEGINNING`] bytes, or all if it has fewer, are these; `None` when no provider knows it.
#[must_use]
pub fn recognise(beginning: &[u8]) -> Option<Recognised> {
    let beginning = beginning.get(..BEGINNING).unwrap_or(beginning);
    // what lies in an archive without being packed shows through, and says nothing of the archive
    let is_archive = is_zip(beginning) || is_gzip(beginning);
    registry::all().find_map(|provider| {
        let part_type = provider.recognise(beginning)?;
        if is_archive && provider.archive(part_type).is_none() {
            return None;
        }
        let format = format(beginning).filter(|_| !is_archive);
        Some(Recognised { provider: provider.manifest().name.clone(), part_type, format })
    })
}

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
    let mut head = Vec::with_capacity(BEGINNING);
    // An error shows again when the body is read on.
    let _ = body.take(BEGINNING as u64).read_to_end(&mut head);
    let first = head.iter().copied().find(|byte| !byte.is_ascii_whitespace());
    Sniffed { format: format(&head), json: matches!(first, Some(b'[' | b'{')), body: Cursor::new(head).chain(body) }
}

/// The format of a workout's file, if the bytes show one.
pub(crate) fn format(head: &[u8]) -> Option<FileFormat> {
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
    fn a_file_is_what_its_bytes_say() {
        let found =
            |bytes: &[u8]| recognise(bytes).map(|it| (it.provider.as_str().to_owned(), it.part_type, it.format));
        let workout = |format| Some(("file".to_owned(), "workout_file", Some(format)));
        assert_eq!(found(b"\x0e\x10\0\0\0\0\0\0.FIT"), workout(FileFormat::Fit));
        assert_eq!(found(b"<?xml version='1.0'?><gpx version='1.1'>"), workout(FileFormat::Gpx));
        assert_eq!(found(b"<TrainingCenterDatabase xmlns='x'>"), workout(FileFormat::Tcx));
        assert_eq!((found(b"??"), found(b"")), (None, None));
        let late = [&[b' '; BEGINNING], b"<gpx>".as_slice()].concat();
        assert_eq!(found(&late), None, "what is said further on is not looked at");
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
