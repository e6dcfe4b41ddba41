//! `DELETE /api/v1/users/{user_id}/connections/{provider}/data`: ends a connection and erases what came through it.

use crate::{
    State,
    access::TeamUser,
    error::{ApiError, Result},
    state::Within,
    v1::oauth::sync_error,
    wire::PathParams,
};
use axum::Json;
use model::ProviderName;
use serde::Serialize;
use utoipa::ToSchema;

/// That data is being erased.
#[derive(Serialize, ToSchema)]
pub(crate) struct DataErased {
    /// `erasing`: `connection.data_erased` is sent when nothing is left.
    status: &'static str,
}

#[utoipa::path(
    delete, path = "/api/v1/users/{user_id}/connections/{provider}/data", tag = "Connections",
    operation_id = "erase_connection_data", summary = "Disconnect and erase",
    description = "Disconnects as without `/data`, and erases everything that came through the connection.",
    params(
        ("user_id" = uuid::Uuid, Path, description = "The user"),
        ("provider" = String, Path, description = "The provider's short name"),
    ),
    responses(
        (status = 200, description = "It is being erased", body = DataErased),
        (status = 404, description = "The team has no such user, or they no such connection", body = crate::ErrorBody),
    ),
    security(("api_key" = []), ("developer_token" = []))
)]
pub(crate) async fn erase(
    Within(state): Within<State>,
    TeamUser { caller, user }: TeamUser,
    path: PathParams,
) -> Result<Json<DataErased>> {
    let provider = ProviderName::parse(path.text("provider"));
    let connections = state.store.list_connections(user.id).await?;
    let connection = connections.iter().find(|connection| Some(&connection.provider) == provider.as_ref());
    let connection = connection.ok_or_else(|| ApiError::NotFound("Connection not found".to_owned()))?;
    state.sync.erase(caller.team_id, user.id, &connection.provider).await.map_err(sync_error)?;
    Ok(Json(DataErased { status: "erasing" }))
}
