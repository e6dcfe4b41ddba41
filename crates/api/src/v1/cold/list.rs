//! `GET /api/v1/users/{user_id}/cold`: which of a user's samples lie in cold storage, and from when on all are at hand.

use crate::{State, access::TeamUser, error::Result, state::Within};
use axum::Json;
use model::Timestamp;
use serde::Serialize;
use store::{ColdKey, ColdObject};
use utoipa::ToSchema;

/// A user's samples in cold storage.
#[derive(Serialize, ToSchema)]
pub(crate) struct ColdRead {
    /// Samples from here on are all at hand: earlier ones may lie in the objects alone. Null while there is no object.
    #[schema(value_type = Option<String>, format = DateTime)]
    hot_from: Option<Timestamp>,
    /// The objects, by month. Where two have the same sample, that of the later one holds.
    objects: Vec<ColdObjectRead>,
}

/// Samples of a month and a provider, as Parquet with the columns of `POST /api/v1/query`.
#[derive(Serialize, ToSchema)]
pub(crate) struct ColdObjectRead {
    /// Its name, by which it is downloaded.
    name: String,
    /// Where the samples came from.
    provider: String,
    /// When its month begins: a month of UTC.
    #[schema(value_type = String, format = DateTime)]
    from: Timestamp,
    /// When its month is over.
    #[schema(value_type = String, format = DateTime)]
    to: Timestamp,
    /// How many samples it holds.
    points: u64,
    /// How long it is.
    bytes: u64,
    /// Since when its samples are no longer at hand.
    #[schema(value_type = String, format = DateTime)]
    moved_at: Timestamp,
}

impl From<ColdObject> for ColdObjectRead {
    fn from(object: ColdObject) -> Self {
        let key = &object.key;
        Self {
            name: key.file_name(),
            provider: key.provider.to_string(),
            from: key.begin(),
            to: key.end(),
            points: object.points,
            bytes: object.bytes,
            moved_at: object.kept_at,
        }
    }
}

#[utoipa::path(
    get, path = "/api/v1/users/{user_id}/cold", tag = "Timeseries", operation_id = "list_cold_objects",
    summary = "List old samples in cold storage",
    description = "Where the team's retention policy moves old samples to cold storage, they are no longer in the \
        answers of `timeseries` and `query`, but in these objects, and in every export.",
    params(("user_id" = uuid::Uuid, Path, description = "The user")),
    responses(
        (status = 200, description = "The objects", body = ColdRead),
        (status = 404, description = "The team has no such user", body = crate::ErrorBody),
    ),
    security(("api_key" = []), ("developer_token" = []))
)]
pub(crate) async fn list(Within(state): Within<State>, TeamUser { user, .. }: TeamUser) -> Result<Json<ColdRead>> {
    let objects = state.store.list_cold(user.id).await?;
    let hot_from = objects.iter().map(|object| &object.key).map(ColdKey::end).max();
    Ok(Json(ColdRead { hot_from, objects: objects.into_iter().map(ColdObjectRead::from).collect() }))
}
