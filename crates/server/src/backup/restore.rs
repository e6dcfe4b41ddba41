//! The way back: verifies a backup, erases again what was erased after it was taken, and puts the store in its place
//! as the very last step. A kill before that leaves no store, and a folder that says that a restore was begun.

use super::{
    digest,
    manifest::Manifest,
    take::{SPOOL, STORE},
};
use anyhow::{Context, bail};
use ingest::Spool;
use model::Clock;
use seal::Keyring;
use std::{
    collections::HashSet,
    fs,
    io::Write,
    path::{Path, PathBuf},
};
use store::{ConnectionEnd, Connections, ERASURE_LOG, EndReason, Erased, ErasureLog, Erasures, SqlStore, Store, Users};

const UNFINISHED: &str = "restore.unfinished";
/// How many rows are erased in one transaction.
const STEP: u32 = 5000;

/// What is restored.
pub(crate) struct Source<'a> {
    /// The backup's folder.
    pub(crate) backup: &'a Path,
    /// Further erasure logs, beside that of the data folder and that beside the backup.
    pub(crate) erasure_logs: &'a [PathBuf],
    /// Whether to go on where no log is found.
    pub(crate) without_log: bool,
}

/// What a restore did.
pub(crate) struct Restored {
    pub(crate) manifest: Manifest,
    /// How many erasures that the backup did not know of were done again.
    pub(crate) erased_again: usize,
    /// Lines of logs that say nothing.
    pub(crate) unreadable: Vec<String>,
}

/// Refuses to begin with an empty store where a restore was begun and not finished.
pub(crate) fn check_unfinished(data_dir: &Path, store: &Path) -> anyhow::Result<()> {
    let unfinished = data_dir.join(UNFINISHED);
    if unfinished.exists() && !store.exists() {
        bail!(
            "a restore into {} was not finished: run it again, or remove {} to begin with an empty store",
            data_dir.display(),
            unfinished.display()
        );
    }
    Ok(())
}

/// Restores into a data folder in which there is no store. The caller sees to it that no server runs there.
pub(crate) async fn restore(
    data_dir: &Path,
    source: &Source<'_>,
    keyring: &Keyring,
    clock: &Clock,
) -> anyhow::Result<Restored> {
    refuse_to_overwrite(data_dir)?;
    let manifest = Manifest::read(source.backup)?;
    let secrets = manifest.open(keyring)?;
    let (log, unreadable) = erasure_log(data_dir, source)?;
    let unfinished = data_dir.join(UNFINISHED);
    let cleared = || format!("cannot clear {}", unfinished.display());
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished).with_context(cleared)?;
    }
    crate::secrets::private_folder(&unfinished.join(SPOOL)).with_context(cleared)?;
    digest::copy_verified(&source.backup.join(STORE), &unfinished.join(STORE), &manifest.store)?;
    for entry in &manifest.spool {
        let from = source.backup.join(SPOOL).join(&entry.name);
        digest::copy_verified(&from, &unfinished.join(SPOOL).join(&entry.name), entry)?;
    }
    let erased_again = erase_again(&unfinished, &log, clock).await?;
    publish(data_dir, &unfinished, &secrets, &log)?;
    Ok(Restored { manifest, erased_again, unreadable })
}

fn refuse_to_overwrite(data_dir: &Path) -> anyhow::Result<()> {
    // a log of changes that was left behind would be taken for that of the restored store
    for name in [STORE.to_owned(), format!("{STORE}-wal"), format!("{STORE}-shm")] {
        let path = data_dir.join(name);
        if path.exists() {
            bail!("{} is there already: move it away first, nothing is overwritten", path.display());
        }
    }
    Ok(())
}

