//! `activities` and `manuallyUpdatedActivities`: the summary of a workout.

use super::{super::source, bounds, identity, ping};
use crate::{
    garmin::{activity_types, wire::Activity},
    json::{Notes, micros},
};
use model::{Facet, LocalOffset, Mapped, Record, Timestamp, WorkoutDetail, WorkoutRecord};
use std::io::Read;

/// Maps the items of a part.
pub(super) fn items(part_type: &str, facet: Facet, rank: i32, body: &mut dyn Read, mapped: &mut Mapped) {
    ping::each_summary::<Activity>(part_type, body, mapped, |wire, notes, records| {
        let record = workout(wire, facet, rank, notes);
        records.extend(record.map(|record| Record::Workout(Box::new(record))));
    });
}

fn workout(wire: &Activity, facet: Facet, rank: i32, notes: &mut Notes<'_>) -> Option<WorkoutRecord> {
    let (summary_id, activity_id) = (notes.text(&wire.summary_id), notes.text(&wire.activity_id));
    let Some((external_id, aliases)) = identity(summary_id.as_deref(), activity_id.as_deref()) else {
        notes.missing("summaryId");
        return None;
    };
    let said = said(wire, notes);
    Some(WorkoutRecord {
        external_id,
        aliases,
        facet,
        rank,
        source: source(said.device),
        start: said.start,
        end: said.end,
        offset: said.offset,
        detail: said.detail,
        file: None,
        samples: Vec::new(),
    })
}

/// What an activity's fields say, whichever document holds them.
pub(super) struct Said {
    pub(super) device: Option<String>,
    pub(super) start: Option<Timestamp>,
    pub(super) end: Option<Timestamp>,
    pub(super) offset: Option<LocalOffset>,
    pub(super) detail: WorkoutDetail,
}

/// Reads an activity's fields.
pub(super) fn said(wire: &Activity, notes: &mut Notes<'_>) -> Said {
    let start = notes.needed_time(&wire.start);
    let detail = detail(wire, notes);
    Said {
        device: notes.text(&wire.device_name),
        start,
        end: start.zip(detail.duration_s).map(|(start, seconds)| start.plus_micros(micros(seconds))),
        offset: notes.device_offset(&wire.offset),
        detail,
    }
}

fn detail(wire: &Activity, notes: &mut Notes<'_>) -> WorkoutDetail {
    let raw_type = notes.text(&wire.activity_type);
    WorkoutDetail {
        workout_type: raw_type.as_deref().map(activity_types::unified),
        raw_type,
        name: notes.text(&wire.name),
        description: notes.text(&wire.description),
        duration_s: notes.span(&wire.duration),
        distance_m: notes.amount(&wire.distance, bounds::DISTANCE_M),
        energy_kcal: notes.amount(&wire.energy, bounds::ENERGY_KCAL),
        steps: notes.amount(&wire.steps, bounds::STEPS),
        pushes: notes.amount(&wire.pushes, bounds::STEPS),
        active_lengths: notes.amount(&wire.active_lengths, bounds::POOL_LENGTHS),
        heart_rate_avg_bpm: notes.positive(&wire.heart_rate_avg, bounds::HEART_BPM),
        heart_rate_max_bpm: notes.positive(&wire.heart_rate_max, bounds::HEART_BPM),
        speed_avg_mps: notes.amount(&wire.speed_avg, bounds::SPEED_MPS),
        speed_max_mps: notes.amount(&wire.speed_max, bounds::SPEED_MPS),
        pace_avg_min_per_km: notes.amount(&wire.pace_avg, bounds::PACE_MIN_PER_KM),
        pace_max_min_per_km: notes.amount(&wire.pace_max, bounds::PACE_MIN_PER_KM),
        run_cadence_avg_spm: notes.amount(&wire.run_cadence_avg, bounds::CADENCE),
        run_cadence_max_spm: notes.amount(&wire.run_cadence_max, bounds::CADENCE),
        bike_cadence_avg_rpm: notes.amount(&wire.bike_cadence_avg, bounds::CADENCE),
        bike_cadence_max_rpm: notes.amount(&wire.bike_cadence_max, bounds::CADENCE),
        swim_cadence_avg_spm: notes.amount(&wire.swim_cadence_avg, bounds::CADENCE),
        push_cadence_avg_ppm: notes.amount(&wire.push_cadence_avg, bounds::CADENCE),
        push_cadence_max_ppm: notes.amount(&wire.push_cadence_max, bounds::CADENCE),
        elevation_gain_m: notes.amount(&wire.gain, bounds::CLIMB_M),
        elevation_loss_m: notes.amount(&wire.loss, bounds::CLIMB_M),
        start_latitude_deg: notes.between(&wire.latitude, -90.0, 90.0),
        start_longitude_deg: notes.between(&wire.longitude, -180.0, 180.0),
        is_parent: notes.take(&wire.is_parent),
        parent_external_id: notes.text(&wire.parent_id).map(|id| super::shared_id(&id).to_owned()),
        manual: notes.take(&wire.manual),
        web_upload: notes.take(&wire.web_upload),
        ..WorkoutDetail::default()
    }
}
