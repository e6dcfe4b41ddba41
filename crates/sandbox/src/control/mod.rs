//! The control interface under `/sandbox`: see what is there, make data, change how it is delivered.

mod endpoints;
mod faults;
mod state;
mod truth;
mod users;

pub(crate) use faults::{Fault, inject};

use crate::{pages::frame, state::Shared};
use axum::{
    Router,
    response::Html,
    routing::{get, post, put},
};
use std::sync::Arc;

/// Page and JSON routes.
pub(crate) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/", get(page))
        .route("/sandbox", get(page))
        .route("/sandbox/state", get(state::show))
        .route("/sandbox/truth", get(truth::show))
        .route("/sandbox/users", post(users::create))
        .route("/sandbox/users/{id}/generate", post(users::generate))
        .route("/sandbox/users/{id}/sync", post(users::sync))
        .route("/sandbox/users/{id}/permissions", put(users::permissions))
        .route("/sandbox/users/{id}/deregister", post(users::deregister))
        .route("/sandbox/resend", post(users::resend))
        .route("/sandbox/faults", post(faults::add).delete(faults::clear))
        .route("/sandbox/endpoints/{kind}", put(endpoints::configure))
}

async fn page() -> Html<String> {
    Html(frame("Sandbox", "wide", include_str!("page.html")))
}
