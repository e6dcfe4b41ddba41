//! Erases what came through connections whose end asks for it: in steps, so that nobody waits long for the writer,
//! going on where it was whatever happens in between.

use crate::{IngestError, Intake};
use model::UserId;
use store::Erasure;

/// How many rows go in one transaction.
const STEP: u32 = 500;
/// How many erasures are looked at together.
const AT_ONCE: u32 = 100;

impl Intake {
    /// Erases all that waits to be erased; says whether there was anything.
    pub async fn erase_waiting(&self) -> Result<bool, IngestError> {
        let waiting = self.store.list_erasures(AT_ONCE).await?;
        for erasure in &waiting {
            self.erase(*erasure).await?;
        }
        Ok(!waiting.is_empty())
    }

    /// Finishes what waits to be erased of a user, before they connect again.
    pub async fn erase_waiting_of(&self, user: UserId) -> Result<(), IngestError> {
        for link in self.store.list_connections(user).await? {
            if link.standing.erased_at.is_some() {
                self.erase(Erasure { user_id: user, connection_id: link.id }).await?;
            }
        }
        Ok(())
    }

    async fn erase(&self, erasure: Erasure) -> Result<(), IngestError> {
        loop {
            let step = self.store.erase_some(erasure, STEP, self.clock.now()).await?;
            // a kill in between leaves files that nothing refers to: the sweep at start finds them
            self.remove_spooled(step.spooled).await?;
            if step.is_finished {
                if let Err(error) = self.remove_cold().await {
                    tracing::warn!(%error, "cold objects of what was erased wait to be removed");
                }
                metrics::counter!("wearhouse_erasures_total").increment(1);
                tracing::info!(connection = %erasure.connection_id, "all data of a connection was erased");
                return Ok(());
            }
        }
    }
}
