//! A pool of read-only connections, each used by one blocking task at a time.

use super::setup;
use crate::{Result, StoreError};
use rusqlite::Connection;
use std::{
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};
use tokio::sync::Semaphore;

pub(super) struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
    permits: Semaphore,
}

impl Readers {
    pub(super) fn new(path: &Path, size: usize) -> Self {
        Self { path: path.to_owned(), idle: Mutex::new(Vec::new()), permits: Semaphore::new(size) }
    }

    pub(super) async fn run<T, F>(self: &std::sync::Arc<Self>, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T> + Send + 'static,
    {
        let permit = self.permits.acquire().await.map_err(|_| StoreError::Closed)?;
        let readers = std::sync::Arc::clone(self);
        let result = tokio::task::spawn_blocking(move || readers.run_now(work))
            .await
            .map_err(|error| StoreError::Engine(error.to_string()))?;
        drop(permit);
        result
    }

    /// Runs what reads a few rows by their keys on the thread of the caller.
    pub(super) async fn run_here<T>(&self, work: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let _permit = self.permits.acquire().await.map_err(|_| StoreError::Closed)?;
        self.run_now(work)
    }

    fn run_now<T>(&self, work: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let connection = self.take()?;
        let result = in_snapshot(&connection, work);
        if connection.is_autocommit() && !self.permits.is_closed() {
            self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        }
        result
    }

    /// Lets reads that were begun finish; later ones are refused.
    pub(super) fn close(&self) {
        self.permits.close();
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn take(&self) -> Result<Connection> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        idle.map_or_else(|| setup::open_reader(&self.path), Ok)
    }
}

/// All that one reader's work asks sees the same state of the store.
fn in_snapshot<T>(connection: &Connection, work: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
    connection.prepare_cached("begin")?.execute([])?;
    let result = work(connection);
    connection.prepare_cached("rollback")?.execute([])?;
    result
}
