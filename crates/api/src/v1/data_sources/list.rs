//! `GET /api/v1/users/{user_id}/data-sources`: where a user's data came from.

use crate::{
    State,
    access::MaybeUser,
    error::Result,
    state::Within,
    wire::{display_name, source_id},
};
use axum::Json;
use model::{ConnectionId, DeviceType, UserId};
use serde::Serialize;
use store::{Connection, StoredSource};
use utoipa::ToSchema;

/// All of a user's sources.
#[derive(Serialize, ToSchema)]
pub(crate) struct DataSourceList {
    /// The sources.
    items: Vec<DataSourceRead>,
    /// How many there are.
    total: usize,
}

/// A source of data.
#[derive(Serialize, ToSchema)]
pub(crate) struct DataSourceRead {
    /// Its id.
    id: uuid::Uuid,
    /// Whose data.
    #[schema(value_type = uuid::Uuid)]
    user_id: UserId,
    /// The service or platform.
    provider: String,
    /// Through which connection.
    #[schema(value_type = Option<uuid::Uuid>)]
    user_connection_id: Option<ConnectionId>,
    /// The device's model.
    device_model: Option<String>,
    /// The device's software, the latest seen.
    software_version: Option<String>,
    /// The application or account within the service.
    source: Option<String>,
    /// The kind of device.
    device_type: Option<&'static str>,
    /// Always null; kept for the peer's shape.
    original_source_name: Option<String>,
    /// A name for people.
    display_name: Option<String>,
}

#[utoipa::path(
    get, path = "/api/v1/users/{user_id}/data-sources", tag = "Connections", operation_id = "list_data_sources",
    summary = "List a user's data sources",
    params(("user_id" = uuid::Uuid, Path, description = "The user; one who is not there has no sources")),
    responses((status = 200, description = "The sources", body = DataSourceList)),
    security(("api_key" = []), ("developer_token" = []))
)]
pub(crate) async fn list(Within(state): Within<State>, MaybeUser { user }: MaybeUser) -> Result<Json<DataSourceList>> {
    let mut items = Vec::new();
    if let Some(user) = user {
        let connections = state.store.list_connections(user.id).await?;
        let sources = state.store.list_sources(user.id).await?;
        items.extend(sources.into_iter().map(|source| show(user.id, source, &connections)));
    }
    Ok(Json(DataSourceList { total: items.len(), items }))
}

fn show(user_id: UserId, stored: StoredSource, connections: &[Connection]) -> DataSourceRead {
    let StoredSource { number, source, .. } = stored;
    let connection = connections.iter().find(|connection| connection.provider == source.provider);
    DataSourceRead {
        id: source_id(user_id, number),
        user_id,
        provider: source.provider.to_string(),
        user_connection_id: connection.map(|connection| connection.id),
        display_name: Some(display_name(&source)),
        source: Some(source.app.unwrap_or_else(|| source.provider.to_string())),
        device_model: source.device,
        software_version: source.software_version,
        device_type: source.device_type.map(DeviceType::as_str),
        original_source_name: None,
    }
}
