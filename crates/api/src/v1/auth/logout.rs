//! `POST /api/v1/auth/logout`: ends the session.

use crate::{State, access::DeveloperCaller, error::Result, state::Within, v1::auth::Message};
use axum::Json;

#[utoipa::path(
    post, path = "/api/v1/auth/logout", tag = "Auth", summary = "Log out",
    description = "The access and refresh tokens of the same login are good no more.",
    responses((status = 200, description = "Logged out", body = Message)),
    security(("developer_token" = []))
)]
pub(crate) async fn logout(Within(state): Within<State>, caller: DeveloperCaller) -> Result<Json<Message>> {
    state.store.revoke_session_family(caller.session).await?;
    Ok(Json(Message { message: "Successfully logged out" }))
}
