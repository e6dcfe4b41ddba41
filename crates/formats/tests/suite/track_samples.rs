//! Real TCX and GPX files, read where they lie, against what independent readers found in them.

use formats::{
    gpx, tcx,
    track::{self, Activity, TrackFile},
};
use model::{ProviderName, Record, SeriesType, Timestamp};
use serde_json::Value;
use std::path::PathBuf;

/// Every file of one kind with what was found in it; nothing, and loudly so, in a clone without samples.
fn each(list: &str, read: fn(&mut dyn std::io::Read) -> TrackFile, mut check: impl FnMut(&str, &TrackFile, &Value)) {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/samples");
    let Ok(text) = std::fs::read_to_string(folder.join(list)) else {
        eprintln!("SKIPPED: no {list} at {}; nothing was compared", folder.display());
        return;
    };
    let expected: Value = serde_json::from_str(&text).unwrap();
    let files = expected["files"].as_object().unwrap();
    assert!(files.len() >= 7, "only {} files in {list}", files.len());
    for (name, found) in files {
        let bytes = std::fs::read(folder.join(name)).unwrap();
        check(name, &read(&mut bytes.as_slice()), found);
    }
}

#[track_caller]
fn close(what: &str, ours: Option<f64>, theirs: &Value, tolerance: f64) {
    match (ours, theirs.as_f64()) {
        (Some(ours), Some(theirs)) => assert!((ours - theirs).abs() <= tolerance, "{what}: {ours}, expected {theirs}"),
        (ours, theirs) => assert_eq!(ours, theirs, "{what}"),
    }
}

fn time(value: &Value) -> Option<Timestamp> {
    let text = value.as_str()?;
    Timestamp::parse_rfc3339(text).or_else(|| Timestamp::parse_rfc3339(&format!("{text}Z")))
}

