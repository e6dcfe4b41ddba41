//! The export of an account by its owner (on leave or by right): summaries of activities, days and nights, as JSON.
//!
//! Ids are those that the API's documents carry too, so that both tell of one workout, one day, one night. Units are
//! others: durations in milliseconds, distances in centimetres, speeds in tens of metres a second, energy in kilojoules.

use super::{MANIFEST, NAME, activity_types, source};
use crate::{
    json::{Field, Item, List, Notes, each_item, has_keys, instant, wire},
    wall,
};
use model::{
    Context, DailyDetail, DailyRecord, Facet, LocalOffset, Mapped, Point, Record, SampleBatch, SeriesType, SleepDetail,
    SleepRecord, Source, Timestamp, WorkoutDetail, WorkoutRecord,
};
use std::io::Read;

pub(super) const ACTIVITIES: &str = "export_activities";
pub(super) const DAYS: &str = "export_days";
pub(super) const SLEEPS: &str = "export_sleeps";

const KILOJOULES_OF_KILOCALORIE: f64 = 4.184;
const METERS_OF_FLOOR: f64 = 3.048;
const DAY_US: i64 = 86_400_000_000;
const MOST: f64 = 1e12;
const TIMES: &[&str] = &["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S"];

wire! {
    /// A file of activities holds lists of them.
    Activities {
        list: List<Activity> = "summarizedActivitiesExport",
    }

    /// One activity.
    Activity {
        id: String = "activityId",
        name: String = "name",
        kind: String = "activityType",
        begin: f64 = "beginTimestamp" | "startTimeGmt",
        local: f64 = "startTimeLocal",
        duration: f64 = "duration",
        elapsed: f64 = "elapsedDuration",
        moving: f64 = "movingDuration",
        distance: f64 = "distance",
        gain: f64 = "elevationGain",
        loss: f64 = "elevationLoss",
        speed_avg: f64 = "avgSpeed",
        speed_max: f64 = "maxSpeed",
        heart_avg: f64 = "avgHr",
        heart_max: f64 = "maxHr",
        energy: f64 = "calories",
        steps: f64 = "steps",
        power_avg: f64 = "avgPower",
        power_max: f64 = "maxPower",
        manual: bool = "manualActivity",
    }

    /// One day.
    Day {
        date: String = "calendarDate",
        begin: String = "wellnessStartTimeGmt",
        local: String = "wellnessStartTimeLocal",
        covered: f64 = "durationInMilliseconds",
        steps: f64 = "totalSteps",
        step_goal: f64 = "dailyStepGoal",
        distance: f64 = "totalDistanceMeters",
        active_energy: f64 = "activeKilocalories",
        basal_energy: f64 = "bmrKilocalories",
        climbed: f64 = "floorsAscendedInMeters",
        moderate: f64 = "moderateIntensityMinutes",
        vigorous: f64 = "vigorousIntensityMinutes",
        heart_min: f64 = "minHeartRate",
        heart_max: f64 = "maxHeartRate",
        heart_rest: f64 = "restingHeartRate" | "currentDayRestingHeartRate",
    }

    /// One night.
    Night {
        date: String = "calendarDate",
        begin: String = "sleepStartTimestampGMT",
        end: String = "sleepEndTimestampGMT",
        confirmation: String = "sleepWindowConfirmationType",
        deep: f64 = "deepSleepSeconds",
        light: f64 = "lightSleepSeconds",
        rem: f64 = "remSleepSeconds",
        awake: f64 = "awakeSleepSeconds",
        unmeasurable: f64 = "unmeasurableSeconds",
        respiration: f64 = "averageRespiration",
    }
}

/// Which of them a file's beginning shows.
pub(super) fn recognise(beginning: &[u8]) -> Option<&'static str> {
    let shows = |keys: &[&str]| has_keys(beginning, keys);
    if shows(&["summarizedActivitiesExport"]) {
        Some(ACTIVITIES)
    } else if shows(&["sleepStartTimestampGMT", "sleepEndTimestampGMT"]) {
        Some(SLEEPS)
    } else {
        (shows(&["calendarDate", "durationInMilliseconds"]) || shows(&["calendarDate", "wellnessStartTimeGmt"]))
            .then_some(DAYS)
    }
}

