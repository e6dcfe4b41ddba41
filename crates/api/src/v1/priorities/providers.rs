//! `GET /api/v1/priorities/providers`: how much providers are trusted.

use super::of_team::{self, Standing};
use crate::{State, access::DeveloperCaller, error::Result, state::Within};
use axum::Json;
use model::{PriorityKind, TeamId};
use serde::Serialize;
use utoipa::ToSchema;

/// The priorities of providers, the most trusted first.
#[derive(Serialize, ToSchema)]
pub(crate) struct ProviderPriorityList {
    /// The priorities: those that the team set, and the usual ones of the rest.
    items: Vec<ProviderPriority>,
}

/// How much a provider is trusted.
#[derive(Serialize, ToSchema)]
pub(crate) struct ProviderPriority {
    /// Of what.
    pub(super) provider: String,
    /// How much it is trusted.
    #[serde(flatten)]
    pub(super) standing: Standing,
}

#[utoipa::path(
    get, path = "/api/v1/priorities/providers", tag = "Priorities", operation_id = "list_provider_priorities",
    summary = "List how much providers are trusted",
    responses((status = 200, description = "The priorities", body = ProviderPriorityList)),
    security(("developer_token" = []))
)]
pub(crate) async fn providers(
    Within(state): Within<State>,
    caller: DeveloperCaller,
) -> Result<Json<ProviderPriorityList>> {
    Ok(Json(listed(&state, caller.team_id).await?))
}

/// All of them.
pub(super) async fn listed(state: &State, team: TeamId) -> Result<ProviderPriorityList> {
    let all = of_team::list(state, team, PriorityKind::Provider).await?;
    let items = all.into_iter().map(|(provider, standing)| ProviderPriority { provider, standing });
    Ok(ProviderPriorityList { items: items.collect() })
}
