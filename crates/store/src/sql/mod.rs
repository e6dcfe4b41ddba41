//! The store over SQL: one file per aggregate, each statement written once for both engines.
//!
//! A method is one closure run inside a transaction of the engine. It may be run again, when the engine gives up a
//! transaction for reasons of its own, so it only reads what it captured. Which rows a write may touch is said
//! beforehand, as a [`Scope`].

mod accounts;
mod awaited_files;
mod backfill;
mod changes;
mod cold;
mod connections;
mod convert;
mod endpoints;
mod erased;
mod erasure;
mod erasure_reports;
mod events;
mod inbox;
mod jobs;
mod messages;
mod parts;
mod phones;
mod priorities;
mod record_names;
mod records;
mod resumable;
mod retention;
mod scope;
mod scores;
mod sealed;
mod series_blocks;
mod sizes;
mod slices;
mod sources;
mod standing;
mod tokens;
pub(crate) mod transaction;
mod uploads;
mod usage;
mod user_erasure;
mod users;
pub(crate) mod value;
mod workout_spans;

pub(crate) use scope::Scope;

use crate::{ErasureLog, Lane, Result, Store, StoreError, Wakers, held_lanes::HeldLanes, postgres, sqlite};
use model::Clock;
use std::{path::Path, sync::Arc};
use transaction::Transaction;
use value::params;

/// So many rows are few.
const FEW: usize = 64;

/// The store, on either engine. Cheap to clone.
#[derive(Clone)]
pub struct SqlStore {
    engine: Engine,
    wakers: Arc<Wakers>,
    lanes: Arc<HeldLanes>,
    clock: Clock,
    /// Beside an embedded store.
    erasure_log: Option<ErasureLog>,
}

#[derive(Clone)]
enum Engine {
    Sqlite(sqlite::Engine),
    Postgres(postgres::Engine),
}

impl SqlStore {
    /// Opens the embedded store at `path`, creating it or bringing it up to date. A store written by a newer
    /// program is refused. Blocking: call before serving.
    pub fn open_embedded(path: &Path, clock: Clock) -> Result<Self> {
        let erasure_log = ErasureLog::beside(path);
        let engine = sqlite::Engine::open(path, |tx| erased::catch_up(tx, &erasure_log))?;
        let (engine, wakers, lanes) = (Engine::Sqlite(engine), Arc::default(), Arc::default());
        Ok(Self { engine, wakers, lanes, clock, erasure_log: Some(erasure_log) })
    }

    /// Opens the store in a PostgreSQL database, creating its tables or bringing them up to date. A store written
    /// by a newer program is refused.
    pub async fn open_postgres(settings: &postgres::Settings, clock: Clock) -> Result<Self> {
        let (wakers, lanes) = (Arc::<Wakers>::default(), Arc::<HeldLanes>::default());
        let engine = postgres::Engine::open(settings, Arc::clone(&wakers), Arc::clone(&lanes)).await?;
        Ok(Self { engine: Engine::Postgres(engine), wakers, lanes, clock, erasure_log: None })
    }

    /// What this process writes on what it claims.
    fn claimant(&self) -> i16 {
        i16::from(self.node().unwrap_or(0)) + 1
    }

    /// Whether no other process uses the store.
    async fn is_alone(&self) -> Result<bool> {
        match &self.engine {
            Engine::Sqlite(_) => Ok(true),
            Engine::Postgres(engine) => engine.is_alone().await,
        }
    }

    /// Takes of these lanes those on which nobody works.
    async fn hold(&self, lanes: Vec<Lane>) -> Result<Vec<Lane>> {
        let wanted = self.lanes.add(lanes);
        let Engine::Postgres(engine) = &self.engine else { return Ok(wanted) };
        let held = engine.hold(&wanted).await;
        for lane in &wanted {
            if !held.as_ref().is_ok_and(|held| held.contains(lane)) {
                self.lanes.remove(*lane);
            }
        }
        held
    }

    async fn let_go(&self, lane: Lane) {
        if let Engine::Postgres(engine) = &self.engine {
            engine.let_go(lane).await;
        }
        self.lanes.remove(lane);
    }

    /// Runs what only reads: all of it sees one state of the store.
    async fn read<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&dyn Transaction) -> Result<T> + Send + 'static,
    {
        match &self.engine {
            Engine::Sqlite(engine) => engine.read(work).await,
            Engine::Postgres(engine) => engine.read(work).await,
        }
    }

    /// Runs what reads a few rows by their keys: where the store is embedded, a hand-over to another thread would take
    /// longer than that.
    async fn read_few<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&dyn Transaction) -> Result<T> + Send + 'static,
    {
        match &self.engine {
            Engine::Sqlite(engine) => engine.read_few(work).await,
            Engine::Postgres(engine) => engine.read(work).await,
        }
    }

    /// Runs one statement that reads a row by its key. It is a snapshot by itself, so none is begun for it.
    async fn read_row<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&dyn Transaction) -> Result<T> + Send + 'static,
    {
        match &self.engine {
            Engine::Sqlite(engine) => engine.read_few(work).await,
            Engine::Postgres(engine) => engine.read_row(work).await,
        }
    }

    /// Runs what reads so many rows by their keys.
    async fn read_some<T, F>(&self, count: usize, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&dyn Transaction) -> Result<T> + Send + 'static,
    {
        if count <= FEW { self.read_few(work).await } else { self.read(work).await }
    }

    /// Runs what writes, alone on the lanes of its scope. When it returns, it is on disk.
    async fn write<T, F>(&self, scope: Scope, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&dyn Transaction) -> Result<T> + Send + 'static,
    {
        match &self.engine {
            Engine::Sqlite(engine) => engine.write(work).await,
            Engine::Postgres(engine) => engine.write(scope, work).await,
        }
    }
}

#[async_trait::async_trait]
impl Store for SqlStore {
    async fn check(&self) -> Result<()> {
        if let Engine::Sqlite(engine) = &self.engine {
            engine.check_sound()?;
        }
        self.read(|tx| tx.sql("select 1").one(params![], |_| Ok(()))).await?;
        self.write(Scope::NONE, |tx| {
            // of a row that is there: else nothing is written, and a disk that takes nothing is not noticed
            tx.sql("update lane_position set changes = changes where lane = 0").execute(params![])?;
            Ok(())
        })
        .await
    }

    async fn close(&self) {
        match &self.engine {
            Engine::Sqlite(engine) => engine.close().await,
            Engine::Postgres(engine) => engine.close().await,
        }
    }

    fn wakers(&self) -> &Wakers {
        &self.wakers
    }

    fn node(&self) -> Option<u8> {
        match &self.engine {
            Engine::Sqlite(_) => None,
            Engine::Postgres(engine) => Some(engine.node()),
        }
    }
}

impl StoreError {
    /// Names the column whose uniqueness was violated.
    fn taken(self, what: &'static str) -> Self {
        if matches!(self, Self::NotUnique) { Self::Taken(what) } else { self }
    }
}
