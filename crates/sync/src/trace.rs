//! What people see of work that ended without data: events of runs, and what subscribers are told.

use model::{RunId, Timestamp, derived_id};
use serde_json::json;
use store::{Connection, Emission, Job, JobEnd, Subject, SyncEvent, Told};

/// A call ended without data.
pub(crate) fn fetch_ended(link: &Connection, job: &Job, what: &str, end: &JobEnd, now: Timestamp) -> Told {
    let place = [job.lane.0.to_be_bytes().as_slice(), &job.position.to_be_bytes()].concat();
    let run_id = RunId::from_uuid(derived_id(&[b"job", link.user_id.as_bytes(), &place]));
    let (stage, status, reason) = match end {
        JobEnd::Skipped(reason) => ("cancelled", "skipped", Some(reason.clone())),
        JobEnd::Dead(reason) => ("failed", "failed", Some(reason.clone())),
        JobEnd::Done => ("completed", "success", None),
    };
    let event = SyncEvent {
        event_id: derived_id(&[b"sync", run_id.as_bytes(), &now.as_micros().to_be_bytes()]),
        run_id,
        provider: link.provider.clone(),
        source: "pull".to_owned(),
        stage: stage.to_owned(),
        status: status.to_owned(),
        message: Some(format!("{}: {what} was not fetched", link.provider)),
        progress: None,
        items_processed: None,
        items_total: None,
        error: reason,
        metadata: json!({ "summary_type": what, "attempts": job.attempts.saturating_add(1) }),
        started_at: Some(job.created_at),
        ended_at: Some(now),
        timestamp: now,
    };
    let failed = Emission {
        event_type: "sync.failed".to_owned(),
        subject: Subject::Run { id: run_id },
        historical: false,
        changed: Vec::new(),
    };
    let emissions = if status == "failed" { vec![failed] } else { Vec::new() };
    Told { team_id: link.team_id, user_id: link.user_id, event, emissions }
}
