//! Log output: pretty for people, JSON for machines, always to standard error.

use crate::config::{Config, LogFormat};
use anyhow::Context;
use std::io::IsTerminal;
use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt, util::SubscriberInitExt};

/// Starts logging as configured.
pub(crate) fn start(config: &Config) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(&config.server.log_level).context("server.log_level is not valid")?;
    let registry = tracing_subscriber::registry().with(filter);
    match config.server.log_format {
        LogFormat::Pretty => {
            let colours = std::io::stderr().is_terminal();
            registry.with(fmt::layer().with_writer(std::io::stderr).with_ansi(colours)).try_init()
        }
        LogFormat::Json => registry.with(fmt::layer().with_writer(std::io::stderr).json()).try_init(),
    }
    .context("logging could not be started")
}
