//! Local stand-ins for the providers' cloud services, so that an integration can be built, shown and tested
//! without an account anywhere. Written from the documents, with its own wire types and its own FIT encoder:
//! a misreading elsewhere in the project cannot hide here. No real service is contacted.
//!
//! Today there is one: Garmin. Its people are invented ([`Config::seed`] decides them), its protocol is meant
//! to be hard to tell from the real one. Partners meet `/oauth2Confirm`, the token endpoint, the REST interface
//! and notifications; developers steer it under `/sandbox`.

mod account;
mod config;
mod control;
mod device;
mod faults;
mod file;
mod fit;
mod generator;
mod gpx;
mod grants;
mod history;
mod kind;
mod live;
mod notify;
mod oauth;
mod pages;
mod persist;
mod settings;
mod state;
mod stream;
mod subject;
mod tcx;
mod verification;
mod wellness;
mod wire;
mod xml;

pub use config::{Config, Mode};
pub use persist::OpenError;
pub use settings::{PermissionShape, Settings, UnfitSetting, UserPaths};

use state::Shared;
use std::{path::Path, sync::Arc};
use tokio_util::sync::CancellationToken;

/// The keys of the summary types, as in notification bodies.
pub fn summary_types() -> impl Iterator<Item = &'static str> {
    kind::Kind::ALL.into_iter().map(kind::Kind::key)
}

/// A running stand-in. Cheap to clone; clones are the same sandbox.
#[derive(Clone)]
pub struct Sandbox {
    shared: Arc<Shared>,
}

impl Sandbox {
    /// A sandbox with its first people, none of them connected.
    #[must_use]
    pub fn new(config: Config) -> Self {
        Self { shared: Arc::new(Shared::new(config)) }
    }

    /// A sandbox that keeps everything in a folder and goes on where the one before it stopped or was killed.
    pub fn open(config: Config, folder: &Path) -> Result<Self, OpenError> {
        Ok(Self { shared: Arc::new(persist::open(config, folder)?) })
    }

    /// Everything it serves over HTTP.
    pub fn router(&self) -> axum::Router {
        axum::Router::new()
            .merge(oauth::routes())
            .merge(wellness::routes())
            .layer(axum::middleware::from_fn_with_state(self.shared.clone(), faults::inject))
            .merge(control::routes(self.shared.clone()))
            .fallback(async || wellness::ApiError::not_found("No such address"))
            .with_state(self.shared.clone())
    }

    /// The background work: delivers notifications with retries, uploads history, lets connected people's devices
    /// sync and keeps everything, until `shutdown`.
    pub async fn run(&self, shutdown: CancellationToken) {
        let delivery = notify::run(self.shared.clone(), shutdown.clone());
        let history = history::run(self.shared.clone(), shutdown.clone());
        let live = live::run(self.shared.clone(), shutdown.clone());
        let keeping = persist::run(self.shared.clone(), shutdown);
        tokio::join!(delivery, history, live, keeping);
    }
}
