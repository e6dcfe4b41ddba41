//! The way out: customers' endpoints, messages to them, and jobs for calls of our own.

use crate::{Emission, Lane, Result, Retry, SyncEvent};
use async_trait::async_trait;
use model::{DeliveryId, EndpointId, FetchRequest, ProviderAppId, ProviderName, TeamId, Timestamp, UserId};

/// A customer's webhook endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// Its id.
    pub id: EndpointId,
    /// Whose it is.
    pub team_id: TeamId,
    /// Where messages go.
    pub url: String,
    /// What it is for.
    pub description: Option<String>,
    /// Which event types; empty: all.
    pub filter_types: Vec<String>,
    /// Only about this user.
    pub user_id: Option<UserId>,
    /// The signing secret, sealed.
    pub secret: Vec<u8>,
    /// Whether messages are made for it.
    pub enabled: bool,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// A message to an endpoint: a reference until it is first rendered.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// Its id, the same in every attempt (`webhook-id`).
    pub id: DeliveryId,
    /// The lane it lies in: its user's.
    pub lane: Lane,
    /// Its position in the lane.
    pub position: i64,
    /// The endpoint.
    pub endpoint_id: EndpointId,
    /// The team.
    pub team_id: TeamId,
    /// Whom it is about.
    pub user_id: UserId,
    /// What it says.
    pub emission: Emission,
    /// The rendered body, sealed, from the first attempt on.
    pub body: Option<Vec<u8>>,
    /// How often it was tried.
    pub attempts: u32,
    /// When it was made.
    pub created_at: Timestamp,
}

/// One try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// The message.
    pub message_id: DeliveryId,
    /// The endpoint.
    pub endpoint_id: EndpointId,
    /// The event type.
    pub event_type: String,
    /// When.
    pub at: Timestamp,
    /// The answer's status; none when there was no answer.
    pub status: Option<u16>,
    /// Why there was none.
    pub error: Option<String>,
    /// How long it took, milliseconds.
    pub took_ms: u32,
    /// Which try, from 1.
    pub number: u32,
}

/// What became of a try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Answered 2xx: the body goes.
    Delivered,
    /// Not.
    Failed(Retry),
}

/// A call to make for an account, once for everyone who is linked to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// The lane it lies in: the account's.
    pub lane: Lane,
    /// Its position in the lane.
    pub position: i64,
    /// Through which app the account is known.
    pub app_id: ProviderAppId,
    /// The account as the provider names it.
    pub account: String,
    /// The provider.
    pub provider: ProviderName,
    /// What to fetch.
    pub fetch: FetchRequest,
    /// When the notice came.
    pub created_at: Timestamp,
    /// How often it was tried.
    pub attempts: u32,
}

impl Job {
    /// When it can be had no longer.
    #[must_use]
    pub fn expires_at(&self) -> Option<Timestamp> {
        self.fetch.expires_s.map(|seconds| self.created_at.plus_seconds(seconds))
    }
}

/// How a job ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JobEnd {
    /// It is done.
    Done,
    /// It was given up: why.
    Dead(String),
    /// It was not to be done: why.
    Skipped(String),
}

/// What a user is told of a job's end.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// Their team.
    pub team_id: TeamId,
    /// Whom.
    pub user_id: UserId,
    /// What people see.
    pub event: SyncEvent,
    /// What subscribers are told.
    pub emissions: Vec<Emission>,
}

/// Endpoints, messages and jobs.
#[async_trait]
pub trait Messages: Send + Sync {
    /// Keeps an endpoint, replacing the team's one with the same id.
    async fn put_endpoint(&self, endpoint: Endpoint) -> Result<()>;
    /// A team's endpoints, oldest first.
    async fn list_endpoints(&self, team: TeamId) -> Result<Vec<Endpoint>>;
    /// A team's endpoint.
    async fn find_endpoint(&self, team: TeamId, id: EndpointId) -> Result<Option<Endpoint>>;
    /// Deletes an endpoint and its messages; false when it is not there.
    async fn delete_endpoint(&self, team: TeamId, id: EndpointId) -> Result<bool>;
    /// Makes a message to one endpoint, whatever its filters (test events).
    async fn put_message(
        &self,
        endpoint: &Endpoint,
        user: UserId,
        emission: Emission,
        now: Timestamp,
    ) -> Result<DeliveryId>;
    /// Claims messages that are due until `lease`, oldest first, over all lanes.
    async fn claim_messages(&self, now: Timestamp, lease: Timestamp, limit: u32) -> Result<Vec<Message>>;
    /// Keeps the rendered body before it is first sent.
    async fn keep_message_body(&self, message: &Message, body: Vec<u8>) -> Result<()>;
    /// Notes a try and what became of it.
    async fn finish_attempt(&self, message: &Message, attempt: Attempt, outcome: Outcome) -> Result<()>;
    /// An endpoint's tries, latest first.
    async fn list_attempts(&self, team: TeamId, endpoint: EndpointId, limit: u32) -> Result<Vec<Attempt>>;
    /// When the next message is due, if any waits.
    async fn next_message_at(&self) -> Result<Option<Timestamp>>;

    /// Claims jobs that are due until `lease`, oldest first; those that soon can be had no longer before all others.
    async fn claim_jobs(&self, now: Timestamp, lease: Timestamp, limit: u32) -> Result<Vec<Job>>;
    /// Notes that a job failed and is tried again.
    async fn retry_job(&self, job: &Job, error: String, at: Timestamp) -> Result<()>;
    /// Ends a job and tells so. A job for which news came meanwhile waits again instead.
    async fn end_job(&self, job: &Job, end: JobEnd, told: Vec<Told>, now: Timestamp) -> Result<()>;
}
