//! The time-series engine: block codec, merge, downsampling and resolution across sources.
//! No SQL, no clock, no network: bytes and points in, bytes and points out.
//!
//! Points live in **blocks**, compressed columns of up to a few thousand points. A block's key is the
//! series, the source, the context and a span of UTC time (an hour, day, month or year, called its
//! class). A **cell** is the bucket of the class that the series starts with; it holds one block, or,
//! when that has grown too large, blocks of finer classes that never overlap. A block holds the points
//! that *start* in its bucket; they may last beyond it, so a read looks back by the stored `t_end_max`.
//!
//! What is guaranteed: values, starts, durations and offsets come back bit for bit; outside bytes give
//! an error, never a panic and never more memory than [`MAX_BLOCK_POINTS`] points need; merging what is
//! already there writes nothing; where deliveries carry a rank, any order of arrival ends the same.

mod age;
mod agreement;
mod block;
mod bucket;
mod codec;
mod column;
mod coverage;
mod downsample;
mod edges;
mod encoded;
mod error;
mod hourly;
mod merge;
mod promote;
mod resolve;
mod runs;
mod shares;
mod summarised;
mod tally;
mod varint;
mod weave;

pub use age::{Batch, Reduced, STEPS_US};
pub use agreement::heart_agreement;
pub use block::{Block, Columns};
pub use bucket::{BlockKey, bucket_end, bucket_of, bucket_start, cells, first_class};
pub use downsample::{Bucket, MAX_BUCKETS, MAX_PIECES, Resolution, downsample, downsample_within, touches};
pub use encoded::EncodedBlock;
pub use error::DecodeError;
pub use hourly::{HourSummary, decode_hourly};
pub use merge::{BlockWrite, Incoming, MergePlan, PROMOTE_ABOVE, PartChanges, Stored, merge};
pub use resolve::{LONE_REACH_US, MAX_PARTS, MAX_REACH_US, SourcePoints, resolve};
pub use runs::Runs;
pub use shares::{Share, shares};
pub use summarised::{HourTally, Summarised, downsample_with_hours, usable_hours};
pub use tally::Tally;

/// The most points that a block may hold; what claims more is refused before memory is taken for it.
pub const MAX_BLOCK_POINTS: usize = 1 << 22;

#[cfg(test)]
mod agreement_tests;
#[cfg(test)]
mod codec_tests;
#[cfg(test)]
mod downsample_tests;
#[cfg(test)]
mod merge_tests;
#[cfg(test)]
mod resolve_tests;
#[cfg(test)]
mod summarised_tests;
#[cfg(test)]
mod testing;
