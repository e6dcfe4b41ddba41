//! From the start of the process to the first 200 of `/health/ready`.

use crate::stage::{Outcome, Stage};

/// As it was when the server was set up.
pub(super) fn fresh(stage: &Stage<'_>) -> anyhow::Result<Outcome> {
    let Some(installation) = stage.target.installation() else { return Ok(not_ours()) };
    Ok(Outcome::Measured(vec![("start_ms", installation.ready_ms)]))
}

/// On the store as it is now.
pub(super) fn again(stage: &Stage<'_>) -> anyhow::Result<Outcome> {
    let Some(mut installation) = stage.target.installation() else { return Ok(not_ours()) };
    let (bytes, ready_ms) = installation.restart(|stopped| stopped.store_bytes())?;
    Ok(Outcome::Measured(vec![("restart_ms", ready_ms), ("store_mb", bytes? as f64 / 1e6)]))
}

fn not_ours() -> Outcome {
    Outcome::NotServed("its process is not ours".to_owned())
}
