//! The way in: deliveries as received, and the parts they are split into.

use crate::{Job, Lane, Result};
use async_trait::async_trait;
use model::{ConnectionId, Issue, PartMeta, ProviderAppId, ProviderName, TeamId, Timestamp, UserId};

/// Where a body lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// In the row, zstd-compressed.
    Inline(Vec<u8>),
    /// In the spool under this name, zstd-compressed.
    Spooled(String),
    /// Gone after its retention.
    Expired,
}

/// How a delivery came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryKind {
    /// Sent by the provider.
    Webhook,
    /// Answer to a call of ours; account and part type are known.
    Pulled,
    /// A workout's file fetched from the provider; account, part type and meta are known.
    File,
    /// Handed in by the team or the command line; user and part type are known.
    Upload,
    /// Sent by a phone; the user is known, and lists lie in it by type.
    Sdk,
}

impl DeliveryKind {
    /// The stored number.
    #[must_use]
    pub fn as_stored(self) -> i16 {
        match self {
            Self::Webhook => 1,
            Self::Pulled => 2,
            Self::File => 3,
            Self::Upload => 4,
            Self::Sdk => 5,
        }
    }

    /// From the stored number.
    #[must_use]
    pub fn from_stored(number: i16) -> Option<Self> {
        let kinds = [Self::Webhook, Self::Pulled, Self::File, Self::Upload, Self::Sdk];
        kinds.into_iter().find(|kind| kind.as_stored() == number)
    }
}

/// Something accepted: on disk before it was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Receipt order: microseconds, unique. Its lane is `receipt % LANES`.
    pub receipt: i64,
    /// How it came.
    pub kind: DeliveryKind,
    /// The provider.
    pub provider: ProviderName,
    /// The app it came through; none for uploads.
    pub app_id: Option<ProviderAppId>,
    /// Whose it is, where known.
    pub user_id: Option<UserId>,
    /// Through which connection, where known.
    pub connection_id: Option<ConnectionId>,
    /// Whose it is at the provider, where it was fetched for everyone who is linked to that account.
    pub account: Option<String>,
    /// What it holds, where it holds one type.
    pub part_type: Option<String>,
    /// What the bytes do not say themselves.
    pub meta: PartMeta,
    /// The body.
    pub body: Body,
    /// The body's size as received.
    pub size: u64,
    /// When it was received.
    pub received_at: Timestamp,
    /// How often splitting it failed.
    pub attempts: u32,
}

impl Delivery {
    /// The lane of a delivery.
    #[must_use]
    pub fn lane(receipt: i64) -> Lane {
        Lane((receipt.rem_euclid(i64::from(crate::LANES))) as i16)
    }
}

/// One user's share of a delivery, of one type. The unit of order, replay, retention and erasure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The user's lane (the account's while unmatched).
    pub lane: Lane,
    /// The delivery's receipt.
    pub receipt: i64,
    /// Its number within the delivery: the same however often the delivery is split.
    pub number: u32,
    /// Whose it is; none while no connection matches `account`.
    pub user_id: Option<UserId>,
    /// Their team.
    pub team_id: Option<TeamId>,
    /// Through which connection.
    pub connection_id: Option<ConnectionId>,
    /// Through which app.
    pub app_id: Option<ProviderAppId>,
    /// The account as the delivery named it.
    pub account: Option<String>,
    /// The provider.
    pub provider: ProviderName,
    /// How the delivery came.
    pub kind: DeliveryKind,
    /// What it holds.
    pub part_type: String,
    /// What the bytes do not say themselves.
    pub meta: PartMeta,
    /// The bytes.
    pub body: Body,
    /// Their size before compression.
    pub size: u64,
    /// When the delivery was received.
    pub received_at: Timestamp,
    /// How often applying it failed.
    pub attempts: u32,
    /// Whether applying it emits nothing (a replay).
    pub quiet: bool,
    /// Whether it speaks of the account itself: it is not kept for whoever connects the account later. Only
    /// looked at when it is put.
    pub is_notice: bool,
}

/// Names a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PartKey {
    /// Its lane.
    pub lane: Lane,
    /// The delivery's receipt.
    pub receipt: i64,
    /// Its number within the delivery.
    pub number: u32,
    /// Whose it is; none while unmatched.
    pub user_id: Option<UserId>,
}

impl Part {
    /// Its name.
    #[must_use]
    pub fn key(&self) -> PartKey {
        PartKey { lane: self.lane, receipt: self.receipt, number: self.number, user_id: self.user_id }
    }
}

/// What becomes of a failure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Retry {
    /// Tried again at this time.
    At(Timestamp),
    /// Given up: visible, can be replayed.
    Dead,
}

