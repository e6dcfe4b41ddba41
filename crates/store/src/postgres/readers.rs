//! A pool of sessions that only read, each used by one blocking task at a time.

use super::{session::Session, setup::Place};
use crate::{Result, StoreError, sql::transaction::Transaction};
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::sync::Semaphore;
use tokio_postgres::Config;

/// How long to wait before a read is tried again whose connection was lost.
const PAUSES: [Duration; 6] = [
    Duration::ZERO,
    Duration::from_millis(50),
    Duration::from_millis(200),
    Duration::from_millis(500),
    Duration::from_secs(1),
    Duration::from_secs(2),
];

pub(super) struct Readers {
    config: Config,
    place: Place,
    idle: Mutex<Vec<Session>>,
    permits: Semaphore,
}

impl Readers {
    pub(super) fn new(config: Config, place: Place, size: usize) -> Self {
        Self { config, place, idle: Mutex::default(), permits: Semaphore::new(size.max(1)) }
    }

    pub(super) async fn run<T, F>(self: &Arc<Self>, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&dyn Transaction) -> Result<T> + Send + 'static,
    {
        self.run_on_thread(move |session| in_snapshot(session, &work)).await
    }

    /// Runs what asks one statement, which is a snapshot by itself: none is begun and ended around it.
    pub(super) async fn run_statement<T, F>(self: &Arc<Self>, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&dyn Transaction) -> Result<T> + Send + 'static,
    {
        self.run_on_thread(move |session| work(session)).await
    }

    async fn run_on_thread<T, F>(self: &Arc<Self>, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&Session) -> Result<T> + Send + 'static,
    {
        let permit = self.permits.acquire().await.map_err(|_| StoreError::Closed)?;
        let readers = Arc::clone(self);
        let result = tokio::task::spawn_blocking(move || readers.run_now(&work))
            .await
            .map_err(|error| StoreError::Engine(error.to_string()))?;
        drop(permit);
        result
    }

    /// Where the connection is lost on the way, whatever is there now is asked again.
    fn run_now<T>(&self, work: &dyn Fn(&Session) -> Result<T>) -> Result<T> {
        let mut pauses = PAUSES.iter();
        loop {
            let result = self.run_once(work);
            match (&result, pauses.next()) {
                (Err(StoreError::Unreachable(_)), Some(pause)) => std::thread::sleep(*pause),
                _ => return result,
            }
        }
    }

    fn run_once<T>(&self, work: &dyn Fn(&Session) -> Result<T>) -> Result<T> {
        let kept = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let session = kept.map_or_else(|| Session::connect(&self.config, self.place), Ok)?;
        let result = work(&session);
        if session.is_broken() {
            // those that lie idle have lost theirs, too
            self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
        } else {
            self.keep(session);
        }
        result
    }

    fn keep(&self, session: Session) {
        if !self.permits.is_closed() {
            self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(session);
        }
    }

    /// Lets reads that were begun finish; later ones are refused.
    pub(super) fn close(&self) {
        self.permits.close();
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// All that one reader's work asks sees the same state of the store.
fn in_snapshot<T>(session: &Session, work: &dyn Fn(&dyn Transaction) -> Result<T>) -> Result<T> {
    session.begin("begin isolation level repeatable read read only".to_owned());
    let result = work(session);
    session.send("rollback");
    result
}
