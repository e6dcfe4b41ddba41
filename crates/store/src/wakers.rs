//! Bells that wake whoever waits for work. Within a process they ring at once; where several share a store, the
//! engine carries them on. Work is also looked for now and then, so a bell that is lost costs time only.

use std::sync::atomic::{AtomicU8, Ordering};
use tokio::sync::Notify;

/// What may have come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bell {
    /// Deliveries to split.
    Deliveries,
    /// Parts to apply.
    Parts,
    /// Data to erase.
    Erasures,
    /// Messages to send.
    Messages,
    /// Jobs to do.
    Jobs,
    /// History to plan or to ask for.
    History,
    /// The change log grew.
    Changes,
}

impl Bell {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Deliveries, Self::Parts, Self::Erasures, Self::Messages, Self::Jobs, Self::History, Self::Changes];

    pub(crate) fn bit(self) -> u8 {
        1 << self as u8
    }

    /// Those whose bits are set.
    pub(crate) fn in_bits(bits: u8) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(move |bell| bits & bell.bit() != 0)
    }
}

/// One bell per kind of work.
#[derive(Debug, Default)]
pub struct Wakers {
    /// Deliveries to split.
    pub deliveries: Notify,
    /// Parts to apply.
    pub parts: Notify,
    /// Data to erase.
    pub erasures: Notify,
    /// Messages to send.
    pub messages: Notify,
    /// Jobs to do.
    pub jobs: Notify,
    /// History to plan or to ask for.
    pub history: Notify,
    /// The change log grew; all who wait are woken, by the others one.
    pub changes: Notify,
    /// What the other processes have not been told yet.
    untold: AtomicU8,
    told: Notify,
}

impl Wakers {
    /// Rings in this process and, where others share the store, in those.
    pub(crate) fn ring(&self, bell: Bell) {
        self.ring_here(bell);
        if self.untold.fetch_or(bell.bit(), Ordering::Relaxed) & bell.bit() == 0 {
            self.told.notify_one();
        }
    }

    pub(crate) fn ring_here(&self, bell: Bell) {
        match bell {
            Bell::Deliveries => self.deliveries.notify_one(),
            Bell::Parts => self.parts.notify_one(),
            Bell::Erasures => self.erasures.notify_one(),
            Bell::Messages => self.messages.notify_one(),
            Bell::Jobs => self.jobs.notify_one(),
            Bell::History => self.history.notify_one(),
            Bell::Changes => self.changes.notify_waiters(),
        }
    }

    /// Ends when there is something to tell the others.
    pub(crate) async fn rung(&self) {
        self.told.notified().await;
    }

    /// What the others are to be told, as bits.
    pub(crate) fn take_rung(&self) -> u8 {
        self.untold.swap(0, Ordering::Relaxed)
    }
}