/// All that is known to have been erased, and the lines that could not be read.
fn erasure_log(data_dir: &Path, source: &Source<'_>) -> anyhow::Result<(Vec<Erased>, Vec<String>)> {
    let beside = source.backup.parent().map(|shelf| shelf.join(ERASURE_LOG));
    let paths = [data_dir.join(ERASURE_LOG)].into_iter().chain(beside).filter(|path| path.exists());
    let paths: Vec<PathBuf> = paths.chain(source.erasure_logs.iter().cloned()).collect();
    if paths.is_empty() && !source.without_log {
        bail!(
            "no {ERASURE_LOG} lies in {} or beside the backup: without it, people who were erased after the backup \
             are back. Name it with --erasures, or say --without-erasures",
            data_dir.display()
        );
    }
    let (mut erased, mut unreadable) = (Vec::new(), Vec::new());
    for path in paths {
        if !path.exists() {
            bail!("{} is not there", path.display());
        }
        let log = ErasureLog::at(path.clone()).read().with_context(|| format!("cannot read {}", path.display()))?;
        erased.extend(log.erased);
        unreadable.extend(log.unreadable.iter().map(|line| format!("{}:{line}", path.display())));
    }
    erased.sort();
    erased.dedup();
    Ok((erased, unreadable))
}

/// Brings the store up to date with the log; says how much of the log it did not know.
async fn erase_again(folder: &Path, log: &[Erased], clock: &Clock) -> anyhow::Result<usize> {
    let (path, opening) = (folder.join(STORE), clock.clone());
    let store = tokio::task::spawn_blocking(move || SqlStore::open_embedded(&path, opening))
        .await?
        .context("the store of the backup cannot be opened")?;
    let spool = Spool::open(&folder.join(SPOOL))?;
    let known: HashSet<Erased> = store.list_erased().await?.into_iter().collect();
    let missing: Vec<Erased> = log.iter().filter(|one| !known.contains(one)).copied().collect();
    for one in &missing {
        erase(&store, one, clock).await?;
    }
    while let Some(erasure) = store.list_erasures(1).await?.first() {
        remove(&spool, store.erase_some(*erasure, STEP, clock.now()).await?.spooled).await?;
    }
    store.record_erased(missing.clone()).await?;
    store.close().await;
    Ok(missing.len())
}

/// Begins what a log's line asks for.
async fn erase(store: &SqlStore, one: &Erased, clock: &Clock) -> anyhow::Result<()> {
    let Some(user) = store.load_user(one.user_id).await? else { return Ok(()) };
    match one.connection_id {
        None => {
            store.delete_user(user.team_id, user.id).await?;
        }
        Some(id) => {
            let end = ConnectionEnd { erase: true, ..EndReason::Disconnected.into() };
            if !store.end_connection(user.id, id, end, clock.now()).await? {
                store.request_erasure(user.id, id, clock.now()).await?;
            }
        }
    }
    Ok(())
}

async fn remove(spool: &Spool, names: Vec<String>) -> anyhow::Result<()> {
    for name in names {
        spool.remove(&name).await.context("cannot remove an erased body")?;
    }
    Ok(())
}

/// Puts everything in its place, the store last.
fn publish(data_dir: &Path, unfinished: &Path, secrets: &[(String, String)], erased: &[Erased]) -> anyhow::Result<()> {
    let log = ErasureLog::at(data_dir.join(ERASURE_LOG));
    let known: HashSet<Erased> = log.read()?.erased.into_iter().collect();
    let fresh: Vec<Erased> = erased.iter().filter(|one| !known.contains(one)).copied().collect();
    log.append(&fresh)?;
    for (name, text) in secrets {
        let path = data_dir.join(name);
        if !path.exists() {
            let mut file = crate::secrets::private_file(&path)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
        }
    }
    let spool = data_dir.join(SPOOL);
    crate::secrets::private_folder(&spool)?;
    for entry in fs::read_dir(unfinished.join(SPOOL))? {
        let entry = entry?;
        fs::rename(entry.path(), spool.join(entry.file_name()))?;
    }
    digest::sync_folder(&spool)?;
    fs::File::open(unfinished.join(STORE))?.sync_all()?;
    fs::rename(unfinished.join(STORE), data_dir.join(STORE))?;
    digest::sync_folder(data_dir)?;
    fs::remove_dir_all(unfinished).with_context(|| format!("cannot remove {}", unfinished.display()))
}
