//! A TCX or GPX file as workouts of the model.

use super::file::{Activity, Device, TrackFile};
use crate::columns::Column;
use model::{
    Context, Facet, FileDetail, Leg, ProviderName, Record, SampleBatch, Source, Timestamp, WorkoutDetail,
    WorkoutRecord, WorkoutType,
};

/// Tracks of one sport that follow one another within this are one workout in parts, as loggers cut them.
const LONGEST_GAP_US: i64 = 3_600_000_000;

/// What the file says of one workout: its activities together, each a leg when their sports differ.
/// `None` when the file holds no workout.
#[must_use]
pub fn to_workout(file: &TrackFile, external_id: &str, source: Source) -> Option<WorkoutRecord> {
    let timed: Vec<&Activity> = file.activities.iter().filter(|activity| activity.start.is_some()).collect();
    (!timed.is_empty()).then(|| workout(file, &timed, external_id, source))
}

/// Every workout that the file holds, with ids that stay the same when it is uploaded again. The
/// activities of a multisport session are the children of one parent, which has no samples of its own.
#[must_use]
pub fn to_records(file: &TrackFile, provider: ProviderName) -> Vec<Record> {
    let mut ids: Vec<String> = Vec::new();
    let mut records = Vec::new();
    for group in groups(&file.activities) {
        let id = external_id(file, &group);
        let before = ids.iter().filter(|other| **other == id).count();
        ids.push(id.clone());
        let id = if before == 0 { id } else { format!("{id}#{before}") };
        let source = |activity: &Activity| source_of_device(&activity.device, provider.clone());
        let Some(first) = group.first() else { continue };
        let mut whole = workout(file, &group, &id, source(first));
        if first.session.is_some() && group.len() > 1 {
            whole.detail.is_parent = Some(true);
            whole.samples = Vec::new();
            records.push(whole);
            records.extend(group.iter().enumerate().map(|(index, leg)| {
                let mut leg = workout(file, &[*leg], &format!("{id}:{index}"), source(leg));
                leg.detail.parent_external_id = Some(id.clone());
                leg
            }));
        } else {
            records.push(whole);
        }
    }
    records.into_iter().map(|record| Record::Workout(Box::new(record))).collect()
}

/// The provider that brought the file, and the device that it names.
#[must_use]
pub fn source_of(file: &TrackFile, provider: ProviderName) -> Source {
    let device = file.activities.iter().map(|activity| &activity.device).find(|device| device.name.is_some());
    source_of_device(device.unwrap_or(&Device::default()), provider)
}

fn source_of_device(device: &Device, provider: ProviderName) -> Source {
    Source { device: device.name.clone(), software_version: device.software_version.clone(), ..Source::of(provider) }
}

/// The activities that make a workout together.
fn groups(activities: &[Activity]) -> Vec<Vec<&Activity>> {
    let mut groups: Vec<Vec<&Activity>> = Vec::new();
    for activity in activities.iter().filter(|activity| activity.start.is_some()) {
        match groups.last_mut() {
            Some(group) if group.last().is_some_and(|before| goes_on(before, activity)) => group.push(activity),
            _ => groups.push(vec![activity]),
        }
    }
    groups
}

/// Activities of TCX have ids and stand for themselves, or are legs of a session.
fn goes_on(before: &Activity, after: &Activity) -> bool {
    if before.session.is_some() || after.session.is_some() {
        return before.session == after.session;
    }
    let gap = before.end.zip(after.start).map(|(end, start)| start.micros_since(end));
    before.id.is_none()
        && after.id.is_none()
        && before.detail.raw_type == after.detail.raw_type
        && gap.is_some_and(|gap| (0..=LONGEST_GAP_US).contains(&gap))
}

/// From the device's serial number and the activity's own id, which is its start; else from the bytes.
fn external_id(file: &TrackFile, group: &[&Activity]) -> String {
    let format = file.format;
    let own = group.first().and_then(|first| first.device.serial_number.zip(first.id.as_deref()));
    match own {
        Some((serial, id)) => format!("{format}:{serial}:{}", id.chars().take(100).collect::<String>()),
        None => format!("{format}:{}", file.digest.map(|byte| format!("{byte:02x}")).concat()),
    }
}

