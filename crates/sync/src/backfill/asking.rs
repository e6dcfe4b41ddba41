//! One request for history, and what its answer means.

use super::{phrases, planning::Situation};
use crate::{Sync, SyncError, lease, reach::Reach};
use model::Timestamp;
use net::{Request, Response, Secret, Url, retry_after};
use std::time::Duration;
use store::{Answer, Claimed, Connection, EndReason, Interval, StoreError};

/// A refusal for the rate lasts at least as long as the minute that was too full.
const LIMITED: Duration = Duration::from_secs(62);
/// An interval that is refused again and again although its beginning was cut off each time is given up.
const MOST_CUTS: u32 = 6;
/// How much later the beginning is cut the second time and later, as some providers' earliest day moves on.
const FURTHER_S: i64 = 3600;

impl Sync {
    /// Asks for a claimed interval and writes down what became of it.
    #[tracing::instrument(name = "ask", level = "debug", skip_all, fields(provider, outcome))]
    pub(super) async fn ask_history(&self, claimed: Claimed) -> Result<(), StoreError> {
        let answer = match self.request(&claimed.interval).await {
            Ok(answer) => answer,
            Err(SyncError::Store(error)) => return Err(error),
            Err(error) if error.is_temporary() => self.later(&claimed.interval, error.to_string(), None),
            Err(error) => Answer::Failed { whole_type: false, error: error.to_string() },
        };
        let interval = &claimed.interval;
        let (provider, outcome) = (self.provider_of(interval).await?, name(&answer));
        let span = tracing::Span::current();
        span.record("provider", &provider).record("outcome", outcome);
        metrics::counter!("wearhouse_history_requests_total", "provider" => provider, "outcome" => outcome)
            .increment(1);
        metrics::counter!("wearhouse_history_days_asked_total").increment(interval.days().into());
        tracing::info!(part_type = interval.part_type, from = %interval.from, to = %interval.to, outcome, "history was asked for");
        self.store.note_answer(claimed, answer, self.clock.now()).await
    }

    async fn provider_of(&self, interval: &Interval) -> Result<String, StoreError> {
        let app = self.store.find_provider_app(interval.account.app_id).await?;
        Ok(app.map_or_else(|| "unknown".to_owned(), |app| app.provider.to_string()))
    }

    async fn request(&self, interval: &Interval) -> Result<Answer, SyncError> {
        let account = &interval.account;
        let links = self.store.find_connections_by_account(account.app_id, &account.id).await?;
        let Some(first) = links.first() else { return Ok(Answer::NotConnected) };
        let reach = self.reach(&first.provider)?;
        let situation = self.situation(&first.provider, &links);
        let Some(situation) = situation else { return Err(SyncError::NotSupported(first.provider.clone())) };
        if !links.iter().any(|link| situation.grants_history(link)) {
            return Ok(Answer::Held { all_types: true, error: "history is not permitted".to_owned() });
        }
        let allowed = |link: &&Connection| situation.grants_history(link) && ingest::permits(link, &interval.part_type);
        for link in links.iter().filter(allowed) {
            match self.request_with(reach, &situation, link, interval).await {
                // another user's tokens for the same account may still be good
                Err(SyncError::NotActive | SyncError::Ended | SyncError::ConnectionNotFound) => {}
                other => return other,
            }
        }
        let is_connected = !self.store.find_connections_by_account(account.app_id, &account.id).await?.is_empty();
        Ok(if is_connected {
            Answer::Held { all_types: false, error: "this type is not permitted".to_owned() }
        } else {
            Answer::NotConnected
        })
    }

