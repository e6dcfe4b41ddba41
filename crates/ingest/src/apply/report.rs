//! What is shown of an application: runs of synchronisation.

use super::{
    mapping::{Kind, MappedPart},
    points::Counts,
    scores::Scores,
};
use model::{RunId, Timestamp, UserId, derived_id};
use std::collections::HashSet;
use store::{Application, DeliveryKind, Emission, Part, PartKey, Subject, SyncEvent};

/// The run that a delivery's share of one type is, for one user; the same when it is applied again.
fn run_id_of(user: UserId, part: &Part) -> RunId {
    RunId::from_uuid(derived_id(&[b"run", user.as_bytes(), &part.receipt.to_be_bytes(), part.part_type.as_bytes()]))
}

fn source_code(kind: DeliveryKind) -> &'static str {
    match kind {
        DeliveryKind::Webhook => "webhook",
        DeliveryKind::Pulled | DeliveryKind::File => "pull",
        DeliveryKind::Upload => "upload",
    }
}

/// One completed run for each part that is not a replay; told to subscribers when something changed.
pub(super) fn runs(
    application: &mut Application,
    mapped_parts: &[MappedPart],
    counts: &[Counts],
    scores: &Scores,
    events_changed_by: &HashSet<PartKey>,
    now: Timestamp,
) {
    let user = application.user_id;
    let mut changed: HashSet<RunId> = HashSet::new();
    for (index, mapped) in mapped_parts.iter().enumerate() {
        let part = &mapped.part;
        // what a notice changes is told by the change itself
        if part.quiet || matches!(mapped.kind, Kind::Notice(_)) {
            continue;
        }
        let is_refused = matches!(mapped.kind, Kind::Refused);
        let of_part = counts.iter().filter(|counts| counts.parts.contains(&part.key()));
        let (inserted, replaced) =
            of_part.fold((0, 0), |sums, counts| (sums.0 + counts.inserted, sums.1 + counts.replaced));
        let run_id = run_id_of(user, part);
        let scores_changed = scores.changed_by(part.key());
        if inserted + replaced > 0 || events_changed_by.contains(&part.key()) || !scores_changed.is_empty() {
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
            source: source_code(part.kind).to_owned(),
            stage: "completed".to_owned(),
            status: match (is_refused, mapped.mapped.issues.is_empty()) {
                (true, _) => "skipped",
                (false, true) => "success",
                (false, false) => "partial",
            }
            .to_owned(),
            message: Some(match is_refused {
                true => format!("{} not taken, as it is not permitted: {}", part.provider, part.part_type),
                false => format!("{} received: {}", part.provider, part.part_type),
            }),
            progress: Some(1.0),
            items_processed: Some(i64::from(mapped.mapped.items)),
            items_total: Some(i64::from(mapped.mapped.items)),
            error: None,
            metadata: serde_json::json!({
                "summary_type": part.part_type,
                "items": mapped.mapped.items,
                "issues": mapped.mapped.issues.len(),
                "points_inserted": inserted,
                "points_updated": replaced,
                "scores_changed": scores_changed,
                "receipt": part.receipt.to_string(),
            }),
            started_at: Some(part.received_at),
            ended_at: Some(now),
            timestamp: now,
        });
        // nothing changed: nobody is told; of a batch's parts of one run the last one tells
        let is_last = mapped_parts.iter().skip(index + 1).all(|later| run_id_of(user, &later.part) != run_id);
        if is_last && changed.contains(&run_id) {
            application.emissions.push(Emission {
                event_type: "sync.completed".to_owned(),
                subject: Subject::Run { id: run_id },
                historical: false,
                changed: Vec::new(),
            });
        }
    }
}
