//! Archives of any service: each file in them is what its own bytes say, as if it had been handed in by itself.
//!
//! Workouts' files come last: a table that lies beside them says whose they are and which workout each is of. Only
//! then does one workout not count twice.

use super::NAME;
use crate::{
    Archive, ArchivePiece, Recognised,
    archive::{Opening, Order, Taking, file_alias},
    registry,
    sniff::{BEGINNING, recognise},
};
use formats::{
    Notes,
    archive::{Budget, each_entry, gunzip, is_damage, is_gzip, is_zip},
};
use model::{Issue, IssueCode, PartMeta};
use std::{
    collections::VecDeque,
    io::{self, Cursor, Read},
};

const ARCHIVE: &str = "export_archive";
pub(super) const CONTENTS: &str = "archive_contents";
/// Archives within archives, the upload itself counted.
const DEEPEST: u32 = 4;
/// A person's whole record has fewer files. Each becomes a part that others may have to wait for.
const MOST_PIECES: usize = 100_000;
/// A file that is longer is read up to here.
const LONGEST: u64 = 128 << 20;
const LONGEST_NAME: usize = 200;

/// The type of a file that begins so.
pub(super) fn recognise_archive(beginning: &[u8]) -> Option<&'static str> {
    (is_zip(beginning) || is_gzip(beginning)).then_some(ARCHIVE)
}

/// What cuts uploads of a type.
pub(super) fn archive(part_type: &str) -> Option<&'static dyn Archive> {
    (part_type == ARCHIVE).then_some(&AnyArchive as &dyn Archive)
}

struct AnyArchive;

impl Archive for AnyArchive {
    fn cut(&self, open: &mut Opening<'_>, order: Order, emit: &mut Taking<'_>) -> io::Result<Vec<Issue>> {
        let mut walk = Walk::new(order, emit);
        let mut damage = Notes::default();
        walk.go(open()?, &mut damage)?;
        if !walk.passed.is_empty() {
            walk.is_again = true;
            // what is damaged was noted the first time
            walk.go(open()?, &mut Notes::default())?;
        }
        if walk.pieces == 0 {
            walk.notes.add(IssueCode::Missing, ARCHIVE, "time, the archive holds nothing that is known here");
        }
        let mut issues = walk.issues;
        issues.extend(damage.into_issues());
        issues.extend(walk.notes.into_issues());
        Ok(issues)
    }

    fn contents_type(&self) -> &'static str {
        CONTENTS
    }
}

/// A table beside which workouts' files lie.
struct Table {
    /// The folder of those files.
    folder: String,
    /// Where the names that the table uses begin in theirs.
    names_at: usize,
    provider: &'static dyn crate::Provider,
    part_type: &'static str,
}

/// Goes through an archive.
struct Walk<'e, 'f> {
    order: Order,
    emit: &'e mut Taking<'f>,
    notes: Notes,
    issues: Vec<Issue>,
    pieces: usize,
    tables: Vec<Table>,
    /// How many files were seen.
    seen: u32,
    /// Which of them were passed over, to be told when all tables are known.
    passed: VecDeque<u32>,
    is_again: bool,
}

/// What a file in an archive may begin with and all of it.
struct Entry<'b> {
    name: &'b str,
    head: Vec<u8>,
    body: &'b mut dyn Read,
}

impl<'e, 'f> Walk<'e, 'f> {
    fn new(order: Order, emit: &'e mut Taking<'f>) -> Self {
        Self {
            order,
            emit,
            notes: Notes::default(),
            issues: Vec::new(),
            pieces: 0,
            tables: Vec::new(),
            seen: 0,
            passed: VecDeque::new(),
            is_again: false,
        }
    }

    fn go(&mut self, upload: impl Read, damage: &mut Notes) -> io::Result<()> {
        self.seen = 0;
        let budget = Budget::default();
        let mut upload = budget.count(upload);
        let head = head(&mut upload);
        self.container(Entry { name: "", head, body: &mut upload }, 1, &budget, damage)
    }

    /// An archive, which may lie within another.
    fn container(&mut self, entry: Entry<'_>, depth: u32, budget: &Budget, damage: &mut Notes) -> io::Result<()> {
        let Entry { name, head, body } = entry;
        let packs_one = is_gzip(&head);
        let whole = Cursor::new(head).chain(body);
        if packs_one {
            let mut unpacked = gunzip(whole, budget);
            self.file(name, &mut unpacked, depth, budget, damage)?;
            let drained = io::copy(&mut unpacked, &mut io::sink());
            return match drained {
                Err(error) if is_damage(&error) => {
                    damage.add(IssueCode::Damaged, name, "files cannot be unpacked to their end");
                    Ok(())
                }
                drained => drained.map(drop),
            };
        }
        each_entry(whole, budget, damage, &mut |inner, body, damage| {
            let name = if name.is_empty() { inner.to_owned() } else { format!("{name}/{inner}") };
            if !inner.ends_with('/') {
                self.file(&name, body, depth, budget, damage)?;
            }
            Ok(!self.is_again || !self.passed.is_empty())
        })
    }

