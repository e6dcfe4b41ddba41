//! A bulk export: a table of activities and a file of each. One row is an activity, times in UTC. Some columns stand
//! twice: first as the site shows them, then in seconds and metres. A row names its file, which is how both come to one
//! workout.

use super::{MANIFEST, NAME};
use crate::{
    archive::file_alias,
    json::{note, note_type},
    table::{self, Row, each_row, has_columns},
    wall::{self, utc},
    workout_file::WorkoutFile,
};
use model::{Facet, IssueCode, Mapped, PartMeta, Record, Source, WorkoutDetail, WorkoutRecord, WorkoutType};
use std::{collections::HashMap, io::Read};

const TYPE: &str = "export_activities";
const FILE: &str = "activity_file";
const LONGEST_NAME: usize = 200;
const COLUMNS: [&str; 3] = ["Activity ID", "Activity Date", "Activity Type"];
const FORMS: &[&str] = &["%b %d, %Y, %I:%M:%S %p", "%b %d, %Y, %H:%M:%S", "%Y-%m-%d %H:%M:%S"];

pub(super) fn recognise(beginning: &[u8]) -> Option<&'static str> {
    has_columns(beginning, &COLUMNS).then_some(TYPE)
}

pub(super) fn part(part_type: &str, meta: &PartMeta, body: &mut dyn Read) -> Mapped {
    let mut mapped = Mapped::default();
    match part_type {
        TYPE => table(body, &mut mapped),
        FILE => file(meta, body, &mut mapped),
        _ => note_type(&mut mapped.issues, part_type),
    }
    mapped
}

/// An activity's file. Its row, if there is one, names it as it is named here.
fn file(meta: &PartMeta, body: &mut dyn Read, mapped: &mut Mapped) {
    mapped.items = 1;
    let Some(file) = WorkoutFile::read(FILE, meta, body, mapped) else { return };
    let rank = file.rank(MANIFEST.rank(FILE).fixed());
    let name = meta.external_id.as_deref().or(meta.file_name.as_deref()).unwrap_or("file:");
    let Some(mut record) = file.to_workout(name, NAME) else {
        return note(&mut mapped.issues, IssueCode::Missing, FILE, "the file holds no workout");
    };
    record.rank = rank;
    record.samples.iter_mut().for_each(|batch| batch.rank = rank);
    mapped.records.push(Record::Workout(Box::new(record)));
}

fn table(body: &mut dyn Read, mapped: &mut Mapped) {
    // a file of several activities is of none of them
    let mut named: HashMap<String, usize> = HashMap::new();
    each_row(TYPE, &COLUMNS, body, mapped, |row, mapped| {
        let Some(mut record) = activity(row, mapped) else { return };
        let place = mapped.records.len();
        if let Some(name) = row.text("Filename").filter(|name| name.len() <= LONGEST_NAME).map(|name| file_alias(&name))
        {
            match named.get(&name) {
                Some(other) => {
                    if let Some(Record::Workout(other)) = mapped.records.get_mut(*other) {
                        other.aliases.clear();
                    }
                }
                None => {
                    named.insert(name.clone(), place);
                    record.aliases.push(name);
                }
            }
        }
        mapped.records.push(Record::Workout(Box::new(record)));
    });
}

fn activity(row: &Row<'_>, mapped: &mut Mapped) -> Option<WorkoutRecord> {
    let Some(id) = row.text("Activity ID") else {
        row.notes(mapped).missing("Activity ID");
        return None;
    };
    // newer exports write a narrow space before the half of the day
    let date = row.text("Activity Date").map(|date| date.replace('\u{202f}', " "));
    let Some(start) = date.and_then(|date| wall::read(&date, FORMS)).map(utc) else {
        row.notes(mapped).add(IssueCode::Invalid, "Activity Date", "cannot be read");
        return None;
    };
    let detail = detail(row, mapped);
    let end = detail.elapsed_s.map(|seconds| start.plus_micros((seconds * 1e6) as i64));
    Some(WorkoutRecord {
        external_id: id,
        aliases: Vec::new(),
        facet: Facet::Summary,
        rank: 0,
        source: Source::of(NAME),
        start: Some(start),
        end,
        offset: None,
        detail,
        file: None,
        samples: Vec::new(),
    })
}

