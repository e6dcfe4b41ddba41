//! What surrounds every route: request ids, the request log and metrics, panics turned into answers.
//! Paths are logged as routes, never as called, because they and their queries hold secrets.

use crate::{State, error::ApiError, state::Within};
use axum::{
    body::HttpBody as _,
    extract::{MatchedPath, Request},
    http::{HeaderName, HeaderValue, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::any::Any;
use tracing::Instrument as _;

pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const LONGEST_ID: usize = 64;

/// Gives the request an id, its own if it has a harmless one, and writes log and metrics when it is answered.
pub(crate) async fn observe(Within(state): Within<State>, mut request: Request, next: Next) -> Response {
    let id = request_id(&state, &request);
    let method = request.method().clone();
    let route =
        request.extensions().get::<MatchedPath>().map_or_else(|| "none".to_owned(), |path| path.as_str().to_owned());
    request.headers_mut().insert(REQUEST_ID, id.clone());
    announce(&mut request);
    let status = tracing::field::Empty;
    let span = tracing::info_span!("request", id = id.to_str().unwrap_or_default(), %method, route, status);
    if let Some(follow) = state.settings.follow_trace {
        follow(&span, request.headers());
    }
    let began = state.clock.now();
    let mut response = next.run(request).instrument(span.clone()).await;
    response.headers_mut().insert(REQUEST_ID, id);
    let status = response.status().as_u16();
    let took_s = state.clock.now().micros_since(began).max(0) as f64 / 1e6;
    span.in_scope(|| tracing::info!(status, took_ms = took_s * 1e3, "answered"));
    if state.settings.follow_trace.is_some() {
        span.record("status", status);
    }
    let labels = [("method", method.to_string()), ("route", route), ("status", status.to_string())];
    metrics::counter!("wearhouse_http_requests_total", &labels).increment(1);
    let labels = labels.get(..2).unwrap_or_default();
    metrics::histogram!("wearhouse_http_request_seconds", labels).record(took_s);
    response
}

/// Says in the header how long a body is where that is known: layers within wrap the body and no longer know.
fn announce(request: &mut Request) {
    if let Some(length) = request.body().size_hint().exact() {
        request.headers_mut().entry(header::CONTENT_LENGTH).or_insert_with(|| HeaderValue::from(length));
    }
}

fn request_id(state: &State, request: &Request) -> HeaderValue {
    let plain = |id: &&HeaderValue| {
        let ok = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
        !id.is_empty() && id.len() <= LONGEST_ID && id.as_bytes().iter().all(ok)
    };
    match request.headers().get(REQUEST_ID).filter(plain) {
        Some(given) => given.clone(),
        None => {
            let id = uuid::Uuid::from_bytes(state.rng.bytes()).simple().to_string();
            HeaderValue::from_str(&id).unwrap_or_else(|_| HeaderValue::from_static("none"))
        }
    }
}

/// A panic is a fault of ours: logged without its payload reaching the caller.
pub(crate) fn panicked(cause: Box<dyn Any + Send + 'static>) -> Response {
    let text = cause.downcast_ref::<&str>().copied().or_else(|| cause.downcast_ref::<String>().map(String::as_str));
    tracing::error!(panic = text.unwrap_or("unknown"), "a handler panicked");
    ApiError::Internal.into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_is_answered_without_what_it_said() {
        let response = panicked(Box::new("a secret"));
        assert_eq!(response.status(), 500);
        let body = axum::body::to_bytes(response.into_body(), 1_000).await.unwrap();
        assert_eq!(&body[..], b"{\"detail\":\"Internal Server Error\"}");
    }
}
