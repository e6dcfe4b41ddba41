//! Bodies that are sent frame by frame. The next frame is made when the client has taken those before: between two of
//! them nothing of the store is held, so a client may be as slow as it likes and nobody waits for it.

use axum::body::Bytes;
use futures::stream::{self, Stream};
use std::{future::Future, io};

/// How far a body is.
pub(crate) enum Stage<F> {
    /// There may be more.
    Open(F),
    /// It cannot be finished: the connection is cut next.
    Broken,
    /// That was all.
    Done,
}

/// What makes a body.
pub(crate) trait Frames: Sized + Send + 'static {
    /// The next bytes, and how the body goes on.
    fn frame(self) -> impl Future<Output = (Vec<u8>, Stage<Self>)> + Send;
}

/// The frames of a body. One that breaks off has no end, which tells every client.
pub(crate) fn body<F: Frames>(frames: F) -> impl Stream<Item = io::Result<Bytes>> + Send {
    stream::unfold(Stage::Open(frames), |stage| async move {
        // what there is goes out before more is made
        tokio::task::yield_now().await;
        match stage {
            Stage::Open(frames) => {
                let (bytes, stage) = frames.frame().await;
                Some((Ok(Bytes::from(bytes)), stage))
            }
            Stage::Broken => {
                tracing::warn!("an answer was broken off");
                Some((Err(io::Error::other("reading failed")), Stage::Done))
            }
            Stage::Done => None,
        }
    })
}
