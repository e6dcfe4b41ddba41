//! Applies a run of one user's parts: maps each, merges all into what is kept, writes in one
//! transaction. Redone from the start when someone else changed the same rows meanwhile.

mod batch;
mod events;
mod mapping;
mod points;
mod report;

use crate::{IngestError, Intake};
use batch::Batch;
use mapping::MappedPart;
use store::{Applied, Part, Retry, StoreError};

/// How often a conflicting application is redone before its parts wait for a retry.
const REDOS: u32 = 8;

/// Applies parts of one user, in order. Parts that cannot be mapped are noted and left out.
pub(crate) async fn apply(intake: &Intake, parts: Vec<Part>) -> Result<(), StoreError> {
    let mut mapped = Vec::with_capacity(parts.len());
    for (part, outcome) in mapping::map_all(intake, parts).await {
        match outcome {
            Ok(records) => mapped.push(MappedPart { part, mapped: records }),
            Err(error) => {
                let temporary = error.is_temporary();
                note_failure(intake, &part, &error).await?;
                if temporary {
                    // what follows within this user waits for it: its claim lapses
                    break;
                }
            }
        }
    }
    if mapped.is_empty() {
        return Ok(());
    }
    match write(intake, &mapped).await {
        Ok(()) => Ok(()),
        Err(IngestError::Store(StoreError::Closed)) => Err(StoreError::Closed),
        // one part among several may be to blame: each is tried on its own
        Err(error) if mapped.len() > 1 && !error.is_temporary() => {
            for single in mapped {
                if let Err(error) = write(intake, std::slice::from_ref(&single)).await {
                    note_failure(intake, &single.part, &error).await?;
                }
            }
            Ok(())
        }
        Err(error) => {
            for failed in &mapped {
                note_failure(intake, &failed.part, &error).await?;
            }
            Ok(())
        }
    }
}

async fn write(intake: &Intake, mapped: &[MappedPart]) -> Result<(), IngestError> {
    for _ in 0..REDOS {
        let batch = Batch::build(intake, mapped).await?;
        let points = batch.points_changed();
        match intake.store.apply(batch.into_application()).await? {
            Applied::Done => {
                metrics::counter!("wearhouse_parts_applied_total").increment(mapped.len() as u64);
                metrics::counter!("wearhouse_points_written_total").increment(points);
                return Ok(());
            }
            Applied::Conflict => metrics::counter!("wearhouse_apply_conflicts_total").increment(1),
        }
    }
    Err(IngestError::Contention)
}

async fn note_failure(intake: &Intake, part: &Part, error: &IngestError) -> Result<(), StoreError> {
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
    intake.store.fail_part(part.key(), text, retry).await
}
