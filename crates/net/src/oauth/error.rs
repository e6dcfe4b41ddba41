//! Why a token endpoint granted nothing, by what the caller must do about it.

use crate::{error::Error, response::Response, retry_after::RetryAfter};
use reqwest::StatusCode;
use serde_json::Value;

const CODE_LEN: usize = 64;

/// Why there are no tokens.
#[derive(Debug, thiserror::Error)]
pub enum OAuthError {
    /// `invalid_grant`: the code or refresh token is no longer good. The person must connect again.
    #[error("grant is revoked or expired")]
    Revoked,
    /// The provider will not deal with this request, now or later: wrong credentials, wrong redirect.
    #[error("token endpoint refused with status {status} and code {code:?}")]
    Rejected {
        /// The status.
        status: StatusCode,
        /// The provider's error code, cut and reduced to plain characters; empty when it gave none.
        code: String,
    },
    /// The provider is out of order or busy; try again.
    #[error("token endpoint is unavailable with status {status}")]
    Unavailable {
        /// The status.
        status: StatusCode,
        /// When it wants to be asked again.
        retry_after: Option<RetryAfter>,
    },
    /// Success, but no token that we can read.
    #[error("answer of the token endpoint is malformed")]
    Malformed,
    /// No answer.
    #[error("token endpoint did not answer")]
    Transport(#[from] Error),
}

impl OAuthError {
    /// Whether trying again later can help.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            OAuthError::Unavailable { .. } | OAuthError::Malformed => true,
            OAuthError::Transport(error) => error.is_retryable(),
            OAuthError::Revoked | OAuthError::Rejected { .. } => false,
        }
    }

    pub(super) fn read(response: &Response) -> Self {
        let status = response.status;
        let busy = [StatusCode::TOO_MANY_REQUESTS, StatusCode::REQUEST_TIMEOUT, StatusCode::TOO_EARLY];
        if status.is_server_error() || busy.contains(&status) {
            return Self::Unavailable { status, retry_after: RetryAfter::parse(&response.headers) };
        }
        let code = error_code(response);
        let may_revoke = status.is_success() || [StatusCode::BAD_REQUEST, StatusCode::UNAUTHORIZED].contains(&status);
        match code.as_str() {
            "invalid_grant" if may_revoke => Self::Revoked,
            "temporarily_unavailable" | "server_error" | "slow_down" => {
                Self::Unavailable { status, retry_after: RetryAfter::parse(&response.headers) }
            }
            _ => Self::Rejected { status, code },
        }
    }
}

/// The `error` member of RFC 6749, or the first of a list of `errors` with an `errorType`.
fn error_code(response: &Response) -> String {
    let body: Value = response.json().unwrap_or_default();
    let code = body.get("error").or_else(|| body.pointer("/errors/0/errorType")).and_then(Value::as_str);
    let plain = |c: &char| c.is_ascii_alphanumeric() || "_-.".contains(*c);
    code.unwrap_or_default().chars().filter(plain).take(CODE_LEN).collect()
}
