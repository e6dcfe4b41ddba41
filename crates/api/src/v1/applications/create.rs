//! `POST /api/v1/applications`: makes an application and shows its secret, this once.

use crate::{
    State,
    access::DeveloperCaller,
    error::{ApiError, Result},
    state::Within,
    v1::applications::{ApplicationReadWithSecret, secret},
    wire::JsonBody,
};
use axum::{Json, http::StatusCode};
use model::ApplicationId;
use serde::Deserialize;
use store::PhoneApp;
use utoipa::ToSchema;

/// An application to make.
#[derive(Deserialize, ToSchema)]
pub(crate) struct ApplicationCreate {
    /// Its name, up to 100 characters.
    name: String,
}

#[utoipa::path(
    post, path = "/api/v1/applications", tag = "Mobile SDK", operation_id = "create_application",
    summary = "Make an application", request_body = ApplicationCreate,
    responses((status = 201, description = "It and its secret", body = ApplicationReadWithSecret)),
    security(("developer_token" = []))
)]
pub(crate) async fn create(
    Within(state): Within<State>,
    caller: DeveloperCaller,
    JsonBody(request): JsonBody<ApplicationCreate>,
) -> Result<(StatusCode, Json<ApplicationReadWithSecret>)> {
    if request.name.trim().is_empty() || request.name.chars().count() > 100 {
        return Err(ApiError::invalid("name", "String should have 1 to 100 characters"));
    }
    let app_secret = secret(&state);
    let app = PhoneApp {
        id: ApplicationId::generate(&state.clock, &state.rng),
        team_id: caller.team_id,
        app_id: seal::generate_token("app_", &state.rng),
        name: request.name,
        secret_hash: seal::hash_token(&app_secret),
        created_by: caller.developer,
        created_at: state.clock.now(),
    };
    state.store.create_application(app.clone()).await?;
    Ok((StatusCode::CREATED, Json(ApplicationReadWithSecret { application: app.into(), app_secret })))
}
