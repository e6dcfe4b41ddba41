//! `DELETE /api/v1/applications/{app_id}`: ends an application; phones that it let send get no further tokens.

use crate::{
    State, access::DeveloperCaller, error::Result, state::Within, v1::applications::refusal, wire::PathParams,
};
use axum::http::StatusCode;

#[utoipa::path(
    delete, path = "/api/v1/applications/{app_id}", tag = "Mobile SDK", operation_id = "delete_application",
    summary = "End an application",
    params(("app_id" = String, Path, description = "Its `app_id`")),
    responses(
        (status = 204, description = "It has ended"),
        (status = 404, description = "The team has no such application", body = crate::ErrorBody),
    ),
    security(("developer_token" = []))
)]
pub(crate) async fn delete(
    Within(state): Within<State>,
    caller: DeveloperCaller,
    path: PathParams,
) -> Result<StatusCode> {
    state.store.delete_application(caller.team_id, path.text("app_id")).await.map_err(refusal)?;
    Ok(StatusCode::NO_CONTENT)
}
