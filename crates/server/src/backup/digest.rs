//! Files of a backup with their size and SHA-256, copied and compared without holding them in memory.

use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::{
    fs::File,
    io::{self, Read, Write},
    path::Path,
};

/// A file as the manifest names it.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq, Eq)]
pub(super) struct FileEntry {
    pub(super) name: String,
    pub(super) bytes: u64,
    pub(super) sha256: String,
}

/// Reads a file that is there already.
pub(super) fn of(path: &Path, name: &str) -> anyhow::Result<FileEntry> {
    let file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
    pour(file, &mut io::sink(), name).with_context(|| format!("cannot read {}", path.display()))
}

/// Copies a file to a place where none is, readable by its owner alone; synced when this returns.
pub(super) fn copy(from: &Path, to: &Path, name: &str) -> anyhow::Result<FileEntry> {
    let named = || format!("cannot copy {} to {}", from.display(), to.display());
    let source = File::open(from).with_context(named)?;
    let mut target = crate::secrets::private_file(to).with_context(named)?;
    let entry = pour(source, &mut target, name).with_context(named)?;
    target.sync_all().with_context(named)?;
    Ok(entry)
}

/// As [`copy`], and what is copied must be what the manifest says.
pub(super) fn copy_verified(from: &Path, to: &Path, wanted: &FileEntry) -> anyhow::Result<()> {
    let found = copy(from, to, &wanted.name)?;
    if found != *wanted {
        bail!("{} is not what the manifest says: this backup is damaged", from.display());
    }
    Ok(())
}

fn pour(mut from: impl Read, to: &mut impl Write, name: &str) -> io::Result<FileEntry> {
    let (mut digest, mut bytes) = (Sha256::new(), 0u64);
    let mut buffer = vec![0; 256 * 1024];
    loop {
        let read = from.read(&mut buffer)?;
        let chunk = buffer.get(..read).unwrap_or_default();
        if chunk.is_empty() {
            break;
        }
        digest.update(chunk);
        to.write_all(chunk)?;
        bytes += chunk.len() as u64;
    }
    Ok(FileEntry { name: name.to_owned(), bytes, sha256: hex::encode(digest.finalize()) })
}

/// Makes names in a folder durable.
pub(super) fn sync_folder(path: &Path) -> anyhow::Result<()> {
    File::open(path).and_then(|folder| folder.sync_all()).with_context(|| format!("cannot sync {}", path.display()))
}
