//! `GET /api/v1/auth/me`: who the token belongs to.

use crate::{
    State,
    access::DeveloperCaller,
    error::{ApiError, Result},
    state::Within,
};
use axum::Json;
use model::{DeveloperId, Timestamp};
use serde::Serialize;
use store::Developer;
use utoipa::ToSchema;

/// A developer.
#[derive(Serialize, ToSchema)]
pub(crate) struct DeveloperRead {
    /// Their id.
    #[schema(value_type = uuid::Uuid)]
    id: DeveloperId,
    /// First name.
    first_name: Option<String>,
    /// Last name.
    last_name: Option<String>,
    /// E-mail address, by which they log in.
    email: String,
    /// When they were created.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When they last changed.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

impl From<Developer> for DeveloperRead {
    fn from(developer: Developer) -> Self {
        Self {
            id: developer.id,
            first_name: developer.first_name,
            last_name: developer.last_name,
            email: developer.email,
            created_at: developer.created_at,
            updated_at: developer.updated_at,
        }
    }
}

#[utoipa::path(
    get, path = "/api/v1/auth/me", tag = "Auth", summary = "Who am I",
    responses((status = 200, description = "The developer", body = DeveloperRead)),
    security(("developer_token" = []))
)]
pub(crate) async fn me(Within(state): Within<State>, caller: DeveloperCaller) -> Result<Json<DeveloperRead>> {
    let developer = state.store.find_developer(caller.developer).await?;
    Ok(Json(developer.ok_or(ApiError::NotDeveloper)?.into()))
}
