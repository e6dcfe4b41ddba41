//! A team's settings.

use model::{Timestamp, UserId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use store::{ErasureReport, OnConsentWithdrawn, Retention};
use utoipa::ToSchema;

pub(crate) mod erasures;
pub(crate) mod policies;
pub(crate) mod retention;
pub(crate) mod update_policies;

mod retention_policy;

use retention_policy::RetentionPolicy;

/// How much was erased with a user: numbers, and nothing of what they counted.
#[derive(Serialize, ToSchema)]
pub(crate) struct ErasureRead {
    /// Who was erased.
    #[schema(value_type = uuid::Uuid)]
    user_id: UserId,
    /// When it was decided; from then on nobody saw them.
    #[schema(value_type = String, format = DateTime)]
    erased_at: Timestamp,
    /// Whether all is gone; while it is not, the counts grow.
    state: ErasureState,
    /// How many of each kind, such as `events`, `points`, `parts` and `large_bodies`; kinds that were not there are
    /// left out.
    counts: BTreeMap<String, u64>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum ErasureState {
    InProgress,
    Finished,
}

impl From<ErasureReport> for ErasureRead {
    fn from(report: ErasureReport) -> Self {
        let state = if report.is_finished { ErasureState::Finished } else { ErasureState::InProgress };
        Self { user_id: report.user_id, erased_at: report.at, state, counts: report.counts }
    }
}

/// What a team has decided about its users' data.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Policies {
    /// What becomes of data when its person withdraws their consent at the provider.
    on_consent_withdrawn: Choice,
    /// How long data is kept, and how finely. Left out of a change: as it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    retention: Option<RetentionPolicy>,
}

#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Choice {
    Keep,
    Erase,
}

impl Policies {
    fn of(choice: OnConsentWithdrawn, retention: &Retention) -> Self {
        let on_consent_withdrawn = match choice {
            OnConsentWithdrawn::Keep => Choice::Keep,
            OnConsentWithdrawn::Erase => Choice::Erase,
        };
        let retention = (*retention != Retention::default()).then(|| RetentionPolicy::from(retention));
        Self { on_consent_withdrawn, retention }
    }

    fn choice(&self) -> OnConsentWithdrawn {
        match self.on_consent_withdrawn {
            Choice::Keep => OnConsentWithdrawn::Keep,
            Choice::Erase => OnConsentWithdrawn::Erase,
        }
    }
}
