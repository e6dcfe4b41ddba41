//! Sessions that write. Each takes what waits for its lanes and commits it together: many callers, one fsync.
//!
//! All is well mostly, so a group runs without savepoints. When one caller's work fails, the whole is rolled back and
//! everyone is run again alone; then a failure is that caller's own.

use super::{session::Session, setup::Place};
use crate::{
    Result, StoreError,
    sql::{Scope, transaction::Transaction},
};
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tokio::sync::{mpsc, oneshot};
use tokio_postgres::Config;

/// How many callers share a commit at most.
const GROUP: usize = 128;
/// How many callers may wait for a session before further ones wait for room.
const QUEUE: usize = 1024;
/// How long to wait before work is run again that the engine gave up, or that could not reach it: long enough for a
/// database that starts again, short enough for a sender to be told.
const PAUSES: [Duration; 8] = [
    Duration::ZERO,
    Duration::from_millis(20),
    Duration::from_millis(100),
    Duration::from_millis(400),
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(3),
    Duration::from_secs(3),
];

pub(super) struct Writers {
    queues: Mutex<Vec<mpsc::Sender<Box<dyn Work>>>>,
    threads: tokio::sync::Mutex<Vec<std::thread::JoinHandle<()>>>,
}

/// One caller's work: run inside a transaction, perhaps again in another, then told how it ended.
trait Work: Send {
    fn scope(&self) -> Scope;
    /// Whether it went well.
    fn run(&mut self, tx: &dyn Transaction) -> bool;
    /// How often it may be tried again.
    fn patience(&self) -> usize;
    fn finish(self: Box<Self>, commit: Result<()>);
}

struct Pending<T, F> {
    scope: Scope,
    work: F,
    result: Option<Result<T>>,
    answer: oneshot::Sender<Result<T>>,
}

impl<T: Send, F: Fn(&dyn Transaction) -> Result<T> + Send> Work for Pending<T, F> {
    fn scope(&self) -> Scope {
        self.scope
    }

    fn run(&mut self, tx: &dyn Transaction) -> bool {
        // a bug in one caller's work must not end the thread that serves them all
        let result = catch_unwind(AssertUnwindSafe(|| (self.work)(tx)))
            .unwrap_or_else(|_| Err(StoreError::Engine("the work panicked".to_owned())));
        let is_well = result.is_ok();
        self.result = Some(result);
        is_well
    }

    fn patience(&self) -> usize {
        self.result.as_ref().and_then(|result| result.as_ref().err()).map_or(0, patience)
    }

    fn finish(self: Box<Self>, commit: Result<()>) {
        let result = match (commit, self.result) {
            (Err(error), Some(Ok(_)) | None) => Err(error),
            (_, Some(result)) => result,
            (Ok(()), None) => Err(StoreError::Closed),
        };
        // a caller that went away does not want the answer
        let _ = self.answer.send(result);
    }
}

impl Writers {
    pub(super) fn start(config: &Config, place: Place, count: usize) -> Result<Self> {
        let (mut queues, mut threads) = (Vec::new(), Vec::new());
        for number in 0..count.max(2) {
            let (sender, receiver) = mpsc::channel(QUEUE);
            let mut writer = Writer { config: config.clone(), place, session: None };
            let thread = std::thread::Builder::new()
                .name(format!("store-writer-{number}"))
                .spawn(move || writer.serve(receiver))
                .map_err(|error| StoreError::Engine(error.to_string()))?;
            queues.push(sender);
            threads.push(thread);
        }
        Ok(Self { queues: Mutex::new(queues), threads: tokio::sync::Mutex::new(threads) })
    }

    /// What needs no lane goes to the first session, which so never waits for a lane; each lane has its session.
    fn queue(&self, scope: Scope) -> Result<mpsc::Sender<Box<dyn Work>>> {
        let queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        let others = queues.len().saturating_sub(1).max(1);
        let place = scope.lanes().next().map_or(0, |lane| 1 + usize::from(lane.0.unsigned_abs()) % others);
        queues.get(place).cloned().ok_or(StoreError::Closed)
    }

    pub(super) async fn run<T, F>(&self, scope: Scope, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&dyn Transaction) -> Result<T> + Send + 'static,
    {
        let (answer, result) = oneshot::channel();
        let pending = Pending { scope, work, result: None, answer };
        self.queue(scope)?.send(Box::new(pending)).await.map_err(|_| StoreError::Closed)?;
        result.await.map_err(|_| StoreError::Closed)?
    }

