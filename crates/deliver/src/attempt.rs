//! One try to deliver a message: render or reopen its body, sign, send, write down what became of it.

use crate::{
    Dispatcher, lease,
    render::{self, Rendered},
    sealing, signing,
};
use model::Timestamp;
use net::{Body, Error, Request, Response, retry_after};
use seal::Zeroizing;
use std::time::Duration;
use store::{Attempt, Endpoint, Message, Retry, StoreError};

/// How an attempt ended, for counting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Delivered,
    Failed,
    Dead,
    Skipped,
    /// The store could not be reached; the lease will end and the message is tried again.
    Unrecorded,
}

impl Outcome {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Failed => "failed",
            Self::Dead => "dead",
            Self::Skipped => "skipped",
            Self::Unrecorded => "unrecorded",
        }
    }
}

/// What a try gave.
struct Tried {
    at: Timestamp,
    took: Duration,
    status: Option<u16>,
    error: Option<String>,
    asked: Option<Duration>,
}

impl Tried {
    fn without_answer(at: Timestamp, error: String) -> Self {
        Self { at, took: Duration::ZERO, status: None, error: Some(error), asked: None }
    }

    fn is_delivered(&self) -> bool {
        self.status.is_some_and(|status| (200..300).contains(&status))
    }
}

impl Dispatcher {
    pub(crate) async fn attempt(&self, message: &Message) -> Result<Outcome, StoreError> {
        let endpoint = self.store.find_endpoint(message.team_id, message.endpoint_id).await?;
        let Some(endpoint) = endpoint.filter(|endpoint| endpoint.enabled) else {
            return self.skip(message, "the endpoint is disabled or deleted").await;
        };
        let body = match self.body(message).await? {
            Ok(body) => body,
            Err(reason) => return self.skip(message, reason).await,
        };
        let tried = self.send(&endpoint, message, &body).await;
        self.finish(message, tried).await
    }

    /// The body as it is sent in every attempt, or why there is none.
    async fn body(&self, message: &Message) -> Result<Result<Zeroizing<Vec<u8>>, &'static str>, StoreError> {
        if let Some(sealed) = &message.body {
            match sealing::open_body(&self.keyring, message.id, sealed) {
                Ok(body) => return Ok(Ok(body)),
                // Better told again from what is kept than never.
                Err(error) => tracing::warn!(%error, message = %message.id, "a kept body does not open"),
            }
        }
        let body = match render::render(&*self.store, message).await? {
            Rendered::Body(body) => Zeroizing::new(body),
            Rendered::Gone(reason) => return Ok(Err(reason)),
        };
        let sealed = sealing::seal_body(&self.keyring, &self.rng, message.id, &body);
        self.store.keep_message_body(message, sealed).await?;
        Ok(Ok(body))
    }

    async fn send(&self, endpoint: &Endpoint, message: &Message, body: &[u8]) -> Tried {
        let at = self.clock.now();
        let request = match self.request(endpoint, message, body, at) {
            Ok(request) => request,
            Err(reason) => return Tried::without_answer(at, reason),
        };
        let answer = self.client.send(request).await;
        let took = lease::real_since(&self.clock, at);
        match answer {
            Ok(response) => self.judge(at, took, &response),
            Err(error) => Tried { took, ..Tried::without_answer(at, error.describe()) },
        }
    }

    fn judge(&self, at: Timestamp, took: Duration, response: &Response) -> Tried {
        let asked = retry_after(&response.headers, self.clock.now());
        Tried { at, took, status: Some(response.status.as_u16()), error: None, asked }
    }

    fn request(&self, endpoint: &Endpoint, message: &Message, body: &[u8], at: Timestamp) -> Result<Request, String> {
        let secret = sealing::open_secret(&self.keyring, endpoint.id, &endpoint.secret)
            .ok_or_else(|| "the endpoint's secret does not open with the configured keys".to_owned())?;
        let request = Request::parse("POST", &endpoint.url)
            .and_then(|request| request.with_header("content-type", "application/json"))
            .and_then(|request| signing::sign(request, &secret, message.id, at, body))
            .map_err(|error: Error| error.describe())?;
        Ok(request.with_body(Body::Bytes(body.to_vec().into())).with_timeout(self.settings.timeout))
    }

    async fn finish(&self, message: &Message, tried: Tried) -> Result<Outcome, StoreError> {
        if tried.is_delivered() {
            self.record(message, &tried, store::Outcome::Delivered).await?;
            return Ok(Outcome::Delivered);
        }
        let asked = tried.asked.map(|asked| asked.min(self.settings.retry_after_cap));
        let retry = match self.settings.retry.delay_asked(message.attempts, asked, &self.rng) {
            Some(delay) => Retry::At(self.clock.now().plus_micros(micros(delay))),
            None => Retry::Dead,
        };
        let is_dead = retry == Retry::Dead;
        if is_dead {
            tracing::warn!(
                message = %message.id, endpoint = %message.endpoint_id, status = tried.status,
                "a message was given up after its last attempt"
            );
        }
        self.record(message, &tried, store::Outcome::Failed(retry)).await?;
        Ok(if is_dead { Outcome::Dead } else { Outcome::Failed })
    }

    /// Ends a message that nobody is to get. Its attempt says why.
    async fn skip(&self, message: &Message, reason: &'static str) -> Result<Outcome, StoreError> {
        tracing::info!(message = %message.id, endpoint = %message.endpoint_id, reason, "a message was skipped");
        let tried = Tried::without_answer(self.clock.now(), format!("skipped: {reason}"));
        self.record(message, &tried, store::Outcome::Delivered).await?;
        Ok(Outcome::Skipped)
    }

    async fn record(&self, message: &Message, tried: &Tried, outcome: store::Outcome) -> Result<(), StoreError> {
        metrics::histogram!("wearhouse_webhook_attempt_seconds").record(tried.took.as_secs_f64());
        let attempt = Attempt {
            message_id: message.id,
            endpoint_id: message.endpoint_id,
            event_type: message.emission.event_type.clone(),
            at: tried.at,
            status: tried.status,
            error: tried.error.clone(),
            took_ms: u32::try_from(tried.took.as_millis()).unwrap_or(u32::MAX),
            number: message.attempts.saturating_add(1),
        };
        self.store.finish_attempt(message, attempt, outcome).await
    }
}

fn micros(delay: Duration) -> i64 {
    i64::try_from(delay.as_micros()).unwrap_or(i64::MAX)
}
