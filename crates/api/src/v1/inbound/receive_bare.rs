//! `POST /api/v1/providers/{provider}/webhooks`: the peer's path without a secret, for the installation's
//! default app. Closed unless opened in the configuration; then the sender's client id is compared.

use super::door::{WebhookAccepted, find_provider, take};
use crate::{
    State,
    error::{ApiError, Result},
    state::Within,
    wire::PathParams,
};
use axum::{Json, body::Body, http::HeaderMap};

#[utoipa::path(
    post, path = "/api/v1/providers/{provider}/webhooks", tag = "Inbound", operation_id = "receive_webhook_bare",
    summary = "Receive a provider's webhook at the bare path",
    description = "Closed by default: anyone who knows the client id could send. Prefer the path with a secret.",
    params(("provider" = String, Path, description = "The provider's short name")),
    request_body(content = Object, content_type = "application/json"),
    responses(
        (status = 200, description = "Accepted", body = WebhookAccepted),
        (status = 401, description = "The sender does not name our client id", body = crate::ErrorBody),
        (status = 404, description = "Unknown provider, or the path is closed", body = crate::ErrorBody),
        (status = 400, description = "A small body that is not a JSON object", body = crate::ErrorBody),
        (status = 413, description = "The body is too large", body = crate::ErrorBody),
        (status = 415, description = "The body is compressed", body = crate::ErrorBody),
        (status = 501, description = "The provider sends no webhooks", body = crate::ErrorBody),
        (status = 503, description = "No room at the moment; see Retry-After", body = crate::ErrorBody),
    )
)]
pub(crate) async fn receive_bare(
    Within(state): Within<State>,
    path: PathParams,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<WebhookAccepted>> {
    take_bare(&state, path.text("provider"), &headers, body).await
}

/// Takes a body that came without a secret, if that is allowed and its sender names our client id.
pub(super) async fn take_bare(
    state: &State,
    provider: &str,
    headers: &HeaderMap,
    body: Body,
) -> Result<Json<WebhookAccepted>> {
    let (manifest, webhook) = find_provider(provider)?;
    if !state.settings.compat_open_garmin_path {
        return Err(ApiError::NotFound("Not Found".to_owned()));
    }
    let app = state.store.find_default_app(&manifest.name).await?;
    let given = webhook.client_id_header.as_ref().and_then(|name| headers.get(name)).map(|value| value.as_bytes());
    match app {
        Some(app) if ::providers::verify_client_id(given, &app.client_id) => {
            Ok(Json(take(state, app, webhook, headers, body).await?))
        }
        _ => Err(ApiError::Unauthorized("Invalid webhook signature")),
    }
}
