//! `POST /api/v1/auth/login`: e-mail and password for a pair of tokens.

use crate::{
    State,
    access::PeerAddress,
    error::{ApiError, Result},
    state::Within,
    v1::auth::{TokenResponse, issue, verify},
};
use axum::{Json, body::Bytes};
use utoipa::ToSchema;

/// The form's fields.
#[derive(ToSchema)]
#[allow(dead_code)] // describes the form; the handler reads it by name
pub(crate) struct LoginForm {
    /// The developer's e-mail address.
    username: String,
    /// The password.
    #[schema(format = Password)]
    password: String,
}

#[utoipa::path(
    post, path = "/api/v1/auth/login", tag = "Auth", summary = "Log in",
    request_body(content = LoginForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "A pair of tokens", body = TokenResponse),
        (status = 401, description = "Wrong or missing e-mail or password", body = crate::ErrorBody),
        (status = 429, description = "Too many tries; see Retry-After", body = crate::ErrorBody),
    )
)]
pub(crate) async fn login(
    Within(state): Within<State>,
    PeerAddress(address): PeerAddress,
    body: Bytes,
) -> Result<Json<TokenResponse>> {
    let field = |name: &str| {
        let mut pairs = url::form_urlencoded::parse(&body);
        pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    };
    let (Some(email), Some(password)) = (field("username"), field("password")) else {
        return Err(ApiError::WrongPassword);
    };
    let email = email.trim().to_lowercase();
    state.login_limit.count(&state.clock, &format!("{address}|{email}"))?;
    state.token_limit.count(&state.clock, &address)?;
    let developer = state.store.find_developer_by_email(&email).await?;
    let hash = developer.as_ref().map(|developer| developer.password_hash.clone());
    let right = verify(&state, hash, password).await?;
    match developer {
        Some(developer) if right => {
            let family = state.rng.bytes();
            Ok(Json(issue(&state, developer.id, developer.team_id, family).await?))
        }
        _ => Err(ApiError::WrongPassword),
    }
}
