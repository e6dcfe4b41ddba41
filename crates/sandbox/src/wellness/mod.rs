//! The REST interface that partners call: who the user is, what they permit, their summaries and files.

mod backfill;
mod bearer;
mod error;
mod files;
mod summaries;
mod user;

use crate::state::Shared;
use axum::{
    Router,
    routing::{delete, get},
};
use std::sync::Arc;

pub(crate) use bearer::bearer_of;
pub(crate) use error::ApiError;

/// Routes of both path families.
pub(crate) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/wellness-api/rest/user/id", get(user::id))
        .route("/partner-gateway/rest/user/id", get(user::id))
        .route("/wellness-api/rest/user/permissions", get(user::permissions))
        .route("/partner-gateway/rest/user/permissions", get(user::permissions))
        .route("/wellness-api/rest/user/registration", delete(user::deregister))
        .route("/partner-gateway/rest/user/registration", delete(user::deregister))
        .route("/wellness-api/rest/activityFile", get(files::download))
        .route("/wellness-api/rest/backfill/{kind}", get(backfill::request))
        .route("/wellness-api/rest/{kind}", get(summaries::pull))
}
