//! The loop that renews tokens nobody used for long, well before their refresh token lapses: a connection
//! through which nothing comes for months stays good. When that is due is kept with the connection, so a restart
//! loses nothing; an attempt that failed is made again after a while, until the provider says that it is in vain.

use crate::{Sync, SyncError, lease};
use std::{sync::Arc, time::Duration};
use store::StoreError;
use tokio_util::sync::CancellationToken;

/// What becomes due is looked for this often.
const LOOK_AROUND: Duration = Duration::from_secs(5);
/// The wait after an attempt that failed, on the clock.
const NEXT_ATTEMPT: Duration = Duration::from_hours(1);
/// One after the other: there is time, and a token endpoint has limits.
const AT_ONCE: u32 = 20;

impl Sync {
    /// Renews idle tokens until told to stop. A renewal under way is not cut off: its answer is the only way to
    /// go on.
    pub async fn run_renewals(self: Arc<Self>, shutdown: CancellationToken) {
        while !shutdown.is_cancelled() {
            let found = match self.renew_due(&shutdown).await {
                Ok(found) => found,
                Err(StoreError::Closed) => break,
                Err(error) => {
                    tracing::warn!(%error, "idle tokens cannot be looked for");
                    0
                }
            };
            if found < AT_ONCE as usize {
                tokio::select! {
                    () = shutdown.cancelled() => break,
                    () = tokio::time::sleep(LOOK_AROUND) => {}
                }
            }
        }
    }

    async fn renew_due(&self, shutdown: &CancellationToken) -> Result<usize, StoreError> {
        let now = self.clock.now();
        let due = self.store.claim_idle_renewals(now, lease::after(now, NEXT_ATTEMPT), AT_ONCE).await?;
        for link in &due {
            if shutdown.is_cancelled() {
                break;
            }
            match self.renew_idle(link).await {
                Ok(()) => tracing::info!(connection = %link.id, provider = %link.provider, "idle tokens were renewed"),
                Err(SyncError::NotActive | SyncError::Ended) => {}
                Err(error) => tracing::warn!(%error, connection = %link.id, "idle tokens were not renewed"),
            }
        }
        Ok(due.len())
    }
}
