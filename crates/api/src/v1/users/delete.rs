//! `DELETE /api/v1/users/{user_id}`: ends their connections and erases everything kept about them.

use crate::{
    State,
    access::DeveloperUser,
    error::Result,
    state::Within,
    v1::{settings::ErasureRead, users::UserRead},
};
use axum::Json;
use serde::Serialize;
use store::ConnectionStatus;
use utoipa::ToSchema;

/// The user who was, and how much was erased with them.
#[derive(Serialize, ToSchema)]
pub(crate) struct ErasedUserRead {
    #[serde(flatten)]
    user: UserRead,
    /// What was erased so far. Not in the peer's contract; kept, and listed under `/api/v1/settings/erasures`.
    erasure: ErasureRead,
}

#[utoipa::path(
    delete, path = "/api/v1/users/{user_id}", tag = "Users", operation_id = "delete_user", summary = "Erase a user",
    description = "Everything kept about them goes: connections, data, files, bodies as received, messages under way. \
        They are gone for everyone when this is answered. Where there is much, the rest goes bit by bit behind it, and \
        `erasure.state` is `in_progress`. The numbers are kept, nothing else is.",
    params(("user_id" = uuid::Uuid, Path, description = "The user")),
    responses(
        (status = 200, description = "The user who was", body = ErasedUserRead),
        (status = 404, description = "The team has no such user", body = crate::ErrorBody),
    ),
    security(("developer_token" = []))
)]
pub(crate) async fn delete(
    Within(state): Within<State>,
    DeveloperUser { caller, user }: DeveloperUser,
) -> Result<Json<ErasedUserRead>> {
    for connection in state.store.list_connections(user.id).await? {
        if connection.status == ConnectionStatus::Active
            && let Err(error) = state.sync.disconnect(caller.team_id, user.id, &connection.provider).await
        {
            tracing::warn!(provider = %connection.provider, %error, "could not disconnect before erasing a user");
        }
    }
    let erasure = state.intake.delete_user(caller.team_id, user.id).await?.into();
    Ok(Json(ErasedUserRead { user: user.into(), erasure }))
}
