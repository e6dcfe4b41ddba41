//! What single records are called by their sender, so that it may delete them: names in blocks, deletions, and records in
//! whose place another stands.

use crate::{Cell, Result, StoredBlock};
use async_trait::async_trait;
use model::{Context, LocalOffset, Point, ProviderName, RecordName, SeriesType, Stamp, Timestamp, UserId};
use series::{BlockKey, BlockWrite};
use std::collections::HashMap;

/// A record in whose place another of the same source, start and length stands.
#[derive(Clone, Debug, PartialEq)]
pub struct ShadowedRecord {
    /// Which measurement.
    pub series: SeriesType,
    /// Whose.
    pub source: i32,
    /// What keeps it apart.
    pub context: Context,
    /// The record as it would stand.
    pub point: Point,
    /// Its offset, if known.
    pub offset: Option<LocalOffset>,
    /// Who wrote it.
    pub stamp: Stamp,
    /// What its sender calls it.
    pub name: RecordName,
}

/// A record that its sender no longer has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordDeletion {
    /// Whose record it was.
    pub provider: ProviderName,
    /// What its sender calls it.
    pub name: RecordName,
    /// The receipt that said so: what is told of the record up to it counts no more.
    pub receipt: i64,
}

/// What an application changes of names.
#[derive(Clone, Debug, Default)]
pub struct NameChanges {
    /// Blocks of names to write, each if its version is still the expected one; their values are names.
    pub writes: Vec<BlockWrite>,
    /// Blocks of names to remove, likewise.
    pub removes: Vec<(BlockKey, i64)>,
    /// Deletions to keep; of several of a name the latest stands.
    pub deletions: Vec<RecordDeletion>,
    /// Records in whose place another stands from now on; of several of a name the highest stamp stands.
    pub shadowed: Vec<ShadowedRecord>,
    /// Records that are no longer kept so.
    pub unshadowed: Vec<ShadowedRecord>,
}

impl NameChanges {
    /// Takes further changes in.
    pub fn take(&mut self, further: Self) {
        self.writes.extend(further.writes);
        self.removes.extend(further.removes);
        self.deletions.extend(further.deletions);
        self.shadowed.extend(further.shadowed);
        self.unshadowed.extend(further.unshadowed);
    }
}

/// Names of records, and deletions by them.
#[async_trait]
pub trait RecordNames: Send + Sync {
    /// The blocks of names that lie in these cells.
    async fn load_name_cells(&self, user: UserId, cells: Vec<Cell>) -> Result<Vec<StoredBlock>>;
    /// The blocks of names of a provider's sources that hold any of these names. Reads all that the user has.
    async fn find_names(
        &self,
        user: UserId,
        provider: ProviderName,
        names: Vec<RecordName>,
    ) -> Result<Vec<StoredBlock>>;
    /// Up to which receipt each of these names is deleted, of those that are.
    async fn find_deletions(
        &self,
        user: UserId,
        provider: ProviderName,
        names: Vec<RecordName>,
    ) -> Result<HashMap<RecordName, i64>>;
    /// The records of a provider's sources in whose place another stands.
    async fn list_shadowed(&self, user: UserId, provider: ProviderName) -> Result<Vec<ShadowedRecord>>;
    /// Forgets what is only of records that ended before an instant; how many rows went.
    async fn delete_old_names(&self, user: UserId, before: Timestamp) -> Result<u64>;
}
