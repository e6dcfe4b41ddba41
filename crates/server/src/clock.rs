//! The clock as configured. A development clock goes on over restarts: its anchor is kept beside the data.

use crate::config::Config;
use anyhow::{Context, bail};
use model::{Clock, ClockAnchor, Timestamp};
use std::fs;

/// Real time, or the development clock.
pub(crate) fn open(config: &Config) -> anyhow::Result<Clock> {
    let options = &config.clock;
    if options.origin.is_empty() && options.speed == 1.0 {
        return Ok(Clock::system());
    }
    if !config.is_loopback() {
        bail!(
            "clock.origin and clock.speed are for development: they are refused because server.public_url is not loopback"
        );
    }
    if !(options.speed.is_finite() && options.speed > 0.0) {
        bail!("clock.speed must be a positive number");
    }
    let path = config.server.data_dir.join("clock.json");
    if let Ok(text) = fs::read_to_string(&path) {
        let anchor: ClockAnchor = serde_json::from_str(&text).context("data_dir/clock.json is damaged: delete it")?;
        return Ok(Clock::resumed(anchor));
    }
    let origin = match options.origin.as_str() {
        "" => Clock::system().now(),
        text => Timestamp::parse_rfc3339(text).context("clock.origin must look like 2026-01-01T00:00:00Z")?,
    };
    let clock = Clock::scaled(origin, options.speed);
    fs::write(&path, serde_json::to_string(&clock.anchor())?).context("cannot keep the clock's anchor")?;
    Ok(clock)
}