fn detail(row: &Row<'_>, mapped: &mut Mapped) -> WorkoutDetail {
    let mut last = |column: &str, most: f64| {
        let text = row.last_text(column)?;
        let value = table::number(&text).filter(|value| (-500.0..=most).contains(value));
        if value.is_none() {
            row.notes(mapped).add(IssueCode::Invalid, column, "not a number in range");
        }
        value
    };
    let kind = row.text("Activity Type");
    let (elapsed_s, moving_s) = (last("Elapsed Time", 1e7), last("Moving Time", 1e7));
    WorkoutDetail {
        workout_type: Some(kind.as_deref().map_or(WorkoutType::Other, workout_type)),
        raw_type: kind,
        name: row.text("Activity Name"),
        description: row.text("Activity Description"),
        duration_s: moving_s.or(elapsed_s),
        elapsed_s,
        moving_s,
        distance_m: last("Distance", 1e7),
        energy_kcal: last("Calories", 1e5),
        steps: last("Total Steps", 1e6),
        heart_rate_avg_bpm: last("Average Heart Rate", 300.0),
        heart_rate_max_bpm: last("Max Heart Rate", 300.0),
        speed_avg_mps: last("Average Speed", 500.0),
        speed_max_mps: last("Max Speed", 500.0),
        bike_cadence_avg_rpm: last("Average Cadence", 300.0),
        power_avg_w: last("Average Watts", 5000.0),
        power_max_w: last("Max Watts", 10_000.0),
        power_normalized_w: last("Weighted Average Power", 5000.0),
        elevation_gain_m: last("Elevation Gain", 1e5),
        elevation_loss_m: last("Elevation Loss", 1e5),
        elevation_min_m: last("Elevation Low", 1e4),
        elevation_max_m: last("Elevation High", 1e4),
        ..WorkoutDetail::default()
    }
}

/// By the site's name, with or without the space between its words, or by ours where both agree.
fn workout_type(name: &str) -> WorkoutType {
    let plain = name.to_ascii_lowercase().replace([' ', '-'], "");
    match plain.as_str() {
        "run" | "virtualrun" => WorkoutType::Running,
        "trailrun" => WorkoutType::TrailRunning,
        "ride" | "gravelride" => WorkoutType::Cycling,
        "mountainbikeride" => WorkoutType::MountainBiking,
        "virtualride" => WorkoutType::IndoorCycling,
        "ebikeride" | "emountainbikeride" => WorkoutType::EBiking,
        "swim" => WorkoutType::Swimming,
        "walk" => WorkoutType::Walking,
        "hike" => WorkoutType::Hiking,
        "weighttraining" => WorkoutType::StrengthTraining,
        "workout" | "crossfit" | "highintensityintervaltraining" => WorkoutType::CardioTraining,
        "rowing" | "virtualrow" => WorkoutType::RowingMachine,
        "alpineski" => WorkoutType::AlpineSkiing,
        "nordicski" => WorkoutType::CrossCountrySkiing,
        "backcountryski" => WorkoutType::BackcountrySkiing,
        "snowboard" => WorkoutType::Snowboarding,
        "snowshoe" => WorkoutType::Snowshoeing,
        "iceskate" => WorkoutType::IceSkating,
        "stairstepper" => WorkoutType::StairClimbing,
        "standuppaddling" => WorkoutType::StandUpPaddleboarding,
        "wheelchair" => WorkoutType::Wheelchair,
        _ => WorkoutType::find(&name.to_ascii_lowercase().replace(' ', "_")).unwrap_or(WorkoutType::Other),
    }
}
