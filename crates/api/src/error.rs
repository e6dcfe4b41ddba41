//! The one error of the API: a closed list of what can be answered, as `{"detail": "<text>"}`.
//! Which status each has is decided here and nowhere else.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use store::StoreError;

/// The body of every error.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub struct ErrorBody {
    /// What is wrong, for people; validation errors name the field.
    pub detail: String,
}

/// What a request can be refused with.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ApiError {
    #[error("Authentication required: provide JWT token or API key")]
    NotAuthenticated,
    #[error("Invalid or missing API key")]
    InvalidKey,
    #[error("Could not validate credentials")]
    NotDeveloper,
    #[error("Incorrect email or password")]
    WrongPassword,
    #[error("{0}")]
    Unauthorized(&'static str),
    #[error("{0}")]
    Forbidden(&'static str),
    #[error("{0}")]
    BadRequest(String),
    #[error("{field}: {problem}")]
    Invalid { field: String, problem: String },
    #[error("{0}")]
    NotFound(String),
    #[error("{0}")]
    Conflict(String),
    #[error("The body is larger than {limit} bytes")]
    TooLarge { limit: u64 },
    #[error("Content-Encoding '{encoding}' is not taken: send the body as it is")]
    Encoded { encoding: String },
    #[error("{0}")]
    MediaType(&'static str),
    #[error("{0}")]
    Version(&'static str),
    #[error("Too many requests")]
    TooMany { retry_after_s: u32 },
    #[error("{0}")]
    NotImplemented(String),
    #[error("{0}")]
    BadGateway(String),
    #[error("{reason}")]
    Unavailable { reason: &'static str, retry_after_s: u32 },
    #[error("Internal Server Error")]
    Internal,
}

pub(crate) type Result<T, E = ApiError> = std::result::Result<T, E>;

impl ApiError {
    /// A field that does not hold what it should.
    pub(crate) fn invalid(field: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::Invalid { field: field.into(), problem: problem.into() }
    }

    /// Logs what went wrong inside and tells the caller nothing of it.
    pub(crate) fn internal(cause: &dyn std::fmt::Display) -> Self {
        tracing::error!(cause = %cause, "request failed");
        Self::Internal
    }

    /// What only an operator can mend: it is logged, and the caller learns which kind of thing it is.
    pub(crate) fn stored_nothing(cause: &dyn std::fmt::Display, reason: &'static str) -> Self {
        tracing::error!(cause = %cause, "the store does not do as it should");
        Self::Unavailable { reason, retry_after_s: 60 }
    }

    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::NotAuthenticated
            | Self::InvalidKey
            | Self::NotDeveloper
            | Self::WrongPassword
            | Self::Unauthorized(_) => StatusCode::UNAUTHORIZED,
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::BadRequest(_) | Self::Invalid { .. } => StatusCode::BAD_REQUEST,
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Encoded { .. } | Self::MediaType(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Version(_) => StatusCode::PRECONDITION_FAILED,
            Self::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::NotImplemented(_) => StatusCode::NOT_IMPLEMENTED,
            Self::BadGateway(_) => StatusCode::BAD_GATEWAY,
            Self::Unavailable { .. } => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = (self.status(), Json(ErrorBody { detail: self.to_string() })).into_response();
        let headers = response.headers_mut();
        match self {
            Self::NotDeveloper | Self::WrongPassword => {
                headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            Self::TooMany { retry_after_s } | Self::Unavailable { retry_after_s, .. } => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from(retry_after_s));
            }
            _ => {}
        }
        response
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound(what) => Self::NotFound(format!("{} not found", capitalised(what))),
            StoreError::Taken(what) => Self::Conflict(format!("{} is already taken", capitalised(what))),
            StoreError::Full => Self::stored_nothing(&error, "The store is full"),
            StoreError::ReadOnly => Self::stored_nothing(&error, "The store is read-only"),
            StoreError::Disk(_) => Self::stored_nothing(&error, "The store's disk fails"),
            StoreError::Damaged(_) => Self::stored_nothing(&error, "The store is damaged"),
            StoreError::Unreachable(_) => {
                Self::Unavailable { reason: "The database cannot be reached", retry_after_s: 5 }
            }
            StoreError::Closed => Self::Unavailable { reason: "The service is shutting down", retry_after_s: 5 },
            other => Self::internal(&other),
        }
    }
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
