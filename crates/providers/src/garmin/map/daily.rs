//! `dailies`: the day as a whole, its totals, its heart rates and its stress.

use super::{
    super::{MANIFEST, NAME},
    bounds, ping, placed,
    samples::{self, Base},
};
use crate::{Rank, garmin::wire::Daily, json::Notes};
use model::{
    DailyDetail, DailyRecord, LocalDate, LocalOffset, Mapped, Record, SampleBatch, ScoreCategory, ScoreRecord,
    SeriesType, Source, Timestamp,
};
use std::io::Read;

const HALF_DAY_S: i32 = 43_200;

/// Maps the items of a part.
pub(super) fn items(part_type: &str, body: &mut dyn Read, mapped: &mut Mapped) {
    let rank = MANIFEST.rank(part_type);
    ping::each_summary::<Daily>(part_type, body, mapped, |wire, notes, records| {
        let record = day(wire, &rank, notes);
        records.extend(record.map(|record| Record::Daily(Box::new(record))));
    });
}

fn day(wire: &Daily, rank: &Rank, notes: &mut Notes<'_>) -> Option<DailyRecord> {
    let offset = notes.device_offset(&wire.offset);
    let (date, start) = beginning(wire, offset, notes)?;
    let detail = detail(wire, notes);
    let rank = rank.of_number(detail.covered_s);
    let base = Base { start, offset, rank };
    let mut samples = totals(&detail, base);
    samples.extend(samples::of_map(&wire.heart_rates, SeriesType::HEART_RATE, 0.0..=bounds::HEART_BPM, base, notes));
    Some(DailyRecord {
        external_id: format!("day:{date}"),
        rank,
        source: Source::of(NAME),
        date,
        start,
        offset,
        scores: stress(&detail, base).into_iter().collect(),
        detail,
        samples,
    })
}

/// The date and the instant it began, each from the other where one is missing. Without an offset,
/// the date of local noon is the UTC date for every place on Earth but the far east of the date line.
fn beginning(wire: &Daily, offset: Option<LocalOffset>, notes: &mut Notes<'_>) -> Option<(LocalDate, Timestamp)> {
    let (date, start) = (notes.date(&wire.calendar_date), notes.time(&wire.start));
    match (date, start, offset) {
        (Some(date), Some(start), _) => Some((date, start)),
        (None, Some(start), _) => Some((start.local_date(offset.map_or(HALF_DAY_S, |offset| offset.seconds)), start)),
        (Some(date), None, Some(offset)) => {
            Some((date, placed::midnight_utc(date).plus_seconds(-i64::from(offset.seconds))))
        }
        _ => {
            notes.missing(wire.start.key);
            None
        }
    }
}

fn detail(wire: &Daily, notes: &mut Notes<'_>) -> DailyDetail {
    DailyDetail {
        covered_s: notes.span(&wire.duration),
        steps: notes.amount(&wire.steps, bounds::STEPS),
        pushes: notes.amount(&wire.pushes, bounds::STEPS),
        distance_m: notes.amount(&wire.distance, bounds::DISTANCE_M),
        push_distance_m: notes.amount(&wire.push_distance, bounds::DISTANCE_M),
        active_energy_kcal: notes.amount(&wire.active_energy, bounds::ENERGY_KCAL),
        basal_energy_kcal: notes.amount(&wire.basal_energy, bounds::ENERGY_KCAL),
        consumed_energy_kcal: notes.amount(&wire.consumed_energy, bounds::ENERGY_KCAL),
        floors_climbed: notes.amount(&wire.floors, bounds::FLOORS),
        active_s: notes.span(&wire.active),
        moderate_intensity_s: notes.span(&wire.moderate),
        vigorous_intensity_s: notes.span(&wire.vigorous),
        heart_rate_min_bpm: notes.positive(&wire.heart_rate_min, bounds::HEART_BPM),
        heart_rate_avg_bpm: notes.positive(&wire.heart_rate_avg, bounds::HEART_BPM),
        heart_rate_max_bpm: notes.positive(&wire.heart_rate_max, bounds::HEART_BPM),
        resting_heart_rate_bpm: notes.positive(&wire.heart_rate_rest, bounds::HEART_BPM),
        stress_avg: notes.positive(&wire.stress_avg, bounds::LEVEL),
        stress_max: notes.positive(&wire.stress_max, bounds::LEVEL),
        stress_s: notes.span(&wire.stress),
        rest_stress_s: notes.span(&wire.rest_stress),
        activity_stress_s: notes.span(&wire.activity_stress),
        low_stress_s: notes.span(&wire.low_stress),
        medium_stress_s: notes.span(&wire.medium_stress),
        high_stress_s: notes.span(&wire.high_stress),
        stress_qualifier: notes.text(&wire.stress_qualifier),
        goal_steps: notes.amount(&wire.goal_steps, bounds::STEPS),
        goal_pushes: notes.amount(&wire.goal_pushes, bounds::STEPS),
        goal_net_energy_kcal: notes.amount(&wire.goal_net_energy, bounds::ENERGY_KCAL),
        goal_intensity_s: notes.span(&wire.goal_intensity),
        goal_floors: notes.amount(&wire.goal_floors, bounds::FLOORS),
        body_battery_charged: notes.amount(&wire.body_battery_charged, bounds::BATTERY_MOVED),
        body_battery_drained: notes.amount(&wire.body_battery_drained, bounds::BATTERY_MOVED),
    }
}

fn totals(detail: &DailyDetail, base: Base) -> Vec<SampleBatch> {
    let minutes = |seconds: Option<f64>| seconds.map(|seconds| seconds / 60.0);
    let values = [
        (SeriesType::STEPS, detail.steps),
        (SeriesType::PUSH_COUNT, detail.pushes),
        (SeriesType::DISTANCE_WALKING_RUNNING, detail.distance_m),
        (SeriesType::FLIGHTS_CLIMBED, detail.floors_climbed),
        (SeriesType::ENERGY, detail.active_energy_kcal),
        (SeriesType::BASAL_ENERGY, detail.basal_energy_kcal),
        (SeriesType::CONSUMED_ENERGY, detail.consumed_energy_kcal),
        (SeriesType::ACTIVE_TIME, minutes(detail.active_s)),
        (SeriesType::MODERATE_INTENSITY_TIME, minutes(detail.moderate_intensity_s)),
        (SeriesType::VIGOROUS_INTENSITY_TIME, minutes(detail.vigorous_intensity_s)),
        (SeriesType::RESTING_HEART_RATE, detail.resting_heart_rate_bpm),
        (SeriesType::BODY_BATTERY_CHARGED, detail.body_battery_charged),
        (SeriesType::BODY_BATTERY_DRAINED, detail.body_battery_drained),
    ];
    let total = |(series, value): (SeriesType, Option<f64>)| value.map(|value| base.of_day(series, value));
    values.into_iter().filter_map(total).collect()
}

/// The day's stress; a word that says nothing is no score.
fn stress(detail: &DailyDetail, base: Base) -> Option<ScoreRecord> {
    let qualifier = detail.stress_qualifier.clone();
    let told = detail.stress_avg.is_some() || qualifier.as_deref().is_some_and(|word| word != "unknown");
    told.then(|| ScoreRecord {
        category: ScoreCategory::Stress,
        rank: base.rank,
        source: Source::of(NAME),
        at: base.start,
        offset: base.offset,
        value: detail.stress_avg,
        qualifier,
        components: Vec::new(),
    })
}
