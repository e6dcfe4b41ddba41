//! Cuts an export into pieces of bounded size, each some whole elements of the root. Pieces follow from the bytes
//! alone, however they are handed out. Memory holds one piece and what is being looked at, never the file.

use super::cursor::{ends_name, no_element};
use crate::{Notes, archive::is_damage};
use memchr::{memchr, memchr3, memmem};
use model::{Issue, IssueCode};
use std::io::{self, ErrorKind, Read};

/// A piece ends before the element that would make it longer.
const PIECE: usize = 1024 * 1024;
/// The root begins within this; before it are the document type and whatever some versions of it hold.
const HEAD: usize = 1024 * 1024;
/// An element longer than this is passed over.
const LONGEST: usize = 16 * 1024 * 1024;
const BUFFER: usize = 256 * 1024;
const ROOT: &[u8] = b"<HealthData";

/// The pieces of an export.
pub struct Pieces<R> {
    input: R,
    buffer: Vec<u8>,
    filled: usize,
    /// Up to here the buffer was looked at.
    at: usize,
    /// Where the element begins that is being looked at.
    begin: Option<usize>,
    /// Open elements below the root.
    depth: u32,
    /// An element that found no room in the piece before.
    left: Option<(usize, usize)>,
    piece: Vec<u8>,
    state: State,
    notes: Notes,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    BeforeRoot,
    Inside,
    Ended,
}

enum Kind {
    Open,
    Empty,
    Close,
    Other,
}

impl<R: Read> Pieces<R> {
    /// Over the bytes of an `export.xml`.
    pub fn new(input: R) -> Self {
        Self {
            input,
            buffer: vec![0; BUFFER],
            filled: 0,
            at: 0,
            begin: None,
            depth: 0,
            left: None,
            piece: Vec::new(),
            state: State::BeforeRoot,
            notes: Notes::default(),
        }
    }

    /// The next piece; none at the end.
    ///
    /// # Errors
    /// The input could not be read. That it holds something wrong is no error, see [`Pieces::into_issues`].
    pub fn next_piece(&mut self) -> io::Result<Option<&[u8]>> {
        self.piece.clear();
        while let Some((from, to)) = self.element()? {
            if !self.piece.is_empty() && self.piece.len() + (to - from) > PIECE {
                self.left = Some((from, to));
                break;
            }
            self.piece.extend_from_slice(self.buffer.get(from..to).unwrap_or_default());
        }
        Ok((!self.piece.is_empty()).then_some(self.piece.as_slice()))
    }

    /// What was wrong with the export as a whole.
    pub fn into_issues(self) -> Vec<Issue> {
        self.notes.into_issues()
    }

    /// Where in the buffer the next element of the root lies.
    fn element(&mut self) -> io::Result<Option<(usize, usize)>> {
        if let Some(left) = self.left.take() {
            return Ok(Some(left));
        }
        if self.state == State::BeforeRoot {
            self.find_root()?;
        }
        while self.state == State::Inside {
            let Some((kind, from, to)) = self.tag()? else {
                self.state = State::Ended;
                self.notes.add(IssueCode::Truncated, "HealthData", "time, the export breaks off before its end");
                break;
            };
            match kind {
                Kind::Other => {}
                Kind::Empty if self.depth == 0 => return Ok(Some((from, to))),
                Kind::Empty => {}
                Kind::Open => {
                    if self.depth == 0 {
                        self.begin = Some(from);
                    }
                    self.depth += 1;
                }
                Kind::Close if self.depth == 0 => self.state = State::Ended,
                Kind::Close => {
                    self.depth -= 1;
                    if self.depth == 0
                        && let Some(begin) = self.begin.take()
                    {
                        return Ok(Some((begin, to)));
                    }
                }
            }
        }
        Ok(None)
    }

    /// Passes over the document type, which some versions of the phone's software write wrong.
    fn find_root(&mut self) -> io::Result<()> {
        loop {
            let head = self.buffer.get(..self.filled).unwrap_or_default();
            if let Some(at) = memmem::find(head, ROOT) {
                self.at = at;
                let empty = matches!(self.tag()?, Some((Kind::Empty, ..)));
                self.state = if empty { State::Ended } else { State::Inside };
                return Ok(());
            }
            if self.filled > HEAD || !self.fill()? {
                self.state = State::Ended;
                self.notes.add(IssueCode::Damaged, "HealthData", "file is no export: its root is not there");
                return Ok(());
            }
        }
    }

    /// The next tag: its kind, where it begins, and where it ends.
    fn tag(&mut self) -> io::Result<Option<(Kind, usize, usize)>> {
        loop {
            let rest = self.buffer.get(self.at..self.filled).unwrap_or_default();
            let Some(before) = memchr(b'<', rest) else {
                self.at = self.filled;
                if self.fill()? {
                    continue;
                }
                return Ok(None);
            };
            self.at += before;
            let rest = self.buffer.get(self.at..self.filled).unwrap_or_default();
            if let Some((kind, length)) = measure(rest) {
                let from = self.at;
                self.at += length;
                return Ok(Some((kind, from, self.at)));
            }
            if !self.fill()? {
                return Ok(None);
            }
        }
    }

