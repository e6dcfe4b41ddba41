//! Bodies of the control interface: what cannot be read is refused with 400 and the reason, in the form of every
//! other error.

use crate::wellness::ApiError;
use axum::{
    Json,
    body::{Body, Bytes},
    extract::{FromRequest, Request},
};
use serde::de::DeserializeOwned;

/// A body that must be there.
pub(super) struct Wished<T>(pub(super) T);

/// A body that may be left out.
pub(super) struct Perhaps<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Wished<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let read = Json::<T>::from_request(request, state).await;
        read.map(|Json(wish)| Self(wish)).map_err(|rejection| ApiError::bad_request(rejection.body_text()))
    }
}

impl<S: Send + Sync, T: DeserializeOwned + Default> FromRequest<S> for Perhaps<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let (parts, body) = request.into_parts();
        let read = Bytes::from_request(Request::new(body), state).await;
        let text = read.map_err(|rejection| ApiError::bad_request(rejection.body_text()))?;
        if text.is_empty() {
            return Ok(Self(T::default()));
        }
        let Wished(wish) = Wished::from_request(Request::from_parts(parts, Body::from(text)), state).await?;
        Ok(Self(wish))
    }
}
