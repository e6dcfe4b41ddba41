//! What is kept of a user: events, series blocks, scores, files; and the one transaction that changes them.

use crate::{ConnectionChange, Coverage, Lane, MissedFile, NameChanges, PartKey, Result};
use async_trait::async_trait;
use model::{
    ConnectionId, Context, EventDocument, EventId, EventKind, FetchRequest, FileFormat, Issue, LocalOffset,
    ProviderName, RunId, ScoreCategory, ScoreComponent, ScoreId, SeriesType, Stamp, TeamId, Timestamp, UserId,
    WorkoutSpan,
};
use series::{BlockKey, BlockWrite};

/// An event as kept.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredEvent {
    /// Its id, derived from its identity.
    pub id: EventId,
    /// Its kind.
    pub kind: EventKind,
    /// The provider's id of it.
    pub external_id: String,
    /// The number of its source.
    pub source: i32,
    /// Its number within the user: the context of its samples.
    pub number: i32,
    /// When it began.
    pub start: Timestamp,
    /// When it ended.
    pub end: Timestamp,
    /// The offset at its start.
    pub offset: Option<LocalOffset>,
    /// The unified type's code (workouts), for filters.
    pub type_code: Option<String>,
    /// Counts the changes that were shown.
    pub revision: i32,
    /// When a person deleted it; it stays deleted whatever arrives.
    pub deleted_at: Option<Timestamp>,
    /// When it was first kept.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// For optimistic writes; 0 when not yet kept.
    pub ver: i64,
    /// Everything else.
    pub document: EventDocument,
}

/// A score as kept.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredScore {
    /// Its id, derived from its identity.
    pub id: ScoreId,
    /// What it judges.
    pub category: ScoreCategory,
    /// The number of its source.
    pub source: i32,
    /// What instant it judges.
    pub at: Timestamp,
    /// The offset there.
    pub offset: Option<LocalOffset>,
    /// The value.
    pub value: Option<f64>,
    /// The provider's word.
    pub qualifier: Option<String>,
    /// Its parts.
    pub components: Vec<ScoreComponent>,
    /// Which revision.
    pub stamp: Stamp,
}

/// A workout's file as received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredFile {
    /// The workout.
    pub event_id: EventId,
    /// Its format.
    pub format: FileFormat,
    /// Its name.
    pub name: String,
    /// Size before compression.
    pub size: u64,
    /// The bytes, zstd-compressed.
    pub body: Vec<u8>,
    /// When it was received.
    pub received_at: Timestamp,
}

/// A block as kept, with the summary that spares decoding it.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredBlock {
    /// Its key within the user.
    pub key: BlockKey,
    /// For optimistic writes.
    pub ver: i64,
    /// How many points.
    pub count: u32,
    /// First start.
    pub t_min: Timestamp,
    /// Last end.
    pub t_end_max: Timestamp,
    /// Encoded points; empty where only heads were asked for.
    pub data: Vec<u8>,
}

/// Which blocks to read.
#[derive(Clone, Debug)]
pub struct BlockQuery {
    /// Which measurements.
    pub series: Vec<SeriesType>,
    /// Blocks with points that may touch this instant or later …
    pub from: Timestamp,
    /// … and start before this one.
    pub to: Timestamp,
    /// Only this source.
    pub source: Option<i32>,
    /// Only this context.
    pub context: Option<Context>,
}

/// A span of blocks to load before merging.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Which measurement.
    pub series: SeriesType,
    /// Whose.
    pub source: i32,
    /// What keeps it apart.
    pub context: Context,
    /// Blocks of any class whose bucket lies from here …
    pub from: Timestamp,
    /// … to here.
    pub to: Timestamp,
}

/// Which events to list. Ordered by start, then id.
#[derive(Clone, Debug)]
pub struct EventQuery {
    /// The kind.
    pub kind: EventKind,
    /// Starting at or after.
    pub from: Timestamp,
    /// Starting before.
    pub to: Timestamp,
    /// Only this unified type.
    pub type_code: Option<String>,
    /// Continue after this one, in the direction asked.
    pub after: Option<(Timestamp, EventId)>,
    /// Latest first.
    pub descending: bool,
    /// How many at most.
    pub limit: u32,
}

