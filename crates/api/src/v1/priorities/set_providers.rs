//! `PUT /api/v1/priorities/providers`: sets how much several providers are trusted.

use super::{
    of_team,
    providers::{ProviderPriorityList, listed},
};
use crate::{State, access::DeveloperCaller, error::Result, state::Within, wire::JsonBody};
use axum::Json;
use model::PriorityKind;
use serde::Deserialize;
use utoipa::ToSchema;

/// Priorities to be set; others stay.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProviderPriorities {
    /// The priorities.
    priorities: Vec<ProviderPriorityBase>,
}

/// A priority to be set.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProviderPriorityBase {
    /// Of what.
    provider: String,
    /// 1 is best, 100 is worst.
    priority: i32,
}

#[utoipa::path(
    put, path = "/api/v1/priorities/providers", tag = "Priorities", operation_id = "set_provider_priorities",
    summary = "Set how much several providers are trusted",
    request_body = ProviderPriorities,
    responses((status = 200, description = "All priorities as they are now", body = ProviderPriorityList)),
    security(("developer_token" = []))
)]
pub(crate) async fn set_providers(
    Within(state): Within<State>,
    caller: DeveloperCaller,
    JsonBody(wanted): JsonBody<ProviderPriorities>,
) -> Result<Json<ProviderPriorityList>> {
    let wanted = wanted.priorities.into_iter().map(|one| (one.provider, one.priority)).collect();
    of_team::set(&state, caller.team_id, PriorityKind::Provider, wanted).await?;
    Ok(Json(listed(&state, caller.team_id).await?))
}