/// Maps one of them.
pub(super) fn part(part_type: &str, body: &mut dyn Read, mapped: &mut Mapped) {
    match part_type {
        ACTIVITIES => {
            let mut count = 0;
            each_item::<Activities>(part_type, body, mapped, |Item { path, value }, mapped| {
                let Mapped { issues, records, .. } = mapped;
                let mut notes = Notes::new(issues, path);
                for (index, wire) in notes.list(&value.list).iter().enumerate() {
                    count += 1;
                    let record = workout(wire, &mut notes.within(&format!("{}[{index}]", value.list.key)));
                    records.extend(record.map(|record| Record::Workout(Box::new(record))));
                }
            });
            mapped.items = count;
        }
        DAYS => each_item::<Day>(part_type, body, mapped, |Item { path, value }, mapped| {
            let record = day(&value, &mut Notes::new(&mut mapped.issues, path));
            mapped.records.extend(record.map(|record| Record::Daily(Box::new(record))));
        }),
        _ => each_item::<Night>(part_type, body, mapped, |Item { path, value }, mapped| {
            let record = night(&value, &mut Notes::new(&mut mapped.issues, path));
            mapped.records.extend(record.map(|record| Record::Sleep(Box::new(record))));
        }),
    }
}

fn workout(wire: &Activity, notes: &mut Notes<'_>) -> Option<WorkoutRecord> {
    let Some(id) = notes.text(&wire.id) else {
        notes.missing(wire.id.key);
        return None;
    };
    let time = |field: &Field<f64>, notes: &mut Notes<'_>| notes.take(field).and_then(|ms| instant(ms / 1e3));
    let Some(start) = time(&wire.begin, notes) else {
        notes.missing(wire.begin.key);
        return None;
    };
    let offset = time(&wire.local, notes).and_then(|local| offset(local, start));
    let detail = detail(wire, notes);
    let end = detail.elapsed_s.or(detail.duration_s).map(|seconds| start.plus_micros((seconds * 1e6) as i64));
    Some(WorkoutRecord {
        external_id: id.clone(),
        aliases: vec![id],
        facet: Facet::Summary,
        rank: MANIFEST.rank(ACTIVITIES).fixed(),
        source: source(None),
        start: Some(start),
        end,
        offset,
        detail,
        file: None,
        samples: Vec::new(),
    })
}

fn detail(wire: &Activity, notes: &mut Notes<'_>) -> WorkoutDetail {
    let kind = notes.text(&wire.kind);
    let mut per = |field: &Field<f64>, of: f64| notes.amount(field, MOST).map(|value| value / of);
    let duration_s = per(&wire.duration, 1e3);
    WorkoutDetail {
        workout_type: kind.as_deref().map(|kind| activity_types::unified(&kind.to_ascii_uppercase())),
        duration_s,
        timer_s: duration_s,
        elapsed_s: per(&wire.elapsed, 1e3),
        moving_s: per(&wire.moving, 1e3),
        distance_m: per(&wire.distance, 100.0),
        elevation_gain_m: per(&wire.gain, 100.0),
        elevation_loss_m: per(&wire.loss, 100.0),
        speed_avg_mps: per(&wire.speed_avg, 0.1),
        speed_max_mps: per(&wire.speed_max, 0.1),
        energy_kcal: per(&wire.energy, KILOJOULES_OF_KILOCALORIE),
        steps: per(&wire.steps, 1.0),
        power_avg_w: per(&wire.power_avg, 1.0),
        power_max_w: per(&wire.power_max, 1.0),
        heart_rate_avg_bpm: notes.positive(&wire.heart_avg, 300.0),
        heart_rate_max_bpm: notes.positive(&wire.heart_max, 300.0),
        raw_type: kind,
        name: notes.text(&wire.name),
        manual: notes.take(&wire.manual),
        ..WorkoutDetail::default()
    }
}

/// A time in UTC, written without saying so.
fn time(field: &Field<String>, notes: &mut Notes<'_>) -> Option<Timestamp> {
    let text = notes.text(field)?;
    let shown = wall::read(&text, TIMES).map(wall::utc);
    if shown.is_none() {
        notes.add(model::IssueCode::Invalid, field.key, "not a time");
    }
    shown
}

fn offset(local: Timestamp, utc: Timestamp) -> Option<LocalOffset> {
    let seconds = local.micros_since(utc) / 1_000_000;
    i32::try_from(seconds).ok().filter(|seconds| seconds.abs() <= 86_400).map(LocalOffset::device)
}

