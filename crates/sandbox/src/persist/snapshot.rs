//! The snapshot: one JSON file with everything but uploads, and one file of uploads for each person, each
//! replaced at once. Consistent in itself, because it is taken under the lock of the state.

use super::journal::{Journal, replay};
use crate::{
    Config, Settings,
    account::{Account, Item},
    faults::Menu,
    grants::Grants,
    kind::Kind,
    notify::{Endpoint, OutboxRecord},
    state::{Budget, Shared},
    verification::Notes,
};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio_util::sync::CancellationToken;

const STATE: &str = "state.json";
const ITEMS: &str = "items";

/// Why a sandbox cannot go on where it stopped.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The folder cannot be read or written.
    #[error("the sandbox's folder cannot be used")]
    Folder(#[from] io::Error),
    /// A file is not what a sandbox writes.
    #[error("{0} in the sandbox's folder is damaged: delete the folder to start anew")]
    Damaged(String, #[source] serde_json::Error),
}

/// Where snapshots go.
pub(crate) struct Keeper {
    folder: PathBuf,
    /// What was written last, without its number; held while a snapshot is taken.
    last: Mutex<Vec<u8>>,
}

/// What was configured when the snapshot was taken; what is configured otherwise by now takes precedence.
#[derive(Serialize, Deserialize)]
struct Configured {
    endpoints: BTreeMap<Kind, Endpoint>,
    settings: Settings,
}

impl Configured {
    fn by(config: &Config) -> Self {
        let endpoints = Kind::ALL.into_iter().map(|kind| (kind, Endpoint::of(config, kind))).collect();
        Self { endpoints, settings: config.settings.clone() }
    }
}

#[derive(Serialize)]
struct Taken<'a> {
    configured: Configured,
    settings: &'a Settings,
    accounts: &'a BTreeMap<String, Account>,
    grants: &'a Grants,
    outbox: OutboxRecord,
    faults: &'a Menu,
    notes: &'a Notes,
    budget: &'a Budget,
}

#[derive(Deserialize)]
struct Kept {
    configured: Configured,
    settings: Settings,
    accounts: BTreeMap<String, Account>,
    grants: Grants,
    outbox: OutboxRecord,
    faults: Menu,
    notes: Notes,
    budget: Budget,
}

#[derive(Deserialize)]
struct Numbered {
    /// The journal that goes on from here.
    journal: u64,
    state: Kept,
}

/// What there is to share, as it was when the sandbox that used this folder stopped.
pub(crate) fn open(config: Config, folder: &Path) -> Result<Shared, OpenError> {
    fs::create_dir_all(folder.join(ITEMS))?;
    let mut shared = Shared::new(config);
    let mut from = 0;
    if let Some(Numbered { journal, state }) = read(&folder.join(STATE))? {
        from = journal;
        restore(&shared, state, folder)?;
    }
    replay(&shared, folder, from)?;
    let mut state = shared.lock();
    state.journal = Some(Journal::begin(folder)?);
    shared.set_skew(state.faults.skew());
    drop(state);
    shared.keeper = Some(Keeper { folder: folder.to_owned(), last: Mutex::default() });
    Ok(shared)
}

fn read<T: for<'de> Deserialize<'de>>(path: &Path) -> Result<Option<T>, OpenError> {
    let text = match fs::read(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    serde_json::from_slice(&text).map(Some).map_err(|error| OpenError::Damaged(name, error))
}

fn restore(shared: &Shared, kept: Kept, folder: &Path) -> Result<(), OpenError> {
    let (config, mut state) = (&shared.config, shared.lock());
    state.accounts = kept.accounts;
    for (id, account) in &mut state.accounts {
        let items: Option<Vec<(Kind, String, Item)>> = read(&items_path(folder, id))?;
        account.items = items.unwrap_or_default().into_iter().map(|(kind, id, item)| ((kind, id), item)).collect();
    }
    state.grants = kept.grants;
    state.faults = kept.faults;
    state.notes = kept.notes;
    state.budget = kept.budget;
    if kept.configured.settings == config.settings {
        state.settings = kept.settings;
    }
    let mut outbox = kept.outbox;
    outbox.reconfigure(&kept.configured.endpoints, &Configured::by(config).endpoints);
    state.outbox.resume(outbox, shared.instant());
    Ok(())
}

fn items_path(folder: &Path, id: &str) -> PathBuf {
    folder.join(ITEMS).join(format!("{id}.json"))
}

/// Takes snapshots whenever something has changed, and a last one at the end. The larger they are, the rarer.
pub(crate) async fn run(shared: Arc<Shared>, shutdown: CancellationToken) {
    if shared.keeper.is_none() {
        return;
    }
    let mut pause = Duration::from_millis(500);
    loop {
        let stopped = tokio::time::timeout(pause, shutdown.cancelled()).await.is_ok();
        let started = shared.instant();
        save(&shared).await;
        if stopped {
            return;
        }
        pause = (started.elapsed() * 10).max(Duration::from_millis(500));
    }
}

/// Takes a snapshot now; what happened before survives from here on.
pub(crate) async fn save(shared: &Arc<Shared>) {
    let shared = shared.clone();
    let saved = tokio::task::spawn_blocking(move || match &shared.keeper {
        Some(keeper) => keeper.save(&shared),
        None => Ok(()),
    });
    match saved.await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::error!(%error, "the sandbox's state could not be written"),
        Err(error) => tracing::error!(%error, "the sandbox's state could not be written"),
    }
}

impl Keeper {
    fn save(&self, shared: &Shared) -> io::Result<()> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let Some((number, text, items)) = take(shared, &last)? else { return Ok(()) };
        let mut whole = format!("{{\"journal\":{number},\"state\":").into_bytes();
        whole.extend_from_slice(&text);
        whole.push(b'}');
        // First the queue, then the uploads: whatever is in between comes twice and is not lost.
        replace(&self.folder.join(STATE), &whole)?;
        for (id, text) in items {
            replace(&items_path(&self.folder, &id), &text)?;
        }
        Journal::delete_before(&self.folder, number)?;
        *last = text;
        Ok(())
    }
}

type Changed = (u64, Vec<u8>, Vec<(String, Vec<u8>)>);

/// The state in JSON with the number of the journal that goes on from there; none if nothing has changed.
fn take(shared: &Shared, last: &[u8]) -> io::Result<Option<Changed>> {
    let mut guard = shared.lock();
    let state = &mut *guard;
    let mut items = Vec::new();
    for (id, account) in state.accounts.iter_mut().filter(|(_, account)| account.items_changed) {
        let rows: Vec<(Kind, &str, Item)> =
            account.items.iter().map(|((kind, id), item)| (*kind, id.as_str(), *item)).collect();
        items.push((id.clone(), serde_json::to_vec(&rows)?));
        account.items_changed = false;
    }
    let text = serde_json::to_vec(&Taken {
        configured: Configured::by(&shared.config),
        settings: &state.settings,
        accounts: &state.accounts,
        grants: &state.grants,
        outbox: state.outbox.record(),
        faults: &state.faults,
        notes: &state.notes,
        budget: &state.budget,
    })?;
    if text == last && items.is_empty() {
        return Ok(None);
    }
    let number = match &mut state.journal {
        Some(journal) => journal.turn()?,
        None => 0,
    };
    Ok(Some((number, text, items)))
}

/// Writes a file under another name and puts it in place.
fn replace(path: &Path, text: &[u8]) -> io::Result<()> {
    let unfinished = path.with_extension("unfinished");
    fs::write(&unfinished, text)?;
    fs::rename(unfinished, path)
}
