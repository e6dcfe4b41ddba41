//! What relates workouts to one another.

use super::{
    transaction::Transaction,
    value::{Row, params},
};
use crate::Result;
use model::{EventId, EventKind, ProviderName, Timestamp, UserId, WorkoutSpan, WorkoutType};
use serde::{Deserialize, de::IgnoredAny};

/// Of a workout's document the two fields that relate it to others, as each of its sources says them.
#[derive(Deserialize)]
struct Document {
    workout: Vec<(IgnoredAny, Facet)>,
}

#[derive(Deserialize)]
struct Facet {
    detail: Detail,
}

#[derive(Deserialize)]
struct Detail {
    is_parent: Option<bool>,
    parent_external_id: Option<String>,
}

pub(super) fn list(
    tx: &dyn Transaction,
    user: UserId,
    from: Timestamp,
    to: Timestamp,
    limit: u32,
) -> Result<Vec<WorkoutSpan>> {
    let kind = EventKind::Workout.as_stored();
    let spans = tx
        .sql(
            "select e.id, e.external_id, s.provider, s.device, e.start_at, e.end_at, e.type_code, e.document
             from event e join source s on s.user_id = e.user_id and s.number = e.source
             where e.user_id = ?1 and e.kind = ?2 and e.start_at >= ?3 and e.start_at < ?4 and e.deleted_at is null
             order by e.start_at, e.id limit ?5",
        )
        .rows(params![user.as_bytes(), kind, from.as_micros(), to.as_micros(), limit], span)?;
    Ok(spans.into_iter().flatten().collect())
}

fn span(row: &Row<'_>) -> Result<Option<WorkoutSpan>> {
    let Some(provider) = ProviderName::parse(&row.get::<String>(2)?) else { return Ok(None) };
    // the sources come most trusted first: what the first of them says that says it
    let document: Document = row.json(7)?;
    let mut facets = document.workout.into_iter().map(|(_, facet)| facet.detail);
    let (mut is_parent, mut parent_external_id) = (None, None);
    while let Some(detail) = facets.next().filter(|_| is_parent.is_none() || parent_external_id.is_none()) {
        is_parent = is_parent.or(detail.is_parent);
        parent_external_id = parent_external_id.or(detail.parent_external_id);
    }
    Ok(Some(WorkoutSpan {
        id: EventId::from_uuid(row.uuid(0)?),
        external_id: row.get(1)?,
        provider,
        device: row.get(3)?,
        start: row.time(4)?,
        end: row.time(5)?,
        workout_type: row.get::<Option<String>>(6)?.and_then(|code| WorkoutType::find(&code)),
        is_parent: is_parent.unwrap_or(false),
        parent_external_id,
    }))
}
