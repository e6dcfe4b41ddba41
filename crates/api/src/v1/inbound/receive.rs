//! `POST /api/v1/providers/{provider}/webhooks/{app_id}/{secret}`: a provider's webhook, known by the
//! secret in its path. A wrong secret is answered like a path that is not there, before the body is read.

use super::door::{WebhookAccepted, find_provider, take};
use crate::{
    State,
    error::{ApiError, Result},
    state::Within,
    wire::PathParams,
};
use axum::{Json, body::Body, http::HeaderMap};

#[utoipa::path(
    post, path = "/api/v1/providers/{provider}/webhooks/{app_id}/{secret}", tag = "Inbound",
    operation_id = "receive_webhook", summary = "Receive a provider's webhook",
    description = "Called by providers. On disk before it is answered.",
    params(
        ("provider" = String, Path, description = "The provider's short name"),
        ("app_id" = String, Path, description = "The provider app"),
        ("secret" = String, Path, description = "The app's webhook secret"),
    ),
    request_body(content = Object, content_type = "application/json"),
    responses(
        (status = 200, description = "Accepted", body = WebhookAccepted),
        (status = 404, description = "Unknown provider, app or secret", body = crate::ErrorBody),
        (status = 400, description = "A small body that is not a JSON object", body = crate::ErrorBody),
        (status = 413, description = "The body is too large", body = crate::ErrorBody),
        (status = 415, description = "The body is compressed", body = crate::ErrorBody),
        (status = 501, description = "The provider sends no webhooks", body = crate::ErrorBody),
        (status = 503, description = "No room at the moment; see Retry-After", body = crate::ErrorBody),
    )
)]
pub(crate) async fn receive(
    Within(state): Within<State>,
    path: PathParams,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<WebhookAccepted>> {
    let (manifest, webhook) = find_provider(path.text("provider"))?;
    let app = match path.text("app_id").parse() {
        Ok(id) => state.store.find_provider_app(id).await?,
        Err(_) => None,
    };
    let given = seal::hash_token(path.text("secret"));
    // Compared also where there is no app, so that the time taken says nothing.
    let expected = app.as_ref().map_or([0; 32], |app| app.webhook_secret_hash);
    let right = seal::constant_time_eq(&given, &expected);
    match app {
        Some(app) if right && app.provider == manifest.name => {
            Ok(Json(take(&state, app, webhook, &headers, body).await?))
        }
        _ => Err(ApiError::NotFound("Not Found".to_owned())),
    }
}
