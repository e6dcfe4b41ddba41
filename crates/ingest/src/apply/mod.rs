//! Applies a run of one user's parts: maps each, merges all into what is kept, writes in one
//! transaction. Redone from the start when someone else changed the same rows meanwhile.

mod batch;
mod coverage;
mod events;
mod mapping;
mod names;
mod night;
mod nights;
mod points;
mod report;
mod retract;
mod scores;
mod single;
mod withhold;

use crate::{IngestError, Intake};
use batch::Batch;
use mapping::{Kind, MappedPart};
use model::{ConnectionId, Mapped};
pub(crate) use report::run_id;
use std::collections::{HashMap, hash_map::Entry};
use store::{Applied, Body, Connection, Part, Retry, StoreError};

/// How often a conflicting application is redone before its parts wait for a retry.
const REDOS: u32 = 8;

/// Whether later parts of the same user may follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Then {
    /// They may.
    GoOn,
    /// One of these waits for a retry, and they for it.
    Wait,
}

/// Applies parts of one user, in order. Parts that cannot be mapped are noted and left out.
#[tracing::instrument(level = "debug", skip_all, fields(parts = parts.len()))]
pub(crate) async fn apply(intake: &Intake, parts: Vec<Part>) -> Result<Then, StoreError> {
    let mut mapped = Vec::with_capacity(parts.len());
    let mut then = Then::GoOn;
    for (part, outcome) in outcomes(intake, parts).await? {
        match outcome {
            Ok((records, kind)) => mapped.push(MappedPart::new(part, records, kind)),
            Err(error) => {
                if note_failure(intake, &part, &error).await? == Then::Wait {
                    // those after it wait with it
                    then = Then::Wait;
                    break;
                }
            }
        }
    }
    for run in runs(mapped) {
        if write_or_note(intake, run).await? == Then::Wait {
            return Ok(Then::Wait);
        }
    }
    Ok(then)
}

/// What is written at once. A part that deletes goes by itself: what it deletes is what stands before it.
fn runs(mapped: Vec<MappedPart>) -> Vec<Vec<MappedPart>> {
    let mut runs: Vec<Vec<MappedPart>> = Vec::new();
    for part in mapped {
        let deletes = |part: &MappedPart| !part.mapped.deleted.is_empty();
        match runs.last_mut() {
            Some(run) if !deletes(&part) && !run.iter().any(deletes) => run.push(part),
            _ => runs.push(vec![part]),
        }
    }
    runs
}

type Outcome = (Part, Result<(Mapped, Kind), IngestError>);

/// What each part says, in their order.
async fn outcomes(intake: &Intake, parts: Vec<Part>) -> Result<Vec<Outcome>, StoreError> {
    let mut links: HashMap<ConnectionId, Option<Connection>> = HashMap::new();
    let (mut outcomes, mut data) = (Vec::new(), Vec::new());
    for part in parts {
        if let (Some(user), Some(id)) = (part.user_id, part.connection_id)
            && let Entry::Vacant(unknown) = links.entry(id)
        {
            unknown.insert(intake.store.find_connection(user, id).await?);
        }
        let link = part.connection_id.and_then(|id| links.get(&id)?.as_ref());
        match mapping::without_mapping(intake, &part, link).transpose() {
            Some(outcome) => outcomes.push((part, outcome)),
            None => data.push(part),
        }
    }
    let mapped = mapping::map_all(intake, data).await;
    outcomes.extend(mapped.into_iter().map(|(part, outcome)| (part, outcome.map(|mapped| (mapped, Kind::Data)))));
    outcomes.sort_by_key(|(part, _)| (part.receipt, part.number));
    Ok(outcomes)
}

async fn write_or_note(intake: &Intake, mut mapped: Vec<MappedPart>) -> Result<Then, StoreError> {
    match write(intake, &mut mapped).await {
        Ok(()) => Ok(Then::GoOn),
        Err(IngestError::Store(StoreError::Closed)) => Err(StoreError::Closed),
        // erased meanwhile, or applied by a process that took the lane over
        Err(IngestError::Store(StoreError::NotFound("part"))) if mapped.len() == 1 => Ok(Then::GoOn),
        // one part among several may be to blame: each is tried on its own
        Err(error) if mapped.len() > 1 && !error.is_temporary() => {
            for single in mapped {
                if Box::pin(write_or_note(intake, vec![single])).await? == Then::Wait {
                    return Ok(Then::Wait);
                }
            }
            Ok(Then::GoOn)
        }
        Err(error) => {
            let mut then = Then::GoOn;
            for failed in &mapped {
                if note_failure(intake, &failed.part, &error).await? == Then::Wait {
                    then = Then::Wait;
                }
            }
            Ok(then)
        }
    }
}

async fn write(intake: &Intake, mapped: &mut [MappedPart]) -> Result<(), IngestError> {
    names::take(intake, mapped).await?;
    let withheld = withhold::withhold(intake, mapped).await?;
    metrics::counter!("wearhouse_retention_withheld_total").increment(withheld);
    for _ in 0..REDOS {
        let batch = Batch::build(intake, mapped).await?;
        let (points, missed) = (batch.points_changed(), batch.files_missed());
        match intake.store.apply(batch.into_application()).await? {
            Applied::Done => {
                metrics::counter!("wearhouse_parts_applied_total").increment(mapped.len() as u64);
                metrics::counter!("wearhouse_points_written_total").increment(points);
                if let Some(first) = mapped.first() {
                    count_missed(&first.part, missed);
                }
                return drop_refused(intake, mapped).await;
            }
            Applied::Conflict => metrics::counter!("wearhouse_apply_conflicts_total").increment(1),
        }
    }
    Err(IngestError::Contention)
}

/// Counts fetched files that cannot be used.
fn count_missed(part: &Part, count: u64) {
    if count > 0 {
        let provider = part.provider.to_string();
        metrics::counter!("wearhouse_files_missed_total", "provider" => provider, "cause" => "content")
            .increment(count);
    }
}

/// What was not permitted is counted, and its spooled bodies go.
async fn drop_refused(intake: &Intake, mapped: &[MappedPart]) -> Result<(), IngestError> {
    let refused = mapped.iter().filter(|part| matches!(part.kind, Kind::Refused));
    let mut spooled = Vec::new();
    for MappedPart { part, .. } in refused {
        let (provider, part_type) = (part.provider.to_string(), part.part_type.clone());
        metrics::counter!("wearhouse_parts_refused_total", "provider" => provider, "type" => part_type).increment(1);
        spooled.extend(if let Body::Spooled(name) = &part.body { Some(name.clone()) } else { None });
    }
    intake.remove_spooled(spooled).await
}

async fn note_failure(intake: &Intake, part: &Part, error: &IngestError) -> Result<Then, StoreError> {
    let retry = error.retry(part.attempts, intake.clock.now());
    let dead = retry == Retry::Dead;
    tracing::warn!(
        receipt = part.receipt,
        number = part.number,
        provider = %part.provider,
        part_type = %part.part_type,
        dead,
        %error,
        "a part could not be applied"
    );
    if dead {
        metrics::counter!("wearhouse_parts_dead_total").increment(1);
    }
    let source = std::error::Error::source(error).map(ToString::to_string);
    let text = source.map_or_else(|| error.to_string(), |source| format!("{error}: {source}"));
    if dead
        && let Some(user) = part.user_id
        && let Some(missed) = batch::missed_file(part, text.clone())
    {
        intake.store.note_missed_file(user, missed).await?;
        count_missed(part, 1);
    }
    intake.store.fail_part(part.key(), text, retry).await?;
    Ok(if dead { Then::GoOn } else { Then::Wait })
}
