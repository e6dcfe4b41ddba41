//! Blocks of a user from a place on, in order of time, as far as a reader needs them and no further.

use crate::{Result, StoredBlock, StoredSource};
use async_trait::async_trait;
use model::{SeriesType, Timestamp, UserId};

/// Which way a reader goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From the earliest on.
    Forward,
    /// From the latest back.
    Backward,
}

/// What a reader needs of blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// The points that start within: blocks with their data.
    Starts,
    /// Also those that begin before and reach in.
    Touching,
    /// The same by hourly summaries: data comes only with blocks that have none.
    Hours,
}

/// From where on to read, and how far.
#[derive(Clone, Debug)]
pub struct SliceQuery {
    /// Which measurements; all that the user has if none is named.
    pub series: Vec<SeriesType>,
    /// From this instant …
    pub from: Timestamp,
    /// … to before this one.
    pub to: Timestamp,
    /// Which end to begin at.
    pub direction: Direction,
    /// What is read of blocks.
    pub wanted: Wanted,
    /// Once the blocks hold so many points the slice ends where the next one begins.
    pub points: u64,
    /// A span of which to say how many points start in it, if few blocks tell and it is not this slice.
    pub count: Option<(Timestamp, Timestamp)>,
}

/// A block of a slice.
#[derive(Clone, Debug, PartialEq)]
pub struct SliceBlock {
    /// The block; its data is empty where the hours stand for it.
    pub block: StoredBlock,
    /// Its hourly summaries, if they were wanted and it has any.
    pub hourly: Vec<u8>,
}

/// How many points start in a span: those of blocks that lie in it, and the blocks that its ends cut.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SpanCount {
    /// Points of blocks that lie in it whole.
    pub whole: u64,
    /// Blocks that may have points outside, with their data.
    pub cut: Vec<StoredBlock>,
}

/// All blocks with points in a part of what was asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Slice {
    /// Where that part begins …
    pub from: Timestamp,
    /// … and ends; beyond it there may be more, up to the end that was asked for.
    pub to: Timestamp,
    /// The blocks, in no order that matters.
    pub blocks: Vec<SliceBlock>,
    /// The user's sources.
    pub sources: Vec<StoredSource>,
    /// The count, if it was asked for and few blocks tell it.
    pub count: Option<SpanCount>,
}

/// Reading samples in pieces of bounded size, each seen at one moment.
#[async_trait]
pub trait Slices: Send + Sync {
    /// The next blocks. A slice is never empty of time: it covers everything that was asked for, or ends
    /// further on than it began.
    async fn read_slice(&self, user: UserId, query: SliceQuery) -> Result<Slice>;
    /// The series that a user has points of, ascending.
    async fn list_series(&self, user: UserId) -> Result<Vec<SeriesType>>;
}
