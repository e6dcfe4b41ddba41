//! One line for each promise that must not wait for a snapshot: tokens handed out, history accepted, consent ended.
//! A snapshot begins a journal of its own; those before it are deleted.

use crate::{
    account::Backfill,
    grants::Pair,
    kind::{Kind, Permission},
    notify,
    state::{Shared, State},
};
use model::Timestamp;
use serde::{Deserialize, Serialize};
use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

/// A promise.
#[derive(Serialize, Deserialize)]
pub(crate) enum Entry {
    Tokens { user_id: String, pair: Pair, used: Option<String>, permissions: Vec<Permission>, at: Timestamp },
    History { user_id: String, kind: Kind, from: i64, to: i64, asked: Timestamp },
    Deregistered { user_id: String },
}

/// The journal that is being written.
pub(crate) struct Journal {
    folder: PathBuf,
    number: u64,
    file: File,
}

fn path_of(folder: &Path, number: u64) -> PathBuf {
    folder.join(format!("journal-{number}.jsonl"))
}

/// The numbers of the journals in a folder, in order.
fn numbers(folder: &Path) -> io::Result<Vec<u64>> {
    let names = fs::read_dir(folder)?.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let number = |name: String| name.strip_prefix("journal-")?.strip_suffix(".jsonl")?.parse().ok();
    let mut numbers: Vec<u64> = names.filter_map(number).collect();
    numbers.sort_unstable();
    Ok(numbers)
}

impl Journal {
    /// A journal after all that are there.
    pub(super) fn begin(folder: &Path) -> io::Result<Self> {
        let number = numbers(folder)?.last().map_or(1, |last| last + 1);
        Self::numbered(folder, number)
    }

    fn numbered(folder: &Path, number: u64) -> io::Result<Self> {
        let file = OpenOptions::new().create(true).append(true).open(path_of(folder, number))?;
        Ok(Self { folder: folder.to_owned(), number, file })
    }

    /// Goes on in the next file; gives its number.
    pub(super) fn turn(&mut self) -> io::Result<u64> {
        *self = Self::numbered(&self.folder, self.number + 1)?;
        Ok(self.number)
    }

    /// Deletes the journals before this number.
    pub(super) fn delete_before(folder: &Path, number: u64) -> io::Result<()> {
        for old in numbers(folder)?.into_iter().take_while(|old| *old < number) {
            fs::remove_file(path_of(folder, old))?;
        }
        Ok(())
    }

    fn append(&mut self, entry: &Entry) -> io::Result<()> {
        let mut line = serde_json::to_vec(entry)?;
        line.push(b'\n');
        self.file.write_all(&line)
    }
}

impl State {
    /// Writes a promise down, if there is a place for it.
    pub(crate) fn promise(&mut self, entry: impl FnOnce() -> Entry) {
        if let Some(journal) = &mut self.journal
            && let Err(error) = journal.append(&entry())
        {
            tracing::error!(%error, "the sandbox's journal could not be written");
        }
    }
}

/// Keeps the promises of the journals from this number on. A line that was cut off promises nothing.
pub(super) fn replay(shared: &Shared, folder: &Path, from: u64) -> io::Result<()> {
    for number in numbers(folder)?.into_iter().filter(|number| *number >= from) {
        let text = fs::read(path_of(folder, number))?;
        let lines = text.split(|byte| *byte == b'\n');
        for entry in lines.filter_map(|line| serde_json::from_slice::<Entry>(line).ok()) {
            keep(shared, entry);
        }
    }
    Ok(())
}

fn keep(shared: &Shared, entry: Entry) {
    let mut guard = shared.lock();
    let state = &mut *guard;
    match entry {
        Entry::Tokens { user_id, pair, used, permissions, at } => {
            state.grants.restore_pair(&user_id, &pair, used.as_deref(), at);
            if let Some(account) = state.accounts.get_mut(&user_id) {
                account.connect(at);
                account.permissions = permissions.into_iter().collect();
            }
        }
        Entry::History { user_id, kind, from, to, asked } => {
            if let Some(account) = state.accounts.get_mut(&user_id) {
                account.backfills.push(Backfill { kind, from, to, asked, next: from, due: None });
            }
        }
        Entry::Deregistered { user_id } => notify::deregister(shared, state, &user_id),
    }
}
