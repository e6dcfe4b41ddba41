//! Why stored bytes are not a block.

/// Stored bytes that are not a block this version can read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// The bytes end too early.
    #[error("block is cut short")]
    Truncated,
    /// Not a block at all.
    #[error("bytes are not a series block")]
    NotABlock,
    /// Written by a later version.
    #[error("block has the unknown format version {0}")]
    UnknownVersion(u8),
    /// Damaged on disk or on the way.
    #[error("block checksum does not match")]
    Checksum,
    /// More points than any block may hold.
    #[error("block claims {0} points")]
    TooManyPoints(u64),
    /// The named part contradicts itself or the others.
    #[error("block has a corrupt {0} column")]
    Corrupt(&'static str),
}
