//! `healthSnapshot`: several values measured at once, each with its bounds, its average and its samples.

use super::{
    super::{MANIFEST, NAME},
    ping,
    samples::{self, Base},
};
use crate::{
    garmin::wire::{HealthSnapshot, Reading},
    json::{Notes, micros},
};
use model::{
    Context, EventRecord, HealthSnapshotDetail, IssueCode, Mapped, Point, Record, SampleBatch, SeriesType,
    SnapshotReading, Source,
};
use std::io::Read;

/// More kinds than any snapshot measures.
const MOST_READINGS: usize = 32;
/// Of a kind that has no series.
const MOST: f64 = 1e6;

/// Maps the items of a part.
pub(super) fn items(part_type: &str, body: &mut dyn Read, mapped: &mut Mapped) {
    let rank = MANIFEST.rank(part_type).fixed();
    ping::each_summary::<HealthSnapshot>(part_type, body, mapped, |wire, notes, records| {
        let record = snapshot(wire, rank, notes);
        records.extend(record.map(|record| Record::HealthSnapshot(Box::new(record))));
    });
}

fn snapshot(wire: &HealthSnapshot, rank: i32, notes: &mut Notes<'_>) -> Option<EventRecord<HealthSnapshotDetail>> {
    let start = notes.needed_time(&wire.start)?;
    let base = Base { start, offset: notes.device_offset(&wire.offset), rank };
    let duration_s = notes.span(&wire.duration);
    let duration_us = micros(duration_s.unwrap_or_default());
    let (mut readings, mut batches) = (Vec::new(), Vec::new());
    for (index, reading) in notes.list(&wire.summaries).iter().take(MOST_READINGS).enumerate() {
        let mut notes = notes.within(&format!("{}[{index}]", wire.summaries.key));
        let Some(kind) = notes.text(&reading.kind) else {
            notes.missing(reading.kind.key);
            continue;
        };
        let measured = measured(&kind);
        if measured.is_none() {
            notes.add(IssueCode::Unknown, reading.kind.key, "a value that has no series; its bounds are kept");
        }
        let (series, most) = measured.map_or((kind, MOST), |(series, most)| (series.to_string(), most));
        readings.push(extremes(reading, series, most, &mut notes));
        batches.extend(measured.and_then(|of| values(reading, of, base, duration_us, &mut notes)));
    }
    Some(EventRecord {
        external_id: notes.text(&wire.summary_id).unwrap_or_else(|| format!("snapshot:{start}")),
        rank,
        source: Source::of(NAME),
        start,
        end: start.plus_micros(duration_us),
        offset: base.offset,
        detail: HealthSnapshotDetail { calendar_date: notes.date(&wire.calendar_date), duration_s, readings },
        samples: batches,
    })
}

/// The series of a kind, and the highest that its values can be.
fn measured(kind: &str) -> Option<(SeriesType, f64)> {
    match kind.to_ascii_lowercase().as_str() {
        "heart_rate" => Some((SeriesType::HEART_RATE, 300.0)),
        "respiration" => Some((SeriesType::RESPIRATORY_RATE, 120.0)),
        "stress" => Some((SeriesType::GARMIN_STRESS_LEVEL, 100.0)),
        "spo2" | "pulse_ox" => Some((SeriesType::OXYGEN_SATURATION, 100.0)),
        "rmssd_hrv" => Some((SeriesType::HEART_RATE_VARIABILITY_RMSSD, 1_000.0)),
        "sdrr_hrv" => Some((SeriesType::HEART_RATE_VARIABILITY_SDNN, 1_000.0)),
        _ => None,
    }
}

fn extremes(wire: &Reading, series: String, most: f64, notes: &mut Notes<'_>) -> SnapshotReading {
    SnapshotReading {
        series: Some(series),
        min: notes.positive(&wire.min, most),
        max: notes.positive(&wire.max, most),
        avg: notes.positive(&wire.avg, most),
    }
}

/// Its samples; where there are none, its average for as long as the snapshot took.
fn values(
    wire: &Reading,
    (series, most): (SeriesType, f64),
    base: Base,
    duration_us: i64,
    notes: &mut Notes<'_>,
) -> Option<SampleBatch> {
    let samples = samples::of_map(&wire.values, series, 0.0..=most, base, notes);
    samples.or_else(|| {
        let value = wire.avg.value().copied().filter(|value| *value > 0.0 && *value <= most)?;
        Some(base.batch(series, Context::SAMPLES, vec![Point { start: base.start, duration_us, value }]))
    })
}
