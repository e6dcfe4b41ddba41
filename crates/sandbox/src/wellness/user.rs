//! Who the user is, what they permit, and the end of their registration.

use super::{ApiError, bearer::CallingUser};
use crate::{
    kind::Permission,
    notify,
    persist::Entry,
    settings::{PermissionShape, UserPaths},
    state::Shared,
};
use axum::{
    Json,
    extract::{FromRequestParts, State},
    http::{StatusCode, request::Parts},
};
use serde_json::{Value, json};
use std::sync::Arc;

/// Under which of the two paths a call came; a path that the settings switch off does not exist.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    WellnessApi,
    PartnerGateway,
}

impl FromRequestParts<Arc<Shared>> for Family {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, shared: &Arc<Shared>) -> Result<Self, ApiError> {
        let gateway = parts.uri.path().starts_with("/partner-gateway");
        let family = if gateway { Family::PartnerGateway } else { Family::WellnessApi };
        match (shared.lock().settings.user_paths, family) {
            (UserPaths::WellnessApi, Family::PartnerGateway) | (UserPaths::PartnerGateway, Family::WellnessApi) => {
                Err(ApiError::not_found("No such address"))
            }
            _ => Ok(family),
        }
    }
}

/// `GET …/user/id`
pub(super) async fn id(_: Family, CallingUser(user_id): CallingUser) -> Json<Value> {
    Json(json!({ "userId": user_id }))
}

/// `GET …/user/permissions`: a bare list or the list inside an object.
pub(super) async fn permissions(
    State(shared): State<Arc<Shared>>,
    family: Family,
    CallingUser(user_id): CallingUser,
) -> Result<Json<Value>, ApiError> {
    let state = shared.lock();
    let account = state.accounts.get(&user_id).ok_or_else(|| ApiError::not_found("No such user"))?;
    let list: Vec<&str> = account.permissions.iter().copied().map(Permission::key).collect();
    let in_object = match state.settings.permission_shape {
        PermissionShape::ByPath => family == Family::PartnerGateway,
        PermissionShape::List => false,
        PermissionShape::Object => true,
    };
    Ok(Json(if in_object { json!({ "permissions": list }) } else { json!(list) }))
}

/// `DELETE …/user/registration`
pub(super) async fn deregister(
    State(shared): State<Arc<Shared>>,
    _: Family,
    CallingUser(user_id): CallingUser,
) -> StatusCode {
    let mut state = shared.lock();
    state.promise(|| Entry::Deregistered { user_id: user_id.clone() });
    notify::deregister(&shared, &mut state, &user_id);
    StatusCode::NO_CONTENT
}
