//! Runs the provider's mapper over parts, away from the async threads.

use crate::{IngestError, Intake};
use model::Mapped;
use std::panic::{AssertUnwindSafe, catch_unwind};
use store::Part;

/// A part and what it says.
pub(super) struct MappedPart {
    pub(super) part: Part,
    pub(super) mapped: Mapped,
}

pub(super) async fn map_all(intake: &Intake, parts: Vec<Part>) -> Vec<(Part, Result<Mapped, IngestError>)> {
    let intake = intake.clone();
    let mapping = tokio::task::spawn_blocking(move || {
        parts
            .into_iter()
            .map(|part| {
                let outcome = map(&intake, &part);
                (part, outcome)
            })
            .collect()
    });
    mapping.await.unwrap_or_default()
}

fn map(intake: &Intake, part: &Part) -> Result<Mapped, IngestError> {
    let provider = providers::find(part.provider.as_str())
        .ok_or_else(|| IngestError::UnknownProvider(part.provider.to_string()))?;
    let mut body = intake.open_body(&part.body)?;
    // a mapper that fails on some input costs that part, not the worker
    catch_unwind(AssertUnwindSafe(|| provider.map(&part.part_type, &part.meta, &mut body)))
        .map_err(|_| IngestError::Mapper)
}
