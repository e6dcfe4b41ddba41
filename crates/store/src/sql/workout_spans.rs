//! What relates workouts to one another.

use super::{
    transaction::Transaction,
    value::{Row, params},
};
use crate::Result;
use model::{EventId, EventKind, ProviderName, Timestamp, UserId, WorkoutSpan, WorkoutType};
use serde::{Deserialize, de::IgnoredAny};

/// Of a workout's document the fields that relate it to others, as each of its sources says them.
#[derive(Deserialize)]
struct Document {
    workout: Vec<(IgnoredAny, Facet)>,
}

#[derive(Deserialize)]
struct Facet {
    detail: Detail,
}

#[derive(Default, Deserialize)]
struct Detail {
    is_parent: Option<bool>,
    parent_external_id: Option<String>,
    duration_s: Option<f64>,
    distance_m: Option<f64>,
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
            "select e.id, e.external_id, s.provider, s.device, e.start_at, e.end_at, e.type_code, e.document,
                    e.source, e.number
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
    let said = document.workout.into_iter().map(|(_, facet)| facet.detail);
    let detail = said.fold(Detail::default(), |known, next| Detail {
        is_parent: known.is_parent.or(next.is_parent),
        parent_external_id: known.parent_external_id.or(next.parent_external_id),
        duration_s: known.duration_s.or(next.duration_s),
        distance_m: known.distance_m.or(next.distance_m),
    });
    Ok(Some(WorkoutSpan {
        id: EventId::from_uuid(row.uuid(0)?),
        external_id: row.get(1)?,
        number: row.get(9)?,
        source: row.get(8)?,
        provider,
        device: row.get(3)?,
        start: row.time(4)?,
        end: row.time(5)?,
        workout_type: row.get::<Option<String>>(6)?.and_then(|code| WorkoutType::find(&code)),
        is_parent: detail.is_parent.unwrap_or(false),
        parent_external_id: detail.parent_external_id,
        duration_s: detail.duration_s,
        distance_m: detail.distance_m,
    }))
}
