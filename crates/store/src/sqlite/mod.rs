//! The embedded engine: SQLite in one file, one writer thread that groups commits, a pool of readers.
//!
//! Every write is one closure run by the writer thread inside a transaction shared with whatever else waits: many
//! callers, one fsync. When a write returns, its transaction is on disk.

mod backup;
mod readers;
mod setup;
mod transaction;
mod writer;

pub use backup::Snapshot;

use crate::{Result, StoreError, sql::transaction::Transaction};
use readers::Readers;
use std::{
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
};
use writer::Writer;

/// The embedded engine. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Engine {
    path: Arc<Path>,
    writer: Arc<Writer>,
    readers: Arc<Readers>,
    /// The first damage that anyone met.
    damage: Arc<OnceLock<String>>,
}

mod migrations {
    refinery::embed_migrations!("migrations/sqlite");
}

impl Engine {
    /// Opens the file and has `prepare` work on it before anyone else does.
    pub(crate) fn open(path: &Path, prepare: impl FnOnce(&dyn Transaction) -> Result<()>) -> Result<Self> {
        setup::refuse_newer(path)?;
        let mut connection = setup::open_writer(path)?;
        setup::migrate(&mut connection)?;
        prepare(&connection)?;
        Ok(Self {
            path: path.into(),
            writer: Arc::new(Writer::start(connection)?),
            readers: Arc::new(Readers::new(path, 8)),
            damage: Arc::default(),
        })
    }

    pub(crate) async fn read<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&dyn Transaction) -> Result<T> + Send + 'static,
    {
        self.noted(self.readers.run(move |connection| work(connection)).await)
    }

    pub(crate) async fn read_few<T>(&self, work: impl FnOnce(&dyn Transaction) -> Result<T>) -> Result<T> {
        self.readers.run_here(|connection| work(connection)).await
    }

    pub(crate) async fn write<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&dyn Transaction) -> Result<T> + Send + 'static,
    {
        let written = self.noted(self.writer.run(move |connection| work(connection)).await);
        match written {
            Err(StoreError::Disk(_)) if self.is_read_only().await => Err(StoreError::ReadOnly),
            other => other,
        }
    }

    /// Whether the disk took to refusing all writing, which the engine tells as any other failure of it.
    async fn is_read_only(&self) -> bool {
        // a file of its own: to close the store's own would let go of the engine's locks
        let probe: PathBuf = self.path.with_extension("probe");
        let tried = tokio::task::spawn_blocking(move || {
            let made = std::fs::File::create(&probe);
            if made.is_ok() {
                // what cannot be removed now is removed the next time
                let _ = std::fs::remove_file(&probe);
            }
            made.map(drop)
        });
        matches!(tried.await, Ok(Err(error)) if error.kind() == std::io::ErrorKind::ReadOnlyFilesystem)
    }

    /// Refuses where anyone met damage: others read from sound pages meanwhile, but an operator has to know.
    pub(crate) fn check_sound(&self) -> Result<()> {
        self.damage.get().map_or(Ok(()), |damage| Err(StoreError::Damaged(damage.clone())))
    }

    fn noted<T>(&self, result: Result<T>) -> Result<T> {
        if let Err(StoreError::Damaged(damage)) = &result {
            // only the first is kept
            let _ = self.damage.set(damage.clone());
        }
        result
    }

    pub(crate) async fn close(&self) {
        self.readers.close();
        self.writer.close().await;
    }
}

/// A connection to the store at `path` that only reads. Blocking.
pub(crate) fn open_to_read(path: &Path) -> Result<rusqlite::Connection> {
    setup::open_reader(path)
}

/// Looks at every page of the embedded store at `path`, without changing anything. Takes as long as reading the file.
pub fn check_pages(path: &Path) -> Result<()> {
    backup::check(&setup::open_reader(path)?)
}

/// The schema version of the embedded store at `path` and the newest this program knows, without changing anything.
pub fn schema_versions(path: &Path) -> Result<(i64, i64)> {
    setup::versions(path)
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode::{
            CannotOpen, ConstraintViolation, DatabaseCorrupt, DiskFull, NotADatabase, ReadOnly, SystemIoFailure,
        };
        match error.sqlite_error_code() {
            Some(DiskFull) => Self::Full,
            Some(ReadOnly) => Self::ReadOnly,
            Some(SystemIoFailure) => Self::Disk(error.to_string()),
            Some(DatabaseCorrupt | NotADatabase) => Self::Damaged(error.to_string()),
            Some(CannotOpen) => Self::Engine(format!("cannot open: {error}")),
            Some(ConstraintViolation) => Self::NotUnique,
            _ => Self::Engine(error.to_string()),
        }
    }
}
