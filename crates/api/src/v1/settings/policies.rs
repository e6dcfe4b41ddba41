//! `GET /api/v1/settings/policies`: what the team has decided about its users' data.

use crate::{State, access::DeveloperCaller, error::Result, state::Within, v1::settings::Policies};
use axum::Json;

#[utoipa::path(
    get, path = "/api/v1/settings/policies", tag = "Settings", operation_id = "get_policies",
    summary = "Show the team's policies",
    responses((status = 200, description = "The policies", body = Policies)),
    security(("developer_token" = []))
)]
pub(crate) async fn policies(Within(state): Within<State>, caller: DeveloperCaller) -> Result<Json<Policies>> {
    let choice = state.store.find_on_consent_withdrawn(caller.team_id).await?;
    Ok(Json(Policies::of(choice, &state.store.find_retention(caller.team_id).await?)))
}
