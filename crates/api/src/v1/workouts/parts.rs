//! The sports of a workout that has several, each with its own rows: its parts where these are kept as workouts, else the
//! legs that it names, with the samples that lie in them.

use super::{Found, Related, Saying, samples, track};
use crate::{
    State,
    error::{ApiError, Result},
};
use export::Part;
use model::{EventDocument, EventKind, Lap, Leg, Point, SeriesType, Timestamp, WorkoutDetail, WorkoutView};
use std::collections::BTreeMap;
use store::User;

/// So many parts are put into one file, with so many rows together: what is in memory at a time.
const MOST_PARTS: usize = 100;
const MOST_ROWS: usize = 1_000_000;

/// The parts in order of their start; none of a workout of one sport.
pub(super) async fn load(state: &State, user: &User, found: &Found) -> Result<Vec<Part>> {
    let mut parts = of_children(state, user, found).await?;
    if parts.is_empty() {
        parts = of_legs(state, user, found).await?;
    }
    parts.sort_by_key(|part| (part.view.start, part.view.end));
    Ok(if parts.len() > 1 { parts } else { Vec::new() })
}

async fn of_children(state: &State, user: &User, found: &Found) -> Result<Vec<Part>> {
    let related = Related::around(state, user, std::slice::from_ref(&found.event), Saying::What).await?;
    let children = related.of(found.event.id).map(|relations| relations.children.clone()).unwrap_or_default();
    let (mut parts, mut rows) = (Vec::new(), 0);
    for id in children {
        let Some(event) = state.store.find_event(user.id, EventKind::Workout, id).await? else { continue };
        let view = match &event.document {
            EventDocument::Workout(document) => document.view(),
            _ => None,
        };
        let Some(view) = view else { continue };
        let child = Found { event, view };
        let track = track::load(state, user.id, &child).await?;
        rows += track.rows.len();
        if rows > MOST_ROWS || parts.len() == MOST_PARTS {
            return Err(ApiError::invalid("format", "Too many samples at once: ask for its parts"));
        }
        parts.push(Part { view: child.view, track });
    }
    Ok(parts)
}

async fn of_legs(state: &State, user: &User, found: &Found) -> Result<Vec<Part>> {
    let mut legs: Vec<(Timestamp, &Leg)> =
        found.view.detail.legs.iter().filter_map(|leg| Some((leg.start?, leg))).collect();
    legs.sort_by_key(|(start, _)| *start);
    if legs.len() < 2 || legs.len() != found.view.detail.legs.len() || legs.len() > MOST_PARTS {
        return Ok(Vec::new());
    }
    let samples = samples::load(state, user.id, found, track::WANTED.to_vec()).await?;
    let ends = legs.iter().skip(1).map(|(start, _)| Some(*start)).chain([None]);
    let part = |(place, ((start, leg), next)): (usize, (&(Timestamp, &Leg), Option<Timestamp>))| {
        // what was sampled before the first belongs to it
        let from = if place == 0 { Timestamp::MIN } else { *start };
        let own = within(&samples.points, from, next);
        let track = track::rows(&samples::align(&own, *start, None));
        Part { view: leg_view(&found.view, leg, (from, *start, next)), track }
    };
    Ok(legs.iter().zip(ends).enumerate().map(part).collect())
}

fn within(
    points: &BTreeMap<SeriesType, Vec<Point>>,
    from: Timestamp,
    next: Option<Timestamp>,
) -> BTreeMap<SeriesType, Vec<Point>> {
    let is_own = |point: &&Point| point.start >= from && next.is_none_or(|next| point.start < next);
    let own = points.iter().map(|(series, points)| (*series, points.iter().filter(is_own).copied().collect()));
    own.filter(|(_, points): &(SeriesType, Vec<Point>)| !points.is_empty()).collect()
}

/// What is known of a leg: what it says itself, and of the whole what lies in it.
fn leg_view(
    whole: &WorkoutView,
    leg: &Leg,
    (from, start, next): (Timestamp, Timestamp, Option<Timestamp>),
) -> WorkoutView {
    let elapsed = leg.elapsed_s.filter(|seconds| (0.0..1e9).contains(seconds));
    let end = elapsed.map(|seconds| start.plus_micros((seconds * 1e6) as i64));
    let is_own = |at: Option<Timestamp>| at.is_some_and(|at| at >= from && next.is_none_or(|next| at < next));
    let detail = &whole.detail;
    let laps: Vec<Lap> = detail.laps.iter().filter(|lap| is_own(lap.start)).cloned().collect();
    WorkoutView {
        source: whole.source.clone(),
        start,
        end: end.or(next).unwrap_or(whole.end).max(start),
        offset: whole.offset,
        detail: WorkoutDetail {
            workout_type: leg.workout_type,
            raw_type: leg.raw_type.clone(),
            raw_sub_type: leg.raw_sub_type.clone(),
            duration_s: leg.timer_s.or(leg.elapsed_s),
            elapsed_s: leg.elapsed_s,
            timer_s: leg.timer_s,
            distance_m: leg.distance_m,
            energy_kcal: leg.energy_kcal,
            heart_rate_avg_bpm: leg.heart_rate_avg_bpm,
            heart_rate_max_bpm: leg.heart_rate_max_bpm,
            laps,
            pauses: detail.pauses.iter().filter(|(pause, _)| is_own(Some(*pause))).copied().collect(),
            ..WorkoutDetail::default()
        },
        file: None,
    }
}