    /// Moves what is still needed to the front and reads on; false when nothing follows.
    fn fill(&mut self) -> io::Result<bool> {
        let mut keep = self.begin.unwrap_or(self.at);
        if self.filled - keep >= LONGEST {
            self.begin = None;
            self.notes.add(IssueCode::Invalid, "HealthData", "elements are longer than is read, and were left out");
            keep = self.at;
            if self.filled - keep >= LONGEST {
                return Ok(false);
            }
        }
        self.buffer.copy_within(keep..self.filled, 0);
        self.filled -= keep;
        self.at -= keep;
        self.begin = self.begin.map(|begin| begin - keep);
        if self.filled == self.buffer.len() {
            self.buffer.resize(self.buffer.len() * 2, 0);
        }
        loop {
            let free = self.buffer.get_mut(self.filled..).unwrap_or_default();
            match self.input.read(free) {
                Ok(count) => {
                    self.filled += count;
                    return Ok(count > 0);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if is_damage(&error) => {
                    self.notes.add(IssueCode::Damaged, "HealthData", "time, the bytes cannot be unpacked any further");
                    return Ok(false);
                }
                Err(error) => return Err(error),
            }
        }
    }
}

/// What a tag is and how long, at whose `<` the bytes begin; none where it goes on behind them.
fn measure(bytes: &[u8]) -> Option<(Kind, usize)> {
    match bytes.get(1)? {
        b'/' => Some((Kind::Close, memchr(b'>', bytes)? + 1)),
        b'!' | b'?' => {
            bytes.get(3)?;
            Some((Kind::Other, no_element(bytes)?))
        }
        first if ends_name(*first) => Some((Kind::Other, 1)),
        _ => {
            let mut at = 1;
            loop {
                let found = at + memchr3(b'"', b'\'', b'>', bytes.get(at..)?)?;
                match bytes.get(found)? {
                    b'>' => {
                        let empty = bytes.get(found - 1) == Some(&b'/');
                        return Some((if empty { Kind::Empty } else { Kind::Open }, found + 1));
                    }
                    quote => at = found + 2 + memchr(*quote, bytes.get(found + 1..)?)?,
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives some bytes at a time.
    struct Dribble<'a>(&'a [u8], usize);

    impl Read for Dribble<'_> {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            let count = self.0.len().min(out.len()).min(self.1);
            out[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            Ok(count)
        }
    }

    fn cut(bytes: &[u8], step: usize) -> (Vec<Vec<u8>>, Vec<Issue>) {
        let mut pieces = Pieces::new(Dribble(bytes, step));
        let mut cut = Vec::new();
        while let Some(piece) = pieces.next_piece().unwrap() {
            cut.push(piece.to_vec());
        }
        (cut, pieces.into_issues())
    }

    #[test]
    fn elements_come_whole_whatever_the_document_type_and_however_bytes_come() {
        let head = "<?xml version='1.0'?><!DOCTYPE HealthData [ <!ELEMENT HealthData (Record*)> <!-- > --> <!ATTLIST broken ]>";
        let one = "<Record a='x>y' b=\"/>\"><MetadataEntry k='1'/></Record>";
        let text =
            format!("{head}\n<HealthData locale='de'>\n {one}<!-- <Record> -->\n<Me/> tail {one}</HealthData>\n<x/>");
        for step in [1, 3, 7, 10_000] {
            let (cut, issues) = cut(text.as_bytes(), step);
            assert_eq!(String::from_utf8(cut.concat()).unwrap(), format!("{one}<Me/>{one}"), "{step}");
            assert_eq!(issues, []);
        }
    }

    #[test]
    fn pieces_are_bounded_and_together_are_everything() {
        let record = format!("<Record v='{}'/>", "x".repeat(300));
        let text = format!("<HealthData>{}</HealthData>", record.repeat(10_000));
        let (pieces, issues) = cut(text.as_bytes(), 10_007);
        assert!(pieces.len() > 2 && pieces.iter().all(|piece| piece.len() <= PIECE && piece.ends_with(b"/>")));
        assert_eq!(pieces.concat().len(), record.len() * 10_000);
        assert_eq!(issues, []);
        assert_eq!(cut(text.as_bytes(), 4096).0, pieces);
    }

    #[test]
    fn what_came_before_the_damage_is_cut_and_the_damage_is_told() {
        for (text, count, code) in [
            ("<HealthData><Record/><Record a='", 1, IssueCode::Truncated),
            ("<HealthData><Record/>", 1, IssueCode::Truncated),
            ("<gpx><trk/></gpx>", 0, IssueCode::Damaged),
            ("", 0, IssueCode::Damaged),
        ] {
            let (cut, issues) = cut(text.as_bytes(), 5);
            assert_eq!((cut.len(), issues[0].code), (count, code), "{text}");
        }
    }

    #[test]
    fn an_element_that_is_too_long_costs_only_itself() {
        let long = format!("<Workout>{}</Workout>", "<Location lat='1'/>".repeat(LONGEST / 19 + BUFFER));
        let text = format!("<HealthData><Me/>{long}<Record/></HealthData>");
        let (cut, issues) = cut(text.as_bytes(), 1 << 20);
        assert_eq!(cut.concat(), b"<Me/><Record/>");
        assert_eq!(issues.len(), 1);
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_survived(bytes: Vec<u8>, step in 1usize..50) {
            let bytes = [b"<HealthData>".as_slice(), &bytes].concat();
            let (cut, _) = cut(&bytes, step);
            let provider = model::ProviderName::from_static("apple");
            cut.iter().for_each(|piece| drop(super::super::read(&provider, piece)));
        }
    }
}