fn day(wire: &Day, notes: &mut Notes<'_>) -> Option<DailyRecord> {
    let date = notes.needed_date(&wire.date)?;
    let Some(start) = time(&wire.begin, notes) else {
        notes.missing(wire.begin.key);
        return None;
    };
    let offset = time(&wire.local, notes).and_then(|local| offset(local, start));
    let detail = DailyDetail {
        covered_s: notes.amount(&wire.covered, MOST).map(|milliseconds| milliseconds / 1e3),
        steps: notes.amount(&wire.steps, 1e6),
        goal_steps: notes.amount(&wire.step_goal, 1e6),
        distance_m: notes.amount(&wire.distance, 1e7),
        active_energy_kcal: notes.amount(&wire.active_energy, 1e5),
        basal_energy_kcal: notes.amount(&wire.basal_energy, 1e5),
        floors_climbed: notes.amount(&wire.climbed, 1e5).map(|meters| meters / METERS_OF_FLOOR),
        moderate_intensity_s: notes.amount(&wire.moderate, 1440.0).map(|minutes| minutes * 60.0),
        vigorous_intensity_s: notes.amount(&wire.vigorous, 1440.0).map(|minutes| minutes * 60.0),
        heart_rate_min_bpm: notes.positive(&wire.heart_min, 300.0),
        heart_rate_max_bpm: notes.positive(&wire.heart_max, 300.0),
        resting_heart_rate_bpm: notes.positive(&wire.heart_rest, 300.0),
        ..DailyDetail::default()
    };
    // as the API ranks a day: by how much of it is covered
    let rank = detail.covered_s.unwrap_or_default() as i32;
    let values = [
        (SeriesType::STEPS, detail.steps),
        (SeriesType::DISTANCE_WALKING_RUNNING, detail.distance_m),
        (SeriesType::FLIGHTS_CLIMBED, detail.floors_climbed),
        (SeriesType::ENERGY, detail.active_energy_kcal),
        (SeriesType::BASAL_ENERGY, detail.basal_energy_kcal),
        (SeriesType::MODERATE_INTENSITY_TIME, detail.moderate_intensity_s.map(|seconds| seconds / 60.0)),
        (SeriesType::VIGOROUS_INTENSITY_TIME, detail.vigorous_intensity_s.map(|seconds| seconds / 60.0)),
        (SeriesType::RESTING_HEART_RATE, detail.resting_heart_rate_bpm),
    ];
    let batch = |(series, value): (SeriesType, Option<f64>)| {
        let points = vec![Point { start, duration_us: DAY_US, value: value? }];
        Some(SampleBatch { series, source: Source::of(NAME), context: Context::DAILY, rank, offset, points })
    };
    Some(DailyRecord {
        external_id: format!("day:{date}"),
        rank,
        source: Source::of(NAME),
        date,
        start,
        offset,
        samples: values.into_iter().filter_map(batch).collect(),
        detail,
        scores: Vec::new(),
    })
}

fn night(wire: &Night, notes: &mut Notes<'_>) -> Option<SleepRecord> {
    let (start, end) = (time(&wire.begin, notes), time(&wire.end, notes));
    let Some((start, end)) = start.zip(end).filter(|(start, end)| start < end) else {
        notes.missing(wire.begin.key);
        return None;
    };
    let date = notes.date(&wire.date);
    let mut detail = SleepDetail {
        calendar_date: date,
        is_nap: Some(false),
        deep_s: notes.span(&wire.deep),
        light_s: notes.span(&wire.light),
        rem_s: notes.span(&wire.rem),
        awake_s: notes.span(&wire.awake),
        unmeasurable_s: notes.span(&wire.unmeasurable),
        in_bed_s: Some(end.micros_since(start) as f64 / 1e6),
        respiration_avg_brpm: notes.positive(&wire.respiration, 120.0),
        validation: notes.text(&wire.confirmation),
        ..SleepDetail::default()
    };
    detail.asleep_s = [detail.deep_s, detail.light_s, detail.rem_s].into_iter().flatten().reduce(|a, b| a + b);
    Some(SleepRecord {
        external_id: date.map_or_else(|| format!("night:{start}"), |date| format!("night:{date}")),
        rank: 0,
        source: Source::of(NAME),
        start,
        end,
        offset: None,
        detail,
        samples: Vec::new(),
        score: None,
    })
}
