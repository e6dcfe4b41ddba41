//! Zips as they come and as they must not harm.

use super::{
    samples::{As, gzip, zip},
    *,
};
use crate::Notes;
use model::IssueCode;
use std::io::{self, Read};

const TEXT: &[u8] = b"some text, some text, some text";

/// What each entry unpacks to, and what is noted.
type Found = (Vec<(String, Vec<u8>)>, Vec<(IssueCode, String)>);

fn read_slowly(bytes: &[u8], step: usize) -> Found {
    let (mut found, mut notes, budget) = (Vec::new(), Notes::default(), Budget::default());
    let input = Dribble(bytes, step);
    each_entry::<io::Error>(budget.count(input), &budget, &mut notes, &mut |name, body, _| {
        let mut bytes = Vec::new();
        let _ = body.read_to_end(&mut bytes);
        found.push((name.to_owned(), bytes));
        Ok(true)
    })
    .unwrap();
    (found, notes.into_issues().into_iter().map(|issue| (issue.code, issue.path)).collect())
}

fn read(bytes: &[u8]) -> Found {
    read_slowly(bytes, usize::MAX)
}

/// Gives some bytes at a time.
struct Dribble<'a>(&'a [u8], usize);

impl Read for Dribble<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        assert!(!out.is_empty(), "a decoder that is given no room fails");
        let most = out.len().min(self.1);
        self.0.read(&mut out[..most])
    }
}

#[test]
fn entries_are_read_however_their_sizes_are_told_and_however_bytes_come() {
    let inner = zip(&[("a", TEXT, As::StoredStreamed), ("b", TEXT, As::Wide), ("none", b"", As::StoredWide)]);
    for how in [As::Plain, As::Streamed, As::Wide, As::Stored, As::StoredStreamed, As::StoredWide, As::Large] {
        let whole = zip(&[("one", TEXT, how), ("empty", b"", how), ("inner.zip", &inner, how), ("last", TEXT, how)]);
        for step in [1, 7, 4096] {
            let (found, issues) = read_slowly(&whole, step);
            let names: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
            assert_eq!(names, ["one", "empty", "inner.zip", "last"], "{how:?}");
            assert_eq!((found[0].1.as_slice(), found[1].1.len(), &found[2].1), (TEXT, 0, &inner), "{how:?}");
            assert_eq!(issues, [], "{how:?} {step}");
        }
    }
}

#[test]
fn what_cannot_be_read_costs_only_itself() {
    for how in [As::Encrypted, As::EncryptedStreamed, As::Foreign] {
        let (found, issues) =
            read(&zip(&[("one", TEXT, As::Plain), ("locked", TEXT, how), ("two", TEXT, As::Streamed)]));
        assert_eq!(found.len(), 2, "{how:?}");
        assert_eq!(issues, [(IssueCode::Unknown, "locked".to_owned())], "{how:?}");
    }
    let mut broken = zip(&[("one", TEXT, As::Plain), ("two", TEXT, As::Plain)]);
    broken[33] = 0xff;
    let (found, issues) = read(&broken);
    assert_eq!((found.len(), found[1].1.as_slice()), (2, TEXT));
    assert_eq!(issues, [(IssueCode::Damaged, "one".to_owned())]);
}

#[test]
fn an_archive_that_ends_early_or_goes_on_as_something_else_says_so() {
    let whole = zip(&[("one", TEXT, As::StoredStreamed), ("two", TEXT, As::Plain)]);
    for length in [4, 40, whole.len() / 2, whole.len() - 46] {
        let (_, issues) = read(&whole[..length]);
        assert_eq!(issues.last().map(|(code, _)| *code), Some(IssueCode::Truncated), "{length}");
    }
    let mut other = whole;
    let directory = other.len() - 46;
    other[directory] = b'X';
    assert_eq!(read(&other).1, [(IssueCode::Damaged, "archive".to_owned())]);
}

#[test]
fn a_name_is_only_text() {
    let (found, _) = read(&zip(&[("../../etc/\u{1b}[2Jpasswd\0", TEXT, As::Plain)]));
    assert_eq!(found[0].0, "../../etc/\u{fffd}[2Jpasswd\u{fffd}");
    let long = "n".repeat(60_000);
    assert_eq!(read(&zip(&[(&long, TEXT, As::Plain)])).0[0].0.len(), 1000);
}

#[test]
fn zips_within_zips_share_one_budget() {
    let zeros = vec![0; 40 << 20];
    let inner = zip(&[("zeros", &zeros, As::Plain)]);
    let outer = zip(&[("a.zip", &inner, As::Plain), ("b.zip", &inner, As::Plain), ("c.zip", &inner, As::Plain)]);
    let (budget, mut notes, mut given) = (Budget::default(), Notes::default(), 0);
    each_entry::<io::Error>(budget.count(outer.as_slice()), &budget, &mut notes, &mut |_, body, notes| {
        each_entry::<io::Error>(body, &budget, notes, &mut |_, body, _| {
            given += io::copy(body, &mut io::sink()).unwrap_or_default();
            Ok(true)
        })?;
        Ok(true)
    })
    .unwrap();
    assert!(budget.is_spent() && given < 100 << 20, "{given}");
    assert!(notes.into_issues().iter().all(|issue| issue.code == IssueCode::Damaged));
}

#[test]
fn a_failure_of_the_reader_is_no_damage() {
    struct Broken<'a>(&'a [u8]);
    impl Read for Broken<'_> {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            let count = self.0.read(out)?;
            if count == 0 { Err(io::Error::other("the disk failed")) } else { Ok(count) }
        }
    }
    let whole = zip(&[("one", &TEXT.repeat(100), As::Stored)]);
    for length in [2, 20, 40, 200] {
        let (budget, mut notes) = (Budget::default(), Notes::default());
        let input = Broken(&whole[..length]);
        let read = each_entry::<io::Error>(budget.count(input), &budget, &mut notes, &mut |_, _, _| Ok(true));
        assert_eq!((read.is_err(), notes.into_issues().len()), (true, 0), "{length}");
    }
}

#[test]
fn a_file_packed_by_itself_is_read_to_where_it_is_damaged() {
    let packed = gzip(&TEXT.repeat(1000));
    let read = |bytes: &[u8]| {
        let (budget, mut out) = (Budget::default(), Vec::new());
        let read = gunzip(budget.count(bytes), &budget).read_to_end(&mut out);
        (out.len(), read.err().map(|error| is_damage(&error)))
    };
    assert!(is_gzip(&packed) && !is_zip(&packed));
    assert_eq!(read(&packed), (TEXT.len() * 1000, None));
    assert_eq!(read(&packed[..packed.len() - 12]).1, Some(true));
}

proptest::proptest! {
    #[test]
    fn damaged_archives_are_survived(
        changes in proptest::collection::vec((proptest::prelude::any::<proptest::sample::Index>(), 0u8..), 1..6),
        length: proptest::sample::Index,
        step in 1usize..200,
    ) {
        let hows = [As::Streamed, As::Plain, As::StoredStreamed, As::Large, As::EncryptedStreamed, As::Stored];
        let entries: Vec<_> = hows.iter().map(|how| ("name", TEXT, *how)).collect();
        let mut bytes = zip(&entries);
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let length = length.index(bytes.len() + 1);
        let whole = read(&bytes[..length]);
        proptest::prop_assert_eq!(read_slowly(&bytes[..length], step), whole);
    }
}
