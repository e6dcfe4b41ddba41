//! `GET /api/v1/oauth/{provider}/callback`: where the provider sends the browser back. Whatever happens, the
//! person ends on a page: the one that was asked for, or one of ours.

use crate::{
    State,
    access::PeerAddress,
    error::Result,
    state::Within,
    wire::{PathParams, Query},
};
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use model::ProviderName;
use url::Url;

#[utoipa::path(
    get, path = "/api/v1/oauth/{provider}/callback", tag = "Connections", operation_id = "oauth_callback",
    summary = "The provider sends the browser back here",
    params(
        ("provider" = String, Path, description = "The provider's short name"),
        ("code" = Option<String>, Query, description = "What tokens are exchanged for"),
        ("state" = Option<String>, Query, description = "Names the attempt"),
        ("error" = Option<String>, Query, description = "Why there is no code"),
        ("error_description" = Option<String>, Query, description = "The same for people"),
    ),
    responses((status = 303, description = "On to the page that was asked for, or to the landing of success or error"))
)]
pub(crate) async fn callback(
    Within(state): Within<State>,
    PeerAddress(address): PeerAddress,
    path: PathParams,
    query: Query,
) -> Result<Response> {
    state.token_limit.count(&state.clock, &address)?;
    let Some(provider) = ProviderName::parse(path.text("provider")) else {
        return Ok(failed(&state, "Unknown provider"));
    };
    let (code, attempt, error) = (query.text("code"), query.text("state"), query.text("error"));
    match state.sync.finish(&provider, code, attempt, error).await {
        Ok(finished) => {
            let target = finished.redirect_uri.and_then(|uri| Url::parse(uri.as_ref()).ok());
            Ok(see_other(&target.unwrap_or_else(|| {
                let user_id = finished.user_id.to_string();
                page(&state, "success", &[("provider", finished.provider.as_str()), ("user_id", &user_id)])
            })))
        }
        Err(error) => {
            tracing::info!(%provider, %error, "connecting an account failed");
            Ok(failed(&state, &error.to_string()))
        }
    }
}

fn failed(state: &State, message: &str) -> Response {
    see_other(&page(state, "error", &[("message", message)]))
}

fn page(state: &State, name: &str, pairs: &[(&str, &str)]) -> Url {
    let mut url = state.settings.public_url.clone();
    url.set_path(&format!("{}/api/v1/oauth/{name}", url.path().trim_end_matches('/')));
    url.query_pairs_mut().clear().extend_pairs(pairs);
    url
}

fn see_other(url: &Url) -> Response {
    let location = HeaderValue::from_str(url.as_str()).unwrap_or_else(|_| HeaderValue::from_static("/"));
    let no_store = HeaderValue::from_static("no-store");
    (StatusCode::SEE_OTHER, [(header::LOCATION, location), (header::CACHE_CONTROL, no_store)]).into_response()
}
