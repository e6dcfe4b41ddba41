//! The writer thread: takes what waits, runs it in one transaction, commits once, answers everyone.
//!
//! All is well mostly, so callers first share a transaction without savepoints. When one's work fails, all is rolled
//! back and run again with a savepoint for each, so that the failure is that caller's own.

use crate::{Result, StoreError};
use rusqlite::Connection;
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Mutex,
};
use tokio::sync::{mpsc, oneshot};

/// How many callers share a commit at most.
const GROUP: usize = 256;
/// How many callers may wait before further ones wait for room.
const QUEUE: usize = 1024;

pub(super) struct Writer {
    queue: Mutex<Option<mpsc::Sender<Box<dyn Write>>>>,
    thread: tokio::sync::Mutex<Option<std::thread::JoinHandle<()>>>,
}

/// One caller's work: run inside the transaction, then told how the commit went.
trait Write: Send {
    /// Runs it within a savepoint.
    fn run(&mut self, connection: &Connection);
    /// Runs it as it is; whether it went well.
    fn run_plain(&mut self, connection: &Connection) -> bool;
    /// What its failure means for those that ran before it in the same transaction.
    fn error(&self) -> StoreError;
    fn finish(self: Box<Self>, commit: std::result::Result<(), &StoreError>);
}

struct Pending<T, F> {
    work: F,
    result: Option<Result<T>>,
    answer: oneshot::Sender<Result<T>>,
}

impl<T: Send, F: Fn(&Connection) -> Result<T> + Send> Write for Pending<T, F> {
    fn run(&mut self, connection: &Connection) {
        self.result = Some(in_savepoint(connection, &self.work));
    }

    fn run_plain(&mut self, connection: &Connection) -> bool {
        let result = guarded(connection, &self.work);
        let is_well = result.is_ok();
        self.result = Some(result);
        is_well
    }

    fn error(&self) -> StoreError {
        match &self.result {
            Some(Err(error)) => copy_of(error),
            _ => StoreError::Engine("the transaction was ended".to_owned()),
        }
    }

    fn finish(self: Box<Self>, commit: std::result::Result<(), &StoreError>) {
        let result = match (commit, self.result) {
            (Err(error), Some(Ok(_))) => Err(copy_of(error)),
            (_, Some(result)) => result,
            (Err(error), None) => Err(copy_of(error)),
            (Ok(()), None) => Err(StoreError::Closed),
        };
        // a caller that went away does not want the answer
        let _ = self.answer.send(result);
    }
}

fn copy_of(error: &StoreError) -> StoreError {
    match error {
        StoreError::Full => StoreError::Full,
        StoreError::ReadOnly => StoreError::ReadOnly,
        StoreError::Disk(text) => StoreError::Disk(text.clone()),
        StoreError::Damaged(text) => StoreError::Damaged(text.clone()),
        other => StoreError::Engine(other.to_string()),
    }
}

/// A bug in one caller's work must not end the thread that serves them all.
fn guarded<T>(connection: &Connection, work: impl Fn(&Connection) -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(|| work(connection)))
        .unwrap_or_else(|_| Err(StoreError::Engine("the work panicked".to_owned())))
}

fn in_savepoint<T>(connection: &Connection, work: impl Fn(&Connection) -> Result<T>) -> Result<T> {
    connection.prepare_cached("savepoint caller")?.execute([])?;
    let result = guarded(connection, work);
    // some failures, a full disk among them, end the whole transaction: then there is nothing to go back to
    if connection.is_autocommit() {
        return result;
    }
    if result.is_err() {
        connection.prepare_cached("rollback to caller")?.execute([])?;
    }
    connection.prepare_cached("release caller")?.execute([])?;
    result
}

impl Writer {
    pub(super) fn start(connection: Connection) -> Result<Self> {
        let (sender, receiver) = mpsc::channel(QUEUE);
        let thread = std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || serve(&connection, receiver))
            .map_err(|error| StoreError::Engine(error.to_string()))?;
        Ok(Self { queue: Mutex::new(Some(sender)), thread: tokio::sync::Mutex::new(Some(thread)) })
    }

    pub(super) async fn run<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&Connection) -> Result<T> + Send + 'static,
    {
        let queue = {
            let guard = self.queue.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            guard.clone().ok_or(StoreError::Closed)?
        };
        let (answer, result) = oneshot::channel();
        let pending = Pending { work, result: None, answer };
        queue.send(Box::new(pending)).await.map_err(|_| StoreError::Closed)?;
        result.await.map_err(|_| StoreError::Closed)?
    }

    pub(super) async fn close(&self) {
        let sender = self.queue.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take();
        drop(sender);
        // held until the thread has ended, so that whoever else closes waits as well
        let mut thread = self.thread.lock().await;
        if let Some(thread) = thread.take() {
            // the thread ends once the last caller has been answered
            let _ = tokio::task::spawn_blocking(move || thread.join()).await;
        }
    }
}

