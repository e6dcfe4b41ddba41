//! Log output: pretty for people, JSON for machines, always to standard error.

use crate::config::{Config, LogFormat};
use anyhow::Context;
use std::io::IsTerminal;
use tracing_subscriber::{EnvFilter, Layer, Registry, fmt, layer::SubscriberExt, util::SubscriberInitExt};

/// The client of NATS shows addresses with their passwords, and each try: the store says what matters.
const UNHEARD: &str = "async_nats=off";

/// Something that hears of what is logged beside the log.
pub(crate) type Listener = Box<dyn Layer<Registry> + Send + Sync>;

/// Starts logging as configured.
pub(crate) fn start(config: &Config) -> anyhow::Result<()> {
    start_with(config, None)
}

/// The same, with a listener that chooses for itself what it hears.
pub(crate) fn start_with(config: &Config, listener: Option<Listener>) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(&config.server.log_level).context("server.log_level is not valid")?;
    let filter = filter.add_directive(UNHEARD.parse()?);
    let registry = tracing_subscriber::registry().with(listener);
    match config.server.log_format {
        LogFormat::Pretty => {
            let colours = std::io::stderr().is_terminal();
            let lines = fmt::layer().with_writer(std::io::stderr).with_ansi(colours);
            registry.with(lines.with_filter(filter)).try_init()
        }
        LogFormat::Json => {
            registry.with(fmt::layer().with_writer(std::io::stderr).json().with_filter(filter)).try_init()
        }
    }
    .context("logging could not be started")
}
