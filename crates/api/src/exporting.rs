//! Files that are written while they are read: what comes next is read when the client has taken what came before. A
//! file that breaks off says so, and its connection is cut; so many are open at once.

use crate::{
    State,
    error::{ApiError, Result},
    streaming::{self, Frames, Stage},
};
use axum::{
    body::{Body, Bytes},
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use futures::stream::Stream;
use std::{future::Future, io, sync::Arc};
use tokio::sync::OwnedSemaphorePermit;
use tokio_util::sync::CancellationToken;

/// So many bytes are gathered before they are sent, if readings give few.
const BYTES_A_FRAME: usize = 64 * 1024;

/// Whether there is more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    More,
    End,
}

/// Makes the bytes of a stream.
pub(crate) trait Source: Send + 'static {
    /// Appends what comes next; at the end also what ends it.
    fn fill(&mut self, out: &mut Vec<u8>) -> impl Future<Output = Result<Step>> + Send;
    /// Appends the sign that it broke off here.
    fn break_off(&mut self, out: &mut Vec<u8>);
}

/// An answer of these bytes, as a file of this name; refused where too many are open.
pub(crate) fn answer(state: &State, source: impl Source, media_type: &'static str, name: &str) -> Result<Response> {
    let permit = Arc::clone(&state.exports)
        .try_acquire_owned()
        .map_err(|_| ApiError::Unavailable { reason: "Too many exports are open", retry_after_s: 10 })?;
    let name = format!("attachment; filename=\"{name}\"");
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(media_type)),
        (header::CONTENT_DISPOSITION, HeaderValue::from_str(&name).map_err(|error| ApiError::internal(&error))?),
    ];
    let frames = frames(source, state.shutdown.clone(), Some(permit));
    Ok((headers, Body::from_stream(frames)).into_response())
}

struct Open<S> {
    source: S,
    shutdown: CancellationToken,
    _permit: Option<OwnedSemaphorePermit>,
}

/// The bytes of a source, piece by piece; an error ends a stream that broke off.
pub(crate) fn frames<S: Source>(
    source: S,
    shutdown: CancellationToken,
    permit: Option<OwnedSemaphorePermit>,
) -> impl Stream<Item = io::Result<Bytes>> + Send {
    streaming::body(Box::new(Open { source, shutdown, _permit: permit }))
}

impl<S: Source> Frames for Box<Open<S>> {
    async fn frame(mut self) -> (Vec<u8>, Stage<Self>) {
        let mut out = Vec::new();
        while out.len() < BYTES_A_FRAME {
            let filled = if self.shutdown.is_cancelled() { None } else { self.source.fill(&mut out).await.ok() };
            match filled {
                Some(Step::More) => {}
                Some(Step::End) => return (out, Stage::Done),
                None => {
                    self.source.break_off(&mut out);
                    return (out, Stage::Broken);
                }
            }
        }
        (out, Stage::Open(self))
    }
}
