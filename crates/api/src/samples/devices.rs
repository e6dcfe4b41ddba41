//! Who recorded the samples of workouts: their workout knows its device, the samples' own source does not.

use super::row::Row;
use crate::{State, error::Result};
use model::{Context, EventKind, UserId};
use std::collections::{BTreeMap, BTreeSet};
use store::EventQuery;

/// How long before its samples a workout may have begun, or after, when clocks err.
const REACH_S: i64 = 2 * 86_400;
/// Workouts are read so many at a time, and so often at most.
const A_READ: u32 = 100;
const MOST_READS: usize = 50;

/// The source of each workout that has rows on the page, by context.
pub(crate) async fn devices(state: &State, user: UserId, rows: &[Row]) -> Result<BTreeMap<Context, i32>> {
    let mut found = BTreeMap::new();
    let mut of_workouts = rows.iter().filter(|row| row.id.context.is_workout());
    let Some(first) = of_workouts.clone().next() else { return Ok(found) };
    let last = of_workouts.next_back().unwrap_or(first);
    let mut wanted: BTreeSet<Context> = of_workouts.map(|row| row.id.context).collect();
    wanted.extend([first.id.context, last.id.context]);
    let mut query = EventQuery {
        kind: EventKind::Workout,
        from: first.at.plus_seconds(-REACH_S),
        to: last.at.plus_seconds(REACH_S),
        type_code: None,
        after: None,
        descending: false,
        limit: A_READ,
    };
    for _ in 0..MOST_READS {
        let workouts = state.store.list_events(user, query.clone()).await?;
        query.after = workouts.last().map(|workout| (workout.start, workout.id));
        let full = workouts.len() >= A_READ as usize;
        for workout in workouts {
            let context = Context::workout(workout.number);
            if wanted.remove(&context) {
                found.insert(context, workout.source);
            }
        }
        if wanted.is_empty() || !full {
            break;
        }
    }
    Ok(found)
}
