//! Bodies of `sync.*`: the latest that is known of a run.

use super::{Rendered, body as envelope};
use model::{ProviderName, RunId, UserId};
use serde::Serialize;
use serde_json::Value;
use store::{Emission, SyncRun};

#[derive(Serialize)]
pub(super) struct SyncData<'a> {
    pub(super) user_id: UserId,
    pub(super) provider: &'a ProviderName,
    pub(super) source: &'a str,
    pub(super) run_id: RunId,
    pub(super) message: Option<&'a str>,
    pub(super) metadata: &'a Value,
    pub(super) status: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) items_processed: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<&'a str>,
}

pub(super) fn body(emission: &Emission, run: &SyncRun) -> Rendered {
    let latest = &run.latest;
    envelope(
        emission,
        SyncData {
            user_id: run.user_id,
            provider: &latest.provider,
            source: &latest.source,
            run_id: latest.run_id,
            message: latest.message.as_deref(),
            metadata: &latest.metadata,
            status: &latest.status,
            items_processed: latest.items_processed,
            error: latest.error.as_deref(),
        },
    )
}
