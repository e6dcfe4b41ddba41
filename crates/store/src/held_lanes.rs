//! The lanes that this process works on.

use crate::Lane;
use std::{
    collections::HashMap,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicI16, Ordering},
    },
};

/// How far the first lane moves from one look to the next; without a common factor with the number of lanes.
const STEP: i16 = 13;

#[derive(Debug, Default)]
pub(crate) struct HeldLanes {
    /// Each with whether it is held still.
    lanes: Mutex<HashMap<Lane, bool>>,
    turn: AtomicI16,
}

impl HeldLanes {
    /// The lane to look at first, another one each time: no lane waits for those before it.
    pub(crate) fn first(&self) -> Lane {
        Lane::of_number(self.turn.fetch_add(STEP, Ordering::Relaxed))
    }

    /// All, also those that were lost and are still worked on.
    pub(crate) fn all(&self) -> Vec<Lane> {
        self.lanes().keys().copied().collect()
    }

    /// Those of these lanes that nobody in this process works on; from now on somebody does.
    pub(crate) fn add(&self, mut lanes: Vec<Lane>) -> Vec<Lane> {
        let mut held = self.lanes();
        lanes.retain(|lane| !held.contains_key(lane));
        held.extend(lanes.iter().map(|lane| (*lane, true)));
        lanes
    }

    pub(crate) fn has(&self, lane: Lane) -> bool {
        self.lanes().get(&lane).copied().unwrap_or(false)
    }

    pub(crate) fn remove(&self, lane: Lane) {
        self.lanes().remove(&lane);
    }

    /// Others may hold them now. Whoever works on one finds out when they look.
    pub(crate) fn lose_all(&self) {
        self.lanes().values_mut().for_each(|is_held| *is_held = false);
    }

    fn lanes(&self) -> MutexGuard<'_, HashMap<Lane, bool>> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
