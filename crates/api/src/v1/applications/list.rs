//! `GET /api/v1/applications`: the team's applications, newest first.

use crate::{State, access::DeveloperCaller, error::Result, state::Within, v1::applications::ApplicationRead};
use axum::Json;

#[utoipa::path(
    get, path = "/api/v1/applications", tag = "Mobile SDK", operation_id = "list_applications",
    summary = "List applications",
    responses((status = 200, description = "The team's applications", body = [ApplicationRead])),
    security(("developer_token" = []))
)]
pub(crate) async fn list(Within(state): Within<State>, caller: DeveloperCaller) -> Result<Json<Vec<ApplicationRead>>> {
    let apps = state.store.list_applications(caller.team_id).await?;
    Ok(Json(apps.into_iter().map(ApplicationRead::from).collect()))
}
