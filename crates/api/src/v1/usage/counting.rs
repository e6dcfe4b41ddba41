//! Counting of usage, which reads every row that it counts: one team at a time, at most once in ten minutes each, and
//! on behalf of nobody, so that a caller who goes away does not make the next one begin anew.

use crate::{
    State,
    error::{ApiError, Result},
};
use model::{TeamId, Timestamp};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use store::{Connected, TeamUsage};
use tokio::sync::Semaphore;

/// How long what was counted is answered without counting again.
const KEPT_US: i64 = 600_000_000;
/// How long a caller waits for figures.
const PATIENCE: Duration = Duration::from_secs(10);
/// When to ask again for figures that were not there in time.
const RETRY_AFTER_S: u32 = 30;

/// What a team had when it was counted.
#[derive(Clone)]
pub(crate) struct Counted {
    pub(crate) usage: TeamUsage,
    pub(crate) connected: Connected,
    pub(crate) at: Timestamp,
}

/// What was counted of each team, and the turn to count. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Counting {
    teams: Arc<Mutex<HashMap<TeamId, Slot>>>,
    turn: Arc<Semaphore>,
}

/// A team's latest figures. Whoever counts the team anew holds `counting`.
#[derive(Clone, Default)]
struct Slot {
    kept: Arc<Mutex<Option<Counted>>>,
    counting: Arc<tokio::sync::Mutex<()>>,
}

impl Slot {
    fn kept(&self) -> Option<Counted> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn keep(&self, counted: Counted) {
        *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(counted);
    }
}

impl Counting {
    pub(crate) fn new() -> Self {
        Self { teams: Arc::default(), turn: Arc::new(Semaphore::new(1)) }
    }

    /// The team's figures: as they are, or as they were where counting takes too long to wait for.
    pub(crate) async fn figures(&self, state: &State, team: TeamId) -> Result<Counted> {
        let slot = self.teams.lock().unwrap_or_else(PoisonError::into_inner).entry(team).or_default().clone();
        match tokio::time::timeout(PATIENCE, self.counted(state, team, &slot)).await {
            Ok(counted) => counted,
            Err(_) => slot
                .kept()
                .ok_or(ApiError::Unavailable { reason: "The usage is being counted", retry_after_s: RETRY_AFTER_S }),
        }
    }

    async fn counted(&self, state: &State, team: TeamId, slot: &Slot) -> Result<Counted> {
        let held = Arc::clone(&slot.counting).lock_owned().await;
        let now = state.clock.now();
        if let Some(kept) = slot.kept().filter(|kept| now.micros_since(kept.at) < KEPT_US) {
            return Ok(kept);
        }
        let (store, clock, turn, slot) =
            (Arc::clone(&state.store), state.clock.clone(), Arc::clone(&self.turn), slot.clone());
        let work = tokio::spawn(async move {
            let _held = held;
            let _turn = turn.acquire().await;
            let phones = ::providers::all().map(::providers::Provider::manifest);
            let phones = phones.filter(|manifest| manifest.capabilities.client_sdk);
            let phones: Vec<_> = phones.map(|manifest| manifest.name.clone()).collect();
            let usage = store.count_usage(team).await?;
            let counted = Counted { usage, connected: store.count_connected(team, &phones).await?, at: clock.now() };
            slot.keep(counted.clone());
            Ok(counted)
        });
        work.await.map_err(|error| ApiError::internal(&error))?
    }
}
