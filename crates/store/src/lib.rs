//! All SQL. One trait of coarse, whole-transaction, async methods, free of engine types; one folder
//! per engine; one file per aggregate.
//!
//! Keys of every big table begin with the user or with a queue's lane, ids and sequences come from the
//! application, and claims name a lane: what a distributed engine routes to one shard.

mod accounts;
mod backfill;
mod cold;
mod connections;
mod erasure;
mod erasure_log;
mod error;
mod files;
mod held_lanes;
mod inbox;
mod lane;
mod messages;
mod moving;
mod names;
mod phones;
pub mod postgres;
mod records;
mod resumable;
mod retention;
mod sealed;
mod slices;
mod sources;
mod sql;
pub mod sqlite;
mod standing;

pub use accounts::{Accounts, ApiKey, Developer, RefreshUse, Session, SessionKind, Team};
pub use backfill::{
    Account, Answer, Backfill, Backfills, Budget, Claimed, Claims, Coverage, CoveredDays, History, Interval,
    IntervalState, Look, Plan, RunState, Verdict, Wish, days_between,
};
pub use cold::{ColdKey, ColdObject, ColdObjects};
pub use connections::{Connection, ConnectionStatus, Connections, OAuthState, ProviderApp, RenewedTokens};
pub use erasure::{Erasure, ErasureReport, ErasureStep, Erasures, OnConsentWithdrawn};
pub use erasure_log::{ERASURE_LOG, Erased, ErasureLog, LoggedErasures};
pub use error::{Result, StoreError};
pub use files::{AwaitedFile, Files, MissedFile, workout_alias};
pub use inbox::{
    Body, Delivery, DeliveryKind, Inbox, Part, PartKey, PartOutcome, Queue, QueueDepths, ReplayQuery, Retry,
};
pub use lane::{LANES, Lane};
pub use messages::{Attempt, Endpoint, Job, JobEnd, Message, Messages, Outcome, Told};
pub use moving::{Step as MoveStep, move_store};
pub use names::{NameChanges, RecordDeletion, RecordNames, ShadowedRecord};
pub use phones::{InvitationCode, PhoneApp, PhoneRefresh, PhoneToken, Phones};
pub use records::{
    Application, Applied, BlockQuery, Cell, Change, ChangeBody, ChangePosition, Changes, CompletedPart, Emission,
    EventQuery, FetchOrder, Known, Records, RunQuery, ScoreQuery, StoredBlock, StoredEvent, StoredFile, StoredScore,
    Subject, SyncEvent, SyncRun,
};
pub use resumable::{ResumableUploads, Segment, Upload};
pub use retention::{Horizon, LaneRound, OldBlocks, Retention, RetentionDone, RetentionState, Retentions};
pub use sealed::{Sealed, SealedPlace, SealedValue};
pub use sizes::{Sizes, TableSize};
pub use slices::{Direction, Slice, SliceBlock, SliceQuery, Slices, SpanCount, Wanted};
pub use sources::{SetPriority, Sources, StoredSource};
pub use sql::SqlStore;
pub use standing::{ConnectionChange, ConnectionEnd, EndReason, Standing};
pub use uploads::{Cancelled, HandedIn, KeptFile, Uploads};
pub use usage::{Connected, TeamUsage, Usage};
pub use users::{User, UserOrder, UserQuery, Users};

mod sizes;
mod uploads;
mod usage;
mod users;
mod wakers;

pub use wakers::{Bell, Wakers};

/// How many processes may share a store.
pub const NODES: u8 = 64;

/// Everything the store does.
#[async_trait::async_trait]
pub trait Store:
    Accounts
    + Phones
    + Users
    + Connections
    + Erasures
    + Sources
    + Inbox
    + Uploads
    + ResumableUploads
    + Records
    + RecordNames
    + Slices
    + Files
    + Changes
    + Messages
    + Sealed
    + Backfills
    + Retentions
    + ColdObjects
    + Usage
    + Sizes
{
    /// Answers when the store can read and write.
    async fn check(&self) -> Result<()>;
    /// Finishes what was begun and closes; later calls answer [`StoreError::Closed`].
    async fn close(&self);
    /// Wakes whoever waits for work of a kind whenever some may have come.
    fn wakers(&self) -> &Wakers;
    /// The number of this process among those that share the store, below [`NODES`]: no two have the same. None where
    /// the store is embedded and so nobody shares it.
    fn node(&self) -> Option<u8>;
}
