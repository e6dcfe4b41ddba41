//! The folder in which backups lie: their names, the newest, and which go when there are too many.

use super::manifest::Manifest;
use anyhow::Context;
use model::Timestamp;
use std::{
    fs,
    path::{Path, PathBuf},
};

const PREFIX: &str = "wearhouse-";
pub(super) const UNFINISHED: &str = ".unfinished";

/// The folder of a backup, whose name orders it by time.
pub(super) fn path_for(folder: &Path, made_at: Timestamp) -> PathBuf {
    let time: String =
        made_at.to_string().chars().filter(|sign| sign.is_ascii_alphanumeric() || *sign == '.').collect();
    let seconds = time.split('.').next().unwrap_or_default().trim_end_matches('Z');
    folder.join(format!("{PREFIX}{seconds}Z"))
}

fn named(folder: &Path, wanted: impl Fn(&str) -> bool) -> anyhow::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.with_context(|| format!("cannot look into {}", folder.display()))?,
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with(PREFIX) && wanted(&name) && entry.file_type()?.is_dir() {
            found.push(entry.path());
        }
    }
    found.sort();
    Ok(found)
}

/// Whole backups, oldest first.
fn whole(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    named(folder, |name| !name.ends_with(UNFINISHED))
}

/// The newest whole backup in a folder, and when it was taken.
pub(crate) fn newest(folder: &Path) -> anyhow::Result<Option<(PathBuf, Timestamp)>> {
    for path in whole(folder)?.into_iter().rev() {
        // what cannot be read is none
        if let Ok(manifest) = Manifest::read(&path) {
            return Ok(Some((path, manifest.made_at)));
        }
    }
    Ok(None)
}

/// Removes what was begun and never finished.
pub(super) fn sweep(folder: &Path) -> anyhow::Result<()> {
    for path in named(folder, |name| name.ends_with(UNFINISHED))? {
        fs::remove_dir_all(&path).with_context(|| format!("cannot remove {}", path.display()))?;
    }
    Ok(())
}

/// Keeps the newest `keep` backups; says how many went.
pub(super) fn prune(folder: &Path, keep: usize) -> anyhow::Result<usize> {
    let all = whole(folder)?;
    let old = all.len().saturating_sub(keep.max(1));
    for path in all.iter().take(old) {
        // first out of sight, so that a half-removed one is never taken for whole
        let mut unfinished = path.clone().into_os_string();
        unfinished.push(UNFINISHED);
        fs::rename(path, &unfinished)?;
        fs::remove_dir_all(&unfinished).with_context(|| format!("cannot remove {}", path.display()))?;
    }
    Ok(old)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_ordered_by_time_and_the_oldest_go() {
        let folder = tempfile::tempdir().unwrap();
        let at =
            |second: i64| path_for(folder.path(), Timestamp::from_micros(1_790_000_000_500_000 + second * 1_000_000));
        assert_eq!(at(0).file_name().unwrap().to_str(), Some("wearhouse-20260921T141320Z"));
        for second in [86_400, 0, 3600] {
            fs::create_dir(at(second)).unwrap();
        }
        let unfinished = folder.path().join("wearhouse-1.unfinished");
        fs::create_dir(&unfinished).unwrap();
        fs::create_dir(folder.path().join("something-else")).unwrap();
        assert_eq!(prune(folder.path(), 2).unwrap(), 1);
        assert!(!at(0).exists() && at(3600).exists() && at(86_400).exists());
        sweep(folder.path()).unwrap();
        assert!(!unfinished.exists() && folder.path().join("something-else").exists());
        assert_eq!(prune(folder.path(), 0).unwrap(), 1, "the newest always stays");
        assert!(newest(folder.path()).unwrap().is_none(), "without a manifest it is no backup");
    }
}