/// Which scores to list.
#[derive(Clone, Debug)]
pub struct ScoreQuery {
    /// Judging this instant or a later one.
    pub from: Timestamp,
    /// Judging an instant before.
    pub to: Timestamp,
    /// Only what judges this.
    pub category: Option<ScoreCategory>,
    /// Only from sources of this provider.
    pub provider: Option<ProviderName>,
    /// How many of the latest to pass over.
    pub offset: u64,
    /// How many at most.
    pub limit: u32,
}

impl ScoreQuery {
    /// All scores of a span.
    #[must_use]
    pub fn span(from: Timestamp, to: Timestamp, limit: u32) -> Self {
        Self { from, to, category: None, provider: None, offset: 0, limit }
    }
}

/// Something subscribers may be told: a reference and what changed, never a body.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Emission {
    /// The event type: `workout.created`, …
    pub event_type: String,
    /// What it speaks of.
    pub subject: Subject,
    /// Whether it was recorded long before it arrived.
    pub historical: bool,
    /// Which fields changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changed: Vec<String>,
}

/// What an emission speaks of.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// An event, at a revision.
    Event {
        /// Its kind.
        kind: EventKind,
        /// Its id.
        id: EventId,
        /// The revision that was written.
        revision: i32,
    },
    /// A run of synchronisation.
    Run {
        /// Its id.
        id: RunId,
    },
    /// A connection.
    Connection {
        /// Its id.
        id: ConnectionId,
    },
}

/// One thing that happened in a run of synchronisation, as `sync/recent` shows it. Kept as JSON by its
/// field names: renaming one changes what is stored.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct SyncEvent {
    /// Its own id.
    pub event_id: uuid::Uuid,
    /// The run.
    pub run_id: RunId,
    /// Which provider.
    pub provider: ProviderName,
    /// `pull`, `webhook`, `sdk`, `backfill`, `xml_import`, `upload`.
    pub source: String,
    /// `queued`, `started`, `fetching`, `processing`, `saving`, `completed`, `failed`, `cancelled`.
    pub stage: String,
    /// `in_progress`, `success`, `partial`, `failed`, `cancelled`, `skipped`.
    pub status: String,
    /// For people.
    pub message: Option<String>,
    /// 0 to 1.
    pub progress: Option<f64>,
    /// How many items so far.
    pub items_processed: Option<i64>,
    /// Of how many.
    pub items_total: Option<i64>,
    /// What went wrong.
    pub error: Option<String>,
    /// More, as JSON.
    pub metadata: serde_json::Value,
    /// When the run began.
    pub started_at: Option<Timestamp>,
    /// When the run ended.
    pub ended_at: Option<Timestamp>,
    /// When this happened.
    pub timestamp: Timestamp,
}

/// A part that this transaction completes.
#[derive(Clone, Debug, PartialEq)]
pub struct CompletedPart {
    /// Which.
    pub key: PartKey,
    /// How many items it held.
    pub items: u32,
    /// What could not be read.
    pub issues: Vec<Issue>,
    /// Whether it was not taken, as nobody permits it: its body goes.
    pub is_refused: bool,
}

/// Something that a notice asks to be fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FetchOrder {
    /// The connection that was given notice: the call is made for its account, once for everyone.
    pub connection_id: ConnectionId,
    /// What to fetch.
    pub fetch: FetchRequest,
    /// When the notice came.
    pub noticed_at: Timestamp,
}

