//! `GET /api/v1/users/{user_id}/priorities`: how a user's sources are ordered, and what was set for them.

use crate::{
    State,
    access::TeamUser,
    error::Result,
    state::Within,
    trust::Trusted,
    wire::{SourceMetadata, source_id},
};
use axum::Json;
use model::{Holding, PriorityKind, SeriesType, Trust};
use serde::{Deserialize, Serialize};
use store::{StoredSource, User};
use utoipa::ToSchema;

/// How a user's sources are ordered.
#[derive(Serialize, ToSchema)]
pub(crate) struct UserPriorities {
    /// What was set for this user; it holds before what the team set.
    priorities: Vec<UserPriority>,
    /// The user's sources where no series is meant, the most trusted first.
    order: Vec<RankedSource>,
}

/// A priority of one user. One of `provider`, `device_type` and `device` is given.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UserPriority {
    /// The provider that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) provider: Option<String>,
    /// The kind of device that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) device_type: Option<String>,
    /// The source that it is about, by its id in the list of the user's data sources. Stands in place of its
    /// provider's priority.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) device: Option<uuid::Uuid>,
    /// The series for which it holds; all if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) series: Option<String>,
    /// 1 is best, 100 is worst.
    pub(super) priority: i32,
}

/// A source in its place.
#[derive(Serialize, ToSchema)]
pub(crate) struct RankedSource {
    /// Its id.
    id: uuid::Uuid,
    /// What it is.
    source: Option<SourceMetadata>,
    /// What is looked at first: the priority of the device itself if one is set, else of its provider.
    first: Held,
    /// What is looked at where the first is equal.
    device_type: Held,
}

/// A priority that holds.
#[derive(Serialize, ToSchema)]
pub(crate) struct Held {
    /// `provider`, `device_type` or `device`.
    kind: &'static str,
    /// 1 is best.
    priority: i32,
    /// `user`, `team` or `default`.
    set_by: &'static str,
}

#[utoipa::path(
    get, path = "/api/v1/users/{user_id}/priorities", tag = "Priorities", operation_id = "get_user_priorities",
    summary = "Show how a user's sources are ordered",
    params(("user_id" = uuid::Uuid, Path, description = "The user")),
    responses(
        (status = 200, description = "What was set, and the order", body = UserPriorities),
        (status = 404, description = "There is no such user", body = crate::ErrorBody),
    ),
    security(("api_key" = []), ("developer_token" = []))
)]
pub(crate) async fn of_user(
    Within(state): Within<State>,
    TeamUser { user, .. }: TeamUser,
) -> Result<Json<UserPriorities>> {
    Ok(Json(shown(&state, &user).await?))
}

/// What was set for a user, and what follows.
pub(super) async fn shown(state: &State, user: &User) -> Result<UserPriorities> {
    let sources = state.store.list_sources(user.id).await?;
    let set = state.store.list_priorities(user.team_id, Some(user.id)).await?;
    let own = set.into_iter().map(|set| set.priority).filter(|priority| priority.user_id.is_some());
    let show = |priority: model::Priority| {
        let named = |kind| (priority.kind == kind).then(|| priority.name.clone());
        UserPriority {
            provider: named(PriorityKind::Provider),
            device_type: named(PriorityKind::DeviceType),
            device: named(PriorityKind::Device)
                .and_then(|name| name.parse().ok())
                .map(|number| source_id(user.id, number)),
            series: priority.series.map(SeriesType::as_str).map(str::to_owned),
            priority: priority.priority,
        }
    };
    let priorities = own.map(show).collect();
    let ranking = Trusted::of(state, user).await?.ranking(&sources, None);
    let order = ranking.order().iter().map(|trust| RankedSource::of(user, trust, &sources)).collect();
    Ok(UserPriorities { priorities, order })
}

impl RankedSource {
    fn of(user: &User, trust: &Trust, sources: &[StoredSource]) -> Self {
        let source = sources.iter().find(|stored| stored.number == trust.source);
        Self {
            id: source_id(user.id, trust.source),
            source: source.map(|stored| SourceMetadata::from(&stored.source)),
            first: Held::of(&trust.first),
            device_type: Held::of(&trust.device_type),
        }
    }
}

impl Held {
    fn of(holding: &Holding) -> Self {
        Self { kind: holding.kind.as_str(), priority: holding.priority, set_by: holding.set_by.as_str() }
    }
}