fn values(activity: &Activity, series: SeriesType) -> Vec<f64> {
    activity.column(series).iter().map(|point| point.value).collect()
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

fn compare_activity(name: &str, ours: &Activity, theirs: &Value) {
    let at = |field: &str| format!("{name} {field}");
    assert_eq!(ours.detail.raw_type.as_deref(), theirs["sport"].as_str(), "{name}");
    assert_eq!(ours.id.as_deref(), theirs["id"].as_str(), "{name}");
    let starts: Vec<_> = theirs["lap_start_times"].as_array().unwrap().iter().map(time).collect();
    assert_eq!(ours.detail.laps.iter().map(|lap| lap.start).collect::<Vec<_>>(), starts, "{name}");
    close(&at("seconds"), ours.detail.timer_s, &theirs["sum_lap_seconds"], 0.001);
    close(&at("meters"), ours.detail.distance_m, &theirs["sum_lap_meters"], 0.001);
    close(&at("calories"), ours.detail.energy_kcal, &theirs["sum_lap_calories"], 0.001);
    assert_eq!(ours.counts.points, theirs["trackpoints"], "{name}");
    assert_eq!(ours.counts.positions, theirs["trackpoints_with_position"], "{name}");
    assert_eq!(ours.column(SeriesType::LATITUDE).len() as u64, ours.counts.positions, "{name}");
    let heart = values(ours, SeriesType::HEART_RATE);
    assert_eq!(heart.len() as u64, theirs["hr_values"], "{name}");
    close(&at("heart rate"), mean(&heart), &theirs["hr_mean"], 0.006);
    close(&at("highest heart rate"), heart.iter().copied().reduce(f64::max), &theirs["hr_max"], 0.0);
    let distance = ours.column(SeriesType::TOTAL_DISTANCE);
    close(&at("last distance"), distance.last().map(|point| point.value), &theirs["last_distance_m"], 1e-9);
    let power = values(ours, SeriesType::POWER);
    assert_eq!(power.len() as u64, theirs["watts_values"], "{name}");
    close(&at("power"), mean(&power), &theirs["watts_mean"], 0.006);
    assert_eq!(ours.detail.laps.len() as u64, theirs["laps"], "{name}");
    let first = time(&theirs["first_time"]).min(starts.first().copied().flatten());
    assert_eq!(ours.start, first, "{name}");
    assert!(ours.end >= time(&theirs["last_time"]), "{name}");
}

#[test]
fn every_tcx_file_agrees_with_an_independent_reader() {
    each("tcx-expected.json", tcx::read, |name, file, expected| {
        assert!(file.issues.is_empty(), "{name}: {:?}", file.issues);
        assert_eq!(file.activities.len() as u64, expected["activities"], "{name}");
        assert_eq!(expected["courses"], 0, "{name}: none of these holds a plan");
        for (ours, theirs) in file.activities.iter().zip(expected["activity"].as_array().unwrap()) {
            compare_activity(name, ours, theirs);
        }
    });
}

fn sum_of(file: &TrackFile, series: SeriesType) -> u64 {
    file.activities.iter().map(|track| track.column(series).len() as u64).sum()
}

#[test]
fn every_gpx_file_agrees_with_two_independent_readers() {
    each("gpx-expected.json", gpx::read, |name, file, expected| {
        let sum = |count: fn(&Activity) -> u64| file.activities.iter().map(count).sum::<u64>();
        let (plain, theirs) = (&expected["lxml"], &expected["gpxpy"]);
        assert_eq!(file.creator.as_deref(), theirs["creator"].as_str(), "{name}");
        assert_eq!(file.activities.len() as u64, plain["trk"], "{name}");
        assert_eq!(sum(|track| track.counts.segments), plain["trkseg"], "{name}");
        assert_eq!(sum(|track| track.counts.points), plain["trkpt"], "{name}");
        assert_eq!(sum(|track| track.counts.timed), theirs["points_with_time"], "{name}");
        assert_eq!(sum(|track| track.counts.positions), theirs["track_points"], "{name}");
        for (track, name_of_it) in file.activities.iter().zip(theirs["track_names"].as_array().unwrap()) {
            assert_eq!(track.detail.name.as_deref(), name_of_it.as_str(), "{name}");
        }
        assert_eq!(sum(|track| track.column(SeriesType::SPEED).len() as u64), plain["speed_values"], "{name}");
        let elevations = sum(|track| track.column(SeriesType::ELEVATION).len() as u64);
        let untimed = sum(|track| track.counts.points - track.counts.timed);
        let lost = if name == "gpx/Mojstrovka.gpx" { sum(|track| track.counts.points) } else { untimed };
        assert!(elevations + lost >= theirs["points_with_elevation"].as_u64().unwrap(), "{name}");
        let plans = ["rtept", "wpt"].iter().map(|kind| plain[kind].as_u64().unwrap()).sum::<u64>();
        let told = file.issues.iter().find(|issue| issue.path == "plan").map(|issue| issue.message.clone());
        let told = told.and_then(|message| message.split(' ').next().and_then(|count| count.parse().ok()));
        assert_eq!(told.unwrap_or(0u64), plans, "{name}");
        for (kind, series) in [
            ("cad_values", SeriesType::CADENCE),
            ("atemp_values", SeriesType::AIR_TEMPERATURE),
            ("power_values", SeriesType::POWER),
        ] {
            assert_eq!(sum_of(file, series), plain[kind].as_u64().unwrap(), "{name} {kind}");
        }
        // the older version has no types, though files of it hold them
        let typed = theirs["version"] == "1.1";
        for (track, kind) in file.activities.iter().zip(theirs["track_types"].as_array().unwrap()).filter(|_| typed) {
            assert_eq!(track.detail.raw_type.as_deref(), kind.as_str(), "{name}");
        }
        let ground: f64 = file.activities.iter().filter_map(|track| track.detail.distance_m).sum();
        close(&format!("{name} length"), Some(ground), &theirs["length_2d_m"], 1.0 + ground * 0.003);
        // its only heart rate is at a waypoint
        if name != "gpx/gpx_with_garmin_extension.gpx" {
            let heart: Vec<f64> =
                file.activities.iter().flat_map(|track| values(track, SeriesType::HEART_RATE)).collect();
            assert_eq!(heart.len() as u64, plain["hr_values"], "{name}");
            close(&format!("{name} heart rate"), mean(&heart), &plain["hr_mean"], 0.006);
        }
        // its clock was not set: it stands before there was satellite navigation
        if name != "gpx/Mojstrovka.gpx" {
            let start = file.activities.iter().filter_map(|track| track.start).min();
            let end = file.activities.iter().filter_map(|track| track.end).max();
            assert_eq!((start, end), (time(&theirs["start_time"]), time(&theirs["end_time"])), "{name}");
        }
    });
}

#[test]
fn every_point_with_a_time_and_a_place_reaches_the_model() {
    let provider = ProviderName::from_static("file");
    let mut check = |name: &str, file: &TrackFile, _: &Value| {
        let records = track::to_records(file, provider.clone());
        let positions = |record: &Record| match record {
            Record::Workout(workout) => {
                let batches = workout.samples.iter().filter(|batch| batch.series == SeriesType::LATITUDE);
                batches.map(|batch| batch.points.len()).sum::<usize>()
            }
            other => panic!("{other:?}"),
        };
        let read: usize = file.activities.iter().map(|activity| activity.column(SeriesType::LATITUDE).len()).sum();
        assert_eq!(records.iter().map(positions).sum::<usize>(), read, "{name}");
        let one = track::to_workout(file, "x", track::source_of(file, provider.clone()));
        assert_eq!(one.is_some(), !records.is_empty(), "{name}");
    };
    each("tcx-expected.json", tcx::read, &mut check);
    each("gpx-expected.json", gpx::read, &mut check);
}
