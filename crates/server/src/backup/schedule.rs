//! Backups by the clock, taken by the server itself: when the newest is old enough, and after a failure soon again.

use super::{
    shelf,
    take::{Origin, take},
};
use std::{path::PathBuf, time::Duration};
use tokio_util::sync::CancellationToken;

/// How long after a failure it is tried again.
const AGAIN: Duration = Duration::from_mins(10);

/// When backups are taken, and how many stay.
pub(crate) struct Schedule {
    pub(crate) origin: Origin,
    pub(crate) folder: PathBuf,
    pub(crate) every: Duration,
    pub(crate) keep: usize,
}

impl Schedule {
    /// Takes backups until told to stop. One that is under way then is given up.
    pub(crate) async fn run(self, shutdown: CancellationToken) {
        let clock = self.origin.clock.clone();
        let mut wait = self.until_due();
        loop {
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                () = shutdown.cancelled() => return,
            }
            let taking = tokio::task::spawn_blocking({
                let (origin, folder, keep) = (self.origin.clone(), self.folder.clone(), self.keep);
                move || {
                    let taken = take(&origin, &folder, |_, _| {})?;
                    shelf::prune(&folder, keep)?;
                    Ok::<_, anyhow::Error>(taken)
                }
            });
            let taken = tokio::select! {
                taken = taking => taken.map_err(anyhow::Error::from).and_then(|taken| taken),
                () = shutdown.cancelled() => return,
            };
            match taken {
                Ok(taken) => {
                    tracing::info!(path = %taken.path.display(), bytes = taken.bytes, "a backup was taken");
                    metrics::counter!("wearhouse_backups_total").increment(1);
                    metrics::gauge!("wearhouse_backup_bytes").set(taken.bytes as f64);
                    wait = self.until_due();
                }
                Err(error) => {
                    tracing::error!(error = format!("{error:#}"), "no backup could be taken");
                    metrics::counter!("wearhouse_backup_failures_total").increment(1);
                    wait = clock.real_wait(AGAIN);
                }
            }
        }
    }

    /// How long until the newest backup is old enough.
    fn until_due(&self) -> Duration {
        let newest = shelf::newest(&self.folder).unwrap_or_default();
        let Some((_, made_at)) = newest else { return Duration::ZERO };
        metrics::gauge!("wearhouse_backup_last_timestamp_seconds").set(made_at.as_micros() as f64 / 1e6);
        let seconds = i64::try_from(self.every.as_secs()).unwrap_or(i64::MAX);
        self.origin.clock.real_wait_until(made_at.plus_seconds(seconds))
    }
}