fn serve(connection: &Connection, mut queue: mpsc::Receiver<Box<dyn Write>>) {
    let mut group = Vec::with_capacity(GROUP);
    while let Some(first) = queue.blocking_recv() {
        group.push(first);
        while group.len() < GROUP {
            match queue.try_recv() {
                Ok(next) => group.push(next),
                Err(_) => break,
            }
        }
        if group.len() > 1 && run_plain(connection, &mut group) {
            group.drain(..).for_each(|pending| pending.finish(Ok(())));
        }
        while !group.is_empty() {
            let (ran, committed) = run_group(connection, &mut group);
            for pending in group.drain(..ran) {
                pending.finish(committed.as_ref().copied());
            }
        }
    }
    if let Err(error) = connection.execute_batch("pragma wal_checkpoint(truncate); pragma optimize;") {
        tracing::debug!(%error, "checkpoint at close did not finish");
    }
}

/// Runs a group in one transaction without savepoints; false, and nothing is done, where something failed.
fn run_plain(connection: &Connection, group: &mut [Box<dyn Write>]) -> bool {
    let begin = connection.prepare_cached("begin immediate").and_then(|mut begin| begin.execute([]));
    if begin.is_err() {
        return false;
    }
    if group.iter_mut().all(|pending| pending.run_plain(connection)) && commit(connection).is_ok() {
        return true;
    }
    if !connection.is_autocommit()
        && let Err(error) = connection.execute_batch("rollback")
    {
        tracing::warn!(%error, "a transaction could not be rolled back");
    }
    false
}

/// Runs a group in one transaction. Says how many of it were run, and how the transaction ended for them:
/// where one caller's failure ended it, those after that one are left to be run in the next.
fn run_group(connection: &Connection, group: &mut [Box<dyn Write>]) -> (usize, Result<()>) {
    if let Err(error) = connection.prepare_cached("begin immediate").and_then(|mut begin| begin.execute([])) {
        return (group.len(), Err(error.into()));
    }
    for (index, pending) in group.iter_mut().enumerate() {
        pending.run(connection);
        if connection.is_autocommit() {
            return (index + 1, Err(pending.error()));
        }
    }
    (group.len(), commit(connection))
}

fn commit(connection: &Connection) -> Result<()> {
    if let Err(error) = connection.prepare_cached("commit").and_then(|mut commit| commit.execute([])) {
        if !connection.is_autocommit() {
            connection.execute_batch("rollback")?;
        }
        return Err(error.into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A writer on a file that may hold some pages only.
    fn writer_of(pages: u32) -> (tempfile::TempDir, Writer) {
        let folder = tempfile::tempdir().unwrap();
        let connection = super::super::setup::open_writer(&folder.path().join("store.db")).unwrap();
        connection.execute_batch("create table kept (number integer primary key, bytes blob)").unwrap();
        connection.pragma_update(None, "max_page_count", pages).unwrap();
        (folder, Writer::start(connection).unwrap())
    }

    async fn put(writer: &Writer, number: i64, size: usize) -> Result<()> {
        writer
            .run(move |connection| {
                connection.execute("insert into kept values (?1, zeroblob(?2))", (number, size))?;
                Ok(())
            })
            .await
    }

    async fn kept(writer: &Writer) -> Vec<i64> {
        writer
            .run(|connection| {
                let mut select = connection.prepare("select number from kept order by number")?;
                let numbers = select.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
                Ok(numbers)
            })
            .await
            .unwrap()
    }

    #[tokio::test]
    async fn a_full_disk_is_told_to_whom_it_hit_and_the_writer_goes_on() {
        let (_folder, writer) = writer_of(50);
        assert!(matches!(put(&writer, 1, 1 << 20).await, Err(StoreError::Full)));
        put(&writer, 2, 10).await.unwrap();
        // in one group: what shares the transaction with the failure is either kept or told
        let writer = std::sync::Arc::new(writer);
        let (begin, began) = std::sync::mpsc::channel::<()>();
        let (started, is_started) = oneshot::channel();
        let blocker = tokio::spawn({
            let writer = std::sync::Arc::clone(&writer);
            let (started, began) = (Mutex::new(Some(started)), Mutex::new(began));
            let work = move |_: &Connection| {
                let _ = started.lock().unwrap().take().map(|started| started.send(()));
                began.lock().unwrap().recv().map_err(|_| StoreError::Closed)
            };
            async move { writer.run(work).await }
        });
        is_started.await.unwrap();
        let callers: Vec<_> = (10..20)
            .map(|number| {
                let writer = std::sync::Arc::clone(&writer);
                let size = if number == 15 { 1 << 20 } else { 10 };
                tokio::spawn(async move { (number, put(&writer, number, size).await) })
            })
            .collect();
        while writer.queue.lock().unwrap().as_ref().is_some_and(|queue| QUEUE - queue.capacity() < 10) {
            tokio::task::yield_now().await;
        }
        begin.send(()).unwrap();
        blocker.await.unwrap().unwrap();
        let mut wanted = vec![2];
        for caller in callers {
            match caller.await.unwrap() {
                (number, Ok(())) => wanted.push(number),
                (_, Err(StoreError::Full)) => {}
                (number, Err(other)) => panic!("{number}: {other}"),
            }
        }
        assert_eq!(kept(&writer).await, wanted);
        assert!(wanted.contains(&19) && !wanted.contains(&15), "{wanted:?}");
    }
}
