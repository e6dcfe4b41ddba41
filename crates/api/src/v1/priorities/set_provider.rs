//! `PUT /api/v1/priorities/providers/{provider}`: sets how much one is trusted.

use super::{
    of_team::{self, PriorityUpdate},
    providers::ProviderPriority,
};
use crate::{
    State,
    access::DeveloperCaller,
    error::Result,
    state::Within,
    wire::{JsonBody, PathParams},
};
use axum::Json;
use model::PriorityKind;

#[utoipa::path(
    put, path = "/api/v1/priorities/providers/{provider}", tag = "Priorities", operation_id = "set_provider_priority",
    summary = "Set a priority",
    params(("provider" = String, Path, description = "Of what")),
    request_body = PriorityUpdate,
    responses((status = 200, description = "The priority", body = ProviderPriority)),
    security(("developer_token" = []))
)]
pub(crate) async fn set_provider(
    Within(state): Within<State>,
    caller: DeveloperCaller,
    path: PathParams,
    JsonBody(wanted): JsonBody<PriorityUpdate>,
) -> Result<Json<ProviderPriority>> {
    let provider = path.text("provider").to_owned();
    let (team, kind) = (caller.team_id, PriorityKind::Provider);
    of_team::set(&state, team, kind, vec![(provider.clone(), wanted.priority)]).await?;
    let standing = of_team::one(&state, team, kind, &provider).await?;
    Ok(Json(ProviderPriority { provider, standing }))
}
