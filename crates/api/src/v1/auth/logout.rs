//! `POST /api/v1/auth/logout`: ends the developer's sessions.

use crate::{State, access::DeveloperCaller, error::Result, state::Within, v1::auth::Message};
use axum::Json;

#[utoipa::path(
    post, path = "/api/v1/auth/logout", tag = "Auth", summary = "Log out",
    description = "Ends all sessions of the developer: their access and refresh tokens are good no more.",
    responses((status = 200, description = "Logged out", body = Message)),
    security(("developer_token" = []))
)]
pub(crate) async fn logout(Within(state): Within<State>, caller: DeveloperCaller) -> Result<Json<Message>> {
    state.store.revoke_sessions(caller.developer).await?;
    Ok(Json(Message { message: "Successfully logged out" }))
}
