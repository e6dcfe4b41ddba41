//! How far an account's history is, told to every linked user: when it is queued, begins, gets on by a tenth
//! and ends. Never once a push.

use super::range::Range;
use crate::Sync;
use model::{RunId, Timestamp, derived_id};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use store::{
    Account, Backfill, Connection, Emission, History, Interval, IntervalState as State, RunState, StoreError, Subject,
    SyncEvent,
};

/// Something to tell of a run.
pub(super) struct News<'a> {
    backfill: &'a Backfill,
    stage: &'static str,
    status: &'static str,
    message: String,
    error: Option<String>,
    /// Days that are done, and of how many.
    days: Option<(i64, i64)>,
    emission: Option<&'static str>,
}

pub(super) fn queued(backfill: &Backfill) -> News<'_> {
    let message = format!("{}: history is going to be asked for", backfill.provider);
    News { backfill, stage: "queued", status: "in_progress", message, error: None, days: None, emission: None }
}

pub(super) fn refused(backfill: &Backfill) -> News<'_> {
    let message = format!("{}: history is not permitted", backfill.provider);
    let (error, emission) = (backfill.error.clone(), Some("sync.failed"));
    News { backfill, stage: "failed", status: "skipped", message, error, days: None, emission }
}

pub(super) fn cancelled(backfill: &Backfill) -> News<'_> {
    let message = format!("{}: history is not asked for any more", backfill.provider);
    News { backfill, stage: "cancelled", status: "cancelled", message, error: None, days: None, emission: None }
}

fn days(intervals: &[&Interval], counts: impl Fn(State) -> bool) -> i64 {
    intervals.iter().filter(|it| counts(it.state)).map(|it| Range::new(it.from, it.to).days()).sum()
}

impl Sync {
    /// Tells how far these accounts are, and ends what is done.
    pub(super) async fn follow_up(&self, accounts: BTreeSet<Account>) -> Result<(), StoreError> {
        for account in accounts {
            let Some(history) = self.store.find_history(account).await? else { continue };
            if history.backfill.state == RunState::Running {
                self.follow(&history).await?;
            }
        }
        Ok(())
    }

    async fn follow(&self, history: &History) -> Result<(), StoreError> {
        let backfill = &history.backfill;
        let counted: Vec<&Interval> = history.intervals.iter().filter(|it| it.state != State::Held).collect();
        let (done, all) = (days(&counted, |state| !state.is_open()), days(&counted, |_| true));
        if !counted.iter().any(|it| it.state.is_open()) {
            return self.end_run(history, (done, all)).await;
        }
        // one per cent stands for the beginning, then each tenth is told
        let asked = counted.iter().any(|it| it.state != State::Waiting && it.asked_at.is_some());
        let tenths = if all > 0 { done * 10 / all } else { 0 };
        let percent = u8::try_from(tenths * 10).unwrap_or(100).max(u8::from(asked));
        if percent == 0 || !self.store.note_told(backfill.account.clone(), backfill.run_id, percent).await? {
            return Ok(());
        }
        let (stage, emission) = if percent == 1 { ("started", Some("sync.started")) } else { ("fetching", None) };
        let message = format!("{}: {done} of {all} days of history are settled", backfill.provider);
        let days = Some((done, all));
        let news = News { backfill, stage, status: "in_progress", message, error: None, days, emission };
        self.tell(&self.links_of(backfill).await?, &news).await
    }

    async fn end_run(&self, history: &History, (done, all): (i64, i64)) -> Result<(), StoreError> {
        let backfill = &history.backfill;
        let failed = history.intervals.iter().filter(|it| it.state == State::Failed);
        let errors: BTreeMap<&str, &str> =
            failed.map(|it| (it.part_type.as_str(), it.error.as_deref().unwrap_or("failed"))).collect();
        let error =
            errors.iter().map(|(part_type, error)| format!("{part_type}: {error}")).collect::<Vec<_>>().join("; ");
        let error = Some(error).filter(|error| !error.is_empty());
        let came = history.intervals.iter().any(|it| it.state.is_settled());
        let is_stopped = history.intervals.iter().any(|it| it.state == State::Cancelled);
        let (state, stage, status, emission) = match (&error, came) {
            (None, _) if is_stopped => (RunState::Cancelled, "completed", "partial", "sync.completed"),
            (None, _) => (RunState::Complete, "completed", "success", "sync.completed"),
            (Some(_), true) => (RunState::Failed, "completed", "partial", "sync.completed"),
            (Some(_), false) => (RunState::Failed, "failed", "failed", "sync.failed"),
        };
        let (account, run, now) = (backfill.account.clone(), backfill.run_id, self.clock.now());
        if !self.store.end_history(account, run, state, error.clone(), now).await? {
            return Ok(());
        }
        let outcome = match state {
            RunState::Failed => "failed",
            RunState::Cancelled => "cancelled",
            RunState::Running | RunState::Complete => "complete",
        };
        metrics::counter!("wearhouse_history_runs_ended_total", "outcome" => outcome).increment(1);
        let message = format!("{}: history is {outcome}, {all} days", backfill.provider);
        let (days, emission) = (Some((done, all)), Some(emission));
        let news = News { backfill, stage, status, message, error, days, emission };
        self.tell(&self.links_of(backfill).await?, &news).await
    }

    async fn links_of(&self, backfill: &Backfill) -> Result<Vec<Connection>, StoreError> {
        self.store.find_connections_by_account(backfill.account.app_id, &backfill.account.id).await
    }

    /// Tells every linked user. Each knows the run by an id of their own.
    pub(super) async fn tell(&self, links: &[Connection], news: &News<'_>) -> Result<(), StoreError> {
        let now = self.clock.now();
        for link in links {
            let run_id = run_of(news.backfill, link);
            let emission = news.emission.map(|event_type| Emission {
                event_type: event_type.to_owned(),
                subject: Subject::Run { id: run_id },
                historical: true,
                changed: Vec::new(),
            });
            let event = event(news, run_id, now);
            let told =
                self.store.put_sync_events(link.team_id, link.user_id, vec![event], emission.into_iter().collect());
            match told.await {
                // a user who was deleted meanwhile is told nothing
                Err(StoreError::NotFound(_)) | Ok(()) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

/// The run as a user's sync events name it.
pub(super) fn run_of(backfill: &Backfill, link: &Connection) -> RunId {
    RunId::from_uuid(derived_id(&[b"history", backfill.run_id.as_bytes(), link.user_id.as_bytes()]))
}

fn event(news: &News<'_>, run_id: RunId, now: Timestamp) -> SyncEvent {
    let (done, all) = news.days.unzip();
    let share = news.days.map(|(done, all)| if all > 0 { done as f64 / all as f64 } else { 1.0 });
    let at = now.as_micros().to_be_bytes();
    SyncEvent {
        event_id: derived_id(&[b"sync", run_id.as_bytes(), news.stage.as_bytes(), &at]),
        run_id,
        provider: news.backfill.provider.clone(),
        source: "backfill".to_owned(),
        stage: news.stage.to_owned(),
        status: news.status.to_owned(),
        message: Some(news.message.clone()),
        progress: share,
        items_processed: done,
        items_total: all,
        error: news.error.clone(),
        metadata: json!({
            "is_historical": true,
            "start": news.backfill.from,
            "end": news.backfill.to,
            "retry": news.backfill.is_retry,
        }),
        started_at: Some(news.backfill.started_at),
        ended_at: matches!(news.stage, "completed" | "failed" | "cancelled").then_some(now),
        timestamp: now,
    }
}
