//! A FIT file as one workout of the model, and the parts of a session.

use super::{
    developer_summary,
    file::{FitFile, FitPart, Session},
    samples::samples,
    timeline::Timeline,
};
use model::{Facet, Leg, Source, Timestamp, WorkoutDetail, WorkoutRecord, WorkoutType, Zone};

/// What the file says of one workout: the sessions together, each a leg when there are several. `None`
/// when the file holds no workout.
#[must_use]
pub fn to_workout(file: &FitFile, external_id: &str, source: Source) -> Option<WorkoutRecord> {
    let part = file.whole();
    part.has_workout().then(|| whole(&part, external_id, source))
}

/// All sessions of a part as one workout, with its samples.
pub(super) fn whole(part: &FitPart, external_id: &str, source: Source) -> WorkoutRecord {
    let all: Vec<usize> = (0..part.sessions.len()).collect();
    let mut record = workout(part, &all, external_id, source);
    record.samples = samples(part, &Timeline::of(part), &record, 1, |_| 0).pop().unwrap_or_default();
    record
}

/// The workout that some of the sessions make, without samples.
pub(super) fn workout(part: &FitPart, chosen: &[usize], external_id: &str, source: Source) -> WorkoutRecord {
    let sessions: Vec<&Session> = chosen.iter().filter_map(|index| part.sessions.get(*index)).collect();
    let timeline = Timeline::of(part);
    let own = |at: Option<Timestamp>| at.and_then(|at| timeline.session_at(at)).is_none_or(|n| chosen.contains(&n));
    let laps = || part.laps.iter().filter(|lap| own(lap.lap.start));
    let start = sessions.iter().filter_map(|session| session.start).min();
    let end = sessions.iter().filter_map(|session| session.end).max();
    let mut detail = detail(part, &sessions);
    detail.laps = laps().map(|lap| lap.lap.clone()).collect();
    detail.lengths = part.lengths.iter().filter(|length| own(length.start)).cloned().collect();
    detail.sets = part.sets.iter().filter(|set| own(set.start)).cloned().collect();
    let start = start.or_else(|| laps().filter_map(|lap| lap.lap.start).min()).or(part.record_first);
    let end = end.or_else(|| laps().filter_map(|lap| lap.lap.end).max()).or(part.record_last);
    let within =
        |pause: &&(Timestamp, Timestamp)| start.is_none_or(|s| pause.0 >= s) && end.is_none_or(|e| pause.0 <= e);
    detail.developer_fields = part.developer.iter().filter_map(|column| developer_summary::of(column, own)).collect();
    detail.pauses = part.pauses.iter().filter(within).copied().collect();
    let id = part.id.detail.clone();
    WorkoutRecord {
        external_id: external_id.to_owned(),
        aliases: Vec::new(),
        facet: Facet::File,
        rank: 0,
        source,
        start,
        end,
        offset: id.offset,
        detail,
        file: Some(id),
        samples: Vec::new(),
    }
}

fn detail(part: &FitPart, sessions: &[&Session]) -> WorkoutDetail {
    let mut detail = match sessions {
        [] => without_session(part),
        [only] => only.detail.clone(),
        several => together(several),
    };
    for rate in [&mut detail.heart_rate_avg_bpm, &mut detail.heart_rate_max_bpm, &mut detail.heart_rate_min_bpm] {
        measured(rate);
    }
    detail
}

/// A heart rate of zero means that there was no sensor.
fn measured(rate: &mut Option<f64>) {
    *rate = rate.filter(|rate| *rate > 0.0);
}

fn without_session(part: &FitPart) -> WorkoutDetail {
    let sport = Timeline::of(part).sport_at(Timestamp::MIN);
    WorkoutDetail {
        workout_type: Some(sport.workout_type()),
        raw_type: sport.name(),
        raw_sub_type: sport.sub_name(),
        ..WorkoutDetail::default()
    }
}

/// Sums and extremes of several sports; averages only where they can be weighted by time.
fn together(sessions: &[&Session]) -> WorkoutDetail {
    let sum = |field: fn(&WorkoutDetail) -> Option<f64>| {
        // Devices count in thousandths; sums keep to them.
        let sum = sessions.iter().filter_map(|session| field(&session.detail)).reduce(|a, b| a + b);
        sum.map(|sum| (sum * 1000.0).round() / 1000.0)
    };
    let highest = |field: fn(&WorkoutDetail) -> Option<f64>| {
        sessions.iter().filter_map(|session| field(&session.detail)).reduce(f64::max)
    };
    let first = sessions.first().map(|session| session.detail.clone()).unwrap_or_default();
    WorkoutDetail {
        workout_type: Some(WorkoutType::Multisport),
        raw_type: Some("multisport".to_owned()),
        duration_s: sum(|detail| detail.duration_s),
        elapsed_s: sum(|detail| detail.elapsed_s),
        timer_s: sum(|detail| detail.timer_s),
        moving_s: sum(|detail| detail.moving_s),
        distance_m: sum(|detail| detail.distance_m),
        energy_kcal: sum(|detail| detail.energy_kcal),
        steps: sum(|detail| detail.steps),
        elevation_gain_m: sum(|detail| detail.elevation_gain_m),
        elevation_loss_m: sum(|detail| detail.elevation_loss_m),
        heart_rate_avg_bpm: weighted_heart_rate(sessions),
        heart_rate_max_bpm: highest(|detail| detail.heart_rate_max_bpm),
        speed_max_mps: highest(|detail| detail.speed_max_mps),
        elevation_max_m: highest(|detail| detail.elevation_max_m),
        start_latitude_deg: first.start_latitude_deg,
        start_longitude_deg: first.start_longitude_deg,
        zones: zones_together(sessions),
        legs: sessions.iter().map(|session| leg(session)).collect(),
        ..WorkoutDetail::default()
    }
}

/// Times add up; an edge that differs between sports is none.
fn zones_together(sessions: &[&Session]) -> Vec<Zone> {
    let mut zones: Vec<Zone> = Vec::new();
    for zone in sessions.iter().flat_map(|session| &session.detail.zones) {
        match zones.iter_mut().find(|known| known.kind == zone.kind && known.zone == zone.zone) {
            Some(known) => {
                known.seconds += zone.seconds;
                known.high = known.high.filter(|high| Some(*high) == zone.high);
            }
            None => zones.push(zone.clone()),
        }
    }
    zones
}

fn weighted_heart_rate(sessions: &[&Session]) -> Option<f64> {
    let known = sessions.iter().filter_map(|session| {
        let rate = session.detail.heart_rate_avg_bpm.filter(|rate| *rate > 0.0)?;
        Some((rate, session.detail.duration_s?))
    });
    let (beats, seconds) =
        known.fold((0.0, 0.0), |(beats, sum), (rate, seconds)| (beats + rate * seconds, sum + seconds));
    (seconds > 0.0).then(|| beats / seconds)
}

fn leg(session: &Session) -> Leg {
    let detail = &session.detail;
    Leg {
        workout_type: detail.workout_type,
        raw_type: detail.raw_type.clone(),
        raw_sub_type: detail.raw_sub_type.clone(),
        start: session.start,
        elapsed_s: detail.elapsed_s,
        timer_s: detail.timer_s,
        distance_m: detail.distance_m,
        energy_kcal: detail.energy_kcal,
        heart_rate_avg_bpm: detail.heart_rate_avg_bpm.filter(|rate| *rate > 0.0),
        heart_rate_max_bpm: detail.heart_rate_max_bpm.filter(|rate| *rate > 0.0),
    }
}
