//! Cancelling what was handed in: what is applied stays, the rest is dropped, and the run says so.

use crate::{IngestError, Intake, apply};
use model::{RunId, TeamId, UserId, derived_id};
use serde_json::json;
use store::{Cancelled, HandedIn, SyncEvent};

/// What became of the wish to cancel something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cancelling {
    /// Nothing of this receipt was handed in for the user.
    Unknown,
    /// Nothing of it waits any more.
    Ended(RunId),
    /// It is cancelled, by this or before.
    Cancelled(RunId, Cancelled),
}

impl Intake {
    /// Drops what is not applied yet of something that was handed in.
    ///
    /// # Errors
    /// The store or the spool failed.
    pub async fn cancel(&self, team: TeamId, user: UserId, receipt: i64) -> Result<Cancelling, IngestError> {
        let Some(what) = self.store.find_handed_in(user, receipt).await? else { return Ok(Cancelling::Unknown) };
        let event = self.cancelled(user, receipt, &what);
        let run = event.run_id;
        let Some(mut cancelled) = self.store.cancel_handed_in(team, user, receipt, event).await? else {
            return Ok(Cancelling::Ended(run));
        };
        if let Err(error) = self.remove_spooled(std::mem::take(&mut cancelled.spooled)).await {
            tracing::warn!(receipt, %error, "a spooled body stays until the next sweep");
        }
        Ok(Cancelling::Cancelled(run, cancelled))
    }

    /// The end of its run.
    fn cancelled(&self, user: UserId, receipt: i64, what: &HandedIn) -> SyncEvent {
        let now = self.clock.now();
        let archive = providers::find(what.provider.as_str()).and_then(|provider| provider.archive(&what.part_type));
        let is_cut = archive.is_some() || what.meta.progress_permille.is_some();
        let run_id = apply::run_id(user, receipt, (!is_cut).then_some(&*what.part_type));
        SyncEvent {
            event_id: derived_id(&[b"cancelled", run_id.as_bytes(), &now.as_micros().to_be_bytes()]),
            run_id,
            provider: what.provider.clone(),
            source: if is_cut { "xml_import" } else { "upload" }.to_owned(),
            stage: "cancelled".to_owned(),
            status: "cancelled".to_owned(),
            message: Some(format!("{} cancelled: what was applied stays", what.provider)),
            progress: None,
            items_processed: None,
            items_total: None,
            error: None,
            metadata: json!({ "receipt": receipt.to_string() }),
            started_at: Some(what.received_at),
            ended_at: Some(now),
            timestamp: now,
        }
    }
}
