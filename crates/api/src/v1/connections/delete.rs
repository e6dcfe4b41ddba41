//! `DELETE /api/v1/users/{user_id}/connections/{provider}`: ends a connection, here and at the provider.

use crate::{
    State,
    access::TeamUser,
    error::{ApiError, Result},
    state::Within,
    v1::oauth::sync_error,
    wire::PathParams,
};
use axum::http::StatusCode;
use model::ProviderName;

#[utoipa::path(
    delete, path = "/api/v1/users/{user_id}/connections/{provider}", tag = "Connections",
    operation_id = "delete_connection", summary = "Disconnect",
    description = "Deregisters at the provider when no other user is linked to the account, and forgets the tokens. Data stays.",
    params(
        ("user_id" = uuid::Uuid, Path, description = "The user"),
        ("provider" = String, Path, description = "The provider's short name"),
    ),
    responses(
        (status = 204, description = "Disconnected"),
        (status = 404, description = "The team has no such user, or they no such connection", body = crate::ErrorBody),
    ),
    security(("api_key" = []), ("developer_token" = []))
)]
pub(crate) async fn delete(
    Within(state): Within<State>,
    TeamUser { caller, user }: TeamUser,
    path: PathParams,
) -> Result<StatusCode> {
    let provider = ProviderName::parse(path.text("provider"));
    let connections = state.store.list_connections(user.id).await?;
    let connection = connections.iter().find(|connection| Some(&connection.provider) == provider.as_ref());
    let connection = connection.ok_or_else(|| ApiError::NotFound("Connection not found".to_owned()))?;
    state.sync.disconnect(caller.team_id, user.id, &connection.provider).await.map_err(sync_error)?;
    Ok(StatusCode::NO_CONTENT)
}