/// Everything that applying some of a user's parts changes, in one transaction.
#[derive(Clone, Debug)]
pub struct Application {
    /// Whose.
    pub user_id: UserId,
    /// Their team.
    pub team_id: TeamId,
    /// When.
    pub now: Timestamp,
    /// The parts that are done with this.
    pub parts: Vec<CompletedPart>,
    /// Blocks to write, each if its version is still the expected one.
    pub block_writes: Vec<BlockWrite>,
    /// Blocks to remove, likewise.
    pub block_removes: Vec<(BlockKey, i64)>,
    /// Events to write, each if its `ver` is still the kept one; they are kept with `ver + 1`.
    pub events: Vec<StoredEvent>,
    /// Events that are no more, as others took them in or their sender deleted them, each if its `ver` is still the
    /// kept one. A workout's samples and files go with it.
    pub event_removes: Vec<(EventId, i64)>,
    /// Other ids of those events: account, alias, event.
    pub aliases: Vec<(String, EventId)>,
    /// Scores to write; a higher stamp wins.
    pub scores: Vec<StoredScore>,
    /// Files to keep; the latest per workout and format stands.
    pub files: Vec<StoredFile>,
    /// Files that came and cannot be used.
    pub missed_files: Vec<MissedFile>,
    /// What happened in runs.
    pub sync_events: Vec<SyncEvent>,
    /// What subscribers may be told.
    pub emissions: Vec<Emission>,
    /// What must be fetched.
    pub fetches: Vec<FetchOrder>,
    /// Data arrived from this provider, through this connection.
    pub synced: Option<(ProviderName, Option<ConnectionId>)>,
    /// Of which days of which accounts data arrived.
    pub coverage: Vec<Coverage>,
    /// What the provider's notices change of connections, after all the rest.
    pub connection_changes: Vec<(ConnectionId, ConnectionChange)>,
    /// What is written of the names of records, and which are deleted.
    pub names: NameChanges,
}

impl Application {
    /// One that changes nothing yet.
    #[must_use]
    pub fn of(user_id: UserId, team_id: TeamId, now: Timestamp) -> Self {
        Self {
            user_id,
            team_id,
            now,
            parts: Vec::new(),
            block_writes: Vec::new(),
            block_removes: Vec::new(),
            events: Vec::new(),
            event_removes: Vec::new(),
            aliases: Vec::new(),
            scores: Vec::new(),
            files: Vec::new(),
            missed_files: Vec::new(),
            sync_events: Vec::new(),
            emissions: Vec::new(),
            fetches: Vec::new(),
            synced: None,
            coverage: Vec::new(),
            connection_changes: Vec::new(),
            names: NameChanges::default(),
        }
    }
}

/// What became of an application.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applied {
    /// It is kept.
    Done,
    /// Something changed since it was read: read again and redo.
    Conflict,
}

/// What applying needs to know first.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// The events asked for that exist.
    pub events: Vec<StoredEvent>,
    /// For each asked alias that is known, the event it names.
    pub aliases: Vec<(String, EventId)>,
}

/// The record of a user's health.
#[async_trait]
pub trait Records: Send + Sync {
    /// The events with these ids, and the events these aliases name (those events are in the list too).
    async fn load_events(&self, user: UserId, ids: Vec<EventId>, aliases: Vec<String>) -> Result<Known>;
    /// A source's events of a kind that overlap a span, deleted ones too; earliest first.
    async fn list_events_of_source(
        &self,
        user: UserId,
        kind: EventKind,
        source: i32,
        span: (Timestamp, Timestamp),
    ) -> Result<Vec<StoredEvent>>;
    /// Reserves numbers for events (contexts of their samples); the same event always has the same number.
    async fn ensure_event_numbers(&self, user: UserId, ids: Vec<EventId>) -> Result<Vec<i32>>;
    /// The blocks that lie in these cells.
    async fn load_cells(&self, user: UserId, cells: Vec<Cell>) -> Result<Vec<StoredBlock>>;
    /// Changes everything in one transaction.
    async fn apply(&self, application: Application) -> Result<Applied>;

