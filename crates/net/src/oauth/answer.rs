//! What a token endpoint grants, read with the leniency that real providers need.

use super::OAuthError;
use crate::{response::Response, secret::Secret};
use serde_json::{Map, Value};
use std::{fmt, time::Duration};

/// Tokens and what comes with them.
#[derive(Clone)]
pub struct TokenAnswer {
    /// The access token.
    pub access_token: Secret,
    /// The refresh token, if one was given.
    pub refresh_token: Option<Secret>,
    /// How long the access token lives from now.
    pub expires_in: Option<Duration>,
    /// How long the refresh token lives from now, where a provider tells.
    pub refresh_token_expires_in: Option<Duration>,
    /// What was granted, as the provider joins it.
    pub scope: Option<String>,
    /// Everything else in the answer, such as the provider's id of the person.
    pub extra: Map<String, Value>,
}

impl TokenAnswer {
    pub(super) fn read(response: &Response) -> Result<Self, OAuthError> {
        let mut fields: Map<String, Value> = response.json().map_err(|_| OAuthError::Malformed)?;
        // An error under status 200 is a habit of some providers.
        let Some(access_token) = take_secret(&mut fields, "access_token") else {
            return Err(if fields.contains_key("error") { OAuthError::read(response) } else { OAuthError::Malformed });
        };
        Ok(Self {
            access_token,
            refresh_token: take_secret(&mut fields, "refresh_token"),
            expires_in: take_seconds(&mut fields, "expires_in"),
            refresh_token_expires_in: take_seconds(&mut fields, "refresh_token_expires_in"),
            scope: match fields.remove("scope") {
                Some(Value::String(scope)) => Some(scope),
                _ => None,
            },
            extra: fields,
        })
    }
}

fn take_secret(fields: &mut Map<String, Value>, name: &str) -> Option<Secret> {
    match fields.remove(name) {
        Some(Value::String(text)) if !text.is_empty() => Some(Secret::new(text)),
        _ => None,
    }
}

/// A number, or a number in quotes.
fn take_seconds(fields: &mut Map<String, Value>, name: &str) -> Option<Duration> {
    let seconds = match fields.remove(name)? {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    Duration::try_from_secs_f64(seconds).ok()
}

/// Names and lifetimes only.
impl fmt::Debug for TokenAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenAnswer")
            .field("refresh_token", &self.refresh_token.is_some())
            .field("expires_in", &self.expires_in)
            .field("scope", &self.scope)
            .field("extra", &self.extra.keys().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}
