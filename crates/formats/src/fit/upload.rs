//! A FIT file that a person uploads: every workout and every measurement in it, with ids that stay the
//! same when it is uploaded again.

use super::{
    file::{FileId, FitFile},
    workout::{samples, to_workout, workout},
};
use model::{Context, DeviceType, ProviderName, Record, SampleBatch, Source};

/// All that the file holds: one workout, or a parent and a workout for each session, and what was
/// measured outside workouts.
#[must_use]
pub fn to_records(file: &FitFile, provider: ProviderName) -> Vec<Record> {
    let source = source_of(file, provider);
    let id = external_id(file);
    let mut records = Vec::new();
    if file.sessions.len() > 1 {
        records.extend(legs(file, &id, &source));
    } else {
        records.extend(to_workout(file, &id, source.clone()).map(|record| Record::Workout(Box::new(record))));
    }
    let offset = file.file_ids.first().and_then(|id| id.detail.offset);
    records.extend(file.health.iter().map(|column| {
        let points = column.points.clone();
        let (source, context) = (source.clone(), Context::SAMPLES);
        Record::Samples(SampleBatch { series: column.series, source, context, rank: 0, offset, points })
    }));
    records
}

/// The parent repeats what its parts say, so it has no samples of its own.
fn legs(file: &FitFile, id: &str, source: &Source) -> Vec<Record> {
    let all: Vec<usize> = (0..file.sessions.len()).collect();
    let mut parent = workout(file, &all, id, source.clone());
    parent.detail.is_parent = Some(true);
    let part = |index: &usize| {
        let mut part = workout(file, &[*index], &format!("{id}:{index}"), source.clone());
        part.detail.parent_external_id = Some(id.to_owned());
        part.samples = samples(file, &part, |at| file.session_at(Some(at)) == Some(*index));
        part
    };
    let parts = all.iter().map(part);
    std::iter::once(parent.clone()).chain(parts).map(|record| Record::Workout(Box::new(record))).collect()
}

/// From the device, its serial number and the time it began the file; else from the bytes.
fn external_id(file: &FitFile) -> String {
    let named = file.file_ids.first().and_then(|id| {
        let detail = &id.detail;
        let created = detail.created?.as_seconds();
        Some(format!("fit:{}:{}:{created}", detail.manufacturer.as_deref()?, detail.serial_number?))
    });
    let by_content = || format!("fit:{}", file.digest.map(|byte| format!("{byte:02x}")).concat());
    named.unwrap_or_else(by_content)
}

/// The provider that brought the file, and the device that wrote it.
#[must_use]
pub fn source_of(file: &FitFile, provider: ProviderName) -> Source {
    let mut source = Source::of(provider);
    if let Some(id) = file.file_ids.first() {
        source.device = device(id);
        source.device_type = device_type(id);
        source.software_version.clone_from(&id.software_version);
    }
    source
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