    /// A file in an archive.
    fn file(
        &mut self,
        name: &str,
        body: &mut dyn Read,
        depth: u32,
        budget: &Budget,
        damage: &mut Notes,
    ) -> io::Result<()> {
        let number = self.seen;
        self.seen += 1;
        let entry = Entry { name, head: head(body), body };
        let Some(found) = recognise(&entry.head) else {
            let what = if entry.head.is_empty() {
                "files hold nothing"
            } else {
                "files are of no kind that is known here, and were left out"
            };
            return self.leave_out(IssueCode::Unmapped, name, what);
        };
        if found.provider == NAME && found.part_type == ARCHIVE {
            return match depth {
                DEEPEST.. => self.leave_out(IssueCode::Unknown, name, "archives lie too deep within others to be read"),
                _ => self.container(entry, depth + 1, budget, damage),
            };
        }
        match registry::find(found.provider.as_str()).and_then(|provider| provider.archive(found.part_type)) {
            Some(archive) => self.other(archive, entry),
            None if found.format.is_some() => self.workout(number, &found, entry),
            None if self.is_again => Ok(()),
            None => {
                self.note_table(&found, name);
                self.piece(&found, PartMeta::default(), entry)
            }
        }
    }

    fn leave_out(&mut self, code: IssueCode, name: &str, what: &'static str) -> io::Result<()> {
        if !self.is_again {
            self.notes.add(code, name, what);
        }
        Ok(())
    }

    /// An export that is cut in a way of its own. It cannot be read twice here: it is cut as it lies.
    fn other(&mut self, archive: &dyn Archive, entry: Entry<'_>) -> io::Result<()> {
        if self.is_again {
            return Ok(());
        }
        let mut upload = Some(Cursor::new(entry.head).chain(entry.body));
        let mut open = || -> io::Result<Box<dyn Read + '_>> {
            Ok(Box::new(upload.take().ok_or_else(|| io::Error::other("it is read only once"))?))
        };
        let Self { emit, pieces, issues, .. } = self;
        issues.extend(archive.cut(&mut open, Order::AsItLies, &mut |piece| {
            *pieces += 1;
            emit(piece)
        })?);
        Ok(())
    }

    fn note_table(&mut self, found: &Recognised, name: &str) {
        let Some(provider) = registry::find(found.provider.as_str()) else { return };
        let Some(beside) = provider.manifest().types.get(found.part_type).and_then(|kind| kind.beside.as_ref()) else {
            return;
        };
        let names_at = name.rfind('/').map_or(0, |slash| slash + 1);
        let folder = format!("{}{}", name.get(..names_at).unwrap_or_default(), beside.folder);
        self.tables.push(Table { folder, names_at, provider, part_type: &beside.part_type });
    }

    /// A workout's file: of the service beside whose table it lies, if of any.
    fn workout(&mut self, number: u32, found: &Recognised, entry: Entry<'_>) -> io::Result<()> {
        let table = self.tables.iter().find(|table| entry.name.starts_with(&table.folder));
        let is_due = match (self.is_again, self.order) {
            (true, _) => self.passed.front() == Some(&number),
            (false, Order::ToKeep) => table.is_some(),
            (false, Order::AsItLies) => true,
        };
        if self.is_again && is_due {
            self.passed.pop_front();
        }
        if !is_due {
            if !self.is_again {
                self.passed.push_back(number);
            }
            return Ok(());
        }
        let (found, names_at) = match table {
            Some(table) => {
                let provider = table.provider.manifest().name.clone();
                (Recognised { provider, part_type: table.part_type, format: found.format }, Some(table.names_at))
            }
            // not yet known, if it lies before its table: the folder that it is in and its name
            None if self.order == Order::AsItLies => {
                (found.clone(), Some(entry.name.rmatch_indices('/').nth(1).map_or(0, |(slash, _)| slash + 1)))
            }
            None => (found.clone(), None),
        };
        let external_id = names_at.and_then(|at| entry.name.get(at..)).map(file_alias);
        self.piece(&found, PartMeta { external_id, ..PartMeta::default() }, entry)
    }

    fn piece(&mut self, found: &Recognised, meta: PartMeta, entry: Entry<'_>) -> io::Result<()> {
        if self.pieces >= MOST_PIECES {
            self.notes.add(IssueCode::Unknown, "more", "files are more than are taken at once, and were left out");
            return Ok(());
        }
        self.pieces += 1;
        let own_name = entry.name.rsplit('/').next().unwrap_or(entry.name);
        let file_name = Some(own_name.chars().take(LONGEST_NAME).collect()).filter(|name: &String| !name.is_empty());
        let mut body = Bounded { body: Cursor::new(entry.head).chain(entry.body), left: LONGEST, is_cut: false };
        (self.emit)(ArchivePiece {
            provider: found.provider.clone(),
            part_type: found.part_type,
            meta: PartMeta { format: found.format, file_name, ..meta },
            body: &mut body,
        })?;
        if body.is_cut {
            self.notes.add(
                IssueCode::Truncated,
                entry.name,
                "files are longer than is read; what is beyond is left out",
            );
        }
        Ok(())
    }
}

/// How a file begins. What cannot be read shows again when it is read on.
fn head(body: &mut (impl Read + ?Sized)) -> Vec<u8> {
    let mut head = Vec::new();
    let _ = body.take(BEGINNING as u64).read_to_end(&mut head);
    head
}

/// A file that ends where it is damaged, which is noted elsewhere, or too long.
struct Bounded<R> {
    body: R,
    left: u64,
    is_cut: bool,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let most = out.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        if most == 0 && !out.is_empty() {
            self.is_cut = self.is_cut || matches!(self.body.read(&mut [0]), Ok(1));
            return Ok(0);
        }
        match self.body.read(out.get_mut(..most).unwrap_or_default()) {
            Ok(count) => {
                self.left -= count as u64;
                Ok(count)
            }
            Err(error) if is_damage(&error) => Ok(0),
            Err(error) => Err(error),
        }
    }
}
