//! Cuts what a phone exports, the XML by itself or the zip around it, into pieces that can be kept and read one by
//! one. What is what is told from the bytes: names differ with the phone's language.

use super::pieces::Pieces;
use crate::{
    Notes,
    archive::{Budget, Order, each_entry, is_zip},
};
use memchr::memmem;
use model::{Issue, IssueCode};
use std::io::{BufRead, BufReader, Chain, Cursor, Error, Read};

/// A route or the like that is longer than this is passed over.
const LONGEST: u64 = 16 * 1024 * 1024;
/// How many bytes are enough to tell what something is.
const BEGINNING: u64 = 4096;
const BUFFER: usize = 256 * 1024;

/// A piece of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece<'a> {
    /// What it holds.
    pub kind: PieceKind,
    /// Its name within the export, where it is a file of its own.
    pub name: Option<&'a str>,
    /// Its bytes.
    pub bytes: &'a [u8],
}

/// What a piece of an export holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PieceKind {
    /// Elements of `export.xml`, for [`super::read`].
    Elements,
    /// The route of a workout, GPX.
    Route,
    /// An electrocardiogram, CSV.
    Electrocardiogram,
    /// A clinical record, FHIR as JSON.
    ClinicalRecord,
}

/// Tells `emit` of each piece, in the same order each time: where they are to be kept, the elements first, then files,
/// so that routes find their workouts. `open` gives the bytes from their beginning. What is wrong with the export as a
/// whole is returned.
///
/// # Errors
/// The bytes could not be read, or `emit` failed.
pub fn cut<E: From<Error>, R: Read>(
    mut open: impl FnMut() -> Result<R, E>,
    order: Order,
    mut emit: impl FnMut(Piece<'_>) -> Result<(), E>,
) -> Result<Vec<Issue>, E> {
    let mut notes = Notes::default();
    let mut input = BufReader::with_capacity(BUFFER, open()?);
    if !input.fill_buf()?.starts_with(b"PK") {
        let mut issues = elements(input, &mut emit)?;
        issues.extend(notes.into_issues());
        return Ok(issues);
    }
    let mut cutter = Cutter { emit, order, issues: Vec::new(), exports: 0, passed: 0 };
    let budget = Budget::default();
    each_entry(budget.count(input), &budget, &mut notes, &mut |name, body, notes| {
        cutter.entry(name, body, notes).map(|()| true)
    })?;
    if cutter.exports == 0 {
        notes.add(IssueCode::Damaged, "archive", "time, the zip holds no export of Apple Health");
    }
    if cutter.passed > 0 {
        let mut again = Notes::default(); // what is wrong was noted the first time
        let budget = Budget::default();
        each_entry(budget.count(open()?), &budget, &mut again, &mut |name, body, notes| {
            cutter.passed_entry(name, body, notes)
        })?;
    }
    let mut issues = cutter.issues;
    issues.extend(notes.into_issues());
    Ok(issues)
}

fn elements<E: From<Error>>(
    input: impl Read,
    emit: &mut impl FnMut(Piece<'_>) -> Result<(), E>,
) -> Result<Vec<Issue>, E> {
    let mut pieces = Pieces::new(input);
    while let Some(bytes) = pieces.next_piece()? {
        emit(Piece { kind: PieceKind::Elements, name: None, bytes })?;
    }
    Ok(pieces.into_issues())
}

/// Goes through a zip.
struct Cutter<F> {
    emit: F,
    order: Order,
    issues: Vec<Issue>,
    exports: u32,
    /// Files before the export, which are cut when its elements are.
    passed: u64,
}

/// What an entry is.
enum Entry {
    Export,
    File(PieceKind),
    Folder,
    Other(&'static str),
}

impl<E: From<Error>, F: FnMut(Piece<'_>) -> Result<(), E>> Cutter<F> {
    fn entry(&mut self, name: &str, body: &mut dyn Read, notes: &mut Notes) -> Result<(), E> {
        let (entry, body) = look(name, body);
        match entry {
            Entry::Export => {
                self.exports += 1;
                let issues = elements(body, &mut self.emit)?;
                self.issues.extend(issues);
            }
            Entry::File(_) if self.exports == 0 && self.order == Order::ToKeep => self.passed += 1,
            Entry::File(kind) => self.file(kind, name, body, notes)?,
            Entry::Folder => {}
            Entry::Other(what) => notes.add(IssueCode::Unmapped, name, what),
        }
        Ok(())
    }

    /// A file before the export; whether there may be more.
    fn passed_entry(&mut self, name: &str, body: &mut dyn Read, notes: &mut Notes) -> Result<bool, E> {
        if let (Entry::File(kind), body) = look(name, body) {
            self.passed -= 1;
            self.file(kind, name, body, notes)?;
        }
        Ok(self.passed > 0)
    }

    fn file(&mut self, kind: PieceKind, name: &str, body: impl Read, notes: &mut Notes) -> Result<(), E> {
        let mut bytes = Vec::new();
        let read = body.take(LONGEST + 1).read_to_end(&mut bytes);
        if read.is_err() {
            // noted where the entry ends; what there is of it is cut
        } else if bytes.len() as u64 > LONGEST {
            notes.add(IssueCode::Invalid, name, "files are longer than is read, and were left out");
            return Ok(());
        }
        (self.emit)(Piece { kind, name: Some(name), bytes: &bytes })
    }
}

type Again<'b> = Chain<Cursor<Vec<u8>>, &'b mut dyn Read>;

/// What an entry is by how it begins, and all of it again.
fn look<'b>(name: &str, body: &'b mut dyn Read) -> (Entry, Again<'b>) {
    let mut head = Vec::new();
    // an error shows again when it is read on
    let _ = (&mut *body).take(BEGINNING).read_to_end(&mut head);
    let entry = entry(name, &head);
    (entry, Cursor::new(head).chain(body))
}

fn entry(name: &str, head: &[u8]) -> Entry {
    let has = |mark: &[u8]| memmem::find(head, mark).is_some();
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let ends = |wanted: &str| ending.eq_ignore_ascii_case(wanted);
    if name.ends_with('/') || name.starts_with("__MACOSX/") || name.ends_with(".DS_Store") {
        Entry::Folder
    } else if is_export(head) {
        Entry::Export
    } else if has(b"<gpx") {
        Entry::File(PieceKind::Route)
    } else if has(b"<ClinicalDocument") {
        Entry::Other("documents say again, in another form, what the export says, and were left out")
    } else if ends("csv") {
        Entry::File(PieceKind::Electrocardiogram)
    } else if ends("json") && matches!(head.trim_ascii_start().first(), Some(b'{' | b'[')) {
        Entry::File(PieceKind::ClinicalRecord)
    } else {
        Entry::Other("files are of no kind that is known here, and were left out")
    }
}

/// Whether an export of Apple Health begins so.
#[must_use]
pub fn is_export(beginning: &[u8]) -> bool {
    let has = |mark: &[u8]| memmem::find(beginning, mark).is_some();
    has(b"<HealthData") || has(b"<!DOCTYPE HealthData")
}

/// Whether a zip begins so that may hold an export: with its folder, or with one of its files.
#[must_use]
pub fn may_be_archive(beginning: &[u8]) -> bool {
    let has = |mark: &[u8]| memmem::find(beginning, mark).is_some();
    is_zip(beginning) && (has(b"apple_health_export") || has(b"export.xml") || has(b"workout-routes/"))
}

#[cfg(test)]
mod tests;
