//! What relates workouts to one another, without their documents.

use super::convert::Columns;
use crate::Result;
use model::{EventId, EventKind, ProviderName, Timestamp, UserId, WorkoutSpan, WorkoutType};
use rusqlite::{Connection, Row, params};

pub(super) fn list(
    connection: &Connection,
    user: UserId,
    from: Timestamp,
    to: Timestamp,
    limit: u32,
) -> Result<Vec<WorkoutSpan>> {
    let mut select = connection.prepare_cached(&format!(
        "select e.id, e.external_id, s.provider, s.device, e.start_at, e.end_at, e.type_code, {}, {}
         from event e join source s on s.user_id = e.user_id and s.number = e.source
         where e.user_id = ?1 and e.kind = ?2 and e.start_at >= ?3 and e.start_at < ?4 and e.deleted_at is null
         order by e.start_at, e.id limit ?5",
        told("is_parent"),
        told("parent_external_id")
    ))?;
    let kind = EventKind::Workout.as_stored();
    let rows = select.query_map(params![user.as_bytes(), kind, from.as_micros(), to.as_micros(), limit], span)?;
    Ok(rows.collect::<rusqlite::Result<Vec<_>>>()?.into_iter().flatten().collect())
}

/// A field of the detail as the view shows it: what the most trusted document that says it says.
fn told(field: &str) -> String {
    let of_facet = |index| format!("json_extract(e.document, '$.workout[{index}][1].detail.{field}')");
    format!("coalesce({}, {}, {}, {})", of_facet(0), of_facet(1), of_facet(2), of_facet(3))
}

fn span(row: &Row<'_>) -> rusqlite::Result<Option<WorkoutSpan>> {
    let Some(provider) = ProviderName::parse(&row.get::<_, String>(2)?) else { return Ok(None) };
    Ok(Some(WorkoutSpan {
        id: EventId::from_uuid(row.uuid(0)?),
        external_id: row.get(1)?,
        provider,
        device: row.get(3)?,
        start: row.time(4)?,
        end: row.time(5)?,
        workout_type: row.get::<_, Option<String>>(6)?.and_then(|code| WorkoutType::find(&code)),
        is_parent: row.get::<_, Option<bool>>(7)?.unwrap_or(false),
        parent_external_id: row.get(8)?,
    }))
}
