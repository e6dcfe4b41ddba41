//! Applications: apps of a team's own that make tokens for their users' phones. A secret is shown once.

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod list;
pub(crate) mod rotate;

use crate::{State, error::ApiError};
use model::{ApplicationId, Timestamp};
use serde::Serialize;
use store::{PhoneApp, StoreError};
use utoipa::ToSchema;

/// An application.
#[derive(Serialize, ToSchema)]
pub(crate) struct ApplicationRead {
    /// Its lasting id.
    #[schema(value_type = uuid::Uuid)]
    id: ApplicationId,
    /// The name by which it identifies itself, and by which the routes know it.
    app_id: String,
    /// Its name for people.
    name: String,
    /// When it was created.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

/// An application and its secret, shown this once.
#[derive(Serialize, ToSchema)]
pub(crate) struct ApplicationReadWithSecret {
    #[serde(flatten)]
    application: ApplicationRead,
    /// The secret.
    app_secret: String,
}

impl From<PhoneApp> for ApplicationRead {
    fn from(app: PhoneApp) -> Self {
        Self { id: app.id, app_id: app.app_id, name: app.name, created_at: app.created_at }
    }
}

/// A fresh secret.
fn secret(state: &State) -> String {
    let halves: [String; 2] = [seal::generate_token("secret_", &state.rng), seal::generate_token("", &state.rng)];
    halves.concat()
}

fn refusal(error: StoreError) -> ApiError {
    match error {
        StoreError::NotFound(_) => ApiError::NotFound("Application not found".to_owned()),
        other => other.into(),
    }
}
