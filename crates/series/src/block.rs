//! A block: points in order with the stamp and the UTC offset of each. Its bytes are `codec`'s.

use crate::{DecodeError, MAX_BLOCK_POINTS, Runs, codec, merge::is_storable};
use model::{LocalOffset, Point, Stamp};

/// What a read needs of a block: its points and their offsets.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Columns {
    pub(crate) points: Vec<Point>,
    pub(crate) offsets: Runs<Option<LocalOffset>>,
}

/// A block with everything in it. Points ascend by (start, duration), each pair once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Block {
    pub(crate) columns: Columns,
    pub(crate) stamps: Runs<Stamp>,
}

impl Columns {
    /// Reads a block's points and offsets, without the stamps.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        codec::read_sections(bytes).map(|(columns, _)| columns)
    }

    /// The points, ascending by (start, duration).
    #[must_use]
    pub fn points(&self) -> &[Point] {
        &self.points
    }

    /// The points themselves, without a copy.
    #[must_use]
    pub fn into_points(self) -> Vec<Point> {
        self.points
    }

    /// The UTC offset of each point, if known.
    #[must_use]
    pub fn offsets(&self) -> &Runs<Option<LocalOffset>> {
        &self.offsets
    }

    /// The UTC offset of the point at a position, if known.
    #[must_use]
    pub fn offset_at(&self, index: usize) -> Option<LocalOffset> {
        self.offsets.get(index).flatten()
    }
}

impl Block {
    /// A block of points that came together; of equal slots the later stays, and what cannot be
    /// stored (see [`crate::merge`]) is left out, as is everything beyond [`MAX_BLOCK_POINTS`].
    #[must_use]
    pub fn from_points(mut points: Vec<Point>, stamp: Stamp, offset: Option<LocalOffset>) -> Self {
        points.retain(is_storable);
        points.reverse();
        points.sort_by_key(|point| (point.start, point.duration_us));
        points.dedup_by_key(|point| (point.start, point.duration_us));
        points.truncate(MAX_BLOCK_POINTS);
        let mut block = Self::default();
        block.columns.offsets.push(points.len(), offset);
        block.stamps.push(points.len(), stamp);
        block.columns.points = points;
        block
    }

    /// Reads a block.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let (columns, stamps) = codec::read_sections(bytes)?;
        let stamps = codec::read_stamps(stamps, columns.points.len())?;
        Ok(Self { columns, stamps })
    }

    /// The points, ascending by (start, duration).
    #[must_use]
    pub fn points(&self) -> &[Point] {
        &self.columns.points
    }

    /// The points and their offsets.
    #[must_use]
    pub fn columns(&self) -> &Columns {
        &self.columns
    }

    /// Who wrote each point.
    #[must_use]
    pub fn stamps(&self) -> &Runs<Stamp> {
        &self.stamps
    }

    /// The UTC offset of the point at a position, if known.
    #[must_use]
    pub fn offset_at(&self, index: usize) -> Option<LocalOffset> {
        self.columns.offset_at(index)
    }

    pub(crate) fn push(&mut self, point: Point, stamp: Stamp, offset: Option<LocalOffset>) {
        self.columns.points.push(point);
        self.columns.offsets.push(1, offset);
        self.stamps.push(1, stamp);
    }
}
