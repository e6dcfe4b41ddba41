//! `GET /api/v1/webhooks/endpoints/{endpoint_id}/attempts`: how sending to an endpoint went, latest first.

use super::find;
use crate::{
    State,
    access::DeveloperCaller,
    error::Result,
    state::Within,
    wire::{PathParams, Query},
};
use axum::Json;
use model::Timestamp;
use serde::Serialize;
use store::{Attempt, Endpoint};
use utoipa::ToSchema;

const MOST: u32 = 250;

/// Tries, latest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct AttemptList {
    /// The tries.
    data: Vec<AttemptRead>,
    /// Whether these are all.
    done: bool,
    /// Always null.
    iterator: Option<String>,
    /// Always null.
    #[serde(rename = "prevIterator")]
    prev_iterator: Option<String>,
}

/// A try to deliver a message.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AttemptRead {
    /// Its id.
    id: String,
    /// The endpoint.
    endpoint_id: String,
    /// The message.
    msg_id: String,
    /// Where it went.
    url: String,
    /// What went wrong when there was no answer; answers are not kept.
    response: String,
    /// The answer's status; 0 when there was none.
    response_status_code: u16,
    /// How long it took, milliseconds.
    response_duration_ms: u32,
    /// 0 delivered, 2 failed.
    status: u8,
    /// The same in a word.
    status_text: &'static str,
    /// Always 0: by itself.
    trigger_type: u8,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    timestamp: Timestamp,
    /// The event's type.
    event_type: String,
    /// Which try, from 1.
    attempt: u32,
}

#[utoipa::path(
    get, path = "/api/v1/webhooks/endpoints/{endpoint_id}/attempts", tag = "Webhooks",
    operation_id = "list_endpoint_attempts", summary = "List deliveries to an endpoint",
    params(
        ("endpoint_id" = String, Path, description = "The endpoint"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 250, description = "How many; 50 if left out"),
        ("status" = Option<u32>, Query, description = "Only 0 (delivered) or 2 (failed), of the latest 250"),
        ("event_types" = Option<Vec<String>>, Query, description = "Only these types, of the latest 250"),
    ),
    responses(
        (status = 200, description = "The tries", body = AttemptList),
        (status = 404, description = "The team has no such endpoint", body = crate::ErrorBody),
    ),
    security(("developer_token" = []))
)]
pub(crate) async fn attempts(
    Within(state): Within<State>,
    caller: DeveloperCaller,
    path: PathParams,
    query: Query,
) -> Result<Json<AttemptList>> {
    let limit = query.integer("limit", 50, 1..=MOST)? as usize;
    let status = query.text("status").map(|_| query.integer("status", 0, 0..=3)).transpose()?;
    let types: Vec<&str> = query.all("event_types").collect();
    let endpoint = find(&state, caller.team_id, &path).await?;
    let latest = state.store.list_attempts(caller.team_id, endpoint.id, MOST).await?;
    let mut shown: Vec<AttemptRead> = latest
        .into_iter()
        .filter(|attempt| types.is_empty() || types.contains(&attempt.event_type.as_str()))
        .map(|attempt| show(&endpoint, attempt))
        .filter(|attempt| status.is_none_or(|status| status == u32::from(attempt.status)))
        .collect();
    let done = shown.len() <= limit;
    shown.truncate(limit);
    Ok(Json(AttemptList { data: shown, done, iterator: None, prev_iterator: None }))
}

fn show(endpoint: &Endpoint, attempt: Attempt) -> AttemptRead {
    let delivered = attempt.status.is_some_and(|status| (200..300).contains(&status));
    let msg_id = deliver::message_id(attempt.message_id);
    AttemptRead {
        id: format!("{msg_id}.{}", attempt.number),
        endpoint_id: endpoint.id.to_string(),
        msg_id,
        url: endpoint.url.clone(),
        response: attempt.error.unwrap_or_default(),
        response_status_code: attempt.status.unwrap_or(0),
        response_duration_ms: attempt.took_ms,
        status: if delivered { 0 } else { 2 },
        status_text: if delivered { "success" } else { "fail" },
        trigger_type: 0,
        timestamp: attempt.at,
        event_type: attempt.event_type,
        attempt: attempt.number,
    }
}
