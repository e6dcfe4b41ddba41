//! Takes a backup: fixes one state of the store, holds on to the bodies that it refers to, copies both.

use super::{
    digest::{self, FileEntry},
    manifest::Manifest,
    shelf,
};
use anyhow::{Context, bail};
use model::{Clock, Rng};
use seal::Keyring;
use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};
use store::{ERASURE_LOG, ErasureLog, sqlite::Snapshot};

/// How often a state is fixed anew because a body went just then.
const TRIES: usize = 20;
pub(super) const STORE: &str = "wearhouse.db";
pub(super) const SPOOL: &str = "spool";

/// What is backed up, and with what it is sealed.
#[derive(Clone)]
pub(crate) struct Origin {
    pub(crate) data_dir: PathBuf,
    pub(crate) store: PathBuf,
    /// The folder of bodies beside the store; none where they lie in a place of their own.
    pub(crate) spool: Option<PathBuf>,
    pub(crate) keyring: Arc<Keyring>,
    pub(crate) clock: Clock,
    pub(crate) rng: Rng,
}

/// A backup that was taken.
pub(crate) struct Taken {
    pub(crate) path: PathBuf,
    pub(crate) bytes: u64,
}

/// Takes a backup into a folder; whole under its name when this returns. Blocking; others may go on writing.
#[tracing::instrument(name = "backup", level = "debug", skip_all)]
pub(crate) fn take(origin: &Origin, folder: &Path, progress: impl FnMut(u64, u64)) -> anyhow::Result<Taken> {
    crate::secrets::private_folder(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let _alone = lock(&origin.data_dir)?;
    shelf::sweep(folder)?;
    let made_at = origin.clock.now();
    let path = shelf::path_for(folder, made_at);
    if path.exists() {
        bail!("{} is there already", path.display());
    }
    let mut unfinished = path.clone().into_os_string();
    unfinished.push(shelf::UNFINISHED);
    let unfinished = PathBuf::from(unfinished);
    crate::secrets::private_folder(&unfinished.join(SPOOL))
        .with_context(|| format!("cannot create {}", unfinished.display()))?;

    let links = Links::open(&origin.data_dir)?;
    let (snapshot, spooled) = fix(origin, &links)?;
    let copied = unfinished.join(STORE);
    snapshot.copy_to(&copied, progress).with_context(|| format!("cannot copy {}", origin.store.display()))?;
    fs::File::open(&copied).and_then(|file| file.sync_all())?;
    let schema_version = snapshot.schema_version();
    drop(snapshot);
    let store = digest::of(&copied, STORE)?;
    let spool: Vec<FileEntry> = spooled
        .iter()
        .map(|name| digest::copy(&links.path(name), &unfinished.join(SPOOL).join(name), name))
        .collect::<anyhow::Result<_>>()?;
    let bytes = store.bytes + spool.iter().map(|entry| entry.bytes).sum::<u64>();
    let mut manifest = Manifest::new(made_at, schema_version, store, spool);
    manifest.seal(&origin.keyring, &origin.rng, secrets_of(&origin.data_dir)?);
    manifest.write(&unfinished)?;
    digest::sync_folder(&unfinished.join(SPOOL))?;
    digest::sync_folder(&unfinished)?;
    keep_erasure_log(origin, folder)?;
    fs::rename(&unfinished, &path)?;
    digest::sync_folder(folder)?;
    Ok(Taken { path, bytes })
}

/// One backup of a store at a time.
fn lock(data_dir: &Path) -> anyhow::Result<fs::File> {
    let path = data_dir.join("backup.lock");
    let file = fs::File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
    file.try_lock().context("another backup is being taken")?;
    Ok(file)
}

/// Fixes a state of which every body is held.
fn fix(origin: &Origin, links: &Links) -> anyhow::Result<(Snapshot, Vec<String>)> {
    for _ in 0..TRIES {
        let snapshot = Snapshot::take(&origin.store)
            .with_context(|| format!("cannot read the store {}", origin.store.display()))?;
        let Some(spool) = &origin.spool else { return Ok((snapshot, Vec::new())) };
        let spooled = snapshot.spooled()?;
        if links.hold(spool, &spooled)? {
            return Ok((snapshot, spooled));
        }
    }
    let spool = origin.spool.as_ref().map(|spool| spool.display().to_string()).unwrap_or_default();
    bail!("a spooled body that the store refers to is not in {spool}")
}

/// Second names of spooled bodies, so that they stay until they are copied whatever the server removes.
struct Links(PathBuf);

impl Links {
    fn open(data_dir: &Path) -> anyhow::Result<Self> {
        let links = Self(data_dir.join("backup.links"));
        links.clear()?;
        crate::secrets::private_folder(&links.0)?;
        Ok(links)
    }

    fn clear(&self) -> anyhow::Result<()> {
        match fs::remove_dir_all(&self.0) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(error).with_context(|| format!("cannot remove {}", self.0.display()))
            }
            _ => Ok(()),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Holds on to these; false when one has gone.
    fn hold(&self, spool: &Path, names: &[String]) -> anyhow::Result<bool> {
        for name in names {
            let (from, to) = (spool.join(name), self.path(name));
            if to.exists() {
                continue;
            }
            match fs::hard_link(&from, &to) {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
                // a disk without second names: then a copy must do
                Err(_) => match fs::copy(&from, &to) {
                    Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
                    done => drop(done.with_context(|| format!("cannot copy {}", from.display()))?),
                },
            }
        }
        Ok(true)
    }
}

impl Drop for Links {
    fn drop(&mut self) {
        if let Err(error) = self.clear() {
            tracing::warn!(%error, "links that a backup used stay until the next one");
        }
    }
}

/// Generated secrets beside the store, other than the master key.
fn secrets_of(data_dir: &Path) -> anyhow::Result<Vec<(String, String)>> {
    let mut secrets = Vec::new();
    for entry in fs::read_dir(data_dir)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(crate::secrets::WEBHOOK_SECRET) {
            secrets.push((name, fs::read_to_string(entry.path())?));
        }
    }
    Ok(secrets)
}

/// Brings the log beside the backups up to date with that beside the store. It is there even when it is empty, so that
/// a restore can tell that nothing was erased from a log that is lost.
fn keep_erasure_log(origin: &Origin, folder: &Path) -> anyhow::Result<()> {
    let kept = ErasureLog::at(folder.join(ERASURE_LOG));
    fs::OpenOptions::new().create(true).append(true).open(kept.path())?;
    let known = kept.read()?.erased;
    let mut erased = ErasureLog::beside(&origin.store).read()?.erased;
    erased.retain(|one| !known.contains(one));
    kept.append(&erased).with_context(|| format!("cannot write {}", kept.path().display()))
}
