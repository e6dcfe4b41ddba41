//! `GET /api/v1/users/{user_id}/sync/stream`: what happens in a user's runs, as server-sent events.
//! Event ids are positions in the change log, so a client that was away says where it was and misses nothing.

use super::follow::Follower;
use crate::{
    State,
    access::TeamUser,
    error::{ApiError, Result},
    state::Within,
    wire::Query,
};
use axum::{
    http::{HeaderMap, HeaderName, HeaderValue},
    response::{
        IntoResponse, Response, Sse,
        sse::{Event, KeepAlive},
    },
};
use futures::{StreamExt as _, stream};
use std::{convert::Infallible, time::Duration};

const HEARTBEAT: Duration = Duration::from_secs(15);
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

#[utoipa::path(
    get, path = "/api/v1/users/{user_id}/sync/stream", tag = "Sync", operation_id = "stream_sync_events",
    summary = "Follow what happens",
    description = "Begins with the comment `connected`, then the last events, then each as it happens: named \
        `sync.status`, with the shape of `…/sync/recent` and an id `lane:position`. With `Last-Event-ID` it goes on \
        after that id; when that is too long ago or cannot be read, an event `gap` says so first. A comment `heartbeat` every 15 s.",
    params(
        ("user_id" = uuid::Uuid, Path, description = "The user"),
        ("replay" = Option<u32>, Query, minimum = 1, maximum = 200, description = "How many past events first; 20 if left out"),
        ("Last-Event-ID" = Option<String>, Header, description = "The id of the last event that was received"),
    ),
    responses(
        (status = 200, description = "Events without end", body = String, content_type = "text/event-stream"),
        (status = 404, description = "The team has no such user", body = crate::ErrorBody),
        (status = 503, description = "Too many streams are open; see Retry-After", body = crate::ErrorBody),
    ),
    security(("api_key" = []), ("developer_token" = []))
)]
pub(crate) async fn stream_events(
    Within(state): Within<State>,
    TeamUser { user, .. }: TeamUser,
    query: Query,
    headers: HeaderMap,
) -> Result<Response> {
    let replay = query.integer("replay", 20, 1..=200)?;
    let last = headers.get(LAST_EVENT_ID).map(|value| String::from_utf8_lossy(value.as_bytes()));
    let busy = ApiError::Unavailable { reason: "Too many streams are open", retry_after_s: 10 };
    let permit = state.streams.clone().try_acquire_owned().map_err(|_| busy)?;
    let shutdown = state.shutdown.clone();
    let (follower, first) = Follower::begin(state, user.id, last.as_deref(), replay).await?;
    let live = stream::unfold((follower, permit), |(mut follower, permit)| async move {
        follower.next().await.map(|events| (stream::iter(events), (follower, permit)))
    });
    let connected = stream::iter([Event::default().comment("connected")]);
    let events = connected.chain(stream::iter(first)).chain(live.flatten());
    let events = events.map(Ok::<_, Infallible>).take_until(shutdown.cancelled_owned());
    let sse = Sse::new(events).keep_alive(KeepAlive::new().interval(HEARTBEAT).text("heartbeat"));
    // Proxies that gather answers before passing them on would hold events back.
    Ok(([(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"))], sse).into_response())
}
