//! The token endpoint: code or refresh token in, a fresh pair out. Every refresh token works once.

use super::pkce;
use crate::{
    grants::{ACCESS_SECONDS, REFRESH_SECONDS},
    persist::Entry,
    state::Shared,
};
use axum::{
    Json,
    extract::{Form, State, rejection::FormRejection},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::sync::Arc;

const SCOPE: &str = "PARTNER_WRITE PARTNER_READ CONNECT_READ CONNECT_WRITE";

#[derive(Deserialize)]
pub(super) struct Exchange {
    grant_type: Option<String>,
    client_id: Option<String>,
    client_secret: Option<String>,
    code: Option<String>,
    code_verifier: Option<String>,
    redirect_uri: Option<String>,
    refresh_token: Option<String>,
}

/// The answer of the token endpoint.
#[derive(Serialize)]
pub(crate) struct Tokens {
    access_token: String,
    token_type: &'static str,
    refresh_token: String,
    expires_in: i64,
    refresh_token_expires_in: i64,
    scope: &'static str,
    jti: String,
}

/// Why no tokens are given.
enum Refusal {
    Client,
    Request(&'static str),
    Grant(&'static str),
    GrantType,
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, error, description) = match self {
            Refusal::Client => {
                (StatusCode::UNAUTHORIZED, "invalid_client", "the client is not known or its secret is wrong")
            }
            Refusal::Request(what) => (StatusCode::BAD_REQUEST, "invalid_request", what),
            Refusal::Grant(what) => (StatusCode::BAD_REQUEST, "invalid_grant", what),
            Refusal::GrantType => {
                (StatusCode::BAD_REQUEST, "unsupported_grant_type", "use authorization_code or refresh_token")
            }
        };
        (status, Json(json!({ "error": error, "error_description": description }))).into_response()
    }
}

/// `POST /di-oauth2-service/oauth/token`
pub(super) async fn exchange(
    State(shared): State<Arc<Shared>>,
    form: Result<Form<Exchange>, FormRejection>,
) -> Response {
    let Ok(Form(form)) = form else { return Refusal::Request("the form could not be read").into_response() };
    match tokens(&shared, &form) {
        Ok(tokens) => ([("cache-control", "no-store")], Json(tokens)).into_response(),
        Err(refusal) => refusal.into_response(),
    }
}

fn tokens(shared: &Shared, form: &Exchange) -> Result<Tokens, Refusal> {
    let config = &shared.config;
    let client_is_right = form.client_id.as_ref() == Some(&config.client_id)
        && form.client_secret.as_ref() == Some(&config.client_secret);
    if !client_is_right {
        return Err(Refusal::Client);
    }
    let user_id = match form.grant_type.as_deref() {
        Some("authorization_code") => by_code(shared, form)?,
        Some("refresh_token") => by_refresh(shared, form)?,
        Some(_) => return Err(Refusal::GrantType),
        None => return Err(Refusal::Request("grant_type is missing")),
    };
    Ok(grant(shared, user_id, form.refresh_token.clone()))
}

/// A fresh pair for a user, in place of the refresh token that was used.
pub(crate) fn grant(shared: &Shared, user_id: String, used: Option<String>) -> Tokens {
    let (config, now) = (&shared.config, shared.now());
    let mut state = shared.lock();
    let pair = state.grants.issue_pair(&config.rng, now, &config.client_id, &user_id);
    let mut permissions = Vec::new();
    if let Some(account) = state.accounts.get_mut(&user_id) {
        account.connect(now);
        permissions.extend(account.permissions.iter().copied());
    }
    state.promise(|| Entry::Tokens { user_id, pair: pair.clone(), used, permissions, at: now });
    Tokens {
        access_token: pair.access,
        token_type: "bearer",
        refresh_token: pair.refresh,
        expires_in: ACCESS_SECONDS,
        refresh_token_expires_in: REFRESH_SECONDS,
        scope: SCOPE,
        jti: pair.jti,
    }
}

fn by_code(shared: &Shared, form: &Exchange) -> Result<String, Refusal> {
    let code = form.code.as_deref().ok_or(Refusal::Request("code is missing"))?;
    let verifier = form.code_verifier.as_deref().ok_or(Refusal::Request("code_verifier is missing"))?;
    let code = shared.lock().grants.take_code(shared.now(), code);
    let code = code.ok_or(Refusal::Grant("the code is unknown, used or expired"))?;
    if code.redirect_uri.is_some() && code.redirect_uri != form.redirect_uri {
        return Err(Refusal::Grant("redirect_uri differs from the one of the request"));
    }
    if !pkce::proves(verifier, &code.challenge) {
        return Err(Refusal::Grant("code_verifier does not match the challenge"));
    }
    Ok(code.user_id)
}

fn by_refresh(shared: &Shared, form: &Exchange) -> Result<String, Refusal> {
    let token = form.refresh_token.as_deref().ok_or(Refusal::Request("refresh_token is missing"))?;
    let user_id = shared.lock().grants.take_refresh(shared.now(), token);
    user_id.ok_or(Refusal::Grant("the refresh token is unknown, used or expired"))
}
