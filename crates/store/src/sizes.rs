//! What takes the room in a store.

use crate::Result;
use async_trait::async_trait;

/// What a table takes on disk, with the pages that it holds and does not use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableSize {
    /// Its name.
    pub table: String,
    /// Its rows.
    pub bytes: u64,
    /// Its indexes.
    pub index_bytes: u64,
}

/// Sizes of tables.
#[async_trait]
pub trait Sizes: Send + Sync {
    /// All tables, the largest first. Of an embedded store every page is read.
    async fn list_sizes(&self) -> Result<Vec<TableSize>>;
}
