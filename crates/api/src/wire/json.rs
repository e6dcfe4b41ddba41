//! JSON answers written straight into their bytes.

use crate::error::{ApiError, Result};
use axum::{
    body::Body,
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use serde::Serialize;

/// An answer of JSON that takes about so many bytes.
pub(crate) fn json_body<T: Serialize>(value: &T, room: usize) -> Result<Response> {
    let mut body = Vec::with_capacity(room);
    serde_json::to_writer(&mut body, value).map_err(|error| ApiError::internal(&error))?;
    Ok(json_answer(body))
}

/// An answer of what is JSON already.
pub(crate) fn json_answer(body: impl Into<Body>) -> Response {
    ([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], body.into()).into_response()
}
