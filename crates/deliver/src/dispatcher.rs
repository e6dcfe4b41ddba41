//! The loop that claims messages when they are due, and hands each to an attempt of its own.

use crate::{Settings, attempt::Outcome, lease, line::Line};
use model::{Clock, Rng};
use net::Client;
use seal::Keyring;
use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use store::{Message, Queue, Store, StoreError};
use tokio::sync::Notify;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// Work of other processes is looked for this often.
const LOOK_AROUND: Duration = Duration::from_secs(30);
const AFTER_STORE_ERROR: Duration = Duration::from_secs(1);
/// Beyond the time of a whole attempt: waiting in line, rendering, writing the result.
const LEASE_MARGIN: Duration = Duration::from_secs(45);

/// Sends messages to customers' endpoints.
pub struct Dispatcher {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) client: Client,
    pub(crate) keyring: Arc<Keyring>,
    pub(crate) clock: Clock,
    pub(crate) rng: Rng,
    pub(crate) settings: Settings,
    line: Mutex<Line>,
    freed: Notify,
    /// Whether messages may be claimed that are not in the line: the store failed.
    in_doubt: AtomicBool,
}

impl Dispatcher {
    /// A dispatcher that is not yet running. `client` must be one for customers' addresses.
    #[must_use]
    pub fn new(
        store: Arc<dyn Store>,
        client: Client,
        keyring: impl Into<Arc<Keyring>>,
        clock: Clock,
        rng: Rng,
        settings: Settings,
    ) -> Arc<Self> {
        let line = Line::new(settings.concurrency, settings.per_endpoint, settings.waiting);
        let (line, freed, in_doubt) = (Mutex::new(line), Notify::new(), AtomicBool::new(false));
        Arc::new(Self { store, client, keyring: keyring.into(), clock, rng, settings, line, freed, in_doubt })
    }

    /// Sends until told to stop, then lets attempts under way end. What waits in line stays in the
    /// store and is due again when its lease ends.
    pub async fn run(self: Arc<Self>, shutdown: CancellationToken) {
        let attempts = TaskTracker::new();
        while !shutdown.is_cancelled() {
            // Listening begins before the store is asked: what comes in between is not missed.
            let rung = self.store.wakers().messages.notified();
            let pause = match self.claim().await {
                Ok(pause) => pause,
                Err(error) => {
                    tracing::warn!(%error, "messages cannot be claimed");
                    AFTER_STORE_ERROR
                }
            };
            self.start(&attempts);
            // A full line is only waited for to empty.
            let pause = if self.line().room() == 0 { LOOK_AROUND } else { pause };
            tokio::select! {
                () = shutdown.cancelled() => break,
                () = rung => {}
                () = self.freed.notified() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
        attempts.close();
        attempts.wait().await;
    }

    /// Claims what there is room for, and says how long nothing more will be due.
    async fn claim(&self) -> Result<Duration, StoreError> {
        if self.in_doubt.load(Ordering::Relaxed) {
            if !self.line().clear() {
                return Ok(AFTER_STORE_ERROR);
            }
            self.store.release(Queue::Messages).await?;
            self.in_doubt.store(false, Ordering::Relaxed);
        }
        let room = self.line().room();
        if room == 0 {
            return Ok(LOOK_AROUND);
        }
        let limit = u32::try_from(room).unwrap_or(u32::MAX);
        let now = self.clock.now();
        let claimed = self.store.claim_messages(now, self.lease_end(), limit).await;
        let claimed = claimed.inspect_err(|error| self.doubt(error))?;
        if claimed.len() >= room {
            self.take_in(claimed);
            return Ok(Duration::ZERO);
        }
        self.take_in(claimed);
        let next = self.store.next_message_at().await?;
        Ok(next.map_or(LOOK_AROUND, |at| self.clock.real_wait_until(at).min(LOOK_AROUND)))
    }

    fn take_in(&self, claimed: Vec<Message>) {
        let mut line = self.line();
        let leased_until = self.lease_end();
        claimed.into_iter().for_each(|message| line.push(message, leased_until));
    }

    fn start(self: &Arc<Self>, attempts: &TaskTracker) {
        // A message that stood in line for most of its lease is left to be claimed again.
        let needed = lease::after_real(&self.clock, self.settings.timeout);
        for message in self.line().start(needed) {
            let dispatcher = Arc::clone(self);
            attempts.spawn(async move { dispatcher.attempt_and_free(message).await });
        }
    }

    #[tracing::instrument(name = "attempt", level = "debug", skip_all, fields(outcome))]
    async fn attempt_and_free(self: Arc<Self>, message: Message) {
        /// Frees the place also when the attempt panics or is dropped.
        struct Place<'a>(&'a Dispatcher, model::EndpointId);
        impl Drop for Place<'_> {
            fn drop(&mut self) {
                self.0.line().finish(self.1);
                self.0.freed.notify_one();
            }
        }
        let _place = Place(&self, message.endpoint_id);
        match self.attempt(&message).await {
            Ok(outcome) => count(outcome),
            Err(error) => {
                tracing::warn!(%error, message = %message.id, "a message's attempt was not recorded");
                count(Outcome::Unrecorded);
                self.doubt(&error);
            }
        }
    }

    fn doubt(&self, error: &StoreError) {
        if error.leaves_in_doubt() {
            self.in_doubt.store(true, Ordering::Relaxed);
        }
    }

    fn lease_end(&self) -> model::Timestamp {
        lease::after_real(&self.clock, self.settings.timeout * 2 + LEASE_MARGIN)
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn count(outcome: Outcome) {
    tracing::Span::current().record("outcome", outcome.as_str());
    metrics::counter!("wearhouse_webhook_attempts_total", "outcome" => outcome.as_str()).increment(1);
}
