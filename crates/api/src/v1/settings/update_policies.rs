//! `PUT /api/v1/settings/policies`: decides about the data of the team's users.

use crate::{State, access::DeveloperCaller, error::Result, state::Within, v1::settings::Policies, wire::JsonBody};
use axum::Json;

#[utoipa::path(
    put, path = "/api/v1/settings/policies", tag = "Settings", operation_id = "update_policies",
    summary = "Change the team's policies",
    description = "Holds for what is withdrawn from now on. With `erase`, everything that came through a connection \
        goes when its person withdraws their consent at the provider, and `connection.data_erased` is sent afterwards. \
        With `retention`, old data is reduced, moved to cold storage and deleted in the background, also what is there already, and what comes \
        later does not bring it back; nobody is told of each piece. What was reduced, moved or deleted does not return when the \
        policy is changed.",
    request_body = Policies,
    responses(
        (status = 200, description = "The policies as they are now", body = Policies),
        (status = 400, description = "There is no such choice, or its parts do not fit each other", body = crate::ErrorBody),
    ),
    security(("developer_token" = []))
)]
pub(crate) async fn update_policies(
    Within(state): Within<State>,
    caller: DeveloperCaller,
    JsonBody(policies): JsonBody<Policies>,
) -> Result<Json<Policies>> {
    let retention =
        policies.retention.as_ref().map(|policy| policy.checked(state.intake.cold().is_some())).transpose()?;
    state.store.put_on_consent_withdrawn(caller.team_id, policies.choice()).await?;
    if let Some(retention) = retention {
        state.store.put_retention(caller.team_id, retention).await?;
    }
    let kept = state.store.find_retention(caller.team_id).await?;
    Ok(Json(Policies::of(policies.choice(), &kept)))
}
