//! What is shown of an application: runs of synchronisation.

use super::{
    mapping::{Kind, MappedPart},
    points::{Counts, CountsByPart},
    scores::Scores,
};
use model::{Issue, IssueCode, RunId, Timestamp, UserId, derived_id};
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};
use store::{Application, DeliveryKind, Emission, Part, PartKey, Subject, SyncEvent};

/// So many issues of a part are told one by one; the others are only counted.
const TOLD_ISSUES: usize = 5;
/// A field's name comes from outside.
const LONGEST_FIELD: usize = 100;

/// The run that a delivery's share of one type is, for one user; the same when it is applied again.
fn run_id_of(user: UserId, part: &Part) -> RunId {
    run_id(user, part.receipt, (part.meta.progress_permille.is_none()).then_some(&*part.part_type))
}

/// The run of a type of a delivery. What was cut from one upload is one run, whatever the parts hold.
pub(crate) fn run_id(user: UserId, receipt: i64, part_type: Option<&str>) -> RunId {
    let name = part_type.unwrap_or_default();
    RunId::from_uuid(derived_id(&[b"run", user.as_bytes(), &receipt.to_be_bytes(), name.as_bytes()]))
}

fn source_code(part: &Part) -> &'static str {
    match part.kind {
        DeliveryKind::Upload if part.meta.progress_permille.is_some() => "xml_import",
        DeliveryKind::Webhook => "webhook",
        DeliveryKind::Pulled | DeliveryKind::File => "pull",
        DeliveryKind::Upload => "upload",
        DeliveryKind::Sdk => "sdk",
    }
}

/// What became of a part's data.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// It was not permitted.
    Refused,
    /// A file of which nothing could be read.
    Unreadable,
    /// Something of it could not be read.
    Partial,
    Whole,
}

impl Outcome {
    fn of(part: &MappedPart) -> Self {
        let is_file = matches!(part.part.kind, DeliveryKind::File | DeliveryKind::Upload);
        let mapped = &part.mapped;
        // what has no place in a record is told, and is nothing that went wrong
        let is_whole = mapped.issues.iter().all(|issue| issue.code == IssueCode::Unmapped);
        match (&part.kind, is_whole) {
            (Kind::Refused, _) => Self::Refused,
            (_, true) => Self::Whole,
            (_, false) if is_file && mapped.records.is_empty() && mapped.fetches.is_empty() => Self::Unreadable,
            (_, false) => Self::Partial,
        }
    }

    fn status(self) -> &'static str {
        match self {
            Self::Refused => "skipped",
            Self::Unreadable => "failed",
            Self::Partial => "partial",
            Self::Whole => "success",
        }
    }

    fn message(self, part: &Part) -> String {
        let Part { provider, part_type, .. } = part;
        match self {
            Self::Refused => format!("{provider} not taken, as it is not permitted: {part_type}"),
            Self::Unreadable => format!("{provider} could not be read: {part_type}"),
            Self::Partial | Self::Whole => format!("{provider} received: {part_type}"),
        }
    }

    /// What went wrong, in short.
    fn error(self, issues: &[Issue]) -> Option<String> {
        let first = issues.first()?;
        let noun = if issues.len() == 1 { "issue" } else { "issues" };
        match self {
            Self::Refused | Self::Whole => None,
            Self::Unreadable => Some(first.message.clone()),
            Self::Partial => Some(format!("{} {noun}, the first: {}", issues.len(), place(first))),
        }
    }
}

fn field(issue: &Issue) -> String {
    issue.path.chars().take(LONGEST_FIELD).collect()
}

fn place(issue: &Issue) -> String {
    if issue.path.is_empty() { issue.code.to_string() } else { format!("{} at {}", issue.code, field(issue)) }
}

/// An issue without what the value was: where a reader knows only a position, that stands for the field.
fn shown(issue: &Issue) -> Value {
    let position: Option<u64> = issue.path.strip_prefix("byte ").and_then(|number| number.parse().ok());
    let field = Some(field(issue)).filter(|field| position.is_none() && !field.is_empty());
    json!({ "code": issue.code.as_str(), "field": field, "position": position })
}

