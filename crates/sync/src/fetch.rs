//! One job: a call that a notification asked for, its answer into the intake. It is made once for its account,
//! with the token of someone who is linked to it and permits it.

use crate::{Sync, SyncError, lease, reach::Reach, trace};
use ingest::{AcceptError, permits};
use model::FetchKind;
use net::{Error, Request, Secret, StreamedResponse, Url, retry_after};
use std::time::Duration;
use store::{Connection, EndReason, Job, JobEnd, StoreError};

/// How long before its end something is asked for the last time.
const LAST_CALL: Duration = Duration::from_mins(1);
/// How long what was called while the disk became full waits.
const DISK_LOW: Duration = Duration::from_mins(2);

/// Why a call brought nothing.
#[derive(Debug)]
enum Failure {
    /// May work later; the provider may have asked for a wait.
    Temporary { reason: String, asked: Option<Duration> },
    /// Never.
    Final(String),
    /// It is not to be done.
    Skipped(String),
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
            AcceptError::DiskLow { .. } => Self::Temporary { reason: error.to_string(), asked: Some(DISK_LOW) },
            _ => Self::temporary(error.to_string()),
        }
    }
}

impl Sync {
    /// Performs a job and writes down what became of it.
    #[tracing::instrument(name = "fetch", level = "debug", skip_all, fields(provider = job.provider.as_str(), outcome))]
    pub(crate) async fn perform(&self, job: &Job) -> Result<(), StoreError> {
        let links = self.store.find_connections_by_account(job.app_id, &job.account).await?;
        let outcome = self.fetch(job, &links).await;
        let name = match &outcome {
            Ok(()) => "fetched",
            Err(Failure::Temporary { .. }) => "failed",
            Err(Failure::Final(_)) => "dead",
            Err(Failure::Skipped(_)) => "skipped",
        };
        tracing::Span::current().record("outcome", name);
        let provider = job.provider.as_str().to_owned();
        metrics::counter!("wearhouse_fetches_total", "provider" => provider, "outcome" => name).increment(1);
        match outcome {
            Ok(()) => Ok(()),
            Err(Failure::Temporary { reason, asked }) => self.fail(job, &links, reason, asked).await,
            Err(Failure::Final(reason)) => self.give_up(job, &links, JobEnd::Dead(reason)).await,
            Err(Failure::Skipped(reason)) => self.give_up(job, &links, JobEnd::Skipped(reason)).await,
        }
    }

    async fn fetch(&self, job: &Job, links: &[Connection]) -> Result<(), Failure> {
        let reach = self.reach(&job.provider)?;
        // Judged before anything else is done for it: the address came from outside.
        let url = Url::parse(&job.fetch.url).map_err(|_| Failure::last("refused: malformed address"))?;
        reach.check(&url).map_err(|refusal| Failure::last(format!("refused: {refusal}")))?;
        if links.is_empty() {
            return Err(Failure::Skipped("nobody is connected to the account any more".to_owned()));
        }
        let part_type = match &job.fetch.kind {
            FetchKind::Summaries { part_type } => Some(part_type.clone()),
            FetchKind::File { .. } => reach.file_type().map(str::to_owned),
        };
        let is_permitted = |link: &&Connection| part_type.as_ref().is_none_or(|part_type| permits(link, part_type));
        let links: Vec<&Connection> = links.iter().filter(is_permitted).collect();
        if links.is_empty() {
            return Err(Failure::Skipped("the user does not permit this type".to_owned()));
        }
        if job.expires_at().is_some_and(|deadline| self.clock.now() >= deadline) {
            return Err(Failure::last("already downloaded or expired: its time had passed"));
        }
        // A file can be had once: asking for it without room to keep it would lose it.
        self.intake.check_room()?;
        let answer = if job.fetch.bearer {
            self.call_for(reach, &links, part_type.as_deref(), &url).await?
        } else {
            self.judge(reach.api_client.stream(Request::get(url)).await?)?
        };
        match self.intake.accept_fetched(job, part_type, answer.into_stream()).await {
            Err(AcceptError::Store(StoreError::NotFound("job"))) => {
                Err(Failure::Skipped("it had ended meanwhile".to_owned()))
            }
            accepted => Ok(accepted.map(|_| ())?),
        }
    }

    /// Calls with the token of one after the other of those who are linked, until one is answered.
    async fn call_for(
        &self,
        reach: &Reach,
        links: &[&Connection],
        part_type: Option<&str>,
        url: &Url,
    ) -> Result<StreamedResponse, Failure> {
        let mut failure = Failure::last("no token is left");
        for link in links {
            let answer = match self.call(reach, link, url).await {
                Ok(answer) => answer,
                Err(Failure::Final(reason)) => {
                    failure = Failure::Final(reason);
                    continue;
                }
                Err(other) => return Err(other),
            };
            match answer.status.as_u16() {
                403 => {
                    self.end(link, EndReason::ConsentWithdrawn).await?;
                    failure = Failure::last("status 403: the token is unknown or consent was withdrawn");
                }
                412 => {
                    if let Some(part_type) = part_type {
                        self.store.note_lacking(link.user_id, link.id, part_type).await.map_err(SyncError::from)?;
                    }
                    failure = Failure::Skipped("status 412: the user has not given this permission".to_owned());
                }
                _ => return self.judge(answer),
            }
        }
        Err(failure)
    }

    /// Calls with the user's token; a refused one is renewed once.
    async fn call(&self, reach: &Reach, link: &Connection, url: &Url) -> Result<StreamedResponse, Failure> {
        let token = self.access_token(link.user_id, link.id, None).await?;
        let call = |token: Secret| reach.api_client.stream(Request::get(url.clone()).with_bearer(token));
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
            410 => Err(Failure::last("status 410: already downloaded or expired")),
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
        links: &[Connection],
        reason: String,
        asked: Option<Duration>,
    ) -> Result<(), StoreError> {
        let asked = asked.map(|asked| asked.min(self.pace.retry_after_cap));
        let Some(delay) = self.pace.retry.delay_asked(job.attempts, asked, &self.rng) else {
            let reason = format!("given up after {} attempts: {reason}", job.attempts + 1);
            return self.give_up(job, links, JobEnd::Dead(reason)).await;
        };
        let now = self.clock.now();
        let mut at = lease::after(now, delay);
        if let Some(deadline) = job.expires_at()
            && at >= deadline
        {
            // a last call shortly before the end, if there is time for one
            at = lease::before(deadline, LAST_CALL);
            if at <= now {
                let reason = format!("given up, as it expires before the next attempt: {reason}");
                return self.give_up(job, links, JobEnd::Dead(reason)).await;
            }
        }
        tracing::info!(provider = %job.provider, reason, "a call failed and will be tried again");
        self.store.retry_job(job, reason, at).await
    }

    /// Ends a job without data; everyone who is linked sees it.
    async fn give_up(&self, job: &Job, links: &[Connection], end: JobEnd) -> Result<(), StoreError> {
        let now = self.clock.now();
        tracing::warn!(provider = %job.provider, ?end, "a call was given up");
        if matches!(job.fetch.kind, FetchKind::File { .. }) {
            let provider = job.provider.as_str().to_owned();
            metrics::counter!("wearhouse_files_missed_total", "provider" => provider, "cause" => "fetch").increment(1);
        }
        let told = links.iter().map(|link| trace::fetch_ended(link, job, what(job), &end, now)).collect();
        self.store.end_job(job, end, told, now).await
    }
}

fn what(job: &Job) -> &str {
    match &job.fetch.kind {
        FetchKind::Summaries { part_type } => part_type,
        FetchKind::File { .. } => "file",
    }
}
