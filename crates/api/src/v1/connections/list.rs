//! `GET /api/v1/users/{user_id}/connections`: a user's connections, with what their providers can do.

use crate::{
    State,
    access::TeamUser,
    error::Result,
    state::Within,
    v1::connections::phones,
    v1::oauth::providers::{icon_url, sync_mode},
};
use axum::Json;
use model::{ConnectionId, ProviderName, TeamId, Timestamp, UserId};
use serde::Serialize;
use store::{Connection, ConnectionStatus};
use utoipa::ToSchema;

/// A connection and what its provider can do.
#[derive(Serialize, ToSchema)]
#[allow(clippy::struct_excessive_bools)] // the peer's shape
pub(crate) struct ConnectionRead {
    /// Whose it is.
    #[schema(value_type = uuid::Uuid)]
    pub(super) user_id: UserId,
    /// The provider.
    #[schema(value_type = String)]
    pub(super) provider: ProviderName,
    /// The account's id at the provider.
    pub(super) provider_user_id: Option<String>,
    /// The account's name at the provider.
    pub(super) provider_username: Option<String>,
    /// Scopes or permissions granted, parted by spaces.
    pub(super) scope: Option<String>,
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    pub(super) id: ConnectionId,
    /// `active`, `revoked` or `expired`.
    pub(super) status: &'static str,
    /// When data last arrived through it.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub(super) last_synced_at: Option<Timestamp>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub(super) created_at: Timestamp,
    /// When it last changed.
    #[schema(value_type = String, format = DateTime)]
    pub(super) updated_at: Timestamp,
    /// The provider's icon.
    pub(super) icon_url: Option<String>,
    /// How far back the provider can be asked, days.
    pub(super) max_historical_days: Option<u32>,
    /// It is asked on a schedule.
    pub(super) rest_pull: bool,
    /// Its notifications carry the data.
    pub(super) webhook_stream: bool,
    /// Its notifications say that there is something.
    pub(super) webhook_ping: bool,
    /// Its notifications carry a URL to call back.
    pub(super) webhook_callback: bool,
    /// `webhook` or `pull`: how data comes by itself.
    pub(super) live_sync_mode: Option<&'static str>,
    /// Other users of the team that are linked to the same account.
    #[schema(value_type = Vec<uuid::Uuid>)]
    pub(super) linked_user_ids: Vec<UserId>,
}

#[utoipa::path(
    get, path = "/api/v1/users/{user_id}/connections", tag = "Connections", operation_id = "list_connections",
    summary = "List a user's connections",
    params(("user_id" = uuid::Uuid, Path, description = "The user")),
    responses(
        (status = 200, description = "The connections", body = Vec<ConnectionRead>),
        (status = 404, description = "The team has no such user", body = crate::ErrorBody),
    ),
    security(("api_key" = []), ("developer_token" = []))
)]
pub(crate) async fn list(
    Within(state): Within<State>,
    TeamUser { caller, user }: TeamUser,
) -> Result<Json<Vec<ConnectionRead>>> {
    let mut shown = Vec::new();
    for connection in state.store.list_connections(user.id).await? {
        let linked = linked_users(&state, caller.team_id, &connection).await?;
        shown.push(show(connection, linked));
    }
    let phones = phones::list(&state, caller.team_id, user.id).await?;
    let is_new = |phone: &ConnectionRead| shown.iter().all(|it: &ConnectionRead| it.provider != phone.provider);
    let phones: Vec<ConnectionRead> = phones.into_iter().filter(is_new).collect();
    shown.extend(phones);
    Ok(Json(shown))
}

/// Only users of the team: that other teams know the account too is nobody's business.
async fn linked_users(state: &State, team: TeamId, connection: &Connection) -> Result<Vec<UserId>> {
    let Some(account) = &connection.provider_user_id else { return Ok(Vec::new()) };
    if connection.status != ConnectionStatus::Active {
        return Ok(Vec::new());
    }
    let same = state.store.find_connections_by_account(connection.app_id, account).await?;
    let others = same.into_iter().filter(|other| other.team_id == team && other.user_id != connection.user_id);
    Ok(others.map(|other| other.user_id).collect())
}

fn show(connection: Connection, linked_user_ids: Vec<UserId>) -> ConnectionRead {
    let manifest = providers::find(connection.provider.as_str()).map(providers::Provider::manifest);
    let can = manifest.map(|manifest| manifest.capabilities.clone()).unwrap_or_default();
    ConnectionRead {
        user_id: connection.user_id,
        provider_user_id: connection.provider_user_id,
        provider_username: connection.provider_username,
        scope: connection.scope,
        id: connection.id,
        status: connection.status.as_str(),
        last_synced_at: connection.last_synced_at,
        created_at: connection.created_at,
        updated_at: connection.updated_at,
        icon_url: manifest.map(icon_url),
        max_historical_days: can.max_historical_days,
        rest_pull: can.rest_pull,
        webhook_stream: can.webhook_stream,
        webhook_ping: can.webhook_ping,
        webhook_callback: can.webhook_callback,
        live_sync_mode: manifest.and_then(sync_mode),
        linked_user_ids,
        provider: connection.provider,
    }
}
