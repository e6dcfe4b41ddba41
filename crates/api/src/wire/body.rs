//! JSON bodies. The content type is not asked for; errors name the field.

use crate::{
    State,
    error::{ApiError, Result},
};
use axum::{
    Json,
    body::Bytes,
    extract::{FromRequest, Request, rejection::BytesRejection, rejection::JsonRejection},
};
use serde::{Deserialize, Deserializer, de::DeserializeOwned};

/// A body that must be there.
pub(crate) struct JsonBody<T>(pub(crate) T);

/// A body that may be missing or `null`.
pub(crate) struct OptionalJson<T>(pub(crate) Option<T>);

impl<T: DeserializeOwned> FromRequest<State> for JsonBody<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &State) -> Result<Self> {
        read(&bytes(request, state).await?).map(Self)
    }
}

impl<T: DeserializeOwned> FromRequest<State> for OptionalJson<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &State) -> Result<Self> {
        let body = bytes(request, state).await?;
        if body.iter().all(u8::is_ascii_whitespace) { Ok(Self(None)) } else { read(&body).map(Self) }
    }
}

async fn bytes(request: Request, state: &State) -> Result<Bytes> {
    Bytes::from_request(request, state).await.map_err(|rejection| match rejection {
        BytesRejection::FailedToBufferBody(cause) if cause.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE => {
            ApiError::TooLarge { limit: crate::router::BODY_LIMIT as u64 }
        }
        _ => ApiError::BadRequest("The body broke off".to_owned()),
    })
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T> {
    match Json::<T>::from_bytes(body) {
        Ok(Json(value)) => Ok(value),
        Err(JsonRejection::JsonDataError(error)) => {
            let text = error.body_text();
            let problem = text.split_once(": ").map_or(text.as_str(), |(_, problem)| problem);
            let problem = problem.rsplit_once(" at line ").map_or(problem, |(problem, _)| problem);
            Err(ApiError::BadRequest(problem.to_owned()))
        }
        Err(_) => Err(ApiError::BadRequest("JSON decode error".to_owned())),
    }
}

/// Tells a field that was given as `null` from one that was left out: use with `default` on `Option<Option<T>>`.
pub(crate) fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> std::result::Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    struct Form {
        #[serde(default, deserialize_with = "given")]
        name: Option<Option<String>>,
    }

    #[test]
    fn left_out_and_null_are_told_apart() {
        assert_eq!(read::<Form>(b"{}").unwrap().name, None);
        assert_eq!(read::<Form>(b"{\"name\":null}").unwrap().name, Some(None));
        assert_eq!(read::<Form>(b"{\"name\":\"a\"}").unwrap().name, Some(Some("a".to_owned())));
    }

    #[test]
    fn errors_name_the_field() {
        let detail = read::<Form>(b"{\"name\":1}").unwrap_err().to_string();
        assert_eq!(detail, "name: invalid type: integer `1`, expected a string");
        assert_eq!(read::<Form>(b"{").unwrap_err().to_string(), "JSON decode error");
    }
}
