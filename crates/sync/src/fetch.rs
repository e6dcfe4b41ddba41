//! One job: a call that a notification asked for, its answer into the intake.

use crate::{Sync, SyncError, lease, reach::Reach, trace};
use ingest::{AcceptError, Incoming};
use model::{FetchKind, PartMeta, Timestamp};
use net::{Error, Request, Secret, StreamedResponse, Url, retry_after};
use std::time::Duration;
use store::{Connection, ConnectionStatus, DeliveryKind, Job, Retry, StoreError};

/// Why a call brought nothing.
#[derive(Debug)]
enum Failure {
    /// May work later; the provider may have asked for a wait.
    Temporary { reason: String, asked: Option<Duration> },
    /// Never.
    Final(String),
}

impl Failure {
    fn temporary(reason: impl Into<String>) -> Self {
        Self::Temporary { reason: reason.into(), asked: None }
    }

    fn last(reason: impl Into<String>) -> Self {
        Self::Final(reason.into())
    }
}

impl From<SyncError> for Failure {
    fn from(error: SyncError) -> Self {
        if error.is_temporary() { Self::temporary(error.to_string()) } else { Self::last(error.to_string()) }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        if error.is_retryable() { Self::temporary(error.describe()) } else { Self::last(error.describe()) }
    }
}

impl From<AcceptError> for Failure {
    fn from(error: AcceptError) -> Self {
        match error {
            AcceptError::TooLarge { .. } => Self::last(error.to_string()),
            AcceptError::Busy { retry_after_s } => {
                let asked = Some(Duration::from_secs(retry_after_s.into()));
                Self::Temporary { reason: error.to_string(), asked }
            }
            _ => Self::temporary(error.to_string()),
        }
    }
}

impl Sync {
    /// Performs a job and writes down what became of it.
    pub(crate) async fn perform(&self, job: &Job) -> Result<(), StoreError> {
        let Some(link) = self.store.find_connection(job.user_id, job.connection_id).await? else {
            return self.store.fail_job(job, "the connection is gone".to_owned(), Retry::Dead).await;
        };
        let outcome = self.fetch(job, &link).await;
        let name = match &outcome {
            Ok(()) => "fetched",
            Err(Failure::Temporary { .. }) => "failed",
            Err(Failure::Final(_)) => "dead",
        };
        let provider = link.provider.as_str().to_owned();
        metrics::counter!("wearhouse_fetches_total", "provider" => provider, "outcome" => name).increment(1);
        match outcome {
            Ok(()) => self.store.finish_job(job).await,
            Err(Failure::Temporary { reason, asked }) => self.fail(job, &link, reason, asked).await,
            Err(Failure::Final(reason)) => self.give_up(job, &link, reason).await,
        }
    }

    async fn fetch(&self, job: &Job, link: &Connection) -> Result<(), Failure> {
        let reach = self.reach(&link.provider)?;
        // Judged before anything else is done for it: the address came from outside.
        let url = Url::parse(&job.fetch.url).map_err(|_| Failure::last("refused: malformed address"))?;
        reach.check(&url).map_err(|refusal| Failure::last(format!("refused: {refusal}")))?;
        if link.status != ConnectionStatus::Active {
            return Err(Failure::last("the connection is not active"));
        }
        if deadline(job).is_some_and(|deadline| self.clock.now() >= deadline) {
            return Err(Failure::last("already downloaded or expired: its time had passed"));
        }
        // A file can be had once: asking for it without room to keep it would lose it.
        self.intake.check_room()?;
        let answer = self.call(reach, job, link, &url).await?;
        let answer = self.judge(answer)?;
        self.intake.accept(incoming(reach, job, link), answer.into_stream()).await?;
        Ok(())
    }

    /// Calls, with the user's token where the notice asked for it; a refused token is renewed once.
    async fn call(&self, reach: &Reach, job: &Job, link: &Connection, url: &Url) -> Result<StreamedResponse, Failure> {
        let request = || Request::get(url.clone());
        if !job.fetch.bearer {
            return Ok(reach.api_client.stream(request()).await?);
        }
        let token = self.access_token(link.user_id, link.id, None).await?;
        let call = |token: Secret| reach.api_client.stream(request().with_bearer(token));
        let answer = call(token.clone()).await?;
        if answer.status.as_u16() != 401 {
            return Ok(answer);
        }
        let renewed = self.access_token(link.user_id, link.id, Some(&token)).await?;
        Ok(call(renewed).await?)
    }

    fn judge(&self, answer: StreamedResponse) -> Result<StreamedResponse, Failure> {
        let status = answer.status.as_u16();
        match status {
            200 => Ok(answer),
            401 => Err(Failure::temporary("status 401: the renewed token was refused too")),
            403 => Err(Failure::last("status 403: the token is unknown or consent was withdrawn")),
            410 => Err(Failure::last("status 410: already downloaded or expired")),
            412 => Err(Failure::last("status 412: the user has not given this permission")),
            408 | 425 | 429 | 500..=599 => Err(Failure::Temporary {
                reason: format!("status {status}"),
                asked: retry_after(&answer.headers, self.clock.now()),
            }),
            _ => Err(Failure::last(format!("status {status}"))),
        }
    }

    async fn fail(
        &self,
        job: &Job,
        link: &Connection,
        reason: String,
        asked: Option<Duration>,
    ) -> Result<(), StoreError> {
        let asked = asked.map(|asked| asked.min(self.pace.retry_after_cap));
        let Some(delay) = self.pace.retry.delay_asked(job.attempts, asked, &self.rng) else {
            return self.give_up(job, link, format!("given up after {} attempts: {reason}", job.attempts + 1)).await;
        };
        let at = lease::after(self.clock.now(), delay);
        if deadline(job).is_some_and(|deadline| at >= deadline) {
            return self.give_up(job, link, format!("given up, as it expires before the next attempt: {reason}")).await;
        }
        tracing::info!(connection = %link.id, reason, "a call failed and will be tried again");
        self.store.fail_job(job, reason, Retry::At(at)).await
    }

    async fn give_up(&self, job: &Job, link: &Connection, reason: String) -> Result<(), StoreError> {
        tracing::warn!(connection = %link.id, provider = %link.provider, reason, "a call was given up");
        let (event, emission) = trace::fetch_failed(link, job, what(job), &reason, self.clock.now());
        self.store.fail_job(job, reason, Retry::Dead).await?;
        self.store.put_sync_events(link.team_id, link.user_id, vec![event], vec![emission]).await
    }
}

fn deadline(job: &Job) -> Option<Timestamp> {
    job.fetch.expires_s.map(|seconds| job.created_at.plus_seconds(seconds))
}

fn what(job: &Job) -> &str {
    match &job.fetch.kind {
        FetchKind::Summaries { part_type } => part_type,
        FetchKind::File { .. } => "file",
    }
}

fn incoming(reach: &Reach, job: &Job, link: &Connection) -> Incoming {
    let (kind, part_type, meta) = match &job.fetch.kind {
        FetchKind::Summaries { part_type } => (DeliveryKind::Pulled, Some(part_type.clone()), PartMeta::default()),
        FetchKind::File { meta } => (DeliveryKind::File, reach.file_type().map(str::to_owned), meta.clone()),
    };
    Incoming {
        kind,
        provider: link.provider.clone(),
        app_id: Some(link.app_id),
        user_id: Some(link.user_id),
        connection_id: Some(link.id),
        part_type,
        meta,
    }
}
