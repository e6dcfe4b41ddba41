//! `POST /api/v1/sdk/users/{user_id}/logs`: what a phone tells of its own work. Kept raw, for whoever looks for why
//! something did not come.

use super::UploadDataResponse;
use crate::{
    State,
    access::PhoneUser,
    error::{ApiError, Result},
    state::Within,
    v1::inbound::refusal,
    wire::JsonBody,
};
use axum::{Json, body::Bytes, http::StatusCode};
use futures::stream;
use ingest::Incoming;
use model::{PartMeta, ProviderName, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};
use std::convert::Infallible;
use store::DeliveryKind;
use utoipa::ToSchema;

const MOST: usize = 100;

/// What a phone tells of its work.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SDKLogRequest {
    /// The SDK's version.
    sdk_version: String,
    /// The provider that it reads from.
    provider: Option<String>,
    /// 1 to 100 events: `historical_data_sync_start`, `historical_data_type_sync_end` or `device_state`.
    events: Vec<Value>,
}

#[utoipa::path(
    post, path = "/api/v1/sdk/users/{user_id}/logs", tag = "Mobile SDK", operation_id = "send_sdk_logs",
    summary = "Send what a phone tells of its work",
    params(("user_id" = uuid::Uuid, Path, description = "Whose phone")),
    request_body = SDKLogRequest,
    responses(
        (status = 202, description = "Kept", body = UploadDataResponse),
        (status = 403, description = "The token is another user's", body = crate::ErrorBody),
        (status = 404, description = "The team has no such user", body = crate::ErrorBody),
        (status = 503, description = "No room at the moment; see Retry-After", body = crate::ErrorBody),
    ),
    security(("sdk_token" = []), ("api_key" = []))
)]
pub(crate) async fn logs(
    Within(state): Within<State>,
    PhoneUser(user): PhoneUser,
    JsonBody(request): JsonBody<SDKLogRequest>,
) -> Result<(StatusCode, Json<UploadDataResponse>)> {
    if !(1..=MOST).contains(&request.events.len()) {
        return Err(ApiError::invalid("events", "List should have 1 to 100 items"));
    }
    for (place, event) in request.events.iter().enumerate() {
        check(event).map_err(|(key, problem)| ApiError::invalid(format!("events.{place}.{key}"), problem))?;
    }
    let named = request.provider.or(user.last_synced_provider.as_ref().map(ToString::to_string));
    let phones = ::providers::all().map(::providers::Provider::manifest).filter(|it| it.capabilities.client_sdk);
    let provider = phones.map(|manifest| manifest.name.clone()).find(|name| Some(name.as_str()) == named.as_deref());
    let incoming = Incoming {
        kind: DeliveryKind::Sdk,
        // who does not say is filed with those of whom most do not
        provider: provider.unwrap_or(ProviderName::from_static("apple")),
        app_id: None,
        user_id: Some(user.id),
        connection_id: None,
        part_type: None,
        meta: PartMeta::default(),
    };
    let body = json!({ "sdkVersion": request.sdk_version, "data": { "logs": request.events } }).to_string();
    let body = stream::iter([Ok::<_, Infallible>(Bytes::from(body))]);
    state.intake.accept(incoming, body).await.map_err(refusal)?;
    Ok((StatusCode::ACCEPTED, Json(UploadDataResponse::accepted(user.id, "Log events stored successfully"))))
}

/// Whether an event has what events of its type have; else which field is wrong and why.
fn check(event: &Value) -> std::result::Result<(), (&'static str, &'static str)> {
    let is_time = |value: &Value| value.as_str().and_then(Timestamp::parse_rfc3339).is_some();
    let kind = event.get("eventType").and_then(Value::as_str);
    if !event.get("timestamp").is_some_and(is_time) {
        return Err(("timestamp", "Input should be a valid datetime"));
    }
    match kind {
        Some("historical_data_sync_start") => Ok(()),
        Some("historical_data_type_sync_end") => {
            if !event.get("dataType").is_some_and(Value::is_string) {
                return Err(("dataType", "Input should be a valid string"));
            }
            let has_outcome = event.get("success").is_some_and(Value::is_boolean);
            if has_outcome { Ok(()) } else { Err(("success", "Input should be a valid boolean")) }
        }
        Some("device_state") => {
            let level = event.get("batteryLevel").filter(|level| !level.is_null());
            let is_share = level.is_none_or(|level| level.as_f64().is_some_and(|it| (0.0..=1.0).contains(&it)));
            if is_share { Ok(()) } else { Err(("batteryLevel", "Input should be between 0 and 1")) }
        }
        _ => Err(("eventType", "Input should be one of the types of events")),
    }
}
