//! `PUT /api/v1/settings/policies`: decides about the data of the team's users.

use crate::{State, access::DeveloperCaller, error::Result, state::Within, v1::settings::Policies, wire::JsonBody};
use axum::Json;

#[utoipa::path(
    put, path = "/api/v1/settings/policies", tag = "Settings", operation_id = "update_policies",
    summary = "Change the team's policies",
    description = "Holds for what is withdrawn from now on. With `erase`, everything that came through a connection \
        goes when its person withdraws their consent at the provider, and `connection.data_erased` is sent afterwards.",
    request_body = Policies,
    responses(
        (status = 200, description = "The policies as they are now", body = Policies),
        (status = 400, description = "There is no such choice", body = crate::ErrorBody),
    ),
    security(("developer_token" = []))
)]
pub(crate) async fn update_policies(
    Within(state): Within<State>,
    caller: DeveloperCaller,
    JsonBody(policies): JsonBody<Policies>,
) -> Result<Json<Policies>> {
    state.store.put_on_consent_withdrawn(caller.team_id, policies.choice()).await?;
    Ok(Json(policies))
}
