//! Old samples that lie outside the store as objects. What is kept here says which there are; they are written and
//! removed by whoever has the place where they lie.
//!
//! An object is begun with a number that no other attempt has, written, and then kept in the transaction in which its
//! points go from the store. What is to be removed there is noted in the transaction that lets go of it.

use crate::{Application, Applied, Result, StoredBlock};
use async_trait::async_trait;
use model::{BlockClass, ProviderName, TeamId, Timestamp, UserId};

/// What an object is found by within a user: samples of one provider and month.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ColdKey {
    /// Which month since January 1970, UTC.
    pub month: i32,
    /// Where the samples came from.
    pub provider: ProviderName,
    /// The second at which it was begun, or a later one: no name is given twice, and what came late has a higher one.
    pub number: i64,
}

impl ColdKey {
    /// When the month begins.
    #[must_use]
    pub fn begin(&self) -> Timestamp {
        series::bucket_start(BlockClass::Month, self.month)
    }

    /// When the month is over.
    #[must_use]
    pub fn end(&self) -> Timestamp {
        series::bucket_end(BlockClass::Month, self.month)
    }

    /// The name within the user: `garmin-2026-03-1795262400.parquet`.
    #[must_use]
    pub fn file_name(&self) -> String {
        let (year, month) = (1970 + self.month.div_euclid(12), self.month.rem_euclid(12) + 1);
        format!("{}-{year:04}-{month:02}-{}.parquet", self.provider, self.number)
    }

    /// The name of the object.
    #[must_use]
    pub fn object_name(&self, team: TeamId, user: UserId) -> String {
        format!("{}{}", folder_of(team, user), self.file_name())
    }
}

/// What the names of all objects of a user begin with.
pub(crate) fn folder_of(team: TeamId, user: UserId) -> String {
    format!("{team}/{user}/")
}

/// An object that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColdObject {
    /// Which.
    pub key: ColdKey,
    /// How many points it holds.
    pub points: u64,
    /// How long it is.
    pub bytes: u64,
    /// Since when it holds what the store no longer does.
    pub kept_at: Timestamp,
}

/// Old samples outside the store.
#[async_trait]
pub trait ColdObjects: Send + Sync {
    /// Blocks with samples of the earliest month that has any and is over at an instant, each series together; none
    /// when there is no such month. Totals of days, workouts and what people typed in are left out.
    async fn list_coolable(&self, user: UserId, before: Timestamp, limit: u32) -> Result<Vec<StoredBlock>>;
    /// Begins an object.
    async fn begin_cold(
        &self,
        team: TeamId,
        user: UserId,
        provider: ProviderName,
        month: i32,
        now: Timestamp,
    ) -> Result<ColdKey>;
    /// Keeps an object that was begun and written, with the change that takes its points from the store.
    async fn keep_cold(&self, change: Application, object: ColdObject) -> Result<Applied>;
    /// Lets go of an object that was begun.
    async fn abandon_cold(&self, user: UserId, key: ColdKey, now: Timestamp) -> Result<()>;
    /// Lets go of objects that were begun hours ago: whoever wrote them died. How many.
    async fn abandon_all_cold(&self, now: Timestamp) -> Result<u64>;
    /// A user's objects by month, provider and number.
    async fn list_cold(&self, user: UserId) -> Result<Vec<ColdObject>>;
    /// Lets go of a user's objects whose months were over at an instant; how many points they held.
    async fn delete_old_cold(&self, user: UserId, before: Timestamp, now: Timestamp) -> Result<u64>;
    /// Names of objects that are to be removed; one that ends with a slash stands for all that begin with it.
    async fn list_cold_gone(&self, now: Timestamp, limit: u32) -> Result<Vec<String>>;
    /// Forgets names of what was removed.
    async fn forget_cold_gone(&self, names: Vec<String>) -> Result<()>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_provider_month_and_number() {
        let key = ColdKey { month: 56 * 12 + 2, provider: ProviderName::from_static("garmin"), number: 7 };
        assert_eq!(key.file_name(), "garmin-2026-03-7.parquet");
        assert_eq!(
            (key.begin().to_string(), key.end().to_string()),
            ("2026-03-01T00:00:00Z".to_owned(), "2026-04-01T00:00:00Z".to_owned())
        );
    }
}
