//! Who the user is, what they permit, and the end of their registration.

use super::{ApiError, bearer::CallingUser};
use crate::{device, kind::Permission, state::Shared};
use axum::{Json, extract::State, http::StatusCode};
use serde_json::{Value, json};
use std::sync::Arc;

/// `GET …/user/id`
pub(super) async fn id(CallingUser(user_id): CallingUser) -> Json<Value> {
    Json(json!({ "userId": user_id }))
}

fn permissions(shared: &Shared, user_id: &str) -> Result<Vec<&'static str>, ApiError> {
    let state = shared.lock();
    let account = state.accounts.get(user_id).ok_or_else(|| ApiError::not_found("No such user"))?;
    Ok(account.permissions.iter().copied().map(Permission::key).collect())
}

/// `GET /wellness-api/rest/user/permissions`: a bare list.
pub(super) async fn permissions_list(
    State(shared): State<Arc<Shared>>,
    CallingUser(user_id): CallingUser,
) -> Result<Json<Value>, ApiError> {
    Ok(Json(json!(permissions(&shared, &user_id)?)))
}

/// `GET /partner-gateway/rest/user/permissions`: the list inside an object.
pub(super) async fn permissions_object(
    State(shared): State<Arc<Shared>>,
    CallingUser(user_id): CallingUser,
) -> Result<Json<Value>, ApiError> {
    Ok(Json(json!({ "permissions": permissions(&shared, &user_id)? })))
}

/// `DELETE …/user/registration`
pub(super) async fn deregister(State(shared): State<Arc<Shared>>, CallingUser(user_id): CallingUser) -> StatusCode {
    device::deregister(&shared, &user_id);
    StatusCode::NO_CONTENT
}
