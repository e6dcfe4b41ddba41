//! Local stand-ins for the providers' cloud services, so that an integration can be built, shown and tested
//! without an account anywhere. Written from the documents, with its own wire types and its own FIT encoder:
//! a misreading elsewhere in the project cannot hide here. No real service is contacted.
//!
//! Today there is one: Garmin. Its people are invented ([`Config::seed`] decides them), its protocol is meant
//! to be hard to tell from the real one. Partners meet `/oauth2Confirm`, the token endpoint, the REST interface
//! and notifications; developers steer it under `/sandbox`.

mod config;
mod control;
mod device;
mod file;
mod fit;
mod generator;
mod gpx;
mod grants;
mod kind;
mod live;
mod notify;
mod oauth;
mod pages;
mod state;
mod subject;
mod tcx;
mod wellness;
mod wire;
mod xml;

pub use config::Config;

use state::Shared;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

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

    /// Everything it serves over HTTP.
    pub fn router(&self) -> axum::Router {
        axum::Router::new()
            .merge(oauth::routes())
            .merge(wellness::routes())
            .layer(axum::middleware::from_fn_with_state(self.shared.clone(), control::inject))
            .merge(control::routes())
            .fallback(async || wellness::ApiError::not_found("No such address"))
            .with_state(self.shared.clone())
    }

    /// The background work: delivers notifications with retries and lets connected people's devices sync,
    /// until `shutdown`.
    pub async fn run(&self, shutdown: CancellationToken) {
        let delivery = notify::run(self.shared.clone(), shutdown.clone());
        let live = live::run(self.shared.clone(), shutdown);
        tokio::join!(delivery, live);
    }
}
