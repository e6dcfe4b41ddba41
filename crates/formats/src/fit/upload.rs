//! A FIT file that a person uploads: every workout and every measurement in it, with ids that stay the
//! same when it is uploaded again.

use super::{
    file::{FileId, FitFile, FitPart},
    samples::samples,
    timeline::Timeline,
    workout::{whole, workout},
};
use model::{DeviceType, ProviderName, Record, SampleBatch, ScoreCategory, ScoreRecord, Source};

/// All that the file holds, for each file chained into it: one workout, or a parent and a workout for
/// each session, and what was measured outside workouts.
#[must_use]
pub fn to_records(file: &FitFile, provider: ProviderName) -> Vec<Record> {
    let mut ids: Vec<String> = Vec::new();
    let mut records = Vec::new();
    for part in &file.parts {
        let id = external_id(part, file.digest);
        let before = ids.iter().filter(|other| **other == id).count();
        ids.push(id.clone());
        let id = if before == 0 { id } else { format!("{id}#{before}") };
        records.extend(part_records(part, &id, &source_of_part(part, provider.clone())));
    }
    records
}

fn part_records(part: &FitPart, id: &str, source: &Source) -> Vec<Record> {
    let mut records = Vec::new();
    if part.sessions.len() > 1 {
        records.extend(legs(part, id, source));
    } else if part.has_workout() {
        records.push(Record::Workout(Box::new(whole(part, id, source.clone()))));
    }
    records.extend(part.health.iter().map(|column| {
        let (source, context) = (source.clone(), column.context);
        let (offset, points) = (part.id.detail.offset, column.points.clone());
        Record::Samples(SampleBatch { series: column.series, source, context, rank: 0, offset, points })
    }));
    records.extend(sleep_score(part, source));
    records
}

/// It judges the night that began then; one that no time is known of judges nothing.
fn sleep_score(part: &FitPart, source: &Source) -> Option<Record> {
    let score = part.sleep_score.as_ref()?;
    Some(Record::Score(ScoreRecord {
        category: ScoreCategory::Sleep,
        rank: 0,
        source: source.clone(),
        at: score.at.or(part.id.detail.created)?,
        offset: part.id.detail.offset,
        value: score.value,
        qualifier: None,
        components: score.components.clone(),
    }))
}

/// The parent repeats what its parts say, so it has no samples of its own.
fn legs(part: &FitPart, id: &str, source: &Source) -> Vec<Record> {
    let all: Vec<usize> = (0..part.sessions.len()).collect();
    let mut parent = workout(part, &all, id, source.clone());
    parent.detail.is_parent = Some(true);
    let timeline = Timeline::of(part);
    let session = |at| timeline.session_at(at).unwrap_or_default();
    let samples = samples(part, &timeline, &parent, all.len(), session);
    let legs = samples.into_iter().enumerate().map(|(index, samples)| {
        let mut leg = workout(part, &[index], &format!("{id}:{index}"), source.clone());
        leg.detail.parent_external_id = Some(id.to_owned());
        leg.samples = samples;
        leg
    });
    std::iter::once(parent).chain(legs).map(|record| Record::Workout(Box::new(record))).collect()
}

/// From the device, its serial number and the time it began the file; else from the bytes.
fn external_id(part: &FitPart, digest: [u8; 16]) -> String {
    let detail = &part.id.detail;
    match (&detail.manufacturer, detail.serial_number, detail.created) {
        (Some(maker), Some(serial), Some(created)) => format!("fit:{maker}:{serial}:{}", created.as_seconds()),
        _ => format!("fit:{}", digest.map(|byte| format!("{byte:02x}")).concat()),
    }
}

/// The provider that brought the file, and the device that wrote it.
#[must_use]
pub fn source_of(file: &FitFile, provider: ProviderName) -> Source {
    source_of_part(&file.whole(), provider)
}

fn source_of_part(part: &FitPart, provider: ProviderName) -> Source {
    let id = &part.id;
    let software_version = id.software_version.clone();
    Source { device: device(id), device_type: device_type(id), software_version, ..Source::of(provider) }
}

fn device(id: &FileId) -> Option<String> {
    match (&id.detail.manufacturer, &id.detail.product) {
        (Some(maker), Some(product)) => Some(format!("{maker} {product}")),
        (maker, product) => maker.clone().or_else(|| product.clone()),
    }
}

/// Only where maker or product leave no doubt.
fn device_type(id: &FileId) -> Option<DeviceType> {
    const WATCHES: [&str; 9] =
        ["fr", "fenix", "forerunner", "venu", "instinct", "epix", "vivo_active", "marq", "enduro"];
    if id.kind == "weight" {
        return Some(DeviceType::Scale);
    }
    let product = id.detail.product.as_deref().unwrap_or_default().to_lowercase();
    let starts = |names: &[&str]| names.iter().any(|name| product.starts_with(name));
    match id.detail.manufacturer.as_deref()? {
        "garmin" if product.starts_with("edge") => Some(DeviceType::BikeComputer),
        "garmin" if starts(&["vivo_smart", "vivosmart", "vivo_fit", "vivofit"]) => Some(DeviceType::Band),
        "garmin" if starts(&WATCHES) || product.starts_with("vivoactive") => Some(DeviceType::Watch),
        "wahoo_fitness" if product.starts_with("elemnt") => Some(DeviceType::BikeComputer),
        "suunto" => Some(DeviceType::Watch),
        _ => None,
    }
}
