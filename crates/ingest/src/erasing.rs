//! Erases users who were deleted, and what came through connections whose end asks for it: in steps, so that nobody waits
//! long for the writer, going on where it was whatever happens in between.

use crate::{IngestError, Intake};
use model::{TeamId, UserId};
use store::{Erasure, ErasureReport, StoreError};

/// How many rows go in one transaction.
const STEP: u32 = 500;
/// How many erasures are looked at together.
const AT_ONCE: u32 = 100;
/// For how many steps whoever deletes a user waits: that is all there is of most.
const AT_FIRST: u32 = 8;

impl Intake {
    /// Deletes a user: gone for everyone when this returns, and erased as far as the report says. The workers do the
    /// rest.
    pub async fn delete_user(&self, team: TeamId, user: UserId) -> Result<ErasureReport, StoreError> {
        let begun = self.store.delete_user(team, user).await?;
        let erasure = Erasure { user_id: user, connection_id: None };
        for _ in 0..AT_FIRST {
            match self.erase_some(erasure).await {
                Ok(true) => break,
                Ok(false) => {}
                Err(error) => {
                    tracing::warn!(%error, %user, "the erasure of a user goes on later");
                    break;
                }
            }
        }
        let report = self.store.find_erasure_report(team, begun.at, user).await;
        Ok(report.ok().flatten().unwrap_or(begun))
    }

    /// Erases all that waits to be erased; says whether there was anything.
    pub async fn erase_waiting(&self) -> Result<bool, IngestError> {
        let mut found = false;
        while self.erase_a_little().await? {
            found = true;
        }
        Ok(found)
    }

    /// A step of each erasure that waits, so that none waits for the end of another; says whether there was any.
    pub async fn erase_a_little(&self) -> Result<bool, IngestError> {
        let waiting = self.store.list_erasures(AT_ONCE).await?;
        for erasure in &waiting {
            self.erase_some(*erasure).await?;
        }
        Ok(!waiting.is_empty())
    }

    /// Finishes what waits to be erased of a user's connections, before they connect again.
    pub async fn erase_waiting_of(&self, user: UserId) -> Result<(), IngestError> {
        for link in self.store.list_connections(user).await? {
            if link.standing.erased_at.is_some() {
                while !self.erase_some(Erasure { user_id: user, connection_id: Some(link.id) }).await? {}
            }
        }
        Ok(())
    }

    /// One step; true when nothing is left.
    async fn erase_some(&self, erasure: Erasure) -> Result<bool, IngestError> {
        let step = self.store.erase_some(erasure, STEP, self.clock.now()).await?;
        // a kill in between leaves files that nothing refers to: the sweep at start finds them
        self.remove_spooled(step.spooled).await?;
        if step.is_finished {
            if let Err(error) = self.remove_cold().await {
                tracing::warn!(%error, "cold objects of what was erased wait to be removed");
            }
            metrics::counter!("wearhouse_erasures_total").increment(1);
            match erasure.connection_id {
                Some(connection) => tracing::info!(%connection, "all data of a connection was erased"),
                None => tracing::info!(user = %erasure.user_id, "all data of a user was erased"),
            }
        }
        Ok(step.is_finished)
    }
}
