//! Path parameters by name, read one by one so that errors name them.

use crate::{
    State,
    error::{ApiError, Result},
};
use axum::{
    extract::{FromRequestParts, RawPathParams},
    http::request::Parts,
};
use std::str::FromStr;

/// The parameters of the path.
pub(crate) struct PathParams(Vec<(String, String)>);

impl PathParams {
    /// The text of a parameter; empty when the route has none of that name.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    }

    /// An id.
    ///
    /// # Errors
    /// 400 when it is none.
    pub(crate) fn id<T: FromStr>(&self, name: &str) -> Result<T> {
        self.text(name).parse().map_err(|_| ApiError::invalid(name, "Input should be a valid UUID"))
    }
}

impl FromRequestParts<State> for PathParams {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self> {
        let raw = RawPathParams::from_request_parts(parts, state)
            .await
            .map_err(|_| ApiError::NotFound("Not Found".to_owned()))?;
        Ok(Self(raw.iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect()))
    }
}
