//! All SQL. One trait of coarse, whole-transaction, async methods, free of engine types; one folder
//! per engine; one file per aggregate.
//!
//! Keys of every big table begin with the user or with a queue's lane, ids and sequences come from the
//! application, and claims name a lane: what a distributed engine routes to one shard.

mod accounts;
mod backfill;
mod connections;
mod erasure;
mod error;
mod files;
mod inbox;
mod lane;
mod messages;
mod records;
mod sources;
pub mod sqlite;
mod standing;

pub use accounts::{Accounts, ApiKey, Developer, RefreshUse, Session, SessionKind, Team};
pub use backfill::{
    Account, Answer, Backfill, Backfills, Budget, Claimed, Claims, Coverage, CoveredDays, History, Interval,
    IntervalState, Look, Plan, RunState, Verdict, Wish, days_between,
};
pub use connections::{Connection, ConnectionStatus, Connections, OAuthState, ProviderApp, RenewedTokens};
pub use erasure::{Erasure, ErasureStep, Erasures, OnConsentWithdrawn};
pub use error::{Result, StoreError};
pub use files::{AwaitedFile, Files, MissedFile, workout_alias};
pub use inbox::{Body, Delivery, DeliveryKind, Inbox, Part, PartKey, PartOutcome, QueueDepths, ReplayQuery, Retry};
pub use lane::{LANES, Lane};
pub use messages::{Attempt, Endpoint, Job, JobEnd, Message, Messages, Outcome, Told};
pub use records::{
    Application, Applied, BlockQuery, Cell, Change, ChangeBody, ChangePosition, Changes, CompletedPart, Emission,
    EventQuery, FetchOrder, Known, Records, RunQuery, StoredBlock, StoredEvent, StoredFile, StoredScore, Subject,
    SyncEvent, SyncRun,
};
pub use sources::{Priority, Sources, StoredSource};
pub use standing::{ConnectionChange, ConnectionEnd, EndReason, Standing};
pub use users::{User, UserOrder, UserQuery, Users};

mod users;

/// Everything the store does.
#[async_trait::async_trait]
pub trait Store:
    Accounts + Users + Connections + Erasures + Sources + Inbox + Records + Files + Changes + Messages + Backfills
{
    /// Answers when the store can read and write.
    async fn check(&self) -> Result<()>;
    /// Finishes what was begun and closes; later calls answer [`StoreError::Closed`].
    async fn close(&self);
    /// Wakes whoever waits for work of a kind whenever some may have come.
    fn wakers(&self) -> &Wakers;
}

/// One bell per kind of work, rung when some may have come. Within a process; between processes work
/// is also looked for now and then.
#[derive(Debug, Default)]
pub struct Wakers {
    /// Deliveries to split.
    pub deliveries: tokio::sync::Notify,
    /// Parts to apply.
    pub parts: tokio::sync::Notify,
    /// Data to erase.
    pub erasures: tokio::sync::Notify,
    /// Messages to send.
    pub messages: tokio::sync::Notify,
    /// Jobs to do.
    pub jobs: tokio::sync::Notify,
    /// History to plan or to ask for.
    pub history: tokio::sync::Notify,
    /// The change log grew; rung with `notify_waiters`, the others with `notify_one`.
    pub changes: tokio::sync::Notify,
}
