//! The embedded store: SQLite in one file, one writer thread that groups commits, a pool of readers.
//!
//! Every method that writes is one closure run by the writer thread inside a transaction shared with
//! whatever else waits: many callers, one fsync. When a method returns, its transaction is on disk.

mod accounts;
mod awaited_files;
mod backfill;
mod changes;
mod connections;
mod convert;
mod endpoints;
mod erasure;
mod events;
mod inbox;
mod jobs;
mod messages;
mod parts;
mod readers;
mod records;
mod scores;
mod series_blocks;
mod setup;
mod sources;
mod standing;
mod tokens;
mod users;
mod workout_spans;
mod writer;

use crate::{Result, Store, StoreError, Wakers};
use model::Clock;
use readers::Readers;
use rusqlite::Connection;
use std::{path::Path, sync::Arc};
use writer::Writer;

/// The embedded store. Cheap to clone.
#[derive(Clone)]
pub struct SqliteStore {
    writer: Arc<Writer>,
    readers: Arc<Readers>,
    wakers: Arc<Wakers>,
    clock: Clock,
}

mod migrations {
    refinery::embed_migrations!("migrations/sqlite");
}

impl SqliteStore {
    /// Opens the store at `path`, creating it or bringing it up to date. A store written by a newer
    /// program is refused. Blocking: call before serving.
    pub fn open(path: &Path, clock: Clock) -> Result<Self> {
        let mut connection = setup::open_writer(path)?;
        setup::migrate(&mut connection)?;
        Ok(Self {
            writer: Arc::new(Writer::start(connection)?),
            readers: Arc::new(Readers::new(path, 8)),
            wakers: Arc::new(Wakers::default()),
            clock,
        })
    }

    /// The store's schema version and the newest this program knows, without changing anything.
    pub fn schema_versions(path: &Path) -> Result<(i64, i64)> {
        setup::versions(path)
    }

    async fn read<T, F>(&self, f: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T> + Send + 'static,
    {
        self.readers.run(f).await
    }

    async fn write<T, F>(&self, f: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T> + Send + 'static,
    {
        self.writer.run(f).await
    }
}

#[async_trait::async_trait]
impl Store for SqliteStore {
    async fn check(&self) -> Result<()> {
        self.read(|connection| Ok(connection.query_row("select 1", [], |_| Ok(()))?)).await?;
        self.write(|connection| {
            connection.execute("update lane_position set changes = changes where lane = -1", [])?;
            Ok(())
        })
        .await
    }

    async fn close(&self) {
        self.readers.close();
        self.writer.close().await;
    }

    fn wakers(&self) -> &Wakers {
        &self.wakers
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode::{CannotOpen, DatabaseCorrupt, DiskFull, NotADatabase, ReadOnly};
        match error.sqlite_error_code() {
            Some(DiskFull) => Self::Full,
            Some(ReadOnly) => Self::ReadOnly,
            Some(DatabaseCorrupt | NotADatabase) => Self::Damaged(error.to_string()),
            Some(CannotOpen) => Self::Engine(format!("cannot open: {error}")),
            _ => Self::Engine(error.to_string()),
        }
    }
}