/// What became of a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartOutcome {
    /// Which.
    pub key: PartKey,
    /// What it holds.
    pub part_type: String,
    /// Whether it is applied.
    pub is_done: bool,
    /// Whether it was given up.
    pub is_dead: bool,
    /// How many items it held, once it is applied.
    pub items: u32,
    /// What could not be read.
    pub issues: Vec<Issue>,
    /// Why applying it failed the last time.
    pub error: Option<String>,
}

/// Which parts to replay.
#[derive(Clone, Debug, Default)]
pub struct ReplayQuery {
    /// Only this user's.
    pub user_id: Option<UserId>,
    /// Only this provider's.
    pub provider: Option<ProviderName>,
    /// Only this type.
    pub part_type: Option<String>,
    /// Only those given up.
    pub dead_only: bool,
    /// Whether subscribers are told again.
    pub emit: bool,
}

/// Work that processes claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Queue {
    /// Deliveries to be split.
    Deliveries,
    /// Messages to endpoints.
    Messages,
    /// Calls of providers.
    Jobs,
}

/// How much lies in the queues.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[allow(missing_docs)] // the names are the documentation
pub struct QueueDepths {
    pub deliveries_waiting: u64,
    pub deliveries_dead: u64,
    pub parts_waiting: u64,
    pub parts_dead: u64,
    pub parts_unmatched: u64,
    pub messages_waiting: u64,
    pub messages_dead: u64,
    pub jobs_waiting: u64,
    pub jobs_dead: u64,
}

/// Deliveries and parts.
#[async_trait]
pub trait Inbox: Send + Sync {
    /// Keeps a delivery. On disk when this returns.
    async fn accept(&self, delivery: Delivery) -> Result<()>;
    /// Keeps what a job fetched and ends the job, in one transaction. `NotFound("job")` when the job ended meanwhile.
    async fn accept_fetched(&self, delivery: Delivery, job: &Job) -> Result<()>;
    /// The highest receipt given so far, for numbering on after a restart.
    async fn last_receipt(&self) -> Result<i64>;
    /// Claims deliveries to split until `lease`, oldest first.
    async fn claim_deliveries(&self, now: Timestamp, lease: Timestamp, limit: u32) -> Result<Vec<Delivery>>;
    /// Lets the claims that this process has on these deliveries hold until `lease`: of those that are still its own.
    async fn renew_deliveries(&self, receipts: Vec<i64>, lease: Timestamp) -> Result<()>;
    /// Keeps parts of a delivery; those already there stay as they are.
    async fn put_parts(&self, parts: Vec<Part>) -> Result<()>;
    /// Ends a delivery whose parts are all kept. The caller then deletes its spooled body.
    async fn finish_delivery(&self, receipt: i64, issues: u32) -> Result<()>;
    /// Notes that splitting failed.
    async fn fail_delivery(&self, receipt: i64, error: String, retry: Retry) -> Result<()>;
    /// Takes lanes in which parts wait that may be applied, and on which nobody works in any process; at most `limit`.
    /// They are this process's until it leaves them or dies.
    async fn take_lanes(&self, now: Timestamp, limit: usize) -> Result<Vec<Lane>>;
    /// Whether a lane that was taken is still this process's: lanes are lost with the connection on which they hang.
    fn has_lane(&self, lane: Lane) -> bool;
    /// Lets others work on a lane that was taken.
    async fn leave_lane(&self, lane: Lane);
    /// Parts of a lane that may be applied, in order. A user whose first part waits for a retry is left out.
    async fn list_parts(&self, lane: Lane, now: Timestamp, limit: u32) -> Result<Vec<Part>>;
    /// Notes that applying failed.
    async fn fail_part(&self, key: PartKey, error: String, retry: Retry) -> Result<()>;
    /// Parts whose bodies are older than `before`, of teams that did not decide otherwise: their bodies are dropped; returns spooled names to delete.
    async fn expire_parts(&self, before: Timestamp, limit: u32) -> Result<Vec<String>>;
    /// Puts parts back to be applied again; returns how many.
    async fn replay(&self, query: ReplayQuery, now: Timestamp) -> Result<u64>;
    /// Ends all claims of the process that had this one's number before. Called once, before anything is claimed.
    async fn release_claims(&self) -> Result<()>;
    /// Ends the claims of this process in one queue: where it works on nothing of it and cannot know what it claimed,
    /// because the answer was lost. What waits for a retry goes on waiting.
    async fn release(&self, queue: Queue) -> Result<()>;
    /// What became of a delivery's parts in a lane.
    async fn list_outcomes(&self, lane: Lane, receipt: i64) -> Result<Vec<PartOutcome>>;
    /// How much lies in the queues.
    async fn queue_depths(&self) -> Result<QueueDepths>;
    /// Which of these spooled names no row refers to.
    async fn unreferenced_spool(&self, names: Vec<String>) -> Result<Vec<String>>;
}