/// One completed run for each part that is not a replay; told to subscribers when something changed.
pub(super) fn runs(
    application: &mut Application,
    mapped_parts: &[MappedPart],
    counts: &CountsByPart,
    scores: &Scores,
    events_changed_by: &HashSet<PartKey>,
    now: Timestamp,
) {
    let user = application.user_id;
    let mut changed: HashSet<RunId> = HashSet::new();
    let run_ids: Vec<RunId> = mapped_parts.iter().map(|mapped| run_id_of(user, &mapped.part)).collect();
    let last_of: HashMap<RunId, usize> = run_ids.iter().enumerate().map(|(index, id)| (*id, index)).collect();
    for (index, (mapped, run_id)) in mapped_parts.iter().zip(run_ids).enumerate() {
        let part = &mapped.part;
        // what a notice changes is told by the change itself
        if part.quiet || matches!(mapped.kind, Kind::Notice(_)) {
            continue;
        }
        let issues = &mapped.mapped.issues;
        let permille = part.meta.progress_permille;
        let outcome = match Outcome::of(mapped) {
            // a part of many is not the upload
            Outcome::Unreadable if permille.is_some() => Outcome::Partial,
            outcome => outcome,
        };
        let is_failed = outcome == Outcome::Unreadable;
        let goes_on = permille.is_some_and(|permille| permille < 1000);
        let stage = match (is_failed, goes_on) {
            (true, _) => "failed",
            (_, true) => "processing",
            (_, false) => "completed",
        };
        let Counts { inserted, replaced, deleted } =
            counts.get(&(part.receipt, part.number)).copied().unwrap_or_default();
        let scores_changed = scores.changed_by(part.key());
        if inserted + replaced + deleted > 0 || events_changed_by.contains(&part.key()) || !scores_changed.is_empty() {
            changed.insert(run_id);
        }
        application.sync_events.push(SyncEvent {
            event_id: derived_id(&[
                b"sync",
                run_id.as_bytes(),
                &part.number.to_be_bytes(),
                &now.as_micros().to_be_bytes(),
            ]),
            run_id,
            provider: part.provider.clone(),
            source: source_code(part).to_owned(),
            stage: stage.to_owned(),
            status: if goes_on { "in_progress" } else { outcome.status() }.to_owned(),
            message: Some(outcome.message(part)),
            progress: Some(permille.map_or(1.0, |permille| f64::from(permille) / 1000.0)),
            items_processed: Some(if is_failed { 0 } else { i64::from(mapped.mapped.items) }),
            items_total: Some(i64::from(mapped.mapped.items)),
            error: outcome.error(issues),
            metadata: json!({
                "summary_type": part.part_type,
                "items": mapped.mapped.items,
                "issues": issues.len(),
                "first_issues": issues.iter().take(TOLD_ISSUES).map(shown).collect::<Vec<_>>(),
                "points_inserted": inserted,
                "points_updated": replaced,
                "points_deleted": deleted,
                "scores_changed": scores_changed,
                "receipt": part.receipt.to_string(),
            }),
            started_at: Some(part.received_at),
            ended_at: (!goes_on).then_some(now),
            timestamp: now,
        });
        if is_failed {
            application.emissions.push(emission("sync.failed", run_id));
        }
        // nothing changed: nobody is told; of a batch's parts of one run the last one tells
        let has_ended = permille.map_or(changed.contains(&run_id), |_| !goes_on);
        if last_of.get(&run_id) == Some(&index) && has_ended {
            application.emissions.push(emission("sync.completed", run_id));
        }
    }
}

fn emission(event_type: &str, run_id: RunId) -> Emission {
    let subject = Subject::Run { id: run_id };
    Emission { event_type: event_type.to_owned(), subject, historical: false, changed: Vec::new() }
}
