//! PostgreSQL: any number of processes on one database.
//!
//! Who is who: a **session** is a connection on a thread of its own, which runs a closure's statements one after
//! another. **Writers** are sessions that each take what waits for their lanes and commit it together. **Readers** are
//! a pool of sessions with read-only snapshots. The **line** is one more connection per process, over which processes
//! wake each other and on which hang the number that each has and the lanes that it works on. Where **NATS** is
//! configured and connected, they tell each other over it instead; the rest stays with the line.
//!
//! What is guaranteed: a write is alone on the lanes of its scope, over all processes; when it returns, it is on
//! disk; a transaction that the engine gives up (a deadlock, one failure among many callers) is run again.

mod bind;
mod line;
mod nats;
mod partitions;
mod readers;
mod session;
mod setup;
mod writers;

use crate::{
    Lane, NODES, Result, StoreError, Wakers,
    held_lanes::HeldLanes,
    sql::{Scope, transaction::Transaction, value::params},
};
use line::{Line, Owner};
use nats::Nats;
use readers::Readers;
pub(crate) use session::Session;
use setup::Place;
use std::sync::Arc;
use tokio::sync::watch;
use writers::Writers;

/// Where the database is, and how much of it one process uses. It is not to be printed: its addresses hold passwords.
#[derive(Clone)]
pub struct Settings {
    /// `postgres://user:password@host/database`; tables lie in the first schema of the search path.
    pub url: String,
    /// How many sessions write at once.
    pub writers: usize,
    /// How many sessions read at once.
    pub readers: usize,
    /// Into how many partitions the big tables are cut when they are made; 0: none.
    pub partitions: u16,
    /// NATS servers, by commas, over which processes wake each other; none: by NOTIFY.
    pub nats_url: Option<String>,
}

impl Settings {
    /// The default use of the database at this address.
    #[must_use]
    pub fn new(url: &str) -> Self {
        Self { url: url.to_owned(), writers: 4, readers: 8, partitions: 0, nats_url: None }
    }
}

/// By what this process tells the others that there is work. All hear NOTIFY, and NATS while they are connected to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Messenger {
    Notify,
    Nats,
}

/// The engine on PostgreSQL. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Engine {
    writers: Arc<Writers>,
    readers: Arc<Readers>,
    line: Arc<Line>,
    nats: Option<Arc<Nats>>,
    place: Place,
}

mod migrations {
    refinery::embed_migrations!("migrations/postgres");
}

impl Engine {
    pub(crate) async fn open(settings: &Settings, wakers: Arc<Wakers>, lanes: Arc<HeldLanes>) -> Result<Self> {
        let config = setup::config(settings)?;
        let place = setup::prepare(&config, settings.partitions).await?;
        let (messengers, messenger) = watch::channel(Messenger::Notify);
        let nats = match &settings.nats_url {
            Some(url) => {
                let servers = nats::servers(url)?;
                let subject = setup::subject(&config, place).await?;
                Some(Arc::new(Nats::start(servers, subject, Arc::clone(&wakers), messengers)))
            }
            None => None,
        };
        let line = Line::open(config.clone(), place, Owner { wakers, lanes, messenger }).await?;
        Ok(Self {
            writers: Arc::new(Writers::start(&config, place, settings.writers)?),
            readers: Arc::new(Readers::new(config, place, settings.readers)),
            line: Arc::new(line),
            nats,
            place,
        })
    }

    pub(crate) fn node(&self) -> u8 {
        self.line.node()
    }

    /// Takes of these lanes those on which no other process works.
    pub(crate) async fn hold(&self, lanes: &[Lane]) -> Result<Vec<Lane>> {
        if lanes.is_empty() { Ok(Vec::new()) } else { self.line.hold(lanes).await }
    }

    pub(crate) async fn let_go(&self, lane: Lane) {
        self.line.let_go(lane).await;
    }

    /// Whether no other process uses the store now.
    pub(crate) async fn is_alone(&self) -> Result<bool> {
        let (first, last) = (line::FIRST_NODE, line::FIRST_NODE + i32::from(NODES));
        let place = self.place.0;
        self.read(move |tx| {
            let others: i64 = tx
                .sql(
                    "select count(*) from pg_locks where locktype = 'advisory' and granted
                     and cast(classid as bigint) = ?1 and cast(objid as bigint) >= ?2 and cast(objid as bigint) < ?3",
                )
                .one(params![place, first, last], |row| row.get(0))?;
            Ok(others <= 1)
        })
        .await
    }

    pub(crate) async fn read<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&dyn Transaction) -> Result<T> + Send + 'static,
    {
        self.readers.run(work).await
    }

    pub(crate) async fn read_row<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&dyn Transaction) -> Result<T> + Send + 'static,
    {
        self.readers.run_statement(work).await
    }

    pub(crate) async fn write<T, F>(&self, scope: Scope, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&dyn Transaction) -> Result<T> + Send + 'static,
    {
        self.writers.run(scope, work).await
    }

    pub(crate) async fn close(&self) {
        self.readers.close();
        self.writers.close().await;
        if let Some(nats) = &self.nats {
            nats.close();
        }
        self.line.close().await;
    }
}

/// One session, for someone who works alone: the tables are brought up to date first. Blocking.
pub(crate) fn open_alone(settings: &Settings) -> Result<Session> {
    let config = setup::config(settings)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| StoreError::Engine(error.to_string()))?;
    let place = runtime.block_on(setup::prepare(&config, settings.partitions))?;
    Session::connect(&config, place)
}

/// The schema version of the store in a database and the newest this program knows, without changing anything.
pub async fn schema_versions(settings: &Settings) -> Result<(i64, i64)> {
    setup::versions(&setup::config(settings)?).await
}

impl From<tokio_postgres::Error> for StoreError {
    fn from(error: tokio_postgres::Error) -> Self {
        use tokio_postgres::error::SqlState;
        let Some(told) = error.as_db_error() else {
            let why = std::error::Error::source(&error).map(|source| format!(": {source}")).unwrap_or_default();
            return Self::Unreachable(format!("{error}{why}"));
        };
        // connections that failed (08), a server that is full, shuts down or starts up
        const AWAY: [&str; 4] = ["53300", "57P01", "57P02", "57P03"];
        let code = told.code().code();
        if code.starts_with("08") || AWAY.contains(&code) {
            return Self::Unreachable(told.message().to_owned());
        }
        match told.code() {
            code if *code == SqlState::UNIQUE_VIOLATION => Self::NotUnique,
            code if *code == SqlState::DISK_FULL => Self::Full,
            code if *code == SqlState::READ_ONLY_SQL_TRANSACTION => Self::ReadOnly,
            code if *code == SqlState::DATA_CORRUPTED || *code == SqlState::INDEX_CORRUPTED => {
                Self::Damaged(told.message().to_owned())
            }
            code => Self::Engine(format!("{} ({})", told.message(), code.code())),
        }
    }
}
