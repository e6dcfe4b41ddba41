//! No traces: the program was built without the feature `otel`.

use crate::{config::Telemetry, logging::Listener};

/// Traces that are never taken.
pub(crate) struct Traces;

impl Traces {
    /// Refuses a configuration that asks for traces.
    pub(crate) fn start(config: &Telemetry) -> anyhow::Result<Self> {
        check(config)?;
        Ok(Self)
    }

    #[allow(clippy::unused_self)] // of one shape with what is built with the feature
    pub(crate) fn layer(&self) -> Option<Listener> {
        None
    }

    #[allow(clippy::unused_async)] // of one shape with what is built with the feature
    pub(crate) async fn end(self) {}
}

pub(crate) fn follower(_: &Telemetry) -> Option<api::FollowTrace> {
    None
}

/// Whether the section can be used.
pub(crate) fn check(config: &Telemetry) -> anyhow::Result<()> {
    if !config.otlp_endpoint.is_empty() {
        anyhow::bail!(
            "telemetry.otlp_endpoint is set, and this program was built without the feature `otel`: build it with \
             `cargo build --release --features otel`, or leave the option empty"
        );
    }
    Ok(())
}
