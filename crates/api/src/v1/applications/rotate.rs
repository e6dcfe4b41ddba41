//! `POST /api/v1/applications/{app_id}/rotate-secret`: a fresh secret in place of the old, shown this once.

use crate::{
    State,
    access::DeveloperCaller,
    error::Result,
    state::Within,
    v1::applications::{ApplicationReadWithSecret, refusal, secret},
    wire::PathParams,
};
use axum::Json;

#[utoipa::path(
    post, path = "/api/v1/applications/{app_id}/rotate-secret", tag = "Mobile SDK",
    operation_id = "rotate_application_secret", summary = "Rotate an application's secret",
    params(("app_id" = String, Path, description = "Its `app_id`")),
    responses(
        (status = 200, description = "It and its fresh secret", body = ApplicationReadWithSecret),
        (status = 404, description = "The team has no such application", body = crate::ErrorBody),
    ),
    security(("developer_token" = []))
)]
pub(crate) async fn rotate(
    Within(state): Within<State>,
    caller: DeveloperCaller,
    path: PathParams,
) -> Result<Json<ApplicationReadWithSecret>> {
    let app_secret = secret(&state);
    let hash = seal::hash_token(&app_secret);
    let app = state.store.rotate_application(caller.team_id, path.text("app_id"), hash).await.map_err(refusal)?;
    Ok(Json(ApplicationReadWithSecret { application: app.into(), app_secret }))
}
