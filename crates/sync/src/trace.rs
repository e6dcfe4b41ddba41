//! What people see of work that ended without data: events of runs, and what subscribers are told.

use model::{RunId, Timestamp, derived_id};
use serde_json::json;
use store::{Connection, Emission, Job, Subject, SyncEvent};

/// A call was given up.
pub(crate) fn fetch_failed(
    link: &Connection,
    job: &Job,
    what: &str,
    error: &str,
    now: Timestamp,
) -> (SyncEvent, Emission) {
    let place = [job.lane.0.to_be_bytes().as_slice(), &job.position.to_be_bytes()].concat();
    let run_id = RunId::from_uuid(derived_id(&[b"job", link.user_id.as_bytes(), &place]));
    let event = SyncEvent {
        error: Some(error.to_owned()),
        metadata: json!({ "summary_type": what, "attempts": job.attempts.saturating_add(1) }),
        started_at: Some(job.created_at),
        ..ended(link, run_id, "failed", format!("{}: {what} could not be fetched", link.provider), now)
    };
    (event, emission("sync.failed", Subject::Run { id: run_id }))
}

fn ended(link: &Connection, run_id: RunId, stage: &str, message: String, now: Timestamp) -> SyncEvent {
    SyncEvent {
        event_id: derived_id(&[b"sync", run_id.as_bytes(), &now.as_micros().to_be_bytes()]),
        run_id,
        provider: link.provider.clone(),
        source: "pull".to_owned(),
        stage: stage.to_owned(),
        status: stage.to_owned(),
        message: Some(message),
        progress: None,
        items_processed: None,
        items_total: None,
        error: None,
        metadata: json!({}),
        started_at: None,
        ended_at: Some(now),
        timestamp: now,
    }
}

fn emission(event_type: &str, subject: Subject) -> Emission {
    Emission { event_type: event_type.to_owned(), subject, historical: false, changed: Vec::new() }
}
