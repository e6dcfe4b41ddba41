//! `POST /api/v1/webhooks/endpoints/{endpoint_id}/test`: sends an endpoint a made-up event.

use super::find;
use crate::{
    State,
    access::DeveloperCaller,
    error::{ApiError, Result},
    state::Within,
    wire::{OptionalJson, PathParams},
};
use axum::Json;
use model::UserId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Which event to make up.
#[derive(Default, Deserialize, ToSchema)]
pub(crate) struct TestEventRequest {
    /// Its type; `workout.created` if left out.
    event_type: Option<String>,
}

/// A message on its way.
#[derive(Serialize, ToSchema)]
pub(crate) struct TestEventSent {
    /// Its id: what receivers see as `webhook-id`.
    id: String,
    /// The event's type.
    event_type: String,
}

#[utoipa::path(
    post, path = "/api/v1/webhooks/endpoints/{endpoint_id}/test", tag = "Webhooks", operation_id = "test_endpoint",
    summary = "Send a test event", description = "Goes to this endpoint only, signed like any other; see `…/attempts`.",
    params(("endpoint_id" = String, Path, description = "The endpoint")),
    request_body = Option<TestEventRequest>,
    responses(
        (status = 200, description = "The message on its way", body = TestEventSent),
        (status = 404, description = "The team has no such endpoint", body = crate::ErrorBody),
    ),
    security(("developer_token" = []))
)]
pub(crate) async fn test(
    Within(state): Within<State>,
    caller: DeveloperCaller,
    path: PathParams,
    OptionalJson(request): OptionalJson<TestEventRequest>,
) -> Result<Json<TestEventSent>> {
    let endpoint = find(&state, caller.team_id, &path).await?;
    let event_type = request.unwrap_or_default().event_type.unwrap_or_else(|| "workout.created".to_owned());
    let emission = deliver::test_emission(&event_type);
    let emission = emission.ok_or_else(|| ApiError::invalid("event_type", "Events of this type are not sent"))?;
    // A made-up event is about the user the endpoint is for, or about nobody.
    let user = endpoint.user_id.unwrap_or_else(|| UserId::from_uuid(uuid::Uuid::nil()));
    let id = state.store.put_message(&endpoint, user, emission, state.clock.now()).await?;
    Ok(Json(TestEventSent { id: deliver::message_id(id), event_type }))
}
