//! What both webhook paths share: which provider, whether there is room, and the body into the inbox.

use crate::{
    State,
    error::{ApiError, Result},
};
use ::providers::{Manifest, Webhook};
use axum::{
    body::{Body, HttpBody as _},
    http::{HeaderMap, header},
};
use futures::TryStreamExt as _;
use ingest::{AcceptError, Accepted, Incoming};
use model::PartMeta;
use serde::Serialize;
use store::{DeliveryKind, ProviderApp};
use utoipa::ToSchema;

/// The answer to a provider.
#[derive(Serialize, ToSchema)]
pub(crate) struct WebhookAccepted {
    /// Always `accepted`: it is on disk, and takes effect soon.
    pub(super) status: &'static str,
}

/// The provider that a path names, if it has webhooks.
pub(super) fn find_provider(name: &str) -> Result<(&'static Manifest, &'static Webhook)> {
    let provider = ::providers::find(name);
    let provider = provider.ok_or_else(|| ApiError::NotFound(format!("Unknown provider: '{name}'")))?;
    let manifest = provider.manifest();
    let webhook = manifest.webhook.as_ref();
    let webhook = webhook.ok_or_else(|| ApiError::NotImplemented(format!("Provider '{name}' sends no webhooks")))?;
    Ok((manifest, webhook))
}

/// A body announced to be no larger is looked at before it is taken; what is larger is checked when it is split.
const LOOKED_AT: u64 = 64 * 1024;

/// Refuses a body that is packed: it would be kept as it came, and nobody would unpack it.
pub(crate) fn check_encoding(headers: &HeaderMap) -> Result<()> {
    for value in headers.get_all(header::CONTENT_ENCODING) {
        let value = String::from_utf8_lossy(value.as_bytes());
        let packed = |name: &&str| !name.is_empty() && !name.eq_ignore_ascii_case("identity");
        if let Some(name) = value.split(',').map(str::trim).find(packed) {
            return Err(ApiError::Encoded { encoding: name.chars().take(32).collect() });
        }
    }
    Ok(())
}

/// The body again, if it is a JSON object or too large to look at.
async fn check_json(headers: &HeaderMap, body: Body) -> Result<Body> {
    if announced(headers, &body).is_none_or(|bytes| bytes > LOOKED_AT) {
        return Ok(body);
    }
    let broken = |_| ApiError::BadRequest("The body broke off".to_owned());
    let bytes = axum::body::to_bytes(body, LOOKED_AT as usize).await.map_err(broken)?;
    // What every provider sends is an object; anything else would be accepted only to die.
    let is_object = bytes.trim_ascii_start().first() == Some(&b'{');
    match serde_json::from_slice::<serde::de::IgnoredAny>(&bytes) {
        Ok(_) if is_object => Ok(Body::from(bytes)),
        _ => Err(ApiError::BadRequest("Invalid JSON body".to_owned())),
    }
}

fn announced(headers: &HeaderMap, body: &Body) -> Option<u64> {
    let header = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    header.or_else(|| body.size_hint().exact())
}

/// Takes the body of a webhook whose sender is known.
pub(super) async fn take(
    state: &State,
    app: ProviderApp,
    webhook: &Webhook,
    headers: &HeaderMap,
    body: Body,
) -> Result<WebhookAccepted> {
    let incoming = Incoming {
        kind: DeliveryKind::Webhook,
        provider: app.provider,
        app_id: Some(app.id),
        user_id: None,
        connection_id: None,
        part_type: None,
        meta: PartMeta::default(),
    };
    check_encoding(headers)?;
    state.intake.check_room().map_err(refusal)?;
    let body = check_json(headers, body).await?;
    let accepted = accept(state, incoming, webhook.max_body_bytes, headers, body).await?;
    tracing::debug!(receipt = accepted.receipt, bytes = accepted.size, "webhook accepted");
    Ok(WebhookAccepted { status: "accepted" })
}

/// Asks for room, then streams a body to disk.
pub(crate) async fn accept(
    state: &State,
    incoming: Incoming,
    limit: u64,
    headers: &HeaderMap,
    body: Body,
) -> Result<Accepted> {
    state.intake.check_room().map_err(refusal)?;
    let limit = limit.min(state.intake.body_limit(&incoming));
    if announced(headers, &body).is_some_and(|bytes| bytes > limit) {
        return Err(ApiError::TooLarge { limit });
    }
    let body = body.into_data_stream().map_err(|error| error.to_string());
    state.intake.accept(incoming, body).await.map_err(refusal)
}

/// The answer to a body that was not taken.
pub(crate) fn refusal(error: AcceptError) -> ApiError {
    match error {
        AcceptError::TooLarge { limit } => ApiError::TooLarge { limit },
        AcceptError::Busy { retry_after_s } => ApiError::Unavailable { reason: "Too much is waiting", retry_after_s },
        AcceptError::DiskLow { .. } => ApiError::Unavailable { reason: "The disk is nearly full", retry_after_s: 120 },
        AcceptError::UnknownProvider(name) => {
            let known = ::providers::all().map(::providers::Provider::manifest);
            let known: Vec<&str> =
                known.filter(|it| it.capabilities.client_sdk).map(|manifest| manifest.name.as_str()).collect();
            ApiError::BadRequest(format!("Unsupported provider: {name}. Supported: {}", known.join(", ")))
        }
        AcceptError::Malformed => ApiError::BadRequest("JSON decode error".to_owned()),
        AcceptError::Interrupted(reason) => ApiError::BadRequest(format!("The body broke off: {reason}")),
        AcceptError::Store(error) => error.into(),
        AcceptError::Disk(_) => ApiError::stored_nothing(&error, "The body could not be kept"),
    }
}