    async fn request_with(
        &self,
        reach: &Reach,
        situation: &Situation<'_>,
        link: &Connection,
        interval: &Interval,
    ) -> Result<Answer, SyncError> {
        let Some(url) = address(reach, situation, interval) else {
            let error = "history of this type cannot be asked for".to_owned();
            return Ok(Answer::Failed { whole_type: true, error });
        };
        let token = self.access_token(link.user_id, link.id, None).await?;
        let call = |token: &Secret| reach.api_client.send(Request::get(url.clone()).with_bearer(token.clone()));
        let mut answered = call(&token).await;
        let mut used = token;
        if answered.as_ref().is_ok_and(|response| response.status.as_u16() == 401) {
            used = self.access_token(link.user_id, link.id, Some(&used)).await?;
            answered = call(&used).await;
        }
        match answered {
            Ok(response) if response.status.as_u16() == 403 => self.forbidden(reach, situation, link, &used).await,
            Ok(response) if response.status.as_u16() == 412 => {
                self.store.note_lacking(link.user_id, link.id, &interval.part_type).await?;
                Ok(Answer::Held { all_types: false, error: "status 412: this type is not permitted".to_owned() })
            }
            Ok(response) => Ok(self.judge_history(interval, &response)),
            Err(error) if error.is_retryable() => Ok(self.later(interval, error.describe(), None)),
            Err(error) => Ok(Answer::Failed { whole_type: false, error: error.describe() }),
        }
    }

    /// Either history alone is not permitted, or consent was withdrawn: the permissions tell which.
    async fn forbidden(
        &self,
        reach: &Reach,
        situation: &Situation<'_>,
        link: &Connection,
        token: &Secret,
    ) -> Result<Answer, SyncError> {
        let now = self.clock.now();
        if let Some(given) = self.permissions(reach, token).await
            && let Some(needed) = &situation.facts.permission
            && !given.contains(needed)
        {
            self.store.change_permissions(link.user_id, link.id, given, now, now).await?;
            return Ok(Answer::Held { all_types: true, error: format!("the permission {needed} is missing") });
        }
        for link in situation.links {
            self.end(link, EndReason::ConsentWithdrawn).await?;
        }
        Ok(Answer::NotConnected)
    }

    fn judge_history(&self, interval: &Interval, response: &Response) -> Answer {
        let now = self.clock.now();
        let look_at = lease::after(now, self.settings.history.quiet);
        let status = response.status.as_u16();
        let asked = retry_after(&response.headers, now).map(|asked| asked.min(self.pace.retry_after_cap));
        match status {
            200..=299 => Answer::Accepted { look_at },
            409 => {
                let told = phrases::range(&phrases::message(&response.body));
                let (from, to) = told.unwrap_or((interval.from, interval.to));
                Answer::Duplicate { from, to, look_at }
            }
            429 => {
                let wait = asked.unwrap_or_default().max(LIMITED);
                metrics::counter!("wearhouse_history_rate_limited_total").increment(1);
                tracing::warn!(wait_s = wait.as_secs(), "the provider finds that too much history was asked for");
                Answer::Limited { until: lease::after(now, wait) }
            }
            400 => refusal(interval, &phrases::message(&response.body)),
            401 => self.later(interval, "status 401: the renewed token was refused too".to_owned(), asked),
            408 | 425 | 500..=599 => self.later(interval, format!("status {status}"), asked),
            _ => Answer::Failed { whole_type: false, error: format!("status {status}") },
        }
    }

    fn later(&self, interval: &Interval, error: String, asked: Option<Duration>) -> Answer {
        match self.pace.retry.delay_asked(interval.attempts, asked, &self.rng) {
            Some(wait) => Answer::Later { at: lease::after(self.clock.now(), wait), error },
            None => Answer::Failed {
                whole_type: false,
                error: format!("given up after {} attempts: {error}", interval.attempts.saturating_add(1)),
            },
        }
    }
}

fn address(reach: &Reach, situation: &Situation<'_>, interval: &Interval) -> Option<Url> {
    let path = situation.manifest.types.get(&interval.part_type)?.backfill_path.as_ref()?;
    let mut url = reach.api(path)?;
    let (from, to) = (interval.from.as_seconds().to_string(), interval.to.as_seconds().to_string());
    url.query_pairs_mut()
        .append_pair(&situation.facts.from_parameter, &from)
        .append_pair(&situation.facts.to_parameter, &to);
    Some(url)
}