    pub(super) async fn close(&self) {
        self.queues.lock().unwrap_or_else(PoisonError::into_inner).clear();
        // held until the threads have ended, so that whoever else closes waits as well
        let mut threads = self.threads.lock().await;
        for thread in threads.drain(..) {
            // a thread ends once its last caller has been answered
            let _ = tokio::task::spawn_blocking(move || thread.join()).await;
        }
    }
}

/// How often work is tried again after such a failure: what collides with others soon does not any more, a database
/// that went away may need its time.
fn patience(error: &StoreError) -> usize {
    match error {
        StoreError::Unreachable(_) => PAUSES.len(),
        StoreError::Engine(_) | StoreError::NotUnique => 4,
        _ => 0,
    }
}

/// Why a transaction did not end as told.
enum Failure {
    /// Nothing of it took effect.
    Undone(StoreError),
    /// The answer to its commit did not come: it may have taken effect.
    Unknown(StoreError),
}

impl Failure {
    fn into_error(self) -> StoreError {
        match self {
            Self::Undone(error) | Self::Unknown(error) => error,
        }
    }
}

struct Writer {
    config: Config,
    place: Place,
    session: Option<Session>,
}

impl Writer {
    fn serve(&mut self, mut queue: mpsc::Receiver<Box<dyn Work>>) {
        let mut group = Vec::with_capacity(GROUP);
        while let Some(first) = queue.blocking_recv() {
            group.push(first);
            while group.len() < GROUP {
                match queue.try_recv() {
                    Ok(next) => group.push(next),
                    Err(_) => break,
                }
            }
            if group.len() > 1 {
                match self.transact(&mut group) {
                    Ok(true) => {
                        group.drain(..).for_each(|work| work.finish(Ok(())));
                        continue;
                    }
                    Ok(false) | Err(Failure::Undone(_)) => {}
                    Err(Failure::Unknown(error)) => {
                        let told = error.to_string();
                        group.drain(..).for_each(|work| work.finish(Err(StoreError::Unreachable(told.clone()))));
                        continue;
                    }
                }
            }
            for mut work in group.drain(..) {
                let ended = self.alone(&mut work);
                work.finish(ended);
            }
        }
    }

    /// Runs one caller's work in a transaction of its own.
    fn alone(&mut self, work: &mut Box<dyn Work>) -> Result<()> {
        let mut pauses = PAUSES.iter().enumerate();
        loop {
            let ended = self.transact(std::slice::from_mut(work));
            let patience = match &ended {
                Ok(true) | Err(Failure::Unknown(_)) => 0,
                Ok(false) => work.patience(),
                Err(Failure::Undone(error)) => patience(error),
            };
            match pauses.next() {
                Some((tried, pause)) if tried < patience => std::thread::sleep(*pause),
                _ => return ended.map(|_| ()).map_err(Failure::into_error),
            }
        }
    }

    /// Runs these in one transaction; false, and nothing is done, where one of them failed.
    fn transact(&mut self, group: &mut [Box<dyn Work>]) -> Result<bool, Failure> {
        let scope = group.iter().fold(Scope::NONE, |scope, work| scope.and(work.scope()));
        let begin = format!("begin; {}", self.place.take(scope));
        let session = self.session().map_err(Failure::Undone)?;
        session.begin(begin);
        let is_well = group.iter_mut().all(|work| work.run(session));
        if !is_well || session.has_failed() {
            session.batch("rollback").map_err(Failure::Undone)?;
            let told = "the failure of a statement was passed over".to_owned();
            return if is_well { Err(Failure::Undone(StoreError::Engine(told))) } else { Ok(false) };
        }
        session.batch("commit").map_err(|error| match error {
            StoreError::Unreachable(_) => Failure::Unknown(error),
            refused => Failure::Undone(refused),
        })?;
        Ok(true)
    }

    fn session(&mut self) -> Result<&Session> {
        if self.session.as_ref().is_some_and(Session::is_broken) {
            self.session = None;
        }
        match &mut self.session {
            Some(session) => Ok(session),
            none => Ok(none.insert(Session::connect(&self.config, self.place)?)),
        }
    }
}
