//! What can go wrong in the store, without any engine's types.

/// An error of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The row asked for is not there, or not this team's.
    #[error("{0} not found")]
    NotFound(&'static str),
    /// A value that must be unique is taken.
    #[error("{0} is already taken")]
    Taken(&'static str),
    /// A rule of the tables was broken; whoever knows which says [`StoreError::Taken`].
    #[error("a value that must be unique is there already")]
    NotUnique,
    /// The store was written by a newer version.
    #[error("the store has schema version {found}, this program knows up to {known}: use a newer program")]
    TooNew {
        /// The store's version.
        found: i64,
        /// The newest this program knows.
        known: i64,
    },
    /// No room: the disk is full or the file may not grow.
    #[error("the store cannot grow: disk full or size limit reached")]
    Full,
    /// The store cannot be written: read-only file system or missing rights.
    #[error("the store is read-only")]
    ReadOnly,
    /// The disk does not do as it is asked.
    #[error("the store's disk failed: {0}")]
    Disk(String),
    /// What is stored contradicts itself.
    #[error("the store is damaged: {0}")]
    Damaged(String),
    /// The database cannot be reached.
    #[error("the database cannot be reached: {0}")]
    Unreachable(String),
    /// The store is shutting down.
    #[error("the store is closed")]
    Closed,
    /// Anything else the engine reports.
    #[error("the store's engine failed: {0}")]
    Engine(String),
}

impl StoreError {
    /// Whether trying again later can help.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        self.is_of_the_disk() || matches!(self, Self::Closed | Self::Unreachable(_) | Self::Engine(_))
    }

    /// Whether nothing is wrong with what was asked, and it may have been done or not: claims may have been made, or
    /// not been given back.
    #[must_use]
    pub fn leaves_in_doubt(&self) -> bool {
        self.is_of_the_disk() || matches!(self, Self::Unreachable(_))
    }

    /// Whether nothing is wrong but with where the store lies: whatever is tried meanwhile, that does not count.
    #[must_use]
    pub fn is_of_the_disk(&self) -> bool {
        matches!(self, Self::Full | Self::ReadOnly | Self::Disk(_))
    }
}

/// A result of the store.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;