    /// An event that is not deleted.
    async fn find_event(&self, user: UserId, kind: EventKind, id: EventId) -> Result<Option<StoredEvent>>;
    /// A page of events that are not deleted.
    async fn list_events(&self, user: UserId, query: EventQuery) -> Result<Vec<StoredEvent>>;
    /// What relates a user's workouts to one another, for those that start in a span; earliest first.
    async fn list_workout_spans(
        &self,
        user: UserId,
        from: Timestamp,
        to: Timestamp,
        limit: u32,
    ) -> Result<Vec<WorkoutSpan>>;
    /// How many events a query without its limit and cursor matches.
    async fn count_events(&self, user: UserId, query: EventQuery) -> Result<u64>;
    /// Deletes an event for good: a tombstone stays, its samples and files go. False when it is not there.
    async fn delete_event(&self, user: UserId, kind: EventKind, id: EventId, now: Timestamp) -> Result<bool>;
    /// Heads of blocks (no data), ordered by series, then first start.
    async fn list_block_heads(&self, user: UserId, query: BlockQuery) -> Result<Vec<StoredBlock>>;
    /// The data of blocks, in the order asked; missing ones left out.
    async fn load_blocks(&self, user: UserId, keys: Vec<BlockKey>) -> Result<Vec<StoredBlock>>;
    /// The files of a workout.
    async fn list_files(&self, user: UserId, event: EventId) -> Result<Vec<StoredFile>>;
    /// Those of these scores that are kept.
    async fn load_scores(&self, user: UserId, ids: Vec<ScoreId>) -> Result<Vec<StoredScore>>;
    /// Scores, latest first; of one instant by id.
    async fn list_scores(&self, user: UserId, query: ScoreQuery) -> Result<Vec<StoredScore>>;
    /// How many scores a query without its limit and offset matches.
    async fn count_scores(&self, user: UserId, query: ScoreQuery) -> Result<u64>;
}

/// The lane and the position of an entry of the change log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChangePosition {
    /// The lane.
    pub lane: Lane,
    /// Its position there, from 1.
    pub position: i64,
}

/// An entry of the change log.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Where it stands.
    pub at: ChangePosition,
    /// Whose.
    pub user_id: UserId,
    /// Their team.
    pub team_id: TeamId,
    /// When.
    pub created_at: Timestamp,
    /// What happened.
    pub body: ChangeBody,
}

/// What the change log tells.
#[derive(Clone, Debug, PartialEq)]
pub enum ChangeBody {
    /// Something in a run of synchronisation.
    Sync(Box<SyncEvent>),
    /// Something subscribers may be told.
    Emission(Emission),
}

/// A run as `sync/runs` shows it: its latest event, and when it was first and last heard of.
#[derive(Clone, Debug, PartialEq)]
pub struct SyncRun {
    /// Whose.
    pub user_id: UserId,
    /// Its latest event.
    pub latest: SyncEvent,
    /// When it was first heard of.
    pub first_at: Timestamp,
}

/// Which runs to list; latest first.
#[derive(Clone, Debug, Default)]
pub struct RunQuery {
    /// Only this user's.
    pub user_id: Option<UserId>,
    /// Only this provider's.
    pub provider: Option<String>,
    /// Only with this status.
    pub status: Option<String>,
    /// Only from this source.
    pub source: Option<String>,
    /// How many at most.
    pub limit: u32,
}

/// What happened: the change log and the runs.
#[async_trait]
pub trait Changes: Send + Sync {
    /// The change log of a lane after a position, oldest first; `user` narrows it.
    async fn read_changes(&self, after: ChangePosition, user: Option<UserId>, limit: u32) -> Result<Vec<Change>>;
    /// The lowest and highest position of a lane; (1, 0) when it is empty.
    async fn change_bounds(&self, lane: Lane) -> Result<(i64, i64)>;
    /// Drops what is older than `before`: runs, attempts, finished messages and entries of the change log;
    /// returns how many of the last.
    async fn trim_changes(&self, before: Timestamp, limit: u32) -> Result<u64>;
    /// Keeps events of runs on their own, outside an application (pulls, uploads).
    async fn put_sync_events(
        &self,
        team: TeamId,
        user: UserId,
        events: Vec<SyncEvent>,
        emissions: Vec<Emission>,
    ) -> Result<()>;
    /// A user's latest sync events and where each stands in the change log, latest first.
    async fn list_sync_events(&self, user: UserId, limit: u32) -> Result<Vec<(ChangePosition, SyncEvent)>>;
    /// A team's runs.
    async fn list_runs(&self, team: TeamId, query: RunQuery) -> Result<Vec<SyncRun>>;
    /// The run with this id.
    async fn find_run(&self, user: UserId, id: RunId) -> Result<Option<SyncRun>>;
}