fn workout(file: &TrackFile, parts: &[&Activity], external_id: &str, source: Source) -> WorkoutRecord {
    let (start, end) =
        (parts.iter().filter_map(|part| part.start).min(), parts.iter().filter_map(|part| part.end).max());
    let offset = parts.iter().find_map(|part| part.offset);
    let detail = match parts {
        [only] => only.detail.clone(),
        several => together(several, start.zip(end)),
    };
    let file = FileDetail {
        manufacturer: None,
        product: parts.iter().find_map(|part| part.device.name.clone()).or_else(|| file.creator.clone()),
        serial_number: parts.iter().find_map(|part| part.device.serial_number),
        created: file.created.or(start),
        offset,
    };
    let mut samples: Vec<SampleBatch> = Vec::new();
    for Column { series, points, .. } in parts.iter().flat_map(|part| &part.columns) {
        match samples.iter_mut().find(|batch| batch.series == *series) {
            Some(batch) => batch.points.extend_from_slice(points),
            None => samples.push(SampleBatch {
                series: *series,
                source: source.clone(),
                context: Context::SAMPLES,
                rank: 0,
                offset,
                points: points.clone(),
            }),
        }
    }
    WorkoutRecord {
        external_id: external_id.to_owned(),
        aliases: Vec::new(),
        facet: Facet::File,
        rank: 0,
        source,
        start,
        end,
        offset,
        detail,
        file: Some(file),
        samples,
    }
}

/// Sums and extremes of several; what lies between them is pause, unless they are legs.
fn together(parts: &[&Activity], span: Option<(Timestamp, Timestamp)>) -> WorkoutDetail {
    let values = |field: fn(&WorkoutDetail) -> Option<f64>| parts.iter().filter_map(move |part| field(&part.detail));
    let sum = |field| values(field).reduce(|a, b| a + b);
    let first = parts.first().map(|part| part.detail.clone()).unwrap_or_default();
    let is_multisport = parts.iter().any(|part| part.detail.raw_type != first.raw_type);
    let gaps = parts.iter().zip(parts.iter().skip(1)).filter_map(|(before, after)| before.end.zip(after.start));
    let mut detail = WorkoutDetail {
        workout_type: if is_multisport { Some(WorkoutType::Multisport) } else { first.workout_type },
        raw_type: if is_multisport { Some("multisport".to_owned()) } else { first.raw_type },
        name: first.name,
        description: first.description,
        duration_s: sum(|detail| detail.duration_s),
        elapsed_s: span.map(|(start, end)| end.micros_since(start) as f64 / 1e6),
        timer_s: sum(|detail| detail.timer_s),
        distance_m: sum(|detail| detail.distance_m),
        energy_kcal: sum(|detail| detail.energy_kcal),
        steps: sum(|detail| detail.steps),
        heart_rate_avg_bpm: weighted_heart_rate(parts),
        heart_rate_max_bpm: values(|detail| detail.heart_rate_max_bpm).reduce(f64::max),
        heart_rate_min_bpm: values(|detail| detail.heart_rate_min_bpm).reduce(f64::min),
        speed_max_mps: values(|detail| detail.speed_max_mps).reduce(f64::max),
        elevation_max_m: values(|detail| detail.elevation_max_m).reduce(f64::max),
        elevation_min_m: values(|detail| detail.elevation_min_m).reduce(f64::min),
        start_latitude_deg: first.start_latitude_deg,
        start_longitude_deg: first.start_longitude_deg,
        laps: parts.iter().flat_map(|part| part.detail.laps.iter().cloned()).collect(),
        pauses: parts.iter().flat_map(|part| part.detail.pauses.iter().copied()).collect(),
        ..WorkoutDetail::default()
    };
    if is_multisport {
        detail.legs = parts.iter().map(|part| leg(part)).collect();
    } else {
        detail.pauses.extend(gaps.filter(|(from, to)| from < to));
        detail.pauses.sort_unstable();
    }
    detail
}

fn weighted_heart_rate(parts: &[&Activity]) -> Option<f64> {
    let known = parts.iter().filter_map(|part| part.detail.heart_rate_avg_bpm.zip(part.detail.duration_s));
    let (beats, seconds) =
        known.fold((0.0, 0.0), |(beats, sum), (rate, seconds)| (beats + rate * seconds, sum + seconds));
    (seconds > 0.0).then(|| beats / seconds)
}

fn leg(part: &Activity) -> Leg {
    let detail = &part.detail;
    Leg {
        workout_type: detail.workout_type,
        raw_type: detail.raw_type.clone(),
        raw_sub_type: None,
        start: part.start,
        elapsed_s: detail.elapsed_s,
        timer_s: detail.timer_s,
        distance_m: detail.distance_m,
        energy_kcal: detail.energy_kcal,
        heart_rate_avg_bpm: detail.heart_rate_avg_bpm,
        heart_rate_max_bpm: detail.heart_rate_max_bpm,
    }
}
