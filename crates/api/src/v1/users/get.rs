//! `GET /api/v1/users/{user_id}`: a user.

use crate::{access::TeamUser, v1::users::UserRead};
use axum::Json;

#[utoipa::path(
    get, path = "/api/v1/users/{user_id}", tag = "Users", operation_id = "get_user", summary = "Get a user",
    params(("user_id" = uuid::Uuid, Path, description = "The user")),
    responses(
        (status = 200, description = "The user", body = UserRead),
        (status = 404, description = "The team has no such user", body = crate::ErrorBody),
    ),
    security(("api_key" = []), ("developer_token" = []))
)]
pub(crate) async fn get(TeamUser { user, .. }: TeamUser) -> Json<UserRead> {
    Json(user.into())
}
