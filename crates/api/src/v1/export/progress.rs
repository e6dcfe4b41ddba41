//! How far an export is, for whoever watches it.

use std::sync::atomic::{AtomicU64, Ordering};

/// Parts of a record: each series is one, each kind of event is one.
#[derive(Debug, Default)]
pub struct Progress {
    done: AtomicU64,
    total: AtomicU64,
}

impl Progress {
    /// How many parts are written, and how many there are; none known before reading begins.
    #[must_use]
    pub fn parts(&self) -> (u64, u64) {
        (self.done.load(Ordering::Relaxed), self.total.load(Ordering::Relaxed))
    }

    pub(super) fn expect(&self, parts: usize) {
        self.total.fetch_add(parts as u64, Ordering::Relaxed);
    }

    pub(super) fn reach(&self, parts: u64) {
        self.done.store(parts, Ordering::Relaxed);
    }
}
