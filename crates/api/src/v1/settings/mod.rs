//! A team's settings.

use serde::{Deserialize, Serialize};
use store::OnConsentWithdrawn;
use utoipa::ToSchema;

pub(crate) mod policies;
pub(crate) mod update_policies;

/// What a team has decided about its users' data.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Policies {
    /// What becomes of data when its person withdraws their consent at the provider.
    on_consent_withdrawn: Choice,
}

#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Choice {
    Keep,
    Erase,
}

impl From<OnConsentWithdrawn> for Policies {
    fn from(choice: OnConsentWithdrawn) -> Self {
        let on_consent_withdrawn = match choice {
            OnConsentWithdrawn::Keep => Choice::Keep,
            OnConsentWithdrawn::Erase => Choice::Erase,
        };
        Self { on_consent_withdrawn }
    }
}

impl Policies {
    fn choice(&self) -> OnConsentWithdrawn {
        match self.on_consent_withdrawn {
            Choice::Keep => OnConsentWithdrawn::Keep,
            Choice::Erase => OnConsentWithdrawn::Erase,
        }
    }
}
