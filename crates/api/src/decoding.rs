//! How much is unpacked at once: a share for each read of samples, held while it decodes and never while
//! an answer waits for its reader.

use crate::error::{ApiError, Result};
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How many small reads may decode at once; others wait.
const SHARES: u32 = 8;
/// Points that one share is for; larger reads take several.
const POINTS_A_SHARE: u64 = 500_000;

/// Leave to decode; work off the async threads holds a copy, so that it counts although nobody waits for it.
pub(crate) type Leave = Arc<OwnedSemaphorePermit>;

/// Gives leave to decode, in order of asking.
#[derive(Clone)]
pub(crate) struct Decoding(Arc<Semaphore>);

impl Decoding {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Semaphore::new(SHARES as usize)))
    }

    /// Waits for leave to decode so many points.
    pub(crate) async fn leave(&self, points: u64) -> Result<Leave> {
        let shares = u32::try_from(points / POINTS_A_SHARE + 1).unwrap_or(SHARES).min(SHARES);
        let permit = Arc::clone(&self.0).acquire_many_owned(shares).await;
        permit.map(Arc::new).map_err(|error| ApiError::internal(&error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt as _;

    #[tokio::test]
    async fn the_ninth_small_read_waits_and_a_large_one_takes_all() {
        let decoding = Decoding::new();
        let mut held = Vec::new();
        for _ in 0..SHARES {
            held.push(decoding.leave(0).await.unwrap());
        }
        assert!(decoding.leave(0).now_or_never().is_none());
        let copy = held.pop().unwrap();
        let working = Arc::clone(&copy);
        drop(copy);
        assert!(decoding.leave(0).now_or_never().is_none(), "its work goes on");
        drop(working);
        assert!(decoding.leave(0).now_or_never().is_some());
        held.clear();
        let large = decoding.leave(u64::MAX).await.unwrap();
        assert!(decoding.leave(0).now_or_never().is_none());
        drop(large);
    }
}