/// What a refused request says: that the type is switched off, that history begins later, or something else.
fn refusal(interval: &Interval, text: &str) -> Answer {
    if text.to_lowercase().contains("not enabled") {
        let error = "status 400: the type is not enabled at the provider".to_owned();
        return Answer::Failed { whole_type: true, error };
    }
    match floor(interval, text) {
        Some(floor) => Answer::Floor(floor),
        None => Answer::Failed { whole_type: false, error: "status 400: the provider refuses the range".to_owned() },
    }
}

/// The earliest instant that a refusal names. It lies behind the beginning that was asked for: of the times
/// named there, the latest that is not the interval's own end.
fn floor(interval: &Interval, text: &str) -> Option<Timestamp> {
    if interval.cuts >= MOST_CUTS {
        return None;
    }
    let named = phrases::times(text).into_iter().filter(|time| *time > interval.from && *time != interval.to).max()?;
    // up to the whole second, and further each time: what is cut too closely is refused once more
    let whole = Timestamp::from_seconds(named.plus_micros(999_999).as_seconds());
    Some(whole.plus_seconds(i64::from(interval.cuts) * FURTHER_S))
}

fn name(answer: &Answer) -> &'static str {
    match answer {
        Answer::Accepted { .. } => "accepted",
        Answer::Duplicate { .. } => "duplicate",
        Answer::Floor(_) => "too_early",
        Answer::Held { .. } => "not_permitted",
        Answer::Failed { .. } => "failed",
        Answer::Later { .. } => "later",
        Answer::Limited { .. } => "limited",
        Answer::NotConnected => "not_connected",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{ProviderAppId, derived_id};
    use store::{Account, IntervalState};

    fn interval(cuts: u32) -> Interval {
        Interval {
            account: Account { app_id: ProviderAppId::from_uuid(derived_id(&[b"app"])), id: "account".to_owned() },
            part_type: "dailies".to_owned(),
            number: 1,
            age: 0,
            from: Timestamp::from_seconds(1_767_225_600),
            to: Timestamp::from_seconds(1_769_817_599),
            state: IntervalState::Requested,
            is_gap: false,
            attempts: 0,
            cuts,
            run_at: Timestamp::MIN,
            asked_at: None,
            data_at: None,
            error: None,
        }
    }

    #[test]
    fn a_refusal_that_names_the_earliest_day_teaches_the_floor() {
        let floor = Timestamp::from_seconds(1_768_000_000);
        for text in [
            "summaryStartTimeInSeconds 1767225600 is before the minimum start time 1768000000",
            "min start time is 2026-01-09T23:06:40Z (asked: 1767225600 to 1769817599)",
        ] {
            assert_eq!(refusal(&interval(0), text), Answer::Floor(floor), "{text}");
        }
        assert_eq!(refusal(&interval(2), "minimum 1768000000"), Answer::Floor(floor.plus_seconds(7200)));
        assert!(matches!(refusal(&interval(MOST_CUTS), "minimum 1768000000"), Answer::Failed { .. }));
        let before = "earliest is 2026-03-01";
        assert!(matches!(refusal(&interval(0), before), Answer::Floor(at) if at > interval(0).to), "all is too early");
    }

    #[test]
    fn a_type_that_is_switched_off_fails_as_a_whole_and_other_refusals_alone() {
        let off = refusal(&interval(0), "Endpoint not enabled for summary type: CONNECT_DAILY");
        assert!(matches!(off, Answer::Failed { whole_type: true, .. }));
        let other = refusal(&interval(0), "the range is too long");
        assert!(matches!(other, Answer::Failed { whole_type: false, .. }));
    }
}
