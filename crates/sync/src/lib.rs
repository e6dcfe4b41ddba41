//! Connections: OAuth flows, token renewal, the calls that notifications ask for, disconnecting.
//!
//! Providers describe, this crate performs. Who is who: [`Sync::begin`] sends a person to a provider's
//! consent page and [`Sync::finish`] makes the connection when they come back; [`Sync::run`] takes jobs
//! that ingest wrote and hands the answers back to the intake, so that what is pulled goes the same way
//! as what is pushed.
//!
//! What is guaranteed: a connection always knows its account; a connection's tokens are renewed by one
//! at a time, and new ones are on disk before they are used; a user's token goes only to the hosts of the
//! provider's manifest; a job that is given up leaves a visible trace.

mod account;
mod app;
mod backfill;
mod callback;
mod consent;
mod disconnect;
mod error;
mod fetch;
mod idle;
mod jobs;
mod lease;
mod reach;
mod redirect;
mod renewal;
mod sealing;
mod settings;
mod single_flight;
mod tokens;
mod trace;

pub use backfill::{HistorySettings, HistoryStatus, KeyTier, Stopped};
pub use callback::{Finished, Unfinished};
pub use consent::Authorization;
pub use error::SyncError;
pub use sealing::{seal_client_secret, sealed_context};
pub use settings::{Pace, ProviderOverride, SyncSettings};

use ingest::Intake;
use model::{Clock, ConnectionId, ProviderName, Rng};
use reach::Reach;
use seal::Keyring;
use single_flight::SingleFlight;
use std::{collections::HashMap, sync::Arc};
use store::Store;

/// Connections and what is done for them.
pub struct Sync {
    store: Arc<dyn Store>,
    keyring: Arc<Keyring>,
    intake: Intake,
    clock: Clock,
    rng: Rng,
    settings: SyncSettings,
    pace: Pace,
    reaches: HashMap<ProviderName, Reach>,
    renewals: SingleFlight<ConnectionId>,
}

impl Sync {
    /// Prepares the clients of every provider that accounts are connected to.
    ///
    /// # Errors
    /// When a provider's addresses, or those that stand in for them, are not usable.
    pub fn new(
        store: Arc<dyn Store>,
        keyring: impl Into<Arc<Keyring>>,
        intake: Intake,
        clock: Clock,
        rng: Rng,
        settings: SyncSettings,
    ) -> Result<Arc<Self>, SyncError> {
        Self::with_pace(store, keyring, intake, clock, rng, settings, Pace::default())
    }

    /// As [`Sync::new`], at another pace.
    ///
    /// # Errors
    /// As [`Sync::new`].
    pub fn with_pace(
        store: Arc<dyn Store>,
        keyring: impl Into<Arc<Keyring>>,
        intake: Intake,
        clock: Clock,
        rng: Rng,
        settings: SyncSettings,
        pace: Pace,
    ) -> Result<Arc<Self>, SyncError> {
        let mut reaches = HashMap::new();
        for provider in providers::all() {
            let stand_in = settings.providers.get(&provider.manifest().name).map(|one| one.base_url.as_str());
            if let Some(reach) = Reach::open(provider, stand_in)? {
                reaches.insert(provider.manifest().name.clone(), reach);
            }
        }
        let (keyring, renewals) = (keyring.into(), SingleFlight::default());
        Ok(Arc::new(Self { store, keyring, intake, clock, rng, settings, pace, reaches, renewals }))
    }

    fn reach(&self, provider: &ProviderName) -> Result<&Reach, SyncError> {
        self.reaches.get(provider).ok_or_else(|| match providers::find(provider.as_str()) {
            Some(_) => SyncError::NotSupported(provider.clone()),
            None => SyncError::UnknownProvider(provider.clone()),
        })
    }
}
