//! The control interface under `/sandbox`: see what is there, make data, change how it is delivered, make things
//! fail, verify a partner.

mod endpoints;
mod faults;
mod settings;
mod state;
mod tools;
mod truth;
mod users;
mod verification;
mod wish;

use crate::{pages, persist, state::Shared, wellness::ApiError};
use axum::{
    Router,
    extract::{Request, State},
    http::{Method, StatusCode},
    middleware::{self, Next},
    response::{IntoResponse as _, Response},
    routing::{delete, get, post, put},
};
use std::sync::Arc;

/// Page and JSON routes.
pub(crate) fn routes(shared: Arc<Shared>) -> Router<Arc<Shared>> {
    Router::new()
        .merge(pages::routes())
        .route("/sandbox/state", get(state::show))
        .route("/sandbox/truth", get(truth::show))
        .route("/sandbox/settings", get(settings::show).put(settings::change))
        .route("/sandbox/users", post(users::create))
        .route("/sandbox/users/{id}", delete(users::remove))
        .route("/sandbox/crowd", post(users::crowd))
        .route("/sandbox/users/{id}/generate", post(users::generate))
        .route("/sandbox/users/{id}/sync", post(users::sync))
        .route("/sandbox/users/{id}/connect", post(users::connect))
        .route("/sandbox/users/{id}/permissions", put(users::permissions))
        .route("/sandbox/users/{id}/deregister", post(users::deregister))
        .route("/sandbox/data", get(tools::view))
        .route("/sandbox/backfill", post(tools::backfill))
        .route("/sandbox/resend", post(tools::resend))
        .route("/sandbox/endpoints", get(endpoints::list))
        .route("/sandbox/endpoints/{kind}", put(endpoints::configure))
        .route("/sandbox/faults", get(faults::list).post(faults::add).delete(faults::clear))
        .route("/sandbox/faults/{id}", delete(faults::remove))
        .route("/sandbox/verification", get(verification::show).post(verification::run).delete(verification::clear))
        .layer(middleware::from_fn_with_state(shared, saved))
}

/// What a developer changed is kept before it is answered. Pages of other places change nothing.
async fn saved(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let changes = request.method() != Method::GET;
    if changes && request.headers().get("sec-fetch-site").is_some_and(|site| site == "cross-site") {
        return ApiError::new(StatusCode::FORBIDDEN, "Pages of other places change nothing here").into_response();
    }
    let answer = next.run(request).await;
    if changes {
        persist::save(&shared).await;
    }
    answer
}
