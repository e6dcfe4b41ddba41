//! What comes back: whole and within a limit, or as a stream within a larger one.

use crate::{client::Overflow, error::Error};
use bytes::{Bytes, BytesMut};
use futures::{Stream, stream};
use reqwest::{StatusCode, header::HeaderMap};
use std::{borrow::Cow, fmt};

/// A whole answer. Any status: judging it is the caller's part.
#[derive(Clone)]
pub struct Response {
    /// The status; redirects are not followed, so it can be 3xx.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, as far as the limit allows.
    pub body: Bytes,
    /// Whether the body was cut at the limit ([`Overflow::Cut`]).
    pub truncated: bool,
}

impl Response {
    /// Reads the body as JSON.
    ///
    /// # Errors
    /// When it is none, or not of this shape.
    pub fn json<T: serde::de::DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_slice(&self.body)
    }

    /// The body as text; bytes that are no UTF-8 are replaced.
    #[must_use]
    pub fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status)
            .field("bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// An answer whose body is still to come.
pub struct StreamedResponse {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    inner: reqwest::Response,
    stream_limit: u64,
    body_limit: u64,
    overflow: Overflow,
}

impl StreamedResponse {
    pub(crate) fn new(inner: reqwest::Response, body_limit: u64, stream_limit: u64, overflow: Overflow) -> Self {
        let (status, headers) = (inner.status(), inner.headers().clone());
        Self { status, headers, inner, stream_limit, body_limit, overflow }
    }

    /// The body in chunks as they arrive. Ends with [`Error::TooLarge`] past the stream limit.
    pub fn into_stream(self) -> impl Stream<Item = Result<Bytes, Error>> + Send + Unpin {
        let limit = self.stream_limit;
        // `try_unfold` ends at the first error: nothing must follow it, or a torn body would pass for a whole one.
        Box::pin(stream::try_unfold((self.inner, limit), move |(mut inner, left)| async move {
            let Some(chunk) = inner.chunk().await? else { return Ok(None) };
            let left = left.checked_sub(chunk.len() as u64).ok_or(Error::TooLarge { limit })?;
            Ok(Some((chunk, (inner, left))))
        }))
    }

    /// Reads the whole body, within the limit for whole bodies.
    ///
    /// # Errors
    /// [`Error::TooLarge`] past the limit, unless the client cuts; else what befalls the connection.
    pub async fn into_response(mut self) -> Result<Response, Error> {
        let limit = self.body_limit;
        let refuses = self.overflow == Overflow::Refuse;
        if refuses && self.inner.content_length().is_some_and(|length| length > limit) {
            return Err(Error::TooLarge { limit });
        }
        let mut body = BytesMut::new();
        let mut truncated = false;
        while let Some(chunk) = self.inner.chunk().await? {
            let room = usize::try_from(limit.saturating_sub(body.len() as u64)).unwrap_or(usize::MAX);
            body.extend_from_slice(chunk.get(..room).unwrap_or(&chunk));
            if chunk.len() > room {
                truncated = true;
                break;
            }
        }
        if truncated && refuses {
            return Err(Error::TooLarge { limit });
        }
        Ok(Response { status: self.status, headers: self.headers, body: body.freeze(), truncated })
    }
}

impl fmt::Debug for StreamedResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamedResponse").field("status", &self.status).finish_non_exhaustive()
    }
}
